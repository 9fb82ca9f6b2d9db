-- footage.db: what was recorded, what is missing, and the footage log.
-- Times are microseconds since 1970 UTC; spans are half open; ids are 16 raw bytes; hashes are 32 raw bytes.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- One row per opening of the store. `machine` is the kernel's boot id: a change means the machine went down too.
CREATE TABLE boot (
    counter    INTEGER PRIMARY KEY,
    opened_us  INTEGER NOT NULL,
    machine    TEXT    NOT NULL,
    closed_us  INTEGER
) STRICT;

-- The head of each stream's chain. next_seq counts segments and gaps together, without a hole.
CREATE TABLE stream (
    id               INTEGER PRIMARY KEY,
    camera           BLOB    NOT NULL CHECK (length(camera) = 16),
    profile          INTEGER NOT NULL CHECK (profile IN (0, 1)),
    next_seq         INTEGER NOT NULL,
    prev_record_hash BLOB    NOT NULL CHECK (length(prev_record_hash) = 32),
    end_us           INTEGER,
    UNIQUE (camera, profile)
) STRICT;

-- Entries of the footage log and the hashes of their leaves. Only ever appended to.
CREATE TABLE leaf (
    idx    INTEGER PRIMARY KEY,
    hash   BLOB    NOT NULL CHECK (length(hash) = 32),
    entry  BLOB    NOT NULL CHECK (length(entry) <= 4096),
    kind   INTEGER NOT NULL,
    stream INTEGER REFERENCES stream (id)
) STRICT;
CREATE INDEX leaf_stream ON leaf (stream, idx);

-- Roots of perfect subtrees of 256^level leaves: what full tiles are made of. Derived from `leaf`.
CREATE TABLE node (
    level INTEGER NOT NULL,
    idx   INTEGER NOT NULL,
    hash  BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

-- Signed checkpoints. The key on size is what makes a second root for one size impossible.
CREATE TABLE checkpoint (
    size    INTEGER PRIMARY KEY,
    root    BLOB    NOT NULL CHECK (length(root) = 32),
    hash    BLOB    NOT NULL CHECK (length(hash) = 32),
    note    TEXT    NOT NULL,
    made_us INTEGER NOT NULL
) STRICT;

-- Sealed segments. state: 0 = on disk, 1 = a deletion is under way, 2 = deleted, the record stays.
CREATE TABLE segment (
    id         INTEGER PRIMARY KEY,
    stream     INTEGER NOT NULL REFERENCES stream (id),
    seq        INTEGER NOT NULL,
    start_us   INTEGER NOT NULL,
    end_us     INTEGER NOT NULL CHECK (end_us > start_us),
    path       TEXT    NOT NULL UNIQUE,
    bytes      INTEGER NOT NULL,
    floor_days INTEGER NOT NULL,
    state      INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)),
    leaf       INTEGER NOT NULL UNIQUE REFERENCES leaf (idx),
    UNIQUE (stream, seq)
) STRICT;
CREATE INDEX segment_time ON segment (stream, start_us);
CREATE INDEX segment_kept ON segment (stream, end_us) WHERE state = 0;
CREATE INDEX segment_unfinished ON segment (state) WHERE state = 1;

-- The large columns of a segment, apart, so that a scan over a month of segments reads small rows only.
-- They go with the footage.
CREATE TABLE segment_table (
    segment    INTEGER PRIMARY KEY REFERENCES segment (id),
    frames     BLOB NOT NULL,
    gops       BLOB NOT NULL,
    pieces     BLOB NOT NULL,
    activity   BLOB NOT NULL
) STRICT;

CREATE TABLE gap (
    id       INTEGER PRIMARY KEY,
    stream   INTEGER NOT NULL REFERENCES stream (id),
    seq      INTEGER NOT NULL,
    start_us INTEGER NOT NULL,
    end_us   INTEGER NOT NULL CHECK (end_us > start_us),
    cause    INTEGER NOT NULL,
    evidence TEXT    NOT NULL,
    leaf     INTEGER NOT NULL UNIQUE REFERENCES leaf (idx),
    UNIQUE (stream, seq)
) STRICT;
CREATE INDEX gap_time ON gap (stream, start_us);

-- Sums per stream and UTC day, kept with every commit: the disk horizon never scans segments.
CREATE TABLE stream_day (
    stream   INTEGER NOT NULL REFERENCES stream (id),
    day      INTEGER NOT NULL,
    segments INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    media_us INTEGER NOT NULL,
    PRIMARY KEY (stream, day)
) STRICT, WITHOUT ROWID;

-- Deletions. done_leaf is empty until the files are gone and their folders synced.
CREATE TABLE expiry (
    id          INTEGER PRIMARY KEY,
    stream      INTEGER NOT NULL REFERENCES stream (id),
    begun_us    INTEGER NOT NULL,
    intent_leaf INTEGER NOT NULL UNIQUE REFERENCES leaf (idx),
    done_leaf   INTEGER UNIQUE REFERENCES leaf (idx)
) STRICT;
CREATE INDEX expiry_unfinished ON expiry (id) WHERE done_leaf IS NULL;

CREATE TABLE expiry_segment (
    segment INTEGER PRIMARY KEY REFERENCES segment (id),
    expiry  INTEGER NOT NULL REFERENCES expiry (id)
) STRICT;
CREATE INDEX expiry_segments ON expiry_segment (expiry);
