//! Files that a crash left between their creation and their first record in the journal: at most a header and half a
//! second that nobody vouches for. Without this they would lie there for ever and be strangers to `check`.
//!
//! It removes only files that were begun in the last moments of a run that did not close, that have no row and that no
//! journal names: footage whose journal is lost for any other reason stays, for `check` to say so.

use crate::clock;
use model::WallTime;
use std::collections::BTreeMap;
use store::{Footage, SegmentPath, SegmentRead as _, registry::system_cx};

/// How long before the last fragment in any journal such a file may have been begun: a fragment closes within half a
/// second of its first unit, the writer's turn and a slow sync come on top.
const BEGUN_BEFORE_US_MAX: i64 = 10_000_000;

/// Removes them; returns how many bytes went. `newest` is the end of the newest fragment that a journal names.
pub(crate) async fn discard(
    footage: &Footage,
    newest: Option<WallTime>,
    journalled: &BTreeMap<SegmentPath, WallTime>,
) -> Result<u64, store::Error> {
    let boot = footage.boot();
    let Some(opened) = boot.previous_opened.filter(|_| boot.previous_closed.is_none()) else { return Ok(0) };
    let since = newest.unwrap_or(opened).plus_us(-BEGUN_BEFORE_US_MAX);
    let cx = system_cx("recovery", clock::system_wall());
    let mut bytes = 0;
    for path in footage.uncommitted_since(&cx, since).await? {
        if journalled.contains_key(&path) {
            continue;
        }
        if let Ok(file) = footage.open_for_system(&cx, &path) {
            bytes += file.len().unwrap_or(0);
            drop(file);
            footage.cut_torn_tail(&cx, &path, 0).await?;
        }
        footage.discard_empty(&cx, &path, 0).await?;
        tracing::warn!(%path, "begun just before the last run ended, and nothing of it had been journalled; removed");
    }
    Ok(bytes)
}
