//! From the registry's policy and the footage's rows to a plan of `law::retention`: the way every deletion takes.

use crate::Store;
use crate::error::Result;
use law::retention::{self, DAY_US, Deletion, Policy};
use model::{Cx, Profile, WallTime};

/// How far the clock may be ahead of the newest footage. Further, either nothing was recorded for days or the clock
/// leapt forward; then nothing is deleted until something has been recorded again.
pub const CLOCK_LEAD_US_MAX: i64 = 2 * DAY_US;

impl Store {
    /// What must go now. Empty when the clock cannot be trusted.
    pub async fn plan_expiry(&self, cx: &Cx) -> Result<Vec<Deletion>> {
        let newest = self.footage.newest_end().await?;
        if newest.is_none_or(|newest| cx.now.since_us(newest) > CLOCK_LEAD_US_MAX) {
            return Ok(Vec::new());
        }
        let policy = self.retention_policy(cx).await?;
        let mut candidates = Vec::new();
        for stream in self.footage.streams().await? {
            let camera = policy.camera_floor_days.get(&stream.camera).copied().unwrap_or(0);
            let days = i64::from(policy.term_days.max(policy.floor_days).max(camera));
            let before = cx.now.plus_us(-days.saturating_mul(DAY_US));
            candidates.extend(self.footage.expiry_candidates(cx, stream, before).await?);
        }
        // Holds come with their issue: their rows and sidecars will be read here.
        Ok(retention::plan(&policy, &[], &candidates, cx.now))
    }

    /// The floors and the term in force.
    pub async fn retention_policy(&self, cx: &Cx) -> Result<Policy> {
        let settings = self.registry.settings(cx).await?;
        Ok(Policy {
            floor_days: settings.floor_days,
            term_days: settings.term_days,
            camera_floor_days: self.registry.camera_floors(cx).await?,
        })
    }

    /// Days of footage kept: from the oldest segment of the camera that reaches back least, over cameras with footage.
    pub async fn days_kept(&self, now: WallTime) -> Result<Option<f64>> {
        let oldest = self.footage.oldest(Profile::Main).await?;
        let least = oldest.into_iter().map(|(_, start)| start).max();
        Ok(least.map(|start| now.since_us(start).max(0) as f64 / DAY_US as f64))
    }
}
