-- A session that its holder locked on leaving: from then on it does only what a session that was left alone may.
ALTER TABLE session ADD COLUMN locked_us INTEGER;
