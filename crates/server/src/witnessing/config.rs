//! The part of the boot file about witnesses: who is asked, and whose word a package needs.
//!
//! It is what the operator says. That a witness is another party is not believed but looked at (`Watched::same_host`).

use anyhow::{Context as _, Result, ensure};
use ledger::note::{KeyKind, NoteKey};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use url::Url;
use verify::Policy;

/// Witnesses that are asked: a note has room for 64 signatures, a policy's quorum needs a handful.
pub const WITNESSES_MAX: usize = 16;
/// Longest wait of a hand-over for its witnesses: an hour is a call to a person, not a network's hiccup.
const WAIT_S_MAX: u32 = 3_600;
/// Longest time that acts of office may lie without another party's signature: a week is a log that nobody watches.
const WITHIN_H_MAX: u32 = 168;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct WitnessingConfig {
    /// Witnesses that are asked to cosign each checkpoint.
    pub witness: Vec<WitnessLine>,
    /// A C2SP policy: whose cosignatures a package needs. Without it: any one witness that is not on this host.
    pub policy: Option<PathBuf>,
    /// An export waits until the policy's quorum has cosigned, and fails with that reason if it does not in time.
    pub handover_waits_for_witness: bool,
    pub handover_wait_s: u32,
    /// Hours within which a witness of another party must have cosigned what administrators and supervisors did; else it is a finding.
    pub acts_witnessed_within_h: u32,
    /// Certificates believed for witnesses over TLS, PEM; without it the system's.
    pub tls_roots: Option<PathBuf>,
}

/// One witness.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessLine {
    /// For people; the key has its own name.
    pub name: String,
    pub vkey: String,
    /// The submission prefix (c2sp.org/tlog-witness).
    pub url: String,
}

impl Default for WitnessingConfig {
    fn default() -> Self {
        Self {
            witness: Vec::new(),
            policy: None,
            handover_waits_for_witness: false,
            handover_wait_s: 600,
            acts_witnessed_within_h: law::supervision::WITNESS_HOURS,
            tls_roots: None,
        }
    }
}

/// A witness as it is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WitnessSpec {
    pub name: String,
    pub key: NoteKey,
    /// With the path of `add-checkpoint`.
    pub submit_to: Url,
    pub url: String,
}

impl WitnessingConfig {
    /// The witnesses, checked.
    pub fn specs(&self) -> Result<Vec<WitnessSpec>> {
        ensure!(self.witness.len() <= WITNESSES_MAX, "witnessing.witness: more than {WITNESSES_MAX}");
        ensure!(self.handover_wait_s <= WAIT_S_MAX, "witnessing.handover_wait_s: more than {WAIT_S_MAX}");
        ensure!(
            (1..=WITHIN_H_MAX).contains(&self.acts_witnessed_within_h),
            "witnessing.acts_witnessed_within_h: not between 1 and {WITHIN_H_MAX}"
        );
        let mut specs: Vec<WitnessSpec> = Vec::new();
        for line in &self.witness {
            let spec = line.spec().with_context(|| format!("witnessing.witness {:?}", line.name))?;
            let twice =
                specs.iter().any(|known| known.key.public() == spec.key.public() || known.name == spec.name);
            ensure!(!twice, "witnessing.witness {:?}: the same name or key twice", line.name);
            specs.push(spec);
        }
        Ok(specs)
    }

    pub fn read_policy(&self) -> Result<Option<Policy>> {
        let Some(path) = &self.policy else { return Ok(None) };
        let file =
            std::fs::read(path).with_context(|| format!("witnessing.policy: reading {}", path.display()))?;
        Ok(Some(Policy::parse(&file).with_context(|| format!("witnessing.policy: {}", path.display()))?))
    }
}

impl WitnessLine {
    fn spec(&self) -> Result<WitnessSpec> {
        let key = NoteKey::parse(&self.vkey).context("vkey")?;
        ensure!(matches!(key.kind(), KeyKind::Cosignature(_)), "vkey: not of a witness's type");
        let url = Url::parse(self.url.trim_end_matches('/')).context("url")?;
        ensure!(matches!(url.scheme(), "http" | "https"), "url: neither http nor https");
        ensure!(url.host().is_some() && url.query().is_none(), "url: not a host and a path");
        let submit_to = Url::parse(&format!("{}/add-checkpoint", url.as_str().trim_end_matches('/')))?;
        Ok(WitnessSpec { name: self.name.clone(), key, submit_to, url: url.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::{note::Ed25519Signer, witness::Cosigner};

    #[test]
    fn witnesses_are_checked_when_the_server_starts() {
        let vkey = |seed| Cosigner::from_seed("w.example", &[seed; 32]).unwrap().key().to_string();
        let line =
            |name: &str, vkey: String, url: &str| WitnessLine { name: name.into(), vkey, url: url.into() };
        let check = |lines: Vec<WitnessLine>, expected: Result<&str, &str>| {
            let specs = WitnessingConfig { witness: lines, ..WitnessingConfig::default() }.specs();
            match (specs, expected) {
                (Ok(specs), Ok(submit_to)) => assert_eq!(specs[0].submit_to.as_str(), submit_to),
                (Err(error), Err(part)) => assert!(format!("{error:#}").contains(part), "{error:#}"),
                (specs, expected) => panic!("{specs:?}, expected {expected:?}"),
            }
        };
        check(vec![line("a", vkey(1), "https://w.example/x/")], Ok("https://w.example/x/add-checkpoint"));
        check(vec![line("a", vkey(1), "http://192.0.2.1:8790")], Ok("http://192.0.2.1:8790/add-checkpoint"));
        check(vec![line("a", vkey(1), "ftp://w.example")], Err("neither http"));
        check(vec![line("a", "x".into(), "http://w.example")], Err("vkey"));
        let log = Ed25519Signer::from_seed("w.example", &[1; 32]).unwrap().key().to_string();
        check(vec![line("a", log, "http://w.example")], Err("not of a witness's type"));
        let twice = ["a", "b"].map(|name| line(name, vkey(1), "http://w.example"));
        check(twice.to_vec(), Err("twice"));
    }
}
