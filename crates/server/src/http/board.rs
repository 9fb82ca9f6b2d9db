//! The morning's page: what is amiss today, what will be in the days to come if nothing is done, and what came and went.
//!
//! What is found is the law's; what will be found is the same question about later days. The history is what sweeps saw, and one is
//! made before it is read.

use super::{
    auth::Signed,
    convert::words,
    error::{Answer, Failure},
    extract::Query,
    findings::{Look, facts, found_for, look, start_of},
    sweep::sweep,
    types::{
        Board, BoardQuery, ComingFinding, EntryRef, FindingEnd, FindingHistory, FindingHistoryQuery, Named,
        PastFinding, Problem,
    },
};
use crate::app::App;
use axum::extract::State;
use law::detect::{AHEAD_DAYS_MAX, Ahead, Severity};
use model::{Act, Cx, WallTime};
use std::sync::Arc;

const DAY_US: i64 = 86_400_000_000;
const DAYS_DEFAULT: u16 = 30;
const ROWS_DEFAULT: u32 = 50;
/// Coming findings in one answer: more than anybody reads in a morning.
const COMING_ROWS_MAX: usize = 500;

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
    let days = query.days.unwrap_or(DAYS_DEFAULT);
    if !(1..=AHEAD_DAYS_MAX).contains(&days) {
        return Err(Failure::invalid("days", "is not between 1 and 92"));
    }
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
        coming_total: foreseen.coming.len() as u64,
        coming: foreseen.coming.iter().take(COMING_ROWS_MAX).cloned().collect(),
        opened_in_week: moved(true).await?,
        closed_in_week: moved(false).await?,
    }))
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
    app.registry().admit_reading(&cx, Act::ReadHealth, Vec::new()).await?;
    let about = query
        .about
        .map(|about| about.parse().map_err(|_| Failure::invalid("about", "is no id")))
        .transpose()?;
    let asked = store::FindingHistoryQuery {
        open: query.open,
        about,
        kind: query.kind,
        article: query.article,
        since: query.since_ms.map(WallTime::from_ms),
        limit: query.limit.unwrap_or(ROWS_DEFAULT),
        cursor: query.cursor,
    };
    sweep(&app).await?;
    let page = app.registry().finding_history(&cx, &asked).await?;
    Ok(axum::Json(FindingHistory {
        findings: page.findings.into_iter().map(past).collect(),
        next_cursor: page.next_cursor,
        total: page.total,
    }))
}

fn past(row: store::FindingRow) -> PastFinding {
    let end = |(at, entry, how): (WallTime, store::EntryIndex, store::Closed)| FindingEnd {
        at_ms: at.as_ms(),
        entry: EntryRef::access(entry),
        how: how.as_str().to_owned(),
    };
    PastFinding {
        kind: row.kind,
        article: row.article,
        code: row.code,
        severity: row.severity.as_str().to_owned(),
        binds: row.binds,
        about: Named { id: row.about.to_string(), name: row.name },
        reason: words(&row.reason),
        opened_ms: row.opened.0.as_ms(),
        opened_entry: EntryRef::access(row.opened.1),
        closed: row.closed.map(end),
    }
}

/// What is found today, by weight, and what will be.
#[derive(Debug)]
pub struct Foreseen {
    breaches: u64,
    due: u64,
    notes: u64,
    coming: Vec<ComingFinding>,
}

impl Foreseen {
    /// What is coming and more than a note, of what passes by the id of what it is about.
    pub fn items(&self, passes: impl Fn(&str) -> bool) -> Vec<law::remind::Item> {
        let item = |one: &ComingFinding| {
            let finding = &one.finding;
            let about = finding.camera.as_ref().or(finding.record.as_ref())?.id.as_str();
            let code = finding.code.as_deref().unwrap_or_default();
            let note = finding.severity.as_deref() == Some(Severity::Note.as_str());
            (!note && passes(about)).then(|| law::remind::Item {
                key: store::item_key(
                    &finding.article,
                    code,
                    about,
                    finding.evidence.iter().map(|shown| shown.id.as_str()),
                ),
                weight: law::remind::Weight::Coming,
                article: finding.article.clone(),
                code: code.to_owned(),
                in_days: Some(one.in_days),
            })
        };
        self.coming.iter().filter_map(item).collect()
    }
}

/// What somebody's board shows, as it was worked out a moment ago if nothing was done since.
pub async fn foreseen_for(app: &App, cx: &Cx, days: u16) -> Result<Arc<Foreseen>, store::Error> {
    let key = (found_for(app, cx).await?, days);
    match app.foreseen().get(&key) {
        Some(foreseen) => Ok(foreseen),
        None => Ok(app.foreseen().keep(key, foresee(app, cx, days).await?)),
    }
}

async fn foresee(app: &App, cx: &Cx, days: u16) -> Result<Foreseen, store::Error> {
    let at = |day: u16| WallTime(cx.now.0.saturating_add(i64::from(day) * DAY_US));
    let facts = facts(app, cx).await?;
    let mut today = look(app, &facts, cx.now);
    let weighs = |severity| today.found.iter().filter(|found| found.severity() == severity).count() as u64;
    let (breaches, due, notes) = (weighs(Severity::Breach), weighs(Severity::Due), weighs(Severity::Note));
    let mut ahead = Ahead::new(std::mem::take(&mut today.found), days);
    while let Some(day) = ahead.wants() {
        ahead.put(day, look(app, &facts, at(day)).found);
    }
    let coming = ahead.coming().into_iter().map(|one| coming_of(app, &today, one, at)).collect();
    Ok(Foreseen { breaches, due, notes, coming })
}

fn coming_of(
    app: &App,
    today: &Look,
    one: law::detect::Coming,
    at: impl Fn(u16) -> WallTime,
) -> ComingFinding {
    let day = app.registry().today(at(one.in_days)).to_string();
    let since = start_of(&day);
    ComingFinding { in_days: one.in_days, finding: today.shape(app, one.found, since), day }
}
