//! The records of each camera: are they in the log, do they follow one another, do they tile the asked span.

use super::Check;
use super::files::Files;
use crate::Result;
use crate::report::{ClaimName, Finding};
use ledger::checkpoint::Checkpoint;
use ledger::package::{Camera, Manifest, PROOF_BYTES_MAX, Proof, RecordRef, SegmentProof};
use ledger::record::{Entry, SegmentRecord, record_hash};
use ledger::tree::{leaf_hash, verify_inclusion, verify_range};
use model::{CameraId, Hash, Profile, Span, StreamId, WallTime};

/// A record of a camera, as far as it could be read.
pub(super) struct Read {
    pub seq: u64,
    pub span: Span,
    hash: Hash,
    previous: Hash,
    pub log_index: u64,
    pub segment: Option<Segment>,
    /// A gap's cause.
    gap: Option<&'static str>,
}

/// A segment of which the package holds groups.
pub(super) struct Segment {
    pub record: SegmentRecord,
    pub proof: SegmentProof,
    pub file: String,
}

/// One camera's records that could be read, in order.
pub(super) struct CameraRecords {
    pub records: Vec<Read>,
}

impl Check<'_> {
    pub(super) fn records(
        &mut self,
        manifest: &Manifest,
        asked: Span,
        tip: Option<&Checkpoint>,
        files: &Files,
    ) -> Result<Vec<CameraRecords>> {
        let mut cameras = Vec::new();
        for (number, camera) in (1..).zip(&manifest.cameras) {
            let doubled = manifest.cameras.iter().filter(|other| other.id == camera.id).count() > 1;
            if camera.number != number || doubled {
                let finding = Finding::new("manifest_broken", "cameras are misnumbered or doubled");
                self.claims.found(ClaimName::PlaceInOriginal, finding);
            }
            cameras.push(self.camera(manifest, (camera, manifest.profile()), asked, tip, files)?);
        }
        for heard in &manifest.sound {
            let known =
                manifest.cameras.iter().any(|camera| (camera.id, camera.number) == (heard.id, heard.number));
            let doubled = manifest.sound.iter().filter(|other| other.id == heard.id).count() > 1;
            if !known || doubled {
                let finding =
                    Finding::new("manifest_broken", "sound of no camera of the package, or doubled");
                self.claims.found(ClaimName::PlaceInOriginal, finding);
            }
            cameras.push(self.camera(manifest, (heard, Some(Profile::Sound)), asked, tip, files)?);
        }
        if manifest.cameras.is_empty() {
            self.claims
                .found(ClaimName::Complete, Finding::new("manifest_broken", "the package has no camera"));
        }
        if tip.is_none() {
            for name in [ClaimName::PlaceInOriginal, ClaimName::Complete] {
                self.claims.doubt(name, "there is no checkpoint to check the records against");
            }
        }
        self.claims.settle(ClaimName::PlaceInOriginal);
        self.claims.settle(ClaimName::Complete);
        Ok(cameras)
    }

    fn camera(
        &mut self,
        manifest: &Manifest,
        (camera, profile): (&Camera, Option<Profile>),
        asked: Span,
        tip: Option<&Checkpoint>,
        files: &Files,
    ) -> Result<CameraRecords> {
        let mut records = Vec::new();
        for reference in &camera.records {
            let Some(bytes) = files.bytes(&reference.file).filter(|bytes| *bytes <= PROOF_BYTES_MAX) else {
                self.unreadable(camera, &reference.file, "the record is missing or too long");
                continue;
            };
            let bytes = self.read_known(&reference.file, bytes)?;
            match one_record(manifest, (camera.id, profile), reference, &bytes, tip) {
                Ok(read) => records.push(read),
                Err(problem) => self.unreadable(camera, &reference.file, &problem),
            }
        }
        self.tiling(camera, &records, asked);
        self.later(camera, &records);
        Ok(CameraRecords { records })
    }

    fn unreadable(&mut self, camera: &Camera, file: &str, problem: &str) {
        self.claims.found(ClaimName::PlaceInOriginal, Finding::new("record_broken", problem).in_file(file));
        self.claims
            .doubt(ClaimName::Complete, format!("camera {}: a record cannot be relied on", camera.number));
    }

    /// The rule of docs/design/ledger.md: consecutive numbers, matching hashes, spans that meet, from before the asked
    /// span's start to behind its end.
    fn tiling(&mut self, camera: &Camera, records: &[Read], asked: Span) {
        let number = camera.number;
        let mut incomplete = |from: WallTime, to: WallTime, problem: String| {
            let finding = Finding::new("not_covered", format!("camera {number}: {problem}")).at(from, to);
            self.claims.found(ClaimName::Complete, finding);
        };
        let (Some(first), Some(last)) = (records.first(), records.last()) else {
            return incomplete(asked.start, asked.end, "there is no record for the asked span".to_owned());
        };
        if last.span.end < asked.end {
            incomplete(last.span.end, asked.end, "the records end before the asked span does".to_owned());
        }
        if first.span.start > asked.start && first.seq != 0 {
            incomplete(
                asked.start,
                first.span.start,
                "the records begin after the asked span does".to_owned(),
            );
        }
        for (before, after) in records.iter().zip(records.iter().skip(1)) {
            if after.seq != before.seq.wrapping_add(1) {
                let problem =
                    format!("between record {} and record {} others are missing", before.seq, after.seq);
                incomplete(before.span.end, after.span.start, problem);
            } else if after.previous != before.hash {
                let problem = format!("record {} does not follow record {}", after.seq, before.seq);
                incomplete(before.span.end, after.span.start, problem);
            } else if after.span.start != before.span.end {
                let problem = format!("records {} and {} do not meet", before.seq, after.seq);
                incomplete(before.span.end, after.span.start, problem);
            } else if after.log_index <= before.log_index {
                let problem = format!("record {} stands before its predecessor in the log", after.seq);
                incomplete(before.span.end, after.span.start, problem);
            }
        }
        if first.span.start > asked.start && first.seq == 0 {
            let note = format!(
                "camera {number}: nothing was recorded before {}: its first record",
                first.span.start
            );
            self.claims.note(ClaimName::Complete, note);
        }
        for (read, cause) in records.iter().filter_map(|read| Some((read, read.gap?))) {
            let gap = format!("gap {} to {}: {cause}", read.span.start, read.span.end);
            self.claims.note(ClaimName::Complete, format!("camera {number}: {gap}"));
        }
    }

    /// What the manifest says of footage that was brought later: each must be a part of a gap that the package lists. The footage
    /// itself is not here, and nothing is proven of it.
    fn later(&mut self, camera: &Camera, records: &[Read]) {
        for later in &camera.later {
            let (from, to) = (WallTime(later.from_us), WallTime(later.to_us));
            let listed = camera.records.iter().any(|record| record.kind == "gap" && record.seq == later.gap);
            let read = records.iter().find(|read| read.seq == later.gap);
            // A gap whose record cannot be read has its own finding.
            let fits = match read {
                Some(read) => read.gap.is_some() && later.is_of(read.seq, read.span),
                None => listed,
            };
            if !fits {
                let problem =
                    format!("camera {}: footage brought later for a gap that is not there", camera.number);
                let finding = Finding::new("manifest_broken", problem).at(from, to);
                self.claims.found(ClaimName::PlaceInOriginal, finding);
                continue;
            }
            let note = format!(
                "camera {}: footage of {from} to {to} was brought later; it is not in this package (record {} of profile `later`)",
                camera.number, later.seq
            );
            self.claims.note(ClaimName::Complete, note);
        }
    }
}

/// Reads and checks one proof file.
fn one_record(
    manifest: &Manifest,
    (camera, profile): (CameraId, Option<Profile>),
    reference: &RecordRef,
    bytes: &[u8],
    tip: Option<&Checkpoint>,
) -> Result<Read, String> {
    let text = |error: ledger::Error| error.to_string();
    let proof = Proof::parse(bytes).map_err(text)?;
    let entry = Entry::decode(proof.record()).map_err(text)?;
    let profile = profile.ok_or("the manifest names no known profile")?;
    if entry.stream() != Some(StreamId { camera, profile }) {
        return Err("the record is of another stream".to_owned());
    }
    if let Some(tip) = tip {
        let leaf = leaf_hash(proof.record());
        verify_inclusion(leaf, proof.log_index(), tip.size, proof.inclusion(), tip.root).map_err(text)?;
    }
    let (hash, log_index) = (record_hash(proof.record()), proof.log_index());
    let read = match (entry, proof) {
        (Entry::Segment(record), Proof::Segment(proof)) => {
            groups_are_the_records(&record, &proof).map_err(text)?;
            let (seq, span) = (record.stream_seq, record.span);
            let previous = record.prev_record_hash;
            (record.store, "segment")
                .eq(&(manifest.store, reference.kind.as_str()))
                .then_some(())
                .ok_or("the record is of another store or kind")?;
            let segment = Some(Segment { record, proof, file: reference.file.clone() });
            Read { seq, span, hash, previous, log_index, segment, gap: None }
        }
        (Entry::Gap(record), Proof::Gap(_)) => {
            (record.store, "gap")
                .eq(&(manifest.store, reference.kind.as_str()))
                .then_some(())
                .ok_or("the record is of another store or kind")?;
            let gap = record.cause.as_str();
            let (seq, span) = (record.stream_seq, record.span);
            let previous = record.prev_record_hash;
            Read { seq, span, hash, previous, log_index, segment: None, gap: Some(gap) }
        }
        _ => return Err("the record is of another kind than its proof".to_owned()),
    };
    if read.seq != reference.seq {
        return Err("the record has another number than the manifest says".to_owned());
    }
    Ok(read)
}

/// The groups of the proof are exactly that range of the record's, and follow one another.
fn groups_are_the_records(record: &SegmentRecord, proof: &SegmentProof) -> ledger::Result<()> {
    let leaves: Vec<Hash> =
        (proof.first_gop..).zip(&proof.gops).map(|(index, row)| row.gop().leaf_hash(index)).collect();
    let (first, count) = (u64::from(proof.first_gop), u64::from(record.gop_count));
    verify_range(&leaves, first, count, &proof.range_proof, record.gops_root)
}
