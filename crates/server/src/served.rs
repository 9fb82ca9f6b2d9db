//! Counts what was really handed to the sockets of one viewing session, and says when a use record is due. Pure: no
//! clock, no store.
//!
//! Invariant: what was sent stays counted until a durable record covers it; after [`RECORD_WITHIN_US`] without one
//! [`Meter::overdue`] says that the pictures must stop.

use model::{CameraId, MonoTime, Profile, WallTime};
use std::collections::BTreeMap;

/// A use record is written this often while pictures flow: the law of the house asks for 30 s; the rest is time for a
/// slow database.
pub const RECORD_EVERY_US: i64 = law::watching::USE_US;
/// Without a written record for this long the picture stops.
pub const RECORD_WITHIN_US: i64 = 28_000_000;

/// One camera's encoding, as a use record names it.
pub type Stream = (CameraId, Profile);

/// What was sent of one stream since the last record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Count {
    pub units: u64,
    pub bytes: u64,
    /// Capture times of the first and of the last unit.
    pub from: WallTime,
    pub to: WallTime,
}

impl Count {
    fn plus(self, other: Self) -> Self {
        Self {
            units: self.units.saturating_add(other.units),
            bytes: self.bytes.saturating_add(other.bytes),
            from: self.from.min(other.from),
            to: self.to.max(other.to),
        }
    }
}

/// What was sent in one stretch of time.
#[derive(Clone, Debug)]
struct Window {
    /// When its first unit was sent.
    since: MonoTime,
    counts: BTreeMap<Stream, Count>,
}

/// The counter of one viewing session.
#[derive(Debug, Default)]
pub struct Meter {
    open: Option<Window>,
    /// Taken by [`Meter::take_due`], not yet known to be durable.
    in_flight: Option<Window>,
}

impl Meter {
    /// `count` of `stream` goes to the socket.
    pub fn sent(&mut self, stream: Stream, count: Count, now: MonoTime) {
        let window = self.open.get_or_insert_with(|| Window { since: now, counts: BTreeMap::new() });
        window.counts.entry(stream).and_modify(|sum| *sum = sum.plus(count)).or_insert(count);
    }

    /// Counts to be recorded now, if a record is due and none is being written. `at_end` takes whatever there is.
    pub fn take_due(&mut self, now: MonoTime, at_end: bool) -> Option<BTreeMap<Stream, Count>> {
        let due =
            self.open.as_ref().is_some_and(|window| at_end || now.since_us(window.since) >= RECORD_EVERY_US);
        if !due || self.in_flight.is_some() {
            return None;
        }
        self.in_flight = self.open.take();
        self.in_flight.as_ref().map(|window| window.counts.clone())
    }

    /// What [`Self::take_due`] gave is durable.
    pub fn recorded(&mut self) {
        self.in_flight = None;
    }

    /// What [`Self::take_due`] gave could not be written: it is due again.
    pub fn failed(&mut self) {
        let Some(mut window) = self.in_flight.take() else { return };
        if let Some(newer) = self.open.take() {
            for (stream, count) in newer.counts {
                window.counts.entry(stream).and_modify(|sum| *sum = sum.plus(count)).or_insert(count);
            }
        }
        self.open = Some(window);
    }

    /// True when pictures must stop because their use could not be recorded.
    pub fn overdue(&self, now: MonoTime) -> bool {
        let windows = [&self.in_flight, &self.open];
        windows.into_iter().flatten().any(|window| now.since_us(window.since) >= RECORD_WITHIN_US)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const STREAM: Stream = (CameraId(Uuid::nil()), Profile::Main);

    fn at(seconds: i64) -> MonoTime {
        MonoTime(seconds * 1_000_000)
    }

    fn count(units: u64, from: i64, to: i64) -> Count {
        Count { units, bytes: units * 10, from: WallTime(from), to: WallTime(to) }
    }

    #[test]
    fn a_record_is_due_in_time() {
        let mut meter = Meter::default();
        assert!(meter.take_due(at(1_000), true).is_none());
        meter.sent(STREAM, count(1, 5, 5), at(0));
        meter.sent(STREAM, count(2, 3, 9), at(19));
        assert!(meter.take_due(at(19), false).is_none());
        let due = meter.take_due(at(20), false).unwrap();
        assert_eq!(due[&STREAM], count(3, 3, 9));
        assert!(meter.take_due(at(20), true).is_none(), "one record at a time");
        meter.recorded();
        assert!(!meter.overdue(at(100)));
    }

    #[test]
    fn unrecorded_use_stops_the_picture_and_is_never_forgotten() {
        let mut meter = Meter::default();
        meter.sent(STREAM, count(1, 5, 5), at(0));
        meter.take_due(at(20), false).unwrap();
        meter.sent(STREAM, count(1, 6, 6), at(21));
        assert!(!meter.overdue(at(27)) && meter.overdue(at(28)));
        meter.failed();
        assert!(meter.overdue(at(28)));
        assert_eq!(meter.take_due(at(28), false).unwrap()[&STREAM], count(2, 5, 6));
        meter.recorded();
        assert!(!meter.overdue(at(28)));
    }
}
