//! Parameter sets out of a decoder configuration record.
//!
//! Only the NAL units are taken out, in their order; nothing of them is understood here.

use crate::{Error, Result};
use model::{Codec, VideoParams};

/// The parameter-set NAL units of `params.config`: SPS and PPS for H.264; VPS, SPS and PPS (and SEI, if the
/// record has any) for H.265, in the order of the record.
pub fn parameter_sets(params: &VideoParams) -> Result<Vec<&[u8]>> {
    let mut reader = Reader(&params.config);
    match params.codec {
        Codec::H264 => avc(&mut reader),
        Codec::H265 => hevc(&mut reader),
        // Each picture holds its tables; sound has none.
        Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => Ok(Vec::new()),
    }
}

/// ISO/IEC 14496-15 §5.3.3.1.2. What profiles from 100 on append after the PPS is not needed.
fn avc<'a>(reader: &mut Reader<'a>) -> Result<Vec<&'a [u8]>> {
    if reader.u8()? != 1 {
        return Err(Error::Configuration("avcC version is not 1"));
    }
    reader.take(4)?; // profile, compatibility, level, length size
    let mut sets = Vec::new();
    for mask in [0x1F, 0xFF] {
        let count = reader.u8()? & mask; // numOfSequenceParameterSets has 3 reserved bits before it
        for _ in 0..count {
            sets.push(reader.sized()?);
        }
    }
    Ok(sets)
}

/// ISO/IEC 14496-15 §8.3.3.1.2.
fn hevc<'a>(reader: &mut Reader<'a>) -> Result<Vec<&'a [u8]>> {
    if reader.u8()? != 1 {
        return Err(Error::Configuration("hvcC version is not 1"));
    }
    reader.take(21)?; // profile, level, chroma, depths, frame rate, length size
    let arrays = reader.u8()?;
    let mut sets = Vec::new();
    for _ in 0..arrays {
        reader.u8()?; // completeness and NAL unit type: the NAL unit says its type itself
        for _ in 0..reader.u16()? {
            sets.push(reader.sized()?);
        }
    }
    Ok(sets)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count).ok_or(Error::Configuration("ends too early"))?;
        self.0 = rest;
        Ok(head)
    }
    fn u8(&mut self) -> Result<u8> {
        self.take(1).map(|bytes| bytes[0])
    }
    fn u16(&mut self) -> Result<u16> {
        self.take(2).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }
    fn sized(&mut self) -> Result<&'a [u8]> {
        let size = self.u16()?;
        self.take(usize::from(size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use proptest::prelude::*;

    fn params(codec: Codec, config: &[u8]) -> VideoParams {
        let config = Bytes::copy_from_slice(config);
        VideoParams { codec, width: 16, height: 16, config, rfc6381: String::new() }
    }

    #[test]
    fn sets_come_in_the_order_of_the_record() {
        let check = |codec, config: &[u8], expected: Result<Vec<&[u8]>>| {
            assert_eq!(parameter_sets(&params(codec, config)), expected);
        };
        let avc = [1, 0x4D, 0x40, 0x1F, 0xFF, 0xE1, 0, 2, 0x67, 0x4D, 1, 0, 1, 0x68];
        check(Codec::H264, &avc, Ok(vec![&[0x67, 0x4D], &[0x68]]));
        check(Codec::H264, &avc[..13], Err(Error::Configuration("ends too early")));
        check(Codec::H264, &[0; 20], Err(Error::Configuration("avcC version is not 1")));
        let mut hevc = vec![1];
        hevc.extend([0; 21]);
        hevc.extend([2, 0xA0, 0, 1, 0, 2, 0x40, 1, 0xA1, 0, 2, 0, 2, 0x42, 1, 0, 2, 0x42, 2]);
        check(Codec::H265, &hevc, Ok(vec![&[0x40, 1], &[0x42, 1], &[0x42, 2]]));
        check(Codec::H265, &[], Err(Error::Configuration("ends too early")));
    }

    proptest! {
        #[test]
        fn no_record_panics(mut config in proptest::collection::vec(any::<u8>(), 0..200), hevc: bool) {
            if let Some(first) = config.first_mut() { *first = 1; }
            let codec = if hevc { Codec::H265 } else { Codec::H264 };
            let _ = parameter_sets(&params(codec, &config));
        }
    }
}
