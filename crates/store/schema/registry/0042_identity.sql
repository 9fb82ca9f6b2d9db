-- Links between accounts and subjects of sign-in providers (OpenID Connect), and invitations to make one. Rows stay; an end is
-- written once. No token of a provider is kept.
CREATE TABLE identity (
    id          BLOB    PRIMARY KEY CHECK (length(id) = 16),
    person      BLOB    NOT NULL REFERENCES person (id),
    -- the provider's own name for itself, exactly (`iss`)
    issuer      TEXT    NOT NULL CHECK (issuer <> ''),
    -- the provider's name for the person (`sub`): at most 255 characters, compared exactly
    subject     TEXT    NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    created_us  INTEGER NOT NULL,
    used_us     INTEGER,
    ended_us    INTEGER,
    entry       INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
-- One subject opens one account.
CREATE UNIQUE INDEX identity_of_subject ON identity (issuer, subject) WHERE ended_us IS NULL;
-- And a person has one subject at a provider.
CREATE UNIQUE INDEX identity_of_person ON identity (person, issuer) WHERE ended_us IS NULL;
CREATE INDEX identity_ever ON identity (issuer, subject);

-- An administrator's invitation to link once. The link that comes of it gets the invitation's id.
CREATE TABLE identity_invitation (
    id          BLOB    PRIMARY KEY CHECK (length(id) = 16),
    person      BLOB    NOT NULL REFERENCES person (id),
    issuer      TEXT    NOT NULL CHECK (issuer <> ''),
    -- only this subject may take it; NULL: whoever has the invitation
    subject     TEXT    CHECK (length(subject) BETWEEN 1 AND 255),
    -- SHA-256 of 32 random bytes
    token_hash  BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    invited_by  BLOB    NOT NULL REFERENCES person (id),
    expires_us  INTEGER NOT NULL,
    -- taken, replaced or withdrawn
    ended_us    INTEGER,
    entry       INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_of_person ON identity_invitation (person) WHERE ended_us IS NULL;

-- By what a session was begun: `password`, `passkey` or `provider`, and with which provider's issuer. NULL: before this was kept.
ALTER TABLE session ADD COLUMN means TEXT CHECK (means IN ('password', 'passkey', 'provider'));
ALTER TABLE session ADD COLUMN issuer TEXT;
