//! Clocks that a hand moves, for whatever happens by the time alone. They decide nothing and record nothing: whoever needs footage of the
//! time that passed writes it (`years.rs`, which turns its wall clock against real time besides).

use model::{MonoTime, WallTime};
use pipeline::{Clocks, system_wall};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Instant,
};

/// 2026-11-30, a Monday, 07:55 at the unit.
pub const MONDAY: WallTime = WallTime(1_795_996_500_000_000);

/// Time that stands until a hand moves it.
#[derive(Debug)]
pub struct Turned(AtomicI64);

impl Turned {
    pub fn at(time: WallTime) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(time.0)))
    }
    /// From this machine's time on.
    pub fn from_now() -> Arc<Self> {
        Self::at(system_wall())
    }
    pub fn to(&self, time: WallTime) {
        self.0.store(time.0, SeqCst);
    }
    pub fn on_us(&self, us: i64) {
        self.0.fetch_add(us, SeqCst);
    }
}

impl Clocks for Turned {
    fn mono(&self) -> MonoTime {
        MonoTime(self.0.load(SeqCst))
    }
    fn wall(&self) -> WallTime {
        WallTime(self.0.load(SeqCst))
    }
}

/// This machine's time, which goes on, and how far a hand has moved it ahead.
#[derive(Debug, Default)]
pub struct Ahead(AtomicI64);

impl Ahead {
    pub fn on_us(&self, us: i64) {
        self.0.fetch_add(us, SeqCst);
    }
}

impl Clocks for Ahead {
    fn mono(&self) -> MonoTime {
        MonoTime(self.wall().0)
    }
    fn wall(&self) -> WallTime {
        system_wall().plus_us(self.0.load(SeqCst))
    }
}

/// This machine's monotonic time, by which pictures are recorded, and a wall clock that a hand sets ahead.
#[derive(Debug)]
pub struct Leapt {
    began: Instant,
    ahead_us: AtomicI64,
}

impl Default for Leapt {
    fn default() -> Self {
        Self { began: Instant::now(), ahead_us: AtomicI64::new(0) }
    }
}

impl Leapt {
    pub fn on_us(&self, us: i64) {
        self.ahead_us.fetch_add(us, SeqCst);
    }
}

impl Clocks for Leapt {
    fn mono(&self) -> MonoTime {
        MonoTime(i64::try_from(self.began.elapsed().as_micros()).unwrap())
    }
    fn wall(&self) -> WallTime {
        system_wall().plus_us(self.ahead_us.load(SeqCst))
    }
}
