//! Fragmented MP4: what a stored segment, a live unit and a package's video are made of.
//!
//! ```text
//! init      = ftyp moov                        piece 0
//! fragment  = [prft] moof mdat                 piece i: all bytes before the first sample
//! file      = init fragment*                   a package has a uuid box (the copy id) between
//! ```
//! One track (id 1, 90 kHz), sample entry `avc1`, `hvc1` or `mp4v` (JPEG), of sound `mp4a`, `ulaw` or `alaw`, `default-base-is-moof`, every sample with explicit
//! duration, size, flags and signed composition offset. Not a general MP4 library: the reader takes what the
//! writer makes (ISO/IEC 14496-12 clauses are cited there), and refuses everything else.

mod boxes;
mod init;
mod read;
mod write;

pub use init::init;
pub use read::{Fragment, Init, Item, ItemKind, Items, Next, Sample, items, next_item};
pub(crate) use write::sample_of;
pub use write::{
    FragmentHead, NewSample, copy_box, fragment_head, live_unit, live_unit_append, live_unit_len, rebase,
};

/// Ticks of the track's timescale in a second: the RTP clock of video (RFC 3551 §5).
pub const TIMESCALE: u32 = 90_000;
/// The only track.
pub const TRACK_ID: u32 = 1;
/// The largest `moov` or `moof` that the reader takes. Ours are below 100 kB; a fragment of 60,000 samples would be 1 MB.
pub const HEAD_BYTES_MAX: u64 = 1 << 20;
/// The largest `mdat` that the reader takes: the hard limit of a whole segment.
pub const MDAT_BYTES_MAX: u64 = 512 << 20;

/// `usertype` of the `uuid` box that names a copy (ISO/IEC 14496-12 §4.2).
pub const COPY_BOX_TYPE: [u8; 16] =
    [0x3d, 0x1c, 0x6f, 0x52, 0x9a, 0x0e, 0x4b, 0x77, 0xa1, 0x48, 0x5c, 0x27, 0xd0, 0x93, 0xe6, 0x1b];

/// `sample_flags` of a key sample: depends on no other, is a sync sample (ISO/IEC 14496-12 §8.8.3.1).
const FLAGS_KEY: u32 = 0x0200_0000;
/// `sample_flags` of any other: depends on others, is not a sync sample.
const FLAGS_DELTA: u32 = 0x0101_0000;
/// `tfhd` flag `default-base-is-moof` (§8.8.7.1).
const TFHD_FLAGS: u32 = 0x02_0000;
/// `trun` flags: data offset, and duration, size, flags, composition offset of each sample (§8.8.8.1).
const TRUN_FLAGS: u32 = 0x00_0f01;
/// `prft` flags: a time with a consistent, small offset from what the picture shows (§8.16.5).
const PRFT_FLAGS: u32 = 24;
/// Bytes of a version 1 `prft`.
const PRFT_LEN: usize = 32;
/// Bytes of a `moof` beside its 16 bytes for each sample.
const MOOF_LEN: usize = 8 + 16 + 8 + 16 + 20 + 20;
/// Bytes of one sample's entry in `trun`.
const TRUN_ENTRY_LEN: usize = 16;
/// Bytes of a `mdat` header.
const MDAT_HEADER_LEN: usize = 8;
/// Body of the `esds` of JPEG pictures (ISO/IEC 14496-14 §5.6.1): flags 0, an ES_Descriptor (ISO/IEC 14496-1 §7.2.6.5) of
/// stream 0 without dependence, a DecoderConfigDescriptor (§7.2.6.6) of object type 0x6C (ITU-T T.81) and stream
/// type 4 (visual) with no sizes or rates, and an SLConfigDescriptor (§7.3.2.3.2) as MP4 files have it.
const JPEG_ESDS: [u8; 27] =
    [0, 0, 0, 0, 0x03, 21, 0, 0, 0, 0x04, 13, 0x6c, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x06, 1, 2];
/// Seconds from 1900-01-01 (NTP, RFC 5905 §6) to 1970-01-01.
const NTP_UNIX_SECONDS: i64 = 2_208_988_800;
