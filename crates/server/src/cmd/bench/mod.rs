//! `watchkeeper bench`: figures for `docs/performance.md`, measured on the shipping code. Never part of a test.
//!
//! The cameras run in a process of their own, so that their cost is not counted as ours.

mod access;
mod clip;
mod duties;
mod export;
mod farm;
mod history;
mod import;
mod ledger;
mod live;
mod power;
mod process;
mod record;
mod recover;
mod scrub;
mod start;
mod sweep;
mod viewer;
mod web;

use clap::Subcommand;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// CPU per gigabyte recorded, beside ffmpeg's segmenter and GStreamer's splitmuxsink
    Record(record::Args),
    /// First picture and frame age of a live view: at the pipeline's reader, and through the web without and with TLS
    Live(live::Args),
    /// Kill -9 at random moments: what each camera lost, and how fast recording is back
    Recover(recover::Args),
    /// Power cuts under the whole server, on a simulated disk that keeps only what was flushed (needs root)
    Power(power::Args),
    /// A store of many segments: start after kill -9, and `check` of its metadata
    Start(start::Args),
    /// A full evidence package and its verification, beside ffmpeg's concat and plain hashing
    Export(export::Args),
    /// A clip of some cameras out of a day: its verification beside plain hashing, and the size of its proofs
    Clip(clip::Args),
    /// A table of 20,000 cameras, tried and applied while others record and a viewer opens views
    Import(import::Args),
    /// Entries a second through the access log's door, with one caller and with many
    Ledger(ledger::Args),
    /// 500 people signed in, 2,000 decisions a second: how long each waits; questions about who may do what over 20,000 cameras
    Access(access::Args),
    /// Findings of 1,000 systems with 20,000 cameras: all at once, after one change, at midnight, beside whole detection
    Duties(duties::Args),
    /// How soon a change of a city's register stands in the history of findings, over HTTP
    Sweep(sweep::Args),
    /// The scrub's judge without its pauses, with a cold cache, beside reading and plain hashing of the same files
    Scrub(scrub::Args),
    /// (internal) the cameras
    #[command(hide = true)]
    Farm(farm::Args),
    /// (internal) the server under power cuts
    #[command(hide = true)]
    Server(power::ServeArgs),
    /// (internal) the recorder under test
    #[command(hide = true)]
    Recorder(record::recorder::Args),
}

pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.bench {
        Bench::Record(args) => record::run(&args).map(|()| ExitCode::SUCCESS),
        Bench::Live(args) => super::block_on(live::run(args)),
        Bench::Recover(args) => recover::run(&args).map(|()| ExitCode::SUCCESS),
        Bench::Power(args) => super::block_on(power::run(args)),
        Bench::Start(args) => super::block_on(start::run(args)),
        Bench::Server(args) => super::block_on(power::serve(args)),
        Bench::Export(args) => super::block_on(export::run(args)),
        Bench::Clip(args) => super::block_on(clip::run(args)),
        Bench::Import(args) => super::block_on(import::run(args)),
        Bench::Ledger(args) => super::block_on(ledger::run(args)),
        Bench::Access(args) => super::block_on(access::run(args)),
        Bench::Duties(args) => duties::run(&args),
        Bench::Scrub(args) => super::block_on(scrub::run(args)),
        Bench::Sweep(args) => super::block_on(sweep::run(args)),
        Bench::Farm(args) => super::block_on(farm::run(args)),
        Bench::Recorder(args) => super::block_on(record::recorder::run(args)),
    }
}
