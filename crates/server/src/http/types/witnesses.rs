//! Witnesses: who cosigns our checkpoints, how far they are, and what they hold against us.

use super::{Bilingual, LogName};
use serde::Serialize;
use utoipa::ToSchema;

/// All witnesses and what they are worth together.
#[derive(Debug, Serialize, ToSchema)]
pub struct Witnesses {
    pub standing: Standing,
    /// What the standing means, for people.
    pub words: Bilingual,
    /// A policy file says whose cosignatures a package needs; else any one witness that is not on this host.
    pub policy: bool,
    pub handover_waits: bool,
    pub handover_wait_s: Option<u64>,
    pub witnesses: Vec<Witness>,
    /// What shows that a log was put back, cut or changed, newest first; also of alarms that have ended.
    pub evidence: Vec<ForkEvidence>,
}

/// Two checkpoints that one log signed, as a file that anybody checks with the log's public key.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForkEvidence {
    /// The entry of the alarm.
    pub entry: u64,
    /// The witness that holds the other one: its name, or its key where it is asked no more.
    pub witness: String,
    pub log: LogName,
    /// `rolled_back`, `other_root` or `not_continued`.
    pub problem: String,
    pub seen_ms: i64,
    pub verdict: ForkVerdict,
    /// What follows from the two signatures, and what does not.
    pub words: Bilingual,
    pub theirs: ForkSide,
    pub ours: ForkSide,
    /// The log's verifier key, with which both are checked.
    pub key: String,
    /// Of the file that `GET /api/witnesses/evidence/{entry}` gives.
    pub file_name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ForkVerdict {
    /// Proof: one size, two contents, both signed.
    TwoRoots,
    /// A suspicion: whoever has the larger tree could show that it continues the smaller.
    NotContinued,
}

/// One signed checkpoint.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForkSide {
    pub size: u64,
    /// Hexadecimal.
    pub root: String,
}

/// Entries of the access log up to this one are under a checkpoint that a witness of another party has cosigned.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WitnessedThrough {
    pub entry: u64,
    /// The witness.
    pub by: String,
    /// When it cosigned, by its own clock.
    pub at_ms: i64,
}

/// How far the logs are witnessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    None,
    SameHost,
    Behind,
    Witnessed,
    Alarm,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Witness {
    pub name: String,
    pub vkey: String,
    pub url: String,
    /// It runs on this host and proves nothing against this operator; null until it was reached.
    pub same_host: Option<bool>,
    /// Its word counts for packages.
    pub counts: bool,
    /// What that means, for people.
    pub words: Bilingual,
    pub footage: WitnessLog,
    pub access: WitnessLog,
}

/// One log as one witness knows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct WitnessLog {
    pub log: LogName,
    /// Leaves of the newest checkpoint that it cosigned; null before the first.
    pub size: Option<u64>,
    /// What its cosignature states.
    pub cosigned_ms: Option<i64>,
    /// Published leaves that it has not cosigned.
    pub lag_entries: u64,
    /// Since when, at least: from its cosignature to now; null when it is not behind or never cosigned.
    pub lag_ms: Option<i64>,
    pub tried_ms: Option<i64>,
    /// Why the last attempt came to nothing.
    pub error: Option<String>,
    pub alarm: Option<WitnessAlarm>,
}

/// The witness holds a log that ours does not continue.
#[derive(Debug, Serialize, ToSchema)]
pub struct WitnessAlarm {
    /// `rolled_back`, `other_root` or `not_continued`.
    pub problem: String,
    pub words: Bilingual,
    /// Leaves that the witness holds.
    pub witness_size: u64,
    pub since_ms: i64,
    /// The entry of the access log about it.
    pub entry: u64,
}
