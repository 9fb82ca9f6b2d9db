-- Incident folders: bookmarks, spans, notes and links that belong to one incident. Rows stay; an item is withdrawn, never overwritten.
CREATE TABLE folder (
    id        BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit      BLOB    NOT NULL REFERENCES unit (id),
    name      TEXT    NOT NULL CHECK (name <> ''),
    happened  TEXT    NOT NULL,
    case_file BLOB    REFERENCES case_file (id),
    opener    BLOB    NOT NULL REFERENCES person (id),
    opened_us INTEGER NOT NULL,
    entry     INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX folder_opened ON folder (unit, opened_us);
CREATE TRIGGER folder_stays BEFORE UPDATE ON folder
BEGIN SELECT RAISE(ABORT, 'what a folder says stays; items are added'); END;

-- Closed, reopened, closed again: the last one counts.
CREATE TABLE folder_step (
    folder BLOB    NOT NULL REFERENCES folder (id),
    number INTEGER NOT NULL,
    closes INTEGER NOT NULL CHECK (closes IN (0, 1)),
    person BLOB    NOT NULL REFERENCES person (id),
    at_us  INTEGER NOT NULL,
    entry  INTEGER NOT NULL REFERENCES entry (idx),
    reason TEXT    NOT NULL,
    PRIMARY KEY (folder, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE folder_item (
    id       BLOB    PRIMARY KEY CHECK (length(id) = 16),
    folder   BLOB    NOT NULL REFERENCES folder (id),
    kind     TEXT    NOT NULL,
    -- An instant has no end; what is not about footage has neither.
    start_us INTEGER,
    end_us   INTEGER CHECK (end_us > start_us),
    words    TEXT    NOT NULL,
    -- The observation or report that it leads to.
    about    BLOB,
    author   BLOB    NOT NULL REFERENCES person (id),
    at_us    INTEGER NOT NULL,
    entry    INTEGER NOT NULL REFERENCES entry (idx),
    withdrawer      BLOB    REFERENCES person (id),
    withdrawn_us    INTEGER,
    withdraw_entry  INTEGER REFERENCES entry (idx),
    withdraw_reason TEXT,
    CHECK ((withdrawer IS NULL) = (withdrawn_us IS NULL) AND (withdrawer IS NULL) = (withdraw_entry IS NULL) AND (withdrawer IS NULL) = (withdraw_reason IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX folder_item_of ON folder_item (folder, at_us);
CREATE INDEX folder_item_time ON folder_item (start_us) WHERE start_us IS NOT NULL;
CREATE TRIGGER folder_item_stays BEFORE UPDATE OF id, folder, kind, start_us, end_us, words, about, author, at_us, entry ON folder_item
BEGIN SELECT RAISE(ABORT, 'an item is withdrawn, not changed'); END;
CREATE TRIGGER folder_item_withdrawn BEFORE UPDATE ON folder_item WHEN OLD.withdrawn_us IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an item is withdrawn once'); END;
CREATE TRIGGER folder_item_kept BEFORE DELETE ON folder_item
BEGIN SELECT RAISE(ABORT, 'an item is withdrawn, not removed'); END;

CREATE TABLE folder_item_camera (
    item   BLOB NOT NULL REFERENCES folder_item (id),
    camera BLOB NOT NULL REFERENCES camera (id),
    PRIMARY KEY (item, camera)
) STRICT, WITHOUT ROWID;
CREATE INDEX folder_item_of_camera ON folder_item_camera (camera);

-- Holds over a folder's spans, and packages of them.
CREATE TABLE folder_hold (
    hold   BLOB NOT NULL PRIMARY KEY REFERENCES hold (id),
    folder BLOB NOT NULL REFERENCES folder (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX folder_hold_of ON folder_hold (folder);
CREATE TABLE folder_export (
    export BLOB    NOT NULL PRIMARY KEY REFERENCES export (id),
    folder BLOB    NOT NULL REFERENCES folder (id),
    -- Of the act by which all of them were asked for.
    entry  INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX folder_export_of ON folder_export (folder);
