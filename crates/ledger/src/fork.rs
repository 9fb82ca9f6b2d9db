//! The evidence of a fork: two checkpoints that one log signed and that cannot both be true, as a file that a stranger
//! can check with the log's public key alone.
//!
//! It accuses nobody by itself: [`Fork::verdict`] says what follows from the signatures, and what does not.

use crate::checkpoint::Checkpoint;
use crate::note::{Note, NoteKey};
use crate::{Error, Result};
use model::{Hash, WallTime};
use std::fmt;

/// Longest file: two notes and a page of words.
pub const FORK_BYTES_MAX: usize = 3 * crate::note::NOTE_BYTES_MAX;

/// Longest source: an address.
const SOURCE_CHARS_MAX: usize = 200;
const WHAT: &str = "fork file";
const HEAD: &str = "watchkeeper/fork/v1";
const FIRST: &str = "=== first ===\n";
const SECOND: &str = "=== second ===\n";

/// Two signed checkpoints of one origin, and when the second was seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fork {
    pub seen: WallTime,
    /// Where the second came from, in words: `submitted`, or an address.
    pub source: String,
    pub first: Note,
    pub second: Note,
}

/// What two signed checkpoints show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ForkVerdict {
    /// One size, two roots, both signed by the log's key: proof that the log showed two histories.
    TwoRoots { size: u64 },
    /// Different sizes: no proof that the larger continues the smaller was given. Whoever has the larger tree can
    /// show that it does; a log that cannot has forked.
    NotContinued { size: u64, larger: u64 },
}

impl Fork {
    /// What the two notes show, under the log's own keys.
    ///
    /// # Errors
    /// When one of them is not signed by a key of the log, when they are of two logs, or agree.
    pub fn verdict(&self, keys: &[NoteKey]) -> Result<ForkVerdict> {
        let wrong = |problem| Err(Error::Mismatch { what: WHAT, problem });
        let (first, _) = Checkpoint::open(&self.first, keys)?;
        let (second, _) = Checkpoint::open(&self.second, keys)?;
        if first.origin != second.origin {
            return wrong("the checkpoints are of two logs");
        }
        match (first.size == second.size, first.root == second.root) {
            (true, true) => wrong("the checkpoints agree"),
            (true, false) => Ok(ForkVerdict::TwoRoots { size: first.size }),
            (false, _) => Ok(ForkVerdict::NotContinued {
                size: first.size.min(second.size),
                larger: first.size.max(second.size),
            }),
        }
    }

    /// A name for the file: kind by size, log and second checkpoint, so that the same evidence is kept once.
    pub fn file_name(&self) -> Result<String> {
        let (first, second) = (Checkpoint::parse(self.first.text())?, Checkpoint::parse(self.second.text())?);
        let kind = if first.size == second.size { "two-roots" } else { "not-continued" };
        let Hash(log) = crate::tree::sha256(&[first.origin.as_bytes()]);
        let short = |hash: &Hash| hash.to_string().chars().take(8).collect::<String>();
        Ok(format!("{kind}-{}-{:020}-{}.txt", short(&Hash(log)), second.size, short(&second.hash())))
    }

    /// Reads a fork file; nothing in it is verified yet.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let bad = |line, problem| Error::Text { what: WHAT, line, problem };
        if bytes.len() > FORK_BYTES_MAX {
            return Err(bad(1, "longer than a fork file may be"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| bad(1, "not UTF-8"))?;
        let (head, notes) = text.split_once(FIRST).ok_or(bad(1, "no first checkpoint"))?;
        let (first, second) = notes.split_once(SECOND).ok_or(bad(1, "no second checkpoint"))?;
        let mut lines = head.lines();
        if lines.next() != Some(HEAD) {
            return Err(bad(1, "not a fork file of version 1"));
        }
        let seen = lines.next().and_then(|line| line.strip_prefix("seen_us ")).and_then(|us| us.parse().ok());
        let source = lines.next().and_then(|line| line.strip_prefix("source "));
        let source = source.filter(|source| plain(source) == *source);
        Ok(Self {
            seen: WallTime(seen.ok_or(bad(2, "no time in microseconds"))?),
            source: source.ok_or(bad(3, "no source"))?.to_owned(),
            first: Note::parse(first.as_bytes())?,
            second: Note::parse(second.as_bytes())?,
        })
    }
}

/// One line of at most 200 characters.
fn plain(source: &str) -> String {
    source.chars().filter(|c| !c.is_control()).take(SOURCE_CHARS_MAX).collect()
}

/// The file: three lines for programs, words for people, the two notes as they were signed.
impl fmt::Display for Fork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = plain(&self.source);
        writeln!(f, "{HEAD}\nseen_us {}\nsource {source}\n", self.seen.0)?;
        writeln!(f, "同一日志签署了下列两个检查点，二者不能同时为真。用该日志的公钥即可核验签名。")?;
        writeln!(
            f,
            "One log signed both checkpoints below, and they cannot both be true, unless a proof shows that"
        )?;
        writeln!(
            f,
            "the larger continues the smaller. Their signatures can be checked with the log's public key."
        )?;
        write!(f, "Seen {}.\n\n{FIRST}{}{SECOND}{}", self.seen, self.first, self.second)
    }
}
