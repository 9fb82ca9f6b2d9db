//! A made-up Motion JPEG stream for tests: real pictures that every decoder shows, without an encoder.
//!
//! Not part of any product path. Pictures are flat and change their brightness; a comment segment pads each to the wanted
//! size. Equal settings give equal bytes.

use crate::sample_stream::{BitWriter, Settings};
use crate::{Result, jpeg};
use bytes::Bytes;
use model::{AccessUnit, MediaTime, MonoTime, VideoParams};
use std::sync::Arc;

/// Counts of codes by length, then what they stand for: ITU-T T.81 tables K.3 to K.6, cut to what flat pictures need.
/// The number before is the table's class and place (§B.2.4.2).
const CODES: [(u8, [u8; 16], &[u8]); 4] = [
    (0x00, [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    (0x10, [0, 2, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], &[1, 2, 3, 0, 4, 0x11]),
    (0x01, [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    (0x11, [0, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], &[0, 1, 2, 3, 0x11]),
];
/// A comment's length has 16 bits (§B.2.4.5).
const COMMENT_BYTES_MAX: usize = 65_533;

/// The units of such a stream, without end: one picture each, all of them keys. Of the settings `gop` and `delta_bytes`
/// say nothing here.
#[derive(Clone, Debug)]
pub struct SamplePictures {
    settings: Settings,
    params: Arc<VideoParams>,
    next: u64,
}

impl SamplePictures {
    /// Fails when the settings describe no picture.
    pub fn new(settings: Settings) -> Result<Self> {
        let params = Arc::new(jpeg::params(&picture(&settings, 0))?);
        Ok(Self { settings, params, next: 0 })
    }

    pub fn params(&self) -> &Arc<VideoParams> {
        &self.params
    }
}

impl Iterator for SamplePictures {
    type Item = AccessUnit;

    fn next(&mut self) -> Option<AccessUnit> {
        let number = self.next;
        self.next += 1;
        let ticks = MediaTime((number * 90_000 / u64::from(self.settings.fps.max(1))) as i64);
        let us = crate::timeline::us_from_ticks(ticks.0);
        Some(AccessUnit {
            dts: ticks,
            pts: ticks,
            wall: self.settings.start.plus_us(us),
            received: MonoTime(us),
            key: true,
            data: Bytes::from(picture(&self.settings, number)),
            params: Arc::clone(&self.params),
        })
    }
}

fn segment(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    out.extend_from_slice(&[0xff, marker]);
    out.extend_from_slice(&((body.len() + 2) as u16).to_be_bytes());
    out.extend_from_slice(body);
}

/// Baseline, 4:2:0, 8-bit tables of ones: what RFC 2435 can carry.
fn picture(settings: &Settings, number: u64) -> Vec<u8> {
    let mut out = vec![0xff, 0xd8];
    for table in 0..2 {
        segment(&mut out, 0xdb, &[&[table][..], &[1; 64]].concat());
    }
    let ([a, b], [c, d]) = (settings.height.to_be_bytes(), settings.width.to_be_bytes());
    segment(&mut out, 0xc0, &[8, a, b, c, d, 3, 0, 0x22, 0, 1, 0x11, 1, 2, 0x11, 1]);
    for (place, counts, symbols) in &CODES {
        segment(&mut out, 0xc4, &[&[*place][..], counts, symbols].concat());
    }
    let scan = scan(settings, number);
    let padding = settings.key_bytes.saturating_sub(out.len() + scan.len() + 20).min(COMMENT_BYTES_MAX);
    if padding > 0 {
        segment(&mut out, 0xfe, &vec![(settings.seed as u8 ^ number as u8) | 1; padding]);
    }
    segment(&mut out, 0xda, &[3, 0, 0, 1, 0x11, 2, 0x11, 0, 63, 0]);
    out.extend_from_slice(&scan);
    out.extend_from_slice(&[0xff, 0xd9]);
    out
}

/// Blocks without coefficients; the first one's average, 512 or more below grey, is that of all.
fn scan(settings: &Settings, number: u64) -> Vec<u8> {
    let units = u32::from(settings.width).div_ceil(16) * u32::from(settings.height).div_ceil(16);
    let mut bits = BitWriter::default();
    let dark = (number * 37 % 256) as u32;
    bits.u(8, 0xfe).u(10, 511 - dark).u(4, 0b1010); // a difference of ten bits (table K.3), then the end of the block
    for unit in 0..units {
        for _ in u32::from(unit == 0)..4 {
            bits.u(6, 0b00_1010); // no difference, end of block
        }
        bits.u(8, 0); // both colours: no difference, end of block (tables K.4, K.6)
    }
    let mut out = Vec::new();
    for byte in bits.bytes_padded() {
        out.push(byte);
        if byte == 0xff {
            out.push(0); // §B.1.1.5
        }
    }
    out
}
