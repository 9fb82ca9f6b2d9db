//! Version 2 of the sidecar: the segment's secret and its file's key, wrapped by a store key (design note `encryption.md`, §3).
//! What is readable without the key is whose file it is, and which key it needs.
//!
//! Invariant: a wrapping opens only beside the file whose path it was made for.

use super::SegmentPath;
use super::encrypted::DataKey;
use super::sidecar::{Sidecar, take};
use crate::error::{Error, Result};
use crate::files::random;
use crate::store_key::{StoreKey, StoreKeyId, StoreKeys};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use model::{CameraId, Hash, Profile, Secret, StoreId, StreamId, WallTime};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

const DOMAIN: &[u8; 23] = b"watchkeeper/sidecar/v2\n";
const NONCE_BYTES: usize = 24;
/// Data key, secret, tag.
const SEALED_BYTES: usize = 32 + 32 + 16;
const BOUND_BYTES: usize = DOMAIN.len() + 16 + 16 + 1 + 8 + 32 + 8;
const BODY_BYTES: usize = BOUND_BYTES + NONCE_BYTES + SEALED_BYTES;
/// Length of an encoded wrapped sidecar.
pub const WRAPPED_BYTES: usize = BODY_BYTES + 32;

/// A sidecar as it lies on disk, read without any key.
pub enum StoredSidecar {
    Plain(Sidecar),
    Wrapped(Box<WrappedSidecar>),
}

/// What version 2 says.
pub struct WrappedSidecar {
    store: StoreId,
    stream: StreamId,
    started: WallTime,
    config_hash: Hash,
    key: StoreKeyId,
    /// Domain line to key id: what the wrapping is bound to, with the path.
    bound: Vec<u8>,
    nonce: [u8; NONCE_BYTES],
    sealed: Vec<u8>,
}

/// A segment's secret and, for an encrypted file, its key.
pub struct OpenedSidecar {
    pub sidecar: Sidecar,
    pub data_key: Option<DataKey>,
}

impl StoredSidecar {
    pub fn decode(bytes: &[u8], store: StoreId) -> Result<Self> {
        if bytes.starts_with(DOMAIN) {
            decode(bytes, store).map(|wrapped| Self::Wrapped(Box::new(wrapped)))
        } else {
            Sidecar::decode(bytes, store).map(Self::Plain)
        }
    }

    pub fn stream(&self) -> StreamId {
        match self {
            Self::Plain(sidecar) => sidecar.stream,
            Self::Wrapped(wrapped) => wrapped.stream,
        }
    }

    pub fn started(&self) -> WallTime {
        match self {
            Self::Plain(sidecar) => sidecar.started,
            Self::Wrapped(wrapped) => wrapped.started,
        }
    }

    /// The store key that it needs.
    pub fn key(&self) -> Option<StoreKeyId> {
        match self {
            Self::Plain(_) => None,
            Self::Wrapped(wrapped) => Some(wrapped.key),
        }
    }

    pub fn open(self, keys: &StoreKeys, path: &SegmentPath) -> Result<OpenedSidecar> {
        match self {
            Self::Plain(sidecar) => Ok(OpenedSidecar { sidecar, data_key: None }),
            Self::Wrapped(wrapped) => wrapped.open(keys, path),
        }
    }
}

impl WrappedSidecar {
    fn open(&self, keys: &StoreKeys, path: &SegmentPath) -> Result<OpenedSidecar> {
        let aad = [&self.bound, path.as_str().as_bytes()].concat();
        let key = keys.find(self.key)?;
        let bad = || {
            Error::Corrupt(format!(
                "sidecar of {path}: does not open under key {}: changed, or another file's",
                key.id()
            ))
        };
        let payload = Payload { msg: &self.sealed, aad: &aad };
        let plain = cipher(key).decrypt(XNonce::from_slice(&self.nonce), payload).map_err(|_| bad())?;
        let (data_key, secret) = take::<32>(&plain).ok_or_else(bad)?;
        let sidecar = Sidecar {
            store: self.store,
            stream: self.stream,
            started: self.started,
            secret: Secret::new(secret.try_into().map_err(|_| bad())?),
            config_hash: self.config_hash,
        };
        Ok(OpenedSidecar { sidecar, data_key: Some(Secret::new(data_key)) })
    }
}

fn cipher(key: &StoreKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.expose().into())
}

/// The bytes of a sidecar whose secrets only `key` opens.
pub fn wrap(sidecar: &Sidecar, data_key: &DataKey, key: &StoreKey, path: &SegmentPath) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(WRAPPED_BYTES);
    bytes.extend_from_slice(DOMAIN);
    bytes.extend_from_slice(sidecar.store.0.as_bytes());
    bytes.extend_from_slice(sidecar.stream.camera.0.as_bytes());
    bytes.push(sidecar.stream.profile as u8);
    bytes.extend_from_slice(&sidecar.started.0.to_be_bytes());
    bytes.extend_from_slice(&sidecar.config_hash.0);
    bytes.extend_from_slice(&key.id().0);
    let nonce = random::<NONCE_BYTES>()?;
    let aad = [&bytes, path.as_str().as_bytes()].concat();
    let plain = Secret::new([&data_key.expose()[..], sidecar.secret.expose()].concat());
    let sealed = cipher(key)
        .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain.expose(), aad: &aad })
        .map_err(|_| Error::Internal("a sidecar cannot be wrapped".into()))?;
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(&sealed);
    let sum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&sum);
    Ok(bytes)
}

fn decode(bytes: &[u8], store: StoreId) -> Result<WrappedSidecar> {
    let bad = |problem: &str| Error::Corrupt(format!("sidecar: {problem}"));
    let body = bytes.get(..BODY_BYTES).ok_or_else(|| bad("too short"))?;
    if bytes.get(BODY_BYTES..) != Some(&Sha256::digest(body)[..]) {
        return Err(bad("its bytes do not match its own sum"));
    }
    let (bound, rest) = body.split_at_checked(BOUND_BYTES).ok_or_else(|| bad("too short"))?;
    let (nonce, sealed) = take::<NONCE_BYTES>(rest).ok_or_else(|| bad("no nonce"))?;
    let fields = bound.strip_prefix(DOMAIN).ok_or_else(|| bad("unknown version"))?;
    let (found, fields) = take::<16>(fields).ok_or_else(|| bad("no store"))?;
    let (camera, fields) = take::<16>(fields).ok_or_else(|| bad("no camera"))?;
    let ([profile], fields) = take::<1>(fields).ok_or_else(|| bad("no profile"))?;
    let (started, fields) = take::<8>(fields).ok_or_else(|| bad("no start"))?;
    let (config_hash, fields) = take::<32>(fields).ok_or_else(|| bad("no config hash"))?;
    let (key, _) = take::<8>(fields).ok_or_else(|| bad("no key id"))?;
    if found != *store.0.as_bytes() {
        return Err(bad("belongs to another store"));
    }
    let profile = Profile::from_code(profile).ok_or_else(|| bad("unknown profile"))?;
    Ok(WrappedSidecar {
        store,
        stream: StreamId { camera: CameraId(Uuid::from_bytes(camera)), profile },
        started: WallTime(i64::from_be_bytes(started)),
        config_hash: Hash(config_hash),
        key: StoreKeyId(key),
        bound: bound.to_vec(),
        nonce,
        sealed: sealed.to_vec(),
    })
}
