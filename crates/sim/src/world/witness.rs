//! A witness on a machine of its own, which ends between its check, its record and its answer; and somebody who has the log's
//! key and shows it another log.
//!
//! What runs is the witness's book and the protocol's two halves; there is no socket between them.

use super::World;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::disk::{Disk, Loss};
use crate::oracle::{Broken, hold};
use crate::trace;
use crate::trace::Trace;
use ledger::checkpoint::Checkpoint;
use ledger::note::{Ed25519Signer, Note, NoteKey};
use ledger::tree;
use ledger::witness::{AddCheckpoint, Refusal, WitnessedLog, parse_cosignatures};
use model::Hash;
use pipeline::Clocks as _;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::witness::{WitnessBook, Witnessed};
use store::{LogName, Store};

/// The seed of the footage log's key, as the world makes it.
const LOG_SEED: [u8; 32] = [1; 32];
/// A witness ends within so many commits' steps, when it does.
const STEPS_MAX: u64 = 8;

/// The witness, and what it has ever answered.
pub(crate) struct Witness {
    dir: PathBuf,
    disk: Disk,
    chance: Chance,
    book: Option<WitnessBook>,
    /// Sizes that it answered with a cosignature, and their roots.
    answered: BTreeMap<u64, Hash>,
    /// What it may have recorded without answering: it ended over it.
    unanswered: BTreeMap<u64, Hash>,
    time_s: u64,
    /// The largest size whose cosignature our store has taken, and by which key.
    taken: Option<(u64, NoteKey)>,
    pub ends: u32,
}

impl Witness {
    pub fn new(chance: &Chance, clock: &Clock, trace: &Trace, folder: &Path) -> Self {
        let dir = folder.join("witness");
        let disk = Disk::new(chance.branch("witness's disk"), clock.clone(), trace.clone(), &dir, &[]);
        Self {
            dir,
            disk,
            chance: chance.branch("witness"),
            book: None,
            answered: BTreeMap::new(),
            unanswered: BTreeMap::new(),
            time_s: 0,
            taken: None,
            ends: 0,
        }
    }

    /// The book, opened anew after an end; `None` when it ended while it was opened.
    async fn book(&mut self, key: &NoteKey, origin: &str) -> Result<Option<WitnessBook>, Broken> {
        if let Some(book) = &self.book {
            return Ok(Some(book.clone()));
        }
        let steps = self.chance.one_in(3).then(|| self.chance.below(STEPS_MAX));
        self.disk.end_after(steps);
        let logs = vec![WitnessedLog { origin: origin.to_owned(), keys: vec![key.clone()] }];
        let disk = Arc::new(self.disk.clone());
        match WitnessBook::open_on(disk, &self.dir, Some("witness.example/w"), logs).await {
            Ok(book) => {
                self.remembers(&book).await?;
                self.book = Some(book.clone());
                Ok(Some(book))
            }
            Err(_) if self.disk.has_ended() => {
                self.end();
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn end(&mut self) {
        self.ends += 1;
        self.book = None;
        self.disk = self.disk.next_life(Loss::Kill);
    }

    /// What it answered is in its book, or something larger that it did not live to answer.
    async fn remembers(&self, book: &WitnessBook) -> Result<(), Broken> {
        let latest = book.latest().await?.pop();
        let Some((size, root)) = self.answered.last_key_value() else { return Ok(()) };
        let kept = latest.as_ref().is_some_and(|latest| {
            let same = latest.size == *size && latest.root == *root;
            same || (latest.size > *size && self.unanswered.get(&latest.size) == Some(&latest.root))
        });
        hold(kept, "a witness remembers", || format!("it answered {size}, its book has {latest:?}"))
    }

    /// Shows it a checkpoint; the cosignature lines, if it gives any.
    async fn show(
        &mut self,
        book: &WitnessBook,
        request: &AddCheckpoint,
        now_s: u64,
    ) -> Result<Option<Witnessed>, Broken> {
        let Checkpoint { size, root, .. } = request.checkpoint;
        let answer = match book.add_checkpoint(request.to_string().as_bytes(), now_s).await {
            Ok(answer) => answer,
            Err(_) if self.disk.has_ended() => {
                self.unanswered.insert(size, root);
                self.end();
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        if let Witnessed::Cosigned(lines) = &answer {
            let largest = self.answered.last_key_value().map_or(0, |(size, _)| *size);
            hold(size >= largest, "a witness follows one tree", || format!("{size} after {largest}"))?;
            let before = *self.answered.entry(size).or_insert(root);
            hold(before == root, "a witness follows one tree", || format!("two roots of {size}"))?;
            let cosignature = parse_cosignatures(lines.as_bytes(), request.note.text(), book.key());
            let cosignature =
                cosignature.map_err(|error| Broken::new("a cosignature verifies", error.to_string()))?;
            hold(cosignature.time_s >= self.time_s, "a witness's time grows", || {
                format!("{} after {}", cosignature.time_s, self.time_s)
            })?;
            self.time_s = cosignature.time_s;
        }
        Ok(Some(answer))
    }

    /// Another log of the same key, of at least one leaf: it must not be cosigned once the true one was.
    fn forged(
        &mut self,
        signer: &Ed25519Signer,
        origin: &str,
        old_size: u64,
    ) -> Result<AddCheckpoint, ledger::Error> {
        let size = (old_size + self.chance.below(4)).max(1);
        let leaves: Vec<Hash> = (0..size).map(|leaf| tree::leaf_hash(&leaf.to_be_bytes())).collect();
        let proof = tree::consistency_proof(old_size, size, &leaves)?;
        let checkpoint = Checkpoint::new(origin, size, tree::mth(&leaves));
        let note = signer.signed(&checkpoint.to_string())?;
        Ok(AddCheckpoint { old_size, proof, note, checkpoint })
    }
}

impl World {
    /// Brings the newest checkpoint to the witness, sometimes from an old size, and sometimes somebody else's.
    pub(super) async fn ask_witness(&mut self, store: &Store) -> Result<(), Broken> {
        let now_s = (self.clock.wall().0 / 1_000_000).unsigned_abs();
        let Some(witness) = &mut self.witness else { return Ok(()) };
        let outside = |error: ledger::Error| Broken::new("the simulation runs", error.to_string());
        let Some(newest) = store.checkpoint(LogName::Footage).await? else { return Ok(()) };
        let note = Note::parse(newest.note.as_bytes()).map_err(outside)?;
        let checkpoint = Checkpoint::parse(note.text()).map_err(outside)?;
        let signer = Ed25519Signer::from_seed(&checkpoint.origin, &LOG_SEED).map_err(outside)?;
        let Some(book) = witness.book(signer.key(), &checkpoint.origin).await? else { return Ok(()) };
        let largest = witness.answered.last_key_value().map_or(0, |(size, _)| *size);
        if largest > 0 && witness.chance.one_in(4) {
            let forged = witness.forged(&signer, &checkpoint.origin, largest).map_err(outside)?;
            let answer = witness.show(&book, &forged, now_s).await?;
            let is_refused = !matches!(answer, Some(Witnessed::Cosigned(_)));
            hold(is_refused, "a witness follows one tree", || {
                format!("a forged one was cosigned: {forged}")
            })?;
            trace!(self.trace, "{now_s} a forged log is shown to the witness");
            if answer.is_none() {
                return Ok(());
            }
        }
        let old_size = if witness.chance.one_in(4) { 0 } else { largest };
        let mut asked = Some(old_size);
        while let Some(old_size) = asked.take() {
            let proof = store.consistency(LogName::Footage, old_size).await?;
            let request = AddCheckpoint {
                old_size,
                proof: proof.hashes,
                note: note.clone(),
                checkpoint: checkpoint.clone(),
            };
            match witness.show(&book, &request, now_s).await? {
                Some(Witnessed::Cosigned(lines)) => {
                    let cosignature =
                        parse_cosignatures(lines.as_bytes(), note.text(), book.key()).map_err(outside)?;
                    let size = checkpoint.size;
                    store
                        .add_cosignature(LogName::Footage, size, book.key(), cosignature, self.clock.wall())
                        .await?;
                    witness.taken = Some((size, book.key().clone()));
                    trace!(self.trace, "{now_s} cosigned {size}");
                }
                Some(Witnessed::Refused(Refusal::Stale { size })) => {
                    let is_known = size == largest || witness.unanswered.contains_key(&size);
                    hold(is_known && size != old_size, "a witness remembers", || {
                        format!("it names {size}, it answered {largest}")
                    })?;
                    asked = (size <= checkpoint.size).then_some(size);
                }
                Some(Witnessed::Refused(refusal)) => {
                    return Err(Broken::new("a true log is cosigned", refusal.to_string()));
                }
                None => {}
            }
        }
        Ok(())
    }

    /// What our store has taken from a witness is there, and belongs to its checkpoint.
    pub(super) async fn witness_is_remembered(&self, store: &Store) -> Result<(), Broken> {
        let Some((size, key)) = self.witness.as_ref().and_then(|witness| witness.taken.clone()) else {
            return Ok(());
        };
        let last = store.last_cosigned(LogName::Footage, &key).await?;
        hold(last.is_some_and(|last| last.size >= size), "a cosignature is kept", || {
            format!("{size} was taken, {last:?} is there")
        })
    }
}
