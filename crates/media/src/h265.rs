//! H.265 parameter sets: from VPS, SPS and PPS to the parameters that a file and a browser need.
//!
//! Not a decoder: the SPS is read up to the picture order's fields (ITU-T H.265 §7.3.2.2.1).

use crate::bits::Bits;
use crate::params::{self, Reorder, StreamFacts};
use crate::{Error, Result};
use bytes::{BufMut, Bytes, BytesMut};
use model::{Codec, VideoParams};
use std::fmt::Write;

/// What an SPS says of the pictures.
struct Sps {
    /// The 12 bytes of general profile, tier and level as they are in the SPS and in the configuration record.
    profile_tier_level: [u8; 12],
    layers: u8,
    nested: bool,
    chroma_format: u32,
    luma_depth_minus8: u32,
    chroma_depth_minus8: u32,
    width: u16,
    height: u16,
    facts: StreamFacts,
}

/// The parameters of a stream with these parameter sets (NAL units without length or start code). The first SPS
/// gives the picture's size. Fails when a set is missing, cannot be read or is longer than a record can hold.
pub fn params(vps: &[&[u8]], sps: &[&[u8]], pps: &[&[u8]]) -> Result<VideoParams> {
    let first = parse_sps(sps.first().ok_or(Error::bitstream("no SPS", 0))?)?;
    if vps.is_empty() || pps.is_empty() {
        return Err(Error::bitstream("no VPS or no PPS", 0));
    }
    // HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 §8.3.3.1.2)
    let mut config = BytesMut::with_capacity(128);
    config.put_u8(1);
    config.put_slice(&first.profile_tier_level);
    config.put_u16(0xf000); // min_spatial_segmentation_idc 0: not known
    config.put_u8(0xfc); // parallelismType 0: not known
    config.put_u8(0xfc | first.chroma_format as u8);
    config.put_u8(0xf8 | first.luma_depth_minus8 as u8);
    config.put_u8(0xf8 | first.chroma_depth_minus8 as u8);
    config.put_u16(0); // avgFrameRate: not known
    config.put_u8(first.layers << 3 | u8::from(first.nested) << 2 | 3);
    config.put_u8(3);
    for (kind, sets) in [(32u8, vps), (33, sps), (34, pps)] {
        config.put_u8(0x80 | kind); // array_completeness: 1 for hvc1 (§8.4.1.1.1)
        config
            .put_u16(u16::try_from(sets.len()).map_err(|_| Error::bitstream("too many parameter sets", 0))?);
        params::put_sets(&mut config, sets)?;
    }
    Ok(video_params(&first, config.freeze()))
}

fn video_params(sps: &Sps, config: Bytes) -> VideoParams {
    VideoParams {
        codec: Codec::H265,
        width: sps.width,
        height: sps.height,
        config,
        rfc6381: codec_string(&sps.profile_tier_level),
    }
}

/// The codec string (ISO/IEC 14496-15 §E.3), for example `hvc1.1.6.L93.B0`.
fn codec_string(ptl: &[u8; 12]) -> String {
    let [general, compat @ .., level] = ptl;
    let (compat, constraints) = compat.split_at(4);
    let space = ["", "A", "B", "C"][usize::from(general >> 6)];
    let flags = compat.iter().fold(0u32, |flags, &byte| flags << 8 | u32::from(byte)).reverse_bits();
    let tier = if general & 0x20 == 0 { 'L' } else { 'H' };
    let mut out = format!("hvc1.{space}{}.{flags:X}.{tier}{level}", general & 0x1f);
    let used = constraints.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    for byte in &constraints[..used] {
        let _ = write!(out, ".{byte:X}"); // writing to a String cannot fail
    }
    out
}

/// The parameters and facts that an `hvcC` body holds.
pub(crate) fn from_config(config: &[u8]) -> Result<(VideoParams, StreamFacts)> {
    let cut = |at| Error::bitstream("configuration record is cut off", at);
    let (head, mut rest) = config.split_first_chunk::<23>().ok_or(cut(0))?;
    if head[0] != 1 || head[21] & 3 != 3 {
        return Err(Error::bitstream("not an HEVC configuration record of version 1 with 4-byte lengths", 0));
    }
    for _ in 0..head[22] {
        let Some(([kind, count @ ..], sets)) = rest.split_first_chunk::<3>() else {
            return Err(cut(config.len() - rest.len()));
        };
        rest = sets;
        for _ in 0..u16::from_be_bytes(*count) {
            let (nal, after) = params::take_set(rest).ok_or(cut(config.len() - rest.len()))?;
            rest = after;
            if kind & 0x3f == 33 {
                let sps = parse_sps(nal)?;
                return Ok((video_params(&sps, Bytes::copy_from_slice(config)), sps.facts));
            }
        }
    }
    Err(Error::bitstream("configuration record has no SPS", 22))
}

fn parse_sps(nal: &[u8]) -> Result<Sps> {
    if nal.first().map(|header| header >> 1 & 0x3f) != Some(33) {
        return Err(Error::bitstream("not an SPS", 0));
    }
    let mut bits = Bits::new(nal, 2);
    bits.skip(4)?; // sps_video_parameter_set_id
    let sub_layers = bits.u(3)?; // sps_max_sub_layers_minus1
    if sub_layers > 6 {
        return Err(Error::bitstream("too many sub-layers", 2));
    }
    let nested = bits.flag()?;
    let profile_tier_level = profile_tier_level(&mut bits, sub_layers)?;
    bits.ue_max(15, "SPS id is out of range")?;
    let chroma_format = bits.ue_max(3, "chroma format is out of range")?;
    let separate_planes = chroma_format == 3 && bits.flag()?;
    let chroma_array = if separate_planes { 0 } else { chroma_format };
    let (width, height) = size(&mut bits, chroma_array)?;
    let luma_depth_minus8 = bits.ue_max(8, "luma depth is out of range")?;
    let chroma_depth_minus8 = bits.ue_max(8, "chroma depth is out of range")?;
    if luma_depth_minus8 > 7 || chroma_depth_minus8 > 7 {
        return Err(Error::bitstream("depth does not fit the configuration record", 0));
    }
    bits.ue_max(12, "picture order length is out of range")?;
    let all_layers = bits.flag()?;
    let mut depth = 0;
    for _ in if all_layers { 0 } else { sub_layers }..=sub_layers {
        bits.ue()?; // sps_max_dec_pic_buffering_minus1
        depth = bits.ue_max(16, "reorder depth is out of range")?; // the last is of the highest sub-layer
        bits.ue()?; // sps_max_latency_increase_plus1
    }
    Ok(Sps {
        profile_tier_level,
        layers: sub_layers as u8 + 1,
        nested,
        chroma_format,
        luma_depth_minus8,
        chroma_depth_minus8,
        width,
        height,
        facts: StreamFacts { reorder: Reorder::Depth(depth as u8), frame_ticks: None },
    })
}

/// `profile_tier_level(1, sub_layers)` (§7.3.3): the 12 general bytes.
fn profile_tier_level(bits: &mut Bits<'_>, sub_layers: u32) -> Result<[u8; 12]> {
    let mut general = [0u8; 12];
    for byte in &mut general {
        *byte = bits.u(8)? as u8;
    }
    let mut present = [(false, false); 6];
    for layer in present.iter_mut().take(sub_layers as usize) {
        *layer = (bits.flag()?, bits.flag()?);
    }
    if sub_layers > 0 {
        bits.skip(2 * (8 - sub_layers))?; // reserved_zero_2bits
    }
    for (profile, level) in present {
        bits.skip(if profile { 88 } else { 0 } + if level { 8 } else { 0 })?;
    }
    Ok(general)
}

/// Luma samples inside the conformance window (§7.4.3.2.1).
fn size(bits: &mut Bits<'_>, chroma_array: u32) -> Result<(u16, u16)> {
    let (width, height) = (params::samples(bits.ue()?)?, params::samples(bits.ue()?)?);
    let (mut across, mut down) = (0, 0);
    if bits.flag()? {
        let unit_x = if matches!(chroma_array, 1 | 2) { 2 } else { 1 };
        let unit_y = if chroma_array == 1 { 2 } else { 1 };
        across = params::crop(bits.ue()?, bits.ue()?, unit_x);
        down = params::crop(bits.ue()?, bits.ue()?, unit_y);
    }
    Ok((params::cropped(width, across)?, params::cropped(height, down)?))
}
