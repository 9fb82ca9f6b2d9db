//! Where store keys come from: a file apart from the data, a systemd credential, or a command's output (design note
//! `encryption.md`, §1, §5). The keys themselves are `store`'s.
//!
//! Invariants: nothing that is read from the data folder is run; a key file lies outside what it protects, and only its owner's
//! account or group reads it; a current key that cannot be had is an error, never "no encryption".

use crate::app::App;
use anyhow::{Context as _, bail, ensure};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::{Read as _, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};
use store::{Store, StoreKey, StoreKeyId, StoreKeys};

/// The credential that is looked for without being asked.
const CREDENTIAL: &str = "watchkeeper-store-key";
/// Where `init` notes, inside the data folder, the place of the key that it was given.
const NOTE: &str = "keys/encryption.toml";
/// A command may wait for a hardware module, not for a person.
const COMMAND_PATIENCE: Duration = Duration::from_secs(10);
/// A key is 65 bytes; more is something else.
const KEY_BYTES_MAX: u64 = 1_024;

/// `[encryption]` of the boot file.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Encryption {
    /// New footage is encrypted under it; plain without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<KeySource>,
    /// For reading what was encrypted before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub old_keys: Vec<KeySource>,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeySource {
    File(PathBuf),
    /// A name in `$CREDENTIALS_DIRECTORY`.
    Credential(String),
    /// A program and its arguments; its standard output is the key.
    Command(Vec<String>),
}

impl std::fmt::Display for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Credential(name) => write!(f, "the credential {name}"),
            Self::Command(words) => write!(f, "the command {}", words.first().map_or("", String::as_str)),
        }
    }
}

/// What is configured for a data folder: the boot file's, else what `init` noted, else the well-known credential.
pub fn configured(given: &Encryption, data_dir: &Path) -> anyhow::Result<Encryption> {
    if *given != Encryption::default() {
        return Ok(given.clone());
    }
    let note = data_dir.join(NOTE);
    match fs::read_to_string(&note) {
        Ok(text) => {
            let noted: Encryption =
                toml::from_str(&text).with_context(|| format!("reading {}", note.display()))?;
            let commands = noted.key.iter().chain(&noted.old_keys);
            ensure!(
                commands.into_iter().all(|source| !matches!(source, KeySource::Command(_))),
                "{}: a command is run from the boot file only",
                note.display()
            );
            Ok(noted)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let there = credential_path(CREDENTIAL).is_some_and(|path| path.exists());
            let key = there.then(|| KeySource::Credential(CREDENTIAL.to_owned()));
            Ok(Encryption { key, old_keys: Vec::new() })
        }
        Err(error) => Err(error).with_context(|| format!("reading {}", note.display())),
    }
}

/// The keys of a data folder. An old key that cannot be had is said and left out: what it wraps cannot be read, all else can.
///
/// # Errors
/// When the current key cannot be had.
pub fn load(given: &Encryption, data_dir: &Path) -> anyhow::Result<StoreKeys> {
    let sources = configured(given, data_dir)?;
    let current = sources.key.as_ref().map(|source| read(source, data_dir)).transpose()?;
    Ok(StoreKeys::new(current, readable(&sources.old_keys, data_dir)))
}

fn readable(sources: &[KeySource], data_dir: &Path) -> Vec<StoreKey> {
    let had = sources.iter().map(|source| read(source, data_dir));
    had.filter_map(|key| key.inspect_err(|error| tracing::error!("{error:#}")).ok()).collect()
}

/// As [`load`], for reading only: a current key that cannot be had is said, and left out.
pub fn load_for_reading(given: &Encryption, data_dir: &Path) -> anyhow::Result<StoreKeys> {
    load(given, data_dir).or_else(|error| {
        eprintln!("watchkeeper: {error:#}");
        let Encryption { old_keys, .. } = configured(given, data_dir)?;
        Ok(StoreKeys::new(None, readable(&old_keys, data_dir)))
    })
}

/// The key that a new store gets: the one of `key_file`, made when it is not there; else what is configured, where a file is made
/// too. `None` when no key can be kept apart. Says what to note with [`note`].
pub fn for_new(
    given: &Encryption,
    key_file: Option<PathBuf>,
    data_dir: &Path,
) -> anyhow::Result<(StoreKeys, Encryption)> {
    let sources = match key_file {
        Some(file) => {
            let file = std::path::absolute(&file).with_context(|| format!("{}", file.display()))?;
            Encryption { key: Some(KeySource::File(file)), old_keys: Vec::new() }
        }
        None => configured(given, data_dir)?,
    };
    if let Some(KeySource::File(path)) = &sources.key
        && !path.exists()
    {
        apart(path, data_dir)?;
        make(path)?;
    }
    if sources.key.is_none() {
        return Ok((StoreKeys::default(), sources));
    }
    Ok((load(&sources, data_dir)?, sources))
}

/// Keeps the place of the key in the data folder, so that every command finds it. Not a command: see the first lines.
pub fn note(sources: &Encryption, data_dir: &Path) -> anyhow::Result<()> {
    if sources.key.is_none() || matches!(sources.key, Some(KeySource::Command(_))) {
        return Ok(());
    }
    let path = data_dir.join(NOTE);
    fs::write(&path, toml::to_string(sources)?).with_context(|| format!("writing {}", path.display()))
}

/// Makes a key file that is not there yet, readable by its owner only.
pub fn make(path: &Path) -> anyhow::Result<StoreKey> {
    let key = StoreKey::fresh()?;
    let doing = || format!("making the key file {}", path.display());
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).with_context(doing)?;
    file.write_all(key.text().expose().as_bytes()).and_then(|()| file.sync_all()).with_context(doing)?;
    Ok(key)
}

/// Before anything is recorded: a folder that was encrypted is not gone on with in the clear.
pub fn demand(store: &Store) -> anyhow::Result<()> {
    let media = store.footage.media();
    match media.needed_keys()?.last() {
        Some(id) if media.keys().current().is_none() => bail!(
            "footage of this store is encrypted, and its store key {id} is not here. Give it as `key` in [encryption] of the \
             boot file (a file, a credential or a command). If it is lost, `watchkeeper key make FILE` makes another: what \
             the lost one wrapped stays unreadable"
        ),
        _ => Ok(()),
    }
}

/// Says once after the start what cannot be read for want of a key.
pub async fn watch(app: App) {
    let store = app.store().clone();
    match tokio::task::spawn_blocking(move || absent(&store)).await {
        Ok(Ok(found)) => {
            found.iter().for_each(|(id, segments)| tracing::error!("{}", absent_text(*id, *segments)));
            app.set_absent_keys(found);
        }
        Ok(Err(error)) => tracing::error!("needed store keys cannot be told: {error:#}"),
        Err(error) => tracing::error!(%error, "the count of needed store keys ended badly"),
    }
}

/// Keys that are needed and not here, each with the segments that cannot be read for it. Reads all sidecars, but only where a
/// key is absent.
pub fn absent(store: &Store) -> anyhow::Result<Vec<(StoreKeyId, u64)>> {
    let media = store.footage.media();
    if media.needed_keys()?.into_iter().all(|id| media.keys().has(id)) {
        return Ok(Vec::new());
    }
    let census = media.key_census()?;
    Ok(census.wrapped.into_iter().filter(|(id, _)| !media.keys().has(*id)).collect())
}

/// The sentence for log, health, `doctor` and `check`.
pub fn absent_text(id: StoreKeyId, segments: u64) -> String {
    format!("store key {id} is not here: {segments} segments cannot be read")
}

fn read(source: &KeySource, data_dir: &Path) -> anyhow::Result<StoreKey> {
    let key = secret_bytes(source, data_dir).and_then(|bytes| Ok(StoreKey::parse(&bytes)?));
    key.with_context(|| format!("the store key cannot be had from {source}"))
}

/// What a file apart from the data, a credential or a command gives: a key, or another secret of the boot file.
pub fn secret_bytes(source: &KeySource, data_dir: &Path) -> anyhow::Result<Vec<u8>> {
    match source {
        KeySource::File(path) => apart(path, data_dir).and_then(|()| read_file(path)),
        KeySource::Credential(name) => match credential_path(name) {
            Some(path) => read_file(&path),
            None => bail!("the credential {name} is not here: systemd gave no $CREDENTIALS_DIRECTORY"),
        },
        KeySource::Command(words) => run(words),
    }
}

fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let file = fs::File::open(path).with_context(|| path.display().to_string())?;
    let mode = file.metadata()?.permissions().mode();
    ensure!(mode & 0o007 == 0, "{} can be read by everybody (mode {:o})", path.display(), mode & 0o777);
    let mut bytes = Vec::new();
    file.take(KEY_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A key inside the folder that it protects is copied, stolen and returned with it.
fn apart(path: &Path, data_dir: &Path) -> anyhow::Result<()> {
    let real = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    let folder =
        real(path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")))?;
    for inside in [real(data_dir)?, real(&data_dir.join("media"))?] {
        ensure!(
            !folder.starts_with(&inside),
            "{} lies inside {}: keep it apart",
            path.display(),
            inside.display()
        );
    }
    Ok(())
}

fn credential_path(name: &str) -> Option<PathBuf> {
    // One name, no path: a credential lies directly in its folder.
    let plain = !name.is_empty() && !name.contains('/') && name != "." && name != "..";
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY").filter(|_| plain)?;
    Some(Path::new(&folder).join(name))
}

fn run(words: &[String]) -> anyhow::Result<Vec<u8>> {
    let [program, arguments @ ..] = words else { bail!("the command is empty") };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("running {program}"))?;
    let output = child.stdout.take().context("no output")?;
    let (sender, receiver) = mpsc::channel();
    // Not joined: a grandchild may keep the pipe open for ever.
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = output.take(KEY_BYTES_MAX).read_to_end(&mut bytes);
        // Whoever waited has given up.
        let _late = sender.send(read.map(|_| bytes));
    });
    let deadline = Instant::now() + COMMAND_PATIENCE;
    let bytes = receiver.recv_timeout(COMMAND_PATIENCE);
    let status = loop {
        match child.try_wait()? {
            Some(status) => break Some(status),
            None if Instant::now() < deadline && bytes.is_ok() => {
                std::thread::sleep(Duration::from_millis(10))
            }
            None => break None,
        }
    };
    let Some(status) = status else {
        child.kill()?;
        child.wait()?;
        bail!("{program} did not end within {} s", COMMAND_PATIENCE.as_secs());
    };
    ensure!(status.success(), "{program}: {status}");
    Ok(bytes.context("it gave no output")??)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(source: &KeySource, data_dir: &Path) -> String {
        format!("{:#}", read(source, data_dir).unwrap_err())
    }

    #[test]
    fn a_key_comes_from_a_file_or_a_command() {
        let dir = tempfile::tempdir().unwrap();
        let (data, file) = (dir.path().join("data"), dir.path().join("store.key"));
        fs::create_dir(&data).unwrap();
        let key = make(&file).unwrap();
        assert!(make(&file).is_err(), "never written over");
        let from_file = KeySource::File(file.clone());
        assert_eq!(read(&from_file, &data).unwrap(), key);
        let command = |text: &str| KeySource::Command(["/bin/sh", "-c", text].map(str::to_owned).to_vec());
        assert_eq!(read(&command(&format!("cat {}", file.display())), &data).unwrap(), key);
        for (text, problem) in [
            ("exit 3", "exit status: 3"),
            ("echo no key", "neither 64 hexadecimal"),
            ("yes 0123456789abcdef | head -c 100000", "cannot be had"),
        ] {
            assert!(
                error_of(&command(text), &data).contains(problem),
                "{text}: {}",
                error_of(&command(text), &data)
            );
        }
        assert!(error_of(&KeySource::Command(Vec::new()), &data).contains("empty"));
        assert!(error_of(&KeySource::Credential("../etc/passwd".into()), &data).contains("not here"));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(error_of(&from_file, &data).contains("everybody"));
        let inside = data.join("store.key");
        make(&inside).unwrap();
        assert!(error_of(&KeySource::File(inside), &data).contains("keep it apart"));
    }

    #[test]
    fn what_is_noted_is_found_and_a_command_is_not_run_from_there() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        fs::create_dir_all(data.join("keys")).unwrap();
        let none = Encryption::default();
        assert_eq!(configured(&none, &data).unwrap(), none);
        let (keys, sources) = for_new(&none, None, &data).unwrap();
        assert!(keys.current().is_none() && sources.key.is_none(), "no key can be kept apart");
        let (keys, sources) = for_new(&none, Some(dir.path().join("new.key")), &data).unwrap();
        note(&sources, &data).unwrap();
        assert_eq!(load(&none, &data).unwrap().current(), keys.current());
        let boot: Encryption = toml::from_str(
            "key = { command = ['/bin/false'] }\nold_keys = [{ file = '/a' }, { credential = 'b' }]",
        )
        .unwrap();
        assert_eq!(configured(&boot, &data).unwrap(), boot, "the boot file counts before the note");
        assert!(load(&boot, &data).is_err(), "a current key that cannot be had is an error");
        assert!(load_for_reading(&boot, &data).unwrap().current().is_none());
        note(&boot, &data).unwrap();
        assert_eq!(configured(&none, &data).unwrap(), sources, "a command is not noted");
        fs::write(data.join(NOTE), "key = { command = ['/bin/true'] }").unwrap();
        assert!(configured(&none, &data).unwrap_err().to_string().contains("boot file only"));
        assert!(toml::from_str::<Encryption>("kye = { file = '/a' }").is_err());
    }
}
