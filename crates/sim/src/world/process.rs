//! What one process does: open, recover, record in virtual time, publish, delete.

use super::weather::BUSY_US_MAX;
use super::{World, entropy};
use crate::oracle::{Broken, TURN_US, hold};
use crate::trace;
use pipeline::stepped::{self, Stepped};
use pipeline::{Clocks as _, Config};
use std::sync::Arc;
use std::time::Duration;
use store::registry::{Settings, system_cx};
use store::{LogName, Store};

/// How far time goes at once.
const TICK_US: i64 = 50_000;
/// Between two checkpoints.
const PUBLISH_US: i64 = 2_000_000;
/// What a day without pictures is cut into, with a round of retention after each.
const PARTS_OF_A_DAY: i64 = 4;
const DAY_US: i64 = 86_400_000_000;
/// Two syncs and a flush.
const SETTLE_US: i64 = 3_000_000;

impl World {
    /// Until somebody stops it, or the run is over.
    pub(super) async fn work(&mut self, until_us: Option<i64>) -> Result<(), Broken> {
        self.clock.begin_process();
        self.sync_us = None;
        let store = self.open().await?;
        if !self.made {
            self.set_up(&store).await?;
        }
        let mut stepped = self.start(&store).await?;
        let recovered = stepped.recovered();
        trace!(self.trace, "{} started: {recovered:?}", self.clock.true_us());
        let may_fail = self.scenario.has_disk("lie");
        hold(may_fail || recovered.failed == 0, "every file is recovered", || format!("{recovered:?}"))?;
        self.truth.examine(&store, &self.disk, &self.clock).await?;
        self.witness_is_remembered(&store).await?;
        if self.scenario.ticks {
            self.truth.ticks(&store, &self.clock).await?;
            self.truth.runs.begin(self.clock.true_us());
        }
        let mut recorders = Vec::new();
        for camera in &self.cameras {
            recorders.extend(stepped.camera(camera.stream).await.map_err(refused)?);
        }
        self.record(&store, &mut stepped, &mut recorders, until_us).await?;
        if self.disk.has_ended() {
            return Ok(());
        }
        for recorder in &mut recorders {
            recorder.disconnect(model::GapCause::Planned, "the stream was stopped in order");
        }
        drop(recorders);
        if self.scenario.ticks {
            self.tick(&stepped, true).await?;
            self.truth.runs.end(self.clock.true_us());
        }
        stepped.stop(self.now()).await;
        if !self.disk.has_ended() && self.disk_is_calm() {
            self.truth.examine(&store, &self.disk, &self.clock).await?;
        }
        store.close(self.clock.wall()).await?;
        trace!(self.trace, "{} stopped in order", self.clock.true_us());
        Ok(())
    }

    /// What `init` does.
    async fn set_up(&mut self, store: &Store) -> Result<(), Broken> {
        let days = self.scenario.floor_days;
        let cx = system_cx("init", self.clock.wall());
        // Before anything is recorded nothing ends: there would be nothing to keep.
        let steps = self.disk.end_after(None);
        store.registry.change_settings(&cx, Settings { floor_days: days, term_days: days }, "").await?;
        if self.scenario.holds {
            self.engage(store).await?;
        }
        self.disk.end_after(steps);
        self.made = true;
        Ok(())
    }

    pub(super) async fn start(&self, store: &Store) -> Result<Stepped, Broken> {
        let config =
            Config { floor_days: self.scenario.floor_days, segment_seconds: self.scenario.segment_seconds };
        Stepped::start(store.clone(), config, Arc::new(self.clock.clone()), entropy).await.map_err(refused)
    }

    fn now(&self) -> std::time::Instant {
        self.began + Duration::from_micros(self.clock.true_us().unsigned_abs())
    }

    async fn record(
        &mut self,
        store: &Store,
        stepped: &mut Stepped,
        recorders: &mut [stepped::Camera],
        until_us: Option<i64>,
    ) -> Result<(), Broken> {
        let (mut turn_us, mut publish_us, mut busy_us) = (0, self.clock.true_us(), 0);
        let mut expired_us = self.clock.true_us();
        let end_us = self.scenario.seconds * 1_000_000;
        let mut ticked_us = None;
        self.ticks = 0;
        while self.recorded_us < end_us && until_us.is_none_or(|until| self.clock.true_us() < until) {
            self.clock.advance(TICK_US);
            self.recorded_us += TICK_US;
            let now_us = self.clock.true_us();
            self.change_weather(now_us);
            if self.scenario.ticks && ticked_us.is_none_or(|ticked| now_us - ticked >= ledger::tick::TICK_US)
            {
                ticked_us = Some(now_us);
                self.tick(stepped, false).await?;
            }
            for (camera, recorder) in self.cameras.iter_mut().zip(&mut *recorders) {
                if !self.silent {
                    camera.advance(now_us, recorder, &self.params);
                }
                let jumps = camera.jumps.drain(..);
                self.truth.jumps.extend(jumps.map(|(number, us)| ((camera.number, number), us)));
            }
            if now_us - turn_us >= TURN_US {
                turn_us = now_us;
                self.turn(stepped)?;
                if self.disk.has_ended() {
                    return Ok(());
                }
                self.truth.heed(&self.disk)?;
                if self.scenario.busy_database && self.chance.one_in(80) {
                    busy_us = now_us + self.chance.between(0, BUSY_US_MAX);
                }
                while now_us >= busy_us && stepped.commit().await {}
            }
            if now_us - publish_us >= PUBLISH_US {
                publish_us = now_us;
                let signed = store.publish(LogName::Footage, self.clock.wall()).await?;
                trace!(self.trace, "{now_us} signed {} {}", signed.size, signed.root);
                self.truth.signed(&signed)?;
                self.truth.published = true;
                self.ask_witness(store).await?;
            }
            if self.scenario.days > 0 && self.day_is_over() {
                self.rest_of_day(store, stepped, recorders, &mut expired_us).await?;
            }
        }
        Ok(())
    }

    /// A turn of the writer. The sync that it asks for ends when its time has come; meanwhile others write on.
    fn turn(&mut self, stepped: &mut Stepped) -> Result<(), Broken> {
        let now_us = self.clock.true_us();
        if self.sync_us.is_some_and(|sync_us| now_us >= sync_us) {
            self.sync_us = None;
            stepped.sync();
        }
        if stepped.write(self.now()) {
            hold(self.sync_us.is_none(), "one sync at a time", || format!("{now_us} another was asked for"))?;
            self.sync_us = Some(now_us + self.disk.begin_sync());
        }
        if self.sync_us == Some(now_us) {
            self.sync_us = None;
            stepped.sync();
        }
        if !self.disk.has_ended() {
            self.turned_us = now_us;
        }
        Ok(())
    }

    /// What the recorder says of itself every ten seconds.
    async fn tick(&mut self, stepped: &Stepped, last: bool) -> Result<(), Broken> {
        let number = self.ticks;
        self.ticks += 1;
        stepped.note(number, last).await?;
        Ok(())
    }

    fn day_is_over(&self) -> bool {
        let seconds = self.scenario.seconds * 1_000_000;
        self.recorded_us * self.scenario.days / seconds > self.day
    }

    /// Hours without pictures, and what retention does meanwhile.
    async fn rest_of_day(
        &mut self,
        store: &Store,
        stepped: &mut Stepped,
        recorders: &mut [stepped::Camera],
        expired_us: &mut i64,
    ) -> Result<(), Broken> {
        self.day += 1;
        // What was taken last becomes durable before hours pass at once.
        for _ in 0..SETTLE_US / TICK_US {
            self.clock.advance(TICK_US);
            recorders.iter_mut().for_each(stepped::Camera::tick);
            self.turn(stepped)?;
            if self.disk.has_ended() {
                return Ok(());
            }
        }
        for _ in 0..PARTS_OF_A_DAY {
            self.clock.advance(DAY_US / PARTS_OF_A_DAY);
            let now_us = self.clock.true_us();
            for (camera, recorder) in self.cameras.iter_mut().zip(&mut *recorders) {
                camera.skip_to(now_us);
                camera.advance(now_us, recorder, &self.params);
            }
            self.turn(stepped)?;
            if self.disk.has_ended() {
                return Ok(());
            }
            while stepped.commit().await {}
            self.truth.files(store, &self.disk, &system_cx("check", self.clock.wall())).await?;
            self.people_act(store).await?;
            let elapsed = Duration::from_micros((now_us - *expired_us).unsigned_abs());
            let expired = stepped.expire(elapsed, self.clock.wall()).await?;
            *expired_us = now_us;
            let (segments, failed) = (expired.segments, expired.failed);
            trace!(self.trace, "{now_us} expired {segments}, failed {failed}");
            let is_held = Self::is_held(expired.first_error.as_ref());
            hold(failed == 0 || is_held || !self.disk_is_calm(), "deletions are done", || {
                format!("{:?}", expired.first_error)
            })?;
            self.truth.heed(&self.disk)?;
        }
        if self.clock.off_us() != 0 {
            self.truth.clock_is_true = false;
        }
        Ok(())
    }
}

fn refused(error: pipeline::StartError) -> Broken {
    Broken::new("the recorder starts", error.to_string())
}
