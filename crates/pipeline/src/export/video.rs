//! Copies stored fragments into the package's videos and closes the zip around them. Blocking code.
//!
//! Fragments are copied byte for byte; only the init segment is followed by the `uuid` box that names the copy. Each byte is
//! hashed once for the file and once for its piece, by `ledger::package::VideoTally`.

use super::{ExportError, ExportProgress, ExportSpec, LoadedSegment, Result, pass_is_live};
use crate::clock::ServerClock;
use ledger::package::{PackageFile, VideoInput, VideoTally};
use media::{
    fmp4::{self, ItemKind},
    hash,
};
use model::{ExportId, Hash, Secret, Span};
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
    path::Path,
    sync::Arc,
};
use store::{Footage, Pass, PlainSegment, SegmentRead};
use tokio::sync::watch;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Bytes written at once.
const BUFFER_BYTES: usize = 1 << 20;

/// One fragment to copy.
struct Part {
    range: std::ops::Range<u64>,
    head_bytes: usize,
    span: Span,
}

/// One segment's part of a video: everything that the copying needs, with nothing borrowed.
pub(super) struct Job {
    file: Arc<PlainSegment>,
    secret: Secret<[u8; 32]>,
    seq: u64,
    init: std::ops::Range<u64>,
    parts: Vec<Part>,
    gops: std::ops::Range<u32>,
}

impl Job {
    pub(super) fn new(
        footage: &Footage,
        spec: &ExportSpec,
        segment: &LoadedSegment,
        clock: &ServerClock,
    ) -> Result<Self> {
        let now = clock.wall();
        let file = Arc::new(footage.open_segment(&spec.pass, &segment.row, now)?);
        let secret = footage.open_sidecar(&spec.pass, &segment.row, now)?.secret;
        let range = segment.piece.fragments.start as usize..segment.piece.fragments.end as usize;
        let entries = segment.index.fragments().get(range).unwrap_or_default();
        let end = segment.piece.span.end;
        let parts = entries.iter().enumerate().map(|(number, entry)| Part {
            range: entry.range(),
            head_bytes: entry.head_bytes as usize,
            span: Span {
                start: entry.first_wall,
                end: entries.get(number + 1).map_or(end, |next| next.first_wall).max(entry.first_wall),
            },
        });
        Ok(Self {
            file,
            secret,
            seq: segment.row.seq,
            init: segment.index.init_range(),
            parts: parts.collect(),
            gops: segment.piece.gops.clone(),
        })
    }
}

/// Neighbouring segments on one media line with the same parameters: each run is one video.
pub(super) fn runs(segments: &[LoadedSegment]) -> Vec<&[LoadedSegment]> {
    segments
        .chunk_by(|a, b| {
            a.piece.end_dts == b.piece.first_dts && a.row.span.end == b.row.span.start && same_init(a, b)
        })
        .collect()
}

/// Piece 0 hashes the init segment, so equal hashes mean equal parameters.
fn same_init(a: &LoadedSegment, b: &LoadedSegment) -> bool {
    let first = |segment: &LoadedSegment| {
        ledger::table::PieceTable::decode(&segment.row.pieces).ok().and_then(|table| table.0.first().copied())
    };
    first(a).is_some() && first(a) == first(b)
}

/// The zip in the making.
pub(super) struct Videos {
    zip: ZipWriter<BufWriter<File>>,
    done_bytes: u64,
    total_bytes: u64,
    progress: watch::Sender<ExportProgress>,
}

impl Videos {
    pub(super) fn create(
        path: &Path,
        total_bytes: u64,
        progress: watch::Sender<ExportProgress>,
    ) -> Result<Self> {
        let file = File::options().read(true).write(true).create(true).truncate(true).open(path)?;
        let zip = ZipWriter::new(BufWriter::with_capacity(BUFFER_BYTES, file));
        Ok(Self { zip, done_bytes: 0, total_bytes: total_bytes.max(1), progress })
    }

    /// Writes one video; returns its account and the salts of its groups in order.
    pub(super) fn video(
        &mut self,
        name: &str,
        jobs: &[Job],
        copy_id: ExportId,
        pass: &Pass,
        clock: &ServerClock,
    ) -> Result<(VideoInput, Vec<[u8; 32]>)> {
        let first = jobs
            .first()
            .ok_or(ExportError::Invalid { field: "cameras", problem: "a run without footage" })?;
        self.zip.start_file(name, options())?;
        let init = read(&first.file, first.init.clone())?;
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
        let copy = fmp4::copy_box(copy_id.0.as_bytes());
        for head in [&init[..], &copy[..]] {
            tally.head(head);
            self.zip.write_all(head)?;
        }
        tally.end_init(first.parts.first().map_or(model::WallTime(0), |part| part.span.start));
        let mut salts = Vec::new();
        for job in jobs {
            salts.extend(job.gops.clone().map(|gop| hash::gop_salt(&job.secret, gop).0));
            for part in &job.parts {
                pass_is_live(pass, clock)?;
                self.part(job, part, &mut tally)?;
            }
        }
        Ok((tally.finish(), salts))
    }

    fn part(&mut self, job: &Job, part: &Part, tally: &mut VideoTally) -> Result<()> {
        let bytes = read(&job.file, part.range.clone())?;
        let (head, samples) = bytes
            .split_at_checked(part.head_bytes)
            .ok_or(ExportError::Invalid { field: "footage", problem: "a fragment shorter than its head" })?;
        tally.head(head);
        tally.samples(samples);
        tally.end_fragment(part.span, job.seq);
        self.zip.write_all(&bytes)?;
        self.done_bytes += bytes.len() as u64;
        let share = 0.02 + 0.88 * (self.done_bytes as f32 / self.total_bytes as f32).min(1.0);
        self.progress.send_replace(ExportProgress { share, stage: "copying" });
        Ok(())
    }

    /// Adds the other files, closes the zip, makes it durable and hashes it.
    pub(super) fn finish(mut self, files: Vec<PackageFile>) -> Result<(u64, Hash)> {
        for file in files {
            self.zip.start_file(file.name, options())?;
            self.zip.write_all(&file.bytes)?;
        }
        let mut file = self.zip.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        file.seek(SeekFrom::Start(0))?;
        let mut hasher = Sha256::new();
        let bytes = io::copy(&mut io::BufReader::with_capacity(BUFFER_BYTES, file), &mut hasher)?;
        Ok((bytes, Hash(hasher.finalize().into())))
    }
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true)
}

fn read(file: &PlainSegment, range: std::ops::Range<u64>) -> Result<Vec<u8>> {
    let len = usize::try_from(range.end.saturating_sub(range.start))
        .map_err(|_| ExportError::Invalid { field: "footage", problem: "a fragment too large" })?;
    let mut bytes = vec![0; len];
    file.read_at(range.start, &mut bytes)?;
    Ok(bytes)
}
