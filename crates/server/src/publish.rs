//! Publishes both logs while the server runs. Nothing waits for it but an export, which needs its entry's minute.

use crate::app::App;
use std::time::Duration;
use store::LogName;

/// A checkpoint is at most this old while entries come. An export waits for one; auditors poll about as often.
const PUBLISH_INTERVAL: Duration = Duration::from_secs(5);

pub async fn run(app: App) {
    let mut tick = tokio::time::interval(PUBLISH_INTERVAL);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => both(&app).await,
            () = app.stop().cancelled() => break,
        }
    }
    // The last entries, so that a stopped server's logs are complete for whoever copies them.
    both(&app).await;
}

async fn both(app: &App) {
    for log in [LogName::Footage, LogName::Access] {
        if let Err(error) = app.store().publish(log, app.now()).await {
            tracing::error!(log = log.as_str(), %error, "the log was not published");
        }
    }
}
