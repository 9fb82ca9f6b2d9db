//! Findings: what is not as it must be, with its article and what helps. From rows and measured state, at the time of asking.

use super::{
    auth::Signed,
    convert::words,
    error::Answer,
    names::CameraNames,
    types::{Finding, FindingKind, Named, Problem, StreamState},
};
use crate::app::App;
use axum::extract::State;
use law::Words;
use law::clocks::{SERVER_BACK_MS_MAX, camera_off, server_back, server_leapt, server_off};
use law::completeness::{OVERDUE_ARTICLE, UNJUSTIFIED_US_MAX, is_overdue, outage_words, overdue_words};
use law::detect::{Detected, Measured, detect};
use law::packs::Force;
use law::retention::LEAD_SHOWN_US;
use ledger::tick::Between;
use model::{Act, CameraId, Cx, Profile, Span, WallTime};
use std::collections::{BTreeMap, HashMap};

const DAY_MS: i64 = 86_400_000;
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
    let mut found = server_clock(&app).await?;
    found.extend(camera_clocks(&app, &names));
    found.extend(outages(&app, &cx, &names).await?);
    found.extend(unjustified(&app, &cx, &names).await?);
    found.extend(registered(&app, &cx).await?);
    Ok(axum::Json(found))
}

/// What the register shows to be missing or forbidden.
async fn registered(app: &App, cx: &Cx) -> Answer<Vec<Finding>> {
    let library = &app.registry().packs().library;
    let snapshot = app.registry().register_snapshot(cx, library, &measured(app)).await?;
    let shape = |found: Detected| {
        let about = Named { id: found.about.id, name: found.about.name };
        let of_camera = snapshot.cameras.iter().any(|camera| camera.camera.id == about.id);
        let (camera, record) = if of_camera { (Some(about), None) } else { (None, Some(about)) };
        Finding {
            kind: FindingKind::Register,
            article: found.article,
            camera,
            record,
            code: Some(found.code.into()),
            binds: found.force == Force::Binds,
            count: 1,
            since_ms: app.now().as_ms(),
            reason: words(&found.reason),
            remedy: words(&found.remedy),
        }
    };
    Ok(detect(&snapshot).into_iter().map(shape).collect())
}

/// What the cameras' main streams really are.
fn measured(app: &App) -> HashMap<CameraId, Measured> {
    let streams = app.pipeline().streams();
    let main = streams.iter().filter(|stream| stream.id.profile == Profile::Main);
    main.map(|stream| {
        let state = StreamState::from(&stream.state());
        let codec = match state.codec.as_deref() {
            Some("H.264") => Some("h264"),
            Some("H.265") => Some("h265"),
            _ => None,
        };
        let sent = Measured {
            width_px: state.width.map(u32::from),
            height_px: state.height.map(u32::from),
            frame_rate: state.fps.map(f64::from),
            codec,
        };
        (stream.id.camera, sent)
    })
    .collect()
}

fn finding(
    kind: FindingKind,
    article: &str,
    camera: Option<Named>,
    since: WallTime,
    (reason, remedy): (Words, Words),
) -> Finding {
    Finding {
        kind,
        article: article.to_owned(),
        camera,
        record: None,
        code: None,
        binds: true,
        count: 1,
        since_ms: since.as_ms(),
        reason: words(&reason),
        remedy: words(&remedy),
    }
}

async fn server_clock(app: &App) -> Answer<Vec<Finding>> {
    let (clock, now) = (super::clocks::server(app).await?, app.now());
    let mut found = Vec::new();
    let mut add = |about| found.push(finding(FindingKind::ServerClock, "unit:clock", None, now, about));
    if clock.line_ahead_ms > SERVER_BACK_MS_MAX {
        add(server_back(clock.line_ahead_ms));
    }
    if clock.trusted_lead_ms.saturating_mul(1_000) > LEAD_SHOWN_US {
        add(server_leapt(clock.trusted_lead_ms / DAY_MS));
    }
    if let Some(say) = app.time_sources().last().map(|last| last.say).filter(|say| say.is_suspicious()) {
        add(server_off(say));
    }
    Ok(found)
}

fn camera_clocks(app: &App, names: &CameraNames) -> Vec<Finding> {
    let now = app.now();
    let own = super::clocks::measured(app).into_iter().filter(|(camera, _)| names.has(*camera));
    let off = own.filter(|(_, clock)| super::clocks::is_off(*clock, now));
    off.filter_map(|(camera, clock)| {
        let (offset_ms, at) = clock?;
        let about = camera_off(offset_ms);
        Some(finding(FindingKind::CameraClock, "unit:clock", Some(names.of(camera)), at, about))
    })
    .collect()
}

/// Outages that the streams' records contradict.
async fn outages(app: &App, cx: &Cx, names: &CameraNames) -> Answer<Vec<Finding>> {
    let now = app.now();
    let mut found = Vec::new();
    for hole in app.tick_holes(cx, LOOK_BACK_US).await?.iter() {
        let since = match hole.between {
            Between::Down { from, .. } | Between::Unwritten { from, .. } => from,
            Between::Stepped { at, .. } => at,
            Between::Disorder => now,
        };
        let streams = hole.uncovered.iter().chain(&hole.impossible).filter(|stream| names.has(stream.camera));
        let own = streams.map(|stream| Some(names.of(stream.camera)));
        let system = (hole.between == Between::Disorder).then_some(None);
        for camera in own.chain(system) {
            found.push(finding(FindingKind::Outage, OVERDUE_ARTICLE, camera, since, outage_words()));
        }
    }
    Ok(found)
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
            record: None,
            code: None,
            binds: true,
            count,
            since_ms: since.as_ms(),
            reason: words(&reason),
            remedy: words(&remedy),
        }
    };
    Ok(by_camera.into_iter().map(finding).collect())
}
