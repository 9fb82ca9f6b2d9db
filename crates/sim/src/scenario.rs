//! Scenarios: files that say what happens in a run, for how long, and why; named by the behaviour that must hold.
//!
//! What must hold is the same for all of them (the oracles); a scenario says only which faults there are. The seed decides
//! when each happens.

use crate::chance::Chance;
use crate::disk::{Fault, Loss};
use serde::Deserialize;

/// How one process of a run ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// `kill -9` at any step.
    Kill,
    /// Power cut at any step.
    Power,
    /// In order.
    Stop,
}

impl End {
    pub fn loss(self) -> Loss {
        if self == Self::Power { Loss::Power } else { Loss::Kill }
    }
}

/// One scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it is about, in a sentence.
    pub about: String,
    pub cameras: u32,
    /// Seeds that CI runs.
    pub seeds: u64,
    /// Seconds that are recorded, in all processes together.
    pub seconds: i64,
    #[serde(default = "four")]
    pub segment_seconds: u32,
    /// How processes end, drawn by the seed.
    #[serde(default)]
    pub ends: Vec<End>,
    /// Processes in a run, at most.
    #[serde(default = "four")]
    pub processes: u32,
    /// Steps of the disk and the databases within which a process ends.
    #[serde(default = "steps")]
    pub steps_max: u64,
    #[serde(default)]
    pub network: Vec<String>,
    #[serde(default)]
    pub disk: Vec<String>,
    #[serde(default)]
    pub clock: Vec<String>,
    /// Half of the seeds have a store key.
    #[serde(default)]
    pub encrypted: bool,
    /// The database takes nothing for a while.
    #[serde(default)]
    pub busy_database: bool,
    /// Time passes without pictures: so many days in all, some seconds of footage on each.
    #[serde(default)]
    pub days: i64,
    #[serde(default = "thirty")]
    pub floor_days: u16,
    /// Seconds from one process to the next, at most.
    #[serde(default = "eight")]
    pub away_seconds: i64,
    /// The recorder says every ten seconds that it runs.
    #[serde(default)]
    pub ticks: bool,
    /// In half of the seeds no camera ever sends.
    #[serde(default)]
    pub silent: bool,
    /// People place and lift holds, and sidecars of holds are tampered with. Needs `days`.
    #[serde(default)]
    pub holds: bool,
    /// A witness cosigns the checkpoints.
    #[serde(default)]
    pub witness: bool,
}

fn four() -> u32 {
    4
}

fn eight() -> i64 {
    8
}

fn thirty() -> u16 {
    30
}

fn steps() -> u64 {
    300
}

/// Every scenario by its name, in order: the files of the folder `scenarios`.
pub const ALL: &[(&str, &str)] = &[
    (
        "a_kill_at_any_step_loses_less_than_a_second",
        include_str!("../scenarios/a_kill_at_any_step_loses_less_than_a_second.toml"),
    ),
    (
        "a_power_cut_at_any_step_keeps_what_was_synced",
        include_str!("../scenarios/a_power_cut_at_any_step_keeps_what_was_synced.toml"),
    ),
    (
        "a_failing_disk_leaves_gaps_and_whole_footage",
        include_str!("../scenarios/a_failing_disk_leaves_gaps_and_whole_footage.toml"),
    ),
    ("a_lying_disk_is_found_out", include_str!("../scenarios/a_lying_disk_is_found_out.toml")),
    (
        "a_bad_network_ends_in_footage_or_a_gap",
        include_str!("../scenarios/a_bad_network_ends_in_footage_or_a_gap.toml"),
    ),
    (
        "a_clock_that_is_set_deletes_nothing",
        include_str!("../scenarios/a_clock_that_is_set_deletes_nothing.toml"),
    ),
    (
        "a_deletion_can_be_cut_off_anywhere",
        include_str!("../scenarios/a_deletion_can_be_cut_off_anywhere.toml"),
    ),
    (
        "a_first_start_can_be_cut_off_anywhere",
        include_str!("../scenarios/a_first_start_can_be_cut_off_anywhere.toml"),
    ),
    (
        "sixty_four_streams_lose_no_more_than_one",
        include_str!("../scenarios/sixty_four_streams_lose_no_more_than_one.toml"),
    ),
    ("an_outage_lies_between_two_ticks", include_str!("../scenarios/an_outage_lies_between_two_ticks.toml")),
    ("a_hold_outlives_every_crash", include_str!("../scenarios/a_hold_outlives_every_crash.toml")),
    (
        "a_witness_never_forgets_what_it_signed",
        include_str!("../scenarios/a_witness_never_forgets_what_it_signed.toml"),
    ),
    ("everything_at_once", include_str!("../scenarios/everything_at_once.toml")),
];

impl Scenario {
    /// # Errors
    /// With what is wrong in the file, or that there is none of that name.
    pub fn named(name: &str) -> Result<Self, String> {
        let (_, text) = ALL.iter().find(|(found, _)| *found == name).ok_or(format!("no scenario {name}"))?;
        Self::parse(text).map_err(|error| format!("{name}: {error}"))
    }

    pub fn parse(text: &str) -> Result<Self, String> {
        let scenario: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut chance = Chance::new(0);
        for name in &scenario.network {
            crate::camera::Weather::parse(name, &mut chance).ok_or(format!("network: {name}?"))?;
        }
        for name in
            scenario.disk.iter().filter(|name| !["vanish", "full", "foreign"].contains(&name.as_str()))
        {
            Fault::parse(name).ok_or(format!("disk: {name}?"))?;
        }
        for name in &scenario.clock {
            clock_us(name, &mut chance).ok_or(format!("clock: {name}?"))?;
        }
        Ok(scenario)
    }

    pub fn has_disk(&self, name: &str) -> bool {
        self.disk.iter().any(|found| found == name)
    }
}

/// How far a clock fault sets the wall clock; drift is given in millionths.
pub fn clock_us(name: &str, chance: &mut Chance) -> Option<i64> {
    const HOUR_US: i64 = 3_600_000_000;
    Some(match name {
        "step" => chance.between(-90_000_000, 90_000_000),
        "leap" => 40 * 24 * HOUR_US + chance.between(0, HOUR_US),
        "leap_second" => -1_000_000,
        "zone" => chance.between(-12, 13) * HOUR_US,
        "drift" => chance.between(-300, 300),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_scenario_and_every_scenario_is_listed() {
        let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap() + "/scenarios";
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        files.sort();
        let mut listed: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
        listed.sort_unstable();
        assert_eq!(files, listed);
        for name in listed {
            Scenario::named(name).unwrap();
        }
    }
}
