-- Where copies are that left as ordinary exports, word by word; and which post a need of a room and a shift are for ('' any).
ALTER TABLE export ADD COLUMN collected_us INTEGER;
ALTER TABLE export ADD COLUMN collected_entry INTEGER REFERENCES entry (idx);
-- Those of the last weeks are known from what the rules look at; of older ones nobody is asked any more.
UPDATE export SET
    collected_us = (SELECT min(at_us) FROM watched WHERE watched.export = export.id AND act = 5 AND permitted = 1),
    collected_entry = (SELECT min(watched.entry) FROM watched WHERE watched.export = export.id AND act = 5 AND permitted = 1);

CREATE TABLE export_event (
    entry    INTEGER PRIMARY KEY REFERENCES entry (idx),
    export   BLOB    NOT NULL REFERENCES export (id),
    what     TEXT    NOT NULL CHECK (what IN ('receipt', 'kept', 'transferred', 'returned', 'destroyed')),
    person   BLOB    NOT NULL REFERENCES person (id),
    at_us    INTEGER NOT NULL,
    -- who has it from then on, or reports it
    holder   TEXT    NOT NULL CHECK (holder <> ''),
    note     TEXT    NOT NULL,
    document BLOB    REFERENCES record (id)
) STRICT;
CREATE INDEX export_event_of ON export_event (export, entry);

ALTER TABLE duty_need ADD COLUMN post TEXT NOT NULL DEFAULT '';
ALTER TABLE duty_shift ADD COLUMN post TEXT NOT NULL DEFAULT '';
