//! How often authorities inspect: set by a person of the authority with a reason, and followed from what was written since, so that a sweep
//! costs what was written and what is overdue, and not all systems.
//!
//! Which system is due `law` says. The invariant kept: what is kept in memory is what reading everything would give; a test holds both
//! side by side, and everything is read again each day.

use super::{
    SupervisedSystem, all_authorities, at_col, authority_of, col, entry_col, id_col, some_id, systems_of,
};
use crate::convert::{blob, int, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::register::{Touched, Written, listed, newest_fact, written_facts};
use crate::registry::{EntryIndex, Registry, admit::Ask, person_of, words, words_digest};
use law::life_cycle::Stage;
use law::supervision::{Authority, Inspected, Overdue, RHYTHM_DAYS_MAX, Rhythm, Rota, RotaSystem};
use model::{Act, AuthorityId, Cx, PersonId, RecordId, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

const REASON_CHARS_MAX: usize = 500;
/// Systems that are read one by one after a change; of more, all are read.
const NEAR_MAX: usize = 500;
/// Everything is read again after so long even if nothing says that it changed.
const READ_US_MAX: i64 = 86_400_000_000;

/// The rhythm that stands for an authority.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RhythmRow {
    pub days: i64,
    pub reason: String,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
}

/// How one system stands with one authority.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InspectedSystem {
    pub last: Option<WallTime>,
    pub due: Option<WallTime>,
    /// One that is under way.
    pub open: Option<Uuid>,
}

/// The rota as it was last followed. Empty until somebody asks.
#[derive(Default)]
pub(in crate::registry) struct KeptRota(tokio::sync::Mutex<Option<Followed>>);

struct Followed {
    rota: Rota,
    /// The newest change of the register, and the newest end of an inspection, that it knows.
    version: i64,
    ended: i64,
    read: WallTime,
    /// How many were read in all.
    systems_read: usize,
}

/// The systems that a written record may be part of: itself, those of points, those of points at places.
const NEAR: &str = "WITH seed (id) AS (SELECT unhex(value) FROM json_each(?1)),
    point (id) AS (SELECT id FROM seed
        UNION SELECT source FROM seed CROSS JOIN record_reference ON target = seed.id AND field = 'place')
    SELECT id FROM seed
    UNION SELECT target FROM point CROSS JOIN record_reference ON source = point.id AND field = 'system' LIMIT ?2";

/// Those that were received after an entry, by the index of it.
const RECEIVED: &str = "SELECT authority, unit, system, at_us, ended_us, end_entry FROM inspection
    WHERE state = 'ended' AND end_entry > ? ORDER BY end_entry";

impl Registry {
    /// Systems that authorities have not inspected in time, of the authorities of which the actor is told what they are late with. While
    /// none has a rhythm nothing else is read.
    pub async fn overdue_inspections(&self, cx: &Cx) -> Result<Vec<Overdue>> {
        let Some(sight) = self.late_sight(cx).await? else { return Ok(Vec::new()) };
        let mut connection = self.0.database.read.acquire().await.doing("looking for inspections due")?;
        let rhythms = rhythms(&mut connection).await?;
        if rhythms.is_empty() {
            return Ok(Vec::new());
        }
        let mut kept = self.0.rota.0.lock().await;
        let rota = follow(&mut connection, &mut kept, cx.now, rhythms).await?;
        Ok(rota.overdue(cx.now).into_iter().filter(|one| sight.sees(&one.authority)).collect())
    }

    /// The systems of an authority's area that are due before then, with when. While it has no rhythm nothing else is read.
    pub(super) async fn inspections_by(
        &self,
        cx: &Cx,
        authority: AuthorityId,
        until: WallTime,
    ) -> Result<Vec<(RecordId, WallTime)>> {
        let mut connection = self.0.database.read.acquire().await.doing("looking for inspections due")?;
        let rhythms = rhythms(&mut connection).await?;
        if !rhythms.iter().any(|one| one.authority.id == authority) {
            return Ok(Vec::new());
        }
        let mut kept = self.0.rota.0.lock().await;
        let rota = follow(&mut connection, &mut kept, cx.now, rhythms).await?;
        Ok(rota.due_by(authority, until).collect())
    }

    /// How each of an authority's systems stands with it. Whether the actor may know is decided before.
    pub async fn inspected_systems(
        &self,
        cx: &Cx,
        authority: &Authority,
        systems: &[SupervisedSystem],
    ) -> Result<HashMap<RecordId, InspectedSystem>> {
        let mut connection = self.0.database.read.acquire().await.doing("looking for inspections due")?;
        let open = open_inspections(&mut connection, authority.id).await?;
        let rhythms = rhythms(&mut connection).await?;
        let mut kept = self.0.rota.0.lock().await;
        let rota = follow(&mut connection, &mut kept, cx.now, rhythms).await?;
        let stands = |one: &SupervisedSystem| {
            let open = open
                .iter()
                .find(|(_, unit, system)| system.map_or(*unit == one.unit, |system| system == one.id));
            let term = rota.term(authority.id, one.id);
            (one.id, InspectedSystem { last: term.last, due: term.due, open: open.map(|(id, ..)| *id) })
        };
        Ok(systems.iter().map(stands).collect())
    }

    /// The rhythm that an authority set. Whether the actor may know is decided before.
    pub async fn inspection_rhythm(&self, _cx: &Cx, authority: AuthorityId) -> Result<Option<RhythmRow>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a rhythm")?;
        standing(&mut connection, authority).await
    }

    /// Sets how often the actor's authority inspects, changes it, or takes it back (`None`), with a reason.
    pub async fn set_inspection_rhythm(&self, cx: &Cx, days: Option<i64>, reason: &str) -> Result<()> {
        let (person, reason) = (person_of(cx)?, words("reason", reason, REASON_CHARS_MAX)?);
        if days.is_some_and(|days| !(1..=RHYTHM_DAYS_MAX).contains(&days)) {
            return Err(Error::invalid("days", "is nothing, or more than five years"));
        }
        let own = self.own_authority(cx).await?;
        let before = match &own {
            Some(own) => self.inspection_rhythm(cx, own.id).await?,
            None => None,
        };
        let number = |days: Option<i64>| days.map_or_else(|| "none".to_owned(), |days| days.to_string());
        let ask = Ask {
            subject: own.as_ref().map(|own| own.id.0),
            refers_to: before.as_ref().map(|before| before.entry),
            recipient: own.as_ref().map(|own| own.name.clone()).unwrap_or_default(),
            extra: format!(
                "what=rhythm\ndays={}\nbefore={}\nreason_sha256={}",
                number(days),
                number(before.as_ref().map(|before| before.days)),
                words_digest(&reason)
            ),
            ..Ask::new(Act::SetAreaTarget)
        };
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                // The same authority, and the rhythm that the entry names.
                let authority = authority_of(connection, person).await?;
                let authority = authority.filter(|id| own.as_ref().is_some_and(|own| own.id == *id));
                let authority = authority.ok_or(Error::NotFound("authority of yours"))?;
                if standing(connection, authority).await? != before {
                    return Err(Error::Conflict("the rhythm was changed meanwhile".into()));
                }
                if before.map(|before| before.days) == days {
                    return Err(Error::Conflict("this is the rhythm that stands".into()));
                }
                put(connection, (authority, person), days, &reason, (now, int(entry.0)?)).await
            })
        })
        .await
    }
}

#[cfg(test)]
impl Registry {
    /// What is followed, what reading everything gives, and how many systems were read for the first.
    pub(in crate::registry) async fn rota_both(&self, now: WallTime) -> (Rota, Rota, usize) {
        let mut connection = self.0.database.read.acquire().await.unwrap();
        let mut kept = self.0.rota.0.lock().await;
        let followed = follow(&mut connection, &mut kept, now, Vec::new()).await.unwrap().clone();
        let mut fresh = None;
        let whole = follow(&mut connection, &mut fresh, now, Vec::new()).await.unwrap().clone();
        (followed, whole, kept.as_ref().unwrap().systems_read)
    }
}

async fn put(
    connection: &mut SqliteConnection,
    (authority, person): (AuthorityId, PersonId),
    days: Option<i64>,
    reason: &str,
    (now, entry): (WallTime, i64),
) -> Result<()> {
    sqlx::query(
        "UPDATE inspection_rhythm SET ended_us = ?, end_entry = ? WHERE authority = ? AND ended_us IS NULL",
    )
    .bind(now.0)
    .bind(entry)
    .bind(blob(authority.0))
    .execute(&mut *connection)
    .await
    .doing("ending a rhythm")?;
    let Some(days) = days else { return Ok(()) };
    sqlx::query("INSERT INTO inspection_rhythm (authority, days, reason, person, at_us, entry) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(blob(authority.0))
        .bind(days)
        .bind(reason)
        .bind(blob(person.0))
        .bind(now.0)
        .bind(entry)
        .execute(connection)
        .await
        .doing("setting a rhythm")
        .map(|_| ())
}

async fn standing(connection: &mut SqliteConnection, authority: AuthorityId) -> Result<Option<RhythmRow>> {
    let row = sqlx::query(
        "SELECT days, reason, person, person.name, at_us, entry FROM inspection_rhythm JOIN person ON person.id = person
         WHERE authority = ? AND ended_us IS NULL",
    )
    .bind(blob(authority.0))
    .fetch_optional(connection)
    .await
    .doing("reading a rhythm")?;
    row.map(|row| {
        Ok(RhythmRow {
            days: col(&row, "days")?,
            reason: col(&row, "reason")?,
            by: (PersonId(id_col(&row, "person")?), col(&row, "name")?),
            at: at_col(&row, "at_us")?,
            entry: entry_col(&row, "entry")?,
        })
    })
    .transpose()
}

/// The rhythms that stand, of authorities that have not ended.
async fn rhythms(connection: &mut SqliteConnection) -> Result<Vec<Rhythm>> {
    let rows: Vec<(Vec<u8>, i64, i64)> = sqlx::query_as(
        "SELECT authority, days, (SELECT min(at_us) FROM inspection_rhythm AS any_of WHERE any_of.authority = stands.authority)
         FROM inspection_rhythm AS stands WHERE ended_us IS NULL",
    )
    .fetch_all(&mut *connection)
    .await
    .doing("reading rhythms")?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let all = all_authorities(connection).await?;
    let all: HashMap<AuthorityId, Authority> = all.into_iter().map(|one| (one.id, one)).collect();
    let mut found = Vec::with_capacity(rows.len());
    for (id, days, first) in rows {
        let authority = all.get(&AuthorityId(uuid_of(&id)?)).cloned();
        found.extend(authority.map(|authority| Rhythm { authority, days, first: WallTime(first) }));
    }
    Ok(found)
}

async fn open_inspections(
    connection: &mut SqliteConnection,
    authority: AuthorityId,
) -> Result<Vec<(Uuid, UnitId, Option<RecordId>)>> {
    let rows = sqlx::query("SELECT id, unit, system FROM inspection WHERE authority = ? AND state = 'open'")
        .bind(blob(authority.0))
        .fetch_all(connection)
        .await
        .doing("listing open inspections")?;
    rows.iter()
        .map(|row| {
            Ok((id_col(row, "id")?, UnitId(id_col(row, "unit")?), some_id(row, "system")?.map(RecordId)))
        })
        .collect()
}

/// The rota as it stands now: what was written since is read, and after a start, after too much, and once a day everything.
async fn follow<'k>(
    connection: &mut SqliteConnection,
    kept: &'k mut Option<Followed>,
    now: WallTime,
    rhythms: Vec<Rhythm>,
) -> Result<&'k Rota> {
    // Before what it tells of: what changes meanwhile is read once more.
    let version = newest_fact(connection).await?;
    let mut followed = match kept.take() {
        Some(known) if (0..READ_US_MAX).contains(&now.since_us(known.read)) => known,
        _ => Followed { rota: Rota::default(), version: -1, ended: -1, read: now, systems_read: 0 },
    };
    if followed.version != version {
        let systems = changed(connection, followed.version, version).await?;
        followed.systems_read += take_systems(connection, &mut followed.rota, systems).await?;
        followed.version = version;
        tracing::debug!(all = followed.systems_read, "systems were read for inspections due");
    }
    let rows = sqlx::query(RECEIVED)
        .bind(followed.ended)
        .fetch_all(connection)
        .await
        .doing("looking which inspections were received")?;
    for row in &rows {
        followed.rota.inspected(Inspected {
            authority: AuthorityId(id_col(row, "authority")?),
            unit: UnitId(id_col(row, "unit")?),
            system: some_id(row, "system")?.map(RecordId),
            begun: at_col(row, "at_us")?,
            ended: at_col(row, "ended_us")?,
        });
        followed.ended = col(row, "end_entry")?;
    }
    followed.rota.set_rhythms(rhythms);
    Ok(&kept.insert(followed).rota)
}

/// Records that may be systems whose area is another now; `None`: all are to be read.
async fn changed(
    connection: &mut SqliteConnection,
    after: i64,
    to: i64,
) -> Result<Option<BTreeSet<RecordId>>> {
    if after < 0 {
        return Ok(None);
    }
    let Written::Of(Touched { mut records, named, .. }) = written_facts(connection, after, to).await? else {
        return Ok(None);
    };
    records.extend(named);
    if records.is_empty() {
        return Ok(Some(records));
    }
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as(NEAR)
        .bind(listed(records.iter().map(|id| id.0)))
        .bind(NEAR_MAX as i64 + 1)
        .fetch_all(connection)
        .await
        .doing("looking which systems a change touches")?;
    if rows.len() > NEAR_MAX {
        return Ok(None);
    }
    rows.into_iter().map(|(id,)| uuid_of(&id).map(RecordId)).collect::<Result<_>>().map(Some)
}

async fn take_systems(
    connection: &mut SqliteConnection,
    rota: &mut Rota,
    only: Option<BTreeSet<RecordId>>,
) -> Result<usize> {
    if only.as_ref().is_some_and(BTreeSet::is_empty) {
        return Ok(0);
    }
    let read = systems_of(connection, only.as_ref()).await?;
    let count = read.len();
    let mut gone = only.unwrap_or_else(|| rota.systems().collect());
    for one in read {
        gone.remove(&one.id);
        rota.set_system(one.id, on_rota(&one));
    }
    for id in gone {
        rota.set_system(id, None);
    }
    Ok(count)
}

/// A system that is looked after; one that was decommissioned is no longer inspected.
fn on_rota(one: &SupervisedSystem) -> Option<RotaSystem> {
    let is_over = one.stage == Some(Stage::Decommissioned.code());
    (!is_over).then(|| RotaSystem {
        unit: one.unit,
        registered: one.registered,
        divisions: one.divisions.clone(),
        categories: one.categories.clone(),
    })
}
