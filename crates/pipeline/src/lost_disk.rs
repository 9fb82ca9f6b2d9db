//! What the last run was recording on a media disk that is away when the next one starts: the time is a gap with that cause, in
//! the log before anything is recorded, whether the stream or the disk ever comes back or not.
//!
//! It does not say that the footage is gone: the disk may come back with it. It reaches from the stream's last record to the
//! last tick by which the recorder still ran; what follows is the outage, with a cause of its own.

use crate::{
    commit::{self, Placed},
    gap::Gap,
};
use ledger::tick::TickRecord;
use model::{DiskId, GapCause, Span};
use store::{Footage, footage::Boot, registry::system_cx};

/// Commits a gap for each stream that was being recorded on such a disk; how many there were.
pub(crate) async fn state(footage: &Footage) -> Result<u32, store::Error> {
    let away = away_in_use(footage);
    let boot = footage.boot();
    if away.is_empty() || boot.previous_closed.is_some() {
        return Ok(0);
    }
    let Some(tick) = footage.newest_tick().await?.filter(|tick| is_of_last_run(tick, boot)) else {
        return Ok(0);
    };
    let (mut stated, cx) = (0, system_cx("recovery", tick.wall));
    for stream in footage.streams().await? {
        let Some(newest) = footage.newest_segment(&cx, stream).await? else { continue };
        let is_of_last_run = boot.previous_opened.is_some_and(|opened| newest.span.end >= opened);
        let end = footage.stream_head(stream).await?.end.unwrap_or(newest.span.end);
        if !away.contains(&newest.disk) || !is_of_last_run || end >= tick.wall {
            continue;
        }
        let evidence = format!(
            "the recorder ended without closing, and media disk {} is away since: what was recorded there may be on it",
            newest.disk
        );
        let gap = Gap { span: Span { start: end, end: tick.wall }, cause: GapCause::Disk, evidence };
        stated += u32::from(commit::commit_gap(footage, stream, gap).await? == Placed::Committed);
    }
    Ok(stated)
}

/// Disks on which something may have been open.
pub(crate) fn away_in_use(footage: &Footage) -> Vec<DiskId> {
    let away = footage.media().all().into_iter().filter(|disk| !disk.retired && disk.away().is_some());
    away.map(|disk| disk.id).collect()
}

fn is_of_last_run(tick: &TickRecord, boot: &Boot) -> bool {
    tick.boot_counter + 1 == boot.counter && !tick.last
}
