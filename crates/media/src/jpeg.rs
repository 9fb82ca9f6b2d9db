//! JPEG pictures of a Motion JPEG stream: whether one is whole, how large it is, and its configuration record.
//!
//! Nothing here decodes a picture or mends one. The invariant: any bytes are read without a panic and in one pass over
//! the headers.

use crate::params::{Reorder, StreamFacts};
use crate::{Error, Result, params};
use bytes::Bytes;
use model::{Codec, VideoParams};

/// The first byte of our configuration record.
const CONFIG_VERSION: u8 = 1;
/// RFC 6381 §3.3: MPEG-4 sample entry with the object type of ITU-T T.81 pictures.
const RFC6381: &str = "mp4v.6C";
/// More marker segments before the picture's data than this is no camera: tables, comments and application data are
/// a dozen.
const SEGMENTS_MAX: usize = 256;

// Markers: ITU-T T.81 table B.1.
const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const DHT: u8 = 0xc4;
const JPG: u8 = 0xc8;
const DAC: u8 = 0xcc;

/// Width and height in samples, as the frame header says (ITU-T T.81 §B.2.2); fails unless `picture` begins like a
/// picture, has a frame header before its first scan, and ends with the end marker.
pub fn size(picture: &[u8]) -> Result<(u16, u16)> {
    if picture.len() < 4 || !picture.starts_with(&[0xff, SOI]) {
        return Err(Error::bitstream("no JPEG picture begins here", 0));
    }
    if !picture.ends_with(&[0xff, EOI]) {
        return Err(Error::bitstream("the JPEG picture is cut off", picture.len()));
    }
    let (mut at, mut found) = (2, None);
    for _ in 0..SEGMENTS_MAX {
        let (marker, body, next) = segment(picture, at)?;
        match marker {
            SOS => return found.ok_or(Error::bitstream("a scan without a frame header", at)),
            DHT | JPG | DAC => {}
            // Every kind of frame header has the same fields (§B.2.2).
            0xc0..=0xcf => found = Some(sides(body, at)?),
            _ => {}
        }
        at = next;
    }
    Err(Error::bitstream("more marker segments than a picture has", at))
}

/// The marker segment at `at`: its marker, its body, and where the next one begins (ITU-T T.81 §B.1.1.4).
fn segment(picture: &[u8], at: usize) -> Result<(u8, &[u8], usize)> {
    let cut = || Error::bitstream("a JPEG header is cut off", at);
    let rest = picture.get(at..).ok_or_else(cut)?;
    // Any number of fill bytes may precede a marker (§B.1.1.2).
    let fill = rest.iter().take_while(|&&byte| byte == 0xff).count();
    if fill == 0 {
        return Err(Error::bitstream("no JPEG marker", at));
    }
    let marker = *rest.get(fill).ok_or_else(cut)?;
    if matches!(marker, 0x00 | 0x01 | 0xd0..=EOI) {
        return Err(Error::bitstream("a JPEG marker that has no place in a header", at));
    }
    let rest = rest.get(fill + 1..).ok_or_else(cut)?;
    let length = rest.first_chunk::<2>().map(|bytes| usize::from(u16::from_be_bytes(*bytes)));
    let length = length.filter(|length| *length >= 2).ok_or_else(cut)?;
    let body = rest.get(2..length).ok_or_else(cut)?;
    Ok((marker, body, at + fill + 1 + length))
}

/// Samples per line and lines of a frame header. A height of 0 would be said behind the first scan (§B.2.5).
fn sides(header: &[u8], at: usize) -> Result<(u16, u16)> {
    let Some([_, height @ .., width_high, width_low]) = header.first_chunk::<5>() else {
        return Err(Error::bitstream("a JPEG frame header is cut off", at));
    };
    let (width, height) = (u16::from_be_bytes([*width_high, *width_low]), u16::from_be_bytes(*height));
    params::samples(width.into())?;
    params::samples(height.into())?;
    Ok((width, height))
}

/// Whether these bytes are a whole picture, as far as its markers tell.
pub fn is_whole(picture: &[u8]) -> bool {
    size(picture).is_ok()
}

/// The parameters of a stream of pictures like this one.
pub fn params(picture: &[u8]) -> Result<VideoParams> {
    size(picture).map(|(width, height)| params_of(width, height))
}

fn params_of(width: u16, height: u16) -> VideoParams {
    let config = config(width, height);
    VideoParams { codec: Codec::Jpeg, width, height, config, rfc6381: RFC6381.to_owned() }
}

/// The configuration record of pictures of this size: version 1, width, height. A decoder needs none, for each picture
/// holds its tables; this one makes the size part of what is hashed.
pub(crate) fn config(width: u16, height: u16) -> Bytes {
    let ([a, b], [c, d]) = (width.to_be_bytes(), height.to_be_bytes());
    Bytes::copy_from_slice(&[CONFIG_VERSION, a, b, c, d])
}

/// The way back from a stored record. No picture is shown before another that was sent earlier.
pub(crate) fn from_config(config: &[u8]) -> Result<(VideoParams, StreamFacts)> {
    let [CONFIG_VERSION, a, b, c, d] = config else {
        return Err(Error::bitstream("not a configuration record of JPEG pictures", 0));
    };
    let (width, height) = (u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]));
    params::samples(width.into())?;
    params::samples(height.into())?;
    Ok((params_of(width, height), StreamFacts { reorder: Reorder::Depth(0), frame_ticks: None }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame header of `height` by `width` with one component, and a scan header.
    fn picture(frame: u8, height: u16, width: u16, end: &[u8]) -> Vec<u8> {
        let ([a, b], [c, d]) = (height.to_be_bytes(), width.to_be_bytes());
        let mut out = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc4, 0, 2];
        out.extend([0xff, frame, 0, 11, 8, a, b, c, d, 1, 1, 0x11, 0]);
        out.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xff, 0, 0x34]);
        out.extend(end);
        out
    }

    #[test]
    fn a_picture_says_its_size() {
        let check = |picture: &[u8], expected: Result<(u16, u16), &str>| {
            let found = size(picture).map_err(|error| error.to_string());
            assert_eq!(found.as_ref().map_err(String::as_str), expected.as_ref().map_err(|text| *text));
            assert_eq!(is_whole(picture), expected.is_ok());
        };
        check(&picture(0xc0, 360, 640, &[0xff, 0xd9]), Ok((640, 360)));
        check(&picture(0xc2, 1, 16_384, &[0xff, 0xd9]), Ok((16_384, 1)));
        check(&picture(0xc0, 360, 640, &[]), Err("bitstream: the JPEG picture is cut off at byte 40"));
        check(
            &picture(0xc0, 360, 0, &[0xff, 0xd9]),
            Err("bitstream: picture size is out of range at byte 0"),
        );
        check(
            &picture(0xc4, 1, 1, &[0xff, 0xd9]),
            Err("bitstream: a scan without a frame header at byte 26"),
        );
        check(
            &[0xff, 0xd8, 0xff, 0xd9],
            Err("bitstream: a JPEG marker that has no place in a header at byte 2"),
        );
        check(b"", Err("bitstream: no JPEG picture begins here at byte 0"));
    }

    #[test]
    fn every_truncation_is_refused() {
        let whole = picture(0xc0, 360, 640, &[0xff, 0xd9]);
        for length in 0..whole.len() {
            assert!(size(&whole[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn the_configuration_record_is_the_size() {
        let params = params(&picture(0xc0, 360, 640, &[0xff, 0xd9])).unwrap();
        assert_eq!(params.config, &[1, 2, 128, 1, 104][..]);
        assert_eq!(from_config(&params.config).unwrap().0, params);
        for wrong in
            [&b""[..], &[1, 2, 128, 1], &[2, 2, 128, 1, 104], &[1, 0, 0, 1, 104], &[1, 2, 128, 1, 104, 0]]
        {
            assert!(from_config(wrong).is_err(), "{wrong:?}");
        }
    }
}
