-- Footage that is held by itself from the moment on at which a retrieval is complete: one hold for each retrieval. A request that came to
-- nothing lets it go at ends_us; the same hold goes on with the copy that is handed over, and then has no end here.
CREATE TABLE retrieval_hold (
    retrieval BLOB    NOT NULL PRIMARY KEY REFERENCES retrieval (id),
    hold      BLOB    NOT NULL UNIQUE REFERENCES hold (id),
    ends_us   INTEGER,
    -- of the act by which the system let it go
    end_entry INTEGER REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX retrieval_hold_ends ON retrieval_hold (ends_us) WHERE ends_us IS NOT NULL AND end_entry IS NULL;

-- What a witness held against a log, as two signed checkpoints that anybody can check (ledger::fork); it stays when the alarm has ended.
CREATE TABLE witness_evidence (
    entry   INTEGER PRIMARY KEY REFERENCES entry (idx),
    witness TEXT    NOT NULL,
    log     INTEGER NOT NULL CHECK (log IN (0, 1)),
    problem TEXT    NOT NULL,
    seen_us INTEGER NOT NULL,
    file    TEXT    NOT NULL
) STRICT;
