//! Store keys: what wraps the secrets of segments (design note `encryption.md`, §1). Where they come from is not known here,
//! and no file of the store holds one.
//!
//! Invariant: a key is named by an id that says nothing about it; neither prints.

use crate::error::{Error, Result};
use crate::files::random;
use model::Secret;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

const ID_DOMAIN: &[u8] = b"watchkeeper/store-key-id/v1\n";
const KEY_BYTES: usize = 32;

/// Names a store key: the beginning of a hash of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreKeyId(pub [u8; 8]);

impl fmt::Display for StoreKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for StoreKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreKeyId({self})")
    }
}

impl FromStr for StoreKeyId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        hexadecimal(text.as_bytes()).map(Self).ok_or(Error::invalid("key id", "is not 16 hexadecimal digits"))
    }
}

/// A key that wraps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreKey {
    id: StoreKeyId,
    key: Secret<[u8; KEY_BYTES]>,
}

impl StoreKey {
    pub fn new(key: [u8; KEY_BYTES]) -> Self {
        let hash: [u8; 32] = Sha256::new().chain_update(ID_DOMAIN).chain_update(key).finalize().into();
        let [a, b, c, d, e, f, g, h, ..] = hash;
        Self { id: StoreKeyId([a, b, c, d, e, f, g, h]), key: Secret::new(key) }
    }

    /// A key that nobody has yet.
    pub fn fresh() -> Result<Self> {
        random().map(Self::new)
    }

    /// As it lies in a file: 64 hexadecimal digits and a line feed, or 32 bytes as they are.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        if let Ok(raw) = <[u8; KEY_BYTES]>::try_from(bytes) {
            return Ok(Self::new(raw));
        }
        let text = bytes.trim_ascii();
        hexadecimal(text)
            .map(Self::new)
            .ok_or(Error::invalid("store key", "is neither 64 hexadecimal digits nor 32 bytes"))
    }

    /// For the key's own file, which lies apart from the store.
    pub fn text(&self) -> Secret<String> {
        Secret::new(self.key.expose().iter().map(|byte| format!("{byte:02x}")).chain(["\n".into()]).collect())
    }

    pub fn id(&self) -> StoreKeyId {
        self.id
    }

    pub(crate) fn expose(&self) -> &[u8; KEY_BYTES] {
        self.key.expose()
    }
}

/// The store keys that this process was given. Cheap to clone.
#[derive(Clone, Default, Debug)]
pub struct StoreKeys(Arc<Given>);

#[derive(Default, Debug)]
struct Given {
    current: Option<StoreKey>,
    old: Vec<StoreKey>,
}

impl StoreKeys {
    /// New segments are wrapped by `current`, and plain without one; `old` keys only read.
    pub fn new(current: Option<StoreKey>, old: Vec<StoreKey>) -> Self {
        Self(Arc::new(Given { current, old }))
    }

    pub fn current(&self) -> Option<&StoreKey> {
        self.0.current.as_ref()
    }

    pub fn has(&self, id: StoreKeyId) -> bool {
        self.find(id).is_ok()
    }

    pub(crate) fn find(&self, id: StoreKeyId) -> Result<&StoreKey> {
        let mut given = self.0.current.iter().chain(&self.0.old);
        given.find(|key| key.id == id).ok_or(Error::StoreKeyAbsent(id))
    }
}

fn hexadecimal<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    if text.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        let digit = |character: u8| (character as char).to_digit(16);
        let &[high, low] = pair else { return None };
        *byte = u8::try_from(digit(high)? * 16 + digit(low)?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written() {
        let key = StoreKey::fresh().unwrap();
        let text = key.text();
        assert_eq!(StoreKey::parse(text.expose().as_bytes()).unwrap(), key);
        assert_eq!(StoreKey::parse(key.expose()).unwrap(), key);
        assert_eq!(key.id().to_string().parse::<StoreKeyId>().unwrap(), key.id());
        for bad in [&b""[..], b"00", &[b'0'; 63], &[b'g'; 64], &[0; 31], &[0; 33], &[0xff; 64]] {
            assert!(StoreKey::parse(bad).is_err(), "{bad:?}");
        }
        assert!(!format!("{key:?}").contains(text.expose().trim()));
    }

    #[test]
    fn ids_are_those_of_the_design_note() {
        // printf 'watchkeeper/store-key-id/v1\n' | cat - <(head -c 32 /dev/zero) | sha256sum
        assert_eq!(StoreKey::new([0; 32]).id().to_string(), ID_OF_ZERO);
        let (one, other) = (StoreKey::new([1; 32]), StoreKey::new([2; 32]));
        let keys = StoreKeys::new(Some(one.clone()), vec![other.clone()]);
        assert!(keys.has(one.id()) && keys.has(other.id()) && !keys.has(StoreKeyId([0; 8])));
    }

    const ID_OF_ZERO: &str = "0a197a18aeb9506f";
}
