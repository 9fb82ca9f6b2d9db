-- A second pair of eyes at the console: the session of whoever signed in there beside its holder. Its token was never given out.
ALTER TABLE session ADD COLUMN beside BLOB REFERENCES session (id) ON DELETE SET NULL;
CREATE INDEX session_beside ON session (beside) WHERE beside IS NOT NULL;
-- Nobody is beside somebody who has gone.
CREATE TRIGGER session_beside_over AFTER UPDATE OF ended_us, locked_us ON session
WHEN NEW.beside IS NULL AND (NEW.ended_us IS NOT NULL OR NEW.locked_us IS NOT NULL)
BEGIN UPDATE session SET ended_us = coalesce(NEW.ended_us, NEW.locked_us) WHERE beside = NEW.id AND ended_us IS NULL; END;

-- Recorded footage of the unit is looked at and copied by two persons together.
ALTER TABLE unit ADD COLUMN recorded_together INTEGER NOT NULL DEFAULT 0 CHECK (recorded_together IN (0, 1));

-- When a unit's reception is open: terms in working hours run then. Rows are replaced, not changed: what held stays to be read.
CREATE TABLE service_hours (
    id       BLOB    PRIMARY KEY,
    unit     BLOB    NOT NULL REFERENCES unit (id),
    since_us INTEGER NOT NULL,
    -- other hours hold from then on, or none
    until_us INTEGER,
    person   BLOB    NOT NULL REFERENCES person (id),
    entry    INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX service_hours_current ON service_hours (unit) WHERE until_us IS NULL;
CREATE TABLE service_opening (
    hours      BLOB    NOT NULL REFERENCES service_hours (id),
    -- 0 Monday to 6 Sunday
    weekday    INTEGER NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    from_min   INTEGER NOT NULL CHECK (from_min BETWEEN 0 AND 1439),
    -- may reach over midnight
    length_min INTEGER NOT NULL CHECK (length_min BETWEEN 1 AND 1440),
    PRIMARY KEY (hours, weekday, from_min)
) STRICT, WITHOUT ROWID;
-- The hours under which its clock runs, where it stands still outside of them.
ALTER TABLE retrieval ADD COLUMN service_hours BLOB REFERENCES service_hours (id);
CREATE TABLE service_closed_day (
    hours BLOB NOT NULL REFERENCES service_hours (id),
    day   TEXT NOT NULL,
    PRIMARY KEY (hours, day)
) STRICT, WITHOUT ROWID;
