//! A unit's routines over HTTP: written rules and drills, rounds and work orders, assessments, carriers' links.
//!
//! What is due and late is `law::routines`'; what the system sees of its devices is told here (`measure`), and rows become shapes.

mod assess;
mod duties;
mod findings;
mod links;
mod measure;
mod rounds;
mod rules;

pub use duties::duties;
pub use findings::{coming, found};

use super::{
    convert::{id_of, words},
    error::{Answer, Failure},
    findings::EVIDENCE_MAX,
    names::UnitNames,
    types::{EntryRef, Named, RoutineHand, RoutineLate, RoutineTerms},
};
use crate::app::App;
use law::access::entitles;
use law::routines::{About, Late, Part, RuleFacts, RuleKind, Terms, UnitFacts, late};
use model::{Act, Cx, UnitId, WallTime};
use store::{RoundRow, RuleRow, UnitRoutines, WorkOrderRow};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// Every route of the routines.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(rules::list, rules::adopt))
        .routes(routes!(rules::file))
        .routes(routes!(rules::confirm))
        .routes(routes!(rules::own))
        .routes(routes!(rules::terms))
        .routes(routes!(rules::drill))
        .routes(routes!(rounds::list, rounds::begin))
        .routes(routes!(rounds::answer))
        .routes(routes!(rounds::sign))
        .routes(routes!(rounds::open_order))
        .routes(routes!(rounds::repaired))
        .routes(routes!(rounds::accept))
        .routes(routes!(assess::list, assess::draw))
        .routes(routes!(assess::sign))
        .routes(routes!(links::list, links::add))
        .routes(routes!(links::end))
}

fn hand(signed: store::Signed) -> RoutineHand {
    RoutineHand {
        person: Named { id: signed.person.to_string(), name: signed.name },
        at_ms: signed.at.as_ms(),
        words: signed.words,
        entry: EntryRef::access(signed.entry),
    }
}

fn terms_shape(terms: Terms) -> RoutineTerms {
    let Terms {
        drill_days,
        confirm_days,
        front_end_days,
        lines_days,
        storage_days,
        repair_days,
        assessment_days,
    } = terms;
    RoutineTerms {
        drill_days,
        confirm_days,
        front_end_days,
        lines_days,
        storage_days,
        repair_days,
        assessment_days,
    }
}

/// Whether some post for the whole unit entitles the reader: what the page offers, not a decision.
async fn may(app: &App, cx: &Cx, unit: UnitId, act: Act) -> Answer<bool> {
    let posts = app.registry().own_posts(cx).await?;
    Ok(posts.iter().any(|post| post.unit == unit && post.group.is_none() && entitles(post.role, act)))
}

/// The unit that was asked for, if the reader sees its routines, and its name.
async fn seen(app: &App, cx: &Cx, unit: &str) -> Answer<(UnitRoutines, Named)> {
    app.registry().admit_reading(cx, Act::ReadHealth, Vec::new()).await?;
    let unit: UnitId = unit.parse().map_err(|_| Failure::not_found("unit"))?;
    let routines = app.registry().unit_routines(cx, unit).await?;
    Ok((routines, UnitNames::load(app, cx).await?.of(unit)))
}

/// Everything that the lateness of a unit is judged by.
#[derive(Debug)]
pub struct Rows {
    unit: UnitRoutines,
    rules: Vec<RuleRow>,
    drill: Option<(Uuid, WallTime)>,
    rounds: Vec<RoundRow>,
    orders: Vec<WorkOrderRow>,
    assessment: Option<(Uuid, WallTime)>,
}

impl Rows {
    async fn load(app: &App, cx: &Cx, unit: UnitRoutines) -> Answer<Self> {
        let (registry, id) = (app.registry(), unit.unit);
        let assessments = registry.assessments(cx, id).await?.into_iter();
        let drills = registry.drills(cx, id).await?.into_iter();
        Ok(Self {
            rules: registry.written_rules(cx, id).await?,
            drill: drills.map(|drill| (drill.id, drill.held)).max_by_key(|(_, held)| *held),
            rounds: registry.rounds(cx, id).await?,
            orders: registry.work_orders(cx, id).await?,
            assessment: assessments
                .filter_map(|one| Some((one.id, one.signed?.at)))
                .max_by_key(|(_, signed)| *signed),
            unit,
        })
    }

    /// What shows that something is late: the rule, the last round, the orders, the last assessment. What was never done shows nothing.
    fn shown_by(&self, about: About, now: WallTime) -> Vec<Named> {
        let named = |id: Uuid, name: &str| Named { id: id.to_string(), name: name.to_owned() };
        let rules = |kind: RuleKind| {
            let own = self.rules.iter().filter(move |rule| rule.in_force && rule.kind == kind);
            own.map(|rule| named(rule.id, &rule.document.1)).collect()
        };
        match about {
            About::Missing(_) => Vec::new(),
            About::Review(kind) | About::Unconfirmed(kind, _) => rules(kind),
            About::Drill => rules(RuleKind::Emergency),
            About::Round(part) => {
                self.signed_round(part).map(|(id, _)| named(id, part.as_str())).into_iter().collect()
            }
            About::Orders(_) => {
                let late = self.orders.iter().filter(|order| order.done.is_none() && order.due <= now);
                late.take(EVIDENCE_MAX).map(|order| named(order.id, order.part.as_str())).collect()
            }
            About::Assessment => self.assessment.map(|(id, _)| named(id, "assessment")).into_iter().collect(),
        }
    }

    /// The round of a part that was signed off last.
    fn signed_round(&self, part: Part) -> Option<(Uuid, WallTime)> {
        let own = self.rounds.iter().filter(|round| round.part == part);
        let signed = own.filter_map(|round| Some((round.id, round.signed.as_ref()?.at)));
        signed.max_by_key(|(_, signed)| *signed)
    }

    /// Orders that are due at that very instant and not done.
    fn due_at(&self, at: WallTime) -> Vec<Named> {
        let own = self.orders.iter().filter(|order| order.done.is_none() && order.due == at);
        own.take(EVIDENCE_MAX)
            .map(|order| Named { id: order.id.to_string(), name: order.part.as_str().to_owned() })
            .collect()
    }

    fn late(&self, now: WallTime) -> Vec<Late> {
        self.judged(|unit| late(unit, now))
    }

    /// What will be missing or late until then, and is not yet.
    fn coming(&self, now: WallTime, until: WallTime) -> Vec<Late> {
        self.judged(|unit| law::routines::coming(unit, now, until))
    }

    fn judged<T>(&self, judge: impl FnOnce(&UnitFacts<'_>) -> T) -> T {
        let asked: Vec<RuleKind> = self.unit.asked.iter().map(|(kind, _)| *kind).collect();
        let facts = |rule: &RuleRow| RuleFacts {
            kind: rule.kind,
            from: rule.from,
            review: rule.review,
            unconfirmed: rule.missing.len(),
        };
        let rules: Vec<RuleFacts> = self.rules.iter().filter(|rule| rule.in_force).map(facts).collect();
        let rounds: Vec<(Part, WallTime)> =
            Part::ALL.iter().filter_map(|part| Some((*part, self.signed_round(*part)?.1))).collect();
        let open = self.orders.iter().filter(|order| order.done.is_none());
        let orders: Vec<WallTime> = open.map(|order| order.due).collect();
        let unit = UnitFacts {
            since: self.unit.since,
            terms: self.unit.terms,
            asked: &asked,
            rules: &rules,
            drill: self.drill.map(|(_, held)| held),
            rounds: &rounds,
            orders: &orders,
            assessment: self.assessment.map(|(_, signed)| signed),
            has_cameras: self.unit.has_cameras,
        };
        judge(&unit)
    }
}

fn late_shape(one: &Late) -> RoutineLate {
    let (reason, remedy) = one.about.words();
    RoutineLate {
        code: one.about.code().to_owned(),
        since_ms: one.since.as_ms(),
        reason: words(&reason),
        remedy: words(&remedy),
    }
}
