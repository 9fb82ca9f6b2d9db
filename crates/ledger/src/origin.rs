//! The record with which a log begins a new origin after a restore: the first leaf that the new key signs for.
//!
//! It names the old origin, the last checkpoint of it that is known, and who answers for the change. The leaves before it
//! are those of the old origin, unchanged. It is in both logs, and belongs to no stream.

use crate::Result;
use crate::layout::{Reader, Writer};
use crate::note::KEY_NAME_BYTES_MAX;
use crate::record::VERSION;
use model::{Hash, WallTime};

const DOMAIN: &[u8] = b"watchkeeper/origin/v1\n";
/// A person's name, as in entries of the access log.
pub const RESPONSIBLE_BYTES_MAX: usize = 96;
pub const REASON_BYTES_MAX: usize = 500;
/// Number of the record in the rows of both logs; frozen.
pub const ORIGIN_KIND: u8 = 95;

/// See the module's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OriginRecord {
    pub old_origin: String,
    /// How many leaves of the old origin stand before this one: its own index.
    pub leaves: u64,
    /// Size and root of the newest checkpoint of the old origin that was found anywhere. It may be larger than `leaves`:
    /// then what lies between is lost.
    pub last_checkpoint: Option<(u64, Hash)>,
    pub at: WallTime,
    pub responsible: String,
    pub reason: String,
}

impl OriginRecord {
    const WHAT: &'static str = "origin record";

    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::header(Self::WHAT, VERSION, DOMAIN);
        writer.text("old_origin", KEY_NAME_BYTES_MAX, &self.old_origin)?;
        writer.u64(self.leaves);
        match self.last_checkpoint {
            Some((size, root)) => {
                writer.u8(1);
                writer.u64(size);
                writer.hash(root);
            }
            None => writer.u8(0),
        }
        writer.i64(self.at.0);
        writer.text("responsible", RESPONSIBLE_BYTES_MAX, &self.responsible)?;
        writer.text("reason", REASON_BYTES_MAX, &self.reason)?;
        writer.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(Self::WHAT, bytes);
        reader.header(VERSION, DOMAIN)?;
        let old_origin = reader.text("old_origin", KEY_NAME_BYTES_MAX)?;
        let leaves = reader.u64("leaves")?;
        let last_checkpoint = reader.optional("last_checkpoint", |reader| {
            Ok((reader.u64("last_checkpoint")?, reader.hash("last_checkpoint")?))
        })?;
        let record = Self {
            old_origin,
            leaves,
            last_checkpoint,
            at: WallTime(reader.i64("at")?),
            responsible: reader.text("responsible", RESPONSIBLE_BYTES_MAX)?,
            reason: reader.text("reason", REASON_BYTES_MAX)?,
        };
        reader.finish()?;
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> OriginRecord {
        OriginRecord {
            old_origin: "example.org/footage".into(),
            leaves: 7,
            last_checkpoint: Some((9, Hash([3; 32]))),
            at: WallTime(1_790_000_000_000_000),
            responsible: "王芳 (admin)".into(),
            reason: "the disk broke".into(),
        }
    }

    #[test]
    fn bytes_are_frozen_and_one_value_has_one_encoding() {
        let bytes = record().encode().unwrap();
        let mut expected = b"\x01watchkeeper/origin/v1\n\x00\x13example.org/footage".to_vec();
        expected.extend([0, 0, 0, 0, 0, 0, 0, 7, 1, 0, 0, 0, 0, 0, 0, 0, 9]);
        expected.extend([3; 32]);
        expected.extend(1_790_000_000_000_000_i64.to_be_bytes());
        expected.extend("\0\u{e}王芳 (admin)\0\u{e}the disk broke".bytes());
        assert_eq!(bytes, expected);
        for record in [record(), OriginRecord { last_checkpoint: None, ..record() }] {
            let bytes = record.encode().unwrap();
            assert_eq!(OriginRecord::decode(&bytes).unwrap(), record);
            for end in 0..bytes.len() {
                assert!(OriginRecord::decode(&bytes[..end]).is_err(), "{end} bytes");
            }
            for bit in 0..bytes.len() * 8 {
                let mut changed = bytes.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                if let Ok(other) = OriginRecord::decode(&changed) {
                    assert_eq!(other.encode().unwrap(), changed, "bit {bit}");
                }
            }
        }
    }
}
