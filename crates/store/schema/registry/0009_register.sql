-- The registry's records: divisions, places, systems, points, contractors, documents and the like, each with every version
-- that it had; the steps of systems' lives; requests to change; packs that units adopted.

CREATE TABLE record (
    id         BLOB    PRIMARY KEY CHECK (length(id) = 16),
    kind       INTEGER NOT NULL,
    -- Absent for what belongs to the whole installation.
    unit       BLOB    REFERENCES unit (id),
    name       TEXT    NOT NULL,
    code       TEXT,
    parent     BLOB    REFERENCES record (id),
    body       TEXT    NOT NULL,
    search     TEXT    NOT NULL,
    missing    INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    created_us INTEGER NOT NULL,
    changed_us INTEGER NOT NULL,
    removed_us INTEGER,
    -- Of systems: the stage of its life.
    stage      INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX record_code ON record (kind, code) WHERE code IS NOT NULL AND removed_us IS NULL;
CREATE INDEX record_list ON record (kind, name, id) WHERE removed_us IS NULL;
CREATE INDEX record_parent ON record (parent, kind) WHERE removed_us IS NULL;

CREATE TABLE record_version (
    id      BLOB    NOT NULL REFERENCES record (id),
    version INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    entry   INTEGER NOT NULL REFERENCES entry (idx),
    at_us   INTEGER NOT NULL,
    PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;

-- Which record names which, as of their newest versions.
CREATE TABLE record_reference (
    source BLOB NOT NULL REFERENCES record (id),
    field  TEXT NOT NULL,
    target BLOB NOT NULL REFERENCES record (id),
    PRIMARY KEY (source, field, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_named ON record_reference (target);

CREATE TABLE life_step (
    system BLOB    NOT NULL REFERENCES record (id),
    number INTEGER NOT NULL,
    step   INTEGER NOT NULL,
    at_us  INTEGER NOT NULL,
    entry  INTEGER NOT NULL REFERENCES entry (idx),
    body   TEXT    NOT NULL,
    PRIMARY KEY (system, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE change_request (
    id         BLOB    PRIMARY KEY CHECK (length(id) = 16),
    record     BLOB    NOT NULL REFERENCES record (id),
    version    INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    changes    TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    document   BLOB    REFERENCES record (id),
    person     BLOB    NOT NULL REFERENCES person (id),
    asked_us   INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx),
    state      TEXT    NOT NULL CHECK (state IN ('asked', 'authorised', 'declined')),
    decided_by BLOB    REFERENCES person (id),
    decided_us INTEGER,
    decision   INTEGER REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_request_record ON change_request (record, asked_us);

CREATE TABLE adoption (
    unit     BLOB    NOT NULL REFERENCES unit (id),
    pack     TEXT    NOT NULL,
    document BLOB    NOT NULL REFERENCES record (id),
    at_us    INTEGER NOT NULL,
    entry    INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (unit, pack)
) STRICT, WITHOUT ROWID;

-- Where the camera stands. `before_life_cycle`: it was there when the life cycle came; it stays in use, and is a finding.
-- `test_id`: under which its recordings before acceptance are kept apart from footage.
ALTER TABLE camera ADD COLUMN point BLOB REFERENCES record (id);
ALTER TABLE camera ADD COLUMN before_life_cycle INTEGER NOT NULL DEFAULT 1 CHECK (before_life_cycle IN (0, 1));
ALTER TABLE camera ADD COLUMN test_id BLOB CHECK (test_id IS NULL OR length(test_id) = 16);
CREATE INDEX camera_point ON camera (point) WHERE point IS NOT NULL;
