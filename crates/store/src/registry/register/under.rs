//! Under which rules a system, a point or a camera is: the packs whose area holds it, those that its record adds, and what its
//! unit decided for itself. It judges nothing. The invariant kept: the division decides, whatever the record names, so that no
//! unit leaves the law of its place.

use super::{Record, list, list::one, near::listed, overrides, record_id};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use law::Day;
use law::packs::{Library, Override, Rules, Under};
use law::register::{Body, RecordKind};
use model::{RecordId, UnitId};
use sqlx::SqliteConnection;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The packs, on the day on which somebody asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Book<'l> {
    pub library: &'l Library,
    pub today: Day,
    /// What was looked up already, while many rows are judged.
    looked: Option<&'l Looked>,
}

impl<'l> Book<'l> {
    pub const fn on(library: &'l Library, today: Day) -> Self {
        Self { library, today, looked: None }
    }

    /// The same, with what is looked up kept: only on a copy that nobody else changes.
    pub fn keeping(self, looked: &'l Looked) -> Self {
        Self { looked: Some(looked), ..self }
    }
}

/// In which divisions the points of systems are. A system may have 20,000 points: each row of a table would read them all again.
#[derive(Debug, Default)]
pub(crate) struct Looked(Mutex<HashMap<RecordId, Vec<String>>>);

impl Looked {
    fn get(&self, system: RecordId) -> Option<Vec<String>> {
        self.kept().get(&system).cloned()
    }

    fn keep(&self, system: RecordId, divisions: &[String]) {
        self.kept().insert(system, divisions.to_vec());
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<RecordId, Vec<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After a row was written: what it changes about where the points are.
    pub async fn written(
        &self,
        connection: &mut SqliteConnection,
        kind: RecordKind,
        before: Option<&Body>,
        body: &Body,
    ) -> Result<()> {
        let stays =
            |before: &Body| ["system", "place"].iter().all(|name| before.get(*name) == body.get(*name));
        match (kind, before) {
            (RecordKind::Point, Some(before)) if stays(before) => {}
            (RecordKind::Point, None) => {
                let (Some(system), Some(place)) = (record_id(body, "system"), record_id(body, "place"))
                else {
                    return Ok(());
                };
                let place = one(connection, place).await?;
                if let Some(code) = code_of(connection, &place.body).await?
                    && let Some(known) = self.kept().get_mut(&system)
                    && !known.contains(&code)
                {
                    known.push(code);
                }
            }
            (RecordKind::Point | RecordKind::Place | RecordKind::System | RecordKind::Division, _) => {
                self.kept().clear();
            }
            _ => {}
        }
        Ok(())
    }
}

/// What units decided for themselves.
#[derive(Default)]
pub(crate) struct Local {
    adopted: HashMap<UnitId, Vec<String>>,
    /// With the system for which alone each is.
    overrides: HashMap<UnitId, Vec<(Option<RecordId>, Override)>>,
}

impl Local {
    /// Of one unit, or of all.
    pub async fn load(connection: &mut SqliteConnection, unit: Option<UnitId>) -> Result<Self> {
        let rows: Vec<(Vec<u8>, String)> = sqlx::query_as(
            "SELECT unit, pack FROM adoption WHERE ?1 IS NULL OR unit = ?1 ORDER BY unit, pack",
        )
        .bind(unit.map(|unit| blob(unit.0)))
        .fetch_all(&mut *connection)
        .await
        .doing("listing adopted packs")?;
        let mut local = Self::default();
        for (unit, pack) in rows {
            local.adopted.entry(UnitId(uuid_of(&unit)?)).or_default().push(pack);
        }
        for one in overrides::standing(connection, unit).await? {
            local.overrides.entry(one.unit).or_default().push((one.system, one.set));
        }
        Ok(local)
    }

    /// Packs that units adopted.
    pub fn adopted(&self) -> impl Iterator<Item = (UnitId, &Vec<String>)> {
        self.adopted.iter().map(|(unit, packs)| (*unit, packs))
    }

    /// Every value that was set locally.
    pub fn set(&self) -> impl Iterator<Item = &Override> {
        self.overrides.values().flatten().map(|(_, set)| set)
    }

    /// What the unit set for all of its systems or for this one.
    pub fn set_for(&self, unit: Option<UnitId>, system: RecordId) -> Vec<Override> {
        let set = unit.and_then(|unit| self.overrides.get(&unit)).map_or(&[][..], Vec::as_slice);
        let here = set.iter().filter(|(of, _)| of.is_none_or(|of| of == system));
        here.map(|(_, set)| set.clone()).collect()
    }

    /// The rules of a system that is in these divisions.
    pub fn rules<'l>(
        &self,
        book: Book<'l>,
        unit: Option<UnitId>,
        (system, body): (RecordId, &Body),
        divisions: &[String],
    ) -> Rules<'l> {
        let overrides = self.set_for(unit, system);
        let adopted = unit.and_then(|unit| self.adopted.get(&unit)).map_or(&[][..], Vec::as_slice);
        let (named, today) = (list(body, "packs"), book.today.to_string());
        let under = Under { divisions, named: &named, adopted, overrides: &overrides, today: &today };
        Rules::of(book.library, &under)
    }
}

/// A place that will be in another division, or a point that will be at another place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moved<'a> {
    /// What no longer counts where it was; `None` for a new point.
    pub what: Option<RecordId>,
    /// The body that names the division where it will be.
    pub to: &'a Body,
}

/// The rules of a system as its record stands.
pub(crate) async fn rules_of_system<'l>(
    connection: &mut SqliteConnection,
    book: Book<'l>,
    system: &Record,
) -> Result<Rules<'l>> {
    rules_with(connection, book, system, &system.body, None).await
}

/// The rules of a system with another body, or once something moved.
pub(super) async fn rules_with<'l>(
    connection: &mut SqliteConnection,
    book: Book<'l>,
    system: &Record,
    body: &Body,
    moved: Option<Moved<'_>>,
) -> Result<Rules<'l>> {
    let local = match system.unit {
        Some(unit) => Local::load(connection, Some(unit)).await?,
        None => Local::default(),
    };
    let but = moved.and_then(|moved| moved.what);
    let mut divisions = match book.looked.filter(|_| but.is_none()) {
        None => places_divisions(connection, system.id, but).await?,
        Some(looked) => match looked.get(system.id) {
            Some(known) => known,
            None => {
                let found = places_divisions(connection, system.id, None).await?;
                looked.keep(system.id, &found);
                found
            }
        },
    };
    for of in std::iter::once(body).chain(moved.map(|moved| moved.to)) {
        divisions.extend(code_of(connection, of).await?);
    }
    Ok(local.rules(book, system.unit, (system.id, body), &divisions))
}

/// Codes of the divisions in which some systems and their points are: [`places_divisions`] and [`code_of`] for many at once.
pub(super) async fn divisions_of(
    connection: &mut SqliteConnection,
    systems: impl Iterator<Item = RecordId>,
) -> Result<HashMap<RecordId, Vec<String>>> {
    let rows: Vec<(Vec<u8>, String)> = sqlx::query_as(
        "WITH asked (id) AS (SELECT unhex(value) FROM json_each(?1))
         SELECT asked.id, division.code FROM asked
         CROSS JOIN record AS point ON point.parent = asked.id AND point.kind = ?2 AND point.removed_us IS NULL
         CROSS JOIN record_reference AS named ON named.source = point.id AND named.field = 'place'
         CROSS JOIN record AS place ON place.id = named.target
         CROSS JOIN record AS division ON division.id = place.parent AND division.code IS NOT NULL
         UNION
         SELECT asked.id, division.code FROM asked CROSS JOIN record AS system ON system.id = asked.id
         CROSS JOIN record AS division ON division.id = system.parent AND division.code IS NOT NULL",
    )
    .bind(listed(systems.map(|id| id.0)))
    .bind(i64::from(RecordKind::Point.code()))
    .fetch_all(connection)
    .await
    .doing("listing the divisions of systems")?;
    let mut found: HashMap<RecordId, Vec<String>> = HashMap::new();
    for (system, code) in rows {
        found.entry(RecordId(uuid_of(&system)?)).or_default().push(code);
    }
    Ok(found)
}

/// Codes of the divisions in which a system's points are, but for one point, or those at one place.
async fn places_divisions(
    connection: &mut SqliteConnection,
    system: RecordId,
    but: Option<RecordId>,
) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT DISTINCT division.code FROM record AS point
         JOIN record_reference ON record_reference.source = point.id AND record_reference.field = 'place'
         JOIN record AS place ON place.id = record_reference.target
         JOIN record AS division ON division.id = place.parent
         WHERE point.parent = ?1 AND point.kind = ?2 AND point.removed_us IS NULL
           AND division.code IS NOT NULL AND (?3 IS NULL OR (place.id <> ?3 AND point.id <> ?3))",
    )
    .bind(blob(system.0))
    .bind(i64::from(RecordKind::Point.code()))
    .bind(but.map(|record| blob(record.0)))
    .fetch_all(connection)
    .await
    .doing("listing the divisions of a system's places")?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

/// The code of the division that a body names.
async fn code_of(connection: &mut SqliteConnection, body: &Body) -> Result<Option<String>> {
    let Some(division) = record_id(body, "division") else { return Ok(None) };
    let row: Option<(Option<String>,)> = sqlx::query_as("SELECT code FROM record WHERE id = ?")
        .bind(blob(division.0))
        .fetch_optional(connection)
        .await
        .doing("reading a division's code")?;
    Ok(row.and_then(|(code,)| code))
}
