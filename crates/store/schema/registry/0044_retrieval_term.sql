-- Within which time a unit answers authorities: its own terms, shorter than what holds without them.
CREATE TABLE retrieval_term (
    unit         BLOB    PRIMARY KEY REFERENCES unit (id),
    answer_hours INTEGER NOT NULL CHECK (answer_hours > 0),
    papers_hours INTEGER NOT NULL CHECK (papers_hours > 0),
    -- when its reception is open, in words; the clock does not stand still outside of it
    open_words   TEXT    NOT NULL,
    person       BLOB    NOT NULL REFERENCES person (id),
    at_us        INTEGER NOT NULL,
    entry        INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;

-- Why an authority asks, in its own words: sealed under the store's key, bound to the row. What stood plain in the body is sealed when
-- the store is opened (retrievals/sealing.rs).
ALTER TABLE retrieval ADD COLUMN reason BLOB;
