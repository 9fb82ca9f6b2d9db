//! Loads what a table may name: units, groups, records by name and code, cameras. Nothing is decided here.

use crate::convert::{small, uuid_of};
use crate::error::{Doing, Result};
use crate::registry::{clearance::Cleared, facts::posts};
use law::access::entitles;
use law::import::{Known, KnownCamera, KnownRecord, Target};
use law::register::{FieldType, RecordKind, fields};
use model::{Act, Actor, CameraId, Cx, GroupId, RecordId, UnitId};
use sqlx::SqliteConnection;
use std::collections::BTreeSet;

/// Units whose registry the actor keeps.
pub(super) async fn own_units(connection: &mut SqliteConnection, cx: &Cx) -> Result<Vec<(UnitId, String)>> {
    let rows: Vec<(Vec<u8>, String)> = sqlx::query_as("SELECT id, name FROM unit ORDER BY name")
        .fetch_all(&mut *connection)
        .await
        .doing("listing units")?;
    let all = rows.into_iter().map(|(id, name)| Ok((UnitId(uuid_of(&id)?), name)));
    let all = all.collect::<Result<Vec<_>>>()?;
    let Actor::Person(person) = cx.actor else { return Ok(Vec::new()) };
    let posts = posts(connection, person).await?;
    let keeps = |unit: UnitId| {
        posts
            .iter()
            .any(|post| post.unit == unit && post.group.is_none() && entitles(post.role, Act::ImportRecords))
    };
    Ok(all.into_iter().filter(|(id, _)| keeps(*id)).collect())
}

/// Everything that rows of these targets may name or change.
pub(super) async fn known(connection: &mut SqliteConnection, cx: &Cx, targets: &[Target]) -> Result<Known> {
    let rows_of: BTreeSet<RecordKind> = targets
        .iter()
        .map(|target| match target {
            Target::Records(kind) => *kind,
            Target::Cameras => RecordKind::Point,
        })
        .collect();
    let mut kinds = rows_of.clone();
    for kind in &rows_of {
        kinds.extend(fields(*kind).iter().filter_map(|field| match field.of {
            FieldType::Record(kind) | FieldType::Records(kind) => Some(kind),
            _ => None,
        }));
    }
    let mut known = Known { units: own_units(connection, cx).await?, ..Known::default() };
    // guangzhou-2007:11: what is secret is not there for whoever is not cleared.
    let cleared = Cleared::load(connection, cx.actor).await?;
    let own: BTreeSet<UnitId> = known.units.iter().map(|(unit, _)| *unit).collect();
    for kind in kinds {
        let with_body = rows_of.contains(&kind);
        let found = records(connection, kind, with_body, &cleared).await?;
        known.records.extend(found.into_iter().filter(|one| one.unit.is_none_or(|unit| own.contains(&unit))));
    }
    if targets.contains(&Target::Cameras) {
        known.groups = groups(connection).await?;
        known.cameras = cameras(connection, &cleared).await?;
        known.cameras.retain(|camera| own.contains(&camera.unit));
    }
    Ok(known)
}

async fn records(
    connection: &mut SqliteConnection,
    kind: RecordKind,
    with_body: bool,
    cleared: &Cleared,
) -> Result<Vec<KnownRecord>> {
    type Row = (Vec<u8>, Option<Vec<u8>>, String, Option<String>, i64, Option<String>, bool);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, unit, name, code, version, CASE WHEN ?2 THEN body END, secret FROM record
         WHERE kind = ?1 AND removed_us IS NULL",
    )
    .bind(i64::from(kind.code()))
    .bind(with_body)
    .fetch_all(connection)
    .await
    .doing("reading what a table may name")?;
    rows.into_iter()
        .map(|(id, unit, name, code, version, body, secret)| {
            let unit = unit.map(|unit| uuid_of(&unit).map(UnitId)).transpose()?;
            let (id, version) = (RecordId(uuid_of(&id)?), small(version)?);
            let known = KnownRecord { id, kind, unit, name, code, version, body };
            Ok((!secret || cleared.covers(unit)).then_some(known))
        })
        .filter_map(Result::transpose)
        .collect()
}

async fn groups(connection: &mut SqliteConnection) -> Result<Vec<(GroupId, UnitId, String)>> {
    let rows: Vec<(Vec<u8>, Vec<u8>, String)> = sqlx::query_as("SELECT id, unit, name FROM camera_group")
        .fetch_all(connection)
        .await
        .doing("listing camera groups")?;
    rows.into_iter()
        .map(|(id, unit, name)| Ok((GroupId(uuid_of(&id)?), UnitId(uuid_of(&unit)?), name)))
        .collect()
}

async fn cameras(connection: &mut SqliteConnection, cleared: &Cleared) -> Result<Vec<KnownCamera>> {
    type Row = (Vec<u8>, Vec<u8>, Option<Vec<u8>>, String, Option<Vec<u8>>, bool);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, unit, camera_group, name, point,
                coalesce((SELECT secret FROM record WHERE record.id = camera.point), 0)
             FROM camera WHERE retired_us IS NULL",
    )
    .fetch_all(connection)
    .await
    .doing("listing cameras")?;
    rows.into_iter()
        .map(|(id, unit, group, name, point, secret)| {
            let known = KnownCamera {
                id: CameraId(uuid_of(&id)?),
                unit: UnitId(uuid_of(&unit)?),
                group: group.map(|group| uuid_of(&group).map(GroupId)).transpose()?,
                name,
                point: point.map(|point| uuid_of(&point).map(RecordId)).transpose()?,
            };
            let seen = !secret || cleared.covers(Some(known.unit));
            Ok(seen.then_some(known))
        })
        .filter_map(Result::transpose)
        .collect()
}
