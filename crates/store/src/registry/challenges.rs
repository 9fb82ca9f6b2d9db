//! Challenges in the registry: what was asked and fixed, and that it was answered once. What is drawn and what proves it is not
//! known here.

use super::admit::Ask;
use super::{EntryIndex, Registry};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use model::{Act, CameraId, Cx, Span, WallTime};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Challenges in an hour, of all askers together: at 200 instants each they read 0.7 GB of an ordinary store.
pub const CHALLENGES_HOUR_MAX: i64 = 12;
/// How long a challenge waits for its nonce: a program shows it within a second.
const OPEN_US_MAX: i64 = 10 * 60_000_000;
/// Rows of the list.
const ROWS_MAX: i64 = 200;
const HOUR_US: i64 = 3_600_000_000;

/// A question whose terms are fixed.
#[derive(Clone, Debug)]
pub struct NewChallenge {
    pub id: Uuid,
    /// An account, or another party's machine.
    pub asker: String,
    pub cameras: Vec<CameraId>,
    pub span: Span,
    /// What the entry says of it, as `field=value` lines.
    pub extra: String,
    pub terms: String,
}

/// How many instants were answered how.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ChallengeOutcome {
    pub footage: u32,
    pub gaps: u32,
    pub expired: u32,
    pub not_yet: u32,
    pub cannot: u32,
}

/// A challenge as the registry knows it.
#[derive(Clone, Debug)]
pub struct ChallengeRow {
    pub id: Uuid,
    pub asked: WallTime,
    pub asker: String,
    pub terms: String,
    pub asked_entry: EntryIndex,
    /// When, under which entry, and how.
    pub answered: Option<(WallTime, EntryIndex, ChallengeOutcome)>,
}

type Row = (
    Vec<u8>,
    i64,
    String,
    String,
    i64,
    Option<i64>,
    Option<i64>,
    Option<u32>,
    Option<u32>,
    Option<u32>,
    Option<u32>,
    Option<u32>,
);

const COLUMNS: &str = "SELECT id, asked_us, asker, terms, asked_entry, answered_us, answer_entry,
    footage, gaps, expired, not_yet, cannot FROM challenge";

impl Registry {
    /// Keeps a question with its entry.
    ///
    /// # Errors
    /// `Conflict` when there were too many in this hour.
    pub async fn ask_challenge(&self, cx: &Cx, new: NewChallenge) -> Result<EntryIndex> {
        let NewChallenge { id, asker, cameras, span, extra, terms } = new;
        let ask = Ask { subject: Some(id), cameras, span: Some(span), extra, ..Ask::new(Act::AskChallenge) };
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let (recent,): (i64,) = sqlx::query_as("SELECT count(*) FROM challenge WHERE asked_us > ?")
                    .bind(now.0.saturating_sub(HOUR_US))
                    .fetch_one(&mut *connection)
                    .await
                    .doing("counting challenges")?;
                if recent >= CHALLENGES_HOUR_MAX {
                    let problem = format!("{CHALLENGES_HOUR_MAX} challenges were asked in the last hour");
                    return Err(Error::Conflict(problem));
                }
                commit_once(connection, &terms, entry).await?;
                sqlx::query(
                    "INSERT INTO challenge (id, asked_us, asker, terms, asked_entry) VALUES (?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(now.0)
                .bind(asker)
                .bind(terms)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("keeping a challenge")?;
                Ok(entry)
            })
        })
        .await
    }

    /// One's own question that waits for its nonce. Another's is answered like one that never was.
    pub async fn open_challenge(&self, cx: &Cx, id: Uuid, asker: &str) -> Result<ChallengeRow> {
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = ?")))
            .bind(blob(id))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("reading a challenge")?;
        let row = row.map(row_of).transpose()?.filter(|row| row.asker == asker);
        let row = row.ok_or(Error::NotFound("challenge"))?;
        if row.answered.is_some() {
            return Err(Error::Conflict(
                "this challenge is answered; its nonce is no secret any more".into(),
            ));
        }
        if cx.now.since_us(row.asked) > OPEN_US_MAX {
            return Err(Error::Conflict("this challenge was asked too long ago; ask again".into()));
        }
        Ok(row)
    }

    /// That it is answered, once: row and entry. `extra` holds the nonce and the answers' hash.
    pub async fn answer_challenge(
        &self,
        cx: &Cx,
        row: &ChallengeRow,
        cameras: Vec<CameraId>,
        outcome: ChallengeOutcome,
        extra: String,
    ) -> Result<EntryIndex> {
        let ask = Ask {
            subject: Some(row.id),
            cameras,
            refers_to: Some(row.asked_entry),
            extra,
            ..Ask::new(Act::AnswerChallenge)
        };
        let (id, now) = (row.id, cx.now);
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE challenge SET answered_us = ?, answer_entry = ?, footage = ?, gaps = ?, expired = ?,
                            not_yet = ?, cannot = ? WHERE id = ? AND answered_us IS NULL",
                )
                .bind(now.0)
                .bind(int(entry.0)?)
                .bind(outcome.footage)
                .bind(outcome.gaps)
                .bind(outcome.expired)
                .bind(outcome.not_yet)
                .bind(outcome.cannot)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("noting an answer")?;
                match done.rows_affected() {
                    1 => Ok(entry),
                    _ => Err(Error::Conflict("this challenge is answered".into())),
                }
            })
        })
        .await
    }

    /// The newest challenges.
    pub async fn challenges(&self, _cx: &Cx) -> Result<Vec<ChallengeRow>> {
        let sql = format!("{COLUMNS} ORDER BY asked_us DESC LIMIT ?");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(ROWS_MAX)
            .fetch_all(&self.0.database.read)
            .await
            .doing("listing challenges")?;
        rows.into_iter().map(row_of).collect()
    }
}

/// Keeps the commitment of terms, whoever asked: one that was used before is refused, since its nonce may be known already, and whoever
/// knows it chooses what is drawn.
pub(super) async fn commit_once(
    connection: &mut SqliteConnection,
    terms: &str,
    entry: EntryIndex,
) -> Result<()> {
    let terms: ledger::challenge::Terms =
        serde_json::from_str(terms).map_err(|error| Error::Internal(error.to_string()))?;
    let done = sqlx::query("INSERT OR IGNORE INTO challenge_commitment (commitment, entry) VALUES (?, ?)")
        .bind(terms.commitment.to_string())
        .bind(int(entry.0)?)
        .execute(connection)
        .await
        .doing("keeping a commitment")?;
    match done.rows_affected() {
        1 => Ok(()),
        _ => Err(Error::Conflict("this commitment was used before: draw another nonce".into())),
    }
}

fn row_of(row: Row) -> Result<ChallengeRow> {
    let (
        id,
        asked,
        asker,
        terms,
        asked_entry,
        answered,
        answer_entry,
        footage,
        gaps,
        expired,
        not_yet,
        cannot,
    ) = row;
    let outcome = ChallengeOutcome {
        footage: footage.unwrap_or(0),
        gaps: gaps.unwrap_or(0),
        expired: expired.unwrap_or(0),
        not_yet: not_yet.unwrap_or(0),
        cannot: cannot.unwrap_or(0),
    };
    let answered = match (answered, answer_entry) {
        (Some(at), Some(entry)) => Some((WallTime(at), EntryIndex(uint(entry)?), outcome)),
        _ => None,
    };
    Ok(ChallengeRow {
        id: uuid_of(&id)?,
        asked: WallTime(asked),
        asker,
        terms,
        asked_entry: EntryIndex(uint(asked_entry)?),
        answered,
    })
}
