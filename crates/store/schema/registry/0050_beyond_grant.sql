-- Of a refusal that the rules look at: a grant held, and was about other cameras, another span or another act.
ALTER TABLE watched ADD COLUMN beyond_grant INTEGER NOT NULL DEFAULT 0 CHECK (beyond_grant IN (0, 1));
