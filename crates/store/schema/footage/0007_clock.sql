-- How the system's clock stood against its time sources, each time they were asked. Measured, never corrected.
CREATE TABLE clock_check (
    at_us     INTEGER PRIMARY KEY,
    -- Sources minus ours; empty when it cannot be told.
    offset_us INTEGER,
    -- One line for each source: what it said, or why it said nothing.
    sources   TEXT NOT NULL
) STRICT;
