//! `cargo run -p sim -- [--scenario NAME] [--seed N] [--seeds COUNT | --ci] [--trace]`: replays one seed, or runs many.
//!
//! It prints each failing seed with the promise that it broke and exits with 1; 2 when it was asked wrongly. It keeps nothing.

use sim::{ALL, Lost, Scenario};
use std::process::ExitCode;
use std::time::Instant;

struct Asked {
    scenarios: Vec<&'static str>,
    first: u64,
    count: u64,
    shown: bool,
    /// CI's seeds of each scenario, up to the first that fails.
    is_ci: bool,
}

const USAGE: &str =
    "cargo run -p sim -- [--scenario NAME] [--seed N] [--seeds COUNT | --ci] [--trace] [--list]";

fn asked() -> Result<Asked, String> {
    let mut asked = Asked { scenarios: Vec::new(), first: 1, count: 1, shown: false, is_ci: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        let number = |text: String| text.parse::<u64>().map_err(|error| format!("{text}: {error}"));
        match argument.as_str() {
            "--scenario" => {
                let name = value()?;
                let found =
                    ALL.iter().find(|(known, _)| *known == name).ok_or(format!("no scenario {name}"))?;
                asked.scenarios.push(found.0);
            }
            "--seed" => asked.first = number(value()?)?,
            "--seeds" => asked.count = number(value()?)?,
            "--ci" => asked.is_ci = true,
            "--trace" => asked.shown = true,
            "--list" => {
                for (name, text) in ALL {
                    println!("{name}: {}", Scenario::parse(text)?.about);
                }
            }
            _ => return Err(format!("{argument}? {USAGE}")),
        }
    }
    if asked.scenarios.is_empty() {
        asked.scenarios = ALL.iter().map(|(name, _)| *name).collect();
    }
    Ok(asked)
}

fn main() -> ExitCode {
    let asked = match asked() {
        Ok(asked) => asked,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    if asked.shown {
        tracing_subscriber::fmt().without_time().with_writer(std::io::stdout).init();
    }
    let (began, mut runs, mut failures) = (Instant::now(), 0_u64, 0_u64);
    let (mut cuts, mut kills) = (0_u64, 0_u64);
    let mut losses = Vec::new();
    for name in &asked.scenarios {
        let scenario = match Scenario::named(name) {
            Ok(scenario) => scenario,
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::from(2);
            }
        };
        let count = if asked.is_ci { scenario.seeds } else { asked.count };
        for seed in asked.first..asked.first.saturating_add(count) {
            runs += 1;
            match sim::run(&scenario, seed, asked.shown) {
                Ok(report) => {
                    cuts += u64::from(report.cuts);
                    kills += u64::from(report.kills);
                    losses.extend_from_slice(&report.losses);
                    if count == 1 {
                        println!("{name} seed {seed}: {:?}", sim::Report { losses: Vec::new(), ..report });
                    }
                }
                Err(failed) => {
                    failures += 1;
                    println!(
                        "FAILED {name} seed {seed}: {} (trace {})",
                        failed.broken,
                        failed.trace.digest()
                    );
                    if asked.is_ci {
                        return ExitCode::from(1);
                    }
                }
            }
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{runs} runs, {failures} failed, {cuts} power cuts, {kills} kills, {seconds:.0} s, {:.0} a minute",
        runs as f64 * 60.0 / seconds
    );
    // Of several, some delete footage or lose disks: what is gone there is no loss.
    if asked.scenarios.len() == 1 {
        for is_power in [true, false] {
            println!("{}", lost(is_power, &losses));
        }
    }
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// What ends of one kind cost: worst and median over cameras and ends, and how near the worst came to what may be lost.
fn lost(is_power: bool, losses: &[Lost]) -> String {
    let of_kind: Vec<&Lost> = losses.iter().filter(|lost| lost.is_power == is_power).collect();
    let mut all: Vec<i64> = of_kind.iter().map(|lost| lost.us).collect();
    all.sort_unstable();
    let s = |us: i64| us as f64 / 1e6;
    let at = |share: usize| all.get(all.len().saturating_sub(1) * share / 100).copied().unwrap_or_default();
    let nearest = of_kind.iter().map(|lost| lost.us as f64 / lost.bound_us.max(1) as f64).fold(0.0, f64::max);
    let bound = of_kind.iter().map(|lost| lost.bound_us).max().unwrap_or_default();
    format!(
        "lost per camera at a {}, of {} (a camera at an end): median {:.2} s, p99 {:.2} s, worst {:.2} s; the bound was {:.2} s at most, \
         and no loss more than {:.2} of its own",
        if is_power { "power cut" } else { "kill" },
        all.len(),
        s(at(50)),
        s(at(99)),
        s(at(100)),
        s(bound),
        nearest
    )
}
