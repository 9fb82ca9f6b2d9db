-- Reminders: by which channels, what each reader was told, and what waits to be sent.

-- The one mail server of the installation.
CREATE TABLE mail_server (
    id         BLOB    PRIMARY KEY CHECK (length(id) = 16),
    one        INTEGER NOT NULL UNIQUE CHECK (one = 1),
    host       TEXT    NOT NULL CHECK (host <> ''),
    port       INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    security   TEXT    NOT NULL CHECK (security IN ('starttls', 'tls', 'none')),
    sender     TEXT    NOT NULL,
    username   TEXT    NOT NULL,
    -- sealed
    password   BLOB,
    -- since when nothing was taken, and the last answer
    failing_us INTEGER,
    answer     TEXT    NOT NULL DEFAULT '',
    set_us     INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;

-- How a person wants to be reminded; without a row: in the console, by the usual hour.
CREATE TABLE reminder_wish (
    person   BLOB    PRIMARY KEY REFERENCES person (id),
    hour     INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
    days     INTEGER NOT NULL CHECK (days BETWEEN 1 AND 92),
    breaches INTEGER NOT NULL CHECK (breaches IN (0, 1)),
    mail     INTEGER NOT NULL CHECK (mail IN (0, 1)),
    -- sealed
    address  BLOB,
    entry    INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;

-- Where a unit's reminders go, signed. Rows stay; with the end, address and secrets go.
CREATE TABLE webhook (
    id              BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit            BLOB    NOT NULL REFERENCES unit (id),
    name            TEXT    NOT NULL CHECK (name <> ''),
    -- scheme, host and port; the whole address is sealed
    origin          TEXT    NOT NULL,
    url             BLOB,
    hour            INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
    days            INTEGER NOT NULL CHECK (days BETWEEN 1 AND 92),
    breaches        INTEGER NOT NULL CHECK (breaches IN (0, 1)),
    secret          BLOB,
    -- signs beside the new one until then
    secret_before   BLOB,
    before_until_us INTEGER,
    made_us         INTEGER NOT NULL,
    ended_us        INTEGER,
    failing_us      INTEGER,
    answer          TEXT    NOT NULL DEFAULT '',
    entry           INTEGER NOT NULL REFERENCES entry (idx),
    CHECK ((ended_us IS NULL) = (url IS NOT NULL) AND (url IS NULL) = (secret IS NULL))
) STRICT, WITHOUT ROWID;

-- Of a person or a webhook: the last morning that is done, and the last batch.
CREATE TABLE reminder_reader (
    reader      BLOB    PRIMARY KEY CHECK (length(reader) = 16),
    morning     INTEGER,
    breaches_us INTEGER
) STRICT, WITHOUT ROWID;

-- What a reader was told of what is on their board.
CREATE TABLE reminder_told (
    reader BLOB NOT NULL,
    key    TEXT NOT NULL,
    weight TEXT NOT NULL CHECK (weight IN ('coming', 'due', 'late')),
    PRIMARY KEY (reader, key)
) STRICT, WITHOUT ROWID;

-- One batch: counts and articles, no name of anything.
CREATE TABLE reminder (
    id       BLOB    PRIMARY KEY CHECK (length(id) = 16),
    person   BLOB    REFERENCES person (id),
    webhook  BLOB    REFERENCES webhook (id),
    occasion TEXT    NOT NULL CHECK (occasion IN ('morning', 'breaches')),
    made_us  INTEGER NOT NULL,
    late     INTEGER NOT NULL,
    due      INTEGER NOT NULL,
    coming   INTEGER NOT NULL,
    -- JSON
    lines    TEXT    NOT NULL,
    read_us  INTEGER,
    entry    INTEGER NOT NULL REFERENCES entry (idx),
    -- by mail or webhook; NULL: in the console alone
    sending  TEXT    CHECK (sending IN ('waiting', 'sent', 'given_up')),
    tries    INTEGER NOT NULL DEFAULT 0,
    next_us  INTEGER,
    ended_us INTEGER,
    answer   TEXT    NOT NULL DEFAULT '',
    CHECK ((person IS NULL) <> (webhook IS NULL)),
    CHECK ((sending IS 'waiting') = (next_us IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX reminder_of_person ON reminder (person, made_us) WHERE person IS NOT NULL;
CREATE INDEX reminder_waiting ON reminder (next_us) WHERE sending = 'waiting';
CREATE INDEX reminder_made ON reminder (made_us);
