-- Sound is a stream of its own beside a camera's main (0) and sub (1) stream: profile 2. A table's check cannot be altered, and
-- the table has children, so that it cannot be made anew inside a transaction: its text is replaced, which changes nothing that
-- is stored (sqlite.org/lang_altertable.html, section 7).
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (profile IN (0, 1))', 'CHECK (profile IN (0, 1, 2))')
WHERE type = 'table' AND name = 'stream';
PRAGMA writable_schema = RESET;
