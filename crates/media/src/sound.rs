//! Sound as cameras send it: AAC and G.711, its configuration records and what the first bytes of a file say of it.
//!
//! Nothing here decodes sound. The invariant: any bytes are read without a panic, and a configuration record read back gives
//! the parameters that it was made of. Whether sound may be recorded at all is not known here: the recorder is not asked to
//! unless a camera's record says so.

use crate::params::{Reorder, StreamFacts};
use crate::{Error, Result};
use bytes::Bytes;
use model::{Codec, VideoParams};

/// The first byte of our own configuration record.
const CONFIG_VERSION: u8 = 1;
/// The fields of a sample entry hold rates in 16 bits (ISO/IEC 14496-12 §12.2.3): no camera sends more than 48 kHz.
pub const RATE_HZ_MAX: u32 = 65_535;
/// What a channel configuration can say (ISO/IEC 14496-3 table 1.19): 7.1. Cameras have one or two.
pub const CHANNELS_MAX: u8 = 8;
/// The longest `AudioSpecificConfig`: with all extensions it has about a dozen bytes; so the descriptors around it have lengths
/// of one byte.
pub const CONFIG_BYTES_MAX: usize = 64;
/// `samplingFrequencyIndex` (ISO/IEC 14496-3 table 1.18); 15 says that 24 bits with the rate follow.
const RATES_HZ: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
/// Samples of one AAC frame (ISO/IEC 14496-3 §4.4.1): what the recorder expects until two frames have come.
const AAC_FRAME_SAMPLES: u32 = 1_024;

/// What a decoder sets its output to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Format {
    /// Samples a second of one channel.
    pub rate_hz: u32,
    pub channels: u8,
}

/// The rate and channels of parameters of sound; fails for those of pictures.
pub fn format(params: &VideoParams) -> Result<Format> {
    match params.codec {
        Codec::Aac => aac_config(&params.config).map(|(_, format)| format),
        Codec::Pcmu | Codec::Pcma => plain_config(&params.config),
        Codec::H264 | Codec::H265 | Codec::Jpeg => Err(Error::bitstream("these are pictures", 0)),
    }
}

/// Parameters of AAC from an `AudioSpecificConfig` (ISO/IEC 14496-3 §1.6.2.1), which is the configuration record.
pub fn aac(config: &[u8]) -> Result<VideoParams> {
    let (object_type, _) = aac_config(config)?;
    // RFC 6381 §3.3: object type indication 0x40, then the audio object type.
    Ok(params_of(Codec::Aac, Bytes::copy_from_slice(config), format!("mp4a.40.{object_type}")))
}

/// Parameters of G.711. There is no configuration of a decoder; our record makes rate and channels part of what is hashed.
pub fn g711(codec: Codec, format: Format) -> Result<VideoParams> {
    let name = match codec {
        Codec::Pcmu => "ulaw",
        Codec::Pcma => "alaw",
        _ => return Err(Error::bitstream("not G.711", 0)),
    };
    check_format(format)?;
    Ok(params_of(codec, plain_record(format), name.to_owned()))
}

fn params_of(codec: Codec, config: Bytes, rfc6381: String) -> VideoParams {
    VideoParams { codec, width: 0, height: 0, config, rfc6381 }
}

/// The configuration record of G.711: version 1, samples a second in 32 bits, channels.
pub(crate) fn plain_record(format: Format) -> Bytes {
    let [a, b, c, d] = format.rate_hz.to_be_bytes();
    Bytes::copy_from_slice(&[CONFIG_VERSION, a, b, c, d, format.channels])
}

fn plain_config(config: &[u8]) -> Result<Format> {
    let [CONFIG_VERSION, a, b, c, d, channels] = config else {
        return Err(Error::bitstream("not a configuration record of G.711", 0));
    };
    check_format(Format { rate_hz: u32::from_be_bytes([*a, *b, *c, *d]), channels: *channels })
}

fn check_format(format: Format) -> Result<Format> {
    if !(1..=RATE_HZ_MAX).contains(&format.rate_hz) {
        return Err(Error::bitstream("rate of the sound is out of range", 0));
    }
    if !(1..=CHANNELS_MAX).contains(&format.channels) {
        return Err(Error::bitstream("channels of the sound are out of range", 0));
    }
    Ok(format)
}

/// Object type, rate and channels of an `AudioSpecificConfig`; its other fields are the decoder's matter.
fn aac_config(config: &[u8]) -> Result<(u8, Format)> {
    if config.len() > CONFIG_BYTES_MAX {
        return Err(Error::bitstream("AudioSpecificConfig is too long", CONFIG_BYTES_MAX));
    }
    let mut bits = Bits { bytes: config, at: 0 };
    let object_type = match bits.take(5)? {
        0 => return Err(Error::bitstream("AudioSpecificConfig has no object type", 0)),
        31 => 32 + bits.take(6)?,
        object_type => object_type,
    };
    let rate_hz = match bits.take(4)? {
        15 => bits.take(24)?,
        index => *RATES_HZ
            .get(index as usize)
            .ok_or(Error::bitstream("AudioSpecificConfig has a reserved rate", 0))?,
    };
    let channels = match bits.take(4)? {
        channels @ 1..=6 => channels as u8,
        7 => CHANNELS_MAX,
        _ => return Err(Error::bitstream("AudioSpecificConfig does not say the channels", 0)),
    };
    Ok((object_type as u8, check_format(Format { rate_hz, channels })?))
}

/// Bits from the front, most significant first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Result<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8);
            let byte = byte.ok_or(Error::bitstream("AudioSpecificConfig is cut off", self.at / 8))?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Ok(value)
    }
}

/// The way back from a stored record. Sound is played in the order in which it comes.
pub(crate) fn from_config(codec: Codec, config: &[u8]) -> Result<(VideoParams, StreamFacts)> {
    let (params, frame_ticks) = match codec {
        Codec::Aac => {
            let params = aac(config)?;
            let rate_hz = format(&params)?.rate_hz;
            (params, crate::params::frame_ticks(AAC_FRAME_SAMPLES.into(), rate_hz))
        }
        // RFC 3551 §4.2: 20 ms a packet unless agreed otherwise.
        _ => (g711(codec, plain_config(config)?)?, crate::params::frame_ticks(1, 50)),
    };
    Ok((params, StreamFacts { reorder: Reorder::Depth(0), frame_ticks }))
}

/// Whether this is a unit of sound that can be kept: anything but nothing. What is in it, nobody here understands.
pub fn check(unit: &[u8]) -> Result<()> {
    if unit.is_empty() { Err(Error::bitstream("a unit of sound is empty", 0)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_record_says_rate_and_channels() {
        let check = |config: &[u8], expected: Option<(&str, u32, u8)>| {
            let found = aac(config).ok().map(|params| (params.rfc6381.clone(), format(&params).unwrap()));
            let expected =
                expected.map(|(name, rate_hz, channels)| (name.to_owned(), Format { rate_hz, channels }));
            assert_eq!(found, expected, "{config:02x?}");
        };
        check(&[0x12, 0x10], Some(("mp4a.40.2", 44_100, 2))); // AAC LC, index 4
        check(&[0x14, 0x08], Some(("mp4a.40.2", 16_000, 1)));
        check(&[0x15, 0x88], Some(("mp4a.40.2", 8_000, 1)));
        check(&[0x17, 0x80, 0x0f, 0xa0, 0x08], Some(("mp4a.40.2", 8_000, 1))); // rate in 24 bits
        check(&[0xf8, 0xf0, 0x40], Some(("mp4a.40.39", 16_000, 2))); // ER AAC ELD: 32 and 6 bits
        check(&[0x12], None);
        check(&[], None);
        check(&[0x12, 0x00], None); // channels are said elsewhere
        check(&[0x16, 0x90], None); // a reserved rate
        check(&[0x10, 0x10], None); // 96 kHz
        check(&[0x12; 65], None);
    }

    #[test]
    fn records_read_back_are_the_same() {
        let g711 = |codec, rate_hz, channels| g711(codec, Format { rate_hz, channels });
        for params in [
            aac(&[0x14, 0x08]).unwrap(),
            g711(Codec::Pcmu, 8_000, 1).unwrap(),
            g711(Codec::Pcma, 16_000, 2).unwrap(),
        ] {
            let (back, facts) = from_config(params.codec, &params.config).unwrap();
            assert_eq!((&back, facts.reorder), (&params, Reorder::Depth(0)));
            assert_eq!((back.width, back.height), (0, 0));
        }
        for (rate_hz, channels) in [(0, 1), (65_536, 1), (8_000, 0), (8_000, 9)] {
            assert!(g711(Codec::Pcmu, rate_hz, channels).is_err());
        }
        assert!(g711(Codec::H264, 8_000, 1).is_err());
        assert!(from_config(Codec::Pcmu, &[2, 0, 0, 0x1f, 0x40, 1]).is_err());
    }
}
