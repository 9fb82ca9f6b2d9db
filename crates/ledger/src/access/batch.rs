//! The batch of one minute: the padded tree over the access leaves of that minute, and the leaf that is published.
//!
//! Growth of the published tree tells the time and nothing else: one batch leaf a minute, also when nothing happened,
//! and neither its bytes nor its size depend on the number of entries.

use crate::layout::{Reader, Writer};
use crate::tree::{self, sha256};
use crate::{Error, Result};
use model::{Hash, WallTime};

const VERSION: u8 = 1;
const BATCH_DOMAIN: &[u8] = b"watchkeeper/access-batch/v1\n";
const PAD_DOMAIN: &[u8] = b"watchkeeper/access-pad/v1\n";
const MINUTE_US: i64 = 60_000_000;

/// Smallest width of a batch: the length of an entry's proof must not tell a quiet minute from an empty one.
pub const BATCH_WIDTH_MIN: u32 = 16;
/// Largest width of a batch: a thousand entries a second for a minute; what comes after goes to the next minute.
pub const BATCH_WIDTH_MAX: u32 = 65_536;

/// Minutes since 1970-01-01T00:00Z of a wall time.
pub const fn minute_of(time: WallTime) -> i64 {
    time.0.div_euclid(MINUTE_US)
}

/// What the published tree holds of one minute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BatchLeaf {
    /// Minutes since 1970-01-01T00:00Z; strictly ascending from leaf to leaf.
    pub minute: i64,
    /// Root of the padded tree over the minute's access leaves.
    pub root: Hash,
}

impl BatchLeaf {
    const WHAT: &'static str = "batch leaf";

    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::header(Self::WHAT, VERSION, BATCH_DOMAIN);
        writer.i64(self.minute);
        writer.hash(self.root);
        writer.into_bytes()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(Self::WHAT, bytes);
        reader.header(VERSION, BATCH_DOMAIN)?;
        let leaf = Self { minute: reader.i64("minute")?, root: reader.hash("root")? };
        reader.finish()?;
        Ok(leaf)
    }

    /// Its leaf hash in the access log.
    pub fn hash(&self) -> Hash {
        tree::leaf_hash(&self.encode())
    }

    /// Checks that an access leaf with this hash is number `index` of the batch padded to `width`.
    pub fn verify(&self, access_leaf: Hash, index: u32, width: u32, proof: &[Hash]) -> Result<()> {
        if !width.is_power_of_two() || !(BATCH_WIDTH_MIN..=BATCH_WIDTH_MAX).contains(&width) {
            return Err(Error::Mismatch { what: "batch proof", problem: "no batch has that width" });
        }
        tree::verify_inclusion(access_leaf, index.into(), width.into(), proof, self.root)
    }
}

/// A closed batch: the padded leaf hashes of one minute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    minute: i64,
    hashes: Vec<Hash>,
    real: usize,
}

impl Batch {
    /// Closes a minute. `access_leaves` are leaf hashes in the order of their entries; `pad_secret` is kept with the
    /// registry's secrets so that the batch can be rebuilt, and never published.
    pub fn close(minute: i64, access_leaves: &[Hash], pad_secret: &[u8; 32]) -> Result<Self> {
        let real = access_leaves.len();
        let width = real.next_power_of_two().max(BATCH_WIDTH_MIN as usize);
        if width > BATCH_WIDTH_MAX as usize {
            return Err(Error::Range { what: "batch", problem: "more entries than one minute may hold" });
        }
        let mut hashes = access_leaves.to_vec();
        for index in real..width {
            let index = (index as u32).to_be_bytes();
            hashes.push(sha256(&[PAD_DOMAIN, pad_secret, &minute.to_be_bytes(), &index]));
        }
        Ok(Self { minute, hashes, real })
    }

    /// Padded width, a power of two.
    pub fn width(&self) -> u32 {
        self.hashes.len() as u32
    }

    pub fn leaf(&self) -> BatchLeaf {
        BatchLeaf { minute: self.minute, root: tree::mth(&self.hashes) }
    }

    /// Proof that entry `index` of this minute is in the batch; pads have none.
    pub fn proof(&self, index: u32) -> Result<Vec<Hash>> {
        if index as usize >= self.real {
            return Err(Error::Range { what: "batch proof", problem: "the batch has no such entry" });
        }
        tree::inclusion_proof(index.into(), self.width().into(), &self.hashes)
    }
}
