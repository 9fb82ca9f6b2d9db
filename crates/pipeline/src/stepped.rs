//! The pipeline taken step by step, in the caller's time: the parts that record, without their thread, tasks and sleeps.
//!
//! For simulations only: what a step does is the shipping code, when it happens is the caller's. It opens no connection;
//! a [`Camera`] is handed its access units. Dropping a [`Stepped`] at any point is what a `kill -9` leaves.

use crate::{
    Config, Pipeline, StartError,
    clock::Clocks,
    commit::{CommitOp, Committer},
    ingest::GAP_PART_US,
    line::Line,
    recorder::{Entropy, Recorder},
    recover::Recovered,
    retention,
    run::{Outside, Parts},
    ticks,
    writer::{Files, Syncer, Writer},
};
use bytes::Bytes;
use model::{DiskId, GapCause, StreamId, VideoParams, WallTime};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use store::{Expired, LeafIndex, Store};
use tokio::sync::mpsc;

/// A pipeline that does nothing by itself.
pub struct Stepped {
    pipeline: Pipeline,
    writer: Writer,
    syncer: Syncer,
    committer: Committer<Box<dyn Fn(StreamId) -> u16 + Send + Sync>>,
    commits: mpsc::Receiver<(DiskId, CommitOp)>,
    /// To be tried again.
    held: Option<(DiskId, CommitOp)>,
}

impl Stepped {
    /// Recovers what an earlier run left.
    ///
    /// # Errors
    /// When the media folder or the database cannot be read.
    pub async fn start(
        store: Store,
        config: Config,
        clocks: Arc<dyn Clocks>,
        entropy: Entropy,
    ) -> Result<Self, StartError> {
        let files: Box<dyn Files> = Box::new(store.footage.media().first());
        let outside = Outside { files: vec![(DiskId::FIRST, files)], clocks: Some(clocks), entropy };
        let Parts { pipeline, mut writers, committer, commits } =
            Pipeline::assemble(store, config, outside).await?;
        let gone = StartError::Store(store::Error::NotFound("media disk"));
        let (writer, syncer) = writers
            .pop()
            .and_then(|(_, mut writer)| writer.take_syncer().map(|syncer| (writer, syncer)))
            .ok_or(gone)?;
        Ok(Self { pipeline, writer, syncer, committer, commits, held: None })
    }

    pub fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    pub fn recovered(&self) -> Recovered {
        self.pipeline.recovered()
    }

    /// A camera's recorder, as at a start of the process.
    ///
    /// # Errors
    /// When the stream's history cannot be read.
    pub async fn camera(&self, id: StreamId) -> Result<Option<Camera>, StartError> {
        let from = self.pipeline.clock().wall();
        let recorder = self.pipeline.hand_fed(id, from).await?;
        Ok(recorder.map(|recorder| Camera { recorder, line: None, pipeline: self.pipeline.clone() }))
    }

    /// One turn of the writer: takes what waits; true when it has asked for a sync.
    pub fn write(&mut self, now: Instant) -> bool {
        let before = self.writer.sync_count();
        self.writer.turn(now);
        self.writer.sync_count() > before
    }

    /// The sync that was asked for ends; the writer sees it at its next turn.
    pub fn sync(&self) {
        self.syncer.step();
    }

    /// Commits one of what the writer handed over; false when nothing waits, or it must be tried again later.
    pub async fn commit(&mut self) -> bool {
        let Some((disk, op)) = self.held.take().or_else(|| self.commits.try_recv().ok()) else {
            return false;
        };
        self.held = self.committer.op(disk, op).await.map(|again| (disk, again));
        self.held.is_none()
    }

    /// Says in the footage log how the recorder stands.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn note(&self, number: u32, last: bool) -> Result<LeafIndex, store::Error> {
        ticks::tick(&self.pipeline, number, last).await
    }

    /// One round of retention, so long after the last.
    ///
    /// # Errors
    /// When nothing could be tried: the media folder is not ours, or the database cannot be read.
    pub async fn expire(&self, elapsed: Duration, wall: WallTime) -> Result<Expired, store::Error> {
        retention::expire_at(self.pipeline.store(), elapsed, wall, || {}).await
    }

    /// An orderly end: what the recorders handed over is synced and committed. The cameras must be gone.
    pub async fn stop(self, now: Instant) {
        let mut stepped = self;
        stepped.pipeline.release_writers();
        stepped.writer.turn(now);
        let syncer = &stepped.syncer;
        stepped.writer.last_sync(|| {
            syncer.step();
        });
        loop {
            stepped.writer.hand_over();
            if !stepped.commit().await {
                break;
            }
        }
        let Self { writer, committer, commits, .. } = stepped;
        drop((committer, commits));
        writer.close();
    }
}

/// One camera's stream, handed to its recorder as the ingest does it.
pub struct Camera {
    recorder: Recorder,
    line: Option<Line>,
    pipeline: Pipeline,
}

impl Camera {
    /// A session begins.
    pub fn connect(&mut self, params: VideoParams) {
        let mut line = Line::new(self.pipeline.clock().mono());
        line.timeline.set_params(&params);
        line.params = Some(Arc::new(params));
        self.line = Some(line);
    }

    pub fn is_connected(&self) -> bool {
        self.line.is_some()
    }

    /// An access unit has come; true when it is recorded.
    pub fn frame(&mut self, rtp_ticks: i64, data: Bytes) -> bool {
        let Some(line) = &mut self.line else { return false };
        let Some(codec) = line.params.as_ref().map(|params| params.codec) else { return false };
        let now = self.pipeline.clock().now();
        line.heard = now.0;
        let key = media::nal::is_key(codec, &data);
        let Some((unit, jump)) = line.unit(rtp_ticks, now, key, || data) else { return false };
        if let Some(jump) = jump {
            self.recorder.discontinue(jump);
        }
        self.recorder.unit(unit.received, unit)
    }

    /// What the ingest does between frames: it flushes, and it notices silence.
    pub fn tick(&mut self) {
        let (now, wall) = self.pipeline.clock().now();
        if let Some(line) = &mut self.line {
            let is_end = line.silence(now, Some(&mut self.recorder)).is_end;
            if line.flush_due(now) {
                self.recorder.flush();
            }
            if is_end {
                self.disconnect(GapCause::Camera, "stalled: connected, but no picture arrives");
            }
        }
        self.recorder.cut_long_gap(wall, GAP_PART_US);
    }

    /// The session ends.
    pub fn disconnect(&mut self, cause: GapCause, detail: &str) {
        self.line = None;
        self.recorder.lost(cause, detail);
    }

    /// Somebody wants to read what is open.
    pub fn seal_for_export(&mut self) {
        self.recorder.seal_for_export();
    }

    /// Where its history ends, with what is on its way.
    pub fn history_end(&self) -> Option<WallTime> {
        self.recorder.history_end()
    }
}
