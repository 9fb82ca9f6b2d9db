-- The fingerprint of the registration form as it was approved; of those that were approved before it is in no entry.
ALTER TABLE retrieval ADD COLUMN form_sha256 BLOB CHECK (length(form_sha256) = 32);
