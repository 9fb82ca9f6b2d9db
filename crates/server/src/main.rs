//! The binary `watchkeeper`: parses the command line and hands over. It decides nothing itself.

use clap::Parser as _;
use server::cmd::{self, Command};
use std::process::ExitCode;

/// Watchkeeper (守望): video management for public areas that keeps the law by itself.
#[derive(clap::Parser)]
#[command(name = "watchkeeper", version, about, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match cmd::run(arguments.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("watchkeeper: {error:#}");
            ExitCode::from(cmd::EXIT_FAILED)
        }
    }
}
