-- Filings with the public security organ. `dossier` is what was filed, byte for byte as its hash names it; it is basic data.
-- A filing is never changed; what is filed again is another row. The receipt comes later, and once.
CREATE TABLE filing (
    id         BLOB    PRIMARY KEY CHECK (length(id) = 16),
    system     BLOB    NOT NULL REFERENCES record (id),
    pack       TEXT    NOT NULL,
    filed_on   TEXT    NOT NULL,
    recipient  TEXT    NOT NULL,
    filer      TEXT    NOT NULL,
    note       TEXT    NOT NULL,
    dossier    TEXT    NOT NULL,
    sha256     BLOB    NOT NULL CHECK (length(sha256) = 32),
    person     BLOB    NOT NULL REFERENCES person (id),
    at_us      INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx),
    receipt    BLOB    REFERENCES record (id),
    receipt_number TEXT,
    receipt_on TEXT,
    receipt_entry INTEGER REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX filing_system ON filing (system, at_us);
