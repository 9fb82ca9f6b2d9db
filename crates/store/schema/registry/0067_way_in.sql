-- In whose hands the way into an account was last, until another keeper has confirmed the account: who made it, reset its password, or gave
-- the invitation by which it was linked. Nobody: the machine, or it was confirmed. Accounts from before wait for nobody.
ALTER TABLE person ADD COLUMN set_by BLOB REFERENCES person (id);
