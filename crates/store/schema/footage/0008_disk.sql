-- Several media disks. A segment of the first disk has none here, as all had before there were others.
-- The disks themselves are in registry.db.
ALTER TABLE segment ADD COLUMN disk INTEGER CHECK (disk > 1);

-- What stream_day says, of one of the further disks. Derived from `segment`.
CREATE TABLE disk_day (
    disk     INTEGER NOT NULL CHECK (disk > 1),
    stream   INTEGER NOT NULL REFERENCES stream (id),
    day      INTEGER NOT NULL,
    segments INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    PRIMARY KEY (disk, stream, day)
) STRICT, WITHOUT ROWID;
