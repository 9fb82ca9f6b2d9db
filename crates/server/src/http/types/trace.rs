//! Shapes of tracing a found copy: what is asked, and who had it.

use super::{ExportState, LegalBasis, Named, Profile, Purpose, Recipient};
use crate::trace::{Holder, Traced};
use model::CameraId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TraceQuery {
    /// The file's name, for the entry.
    pub name: String,
    /// Where it was found and why it is looked into; for the entry.
    pub reason: String,
    /// `supervision` when absent.
    pub purpose: Option<Purpose>,
    /// `supervision_duty` when absent.
    pub legal_basis: Option<LegalBasis>,
    pub case: Option<String>,
    /// Compare with footage of this camera only.
    pub camera: Option<String>,
    /// Compare with footage from then on only.
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
}

/// What can be said of a found file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TraceVerdict {
    /// A copy id of ours is in it, and nothing speaks against it.
    Copy,
    /// No copy id, but our footage: all copies that held it are listed.
    Footage,
    /// A copy id is in it whose copy did not hold these pictures.
    Contradicted,
    CannotTell,
}

/// Why not more can be said.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TraceReason {
    /// It names a copy of another store, or an invented one.
    UnknownCopy,
    /// A copy of cameras of which the one who asks may not know.
    Elsewhere,
    /// It is no MP4 with H.264 or H.265 that can be read.
    NoVideo,
    /// Its tables cannot be read.
    Unreadable,
    /// No whole group of pictures.
    NoGroup,
    /// None of its groups is a stored one.
    NoneStored,
    /// The footage of the copy that it names is deleted: its pictures could not be compared.
    Deleted,
    /// The pictures were not compared with all that could be meant: a camera or a time must be named.
    TooMuch,
    /// Stored footage could not be read: its store key is not here, or a file is missing.
    NotAllRead,
}

/// Where a found file comes from.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Trace {
    /// Of the access log: that this was asked.
    pub entry: u64,
    pub verdict: TraceVerdict,
    pub reasons: Vec<TraceReason>,
    /// Of the file; of a package, of its videos one after another.
    pub sha256: String,
    pub bytes: u64,
    pub copy_ids: Vec<String>,
    /// Whether its manifest is the one that was made for the copy; null without a manifest, false also when the package is no
    /// longer kept.
    pub manifest_is_ours: Option<bool>,
    /// Groups of pictures in it, and how many of them are footage of this store by their hashes.
    pub groups: u64,
    pub matched_groups: u64,
    pub spans: Vec<TraceSpan>,
    /// The copies that the ids name; without one, all that held the footage.
    pub copies: Vec<TraceCopy>,
    /// Stored files of that time that were copied out on the machine, without a copy id.
    pub plain_copies: Vec<TracePlainCopy>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TraceSpan {
    pub camera: Named,
    pub profile: Profile,
    pub from_ms: i64,
    pub to_ms: i64,
}

/// One copy that was handed out.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TraceCopy {
    pub copy_id: String,
    /// Its id is in the file.
    pub by_id: bool,
    /// It held all of the pictures that were found stored, or some; null: none of them, or none was found.
    pub held_all: Option<bool>,
    /// The entry under which it was made.
    pub entry: u64,
    pub requested_ms: i64,
    pub requested_by: Named,
    /// Who approved it; empty where nobody had to.
    pub approver: String,
    pub recipient: Recipient,
    pub purpose: String,
    pub legal_basis: String,
    pub case: Option<String>,
    pub note: Option<String>,
    pub profile: Profile,
    pub cameras: Vec<Named>,
    /// More cameras of it, of other units.
    pub hidden_cameras: u64,
    pub from_ms: i64,
    pub to_ms: i64,
    pub state: ExportState,
    pub collected: Vec<TraceCollected>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TraceCollected {
    pub entry: u64,
    pub at_ms: i64,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TracePlainCopy {
    pub entry: u64,
    pub at_ms: i64,
    pub by: String,
    pub camera: Named,
    pub from_ms: i64,
    pub to_ms: i64,
}

impl TraceVerdict {
    /// As an entry has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Footage => "footage",
            Self::Contradicted => "contradicted",
            Self::CannotTell => "cannot_tell",
        }
    }
}

impl Trace {
    /// With the names of cameras.
    pub fn of(traced: Traced, name: impl Fn(CameraId) -> String) -> Self {
        let named = |camera: CameraId| Named { id: camera.to_string(), name: name(camera) };
        Self {
            entry: traced.entry.0,
            verdict: traced.verdict,
            reasons: traced.reasons,
            sha256: traced.sha256.to_string(),
            bytes: traced.bytes,
            copy_ids: traced.copy_ids.iter().map(ToString::to_string).collect(),
            manifest_is_ours: traced.manifest_is_ours,
            groups: traced.groups as u64,
            matched_groups: traced.matched as u64,
            spans: traced
                .spans
                .iter()
                .map(|(stream, span)| TraceSpan {
                    camera: named(stream.camera),
                    profile: stream.profile.into(),
                    from_ms: span.start.as_ms(),
                    to_ms: span.end.as_ms(),
                })
                .collect(),
            copies: traced.holders.into_iter().map(|holder| copy(holder, named)).collect(),
            plain_copies: traced
                .plain
                .into_iter()
                .map(|plain| TracePlainCopy {
                    entry: plain.entry.0,
                    at_ms: plain.at.as_ms(),
                    by: plain.by,
                    camera: named(plain.camera),
                    from_ms: plain.span.start.as_ms(),
                    to_ms: plain.span.end.as_ms(),
                })
                .collect(),
        }
    }
}

fn copy(holder: Holder, named: impl Fn(CameraId) -> Named) -> TraceCopy {
    let Holder { hand_over, by_id, held } = holder;
    let row = hand_over.export;
    TraceCopy {
        copy_id: row.id.to_string(),
        by_id,
        held_all: held,
        entry: row.entry.0,
        requested_ms: row.requested.as_ms(),
        requested_by: Named { id: row.person.to_string(), name: row.person_name },
        approver: hand_over.approver,
        recipient: Recipient { name: row.recipient.name, organisation: row.recipient.organisation },
        purpose: row.purpose,
        legal_basis: row.legal_basis,
        case: row.case.map(|case| case.to_string()),
        note: row.note,
        profile: row.profile.into(),
        cameras: row.cameras.iter().map(|camera| named(*camera)).collect(),
        hidden_cameras: hand_over.hidden_cameras as u64,
        from_ms: row.span.start.as_ms(),
        to_ms: row.span.end.as_ms(),
        state: match row.state {
            store::ExportState::Preparing => ExportState::Preparing,
            store::ExportState::Ready { .. } => ExportState::Ready,
            store::ExportState::Failed { .. } => ExportState::Failed,
            store::ExportState::Expired => ExportState::Expired,
        },
        collected: hand_over
            .collected
            .iter()
            .map(|(entry, at)| TraceCollected { entry: entry.0, at_ms: at.as_ms() })
            .collect(),
    }
}
