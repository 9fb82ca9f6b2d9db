//! What must hold for any input, parser by parser. A fuzz target is one call of a function of these modules; tests of
//! the workspace include the same files by path and replay what is checked in, so that they need neither nightly nor
//! cargo-fuzz.
//!
//! Functions here panic when an invariant is broken and for no other reason. They use public interfaces only.

pub mod ledger;
pub mod media;
pub mod store;
pub mod verify;
pub mod wire;
