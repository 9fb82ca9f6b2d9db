//! Waiting for witnesses before a package is closed, and the earlier checkpoints that bound its footage in time.
//!
//! Recording does not wait for any of this: only the hand-over does, for a bounded time, and says so while it waits.

use super::{ExportError, ExportProgress, Result};
use crate::run::Pipeline;
use ledger::{
    checkpoint::Checkpoint,
    note::{Note, NoteKey},
    package::Witnessing,
};
use std::{fmt, sync::Arc, time::Duration};
use store::{LogName, SignedCheckpoint};
use tokio::sync::watch;

/// How often the log is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(250);

/// What an export asks of witnesses.
#[derive(Clone)]
pub struct WitnessWait {
    /// Whether a signed checkpoint has the cosignatures that a package needs.
    pub is_quorum: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    /// How long to wait for them.
    pub patience: Duration,
    /// There is to be no package without them; else it says that it is not yet witnessed.
    pub required: bool,
}

impl fmt::Debug for WitnessWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WitnessWait({:?}, required: {})", self.patience, self.required)
    }
}

impl Pipeline {
    /// A checkpoint over `leaf` that the quorum has cosigned, and what to say of it.
    ///
    /// # Errors
    /// `NotWitnessed` when the hand-over must wait for the quorum and it did not come in time.
    pub(super) async fn cosigned(
        &self,
        wait: Option<&WitnessWait>,
        leaf: u64,
        progress: &watch::Sender<ExportProgress>,
    ) -> Result<(Witnessing, Option<SignedCheckpoint>)> {
        let Some(wait) = wait else { return Ok((Witnessing::NotAsked, None)) };
        let deadline = tokio::time::Instant::now() + wait.patience;
        progress.send_replace(ExportProgress { share: 0.93, stage: "waiting_for_witness" });
        loop {
            let newest = self.store().cosigned_over(LogName::Footage, leaf).await?;
            if let Some(newest) =
                newest.filter(|newest| self.is_own(newest) && (wait.is_quorum)(&newest.note))
            {
                return Ok((Witnessing::Quorum, Some(newest)));
            }
            if tokio::time::Instant::now() >= deadline {
                break;
            }
            tokio::time::sleep(LOOK).await;
        }
        if wait.required {
            return Err(ExportError::NotWitnessed { waited_s: wait.patience.as_secs() });
        }
        // What fewer witnesses cosigned is worth more than what none did.
        let fewer = self.store().cosigned_over(LogName::Footage, leaf).await?;
        Ok((Witnessing::NotYet, fewer.filter(|fewer| self.is_own(fewer))))
    }

    /// For each record the newest cosigned checkpoint from before it: not in the log when that was cosigned, the record
    /// came later.
    pub(super) async fn earlier_checkpoints(
        &self,
        wait: Option<&WitnessWait>,
        leaves: &[u64],
    ) -> Result<Vec<Note>> {
        if wait.is_none() {
            return Ok(Vec::new());
        }
        let found = self.store().cosigned_before(LogName::Footage, leaves).await?;
        Ok(found.iter().filter(|found| self.is_own(found)).filter_map(note).collect())
    }

    /// Whether the log's present key signed it: a log that was restored has had another name before.
    fn is_own(&self, found: &SignedCheckpoint) -> bool {
        let key = NoteKey::parse(&self.store().vkey(LogName::Footage));
        let opened = key.and_then(|key| Checkpoint::open(&Note::parse(found.note.as_bytes())?, &[key]));
        opened.is_ok()
    }
}

fn note(found: &SignedCheckpoint) -> Option<Note> {
    Note::parse(found.note.as_bytes()).ok()
}
