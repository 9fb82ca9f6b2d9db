//! Taking events in: from a system by its token, from an administrator who tries one, and from the product itself.
//!
//! The invariant kept: what a sender says twice with the same id and time is one event and one entry; what cannot be placed (an unknown
//! input, a clock that is wrong) is kept all the same.

use super::super::admit::{Ask, enter};
use super::super::cameras::unit_of;
use super::super::sessions::Token;
use super::super::{EntryIndex, Registry, at_most, new_id};
use super::sources::{input, source};
use super::{filled, line};
use crate::convert::{blob, int, uuid_of};
use crate::error::{Doing, Error, Result};
use law::alarm::{EventKind, EventState, Priority, counts_at, taken_in};
use law::life_cycle::Stage;
use model::{Act, Actor, CameraId, Cx, UnitId, WallTime};
use sqlx::SqliteConnection;
use uuid::Uuid;

const SENDER_ID_CHARS_MAX: usize = 128;
const INPUT_CHARS_MAX: usize = 64;
/// What a panel says in words: a line on its display, and some.
const WORDS_CHARS_MAX: usize = 500;

/// Who sends under a token.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AlarmSender(pub Uuid);

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewAlarmEvent {
    /// The sender's own id of it.
    pub sender_id: String,
    pub kind: EventKind,
    /// As the sender names the input; empty for the system as a whole.
    pub input: String,
    pub words: String,
    /// By the sender's clock; `None`: now.
    pub happened: Option<WallTime>,
}

/// What became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TakenEvent {
    pub id: Uuid,
    pub state: EventState,
    pub at: WallTime,
    /// It had been taken in before: nothing was written.
    pub repeated: bool,
    /// The input is registered, or none was named.
    pub known_input: bool,
    pub entry: EntryIndex,
}

/// What the product itself has seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnEvent {
    pub kind: EventKind,
    /// `None`: the whole installation.
    pub camera: Option<CameraId>,
    /// Which one it is: the same is noted once.
    pub key: String,
    pub happened: WallTime,
    pub words: String,
}

/// A row on its way into the table.
struct Row<'r> {
    id: Uuid,
    unit: Option<UnitId>,
    source: Option<Uuid>,
    sender_id: &'r str,
    input: &'r str,
    input_name: &'r str,
    kind: EventKind,
    words: &'r str,
    priority: Option<Priority>,
    happened: WallTime,
    at: WallTime,
    state: EventState,
    cameras: &'r [CameraId],
}

impl Registry {
    /// The source behind a token; `None` for a token that is none, was revoked, or whose source is retired.
    pub async fn alarm_sender(&self, token: &str) -> Result<Option<AlarmSender>> {
        let Some(token) = Token::parse(token) else { return Ok(None) };
        let row: Option<(Vec<u8>,)> =
            sqlx::query_as("SELECT id FROM alarm_source WHERE token_hash = ? AND retired_us IS NULL")
                .bind(&token.hash()[..])
                .fetch_optional(&self.0.database.read)
                .await
                .doing("looking for a sender")?;
        row.map(|(id,)| uuid_of(&id).map(AlarmSender)).transpose()
    }

    /// Takes an event in. From a person it is a test, whatever it says.
    pub async fn take_event(&self, cx: &Cx, sender: AlarmSender, new: NewAlarmEvent) -> Result<TakenEvent> {
        if new.kind.is_own() {
            return Err(Error::invalid("kind", "is one that only this server says of itself"));
        }
        let sender_id = filled("id", &new.sender_id, SENDER_ID_CHARS_MAX)?;
        let code = line("input", &new.input, INPUT_CHARS_MAX)?;
        let text = at_most("words", new.words.trim(), WORDS_CHARS_MAX)?;
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let source = source(connection, sender.0).await?;
                let happened = new.happened.unwrap_or(cx.now);
                let tried = matches!(cx.actor, Actor::Person(_));
                let before = sent_before(connection, source.id, (&sender_id, new.happened)).await?;
                // A person is told nothing before it is decided whether they may.
                if let (Some(before), false) = (&before, tried) {
                    return Ok(Ok(before.clone()));
                }
                let found = input(connection, source.id, &code).await?;
                let priority = found.as_ref().map_or(source.priority, |found| found.priority);
                let state = match taken_in(source.stage, new.kind, priority) {
                    _ if tried => EventState::Test,
                    state => state,
                };
                let row = Row {
                    id: new_id(),
                    unit: Some(source.unit),
                    source: Some(source.id),
                    sender_id: &sender_id,
                    input: &code,
                    input_name: found.as_ref().map_or("", |found| &found.name),
                    kind: new.kind,
                    words: &text,
                    priority,
                    happened,
                    at: counts_at(happened, cx.now),
                    state,
                    cameras: found.as_ref().map_or(&[], |found| &found.cameras),
                };
                let ask = Ask { scopes: vec![(source.unit, None)], ..asked(&row) };
                let entry = match enter(connection, &cx, &ask).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                if let Some(before) = before {
                    return Ok(Ok(before));
                }
                insert(connection, &row, (cx.now, entry)).await?;
                let known_input = found.is_some() || code.is_empty();
                Ok(Ok(TakenEvent { id: row.id, state, at: row.at, repeated: false, known_input, entry }))
            })
        })
        .await
    }

    /// Notes what the product itself has seen, once. False: it is noted already.
    pub async fn note_own_event(&self, cx: &Cx, own: OwnEvent) -> Result<bool> {
        crate::footage::system_only(cx)?;
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let known: Option<(i64,)> =
                    sqlx::query_as("SELECT 1 FROM alarm_event WHERE source IS NULL AND sender_id = ?")
                        .bind(&own.key)
                        .fetch_optional(&mut *connection)
                        .await
                        .doing("looking for an event of the product's own")?;
                if known.is_some() {
                    return Ok(Ok(false));
                }
                let unit = match own.camera {
                    Some(camera) => Some(unit_of(connection, camera).await?),
                    None => None,
                };
                let cameras: Vec<CameraId> = own.camera.into_iter().collect();
                let priority = own.kind.own_priority();
                let row = Row {
                    id: new_id(),
                    unit,
                    source: None,
                    sender_id: &own.key,
                    input: "",
                    input_name: "",
                    kind: own.kind,
                    words: &own.words,
                    priority,
                    happened: own.happened,
                    at: counts_at(own.happened, cx.now),
                    state: taken_in(Some(Stage::InUse), own.kind, priority),
                    cameras: &cameras,
                };
                let scopes = unit.into_iter().map(|unit| (unit, None)).collect();
                let entry = match enter(connection, &cx, &Ask { scopes, ..asked(&row) }).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                insert(connection, &row, (cx.now, entry)).await?;
                Ok(Ok(true))
            })
        })
        .await
    }
}

/// The entry of an event: what happened and where, and what ties it to the sender's own book. Not the sender's words.
fn asked(row: &Row<'_>) -> Ask {
    let source = row.source.map_or_else(|| "own".to_owned(), |source| source.to_string());
    Ask {
        subject: Some(row.id),
        cameras: if row.source.is_none() { row.cameras.to_vec() } else { Vec::new() },
        extra: format!(
            "source={source}\ninput={}\nkind={}\nstate={}\npriority={}\nsender_id={}\nhappened={}\ncameras={}",
            row.input,
            row.kind.as_str(),
            row.state.as_str(),
            row.priority.map_or("none", Priority::as_str),
            row.sender_id,
            row.happened,
            row.cameras.len()
        ),
        ..Ask::new(Act::ReceiveEvent)
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    row: &Row<'_>,
    (now, entry): (WallTime, EntryIndex),
) -> Result<()> {
    sqlx::query(
        "INSERT INTO alarm_event (id, unit, source, sender_id, input, input_name, kind, words, priority, happened_us,
            received_us, at_us, entry, state, waits_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(row.id))
    .bind(row.unit.map(|unit| blob(unit.0)))
    .bind(row.source.map(blob))
    .bind(row.sender_id)
    .bind(row.input)
    .bind(row.input_name)
    .bind(row.kind.as_str())
    .bind(row.words)
    .bind(row.priority.map(Priority::as_str))
    .bind(row.happened.0)
    .bind(now.0)
    .bind(row.at.0)
    .bind(int(entry.0)?)
    .bind(row.state.as_str())
    .bind(now.0)
    .execute(&mut *connection)
    .await
    .doing("taking an event in")?;
    for camera in row.cameras {
        sqlx::query("INSERT INTO alarm_event_camera (event, camera) VALUES (?, ?)")
            .bind(blob(row.id))
            .bind(blob(camera.0))
            .execute(&mut *connection)
            .await
            .doing("binding an event to a camera")?;
    }
    Ok(())
}

/// What was taken in under the same id and time: a sender that names no time has one event for each id.
async fn sent_before(
    connection: &mut SqliteConnection,
    source: Uuid,
    (sender_id, happened): (&str, Option<WallTime>),
) -> Result<Option<TakenEvent>> {
    let row: Option<(Vec<u8>, String, i64, bool, i64)> = sqlx::query_as(
        "SELECT id, state, at_us, input = '' OR input_name <> '', entry FROM alarm_event
         WHERE source = ?1 AND sender_id = ?2 AND (?3 IS NULL OR happened_us = ?3) ORDER BY received_us LIMIT 1",
    )
    .bind(blob(source))
    .bind(sender_id)
    .bind(happened.map(|happened| happened.0))
    .fetch_optional(connection)
    .await
    .doing("looking whether an event came before")?;
    row.map(|(id, state, at, known_input, entry)| {
        Ok(TakenEvent {
            id: uuid_of(&id)?,
            state: super::known(EventState::from_word(&state))?,
            at: WallTime(at),
            repeated: true,
            known_input,
            entry: EntryIndex(crate::convert::uint(entry)?),
        })
    })
    .transpose()
}
