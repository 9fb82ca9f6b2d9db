-- Ticks of the recorder (ledger.md, section 3): their entries are leaves without a stream. The sets of streams that they name
-- by hash lie here once each: they change seldom.

CREATE TABLE stream_set (
    id      INTEGER PRIMARY KEY,
    hash    BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    -- 17 bytes each, ascending: camera and profile
    streams BLOB NOT NULL
) STRICT;

CREATE TABLE tick (
    leaf       INTEGER PRIMARY KEY REFERENCES leaf (idx),
    wall_us    INTEGER NOT NULL,
    stream_set INTEGER NOT NULL REFERENCES stream_set (id)
) STRICT;
CREATE INDEX tick_time ON tick (wall_us);
