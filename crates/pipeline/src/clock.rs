//! The server's clock as the data plane sees it: monotonic time, and a wall line that never runs backwards.
//!
//! It is not a time source and not an NTP client: it reads the system's clocks. When the system's wall clock
//! steps back, the line here keeps running, a little slower, until the system has caught up; so no record is
//! ever ordered before an older one because a clock was turned (design note `footage.md`, "Time").

use model::{MonoTime, WallTime};
use std::{
    sync::{Arc, Mutex},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// While our line is ahead of the system's clock it advances at this share of real time, in per mille: slow
/// enough that an hour's step is absorbed within a day, fast enough that frames keep distinct times.
const CATCH_UP_PER_MILLE: i64 = 950;

/// The two clocks of a machine. A simulation has its own.
pub trait Clocks: std::fmt::Debug + Send + Sync {
    fn mono(&self) -> MonoTime;
    /// May be set by anybody, to anything.
    fn wall(&self) -> WallTime;
}

#[derive(Debug)]
struct SystemClocks {
    started: Instant,
}

impl Clocks for SystemClocks {
    fn mono(&self) -> MonoTime {
        MonoTime(i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX))
    }
    fn wall(&self) -> WallTime {
        system_wall()
    }
}

/// Reads monotonic and wall time together.
#[derive(Debug)]
pub struct ServerClock {
    started: Instant,
    clocks: Arc<dyn Clocks>,
    line: Mutex<WallLine>,
}

/// The pure part: the last point of the line.
#[derive(Clone, Copy, Debug)]
struct WallLine {
    mono: MonoTime,
    wall: WallTime,
}

impl WallLine {
    /// The line's value when the monotonic clock says `mono` and the system's wall clock says `system`.
    fn advance(&mut self, mono: MonoTime, system: WallTime) -> WallTime {
        let elapsed_us = mono.since_us(self.mono).max(0);
        let wall = if system >= self.wall {
            system
        } else {
            self.wall.plus_us(elapsed_us.saturating_mul(CATCH_UP_PER_MILLE) / 1000)
        };
        *self = Self { mono, wall };
        wall
    }
}

impl ServerClock {
    /// Starts the line at `not_before` or at the system's time, whichever is later: `not_before` is the end of
    /// the newest footage, which a clock turned back before the start must not precede.
    pub fn starting_at(not_before: WallTime) -> Self {
        let started = Instant::now();
        Self { started, ..Self::on(Arc::new(SystemClocks { started }), not_before) }
    }

    /// The same on other clocks.
    pub fn on(clocks: Arc<dyn Clocks>, not_before: WallTime) -> Self {
        let line = WallLine { mono: clocks.mono(), wall: clocks.wall().max(not_before) };
        Self { started: Instant::now(), clocks, line: Mutex::new(line) }
    }

    pub fn mono(&self) -> MonoTime {
        self.clocks.mono()
    }

    /// What the system's wall clock says, whoever has set it. Records are stamped with [`ServerClock::wall`].
    pub fn system_wall(&self) -> WallTime {
        self.clocks.wall()
    }

    /// The monotonic time of an instant taken elsewhere in this process.
    pub fn mono_of(&self, instant: Instant) -> MonoTime {
        MonoTime(
            i64::try_from(instant.saturating_duration_since(self.started).as_micros()).unwrap_or(i64::MAX),
        )
    }

    pub fn now(&self) -> (MonoTime, WallTime) {
        let mono = self.mono();
        let mut line = self.line.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        (mono, line.advance(mono, self.clocks.wall()))
    }

    pub fn wall(&self) -> WallTime {
        self.now().1
    }
}

/// The system's wall clock; times before 1970 count as 1970.
pub fn system_wall() -> WallTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    WallTime(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wall_line_follows_forward_steps_and_never_runs_back() {
        let mut line = WallLine { mono: MonoTime(0), wall: WallTime(1_000_000) };
        let mut check = |mono: i64, system: i64, expected: i64| {
            assert_eq!(line.advance(MonoTime(mono), WallTime(system)), WallTime(expected), "at {mono}");
        };
        check(10, 1_000_010, 1_000_010);
        check(20, 9_000_000, 9_000_000); // stepped forward
        check(1_020, 5_000_000, 9_000_950); // stepped back: runs on at 95 %
        check(1_020, 5_000_000, 9_000_950); // no time passed: no time passes
        check(2_020, 9_100_000, 9_100_000); // caught up
    }
}
