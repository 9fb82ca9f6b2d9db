//! Expiry by rule: looks every hour which footage has passed its term, and has the store delete it with entries before and
//! after.
//!
//! What may go is decided by `law::retention::plan` alone, over facts that the store loads and by a time that the
//! monotonic clock vouches for; no person and no other code path deletes footage (invariant 6).

use crate::clock::ServerClock;
use law::retention::{DAY_US, LEAD_SHOWN_US};
use model::WallTime;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Expired, Store, registry::system_cx};
use tokio_util::sync::CancellationToken;

/// Time between two looks. Footage is kept up to this much longer than its term, never shorter.
const INTERVAL: Duration = Duration::from_secs(3_600);
/// Wait after the start, so that recovery and the first pictures come first.
const FIRST_DELAY: Duration = Duration::from_secs(60);

pub(crate) async fn run(store: Store, clock: Arc<ServerClock>, stop: CancellationToken) {
    let (mut wait, mut looked) = (FIRST_DELAY, Instant::now());
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
        wait = INTERVAL;
        match expire(&store, &clock, &mut looked).await {
            Ok(Expired { segments: 0, failed: 0, .. }) => {}
            Ok(Expired { segments, failed: 0, .. }) => {
                tracing::info!(segments, "footage past its term was deleted")
            }
            Ok(Expired { segments, failed, first_error }) => {
                let first = first_error.map(|error| error.to_string()).unwrap_or_default();
                tracing::error!(segments, failed, first, "some deletions failed; tried again in an hour")
            }
            Err(error) => {
                tracing::error!(%error, "footage past its term could not be deleted; tried again in an hour")
            }
        }
    }
}

/// One round. Also finishes what a crash left half done. `looked` is when trusted time was moved last; it moves only when
/// that was kept.
async fn expire(store: &Store, clock: &ServerClock, looked: &mut Instant) -> Result<Expired, store::Error> {
    let now = Instant::now();
    let expired = expire_at(store, now.saturating_duration_since(*looked), clock.system_wall(), || {
        *looked = now;
    });
    expired.await
}

/// The same at a stated time, `elapsed` after the last round; `kept` is called once trusted time has moved.
pub(crate) async fn expire_at(
    store: &Store,
    elapsed: Duration,
    wall: WallTime,
    kept: impl FnOnce(),
) -> Result<Expired, store::Error> {
    let trusted = store.advance_trust(elapsed, wall).await?;
    kept();
    let lead_us = trusted.lead_us(wall);
    if lead_us > LEAD_SHOWN_US {
        tracing::warn!(
            lead_days = lead_us / DAY_US,
            trusted = %trusted.reached(),
            "the wall clock is ahead of the time that has really passed: it leapt, or this machine was off. Footage \
             goes by trusted time until that has caught up. If the clock is right: `watchkeeper check --trust-clock`"
        );
    }
    let time = trusted.time(wall);
    let cx = system_cx("retention", time.wall());
    let plan = store.plan_expiry(&cx, time).await?;
    store.footage.expire(&cx, plan).await
}
