//! What runs by clocks beside the register, as duties: orders, proofs of retention, requests, claims, duty watch, inspections, and what
//! authorities and auditors owe. Late is what is found, due what will be, met what was done in time.
//!
//! It judges nothing: what is late the clocks say, which article asks the store. The invariant: a duty is met by an act that can be named, and
//! nobody is told of one whose lateness they would not be told of.

use super::{
    error::Answer,
    findings::weight_of,
    supervision::COUNTRY,
    types::{ComingFinding, Finding, FindingKind},
};
use crate::app::App;
use law::access::entitles;
use law::detect::{DutyStanding, Named, Severity, Snapshot};
use law::duty::ACKNOWLEDGED_US_MAX;
use law::life_cycle::Stage;
use law::packs::ArticleId;
use model::{Act, Cx, UnitId, WallTime};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use store::DoneInTime;

const DAY_US: i64 = 86_400_000_000;
/// What was done so long ago still shows that it is done.
const SHOWN_US: i64 = 365 * DAY_US;
/// A room is kept day by day: what shows it is of the last week.
const WATCHED_US: i64 = 7 * DAY_US;

const RETRIEVAL: &str = "retrieval-clock";
const CLAIM: &str = "compensation-claims";
const DEMAND: &str = "retention-demanded";
const ORDER: &str = "orders-and-penalties";
const INSPECTION: &str = "inspection-refused";
const WATCH: &str = "unmanned-shift";
const REPORT: &str = "suspicion-report";
const AUTHORITY: &str = "authority-overdue";

/// Those that a unit's articles ask for whether or not anybody asked yet, and the act by which one reads of them.
const OF_UNITS: [(&str, Act); 6] = [
    (RETRIEVAL, Act::ReadRetrievals),
    (CLAIM, Act::ReadClaims),
    (DEMAND, Act::ReadSupervision),
    (INSPECTION, Act::ReadSupervision),
    (WATCH, Act::ReadHealth),
    (REPORT, Act::ReadHealth),
];

/// The control whose clock finds this; `None`: no clock's.
fn control_of(found: &Finding) -> Option<&'static str> {
    let known =
        |all: &[&'static str]| all.iter().copied().find(|control| found.control.as_deref() == Some(*control));
    match found.kind {
        FindingKind::Retrieval => Some(RETRIEVAL),
        FindingKind::Claim => Some(CLAIM),
        FindingKind::Order => Some(ORDER),
        FindingKind::Duty => known(&[WATCH, REPORT]),
        FindingKind::Supervision => known(&[DEMAND, INSPECTION, AUTHORITY]),
        _ => None,
    }
}

/// Rows by article and control, and which article a unit's control is asked for by: each looked for once.
#[derive(Default)]
struct Rows {
    all: BTreeMap<(ArticleId, &'static str), DutyStanding>,
    articles: BTreeMap<(UnitId, &'static str), String>,
}

impl Rows {
    /// `None`: no pack asks for it.
    fn of(&mut self, article: &str, control: &'static str) -> Option<&mut DutyStanding> {
        // A clause is of its article.
        let article: ArticleId = article.split('(').next()?.parse().ok()?;
        if article.pack == "unit" {
            return None;
        }
        let fresh = || DutyStanding::of(article.clone(), control);
        Some(self.all.entry((article.clone(), control)).or_insert_with(fresh))
    }

    async fn article(&mut self, app: &App, cx: &Cx, unit: UnitId, control: &'static str) -> Answer<String> {
        Ok(match self.articles.entry((unit, control)) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => new
                .insert(match control {
                    WATCH | REPORT => app.registry().duty_article(cx, unit, control).await?,
                    _ => app.registry().article_for(cx, unit, control, law::supervision::RULE).await?,
                })
                .clone(),
        })
    }

    fn found(&mut self, found: &Finding) {
        let row = control_of(found).and_then(|control| self.of(&found.article, control));
        let Some(row) = row else { return };
        let count = match weight_of(found) {
            Severity::Breach => &mut row.breaches,
            Severity::Due => &mut row.late,
            Severity::Note => &mut row.notes,
        };
        *count = count.saturating_add(1);
    }

    fn coming(&mut self, article: &str, control: &'static str, more: u32) {
        if more == 0 {
            return;
        }
        if let Some(row) = self.of(article, control) {
            row.coming = row.coming.saturating_add(more);
        }
    }

    fn done(&mut self, article: &str, control: &'static str, done: DoneInTime) {
        if let Some(row) = self.of(article, control) {
            row.show([Named { id: done.id.to_string(), name: done.name }]);
        }
    }
}

/// One for each article and control, of what the reader may be told.
pub(super) async fn duties(
    app: &App,
    cx: &Cx,
    snapshot: &Snapshot<'_>,
    (found, coming): (&[Finding], &[ComingFinding]),
    until: WallTime,
) -> Answer<Vec<DutyStanding>> {
    let mut rows = Rows::default();
    asked(app, cx, snapshot, &mut rows).await?;
    found.iter().for_each(|one| rows.found(one));
    for one in coming.iter().map(|one| &one.finding).filter(|one| weight_of(one) != Severity::Note) {
        if let Some(control) = control_of(one) {
            rows.coming(&one.article, control, 1);
        }
    }
    of_units(app, cx, &mut rows).await?;
    reports(app, cx, until, &mut rows).await?;
    of_authorities(app, cx, until, &mut rows).await?;
    Ok(rows.all.into_values().collect())
}

/// What is asked of each unit that the reader answers for, whether or not it happened yet, with the systems that it binds.
async fn asked(app: &App, cx: &Cx, snapshot: &Snapshot<'_>, rows: &mut Rows) -> Answer<()> {
    let posts = app.registry().own_posts(cx).await?;
    let mut own = BTreeSet::<(UnitId, &'static str)>::new();
    for post in posts.iter().filter(|post| post.group.is_none() && entitles(post.role, Act::ReadHealth)) {
        let read = OF_UNITS.iter().filter(|(_, act)| entitles(post.role, *act));
        own.extend(read.map(|(control, _)| (post.unit, *control)));
    }
    for (unit, control) in own {
        let article = rows.article(app, cx, unit, control).await?;
        let name = unit.to_string();
        let lives =
            snapshot.systems.iter().filter(|one| one.unit == name && one.stage != Stage::Decommissioned);
        let systems = u32::try_from(lives.count()).unwrap_or(u32::MAX);
        if let Some(row) = rows.of(&article, control) {
            row.systems = row.systems.saturating_add(systems);
        }
    }
    Ok(())
}

/// What units did in time, and what was done for them.
async fn of_units(app: &App, cx: &Cx, rows: &mut Rows) -> Answer<()> {
    let (registry, since) = (app.registry(), cx.now.plus_us(-SHOWN_US));
    let all = [
        (RETRIEVAL, registry.retrievals_in_time(cx, since).await?),
        (CLAIM, registry.claims_in_time(cx, since).await?),
        (DEMAND, registry.demands_in_time(cx, since).await?),
        (ORDER, registry.orders_in_time(cx, since).await?),
        (INSPECTION, registry.received_inspections(cx, since).await?),
        (WATCH, registry.shifts_in_time(cx, cx.now.plus_us(-WATCHED_US)).await?),
    ];
    for (control, done) in all {
        for one in done {
            let article = match (&one.article, one.unit) {
                (Some(article), _) => article.clone(),
                (None, Some(unit)) => rows.article(app, cx, unit, control).await?,
                (None, None) => continue,
            };
            rows.done(&article, control, one);
        }
    }
    Ok(())
}

/// Reports to the public security organ: acknowledged within the day, or still to be.
async fn reports(app: &App, cx: &Cx, until: WallTime, rows: &mut Rows) -> Answer<()> {
    let rooms = app.registry().duty_rooms(cx).await?;
    if rooms.is_empty() {
        return Ok(());
    }
    let since = cx.now.plus_us(-SHOWN_US);
    for report in app.registry().duty_reports(cx, None).await?.into_iter().filter(|one| one.sent > since) {
        let Some(room) = rooms.iter().find(|room| room.id == report.room) else { continue };
        let article = rows.article(app, cx, room.unit, REPORT).await?;
        let due = report.sent.plus_us(ACKNOWLEDGED_US_MAX);
        match report.acknowledged {
            Some(known) if known.on <= due => {
                let done = DoneInTime {
                    unit: Some(room.unit),
                    article: None,
                    id: report.id,
                    name: room.name.clone(),
                };
                rows.done(&article, REPORT, done);
            }
            None if due > cx.now && due <= until => rows.coming(&article, REPORT, 1),
            _ => {}
        }
    }
    Ok(())
}

/// What authorities owe, and auditors where no authority may have it, as far as the reader is told what they are late with.
async fn of_authorities(app: &App, cx: &Cx, until: WallTime, rows: &mut Rows) -> Answer<()> {
    let (registry, since) = (app.registry(), cx.now.plus_us(-SHOWN_US));
    let by = |division: &str| registry.article_in(cx, division, AUTHORITY, law::supervision::RULE);
    for (authority, done) in registry.authorities_in_time(cx, since).await? {
        rows.done(&by(&authority.division), AUTHORITY, done);
    }
    for done in registry.accusations_in_time(cx, since).await? {
        rows.done(&by(COUNTRY), AUTHORITY, done);
    }
    // What waits has no finding before its day: what is late then and not yet now is what comes.
    let mut more = BTreeMap::<String, (u64, u64)>::new();
    for late in registry.late_authorities(cx, cx.now).await? {
        more.entry(by(&late.authority.division)).or_default().0 += late.count;
    }
    for late in registry.late_authorities(cx, until).await? {
        more.entry(by(&late.authority.division)).or_default().1 += late.count;
    }
    let auditors = |late: Option<(u64, WallTime)>| late.map_or(0, |(count, _)| count);
    let (now, later) = (
        auditors(registry.auditors_late(cx, cx.now).await?),
        auditors(registry.auditors_late(cx, until).await?),
    );
    let own = more.entry(by(COUNTRY)).or_default();
    (own.0, own.1) = (own.0 + now, own.1 + later);
    for (article, (now, later)) in more {
        rows.coming(&article, AUTHORITY, u32::try_from(later.saturating_sub(now)).unwrap_or(u32::MAX));
    }
    Ok(())
}
