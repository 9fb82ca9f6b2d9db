//! Retrievals by authorities: what was asked, who came with which papers, what came of it, and where the copy went.
//!
//! Whether a request is lawful is `law::retrieval`'s, asked in the transaction that writes the entry. The invariant kept: a step, its
//! entry and its event commit together; nothing is handed over that another person has not approved. Names and numbers of officers
//! are sealed and stand in no entry.

mod acts;
mod copying;
mod form;
mod hand_over;
mod holding;
pub mod portal;
mod reading;
mod rows;
mod sealing;
mod service;
mod shown;
mod terms;

pub use acts::{Amendment, NewOfficer, NewRetrieval};
pub(in crate::registry) use copying::for_authority;
pub use form::FormMark;
pub use hand_over::{Followed, NewReceiptOfCopy, Outcome, Whereabouts};
pub use holding::RetrievalHold;
pub use reading::{RetrievalPage, RetrievalQuery};
pub(in crate::registry) use rows::SECRET;
pub use service::Stated;
pub use shown::{ExportedTable, Offered, Viewing};
pub use terms::UnitTerms;

use super::EntryIndex;
use law::packs::{ArticleId, Ground, Organ, OrganLevel, Paper, Wanted, Way};
use law::retrieval::{Clock, Late, Unfit, Verdict};
use model::{CameraId, CaseId, ExportId, PersonId, Personal, RecordId, Span, UnitId, WallTime};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How far a retrieval is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RetrievalState {
    Draft,
    Complete,
    Approved,
    HandedOver,
    Closed,
    Refused,
}

impl RetrievalState {
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Complete, Self::Approved, Self::HandedOver, Self::Closed, Self::Refused];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Complete => "complete",
            Self::Approved => "approved",
            Self::HandedOver => "handed-over",
            Self::Closed => "closed",
            Self::Refused => "refused",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What an organ asks for, as its row keeps it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Asked {
    pub organ: Organ,
    pub ground: Ground,
    pub level: Option<OrganLevel>,
    pub organ_name: String,
    /// The organ's own number of its case or request.
    pub case_number: String,
    /// In the organ's words; sealed in a column of its own.
    #[serde(skip, default = "no_reason")]
    pub reason: Personal<String>,
    pub wanted: Wanted,
    pub way: Way,
    /// The pack that the organ names.
    pub invokes: Option<String>,
}

fn no_reason() -> Personal<String> {
    Personal::new(String::new())
}

/// One row: what a list shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RetrievalRow {
    pub id: Uuid,
    pub unit: UnitId,
    pub asked: Asked,
    pub span: Option<Span>,
    pub system: Option<RecordId>,
    pub cameras: Vec<CameraId>,
    pub case: Option<CaseId>,
    pub opened_by: (PersonId, String),
    pub opened: WallTime,
    pub entry: EntryIndex,
    pub state: RetrievalState,
    pub clock: Clock,
    /// Until when it stands still: outside of the hours of service under which it runs.
    pub still_until: Option<WallTime>,
    pub inquiry_closed: bool,
    pub export: Option<ExportId>,
}

/// Somebody who came for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Officer {
    pub id: Uuid,
    pub name: Personal<String>,
    /// Of the certificate.
    pub number: Personal<String>,
    pub certificate: Option<Paper>,
    pub checked: Option<(PersonId, String, WallTime)>,
}

/// A paper of the organ, which is a document of the unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RetrievalPaper {
    pub paper: Paper,
    pub document: RecordId,
    pub name: String,
    /// What keeps it from counting: its scan, its date, its term.
    pub unfit: Option<Unfit>,
}

/// One step, with its entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RetrievalEvent {
    pub what: String,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
    pub holder: String,
    pub note: String,
    pub document: Option<RecordId>,
}

/// One retrieval, whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Retrieval {
    pub row: RetrievalRow,
    /// What keeps its footage, from the moment on at which it is complete.
    pub hold: Option<RetrievalHold>,
    pub officers: Vec<Officer>,
    pub papers: Vec<RetrievalPaper>,
    /// Oldest first.
    pub events: Vec<RetrievalEvent>,
    /// What can be named as handed over, of one that waits for it.
    pub offered: Offered,
    /// What the law says of it today.
    pub verdict: Verdict,
    /// The article by which the unit may refuse it; `Err` the one that it would break.
    pub refusable: Result<ArticleId, ArticleId>,
    /// guangzhou-2007:18: the article that makes it free of charge. There is no fee where none says so either.
    pub free_under: Option<ArticleId>,
    /// Packs that bind here and say who may retrieve.
    pub packs: Vec<String>,
    pub form: FormMark,
}

/// A retrieval that waits too long.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LateRetrieval {
    pub row: RetrievalRow,
    pub late: Late,
    pub since: WallTime,
    pub article: ArticleId,
}
