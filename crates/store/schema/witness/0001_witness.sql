-- witness.db: what this witness has cosigned, of logs that are not ours.
-- Times are seconds since 1970 UTC, as cosignatures state them; hashes are 32 raw bytes.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every checkpoint that was cosigned and is still remembered. The largest size of an origin is its latest; the key on
-- size is what makes a second root for one size impossible.
CREATE TABLE cosigned (
    origin TEXT    NOT NULL,
    size   INTEGER NOT NULL CHECK (size >= 0),
    root   BLOB    NOT NULL CHECK (length(root) = 32),
    note   TEXT    NOT NULL,
    time_s INTEGER NOT NULL,
    PRIMARY KEY (origin, size)
) STRICT, WITHOUT ROWID;
