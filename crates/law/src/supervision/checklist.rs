//! The checklist of an inspection: every article that asks something of whoever builds or uses a system and names a control, filled
//! in beforehand with what the system itself finds (national-2016:23, datong-2008:22, guangzhou-2007:17).

use crate::{
    Words,
    detect::{Detected, Severity},
    packs::{ArticleId, Duty, Force, Party, Rules},
};

/// Lines of one inspection: seven packs of fifty articles would fit.
pub const CHECKLIST_LINES_MAX: usize = 350;
/// Findings of the system itself beside one line; the rest is in its number.
const FINDINGS_MAX: usize = 20;

/// What the system itself finds about a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChecklistFinding {
    pub code: String,
    pub about: String,
    pub reason: Words,
}

/// A finding as an authority is shown it: of the register, or of what is measured and done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    pub article: String,
    pub code: String,
    /// The name of what it is about.
    pub about: String,
    pub severity: Severity,
    /// The control that finds it, where one does.
    pub control: Option<String>,
    pub reason: Words,
}

impl From<&Detected> for Shown {
    fn from(one: &Detected) -> Self {
        Self {
            article: one.article.clone(),
            code: one.code.to_owned(),
            about: one.about.name.clone(),
            severity: one.severity(),
            control: one.control().map(str::to_owned),
            reason: one.reason.clone(),
        }
    }
}

/// The control behind a finding of another kind than the register's, by its word; the history keeps no control.
pub fn control_of(code: &str) -> Option<&'static str> {
    Some(match code {
        "gaps_unjustified" => "gap-without-explanation",
        "outage" => "gaps-found",
        "duty_unmanned" | "duty_post_empty" => "unmanned-shift",
        "report_unacknowledged" => "suspicion-report",
        "alarm_overdue" => crate::alarm::EVENTS_CONTROL,
        "retrieval" => "retrieval-clock",
        "rule_missing" => "written-rules",
        "review_overdue" | "rule_unconfirmed" | "drill_overdue" => "review-overdue",
        "round_overdue" | "repair_overdue" => "maintenance-rounds",
        "assessment_overdue" => "assessment-overdue",
        "device_fault" => "device-health",
        "link_below" => "link-measurement",
        "contract_ended" => "carrier-register",
        "floor_shortfall" => "floor-shortfall",
        "over_keeping" => "over-keeping",
        "floor_forecast" => "floor-forecast",
        _ => return None,
    })
}

/// Headings of an inspection as a pack names them (national-2016:23); other words are the last one's.
const HEADINGS: [&str; 4] =
    ["building-duty", "design-review-and-acceptance", "running-and-footage-rules", "other"];

/// Under which heading an article is looked at: the first letter of an obligation says whether it is about building or running.
fn heading_of(duties: &[&Duty], headings: &[String]) -> Option<String> {
    let named = |word: &str| headings.iter().find(|heading| *heading == word).cloned();
    let [building, acceptance, running, other] = HEADINGS;
    let obligations = || duties.iter().map(|duty| duty.obligation.as_str());
    let is = |wanted: fn(&str) -> bool| obligations().any(wanted);
    let word = if is(|one| matches!(one, "C7" | "C8" | "C20")) {
        acceptance
    } else if is(|one| one.starts_with('C')) {
        building
    } else if is(|one| one.starts_with('O') || one.starts_with('H')) {
        running
    } else {
        other
    };
    named(word).or_else(|| named(other))
}

/// One article to look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChecklistLine {
    pub article: String,
    pub title: Words,
    /// What it asks, duty by duty.
    pub asks: Words,
    pub controls: Vec<String>,
    /// The controls behind all findings, those beyond the number too: which part of the article they are about.
    pub found_by: Vec<String>,
    pub binds: bool,
    /// As a pack names what is looked at; `None`: no pack here has headings.
    pub heading: Option<String>,
    pub findings: Vec<ChecklistFinding>,
    pub findings_count: u32,
}

const fn is_inspected(party: Party) -> bool {
    matches!(
        party,
        Party::Builder | Party::Owner | Party::UserUnit | Party::ManagerUnit | Party::Staff | Party::Anyone
    )
}

/// The headings of an inspection under these rules, in the order of the first pack that has any.
fn headings(rules: &Rules<'_>) -> Vec<String> {
    let all = rules.all(Force::Findings, |values| values.inspection_checklist.as_ref());
    all.into_iter().next().map(|ruling| ruling.value).unwrap_or_default()
}

/// The lines for what is under these rules: those that bind first, then by the pack's headings; articles in the order of their packs.
pub fn checklist(rules: &Rules<'_>, found: &[Shown]) -> Vec<ChecklistLine> {
    let (mut lines, headings) = (Vec::new(), headings(rules));
    for (pack, force) in rules.packs() {
        for article in &pack.articles {
            let asked: Vec<_> = article
                .duties
                .iter()
                .filter(|duty| !duty.controls.is_empty() && duty.binds.iter().copied().any(is_inspected))
                .collect();
            if asked.is_empty() {
                continue;
            }
            let mut controls: Vec<String> =
                asked.iter().flat_map(|duty| duty.controls.iter().cloned()).collect();
            controls.sort_unstable();
            controls.dedup();
            let id = ArticleId::new(&pack.id, &article.number).to_string();
            let of_line = |one: &&Shown| {
                // A clause is of its article; what a control finds under another pack's article shows here too.
                let own = one.article.split('(').next() == Some(&id);
                own || one.control.as_ref().is_some_and(|control| controls.contains(control))
            };
            let own: Vec<&Shown> = found.iter().filter(of_line).collect();
            let mut found_by: Vec<String> = own.iter().filter_map(|one| one.control.clone()).collect();
            found_by.sort_unstable();
            found_by.dedup();
            let said = |one: &&Shown| ChecklistFinding {
                code: one.code.clone(),
                about: one.about.clone(),
                reason: one.reason.clone(),
            };
            let heading = heading_of(&asked, &headings);
            let join =
                |text: fn(&Words) -> &str| asked.iter().map(|duty| text(&duty.text)).collect::<Vec<_>>();
            lines.push(ChecklistLine {
                article: id,
                title: article.title.clone(),
                asks: Words::new(join(|words| &words.en).join(" "), join(|words| &words.zh).concat()),
                controls,
                found_by,
                binds: force == Force::Binds,
                heading,
                findings_count: u32::try_from(own.len()).unwrap_or(u32::MAX),
                findings: own.iter().take(FINDINGS_MAX).map(said).collect(),
            });
        }
    }
    in_order(&mut lines);
    lines
}

/// Lines that bind first, then by the headings of the text; the rest as it was. What is beyond the number is left out.
pub fn in_order(lines: &mut Vec<ChecklistLine>) {
    let place = |line: &ChecklistLine| {
        let heading = line.heading.as_deref();
        heading
            .and_then(|heading| HEADINGS.iter().position(|known| *known == heading))
            .unwrap_or(HEADINGS.len())
    };
    lines.sort_by_key(|line| (!line.binds, place(line)));
    lines.truncate(CHECKLIST_LINES_MAX);
}
