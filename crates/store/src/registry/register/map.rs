//! What a map of the registry shows: systems, points, planned points and places with their positions, of the units whose
//! basic data the actor keeps.
//!
//! It draws nothing. The invariant kept: positions are basic data (national-2016:6); reading them all at once is an entry,
//! one per reader and hour, and what the actor has no right to is counted, never sent.

use super::{COLUMNS, Record, RecordRow, list::Viewer, record_of, snapshot};
use crate::convert::blob;
use crate::error::{Doing, Error, Result};
use crate::registry::Registry;
use law::detect::overlapping;
use law::register::RecordKind;
use model::{Act, Cx, RecordId, UnitId};
use sqlx::{QueryBuilder, Sqlite};

/// Records of one map: 20,000 points with a place each and room for plans; more are chosen by unit.
pub const MAP_RECORDS_MAX: usize = 60_000;

const KINDS: [RecordKind; 4] =
    [RecordKind::System, RecordKind::Point, RecordKind::PlannedPoint, RecordKind::Place];

/// The records of a map.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct MapRecords {
    /// Of every kind that a map shows, by name; planned points that are built are left out.
    pub records: Vec<Record>,
    /// Planned points with existing ones that see the same, by their ids.
    pub overlaps: Vec<(String, String)>,
    /// Records with a position that the actor may know of, but not where they are.
    pub withheld: u64,
}

impl Registry {
    /// Everything that a map shows, of one unit or of all.
    pub async fn map_records(&self, cx: &Cx, unit: Option<UnitId>) -> Result<MapRecords> {
        self.admit_reading(cx, Act::ReadBasicData, Vec::new()).await?;
        let mut connection = self.0.database.read.acquire().await.doing("reading the map's records")?;
        let viewer = Viewer::load(&mut connection, cx.actor).await?;
        let mut sql = QueryBuilder::<Sqlite>::new(format!(
            "SELECT {COLUMNS} FROM record WHERE removed_us IS NULL AND kind IN ("
        ));
        let mut kinds = sql.separated(", ");
        for kind in KINDS {
            kinds.push_bind(i64::from(kind.code()));
        }
        sql.push(")");
        if let Some(unit) = unit {
            sql.push(" AND unit = ").push_bind(blob(unit.0));
        }
        sql.push(" ORDER BY name, id LIMIT ").push_bind(MAP_RECORDS_MAX as i64 + 1);
        let rows: Vec<RecordRow> =
            sql.build_query_as().fetch_all(&mut *connection).await.doing("reading the map's records")?;
        if rows.len() > MAP_RECORDS_MAX {
            return Err(Error::invalid("unit", "is needed: there are too many records for one map"));
        }
        let mut found = MapRecords::default();
        let mut kept = snapshot::Records::new();
        for row in rows {
            let record = record_of(row)?;
            let built = record.kind == RecordKind::PlannedPoint && record.body.contains_key("built_as");
            if built || !viewer.sees(&record) {
                continue;
            }
            if viewer.keeps(record.unit) {
                kept.insert(record.id, record.clone());
                found.records.push(record);
            } else if record.kind != RecordKind::System {
                found.withheld += 1;
            }
        }
        found.overlaps = overlapping(&snapshot::plan(&kept));
        Ok(found)
    }
}

/// The record that a record stands at or under.
impl Record {
    pub fn named(&self, field: &str) -> Option<RecordId> {
        super::record_id(&self.body, field)
    }
    pub fn number(&self, field: &str) -> Option<f64> {
        super::number(&self.body, field)
    }
    pub fn word(&self, field: &str) -> Option<&str> {
        super::text(&self.body, field)
    }
}
