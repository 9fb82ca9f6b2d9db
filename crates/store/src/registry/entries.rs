//! Writing one entry of the access log: seal the record, keep leaf, ciphertext and key in their own rows.

use super::EntryIndex;
use crate::convert::{blob, int, uint};
use crate::error::{Doing, Result};
use crate::files::random;
use ledger::access::{AccessRecord, Cameras, Outcome, minute_of, seal};
use sqlx::SqliteConnection;

/// Writes an entry inside the caller's transaction and returns its index.
pub async fn write(connection: &mut SqliteConnection, record: AccessRecord) -> Result<EntryIndex> {
    let record = record.fitted();
    let sealed = seal(&record, random::<64>()?)?;
    let (index, last_minute): (i64, i64) =
        sqlx::query_as("SELECT coalesce(max(idx) + 1, 0), coalesce(max(minute), 0) FROM entry")
            .fetch_one(&mut *connection)
            .await
            .doing("numbering an entry")?;
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
