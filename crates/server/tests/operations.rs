//! The real binary over its life: a planned stop, a backup while it records, a restore, and going on under a new origin; and
//! stores that released versions made.
//!
//! Everything is as an operator has it: commands, the control socket, RTSP cameras. It measures no speed.
#![expect(clippy::unwrap_used, reason = "a test fails where it fails")]

#[path = "../../pipeline/tests/it/undisturbed.rs"]
mod undisturbed;

use media::sample_stream::{SampleStream, Settings};
use model::{Act, CameraId, Cx, GapCause, MediaTime, Personal, Profile, Span, StreamId, WallTime};
use pipeline::{
    clip::{Clip, ClipUnit},
    rtsp_server::{self, Farm, Mount},
    system_wall,
};
use server::{
    http_client::HttpClient,
    witness::{LogLine, WitnessConfig, WitnessServer},
};
use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};
use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::Arc,
    time::Duration,
};
use store::{GapRow, LogName, NewCamera, NewGap, OpenOptions, Store, system_cx};
use tokio_util::sync::CancellationToken;
use undisturbed::undisturbed;

const BINARY: &str = env!("CARGO_BIN_EXE_watchkeeper");
/// Ten seconds are the design's bound (docs/design/operations.md, goal 6) for a machine that has nothing else to do; this one may
/// run other tests beside it.
const PLANNED_GAP_US_MAX: i64 = 60_000_000;
/// What an upgrade on a machine with nothing else to do may miss.
const UPGRADE_GAP_US_MAX: i64 = 10_000_000;
/// Most of a second of the farm's 200 kbit/s: a key frame and what follows it, not a file's head alone.
const GROWN_BYTES: u64 = 20_000;
/// Of another party's machine.
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn run(arguments: &[&str]) -> Output {
    Command::new(BINARY).args(arguments).output().unwrap()
}

/// Runs a command that must succeed; its standard output.
fn done(arguments: &[&str]) -> String {
    let output = run(arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// Runs a command that must fail, saying `why`.
fn refused(arguments: &[&str], why: &str) {
    let output = run(arguments);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && text.contains(why), "{arguments:?}: {text}");
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

async fn farm() -> (Farm, CancellationToken) {
    let stream = SampleStream::new(Settings { fps: 25, gop: 25, ..Settings::default() }).unwrap();
    let params = stream.params().clone();
    let units =
        stream.take(50).map(|unit| ClipUnit { dts: unit.dts, pts: unit.pts, key: unit.key, data: unit.data });
    let clip = Clip::from_units(params, units.collect(), 2 * MediaTime::TICKS_PER_SECOND).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let cancel = CancellationToken::new();
    let mounts = vec![Mount::new("/gate".to_owned(), Arc::new(clip))];
    (rtsp_server::serve(listener, mounts, cancel.clone()).unwrap(), cancel)
}

/// Waits until the camera is played, or is not.
async fn until_played(farm: &Farm, played: bool) {
    for _ in 0..900 {
        if (farm.counters("/gate").unwrap().viewers > 0) == played {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the camera's state has not changed within 90 s");
}

/// The bytes of all files under a directory; none where there is no directory yet.
fn stored_bytes(dir: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => stored_bytes(&entry.path()),
        // A file that went away between the two looks has no bytes.
        found => found.map_or(0, |metadata| metadata.len()),
    };
    entries.map(|entry| size(entry.unwrap())).sum()
}

/// Waits until the files under a directory have this many bytes.
async fn until_grown(dir: &Path, bytes: u64) {
    for _ in 0..600 {
        if stored_bytes(dir) >= bytes {
            // Two syncs: what was written is durable and in the index.
            return tokio::time::sleep(Duration::from_millis(2_000)).await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("less than {bytes} bytes in {} within a minute", dir.display());
}

/// Waits until the index has a gap's row: one that has ended is written a moment later.
async fn until_gap(data: &Path) {
    let options = SqliteConnectOptions::new().filename(data.join("footage.db")).read_only(true);
    let mut connection = options.connect().await.unwrap();
    for _ in 0..600 {
        let gaps: i64 =
            sqlx::query_scalar("SELECT count(*) FROM gap").fetch_one(&mut connection).await.unwrap();
        if gaps > 0 {
            return connection.close().await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no gap within a minute");
}

/// A server with one camera, its boot file, and an administrator.
struct Site {
    folder: tempfile::TempDir,
    farm: Farm,
    _cancel: CancellationToken,
    camera: CameraId,
}

impl Site {
    async fn build() -> Self {
        let (folder, (farm, cancel)) = (tempfile::tempdir().unwrap(), farm().await);
        let now = system_wall();
        let dir = folder.path().join("data");
        let store = Store::open(&dir, OpenOptions { create: true, ..OpenOptions::new(now) }).await.unwrap();
        let cx = system_cx("init", now);
        store.registry.init(&cx, "示范单位", "admin", Personal::new("王芳".into())).await.unwrap();
        let unit = store.registry.units(&cx).await.unwrap()[0].id;
        let new = NewCamera {
            unit,
            group: None,
            name: "东门".into(),
            place: "滨江路 1 号".into(),
            main_url: format!("rtsp://{}/gate", farm.address()),
            sub_url: None,
            credentials: None,
            security_level: 1,
            floor_days: None,
            reach: store::Reach::default(),
        };
        let camera = store.registry.create_camera(&cx, new).await.unwrap();
        store.close(now).await.unwrap();
        Self { folder, farm, _cancel: cancel, camera }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts the server on a data folder and waits until it records.
    async fn serve(&self, data: &str) -> Child {
        self.serve_at(data, 0, "").await
    }

    /// The same at a port, with more in its boot file. That the camera is played says nothing yet: its first key frame may be
    /// late. So it waits until segment files grow.
    async fn serve_at(&self, data: &str, port: u16, more: &str) -> Child {
        let config = self.path(&format!("{data}.toml"));
        let lines = format!(
            "listen = '127.0.0.1:{port}'\nplain_http = true\ndata_dir = '{}'\n[log]\nfilter = 'warn'\n{more}",
            self.path(data).display()
        );
        std::fs::write(&config, lines).unwrap();
        let (media, mut command) = (self.path(data).join("media"), Command::new(BINARY));
        let before = stored_bytes(&media);
        let child = command.args(["serve", "--config", text(&config)]).stderr(Stdio::null()).spawn().unwrap();
        until_played(&self.farm, true).await;
        until_grown(&media, before + GROWN_BYTES).await;
        child
    }

    async fn end(&self, mut child: Child) {
        let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert!(child.wait().unwrap().success(), "an orderly stop");
        until_played(&self.farm, false).await;
    }

    async fn history(&self, data: &str) -> (Vec<GapRow>, usize) {
        let store = Store::open(&self.path(data), OpenOptions::new(system_wall())).await.unwrap();
        let stream = StreamId { camera: self.camera, profile: Profile::Main };
        let span = Span { start: WallTime(0), end: WallTime(i64::MAX) };
        let cx = system_cx("check", system_wall());
        let coverage = store.footage.coverage(&cx, stream, span, false).await.unwrap();
        store.close(system_wall()).await.unwrap();
        (coverage.gaps, coverage.spans.len())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_is_a_planned_gap_and_a_backup_comes_back_under_a_new_origin() {
    undisturbed(upgraded_and_restored).await;
}

async fn upgraded_and_restored() {
    let site = Site::build().await;
    let (data, new) = (site.path("data"), site.path("new"));
    let mut child = site.serve("data").await;
    // Nobody of the unit announces nothing.
    refused(
        &["stop", "--dir", text(&data), "--planned", "upgrade to 9.9", "--by", "root"],
        "administrator's post",
    );
    let stopped = done(&["stop", "--dir", text(&data), "--planned", "upgrade to 9.9", "--by", "admin"]);
    println!("{stopped}");
    assert!(child.wait().unwrap().success(), "an orderly stop");
    until_played(&site.farm, false).await;
    refused(&["stop", "--dir", text(&data), "--planned", "x", "--by", "y"], "no server runs");
    let child = site.serve("data").await;
    until_gap(&data).await;
    let (to, passphrase) = (site.path("backups"), site.path("passphrase"));
    std::fs::write(&passphrase, "a passphrase of sixteen\n").unwrap();
    let backup = ["backup", "--dir", text(&data), "--to", text(&to), "--reason", "nightly", "--by"];
    refused(&[&backup[..], &["admin"]].concat(), "wrapped, or not at all");
    let with_keys = ["--passphrase-file", text(&passphrase)];
    refused(&[&backup[..], &["nobody"], &with_keys[..]].concat(), "administrator's post");
    done(&[&backup[..], &["admin"], &with_keys[..]].concat());
    done(&["backup", "verify", "--to", text(&to)]);
    // Recording went on meanwhile, and goes on.
    assert!(site.farm.counters("/gate").unwrap().viewers > 0);
    site.end(child).await;
    let (gaps, spans) = site.history("data").await;
    assert_eq!((gaps.len(), spans), (1, 2), "{gaps:?}");
    assert_eq!((gaps[0].cause, gaps[0].evidence.as_str()), (GapCause::Planned, "upgrade to 9.9"));
    println!("planned gap: {} ms", gaps[0].span.duration_us() / 1_000);
    assert!(gaps[0].span.duration_us() < PLANNED_GAP_US_MAX, "{:?}", gaps[0].span);
    done(&["check", "--dir", text(&data)]);
    let listed = done(&["backup", "list", "--dir", text(&data)]);
    assert!(listed.contains("done") && listed.contains("wrapped"), "{listed}");

    let witness = witness_of(&site, &data).await;
    let (log, from) = (data.join("log"), ["restore", "--from", text(&to), "--dir", text(&new)]);
    refused(&from, "passphrase");
    std::fs::remove_dir(&new).ok();
    let from_witness =
        ["--mirror", text(&log), "--witness", &witness.url(), "--witness", "http://127.0.0.1:1"];
    let said = done(&[&from[..], &with_keys[..], &from_witness[..]].concat());
    assert!(said.contains(&format!("says {}/latest/", witness.url())), "{said}");
    assert!(said.contains("locked"), "{said}");
    let found = done(&["check", "--dir", text(&new)]);
    assert!(found.contains("is locked"), "{found}");
    refused(&["backup", "list", "--dir", text(&new)], "restore unlock");
    let unlock = ["restore", "unlock", "--dir", text(&new), "--by", "admin", "--reason", "the disk broke"];
    refused(&[&unlock[..], &["--same-origin"]].concat(), "it is an older one");
    let told = done(&unlock);
    assert!(told.contains("each operator adds the new keys"), "{told}");
    let child = site.serve("new").await;
    site.end(child).await;
    let (gaps, spans) = site.history("new").await;
    assert_eq!((gaps.len(), spans), (2, 2), "{gaps:?}");
    assert_eq!(gaps[1].cause, GapCause::Us);
    assert!(gaps[1].evidence.contains("restored from the backup"), "{:?}", gaps[1]);
    done(&["check", "--dir", text(&new)]);
    signed_apart(&data, &new).await;
}

/// A stop that is announced, and the next start at once: the design's ten seconds (docs/design/operations.md, goal 6). This machine may
/// run other tests beside it, so the better of two upgrades counts.
#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_misses_less_than_ten_seconds() {
    undisturbed(async || {
        let site = Site::build().await;
        let data = site.path("data");
        let mut child = site.serve("data").await;
        for _ in 0..2 {
            // As the package's script does it.
            done(&["stop", "--dir", text(&data), "--upgrade", "upgrade to 9.9", "--by", "root (dpkg)"]);
            assert!(child.wait().unwrap().success(), "an orderly stop");
            child = site.serve("data").await;
        }
        site.end(child).await;
        let (gaps, spans) = site.history("data").await;
        assert!(gaps.len() == 2 && spans == 3, "{gaps:?}");
        assert!(gaps.iter().all(|gap| gap.cause == GapCause::Planned), "{gaps:?}");
        let least_us = gaps.iter().map(|gap| gap.span.duration_us()).min().unwrap();
        println!("the shorter planned gap: {} ms", least_us / 1_000);
        assert!(least_us < UPGRADE_GAP_US_MAX, "{gaps:?}");
    })
    .await;
}

/// Twice, while the server records and its logs grow; then with the server stopped.
#[tokio::test(flavor = "multi_thread")]
async fn a_check_runs_beside_the_server_and_leaves_its_entry() {
    let site = Site::build().await;
    let data = site.path("data");
    let child = site.serve("data").await;
    for more in [&[][..], &["--quick"]] {
        let said = done(&[&["check", "--dir", text(&data)], more].concat());
        assert!(
            said.contains("a running server has this store open") && !said.contains("no entry"),
            "{said}"
        );
    }
    // Elsewhere than in the data folder.
    let scratch = site.path("scratch");
    std::fs::create_dir(&scratch).unwrap();
    done(&["check", "--quick", "--dir", text(&data), "--scratch", text(&scratch)]);
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0, "the copies are gone");
    refused(&["check", "--rebuild", "--dir", text(&data)], "stop it first");
    assert!(site.farm.counters("/gate").unwrap().viewers > 0, "recording went on");
    site.end(child).await;
    let options = SqliteConnectOptions::new().filename(data.join("registry.db")).read_only(true);
    let mut connection = options.connect().await.unwrap();
    let checks: i64 = sqlx::query_scalar("SELECT count(*) FROM entry_search WHERE act = ?")
        .bind(Act::Check.code())
        .fetch_one(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    assert_eq!(checks, 3, "each has its entry");
    let said = done(&["check", "--dir", text(&data)]);
    assert!(!said.contains("running server"), "{said}");
}

/// A witness that has cosigned the newest checkpoints of a store.
async fn witness_of(site: &Site, data: &Path) -> WitnessServer {
    let store = Store::open(data, OpenOptions::new(system_wall())).await.unwrap();
    let logs = [LogName::Footage, LogName::Access];
    let config = WitnessConfig {
        name: Some("witness.example/w1".to_owned()),
        listen: "127.0.0.1:0".parse().unwrap(),
        dir: site.path("witness"),
        log: logs.map(|log| LogLine { origin: None, vkey: store.vkey(log) }).to_vec(),
    };
    let witness = WitnessServer::start(&config).await.unwrap();
    let submit = format!("{}/add-checkpoint", witness.url()).parse().unwrap();
    for log in logs {
        // From nothing everything follows: the proof is empty.
        let body = format!("old 0\n\n{}", store.checkpoint(log).await.unwrap().unwrap().note);
        let answer = HttpClient::new(None).post(&submit, body.as_bytes(), 4_096).await.unwrap();
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    }
    store.close(system_wall()).await.unwrap();
    witness
}

/// No checkpoint of the restored store is signed by a key of the old one, but those that it took over.
async fn signed_apart(old: &Path, new: &Path) {
    let old = Store::open(old, OpenOptions::new(system_wall())).await.unwrap();
    let new = Store::open(new, OpenOptions::new(system_wall())).await.unwrap();
    for log in [LogName::Footage, LogName::Access] {
        let (old_key, new_key) = (old.vkey(log), new.vkey(log));
        let origin = |vkey: &str| vkey.split('+').next().unwrap().to_owned();
        assert_eq!(origin(&new_key), format!("{}/2", origin(&old_key)));
        let note = new.checkpoint(log).await.unwrap().unwrap().note;
        assert!(note.starts_with(&format!("{}\n", origin(&new_key))), "{note}");
    }
}

/// The server is lost after its backup; another party's mirror has more of the log. By commands alone: a mirror that was changed or
/// cut is refused with nothing written, a restore that is killed is begun anew, and what comes back has every leaf.
#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_gives_back_what_was_signed_after_the_backup() {
    let site = Site::build().await;
    let (data, to, passphrase) = (site.path("data"), site.path("backups"), site.path("passphrase"));
    let (copied, token) = (site.path("copied"), site.path("token"));
    std::fs::write(&passphrase, "a passphrase of sixteen\n").unwrap();
    std::fs::write(&token, format!("{TOKEN}\n")).unwrap();
    let child = site.serve("data").await;
    done(&[
        "backup",
        "--dir",
        text(&data),
        "--to",
        text(&to),
        "--reason",
        "nightly",
        "--by",
        "admin",
        "--passphrase-file",
        text(&passphrase),
    ]);
    site.end(child).await;
    let manifest = std::fs::read_dir(to.join("backups")).unwrap().next().unwrap().unwrap().path();
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(manifest.join("manifest.json")).unwrap()).unwrap();
    let (taken, key) = (&manifest["footage"]["leaves"], manifest["footage"]["vkey"].as_str().unwrap());
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let machine = format!("[[machine]]\nname = 'province'\ntoken = '{TOKEN}'\nlogs = ['footage']\n");
    let child = site.serve_at("data", port, &machine).await;
    let server = format!("http://127.0.0.1:{port}");
    let look = [
        "mirror",
        "--once",
        "--dir",
        text(&copied),
        "--server",
        &server,
        "--token-file",
        text(&token),
        "--footage",
        key,
    ];
    let mut size = 0;
    for _ in 0..180 {
        let said = String::from_utf8_lossy(&run(&look).stdout).into_owned();
        let found = said.split(" entries").next().and_then(|said| said.rsplit(' ').next()?.parse().ok());
        size = found.unwrap_or(size);
        if Some(size) > taken.as_u64() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(Some(size) > taken.as_u64(), "{size} {taken}");
    site.end(child).await;

    let restoring = |new: &Path, mirror: &Path| -> Vec<String> {
        let words = [
            "restore",
            "--json",
            "--from",
            text(&to),
            "--dir",
            text(new),
            "--mirror",
            text(mirror),
            "--passphrase-file",
            text(&passphrase),
        ];
        words.map(str::to_owned).to_vec()
    };
    for (name, expected) in [("changed", "not the one that was copied"), ("cut", "is missing: the copy's")] {
        let (bad, new) = (site.path(name), site.path("refused"));
        assert!(Command::new("cp").args(["-r", text(&copied), text(&bad)]).status().unwrap().success());
        let bundle = bad.join("footage/tile/entries");
        let bundle = std::fs::read_dir(bundle).unwrap().next().unwrap().unwrap().path();
        let bundle = if bundle.is_dir() { bundle.join(size.to_string()) } else { bundle };
        let mut bytes = std::fs::read(&bundle).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        if name == "cut" {
            std::fs::remove_file(&bundle).unwrap()
        } else {
            std::fs::write(&bundle, bytes).unwrap()
        }
        let asked = restoring(&new, &bad);
        refused(&asked.iter().map(String::as_str).collect::<Vec<_>>(), expected);
        assert!(!new.exists(), "{name}: nothing is written");
    }

    let new = site.path("new");
    let asked = restoring(&new, &copied);
    for wait_ms in [5, 50, 200, 500] {
        let mut killed =
            Command::new(BINARY).args(&asked).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        killed.kill().unwrap();
        killed.wait().unwrap();
        if new.join("footage.db").exists() {
            // It was through already: another folder for the next one.
            std::fs::remove_dir_all(&new).unwrap();
        }
    }
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    let said: serde_json::Value = serde_json::from_str(&done(&asked)).unwrap();
    let tail = &said["tails"][0];
    assert_eq!(
        (&tail["log"], &tail["first"], &tail["end"]),
        (&"footage".into(), taken, &size.into()),
        "{said:#}"
    );
    refused(&asked, "is not empty");
    let found = done(&["check", "--dir", text(&new)]);
    assert!(!found.contains("WRONG") && found.contains("came from the mirror"), "{found}");
    let unlock = ["restore", "unlock", "--dir", text(&new), "--by", "admin", "--reason", "the disk broke"];
    refused(&[&unlock[..], &["--same-origin"]].concat(), "nobody else says that it had all of them");
    let lacks: Vec<String> = serde_json::from_value(tail["lacks"].clone()).unwrap();
    let segments = lacks.iter().find_map(|lack| lack.split_once(" segments of")?.0.parse().ok());
    let unlocked: serde_json::Value =
        serde_json::from_str(&done(&[&unlock[..], &["--json"]].concat())).unwrap();
    assert_eq!(unlocked["lost"]["segments"].as_u64(), segments.or(Some(0)), "{lacks:?} {unlocked}");
    let child = site.serve("new").await;
    site.end(child).await;
    let found = done(&["check", "--dir", text(&new)]);
    assert!(!found.contains("WRONG"), "{found}");
    let (gaps, _) = site.history("new").await;
    assert!(gaps.last().is_some_and(|gap| gap.evidence.contains("restored from the backup")), "{gaps:?}");
    let old = Store::open(&data, OpenOptions::new(system_wall())).await.unwrap();
    let back = Store::open(&new, OpenOptions::new(system_wall())).await.unwrap();
    for leaf in 0..size {
        let both = [&old, &back].map(|store| store.leaf(LogName::Footage, leaf));
        let [own, copy] = both;
        assert_eq!(own.await.unwrap(), copy.await.unwrap(), "leaf {leaf}");
    }
}

/// A file for a gap, with no server and with one: it is there, the gap stays, `check` is content, and who brought it is an entry.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_brought_for_a_gap() {
    let site = Site::build().await;
    let (data, film) = (site.path("data"), site.path("card.mp4"));
    std::fs::write(&film, include_bytes!("../../media/testdata/segment-v1.mp4")).unwrap();
    let now = system_wall();
    let gap = Span { start: now.plus_us(-7_200_000_000), end: now.plus_us(-3_600_000_000) };
    let store = Store::open(&data, OpenOptions::new(now)).await.unwrap();
    let stream = StreamId { camera: site.camera, profile: Profile::Main };
    let (cause, evidence) = (GapCause::Network, "the cable was pulled".to_owned());
    store.footage.commit_gap(NewGap { stream, span: gap, cause, evidence }).await.unwrap();
    store.close(system_wall()).await.unwrap();
    let camera = site.camera.to_string();
    let bring = |start: WallTime, by: &str| {
        let start = start.to_string();
        let words = [
            "back-fill",
            "--dir",
            text(&data),
            "--camera",
            &camera,
            "--start",
            &start,
            "--source",
            "card of the camera",
            "--by",
            by,
            "--reason",
            "the cable was pulled",
            "--document",
            "2026-17",
            text(&film),
        ];
        words.map(str::to_owned).to_vec()
    };
    let said = |words: Vec<String>| done(&words.iter().map(String::as_str).collect::<Vec<_>>());
    let denied =
        |words: Vec<String>, why: &str| refused(&words.iter().map(String::as_str).collect::<Vec<_>>(), why);
    let alone = said(bring(gap.start.plus_us(600_000_000), "admin"));
    assert!(alone.contains("pictures="), "{alone}");
    denied(bring(gap.start.plus_us(600_000_000), "admin"), "nothing of it meets a gap");
    denied(bring(gap.start.plus_us(900_000_000), "nobody"), "administrator's post");
    denied(bring(now.plus_us(-40_000 * 86_400_000_000), "admin"), "past its camera's term");
    // guangzhou-2007:21: what a camera's own term keeps is not refused by the system's shorter one.
    let month_ago = now.plus_us(-40 * 86_400_000_000);
    denied(bring(month_ago, "admin"), "past its camera's term of 30 days");
    let store = Store::open(&data, OpenOptions::new(system_wall())).await.unwrap();
    let terms = law::retention::Terms { term_days: Some(60), ..law::retention::Terms::default() };
    let cx = Cx { note: Some("a promise".to_owned()), ..system_cx("init", system_wall()) };
    store.registry.change_camera_terms(&cx, site.camera, terms, "2026-18").await.unwrap();
    store.close(system_wall()).await.unwrap();
    denied(bring(month_ago, "admin"), "nothing of it meets a gap");
    denied(bring(now.plus_us(-61 * 86_400_000_000), "admin"), "past its camera's term of 60 days");
    let child = site.serve("data").await;
    let beside = said(bring(gap.start.plus_us(1_200_000_000), "admin"));
    assert!(beside.contains("pictures="), "{beside}");
    site.end(child).await;
    let found = done(&["check", "--dir", text(&data)]);
    assert!(!found.contains("WRONG"), "{found}");
    let store = Store::open(&data, OpenOptions::new(system_wall())).await.unwrap();
    let cx = system_cx("check", system_wall());
    assert_eq!(store.footage.back_fills(&cx, site.camera).await.unwrap().len(), 2);
    let all = Span { start: WallTime(0), end: WallTime(i64::MAX) };
    let later = StreamId { profile: Profile::Later, ..stream };
    assert_eq!(store.footage.coverage(&cx, later, all, false).await.unwrap().spans.len(), 2);
    assert_eq!(store.footage.gaps(&cx, Some(stream), gap).await.unwrap()[0].span, gap, "the gap stays");
    store.close(system_wall()).await.unwrap();
}

#[test]
fn stores_of_released_versions_open_migrate_check_and_go_back() {
    let fixtures = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../fixtures");
    let mut versions = 0;
    for entry in std::fs::read_dir(fixtures).unwrap() {
        let archive = entry.unwrap().path();
        if archive.extension().is_some_and(|extension| extension == "gz") {
            versions += 1;
            println!("{}", archive.display());
            released(&archive);
        }
    }
    assert!(versions > 0);
}

fn released(archive: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let unpacked =
        Command::new("tar").args(["-xzf", text(archive), "-C", text(folder.path())]).status().unwrap();
    assert!(unpacked.success());
    let store = folder.path().join("store");
    let dir = ["--dir", text(&store)];
    let before = versions(&store);
    refused(&[&["check"], &dir[..]].concat(), "watchkeeper migrate");
    assert_eq!(versions(&store), before, "a refusal changes nothing");
    let migrate = [&["migrate"], &dir[..]].concat();
    assert!(done(&migrate).contains("is now"));
    assert!(done(&migrate).contains("nothing is due"));
    let back = [&migrate[..], &["--back", "--by", "admin", "--reason", "the new one is slow"]].concat();
    done(&back);
    assert_eq!(versions(&store), before);
    done(&migrate);
    // `check` writes an entry: from here on going back would take it out of the log.
    let found = done(&[&["check"], &dir[..]].concat());
    assert!(!found.contains("WRONG"), "{found}");
    refused(&back, "going back would take them out of the log");
    let keys: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("keys.json")).unwrap()).unwrap();
    let key = |name: &str| keys[name].as_str().unwrap().to_owned();
    let package = std::fs::read_dir(store.join("exports")).unwrap().next().unwrap().unwrap().path();
    let (footage, access) = (key("footage_vkey"), key("access_vkey"));
    done(&["verify", text(&package), "--key", &footage, "--key", &access]);
}

/// `user_version` of both databases: the four bytes at 60 of an SQLite file.
fn versions(store: &Path) -> [u32; 2] {
    ["footage.db", "registry.db"].map(|name| {
        let bytes = std::fs::read(store.join(name)).unwrap();
        u32::from_be_bytes(bytes[60..64].try_into().unwrap())
    })
}

/// At the machine, with no server and with one: who asks is named and has the post, and the exit code says what came of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_found_file_is_traced_at_the_machine() {
    let site = Site::build().await;
    let (data, film, words) = (site.path("data"), site.path("card.mp4"), site.path("words.txt"));
    std::fs::write(&film, include_bytes!("../../media/testdata/segment-v1.mp4")).unwrap();
    std::fs::write(&words, "no video").unwrap();
    let gap =
        Span { start: system_wall().plus_us(-7_200_000_000), end: system_wall().plus_us(-3_600_000_000) };
    let store = Store::open(&data, OpenOptions::new(system_wall())).await.unwrap();
    let stream = StreamId { camera: site.camera, profile: Profile::Main };
    let (cause, evidence) = (GapCause::Network, "the cable was pulled".to_owned());
    store.footage.commit_gap(NewGap { stream, span: gap, cause, evidence }).await.unwrap();
    store.close(system_wall()).await.unwrap();
    let (camera, start) = (site.camera.to_string(), gap.start.plus_us(600_000_000).to_string());
    let bring =
        ["back-fill", "--dir", text(&data), "--camera", &camera, "--start", &start, "--source", "card"];
    done(&[&bring[..], &["--by", "admin", "--reason", "cable", "--document", "17", text(&film)]].concat());
    let ask = |by: &str, more: &[&str], file: &Path| {
        let asked = ["trace", "--dir", text(&data), "--by", by, "--reason", "seen on a forum", "--json"];
        run(&[&asked[..], more, &[text(file)]].concat())
    };
    let check = |more: &[&str], file: &Path, code: i32, verdict: &str| {
        let output = ask("admin", more, file);
        let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((output.status.code(), &said["verdict"]), (Some(code), &verdict.into()), "{said}");
        said
    };
    let of_camera = ["--camera", camera.as_str()];
    let both = || {
        // Of a time that nobody recorded, and without a copy id: a camera must be named.
        check(&[], &film, 2, "cannot_tell");
        let said = check(&of_camera, &film, 0, "footage");
        assert_eq!(said["spans"][0]["profile"], "later", "{said}");
        assert_eq!(said["groups"], said["matched_groups"], "{said}");
        check(&of_camera, &words, 2, "cannot_tell");
        assert_eq!(ask("nobody", &[], &film).status.code(), Some(2), "nobody answers for it");
    };
    both();
    let child = site.serve("data").await;
    both();
    site.end(child).await;
}
