//! Which penalties an article has, which of them follows from what was found, and on whom a fine falls within which range.
//!
//! An article with several parts may threaten each differently (guangzhou-2007:24, national-2025:27). It chooses only where what
//! was found leaves one; otherwise a person does, and the refusal says so. The invariants kept: a penalty of another part is never taken by
//! itself, and a fine on somebody stays within the range that the text has for them.

use super::order::{OrderFacts, refusal};
use crate::{
    access::Refusal,
    packs::{Duty, Mark, Pack, Penalty, PenaltyStep},
};

/// Fines on people within one order: a unit has seldom more who are directly responsible.
const FINED_PEOPLE_MAX: usize = 20;

/// On whom a fine or a warning falls.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fined {
    Unit,
    /// Whoever of the unit is directly responsible.
    Person,
    /// Somebody who acted for themselves.
    Individual,
}

impl Fined {
    pub const ALL: [Self; 3] = [Self::Unit, Self::Person, Self::Individual];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Person => "person",
            Self::Individual => "individual",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
    /// Least and most that a penalty has for them; `None`: it has none.
    const fn range(self, penalty: &Penalty) -> Option<(Option<u32>, Option<u32>)> {
        let (least, most) = match self {
            Self::Unit => (penalty.unit_min_cny, penalty.unit_max_cny),
            Self::Person => (penalty.person_min_cny, penalty.person_max_cny),
            Self::Individual => (penalty.individual_min_cny, penalty.individual_max_cny),
        };
        if least.is_none() && most.is_none() { None } else { Some((least, most)) }
    }
    /// Whether a penalty has a number for them. A figure of a person may be a responsible one's or a private one's: copies do not say.
    const fn is_named(self, penalty: &Penalty) -> bool {
        let figure = match self {
            Self::Unit => penalty.unit_figure_cny.is_some() || penalty.operating_unit_figure_cny.is_some(),
            Self::Person | Self::Individual => penalty.person_figure_cny.is_some(),
        };
        figure || self.range(penalty).is_some()
    }
}

/// A fine as a person decides it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fine {
    pub on: Fined,
    pub amount_cny: u32,
}

/// Those whom a penalty fines: all, where it has no number for anybody, or none that was read in the text.
pub fn fined_by(penalty: &Penalty) -> Vec<Fined> {
    let named: Vec<Fined> = Fined::ALL.into_iter().filter(|one| one.is_named(penalty)).collect();
    if named.is_empty() || penalty.fine_mark() != Mark::Text { Fined::ALL.to_vec() } else { named }
}

/// Whether a fine may still fall on them: one on each, but more than one person may be responsible.
pub fn may_fall(fined: &[Fined], on: Fined) -> bool {
    let count = fined.iter().filter(|one| **one == on).count();
    count < if on == Fined::Person { FINED_PEOPLE_MAX } else { 1 }
}

/// A fine on somebody whom the article fines, within its range; what is not read in the text refuses nothing.
pub(super) fn within_range(
    facts: &OrderFacts<'_>,
    penalty: &Penalty,
    fine: Fine,
) -> Result<(), Box<Refusal>> {
    if penalty.fine_mark() != Mark::Text {
        return Ok(());
    }
    if !fined_by(penalty).contains(&fine.on) {
        return Err(refusal(
            facts.article,
            "fine_not_on_them",
            ("The article has no fine on them.", "该条款未规定对此类对象罚款。"),
            ("Fine somebody for whom the article has a range.", "请选择条款规定了罚款幅度的对象。"),
        ));
    }
    let Some((least, most)) = fine.on.range(penalty) else { return Ok(()) };
    let above =
        most.is_some_and(|most| fine.amount_cny > most || (penalty.max_excluded && fine.amount_cny == most));
    if fine.amount_cny < least.unwrap_or(0) || above {
        return Err(refusal(
            facts.article,
            "fine_out_of_range",
            ("The fine is outside the article's range for them.", "罚款数额超出条款对该对象规定的幅度。"),
            ("Name an amount within the range that is shown for them.", "请在所示该对象的幅度内确定数额。"),
        ));
    }
    Ok(())
}

/// A penalty that an article may have.
#[derive(Clone, Debug)]
pub struct Threat<'p> {
    /// The article that threatens, and which of its penalties, from one.
    pub article: &'p str,
    pub row: usize,
    pub penalty: &'p Penalty,
    /// It names the article that was breached; otherwise it is for any breach.
    pub own: bool,
    /// The duties that it answers, where it answers some of the article only.
    pub parts: Vec<&'p Duty>,
}

impl Threat<'_> {
    /// By what a person names it.
    pub fn key(&self) -> String {
        format!("{}/{}", self.article, self.row)
    }
    fn refers(&self) -> bool {
        self.penalty.chain == [PenaltyStep::Refer]
    }
}

/// What follows from what was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Follows {
    /// This one of those that are [`threatened`].
    One(usize),
    /// The pack threatens nothing for it.
    Nothing,
    /// Several may: a person decides.
    Open,
}

/// What a person named instead of a penalty: the order threatens none.
pub const NO_PENALTY: &str = "none";

fn article_of(number: &str) -> &str {
    number.split(['(', ',']).next().unwrap_or_default().trim()
}

/// The duties of an article that a penalty answers; empty is the whole article.
fn parts_of<'p>(pack: &'p Pack, number: &str, penalty: &Penalty) -> Vec<&'p Duty> {
    let own: Vec<&String> = penalty.clauses.iter().filter(|clause| article_of(clause) == number).collect();
    duties_of(pack, number).filter(|duty| own.contains(&&duty.clause)).collect()
}

fn duties_of<'p>(pack: &'p Pack, number: &str) -> impl Iterator<Item = &'p Duty> {
    let found = pack.articles.iter().find(|article| article.number == number);
    found.into_iter().flat_map(|article| &article.duties)
}

/// Every penalty that a pack may have for the breach of an article: those for it, then those for any breach.
fn chains_of<'p>(pack: &'p Pack, number: &str) -> Vec<Threat<'p>> {
    let number = article_of(number);
    let mut threats = Vec::new();
    for article in &pack.articles {
        let held = article.duties.iter().filter_map(|duty| duty.parameters.penalty.as_ref());
        for (at, penalty) in held.flat_map(|held| &held.value).enumerate() {
            let own = penalty.articles.iter().any(|named| named == number);
            if own || penalty.articles.is_empty() {
                let parts = parts_of(pack, number, penalty);
                threats.push(Threat { article: &article.number, row: at + 1, penalty, own, parts });
            }
        }
    }
    threats.sort_by_key(|threat| !threat.own);
    threats
}

/// Which of them follows from what was found: by the clause that the line names, else by the controls that found it. A penalty goes before
/// a mere referral, one for the part that was found before one for any breach.
fn follows(pack: &Pack, number: &str, controls: &[String], threats: &[Threat<'_>]) -> Follows {
    let found: Vec<&str> = duties_of(pack, article_of(number))
        .filter(|duty| {
            if number == article_of(number) {
                duty.controls.iter().any(|control| controls.contains(control))
            } else {
                duty.clause == number
            }
        })
        .map(|duty| duty.clause.as_str())
        .collect();
    // Each part that was found has to be answered by it; one for the whole article answers any.
    let answers = |threat: &Threat<'_>| {
        let parts = |clause: &&str| threat.parts.iter().any(|part| part.clause == **clause);
        threat.own && (threat.parts.is_empty() || (!found.is_empty() && found.iter().all(parts)))
    };
    let among = |wanted: &dyn Fn(&Threat<'_>) -> bool| -> Vec<usize> {
        threats.iter().enumerate().filter(|(_, threat)| wanted(threat)).map(|(at, _)| at).collect()
    };
    let own = among(&|threat| answers(threat) && !threat.refers());
    let own = if own.is_empty() { among(&answers) } else { own };
    let other_parts = threats.iter().any(|threat| threat.own);
    match own.as_slice() {
        [one] => Follows::One(*one),
        // Which part it is nobody knows but a person.
        [] if other_parts && found.is_empty() => Follows::Open,
        [] => match among(&|threat| !threat.own && !threat.refers()).as_slice() {
            [one] => Follows::One(*one),
            [] if !other_parts => Follows::Nothing,
            _ => Follows::Open,
        },
        _ => Follows::Open,
    }
}

/// What a pack may have for what a line found, and which of it follows.
pub fn threatened<'p>(pack: &'p Pack, number: &str, found_by: &[String]) -> (Vec<Threat<'p>>, Follows) {
    let threats = chains_of(pack, number);
    let follows = follows(pack, number, found_by, &threats);
    (threats, follows)
}

/// The penalty of an order: the one that a person named, else the one that follows.
///
/// # Errors
/// Several may be meant, or the article has none of that name.
pub fn chosen<'t, 'p>(
    article: &str,
    threats: &'t [Threat<'p>],
    follows: Follows,
    named: Option<&str>,
) -> Result<Option<&'t Threat<'p>>, Box<Refusal>> {
    match (named, follows) {
        (Some(NO_PENALTY), _) | (None, Follows::Nothing) => Ok(None),
        (None, Follows::One(at)) => Ok(threats.get(at)),
        (Some(named), _) => threats.iter().find(|threat| threat.key() == named).map(Some).ok_or_else(|| {
            refusal(
                article,
                "penalty_not_of_article",
                ("The text does not threaten this for the article.", "文本没有为该条款规定此项处罚。"),
                ("Choose one of the penalties that are shown.", "请在所示的处罚中选择。"),
            )
        }),
        (None, Follows::Open) => Err(refusal(
            article,
            "penalty_unchosen",
            (
                "The parts of this article threaten differently, and what was found does not say which is meant.",
                "该条款各部分的处罚不同，所发现的情况不足以确定适用哪一项。",
            ),
            (
                "Choose the penalty that the breach comes under, or none.",
                "请选择该违法情形适用的处罚，或选择不援引处罚。",
            ),
        )),
    }
}
