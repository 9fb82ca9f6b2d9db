-- A finding is as secret as what it is about and what its words may name are now, not as they were when it was found (guangzhou-2007:11).
CREATE TABLE finding_evidence (
    finding INTEGER NOT NULL REFERENCES finding (id),
    thing   BLOB    NOT NULL CHECK (length(thing) = 16),
    PRIMARY KEY (finding, thing)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_evidence_thing ON finding_evidence (thing);
-- For those who are cleared alone whatever its things become: it names another unit's, or nobody knows whose it is. So are those that
-- were found secret before their evidence was kept.
ALTER TABLE finding ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0 CHECK (withheld IN (0, 1));
UPDATE finding SET withheld = 1 WHERE secret = 1;

-- What is as secret as a record: itself, cameras at it, requests about it or about such a camera.
CREATE INDEX retrieval_system ON retrieval (system) WHERE system IS NOT NULL;
CREATE INDEX retrieval_camera_camera ON retrieval_camera (camera);
CREATE VIEW thing_of_record (record, thing) AS
    SELECT id, id FROM record
    UNION ALL SELECT point, id FROM camera WHERE point IS NOT NULL
    UNION ALL SELECT system, id FROM retrieval WHERE system IS NOT NULL
    UNION ALL SELECT camera.point, retrieval FROM camera JOIN retrieval_camera ON camera.id = retrieval_camera.camera
        WHERE camera.point IS NOT NULL;
CREATE VIEW secret_thing (id) AS
    SELECT thing FROM thing_of_record JOIN record ON record.id = thing_of_record.record AND record.secret = 1;
UPDATE finding SET secret = 1 WHERE about IN (SELECT id FROM secret_thing);

-- Writing a thing here settles the findings about it and those that name it.
CREATE VIEW finding_settled (thing) AS SELECT thing FROM finding_evidence;
CREATE TRIGGER finding_settle INSTEAD OF INSERT ON finding_settled BEGIN
    UPDATE finding SET secret = withheld
        OR EXISTS (SELECT 1 FROM secret_thing WHERE secret_thing.id = finding.about)
        OR EXISTS (SELECT 1 FROM finding_evidence WHERE finding_evidence.finding = finding.id
            AND EXISTS (SELECT 1 FROM secret_thing WHERE secret_thing.id = finding_evidence.thing))
    WHERE id IN (SELECT id FROM finding WHERE about = NEW.thing
        UNION SELECT finding FROM finding_evidence WHERE thing = NEW.thing);
END;
CREATE TRIGGER finding_secret_record AFTER UPDATE OF secret ON record WHEN NEW.secret <> OLD.secret BEGIN
    INSERT INTO finding_settled (thing) SELECT thing FROM thing_of_record WHERE record = NEW.id;
END;
CREATE TRIGGER finding_secret_camera AFTER UPDATE OF point ON camera WHEN NEW.point IS NOT OLD.point BEGIN
    INSERT INTO finding_settled (thing) SELECT NEW.id UNION ALL SELECT retrieval FROM retrieval_camera WHERE camera = NEW.id;
END;

-- The history in its order, with what decides who reads a row and what is asked for: a page reads its part, a total reads no rows.
ALTER TABLE finding ADD COLUMN moved_us INTEGER GENERATED ALWAYS AS (coalesce(closed_us, opened_us)) VIRTUAL;
CREATE INDEX finding_page ON finding (moved_us, id, unit, secret, kind, about, article, closed_us);

-- All that detection asks of a division is its code. One that is called otherwise is a record like any other; another code is for everything
-- in it.
DROP TRIGGER fact_record_changed;
CREATE TRIGGER fact_record_changed AFTER UPDATE ON record BEGIN
    INSERT INTO fact_change (kind, id) SELECT iif(recoded, 4, 1), iif(recoded, NULL, NEW.id) FROM (
        SELECT NEW.kind = 1 AND (NEW.code IS NOT OLD.code OR NEW.removed_us IS NOT OLD.removed_us) AS recoded);
END;
