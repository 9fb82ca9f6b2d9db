//! Accusations from anybody: whom they concern, where they go, how they proceed (national-2016:25).
//!
//! The days are ours: the text says "in time" and no number. Whom words may name is judged widely ([`super::names`]): keeping an
//! accusation from somebody whom it does not concern costs a little, showing it to somebody whom it concerns costs everything.

use super::area::{Authority, AuthorityKind, lies_in};
use super::names::{levels_said, organs_named, speaks_of_police};
use crate::packs::OrganLevel;
use crate::{Words, access::Refusal};
use model::{AuthorityId, WallTime};

/// Within so many days somebody takes it up.
pub const TAKE_UP_DAYS_MAX: i64 = 7;
/// Counted from its coming in, the reporter has an answer within so many days.
pub const ANSWER_DAYS_MAX: i64 = 30;
/// And it is closed within so many.
pub const CLOSE_DAYS_MAX: i64 = 60;
const DAY_US: i64 = 86_400_000_000;

/// What the reporter says it is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AccusedKind {
    Unit,
    PublicSecurity,
    Authority,
    Person,
}

impl AccusedKind {
    pub const ALL: [Self; 4] = [Self::Unit, Self::PublicSecurity, Self::Authority, Self::Person];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::PublicSecurity => "public_security",
            Self::Authority => "authority",
            Self::Person => "person",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Whom an accusation concerns, as far as its words and its kind say it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Concerned {
    /// Named, or of the kind at the place: none of them is given it.
    pub authorities: Vec<AuthorityId>,
    /// Those that the words name: where they are it is, when nothing else says where.
    pub named: Vec<AuthorityId>,
    /// Where it is: of the units concerned, or as the reporter says; empty when nothing says it.
    pub divisions: Vec<String>,
}

/// Which organs somebody accuses: those that their words name; where a police officer or an organ is accused and none of the place is
/// named, those of that kind at the place, at the level that the words speak of; without a place, all but the topmost.
pub fn accused_organs(
    kind: AccusedKind,
    (who, account): (&str, &str),
    divisions: Vec<String>,
    all: &[Authority],
) -> Concerned {
    let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    let found = organs_named(who, account, &names);
    let named: Vec<&Authority> = found.into_iter().filter_map(|at| all.get(at)).collect();
    let kinds = kinds_accused(kind, who);
    let is_of = |one: &&Authority| kinds.contains(&one.kind);
    let levels = levels_said(who);
    let mut accused: Vec<AuthorityId> = named.iter().map(|one| one.id).collect();
    for place in &divisions {
        let there = |one: &&Authority| lies_in(place, &one.division) || lies_in(&one.division, place);
        if named.iter().any(|one| is_of(one) && there(one)) {
            continue;
        }
        let meant = |one: &&Authority| match levels.as_slice() {
            [] => one.division == *place,
            said => said.contains(&one.level()),
        };
        accused.extend(all.iter().filter(is_of).filter(there).filter(meant).map(|one| one.id));
    }
    if divisions.is_empty() && named.is_empty() {
        // A station answers to a county's organ: that one is never above whom nobody names.
        let free = topmost(&[], all).filter(|top| {
            top.level() != OrganLevel::County && levels.iter().all(|said| *said != top.level())
        });
        let free = free.map(|top| top.id);
        accused.extend(all.iter().filter(is_of).map(|one| one.id).filter(|id| Some(*id) != free));
    }
    accused.sort_unstable();
    accused.dedup();
    Concerned { authorities: accused, named: named.iter().map(|one| one.id).collect(), divisions }
}

/// Of which kinds the organs are that somebody accuses; a person may be an officer.
fn kinds_accused(kind: AccusedKind, who: &str) -> Vec<AuthorityKind> {
    use AuthorityKind::{Industry, Information, PublicSecurity};
    let police = speaks_of_police(who);
    match kind {
        AccusedKind::PublicSecurity => vec![PublicSecurity],
        AccusedKind::Authority if police => vec![PublicSecurity, Industry, Information],
        AccusedKind::Authority => vec![Industry, Information],
        AccusedKind::Unit | AccusedKind::Person if police => vec![PublicSecurity],
        AccusedKind::Unit | AccusedKind::Person => Vec::new(),
    }
}

/// The one organ whose area holds those of all others, if it is free; of two, the police.
fn topmost<'a>(accused: &[AuthorityId], all: &'a [Authority]) -> Option<&'a Authority> {
    let general = || all.iter().filter(|one| one.industry.is_none());
    let holds_all = |one: &&Authority| general().all(|other| lies_in(&other.division, &one.division));
    general().filter(holds_all).filter(|one| !is_concerned(one, accused, all)).min_by_key(|one| one.kind)
}

/// Whether an accusation is kept from an authority: it is accused, or lies below one that is.
pub fn is_concerned(authority: &Authority, accused: &[AuthorityId], all: &[Authority]) -> bool {
    let below = |one: &Authority| {
        one.nearness() < authority.nearness() && lies_in(&authority.division, &one.division)
    };
    accused.contains(&authority.id) || all.iter().any(|one| accused.contains(&one.id) && below(one))
}

/// Where an accusation goes: to the nearest authority of the place that it does not concern; of two, to the police; without a place, to
/// the topmost. `None`: to nobody but the auditors whom it does not concern.
pub fn route<'a>(concerned: &Concerned, all: &'a [Authority]) -> Option<&'a Authority> {
    let named_areas = || all.iter().filter(|one| concerned.named.contains(&one.id)).map(|one| &one.division);
    let places: Vec<&String> = if concerned.divisions.is_empty() {
        named_areas().collect()
    } else {
        concerned.divisions.iter().collect()
    };
    if places.is_empty() {
        return topmost(&concerned.authorities, all);
    }
    let there = |one: &&Authority| places.iter().all(|place| lies_in(place, &one.division));
    let free = |one: &&Authority| !is_concerned(one, &concerned.authorities, all);
    let nearest = |one: &&Authority| (one.nearness(), std::cmp::Reverse(one.kind));
    // An industry's authority deals with its industry, not with complaints about organs.
    all.iter().filter(|one| one.industry.is_none()).filter(there).filter(free).max_by_key(nearest)
}

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AccusationStage {
    Received,
    TakenUp,
    Answered,
    Closed,
}

impl AccusationStage {
    pub const ALL: [Self; 4] = [Self::Received, Self::TakenUp, Self::Answered, Self::Closed];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::TakenUp => "taken_up",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == word)
    }
}

/// What is done about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccusationAct {
    TakeUp,
    Answer,
    Close,
}

/// The stage after an act.
///
/// # Errors
/// It is not at the stage for that.
pub fn step(stage: AccusationStage, act: AccusationAct) -> Result<AccusationStage, Box<Refusal>> {
    use AccusationStage::{Answered, Closed, Received, TakenUp};
    match (stage, act) {
        (Received, AccusationAct::TakeUp) => Ok(TakenUp),
        (TakenUp, AccusationAct::Answer) => Ok(Answered),
        (Answered, AccusationAct::Close) => Ok(Closed),
        _ => Err(Box::new(Refusal {
            article: "national-2016:25".into(),
            code: "accusation_stage",
            reason: Words::new("It is not at the stage for this.", "该件目前所处阶段不能办理此项。"),
            remedy: Words::new(
                "It is taken up, then answered, then closed; each once.",
                "须依次受理、答复、办结，每步一次。",
            ),
        })),
    }
}

/// Until when the next act is due; `None` once it is closed.
pub fn due(stage: AccusationStage, received: WallTime) -> Option<WallTime> {
    let days = match stage {
        AccusationStage::Received => TAKE_UP_DAYS_MAX,
        AccusationStage::TakenUp => ANSWER_DAYS_MAX,
        AccusationStage::Answered => CLOSE_DAYS_MAX,
        AccusationStage::Closed => return None,
    };
    Some(received.plus_us(days * DAY_US))
}
