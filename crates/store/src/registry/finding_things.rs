//! What findings belong to and what shows them: the unit and the system of what each is about, the names of its evidence, and how many there
//! are of each.
//!
//! It says who may read a finding nowhere: whoever asks here reads it already. The invariant: a secret system is not named by what belongs
//! to it (guangzhou-2007:11).

use super::Registry;
use super::findings::{FindingHistoryQuery, FindingRow};
use super::register::listed;
use crate::convert::{int, uint, uuid_of};
use crate::error::{Doing, Result};
use model::{Cx, RecordId, UnitId};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::HashMap;
use uuid::Uuid;

/// Named of one finding; the rest of what shows it is in its record.
const EVIDENCE_MAX: usize = 20;
/// More than anybody reads beside a list.
const GROUPS_MAX: i64 = 500;

/// The system of what a finding is about: itself, the one that its record names, or that of its camera's point. 3: a system.
pub(super) const SYSTEM: &str = "(SELECT system.id FROM record AS system WHERE system.kind = 3 AND system.secret = 0 AND system.id IN (
        finding.about,
        (SELECT target FROM record_reference WHERE source = finding.about AND field = 'system'),
        (SELECT target FROM camera JOIN record_reference ON source = camera.point AND field = 'system' WHERE camera.id = finding.about)
    ) LIMIT 1)";

/// By what the history is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FindingsBy {
    Article,
    Kind,
    Unit,
    System,
}

impl FindingsBy {
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "article" => Self::Article,
            "kind" => Self::Kind,
            "unit" => Self::Unit,
            "system" => Self::System,
            _ => return None,
        })
    }

    /// The key of each group, its name where it has one, and how many there are.
    pub(super) fn counting(self) -> String {
        let (key, name) = match self {
            Self::Article => ("article", "NULL"),
            Self::Kind => ("kind", "NULL"),
            Self::Unit => ("lower(hex(unit))", "(SELECT name FROM unit WHERE id = finding.unit)"),
            Self::System => {
                return format!(
                    "SELECT lower(hex({SYSTEM})), (SELECT name FROM record WHERE id = {SYSTEM}), count(*) FROM finding"
                );
            }
        };
        format!("SELECT {key}, {name}, count(*) FROM finding")
    }
}

impl FindingHistoryQuery {
    /// The same, whichever of the groups is asked for: all of them are counted.
    pub(super) fn but(&self, by: FindingsBy) -> Self {
        let all = self.clone();
        match by {
            FindingsBy::Article => Self { article: None, ..all },
            FindingsBy::Kind => Self { kind: None, ..all },
            FindingsBy::Unit => Self { unit: None, ..all },
            FindingsBy::System => Self { system: None, ..all },
        }
    }
}

/// How many findings there are of one article, kind, unit or system.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FindingGroup {
    /// `None`: of none.
    pub id: Option<String>,
    /// Of units and systems.
    pub name: Option<String>,
    pub count: u64,
}

/// Records and cameras by the row that they show, and systems by the row that is theirs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FindingThings {
    pub evidence: HashMap<u64, Vec<(Uuid, String)>>,
    pub systems: HashMap<u64, (RecordId, String)>,
}

/// What shows these rows, and whose they are.
pub(super) async fn things_of(
    connection: &mut SqliteConnection,
    rows: &[FindingRow],
) -> Result<FindingThings> {
    let mut things = FindingThings::default();
    for row in rows {
        let id = int(row.id)?;
        let named: Vec<(Vec<u8>, String)> = sqlx::query_as(
            "SELECT thing, coalesce((SELECT name FROM record WHERE id = thing), (SELECT name FROM camera WHERE id = thing)) AS name
             FROM finding_evidence WHERE finding = ? AND name IS NOT NULL ORDER BY name, thing LIMIT ?",
        )
        .bind(id)
        .bind(EVIDENCE_MAX as i64)
        .fetch_all(&mut *connection)
        .await
        .doing("reading what shows a finding")?;
        let named = named
            .into_iter()
            .map(|(thing, name)| Ok((uuid_of(&thing)?, name)))
            .collect::<Result<Vec<_>>>()?;
        things.evidence.insert(row.id, named);
        let system: Option<(Vec<u8>, String)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT record.id, record.name FROM finding JOIN record ON record.id = {SYSTEM} WHERE finding.id = ?"
        )))
        .bind(id)
        .fetch_optional(&mut *connection)
        .await
        .doing("reading whose a finding is")?;
        if let Some((system, name)) = system {
            things.systems.insert(row.id, (RecordId(uuid_of(&system)?), name));
        }
    }
    Ok(things)
}

/// Counted; the query has its conditions.
pub(super) async fn groups(
    connection: &mut SqliteConnection,
    mut sql: QueryBuilder<Sqlite>,
) -> Result<Vec<FindingGroup>> {
    sql.push(" GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT ").push_bind(GROUPS_MAX);
    let rows: Vec<(Option<String>, Option<String>, i64)> =
        sql.build_query_as().fetch_all(connection).await.doing("counting findings")?;
    let group = |(id, name, count): (Option<String>, Option<String>, i64)| {
        let id = id.filter(|id| !id.is_empty());
        // Ids of units and systems as they are written elsewhere.
        let id = id.map(|id| Uuid::try_parse(&id).map_or_else(|_| id.clone(), |uuid| uuid.to_string()));
        Ok(FindingGroup { id, name, count: uint(count)? })
    };
    rows.into_iter().map(group).collect()
}

impl Registry {
    /// The unit of each of these: records, cameras, rooms and what else of a unit findings are about. A person is of none here, and what
    /// belongs to the whole installation is not either. Whoever asks sees them already.
    pub async fn units_of_things(&self, _cx: &Cx, things: &[Uuid]) -> Result<HashMap<Uuid, UnitId>> {
        let of = |table: &str| {
            format!("SELECT id, unit FROM {table} WHERE id IN (SELECT id FROM wanted) AND unit IS NOT NULL")
        };
        let tables = [
            "record",
            "camera",
            "duty_room",
            "pressure_report",
            "carrier_link",
            "compensation_claim",
            "webhook",
            "retrieval",
        ];
        let sql = format!(
            "WITH wanted (id) AS MATERIALIZED (SELECT unhex(value) FROM json_each(?1))
             SELECT id, id FROM unit WHERE id IN (SELECT id FROM wanted) UNION ALL {}",
            tables.map(of).join(" UNION ALL ")
        );
        let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(listed(things.iter().copied()))
            .fetch_all(&self.0.database.read)
            .await
            .doing("reading whose findings are")?;
        rows.into_iter().map(|(id, unit)| Ok((uuid_of(&id)?, UnitId(uuid_of(&unit)?)))).collect()
    }
}
