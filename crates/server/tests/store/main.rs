//! What `watchkeeper check` finds in a store that somebody or something changed, and what `--rebuild` makes again.
#![expect(clippy::unwrap_used, reason = "a test fails where it fails")]

mod beside;
mod encryption;
mod lost;
mod mutations;
mod quick;
mod rebuild;
mod small_disk;
mod town;
