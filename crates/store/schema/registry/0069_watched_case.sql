-- Which case an entry named that the rules look at; of those that were kept before it is not known.
ALTER TABLE watched ADD COLUMN case_id BLOB CHECK (length(case_id) = 16);
