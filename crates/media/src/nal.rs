//! NAL units in their two framings: behind 4-byte lengths (stored) and between start codes (Annex B).
//!
//! Nothing here decodes a picture. The invariant: iterating any bytes whatever ends, without a panic,
//! and yields slices of the input only.

use crate::{Error, Result, jpeg};
use bytes::{BufMut, Bytes, BytesMut};
use model::Codec;

/// Iterates the NAL units of stored data (ISO/IEC 14496-15 §5.3.4.2.1, `lengthSizeMinusOne` = 3), without lengths.
/// After an error the iteration ends.
#[derive(Clone, Debug)]
pub struct Nals<'a> {
    data: &'a [u8],
    at: usize,
}

/// The NAL units of `data`, each behind a 4-byte big-endian length.
pub fn split(data: &[u8]) -> Nals<'_> {
    Nals { data, at: 0 }
}

impl<'a> Iterator for Nals<'a> {
    type Item = Result<&'a [u8]>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.data.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return None;
        }
        let at = self.at;
        self.at = self.data.len();
        let Some((length, rest)) = rest.split_first_chunk::<4>() else {
            return Some(Err(Error::bitstream("NAL length is cut off", at)));
        };
        let length = u32::from_be_bytes(*length) as usize;
        if length == 0 {
            return Some(Err(Error::bitstream("NAL unit is empty", at)));
        }
        let Some(nal) = rest.get(..length) else {
            return Some(Err(Error::bitstream("NAL unit is cut off", at)));
        };
        self.at = at + 4 + length;
        Some(Ok(nal))
    }
}

/// How many NAL units `data` holds; fails unless `data` is one or more whole NAL units.
pub fn count(data: &[u8]) -> Result<u32> {
    let mut nals = 0u32;
    for nal in split(data) {
        nal?;
        nals += 1; // cannot overflow: each takes 5 bytes or more, and data of 20 GiB is not in memory
    }
    if nals == 0 { Err(Error::bitstream("no NAL unit", 0)) } else { Ok(nals) }
}

/// Puts NAL units behind 4-byte lengths. Units that are empty or longer than `u32::MAX` are left out.
pub fn join<'a, I>(nals: I) -> Bytes
where
    I: IntoIterator<Item = &'a [u8]>,
    I::IntoIter: Clone,
{
    let nals = nals.into_iter();
    let size = nals.clone().map(|nal| nal.len() + 4).sum();
    let mut out = BytesMut::with_capacity(size);
    for nal in nals {
        let Ok(length @ 1..) = u32::try_from(nal.len()) else { continue };
        out.put_u32(length);
        out.put_slice(nal);
    }
    out.freeze()
}

/// Iterates the NAL units of a byte stream (ITU-T H.264 / H.265 Annex B), without start codes and trailing zeros.
#[derive(Clone, Debug)]
pub struct AnnexB<'a> {
    rest: &'a [u8],
}

/// The NAL units of an Annex B byte stream. Bytes before the first start code are skipped.
pub fn annex_b(stream: &[u8]) -> AnnexB<'_> {
    let rest = match start_code(stream) {
        Some(at) => &stream[at + 3..],
        None => &[],
    };
    AnnexB { rest }
}

/// The position of the next `00 00 01`.
fn start_code(bytes: &[u8]) -> Option<usize> {
    bytes.windows(3).position(|three| three == [0, 0, 1])
}

impl<'a> Iterator for AnnexB<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        while !self.rest.is_empty() {
            let (nal, rest) = match start_code(self.rest) {
                Some(at) => (&self.rest[..at], &self.rest[at + 3..]),
                None => (self.rest, &self.rest[self.rest.len()..]),
            };
            self.rest = rest;
            // A NAL unit never ends with a zero byte (ITU-T H.264 §7.4.1.1); zeros there belong to the byte stream.
            let end = nal.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
            if end > 0 {
                return Some(&nal[..end]);
            }
        }
        None
    }
}

/// The NAL unit type: 5 bits (ITU-T H.264 §7.3.1) or 6 bits (ITU-T H.265 §7.3.1.2). JPEG pictures and sound have none.
pub fn unit_type(codec: Codec, nal: &[u8]) -> Option<u8> {
    let first = *nal.first()?;
    Some(match codec {
        Codec::H264 => first & 0x1f,
        Codec::H265 => first >> 1 & 0x3f,
        Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => return None,
    })
}

/// True when decoding can begin at this access unit: an H.264 unit whose slices are all of an IDR picture
/// (`nal_unit_type` 5), an H.265 unit whose first slice is of an IRAP picture (16 to 23, ITU-T H.265 §7.4.2.2).
/// An H.264 recovery point without IDR is not one. Malformed data is not one. Every whole JPEG picture is one,
/// and every unit of sound.
pub fn is_key(codec: Codec, data: &[u8]) -> bool {
    match codec {
        Codec::Jpeg => return jpeg::is_whole(data),
        Codec::Aac | Codec::Pcmu | Codec::Pcma => return !data.is_empty(),
        Codec::H264 | Codec::H265 => {}
    }
    let mut key = None;
    for nal in split(data) {
        let Some(kind) = nal.ok().and_then(|nal| unit_type(codec, nal)) else { return false };
        match (codec, kind) {
            (Codec::H264, 1..=4) => return false,
            (Codec::H264, 5) => key = Some(true),
            (Codec::H265, 0..=31) => key = key.or(Some((16..=23).contains(&kind))),
            _ => {}
        }
    }
    key == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_framing_is_taken_apart_and_put_together() {
        let check = |data: &[u8], expected: Option<&[&[u8]]>| {
            let nals: Result<Vec<_>> = split(data).collect();
            assert_eq!(nals.ok().as_deref(), expected, "{data:?}");
            if let Some(nals @ [_, ..]) = expected {
                assert_eq!(count(data), Ok(u32::try_from(nals.len()).unwrap()));
                assert_eq!(join(nals.iter().copied()), data);
            } else {
                assert!(count(data).is_err());
            }
        };
        check(&[], Some(&[]));
        check(&[0, 0, 0, 1, 9], Some(&[&[9]]));
        check(&[0, 0, 0, 1, 9, 0, 0, 0, 2, 7, 8], Some(&[&[9], &[7, 8]]));
        check(&[0, 0, 0], None);
        check(&[0, 0, 0, 0], None);
        check(&[0, 0, 0, 2, 1], None);
        check(&[255, 255, 255, 255, 1], None);
    }

    #[test]
    fn byte_stream_is_split_at_start_codes() {
        let check = |stream: &[u8], expected: &[&[u8]]| {
            assert_eq!(annex_b(stream).collect::<Vec<_>>(), expected, "{stream:?}");
        };
        check(&[], &[]);
        check(&[1, 2, 3], &[]);
        check(&[0, 0, 1], &[]);
        check(&[0, 0, 0, 1, 7, 0, 0, 1, 8, 9, 0, 0, 0], &[&[7], &[8, 9]]);
        check(&[0, 0, 1, 0, 0, 1, 5], &[&[5]]);
        check(&[0, 0, 1, 5, 0, 0, 3, 1, 0, 0], &[&[5, 0, 0, 3, 1]]);
    }

    #[test]
    fn keys_are_told_by_slice_types() {
        let check = |codec, headers: &[u8], expected| {
            let nals: Vec<[u8; 2]> = headers.iter().map(|&header| [header, 1]).collect();
            let data = join(nals.iter().map(<[u8; 2]>::as_slice));
            assert_eq!(is_key(codec, &data), expected, "{codec} {headers:x?}");
        };
        check(Codec::H264, &[0x67, 0x68, 0x65], true);
        check(Codec::H264, &[0x06, 0x65, 0x65], true);
        check(Codec::H264, &[0x65, 0x41], false);
        check(Codec::H264, &[0x06], false);
        check(Codec::H265, &[32 << 1, 33 << 1, 34 << 1, 19 << 1], true);
        check(Codec::H265, &[21 << 1], true);
        check(Codec::H265, &[39 << 1, 1 << 1], false);
        check(Codec::H265, &[39 << 1], false);
    }
}
