//! What this database has decided and `footage.db` must carry out: no transaction spans the two, so a message commits
//! with the decision, is carried out as often as it takes, and is marked as done.
//!
//! Invariant: carrying a message out twice is the same as once; its key is the idempotency key.

use super::Registry;
use crate::error::{Doing, Error, Result};
use model::{Cx, WallTime};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

/// Messages of one round.
const ROUND_MAX: i64 = 256;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Message {
    PlaceHold { hold: String, start_us: i64, end_us: i64, cameras: Vec<String>, authority: String },
    ReleaseHold { hold: String, authority: String },
}

impl Message {
    fn key(&self) -> String {
        match self {
            Self::PlaceHold { hold, .. } => format!("place_hold/{hold}"),
            Self::ReleaseHold { hold, .. } => format!("release_hold/{hold}"),
        }
    }
}

pub(super) async fn put(connection: &mut SqliteConnection, now: WallTime, message: &Message) -> Result<()> {
    let body = serde_json::to_string(message).map_err(|error| Error::Internal(error.to_string()))?;
    sqlx::query("INSERT INTO outbox (key, body, made_us) VALUES (?, ?, ?)")
        .bind(message.key())
        .bind(body)
        .bind(now.0)
        .execute(connection)
        .await
        .doing("putting a message into the outbox")
        .map(|_| ())
}

impl Registry {
    /// Messages that are not carried out, oldest first.
    pub(crate) async fn outbox(&self) -> Result<Vec<(i64, Message)>> {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT seq, body FROM outbox WHERE done_us IS NULL ORDER BY seq LIMIT ?")
                .bind(ROUND_MAX)
                .fetch_all(&self.0.database.read)
                .await
                .doing("reading the outbox")?;
        let message = |(seq, body): (i64, String)| match serde_json::from_str(&body) {
            Ok(message) => Ok((seq, message)),
            Err(_) => Err(Error::Corrupt(format!("outbox {seq} cannot be read"))),
        };
        rows.into_iter().map(message).collect()
    }

    /// How many messages made before a time are not carried out, and when the oldest was made.
    pub async fn outbox_stuck(&self, _cx: &Cx, before: WallTime) -> Result<Option<(u64, WallTime)>> {
        let (count, oldest): (i64, Option<i64>) =
            sqlx::query_as("SELECT count(*), min(made_us) FROM outbox WHERE done_us IS NULL AND made_us < ?")
                .bind(before.0)
                .fetch_one(&self.0.database.read)
                .await
                .doing("reading the outbox")?;
        oldest.map(|oldest| Ok((crate::convert::uint(count)?, WallTime(oldest)))).transpose()
    }

    pub(crate) async fn outbox_done(&self, seq: i64, now: WallTime) -> Result<()> {
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("UPDATE outbox SET done_us = ? WHERE seq = ?")
                    .bind(now.0)
                    .bind(seq)
                    .execute(connection)
                    .await
                    .doing("marking a message as done")
                    .map(|_| ())
            })
        })
        .await
    }
}
