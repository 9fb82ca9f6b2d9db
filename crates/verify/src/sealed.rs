//! A package sealed to its recipient, as the age format v1 writes it (C2SP age): to an X25519 public key, or with a passphrase.
//!
//! Pure: secrets and chance come in as arguments, and nothing is kept. Any other age program opens what is written here; the file's
//! vectors were made by one. The invariant: a chunk's number and whether it is the last go into its own nonce, so that what was cut
//! off, put in another order or lengthened does not open.
//!
//! ```text
//! age-encryption.org/v1
//! -> X25519 <ephemeral share>   or   -> scrypt <salt> <log2 of the work>
//! <file key, sealed>
//! --- <MAC over all above>
//! nonce (16) | chunk 0 (64 KiB + 16) | ... | last chunk
//! ```

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, Nonce, aead::Aead as _};
use curve25519_dalek::montgomery::MontgomeryPoint;
use ledger::sealed::{PASSPHRASE_CHARS_MAX, PASSPHRASE_CHARS_MIN, PublicKey, SealFault, bech32};
use std::fmt;

const VERSION: &str = "age-encryption.org/v1";
const IDENTITY_PREFIX: &str = "age-secret-key-";
/// Plain bytes of a chunk: the format's own.
pub const CHUNK_BYTES: u64 = 65_536;
/// What sealing adds to each chunk.
const TAG_BYTES: u64 = 16;
const NONCE_BYTES: u64 = 16;
/// Two to this power is the work of one guess at a passphrase: 64 MiB of memory and a tenth of a second, on a machine that records
/// at the same time.
const WORK_LOG2: u8 = 16;
/// More work than this is not done for a file of somebody else's: 1 GiB.
const WORK_LOG2_MAX: u8 = 20;
/// Longest header that is read: one stanza of ours is 150 bytes; other programs may write several.
pub const HEADER_BYTES_MAX: usize = 16 * 1024;
/// Chance that one sealing takes: file key, ephemeral secret or salt, and the payload's nonce.
pub type Chance = [u8; 64];

type Result<T> = std::result::Result<T, SealFault>;

/// What opens a sealed file.
pub enum Opener {
    Key([u8; 32]),
    Passphrase(String),
}

impl Opener {
    /// A secret key as age-keygen writes it, in capitals.
    pub fn parse_key(text: &str) -> Result<Self> {
        let lower = text.trim().to_ascii_lowercase();
        bech32::decode(IDENTITY_PREFIX, &lower).map(Self::Key).ok_or(SealFault::Identity)
    }
}

/// The keys of one sealed file. Its chunks can be made in any order, and again.
pub struct Sealing {
    header: Vec<u8>,
    payload: ChaCha20Poly1305,
}

impl fmt::Debug for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealing")
    }
}

impl Sealing {
    pub fn to_key(recipient: PublicKey, chance: &Chance) -> Result<Self> {
        let (file_key, secret, nonce) = split(chance);
        let share = MontgomeryPoint::mul_base_clamped(secret).0;
        let wrap = wrap_key(secret, &recipient.0, &share, &recipient.0)?;
        let stanza = format!("-> X25519 {}", STANDARD_NO_PAD.encode(share));
        Self::made(&stanza, wrap, file_key, nonce)
    }

    /// Takes a tenth of a second.
    pub fn with_passphrase(passphrase: &str, chance: &Chance) -> Result<Self> {
        if !(PASSPHRASE_CHARS_MIN..=PASSPHRASE_CHARS_MAX).contains(&passphrase.chars().count()) {
            return Err(SealFault::Passphrase);
        }
        let (file_key, secret, nonce) = split(chance);
        let salt = secret.get(..16).unwrap_or_default();
        let wrap = passphrase_key(passphrase, salt, WORK_LOG2)?;
        let stanza = format!("-> scrypt {} {WORK_LOG2}", STANDARD_NO_PAD.encode(salt));
        Self::made(&stanza, wrap, file_key, nonce)
    }

    fn made(stanza: &str, wrap: [u8; 32], file_key: [u8; 16], nonce: [u8; 16]) -> Result<Self> {
        let sealed =
            cipher(&wrap).encrypt(&Nonce::default(), &file_key[..]).map_err(|_| SealFault::Format)?;
        let head = format!("{VERSION}\n{stanza}\n{}\n---", STANDARD_NO_PAD.encode(sealed));
        let mut header =
            format!("{head} {}\n", STANDARD_NO_PAD.encode(mac(&file_key, head.as_bytes()))).into_bytes();
        header.extend(nonce);
        Ok(Self { header, payload: cipher(&derived(&file_key, &nonce, b"payload")) })
    }

    /// What comes before the first chunk.
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// Chunk `number` of the plain bytes; only the last may be shorter than [`CHUNK_BYTES`].
    pub fn chunk(&self, number: u64, plain: &[u8], is_last: bool) -> Vec<u8> {
        // Fails beyond 256 GiB for one message only.
        self.payload.encrypt(&chunk_nonce(number, is_last), plain).unwrap_or_default()
    }

    /// Length of the whole sealed file.
    pub fn sealed_bytes(&self, plain_bytes: u64) -> u64 {
        self.header.len() as u64 + plain_bytes + chunks(plain_bytes) * TAG_BYTES
    }
}

/// Chunks of so many plain bytes: an empty file has one, too.
pub const fn chunks(plain_bytes: u64) -> u64 {
    let whole = plain_bytes.div_ceil(CHUNK_BYTES);
    if whole == 0 { 1 } else { whole }
}

/// A sealed chunk's length on disk.
pub const SEALED_CHUNK_BYTES: u64 = CHUNK_BYTES + TAG_BYTES;

/// Opens a file's chunks, one after the other.
pub struct Opening {
    payload: ChaCha20Poly1305,
    /// Where the first chunk begins.
    pub payload_at: u64,
}

impl Opening {
    /// From the file's first bytes, at most [`HEADER_BYTES_MAX`] of them.
    pub fn of(first_bytes: &[u8], opener: &Opener) -> Result<Self> {
        let end = first_bytes.windows(5).position(|at| at == b"\n--- ").ok_or(SealFault::Format)? + 4;
        let line_end =
            first_bytes.iter().skip(end).position(|byte| *byte == b'\n').ok_or(SealFault::Format)? + end;
        let head = first_bytes.get(..end).ok_or(SealFault::Format)?;
        let tail = first_bytes.get(end + 1..line_end).ok_or(SealFault::Format)?;
        let text = std::str::from_utf8(head).map_err(|_| SealFault::Format)?;
        let expected = STANDARD_NO_PAD.decode(tail).map_err(|_| SealFault::Format)?;
        let file_key = file_key(text, opener)?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, &derived(&file_key, &[], b"header"));
        hmac::verify(&key, head, &expected).map_err(|_| SealFault::Damaged)?;
        let payload_at = line_end + 1 + NONCE_BYTES as usize;
        let nonce = first_bytes.get(line_end + 1..payload_at).ok_or(SealFault::Format)?;
        let payload = cipher(&derived(&file_key, nonce, b"payload"));
        Ok(Self { payload, payload_at: payload_at as u64 })
    }

    pub fn chunk(&self, number: u64, sealed: &[u8], is_last: bool) -> Result<Vec<u8>> {
        self.payload.decrypt(&chunk_nonce(number, is_last), sealed).map_err(|_| SealFault::Damaged)
    }
}

/// The key of the file, from the first stanza that opens.
fn file_key(head: &str, opener: &Opener) -> Result<[u8; 16]> {
    let mut lines = head.lines();
    if lines.next() != Some(VERSION) {
        return Err(SealFault::Format);
    }
    let mut stanzas: Vec<(Vec<&str>, String)> = Vec::new();
    for line in lines.filter(|line| !line.starts_with("---")) {
        match (line.strip_prefix("-> "), stanzas.last_mut()) {
            (Some(words), _) => stanzas.push((words.split(' ').collect(), String::new())),
            (None, Some((_, body))) => body.push_str(line),
            (None, None) => return Err(SealFault::Format),
        }
    }
    let opened = stanzas.iter().find_map(|(words, body)| {
        let sealed = STANDARD_NO_PAD.decode(body).ok()?;
        let wrap = match (words.as_slice(), opener) {
            (["X25519", share], Opener::Key(secret)) => {
                let share: [u8; 32] = STANDARD_NO_PAD.decode(share).ok()?.try_into().ok()?;
                let own = MontgomeryPoint::mul_base_clamped(*secret).0;
                wrap_key(*secret, &share, &share, &own).ok()?
            }
            // C2SP age: a passphrase stands alone.
            (["scrypt", salt, work], Opener::Passphrase(passphrase)) if stanzas.len() == 1 => {
                let work: u8 = work.parse().ok().filter(|work| *work <= WORK_LOG2_MAX)?;
                passphrase_key(passphrase, &STANDARD_NO_PAD.decode(salt).ok()?, work).ok()?
            }
            _ => return None,
        };
        cipher(&wrap).decrypt(&Nonce::default(), &sealed[..]).ok()?.try_into().ok()
    });
    opened.ok_or(SealFault::NotForThis)
}

fn split(chance: &Chance) -> ([u8; 16], [u8; 32], [u8; 16]) {
    let (mut file_key, mut secret, mut nonce) = ([0; 16], [0; 32], [0; 16]);
    file_key.copy_from_slice(&chance[..16]);
    secret.copy_from_slice(&chance[16..48]);
    nonce.copy_from_slice(&chance[48..]);
    (file_key, secret, nonce)
}

/// Of the one's secret and the other's public key.
fn wrap_key(secret: [u8; 32], other: &[u8; 32], share: &[u8; 32], recipient: &[u8; 32]) -> Result<[u8; 32]> {
    let shared = MontgomeryPoint(*other).mul_clamped(secret).0;
    // RFC 7748 §6.1: a point of low order gives a secret that everybody knows.
    if shared == [0; 32] {
        return Err(SealFault::Recipient);
    }
    Ok(derived(&shared, &[share.as_slice(), recipient.as_slice()].concat(), b"age-encryption.org/v1/X25519"))
}

fn passphrase_key(passphrase: &str, salt: &[u8], work_log2: u8) -> Result<[u8; 32]> {
    let params = scrypt::Params::new(work_log2, 8, 1, 32).map_err(|_| SealFault::Format)?;
    let salt = [b"age-encryption.org/v1/scrypt", salt].concat();
    let mut key = [0; 32];
    scrypt::scrypt(passphrase.as_bytes(), &salt, &params, &mut key).map_err(|_| SealFault::Format)?;
    Ok(key)
}

/// HKDF-SHA-256 with 32 bytes of output (RFC 5869 §2).
fn derived(secret: &[u8], salt: &[u8], info: &[u8]) -> [u8; 32] {
    let keyed = |key: &[u8], data: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data);
    let extracted = keyed(salt, secret);
    let expanded = keyed(extracted.as_ref(), &[info, &[1]].concat());
    let mut key = [0; 32];
    key.copy_from_slice(expanded.as_ref());
    key
}

fn mac(file_key: &[u8], head: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &derived(file_key, &[], b"header")), head)
}

fn cipher(key: &[u8; 32]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(key.into())
}

fn chunk_nonce(number: u64, is_last: bool) -> Nonce {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&number.to_be_bytes());
    nonce[11] = u8::from(is_last);
    nonce.into()
}

#[cfg(test)]
#[path = "sealed/tests.rs"]
mod tests;
