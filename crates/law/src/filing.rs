//! Filing with the public security organ: which filings a system owes, from which day, until when, and what became of each.
//!
//! Pure: facts and the day in, filings out. One filing per pack that has the duty, since recipients and papers differ; they
//! are not combined. It files nothing itself and blocks nothing: use never waits for a filing (national-2016:12,
//! datong-2008:15, chongqing:9). The invariant kept: a filing is late only by a day that the pack's own values give; where they
//! give none, that is what is said.

use crate::packs::{
    Article, ArticleId, FilingBy, FilingFrom, Force, Mark, Marked, Pack, Parameters, Recipient, Rules,
};
use crate::{Day, Words, detect::Named};

/// So many days before the last one a filing is shown as coming.
pub const COMING_DAYS: i64 = 7;

/// The days of a system's life that windows run from, and what was filed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FilingFacts {
    /// Construction was completed.
    pub completed: Option<Day>,
    pub accepted: Option<Day>,
    /// Taken into use; also of systems older than the life cycle.
    pub used: Option<Day>,
    /// The step of each of the three, by its entry; of systems older than the life cycle there is none.
    pub steps: Vec<(FilingFrom, Named)>,
    /// Kinds of the papers that lie with the system.
    pub papers: Vec<String>,
    pub filed: Vec<Filed>,
    /// It is no longer in use: nothing new is owed.
    pub ended: bool,
}

/// A filing that was made under a pack; the last one counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filed {
    pub pack: String,
    /// The day on which it was handed in, as whoever entered it says.
    pub on: Day,
    /// The day of its entry, and that of the organ's receipt: these show it.
    pub entered: Day,
    pub received: Option<Day>,
    /// What was filed is no longer what the register says.
    pub outdated: bool,
    /// The day on which something that it was made of was first written otherwise since.
    pub changed: Option<Day>,
    /// The filing itself.
    pub shown_by: Named,
}

/// Where a filing stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FilingState {
    /// The window has not begun.
    NotYet,
    /// It is owed, and the text gives no last day that could be computed.
    Undated,
    Owed {
        due: Day,
    },
    Late {
        due: Day,
    },
    Filed {
        on: Day,
        late_days: i64,
    },
    /// Filed, and the filed facts changed since.
    Amend {
        filed: Day,
    },
}

/// A filing under one pack.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filing {
    pub article: ArticleId,
    pub force: Force,
    pub state: FilingState,
    pub window_days: u16,
    /// The earliest day that is known on which there was something to file, whatever the window runs from: nothing is filed before it.
    pub begins: Option<Day>,
    pub from: FilingFrom,
    /// The window is that of systems older than the pack.
    pub existing: bool,
    pub by: FilingBy,
    pub recipient: Option<Recipient>,
    /// Kinds of paper that the text names.
    pub papers: Vec<String>,
    /// Those of them that neither lie with the system nor come out of the register.
    pub missing: Vec<String>,
    /// A value that it rests on is unverified: a person should look it up.
    pub unverified: bool,
    /// The step that its window runs from; of one that was made, the last filing.
    pub shown_by: Option<Named>,
    /// Since which day what was filed is outdated.
    pub changed: Option<Day>,
}

/// Papers that the register itself yields as part of the dossier.
const FROM_REGISTER: [&str; 5] =
    ["equipment-list", "technical-parameters", "point-distribution", "unit", "retention-period"];

/// Every filing that the system owes or made, in the packs' order.
pub fn filings(rules: &Rules<'_>, facts: &FilingFacts, today: Day) -> Vec<Filing> {
    rules.packs().filter_map(|(pack, force)| filing(pack, force, facts, today)).collect()
}

fn filing(pack: &Pack, force: Force, facts: &FilingFacts, today: Day) -> Option<Filing> {
    let (window, article) = first(pack, |values| values.filing_window_days.as_ref())?;
    let from = first(pack, |values| values.filing_from.as_ref());
    let by = first(pack, |values| values.filing_by.as_ref());
    let recipient = first(pack, |values| values.filing_recipient.as_ref());
    let papers = first(pack, |values| values.filing_papers.as_ref()).map(|(papers, _)| papers.value.clone());
    let older = first(pack, |values| values.filing_window_existing_days.as_ref());
    let amends = first(pack, |values| values.filing_change_notice.as_ref()).is_some();
    let begins = from.map_or(FilingFrom::Acceptance, |(from, _)| from.value);
    let in_force = pack.in_force.as_deref().and_then(Day::read);
    let existing = older.filter(|_| is_older(facts, in_force));
    let window_days = existing.map_or(window.value, |(days, _)| days.value);
    let marks = [Some(window.mark), from.map(|(from, _)| from.mark), existing.map(|(days, _)| days.mark)];
    let began = start(begins, facts);
    let start = if existing.is_some() { in_force } else { began.map(|(_, day)| day) };
    let due = start.map(|day| day.plus(i64::from(window_days)));
    let made = facts.filed.iter().rfind(|filed| filed.pack == pack.id);
    let step = began.filter(|_| existing.is_none()).and_then(|(step, _)| facts.step(step));
    let papers = papers.unwrap_or_default();
    let missing = papers.iter().filter(|paper| {
        !FROM_REGISTER.contains(&paper.as_str()) && *paper != "other" && !facts.papers.contains(paper)
    });
    Some(Filing {
        article: ArticleId::new(&pack.id, &article.number),
        force,
        state: state(&pack.id, facts, due, existing.is_some(), amends, today),
        window_days,
        begins: [facts.completed, facts.accepted, facts.used].into_iter().flatten().min(),
        from: begins,
        existing: existing.is_some(),
        by: by.map_or(FilingBy::UserUnit, |(by, _)| by.value),
        recipient: recipient.map(|(recipient, _)| recipient.value.clone()),
        missing: missing.cloned().collect(),
        papers,
        unverified: marks.into_iter().flatten().any(|mark| mark == Mark::Unverified),
        shown_by: made.map(|made| &made.shown_by).or(step).cloned(),
        changed: made.and_then(|made| made.changed),
    })
}

impl Filed {
    /// The day on which it counts as filed against a last day: its own, where that is late anyway or an entry or the organ's receipt of that
    /// time shows it; else the first day that shows it. A day written down afterwards makes nothing timely (datong-2008:15).
    fn counts(&self, due: Day) -> Day {
        let shown = self.received.map_or(self.entered, |received| received.min(self.entered));
        if self.on > due || shown <= due { self.on } else { shown }
    }
}

impl FilingFacts {
    fn step(&self, wanted: FilingFrom) -> Option<&Named> {
        self.steps.iter().find(|(step, _)| *step == wanted).map(|(_, shown)| shown)
    }
}

/// In use before the pack was in force. Where its text gives no such day nobody can know, and the ordinary window holds.
fn is_older(facts: &FilingFacts, in_force: Option<Day>) -> bool {
    facts.used.zip(in_force).is_some_and(|(used, in_force)| used < in_force)
}

/// The day from which the window runs. A later stage was only reached through the earlier: when its day is not known (older
/// systems), the next one that is stands for it.
fn start(from: FilingFrom, facts: &FilingFacts) -> Option<(FilingFrom, Day)> {
    let used = facts.used.map(|day| (FilingFrom::Use, day));
    let accepted = facts.accepted.map(|day| (FilingFrom::Acceptance, day)).or(used);
    match from {
        FilingFrom::Completion => facts.completed.map(|day| (FilingFrom::Completion, day)).or(accepted),
        FilingFrom::Acceptance => accepted,
        FilingFrom::Use => used,
    }
}

fn state(
    pack: &str,
    facts: &FilingFacts,
    due: Option<Day>,
    existing: bool,
    amends: bool,
    today: Day,
) -> FilingState {
    let filed: Vec<&Filed> = facts.filed.iter().filter(|filed| filed.pack == pack).collect();
    if let (Some(first), Some(last)) = (filed.first(), filed.last()) {
        if amends && last.outdated && !facts.ended {
            return FilingState::Amend { filed: last.on };
        }
        let late_days = due.map_or(0, |due| {
            let counted = filed.iter().map(|one| one.counts(due)).min().unwrap_or(first.on);
            counted.since(due).max(0)
        });
        return FilingState::Filed { on: last.on, late_days };
    }
    match due {
        _ if facts.ended && facts.used.is_none() => FilingState::NotYet,
        // The last day itself is in time.
        Some(due) if today > due => FilingState::Late { due },
        Some(due) => FilingState::Owed { due },
        None if existing => FilingState::Undated,
        None => FilingState::NotYet,
    }
}

type Found<'p, T> = (&'p Marked<T>, &'p Article);

/// The first duty of a pack that gives a value.
fn first<'p, T>(
    pack: &'p Pack,
    pick: impl Fn(&'p Parameters) -> Option<&'p Marked<T>>,
) -> Option<Found<'p, T>> {
    pack.articles.iter().find_map(|article| {
        let value = article.duties.iter().find_map(|duty| pick(&duty.parameters))?;
        Some((value, article))
    })
}

/// The day since which it is late or outdated: the last one of its window, or that of the change.
pub fn wrong_since(filing: &Filing) -> Option<Day> {
    match filing.state {
        FilingState::Late { due } => Some(due),
        FilingState::Amend { .. } => filing.changed,
        _ => None,
    }
}

/// What a late or outdated filing is as a finding: code, reason, remedy. `None` when nothing is wrong.
pub fn wrong(filing: &Filing) -> Option<(&'static str, Words, Words)> {
    match filing.state {
        FilingState::Late { due } => Some((
            "not_filed",
            Words::new(
                format!("The system is not filed; the last day was {due}."),
                format!("系统尚未备案，期限为 {due}。"),
            ),
            Words::new(
                "File the dossier with the recipient, then enter the filing here.",
                "请向受理机关报送备案材料，并在此登记备案。",
            ),
        )),
        FilingState::Amend { filed } => Some((
            "filing_outdated",
            Words::new(
                format!("What was filed on {filed} is no longer what the register says."),
                format!("{filed} 备案的内容与现有登记不一致。"),
            ),
            Words::new("File the changed dossier again.", "请重新报送变更后的备案材料。"),
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
