//! When to try a camera again: a pure schedule with jitter, and a memory for refused credentials.
//!
//! It opens no connection and reads no clock. A wrong password is not retried into a lock-out: after a refusal the
//! same credentials are tried at most once in [`CREDENTIALS_DELAY_US`].

/// First delay after a failure.
const DELAY_US_FIRST: i64 = 500_000;
/// Longest delay between attempts: a camera that comes back is recorded within this time. A refused connection costs two
/// packets, so that a thousand absent cameras at this rate are no load.
const DELAY_US_MAX: i64 = 5_000_000;
/// After refused credentials: cameras commonly lock an account after five failures in half an hour; one attempt in a quarter of
/// an hour for all streams of a device ([`crate::refusals`]) stays below that and still heals when the camera is put right.
pub const CREDENTIALS_DELAY_US: i64 = 900_000_000;
/// A session that gave pictures for this long counts as a success and resets the schedule: longer than a camera that restarts in
/// a loop lives, shorter than what a person would call an interruption of the same trouble.
const SUCCESS_US_MIN: i64 = 4_000_000;

/// What ended an attempt, as far as the next one is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// The attempt failed or the session ended after `lasted_us` of receiving.
    Failed { lasted_us: i64 },
    /// The camera refused the credentials.
    CredentialsRefused,
}

/// The retry schedule of one stream.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// How long to wait before the next attempt, in microseconds. `chance` is any random number: the result is
    /// spread over the upper half of the step, so that 200 cameras after a power cut do not come at once.
    pub fn next_us(&mut self, ended: Ended, chance: u32) -> i64 {
        let step_us = match ended {
            Ended::CredentialsRefused => return CREDENTIALS_DELAY_US,
            Ended::Failed { lasted_us } => {
                self.failures = if lasted_us >= SUCCESS_US_MIN { 1 } else { self.failures.saturating_add(1) };
                (DELAY_US_FIRST << (self.failures - 1).min(10)).min(DELAY_US_MAX)
            }
        };
        step_us / 2 + (step_us / 2) * i64::from(chance % 1024) / 1024
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_to_the_limit_and_reset_after_a_good_session() {
        let mut backoff = Backoff::default();
        let mut check = |lasted_us, low_us: i64| {
            let mut twin = backoff;
            let delay_us = backoff.next_us(Ended::Failed { lasted_us }, 0);
            assert_eq!(delay_us, low_us);
            let late_us = twin.next_us(Ended::Failed { lasted_us }, 1023);
            assert!(late_us > delay_us && late_us < 2 * delay_us);
        };
        for low_us in [250_000, 500_000, 1_000_000, 2_000_000, 2_500_000, 2_500_000] {
            check(0, low_us);
        }
        check(SUCCESS_US_MIN, 250_000);
        assert_eq!(backoff.next_us(Ended::CredentialsRefused, 7), CREDENTIALS_DELAY_US);
    }
}
