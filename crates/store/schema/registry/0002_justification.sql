-- What people say about gaps, and maintenance that they announce. Each has its entry when it is written and another when a
-- second person judges it. state: 1 = waits for that, 2 = approved, 3 = declined.

CREATE TABLE explanation (
    id             BLOB    PRIMARY KEY CHECK (length(id) = 16),
    cause          INTEGER NOT NULL,
    body           TEXT    NOT NULL,
    document       TEXT    NOT NULL,
    author         BLOB    NOT NULL REFERENCES person (id),
    written_us     INTEGER NOT NULL,
    entry          INTEGER NOT NULL REFERENCES entry (idx),
    state          INTEGER NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3)),
    judge          BLOB    REFERENCES person (id),
    judged_us      INTEGER,
    verdict        TEXT,
    verdict_entry  INTEGER REFERENCES entry (idx),
    CHECK ((state = 1) = (judge IS NULL) AND (judge IS NULL) = (judged_us IS NULL)
           AND (judge IS NULL) = (verdict_entry IS NULL) AND judge IS NOT author)
) STRICT, WITHOUT ROWID;
CREATE INDEX explanation_written ON explanation (written_us);

-- The gaps that an explanation is about. They lie in the other database: the record's hash binds.
CREATE TABLE explained_gap (
    explanation BLOB    NOT NULL REFERENCES explanation (id),
    leaf        INTEGER NOT NULL,
    record_hash BLOB    NOT NULL CHECK (length(record_hash) = 32),
    camera      BLOB    NOT NULL CHECK (length(camera) = 16),
    start_us    INTEGER NOT NULL,
    end_us      INTEGER NOT NULL CHECK (end_us > start_us),
    PRIMARY KEY (explanation, leaf)
) STRICT, WITHOUT ROWID;
CREATE INDEX explained_gap_leaf ON explained_gap (leaf);
CREATE INDEX explained_gap_end ON explained_gap (end_us);

CREATE TABLE maintenance (
    id             BLOB    PRIMARY KEY CHECK (length(id) = 16),
    start_us       INTEGER NOT NULL,
    end_us         INTEGER NOT NULL CHECK (end_us > start_us),
    body           TEXT    NOT NULL,
    document       TEXT    NOT NULL,
    author         BLOB    NOT NULL REFERENCES person (id),
    written_us     INTEGER NOT NULL,
    entry          INTEGER NOT NULL REFERENCES entry (idx),
    state          INTEGER NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3)),
    judge          BLOB    REFERENCES person (id),
    judged_us      INTEGER,
    verdict        TEXT,
    verdict_entry  INTEGER REFERENCES entry (idx),
    CHECK ((state = 1) = (judge IS NULL) AND (judge IS NULL) = (judged_us IS NULL)
           AND (judge IS NULL) = (verdict_entry IS NULL) AND judge IS NOT author)
) STRICT, WITHOUT ROWID;
CREATE INDEX maintenance_end ON maintenance (end_us);

CREATE TABLE maintenance_camera (
    maintenance BLOB NOT NULL REFERENCES maintenance (id),
    camera      BLOB NOT NULL REFERENCES camera (id),
    PRIMARY KEY (maintenance, camera)
) STRICT, WITHOUT ROWID;
