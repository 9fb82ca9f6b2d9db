-- Passkeys: public keys of devices with which a person signs in (W3C Web Authentication). Rows stay; an end is written once.
CREATE TABLE passkey (
    id          BLOB    PRIMARY KEY CHECK (length(id) = 16),
    person      BLOB    NOT NULL REFERENCES person (id),
    -- what the person calls it
    name        TEXT    NOT NULL CHECK (name <> ''),
    -- the host name for which the device made it: it signs for no other
    host        TEXT    NOT NULL,
    -- the device's own id of it, at most 1023 bytes
    credential  BLOB    NOT NULL UNIQUE,
    -- COSE_Key, as the device gave it
    public_key  BLOB    NOT NULL,
    -- the device's count of signatures; 0: it does not count
    counter     INTEGER NOT NULL,
    -- may be copied to the person's other devices by whoever made the device
    can_sync    INTEGER NOT NULL CHECK (can_sync IN (0, 1)),
    created_us  INTEGER NOT NULL,
    used_us     INTEGER,
    ended_us    INTEGER,
    entry       INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX passkey_of_person ON passkey (person) WHERE ended_us IS NULL;
