//! Copies stored fragments into the package's videos and closes the archive around them. Blocking code.
//!
//! Fragments are copied byte for byte; only the init segment is followed by the `uuid` box that names the copy. Each byte is
//! hashed once for the file and once for its piece, by `ledger::package::VideoTally`.

use super::{ExportError, ExportProgress, ExportSpec, LoadedSegment, Result, pass_is_live};
use crate::clock::ServerClock;
use ledger::package::{PackageFile, VideoInput, VideoTally, zip};
use media::{
    cut,
    fmp4::{self, ItemKind},
    hash,
    index::Index,
};
use model::{ExportId, Span};
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    os::unix::fs::{FileExt, OpenOptionsExt as _},
    path::Path,
    sync::Arc,
};
use store::{Footage, Pass, SegmentRead, SegmentReader, SegmentRow};
use tokio::sync::watch;

/// Bytes written at once.
const BUFFER_BYTES: usize = 1 << 20;

/// One fragment to copy.
pub(crate) struct Part {
    range: std::ops::Range<u64>,
    head_bytes: usize,
    span: Span,
}

impl Part {
    pub(super) const fn span(&self) -> Span {
        self.span
    }
}

/// The fragments of a segment that are taken.
pub(super) fn parts(index: &Index, piece: &cut::Piece) -> Vec<Part> {
    let range = piece.fragments.start as usize..piece.fragments.end as usize;
    let entries = index.fragments().get(range).unwrap_or_default();
    let end = piece.span.end;
    let part = |(number, entry): (usize, &media::index::FragmentEntry)| Part {
        range: entry.range(),
        head_bytes: entry.head_bytes as usize,
        span: Span {
            start: entry.first_wall,
            end: entries.get(number + 1).map_or(end, |next| next.first_wall).max(entry.first_wall),
        },
    };
    entries.iter().enumerate().map(part).collect()
}

/// One segment's part of a video: everything that the copying needs, with nothing borrowed. Its file is opened when its turn
/// comes: a day has more segments than a process may have files open.
pub(super) struct Job {
    footage: Footage,
    pass: Arc<Pass>,
    row: SegmentRow,
    init: std::ops::Range<u64>,
    parts: Arc<[Part]>,
    gops: std::ops::Range<u32>,
}

impl Job {
    pub(super) fn new(footage: &Footage, spec: &ExportSpec, segment: &LoadedSegment) -> Self {
        Self {
            footage: footage.clone(),
            pass: spec.pass.clone(),
            row: segment.row.clone(),
            init: segment.init.clone(),
            parts: segment.parts.clone(),
            gops: segment.piece.gops.clone(),
        }
    }

    fn open(&self, clock: &ServerClock) -> Result<SegmentReader> {
        Ok(self.footage.open_segment(&self.pass, &self.row, clock.wall())?)
    }

    /// The salts of its groups, in order.
    fn salts(&self, clock: &ServerClock) -> Result<Vec<[u8; 32]>> {
        let secret = self.footage.open_sidecar(&self.pass, &self.row, clock.wall())?.secret;
        Ok(self.gops.clone().map(|gop| hash::gop_salt(&secret, gop).0).collect())
    }
}

/// The end of a segment's last unit is only expected when nothing followed it in the same file; the next segment's first
/// decode time may differ from it by a frame's jitter. Half a second is no frame.
const JOIN_TICKS_MAX: u64 = 45_000;

/// Neighbouring segments on one media line with the same parameters: each run is one video.
pub(super) fn runs(segments: &[LoadedSegment]) -> Vec<&[LoadedSegment]> {
    segments.chunk_by(|a, b| joins(a, b) && same_init(a, b)).collect()
}

fn joins(a: &LoadedSegment, b: &LoadedSegment) -> bool {
    let step = b.piece.first_dts - a.piece.end_dts;
    a.row.span.end == b.row.span.start
        && step.unsigned_abs() <= JOIN_TICKS_MAX
        && b.piece.first_dts > a.piece.first_dts
}

/// Piece 0 hashes the init segment, so equal hashes mean equal parameters.
fn same_init(a: &LoadedSegment, b: &LoadedSegment) -> bool {
    let first = |segment: &LoadedSegment| {
        ledger::table::PieceTable::decode(&segment.row.pieces).ok().and_then(|table| table.0.first().copied())
    };
    first(a).is_some() && first(a) == first(b)
}

/// The archive in the making: files in ascending order of names, each header completed when its bytes are known.
pub(super) struct Videos {
    out: BufWriter<File>,
    copy_id: ExportId,
    entries: Vec<zip::Entry>,
    at: u64,
    crc: zip::RunningCrc,
    done_bytes: u64,
    total_bytes: u64,
    progress: watch::Sender<ExportProgress>,
}

impl Videos {
    pub(super) fn create(
        path: &Path,
        copy_id: ExportId,
        total_bytes: u64,
        progress: watch::Sender<ExportProgress>,
    ) -> Result<Self> {
        let file =
            File::options().read(true).write(true).create(true).truncate(true).mode(0o600).open(path)?;
        Ok(Self {
            out: BufWriter::with_capacity(BUFFER_BYTES, file),
            copy_id,
            entries: Vec::new(),
            at: 0,
            crc: zip::RunningCrc::default(),
            done_bytes: 0,
            total_bytes: total_bytes.max(1),
            progress,
        })
    }

    fn begin_file(&mut self, name: &str, bytes: u64) -> Result<()> {
        let name = format!("{}{name}", zip::folder(self.copy_id));
        let entry = zip::Entry { name, bytes, crc32: 0, offset: self.at };
        let header = zip::local_header(&entry);
        self.out.write_all(&header)?;
        self.at += header.len() as u64;
        self.crc = zip::RunningCrc::default();
        self.entries.push(entry);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes)?;
        self.crc.update(bytes);
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// Puts the checksum into the header, now that it is known.
    fn end_file(&mut self) -> Result<()> {
        let crc32 = self.crc.finish();
        let Some(entry) = self.entries.last_mut() else { return Ok(()) };
        entry.crc32 = crc32;
        let offset = entry.offset + zip::LOCAL_CRC_OFFSET;
        self.out.flush()?;
        self.out.get_ref().write_all_at(&crc32.to_le_bytes(), offset)?;
        Ok(())
    }

    /// Writes one video; returns its account and the salts of its groups in order.
    pub(super) fn video(
        &mut self,
        name: &str,
        jobs: &[Job],
        pass: &Pass,
        clock: &ServerClock,
    ) -> Result<(VideoInput, Vec<[u8; 32]>)> {
        let first = jobs
            .first()
            .ok_or(ExportError::Invalid { field: "cameras", problem: "a run without footage" })?;
        let init = read(&first.open(clock)?, first.init.clone())?;
        let fmp4::Next::Item(fmp4::Item { kind: ItemKind::Init(found), .. }) = fmp4::next_item(&init, 0)?
        else {
            return Err(ExportError::Invalid {
                field: "footage",
                problem: "a segment without ftyp and moov",
            });
        };
        let params = found.params;
        let config = hash::config_hash(&params.config);
        let mut tally = VideoTally::new(name.to_owned(), params.rfc6381, params.width, params.height, config);
        let copy = fmp4::copy_box(self.copy_id.0.as_bytes());
        let parts = jobs.iter().flat_map(|job| job.parts.iter());
        let media: u64 = parts.map(|part| part.range.end - part.range.start).sum();
        self.begin_file(name, (init.len() + copy.len()) as u64 + media)?;
        for head in [&init[..], &copy[..]] {
            tally.head(head);
            self.write(head)?;
        }
        tally.end_init(first.parts.first().map_or(model::WallTime(0), |part| part.span.start));
        let mut salts = Vec::new();
        for job in jobs {
            salts.extend(job.salts(clock)?);
            let file = job.open(clock)?;
            for part in job.parts.iter() {
                pass_is_live(pass, clock)?;
                self.part(&file, job.row.seq, part, &mut tally)?;
            }
        }
        self.end_file()?;
        Ok((tally.finish(), salts))
    }

    fn part(&mut self, file: &SegmentReader, seq: u64, part: &Part, tally: &mut VideoTally) -> Result<()> {
        let bytes = read(file, part.range.clone())?;
        let (head, samples) = bytes
            .split_at_checked(part.head_bytes)
            .ok_or(ExportError::Invalid { field: "footage", problem: "a fragment shorter than its head" })?;
        tally.head(head);
        tally.samples(samples);
        tally.end_fragment(part.span, seq);
        self.write(&bytes)?;
        self.done_bytes += bytes.len() as u64;
        let share = 0.02 + 0.88 * (self.done_bytes as f32 / self.total_bytes as f32).min(1.0);
        self.progress.send_replace(ExportProgress { share, stage: "copying" });
        Ok(())
    }

    /// Adds the other files, closes the archive, makes it durable; returns its length.
    pub(super) fn finish(mut self, mut files: Vec<PackageFile>) -> Result<u64> {
        files.sort_by(|a, b| a.name.cmp(&b.name));
        for file in files {
            self.begin_file(&file.name, file.bytes.len() as u64)?;
            self.write(&file.bytes)?;
            self.end_file()?;
        }
        let directory = zip::directory(&self.entries, self.at);
        self.out.write_all(&directory)?;
        let file = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(self.at + directory.len() as u64)
    }
}

fn read(file: &SegmentReader, range: std::ops::Range<u64>) -> Result<Vec<u8>> {
    let len = usize::try_from(range.end.saturating_sub(range.start))
        .map_err(|_| ExportError::Invalid { field: "footage", problem: "a fragment too large" })?;
    let mut bytes = vec![0; len];
    file.read_at(range.start, &mut bytes)?;
    Ok(bytes)
}
