//! Entries of both logs as the auditor reads them, with what is needed to recompute their proofs.

use super::{Act, Bilingual, EntryClass, GapCause, LegalBasis, Named, Profile, Purpose};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccessQuery {
    /// Words in names, notes and cases.
    pub query: Option<String>,
    pub kind: Option<Act>,
    /// Person id.
    pub person: Option<String>,
    /// Camera id.
    pub camera: Option<String>,
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    /// Only entries that continue this one: use records of a view, stills out of it.
    pub refers_to: Option<u64>,
    pub cursor: Option<String>,
    /// At most 200; 100 when absent.
    pub limit: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AccessEntries {
    /// Newest first.
    pub entries: Vec<AccessEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Entries in the log.
    pub size: u64,
    /// Minutes that a restore took from a mirror: that nothing else was in their place is proved, what their entries say is not in
    /// this copy, and so they are not among the entries.
    pub restored: Vec<RestoredMinutes>,
}

/// Minutes of the access log without their entries.
#[derive(Debug, Serialize, ToSchema)]
pub struct RestoredMinutes {
    pub from_ms: i64,
    pub to_ms: i64,
    pub minutes: u64,
    /// Their leaves in the published log: from the first, up to the second, which is not one of them.
    pub first_leaf: u64,
    pub end_leaf: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AccessEntry {
    pub index: u64,
    /// Null, like everything below but the class, when the record's key has gone at the end of its term.
    pub time_ms: Option<i64>,
    pub kind: Option<Act>,
    pub class: EntryClass,
    pub person: Option<Named>,
    /// The account, or the name of the system's procedure.
    pub account: String,
    /// Under which post the person acted.
    pub post: String,
    pub cameras: Vec<Named>,
    /// How many cameras, when there are more than the entry lists.
    pub cameras_count: u64,
    /// From and to in Unix milliseconds.
    pub span: Option<[i64; 2]>,
    pub purpose: Option<Purpose>,
    pub legal_basis: Option<LegalBasis>,
    pub case: Option<String>,
    pub approver: Option<String>,
    pub place: String,
    pub note: Option<String>,
    /// What was changed or asked for, as `field=value` lines.
    pub text: Option<String>,
    pub outcome: Outcome,
    /// The session entry that this record belongs to.
    pub refers_to: Option<u64>,
    pub served: Option<Served>,
    /// To whom footage was handed, in words.
    pub recipient: Option<String>,
    /// The camera, person, view or export acted upon.
    pub subject: Option<String>,
    /// A signed checkpoint covers it.
    pub published: bool,
}

impl AccessEntry {
    /// What is known of an entry whose record's key has gone.
    pub fn blank(index: u64, class: EntryClass, published: bool) -> Self {
        Self {
            index,
            time_ms: None,
            kind: None,
            class,
            person: None,
            account: String::new(),
            post: String::new(),
            cameras: Vec::new(),
            cameras_count: 0,
            span: None,
            purpose: None,
            legal_basis: None,
            case: None,
            approver: None,
            place: String::new(),
            note: None,
            text: None,
            outcome: Outcome {
                permitted: class != EntryClass::Refusal,
                article: None,
                reason: None,
                remedy: None,
            },
            refers_to: None,
            served: None,
            recipient: None,
            subject: None,
            published,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    pub permitted: bool,
    pub article: Option<String>,
    pub reason: Option<Bilingual>,
    pub remedy: Option<Bilingual>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Served {
    pub units: u64,
    pub bytes: u64,
    pub profile: Profile,
    pub from_ms: i64,
    pub to_ms: i64,
}

/// An entry with everything that a program needs to recompute its place in the published log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessProof {
    pub entry: AccessEntry,
    /// Null when the record's key has gone at the end of its term.
    pub record_b64: Option<String>,
    pub salt_hex: Option<String>,
    pub leaf_b64: String,
    pub commitment_hex: String,
    /// Absent until the entry's minute is closed.
    pub batch: Option<BatchProof>,
    pub batch_leaf_index: Option<u64>,
    pub batch_leaf_b64: Option<String>,
    /// RFC 6962 §2.1.1, hexadecimal hashes from the leaf upwards.
    pub inclusion: Vec<String>,
    /// The signed note.
    pub checkpoint: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BatchProof {
    /// Minutes since 1970.
    pub minute: i64,
    pub index_in_batch: u64,
    /// Leaves of the batch, padding included.
    pub size: u64,
    pub proof: Vec<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FootageQuery {
    pub camera: Option<String>,
    pub cursor: Option<String>,
    /// At most 500; 100 when absent.
    pub limit: Option<u32>,
    /// Also the recorder's ticks, six a minute; not when absent.
    pub ticks: Option<bool>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FootageEntries {
    /// Newest first.
    pub entries: Vec<FootageEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub size: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FootageEntry {
    pub index: u64,
    pub kind: FootageKind,
    /// Of a hold: the first of its cameras that the reader's posts cover. Absent for ticks and origins, which are about the recorder itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera: Option<Named>,
    /// Absent for holds, which are of every stream, and for what is about the recorder itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// Of a hold: its cameras that the reader's posts cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cameras: Option<Vec<Named>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_id: Option<String>,
    pub seq: Option<u64>,
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    pub bytes: Option<u64>,
    pub cause: Option<GapCause>,
    /// A signed checkpoint covers it.
    pub published: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FootageProof {
    pub entry: FootageEntry,
    pub record_b64: String,
    pub inclusion: Vec<String>,
    pub checkpoint: Option<String>,
}

/// What an entry of the footage log is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FootageKind {
    Segment,
    Gap,
    ExpiryIntent,
    ExpiryDone,
    HoldPlaced,
    HoldReleased,
    /// The recorder ran, and how it stood.
    Tick,
    /// Segments that the log has, and whose footage a restore could not bring back.
    Loss,
    /// The log goes on under a new name and key, after a restore.
    Origin,
}

/// The logs' public keys in the form of a signed-note verifier key.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerKeys {
    pub footage_vkey: String,
    pub access_vkey: String,
}
