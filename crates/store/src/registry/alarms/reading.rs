//! Events and alarms as they are read: a page of a search, one with its steps, how many are open, which have waited too long.
//!
//! It reads what the actor's units have, and what belongs to the whole installation; admitting the reading is the caller's.

use super::super::{EntryIndex, Registry};
use super::{ids_of, known};
use crate::convert::{blob, small, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use law::alarm::{EventKind, EventState, Outcome, Priority};
use model::{Actor, CameraId, Cx, PersonId, Role, Span, UnitId, WallTime};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

/// Events on one page.
pub const ALARM_ROWS_MAX: u32 = 500;
/// Alarms that are looked through for findings.
const OVERDUE_MAX: i64 = 1_000;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlarmRow {
    pub id: Uuid,
    /// `None`: the whole installation's.
    pub unit: Option<UnitId>,
    /// `None`: the product's own.
    pub source: Option<(Uuid, String)>,
    pub sender_id: String,
    /// Its code and its name; the name is empty for an input that was not registered.
    pub input: (String, String),
    pub kind: EventKind,
    pub words: String,
    pub priority: Option<Priority>,
    /// By the sender's clock, by ours, and which of the two counts.
    pub happened: WallTime,
    pub received: WallTime,
    pub at: WallTime,
    pub entry: EntryIndex,
    pub state: EventState,
    /// Since when it waits, if it is open.
    pub waits: WallTime,
    pub escalated_to: Option<Role>,
    /// When it was escalated because its term had passed.
    pub overdue: Option<WallTime>,
    pub outcome: Option<Outcome>,
    pub cameras: Vec<CameraId>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlarmStepRow {
    pub at: WallTime,
    /// `acknowledge`, `escalate` or `close`.
    pub step: String,
    /// `None`: by the system, at its term.
    pub person: Option<(PersonId, String)>,
    pub to: Option<Role>,
    pub words: String,
    pub entry: EntryIndex,
}

/// A search; empty fields do not narrow it.
#[derive(Clone, Debug, Default)]
pub struct AlarmQuery {
    pub span: Option<Span>,
    pub camera: Option<CameraId>,
    pub source: Option<Uuid>,
    pub kind: Option<EventKind>,
    pub priority: Option<Priority>,
    pub states: Vec<EventState>,
    /// The last row of the page before.
    pub after: Option<(WallTime, Uuid)>,
    pub limit: u32,
}

/// Newest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlarmPage {
    pub alarms: Vec<AlarmRow>,
    pub next: Option<(WallTime, Uuid)>,
}

/// Alarms of a unit that nobody has acknowledged in time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OverdueAlarms {
    pub unit: Option<UnitId>,
    pub count: u64,
    pub since: WallTime,
}

type Row = (
    (Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>, Option<String>, String, String, String),
    (String, String, Option<String>, i64, i64, i64, i64, String),
    (i64, Option<i64>, Option<i64>, Option<String>),
);

const SELECT: &str =
    "SELECT alarm_event.id, alarm_event.unit, source, alarm_source.name, sender_id, input, input_name,
    alarm_event.kind, words, alarm_event.priority, happened_us, received_us, at_us, alarm_event.entry, state,
    waits_us, escalated_to, overdue_us, outcome
    FROM alarm_event LEFT JOIN alarm_source ON alarm_source.id = source";

impl Registry {
    /// One page of a search.
    pub async fn alarms(&self, cx: &Cx, query: &AlarmQuery) -> Result<AlarmPage> {
        let limit = query.limit.clamp(1, ALARM_ROWS_MAX);
        let units = self.alarm_units(cx).await?;
        let mut sql = QueryBuilder::<Sqlite>::new(SELECT);
        sql.push(" WHERE 1");
        narrow(&mut sql, query, (cx.actor, units.as_deref()));
        sql.push(" ORDER BY at_us DESC, alarm_event.id DESC LIMIT ").push_bind(i64::from(limit) + 1);
        let mut connection = self.0.database.read.acquire().await.doing("listing alarms")?;
        let rows = sql.build().fetch_all(&mut *connection).await.doing("listing alarms")?;
        let mut alarms = Vec::with_capacity(rows.len());
        for row in &rows {
            alarms.push(row_of(row)?);
        }
        let more = alarms.len() > limit as usize;
        alarms.truncate(limit as usize);
        for alarm in &mut alarms {
            alarm.cameras = cameras_of(&mut connection, alarm.id).await?;
        }
        let next = alarms.last().filter(|_| more).map(|last| (last.at, last.id));
        Ok(AlarmPage { alarms, next })
    }

    /// One event of the actor's units with what was done about it.
    pub async fn alarm(&self, cx: &Cx, id: Uuid) -> Result<(AlarmRow, Vec<AlarmStepRow>)> {
        let units = self.alarm_units(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("reading an alarm")?;
        is_there(&mut connection, cx.actor, id).await?;
        let alarm = one(&mut connection, id).await?;
        match (alarm.unit, units) {
            (Some(unit), Some(units)) if !units.contains(&unit) => Err(Error::NotFound("alarm")),
            _ => {
                let steps = steps_of(&mut connection, id).await?;
                Ok((alarm, steps))
            }
        }
    }

    /// How many alarms of the actor's units are open, and how many of those are high. Numbers only: leaves no entry.
    pub async fn open_alarms(&self, cx: &Cx) -> Result<(u64, u64)> {
        let units = self.alarm_units(cx).await?;
        let mut sql = QueryBuilder::<Sqlite>::new(
            "SELECT count(*), coalesce(sum(priority = 'high'), 0) FROM alarm_event WHERE state = 'open'",
        );
        of_units(&mut sql, cx.actor, units.as_deref());
        let (open, high): (i64, i64) =
            sql.build_query_as().fetch_one(&self.0.database.read).await.doing("counting alarms")?;
        Ok((uint(open)?, uint(high)?))
    }

    /// High alarms of the actor's units that nobody has acknowledged in time, by unit.
    pub async fn overdue_alarms(&self, cx: &Cx) -> Result<Vec<OverdueAlarms>> {
        let units = self.alarm_units(cx).await?;
        let mut found: Vec<OverdueAlarms> = Vec::new();
        for (alarm, term_s) in self.waiting_alarms(cx.now, OVERDUE_MAX).await? {
            let own = |unit: UnitId| units.as_ref().is_none_or(|units| units.contains(&unit));
            if !alarm.unit.is_none_or(own) {
                continue;
            }
            let since = alarm.waits.plus_us(i64::from(term_s) * 1_000_000);
            match found.iter_mut().find(|one| one.unit == alarm.unit) {
                Some(one) => (one.count, one.since) = (one.count + 1, one.since.min(since)),
                None => found.push(OverdueAlarms { unit: alarm.unit, count: 1, since }),
            }
        }
        Ok(found)
    }
}

/// What a secret system says is not there for whoever is not cleared for its unit (guangzhou-2007:11); nor what is said of its cameras.
/// A secret camera that looks at another system's door is left out by name: the alarm itself must reach those who watch.
const SECRET: &str = " AND (NOT (EXISTS (SELECT 1 FROM alarm_source JOIN record ON record.id = system
            WHERE alarm_source.id = alarm_event.source AND secret = 1)
        OR (alarm_event.source IS NULL AND EXISTS (SELECT 1 FROM alarm_event_camera
            JOIN camera ON camera.id = alarm_event_camera.camera JOIN record ON record.id = camera.point
            WHERE alarm_event_camera.event = alarm_event.id AND secret = 1)))
     OR EXISTS (SELECT 1 FROM clearance WHERE clearance.unit = alarm_event.unit AND clearance.person = ";

fn not_secret(sql: &mut QueryBuilder<Sqlite>, actor: Actor) {
    if let Actor::Person(person) = actor {
        sql.push(SECRET).push_bind(blob(person.0)).push("))");
    }
}

/// An event that is there for the actor, in a unit of theirs or not.
pub(super) async fn is_there(connection: &mut SqliteConnection, actor: Actor, id: Uuid) -> Result<()> {
    let mut sql = QueryBuilder::<Sqlite>::new("SELECT 1 FROM alarm_event WHERE alarm_event.id = ");
    sql.push_bind(blob(id));
    not_secret(&mut sql, actor);
    let row: Option<(i64,)> =
        sql.build_query_as().fetch_optional(connection).await.doing("looking for an alarm")?;
    row.map(|_| ()).ok_or(Error::NotFound("alarm"))
}

fn of_units(sql: &mut QueryBuilder<Sqlite>, actor: Actor, units: Option<&[UnitId]>) {
    not_secret(sql, actor);
    let Some(units) = units else { return };
    sql.push(" AND (alarm_event.unit IS NULL OR alarm_event.unit IN (");
    let mut list = sql.separated(", ");
    for unit in units {
        list.push_bind(blob(unit.0));
    }
    sql.push("))");
}

fn narrow(sql: &mut QueryBuilder<Sqlite>, query: &AlarmQuery, (actor, units): (Actor, Option<&[UnitId]>)) {
    of_units(sql, actor, units);
    if let Some(span) = query.span {
        sql.push(" AND at_us >= ").push_bind(span.start.0).push(" AND at_us < ").push_bind(span.end.0);
    }
    if let Some(camera) = query.camera {
        sql.push(" AND alarm_event.id IN (SELECT event FROM alarm_event_camera WHERE camera = ");
        sql.push_bind(blob(camera.0)).push(")");
    }
    if let Some(source) = query.source {
        sql.push(" AND source = ").push_bind(blob(source));
    }
    if let Some(kind) = query.kind {
        sql.push(" AND alarm_event.kind = ").push_bind(kind.as_str());
    }
    if let Some(priority) = query.priority {
        sql.push(" AND alarm_event.priority = ").push_bind(priority.as_str());
    }
    if !query.states.is_empty() {
        sql.push(" AND state IN (");
        let mut list = sql.separated(", ");
        for state in &query.states {
            list.push_bind(state.as_str());
        }
        sql.push(")");
    }
    if let Some((at, id)) = query.after {
        sql.push(" AND (at_us, alarm_event.id) < (").push_bind(at.0).push(", ").push_bind(blob(id)).push(")");
    }
}

/// One event, whoever's it is.
pub(super) async fn one(connection: &mut SqliteConnection, id: Uuid) -> Result<AlarmRow> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE alarm_event.id = ?")))
        .bind(blob(id))
        .fetch_optional(&mut *connection)
        .await
        .doing("reading an alarm")?;
    let mut alarm = row_of(&row.ok_or(Error::NotFound("alarm"))?)?;
    alarm.cameras = cameras_of(connection, id).await?;
    Ok(alarm)
}

fn role_of(code: i64) -> Result<Role> {
    known(Role::from_code(small(code)?))
}

fn row_of(row: &sqlx::sqlite::SqliteRow) -> Result<AlarmRow> {
    let (whose, what, life) = columns(row).doing("reading an alarm's row")?;
    let (id, unit, source, source_name, sender_id, input, input_name) = whose;
    let (kind, words, priority, happened, received, at, entry, state) = what;
    let (waits, escalated_to, overdue, outcome) = life;
    let source = source
        .map(|source| Ok::<_, Error>((uuid_of(&source)?, source_name.unwrap_or_default())))
        .transpose()?;
    Ok(AlarmRow {
        id: uuid_of(&id)?,
        unit: unit.map(|unit| uuid_of(&unit).map(UnitId)).transpose()?,
        source,
        sender_id,
        input: (input, input_name),
        kind: known(EventKind::from_word(&kind))?,
        words,
        priority: priority.map(|word| known(Priority::from_word(&word))).transpose()?,
        happened: WallTime(happened),
        received: WallTime(received),
        at: WallTime(at),
        entry: EntryIndex(uint(entry)?),
        state: known(EventState::from_word(&state))?,
        waits: WallTime(waits),
        escalated_to: escalated_to.map(role_of).transpose()?,
        overdue: overdue.map(WallTime),
        outcome: outcome.map(|word| known(Outcome::from_word(&word))).transpose()?,
        cameras: Vec::new(),
    })
}

/// More columns than a tuple of sqlx's has.
fn columns(row: &sqlx::sqlite::SqliteRow) -> std::result::Result<Row, sqlx::Error> {
    use sqlx::Row as _;
    Ok((
        (
            row.try_get(0)?,
            row.try_get(1)?,
            row.try_get(2)?,
            row.try_get(3)?,
            row.try_get(4)?,
            row.try_get(5)?,
            row.try_get(6)?,
        ),
        (
            row.try_get(7)?,
            row.try_get(8)?,
            row.try_get(9)?,
            row.try_get(10)?,
            row.try_get(11)?,
            row.try_get(12)?,
            row.try_get(13)?,
            row.try_get(14)?,
        ),
        (row.try_get(15)?, row.try_get(16)?, row.try_get(17)?, row.try_get(18)?),
    ))
}

async fn cameras_of(connection: &mut SqliteConnection, event: Uuid) -> Result<Vec<CameraId>> {
    let rows = sqlx::query_as("SELECT camera FROM alarm_event_camera WHERE event = ? ORDER BY camera")
        .bind(blob(event))
        .fetch_all(connection)
        .await
        .doing("reading an alarm's cameras")?;
    ids_of(rows)
}

type StepColumns = (i64, String, Option<Vec<u8>>, Option<String>, Option<i64>, String, i64);

async fn steps_of(connection: &mut SqliteConnection, event: Uuid) -> Result<Vec<AlarmStepRow>> {
    let rows: Vec<StepColumns> = sqlx::query_as(
        "SELECT at_us, step, person, name, role, words, alarm_step.entry FROM alarm_step
         LEFT JOIN person ON person.id = person WHERE event = ? ORDER BY alarm_step.entry",
    )
    .bind(blob(event))
    .fetch_all(connection)
    .await
    .doing("reading what was done about an alarm")?;
    rows.into_iter()
        .map(|(at, step, person, name, role, words, entry)| {
            let person = person
                .zip(name)
                .map(|(id, name)| Ok::<_, Error>((PersonId(uuid_of(&id)?), name)))
                .transpose()?;
            Ok(AlarmStepRow {
                at: WallTime(at),
                step,
                person,
                to: role.map(role_of).transpose()?,
                words,
                entry: EntryIndex(uint(entry)?),
            })
        })
        .collect()
}
