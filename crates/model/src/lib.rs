//! The vocabulary of Watchkeeper: ids, three kinds of time, frames, gaps, actors and secrets.
//!
//! It is not a place for logic: values here only hold, compare, print and parse themselves. Nothing in
//! this crate reads a clock, a file, a socket, the environment or randomness (invariant 1).

mod actor;
mod error;
mod footage;
mod frame;
mod id;
mod ptz;
mod secret;
mod time;

pub use actor::{Act, Actor, Cx, LegalBasis, Purpose, Rendering, Role};
pub use error::{Invalid, Kind};
pub use footage::{GapCause, Profile, SealReason, SoundBasis, StreamId, Transport};
pub use frame::{AccessUnit, Codec, VideoParams};
pub use id::{
    AuthorityId, CameraId, CaseId, ChangeRequestId, DiskId, ExplanationId, ExportId, FilingId, GrantId,
    GroupId, Hash, HoldId, IdentityId, LayoutId, MaintenanceId, OverrideId, PasskeyId, PersonId, RecordId,
    RequestId, SessionId, StoreId, TrainingId, UnitId, ViewId,
};
pub use ptz::{PtzLimits, PtzPosition, PtzVelocity};
pub use secret::{Personal, Secret};
pub use time::{MediaTime, MonoTime, Span, WallTime};
