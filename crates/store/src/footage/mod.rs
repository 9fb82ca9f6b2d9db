//! `footage.db`: what was recorded and what is missing. It never decides who may see it and never holds a picture.
//!
//! Invariants: a segment or gap and its leaf commit together; the records of one stream have consecutive sequence
//! numbers, name their predecessor's hash and tile time without overlap; rows are never changed but for the state of
//! a deletion.

mod adopt;
mod audit;
mod back_fill;
mod clock;
mod commit;
mod derived;
mod expiry;
#[cfg(test)]
mod expiry_tests;
mod files_there;
mod holds;
#[cfg(test)]
mod holds_tests;
mod inventory;
mod loss;
mod read;
#[cfg(test)]
mod read_tests;
mod recorded;
mod scrub;
mod survey;
pub(crate) mod tail;
#[cfg(test)]
mod tests;
mod ticks;
#[cfg(test)]
mod ticks_tests;

pub use crate::log_pass::LogFinding;
pub use adopt::Adopted;
pub(crate) use adopt::UNMATCHED;
pub use audit::RowFinding;
pub use back_fill::{BackFillRow, NewBackFill};
pub use clock::ClockCheck;
pub use commit::{CommittedGap, CommittedSegment, NewGap, NewSegment, StreamHead};
pub use derived::{DayFinding, SegmentTables};
pub(crate) use expiry::CANDIDATES_MAX;
pub use expiry::{Expired, ExpiryFile, ExpiryId, PendingExpiry};
pub use files_there::{FileFinding, FileIs, FilesThere};
pub use holds::{HeldFootage, HoldFinding};
pub(crate) use holds::{HoldDraft, RecordedHold, of_cameras};
pub use inventory::StoredSegment;
pub(crate) use inventory::system_only;
pub use read::{Coverage, GapRow, NewestSegment, SegmentRow, SegmentSpan, StreamBytes};
pub use recorded::Recorded;
pub use scrub::{ScrubFinding, ScrubState, scrub_beside};
pub use survey::Survey;
pub use ticks::{NewTick, TickHole};

use crate::database::Database;
use crate::log::LogKey;
use crate::media_disks::MediaDisks;
use model::{GapCause, StoreId, WallTime};
use std::path::PathBuf;
use std::sync::Arc;

/// Place of an entry in the footage log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LeafIndex(pub u64);

/// What is known about this run of the program and the one before.
#[derive(Clone, Debug)]
pub struct Boot {
    /// How often the store has been opened; goes back only after a restore.
    pub counter: u64,
    /// The machine itself was restarted since the previous opening: a gap then has the cause `Power`.
    pub machine_restarted: bool,
    pub previous_opened: Option<WallTime>,
    /// When the previous run closed the store in order; `None` after a crash, and at the first opening.
    pub previous_closed: Option<WallTime>,
    /// What was said beforehand about the outage that ends with this run: cause and evidence of its gaps.
    pub outage: Option<(GapCause, String)>,
}

/// Handle to the recordings; cheap to clone.
#[derive(Clone)]
pub struct Footage(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub database: Database,
    pub store_id: StoreId,
    pub boot: Boot,
    pub media: MediaDisks,
    pub key: LogKey,
    /// Held while files of a deletion are unlinked, and while a hold is placed.
    pub unlinking: tokio::sync::Mutex<()>,
}

impl Footage {
    pub fn store_id(&self) -> StoreId {
        self.0.store_id
    }
    /// The first media folder's root. Paths below it are made only by [`crate::media_dir`].
    pub fn media_dir(&self) -> PathBuf {
        self.0.media.first().root().to_path_buf()
    }
    /// The media folders: creating, syncing and listing files.
    pub fn media(&self) -> &MediaDisks {
        &self.0.media
    }
    pub fn boot_counter(&self) -> u64 {
        self.0.boot.counter
    }
    pub fn boot(&self) -> &Boot {
        &self.0.boot
    }
}
