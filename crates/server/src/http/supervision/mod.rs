//! Supervision over HTTP: what there is of it, and who reads which side. It decides nothing: `law::supervision` says where an area
//! ends and which step is open, `law::access` who may.

mod accusations;
mod authorities;
mod awards;
pub(super) mod compliance;
mod inspections;
mod orders;
mod retention;

use super::{
    convert::words,
    error::Answer,
    findings::finding,
    names::UnitNames,
    types::{EntryRef, Finding, FindingKind, Named},
};
use crate::app::App;
use law::access::entitles;
use model::{Act, AuthorityId, Cx, PersonId, UnitId, WallTime};
use std::collections::HashSet;
use utoipa_axum::{router::OpenApiRouter, routes};

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
        .routes(routes!(inspections::list, inspections::open))
        .routes(routes!(inspections::one))
        .routes(routes!(inspections::judge))
        .routes(routes!(inspections::comment))
        .routes(routes!(inspections::end))
        .routes(routes!(orders::list, orders::issue))
        .routes(routes!(orders::correct))
        .routes(routes!(orders::decide))
        .routes(routes!(awards::list, awards::propose))
        .routes(routes!(awards::decide))
        .routes(routes!(retention::list, retention::demand))
        .routes(routes!(retention::one))
        .routes(routes!(retention::draw))
        .routes(routes!(retention::again))
        .routes(routes!(retention::transcript))
}

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
        .map(|one| Finding {
            record: Some(Named { id: one.authority.id.to_string(), name: one.authority.name.clone() }),
            code: Some("authority_left_open".into()),
            control: Some("authority-overdue".into()),
            count: one.open_count,
            ..finding(
                FindingKind::Supervision,
                "national-2016:32",
                None,
                one.at,
                law::supervision::left_open_words(&one.authority.name, one.open_count),
            )
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

/// Refused inspections, and what authorities are late with, for those who read findings and may know it.
pub(super) async fn found(app: &App, cx: &Cx) -> Answer<Vec<Finding>> {
    let names = UnitNames::load(app, cx).await?;
    let refused = app.registry().refused_inspections(cx).await?.into_iter();
    let mut found: Vec<Finding> = refused
        .map(|(unit, authority, at, _)| Finding {
            record: Some(names.of(unit)),
            code: Some("inspection_refused".into()),
            control: Some("inspection-refused".into()),
            ..finding(
                FindingKind::Supervision,
                "national-2016:23",
                None,
                at,
                law::supervision::refused_words(&authority),
            )
        })
        .collect();
    found.extend(missed(app, cx, &names).await?);
    found.extend(super::witnesses::unwitnessed(app).await?);
    found.extend(left_open(app, cx).await?);
    found.extend(app.registry().late_authorities(cx).await?.into_iter().map(|late| {
        let (reason, remedy) = law::supervision::late_words(&late.authority.name, late.what, late.count);
        Finding {
            record: Some(Named { id: late.authority.id.to_string(), name: late.authority.name }),
            code: Some("authority_overdue".into()),
            control: Some("authority-overdue".into()),
            count: late.count,
            reason: words(&reason),
            ..finding(
                FindingKind::Supervision,
                "national-2016:32",
                None,
                late.since,
                (reason.clone(), remedy),
            )
        }
    }));
    Ok(found)
}
