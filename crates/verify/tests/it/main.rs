//! Tests of the verifier as one program: a true package is made once, by `fixture`, and then lied about in every way
//! that we can think of.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod differ;
mod fixture;
mod found;
mod mutations;
mod packages;
mod page;
mod python;
