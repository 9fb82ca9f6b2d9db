-- Longer terms of single cameras, what a camera is expected to send, and in which order cameras stop when the disk is full.
ALTER TABLE camera ADD COLUMN term_days INTEGER;
ALTER TABLE camera ADD COLUMN planned_kbps INTEGER;
-- 1 stops first, 3 last.
ALTER TABLE camera ADD COLUMN priority INTEGER NOT NULL DEFAULT 2 CHECK (priority BETWEEN 1 AND 3);

-- Every change of floor and term, of the whole system or of one camera, with its reason and paper.
CREATE TABLE retention_change (
    id         INTEGER PRIMARY KEY,
    camera     BLOB    REFERENCES camera (id),
    floor_days INTEGER,
    term_days  INTEGER,
    reason     TEXT    NOT NULL,
    document   TEXT    NOT NULL,
    person     BLOB    REFERENCES person (id),
    entry      INTEGER NOT NULL REFERENCES entry (idx),
    at_us      INTEGER NOT NULL
) STRICT;
