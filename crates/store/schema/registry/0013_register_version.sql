-- Counts the changes of records, so that what was made of all of them is made anew only when one changed.

CREATE TABLE register_version (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO register_version (id, version) VALUES (1, 0);
CREATE TRIGGER record_added AFTER INSERT ON record BEGIN UPDATE register_version SET version = version + 1; END;
CREATE TRIGGER record_changed AFTER UPDATE ON record BEGIN UPDATE register_version SET version = version + 1; END;
CREATE TRIGGER record_gone AFTER DELETE ON record BEGIN UPDATE register_version SET version = version + 1; END;
