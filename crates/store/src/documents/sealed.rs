//! Documents' files encrypted at rest, as footage is: a key of its own for each file, wrapped by a store key in a sidecar (design
//! note `encryption.md`, §6).
//!
//! ```text
//! NAME        chunk 0, chunk 1, …          65,536 bytes of plaintext each, the last 1 to 65,536; each || tag[16]
//! NAME.key     0  24  "watchkeeper/document/v1\n"
//!             24  16  store id
//!             40  32  SHA-256 of the plaintext
//!             72   8  id of the store key
//!             80  24  nonce, random
//!            104  48  XChaCha20-Poly1305 of the data key; associated data: bytes 0..80
//!            152  32  SHA-256 of bytes 0..152
//! ```
//!
//! A chunk's nonce is its number and whether it is the last, so chunks open in their order only and no end can be cut off.
//! Invariant: a data key encrypts one file, once.

use super::CHUNK_BYTES;
use crate::disk::{Disk, write_all};
use crate::error::{Error, Result};
use crate::files::random;
use crate::store_key::{StoreKey, StoreKeyId, StoreKeys};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use model::{Hash, Secret, StoreId};
use sha2::{Digest as _, Sha256};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const DOMAIN: &[u8; 24] = b"watchkeeper/document/v1\n";
pub const TAG_BYTES: usize = 16;
const NONCE_BYTES: usize = 24;
const BOUND_BYTES: usize = DOMAIN.len() + 16 + 32 + 8;
const SEALED_BYTES: usize = 32 + TAG_BYTES;
const BODY_BYTES: usize = BOUND_BYTES + NONCE_BYTES + SEALED_BYTES;

/// Encrypts one file and nothing else.
pub type DataKey = Secret<[u8; 32]>;

/// One file's key, with the number of the next chunk.
#[derive(Debug)]
pub struct Sealing {
    key: DataKey,
    next: u64,
}

/// What tags add to a file.
pub fn overhead(plain_bytes: u64) -> u64 {
    plain_bytes.div_ceil(CHUNK_BYTES as u64) * TAG_BYTES as u64
}

pub fn side_of(name: &Path) -> PathBuf {
    name.with_extension("key")
}

impl Sealing {
    pub fn fresh() -> Result<Self> {
        Ok(Self { key: Secret::new(random()?), next: 0 })
    }

    pub fn seal_next(&mut self, plain: &[u8], last: bool) -> Result<Vec<u8>> {
        let nonce = nonce(self.next, last);
        self.next += 1;
        cipher(self.key.expose())
            .encrypt(XNonce::from_slice(&nonce), plain)
            .map_err(|_| Error::Internal("a chunk cannot be sealed".into()))
    }

    pub fn open(&self, number: u64, last: bool, chunk: &[u8]) -> Result<Vec<u8>> {
        cipher(self.key.expose())
            .decrypt(XNonce::from_slice(&nonce(number, last)), chunk)
            .map_err(|_| Error::Corrupt(format!("encrypted chunk {number} does not open")))
    }

    /// The sidecar's bytes.
    pub fn wrap(&self, by: &StoreKey, sha256: Hash, store: StoreId) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(BODY_BYTES + 32);
        bytes.extend_from_slice(DOMAIN);
        bytes.extend_from_slice(store.0.as_bytes());
        bytes.extend_from_slice(&sha256.0);
        bytes.extend_from_slice(&by.id().0);
        let nonce = random::<NONCE_BYTES>()?;
        let sealed = cipher(by.expose())
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: self.key.expose(), aad: &bytes })
            .map_err(|_| Error::Internal("a data key cannot be wrapped".into()))?;
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        let sum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&sum);
        Ok(bytes)
    }

    /// The key of the file of this name; `None` when it is stored as it is.
    pub fn read(
        disk: &dyn Disk,
        name: &Path,
        sha256: Hash,
        keys: &StoreKeys,
        store: StoreId,
    ) -> Result<Option<Self>> {
        match disk.read(&side_of(name)) {
            Ok(bytes) => unwrap(&bytes, sha256, keys, store).map(|(sealing, _)| Some(sealing)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file("reading", &side_of(name))(error)),
        }
    }
}

/// Wraps a file's key again; `None` when the file is plain, `false` when it is under the current key already.
pub fn rewrap(
    disk: &dyn Disk,
    name: &Path,
    sha256: Hash,
    keys: &StoreKeys,
    current: &StoreKey,
    store: StoreId,
) -> Result<Option<bool>> {
    let side = side_of(name);
    let bytes = match disk.read(&side) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::file("reading", &side)(error)),
    };
    let (sealing, key) = unwrap(&bytes, sha256, keys, store)?;
    if key == current.id() {
        return Ok(Some(false));
    }
    let (beside, wrapped) = (name.with_extension("key-new"), sealing.wrap(current, sha256, store)?);
    let mut new = disk.create_over(&beside).map_err(Error::file("creating", &beside))?;
    write_all(&mut *new, &[&wrapped]).and_then(|()| new.sync()).map_err(Error::file("writing", &beside))?;
    disk.rename(&beside, &side).map_err(Error::file("renaming to", &side))?;
    let folder = name.parent().unwrap_or(name);
    disk.sync_folder(folder).map_err(Error::file("syncing", folder))?;
    Ok(Some(true))
}

fn unwrap(bytes: &[u8], sha256: Hash, keys: &StoreKeys, store: StoreId) -> Result<(Sealing, StoreKeyId)> {
    let bad = |problem: &str| Error::Corrupt(format!("its key file {problem}"));
    let body = bytes.get(..BODY_BYTES).ok_or_else(|| bad("is too short"))?;
    if bytes.get(BODY_BYTES..) != Some(&Sha256::digest(body)[..]) {
        return Err(bad("does not match its own sum"));
    }
    let (bound, rest) = body.split_at_checked(BOUND_BYTES).ok_or_else(|| bad("is too short"))?;
    let expected = [&DOMAIN[..], store.0.as_bytes(), &sha256.0].concat();
    let id = bound.strip_prefix(&expected[..]).ok_or_else(|| bad("belongs to another file or store"))?;
    let id = StoreKeyId(id.try_into().map_err(|_| bad("names no key"))?);
    let (nonce, sealed) = rest.split_at_checked(NONCE_BYTES).ok_or_else(|| bad("is too short"))?;
    let key = keys.find(id)?;
    let plain = cipher(key.expose())
        .decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: bound })
        .map_err(|_| bad("does not open: it was changed"))?;
    let key = plain.try_into().map_err(|_| bad("holds no key"))?;
    Ok((Sealing { key: Secret::new(key), next: 0 }, id))
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.into())
}

fn nonce(number: u64, last: bool) -> [u8; NONCE_BYTES] {
    let mut nonce = [0; NONCE_BYTES];
    let (head, tail) = nonce.split_at_mut(NONCE_BYTES - 8);
    if let Some(first) = head.first_mut() {
        *first = u8::from(last);
    }
    tail.copy_from_slice(&number.to_be_bytes());
    nonce
}
