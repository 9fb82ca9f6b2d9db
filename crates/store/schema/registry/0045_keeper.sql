-- The unit that keeps an account beside the posts that it holds: the one that made it, or that made it a supervisor's. It counts for
-- accounts without a post, and for a supervisor's with posts too. NULL: made at the machine, and kept there if it supervises.
ALTER TABLE person ADD COLUMN kept_by BLOB REFERENCES unit (id);

-- Supervisors from before: the unit of their own first post, or else that of the administrator who bound them.
UPDATE person SET kept_by = (SELECT unit FROM post WHERE post.person = person.id ORDER BY post.rowid LIMIT 1)
WHERE id IN (SELECT supervisor.person FROM supervisor);
UPDATE person SET kept_by = (
    SELECT post.unit FROM supervisor
    JOIN entry_search ON entry_search.idx = supervisor.entry
    JOIN post ON post.person = entry_search.person AND post.role = 2 AND post.camera_group IS NULL
    WHERE supervisor.person = person.id ORDER BY post.rowid LIMIT 1)
WHERE kept_by IS NULL AND id IN (SELECT supervisor.person FROM supervisor);
