//! What there is to play: footage, gaps and activity of some cameras over a span. From rows alone: no file is read
//! and no picture leaves here.

use super::{
    auth::Signed,
    convert::span_of_ms,
    error::{Answer, Failure},
    extract::Query,
    types::{
        Problem, Profile as ApiProfile, Timeline, TimelineGap, TimelineLevel, TimelineQuery, TimelineRow,
    },
};
use crate::app::App;
use axum::extract::State;
use bytes::Bytes;
use law::completeness::GapState;
use model::{Act, CameraId, Cx, GapCause, Profile, Span, StreamId, WallTime};
use pipeline::StateWord;

/// Rows of one request: what the console shows at most.
const CAMERAS_MAX: usize = 16;
/// Buckets of one row: more than a wall display has pixels.
const BUCKETS_MAX: i64 = 8_192;
/// Longest span: a year, with a bucket of an hour.
const SPAN_US_MAX: i64 = 366 * 86_400_000_000;
/// Activity is kept per second; a bucket is never shorter.
const ACTIVITY_STEP_US: i64 = 1_000_000;

/// Footage, gaps and activity of cameras over a span.
#[utoipa::path(
    get, path = "/api/timeline", tag = "watch", params(TimelineQuery),
    responses((status = 200, body = Timeline, description = "One row per camera, in the order asked"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn timeline(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<TimelineQuery>,
) -> Answer<axum::Json<Timeline>> {
    let cameras: Vec<CameraId> =
        query.cameras.split(',').filter(|text| !text.is_empty()).map(str::parse).collect::<Result<_, _>>()?;
    if cameras.is_empty() || cameras.len() > CAMERAS_MAX {
        return Err(Failure::invalid("cameras", format!("name 1 to {CAMERAS_MAX} cameras")));
    }
    let span = span_of_ms(query.from_ms, query.to_ms)?;
    if span.duration_us() > SPAN_US_MAX {
        return Err(Failure::invalid("to_ms", "the span is longer than a year"));
    }
    let bucket_us = query.bucket_ms.saturating_mul(1_000);
    if bucket_us < ACTIVITY_STEP_US || span.duration_us() / bucket_us >= BUCKETS_MAX {
        return Err(Failure::invalid(
            "bucket_ms",
            format!("at least 1000, and at most {BUCKETS_MAX} buckets"),
        ));
    }
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadTimeline, cameras.clone()).await?;
    let standings =
        app.store().standings(&cx, Span { start: span.start, end: span.end.max(app.now()) }).await?;
    let mut rows = Vec::with_capacity(cameras.len());
    for camera in cameras {
        rows.push(row(&app, &cx, camera, (span, bucket_us), &standings).await?);
    }
    Ok(axum::Json(Timeline { bucket_ms: query.bucket_ms, rows }))
}

async fn row(
    app: &App,
    cx: &Cx,
    camera: CameraId,
    (span, bucket_us): (Span, i64),
    standings: &store::Standings,
) -> Answer<TimelineRow> {
    let id = StreamId { camera, profile: Profile::Main };
    let coverage = app.store().footage.coverage(cx, id, span, true).await?;
    let beyond = app.store().beyond_term(cx, id, span).await?;
    let kept = without(&coverage.spans, &beyond);
    let mut spans: Vec<[i64; 2]> = kept.iter().filter_map(|found| shown(*found, span)).collect();
    let stored = coverage.gaps.iter().map(|gap| (gap, standings.of(gap)));
    let mut gaps: Vec<TimelineGap> = stored
        .filter_map(|(gap, standing)| {
            timeline_gap(Some(gap.leaf.0), gap.span, span, gap.cause, &gap.evidence, standing.state)
        })
        .collect();
    let (open_span, open_gap) = open_end(app, id).await?;
    if let Some(shown) = open_span.and_then(|open| shown(open, span)) {
        match spans.last_mut() {
            Some(last) if last[1] == shown[0] => last[1] = shown[1],
            _ => spans.push(shown),
        }
    }
    gaps.extend(open_gap.and_then(|(gap_span, cause, evidence)| {
        timeline_gap(None, gap_span, span, cause, &evidence, standings.of_open(id, gap_span, cause))
    }));
    let activity = buckets(&coverage.activity, span, bucket_us);
    let brought = StreamId { camera, profile: Profile::Later };
    let beyond = app.store().beyond_term(cx, brought, span).await?;
    let brought = app.store().footage.coverage(cx, brought, span, false).await?;
    let later = without(&brought.spans, &beyond).iter().filter_map(|found| shown(*found, span)).collect();
    let levels = levels(app, cx, camera, span).await?;
    Ok(TimelineRow {
        camera: camera.to_string(),
        profile: ApiProfile::Main,
        spans,
        gaps,
        later,
        levels,
        activity,
    })
}

/// The spans less some parts of them; both are in order of time.
fn without(spans: &[Span], parts: &[Span]) -> Vec<Span> {
    let mut kept = Vec::with_capacity(spans.len());
    for span in spans {
        let mut start = span.start;
        for part in parts.iter().filter_map(|part| part.intersect(*span)) {
            if start < part.start {
                kept.push(Span { start, end: part.start });
            }
            start = start.max(part.end);
        }
        if start < span.end {
            kept.push(Span { start, end: span.end });
        }
    }
    kept
}

/// Where footage is protected more than the camera.
async fn levels(app: &App, cx: &Cx, camera: CameraId, span: Span) -> Answer<Vec<TimelineLevel>> {
    let levels = app.registry().clip_levels(cx, camera).await?;
    let in_force = levels.into_iter().filter(|level| level.lowered.is_none());
    Ok(in_force
        .filter_map(|found| {
            let clip = Span { start: found.start, end: found.end.unwrap_or(span.end) };
            let [from_ms, to_ms] = shown(clip, span)?;
            Some(TimelineLevel { from_ms, to_ms, level: found.level })
        })
        .collect())
}

type OpenGap = (Span, GapCause, String);

/// What is not in the database yet: the segment that is being written, and the gap that is still open.
async fn open_end(app: &App, id: StreamId) -> Answer<(Option<Span>, Option<OpenGap>)> {
    let Some(stream) = app.pipeline().stream(id) else { return Ok((None, None)) };
    let sealed_until = app.store().footage.stream_head(id).await?.end;
    let state = stream.state();
    let recorded = match (state.word, state.newest) {
        // Before the first segment is sealed, recording began when the state became that.
        (StateWord::Recording, Some(newest)) => Span::new(sealed_until.unwrap_or(state.since), newest),
        _ => None,
    };
    let gap = stream.open_gap().and_then(|gap| {
        let span = Span::new(sealed_until.map_or(gap.span.start, |end| end.max(gap.span.start)), app.now())?;
        Some((span, gap.cause, gap.evidence))
    });
    // A gap that is open says that nothing was recorded since it began.
    let recorded = match (&gap, recorded) {
        (Some((missing, ..)), Some(recorded)) => Span::new(recorded.start, recorded.end.min(missing.start)),
        (_, recorded) => recorded,
    };
    Ok((recorded.filter(|span| span.duration_us() > 0), gap))
}

fn timeline_gap(
    id: Option<u64>,
    gap: Span,
    asked: Span,
    cause: GapCause,
    evidence: &str,
    state: GapState,
) -> Option<TimelineGap> {
    let [from_ms, to_ms] = shown(gap, asked)?;
    let justified = state == GapState::Justified;
    let (cause, evidence, state) = (cause.into(), evidence.to_owned(), state.into());
    Some(TimelineGap { id, from_ms, to_ms, cause, evidence, state, justified })
}

fn shown(found: Span, asked: Span) -> Option<[i64; 2]> {
    found.intersect(asked).map(|part| [part.start.as_ms(), part.end.as_ms()])
}

/// The busiest second of each bucket.
fn buckets(activity: &[(WallTime, Bytes)], span: Span, bucket_us: i64) -> Vec<u8> {
    let count = span.duration_us().saturating_add(bucket_us - 1) / bucket_us;
    let mut buckets = vec![0u8; usize::try_from(count).unwrap_or(0)];
    for (start, seconds) in activity {
        for (second, value) in (0i64..).zip(seconds.iter()) {
            let at = start.plus_us(second.saturating_mul(ACTIVITY_STEP_US));
            let bucket = usize::try_from(at.since_us(span.start).div_euclid(bucket_us)).ok();
            if let Some(bucket) = bucket.and_then(|bucket| buckets.get_mut(bucket)) {
                *bucket = (*bucket).max(*value);
            }
        }
    }
    buckets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_holds_any_more_is_not_shown() {
        let of = |(start, end): &(i64, i64)| Span { start: WallTime(*start), end: WallTime(*end) };
        let check = |spans: &[(i64, i64)], parts: &[(i64, i64)], expected: &[(i64, i64)]| {
            let [spans, parts, expected] =
                [spans, parts, expected].map(|list| list.iter().map(of).collect::<Vec<_>>());
            assert_eq!(without(&spans, &parts), expected);
        };
        check(&[(0, 10)], &[], &[(0, 10)]);
        check(&[(0, 10)], &[(0, 3), (7, 10)], &[(3, 7)]);
        check(&[(0, 10), (20, 30)], &[(5, 25)], &[(0, 5), (25, 30)]);
        check(&[(0, 10)], &[(0, 10)], &[]);
    }

    #[test]
    fn a_bucket_shows_its_busiest_second() {
        let span = Span::new(WallTime(10_000_000), WallTime(20_000_000)).unwrap();
        let check = |activity: &[(i64, &'static [u8])], bucket_us, expected: &[u8]| {
            let activity: Vec<_> =
                activity.iter().map(|(start, bytes)| (WallTime(*start), Bytes::from_static(bytes))).collect();
            assert_eq!(buckets(&activity, span, bucket_us), expected);
        };
        check(&[], 5_000_000, &[0, 0]);
        check(&[(8_000_000, &[9, 9, 1, 7, 3])], 5_000_000, &[7, 0]);
        check(&[(14_000_000, &[1, 2]), (19_000_000, &[3, 200])], 5_000_000, &[1, 3]);
        check(&[(10_000_000, &[5])], 3_000_000, &[5, 0, 0, 0]);
    }
}
