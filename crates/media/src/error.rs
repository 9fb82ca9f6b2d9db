//! The one error type of this crate. It never carries footage bytes, only what was wrong and where.

use model::Kind;

/// Why bytes or a unit could not be taken.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// A bitstream (NAL units, parameter sets, a configuration record) from outside is not what its standard demands.
    #[error("bitstream: {what} at byte {at}")]
    Bitstream { what: &'static str, at: u64 },
    /// A stored file or index is not what this crate wrote.
    #[error("stored bytes: {what} at byte {at}")]
    Stored { what: &'static str, at: u64 },
    /// A unit that cannot follow the ones before it in this segment.
    #[error("unit: {0}")]
    Unit(&'static str),
}

/// Result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) const fn bitstream(what: &'static str, at: usize) -> Self {
        Self::Bitstream { what, at: at as u64 }
    }

    pub(crate) const fn stored(what: &'static str, at: u64) -> Self {
        Self::Stored { what, at }
    }

    /// The shared kind of this error.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Bitstream { .. } | Self::Unit(_) => Kind::Invalid,
            Self::Stored { .. } => Kind::Corrupt,
        }
    }
}
