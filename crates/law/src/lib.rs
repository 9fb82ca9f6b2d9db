//! What the rules mean: who may do what and why not, and which footage must be kept or must go.
//!
//! Pure functions over facts that somebody else loaded: nothing here reads a clock, a file, a socket, SQL or
//! chance. Every refusal names the rule it comes from and what would make the act possible (invariant 11).

pub mod access;
pub mod alarm;
pub mod availability;
pub mod clocks;
pub mod compensation;
pub mod completeness;
mod day;
pub mod detect;
pub mod duty;
pub mod filing;
pub mod folder;
pub mod forecast;
pub mod grants;
pub mod identity;
pub mod import;
pub mod integrity;
pub mod life_cycle;
pub mod packs;
pub mod placement;
pub mod portal;
pub mod pressure;
pub mod ptz;
pub mod record_term;
pub mod register;
pub mod remind;
pub mod retention;
pub mod retrieval;
pub mod routines;
pub mod sound;
pub mod supervision;
pub mod takeover;
pub mod watching;
mod words;

pub use day::Day;
pub use words::Words;
