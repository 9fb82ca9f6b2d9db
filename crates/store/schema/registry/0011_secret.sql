-- Systems that involve state secrets, with everything that belongs to them, leave ordinary sight (guangzhou-2007:11): what is
-- secret, and who may see it.

ALTER TABLE record ADD COLUMN secret INTEGER NOT NULL DEFAULT 0 CHECK (secret IN (0, 1));
UPDATE record SET secret = 1 WHERE kind = 3 AND json_extract(body, '$.secret') = 1;
UPDATE record SET secret = 1 WHERE id IN (
    WITH RECURSIVE below (id) AS (
        SELECT id FROM record WHERE secret = 1
        UNION
        SELECT source FROM record_reference JOIN below ON record_reference.target = below.id
        WHERE field IN ('system', 'systems', 'point', 'points', 'built_as')
    )
    SELECT id FROM below
);

CREATE TABLE clearance (
    person   BLOB    NOT NULL REFERENCES person (id),
    unit     BLOB    NOT NULL REFERENCES unit (id),
    document BLOB    NOT NULL REFERENCES record (id),
    at_us    INTEGER NOT NULL,
    entry    INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (person, unit)
) STRICT, WITHOUT ROWID;
