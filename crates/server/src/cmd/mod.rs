//! The commands: one file each. A command returns its exit code; an error is printed by `main` and exits with
//! [`EXIT_FAILED`].
//!
//! Exit codes of every command: 0 done and nothing wrong, 1 something wrong was found, 2 it could not be done or told.

mod back_fill;
mod backup;
pub mod bench;
mod challenge;
pub mod check;
mod demo;
mod doctor;
mod init;
mod key;
mod law;
mod migrate;
mod mirror;
mod open;
mod openapi;
pub mod output;
mod place;
mod restore;
mod segment;
mod serve;
mod stop;
mod trace;
mod user;
mod verify;
mod witness;

use clap::Subcommand;
use std::process::ExitCode;

pub const EXIT_FOUND: u8 = 1;
pub const EXIT_FAILED: u8 = 2;

#[derive(Subcommand)]
pub enum Command {
    /// Everything on this machine, with simulated cameras; prints the address and three accounts
    Demo(demo::Arguments),
    /// Run the server
    Serve(serve::Arguments),
    /// Create the data folder, the keys, the first unit and the first administrator
    Init(init::Arguments),
    /// List accounts, or give one a new one-time password
    User(user::Arguments),
    /// Look for what would keep the server from running well here
    Doctor(doctor::Arguments),
    /// Store keys: make one, list those that are needed, rotate
    Key(key::Arguments),
    /// One stored file as plain MP4
    Segment(segment::Arguments),
    /// Compare rows, files and logs, and re-hash the footage
    Check(check::Arguments),
    /// Bring footage for a gap, from a camera's card or another recorder
    BackFill(back_fill::Arguments),
    /// Copy the store while it records; list and forget backups
    Backup(backup::Arguments),
    /// Bring a backup back into a new folder; unlock what was brought back
    Restore(restore::Arguments),
    /// Take the schema steps that are due, or go back
    Migrate(migrate::Arguments),
    /// End the running server as planned, with a reason
    Stop(stop::Arguments),
    /// Find out which copy a found video is, and to whom it was handed
    Trace(trace::Arguments),
    /// Verify an evidence package, offline
    Verify(verify::Arguments),
    /// Open a package that is sealed to a key or passphrase, offline
    Open(open::Arguments),
    /// Cosign checkpoints of other people's logs, and show the forks met
    Witness(witness::Arguments),
    /// Copy the logs of a server, hold them to what they said before, verify the copy
    Mirror(mirror::Arguments),
    /// Ask a server to prove that it still has its footage; judge the answer, offline
    Challenge(challenge::Arguments),
    /// From an article to its duty, control, code and test
    Law(law::Arguments),
    /// Measure this machine and this build
    Bench(bench::Arguments),
    /// Print the description of the API
    Openapi(openapi::Arguments),
}

pub fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Demo(arguments) => block_on(demo::run(arguments)),
        Command::Serve(arguments) => block_on(serve::run(arguments)),
        Command::Init(arguments) => block_on(init::run(arguments)),
        Command::User(arguments) => block_on(user::run(arguments)),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Key(arguments) => block_on(key::run(arguments)),
        Command::Segment(arguments) => block_on(segment::run(arguments)),
        Command::Check(arguments) => block_on(check::run(arguments)),
        Command::BackFill(arguments) => block_on(back_fill::run(arguments)),
        Command::Backup(arguments) => block_on(backup::run(arguments)),
        Command::Restore(arguments) => block_on(restore::run(arguments)),
        Command::Migrate(arguments) => block_on(migrate::run(arguments)),
        Command::Stop(arguments) => block_on(stop::run(arguments)),
        Command::Trace(arguments) => block_on(trace::run(arguments)),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Open(arguments) => open::run(&arguments),
        Command::Witness(arguments) => block_on(witness::run(arguments)),
        Command::Mirror(arguments) => block_on(mirror::run(arguments)),
        Command::Challenge(arguments) => block_on(challenge::run(arguments)),
        Command::Law(arguments) => block_on(law::run(arguments)),
        Command::Bench(arguments) => bench::run(arguments),
        Command::Openapi(arguments) => openapi::run(&arguments),
    }
}

/// Runs a command on a multi-threaded runtime with as many threads as cores.
fn block_on(command: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}
