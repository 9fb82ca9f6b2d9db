//! The dry runs that somebody may still apply: in memory only, since a table's passwords are written nowhere. A restart forgets them,
//! and the file is tried again.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};
use store::DryRun;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Dry runs that are kept: each of the largest kind is some 100 MB, and few people import at once.
const KEPT_MAX: usize = 8;
/// Files that are read and judged at a time: each takes a core for seconds, and recording needs the others.
const AT_ONCE_MAX: usize = 1;

pub struct DryRuns {
    kept: Mutex<VecDeque<Arc<DryRun>>>,
    turns: Semaphore,
}

impl Default for DryRuns {
    fn default() -> Self {
        Self { kept: Mutex::default(), turns: Semaphore::new(AT_ONCE_MAX) }
    }
}

impl DryRuns {
    /// Keeps a dry run; the oldest goes when there is no room.
    pub fn keep(&self, run: DryRun) -> Arc<DryRun> {
        let run = Arc::new(run);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.pop_front();
        }
        kept.push_back(run.clone());
        run
    }

    pub fn get(&self, id: Uuid) -> Option<Arc<DryRun>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|run| run.id == id).cloned()
    }

    /// After it was applied it is not applied again.
    pub fn forget(&self, id: Uuid) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).retain(|run| run.id != id);
    }

    /// Whose turn it is to read a file.
    pub fn turns(&self) -> &Semaphore {
        &self.turns
    }
}
