-- Evidence holds: what deletion asks. Who, why and for which case is in registry.db; here is no personal data.
CREATE TABLE hold (
    id            BLOB    PRIMARY KEY CHECK (length(id) = 16),
    start_us      INTEGER NOT NULL,
    end_us        INTEGER NOT NULL CHECK (end_us > start_us),
    placed_leaf   INTEGER NOT NULL UNIQUE REFERENCES leaf (idx),
    released_leaf INTEGER UNIQUE REFERENCES leaf (idx)
) STRICT, WITHOUT ROWID;

-- Every stream of these cameras is held.
CREATE TABLE hold_camera (
    hold   BLOB NOT NULL REFERENCES hold (id),
    camera BLOB NOT NULL CHECK (length(camera) = 16),
    PRIMARY KEY (hold, camera)
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_of_camera ON hold_camera (camera);

-- Deletion reads the records of holds too, not their rows alone.
CREATE INDEX leaf_hold ON leaf (idx) WHERE kind IN (5, 6);
