//! What was begun and not answered yet, such as a passkey's challenge or a way through a sign-in provider: each counts once, for some
//! minutes, and only where it was begun. Pure: time and chance come in as values. They live in memory: a restart ends all, and people
//! begin again.
//!
//! Invariant: [`Ceremonies::take`] gives what was kept at most once, and never after its time or to another browser.

use model::{MonoTime, SessionId};
use std::{collections::HashMap, net::IpAddr};

/// How long a person may take at their device.
pub const CEREMONY_US_MAX: i64 = 120_000_000;
/// Open ones from one network: a shift behind one address that signs in at the same minute, twice over. Beyond that its oldest goes.
const OF_SOURCE_MAX: usize = 64;
/// Open ones altogether: a hundred bytes each. Beyond that new ones wait.
const CEREMONIES_MAX: usize = 4_096;

/// Which browser a challenge belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Browser {
    /// Nobody is signed in yet: SHA-256 of a cookie that only this browser has.
    Cookie([u8; 32]),
    /// Registering, by somebody who is signed in.
    Session(SessionId),
    /// Somebody else signs in beside the holder of this session: what was asked for a sign-in or for registering does not count there.
    Beside(SessionId),
}

#[derive(Debug)]
struct Open<T> {
    kept: T,
    source: IpAddr,
    began: MonoTime,
}

#[derive(Debug)]
pub struct Ceremonies<T> {
    open: HashMap<Browser, Open<T>>,
    us_max: i64,
}

impl<T> Ceremonies<T> {
    /// `us_max`: how long one may be open.
    pub fn new(us_max: i64) -> Self {
        Self { open: HashMap::new(), us_max }
    }

    /// Keeps something for a browser, in the place of what is older. False: there are too many.
    pub fn begin(&mut self, browser: Browser, kept: T, source: IpAddr, now: MonoTime) -> bool {
        let us_max = self.us_max;
        self.open.retain(|_, open| now.since_us(open.began) < us_max);
        self.open.remove(&browser);
        let here = self.open.iter().filter(|(_, open)| open.source == source);
        let (count, oldest) =
            here.fold((0, None::<(MonoTime, Browser)>), |(count, oldest), (browser, open)| {
                let older = oldest.filter(|(began, _)| *began <= open.began);
                (count + 1, older.or(Some((open.began, *browser))))
            });
        if count >= OF_SOURCE_MAX
            && let Some((_, oldest)) = oldest
        {
            self.open.remove(&oldest);
        }
        if self.open.len() >= CEREMONIES_MAX {
            return false;
        }
        self.open.insert(browser, Open { kept, source, began: now });
        true
    }

    /// What was kept for this browser, which is used up by this.
    pub fn take(&mut self, browser: Browser, now: MonoTime) -> Option<T> {
        let open = self.open.remove(&browser)?;
        (now.since_us(open.began) < self.us_max).then_some(open.kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn browser(number: usize) -> Browser {
        let mut cookie = [0; 32];
        cookie[..8].copy_from_slice(&number.to_be_bytes());
        Browser::Cookie(cookie)
    }

    fn at(seconds: i64) -> MonoTime {
        MonoTime(seconds * 1_000_000)
    }

    #[test]
    fn a_challenge_counts_once_in_time_and_where_it_was_asked_for() {
        let mut open = Ceremonies::new(CEREMONY_US_MAX);
        assert!(open.begin(browser(1), [1; 32], HERE, at(0)));
        assert_eq!(open.take(browser(2), at(1)), None);
        assert_eq!(open.take(browser(1), at(119)), Some([1; 32]));
        assert_eq!(open.take(browser(1), at(119)), None);
        assert!(open.begin(browser(1), [2; 32], HERE, at(0)));
        assert_eq!(open.take(browser(1), at(120)), None);
        // A second one takes the place of the first.
        assert!(open.begin(browser(1), [3; 32], HERE, at(0)));
        assert!(open.begin(browser(1), [4; 32], HERE, at(1)));
        assert_eq!(open.take(browser(1), at(2)), Some([4; 32]));
    }

    #[test]
    fn a_flood_of_one_source_costs_that_source_its_oldest_and_all_together_are_bounded() {
        let mut open = Ceremonies::new(CEREMONY_US_MAX);
        for number in 0..=OF_SOURCE_MAX {
            assert!(open.begin(browser(number), [0; 32], HERE, at(i64::try_from(number).unwrap())));
        }
        assert_eq!(open.take(browser(0), at(70)), None);
        assert_eq!(open.take(browser(1), at(70)), Some([0; 32]));
        for number in 100..100 + CEREMONIES_MAX * 2 {
            let source = IpAddr::from([10, 0, u8::try_from(number % 250).unwrap(), 1]);
            open.begin(browser(number), [0; 32], source, at(70));
        }
        assert!(open.open.len() <= CEREMONIES_MAX);
        // All are over some day.
        assert!(open.begin(browser(1), [0; 32], HERE, at(300)));
        assert_eq!(open.open.len(), 1);
    }
}
