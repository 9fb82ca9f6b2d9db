//! What is found today, by weight, and what will be in the days to come if nothing is done: of the register by asking the law about
//! later days, of clocks that run beside it by asking them later.
//!
//! It reads and judges nothing of its own. The invariant: what is coming is what the same rules find on that day, and no calendar stands beside
//! them.

use super::{
    belonging::Belonging,
    claims,
    error::Answer,
    findings::{Look, SILENT, beside, facts, found_for, hear, look, look_in, start_of, waiting, weight_of},
    in_time, routines, supervision,
    types::{ComingFinding, Finding},
};
use crate::app::App;
use law::detect::{Against, Ahead, Coming, Detected, DutyStanding, Register, Severity, duties, duties_of};
use model::{Cx, WallTime};
use std::collections::HashSet;
use std::sync::Arc;

const DAY_US: i64 = 86_400_000_000;

/// What is found today, by weight, and what will be.
#[derive(Debug)]
pub struct Foreseen {
    pub(super) breaches: u64,
    pub(super) due: u64,
    pub(super) notes: u64,
    /// Of the first two, each thing once whatever articles say it.
    pub(super) owed: u64,
    pub(super) coming: Vec<ComingFinding>,
    /// The register's duties that bind, from the same facts, and the routines'.
    pub(super) duties: Vec<DutyStanding>,
    held: Vec<Held>,
}

/// What a duty is held against, and the id of the system in which it is found.
#[derive(Debug)]
struct Held {
    article: String,
    control: &'static str,
    about: String,
    evidence: Vec<law::detect::Named>,
    /// `None`: on a day to come.
    weight: Option<Severity>,
    system: Option<String>,
}

impl Held {
    /// `None`: no duty's.
    fn of(found: &Detected, weight: Option<Severity>, of: &Belonging) -> Option<Self> {
        Some(Self {
            article: found.article.clone(),
            control: found.control()?,
            about: found.about.id.clone(),
            evidence: found.evidence.clone(),
            weight,
            system: of.system_of(found).map(|system| system.id.clone()),
        })
    }

    fn against(&self) -> Against<'_> {
        Against {
            article: &self.article,
            control: self.control,
            about: &self.about,
            evidence: &self.evidence,
            weight: self.weight,
        }
    }
}

impl Foreseen {
    /// The duties of some systems alone, by their ids.
    pub(super) fn duties_of(
        &self,
        app: &App,
        facts: &Register,
        systems: &HashSet<String>,
    ) -> Vec<DutyStanding> {
        let snapshot = facts.snapshot(&app.registry().packs().library, app.registry().moment(app.now()));
        let own = self.held.iter().filter(|one| one.system.as_ref().is_some_and(|id| systems.contains(id)));
        let against: Vec<Against<'_>> = own.map(Held::against).collect();
        duties_of(&snapshot, &against, &|system| systems.contains(&system.system.id))
    }

    /// What is coming and more than a note, of what passes by the id of what it is about.
    pub fn items(&self, passes: impl Fn(&str) -> bool) -> Vec<law::remind::Item> {
        let item = |one: &ComingFinding| {
            let finding = &one.finding;
            let about = finding.camera.as_ref().or(finding.record.as_ref())?.id.as_str();
            let code = finding.code.as_deref().unwrap_or(finding.kind.as_str());
            let note = weight_of(finding) == Severity::Note;
            (!note && passes(about)).then(|| law::remind::Item {
                key: store::item_key(
                    &finding.article,
                    code,
                    about,
                    finding.evidence.iter().map(|shown| shown.id.as_str()),
                ),
                weight: law::remind::Weight::Coming,
                article: finding.article.clone(),
                code: code.to_owned(),
                in_days: Some(one.in_days),
            })
        };
        self.coming.iter().filter_map(item).collect()
    }
}

/// What somebody's board shows, as it was worked out a moment ago if nothing was done since.
pub async fn foreseen_for(app: &App, cx: &Cx, days: u16) -> Answer<Arc<Foreseen>> {
    let key = (found_for(app, cx).await?, days);
    match app.foreseen().get(&key) {
        Some(foreseen) => Ok(foreseen),
        None => Ok(app.foreseen().keep(key, foresee(app, cx, days).await?)),
    }
}

async fn foresee(app: &App, cx: &Cx, days: u16) -> Answer<Foreseen> {
    let at = |day: u16| WallTime(cx.now.0.saturating_add(i64::from(day) * DAY_US));
    let facts = facts(app, cx).await?;
    let snapshot = facts.snapshot(&app.registry().packs().library, app.registry().moment(cx.now));
    let mut today = look_in(&facts, &snapshot);
    let silent =
        today.found.iter().filter(|one| one.code == SILENT).map(|one| one.about.id.clone()).collect();
    let others = beside(app, cx, &silent).await?;
    let weighs = |severity| {
        let of_register = today.found.iter().filter(|found| found.severity() == severity).count();
        (of_register + others.iter().filter(|found| weight_of(found) == severity).count()) as u64
    };
    let (breaches, due, notes) = (weighs(Severity::Breach), weighs(Severity::Due), weighs(Severity::Note));
    let owed = owed(&today.found, &others);
    let found = std::mem::take(&mut today.found);
    let mut ahead = Ahead::new(found.clone(), days);
    while let Some(day) = ahead.wants() {
        ahead.put(day, look(app, &facts, at(day)).found);
    }
    let ahead = ahead.coming();
    let of = Belonging::of(&facts);
    let held = held(&found, &ahead, &of);
    let mut duties = duties(&snapshot, &held.iter().map(Held::against).collect::<Vec<_>>());
    duties.extend(routines::duties(app, cx, &snapshot, at(days)).await?);
    let mut coming: Vec<ComingFinding> =
        ahead.into_iter().map(|one| coming_of(app, &today, one, at)).collect();
    coming.extend(by_clocks(app, cx, at(days)).await?);
    coming.sort_by_key(|one| one.in_days);
    duties.extend(in_time::duties(app, cx, &snapshot, (&others, &coming), at(days)).await?);
    of.put(app, cx, coming.iter_mut().map(|one| &mut one.finding)).await?;
    Ok(Foreseen { breaches, due, notes, owed, coming, duties, held })
}

/// Things that somebody must do something about: the same said of the same is one, as the page of findings shows it.
fn owed(of_register: &[Detected], others: &[Finding]) -> u64 {
    let registered = of_register.iter().map(|one| {
        (one.severity(), one.code, one.about.id.as_str(), one.reason.en.as_str(), one.remedy.en.as_str())
    });
    let others = others.iter().map(|one| {
        let about = one.camera.as_ref().or(one.record.as_ref()).map_or("", |about| about.id.as_str());
        let word = one.code.as_deref().unwrap_or(one.kind.as_str());
        (weight_of(one), word, about, one.reason.en.as_str(), one.remedy.en.as_str())
    });
    let all: HashSet<(Severity, &str, &str, &str, &str)> = registered.chain(others).collect();
    all.iter().filter(|(weight, ..)| *weight != Severity::Note).count() as u64
}

/// What is found today and what will be, as duties are held against it.
fn held(found: &[Detected], coming: &[Coming], of: &Belonging) -> Vec<Held> {
    let now = found.iter().filter_map(|one| Held::of(one, Some(one.severity()), of));
    // A note that comes makes nothing due.
    let then = coming.iter().map(|one| &one.found).filter(|one| one.severity() != Severity::Note);
    now.chain(then.filter_map(|one| Held::of(one, None, of))).collect()
}

/// What clocks beside the register's will say until then: each finding knows the instant since which it is one.
async fn by_clocks(app: &App, cx: &Cx, until: WallTime) -> Answer<Vec<ComingFinding>> {
    let then = Cx { now: until, ..cx.clone() };
    let mut found = routines::coming(app, cx, until).await?;
    found.extend(waiting(app, &then).await?);
    found.extend(claims::found(app, &then).await?);
    found.extend(supervision::coming(app, cx, until).await?);
    hear(app, cx, &mut found).await?;
    found.retain(|one| one.since_ms > cx.now.as_ms() && one.since_ms <= until.as_ms());
    let coming = |finding: Finding| {
        let since = WallTime::from_ms(finding.since_ms);
        let days = since.since_us(cx.now).max(0) as u64;
        ComingFinding {
            in_days: u16::try_from(days.div_ceil(DAY_US as u64)).unwrap_or(u16::MAX),
            day: app.registry().today(since).to_string(),
            finding,
        }
    };
    Ok(found.into_iter().map(coming).collect())
}

fn coming_of(
    app: &App,
    today: &Look,
    one: law::detect::Coming,
    at: impl Fn(u16) -> WallTime,
) -> ComingFinding {
    let day = app.registry().today(at(one.in_days)).to_string();
    let since = start_of(&day);
    ComingFinding { in_days: one.in_days, finding: today.shape(app, one.found, since), day }
}
