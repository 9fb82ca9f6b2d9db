-- Sound of cameras, switched on with a legal basis and off again: the newest row of a camera says what holds. It holds only
-- where it was given: a camera that has moved to another unit or point since records no sound.
CREATE TABLE sound_switch (
    entry    INTEGER PRIMARY KEY REFERENCES entry (idx),
    camera   BLOB    NOT NULL REFERENCES camera (id),
    is_on    INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    -- 0 law, 1 authority's order, 2 consent
    basis    INTEGER CHECK (basis IN (0, 1, 2)),
    ground   TEXT    NOT NULL,
    document TEXT    NOT NULL,
    unit     BLOB    NOT NULL REFERENCES unit (id),
    point    BLOB    REFERENCES record (id),
    person   BLOB    REFERENCES person (id),
    at_us    INTEGER NOT NULL,
    CHECK (is_on = 0 OR (basis IS NOT NULL AND ground <> ''))
) STRICT;
CREATE INDEX sound_switch_camera ON sound_switch (camera, entry);
