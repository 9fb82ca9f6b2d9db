//! Once an hour the access log is gone through for what is out of the ordinary and for records whose term is over, once a minute the balance of bytes is looked at, and
//! every ten minutes what the register shows to be amiss is held against what it showed before. What is asked and found is the
//! law's; this only keeps the time.
//!
//! A sweep that fails is tried again at the next hour, or when somebody reads questions: it goes on where the last one ended.

use crate::app::App;
use crate::balance::Stray;
use crate::http::sweep_findings;
use model::Act;
use std::time::Duration;
use store::system_cx;

/// Between two looks at the balance.
const BALANCE_EVERY: Duration = Duration::from_secs(60);
const EVERY: Duration = Duration::from_secs(3_600);
/// Between two sweeps of findings while nobody reads them: so exactly their history says when something came or went.
const SWEEP_EVERY: Duration = Duration::from_secs(600);
/// Lots of records that are forgotten in an hour: two thousand each, more than are written in one by a hundred busy people.
const FORGET_LOTS_MAX: usize = 10;
/// The first minutes after a start belong to recording.
const FIRST: Duration = Duration::from_secs(120);

pub async fn run(app: App) {
    tokio::select! {
        () = by_the_hour(&app) => {}
        () = by_the_minute(&app) => {}
        () = by_ten_minutes(&app) => {}
        () = app.stop().cancelled() => {}
    }
}

async fn by_the_hour(app: &App) {
    tokio::time::sleep(FIRST).await;
    loop {
        forget(app).await;
        match app.registry().sweep_watching(app.now()).await {
            Ok(swept) if swept.asked > 0 => {
                tracing::info!(asked = swept.asked, "the access log raises questions")
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the access log was not gone through"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Lets keys of records go whose term is over, a few lots at a time: what is left waits for the next hour.
pub async fn forget(app: &App) {
    for _ in 0..FORGET_LOTS_MAX {
        match app.registry().forget_entries(app.now()).await {
            Ok(0) => return,
            Ok(count) => tracing::info!(count, "the term of records is over, and their keys are gone"),
            Err(error) => return tracing::error!(%error, "records whose term is over keep their keys"),
        }
    }
}

async fn by_ten_minutes(app: &App) {
    tokio::time::sleep(FIRST).await;
    loop {
        if let Err(error) = sweep_findings(app).await {
            tracing::error!(?error, "findings were not swept");
        }
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

async fn by_the_minute(app: &App) {
    loop {
        tokio::time::sleep(BALANCE_EVERY).await;
        tell_stray(app).await;
        end_holds(app).await;
    }
}

/// Lets go what was held for requests that came to nothing, once their time has passed.
pub async fn end_holds(app: &App) {
    match app.registry().end_retrieval_holds(app.now()).await {
        Ok(0) => {}
        Ok(count) => {
            tracing::info!(count, "holds of requests that came to nothing ended by rule");
            app.settle_outbox().await;
        }
        Err(error) => tracing::error!(%error, "holds whose time has passed were not ended"),
    }
}

/// An entry of what left without one, once for each growth.
pub async fn tell_stray(app: &App) {
    let Some(stray) = app.balance().untold() else { return };
    let Stray { bytes, sockets, unrecorded } = stray;
    let text = format!("balance=stray\nbytes={bytes}\nsockets={sockets}\nunrecorded={unrecorded}");
    tracing::error!(bytes, sockets, unrecorded, "pictures left that no entry accounts for");
    if let Err(error) = app.registry().note_system(&system_cx("balance", app.now()), Act::Check, &text).await
    {
        tracing::error!(%error, "and that could not be entered");
    }
}
