//! The hand-over: the entry of the access log under which this copy was made.

use super::Check;
use super::signature::Trust;
use crate::Result;
use crate::report::{ClaimName, Finding};
use ledger::access::{AccessLeaf, AccessRecord, BatchLeaf, Outcome, check_opened, minute_of};
use ledger::checkpoint::Checkpoint;
use ledger::note::Note;
use ledger::package::{ACCESS_CHECKPOINT, HAND_OVER, HandOver, Manifest, PROOF_BYTES_MAX};
use ledger::tree::verify_inclusion;
use model::{Act, CameraId, Rendering};

impl Check<'_> {
    pub(super) fn release(&mut self, manifest: &Manifest, trust: &Trust) -> Result<()> {
        self.claims.settle(ClaimName::Released);
        let (keys, trusted) = trust.access_keys(manifest, self.policy);
        let keys = self.with_witnesses(keys);
        let (checkpoint, entry) =
            (self.read(ACCESS_CHECKPOINT, PROOF_BYTES_MAX)?, self.read(HAND_OVER, PROOF_BYTES_MAX)?);
        let (Some(checkpoint), Some(entry)) = (checkpoint, entry) else {
            let finding = Finding::new("file_missing", "the hand-over entry or its checkpoint is missing");
            self.claims.found(ClaimName::Released, finding.in_file(HAND_OVER));
            return Ok(());
        };
        let opened = Note::parse(&checkpoint).and_then(|note| Checkpoint::open(&note, &keys));
        let opened = opened.map(|(checkpoint, _)| checkpoint).map_err(|error| error.to_string());
        let opened = opened.and_then(|checkpoint| {
            let ours = checkpoint.origin == manifest.access_log.origin;
            ours.then_some(checkpoint)
                .ok_or("the checkpoint is of another log than the manifest names".to_owned())
        });
        let checkpoint = match opened {
            Ok(checkpoint) => checkpoint,
            Err(problem) => {
                let finding = Finding::new("checkpoint_broken", problem).in_file(ACCESS_CHECKPOINT);
                self.claims.found(ClaimName::Released, finding);
                return Ok(());
            }
        };
        match entered(&entry, &checkpoint).and_then(|record| fits(manifest, &record).map(|()| record)) {
            Err(problem) => {
                let finding = Finding::new("hand_over_broken", problem).in_file(HAND_OVER);
                self.claims.found(ClaimName::Released, finding);
            }
            Ok(record) => {
                let by = format!(
                    "{} ({}), {}, to {}, on {}",
                    record.acting.display_name,
                    record.acting.account,
                    record.acting.post,
                    record.recipient,
                    record.time
                );
                self.claims.note(ClaimName::Released, by);
                if !trusted && matches!(trust, Trust::Policy) {
                    let note =
                        "the access log's key is not pinned itself: the footage log's key vouches for it";
                    self.claims.note(ClaimName::Released, note);
                }
            }
        }
        Ok(())
    }
}

/// The opened record, when it is in the log of that checkpoint.
pub(crate) fn entered(entry: &[u8], checkpoint: &Checkpoint) -> Result<AccessRecord, String> {
    let text = |error: ledger::Error| error.to_string();
    let hand_over = HandOver::parse(entry).map_err(text)?;
    let leaf = AccessLeaf::decode(&hand_over.leaf).map_err(text)?;
    let record = check_opened(&leaf, &hand_over.record, &hand_over.salt).map_err(text)?;
    let batch = BatchLeaf::decode(&hand_over.batch_leaf).map_err(text)?;
    let HandOver { batch_index, batch_width, batch_proof, log_index, inclusion, .. } = hand_over;
    batch.verify(leaf.hash(), batch_index, batch_width, &batch_proof).map_err(text)?;
    verify_inclusion(batch.hash(), log_index, checkpoint.size, &inclusion, checkpoint.root).map_err(text)?;
    if batch.minute < minute_of(record.time) {
        return Err("the entry was published before it was made".to_owned());
    }
    Ok(record)
}

/// The entry is of this very package.
fn fits(manifest: &Manifest, record: &AccessRecord) -> Result<(), String> {
    let wrong = |problem: &str| Err(problem.to_owned());
    if record.kind != Act::Export || record.outcome != Outcome::Permitted {
        return wrong("the entry is not a permitted export");
    }
    if record.subject != Some(manifest.copy_id.0) {
        return wrong("the entry is of another copy");
    }
    let cameras: Vec<CameraId> = manifest.cameras.iter().map(|camera| camera.id).collect();
    if !record.cameras.is_of(&cameras) {
        return wrong("the entry is of other cameras");
    }
    if record.span != manifest.asked.span() {
        return wrong("the entry is of another span");
    }
    if record.recipient != manifest.recipient.entry_text() {
        return wrong("the entry names another recipient");
    }
    if record.rendering != Some(Rendering::Original) {
        return wrong("the entry is of another rendering");
    }
    Ok(())
}
