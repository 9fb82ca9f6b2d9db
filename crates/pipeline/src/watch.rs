//! Media disks that come and go while the system runs: each change is an entry, and a disk that is back is recovered and used.
//!
//! It decides nothing about footage and waits for nobody: recorders see for themselves that a disk takes nothing. A disk is
//! looked at by its identity file only, so an empty mount point is an absent disk.

use crate::{clock, recover, run::Pipeline};
use model::DiskId;
use std::{collections::BTreeSet, time::Duration};
use store::{OpenDisk, registry::system_cx};
use tokio_util::sync::CancellationToken;

/// Time between two looks: a disk that is mounted again is recorded to soon after.
const INTERVAL: Duration = Duration::from_secs(2);
/// How long an entry may take to be written.
const ENTRY_PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn run(pipeline: Pipeline, stop: CancellationToken) {
    let mut away = BTreeSet::new();
    loop {
        look(&pipeline, &mut away).await;
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// One look; `away` are the disks that were so at the last.
pub(crate) async fn look(pipeline: &Pipeline, away: &mut BTreeSet<DiskId>) {
    let media = pipeline.store().footage.media().clone();
    let looked = tokio::task::spawn_blocking(move || {
        let all = media.all().into_iter().map(|disk| (disk.away().map(|error| error.to_string()), disk));
        all.collect::<Vec<_>>()
    });
    let Ok(looked) = looked.await else { return };
    for (problem, disk) in looked {
        pipeline.disks().retire(disk.id, disk.retired);
        match problem {
            Some(problem) => {
                if away.insert(disk.id) {
                    tracing::error!(disk = %disk.id, problem, "a media disk is away; its footage is not taken for gone");
                    note(pipeline, disk.id, "away").await;
                }
            }
            None => welcome(pipeline, away, disk).await,
        }
    }
}

/// A disk that is there: recovered and used if it was away, or is new.
async fn welcome(pipeline: &Pipeline, away: &mut BTreeSet<DiskId>, disk: OpenDisk) {
    let (id, retired) = (disk.id, disk.retired);
    let is_used = pipeline.disks().all().iter().any(|(used, _)| *used == id);
    let was_away = away.contains(&id);
    if !was_away && (is_used || retired) {
        return;
    }
    match again(pipeline, disk).await {
        Ok(()) => {
            if away.remove(&id) {
                tracing::warn!(disk = %id, "a media disk is there again");
                note(pipeline, id, "there again").await;
            }
        }
        Err(error) => tracing::error!(disk = %id, %error, "a media disk is there, and cannot be used yet"),
    }
}

async fn again(pipeline: &Pipeline, disk: OpenDisk) -> Result<(), crate::StartError> {
    let (store, id) = (pipeline.store(), disk.id);
    let cx = system_cx("recovery", clock::system_wall());
    let disk = store.welcome_disk(&cx, id).await?;
    let unended: Vec<_> = pipeline.unended().extract_if(.., |(on, _)| *on == id).collect();
    for (_, path) in unended {
        store.footage.end_committed(&cx, &path).await?;
    }
    let floor_days = pipeline.floor_days();
    recover::of_disk(&store.footage, disk.clone(), |_| floor_days).await?;
    if disk.retired { Ok(()) } else { pipeline.attach(disk) }
}

async fn note(pipeline: &Pipeline, id: DiskId, text: &str) {
    let cx = system_cx("recorder", clock::system_wall());
    let entry = pipeline.store().registry.note_disk(&cx, id, text);
    match tokio::time::timeout(ENTRY_PATIENCE, entry).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(disk = %id, %error, "the entry about it could not be written"),
        Err(_) => tracing::error!(disk = %id, "the entry about it takes too long; the registry is stuck"),
    }
}
