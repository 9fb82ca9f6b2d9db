-- Retrievals by authorities: what was asked, who came, with which papers, and every step with its entry. Only state, clocks and the
-- export of a retrieval change; what was said stays.
CREATE TABLE retrieval (
    id             BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit           BLOB    NOT NULL REFERENCES unit (id),
    -- organ, ground, its case number, what is wanted and how, the pack that it names
    body           TEXT    NOT NULL,
    start_us       INTEGER,
    end_us         INTEGER,
    -- of basic data
    system         BLOB    REFERENCES record (id),
    opened_by      BLOB    NOT NULL REFERENCES person (id),
    opened_us      INTEGER NOT NULL,
    entry          INTEGER NOT NULL REFERENCES entry (idx),
    state          TEXT    NOT NULL CHECK (state IN ('draft', 'complete', 'approved', 'handed-over', 'closed', 'refused')),
    due_us         INTEGER,
    -- of what goes out before its papers are there
    papers_due_us  INTEGER,
    inquiry_closed INTEGER NOT NULL DEFAULT 0 CHECK (inquiry_closed IN (0, 1)),
    export         BLOB    REFERENCES export (id),
    CHECK ((start_us IS NULL) = (end_us IS NULL) AND (start_us IS NULL OR end_us > start_us))
) STRICT, WITHOUT ROWID;
CREATE INDEX retrieval_opened ON retrieval (opened_us);
CREATE INDEX retrieval_due ON retrieval (due_us) WHERE due_us IS NOT NULL;
CREATE INDEX retrieval_papers_due ON retrieval (papers_due_us) WHERE papers_due_us IS NOT NULL;

CREATE TABLE retrieval_camera (
    retrieval BLOB NOT NULL REFERENCES retrieval (id),
    camera    BLOB NOT NULL REFERENCES camera (id),
    PRIMARY KEY (retrieval, camera)
) STRICT, WITHOUT ROWID;

-- Name and certificate number are personal: sealed under the store's key, bound to the row.
CREATE TABLE retrieval_officer (
    id          BLOB    PRIMARY KEY CHECK (length(id) = 16),
    retrieval   BLOB    NOT NULL REFERENCES retrieval (id),
    sealed      BLOB    NOT NULL,
    certificate TEXT,
    entry       INTEGER NOT NULL REFERENCES entry (idx),
    checked_by  BLOB    REFERENCES person (id),
    checked_us  INTEGER,
    check_entry INTEGER REFERENCES entry (idx),
    CHECK ((checked_by IS NULL) = (checked_us IS NULL) AND (checked_by IS NULL) = (check_entry IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX retrieval_officer_of ON retrieval_officer (retrieval);

CREATE TABLE retrieval_paper (
    retrieval BLOB    NOT NULL REFERENCES retrieval (id),
    paper     TEXT    NOT NULL,
    document  BLOB    NOT NULL REFERENCES record (id),
    entry     INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (retrieval, paper, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE retrieval_event (
    entry     INTEGER PRIMARY KEY REFERENCES entry (idx),
    retrieval BLOB    NOT NULL REFERENCES retrieval (id),
    what      TEXT    NOT NULL,
    person    BLOB    NOT NULL REFERENCES person (id),
    at_us     INTEGER NOT NULL,
    -- who holds the copy from then on, or was present at a viewing
    holder    TEXT    NOT NULL,
    note      TEXT    NOT NULL,
    document  BLOB    REFERENCES record (id)
) STRICT;
CREATE INDEX retrieval_event_of ON retrieval_event (retrieval, entry);
