-- The floor that the law gave each camera when it was last looked at, and what stays promised after it became shorter.

CREATE TABLE camera_floor (
    camera     BLOB    PRIMARY KEY REFERENCES camera (id),
    floor_days INTEGER NOT NULL,
    since_us   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Footage that was recorded before `until_us` stays under this floor.
CREATE TABLE floor_promise (
    camera     BLOB    NOT NULL REFERENCES camera (id),
    floor_days INTEGER NOT NULL,
    until_us   INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (camera, floor_days)
) STRICT, WITHOUT ROWID;
