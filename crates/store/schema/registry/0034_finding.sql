-- What was found amiss in the register, from when to when. Rows stay; an end is written once.
CREATE TABLE finding (
    id           INTEGER PRIMARY KEY,
    article      TEXT    NOT NULL,
    code         TEXT    NOT NULL,
    -- a record, camera or person, and its name when it was found
    about        BLOB    NOT NULL CHECK (length(about) = 16),
    name         TEXT    NOT NULL,
    -- NULL: of the whole installation
    unit         BLOB    REFERENCES unit (id),
    -- of a system that only those cleared may know of
    secret       INTEGER NOT NULL CHECK (secret IN (0, 1)),
    severity     TEXT    NOT NULL CHECK (severity IN ('note', 'due', 'breach')),
    binds        INTEGER NOT NULL CHECK (binds IN (0, 1)),
    reason_en    TEXT    NOT NULL,
    reason_zh    TEXT    NOT NULL,
    opened_us    INTEGER NOT NULL,
    opened_entry INTEGER NOT NULL REFERENCES entry (idx),
    closed_us    INTEGER,
    closed_entry INTEGER REFERENCES entry (idx),
    -- the fact was put right, or what it was about is there no longer
    closed_how   TEXT    CHECK (closed_how IN ('put_right', 'gone')),
    CHECK ((closed_us IS NULL) = (closed_entry IS NULL) AND (closed_us IS NULL) = (closed_how IS NULL))
) STRICT;
CREATE UNIQUE INDEX finding_open ON finding (article, code, about) WHERE closed_us IS NULL;
CREATE INDEX finding_of_unit ON finding (unit, opened_us);
CREATE INDEX finding_about ON finding (about, opened_us);
CREATE INDEX finding_closed ON finding (closed_us) WHERE closed_us IS NOT NULL;
