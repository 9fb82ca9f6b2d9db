//! The one task that plays all mounts: sends every frame when it is due, and applies faults.
//!
//! It never waits for a client. When the machine was asleep or too busy, what is long overdue is skipped, not sent in a burst.

use super::connection::{Connection, Due};
use super::fault::Fault;
use super::mount::MountState;
use super::stamp::Stamp;
use super::{Shared, wall_now};
use crate::clip::Clip;
use bytes::Bytes;
use model::{MediaTime, MonoTime};
use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    num::NonZeroU32,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

/// Between two wake-ups: hundreds of cameras then share one, and no frame is late by more.
const WAKE_US_MIN: i64 = 2_000;
/// A frame that is overdue by more is skipped, with all up to now.
const OVERDUE_US_MAX: i64 = 1_000_000;

pub(super) async fn play(shared: Arc<Shared>) {
    let mut players: Vec<Player> = shared.mounts.iter().map(|mount| Player::new(Arc::clone(mount))).collect();
    let mut order: BinaryHeap<Reverse<(MonoTime, usize)>> =
        players.iter().enumerate().map(|(index, player)| Reverse((player.due(), index))).collect();
    while let Some(Reverse((due, _))) = order.peek().copied() {
        let wake = due.max(shared.mono().plus_us(WAKE_US_MIN));
        tokio::select! {
            () = shared.cancel.cancelled() => return,
            () = tokio::time::sleep_until(shared.instant(wake)) => {}
        }
        let now = shared.mono();
        while let Some(mut next) = order.peek_mut()
            && next.0.0 <= now
            && let Some(player) = players.get_mut(next.0.1)
        {
            player.step(now);
            next.0.0 = player.due();
        }
    }
    // No mounts: nothing to play, but the farm runs until it is stopped.
    shared.cancel.cancelled().await;
}

/// A mount's place in time.
struct Player {
    mount: Arc<MountState>,
    clip: Arc<Clip>,
    /// The next unit of the clip.
    index: usize,
    /// Where this pass of the clip begins on the mount's media line, which begins at 0 with the farm.
    pass_start: MediaTime,
    /// Added to media time for RTP time, by jumps.
    rtp_shift_ticks: i64,
    frame: u64,
    stalled_until: MonoTime,
    losing: Option<(NonZeroU32, MonoTime)>,
    ends_with_file: bool,
}

impl Player {
    fn new(mount: Arc<MountState>) -> Self {
        let clip = mount.clip();
        let phase_ticks = ticks(mount.phase) % clip.length_ticks();
        let index = clip.units().partition_point(|unit| unit.dts.0 < phase_ticks);
        let mut player = Self {
            mount,
            clip,
            index,
            pass_start: MediaTime(-phase_ticks),
            rtp_shift_ticks: 0,
            frame: 0,
            stalled_until: MonoTime(i64::MIN),
            losing: None,
            ends_with_file: false,
        };
        player.wrap();
        player
    }

    /// Begins the next pass when this one is over. True when it was.
    fn wrap(&mut self) -> bool {
        let over = self.index >= self.clip.units().len();
        if over {
            self.index = 0;
            self.pass_start = self.pass_start + self.clip.length_ticks();
        }
        over
    }

    /// The next unit's decode time on the mount's media line.
    fn next_dts(&self) -> MediaTime {
        self.pass_start + self.clip.units().get(self.index).map_or(0, |unit| unit.dts.0)
    }

    /// When the next frame is to be sent, on the farm's clock: 90 kHz ticks are 100/9 microseconds.
    fn due(&self) -> MonoTime {
        MonoTime(self.next_dts().0.saturating_mul(100) / 9)
    }

    fn step(&mut self, now: MonoTime) {
        while let Some(fault) = self.mount.due_fault(now) {
            self.apply(now, fault);
        }
        if now.since_us(self.due()) > OVERDUE_US_MAX {
            self.skip(now);
            return;
        }
        let Some(unit) = self.clip.units().get(self.index).cloned() else { return };
        let pts = self.pass_start + (unit.pts.0 + self.rtp_shift_ticks);
        self.mount.counters.frames_due.fetch_add(1, Ordering::Relaxed);
        let stalled = now < self.stalled_until;
        if !stalled {
            self.send(now, pts, unit.key, unit.data);
        }
        self.frame += 1;
        self.index += 1;
        if self.wrap() && self.ends_with_file && !stalled {
            self.each(|viewer| viewer.end(now));
        }
    }

    fn send(&mut self, now: MonoTime, pts: MediaTime, key: bool, data: Bytes) {
        let viewers = self.mount.viewers();
        if viewers.is_empty() {
            return;
        }
        let wall = wall_now();
        let codec = self.clip.params().codec;
        let data = match self.mount.stamp {
            None => data,
            Some(camera) => Stamp { sent: wall, camera, frame: self.frame }.put(codec, &data),
        };
        let losing = self.losing.filter(|(_, until)| now < *until).map(|(every, _)| every);
        let wall = wall.plus_us(self.mount.clock_ahead_us);
        let due = Due { ticks: pts.0, wall, key, data: &data, losing };
        for viewer in viewers.iter() {
            viewer.frame(now, due, &self.mount);
        }
    }

    /// Passes over everything that is overdue; viewers go on with a key frame.
    fn skip(&mut self, now: MonoTime) {
        let passes = now.since_us(self.due()).saturating_mul(9) / 100 / self.clip.length_ticks();
        self.pass_start = self.pass_start + passes * self.clip.length_ticks();
        while self.due() < now {
            self.frame += 1;
            self.index += 1;
            self.wrap();
        }
        self.each(|viewer| viewer.wait_for_key());
    }

    fn apply(&mut self, now: MonoTime, fault: Fault) {
        let until = |lasts: Duration| now.plus_us(i64::try_from(lasts.as_micros()).unwrap_or(i64::MAX));
        match fault {
            Fault::Stall { lasts } => {
                self.stalled_until = until(lasts);
                self.each(|viewer| viewer.wait_for_key());
            }
            Fault::Close => self.each(|viewer| viewer.close()),
            Fault::Garbage { bytes } => {
                let garbage = Bytes::from(super::fault::garbage(bytes));
                self.each(|viewer| viewer.write(garbage.clone()));
            }
            Fault::SwitchClip(clip) => self.switch(clip),
            Fault::TimestampJump { ticks } => {
                self.rtp_shift_ticks = self.rtp_shift_ticks.saturating_add(ticks)
            }
            Fault::DropEveryNthPacket { every, lasts } => self.losing = Some((every, until(lasts))),
            Fault::LockOut { lasts } => self.mount.lock_out_until(until(lasts)),
            Fault::Absent { lasts } => {
                self.mount.absent_until(until(lasts));
                self.each(|viewer| viewer.close());
            }
            Fault::EndWithFile => self.ends_with_file = true,
        }
    }

    fn switch(&mut self, clip: Arc<Clip>) {
        if clip.params().codec != self.clip.params().codec {
            self.each(|viewer| viewer.close());
        }
        self.pass_start = self.next_dts();
        self.index = 0;
        self.clip = Arc::clone(&clip);
        self.mount.set_clip(clip);
    }

    fn each(&self, what: impl Fn(&Connection)) {
        self.mount.viewers().iter().for_each(|viewer| what(viewer));
    }
}

/// 90 kHz ticks of a duration, rounded down.
fn ticks(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros().saturating_mul(9) / 100).unwrap_or(i64::MAX)
}
