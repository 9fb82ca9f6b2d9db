-- Since when an account has waited for another keeper's word: found once it is too long (unit:two_persons). Of those that wait already it is
-- the day on which they were made.
ALTER TABLE person ADD COLUMN set_us INTEGER;
UPDATE person SET set_us = created_us WHERE set_by IS NOT NULL;
DROP TRIGGER fact_person_changed;
CREATE TRIGGER fact_person_changed AFTER UPDATE OF name, suspended, contractor, left_us, grace_until_us, set_by, set_us ON person BEGIN INSERT INTO fact_change (kind, id) VALUES (3, NEW.id); END;
