-- What the server runs as, start by start where it differs; that a change was announced; why one was made.

-- One row: what settings are digested with, so that no value is guessed from its digest; and the program's file as it was last looked at.
CREATE TABLE integrity (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    salt      BLOB    NOT NULL CHECK (length(salt) = 32),
    -- NULL: the file is what runs; no bytes: it is gone; else its SHA-256.
    on_disk   BLOB    CHECK (on_disk IS NULL OR length(on_disk) IN (0, 32)),
    looked_us INTEGER
) STRICT;
INSERT INTO integrity (id, salt) VALUES (1, randomblob(32));

CREATE TABLE software_announcement (
    id       BLOB    PRIMARY KEY,
    program  INTEGER NOT NULL CHECK (program IN (0, 1)),
    settings INTEGER NOT NULL CHECK (settings IN (0, 1)),
    expected BLOB    CHECK (expected IS NULL OR length(expected) = 32),
    reason   TEXT    NOT NULL CHECK (reason <> ''),
    until_us INTEGER NOT NULL,
    person   BLOB    NOT NULL REFERENCES person (id),
    at_us    INTEGER NOT NULL,
    entry    INTEGER NOT NULL REFERENCES entry (idx),
    -- A later one took its place, or a change used it up.
    ended_us INTEGER,
    CHECK (program OR settings),
    CHECK (program OR expected IS NULL)
) STRICT;
-- One is open at a time.
CREATE UNIQUE INDEX software_announcement_open ON software_announcement ((1)) WHERE ended_us IS NULL;

-- Newest last. Rows stay; the newest of a start is what the next start is compared with.
CREATE TABLE software_change (
    number       INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    at_us        INTEGER NOT NULL,
    entry        INTEGER NOT NULL REFERENCES entry (idx),
    -- 1: the program's file on the disk was found to be another one while the server ran.
    while_running INTEGER NOT NULL CHECK (while_running IN (0, 1)),
    how          TEXT    NOT NULL,
    -- JSON: what differs, and what of it nothing covers.
    parts        TEXT    NOT NULL,
    uncovered    TEXT    NOT NULL,
    -- Of a file that is gone there is no digest. A start has all of them.
    program      BLOB    CHECK (program IS NULL OR length(program) = 32),
    measured     TEXT,
    before       INTEGER REFERENCES software_change (number),
    announcement BLOB    REFERENCES software_announcement (id),
    explained    TEXT    CHECK (explained <> ''),
    explained_by BLOB    REFERENCES person (id),
    explained_us INTEGER,
    explained_entry INTEGER REFERENCES entry (idx),
    CHECK (while_running OR (program IS NOT NULL AND measured IS NOT NULL))
) STRICT;
CREATE INDEX software_change_start ON software_change (number) WHERE while_running = 0;
CREATE INDEX software_change_unexplained ON software_change (number)
    WHERE explained_us IS NULL AND how IN ('unannounced', 'other_than_announced');
