//! Protocol machines without I/O: bytes, frames and the time go in, bytes and events come out.
//!
//! Here are serving RTSP with interleaved RTP over TCP, and the relay that brings a camera's UDP packets to a client of that
//! kind, and putting together JPEG pictures that came in packets; sockets, tasks and clocks are the shell's
//! (`pipeline::rtsp_server`). Nothing in this crate reads a clock, a socket or randomness (invariant 1), and no
//! input, however broken, makes it panic or grow without bound.

mod error;
pub mod jpeg;
mod parameter_sets;
pub mod ptz;
pub mod relay;
pub mod reorder;
pub mod rtcp;
pub mod rtp;
pub mod rtsp;
pub mod sdp;
pub mod sntp;

pub use error::{Error, Result};
pub use parameter_sets::parameter_sets;
