//! The rows of `footage.db` against the records that they are about: what `check` asks besides the log itself.
//!
//! The log says what was recorded; rows only make it quick to find. Each leaf of a pass (`survey`) is compared with its row, with
//! the record of its stream before it (the tiling rule) and with the checkpoint that it names; what is left over afterwards is
//! about no record. It reads raw columns, so that a value that no type holds is a finding and not an error. It repairs nothing.

use super::Footage;
use super::survey::{Beside, GapBeside, Leaf, SegmentBeside};
use crate::convert::{int, stream_of};
use crate::error::{Doing, Result};
use crate::passes;
use crate::tails::{self, Tail};
use ledger::note::NoteKey;
use ledger::origin::OriginRecord;
use ledger::record::{Entry, ExpiryRecord, ExpiryStep, GapRecord, LossRecord, SegmentRecord, record_hash};
use model::{Cx, GapCause, Hash, StoreId, StreamId, WallTime};
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::HashMap;

/// Something wrong with a row, or between records.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowFinding {
    /// Table and row, or stream and number: where to look.
    pub place: String,
    pub problem: String,
}

impl RowFinding {
    pub(super) fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into() }
    }
}

/// Rows that the pass over the leaves does not see, each with what is wrong.
const LEFT_OVER: [(&str, &str); 5] = [
    (
        "SELECT 'tick ' || leaf FROM tick WHERE NOT EXISTS (SELECT 1 FROM leaf WHERE idx = tick.leaf)",
        "its record is not in the log",
    ),
    (
        "SELECT 'log_origin ' || first_leaf FROM log_origin WHERE NOT EXISTS (SELECT 1 FROM leaf WHERE idx = first_leaf)",
        "its record is not in the log",
    ),
    (
        "SELECT 'gap ' || id FROM gap WHERE NOT EXISTS (SELECT 1 FROM leaf WHERE idx = leaf)",
        "its record is not in the log",
    ),
    (
        "SELECT 'expiry ' || id FROM expiry WHERE NOT EXISTS (SELECT 1 FROM leaf WHERE idx = intent_leaf)
         OR (done_leaf IS NOT NULL AND NOT EXISTS (SELECT 1 FROM leaf WHERE idx = done_leaf))",
        "its record is not in the log",
    ),
    (
        "SELECT 'expiry_segment ' || segment FROM expiry_segment
         WHERE NOT EXISTS (SELECT 1 FROM expiry WHERE id = expiry) OR NOT EXISTS (SELECT 1 FROM segment WHERE id = segment)",
        "belongs to no deletion, or to no segment",
    ),
];

/// Rows whose tables have no footage that is kept; only asked where not every row of tables belongs to such a segment.
const TABLES_OF_NOTHING: (&str, &str) = (
    "SELECT 'segment_table ' || segment FROM segment_table
     WHERE NOT EXISTS (SELECT 1 FROM segment WHERE id = segment AND state < 2)",
    "is still there although its footage is gone",
);

impl Footage {
    /// Compares every row with its record and every record with the one before it. Reads the whole log.
    pub async fn audit(&self, cx: &Cx) -> Result<Vec<RowFinding>> {
        let mut found = self.survey(cx, false).await?.rows;
        found.extend(self.audit_ticks(cx).await?);
        Ok(found)
    }
}

type StreamTuple = (i64, Vec<u8>, i64, i64, Vec<u8>, Option<i64>);

/// Where a stream's records have led so far.
#[derive(Clone, Copy)]
struct Head {
    next_seq: u64,
    prev: Hash,
    end: Option<WallTime>,
}

pub(super) struct Audit {
    store: StoreId,
    /// Leaves that came from a mirror: their footage is not here, nor the checkpoints that they name.
    tails: Vec<Tail>,
    /// Rows of `stream` whose stream can be read.
    streams: HashMap<i64, StreamId>,
    /// Sizes and hashes of checkpoints, and how many of them the pass has reached.
    checkpoints: Vec<(i64, Vec<u8>)>,
    signed: usize,
    /// `None`: the newest record could not be read, so the next one is not judged by it.
    heads: HashMap<StreamId, Option<Head>>,
    /// With the place of each: they are compared with what they name when the pass is over.
    pub losses: Vec<(String, LossRecord)>,
    pub findings: Vec<RowFinding>,
}

impl Audit {
    pub fn begin(pass: &Connection, store: StoreId, tails: Vec<Tail>) -> Result<Self> {
        let streams: Vec<(i64, Vec<u8>, i64)> =
            passes::rows(pass, "reading streams", "SELECT id, camera, profile FROM stream", |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
        let known =
            |(id, camera, profile): (i64, Vec<u8>, i64)| Some((id, stream_of(&camera, profile).ok()?));
        let sql = "SELECT size, hash FROM checkpoint ORDER BY size";
        Ok(Self {
            store,
            tails,
            streams: streams.into_iter().filter_map(known).collect(),
            checkpoints: passes::rows(pass, "reading checkpoints", sql, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?,
            signed: 0,
            heads: HashMap::new(),
            losses: Vec::new(),
            findings: Vec::new(),
        })
    }

    /// What the leaves have left over. `tables_are_told`: each row of tables was met beside its segment.
    pub fn end(&mut self, pass: &Connection, tables_are_told: bool) -> Result<()> {
        self.heads(pass)?;
        let tables = (!tables_are_told).then_some(TABLES_OF_NOTHING);
        for (query, problem) in LEFT_OVER.into_iter().chain(tables) {
            let places = passes::rows(pass, "looking for rows without a record", query, |row| row.get(0))?;
            self.findings.extend(places.into_iter().map(|place: String| RowFinding::new(place, problem)));
        }
        Ok(())
    }

    fn find(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        self.findings.push(RowFinding::new(place, problem));
    }

    /// Notes the names of the columns that are not what the record says.
    fn compare(&mut self, place: &str, columns: &[(&str, bool)]) {
        if columns.iter().all(|(_, same)| *same) {
            return;
        }
        let wrong: Vec<&str> = columns.iter().filter(|(_, same)| !same).map(|(name, _)| *name).collect();
        self.find(place, format!("not as its record says: {}", wrong.join(", ")));
    }

    /// One leaf with the rows that are about it; `None`: its entry cannot be read, which the log's own walk says.
    pub fn leaf(
        &mut self,
        pass: &Connection,
        leaf: &Leaf<'_>,
        read: Option<&Entry>,
        beside: &Beside,
    ) -> Result<()> {
        let owner = leaf.stream.and_then(|stream| self.streams.get(&stream).copied());
        while self.checkpoints.get(self.signed).is_some_and(|(size, _)| *size <= leaf.index) {
            self.signed += 1;
        }
        let Some(entry) = read else {
            match OriginRecord::decode(leaf.entry) {
                Ok(record) => return self.origin(pass, leaf.index, owner.is_some(), &record),
                Err(_) => drop(owner.map(|stream| self.heads.insert(stream, None))),
            }
            return Ok(());
        };
        let place = format!("leaf {}", leaf.index);
        let columns =
            [("kind", leaf.kind == i64::from(entry.kind().code())), ("stream", owner == entry.stream())];
        self.compare(&place, &columns);
        match entry {
            Entry::Segment(record) => {
                self.segment(leaf, beside.segment.as_ref(), record)?;
                let linked =
                    (record.stream_seq, record.prev_record_hash, record.span, record.last_checkpoint);
                self.link(leaf, record.stream, record.store, linked);
            }
            Entry::Gap(record) => {
                self.gap(leaf, beside.gap.as_ref(), record)?;
                let linked =
                    (record.stream_seq, record.prev_record_hash, record.span, record.last_checkpoint);
                self.link(leaf, record.stream, record.store, linked);
            }
            Entry::Expiry(record) => self.expiry(pass, leaf, beside, record)?,
            Entry::Loss(record) => self.loss(leaf, beside.gap.as_ref(), record)?,
            // Compared with its row and its sidecar together: `Footage::hold_findings`.
            Entry::Hold(_) => {}
            // Ticks have their own pass (`ticks`): they are in no stream's chain.
            Entry::Tick(_) => {}
        }
        self.strays(beside, entry, &place);
        Ok(())
    }

    /// A change of the log's origin, with its row.
    fn origin(&mut self, pass: &Connection, index: i64, owned: bool, record: &OriginRecord) -> Result<()> {
        let row: Option<String> = pass
            .query_row("SELECT old_vkey FROM log_origin WHERE first_leaf = ?", [index], |row| row.get(0))
            .optional()
            .doing("reading a log's origins")?;
        let names = |vkey: &str| NoteKey::parse(vkey).is_ok_and(|key| key.name() == record.old_origin);
        let columns = [
            ("leaves", int(record.leaves).ok() == Some(index)),
            ("stream", !owned),
            ("old_vkey", row.is_some_and(|vkey| names(&vkey))),
        ];
        self.compare(&format!("origin at leaf {index}"), &columns);
        Ok(())
    }

    /// Rows that claim this leaf although it is another kind of record.
    fn strays(&mut self, beside: &Beside, entry: &Entry, place: &str) {
        let (done, begun) = match entry {
            Entry::Expiry(record) => (record.step != ExpiryStep::Intent, record.step == ExpiryStep::Intent),
            _ => (false, false),
        };
        let claims = [
            ("segment", beside.segment.as_ref().map(|row| row.id), matches!(entry, Entry::Segment(_))),
            ("gap", beside.gap.as_ref().map(|row| row.id), matches!(entry, Entry::Gap(_) | Entry::Loss(_))),
            ("expiry", beside.begun.as_ref().map(|row| row.id), begun),
            ("expiry", beside.done.as_ref().map(|row| row.id), done),
        ];
        for (table, id, rightly) in claims {
            if let (false, Some(id)) = (rightly, id) {
                self.find(format!("{table} {id}"), format!("{place} is not its record"));
            }
        }
    }

    fn segment(
        &mut self,
        leaf: &Leaf<'_>,
        row: Option<&SegmentBeside>,
        record: &SegmentRecord,
    ) -> Result<()> {
        let Some(row) = row else {
            self.find(record_place(record.stream, record.stream_seq), "its row in `segment` is missing");
            return Ok(());
        };
        let state = match (row.expiry, row.expired) {
            // Of a mirror's record the footage is here only where its file was found again.
            (None, _) if tails::has(&self.tails, leaf.index) && row.state != 0 => 2,
            (None, _) => 0,
            (Some(_), None) => 1,
            (Some(_), Some(_)) => 2,
        };
        let columns = [
            ("stream", Some(row.stream) == leaf.stream),
            ("seq", row.seq == int(record.stream_seq)?),
            ("start_us", row.start_us == record.span.start.0),
            ("end_us", row.end_us == record.span.end.0),
            ("bytes", row.bytes == int(record.file_bytes)?),
            ("floor_days", row.floor_days == i64::from(record.floor_days)),
        ];
        let wrong_state = row.state != state;
        if wrong_state || columns.iter().any(|(_, same)| !same) {
            let place = format!("segment {}", row.id);
            self.compare(&place, &columns);
            if wrong_state {
                self.find(place, "its state is not what the entries about its deletion say");
            }
        }
        Ok(())
    }

    fn gap(&mut self, leaf: &Leaf<'_>, row: Option<&GapBeside>, record: &GapRecord) -> Result<()> {
        let Some(row) = row else {
            self.find(record_place(record.stream, record.stream_seq), "its row in `gap` is missing");
            return Ok(());
        };
        let columns = [
            ("stream", Some(row.stream) == leaf.stream),
            ("seq", row.seq == int(record.stream_seq)?),
            ("start_us", row.start_us == record.span.start.0),
            ("end_us", row.end_us == record.span.end.0),
            ("cause", row.cause == i64::from(record.cause.code())),
            ("evidence", row.evidence == record.evidence),
        ];
        self.compare(&format!("gap {}", row.id), &columns);
        Ok(())
    }

    fn loss(&mut self, leaf: &Leaf<'_>, row: Option<&GapBeside>, record: &LossRecord) -> Result<()> {
        let place = format!("loss at leaf {}", leaf.index);
        let Some(row) = row else {
            self.find(place, "its row in `gap` is missing");
            return Ok(());
        };
        let columns = [
            ("stream", Some(row.stream) == leaf.stream),
            ("seq", row.seq == int(record.first_seq)?),
            ("start_us", row.start_us == record.span.start.0),
            ("end_us", row.end_us == record.span.end.0),
            ("cause", row.cause == i64::from(GapCause::Us.code())),
            ("evidence", row.evidence == record.evidence),
            ("store", record.store == self.store),
        ];
        self.compare(&place, &columns);
        self.losses.push((place, record.clone()));
        Ok(())
    }

    fn expiry(
        &mut self,
        pass: &Connection,
        leaf: &Leaf<'_>,
        beside: &Beside,
        record: &ExpiryRecord,
    ) -> Result<()> {
        let row = match record.step {
            ExpiryStep::Intent => &beside.begun,
            ExpiryStep::Done { .. } => &beside.done,
        };
        let Some(row) = row else {
            self.find(format!("leaf {}", leaf.index), "its row in `expiry` is missing");
            return Ok(());
        };
        let intent = match record.step {
            ExpiryStep::Intent => row.begun_us == record.at.0,
            ExpiryStep::Done { intent } => row.intent == Some(intent),
        };
        let members = members(pass, row.id)?;
        let columns = [
            ("stream", Some(row.stream) == leaf.stream),
            ("intent", intent),
            ("segments", members == record.segments),
        ];
        self.compare(&format!("expiry {}", row.id), &columns);
        if record.store != self.store {
            self.find(format!("expiry {}", row.id), "its record is of another store");
        }
        Ok(())
    }

    /// The tiling rule (docs/design/ledger.md §3), and the checkpoint that the record had to name.
    fn link(
        &mut self,
        leaf: &Leaf<'_>,
        stream: StreamId,
        store: StoreId,
        (seq, prev, span, checkpoint): (u64, Hash, model::Span, Hash),
    ) {
        let place = || format!("{} ({})", record_place(stream, seq), span.start);
        let start = Some(Head { next_seq: 0, prev: Hash::default(), end: None });
        if let Some(head) = self.heads.get(&stream).copied().unwrap_or(start) {
            if seq != head.next_seq {
                self.find(place(), format!("the next record should be number {}", head.next_seq));
            } else if prev != head.prev {
                self.find(place(), "it does not name the hash of the record before it");
            } else if head.end.is_some_and(|end| end != span.start) {
                self.find(place(), "it does not begin where the record before it ends");
            }
        }
        let newest = self.signed.checked_sub(1).and_then(|at| self.checkpoints.get(at));
        let newest = newest.map_or(&[0; 32][..], |(_, hash)| &hash[..]);
        if newest != checkpoint.0 && !tails::has(&self.tails, leaf.index) {
            self.find(place(), "the checkpoint that it names is not the newest one before it");
        }
        if store != self.store {
            self.find(place(), "it is of another store");
        }
        let own = record_hash(leaf.entry);
        let head = Head { next_seq: seq.saturating_add(1), prev: own, end: Some(span.end) };
        self.heads.insert(stream, Some(head));
    }

    /// `stream` rows against where the records have led.
    fn heads(&mut self, pass: &Connection) -> Result<()> {
        let rows: Vec<StreamTuple> = passes::rows(
            pass,
            "reading streams",
            "SELECT id, camera, profile, next_seq, prev_record_hash, end_us FROM stream ORDER BY id",
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)),
        )?;
        for (id, camera, profile, next_seq, prev, end) in rows {
            let place = format!("stream {id}");
            let head = stream_of(&camera, profile).ok().and_then(|stream| self.heads.remove(&stream));
            match head {
                Some(Some(head)) => self.compare(
                    &place,
                    &[
                        ("next_seq", int(head.next_seq)? == next_seq),
                        ("prev_record_hash", head.prev.0[..] == prev[..]),
                        ("end_us", head.end.map(|end| end.0) == end),
                    ],
                ),
                Some(None) => {}
                None => self.find(place, "no record is of this stream"),
            }
        }
        let unknown: Vec<StreamId> = self.heads.drain().map(|(stream, _)| stream).collect();
        for stream in unknown {
            self.find(stream.to_string(), "its row in `stream` is missing");
        }
        Ok(())
    }
}

fn record_place(stream: StreamId, seq: u64) -> String {
    format!("{stream}, record {seq}")
}

fn members(pass: &Connection, expiry: i64) -> Result<Vec<(u64, Hash)>> {
    const DOING: &str = "reading a deletion's segments";
    let sql = "SELECT seq, entry FROM expiry_segment JOIN segment ON segment.id = expiry_segment.segment
         JOIN leaf ON leaf.idx = leaf WHERE expiry = ? ORDER BY seq";
    let mut statement = pass.prepare(sql).doing(DOING)?;
    let rows = statement.query_map([expiry], |row| {
        let (seq, entry): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
        // A negative number is in no record, and so is found.
        Ok((u64::try_from(seq).unwrap_or(u64::MAX), record_hash(&entry)))
    });
    rows.doing(DOING)?.collect::<rusqlite::Result<_>>().doing(DOING)
}
