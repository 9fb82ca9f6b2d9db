//! One submission to one witness (c2sp.org/tlog-witness, "add-checkpoint"): the client's half.
//!
//! It believes a witness's signature and nothing else; a size that a witness names is what it is asked from next.

use super::config::WitnessSpec;
use crate::{app::App, http_client::HttpClient};
use law::clocks::Sample;
use ledger::{
    checkpoint::Checkpoint,
    note::Note,
    witness::{ANSWER_BYTES_MAX, AddCheckpoint, parse_cosignatures, parse_size_answer},
};
use store::{LastCosigned, LogName};

/// Requests of one submission: the second from the size that the first was answered, the third if it moved meanwhile.
const REQUESTS_MAX: usize = 3;
/// Characters of a witness's words that are kept.
const WORDS_CHARS_MAX: usize = 200;

/// What came of it.
pub enum Sent {
    /// The newest checkpoint is cosigned already, or there is none.
    Nothing,
    /// And what the time in it says of our clock.
    Cosigned(LastCosigned, Option<Sample>),
}

/// Why there is no cosignature.
pub enum Trouble {
    /// The witness holds what our log does not continue.
    Conflict { problem: &'static str, size: u64 },
    /// The witness is away, does not know us, or cannot be understood: try again later.
    Failed(String),
}

impl Trouble {
    fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(format!("{error:#}").chars().take(WORDS_CHARS_MAX).collect())
    }
}

/// Submits the newest checkpoint of a log unless `holds` says that the witness has it. Also says whether the witness is on
/// this host, if it was reached.
pub async fn submit(
    app: &App,
    client: &HttpClient,
    spec: &WitnessSpec,
    log: LogName,
    holds: Option<u64>,
) -> (Result<Sent, Trouble>, Option<bool>) {
    let mut same_host = None;
    let outcome = attempts(app, client, spec, log, holds, &mut same_host).await;
    (outcome, same_host)
}

async fn attempts(
    app: &App,
    client: &HttpClient,
    spec: &WitnessSpec,
    log: LogName,
    holds: Option<u64>,
    same_host: &mut Option<bool>,
) -> Result<Sent, Trouble> {
    let newest = app.store().checkpoint(log).await.map_err(Trouble::failed)?;
    let Some(newest) = newest else { return Ok(Sent::Nothing) };
    if holds == Some(newest.size) {
        return Ok(Sent::Nothing);
    }
    let mut old_size = holds.unwrap_or(0);
    for _ in 0..REQUESTS_MAX {
        if old_size > newest.size {
            return Err(Trouble::Conflict { problem: "rolled_back", size: old_size });
        }
        let request = request(app, log, old_size).await?;
        let size = request.checkpoint.size;
        let body = request.to_string();
        let sent = app.pipeline().clock().system_wall();
        let answer = client.post(&spec.submit_to, body.as_bytes(), ANSWER_BYTES_MAX).await;
        let answer = answer.map_err(Trouble::failed)?;
        let received = app.pipeline().clock().system_wall();
        *same_host = Some(answer.same_host);
        match answer.status {
            200 => {
                let cosignature = parse_cosignatures(&answer.body, request.note.text(), &spec.key);
                let cosignature = cosignature.map_err(Trouble::failed)?;
                let last = LastCosigned { size, time_s: cosignature.time_s };
                let stored = app.store().add_cosignature(log, size, &spec.key, cosignature, app.now()).await;
                stored.map_err(Trouble::failed)?;
                let said = Sample::of_cosignature(last.time_s, sent, received);
                return Ok(Sent::Cosigned(last, said));
            }
            409 => match parse_size_answer(&answer.body).map_err(Trouble::failed)? {
                held if held > size => return Err(Trouble::Conflict { problem: "rolled_back", size: held }),
                held if held == old_size => {
                    return Err(Trouble::Conflict { problem: "other_root", size: held });
                }
                held => old_size = held,
            },
            422 => return Err(Trouble::Conflict { problem: "not_continued", size: old_size }),
            status => return Err(refused(status, &answer.body)),
        }
    }
    Err(Trouble::failed("the witness named another size each time"))
}

fn refused(status: u16, body: &[u8]) -> Trouble {
    let words: String = String::from_utf8_lossy(body).chars().filter(|c| !c.is_control()).collect();
    let meaning = match status {
        403 => "the witness does not trust this log's key; after a restore its operator must add the new one",
        404 => "the witness does not follow this log; its operator must add its verifier key",
        _ => "the witness refused",
    };
    Trouble::failed(format!("{meaning} ({status}): {words}"))
}

async fn request(app: &App, log: LogName, old_size: u64) -> Result<AddCheckpoint, Trouble> {
    let proof = app.store().consistency(log, old_size).await.map_err(Trouble::failed)?;
    let note = Note::parse(proof.checkpoint.note.as_bytes()).map_err(Trouble::failed)?;
    let checkpoint = Checkpoint::parse(note.text()).map_err(Trouble::failed)?;
    // From an empty tree everything follows: the proof is empty.
    Ok(AddCheckpoint { old_size, proof: proof.hashes, note, checkpoint })
}
