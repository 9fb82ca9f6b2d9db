//! One pass over the footage log for everything that `check` asks of it: the log itself (`log_pass`), rows against records
//! (`audit`), and, for a quick look, which files there should be (`files_there`).
//!
//! Each leaf is read, decoded and hashed once, on one reading snapshot; the rows that are about a page of leaves are read beside
//! it, each table by its own index. It reads and reports; it repairs nothing.

use super::audit::{Audit, RowFinding};
use super::files_there::{Expected, FilesThere};
use super::{Footage, system_only};
use crate::convert::uint;
use crate::error::{Doing, Error, Result};
use crate::log_pass::{LogFinding, Walk};
use crate::{passes, tails};
use ledger::origin::OriginRecord;
use ledger::record::{Entry, record_hash};
use model::{Cx, Hash};
use rusqlite::{Connection, Row, Statement};
use std::collections::VecDeque;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Leaves of one page: a few hundred kilobytes of records.
const PAGE_LEAVES: i64 = 1_024;

const LEAVES: &str =
    "SELECT idx, kind, stream, hash, entry FROM leaf WHERE idx >= ? AND idx < ? ORDER BY idx";
const SEGMENTS: &str =
    "SELECT segment.leaf, segment.id, segment.stream, seq, start_us, end_us, bytes, floor_days, state, disk,
    path, member.expiry, went.done_leaf, segment_table.segment IS NOT NULL
  FROM segment LEFT JOIN expiry_segment AS member ON member.segment = segment.id
    LEFT JOIN expiry AS went ON went.id = member.expiry
    LEFT JOIN segment_table ON segment_table.segment = segment.id
  WHERE segment.leaf >= ? AND segment.leaf < ? ORDER BY segment.leaf";
const GAPS: &str = "SELECT leaf, id, stream, seq, start_us, end_us, cause, evidence FROM gap
  WHERE leaf >= ? AND leaf < ? ORDER BY leaf";
const BEGUN: &str = "SELECT intent_leaf, id, stream, begun_us, NULL FROM expiry
  WHERE intent_leaf >= ? AND intent_leaf < ? ORDER BY intent_leaf";
const DONE: &str = "SELECT done_leaf, expiry.id, expiry.stream, begun_us, intent.entry
  FROM expiry LEFT JOIN leaf AS intent ON intent.idx = intent_leaf
  WHERE done_leaf >= ? AND done_leaf < ? ORDER BY done_leaf";
/// Segments that the pass does not meet, because their leaf is not there.
const WITHOUT_LEAF: &str =
    "SELECT id, path, disk, state, EXISTS (SELECT 1 FROM segment_table WHERE segment = id) FROM segment
  WHERE NOT EXISTS (SELECT 1 FROM leaf WHERE idx = segment.leaf)";

/// What a pass found, and how long its parts took.
#[derive(Debug, Default)]
pub struct Survey {
    pub log: Vec<LogFinding>,
    pub rows: Vec<RowFinding>,
    /// Only of a quick look.
    pub files: Option<FilesThere>,
    /// Leaves and rows; and, beside them, the walk over the folders with what was compared with it.
    pub took: [Duration; 2],
}

/// A leaf as its row has it.
pub(super) struct Leaf<'r> {
    pub index: i64,
    pub kind: i64,
    pub stream: Option<i64>,
    pub entry: &'r [u8],
}

/// The rows that name one leaf.
#[derive(Default)]
pub(super) struct Beside {
    pub segment: Option<SegmentBeside>,
    pub gap: Option<GapBeside>,
    pub begun: Option<ExpiryBeside>,
    pub done: Option<ExpiryBeside>,
}

pub(super) struct SegmentBeside {
    pub id: i64,
    pub stream: i64,
    pub seq: i64,
    pub start_us: i64,
    pub end_us: i64,
    pub bytes: i64,
    pub floor_days: i64,
    pub state: i64,
    disk: Option<i64>,
    path: String,
    /// The deletion that it belongs to, and the leaf of its end.
    pub expiry: Option<i64>,
    pub expired: Option<i64>,
    has_tables: bool,
}

pub(super) struct GapBeside {
    pub id: i64,
    pub stream: i64,
    pub seq: i64,
    pub start_us: i64,
    pub end_us: i64,
    pub cause: i64,
    pub evidence: String,
}

pub(super) struct ExpiryBeside {
    pub id: i64,
    pub stream: i64,
    pub begun_us: i64,
    /// Hash of the record of its beginning, of one that has ended.
    pub intent: Option<Hash>,
}

impl Footage {
    /// Everything that the log and the rows say of themselves; `quick`: also which files are there, by their names and lengths.
    pub async fn survey(&self, cx: &Cx, quick: bool) -> Result<Survey> {
        system_only(cx)?;
        let mut connection = self.0.database.read.acquire().await.doing("comparing rows with records")?;
        let (store, tails) = (self.0.store_id, tails::read(&mut connection).await?);
        let (send, expected) = mpsc::channel();
        let pass = self.0.database.pass(move |pass| {
            let begun = Instant::now();
            let mut at = Pass {
                audit: Audit::begin(pass, store, tails)?,
                send: quick.then_some(send),
                met: Met::default(),
            };
            let log = at.whole(pass)?;
            Ok((log, at.audit, begun.elapsed()))
        });
        let media = self.0.media.clone();
        let files = async move {
            if !quick {
                return Ok(None);
            }
            let begun = Instant::now();
            let looked = tokio::task::spawn_blocking(move || FilesThere::look(&media, &expected)).await;
            let looked = looked.map_err(|error| Error::Internal(error.to_string()))??;
            Ok(Some((looked, begun.elapsed())))
        };
        let ((log, audit, passed), files) = tokio::try_join!(pass, files)?;
        let Audit { mut findings, losses, .. } = audit;
        for (place, record) in losses {
            if let Some(problem) = super::loss::problem(&mut connection, &record).await? {
                findings.push(RowFinding::new(place, problem));
            }
        }
        let (files, looked) = files.unzip();
        Ok(Survey { log, rows: findings, files, took: [passed, looked.unwrap_or_default()] })
    }
}

/// How many rows the pass met.
#[derive(Default)]
struct Met {
    segments: i64,
    tables: i64,
}

struct Pass {
    audit: Audit,
    /// Where what should be on disk is sent.
    send: Option<mpsc::Sender<Vec<Expected>>>,
    met: Met,
}

impl Pass {
    fn whole(&mut self, pass: &Connection) -> Result<Vec<LogFinding>> {
        const DOING: &str = "reading records and rows";
        // All statements see one state, also beside a writer.
        pass.execute_batch("BEGIN").doing(DOING)?;
        let mut walk = Walk::begin(pass)?;
        let mut leaves = pass.prepare(LEAVES).doing(DOING)?;
        let mut beside = Tables::prepare(pass)?;
        let last: Option<i64> =
            pass.query_row("SELECT max(idx) FROM leaf", [], |row| row.get(0)).doing(DOING)?;
        let mut first = 0;
        while last.is_some_and(|last| first <= last) {
            let end = first.saturating_add(PAGE_LEAVES);
            let mut page = beside.page(first, end)?;
            let mut rows = leaves.query([first, end]).doing(DOING)?;
            let (mut expected, mut any) = (Vec::new(), false);
            while let Some(row) = rows.next().doing(DOING)? {
                any = true;
                self.leaf(pass, row, &mut walk, &mut page, &mut expected)?;
            }
            self.send(expected);
            // Numbers that are not consecutive are a finding; a hole of any size costs one question.
            let sql = "SELECT coalesce(min(idx), ?1) FROM leaf WHERE idx >= ?1";
            first = match any {
                true => end,
                false => pass.query_row(sql, [end], |row| row.get(0)).doing(DOING)?,
            };
        }
        self.left_over(pass)?;
        walk.end(pass)
    }

    fn leaf(
        &mut self,
        pass: &Connection,
        row: &Row<'_>,
        walk: &mut Walk,
        page: &mut Page,
        expected: &mut Vec<Expected>,
    ) -> Result<()> {
        const DOING: &str = "reading a leaf";
        let blob = |at| row.get_ref(at).and_then(|value| Ok(value.as_blob()?)).doing(DOING);
        let (hash, entry) = (blob(3)?, blob(4)?);
        let (index, kind, stream) =
            (row.get(0).doing(DOING)?, row.get(1).doing(DOING)?, row.get(2).doing(DOING)?);
        let leaf = Leaf { index, kind, stream, entry };
        let (read, unreadable) = match Entry::decode(entry) {
            Ok(read) => (Some(read), None),
            Err(_) if OriginRecord::decode(entry).is_ok() => (None, None),
            Err(error) => (None, Some(error.to_string())),
        };
        walk.leaf(uint(index)?, hash, entry, unreadable)?;
        let beside = page.of(index);
        self.audit.leaf(pass, &leaf, read.as_ref(), &beside)?;
        if let Some(segment) = beside.segment {
            self.met.segments += 1;
            self.met.tables += i64::from(segment.has_tables && segment.state < 2);
            if self.send.is_some() && segment.state < 2 {
                let record = match read {
                    Some(Entry::Segment(record)) => Some((record.file_bytes, record.span.start)),
                    _ => None,
                };
                let SegmentBeside { id, path, disk, state, has_tables, .. } = segment;
                expected.push(Expected { row: id, place: path, disk, record, has_tables, kept: state == 0 });
            }
        }
        Ok(())
    }

    fn send(&self, expected: Vec<Expected>) {
        if let (Some(send), false) = (&self.send, expected.is_empty()) {
            // Whoever looks at files has given up with an error, and that is the answer.
            let _given_up = send.send(expected);
        }
    }

    fn left_over(&mut self, pass: &Connection) -> Result<()> {
        const DOING: &str = "looking for rows without a record";
        let count = |sql: &str| pass.query_row(sql, [], |row| row.get::<_, i64>(0)).doing("counting rows");
        if count("SELECT count(*) FROM segment")? != self.met.segments {
            let without: Vec<(Expected, i64)> = passes::rows(pass, DOING, WITHOUT_LEAF, |row| {
                let state: i64 = row.get(3)?;
                let (row, place, disk, has_tables) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(4)?);
                Ok((Expected { row, place, disk, record: None, has_tables, kept: state == 0 }, state))
            })?;
            let finding = |(expected, _): &(Expected, i64)| {
                RowFinding::new(format!("segment {}", expected.row), "its record is not in the log")
            };
            self.audit.findings.extend(without.iter().map(finding));
            let there = without.into_iter().filter(|(_, state)| *state < 2).map(|(expected, _)| expected);
            self.send(there.collect());
        }
        let tables = count("SELECT count(*) FROM segment_table")?;
        self.audit.end(pass, tables == self.met.tables)
    }
}

/// The tables beside the leaves, each with the statement that reads it by a range of leaves.
struct Tables<'p> {
    segments: Statement<'p>,
    gaps: Statement<'p>,
    begun: Statement<'p>,
    done: Statement<'p>,
}

impl<'p> Tables<'p> {
    fn prepare(pass: &'p Connection) -> Result<Self> {
        let statement = |sql| pass.prepare(sql).doing("reading rows");
        let (segments, gaps) = (statement(SEGMENTS)?, statement(GAPS)?);
        Ok(Self { segments, gaps, begun: statement(BEGUN)?, done: statement(DONE)? })
    }

    fn page(&mut self, first: i64, end: i64) -> Result<Page> {
        let span = [first, end];
        Ok(Page {
            segments: Rows::read(&mut self.segments, span, segment)?,
            gaps: Rows::read(&mut self.gaps, span, gap)?,
            begun: Rows::read(&mut self.begun, span, expiry)?,
            done: Rows::read(&mut self.done, span, expiry)?,
        })
    }
}

/// The rows of a page of leaves.
struct Page {
    segments: Rows<SegmentBeside>,
    gaps: Rows<GapBeside>,
    begun: Rows<ExpiryBeside>,
    done: Rows<ExpiryBeside>,
}

impl Page {
    fn of(&mut self, leaf: i64) -> Beside {
        Beside {
            segment: self.segments.of(leaf),
            gap: self.gaps.of(leaf),
            begun: self.begun.of(leaf),
            done: self.done.of(leaf),
        }
    }
}

/// Rows of one table in order of leaf, each of which at most one names.
struct Rows<T>(VecDeque<(i64, T)>);

impl<T> Rows<T> {
    fn read(
        statement: &mut Statement<'_>,
        span: [i64; 2],
        row: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Self> {
        const DOING: &str = "reading rows";
        let rows = statement.query_map(span, |columns| Ok((columns.get(0)?, row(columns)?))).doing(DOING)?;
        rows.collect::<rusqlite::Result<_>>().map(Self).doing(DOING)
    }

    fn of(&mut self, leaf: i64) -> Option<T> {
        while self.0.front().is_some_and(|(named, _)| *named < leaf) {
            self.0.pop_front();
        }
        let is_here = self.0.front().is_some_and(|(named, _)| *named == leaf);
        if is_here { self.0.pop_front().map(|(_, row)| row) } else { None }
    }
}

fn segment(row: &Row<'_>) -> rusqlite::Result<SegmentBeside> {
    Ok(SegmentBeside {
        id: row.get(1)?,
        stream: row.get(2)?,
        seq: row.get(3)?,
        start_us: row.get(4)?,
        end_us: row.get(5)?,
        bytes: row.get(6)?,
        floor_days: row.get(7)?,
        state: row.get(8)?,
        disk: row.get(9)?,
        path: row.get(10)?,
        expiry: row.get(11)?,
        expired: row.get(12)?,
        has_tables: row.get(13)?,
    })
}

fn gap(row: &Row<'_>) -> rusqlite::Result<GapBeside> {
    Ok(GapBeside {
        id: row.get(1)?,
        stream: row.get(2)?,
        seq: row.get(3)?,
        start_us: row.get(4)?,
        end_us: row.get(5)?,
        cause: row.get(6)?,
        evidence: row.get(7)?,
    })
}

fn expiry(row: &Row<'_>) -> rusqlite::Result<ExpiryBeside> {
    let intent = row.get_ref(4)?.as_blob_or_null()?.map(record_hash);
    Ok(ExpiryBeside { id: row.get(1)?, stream: row.get(2)?, begun_us: row.get(3)?, intent })
}
