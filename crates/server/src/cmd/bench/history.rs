//! Footage for benches that need hours of it: a clip's units, fed to the shipping recorder as fast as the disk takes them.
//!
//! Everything behind the camera is real (segments, hashes, journal, syncs, records, leaves); only the units' times are made up.

use anyhow::{Context, Result};
use model::{AccessUnit, GapCause, MediaTime, MonoTime, StreamId, WallTime};
use pipeline::{Pipeline, clip::Clip};

/// Bytes fed before waiting until they are durable: half of what may queue for the writer.
const AHEAD_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Time fed before waiting, 90 kHz: small clips fill the queue with their many fragments before its bytes are many.
const AHEAD_TICKS_MAX: i64 = 1_200 * MediaTime::TICKS_PER_SECOND;

/// Records `seconds` of the clip, looped, as if they had been captured from `start` on.
pub async fn record(
    pipeline: &Pipeline,
    stream: StreamId,
    clip: &Clip,
    start: WallTime,
    seconds: i64,
) -> Result<()> {
    let mut recorder = pipeline.hand_fed(stream, start).await?.context("the pipeline has been stopped")?;
    let params = clip.params().clone();
    let (mut ahead_bytes, mut settled_at) = (0, 0);
    let mut base = 0;
    'feeding: loop {
        for unit in clip.units() {
            let ticks = base + unit.dts.0;
            if ticks > seconds * MediaTime::TICKS_PER_SECOND {
                break 'feeding;
            }
            let since_us = ticks * 100 / 9;
            let unit = AccessUnit {
                dts: MediaTime(ticks),
                pts: MediaTime(base + unit.pts.0),
                wall: start.plus_us(since_us),
                received: MonoTime(since_us),
                key: unit.key,
                data: unit.data.clone(),
                params: params.clone(),
            };
            ahead_bytes += unit.data.len();
            recorder.unit(unit.received, unit);
        }
        base += clip.length_ticks();
        if ahead_bytes > AHEAD_BYTES_MAX || base - settled_at > AHEAD_TICKS_MAX {
            pipeline.settled().await;
            (ahead_bytes, settled_at) = (0, base);
        }
    }
    recorder.lost(GapCause::Planned, "end of the made-up history");
    drop(recorder);
    pipeline.settled().await;
    Ok(())
}
