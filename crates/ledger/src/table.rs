//! The tables behind a segment record's two roots: its groups of pictures and the non-sample pieces of its file.
//!
//! They are kept beside the footage and go with it; only their roots are in the log. The bytes here are what
//! databases and packages store, not what is hashed: that is said at each `root`.

use crate::Result;
use crate::layout::{Reader, Writer};
use crate::tree::{leaf_hash, mth, mth_of_entries};
use model::{Hash, MediaTime};

const GOP_DOMAIN: &[u8] = b"watchkeeper/gop/v1\n";

/// Groups or fragments in one segment: 512 MiB in pieces of no less than 64 bytes would be more, but a segment of
/// 120 s with 1,000 units a second is already beyond any camera.
pub const ROWS_MAX: usize = 120_000;

/// One group of pictures: from a key frame up to the next one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gop {
    pub au_count: u32,
    pub first_dts: MediaTime,
    /// Decode time of the next group's first unit; for the last group the end of the segment.
    pub end_dts: MediaTime,
    /// RFC 6962 root over the access-unit hashes in decode order, each as a 32-byte leaf entry.
    pub root: Hash,
}

impl Gop {
    /// From the access-unit hashes in decode order.
    pub fn new(au_hashes: &[Hash], first_dts: MediaTime, end_dts: MediaTime) -> Self {
        let root = mth_of_entries(au_hashes.iter().map(|hash| hash.0.as_slice()));
        Self { au_count: u32::try_from(au_hashes.len()).unwrap_or(u32::MAX), first_dts, end_dts, root }
    }

    /// The bytes that are a leaf of the segment's GOP tree.
    pub fn leaf_bytes(&self, index: u32) -> Vec<u8> {
        let mut writer = Writer::new("gop leaf");
        writer.raw(GOP_DOMAIN);
        writer.u32(index);
        writer.u32(self.au_count);
        writer.i64(self.first_dts.0);
        writer.i64(self.end_dts.0);
        writer.hash(self.root);
        writer.into_bytes()
    }

    /// The leaf hash in the segment's GOP tree.
    pub fn leaf_hash(&self, index: u32) -> Hash {
        leaf_hash(&self.leaf_bytes(index))
    }
}

/// All groups of one segment, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GopTable(pub Vec<Gop>);

impl GopTable {
    const WHAT: &'static str = "gop table";

    /// Leaf hashes in order: input for [`crate::tree::range_proof`].
    pub fn leaf_hashes(&self) -> Vec<Hash> {
        (0u32..).zip(&self.0).map(|(index, gop)| gop.leaf_hash(index)).collect()
    }

    /// RFC 6962 root over the leaf bytes: `SegmentRecord::gops_root`.
    pub fn root(&self) -> Hash {
        mth(&self.leaf_hashes())
    }

    pub fn au_count(&self) -> u64 {
        self.0.iter().map(|gop| u64::from(gop.au_count)).sum()
    }

    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::new(Self::WHAT);
        let count = u32::try_from(self.0.len()).ok().filter(|_| self.0.len() <= ROWS_MAX);
        writer.u32(count.ok_or_else(|| writer.bad("count", "too many"))?);
        for gop in &self.0 {
            writer.u32(gop.au_count);
            writer.i64(gop.first_dts.0);
            writer.i64(gop.end_dts.0);
            writer.hash(gop.root);
        }
        Ok(writer.into_bytes())
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(Self::WHAT, bytes);
        let count = read_count(&mut reader, 52)?;
        let mut gops = Vec::with_capacity(count);
        for _ in 0..count {
            gops.push(Gop {
                au_count: reader.u32("au_count")?,
                first_dts: MediaTime(reader.i64("first_dts")?),
                end_dts: MediaTime(reader.i64("end_dts")?),
                root: reader.hash("root")?,
            });
        }
        reader.finish()?;
        Ok(Self(gops))
    }
}

/// Hashes over the bytes of a file that are not sample data: piece 0 is `ftyp` and `moov`, piece i the `moof` and
/// the `mdat` header of fragment i.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PieceTable(pub Vec<Hash>);

impl PieceTable {
    const WHAT: &'static str = "piece table";

    /// Leaf hashes in order, each piece hash being a 32-byte leaf entry: input for [`crate::tree::range_proof`].
    pub fn leaf_hashes(&self) -> Vec<Hash> {
        self.0.iter().map(|hash| leaf_hash(&hash.0)).collect()
    }

    /// RFC 6962 root over the piece hashes: `SegmentRecord::boxes_root`.
    pub fn root(&self) -> Hash {
        mth(&self.leaf_hashes())
    }

    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::new(Self::WHAT);
        let count = u32::try_from(self.0.len()).ok().filter(|_| self.0.len() <= ROWS_MAX);
        writer.u32(count.ok_or_else(|| writer.bad("count", "too many"))?);
        for &hash in &self.0 {
            writer.hash(hash);
        }
        Ok(writer.into_bytes())
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(Self::WHAT, bytes);
        let count = read_count(&mut reader, 32)?;
        let hashes = (0..count).map(|_| reader.hash("hash")).collect::<Result<Vec<_>>>()?;
        reader.finish()?;
        Ok(Self(hashes))
    }
}

/// A row count that the remaining bytes can hold, so that nothing is allocated on a stranger's word.
fn read_count(reader: &mut Reader<'_>, row_bytes: usize) -> Result<usize> {
    let count = reader.u32("count")?;
    let count = usize::try_from(count).ok().filter(|&count| count <= ROWS_MAX);
    count
        .filter(|count| count.checked_mul(row_bytes) == Some(reader.remaining()))
        .ok_or_else(|| reader.bad("count", 4, "too many, or not as many rows as bytes"))
}
