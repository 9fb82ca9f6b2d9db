-- Temporary takeovers of control by an organ (guangzhou-2007:18, chongqing:12(4)). Rows stay; an end is written once.
CREATE TABLE takeover (
    id           BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit         BLOB    NOT NULL REFERENCES unit (id),
    -- NULL: all cameras of the unit
    camera_group BLOB    REFERENCES camera_group (id),
    -- the organ as rule packs name it, and its name in words
    organ        TEXT    NOT NULL,
    organ_name   TEXT    NOT NULL CHECK (organ_name <> ''),
    -- under which control passed: of a pack, or unit:takeover
    article      TEXT    NOT NULL,
    order_paper  BLOB    NOT NULL REFERENCES record (id),
    reason       TEXT    NOT NULL CHECK (reason <> ''),
    -- what the unit may go on doing
    keeps_live     INTEGER NOT NULL CHECK (keeps_live IN (0, 1)),
    keeps_recorded INTEGER NOT NULL CHECK (keeps_recorded IN (0, 1)),
    keeps_settings INTEGER NOT NULL CHECK (keeps_settings IN (0, 1)),
    start_us     INTEGER NOT NULL,
    until_us     INTEGER NOT NULL CHECK (until_us > start_us),
    person       BLOB    NOT NULL REFERENCES person (id),
    entry        INTEGER NOT NULL REFERENCES entry (idx),
    -- when it ended: at its term, or earlier
    ended_us     INTEGER CHECK (ended_us <= until_us),
    end_entry    INTEGER REFERENCES entry (idx),
    -- NULL: by its term
    ender        BLOB    REFERENCES person (id),
    end_reason   TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX takeover_running ON takeover (unit) WHERE ended_us IS NULL;
CREATE INDEX takeover_begun ON takeover (start_us);

CREATE TABLE takeover_officer (
    takeover BLOB NOT NULL REFERENCES takeover (id),
    person   BLOB NOT NULL REFERENCES person (id),
    PRIMARY KEY (takeover, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX takeover_of_officer ON takeover_officer (person);
