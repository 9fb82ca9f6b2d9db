//! A unit's hours of service as rows: stating others, and which of them a retrieval's clock runs under.
//!
//! What they do to a term is `law::retrieval`'s. The invariant kept: hours are replaced, not changed, so a clock that runs keeps those
//! under which it began, and what is stated later never makes an authority wait longer.

use crate::convert::{blob, int, small, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::admit::{Ask, enter_unless};
use crate::registry::{EntryIndex, Registry, new_id, person_of};
use law::Day;
use law::retrieval::{CLOSED_DAYS_MAX, OPENINGS_MAX, Opening, ServiceHours, refuse_hours};
use model::{Act, Cx, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

const DAY_MIN: u16 = 1_440;

/// What a unit states now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stated {
    pub id: Uuid,
    pub hours: ServiceHours,
    pub entry: EntryIndex,
}

/// The hours that hold for a unit; `None`: it has stated none.
pub(super) async fn current(connection: &mut SqliteConnection, unit: UnitId) -> Result<Option<Stated>> {
    let row: Option<(Vec<u8>, i64)> =
        sqlx::query_as("SELECT id, entry FROM service_hours WHERE unit = ? AND until_us IS NULL")
            .bind(blob(unit.0))
            .fetch_optional(&mut *connection)
            .await
            .doing("reading hours of service")?;
    let Some((id, entry)) = row else { return Ok(None) };
    let id = uuid_of(&id)?;
    Ok(Some(Stated { id, hours: read(connection, id).await?, entry: EntryIndex(uint(entry)?) }))
}

async fn read(connection: &mut SqliteConnection, id: Uuid) -> Result<ServiceHours> {
    let openings: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT weekday, from_min, length_min FROM service_opening WHERE hours = ? ORDER BY weekday, from_min",
    )
    .bind(blob(id))
    .fetch_all(&mut *connection)
    .await
    .doing("reading hours of service")?;
    let closed: Vec<(String,)> =
        sqlx::query_as("SELECT day FROM service_closed_day WHERE hours = ? ORDER BY day")
            .bind(blob(id))
            .fetch_all(connection)
            .await
            .doing("reading closed days")?;
    let opening = |(weekday, from, length): (i64, i64, i64)| {
        Ok(Opening { weekday: small(weekday)?, from_min: small(from)?, length_min: small(length)? })
    };
    let unread = || Error::Corrupt("a stored closed day is no day".into());
    Ok(ServiceHours {
        openings: openings.into_iter().map(opening).collect::<Result<_>>()?,
        closed: closed.iter().map(|(day,)| Day::read(day).ok_or_else(unread)).collect::<Result<_>>()?,
    })
}

/// Until when the clocks that run stand still, of those that do.
pub(super) async fn standing_still(
    connection: &mut SqliteConnection,
    now: WallTime,
) -> Result<HashMap<Uuid, WallTime>> {
    let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(
        "SELECT id, service_hours FROM retrieval WHERE service_hours IS NOT NULL AND due_us > ?",
    )
    .bind(now.0)
    .fetch_all(&mut *connection)
    .await
    .doing("looking which clocks stand still")?;
    let (mut known, mut found) = (HashMap::new(), HashMap::new());
    for (retrieval, hours) in rows {
        let hours = uuid_of(&hours)?;
        let until = match known.get(&hours) {
            Some(until) => *until,
            None => {
                let until = read(connection, hours).await?.stands_until(now);
                known.insert(hours, until);
                until
            }
        };
        if let Some(until) = until {
            found.insert(uuid_of(&retrieval)?, until);
        }
    }
    Ok(found)
}

/// The retrieval's clock runs under these hours: it stands still outside of them.
pub(super) async fn run_under(connection: &mut SqliteConnection, retrieval: Uuid, hours: Uuid) -> Result<()> {
    sqlx::query("UPDATE retrieval SET service_hours = ? WHERE id = ?")
        .bind(blob(hours))
        .bind(blob(retrieval))
        .execute(connection)
        .await
        .doing("noting under which hours a clock runs")
        .map(|_| ())
}

impl Registry {
    /// The unit's reception is open at these times from now on, or no longer at stated ones; the reason is the context's note.
    pub async fn set_service_hours(&self, cx: &Cx, unit: UnitId, hours: ServiceHours) -> Result<()> {
        let person = person_of(cx)?;
        let hours = checked(hours)?;
        if cx.note.as_deref().is_none_or(|note| note.trim().is_empty()) {
            return Err(Error::invalid("reason", "is missing"));
        }
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let id = new_id();
                let ask = Ask {
                    scopes: vec![(unit, None)],
                    subject: Some(id),
                    extra: said(&hours),
                    ..Ask::new(Act::ChangeServiceHours)
                };
                let entry = match enter_unless(connection, &cx, &ask, refuse_hours(&hours)).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                sqlx::query("UPDATE service_hours SET until_us = ? WHERE unit = ? AND until_us IS NULL")
                    .bind(cx.now.0)
                    .bind(blob(unit.0))
                    .execute(&mut *connection)
                    .await
                    .doing("ending hours of service")?;
                sqlx::query(
                    "INSERT INTO service_hours (id, unit, since_us, person, entry) VALUES (?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(blob(unit.0))
                .bind(cx.now.0)
                .bind(blob(person.0))
                .bind(int(entry.0)?)
                .execute(&mut *connection)
                .await
                .doing("stating hours of service")?;
                keep(connection, id, &hours).await.map(Ok)
            })
        })
        .await
    }
}

async fn keep(connection: &mut SqliteConnection, id: Uuid, hours: &ServiceHours) -> Result<()> {
    for one in &hours.openings {
        sqlx::query("INSERT INTO service_opening (hours, weekday, from_min, length_min) VALUES (?, ?, ?, ?)")
            .bind(blob(id))
            .bind(i64::from(one.weekday))
            .bind(i64::from(one.from_min))
            .bind(i64::from(one.length_min))
            .execute(&mut *connection)
            .await
            .doing("stating hours of service")?;
    }
    for day in &hours.closed {
        sqlx::query("INSERT INTO service_closed_day (hours, day) VALUES (?, ?)")
            .bind(blob(id))
            .bind(day.to_string())
            .execute(&mut *connection)
            .await
            .doing("naming closed days")?;
    }
    Ok(())
}

fn checked(hours: ServiceHours) -> Result<ServiceHours> {
    let mut openings = hours.openings;
    openings.sort_unstable();
    if openings.len() > OPENINGS_MAX {
        return Err(Error::invalid("openings", "are more than 28"));
    }
    let fits =
        |one: &Opening| one.weekday < 7 && one.from_min < DAY_MIN && (1..=DAY_MIN).contains(&one.length_min);
    if !openings.iter().all(fits) {
        return Err(Error::invalid("openings", "one is not within a day"));
    }
    let starts: BTreeSet<_> = openings.iter().map(|one| (one.weekday, one.from_min)).collect();
    if starts.len() != openings.len() {
        return Err(Error::invalid("openings", "two begin at the same time"));
    }
    if hours.closed.len() > CLOSED_DAYS_MAX {
        return Err(Error::invalid("closed_days", "are more than 60"));
    }
    Ok(ServiceHours { openings, closed: hours.closed })
}

/// As the entry says it: `1 09:00+480` for each opening, and the closed days.
fn said(hours: &ServiceHours) -> String {
    let clock = |one: &Opening| {
        format!("{} {:02}:{:02}+{}", one.weekday + 1, one.from_min / 60, one.from_min % 60, one.length_min)
    };
    let openings: Vec<String> = hours.openings.iter().map(clock).collect();
    let closed: Vec<String> = hours.closed.iter().map(ToString::to_string).collect();
    format!("openings={}\nclosed={}", openings.join(", "), closed.join(", "))
}
