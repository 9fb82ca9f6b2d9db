-- Cameras that turn, control of them, and layouts that belong to a post.
CREATE TABLE camera_ptz (
    camera     BLOB    PRIMARY KEY REFERENCES camera (id),
    -- how it is told: `simulated`
    driver     TEXT    NOT NULL,
    -- home, presets, forbidden ranges, patrol: JSON of law::ptz::Rules
    rules      TEXT    NOT NULL,
    changed_us INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;

-- One row for each time that a person had control. How it ended is written once.
CREATE TABLE ptz_control (
    id        BLOB    PRIMARY KEY CHECK (length(id) = 16),
    camera    BLOB    NOT NULL REFERENCES camera (id),
    person    BLOB    NOT NULL REFERENCES person (id),
    began_us  INTEGER NOT NULL,
    entry     INTEGER NOT NULL REFERENCES entry (idx),
    ended_us  INTEGER,
    end_entry INTEGER REFERENCES entry (idx),
    CHECK ((ended_us IS NULL) = (end_entry IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX ptz_control_open ON ptz_control (camera) WHERE ended_us IS NULL;

-- A layout of a post: who holds that role in the unit or group, or keeps watch in that room, gets it.
CREATE TABLE layout_post (
    layout       BLOB    PRIMARY KEY REFERENCES layout (id),
    unit         BLOB    NOT NULL REFERENCES unit (id),
    role         INTEGER,
    camera_group BLOB    REFERENCES camera_group (id),
    room         BLOB    REFERENCES duty_room (id),
    entry        INTEGER NOT NULL REFERENCES entry (idx),
    CHECK ((role IS NULL) <> (room IS NULL)),
    CHECK (camera_group IS NULL OR role IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- The one entry of a person, a layout and a shift. The cameras are what was admitted: other cameras are another entry.
CREATE TABLE layout_opened (
    person  BLOB    NOT NULL REFERENCES person (id),
    layout  BLOB    NOT NULL,
    shift   BLOB    NOT NULL REFERENCES duty_shift (id),
    cameras BLOB    NOT NULL CHECK (length(cameras) = 32),
    entry   INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (person, layout, shift, cameras)
) STRICT, WITHOUT ROWID;
