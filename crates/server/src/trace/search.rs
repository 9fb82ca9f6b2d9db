//! Looks for the groups of a found file among stored segments: by the sizes of their units first, from the frame index alone, and
//! where those agree by their hashes.
//!
//! It opens a stored file never, and a sidecar only for a segment whose sizes agree; the system's reading is an entry per camera and
//! day. It is bounded by [`SEGMENTS_MAX`], and says when that cut it short.

use super::{Shared, locked};
use anyhow::Context as _;
use ledger::{record::SegmentRecord, table::GopTable};
use model::{Act, CameraId, Cx, Kind, Rendering, Span, StreamId};
use std::collections::{BTreeSet, HashMap, HashSet};
use store::{Pass, Request, SegmentRow, Store, system_cx};
use verify::{Frames, StoredGroups};

/// Segments whose index is looked at: two weeks of one camera, or an hour of 300. At 4 kB each it is 80 MB of `footage.db`.
const SEGMENTS_MAX: usize = 20_000;
/// Gaps between matched groups that are joined for the answer.
const JOINED_US: i64 = 1_000_000;

/// One search, over several lists of places.
pub(super) struct Search<'a> {
    store: &'a Store,
    file: Shared,
    passes: HashMap<CameraId, Pass>,
    seen: HashSet<i64>,
    /// Matched groups, by video.
    known: HashMap<usize, BTreeSet<usize>>,
    found: Vec<(StreamId, Span)>,
    groups: usize,
    is_cut_short: bool,
    has_unread: bool,
}

impl<'a> Search<'a> {
    pub fn new(store: &'a Store, file: Shared) -> Self {
        let groups = locked(&file).1.iter().map(|(_, pictures)| pictures.groups()).sum();
        Self {
            store,
            file,
            passes: HashMap::new(),
            seen: HashSet::new(),
            known: HashMap::new(),
            found: Vec::new(),
            groups,
            is_cut_short: false,
            has_unread: false,
        }
    }

    /// Groups found so far.
    pub fn matched(&self) -> usize {
        self.known.values().map(BTreeSet::len).sum()
    }
    pub fn is_cut_short(&self) -> bool {
        self.is_cut_short
    }
    pub fn has_unread(&self) -> bool {
        self.has_unread
    }

    /// Where the found groups are from, joined, in order.
    pub fn spans(&mut self) -> Vec<(StreamId, Span)> {
        self.found.sort_unstable_by_key(|(stream, span)| (*stream, span.start, span.end));
        let mut joined: Vec<(StreamId, Span)> = Vec::new();
        for (stream, span) in &self.found {
            match joined.last_mut() {
                Some((last, all)) if last == stream && span.start <= all.end.plus_us(JOINED_US) => {
                    all.end = all.end.max(span.end);
                }
                _ => joined.push((*stream, *span)),
            }
        }
        joined
    }

    /// Looks through these places, as long as there is a group left to be found.
    pub async fn through(&mut self, places: &[(StreamId, Span)]) -> anyhow::Result<()> {
        for (stream, span) in places {
            let cx = system_cx("trace", pipeline::system_wall());
            for row in self.store.footage.segment_spans(&cx, *stream, *span).await? {
                if self.matched() == self.groups {
                    return Ok(());
                }
                if self.seen.len() >= SEGMENTS_MAX {
                    self.is_cut_short = true;
                    return Ok(());
                }
                if self.seen.insert(row.row)
                    && let Some(segment) = self.store.footage.segment(&cx, row.row).await?
                {
                    self.segment(&cx, segment).await?;
                }
            }
        }
        Ok(())
    }

    async fn segment(&mut self, cx: &Cx, segment: SegmentRow) -> anyhow::Result<()> {
        let Some(frames) = Frames::decode(&segment.frames) else {
            self.has_unread = true;
            return Ok(());
        };
        if !locked(&self.file).1.iter().any(|(_, pictures)| pictures.is_like(&frames)) {
            return Ok(());
        }
        let camera = segment.stream.camera;
        if self.passes.get(&camera).is_none_or(|pass| pass.check(camera, cx.now).is_err()) {
            let request = Request::new(Act::SystemRead, vec![camera], Rendering::Original);
            match self.store.registry.admit(cx, request).await {
                Ok(pass) => drop(self.passes.insert(camera, pass)),
                Err(error) if error.kind() == Kind::NotFound => {
                    self.has_unread = true;
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
        }
        let pass = self.passes.get(&camera).context("there is no pass")?;
        let Ok(sidecar) = self.store.footage.open_sidecar(pass, &segment, cx.now) else {
            self.has_unread = true;
            return Ok(());
        };
        let (file, known, stream) = (self.file.clone(), self.known.clone(), segment.stream);
        let found = tokio::task::spawn_blocking(move || {
            let record = SegmentRecord::decode(&segment.record)?;
            let gops = GopTable::decode(&segment.gops)?;
            let stored =
                StoredGroups { record: &record, gops: &gops, frames: &frames, secret: &sidecar.secret };
            let mut locked = locked(&file);
            let (material, pictures) = &mut *locked;
            let (none, mut found) = (BTreeSet::new(), Vec::new());
            for (video, pictures) in pictures.iter() {
                let known = known.get(video).unwrap_or(&none);
                for (group, span) in pictures.find_in(&mut material.video(*video), &stored, known)? {
                    found.push((*video, group, span));
                }
            }
            anyhow::Ok(found)
        });
        for (video, group, span) in found.await?? {
            self.known.entry(video).or_default().insert(group);
            self.found.push((stream, span));
        }
        Ok(())
    }
}
