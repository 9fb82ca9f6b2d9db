-- Claims for compensation (guangzhou-2007:18): loss or extra cost by an act of an authority, with its papers, and what came of it. What
-- was claimed stays; the answer is written once, payments are added until what was awarded is paid. Sums are hundredths of a yuan.
CREATE TABLE compensation_claim (
    id             BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit           BLOB    NOT NULL REFERENCES unit (id),
    -- the act that caused it: exactly one
    takeover       BLOB    REFERENCES takeover (id),
    order_paper    BLOB    REFERENCES record (id),
    change_request BLOB    REFERENCES change_request (id),
    system         BLOB    REFERENCES record (id),
    -- against whom, in words
    authority      TEXT    NOT NULL CHECK (authority <> ''),
    -- under which it is lodged: of a pack, or unit:compensation
    article        TEXT    NOT NULL,
    what           TEXT    NOT NULL CHECK (what <> ''),
    claimed_fen    INTEGER NOT NULL CHECK (claimed_fen > 0),
    person         BLOB    NOT NULL REFERENCES person (id),
    at_us          INTEGER NOT NULL,
    entry          INTEGER NOT NULL REFERENCES entry (idx),
    state          TEXT    NOT NULL CHECK (state IN ('lodged', 'accepted', 'partly', 'refused', 'paid')),
    awarded_fen    INTEGER CHECK (awarded_fen BETWEEN 0 AND claimed_fen),
    answer         TEXT,
    answer_paper   BLOB    REFERENCES record (id),
    answered_by    BLOB    REFERENCES person (id),
    answered_us    INTEGER,
    answer_entry   INTEGER REFERENCES entry (idx),
    paid_fen       INTEGER NOT NULL DEFAULT 0 CHECK (paid_fen BETWEEN 0 AND coalesce(awarded_fen, 0)),
    CHECK ((takeover IS NOT NULL) + (order_paper IS NOT NULL) + (change_request IS NOT NULL) = 1),
    CHECK ((state = 'lodged') = (answered_us IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX compensation_claim_unit ON compensation_claim (unit, at_us);

CREATE TABLE compensation_item (
    claim      BLOB    NOT NULL REFERENCES compensation_claim (id),
    number     INTEGER NOT NULL,
    what       TEXT    NOT NULL CHECK (what <> ''),
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    document   BLOB    NOT NULL REFERENCES record (id),
    PRIMARY KEY (claim, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE compensation_payment (
    entry      INTEGER PRIMARY KEY REFERENCES entry (idx),
    claim      BLOB    NOT NULL REFERENCES compensation_claim (id),
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    document   BLOB    REFERENCES record (id),
    person     BLOB    NOT NULL REFERENCES person (id),
    at_us      INTEGER NOT NULL
) STRICT;
CREATE INDEX compensation_payment_of ON compensation_payment (claim, entry);
