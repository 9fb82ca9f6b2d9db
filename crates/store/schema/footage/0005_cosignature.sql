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
