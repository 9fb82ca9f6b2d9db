-- Systems of the register as what a takeover, a case and a request for footage are about. Which cameras that is is asked of the
-- cameras' points at that moment, and kept nowhere.
ALTER TABLE takeover ADD COLUMN system BLOB REFERENCES record (id) CHECK (system IS NULL OR camera_group IS NULL);

CREATE TABLE case_system (
    case_file BLOB NOT NULL REFERENCES case_file (id),
    system    BLOB NOT NULL REFERENCES record (id),
    PRIMARY KEY (case_file, system)
) STRICT, WITHOUT ROWID;

CREATE TABLE access_grant_system (
    access_grant BLOB NOT NULL REFERENCES access_grant (id),
    system       BLOB NOT NULL REFERENCES record (id),
    PRIMARY KEY (access_grant, system)
) STRICT, WITHOUT ROWID;
