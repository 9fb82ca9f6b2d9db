//! From boards to batches: who reads, what stands on each one's board, what they were told; and the batches, written once.

use super::super::{Registry, admit::Ask, findings, new_id, system_cx};
use super::{SUPERVISES, has_board, wish};
use crate::convert::{blob, int, uuid_of};
use crate::error::{Doing, Error, Result};
use law::detect::Severity;
use law::remind::{Batch, Item, Told, Weight, Wish};
use model::{Act, Actor, Cx, PersonId, UnitId, WallTime};
use serde_json::json;
use sqlx::{QueryBuilder, SqliteConnection};
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// Readers of one run: every manager of a large city's units.
const READERS_MAX: i64 = 10_000;
/// Lines of one board that are compared; what is beyond is counted by the board itself.
const ITEMS_MAX: i64 = 20_000;
/// How long reminders are kept: a quarter, as findings look back.
const KEPT_US: i64 = 92 * 86_400_000_000;

/// Whose board it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ReaderId {
    Person(PersonId),
    /// A unit's, without what is secret.
    Webhook(Uuid, UnitId),
}

impl ReaderId {
    fn id(self) -> Uuid {
        match self {
            Self::Person(person) => person.0,
            Self::Webhook(id, _) => id,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Reader {
    pub id: ReaderId,
    pub wish: Wish,
    /// By mail or webhook too.
    pub sent: bool,
    /// What is found in units stands on a board of theirs.
    pub has_board: bool,
    /// They supervise, and are told what waits for their authority.
    pub supervises: bool,
    /// Without its items.
    pub told: Told,
}

/// What a run decided about one reader.
#[derive(Clone, Debug)]
pub struct NewBatch {
    pub reader: ReaderId,
    pub sent: bool,
    pub batch: Option<Batch>,
    pub told: Told,
}

type Row = (Vec<u8>, Option<Vec<u8>>, i64, i64, bool, bool, Option<i64>, Option<i64>, bool, bool);

impl Registry {
    /// Everybody with a board, everybody who supervises, and every webhook.
    pub async fn reminder_readers(&self, cx: &Cx) -> Result<Vec<Reader>> {
        let board = has_board();
        let sql = format!(
            "SELECT person.id, NULL, coalesce(hour, {hour}), coalesce(days, {days}), coalesce(breaches, 1),
               coalesce(mail, 0) AND address IS NOT NULL, morning, breaches_us, {board} AS has_board, {SUPERVISES} AS supervises
             FROM person LEFT JOIN reminder_wish ON reminder_wish.person = person.id
               LEFT JOIN reminder_reader ON reader = person.id
             WHERE suspended = 0 AND (valid_until_us IS NULL OR valid_until_us > ?1)
               AND (has_board OR supervises)
             UNION ALL SELECT id, unit, hour, days, breaches, 1, morning, breaches_us, 1, 0
             FROM webhook LEFT JOIN reminder_reader ON reader = id WHERE ended_us IS NULL
             LIMIT {READERS_MAX}",
            hour = law::remind::HOUR_DEFAULT,
            days = law::remind::DAYS_DEFAULT,
        );
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(cx.now.0)
            .fetch_all(&self.0.database.read)
            .await
            .doing("listing who is reminded")?;
        let reader = |row: Row| {
            let (id, unit, hour, days, breaches, sent, morning, breaches_us, has_board, supervises) = row;
            let id = uuid_of(&id)?;
            let id = match unit {
                None => ReaderId::Person(PersonId(id)),
                Some(unit) => ReaderId::Webhook(id, UnitId(uuid_of(&unit)?)),
            };
            let told = Told { morning, breaches: breaches_us.map(WallTime), items: BTreeMap::new() };
            Ok(Reader { id, wish: wish(hour, days, breaches)?, sent, has_board, supervises, told })
        };
        rows.into_iter().map(reader).collect()
    }

    /// What a reader was told of what stood on their board.
    pub async fn reminded_items(&self, _cx: &Cx, reader: ReaderId) -> Result<BTreeMap<String, Weight>> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT key, weight FROM reminder_told WHERE reader = ?")
                .bind(blob(reader.id()))
                .fetch_all(&self.0.database.read)
                .await
                .doing("reading what a reader was told")?;
        rows.into_iter()
            .map(|(key, word)| {
                let weight = Weight::from_word(&word);
                Ok((key, weight.ok_or_else(|| Error::Corrupt("a reminder's weight is unknown".into()))?))
            })
            .collect()
    }

    /// What stands on a reader's board now: what a person may see, or what is not secret and about nobody in a unit.
    pub async fn standing_items(&self, cx: &Cx, reader: ReaderId) -> Result<Vec<Item>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a board")?;
        let mut sql = QueryBuilder::new("SELECT article, code, about, severity FROM finding WHERE ");
        match reader {
            ReaderId::Person(person) => {
                let as_reader = Cx { actor: Actor::Person(person), ..cx.clone() };
                findings::restrict(&mut connection, &mut sql, &as_reader).await?;
            }
            ReaderId::Webhook(_, unit) => findings::of_unit_openly(&mut sql, unit),
        }
        sql.push(" AND closed_us IS NULL AND severity <> 'note' ORDER BY id LIMIT ").push_bind(ITEMS_MAX);
        let rows: Vec<(String, String, Vec<u8>, String)> =
            sql.build_query_as().fetch_all(&mut *connection).await.doing("reading a board")?;
        let item = |(article, code, about, severity): (String, String, Vec<u8>, String)| {
            let late = severity == Severity::Breach.as_str();
            let weight = if late { Weight::Late } else { Weight::Due };
            let key = item_key(&article, &code, &uuid_of(&about)?.to_string(), []);
            Ok(Item { key, weight, article, code, in_days: None })
        };
        rows.into_iter().map(item).collect()
    }

    /// Everything of a unit that is not secret and no person: what may be counted beyond the house.
    pub async fn open_things(&self, _cx: &Cx, unit: UnitId) -> Result<HashSet<String>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading where things are")?;
        let all = findings::whereabouts(&mut connection, None).await?;
        let people: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT id FROM person")
            .fetch_all(&mut *connection)
            .await
            .doing("listing people")?;
        let people: HashSet<Vec<u8>> = people.into_iter().map(|(id,)| id).collect();
        let own = all.into_iter().filter(|(id, place)| {
            !place.secret && place.unit.as_deref() == Some(unit.0.as_bytes()) && !people.contains(id)
        });
        own.map(|(id, _)| Ok(uuid_of(&id)?.to_string())).collect()
    }

    /// Writes what a run decided: batches with one entry that counts them. A morning without anything to tell is only noted, since
    /// nobody was told anything.
    pub async fn put_reminders(&self, now: WallTime, runs: Vec<NewBatch>) -> Result<usize> {
        let made = runs.iter().filter(|run| run.batch.is_some()).count();
        if made == 0 {
            return self
                .write(move |connection| {
                    Box::pin(async move {
                        for run in &runs {
                            put_told(connection, run).await?;
                        }
                        Ok(0)
                    })
                })
                .await;
        }
        let webhooks = runs.iter().filter(|run| run.batch.is_some() && run.sent);
        let webhooks = webhooks.filter(|run| matches!(run.reader, ReaderId::Webhook(..))).count();
        let mails = runs.iter().filter(|run| run.batch.is_some() && run.sent).count() - webhooks;
        let extra = format!("reminders={made}\nmails={mails}\nwebhooks={webhooks}");
        let ask = Ask { extra, ..Ask::new(Act::SendReminders) };
        self.act(&system_cx("reminders", now), ask, move |connection, entry| {
            Box::pin(async move {
                sqlx::query("DELETE FROM reminder WHERE made_us < ?")
                    .bind(now.0.saturating_sub(KEPT_US))
                    .execute(&mut *connection)
                    .await
                    .doing("removing old reminders")?;
                for run in &runs {
                    put_told(connection, run).await?;
                    if let Some(batch) = &run.batch {
                        put_batch(connection, run, batch, (now, int(entry.0)?)).await?;
                    }
                }
                Ok(made)
            })
        })
        .await
    }
}

/// Article, code, what it is about, and what will show it: of two certificates of one system each is told before it ends. What stands
/// has no such part, since a finding stands once for all that shows it.
pub fn item_key<'e>(
    article: &str,
    code: &str,
    about: &str,
    evidence: impl IntoIterator<Item = &'e str>,
) -> String {
    let shown = evidence.into_iter().map(|id| format!(" {id}"));
    format!("{article} {code} {about}{}", shown.collect::<String>())
}

async fn put_told(connection: &mut SqliteConnection, run: &NewBatch) -> Result<()> {
    let reader = blob(run.reader.id());
    sqlx::query(
        "INSERT INTO reminder_reader (reader, morning, breaches_us) VALUES (?1, ?2, ?3)
         ON CONFLICT (reader) DO UPDATE SET morning = ?2, breaches_us = ?3",
    )
    .bind(&reader)
    .bind(run.told.morning)
    .bind(run.told.breaches.map(|at| at.0))
    .execute(&mut *connection)
    .await
    .doing("noting when a reader was reminded")?;
    sqlx::query("DELETE FROM reminder_told WHERE reader = ?")
        .bind(&reader)
        .execute(&mut *connection)
        .await
        .doing("replacing what a reader was told")?;
    for (key, weight) in &run.told.items {
        sqlx::query("INSERT INTO reminder_told (reader, key, weight) VALUES (?, ?, ?)")
            .bind(&reader)
            .bind(key)
            .bind(weight.as_str())
            .execute(&mut *connection)
            .await
            .doing("noting what a reader was told")?;
    }
    Ok(())
}

async fn put_batch(
    connection: &mut SqliteConnection,
    run: &NewBatch,
    batch: &Batch,
    (now, entry): (WallTime, i64),
) -> Result<()> {
    let line = |line: &law::remind::Line| json!({ "weight": line.weight.as_str(), "article": line.article, "code": line.code, "count": line.count, "in_days": line.in_days });
    let lines = serde_json::Value::Array(batch.lines.iter().map(line).collect()).to_string();
    let (person, webhook) = match run.reader {
        ReaderId::Person(person) => (Some(blob(person.0)), None),
        ReaderId::Webhook(id, _) => (None, Some(blob(id))),
    };
    sqlx::query(
        "INSERT INTO reminder (id, person, webhook, occasion, made_us, late, due, coming, lines, entry, sending, next_us)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(new_id()))
    .bind(person)
    .bind(webhook)
    .bind(batch.occasion.as_str())
    .bind(now.0)
    .bind(i64::from(batch.late))
    .bind(i64::from(batch.due))
    .bind(i64::from(batch.coming))
    .bind(lines)
    .bind(entry)
    .bind(run.sent.then_some("waiting"))
    .bind(run.sent.then_some(now.0))
    .execute(connection)
    .await
    .doing("writing a reminder")
    .map(|_| ())
}
