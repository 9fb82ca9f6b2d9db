//! The sidecar of one plain media file, version 1: the secret that its salts come from, and whose file it is. Never in SQL. That of an
//! encrypted file is `wrapped`.
//!
//! Fixed layout, 149 bytes: domain line, store, camera, profile, started, secret, config hash, and SHA-256 over all
//! of it, since a file that was created just before a power cut may be empty or torn.

use crate::error::{Error, Result};
use model::{CameraId, Hash, Profile, Secret, StoreId, StreamId, WallTime};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

const DOMAIN: &[u8; 23] = b"watchkeeper/sidecar/v1\n";
const BODY_BYTES: usize = DOMAIN.len() + 16 + 16 + 1 + 8 + 32 + 32;
/// Length of an encoded sidecar.
pub const SIDECAR_BYTES: usize = BODY_BYTES + 32;

/// What a segment's sidecar says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sidecar {
    pub store: StoreId,
    pub stream: StreamId,
    /// Wall time of the first unit.
    pub started: WallTime,
    /// 32 random bytes; the salts of the segment's groups of pictures are derived from it.
    pub secret: Secret<[u8; 32]>,
    /// SHA-256 of `VideoParams::config`.
    pub config_hash: Hash,
}

impl Sidecar {
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(SIDECAR_BYTES);
        bytes.extend_from_slice(DOMAIN);
        bytes.extend_from_slice(self.store.0.as_bytes());
        bytes.extend_from_slice(self.stream.camera.0.as_bytes());
        bytes.push(self.stream.profile as u8);
        bytes.extend_from_slice(&self.started.0.to_be_bytes());
        bytes.extend_from_slice(self.secret.expose());
        bytes.extend_from_slice(&self.config_hash.0);
        let sum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&sum);
        bytes
    }

    /// Decodes a sidecar that must belong to `store`.
    pub fn decode(bytes: &[u8], store: StoreId) -> Result<Self> {
        let bad = |problem: &str| Error::Corrupt(format!("sidecar: {problem}"));
        let body = bytes.get(..BODY_BYTES).ok_or_else(|| bad("too short"))?;
        if bytes.get(BODY_BYTES..) != Some(&Sha256::digest(body)[..]) {
            return Err(bad("its bytes do not match its own sum"));
        }
        let rest = body.strip_prefix(DOMAIN).ok_or_else(|| bad("unknown version"))?;
        let (found, rest) = take::<16>(rest).ok_or_else(|| bad("no store"))?;
        let (camera, rest) = take::<16>(rest).ok_or_else(|| bad("no camera"))?;
        let ([profile], rest) = take::<1>(rest).ok_or_else(|| bad("no profile"))?;
        let (started, rest) = take::<8>(rest).ok_or_else(|| bad("no start"))?;
        let (secret, rest) = take::<32>(rest).ok_or_else(|| bad("no secret"))?;
        let (config_hash, _) = take::<32>(rest).ok_or_else(|| bad("no config hash"))?;
        if found != *store.0.as_bytes() {
            return Err(bad("belongs to another store"));
        }
        let profile = Profile::from_code(profile).ok_or_else(|| bad("unknown profile"))?;
        Ok(Self {
            store,
            stream: StreamId { camera: CameraId(Uuid::from_bytes(camera)), profile },
            started: WallTime(i64::from_be_bytes(started)),
            secret: Secret::new(secret),
            config_hash: Hash(config_hash),
        })
    }
}

pub(super) fn take<const N: usize>(bytes: &[u8]) -> Option<([u8; N], &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<N>()?;
    Some((*head, rest))
}
