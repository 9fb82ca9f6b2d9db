//! Viewing sessions, the messages of their sockets, stills, timeline, exports.

use super::{ExportState, GapCause, GapState, LegalBasis, LogName, Profile, Purpose, StreamState, ViewMode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewRequest {
    pub mode: ViewMode,
    /// Camera ids.
    pub cameras: Vec<String>,
    /// Playback only: the span that may be looked at.
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    pub purpose: Purpose,
    pub legal_basis: LegalBasis,
    /// Case id.
    pub case: Option<String>,
    pub note: Option<String>,
    /// Layout id, for the entry's text.
    pub layout: Option<String>,
    /// Playback only: the clip that was handed to whoever asks. Cameras, span, purpose and basis lie within it; case and reason are its
    /// own, and none is named here.
    #[serde(default)]
    pub clip: Option<String>,
}

/// An admitted viewing session. It belongs to the session that opened it.
#[derive(Debug, Serialize, ToSchema)]
pub struct View {
    pub id: String,
    pub entry: EntryRef,
    pub mode: ViewMode,
    pub cameras: Vec<String>,
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    pub expires_ms: i64,
    pub mark: Mark,
}

/// Where an entry stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EntryRef {
    pub log: LogName,
    pub index: u64,
}

impl EntryRef {
    /// Of the access log.
    pub const fn access(entry: store::EntryIndex) -> Self {
        Self { log: LogName::Access, index: entry.0 }
    }
}

/// What is drawn over every picture.
#[derive(Debug, Serialize, ToSchema)]
pub struct Mark {
    pub name: String,
    pub account: String,
    /// The signed-in session, in eight letters that can be read off a photograph.
    pub session: String,
    pub started_ms: i64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// Camera id.
    pub camera: String,
    /// `main` when absent.
    pub profile: Option<Profile>,
}

/// A text message from the server on a live or playback socket. Pictures travel as binary messages: a 24-byte
/// header (big endian: u8 type 1 init or 2 media, u8 flags with bit 0 for a key frame, u16 0, u32 sequence, i64 wall
/// time in microseconds, i64 media time in ticks of 1/90000 s), then fMP4 bytes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The next binary message is an initialisation segment for this codec.
    Init {
        profile: Profile,
        codec: String,
        width: u16,
        height: u16,
    },
    State {
        state: StreamState,
    },
    /// Units were left out because the viewer was too slow.
    Skipped {
        units: u64,
    },
    /// Playback begins at this key-framed group; media time = wall time - `base_ms`.
    Position {
        epoch: u32,
        at_ms: i64,
        base_ms: i64,
    },
    /// What follows within these times was brought later from elsewhere, and fills a gap.
    Brought {
        epoch: u32,
        from_ms: i64,
        to_ms: i64,
        /// Where it came from, as a person said it.
        source: String,
        arrived_ms: i64,
    },
    Gap {
        epoch: u32,
        from_ms: i64,
        to_ms: i64,
        cause: GapCause,
    },
    EndOfFootage {
        epoch: u32,
        at_ms: i64,
    },
    End {
        reason: EndReason,
    },
    /// A message of the client was not understood.
    Error {
        message: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    Revoked,
    Expired,
    Dropped,
    Shutdown,
    /// The viewing session was ended by its viewer.
    Ended,
    /// A use record could not be written: without it there is no picture.
    Ledger,
    /// The camera or the stored footage cannot be read.
    Failed,
}

/// A text message from the client on a playback socket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMessage {
    Play {
        at_ms: i64,
        #[serde(default = "normal_speed")]
        speed: f32,
        #[serde(default)]
        keys_only: bool,
        until_ms: Option<i64>,
        /// Origin of the media clock that all cameras in step share; `at_ms` when absent.
        base_ms: Option<i64>,
        /// Echoed in every message that belongs to this command.
        epoch: u32,
    },
    Pause,
    /// How far the client has played: the server stays a bounded time ahead.
    Ack {
        epoch: u32,
        wall_ms: i64,
    },
}

fn normal_speed() -> f32 {
    1.0
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StillRequest {
    pub view_id: String,
    pub camera_id: String,
    /// The moment of the frame that is saved.
    pub at_ms: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Still {
    pub entry: EntryRef,
    pub file_name: String,
    /// Drawn into the picture.
    pub mark_text: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TimelineQuery {
    /// Camera ids, separated by commas; at most 16.
    pub cameras: String,
    pub from_ms: i64,
    pub to_ms: i64,
    /// Length of one activity bucket.
    pub bucket_ms: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Timeline {
    pub bucket_ms: i64,
    pub rows: Vec<TimelineRow>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineRow {
    pub camera: String,
    pub profile: Profile,
    /// Footage, as pairs of from and to in Unix milliseconds.
    pub spans: Vec<[i64; 2]>,
    pub gaps: Vec<TimelineGap>,
    /// Footage that was brought later, as pairs; the gaps that it fills stay gaps. It plays as the profile `later`.
    pub later: Vec<[i64; 2]>,
    /// Spans that are protected more than the camera: seen with a reason or a case only.
    pub levels: Vec<super::TimelineLevel>,
    /// One number per bucket, 0 to 255, from frame sizes alone.
    pub activity: Vec<u8>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineGap {
    /// Index of the gap's record in the footage log; null while the gap is open.
    pub id: Option<u64>,
    pub from_ms: i64,
    pub to_ms: i64,
    pub cause: GapCause,
    pub evidence: String,
    pub state: GapState,
    /// The same as `state` being `justified`.
    pub justified: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    pub name: String,
    pub organisation: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportRequest {
    pub cameras: Vec<String>,
    pub from_ms: i64,
    pub to_ms: i64,
    pub purpose: Purpose,
    pub legal_basis: LegalBasis,
    pub case: Option<String>,
    pub note: Option<String>,
    pub recipient: Recipient,
    /// `main` or `sub`.
    pub profile: Option<Profile>,
    /// Sound goes along where it was recorded.
    #[serde(default)]
    pub with_sound: bool,
    /// The recipient's age public key (`age1…`), or `passphrase` for one that is typed when the package is collected; it leaves in plain
    /// when absent.
    pub seal_to: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectionRequest {
    /// 12 to 200 characters; kept nowhere.
    pub passphrase: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ExportCollection {
    pub file_name: String,
    pub bytes: u64,
    pub entry: EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Export {
    pub id: String,
    pub state: ExportState,
    /// 0 to 1.
    pub progress: f32,
    /// What is being done: `waiting`, `sealing`, `reading`, `copying`, `publishing`, `waiting_for_witness`, `closing`; null when
    /// nothing is.
    pub stage: Option<String>,
    pub requested_by: super::Named,
    pub requested_ms: i64,
    pub from_ms: i64,
    pub to_ms: i64,
    pub cameras: Vec<String>,
    pub recipient: Recipient,
    /// `passphrase`, or the recipient's age public key; null when it leaves in plain.
    pub sealed_to: Option<String>,
    pub package: Option<ExportPackage>,
    /// The hold that the export placed by itself, because it is for a case.
    pub hold_id: Option<String>,
    /// Until when the package can be collected; then it is deleted.
    pub collect_until_ms: i64,
    pub entry: EntryRef,
    pub error: Option<String>,
    /// What became of the package; absent where an answer only says how far its making is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<ExportCopy>,
}

/// Where the copy is: the last of its events, and before any with whoever collected it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportCopy {
    /// For the first time; null: it is still here.
    pub collected_ms: Option<i64>,
    pub collected_entry: Option<EntryRef>,
    /// It went out under a retrieval, which says where it is.
    pub of_retrieval: bool,
    /// `receipt`, `kept` (it stays in the unit), `transferred`, `returned`, `destroyed`, in their order.
    pub events: Vec<super::RetrievalEvent>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportReceiptRequest {
    /// Who received it, or who keeps it in the unit; at most 200 characters.
    pub received_by: String,
    /// It goes to nobody outside.
    #[serde(default)]
    pub stays_in_unit: bool,
    #[serde(default)]
    pub note: String,
    pub document_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Copies {
    pub copies: Vec<Export>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ExportPackage {
    pub bytes: u64,
    /// Of `manifest.json`, which hashes every file of the package; hexadecimal.
    pub manifest_sha256: String,
    pub file_name: String,
}
