//! Moves what SQLite's write-ahead log holds into the database's file, beside the writer, so that no commit has to wait for it.
//!
//! Left to itself SQLite does this inside the commit that made the log long: pages all over the file, and two syncs, while
//! everybody who asks for a picture waits. Here another connection does it while the writer goes on; the writer itself does it
//! only when the log reaches [`WRITERS_OWN_PAGES`]. What is durable does not depend on it: that is the log's own sync, at each commit.

use crate::error::Doing as _;
use sqlx::{Connection as _, SqliteConnection};
use tokio::task::JoinHandle;

/// Operations committed between two moves: some thousand pages, as many as SQLite's own default.
const OPERATIONS_BETWEEN: usize = 500;
/// Pages in the log after which the writer moves them itself: 32 MB bound the log's file, however busy the day. Little is left
/// to move by then, but only a writer that finds nothing left begins the log anew.
pub const WRITERS_OWN_PAGES: &str = "8000";

/// Who moves, and whether it is under way.
pub struct Wal {
    idle: Option<SqliteConnection>,
    moving: Option<JoinHandle<SqliteConnection>>,
    operations: usize,
}

impl Wal {
    /// `connection`: one of its own; `None` leaves it to the writer.
    pub fn new(connection: Option<SqliteConnection>) -> Self {
        Self { idle: connection, moving: None, operations: 0 }
    }

    /// So many operations more are committed. Begins a move when it is due and none is under way; waits for none.
    pub async fn committed(&mut self, operations: usize) {
        self.operations += operations;
        if self.operations < OPERATIONS_BETWEEN
            || self.moving.as_ref().is_some_and(|move_| !move_.is_finished())
        {
            return;
        }
        self.settle().await;
        if let Some(connection) = self.idle.take() {
            self.operations = 0;
            self.moving = Some(tokio::spawn(moved(connection)));
        }
    }

    async fn settle(&mut self) {
        if let Some(moving) = self.moving.take() {
            self.idle = moving.await.ok();
        }
    }

    /// Waits for a move that is under way and closes the connection.
    pub async fn close(mut self) {
        self.settle().await;
        if let Some(connection) = self.idle.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the connection that moves the write-ahead log did not close cleanly");
        }
    }
}

/// A failure loses nothing: the pages stay in the log, which is durable, and are tried again.
async fn moved(mut connection: SqliteConnection) -> SqliteConnection {
    let moved = sqlx::raw_sql("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut connection).await;
    if let Err(error) = moved.doing("moving the write-ahead log") {
        tracing::warn!(%error, "the write-ahead log was not moved");
    }
    connection
}

#[cfg(test)]
mod tests {
    use crate::{database::Database, disk::SystemDisk};
    use std::{sync::Arc, time::Duration};

    const PAGES: &str = "CREATE TABLE page (bytes BLOB NOT NULL) STRICT;";

    /// More is written than the log may hold: without a move or without the writer's own it would be as long as all of it.
    #[tokio::test]
    async fn the_log_does_not_grow_with_what_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let steps = [crate::database::Migration { name: "0001_page", sql: PAGES }];
        let (database, task) = Database::open("test", &path, &steps, Arc::new(SystemDisk)).await.unwrap();
        let length = |name: &str| std::fs::metadata(folder.path().join(name)).map_or(0, |file| file.len());
        for _ in 0..super::OPERATIONS_BETWEEN + 1 {
            let inserted = database.write.run(|connection| {
                Box::pin(async move {
                    let insert = sqlx::query("INSERT INTO page VALUES (zeroblob(100000))");
                    insert
                        .execute(connection)
                        .await
                        .map(|_| ())
                        .map_err(|error| crate::Error::Internal(error.to_string()))
                })
            });
            inserted.await.unwrap();
        }
        let written = (super::OPERATIONS_BETWEEN as u64) * 100_000;
        // The other connection's move ends by itself; nobody waits for it.
        for _ in 0..200 {
            if length("test.db") >= written {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(length("test.db") >= written, "moved into the file: {}", length("test.db"));
        assert!(length("test.db-wal") < 36 << 20, "{} bytes in the log", length("test.db-wal"));
        database.write.stop().await;
        task.await.unwrap();
        database.read.close().await;
        assert_eq!(length("test.db-wal"), 0, "the last to close leaves no log");
    }
}
