-- Reports of pressure by those who are pressed: for the auditors of their unit, and for whoever wrote one; for nobody else there.
CREATE TABLE pressure_report (
    id         BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit       BLOB    NOT NULL REFERENCES unit (id),
    reporter   BLOB    NOT NULL REFERENCES person (id),
    what       TEXT    NOT NULL,
    by_whom    TEXT    NOT NULL,
    account    TEXT    NOT NULL,
    at_us      INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx),
    outcome    TEXT,
    passed_to  TEXT,
    closer     BLOB    REFERENCES person (id),
    closed_us  INTEGER,
    close_entry INTEGER REFERENCES entry (idx),
    CHECK ((outcome IS NULL) = (closer IS NULL) AND (outcome IS NULL) = (closed_us IS NULL) AND (outcome IS NULL) = (close_entry IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX pressure_report_at ON pressure_report (at_us);
