//! The interface as a whole, through the real router, on a real store: who is let in, what each act leaves in the
//! ledger, what travels over the sockets.

#![expect(clippy::unwrap_used, reason = "a helper that fails must fail the test at its place")]

mod admits;
mod browse;
mod cases;
mod challenges;
mod clocks;
mod description;
mod disks;
mod documents;
mod filings;
mod gaps;
mod house;
mod imports;
mod kept;
mod law;
mod levels;
mod paged;
mod planted;
mod pressure;
mod running;
mod sign_in;
mod sound;
mod trace;
mod watch;
mod witnessing;
mod years;
