//! What both codecs' parameter sets have in common, and the way back from a stored configuration record.

use crate::{Error, Result, h264, h265, jpeg, sound};
use bytes::{BufMut, BytesMut};
use model::{Codec, VideoParams};

/// The largest picture side that is taken, in luma samples: twice 8K. It keeps sizes in 16 bits.
pub const SIDE_SAMPLES_MAX: u32 = 16_384;

/// How far pictures may be sent before their turn to be shown.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Reorder {
    /// At most so many pictures are decoded before one that is shown earlier; 0: decoding order is showing order.
    Depth(u8),
    /// The parameter sets do not say.
    #[default]
    Unknown,
}

/// What parameter sets say about a stream beside the parameters of a decoder.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct StreamFacts {
    pub reorder: Reorder,
    /// Ticks (90 kHz) between frames, as the encoder declares. A camera's real rate may differ.
    pub frame_ticks: Option<u32>,
}

/// The parameters that a stored configuration record (`avcC` or `hvcC` body, or `jpeg`'s own, or `sound`'s) describes, the record kept as it is.
pub fn params_from_config(codec: Codec, config: &[u8]) -> Result<VideoParams> {
    from_config(codec, config).map(|(params, _)| params)
}

/// What the parameter sets inside `params.config` say beside the parameters; nothing when they cannot be read.
pub fn facts(params: &VideoParams) -> StreamFacts {
    from_config(params.codec, &params.config).map(|(_, facts)| facts).unwrap_or_default()
}

fn from_config(codec: Codec, config: &[u8]) -> Result<(VideoParams, StreamFacts)> {
    match codec {
        Codec::H264 => h264::from_config(config),
        Codec::H265 => h265::from_config(config),
        Codec::Jpeg => jpeg::from_config(config),
        Codec::Aac | Codec::Pcmu | Codec::Pcma => sound::from_config(codec, config),
    }
}

/// Appends NAL units behind 16-bit lengths (ISO/IEC 14496-15 §5.3.3.1.2).
pub(crate) fn put_sets(out: &mut BytesMut, sets: &[&[u8]]) -> Result<()> {
    for set in sets {
        let length =
            u16::try_from(set.len()).map_err(|_| Error::bitstream("parameter set is too long", 0))?;
        out.put_u16(length);
        out.put_slice(set);
    }
    Ok(())
}

/// The NAL unit behind a 16-bit length, and what follows it.
pub(crate) fn take_set(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

/// A side of `minus1 + 1` blocks, in samples.
pub(crate) fn blocks(minus1: u32, block: u32) -> Result<u32> {
    samples(minus1.saturating_add(1).saturating_mul(block))
}

/// A side in samples, within the limit.
pub(crate) fn samples(side: u32) -> Result<u32> {
    if (1..=SIDE_SAMPLES_MAX).contains(&side) {
        Ok(side)
    } else {
        Err(Error::bitstream("picture size is out of range", 0))
    }
}

/// Samples that cropping takes off two opposite sides.
pub(crate) fn crop(one: u32, other: u32, unit: u32) -> u32 {
    one.saturating_add(other).saturating_mul(unit)
}

/// What is left of a side.
pub(crate) fn cropped(side: u32, crop: u32) -> Result<u16> {
    side.checked_sub(crop)
        .and_then(|side| samples(side).ok())
        .and_then(|side| u16::try_from(side).ok())
        .ok_or(Error::bitstream("cropping leaves no picture", 0))
}

/// Ticks of one frame that lasts `units / scale` seconds, when that is between 1/300 s and 10 s.
pub(crate) fn frame_ticks(units: u64, scale: u32) -> Option<u32> {
    let ticks = units.checked_mul(90_000)?.checked_div(u64::from(scale))?;
    u32::try_from(ticks).ok().filter(|ticks| (300..=900_000).contains(ticks))
}
