//! The simulated clocks of one machine: a monotonic one that nobody can set, and a wall clock that anybody can.
//!
//! Time passes only when the world says so. Of the monotonic clock the shipping code sees what has passed since its
//! process began; the world also counts the time that a process has run in all, by which floors are judged.

use model::{MonoTime, WallTime};
use pipeline::Clocks;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where every run begins: 2026-11-28 00:00 UTC.
pub const BEGIN: WallTime = WallTime(1_795_824_000_000_000);

#[derive(Debug)]
struct State {
    /// True time since the run began.
    now_us: i64,
    /// When the present process began.
    process_us: i64,
    /// What somebody has set the wall clock wrong by.
    off_us: i64,
    /// How much too fast the wall clock runs, in millionths.
    drift_ppm: i64,
    drifted_us: i64,
}

/// A machine's clocks; cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Mutex<State>>);

impl Default for Clock {
    fn default() -> Self {
        let state = State { now_us: 0, process_us: 0, off_us: 0, drift_ppm: 0, drifted_us: 0 };
        Self(Arc::new(Mutex::new(state)))
    }
}

impl Clock {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn advance(&self, us: i64) {
        let mut state = self.state();
        state.now_us += us;
        state.drifted_us += us * state.drift_ppm / 1_000_000;
    }

    /// True time since the run began, which no program can read.
    pub fn true_us(&self) -> i64 {
        self.state().now_us
    }

    /// Somebody, or a battery, or a leap second sets the wall clock.
    pub fn step(&self, us: i64) {
        self.state().off_us += us;
    }

    /// How far the wall clock is from the truth.
    pub fn off_us(&self) -> i64 {
        let state = self.state();
        state.off_us + state.drifted_us
    }

    pub fn drift(&self, ppm: i64) {
        self.state().drift_ppm = ppm;
    }

    pub fn begin_process(&self) {
        let mut state = self.state();
        state.process_us = state.now_us;
    }
}

impl Clocks for Clock {
    fn mono(&self) -> MonoTime {
        let state = self.state();
        MonoTime(state.now_us - state.process_us)
    }

    fn wall(&self) -> WallTime {
        let state = self.state();
        BEGIN.plus_us(state.now_us + state.off_us + state.drifted_us)
    }
}
