//! The account of one video of a package while it is written: hashes of the file, of its heads, of each piece.
//!
//! The shell feeds the bytes in file order and keeps none; what comes out goes into the manifest.

use super::manifest::Piece;
use crate::tree::BulkSha256;
use model::{Hash, Span, WallTime};

/// A finished video as the manifest describes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VideoInput {
    /// [`super::video_name`].
    pub file: String,
    pub codec: String,
    pub width: u16,
    pub height: u16,
    pub config_sha256: Hash,
    pub bytes: u64,
    pub sha256: Hash,
    pub heads_sha256: Hash,
    pub pieces: Vec<Piece>,
}

/// One video in the making.
#[derive(Clone)]
pub struct VideoTally {
    video: VideoInput,
    file: BulkSha256,
    heads: BulkSha256,
    piece: BulkSha256,
    piece_bytes: u64,
}

impl VideoTally {
    /// `codec` is the RFC 6381 string, `config_sha256` the SHA-256 of the decoder configuration.
    pub fn new(file: String, codec: String, width: u16, height: u16, config_sha256: Hash) -> Self {
        let (sha256, heads_sha256, pieces) = (Hash::default(), Hash::default(), Vec::new());
        let video =
            VideoInput { file, codec, width, height, config_sha256, bytes: 0, sha256, heads_sha256, pieces };
        let (file, heads, piece) = (BulkSha256::default(), BulkSha256::default(), BulkSha256::default());
        Self { video, file, heads, piece, piece_bytes: 0 }
    }

    /// Bytes that are not sample data: the init segment and `uuid` box, or a fragment up to its first sample.
    pub fn head(&mut self, bytes: &[u8]) {
        self.heads.update(bytes);
        self.samples(bytes);
    }

    /// Sample data, in as many parts as suits.
    pub fn samples(&mut self, bytes: &[u8]) {
        self.file.update(bytes);
        self.piece.update(bytes);
        self.piece_bytes += bytes.len() as u64;
    }

    /// Ends piece 0, when the init segment and `uuid` box have been fed.
    pub fn end_init(&mut self, start: WallTime) {
        self.end_piece(Span { start, end: start }, None);
    }

    /// Ends a fragment: its capture times, and the sequence number of the segment it was copied from.
    pub fn end_fragment(&mut self, span: Span, stream_seq: u64) {
        self.end_piece(span, Some(stream_seq));
    }

    fn end_piece(&mut self, span: Span, seq: Option<u64>) {
        let sha256 = self.piece.finish();
        let bytes = std::mem::take(&mut self.piece_bytes);
        self.video.pieces.push(Piece { bytes, sha256, from_us: span.start.0, to_us: span.end.0, seq });
        self.video.bytes += bytes;
    }

    /// Bytes in ended pieces.
    pub const fn bytes(&self) -> u64 {
        self.video.bytes
    }

    pub fn finish(mut self) -> VideoInput {
        self.video.sha256 = self.file.finish();
        self.video.heads_sha256 = self.heads.finish();
        self.video
    }
}
