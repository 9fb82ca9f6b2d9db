//! Authorities and their areas: who supervises what (national-2016:4, guangzhou-2007:5, chongqing:4).
//!
//! An area is a GB/T 2260 division with all below it. The level follows from the division, so that the two cannot contradict.

use crate::packs::OrganLevel;
use crate::{Words, access::Refusal};
use model::AuthorityId;

/// What kind of authority it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum AuthorityKind {
    PublicSecurity,
    /// Of one industry: it supervises the places of that category.
    Industry,
    /// It coordinates: it sees its area and judges nothing less than others do.
    Information,
}

impl AuthorityKind {
    pub const ALL: [Self; 3] = [Self::PublicSecurity, Self::Industry, Self::Information];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PublicSecurity => "public_security",
            Self::Industry => "industry",
            Self::Information => "information",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// An authority as the registry keeps it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authority {
    pub id: AuthorityId,
    pub name: String,
    pub kind: AuthorityKind,
    /// Six digits of GB/T 2260; `000000` is the whole country.
    pub division: String,
    /// Of an industry's authority: the category of place.
    pub industry: Option<String>,
}

/// Six digits.
pub fn is_division(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit())
}

/// The digits that all codes below it share.
fn prefix(division: &str) -> &str {
    let mut prefix = division;
    while let Some(shorter) = prefix.strip_suffix("00") {
        prefix = shorter;
    }
    prefix
}

/// Whether one area lies in another, or is the same.
pub(super) fn lies_in(division: &str, area: &str) -> bool {
    division.starts_with(prefix(area))
}

/// The code of the division of the next level below an area in which a code lies; the area's own where it lies in none.
pub(super) fn next_level(division: &str, area: &str) -> String {
    let digits = prefix(area).len() / 2 * 2;
    let next = division.get(..digits + 2).filter(|next| lies_in(division, area) && !next.ends_with("00"));
    next.map_or_else(|| area.to_owned(), |next| format!("{next:0<6}"))
}

impl Authority {
    pub fn level(&self) -> OrganLevel {
        match prefix(&self.division).len() {
            0 => OrganLevel::National,
            1 | 2 => OrganLevel::Province,
            3 | 4 => OrganLevel::City,
            _ => OrganLevel::County,
        }
    }

    /// How narrow its area is: larger is nearer to the place.
    pub(super) fn nearness(&self) -> usize {
        prefix(&self.division).len()
    }

    /// Whether it supervises something in these divisions, at places of these categories.
    pub fn supervises(&self, divisions: &[String], categories: &[String]) -> bool {
        let here = divisions.iter().any(|division| lies_in(division, &self.division));
        here && self.industry.as_ref().is_none_or(|industry| categories.contains(industry))
    }

    /// Whether the other is of its kind and its area a part of this one's.
    pub fn is_above(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.industry == other.industry
            && self.nearness() < other.nearness()
            && lies_in(&other.division, &self.division)
    }
}

/// Whether another authority may go on with what one has open: its area holds the other's, and its industry is no other.
///
/// # Errors
/// It would supervise what lies outside its area.
pub fn may_succeed(ended: &Authority, next: &Authority) -> Result<(), Box<Refusal>> {
    let wider = lies_in(&ended.division, &next.division);
    let same = next.industry.is_none() || next.industry == ended.industry;
    if ended.id != next.id && wider && same {
        return Ok(());
    }
    Err(Box::new(Refusal {
        article: "national-2016:4".into(),
        code: "successor_area",
        reason: Words::new(
            "The successor does not supervise all of the area.",
            "接续机关的辖区或行业不能覆盖被终止机关。",
        ),
        remedy: Words::new(
            "Name an authority whose area holds it, or change that one's area first.",
            "请指定辖区能覆盖的机关，或先变更其辖区。",
        ),
    }))
}

/// Whether somebody may end an authority, move its area or take a supervisor from it. `has_case`: it inspects a unit of theirs, or waits there
/// for a correction or a proof. Accusations count for nothing here: a refusal would tell the accused that there is one (national-2016:25).
///
/// # Errors
/// Whoever is inspected dismisses nobody (national-2016:23).
pub fn may_dismiss(has_case: bool) -> Result<(), Box<Refusal>> {
    if !has_case {
        return Ok(());
    }
    Err(Box::new(Refusal {
        article: "national-2016:23".into(),
        code: "inspector_dismissed",
        reason: Words::new(
            "The authority has an inspection, an order or a demand open over a unit of yours.",
            "该机关对您所在单位的检查、责令整改或留存证明尚未办结。",
        ),
        remedy: Words::new(
            "An administrator of another unit can do it; or see what is open to its end.",
            "可由其他单位的管理员办理，或待办结后再办。",
        ),
    }))
}

/// The next level up that there is.
pub fn next_up<'a>(of: &Authority, all: &'a [Authority]) -> Option<&'a Authority> {
    all.iter().filter(|one| one.is_above(of)).max_by_key(|one| one.nearness())
}

/// The public security organ that is nearest: it receives filings, and answers for what is late (datong-2008:4).
pub fn responsible<'a>(divisions: &[String], all: &'a [Authority]) -> Option<&'a Authority> {
    let here = all.iter().filter(|one| one.kind == AuthorityKind::PublicSecurity);
    here.filter(|one| one.supervises(divisions, &[])).max_by_key(|one| one.nearness())
}
