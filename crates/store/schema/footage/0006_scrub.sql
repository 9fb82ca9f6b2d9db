-- Where the background reading of all footage stands (one row), and what it found.
CREATE TABLE scrub (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    -- The last segment that was read in this round.
    segment     INTEGER NOT NULL,
    round       INTEGER NOT NULL,
    begun_us    INTEGER NOT NULL,
    read_bytes  INTEGER NOT NULL,
    -- End of the last whole round.
    finished_us INTEGER
) STRICT;

-- One row a segment, gone when it is read without a finding.
CREATE TABLE scrub_finding (
    segment  INTEGER PRIMARY KEY REFERENCES segment (id),
    found_us INTEGER NOT NULL,
    -- File, fragment and second, as far as they can be told.
    place    TEXT    NOT NULL,
    problem  TEXT    NOT NULL
) STRICT;
