//! What seldom changes and every decision at the door reads whole: camera groups, what units decided for themselves, takeovers.
//!
//! It is read once for each token that the database gives it (schema 0063) and kept in memory. The invariants kept: what is kept is used only
//! where the same transaction reads the same token, so that no decision falls on what was; and nothing here depends on the time.

use super::facts::GroupTree;
use super::register::Local;
use super::takeovers::Takeovers;
use crate::error::{Doing, Result};
use sqlx::SqliteConnection;
use std::sync::{Arc, Mutex, PoisonError};

pub(super) struct Steady {
    pub groups: GroupTree,
    pub local: Local,
    pub takeovers: Takeovers,
}

/// What was read last, by its token.
#[derive(Default)]
pub(super) struct KeptSteady(Mutex<Option<(i64, Arc<Steady>)>>);

impl Steady {
    /// Inside a transaction: between two of them another token may be drawn.
    pub async fn read(connection: &mut SqliteConnection, kept: &KeptSteady) -> Result<Arc<Self>> {
        let token: i64 = sqlx::query_scalar("SELECT token FROM steady")
            .fetch_one(&mut *connection)
            .await
            .doing("reading whether groups and rules changed")?;
        if let Some(known) = kept.of(token) {
            return Ok(known);
        }
        let read = Arc::new(Self {
            groups: GroupTree::load(connection).await?,
            local: Local::load(connection, None).await?,
            takeovers: Takeovers::load(connection).await?,
        });
        kept.keep(token, &read);
        Ok(read)
    }
}

impl KeptSteady {
    fn of(&self, token: i64) -> Option<Arc<Steady>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(of, _)| *of == token).map(|(_, known)| Arc::clone(known))
    }

    fn keep(&self, token: i64, read: &Arc<Steady>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((token, Arc::clone(read)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::REGISTRY;
    use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};

    const KEPT: [&str; 5] = ["camera_group", "adoption", "override", "takeover", "takeover_officer"];

    async fn registry() -> SqliteConnection {
        let options = SqliteConnectOptions::new().in_memory(true).foreign_keys(false);
        let mut connection = options.connect().await.unwrap();
        for step in &REGISTRY {
            sqlx::raw_sql(step.sql).execute(&mut connection).await.unwrap();
        }
        connection
    }

    async fn token(connection: &mut SqliteConnection) -> i64 {
        sqlx::query_scalar("SELECT token FROM steady").fetch_one(connection).await.unwrap()
    }

    async fn run(connection: &mut SqliteConnection, sql: &str) {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(connection).await.unwrap();
    }

    /// A row of any of these tables, filled so that its checks hold.
    async fn insert(connection: &mut SqliteConnection, table: &str) {
        let columns: Vec<(String, String)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT name, type FROM pragma_table_info('{table}')"
        )))
        .fetch_all(&mut *connection)
        .await
        .unwrap();
        let value = |(name, kind): &(String, String)| match (name.as_str(), kind.as_str()) {
            ("start_us" | "at_us", _) => "1",
            ("ended_us" | "end_entry" | "ender" | "ended_by", _) => "NULL",
            ("until_us", _) => "2",
            (_, "BLOB") => "randomblob(16)",
            (_, "TEXT") => "'x'",
            _ => "0",
        };
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<&str> = columns.iter().map(value).collect();
        run(
            connection,
            &format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", ")),
        )
        .await;
    }

    #[tokio::test]
    async fn every_change_of_what_is_kept_draws_another_token() {
        let mut connection = registry().await;
        run(&mut connection, "PRAGMA ignore_check_constraints = ON").await;
        for table in KEPT {
            let (column,): (String,) = sqlx::query_as(sqlx::AssertSqlSafe(format!(
                "SELECT name FROM pragma_table_info('{table}') LIMIT 1"
            )))
            .fetch_one(&mut connection)
            .await
            .unwrap();
            let mut before = token(&mut connection).await;
            for act in ["insert", "update", "delete"] {
                match act {
                    "insert" => insert(&mut connection, table).await,
                    "update" => {
                        run(&mut connection, &format!("UPDATE {table} SET {column} = {column}")).await
                    }
                    _ => run(&mut connection, &format!("DELETE FROM {table}")).await,
                }
                let now = token(&mut connection).await;
                assert_ne!(now, before, "{act} {table}");
                before = now;
            }
        }
    }

    /// What was read inside something that is taken back is not found again, although as many changes follow.
    #[tokio::test]
    async fn what_was_taken_back_is_not_kept() {
        let mut connection = registry().await;
        let kept = KeptSteady::default();
        let count = |steady: &Steady| steady.groups.len();
        run(&mut connection, "BEGIN IMMEDIATE; SAVEPOINT operation").await;
        assert_eq!(count(&Steady::read(&mut connection, &kept).await.unwrap()), 0);
        insert(&mut connection, "camera_group").await;
        assert_eq!(count(&Steady::read(&mut connection, &kept).await.unwrap()), 1);
        run(&mut connection, "ROLLBACK TO operation").await;
        assert_eq!(count(&Steady::read(&mut connection, &kept).await.unwrap()), 0);
        insert(&mut connection, "camera_group").await;
        run(&mut connection, "DELETE FROM camera_group").await;
        insert(&mut connection, "camera_group").await;
        insert(&mut connection, "camera_group").await;
        assert_eq!(count(&Steady::read(&mut connection, &kept).await.unwrap()), 2);
        run(&mut connection, "COMMIT").await;
        let (again, same) = (
            Steady::read(&mut connection, &kept).await.unwrap(),
            Steady::read(&mut connection, &kept).await.unwrap(),
        );
        assert!(Arc::ptr_eq(&again, &same), "read once");
    }
}
