//! What a judgement stands on: the records that it looked at with their versions, and, where that is not enough, the whole of a
//! unit. Before anything is taken over it must still be so.

use super::stage::CameraRow;
use crate::convert::blob;
use crate::error::{Doing, Result};
use law::import::Plan;
use law::register::{RecordKind, references};
use model::{RecordId, UnitId};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

/// A record as it was looked at: its version, and the stage of a system.
pub(super) type Seen = (i64, Option<i64>);

#[derive(Clone, Debug, Default)]
pub(super) struct Footing {
    pub records: BTreeMap<RecordId, Seen>,
    /// Units with the digest of all that their judgement could depend on.
    pub units: Vec<(UnitId, String)>,
}

/// What a unit's register holds, in few numbers: any change of a record, a stage or an adopted pack changes one of them.
const DIGEST: &str =
    "SELECT printf('%d %d %d %d %d', count(*), coalesce(sum(version), 0), coalesce(max(changed_us), 0),
    coalesce(sum(stage), 0), count(removed_us)) FROM main.record WHERE unit = ?";
const ADOPTED: &str = "SELECT coalesce(group_concat(pack || ' ' || entry, ';'), '') FROM
    (SELECT pack, entry FROM main.adoption WHERE unit = ? ORDER BY pack)";

impl Footing {
    /// What the plan names and changes. A place or a system stands under records that name it, which may be many: then the whole
    /// unit counts.
    pub async fn of(connection: &mut SqliteConnection, plan: &Plan) -> Result<Self> {
        let mut looked_at = BTreeSet::new();
        for record in &plan.records {
            if record.before.is_some() {
                looked_at.insert(record.id);
            }
            for body in
                [Some(&record.body), record.before.as_ref().map(|(_, body)| body)].into_iter().flatten()
            {
                let named = references(record.kind, body);
                looked_at.extend(named.into_iter().filter_map(|(_, _, id)| id.parse::<RecordId>().ok()));
            }
        }
        looked_at.extend(plan.cameras.iter().filter_map(|camera| camera.point));
        let mut records = BTreeMap::new();
        for id in looked_at {
            let row: Option<(i64, Option<i64>)> =
                sqlx::query_as("SELECT version, stage FROM main.record WHERE id = ? AND removed_us IS NULL")
                    .bind(blob(id.0))
                    .fetch_optional(&mut *connection)
                    .await
                    .doing("noting what is looked at")?;
            // What is not there is a row of the file itself, or a problem that the judgement finds.
            records.extend(row.map(|seen| (id, seen)));
        }
        let mut units = Vec::new();
        let own: BTreeSet<UnitId> = plan
            .records
            .iter()
            .filter_map(|record| record.unit)
            .chain(plan.cameras.iter().map(|camera| camera.unit))
            .collect();
        for unit in own {
            let digest = digest(connection, unit, is_wide(plan, unit)).await?;
            units.push((unit, digest));
        }
        Ok(Self { records, units })
    }

    /// Points at which cameras stand lead on to their system and place.
    pub async fn close(&mut self, connection: &mut SqliteConnection, cameras: &[CameraRow]) -> Result<()> {
        let points: BTreeSet<RecordId> = cameras.iter().filter_map(|camera| camera.point).collect();
        for point in points {
            let rows: Vec<(Vec<u8>, i64, Option<i64>)> = sqlx::query_as(
                "SELECT named.id, named.version, named.stage FROM main.record_reference AS names
                 JOIN main.record AS named ON named.id = names.target WHERE names.source = ?",
            )
            .bind(blob(point.0))
            .fetch_all(&mut *connection)
            .await
            .doing("noting what is looked at")?;
            for (id, version, stage) in rows {
                let id = RecordId(crate::convert::uuid_of(&id)?);
                self.records.entry(id).or_insert((version, stage));
            }
        }
        Ok(())
    }
}

/// Whether a unit counts as a whole: `true` where a place or a system of it changes.
pub(super) fn is_wide(plan: &Plan, unit: UnitId) -> bool {
    plan.records.iter().any(|record| {
        record.unit == Some(unit)
            && record.before.is_some()
            && matches!(record.kind, RecordKind::Place | RecordKind::System)
    })
}

/// A unit's digest, of its adopted packs, and of all its records where `wide`.
pub(super) async fn digest(connection: &mut SqliteConnection, unit: UnitId, wide: bool) -> Result<String> {
    let one = |sql| sqlx::query_as::<_, (String,)>(sql).bind(blob(unit.0));
    let (adopted,) = one(ADOPTED).fetch_one(&mut *connection).await.doing("noting adopted packs")?;
    if !wide {
        return Ok(adopted);
    }
    let (records,) = one(DIGEST).fetch_one(connection).await.doing("noting a unit's register")?;
    Ok(format!("{adopted}\n{records}"))
}
