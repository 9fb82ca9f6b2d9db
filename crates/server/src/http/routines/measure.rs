//! What the system sees of its own devices: the facts that faults, rounds, lines and assessments are judged by. It judges nothing.

use super::super::{
    availability::of_cameras, clocks, error::Answer, floors::short_of_floor, names::CameraNames,
    types::RoundMeasured,
};
use crate::app::App;
use law::routines::{
    CameraHealth, DiskHealth, Fault, LINK_DAYS, Part, camera_fault, checklist, disk_fault, is_about, unread,
};
use model::{CameraId, Cx, GapCause, Profile, Span, UnitId, WallTime};
use pipeline::{DiskWord, StateWord, StreamCounters};
use std::collections::{HashMap, HashSet};
use store::{ScrubState, WorkOrderRow, system_cx};

const DAY_US: i64 = 86_400_000_000;
/// Before the first round, a round looks back so far.
const FIRST_ROUND_US: i64 = 30 * DAY_US;

/// A fault that is seen, of a camera or of the store.
#[derive(Clone, Copy)]
pub struct Seen {
    pub camera: Option<CameraId>,
    pub fault: Fault,
    pub since: WallTime,
}

/// Faults of those cameras and of the store that no open work order is about.
pub async fn open_faults(
    app: &App,
    cx: &Cx,
    names: &CameraNames,
    orders: &[WorkOrderRow],
) -> Answer<Vec<Seen>> {
    let mut found = camera_faults(app, cx, names).await?;
    found.extend(store_faults(app).await?);
    found.retain(|seen| orders_about(orders, seen.camera).next().is_none());
    Ok(found)
}

/// Those of a unit's work orders that are open and about the fault of this camera, or of the store.
pub fn orders_about(orders: &[WorkOrderRow], fault: Option<CameraId>) -> impl Iterator<Item = &WorkOrderRow> {
    orders.iter().filter(move |order| !order.accepted && is_about((order.part, order.camera), fault))
}

/// Faults of those cameras.
pub async fn camera_faults(app: &App, cx: &Cx, names: &CameraNames) -> Answer<Vec<Seen>> {
    let now = app.now();
    let health = camera_health(app, cx).await?;
    let own = health.iter().filter(|(camera, _)| names.has(**camera));
    let mut found: Vec<Seen> = own
        .filter_map(|(camera, health)| {
            let (fault, since) = camera_fault(health, now)?;
            Some(Seen { camera: Some(*camera), fault, since })
        })
        .collect();
    found.sort_by_key(|seen| (seen.since, seen.camera));
    Ok(found)
}

/// Of every camera that is recorded, or was within the last day.
async fn camera_health(app: &App, cx: &Cx) -> Answer<HashMap<CameraId, CameraHealth>> {
    let now = app.now();
    let mut health = HashMap::<CameraId, CameraHealth>::new();
    for stream in app.pipeline().streams().iter().filter(|stream| stream.id.profile == Profile::Main) {
        let state = stream.state();
        let since = Some(state.newest.unwrap_or(state.since));
        let one = health.entry(stream.id.camera).or_default();
        match state.word {
            StateWord::NoSignal | StateWord::Connecting => one.unreached = since,
            StateWord::Stalled | StateWord::Credentials | StateWord::Error => one.failing = since,
            _ => {}
        }
    }
    for gap in app.store().footage.gaps(cx, None, Span { start: now.plus_us(-DAY_US), end: now }).await? {
        let one = health.entry(gap.stream.camera).or_default();
        match gap.cause {
            GapCause::Network => one.line_gaps += 1,
            GapCause::Camera => one.camera_gaps += 1,
            _ => {}
        }
    }
    Ok(health)
}

/// Disks that are not in order, and stored footage that does not read as it was written.
pub async fn store_faults(app: &App) -> Answer<Vec<Seen>> {
    let (now, cx) = (app.now(), system_cx("scrub", app.now()));
    let fault = |word: DiskWord| {
        disk_fault(match word {
            DiskWord::Good | DiskWord::Retired => DiskHealth::Good,
            DiskWord::Failing => DiskHealth::Failing,
            DiskWord::Full => DiskHealth::Full,
            DiskWord::Away => DiskHealth::Away,
        })
    };
    let disks = app.pipeline().disk()?.disks;
    let seen = |fault, since| Seen { camera: None, fault, since };
    let mut found: Vec<Seen> =
        disks.iter().filter_map(|disk| fault(disk.word)).map(|fault| seen(fault, now)).collect();
    let damaged = app.store().footage.scrub_findings(&cx).await?;
    if let Some(first) = damaged.iter().map(|one| one.found).min() {
        found.push(seen(Fault::Damaged(u32::try_from(damaged.len()).unwrap_or(u32::MAX)), first));
    }
    let (state, floor_days) = scrubbing(app).await?;
    found.extend(late(app, &state, floor_days).await?.map(|(fault, since)| seen(fault, since)));
    Ok(found)
}

/// Where the reading of all footage stands, and the period in which a round must end.
async fn scrubbing(app: &App) -> Answer<(ScrubState, u16)> {
    let cx = system_cx("scrub", app.now());
    Ok((app.store().footage.scrub_state(&cx).await?, app.registry().settings(&cx).await?.floor_days))
}

/// Whether a round is older than the floor; a store without footage has none to read.
async fn late(app: &App, state: &ScrubState, floor_days: u16) -> Answer<Option<(Fault, WallTime)>> {
    if app.store().footage.stored_bytes().await? == 0 {
        return Ok(None);
    }
    Ok(unread(state.finished.unwrap_or(state.begun), floor_days, app.now()))
}

/// Cameras of a unit that are not retired.
pub async fn cameras_of(app: &App, unit: UnitId) -> Answer<Vec<store::Camera>> {
    let cameras = app.registry().covered_cameras(&system_cx("routines", app.now())).await?;
    Ok(cameras.into_iter().filter(|camera| camera.unit == unit && camera.retired.is_none()).collect())
}

/// Cameras whose footage does not reach as far back as it must.
pub async fn below_floor(app: &App, cameras: &[store::Camera]) -> Answer<u64> {
    let recorded = cameras.iter().filter(|camera| camera.enabled).map(|camera| (camera.id, camera.created));
    Ok(short_of_floor(app, recorded).await?.len() as u64)
}

/// What the network cost those cameras over the last days, since the link is there.
pub struct Carried {
    pub owed_us: i64,
    pub missing_us: i64,
    pub breaks: u64,
    pub lost_packets: u64,
    pub reconnects: u64,
}

pub async fn carried(app: &App, cameras: &[store::Camera], from: WallTime) -> Answer<Carried> {
    let now = app.now();
    let span = Span { start: now.plus_us(-LINK_DAYS * DAY_US).max(from).min(now), end: now };
    let sum = of_cameras(app, &system_cx("routines", now), cameras, span).await?;
    let network = usize::from(GapCause::Network.code());
    let mut carried = Carried {
        owed_us: sum.owed_us,
        missing_us: sum.missing_us.get(network).copied().unwrap_or(0),
        breaks: sum.gaps.get(network).copied().unwrap_or(0),
        lost_packets: 0,
        reconnects: 0,
    };
    let own: HashSet<CameraId> = cameras.iter().map(|camera| camera.id).collect();
    for stream in app.pipeline().streams().iter().filter(|stream| own.contains(&stream.id.camera)) {
        carried.lost_packets += StreamCounters::get(&stream.counters.lost_packets);
        carried.reconnects += StreamCounters::get(&stream.counters.connects).saturating_sub(1);
    }
    Ok(carried)
}

/// What is filled into a round that begins now.
pub async fn for_round(app: &App, unit: UnitId, part: Part) -> Answer<Vec<RoundMeasured>> {
    let (now, cx) = (app.now(), system_cx("routines", app.now()));
    let cameras = cameras_of(app, unit).await?;
    let rounds = app.registry().rounds(&cx, unit).await?.into_iter().filter(|round| round.part == part);
    let last = rounds.filter_map(|round| round.signed).map(|signed| signed.at).max();
    let span = Span { start: last.unwrap_or(now.plus_us(-FIRST_ROUND_US)).min(now), end: now };
    let mut lines = Vec::new();
    for item in checklist(part).iter().filter(|item| item.measured) {
        let (good, en, zh) = measured(app, &cameras, span, item.id).await?;
        lines.push(RoundMeasured { item: item.id.to_owned(), good, en, zh });
    }
    Ok(lines)
}

type Measured = (bool, String, String);

/// The reading of all stored footage: whole within the floor's period, and nothing damaged.
async fn scrubbed(app: &App) -> Answer<Measured> {
    let cx = system_cx("scrub", app.now());
    let found = app.store().footage.scrub_findings(&cx).await?.len();
    let (state, floor_days) = scrubbing(app).await?;
    let is_late = late(app, &state, floor_days).await?.is_some();
    let days = |at: WallTime| app.now().since_us(at).max(0) / DAY_US;
    let (en, zh) = match state.finished.map(days) {
        None => {
            let days = days(state.begun);
            (
                format!("no whole round yet, begun {days} days ago"),
                format!("{days} 天前开始，尚未完整复读一轮"),
            )
        }
        Some(days) => (format!("read whole {days} days ago"), format!("{days} 天前完整复读")),
    };
    let (due_en, due_zh) = match is_late {
        true => (format!(", due within {floor_days}"), format!("，应在 {floor_days} 天内")),
        false => Default::default(),
    };
    let good = found == 0 && !is_late;
    Ok((good, format!("{en}{due_en}; {found} places damaged"), format!("{zh}{due_zh}；{found} 处不一致")))
}

async fn measured(app: &App, cameras: &[store::Camera], span: Span, item: &str) -> Answer<Measured> {
    let cx = system_cx("scrub", app.now());
    let enabled: Vec<CameraId> =
        cameras.iter().filter(|camera| camera.enabled).map(|camera| camera.id).collect();
    let count = |bad: usize, en: &str, zh: &str| -> Measured {
        let all = enabled.len();
        (bad == 0, format!("{bad} of {all} cameras {en}"), format!("{all} 台中 {bad} 台{zh}"))
    };
    let health = || camera_health(app, &cx);
    Ok(match item {
        "online" | "connected" => {
            let health = health().await?;
            let bad = enabled.iter().filter(|camera| {
                let of = health.get(*camera).copied().unwrap_or_default();
                of.unreached.is_some() || (item == "online" && of.failing.is_some())
            });
            count(bad.count(), "give no picture", "没有画面")
        }
        "clock" => {
            let now = app.now();
            let off: HashSet<CameraId> = clocks::measured(app)
                .into_iter()
                .filter(|(_, clock)| clocks::is_off(*clock, now))
                .map(|(camera, _)| camera)
                .collect();
            count(
                enabled.iter().filter(|camera| off.contains(camera)).count(),
                "have a wrong clock",
                "时钟不准",
            )
        }
        "front_end_gaps" | "line_gaps" => gaps(app, cameras, span, item == "line_gaps").await?,
        "loss" => {
            let lost = carried(app, cameras, span.start).await?.lost_packets;
            (
                lost == 0,
                format!("{lost} packets lost since the server started"),
                format!("服务启动以来丢包 {lost} 个"),
            )
        }
        "disks" => {
            let faults = store_faults(app).await?;
            let bad = faults.iter().filter(|seen| matches!(seen.fault, Fault::Disk(_))).count();
            (bad == 0, format!("{bad} media disks not in order"), format!("{bad} 块介质盘异常"))
        }
        "scrub" => scrubbed(app).await?,
        _ => {
            let short = usize::try_from(below_floor(app, cameras).await?).unwrap_or(usize::MAX);
            count(short, "are below their floor", "未达最低保存期限")
        }
    })
}

async fn gaps(app: &App, cameras: &[store::Camera], span: Span, lines: bool) -> Answer<Measured> {
    let sum = of_cameras(app, &system_cx("routines", app.now()), cameras, span).await?;
    let causes: &[GapCause] =
        if lines { &[GapCause::Network] } else { &[GapCause::Camera, GapCause::Credentials] };
    let at = |cause: &GapCause| usize::from(cause.code());
    let gaps: u64 = causes.iter().filter_map(|cause| sum.gaps.get(at(cause))).sum();
    let us: i64 = causes.iter().filter_map(|cause| sum.missing_us.get(at(cause))).sum();
    let seconds = us / 1_000_000;
    Ok((gaps == 0, format!("{gaps} gaps, {seconds} s in all"), format!("{gaps} 次，共 {seconds} 秒")))
}
