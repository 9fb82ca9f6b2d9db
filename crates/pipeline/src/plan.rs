//! The desired state of the data plane: which streams run, and how. Compared as a whole by `==`.
//!
//! It is a value made from the registry by the control plane; nothing here reads the registry.

use crate::ingest::CameraCredentials;
use model::{CameraId, Profile, StreamId};
use std::collections::BTreeMap;
use url::Url;

/// All streams that should run.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Plan {
    pub streams: BTreeMap<StreamId, StreamPlan>,
}

/// One stream's desired state.
#[derive(Clone, PartialEq, Debug)]
pub struct StreamPlan {
    /// `rtsp://host[:port]/path`, without user information.
    pub url: Url,
    pub credentials: Option<CameraCredentials>,
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
