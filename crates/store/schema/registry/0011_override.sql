-- Values that units set beside those of a pack, with a document, for the unit, one system or one place.

CREATE TABLE override (
    id           BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit         BLOB    NOT NULL REFERENCES unit (id),
    system       BLOB    REFERENCES record (id),
    place        BLOB    REFERENCES record (id),
    -- `pack:number`, whose value it stands beside.
    article      TEXT    NOT NULL,
    parameter    TEXT    NOT NULL,
    -- JSON, in the form of the pack's own value.
    value        TEXT    NOT NULL,
    document     BLOB    NOT NULL REFERENCES record (id),
    reason       TEXT    NOT NULL,
    -- Days at the unit, YYYY-MM-DD; without an end until it is taken back.
    from_day     TEXT    NOT NULL,
    until_day    TEXT,
    -- Absent: set by the system itself when it was set up.
    person       BLOB    REFERENCES person (id),
    at_us        INTEGER NOT NULL,
    entry        INTEGER NOT NULL REFERENCES entry (idx),
    ended_us     INTEGER,
    ended_by     BLOB    REFERENCES person (id),
    ended_entry  INTEGER REFERENCES entry (idx),
    CHECK (system IS NULL OR place IS NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX override_unit ON override (unit, at_us);
