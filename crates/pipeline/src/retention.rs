//! Expiry by rule: looks every hour which footage has passed its term, and has the store delete it with entries before and after.
//!
//! What may go is decided by `law::retention::plan` alone; no person and no other code path deletes footage (invariant 6).

use crate::clock::ServerClock;
use law::retention::Policy;
use model::{CameraId, Cx, WallTime};
use std::{collections::HashMap, sync::Arc, time::Duration};
use store::{Store, registry::system_cx};
use tokio_util::sync::CancellationToken;

/// Time between two looks. Footage is kept up to this much longer than its term, never shorter.
const INTERVAL: Duration = Duration::from_secs(3_600);
/// Wait after the start, so that recovery and the first pictures come first.
const FIRST_DELAY: Duration = Duration::from_secs(60);

pub(crate) async fn run(
    store: Store,
    clock: Arc<ServerClock>,
    floor_days: u16,
    floors: impl Fn() -> HashMap<CameraId, u16>,
    stop: CancellationToken,
) {
    let mut wait = FIRST_DELAY;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
        wait = INTERVAL;
        let policy = Policy { floor_days, term_days: floor_days, camera_floor_days: floors() };
        match expire(&store, &policy, clock.wall()).await {
            Ok(0) => {}
            Ok(segments) => tracing::info!(segments, "footage past its term was deleted"),
            Err(error) => {
                tracing::error!(%error, "footage past its term could not be deleted; tried again in an hour")
            }
        }
    }
}

/// One round; returns how many segments went.
pub(crate) async fn expire(store: &Store, policy: &Policy, now: WallTime) -> Result<usize, store::Error> {
    let cx: Cx = system_cx("retention", now);
    let before = now.plus_us(-i64::from(policy.term_days) * law::retention::DAY_US);
    let mut candidates = Vec::new();
    for stream in store.footage.streams().await? {
        candidates.extend(store.footage.expiry_candidates(&cx, stream, before).await?);
    }
    let plan = law::retention::plan(policy, &[], &candidates, now);
    if plan.is_empty() {
        store.footage.resume_expiries(&cx).await?;
        return Ok(0);
    }
    store.footage.expire(&cx, plan).await
}
