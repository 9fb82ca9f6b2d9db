//! Checks an evidence package, claim by claim, in the order of docs/design/package.md: signature, files, checkpoints,
//! records, videos, hand-over, witnesses.
//!
//! Later steps go on after earlier ones failed, so that all that is wrong is found and located; but nothing is called
//! proven that rests on something found wrong or not trusted.

mod files;
mod records;
mod release;
mod signature;
mod videos;
mod witness;

pub(crate) use release::entered;

use crate::policy::Policy;
use crate::read::PackageReader;
use crate::report::{ClaimName, Claims, Finding, Report};
use crate::{Error, Result};
use ledger::checkpoint::Checkpoint;
use ledger::note::{Note, NoteKey, VerifiedBy};
use ledger::package::{FOOTAGE_CHECKPOINT, MANIFEST, MANIFEST_BYTES_MAX, Manifest, PROOF_BYTES_MAX};
use signature::Trust;
use std::collections::BTreeSet;

/// The footage log's checkpoint, the witness keys that were asked, and who of them signed.
type Tip = (Checkpoint, Vec<NoteKey>, Vec<VerifiedBy>);

/// What all steps share.
struct Check<'a> {
    reader: &'a mut dyn PackageReader,
    policy: Option<&'a Policy>,
    progress: &'a mut dyn FnMut(u64, u64),
    claims: Claims,
    /// The files that the manifest lists, once they are known: no other is used.
    listed: Option<BTreeSet<String>>,
    done: u64,
    total: u64,
}

/// Checks a package. `progress` is told the bytes checked so far, and all. Fails only when files cannot be read;
/// whatever is wrong with the package itself is in the report.
pub fn package(
    reader: &mut dyn PackageReader,
    policy: Option<&Policy>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report> {
    let total = reader.files().iter().map(|listed| listed.bytes).fold(0, u64::saturating_add);
    let mut check = Check { reader, policy, progress, claims: Claims::new(), listed: None, done: 0, total };
    let manifest = check.run()?;
    let named_key = manifest.as_ref().map(|manifest| manifest.footage_log.vkey.clone());
    let copy_id = manifest.map(|manifest| manifest.copy_id.to_string());
    Ok(Report { copy_id, named_key, claims: check.claims.finish() })
}

impl Check<'_> {
    fn run(&mut self) -> Result<Option<Manifest>> {
        let Some(bytes) = self.read(MANIFEST, MANIFEST_BYTES_MAX)? else {
            self.container(None);
            let missing =
                Finding::new("file_missing", "the manifest is missing or too long").in_file(MANIFEST);
            self.claims.found(ClaimName::BytesIntact, missing);
            return Ok(None);
        };
        let parsed = Manifest::parse(&bytes).map_err(|error| error.to_string());
        let parsed = parsed.and_then(|manifest| {
            let asked = manifest.asked.span().ok_or("the asked span ends before it begins")?;
            Ok((manifest, asked))
        });
        let (manifest, asked) = match parsed {
            Ok(parsed) => parsed,
            Err(problem) => {
                self.container(None);
                let broken = Finding::new("manifest_broken", problem).in_file(MANIFEST);
                self.claims.found(ClaimName::BytesIntact, broken);
                return Ok(None);
            }
        };
        self.container(Some(&manifest));
        let trust = self.signature(&manifest, &bytes)?;
        let files = self.files(&manifest, &bytes)?;
        self.listed = Some(manifest.files.iter().map(|file| file.name.clone()).collect());
        let checkpoint = self.footage_checkpoint(&manifest, &trust)?;
        let tip = checkpoint.as_ref().map(|(checkpoint, _, _)| checkpoint);
        let cameras = self.records(&manifest, asked, tip, &files)?;
        self.videos(&manifest, asked, &cameras, &files)?;
        self.release(&manifest, &trust)?;
        self.witnesses(&manifest, &trust, checkpoint.as_ref(), &cameras)?;
        self.derivative(&manifest);
        for oddity in self.reader.read_through() {
            let finding = Finding::new("container", oddity.problem);
            self.claims.found(ClaimName::BytesIntact, Finding { file: oddity.file, ..finding });
        }
        if let Trust::Stranger = trust {
            let resting = [
                ClaimName::BytesIntact,
                ClaimName::PlaceInOriginal,
                ClaimName::Complete,
                ClaimName::TimeBracket,
                ClaimName::Witnessed,
                ClaimName::Derivative,
                ClaimName::Released,
            ];
            for name in resting {
                if self.claims.is_asked(name) {
                    self.claims.doubt(name, "the package is not signed by a key that you trust");
                }
            }
        }
        Ok(Some(manifest))
    }

    /// Folder or archive oddities.
    fn container(&mut self, manifest: Option<&Manifest>) {
        for oddity in self.reader.oddities(manifest.map(|manifest| manifest.copy_id)) {
            let mut finding = Finding::new("container", oddity.problem);
            finding.file = oddity.file;
            self.claims.found(ClaimName::BytesIntact, finding);
        }
    }

    /// A whole file, or `None` when it is absent, not of the package, or longer than `max`.
    fn read(&mut self, name: &str, max: u64) -> Result<Option<Vec<u8>>> {
        if self.listed.as_ref().is_some_and(|listed| !listed.contains(name)) {
            return Ok(None);
        }
        let listed = self.reader.files().iter().find(|listed| listed.name == name);
        let Some(bytes) = listed.map(|listed| listed.bytes).filter(|bytes| *bytes <= max) else {
            return Ok(None);
        };
        self.read_known(name, bytes).map(Some)
    }

    /// A whole file of known length.
    fn read_known(&mut self, name: &str, bytes: u64) -> Result<Vec<u8>> {
        let too_long = |_| Error::read(name)(std::io::ErrorKind::FileTooLarge.into());
        let mut out = vec![0; usize::try_from(bytes).map_err(too_long)?];
        self.reader.read_at(name, 0, &mut out).map_err(Error::read(name))?;
        Ok(out)
    }

    fn advance(&mut self, bytes: u64) {
        self.done = self.done.saturating_add(bytes).min(self.total);
        (self.progress)(self.done, self.total);
    }

    /// The footage log's checkpoint, if a key that counts signed it; with it, the keys that were asked and who of them
    /// signed. Witness keys of the policy are among them.
    fn footage_checkpoint(&mut self, manifest: &Manifest, trust: &Trust) -> Result<Option<Tip>> {
        let keys = trust.footage_keys(manifest, self.policy);
        let logs = keys.len();
        let mut keys = self.with_witnesses(keys);
        let Some(bytes) = self.read(FOOTAGE_CHECKPOINT, PROOF_BYTES_MAX)? else {
            let problem = "the footage log's checkpoint is missing";
            let finding = Finding::new("file_missing", problem).in_file(FOOTAGE_CHECKPOINT);
            self.claims.found(ClaimName::PlaceInOriginal, finding);
            return Ok(None);
        };
        let opened = Note::parse(&bytes).and_then(|note| Checkpoint::open(&note, &keys));
        match opened {
            Ok((checkpoint, by)) if checkpoint.origin == manifest.footage_log.origin => {
                let witnesses = by.into_iter().filter(|by| by.key >= logs);
                let by = witnesses.map(|by| VerifiedBy { key: by.key - logs, ..by }).collect();
                keys.drain(..logs);
                Ok(Some((checkpoint, keys, by)))
            }
            Ok(_) => {
                let finding = Finding::new(
                    "checkpoint_foreign",
                    "the checkpoint is of another log than the manifest names",
                );
                self.claims.found(ClaimName::PlaceInOriginal, finding.in_file(FOOTAGE_CHECKPOINT));
                Ok(None)
            }
            Err(error) => {
                let finding =
                    Finding::new("checkpoint_broken", error.to_string()).in_file(FOOTAGE_CHECKPOINT);
                self.claims.found(ClaimName::PlaceInOriginal, finding);
                Ok(None)
            }
        }
    }

    /// The rendering that the signed manifest states; that the pictures are the recorded ones is another claim.
    fn derivative(&mut self, manifest: &Manifest) {
        if manifest.rendering == "original" {
            self.claims.note(
                ClaimName::Derivative,
                "the stored pictures themselves, in another file; nothing drawn over, masked or coded again",
            );
            if self.claims.has_findings(ClaimName::PlaceInOriginal)
                || self.claims.has_findings(ClaimName::BytesIntact)
            {
                self.claims
                    .doubt(ClaimName::Derivative, "some pictures are not proven to be the recorded ones");
            }
        } else {
            self.claims.doubt(
                ClaimName::Derivative,
                format!(
                    "a rendering that this verifier does not know: {}",
                    manifest.rendering.escape_debug()
                ),
            );
        }
        self.claims.settle(ClaimName::Derivative);
    }
}
