//! The C2SP witness as a pure decision: what it is asked, what it knows, and what it must answer
//! (c2sp.org/tlog-witness).
//!
//! It stores nothing and reads no clock: whoever holds the state asks [`decide`] and writes the answer's consequence in
//! the same transaction, so that two requests are never answered from one old state. Invariant: [`Answer::Cosign`] is
//! given only for a tree that continues the latest one, under a trusted signature of the log.

use crate::checkpoint::{Checkpoint, parse_size};
use crate::note::{NOTE_BYTES_MAX, Note, NoteKey, NoteSignature, SIGNATURES_MAX, cosigned_text};
use crate::tree::{empty_root, verify_consistency};
use crate::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signer as _, SigningKey};
use model::Hash;
use std::fmt;

/// Most lines of a consistency proof (tlog-witness, "add-checkpoint": no more than 63).
pub const PROOF_LINES_MAX: usize = 63;
/// Longest request: a note, a full proof of 45-byte lines and the old size.
pub const REQUEST_BYTES_MAX: usize = NOTE_BYTES_MAX + PROOF_LINES_MAX * 45 + 64;
/// Longest answer that a client reads: as many signature lines as a note may have, and 1 kB for words.
pub const ANSWER_BYTES_MAX: usize = NOTE_BYTES_MAX + 1_024;
/// Latest time of a cosignature that is kept: what fits a signed 64-bit column.
pub const TIME_S_MAX: u64 = i64::MAX as u64;
/// The content type of a size (tlog-witness, "add-checkpoint").
pub const SIZE_CONTENT_TYPE: &str = "text/x.tlog.size";

const WHAT: &str = "add-checkpoint request";
const WHAT_ANSWER: &str = "witness's answer";

/// An `add-checkpoint` request as read; nothing in it is verified yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddCheckpoint {
    pub old_size: u64,
    pub proof: Vec<Hash>,
    pub note: Note,
    pub checkpoint: Checkpoint,
}

impl AddCheckpoint {
    /// Reads a request body: the old size, up to 63 hashes, an empty line, a checkpoint; every line ends in a newline.
    pub fn parse(body: &[u8]) -> Result<Self> {
        let bad = |line, problem| Error::Text { what: WHAT, line, problem };
        if body.len() > REQUEST_BYTES_MAX {
            return Err(bad(1, "longer than a request may be"));
        }
        let text = std::str::from_utf8(body).map_err(|_| bad(1, "not UTF-8"))?;
        let (first, mut rest) = text.split_once('\n').ok_or(bad(1, "does not end in a newline"))?;
        let old_size = first
            .strip_prefix("old ")
            .and_then(parse_size)
            .ok_or(bad(1, "not 'old' and a plain decimal number"))?;
        let mut proof = Vec::new();
        loop {
            let number = proof.len() + 2;
            let (line, after) =
                rest.split_once('\n').ok_or(bad(number, "no empty line before the checkpoint"))?;
            rest = after;
            if line.is_empty() {
                break;
            }
            if proof.len() == PROOF_LINES_MAX {
                return Err(bad(number, "more than 63 hashes"));
            }
            let hash = BASE64.decode(line).map_err(|_| bad(number, "the hash is not standard base64"))?;
            let hash = <[u8; 32]>::try_from(hash).map_err(|_| bad(number, "the hash has not 32 bytes"))?;
            proof.push(Hash(hash));
        }
        let note = Note::parse(rest.as_bytes())?;
        let checkpoint = Checkpoint::parse(note.text())?;
        Ok(Self { old_size, proof, note, checkpoint })
    }
}

/// The request's body.
impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old_size)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{}", BASE64.encode(hash.0)))?;
        write!(f, "\n{}", self.note)
    }
}

/// A log that a witness follows: its origin and the keys that speak for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WitnessedLog {
    pub origin: String,
    pub keys: Vec<NoteKey>,
}

/// A tree that a witness has cosigned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    pub size: u64,
    pub root: Hash,
}

/// What a witness knows of one log when it is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Known {
    /// The latest tree that it cosigned.
    pub latest: Option<Head>,
    /// The root that it cosigned for just the size that is submitted, if it still knows: evidence needs no more.
    pub same_size: Option<Hash>,
}

/// What to answer (tlog-witness, "add-checkpoint").
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Store this head, durably, then answer with cosignatures.
    Cosign(Head),
    Refuse(Refusal),
}

/// Why nothing is cosigned.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("{0}")]
    Malformed(Error),
    #[error("the old size is larger than the checkpoint's")]
    OldIsLarger,
    #[error("this witness does not follow a log of that origin")]
    UnknownOrigin,
    #[error("no key that this witness trusts for the origin signed the checkpoint: {0}")]
    UnknownKey(String),
    /// The client's old size is not the witness's: the answer is the witness's.
    #[error("{size}")]
    Stale { size: u64 },
    #[error("the checkpoint does not continue the latest one: {0}")]
    Inconsistent(Error),
    /// One size, two roots, both signed by the log: a fork.
    #[error("{size}")]
    OtherRoot { size: u64 },
}

impl Refusal {
    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) | Self::OldIsLarger => 400,
            Self::UnknownKey(_) => 403,
            Self::UnknownOrigin => 404,
            Self::Stale { .. } | Self::OtherRoot { .. } => 409,
            Self::Inconsistent(_) => 422,
        }
    }

    /// The body's content type.
    pub const fn content_type(&self) -> &'static str {
        match self {
            Self::Stale { .. } | Self::OtherRoot { .. } => SIZE_CONTENT_TYPE,
            _ => "text/plain; charset=utf-8",
        }
    }
}

/// What a request proves, or makes likely, against the log that signed it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Evidence {
    /// Two roots of one size, both signed: conclusive for anybody who has both notes.
    TwoRoots { size: u64 },
    /// A signed larger tree came with a proof that does not lead to it. A stranger may have spoilt the proof of an
    /// honest checkpoint, so this is a reason to look and no more.
    NoProof { old_size: u64 },
}

/// An answer, and what it shows about the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    pub answer: Answer,
    pub evidence: Option<Evidence>,
}

impl From<Refusal> for Decision {
    fn from(refusal: Refusal) -> Self {
        Self { answer: Answer::Refuse(refusal), evidence: None }
    }
}

/// Whether the log signed the checkpoint; the first questions of a witness, which need no state.
///
/// # Errors
/// 404 for an origin that `log` is not given for, 403 without a valid signature of one of its keys.
pub fn authenticate(request: &AddCheckpoint, log: Option<&WitnessedLog>) -> std::result::Result<(), Refusal> {
    let log = log.filter(|log| log.origin == request.checkpoint.origin).ok_or(Refusal::UnknownOrigin)?;
    let signed = request.note.verified_by(&log.keys);
    let signed = signed.map_err(|error| Refusal::UnknownKey(error.to_string()))?;
    // A cosigning key speaks for a witness, never for a log.
    if signed.iter().any(|by| by.time_s.is_none()) {
        Ok(())
    } else {
        Err(Refusal::UnknownKey("none known".into()))
    }
}

/// Answers a request, in the order of tlog-witness, "add-checkpoint".
pub fn decide(request: &AddCheckpoint, log: Option<&WitnessedLog>, known: Known) -> Decision {
    match authenticate(request, log) {
        Ok(()) => decide_authentic(request, known),
        Err(refusal) => refusal.into(),
    }
}

fn decide_authentic(request: &AddCheckpoint, known: Known) -> Decision {
    let submitted = Head { size: request.checkpoint.size, root: request.checkpoint.root };
    let latest = known.latest.unwrap_or(Head { size: 0, root: empty_root() });
    // Whatever is answered: another root for a size that was cosigned before is a fork.
    let before = known.same_size.or((latest.size == submitted.size).then_some(latest.root));
    let forked = before.is_some_and(|root| root != submitted.root) && submitted.size > 0;
    let evidence = forked.then_some(Evidence::TwoRoots { size: submitted.size });
    let refuse = |refusal, evidence| Decision { answer: Answer::Refuse(refusal), evidence };
    if request.old_size > submitted.size {
        return refuse(Refusal::OldIsLarger, evidence);
    }
    if request.old_size != latest.size {
        return refuse(Refusal::Stale { size: latest.size }, evidence);
    }
    if submitted.size == latest.size && submitted.root != latest.root && submitted.size > 0 {
        return refuse(Refusal::OtherRoot { size: latest.size }, evidence);
    }
    let proof = verify_consistency(latest.size, submitted.size, &request.proof, latest.root, submitted.root);
    let empty_is_empty = if submitted.size == 0 && submitted.root != empty_root() {
        Err(Error::Mismatch { what: "checkpoint", problem: "an empty tree has another root" })
    } else {
        Ok(())
    };
    match proof.and(empty_is_empty) {
        Ok(()) => Decision { answer: Answer::Cosign(submitted), evidence },
        Err(error) => {
            let evidence = evidence.or(Some(Evidence::NoProof { old_size: latest.size }));
            refuse(Refusal::Inconsistent(error), evidence)
        }
    }
}

/// A witness's Ed25519 cosigning key in memory, for shells that hold theirs so.
pub struct Cosigner {
    key: NoteKey,
    signing: SigningKey,
}

impl Cosigner {
    /// From the 32-byte seed of RFC 8032 §5.1.5. One seed, one cosigner: the message does not name its signer
    /// (tlog-cosignature, "Ed25519 signed message").
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self> {
        let signing = SigningKey::from_bytes(seed);
        let key = NoteKey::cosignature(name, signing.verifying_key().as_bytes())?;
        Ok(Self { key, signing })
    }

    /// The public half, to print and to put into policies.
    pub const fn key(&self) -> &NoteKey {
        &self.key
    }

    /// The statement that, at this time, the text is the largest tree this witness has seen of the log:
    /// `timestamped_signature` of tlog-cosignature, "Format".
    pub fn cosign(&self, text: &str, time_s: u64) -> NoteSignature {
        let time_s = time_s.min(TIME_S_MAX);
        let signature = self.signing.sign(cosigned_text(text, time_s).as_bytes());
        let mut bytes = time_s.to_be_bytes().to_vec();
        bytes.extend_from_slice(&signature.to_bytes());
        NoteSignature { name: self.key.name().to_owned(), id: self.key.id(), bytes }
    }
}

/// Prints the public key only.
impl fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cosigner({})", self.key)
    }
}

/// A cosignature that a client has checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cosignature {
    pub signature: NoteSignature,
    pub time_s: u64,
}

/// Reads the 200 answer: the cosignature of `key` over `text`. Lines of other keys are ignored.
///
/// # Errors
/// When a line is malformed, the witness's line does not verify, or there is none.
pub fn parse_cosignatures(body: &[u8], text: &str, key: &NoteKey) -> Result<Cosignature> {
    let bad = |line, problem| Error::Text { what: WHAT_ANSWER, line, problem };
    if body.len() > ANSWER_BYTES_MAX {
        return Err(bad(1, "longer than an answer may be"));
    }
    let lines = std::str::from_utf8(body).map_err(|_| bad(1, "not UTF-8"))?;
    let lines = lines.strip_suffix('\n').ok_or(bad(1, "does not end in a newline"))?;
    let mut found = None;
    for (number, line) in (1..).zip(lines.split('\n')) {
        if number > SIGNATURES_MAX {
            return Err(bad(number, "too many signatures"));
        }
        let signature = NoteSignature::parse(line, number)?;
        if found.is_none() && signature.name == key.name() && signature.id == key.id() {
            found = Some(signature);
        }
    }
    let signature = found.ok_or(bad(1, "the witness's own key did not sign"))?;
    let note = Note::new(text, vec![signature.clone()])?;
    let by = note.verified_by(std::slice::from_ref(key))?;
    let time_s = by.first().and_then(|by| by.time_s);
    let time_s =
        time_s.filter(|time_s| *time_s <= TIME_S_MAX).ok_or(bad(1, "the signature states no time"))?;
    Ok(Cosignature { signature, time_s })
}

/// Reads the 409 answer: the size of the witness's latest tree.
pub fn parse_size_answer(body: &[u8]) -> Result<u64> {
    let text = std::str::from_utf8(body).ok().and_then(|text| text.strip_suffix('\n'));
    text.and_then(parse_size).ok_or(Error::Text {
        what: WHAT_ANSWER,
        line: 1,
        problem: "not a plain decimal number and a newline",
    })
}
