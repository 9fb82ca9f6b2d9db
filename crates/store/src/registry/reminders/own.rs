//! A person's own reminders: how they want them, what they got, what they have read. Everybody's own and nobody else's.

use super::super::{EntryIndex, Registry, admit::Ask, person_of};
use super::{address, checked, wish};
use crate::convert::{blob, int, small, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::seal::Kind;
use law::access::Refusal;
use law::remind::{Batch, Line, Occasion, Weight, Wish};
use model::{Act, Actor, Cx, PersonId, Personal, WallTime};
use serde::Deserialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};
use uuid::Uuid;

type WishRow = (i64, i64, bool, bool, Option<Vec<u8>>);

/// Reminders in one list: two weeks of mornings and as many breaches.
const SHOWN_MAX: i64 = 50;

/// How a person wants to be reminded.
#[derive(Clone, Debug, Default)]
pub struct ReminderWish {
    pub wish: Wish,
    pub mail: bool,
    /// Empty: none.
    pub address: Option<Personal<String>>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReminderRow {
    pub id: Uuid,
    pub batch: Batch,
    pub made: WallTime,
    pub read: Option<WallTime>,
    pub entry: EntryIndex,
    /// `waiting`, `sent`, `given_up`; `None`: in the console alone.
    pub sending: Option<String>,
    /// The last answer of the mail server.
    pub answer: String,
}

#[derive(Clone, Debug)]
pub struct OwnReminders {
    pub wish: ReminderWish,
    /// Newest first.
    pub reminders: Vec<ReminderRow>,
    pub unread: u64,
}

impl Registry {
    pub async fn own_reminders(&self, cx: &Cx) -> Result<OwnReminders> {
        let person = person_of(cx)?;
        let rows: Vec<Row> =
            sqlx::query_as("SELECT * FROM reminder WHERE person = ? ORDER BY made_us DESC, id DESC LIMIT ?")
                .bind(blob(person.0))
                .bind(SHOWN_MAX)
                .fetch_all(&self.0.database.read)
                .await
                .doing("reading one's reminders")?;
        let reminders = rows.into_iter().map(Row::read).collect::<Result<_>>()?;
        Ok(OwnReminders {
            wish: self.reminder_wish(person).await?,
            reminders,
            unread: self.unread_reminders(cx).await?,
        })
    }

    /// A number for the bell.
    pub async fn unread_reminders(&self, cx: &Cx) -> Result<u64> {
        let Actor::Person(person) = cx.actor else { return Ok(0) };
        let (count,): (i64,) =
            sqlx::query_as("SELECT count(*) FROM reminder WHERE person = ? AND read_us IS NULL")
                .bind(blob(person.0))
                .fetch_one(&self.0.database.read)
                .await
                .doing("counting reminders")?;
        uint(count)
    }

    async fn reminder_wish(&self, person: PersonId) -> Result<ReminderWish> {
        let row: Option<WishRow> =
            sqlx::query_as("SELECT hour, days, breaches, mail, address FROM reminder_wish WHERE person = ?")
                .bind(blob(person.0))
                .fetch_optional(&self.0.database.read)
                .await
                .doing("reading how somebody is reminded")?;
        let Some((hour, days, breaches, mail, sealed)) = row else { return Ok(ReminderWish::default()) };
        let address =
            sealed.map(|sealed| self.open_text(Kind::MailAddress, person.0, &sealed)).transpose()?;
        Ok(ReminderWish { wish: wish(hour, days, breaches)?, mail, address: address.map(Personal::new) })
    }

    /// One's own wishes. Their next morning is the next such hour, today if it has passed: so one sees that it works.
    /// `refusal`: they cause too many messages; it is entered, and nothing is set.
    pub async fn set_reminder_wish(
        &self,
        cx: &Cx,
        new: ReminderWish,
        refusal: Option<Refusal>,
    ) -> Result<()> {
        let (person, wish) = (person_of(cx)?, checked(new.wish)?);
        let given = new.address.filter(|given| !given.reveal().trim().is_empty());
        let text = given.map(|given| address("address", given.reveal())).transpose()?;
        if new.mail && text.is_none() {
            return Err(Error::invalid("address", "is needed for mail"));
        }
        let sealed = text
            .as_ref()
            .map(|text| self.0.sealer.seal(Kind::MailAddress, person.0, text.as_bytes()))
            .transpose()?;
        // Which address it is, is the person's own.
        let extra = format!(
            "hour={}\ndays={}\nbreaches={}\nmail={}\naddress={}",
            wish.hour,
            wish.days,
            wish.breaches,
            new.mail,
            if text.is_some() { "given" } else { "none" }
        );
        self.act_unless(cx, own(person, extra), refusal, move |connection, entry| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO reminder_wish (person, hour, days, breaches, mail, address, entry)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (person) DO UPDATE
                     SET hour = ?2, days = ?3, breaches = ?4, mail = ?5, address = ?6, entry = ?7",
                )
                .bind(blob(person.0))
                .bind(i64::from(wish.hour))
                .bind(i64::from(wish.days))
                .bind(wish.breaches)
                .bind(new.mail)
                .bind(sealed)
                .bind(int(entry.0)?)
                .execute(&mut *connection)
                .await
                .doing("setting how somebody is reminded")?;
                sqlx::query("UPDATE reminder_reader SET morning = NULL WHERE reader = ?")
                    .bind(blob(person.0))
                    .execute(connection)
                    .await
                    .doing("beginning a reader's mornings anew")
                    .map(|_| ())
            })
        })
        .await
    }

    /// Marks what was made until then as read.
    pub async fn read_reminders(&self, cx: &Cx, until: WallTime) -> Result<u64> {
        let (person, now) = (person_of(cx)?, cx.now);
        self.act(cx, own(person, format!("read_until_ms={}", until.as_ms())), move |connection, _| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE reminder SET read_us = ? WHERE person = ? AND read_us IS NULL AND made_us <= ?",
                )
                .bind(now.0)
                .bind(blob(person.0))
                .bind(until.0)
                .execute(connection)
                .await
                .doing("marking reminders as read")?;
                Ok(done.rows_affected())
            })
        })
        .await
    }

    /// Where a test would go.
    pub async fn own_mail_address(&self, cx: &Cx) -> Result<Personal<String>> {
        let to = self.reminder_wish(person_of(cx)?).await?.address;
        to.ok_or_else(|| Error::Conflict("there is no address of yours to send to".into()))
    }

    /// The entry of a test that is about to be sent, and in which language; `refusal`: it is not sent.
    pub async fn enter_mail_test(&self, cx: &Cx, refusal: Option<Refusal>) -> Result<String> {
        let person = person_of(cx)?;
        self.act_unless(cx, own(person, "test=mail".into()), refusal, move |connection, _| {
            Box::pin(async move {
                let row: Option<(String,)> = sqlx::query_as("SELECT language FROM person WHERE id = ?")
                    .bind(blob(person.0))
                    .fetch_optional(connection)
                    .await
                    .doing("looking up a language")?;
                row.map(|(language,)| language).ok_or(Error::NotFound("person"))
            })
        })
        .await
    }

    pub(super) fn open_text(&self, kind: Kind, id: Uuid, sealed: &[u8]) -> Result<String> {
        let plain = self.0.sealer.open(kind, id, sealed)?;
        String::from_utf8(plain.expose().clone())
            .map_err(|_| Error::Corrupt("a sealed text is not UTF-8".into()))
    }
}

fn own(person: PersonId, extra: String) -> Ask {
    Ask { own: true, subject: Some(person.0), extra, ..Ask::new(Act::SetReminders) }
}

#[derive(Deserialize)]
struct StoredLine {
    weight: String,
    article: String,
    code: String,
    count: u32,
    in_days: Option<u16>,
}

/// A batch as it is stored.
pub(super) fn batch(occasion: &str, [late, due, coming]: [i64; 3], lines: &str) -> Result<Batch> {
    let corrupt = || Error::Corrupt("a reminder cannot be read".into());
    let stored: Vec<StoredLine> = serde_json::from_str(lines).map_err(|_| corrupt())?;
    let line = |line: StoredLine| {
        let weight = Weight::from_word(&line.weight).ok_or_else(corrupt)?;
        let StoredLine { article, code, count, in_days, .. } = line;
        Ok(Line { weight, article, code, count, in_days })
    };
    Ok(Batch {
        occasion: Occasion::from_word(occasion).ok_or_else(corrupt)?,
        late: small(late)?,
        due: small(due)?,
        coming: small(coming)?,
        lines: stored.into_iter().map(line).collect::<Result<_>>()?,
    })
}

struct Row {
    id: Vec<u8>,
    occasion: String,
    counts: [i64; 3],
    lines: String,
    made_us: i64,
    read_us: Option<i64>,
    entry: i64,
    sending: Option<String>,
    answer: String,
}

impl FromRow<'_, SqliteRow> for Row {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            occasion: row.try_get("occasion")?,
            counts: [row.try_get("late")?, row.try_get("due")?, row.try_get("coming")?],
            lines: row.try_get("lines")?,
            made_us: row.try_get("made_us")?,
            read_us: row.try_get("read_us")?,
            entry: row.try_get("entry")?,
            sending: row.try_get("sending")?,
            answer: row.try_get("answer")?,
        })
    }
}

impl Row {
    fn read(self) -> Result<ReminderRow> {
        Ok(ReminderRow {
            id: uuid_of(&self.id)?,
            batch: batch(&self.occasion, self.counts, &self.lines)?,
            made: WallTime(self.made_us),
            read: self.read_us.map(WallTime),
            entry: EntryIndex(uint(self.entry)?),
            sending: self.sending,
            answer: self.answer,
        })
    }
}
