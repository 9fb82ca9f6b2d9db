//! Numbers in OpenMetrics text. Cameras appear by id only: names are basic data.

use super::error::{Answer, Failure};
use crate::app::App;
use model::Kind;
use pipeline::{DiskWord, DisksReport, StreamCounters};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use store::LogName;

#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
struct StreamLabels {
    camera: String,
    profile: &'static str,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
struct StateLabels {
    state: &'static str,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
struct LogLabels {
    log: &'static str,
}

type Number = Gauge<f64, AtomicU64>;

/// The whole page. Values are copied into a fresh registry: nothing is counted twice or kept.
pub async fn text(app: &App) -> Answer<String> {
    let mut registry = Registry::with_prefix("watchkeeper");
    streams(&mut registry, app);
    disk(&mut registry, &app.pipeline().disk()?);
    horizon(&mut registry, app).await?;
    logs(&mut registry, app).await?;
    clocks(&mut registry, app).await?;
    number(&mut registry, "views_open", "Viewing sessions that are open", None, app.views().count() as f64);
    let mut page = String::new();
    encode(&mut page, &registry)
        .map_err(|error| Failure::new(Kind::Internal, format!("metrics cannot be written: {error}")))?;
    Ok(page)
}

fn streams(registry: &mut Registry, app: &App) {
    let states = Family::<StateLabels, Gauge>::default();
    let kbps = Family::<StreamLabels, Gauge>::default();
    let counters: [Family<StreamLabels, Counter>; 6] = Default::default();
    for stream in app.pipeline().streams() {
        let state = stream.state();
        states.get_or_create(&StateLabels { state: state.word.as_str() }).inc();
        let labels =
            StreamLabels { camera: stream.id.camera.to_string(), profile: stream.id.profile.as_str() };
        kbps.get_or_create(&labels).set(state.video.map_or(0, |video| i64::from(video.kbps)));
        let counted = &stream.counters;
        let values = [
            &counted.units,
            &counted.bytes,
            &counted.lost_packets,
            &counted.connects,
            &counted.unrecorded_units,
            &counted.skipped_units,
        ];
        for (counter, value) in counters.iter().zip(values) {
            counter.get_or_create(&labels).inc_by(StreamCounters::get(value));
        }
    }
    registry.register("streams", "Streams by what they are doing", states);
    registry.register("stream_kilobits_per_second", "Received rate over the last seconds", kbps);
    let [units, bytes, lost, connects, unrecorded, skipped] = counters;
    registry.register("stream_units", "Access units received", units);
    registry.register_with_unit("stream_received", "Sample data received", Unit::Bytes, bytes);
    registry.register("stream_lost_packets", "RTP packets that never came", lost);
    registry.register("stream_connects", "Connections opened", connects);
    registry.register("stream_unrecorded_units", "Received but not recorded", unrecorded);
    registry.register("stream_skipped_units", "Skipped for slow viewers", skipped);
}

fn disk(registry: &mut Registry, disk: &DisksReport) {
    let seconds = |us: u64| us as f64 / 1e6;
    let bytes = Some(Unit::Bytes);
    number(registry, "disk_total", "Size of the media file system", bytes.clone(), disk.total_bytes as f64);
    number(registry, "disk_free", "Free on the media file system", bytes.clone(), disk.free_bytes as f64);
    number(
        registry,
        "disk_per_day",
        "Written in a day at the present rates",
        bytes,
        disk.bytes_per_day as f64,
    );
    let away = disk.disks.iter().filter(|disk| disk.word == DiskWord::Away).count();
    number(registry, "disks_away", "Media disks whose folder is absent or foreign", None, away as f64);
    let unit = Some(Unit::Seconds);
    number(registry, "disk_sync_last", "Duration of the last sync", unit.clone(), seconds(disk.sync_last_us));
    number(registry, "disk_sync_max", "Longest sync since the start", unit, seconds(disk.sync_max_us));
    number(
        registry,
        "disk_waiting_commits",
        "Sealed segments not yet in the database",
        None,
        disk.waiting_commits as f64,
    );
    for (name, help, value) in [
        ("disk_syncs", "Syncs of the media file system", disk.sync_count),
        ("disk_syncs_failed", "Syncs that failed", disk.sync_failed),
        ("disk_written_bytes", "Footage written", disk.written_bytes),
    ] {
        let counter: Counter = Counter::default();
        counter.inner().store(value, Relaxed);
        registry.register(name, help, counter);
    }
}

/// The forecast; -1 stands for never.
async fn horizon(registry: &mut Registry, app: &App) -> Answer<()> {
    let horizon = super::storage::facts(app).await?.disk.horizon();
    let days = |days: Option<u32>| days.map_or(-1.0, f64::from);
    let values = [
        (
            "disk_horizon_days_earliest",
            "Days until the disk is full, at the high end of the rates",
            horizon.earliest_days,
        ),
        ("disk_horizon_days", "Days until the disk is full, at the mean of the rates", horizon.mean_days),
        ("disk_ladder_days", "Rung of the alarm ladder that the disk stands on", horizon.rung_days()),
    ];
    for (name, help, value) in values {
        number(registry, name, help, None, days(value));
    }
    let stopped = app.pipeline().stopped_streams().len() as f64;
    number(
        registry,
        "streams_without_room",
        "Streams not recorded because the disk has no room for all",
        None,
        stopped,
    );
    Ok(())
}

async fn logs(registry: &mut Registry, app: &App) -> Answer<()> {
    let sizes = Family::<LogLabels, Gauge>::default();
    let ages = Family::<LogLabels, Number>::default();
    for log in [LogName::Footage, LogName::Access] {
        let labels = LogLabels { log: log.as_str() };
        let size = app.store().log_size(log).await?;
        sizes.get_or_create(&labels).set(i64::try_from(size).unwrap_or(i64::MAX));
        if let Some(checkpoint) = app.store().checkpoint(log).await? {
            ages.get_or_create(&labels).set(app.now().since_us(checkpoint.made) as f64 / 1e6);
        }
    }
    registry.register("log_leaves", "Leaves of a log", sizes);
    registry.register_with_unit("log_checkpoint_age", "Age of the newest checkpoint", Unit::Seconds, ages);
    Ok(())
}

async fn clocks(registry: &mut Registry, app: &App) -> Answer<()> {
    let server = super::clocks::server(app).await?;
    let seconds = |ms: i64| ms as f64 / 1_000.0;
    let unit = Some(Unit::Seconds);
    let help = "How far recorded time is ahead of the system's clock";
    number(registry, "clock_line_ahead", help, unit.clone(), seconds(server.line_ahead_ms));
    let help = "How far the system's clock is ahead of the time that has really passed";
    number(registry, "clock_trusted_lead", help, unit, seconds(server.trusted_lead_ms));
    let offsets = Family::<StreamLabels, Number>::default();
    for (camera, clock) in super::clocks::measured(app) {
        if let Some((offset_ms, _)) = clock {
            let labels = StreamLabels { camera: camera.to_string(), profile: "main" };
            offsets.get_or_create(&labels).set(seconds(offset_ms));
        }
    }
    registry.register_with_unit(
        "camera_clock_offset",
        "Camera clock minus server clock",
        Unit::Seconds,
        offsets,
    );
    Ok(())
}

fn number(registry: &mut Registry, name: &str, help: &str, unit: Option<Unit>, value: f64) {
    let gauge = Number::default();
    gauge.set(value);
    match unit {
        Some(unit) => registry.register_with_unit(name, help, unit, gauge),
        None => registry.register(name, help, gauge),
    }
}
