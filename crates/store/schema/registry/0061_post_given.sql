-- Posts that somebody was given after their account was made: another than the giver confirms each.
CREATE TABLE post_given (
    -- of the change that gave it
    entry        INTEGER NOT NULL REFERENCES entry (idx),
    person       BLOB    NOT NULL REFERENCES person (id),
    role         INTEGER NOT NULL,
    unit         BLOB    NOT NULL REFERENCES unit (id),
    camera_group BLOB,
    -- nobody: the system itself
    giver        BLOB    REFERENCES person (id),
    at_us        INTEGER NOT NULL,
    -- the post was taken away again
    taken_us     INTEGER
) STRICT;
CREATE INDEX post_given_person ON post_given (person, entry) WHERE taken_us IS NULL;
