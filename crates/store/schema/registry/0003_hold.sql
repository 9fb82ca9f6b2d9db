-- Evidence holds with the words about them, requests to lift them, and what still has to reach footage.db.
CREATE TABLE hold (
    id            BLOB    PRIMARY KEY CHECK (length(id) = 16),
    start_us      INTEGER NOT NULL,
    end_us        INTEGER NOT NULL CHECK (end_us > start_us),
    requester     BLOB    NOT NULL REFERENCES person (id),
    export        BLOB    REFERENCES export (id),
    body          TEXT    NOT NULL,
    entry         INTEGER NOT NULL REFERENCES entry (idx),
    placed_us     INTEGER NOT NULL,
    review_us     INTEGER NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('placing', 'held', 'releasing', 'released')),
    placed_leaf   INTEGER,
    released_leaf INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_placed ON hold (placed_us);

CREATE TABLE hold_camera (
    hold   BLOB NOT NULL REFERENCES hold (id),
    camera BLOB NOT NULL REFERENCES camera (id),
    PRIMARY KEY (hold, camera)
) STRICT, WITHOUT ROWID;

CREATE TABLE hold_release (
    id           INTEGER PRIMARY KEY,
    hold         BLOB    NOT NULL REFERENCES hold (id),
    asker        BLOB    NOT NULL REFERENCES person (id),
    asked_us     INTEGER NOT NULL,
    reason       TEXT    NOT NULL,
    document     TEXT    NOT NULL,
    entry        INTEGER NOT NULL REFERENCES entry (idx),
    answer       TEXT    CHECK (answer IN ('approved', 'declined')),
    answerer     BLOB    REFERENCES person (id),
    answered_us  INTEGER,
    answer_reason TEXT,
    answer_entry INTEGER REFERENCES entry (idx)
) STRICT;
CREATE UNIQUE INDEX hold_release_open ON hold_release (hold) WHERE answer IS NULL;

-- What one transaction of this database has decided and footage.db must carry out. The key makes it happen once.
CREATE TABLE outbox (
    seq     INTEGER PRIMARY KEY,
    key     TEXT    NOT NULL UNIQUE,
    body    TEXT    NOT NULL,
    made_us INTEGER NOT NULL,
    done_us INTEGER
) STRICT;
CREATE INDEX outbox_open ON outbox (seq) WHERE done_us IS NULL;
