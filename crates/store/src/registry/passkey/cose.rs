//! Public keys as devices give them: COSE_Key (RFC 9052 §7) in the canonical CBOR of CTAP2, of the three kinds that browsers are asked
//! for. It reads nothing else of CBOR, and knows nothing of who signs what.
//!
//! Invariant: what is read has exactly one spelling: shortest lengths, each label once, nothing left over but what the caller is told.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};

/// What browsers are asked for, the preferred first (IANA COSE Algorithms): ES256, EdDSA, RS256.
pub const ALGORITHMS: [i64; 3] = [-7, -8, -257];
/// Labels of one key: the largest of the three kinds has five.
const LABELS_MAX: u64 = 8;
/// An RSA modulus of 4096 bits; what is shorter than 2048 bits the check of the signature refuses.
const TEXT_BYTES_MAX: u64 = 512;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PublicKey {
    /// ECDSA with SHA-256 on P-256: an uncompressed point.
    Es256([u8; 65]),
    Ed25519([u8; 32]),
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256 {
        n: Vec<u8>,
        e: Vec<u8>,
    },
}

/// A value of the map, of the two kinds that keys have.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Value {
    Number(i64),
    Text(Vec<u8>),
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    /// Major type and argument (RFC 8949 §3), in the shortest form only.
    fn head(&mut self) -> Option<(u8, u64)> {
        let (first, rest) = self.rest.split_first()?;
        let (argument, rest) = match first & 0x1f {
            small @ 0..=23 => (u64::from(small), rest),
            24 => {
                let (byte, rest) = rest.split_first()?;
                (*byte >= 24).then_some((u64::from(*byte), rest))?
            }
            25 => {
                let (bytes, rest) = rest.split_first_chunk::<2>()?;
                let argument = u64::from(u16::from_be_bytes(*bytes));
                (argument >= 256).then_some((argument, rest))?
            }
            _ => return None,
        };
        self.rest = rest;
        Some((first >> 5, argument))
    }

    fn number_of(major: u8, argument: u64) -> Option<i64> {
        let number = i64::try_from(argument).ok()?;
        match major {
            0 => Some(number),
            1 => Some(-1 - number),
            _ => None,
        }
    }

    fn number(&mut self) -> Option<i64> {
        let (major, argument) = self.head()?;
        Self::number_of(major, argument)
    }

    fn value(&mut self) -> Option<Value> {
        let (major, argument) = self.head()?;
        if major != 2 {
            return Self::number_of(major, argument).map(Value::Number);
        }
        let length = usize::try_from(argument).ok().filter(|_| argument <= TEXT_BYTES_MAX)?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(Value::Text(text.to_vec()))
    }
}

impl PublicKey {
    /// The key at the start of `bytes`, and how many bytes it takes.
    pub fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let mut reader = Reader { rest: bytes };
        let (major, labels) = reader.head()?;
        if major != 5 || labels > LABELS_MAX {
            return None;
        }
        let mut fields: Vec<(i64, Value)> = Vec::new();
        for _ in 0..labels {
            let label = reader.number()?;
            if fields.iter().any(|(known, _)| *known == label) {
                return None;
            }
            fields.push((label, reader.value()?));
        }
        let key = Self::of(&fields)?;
        Some((key, bytes.len() - reader.rest.len()))
    }

    /// RFC 9053 §2.1, §2.2, §7.1; RFC 8230 §4.
    fn of(fields: &[(i64, Value)]) -> Option<Self> {
        let value = |label: i64| fields.iter().find(|(known, _)| *known == label).map(|(_, value)| value);
        let number = |label: i64| match value(label)? {
            Value::Number(number) => Some(*number),
            Value::Text(_) => None,
        };
        let text = |label: i64| match value(label)? {
            Value::Text(text) => Some(text.as_slice()),
            Value::Number(_) => None,
        };
        match (number(1)?, number(3)?) {
            (2, -7) if number(-1) == Some(1) => {
                let (x, y): ([u8; 32], [u8; 32]) = (text(-2)?.try_into().ok()?, text(-3)?.try_into().ok()?);
                let mut point = [4; 65];
                for (to, from) in point.iter_mut().skip(1).zip(x.iter().chain(&y)) {
                    *to = *from;
                }
                Some(Self::Es256(point))
            }
            (1, -8) if number(-1) == Some(6) => Some(Self::Ed25519(text(-2)?.try_into().ok()?)),
            (3, -257) => Some(Self::Rs256 { n: text(-1)?.to_vec(), e: text(-2)?.to_vec() }),
            _ => None,
        }
    }

    fn parsed(&self) -> Option<ParsedPublicKey> {
        match self {
            Self::Es256(point) => ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).ok(),
            Self::Ed25519(key) => ParsedPublicKey::new(&ED25519, key).ok(),
            Self::Rs256 { .. } => None,
        }
    }

    /// Whether it is a key at all: a point of its curve, a modulus that is long enough.
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Rs256 { n, e } => n.len() >= 256 && n.first() != Some(&0) && e.as_slice() == [1, 0, 1],
            _ => self.parsed().is_some(),
        }
    }

    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rs256 { n, e } => RsaPublicKeyComponents { n, e }
                .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
                .is_ok(),
            _ => self.parsed().is_some_and(|key| key.verify_sig(message, signature).is_ok()),
        }
    }

    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Es256(_) => "ES256",
            Self::Ed25519(_) => "Ed25519",
            Self::Rs256 { .. } => "RS256",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Vec<u8> {
        let mut value = match bytes.len() {
            length @ 0..=23 => vec![0x40 | u8::try_from(length).unwrap()],
            length @ 24..=255 => vec![0x58, u8::try_from(length).unwrap()],
            length => [vec![0x59], u16::try_from(length).unwrap().to_be_bytes().to_vec()].concat(),
        };
        value.extend(bytes);
        value
    }

    fn es256() -> Vec<u8> {
        [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21][..], &text(&[7; 32]), &[0x22], &text(&[8; 32])].concat()
    }

    fn rs256() -> Vec<u8> {
        [&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20][..], &text(&[9; 256]), &[0x21], &text(&[1, 0, 1])].concat()
    }

    fn ed25519() -> Vec<u8> {
        [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21][..], &text(&[5; 32])].concat()
    }

    #[test]
    fn keys_of_three_kinds_are_read_and_nothing_else() {
        let check = |bytes: &[u8], expected: Option<&str>| {
            let read = PublicKey::read(bytes);
            assert_eq!(read.as_ref().map(|(key, _)| key.algorithm()), expected, "{bytes:02x?}");
        };
        check(&es256(), Some("ES256"));
        check(&ed25519(), Some("Ed25519"));
        check(&rs256(), Some("RS256"));
        // Another algorithm, another curve, a key of another type under the same number.
        check(&[&[0xa5, 1, 2, 3, 0x38, 0x22, 0x20, 1, 0x21][..], &es256()[8..]].concat(), None);
        check(&[&[0xa5, 1, 2, 3, 0x26, 0x20, 2, 0x21][..], &es256()[8..]].concat(), None);
        check(&[&[0xa4, 1, 2, 3, 0x27, 0x20, 6, 0x21][..], &text(&[5; 32])].concat(), None);
        // A label twice, a length in a longer form than it needs, a map that says more than there is, a text that is too long.
        check(&[&[0xa5, 1, 1, 3, 0x27, 0x20, 6, 0x20, 6, 0x21][..], &text(&[5; 32])].concat(), None);
        check(&[&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x59, 0, 32][..], &[5; 32]].concat(), None);
        check(&[&[0xa5][..], &ed25519()[1..]].concat(), None);
        check(&[&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20][..], &text(&[9; 513]), &[0x21, 0x41, 3]].concat(), None);
        check(&[0xbf, 0xff], None);
        check(&[], None);
    }

    #[test]
    fn no_truncation_is_a_key_and_what_follows_is_told() {
        for whole in [es256(), ed25519(), rs256()] {
            for length in 0..whole.len() {
                assert_eq!(PublicKey::read(&whole[..length]), None, "{length}");
            }
            let followed = [whole.as_slice(), &[0xa0]].concat();
            assert_eq!(PublicKey::read(&followed).map(|(_, taken)| taken), Some(whole.len()));
            // No byte changed makes it fail in another way than by refusal.
            for at in 0..whole.len() {
                for bit in 0..8 {
                    let mut other = whole.clone();
                    other[at] ^= 1 << bit;
                    if let Some((key, taken)) = PublicKey::read(&other) {
                        assert!(taken <= other.len());
                        assert!(!key.verifies(b"message", b"signature"));
                    }
                }
            }
        }
    }

    #[test]
    fn points_off_the_curve_and_short_moduli_are_no_keys() {
        assert!(!PublicKey::read(&es256()).unwrap().0.is_sound());
        assert!(PublicKey::read(&rs256()).unwrap().0.is_sound());
        let short =
            [&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20][..], &text(&[9; 128]), &[0x21], &text(&[1, 0, 1])].concat();
        assert!(!PublicKey::read(&short).unwrap().0.is_sound());
    }
}
