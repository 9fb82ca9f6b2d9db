//! `bench sweep`: how soon a change of the register stands in the history of findings, in a city's store, over HTTP.
//!
//! The city is taken in by tables, as a unit would. Measured: the first sweep, sweeps of a register in which nothing or one record
//! changed, and a reader's own page. The cameras are switched off: what they send is another bench's.

use super::{process, record::recorder, viewer, viewer::Viewer, web::Browser};
use crate::{
    config::Config,
    serve::{self, Extras},
};
use anyhow::{Context, Result, ensure};
use model::Role;
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    net::SocketAddr,
    path::PathBuf,
    time::{Duration, Instant},
};

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, default_value_t = 1_000)]
    systems: u32,
    #[arg(long, default_value_t = 20_000)]
    cameras: u32,
    /// Changes of each kind that are measured.
    #[arg(long, default_value_t = 20)]
    changes: usize,
    #[arg(long, default_value = "/tmp/watchkeeper-sweep")]
    dir: PathBuf,
}

/// Asking for a history sweeps before it answers.
const HISTORY: &str = "/api/findings/history?limit=1";
/// What is changed: a kind of record and the field that is set.
const CHANGES: [(&str, &str); 4] =
    [("place", "address"), ("point", "purpose"), ("system", "manager"), ("division", "name")];

pub async fn run(args: Args) -> Result<std::process::ExitCode> {
    let store = recorder::open(&args.dir).await?;
    let roles = [Role::Administrator, Role::Manager, Role::Auditor];
    let person = Viewer::create_as(&store.registry, &roles, "rtsp://192.0.2.1/0".into()).await?;
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = Config { listen, data_dir: args.dir.clone(), plain_http: true, ..Config::default() };
    let server = serve::start_on(store, config, Extras::default()).await?;
    let mut browser = Browser::sign_in(server.address(), None, viewer::ACCOUNT, viewer::PASSWORD).await?;
    let begun = Instant::now();
    for (kind, table) in city(&args) {
        let path = format!("/api/imports?kind={kind}&unit={}&name=table.csv", person.unit);
        let tried = browser.send_bytes(&path, "text/csv", table.as_bytes()).await?;
        ensure!(tried["problem_count"] == json!(0), "{kind}: {tried}");
        let id = tried["id"].as_str().context("a dry run without id")?;
        browser.post(&format!("/api/imports/{id}/apply"), &json!({ "hash": tried["hash"] })).await?;
    }
    println!(
        "{} systems and {} cameras taken in in {:.1} s",
        args.systems,
        args.cameras,
        begun.elapsed().as_secs_f64()
    );
    let (first, found) = timed(&mut browser, HISTORY).await?;
    println!(
        "the first sweep: {}, {} findings stand; load {:.1}",
        ms(first),
        found["total"],
        process::load_average()
    );
    let (own, _) = timed(&mut browser, "/api/findings/register?limit=1").await?;
    println!("a reader's own page, detected whole: {}", ms(own));
    for (kind, field) in CHANGES {
        changes(&mut browser, (kind, field), args.changes).await?;
    }
    server.stop().await?;
    std::fs::remove_dir_all(&args.dir)?;
    Ok(std::process::ExitCode::SUCCESS)
}

/// Divisions, places, systems, and cameras with their points.
fn city(args: &Args) -> [(&'static str, String); 4] {
    let divisions = "区划代码,名称\n440000,广东省\n440100,广州市\n440104,越秀区\n440106,天河区\n".to_owned();
    let (mut places, mut systems) =
        ("名称,行政区划\n".to_owned(), "名称,另行适用的规则,行政区划,建设主体\n".to_owned());
    let mut cameras = "摄像机名称,主码流地址,启用,所属系统,所在场所,用途,经度,纬度\n".to_owned();
    // Writing to a string cannot fail.
    for number in 0..args.systems {
        let division = ["440104", "440106"][number as usize % 2];
        let _written = writeln!(places, "场所 {number:04},{division}");
        let _written = writeln!(systems, "系统 {number:04},national-2016,{division},企业");
    }
    for number in 0..args.cameras {
        let (of, host, longitude) = (number % args.systems, number % 250, 113.0 + f64::from(number) / 1e5);
        let _written = writeln!(
            cameras,
            "点位 {number:05},rtsp://192.0.2.{host}/{number},否,系统 {of:04},场所 {of:04},出入口,{longitude:.5},23.1"
        );
    }
    [("division", divisions), ("place", places), ("system", systems), ("camera", cameras)]
}

/// One record after another of a kind is changed, and the history asked for.
async fn changes(browser: &mut Browser, (kind, field): (&str, &str), times: usize) -> Result<()> {
    let page = browser.get(&format!("/api/register/{kind}?limit={times}")).await?;
    let (mut saved, mut swept) = (Vec::new(), Vec::new());
    for record in page["records"].as_array().context("a page without records")? {
        let mut body = record["body"].as_object().cloned().unwrap_or_default();
        body.insert(field.to_owned(), json!(format!("bench {}", saved.len())));
        let id = record["id"].as_str().unwrap_or_default();
        let begun = Instant::now();
        browser
            .put(&format!("/api/records/{id}"), &json!({ "version": record["version"], "body": body }))
            .await?;
        saved.push(begun.elapsed());
        swept.push(timed(browser, HISTORY).await?.0);
    }
    println!("one {kind}: saved in {} (median), in the history {}", spread(&mut saved), spread(&mut swept));
    Ok(())
}

async fn timed(browser: &mut Browser, path: &str) -> Result<(Duration, Value)> {
    let begun = Instant::now();
    let answer = browser.get(path).await?;
    Ok((begun.elapsed(), answer))
}

fn spread(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |of: usize| times.get(of).copied().unwrap_or_default();
    format!("{} median, {} at most", ms(at(times.len() / 2)), ms(at(times.len().saturating_sub(1))))
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}
