//! The data plane: cameras in, footage to the store, pictures to viewers and into evidence packages.
//!
//! It knows no web, no role and no law: what runs is a [`Plan`], and every reader of pictures demands a `Pass` (invariant 2).
//! Recording never waits for a viewer, the registry or the ledger's publisher (invariant 4).

mod back_fill;
mod backoff;
pub mod beeps;
pub mod clip;
mod clock;
mod closing;
mod commit;
#[cfg(test)]
mod disks_tests;
mod entropy;
mod export;
mod frame;
mod gap;
mod http_date;
mod hub;
mod ingest;
mod line;
mod live;
mod lost_disk;
mod open;
mod plan;
mod playback;
mod probe;
mod rebuild;
mod recorder;
mod recover;
mod refusals;
mod relay;
mod retention;
pub mod rtsp_server;
mod run;
mod sacrifice;
mod source;
mod state;
pub mod stepped;
mod stream;
mod supervise;
#[cfg(test)]
mod testing;
mod ticks;
#[cfg(test)]
mod turned_clock_tests;
mod watch;
mod writer;

pub use back_fill::{BackFillError, BackFillSource, BackFilled, Brought, BroughtUnit, Mp4File};
pub use clock::{Clocks, ServerClock, system_wall};
pub use closing::SealError;
pub use export::{
    BEYOND_TERM, ExportCamera, ExportError, ExportProgress, ExportSpec, ExportedPackage, WitnessWait,
};
pub use frame::{Frame, FrameFile};
pub use gap::Gap;
pub use ingest::CameraCredentials;
pub use live::{LiveEnd, LiveMessage, LiveReader};
pub use plan::{Address, Plan, StreamPlan};
pub use playback::{PlaybackCommand, PlaybackEnd, PlaybackMessage, PlaybackReader, SPEED_MAX};
pub use probe::{ProbeError, ProbeReport, ProbeWarning};
pub use rebuild::{RebuildError, Rebuilt, rebuild_tables};
pub use recorder::Recorder;
pub use recover::Recovered;
pub use run::{Config, DiskReport, DiskWord, DisksReport, Pipeline, StartError};
pub use state::{StateWord, StreamCounters, StreamState, VideoFacts};
pub use stream::StreamShared;
