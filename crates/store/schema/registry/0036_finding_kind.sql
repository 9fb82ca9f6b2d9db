-- Findings of every kind have a history: gaps, clocks, outages, pressure, questions, duty, alarms, supervision, routines.
ALTER TABLE finding ADD COLUMN kind TEXT NOT NULL DEFAULT 'register';
DROP INDEX finding_open;
CREATE UNIQUE INDEX finding_open ON finding (kind, article, code, about) WHERE closed_us IS NULL;

-- Counts the changes of everything that detection reads, so that a sweep reads it anew only when some of it changed.
CREATE TABLE fact_version (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO fact_version (id, version) VALUES (1, 0);
CREATE TRIGGER fact_record_added AFTER INSERT ON record BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_record_changed AFTER UPDATE ON record BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_record_gone AFTER DELETE ON record BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_camera_added AFTER INSERT ON camera BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_camera_changed AFTER UPDATE ON camera BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_camera_gone AFTER DELETE ON camera BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_post_added AFTER INSERT ON post BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_post_changed AFTER UPDATE ON post BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_post_gone AFTER DELETE ON post BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_training_added AFTER INSERT ON training BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_training_changed AFTER UPDATE ON training BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_training_gone AFTER DELETE ON training BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_training_revocation_added AFTER INSERT ON training_revocation BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_training_revocation_changed AFTER UPDATE ON training_revocation BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_training_revocation_gone AFTER DELETE ON training_revocation BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_vetting_added AFTER INSERT ON vetting BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_vetting_changed AFTER UPDATE ON vetting BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_vetting_gone AFTER DELETE ON vetting BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_posts_confirmation_added AFTER INSERT ON posts_confirmation BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_posts_confirmation_changed AFTER UPDATE ON posts_confirmation BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_posts_confirmation_gone AFTER DELETE ON posts_confirmation BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_life_step_added AFTER INSERT ON life_step BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_life_step_changed AFTER UPDATE ON life_step BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_life_step_gone AFTER DELETE ON life_step BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_filing_added AFTER INSERT ON filing BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_filing_changed AFTER UPDATE ON filing BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_filing_gone AFTER DELETE ON filing BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_commissioning_still_added AFTER INSERT ON commissioning_still BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_commissioning_still_changed AFTER UPDATE ON commissioning_still BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_commissioning_still_gone AFTER DELETE ON commissioning_still BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_override_added AFTER INSERT ON override BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_override_changed AFTER UPDATE ON override BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_override_gone AFTER DELETE ON override BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_adoption_added AFTER INSERT ON adoption BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_adoption_changed AFTER UPDATE ON adoption BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_adoption_gone AFTER DELETE ON adoption BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_person_added AFTER INSERT ON person BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_person_changed AFTER UPDATE OF name, suspended, contractor, left_us, grace_until_us ON person BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_person_gone AFTER DELETE ON person BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_setting_added AFTER INSERT ON setting WHEN NEW.key IN ('dormant_days', 'confirm_days') BEGIN UPDATE fact_version SET version = version + 1; END;
CREATE TRIGGER fact_setting_changed AFTER UPDATE ON setting WHEN NEW.key IN ('dormant_days', 'confirm_days') BEGIN UPDATE fact_version SET version = version + 1; END;
