//! From the registry's cameras to what the data plane should run: on start, after each change, and now and then.
//!
//! The running state is never read here: `Pipeline::apply` compares. Recording does not wait for this (invariant 4):
//! when the registry cannot be read, what runs goes on running.

use crate::app::App;
use law::life_cycle::Recording;
use model::{Profile, StreamId};
use pipeline::{Address, Plan, StreamPlan};
use std::time::Duration;
use store::{CameraSource, system_cx};
use url::Url;

/// Also without a ring, so that a lost one does not last.
const RECONCILE_INTERVAL: Duration = Duration::from_secs(60);
/// After a failure.
const RETRY_INTERVAL: Duration = Duration::from_secs(5);

pub async fn run(app: App) {
    while !app.stop().is_cancelled() {
        let wait = match once(&app).await {
            Ok(()) => RECONCILE_INTERVAL,
            Err(error) => {
                tracing::error!(%error, "cameras could not be reconciled");
                RETRY_INTERVAL
            }
        };
        tokio::select! {
            () = app.registry_changed() => {}
            () = tokio::time::sleep(wait) => {}
            () = app.stop().cancelled() => {}
        }
    }
}

/// Makes the data plane run what the registry says now.
pub async fn once(app: &App) -> anyhow::Result<()> {
    app.registry().note_ended_takeovers(&system_cx("takeover", app.now())).await?;
    app.registry().note_floors_since(&system_cx("retention", app.now())).await?;
    let sources = app.registry().camera_sources(&system_cx("reconciler", app.now())).await?;
    let mut plan = plan(&sources);
    for camera in app.registry().camera_storage(&system_cx("reconciler", app.now())).await? {
        let stream = StreamId { camera: camera.camera, profile: Profile::Main };
        plan.ranks.insert(stream, (camera.priority, camera.enrolled));
    }
    app.pipeline().apply(plan).await?;
    Ok(())
}

/// The desired state of these cameras. The main stream is recorded, and sound where it is switched on; the sub stream is for
/// small tiles only.
fn plan(sources: &[CameraSource]) -> Plan {
    let mut plan = Plan::default();
    for source in sources {
        if source.recording == Recording::No {
            if let Some(article) = &source.forbidden_by {
                // What was recorded for aiming stands still for the same reason.
                for id in std::iter::once(source.id).chain(source.test_id) {
                    plan.private.insert(id, article.to_string());
                }
            }
            continue;
        }
        // Before acceptance the picture can be aimed by, and recordings are kept apart, without a promise.
        let test_id = source.test_id.filter(|_| source.recording == Recording::Test);
        let credentials =
            source.credentials.as_ref().map(|sealed| (sealed.username.clone(), sealed.password.clone()));
        // Sound is not asked for, unless it is switched on with its basis and the camera is in use.
        let sound = (source.sound && source.recording == Recording::Use).then_some(&source.main_url);
        let streams = [
            (Profile::Main, Some(&source.main_url)),
            (Profile::Sub, source.sub_url.as_ref()),
            (Profile::Sound, sound),
        ];
        for (profile, url) in streams {
            let Some(url) = url else { continue };
            match Url::parse(url) {
                Ok(url) => {
                    let recorded = profile != Profile::Sub && source.recording == Recording::Use;
                    let address = Address {
                        url,
                        credentials: credentials.clone(),
                        transport: source.reach.transport,
                        certificate: source.reach.certificate,
                    };
                    if let (Some(test_id), Profile::Main) = (test_id, profile) {
                        let test = StreamPlan { address: address.clone(), recorded: true, floor_days: 0 };
                        plan = plan.with(test_id, profile, test);
                    }
                    let stream = StreamPlan { address, recorded, floor_days: source.floor_days };
                    plan = plan.with(source.id, profile, stream);
                }
                // The address itself is basic data and stays out of logs.
                Err(error) => {
                    tracing::error!(camera = %source.id, %error, "the camera's address cannot be used")
                }
            }
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::CameraId;
    use uuid::Uuid;

    #[test]
    fn cameras_run_and_their_main_stream_is_recorded() {
        let source = |n: u128, sub: Option<&str>, sound| CameraSource {
            id: CameraId(Uuid::from_u128(n)),
            name: String::new(),
            main_url: "rtsp://camera/main".to_owned(),
            sub_url: sub.map(str::to_owned),
            credentials: None,
            reach: store::Reach::default(),
            recording: Recording::Use,
            forbidden_by: None,
            test_id: None,
            floor_days: 30,
            sound,
        };
        let plan = plan(&[source(1, Some("rtsp://camera/sub"), false), source(3, Some("?"), true)]);
        let streams: Vec<(u128, Profile, bool)> = plan
            .streams
            .iter()
            .map(|(StreamId { camera, profile }, stream)| (camera.0.as_u128(), *profile, stream.recorded))
            .collect();
        assert_eq!(
            streams,
            [
                (1, Profile::Main, true),
                (1, Profile::Sub, false),
                (3, Profile::Main, true),
                (3, Profile::Sound, true),
            ]
        );
    }

    /// datong-2008:14, guangzhou-2007:8: aimed by its own id, recorded under another, without a floor.
    #[test]
    fn before_acceptance_recordings_are_kept_apart() {
        let (camera, test_id) = (CameraId(Uuid::from_u128(1)), CameraId(Uuid::from_u128(2)));
        let source = |recording| CameraSource {
            id: camera,
            name: String::new(),
            main_url: "rtsp://camera/main".to_owned(),
            sub_url: None,
            credentials: None,
            reach: store::Reach::default(),
            recording,
            forbidden_by: (recording == Recording::No)
                .then(|| law::packs::ArticleId::new("guangzhou-2007", "6")),
            test_id: Some(test_id),
            floor_days: 30,
            sound: true,
        };
        let check = |recording, expected: &[(CameraId, Profile, bool, u16)]| {
            let plan = plan(&[source(recording)]);
            let streams: Vec<_> = plan
                .streams
                .iter()
                .map(|(stream, plan)| (stream.camera, stream.profile, plan.recorded, plan.floor_days))
                .collect();
            assert_eq!(streams, expected, "{recording:?}");
        };
        let (main, sound) = (Profile::Main, Profile::Sound);
        check(Recording::Use, &[(camera, main, true, 30), (camera, sound, true, 30)]);
        check(Recording::Test, &[(camera, main, false, 30), (test_id, main, true, 0)]);
        check(Recording::No, &[]);
        let private = plan(&[source(Recording::No)]).private;
        let both = [camera, test_id].map(|id| (id, "guangzhou-2007:6".to_owned()));
        assert_eq!(private.into_iter().collect::<Vec<_>>(), both);
    }
}
