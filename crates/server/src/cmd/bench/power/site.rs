//! What is recorded on that machine: a store with cameras and an observer, the server's process, and what the observer was told
//! before the power went.
//!
//! The observer is outside of the machine: what it was answered must be there afterwards, whatever the disk lost.

use super::{
    super::{process, web::Browser},
    look::{Found, Look},
    machine::Cut,
};
use crate::{
    config::Config,
    http_client::HttpClient,
    serve::{self as wiring, Extras},
    store_keys::{self, Encryption},
    telemetry,
};
use anyhow::{Context, Result, ensure};
use law::access::Post;
use ledger::checkpoint::Checkpoint;
use model::{CameraId, PersonId, Personal, Role, Secret, WallTime};
use pipeline::system_wall;
use serde_json::json;
use std::{
    fs::File,
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ExitCode},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{LogName, NewCamera, NewPerson, OpenOptions, Store, registry::system_cx};
use tokio::task::JoinHandle;

const ACCOUNT: &str = "observer";
const PASSWORD: &str = "a long enough password";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// Short, so that cuts meet every moment of a segment: begun, open, sealed, committed.
const SEGMENT_SECONDS: u32 = 5;
/// Time between two questions of the observer.
const ASK_EVERY: Duration = Duration::from_millis(150);
/// Longest answer that it reads.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// (internal) `bench server`: the server with short segments, as `serve` wires it.
#[derive(clap::Args)]
pub struct ServeArgs {
    #[arg(long)]
    config: PathBuf,
}

pub async fn serve(args: ServeArgs) -> Result<ExitCode> {
    let config = Config::load(Some(&args.config))?;
    telemetry::start(&config.log)?;
    let pipeline = pipeline::Config { segment_seconds: SEGMENT_SECONDS, ..pipeline::Config::default() };
    let server = wiring::start(config, Extras { demo: false, pipeline }).await?;
    // Nobody reads it when the power goes in the first moments; that must end nothing.
    let _unread = writeln!(std::io::stdout(), "{}", server.address());
    wiring::until_end(server.app()).await?;
    server.stop().await?;
    Ok(ExitCode::SUCCESS)
}

/// A store on the mounted disk, with its boot file beside it.
pub struct Site {
    dir: PathBuf,
    pub streams: u32,
    cameras: Vec<CameraId>,
    auditor: PersonId,
}

/// What the observer was told, and when the answer had come.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Admissions: the entry's number in the access log.
    pub entries: Vec<(WallTime, u64)>,
    pub checkpoints: Vec<(WallTime, LogName, Checkpoint)>,
    /// The longest sync of the media file system so far; `None` before the first answer about it.
    pub sync_max_us: Option<i64>,
}

/// One life of the server, from its start to the cut.
pub struct Run {
    pub begun: WallTime,
    /// When all cameras had been played; `None` when the power went before that was looked at.
    pub playing: Option<WallTime>,
    pub cut: Option<Cut>,
    pub told: Told,
    child: Child,
    telling: Arc<Mutex<Told>>,
    observer: Option<JoinHandle<Result<()>>>,
    log: PathBuf,
}

impl Site {
    pub async fn create(dir: &Path, port: u16, streams: u32, encrypted: bool) -> Result<Self> {
        let (data, key_file) = (dir.join("mount/store"), dir.join("store.key"));
        std::fs::create_dir_all(&data)?;
        let (store_keys, sources) =
            store_keys::for_new(&Encryption::default(), encrypted.then_some(key_file), &data)?;
        let options = OpenOptions { create: true, store_keys, ..OpenOptions::new(system_wall()) };
        let store = Store::open(&data, options).await?;
        store_keys::note(&sources, &data)?;
        let cx = system_cx("init", system_wall());
        store.registry.init(&cx, "bench", "admin", Personal::new("Bench".into())).await?;
        let unit = store.registry.units(&cx).await?.first().context("no unit")?.id;
        let person = NewPerson {
            account: ACCOUNT.into(),
            name: Personal::new("Observer".into()),
            language: "en".into(),
            posts: vec![
                Post { role: Role::Operator, unit, group: None },
                Post { role: Role::Auditor, unit, group: None },
            ],
            password: Some(Secret::new(PASSWORD.into())),
            password_stays: true,
        };
        let (auditor, _) = store.registry.create_person(&cx, person).await?;
        let mut cameras = Vec::new();
        for number in 0..streams {
            let camera = NewCamera {
                unit,
                group: None,
                name: format!("{number}"),
                place: "bench".into(),
                main_url: format!("rtsp://127.0.0.1:{port}/{number}"),
                sub_url: None,
                credentials: None,
                reach: store::Reach::default(),
                security_level: 1,
                floor_days: None,
            };
            cameras.push(store.registry.create_camera(&cx, camera).await?);
        }
        store.close(system_wall()).await?;
        let boot = format!(
            "listen = '127.0.0.1:0'\nplain_http = true\ndata_dir = '{}'\nmetrics_token = '{TOKEN}'\n[log]\nfilter = 'warn'\n\
             [[machine]]\nname = 'observer'\ntoken = '{TOKEN}'\nlogs = ['footage', 'access']\n",
            data.display()
        );
        std::fs::write(dir.join("boot.toml"), boot)?;
        Ok(Self { dir: dir.to_owned(), streams, cameras, auditor })
    }

    /// The server's boot file.
    pub fn boot(&self) -> PathBuf {
        self.dir.join("boot.toml")
    }

    pub fn cameras(&self) -> &[CameraId] {
        &self.cameras
    }

    /// Starts the server; unless the cut comes early, waits until it answers and lets the observer ask.
    pub async fn start(&self, early: bool) -> Result<Run> {
        let log = self.dir.join("server.log");
        let begun = system_wall();
        let boot = self.boot().display().to_string();
        let list = ["bench", "server", "--config", &boot];
        let mut child = process::again_to(&list.map(str::to_owned), File::create(&log)?)?;
        let output = BufReader::new(child.stdout.take().context("the server's output")?);
        let telling = Arc::new(Mutex::new(Told::default()));
        let mut observer = None;
        if !early {
            let address = tokio::task::spawn_blocking(move || output.lines().next()).await?;
            let Some(address) = address.transpose()? else {
                child.wait()?;
                anyhow::bail!("the server does not start: {}", std::fs::read_to_string(&log)?);
            };
            observer = Some(tokio::spawn(observe(address.parse()?, self.cameras.clone(), telling.clone())));
        }
        let told = Told::default();
        Ok(Run { begun, playing: None, cut: None, told, child, telling, observer, log })
    }

    /// Lets the store recover as the next start does, and asks every oracle.
    pub async fn look(&self, runs: &[Run], found: &mut Found) -> Result<()> {
        let data = self.dir.join("mount/store");
        Look { data: &data, cameras: &self.cameras, auditor: self.auditor }.at(runs, found).await
    }
}

impl Run {
    /// The power is gone: the process, too. What was answered afterwards does not count.
    pub async fn kill(&mut self, cut: Cut) -> Result<()> {
        self.child.kill().context("killing the server")?;
        self.child.wait()?;
        if let Some(observer) = self.observer.take() {
            observer.abort();
            let _ended = observer.await;
        }
        let mut told = self.telling.lock().unwrap_or_else(PoisonError::into_inner).clone();
        told.entries.retain(|(at, _)| *at < cut.at);
        told.checkpoints.retain(|(at, ..)| *at < cut.at);
        self.told = told;
        self.cut = Some(cut);
        let log = std::fs::read_to_string(&self.log)?;
        ensure!(!log.contains("panicked"), "the server panicked: {log}");
        Ok(())
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // After an error nobody else ends it, and it would keep the disk. It may have ended already.
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// Asks until the server is gone.
async fn observe(address: SocketAddr, cameras: Vec<CameraId>, told: Arc<Mutex<Told>>) -> Result<()> {
    let note =
        |change: &mut dyn FnMut(&mut Told)| change(&mut told.lock().unwrap_or_else(PoisonError::into_inner));
    let client = HttpClient::default();
    let get = async |path: &str| -> Result<String> {
        let url = format!("http://{address}{path}").parse()?;
        let answer = client.get(&url, Some(TOKEN), ANSWER_BYTES_MAX).await?;
        ensure!(answer.status == 200 || answer.status == 404, "{path}: {}", answer.status);
        Ok(if answer.status == 200 { String::from_utf8(answer.body)? } else { String::new() })
    };
    let mut browser = Browser::sign_in(address, None, ACCOUNT, PASSWORD).await?;
    for turn in 0usize.. {
        let camera = cameras[turn % cameras.len()].to_string();
        let view = json!({ "mode": "live", "cameras": [camera], "purpose": "duty_watch", "legal_basis": "unit_duty" });
        let (_, view) = browser.post("/api/views", &view).await?;
        let entry = view["entry"]["index"].as_u64().context("a view without entry")?;
        note(&mut |told| told.entries.push((system_wall(), entry)));
        let id = view["id"].as_str().context("a view without id")?.to_owned();
        browser.post(&format!("/api/views/{id}/end"), &json!({})).await?;
        for log in [LogName::Footage, LogName::Access] {
            let text = get(&format!("/ledger/{}/checkpoint", log.as_str())).await?;
            // Before the first publication there is none. A note's text ends before its signatures.
            if let Some((text, _signatures)) = text.split_once("\n\n") {
                let checkpoint = Checkpoint::parse(&format!("{text}\n"))?;
                note(&mut |told| told.checkpoints.push((system_wall(), log, checkpoint.clone())));
            }
        }
        let metrics = get("/metrics").await?;
        let sync = metrics.lines().find_map(|line| line.strip_prefix("watchkeeper_disk_sync_max_seconds "));
        let sync_us = sync.context("no longest sync")?.parse::<f64>()? * 1e6;
        note(&mut |told| told.sync_max_us = told.sync_max_us.max(Some(sync_us as i64)));
        tokio::time::sleep(ASK_EVERY).await;
    }
    Ok(())
}
