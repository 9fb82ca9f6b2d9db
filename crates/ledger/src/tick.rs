//! Ticks: what the recorder says of itself every ten seconds, also when nothing is recorded, and what is missing between two.
//!
//! A tick belongs to no stream and to no chain; its place in the log is its proof of time. Under checkpoints that somebody
//! else has seen, a missing tick bounds an outage from outside. Nothing here reads a clock or a log.

use crate::Result;
use crate::layout::{Reader, Writer};
use crate::record::VERSION;
use crate::tree::sha256;
use model::{Hash, MonoTime, StoreId, StreamId, WallTime};

pub(crate) const TICK_DOMAIN: &[u8] = b"watchkeeper/tick/v1\n";
const STREAMS_DOMAIN: &[u8] = b"watchkeeper/tick-streams/v1\n";

/// Time from one tick to the next.
pub const TICK_US: i64 = 10_000_000;
/// A tick is missing when the next one comes later than this: two intervals, and the patience of a busy database.
pub const TICK_LATE_US: i64 = 25_000_000;
/// A wall clock that moved this much more or less than real time has been set. NTP slews far less in ten seconds.
pub const STEP_US: i64 = 2_000_000;

/// Where the recorder's journal stood: what was synced and is not in the log yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct JournalHead {
    /// Number of the journal file in this run; 0 when there is none.
    pub number: u32,
    /// Synced bytes of it.
    pub bytes: u64,
    /// The chain value of its last record.
    pub chain: [u8; 8],
}

/// One tick.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TickRecord {
    pub store: StoreId,
    /// How often the store had been opened.
    pub boot_counter: u64,
    /// Counts the intervals of this run from 0, whether their ticks could be written or not.
    pub number: u32,
    /// The last of its run, written at an orderly stop.
    pub last: bool,
    /// The recorder's wall line, which never runs backwards: what segments and gaps are stamped with.
    pub wall: WallTime,
    /// What the system's clock said at that moment.
    pub system_wall: WallTime,
    /// Since the run began; nobody can set it.
    pub mono: MonoTime,
    /// Streams that should be recorded, and those of them that were.
    pub streams: u16,
    pub recording: u16,
    /// [`streams_hash`] of the streams that should be recorded.
    pub streams_hash: Hash,
    /// Footage written since the run began.
    pub written_bytes: u64,
    /// Footage handed to viewers and packages since the run began: what use records must add up to.
    pub served_bytes: u64,
    pub journal: JournalHead,
}

/// Which streams: the hash of their ids, ascending.
pub fn streams_hash(streams: &[StreamId]) -> Hash {
    let mut list = streams.to_vec();
    list.sort_unstable();
    list.dedup();
    let mut bytes = Vec::with_capacity(list.len() * 17);
    for stream in list {
        bytes.extend_from_slice(stream.camera.0.as_bytes());
        bytes.push(stream.profile as u8);
    }
    sha256(&[STREAMS_DOMAIN, &bytes])
}

impl TickRecord {
    const WHAT: &'static str = "tick record";

    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::header(Self::WHAT, VERSION, TICK_DOMAIN);
        if self.recording > self.streams {
            return Err(writer.bad("recording", "more than there are streams"));
        }
        writer.uuid(self.store.0);
        writer.u64(self.boot_counter);
        writer.u32(self.number);
        writer.u8(u8::from(self.last));
        writer.i64(self.wall.0);
        writer.i64(self.system_wall.0);
        writer.i64(self.mono.0);
        writer.u16(self.streams);
        writer.u16(self.recording);
        writer.hash(self.streams_hash);
        writer.u64(self.written_bytes);
        writer.u64(self.served_bytes);
        writer.u32(self.journal.number);
        writer.u64(self.journal.bytes);
        writer.u64(u64::from_be_bytes(self.journal.chain));
        writer.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(Self::WHAT, bytes);
        reader.header(VERSION, TICK_DOMAIN)?;
        let record = Self {
            store: StoreId(reader.uuid("store")?),
            boot_counter: reader.u64("boot_counter")?,
            number: reader.u32("number")?,
            last: reader.code("last", |code| match code {
                0 => Some(false),
                1 => Some(true),
                _ => None,
            })?,
            wall: WallTime(reader.i64("wall")?),
            system_wall: WallTime(reader.i64("system_wall")?),
            mono: MonoTime(reader.i64("mono")?),
            streams: reader.u16("streams")?,
            recording: reader.u16("recording")?,
            streams_hash: reader.hash("streams_hash")?,
            written_bytes: reader.u64("written_bytes")?,
            served_bytes: reader.u64("served_bytes")?,
            journal: JournalHead {
                number: reader.u32("journal_number")?,
                bytes: reader.u64("journal_bytes")?,
                chain: reader.u64("journal_chain")?.to_be_bytes(),
            },
        };
        if record.recording > record.streams {
            return Err(reader.bad("recording", 2, "more than there are streams"));
        }
        reader.finish()?;
        Ok(record)
    }

    /// When the run began that this tick is of, on its wall line.
    pub fn run_began(&self) -> WallTime {
        self.wall.plus_us(self.mono.0.saturating_neg())
    }
}

/// What lies between two neighbouring ticks of a log that is not as it should be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Between {
    /// No recorder ran, surely, from `from` to `to`; `from` may be after `to` when it was so short that nothing is sure.
    Down { from: WallTime, to: WallTime },
    /// The run went on, and its ticks could not be written.
    Unwritten { from: WallTime, to: WallTime },
    /// The system's clock was set, by so much.
    Stepped { at: WallTime, by_us: i64 },
    /// The second cannot follow the first: another store's, an older run's, or one that ran backwards.
    Disorder,
}

/// What lies between two ticks that follow each other in the log.
pub fn between(before: &TickRecord, after: &TickRecord) -> Vec<Between> {
    if after.store != before.store || after.boot_counter < before.boot_counter {
        return vec![Between::Disorder];
    }
    if after.boot_counter > before.boot_counter {
        // The run may have lived up to the tick that it did not write.
        let alive_us = if before.last { 0 } else { TICK_LATE_US };
        return vec![Between::Down { from: before.wall.plus_us(alive_us), to: after.run_began() }];
    }
    let elapsed_us = after.mono.since_us(before.mono);
    if before.last || after.number <= before.number || elapsed_us < 0 || after.wall < before.wall {
        return vec![Between::Disorder];
    }
    let mut found = Vec::new();
    if elapsed_us > TICK_LATE_US {
        found.push(Between::Unwritten { from: before.wall, to: after.wall });
    }
    let by_us = after.system_wall.since_us(before.system_wall).saturating_sub(elapsed_us);
    if by_us.saturating_abs() > STEP_US {
        found.push(Between::Stepped { at: after.wall, by_us });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{CameraId, Profile};
    use uuid::Uuid;

    const SECOND: i64 = 1_000_000;

    fn tick(boot: u64, number: u32, wall_s: i64, mono_s: i64) -> TickRecord {
        TickRecord {
            store: StoreId(Uuid::from_u128(1)),
            boot_counter: boot,
            number,
            last: false,
            wall: WallTime(wall_s * SECOND),
            system_wall: WallTime(wall_s * SECOND),
            mono: MonoTime(mono_s * SECOND),
            streams: 2,
            recording: 1,
            streams_hash: Hash([7; 32]),
            written_bytes: 0,
            served_bytes: 0,
            journal: JournalHead::default(),
        }
    }

    #[test]
    fn what_lies_between_two_ticks() {
        let at = |second: i64| WallTime(second * SECOND);
        let check = |before: &TickRecord, after: &TickRecord, expected: &[Between]| {
            assert_eq!(between(before, after), expected, "{before:?} {after:?}");
        };
        let first = tick(1, 0, 1_000, 0);
        check(&first, &tick(1, 1, 1_010, 10), &[]);
        check(&first, &tick(1, 2, 1_025, 25), &[]);
        check(&first, &tick(1, 2, 1_026, 26), &[Between::Unwritten { from: at(1_000), to: at(1_026) }]);
        check(&first, &tick(2, 0, 1_100, 2), &[Between::Down { from: at(1_025), to: at(1_098) }]);
        let closing = TickRecord { last: true, ..first.clone() };
        check(&closing, &tick(2, 0, 1_003, 1), &[Between::Down { from: at(1_000), to: at(1_002) }]);
        let check_step = |by_s: i64, expected: Option<i64>| {
            let after = TickRecord { system_wall: at(1_010 + by_s), ..tick(1, 1, 1_010, 10) };
            let expected = expected.map(|by_us| Between::Stepped { at: at(1_010), by_us });
            assert_eq!(between(&first, &after), Vec::from_iter(expected), "{by_s}");
        };
        check_step(2, None);
        check_step(3, Some(3 * SECOND));
        check_step(-3_600, Some(-3_600 * SECOND));
        for disordered in [
            tick(1, 0, 1_010, 10),
            tick(0, 1, 1_010, 10),
            tick(1, 1, 990, 10),
            tick(1, 1, 1_010, -1),
            TickRecord { store: StoreId(Uuid::from_u128(2)), ..tick(1, 1, 1_010, 10) },
        ] {
            check(&first, &disordered, &[Between::Disorder]);
        }
        check(&closing, &tick(1, 1, 1_010, 10), &[Between::Disorder]);
    }

    #[test]
    fn the_hash_of_streams_is_that_of_the_set() {
        let stream = |n: u128, profile| StreamId { camera: CameraId(Uuid::from_u128(n)), profile };
        let (a, b) = (stream(1, Profile::Main), stream(2, Profile::Main));
        assert_eq!(streams_hash(&[a, b]), streams_hash(&[b, a, a]));
        assert_ne!(streams_hash(&[a]), streams_hash(&[stream(1, Profile::Sub)]));
        assert_ne!(streams_hash(&[a]), streams_hash(&[a, b]));
    }
}
