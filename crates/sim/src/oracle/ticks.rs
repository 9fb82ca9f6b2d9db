//! Ticks against what is true: two of them bound every time in which no recorder ran, and none claims an outage while one did.

use super::{Broken, Truth, hold};
use crate::clock::{BEGIN, Clock};
use ledger::record::Entry;
use ledger::tick::{Between, TICK_US, TickRecord};
use model::{Span, WallTime};
use pipeline::Clocks as _;
use store::{Store, registry::system_cx};

/// A tick is not late before this much more than its interval: the world's steps, and what the wall line can be ahead by after
/// footage whose camera's clock runs fast.
const LATE_US: i64 = 500_000;

/// One process, in true time.
#[derive(Clone, Copy, Debug)]
struct Run {
    began_us: i64,
    /// `None` while it lives.
    ended_us: Option<i64>,
}

/// Every process that recorded, oldest first.
#[derive(Debug, Default)]
pub struct Runs(Vec<Run>);

impl Runs {
    pub fn begin(&mut self, now_us: i64) {
        self.0.push(Run { began_us: now_us, ended_us: None });
    }

    pub fn end(&mut self, now_us: i64) {
        if let Some(run) = self.0.last_mut().filter(|run| run.ended_us.is_none()) {
            run.ended_us = Some(now_us);
        }
    }
}

impl Truth {
    /// Asked of a store whose clock was never wrong and whose database took every tick.
    pub async fn ticks(&self, store: &Store, clock: &Clock) -> Result<(), Broken> {
        let cx = system_cx("check", clock.wall());
        let audit = store.footage.audit_ticks(&cx).await?;
        hold(audit.is_empty(), "the check is silent", || format!("{audit:?}"))?;
        let mut ticks: Vec<(WallTime, TickRecord)> = Vec::new();
        let mut before = None;
        loop {
            let page = store.footage_entries(&cx, None, before, 500, true).await?;
            let Some(last) = page.last() else { break };
            before = Some(last.leaf);
            ticks.extend(page.into_iter().filter_map(|found| match found.entry {
                Some(Entry::Tick(tick)) => Some((tick.wall, tick)),
                _ => None,
            }));
        }
        ticks.reverse();
        let walls: Vec<i64> = ticks.iter().map(|(wall, _)| wall.since_us(BEGIN)).collect();
        self.bounded(&walls)?;
        let all = Span { start: WallTime(i64::MIN), end: WallTime(i64::MAX) };
        for hole in store.footage.tick_holes(&cx, all).await? {
            let Between::Down { from, to } = hole.between else {
                return Err(Broken::new("no tick is missing while a recorder runs", format!("{hole:?}")));
            };
            let (from, to) = (from.since_us(BEGIN), to.since_us(BEGIN));
            let ran =
                |run: &&Run| run.began_us.max(from) + LATE_US < run.ended_us.unwrap_or(i64::MAX).min(to);
            let lived = self.runs.0.iter().find(ran);
            hold(lived.is_none(), "an outage is one", || format!("{from} to {to} us is none: {lived:?}"))?;
        }
        Ok(())
    }

    /// Each outage has a tick at most an interval before it and one right behind it.
    fn bounded(&self, ticks: &[i64]) -> Result<(), Broken> {
        for pair in self.runs.0.windows(2) {
            let (Some(ended_us), next) = (pair[0].ended_us, pair[1]) else { continue };
            let last = ticks.iter().rfind(|tick| **tick <= ended_us);
            // One that ended in its first step has none of its own.
            let is_short = ended_us - pair[0].began_us < LATE_US;
            let bounded = last.is_some_and(|last| ended_us - last <= TICK_US + LATE_US);
            hold(bounded || is_short, "two ticks bound an outage", || {
                format!("a run ended at {ended_us} us, its last tick was {last:?}")
            })?;
            let first = ticks.iter().find(|tick| **tick >= next.began_us);
            let lived_us = next.ended_us.unwrap_or(i64::MAX) - next.began_us;
            let bounded = first.is_none_or(|first| first - next.began_us <= LATE_US) || lived_us < LATE_US;
            hold(bounded, "two ticks bound an outage", || {
                format!("a run began at {} us, its first tick was {first:?}", next.began_us)
            })?;
        }
        Ok(())
    }
}
