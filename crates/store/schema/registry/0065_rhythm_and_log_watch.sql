-- How often an authority inspects each system of its area, in days that it sets itself: no text has a figure (national-2016:23). What was set
-- stays; another one, or none, ends it with a reason.
CREATE TABLE inspection_rhythm (
    number     INTEGER PRIMARY KEY,
    authority  BLOB    NOT NULL REFERENCES authority (id),
    days       INTEGER NOT NULL CHECK (days > 0),
    reason     TEXT    NOT NULL CHECK (reason <> ''),
    person     BLOB    NOT NULL REFERENCES person (id),
    at_us      INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx),
    ended_us   INTEGER,
    end_entry  INTEGER REFERENCES entry (idx),
    CHECK ((ended_us IS NULL) = (end_entry IS NULL))
) STRICT;
CREATE UNIQUE INDEX inspection_rhythm_stands ON inspection_rhythm (authority) WHERE ended_us IS NULL;
CREATE INDEX inspection_rhythm_of ON inspection_rhythm (authority, at_us);
-- A sweep asks which were received since the last one; a page which of an authority's are open.
CREATE INDEX inspection_received ON inspection (end_entry) WHERE state = 'ended';
CREATE INDEX inspection_open ON inspection (authority) WHERE state = 'open';
-- How far the server has read its own logs, and what it found altered in them. Of each log one place; a round begins again at the first leaf.
CREATE TABLE log_watch (
    log         TEXT    PRIMARY KEY CHECK (log IN ('footage', 'access')),
    next_leaf   INTEGER NOT NULL,
    -- the tree's hashes up to there, and the next entry: of the access log alone
    frontier    BLOB    NOT NULL,
    next_entry  INTEGER NOT NULL,
    begun_us    INTEGER NOT NULL,
    -- the end of the last whole round
    finished_us INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE log_watch_finding (
    log      TEXT    NOT NULL,
    -- what is wrong, and at which number
    what     TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    since_us INTEGER NOT NULL,
    seen_us  INTEGER NOT NULL,
    PRIMARY KEY (log, what, number)
) STRICT, WITHOUT ROWID;
