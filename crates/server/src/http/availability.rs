//! Availability by camera, system of the register, unit or all together, by month or over the whole span: for a table, a chart and a report.

use super::{
    auth::Signed,
    convert::span_of_ms,
    error::{Answer, Failure},
    extract::Query,
    names::UnitNames,
    types::{
        Availability, AvailabilityBy, AvailabilityQuery, AvailabilityRow, AvailabilityStep, MissingByCause,
        Named, Problem,
    },
};
use crate::app::App;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use law::availability::{self, Missing, StreamFacts};
use law::completeness::GapState;
use model::{Act, CameraId, Cx, GapCause, Kind, Profile, RecordId, Span, StreamId, UnitId, WallTime};
use pipeline::StateWord;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

/// Longest span: two years of months.
const SPAN_US_MAX: i64 = 2 * 366 * 86_400_000_000;

/// Recorded of owed time, with what is missing by cause.
#[utoipa::path(
    get, path = "/api/availability", tag = "health", params(AvailabilityQuery),
    responses((status = 200, body = Availability, description = "By name, then by time"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn availability(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<AvailabilityQuery>,
) -> Answer<axum::Json<Availability>> {
    Ok(axum::Json(made(&app, &signed.cx(&app), &query).await?))
}

/// The same as a table for spreadsheets.
#[utoipa::path(
    get, path = "/api/availability.csv", tag = "health", params(AvailabilityQuery),
    responses((status = 200, description = "RFC 4180, UTF-8 with a byte order mark", content_type = "text/csv"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn availability_csv(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<AvailabilityQuery>,
) -> Answer<Response> {
    let made = made(&app, &signed.cx(&app), &query).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"availability.csv\""),
    ];
    Ok((headers, csv(&made)).into_response())
}

async fn made(app: &App, cx: &Cx, query: &AvailabilityQuery) -> Answer<Availability> {
    app.registry().admit_reading(cx, Act::ReadHealth, Vec::new()).await?;
    let asked = span_of_ms(query.from_ms, query.to_ms)?;
    if asked.duration_us() > SPAN_US_MAX {
        return Err(Failure::invalid("to_ms", "the span is longer than two years"));
    }
    let parts = match query.step.unwrap_or(AvailabilityStep::Month) {
        AvailabilityStep::Month => months(asked)?,
        AvailabilityStep::Whole => vec![asked],
    };
    let unit: Option<UnitId> = query.unit.as_deref().map(str::parse).transpose()?;
    let systems = Systems::load(app, cx).await?;
    let system = query.system.as_deref().map(|id| systems.named(id)).transpose()?;
    let cameras = app.registry().covered_cameras(cx).await?.into_iter();
    let cameras: Vec<store::Camera> = cameras
        .filter(|camera| unit.is_none_or(|unit| unit == camera.unit))
        .filter(|camera| system.is_none_or(|system| system == systems.of(camera.id)))
        .collect();
    let by = query.by.unwrap_or(AvailabilityBy::Camera);
    let units = UnitNames::load(app, cx).await?;
    let standings = app.store().standings(cx, asked).await?;
    let histories = app.store().footage.histories().await?;
    // One sum for each subject and part, in the order of names.
    let mut sums = BTreeMap::<(String, String), Vec<availability::Availability>>::new();
    for camera in &cameras {
        let Some(facts) = facts(app, cx, camera, asked, &standings, &histories).await? else { continue };
        let key = match by {
            AvailabilityBy::Camera => (camera.name.clone(), camera.id.to_string()),
            AvailabilityBy::Unit => (units.name(camera.unit), camera.unit.to_string()),
            AvailabilityBy::System => systems.key(camera.id),
            AvailabilityBy::All => (String::new(), String::new()),
        };
        let row = sums.entry(key).or_insert_with(|| vec![availability::Availability::default(); parts.len()]);
        for (sum, part) in row.iter_mut().zip(&parts) {
            sum.add(&availability::of_stream(&facts, *part));
        }
    }
    let rows = sums.into_iter().flat_map(|((name, id), sums)| {
        let about = (!id.is_empty()).then_some(Named { id, name });
        let shaped: Vec<AvailabilityRow> = sums
            .iter()
            .zip(&parts)
            .filter(|(sum, _)| sum.owed_us > 0)
            .map(|(sum, part)| row(&about, *part, sum))
            .collect();
        shaped
    });
    Ok(Availability { from_ms: query.from_ms, to_ms: query.to_ms, rows: rows.collect() })
}

/// Cameras that stand at no system's point, in place of a system's id.
const IN_NONE: &str = "none";

/// At which systems' points cameras stand, as far as the reader may know of these systems.
struct Systems {
    of: HashMap<CameraId, RecordId>,
    names: HashMap<RecordId, String>,
}

impl Systems {
    async fn load(app: &App, cx: &Cx) -> Answer<Self> {
        let of = app.registry().systems_of_cameras(cx).await?;
        Ok(Self { of, names: app.registry().system_names(cx).await? })
    }

    fn of(&self, camera: CameraId) -> Option<RecordId> {
        self.of.get(&camera).copied().filter(|system| self.names.contains_key(system))
    }

    /// Name and id.
    fn key(&self, camera: CameraId) -> (String, String) {
        let named =
            self.of(camera).and_then(|system| Some((self.names.get(&system)?.clone(), system.to_string())));
        named.unwrap_or_else(|| (String::new(), IN_NONE.to_owned()))
    }

    /// The system of a query; `None`: the cameras in none.
    fn named(&self, id: &str) -> Answer<Option<RecordId>> {
        if id == IN_NONE {
            return Ok(None);
        }
        let system = id.parse().ok().filter(|system| self.names.contains_key(system));
        system.map(Some).ok_or_else(|| Failure::not_found("system"))
    }
}

/// The sum over some cameras and a span.
pub async fn of_cameras(
    app: &App,
    cx: &Cx,
    cameras: &[store::Camera],
    span: Span,
) -> Answer<availability::Availability> {
    let standings = app.store().standings(cx, span).await?;
    let histories = app.store().footage.histories().await?;
    let mut sum = availability::Availability::default();
    for camera in cameras {
        if let Some(facts) = facts(app, cx, camera, span, &standings, &histories).await? {
            sum.add(&availability::of_stream(&facts, span));
        }
    }
    Ok(sum)
}

/// What is known of a camera's recorded stream; `None` when it owed nothing.
pub(super) async fn facts(
    app: &App,
    cx: &Cx,
    camera: &store::Camera,
    asked: Span,
    standings: &store::Standings,
    histories: &HashMap<StreamId, Span>,
) -> Answer<Option<StreamFacts>> {
    let now = app.now();
    let Some(owed) = availability::owed(camera.created, camera.retired, now) else { return Ok(None) };
    if owed.intersect(asked).is_none() {
        return Ok(None);
    }
    let id = StreamId { camera: camera.id, profile: Profile::Main };
    let history = histories.get(&id).copied();
    let gaps = app.store().footage.gaps(cx, Some(id), asked).await?;
    let missing = |gap: &store::GapRow| Missing {
        span: gap.span,
        cause: gap.cause,
        justified: standings.of(gap).state == GapState::Justified,
    };
    let (being_recorded, mut open) = tail(app, camera, id, history, now);
    if let Some(gap) = &mut open {
        gap.justified = standings.of_open(id, gap.span, gap.cause) == GapState::Justified;
    }
    Ok(Some(StreamFacts { owed, history, gaps: gaps.iter().map(missing).collect(), being_recorded, open }))
}

/// What follows the newest record and has none yet; what justifies a gap of it is the caller's to say.
fn tail(
    app: &App,
    camera: &store::Camera,
    id: StreamId,
    history: Option<Span>,
    now: WallTime,
) -> (Option<Span>, Option<Missing>) {
    let after = |from: WallTime, to: WallTime| Span::new(from, to).filter(|span| span.duration_us() > 0);
    let end = history.map(|span| span.end);
    let Some(stream) = app.pipeline().stream(id) else {
        let is_private = app.pipeline().private_by(camera.id).is_some();
        let since = end.filter(|_| !camera.enabled || is_private).and_then(|end| after(end, now));
        let cause = if is_private { GapCause::Privacy } else { GapCause::Planned };
        return (None, since.map(|span| Missing { span, cause, justified: false }));
    };
    let state = stream.state();
    let open = stream.open_gap().and_then(|gap| {
        let span = after(end.map_or(gap.span.start, |end| end.max(gap.span.start)), now)?;
        Some(Missing { span, cause: gap.cause, justified: false })
    });
    let until = match open {
        Some(gap) => Some(gap.span.start),
        None => state.newest.filter(|_| state.word == StateWord::Recording),
    };
    let recorded = until.and_then(|until| after(end.unwrap_or(state.since), until));
    (recorded, open)
}

fn row(about: &Option<Named>, part: Span, sum: &availability::Availability) -> AvailabilityRow {
    let seconds = |us: i64| us as f64 / 1e6;
    let by_cause = GapCause::ALL.iter().zip(sum.missing_us.iter().zip(sum.gaps));
    let missing = by_cause.filter(|(_, (_, gaps))| *gaps > 0).map(|(cause, (us, gaps))| MissingByCause {
        cause: (*cause).into(),
        seconds: seconds(*us),
        gaps,
    });
    AvailabilityRow {
        about: about.clone(),
        from_ms: part.start.as_ms(),
        to_ms: part.end.as_ms(),
        owed_s: seconds(sum.owed_us),
        recorded_s: seconds(sum.recorded_us),
        share: sum.share(),
        missing_s: seconds(sum.missing_sum_us()),
        missing: missing.collect(),
        justified_s: seconds(sum.justified_us),
        justified_share: sum.justified_share(),
        unaccounted_s: seconds(sum.unaccounted_us),
    }
}

/// The calendar months of the server's time zone that a span touches, cut to it.
fn months(span: Span) -> Answer<Vec<Span>> {
    let failed =
        |error: jiff::Error| Failure::new(Kind::Internal, format!("the months are not known: {error}"));
    let zoned = |at: WallTime| {
        jiff::Timestamp::from_microsecond(at.0).map(|at| at.to_zoned(jiff::tz::TimeZone::system()))
    };
    let mut at = zoned(span.start)
        .and_then(|at| at.first_of_month())
        .and_then(|at| at.start_of_day())
        .map_err(failed)?;
    let mut parts = Vec::new();
    loop {
        let next = at
            .checked_add(jiff::Span::new().months(1))
            .and_then(|next| next.start_of_day())
            .map_err(failed)?;
        let wall = |at: &jiff::Zoned| WallTime(at.timestamp().as_microsecond());
        let month = Span { start: wall(&at), end: wall(&next) };
        parts.extend(month.intersect(span));
        if month.end >= span.end {
            return Ok(parts);
        }
        at = next;
    }
}

/// RFC 4180: lines end in CRLF, texts that need it are quoted; a byte order mark so that spreadsheets read Chinese.
fn csv(made: &Availability) -> String {
    let mut text =
        String::from("\u{feff}id,name,from,to,owed_s,recorded_s,share,missing_s,justified_s,unaccounted_s");
    for cause in GapCause::ALL {
        let _ = write!(text, ",missing_{}_s,gaps_{}", cause.as_str(), cause.as_str());
    }
    text.push_str("\r\n");
    for row in &made.rows {
        let (id, name) = row.about.as_ref().map_or(("", ""), |about| (&about.id, &about.name));
        let time = |ms: i64| WallTime::from_ms(ms).to_string();
        let _ = write!(
            text,
            "{id},{},{},{},{:.1},{:.1},{},{:.1},{:.1},{:.1}",
            quoted(name),
            time(row.from_ms),
            time(row.to_ms),
            row.owed_s,
            row.recorded_s,
            row.share.map_or(String::new(), |share| format!("{share:.6}")),
            row.missing_s,
            row.justified_s,
            row.unaccounted_s,
        );
        for cause in GapCause::ALL {
            let found = row.missing.iter().find(|missing| GapCause::from(missing.cause) == *cause);
            let (seconds, gaps) = found.map_or((0.0, 0), |found| (found.seconds, found.gaps));
            let _ = write!(text, ",{seconds:.1},{gaps}");
        }
        text.push_str("\r\n");
    }
    text
}

/// Quoted, and never read as a formula by a spreadsheet.
fn quoted(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_a_table_or_be_formulas() {
        let check = |text: &str, expected: &str| assert_eq!(quoted(text), expected);
        check("街口", "\"街口\"");
        check("a \"b\", c", "\"a \"\"b\"\", c\"");
        check("=1+1", "\"'=1+1\"");
    }

    #[test]
    fn months_tile_a_span() {
        let day = 86_400_000_000;
        let span =
            Span::new(WallTime(1_790_000_000_000_000), WallTime(1_790_000_000_000_000 + 100 * day)).unwrap();
        let parts = months(span).unwrap();
        assert!((4..=5).contains(&parts.len()), "{parts:?}");
        assert_eq!((parts[0].start, parts[parts.len() - 1].end), (span.start, span.end));
        assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start), "{parts:?}");
        assert!(
            parts[1..parts.len() - 1].iter().all(|part| (28 * day..=31 * day).contains(&part.duration_us()))
        );
    }
}
