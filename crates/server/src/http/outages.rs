//! Outages of the recorder itself, as its ticks bound them: what lies between two neighbours in the footage log.

use super::{
    auth::Signed,
    convert::span_of_ms,
    error::Answer,
    extract::Query,
    names::CameraNames,
    types::{Named, Outage, OutageKind, OutageQuery, Problem},
};
use crate::app::App;
use axum::extract::State;
use ledger::tick::Between;
use model::{Act, Cx, GapCause, Span, StreamId, WallTime};
use store::TickHole;

const DAY_MS: i64 = 86_400_000;
/// A gap of an outage begins with its last picture: so long before the moment from which surely nothing ran, which after a
/// crash is the time at which a tick would have been late; and at most a tick's interval behind it.
const BEFORE_US_MAX: i64 = 60_000_000;
const AFTER_US_MAX: i64 = 10_000_000;
/// When no span is asked for.
const DAYS: i64 = 31;

/// When the recorder did not run, could not say so, or had its clock set.
#[utoipa::path(
    get, path = "/api/outages", tag = "health", params(OutageQuery),
    responses((status = 200, body = Vec<Outage>, description = "Newest first; of the last 31 days when no span is named"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn outages(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<OutageQuery>,
) -> Answer<axum::Json<Vec<Outage>>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadHealth, Vec::new()).await?;
    let to_ms = query.to_ms.unwrap_or_else(|| app.now().as_ms() + 1);
    let span = span_of_ms(query.from_ms.unwrap_or(to_ms.saturating_sub(DAYS * DAY_MS)), to_ms)?;
    let names = CameraNames::seen_by(&app, &cx).await?;
    let holes = app.store().footage.tick_holes(&cx, span).await?;
    let mut outages = Vec::with_capacity(holes.len());
    for hole in holes.into_iter().rev() {
        let announced = match hole.between {
            Between::Down { from, to } => announced(&app, &cx, from.min(to)).await?,
            _ => None,
        };
        outages.push(shape(&names, announced, hole));
    }
    Ok(axum::Json(outages))
}

/// The reason that was announced for an outage: what every gap says that begins with it. `None` when one of them has another
/// cause, or when it made none.
async fn announced(app: &App, cx: &Cx, from: WallTime) -> Answer<Option<String>> {
    let near = Span { start: from.plus_us(-BEFORE_US_MAX), end: from.plus_us(AFTER_US_MAX) };
    let mut made = app.store().footage.gaps(cx, None, near).await?;
    made.retain(|gap| !gap.lost && gap.span.start >= near.start && gap.span.start < near.end);
    let planned = made.iter().all(|gap| gap.cause == GapCause::Planned);
    Ok(made.into_iter().next().filter(|_| planned).map(|gap| gap.evidence))
}

fn shape(names: &CameraNames, announced: Option<String>, hole: TickHole) -> Outage {
    let (kind, from, to, step_ms) = match hole.between {
        Between::Down { from, to } => (OutageKind::Down, Some(from.min(to)), Some(to), None),
        Between::Unwritten { from, to } => (OutageKind::Unwritten, Some(from), Some(to), None),
        Between::Stepped { at, by_us } => (OutageKind::ClockSet, Some(at), Some(at), Some(by_us / 1_000)),
        Between::Disorder => (OutageKind::Disorder, None, None, None),
    };
    let own = |streams: Vec<StreamId>| -> Vec<Named> {
        let cameras = streams.into_iter().map(|stream| stream.camera).filter(|camera| names.has(*camera));
        cameras.map(|camera| names.of(camera)).collect()
    };
    Outage {
        kind,
        announced,
        from_ms: from.map(WallTime::as_ms),
        to_ms: to.map(WallTime::as_ms),
        step_ms,
        before: hole.before.0,
        after: hole.after.0,
        uncovered: own(hole.uncovered),
        impossible: own(hole.impossible),
    }
}
