-- Until when a vetting holds, where whoever held it said so: no text has a term. None: no end was stated.
ALTER TABLE vetting ADD COLUMN valid_until_us INTEGER CHECK (valid_until_us > at_us);
