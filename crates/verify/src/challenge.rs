//! Judges the answers to a challenge, offline: what was drawn, whether each answer is a proof, and what it proves.
//!
//! It believes the log's key that the reader trusts, and the nonce that the reader published; nothing else. A possession tag
//! can be checked only with the bytes: of groups that a package opens. Until then it binds the server and proves nothing.

use crate::policy::Policy;
use crate::possession::possess;
use crate::read::{FileOf, PackageReader};
use crate::report::Finding;
use crate::walk::{GUESS_BYTES, Step, Walker, begins_group};
use crate::{Error, Result};
use ledger::challenge::{Answer, Draw, Held, Logged, Reason, Stream, Terms, Transcript, answers_hash};
use ledger::checkpoint::Checkpoint;
use ledger::note::{Note, NoteKey};
use ledger::package::{MANIFEST, Manifest, PROOF_BYTES_MAX, Proof};
use ledger::record::{Entry, ExpiryStep, SegmentRecord, record_hash};
use ledger::tree::{leaf_hash, mth_of_entries, verify_consistency, verify_inclusion};
use media::fmp4::ItemKind;
use media::hash::GopSalt;
use model::{CameraId, Codec, Hash, Profile, Span, StreamId};
use serde::Serialize;

const DAY_US: i64 = 86_400_000_000;

/// What the reader brings along.
#[derive(Default)]
pub struct Expected<'a> {
    /// Whom the reader trusts.
    pub policy: Option<&'a Policy>,
    /// The commitment that the challenger published before the challenge.
    pub commitment: Option<Hash>,
    /// A checkpoint of the log that the reader had before: a signed note.
    pub seen: Option<&'a [u8]>,
    /// The cameras that were asked about; none: the reader does not know, or all were.
    pub cameras: &'a [CameraId],
    /// The span that was asked about, and the number of instants.
    pub span: Option<Span>,
    pub instants: Option<u32>,
}

/// The judgement.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Judged {
    /// Instants whose footage is proven to be of the log, with hashes that only its bytes give.
    pub footage: u32,
    pub gaps: u32,
    pub expired: u32,
    pub not_yet: u32,
    /// Possession tags that a package confirmed.
    pub opened: u32,
    /// What is wrong, instant by instant.
    pub findings: Vec<Finding>,
    /// What could not be told.
    pub doubts: Vec<String>,
    pub notes: Vec<String>,
}

impl Judged {
    /// 0: every instant is answered, by proofs under a trusted key. 1: something is wrong. 2: something cannot be told.
    pub fn exit_code(&self) -> u8 {
        match (self.findings.is_empty(), self.doubts.is_empty()) {
            (false, _) => 1,
            (true, false) => 2,
            (true, true) => 0,
        }
    }

    fn found(&mut self, code: &'static str, problem: impl Into<String>) {
        self.findings.push(Finding::new(code, problem));
    }

    fn doubt(&mut self, why: impl Into<String>) {
        let why = why.into();
        if !self.doubts.contains(&why) {
            self.doubts.push(why);
        }
    }
}

/// Judges a challenge; `opened` is a package with some of the drawn footage.
pub fn challenge(
    transcript: &Transcript,
    expected: &Expected<'_>,
    opened: Option<&mut (dyn PackageReader + 'static)>,
) -> Result<Judged> {
    let mut judged = Judged::default();
    let Some(tip) = checkpoint(transcript, expected, &mut judged) else { return Ok(judged) };
    seen_before(transcript, expected, &tip, &mut judged);
    if expected.commitment.is_some_and(|commitment| commitment != transcript.terms.commitment) {
        judged.found("other_challenge", "this answers another nonce than the one that was published");
        return Ok(judged);
    }
    if expected.commitment.is_none() {
        judged
            .notes
            .push("whether the nonce was fixed beforehand is not known here: give its commitment".to_owned());
    }
    asked(&transcript.terms, expected, &mut judged);
    let drawn = transcript.terms.seed(&transcript.nonce, tip.hash());
    let drawn = drawn.and_then(|seed| Ok((seed, transcript.terms.draws(seed)?)));
    let (seed, draws) = match drawn {
        Ok(drawn) => drawn,
        Err(error) => {
            judged.found("other_challenge", error.to_string());
            return Ok(judged);
        }
    };
    if draws.len() != transcript.answers.len() {
        judged.found("answers_missing", "there are more or fewer answers than draws");
    }
    for (draw, answer) in draws.iter().zip(&transcript.answers) {
        if let Err((code, problem)) = one(draw, answer, &tip, &mut judged) {
            let finding = Finding::new(code, format!("{}, draw {}: {problem}", draw.stream, draw.number));
            judged.findings.push(finding.at(draw.at, draw.at));
        }
    }
    judged.notes.push(match (transcript.entry, answers_hash(&transcript.answers)) {
        (Some(entry), Ok(hash)) => format!("entry {entry} of the access log should name the answers {hash}"),
        _ => "the answer names no entry of the access log".to_owned(),
    });
    if let Some(package) = opened {
        open(transcript, (seed, &draws), package, &mut judged)?;
    }
    if judged.footage > judged.opened {
        let closed = judged.footage - judged.opened;
        judged.notes.push(format!(
            "{closed} possession tags are not opened: a package with that footage shows whether they are true"
        ));
    }
    Ok(judged)
}

/// What the judge says of one instant by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JudgedDraw {
    pub draw: Draw,
    /// Absent: proven, or a record says why there is nothing.
    pub problem: Option<String>,
}

/// Each instant with its verdict, in the order of the draws; `None` when the file as a whole cannot be judged. A doubt about one instant
/// is a problem here: it is not proven.
pub fn challenge_instants(transcript: &Transcript, expected: &Expected<'_>) -> Option<Vec<JudgedDraw>> {
    let mut judged = Judged::default();
    let tip = checkpoint(transcript, expected, &mut judged)?;
    let seed = transcript.terms.seed(&transcript.nonce, tip.hash()).ok()?;
    let draws = transcript.terms.draws(seed).ok()?;
    let problem = |draw: &Draw| {
        let Some(answer) = transcript.answers.get(draw.number as usize) else {
            return Some("no answer".to_owned());
        };
        let mut judged = Judged::default();
        match one(draw, answer, &tip, &mut judged) {
            Err((_, problem)) => Some(problem),
            Ok(()) => judged.doubts.into_iter().next(),
        }
    };
    Some(draws.iter().map(|draw| JudgedDraw { draw: *draw, problem: problem(draw) }).collect())
}

/// The checkpoint that everything hangs from, if a trusted key signed it.
fn checkpoint(transcript: &Transcript, expected: &Expected<'_>, judged: &mut Judged) -> Option<Checkpoint> {
    let offered = Note::parse(transcript.terms.checkpoint.as_bytes());
    let answered = Note::parse(transcript.checkpoint.as_bytes());
    let (offered, note) = match (offered, answered) {
        (Ok(offered), Ok(answered)) => (offered, answered),
        (Err(error), _) | (_, Err(error)) => {
            judged.found("checkpoint_broken", error.to_string());
            return None;
        }
    };
    if offered.text() != note.text() {
        judged.found("checkpoint_broken", "the answer has another checkpoint than the terms");
        return None;
    }
    let Some(policy) = expected.policy else {
        judged.doubt("no key of the log is pinned: whose log this is cannot be told");
        return Checkpoint::parse(note.text()).ok();
    };
    let logs = policy.logs().len();
    let keys: Vec<NoteKey> = policy.logs().iter().chain(policy.witnesses()).cloned().collect();
    let (checkpoint, by) = match Checkpoint::open(&note, &keys) {
        Ok(opened) => opened,
        Err(error) => {
            judged.found("checkpoint_broken", error.to_string());
            return None;
        }
    };
    let witnesses: Vec<usize> = by.iter().filter_map(|by| by.key.checked_sub(logs)).collect();
    if policy.asks_for_witnesses() && !policy.is_satisfied_by(&witnesses) {
        judged.doubt("too few witnesses signed the checkpoint for your policy");
    }
    Some(checkpoint)
}

/// The terms must be of what was asked: of a camera that they leave out nothing is ever drawn. Each camera has a main stream, so
/// that the smaller one does not stand for it.
fn asked(terms: &Terms, expected: &Expected<'_>, judged: &mut Judged) {
    let drawn: Vec<StreamId> = terms.streams.iter().filter_map(Stream::id).collect();
    for &camera in expected.cameras {
        if !drawn.contains(&StreamId { camera, profile: Profile::Main }) {
            judged.found(
                "other_question",
                format!("nothing is drawn of camera {camera}, which was asked about"),
            );
        }
    }
    if expected.cameras.is_empty() {
        judged
            .notes
            .push("the cameras are those that the server named: give those that were asked about".to_owned());
    } else if let Some(other) = drawn.iter().find(|stream| !expected.cameras.contains(&stream.camera)) {
        judged.found("other_question", format!("{other} is drawn from, and was not asked about"));
    }
    if expected.span.is_some_and(|span| terms.span() != Some(span)) {
        judged.found("other_question", "another span is drawn from than was asked about");
    }
    if expected.instants.is_some_and(|instants| terms.instants != instants) {
        judged.found("other_question", "another number of instants is drawn than was asked for");
    }
}

/// The log must continue what the reader, or the challenger, had seen of it.
fn seen_before(transcript: &Transcript, expected: &Expected<'_>, tip: &Checkpoint, judged: &mut Judged) {
    let Some(bytes) = expected.seen else { return };
    let seen = Note::parse(bytes).and_then(|note| match expected.policy {
        Some(policy) => Checkpoint::open(&note, policy.logs()).map(|(seen, _)| seen),
        None => Checkpoint::parse(note.text()),
    });
    let seen = match seen {
        Ok(seen) if seen.origin == tip.origin => seen,
        Ok(_) => return judged.doubt("the checkpoint seen before is of another log"),
        Err(error) => return judged.doubt(format!("the checkpoint seen before cannot be used: {error}")),
    };
    if tip.size < seen.size {
        let problem = format!(
            "the answer stands on a checkpoint of {} entries; one of {} had been seen",
            tip.size, seen.size
        );
        return judged.found("older_checkpoint", problem);
    }
    if transcript.terms.seen_size != Some(seen.size) {
        return judged.doubt("the server was not asked to show that its log continues the one seen before");
    }
    let proof = &transcript.terms.consistency;
    if let Err(error) = verify_consistency(seen.size, tip.size, proof, seen.root, tip.root) {
        judged.found("other_history", format!("the log does not continue the one seen before: {error}"));
    }
}

type Wrong = (&'static str, String);

fn one(draw: &Draw, answer: &Answer, tip: &Checkpoint, judged: &mut Judged) -> Result<(), Wrong> {
    match answer {
        Answer::Footage { segment, held } => {
            let record = segment_of(draw, segment, tip)?;
            holds(draw, &record, held)?;
            judged.footage += 1;
        }
        Answer::Gap { gap, standing } => {
            let Entry::Gap(record) = in_log(gap, tip)? else { return Err(other("no gap")) };
            covers(draw, record.stream == draw.stream, record.span)?;
            judged.gaps += 1;
            judged.notes.push(format!(
                "{}, {}: nothing was recorded ({}); as the server says: {standing}",
                draw.stream,
                draw.at,
                record.cause.as_str()
            ));
        }
        Answer::Expired { segment, expiry } => {
            let record = segment_of(draw, segment, tip)?;
            expired(&record, record_hash(&segment.record), expiry, tip)?;
            judged.expired += 1;
        }
        Answer::NotYet { first } => {
            let (stream, seq, span) = match in_log(first, tip)? {
                Entry::Segment(record) => (record.stream, record.stream_seq, record.span),
                Entry::Gap(record) => (record.stream, record.stream_seq, record.span),
                _ => return Err(other("no record of a stream")),
            };
            if stream != draw.stream || seq != 0 || span.start <= draw.at {
                return Err(other("it is not the stream's first record, or begins before the instant"));
            }
            judged.not_yet += 1;
        }
        Answer::Cannot { reason: Reason::NotPublished, words } => {
            judged.doubt(format!("{}, {}: not in the checkpoint yet: {words}", draw.stream, draw.at));
        }
        Answer::Cannot { words, .. } => return Err(("cannot", words.clone())),
    }
    Ok(())
}

fn other(problem: &str) -> Wrong {
    ("other_record", format!("the record answers another question: {problem}"))
}

/// The record, if it is in the log of that checkpoint.
fn in_log(logged: &Logged, tip: &Checkpoint) -> Result<Entry, Wrong> {
    let wrong = |error: ledger::Error| ("not_in_log", error.to_string());
    let entry = Entry::decode(&logged.record).map_err(wrong)?;
    let leaf = leaf_hash(&logged.record);
    verify_inclusion(leaf, logged.log_index, tip.size, &logged.inclusion, tip.root).map_err(wrong)?;
    Ok(entry)
}

fn covers(draw: &Draw, of_stream: bool, span: Span) -> Result<(), Wrong> {
    if !of_stream {
        return Err(other("it is of another camera"));
    }
    if span.start > draw.at || span.end <= draw.at {
        return Err(other("it does not cover the instant"));
    }
    Ok(())
}

fn segment_of(draw: &Draw, segment: &Logged, tip: &Checkpoint) -> Result<SegmentRecord, Wrong> {
    let Entry::Segment(record) = in_log(segment, tip)? else { return Err(other("no segment")) };
    covers(draw, record.stream == draw.stream, record.span)?;
    Ok(record)
}

/// The group and unit that were drawn, up to the record.
fn holds(draw: &Draw, record: &SegmentRecord, held: &Held) -> Result<(), Wrong> {
    let wrong = |error: ledger::Error| ("not_held", error.to_string());
    if held.gop != draw.gop(record.gop_count) || held.unit != draw.unit(held.au_count) {
        return Err(("other_draw", "the answer is about another group or unit than was drawn".to_owned()));
    }
    let leaf = held.group().leaf_hash(held.gop);
    let count = u64::from(record.gop_count);
    verify_inclusion(leaf, held.gop.into(), count, &held.gop_proof, record.gops_root).map_err(wrong)?;
    let (leaf, count) = (leaf_hash(&held.au_hash.0), u64::from(held.au_count));
    verify_inclusion(leaf, held.unit.into(), count, &held.au_proof, held.gop_root).map_err(wrong)
}

/// Deleted under an entry that names this record, and not before its floor (national-2016:22).
fn expired(record: &SegmentRecord, hash: Hash, expiry: &Logged, tip: &Checkpoint) -> Result<(), Wrong> {
    let Entry::Expiry(done) = in_log(expiry, tip)? else { return Err(other("no deletion")) };
    let names = done.segments.contains(&(record.stream_seq, hash)) && done.stream == record.stream;
    if !names || !matches!(done.step, ExpiryStep::Done { .. }) {
        return Err(other("the deletion is of other footage, or not done"));
    }
    let days = record.floor_days.max(done.floor_days);
    if done.at < record.span.end.plus_us(i64::from(days) * DAY_US) {
        let problem = format!("deleted on {}, before the {days} days of its floor were over", done.at);
        return Err(("deleted_early", problem));
    }
    Ok(())
}

/// A group of a package's video: whose it is, and where it begins.
struct Opened {
    camera: CameraId,
    seq: u64,
    gop: u32,
    salt: GopSalt,
    file: String,
    bytes: u64,
    start: u64,
}

/// Makes the tags of the drawn groups that the package holds again, from its bytes.
fn open(
    transcript: &Transcript,
    (seed, draws): (Hash, &[Draw]),
    package: &mut dyn PackageReader,
    judged: &mut Judged,
) -> Result<()> {
    let groups = groups(package)?;
    for (draw, answer) in draws.iter().zip(&transcript.answers) {
        let Answer::Footage { segment, held } = answer else { continue };
        let Ok(Entry::Segment(record)) = Entry::decode(&segment.record) else { continue };
        let of_draw = |group: &&Opened| {
            group.camera == record.stream.camera && group.seq == record.stream_seq && group.gop == held.gop
        };
        let Some(group) = groups.iter().find(of_draw) else { continue };
        let mut file = FileOf { reader: &mut *package, name: &group.file, bytes: group.bytes };
        let read = possess(&mut file, group.start, &group.salt, record.codec, (seed, draw.number));
        let problem = match read.map_err(Error::read(&group.file))? {
            Err(problem) => format!("the package's group cannot be read: {problem}"),
            Ok(read) if mth_of_entries(read.au_hashes.iter().map(|hash| &hash.0[..])) != held.gop_root => {
                "the package's group is not the one of the answer".to_owned()
            }
            Ok(read) if read.tag == held.tag => {
                judged.opened += 1;
                continue;
            }
            Ok(_) => "the possession tag is false: whoever answered did not have these bytes".to_owned(),
        };
        let code = if problem.starts_with("the possession") { "tag_false" } else { "package_broken" };
        let finding = Finding::new(code, format!("{}, draw {}: {problem}", draw.stream, draw.number));
        judged.findings.push(finding.at(draw.at, draw.at));
    }
    Ok(())
}

/// Every group of a package, by walking its videos along their proofs. What cannot be read is left out: the package's own
/// verdict is `verify`'s.
fn groups(package: &mut dyn PackageReader) -> Result<Vec<Opened>> {
    let Some(bytes) = read(package, MANIFEST)? else { return Ok(Vec::new()) };
    let Ok(manifest) = Manifest::parse(&bytes) else { return Ok(Vec::new()) };
    let mut opened = Vec::new();
    for camera in &manifest.cameras {
        for video in &camera.videos {
            let Some(bytes) = length(package, &video.file) else { continue };
            let mut rows = Vec::new();
            for reference in &camera.records {
                let Some(proof) = read(package, &reference.file)? else { continue };
                let Ok(Proof::Segment(proof)) = Proof::parse(&proof) else { continue };
                if proof.video == video.file {
                    let numbered = (proof.first_gop..).zip(proof.gops);
                    rows.extend(numbered.map(|(gop, row)| (reference.seq, gop, GopSalt(row.salt))));
                }
            }
            let starts = starts(package, &video.file, bytes)?;
            opened.extend(rows.into_iter().zip(starts).map(|((seq, gop, salt), start)| Opened {
                camera: camera.id,
                seq,
                gop,
                salt,
                file: video.file.clone(),
                bytes,
                start,
            }));
        }
    }
    Ok(opened)
}

/// Where each group of a video begins.
fn starts(package: &mut dyn PackageReader, name: &str, bytes: u64) -> Result<Vec<u64>> {
    let mut file = FileOf { reader: package, name, bytes };
    let (mut walker, mut starts, mut codec) = (Walker::new(&mut file), Vec::new(), Codec::H264);
    while let Step::Item(item) = walker.step(GUESS_BYTES).map_err(Error::read(name))? {
        match &item.kind {
            ItemKind::Init(init) => codec = init.params.codec,
            ItemKind::Fragment(fragment) if begins_group(fragment, codec) == Some(true) => {
                starts.push(item.range.start);
            }
            _ => {}
        }
    }
    Ok(starts)
}

fn length(package: &dyn PackageReader, name: &str) -> Option<u64> {
    package.files().iter().find(|listed| listed.name == name).map(|listed| listed.bytes)
}

fn read(package: &mut dyn PackageReader, name: &str) -> Result<Option<Vec<u8>>> {
    let Some(bytes) = length(package, name).filter(|bytes| *bytes <= PROOF_BYTES_MAX) else {
        return Ok(None);
    };
    let mut out = vec![0; usize::try_from(bytes).unwrap_or(0)];
    package.read_at(name, 0, &mut out).map_err(Error::read(name))?;
    Ok(Some(out))
}
