//! The server reads its own logs in the background against what was signed, as `check` does when a person runs it: so that an alteration of
//! entries is found by itself, like damage of footage by the scrub.
//!
//! It repairs nothing. Invariants: it yields to recording, five minutes at most for each step; what it finds is on disk before it is told; a restart goes on where it was.

use crate::{app::App, scrub};
use std::time::Duration;
use store::{LogName, LogWatch};

/// Between two steps of some ten milliseconds: a few hundredths of one core, and 4,096 leaves a second.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two rounds: an hour, so that a small store is not read without end.
const REST: Duration = Duration::from_secs(3_600);
/// While recording needs the machine.
const BUSY: Duration = Duration::from_secs(10);
/// After so long a step is made all the same, so that a machine that is always busy is read too.
const BUSY_STEPS_MAX: u32 = 30;
/// A start's first minutes belong to recording.
const FIRST: Duration = Duration::from_secs(120);
/// A round of a test ends: so many steps are more than any store of theirs has.
const STEPS_MAX: u32 = 10_000;

pub async fn run(app: App) {
    tokio::select! {
        () = rounds(&app) => {}
        () = app.stop().cancelled() => {}
    }
}

async fn rounds(app: &App) {
    tokio::time::sleep(FIRST).await;
    loop {
        for log in [LogName::Access, LogName::Footage] {
            if let Err(error) = round(app, log).await {
                tracing::error!(log = log.as_str(), %error, "the log was not read to its end; tried again with the next round");
            }
        }
        tokio::time::sleep(REST).await;
    }
}

async fn round(app: &App, log: LogName) -> store::Result<()> {
    let mut watch = app.store().log_watch(log, app.now()).await?;
    loop {
        let mut waited = 0;
        while waited < BUSY_STEPS_MAX && scrub::busy(app) {
            tokio::time::sleep(BUSY).await;
            waited += 1;
        }
        if step(app, &mut watch).await? {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// One step; `true`: the round is over. What was found is told within the run of reminders that it rings.
async fn step(app: &App, watch: &mut LogWatch) -> store::Result<bool> {
    let (at_end, found) = app.store().watch_log(watch, app.now()).await?;
    if found > 0 {
        tracing::error!(
            log = watch.log.as_str(),
            found,
            "entries of a log are not what was signed; run `watchkeeper check`, and compare with the mirror"
        );
        app.ring_reminders();
    }
    Ok(at_end)
}

/// A whole round of both logs without pauses, from where the last one stopped.
pub async fn once(app: &App) -> store::Result<()> {
    for log in [LogName::Access, LogName::Footage] {
        let mut watch = app.store().log_watch(log, app.now()).await?;
        for _ in 0..STEPS_MAX {
            if step(app, &mut watch).await? {
                break;
            }
        }
    }
    Ok(())
}
