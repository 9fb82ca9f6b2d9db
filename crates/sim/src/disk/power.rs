//! What a power cut leaves: everything durable, and of the rest what chance leaves, torn and reordered.

use super::state::{Content, NameOp, Names, State};
use crate::chance::Chance;
use crate::trace;
use crate::trace::Trace;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// How a process ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Loss {
    /// `kill -9`: what was written stays.
    Kill,
    /// What was not synced may be gone.
    Power,
}

/// Bytes that a disk writes at once.
const SECTOR: usize = 512;

impl State {
    pub fn cut_power(&mut self, trace: &Trace) {
        (self.boots, self.begun) = (self.boots + 1, None);
        let mut names = self.durable.clone();
        // Journalling file systems keep the order of names; others keep any of them.
        let in_order = self.chance.coin();
        let pending = std::mem::take(&mut self.pending);
        let kept = usize::try_from(self.chance.below(pending.len() as u64 + 1)).unwrap_or(0);
        for (number, (_, op)) in pending.iter().enumerate() {
            let stays = if in_order { number < kept } else { self.chance.coin() };
            if stays && has_folder(&names, op) {
                names.apply(op);
            }
        }
        names.drop_lost_folders(&self.roots);
        let lost = pending.len() - kept;
        trace!(
            trace,
            "power cut: of {} unsynced names {lost} may be lost, in order: {in_order}",
            pending.len()
        );
        let chance = &mut self.chance;
        // In the order in which they were made: some names are other ones in each run.
        let by_age: BTreeMap<u64, &PathBuf> = names.files.iter().map(|(path, id)| (*id, path)).collect();
        for (id, path) in by_age {
            if let Some(content) = self.files.get_mut(&id) {
                let before = (content.bytes.len(), content.durable);
                leave(content, chance);
                if before.1 < before.0 {
                    let name =
                        path.extension().map(|end| end.to_string_lossy().into_owned()).unwrap_or_default();
                    let after = content.bytes.len();
                    trace!(
                        trace,
                        "power cut: {name} of {} bytes, {} durable: {after} are left", before.0, before.1
                    );
                }
            }
        }
        self.files.retain(|id, _| names.files.values().any(|named| named == id));
        self.durable = names.clone();
        self.live = names;
    }
}

/// A name without its folder is lost with it.
fn has_folder(names: &Names, op: &NameOp) -> bool {
    let (NameOp::Folder(path) | NameOp::Add(path, _) | NameOp::Rename(_, path, _)) = op else { return true };
    path.parent().is_some_and(|parent| names.folders.contains(parent))
}

/// What is left of one file's content.
fn leave(content: &mut Content, chance: &mut Chance) {
    for (from, to) in std::mem::take(&mut content.lost) {
        let to = to.min(content.bytes.len());
        if let Some(bytes) = content.bytes.get_mut(from..to) {
            bytes.fill(0);
        }
    }
    let (durable, len) = (content.durable.min(content.bytes.len()), content.bytes.len());
    let unsynced = len - durable;
    let some = durable + usize::try_from(chance.below(unsynced as u64 + 1)).unwrap_or(0);
    match chance.below(4) {
        0 => content.bytes.truncate(durable),
        1 => content.bytes.truncate(some),
        2 => {}
        // The length was written and some sectors were not.
        _ => {
            for sector in content.bytes[durable..].chunks_mut(SECTOR) {
                if chance.coin() {
                    sector.fill(0);
                }
            }
            content.bytes.truncate(some.max(durable));
        }
    }
    content.durable = content.bytes.len();
}
