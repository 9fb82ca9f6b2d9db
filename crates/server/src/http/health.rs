//! The state of the system: the state line, the streams, the disk, and numbers for a metrics collector.

use super::{
    auth::Signed,
    error::{Answer, Failure},
    metrics,
    names::{CameraNames, UnitNames},
    types::{
        AbsentStoreKey, Disk, DiskState, GapsToday, Health, Kept, LedgerState, LogState, Problem,
        RecordingState, Scrub, ScrubFinding, State as StateLine, StreamRow, StreamState,
    },
    witnesses::standing,
};
use crate::app::App;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use law::completeness::GapState;
use model::{Act, CameraId, Kind, Profile, Span, WallTime};
use pipeline::{StateWord, StreamCounters};
use store::{CameraQuery, LogName, system_cx};

const DAY_US: i64 = 86_400_000_000;

/// Whether the server answers and its recorder works. Open to everybody.
#[utoipa::path(
    get, path = "/api/health", tag = "health", security(),
    responses(
        (status = 200, body = Health, description = "`ok`"),
        (status = 503, body = Health, description = "`failing`: the writer or the committer is gone; the server's log says why. `witness_alarm`: a witness holds a log that ours does not continue"),
    )
)]
pub async fn health(State(app): State<App>) -> (StatusCode, axum::Json<Health>) {
    let (code, status) = match app.pipeline().is_sound() {
        Ok(()) if !app.witnesses().alarms().is_empty() => (StatusCode::SERVICE_UNAVAILABLE, "witness_alarm"),
        Ok(()) => (StatusCode::OK, "ok"),
        Err(problem) => {
            tracing::error!(problem, "the recorder is not sound");
            (StatusCode::SERVICE_UNAVAILABLE, "failing")
        }
    };
    (code, axum::Json(Health { status: status.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }))
}

/// The state line: numbers about the whole system, no camera's data. Every signed-in person sees it.
#[utoipa::path(get, path = "/api/state", tag = "health", responses((status = 200, body = StateLine, description = "As it is now")))]
pub async fn state(State(app): State<App>, signed: Signed) -> Answer<axum::Json<StateLine>> {
    let cx = system_cx("state", app.now());
    let recorded: Vec<_> =
        app.pipeline().streams().into_iter().filter(|stream| stream.is_recorded()).collect();
    let ok = recorded.iter().filter(|stream| stream.state().word == StateWord::Recording).count();
    // No server runs more; thousands that are switched off may stand before them in the list.
    let running = CameraQuery { enabled: Some(true), limit: 1_000, ..CameraQuery::default() };
    let page = app.registry().cameras(&cx, &running).await?;
    let enabled: Vec<CameraId> = page.cameras.iter().map(|camera| camera.id).collect();
    let disk = app.pipeline().disk()?;
    let unit_name = own_unit(&app, &signed).await?;
    Ok(axum::Json(StateLine {
        now_ms: app.now().as_ms(),
        utc_offset_min: utc_offset_min(app.now()),
        recording: RecordingState { ok: ok as u64, total: enabled.len().max(recorded.len()) as u64 },
        gaps_today: gaps_today(&app).await?,
        kept: kept(&app, &enabled).await?,
        ledger: LedgerState {
            footage: log_state(&app, LogName::Footage).await?,
            access: log_state(&app, LogName::Access).await?,
            witnessed: standing(&app).await?.as_str().to_owned(),
            witnessed_through: super::witnesses::through(&app).await?,
        },
        disk: DiskState {
            used_bytes: disk.total_bytes.saturating_sub(disk.free_bytes),
            free_bytes: disk.free_bytes,
            horizon_days: app.horizon().await?.mean_days,
        },
        demo: app.facts().demo,
        unit_name,
        takeovers: super::takeovers::running(&app, &signed).await?,
        alarms: super::alarms::open(&app, &signed).await?,
        unread_reminders: app.registry().unread_reminders(&signed.cx(&app)).await?,
        clips_for_me: app.registry().clips_for_me(&signed.cx(&app)).await?,
    }))
}

/// Of the server's own time zone, whose days and months are shown.
fn utc_offset_min(now: WallTime) -> i32 {
    let at = jiff::Timestamp::from_microsecond(now.0).unwrap_or_default();
    jiff::tz::TimeZone::system().to_offset(at).seconds() / 60
}

async fn own_unit(app: &App, signed: &Signed) -> Answer<String> {
    let cx = signed.cx(app);
    let Some(first) = app.registry().own_posts(&cx).await?.into_iter().next() else {
        return Ok(String::new());
    };
    Ok(UnitNames::load(app, &cx).await?.name(first.unit))
}

/// Gaps that meet today, by the server's own time zone.
async fn gaps_today(app: &App) -> Answer<GapsToday> {
    let now = app.now();
    let midnight = jiff::Zoned::now()
        .start_of_day()
        .map_err(|error| Failure::new(Kind::Internal, format!("the day's start is not known: {error}")))?;
    let start = WallTime(midnight.timestamp().as_microsecond()).min(now);
    let span = Span { start, end: now };
    let cx = system_cx("state", now);
    let stored = app.store().footage.gaps(&cx, None, span).await?;
    let open = app.pipeline().open_gaps();
    let standings = app.store().standings(&cx, span).await?;
    let states = stored.iter().map(|gap| standings.of(gap).state);
    let states = states.chain(open.iter().map(|(id, gap)| standings.of_open(*id, gap.span, gap.cause)));
    let unjustified = states.filter(|state| *state != GapState::Justified).count();
    Ok(GapsToday { count: (stored.len() + open.len()) as u64, unjustified: unjustified as u64 })
}

/// The camera that has kept the least counts.
async fn kept(app: &App, enabled: &[CameraId]) -> Answer<Kept> {
    let now = app.now();
    let oldest = app.store().footage.oldest(Profile::Main).await?;
    let ages = oldest
        .iter()
        .filter(|(stream, _)| enabled.contains(&stream.camera))
        .map(|(_, start)| now.since_us(*start));
    let days = ages.min().unwrap_or(0).max(0) as f64 / DAY_US as f64;
    let floor_days = app.registry().settings(&system_cx("state", now)).await?.floor_days;
    Ok(Kept { days, floor_days })
}

async fn log_state(app: &App, log: LogName) -> Answer<LogState> {
    let size = app.store().log_size(log).await?;
    let checkpoint_ms = app.store().checkpoint(log).await?.map(|checkpoint| checkpoint.made.as_ms());
    Ok(LogState { size, checkpoint_ms })
}

/// Every stream with its state and counters.
#[utoipa::path(
    get, path = "/api/streams", tag = "health",
    responses((status = 200, body = Vec<StreamRow>, description = "By camera"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn streams(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Vec<StreamRow>>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadHealth, Vec::new()).await?;
    let names = CameraNames::seen_by(&app, &cx).await?;
    let row = |stream: &pipeline::StreamShared| StreamRow {
        camera: names.of(stream.id.camera),
        profile: stream.id.profile.into(),
        recorded: stream.is_recorded(),
        state: StreamState::from(&stream.state()),
        units: StreamCounters::get(&stream.counters.units),
        bytes: StreamCounters::get(&stream.counters.bytes),
        lost_packets: StreamCounters::get(&stream.counters.lost_packets),
        reconnects: StreamCounters::get(&stream.counters.connects).saturating_sub(1),
        unrecorded_units: StreamCounters::get(&stream.counters.unrecorded_units),
        queue_dropped: StreamCounters::get(&stream.counters.skipped_units),
    };
    let streams = app.pipeline().streams();
    let own = streams.iter().filter(|stream| names.has(stream.id.camera));
    let mut rows: Vec<StreamRow> = own.map(|stream| row(stream)).collect();
    rows.sort_by(|a, b| (&a.camera.name, a.profile as u8).cmp(&(&b.camera.name, b.profile as u8)));
    Ok(axum::Json(rows))
}

async fn scrub(app: &App) -> Answer<Scrub> {
    let cx = system_cx("scrub", app.now());
    let footage = &app.store().footage;
    let (state, stored_bytes) = (footage.scrub_state(&cx).await?, footage.stored_bytes().await?);
    let floor_days = app.registry().settings(&cx).await?.floor_days;
    let found = footage.scrub_findings(&cx).await?.into_iter();
    let findings = found.map(|finding| ScrubFinding {
        found_ms: finding.found.as_ms(),
        place: finding.place,
        problem: finding.problem,
    });
    Ok(Scrub {
        round: state.round,
        begun_ms: state.begun.as_ms(),
        read_bytes: state.read_bytes,
        stored_bytes,
        bytes_per_second: crate::scrub::budget(stored_bytes, floor_days),
        finished_ms: state.finished.map(model::WallTime::as_ms),
        findings: findings.collect(),
    })
}

/// Room, rate and sync times of the media disk; which store key is in use; what the background reading found.
#[utoipa::path(
    get, path = "/api/disk", tag = "health",
    responses((status = 200, body = Disk, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn disk(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Disk>> {
    app.registry().admit_reading(&signed.cx(&app), Act::ReadHealth, Vec::new()).await?;
    let disk = app.pipeline().disk()?;
    let scrub = scrub(&app).await?;
    Ok(axum::Json(Disk {
        scrub,
        used: disk.total_bytes.saturating_sub(disk.free_bytes),
        free: disk.free_bytes,
        path: disk.path,
        bytes_per_day: disk.bytes_per_day,
        horizon_days: app.horizon().await?.mean_days,
        sync_ms_last: disk.sync_last_us as f64 / 1_000.0,
        sync_ms_max: disk.sync_max_us as f64 / 1_000.0,
        store_key: app.store().footage.media().keys().current().map(|key| key.id().to_string()),
        absent_store_keys: app
            .absent_keys()
            .iter()
            .map(|(key, segments)| AbsentStoreKey { key: key.to_string(), segments: *segments })
            .collect(),
    }))
}

/// Numbers for a metrics collector, to a person with the health right or with the boot file's token.
#[utoipa::path(
    get, path = "/metrics", tag = "health",
    responses((status = 200, description = "OpenMetrics 1.0", content_type = "application/openmetrics-text"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn metrics(State(app): State<App>, signed: Option<Signed>) -> Answer<Response> {
    // Without a person the guard has let in a collector's token.
    if let Some(signed) = signed {
        app.registry().admit_reading(&signed.cx(&app), Act::ReadHealth, Vec::new()).await?;
    }
    let text = metrics::text(&app).await?;
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
        .into_response())
}
