-- Files of documents: each content once, and which version of which document holds it. Rows stay.
CREATE TABLE document_file (
    sha256     BLOB    PRIMARY KEY CHECK (length(sha256) = 32),
    bytes      INTEGER NOT NULL CHECK (bytes > 0),
    media_type TEXT    NOT NULL,
    taken_us   INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE document_version (
    document  BLOB    NOT NULL,
    version   INTEGER NOT NULL,
    sha256    BLOB    NOT NULL REFERENCES document_file (sha256),
    file_name TEXT    NOT NULL,
    PRIMARY KEY (document, version),
    FOREIGN KEY (document, version) REFERENCES record_version (id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_version_file ON document_version (sha256);

-- A file's hash is no code: two units may hold the same paper.
UPDATE record SET code = NULL WHERE kind = 9;

-- Frames that the system took for a point's papers. `shows` is a hash of what it was taken of: the camera and where it looks; when
-- that changes, the still shows what was.
CREATE TABLE commissioning_still (
    document     BLOB    PRIMARY KEY REFERENCES record (id),
    camera       BLOB    NOT NULL REFERENCES camera (id),
    point        BLOB    NOT NULL REFERENCES record (id),
    at_us        INTEGER NOT NULL,
    shows        BLOB    NOT NULL CHECK (length(shows) = 32),
    entry        INTEGER NOT NULL REFERENCES entry (idx),
    confirmed_by BLOB    REFERENCES person (id),
    confirmed_us INTEGER,
    confirmation INTEGER REFERENCES entry (idx),
    note         TEXT,
    CHECK ((confirmed_by IS NULL) = (confirmed_us IS NULL) AND (confirmed_by IS NULL) = (confirmation IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX commissioning_still_point ON commissioning_still (point, at_us);

-- Any document counted as a still before; none does now.
UPDATE record SET body = json_remove(body, '$.mask_still') WHERE kind = 4 AND json_type(body, '$.mask_still') IS NOT NULL;
DELETE FROM record_reference WHERE field = 'mask_still';
