//! Going through the access log: what the rules need of each new entry is kept once, then whoever did something new is looked at, and
//! what the law finds to ask is asked.
//!
//! 1. From the mark on, at most [`SCANNED`] entries are passed and at most [`OPENED`] opened in one step; use records and readings of
//!    lists are passed unopened.
//! 2. One operation keeps the rows and moves the mark, if nobody else moved it meanwhile.
//! 3. Of each person with something new, and of whoever has a package waiting, the last five weeks are put before the law.
//! 4. Each question is one operation: looked for, else asked with its entry; one that is open grows.

use super::{is_auditor, limits, number_of};
use crate::convert::{blob, int, small, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::{EntryIndex, Registry, admit, new_id, pages, system_cx};
use law::access::is_beyond_grant;
use law::watching::{ASKED_BACK_DAYS, LOOK_BACK_DAYS, Question, Seen, USE_US, ask};
use ledger::access::{AccessRecord, Outcome};
use model::{Act, CameraId, CaseId, ExportId, PersonId, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Entries opened in one step: some tens of milliseconds.
const OPENED: i64 = 1_000;
/// Entries passed in one step, most of them use records.
const SCANNED: i64 = 50_000;
/// Steps of one call: a fresh start on a long log goes on with the next call.
const STEPS_MAX: usize = 50;
/// Of one person, so many of the newest entries are looked at: forty for each day of five weeks and more.
const LOOKED_AT_MAX: i64 = 5_000;
const DAY_US: i64 = 86_400_000_000;
/// Shifts so far before and after an act show that its person keeps a roster there: a roster is made for two weeks.
const ROSTER_US: i64 = 14 * DAY_US;
/// A view that was opened so long ago has ended: sessions last a shift.
const PLAYED_US: i64 = 2 * DAY_US;
/// Entries that the asking entry names; the question has the others.
const NAMED: usize = 20;
/// Where the next sweep begins.
const MARK: &str = "watching_next";

/// What is not opened: use records belong to an entry that is, readings of lists leave one entry an hour, and coming and going is
/// everybody's.
const PASSED: [Act; 12] = [
    Act::Use,
    Act::SignIn,
    Act::SignOut,
    Act::ReadRegistry,
    Act::ReadLedger,
    Act::ReadHealth,
    Act::ReadTimeline,
    Act::ReadGaps,
    Act::ReadHolds,
    Act::ReadPressure,
    Act::ReadQuestions,
    Act::ChangeLayout,
];

/// Where one person judges what another asked for; each refers to the entry of the asking.
const JUDGEMENTS: [Act; 7] = [
    Act::ApproveGrant,
    Act::ConfirmCase,
    Act::DecideGap,
    Act::DecideChange,
    Act::DecideMaintenance,
    Act::ApproveRetrieval,
    Act::ApproveRelease,
];

/// What a sweep did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Swept {
    /// Entries that were opened.
    pub opened: u64,
    /// Questions that are new.
    pub asked: u64,
}

/// What is kept of an entry.
struct Kept {
    entry: i64,
    record: AccessRecord,
    permitted: bool,
}

impl Registry {
    /// Looks at what is new in the access log and asks what there is to ask. By the hour, and before anybody reads questions.
    pub async fn sweep_watching(&self, now: WallTime) -> Result<Swept> {
        let (mut swept, mut people) = (Swept::default(), BTreeSet::new());
        for _ in 0..STEPS_MAX {
            let Some((opened, new)) = self.sweep_step(now).await? else { break };
            swept.opened += opened;
            people.extend(new);
        }
        people.extend(self.waiting(now).await?);
        for person in people {
            swept.asked += self.ask_about(person, now).await?;
        }
        Ok(swept)
    }

    /// One step; `None` when there is nothing new, or somebody else has just taken it.
    async fn sweep_step(&self, now: WallTime) -> Result<Option<(u64, Vec<PersonId>)>> {
        let mark = mark(&mut *self.0.database.read.acquire().await.doing("going through the log")?).await?;
        let end = int(self.entries_written().await?)?;
        if mark >= end {
            return Ok(None);
        }
        let until = end.min(mark.saturating_add(SCANNED));
        let rows = self.new_rows(mark, until).await?;
        let full = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= OPENED;
        let next = rows.last().filter(|_| full).map_or(until, |row| row.0.saturating_add(1));
        let mut kept = Vec::with_capacity(rows.len());
        for row in rows {
            let entry = row.0;
            let opened = pages::opened(row)?;
            kept.extend(opened.record.map(|record| {
                let permitted = record.outcome == ledger::access::Outcome::Permitted;
                Kept { entry, record, permitted }
            }));
        }
        let opened = kept.len() as u64;
        let done = self
            .write(move |connection| Box::pin(async move { keep(connection, (mark, next), kept, now).await }))
            .await?;
        Ok(done.map(|people| (opened, people)))
    }

    async fn new_rows(&self, from: i64, until: i64) -> Result<Vec<pages::Row>> {
        let passed: Vec<String> = PASSED.iter().map(|act| act.code().to_string()).collect();
        let text = format!(
            "SELECT entry.idx, leaf, ciphertext, key, salt, batch IS NOT NULL
             FROM entry_search AS search JOIN entry ON entry.idx = search.idx JOIN entry_key ON entry_key.idx = search.idx
             WHERE search.idx >= ? AND search.idx < ? AND person IS NOT NULL
               AND (permitted = 0 OR act NOT IN ({}))
             ORDER BY search.idx LIMIT ?",
            passed.join(", ")
        );
        sqlx::query_as(sqlx::AssertSqlSafe(text))
            .bind(from)
            .bind(until)
            .bind(OPENED)
            .fetch_all(&self.0.database.read)
            .await
            .doing("going through the log")
    }

    /// Who has a package or a copy out that may be waiting: time alone makes a question of it. And who played recordings of late: a
    /// view that was opened before goes on, and its use is recorded without anything else that is new.
    async fn waiting(&self, now: WallTime) -> Result<Vec<PersonId>> {
        let since = now.plus_us(-ASKED_BACK_DAYS * DAY_US);
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
            "SELECT DISTINCT person FROM watched WHERE at_us >= ?1 AND permitted = 1
               AND (act IN (?2, ?3, ?4) OR (act = ?5 AND at_us >= ?6))",
        )
        .bind(since.0)
        .bind(i64::from(Act::Export.code()))
        .bind(i64::from(Act::HandOver.code()))
        .bind(i64::from(Act::Collect.code()))
        .bind(i64::from(Act::Playback.code()))
        .bind(now.plus_us(-PLAYED_US).0)
        .fetch_all(&self.0.database.read)
        .await
        .doing("looking for packages that wait")?;
        rows.iter().map(|(person,)| uuid_of(person).map(PersonId)).collect()
    }

    async fn ask_about(&self, person: PersonId, now: WallTime) -> Result<u64> {
        let mut connection = self.0.database.read.acquire().await.doing("looking at a person's entries")?;
        let by_unit = seen(&mut connection, person, now).await?;
        let mut found = Vec::new();
        for (unit, seen) in by_unit {
            let limits = limits::of_unit(&mut connection, unit).await?;
            found.extend(ask(&seen, &limits, now).into_iter().map(|question| (unit, question)));
        }
        drop(connection);
        let mut asked = 0;
        for (unit, question) in found {
            let new = self
                .write(move |connection| {
                    Box::pin(async move { put(connection, (person, unit), question, now).await })
                })
                .await?;
            asked += u64::from(new);
        }
        Ok(asked)
    }
}

async fn mark(connection: &mut SqliteConnection) -> Result<i64> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT value FROM meta WHERE key = ?")
        .bind(MARK)
        .fetch_optional(connection)
        .await
        .doing("reading how far the log was gone through")?;
    let Some((bytes,)) = row else { return Ok(0) };
    let bytes: [u8; 8] =
        bytes.try_into().map_err(|_| Error::Corrupt("the mark in the access log has not 8 bytes".into()))?;
    Ok(i64::from_be_bytes(bytes))
}

async fn keep(
    connection: &mut SqliteConnection,
    (from, next): (i64, i64),
    kept: Vec<Kept>,
    now: WallTime,
) -> Result<Option<Vec<PersonId>>> {
    if mark(connection).await? != from {
        return Ok(None);
    }
    let oldest = now.plus_us(-LOOK_BACK_DAYS * DAY_US);
    let mut people = BTreeSet::new();
    for one in &kept {
        note_about(connection, one).await?;
        if one.record.time >= oldest {
            people.extend(one.record.acting.person);
            note_watched(connection, one).await?;
        }
    }
    sqlx::query("DELETE FROM watched WHERE at_us < ?")
        .bind(oldest.0)
        .execute(&mut *connection)
        .await
        .doing("forgetting what no rule looks at")?;
    sqlx::query("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)")
        .bind(MARK)
        .bind(next.to_be_bytes().to_vec())
        .execute(connection)
        .await
        .doing("noting how far the log was gone through")?;
    Ok(Some(people.into_iter().collect()))
}

/// An entry whose subject is a person is about them.
async fn note_about(connection: &mut SqliteConnection, one: &Kept) -> Result<()> {
    let Some(subject) = one.record.subject else { return Ok(()) };
    sqlx::query("INSERT OR IGNORE INTO entry_about (person, idx) SELECT id, ? FROM person WHERE id = ?")
        .bind(one.entry)
        .bind(blob(subject))
        .execute(connection)
        .await
        .doing("noting whom an entry is about")
        .map(|_| ())
}

/// With the unit of what was seen, else the first one in which the person has a post; with the highest level of cameras and clips.
const WATCHED: &str = "
INSERT OR IGNORE INTO watched (entry, person, unit, at_us, act, permitted, has_case, level, span_us, export, requester, beyond_grant, case_id)
SELECT ?1, person.id, coalesce(?3, (SELECT unit FROM post WHERE post.person = person.id ORDER BY rowid LIMIT 1)), ?4, ?5, ?6, ?7,
  max(
    (SELECT coalesce(max(security_level), 1) FROM entry_camera JOIN camera ON camera.id = entry_camera.camera WHERE idx = ?1),
    (SELECT coalesce(max(level), 1) FROM entry_camera JOIN clip_level ON clip_level.camera = entry_camera.camera
     WHERE idx = ?1 AND NOT EXISTS (SELECT 1 FROM clip_level_end WHERE raised = clip_level.entry)
       AND start_us < ?9 AND (end_us IS NULL OR end_us > ?8))),
  CASE WHEN ?10 THEN ?9 - ?8 ELSE 0 END, ?11,
  (SELECT asked.person FROM entry_search AS asked WHERE asked.idx = ?12 AND asked.person <> ?2), ?13, ?14
FROM person WHERE id = ?2
  AND (?3 IS NOT NULL OR EXISTS (SELECT 1 FROM post WHERE post.person = person.id))";

async fn note_watched(connection: &mut SqliteConnection, one: &Kept) -> Result<()> {
    let record = &one.record;
    let Some(person) = record.acting.person else { return Ok(()) };
    let (start, end) =
        record.span.map_or((record.time, record.time.plus_us(1)), |span| (span.start, span.end));
    let judged = record.refers_to.filter(|_| JUDGEMENTS.contains(&record.kind));
    let export = record.subject.filter(|_| matches!(record.kind, Act::Export | Act::Collect));
    sqlx::query(WATCHED)
        .bind(one.entry)
        .bind(blob(person.0))
        .bind(record.unit.map(|unit| blob(unit.0)))
        .bind(record.time.0)
        .bind(i64::from(record.kind.code()))
        .bind(one.permitted)
        .bind(record.case.is_some())
        .bind(start.0)
        .bind(end.0)
        .bind(record.span.is_some())
        .bind(export.map(blob))
        .bind(judged.map(int).transpose()?)
        .bind(matches!(&record.outcome, Outcome::Refused { article, reason, .. } if is_beyond_grant(article, reason)))
        .bind(record.case.map(|case| blob(case.0)))
        .execute(connection)
        .await
        .doing("keeping what the rules need of an entry")
        .map(|_| ())
}

type SeenRow = (
    i64,
    Vec<u8>,
    i64,
    i64,
    bool,
    bool,
    i64,
    i64,
    Option<Vec<u8>>,
    bool,
    Option<Vec<u8>>,
    bool,
    bool,
    bool,
    bool,
    Option<Vec<u8>>,
);

/// With what other tables say of each entry: its package, the shifts of its person, the receipt of its copy.
const SEEN: &str = "SELECT watched.entry, unit, at_us, act, permitted, has_case, level, span_us, watched.export,
                coalesce(export.state IN ('ready', 'expired'), 0), requester,
                EXISTS (SELECT 1 FROM duty_shift AS shift WHERE shift.person = watched.person AND shift.taken_us <= at_us
                  AND min(shift.end_us, coalesce(shift.ended_us, shift.end_us)) > at_us),
                EXISTS (SELECT 1 FROM duty_shift AS near JOIN duty_room ON duty_room.id = near.room
                  WHERE near.person = watched.person AND duty_room.unit = watched.unit AND near.withdrawn_us IS NULL
                  AND near.start_us < at_us + ?4 AND near.end_us > at_us - ?4),
                EXISTS (SELECT 1 FROM retrieval_event JOIN retrieval ON retrieval.id = retrieval_event.retrieval
                  WHERE retrieval_event.entry = watched.entry AND what = 'handed-over' AND state = 'handed-over')
                OR (export.collected_entry = watched.entry
                  AND NOT EXISTS (SELECT 1 FROM export_event WHERE export_event.export = export.id)
                  AND NOT EXISTS (SELECT 1 FROM retrieval WHERE retrieval.export = export.id)
                  AND NOT EXISTS (SELECT 1 FROM duty_report_clip WHERE duty_report_clip.export = export.id)),
                beyond_grant, case_id
         FROM watched LEFT JOIN export ON export.id = watched.export
         WHERE watched.person = ?1 AND at_us >= ?2 ORDER BY at_us DESC, watched.entry DESC LIMIT ?3";

/// What one person did in the last weeks, by unit and in the order of the log.
async fn seen(
    connection: &mut SqliteConnection,
    person: PersonId,
    now: WallTime,
) -> Result<BTreeMap<UnitId, Vec<Seen>>> {
    let oldest = now.plus_us(-LOOK_BACK_DAYS * DAY_US);
    let rows: Vec<SeenRow> = sqlx::query_as(SEEN)
        .bind(blob(person.0))
        .bind(oldest.0)
        .bind(LOOKED_AT_MAX)
        .bind(ROSTER_US)
        .fetch_all(&mut *connection)
        .await
        .doing("looking at a person's entries")?;
    let mut of_entry = cameras_of_entries(connection, person, oldest).await?;
    // Further back nobody is asked about what was played.
    let played = played_under_entries(connection, person, now.plus_us(-ASKED_BACK_DAYS * DAY_US)).await?;
    let mut by_unit = BTreeMap::<UnitId, Vec<Seen>>::new();
    for (
        entry,
        unit,
        at,
        act,
        permitted,
        has_case,
        level,
        span_us,
        export,
        made,
        requester,
        on_shift,
        rostered,
        unacknowledged,
        beyond_grant,
        case,
    ) in rows.into_iter().rev()
    {
        let act = Act::from_code(small(act)?)
            .ok_or_else(|| Error::Corrupt("a stored entry's act is unknown".into()))?;
        by_unit.entry(UnitId(uuid_of(&unit)?)).or_default().push(Seen {
            entry: uint(entry)?,
            at: WallTime(at),
            act,
            permitted,
            has_case,
            case: case.as_deref().map(uuid_of).transpose()?.map(CaseId),
            cameras: of_entry.remove(&entry).unwrap_or_default(),
            level: small(level)?,
            span_us,
            played_us: played.get(&entry).copied().unwrap_or_default(),
            export: export.as_deref().map(uuid_of).transpose()?.map(ExportId),
            made,
            on_shift,
            requester: requester.as_deref().map(uuid_of).transpose()?.map(PersonId),
            rostered,
            unacknowledged,
            beyond_grant,
        });
    }
    Ok(by_unit)
}

async fn cameras_of_entries(
    connection: &mut SqliteConnection,
    person: PersonId,
    oldest: WallTime,
) -> Result<HashMap<i64, Vec<CameraId>>> {
    let cameras: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT idx, camera FROM watched JOIN entry_camera ON entry_camera.idx = watched.entry
         WHERE person = ? AND at_us >= ?",
    )
    .bind(blob(person.0))
    .bind(oldest.0)
    .fetch_all(connection)
    .await
    .doing("looking at the cameras of a person's entries")?;
    let mut of_entry = HashMap::<i64, Vec<CameraId>>::new();
    for (entry, camera) in cameras {
        of_entry.entry(entry).or_default().push(CameraId(uuid_of(&camera)?));
    }
    Ok(of_entry)
}

/// How long was played under each playback, from the number of its use records: they are not opened for it.
async fn played_under_entries(
    connection: &mut SqliteConnection,
    person: PersonId,
    oldest: WallTime,
) -> Result<HashMap<i64, i64>> {
    let uses: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT watched.entry, count(*) FROM watched JOIN entry_search AS used ON used.refers_to = watched.entry
         WHERE watched.person = ? AND at_us >= ? AND watched.act = ? AND used.act = ? GROUP BY watched.entry",
    )
    .bind(blob(person.0))
    .bind(oldest.0)
    .bind(i64::from(Act::Playback.code()))
    .bind(i64::from(Act::Use.code()))
    .fetch_all(connection)
    .await
    .doing("looking how long a person played recordings")?;
    Ok(uses.into_iter().map(|(entry, count)| (entry, count.saturating_mul(USE_US))).collect())
}

/// Asks a question, unless it is asked already; one that is open grows. Whether it is new.
async fn put(
    connection: &mut SqliteConnection,
    (person, unit): (PersonId, UnitId),
    question: Question,
    now: WallTime,
) -> Result<bool> {
    let camera = question.camera.map(|camera| blob(camera.0)).unwrap_or_default();
    let known: Option<(Vec<u8>, bool, i64)> = sqlx::query_as(
        "SELECT id, conclusion IS NULL, count FROM question
         WHERE rule = ? AND unit = ? AND person = ? AND from_day = ? AND camera = ?",
    )
    .bind(question.rule.as_str())
    .bind(blob(unit.0))
    .bind(blob(person.0))
    .bind(number_of(question.from))
    .bind(&camera)
    .fetch_optional(&mut *connection)
    .await
    .doing("looking whether it is asked already")?;
    if let Some((id, open, count)) = known {
        if open && i64::from(question.count) > count {
            grow(connection, uuid_of(&id)?, &question).await?;
        }
        return Ok(false);
    }
    let id = new_id();
    let entry = enter(connection, (id, person, unit), &question, now).await?;
    sqlx::query(
        "INSERT INTO question (id, rule, unit, person, from_day, camera, count, threshold, usual, asked_us, entry)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(id))
    .bind(question.rule.as_str())
    .bind(blob(unit.0))
    .bind(blob(person.0))
    .bind(number_of(question.from))
    .bind(camera)
    .bind(question.count)
    .bind(question.limit)
    .bind(&question.usual)
    .bind(now.0)
    .bind(int(entry.0)?)
    .execute(&mut *connection)
    .await
    .doing("asking a question")?;
    sqlx::query("INSERT OR IGNORE INTO entry_about (person, idx) VALUES (?, ?)")
        .bind(blob(person.0))
        .bind(int(entry.0)?)
        .execute(&mut *connection)
        .await
        .doing("noting whom a question is about")?;
    evidence(connection, id, &question).await?;
    Ok(true)
}

/// The entry of the asking: about the person, in their unit, with the entries that it was asked from.
async fn enter(
    connection: &mut SqliteConnection,
    (id, person, unit): (Uuid, PersonId, UnitId),
    question: &Question,
    now: WallTime,
) -> Result<EntryIndex> {
    let of_auditor = is_auditor(connection, person, unit).await?;
    let entries: Vec<String> = question.entries.iter().take(NAMED).map(u64::to_string).collect();
    let extra = format!(
        "question={id}\nrule={}\ncount={}\nlimit={}\nentries={}\nauditor={of_auditor}",
        question.rule.as_str(),
        question.count,
        question.limit,
        entries.join(" "),
    );
    let ask = admit::Ask {
        scopes: vec![(unit, None)],
        subject: Some(person.0),
        refers_to: question.entries.first().copied().map(EntryIndex),
        extra,
        ..admit::Ask::new(Act::AskQuestion)
    };
    match admit::enter(connection, &system_cx("watching", now), &ask).await? {
        Ok(entered) => Ok(entered.entry),
        Err(_) => Err(Error::Internal("the system may not ask".into())),
    }
}

async fn grow(connection: &mut SqliteConnection, id: Uuid, question: &Question) -> Result<()> {
    sqlx::query("UPDATE question SET count = ? WHERE id = ?")
        .bind(question.count)
        .bind(blob(id))
        .execute(&mut *connection)
        .await
        .doing("adding to a question")?;
    evidence(connection, id, question).await
}

async fn evidence(connection: &mut SqliteConnection, id: Uuid, question: &Question) -> Result<()> {
    for entry in &question.entries {
        sqlx::query("INSERT OR IGNORE INTO question_evidence (question, idx) VALUES (?, ?)")
            .bind(blob(id))
            .bind(int(*entry)?)
            .execute(&mut *connection)
            .await
            .doing("noting from what a question was asked")?;
    }
    Ok(())
}
