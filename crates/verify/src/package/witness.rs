//! Witnesses: who else saw the log, and between which times the footage must have been made.

use super::records::CameraRecords;
use super::signature::Trust;
use super::{Check, Tip};
use crate::Result;
use crate::report::{ClaimName, Finding};
use ledger::checkpoint::Checkpoint;
use ledger::note::Note;
use ledger::package::{Manifest, PROOF_BYTES_MAX};
use model::{SealReason, Span, WallTime};

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
            self.claims
                .doubt(ClaimName::TimeBracket, "too few witnesses signed the checkpoint for your policy");
        }
        self.claims.settle(ClaimName::Witnessed);
        self.bracket(manifest, trust, latest, cameras)
    }

    /// In the log before the checkpoint's cosignature, and not yet when an earlier checkpoint was cosigned: a witness states
    /// that the tree it signed is the largest that it has seen (tlog-cosignature, "Ed25519 signed message").
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
        let earlier = self.earlier(manifest, trust)?;
        let mut earliest: Option<WallTime> = None;
        for read in cameras.iter().flat_map(|camera| &camera.records) {
            let before = earlier.iter().filter(|(size, _)| *size <= read.log_index);
            let lower = before.map(|(_, time)| *time).max();
            if lower.is_none() {
                self.claims.doubt(
                    ClaimName::TimeBracket,
                    "for some records no earlier checkpoint has a witness's time",
                );
            }
            earliest = earliest.into_iter().chain(lower).min();
            // What a crash left behind is recorded when the recorder is back, which may be much later.
            let recovered =
                read.segment.as_ref().is_some_and(|held| held.record.seal_reason == SealReason::Recovered);
            if let Some(problem) = impossible(read.span, lower, latest).filter(|_| !recovered) {
                let finding = Finding::new("time_impossible", format!("record {}: {problem}", read.seq));
                self.claims.found(ClaimName::TimeBracket, finding.at(read.span.start, read.span.end));
            }
        }
        if let Some(earliest) = earliest {
            self.claims.note(
                ClaimName::TimeBracket,
                format!("entered the log after {earliest}, before {latest}, by the witnesses' clocks"),
            );
        }
        Ok(())
    }

    /// Earlier checkpoints of the footage log that the package holds and witnesses of the policy cosigned: size and the
    /// latest time stated for it.
    fn earlier(&mut self, manifest: &Manifest, trust: &Trust) -> Result<Vec<(u64, WallTime)>> {
        let keys = self.with_witnesses(trust.footage_keys(manifest, self.policy));
        let names: Vec<String> = self.reader.files().iter().map(|listed| listed.name.clone()).collect();
        let mut found = Vec::new();
        for name in names.iter().filter(|name| is_checkpoint_name(name)) {
            let Some(bytes) = self.read(name, PROOF_BYTES_MAX)? else { continue };
            let opened = Note::parse(&bytes).and_then(|note| Checkpoint::open(&note, &keys));
            let Ok((checkpoint, by)) = opened else { continue };
            let time = by.iter().filter_map(|by| by.time_s).max().map(wall_of_seconds);
            let own = checkpoint.origin == manifest.footage_log.origin;
            found.extend(time.filter(|_| own).map(|time| (checkpoint.size, time)));
        }
        Ok(found)
    }
}

/// `proof/checkpoint-<16 lower-case hexadecimal digits>.txt`.
fn is_checkpoint_name(name: &str) -> bool {
    let digits = name.strip_prefix("proof/checkpoint-").and_then(|rest| rest.strip_suffix(".txt"));
    digits.is_some_and(|digits| {
        digits.len() == 16 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn wall_of_seconds(seconds: u64) -> WallTime {
    WallTime(i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000_000))
}

fn impossible(span: Span, lower: Option<WallTime>, upper: WallTime) -> Option<&'static str> {
    if lower.is_some_and(|lower| lower.since_us(span.end) > CLOCKS_US_MAX) {
        return Some("says that it ended before a witness had seen the log without it");
    }
    (span.end.since_us(upper) > CLOCKS_US_MAX).then_some("says that it ended after a witness had seen it")
}
