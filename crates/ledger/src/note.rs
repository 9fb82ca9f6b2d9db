//! C2SP signed-note: a text with signature lines, and the keys that check them (c2sp.org/signed-note).
//!
//! It decides nothing about trust: a caller brings the keys that it trusts, signatures of others are ignored. Secret
//! keys stay in the shell; [`Ed25519Signer`] is for shells that hold theirs in memory.

use crate::tree::sha256;
use crate::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use std::fmt;

/// Longest note that is read: sixteen post-quantum signatures of 5 kB and a page of text.
pub const NOTE_BYTES_MAX: usize = 128 * 1024;
/// Most signature lines that are read; the format demands at least 16.
pub const SIGNATURES_MAX: usize = 64;
/// Longest key name; an origin is a host and a path.
pub const KEY_NAME_BYTES_MAX: usize = 255;

const WHAT: &str = "signed note";
const WHAT_KEY: &str = "verifier key";

/// What kind of signature a key makes (signed-note, "Signature types").
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyKind {
    /// 0x01: Ed25519 over the note's text.
    Ed25519(VerifyingKey),
    /// 0x04: timestamped witness cosignature (c2sp.org/tlog-cosignature).
    Cosignature(VerifyingKey),
    /// Any other: kept so that a policy can name it; its signatures are "not checked".
    Other(u8),
}

/// A verifier key: name, id, algorithm and public key, as in `name+hash+base64`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteKey {
    name: String,
    id: u32,
    kind: KeyKind,
    public: Vec<u8>,
}

impl NoteKey {
    /// An Ed25519 key (type 0x01) under that name.
    pub fn ed25519(name: &str, public: &[u8; 32]) -> Result<Self> {
        Self::new(name, 0x01, public)
    }

    /// A witness's cosigning key (type 0x04) under that name.
    pub fn cosignature(name: &str, public: &[u8; 32]) -> Result<Self> {
        Self::new(name, 0x04, public)
    }

    fn new(name: &str, kind: u8, public: &[u8]) -> Result<Self> {
        let bad = |problem| Error::Text { what: WHAT_KEY, line: 1, problem };
        if !is_key_name(name) {
            return Err(bad("the name is empty, too long, or has a space or plus sign"));
        }
        let id = key_id(name, kind, public);
        let verifying = || {
            let bytes = <[u8; 32]>::try_from(public).map_err(|_| bad("an Ed25519 key has 32 bytes"))?;
            VerifyingKey::from_bytes(&bytes).map_err(|_| bad("not an Ed25519 public key"))
        };
        let kind = match kind {
            0x01 => KeyKind::Ed25519(verifying()?),
            0x04 => KeyKind::Cosignature(verifying()?),
            other => KeyKind::Other(other),
        };
        Ok(Self { name: name.to_owned(), id, kind, public: public.to_vec() })
    }

    /// From `name+hash+base64(type || public key)`; the hash must be the key's.
    pub fn parse(vkey: &str) -> Result<Self> {
        let bad = |problem| Error::Text { what: WHAT_KEY, line: 1, problem };
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(hash), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(bad("not of the form name+hash+key"));
        };
        if hash.len() != 8 || !hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(bad("the hash is not eight lower-case hexadecimal digits"));
        }
        let id = u32::from_str_radix(hash, 16).map_err(|_| bad("the hash is not hexadecimal"))?;
        let key = BASE64.decode(key).map_err(|_| bad("the key is not standard base64"))?;
        let (&kind, public) = key.split_first().ok_or(bad("the key is empty"))?;
        let parsed = Self::new(name, kind, public)?;
        if parsed.id != id {
            return Err(bad("the hash is not that of the key"));
        }
        Ok(parsed)
    }

    pub fn name(&self) -> &str {
        &self.name
    }
    pub const fn id(&self) -> u32 {
        self.id
    }
    pub const fn kind(&self) -> &KeyKind {
        &self.kind
    }
    /// The public key without its type byte: two vkeys are the same key when these are equal (tlog-policy).
    pub fn public(&self) -> &[u8] {
        &self.public
    }
    const fn type_byte(&self) -> u8 {
        match self.kind {
            KeyKind::Ed25519(_) => 0x01,
            KeyKind::Cosignature(_) => 0x04,
            KeyKind::Other(other) => other,
        }
    }

    /// Checks one signature of this key over `text`. For a cosignature the time it states, in Unix seconds.
    fn check(&self, text: &str, signature: &NoteSignature) -> Result<Checked> {
        let wrong = |problem| Error::Mismatch { what: "signature", problem };
        let verify = |key: &VerifyingKey, message: &[u8], bytes: &[u8]| {
            let bytes = <[u8; 64]>::try_from(bytes).map_err(|_| wrong("of the wrong length"))?;
            let signature = ed25519_dalek::Signature::from_bytes(&bytes);
            key.verify_strict(message, &signature).map_err(|_| wrong("not made by this key over this text"))
        };
        match &self.kind {
            KeyKind::Ed25519(key) => {
                verify(key, text.as_bytes(), &signature.bytes)?;
                Ok(Checked::Valid { time_s: None })
            }
            KeyKind::Cosignature(key) => {
                let (time, bytes) =
                    signature.bytes.split_first_chunk().ok_or(wrong("of the wrong length"))?;
                let time_s = u64::from_be_bytes(*time);
                // tlog-cosignature, "Signed message": a time is at most 2^63 - 1.
                if i64::try_from(time_s).is_err() {
                    return Err(wrong("of a time that cannot be"));
                }
                verify(key, cosigned_text(text, time_s).as_bytes(), bytes)?;
                Ok(Checked::Valid { time_s: Some(time_s) })
            }
            KeyKind::Other(_) => Ok(Checked::NotChecked),
        }
    }
}

/// The verifier key string `name+hash+base64`.
impl fmt::Display for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![self.type_byte()];
        key.extend_from_slice(&self.public);
        write!(f, "{}+{:08x}+{}", self.name, self.id, BASE64.encode(key))
    }
}

/// SHA-256(name || 0x0A || type || public key), first four bytes (signed-note, "Signatures").
fn key_id(name: &str, kind: u8, public: &[u8]) -> u32 {
    let hash = sha256(&[name.as_bytes(), b"\n", &[kind], public]);
    let [a, b, c, d, ..] = hash.0;
    u32::from_be_bytes([a, b, c, d])
}

/// Non-empty, no Unicode space, no plus, no control character.
fn is_key_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= KEY_NAME_BYTES_MAX
        && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

/// What a witness signs: a header, its time, and the checkpoint's text (tlog-cosignature, "Ed25519 signed message").
pub fn cosigned_text(text: &str, time_s: u64) -> String {
    format!("cosignature/v1\ntime {time_s}\n{text}")
}

/// One signature line: key name, key id, and the signature's own bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteSignature {
    pub name: String,
    pub id: u32,
    pub bytes: Vec<u8>,
}

impl NoteSignature {
    /// Reads one signature line, without its newline; `number` is its place for errors.
    pub fn parse(line: &str, number: usize) -> Result<Self> {
        let bad = |problem| Error::Text { what: WHAT, line: number, problem };
        let rest =
            line.strip_prefix("— ").ok_or(bad("a signature line begins with an em dash and a space"))?;
        let (name, encoded) = rest.split_once(' ').ok_or(bad("no space after the key name"))?;
        if !is_key_name(name) {
            return Err(bad("the key name is empty, too long, or has a space or plus sign"));
        }
        let decoded = BASE64.decode(encoded).map_err(|_| bad("the signature is not standard base64"))?;
        let (id, bytes) = decoded.split_first_chunk().ok_or(bad("the signature has no key id"))?;
        if bytes.is_empty() {
            return Err(bad("the signature is empty"));
        }
        Ok(Self { name: name.to_owned(), id: u32::from_be_bytes(*id), bytes: bytes.to_vec() })
    }

    /// The line as it stands in a note, with its newline.
    pub fn line(&self) -> String {
        let mut bytes = self.id.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.bytes);
        format!("— {} {}\n", self.name, BASE64.encode(bytes))
    }
}

/// What came of one known signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Checked {
    Valid { time_s: Option<u64> },
    NotChecked,
}

/// A signature that a trusted key made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VerifiedBy {
    /// Which of the keys that were given.
    pub key: usize,
    /// A cosignature's own time, Unix seconds; of several of one witness the latest.
    pub time_s: Option<u64>,
}

/// A note as read: its text (with the final newline) and its signature lines, nothing verified yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl Note {
    /// A note from a text and signatures made over it elsewhere.
    pub fn new(text: &str, signatures: Vec<NoteSignature>) -> Result<Self> {
        if signatures.is_empty() || signatures.len() > SIGNATURES_MAX {
            return Err(Error::Encode { what: WHAT, field: "signatures", problem: "none or too many" });
        }
        check_text(text)?;
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// Reads a note; every signature line must be well formed, also of unknown keys.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let bad = |line, problem| Error::Text { what: WHAT, line, problem };
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(bad(1, "longer than a note may be"));
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| bad(1, "not UTF-8"))?;
        let split = whole.rfind("\n\n").ok_or(bad(1, "no empty line before the signatures"))?;
        let (text, lines) = (&whole[..=split], &whole[split + 2..]);
        check_text(text)?;
        let first = text.lines().count() + 2;
        let lines = lines.strip_suffix('\n').ok_or(bad(first, "no signature line, or no final newline"))?;
        let mut signatures = Vec::new();
        for (number, line) in (first..).zip(lines.split('\n')) {
            if signatures.len() == SIGNATURES_MAX {
                return Err(bad(number, "too many signatures"));
            }
            signatures.push(NoteSignature::parse(line, number)?);
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    pub fn text(&self) -> &str {
        &self.text
    }
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }
    /// Adds a signature line, for example a witness's.
    pub fn push(&mut self, signature: NoteSignature) {
        self.signatures.push(signature);
    }

    /// Which of `keys` signed. A line of an unknown key is ignored; a line of a known key that does not verify
    /// rejects the whole note (signed-note, "Signatures"). An empty answer means: signed by nobody we know.
    pub fn verified_by(&self, keys: &[NoteKey]) -> Result<Vec<VerifiedBy>> {
        let mut found: Vec<VerifiedBy> = Vec::new();
        for signature in &self.signatures {
            let known = keys.iter().position(|key| key.id == signature.id && key.name == signature.name);
            let Some(key) = known else { continue };
            let Some(known) = keys.get(key) else { continue };
            // Each line of a known key is checked: a false one behind a good one rejects the note too.
            let checked = known.check(&self.text, signature)?;
            if let Checked::Valid { time_s } = checked {
                match found.iter_mut().find(|verified| verified.key == key) {
                    Some(verified) => verified.time_s = verified.time_s.max(time_s),
                    None => found.push(VerifiedBy { key, time_s }),
                }
            }
        }
        Ok(found)
    }
}

/// The note's file form.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| f.write_str(&signature.line()))
    }
}

/// A note's text ends in a newline and has no other control character.
fn check_text(text: &str) -> Result<()> {
    let bad = |line, problem| Err(Error::Text { what: WHAT, line, problem });
    if text.is_empty() || !text.ends_with('\n') {
        return bad(1, "the text does not end in a newline");
    }
    for (number, line) in (1..).zip(text.split('\n')) {
        if line.bytes().any(|byte| byte < 0x20) {
            return bad(number, "a control character");
        }
    }
    Ok(())
}

/// An Ed25519 key in memory, for shells that keep theirs so. Cores only hand out the text to sign.
pub struct Ed25519Signer {
    key: NoteKey,
    signing: SigningKey,
}

impl Ed25519Signer {
    /// From the 32-byte seed of RFC 8032 §5.1.5. The name of a log's key is its origin.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self> {
        let signing = SigningKey::from_bytes(seed);
        let key = NoteKey::ed25519(name, signing.verifying_key().as_bytes())?;
        Ok(Self { key, signing })
    }

    /// The public half, to print and to pin.
    pub const fn key(&self) -> &NoteKey {
        &self.key
    }

    /// Signs a note's text.
    pub fn sign(&self, text: &str) -> NoteSignature {
        let bytes = self.signing.sign(text.as_bytes()).to_bytes().to_vec();
        NoteSignature { name: self.key.name.clone(), id: self.key.id, bytes }
    }

    /// Text and signature as a note.
    pub fn signed(&self, text: &str) -> Result<Note> {
        Note::new(text, vec![self.sign(text)])
    }
}

/// Prints the public key only.
impl fmt::Debug for Ed25519Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ed25519Signer({})", self.key)
    }
}
