//! C2SP checkpoints: the signed statement of a log's size and root (c2sp.org/tlog-checkpoint).
//!
//! A checkpoint is the text of a signed note; who signed it is `note`'s business, whether to trust them the caller's.

use crate::note::{Note, NoteKey, VerifiedBy};
use crate::tree::sha256;
use crate::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use model::Hash;
use std::fmt;

const WHAT: &str = "checkpoint";
/// Sizes of logs are below this, so that every reader counts leaves in a signed number.
const SIZE_LIMIT: u64 = 1 << 63;

/// Origin, size and root of a log. Extension lines are kept, as they are signed, and otherwise ignored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
    pub extensions: Vec<String>,
}

impl Checkpoint {
    pub fn new(origin: &str, size: u64, root: Hash) -> Self {
        Self { origin: origin.to_owned(), size, root, extensions: Vec::new() }
    }

    /// From a note's text.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = |line, problem| Error::Text { what: WHAT, line, problem };
        let body = text.strip_suffix('\n').ok_or(bad(1, "does not end in a newline"))?;
        let mut lines = body.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty()).ok_or(bad(1, "the origin is empty"))?;
        let size = lines.next().and_then(parse_size).filter(|size| *size < SIZE_LIMIT);
        let size = size.ok_or(bad(2, "the size is not a plain decimal number below 2^63"))?;
        let root = lines.next().ok_or(bad(3, "no root hash"))?;
        let root = BASE64.decode(root).map_err(|_| bad(3, "the root hash is not standard base64"))?;
        let root = <[u8; 32]>::try_from(root).map_err(|_| bad(3, "the root hash has not 32 bytes"))?;
        let mut extensions = Vec::new();
        for (number, line) in (4..).zip(lines) {
            if line.is_empty() {
                return Err(bad(number, "an extension line is empty"));
            }
            extensions.push(line.to_owned());
        }
        Ok(Self { origin: origin.to_owned(), size, root: Hash(root), extensions })
    }

    /// Reads a signed checkpoint and says which of `keys` signed it. At least one log key whose name is the origin
    /// must have signed: without that it is no statement of the log.
    pub fn open(note: &Note, keys: &[NoteKey]) -> Result<(Self, Vec<VerifiedBy>)> {
        let checkpoint = Self::parse(note.text())?;
        let verified = note.verified_by(keys)?;
        let by_log = |by: &VerifiedBy| {
            by.time_s.is_none() && keys.get(by.key).is_some_and(|key| key.name() == checkpoint.origin)
        };
        if !verified.iter().any(by_log) {
            return Err(Error::Mismatch { what: WHAT, problem: "no trusted key of this log signed it" });
        }
        Ok((checkpoint, verified))
    }

    /// SHA-256 of the note text (without signatures): what footage records name as the newest known checkpoint.
    pub fn hash(&self) -> Hash {
        sha256(&[self.to_string().as_bytes()])
    }
}

/// The note text: three lines and the extension lines.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root.0))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Decimal without leading zeroes.
pub(crate) fn parse_size(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (plain && (text == "0" || !text.starts_with('0'))).then(|| text.parse().ok()).flatten()
}
