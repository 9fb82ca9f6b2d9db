//! Supervision over HTTP: what there is of it, and who reads which side. It decides nothing: `law::supervision` says where an area
//! ends and which step is open, `law::access` who may.

mod accusations;
mod authorities;
mod awards;
pub(super) mod compliance;
mod evidence;
mod figures;
mod inspections;
mod orders;
mod retention;
mod rhythm;
mod rounds;
mod unmet;

use super::{
    error::Answer,
    findings::{by_control, finding},
    names::UnitNames,
    types::{EntryRef, Finding, FindingKind, Named, NamedDocument},
};
use crate::app::App;
use law::access::entitles;
use law::supervision::LateWhat;
use model::{Act, AuthorityId, Cx, PersonId, UnitId, WallTime};
use std::collections::{BTreeMap, HashSet};
use store::OrderRow;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Refused inspections are shown for a year, if none is received before.
const REFUSED_SHOWN_US: i64 = 365 * 86_400_000_000;

/// Every route of supervision.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // open: see auth::OPEN_ROUTES
        .routes(routes!(accusations::list, accusations::receive))
        .routes(routes!(accusations::follow))
        .routes(routes!(accusations::step))
        .routes(routes!(authorities::list, authorities::add))
        .routes(routes!(authorities::change))
        .routes(routes!(authorities::end))
        .routes(routes!(authorities::bind, authorities::release))
        .routes(routes!(compliance::show))
        .routes(routes!(figures::show))
        .routes(routes!(figures::table))
        .routes(routes!(figures::set_target))
        .routes(routes!(figures::end_target))
        .routes(routes!(rhythm::set))
        .routes(routes!(inspections::list, inspections::open))
        .routes(routes!(inspections::one))
        .routes(routes!(inspections::judge))
        .routes(routes!(inspections::comment))
        .routes(routes!(inspections::end))
        .routes(routes!(rounds::list, rounds::begin))
        .routes(routes!(rounds::one))
        .routes(routes!(evidence::of_inspection))
        .routes(routes!(orders::list, orders::issue))
        .routes(routes!(orders::one))
        .routes(routes!(orders::correct))
        .routes(routes!(orders::decide))
        .routes(routes!(evidence::of_order))
        .routes(routes!(awards::list, awards::propose))
        .routes(routes!(awards::decide))
        .routes(routes!(retention::list, retention::demand))
        .routes(routes!(retention::one))
        .routes(routes!(retention::draw))
        .routes(routes!(retention::again))
        .routes(routes!(retention::transcript))
}

/// The whole country: for what is owed whichever authority it is.
pub(super) const COUNTRY: &str = "000000";

/// Who reads what authorities ask of units: for which authority, and for which units they answer by a whole post.
struct Reader {
    units: UnitNames,
    authority: Option<AuthorityId>,
    answers: HashSet<UnitId>,
    now: WallTime,
}

impl Reader {
    /// `answering`: the act by which a unit answers.
    async fn load(app: &App, cx: &Cx, answering: Act) -> Answer<Self> {
        let posts = app.registry().own_posts(cx).await?.into_iter();
        let answers = posts.filter(|post| post.group.is_none() && entitles(post.role, answering));
        Ok(Self {
            units: UnitNames::load(app, cx).await?,
            authority: app.registry().own_authority(cx).await?.map(|own| own.id),
            answers: answers.map(|post| post.unit).collect(),
            now: app.now(),
        })
    }
}

fn person((id, name): (PersonId, String)) -> Named {
    Named { id: id.to_string(), name }
}

fn entry(entry: store::EntryIndex) -> EntryRef {
    EntryRef::access(entry)
}

fn document(one: store::NamedDocument) -> NamedDocument {
    NamedDocument { id: one.id.to_string(), name: one.name, version: one.version, sha256: one.sha256 }
}

/// What ended authorities left open with nobody to go on: for those who enter authorities, and auditors.
async fn left_open(app: &App, cx: &Cx) -> Answer<Vec<Finding>> {
    let posts = app.registry().own_posts(cx).await?;
    let may = |act| posts.iter().any(|post| entitles(post.role, act));
    if !may(Act::ChangeAuthority) && !may(Act::ReadLedger) {
        return Ok(Vec::new());
    }
    let ended = app.registry().ended_authorities(cx).await?.into_iter();
    Ok(ended
        .filter(|one| one.open_count > 0)
        .map(|one| {
            let about = law::supervision::left_open_words(&one.authority.name, one.open_count);
            let of = (one.authority.division.as_str(), "authority-overdue");
            Finding {
                record: Some(Named { id: one.authority.id.to_string(), name: one.authority.name.clone() }),
                code: Some("authority_left_open".into()),
                count: one.open_count,
                ..of_authority(app, cx, of, one.at, about)
            }
        })
        .collect())
}

/// Proofs of retention that were not given in time, of the last year.
async fn missed(app: &App, cx: &Cx, names: &UnitNames) -> Answer<Vec<Finding>> {
    let since = cx.now.plus_us(-365 * 86_400_000_000);
    let rows = app.registry().missed_demands(cx, since).await?.into_iter();
    Ok(rows
        .map(|one| {
            let failed = one.answer.as_ref().map_or(0, |answer| answer.failed);
            Finding {
                record: Some(names.of(one.unit)),
                evidence: vec![Named { id: one.id.to_string(), name: one.system.1.clone() }],
                code: Some("retention_unproven".into()),
                control: Some("retention-demanded".into()),
                ..finding(
                    FindingKind::Supervision,
                    &one.article,
                    None,
                    one.deadline,
                    law::supervision::missed_words(&one.authority.1, &one.system.1, failed),
                )
            }
        })
        .collect())
}

/// Admits reading what authorities and units say to each other.
async fn admit_reading(app: &App, cx: &Cx) -> Answer<()> {
    app.registry().admit_reading(cx, Act::ReadSupervision, Vec::new()).await?;
    Ok(())
}

/// Orders past their time limit, for the units and the authorities that see them: one finding for each unit, article and authority.
async fn overdue(app: &App, cx: &Cx, names: &UnitNames) -> Answer<Vec<Finding>> {
    let mut by = BTreeMap::<(UnitId, String, AuthorityId), Vec<OrderRow>>::new();
    for order in app.registry().overdue_orders(cx).await? {
        by.entry((order.unit, order.article.clone(), order.authority.0)).or_default().push(order);
    }
    Ok(by.into_values().filter_map(|orders| overdue_together(names, &orders)).collect())
}

/// Those whose time limit is still to come by then, each day's by itself: one that is overdue already hides none of them.
async fn overdue_by(app: &App, cx: &Cx, until: WallTime, names: &UnitNames) -> Answer<Vec<Finding>> {
    let then = Cx { now: until, ..cx.clone() };
    let mut by = BTreeMap::<(WallTime, UnitId, String, AuthorityId), Vec<OrderRow>>::new();
    for order in app.registry().overdue_orders(&then).await? {
        if order.deadline > cx.now {
            let key = (order.deadline, order.unit, order.article.clone(), order.authority.0);
            by.entry(key).or_default().push(order);
        }
    }
    Ok(by.into_values().filter_map(|orders| overdue_together(names, &orders)).collect())
}

/// Orders of one authority to one unit under one article, the first to be due first.
fn overdue_together(names: &UnitNames, orders: &[OrderRow]) -> Option<Finding> {
    let first = orders.first()?;
    let evidence = orders.iter().map(|one| Named { id: one.id.to_string(), name: one.number.clone() });
    let about = law::supervision::overdue_words(&first.authority.1, orders.len() as u64);
    Some(Finding {
        record: Some(names.of(first.unit)),
        which: first.authority.0.to_string(),
        code: Some("order_overdue".into()),
        count: orders.len() as u64,
        evidence: evidence.collect(),
        ..by_control(
            "orders-and-penalties",
            finding(FindingKind::Order, &first.article, None, first.deadline, about),
        )
    })
}

/// By the article that asks it of authorities in a division, or the product's own rule.
pub(super) fn of_authority(
    app: &App,
    cx: &Cx,
    (division, control): (&str, &str),
    since: WallTime,
    about: (law::Words, law::Words),
) -> Finding {
    let article = app.registry().article_in(cx, division, control, law::supervision::RULE);
    by_control(control, finding(FindingKind::Supervision, &article, None, since, about))
}

/// Accusations that the reader, an auditor, has left too long.
async fn auditors_late(app: &App, cx: &Cx) -> Answer<Option<Finding>> {
    let late = app.registry().auditors_late(cx, cx.now).await?;
    Ok(late.map(|(count, since)| {
        let about = law::supervision::auditors_late_words(count);
        let one = of_authority(app, cx, (COUNTRY, "authority-overdue"), since, about);
        Finding { code: Some("accusations_overdue".into()), count, ..one }
    }))
}

/// Late accusations, one by one, as the history has them: for the system's sweep, which tells nobody. Rows are told to whoever deals with them.
async fn overdue_accusations(app: &App, cx: &Cx) -> Answer<Vec<Finding>> {
    let late = app.registry().overdue_accusations(cx).await?.into_iter();
    let found = late.map(|one| {
        let division = one.authority.as_ref().map_or(COUNTRY, |authority| authority.division.as_str());
        let about = match &one.authority {
            Some(authority) => law::supervision::late_words(&authority.name, LateWhat::Accusation, 1),
            None => law::supervision::auditors_late_words(1),
        };
        let finding = of_authority(app, cx, (division, "authority-overdue"), one.since, about);
        Finding {
            which: one.mark,
            record: one.authority.map(|own| Named { id: own.id.to_string(), name: own.name }),
            evidence: vec![Named { id: one.id.to_string(), name: String::new() }],
            code: Some("accusations_overdue".into()),
            ..finding
        }
    });
    Ok(found.collect())
}

/// What clocks of supervision will say: proofs and orders whose time limit comes. Nothing else of it is somebody's before its day.
pub(super) async fn coming(app: &App, cx: &Cx, until: WallTime) -> Answer<Vec<Finding>> {
    let names = UnitNames::load(app, cx).await?;
    let mut coming = missed(app, &Cx { now: until, ..cx.clone() }, &names).await?;
    coming.extend(overdue_by(app, cx, until, &names).await?);
    Ok(coming)
}

/// Refused inspections, orders past their time limit, and what authorities are late with, for those who read findings and may know it.
pub(super) async fn found(app: &App, cx: &Cx) -> Answer<Vec<Finding>> {
    let names = UnitNames::load(app, cx).await?;
    let since = cx.now.plus_us(-REFUSED_SHOWN_US);
    let (control, own) = ("inspection-refused", law::supervision::RULE);
    let mut found = Vec::new();
    for one in app.registry().refused_inspections(cx, since).await? {
        let article = app.registry().article_for(cx, one.unit, control, own).await?;
        let at = one.end.as_ref().map_or(one.at, |(_, _, at, _)| *at);
        let about = law::supervision::refused_words(&one.authority.1);
        found.push(Finding {
            record: Some(names.of(one.unit)),
            code: Some("inspection_refused".into()),
            evidence: vec![Named { id: one.id.to_string(), name: one.authority.1.clone() }],
            ..by_control(control, finding(FindingKind::Supervision, &article, None, at, about))
        });
    }
    found.extend(missed(app, cx, &names).await?);
    found.extend(overdue(app, cx, &names).await?);
    found.extend(auditors_late(app, cx).await?);
    found.extend(overdue_accusations(app, cx).await?);
    found.extend(super::witnesses::unwitnessed(app, cx).await?);
    found.extend(left_open(app, cx).await?);
    found.extend(unmet::found(app, cx).await?);
    found.extend(rhythm::found(app, cx).await?);
    found.extend(app.registry().late_authorities(cx, cx.now).await?.into_iter().map(|late| {
        let about = law::supervision::late_words(&late.authority.name, late.what, late.count);
        let of = (late.authority.division.as_str(), "authority-overdue");
        let shown_by = late.shown_by.into_iter().map(|(id, name)| Named { id: id.to_string(), name });
        Finding {
            evidence: shown_by.collect(),
            // What it is late with comes and goes by itself.
            which: late.what.as_str().to_owned(),
            code: Some("authority_overdue".into()),
            count: late.count,
            record: Some(Named { id: late.authority.id.to_string(), name: late.authority.name.clone() }),
            ..of_authority(app, cx, of, late.since, about)
        }
    }));
    Ok(found)
}
