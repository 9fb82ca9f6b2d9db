//! The evidence package: what lies in it, under which names, and what of it is signed.
//!
//! A package is a folder or a zip of standard video files, this crate's proofs, plain text and a page that checks it;
//! nothing in it runs by itself. Here are its structures and a pure builder; checking one is `verify`'s work, and the
//! page `verify.html` does the same in a browser. The format is described in docs/design/package.md.

mod build;
pub(crate) mod codec;
mod manifest;
mod readme;
mod tally;
pub mod zip;

pub use build::{
    CameraInput, HandOverInput, LogInput, PackageFile, PackageInput, Prepared, RecordInput, RecordPlace,
    Witnessing, prepare,
};
pub use codec::{from_base64, to_base64};
pub use manifest::{
    Camera, File, GapProof, GopRow, HandOver, Later, LogName, Manifest, Piece, Proof, RecordRef,
    SegmentProof, SpanUs, Video, signing_text,
};
pub use tally::{VideoInput, VideoTally};

use crate::access::RECIPIENT_BYTES_MAX;
use model::Hash;
use serde::{Deserialize, Serialize};

/// The value of `format` in a manifest that this crate writes and reads.
pub const FORMAT: &str = "watchkeeper-evidence/1";

pub const MANIFEST: &str = "manifest.json";
pub const SIGNATURE: &str = "manifest.sig";
pub const README: &str = "README.txt";
pub const FORM: &str = "form.html";
pub const VERIFY_PAGE: &str = "verify.html";
pub const FOOTAGE_CHECKPOINT: &str = "proof/footage-checkpoint.txt";
pub const ACCESS_CHECKPOINT: &str = "proof/access-checkpoint.txt";
pub const HAND_OVER: &str = "proof/hand-over.json";

/// The self-contained page that checks a package in a browser.
pub const VERIFY_PAGE_HTML: &str = include_str!("../assets/verify.html");

/// Cameras in one package: more are several packages.
pub const CAMERAS_MAX: usize = 64;
/// Files in one package: a day of one-minute segments of 64 cameras.
pub const FILES_MAX: usize = 100_000;
/// Fragments of all videos together: a day of half-second fragments of eleven cameras.
pub const PIECES_MAX: usize = 2_000_000;
/// Longest manifest: [`PIECES_MAX`] pieces of about 170 bytes.
pub const MANIFEST_BYTES_MAX: u64 = 512 << 20;
/// Longest proof file: the largest GOP table that a segment may have, at 250 bytes a row.
pub const PROOF_BYTES_MAX: u64 = 32 << 20;
/// Longest file name with its folders.
pub const NAME_BYTES_MAX: usize = 100;
/// Whole numbers in JSON stay below this, so that every reader holds them exactly (RFC 8259 §6).
pub const JSON_INTEGER_MAX: u64 = (1 << 53) - 1;

/// To whom the package is handed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recipient {
    pub name: String,
    pub organisation: String,
}

impl Recipient {
    /// What the hand-over entry holds as its recipient: `name, organisation`, cut to the entry's limit.
    pub fn entry_text(&self) -> String {
        let mut text = if self.organisation.is_empty() {
            self.name.clone()
        } else {
            format!("{}, {}", self.name, self.organisation)
        };
        crate::access::clip(&mut text, RECIPIENT_BYTES_MAX);
        text
    }
}

/// `CAMERA-01-001.mp4`: camera and run, both counted from 1. A run is a stretch with one media line and one set of
/// codec parameters.
pub fn video_name(camera: usize, run: usize) -> String {
    format!("CAMERA-{camera:02}-{run:03}.mp4")
}

/// `CAMERA-01-SOUND-001.mp4`: the sound of that camera. Behind the camera's videos in the order of names.
pub fn sound_name(camera: usize, run: usize) -> String {
    format!("CAMERA-{camera:02}-SOUND-{run:03}.mp4")
}

/// `proof/CAMERA-01-SOUND/00000042.json`: a record of the sound of that camera.
pub fn sound_record_name(camera: usize, stream_seq: u64) -> String {
    format!("proof/CAMERA-{camera:02}-SOUND/{stream_seq:08}.json")
}

/// `proof/CAMERA-01/00000042.json`: camera, and the record's sequence number in its stream.
pub fn record_name(camera: usize, stream_seq: u64) -> String {
    format!("proof/CAMERA-{camera:02}/{stream_seq:08}.json")
}

/// `proof/checkpoint-0123456789abcdef.txt`: an earlier checkpoint that records name, by its hash.
pub fn checkpoint_name(hash: Hash) -> String {
    let digits = hash.to_string();
    format!("proof/checkpoint-{}.txt", digits.get(..16).unwrap_or_default())
}

/// Names that are safe on every file system and lead nowhere else: ASCII letters, digits, `.`, `_`, `-` in at most
/// three parts, none of which begins with a dot.
pub fn is_safe_name(name: &str) -> bool {
    let part_is_safe = |part: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain)
    };
    name.len() <= NAME_BYTES_MAX && name.split('/').count() <= 3 && name.split('/').all(part_is_safe)
}
