//! Witnesses: who else saw the log, and between which times the footage must have been made.

use super::records::CameraRecords;
use super::signature::Trust;
use super::{Check, Tip};
use crate::Result;
use crate::report::{ClaimName, Finding};
use ledger::checkpoint::Checkpoint;
use ledger::note::Note;
use ledger::package::{Manifest, PROOF_BYTES_MAX, checkpoint_name};
use model::{Hash, Span, WallTime};
use std::collections::BTreeMap;

/// How far a witness's clock and ours may differ before a time is called impossible.
const CLOCKS_US_MAX: i64 = 60_000_000;

impl Check<'_> {
    pub(super) fn witnesses(
        &mut self,
        manifest: &Manifest,
        trust: &Trust,
        tip: Option<&Tip>,
        cameras: &[CameraRecords],
    ) -> Result<()> {
        let Some(policy) = self.policy else {
            self.claims.doubt(ClaimName::Witnessed, "no policy says which witnesses to ask for");
            self.claims.doubt(ClaimName::TimeBracket, "no policy says whose clock to believe");
            return Ok(());
        };
        if !policy.asks_for_witnesses() {
            self.claims.not_asked(ClaimName::Witnessed, "your policy asks for no witness");
            self.claims
                .not_asked(ClaimName::TimeBracket, "your policy names no witness whose clock could bound it");
            return Ok(());
        }
        let Some((_, keys, by)) = tip else { return Ok(()) };
        let (mut names, mut latest) = (Vec::new(), None);
        for (by, key) in by.iter().filter_map(|by| Some((by, keys.get(by.key)?))) {
            let time = by.time_s.map(wall_of_seconds);
            latest = latest.max(time);
            names
                .push(time.map_or_else(|| key.name().to_owned(), |time| format!("{} on {time}", key.name())));
        }
        let signed: Vec<usize> = by.iter().map(|by| by.key).collect();
        if policy.is_satisfied_by(&signed) {
            self.claims.note(ClaimName::Witnessed, names.join("; "));
        } else {
            let seen = if names.is_empty() { "none".to_owned() } else { names.join("; ") };
            let doubt = format!("too few witnesses signed the checkpoint for your policy: {seen}");
            self.claims.doubt(ClaimName::Witnessed, doubt);
        }
        self.claims.settle(ClaimName::Witnessed);
        self.bracket(manifest, trust, latest, cameras)
    }

    /// Not after the checkpoint's cosignature, not before the cosignature of the checkpoint that the record names.
    fn bracket(
        &mut self,
        manifest: &Manifest,
        trust: &Trust,
        latest: Option<WallTime>,
        cameras: &[CameraRecords],
    ) -> Result<()> {
        self.claims.settle(ClaimName::TimeBracket);
        let Some(latest) = latest else {
            self.claims.doubt(ClaimName::TimeBracket, "no witness stated a time");
            return Ok(());
        };
        let mut known: BTreeMap<Hash, Option<WallTime>> = BTreeMap::new();
        let mut earliest: Option<WallTime> = None;
        for read in cameras.iter().flat_map(|camera| &camera.records) {
            let lower = match known.get(&read.last_checkpoint) {
                Some(lower) => *lower,
                None => self.cosigned_time(manifest, trust, read.last_checkpoint)?,
            };
            known.insert(read.last_checkpoint, lower);
            let Some(lower) = lower else {
                self.claims
                    .doubt(ClaimName::TimeBracket, "some records name no checkpoint with a witness's time");
                continue;
            };
            earliest = Some(earliest.map_or(lower, |earliest| earliest.min(lower)));
            if let Some(problem) = impossible(read.span, lower, latest) {
                let finding = Finding::new("time_impossible", format!("record {}: {problem}", read.seq));
                self.claims.found(ClaimName::TimeBracket, finding.at(read.span.start, read.span.end));
            }
        }
        if let Some(earliest) = earliest {
            self.claims.note(ClaimName::TimeBracket, format!("after {earliest}, before {latest}"));
        }
        Ok(())
    }

    /// The latest time that a witness of the policy stated for the checkpoint with this hash, if the package holds it.
    fn cosigned_time(&mut self, manifest: &Manifest, trust: &Trust, hash: Hash) -> Result<Option<WallTime>> {
        let Some(bytes) = self.read(&checkpoint_name(hash), PROOF_BYTES_MAX)? else { return Ok(None) };
        let mut keys = trust.footage_keys(manifest, self.policy);
        keys.extend(self.policy.into_iter().flat_map(|policy| policy.witnesses().iter().cloned()));
        let Ok((checkpoint, by)) = Note::parse(&bytes).and_then(|note| Checkpoint::open(&note, &keys)) else {
            return Ok(None);
        };
        let times = by.iter().filter_map(|by| by.time_s).map(wall_of_seconds);
        Ok(times.max().filter(|_| checkpoint.hash() == hash))
    }
}

fn wall_of_seconds(seconds: u64) -> WallTime {
    WallTime(i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000_000))
}

fn impossible(span: Span, lower: WallTime, upper: WallTime) -> Option<&'static str> {
    if lower.since_us(span.end) > CLOCKS_US_MAX {
        return Some("says that it ended before a checkpoint that it names was signed");
    }
    (span.end.since_us(upper) > CLOCKS_US_MAX).then_some("says that it ended after a witness had seen it")
}
