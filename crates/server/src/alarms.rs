//! Every few seconds: what the product notices of itself becomes an event, and alarms that waited too long are escalated.
//!
//! What is a change and what waits too long is `law::alarm`'s. Recording does not wait for this, and what fails is tried again at the
//! next look.

use crate::app::App;
use law::alarm::{
    LOST_US_MIN,
    own::{Change, Watched, changes},
};
use law::clocks::{CAMERA_MEASURED_US_MAX, CAMERA_OFF_MS_MAX};
use model::{Profile, WallTime};
use pipeline::{StateWord, StreamShared};
use std::time::Duration;
use store::{OwnEvent, system_cx};

/// Between two looks: shorter than anybody's term.
const EVERY: Duration = Duration::from_secs(5);

pub async fn run(app: App) {
    let mut before = Watched::default();
    while !app.stop().is_cancelled() {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = app.stop().cancelled() => return,
        }
        before = once(&app, before).await;
    }
}

/// One look. What could not be noted is as if it had not been seen.
pub async fn once(app: &App, before: Watched) -> Watched {
    let (now, after) = (app.now(), watched(app, &before));
    let mut noted = after.clone();
    for change in changes(&before, &after, now) {
        match app.registry().note_own_event(&system_cx("event", now), own(change, now)).await {
            // A camera under its test recording's id, or one that is gone, is none of the registry's.
            Ok(_) | Err(store::Error::NotFound(_)) => {}
            Err(error) => {
                tracing::error!(%error, kind = change.kind.as_str(), "an event of the system's own was not noted");
                noted = before.clone();
            }
        }
    }
    match app.registry().escalate_overdue_alarms(&system_cx("alarm", now)).await {
        Ok(_) | Err(store::Error::Conflict(_)) => {}
        Err(error) => tracing::error!(%error, "alarms that wait were not escalated"),
    }
    noted
}

fn own(change: Change, now: WallTime) -> OwnEvent {
    let what = match (change.camera, change.disk) {
        (Some(camera), _) => camera.to_string(),
        (None, Some(disk)) => format!("disk {disk}"),
        (None, None) => String::new(),
    };
    let words = change.disk.map_or_else(String::new, |_| what.clone());
    OwnEvent {
        kind: change.kind,
        camera: change.camera,
        key: format!("{} {what} {}", change.kind.as_str(), change.since.0),
        happened: change.since.min(now),
        words,
    }
}

fn watched(app: &App, before: &Watched) -> Watched {
    let (now, streams) = (app.now(), app.pipeline().streams());
    let mut found = Watched {
        disks_away: app.store().footage.media().away().into_iter().collect(),
        stopped: app.pipeline().stopped_streams().into_iter().map(|stream| stream.camera).collect(),
        ..Watched::default()
    };
    for stream in streams.iter().filter(|stream| stream.id.profile == Profile::Main && stream.is_recorded()) {
        let camera = stream.id.camera;
        found.cameras.insert(camera);
        if is_silent(stream) {
            let newest = stream.state().newest.unwrap_or(now);
            let since = before.silent.get(&camera).copied().unwrap_or(newest);
            found.silent.insert(camera, since);
            if now.since_us(since) >= LOST_US_MIN {
                found.lost.insert(camera, since);
            }
        }
        let off = |(offset_ms, at): (i64, WallTime)| {
            offset_ms.saturating_abs() > CAMERA_OFF_MS_MAX && now.since_us(at) <= CAMERA_MEASURED_US_MAX
        };
        if stream.camera_clock().is_some_and(off) {
            found.off.insert(camera);
        }
    }
    found
}

/// A stream that should be recorded brings nothing, and not by our own will.
fn is_silent(stream: &StreamShared) -> bool {
    use StateWord::{Connecting, Credentials, NoSignal, Stalled};
    matches!(stream.state().word, NoSignal | Stalled | Connecting | Credentials)
}
