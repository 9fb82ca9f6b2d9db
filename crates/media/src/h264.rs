//! H.264 parameter sets: from SPS and PPS to the parameters that a file and a browser need.
//!
//! Not a decoder: of the SPS only what describes the pictures and their order is read (ITU-T H.264 §7.3.2.1.1).

use crate::bits::Bits;
use crate::params::{self, Reorder, StreamFacts};
use crate::{Error, Result};
use bytes::{BufMut, BytesMut};
use model::{Codec, VideoParams};

/// Profiles whose SPS says the chroma format and bit depths (§7.3.2.1.1).
const PROFILES_WITH_CHROMA: [u32; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];
/// Profiles that `constraint_set3_flag` makes intra-only, hence without reordering (§E.2.1, `max_num_reorder_frames`).
const PROFILES_INTRA: [u32; 5] = [44, 100, 110, 122, 244];

/// What an SPS says of the pictures.
struct Sps {
    profile: u8,
    constraints: u8,
    level: u8,
    chroma_format: u32,
    luma_depth_minus8: u32,
    chroma_depth_minus8: u32,
    width: u16,
    height: u16,
    facts: StreamFacts,
}

/// The parameters of a stream with these parameter sets (NAL units without length or start code). The first SPS
/// gives the picture's size. Fails when a set is missing, cannot be read or is longer than a record can hold.
pub fn params(sps: &[&[u8]], pps: &[&[u8]]) -> Result<VideoParams> {
    let first = parse_sps(sps.first().ok_or(Error::bitstream("no SPS", 0))?)?;
    if pps.is_empty() || sps.len() > 31 || pps.len() > 255 {
        return Err(Error::bitstream("no PPS, or too many parameter sets", 0));
    }
    // AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1.2)
    let mut config = BytesMut::with_capacity(64);
    config.put_slice(&[1, first.profile, first.constraints, first.level]);
    config.put_u8(0xfc | 3); // lengthSizeMinusOne
    config.put_u8(0xe0 | sps.len() as u8);
    params::put_sets(&mut config, sps)?;
    config.put_u8(pps.len() as u8);
    params::put_sets(&mut config, pps)?;
    if matches!(first.profile, 100 | 110 | 122 | 144 | 244) {
        config.put_u8(0xfc | first.chroma_format as u8);
        config.put_u8(0xf8 | first.luma_depth_minus8 as u8);
        config.put_u8(0xf8 | first.chroma_depth_minus8 as u8);
        config.put_u8(0);
    }
    Ok(video_params(&first, config.freeze()))
}

fn video_params(sps: &Sps, config: bytes::Bytes) -> VideoParams {
    VideoParams {
        codec: Codec::H264,
        width: sps.width,
        height: sps.height,
        config,
        rfc6381: format!("avc1.{:02x}{:02x}{:02x}", sps.profile, sps.constraints, sps.level),
    }
}

/// The parameters and facts that an `avcC` body holds.
pub(crate) fn from_config(config: &[u8]) -> Result<(VideoParams, StreamFacts)> {
    let [1, _, _, _, lengths, sets, rest @ ..] = config else {
        return Err(Error::bitstream("not an AVC configuration record of version 1", 0));
    };
    if lengths & 3 != 3 {
        return Err(Error::bitstream("NAL lengths are not 4 bytes", 4));
    }
    if sets & 0x1f == 0 {
        return Err(Error::bitstream("configuration record has no SPS", 5));
    }
    let (nal, _) = params::take_set(rest).ok_or(Error::bitstream("configuration record is cut off", 6))?;
    let sps = parse_sps(nal)?;
    Ok((video_params(&sps, bytes::Bytes::copy_from_slice(config)), sps.facts))
}

fn parse_sps(nal: &[u8]) -> Result<Sps> {
    let [header, profile, constraints, level, ..] = *nal else {
        return Err(Error::bitstream("SPS is cut off", 0));
    };
    if header & 0x1f != 7 {
        return Err(Error::bitstream("not an SPS", 0));
    }
    let mut bits = Bits::new(nal, 4);
    bits.ue_max(31, "SPS id is out of range")?;
    let (mut chroma_format, mut separate_planes) = (1, false);
    let (mut luma_depth_minus8, mut chroma_depth_minus8) = (0, 0);
    if PROFILES_WITH_CHROMA.contains(&u32::from(profile)) {
        chroma_format = bits.ue_max(3, "chroma format is out of range")?;
        separate_planes = chroma_format == 3 && bits.flag()?;
        luma_depth_minus8 = bits.ue_max(6, "luma depth is out of range")?;
        chroma_depth_minus8 = bits.ue_max(6, "chroma depth is out of range")?;
        bits.flag()?; // qpprime_y_zero_transform_bypass_flag
        if bits.flag()? {
            scaling_matrices(&mut bits, if chroma_format == 3 { 12 } else { 8 })?;
        }
    }
    bits.ue_max(12, "frame number length is out of range")?;
    let order = picture_order(&mut bits)?;
    bits.ue()?; // max_num_ref_frames
    bits.flag()?; // gaps_in_frame_num_value_allowed_flag
    let chroma_array = if separate_planes { 0 } else { chroma_format };
    let (width, height) = size(&mut bits, chroma_array)?;
    // Without a readable VUI the pictures are still known; their order is then learned from the stream.
    let mut facts = vui(&mut bits).unwrap_or_default();
    let intra_only = constraints & 0x10 != 0 && PROFILES_INTRA.contains(&u32::from(profile));
    // Baseline has no B slices (§A.2.1); type 2 means output in decoding order (§8.2.1.3).
    if intra_only || profile == 66 || order == 2 {
        facts.reorder = Reorder::Depth(0);
    }
    Ok(Sps {
        profile,
        constraints,
        level,
        chroma_format,
        luma_depth_minus8,
        chroma_depth_minus8,
        width,
        height,
        facts,
    })
}

/// `seq_scaling_matrix`: read only to get past it (§7.3.2.1.1.1).
fn scaling_matrices(bits: &mut Bits<'_>, lists: u32) -> Result<()> {
    for list in 0..lists {
        if !bits.flag()? {
            continue;
        }
        let (mut last, mut next) = (8i32, 8i32);
        for _ in 0..if list < 6 { 16 } else { 64 } {
            if next != 0 {
                next = (last + bits.se()?.clamp(-128, 127) + 256) % 256;
            }
            last = if next == 0 { last } else { next };
        }
    }
    Ok(())
}

/// Reads past the picture order count's fields; gives its type.
fn picture_order(bits: &mut Bits<'_>) -> Result<u32> {
    let order = bits.ue_max(2, "picture order type is out of range")?;
    match order {
        0 => {
            bits.ue_max(12, "picture order length is out of range")?;
        }
        1 => {
            bits.flag()?;
            bits.se()?;
            bits.se()?;
            for _ in 0..bits.ue_max(255, "picture order cycle is too long")? {
                bits.se()?;
            }
        }
        _ => {}
    }
    Ok(order)
}

/// Luma samples after cropping (§7.4.2.1.1).
fn size(bits: &mut Bits<'_>, chroma_array: u32) -> Result<(u16, u16)> {
    let width = params::blocks(bits.ue()?, 16)?;
    let map_height = params::blocks(bits.ue()?, 16)?;
    let frames_only = bits.flag()?;
    let height = if frames_only { map_height } else { map_height * 2 };
    if !frames_only {
        bits.flag()?; // mb_adaptive_frame_field_flag
    }
    bits.flag()?; // direct_8x8_inference_flag
    let (mut across, mut down) = (0, 0);
    if bits.flag()? {
        let unit_x = if matches!(chroma_array, 1 | 2) { 2 } else { 1 };
        let unit_y = if chroma_array == 1 { 2 } else { 1 } * if frames_only { 1 } else { 2 };
        across = params::crop(bits.ue()?, bits.ue()?, unit_x);
        down = params::crop(bits.ue()?, bits.ue()?, unit_y);
    }
    Ok((params::cropped(width, across)?, params::cropped(height, down)?))
}

/// Video usability information (§E.1.1): timing and reordering.
fn vui(bits: &mut Bits<'_>) -> Result<StreamFacts> {
    let mut facts = StreamFacts::default();
    if !bits.flag()? {
        return Ok(facts);
    }
    if bits.flag()? && bits.u(8)? == 255 {
        bits.skip(32)?; // sar_width, sar_height
    }
    if bits.flag()? {
        bits.flag()?; // overscan_appropriate_flag
    }
    if bits.flag()? {
        bits.skip(4)?; // video_format, video_full_range_flag
        if bits.flag()? {
            bits.skip(24)?; // colour description
        }
    }
    if bits.flag()? {
        bits.ue()?;
        bits.ue()?; // chroma sample location
    }
    if bits.flag()? {
        let (units, scale) = (bits.u(32)?, bits.u(32)?);
        bits.flag()?; // fixed_frame_rate_flag
        // A frame takes two ticks of the clock (§E.2.1, time_scale)
        facts.frame_ticks = params::frame_ticks(u64::from(units) * 2, scale);
    }
    let nal_hrd = bits.flag()?;
    if nal_hrd {
        hrd(bits)?;
    }
    let vcl_hrd = bits.flag()?;
    if vcl_hrd {
        hrd(bits)?;
    }
    if nal_hrd || vcl_hrd {
        bits.flag()?; // low_delay_hrd_flag
    }
    bits.flag()?; // pic_struct_present_flag
    if bits.flag()? {
        bits.flag()?; // motion_vectors_over_pic_boundaries_flag
        for _ in 0..4 {
            bits.ue()?;
        }
        facts.reorder = Reorder::Depth(bits.ue_max(16, "reorder depth is out of range")? as u8);
    }
    Ok(facts)
}

/// `hrd_parameters` (§E.1.2): read only to get past them.
fn hrd(bits: &mut Bits<'_>) -> Result<()> {
    let count = bits.ue_max(31, "too many HRD entries")? + 1;
    bits.skip(8)?;
    for _ in 0..count {
        bits.ue()?;
        bits.ue()?;
        bits.flag()?;
    }
    bits.skip(20)
}
