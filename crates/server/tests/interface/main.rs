//! The interface as a whole, through the real router, on a real store: who is let in, what each act leaves in the
//! ledger, what travels over the sockets.

#![expect(clippy::unwrap_used, reason = "a helper that fails must fail the test at its place")]

mod admits;
mod alarms;
mod attacks;
mod authenticator;
mod balance;
mod board;
mod browse;
mod case_files;
mod cases;
mod challenges;
mod claims;
mod clocks;
mod description;
mod disks;
mod documents;
mod dossiers;
mod duties;
mod duty;
mod filings;
mod folders;
mod gaps;
mod grants;
mod house;
mod imports;
mod kept;
mod law;
mod levels;
mod paged;
mod passkeys;
mod planted;
mod portal;
mod pressure;
mod ptz;
mod races;
mod reminders;
mod retention;
mod retrievals;
mod routines;
mod running;
mod sealing;
mod sign_in;
mod sinks;
mod sound;
mod standing;
mod supervision;
mod takeovers;
mod trace;
mod turned;
mod walks;
mod watch;
mod watching;
mod witnessing;
mod years;
