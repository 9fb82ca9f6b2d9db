//! The control socket `data/control`: what commands on this machine ask of the running server, since only the server writes
//! its databases. One line of JSON, one line back (docs/design/operations.md, section 2).
//!
//! It is no second API: it carries nothing but the requests below, to and from the account that runs the server, or root.
//! Whoever has that account could stop the server and do the same; here it becomes an entry.

use crate::app::App;
use crate::back_fill::{self, Bring};
use crate::trace::{self, Found};
use anyhow::{Context as _, bail};
use model::{Act, Cx, WallTime};
use serde::{Deserialize, Serialize};
use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, time::Duration};
use store::{BackupMade, NewBackup, PLANNED_US_MAX, Registry, Store, UPGRADE_US_MAX, system_cx};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{UnixListener, UnixStream, unix::OwnedWriteHalf},
};
use uuid::Uuid;

/// A request is a few texts of at most 200 characters.
const LINE_BYTES_MAX: u64 = 64 * 1024;
/// An answer lists at most a few hundred copies of 2 kB.
const ANSWER_BYTES_MAX: u64 = 4 << 20;
/// A client that sends nothing must not keep the next one waiting.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest reason of a planned stop: it is the evidence of its gaps.
const PLANNED_CHARS_MAX: usize = 100;
/// Lines of what a command enters: a check has five.
const LINES_MAX: usize = 8;

/// What can be asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Ask {
    BeginBackup {
        #[serde(with = "text")]
        id: Uuid,
        by: String,
        reason: String,
        destination: String,
        media: String,
        keys: String,
    },
    FinishBackup {
        #[serde(with = "text")]
        id: Uuid,
        footage_leaves: u64,
        oldest_us: Option<i64>,
        newest_us: Option<i64>,
        files: u64,
        bytes: u64,
        manifest_sha256: String,
    },
    ForgetBackup {
        #[serde(with = "text")]
        id: Uuid,
        by: String,
        reason: String,
    },
    Stop {
        planned: String,
        by: String,
    },
    /// By the package manager: `by` is an account of the machine, and nobody of the unit.
    Upgrade {
        planned: String,
        by: String,
    },
    /// A check beside this server has ended: its entry.
    Checked {
        text: String,
    },
    BackFill(Bring),
    Trace(Found),
}

/// What is answered: nothing, what became of it, or why not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Answer {
    Done,
    Said(String),
    Failed(String),
}

/// The part of the requests that is about backups, in the process that has the store open.
pub async fn backup(registry: &Registry, cx: &Cx, ask: Ask) -> store::Result<()> {
    match ask {
        Ask::BeginBackup { id, by, reason, destination, media, keys } => {
            registry.begin_backup(cx, NewBackup { id, by, reason, destination, media, keys }).await
        }
        Ask::FinishBackup { id, footage_leaves, oldest_us, newest_us, files, bytes, manifest_sha256 } => {
            let (oldest, newest) = (oldest_us.map(WallTime), newest_us.map(WallTime));
            let made = BackupMade { footage_leaves, oldest, newest, files, bytes, manifest_sha256 };
            registry.finish_backup(cx, id, made).await
        }
        Ask::ForgetBackup { id, by, reason } => registry.forget_backup(cx, id, &by, &reason).await,
        Ask::Stop { .. } | Ask::Upgrade { .. } | Ask::Checked { .. } | Ask::BackFill(_) | Ask::Trace(_) => {
            Err(store::Error::Conflict("no server runs here".into()))
        }
    }
}

/// Asks the running server, and gives what it says. `None`: none runs on this data folder.
pub async fn ask(data_dir: &Path, ask: &Ask) -> anyhow::Result<Option<String>> {
    let Ok(stream) = UnixStream::connect(data_dir.join(store::CONTROL_SOCKET)).await else { return Ok(None) };
    let (read, mut write) = stream.into_split();
    write.write_all(format!("{}\n", serde_json::to_string(ask)?).as_bytes()).await?;
    let mut line = String::new();
    BufReader::new(read.take(ANSWER_BYTES_MAX)).read_line(&mut line).await?;
    match serde_json::from_str(&line).context("the server ended without an answer")? {
        Answer::Done => Ok(Some(String::new())),
        Answer::Said(said) => Ok(Some(said)),
        Answer::Failed(problem) => bail!("{problem}"),
    }
}

/// Makes the socket; the folder's mode keeps others out while it has none of its own.
pub fn listen(store: &Store) -> anyhow::Result<UnixListener> {
    let path = store.control_socket()?;
    let listener = UnixListener::bind(&path).with_context(|| format!("listening on {}", path.display()))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Answers one client after the other until the server stops.
pub async fn run(app: App, listener: UnixListener) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = app.stop().cancelled() => return,
        };
        let served = match accepted {
            Ok((stream, _)) => tokio::time::timeout(PATIENCE, serve(&app, stream)).await,
            Err(error) => Ok(Err(error.into())),
        };
        match served {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "a request on the control socket failed"),
            Err(_) => tracing::warn!("a request on the control socket took too long"),
        }
    }
}

async fn serve(app: &App, stream: UnixStream) -> anyhow::Result<()> {
    let own = rustix::process::geteuid().as_raw();
    let peer = stream.peer_cred()?.uid();
    if peer != 0 && peer != own {
        bail!("user {peer} may not ask anything of this server");
    }
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    BufReader::new(read.take(LINE_BYTES_MAX)).read_line(&mut line).await?;
    let answer = match serde_json::from_str::<Ask>(&line) {
        // They take as long as a film does to be read, and keep nobody else waiting.
        Ok(Ask::BackFill(bring)) => {
            let app = app.clone();
            let bring = async move { back_fill::bring(app.store(), app.pipeline(), bring).await };
            tokio::spawn(say(write, bring));
            return Ok(());
        }
        Ok(Ask::Trace(found)) => {
            let app = app.clone();
            tokio::spawn(say(write, async move { trace::at_the_machine(app.store(), found).await }));
            return Ok(());
        }
        Ok(ask) => match act(app, ask).await {
            Ok(()) => Answer::Done,
            Err(error) => Answer::Failed(format!("{error:#}")),
        },
        Err(error) => Answer::Failed(format!("the request cannot be read: {error}")),
    };
    reply(&mut write, &answer).await
}

/// Answers with what a long work says.
async fn say(mut write: OwnedWriteHalf, work: impl Future<Output = anyhow::Result<String>>) {
    let answer = match work.await {
        Ok(said) => Answer::Said(said),
        Err(error) => Answer::Failed(format!("{error:#}")),
    };
    if let Err(error) = reply(&mut write, &answer).await {
        tracing::warn!(%error, "an answer on the control socket failed");
    }
}

async fn reply(write: &mut OwnedWriteHalf, answer: &Answer) -> anyhow::Result<()> {
    write.write_all(format!("{}\n", serde_json::to_string(answer)?).as_bytes()).await?;
    Ok(())
}

async fn act(app: &App, ask: Ask) -> anyhow::Result<()> {
    let cx = system_cx("command", app.now());
    let (planned, by, max_us) = match ask {
        // Whoever announces answers for it, as for a backup; a gap that is longer than a handover still wants a second person.
        Ask::Stop { planned, by } => (planned, app.registry().responsible(&by).await?.words, PLANNED_US_MAX),
        Ask::Upgrade { planned, by } => (planned, words("by", &by)?, UPGRADE_US_MAX),
        Ask::Checked { text } => {
            let text = lines("text", &text)?;
            app.registry().note_system(&cx, Act::Check, &text).await?;
            return Ok(());
        }
        ask => return Ok(backup(app.registry(), &cx, ask).await?),
    };
    let planned = words("planned", &planned)?;
    let text = format!("planned={planned}\nby={by}\nseconds={}", max_us / 1_000_000);
    app.registry().note_system(&cx, Act::PlannedStop, &text).await?;
    app.store().footage.plan_outage(&planned, max_us, cx.now).await?;
    app.end();
    Ok(())
}

/// Lines that a command made.
fn lines(field: &str, text: &str) -> anyhow::Result<String> {
    let lines: anyhow::Result<Vec<String>> =
        text.lines().take(LINES_MAX).map(|line| words(field, line)).collect();
    Ok(lines?.join("\n"))
}

/// A line that a person gave.
pub fn words(field: &str, text: &str) -> anyhow::Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > PLANNED_CHARS_MAX || text.chars().any(char::is_control) {
        bail!("{field}: is empty, longer than {PLANNED_CHARS_MAX} characters, or has control characters");
    }
    Ok(text.to_owned())
}

/// An id as its text.
mod text {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};
    use uuid::Uuid;

    pub fn serialize<S: Serializer>(id: &Uuid, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(id)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Uuid, D::Error> {
        Uuid::parse_str(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}
