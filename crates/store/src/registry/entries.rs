//! Writing one entry of the access log: seal the record, keep leaf, ciphertext and key in their own rows.

use super::EntryIndex;
use crate::convert::{blob, int, uint};
use crate::error::{Doing, Result};
use crate::files::random;
use ledger::access::{AccessRecord, Cameras, Outcome, minute_of, seal};
use sqlx::SqliteConnection;

/// Minutes never go back, so the newest entry's is the last. One step from the end of the table: two maxima in one statement
/// would be a scan of all entries for each new one.
const NEWEST: &str = "SELECT idx, minute FROM entry ORDER BY idx DESC LIMIT 1";

/// Writes an entry inside the caller's transaction and returns its index.
pub async fn write(connection: &mut SqliteConnection, record: AccessRecord) -> Result<EntryIndex> {
    let record = record.fitted();
    let sealed = seal(&record, random::<64>()?)?;
    let newest: Option<(i64, i64)> =
        sqlx::query_as(NEWEST).fetch_optional(&mut *connection).await.doing("numbering an entry")?;
    let (index, last_minute) = newest.map_or((0, 0), |(newest, minute)| (newest + 1, minute));
    sqlx::query("INSERT INTO entry (idx, leaf, hash, ciphertext, minute) VALUES (?, ?, ?, ?, ?)")
        .bind(index)
        .bind(&sealed.leaf_bytes)
        .bind(&sealed.leaf.hash().0[..])
        .bind(&sealed.ciphertext)
        .bind(minute_of(record.time).max(last_minute))
        .execute(&mut *connection)
        .await
        .doing("writing an entry")?;
    sqlx::query("INSERT INTO entry_key (idx, key, salt) VALUES (?, ?, ?)")
        .bind(index)
        .bind(&sealed.key[..])
        .bind(&sealed.salt[..])
        .execute(&mut *connection)
        .await
        .doing("keeping an entry's key")?;
    write_search(connection, index, &record).await?;
    Ok(EntryIndex(uint(index)?))
}

async fn write_search(connection: &mut SqliteConnection, index: i64, record: &AccessRecord) -> Result<()> {
    sqlx::query(
        "INSERT INTO entry_search (idx, time_us, act, person, permitted, refers_to) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(index)
    .bind(record.time.0)
    .bind(i64::from(record.kind.code()))
    .bind(record.acting.person.map(|person| blob(person.0)))
    .bind(record.outcome == Outcome::Permitted)
    .bind(record.refers_to.map(int).transpose()?)
    .execute(&mut *connection)
    .await
    .doing("making an entry searchable")?;
    let Cameras::Listed(cameras) = &record.cameras else { return Ok(()) };
    for camera in cameras {
        sqlx::query("INSERT INTO entry_camera (camera, idx) VALUES (?, ?)")
            .bind(blob(camera.0))
            .bind(index)
            .execute(&mut *connection)
            .await
            .doing("making an entry searchable")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::REGISTRY;
    use sqlx::{ConnectOptions as _, Row as _, sqlite::SqliteConnectOptions};

    /// What an entry costs must not grow with the log: no row but the last is looked at to number it.
    #[tokio::test]
    async fn numbering_an_entry_does_not_read_the_log() {
        let mut connection = SqliteConnectOptions::new().in_memory(true).connect().await.unwrap();
        for step in &REGISTRY {
            sqlx::raw_sql(step.sql).execute(&mut connection).await.unwrap();
        }
        let explained = sqlx::AssertSqlSafe(format!("EXPLAIN {NEWEST}"));
        let steps = sqlx::raw_sql(explained).fetch_all(&mut connection).await.unwrap();
        let codes: Vec<String> = steps.iter().map(|step| step.get::<String, _>("opcode")).collect();
        assert!(codes.contains(&"Last".to_owned()), "begins at the end: {codes:?}");
        assert!(codes.contains(&"DecrJumpZero".to_owned()), "ends after one row: {codes:?}");
        assert!(!codes.iter().any(|code| code.starts_with("Agg")), "adds nothing up: {codes:?}");
    }
}
