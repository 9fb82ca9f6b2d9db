//! Retrieval by an authority: whether a request is lawful, what it still lacks, whether the unit may refuse it, and when it is late.
//!
//! It loads nothing and decides nothing about the unit's own people. The invariant kept: a pack's conditions are put on that pack's
//! requesters only, and conditions never combine by strictness; what one binding pack entitles to is not refused under another.

mod holding;
mod judge;
mod service;
mod terms;
#[cfg(test)]
mod tests;
mod viewing;
mod words;

use crate::packs::{ArticleId, Ground, Organ, OrganLevel, Paper, Wanted, Way};
use model::WallTime;

pub use holding::{Dropped, REFUSED_HOLD_DAYS, hold_ends};
pub use judge::{judge, lawful_refusal, undertaking, urgent, who_may};
pub use service::{
    AnswerTerm, CLOSED_DAYS_MAX, OPENINGS_MAX, Opening, SERVICE_WEEK_MIN_LEAST, ServiceHours,
    WORKING_TERM_US_MAX, refuse_hours,
};
pub use terms::{Terms, longest, refuse_terms};
pub use viewing::{Approved, NotShown, Playback, VIEWINGS_MAX, refuse_outcome, shows};
pub use words::{incomplete, late_words, no_right_to_refuse, no_undertaking, refused};

/// Our own policy, since no text gives a time: three days from the moment at which nothing is lacking. A unit may be quicker.
pub const ANSWER_HOURS_MAX: u16 = 72;
/// Papers of what was handed out before they were there: one day at the longest.
pub const PAPERS_HOURS_MAX: u16 = 24;
const HOUR_US: i64 = 3_600_000_000;
/// Officers of one retrieval; two are asked for, a team has some more.
pub const OFFICERS_MAX: usize = 8;
/// Papers of one retrieval.
pub const RETRIEVAL_PAPERS_MAX: usize = 16;

/// Somebody who comes for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OfficerFacts {
    pub certificate: Option<Paper>,
    /// A named person of the unit has looked at it.
    pub checked: bool,
}

/// One request, as far as it is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RetrievalFacts {
    pub organ: Organ,
    pub ground: Ground,
    pub level: Option<OrganLevel>,
    pub wanted: Wanted,
    pub way: Way,
    pub inquiry_closed: bool,
    pub officers: Vec<OfficerFacts>,
    /// Those that are valid today.
    pub papers: Vec<Paper>,
    /// Those that are named and do not count, and why.
    pub unfit: Vec<(Paper, Unfit)>,
    /// The pack that the organ names.
    pub invokes: Option<String>,
}

/// Why a document that is named is no paper yet: papers are looked at, and are of a day (guangzhou-2007:19, datong-2008:21).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfit {
    /// The register has its name, and no file of it.
    NoScan,
    NoDate,
    /// Dated later, expired, or taken out of the register.
    NotToday,
}

/// What keeps a document from being a paper today. Days are the unit's, as texts that sort.
pub fn unfit(has_file: bool, dated: Option<&str>, valid_until: Option<&str>, today: &str) -> Option<Unfit> {
    let Some(dated) = dated else { return Some(if has_file { Unfit::NoDate } else { Unfit::NoScan }) };
    match has_file {
        false => Some(Unfit::NoScan),
        true if dated > today || valid_until.is_some_and(|until| until < today) => Some(Unfit::NotToday),
        true => None,
    }
}

/// Something that is lacking.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// Of which level the organ is.
    Level,
    Officers {
        needed: u8,
        present: u8,
    },
    /// Not every officer that is needed has shown it.
    Certificate(Paper),
    /// `None`: it is not named.
    Paper(Paper, Option<Unfit>),
    /// The text's conditions are not known: any paper that shows the entitlement.
    AnyPaper,
    /// Nobody of the unit has looked at the certificates.
    Check,
}

/// What is lacking, and the article that asks for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lack {
    pub missing: Missing,
    pub article: ArticleId,
}

/// Why nothing may be handed out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// No pack that binds names such an organ, or not on this ground.
    NotListed,
    /// It may look and not take a copy, or the other way round.
    Way,
    /// Basic data is not for it (national-2016:6).
    BasicData,
    /// The right came with the emergency and ended with its inquiry.
    InquiryClosed,
    /// Organs below the level that the text names.
    Level,
}

/// The answer to one request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nothing is lacking, under this article.
    Open {
        article: ArticleId,
    },
    Incomplete {
        article: ArticleId,
        missing: Vec<Lack>,
    },
    /// The same, and the text gives the unit the right to refuse.
    MayRefuse {
        article: ArticleId,
        missing: Vec<Lack>,
    },
    Refuse {
        article: ArticleId,
        why: Why,
    },
}

impl Verdict {
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Incomplete { .. } => "incomplete",
            Self::MayRefuse { .. } => "may-refuse",
            Self::Refuse { .. } => "refuse",
        }
    }
    pub const fn article(&self) -> &ArticleId {
        match self {
            Self::Open { article }
            | Self::Incomplete { article, .. }
            | Self::MayRefuse { article, .. }
            | Self::Refuse { article, .. } => article,
        }
    }
    pub fn missing(&self) -> &[Lack] {
        match self {
            Self::Incomplete { missing, .. } | Self::MayRefuse { missing, .. } => missing,
            Self::Open { .. } | Self::Refuse { .. } => &[],
        }
    }
}

/// When one retrieval must be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Clock {
    /// Of a complete one that is not handed over.
    pub due: Option<WallTime>,
    /// Of papers that were not there at an urgent hand-over.
    pub papers_due: Option<WallTime>,
}

/// What is late.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Late {
    /// To let a lawful request lie is to refuse it (national-2016:21, national-2016:28(6), chongqing:12(4), datong-2008:20).
    HandOver,
    /// guangzhou-2007:19
    Papers,
}

/// What is late now, and since when.
pub fn late(clock: Clock, now: WallTime) -> Vec<(Late, WallTime)> {
    let due = [(Late::HandOver, clock.due), (Late::Papers, clock.papers_due)];
    let passed = |(what, due): (Late, Option<WallTime>)| Some((what, due.filter(|due| *due < now)?));
    due.into_iter().filter_map(passed).collect()
}
