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

/// An object, and nothing that stands for one: what derives `Deserialize` would take a list of the members' values, too.
struct Object<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for Object<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(serde::de::value::MapAccessDeserializer::new(map))
    }
}

pub(crate) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(Object(std::marker::PhantomData))
}

/// One element of [`objects`].
struct Element<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Element<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer).map(Self)
    }
}

/// A list of objects.
pub(crate) fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let elements = Vec::<Element<T>>::deserialize(deserializer)?;
    Ok(elements.into_iter().map(|element| element.0).collect())
}

/// A number that may be absent, but not null.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    u64::deserialize(deserializer).map(Some)
}

/// The text of a JSON file: UTF-8, and no half of a surrogate pair in any name or text, also where it is ignored: readers of
/// JSON make different things of it.
pub(crate) fn json_text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut rest = bytes;
    // A backslash stands in texts only, and begins an escape there.
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let (high, after) = escape(rest.get(at..)?)?;
        rest = after;
        if (0xdc00..0xe000).contains(&high) {
            return None;
        }
        if (0xd800..0xdc00).contains(&high) {
            let (low, after) = escape(rest)?;
            rest = after;
            (0xdc00..0xe000).contains(&low).then_some(())?;
        }
    }
    Some(text)
}

/// The escape that begins these bytes: its number, or 0 of one without, and what follows.
fn escape(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let [b'\\', kind, after @ ..] = bytes else { return None };
    if *kind != b'u' {
        return Some((0, after));
    }
    let digits = std::str::from_utf8(after.get(..4)?).ok()?;
    Some((u32::from_str_radix(digits, 16).ok()?, after.get(4..)?))
}

pub(crate) fn serialize_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&to_base64(bytes))
}

pub(crate) fn deserialize_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    from_base64(&text).ok_or_else(|| D::Error::custom("not standard base64"))
}
