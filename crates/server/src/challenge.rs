//! Answers challenges: fixes the terms, and when the nonce is shown reads what was drawn and proves it.
//!
//! No picture leaves here: what is read under a system pass becomes hashes. Nobody is judged here (`verify::challenge` does).
//! docs/design/challenge.md says what an answer proves, and what it does not.

use crate::app::App;
use anyhow::Context as _;
use ledger::{
    challenge::{
        Answer, Draw, FORMAT, Held, INSTANTS_MAX, Logged, Reason, STREAMS_MAX, Stream, Terms, Transcript,
        answers_hash,
    },
    record::SegmentRecord,
    table::{Gop, GopTable},
    tree::{self, mth_of_entries},
};
use model::{Act, CameraId, Cx, Hash, Kind, Profile, Rendering, Span, StreamId};
use std::{collections::HashMap, io};
use store::{
    ChallengeOutcome, ChallengeRow, GapRow, LeafIndex, LogName, NewChallenge, Pass, Recorded, Request,
    SegmentRead, SegmentReader, SignedCheckpoint, system_cx,
};
use uuid::Uuid;
use verify::{ReadAt, possess_stored};

/// What is asked, as far as the asker decides it.
#[derive(Clone, Debug)]
pub struct Question {
    pub asker: String,
    pub commitment: Hash,
    /// Cameras that the asker may know of; `None`: all.
    pub cameras: Option<Vec<CameraId>>,
    /// They named them one by one: each must have recordings, or the answer would be silent about it.
    pub named: bool,
    pub span: Span,
    pub instants: u32,
    pub seen_size: Option<u64>,
}

/// What went wrong with a question, by its field; or a failure of ours.
pub type Asked<T> = Result<T, store::Error>;

/// Fixes the terms and enters them: from here on neither side can choose what is drawn.
pub async fn ask(app: &App, cx: &Cx, question: Question) -> Asked<Terms> {
    let (asker, span) = (question.asker.clone(), question.span);
    let named = question.cameras.clone().filter(|_| question.named).unwrap_or_default();
    let (id, terms, extra) = fix(app, cx, question).await?;
    let streams: Vec<StreamId> = terms.streams.iter().filter_map(Stream::id).collect();
    let is_drawn = |camera: CameraId| streams.contains(&StreamId { camera, profile: Profile::Main });
    if let Some(absent) = named.into_iter().find(|camera| !is_drawn(*camera)) {
        return Err(store::Error::Conflict(format!(
            "there are no recordings of camera {absent}, and there is no record that says why: ask about the others without it"
        )));
    }
    let text = serde_json::to_string(&terms).map_err(|error| store::Error::Internal(error.to_string()))?;
    let new = NewChallenge { id, asker, cameras: cameras_of(&streams), span, extra, terms: text };
    app.registry().ask_challenge(cx, new).await?;
    Ok(terms)
}

/// The terms of a question, and what the entry says of them. They bind nobody until they are entered.
pub async fn fix(app: &App, cx: &Cx, question: Question) -> Asked<(Uuid, Terms, String)> {
    let invalid = |field, problem| store::Error::from(model::Invalid::new(field, problem));
    if question.instants == 0 || question.instants > INSTANTS_MAX {
        return Err(invalid("instants", "are none, or more than one challenge may have"));
    }
    if question.span.end > cx.now {
        return Err(invalid("to_ms", "lies in the future"));
    }
    let streams = streams(app, question.cameras.as_deref()).await?;
    if streams.is_empty() || streams.len() > STREAMS_MAX {
        return Err(invalid("cameras", "have no recordings, or are more than one challenge may name"));
    }
    let (checkpoint, consistency) = match question.seen_size {
        Some(size) => match app.store().consistency(LogName::Footage, size).await {
            Ok(proof) => (Some(proof.checkpoint), proof.hashes),
            // Larger than all that we have: the asker is shown what there is, and draws their conclusion.
            Err(store::Error::NotFound(_)) => (app.store().checkpoint(LogName::Footage).await?, Vec::new()),
            Err(error) => return Err(error),
        },
        None => (app.store().checkpoint(LogName::Footage).await?, Vec::new()),
    };
    let checkpoint = checkpoint.ok_or(store::Error::NotFound("checkpoint"))?;
    let mut server_nonce = Hash::default();
    getrandom::fill(&mut server_nonce.0)
        .map_err(|error| store::Error::Internal(format!("no randomness: {error}")))?;
    let id = Uuid::now_v7();
    let terms = Terms {
        format: FORMAT.to_owned(),
        id: id.to_string(),
        commitment: question.commitment,
        server_nonce,
        asked_us: cx.now.0,
        from_us: question.span.start.0,
        to_us: question.span.end.0,
        instants: question.instants,
        streams: streams.iter().copied().map(Stream::from).collect(),
        checkpoint: checkpoint.note,
        seen_size: question.seen_size,
        consistency,
    };
    let extra = format!(
        "asker={}\ncommitment={}\nserver_nonce={server_nonce}\ncheckpoint={}\ninstants={}\nstreams={}",
        question.asker,
        question.commitment,
        checkpoint.size,
        question.instants,
        streams.len()
    );
    Ok((id, terms, extra))
}

/// Streams with records, of these cameras or of all, ascending as in the file.
async fn streams(app: &App, cameras: Option<&[CameraId]>) -> Asked<Vec<StreamId>> {
    let mut streams = app.store().footage.streams().await?;
    streams.retain(|stream| cameras.is_none_or(|cameras| cameras.contains(&stream.camera)));
    streams.sort_unstable();
    Ok(streams)
}

fn cameras_of(streams: &[StreamId]) -> Vec<CameraId> {
    let mut cameras: Vec<CameraId> = streams.iter().map(|stream| stream.camera).collect();
    cameras.dedup();
    cameras
}

/// Takes the nonce, answers every draw, and writes the entry. Only then is there something to hand out.
pub async fn answer(app: &App, cx: &Cx, row: &ChallengeRow, nonce: Hash) -> anyhow::Result<Transcript> {
    let terms: Terms = serde_json::from_str(&row.terms).context("the stored terms")?;
    let streams: Vec<StreamId> = terms.streams.iter().filter_map(Stream::id).collect();
    let (transcript, outcome) = proofs(app, cx, terms, nonce).await?;
    let hash = answers_hash(&transcript.answers)?;
    let extra = format!(
        "asker={}\nnonce={nonce}\nanswers={hash}\nfootage={}\ngaps={}\nexpired={}\nnot_yet={}\ncannot={}",
        row.asker, outcome.footage, outcome.gaps, outcome.expired, outcome.not_yet, outcome.cannot
    );
    let entry = app.registry().answer_challenge(cx, row, cameras_of(&streams), outcome, extra).await?;
    Ok(Transcript { entry: Some(entry.0), ..transcript })
}

/// An answer to everything that is drawn with this nonce; the entry is the caller's to write before it is handed out.
pub async fn proofs(
    app: &App,
    cx: &Cx,
    terms: Terms,
    nonce: Hash,
) -> anyhow::Result<(Transcript, ChallengeOutcome)> {
    let note = ledger::note::Note::parse(terms.checkpoint.as_bytes())?;
    let size = ledger::checkpoint::Checkpoint::parse(note.text())?.size;
    let checkpoint =
        app.store().checkpoint_of(LogName::Footage, size).await?.context("the terms' checkpoint is gone")?;
    let seed = terms.seed(&nonce, checkpoint.hash).map_err(store::Error::from)?;
    let draws = terms.draws(seed)?;
    let mut answering = Answering { app, cx, seed, checkpoint: &checkpoint, passes: HashMap::new() };
    let (mut answers, mut outcome) = (Vec::with_capacity(draws.len()), ChallengeOutcome::default());
    for draw in &draws {
        let answer = answering.one(draw).await?;
        *match &answer {
            Answer::Footage { .. } => &mut outcome.footage,
            Answer::Gap { .. } => &mut outcome.gaps,
            Answer::Expired { .. } => &mut outcome.expired,
            Answer::NotYet { .. } => &mut outcome.not_yet,
            Answer::Cannot { .. } => &mut outcome.cannot,
        } += 1;
        answers.push(answer);
    }
    let transcript = Transcript {
        terms,
        nonce,
        checkpoint: checkpoint.note,
        answered_us: app.now().0,
        entry: None,
        answers,
    };
    Ok((transcript, outcome))
}

/// Answering one challenge.
struct Answering<'a> {
    app: &'a App,
    cx: &'a Cx,
    seed: Hash,
    checkpoint: &'a SignedCheckpoint,
    passes: HashMap<CameraId, Pass>,
}

fn cannot(reason: Reason, words: impl Into<String>) -> Answer {
    Answer::Cannot { reason, words: words.into() }
}

impl Answering<'_> {
    async fn one(&mut self, draw: &Draw) -> anyhow::Result<Answer> {
        let footage = &self.app.store().footage;
        Ok(match footage.recorded_at(self.cx, draw.stream, draw.at).await? {
            Recorded::Segment { row, leaf, record } => match self.logged(leaf, &record).await? {
                Some(segment) => self.held(draw, row, segment).await?,
                None => not_published(),
            },
            Recorded::Gap(gap) => match self.logged(gap.leaf, &gap.record).await? {
                Some(logged) => Answer::Gap { gap: logged, standing: self.standing(gap).await? },
                None => not_published(),
            },
            Recorded::Expired { leaf, record, done: Some((done, entry)) } => {
                match (self.logged(leaf, &record).await?, self.logged(done, &entry).await?) {
                    (Some(segment), Some(expiry)) => Answer::Expired { segment, expiry },
                    _ => not_published(),
                }
            }
            Recorded::Expired { done: None, .. } => {
                cannot(Reason::BeingDeleted, "its deletion is not ended yet")
            }
            Recorded::Lost => cannot(
                Reason::Missing,
                "it was recorded and is lost: a restore brought its record back, and not its footage",
            ),
            Recorded::NotYet { leaf, record } => match self.logged(leaf, &record).await? {
                Some(first) => Answer::NotYet { first },
                None => not_published(),
            },
            Recorded::Nothing => cannot(Reason::NoRecord, "no record covers it"),
        })
    }

    /// The record with its proof; `None` when the checkpoint does not cover it.
    async fn logged(&self, leaf: LeafIndex, record: &[u8]) -> anyhow::Result<Option<Logged>> {
        if leaf.0 >= self.checkpoint.size {
            return Ok(None);
        }
        let proofs = self.app.store().inclusions_in(LogName::Footage, self.checkpoint, &[leaf.0]).await?;
        let inclusion = proofs.into_iter().next().unwrap_or_default();
        Ok(Some(Logged { record: record.to_vec(), log_index: leaf.0, inclusion }))
    }

    /// What people said about a gap: not in the log.
    async fn standing(&self, gap: GapRow) -> anyhow::Result<String> {
        let found = self.app.store().gap_standings(self.cx, &[gap]).await?;
        let Some(standing) = found.into_iter().next() else { return Ok(String::new()) };
        let text = standing.explanation.map(|explanation| format!(": {}", explanation.text));
        Ok(format!("{}{}", standing.state.as_str(), text.unwrap_or_default()))
    }

    async fn held(&mut self, draw: &Draw, row: i64, segment: Logged) -> anyhow::Result<Answer> {
        let cx = system_cx("challenge", self.app.now());
        let camera = draw.stream.camera;
        if self.passes.get(&camera).is_none_or(|pass| pass.check(camera, cx.now).is_err()) {
            let request = Request::new(Act::SystemRead, vec![camera], Rendering::Original);
            match self.app.registry().admit(&cx, request).await {
                Ok(pass) => drop(self.passes.insert(camera, pass)),
                Err(error) if error.kind() == Kind::NotFound => {
                    return Ok(cannot(Reason::Missing, "the camera is not in the registry any more"));
                }
                Err(error) => return Err(error.into()),
            }
        }
        let footage = &self.app.store().footage;
        let Some(found) = footage.segment(&cx, row).await? else {
            return Ok(cannot(Reason::BeingDeleted, "it is being deleted"));
        };
        let pass = self.passes.get(&camera).context("there is no pass")?;
        let opened = footage
            .open_sidecar(pass, &found, cx.now)
            .and_then(|sidecar| Ok((sidecar, footage.open_segment(pass, &found, cx.now)?)));
        let (sidecar, file) = match opened {
            Ok(opened) => opened,
            Err(error) => return Ok(unreadable(&error)),
        };
        let (draw, seed) = (*draw, self.seed);
        let proven = tokio::task::spawn_blocking(move || {
            let record = SegmentRecord::decode(&segment.record).map_err(|error| error.to_string())?;
            let gops = GopTable::decode(&found.gops).map_err(|error| error.to_string())?;
            let number = draw.gop(record.gop_count);
            let mut file = Stored::new(file).map_err(|error| error.to_string())?;
            let group = (record.codec, number);
            let read = possess_stored(&mut file, &found.frames, &sidecar.secret, group, (seed, draw.number));
            let read = read.map_err(|error| error.to_string()).flatten()?;
            prove(&draw, &gops, number, &read.au_hashes, read.tag).map(|held| (segment, held))
        });
        Ok(match proven.await? {
            Ok((segment, held)) => Answer::Footage { segment, held: Box::new(held) },
            Err(problem) => cannot(Reason::Damaged, problem),
        })
    }
}

fn not_published() -> Answer {
    cannot(Reason::NotPublished, "its record is younger than the checkpoint")
}

fn unreadable(error: &store::Error) -> Answer {
    let reason = match error {
        store::Error::StoreKeyAbsent(_) => Reason::KeyAbsent,
        store::Error::File { source, .. } if source.kind() == io::ErrorKind::NotFound => Reason::Missing,
        _ => Reason::Damaged,
    };
    cannot(reason, error.to_string())
}

/// The paths from the drawn unit to its group and from the group to the record. What was read must be what the table says.
fn prove(draw: &Draw, gops: &GopTable, number: u32, au_hashes: &[Hash], tag: Hash) -> Result<Held, String> {
    let group: &Gop = gops.0.get(number as usize).ok_or("its table has not so many groups")?;
    if mth_of_entries(au_hashes.iter().map(|hash| &hash.0[..])) != group.root {
        return Err(format!("group {number}: the pictures differ from what was recorded"));
    }
    let path = |index: u32, leaves: &Vec<Hash>| {
        tree::inclusion_proof(index.into(), leaves.len() as u64, leaves).map_err(|error| error.to_string())
    };
    let leaves: Vec<Hash> = au_hashes.iter().map(|hash| tree::leaf_hash(&hash.0)).collect();
    let unit = draw.unit(group.au_count);
    Ok(Held {
        gop: number,
        au_count: group.au_count,
        first_dts: group.first_dts.0,
        end_dts: group.end_dts.0,
        gop_root: group.root,
        gop_proof: path(number, &gops.leaf_hashes())?,
        unit,
        au_hash: au_hashes.get(unit as usize).copied().ok_or("its group has not so many units")?,
        au_proof: path(unit, &leaves)?,
        tag,
    })
}

/// A stored file for `verify`.
struct Stored {
    file: SegmentReader,
    bytes: u64,
}

impl Stored {
    fn new(file: SegmentReader) -> io::Result<Self> {
        let bytes = file.len()?;
        Ok(Self { file, bytes })
    }
}

impl ReadAt for Stored {
    fn bytes(&self) -> u64 {
        self.bytes
    }
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.file.read_at(offset, into)
    }
}
