//! Newtyped identifiers and the 32-byte hash value.
//!
//! Ids are UUIDs (version 7 when the shell makes them); this crate only holds and prints them.

use crate::Invalid;
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}({})", stringify!($name), self.0) }
        }
        impl FromStr for $name {
            type Err = Invalid;
            fn from_str(text: &str) -> Result<Self, Invalid> {
                Uuid::parse_str(text).map(Self).map_err(|_| Invalid::new(stringify!($name), "not a UUID"))
            }
        }
    )+};
}

id! {
    /// One camera of the registry. Replacing the device keeps the id of its point.
    CameraId,
    /// A unit (使用单位): the legal body that uses the system.
    UnitId,
    /// A group of cameras inside a unit.
    GroupId,
    /// A natural person with a personal account.
    PersonId,
    /// A case or incident under which somebody acts.
    CaseId,
    /// A request to see footage, and what became of it.
    GrantId,
    /// A signed-in session of a person (not a viewing session: that is a [`ViewId`]).
    SessionId,
    /// A device's key with which a person signs in.
    PasskeyId,
    /// The link between an account and one subject of a sign-in provider.
    IdentityId,
    /// A viewing session: one admitted act of watching, with its ledger entry.
    ViewId,
    /// One export: a piece of footage handed out as an evidence package.
    ExportId,
    /// A saved wall layout.
    LayoutId,
    /// What a person said about one or more gaps, and what came of it.
    ExplanationId,
    /// An announced maintenance window.
    MaintenanceId,
    /// One request to the API, for correlating logs.
    RequestId,
    /// An evidence hold: footage that must not go, whatever its age.
    HoldId,
    /// A record of the registry: a place, a system, a point, a document.
    RecordId,
    /// A training of a person.
    TrainingId,
    /// A request to change what may not be changed without authorisation.
    ChangeRequestId,
    /// A value that a unit set beside a pack's.
    OverrideId,
    /// One filing of a system with the public security organ.
    FilingId,
    /// An authority that supervises systems of its area.
    AuthorityId,
    /// The identity of a footage folder, written in its identity file.
    StoreId,
}

/// A media disk: a folder of its own for footage, on a file system of its own. 1 is the one that the store was made with;
/// numbers are not used again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct DiskId(pub u16);

impl DiskId {
    /// The folder that the data folder or the boot file names.
    pub const FIRST: Self = Self(1);
}

impl fmt::Display for DiskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A SHA-256 value (FIPS 180-4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Hash(pub [u8; 32]);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bad = || Invalid::new("hash", "not 64 hexadecimal digits");
        if text.len() != 64 || !text.is_ascii() {
            return Err(bad());
        }
        let mut out = [0u8; 32];
        for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| bad())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| bad())?;
        }
        Ok(Self(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_prints_and_parses_as_hex() {
        let hash = Hash([0xab; 32]);
        assert_eq!(hash.to_string().parse::<Hash>().unwrap(), hash);
        for bad in ["", "ab", &"g".repeat(64), &"é".repeat(32)] {
            assert!(bad.parse::<Hash>().is_err(), "{bad}");
        }
    }
}
