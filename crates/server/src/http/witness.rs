//! A witness's routes (c2sp.org/tlog-witness): one door for checkpoints, two for people who look.
//!
//! Another program's interface, not the recorder's: it is not in the API's description and has no session. It decides
//! nothing: `ledger::witness` does, and `store::witness` makes it durable. Strangers are bounded in bytes, time and
//! connections; what they send costs a signature check before anything else.

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Path, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use ledger::{tree::sha256, witness::REQUEST_BYTES_MAX};
use serde::Serialize;
use std::time::Duration;
use store::witness::{WitnessBook, Witnessed};

/// How long a client may take to send its body: a request has a few kilobytes.
const PATIENCE: Duration = Duration::from_secs(10);

/// The routes. The submission prefix and the monitoring prefix are the same.
pub fn router(book: WitnessBook) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/", get(about))
        .route("/latest/{origin_sha256}", get(latest))
        .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
        .with_state(book)
}

async fn add_checkpoint(State(book): State<WitnessBook>, body: Body) -> Response {
    let body = match tokio::time::timeout(PATIENCE, axum::body::to_bytes(body, REQUEST_BYTES_MAX)).await {
        Ok(Ok(body)) => body,
        Ok(Err(error)) => {
            return words(StatusCode::BAD_REQUEST, &format!("the request could not be read: {error}"));
        }
        Err(_) => return words(StatusCode::REQUEST_TIMEOUT, "the request came too slowly"),
    };
    answer(&book, &body).await
}

async fn answer(book: &WitnessBook, body: &Bytes) -> Response {
    match book.add_checkpoint(body, pipeline::system_wall().0.max(0).unsigned_abs() / 1_000_000).await {
        Ok(Witnessed::Cosigned(lines)) => {
            ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], lines).into_response()
        }
        Ok(Witnessed::Refused(refusal)) => {
            let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
            let headers = [(header::CONTENT_TYPE, refusal.content_type())];
            tracing::info!(status = status.as_u16(), %refusal, "a checkpoint was not cosigned");
            (status, headers, format!("{refusal}\n")).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a checkpoint could not be recorded, and was not cosigned");
            words(StatusCode::SERVICE_UNAVAILABLE, "the witness cannot record at present")
        }
    }
}

fn words(status: StatusCode, text: &str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{text}\n")).into_response()
}

/// The witness in words and numbers.
#[derive(Serialize)]
struct About {
    vkey: String,
    logs: Vec<AboutLog>,
    forks: usize,
}

#[derive(Serialize)]
struct AboutLog {
    origin: String,
    /// Absent until the first checkpoint was cosigned.
    size: Option<u64>,
    time_s: Option<u64>,
}

async fn about(State(book): State<WitnessBook>) -> Response {
    let (latest, forks) = match (book.latest().await, book.forks().list()) {
        (Ok(latest), Ok(forks)) => (latest, forks.len()),
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(%error, "the witness's book could not be read");
            return words(StatusCode::SERVICE_UNAVAILABLE, "the witness cannot read its book at present");
        }
    };
    let logs = book.logs().iter().map(|log| {
        let found = latest.iter().find(|latest| latest.origin == log.origin);
        AboutLog {
            origin: log.origin.clone(),
            size: found.map(|latest| latest.size),
            time_s: found.map(|latest| latest.time_s),
        }
    });
    Json(About { vkey: book.key().to_string(), logs: logs.collect(), forks }).into_response()
}

/// The latest checkpoint of a log that was cosigned, by the SHA-256 of its origin: what a monitor compares, and what a
/// restored server asks for. With the log's signature and without ours, as it was submitted.
async fn latest(State(book): State<WitnessBook>, Path(origin_sha256): Path<String>) -> Response {
    match book.latest().await {
        Ok(latest) => {
            let found = latest
                .into_iter()
                .find(|latest| sha256(&[latest.origin.as_bytes()]).to_string() == origin_sha256);
            match found {
                Some(found) => words(StatusCode::OK, found.note.trim_end()),
                None => words(StatusCode::NOT_FOUND, "nothing of such a log was cosigned"),
            }
        }
        Err(error) => {
            tracing::error!(%error, "the witness's book could not be read");
            words(StatusCode::SERVICE_UNAVAILABLE, "the witness cannot read its book at present")
        }
    }
}
