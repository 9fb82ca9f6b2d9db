//! Bech32 as age keys are written (BIP 173): 32 bytes behind a prefix, with a checksum. Not bech32m, and no limit of 90 characters:
//! age has none. It knows nothing of what the bytes mean.

const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const CHECKSUM: usize = 6;

/// `None` unless prefix, letters, checksum and padding are right.
pub fn decode(prefix: &str, text: &str) -> Option<[u8; 32]> {
    let data = text.strip_prefix(prefix)?.strip_prefix('1')?;
    let value = |letter: u8| LETTERS.iter().position(|known| *known == letter).map(|at| at as u8);
    let values: Vec<u8> = data.bytes().map(value).collect::<Option<_>>()?;
    if polymod(expanded(prefix).chain(values.iter().copied())) != 1 {
        return None;
    }
    let bytes = regrouped(values.get(..values.len().checked_sub(CHECKSUM)?)?, 5, 8, false)?;
    bytes.try_into().ok()
}

pub fn encode(prefix: &str, bytes: &[u8; 32]) -> String {
    let values = regrouped(bytes, 8, 5, true).unwrap_or_default();
    let whole = expanded(prefix).chain(values.iter().copied()).chain([0; CHECKSUM]);
    let sum = polymod(whole) ^ 1;
    let checksum = (0..CHECKSUM).map(|at| ((sum >> (5 * (CHECKSUM - 1 - at))) & 31) as u8);
    let letters = values.iter().copied().chain(checksum);
    let letters =
        letters.filter_map(|value| LETTERS.get(usize::from(value)).map(|letter| char::from(*letter)));
    format!("{prefix}1{}", letters.collect::<String>())
}

/// Bits in another grouping; what is left over must be zeros when no padding is wanted.
fn regrouped(values: &[u8], from: u32, to: u32, pads: bool) -> Option<Vec<u8>> {
    let (mut kept, mut bits, mut found) = (0u32, 0u32, Vec::new());
    for value in values {
        kept = ((kept << from) | u32::from(*value)) & 0xfff;
        bits += from;
        while bits >= to {
            bits -= to;
            found.push(((kept >> bits) & ((1 << to) - 1)) as u8);
        }
    }
    let rest = kept & ((1 << bits) - 1);
    if pads && bits > 0 {
        found.push((rest << (to - bits)) as u8);
    } else if !pads && (bits >= from || rest != 0) {
        return None;
    }
    Some(found)
}

fn expanded(prefix: &str) -> impl Iterator<Item = u8> {
    let high = prefix.bytes().map(|letter| letter >> 5);
    high.chain([0]).chain(prefix.bytes().map(|letter| letter & 31))
}

fn polymod(values: impl Iterator<Item = u8>) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    values.fold(1u32, |sum, value| {
        let top = sum >> 25;
        let shifted = ((sum & 0x01ff_ffff) << 5) ^ u32::from(value);
        let of = |(bit, word): (usize, &u32)| if (top >> bit) & 1 == 1 { *word } else { 0 };
        GENERATOR.iter().enumerate().map(of).fold(shifted, |sum, word| sum ^ word)
    })
}
