-- Terms of the records of who looked. Every term that was set; and each record whose key is gone, with the entry that says so.
CREATE TABLE record_term (
    entry  INTEGER PRIMARY KEY REFERENCES entry (idx),
    days   INTEGER NOT NULL CHECK (days > 0),
    set_us INTEGER NOT NULL,
    set_by BLOB    NOT NULL REFERENCES person (id),
    reason TEXT    NOT NULL CHECK (reason <> '')
) STRICT;

-- Rows stay. `check` holds them against what `entry` counts and hashes.
CREATE TABLE entry_forgotten (
    idx   INTEGER PRIMARY KEY REFERENCES entry (idx),
    entry INTEGER NOT NULL REFERENCES entry (idx)
) STRICT;
CREATE INDEX entry_forgotten_by ON entry_forgotten (entry, idx);

CREATE INDEX entry_search_refused ON entry_search (idx) WHERE permitted = 0;
CREATE INDEX question_evidence_idx ON question_evidence (idx);
-- By which what goes with a key is found.
CREATE INDEX view_entry ON view (entry);
CREATE INDEX session_entry ON session (entry);
CREATE INDEX entry_camera_idx ON entry_camera (idx);
CREATE INDEX entry_about_idx ON entry_about (idx);
