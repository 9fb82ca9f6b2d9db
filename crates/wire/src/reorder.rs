//! RTP packets that came over UDP, put back into order: late ones are waited for, doubled ones dropped.
//!
//! It looks at version and sequence number only (RFC 3550 §5.1) and passes on what it cannot order sensibly rather than hold
//! it for ever. Invariants: what comes out ascends in sequence number until the sender begins anew, no packet waits longer
//! than [`HOLD_US`], and no more than [`HELD_MAX`] are held.

use bytes::Bytes;
use model::MonoTime;
use std::collections::BTreeMap;

/// How long a packet waits for those before it: many times the jitter of a building's network, and less than the second
/// after which a silence is a gap.
pub const HOLD_US: i64 = 100_000;
/// Packets held at once: a key picture of 700 kB.
pub const HELD_MAX: usize = 512;
/// A step of sequence numbers beyond this is a sender that began anew, not loss: RFC 3550 §A.1's `MAX_DROPOUT`.
const STEP_MAX: i64 = 3_000;
/// Fixed header (RFC 3550 §5.1).
const HEADER_BYTES: usize = 12;

/// What was not passed on, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Dropped {
    /// Came after a later one had been passed on, or twice.
    pub late_or_doubled: u64,
    /// Are no RTP packets.
    pub malformed: u64,
    /// Never came while others waited for them.
    pub missing: u64,
}

/// Of one medium.
#[derive(Debug, Default)]
pub struct Reorder {
    /// The extended sequence number that is passed on next.
    next: Option<i64>,
    held: BTreeMap<i64, (MonoTime, Bytes)>,
    dropped: Dropped,
}

impl Reorder {
    /// Takes a packet as it came.
    pub fn push(&mut self, now: MonoTime, packet: Bytes) {
        let Some(number) = sequence_number(&packet) else {
            self.dropped.malformed += 1;
            return;
        };
        let next = *self.next.get_or_insert(i64::from(number));
        // The nearest of all numbers that end in these 16 bits.
        let place = next + i64::from(number.wrapping_sub(next as u16) as i16);
        if (place - next).abs() > STEP_MAX {
            return self.begin_anew(now, number, packet);
        }
        if place < next || self.held.contains_key(&place) {
            self.dropped.late_or_doubled += 1;
            return;
        }
        self.held.insert(place, (now, packet));
    }

    /// What waited goes first; those before it are given up.
    fn begin_anew(&mut self, now: MonoTime, number: u16, packet: Bytes) {
        let from = self.held.last_key_value().map_or(self.next.unwrap_or(0), |(last, _)| last + 1);
        // Behind all that is held, with the same low bits as the sender's.
        let place = from + 1 + i64::from(number.wrapping_sub((from + 1) as u16));
        self.held.insert(place, (MonoTime(now.0 - HOLD_US), packet));
    }

    /// The next packet that may go on; ask until there is none.
    pub fn pop(&mut self, now: MonoTime) -> Option<Bytes> {
        let (&place, (since, _)) = self.held.first_key_value()?;
        let next = self.next.unwrap_or(place);
        let waited = now.since_us(*since) >= HOLD_US || self.held.len() > HELD_MAX;
        if place != next && !waited {
            return None;
        }
        if place - next <= STEP_MAX {
            self.dropped.missing += u64::try_from(place - next).unwrap_or(0);
        }
        self.next = Some(place + 1);
        self.held.remove(&place).map(|(_, packet)| packet)
    }

    /// When [`Reorder::pop`] has something although nothing came.
    pub fn deadline(&self) -> Option<MonoTime> {
        self.held.first_key_value().map(|(_, (since, _))| since.plus_us(HOLD_US))
    }

    pub const fn dropped(&self) -> Dropped {
        self.dropped
    }
}

fn sequence_number(packet: &[u8]) -> Option<u16> {
    match packet {
        [first, _, high, low, ..] if packet.len() >= HEADER_BYTES && first >> 6 == 2 => {
            Some(u16::from_be_bytes([*high, *low]))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packet(number: u16) -> Bytes {
        let mut bytes = vec![0x80, 96];
        bytes.extend(number.to_be_bytes());
        bytes.extend([0; 8]);
        bytes.into()
    }

    /// Pushes one packet a millisecond; gives what came out, and what is left after the hold.
    fn run(numbers: &[u16]) -> (Vec<u16>, Dropped) {
        let (mut reorder, mut out) = (Reorder::default(), Vec::new());
        let mut drain = |reorder: &mut Reorder, now| {
            while let Some(packet) = reorder.pop(now) {
                out.push(sequence_number(&packet).unwrap_or_default());
            }
        };
        for (at, &number) in numbers.iter().enumerate() {
            let now = MonoTime(at as i64 * 1_000);
            reorder.push(now, packet(number));
            drain(&mut reorder, now);
        }
        let end = MonoTime(numbers.len() as i64 * 1_000 + 2 * HOLD_US);
        drain(&mut reorder, end);
        (out, reorder.dropped())
    }

    #[test]
    fn packets_leave_in_order() {
        let check = |numbers: &[u16], expected: &[u16], late_or_doubled: u64, missing: u64| {
            let (out, dropped) = run(numbers);
            assert_eq!(out, expected, "{numbers:?}");
            assert_eq!((dropped.late_or_doubled, dropped.missing), (late_or_doubled, missing), "{numbers:?}");
        };
        check(&[], &[], 0, 0);
        check(&[7, 8, 9], &[7, 8, 9], 0, 0);
        check(&[7, 9, 8, 10], &[7, 8, 9, 10], 0, 0);
        check(&[7, 8, 8, 9, 7], &[7, 8, 9], 2, 0);
        check(&[7, 10, 9], &[7, 9, 10], 0, 1);
        check(&[65_534, 0, 65_535, 1], &[65_534, 65_535, 0, 1], 0, 0);
        // The first that comes is where it begins.
        check(&[8, 7, 9], &[8, 9], 1, 0);
        // A sender that begins anew, far away in either direction.
        check(&[100, 101, 30_000, 30_001], &[100, 101, 30_000, 30_001], 0, 0);
        check(&[30_000, 30_001, 5, 6], &[30_000, 30_001, 5, 6], 0, 0);
        check(&[100, 102, 40_000, 40_001], &[100, 102, 40_000, 40_001], 0, 1);
    }

    #[test]
    fn nothing_waits_longer_than_the_hold() {
        let mut reorder = Reorder::default();
        reorder.push(MonoTime(0), packet(1));
        assert!(reorder.pop(MonoTime(0)).is_some());
        reorder.push(MonoTime(1_000), packet(3));
        assert_eq!(reorder.pop(MonoTime(HOLD_US)), None);
        assert_eq!(reorder.deadline(), Some(MonoTime(1_000 + HOLD_US)));
        assert_eq!(reorder.pop(MonoTime(1_000 + HOLD_US)), Some(packet(3)));
        assert_eq!(reorder.deadline(), None);
        // What comes after that is late.
        reorder.push(MonoTime(200_000), packet(2));
        assert_eq!((reorder.pop(MonoTime(500_000)), reorder.dropped().late_or_doubled), (None, 1));
    }

    #[test]
    fn what_is_no_packet_is_dropped() {
        let mut reorder = Reorder::default();
        for bytes in [&b""[..], b"\x80\x60\x00\x01", &[0; 20], b"\x00\x60\x00\x01\0\0\0\0\0\0\0\0"] {
            reorder.push(MonoTime(0), Bytes::copy_from_slice(bytes));
        }
        assert_eq!((reorder.pop(MonoTime(0)), reorder.dropped().malformed), (None, 4));
    }

    proptest! {
        /// Whatever comes, a bounded number is held, everything leaves in time, and a small disorder is undone.
        #[test]
        fn any_arrival_is_survived(numbers in proptest::collection::vec(any::<u16>(), 0..2_000)) {
            let mut reorder = Reorder::default();
            for (at, number) in numbers.iter().enumerate() {
                let now = MonoTime(at as i64 * 10);
                reorder.push(now, packet(*number));
                while reorder.pop(now).is_some() {}
                prop_assert!(reorder.held.len() <= HELD_MAX + 1);
            }
            while reorder.pop(MonoTime(i64::from(u32::MAX))).is_some() {}
            prop_assert!(reorder.held.is_empty());
        }

        #[test]
        fn a_small_disorder_is_undone(start in any::<u16>(), swaps in proptest::collection::vec((1usize..300, 1usize..8), 0..60)) {
            let mut order: Vec<u16> = (0..310u16).map(|step| start.wrapping_add(step)).collect();
            let sorted = order.clone();
            for (at, by) in swaps {
                order.swap(at, (at + by).min(309));
            }
            // The first stays first: it says where to begin.
            prop_assume!(order[0] == sorted[0]);
            prop_assert_eq!(run(&order).0, sorted);
        }
    }
}
