//! The morning's page: what is amiss today, what will be in the days to come if nothing is done, and what came and went.
//!
//! What is found is the law's; what will be found is the same question about later days. The history is what sweeps saw, and one is
//! made before it is read.

use super::{
    auth::Signed,
    convert::words,
    error::{Answer, Failure},
    extract::Query,
    findings::facts,
    foreseen::{Foreseen, foreseen_for},
    names::UnitNames,
    sweep::sweep,
    types::{
        Board, BoardDuties, BoardDuty, BoardQuery, DutiesQuery, EntryRef, FindingEnd, FindingGroup,
        FindingHistory, FindingHistoryQuery, Named, PastFinding, Problem,
    },
};
use crate::app::App;
use axum::extract::State;
use law::detect::{AHEAD_DAYS_MAX, DutyStanding, DutyState};
use law::packs::Library;
use model::{Act, Cx, RecordId, UnitId, WallTime};
use store::FindingsBy;
use uuid::Uuid;

const DAY_US: i64 = 86_400_000_000;
const DAYS_DEFAULT: u16 = 30;
/// As a filter: of none.
const NONE: &str = "-";
const ROWS_DEFAULT: u32 = 50;
/// Coming findings in one answer: more than anybody reads in a morning.
const COMING_ROWS_MAX: usize = 500;
/// Duties in one answer: seven packs of some forty controls each are half of it.
const DUTIES_MAX: usize = 600;

/// What the register asks today and in the days to come.
#[utoipa::path(
    get, path = "/api/board", tag = "health", params(BoardQuery),
    responses((status = 200, body = Board, description = "Of one's own units"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn board(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<BoardQuery>,
) -> Answer<axum::Json<Board>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadHealth, Vec::new()).await?;
    let days = days_of(query.days)?;
    let foreseen = foreseen_for(&app, &cx, days).await?;
    sweep(&app).await?;
    let moved = async |open| {
        let since = Some(WallTime(cx.now.0 - 7 * DAY_US));
        let query = store::FindingHistoryQuery { open: Some(open), since, limit: 1, ..Default::default() };
        Answer::Ok(app.registry().finding_history(&cx, &query).await?.total)
    };
    Ok(axum::Json(Board {
        day: app.registry().today(cx.now).to_string(),
        days,
        breaches: foreseen.breaches,
        due: foreseen.due,
        notes: foreseen.notes,
        owed: foreseen.owed,
        coming_total: foreseen.coming.len() as u64,
        coming: foreseen.coming.iter().take(COMING_ROWS_MAX).cloned().collect(),
        opened_in_week: moved(true).await?,
        closed_in_week: moved(false).await?,
    }))
}

/// How far it is looked ahead.
fn days_of(asked: Option<u16>) -> Answer<u16> {
    let days = asked.unwrap_or(DAYS_DEFAULT);
    let fits = (1..=AHEAD_DAYS_MAX).contains(&days);
    fits.then_some(days).ok_or_else(|| Failure::invalid("days", "is not between 1 and 92"))
}

/// The register's duties that bind, met ones too, by article and control.
#[utoipa::path(
    get, path = "/api/board/duties", tag = "health", params(DutiesQuery),
    responses((status = 200, body = BoardDuties, description = "In the packs' order"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn duties(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<DutiesQuery>,
) -> Answer<axum::Json<BoardDuties>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadHealth, Vec::new()).await?;
    let days = days_of(query.days)?;
    let foreseen = foreseen_for(&app, &cx, days).await?;
    let own;
    let standings = match (&query.unit, &query.system) {
        (None, None) => &foreseen.duties,
        _ => {
            own = of_systems(&app, &cx, &foreseen, &query).await?;
            &own
        }
    };
    let library = &app.registry().packs().library;
    let rows = standings.iter().filter_map(|duty| duty_row(library, duty));
    let duties: Vec<BoardDuty> = rows.take(DUTIES_MAX).collect();
    let count = |state: DutyState| standings.iter().filter(|duty| duty.state() == state).count() as u64;
    Ok(axum::Json(BoardDuties {
        day: app.registry().today(cx.now).to_string(),
        days,
        breached: count(DutyState::Breached),
        late: count(DutyState::Late),
        due: count(DutyState::Due),
        met: count(DutyState::Met),
        nothing_found: count(DutyState::NothingFound),
        duties,
    }))
}

/// The duties of one unit's systems, or of one system, of those that the reader sees.
async fn of_systems(
    app: &App,
    cx: &Cx,
    foreseen: &Foreseen,
    query: &DutiesQuery,
) -> Answer<Vec<DutyStanding>> {
    let facts = facts(app, cx).await?;
    let is = |wanted: &Option<String>, has: &str| wanted.as_deref().is_none_or(|wanted| wanted == has);
    let own = facts.systems.iter().filter(|(id, one)| is(&query.unit, &one.unit) && is(&query.system, id));
    let systems = own.map(|(id, _)| id.clone()).collect();
    Ok(foreseen.duties_of(app, &facts, &systems))
}

fn duty_row(library: &Library, duty: &DutyStanding) -> Option<BoardDuty> {
    let pack = library.pack(&duty.article.pack)?;
    let article = pack.articles.iter().find(|article| article.number == duty.article.number)?;
    let control = library.controls.iter().find(|control| control.id == duty.control)?;
    Some(BoardDuty {
        article: duty.article.to_string(),
        title: words(&article.title),
        control: duty.control.clone(),
        control_name: words(&control.name),
        state: duty.state().as_str().to_owned(),
        systems: duty.systems,
        breaches: duty.breaches,
        late: duty.late,
        notes: duty.notes,
        coming: duty.coming,
        shown: duty.shown.iter().map(|one| Named { id: one.id.clone(), name: one.name.clone() }).collect(),
        shown_count: duty.shown_count,
    })
}

/// What came and went.
#[utoipa::path(
    get, path = "/api/findings/history", tag = "health", params(FindingHistoryQuery),
    responses((status = 200, body = FindingHistory, description = "One page"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn history(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<FindingHistoryQuery>,
) -> Answer<axum::Json<FindingHistory>> {
    let cx = signed.cx(&app);
    // Whoever supervises reads what their authority and those below it were late with.
    let supervises = app.registry().own_authority(&cx).await?.is_some();
    let act = if supervises { Act::ReadSupervision } else { Act::ReadHealth };
    app.registry().admit_reading(&cx, act, Vec::new()).await?;
    let id = |id: &str, field| id.parse::<Uuid>().map_err(|_| Failure::invalid(field, "is no id"));
    let of = |named: Option<String>, field| match named.as_deref() {
        None => Ok(None),
        Some(NONE) => Ok(Some(None)),
        Some(own) => id(own, field).map(|id| Some(Some(id))),
    };
    let (unit, system) = (of(query.unit, "unit")?, of(query.system, "system")?);
    let by = query.by.as_deref().map(|word| {
        FindingsBy::from_word(word)
            .ok_or_else(|| Failure::invalid("by", "is none of article, kind, unit, system"))
    });
    let asked = store::FindingHistoryQuery {
        open: query.open,
        about: query.about.map(|about| id(&about, "about")).transpose()?,
        kind: query.kind,
        article: query.article,
        unit: unit.map(|unit| unit.map(UnitId)),
        system: system.map(|system| system.map(RecordId)),
        by: by.transpose()?,
        since: query.since_ms.map(WallTime::from_ms),
        limit: query.limit.unwrap_or(ROWS_DEFAULT),
        cursor: query.cursor,
    };
    sweep(&app).await?;
    let mut page = app.registry().finding_history(&cx, &asked).await?;
    let names = UnitNames::load(&app, &cx).await?;
    let group = |one: store::FindingGroup| FindingGroup { id: one.id, name: one.name, count: one.count };
    Ok(axum::Json(FindingHistory {
        findings: page.findings.into_iter().map(|row| past(row, &mut page.things, &names)).collect(),
        next_cursor: page.next_cursor,
        total: page.total,
        groups: page.groups.into_iter().map(group).collect(),
    }))
}

fn past(row: store::FindingRow, things: &mut store::FindingThings, names: &UnitNames) -> PastFinding {
    let evidence = things.evidence.remove(&row.id).unwrap_or_default().into_iter();
    let system = things.systems.remove(&row.id);
    let by = row.closed_by.map(EntryRef::access);
    let end = |(at, entry, how): (WallTime, store::EntryIndex, store::Closed)| FindingEnd {
        at_ms: at.as_ms(),
        entry: EntryRef::access(entry),
        by,
        how: how.as_str().to_owned(),
    };
    PastFinding {
        kind: row.kind,
        article: row.article,
        code: row.code,
        severity: row.severity.as_str().to_owned(),
        binds: row.binds,
        about: Named { id: row.about.to_string(), name: row.name },
        unit: row.unit.map(|unit| names.of(unit)),
        system: system.map(|(id, name)| Named { id: id.to_string(), name }),
        evidence: evidence.map(|(id, name)| Named { id: id.to_string(), name }).collect(),
        reason: words(&row.reason),
        opened_ms: row.opened.0.as_ms(),
        opened_entry: EntryRef::access(row.opened.1),
        closed: row.closed.map(end),
    }
}
