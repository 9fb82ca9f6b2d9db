-- By which entry each fact was written: the newest when it was, since an act's entry is written before what the act changes.
ALTER TABLE fact_change ADD COLUMN entry INTEGER;
CREATE TRIGGER fact_change_entered AFTER INSERT ON fact_change
BEGIN UPDATE fact_change SET entry = (SELECT max(idx) FROM entry) WHERE number = NEW.number; END;
-- The act that ended a finding, where one is known: time passes, cameras send again, and a restart knows of no act.
ALTER TABLE finding ADD COLUMN closed_by INTEGER REFERENCES entry (idx);
