-- A clip that somebody hands to a colleague is a grant of playback whose holder is the colleague: `access_grant.asker` is whoever may
-- play it, `sender` whoever handed it on. Rows stay.
CREATE TABLE clip_share (
    access_grant BLOB    PRIMARY KEY REFERENCES access_grant (id),
    sender       BLOB    NOT NULL REFERENCES person (id),
    -- The grant under which the sender themselves may see it, where their unit wanted one.
    under_grant  BLOB    REFERENCES access_grant (id),
    -- It waits for another person's word.
    needs_word   INTEGER NOT NULL CHECK (needs_word IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX clip_share_sender ON clip_share (sender);
CREATE TRIGGER clip_share_of_two BEFORE INSERT ON clip_share
WHEN EXISTS (SELECT 1 FROM access_grant WHERE id = new.access_grant AND asker = new.sender)
BEGIN SELECT RAISE(ABORT, 'a clip is handed to another person'); END;
CREATE TRIGGER clip_share_answered BEFORE UPDATE OF answer ON access_grant
WHEN new.answer = 'granted' AND EXISTS (SELECT 1 FROM clip_share WHERE access_grant = new.id AND sender = new.answerer)
BEGIN SELECT RAISE(ABORT, 'nobody approves a clip that they handed on'); END;

-- A copy of the footage of a report to the public security organ.
CREATE TABLE duty_report_clip (
    export          BLOB    PRIMARY KEY REFERENCES export (id),
    report          BLOB    NOT NULL REFERENCES duty_report (id),
    -- When it was first collected.
    collected_us    INTEGER,
    collected_entry INTEGER REFERENCES entry (idx),
    CHECK ((collected_us IS NULL) = (collected_entry IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_report_clip_of ON duty_report_clip (report);
