//! Publishes both logs while the server runs, and deletes packages that can no longer be collected. Nothing waits for it but an
//! export, which needs its entry's minute.

use crate::app::App;
use std::time::Duration;
use store::{LogName, system_cx};

/// A checkpoint is at most this old while entries come. An export waits for one; auditors poll about as often.
const PUBLISH_INTERVAL: Duration = Duration::from_secs(5);

/// How often old packages are looked for: they are kept for days.
const PACKAGES_INTERVAL: Duration = Duration::from_secs(3_600);

pub async fn run(app: App) {
    let mut packages = tokio::time::interval(PACKAGES_INTERVAL);
    packages.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut tick = tokio::time::interval(PUBLISH_INTERVAL);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {
                app.settle_outbox().await;
                both(&app).await;
            }
            _ = packages.tick() => old_packages(&app).await,
            () = app.stop().cancelled() => break,
        }
    }
    // The last entries, so that a stopped server's logs are complete for whoever copies them.
    both(&app).await;
}

async fn old_packages(app: &App) {
    match app.registry().expire_packages(&system_cx("packages", app.now())).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "packages that can no longer be collected were deleted"),
        Err(error) => tracing::error!(%error, "old packages were not deleted"),
    }
}

async fn both(app: &App) {
    for log in [LogName::Footage, LogName::Access] {
        if let Err(error) = app.store().publish(log, app.now()).await {
            tracing::error!(log = log.as_str(), %error, "the log was not published");
        }
    }
    app.witnesses().ring();
}
