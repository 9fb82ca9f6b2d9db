//! Hashes of footage: what of a stored file is protected, and by which bytes.
//!
//! Not a Merkle tree (that is `ledger`). The invariant: every byte of a segment file enters exactly one hash,
//! sample bytes through [`au_hash`], all others through [`piece_hash`]. Integers are big endian.
//! The byte layouts are frozen by the vectors in `testdata/hash-vectors.txt`.

use crate::{Error, Result, nal};
use aws_lc_rs::digest::{Context, SHA256};
use model::{Codec, Hash, MediaTime, Secret};
use sha2::{Digest, Sha256};
use std::fmt;

/// 32 random bytes per segment, kept beside the media file. From it every [`GopSalt`] of the segment follows.
pub type SegmentSecret = Secret<[u8; 32]>;

/// The salt of one key-framed group: with it a hash can be checked, without it the hash says nothing about footage
/// that was deleted. A package discloses the salts of the groups that it contains, and no others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct GopSalt(pub [u8; 32]);

/// Salts are secret until footage is handed out.
impl fmt::Debug for GopSalt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[salt]")
    }
}

impl From<GopSalt> for [u8; 32] {
    fn from(salt: GopSalt) -> Self {
        salt.0
    }
}

const GOP_SALT_DOMAIN: &[u8] = b"watchkeeper/gop-salt/v1\n";
const AU_DOMAIN: &[u8] = b"watchkeeper/au/v1\n";
const PIECE_DOMAIN: &[u8] = b"watchkeeper/piece/v1\n";
const FRAGMENT_DOMAIN: &[u8] = b"watchkeeper/fragment/v1\n";
const TAG_DOMAIN: &[u8] = b"watchkeeper/possession/v1\n";

/// The salt of group `gop` (counted from 0) of the segment with this secret.
pub fn gop_salt(secret: &SegmentSecret, gop: u32) -> GopSalt {
    let mut hasher = Sha256::new();
    hasher.update(GOP_SALT_DOMAIN);
    hasher.update(secret.expose());
    hasher.update(gop.to_be_bytes());
    GopSalt(hasher.finalize().into())
}

/// How the units of an access unit lie in its sample.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Framing {
    /// NAL units, each behind its 4-byte big-endian length.
    Nal,
    /// One unit, which is all of the sample: a JPEG picture, a unit of sound.
    Whole,
}

impl Framing {
    pub const fn of(codec: Codec) -> Self {
        match codec {
            Codec::H264 | Codec::H265 => Self::Nal,
            Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => Self::Whole,
        }
    }

    /// The hashed bytes before the stored ones: how many units there are and, where the sample does not say it, the
    /// length of the one. So every codec is hashed as a number of units, each behind its length.
    fn prefix(self, data: &[u8]) -> Result<([u8; 8], usize)> {
        let mut prefix = [0; 8];
        match self {
            Self::Nal => {
                prefix[..4].copy_from_slice(&nal::count(data)?.to_be_bytes());
                Ok((prefix, 4))
            }
            Self::Whole => {
                let length = u32::try_from(data.len()).ok().filter(|length| *length > 0);
                let length = length.ok_or(Error::bitstream("the unit is empty or above 4 GiB", 0))?;
                prefix[..4].copy_from_slice(&1u32.to_be_bytes());
                prefix[4..].copy_from_slice(&length.to_be_bytes());
                Ok((prefix, 8))
            }
        }
    }
}

/// What stands before a unit's bytes in its hash; the last four bytes are there where the framing wants them.
type AuHead = [u8; AU_DOMAIN.len() + 32 + 1 + 8 + 8 + 1 + 8];

fn au_head(
    salt: &GopSalt,
    framing: Framing,
    track: u8,
    dts: MediaTime,
    pts: MediaTime,
    key: bool,
    data: &[u8],
) -> Result<(AuHead, usize)> {
    let (prefix, prefix_len) = framing.prefix(data)?;
    let mut head = [0u8; AU_DOMAIN.len() + 32 + 1 + 8 + 8 + 1 + 8];
    let mut at = 0;
    let mut put = |bytes: &[u8]| {
        head[at..at + bytes.len()].copy_from_slice(bytes);
        at += bytes.len();
    };
    put(AU_DOMAIN);
    put(&salt.0);
    put(&[track]);
    put(&dts.0.to_be_bytes());
    put(&pts.0.to_be_bytes());
    put(&[u8::from(key)]);
    put(&prefix);
    Ok((head, head.len() - prefix.len() + prefix_len))
}

/// The hash of one access unit. `data` is in the stored form. Fails when it is not framed like that.
pub fn au_hash(
    salt: &GopSalt,
    framing: Framing,
    track: u8,
    dts: MediaTime,
    pts: MediaTime,
    key: bool,
    data: &[u8],
) -> Result<Hash> {
    let (head, len) = au_head(salt, framing, track, dts, pts, key, data)?;
    // Nearly all bytes that are hashed pass here: with the faster implementation.
    let mut hasher = Context::new(&SHA256);
    hasher.update(&head[..len]);
    hasher.update(data);
    let mut hash = Hash::default();
    hash.0.copy_from_slice(hasher.finish().as_ref());
    Ok(hash)
}

/// The possession tag of one group for one draw of a challenge. The seed stands first, so that nothing of it can be reckoned
/// before the challenge, and behind it what the units' hashes cover: who made it had the bytes and the salt.
pub struct PossessionTag(Context);

impl PossessionTag {
    pub fn new(seed: Hash, draw: u32) -> Self {
        let mut hasher = Context::new(&SHA256);
        hasher.update(TAG_DOMAIN);
        hasher.update(&seed.0);
        hasher.update(&draw.to_be_bytes());
        Self(hasher)
    }

    /// The next unit of the group, in decode order; as in [`au_hash`].
    pub fn add(
        &mut self,
        salt: &GopSalt,
        (framing, track): (Framing, u8),
        dts: MediaTime,
        pts: MediaTime,
        key: bool,
        data: &[u8],
    ) -> Result<()> {
        let (head, len) = au_head(salt, framing, track, dts, pts, key, data)?;
        self.0.update(&head[..len]);
        self.0.update(data);
        Ok(())
    }

    pub fn finish(self) -> Hash {
        let mut hash = Hash::default();
        hash.0.copy_from_slice(self.0.finish().as_ref());
        hash
    }
}

/// The hash of the bytes of a file that are not samples: piece 0 is `ftyp` and `moov`, piece `i` all bytes of
/// fragment `i` (counted from 1) before its first sample: `prft`, `moof` and the header of `mdat`.
pub fn piece_hash(piece: u32, bytes: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(PIECE_DOMAIN);
    hasher.update(piece.to_be_bytes());
    hasher.update(bytes);
    Hash(hasher.finalize().into())
}

/// The digest of a whole fragment, made of hashes that exist already, so that no byte is hashed twice.
/// It covers every byte: `pieces` those before the samples, `au_hashes` the rest. Fragment 1 answers for `ftyp` and
/// `moov` too: its pieces are 0 and 1; any other's is its own.
pub fn fragment_digest(fragment: u32, pieces: &[Hash], au_hashes: &[Hash]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(FRAGMENT_DOMAIN);
    hasher.update(fragment.to_be_bytes());
    for hash in pieces.iter().chain(au_hashes) {
        hasher.update(hash.0);
    }
    Hash(hasher.finalize().into())
}

/// SHA-256 of a decoder configuration record, as the segment record holds it.
pub fn config_hash(config: &[u8]) -> Hash {
    Hash(Sha256::digest(config).into())
}
