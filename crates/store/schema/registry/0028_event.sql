-- Alarm and door systems (national-2016:34): the systems that send, what they sent, and what became of it. Events and steps stay.
CREATE TABLE alarm_source (
    id         BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit       BLOB    NOT NULL REFERENCES unit (id),
    -- the system that it is part of: its stage says whether its events raise alarms
    system     BLOB    NOT NULL REFERENCES record (id),
    kind       TEXT    NOT NULL,
    name       TEXT    NOT NULL CHECK (name <> ''),
    maker      TEXT    NOT NULL,
    contractor BLOB    REFERENCES record (id),
    -- of events without a known input; NULL: only noted
    priority   TEXT,
    -- SHA-256 of the token; NULL: none, or revoked
    token_hash BLOB    CHECK (length(token_hash) = 32),
    token_us   INTEGER,
    made_us    INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx),
    retired_us INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX alarm_source_token ON alarm_source (token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX alarm_source_unit ON alarm_source (unit, name);

-- A door, a zone, a button; replaced as a whole. What an event was about stands in the event.
CREATE TABLE alarm_input (
    source   BLOB NOT NULL REFERENCES alarm_source (id),
    -- as the sender names it
    code     TEXT NOT NULL CHECK (code <> ''),
    name     TEXT NOT NULL,
    priority TEXT,
    PRIMARY KEY (source, code)
) STRICT, WITHOUT ROWID;
CREATE TABLE alarm_input_camera (
    source BLOB NOT NULL,
    code   TEXT NOT NULL,
    camera BLOB NOT NULL REFERENCES camera (id),
    PRIMARY KEY (source, code, camera),
    FOREIGN KEY (source, code) REFERENCES alarm_input (source, code) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE alarm_event (
    id           BLOB    PRIMARY KEY CHECK (length(id) = 16),
    -- NULL: the whole installation's
    unit         BLOB    REFERENCES unit (id),
    -- NULL: the product's own
    source       BLOB    REFERENCES alarm_source (id),
    -- the sender's own id of it: the same with the same time is the same event
    sender_id    TEXT    NOT NULL CHECK (sender_id <> ''),
    input        TEXT    NOT NULL,
    input_name   TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    words        TEXT    NOT NULL,
    priority     TEXT,
    -- by the sender's clock, by ours, and which of the two counts
    happened_us  INTEGER NOT NULL,
    received_us  INTEGER NOT NULL,
    at_us        INTEGER NOT NULL,
    entry        INTEGER NOT NULL REFERENCES entry (idx),
    state        TEXT    NOT NULL CHECK (state IN ('noted', 'test', 'open', 'acknowledged', 'closed')),
    -- since when an open alarm waits
    waits_us     INTEGER NOT NULL,
    -- the role asked last; NULL: those who keep watch
    escalated_to INTEGER,
    -- when it was escalated because its term had passed
    overdue_us   INTEGER,
    outcome      TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX alarm_event_sent ON alarm_event (source, sender_id, happened_us) WHERE source IS NOT NULL;
CREATE UNIQUE INDEX alarm_event_own ON alarm_event (sender_id) WHERE source IS NULL;
CREATE INDEX alarm_event_at ON alarm_event (at_us, id);
CREATE INDEX alarm_event_state ON alarm_event (state, at_us, id);
CREATE INDEX alarm_event_of_source ON alarm_event (source, at_us, id);
CREATE TRIGGER alarm_event_stays BEFORE DELETE ON alarm_event BEGIN SELECT raise(ABORT, 'an event stays'); END;

CREATE TABLE alarm_event_camera (
    event  BLOB NOT NULL REFERENCES alarm_event (id),
    camera BLOB NOT NULL REFERENCES camera (id),
    PRIMARY KEY (event, camera)
) STRICT, WITHOUT ROWID;
CREATE INDEX alarm_event_of_camera ON alarm_event_camera (camera);

CREATE TABLE alarm_step (
    event  BLOB    NOT NULL REFERENCES alarm_event (id),
    entry  INTEGER NOT NULL REFERENCES entry (idx),
    at_us  INTEGER NOT NULL,
    step   TEXT    NOT NULL CHECK (step IN ('acknowledge', 'escalate', 'close')),
    -- NULL: by the system, at its term
    person BLOB    REFERENCES person (id),
    role   INTEGER,
    words  TEXT    NOT NULL,
    PRIMARY KEY (event, entry)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER alarm_step_stays BEFORE DELETE ON alarm_step BEGIN SELECT raise(ABORT, 'a step stays'); END;
CREATE TRIGGER alarm_step_is_as_written BEFORE UPDATE ON alarm_step BEGIN SELECT raise(ABORT, 'a step stays'); END;

-- How long a unit lets a high alarm wait.
CREATE TABLE alarm_term (
    unit   BLOB    PRIMARY KEY REFERENCES unit (id),
    term_s INTEGER NOT NULL,
    entry  INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
