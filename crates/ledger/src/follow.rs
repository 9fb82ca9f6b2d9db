//! What whoever reads a whole footage log, entry by entry, holds it to: one store, each stream's numbers, chain and time unbroken, ticks
//! that follow each other.
//!
//! It needs no key, no clock and no database, so that a mirror judges by the words by which a restore does. The invariant kept: a break
//! is told once, where it is; what follows it is judged from the record that was read.

use crate::origin::OriginRecord;
use crate::record::{Entry, record_hash};
use crate::tick::{self, Between, TickRecord};
use model::{GapCause, Hash, Span, StoreId, StreamId, WallTime};
use std::collections::BTreeMap;

/// A record that comes into the log so much after its end is told: longer than a database that is away keeps records waiting, shorter
/// than anybody needs to write a past of their own.
pub const LATE_US: i64 = 3_600_000_000;

/// What is wrong between a record and its stream's record before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Break {
    /// Two records with one number: a fork.
    #[error("it is number {seq} of {stream}, which the log has already, and {due} is due")]
    Again { stream: StreamId, seq: u64, due: u64 },
    #[error("it is number {seq} of {stream}, and {due} is due")]
    Missing { stream: StreamId, seq: u64, due: u64 },
    #[error("it does not name the hash of its stream's record before it")]
    Hash,
    #[error("it does not begin where its stream's record before it ends")]
    Time,
}

/// A segment or gap as a link of its stream's chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    pub stream: StreamId,
    pub seq: u64,
    pub prev: Hash,
    pub span: Span,
    /// The hash that the next one names.
    pub own: Hash,
    /// `None`: a segment.
    pub gap: Option<GapCause>,
}

impl Link {
    /// `None` for what belongs to no chain.
    pub fn of(entry: &Entry, bytes: &[u8]) -> Option<Self> {
        let own = record_hash(bytes);
        match entry {
            Entry::Segment(record) => Some(Self {
                stream: record.stream,
                seq: record.stream_seq,
                prev: record.prev_record_hash,
                span: record.span,
                own,
                gap: None,
            }),
            Entry::Gap(record) => Some(Self {
                stream: record.stream,
                seq: record.stream_seq,
                prev: record.prev_record_hash,
                span: record.span,
                own,
                gap: Some(record.cause),
            }),
            Entry::Expiry(_) | Entry::Hold(_) | Entry::Tick(_) | Entry::Loss(_) => None,
        }
    }
}

/// Where a stream's records have led.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Head {
    /// The number that is due.
    pub next: u64,
    pub hash: Hash,
    /// `None`: nothing came before.
    pub end: Option<WallTime>,
}

impl Link {
    /// Where its stream stands behind it.
    const fn head(&self) -> Head {
        Head { next: self.seq.saturating_add(1), hash: self.own, end: Some(self.span.end) }
    }
}

impl Head {
    /// What is wrong with the record that comes here. A second one of a number leaves the head where it is.
    pub fn take(&mut self, link: &Link) -> Option<Break> {
        let Link { stream, seq, .. } = *link;
        let due = self.next;
        if seq < due {
            return Some(Break::Again { stream, seq, due });
        }
        let found = if seq > due {
            Some(Break::Missing { stream, seq, due })
        } else if link.prev != self.hash {
            Some(Break::Hash)
        } else {
            self.end.filter(|end| *end != link.span.start).map(|_| Break::Time)
        };
        *self = link.head();
        found
    }
}

/// The store that a record says it is of.
pub const fn store_of(entry: &Entry) -> StoreId {
    match entry {
        Entry::Segment(record) => record.store,
        Entry::Gap(record) => record.store,
        Entry::Expiry(record) => record.store,
        Entry::Loss(record) => record.store,
        Entry::Hold(record) => record.store,
        Entry::Tick(record) => record.store,
    }
}

/// What one entry brings to light.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// No entry of a footage log at all.
    Unreadable(crate::Error),
    /// Of another store than the entries before it.
    OtherStore(StoreId),
    Broken(Break),
    /// Between this tick and the one before it in the log.
    Ticks(Between),
    /// The log was restored here; the number is that of the newest checkpoint that is known of the time before, when it is larger than
    /// this entry's: what lies between is in no log.
    Restored {
        known: Option<u64>,
    },
}

/// The last record of a stream, and how many were read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Last {
    pub link: Link,
    pub entry: u64,
    pub records: u64,
}

/// A reader on its way through a log.
#[derive(Clone, Debug, Default)]
pub struct Follower {
    store: Option<StoreId>,
    last: BTreeMap<StreamId, Last>,
    tick: Option<TickRecord>,
    ticks: u64,
    late: Vec<(u64, Link)>,
    late_count: u64,
    entry: u64,
}

/// Late records that are kept one by one: enough to begin looking; all are counted.
pub const LATE_KEPT_MAX: usize = 20;

impl Follower {
    /// Reads the next entry.
    pub fn read(&mut self, bytes: &[u8]) -> Vec<Found> {
        let number = self.entry;
        self.entry = number.saturating_add(1);
        if let Ok(origin) = OriginRecord::decode(bytes) {
            // What a restored machine counts begins where its backup was made.
            self.tick = None;
            let known = origin.last_checkpoint.map(|(size, _)| size).filter(|size| *size > number);
            return vec![Found::Restored { known }];
        }
        let entry = match Entry::decode(bytes) {
            Ok(entry) => entry,
            Err(error) => return vec![Found::Unreadable(error)],
        };
        let store = store_of(&entry);
        if *self.store.get_or_insert(store) != store {
            return vec![Found::OtherStore(store)];
        }
        if let Entry::Tick(tick) = entry {
            let found = self.tick.as_ref().map(|before| tick::between(before, &tick)).unwrap_or_default();
            self.ticks = self.ticks.saturating_add(1);
            // One that cannot follow is no measure for those after it.
            if !found.contains(&Between::Disorder) {
                self.tick = Some(tick);
            }
            return found.into_iter().map(Found::Ticks).collect();
        }
        let Some(link) = Link::of(&entry, bytes) else { return Vec::new() };
        self.link(number, link).map(Found::Broken).into_iter().collect()
    }

    fn link(&mut self, number: u64, link: Link) -> Option<Break> {
        let last = self.last.get(&link.stream);
        let (mut head, records) = last.map_or((Head::default(), 0), |last| (last.link.head(), last.records));
        let broken = head.take(&link);
        if !matches!(broken, Some(Break::Again { .. })) {
            self.last.insert(link.stream, Last { link, entry: number, records: records.saturating_add(1) });
        }
        let said = self.tick.as_ref().map(|tick| tick.wall);
        // What is brought later is late by its nature, and says so by its profile.
        let is_late = said.is_some_and(|wall| wall.since_us(link.span.end) > LATE_US);
        if is_late && link.stream.profile != model::Profile::Later {
            self.late_count = self.late_count.saturating_add(1);
            if self.late.len() < LATE_KEPT_MAX {
                self.late.push((number, link));
            }
        }
        broken
    }

    /// Streams with their last record.
    pub fn streams(&self) -> impl Iterator<Item = &Last> {
        self.last.values()
    }

    /// How many ticks were read, and the newest of them.
    pub const fn ticks(&self) -> (u64, Option<&TickRecord>) {
        (self.ticks, self.tick.as_ref())
    }

    /// How many records came more than [`LATE_US`] after their end, and the first of them with their entries' numbers.
    pub fn late(&self) -> (u64, &[(u64, Link)]) {
        (self.late_count, &self.late)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::GapRecord;
    use crate::tick::JournalHead;
    use model::{CameraId, MonoTime, Profile};
    use uuid::Uuid;

    const SECOND: i64 = 1_000_000;
    const STORE: StoreId = StoreId(Uuid::from_u128(1));

    fn gap(seq: u64, prev: Hash, from_s: i64, to_s: i64) -> Vec<u8> {
        let stream = StreamId { camera: CameraId(Uuid::from_u128(7)), profile: Profile::Main };
        let span = Span::new(WallTime(from_s * SECOND), WallTime(to_s * SECOND)).unwrap();
        let record = GapRecord {
            store: STORE,
            stream,
            stream_seq: seq,
            prev_record_hash: prev,
            span,
            cause: GapCause::Planned,
            evidence: String::new(),
            boot_counter: 1,
            last_checkpoint: Hash::default(),
        };
        record.encode().unwrap()
    }

    fn tick(number: u32, at_s: i64) -> Vec<u8> {
        let record = TickRecord {
            store: STORE,
            boot_counter: 1,
            number,
            last: false,
            wall: WallTime(at_s * SECOND),
            system_wall: WallTime(at_s * SECOND),
            mono: MonoTime(at_s * SECOND),
            streams: 1,
            recording: 1,
            streams_hash: Hash::default(),
            written_bytes: 0,
            served_bytes: 0,
            journal: JournalHead::default(),
        };
        record.encode().unwrap()
    }

    #[test]
    fn a_break_is_told_once_and_what_follows_is_judged_from_there() {
        let first = gap(0, Hash::default(), 0, 10);
        let second = gap(1, record_hash(&first), 10, 20);
        let third = gap(2, record_hash(&second), 20, 30);
        let stream = StreamId { camera: CameraId(Uuid::from_u128(7)), profile: Profile::Main };
        let check = |entries: &[&Vec<u8>], expected: &[(usize, Found)]| {
            let mut reader = Follower::default();
            let found: Vec<(usize, Found)> = entries
                .iter()
                .enumerate()
                .flat_map(|(at, bytes)| reader.read(bytes).into_iter().map(move |one| (at, one)))
                .collect();
            assert_eq!(found, expected);
            reader
        };
        let whole = check(&[&first, &second, &third], &[]);
        let last = whole.streams().next().unwrap();
        assert_eq!((last.link.seq, last.entry, last.records), (2, 2, 3));
        // A second record of a number, a number that is not there, one put in between, and one that names another.
        let forked = gap(1, record_hash(&first), 10, 15);
        let again = Found::Broken(Break::Again { stream, seq: 1, due: 2 });
        check(&[&first, &second, &forked, &third], &[(2, again)]);
        let missing = Found::Broken(Break::Missing { stream, seq: 2, due: 1 });
        check(&[&first, &third], &[(1, missing)]);
        let dated_back = gap(1, record_hash(&first), 5, 8);
        check(&[&first, &dated_back], &[(1, Found::Broken(Break::Time))]);
        check(&[&first, &gap(1, Hash([7; 32]), 10, 20)], &[(1, Found::Broken(Break::Hash))]);
        // Ticks, and what is no entry.
        let silent = Between::Unwritten { from: WallTime(10 * SECOND), to: WallTime(60 * SECOND) };
        check(&[&tick(0, 0), &tick(1, 10), &tick(6, 60)], &[(2, Found::Ticks(silent))]);
        check(&[&tick(1, 10), &tick(0, 20), &tick(2, 30)], &[(1, Found::Ticks(Between::Disorder))]);
        assert!(matches!(Follower::default().read(b"?")[..], [Found::Unreadable(_)]));
        // Another stream's past, written afterwards, breaks nothing and is told.
        let late = check(&[&tick(0, 9_000), &first], &[]);
        assert_eq!((late.late().0, late.late().1[0].0), (1, 1));
    }
}
