//! Which faults a disk has now, and how often.
//!
//! A fault happens once in so many operations of its kind; zero is never.

use std::collections::BTreeMap;

/// What a disk can do wrong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fault {
    /// A write takes fewer bytes than it was given, and says so: POSIX allows it.
    Short,
    /// A write fails in the middle.
    Write,
    /// A write finds no room.
    NoSpace,
    /// A file cannot be created.
    Create,
    /// A file cannot be removed.
    Remove,
    /// A read fails, as of a bad sector: another attempt may succeed.
    Read,
    /// A sync fails; what it had in hand is lost.
    Sync,
    /// A sync says that it was done, and was not.
    Lie,
    /// A sync takes seconds.
    Slow,
    /// A database refuses a commit, as when its disk is full.
    Commit,
}

impl Fault {
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "short" => Self::Short,
            "write" => Self::Write,
            "no_space" => Self::NoSpace,
            "create" => Self::Create,
            "remove" => Self::Remove,
            "read" => Self::Read,
            "sync" => Self::Sync,
            "lie" => Self::Lie,
            "slow" => Self::Slow,
            "commit" => Self::Commit,
            _ => return None,
        })
    }
}

/// The faults of a disk at one time.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    pub one_in: BTreeMap<Fault, u64>,
    /// The media folder's disk is not mounted: nothing is there.
    pub vanished: bool,
}

impl Faults {
    pub fn is_there(&self, is_media: bool) -> bool {
        !(self.vanished && is_media)
    }
}
