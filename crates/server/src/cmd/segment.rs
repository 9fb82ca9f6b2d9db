//! `watchkeeper segment decrypt`: one stored file as plain MP4, for a named person who signs in, and is admitted as for an export.
//! Works on a stopped server, and on plain files too.
//!
//! Invariant: the entry is durable before the first byte is read; what was copied is a use record, also when it broke off.

use super::place;
use crate::{config::Config, store_keys};
use anyhow::{Context as _, bail};
use ledger::record::SegmentRecord;
use model::{Act, Actor, CaseId, Cx, LegalBasis, Purpose, Rendering, RequestId, Secret, StreamId, WallTime};
use std::{
    fs,
    io::{BufRead as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::ExitCode,
};
use store::{
    Attempt, Pass, Request, SegmentPath, SegmentRead as _, SegmentReader, SegmentRow, SignIn, Store, Use,
    system_cx,
};

/// Bytes copied between two looks at the pass.
const PIECE_BYTES: usize = 1 << 20;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Copy one sealed segment out as plain MP4
    Decrypt(Decrypt),
}

/// The password is read from standard input, its first line; a second factor's code from the second.
#[derive(clap::Args)]
struct Decrypt {
    /// The file, as `check` names it: <camera>/<main|sub>/<day>/<time>-<random>.mp4
    path: String,
    /// Where the MP4 goes; not written over
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Whose act it is: an operator's account
    #[arg(long)]
    account: String,
    /// incident, case or supervision
    #[arg(long)]
    purpose: String,
    /// unit_duty, supervision_duty or consent; what an authority asks for is a retrieval
    #[arg(long)]
    basis: String,
    /// The number of a registered case, or its id
    #[arg(long)]
    case: Option<String>,
    /// Why, in words
    #[arg(long)]
    note: Option<String>,
    #[command(flatten)]
    place: place::Place,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Action::Decrypt(asked) = arguments.action;
    let dir = asked.place.data_dir()?;
    let keys = store_keys::load_for_reading(&Config::load(asked.place.config.as_deref())?.encryption, &dir)?;
    let (password, code) = secrets()?;
    let store = place::open_with_keys(&dir, keys).await?;
    let done = decrypt(&store, &asked, password, code).await;
    store.close(pipeline::system_wall()).await?;
    let bytes = done?;
    println!("{bytes} bytes in {}", asked.output.display());
    Ok(ExitCode::SUCCESS)
}

/// Never an argument: those are seen by every process of the machine.
fn secrets() -> anyhow::Result<(Secret<String>, Option<String>)> {
    let mut lines = std::io::stdin().lock().lines();
    let password = lines.next().context("the password is expected on standard input")??;
    Ok((Secret::new(password), lines.next().transpose()?.filter(|code| !code.is_empty())))
}

async fn decrypt(
    store: &Store,
    asked: &Decrypt,
    password: Secret<String>,
    totp: Option<String>,
) -> anyhow::Result<u64> {
    let path = SegmentPath::parse(&asked.path)?;
    let attempt = Attempt {
        account: asked.account.clone(),
        password,
        totp,
        source: "local".to_owned(),
        agent: "watchkeeper segment decrypt".to_owned(),
        request: RequestId(uuid::Uuid::now_v7()),
        now: pipeline::system_wall(),
    };
    let signed = store.registry.sign_in(attempt).await?;
    let done = admitted(store, asked, &path, &signed).await;
    let cx = person_cx(asked, &signed, None)?;
    store.registry.end_session(&cx, signed.session).await?;
    done
}

/// The case that is named, by its id or its number.
async fn case_of(store: &Store, asked: &Decrypt) -> anyhow::Result<Option<CaseId>> {
    let Some(named) = &asked.case else { return Ok(None) };
    if let Ok(id) = named.parse() {
        return Ok(Some(id));
    }
    let found = store.registry.open_case_of_number(named).await?;
    found
        .map(Some)
        .with_context(|| format!("--case: no open case has the number {named}, or several units have"))
}

fn person_cx(asked: &Decrypt, signed: &SignIn, case: Option<CaseId>) -> anyhow::Result<Cx> {
    Ok(Cx {
        actor: Actor::Person(signed.person),
        purpose: asked.purpose.parse::<Purpose>().context("--purpose")?,
        legal_basis: asked.basis.parse::<LegalBasis>().context("--basis")?,
        case,
        note: asked.note.clone(),
        place: "local".to_owned(),
        request: RequestId(uuid::Uuid::now_v7()),
        now: pipeline::system_wall(),
    })
}

async fn admitted(
    store: &Store,
    asked: &Decrypt,
    path: &SegmentPath,
    signed: &SignIn,
) -> anyhow::Result<u64> {
    let cx = person_cx(asked, signed, case_of(store, asked).await?)?;
    let found = store.footage.segment_at(&system_cx("command", cx.now), path).await?;
    let segment = found.with_context(|| format!("{path} is no sealed segment on disk"))?;
    let request = Request {
        span: Some(segment.span),
        session: Some(signed.session),
        text: format!("file={path}"),
        ..Request::new(Act::Decrypt, vec![segment.stream.camera], Rendering::Original)
    };
    let pass = match store.registry.admit(&cx, request).await {
        Ok(pass) => pass,
        Err(store::Error::Refused(refusal)) => {
            bail!("refused ({}): {} {}", refusal.article, refusal.reason.en, refusal.remedy.en)
        }
        Err(error) => return Err(error.into()),
    };
    // After the door: whoever may not copy the file learns nothing of why it is kept.
    if !store.beyond_term(&cx, segment.stream, segment.span).await?.is_empty() {
        bail!(
            "refused (unit:holds): a part of this file is past its term and kept for the rest of it alone. Export what is held."
        )
    }
    let file = store.footage.open_segment(&pass, &segment, pipeline::system_wall())?;
    let (copied, outcome) = tokio::task::block_in_place(|| copy(&file, &pass, segment.stream, &asked.output));
    let used = used(&segment, copied)?;
    store.registry.record_use(&pass, used, pipeline::system_wall()).await?;
    outcome.map(|()| copied)
}

/// What was copied counts, also when it broke off.
fn copy(file: &SegmentReader, pass: &Pass, stream: StreamId, output: &Path) -> (u64, anyhow::Result<()>) {
    let mut copied = 0;
    let outcome = (|| {
        let mut out = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(output)
            .with_context(|| format!("creating {}", output.display()))?;
        let bytes = file.len()?;
        let mut buffer = vec![0; PIECE_BYTES];
        while copied < bytes {
            pass.check(stream.camera, pipeline::system_wall())?;
            let now = usize::try_from(bytes - copied).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
            let piece = buffer.get_mut(..now).context("a piece is too long")?;
            file.read_at(copied, piece)?;
            out.write_all(piece)?;
            copied += now as u64;
        }
        out.sync_all()?;
        Ok(())
    })();
    (copied, outcome)
}

fn used(segment: &SegmentRow, bytes: u64) -> anyhow::Result<Use> {
    let record = SegmentRecord::decode(&segment.record)?;
    let whole = bytes == segment.bytes;
    let to: WallTime = if bytes == 0 { segment.span.start } else { segment.span.end };
    Ok(Use {
        camera: segment.stream.camera,
        profile: segment.stream.profile,
        units: if whole { record.au_count.into() } else { 0 },
        bytes,
        from: segment.span.start,
        to,
    })
}
