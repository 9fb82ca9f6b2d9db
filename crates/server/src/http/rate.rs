//! A limit on requests per source and minute: on sign-in, beside the lock-out per account, so that one password is not tried on
//! many accounts; on all that answers without a session; and per person on everything else. Pure: time comes in as a value.

use model::MonoTime;
use std::{collections::HashMap, hash::Hash};

/// Sign-in attempts in a minute: a shift of thirty people behind one address signs in without waiting.
pub const SIGN_IN_MAX: u32 = 30;
/// Other open requests in a minute: a load balancer that asks every second, for a few backends.
pub const OPEN_MAX: u32 = 600;
/// Accusations, and questions after one, of one address in a minute: a person writes one, and looks a few times.
pub const ACCUSATIONS_MAX: u32 = 10;
/// Accusations of one address in an hour: a household's, and no more than a sixth of what is taken in from all (national-2016:25), so that one
/// sender does not stop everybody's.
pub const ACCUSATIONS_HOUR_MAX: u32 = 10;
pub const HOUR_US: i64 = 3_600_000_000;
/// Reading requests of one person in a minute, whatever the number of their sessions: a control room of twenty pages that all ask
/// once a second, five times.
pub const READS_MAX: u32 = 6_000;
/// Changing requests of one person in a minute: ten times what a person does. Each leaves an entry, and the entries of all
/// share one writer: a flood of one would end everybody's pictures, whose use could not be written in time.
pub const CHANGES_MAX: u32 = 300;
/// Events of one alarm source in a minute: a door of a station at the rush hour, twice. Each leaves an entry, as above.
pub const EVENTS_MAX: u32 = 120;
const WINDOW_US: i64 = 60_000_000;
/// Sources remembered. Above it the table is emptied of those whose window has passed; if none has, new sources wait.
const SOURCES_MAX: usize = 10_000;

#[derive(Debug)]
pub struct RateLimit<K> {
    requests_max: u32,
    window_us: i64,
    /// When the source's window began, and how many requests it has seen.
    windows: HashMap<K, (MonoTime, u32)>,
}

impl<K: Eq + Hash + Copy> RateLimit<K> {
    pub fn new(requests_max: u32) -> Self {
        Self::within(requests_max, WINDOW_US)
    }
    /// So many in another time than a minute.
    pub fn within(requests_max: u32, window_us: i64) -> Self {
        Self { requests_max, window_us, windows: HashMap::new() }
    }

    /// Counts a request, or says after how many milliseconds the next one is allowed.
    pub fn request(&mut self, source: K, now: MonoTime) -> Result<(), i64> {
        let window_us = self.window_us;
        let is_over = |began: MonoTime| now.since_us(began) >= window_us;
        if self.windows.len() >= SOURCES_MAX && !self.windows.contains_key(&source) {
            self.windows.retain(|_, (began, _)| !is_over(*began));
            if self.windows.len() >= SOURCES_MAX {
                return Err(window_us / 1_000);
            }
        }
        let (began, count) = self.windows.entry(source).or_insert((now, 0));
        if is_over(*began) {
            (*began, *count) = (now, 0);
        }
        if *count >= self.requests_max {
            return Err((window_us - now.since_us(*began)) / 1_000 + 1);
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;
    use store::network;

    #[test]
    fn a_source_waits_when_it_asks_too_often() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let mut limit = RateLimit::new(3);
        let mut check = |source: &str, second: i64, expected: Result<(), i64>| {
            assert_eq!(
                limit.request(network(ip(source)), MonoTime(second * 1_000_000)),
                expected,
                "{source} at {second}"
            );
        };
        check("192.0.2.1", 0, Ok(()));
        check("192.0.2.1", 10, Ok(()));
        check("::ffff:192.0.2.1", 20, Ok(()));
        check("192.0.2.1", 30, Err(30_001));
        check("192.0.2.2", 30, Ok(()));
        check("192.0.2.1", 60, Ok(()));
        check("2001:db8::1", 60, Ok(()));
        check("2001:db8::2", 60, Ok(()));
        check("2001:db8::3:4:5", 60, Ok(()));
        check("2001:db8::6", 60, Err(60_001));
        check("2001:db8:0:1::1", 60, Ok(()));
    }
}
