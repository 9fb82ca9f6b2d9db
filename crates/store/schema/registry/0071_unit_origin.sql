-- From which units a unit was made: those that kept its maker's account when it was made. What concerns one of them concerns the new one
-- (national-2016:25), also after its maker has left it. Of units that are there already nobody knows who made them: of these, what their
-- administrators hold elsewhere is looked at alone.
CREATE TABLE unit_origin (
    unit   BLOB NOT NULL REFERENCES unit (id),
    origin BLOB NOT NULL REFERENCES unit (id),
    PRIMARY KEY (unit, origin)
) STRICT, WITHOUT ROWID;
