//! Which streams must stop being recorded when space really ends: the newest of the lowest priority first.
//!
//! It deletes nothing and cannot: a full disk never shortens what was promised (guangzhou-2007:21, national-2016:20).
//! Instead so many streams stop that the rest fits into what is free and what the rule frees anyway. Invariants: no stream
//! stops while one before it in the order runs, and none stops that would have fitted.

use super::DAY_US;
use model::{StreamId, WallTime};

/// How far ahead room must last, or somebody stops: two of the hourly rounds in which footage expires.
pub const STOP_AHEAD_US: i64 = DAY_US / 12;
/// How far ahead room must last before somebody goes on: a day, so that a stream does not come and go with every round.
pub const RESUME_AHEAD_US: i64 = DAY_US;

/// A stream that should be recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recorded {
    pub stream: StreamId,
    /// 1 stops first, 3 last.
    pub priority: u8,
    /// Since when the camera is enrolled: of one priority the newest stops first.
    pub enrolled: WallTime,
    pub bytes_per_day: u64,
    /// It is stopped now.
    pub stopped: bool,
}

/// Room on the disk that the streams share.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Room {
    /// What recording may still write, its reserve left out.
    pub free_bytes: u64,
    /// What expires by the rule within [`STOP_AHEAD_US`].
    pub due_soon_bytes: u64,
    /// What expires by the rule within [`RESUME_AHEAD_US`].
    pub due_later_bytes: u64,
}

/// The streams that must not be recorded now, in the order in which they stop.
pub fn stopped(room: &Room, streams: &[Recorded]) -> Vec<StreamId> {
    let mut order: Vec<&Recorded> = streams.iter().collect();
    order.sort_by_key(|stream| (stream.priority, std::cmp::Reverse(stream.enrolled), stream.stream));
    // Whoever is stopped is so before all that run: a priority that has changed since moves the border, not a hole.
    let mut border = order.iter().filter(|stream| stream.stopped).count();
    let fits = |border: usize, ahead_us: i64, due_bytes: u64| {
        let need: u128 = order.iter().skip(border).map(|stream| written(stream, ahead_us)).sum();
        need <= u128::from(room.free_bytes) + u128::from(due_bytes)
    };
    let before = border;
    while border < order.len() && !fits(border, STOP_AHEAD_US, room.due_soon_bytes) {
        border += 1;
    }
    if border == before {
        // Both: what expires only tomorrow does not help for the next hours.
        while border > 0
            && fits(border - 1, RESUME_AHEAD_US, room.due_later_bytes)
            && fits(border - 1, STOP_AHEAD_US, room.due_soon_bytes)
        {
            border -= 1;
        }
    }
    order.iter().take(border).map(|stream| stream.stream).collect()
}

fn written(stream: &Recorded, ahead_us: i64) -> u128 {
    u128::from(stream.bytes_per_day) * ahead_us.unsigned_abs() as u128 / DAY_US.unsigned_abs() as u128
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{CameraId, Profile};
    use proptest::prelude::*;
    use uuid::Uuid;

    const GIB: u64 = 1 << 30;

    fn stream(number: u128, priority: u8, enrolled: i64, gib_per_day: u64, stopped: bool) -> Recorded {
        let stream = StreamId { camera: CameraId(Uuid::from_u128(number)), profile: Profile::Main };
        Recorded { stream, priority, enrolled: WallTime(enrolled), bytes_per_day: gib_per_day * GIB, stopped }
    }

    fn numbers(streams: Vec<StreamId>) -> Vec<u128> {
        streams.iter().map(|stream| stream.camera.0.as_u128()).collect()
    }

    #[test]
    fn the_newest_of_the_lowest_priority_stops_first_and_comes_back_last() {
        let check = |free: u64, soon: u64, later: u64, running: [bool; 4], expected: &[u128]| {
            let [a, b, c, d] = running.map(|runs| !runs);
            let streams = [
                stream(1, 3, 10, 12, a),
                stream(2, 1, 10, 12, b),
                stream(3, 1, 20, 12, c),
                stream(4, 2, 30, 12, d),
            ];
            let room =
                Room { free_bytes: free * GIB, due_soon_bytes: soon * GIB, due_later_bytes: later * GIB };
            assert_eq!(numbers(stopped(&room, &streams)), expected, "{free} {soon} {later} {running:?}");
        };
        let all = [true; 4];
        // Four streams write 4 GiB in two hours.
        check(100, 0, 0, all, &[]);
        check(4, 0, 0, all, &[]);
        check(3, 0, 0, all, &[3]);
        check(2, 0, 0, all, &[3, 2]);
        check(1, 0, 0, all, &[3, 2, 4]);
        check(0, 0, 0, all, &[3, 2, 4, 1]);
        // What the rule frees counts: in balance nobody stops, however full the disk is.
        check(0, 4, 48, all, &[]);
        // Going on needs a day's room, one stream after the other.
        check(4, 0, 0, [true, true, false, true], &[3]);
        check(47, 0, 0, [true, true, false, true], &[3]);
        check(48, 0, 0, [true, true, false, true], &[]);
        check(36, 0, 0, [true, false, false, true], &[3]);
        check(1, 0, 11, [false; 4], &[3, 2, 4]);
        check(0, 0, 12, [false; 4], &[3, 2, 4, 1]);
        check(0, 0, 0, [false; 4], &[3, 2, 4, 1]);
    }

    proptest! {
        #[test]
        fn nobody_stops_in_vain_or_before_their_turn(
            streams in prop::collection::vec((1..4_u8, 0..50_i64, 0..40_u64, any::<bool>()), 0..30),
            free in 0..100_u64, soon in 0..20_u64, more in 0..200_u64,
        ) {
            let streams: Vec<Recorded> = streams.iter().enumerate()
                .map(|(n, (priority, enrolled, rate, stopped))| stream(n as u128, *priority, *enrolled, *rate, *stopped))
                .collect();
            let room = Room { free_bytes: free * GIB, due_soon_bytes: soon * GIB, due_later_bytes: (soon + more) * GIB };
            let gone = stopped(&room, &streams);
            let is_gone = |stream: &Recorded| gone.contains(&stream.stream);
            let rank = |stream: &Recorded| (stream.priority, std::cmp::Reverse(stream.enrolled), stream.stream);
            for lower in streams.iter().filter(|stream| !is_gone(stream)) {
                prop_assert!(streams.iter().filter(|stream| is_gone(stream)).all(|higher| rank(higher) < rank(lower)));
            }
            let need = |streams: &mut dyn Iterator<Item = &Recorded>| streams.map(|s| written(s, STOP_AHEAD_US)).sum::<u128>();
            let room_soon = u128::from(room.free_bytes + room.due_soon_bytes);
            prop_assert!(need(&mut streams.iter().filter(|stream| !is_gone(stream))) <= room_soon, "the rest fits");
            let newly = gone.len() > streams.iter().filter(|stream| stream.stopped).count();
            if let (true, Some(last)) = (newly, gone.last()) {
                let with_last = &mut streams.iter().filter(|stream| !is_gone(stream) || stream.stream == *last);
                prop_assert!(need(with_last) > room_soon, "not one too many");
            }
        }
    }
}
