//! A made-up H.264 stream for tests and benches: real, decodable, without an encoder.
//!
//! Not part of any product path. Key pictures are flat grey, all others repeat them; a user data SEI pads each unit to
//! the wanted size. Equal settings give equal bytes.

use crate::{Result, h264, nal};
use bytes::Bytes;
use model::{AccessUnit, MediaTime, MonoTime, VideoParams, WallTime};
use std::sync::Arc;

/// What stream to make.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Luma samples, rounded up to 16.
    pub width: u16,
    /// Luma samples, rounded up to 16.
    pub height: u16,
    /// Frames a second.
    pub fps: u32,
    /// Frames from key to key.
    pub gop: u32,
    /// Bytes of a key unit, about; at least what its picture needs.
    pub key_bytes: usize,
    /// Bytes of any other unit, about.
    pub delta_bytes: usize,
    /// Wall time of the first unit.
    pub start: WallTime,
    /// Different seeds give different padding.
    pub seed: u64,
}

impl Default for Settings {
    /// 320 by 240, 25 frames a second, a key each second, 200 kbit/s.
    fn default() -> Self {
        Self {
            width: 320,
            height: 240,
            fps: 25,
            gop: 25,
            key_bytes: 4_000,
            delta_bytes: 800,
            start: WallTime(1_795_341_600_000_000),
            seed: 1,
        }
    }
}

/// The units of such a stream, without end.
#[derive(Clone, Debug)]
pub struct SampleStream {
    settings: Settings,
    params: Arc<VideoParams>,
    next: u64,
    random: u64,
}

impl SampleStream {
    /// Fails when the settings describe no H.264 picture (a side of 0 or above [`crate::SIDE_SAMPLES_MAX`]).
    pub fn new(settings: Settings) -> Result<Self> {
        let (sps, pps) = (sps(&settings), pps());
        let params = Arc::new(h264::params(&[&sps], &[&pps])?);
        Ok(Self { settings, params, next: 0, random: settings.seed.max(1) })
    }

    pub fn params(&self) -> &Arc<VideoParams> {
        &self.params
    }

    fn macroblocks(&self) -> u32 {
        u32::from(self.settings.width).div_ceil(16) * u32::from(self.settings.height).div_ceil(16)
    }

    fn data(&mut self, key: bool, in_gop: u32, gop: u64) -> Bytes {
        let slice = if key { idr(self.macroblocks(), gop) } else { skipped(self.macroblocks(), in_gop) };
        let wanted = if key { self.settings.key_bytes } else { self.settings.delta_bytes };
        let sei = self.padding(wanted.saturating_sub(slice.len() + 8));
        nal::join([sei.as_slice(), slice.as_slice()].into_iter().filter(|nal| !nal.is_empty()))
    }

    /// A user data SEI (payload type 5) of about so many bytes, none of them 0; empty below the least size.
    fn padding(&mut self, bytes: usize) -> Vec<u8> {
        let Some(payload) = bytes.checked_sub(3 + bytes / 256).filter(|payload| *payload >= 16) else {
            return Vec::new();
        };
        let mut out = vec![0x06, 0x05];
        out.extend(std::iter::repeat_n(0xff, payload / 255));
        out.push((payload % 255) as u8);
        for _ in 0..payload {
            // xorshift64 (Marsaglia 2003): any bytes will do, as long as none needs emulation prevention
            self.random ^= self.random << 13;
            self.random ^= self.random >> 7;
            self.random ^= self.random << 17;
            out.push(self.random as u8 | 1);
        }
        out.push(0x80);
        out
    }
}

impl Iterator for SampleStream {
    type Item = AccessUnit;

    fn next(&mut self) -> Option<AccessUnit> {
        let (number, gop_len) = (self.next, u64::from(self.settings.gop.max(1)));
        self.next += 1;
        let (gop, in_gop) = (number / gop_len, (number % gop_len) as u32);
        let ticks = (number * 90_000 / u64::from(self.settings.fps.max(1))) as i64;
        let us = crate::timeline::us_from_ticks(ticks);
        let key = in_gop == 0;
        Some(AccessUnit {
            dts: MediaTime(ticks),
            pts: MediaTime(ticks),
            wall: self.settings.start.plus_us(us),
            received: MonoTime(us),
            key,
            data: self.data(key, in_gop, gop),
            params: Arc::clone(&self.params),
        })
    }
}

/// Writes bits, then turns them into a NAL unit.
#[derive(Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    used: u32,
}

impl BitWriter {
    pub(crate) fn u(&mut self, bits: u32, value: u32) -> &mut Self {
        for bit in (0..bits).rev() {
            if self.used == 0 {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((value >> bit & 1) as u8) << (7 - self.used);
            }
            self.used = (self.used + 1) % 8;
        }
        self
    }

    /// The bytes, the last one filled with ones (ITU-T T.81 §F.1.2.3).
    pub(crate) fn bytes_padded(mut self) -> Vec<u8> {
        if let Some(last) = self.bytes.last_mut().filter(|_| self.used > 0) {
            *last |= 0xff >> self.used;
        }
        self.bytes
    }

    fn ue(&mut self, value: u32) -> &mut Self {
        let code = value + 1;
        let bits = 32 - code.leading_zeros();
        self.u(bits - 1, 0).u(bits, code)
    }

    /// Stop bit and alignment, emulation prevention, header byte in front (§7.3.1).
    fn nal(&mut self, header: u8) -> Vec<u8> {
        self.u(1, 1);
        let mut out = vec![header];
        let mut zeros = 0;
        for &byte in &self.bytes {
            if zeros == 2 && byte <= 3 {
                out.push(3);
                zeros = 0;
            }
            out.push(byte);
            zeros = if byte == 0 { zeros + 1 } else { 0 };
        }
        out
    }
}

/// Constrained Baseline, order of pictures by decoding (type 2), timing in the VUI (§7.3.2.1.1, §E.1.1).
fn sps(settings: &Settings) -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.u(8, 66).u(8, 0xc0).u(8, 40);
    bits.ue(0).ue(4).ue(2).ue(1).u(1, 0); // id, 8-bit frame number, order type 2, one reference
    let side = |samples: u16| u32::from(samples).div_ceil(16).saturating_sub(1);
    bits.ue(side(settings.width)).ue(side(settings.height));
    bits.u(3, 0b110); // frames only, direct 8x8, no cropping
    bits.u(6, 0b10_0001); // VUI: nothing but timing
    bits.u(32, 1).u(32, settings.fps.max(1) * 2).u(1, 1);
    bits.u(4, 0); // no HRD, no pic_struct, no bitstream restriction
    bits.nal(0x67)
}

fn pps() -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.ue(0).ue(0).u(2, 0).ue(0).ue(0).ue(0).u(3, 0).ue(0).ue(0).ue(0).u(3, 0);
    bits.nal(0x68)
}

/// An IDR picture of DC-predicted macroblocks; the first one's only coefficient sets the brightness of all (§7.3.5).
fn idr(macroblocks: u32, gop: u64) -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.ue(0).ue(7).ue(0).u(8, 0).ue((gop % 2) as u32).u(2, 0);
    bits.ue(36 - 1); // slice_qp_delta se(18): quantiser 44, a visible step
    for macroblock in 0..macroblocks {
        bits.ue(3).ue(0).ue(0); // I_16x16_2_0_0, chroma DC, no change of quantiser
        if macroblock == 0 {
            bits.u(2, 0b01).u(1, (gop % 2) as u32).u(1, 1); // one coefficient, 1 or -1
        } else {
            bits.u(1, 1); // no coefficient
        }
    }
    bits.nal(0x65)
}

/// A P picture that repeats the one before.
fn skipped(macroblocks: u32, in_gop: u32) -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.ue(0).ue(5).ue(0).u(8, in_gop % 256).u(3, 0).ue(0).ue(macroblocks);
    bits.nal(0x41)
}
