//! A part of a list: who may see a row is a condition of SQL, so what is counted and cut is what the actor sees, however many rows of
//! others came after. It decides nothing: each list says its own condition.

use crate::convert::{blob, uint};
use crate::error::{Doing, Error, Result};
use model::UnitId;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

/// Rows of one part: what a page shows at once.
pub const PART_ROWS_MAX: u32 = 200;
const ROWS: u32 = 50;

/// Which part is asked for.
#[derive(Clone, Debug, Default)]
pub struct PartQuery {
    pub limit: Option<u32>,
    /// So many are skipped: what the part before gave.
    pub cursor: Option<String>,
}

#[derive(Clone, Debug)]
pub struct ListPart<T> {
    pub rows: Vec<T>,
    /// Where the next part begins; `None` behind the last.
    pub next_cursor: Option<String>,
    /// Of everything that the actor sees.
    pub total: u64,
}

impl<T> ListPart<T> {
    pub fn map<U>(self, shape: impl FnMut(T) -> U) -> ListPart<U> {
        let rows = self.rows.into_iter().map(shape).collect();
        ListPart { rows, next_cursor: self.next_cursor, total: self.total }
    }
}

/// The rows of a part. `select` has everything before its `WHERE`; `seen` pushes the condition.
pub(super) async fn part(
    connection: &mut SqliteConnection,
    query: &PartQuery,
    (select, order): (&str, &str),
    seen: impl Fn(&mut QueryBuilder<Sqlite>),
) -> Result<ListPart<SqliteRow>> {
    let from: u32 = query
        .cursor
        .as_deref()
        .map_or(Ok(0), str::parse)
        .map_err(|_| Error::invalid("cursor", "is not one that a page gave"))?;
    let limit = query.limit.unwrap_or(ROWS).clamp(1, PART_ROWS_MAX);
    let mut counting = QueryBuilder::new(format!("SELECT count(*) FROM ({select} WHERE "));
    seen(&mut counting);
    counting.push(")");
    let total: i64 =
        counting.build_query_scalar().fetch_one(&mut *connection).await.doing("counting a list")?;
    let mut listing = QueryBuilder::new(format!("{select} WHERE "));
    seen(&mut listing);
    listing.push(format!(" ORDER BY {order} LIMIT ")).push_bind(i64::from(limit));
    listing.push(" OFFSET ").push_bind(i64::from(from));
    let rows = listing.build().fetch_all(connection).await.doing("reading a part of a list")?;
    let (total, end) = (uint(total)?, u64::from(from) + rows.len() as u64);
    let next_cursor = (end < total && !rows.is_empty()).then(|| end.to_string());
    Ok(ListPart { rows, next_cursor, total })
}

/// That a column's unit is one of these; `None`: any.
pub(super) fn of_units<'u>(
    sql: &mut QueryBuilder<Sqlite>,
    column: &str,
    units: Option<impl IntoIterator<Item = &'u UnitId>>,
) {
    let Some(units) = units else {
        sql.push("1");
        return;
    };
    sql.push("(0");
    for unit in units {
        sql.push(format!(" OR {column} = ")).push_bind(blob(unit.0));
    }
    sql.push(")");
}
