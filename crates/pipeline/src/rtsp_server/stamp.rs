//! A stamp in every frame, for measuring delay and loss: who sent it, when, and which in order.
//!
//! It is a user-data SEI message (ITU-T H.264 §D.1.6, ITU-T H.265 §D.2.6) that every decoder passes over, in
//! hexadecimal digits, so that no byte of it needs emulation prevention. Off unless a mount asks for it.

use bytes::{BufMut, Bytes, BytesMut};
use model::{Codec, WallTime};

/// Tells our messages from others' (ISO/IEC 11578 UUID; no byte is 0 to 3).
const UUID: [u8; 16] = *b"\xb7\x1e\x5a\x9c\x4d\x27\x4f\x68\x9a\xd3\x6e\x81\xc5\x2f\x7b\x94";
const DIGITS: usize = 16 + 8 + 16;
/// `user_data_unregistered`, ITU-T H.264 table D.1 and H.265 table D.1.
const PAYLOAD_TYPE: u8 = 5;

/// What a frame says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp {
    /// When the frame was sent.
    pub sent: WallTime,
    pub camera: u32,
    /// Counts the frames that were due, also those not sent; begins at 0 with the farm.
    pub frame: u64,
}

impl Stamp {
    /// The unit with the stamp as its first NAL unit (after an access unit delimiter, which must stay first).
    /// RTP carries none of a JPEG picture's marker segments (RFC 2435 §3.1): such a unit stays as it is, and so does sound.
    pub fn put(self, codec: Codec, unit: &[u8]) -> Bytes {
        let header: &[u8] = match codec {
            Codec::H264 => &[6],          // nal_unit_type 6, ITU-T H.264 table 7-1
            Codec::H265 => &[39 << 1, 1], // PREFIX_SEI_NUT, ITU-T H.265 table 7-1
            Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => return Bytes::copy_from_slice(unit),
        };
        let head = delimiter_bytes(codec, unit);
        let (delimiter, rest) = unit.split_at(head);
        let mut out = BytesMut::with_capacity(unit.len() + 80);
        out.put_slice(delimiter);
        let text = format!("{:016x}{:08x}{:016x}", self.sent.0, self.camera, self.frame);
        let payload_bytes = UUID.len() + DIGITS; // below 255, so its size is one byte
        out.put_u32(u32::try_from(header.len() + 2 + payload_bytes + 1).unwrap_or(0));
        out.put_slice(header);
        out.put_u8(PAYLOAD_TYPE);
        out.put_u8(u8::try_from(payload_bytes).unwrap_or(0));
        out.put_slice(&UUID);
        out.put_slice(text.as_bytes());
        out.put_u8(0x80); // rbsp_trailing_bits
        out.put_slice(rest);
        out.freeze()
    }

    /// The stamp of a unit (NAL units with 4-byte lengths), if it has one among its first bytes.
    pub fn find(unit: &[u8]) -> Option<Self> {
        // Before the first slice there are only parameter sets: no need to look through the picture.
        Self::next_in(&unit[..unit.len().min(1_024)]).map(|(stamp, _)| stamp)
    }

    /// The first stamp in any bytes, for example a recorded file's, and the offset behind it.
    pub fn next_in(bytes: &[u8]) -> Option<(Self, usize)> {
        let at = bytes.windows(UUID.len()).position(|bytes| bytes == UUID)?;
        let end = at + UUID.len() + DIGITS;
        let text = bytes.get(at + UUID.len()..end)?;
        let text =
            std::str::from_utf8(text).ok().filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let stamp = Self {
            sent: WallTime(i64::from_str_radix(&text[..16], 16).ok()?),
            camera: u32::from_str_radix(&text[16..24], 16).ok()?,
            frame: u64::from_str_radix(&text[24..], 16).ok()?,
        };
        Some((stamp, end))
    }
}

/// Bytes of an access unit delimiter at the front (type 9, and 35 in H.265), with its length field.
fn delimiter_bytes(codec: Codec, unit: &[u8]) -> usize {
    let Some(([a, b, c, d, first], _)) = unit.split_first_chunk::<5>() else { return 0 };
    let delimiter = match codec {
        Codec::H264 => first & 0x1F == 9,
        Codec::H265 => first >> 1 & 0x3F == 35,
        Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => false,
    };
    let size = 4 + u32::from_be_bytes([*a, *b, *c, *d]) as usize;
    if delimiter && size <= unit.len() { size } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_come_back_and_stay_behind_the_delimiter() {
        let check = |codec, unit: &[u8], delimiter_bytes: usize| {
            for (sent, camera, frame) in [(0, 0, 0), (1_795_341_600_123_456, 199, u64::MAX)] {
                let stamp = Stamp { sent: WallTime(sent), camera, frame };
                let stamped = stamp.put(codec, unit);
                assert_eq!(Stamp::find(&stamped), Some(stamp));
                assert_eq!(stamped[..delimiter_bytes], unit[..delimiter_bytes]);
                assert!(stamped.ends_with(&unit[delimiter_bytes..]));
                assert!(
                    !stamped[delimiter_bytes + 4..].windows(2).any(|pair| pair == [0, 0]) || !unit.is_empty()
                );
            }
        };
        check(Codec::H264, b"", 0);
        check(Codec::H264, b"\0\0\0\x02\x65\x01", 0);
        check(Codec::H264, b"\0\0\0\x02\x09\x30\0\0\0\x02\x65\x01", 6);
        check(Codec::H265, b"\0\0\0\x03\x46\x01\x50\0\0\0\x02\x26\x01", 7);
        check(Codec::H265, b"\0\0\0\x09\x46\x01\x50", 0);
        assert_eq!(Stamp::find(b"\0\0\0\x02\x65\x01"), None);
        assert_eq!(Stamp::find(&UUID), None);
    }
}
