//! From the registry's policy and the footage's rows to a plan of `law::retention`: the way every deletion takes. And the
//! trusted clock that it judges by, kept in `footage.db` from one run to the next.

use crate::Store;
use crate::error::{Doing, Error, Result};
use crate::footage::system_only;
use law::retention::{self, DAY_US, Deletion, Policy, TrustedClock, TrustedTime};
use model::{CameraId, Cx, Profile, Span, StreamId, WallTime};
use sqlx::SqliteConnection;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// Footage of one stream that should have gone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overkept {
    pub stream: StreamId,
    /// At most what one plan looks at.
    pub segments: u64,
    pub oldest: WallTime,
    pub term_days: u16,
}

/// Footage of one stream that began within two instants, and the term that it is under.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Era {
    pub stream: StreamId,
    pub from: WallTime,
    /// Not itself within it.
    pub until: WallTime,
    pub days: u16,
}

impl Era {
    pub fn term_us(&self) -> i64 {
        i64::from(self.days).saturating_mul(DAY_US)
    }
}

impl Store {
    /// What must go, judged by a time that [`Store::advance_trust`] vouches for.
    pub async fn plan_expiry(&self, cx: &Cx, now: TrustedTime) -> Result<Vec<Deletion>> {
        let (policy, holds) = (self.retention_policy(cx).await?, self.holds_in_force().await?);
        let mut candidates = Vec::new();
        for era in self.eras(&policy).await? {
            let before = now.wall().plus_us(-era.term_us());
            candidates.extend(self.footage.expiry_candidates(&era, before, now, &holds).await?);
        }
        // Once more, so that a hold placed meanwhile is among them; `begin_expiry` and `unlink_expiry` look again.
        let holds = self.holds_in_force().await?;
        Ok(retention::plan(&policy, &holds, &candidates, now))
    }

    /// Footage past its term that is still there although nothing holds it, by stream: over-keeping is a breach too.
    pub async fn overkept(&self, cx: &Cx) -> Result<Vec<Overkept>> {
        let (policy, holds) = (self.retention_policy(cx).await?, self.holds_in_force().await?);
        // Judged by the wall clock: what a clock that leapt keeps is seen, and nothing is deleted by it.
        let time = TrustedClock::resume(cx.now).time(cx.now);
        let mut found = Vec::new();
        for era in self.eras(&policy).await? {
            let before = cx.now.plus_us(-era.term_us());
            let segments = self.footage.expiry_candidates(&era, before, time, &holds).await?;
            let mut kept = retention::overkept(&policy, &holds, &segments, cx.now).peekable();
            if let Some(first) = kept.peek() {
                let (oldest, term_days) = (first.span.start, policy.term_days(first));
                let (stream, segments) = (era.stream, kept.count() as u64);
                found.push(Overkept { stream, segments, oldest, term_days });
            }
        }
        Ok(found)
    }

    /// Parts of a stream's footage that lie in files which a hold keeps, past their term and outside every hold: they are neither shown
    /// nor copied. Judged by trusted time, so that a clock that leapt hides nothing.
    pub async fn beyond_term(&self, cx: &Cx, stream: StreamId, span: Span) -> Result<Vec<Span>> {
        let decided = self.registry.held_spans().await?;
        if !decided.iter().any(|(cameras, _)| cameras.contains(&stream.camera)) {
            return Ok(Vec::new());
        }
        let policy = self.retention_policy(cx).await?;
        let now = self.trusted_clock(cx.now).await?.time(cx.now);
        let term_us = i64::from(policy.term_of(stream.camera)).saturating_mul(DAY_US);
        let segments = self.footage.facts_ended(stream, span, now.wall().plus_us(-term_us)).await?;
        if segments.is_empty() {
            return Ok(Vec::new());
        }
        let holds = self.holds_in_force().await?;
        Ok(segments.iter().flat_map(|segment| retention::beyond(&policy, &holds, segment, now)).collect())
    }

    /// Moves the trusted clock on by the real time since its last move in this process, and keeps it. `elapsed` is of a
    /// clock that nobody can set; a process's first move counts from its own start.
    pub async fn advance_trust(&self, elapsed: Duration, wall: WallTime) -> Result<TrustedClock> {
        let elapsed_us = i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX);
        self.change_trust(wall, move |clock, newest| clock.advance(elapsed_us, wall).settle(wall, newest))
            .await
    }

    /// Believes the wall clock of `cx`, because a person looked at it. The entry about that is the caller's, and first.
    pub async fn confirm_clock(&self, cx: &Cx) -> Result<TrustedClock> {
        system_only(cx)?;
        let wall = cx.now;
        self.change_trust(wall, move |clock, _| clock.confirm(wall)).await
    }

    /// The trusted clock as it was kept last.
    pub async fn trusted_clock(&self, wall: WallTime) -> Result<TrustedClock> {
        let mut connection =
            self.footage.0.database.read.acquire().await.doing("reading the trusted clock")?;
        let clock = read(&mut connection, wall).await?;
        self.registry.believe(clock.reached());
        Ok(clock)
    }

    async fn change_trust(
        &self,
        wall: WallTime,
        change: impl FnOnce(TrustedClock, Option<WallTime>) -> TrustedClock + Send + 'static,
    ) -> Result<TrustedClock> {
        self.footage
            .0
            .database
            .write
            .run(move |connection| {
                Box::pin(async move {
                    let clock = change(read(connection, wall).await?, newest(connection).await?);
                    keep(connection, clock).await?;
                    Ok(clock)
                })
            })
            .await
            .inspect(|clock| self.registry.believe(clock.reached()))
    }

    /// The floors and the term in force.
    pub async fn retention_policy(&self, cx: &Cx) -> Result<Policy> {
        let settings = self.registry.settings(cx).await?;
        let (camera_floor_days, camera_term_days) = self.registry.camera_terms(cx).await?;
        let floors = self.registry.floors(cx).await?;
        Ok(Policy {
            floor_days: settings.floor_days,
            term_days: settings.term_days,
            camera_floor_days,
            camera_term_days,
            law_floors: floors.law,
            promises: floors.promises,
            tests: self.tests(cx.now).await?,
        })
    }

    /// The floors of new footage of some cameras, with their articles: as [`Self::retention_policy`] has them, and without what was
    /// promised.
    pub async fn floors_of(&self, cx: &Cx, cameras: &[CameraId]) -> Result<Policy> {
        let settings = self.registry.settings(cx).await?;
        let (camera_floor_days, camera_term_days) = self.registry.camera_terms(cx).await?;
        Ok(Policy {
            floor_days: settings.floor_days,
            term_days: settings.term_days,
            camera_floor_days,
            camera_term_days,
            law_floors: self.registry.law_floors_of(cx, cameras).await?,
            promises: HashMap::new(),
            tests: HashSet::new(),
        })
    }

    /// Streams with the eras of their terms: each segment lies in one, so that an older one never hides what a newer one frees.
    pub(crate) async fn eras(&self, policy: &Policy) -> Result<Vec<Era>> {
        let streams = self.footage.streams().await?.into_iter();
        let eras = |stream: StreamId| {
            let own = policy.eras(stream.camera);
            let until: Vec<WallTime> = own.iter().skip(1).map(|(from, _)| *from).collect();
            let until = until.into_iter().chain([WallTime(i64::MAX)]);
            own.into_iter().zip(until).map(move |((from, days), until)| Era { stream, from, until, days })
        };
        Ok(streams.flat_map(eras).collect())
    }

    async fn tests(&self, now: WallTime) -> Result<HashSet<CameraId>> {
        Ok(self.registry.test_ids(&crate::system_cx("retention", now)).await?.into_iter().collect())
    }

    /// Days of footage kept: from the oldest segment of the camera that reaches back least, over cameras with footage.
    pub async fn days_kept(&self, now: WallTime) -> Result<Option<f64>> {
        let (oldest, tests) = (self.footage.oldest(Profile::Main).await?, self.tests(now).await?);
        let footage = oldest.into_iter().filter(|(stream, _)| !tests.contains(&stream.camera));
        let least = footage.map(|(_, start)| start).max();
        Ok(least.map(|start| now.since_us(start).max(0) as f64 / DAY_US as f64))
    }
}

async fn read(connection: &mut SqliteConnection, wall: WallTime) -> Result<TrustedClock> {
    let kept: Option<(Vec<u8>,)> = sqlx::query_as("SELECT value FROM meta WHERE key = 'trusted_us'")
        .fetch_optional(&mut *connection)
        .await
        .doing("reading the trusted clock")?;
    if let Some((bytes,)) = kept {
        let bytes = <[u8; 8]>::try_from(bytes)
            .map_err(|_| Error::Corrupt("footage.db, meta, trusted_us: is not 8 bytes".into()))?;
        return Ok(TrustedClock::resume(WallTime(i64::from_be_bytes(bytes))));
    }
    Ok(TrustedClock::begin(wall, newest(connection).await?))
}

async fn newest(connection: &mut SqliteConnection) -> Result<Option<WallTime>> {
    let (newest,): (Option<i64>,) = sqlx::query_as("SELECT max(end_us) FROM stream")
        .fetch_one(connection)
        .await
        .doing("finding the newest record")?;
    Ok(newest.map(WallTime))
}

async fn keep(connection: &mut SqliteConnection, clock: TrustedClock) -> Result<()> {
    sqlx::query("INSERT OR REPLACE INTO meta (key, value) VALUES ('trusted_us', ?)")
        .bind(clock.reached().0.to_be_bytes().to_vec())
        .execute(connection)
        .await
        .doing("keeping the trusted clock")
        .map(|_| ())
}
