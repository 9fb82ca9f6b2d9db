//! Writes the initialization segment: `ftyp` and `moov`. It holds no time and no name, so that equal parameters
//! give equal bytes.

use super::{JPEG_ESDS, TIMESCALE, TRACK_ID};
use bytes::Bytes;
use model::{Codec, VideoParams};

/// The unity matrix of `mvhd` and `tkhd` (ISO/IEC 14496-12 §8.2.2.1).
const MATRIX: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/// `ftyp` and `moov` for one video track; durations are 0 and `mvex` says that fragments follow.
pub fn init(params: &VideoParams) -> Bytes {
    let mut out = Vec::with_capacity(700 + params.config.len());
    // FileTypeBox (ISO/IEC 14496-12 §4.3): iso6 allows tfdt, default-base-is-moof and signed composition offsets.
    boxed(&mut out, b"ftyp", |out| out.extend_from_slice(b"iso6\0\0\0\0iso6iso5mp41"));
    boxed(&mut out, b"moov", |out| {
        mvhd(out);
        boxed(out, b"trak", |out| {
            tkhd(out, params);
            boxed(out, b"mdia", |out| mdia(out, params));
        });
        // MovieExtendsBox, TrackExtendsBox (§8.8.1, §8.8.3)
        boxed(out, b"mvex", |out| boxed(out, b"trex", |out| words(out, &[0, TRACK_ID, 1, 0, 0, 0])));
    });
    out.into()
}

/// Appends a box; its size is filled in after its body.
fn boxed(out: &mut Vec<u8>, kind: &[u8; 4], body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(kind);
    body(out);
    // The largest body is the configuration record, whose parts have 16-bit lengths: far below 4 GiB.
    let size = (out.len() - start) as u32;
    out[start..start + 4].copy_from_slice(&size.to_be_bytes());
}

fn words(out: &mut Vec<u8>, words: &[u32]) {
    for word in words {
        out.extend_from_slice(&word.to_be_bytes());
    }
}

/// MovieHeaderBox, version 0 (§8.2.2).
fn mvhd(out: &mut Vec<u8>) {
    boxed(out, b"mvhd", |out| {
        words(out, &[0, 0, 0, TIMESCALE, 0, 0x1_0000]);
        words(out, &[0x0100_0000, 0, 0]); // volume 1.0, reserved
        words(out, &MATRIX);
        words(out, &[0, 0, 0, 0, 0, 0, TRACK_ID + 1]);
    });
}

/// TrackHeaderBox, version 0, enabled and in the movie (§8.3.2).
fn tkhd(out: &mut Vec<u8>, params: &VideoParams) {
    boxed(out, b"tkhd", |out| {
        words(out, &[3, 0, 0, TRACK_ID, 0, 0]);
        words(out, &[0, 0, 0, 0]); // reserved, layer, group, volume 0
        words(out, &MATRIX);
        words(out, &[u32::from(params.width) << 16, u32::from(params.height) << 16]);
    });
}

/// MediaBox (§8.4.1) with `mdhd` (language `und`), `hdlr`, `minf`.
fn mdia(out: &mut Vec<u8>, params: &VideoParams) {
    boxed(out, b"mdhd", |out| words(out, &[0, 0, 0, TIMESCALE, 0, 0x55c4_0000]));
    boxed(out, b"hdlr", |out| {
        words(out, &[0, 0]);
        out.extend_from_slice(b"vide");
        words(out, &[0, 0, 0]);
        out.extend_from_slice(b"video\0");
    });
    boxed(out, b"minf", |out| {
        boxed(out, b"vmhd", |out| words(out, &[1, 0, 0])); // §12.1.2
        boxed(out, b"dinf", |out| {
            boxed(out, b"dref", |out| {
                words(out, &[0, 1]);
                boxed(out, b"url ", |out| words(out, &[1])); // the media is in this file (§8.7.2)
            });
        });
        boxed(out, b"stbl", |out| {
            boxed(out, b"stsd", |out| {
                words(out, &[0, 1]);
                sample_entry(out, params);
            });
            // No samples but those of fragments (§8.8.1)
            boxed(out, b"stts", |out| words(out, &[0, 0]));
            boxed(out, b"stsc", |out| words(out, &[0, 0]));
            boxed(out, b"stsz", |out| words(out, &[0, 0, 0]));
            boxed(out, b"stco", |out| words(out, &[0, 0]));
        });
    });
}

/// VisualSampleEntry (ISO/IEC 14496-12 §12.1.3) with the configuration record (ISO/IEC 14496-15 §5.4.2.1, §8.4.1.1).
fn sample_entry(out: &mut Vec<u8>, params: &VideoParams) {
    let (entry, kind, config) = match params.codec {
        Codec::H264 => (b"avc1", b"avcC", &params.config[..]),
        Codec::H265 => (b"hvc1", b"hvcC", &params.config[..]),
        // MP4VisualSampleEntry (ISO/IEC 14496-14 §5.6); the configuration record is the entry's width and height.
        Codec::Jpeg => (b"mp4v", b"esds", &JPEG_ESDS[..]),
    };
    boxed(out, entry, |out| {
        words(out, &[0, 1]); // reserved, data reference index
        words(out, &[0, 0, 0, 0]);
        out.extend_from_slice(&params.width.to_be_bytes());
        out.extend_from_slice(&params.height.to_be_bytes());
        words(out, &[0x48_0000, 0x48_0000, 0]); // 72 dpi, reserved
        out.extend_from_slice(&1u16.to_be_bytes()); // frame count
        out.extend_from_slice(&[0; 32]); // compressor name
        out.extend_from_slice(&[0, 0x18, 0xff, 0xff]); // depth, pre-defined
        boxed(out, kind, |out| out.extend_from_slice(config));
    });
}
