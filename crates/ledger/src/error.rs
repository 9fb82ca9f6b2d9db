//! The one error type of this crate. It is not a verdict: what an error means for a claim is said in `verify`.

use model::Kind;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What is wrong with bytes, text, a proof or a question.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// Binary bytes are not the canonical encoding.
    #[error("{what}: field {field} at byte {offset}: {problem}")]
    Decode { what: &'static str, field: &'static str, offset: usize, problem: &'static str },
    /// A value cannot be written canonically.
    #[error("{what}: field {field}: {problem}")]
    Encode { what: &'static str, field: &'static str, problem: &'static str },
    /// A text format is broken; lines count from 1.
    #[error("{what}: line {line}: {problem}")]
    Text { what: &'static str, line: usize, problem: &'static str },
    /// A proof was asked for leaves that the tree does not have.
    #[error("{what}: {problem}")]
    Range { what: &'static str, problem: &'static str },
    /// A hash that the tree needs is not at hand.
    #[error("no hash for the node at level {level}, index {index}")]
    Missing { level: u8, index: u64 },
    /// A proof, hash, signature or ciphertext does not fit what it is said to belong to.
    #[error("{what} does not match: {problem}")]
    Mismatch { what: &'static str, problem: &'static str },
}

impl Error {
    /// The shared kind: wrong input, absent data, or bytes that are not what was written.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Decode { .. } | Self::Encode { .. } | Self::Text { .. } | Self::Range { .. } => {
                Kind::Invalid
            }
            Self::Missing { .. } => Kind::Unavailable,
            Self::Mismatch { .. } => Kind::Corrupt,
        }
    }
}
