-- Cases: under which somebody looks at secret footage, holds it or hands it out. One person opens a case, another confirms it; rows stay.
CREATE TABLE case_file (
    id            BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit          BLOB    NOT NULL REFERENCES unit (id),
    kind          TEXT    NOT NULL,
    -- As the authority or the unit writes it.
    number        TEXT    NOT NULL CHECK (number <> ''),
    title         TEXT    NOT NULL CHECK (title <> ''),
    -- Empty for an incident of the unit's own.
    authority     TEXT    NOT NULL,
    document      BLOB    REFERENCES record (id),
    -- NULL: until somebody closes it
    closes_us     INTEGER,
    opener        BLOB    NOT NULL REFERENCES person (id),
    opened_us     INTEGER NOT NULL,
    entry         INTEGER NOT NULL REFERENCES entry (idx),
    confirmer     BLOB    REFERENCES person (id),
    confirmed_us  INTEGER,
    confirm_entry INTEGER REFERENCES entry (idx),
    closer        BLOB    REFERENCES person (id),
    closed_us     INTEGER,
    close_entry   INTEGER REFERENCES entry (idx),
    close_reason  TEXT,
    CHECK (confirmer IS NULL OR confirmer <> opener),
    CHECK ((confirmer IS NULL) = (confirmed_us IS NULL) AND (confirmer IS NULL) = (confirm_entry IS NULL)),
    CHECK ((closer IS NULL) = (closed_us IS NULL) AND (closer IS NULL) = (close_entry IS NULL) AND (closer IS NULL) = (close_reason IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX case_file_number ON case_file (unit, number) WHERE closed_us IS NULL;
CREATE INDEX case_file_opened ON case_file (opened_us);

-- The cameras that a case concerns; all of its unit when it names none.
CREATE TABLE case_camera (
    case_file BLOB NOT NULL REFERENCES case_file (id),
    camera    BLOB NOT NULL REFERENCES camera (id),
    PRIMARY KEY (case_file, camera)
) STRICT, WITHOUT ROWID;
