//! The rows of `footage.db` against the records that they are about: what `check` asks besides the log itself.
//!
//! The log says what was recorded; rows only make it quick to find. One pass over the leaves, in pages, compares each
//! record with its row, with the record of its stream before it (the tiling rule) and with the checkpoint that it
//! names; what is left over afterwards is about no record. It reads raw columns, so that a value that no type holds is a
//! finding and not an error. It repairs nothing.

use super::{Footage, system_only};
use crate::convert::{int, stream_of};
use crate::error::{Doing, Result};
use crate::passes;
use crate::tails::{self, Tail};
use ledger::note::NoteKey;
use ledger::origin::OriginRecord;
use ledger::record::{Entry, ExpiryRecord, ExpiryStep, GapRecord, LossRecord, SegmentRecord, record_hash};
use model::{Cx, GapCause, Hash, StoreId, StreamId, WallTime};
use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension as _, Row};
use std::collections::HashMap;

/// Leaves of one page: a few hundred kilobytes of records.
const PAGE_LEAVES: i64 = 1_024;

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

/// Each leaf with every row that is about it, in one row. Leaves have no row but these.
const PAGE: &str = "SELECT leaf.idx, leaf.kind, leaf.entry, own.camera, own.profile,
    segment.id AS s_id, segment.stream = leaf.stream AS s_own, segment.seq AS s_seq, segment.start_us AS s_start,
    segment.end_us AS s_end, segment.bytes AS s_bytes, segment.floor_days AS s_floor, segment.state AS s_state,
    gap.id AS g_id, gap.stream = leaf.stream AS g_own, gap.seq AS g_seq, gap.start_us AS g_start,
    gap.end_us AS g_end, gap.cause AS g_cause, gap.evidence AS g_evidence,
    begun.id AS b_id, begun.stream = leaf.stream AS b_own, begun.begun_us AS b_us,
    done.id AS d_id, done.stream = leaf.stream AS d_own, intent.entry AS d_intent,
    member.expiry AS m_expiry, went.done_leaf AS m_done,
    (SELECT hash FROM checkpoint WHERE size <= leaf.idx ORDER BY size DESC LIMIT 1) AS newest
  FROM leaf LEFT JOIN stream AS own ON own.id = leaf.stream
    LEFT JOIN segment ON segment.leaf = leaf.idx LEFT JOIN gap ON gap.leaf = leaf.idx
    LEFT JOIN expiry AS begun ON begun.intent_leaf = leaf.idx
    LEFT JOIN expiry AS done ON done.done_leaf = leaf.idx LEFT JOIN leaf AS intent ON intent.idx = done.intent_leaf
    LEFT JOIN expiry_segment AS member ON member.segment = segment.id
    LEFT JOIN expiry AS went ON went.id = member.expiry
  WHERE leaf.idx >= ? ORDER BY leaf.idx LIMIT ?";

/// Rows that the pass over the leaves does not see, each with what is wrong.
const LEFT_OVER: [(&str, &str); 7] = [
    (
        "SELECT 'tick ' || leaf FROM tick WHERE NOT EXISTS (SELECT 1 FROM leaf WHERE idx = tick.leaf)",
        "its record is not in the log",
    ),
    (
        "SELECT 'log_origin ' || first_leaf FROM log_origin WHERE NOT EXISTS (SELECT 1 FROM leaf WHERE idx = first_leaf)",
        "its record is not in the log",
    ),
    (
        "SELECT 'segment ' || id FROM segment WHERE NOT EXISTS (SELECT 1 FROM leaf WHERE idx = leaf)",
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
    (
        "SELECT 'segment_table ' || segment FROM segment_table
         WHERE NOT EXISTS (SELECT 1 FROM segment WHERE id = segment AND state < 2)",
        "is still there although its footage is gone",
    ),
];

impl Footage {
    /// Compares every row with its record and every record with the one before it. Reads the whole log.
    pub async fn audit(&self, cx: &Cx) -> Result<Vec<RowFinding>> {
        system_only(cx)?;
        let mut connection = self.0.database.read.acquire().await.doing("comparing rows with records")?;
        let tails = crate::tails::read(&mut connection).await?;
        let mut audit = Audit {
            store: self.0.store_id,
            tails,
            heads: HashMap::new(),
            losses: Vec::new(),
            findings: Vec::new(),
        };
        let audited = self.0.database.pass(move |pass| audit.whole(pass).map(|()| audit));
        let Audit { mut findings, losses, .. } = audited.await?;
        for (place, record) in losses {
            if let Some(problem) = super::loss::problem(&mut connection, &record).await? {
                findings.push(RowFinding::new(place, problem));
            }
        }
        drop(connection);
        findings.extend(self.audit_ticks(cx).await?);
        Ok(findings)
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

struct Audit {
    store: StoreId,
    /// Leaves that came from a mirror: their footage is not here, nor the checkpoints that they name.
    tails: Vec<Tail>,
    /// `None`: the newest record could not be read, so the next one is not judged by it.
    heads: HashMap<StreamId, Option<Head>>,
    /// With the place of each: they are compared with what they name when the pass is over.
    losses: Vec<(String, LossRecord)>,
    findings: Vec<RowFinding>,
}

fn get<T: FromSql>(row: &Row<'_>, column: &str) -> Result<T> {
    row.get(column).doing("reading a column")
}

/// Bytes of a column without a copy of them.
fn bytes<'r>(row: &'r Row<'_>, column: &str) -> Result<Option<&'r [u8]>> {
    let value = row.get_ref(column).doing("reading a column")?;
    value.as_blob_or_null().map_err(rusqlite::Error::from).doing("reading a column")
}

impl Audit {
    /// All leaves, in pages; then what they have left over.
    fn whole(&mut self, pass: &Connection) -> Result<()> {
        const DOING: &str = "reading records and rows";
        let mut statement = pass.prepare(PAGE).doing(DOING)?;
        let mut next = 0_i64;
        loop {
            let mut rows = statement.query([next, PAGE_LEAVES]).doing(DOING)?;
            let first = next;
            while let Some(row) = rows.next().doing(DOING)? {
                self.leaf(pass, row)?;
                next = get::<i64>(row, "idx")?.saturating_add(1);
            }
            if next == first {
                break;
            }
        }
        self.heads(pass)?;
        for (query, problem) in LEFT_OVER {
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
        let wrong: Vec<&str> = columns.iter().filter(|(_, same)| !same).map(|(name, _)| *name).collect();
        if !wrong.is_empty() {
            self.find(place, format!("not as its record says: {}", wrong.join(", ")));
        }
    }

    fn leaf(&mut self, pass: &Connection, row: &Row<'_>) -> Result<()> {
        let index: i64 = get(row, "idx")?;
        let entry_bytes = bytes(row, "entry")?.unwrap_or_default();
        let owner = match (bytes(row, "camera")?, get::<Option<i64>>(row, "profile")?) {
            (Some(camera), Some(profile)) => stream_of(camera, profile).ok(),
            _ => None,
        };
        if let Ok(record) = OriginRecord::decode(entry_bytes) {
            return self.origin(pass, index, owner.is_some(), &record);
        }
        let Ok(entry) = Entry::decode(entry_bytes) else {
            // The log's own walk says what is wrong with it.
            if let Some(stream) = owner {
                self.heads.insert(stream, None);
            }
            return Ok(());
        };
        let place = format!("leaf {index}");
        self.compare(
            &place,
            &[
                ("kind", get::<i64>(row, "kind")? == i64::from(entry.kind().code())),
                ("stream", owner == entry.stream()),
            ],
        );
        match &entry {
            Entry::Segment(record) => {
                self.segment(row, record)?;
                let linked =
                    (record.stream_seq, record.prev_record_hash, record.span, record.last_checkpoint);
                self.link(row, record.stream, record.store, linked, record_hash(entry_bytes))?;
            }
            Entry::Gap(record) => {
                self.gap(row, record)?;
                let linked =
                    (record.stream_seq, record.prev_record_hash, record.span, record.last_checkpoint);
                self.link(row, record.stream, record.store, linked, record_hash(entry_bytes))?;
            }
            Entry::Expiry(record) => self.expiry(pass, row, record)?,
            Entry::Loss(record) => self.loss(row, record)?,
            // Compared with its row and its sidecar together: `Footage::hold_findings`.
            Entry::Hold(_) => {}
            // Ticks have their own pass (`ticks`): they are in no stream's chain.
            Entry::Tick(_) => {}
        }
        self.strays(row, &entry, &place)
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
    fn strays(&mut self, row: &Row<'_>, entry: &Entry, place: &str) -> Result<()> {
        let (done, begun) = match entry {
            Entry::Expiry(record) => (record.step != ExpiryStep::Intent, record.step == ExpiryStep::Intent),
            _ => (false, false),
        };
        let claims = [
            ("segment", "s_id", matches!(entry, Entry::Segment(_))),
            ("gap", "g_id", matches!(entry, Entry::Gap(_) | Entry::Loss(_))),
            ("expiry", "b_id", begun),
            ("expiry", "d_id", done),
        ];
        for (table, column, rightly) in claims {
            if let (false, Some(id)) = (rightly, get::<Option<i64>>(row, column)?) {
                self.find(format!("{table} {id}"), format!("{place} is not its record"));
            }
        }
        Ok(())
    }

    fn segment(&mut self, row: &Row<'_>, record: &SegmentRecord) -> Result<()> {
        let Some(id) = get::<Option<i64>>(row, "s_id")? else {
            self.find(record_place(record.stream, record.stream_seq), "its row in `segment` is missing");
            return Ok(());
        };
        let state = match (get::<Option<i64>>(row, "m_expiry")?, get::<Option<i64>>(row, "m_done")?) {
            (None, _) if tails::has(&self.tails, get(row, "idx")?) => 2,
            (None, _) => 0,
            (Some(_), None) => 1,
            (Some(_), Some(_)) => 2,
        };
        let columns = [
            ("stream", get::<Option<bool>>(row, "s_own")? == Some(true)),
            ("seq", get::<i64>(row, "s_seq")? == int(record.stream_seq)?),
            ("start_us", get::<i64>(row, "s_start")? == record.span.start.0),
            ("end_us", get::<i64>(row, "s_end")? == record.span.end.0),
            ("bytes", get::<i64>(row, "s_bytes")? == int(record.file_bytes)?),
            ("floor_days", get::<i64>(row, "s_floor")? == i64::from(record.floor_days)),
        ];
        self.compare(&format!("segment {id}"), &columns);
        if get::<i64>(row, "s_state")? != state {
            self.find(format!("segment {id}"), "its state is not what the entries about its deletion say");
        }
        Ok(())
    }

    fn gap(&mut self, row: &Row<'_>, record: &GapRecord) -> Result<()> {
        let Some(id) = get::<Option<i64>>(row, "g_id")? else {
            self.find(record_place(record.stream, record.stream_seq), "its row in `gap` is missing");
            return Ok(());
        };
        let columns = [
            ("stream", get::<Option<bool>>(row, "g_own")? == Some(true)),
            ("seq", get::<i64>(row, "g_seq")? == int(record.stream_seq)?),
            ("start_us", get::<i64>(row, "g_start")? == record.span.start.0),
            ("end_us", get::<i64>(row, "g_end")? == record.span.end.0),
            ("cause", get::<i64>(row, "g_cause")? == i64::from(record.cause.code())),
            ("evidence", get::<String>(row, "g_evidence")? == record.evidence),
        ];
        self.compare(&format!("gap {id}"), &columns);
        Ok(())
    }

    fn loss(&mut self, row: &Row<'_>, record: &LossRecord) -> Result<()> {
        let place = format!("loss at leaf {}", get::<i64>(row, "idx")?);
        if get::<Option<i64>>(row, "g_id")?.is_none() {
            self.find(place, "its row in `gap` is missing");
            return Ok(());
        }
        let columns = [
            ("stream", get::<Option<bool>>(row, "g_own")? == Some(true)),
            ("seq", get::<i64>(row, "g_seq")? == int(record.first_seq)?),
            ("start_us", get::<i64>(row, "g_start")? == record.span.start.0),
            ("end_us", get::<i64>(row, "g_end")? == record.span.end.0),
            ("cause", get::<i64>(row, "g_cause")? == i64::from(GapCause::Us.code())),
            ("evidence", get::<String>(row, "g_evidence")? == record.evidence),
            ("store", record.store == self.store),
        ];
        self.compare(&place, &columns);
        self.losses.push((place, record.clone()));
        Ok(())
    }

    fn expiry(&mut self, pass: &Connection, row: &Row<'_>, record: &ExpiryRecord) -> Result<()> {
        let (prefix, column) = match record.step {
            ExpiryStep::Intent => ("b", "b_id"),
            ExpiryStep::Done { .. } => ("d", "d_id"),
        };
        let Some(id) = get::<Option<i64>>(row, column)? else {
            let place = format!("leaf {}", get::<i64>(row, "idx")?);
            self.find(place, "its row in `expiry` is missing");
            return Ok(());
        };
        let intent = match record.step {
            ExpiryStep::Intent => get::<Option<i64>>(row, "b_us")? == Some(record.at.0),
            ExpiryStep::Done { intent } => bytes(row, "d_intent")?.map(record_hash) == Some(intent),
        };
        let members = members(pass, id)?;
        let columns = [
            ("stream", get::<Option<bool>>(row, &format!("{prefix}_own"))? == Some(true)),
            ("intent", intent),
            ("segments", members == record.segments),
        ];
        self.compare(&format!("expiry {id}"), &columns);
        if record.store != self.store {
            self.find(format!("expiry {id}"), "its record is of another store");
        }
        Ok(())
    }

    /// The tiling rule (docs/design/ledger.md §3), and the checkpoint that the record had to name.
    fn link(
        &mut self,
        row: &Row<'_>,
        stream: StreamId,
        store: StoreId,
        (seq, prev, span, checkpoint): (u64, Hash, model::Span, Hash),
        own: Hash,
    ) -> Result<()> {
        let place = format!("{} ({})", record_place(stream, seq), span.start);
        let start = Some(Head { next_seq: 0, prev: Hash::default(), end: None });
        if let Some(head) = self.heads.get(&stream).copied().unwrap_or(start) {
            if seq != head.next_seq {
                self.find(&place, format!("the next record should be number {}", head.next_seq));
            } else if prev != head.prev {
                self.find(&place, "it does not name the hash of the record before it");
            } else if head.end.is_some_and(|end| end != span.start) {
                self.find(&place, "it does not begin where the record before it ends");
            }
        }
        let newest = bytes(row, "newest")?;
        if newest.unwrap_or(&[0; 32]) != checkpoint.0 && !tails::has(&self.tails, get(row, "idx")?) {
            self.find(&place, "the checkpoint that it names is not the newest one before it");
        }
        if store != self.store {
            self.find(&place, "it is of another store");
        }
        let head = Head { next_seq: seq.saturating_add(1), prev: own, end: Some(span.end) };
        self.heads.insert(stream, Some(head));
        Ok(())
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
