//! Footage for benches that need hours of it: a clip's units, fed to the shipping recorder as fast as the disk takes them.
//!
//! Everything behind the camera is real (segments, hashes, journal, syncs, records, leaves); only the units' times are made up.

use anyhow::{Context, Result};
use model::{AccessUnit, GapCause, MediaTime, MonoTime, StreamId, WallTime};
use pipeline::{Pipeline, Recorder, clip::Clip};

/// Bytes fed before waiting until they are durable: half of what may queue for the writer.
const AHEAD_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Time fed before waiting, 90 kHz: small clips fill the queue with their many fragments before its bytes are many.
const AHEAD_TICKS_MAX: i64 = 1_200 * MediaTime::TICKS_PER_SECOND;

/// Records `seconds` of the clip, looped, as if they had been captured from `start` on, and waits until they are durable.
pub async fn record(
    pipeline: &Pipeline,
    stream: StreamId,
    clip: &Clip,
    start: WallTime,
    seconds: i64,
) -> Result<()> {
    let mut history = History::begin(pipeline, stream, start).await?;
    let (mut ahead_bytes, mut settled_at) = (0, 0);
    while history.ticks < seconds * MediaTime::TICKS_PER_SECOND {
        ahead_bytes += history.loop_once(clip, seconds);
        if ahead_bytes > AHEAD_BYTES_MAX || history.ticks - settled_at > AHEAD_TICKS_MAX {
            pipeline.settled().await;
            (ahead_bytes, settled_at) = (0, history.ticks);
        }
    }
    history.end();
    pipeline.settled().await;
    Ok(())
}

/// One stream whose history is being made. Whoever feeds it waits for [`Pipeline::settled`] before too much is queued.
pub struct History {
    recorder: Recorder,
    start: WallTime,
    /// How far it is, 90 kHz.
    ticks: i64,
}

impl History {
    pub async fn begin(pipeline: &Pipeline, stream: StreamId, start: WallTime) -> Result<Self> {
        let recorder = pipeline.hand_fed(stream, start).await?.context("the pipeline has been stopped")?;
        Ok(Self { recorder, start, ticks: 0 })
    }

    /// Feeds the clip once more, but nothing beyond `seconds` of the whole; returns the bytes that were fed.
    pub fn loop_once(&mut self, clip: &Clip, seconds: i64) -> usize {
        let (params, mut bytes) = (clip.params().clone(), 0);
        for unit in clip.units() {
            let ticks = self.ticks + unit.dts.0;
            if ticks > seconds * MediaTime::TICKS_PER_SECOND {
                break;
            }
            let since_us = ticks * 100 / 9;
            let fed = AccessUnit {
                dts: MediaTime(ticks),
                pts: MediaTime(self.ticks + unit.pts.0),
                wall: self.start.plus_us(since_us),
                received: MonoTime(since_us),
                key: unit.key,
                data: unit.data.clone(),
                params: params.clone(),
            };
            bytes += unit.data.len();
            self.recorder.unit(fed.received, fed);
        }
        self.ticks += clip.length_ticks();
        bytes
    }

    pub fn end(mut self) {
        self.recorder.lost(GapCause::Planned, "end of the made-up history");
    }
}
