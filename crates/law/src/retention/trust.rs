//! Which time footage is judged by when its age decides over it: not the wall clock, but as much of it as real time has
//! borne out. A wall clock can leap; then everything is "old", and nothing may go for it.
//!
//! Invariant: between two looks trusted time advances by at most the time that a clock nobody can set says has passed
//! while we ran, and a tenth of it; it goes back only to a wall clock that is behind it, and nothing is judged by a time
//! ahead of the wall clock. So whatever the wall clock does, footage stays for ten elevenths of its days in real, running
//! time.

use model::WallTime;

/// Share of the elapsed time by which trusted time may advance faster than real time, as a divisor: a machine that was
/// off for three weeks is up to date again after thirty, during which footage stays a little longer than its term (the
/// disk needs no more room than before it went off); and a clock that is a year ahead for ten days unnoticed costs the
/// floor one day.
pub const CATCH_UP_PART: i64 = 10;
/// A lead of the wall clock over trusted time that is shown to people: beyond what restarts and weekends off leave.
pub const LEAD_SHOWN_US: i64 = 2 * super::DAY_US;

/// How far the wall clock is believed: kept from one run to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TrustedClock(WallTime);

/// A time that footage may be judged by. Only a [`TrustedClock`] makes it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TrustedTime(WallTime);

impl TrustedClock {
    /// The first look ever: what has been recorded already is believed, a clock ahead of it is not. A store without any
    /// record has nothing to lose.
    pub fn begin(wall: WallTime, newest_record: Option<WallTime>) -> Self {
        Self(newest_record.map_or(wall, |newest| newest.min(wall)))
    }

    /// As an earlier look left it.
    pub const fn resume(reached: WallTime) -> Self {
        Self(reached)
    }

    /// What is kept for the next look.
    pub const fn reached(self) -> WallTime {
        self.0
    }

    /// `elapsed_us` of real time have passed since the last look, and the wall clock says `wall`.
    #[must_use]
    pub fn advance(self, elapsed_us: i64, wall: WallTime) -> Self {
        let elapsed_us = elapsed_us.max(0);
        let reach = self.0.plus_us(elapsed_us.saturating_add(elapsed_us / CATCH_UP_PART));
        Self(self.0.max(reach.min(wall)))
    }

    /// A wall clock behind what is believed says that too much was believed, while nothing was recorded to show it: what
    /// comes now would be judged by that lead when the clock leaps again. So belief goes back to the wall clock, but never
    /// behind the newest record: a clock that falls back for a moment must not keep footage for ever.
    #[must_use]
    pub fn settle(self, wall: WallTime, newest_record: Option<WallTime>) -> Self {
        Self(self.0.min(newest_record.map_or(wall, |newest| newest.max(wall))))
    }

    /// A person has looked at the wall clock and found it right.
    #[must_use]
    pub fn confirm(self, wall: WallTime) -> Self {
        Self(self.0.max(wall))
    }

    /// How far the wall clock is ahead of what is believed; zero when it is not.
    pub fn lead_us(self, wall: WallTime) -> i64 {
        wall.since_us(self.0).max(0)
    }

    /// The time to judge by: neither ahead of what is believed nor of the wall clock.
    pub fn time(self, wall: WallTime) -> TrustedTime {
        TrustedTime(self.0.min(wall))
    }
}

impl TrustedTime {
    pub const fn wall(self) -> WallTime {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::DAY_US;
    use super::*;
    use proptest::prelude::*;

    const START: WallTime = WallTime(1_790_000_000_000_000);
    const HOUR_US: i64 = DAY_US / 24;

    #[test]
    fn a_leap_is_not_followed() {
        let check = |elapsed_us: i64, wall_us: i64, expected_us: i64| {
            let clock = TrustedClock::resume(START).advance(elapsed_us, START.plus_us(wall_us));
            assert_eq!(clock.reached().since_us(START), expected_us, "{elapsed_us} {wall_us}");
        };
        check(HOUR_US, HOUR_US, HOUR_US);
        check(HOUR_US, 365 * DAY_US, HOUR_US + HOUR_US / 10);
        check(0, 365 * DAY_US, 0);
        check(-HOUR_US, 365 * DAY_US, 0);
        check(HOUR_US, -DAY_US, 0);
        check(i64::MAX, i64::MAX - START.0, i64::MAX - START.0);
    }

    #[test]
    fn a_lead_is_given_up_when_the_wall_clock_falls_back() {
        let check = |wall_us: i64, newest_us: Option<i64>, expected_us: i64| {
            let clock = TrustedClock::resume(START)
                .settle(START.plus_us(wall_us), newest_us.map(|us| START.plus_us(us)));
            assert_eq!(clock.reached().since_us(START), expected_us, "{wall_us} {newest_us:?}");
        };
        check(DAY_US, Some(-DAY_US), 0);
        check(-DAY_US, Some(-2 * DAY_US), -DAY_US);
        check(-DAY_US, None, -DAY_US);
        // A clock that says 1970 for a moment costs nothing.
        check(-START.0, Some(-HOUR_US), -HOUR_US);
    }

    #[test]
    fn the_first_look_believes_what_was_recorded() {
        let check = |newest_us: Option<i64>, expected_us: i64| {
            let clock = TrustedClock::begin(START, newest_us.map(|us| START.plus_us(us)));
            assert_eq!(clock.reached().since_us(START), expected_us, "{newest_us:?}");
        };
        check(None, 0);
        check(Some(-400 * DAY_US), -400 * DAY_US);
        check(Some(DAY_US), 0);
    }

    #[test]
    fn a_person_can_confirm_and_a_clock_set_back_judges_less() {
        let leapt = START.plus_us(40 * DAY_US);
        let clock = TrustedClock::resume(START);
        assert_eq!(clock.lead_us(leapt), 40 * DAY_US);
        assert_eq!(clock.confirm(leapt).time(leapt).wall(), leapt);
        assert_eq!(clock.confirm(START.plus_us(-1)), clock, "confirming never takes back");
        let back = START.plus_us(-DAY_US);
        assert_eq!((clock.time(back).wall(), clock.lead_us(back)), (back, 0));
    }

    /// What happens between two looks.
    #[derive(Clone, Copy, Debug)]
    enum Event {
        /// Real time passes while we run.
        Run { us: i64 },
        /// Real time passes while we do not.
        Off { us: i64 },
        /// Somebody, or a battery, sets the wall clock.
        Step { us: i64 },
    }

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let event = prop_oneof![
            4 => (0..3 * DAY_US).prop_map(|us| Event::Run { us }),
            1 => (0..60 * DAY_US).prop_map(|us| Event::Off { us }),
            1 => (-800 * DAY_US..800 * DAY_US).prop_map(|us| Event::Step { us }),
        ];
        prop::collection::vec(event, 1..200)
    }

    proptest! {
        /// Whatever the wall clock does: trusted time never runs back, never outruns real running time by more than a
        /// tenth, and nothing is judged by a time ahead of the wall clock.
        #[test]
        fn no_history_of_a_clock_outruns_real_time(events in events()) {
            let (mut clock, mut wall, mut ran_us) = (TrustedClock::resume(START), START, 0_i64);
            for event in events {
                let before = clock;
                let elapsed_us = match event {
                    Event::Run { us } => us,
                    Event::Off { .. } | Event::Step { .. } => 0,
                };
                let (Event::Run { us } | Event::Off { us } | Event::Step { us }) = event;
                (wall, ran_us) = (wall.plus_us(us), ran_us + elapsed_us);
                clock = clock.advance(elapsed_us, wall);
                prop_assert!(clock.reached() >= before.reached());
                prop_assert!(clock.reached().since_us(START) <= ran_us + ran_us / CATCH_UP_PART);
                prop_assert!(clock.time(wall).wall() <= wall);
            }
        }

        /// With a clock that is right, trusted time is the wall clock again after ten times what was missed.
        #[test]
        fn an_honest_clock_is_caught_up_with(off_us in 0..60 * DAY_US, step_us in HOUR_US..DAY_US) {
            let mut wall = START.plus_us(off_us);
            let mut clock = TrustedClock::resume(START);
            let mut ran_us = 0;
            while ran_us <= off_us * CATCH_UP_PART + CATCH_UP_PART * step_us {
                (wall, ran_us) = (wall.plus_us(step_us), ran_us + step_us);
                clock = clock.advance(step_us, wall);
            }
            prop_assert!(clock.lead_us(wall) <= ran_us / step_us, "only what division rounds off: {}", clock.lead_us(wall));
        }

        /// A leap that is corrected leaves nothing behind but the tenth that was gained meanwhile.
        #[test]
        fn a_corrected_leap_is_forgotten(leap_us in 0..4_000 * DAY_US, hours in 1..2_000_i64) {
            let (mut clock, mut real) = (TrustedClock::resume(START), START);
            for _ in 0..hours {
                real = real.plus_us(HOUR_US);
                clock = clock.advance(HOUR_US, real.plus_us(leap_us));
            }
            let gained_us = clock.reached().since_us(real);
            prop_assert!((0..=hours * HOUR_US / CATCH_UP_PART).contains(&gained_us));
            prop_assert_eq!(clock.time(real).wall(), real);
        }
    }
}
