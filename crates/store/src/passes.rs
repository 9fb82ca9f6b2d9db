//! Whole passes over one database: a reading connection of its own, on a thread that may block.
//!
//! `sqlx` hands each row from the thread of its connection to the runtime's. For a page that a person asked for that is nothing;
//! over the millions of rows of a month it is nearly all of the time. A pass reads where SQLite runs. It only reads: the connection
//! is opened so, and no pass is asked from the outside.
//!
//! It does not replace the readers' pool: what answers a request is asked there.

use crate::database::{BUSY_WAIT_MAX, Database};
use crate::error::{Doing, Error, Result};
use rusqlite::{Connection, OpenFlags};
use std::num::NonZero;

/// Threads of one pass over files: what waits for a disk gains nothing from more.
const THREADS_MAX: usize = 8;

impl Database {
    /// Runs `work` on a reading connection of its own. Each statement of it sees the database as it is then.
    ///
    /// # Errors
    ///
    /// What `work` says, or that the database cannot be opened.
    pub async fn pass<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let path = self.path.clone();
        let pass = move || {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(path, flags).doing("opening for a pass")?;
            connection.busy_timeout(BUSY_WAIT_MAX).doing("opening for a pass")?;
            work(&connection)
        };
        tokio::task::spawn_blocking(pass).await.map_err(|error| Error::Internal(error.to_string()))?
    }
}

/// Every row of a query without arguments, made by `row`.
pub fn rows<T>(
    pass: &Connection,
    doing: &'static str,
    sql: &str,
    row: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut statement = pass.prepare(sql).doing(doing)?;
    let rows = statement.query_map([], row).doing(doing)?;
    rows.collect::<rusqlite::Result<_>>().doing(doing)
}

/// `work` of each item, in the items' order, on as many threads as there are cores: for looking at many files, where each look is
/// short and most of it is spent in the kernel.
pub fn across<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(THREADS_MAX);
    if threads == 1 || items.len() < threads {
        return items.iter().map(work).collect();
    }
    let work = &work;
    let shares = items.chunks(items.len().div_ceil(threads));
    std::thread::scope(|scope| {
        let shares: Vec<_> =
            shares.map(|share| scope.spawn(move || share.iter().map(work).collect::<Vec<R>>())).collect();
        let done = shares.into_iter().map(|share| share.join());
        done.flat_map(|share| share.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::across;

    #[test]
    fn the_order_stays_and_nothing_is_left_out() {
        for count in [0, 1, 2, 7, 500, 501] {
            let items: Vec<u32> = (0..count).collect();
            let expected: Vec<u64> = items.iter().map(|item| u64::from(*item) * 2).collect();
            assert_eq!(across(&items, |item| u64::from(*item) * 2), expected, "{count}");
        }
    }
}
