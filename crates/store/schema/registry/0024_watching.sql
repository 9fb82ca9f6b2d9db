-- Questions that the access log raises. `watched`: what the rules need of each entry, opened once; rows go when the rules look no
-- further back. `entry_about`: entries of others about a person, for the page of that person. Both go with the entry's key.
CREATE TABLE watched (
    entry     INTEGER PRIMARY KEY REFERENCES entry (idx),
    person    BLOB    NOT NULL REFERENCES person (id),
    unit      BLOB    NOT NULL REFERENCES unit (id),
    at_us     INTEGER NOT NULL,
    act       INTEGER NOT NULL,
    permitted INTEGER NOT NULL CHECK (permitted IN (0, 1)),
    has_case  INTEGER NOT NULL CHECK (has_case IN (0, 1)),
    -- The highest level of its cameras, when it was looked at.
    level     INTEGER NOT NULL,
    span_us   INTEGER NOT NULL,
    -- The export that is asked for or collected.
    export    BLOB
) STRICT;
CREATE INDEX watched_person ON watched (person, at_us);
CREATE INDEX watched_at ON watched (at_us);

CREATE TABLE entry_about (
    person BLOB    NOT NULL REFERENCES person (id),
    idx    INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (person, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE question (
    id          BLOB    PRIMARY KEY CHECK (length(id) = 16),
    rule        TEXT    NOT NULL,
    unit        BLOB    NOT NULL REFERENCES unit (id),
    person      BLOB    NOT NULL REFERENCES person (id),
    -- The day at the units, or the first of the week.
    from_day    INTEGER NOT NULL,
    -- Empty where the rule is about no single camera.
    camera      BLOB    NOT NULL CHECK (length(camera) IN (0, 16)),
    count       INTEGER NOT NULL,
    threshold   INTEGER NOT NULL,
    usual       TEXT    NOT NULL,
    asked_us    INTEGER NOT NULL,
    entry       INTEGER NOT NULL REFERENCES entry (idx),
    explanation TEXT,
    explained_us INTEGER,
    explained_entry INTEGER REFERENCES entry (idx),
    conclusion  TEXT    CHECK (conclusion IN ('in_order', 'instructed', 'passed_on')),
    answer      TEXT,
    answered_by BLOB    REFERENCES person (id),
    answered_us INTEGER,
    answered_entry INTEGER REFERENCES entry (idx),
    UNIQUE (rule, unit, person, from_day, camera),
    CHECK (answered_by IS NOT person),
    CHECK ((conclusion IS NULL) = (answered_by IS NULL) AND (conclusion IS NULL) = (answered_us IS NULL)
       AND (conclusion IS NULL) = (answer IS NULL) AND (conclusion IS NULL) = (answered_entry IS NULL)),
    CHECK ((explanation IS NULL) = (explained_us IS NULL) AND (explanation IS NULL) = (explained_entry IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX question_asked ON question (asked_us);
CREATE INDEX question_person ON question (person, asked_us);

CREATE TABLE question_evidence (
    question BLOB    NOT NULL REFERENCES question (id),
    idx      INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (question, idx)
) STRICT, WITHOUT ROWID;

-- From how much on a unit's rules ask. A rule without a row has the product's own limit. Rows stay: the newest of a rule holds.
CREATE TABLE watching_limit (
    entry  INTEGER PRIMARY KEY REFERENCES entry (idx),
    unit   BLOB    NOT NULL REFERENCES unit (id),
    rule   TEXT    NOT NULL,
    value  INTEGER NOT NULL,
    reason TEXT    NOT NULL CHECK (reason <> ''),
    person BLOB    NOT NULL REFERENCES person (id),
    at_us  INTEGER NOT NULL
) STRICT;
CREATE INDEX watching_limit_unit ON watching_limit (unit, rule, entry);
