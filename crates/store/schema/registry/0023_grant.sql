-- Requests to see footage, who approved them, and what was done under them. Rows stay.
ALTER TABLE unit ADD COLUMN recorded_grant INTEGER NOT NULL DEFAULT 0 CHECK (recorded_grant IN (0, 1));

CREATE TABLE access_grant (
    id            BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit          BLOB    NOT NULL REFERENCES unit (id),
    asker         BLOB    NOT NULL REFERENCES person (id),
    asked_us      INTEGER NOT NULL,
    entry         INTEGER NOT NULL REFERENCES entry (idx),
    -- 1 live, 2 playback, 4 still, 8 export
    acts          INTEGER NOT NULL CHECK (acts BETWEEN 1 AND 15),
    -- NULL: live pictures alone
    start_us      INTEGER,
    end_us        INTEGER CHECK (end_us > start_us),
    purpose       INTEGER NOT NULL,
    legal_basis   INTEGER NOT NULL,
    case_file     BLOB    REFERENCES case_file (id),
    reason        TEXT    NOT NULL CHECK (reason <> ''),
    uses_max      INTEGER NOT NULL CHECK (uses_max > 0),
    expires_us    INTEGER NOT NULL,
    answer        TEXT    CHECK (answer IN ('granted', 'declined')),
    answerer      BLOB    REFERENCES person (id),
    answered_us   INTEGER,
    answer_entry  INTEGER REFERENCES entry (idx),
    answer_reason TEXT,
    revoker       BLOB    REFERENCES person (id),
    revoked_us    INTEGER,
    revoke_entry  INTEGER REFERENCES entry (idx),
    revoke_reason TEXT,
    CHECK (answer IS NOT 'granted' OR answerer <> asker),
    CHECK ((answer IS NULL) = (answerer IS NULL) AND (answer IS NULL) = (answered_us IS NULL) AND (answer IS NULL) = (answer_entry IS NULL)),
    CHECK ((revoker IS NULL) = (revoked_us IS NULL) AND (revoker IS NULL) = (revoke_entry IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX access_grant_asked ON access_grant (asked_us);
CREATE INDEX access_grant_asker ON access_grant (asker, asked_us);

CREATE TABLE access_grant_camera (
    access_grant BLOB NOT NULL REFERENCES access_grant (id),
    camera       BLOB NOT NULL REFERENCES camera (id),
    PRIMARY KEY (access_grant, camera)
) STRICT, WITHOUT ROWID;

-- What was done under it: the entry of each view and export.
CREATE TABLE access_grant_use (
    entry        INTEGER PRIMARY KEY REFERENCES entry (idx),
    access_grant BLOB    NOT NULL REFERENCES access_grant (id)
) STRICT;
CREATE INDEX access_grant_use_of ON access_grant_use (access_grant);
