//! Checks evidence packages and stored segments from nothing but bytes and the keys that the reader trusts.
//!
//! It never believes a package about itself: a key that only the package names proves nothing about origin, and the
//! report then says that it cannot tell. Input is a stranger's: every size has a limit, nothing panics. Files may be
//! read here (this is the one core with a file reader), nothing else. docs/design/package.md describes the format so
//! exactly that this crate could be written again from it.

mod archive;
mod challenge;
mod dossier;
mod error;
mod folder;
mod found;
mod package;
mod policy;
mod possession;
mod read;
mod report;
pub mod sealed;
mod stored;
mod walk;

pub use archive::Archive;
pub use challenge::{Expected, Judged, JudgedDraw, challenge, challenge_instants};
pub use dossier::{CheckedDossier, dossier, is_dossier};
pub use error::{Error, Result};
pub use folder::{Folder, open};
pub use found::{COPY_IDS_MAX, Frames, Material, NoPictures, Pictures, StoredGroups, copy_ids, pictures};
pub use package::package;
pub use policy::Policy;
pub use possession::{Possession, possess_stored};
pub use read::{Listed, Memory, PackageReader, ReadAt};
pub use report::{Claim, ClaimName, Finding, Oddity, Report, Verdict};
pub use stored::{Damage, Stored, stored_segment};
