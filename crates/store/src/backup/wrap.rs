//! Keys wrapped under a passphrase: argon2id makes the key, XChaCha20-Poly1305 seals the file in chunks.
//!
//! ```text
//! "watchkeeper wrapped v1\n" || u32 memory_kib || u32 passes || 16 salt || 16 nonce prefix || chunks
//! chunk: up to 65,536 bytes sealed; nonce = prefix || u64 number; data = domain || u8 last || name
//! ```
//!
//! Each chunk says whether it is the last and which file it is of, so that a file that was cut, or put in another's
//! place, does not open. It decides nothing about what is secret.

use crate::PasswordCost;
use crate::error::{Error, Result};
use crate::files::random;
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use model::Secret;
use std::io::{Read, Write};

const MAGIC: &[u8; 23] = b"watchkeeper wrapped v1\n";
const DOMAIN: &[u8] = b"watchkeeper/wrapped/v1\n";
const CHUNK_BYTES: usize = 65_536;
const TAG_BYTES: usize = 16;
/// A shorter passphrase could be guessed by somebody with the backup and time: 16 letters of a text a person can
/// remember are about 40 bits, each worth a tenth of a second and 64 MiB.
pub const PASSPHRASE_CHARS_MIN: usize = 16;
/// What a file may ask of this machine before anything in it is believed: 1 GiB.
const MEMORY_KIB_MAX: u32 = 1 << 20;
const PASSES_MAX: u32 = 16;

/// The key that one passphrase, salt and cost give; made once for all files of a backup.
pub struct WrappingKey {
    cost: PasswordCost,
    salt: [u8; 16],
    cipher: XChaCha20Poly1305,
}

impl WrappingKey {
    /// A key with a fresh salt.
    pub fn fresh(passphrase: &Secret<String>, cost: PasswordCost) -> Result<Self> {
        if passphrase.expose().chars().count() < PASSPHRASE_CHARS_MIN {
            return Err(Error::invalid("passphrase", "has fewer than 16 characters"));
        }
        Self::derive(passphrase, cost, random()?)
    }

    fn derive(passphrase: &Secret<String>, cost: PasswordCost, salt: [u8; 16]) -> Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32))
            .map_err(|_| Error::Corrupt("the cost of a wrapped key is out of range".into()))?;
        let mut key = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.expose().as_bytes(), &salt, &mut key)
            .map_err(|_| Error::Internal("a passphrase cannot be hashed".into()))?;
        Ok(Self { cost, salt, cipher: XChaCha20Poly1305::new(&key.into()) })
    }

    /// Seals all of `plain` under `name`.
    pub fn wrap(&self, name: &str, mut plain: impl Read, mut sealed: impl Write) -> Result<()> {
        let prefix = random::<16>()?;
        let failed = |error| Error::File { doing: "wrapping", path: name.to_owned(), source: error };
        let header = [
            &MAGIC[..],
            &self.cost.memory_kib.to_be_bytes(),
            &self.cost.passes.to_be_bytes(),
            &self.salt,
            &prefix,
        ];
        sealed.write_all(&header.concat()).map_err(failed)?;
        let mut chunk = read_chunk(&mut plain, CHUNK_BYTES).map_err(failed)?;
        for number in 0_u64.. {
            let next = read_chunk(&mut plain, CHUNK_BYTES).map_err(failed)?;
            let last = next.is_empty();
            let data = associated(name, last);
            let bytes = self
                .cipher
                .encrypt(&nonce(prefix, number), Payload { msg: &chunk, aad: &data })
                .map_err(|_| Error::Internal("a key cannot be wrapped".into()))?;
            sealed.write_all(&bytes).map_err(failed)?;
            if last {
                break;
            }
            chunk = next;
        }
        Ok(())
    }
}

/// Opens what [`WrappingKey::wrap`] sealed. `kept` saves the work of the next file that has the same salt.
pub fn unwrap(
    passphrase: &Secret<String>,
    kept: &mut Option<WrappingKey>,
    name: &str,
    mut sealed: impl Read,
    mut plain: impl Write,
) -> Result<()> {
    let failed = |error| Error::File { doing: "unwrapping", path: name.to_owned(), source: error };
    let torn = || Error::Corrupt(format!("{name}: not a wrapped key, or cut short"));
    let mut read = |count| read_chunk(&mut sealed, count).map_err(failed);
    if read(MAGIC.len())? != MAGIC {
        return Err(torn());
    }
    let number = |bytes: Vec<u8>| bytes.try_into().map(u32::from_be_bytes).map_err(|_| torn());
    let cost = PasswordCost { memory_kib: number(read(4)?)?, passes: number(read(4)?)? };
    if cost.memory_kib > MEMORY_KIB_MAX || cost.passes > PASSES_MAX {
        return Err(Error::Corrupt(format!("{name}: it asks for more work than any backup of ours")));
    }
    let salt: [u8; 16] = read(16)?.try_into().map_err(|_| torn())?;
    let prefix: [u8; 16] = read(16)?.try_into().map_err(|_| torn())?;
    let key = match kept.take() {
        Some(key) if key.salt == salt && key.cost == cost => key,
        _ => WrappingKey::derive(passphrase, cost, salt)?,
    };
    let key = kept.insert(key);
    let mut chunk = read(CHUNK_BYTES + TAG_BYTES)?;
    for number in 0_u64.. {
        let next = read(CHUNK_BYTES + TAG_BYTES)?;
        let last = next.is_empty();
        let data = associated(name, last);
        let bytes = key.cipher.decrypt(&nonce(prefix, number), Payload { msg: &chunk, aad: &data }).map_err(
            |_| Error::Corrupt(format!("{name}: the passphrase is wrong, or the file was changed")),
        )?;
        plain.write_all(&bytes).map_err(failed)?;
        if last {
            break;
        }
        chunk = next;
    }
    Ok(())
}

fn associated(name: &str, last: bool) -> Vec<u8> {
    [DOMAIN, &[u8::from(last)], name.as_bytes()].concat()
}

fn nonce(prefix: [u8; 16], number: u64) -> XNonce {
    let mut nonce = XNonce::default();
    for (to, from) in nonce.iter_mut().zip(prefix.into_iter().chain(number.to_be_bytes())) {
        *to = from;
    }
    nonce
}

/// Up to `count` bytes; fewer only at the end.
fn read_chunk(from: &mut impl Read, count: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(count as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passphrase(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[test]
    fn what_was_wrapped_opens_with_its_passphrase_and_name_only() {
        let right = passphrase("a long enough passphrase");
        let key = WrappingKey::fresh(&right, PasswordCost::CHEAP).unwrap();
        let open = |given: &Secret<String>, name: &str, sealed: &[u8]| {
            let mut plain = Vec::new();
            unwrap(given, &mut None, name, sealed, &mut plain)
                .map(|()| plain)
                .map_err(|error| error.to_string())
        };
        for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES] {
            let plain = vec![7; length];
            let mut sealed = Vec::new();
            key.wrap("a.key", &plain[..], &mut sealed).unwrap();
            assert_eq!(open(&right, "a.key", &sealed).unwrap(), plain, "{length} bytes");
            let check = |given: &Secret<String>, name: &str, sealed: &[u8], expected: &str| {
                let error = open(given, name, sealed).unwrap_err();
                assert!(error.contains(expected), "{length} bytes, {name}: {error}");
            };
            check(&passphrase("another long passphrase"), "a.key", &sealed, "the passphrase is wrong");
            check(&right, "b.key", &sealed, "was changed");
            check(&right, "a.key", &sealed[..sealed.len() - 1], "was changed");
            check(&right, "a.key", &sealed[..20], "cut short");
            if length > CHUNK_BYTES {
                check(&right, "a.key", &sealed[..63 + CHUNK_BYTES + TAG_BYTES], "was changed");
            }
        }
        assert!(WrappingKey::fresh(&passphrase("short"), PasswordCost::CHEAP).is_err());
    }

    #[test]
    fn a_file_cannot_ask_for_endless_work() {
        let sealed = [&MAGIC[..], &u32::MAX.to_be_bytes(), &1_u32.to_be_bytes(), &[0; 32]].concat();
        let error = unwrap(&passphrase("x"), &mut None, "a.key", &sealed[..], Vec::new()).unwrap_err();
        assert!(error.to_string().contains("more work"), "{error}");
    }
}
