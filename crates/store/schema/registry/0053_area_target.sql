-- Targets that authorities set for their areas (national-2016:5, datong-2008:4, chongqing:3): a number by the end of a year, of a plan. What
-- was set stays; it is taken back with a reason. How far it is reached is never kept: it is counted when somebody looks.
CREATE TABLE area_target (
    id         BLOB    PRIMARY KEY CHECK (length(id) = 16),
    authority  BLOB    NOT NULL REFERENCES authority (id),
    -- GB/T 2260, the authority's own or one below
    division   TEXT    NOT NULL CHECK (length(division) = 6),
    indicator  TEXT    NOT NULL,
    -- hundredths, of a percent where the indicator is a share
    hundredths INTEGER NOT NULL CHECK (hundredths > 0),
    year       INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2200),
    plan       TEXT    NOT NULL CHECK (plan <> ''),
    person     BLOB    NOT NULL REFERENCES person (id),
    at_us      INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx),
    ended_by   BLOB    REFERENCES person (id),
    ended_us   INTEGER,
    end_reason TEXT,
    end_entry  INTEGER REFERENCES entry (idx),
    CHECK ((ended_us IS NULL) = (end_entry IS NULL))
) STRICT, WITHOUT ROWID;
-- One of a kind stands for a division and a year.
CREATE UNIQUE INDEX area_target_stands ON area_target (authority, division, indicator, year) WHERE ended_us IS NULL;
