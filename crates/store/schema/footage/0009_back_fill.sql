-- Footage that was brought later is a stream of its own beside those that are recorded. A CHECK can only be changed in the schema's
-- text; what is stored stays as it is (sqlite.org/lang_altertable, section 8).
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'profile IN (0, 1)', 'profile IN (0, 1, 2)') WHERE type = 'table' AND name = 'stream';
PRAGMA writable_schema = RESET;

-- What was brought, when, and from where. Who brought it and why is an entry of the access log. `leaf` is the gap record that begins
-- it in the footage log; its segments are the stream's next records.
CREATE TABLE back_fill (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    stream     INTEGER NOT NULL REFERENCES stream (id),
    start_us   INTEGER NOT NULL,
    arrived_us INTEGER NOT NULL,
    source     TEXT    NOT NULL,
    leaf       INTEGER NOT NULL REFERENCES leaf (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX back_fill_stream ON back_fill (stream, start_us);
