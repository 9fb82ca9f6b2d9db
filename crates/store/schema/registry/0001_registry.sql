-- registry.db: units, people, cameras, what they may and did, and the access log.
-- Times are microseconds since 1970 UTC; ids are 16 raw bytes; hashes are 32 raw bytes.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE unit (
    id         BLOB    PRIMARY KEY CHECK (length(id) = 16),
    name       TEXT    NOT NULL UNIQUE,
    created_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE camera_group (
    id     BLOB PRIMARY KEY CHECK (length(id) = 16),
    unit   BLOB NOT NULL REFERENCES unit (id),
    parent BLOB REFERENCES camera_group (id),
    name   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX camera_group_parent ON camera_group (parent);

-- Addresses hold no credentials; those are sealed under keys/credentials.key with the camera's id as context.
CREATE TABLE camera (
    id             BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit           BLOB    NOT NULL REFERENCES unit (id),
    camera_group   BLOB    REFERENCES camera_group (id),
    name           TEXT    NOT NULL,
    place          TEXT    NOT NULL,
    main_url       TEXT    NOT NULL,
    sub_url        TEXT,
    credentials    BLOB,
    security_level INTEGER NOT NULL CHECK (security_level BETWEEN 1 AND 3),
    floor_days     INTEGER,
    enabled        INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    created_us     INTEGER NOT NULL,
    retired_us     INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX camera_name ON camera (name, id);
CREATE INDEX camera_of_group ON camera (camera_group);

CREATE TABLE person (
    id                   BLOB    PRIMARY KEY CHECK (length(id) = 16),
    account              TEXT    NOT NULL UNIQUE,
    name                 TEXT    NOT NULL,
    language             TEXT    NOT NULL,
    theme                TEXT    NOT NULL,
    password             TEXT    NOT NULL,
    must_change_password INTEGER NOT NULL CHECK (must_change_password IN (0, 1)),
    password_expires_us  INTEGER,
    totp                 BLOB,
    totp_pending         BLOB,
    totp_step            INTEGER NOT NULL DEFAULT 0,
    suspended            INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
    created_us           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE post (
    person       BLOB    NOT NULL REFERENCES person (id),
    role         INTEGER NOT NULL,
    unit         BLOB    NOT NULL REFERENCES unit (id),
    camera_group BLOB    REFERENCES camera_group (id)
) STRICT;
CREATE UNIQUE INDEX post_once ON post (person, role, unit, coalesce(camera_group, x''));

-- Signed-in sessions. Only the SHA-256 of the token is kept.
CREATE TABLE session (
    id           BLOB    PRIMARY KEY CHECK (length(id) = 16),
    token_hash   BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    person       BLOB    NOT NULL REFERENCES person (id),
    created_us   INTEGER NOT NULL,
    seen_us      INTEGER NOT NULL,
    expires_us   INTEGER NOT NULL,
    place        TEXT    NOT NULL,
    agent        TEXT    NOT NULL,
    entry        INTEGER NOT NULL,
    ended_us     INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX session_person ON session (person);

-- Failed sign-ins by account and by source (`account:NAME`, `source:ADDRESS`).
CREATE TABLE lockout (
    key       TEXT    PRIMARY KEY,
    failures  INTEGER NOT NULL,
    locks     INTEGER NOT NULL,
    last_us   INTEGER NOT NULL,
    until_us  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE layout (
    id      BLOB    PRIMARY KEY CHECK (length(id) = 16),
    owner   BLOB    NOT NULL REFERENCES person (id),
    name    TEXT    NOT NULL,
    shared  INTEGER NOT NULL CHECK (shared IN (0, 1)),
    body    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX layout_owner ON layout (owner);

-- Viewing sessions: one admitted act of watching each.
CREATE TABLE view (
    id         BLOB    PRIMARY KEY CHECK (length(id) = 16),
    person     BLOB    NOT NULL REFERENCES person (id),
    act        INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx),
    started_us INTEGER NOT NULL,
    ended_us   INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX view_open ON view (person) WHERE ended_us IS NULL;

CREATE TABLE export (
    id            BLOB    PRIMARY KEY CHECK (length(id) = 16),
    person        BLOB    NOT NULL REFERENCES person (id),
    entry         INTEGER NOT NULL REFERENCES entry (idx),
    requested_us  INTEGER NOT NULL,
    start_us      INTEGER NOT NULL,
    end_us        INTEGER NOT NULL,
    profile       INTEGER NOT NULL,
    body          TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('preparing', 'ready', 'failed', 'expired')),
    file_name     TEXT,
    bytes         INTEGER,
    manifest_sha256 BLOB CHECK (manifest_sha256 IS NULL OR length(manifest_sha256) = 32),
    error         TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX export_requested ON export (requested_us);

CREATE TABLE export_camera (
    export BLOB NOT NULL REFERENCES export (id),
    camera BLOB NOT NULL REFERENCES camera (id),
    PRIMARY KEY (export, camera)
) STRICT, WITHOUT ROWID;

-- Entries of the access log: the leaf that is published in its minute's batch, and the sealed record.
CREATE TABLE entry (
    idx        INTEGER PRIMARY KEY,
    leaf       BLOB    NOT NULL,
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),
    ciphertext BLOB    NOT NULL,
    minute     INTEGER NOT NULL,
    batch      INTEGER
) STRICT;
CREATE INDEX entry_unpublished ON entry (idx) WHERE batch IS NULL;
CREATE INDEX entry_batch ON entry (batch);

-- Deleting one row here makes one record unreadable for ever; the tree stays.
CREATE TABLE entry_key (
    idx  INTEGER PRIMARY KEY REFERENCES entry (idx),
    key  BLOB NOT NULL,
    salt BLOB NOT NULL
) STRICT;

-- What the ledger's pages search by. It goes with the key.
CREATE TABLE entry_search (
    idx       INTEGER PRIMARY KEY REFERENCES entry (idx),
    time_us   INTEGER NOT NULL,
    act       INTEGER NOT NULL,
    person    BLOB,
    permitted INTEGER NOT NULL,
    refers_to INTEGER
) STRICT;
CREATE INDEX entry_search_person ON entry_search (person, idx);
CREATE INDEX entry_search_act ON entry_search (act, idx);
CREATE INDEX entry_search_refers ON entry_search (refers_to, idx) WHERE refers_to IS NOT NULL;

CREATE TABLE entry_camera (
    camera BLOB    NOT NULL,
    idx    INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (camera, idx)
) STRICT, WITHOUT ROWID;

-- The published tree: one leaf a minute.
CREATE TABLE leaf (
    idx    INTEGER PRIMARY KEY,
    hash   BLOB    NOT NULL CHECK (length(hash) = 32),
    entry  BLOB    NOT NULL CHECK (length(entry) <= 4096),
    kind   INTEGER NOT NULL,
    stream INTEGER
) STRICT;

CREATE TABLE batch (
    leaf        INTEGER PRIMARY KEY REFERENCES leaf (idx),
    minute      INTEGER NOT NULL UNIQUE,
    first_entry INTEGER NOT NULL,
    entries     INTEGER NOT NULL,
    pad_secret  BLOB    NOT NULL
) STRICT;

CREATE TABLE node (
    level INTEGER NOT NULL,
    idx   INTEGER NOT NULL,
    hash  BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
    size    INTEGER PRIMARY KEY,
    root    BLOB    NOT NULL CHECK (length(root) = 32),
    hash    BLOB    NOT NULL CHECK (length(hash) = 32),
    note    TEXT    NOT NULL,
    made_us INTEGER NOT NULL
) STRICT;

-- Refused requests of nobody, counted until their hour has passed and one entry says the sum.
CREATE TABLE anonymous (
    source TEXT    NOT NULL,
    hour   INTEGER NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (source, hour)
) STRICT, WITHOUT ROWID;

-- Readings that leave one entry per reader and period, not one per request.
CREATE TABLE read_mark (
    reader TEXT    NOT NULL,
    act    INTEGER NOT NULL,
    about  BLOB    NOT NULL,
    period INTEGER NOT NULL,
    entry  INTEGER NOT NULL,
    PRIMARY KEY (reader, act, about, period)
) STRICT, WITHOUT ROWID;
