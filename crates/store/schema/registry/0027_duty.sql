-- The duty room: rooms, how many persons they need, the roster, shifts as they were kept, the watch log, reports of suspicious
-- matters, visitors. What was written is not written over: a correction is another row.
CREATE TABLE duty_room (
    id        BLOB    PRIMARY KEY CHECK (length(id) = 16),
    unit      BLOB    NOT NULL REFERENCES unit (id),
    name      TEXT    NOT NULL,
    -- IANA name of the zone whose clock hangs in the room.
    zone      TEXT    NOT NULL,
    made_us   INTEGER NOT NULL,
    entry     INTEGER NOT NULL REFERENCES entry (idx),
    closed_us INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_room_unit ON duty_room (unit);

-- So many persons, on these days of the week (bit 0 Monday), from a minute of the day on, by the room's clock.
CREATE TABLE duty_need (
    id         BLOB    PRIMARY KEY CHECK (length(id) = 16),
    room       BLOB    NOT NULL REFERENCES duty_room (id),
    days       INTEGER NOT NULL CHECK (days BETWEEN 1 AND 127),
    from_min   INTEGER NOT NULL CHECK (from_min BETWEEN 0 AND 1439),
    length_min INTEGER NOT NULL CHECK (length_min BETWEEN 1 AND 1440),
    persons    INTEGER NOT NULL CHECK (persons BETWEEN 1 AND 50),
    since_us   INTEGER NOT NULL,
    ended_us   INTEGER,
    entry      INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_need_room ON duty_need (room);

CREATE TABLE duty_shift (
    id            BLOB    PRIMARY KEY CHECK (length(id) = 16),
    room          BLOB    NOT NULL REFERENCES duty_room (id),
    person        BLOB    NOT NULL REFERENCES person (id),
    start_us      INTEGER NOT NULL,
    end_us        INTEGER NOT NULL CHECK (end_us > start_us),
    entry         INTEGER NOT NULL REFERENCES entry (idx),
    withdrawn_us  INTEGER,
    withdrawn_why TEXT,
    -- Taken over by its person, from the shift before or, where there is none, with the reason.
    taken_us      INTEGER,
    taken_entry   INTEGER REFERENCES entry (idx),
    from_shift    BLOB    REFERENCES duty_shift (id),
    alone         TEXT,
    -- How often and why its person stayed longer.
    stayed        TEXT,
    -- Handed over, with words for whoever comes next.
    ended_us      INTEGER,
    end_entry     INTEGER REFERENCES entry (idx),
    words         TEXT,
    CHECK ((taken_us IS NULL) = (taken_entry IS NULL)),
    CHECK ((ended_us IS NULL) = (end_entry IS NULL) AND (ended_us IS NULL) = (words IS NULL)),
    CHECK (ended_us IS NULL OR taken_us IS NOT NULL),
    CHECK (withdrawn_us IS NULL OR taken_us IS NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_shift_room ON duty_shift (room, start_us);
CREATE INDEX duty_shift_person ON duty_shift (person, end_us);

CREATE TABLE duty_note (
    id       BLOB    PRIMARY KEY CHECK (length(id) = 16),
    room     BLOB    NOT NULL REFERENCES duty_room (id),
    shift    BLOB    NOT NULL REFERENCES duty_shift (id),
    author   BLOB    NOT NULL REFERENCES person (id),
    kind     TEXT    NOT NULL,
    -- Of when it is, and when it was written.
    about_us INTEGER NOT NULL,
    at_us    INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    corrects BLOB    UNIQUE REFERENCES duty_note (id),
    entry    INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_note_room ON duty_note (room, about_us);
CREATE TABLE duty_note_camera (
    note   BLOB NOT NULL REFERENCES duty_note (id),
    camera BLOB NOT NULL REFERENCES camera (id),
    PRIMARY KEY (note, camera)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER duty_note_stays BEFORE UPDATE ON duty_note
BEGIN SELECT RAISE(ABORT, 'a watch log is corrected by another row'); END;
CREATE TRIGGER duty_note_kept BEFORE DELETE ON duty_note
BEGIN SELECT RAISE(ABORT, 'a watch log is corrected by another row'); END;

CREATE TABLE duty_report (
    id        BLOB    PRIMARY KEY CHECK (length(id) = 16),
    room      BLOB    NOT NULL REFERENCES duty_room (id),
    note      BLOB    REFERENCES duty_note (id),
    author    BLOB    NOT NULL REFERENCES person (id),
    start_us  INTEGER NOT NULL,
    end_us    INTEGER NOT NULL,
    body      TEXT    NOT NULL,
    organ     TEXT    NOT NULL,
    channel   TEXT    NOT NULL,
    sent_us   INTEGER NOT NULL,
    hold      BLOB    NOT NULL REFERENCES hold (id),
    at_us     INTEGER NOT NULL,
    entry     INTEGER NOT NULL REFERENCES entry (idx),
    ack_number TEXT,
    ack_us     INTEGER,
    ack_by     BLOB    REFERENCES person (id),
    ack_entry  INTEGER REFERENCES entry (idx),
    CHECK ((ack_number IS NULL) = (ack_us IS NULL) AND (ack_number IS NULL) = (ack_by IS NULL) AND (ack_number IS NULL) = (ack_entry IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_report_room ON duty_report (room, sent_us);
CREATE TABLE duty_report_camera (
    report BLOB NOT NULL REFERENCES duty_report (id),
    camera BLOB NOT NULL REFERENCES camera (id),
    PRIMARY KEY (report, camera)
) STRICT, WITHOUT ROWID;

CREATE TABLE duty_visitor (
    id           BLOB    PRIMARY KEY CHECK (length(id) = 16),
    room         BLOB    NOT NULL REFERENCES duty_room (id),
    name         TEXT    NOT NULL,
    organisation TEXT    NOT NULL,
    purpose      TEXT    NOT NULL,
    host         TEXT    NOT NULL,
    in_us        INTEGER NOT NULL,
    author       BLOB    NOT NULL REFERENCES person (id),
    entry        INTEGER NOT NULL REFERENCES entry (idx),
    out_us       INTEGER,
    out_entry    INTEGER REFERENCES entry (idx),
    CHECK ((out_us IS NULL) = (out_entry IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_visitor_room ON duty_visitor (room, in_us);
