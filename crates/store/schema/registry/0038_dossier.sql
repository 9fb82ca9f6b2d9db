-- Dossiers of systems, as they were made; retention that authorities asked to be proven; authorities that change and end.

CREATE TABLE system_dossier (
    id      BLOB    PRIMARY KEY CHECK (length(id) = 16),
    system  BLOB    NOT NULL REFERENCES record (id),
    unit    BLOB    NOT NULL REFERENCES unit (id),
    person  BLOB    NOT NULL REFERENCES person (id),
    at_us   INTEGER NOT NULL,
    entry   INTEGER NOT NULL REFERENCES entry (idx),
    -- entries of the register are handed out in plain
    opened  INTEGER NOT NULL CHECK (opened IN (0, 1)),
    claims  INTEGER NOT NULL,
    -- the two files whose hashes the entry names, byte for byte
    body    TEXT    NOT NULL,
    page    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX system_dossier_of ON system_dossier (system, at_us);

CREATE TABLE retention_demand (
    id           BLOB    PRIMARY KEY CHECK (length(id) = 16),
    authority    BLOB    NOT NULL REFERENCES authority (id),
    unit         BLOB    NOT NULL REFERENCES unit (id),
    system       BLOB    NOT NULL REFERENCES record (id),
    -- NULL: asked by itself
    inspection   BLOB    REFERENCES inspection (id),
    -- under which footage of the system is kept
    article      TEXT    NOT NULL,
    reason       TEXT    NOT NULL CHECK (reason <> ''),
    person       BLOB    NOT NULL REFERENCES person (id),
    at_us        INTEGER NOT NULL,
    entry        INTEGER NOT NULL REFERENCES entry (idx),
    deadline_us  INTEGER NOT NULL CHECK (deadline_us > at_us),
    -- what was fixed before either side knew what would be drawn
    terms        TEXT    NOT NULL,
    -- the authority's nonce, once it is shown
    nonce        BLOB    CHECK (nonce IS NULL OR length(nonce) = 32),
    drawn_entry  INTEGER REFERENCES entry (idx),
    -- the newest answer, as the judge reads it
    transcript   TEXT,
    answered_us  INTEGER,
    answer_entry INTEGER REFERENCES entry (idx),
    answers_count INTEGER NOT NULL DEFAULT 0,
    proven       INTEGER NOT NULL DEFAULT 0,
    failed       INTEGER NOT NULL DEFAULT 0,
    CHECK ((transcript IS NULL) = (answered_us IS NULL) AND (transcript IS NULL) = (answer_entry IS NULL)),
    CHECK ((nonce IS NULL) = (drawn_entry IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX retention_demand_of ON retention_demand (unit, at_us);

-- What an authority was from an instant on; its first version is what was entered.
CREATE TABLE authority_version (
    authority BLOB    NOT NULL REFERENCES authority (id),
    version   INTEGER NOT NULL,
    name      TEXT    NOT NULL CHECK (name <> ''),
    division  TEXT    NOT NULL CHECK (length(division) = 6),
    industry  TEXT,
    reason    TEXT    NOT NULL,
    at_us     INTEGER NOT NULL,
    entry     INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (authority, version)
) STRICT, WITHOUT ROWID;
INSERT INTO authority_version (authority, version, name, division, industry, reason, at_us, entry)
    SELECT id, 1, name, division, industry, '', at_us, entry FROM authority;
ALTER TABLE authority ADD COLUMN ended_us INTEGER;
ALTER TABLE authority ADD COLUMN end_entry INTEGER REFERENCES entry (idx);
ALTER TABLE authority ADD COLUMN end_reason TEXT;
-- NULL: nobody; what it had open is a finding
ALTER TABLE authority ADD COLUMN successor BLOB REFERENCES authority (id);
