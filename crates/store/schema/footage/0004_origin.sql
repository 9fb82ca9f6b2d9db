-- Changes of the log's origin after a restore. first_leaf holds the record; old_vkey verifies what was signed before it.
CREATE TABLE log_origin (
    first_leaf INTEGER PRIMARY KEY REFERENCES leaf (idx),
    generation INTEGER NOT NULL UNIQUE,
    origin     TEXT    NOT NULL,
    old_vkey   TEXT    NOT NULL,
    made_us    INTEGER NOT NULL
) STRICT;
