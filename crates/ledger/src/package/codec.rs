//! How binary values look in the package's JSON: hashes as 64 lower-case hexadecimal digits, ids as UUIDs, records and
//! leaves as standard base64. One spelling each; whatever else is refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use model::Hash;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::Serializer;

/// Standard base64 with padding (RFC 4648 §4).
pub fn to_base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// The bytes of standard base64, or `None`.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}

/// Lower-case hexadecimal only: `Hash::from_str` would take capitals too.
fn parse_hash(text: &str) -> Option<Hash> {
    let lower = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    lower.then(|| text.parse().ok()).flatten()
}

/// A value that prints and parses itself: ids, hashes.
pub(crate) mod text {
    use super::{Deserialize, Deserializer, Serializer};
    use serde::de::Error as _;
    use std::{fmt::Display, str::FromStr};

    pub fn serialize<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }
    pub fn deserialize<'de, D: Deserializer<'de>, T: FromStr + Display>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let value = text.parse::<T>().map_err(|_| D::Error::custom("not of the expected form"))?;
        // One spelling each.
        if value.to_string() == text { Ok(value) } else { Err(D::Error::custom("not in its plain spelling")) }
    }
}

/// A list of hashes.
pub(crate) mod hashes {
    use super::{Deserialize, Deserializer, Hash, Serializer, parse_hash};
    use serde::de::Error as _;

    pub fn serialize<S: Serializer>(hashes: &[Hash], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(hashes.iter().map(Hash::to_string))
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Hash>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let hashes: Option<Vec<Hash>> = texts.iter().map(|text| parse_hash(text)).collect();
        hashes.ok_or_else(|| D::Error::custom("not 64 lower-case hexadecimal digits"))
    }
}

/// 32 secret or random bytes, spelled like a hash.
pub(crate) mod bytes32 {
    use super::{Deserialize, Deserializer, Hash, Serializer, parse_hash};
    use serde::de::Error as _;

    pub fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Hash(*bytes))
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let hash =
            parse_hash(&text).ok_or_else(|| D::Error::custom("not 64 lower-case hexadecimal digits"))?;
        Ok(hash.0)
    }
}

pub(crate) fn serialize_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&to_base64(bytes))
}

pub(crate) fn deserialize_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    from_base64(&text).ok_or_else(|| D::Error::custom("not standard base64"))
}
