//! Every scenario holds for CI's seeds; with `WATCHKEEPER_LONG=1` for many more. A failing seed says how to replay it.

use sim::{Report, Scenario};
use std::time::Instant;

/// How many times as many seeds the long run has: twelve thousand runs in all.
const LONG: u64 = 50;

fn check(name: &str) -> Vec<Report> {
    let scenario = Scenario::named(name).unwrap_or_else(|error| panic!("{error}"));
    let is_long = std::env::var_os("WATCHKEEPER_LONG").is_some();
    let seeds = if is_long { scenario.seeds * LONG } else { scenario.seeds };
    let began = Instant::now();
    let run = |seed| match sim::run(&scenario, seed, false) {
        Ok(report) => report,
        Err(failed) => panic!(
            "{}\nreplay: cargo run -p sim -- --scenario {name} --seed {seed} --trace\n{}",
            failed.broken,
            failed.trace.lines().join("\n")
        ),
    };
    let reports: Vec<Report> = (1..=seeds).map(run).collect();
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    let units: usize = reports.iter().map(|report| report.units).sum();
    let processes: u32 = reports.iter().map(|report| report.processes).sum();
    let cuts: u32 = reports.iter().map(|report| report.cuts).sum();
    let kills: u32 = reports.iter().map(|report| report.kills).sum();
    println!(
        "{seeds} seeds of {name} hold ({processes} processes, {cuts} power cuts, {kills} kills, {units} units, {:.0} a minute)",
        seeds as f64 / minutes
    );
    reports
}

#[test]
fn a_kill_at_any_step_loses_less_than_a_second() {
    check("a_kill_at_any_step_loses_less_than_a_second");
}

#[test]
fn a_power_cut_at_any_step_keeps_what_was_synced() {
    check("a_power_cut_at_any_step_keeps_what_was_synced");
}

#[test]
fn a_failing_disk_leaves_gaps_and_whole_footage() {
    check("a_failing_disk_leaves_gaps_and_whole_footage");
}

#[test]
fn a_lying_disk_is_found_out() {
    let reports = check("a_lying_disk_is_found_out");
    assert!(reports.iter().any(|report| report.damaged > 0), "some lie did damage, and the check named it");
}

#[test]
fn a_bad_network_ends_in_footage_or_a_gap() {
    check("a_bad_network_ends_in_footage_or_a_gap");
}

#[test]
fn a_clock_that_is_set_deletes_nothing() {
    let reports = check("a_clock_that_is_set_deletes_nothing");
    assert_eq!(reports.iter().map(|report| report.expired).sum::<u64>(), 0);
}

#[test]
fn a_deletion_can_be_cut_off_anywhere() {
    let reports = check("a_deletion_can_be_cut_off_anywhere");
    assert!(reports.iter().all(|report| report.expired > 0), "each run deletes");
}

#[test]
fn a_first_start_can_be_cut_off_anywhere() {
    check("a_first_start_can_be_cut_off_anywhere");
}

#[test]
fn sixty_four_streams_lose_no_more_than_one() {
    check("sixty_four_streams_lose_no_more_than_one");
}

#[test]
fn an_outage_lies_between_two_ticks() {
    check("an_outage_lies_between_two_ticks");
}

#[test]
fn a_hold_outlives_every_crash() {
    let reports = check("a_hold_outlives_every_crash");
    assert!(
        reports.iter().any(|report| report.holds > 0 && report.expired > 0),
        "some hold, some footage goes"
    );
}

#[test]
fn a_witness_never_forgets_what_it_signed() {
    let reports = check("a_witness_never_forgets_what_it_signed");
    assert!(reports.iter().any(|report| report.witness_ends > 0), "some witness ends while it is asked");
}

#[test]
fn everything_at_once() {
    check("everything_at_once");
}

/// A planted bug that no longer fits the code shows nothing; `crates/sim/planted/run` shows that each is caught.
#[test]
fn every_planted_bug_still_applies() {
    let own = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let (root, folder) = (format!("{own}/../.."), format!("{own}/planted"));
    let mut patches: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    patches.retain(|path| path.extension().is_some_and(|extension| extension == "patch"));
    assert!(patches.len() >= 20, "{} are left", patches.len());
    for patch in patches {
        let mut git = std::process::Command::new("git");
        let applied = git.args(["apply", "--check", "-C1"]).arg(&patch).current_dir(&root).output().unwrap();
        let said = String::from_utf8_lossy(&applied.stderr).into_owned();
        assert!(applied.status.success(), "{}: {said}", patch.display());
    }
}

/// The same seed is the same run, to the hash of every record.
#[test]
fn a_seed_replays_exactly() {
    // The registry's ids are other ones in each run: what happens is the same, hashes of records and names are not.
    let replays = |name: &str| !name.contains("deletion") && !name.contains("hold");
    for (name, _) in sim::ALL.iter().filter(|(name, _)| replays(name)) {
        let scenario = Scenario::named(name).unwrap();
        let trace = |seed| sim::run(&scenario, seed, false).unwrap().trace;
        assert_eq!(trace(7), trace(7), "{name}");
        assert_ne!(trace(7), trace(8), "{name}");
    }
}
