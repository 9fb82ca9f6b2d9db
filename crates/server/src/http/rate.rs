//! A limit on sign-in attempts per network source, beside the lock-out per account: it slows down somebody who tries
//! one password on many accounts. Pure: time comes in as a value.

use model::MonoTime;
use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
};

/// Attempts of one source within [`WINDOW_US`]: a shift of twenty people behind one address signs in without waiting.
const ATTEMPTS_MAX: usize = 30;
const WINDOW_US: i64 = 60_000_000;
/// Sources remembered. Above it the table is emptied of those whose window has passed; if none has, new sources wait.
const SOURCES_MAX: usize = 10_000;

#[derive(Default, Debug)]
pub struct RateLimit {
    attempts: HashMap<IpAddr, VecDeque<MonoTime>>,
}

impl RateLimit {
    /// Counts an attempt, or says after how many milliseconds the next one is allowed.
    pub fn attempt(&mut self, source: IpAddr, now: MonoTime) -> Result<(), i64> {
        if self.attempts.len() >= SOURCES_MAX && !self.attempts.contains_key(&source) {
            self.attempts.retain(|_, times| times.back().is_some_and(|last| now.since_us(*last) < WINDOW_US));
            if self.attempts.len() >= SOURCES_MAX {
                return Err(WINDOW_US / 1_000);
            }
        }
        let times = self.attempts.entry(source).or_default();
        while times.front().is_some_and(|first| now.since_us(*first) >= WINDOW_US) {
            times.pop_front();
        }
        match times.front() {
            Some(first) if times.len() >= ATTEMPTS_MAX => Err((WINDOW_US - now.since_us(*first)) / 1_000 + 1),
            _ => {
                times.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn a_source_waits_when_it_tries_too_often() {
        let (one, other) = (IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from([192, 0, 2, 1]));
        let mut limit = RateLimit::default();
        for second in 0..ATTEMPTS_MAX {
            assert_eq!(limit.attempt(one, MonoTime(second as i64 * 1_000_000)), Ok(()));
        }
        let now = MonoTime(ATTEMPTS_MAX as i64 * 1_000_000);
        assert_eq!(limit.attempt(one, now), Err(30_001));
        assert_eq!(limit.attempt(other, now), Ok(()));
        assert_eq!(limit.attempt(one, MonoTime(WINDOW_US)), Ok(()));
    }
}
