//! Holds: what a standing one touches is never removed, whatever is left of its row, its record and its sidecar.

use super::{Broken, Truth, hold};
use crate::disk::Disk;
use model::{HoldId, Span, StreamId};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use store::Store;

/// A hold whose placing was answered.
#[derive(Clone, Debug)]
pub struct Standing {
    pub id: HoldId,
    pub stream: StreamId,
    pub span: Span,
    /// Two persons have begun to lift it; footage may go from here on.
    pub is_lifted: bool,
    /// Both were answered.
    pub is_over: bool,
}

/// What people did about holds.
#[derive(Debug, Default)]
pub struct Holds {
    pub all: Vec<Standing>,
    removed: BTreeSet<PathBuf>,
}

impl Holds {
    pub fn standing(&mut self) -> impl Iterator<Item = &mut Standing> {
        self.all.iter_mut().filter(|hold| !hold.is_lifted)
    }

    /// A file with a record was removed.
    pub fn removed(&mut self, path: &Path, stream: StreamId, span: Span) -> Result<(), Broken> {
        let keeps = |hold: &&Standing| !hold.is_lifted && hold.stream == stream && touch(hold.span, span);
        let keeping = self.all.iter().find(keeps);
        hold(keeping.is_none(), "a hold keeps", || format!("footage of {span:?} went under {keeping:?}"))?;
        self.removed.insert(path.to_owned());
        Ok(())
    }
}

fn touch(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end
}

impl Truth {
    /// At the end: all that standing holds touch and that was there when they were placed is there, and those that were lifted
    /// keep nothing.
    pub async fn held(&self, store: &Store, disk: &Disk) -> Result<(), Broken> {
        let in_force = store.holds_in_force().await?;
        for held in &self.holds.all {
            let is_known =
                in_force.iter().any(|one| one.stream == Some(held.stream) && one.span == held.span);
            hold(is_known || held.is_lifted, "a hold stands until two persons lift it", || {
                format!("{held:?}")
            })?;
            // Another person may hold just the same.
            let same = |other: &&Standing| other.stream == held.stream && other.span == held.span;
            let all_over = self.holds.all.iter().filter(same).all(|other| other.is_over);
            hold(!(is_known && all_over), "a lifted hold keeps nothing", || format!("{held:?}"))?;
            let touched = |(_, (stream, span)): &(&PathBuf, &(StreamId, Span))| {
                *stream == held.stream && touch(*span, held.span)
            };
            for (path, _) in self.committed.iter().filter(touched).filter(|_| !held.is_lifted) {
                let there =
                    [path.clone(), path.with_extension("side")].iter().all(|file| disk.raw(file).is_some());
                hold(there || self.holds.removed.contains(path), "a hold keeps", || {
                    format!("a file under {held:?} is not there")
                })?;
            }
        }
        Ok(())
    }
}
