-- Spans of a camera's footage with a higher level than the camera has. Rows stay: what is taken back has a row beside it that says by
-- whom and why.
CREATE TABLE clip_level (
    entry    INTEGER PRIMARY KEY REFERENCES entry (idx),
    camera   BLOB    NOT NULL REFERENCES camera (id),
    -- 2 sensitive, 3 secret
    level    INTEGER NOT NULL CHECK (level IN (2, 3)),
    start_us INTEGER NOT NULL,
    -- NULL: until it is taken back
    end_us   INTEGER CHECK (end_us > start_us),
    reason   TEXT    NOT NULL CHECK (reason <> ''),
    document BLOB    REFERENCES record (id),
    person   BLOB    NOT NULL REFERENCES person (id),
    at_us    INTEGER NOT NULL
) STRICT;
CREATE INDEX clip_level_camera ON clip_level (camera, start_us);

CREATE TABLE clip_level_end (
    raised   INTEGER PRIMARY KEY REFERENCES clip_level (entry),
    entry    INTEGER NOT NULL REFERENCES entry (idx),
    reason   TEXT    NOT NULL CHECK (reason <> ''),
    document BLOB    NOT NULL REFERENCES record (id),
    person   BLOB    NOT NULL REFERENCES person (id),
    at_us    INTEGER NOT NULL
) STRICT;
