-- Changes of the log's origin after a restore. first_leaf holds the record; old_vkey verifies what was signed before it.
CREATE TABLE log_origin (
    first_leaf INTEGER PRIMARY KEY REFERENCES leaf (idx),
    generation INTEGER NOT NULL UNIQUE,
    origin     TEXT    NOT NULL,
    old_vkey   TEXT    NOT NULL,
    made_us    INTEGER NOT NULL
) STRICT;

-- Backups that were begun, so that none is forgotten. What is in one is known when it is done.
CREATE TABLE backup (
    id              BLOB    PRIMARY KEY CHECK (length(id) = 16),
    made_us         INTEGER NOT NULL,
    account         TEXT    NOT NULL,
    destination     TEXT    NOT NULL,
    media           TEXT    NOT NULL,
    keys            TEXT    NOT NULL CHECK (keys IN ('none', 'wrapped')),
    state           TEXT    NOT NULL CHECK (state IN ('begun', 'done', 'forgotten')),
    entry           INTEGER NOT NULL REFERENCES entry (idx),
    footage_leaves  INTEGER,
    oldest_us       INTEGER,
    newest_us       INTEGER,
    files           INTEGER,
    bytes           INTEGER,
    manifest_sha256 TEXT
) STRICT, WITHOUT ROWID;
