//! The two logs of Watchkeeper as pure data: trees, tiles, notes, footage records, access entries, packages.
//!
//! Nothing here reads a clock, a file, a socket, the environment or randomness, and nothing here trusts our own
//! server: every decoder takes bytes from a stranger, never panics, and names the field and the byte it rejects.
//! Canonical bytes are frozen by the test vectors in `testdata/`; a change of one of them is a new version.

pub mod access;
pub mod challenge;
pub mod checkpoint;
pub mod dossier;
mod error;
pub mod follow;
pub mod fork;
mod layout;
pub mod markup;
pub mod mirror;
pub mod note;
pub mod origin;
pub mod package;
pub mod record;
pub mod sealed;
pub mod table;
pub mod tick;
pub mod tile;
pub mod tree;
pub mod witness;

pub use error::{Error, Result};

/// Longest entry of either log in bytes: one eighth of a default SQLite page group, small enough that an entry
/// bundle of 256 stays near 1 MiB, large enough for every act in words; bulk acts carry a digest and a count.
pub const ENTRY_BYTES_MAX: usize = 4_096;
