//! Findings: what is not as it must be, with its article and what helps. From rows and measured state, at the time of asking.

use super::{
    auth::Signed,
    convert::words,
    error::Answer,
    names::CameraNames,
    types::{Finding, FindingKind, Problem},
};
use crate::app::App;
use axum::extract::State;
use law::completeness::{OVERDUE_ARTICLE, UNJUSTIFIED_US_MAX, is_overdue, overdue_words};
use model::{Act, CameraId, Cx, Span, WallTime};
use std::collections::BTreeMap;

/// How far back findings look: a quarter, three times the usual floor. Older gaps are in the list of gaps.
const LOOK_BACK_US: i64 = 92 * 86_400_000_000;

/// What is not as it must be.
#[utoipa::path(
    get, path = "/api/findings", tag = "health",
    responses((status = 200, body = Vec<Finding>, description = "Of one's own cameras and of the system"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn findings(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Vec<Finding>>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadHealth, Vec::new()).await?;
    let names = CameraNames::seen_by(&app, &cx).await?;
    Ok(axum::Json(unjustified(&app, &cx, &names).await?))
}

/// One finding for each camera with gaps that should have been justified by now.
async fn unjustified(app: &App, cx: &Cx, names: &CameraNames) -> Answer<Vec<Finding>> {
    let now = app.now();
    let span = Span { start: now.plus_us(-LOOK_BACK_US), end: now.plus_us(-UNJUSTIFIED_US_MAX) };
    let mut gaps = app.store().footage.gaps(cx, None, span).await?;
    gaps.retain(|gap| names.has(gap.stream.camera));
    let standings = app.store().gap_standings(cx, &gaps).await?;
    let mut by_camera = BTreeMap::<CameraId, (u64, WallTime)>::new();
    for (gap, standing) in gaps.iter().zip(standings) {
        if is_overdue(standing.state, gap.span.end, now) {
            let (count, since) = by_camera.entry(gap.stream.camera).or_insert((0, gap.span.start));
            *count += 1;
            *since = gap.span.start.min(*since);
        }
    }
    let finding = |(camera, (count, since)): (CameraId, (u64, WallTime))| {
        let (reason, remedy) = overdue_words(count);
        Finding {
            kind: FindingKind::GapsUnjustified,
            article: OVERDUE_ARTICLE.to_owned(),
            camera: Some(names.of(camera)),
            count,
            since_ms: since.as_ms(),
            reason: words(&reason),
            remedy: words(&remedy),
        }
    };
    Ok(by_camera.into_iter().map(finding).collect())
}
