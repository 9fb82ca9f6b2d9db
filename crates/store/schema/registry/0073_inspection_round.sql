-- A round of inspections: one act of an authority over several units or systems of its area, with one reason and one plan. Each of its
-- inspections is one like any other, and goes its own way; how far the round is follows from them and is never stored.
CREATE TABLE inspection_round (
    id        BLOB    PRIMARY KEY CHECK (length(id) = 16),
    authority BLOB    NOT NULL REFERENCES authority (id),
    reason    TEXT    NOT NULL CHECK (reason <> ''),
    -- what is looked at, by whom and by when, in words
    plan      TEXT    NOT NULL CHECK (plan <> ''),
    person    BLOB    NOT NULL REFERENCES person (id),
    at_us     INTEGER NOT NULL,
    entry     INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
ALTER TABLE inspection ADD COLUMN round BLOB REFERENCES inspection_round (id);
CREATE INDEX inspection_of_round ON inspection (round) WHERE round IS NOT NULL;
-- Beside each inspection stands how many orders came of it.
CREATE INDEX correction_order_inspection ON correction_order (inspection);
