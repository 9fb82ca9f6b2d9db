-- Commitments to nonces, of challenges and of what authorities demand: each once, since a nonce that was shown is no secret any more.
CREATE TABLE challenge_commitment (
    commitment TEXT    PRIMARY KEY CHECK (length(commitment) = 64),
    entry      INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO challenge_commitment (commitment, entry)
SELECT json_extract(terms, '$.commitment'), asked_entry FROM challenge
WHERE json_valid(terms) AND length(json_extract(terms, '$.commitment')) = 64;
INSERT OR IGNORE INTO challenge_commitment (commitment, entry)
SELECT json_extract(terms, '$.commitment'), entry FROM retention_demand
WHERE json_valid(terms) AND length(json_extract(terms, '$.commitment')) = 64;
