//! Accusations from anybody: whom they concern, where they go, how they proceed (national-2016:25).
//!
//! The days are ours: the text says "in time" and no number. Whom words may name is judged widely: keeping an accusation from
//! somebody whom it does not concern costs a little, showing it to somebody whom it concerns costs everything.

use super::area::{Authority, lies_in};
use crate::{Words, access::Refusal};
use model::{AuthorityId, WallTime};

/// Within so many days somebody takes it up.
pub const TAKE_UP_DAYS_MAX: i64 = 7;
/// Counted from its coming in, the reporter has an answer within so many days.
pub const ANSWER_DAYS_MAX: i64 = 30;
/// And it is closed within so many.
pub const CLOSE_DAYS_MAX: i64 = 60;
/// A name of one character stands in too many words to mean anybody.
const NAME_CHARS_MIN: usize = 2;
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

/// Whether words may mean somebody of this name: one stands in the other.
pub fn names_it(words: &str, name: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let (words, name) = (plain(words), plain(name));
    let long = |text: &str| text.chars().count() >= NAME_CHARS_MIN;
    long(&words) && long(&name) && (words.contains(&name) || name.contains(&words))
}

/// Whom an accusation concerns, as far as its words name them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Concerned {
    pub authorities: Vec<AuthorityId>,
    /// Where it is: of the units concerned, or as the reporter says; empty when nothing says it.
    pub divisions: Vec<String>,
}

/// Whether an accusation is kept from an authority: it is accused, or lies below one that is.
pub fn is_concerned(authority: &Authority, accused: &[AuthorityId], all: &[Authority]) -> bool {
    let below = |one: &Authority| {
        one.nearness() < authority.nearness() && lies_in(&authority.division, &one.division)
    };
    accused.contains(&authority.id) || all.iter().any(|one| accused.contains(&one.id) && below(one))
}

/// Where an accusation goes: to the nearest authority of the place that it does not concern; of two, to the police. `None`: to
/// nobody but the auditors whom it does not concern.
pub fn route<'a>(concerned: &Concerned, all: &'a [Authority]) -> Option<&'a Authority> {
    let accused_areas =
        || all.iter().filter(|one| concerned.authorities.contains(&one.id)).map(|one| &one.division);
    let places: Vec<&String> = if concerned.divisions.is_empty() {
        accused_areas().collect()
    } else {
        concerned.divisions.iter().collect()
    };
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
