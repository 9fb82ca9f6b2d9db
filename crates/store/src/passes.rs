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
