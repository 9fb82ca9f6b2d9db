-- The portal: accounts of requesting authorities, the requests that they file, and what came of each. What was filed stays; a request
-- that was taken in is a retrieval from then on. An account that is a requester's no longer is in the ledger.
CREATE TABLE requester (
    person     BLOB    PRIMARY KEY REFERENCES person (id),
    unit       BLOB    NOT NULL REFERENCES unit (id),
    -- as rule packs name organs
    organ      TEXT    NOT NULL,
    level      TEXT,
    -- GB/T 2260
    division   TEXT    NOT NULL CHECK (length(division) = 6),
    organ_name TEXT    NOT NULL CHECK (organ_name <> ''),
    -- what whoever made it has looked at
    credential BLOB    NOT NULL REFERENCES record (id),
    until_us   INTEGER NOT NULL,
    made_by    BLOB    NOT NULL REFERENCES person (id),
    at_us      INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX requester_of ON requester (unit);

CREATE TABLE portal_request (
    id           BLOB    PRIMARY KEY CHECK (length(id) = 16),
    person       BLOB    NOT NULL REFERENCES person (id),
    unit         BLOB    NOT NULL REFERENCES unit (id),
    -- organ, ground, way, case number, the pack that it names, and to whom the package is sealed
    body         TEXT    NOT NULL,
    -- place, reason, persons: sealed under the store's key, bound to the row
    sealed       BLOB    NOT NULL,
    start_us     INTEGER NOT NULL,
    end_us       INTEGER NOT NULL CHECK (end_us > start_us),
    at_us        INTEGER NOT NULL,
    entry        INTEGER NOT NULL REFERENCES entry (idx),
    state        TEXT    NOT NULL CHECK (state IN ('filed', 'asked', 'taken', 'refused', 'withdrawn')),
    retrieval    BLOB    UNIQUE REFERENCES retrieval (id),
    -- when and by which name the package was received; how often it was collected since
    received_us  INTEGER,
    received_by  TEXT,
    collections  INTEGER NOT NULL DEFAULT 0,
    CHECK (state <> 'taken' OR retrieval IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_request_of ON portal_request (person, at_us);
CREATE INDEX portal_request_unit ON portal_request (unit, at_us);

CREATE TABLE portal_paper (
    request  BLOB    NOT NULL REFERENCES portal_request (id),
    paper    TEXT    NOT NULL,
    document BLOB    NOT NULL REFERENCES record (id),
    entry    INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (request, document)
) STRICT, WITHOUT ROWID;

-- What one side said to the other.
CREATE TABLE portal_step (
    entry   INTEGER PRIMARY KEY REFERENCES entry (idx),
    request BLOB    NOT NULL REFERENCES portal_request (id),
    what    TEXT    NOT NULL,
    text    TEXT    NOT NULL,
    article TEXT    NOT NULL,
    person  BLOB    NOT NULL REFERENCES person (id),
    at_us   INTEGER NOT NULL
) STRICT;
CREATE INDEX portal_step_of ON portal_step (request, entry);
