//! Checks the dossier of a system, offline: that its words are those that were entered when it was made, and that each entry which a
//! claim rests on is in the log of a checkpoint that the reader's key signed.
//!
//! What an entry says is proven only where the maker opened it. A sealed one proves its day, its class and its place; that is said, not
//! hidden. The invariant kept: nothing is called proven that rests on a key which only the dossier names.

use crate::package::entered;
use crate::policy::Policy;
use crate::read::PackageReader;
use crate::report::Finding;
use crate::{Error, Result};
use ledger::access::{AccessLeaf, AccessRecord, BatchLeaf, Class, Outcome, check_opened, minute_of};
use ledger::checkpoint::Checkpoint;
use ledger::dossier::{
    CHECKPOINT, CLAIMS_MAX, DOSSIER, Dossier, ENTRY, Entered, EntryProof, FILE_BYTES_MAX, FILES, PAGE,
    PROOFS, Proofs, hash_line, pretty,
};
use ledger::note::{Note, NoteKey, VerifiedBy};
use ledger::package::HandOver;
use ledger::tree::{sha256, verify_inclusion};
use model::{Act, WallTime};
use serde::Serialize;
use std::collections::BTreeMap;

const DAY_US: i64 = 86_400_000_000;

/// The answer.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct CheckedDossier {
    pub id: String,
    pub system: String,
    pub unit: String,
    /// Who made it, to their own words, when.
    pub made: Option<String>,
    pub claims: u32,
    /// Claims whose entry is proven to be in the log.
    pub proven: u32,
    /// Of these, claims whose entry could be read whole.
    pub opened: u32,
    /// Claims without an entry of their own: measured at the making.
    pub measured: u32,
    /// The key that the dossier names, to be compared with the one from elsewhere.
    pub named_key: Option<String>,
    pub findings: Vec<Finding>,
    pub doubts: Vec<String>,
    pub notes: Vec<String>,
}

impl CheckedDossier {
    /// 0: all is proven under a trusted key. 1: something is wrong. 2: something cannot be told.
    pub fn exit_code(&self) -> u8 {
        match (self.findings.is_empty(), self.doubts.is_empty()) {
            (false, _) => 1,
            (true, false) => 2,
            (true, true) => 0,
        }
    }

    fn found(&mut self, code: &'static str, file: &str, problem: impl Into<String>) {
        self.findings.push(Finding::new(code, problem).in_file(file));
    }
}

/// Whether these files are a dossier's and not an evidence package's.
pub fn is_dossier(reader: &dyn PackageReader) -> bool {
    reader.files().iter().any(|listed| listed.name == DOSSIER)
}

/// Checks a dossier. Fails only when files cannot be read; whatever is wrong with it is in the answer.
pub fn dossier(reader: &mut dyn PackageReader, policy: Option<&Policy>) -> Result<CheckedDossier> {
    let mut checked = CheckedDossier::default();
    for oddity in reader.oddities(None) {
        let mut finding = Finding::new("container", oddity.problem);
        finding.file = oddity.file;
        checked.findings.push(finding);
    }
    let mut files = BTreeMap::new();
    for name in FILES {
        match read(reader, name)? {
            Some(bytes) => drop(files.insert(name, bytes)),
            None => checked.found("file_missing", name, "is missing or too long"),
        }
    }
    for listed in reader.files().to_vec() {
        if !FILES.contains(&listed.name.as_str()) {
            checked.found("file_foreign", &listed.name, "is no file of a dossier");
        }
    }
    let file = |name: &str| files.get(name).map_or(&[][..], Vec::as_slice);
    let Some(dossier) = parsed(&mut checked, DOSSIER, Dossier::parse(file(DOSSIER)), file(DOSSIER)) else {
        return Ok(checked);
    };
    checked.id.clone_from(&dossier.id);
    checked.system.clone_from(&dossier.system.name);
    checked.unit.clone_from(&dossier.unit.name);
    checked.named_key = Some(dossier.access_log.vkey.clone());
    let Some((tip, by)) = checkpoint(&mut checked, &dossier, file(CHECKPOINT), policy) else {
        return Ok(checked);
    };
    witnesses(&mut checked, policy, &by);
    making(&mut checked, &dossier, &tip, (file(ENTRY), file(DOSSIER), file(PAGE)));
    let proofs = parsed(&mut checked, PROOFS, Proofs::parse(file(PROOFS)), file(PROOFS)).unwrap_or_default();
    claims(&mut checked, &dossier, &proofs, &tip);
    Ok(checked)
}

fn read(reader: &mut dyn PackageReader, name: &str) -> Result<Option<Vec<u8>>> {
    let listed = reader.files().iter().find(|listed| listed.name == name);
    let Some(bytes) = listed.map(|listed| listed.bytes).filter(|bytes| *bytes <= FILE_BYTES_MAX) else {
        return Ok(None);
    };
    let mut out = vec![0; usize::try_from(bytes).unwrap_or(0)];
    reader.read_at(name, 0, &mut out).map_err(Error::read(name))?;
    Ok(Some(out))
}

/// A file's structure, in its one spelling.
fn parsed<T: Serialize>(
    checked: &mut CheckedDossier,
    name: &'static str,
    value: ledger::Result<T>,
    bytes: &[u8],
) -> Option<T> {
    match value {
        Ok(value) => {
            if pretty(name, &value).ok().as_deref() != Some(bytes) {
                checked.found("bytes_changed", name, "is not spelled as it is written");
            }
            Some(value)
        }
        Err(error) => {
            checked.found("file_broken", name, error.to_string());
            None
        }
    }
}

/// The checkpoint, if a trusted key signed it, with who else signed; without a policy the key that the dossier names.
fn checkpoint(
    checked: &mut CheckedDossier,
    dossier: &Dossier,
    bytes: &[u8],
    policy: Option<&Policy>,
) -> Option<(Checkpoint, Vec<VerifiedBy>)> {
    let logs: Vec<NoteKey> = match policy {
        Some(policy) => policy.logs().to_vec(),
        None => {
            checked.doubts.push("no key that you trust was given: only the dossier's own was used".into());
            NoteKey::parse(&dossier.access_log.vkey).into_iter().collect()
        }
    };
    let count = logs.len();
    let mut keys = logs;
    keys.extend(policy.into_iter().flat_map(|policy| policy.witnesses().iter().cloned()));
    match Note::parse(bytes).and_then(|note| Checkpoint::open(&note, &keys)) {
        Ok((tip, _)) if tip.origin != dossier.access_log.origin => {
            checked.found("checkpoint_foreign", CHECKPOINT, "is of another log than the dossier names");
            None
        }
        Ok((tip, by)) => {
            let by = by.into_iter().filter(|by| by.key >= count);
            Some((tip, by.map(|by| VerifiedBy { key: by.key - count, ..by }).collect()))
        }
        Err(error) => {
            checked.found("checkpoint_broken", CHECKPOINT, error.to_string());
            None
        }
    }
}

fn witnesses(checked: &mut CheckedDossier, policy: Option<&Policy>, by: &[VerifiedBy]) {
    let Some(policy) = policy else { return };
    if !policy.asks_for_witnesses() {
        checked.notes.push("your policy asks for no witness".to_owned());
        return;
    }
    let names: Vec<&str> =
        by.iter().filter_map(|by| policy.witnesses().get(by.key)).map(NoteKey::name).collect();
    let signed: Vec<usize> = by.iter().map(|by| by.key).collect();
    if policy.is_satisfied_by(&signed) {
        checked.notes.push(format!("witnessed by {}", names.join(", ")));
    } else {
        checked
            .doubts
            .push(format!("too few witnesses signed the checkpoint for your policy: {}", names.join(", ")));
    }
}

/// The entry under which it was made names the bytes of both files.
fn making(
    checked: &mut CheckedDossier,
    dossier: &Dossier,
    tip: &Checkpoint,
    (entry, text, page): (&[u8], &[u8], &[u8]),
) {
    let spelled = HandOver::parse(entry).ok().and_then(|made| pretty("entry", &made).ok());
    if spelled.as_deref().is_some_and(|spelled| spelled != entry) {
        checked.found("bytes_changed", ENTRY, "is not spelled as it is written");
    }
    let record = match entered(entry, tip) {
        Ok(record) => record,
        Err(problem) => return checked.found("entry_broken", ENTRY, problem),
    };
    if record.kind != Act::MakeSystemDossier
        || record.outcome != Outcome::Permitted
        || record.subject.map(|subject| subject.to_string()).as_deref() != Some(dossier.id.as_str())
    {
        return checked.found("entry_foreign", ENTRY, "is not the entry of making this dossier");
    }
    for (file, bytes) in [(DOSSIER, text), (PAGE, page)] {
        let line = hash_line(file, sha256(&[bytes]));
        if !record.extra.lines().any(|own| own == line) {
            checked.found("bytes_changed", file, "is not the file that the entry of its making names");
        }
    }
    if record.time.0 != dossier.made_us
        || record.unit.map(|unit| unit.to_string()) != Some(dossier.unit.id.clone())
    {
        checked.found("entry_foreign", DOSSIER, "names another time or unit than the entry of its making");
    }
    checked.made = Some(made_by(&record));
}

fn made_by(record: &AccessRecord) -> String {
    format!(
        "{} ({}), {}, on {}",
        record.acting.display_name, record.acting.account, record.acting.post, record.time
    )
}

fn claims(checked: &mut CheckedDossier, dossier: &Dossier, proofs: &Proofs, tip: &Checkpoint) {
    let known: BTreeMap<u64, &EntryProof> = proofs.entries.iter().map(|proof| (proof.index, proof)).collect();
    if known.len() != proofs.entries.len() {
        checked.found("proof_broken", PROOFS, "an entry is proven twice");
    }
    if dossier.claims().count() > CLAIMS_MAX {
        return checked.found("file_broken", DOSSIER, "has more claims than a dossier may have");
    }
    let mut judged = BTreeMap::<u64, std::result::Result<bool, String>>::new();
    for (number, claim) in (1_u32..).zip(dossier.claims()) {
        checked.claims += 1;
        let Some(entry) = &claim.entry else {
            checked.measured += 1;
            continue;
        };
        let verdict = judged.entry(entry.index).or_insert_with(|| match known.get(&entry.index) {
            Some(proof) => proven(proof, tip),
            None => Err("its entry has no proof".to_owned()),
        });
        let fits = known.get(&entry.index).map_or(Ok(()), |proof| fits(entry, proof));
        match (&*verdict, fits) {
            (Ok(opened), Ok(())) => {
                checked.proven += 1;
                checked.opened += u32::from(*opened);
            }
            (verdict, fits) => {
                let problem = verdict.as_ref().err().cloned().or(fits.err()).unwrap_or_default();
                let problem = format!("claim {number}, entry {}: {problem}", entry.index);
                checked.findings.push(Finding::new("claim_unproven", problem).in_file(PROOFS));
            }
        }
    }
    if let Some(stray) = known.keys().find(|index| !judged.contains_key(index)) {
        checked.found("proof_stray", PROOFS, format!("entry {stray} belongs to no claim"));
    }
    let sealed = checked.proven - checked.opened;
    if sealed > 0 {
        checked.notes.push(format!(
            "{sealed} claims rest on sealed entries: their day, class and place in the log are proven, not their words"
        ));
    }
    if checked.measured > 0 {
        checked.notes.push(format!(
            "{} claims were measured at the making and have no entry of their own",
            checked.measured
        ));
    }
}

/// The entry is in the log; true when it could be read.
fn proven(proof: &EntryProof, tip: &Checkpoint) -> std::result::Result<bool, String> {
    let text = |error: ledger::Error| error.to_string();
    let leaf = AccessLeaf::decode(&proof.leaf).map_err(text)?;
    let batch = BatchLeaf::decode(&proof.batch_leaf).map_err(text)?;
    batch.verify(leaf.hash(), proof.batch_index, proof.batch_width, &proof.batch_proof).map_err(text)?;
    verify_inclusion(batch.hash(), proof.log_index, tip.size, &proof.inclusion, tip.root).map_err(text)?;
    let Some(opened) = &proof.opened else { return Ok(false) };
    check_opened(&leaf, &opened.record, &opened.salt).map_err(text)?;
    Ok(true)
}

/// The entry is the one that the claim describes: its leaf, its day, its class, and where it is opened its act and time.
fn fits(entry: &Entered, proof: &EntryProof) -> std::result::Result<(), String> {
    let wrong = |problem: &str| Err(problem.to_owned());
    let text = |error: ledger::Error| error.to_string();
    let leaf = AccessLeaf::decode(&proof.leaf).map_err(text)?;
    let batch = BatchLeaf::decode(&proof.batch_leaf).map_err(text)?;
    if leaf.hash() != entry.leaf {
        return wrong("its leaf is another than the claim names");
    }
    if i64::from(leaf.epoch) != entry.at_us.div_euclid(DAY_US)
        || batch.minute < minute_of(WallTime(entry.at_us))
    {
        return wrong("it was entered at another time than the claim says");
    }
    let Some(act) = Act::ALL.iter().copied().find(|act| act.as_str() == entry.act) else {
        return wrong("it names an act that this verifier does not know");
    };
    if leaf.class != Class::of(act) {
        return wrong("its class is not that of the act");
    }
    let Some(opened) = &proof.opened else { return Ok(()) };
    let record = check_opened(&leaf, &opened.record, &opened.salt).map_err(text)?;
    if record.kind != act || record.time.0 != entry.at_us {
        return wrong("what it says is another act or time");
    }
    Ok(())
}
