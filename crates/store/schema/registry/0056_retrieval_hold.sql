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
