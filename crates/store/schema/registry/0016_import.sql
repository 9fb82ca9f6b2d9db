-- What an import or a change of many will write, laid ready beside the register in small transactions; one transaction of a few
-- statements takes it over. Rows of an import that was not taken over are deleted.

CREATE TABLE import_record (
    import  BLOB    NOT NULL,
    id      BLOB    NOT NULL,
    is_new  INTEGER NOT NULL,
    kind    INTEGER NOT NULL,
    unit    BLOB,
    name    TEXT    NOT NULL,
    code    TEXT,
    parent  BLOB,
    body    TEXT    NOT NULL,
    search  TEXT    NOT NULL,
    missing INTEGER NOT NULL,
    version INTEGER NOT NULL,
    stage   INTEGER,
    PRIMARY KEY (import, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_reference (
    import BLOB NOT NULL,
    source BLOB NOT NULL,
    field  TEXT NOT NULL,
    target BLOB NOT NULL,
    PRIMARY KEY (import, source, field, target)
) STRICT, WITHOUT ROWID;

-- Records that the judgement looked at, as they were: when one of them differs, nothing is taken over.
CREATE TABLE import_seen (
    import  BLOB    NOT NULL,
    id      BLOB    NOT NULL,
    version INTEGER NOT NULL,
    stage   INTEGER,
    PRIMARY KEY (import, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_camera (
    import         BLOB    NOT NULL,
    id             BLOB    NOT NULL,
    is_new         INTEGER NOT NULL,
    unit           BLOB    NOT NULL,
    camera_group   BLOB,
    name           TEXT    NOT NULL,
    place          TEXT    NOT NULL,
    main_url       TEXT    NOT NULL,
    sub_url        TEXT,
    -- Sealed as in the camera's row; absent: they stay.
    credentials    BLOB,
    security_level INTEGER NOT NULL,
    floor_days     INTEGER,
    enabled        INTEGER NOT NULL,
    transport      INTEGER NOT NULL,
    planned_kbps   INTEGER,
    point          BLOB,
    test_id        BLOB    NOT NULL,
    -- The row as it was.
    seen           TEXT,
    PRIMARY KEY (import, id)
) STRICT, WITHOUT ROWID;

-- Whether a unit has a camera of that name is asked for each row of a table.
CREATE INDEX camera_of_unit ON camera (unit, name);
