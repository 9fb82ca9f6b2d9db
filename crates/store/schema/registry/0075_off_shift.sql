-- Whoever is on no shift needs a confirmed case or an approval where the unit keeps a roster and says so; watching on duty is for the shift
-- anyway (datong-2008:17, national-2016:18).
ALTER TABLE unit ADD COLUMN off_shift_word INTEGER NOT NULL DEFAULT 0 CHECK (off_shift_word IN (0, 1));
