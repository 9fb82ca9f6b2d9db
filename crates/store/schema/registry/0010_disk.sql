-- Media disks. 1 is the folder that the data folder or the boot file names: it has no path here. Rows stay, so that numbers
-- are not used again. `own` is what the folder's identity file says beside the store.
CREATE TABLE media_disk (
    id         INTEGER PRIMARY KEY CHECK (id > 0),
    path       TEXT UNIQUE,
    own        BLOB UNIQUE CHECK (length(own) = 16),
    added_us   INTEGER,
    retired_us INTEGER,
    CHECK ((id = 1) = (path IS NULL) AND (id = 1) = (own IS NULL))
) STRICT;
INSERT INTO media_disk (id) VALUES (1);

-- The disk that a camera's footage is to go to, whatever the others have room for.
ALTER TABLE camera ADD COLUMN disk INTEGER REFERENCES media_disk (id);
