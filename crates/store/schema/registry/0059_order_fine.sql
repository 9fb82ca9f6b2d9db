-- On whom a fine, or a warning instead of one, falls; empty for every other step, and for fines from before it was asked.
ALTER TABLE order_step ADD COLUMN on_whom TEXT CHECK (on_whom IN ('unit', 'person', 'individual'));
