//! Asking a time source: one request, one answer (RFC 5905 §7.3, §14: SNTP). Without I/O: whoever has the socket gives bytes and
//! times.
//!
//! It sets no clock and chooses no source. The request tells nothing of our clock: its only field is a random number, which the
//! answer must bring back, so that nobody answers who has not seen it.

use crate::rtcp::NTP_OFFSET_S;
use model::WallTime;
use std::fmt;

/// Length of a packet without extension fields.
pub const PACKET_BYTES: usize = 48;
/// Longest answer that is read: extension fields and a digest behind it are passed over.
pub const ANSWER_BYTES_MAX: usize = 512;

/// NTP timestamps count seconds modulo 2^32: an era.
const ERA_S: i64 = 1 << 32;

/// A request with that number as its transmit timestamp: version 4, client.
pub fn request(number: u64) -> [u8; PACKET_BYTES] {
    let mut packet = [0; PACKET_BYTES];
    packet[0] = 4 << 3 | 3;
    packet[40..].copy_from_slice(&number.to_be_bytes());
    packet
}

/// What a time source said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer {
    /// 1: it has a clock of its own; up to 15: so many steps from one.
    pub stratum: u8,
    /// When it received the request, and when it sent the answer, by its clock.
    pub received: WallTime,
    pub sent: WallTime,
    /// Its own account of how far it may be from true time, in microseconds: half the root delay and the dispersion.
    pub root_distance_us: i64,
}

/// What the answer means for our clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Measured {
    /// Source minus ours.
    pub offset_us: i64,
    /// There and back, without the time that the source took.
    pub delay_us: i64,
}

/// Why an answer is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    Short,
    /// Not a server's packet of a version that we know.
    Foreign,
    /// Not an answer to our request.
    Replayed,
    /// The source says that its own clock is not set.
    Unsynchronised,
    /// The source asks us to go away or slower (RFC 5905 §7.4): the code, four letters.
    Kiss([u8; 4]),
    /// Times that cannot be.
    Impossible,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => f.write_str("shorter than an NTP packet"),
            Self::Foreign => f.write_str("not an NTP server's packet"),
            Self::Replayed => f.write_str("not an answer to this request"),
            Self::Unsynchronised => f.write_str("the source's own clock is not set"),
            Self::Kiss(code) => write!(f, "the source refuses ({})", code.escape_ascii()),
            Self::Impossible => f.write_str("times that cannot be"),
        }
    }
}

/// Reads an answer to `request(number)`. `near` is about now by our clock: it tells the era.
pub fn answer(bytes: &[u8], number: u64, near: WallTime) -> Result<Answer, Problem> {
    let packet: &[u8; PACKET_BYTES] = bytes.first_chunk().ok_or(Problem::Short)?;
    let (leap, version, mode) = (packet[0] >> 6, packet[0] >> 3 & 7, packet[0] & 7);
    if mode != 4 || !(3..=4).contains(&version) {
        return Err(Problem::Foreign);
    }
    if field(packet, 24) != number {
        return Err(Problem::Replayed);
    }
    let stratum = packet[1];
    if stratum == 0 {
        return Err(Problem::Kiss([packet[12], packet[13], packet[14], packet[15]]));
    }
    // RFC 5905 §7.3: leap indicator 3 and stratum 16 are a clock that is not synchronised.
    if leap == 3 || stratum > 15 {
        return Err(Problem::Unsynchronised);
    }
    let (received, sent) = (field(packet, 32), field(packet, 40));
    if received == 0 || sent == 0 {
        return Err(Problem::Impossible);
    }
    let (received, sent) = (wall(received, near), wall(sent, near));
    if sent < received {
        return Err(Problem::Impossible);
    }
    let root_distance_us = short_us(packet, 4) / 2 + short_us(packet, 8);
    Ok(Answer { stratum, received, sent, root_distance_us })
}

impl Answer {
    /// Offset and delay (RFC 5905 §8), from when we sent and received by our clock.
    pub fn measured(&self, sent: WallTime, received: WallTime) -> Result<Measured, Problem> {
        let there = i128::from(self.received.0) - i128::from(sent.0);
        let back = i128::from(self.sent.0) - i128::from(received.0);
        let delay = there - back;
        let narrow = |us: i128| i64::try_from(us).map_err(|_| Problem::Impossible);
        if delay < 0 || received < sent {
            return Err(Problem::Impossible);
        }
        Ok(Measured { offset_us: narrow((there + back) / 2)?, delay_us: narrow(delay)? })
    }
}

fn field(packet: &[u8; PACKET_BYTES], at: usize) -> u64 {
    packet.get(at..).and_then(|rest| rest.first_chunk::<8>()).map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// NTP short format: sixteen bits of seconds, sixteen of fraction.
fn short_us(packet: &[u8; PACKET_BYTES], at: usize) -> i64 {
    let bytes = packet.get(at..).and_then(|rest| rest.first_chunk::<4>());
    bytes.map_or(0, |bytes| (i64::from(u32::from_be_bytes(*bytes)) * 1_000_000) >> 16)
}

/// The time of an NTP timestamp in the era that is nearest to `near`: our clock may be wrong by 68 years.
fn wall(timestamp: u64, near: WallTime) -> WallTime {
    let seconds = i64::from((timestamp >> 32) as u32) - NTP_OFFSET_S;
    let eras = (near.0.div_euclid(1_000_000) - seconds + ERA_S / 2).div_euclid(ERA_S);
    let fraction_us = (i64::from(timestamp as u32) * 1_000_000) >> 32;
    WallTime((seconds + eras * ERA_S).saturating_mul(1_000_000).saturating_add(fraction_us))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: u64 = 0x1122_3344_5566_7788;
    /// 2026-01-01T00:00:00Z.
    const NOW: WallTime = WallTime(1_767_225_600_000_000);

    fn ntp(wall: WallTime) -> u64 {
        let seconds = (wall.0.div_euclid(1_000_000) + NTP_OFFSET_S) as u32;
        u64::from(seconds) << 32 | ((wall.0.rem_euclid(1_000_000) << 32) / 1_000_000) as u64
    }

    /// A source whose clock is `ahead_us` ahead; it takes 100 µs.
    fn packet(at: WallTime, ahead_us: i64) -> [u8; PACKET_BYTES] {
        let mut packet = [0; PACKET_BYTES];
        (packet[0], packet[1]) = (4 << 3 | 4, 2);
        packet[4..8].copy_from_slice(&0x0000_8000u32.to_be_bytes());
        packet[8..12].copy_from_slice(&0x0000_4000u32.to_be_bytes());
        packet[24..32].copy_from_slice(&NUMBER.to_be_bytes());
        packet[32..40].copy_from_slice(&ntp(at.plus_us(ahead_us)).to_be_bytes());
        packet[40..].copy_from_slice(&ntp(at.plus_us(ahead_us + 100)).to_be_bytes());
        packet
    }

    #[test]
    fn offset_and_delay_are_those_of_the_line() {
        let check = |now: WallTime, ahead_us: i64| {
            let answer = answer(&packet(now.plus_us(3_000), ahead_us), NUMBER, now).unwrap();
            assert_eq!((answer.stratum, answer.root_distance_us), (2, 500_000));
            // 3 ms there, 5 ms back: the difference cannot be seen and halves into the offset.
            let measured = answer.measured(now, now.plus_us(8_100)).unwrap();
            assert!((measured.offset_us - ahead_us + 1_000).abs() <= 1, "{measured:?} for {ahead_us}");
            assert!((measured.delay_us - 8_000).abs() <= 1, "{measured:?}");
        };
        for ahead_us in [0, 1, -1, 2_500_000, -86_400_000_000, 30 * 365 * 86_400_000_000] {
            check(NOW, ahead_us);
            // Around the end of the first era, 2036-02-07T06:28:16Z.
            check(WallTime(2_085_978_496_000_000), ahead_us);
        }
    }

    #[test]
    fn what_is_no_answer_says_why() {
        let check = |change: &dyn Fn(&mut [u8; PACKET_BYTES]), expected: Problem| {
            let mut changed = packet(NOW, 0);
            change(&mut changed);
            assert_eq!(answer(&changed, NUMBER, NOW), Err(expected));
        };
        check(&|packet| packet[0] = 4 << 3 | 3, Problem::Foreign);
        check(&|packet| packet[0] = 2 << 3 | 4, Problem::Foreign);
        check(&|packet| packet[31] ^= 1, Problem::Replayed);
        check(&|packet| packet[0] |= 3 << 6, Problem::Unsynchronised);
        check(&|packet| packet[1] = 16, Problem::Unsynchronised);
        check(&|packet| packet[32..40].fill(0), Problem::Impossible);
        check(
            &|packet| packet[40..].copy_from_slice(&ntp(NOW.plus_us(-1_000_000)).to_be_bytes()),
            Problem::Impossible,
        );
        let kiss = |packet: &mut [u8; PACKET_BYTES]| {
            packet[1] = 0;
            packet[12..16].copy_from_slice(b"RATE");
        };
        check(&kiss, Problem::Kiss(*b"RATE"));
        for length in 0..PACKET_BYTES {
            assert_eq!(answer(&packet(NOW, 0)[..length], NUMBER, NOW), Err(Problem::Short));
        }
        let late = answer(&packet(NOW, 0), NUMBER, NOW).unwrap();
        assert_eq!(late.measured(NOW.plus_us(5), NOW), Err(Problem::Impossible));
    }

    #[test]
    fn a_request_tells_nothing_but_its_number() {
        let packet = request(NUMBER);
        assert_eq!(
            (packet[0], &packet[1..40], &packet[40..]),
            (0x23, &[0; 39][..], &NUMBER.to_be_bytes()[..])
        );
    }
}
