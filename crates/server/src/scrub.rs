//! The scrub: reads all footage in the background within the floor's period, so that damage is found while there is still time.
//! Not `check`, which a person runs, and which looks at records and logs too.
//!
//! Invariants: it reads under a system pass, one entry for each camera and day; it yields to recording as long as a round still
//! ends within the floor's period; it repairs and deletes nothing. Its place and its findings are in `footage.db`.

use crate::{app::App, cmd::check::segments};
use model::{Act, CameraId, Kind, Rendering};
use std::{collections::HashMap, time::Duration};
use store::{Pass, Request, ScrubState, StoredSegment, system_cx};

/// The share of the floor's period in which a round is to be done: what pauses take must fit in the rest.
const PERIOD_SHARE: f64 = 0.8;
/// The share in which it is done also on a machine that is always busy: behind an even pace towards this, nothing is waited for.
const DUE_SHARE: f64 = 0.95;
/// What is late is caught up within this share of the period at the earliest: some thirteen times the even pace, and no more. So a
/// server that was off for two fifths of the period and is busy ever after still ends within it.
const CATCH_UP_SHARE: f64 = 0.06;
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

/// What the next file waits for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Step {
    /// Recording needs the machine, and the round still has time.
    Wait,
    Read {
        bytes_per_second: f64,
    },
}

/// How far a round is, and how far it has to be.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub stored_bytes: u64,
    pub read_bytes: u64,
    pub floor_days: u16,
    /// Since the round began.
    pub elapsed_s: f64,
}

impl Pace {
    /// Recording comes first as long as the round can still end within the floor's period at an even pace; behind that, it is read
    /// whatever else the machine has to do, and faster, to catch up.
    pub fn step(self, busy: bool) -> Step {
        let even = budget(self.stored_bytes, self.floor_days);
        let period_s = f64::from(self.floor_days.max(1)) * DAY_S;
        let due = self.stored_bytes as f64 * self.elapsed_s.max(0.0) / (period_s * DUE_SHARE);
        if self.read_bytes as f64 >= due {
            return if busy { Step::Wait } else { Step::Read { bytes_per_second: even } };
        }
        let left_s = (period_s * DUE_SHARE - self.elapsed_s).max(period_s * CATCH_UP_SHARE);
        let left = self.stored_bytes.saturating_sub(self.read_bytes) as f64;
        Step::Read { bytes_per_second: even.max(left / left_s) }
    }
}

/// From where the last one stopped to the newest segment. It waits while `busy`, as long as it has time.
pub async fn round(app: &App, busy: fn(&App) -> bool) -> anyhow::Result<()> {
    let mut state = app.store().footage.scrub_state(&system_cx("scrub", app.now())).await?;
    let mut passes = HashMap::new();
    loop {
        let cx = system_cx("scrub", app.now());
        let floor_days = app.registry().settings(&cx).await?.floor_days;
        let stored_bytes = app.store().footage.stored_bytes().await?;
        let step = app.store().footage.stored_segments(&cx, state.segment, STEP).await?;
        if step.is_empty() {
            // A store without footage has no rounds.
            if state.segment > 0 {
                app.store().footage.scrub_round_ended(&cx, state).await?;
            }
            return Ok(());
        }
        let mut step = step.into_iter().peekable();
        while let Some(segment) = step.next() {
            let rate = loop {
                let elapsed_s = app.now().since_us(state.begun) as f64 / 1e6;
                let pace = Pace { stored_bytes, read_bytes: state.read_bytes, floor_days, elapsed_s };
                match pace.step(busy(app)) {
                    Step::Wait => tokio::time::sleep(PAUSE).await,
                    Step::Read { bytes_per_second } => break bytes_per_second,
                }
            };
            if let Some(next) = step.peek().and_then(|next| next.path.as_ref()) {
                app.store().footage.read_ahead(next);
            }
            let begun = tokio::time::Instant::now();
            let bytes = segment.file_bytes.unwrap_or(0);
            state = one(app, &mut passes, state, segment).await?;
            tokio::time::sleep_until(begun + Duration::from_secs_f64(bytes as f64 / rate)).await;
        }
    }
}

/// Whether recording needs the disk or the machine now.
pub(crate) fn busy(app: &App) -> bool {
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
    let judge = move || segments::judge(&store, &reading, &segment);
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

    /// A round in virtual time, file by file: days until it ended. `busy` says so of each moment (seconds since the beginning).
    fn days_of_a_round(floor_days: u16, off_s: f64, busy: impl Fn(f64) -> bool) -> f64 {
        const FILE_BYTES: u64 = 15_000_000;
        let stored_bytes = FILE_BYTES * 60_000;
        let (mut elapsed_s, mut read_bytes) = (0.0, 0);
        let mut is_off = off_s > 0.0;
        while read_bytes < stored_bytes {
            if is_off && read_bytes > stored_bytes / 4 {
                (elapsed_s, is_off) = (elapsed_s + off_s, false);
            }
            let pace = Pace { stored_bytes, read_bytes, floor_days, elapsed_s };
            match pace.step(busy(elapsed_s)) {
                Step::Wait => elapsed_s += PAUSE.as_secs_f64(),
                Step::Read { bytes_per_second } => {
                    elapsed_s += FILE_BYTES as f64 / bytes_per_second;
                    read_bytes += FILE_BYTES;
                }
            }
            assert!(elapsed_s < 400.0 * DAY_S, "it never ends");
        }
        elapsed_s / DAY_S
    }

    #[test]
    fn a_round_ends_within_the_floors_period_however_busy_the_machine_is() {
        for floor in [15, 30, 90] {
            let check = |what: &str, off_days: f64, from: f64, to: f64, busy: &dyn Fn(f64) -> bool| {
                let share = days_of_a_round(floor, off_days * DAY_S, busy) / f64::from(floor);
                assert!(share > from && share < to, "{what}, {floor} days: {share}");
            };
            check("never busy", 0.0, 0.79, 0.81, &|_| false);
            check("always busy", 0.0, 0.94, 0.96, &|_| true);
            check("busy by day", 0.0, 0.79, 0.96, &|at| at % DAY_S < DAY_S / 2.0);
            check("busy in its second half", 0.0, 0.79, 0.96, &|at| at > f64::from(floor) * DAY_S / 2.0);
            let off = f64::from(floor) * 0.4;
            check("off for two fifths of it, and busy", off, 0.79, 1.0, &|_| true);
            check("off for longer than it", 2.0 * f64::from(floor), 2.0, 2.6, &|_| true);
        }
    }
}
