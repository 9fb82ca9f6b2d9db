//! The desired state of the data plane: which streams run, and how. Compared as a whole by `==`.
//!
//! It is a value made from the registry by the control plane; nothing here reads the registry.

use crate::ingest::CameraCredentials;
use model::{CameraId, Hash, Profile, StreamId, Transport, WallTime};
use std::collections::BTreeMap;
use url::Url;

/// All streams that should run.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Plan {
    pub streams: BTreeMap<StreamId, StreamPlan>,
    /// The order in which streams stop when the disk is full: priority (1 first), and since when the camera is enrolled.
    pub ranks: BTreeMap<StreamId, (u8, WallTime)>,
    /// Cameras that do not run because of where they are, with the article that forbids it: their gap says so.
    pub private: BTreeMap<CameraId, String>,
}

/// Where a camera's stream is, and how it is reached.
#[derive(Clone, PartialEq, Debug)]
pub struct Address {
    /// `rtsp://host[:port]/path` or `rtsps://…`, without user information.
    pub url: Url,
    pub credentials: Option<CameraCredentials>,
    pub transport: Transport,
    /// SHA-256 of the certificate that a person accepted for this camera; for `rtsps` only.
    pub certificate: Option<Hash>,
}

impl Address {
    /// Without login, over TCP.
    pub const fn plain(url: Url) -> Self {
        Self { url, credentials: None, transport: Transport::Tcp, certificate: None }
    }
}

/// One stream's desired state.
#[derive(Clone, PartialEq, Debug)]
pub struct StreamPlan {
    pub address: Address,
    pub recorded: bool,
    /// Written in each record; days.
    pub floor_days: u16,
}

impl Plan {
    /// Adds one stream.
    #[must_use]
    pub fn with(mut self, camera: CameraId, profile: Profile, plan: StreamPlan) -> Self {
        self.streams.insert(StreamId { camera, profile }, plan);
        self
    }
}
