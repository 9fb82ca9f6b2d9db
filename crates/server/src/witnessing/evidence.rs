//! What shows a fork to anybody: the checkpoint that a witness holds, beside ours, both signed by the log's own key.
//!
//! It accuses nobody: `ledger::fork` says what follows from two signatures. A witness that hands out nothing leaves the alarm without a file.

use super::config::WitnessSpec;
use crate::{app::App, http_client::HttpClient};
use ledger::{
    checkpoint::Checkpoint,
    fork::Fork,
    note::{NOTE_BYTES_MAX, Note, NoteKey},
    tree::sha256,
};
use store::LogName;
use url::Url;

/// The pair, if the witness shows what it holds and the two do contradict or fail to continue each other.
pub async fn pair(app: &App, client: &HttpClient, spec: &WitnessSpec, log: LogName) -> Option<Fork> {
    match shown(app, client, spec, log).await {
        Ok(fork) => Some(fork),
        Err(error) => {
            let error = format!("{error:#}");
            tracing::warn!(
                witness = spec.name,
                log = log.as_str(),
                error,
                "what the witness holds could not be kept as evidence"
            );
            None
        }
    }
}

async fn shown(app: &App, client: &HttpClient, spec: &WitnessSpec, log: LogName) -> anyhow::Result<Fork> {
    let keys = [NoteKey::parse(&app.store().vkey(log))?];
    let newest = app.store().checkpoint(log).await?.ok_or(store::Error::NotFound("checkpoint"))?;
    let origin = Checkpoint::parse(Note::parse(newest.note.as_bytes())?.text())?.origin;
    let base = spec.url.trim_end_matches('/');
    let address = Url::parse(&format!("{base}/latest/{}", sha256(&[origin.as_bytes()])))?;
    let answer = client.get(&address, None, NOTE_BYTES_MAX).await?;
    anyhow::ensure!(answer.status == 200, "it shows no checkpoint of this log ({})", answer.status);
    let first = Note::parse(&answer.body)?;
    let (theirs, _) = Checkpoint::open(&first, &keys)?;
    // Of their size, if we signed one of it that is another: two roots of one size prove more than two sizes.
    let same = app.store().checkpoint_of(log, theirs.size).await?;
    let of_size = same.map(|same| Note::parse(same.note.as_bytes())).transpose()?;
    let other =
        of_size.filter(|note| Checkpoint::parse(note.text()).is_ok_and(|own| own.root != theirs.root));
    let second = match other {
        Some(note) => note,
        None => Note::parse(newest.note.as_bytes())?,
    };
    let fork = Fork { seen: app.now(), source: address.to_string(), first, second };
    fork.verdict(&keys)?;
    Ok(fork)
}
