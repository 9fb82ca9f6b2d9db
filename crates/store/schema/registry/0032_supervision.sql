-- Supervision: authorities and their supervisors, accusations from the public, inspections, orders, awards. Rows stay; a supervisor who
-- is one no longer is in the ledger.
CREATE TABLE authority (
    id       BLOB    PRIMARY KEY CHECK (length(id) = 16),
    name     TEXT    NOT NULL UNIQUE CHECK (name <> ''),
    kind     TEXT    NOT NULL,
    -- GB/T 2260; 000000 is the whole country
    division TEXT    NOT NULL CHECK (length(division) = 6),
    -- of an industry's authority: the category of place
    industry TEXT    CHECK ((kind = 'industry') = (industry IS NOT NULL)),
    at_us    INTEGER NOT NULL,
    entry    INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE supervisor (
    person    BLOB    PRIMARY KEY REFERENCES person (id),
    authority BLOB    NOT NULL REFERENCES authority (id),
    at_us     INTEGER NOT NULL,
    entry     INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX supervisor_of ON supervisor (authority);

CREATE TABLE accusation (
    id        BLOB    PRIMARY KEY CHECK (length(id) = 16),
    -- what the reporter follows it by; of the code only its hash is kept
    number    TEXT    NOT NULL UNIQUE,
    code_hash BLOB    NOT NULL CHECK (length(code_hash) = 32),
    kind      TEXT    NOT NULL,
    who       TEXT    NOT NULL CHECK (who <> ''),
    account   TEXT    NOT NULL CHECK (account <> ''),
    division  TEXT,
    contact   BLOB,
    at_us     INTEGER NOT NULL,
    entry     INTEGER NOT NULL REFERENCES entry (idx),
    -- NULL: no authority that it does not concern; for the auditors whom it does not concern
    authority BLOB    REFERENCES authority (id),
    stage     TEXT    NOT NULL,
    answer    TEXT,
    outcome   TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX accusation_at ON accusation (at_us);
-- Whom it is kept from: units, authorities and people that its words may mean.
CREATE TABLE accusation_concerned (
    accusation BLOB NOT NULL REFERENCES accusation (id),
    kind       TEXT NOT NULL CHECK (kind IN ('unit', 'authority', 'person')),
    target     BLOB NOT NULL,
    PRIMARY KEY (accusation, kind, target)
) STRICT, WITHOUT ROWID;
CREATE TABLE accusation_step (
    accusation BLOB    NOT NULL REFERENCES accusation (id),
    number     INTEGER NOT NULL,
    stage      TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    person     BLOB    NOT NULL REFERENCES person (id),
    at_us      INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (accusation, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE inspection (
    id        BLOB    PRIMARY KEY CHECK (length(id) = 16),
    authority BLOB    NOT NULL REFERENCES authority (id),
    unit      BLOB    NOT NULL REFERENCES unit (id),
    -- NULL: all systems of the unit that the authority supervises
    system    BLOB    REFERENCES record (id),
    reason    TEXT    NOT NULL,
    person    BLOB    NOT NULL REFERENCES person (id),
    at_us     INTEGER NOT NULL,
    entry     INTEGER NOT NULL REFERENCES entry (idx),
    state     TEXT    NOT NULL CHECK (state IN ('open', 'ended', 'refused')),
    end_note  TEXT,
    ended_us  INTEGER,
    end_entry INTEGER REFERENCES entry (idx),
    CHECK ((state = 'open') = (ended_us IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX inspection_unit ON inspection (unit, at_us);
CREATE TABLE inspection_line (
    inspection BLOB    NOT NULL REFERENCES inspection (id),
    number     INTEGER NOT NULL,
    article    TEXT    NOT NULL,
    -- the line as it was made from the pack and the findings
    body       TEXT    NOT NULL,
    verdict    TEXT    CHECK (verdict IN ('kept', 'lacking', 'not_applicable')),
    note       TEXT,
    person     BLOB    REFERENCES person (id),
    at_us      INTEGER,
    entry      INTEGER REFERENCES entry (idx),
    PRIMARY KEY (inspection, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE inspection_comment (
    inspection BLOB    NOT NULL REFERENCES inspection (id),
    number     INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    -- documents of the unit's register, as JSON
    documents  TEXT    NOT NULL,
    person     BLOB    NOT NULL REFERENCES person (id),
    at_us      INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (inspection, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE correction_order (
    id          BLOB    PRIMARY KEY CHECK (length(id) = 16),
    number      TEXT    NOT NULL UNIQUE,
    inspection  BLOB    NOT NULL REFERENCES inspection (id),
    line        INTEGER NOT NULL,
    -- who judges it now: the one that issued it, or the one above
    authority   BLOB    NOT NULL REFERENCES authority (id),
    issuer      BLOB    NOT NULL REFERENCES authority (id),
    unit        BLOB    NOT NULL REFERENCES unit (id),
    article     TEXT    NOT NULL,
    basis       TEXT    NOT NULL CHECK (basis IN ('in_force', 'adopted')),
    -- the article that threatens and what it threatens, as the pack had it then; NULL: none held
    penalty     TEXT,
    penalties_held INTEGER NOT NULL CHECK (penalties_held IN (0, 1)),
    demand      TEXT    NOT NULL CHECK (demand <> ''),
    deadline_us INTEGER NOT NULL,
    state       TEXT    NOT NULL,
    person      BLOB    NOT NULL REFERENCES person (id),
    at_us       INTEGER NOT NULL,
    entry       INTEGER NOT NULL REFERENCES entry (idx),
    FOREIGN KEY (inspection, line) REFERENCES inspection_line (inspection, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX correction_order_unit ON correction_order (unit, at_us);
CREATE TABLE order_step (
    correction_order BLOB NOT NULL REFERENCES correction_order (id),
    number     INTEGER NOT NULL,
    what       TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    documents  TEXT    NOT NULL,
    amount_cny INTEGER,
    person     BLOB    NOT NULL REFERENCES person (id),
    at_us      INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (correction_order, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE award (
    id          BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit        BLOB    NOT NULL REFERENCES unit (id),
    case_file   BLOB    NOT NULL REFERENCES case_file (id),
    -- a unit or a person, in words
    whom        TEXT    NOT NULL CHECK (whom <> ''),
    merit       TEXT    NOT NULL CHECK (merit <> ''),
    person      BLOB    NOT NULL REFERENCES person (id),
    at_us       INTEGER NOT NULL,
    entry       INTEGER NOT NULL REFERENCES entry (idx),
    granted     INTEGER CHECK (granted IN (0, 1)),
    decision    TEXT,
    authority   BLOB    REFERENCES authority (id),
    decider     BLOB    REFERENCES person (id),
    decided_us  INTEGER,
    decided_entry INTEGER REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX award_unit ON award (unit, at_us);
