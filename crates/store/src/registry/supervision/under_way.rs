//! What an authority is looking into now: systems with an inspection that is open, an order that is not over, a proof of retention that was
//! demanded and not answered.
//!
//! It says nothing about who may look: `law::life_cycle::replayable` does. The invariant kept: only rows that an authority's own supervisor
//! made count, so nobody of a unit brings about that they are supervised.

use super::{LISTED, all_authorities, systems_of};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use crate::registry::register::listed;
use model::{AuthorityId, CameraId, RecordId, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// An order that waits for the unit or for the authority's word; what was escalated or referred is over here.
const OPEN_ORDER: &str = "correction_order.state IN ('issued', 'corrected')";

/// Those of the cameras whose systems an authority is looking into. A demand counts to the end of the day of its deadline.
pub(in crate::registry) async fn looked_into(
    connection: &mut SqliteConnection,
    cameras: impl Iterator<Item = CameraId>,
    day_began: WallTime,
) -> Result<HashSet<CameraId>> {
    let sql = format!(
        "SELECT camera.id, camera.unit, system.id,
            EXISTS (SELECT 1 FROM inspection WHERE inspection.system = system.id AND state = 'open')
            OR EXISTS (SELECT 1 FROM correction_order JOIN inspection ON inspection.id = inspection
                WHERE inspection.system = system.id AND {OPEN_ORDER})
            OR EXISTS (SELECT 1 FROM retention_demand
                WHERE retention_demand.system = system.id AND answered_us IS NULL AND deadline_us >= ?2)
         FROM camera JOIN record AS point ON point.id = camera.point JOIN record AS system ON system.id = point.parent
         WHERE system.secret = 0 AND camera.id IN ({LISTED}?1))"
    );
    type Row = (Vec<u8>, Vec<u8>, Vec<u8>, bool);
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(listed(cameras.map(|camera| camera.0)))
        .bind(day_began.0)
        .fetch_all(&mut *connection)
        .await
        .doing("looking for what an authority looks into")?;
    let (mut found, mut left) = (HashSet::new(), BTreeMap::<UnitId, Vec<(CameraId, RecordId)>>::new());
    for (camera, unit, system, named) in rows {
        let (camera, system) = (CameraId(uuid_of(&camera)?), RecordId(uuid_of(&system)?));
        match named {
            true => _ = found.insert(camera),
            false => left.entry(UnitId(uuid_of(&unit)?)).or_default().push((camera, system)),
        }
    }
    for (unit, cameras) in left {
        let systems = cameras.iter().map(|(_, system)| *system).collect();
        let into = of_whole_unit(connection, unit, &systems).await?;
        found.extend(cameras.iter().filter(|(_, system)| into.contains(system)).map(|(camera, _)| *camera));
    }
    Ok(found)
}

/// Those of a unit's systems that lie in the area of an authority that looks into all of the unit.
async fn of_whole_unit(
    connection: &mut SqliteConnection,
    unit: UnitId,
    systems: &BTreeSet<RecordId>,
) -> Result<BTreeSet<RecordId>> {
    let sql = format!(
        "SELECT authority FROM inspection WHERE unit = ?1 AND system IS NULL AND state = 'open'
         UNION SELECT correction_order.authority FROM correction_order JOIN inspection ON inspection.id = inspection
         WHERE correction_order.unit = ?1 AND inspection.system IS NULL AND {OPEN_ORDER}"
    );
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(blob(unit.0))
        .fetch_all(&mut *connection)
        .await
        .doing("looking for who looks into a unit")?;
    if rows.is_empty() {
        return Ok(BTreeSet::new());
    }
    let ids = rows.iter().map(|(id,)| uuid_of(id).map(AuthorityId)).collect::<Result<BTreeSet<_>>>()?;
    let authorities = all_authorities(connection).await?;
    let known = systems_of(connection, Some(systems)).await?.into_iter();
    let looks = |system: &super::SupervisedSystem| {
        let mut those = authorities.iter().filter(|one| ids.contains(&one.id));
        those.any(|one| one.supervises(&system.divisions, &system.categories))
    };
    Ok(known.filter(looks).map(|system| system.id).collect())
}
