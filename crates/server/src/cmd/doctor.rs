//! `watchkeeper doctor`: looks for what would keep the server from running well on this machine. It changes nothing
//! but a probe file that it removes again, and it opens no database.

use super::{
    EXIT_FOUND,
    output::{Finding, Level, report},
    place,
};
use crate::{
    config::{CONFIG_PATH, Config},
    integrity, store_keys, tls,
};
use std::{
    fs,
    net::TcpListener,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::Path,
    process::ExitCode,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: place::Place,
    /// Print findings as JSON
    #[arg(long)]
    json: bool,
}

/// Below this the first day of eight cameras of 2 Mbit/s does not fit.
const FREE_BYTES_MIN: u64 = 180 * 1_000_000_000;
/// A sync slower than this eats the second that it has: recording then loses more than promised at a power cut.
const SYNC_MAX: Duration = Duration::from_millis(500);
/// Seconds since 1970 at the time this was written (2026-11-22): a clock before it is wrong.
const BUILT_AFTER_S: u64 = 1_795_305_600;
/// One descriptor for each stream's socket and file, each viewer, and the databases.
const OPEN_FILES_MIN: u64 = 4_096;

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let findings = match Config::load(arguments.place.config.as_deref()) {
        Ok(config) => {
            let data_dir = arguments.place.dir.clone().unwrap_or(config.data_dir);
            let config = Config { data_dir, ..config };
            let path = arguments.place.config.as_deref().unwrap_or(Path::new(CONFIG_PATH));
            examine(&config).into_iter().chain(tokens(path, &config)).collect()
        }
        Err(error) => vec![Finding::new(Level::Wrong, "boot file", error.to_string())],
    };
    let wrong = report(&findings, arguments.json)?;
    Ok(if wrong { ExitCode::from(EXIT_FOUND) } else { ExitCode::SUCCESS })
}

/// All checks, in the order in which a start would meet them.
pub fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![Finding::new(Level::Good, "boot file", "read and understood")];
    findings.push(program());
    findings.push(clock(SystemTime::now()));
    findings.push(open_files());
    findings.extend(folder(&config.data_dir));
    findings.extend(keys(&config.data_dir));
    findings.extend(encryption(config));
    findings.push(port(config));
    findings.extend(certificate(config));
    findings.push(console());
    findings
}

/// The store key, and the keys that the media folder says it needs.
fn encryption(config: &Config) -> Vec<Finding> {
    let subject = "encryption";
    let keys = match store_keys::load(&config.encryption, &config.data_dir) {
        Ok(keys) => keys,
        Err(error) => return vec![Finding::new(Level::Wrong, subject, format!("{error:#}"))],
    };
    let needed = match store::media_dir::needed_keys(&config.data_dir.join("media")) {
        Ok(needed) => needed,
        Err(error) => return vec![Finding::new(Level::Wrong, subject, error.to_string())],
    };
    let absent = needed.iter().filter(|id| !keys.has(**id)).map(|id| {
        let message = format!(
            "store key {id} is not here: what it wraps cannot be read. `watchkeeper key list` counts it"
        );
        Finding::new(Level::Wrong, subject, message)
    });
    let mut findings: Vec<Finding> = absent.collect();
    findings.push(match keys.current() {
        Some(key) => {
            Finding::new(Level::Good, subject, format!("footage is encrypted under store key {}", key.id()))
        }
        None => Finding::new(Level::Notice, subject, "footage is stored in the clear: no store key is given"),
    });
    findings
}

/// What is compared with the release's `SHA256SUMS`.
fn program() -> Finding {
    let version = env!("CARGO_PKG_VERSION");
    match integrity::running_digest() {
        Ok(digest) => Finding::new(Level::Good, "program", format!("version {version}, SHA-256 {digest}")),
        Err(error) => Finding::new(Level::Wrong, "program", format!("cannot read its own file: {error}")),
    }
}

fn clock(now: SystemTime) -> Finding {
    let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    if seconds < BUILT_AFTER_S {
        return Finding::new(Level::Wrong, "clock", "the system clock is before the making of this program");
    }
    let synchronised = ["/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid", "/run/ntpd.pid"];
    if synchronised.iter().any(|path| Path::new(path).exists()) {
        Finding::new(Level::Good, "clock", "kept by a time service")
    } else {
        Finding::new(
            Level::Notice,
            "clock",
            "no time service found: footage is only as well dated as this clock",
        )
    }
}

fn open_files() -> Finding {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    match limit {
        Some(limit) if limit < OPEN_FILES_MIN => Finding::new(
            Level::Notice,
            "open files",
            format!("at most {limit} at once; {OPEN_FILES_MIN} are enough for hundreds of streams"),
        ),
        _ => Finding::new(Level::Good, "open files", "the limit is high enough"),
    }
}

fn folder(data_dir: &Path) -> Vec<Finding> {
    let place = data_dir.display().to_string();
    let metadata = match fs::metadata(data_dir) {
        Ok(metadata) if metadata.is_dir() => metadata,
        Ok(_) => return vec![Finding::new(Level::Wrong, "data folder", "is not a folder").at(place)],
        Err(error) => {
            let message = format!("{error}; `watchkeeper init` creates it");
            return vec![Finding::new(Level::Wrong, "data folder", message).at(place)];
        }
    };
    let mut findings = Vec::new();
    if metadata.permissions().mode() & 0o007 != 0 {
        let message =
            format!("open to others (mode {:o}); 0700 is right", metadata.permissions().mode() & 0o777);
        findings.push(Finding::new(Level::Wrong, "data folder", message).at(place.clone()));
    }
    findings.push(
        match sync_probe(data_dir) {
            Ok(took) if took > SYNC_MAX => Finding::new(
                Level::Wrong,
                "disk",
                format!("a sync took {} ms; it must stay well below a second", took.as_millis()),
            ),
            Ok(took) => {
                Finding::new(Level::Good, "disk", format!("writable; a sync took {} ms", took.as_millis()))
            }
            Err(error) => Finding::new(Level::Wrong, "disk", format!("cannot write: {error}")),
        }
        .at(place.clone()),
    );
    if let Ok(space) = rustix::fs::statvfs(data_dir) {
        let free = space.f_bavail.saturating_mul(space.f_frsize);
        let level = if free < FREE_BYTES_MIN { Level::Notice } else { Level::Good };
        findings.push(Finding::new(level, "disk", format!("{} GB free", free / 1_000_000_000)).at(place));
    }
    findings
}

/// Writes, syncs and removes a small file; how long the sync took.
fn sync_probe(folder: &Path) -> std::io::Result<Duration> {
    let path = folder.join(".doctor-probe");
    fs::write(&path, [0u8; 65_536])?;
    let file = fs::File::open(&path)?;
    let begun = Instant::now();
    file.sync_all()?;
    let took = begun.elapsed();
    fs::remove_file(&path)?;
    Ok(took)
}

/// Keys must be readable by their owner only.
fn keys(data_dir: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    for folder in [data_dir.join("keys"), data_dir.join("tls")] {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let Ok(metadata) = entry.metadata() else { continue };
            let public = entry.path().extension().is_some_and(|extension| extension == "pub")
                || ["cert.pem", "root.pem", "made.json"].iter().any(|name| entry.file_name() == *name);
            if public || !metadata.is_file() {
                continue;
            }
            let mode = metadata.mode() & 0o777;
            let finding = if mode & 0o077 == 0 {
                Finding::new(Level::Good, "key file", "readable by its owner only")
            } else {
                Finding::new(
                    Level::Wrong,
                    "key file",
                    format!("readable by others (mode {mode:o}); 0600 is right"),
                )
            };
            findings.push(finding.at(entry.path().display().to_string()));
        }
    }
    findings
}

/// Tokens of machines stand in the boot file as they are.
fn tokens(boot_file: &Path, config: &Config) -> Option<Finding> {
    if config.metrics_token.is_none() && config.machine.is_empty() {
        return None;
    }
    let mode = fs::metadata(boot_file).ok()?.permissions().mode() & 0o777;
    let finding = if mode & 0o007 == 0 {
        Finding::new(Level::Good, "tokens", "the boot file is not for everybody")
    } else {
        let message = format!(
            "everybody on this machine reads the tokens in the boot file (mode {mode:o}); 0640 is right"
        );
        Finding::new(Level::Wrong, "tokens", message)
    };
    Some(finding.at(boot_file.display().to_string()))
}

fn port(config: &Config) -> Finding {
    match TcpListener::bind(config.listen) {
        Ok(_) => Finding::new(Level::Good, "port", format!("{} is free", config.listen)),
        Err(error) => {
            Finding::new(Level::Wrong, "port", format!("{}: {error} (is it running?)", config.listen))
        }
    }
}

fn certificate(config: &Config) -> Vec<Finding> {
    let (Some(cert), Some(key)) = (&config.tls.cert, &config.tls.key) else {
        let message = match tls::root(config) {
            Some(root) => format!(
                "of this installation: browsers warn until its root is trusted; SHA-256 of the root {}",
                root.fingerprint
            ),
            None if config.data_dir.join("tls/cert.pem").exists() && !config.plain_http => {
                "self-made without a root: browsers warn until its fingerprint is trusted. Without the folder `tls` the next start makes a root".to_owned()
            }
            None => "none yet: the first start makes a root and a certificate".to_owned(),
        };
        return vec![Finding::new(Level::Notice, "certificate", message)];
    };
    [cert, key]
        .into_iter()
        .map(|path| {
            match fs::File::open(path) {
                Ok(_) => Finding::new(Level::Good, "certificate", "readable"),
                Err(error) => Finding::new(Level::Wrong, "certificate", error.to_string()),
            }
            .at(path.display().to_string())
        })
        .collect()
}

fn console() -> Finding {
    if crate::http::console_is_built() {
        Finding::new(Level::Good, "console", "is part of this program")
    } else {
        Finding::new(Level::Notice, "console", "this program was built without the console")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_folders_and_keys_are_found() {
        let dir = tempfile::tempdir().unwrap();
        let keys_dir = dir.path().join("keys");
        fs::create_dir_all(&keys_dir).unwrap();
        fs::write(keys_dir.join("access-log.ed25519"), "x").unwrap();
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        set(&keys_dir.join("access-log.ed25519"), 0o644);
        set(dir.path(), 0o755);
        let config = Config { data_dir: dir.path().to_owned(), ..Config::default() };
        let wrong = |findings: Vec<Finding>, subject: &str| {
            findings.iter().any(|finding| finding.subject == subject && finding.level == Level::Wrong)
        };
        assert!(wrong(examine(&config), "key file"));
        assert!(wrong(examine(&config), "data folder"));
        set(&keys_dir.join("access-log.ed25519"), 0o600);
        set(dir.path(), 0o700);
        assert!(!wrong(examine(&config), "key file"));
        assert!(!wrong(examine(&config), "data folder"));
    }

    #[test]
    fn the_programs_digest_is_told() {
        let found = program();
        let digest = integrity::running_digest().unwrap().to_string();
        assert!(found.level == Level::Good && found.message.ends_with(&digest), "{}", found.message);
    }

    #[test]
    fn tokens_that_everybody_reads_are_found() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("watchkeeper.toml");
        let check = |text: &str, mode, expected: Option<Level>| {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let config = Config::load(Some(&path)).unwrap();
            assert_eq!(tokens(&path, &config).map(|finding| finding.level), expected, "{text} {mode:o}");
        };
        let token = "metrics_token = '0123456789abcdef0123456789abcdef'";
        check("", 0o644, None);
        check(token, 0o644, Some(Level::Wrong));
        check(token, 0o640, Some(Level::Good));
    }
}
