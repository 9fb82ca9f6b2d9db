//! Values that a unit sets beside those of a pack, with a document: a longer floor where "otherwise provided", a value that
//! the copy garbled and somebody looked up.
//!
//! It decides which values may be set, and what holds once one is. The invariants kept: no override shortens a floor that is
//! computed with, and none lifts a private place that a pack's text names. What is weaker than the pack's value is refused
//! when it is asked for, and counts for nothing where the pack became stricter since.

use super::{
    ArticleId, Library, Mark, Pack,
    parameters::{Parameters, ValueError},
};
use crate::{Day, Words, access::Refusal, register::Problem};
use serde_json::Value;

/// Ten years: longer is a typing error.
const DAYS_MAX: u64 = 3_650;
/// Parts of a list; the longest of ours has twenty.
const LIST_MAX: usize = 100;

/// What of two values is the stricter one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sense {
    /// Days for which something is kept.
    Longest,
    /// Days within which something is done.
    Shortest,
    /// A list that names everything of both.
    All,
    /// Yes is stricter than no.
    Yes,
}

/// The values that can be set locally. Rights of others, penalties and who may build are nobody's to set.
const SETTABLE: [(&str, Sense); 17] = [
    ("footage_floor_days", Sense::Longest),
    ("filing_window_days", Sense::Shortest),
    ("filing_window_existing_days", Sense::Shortest),
    ("private_place_kinds", Sense::All),
    ("passwords_place_categories", Sense::All),
    ("design_review_by", Sense::All),
    ("system_test_by", Sense::All),
    ("acceptance_with", Sense::All),
    ("filing_papers", Sense::All),
    ("public_project_papers", Sense::All),
    ("change_needs_authorisation", Sense::All),
    ("qualification_required", Sense::Yes),
    ("planning_permit", Sense::Yes),
    ("net_reduction_refused", Sense::Yes),
    ("main_works_together", Sense::Yes),
    ("customers_passwords_excluded", Sense::Yes),
    ("shift_watch", Sense::Yes),
];

/// The values that are judged place by place, and so can be set for one place.
const OF_A_PLACE: [&str; 2] = ["footage_floor_days", "private_place_kinds"];

/// One value of one article, set for a unit, a system or a place.
#[derive(Clone, PartialEq, Debug)]
pub struct Override {
    /// The article whose value it stands beside.
    pub article: ArticleId,
    /// The value's name in the pack.
    pub parameter: String,
    pub value: Value,
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day.
    pub until: Option<String>,
    /// The place for which alone it is.
    pub place: Option<String>,
}

impl Override {
    pub fn holds_on(&self, today: &str) -> bool {
        self.from.as_str() <= today && self.until.as_deref().is_none_or(|until| today <= until)
    }

    fn sense(&self) -> Option<Sense> {
        SETTABLE.iter().find(|(name, _)| *name == self.parameter).map(|(_, sense)| *sense)
    }
}

/// Names of the values that can be set locally.
pub fn settable() -> impl Iterator<Item = &'static str> {
    SETTABLE.iter().map(|(name, _)| *name)
}

/// What is wrong with an override as it is written; empty when the law may look at it.
pub fn problems(library: &Library, new: &Override) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut wrong = |field: &str, en: &str, zh: &str| found.push(Problem::new(field, en, zh));
    if Day::read(&new.from).is_none() {
        wrong("from", "is not a date as 2026-03-31", "应为日期，如 2026-03-31");
    }
    if let Some(until) = &new.until {
        if Day::read(until).is_none() {
            wrong("until", "is not a date as 2026-03-31", "应为日期，如 2026-03-31");
        } else if *until < new.from {
            wrong("until", "is before its first day", "早于起始日期");
        }
    }
    let Some(sense) = new.sense() else {
        wrong("parameter", "is no value that can be set locally", "该数值不可在本地另行设定");
        return found;
    };
    if new.place.is_some() && !OF_A_PLACE.contains(&new.parameter.as_str()) {
        wrong(
            "place_id",
            "this value is of the whole system, not of a place",
            "该数值适用于整个系统，不能只针对场所",
        );
    }
    let pack = library.pack(&new.article.pack);
    if pack.and_then(|pack| value_of(pack, new)).is_none() {
        wrong("article", "gives no such value", "该条未规定此数值");
    }
    if !fits(library, sense, new) {
        wrong(
            "value",
            "is no such value: days from 1 to 3650, known words, or yes",
            "数值不符：应为 1 至 3650 天、已知词语或“是”",
        );
    }
    found
}

fn fits(library: &Library, sense: Sense, new: &Override) -> bool {
    let shaped = match sense {
        Sense::Longest | Sense::Shortest => {
            new.value.as_u64().is_some_and(|days| (1..=DAYS_MAX).contains(&days))
        }
        Sense::All => new.value.as_array().is_some_and(|list| !list.is_empty() && list.len() <= LIST_MAX),
        Sense::Yes => new.value.is_boolean(),
    };
    let known = |word: &str| match new.parameter.as_str() {
        "private_place_kinds" => library.private_kinds.iter().any(|kind| kind.id == word),
        "passwords_place_categories" => library.categories.iter().any(|category| category.id == word),
        _ => !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
    };
    let words = new.value.as_array().into_iter().flatten();
    shaped
        && words.into_iter().all(|word| word.as_str().is_some_and(known))
        && Parameters::default().set(&new.parameter, new.value.clone(), Mark::Override).is_ok()
}

/// `None`: the value may be set. Otherwise why not: it is weaker than what the article says.
pub fn refuse(library: &Library, new: &Override) -> Option<Refusal> {
    let (value, mark) = library.pack(&new.article.pack).and_then(|pack| value_of(pack, new))?;
    let sense = new.sense()?;
    if stricter(sense, mark, &value, &new.value) == new.value {
        return None;
    }
    Some(Refusal {
        article: new.article.to_string().into(),
        code: "override_weaker",
        reason: Words::new(
            format!("{} says {}; {} would be weaker.", new.article, shown(&value), shown(&new.value)),
            format!("{} 规定为 {}；{} 低于该要求。", new.article, shown(&value), shown(&new.value)),
        ),
        remedy: match sense {
            Sense::Longest => Words::new("Set it to as many days or more.", "请设为同样或更长的天数。"),
            Sense::Shortest => Words::new("Set it to as many days or fewer.", "请设为同样或更短的天数。"),
            Sense::All => Words::new(
                "Name everything that the article names, and more.",
                "请包含该条所列全部内容，可以增加。",
            ),
            Sense::Yes => Words::new("Leave it as the article says.", "请保持该条的规定。"),
        },
    })
}

fn shown(value: &Value) -> String {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// The value that an override stands beside. Where an article gives it in two duties, it is the one that nobody has read for
/// certain (datong-2008:9).
fn value_of(pack: &Pack, of: &Override) -> Option<(Value, Mark)> {
    let duty = at(pack, of)?;
    let article = pack.articles.iter().find(|article| article.number == of.article.number)?;
    article.duties.get(duty)?.parameters.get(&of.parameter)
}

fn at(pack: &Pack, of: &Override) -> Option<usize> {
    let article = pack.articles.iter().find(|article| article.number == of.article.number)?;
    let given = article.duties.iter().enumerate();
    let given = given.filter_map(|(at, duty)| Some((at, duty.parameters.get(&of.parameter)?.1)));
    given.min_by_key(|(_, mark)| matches!(mark, Mark::Text | Mark::Secondary)).map(|(at, _)| at)
}

/// What holds of a pack's value and the one that was set. A value that is garbled or the product's own gives way to what
/// somebody looked up, but a floor that is computed with never gets shorter.
fn stricter(sense: Sense, mark: Mark, value: &Value, set: &Value) -> Value {
    let gives_way = match mark {
        Mark::Unverified => true,
        Mark::Product => sense != Sense::Longest,
        Mark::Text | Mark::Secondary | Mark::Override => false,
    };
    if gives_way {
        return set.clone();
    }
    let days = |value: &Value| value.as_u64().unwrap_or_default();
    match sense {
        Sense::Longest if days(value) > days(set) => value.clone(),
        Sense::Shortest if days(value) < days(set) => value.clone(),
        Sense::Longest | Sense::Shortest => set.clone(),
        Sense::All => {
            let mut all = set.as_array().cloned().unwrap_or_default();
            let more = value.as_array().into_iter().flatten();
            let more: Vec<Value> = more.filter(|word| !all.contains(word)).cloned().collect();
            all.extend(more);
            Value::Array(all)
        }
        Sense::Yes => Value::Bool(value.as_bool().unwrap_or(false) || set.as_bool().unwrap_or(false)),
    }
}

/// The pack with what was set beside its values; `None` when none of it is of this pack.
pub(super) fn applied<'a>(pack: &Pack, overrides: impl Iterator<Item = &'a Override>) -> Option<Pack> {
    let mut changed: Option<Pack> = None;
    for one in overrides.filter(|one| one.article.pack == pack.id) {
        let current = changed.as_ref().unwrap_or(pack);
        let (Some(sense), Some((value, mark))) = (one.sense(), value_of(current, one)) else { continue };
        let holds = stricter(sense, mark, &value, &one.value);
        if holds == value && mark != Mark::Unverified {
            continue;
        }
        let mut next = current.clone();
        // A pack that was edited since may hold the value in another form: then it stays as the pack has it.
        if set(&mut next, one, holds).is_ok() {
            changed = Some(next);
        }
    }
    changed
}

fn set(pack: &mut Pack, of: &Override, value: Value) -> Result<(), ValueError> {
    let Some(at) = at(pack, of) else { return Ok(()) };
    let article = pack.articles.iter_mut().find(|article| article.number == of.article.number);
    match article.and_then(|article| article.duties.get_mut(at)) {
        Some(duty) => duty.parameters.set(&of.parameter, value, Mark::Override),
        None => Ok(()),
    }
}
