//! Places and areas: rounds of private places, plans without approval, targets that were missed, reports of pressure that are
//! open; and the figures of an area.
//!
//! A duty of an area is that of the packs whose division holds it, or that the unit adopted. Nothing is counted twice: a point
//! belongs to the division of its place.

use super::{
    Detected,
    facts::{Named, PlaceFacts, Snapshot},
    places::{covers, demands},
};
use crate::{
    Words,
    packs::{ArticleId, Force, Pack},
};
use std::collections::HashMap;

/// What one division has (datong-2008:4, chongqing:3, national-2016:5).
#[derive(Clone, PartialEq, Debug, Default)]
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
}

/// The figures of a division and everything in it, by the first digits of its code.
pub fn figures(snapshot: &Snapshot<'_>, division: &str) -> AreaFigures {
    let within = prefix(division);
    let mut figures = AreaFigures::default();
    for place in snapshot.places.iter().filter(|place| place.division.starts_with(within)) {
        figures.places += 1;
        figures.points += place.points;
        let owed = snapshot
            .library
            .packs
            .iter()
            .any(|pack| covers(pack, &place.division) && demands(pack, place).is_some());
        if owed {
            figures.places_owed += 1;
            figures.places_covered += u32::from(place.points > 0);
        }
    }
    for system in snapshot.systems.iter().filter(|system| system.division.starts_with(within)) {
        figures.systems += 1;
        figures.systems_in_use += u32::from(system.stage == crate::life_cycle::Stage::InUse);
    }
    figures
}

/// GB/T 2260: pairs of digits for province, city and county.
fn prefix(division: &str) -> &str {
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
    rounds(snapshot, found);
    plans(snapshot, found);
    targets(snapshot, found);
    pressures(snapshot, found);
}

/// The duty that a control serves in a unit's area: of a pack that binds, if there is one.
fn duty(snapshot: &Snapshot<'_>, division: &str, unit: &str, control: &str) -> Option<(ArticleId, Force)> {
    let adopted = snapshot.adopted.iter().find(|(of, _)| of == unit);
    let adopted = adopted.map_or(&[][..], |(_, packs)| packs.as_slice());
    let mut first = None;
    for pack in &snapshot.library.packs {
        let own = adopted.contains(&pack.id);
        if !own && !covers(pack, division) {
            continue;
        }
        let Some(article) = pack.served_by(control) else { continue };
        if own || pack.binds() {
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
fn rounds(snapshot: &Snapshot<'_>, found: &mut Vec<Detected>) {
    let control = "private-place-rounds";
    let mut last: HashMap<&str, &str> = HashMap::new();
    for round in &snapshot.kept.rounds {
        let day = last.entry(round.place.id.as_str()).or_default();
        *day = (*day).max(round.day.as_str());
    }
    for place in snapshot.places.iter().filter(|place| place.private_kind.is_some()) {
        let day = last.get(place.place.id.as_str()).copied();
        // The day is not over yet: yesterday's is enough.
        if day.is_some_and(|day| day >= snapshot.yesterday.as_str()) {
            continue;
        }
        let Some(served) = duty(snapshot, &place.division, &place.unit, control) else { continue };
        let reason = match day {
            Some(day) => (
                format!("'{}' was last looked through on {day}; it is due every day.", place.place.name),
                format!("“{}”最近一次巡查为 {day}，应当每日巡查。", place.place.name),
            ),
            None => (
                format!("'{}' was never looked through for hidden cameras.", place.place.name),
                format!("“{}”没有巡查记录。", place.place.name),
            ),
        };
        let seen = Seen {
            code: "rounds_missing",
            about: &place.place,
            evidence: Vec::new(),
            since: day.map(str::to_owned),
        };
        push(found, served, seen, reason, ("Look through it and register the round.", "请巡查并登记。"));
    }
    for round in snapshot.kept.rounds.iter().filter(|round| round.found && !round.reported) {
        let place = snapshot.places.iter().find(|place| place.place.id == round.place.id);
        let Some(place) = place else { continue };
        let Some(served) = duty(snapshot, &place.division, &place.unit, control) else { continue };
        let reason = (
            format!("Something was found in '{}' on {} and is not reported.", round.place.name, round.day),
            format!("{} 在“{}”发现情况，尚未报告。", round.day, round.place.name),
        );
        let seen = Seen {
            code: "found_unreported",
            about: &round.round,
            evidence: vec![round.place.clone()],
            since: Some(round.day.clone()),
        };
        push(found, served, seen, reason, ("Report it, and enter to whom and when.", "请报告并登记。"));
    }
}

/// qingdao:6, guangzhou-2007:7, national-2025:3
fn plans(snapshot: &Snapshot<'_>, found: &mut Vec<Detected>) {
    for plan in snapshot.kept.plans.iter().filter(|plan| !plan.approved) {
        let Some(served) = duty(snapshot, &plan.division, &plan.unit, "plan-register") else { continue };
        let reason = (
            format!("The plan '{}' has no approval on record.", plan.plan.name),
            format!("规划“{}”没有登记批准。", plan.plan.name),
        );
        let seen = Seen { code: "plan_unapproved", about: &plan.plan, evidence: Vec::new(), since: None };
        let remedy = ("Enter who approved it, when, and the document.", "请登记批准机关、日期和文件。");
        push(found, served, seen, reason, remedy);
    }
}

/// datong-2008:4, chongqing:3, national-2016:5
fn targets(snapshot: &Snapshot<'_>, found: &mut Vec<Detected>) {
    for target in &snapshot.kept.targets {
        if target.due_on >= snapshot.today || target.reached >= target.value {
            continue;
        }
        let Some(served) = duty(snapshot, &target.division, &target.unit, "area-targets") else { continue };
        let reason = (
            format!("The target was {} by {}; it is {:.1}.", target.value, target.due_on, target.reached),
            format!("目标为 {} 前达到 {}，现为 {:.1}。", target.due_on, target.value, target.reached),
        );
        let seen = Seen {
            code: "target_missed",
            about: &target.target,
            evidence: Vec::new(),
            since: Some(target.due_on.clone()),
        };
        push(
            found,
            served,
            seen,
            reason,
            ("Build what is missing, or set another target.", "请补建或调整目标。"),
        );
    }
}

/// qingdao:11, national-2016:24
fn pressures(snapshot: &Snapshot<'_>, found: &mut Vec<Detected>) {
    for report in snapshot.kept.pressures.iter().filter(|report| !report.closed) {
        let served = (ArticleId::new("national-2016", "24"), Force::Findings);
        let reason = (
            format!("A report that {} imposed something is open.", report.authority),
            format!("关于“{}”的反映尚未办结。", report.authority),
        );
        let seen = Seen {
            code: "pressure_open",
            about: &report.report,
            evidence: Vec::new(),
            since: Some(report.received_on.clone()),
        };
        let remedy =
            ("Pass it on to the authority above, and enter the outcome.", "请转交其上级机关并登记处理结果。");
        push(found, served, seen, reason, remedy);
    }
}
