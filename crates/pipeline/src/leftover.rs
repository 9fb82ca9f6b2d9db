//! What a crash leaves at the edges of segments. Files that it met between their creation and their first record in the
//! journal: at most a header and half a second that nobody vouches for; without this they would lie there for ever and be
//! strangers to `check`. And the microseconds between a segment that was sealed and the next one, which were no gap.
//!
//! It removes only files that were begun in the last moments of a run that did not close, that have no row and that no
//! journal names: footage whose journal is lost for any other reason stays, for `check` to say so.

use crate::{clock, recover::Known};
use model::WallTime;
use std::collections::BTreeMap;
use store::{Footage, SegmentPath, SegmentRead as _, registry::system_cx};

/// How long before the last fragment in any journal such a file may have been begun: a fragment closes within half a
/// second of its first unit, the writer's turn and a slow sync come on top.
const BEGUN_BEFORE_US_MAX: i64 = 10_000_000;

/// The journal has a segment's end as the length of its last unit was guessed; when the next one was sealed to begin with
/// the unit that followed, the guess was off by a frame's jitter. What lies further apart may be a gap, and stays one.
const JITTER_US_MAX: i64 = 100_000;

/// Lets each segment end where the next one of its stream begins, where only that guess lies between them.
pub(crate) fn join(segments: &mut BTreeMap<(WallTime, SegmentPath), Vec<Known>>) {
    let mut next_begin: BTreeMap<String, WallTime> = BTreeMap::new();
    for ((began, path), known) in segments.iter_mut().rev() {
        // `<camera>/<profile>`: the stream, without asking its sidecar.
        let stream: String = path.as_str().split('/').take(2).collect::<Vec<_>>().join("/");
        if let (Some(last), Some(next)) = (known.last_mut(), next_begin.insert(stream, *began)) {
            let apart_us = next.since_us(last.end_wall);
            if (1..=JITTER_US_MAX).contains(&apart_us) {
                last.end_wall = next;
            }
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use model::Hash;

    #[test]
    fn segments_meet_where_only_a_guess_lies_between_them() {
        let path = |camera: u8, number: u32| {
            SegmentPath::parse(&format!("{camera:012x}/main/20261128/120000-{number:08x}.mp4")).unwrap()
        };
        let check = |apart_us: i64, other_stream: bool, joined: bool| {
            let known = |end_us: i64| {
                vec![Known { fragment: 1, digest: Hash::default(), end_wall: WallTime(end_us) }]
            };
            let (end_us, next_us) = (5_000_000, 5_000_000 + apart_us);
            let first = (WallTime(0), path(1, 1));
            let second = (WallTime(next_us), path(if other_stream { 2 } else { 1 }, 2));
            let mut segments =
                BTreeMap::from([(first.clone(), known(end_us)), (second.clone(), known(next_us + 7))]);
            join(&mut segments);
            let expected = if joined { next_us } else { end_us };
            assert_eq!(segments[&first][0].end_wall, WallTime(expected), "{apart_us} {other_stream}");
            assert_eq!(segments[&second][0].end_wall, WallTime(next_us + 7), "nothing follows");
        };
        check(0, false, false);
        check(146, false, true);
        check(JITTER_US_MAX, false, true);
        check(JITTER_US_MAX + 1, false, false);
        check(-146, false, false);
        check(146, true, false);
    }
}
