-- Of a judgement that the rules look at: who had asked for what was judged.
ALTER TABLE watched ADD COLUMN requester BLOB;
