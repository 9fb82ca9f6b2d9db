-- Cosignatures of witnesses on our checkpoints, as signature lines. Kept as long as the checkpoint.
CREATE TABLE cosignature (
    size      INTEGER NOT NULL REFERENCES checkpoint (size),
    witness   TEXT    NOT NULL,
    line      TEXT    NOT NULL,
    time_s    INTEGER NOT NULL,
    stored_us INTEGER NOT NULL,
    PRIMARY KEY (size, witness)
) STRICT, WITHOUT ROWID;
CREATE INDEX cosignature_witness ON cosignature (witness, size);

-- What a witness holds against us: it has seen a log that ours does not continue. One row for each witness and log
-- until it cosigns again; log: 0 = footage, 1 = access.
CREATE TABLE witness_alarm (
    witness  TEXT    NOT NULL,
    log      INTEGER NOT NULL CHECK (log IN (0, 1)),
    problem  TEXT    NOT NULL,
    size     INTEGER NOT NULL,
    since_us INTEGER NOT NULL,
    entry    INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (witness, log)
) STRICT, WITHOUT ROWID;
