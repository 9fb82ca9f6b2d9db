//! Footage that is brought later for a gap, from a camera's own card or another recorder: recorded as a stream of its own by the
//! shipping recorder, so that it is hashed, encrypted, held, deleted and handed out like all else.
//!
//! It never touches what was recorded: the gap stays a gap. Only groups that meet a gap are taken; when they were is what a person
//! says. Whether that person may is not decided here: the caller has written the entry (invariant 3).

mod file;
#[cfg(test)]
mod tests;

pub use file::Mp4File;

use crate::{Pipeline, Recorder, StartError};
use bytes::Bytes;
use model::{
    AccessUnit, CameraId, GapCause, Kind, MediaTime, MonoTime, Profile, Span, StreamId, VideoParams, WallTime,
};
use std::sync::Arc;
use store::{NewBackFill, registry::system_cx};
use uuid::Uuid;

/// One group in memory: a key frame's distance of half a minute at 16 Mbit/s.
const GROUP_BYTES_MAX: usize = 64 << 20;
/// Handed to the writer before it is waited for: far less than its queue takes, so that cameras find room beside it.
const AHEAD_BYTES_MAX: usize = 32 << 20;
/// Length of a last unit that nobody follows.
const LAST_US: i64 = 40_000;

/// One picture that was brought.
#[derive(Clone, Debug)]
pub struct BroughtUnit {
    /// On a line of its own that begins at 0 with the source's first picture; strictly increasing.
    pub dts: MediaTime,
    pub pts: MediaTime,
    /// Decoding can begin here.
    pub key: bool,
    /// As it is stored: NAL units behind 4-byte lengths.
    pub data: Bytes,
}

/// Where brought footage comes from: a file now; a camera's card or an NVR, read over their protocols, later. A driver reads. What
/// of it is stored, under which time, is not its matter.
pub trait BackFillSource: Send {
    /// Parameters of all its pictures.
    fn params(&self) -> &VideoParams;
    /// From its first picture to the beginning of its last.
    fn length_us(&self) -> i64;
    /// The next picture in decoding order; `None` at the end. It may block.
    ///
    /// # Errors
    /// With what cannot be read.
    fn next_unit(&mut self) -> Result<Option<BroughtUnit>, String>;
}

/// What somebody brings.
#[derive(Clone, Debug)]
pub struct Brought {
    pub id: Uuid,
    pub camera: CameraId,
    /// When its first picture was taken, as a person says.
    pub start: WallTime,
    pub arrived: WallTime,
    /// Where it comes from, in words without names.
    pub source: String,
}

/// What was stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BackFilled {
    /// From the first group that was taken to the last.
    pub span: Span,
    pub units: u64,
    /// Of groups that meet no gap, or were brought before.
    pub left_out: u64,
}

/// Why nothing more was stored.
#[derive(Debug, thiserror::Error)]
pub enum BackFillError {
    #[error("{0}")]
    Store(#[from] store::Error),
    #[error("{0}")]
    Start(#[from] StartError),
    #[error("the source: {0}")]
    Source(String),
    #[error("{0}")]
    Refused(&'static str),
}

impl BackFillError {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Start(_) => Kind::Unavailable,
            Self::Source(_) | Self::Refused(_) => Kind::Invalid,
        }
    }
}

/// A key unit and all up to the next.
struct Group {
    units: Vec<BroughtUnit>,
    /// Where the next one begins.
    end: MediaTime,
}

/// A source by groups.
struct Groups {
    source: Box<dyn BackFillSource>,
    ahead: Option<BroughtUnit>,
}

impl Groups {
    fn next(&mut self) -> Result<Option<Group>, String> {
        let first = match self.ahead.take() {
            Some(first) => Some(first),
            None => self.source.next_unit()?,
        };
        let Some(first) = first else { return Ok(None) };
        let (mut bytes, mut end) = (first.data.len(), first.dts);
        let mut units = vec![first];
        while let Some(unit) = self.source.next_unit()? {
            end = unit.dts;
            if unit.key {
                self.ahead = Some(unit);
                break;
            }
            bytes += unit.data.len();
            if bytes > GROUP_BYTES_MAX {
                return Err("a group of pictures is larger than 64 MiB".into());
            }
            units.push(unit);
        }
        if self.ahead.is_none() {
            end = MediaTime(end.0 + LAST_US * 9 / 100);
        }
        Ok(Some(Group { units, end }))
    }
}

/// Reads the next group where blocking is allowed.
async fn next_group(mut groups: Groups) -> Result<(Groups, Option<Group>), BackFillError> {
    let read = move || groups.next().map(|group| (groups, group));
    let read = tokio::task::spawn_blocking(read).await;
    read.map_err(|error| BackFillError::Source(error.to_string()))?.map_err(BackFillError::Source)
}

impl Pipeline {
    /// Stores what a source has for the gaps of a camera's main stream.
    ///
    /// # Errors
    /// `Refused` when nothing of it meets a gap; `Conflict` when younger footage was brought before. What was stored until an
    /// error stays, with its records.
    pub async fn back_fill(
        &self,
        brought: Brought,
        source: Box<dyn BackFillSource>,
    ) -> Result<BackFilled, BackFillError> {
        let all = Span { start: brought.start, end: brought.start.plus_us(source.length_us() + LAST_US) };
        let cx = system_cx("back_fill", brought.arrived);
        let footage = &self.store().footage;
        let main = StreamId { camera: brought.camera, profile: Profile::Main };
        let gaps: Vec<Span> = footage.gaps(&cx, Some(main), all).await?.iter().map(|gap| gap.span).collect();
        let later = StreamId { camera: brought.camera, profile: Profile::Later };
        let known = footage.stream_head(later).await?.end;
        let params = Arc::new(source.params().clone());
        let mut storing = Storing {
            pipeline: self,
            brought,
            params,
            shift_us: 0,
            recorder: None,
            done: None,
            ahead_bytes: 0,
        };
        let (mut groups, mut left_out) = (Groups { source, ahead: None }, 0);
        loop {
            let (rest, group) = next_group(groups).await?;
            groups = rest;
            let Some(group) = group else { break };
            let span = storing.span_of(&group);
            let meets = gaps.iter().any(|gap| gap.start < span.end && span.start < gap.end);
            let is_new = storing.recorder.is_some() || known.is_none_or(|end| end <= span.start);
            if meets && is_new && group.units.first().is_some_and(|unit| unit.key) {
                storing.take(group, span).await?;
            } else {
                left_out += group.units.len() as u64;
                storing.leave_out();
            }
        }
        storing.end(left_out).await
    }
}

/// An import that is under way.
struct Storing<'a> {
    pipeline: &'a Pipeline,
    brought: Brought,
    params: Arc<VideoParams>,
    /// Its record has a length: where it follows another import at once, all times move by it.
    shift_us: i64,
    recorder: Option<Recorder>,
    done: Option<(Span, u64)>,
    ahead_bytes: usize,
}

impl Storing<'_> {
    fn wall(&self, dts: MediaTime) -> WallTime {
        self.brought.start.plus_us(dts.0.saturating_mul(100) / 9 + self.shift_us)
    }

    fn span_of(&self, group: &Group) -> Span {
        let start = self.wall(group.units.first().map_or(group.end, |unit| unit.dts));
        Span { start, end: self.wall(group.end).max(start) }
    }

    /// The record that begins the import, before its first picture.
    async fn begin(&mut self, start: WallTime) -> Result<Recorder, BackFillError> {
        let Brought { id, camera, arrived, ref source, .. } = self.brought;
        let new = NewBackFill { id, camera, start, arrived, source: source.clone() };
        let cx = system_cx("back_fill", arrived);
        let begins = self.pipeline.store().footage.begin_back_fill(&cx, new).await?;
        self.shift_us = begins.since_us(start);
        let later = StreamId { camera, profile: Profile::Later };
        let recorder = self.pipeline.hand_fed(later, begins).await?;
        recorder.ok_or(BackFillError::Refused("the recorder is stopping"))
    }

    async fn take(&mut self, group: Group, span: Span) -> Result<(), BackFillError> {
        let mut recorder = match self.recorder.take() {
            Some(recorder) => recorder,
            None => self.begin(span.start).await?,
        };
        for unit in &group.units {
            let (wall, received) = (self.wall(unit.dts), MonoTime(unit.dts.0.saturating_mul(100) / 9));
            let (dts, pts, key, data) = (unit.dts, unit.pts, unit.key, unit.data.clone());
            self.ahead_bytes += data.len();
            let params = self.params.clone();
            if !recorder.unit(received, AccessUnit { dts, pts, wall, received, key, data, params }) {
                return Err(BackFillError::Source(format!("the picture at {wall} could not be stored")));
            }
        }
        let before = self.done.unwrap_or((span, 0));
        self.done =
            Some((Span { start: before.0.start, end: span.end }, before.1 + group.units.len() as u64));
        self.recorder = Some(recorder);
        if self.ahead_bytes > AHEAD_BYTES_MAX {
            self.settle().await?;
        }
        Ok(())
    }

    async fn settle(&mut self) -> Result<(), BackFillError> {
        if let Some(recorder) = &mut self.recorder {
            recorder.flush();
        }
        self.ahead_bytes = 0;
        let settled = self.pipeline.settled().await;
        if settled { Ok(()) } else { Err(BackFillError::Refused("the store does not keep up")) }
    }

    /// Between two gaps the footage was recorded; what was brought of it is not kept twice.
    fn leave_out(&mut self) {
        if let Some(recorder) = &mut self.recorder {
            recorder
                .lost(GapCause::Planned, "left out of an import: it was recorded, or nothing was brought");
        }
    }

    async fn end(mut self, left_out: u64) -> Result<BackFilled, BackFillError> {
        let (span, units) = self.done.ok_or(BackFillError::Refused(
            "nothing of it meets a gap of this camera that is not filled yet",
        ))?;
        self.leave_out();
        self.settle().await?;
        Ok(BackFilled { span, units, left_out })
    }
}
