//! The channels: the installation's mail server and units' webhooks. It sends nothing.
//!
//! The invariant kept: a secret is told once or never; a password does not go to another server than the one it was given for.

use super::super::admit::Ask;
use super::super::facts::posts_at;
use super::super::{EntryIndex, Registry, new_id, words, words_digest};
use super::{OVERLAP_US, address, checked, host, wish};
use crate::convert::{blob, int, small, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::files;
use crate::seal::Kind;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use law::access::{Refusal, entitles};
use law::remind::Wish;
use model::{Act, Actor, Cx, Secret, UnitId, WallTime};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};
use uuid::Uuid;

const NAME_CHARS_MAX: usize = 100;
/// Longest address of a webhook.
const URL_CHARS_MAX: usize = 1_000;
/// Webhooks of one unit: few systems want to know.
const WEBHOOKS_MAX: i64 = 8;
/// A password or user name of a mail server.
const LOGIN_CHARS_MAX: usize = 200;
const SECURITY: [&str; 3] = ["starttls", "tls", "none"];

#[derive(Clone, Debug)]
pub struct NewMailServer {
    pub host: String,
    pub port: u16,
    /// `starttls`, `tls` or `none`.
    pub security: String,
    pub sender: String,
    /// Empty: without signing in.
    pub username: String,
    /// `None`: as before, if server and user are the same.
    pub password: Option<Secret<String>>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailServer {
    pub host: String,
    pub port: u16,
    pub security: String,
    pub sender: String,
    pub username: String,
    pub has_password: bool,
    pub failing: Option<WallTime>,
    pub answer: String,
    pub entry: EntryIndex,
}

#[derive(Clone, Debug)]
pub struct NewWebhook {
    pub unit: UnitId,
    pub name: String,
    /// Scheme, host and port of the address.
    pub origin: String,
    pub url: Secret<String>,
    pub wish: Wish,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Webhook {
    pub id: Uuid,
    pub unit: UnitId,
    pub name: String,
    pub origin: String,
    pub wish: Wish,
    pub made: WallTime,
    /// Until when the secret before signs too.
    pub before_until: Option<WallTime>,
    pub failing: Option<WallTime>,
    pub answer: String,
    pub entry: EntryIndex,
}

impl Registry {
    pub async fn mail_server(&self, _cx: &Cx) -> Result<Option<MailServer>> {
        let row: Option<MailRow> = sqlx::query_as("SELECT * FROM mail_server")
            .fetch_optional(&self.0.database.read)
            .await
            .doing("reading the mail server")?;
        row.map(|row| {
            Ok(MailServer {
                host: row.host,
                port: small(row.port)?,
                security: row.security,
                sender: row.sender,
                username: row.username,
                has_password: row.password.is_some(),
                failing: row.failing_us.map(WallTime),
                answer: row.answer,
                entry: EntryIndex(uint(row.entry)?),
            })
        })
        .transpose()
    }

    /// Sets the one mail server, in place of the one before.
    pub async fn set_mail_server(&self, cx: &Cx, new: NewMailServer) -> Result<()> {
        let host = host(&new.host)?;
        let sender = address("sender", &new.sender)?;
        if new.port == 0 {
            return Err(Error::invalid("port", "is 0"));
        }
        if !SECURITY.contains(&new.security.as_str()) {
            return Err(Error::invalid("security", "is none of starttls, tls, none"));
        }
        let username = login("username", &new.username)?;
        let before: Option<MailRow> = sqlx::query_as("SELECT * FROM mail_server")
            .fetch_optional(&self.0.database.read)
            .await
            .doing("reading the mail server")?;
        let kept = before.filter(|row| {
            (&row.host, row.port, &row.username, &row.security)
                == (&host, i64::from(new.port), &username, &new.security)
        });
        let id = kept.as_ref().map_or_else(|| Ok(new_id()), |row| uuid_of(&row.id))?;
        let password = match &new.password {
            Some(given) if !given.expose().is_empty() => {
                let given = login("password", given.expose())?;
                Some(self.0.sealer.seal(Kind::MailPassword, id, given.as_bytes())?)
            }
            Some(_) => None,
            None => kept.and_then(|row| row.password),
        };
        if password.is_some() && new.security == "none" {
            return Err(Error::invalid("security", "is none: a password is not sent in the clear"));
        }
        if username.is_empty() == password.is_some() {
            return Err(Error::invalid("password", "and user name go together"));
        }
        let extra = format!("mail_server={host}:{}\nsecurity={}\nsender={sender}", new.port, new.security);
        let now = cx.now;
        let ask = Ask { subject: Some(id), extra, ..Ask::new(Act::ChangeMailServer) };
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                sqlx::query("DELETE FROM mail_server")
                    .execute(&mut *connection)
                    .await
                    .doing("replacing the mail server")?;
                sqlx::query(
                    "INSERT INTO mail_server (id, one, host, port, security, sender, username, password, set_us, entry)
                     VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(host)
                .bind(i64::from(new.port))
                .bind(new.security)
                .bind(sender)
                .bind(username)
                .bind(password)
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("setting the mail server")
                .map(|_| ())
            })
        })
        .await
    }

    /// No mail from now on; what waits for it is given up at its next turn.
    pub async fn remove_mail_server(&self, cx: &Cx) -> Result<()> {
        let ask = Ask { extra: "mail_server=none".into(), ..Ask::new(Act::ChangeMailServer) };
        self.act(cx, ask, |connection, _| {
            Box::pin(async move {
                let done = sqlx::query("DELETE FROM mail_server")
                    .execute(connection)
                    .await
                    .doing("removing the mail server")?;
                if done.rows_affected() == 0 { Err(Error::NotFound("mail server")) } else { Ok(()) }
            })
        })
        .await
    }

    /// Adds a webhook; its secret is told once, here.
    pub async fn add_webhook(&self, cx: &Cx, new: NewWebhook) -> Result<(Uuid, Secret<String>)> {
        let (id, name, now) = (new_id(), words("name", &new.name, NAME_CHARS_MAX)?, cx.now);
        if name.contains('\n') {
            return Err(Error::invalid("name", "has more than one line"));
        }
        if new.url.expose().chars().count() > URL_CHARS_MAX {
            return Err(Error::invalid("url", "is longer than 1000 characters"));
        }
        let wish = checked(new.wish)?;
        let url = self.0.sealer.seal(Kind::WebhookUrl, id, new.url.expose().as_bytes())?;
        let (secret, told) = self.fresh_secret(id)?;
        let digest = words_digest(new.url.expose());
        let extra = format!("webhook={name}\norigin={}\nurl_sha256={digest}", new.origin);
        self.act(cx, asked((id, new.unit), extra), move |connection, entry| {
            Box::pin(async move {
                let (known,): (i64,) =
                    sqlx::query_as("SELECT count(*) FROM webhook WHERE unit = ? AND ended_us IS NULL")
                        .bind(blob(new.unit.0))
                        .fetch_one(&mut *connection)
                        .await
                        .doing("counting webhooks")?;
                if known >= WEBHOOKS_MAX {
                    return Err(Error::Conflict("the unit has eight webhooks already".into()));
                }
                sqlx::query(
                    "INSERT INTO webhook (id, unit, name, origin, url, hour, days, breaches, secret, made_us, entry)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(blob(new.unit.0))
                .bind(name)
                .bind(new.origin)
                .bind(url)
                .bind(i64::from(wish.hour))
                .bind(i64::from(wish.days))
                .bind(wish.breaches)
                .bind(secret)
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("adding a webhook")
                .map(|_| ())
            })
        })
        .await?;
        Ok((id, told))
    }

    /// Gives it another secret; for a day both sign.
    pub async fn renew_webhook_secret(&self, cx: &Cx, id: Uuid) -> Result<Secret<String>> {
        let (unit, until) = (self.webhook_unit(id).await?, cx.now.plus_us(OVERLAP_US));
        let (secret, told) = self.fresh_secret(id)?;
        self.act(cx, asked((id, unit), "secret=renewed".into()), move |connection, _| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE webhook SET secret_before = secret, before_until_us = ?, secret = ? WHERE id = ? AND ended_us IS NULL",
                )
                .bind(until.0)
                .bind(secret)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("renewing a webhook's secret")
                .map(|_| ())
            })
        })
        .await?;
        Ok(told)
    }

    /// Ends it for good: address and secrets go, what it was told stays to be counted.
    pub async fn end_webhook(&self, cx: &Cx, id: Uuid) -> Result<()> {
        let (unit, now) = (self.webhook_unit(id).await?, cx.now);
        self.act(cx, asked((id, unit), "ended=true".into()), move |connection, _| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE webhook SET ended_us = ?, url = NULL, secret = NULL, secret_before = NULL, before_until_us = NULL
                     WHERE id = ? AND ended_us IS NULL",
                )
                .bind(now.0)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("ending a webhook")?;
                if done.rows_affected() == 0 { Err(Error::NotFound("webhook")) } else { Ok(()) }
            })
        })
        .await
    }

    /// The entry of a test that is about to be sent.
    pub async fn enter_webhook_test(&self, cx: &Cx, id: Uuid, refusal: Option<Refusal>) -> Result<()> {
        let unit = self.webhook_unit(id).await?;
        let ask = asked((id, unit), "test=sent".into());
        self.act_unless(cx, ask, refusal, |_, _| Box::pin(async { Ok(()) })).await
    }

    /// Those of the units whose health the actor reads as a whole, by name.
    pub async fn webhooks(&self, cx: &Cx) -> Result<Vec<Webhook>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing webhooks")?;
        let units: Option<Vec<UnitId>> = match cx.actor {
            Actor::Person(person) => {
                let posts = posts_at(&mut connection, person, cx.now).await?;
                let whole = posts.iter().filter(|post| post.group.is_none());
                let reads = whole.filter(|post| entitles(post.role, Act::ReadHealth));
                Some(reads.map(|post| post.unit).collect())
            }
            Actor::System(_) => None,
        };
        let rows: Vec<WebhookRow> =
            sqlx::query_as("SELECT * FROM webhook WHERE ended_us IS NULL ORDER BY name, id")
                .fetch_all(&mut *connection)
                .await
                .doing("listing webhooks")?;
        let all = rows.into_iter().map(|row| row.read(cx.now)).collect::<Result<Vec<_>>>()?;
        Ok(all.into_iter().filter(|one| units.as_ref().is_none_or(|own| own.contains(&one.unit))).collect())
    }

    async fn webhook_unit(&self, id: Uuid) -> Result<UnitId> {
        let row: Option<(Vec<u8>,)> =
            sqlx::query_as("SELECT unit FROM webhook WHERE id = ? AND ended_us IS NULL")
                .bind(blob(id))
                .fetch_optional(&self.0.database.read)
                .await
                .doing("looking for a webhook")?;
        row.map_or(Err(Error::NotFound("webhook")), |(unit,)| uuid_of(&unit).map(UnitId))
    }

    /// 32 bytes, sealed, and as the receiver takes them (Standard Webhooks: `whsec_` and base64).
    fn fresh_secret(&self, id: Uuid) -> Result<(Vec<u8>, Secret<String>)> {
        let secret = Secret::new(files::random::<32>()?);
        let sealed = self.0.sealer.seal(Kind::WebhookSecret, id, secret.expose())?;
        Ok((sealed, Secret::new(format!("whsec_{}", STANDARD.encode(secret.expose())))))
    }
}

fn asked((id, unit): (Uuid, UnitId), extra: String) -> Ask {
    Ask { scopes: vec![(unit, None)], subject: Some(id), extra, ..Ask::new(Act::ChangeWebhook) }
}

fn login(field: &'static str, text: &str) -> Result<String> {
    if text.chars().count() > LOGIN_CHARS_MAX || text.chars().any(char::is_control) {
        return Err(Error::invalid(field, "is too long or has control characters"));
    }
    Ok(text.to_owned())
}

pub(super) struct MailRow {
    pub id: Vec<u8>,
    pub host: String,
    pub port: i64,
    pub security: String,
    pub sender: String,
    pub username: String,
    pub password: Option<Vec<u8>>,
    pub failing_us: Option<i64>,
    pub answer: String,
    pub entry: i64,
}

impl FromRow<'_, SqliteRow> for MailRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            host: row.try_get("host")?,
            port: row.try_get("port")?,
            security: row.try_get("security")?,
            sender: row.try_get("sender")?,
            username: row.try_get("username")?,
            password: row.try_get("password")?,
            failing_us: row.try_get("failing_us")?,
            answer: row.try_get("answer")?,
            entry: row.try_get("entry")?,
        })
    }
}

pub(super) struct WebhookRow {
    pub id: Vec<u8>,
    pub unit: Vec<u8>,
    name: String,
    origin: String,
    pub hour: i64,
    pub days: i64,
    pub breaches: bool,
    pub url: Option<Vec<u8>>,
    pub secret: Option<Vec<u8>>,
    pub secret_before: Option<Vec<u8>>,
    pub before_until_us: Option<i64>,
    made_us: i64,
    failing_us: Option<i64>,
    answer: String,
    entry: i64,
}

impl FromRow<'_, SqliteRow> for WebhookRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            unit: row.try_get("unit")?,
            name: row.try_get("name")?,
            origin: row.try_get("origin")?,
            hour: row.try_get("hour")?,
            days: row.try_get("days")?,
            breaches: row.try_get("breaches")?,
            url: row.try_get("url")?,
            secret: row.try_get("secret")?,
            secret_before: row.try_get("secret_before")?,
            before_until_us: row.try_get("before_until_us")?,
            made_us: row.try_get("made_us")?,
            failing_us: row.try_get("failing_us")?,
            answer: row.try_get("answer")?,
            entry: row.try_get("entry")?,
        })
    }
}

impl WebhookRow {
    fn read(self, now: WallTime) -> Result<Webhook> {
        Ok(Webhook {
            id: uuid_of(&self.id)?,
            unit: UnitId(uuid_of(&self.unit)?),
            name: self.name,
            origin: self.origin,
            wish: wish(self.hour, self.days, self.breaches)?,
            made: WallTime(self.made_us),
            before_until: self.before_until_us.map(WallTime).filter(|until| *until > now),
            failing: self.failing_us.map(WallTime),
            answer: self.answer,
            entry: EntryIndex(uint(self.entry)?),
        })
    }
}
