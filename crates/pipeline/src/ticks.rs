//! Every ten seconds, also when nothing is recorded, the recorder says in the footage log that it runs and how it stands.
//!
//! A tick is not a picture's time and nothing waits for it: when the database takes none, the recording goes on and the
//! missing tick says so. Each run ends with a last one, so that an orderly stop is bounded to the moment.

use crate::{clock::ServerClock, run::Pipeline, state::StateWord, stream::StreamShared};
use ledger::tick::{JournalHead, TICK_US};
use model::StreamId;
use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use store::{LeafIndex, NewTick};
use tokio::{sync::Notify, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

const INTERVAL: Duration = Duration::from_micros(TICK_US as u64);

/// Ticks until `stop`, from the first plan on: before it no stream is on duty. At most one interval passes without one.
pub(crate) async fn run(pipeline: Pipeline, planned: Arc<Notify>, stop: CancellationToken) {
    tokio::select! {
        () = planned.notified() => {}
        () = tokio::time::sleep(INTERVAL) => {}
        () = stop.cancelled() => {}
    }
    let mut beat = tokio::time::interval(INTERVAL);
    beat.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut number = 0;
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = beat.tick() => {}
        }
        note(&pipeline, number, false).await;
        number = number.saturating_add(1);
    }
    note(&pipeline, number, true).await;
}

async fn note(pipeline: &Pipeline, number: u32, last: bool) {
    if let Err(error) = tick(pipeline, number, last).await {
        tracing::warn!(%error, number, "a tick could not be written: its absence will be seen");
    }
}

/// Appends one tick of how things stand now.
pub(crate) async fn tick(pipeline: &Pipeline, number: u32, last: bool) -> Result<LeafIndex, store::Error> {
    let (written_bytes, journal) = pipeline.written();
    let new = taken(&pipeline.streams(), pipeline.clock(), written_bytes, journal, number, last);
    let served_bytes = pipeline.served().load(Relaxed);
    pipeline.store().footage.commit_tick(NewTick { served_bytes, ..new }).await
}

fn taken(
    streams: &[Arc<StreamShared>],
    clock: &ServerClock,
    written_bytes: u64,
    journal: JournalHead,
    number: u32,
    last: bool,
) -> NewTick {
    let duty: Vec<&Arc<StreamShared>> = streams.iter().filter(|stream| stream.is_recorded()).collect();
    let recording = duty.iter().filter(|stream| stream.state().word == StateWord::Recording).count();
    let (mono, wall) = clock.now();
    NewTick {
        number,
        last,
        wall,
        system_wall: clock.system_wall(),
        mono,
        streams: duty.iter().map(|stream| stream.id).collect::<Vec<StreamId>>(),
        recording: u16::try_from(recording).unwrap_or(u16::MAX),
        written_bytes,
        served_bytes: 0,
        journal,
    }
}
