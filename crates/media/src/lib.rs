//! Footage as bytes: NAL units, JPEG pictures, parameter sets, the media line, fragmented MP4, segments, frame index, cutting, hashes.
//!
//! Nothing here opens a file or a socket, reads a clock, or decodes a picture; bytes and times come in, bytes and
//! facts go out. Input is hostile: no bytes whatever make this crate panic or take memory beyond their own size.
//! `docs/design/footage.md` says why things are as they are.
//!
//! | path | from | to |
//! |---|---|---|
//! | recording | [`timeline::Timeline`], [`segment::SegmentBuilder`] | fragments, then [`segment::Sealed`] |
//! | live | [`fmp4::init()`], [`fmp4::live_unit`] | Media Source Extensions |
//! | recovery, `check`, verification | [`segment::Recovery`] | the same [`segment::Sealed`] |
//! | playback, export | [`index::Index`], [`cut::plan`], [`fmp4::rebase`] | whole GOPs |

mod bits;
pub mod cut;
mod error;
pub mod fmp4;
pub mod foreign;
pub mod h264;
pub mod h265;
pub mod hash;
pub mod index;
pub mod jpeg;
pub mod nal;
mod params;
mod reorder;
pub mod sample_pictures;
pub mod sample_stream;
pub mod segment;
pub mod timeline;

pub use error::{Error, Result};
pub use params::{Reorder, SIDE_SAMPLES_MAX, StreamFacts, facts, params_from_config};
