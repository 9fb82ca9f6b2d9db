//! Places and areas: rounds of private places, plans without approval, targets that were missed, reports of pressure that are
//! open; and the figures of an area.
//!
//! A duty of an area is that of the packs whose division holds it, or that the unit adopted. Nothing is counted twice: a point
//! belongs to the division of its place.

use super::{
    Detected,
    facts::{Named, PlaceFacts, Snapshot, SystemKnown},
    kept_facts::{PlanRecord, PressureFacts, RoundFacts, TargetFacts},
    places::{Here, demands},
};
use crate::{
    Words,
    packs::{ArticleId, Force, Library, Pack},
};
use std::collections::HashMap;

/// What one division has (datong-2008:4, chongqing:3, national-2016:5).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AreaFigures {
    pub places: u32,
    /// Places that must have a system, and those of them that have one.
    pub places_owed: u32,
    pub places_covered: u32,
    pub points: u32,
    pub systems: u32,
    pub systems_in_use: u32,
}

impl AreaFigures {
    /// Of the places that must have a system, in hundredths; all of none is all.
    pub fn covered_percent(&self) -> f64 {
        if self.places_owed == 0 {
            return 100.0;
        }
        f64::from(self.places_covered) * 100.0 / f64::from(self.places_owed)
    }

    pub(super) fn add(&mut self, other: Self) {
        self.each(other, u32::saturating_add);
    }

    pub(super) fn take(&mut self, other: Self) {
        self.each(other, u32::saturating_sub);
    }

    fn each(&mut self, other: Self, with: fn(u32, u32) -> u32) {
        self.places = with(self.places, other.places);
        self.places_owed = with(self.places_owed, other.places_owed);
        self.places_covered = with(self.places_covered, other.places_covered);
        self.points = with(self.points, other.points);
        self.systems = with(self.systems, other.systems);
        self.systems_in_use = with(self.systems_in_use, other.systems_in_use);
    }
}

/// The figures of a division and everything in it, by the first digits of its code.
pub fn figures(snapshot: &Snapshot<'_>, division: &str) -> AreaFigures {
    let within = prefix(division);
    let mut figures = AreaFigures::default();
    for place in snapshot.places.iter().filter(|place| place.division.starts_with(within)) {
        figures.add(of_place(snapshot.library, place));
    }
    for system in snapshot.systems.iter().filter(|system| system.division.starts_with(within)) {
        figures.add(of_system(system));
    }
    figures
}

/// Whether a pack of its division demands a system at this place.
pub fn owes_system(library: &Library, place: &PlaceFacts) -> bool {
    library.packs.iter().any(|pack| pack.holds(&place.division) && demands(pack, place).is_some())
}

/// What one place adds to the figures of its division.
pub(super) fn of_place(library: &Library, place: &PlaceFacts) -> AreaFigures {
    let owed = owes_system(library, place);
    AreaFigures {
        places: 1,
        points: place.points,
        places_owed: u32::from(owed),
        places_covered: u32::from(owed && place.points > 0),
        ..AreaFigures::default()
    }
}

/// What one system adds.
pub(super) fn of_system(system: &SystemKnown) -> AreaFigures {
    let in_use = system.stage == crate::life_cycle::Stage::InUse;
    AreaFigures { systems: 1, systems_in_use: u32::from(in_use), ..AreaFigures::default() }
}

/// GB/T 2260: pairs of digits for province, city and county.
pub(super) fn prefix(division: &str) -> &str {
    let mut prefix = division;
    while prefix.len() >= 2 && prefix.ends_with("00") {
        prefix = &prefix[..prefix.len() - 2];
    }
    prefix
}

/// The article of a pack that demands a system at this place.
pub(super) fn demanded(pack: &Pack, place: &PlaceFacts) -> Option<ArticleId> {
    demands(pack, place)
}

pub(super) fn all(snapshot: &Snapshot<'_>, found: &mut Vec<Detected>) {
    let mut of_place: HashMap<&str, Vec<&RoundFacts>> = HashMap::new();
    for round in &snapshot.kept.rounds {
        of_place.entry(round.place.id.as_str()).or_default().push(round);
    }
    for place in &snapshot.places {
        let own = of_place.get(place.place.id.as_str()).map_or(&[][..], Vec::as_slice);
        rounds(place, own, &snapshot.yesterday, Here::of(snapshot, &place.unit), found);
    }
    for one in &snapshot.kept.plans {
        plan(one, Here::of(snapshot, &one.unit), found);
    }
    for one in &snapshot.kept.targets {
        target(one, Here::of(snapshot, &one.unit), found);
    }
    for one in &snapshot.kept.pressures {
        pressure(one, found);
    }
}

/// The duty that a control serves in a unit's area: of a pack that binds, if there is one.
fn duty(here: Here<'_>, division: &str, control: &str) -> Option<(ArticleId, Force)> {
    let mut first = None;
    for pack in &here.library.packs {
        let own = here.adopted.contains(&pack.id);
        if !own && !pack.holds(division) {
            continue;
        }
        let Some(article) = pack.served_by(control) else { continue };
        if own || here.library.binds(pack, here.today) {
            return Some((article, Force::Binds));
        }
        first = first.or(Some((article, Force::Findings)));
    }
    first
}

struct Seen<'a> {
    code: &'static str,
    about: &'a Named,
    evidence: Vec<Named>,
    since: Option<String>,
}

impl<'a> Seen<'a> {
    const fn of(code: &'static str, about: &'a Named) -> Self {
        Self { code, about, evidence: Vec::new(), since: None }
    }
}

fn push(
    found: &mut Vec<Detected>,
    (article, force): (ArticleId, Force),
    seen: Seen<'_>,
    (en, zh): (String, String),
    remedy: (&str, &str),
) {
    found.push(Detected {
        article: article.to_string(),
        code: seen.code,
        about: seen.about.clone(),
        evidence: seen.evidence,
        since: seen.since,
        reason: Words::new(en, zh),
        remedy: Words::new(remedy.0, remedy.1),
        force,
    });
}

/// national-2025:8: every day, and reported.
pub(super) fn rounds(
    place: &PlaceFacts,
    own: &[&RoundFacts],
    yesterday: &str,
    here: Here<'_>,
    found: &mut Vec<Detected>,
) {
    let served = || duty(here, &place.division, "private-place-rounds");
    let last = own.iter().map(|round| round.day.as_str()).max();
    // The day is not over yet: yesterday's is enough.
    if place.private_kind.is_some()
        && last.is_none_or(|day| day < yesterday)
        && let Some(served) = served()
    {
        let reason = match last {
            Some(day) => (
                format!("'{}' was last looked through on {day}; it is due every day.", place.place.name),
                format!("“{}”最近一次巡查为 {day}，应当每日巡查。", place.place.name),
            ),
            None => (
                format!("'{}' was never looked through for hidden cameras.", place.place.name),
                format!("“{}”没有巡查记录。", place.place.name),
            ),
        };
        let seen = Seen { since: last.map(str::to_owned), ..Seen::of("rounds_missing", &place.place) };
        push(found, served, seen, reason, ("Look through it and register the round.", "请巡查并登记。"));
    }
    for round in own.iter().filter(|round| round.found && !round.reported) {
        let Some(served) = served() else { continue };
        let reason = (
            format!("Something was found in '{}' on {} and is not reported.", round.place.name, round.day),
            format!("{} 在“{}”发现情况，尚未报告。", round.day, round.place.name),
        );
        let seen = Seen {
            evidence: vec![round.place.clone()],
            since: Some(round.day.clone()),
            ..Seen::of("found_unreported", &round.round)
        };
        push(found, served, seen, reason, ("Report it, and enter to whom and when.", "请报告并登记。"));
    }
}

/// qingdao:6, guangzhou-2007:7, national-2025:3
pub(super) fn plan(plan: &PlanRecord, here: Here<'_>, found: &mut Vec<Detected>) {
    if plan.approved {
        return;
    }
    let Some(served) = duty(here, &plan.division, "plan-register") else { return };
    let reason = (
        format!("The plan '{}' has no approval on record.", plan.plan.name),
        format!("规划“{}”没有登记批准。", plan.plan.name),
    );
    let remedy = ("Enter who approved it, when, and the document.", "请登记批准机关、日期和文件。");
    push(found, served, Seen::of("plan_unapproved", &plan.plan), reason, remedy);
}

/// datong-2008:4, chongqing:3, national-2016:5
pub(super) fn target(target: &TargetFacts, here: Here<'_>, found: &mut Vec<Detected>) {
    if target.due_on.as_str() >= here.today || target.reached >= target.value {
        return;
    }
    let Some(served) = duty(here, &target.division, "area-targets") else { return };
    let reason = (
        format!("The target was {} by {}; it is {:.1}.", target.value, target.due_on, target.reached),
        format!("目标为 {} 前达到 {}，现为 {:.1}。", target.due_on, target.value, target.reached),
    );
    let seen = Seen { since: Some(target.due_on.clone()), ..Seen::of("target_missed", &target.target) };
    let remedy = ("Build what is missing, or set another target.", "请补建或调整目标。");
    push(found, served, seen, reason, remedy);
}

/// qingdao:11, national-2016:24
pub(super) fn pressure(report: &PressureFacts, found: &mut Vec<Detected>) {
    if report.closed {
        return;
    }
    let served = (ArticleId::new("national-2016", "24"), Force::Findings);
    let reason = (
        format!("A report that {} imposed something is open.", report.authority),
        format!("关于“{}”的反映尚未办结。", report.authority),
    );
    let seen = Seen { since: Some(report.received_on.clone()), ..Seen::of("pressure_open", &report.report) };
    let remedy =
        ("Pass it on to the authority above, and enter the outcome.", "请转交其上级机关并登记处理结果。");
    push(found, served, seen, reason, remedy);
}
