-- Challenges: who asked for a proof that footage is still held, what was fixed then, and how the answer came out. The answer
-- itself is with who asked; its hash is in the entry.
CREATE TABLE challenge (
    id           BLOB    PRIMARY KEY CHECK (length(id) = 16),
    asked_us     INTEGER NOT NULL,
    -- An account, or the name of another party's machine.
    asker        TEXT    NOT NULL,
    -- `ledger::challenge::Terms` as JSON.
    terms        TEXT    NOT NULL,
    asked_entry  INTEGER NOT NULL,
    answered_us  INTEGER,
    answer_entry INTEGER,
    footage      INTEGER,
    gaps         INTEGER,
    expired      INTEGER,
    not_yet      INTEGER,
    cannot       INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX challenge_time ON challenge (asked_us);
