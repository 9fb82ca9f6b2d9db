//! The checklist of an inspection: every article that asks something of whoever builds or uses a system and names a control, filled
//! in beforehand with what the system itself finds (national-2016:23, datong-2008:22).

use crate::{
    Words,
    detect::Detected,
    packs::{ArticleId, Force, Party, Rules},
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

/// One article to look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChecklistLine {
    pub article: String,
    pub title: Words,
    /// What it asks, duty by duty.
    pub asks: Words,
    pub controls: Vec<String>,
    pub binds: bool,
    pub findings: Vec<ChecklistFinding>,
    pub findings_count: u32,
}

const fn is_inspected(party: Party) -> bool {
    matches!(
        party,
        Party::Builder | Party::Owner | Party::UserUnit | Party::ManagerUnit | Party::Staff | Party::Anyone
    )
}

/// The lines for what is under these rules, those that bind first; articles in the order of their packs.
pub fn checklist(rules: &Rules<'_>, found: &[&Detected]) -> Vec<ChecklistLine> {
    let mut lines = Vec::new();
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
            let of_line = |one: &&&Detected| {
                // A clause is of its article; what a control finds under another pack's article shows here too.
                let own = one.article.split('(').next() == Some(&id);
                own || one.control().is_some_and(|control| controls.iter().any(|named| named == control))
            };
            let own: Vec<&&Detected> = found.iter().filter(of_line).collect();
            let said = |one: &&&Detected| ChecklistFinding {
                code: one.code.to_owned(),
                about: one.about.name.clone(),
                reason: one.reason.clone(),
            };
            let join =
                |text: fn(&Words) -> &str| asked.iter().map(|duty| text(&duty.text)).collect::<Vec<_>>();
            lines.push(ChecklistLine {
                article: id,
                title: article.title.clone(),
                asks: Words::new(join(|words| &words.en).join(" "), join(|words| &words.zh).concat()),
                controls,
                binds: force == Force::Binds,
                findings_count: u32::try_from(own.len()).unwrap_or(u32::MAX),
                findings: own.iter().take(FINDINGS_MAX).map(said).collect(),
            });
        }
    }
    lines.sort_by_key(|line| !line.binds);
    lines.truncate(CHECKLIST_LINES_MAX);
    lines
}
