//! Which faults there are at which time: episodes of network, disk and clock, drawn from the seed.

use super::World;
use crate::camera::Weather;
use crate::disk::{Fault, Faults};
use crate::oracle::WRITTEN_US;
use crate::scenario::clock_us;
use crate::trace;
use model::Span;
use pipeline::Clocks as _;

/// Between two episodes of the disk, at most.
const CALM_US_MAX: i64 = 8_000_000;
/// How long an episode lasts, at most.
const EPISODE_US_MAX: i64 = 4_000_000;
/// After space or the disk has come back, so long until the writer has looked.
const LOOKED_US: i64 = 2_500_000;
/// So long after a failing disk's episode the gaps that it led to are committed, or in a journal that was synced.
const SAID_US: i64 = 2_500_000;
/// How long a database takes nothing, at most.
pub(super) const BUSY_US_MAX: i64 = 6_000_000;

impl World {
    pub(super) fn change_weather(&mut self, now_us: i64) {
        if self.disk_until_us != 0 && now_us >= self.disk_until_us {
            self.end_disk_episode(now_us);
        }
        if now_us < self.calm_us {
            return;
        }
        self.calm_us = now_us + self.weather.between(500_000, CALM_US_MAX);
        let until_us = now_us + self.weather.between(200_000, EPISODE_US_MAX);
        let is_there = [
            !self.scenario.network.is_empty(),
            self.scenario.disk.iter().any(|name| name != "foreign"),
            !self.scenario.clock.is_empty(),
        ];
        let kinds: Vec<usize> = (0..is_there.len()).filter(|kind| is_there[*kind]).collect();
        match self.weather.pick(&kinds) {
            Some(0) => self.network_episode(now_us, until_us),
            Some(1) => self.disk_episode(now_us, until_us),
            Some(_) => self.clock_episode(now_us),
            None => {}
        }
    }

    fn network_episode(&mut self, now_us: i64, until_us: i64) {
        let names: Vec<&str> = self.scenario.network.iter().map(String::as_str).collect();
        let Some(name) = self.weather.pick(&names) else { return };
        let which = usize::try_from(self.weather.below(self.cameras.len() as u64)).unwrap_or(0);
        let Some(weather) = Weather::parse(name, &mut self.weather) else { return };
        // Silence on a standing connection is noticed after five seconds.
        let until_us = if name == "half_open" { until_us + 5_000_000 } else { until_us };
        if let Some(camera) = self.cameras.get_mut(which) {
            (camera.weather, camera.weather_until_us) = (weather, until_us);
            trace!(self.trace, "{now_us} camera {which}: {weather:?} until {until_us}");
        }
    }

    fn disk_episode(&mut self, now_us: i64, until_us: i64) {
        let names: Vec<&str> =
            self.scenario.disk.iter().map(String::as_str).filter(|name| *name != "foreign").collect();
        let Some(name) = self.weather.pick(&names) else { return };
        let mut faults = Faults::default();
        match name {
            "vanish" => {
                faults.vanished = true;
                self.truth.excuse(self.disk.synced_us() - WRITTEN_US, until_us + LOOKED_US);
            }
            "full" => {
                self.disk.set_free_bytes(1 << 20);
                self.truth.excuse(self.disk.synced_us() - WRITTEN_US, until_us + LOOKED_US);
            }
            name => {
                let Some(fault) = Fault::parse(name) else { return };
                let one_in = match fault {
                    Fault::Sync | Fault::Slow | Fault::Lie => 1 + self.weather.below(2),
                    _ => 1 + self.weather.below(6),
                };
                faults.one_in.insert(fault, one_in);
            }
        }
        if !["slow", "short", "remove", "lie"].contains(&name) {
            let wall = self.clock.wall();
            self.failing = Some((Span { start: wall, end: wall.plus_us(until_us - now_us) }, until_us));
        }
        trace!(self.trace, "{now_us} disk: {name} until {until_us}");
        self.disk.set_faults(faults);
        self.disk_until_us = until_us;
    }

    fn clock_episode(&mut self, now_us: i64) {
        let names: Vec<&str> = self.scenario.clock.iter().map(String::as_str).collect();
        let Some(name) = self.weather.pick(&names) else { return };
        let Some(us) = clock_us(name, &mut self.weather) else { return };
        self.truth.clock_is_true = false;
        trace!(self.trace, "{now_us} clock: {name} {us}");
        if name == "drift" { self.clock.drift(us) } else { self.clock.step(us) }
    }

    /// A process has ended: what it had not committed of a failing disk's gaps by then may have no cause.
    pub(super) fn note_unsaid(&mut self, now_us: i64) {
        let patience_us = if self.scenario.busy_database { BUSY_US_MAX + SAID_US } else { SAID_US };
        if let Some((span, _)) = self.failing.filter(|(_, until_us)| now_us <= until_us + patience_us) {
            self.truth.unsaid(span);
        }
    }

    pub(super) fn disk_is_calm(&self) -> bool {
        self.disk_until_us == 0
    }

    fn end_disk_episode(&mut self, now_us: i64) {
        self.disk_until_us = 0;
        self.disk.set_faults(Faults::default());
        self.disk.set_free_bytes(1 << 39);
        trace!(self.trace, "{now_us} disk: calm");
    }

    /// Ends what episodes there are.
    pub(super) fn calm(&mut self) {
        if self.disk_until_us != 0 {
            self.end_disk_episode(self.clock.true_us());
        }
        for camera in &mut self.cameras {
            camera.weather = Weather::Fine;
        }
    }
}
