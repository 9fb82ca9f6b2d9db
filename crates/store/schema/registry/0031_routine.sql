-- What a unit does again and again: its own terms, written rules and who confirmed them, drills, maintenance rounds, work orders,
-- assessments, carriers' links (datong-2008:17, national-2016:16, national-2016:17, guangzhou-2007:20). Rows stay.
CREATE TABLE routine_terms (
    unit            BLOB    PRIMARY KEY REFERENCES unit (id),
    drill_days      INTEGER NOT NULL,
    confirm_days    INTEGER NOT NULL,
    front_end_days  INTEGER NOT NULL,
    lines_days      INTEGER NOT NULL,
    storage_days    INTEGER NOT NULL,
    repair_days     INTEGER NOT NULL,
    assessment_days INTEGER NOT NULL,
    entry           INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;

-- A version of a written rule: a document of the unit's archive. The newest that has begun is the one in force.
CREATE TABLE written_rule (
    id        BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit      BLOB    NOT NULL REFERENCES unit (id),
    kind      TEXT    NOT NULL,
    document  BLOB    NOT NULL REFERENCES record (id),
    -- Version of the document, so that a later file is not what was confirmed.
    version   INTEGER NOT NULL,
    from_us   INTEGER NOT NULL,
    review_us INTEGER NOT NULL CHECK (review_us > from_us),
    person    BLOB    NOT NULL REFERENCES person (id),
    at_us     INTEGER NOT NULL,
    entry     INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX written_rule_unit ON written_rule (unit, kind, from_us);
CREATE TABLE rule_confirmation (
    rule   BLOB    NOT NULL REFERENCES written_rule (id),
    person BLOB    NOT NULL REFERENCES person (id),
    at_us  INTEGER NOT NULL,
    entry  INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (rule, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE drill (
    id      BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit    BLOB    NOT NULL REFERENCES unit (id),
    held_us INTEGER NOT NULL,
    body    TEXT    NOT NULL CHECK (body <> ''),
    -- What was found, and what follows.
    found   TEXT    NOT NULL CHECK (found <> ''),
    person  BLOB    NOT NULL REFERENCES person (id),
    at_us   INTEGER NOT NULL,
    entry   INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX drill_unit ON drill (unit, held_us);
CREATE TABLE drill_participant (
    drill  BLOB NOT NULL REFERENCES drill (id),
    person BLOB NOT NULL REFERENCES person (id),
    PRIMARY KEY (drill, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE maintenance_round (
    id         BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit       BLOB    NOT NULL REFERENCES unit (id),
    part       TEXT    NOT NULL,
    begun_us   INTEGER NOT NULL,
    person     BLOB    NOT NULL REFERENCES person (id),
    entry      INTEGER NOT NULL REFERENCES entry (idx),
    -- What the system measured when it began: a JSON list, its hash in the entry.
    measured   TEXT    NOT NULL,
    signed_us  INTEGER,
    signer     BLOB    REFERENCES person (id),
    words      TEXT,
    sign_entry INTEGER REFERENCES entry (idx),
    CHECK ((signed_us IS NULL) = (signer IS NULL) AND (signed_us IS NULL) = (sign_entry IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX maintenance_round_unit ON maintenance_round (unit, part, signed_us);
CREATE TABLE round_line (
    round  BLOB NOT NULL REFERENCES maintenance_round (id),
    item   TEXT NOT NULL,
    answer TEXT NOT NULL,
    words  TEXT NOT NULL,
    camera BLOB REFERENCES camera (id),
    PRIMARY KEY (round, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE work_order (
    id           BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit         BLOB    NOT NULL REFERENCES unit (id),
    part         TEXT    NOT NULL,
    body         TEXT    NOT NULL CHECK (body <> ''),
    camera       BLOB    REFERENCES camera (id),
    contractor   BLOB    REFERENCES record (id),
    due_us       INTEGER NOT NULL,
    -- The round that opened it; NULL: a person did.
    round        BLOB    REFERENCES maintenance_round (id),
    person       BLOB    NOT NULL REFERENCES person (id),
    opened_us    INTEGER NOT NULL,
    entry        INTEGER NOT NULL REFERENCES entry (idx),
    -- The repair, as it was last reported.
    done_us      INTEGER,
    doer         BLOB    REFERENCES person (id),
    done_words   TEXT,
    evidence     BLOB    REFERENCES record (id),
    done_entry   INTEGER REFERENCES entry (idx),
    -- Another person's word on it: what was sent back is open again, and its words stay here.
    accepted_us  INTEGER,
    judged_us    INTEGER,
    acceptor     BLOB    REFERENCES person (id),
    accept_words TEXT,
    accept_entry INTEGER REFERENCES entry (idx),
    CHECK ((done_us IS NULL) = (doer IS NULL) AND (done_us IS NULL) = (done_entry IS NULL)),
    CHECK (accepted_us IS NULL OR (done_us IS NOT NULL AND acceptor <> doer))
) STRICT, WITHOUT ROWID;
CREATE INDEX work_order_unit ON work_order (unit, accepted_us, due_us);

-- Measured data of a span, frozen as it was drawn up.
CREATE TABLE assessment (
    id         BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit       BLOB    NOT NULL REFERENCES unit (id),
    start_us   INTEGER NOT NULL,
    end_us     INTEGER NOT NULL CHECK (end_us > start_us),
    snapshot   TEXT    NOT NULL,
    sha256     BLOB    NOT NULL CHECK (length(sha256) = 32),
    person     BLOB    NOT NULL REFERENCES person (id),
    at_us      INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx),
    signed_us  INTEGER,
    signer     BLOB    REFERENCES person (id),
    words      TEXT,
    sign_entry INTEGER REFERENCES entry (idx),
    CHECK ((signed_us IS NULL) = (signer IS NULL) AND (signed_us IS NULL) = (words IS NULL) AND (signed_us IS NULL) = (sign_entry IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX assessment_unit ON assessment (unit, at_us);
CREATE TRIGGER assessment_frozen BEFORE UPDATE OF snapshot, sha256, start_us, end_us ON assessment
BEGIN SELECT RAISE(ABORT, 'an assessment is frozen'); END;

CREATE TABLE carrier_link (
    id           BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit         BLOB    NOT NULL REFERENCES unit (id),
    name         TEXT    NOT NULL CHECK (name <> ''),
    carrier      BLOB    NOT NULL REFERENCES record (id),
    contract     BLOB    REFERENCES record (id),
    from_us      INTEGER NOT NULL,
    until_us     INTEGER CHECK (until_us > from_us),
    -- What the contract says the line carries, in parts in a million of the time.
    contract_ppm INTEGER NOT NULL CHECK (contract_ppm BETWEEN 1 AND 1000000),
    person       BLOB    NOT NULL REFERENCES person (id),
    at_us        INTEGER NOT NULL,
    entry        INTEGER NOT NULL REFERENCES entry (idx),
    ended_us     INTEGER,
    end_entry    INTEGER REFERENCES entry (idx),
    CHECK ((ended_us IS NULL) = (end_entry IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX carrier_link_unit ON carrier_link (unit);
CREATE TABLE link_camera (
    link   BLOB NOT NULL REFERENCES carrier_link (id),
    camera BLOB NOT NULL REFERENCES camera (id),
    PRIMARY KEY (link, camera)
) STRICT, WITHOUT ROWID;
