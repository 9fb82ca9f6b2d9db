//! What waits to be sent, to whom, with which secrets; and what came of it. The sending itself is the server's.
//!
//! The invariant kept: a message is marked after it was taken, under the id that it was sent with. A crash between the two sends it
//! once more, and its receiver can tell.

use super::super::{Registry, admit::Ask, system_cx};
use super::channels::{MailRow, WebhookRow};
use super::own::batch;
use super::{answer, has_board};
use crate::convert::{blob, small, uuid_of};
use crate::error::{Doing, Result};
use crate::seal::Kind;
use law::remind::{Batch, retry};
use model::{Act, Cx, PersonId, Personal, Secret, WallTime};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Messages of one run: at a second each, a few minutes.
const RUN_MAX: i64 = 200;

/// How the mail server is entered.
#[derive(Clone, Debug)]
pub struct MailDoor {
    pub host: String,
    pub port: u16,
    pub security: String,
    pub sender: String,
    pub login: Option<(String, Secret<String>)>,
}

/// How a webhook is reached, and with what it is signed: the present secret, and for a day the one before.
#[derive(Clone, Debug)]
pub struct WebhookDoor {
    pub id: Uuid,
    pub url: Secret<String>,
    pub secrets: Vec<Secret<Vec<u8>>>,
}

#[derive(Clone, Debug)]
pub enum SendTo {
    Mail {
        address: Personal<String>,
        language: String,
        /// A board of findings is theirs; else it leads to what they supervise.
        has_board: bool,
    },
    Webhook(WebhookDoor),
    /// Nobody any more: the account rests, the address or the webhook is gone.
    Nobody,
}

/// One message that waits.
#[derive(Clone, Debug)]
pub struct Sending {
    /// Its id on every channel, however often it is tried.
    pub id: Uuid,
    pub to: SendTo,
    pub batch: Batch,
    pub made: WallTime,
    pub tries: u32,
}

/// What came of trying one.
#[derive(Clone, Debug)]
pub struct Sent {
    pub sending: Sending,
    /// The receiver's answer, or why there was none.
    pub answer: String,
    pub taken: bool,
}

type Row = (Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>, String, i64, i64, i64, String, i64, i64);
type Reached = (bool, String, bool, Option<Vec<u8>>, bool);

impl Registry {
    pub async fn mail_door(&self, _cx: &Cx) -> Result<Option<MailDoor>> {
        let row: Option<MailRow> = sqlx::query_as("SELECT * FROM mail_server")
            .fetch_optional(&self.0.database.read)
            .await
            .doing("reading the mail server")?;
        let Some(row) = row else { return Ok(None) };
        let id = uuid_of(&row.id)?;
        let password =
            row.password.map(|sealed| self.open_text(Kind::MailPassword, id, &sealed)).transpose()?;
        Ok(Some(MailDoor {
            host: row.host,
            port: small(row.port)?,
            security: row.security,
            sender: row.sender,
            login: password.map(|password| (row.username, Secret::new(password))),
        }))
    }

    /// How a webhook in use is reached.
    pub async fn webhook_door(&self, cx: &Cx, id: Uuid) -> Result<Option<WebhookDoor>> {
        let row: Option<WebhookRow> = sqlx::query_as("SELECT * FROM webhook WHERE id = ?")
            .bind(blob(id))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("reading a webhook")?;
        let Some((row, url, secret)) = row.and_then(|mut row| {
            let (url, secret) = (row.url.take()?, row.secret.take()?);
            Some((row, url, secret))
        }) else {
            return Ok(None);
        };
        let url = Secret::new(self.open_text(Kind::WebhookUrl, id, &url)?);
        let mut secrets = vec![self.0.sealer.open(Kind::WebhookSecret, id, &secret)?];
        let before = row.secret_before.zip(row.before_until_us).filter(|(_, until)| *until > cx.now.0);
        if let Some((sealed, _)) = before {
            secrets.push(self.0.sealer.open(Kind::WebhookSecret, id, &sealed)?);
        }
        Ok(Some(WebhookDoor { id, url, secrets }))
    }

    /// What is to be sent now, oldest first.
    pub async fn waiting_reminders(&self, cx: &Cx) -> Result<Vec<Sending>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, person, webhook, occasion, late, due, coming, lines, made_us, tries FROM reminder
             WHERE sending = 'waiting' AND next_us <= ? ORDER BY next_us, id LIMIT ?",
        )
        .bind(cx.now.0)
        .bind(RUN_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading what waits to be sent")?;
        let mut waiting = Vec::with_capacity(rows.len());
        for (id, person, webhook, occasion, late, due, coming, lines, made_us, tries) in rows {
            let to = match (person, webhook) {
                (Some(person), _) => self.mail_to(PersonId(uuid_of(&person)?)).await?,
                (None, Some(webhook)) => {
                    let door = self.webhook_door(cx, uuid_of(&webhook)?).await?;
                    door.map_or(SendTo::Nobody, SendTo::Webhook)
                }
                (None, None) => SendTo::Nobody,
            };
            waiting.push(Sending {
                id: uuid_of(&id)?,
                to,
                batch: batch(&occasion, [late, due, coming], &lines)?,
                made: WallTime(made_us),
                tries: small(tries)?,
            });
        }
        Ok(waiting)
    }

    async fn mail_to(&self, person: PersonId) -> Result<SendTo> {
        let sql = format!(
            "SELECT suspended, language, mail, address, {} FROM person JOIN reminder_wish ON reminder_wish.person = person.id
             WHERE person.id = ?",
            has_board()
        );
        let row: Option<Reached> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(blob(person.0))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("looking where somebody is reached")?;
        match row {
            Some((false, language, true, Some(sealed), has_board)) => {
                let address = Personal::new(self.open_text(Kind::MailAddress, person.0, &sealed)?);
                Ok(SendTo::Mail { address, language, has_board })
            }
            _ => Ok(SendTo::Nobody),
        }
    }

    /// Marks what was tried, with one entry that counts it.
    pub async fn note_sent(&self, now: WallTime, all: Vec<Sent>) -> Result<()> {
        if all.is_empty() {
            return Ok(());
        }
        let next = move |sent: &Sent| match sent.sending.to {
            SendTo::Nobody => None,
            _ => retry(sent.sending.made, now, sent.sending.tries.saturating_add(1)),
        };
        let taken = all.iter().filter(|sent| sent.taken).count();
        let given_up = all.iter().filter(|sent| !sent.taken && next(sent).is_none()).count();
        let waiting = all.len() - taken - given_up;
        let extra = format!("sent={taken}\nwaiting={waiting}\ngiven_up={given_up}");
        let ask = Ask { extra, ..Ask::new(Act::SendReminders) };
        self.act(&system_cx("reminders", now), ask, move |connection, _| {
            Box::pin(async move {
                for sent in &all {
                    mark(connection, sent, next(sent), now).await?;
                    note_channel(connection, &sent.sending.to, sent.taken, &sent.answer, now).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// What a test message came to: the channel's last answer.
    pub async fn note_answer(&self, now: WallTime, to: SendTo, taken: bool, text: &str) -> Result<()> {
        let text = text.to_owned();
        self.write(move |connection| {
            Box::pin(async move { note_channel(connection, &to, taken, &text, now).await })
        })
        .await
    }
}

async fn mark(
    connection: &mut SqliteConnection,
    sent: &Sent,
    next: Option<WallTime>,
    now: WallTime,
) -> Result<()> {
    let (word, next) = match (sent.taken, next) {
        (true, _) => ("sent", None),
        (false, Some(next)) => ("waiting", Some(next)),
        (false, None) => ("given_up", None),
    };
    let tries = i64::from(sent.sending.tries.saturating_add(1));
    sqlx::query(
        "UPDATE reminder SET sending = ?, tries = ?, next_us = ?, ended_us = ?, answer = ? WHERE id = ? AND sending = 'waiting'",
    )
    .bind(word)
    .bind(tries)
    .bind(next.map(|next| next.0))
    .bind((word != "waiting").then_some(now.0))
    .bind(answer(&sent.answer))
    .bind(blob(sent.sending.id))
    .execute(connection)
    .await
    .doing("marking a reminder")
    .map(|_| ())
}

/// Since when a channel takes nothing, and what it said last.
async fn note_channel(
    connection: &mut SqliteConnection,
    to: &SendTo,
    taken: bool,
    text: &str,
    now: WallTime,
) -> Result<()> {
    let failing = (!taken).then_some(now.0);
    let (sql, id) = match to {
        SendTo::Nobody => return Ok(()),
        SendTo::Mail { .. } => (
            "UPDATE mail_server SET failing_us = CASE WHEN ?1 IS NULL THEN NULL ELSE coalesce(failing_us, ?1) END,
             answer = ?2 WHERE one = 1 OR id = ?3",
            Vec::new(),
        ),
        SendTo::Webhook(door) => (
            "UPDATE webhook SET failing_us = CASE WHEN ?1 IS NULL THEN NULL ELSE coalesce(failing_us, ?1) END,
             answer = ?2 WHERE id = ?3",
            blob(door.id),
        ),
    };
    sqlx::query(sql)
        .bind(failing)
        .bind(answer(text))
        .bind(id)
        .execute(connection)
        .await
        .doing("noting what a channel answered")
        .map(|_| ())
}
