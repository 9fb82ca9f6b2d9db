//! Made-up sound for simulated cameras: a short tone at every whole second and faint noise between, as A-law (ITU-T G.711).
//!
//! So one hears that it is there, and whether it stays with the picture. It is no recording of anything.

use crate::clip::{Clip, ClipError};
use model::Codec;

const RATE_HZ: usize = 8_000;
/// One pass of the loop.
const SECONDS: usize = 10;
/// A tenth of a second of tone, 1 kHz at every fifth second and 500 Hz at the others.
const TONE_SAMPLES: usize = RATE_HZ / 10;

/// The loop as a clip.
///
/// # Errors
/// None that happens: what is made here is a clip.
pub fn clip() -> Result<Clip, ClipError> {
    let samples: Vec<u8> = (0..RATE_HZ * SECONDS).map(|at| alaw(sample(at))).collect();
    Clip::of_g711(Codec::Pcma, &samples.into())
}

fn sample(at: usize) -> i16 {
    let (second, within) = (at / RATE_HZ, at % RATE_HZ);
    if within >= TONE_SAMPLES {
        // A few steps of a generator, for a noise that is the same each time.
        let noise = (at as u32).wrapping_mul(2_654_435_761) >> 24;
        return noise as i16 - 128;
    }
    let half_period = if second.is_multiple_of(5) { 4 } else { 8 };
    if (within / half_period).is_multiple_of(2) { 6_000 } else { -6_000 }
}

/// One sample in 8 bits: sign, three bits of segment, four of interval, even bits inverted (ITU-T G.711 table 1).
pub fn alaw(sample: i16) -> u8 {
    let sign = if sample >= 0 { 0x80 } else { 0 };
    let size = (if sample >= 0 { sample } else { !sample }).unsigned_abs() >> 3;
    let segment = (u16::BITS - size.leading_zeros()).saturating_sub(5) as u8;
    let interval = if segment <= 1 { size >> 1 } else { size >> segment };
    (sign | segment << 4 | (interval & 0x0f) as u8) ^ 0x55
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_those_of_the_table() {
        let check = |sample, expected: u8| assert_eq!(alaw(sample), expected, "{sample}");
        check(0, 0xd5);
        check(-1, 0x55);
        check(i16::MAX, 0xaa);
        check(i16::MIN, 0x2a);
        check(264, 0xc5);
    }

    #[test]
    fn the_loop_is_ten_seconds_of_units() {
        let clip = clip().unwrap();
        assert_eq!((clip.units().len(), clip.length_ticks()), (500, 900_000));
        assert_eq!(clip.bit_rate(), 64_000);
    }
}
