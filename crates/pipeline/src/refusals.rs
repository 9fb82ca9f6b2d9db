//! Which devices have refused which credentials a moment ago.
//!
//! A recorder's channels and a camera's two streams share one account: each stream by itself would keep to the schedule and all
//! together would lock it. It keeps no password, only a hash that is good for this process.

use crate::{backoff::CREDENTIALS_DELAY_US, ingest::CameraCredentials, open::port_of};
use model::MonoTime;
use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
    sync::{Mutex, PoisonError},
};
use url::Url;

/// Refusals remembered: as many as streams can run. Beyond it those that are over are forgotten first.
const REFUSALS_MAX: usize = 2_000;

/// Until when an account of a device is left alone.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    hasher: RandomState,
    until: Mutex<HashMap<u64, MonoTime>>,
}

impl Refusals {
    fn key(&self, url: &Url, (name, password): &CameraCredentials) -> u64 {
        self.hasher.hash_one((url.host_str(), port_of(url), name, password.expose()))
    }

    /// How long these credentials should not be tried at this device, in microseconds; 0 when they may.
    pub fn wait_us(&self, url: &Url, credentials: &CameraCredentials, now: MonoTime) -> i64 {
        let until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        until.get(&self.key(url, credentials)).map_or(0, |until| until.since_us(now).max(0))
    }

    /// The device has refused them.
    pub fn note(&self, url: &Url, credentials: &CameraCredentials, now: MonoTime) {
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.len() >= REFUSALS_MAX {
            until.retain(|_, until| *until > now);
        }
        until.insert(self.key(url, credentials), now.plus_us(CREDENTIALS_DELAY_US));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Secret;

    #[test]
    fn a_refusal_holds_for_the_device_and_these_credentials_only() {
        let refusals = Refusals::default();
        let login = |password: &str| ("admin".to_owned(), Secret::new(password.to_owned()));
        let url = |text: &str| Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        refusals.note(&url("rtsp://192.0.2.1/main"), &login("old"), MonoTime(0));
        let check = |address: &str, password: &str, at: i64, expected: i64| {
            assert_eq!(
                refusals.wait_us(&url(address), &login(password), MonoTime(at)),
                expected,
                "{address} {at}"
            );
        };
        check("rtsp://192.0.2.1/sub", "old", 1_000_000, CREDENTIALS_DELAY_US - 1_000_000);
        check("rtsp://192.0.2.1/sub", "new", 1_000_000, 0);
        check("rtsp://192.0.2.2/main", "old", 1_000_000, 0);
        check("rtsp://192.0.2.1/main", "old", CREDENTIALS_DELAY_US, 0);
    }
}
