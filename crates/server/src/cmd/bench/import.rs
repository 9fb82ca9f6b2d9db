//! `bench import`: a table of many cameras, tried and applied over HTTP while cameras record and a viewer opens views.
//!
//! Measured: the dry run, its taking over, gaps of the recorded cameras, frames that the cameras had to drop, the longest wait for a
//! view, and afterwards how soon a page of the lists comes. The imported cameras are switched off: what is measured is the register.

use super::{farm::Farm, process, record::recorder, viewer, viewer::Viewer, web::Browser};
use crate::{
    config::Config,
    serve::{self, Extras},
};
use anyhow::{Context, Result, ensure};
use model::{Role, UnitId};
use pipeline::system_wall;
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use store::Store;

/// Between two views of the one who watches meanwhile.
const VIEW_EVERY: Duration = Duration::from_millis(200);
/// Pages asked for, of each list.
const PAGES: usize = 20;
/// The lists that a person pages through, and a search in them.
const LISTS: [&str; 4] = [
    "/api/cameras?limit=100",
    "/api/cameras?limit=100&query=17333",
    "/api/register/point?limit=100",
    "/api/register/point?limit=100&query=17333",
];

#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    clip: PathBuf,
    /// Rows of the table.
    #[arg(long, default_value_t = 20_000)]
    cameras: u32,
    /// Cameras that are recorded meanwhile.
    #[arg(long, default_value_t = 16)]
    streams: u32,
    #[arg(long, default_value = "/tmp/watchkeeper-import")]
    dir: PathBuf,
}

pub async fn run(args: Args) -> Result<std::process::ExitCode> {
    ensure!(args.streams > 0, "--streams is at least 1");
    let farm = Farm::start(args.streams, &args.clip)?;
    let store = recorder::open(&args.dir).await?;
    let Viewer { unit, camera: recorded, .. } = people_and_cameras(&store, &farm, args.streams).await?;
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = Config { listen, data_dir: args.dir.clone(), plain_http: true, ..Config::default() };
    let server = serve::start_on(store, config, Extras::default()).await?;
    farm.wait_for_plays(u64::from(args.streams), Duration::from_secs(60))?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let address = server.address();
    let mut person = Browser::sign_in(address, None, viewer::ACCOUNT, viewer::PASSWORD).await?;
    ground(&mut person, unit).await?;
    let (before, begun_ms) = (farm.counters(), system_wall().as_ms());
    let ended = Arc::new(AtomicBool::new(false));
    let views = tokio::spawn(views(address, recorded.to_string(), ended.clone()));
    let begun = Instant::now();
    let tried = upload(&mut person, unit, "camera", &table(args.cameras)).await?;
    let tried_s = begun.elapsed().as_secs_f64();
    ensure!(tried["cameras_added"] == json!(args.cameras), "problems: {tried}");
    apply(&mut person, &tried).await?;
    let all_s = begun.elapsed().as_secs_f64();
    ended.store(true, Ordering::Relaxed);
    let (opened, longest) = views.await??;
    println!(
        "{} cameras: dry run {tried_s:.1} s, taking over {:.1} s, together {all_s:.1} s; load {:.1}",
        args.cameras,
        all_s - tried_s,
        process::load_average()
    );
    // What the recorder found lacking is told once the stream runs again.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let gaps = person.get(&format!("/api/gaps?limit=500&from_ms={begun_ms}")).await?;
    let after = farm.counters();
    println!(
        "meanwhile: {} gaps of {} recorded cameras, {} of {} frames dropped by the cameras; {opened} views opened, the longest wait {} ms",
        gaps["total"],
        args.streams,
        after.frames_dropped - before.frames_dropped,
        after.frames_sent - before.frames_sent,
        longest.as_millis(),
    );
    lists(&mut person).await?;
    server.stop().await?;
    std::fs::remove_dir_all(&args.dir)?;
    Ok(std::process::ExitCode::SUCCESS)
}

/// A unit, a person who keeps its register and watches, and the cameras that are recorded.
async fn people_and_cameras(store: &Store, farm: &Farm, streams: u32) -> Result<Viewer> {
    let roles = [Role::Administrator, Role::Operator];
    let viewer = Viewer::create_as(&store.registry, &roles, farm.url(0)).await?;
    for number in 1..streams {
        viewer.add_camera(&store.registry, &format!("recorded {number}"), farm.url(number)).await?;
    }
    Ok(viewer)
}

/// A division, a place and a system for the table's points.
async fn ground(person: &mut Browser, unit: UnitId) -> Result<()> {
    for (kind, table) in [
        ("division", "区划代码,名称\n440000,广东省\n440100,广州市\n440106,天河区\n"),
        ("place", "名称,行政区划\n大厅,440106\n"),
        ("system", "名称,另行适用的规则,行政区划,建设主体\n一期,national-2016,440106,企业\n"),
    ] {
        let tried = upload(person, unit, kind, table).await?;
        apply(person, &tried).await?;
    }
    Ok(())
}

/// Cameras with their points, names, passwords and positions.
fn table(cameras: u32) -> String {
    let mut table = "摄像机名称,主码流地址,用户名,密码,启用,所属系统,所在场所,用途,经度,纬度\n".to_owned();
    for number in 0..cameras {
        let (host, longitude) = (number % 250, 113.0 + f64::from(number) / 1e5);
        // Writing to a string cannot fail.
        let _written = writeln!(
            table,
            "点位 {number:05},rtsp://192.0.2.{host}/{number},admin,secret {number},否,一期,大厅,出入口,{longitude:.5},23.1"
        );
    }
    table
}

async fn upload(person: &mut Browser, unit: UnitId, kind: &str, table: &str) -> Result<Value> {
    let path = format!("/api/imports?kind={kind}&unit={unit}&name=table.csv");
    let tried = person.send_bytes(&path, "text/csv", table.as_bytes()).await?;
    ensure!(tried["problem_count"] == json!(0), "{kind}: {tried}");
    Ok(tried)
}

async fn apply(person: &mut Browser, tried: &Value) -> Result<()> {
    let id = tried["id"].as_str().context("a dry run without id")?;
    person.post(&format!("/api/imports/{id}/apply"), &json!({ "hash": tried["hash"] })).await?;
    Ok(())
}

/// Opens a view again and again until it is told to end: how many, and the longest time until one was there with its entry.
async fn views(address: SocketAddr, camera: String, ended: Arc<AtomicBool>) -> Result<(u32, Duration)> {
    let mut person = Browser::sign_in(address, None, viewer::ACCOUNT, viewer::PASSWORD).await?;
    let request =
        json!({ "mode": "live", "cameras": [camera], "purpose": "duty_watch", "legal_basis": "unit_duty" });
    let (mut opened, mut longest) = (0, Duration::ZERO);
    while !ended.load(Ordering::Relaxed) {
        let begun = Instant::now();
        let (_, view) = person.post("/api/views", &request).await?;
        (opened, longest) = (opened + 1, longest.max(begun.elapsed()));
        let id = view["id"].as_str().context("a view without id")?;
        person.post(&format!("/api/views/{id}/end"), &json!({})).await?;
        tokio::time::sleep(VIEW_EVERY).await;
    }
    Ok((opened, longest))
}

async fn lists(person: &mut Browser) -> Result<()> {
    for list in LISTS {
        let (mut total, mut times_ms) = (Value::Null, Vec::new());
        for _ in 0..PAGES {
            let begun = Instant::now();
            total = person.get(list).await?["total"].take();
            times_ms.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        times_ms.sort_by(f64::total_cmp);
        println!(
            "{list}: a page of {total} in {:.1} ms (median of {PAGES}), {:.1} ms at most",
            times_ms[PAGES / 2],
            times_ms[PAGES - 1]
        );
    }
    Ok(())
}
