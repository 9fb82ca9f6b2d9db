//! Reading a whole list for a table: records, or cameras with their points. Basic data goes out to whoever keeps it, for a reason
//! that stands in the entry; everybody else gets the list without it (national-2016:6).

use super::{Record, RecordQuery};
use crate::convert::uuid_of;
use crate::error::{Doing, Error, Result};
use crate::registry::{Camera, CameraQuery, EntryIndex, Registry, clearance::Cleared, words};
use law::register::{FieldType, RecordKind, fields};
use model::{Act, Cx, Hash, RecordId, UnitId};
use std::collections::{BTreeSet, HashMap};

/// Rows of one table.
pub const EXPORT_ROWS_MAX: usize = 50_000;
const REASON_CHARS_MAX: usize = 200;
/// Where the entry of a table with basic data has the hash of the file.
pub(in crate::registry) const TABLE_SHA256: &str = "sha256=";

/// How records are called in a table: by code, by a name that only one has, else by id.
pub type RecordNames = HashMap<String, String>;

/// A list as it goes out.
#[derive(Debug)]
pub struct Exported<T> {
    pub rows: Vec<T>,
    pub names: RecordNames,
    /// Basic data was left out.
    pub masked: bool,
    pub leaving: LeavingTable,
}

/// What leaves with a table, as its entry says it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeavingTable {
    what: &'static str,
    rows: usize,
    /// Whose basic data it is; `None`: nobody's.
    units: Option<BTreeSet<UnitId>>,
    reason: String,
}

impl LeavingTable {
    fn checked(
        what: &'static str,
        rows: usize,
        units: Option<BTreeSet<UnitId>>,
        reason: &str,
    ) -> Result<Self> {
        if rows > EXPORT_ROWS_MAX {
            return Err(Error::Conflict(format!(
                "a table has at most {EXPORT_ROWS_MAX} rows: narrow the filter"
            )));
        }
        // Why basic data goes out stands in the entry.
        let reason = match units {
            Some(_) => words("reason", reason, REASON_CHARS_MAX)?,
            None => String::new(),
        };
        Ok(Self { what, rows, units, reason })
    }
}

impl Registry {
    /// All records that a query finds. They leave by [`Registry::admit_table`] only.
    pub async fn export_records(
        &self,
        cx: &Cx,
        query: &RecordQuery,
        reason: &str,
    ) -> Result<Exported<Record>> {
        let rows = self.all_records(cx, query, EXPORT_ROWS_MAX + 1).await?;
        let units = rows.iter().filter(|row| !row.masked).filter_map(|row| row.unit).collect();
        let open = rows.iter().any(|row| !row.masked && has_confidential(query.kind));
        let leaving = LeavingTable::checked(query.kind.as_str(), rows.len(), open.then_some(units), reason)?;
        let names = self.names_of(cx, query.kind).await?;
        Ok(Exported { masked: !open && has_confidential(query.kind), rows, names, leaving })
    }

    /// All cameras that a query finds, with the points at which they stand.
    pub async fn export_cameras(
        &self,
        cx: &Cx,
        query: &CameraQuery,
        reason: &str,
    ) -> Result<Exported<(Camera, Option<Record>)>> {
        let cameras = self.all_cameras(cx, query, EXPORT_ROWS_MAX + 1).await?;
        let units = cameras.iter().filter(|one| one.main_url.is_some()).map(|one| one.unit).collect();
        let open = cameras.iter().any(|one| one.main_url.is_some());
        let leaving = LeavingTable::checked("camera", cameras.len(), open.then_some(units), reason)?;
        let standing: Vec<(Vec<u8>, Vec<u8>)> =
            sqlx::query_as("SELECT id, point FROM camera WHERE point IS NOT NULL")
                .fetch_all(&self.0.database.read)
                .await
                .doing("reading where cameras stand")?;
        let mut point_of = HashMap::new();
        for (camera, point) in standing {
            point_of.insert(uuid_of(&camera)?, RecordId(uuid_of(&point)?));
        }
        let points = RecordQuery { with_removed: true, ..RecordQuery::of(RecordKind::Point) };
        let points = self.all_records(cx, &points, EXPORT_ROWS_MAX * 2).await?;
        let points: HashMap<RecordId, Record> = points.into_iter().map(|point| (point.id, point)).collect();
        let with_point = |camera: Camera| {
            let point = point_of.get(&camera.id.0).and_then(|id| points.get(id)).cloned();
            (camera, point)
        };
        let rows = cameras.into_iter().map(with_point).collect();
        Ok(Exported { rows, names: self.names_of(cx, RecordKind::Point).await?, masked: !open, leaving })
    }

    /// Admits a table as the file that it has become: with basic data its hash stands in the entry, which is durable before a byte of
    /// it leaves. What is handed to an organ is known by that entry.
    pub async fn admit_table(&self, cx: &Cx, leaving: &LeavingTable, sha256: Hash) -> Result<EntryIndex> {
        let LeavingTable { what, rows, units, reason } = leaving;
        let Some(units) = units else {
            return self.admit_reading(cx, Act::ReadRegistry, Vec::new()).await;
        };
        let units: Vec<UnitId> = units.iter().copied().collect();
        // The reason is last: no line of it is taken for the hash.
        let text = format!("table={what}\nrows={rows}\n{TABLE_SHA256}{sha256}\nreason={reason}");
        self.admit_basic_data(cx, &units, &text).await
    }

    /// What records that a kind names are called.
    async fn names_of(&self, cx: &Cx, kind: RecordKind) -> Result<RecordNames> {
        let mut connection = self.0.database.read.acquire().await.doing("reading what records are called")?;
        let cleared = Cleared::load(&mut connection, cx.actor).await?;
        let kinds: BTreeSet<RecordKind> = fields(kind)
            .iter()
            .filter_map(|field| match field.of {
                FieldType::Record(kind) | FieldType::Records(kind) => Some(kind),
                _ => None,
            })
            .collect();
        let mut names = RecordNames::new();
        for kind in kinds {
            type Named = (Vec<u8>, String, Option<String>, Option<Vec<u8>>, bool);
            let mut rows: Vec<Named> = sqlx::query_as(
                "SELECT id, name, code, unit, secret FROM record WHERE kind = ? AND removed_us IS NULL",
            )
            .bind(i64::from(kind.code()))
            .fetch_all(&mut *connection)
            .await
            .doing("reading what records are called")?;
            // guangzhou-2007:11: a secret record has no name for whoever is not cleared.
            let unit_of =
                |unit: &Option<Vec<u8>>| unit.as_deref().and_then(|unit| uuid_of(unit).ok()).map(UnitId);
            rows.retain(|(.., unit, secret)| !secret || cleared.covers(unit_of(unit)));
            let mut count: HashMap<String, u32> = HashMap::new();
            rows.iter().for_each(|(_, name, ..)| *count.entry(name.clone()).or_default() += 1);
            let by_code = kind != RecordKind::Document;
            for (id, name, code, ..) in rows {
                let id = RecordId(uuid_of(&id)?).to_string();
                let unique = count.get(&name) == Some(&1);
                let called = match code.filter(|_| by_code) {
                    Some(code) => code,
                    None if unique => name,
                    None => id.clone(),
                };
                names.insert(id, called);
            }
        }
        Ok(names)
    }
}

fn has_confidential(kind: RecordKind) -> bool {
    fields(kind).iter().any(|field| field.confidential)
}
