//! The tail of a log from a mirror: what was recorded and signed after the backup was made.
//!
//! 1. [`find`] changes nothing: the mirror's entries must lead to the root that the log's own key signed, begin with all leaves of
//!    the backup, agree with every checkpoint that is known from elsewhere, and continue the backup's records. What contradicts
//!    is refused with the evidence.
//! 2. [`Found::footage`] and [`Found::access`] append them to copies that have no name yet, each in one transaction.
//!
//! A log is only ever made longer here.

use super::databases;
use super::manifest::{LogState, Manifest};
use super::restore::{RestorePlan, known};
use crate::database::{self, FOOTAGE, REGISTRY};
use crate::error::{Doing, Error, Result};
use crate::footage::tail::Taken;
use crate::locked::Known;
use crate::log::{self, LogName};
use crate::mirror::MirrorLog;
use crate::tails::{self, Tail};
use chain::Chain;
use ledger::access::BatchLeaf;
use ledger::checkpoint::Checkpoint;
use ledger::mirror::Edge;
use ledger::note::{Note, NoteKey};
use ledger::tile::TILE_WIDTH;
use ledger::tree::leaf_hash;
use model::{Hash, StoreId, WallTime};
use sqlx::{Connection as _, SqliteConnection};
use std::collections::BTreeMap;
use std::path::Path;

mod chain;

/// Kind of a batch in the access log's rows.
const BATCH_KIND: u8 = 0;

/// A tail that may be taken.
pub(super) struct Found {
    pub log: LogName,
    copy: MirrorLog,
    from: String,
    first: u64,
}

/// The longest tail of each log among the mirrors, all of which were compared. Changes nothing.
pub(super) async fn find(plan: &RestorePlan, manifest: &Manifest, own: &Path) -> Result<Vec<Found>> {
    let mut tails = Vec::new();
    let logs = [
        (LogName::Footage, &manifest.footage, "footage.db"),
        (LogName::Access, &manifest.access, "registry.db"),
    ];
    for (log, state, file) in logs {
        let mut longest: Option<Found> = None;
        for dir in &plan.mirrors {
            let Some(copy) = MirrorLog::open(dir, log)? else { continue };
            let mut connection = databases::frozen(&own.join(file)).await?;
            let store = databases::store_id(&mut connection).await?;
            let compared = Comparing { log, copy: &copy, state, marks: marks(plan, &state.vkey)? };
            compared.run(&mut connection, Chain::new(store)).await?;
            connection.close().await.doing("closing a database of a backup")?;
            let reached = longest.as_ref().map_or(state.leaves, |found| found.copy.checkpoint.size);
            if copy.checkpoint.size > reached {
                longest = Some(Found { log, copy, from: dir.display().to_string(), first: state.leaves });
            }
        }
        tails.extend(longest);
    }
    Ok(tails)
}

/// A mirror of the footage log by itself, where no backup is: its entries lead to the root that it signed, begin with what is known of
/// the log from elsewhere, and continue each other from the first on.
pub(super) struct Verified<'a> {
    pub copy: &'a MirrorLog,
    /// The published checkpoint of the folder whose database is lost.
    pub known: Option<&'a Known>,
}

impl Verified<'_> {
    pub fn run(&self, store: StoreId) -> Result<()> {
        let Self { copy, known } = self;
        let place = copy.place().display().to_string();
        let known = match known {
            Some(known) => Some(Checkpoint::parse(Note::parse(known.note.as_bytes())?.text())?),
            None => None,
        };
        let (mut chain, mut edge) = (Chain::new(store), Edge::default());
        while edge.size() < copy.checkpoint.size {
            for entry in copy.bundle(edge.size() / u64::from(TILE_WIDTH))? {
                let number = edge.size();
                chain.next(&entry).map_err(|error| {
                    Error::Corrupt(format!("{place}: entry {number} does not continue the log: {error}"))
                })?;
                edge.append(leaf_hash(&entry));
                let root = known.as_ref().filter(|known| known.size == edge.size()).map(|known| known.root);
                if root.is_some_and(|root| edge.root().ok() != Some(root)) {
                    return Err(Error::Corrupt(format!(
                        "two histories of the footage log: this folder published {} entries with another root than the mirror's \
                         ({place}). Keep both; nothing was made",
                        edge.size()
                    )));
                }
            }
        }
        if edge.root()? != copy.checkpoint.root {
            return Err(Error::Corrupt(format!(
                "{place}: the {} entries of this mirror do not lead to the root that the log signed: an entry was changed",
                copy.checkpoint.size
            )));
        }
        Ok(())
    }
}

/// Roots that the log's key signed, by size, each with where that was found.
fn marks(plan: &RestorePlan, vkey: &str) -> Result<BTreeMap<u64, Vec<(Hash, String)>>> {
    let key = [NoteKey::parse(vkey)?];
    let mut marks: BTreeMap<u64, Vec<(Hash, String)>> = BTreeMap::new();
    for known in known(plan, vkey)? {
        let (checkpoint, _) = Checkpoint::open(&Note::parse(known.note.as_bytes())?, &key)?;
        marks.entry(checkpoint.size).or_default().push((checkpoint.root, known.from));
    }
    Ok(marks)
}

/// One mirror against one log of the backup.
struct Comparing<'a> {
    log: LogName,
    copy: &'a MirrorLog,
    state: &'a LogState,
    marks: BTreeMap<u64, Vec<(Hash, String)>>,
}

impl Comparing<'_> {
    async fn run(self, connection: &mut SqliteConnection, mut chain: Chain) -> Result<()> {
        let (copy, log) = (self.copy, self.log.as_str());
        let place = copy.place().display().to_string();
        if copy.key.to_string() != self.state.vkey {
            return Err(Error::Conflict(format!(
                "{place}: a copy of another log, whose key is {}; the backup's {log} log has the key {}. Nothing was restored",
                copy.key, self.state.vkey
            )));
        }
        self.own(connection).await?;
        chain.seed(connection, self.log).await?;
        let (mut edge, mut differs, mut signed) = (Edge::default(), None, None);
        while edge.size() < copy.checkpoint.size {
            let first = edge.size();
            let own = log::leaf_hashes(connection, first, TILE_WIDTH.into()).await?;
            for (number, entry) in (first..).zip(copy.bundle(first / u64::from(TILE_WIDTH))?) {
                let hash = leaf_hash(&entry);
                let known = usize::try_from(number - first).ok().and_then(|index| own.get(index));
                if known.is_some_and(|own| *own != hash) {
                    differs.get_or_insert((number, hash, known.copied().unwrap_or_default()));
                }
                if number >= self.state.leaves && differs.is_none() {
                    chain.next(&entry).map_err(|error| {
                        Error::Corrupt(format!("{place}: entry {number} does not continue the log: {error}"))
                    })?;
                }
                edge.append(hash);
                signed = signed.or(self.contradicted(&edge)?);
            }
        }
        if edge.root()? != copy.checkpoint.root {
            return Err(Error::Corrupt(format!(
                "{place}: the {} entries of this mirror do not lead to the root that the log signed: an entry was changed. \
                 Nothing was restored",
                copy.checkpoint.size
            )));
        }
        match (differs, signed) {
            (Some(found), _) => Err(self.fork(&place, found)),
            (None, Some(found)) => {
                Err(Error::Corrupt(format!("{found} ({place}). Keep both; nothing was restored")))
            }
            (None, None) => Ok(()),
        }
    }

    /// The backup by itself: its newest checkpoint is signed, and its leaves lead to it.
    async fn own(&self, connection: &mut SqliteConnection) -> Result<()> {
        let Some(note) = &self.state.checkpoint else { return Ok(()) };
        let key = [NoteKey::parse(&self.state.vkey)?];
        let (checkpoint, _) = Checkpoint::open(&Note::parse(note.as_bytes())?, &key).or_else(|error| {
            // The first checkpoints after a restore are still those of the origin before.
            let text = format!("the backup's checkpoint of the {} log: {error}", self.log.as_str());
            if Note::parse(note.as_bytes())?.text().starts_with(&format!("{}\n", self.state.origin)) {
                return Err(Error::Corrupt(text));
            }
            Ok((Checkpoint::parse(Note::parse(note.as_bytes())?.text())?, Vec::new()))
        })?;
        if log::root_at(connection, checkpoint.size).await? != checkpoint.root {
            return Err(Error::Corrupt(format!(
                "the backup's first {} leaves of the {} log are not those that were signed",
                checkpoint.size,
                self.log.as_str()
            )));
        }
        Ok(())
    }

    /// A checkpoint from elsewhere, of the size that the mirror's entries have reached, with another root than theirs.
    fn contradicted(&self, edge: &Edge) -> Result<Option<String>> {
        let Some(marks) = self.marks.get(&edge.size()) else { return Ok(None) };
        let root = edge.root()?;
        let other = marks.iter().find(|(signed, _)| *signed != root);
        Ok(other.map(|(signed, from)| {
            format!(
                "two histories of the {} log: its key signed {} entries with root {signed} ({from}), this mirror's lead to {root}",
                self.log.as_str(),
                edge.size()
            )
        }))
    }

    fn fork(&self, place: &str, (number, mirrors, own): (u64, Hash, Hash)) -> Error {
        let signed = self.state.checkpoint.as_deref().and_then(|note| Note::parse(note.as_bytes()).ok());
        let signed = signed.and_then(|note| Checkpoint::parse(note.text()).ok());
        let signed = signed.map_or("nothing of it is signed in the backup".to_owned(), |signed| {
            format!("the backup's checkpoint is of {} entries with root {}", signed.size, signed.root)
        });
        Error::Corrupt(format!(
            "two histories of the {} log: entry {number} is {own} in the backup and {mirrors} in the mirror. {signed}; the mirror's \
             is of {} with root {} ({place}), and the same key signed it. Keep both; nothing was restored",
            self.log.as_str(),
            self.copy.checkpoint.size,
            self.copy.checkpoint.root
        ))
    }
}

impl Found {
    /// All of a mirror's footage log, for a database that has nothing.
    pub fn all(copy: MirrorLog, dir: &Path) -> Self {
        Self { log: LogName::Footage, copy, from: dir.display().to_string(), first: 0 }
    }

    /// As [`Found::footage`]; what there is of files is said when they were looked for.
    pub async fn footage_without_files(
        &self,
        connection: &mut SqliteConnection,
        now: WallTime,
    ) -> Result<Tail> {
        self.footage(connection, now).await.map(|(tail, _)| tail)
    }

    /// Appends the tail to a copy of the footage database, with what rows its records give.
    pub async fn footage(&self, connection: &mut SqliteConnection, now: WallTime) -> Result<(Tail, Taken)> {
        database::migrate(connection, &FOOTAGE).await?;
        begin(connection).await?;
        let (mut taken, mut next) = (Taken::default(), self.first);
        while next < self.copy.checkpoint.size {
            for entry in self.entries(next)? {
                taken.append(connection, &entry).await?;
                next += 1;
            }
        }
        let lacks = taken.finish(connection).await?;
        Ok((self.end(connection, lacks, now).await?, taken))
    }

    /// Appends the tail to a copy of the registry: minutes whose entries are not here.
    pub async fn access(&self, connection: &mut SqliteConnection, now: WallTime) -> Result<Tail> {
        database::migrate(connection, &REGISTRY).await?;
        begin(connection).await?;
        let (mut next, mut minutes) = (self.first, 0_u64);
        while next < self.copy.checkpoint.size {
            for entry in self.entries(next)? {
                let minute = BatchLeaf::decode(&entry)?.minute;
                let leaf = log::append(connection, BATCH_KIND, &entry, None).await?;
                sqlx::query(
                    "INSERT INTO batch (leaf, minute, first_entry, entries, pad_secret) VALUES (?, ?, 0, 0, x'')",
                )
                .bind(crate::convert::int(leaf)?)
                .bind(minute)
                .execute(&mut *connection)
                .await
                .doing("noting a minute of a mirror's record")?;
                (next, minutes) = (next + 1, minutes + 1);
            }
        }
        let lacks = vec![
            format!(
                "{minutes} minutes of entries: that there were no others in their place is proved; what they say (who saw, took, changed \
                 or was refused what) is not here"
            ),
            "what was changed in the registry after the backup: people, cameras, rules, cases, explanations of gaps, who placed or \
             lifted holds"
                .to_owned(),
        ];
        self.end(connection, lacks, now).await
    }

    fn entries(&self, next: u64) -> Result<Vec<Vec<u8>>> {
        let width = u64::from(TILE_WIDTH);
        let entries = self.copy.bundle(next / width)?;
        let skipped = usize::try_from(next % width).unwrap_or(usize::MAX);
        Ok(entries.into_iter().skip(skipped).collect())
    }

    /// The mirror's checkpoint beside the leaves that lead to it, and the note that they came from there; then all of it is committed.
    async fn end(
        &self,
        connection: &mut SqliteConnection,
        lacks: Vec<String>,
        now: WallTime,
    ) -> Result<Tail> {
        let Checkpoint { size, root, .. } = self.copy.checkpoint;
        if log::root_at(connection, size).await? != root {
            return Err(Error::Corrupt(format!(
                "{}: changed while it was read",
                self.copy.place().display()
            )));
        }
        sqlx::query("INSERT INTO checkpoint (size, root, hash, note, made_us) VALUES (?, ?, ?, ?, ?)")
            .bind(crate::convert::int(size)?)
            .bind(&root.0[..])
            .bind(&self.copy.checkpoint.hash().0[..])
            .bind(&self.copy.note)
            .bind(now.0)
            .execute(&mut *connection)
            .await
            .doing("noting a mirror's checkpoint")?;
        let tail = Tail { first: self.first, end: size, from: self.from.clone(), taken_us: now.0, lacks };
        tails::add(connection, tail.clone()).await?;
        sqlx::raw_sql("COMMIT").execute(connection).await.doing("taking a tail")?;
        Ok(tail)
    }

    /// The mirror's checkpoint, with the log's own signature.
    pub fn note(&self) -> &str {
        &self.copy.note
    }
}

async fn begin(connection: &mut SqliteConnection) -> Result<()> {
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(connection).await.doing("taking a tail").map(|_| ())
}
