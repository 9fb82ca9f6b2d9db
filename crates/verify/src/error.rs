//! The error type of this crate: reading failed, or a policy cannot be read. What is wrong with a package is no error
//! but a finding.

use model::Kind;

/// Result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read {what}: {source}")]
    Read {
        what: String,
        #[source]
        source: std::io::Error,
    },
    /// Lines count from 1; 0 is the whole file.
    #[error("policy: line {line}: {problem}")]
    Policy { line: usize, problem: &'static str },
    /// Neither a folder nor an archive that can be read.
    #[error("{what}: {problem}")]
    Container { what: String, problem: &'static str },
}

impl Error {
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Read { .. } => Kind::Unavailable,
            Self::Policy { .. } | Self::Container { .. } => Kind::Invalid,
        }
    }

    pub(crate) fn read(what: &str) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Read { what: what.to_owned(), source }
    }
}
