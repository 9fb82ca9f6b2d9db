//! Which disk each stream's next segment goes to, and when space really ends: looks every few seconds whether what is free and what the rule will free is enough for the
//! streams that run, and stops those that `law::retention::stopped` names; when space returns, they go on.
//!
//! It deletes nothing. A stopped stream still shows live pictures; its open segment ends as usual, and from then on its
//! gap says `disk`. Each stop and each return has its entry; recording does not wait for it.

use crate::{clock, run::Pipeline, writer::DiskWriter};
use law::placement::{Place, Placed, place};
use law::retention::{RESUME_AHEAD_US, Recorded, Room, STOP_AHEAD_US, stopped};
use model::{Act, DiskId, Profile, StreamId, WallTime};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::Ordering::Relaxed,
    time::Duration,
};
use store::{DiskStorage, Rooms, Storage, bytes_per_day, growth_of, rate_of, registry::system_cx};
use tokio_util::sync::CancellationToken;

/// Time between two looks: room is judged for hours ahead.
const INTERVAL: Duration = Duration::from_secs(10);
/// What a stream of sound writes at most: G.711 and its boxes.
const SOUND_KBPS: u32 = 72;
/// How long an entry may take to be written; the streams do not wait for it.
const ENTRY_PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn run(pipeline: Pipeline, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(INTERVAL) => {}
        }
        if let Err(error) = look(&pipeline, clock::system_wall()).await {
            tracing::error!(%error, "whether the disk has room for all streams could not be judged");
        }
    }
}

/// One look; returns the streams that are stopped now.
pub(crate) async fn look(pipeline: &Pipeline, wall: WallTime) -> Result<BTreeSet<StreamId>, store::Error> {
    let before = pipeline.stopped_streams();
    let writers = pipeline.disks().all();
    if writers.iter().all(|(_, writer)| writer.stats.total_bytes.load(Relaxed) == 0) {
        return Ok(before); // not looked at yet
    }
    let (cx, store) = (system_cx("recorder", wall), pipeline.store());
    let rooms = pipeline.rooms();
    let storage = store.storage(&cx, &rooms, &pipeline.live_kbps()).await?;
    let ranks = pipeline.ranks();
    let recorded: Vec<Recorded> = pipeline
        .streams()
        .iter()
        .filter(|stream| stream.is_recorded())
        .map(|stream| {
            let (priority, enrolled) = match stream.id.profile {
                // Nothing demands sound: it stops before any picture does.
                Profile::Sound => (0, WallTime(0)),
                _ => ranks.get(&stream.id).copied().unwrap_or((2, WallTime(0))),
            };
            Recorded {
                stream: stream.id,
                priority,
                enrolled,
                bytes_per_day: match stream.id.profile {
                    Profile::Sound => bytes_per_day(SOUND_KBPS),
                    _ => rate_of(stream.id.camera, &storage),
                },
                stopped: before.contains(&stream.id),
            }
        })
        .collect();
    let placed = place(&places(&writers, &storage), &placeable(&recorded, &rooms, &storage));
    pipeline.disks().place(placed.clone());
    let free_bytes: u64 = rooms.room_bytes.values().sum();
    let per_day: u64 = recorded.iter().map(|stream| stream.bytes_per_day).sum();
    let (mut due_soon, mut due_later) = (BTreeMap::new(), BTreeMap::new());
    // With a day's room on each disk nobody stops, and whoever is stopped goes on: what is due need not be added up.
    if rooms.room_bytes.values().any(|free_bytes| *free_bytes < per_day) {
        let now = store.trusted_clock(wall).await?.time(wall);
        due_soon = store.due_bytes(&cx, now, now.wall().plus_us(STOP_AHEAD_US)).await?;
        due_later = store.due_bytes(&cx, now, now.wall().plus_us(RESUME_AHEAD_US)).await?;
    }
    let mut now = BTreeSet::new();
    for (disk, free_bytes) in &rooms.room_bytes {
        let on = |stream: &StreamId| placed.get(stream).or_else(|| rooms.placed.get(stream));
        let own: Vec<Recorded> =
            recorded.iter().filter(|one| on(&one.stream) == Some(disk)).copied().collect();
        let of = |due: &BTreeMap<DiskId, u64>| due.get(disk).copied().unwrap_or(0);
        let room =
            Room { free_bytes: *free_bytes, due_soon_bytes: of(&due_soon), due_later_bytes: of(&due_later) };
        now.extend(stopped(&room, &own));
    }
    pipeline.stop_streams(now.clone());
    for (streams, act) in
        [(now.difference(&before), Act::StopStream), (before.difference(&now), Act::ResumeStream)]
    {
        for stream in streams {
            note(pipeline, *stream, act, wall, free_bytes).await;
        }
    }
    Ok(now)
}

fn places(writers: &[(DiskId, DiskWriter)], storage: &Storage) -> Vec<Place> {
    let one = |disk: &DiskStorage| {
        let writer = writers.iter().find(|(id, _)| *id == disk.id).map(|(_, writer)| writer);
        // A full disk in balance takes what the rule frees; whether it lasts is the forecast's matter.
        let takes = writer.is_some_and(|writer| !writer.retired && !writer.handle.is_away());
        Place { id: disk.id, takes, disk: disk.disk.clone() }
    };
    storage.disks.iter().map(one).collect()
}

fn placeable(recorded: &[Recorded], rooms: &Rooms, storage: &Storage) -> Vec<Placed> {
    let one = |stream: &Recorded| {
        let own = storage.streams.iter().find(|own| own.camera.camera == stream.stream.camera);
        Placed {
            stream: stream.stream,
            priority: stream.priority,
            enrolled: stream.enrolled,
            growth: match (own, stream.stream.profile) {
                (None, _) => growth_of(0, 0, 0),
                (Some(own), Profile::Sound) => {
                    growth_of(SOUND_KBPS, own.growth.floor_days, own.growth.term_days)
                }
                (Some(own), _) => own.growth,
            },
            tied: own.and_then(|own| own.camera.disk),
            now: rooms.placed.get(&stream.stream).copied(),
        }
    };
    recorded.iter().map(one).collect()
}

async fn note(pipeline: &Pipeline, stream: StreamId, act: Act, wall: WallTime, free_bytes: u64) {
    match act {
        Act::StopStream => {
            tracing::error!(%stream, free_bytes, "the disk has no room for this stream: it is not recorded")
        }
        _ => tracing::warn!(%stream, free_bytes, "there is room again: the stream is recorded"),
    }
    let (cx, text) = (
        system_cx("recorder", wall),
        format!("profile={}\nfree_bytes={free_bytes}", stream.profile.as_str()),
    );
    let entry = pipeline.store().registry.note_stream(&cx, act, stream.camera, &text);
    match tokio::time::timeout(ENTRY_PATIENCE, entry).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::error!(%stream, %error, "the entry about it could not be written"),
        Err(_) => tracing::error!(%stream, "the entry about it takes too long; the registry is stuck"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, Fault, Faults, Feed, open, pipeline, records, synced, until};
    use crate::{Address, Plan, StreamPlan};
    use model::GapCause;
    use store::NewCamera;

    /// 216 GB a day, 18 GB in two hours.
    const PLANNED_KBPS: u32 = 20_000;

    #[tokio::test]
    async fn the_camera_of_less_priority_stops_and_comes_back_with_an_entry_each() {
        let dir = tempfile::tempdir().unwrap();
        let (store, faults) = (open(dir.path(), true).await, Faults::default());
        let desk = Desk::new(&store).await;
        let cx = system_cx("demo", clock::system_wall());
        let unit = store.registry.units(&cx).await.unwrap()[0].id;
        let new = NewCamera {
            unit,
            group: None,
            name: "后门".into(),
            place: String::new(),
            main_url: "rtsp://192.0.2.1/2".into(),
            sub_url: None,
            credentials: None,
            security_level: 1,
            floor_days: None,
            reach: store::Reach::default(),
        };
        let other = store.registry.create_camera(&cx, new).await.unwrap();
        let mut plan = Plan::default();
        for (camera, priority) in [(desk.camera, 1), (other, 3)] {
            store.registry.plan_camera(&cx, camera, Some(PLANNED_KBPS), priority, None).await.unwrap();
            let url = "rtsp://127.0.0.1:1/".parse().unwrap();
            let stream = StreamPlan { address: Address::plain(url), recorded: true, floor_days: 30 };
            plan = plan.with(camera, Profile::Main, stream);
            let id = StreamId { camera, profile: Profile::Main };
            plan.ranks.insert(id, (priority, clock::system_wall()));
        }
        let pipeline = pipeline(&store, &faults).await;
        pipeline.apply(plan).await.unwrap();
        let now = clock::system_wall();
        let entries = async || store.registry.entry_count().await.unwrap();
        let room = |scarce: bool| {
            let pipeline = pipeline.clone();
            async move {
                until("the writer has looked", async || (pipeline.room_bytes() < 30_000_000_000) == scarce)
                    .await;
            }
        };
        room(false).await;
        let before = entries().await;
        assert_eq!(look(&pipeline, now).await.unwrap().len(), 0);
        faults.arm(Fault::Scarce);
        room(true).await;
        let less = StreamId { camera: desk.camera, profile: Profile::Main };
        assert_eq!(look(&pipeline, now).await.unwrap(), BTreeSet::from([less]));
        assert_eq!(look(&pipeline, now).await.unwrap(), BTreeSet::from([less]), "once, not at each look");
        assert_eq!(entries().await, before + 1);
        faults.arm(Fault::None);
        room(false).await;
        assert_eq!(look(&pipeline, now).await.unwrap().len(), 0);
        assert_eq!(entries().await, before + 2);
        pipeline.stop().await;
    }

    #[tokio::test]
    async fn a_stopped_stream_ends_its_segment_and_its_gap_says_disk() {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path(), true).await;
        let pipeline = pipeline(&store, &Faults::default()).await;
        let id = crate::testing::stream(1);
        let began = clock::system_wall().plus_us(-300_000_000);
        let mut feed = Feed::new(pipeline.hand_fed(id, began).await.unwrap().unwrap(), began);
        feed.seconds(0..10);
        synced(&pipeline).await;
        pipeline.stop_streams(BTreeSet::from([id]));
        feed.seconds(10..100);
        synced(&pipeline).await;
        pipeline.stop_streams(BTreeSet::new());
        feed.seconds(100..110);
        feed.recorder.lost(GapCause::Planned, "the test ends");
        assert!(pipeline.settled().await);
        let records = records(&store, id).await;
        let causes: Vec<Option<GapCause>> = records.iter().map(|(_, cause)| *cause).collect();
        assert_eq!(causes[..3], [None, Some(GapCause::Disk), None], "{records:?}");
        assert_eq!(records[1].0.end, feed.at(100));
        pipeline.stop().await;
    }
}
