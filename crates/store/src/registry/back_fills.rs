//! The two entries of footage that is brought: what is about to be stored, and what became of it. The second refers to the first, so
//! that the next start finds those whose process ended in between.
//!
//! Invariant: each import has both, or its process still runs. Its pictures and records are `footage::back_fill`'s.

use super::admit::Ask;
use super::pages::{self, Row};
use super::{EntryIndex, Registry, entries};
use crate::convert::uint;
use crate::error::{Doing, Result};
use model::{Act, Cx, LegalBasis, Purpose, WallTime};
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
    let mut open: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for row in rows {
        let index = uint(row.0)?;
        let text = pages::opened(row)?.record.map(|record| record.extra).unwrap_or_default();
        open.entry(text.lines().next().unwrap_or_default().to_owned()).or_default().push(index);
    }
    for (id, begun) in open {
        let &[begun] = begun.as_slice() else { continue };
        let acting = ledger::access::Acting {
            person: None,
            account: "recovery".into(),
            display_name: String::new(),
            post: "system".into(),
        };
        let record = ledger::access::AccessRecord {
            refers_to: Some(begun),
            subject: id.strip_prefix("id=").and_then(|id| id.parse().ok()),
            extra: format!("{id}\nfailed=broken off with the process"),
            ..ledger::access::AccessRecord::new(
                Act::BackFill,
                now,
                acting,
                Purpose::Administration,
                LegalBasis::Operation,
            )
        };
        entries::write(connection, record).await?;
    }
    Ok(())
}
