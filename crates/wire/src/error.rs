//! The one error type of this crate.
//!
//! What a peer does wrong over RTSP is not an error here: it is answered with a status code. These are the
//! mistakes of our own side, such as parameters that no session description can be made from.

use model::Kind;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// A decoder configuration record (`avcC`, `hvcC`) that is not one; names what is wrong.
    #[error("decoder configuration: {0}")]
    Configuration(&'static str),
}

impl Error {
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Configuration(_) => Kind::Invalid,
        }
    }
}
