//! What this server runs as: its program, the console and packs inside it, the packs beside the data, the boot settings. Measured at
//! each start and held against the last one; the program's file on the disk is looked at once a day.
//!
//! It judges nothing: what a difference is `law::integrity` says, and entries are `store`'s. Invariants: no option is left out (the
//! boot file's type is taken apart whole); no value of an option leaves here, only salted digests.

use crate::{
    app::App,
    config::{Config, Machine},
    http::console_digest,
    serve::Extras,
    store_keys,
};
use law::integrity::{LOOK_EVERY_US, Measured, OnDisk, look_is_due};
use law::packs::SHIPPED;
use model::{Hash, WallTime};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};
use store::{Store, system_cx};
use tokio::task::JoinHandle;

/// The program that runs, also when its file was replaced (proc(5)).
const RUNNING: &str = "/proc/self/exe";
/// A program has some tens of megabytes, with everything that helps to debug it some hundreds: more is something else.
const PROGRAM_BYTES_MAX: u64 = 4 << 30;
/// A policy file names a handful of keys.
const POLICY_BYTES_MAX: u64 = 1 << 20;
/// Between two questions whether a day has passed: so exactly the daily look keeps its time.
const ASK_EVERY: Duration = Duration::from_secs(600);
/// Who measures, in entries.
const NAME: &str = "integrity";

/// The server as it was measured when it started.
#[derive(Debug)]
pub struct Running {
    pub measured: Measured,
    pub started: WallTime,
    /// Where the program lies.
    pub file: PathBuf,
    /// What the last look at the file found.
    on_disk: Mutex<OnDisk>,
}

impl Running {
    pub fn new(measured: Measured, file: PathBuf, started: WallTime) -> Self {
        Self { measured, started, file, on_disk: Mutex::new(OnDisk::AsItRuns) }
    }
    pub fn on_disk(&self) -> OnDisk {
        *self.on_disk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A measurement that has begun: the program is read beside the start.
pub struct Measuring {
    file: PathBuf,
    program: JoinHandle<io::Result<Hash>>,
    settings: BTreeMap<String, Hash>,
    own_packs: Hash,
}

impl Measuring {
    pub async fn begin(store: &Store, config: &Config, extras: &Extras) -> anyhow::Result<Self> {
        let salt = store.registry.settings_salt().await?;
        Ok(Self {
            // Where there is no telling, the file is what runs and nothing else.
            file: std::env::current_exe().unwrap_or_else(|_| PathBuf::from(RUNNING)),
            program: tokio::task::spawn_blocking(running_digest),
            settings: settings(config, extras, &salt)?,
            own_packs: store.registry.packs().own_digest,
        })
    }

    /// What was measured, and where the program lies.
    pub async fn end(self) -> anyhow::Result<(Measured, PathBuf)> {
        let program = self.program.await?.unwrap_or_else(|error| {
            // A program that cannot be read is none that ran before.
            tracing::error!(%error, "this program cannot read its own file: it counts as another one");
            Hash([0; 32])
        });
        let measured = Measured {
            program,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            console: console_digest(),
            packs: shipped_packs(),
            own_packs: self.own_packs,
            settings: self.settings,
        };
        Ok((measured, self.file))
    }
}

/// SHA-256 of the program that runs.
pub fn running_digest() -> io::Result<Hash> {
    digest_of(Path::new(RUNNING), PROGRAM_BYTES_MAX)
}

/// SHA-256 of a plain file; anything else, and what is longer, is an error.
fn digest_of(path: &Path, bytes_max: u64) -> io::Result<Hash> {
    // Asked before it is opened: a pipe would be waited for.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("is no plain file"));
    }
    let mut sum = Sha256::new();
    let length = io::copy(&mut File::open(path)?.take(bytes_max.saturating_add(1)), &mut sum)?;
    if length > bytes_max {
        return Err(io::Error::other(format!("is longer than {bytes_max} bytes")));
    }
    Ok(Hash(sum.finalize().into()))
}

fn shipped_packs() -> Hash {
    let mut sum = Sha256::new();
    let registers = [("controls.toml", SHIPPED.controls), ("places.toml", SHIPPED.places)];
    for (name, text) in SHIPPED.packs.iter().copied().chain(registers) {
        sum.update(format!("{name}\n{}\n{text}", text.len()));
    }
    Hash(sum.finalize().into())
}

/// Every option by its name: `H("watchkeeper/setting/v1\n" || salt || name "\n" || JSON)`. Tokens go in as digests of their own.
pub fn settings(config: &Config, extras: &Extras, salt: &[u8; 32]) -> anyhow::Result<BTreeMap<String, Hash>> {
    let Config {
        listen,
        data_dir,
        host,
        plain_http,
        tls,
        log,
        encryption,
        metrics_token,
        witnessing,
        machine,
        time,
        reminders,
        provider,
    } = config;
    let Extras { demo, pipeline } = extras;
    let machines: Vec<_> = machine
        .iter()
        .map(|Machine { name, token, logs }| (name, token.salted(salt).to_string(), logs))
        .collect();
    // Whose word counts stands in a file beside the boot file.
    let policy = witnessing.policy.as_deref().map(|path| digest_of(path, POLICY_BYTES_MAX).ok());
    let policy = policy.flatten().map(|digest| digest.to_string());
    let mut all = BTreeMap::new();
    let mut add = |name: &str, value: serde_json::Result<Vec<u8>>| -> anyhow::Result<()> {
        let mut sum = Sha256::new();
        sum.update(b"watchkeeper/setting/v1\n");
        sum.update(salt);
        sum.update(name);
        sum.update(b"\n");
        sum.update(value?);
        all.insert(name.to_owned(), Hash(sum.finalize().into()));
        Ok(())
    };
    add("listen", json(listen))?;
    add("data_dir", json(&data_dir.to_string_lossy()))?;
    add("host", json(host))?;
    add("plain_http", json(plain_http))?;
    add("tls", json(tls))?;
    add("log", json(log))?;
    add("encryption", json(&store_keys::configured(encryption, data_dir)?))?;
    add("metrics_token", json(&metrics_token.as_ref().map(|token| token.salted(salt).to_string())))?;
    add("witnessing", json(&(witnessing, policy)))?;
    add("machine", json(&machines))?;
    add("time", json(time))?;
    add("reminders", json(reminders))?;
    add("provider", json(provider))?;
    add("demo", json(demo))?;
    add("recorder", json(&(pipeline.floor_days, pipeline.segment_seconds)))?;
    Ok(all)
}

fn json(value: &(impl Serialize + ?Sized)) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(value)
}

/// Holds this start against the last one, and keeps what was measured.
pub async fn note_start(app: &App, measured: Measured, file: PathBuf) -> Result<(), store::Error> {
    let now = app.now();
    if let Some(change) = app.registry().note_start(&system_cx(NAME, now), measured.clone()).await? {
        tracing::warn!(%change, "the program or its settings are other ones than at the last start");
    }
    app.set_running(Running::new(measured, file, now));
    Ok(())
}

pub async fn run(app: App) {
    tokio::select! {
        () = days(&app) => {}
        () = app.stop().cancelled() => {}
    }
}

async fn days(app: &App) {
    loop {
        tokio::time::sleep(ASK_EVERY).await;
        if let Err(error) = look_when_due(app).await {
            tracing::error!(%error, "the program's file was not looked at, and is at the next turn");
        }
    }
}

/// Looks at the file if a day has passed since the last look, or the last start.
pub async fn look_when_due(app: &App) -> Result<(), store::Error> {
    let last = app.registry().looked_on_disk().await?.unwrap_or(app.now().plus_us(-LOOK_EVERY_US));
    if look_is_due(last, app.now()) { look(app).await } else { Ok(()) }
}

/// Holds the program's file on the disk against what runs.
async fn look(app: &App) -> Result<(), store::Error> {
    let Some(running) = app.running() else { return Ok(()) };
    let file = running.file.clone();
    let read = tokio::task::spawn_blocking(move || digest_of(&file, PROGRAM_BYTES_MAX)).await;
    let found = read.map_err(io::Error::other).flatten().ok();
    let cx = system_cx(NAME, app.now());
    if app.registry().note_on_disk(&cx, running.measured.program, found).await?.is_some() {
        let file = running.file.display();
        tracing::error!(%file, "the program's file was replaced or removed while it runs");
    }
    let seen = OnDisk::of(found, running.measured.program);
    *running.on_disk.lock().unwrap_or_else(PoisonError::into_inner) = seen;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{BearerToken, MachineLog};

    const SALT: [u8; 32] = [7; 32];

    fn of(config: &Config) -> BTreeMap<String, Hash> {
        settings(config, &Extras::default(), &SALT).unwrap()
    }

    #[test]
    fn each_option_is_seen_by_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let plain = Config { data_dir: dir.path().to_owned(), ..Config::default() };
        let before = of(&plain);
        let check = |change: &dyn Fn(&mut Config), expected: &str| {
            let mut config = plain.clone();
            change(&mut config);
            let now = of(&config);
            let other: Vec<&str> =
                now.keys().filter(|name| now.get(*name) != before.get(*name)).map(String::as_str).collect();
            assert_eq!(other, [expected]);
        };
        let token = |letter: &str| BearerToken::new(letter.repeat(32));
        let machine = |letter: &str, logs: Vec<MachineLog>| Machine {
            name: "province".to_owned(),
            token: token(letter),
            logs,
        };
        check(&|config| config.listen.set_port(1), "listen");
        check(&|config| config.host = Some("vms.example".to_owned()), "host");
        check(&|config| config.plain_http = true, "plain_http");
        check(&|config| config.tls.names.push("vms".to_owned()), "tls");
        check(&|config| config.log.filter = "off".to_owned(), "log");
        check(&|config| config.metrics_token = Some(token("a")), "metrics_token");
        check(&|config| config.machine.push(machine("a", Vec::new())), "machine");
        check(&|config| config.time.sources.push("192.0.2.1".to_owned()), "time");
        check(&|config| config.reminders.private_addresses = true, "reminders");
        check(&|config| config.witnessing.handover_wait_s = 1, "witnessing");
        // Another token, other logs.
        let with = |machines: Vec<Machine>| of(&Config { machine: machines, ..plain.clone() });
        let first = with(vec![machine("a", vec![MachineLog::Footage])]);
        for other in [machine("b", vec![MachineLog::Footage]), machine("a", vec![MachineLog::Access])] {
            assert_ne!(with(vec![other]).get("machine"), first.get("machine"));
        }
        let demo = Extras { demo: true, ..Extras::default() };
        assert_ne!(settings(&plain, &demo, &SALT).unwrap().get("demo"), before.get("demo"));
        // Another installation's digests say nothing about this one's.
        let elsewhere = settings(&plain, &Extras::default(), &[8; 32]).unwrap();
        assert!(elsewhere.iter().all(|(name, hash)| before.get(name) != Some(hash)));
    }

    #[test]
    fn the_policy_is_seen_though_its_name_is_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("policy");
        let mut config = Config { data_dir: dir.path().to_owned(), ..Config::default() };
        config.witnessing.policy = Some(path.clone());
        let absent = of(&config);
        std::fs::write(&path, "quorum none\n").unwrap();
        let first = of(&config);
        std::fs::write(&path, "quorum any\n").unwrap();
        let second = of(&config);
        assert_ne!(absent.get("witnessing"), first.get("witnessing"));
        assert_ne!(first.get("witnessing"), second.get("witnessing"));
    }

    #[test]
    fn files_have_their_digest_and_other_things_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("program");
        std::fs::write(&path, "abc").unwrap();
        // FIPS 180-4's own example.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest_of(&path, 3).unwrap().to_string(), expected);
        assert!(digest_of(&path, 2).is_err(), "longer");
        assert!(digest_of(dir.path(), 3).is_err(), "a folder");
        assert!(digest_of(&dir.path().join("none"), 3).is_err(), "nothing");
        assert_eq!(running_digest().unwrap(), running_digest().unwrap());
    }
}
