//! Reads the bits of a parameter set: raw byte sequence payload, emulation prevention removed on the way.
//!
//! Not a decoder. The invariant: any input ends in a value or an error, never in a panic or a long loop.

use crate::{Error, Result};

/// A position in the bits of one NAL unit.
pub(crate) struct Bits<'a> {
    nal: &'a [u8],
    at: usize,
    /// Bits of `nal[at]` that were read, 0 to 7.
    used: u32,
    /// Zero bytes directly before `at`, for emulation prevention.
    zeros: u32,
}

impl<'a> Bits<'a> {
    /// Starts behind `header` bytes of NAL unit header.
    pub fn new(nal: &'a [u8], header: usize) -> Self {
        Self { nal, at: header, used: 0, zeros: 0 }
    }

    fn bit(&mut self) -> Result<u32> {
        // emulation_prevention_three_byte (ITU-T H.264 §7.3.1, ITU-T H.265 §7.3.1.1)
        if self.used == 0 && self.zeros >= 2 && self.nal.get(self.at) == Some(&3) {
            self.at += 1;
            self.zeros = 0;
        }
        let byte = *self.nal.get(self.at).ok_or(Error::bitstream("parameter set is cut off", self.at))?;
        let bit = byte >> (7 - self.used) & 1;
        self.used += 1;
        if self.used == 8 {
            self.zeros = if byte == 0 { self.zeros + 1 } else { 0 };
            self.used = 0;
            self.at += 1;
        }
        Ok(u32::from(bit))
    }

    /// `u(n)`, n at most 32.
    pub fn u(&mut self, bits: u32) -> Result<u32> {
        debug_assert!(bits <= 32);
        let mut value = 0u32;
        for _ in 0..bits {
            value = value << 1 | self.bit()?;
        }
        Ok(value)
    }

    pub fn flag(&mut self) -> Result<bool> {
        Ok(self.bit()? == 1)
    }

    pub fn skip(&mut self, bits: u32) -> Result<()> {
        for _ in 0..bits {
            self.bit()?;
        }
        Ok(())
    }

    /// `ue(v)` (ITU-T H.264 §9.1), values up to 2^32 - 2.
    pub fn ue(&mut self) -> Result<u32> {
        let mut zeros = 0;
        while self.bit()? == 0 {
            zeros += 1;
            if zeros > 31 {
                return Err(Error::bitstream("number is too large", self.at));
            }
        }
        Ok((1u32 << zeros) - 1 + self.u(zeros)?)
    }

    /// `ue(v)` that may be at most `max`.
    pub fn ue_max(&mut self, max: u32, what: &'static str) -> Result<u32> {
        let value = self.ue()?;
        if value <= max { Ok(value) } else { Err(Error::bitstream(what, self.at)) }
    }

    /// `se(v)` (ITU-T H.264 §9.1.1).
    pub fn se(&mut self) -> Result<i32> {
        let code = self.ue()?;
        let magnitude = i32::try_from(code.div_ceil(2)).unwrap_or(i32::MAX);
        Ok(if code % 2 == 1 { magnitude } else { -magnitude })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponential_golomb() {
        let check = |bytes: &[u8], expected: Option<u32>| {
            assert_eq!(Bits::new(bytes, 0).ue().ok(), expected, "{bytes:?}");
        };
        check(&[0b1000_0000], Some(0));
        check(&[0b0100_0000], Some(1));
        check(&[0b0011_1000], Some(6));
        check(&[0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff], Some(u32::MAX - 1));
        check(&[0; 4], None);
        check(&[0; 9], None);
        check(&[], None);
        let mut signed = Bits::new(&[0b1010_0110, 0b0100_0010, 0b1000_0000], 0);
        for expected in [0, 1, -1, 2, -2] {
            assert_eq!(signed.se(), Ok(expected));
        }
    }

    #[test]
    fn emulation_prevention_is_removed() {
        let mut bits = Bits::new(&[0, 0, 3, 1, 0, 0, 3, 3, 3], 0);
        assert_eq!(bits.u(24), Ok(1));
        assert_eq!(bits.u(32), Ok(0x0000_0303));
        assert!(bits.u(1).is_err());
    }
}
