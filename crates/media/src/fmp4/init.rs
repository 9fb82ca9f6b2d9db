//! Writes the initialization segment: `ftyp` and `moov`. It holds no time and no name, so that equal parameters
//! give equal bytes.

use super::{JPEG_ESDS, TIMESCALE, TRACK_ID};
use crate::sound;
use bytes::Bytes;
use model::{Codec, VideoParams};

/// The unity matrix of `mvhd` and `tkhd` (ISO/IEC 14496-12 §8.2.2.1).
const MATRIX: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/// `ftyp` and `moov` for one track, of pictures or of sound; durations are 0 and `mvex` says that fragments follow.
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
        // reserved, layer, group; the volume is 1.0 of sound, 0 of pictures
        words(out, &[0, 0, 0, if params.codec.is_sound() { 0x0100_0000 } else { 0 }]);
        words(out, &MATRIX);
        words(out, &[u32::from(params.width) << 16, u32::from(params.height) << 16]);
    });
}

/// MediaBox (§8.4.1) with `mdhd` (language `und`), `hdlr`, `minf`.
fn mdia(out: &mut Vec<u8>, params: &VideoParams) {
    let sound = params.codec.is_sound();
    boxed(out, b"mdhd", |out| words(out, &[0, 0, 0, TIMESCALE, 0, 0x55c4_0000]));
    boxed(out, b"hdlr", |out| {
        words(out, &[0, 0]);
        let (handler, name) = if sound { (b"soun", b"sound\0") } else { (b"vide", b"video\0") };
        out.extend_from_slice(handler);
        words(out, &[0, 0, 0]);
        out.extend_from_slice(name);
    });
    boxed(out, b"minf", |out| {
        match sound {
            false => boxed(out, b"vmhd", |out| words(out, &[1, 0, 0])), // §12.1.2
            true => boxed(out, b"smhd", |out| words(out, &[0, 0])),     // §12.2.2: balance in the middle
        }
        boxed(out, b"dinf", |out| {
            boxed(out, b"dref", |out| {
                words(out, &[0, 1]);
                boxed(out, b"url ", |out| words(out, &[1])); // the media is in this file (§8.7.2)
            });
        });
        boxed(out, b"stbl", |out| {
            boxed(out, b"stsd", |out| {
                words(out, &[0, 1]);
                match sound {
                    false => sample_entry(out, params),
                    true => sound_entry(out, params),
                }
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
        // Of sound there is [`sound_entry`].
        Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => (b"mp4v", b"esds", &JPEG_ESDS[..]),
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

/// AudioSampleEntry (ISO/IEC 14496-12 §12.2.3). G.711 has the entries of the QuickTime File Format, which players know in MP4 too:
/// no registered entry of ISO files says G.711.
fn sound_entry(out: &mut Vec<u8>, params: &VideoParams) {
    // Parameters of sound are made by `sound`, which refuses what it cannot read back.
    let format = sound::format(params).unwrap_or(sound::Format { rate_hz: 8_000, channels: 1 });
    let entry = match params.codec {
        Codec::Pcmu => b"ulaw",
        Codec::Pcma => b"alaw",
        _ => b"mp4a",
    };
    boxed(out, entry, |out| {
        words(out, &[0, 1, 0, 0]); // reserved, data reference index, reserved
        words(out, &[u32::from(format.channels) << 16 | 16, 0]); // channels, 16 bits a sample when decoded, reserved
        words(out, &[format.rate_hz << 16]);
        if params.codec == Codec::Aac {
            boxed(out, b"esds", |out| out.extend_from_slice(&aac_esds(&params.config)));
        }
    });
}

/// Body of the `esds` of AAC (ISO/IEC 14496-14 §5.6.1), as that of JPEG pictures, with object type 0x40 (ISO/IEC 14496-3), stream
/// type 5 (audio), and the `AudioSpecificConfig` as DecoderSpecificInfo (ISO/IEC 14496-1 §7.2.6.7).
pub(super) fn aac_esds(config: &[u8]) -> Vec<u8> {
    let length = config.len().min(sound::CONFIG_BYTES_MAX) as u8; // so that no length needs a second byte
    let mut out = vec![0, 0, 0, 0, 0x03, 23 + length, 0, 0, 0, 0x04, 15 + length, 0x40, 0x15];
    out.extend_from_slice(&[0; 11]); // no sizes or rates
    out.extend_from_slice(&[0x05, length]);
    out.extend_from_slice(config);
    out.extend_from_slice(&[0x06, 1, 2]);
    out
}
