//! One coded picture, or a few hundredths of a second of sound, and the parameters needed to decode it.
//!
//! An [`AccessUnit`] is exactly what the store keeps and what is hashed; it is not a decoded picture and
//! knows nothing of RTP.

use crate::{MediaTime, MonoTime, WallTime};
use bytes::Bytes;
use std::{fmt, sync::Arc};

/// A codec that can be recorded: of pictures, or of sound.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Codec {
    /// ITU-T H.264 / ISO/IEC 14496-10.
    H264,
    /// ITU-T H.265 / ISO/IEC 23008-2.
    H265,
    /// Motion JPEG: pictures of ITU-T T.81, each for itself (RFC 2435 on the wire).
    Jpeg,
    /// Sound: Advanced Audio Coding, ISO/IEC 14496-3.
    Aac,
    /// Sound: ITU-T G.711, µ-law.
    Pcmu,
    /// Sound: ITU-T G.711, A-law.
    Pcma,
}

impl Codec {
    /// Whether it is one of sound. What is never set up for a camera without a switched-on sound is known by this.
    pub const fn is_sound(self) -> bool {
        matches!(self, Self::Aac | Self::Pcmu | Self::Pcma)
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::H264 => "H.264",
            Self::H265 => "H.265",
            Self::Jpeg => "MJPEG",
            Self::Aac => "AAC",
            Self::Pcmu => "G.711 µ-law",
            Self::Pcma => "G.711 A-law",
        })
    }
}

/// What a decoder must know before the first unit, of pictures or of sound. Compared as a whole: different parameters begin a new segment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VideoParams {
    pub codec: Codec,
    /// Luma samples after cropping; 0 of sound.
    pub width: u16,
    /// Luma samples after cropping; 0 of sound.
    pub height: u16,
    /// The decoder configuration record: body of `avcC` (ISO/IEC 14496-15 §5.3.3.1) or `hvcC` (§8.3.3.1); of Motion JPEG
    /// our own, which is the size of the pictures (`media::jpeg`); of sound see `media::sound`.
    pub config: Bytes,
    /// RFC 6381 codec string, for example `avc1.4d401f`.
    pub rfc6381: String,
}

/// One access unit in decode order, with the NAL units that the store keeps.
#[derive(Clone)]
pub struct AccessUnit {
    /// Decode time on this stream's media line, strictly increasing within a segment.
    pub dts: MediaTime,
    /// Presentation time; differs from `dts` only with B-frames.
    pub pts: MediaTime,
    /// The server's UTC estimate of this unit's capture, monotone within a stream session.
    pub wall: WallTime,
    /// When the last byte reached us.
    pub received: MonoTime,
    /// True when decoding can begin here (IDR, an H.265 IRAP picture, any JPEG picture, any unit of sound).
    pub key: bool,
    /// NAL units, each with a 4-byte big-endian length (ISO/IEC 14496-15 §5.3.4.2.1), no start codes; of Motion JPEG the
    /// picture, from its first marker to its last; of sound what one RTP packet or one AAC frame holds.
    pub data: Bytes,
    /// The parameters in force for this unit; the same `Arc` until they change.
    pub params: Arc<VideoParams>,
}

/// Prints sizes and times, never the picture.
impl fmt::Debug for AccessUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessUnit")
            .field("dts", &self.dts.0)
            .field("pts", &self.pts.0)
            .field("wall", &self.wall)
            .field("key", &self.key)
            .field("bytes", &self.data.len())
            .finish_non_exhaustive()
    }
}
