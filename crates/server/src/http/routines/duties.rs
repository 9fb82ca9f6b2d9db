//! A unit's routines as duties of the texts that ask for them: kept, due soon or late, each shown by the act that was done last.
//!
//! What is late `law::routines` says; which article asks, the store. The invariant: a routine is met by an act that can be named, and a
//! routine that no pack which binds asks for is no duty here.

use super::super::error::Answer;
use super::{Rows, findings::rows_of};
use crate::app::App;
use law::detect::{DutyStanding, Named, Snapshot};
use law::life_cycle::Stage;
use law::packs::ArticleId;
use law::routines::{Late, Part, RuleKind};
use model::{Cx, WallTime};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Controls that find what of routines is missing or late.
const CONTROLS: [&str; 4] = ["written-rules", "review-overdue", "maintenance-rounds", "assessment-overdue"];

/// One for each article and control, over the units whose routines the reader sees.
pub async fn duties(
    app: &App,
    cx: &Cx,
    snapshot: &Snapshot<'_>,
    until: WallTime,
) -> Answer<Vec<DutyStanding>> {
    let units = app.registry().routine_units(cx).await?;
    let loaded = rows_of(app, cx, &units).await?;
    let mut all = BTreeMap::<(ArticleId, &str), DutyStanding>::new();
    for (unit, rows) in units.iter().zip(loaded.iter()) {
        let (late, coming) = (rows.late(cx.now), rows.coming(cx.now, until));
        let own = unit.to_string();
        let lives =
            snapshot.systems.iter().filter(|one| one.unit == own && one.stage != Stage::Decommissioned);
        let systems = u32::try_from(lives.count()).unwrap_or(u32::MAX);
        for control in CONTROLS {
            let article = app.registry().routine_article(cx, *unit, control).await?;
            let Some(article) = article.parse::<ArticleId>().ok().filter(|article| article.pack != "unit")
            else {
                continue;
            };
            let fresh = || DutyStanding::of(article.clone(), control);
            let one = all.entry((article.clone(), control)).or_insert_with(fresh);
            let shown = rows.done(control);
            one.systems = one.systems.saturating_add(systems);
            one.late = one.late.saturating_add(of(&late, control));
            one.coming = one.coming.saturating_add(of(&coming, control));
            one.show(shown);
        }
    }
    Ok(all.into_values().collect())
}

fn of(late: &[Late], control: &str) -> u32 {
    u32::try_from(late.iter().filter(|one| one.about.control() == control).count()).unwrap_or(u32::MAX)
}

impl Rows {
    /// The acts that show that what a control looks for is kept: the version in force of each rule that is asked for, the last drill, the last
    /// round of each part, the last assessment.
    fn done(&self, control: &str) -> Vec<Named> {
        let named = |id: Uuid, name: &str| Named { id: id.to_string(), name: name.to_owned() };
        match control {
            "written-rules" => {
                let asked = |kind: RuleKind| self.unit.asked.iter().any(|(known, _)| *known == kind);
                let own = self.rules.iter().filter(|rule| rule.in_force && asked(rule.kind));
                own.map(|rule| named(rule.id, &rule.document.1)).collect()
            }
            "review-overdue" => self.drill.map(|(id, _)| named(id, "drill")).into_iter().collect(),
            "maintenance-rounds" => {
                let last =
                    Part::ALL.iter().filter_map(|part| Some((self.signed_round(*part)?.0, part.as_str())));
                last.map(|(id, part)| named(id, part)).collect()
            }
            _ => self.assessment.map(|(id, _)| named(id, "assessment")).into_iter().collect(),
        }
    }
}
