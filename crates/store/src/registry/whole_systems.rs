//! Systems of the register as what somebody names: which one may be named, which cameras stand at its points now, what it is called.
//!
//! It decides nothing and writes nothing. The invariant kept: a secret system that whoever asks is not cleared for is answered like
//! one that is not there (guangzhou-2007:11).

use super::Registry;
use super::clearance::Cleared;
use crate::convert::{blob, small, uuid_of};
use crate::error::{Doing, Error, Result};
use law::life_cycle::Stage;
use law::register::RecordKind;
use model::{Actor, CameraId, Cx, RecordId, UnitId};
use sqlx::SqliteConnection;
use std::collections::{HashMap, HashSet};

/// A system that somebody named and may know of.
pub(super) struct NamedSystem {
    pub secret: bool,
    pub stage: Stage,
}

/// The system, if it is one of the unit's register that the actor may know of.
///
/// # Errors
/// `Invalid` under the field's name for everything else: another unit's, another kind's, a removed one, a secret one.
pub(super) async fn in_sight(
    connection: &mut SqliteConnection,
    actor: Actor,
    (field, unit, system): (&'static str, UnitId, RecordId),
) -> Result<NamedSystem> {
    let row: Option<(Option<i64>, bool)> = sqlx::query_as(
        "SELECT stage, secret FROM record WHERE id = ? AND kind = ? AND unit = ? AND removed_us IS NULL",
    )
    .bind(blob(system.0))
    .bind(i64::from(RecordKind::System.code()))
    .bind(blob(unit.0))
    .fetch_optional(&mut *connection)
    .await
    .doing("looking for a system")?;
    let cleared = Cleared::load(connection, actor).await?.covers(Some(unit));
    let (stage, secret) = row
        .filter(|(_, secret)| cleared || !secret)
        .ok_or(Error::invalid(field, "is no system of this unit"))?;
    let stage = match stage {
        Some(code) => Stage::from_code(small(code)?)
            .ok_or_else(|| Error::Corrupt("a stored stage is unknown".into()))?,
        None => Stage::Planned,
    };
    Ok(NamedSystem { secret, stage })
}

/// Several, each once and in order.
pub(super) async fn all_in_sight(
    connection: &mut SqliteConnection,
    actor: Actor,
    (unit, mut systems): (UnitId, Vec<RecordId>),
) -> Result<Vec<RecordId>> {
    systems.sort_unstable();
    systems.dedup();
    for system in &systems {
        in_sight(connection, actor, ("systems", unit, *system)).await?;
    }
    Ok(systems)
}

/// The unit's cameras that stand at a point of the system now.
pub(super) async fn cameras_in(
    connection: &mut SqliteConnection,
    unit: UnitId,
    system: RecordId,
) -> Result<HashSet<CameraId>> {
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
        "SELECT camera.id FROM camera JOIN record AS point ON point.id = camera.point
         WHERE point.parent = ? AND camera.unit = ? AND retired_us IS NULL",
    )
    .bind(blob(system.0))
    .bind(blob(unit.0))
    .fetch_all(connection)
    .await
    .doing("listing the cameras of a system")?;
    rows.iter().map(|(camera,)| uuid_of(camera).map(CameraId)).collect()
}

/// The system at whose point a camera stands now.
pub(super) async fn of_camera(
    connection: &mut SqliteConnection,
    camera: CameraId,
) -> Result<Option<RecordId>> {
    let row: Option<(Option<Vec<u8>>,)> = sqlx::query_as(
        "SELECT point.parent FROM camera JOIN record AS point ON point.id = camera.point WHERE camera.id = ?",
    )
    .bind(blob(camera.0))
    .fetch_optional(connection)
    .await
    .doing("reading a camera's system")?;
    row.and_then(|(system,)| system).map(|system| uuid_of(&system).map(RecordId)).transpose()
}

/// Systems that a row of one of these tables names.
pub(super) async fn named_by(
    connection: &mut SqliteConnection,
    sql: &'static str,
    of: uuid::Uuid,
) -> Result<Vec<RecordId>> {
    let rows: Vec<(Vec<u8>,)> =
        sqlx::query_as(sql).bind(blob(of)).fetch_all(connection).await.doing("reading named systems")?;
    rows.iter().map(|(system,)| uuid_of(system).map(RecordId)).collect()
}

/// Writes which systems a row names.
pub(super) async fn name(
    connection: &mut SqliteConnection,
    sql: &'static str,
    (of, systems): (uuid::Uuid, &[RecordId]),
) -> Result<()> {
    for system in systems {
        sqlx::query(sql)
            .bind(blob(of))
            .bind(blob(system.0))
            .execute(&mut *connection)
            .await
            .doing("naming a system")?;
    }
    Ok(())
}

impl Registry {
    /// At which system's points cameras stand now, retired ones too; of those in none, nothing. Names are asked apart: what is secret to
    /// somebody has none for them.
    pub async fn systems_of_cameras(&self, _cx: &Cx) -> Result<HashMap<CameraId, RecordId>> {
        let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(
            "SELECT camera.id, point.parent FROM camera JOIN record AS point ON point.id = camera.point
             WHERE point.parent IS NOT NULL",
        )
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading the systems of cameras")?;
        rows.iter()
            .map(|(camera, system)| Ok((CameraId(uuid_of(camera)?), RecordId(uuid_of(system)?))))
            .collect()
    }

    /// Names of the systems of all units that the actor may know of: to label what everybody on the system sees. It names none that
    /// is secret to whoever is not cleared.
    pub async fn system_names(&self, cx: &Cx) -> Result<HashMap<RecordId, String>> {
        let mut connection = self.0.database.read.acquire().await.doing("naming systems")?;
        let cleared = Cleared::load(&mut connection, cx.actor).await?;
        /// Id, name, unit, and whether it is secret.
        type Row = (Vec<u8>, String, Option<Vec<u8>>, bool);
        let rows: Vec<Row> = sqlx::query_as("SELECT id, name, unit, secret FROM record WHERE kind = ?")
            .bind(i64::from(RecordKind::System.code()))
            .fetch_all(&mut *connection)
            .await
            .doing("naming systems")?;
        let mut names = HashMap::with_capacity(rows.len());
        for (id, name, unit, secret) in rows {
            let unit = unit.map(|unit| uuid_of(&unit).map(UnitId)).transpose()?;
            if !secret || cleared.covers(unit) {
                names.insert(RecordId(uuid_of(&id)?), name);
            }
        }
        Ok(names)
    }
}
