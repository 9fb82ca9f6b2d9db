//! Sealing an access record: what enters the tree, what is kept encrypted, and how both are checked later.
//!
//! The leaf says nothing about the record but its day and class. Key and salt are secrets of the registry; a package
//! or a court gets the opened record and its salt, never the key.

use super::{AccessRecord, Class};
use crate::layout::{Reader, Writer};
use crate::tree::{leaf_hash, sha256};
use crate::{Error, Result};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use model::{Hash, WallTime};

const VERSION: u8 = 1;
const LEAF_DOMAIN: &[u8] = b"watchkeeper/access-leaf/v1\n";
const COMMITMENT_DOMAIN: &[u8] = b"watchkeeper/access-commitment/v1\n";
const NONCE_DOMAIN: &[u8] = b"watchkeeper/access-nonce/v1\n";
const DAY_US: i64 = 86_400_000_000;

/// Bytes of an entry's encryption key.
pub const KEY_BYTES: usize = 32;
/// Bytes of an entry's commitment salt.
pub const SALT_BYTES: usize = 32;

/// What the tree holds of one entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AccessLeaf {
    /// Days since 1970-01-01 UTC.
    pub epoch: u32,
    pub class: Class,
    /// SHA-256(domain || salt || record bytes).
    pub commitment: Hash,
    /// SHA-256 of the ciphertext that the registry keeps.
    pub ciphertext_hash: Hash,
}

impl AccessLeaf {
    const WHAT: &'static str = "access leaf";

    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::header(Self::WHAT, VERSION, LEAF_DOMAIN);
        writer.u32(self.epoch);
        writer.u8(self.class.code());
        writer.hash(self.commitment);
        writer.hash(self.ciphertext_hash);
        writer.into_bytes()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(Self::WHAT, bytes);
        reader.header(VERSION, LEAF_DOMAIN)?;
        let leaf = Self {
            epoch: reader.u32("epoch")?,
            class: reader.code("class", Class::from_code)?,
            commitment: reader.hash("commitment")?,
            ciphertext_hash: reader.hash("ciphertext_hash")?,
        };
        reader.finish()?;
        Ok(leaf)
    }

    /// Its leaf hash in the batch of its minute.
    pub fn hash(&self) -> Hash {
        leaf_hash(&self.encode())
    }
}

/// A sealed entry: everything the registry keeps of it.
#[derive(Clone)]
pub struct Sealed {
    pub leaf: AccessLeaf,
    /// [`AccessLeaf::encode`].
    pub leaf_bytes: Vec<u8>,
    pub ciphertext: Vec<u8>,
    pub key: [u8; KEY_BYTES],
    pub salt: [u8; SALT_BYTES],
}

/// Prints the leaf, never the secrets.
impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealed").field("leaf", &self.leaf).finish_non_exhaustive()
    }
}

/// Encrypts a record under a fresh key. `entropy` must be 64 fresh random bytes: key, then salt. The key is used for
/// this one message, so the nonce need not be random; it is derived from the salt.
pub fn seal(record: &AccessRecord, entropy: [u8; 64]) -> Result<Sealed> {
    let record_bytes = record.encode()?;
    let (mut key, mut salt) = ([0; KEY_BYTES], [0; SALT_BYTES]);
    key.copy_from_slice(&entropy[..32]);
    salt.copy_from_slice(&entropy[32..]);
    let (epoch, class) = (epoch_of(record.time)?, record.class());
    let aad = associated_data(epoch, class);
    let payload = Payload { msg: &record_bytes, aad: &aad };
    let ciphertext = XChaCha20Poly1305::new(&key.into()).encrypt(&nonce(&salt), payload).map_err(|_| {
        Error::Encode { what: "access entry", field: "ciphertext", problem: "cannot be encrypted" }
    })?;
    let ciphertext_hash = sha256(&[&ciphertext]);
    let leaf = AccessLeaf { epoch, class, commitment: commitment(&salt, &record_bytes), ciphertext_hash };
    Ok(Sealed { leaf_bytes: leaf.encode(), leaf, ciphertext, key, salt })
}

/// Decrypts an entry and checks that it is the one that its leaf commits to.
pub fn open(
    leaf: &AccessLeaf,
    ciphertext: &[u8],
    key: &[u8; KEY_BYTES],
    salt: &[u8; SALT_BYTES],
) -> Result<AccessRecord> {
    let wrong = |problem| Error::Mismatch { what: "access entry", problem };
    if sha256(&[ciphertext]) != leaf.ciphertext_hash {
        return Err(wrong("the ciphertext is not the one of the leaf"));
    }
    let aad = associated_data(leaf.epoch, leaf.class);
    let record_bytes = XChaCha20Poly1305::new(key.into())
        .decrypt(&nonce(salt), Payload { msg: ciphertext, aad: &aad })
        .map_err(|_| wrong("the key does not open the ciphertext"))?;
    check_opened(leaf, &record_bytes, salt)
}

/// Checks an opened record and its salt against the leaf: what a verifier without the key does.
pub fn check_opened(leaf: &AccessLeaf, record_bytes: &[u8], salt: &[u8; SALT_BYTES]) -> Result<AccessRecord> {
    let wrong = |problem| Error::Mismatch { what: "access entry", problem };
    if commitment(salt, record_bytes) != leaf.commitment {
        return Err(wrong("the record and salt are not what the leaf commits to"));
    }
    let record = AccessRecord::decode(record_bytes)?;
    if epoch_of(record.time)? != leaf.epoch {
        return Err(wrong("the leaf names another day"));
    }
    if record.class() != leaf.class {
        return Err(wrong("the leaf names another class"));
    }
    Ok(record)
}

fn commitment(salt: &[u8; SALT_BYTES], record_bytes: &[u8]) -> Hash {
    sha256(&[COMMITMENT_DOMAIN, salt, record_bytes])
}

fn nonce(salt: &[u8; SALT_BYTES]) -> XNonce {
    let hash = sha256(&[NONCE_DOMAIN, salt]);
    let mut nonce = XNonce::default();
    nonce.copy_from_slice(&hash.0[..24]);
    nonce
}

fn associated_data(epoch: u32, class: Class) -> Vec<u8> {
    [LEAF_DOMAIN, &epoch.to_be_bytes(), &[class.code()]].concat()
}

fn epoch_of(time: WallTime) -> Result<u32> {
    u32::try_from(time.0.div_euclid(DAY_US)).map_err(|_| Error::Encode {
        what: "access leaf",
        field: "epoch",
        problem: "the time is before 1970",
    })
}
