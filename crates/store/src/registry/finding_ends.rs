//! Which act ended a finding: the newest on what it is about or what showed it, else on a record that names it or that it names, of what was
//! written between two sweeps.
//!
//! It closes nothing. The invariant: no act is named where nothing near was written, nor where a measurement alone may have ended it; what is not
//! known is said to be so.

use super::EntryIndex;
use super::findings::{FindingKey, REGISTER};
use crate::convert::uint;
use crate::error::{Doing, Result};
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// Codes that end by what a camera sends, whoever changed what meanwhile.
const MEASURED: [&str; 2] = ["camera_silent", "below_standard"];

/// By which entry each thing was written last: its number in the feed, and the entry.
pub(super) type WrittenBy = HashMap<Vec<u8>, (i64, i64)>;

/// Of what was written after one number of the feed, up to another.
pub(super) async fn written_by(
    connection: &mut SqliteConnection,
    (after, to): (i64, i64),
) -> Result<WrittenBy> {
    let rows: Vec<(Vec<u8>, i64, i64)> = sqlx::query_as(
        "SELECT id, number, entry FROM fact_change WHERE number > ? AND number <= ? AND id IS NOT NULL AND entry IS NOT NULL ORDER BY number",
    )
    .bind(after)
    .bind(to)
    .fetch_all(connection)
    .await
    .doing("reading by which acts facts changed")?;
    // Of several the last one stays.
    Ok(rows.into_iter().map(|(id, number, entry)| (id, (number, entry))).collect())
}

/// The act that ended this row; `None`: none is known.
pub(super) async fn ended_by(
    connection: &mut SqliteConnection,
    written: &WrittenBy,
    ((kind, _, code, about, _), row): (&FindingKey, i64),
) -> Result<Option<EntryIndex>> {
    if written.is_empty() || kind != REGISTER || MEASURED.contains(&code.as_str()) {
        return Ok(None);
    }
    let shown: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT thing FROM finding_evidence WHERE finding = ?")
        .bind(row)
        .fetch_all(&mut *connection)
        .await
        .doing("reading what showed a finding")?;
    let own = shown.iter().map(|(thing,)| thing).chain([about]);
    if let Some((_, entry)) = own.filter_map(|thing| written.get(thing)).max() {
        return Ok(Some(EntryIndex(uint(*entry)?)));
    }
    let near: Vec<(Vec<u8>,)> = sqlx::query_as(
        "SELECT source FROM record_reference WHERE target = ?1 UNION SELECT target FROM record_reference WHERE source = ?1",
    )
    .bind(about)
    .fetch_all(connection)
    .await
    .doing("reading what a finding was near to")?;
    let newest = near.iter().filter_map(|(thing,)| written.get(thing)).max();
    newest.map(|(_, entry)| uint(*entry).map(EntryIndex)).transpose()
}
