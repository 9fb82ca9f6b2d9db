//! RTCP packets of a sender: reports that tie RTP time to wall time, and the farewell.
//!
//! Only written, never read: a receiver's reports tell us nothing but that it lives. Every packet is compound
//! and begins with a report (RFC 3550 §6.1).

use bytes::{BufMut, BytesMut};
use model::WallTime;

/// Seconds from 1900 (NTP) to 1970 (Unix).
pub(crate) const NTP_OFFSET_S: i64 = 2_208_988_800;
/// What names the sender across its streams (RFC 3550 §6.5.1); one constant says nothing about the host.
const CNAME: &[u8] = b"watchkeeper";

const SENDER_REPORT: u8 = 200;
const SOURCE_DESCRIPTION: u8 = 202;
const BYE: u8 = 203;

/// What a sender report tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SenderReport {
    pub ssrc: u32,
    /// The wall time at which RTP time is `timestamp`.
    pub wall: WallTime,
    pub timestamp: u32,
    pub packets: u32,
    pub octets: u32,
}

/// Appends an interleaved compound packet: SR (RFC 3550 §6.4.1), SDES with CNAME (§6.5), and BYE (§6.6) if `bye`.
pub fn report(report: SenderReport, bye: bool, channel: u8, out: &mut BytesMut) {
    let mut body = BytesMut::with_capacity(64);
    put_header(SENDER_REPORT, 0, 6, &mut body);
    body.put_u32(report.ssrc);
    body.put_u64(ntp(report.wall));
    body.put_u32(report.timestamp);
    body.put_u32(report.packets);
    body.put_u32(report.octets);
    // SSRC, CNAME item (type 1), then at least one zero up to the next word.
    let item_bytes = 2 + CNAME.len();
    let padding = 4 - item_bytes % 4;
    put_header(SOURCE_DESCRIPTION, 1, 1 + (item_bytes + padding) / 4, &mut body);
    body.put_u32(report.ssrc);
    body.put_u8(1);
    body.put_u8(u8::try_from(CNAME.len()).unwrap_or(0));
    body.put_slice(CNAME);
    body.put_bytes(0, padding);
    if bye {
        put_header(BYE, 1, 1, &mut body);
        body.put_u32(report.ssrc);
    }
    out.put_u8(b'$');
    out.put_u8(channel);
    out.put_u16(u16::try_from(body.len()).unwrap_or(u16::MAX));
    out.put_slice(&body);
}

fn put_header(kind: u8, count: u8, words: usize, out: &mut BytesMut) {
    out.put_u8(2 << 6 | count);
    out.put_u8(kind);
    out.put_u16(u16::try_from(words).unwrap_or(u16::MAX));
}

/// 64-bit NTP timestamp: seconds since 1900 modulo 2^32 (era 1 begins 2036), then the fraction of a second.
#[expect(
    clippy::cast_sign_loss,
    clippy::cast_possible_truncation,
    reason = "seconds are modulo 2^32 by definition"
)]
fn ntp(wall: WallTime) -> u64 {
    let seconds = wall.0.div_euclid(1_000_000).wrapping_add(NTP_OFFSET_S) as u32;
    let fraction = (wall.0.rem_euclid(1_000_000) << 32) / 1_000_000;
    u64::from(seconds) << 32 | fraction as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ntp_counts_from_1900() {
        let check = |us, expected| assert_eq!(ntp(WallTime(us)), expected, "{us}");
        check(0, 2_208_988_800 << 32);
        check(500_000, 2_208_988_800 << 32 | 1 << 31);
        check(-500_000, 2_208_988_799 << 32 | 1 << 31);
        check(2_085_978_496_000_000, 0); // 2036-02-07T06:28:16Z, where era 1 begins
    }

    #[test]
    fn reports_are_compound_and_whole_words() {
        let mut out = BytesMut::new();
        let sent =
            SenderReport { ssrc: 0x0102_0304, wall: WallTime(0), timestamp: 90_000, packets: 5, octets: 600 };
        report(sent, true, 1, &mut out);
        let expected = [
            b"$\x01\x00\x3c".as_slice(),
            b"\x80\xc8\x00\x06\x01\x02\x03\x04\x83\xaa\x7e\x80\x00\x00\x00\x00\x00\x01\x5f\x90\x00\x00\x00\x05\x00\x00\x02\x58",
            b"\x81\xca\x00\x05\x01\x02\x03\x04\x01\x0bwatchkeeper\x00\x00\x00",
            b"\x81\xcb\x00\x01\x01\x02\x03\x04",
        ]
        .concat();
        assert_eq!(out, expected);
    }
}
