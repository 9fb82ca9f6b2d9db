//! A full disk under the registry, for tests: SQLite itself finds no room, at a bound that a test sets.
//!
//! Not a quota: nothing in the program sets one. Invariant: what was committed stays as it is.

use super::Registry;
use crate::error::{Doing, Result};

/// SQLite's own limit (`SQLITE_MAX_PAGE_COUNT`).
const PAGES_MAX: i64 = 4_294_967_294;

impl Registry {
    /// As if the disk had room for so many more pages of `registry.db`; with `None`, again for as many as it likes.
    pub async fn leave_room(&self, pages: Option<u32>) -> Result<()> {
        self.write(move |connection| {
            Box::pin(async move {
                let (now,): (i64,) = sqlx::query_as("PRAGMA page_count")
                    .fetch_one(&mut *connection)
                    .await
                    .doing("counting pages")?;
                let most = pages.map_or(PAGES_MAX, |more| now.saturating_add(i64::from(more)));
                let bound = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {most}"));
                sqlx::query(bound).fetch_optional(connection).await.doing("bounding pages").map(|_| ())
            })
        })
        .await
    }
}
