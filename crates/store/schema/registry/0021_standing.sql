-- Who a person is to the system: trained, vetted, current (national-2016:17, guangzhou-2007:23, datong-2008:17, chongqing:11).
-- Rows of trainings, vettings and confirmations stay; what no longer counts has a row beside it that says why.

CREATE TABLE training (
    id                 BLOB    PRIMARY KEY CHECK (length(id) = 16),
    person             BLOB    NOT NULL REFERENCES person (id),
    kind               TEXT    NOT NULL CHECK (kind IN ('law', 'confidentiality', 'skills', 'certificate')),
    -- Held by the municipal public security organ.
    by_public_security INTEGER NOT NULL CHECK (by_public_security IN (0, 1)),
    issuer             TEXT    NOT NULL CHECK (issuer <> ''),
    number             TEXT    NOT NULL,
    from_us            INTEGER NOT NULL,
    -- The first instant at which it is no longer valid.
    until_us           INTEGER NOT NULL CHECK (until_us > from_us),
    document           BLOB    REFERENCES record (id),
    entry              INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX training_person ON training (person);

CREATE TABLE training_revocation (
    training BLOB    PRIMARY KEY REFERENCES training (id),
    reason   TEXT    NOT NULL CHECK (reason <> ''),
    at_us    INTEGER NOT NULL,
    entry    INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE vetting (
    entry    INTEGER PRIMARY KEY REFERENCES entry (idx),
    person   BLOB    NOT NULL REFERENCES person (id),
    by_whom  TEXT    NOT NULL CHECK (by_whom <> ''),
    at_us    INTEGER NOT NULL,
    passed   INTEGER NOT NULL CHECK (passed IN (0, 1)),
    document BLOB    REFERENCES record (id)
) STRICT;
CREATE INDEX vetting_person ON vetting (person, entry);

CREATE TABLE posts_confirmation (
    entry     INTEGER PRIMARY KEY REFERENCES entry (idx),
    person    BLOB    NOT NULL REFERENCES person (id),
    confirmer BLOB    NOT NULL REFERENCES person (id),
    at_us     INTEGER NOT NULL,
    note      TEXT    NOT NULL
) STRICT;
CREATE INDEX posts_confirmation_person ON posts_confirmation (person, entry);

-- The account's own end, and the contractor for whom its person works.
ALTER TABLE person ADD COLUMN valid_until_us INTEGER;
ALTER TABLE person ADD COLUMN contractor BLOB REFERENCES record (id);
ALTER TABLE person ADD COLUMN left_us INTEGER;
-- Since when it rests: the last sign-in or reactivation. 0: not counted yet, the next run begins to.
ALTER TABLE person ADD COLUMN active_us INTEGER NOT NULL DEFAULT 0;
-- Accounts that are older than this step go on without training until then, or a duty room would be dark at once. 0: the next run
-- sets it.
ALTER TABLE person ADD COLUMN grace_until_us INTEGER;
UPDATE person SET grace_until_us = 0;
