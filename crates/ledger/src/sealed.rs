//! To whom a package is sealed: an age public key, or a passphrase that is typed when it is collected. What is kept and entered of it.
//!
//! It seals and opens nothing: `verify::sealed` does. The invariant: an entry names a key by its fingerprint, and no passphrase is here.

pub mod bech32;

use std::fmt;

const KEY_PREFIX: &str = "age";
/// Shortest passphrase: what is guessed offline must not be a word.
pub const PASSPHRASE_CHARS_MIN: usize = 12;
pub const PASSPHRASE_CHARS_MAX: usize = 200;

/// Why a sealed file is not written or does not open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SealFault {
    #[error("this is no age public key (age1…)")]
    Recipient,
    #[error("this is no age secret key (AGE-SECRET-KEY-1…)")]
    Identity,
    #[error("a passphrase has 12 to 200 characters")]
    Passphrase,
    #[error("the file is not of the age format, version 1")]
    Format,
    #[error("the file is sealed to somebody else, or the passphrase is another one")]
    NotForThis,
    #[error("the file is damaged or cut off")]
    Damaged,
}

type Result<T> = std::result::Result<T, SealFault>;

/// A recipient's public key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PublicKey(pub [u8; 32]);

impl PublicKey {
    pub fn parse(text: &str) -> Result<Self> {
        bech32::decode(KEY_PREFIX, text.trim()).map(Self).ok_or(SealFault::Recipient)
    }

    /// What names it in an entry: not the key itself, which may name a person elsewhere.
    pub fn fingerprint(self) -> model::Hash {
        use sha2::Digest as _;
        model::Hash(sha2::Sha256::digest(self.to_string()).into())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bech32::encode(KEY_PREFIX, &self.0))
    }
}

/// To whom a package is sealed: what is kept and entered of it, and no secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SealTo {
    Key(PublicKey),
    /// Typed when the package is collected, and kept nowhere.
    Passphrase,
}

impl SealTo {
    const PASSPHRASE: &str = "passphrase";

    /// An age public key, or the word `passphrase`.
    pub fn parse(text: &str) -> Result<Self> {
        match text.trim() {
            Self::PASSPHRASE => Ok(Self::Passphrase),
            key => PublicKey::parse(key).map(Self::Key),
        }
    }

    /// As an entry names it.
    pub fn entry_text(self) -> String {
        match self {
            Self::Key(key) => format!("sealed_to=key {}", key.fingerprint()),
            Self::Passphrase => "sealed_to=passphrase".to_owned(),
        }
    }
}

impl fmt::Display for SealTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => key.fmt(f),
            Self::Passphrase => f.write_str(Self::PASSPHRASE),
        }
    }
}
