//! Who signed the manifest, and whether the reader trusts them.

use super::Check;
use crate::Result;
use crate::policy::Policy;
use crate::report::{ClaimName, Finding};
use ledger::note::{Note, NoteKey};
use ledger::package::{Manifest, SIGNATURE};
use ledger::tree::sha256;

/// Longest signature file.
const SIGNATURE_BYTES_MAX: u64 = 128 * 1024;

/// Whose word the later steps take.
pub(super) enum Trust {
    /// The reader's: this key of the policy signed the manifest.
    Policy,
    /// Nobody's: no policy was given, and the key that the package names signed it.
    Named,
    /// The reader's policy does not know who signed, or nobody did: what is checked is checked against the package's own
    /// word and proves nothing.
    Stranger,
}

impl Trust {
    /// Keys whose signature makes a footage checkpoint count.
    pub fn footage_keys(&self, manifest: &Manifest, policy: Option<&Policy>) -> Vec<NoteKey> {
        match self {
            Self::Policy => named(policy, &manifest.footage_log.origin),
            Self::Named | Self::Stranger => NoteKey::parse(&manifest.footage_log.vkey).into_iter().collect(),
        }
    }

    /// Keys whose signature makes an access checkpoint count, and whether the reader himself trusts them. A footage key
    /// that the reader trusts vouches for the access key that it signs in the manifest.
    pub fn access_keys(&self, manifest: &Manifest, policy: Option<&Policy>) -> (Vec<NoteKey>, bool) {
        let own = named(policy, &manifest.access_log.origin);
        match self {
            Self::Policy if !own.is_empty() => (own, true),
            _ => (NoteKey::parse(&manifest.access_log.vkey).into_iter().collect(), false),
        }
    }
}

/// Log keys of the policy under that name. A line of another log's key is a stranger's, true or false.
fn named(policy: Option<&Policy>, origin: &str) -> Vec<NoteKey> {
    let logs = policy.into_iter().flat_map(Policy::logs);
    logs.filter(|key| key.name() == origin).cloned().collect()
}

impl Check<'_> {
    /// These keys, and behind them those of the policy's witnesses.
    pub(super) fn with_witnesses(&self, logs: Vec<NoteKey>) -> Vec<NoteKey> {
        let witnesses = self.policy.into_iter().flat_map(|policy| policy.witnesses());
        logs.into_iter().chain(witnesses.cloned()).collect()
    }

    pub(super) fn signature(&mut self, manifest: &Manifest, bytes: &[u8]) -> Result<Trust> {
        let hash = sha256(&[bytes]);
        self.advance(bytes.len() as u64);
        let Some(signature) = self.read(SIGNATURE, SIGNATURE_BYTES_MAX)? else {
            return Ok(self.unsigned("file_missing", "the manifest's signature is missing or too long"));
        };
        self.advance(signature.len() as u64);
        let note = match Note::parse(&signature) {
            Ok(note) => note,
            Err(error) => return Ok(self.unsigned("signature_broken", &error.to_string())),
        };
        if note.text() != manifest.signing_text(hash) {
            return Ok(self.unsigned("manifest_changed", "the manifest is not the one that was signed"));
        }
        self.claims.settle(ClaimName::Origin);
        let Some(policy) = self.policy else { return Ok(self.named(manifest, &note)) };
        let keys = named(Some(policy), &manifest.footage_log.origin);
        match note.verified_by(&keys) {
            Err(error) => Ok(self.unsigned("signature_broken", &error.to_string())),
            Ok(by) => {
                let Some(key) = by.first().and_then(|by| keys.get(by.key)) else {
                    let problem = format!(
                        "signed by none of the keys that you trust; the package names {}",
                        manifest.footage_log.vkey.escape_debug()
                    );
                    self.claims
                        .found(ClaimName::Origin, Finding::new("origin_foreign", problem).in_file(SIGNATURE));
                    return Ok(Trust::Stranger);
                };
                self.claims.note(ClaimName::Origin, format!("signed by {key}"));
                Ok(Trust::Policy)
            }
        }
    }

    /// Without a policy: the package's own key must at least have signed it.
    fn named(&mut self, manifest: &Manifest, note: &Note) -> Trust {
        let key = NoteKey::parse(&manifest.footage_log.vkey);
        let key = key.ok().filter(|key| key.name() == manifest.footage_log.origin);
        let Some(key) = key else {
            return self.unsigned("signature_broken", "the manifest names no key that can have signed it");
        };
        match note.verified_by(std::slice::from_ref(&key)) {
            Ok(by) if !by.is_empty() => {
                let doubt = format!(
                    "no policy or key was given to check against; the package says that it is signed by {key}: compare \
                     it with a copy from elsewhere"
                );
                self.claims.doubt(ClaimName::Origin, doubt);
                Trust::Named
            }
            _ => self.unsigned("signature_broken", "the key that the package names did not sign it"),
        }
    }

    fn unsigned(&mut self, code: &'static str, problem: &str) -> Trust {
        for name in [ClaimName::Origin, ClaimName::BytesIntact] {
            self.claims.found(name, Finding::new(code, problem).in_file(SIGNATURE));
        }
        Trust::Stranger
    }
}
