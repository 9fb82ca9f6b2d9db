//! The portal as it travels: accounts of requesting authorities, what they file and follow, and what the unit's desk sees of it. No
//! camera, no picture and no other requester's matter is among what a requester is told.

use super::{
    EntryRef, Ground, Named, OfficerRequest, Organ, OrganLevel, RetrievalPaperKind, RetrievalVerdict, Way,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Makes an account without posts a requester's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequesterRequest {
    pub person_id: String,
    pub unit_id: String,
    pub organ: Organ,
    pub level: Option<OrganLevel>,
    /// Six digits of GB/T 2260.
    pub division: String,
    /// At most 100 characters.
    pub organ_name: String,
    /// The credentials that were looked at, a document of the unit.
    pub credential_document_id: String,
    /// At most 183 days from now; the account ends then.
    pub until_ms: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Requesters {
    pub requesters: Vec<Requester>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Requester {
    pub person: Named,
    pub unit: Named,
    pub organ: Organ,
    pub level: Option<OrganLevel>,
    pub division: String,
    pub organ_name: String,
    pub credential_document_id: String,
    pub until_ms: i64,
    pub made_by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
}

/// A request as an authority files it. It grants nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PortalFiling {
    pub ground: Ground,
    pub way: Way,
    /// The authority's own number, at most 100 characters.
    pub case_number: String,
    /// Where, in one's own words, at most 500 characters: the unit finds the cameras.
    pub place: String,
    #[serde(default)]
    pub reason: String,
    pub from_ms: i64,
    /// At most a day later.
    pub to_ms: i64,
    /// Who comes for it, with the number of the certificate: at most 8.
    pub persons: Vec<OfficerRequest>,
    /// An age public key (`age1…`), or `passphrase` for one that is typed when the package is collected.
    pub seal_to: String,
    /// The pack that the authority names.
    pub invokes: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PortalPaperQuery {
    pub paper: RetrievalPaperKind,
    /// The file's name; its ending says of what kind it is.
    pub name: String,
    /// The days that stand on it, `YYYY-MM-DD`.
    pub dated: Option<String>,
    pub valid_until: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PortalWithdrawal {
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PortalReceipt {
    /// The name of whoever receives it.
    pub received_by: String,
    /// To keep to use and secrecy: needed where `undertaking_article` asks for it.
    #[serde(default)]
    pub undertakes: bool,
}

/// What the unit asks, or why it refuses.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestWord {
    pub text: String,
}

/// The cameras that the unit found for it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestTaking {
    pub cameras: Vec<String>,
    /// A case here to which it belongs.
    pub case: Option<String>,
}

/// How far a request is, in one word for both sides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PortalState {
    /// Nobody has taken it in yet.
    Filed,
    /// The unit asks for something.
    Asked,
    /// The unit deals with it.
    Taken,
    /// Its package waits for the receipt.
    Ready,
    /// The receipt is there; it can be collected for a week.
    Received,
    /// It was looked at on the spot, or the desk has its receipt.
    Closed,
    Refused,
    Withdrawn,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PortalRequests {
    /// Absent for the unit's side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requester: Option<Requester>,
    /// Newest first.
    pub requests: Vec<PortalRequest>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PortalRequest {
    pub id: String,
    pub unit: Named,
    pub organ: Organ,
    pub organ_name: String,
    pub ground: Ground,
    pub way: Way,
    pub case_number: String,
    pub from_ms: i64,
    pub to_ms: i64,
    pub at_ms: i64,
    pub entry: EntryRef,
    pub state: PortalState,
    /// By when the unit owes it, once nothing is lacking.
    pub due_ms: Option<i64>,
    /// Told to the unit only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retrieval_id: Option<String>,
    /// The package, once it waits; collected over `/api/exports/{id}/package`.
    pub export_id: Option<String>,
    pub received_ms: Option<i64>,
    pub collect_until_ms: Option<i64>,
    pub collections_left: u32,
    /// Only where one is asked for by itself.
    pub detail: Option<PortalDetail>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PortalDetail {
    pub place: String,
    pub reason: String,
    pub persons: Vec<PortalPerson>,
    pub seal_to: String,
    pub papers: Vec<PortalPaper>,
    /// Oldest first.
    pub steps: Vec<PortalStep>,
    /// What the law says of it today, and which article asks for what is missing.
    pub verdict: RetrievalVerdict,
    /// The article that asks whoever receives it to keep to use and secrecy.
    pub undertaking_article: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PortalPerson {
    pub name: String,
    pub number: String,
    pub certificate: Option<RetrievalPaperKind>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PortalPaper {
    pub paper: RetrievalPaperKind,
    pub name: String,
    /// Told to the unit only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_id: Option<String>,
    /// The desk has put it to the retrieval.
    pub taken: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PortalStep {
    /// `filed`, `paper`, `asked`, `taken`, `refused`, `withdrawn`, `received`.
    pub what: String,
    pub text: String,
    /// That asks for it, or under which it is refused; empty where none is needed.
    pub article: String,
    pub at_ms: i64,
    pub entry: EntryRef,
    /// It is the requester's own step.
    pub own: bool,
}
