//! The scrub: reads all footage in the background within the floor's period, so that damage is found while there is still time.
//! Not `check`, which a person runs, and which looks at records and logs too.
//!
//! Invariants: it reads under a system pass, one entry for each camera and day; it yields to recording; it repairs and deletes
//! nothing. Its place and its findings are in `footage.db`.

use crate::{
    app::App,
    cmd::check::{Depth, segments},
};
use model::{Act, CameraId, Kind, Rendering};
use std::{collections::HashMap, time::Duration};
use store::{Pass, Request, ScrubState, StoredSegment, system_cx};

/// The share of the floor's period in which a round is to be done: what pauses take must fit in the rest.
const PERIOD_SHARE: f64 = 0.8;
/// Slower is not worth a timer: a store of one camera of an hour.
const BYTES_PER_SECOND_MIN: f64 = 64.0 * 1024.0;
/// Segments looked up at once.
const STEP: u32 = 32;
/// Between two looks whether recording needs the machine, and between rounds.
const PAUSE: Duration = Duration::from_secs(10);
/// A sync that takes longer says that the disk is busy.
const SYNC_US_MAX: u64 = 200_000;
/// Sealed segments that wait for the database: more says that the machine is busy.
const WAITING_MAX: u64 = 64;
/// Recording's first minute after a start belongs to recording.
const FIRST: Duration = Duration::from_secs(60);
const DAY_S: f64 = 86_400.0;

pub async fn run(app: App) {
    tokio::select! {
        () = rounds(&app) => {}
        () = app.stop().cancelled() => {}
    }
}

async fn rounds(app: &App) {
    tokio::time::sleep(FIRST).await;
    loop {
        if let Err(error) = round(app, busy).await {
            tracing::error!("the scrub stopped and tries again: {error:#}");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Bytes a second so that all that is stored is read within the floor's period.
pub fn budget(stored_bytes: u64, floor_days: u16) -> f64 {
    let seconds = f64::from(floor_days.max(1)) * DAY_S * PERIOD_SHARE;
    (stored_bytes as f64 / seconds).max(BYTES_PER_SECOND_MIN)
}

/// From where the last one stopped to the newest segment. It pauses while `busy`.
pub async fn round(app: &App, busy: fn(&App) -> bool) -> anyhow::Result<()> {
    let mut state = app.store().footage.scrub_state(&system_cx("scrub", app.now())).await?;
    let mut passes = HashMap::new();
    loop {
        let cx = system_cx("scrub", app.now());
        let floor_days = app.registry().settings(&cx).await?.floor_days;
        let rate = budget(app.store().footage.stored_bytes().await?, floor_days);
        let step = app.store().footage.stored_segments(&cx, state.segment, STEP).await?;
        if step.is_empty() {
            // A store without footage has no rounds.
            if state.segment > 0 {
                app.store().footage.scrub_round_ended(&cx, state).await?;
            }
            return Ok(());
        }
        for segment in step {
            while busy(app) {
                tokio::time::sleep(PAUSE).await;
            }
            let begun = tokio::time::Instant::now();
            let bytes = segment.file_bytes.unwrap_or(0);
            state = one(app, &mut passes, state, segment).await?;
            tokio::time::sleep_until(begun + Duration::from_secs_f64(bytes as f64 / rate)).await;
        }
    }
}

/// Whether recording needs the disk or the machine now.
fn busy(app: &App) -> bool {
    let Ok(disk) = app.pipeline().disk() else { return true };
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: f64 = load.split_whitespace().next().and_then(|load| load.parse().ok()).unwrap_or(0.0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    disk.sync_last_us > SYNC_US_MAX || disk.waiting_commits > WAITING_MAX || load > cores as f64
}

/// Reads one segment and notes what came of it.
async fn one(
    app: &App,
    passes: &mut HashMap<CameraId, Pass>,
    state: ScrubState,
    segment: StoredSegment,
) -> anyhow::Result<ScrubState> {
    let cx = system_cx("scrub", app.now());
    if let Some(record) = &segment.record {
        let camera = record.stream.camera;
        if passes.get(&camera).is_none_or(|pass| pass.check(camera, cx.now).is_err()) {
            let request = Request::new(Act::SystemRead, vec![camera], Rendering::Original);
            match app.registry().admit(&cx, request).await {
                Ok(pass) => drop(passes.insert(camera, pass)),
                // Not in the registry any more: nobody can be told whose footage was read, so it is not.
                Err(error) if error.kind() == Kind::NotFound => {
                    return Ok(ScrubState { segment: segment.row, ..state });
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    if segment.away {
        // Its disk will be back, or a person says that it is lost: the next round reads it.
        return Ok(ScrubState { segment: segment.row, ..state });
    }
    let row = segment.row;
    let bytes = segment.file_bytes.unwrap_or(0);
    let (store, reading) = (app.store().clone(), cx.clone());
    let judge = move || segments::judge(&store, &reading, &segment, Depth::Whole);
    let finding = tokio::task::spawn_blocking(judge).await?;
    // Footage that expired while it was read is not missing.
    let still_there = app.store().footage.segment(&cx, row).await?.is_some();
    let finding = finding.filter(|_| still_there);
    if let Some((place, problem)) = &finding {
        tracing::error!(place, problem, "the scrub found footage that is not what its record says");
    }
    let state = ScrubState { segment: row, read_bytes: state.read_bytes.saturating_add(bytes), ..state };
    app.store().footage.scrubbed(&cx, state, row, finding).await?;
    Ok(state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_fits_in_the_floors_period() {
        let days = |stored: u64, floor: u16| stored as f64 / budget(stored, floor) / DAY_S;
        for floor in [15, 30, 90] {
            let month = 64 * 21_600_000_000 * u64::from(floor);
            assert!((days(month, floor) - f64::from(floor) * PERIOD_SHARE).abs() < 0.01, "{floor}");
            assert!(days(1_000, floor) < 1.0, "a small store is read soon");
        }
        assert!(budget(u64::MAX, 0).is_finite());
    }
}
