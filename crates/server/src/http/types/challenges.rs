//! Challenges: the question and the nonce of who asks, and the list of what was asked. Terms and answers are files of their own
//! (docs/design/challenge.md).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is asked. Instants and streams are drawn later, from the nonce that is committed to here and one of the server's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChallengeQuestion {
    /// SHA-256 over `watchkeeper/challenge-nonce/v1`, a line feed, and 32 secret bytes; hexadecimal.
    pub commitment: String,
    /// Camera ids; none: all that the asker may know of.
    #[serde(default)]
    pub cameras: Vec<String>,
    pub from_ms: i64,
    /// Now when absent.
    pub to_ms: Option<i64>,
    /// At most 200.
    pub instants: u32,
    /// The size of a checkpoint that the asker has: the terms then show that the log continues it.
    pub seen_size: Option<u64>,
}

/// The 32 bytes that the question committed to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChallengeNonce {
    /// Hexadecimal.
    pub nonce: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Challenges {
    pub challenges: Vec<Challenge>,
}

/// One challenge and how many of its instants were answered how; nothing of the last fields until it is answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct Challenge {
    pub id: String,
    /// An account, or another party's machine.
    pub asker: String,
    pub asked_ms: i64,
    /// Entry of the access log.
    pub asked_entry: u64,
    pub instants: u32,
    pub streams: u64,
    pub from_ms: i64,
    pub to_ms: i64,
    pub answered_ms: Option<i64>,
    pub answer_entry: Option<u64>,
    /// Proven to be held.
    pub footage: Option<u32>,
    pub gaps: Option<u32>,
    pub expired: Option<u32>,
    pub not_yet: Option<u32>,
    pub cannot: Option<u32>,
}
