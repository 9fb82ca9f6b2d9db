//! Unlocking a restored store: a named person decides how its logs go on, and never as a second history of one name.
//!
//! A checkpoint from elsewhere that contradicts the copy is a fork: refused. Otherwise each log begins a new origin, with a
//! new key; or, when a checkpoint from outside the backup shows that the copy is the newest, the old one goes on. What a mirror gave
//! back as records only is then said to be what it is: footage as lost, holds as ordinary holds.

use crate::error::{Error, Result};
use crate::locked::{Known, Locked};
use crate::log::{self, LogKey, LogName};
use crate::origins::{self, Origin};
use crate::outage::Outage;
use crate::registry::TakenHolds;
use crate::{Store, files, tails};
use ledger::checkpoint::Checkpoint;
use ledger::note::{Note, NoteKey};
use ledger::origin::OriginRecord;
use model::{Act, Cx, GapCause, Hash, WallTime};
use std::path::Path;

/// What the person at the machine asks for.
#[derive(Clone, Debug)]
pub struct Unlock {
    /// Account of the person who answers for it.
    pub by: String,
    pub reason: String,
    /// Go on under the old origins, if that can be shown to be right.
    pub same_origin: bool,
}

/// How a log goes on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unlocked {
    pub log: LogName,
    pub old_origin: String,
    pub origin: String,
    /// Leaves that are taken over.
    pub leaves: u64,
    /// Size of the newest checkpoint that is known from elsewhere.
    pub known: Option<u64>,
}

/// What unlocking did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unlocking {
    pub logs: Vec<Unlocked>,
    /// Spans whose footage is now recorded as lost, and how many segments they are of.
    pub losses: (u64, u64),
    /// What became of the holds that the log has and the registry had not.
    pub holds: TakenHolds,
}

/// One log's position before it is unlocked.
struct Standing {
    old: Origin,
    old_key: NoteKey,
    leaves: u64,
    own: u64,
    own_root: Option<Hash>,
    known: Option<(u64, Hash)>,
    /// The mirror whose tail the copy ends with, where no checkpoint from elsewhere says that the mirror had all of the log.
    unconfirmed: Option<String>,
}

impl Store {
    /// Why the store is locked; `None` when it is not.
    pub fn locked(&self) -> Option<&Locked> {
        self.inner.locked.as_ref()
    }

    /// Unlocks a restored store. It must be closed and opened again afterwards.
    ///
    /// # Errors
    /// `Conflict` when it is not locked, or the old origins cannot be shown to be the newest; `Corrupt` when a checkpoint
    /// from elsewhere contradicts this copy.
    pub async fn unlock(&self, cx: &Cx, ask: Unlock) -> Result<Unlocking> {
        let locked = self.locked().ok_or(Error::Conflict("the store is not locked".into()))?.clone();
        if self.footage.is_unmatched().await? {
            let text = "footage.db was made again from a mirror and its files are not all found: `watchkeeper check --rebuild`";
            return Err(Error::Conflict(text.into()));
        }
        let by = self.registry.responsible(&ask.by).await?;
        let (mut standings, mut text) = (Vec::new(), String::new());
        for log in [LogName::Footage, LogName::Access] {
            let standing = self.standing(log, &locked).await?;
            if ask.same_origin {
                newest(log, &standing, &locked)?;
            }
            let known = standing.known.map_or("none".to_owned(), |(size, _)| size.to_string());
            let name = log.as_str();
            text.push_str(&format!("\n{name}_signed={}\n{name}_known={known}", standing.own));
            standings.push((log, standing));
        }
        let note = format!(
            "unlocked\nbackup={}\nby={}\nsame_origin={}{text}\nreason={}",
            locked.backup, by.words, ask.same_origin, ask.reason
        );
        self.registry.note_system(cx, Act::Restore, &note).await?;
        let mut logs = Vec::new();
        for (log, standing) in standings {
            let (old, leaves) = (standing.old.clone(), standing.leaves);
            let known = standing.known.map(|(size, _)| size);
            let origin = if ask.same_origin {
                old.name.clone()
            } else {
                self.begin_origin(log, standing, &locked, (&by.words, &ask.reason), cx.now).await?
            };
            logs.push(Unlocked { log, old_origin: old.name, origin, leaves, known });
        }
        // Behind the record of the new origin, and each of them once, however often this is begun.
        let holds = self.registry.take_holds(cx, by.person, self.footage.recorded_holds().await?).await?;
        let losses = self.footage.declare_losses(&locked.backup, cx.now).await?;
        self.take_lock_away(&locked).await?;
        Ok(Unlocking { logs, losses, holds })
    }

    async fn standing(&self, log: LogName, locked: &Locked) -> Result<Standing> {
        let key = self.key(log);
        let (vkey, known) = match log {
            LogName::Footage => (&locked.footage_vkey, &locked.footage),
            LogName::Access => (&locked.access_vkey, &locked.access),
        };
        let old_key = NoteKey::parse(vkey)?;
        let mut connection =
            crate::error::Doing::doing(self.database(log).read.acquire().await, "looking at a restored log")?;
        let old = origins::current(&mut connection, &key.first_origin).await?;
        let leaves = log::size(&mut connection).await?;
        let own = log::newest_checkpoint(&mut connection).await?;
        let known_from = known.as_ref().map(|known| known.from.clone());
        let known = match known {
            Some(known) => Some(opened(known, &old_key)?),
            None => None,
        };
        if let Some((size, root)) = known.filter(|(size, _)| *size <= leaves)
            && log::root_at(&mut connection, size).await? != root
        {
            return Err(Error::Corrupt(format!(
                "the first {size} leaves of the {} log are not those of a checkpoint that its own key signed elsewhere: two \
                 histories of one log. Keep both; nothing was unlocked",
                log.as_str()
            )));
        }
        let (own, own_root) = own.map_or((0, None), |own| (own.size, Some(own.root)));
        // A mirror looks once a minute: what the server signed after its last look only others can know.
        let tail = tails::read(&mut connection).await?.pop().filter(|tail| tail.end == own);
        let said = known_from
            .is_some_and(|from| tail.as_ref().is_some_and(|tail| !Path::new(&from).starts_with(&tail.from)));
        let unconfirmed = tail.filter(|_| !said).map(|tail| tail.from);
        Ok(Standing { old, old_key, leaves, own, own_root, known, unconfirmed })
    }

    /// Key, record, then the old key's end. Done once for each restore, however often it is begun.
    async fn begin_origin(
        &self,
        log: LogName,
        standing: Standing,
        locked: &Locked,
        (by, reason): (&str, &str),
        now: WallTime,
    ) -> Result<String> {
        let Standing { old, old_key, own, own_root, known, .. } = standing;
        let data_dir = self.data_dir();
        if old.generation > 1 && self.origin_begun_since(log, locked.restored_us).await? {
            // An end between the record and the key's left that key; the log is locked, so no checkpoint is the new one's yet.
            self.retire(log, old.generation - 1)?;
            return Ok(old.name);
        }
        let new = old.next();
        files::key(&new.key_path(data_dir, log), true)?;
        let own = own_root.map(|root| (own, root));
        let record = OriginRecord {
            old_origin: old.name.clone(),
            leaves: 0, // counted where it is appended
            last_checkpoint: known.max(own),
            at: now,
            responsible: clipped(by, ledger::origin::RESPONSIBLE_BYTES_MAX),
            reason: clipped(reason, ledger::origin::REASON_BYTES_MAX),
        };
        let (name, vkey) = (new.name.clone(), old_key.to_string());
        self.database(log)
            .write
            .run(move |connection| {
                Box::pin(async move { origins::begin(connection, &vkey, &new, record).await })
            })
            .await?;
        self.retire(log, old.generation)?;
        Ok(name)
    }

    /// The end of the key that gave up the log, and of the checkpoint under its name. What is done already is passed over.
    fn retire(&self, log: LogName, generation: u32) -> Result<()> {
        let data_dir = self.data_dir();
        let old = Origin { name: String::new(), generation };
        let file = data_dir.join(format!("log/{}/checkpoint", log.as_str()));
        let kept = data_dir.join(format!("log/{}/checkpoint.{generation}", log.as_str()));
        for done in [std::fs::rename(&file, &kept), std::fs::remove_file(old.key_path(data_dir, log))] {
            match done {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::file("retiring the old origin's", &file)(error));
                }
                _ => {}
            }
        }
        files::sync_parent(&file)?;
        files::sync_parent(&old.key_path(data_dir, log))
    }

    async fn origin_begun_since(&self, log: LogName, since_us: i64) -> Result<bool> {
        let row: (i64,) = crate::error::Doing::doing(
            sqlx::query_as("SELECT count(*) FROM log_origin WHERE made_us >= ?")
                .bind(since_us)
                .fetch_one(&self.database(log).read)
                .await,
            "reading a log's origin",
        )?;
        Ok(row.0 > 0)
    }

    /// The last step: lock away, and the gap that comes says where the copy is from.
    async fn take_lock_away(&self, locked: &Locked) -> Result<()> {
        let text = format!(
            "restored from the backup of {}; footage that was recorded after it is not in this copy",
            WallTime(locked.made_us)
        );
        let outage = Outage { cause: GapCause::Us.code(), text, at_us: locked.restored_us, max_us: None };
        self.database(LogName::Footage)
            .write
            .run(move |connection| {
                Box::pin(async move {
                    outage.write(connection).await?;
                    Locked::remove(connection).await
                })
            })
            .await
    }
}

/// A known checkpoint as size and root; it was verified when it was found, and is again.
fn opened(known: &Known, key: &NoteKey) -> Result<(u64, Hash)> {
    let note = Note::parse(known.note.as_bytes())?;
    let (checkpoint, _) = Checkpoint::open(&note, std::slice::from_ref(key))?;
    Ok((checkpoint.size, checkpoint.root))
}

/// Whether a log may go on under its old name.
fn newest(log: LogName, standing: &Standing, locked: &Locked) -> Result<()> {
    let problem = match standing.known {
        _ if !locked.with_keys => "the backup has no keys".to_owned(),
        None => "no checkpoint from outside the backup is known (`restore --mirror`): nobody can tell whether this is \
                 the newest"
            .to_owned(),
        Some((size, _)) if size > standing.own => {
            format!("{size} leaves were signed, this copy signed {}: it is an older one", standing.own)
        }
        Some(_) if standing.unconfirmed.is_some() => format!(
            "its last leaves came from the mirror {}, and nobody else says that it had all of them: ask a witness (`restore --witness`)",
            standing.unconfirmed.as_deref().unwrap_or_default()
        ),
        Some(_) => return Ok(()),
    };
    let log = log.as_str();
    Err(Error::Conflict(format!("the {log} log cannot go on under its old origin: {problem}")))
}

/// At most so many bytes, cut at a character.
fn clipped(text: &str, bytes_max: usize) -> String {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

impl LogKey {
    /// Checkpoints of this log may be signed by these keys.
    pub fn verifiers(&self) -> Result<Vec<NoteKey>> {
        let mut keys = vec![log::signer_key(self)?];
        keys.extend(self.past.iter().map(|(key, _)| key.clone()));
        Ok(keys)
    }
}
