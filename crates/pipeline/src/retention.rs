//! Expiry by rule: looks every hour which footage has passed its term, and has the store delete it with entries before and after.
//!
//! What may go is decided by `law::retention::plan` alone, over facts that the store loads; no person and no other code path deletes footage (invariant 6).

use crate::clock::ServerClock;
use model::WallTime;
use std::{sync::Arc, time::Duration};
use store::{Store, registry::system_cx};
use tokio_util::sync::CancellationToken;

/// Time between two looks. Footage is kept up to this much longer than its term, never shorter.
const INTERVAL: Duration = Duration::from_secs(3_600);
/// Wait after the start, so that recovery and the first pictures come first.
const FIRST_DELAY: Duration = Duration::from_secs(60);

pub(crate) async fn run(store: Store, clock: Arc<ServerClock>, stop: CancellationToken) {
    let mut wait = FIRST_DELAY;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
        wait = INTERVAL;
        match expire(&store, clock.wall()).await {
            Ok(0) => {}
            Ok(segments) => tracing::info!(segments, "footage past its term was deleted"),
            Err(error) => {
                tracing::error!(%error, "footage past its term could not be deleted; tried again in an hour")
            }
        }
    }
}

/// One round; returns how many segments went. Also finishes what a crash left half done.
async fn expire(store: &Store, now: WallTime) -> Result<usize, store::Error> {
    let cx = system_cx("retention", now);
    let plan = store.plan_expiry(&cx).await?;
    store.footage.expire(&cx, plan).await
}
