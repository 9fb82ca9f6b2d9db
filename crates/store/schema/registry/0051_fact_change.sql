-- What of the facts that detection reads was written, in order, so that a sweep reads those again and no others.
DROP TRIGGER fact_record_added;
DROP TRIGGER fact_record_changed;
DROP TRIGGER fact_record_gone;
DROP TRIGGER fact_camera_added;
DROP TRIGGER fact_camera_changed;
DROP TRIGGER fact_camera_gone;
DROP TRIGGER fact_post_added;
DROP TRIGGER fact_post_changed;
DROP TRIGGER fact_post_gone;
DROP TRIGGER fact_training_added;
DROP TRIGGER fact_training_changed;
DROP TRIGGER fact_training_gone;
DROP TRIGGER fact_training_revocation_added;
DROP TRIGGER fact_training_revocation_changed;
DROP TRIGGER fact_training_revocation_gone;
DROP TRIGGER fact_vetting_added;
DROP TRIGGER fact_vetting_changed;
DROP TRIGGER fact_vetting_gone;
DROP TRIGGER fact_posts_confirmation_added;
DROP TRIGGER fact_posts_confirmation_changed;
DROP TRIGGER fact_posts_confirmation_gone;
DROP TRIGGER fact_life_step_added;
DROP TRIGGER fact_life_step_changed;
DROP TRIGGER fact_life_step_gone;
DROP TRIGGER fact_filing_added;
DROP TRIGGER fact_filing_changed;
DROP TRIGGER fact_filing_gone;
DROP TRIGGER fact_commissioning_still_added;
DROP TRIGGER fact_commissioning_still_changed;
DROP TRIGGER fact_commissioning_still_gone;
DROP TRIGGER fact_override_added;
DROP TRIGGER fact_override_changed;
DROP TRIGGER fact_override_gone;
DROP TRIGGER fact_adoption_added;
DROP TRIGGER fact_adoption_changed;
DROP TRIGGER fact_adoption_gone;
DROP TRIGGER fact_person_added;
DROP TRIGGER fact_person_changed;
DROP TRIGGER fact_person_gone;
DROP TRIGGER fact_setting_added;
DROP TRIGGER fact_setting_changed;
DROP TABLE fact_version;

CREATE TABLE fact_change (
    number INTEGER PRIMARY KEY,
    -- 1 a record, or something of it; 2 a camera; 3 a person; 4 what many are judged by; 5 what a record named before.
    kind   INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),
    id     BLOB    CHECK ((id IS NULL) = (kind = 4))
) STRICT;
-- The first row: a number stands before anything is written. The newest is never taken out, so that no number comes twice.
INSERT INTO fact_change (number, kind) VALUES (1, 4);
CREATE TRIGGER fact_change_kept AFTER INSERT ON fact_change WHEN NEW.number % 1024 = 0
BEGIN DELETE FROM fact_change WHERE number <= NEW.number - 16384; END;

CREATE TRIGGER fact_record_added AFTER INSERT ON record BEGIN INSERT INTO fact_change (kind, id) VALUES (1, NEW.id); END;
CREATE TRIGGER fact_record_changed AFTER UPDATE ON record BEGIN INSERT INTO fact_change (kind, id) VALUES (1, NEW.id); END;
CREATE TRIGGER fact_record_gone AFTER DELETE ON record BEGIN INSERT INTO fact_change (kind, id) VALUES (1, OLD.id); END;
-- What a record named before; what it names now is read.
CREATE TRIGGER fact_record_reference_gone AFTER DELETE ON record_reference BEGIN INSERT INTO fact_change (kind, id) VALUES (5, OLD.target); END;
CREATE TRIGGER fact_camera_added AFTER INSERT ON camera BEGIN INSERT INTO fact_change (kind, id) VALUES (2, NEW.id); INSERT INTO fact_change (kind, id) SELECT 1, NEW.point WHERE NEW.point IS NOT NULL; END;
CREATE TRIGGER fact_camera_changed AFTER UPDATE ON camera BEGIN INSERT INTO fact_change (kind, id) VALUES (2, NEW.id); INSERT INTO fact_change (kind, id) SELECT 1, NEW.point WHERE NEW.point IS NOT NULL; INSERT INTO fact_change (kind, id) SELECT 1, OLD.point WHERE OLD.point IS NOT NULL AND OLD.point IS NOT NEW.point; END;
CREATE TRIGGER fact_camera_gone AFTER DELETE ON camera BEGIN INSERT INTO fact_change (kind, id) VALUES (2, OLD.id); INSERT INTO fact_change (kind, id) SELECT 1, OLD.point WHERE OLD.point IS NOT NULL; END;
CREATE TRIGGER fact_life_step_added AFTER INSERT ON life_step BEGIN INSERT INTO fact_change (kind, id) VALUES (1, NEW.system); END;
CREATE TRIGGER fact_life_step_changed AFTER UPDATE ON life_step BEGIN INSERT INTO fact_change (kind, id) VALUES (1, NEW.system); INSERT INTO fact_change (kind, id) SELECT 1, OLD.system WHERE OLD.system <> NEW.system; END;
CREATE TRIGGER fact_life_step_gone AFTER DELETE ON life_step BEGIN INSERT INTO fact_change (kind, id) VALUES (1, OLD.system); END;
CREATE TRIGGER fact_filing_added AFTER INSERT ON filing BEGIN INSERT INTO fact_change (kind, id) VALUES (1, NEW.system); END;
CREATE TRIGGER fact_filing_changed AFTER UPDATE ON filing BEGIN INSERT INTO fact_change (kind, id) VALUES (1, NEW.system); INSERT INTO fact_change (kind, id) SELECT 1, OLD.system WHERE OLD.system <> NEW.system; END;
CREATE TRIGGER fact_filing_gone AFTER DELETE ON filing BEGIN INSERT INTO fact_change (kind, id) VALUES (1, OLD.system); END;
CREATE TRIGGER fact_commissioning_still_added AFTER INSERT ON commissioning_still BEGIN INSERT INTO fact_change (kind, id) VALUES (1, NEW.point); END;
CREATE TRIGGER fact_commissioning_still_changed AFTER UPDATE ON commissioning_still BEGIN INSERT INTO fact_change (kind, id) VALUES (1, NEW.point); INSERT INTO fact_change (kind, id) SELECT 1, OLD.point WHERE OLD.point <> NEW.point; END;
CREATE TRIGGER fact_commissioning_still_gone AFTER DELETE ON commissioning_still BEGIN INSERT INTO fact_change (kind, id) VALUES (1, OLD.point); END;
-- A value that a unit set for all of its systems, or for one.
CREATE TRIGGER fact_override_added AFTER INSERT ON override BEGIN INSERT INTO fact_change (kind, id) VALUES (iif(NEW.system IS NULL, 4, 1), NEW.system); END;
CREATE TRIGGER fact_override_changed AFTER UPDATE ON override BEGIN INSERT INTO fact_change (kind, id) VALUES (iif(NEW.system IS NULL, 4, 1), NEW.system); END;
CREATE TRIGGER fact_override_gone AFTER DELETE ON override BEGIN INSERT INTO fact_change (kind, id) VALUES (iif(OLD.system IS NULL, 4, 1), OLD.system); END;
CREATE TRIGGER fact_adoption_added AFTER INSERT ON adoption BEGIN INSERT INTO fact_change (kind) VALUES (4); END;
CREATE TRIGGER fact_adoption_changed AFTER UPDATE ON adoption BEGIN INSERT INTO fact_change (kind) VALUES (4); END;
CREATE TRIGGER fact_adoption_gone AFTER DELETE ON adoption BEGIN INSERT INTO fact_change (kind) VALUES (4); END;
CREATE TRIGGER fact_setting_added AFTER INSERT ON setting WHEN NEW.key IN ('dormant_days', 'confirm_days') BEGIN INSERT INTO fact_change (kind) VALUES (4); END;
CREATE TRIGGER fact_setting_changed AFTER UPDATE ON setting WHEN NEW.key IN ('dormant_days', 'confirm_days') BEGIN INSERT INTO fact_change (kind) VALUES (4); END;
CREATE TRIGGER fact_person_added AFTER INSERT ON person BEGIN INSERT INTO fact_change (kind, id) VALUES (3, NEW.id); END;
CREATE TRIGGER fact_person_changed AFTER UPDATE OF name, suspended, contractor, left_us, grace_until_us ON person BEGIN INSERT INTO fact_change (kind, id) VALUES (3, NEW.id); END;
CREATE TRIGGER fact_person_gone AFTER DELETE ON person BEGIN INSERT INTO fact_change (kind, id) VALUES (3, OLD.id); END;
CREATE TRIGGER fact_post_added AFTER INSERT ON post BEGIN INSERT INTO fact_change (kind, id) VALUES (3, NEW.person); END;
CREATE TRIGGER fact_post_changed AFTER UPDATE ON post BEGIN INSERT INTO fact_change (kind, id) VALUES (3, NEW.person); INSERT INTO fact_change (kind, id) SELECT 3, OLD.person WHERE OLD.person <> NEW.person; END;
CREATE TRIGGER fact_post_gone AFTER DELETE ON post BEGIN INSERT INTO fact_change (kind, id) VALUES (3, OLD.person); END;
CREATE TRIGGER fact_training_added AFTER INSERT ON training BEGIN INSERT INTO fact_change (kind, id) VALUES (3, NEW.person); END;
CREATE TRIGGER fact_training_changed AFTER UPDATE ON training BEGIN INSERT INTO fact_change (kind, id) VALUES (3, NEW.person); INSERT INTO fact_change (kind, id) SELECT 3, OLD.person WHERE OLD.person <> NEW.person; END;
CREATE TRIGGER fact_training_gone AFTER DELETE ON training BEGIN INSERT INTO fact_change (kind, id) VALUES (3, OLD.person); END;
CREATE TRIGGER fact_vetting_added AFTER INSERT ON vetting BEGIN INSERT INTO fact_change (kind, id) VALUES (3, NEW.person); END;
CREATE TRIGGER fact_vetting_changed AFTER UPDATE ON vetting BEGIN INSERT INTO fact_change (kind, id) VALUES (3, NEW.person); INSERT INTO fact_change (kind, id) SELECT 3, OLD.person WHERE OLD.person <> NEW.person; END;
CREATE TRIGGER fact_vetting_gone AFTER DELETE ON vetting BEGIN INSERT INTO fact_change (kind, id) VALUES (3, OLD.person); END;
CREATE TRIGGER fact_posts_confirmation_added AFTER INSERT ON posts_confirmation BEGIN INSERT INTO fact_change (kind, id) VALUES (3, NEW.person); END;
CREATE TRIGGER fact_posts_confirmation_changed AFTER UPDATE ON posts_confirmation BEGIN INSERT INTO fact_change (kind, id) VALUES (3, NEW.person); INSERT INTO fact_change (kind, id) SELECT 3, OLD.person WHERE OLD.person <> NEW.person; END;
CREATE TRIGGER fact_posts_confirmation_gone AFTER DELETE ON posts_confirmation BEGIN INSERT INTO fact_change (kind, id) VALUES (3, OLD.person); END;
-- Who was trained is told by the training.
CREATE TRIGGER fact_training_revocation_added AFTER INSERT ON training_revocation BEGIN INSERT INTO fact_change (kind, id) SELECT 3, person FROM training WHERE id = NEW.training; END;
CREATE TRIGGER fact_training_revocation_changed AFTER UPDATE ON training_revocation BEGIN INSERT INTO fact_change (kind, id) SELECT 3, person FROM training WHERE id = NEW.training; END;
CREATE TRIGGER fact_training_revocation_gone AFTER DELETE ON training_revocation BEGIN INSERT INTO fact_change (kind, id) SELECT 3, person FROM training WHERE id = OLD.training; END;
