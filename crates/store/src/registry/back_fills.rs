//! The two entries of footage that is brought: what is about to be stored, and what became of it. The second refers to the first, so
//! that the next start finds those whose process ended in between.
//!
//! Invariant: each import has both, or the next start says that it was broken off; an import whose second entry could not be written is
//! among these. Its pictures and records are `footage::back_fill`'s.

use super::admit::Ask;
use super::pages::{self, Row};
use super::{EntryIndex, Registry, cut_off, entries};
use crate::convert::uint;
use crate::error::{Doing, Result};
use model::{Act, Cx, WallTime};
use sqlx::SqliteConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Imports without an end that are looked at when a run begins: one at a time is made, so that more than one is an old registry's, whose
/// entries do not refer to each other.
const OPEN_MAX: i64 = 1_000;

impl Registry {
    /// Before anything is stored.
    pub async fn begin_back_fill(&self, cx: &Cx, id: Uuid, text: &str) -> Result<EntryIndex> {
        let ask = Ask { subject: Some(id), extra: text.into(), ..Ask::new(Act::BackFill) };
        self.act(cx, ask, |_, entry| Box::pin(async move { Ok(entry) })).await
    }

    /// What was stored, or why it failed.
    pub async fn end_back_fill(&self, cx: &Cx, (id, begun): (Uuid, EntryIndex), text: &str) -> Result<()> {
        let ask =
            Ask { subject: Some(id), refers_to: Some(begun), extra: text.into(), ..Ask::new(Act::BackFill) };
        self.act(cx, ask, |_, _| Box::pin(async move { Ok(()) })).await
    }
}

/// One entry for each import that the previous run left without an end. What it stored stays, with its records.
pub(super) async fn unclean_ends(connection: &mut SqliteConnection, now: WallTime) -> Result<()> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT entry.idx, leaf, ciphertext, key, salt, batch IS NOT NULL
         FROM entry_search AS begun JOIN entry ON entry.idx = begun.idx JOIN entry_key ON entry_key.idx = begun.idx
         WHERE begun.act = ?1 AND begun.permitted = 1 AND begun.refers_to IS NULL
            AND NOT EXISTS (SELECT 1 FROM entry_search AS ended WHERE ended.refers_to = begun.idx AND ended.act = ?1)
         ORDER BY begun.idx DESC LIMIT ?2",
    )
    .bind(i64::from(Act::BackFill.code()))
    .bind(OPEN_MAX)
    .fetch_all(&mut *connection)
    .await
    .doing("looking for imports of the previous run")?;
    // Before the second entry referred to the first, both began with the import's id.
    let mut open: BTreeMap<String, Vec<(u64, bool)>> = BTreeMap::new();
    for row in rows {
        let index = uint(row.0)?;
        // What cannot be read is the check's to tell; it keeps no store from opening.
        let Some(record) = pages::opened(row).ok().and_then(|entry| entry.record) else { continue };
        let mut lines = record.extra.lines();
        let (id, next) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        let is_end = next.starts_with("from=") || next.starts_with("failed=");
        open.entry(id.to_owned()).or_default().push((index, is_end));
    }
    for (id, found) in open {
        let &[(begun, false)] = found.as_slice() else { continue };
        let subject = id.strip_prefix("id=").and_then(|id| id.parse().ok());
        let said = format!("{id}\nfailed=broken off with the process");
        entries::write(connection, cut_off((Act::BackFill, now), (begun, subject), said)).await?;
    }
    Ok(())
}
