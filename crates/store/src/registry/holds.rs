//! Evidence holds: who asked for them and why, and the two persons that it takes to lift one.
//!
//! A decision here commits with its entry and an outbox row; `Store::settle_outbox` carries it to `footage.db` and the
//! media folder and notes that here. Case, names and papers stay in this database. A hold is never lifted by time: a
//! review date that has passed is a finding, not an end.

use super::admit::{Ask, enter, enter_unless};
use super::{EntryIndex, Registry, at_most, hold_orders, new_id, outbox, system_cx};
use crate::convert::{blob, hash_of, int, span_of, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use model::{Act, Actor, CameraId, CaseId, Cx, ExportId, Hash, HoldId, PersonId, Span, WallTime};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// When a hold is looked at again if nobody says: half a year; by then whoever asked knows whether it is still needed.
const REVIEW_US: i64 = 182 * 86_400_000_000;
/// Longest time to a review: a hold that nobody looks at for longer is forgotten.
const REVIEW_US_MAX: i64 = 3 * 365 * 86_400_000_000;
/// Name or number of a paper.
pub(super) const DOCUMENT_CHARS_MAX: usize = 96;
/// Holds on one page.
const PAGE_ROWS_MAX: u32 = 200;

/// A hold that somebody places. Purpose, basis, case and reason are the context's.
#[derive(Clone, Debug)]
pub struct NewHold {
    pub cameras: Vec<CameraId>,
    pub span: Span,
    pub review: Option<WallTime>,
    /// The paper by which it is asked for, for example a retrieval letter's number.
    pub document: String,
    /// On whose order it is: an account of the unit, another's than whoever places it. Nobody's where an incident does not wait.
    pub approver: Option<PersonId>,
}

/// How far a hold is. It counts from the first on: deletion reads what is still on its way, too.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum HoldState {
    /// Decided and entered, not yet everywhere in the footage store.
    Placing,
    Held,
    /// Two persons have lifted it; the footage store has not let go yet.
    Releasing,
    Released,
}

impl HoldState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Placing => "placing",
            Self::Held => "held",
            Self::Releasing => "releasing",
            Self::Released => "released",
        }
    }
    pub(super) fn parse(word: &str) -> Result<Self> {
        [Self::Placing, Self::Held, Self::Releasing, Self::Released]
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| Error::Corrupt("a stored hold's state is unknown".into()))
    }
}

/// A request to lift a hold, and its answer.
#[derive(Clone, Debug)]
pub struct ReleaseRow {
    pub asker: PersonId,
    pub asker_name: String,
    pub asked: WallTime,
    pub reason: String,
    pub document: String,
    pub entry: EntryIndex,
    pub answer: Option<ReleaseAnswer>,
}

#[derive(Clone, Debug)]
pub struct ReleaseAnswer {
    pub approved: bool,
    pub answerer: PersonId,
    pub answerer_name: String,
    pub answered: WallTime,
    pub reason: String,
    pub entry: EntryIndex,
}

#[derive(Clone, Debug)]
pub struct HoldRow {
    pub id: HoldId,
    pub cameras: Vec<CameraId>,
    pub span: Span,
    pub requester: PersonId,
    pub requester_name: String,
    /// The export that placed it by itself, or that a retrieval's hold goes on for.
    pub export: Option<ExportId>,
    pub purpose: String,
    pub legal_basis: String,
    pub case: Option<CaseId>,
    pub note: Option<String>,
    pub document: String,
    /// Who ordered it, as they were called then; before accounts were named, what somebody wrote.
    pub approver: String,
    pub approver_id: Option<PersonId>,
    pub entry: EntryIndex,
    pub placed: WallTime,
    pub review: WallTime,
    pub state: HoldState,
    pub placed_leaf: Option<u64>,
    pub released_leaf: Option<u64>,
    /// Newest first.
    pub releases: Vec<ReleaseRow>,
}

impl HoldRow {
    pub fn is_active(&self) -> bool {
        self.state != HoldState::Released
    }
    /// Its review is due: somebody has to say whether it is still needed.
    pub fn is_overdue(&self, now: WallTime) -> bool {
        self.is_active() && self.review < now
    }
}

#[derive(Clone, Debug, Default)]
pub struct HoldQuery {
    /// Only those that keep footage; otherwise only those that were lifted; both when absent.
    pub active: Option<bool>,
    pub camera: Option<CameraId>,
    pub limit: u32,
    pub cursor: Option<String>,
}

#[derive(Clone, Debug)]
pub struct HoldPage {
    pub holds: Vec<HoldRow>,
    pub next_cursor: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Body {
    purpose: String,
    legal_basis: String,
    case: Option<String>,
    note: Option<String>,
    document: String,
    approver: String,
    /// Absent where the approver is words alone, or nobody.
    #[serde(default)]
    approver_id: Option<String>,
}

/// A hold's row to be written.
pub(super) struct Placing {
    pub id: HoldId,
    pub cameras: Vec<CameraId>,
    pub span: Span,
    pub requester: PersonId,
    pub export: Option<ExportId>,
    pub review: WallTime,
    pub document: String,
    pub approver: String,
    pub approver_id: Option<PersonId>,
}

impl Placing {
    /// What its entry says beside cameras, span and approver's name.
    fn said(&self) -> String {
        let said = format!("review={}\ndocument={}", self.review, self.document);
        match self.approver_id {
            Some(person) => format!("{said}\napprover={person}"),
            None => said,
        }
    }

    /// Of a hold that somebody asks for.
    pub fn ask(&self) -> Ask {
        Ask {
            cameras: self.cameras.clone(),
            span: Some(self.span),
            subject: Some(self.id.0),
            approver: self.approver.clone(),
            extra: self.said(),
            ..Ask::new(Act::PlaceHold)
        }
    }
}

impl Registry {
    /// Places a hold: it counts as soon as this returns, also while the footage store has not written it yet.
    pub async fn place_hold(&self, cx: &Cx, new: NewHold) -> Result<HoldId> {
        let Actor::Person(requester) = cx.actor else {
            return Err(Error::invalid("actor", "a hold is a person's"));
        };
        let mut cameras = new.cameras;
        cameras.sort_unstable();
        cameras.dedup();
        let placing = Placing {
            id: HoldId(new_id()),
            span: new.span,
            requester,
            export: None,
            review: review(cx.now, new.review)?,
            document: at_most("document", new.document.trim(), DOCUMENT_CHARS_MAX)?,
            approver: String::new(),
            approver_id: new.approver,
            cameras,
        };
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let order = hold_orders::ordered(connection, &placing).await?;
                let placing = Placing { approver: order.by, ..placing };
                let (id, ask) = (placing.id, placing.ask());
                match enter_unless(connection, &cx, &ask, order.refusal).await? {
                    Ok(entered) => {
                        insert_and_send(connection, &cx, placing, entered.entry).await?;
                        Ok(Ok(id))
                    }
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await
    }

    /// Asks that a hold be lifted; the reason is the context's note.
    pub async fn ask_release(&self, cx: &Cx, id: HoldId, document: &str) -> Result<()> {
        let Actor::Person(asker) = cx.actor else {
            return Err(Error::invalid("actor", "only a person asks for that"));
        };
        let document = at_most("document", document.trim(), DOCUMENT_CHARS_MAX)?;
        let (cx, reason) = (cx.clone(), cx.note.clone().unwrap_or_default());
        self.on_hold(
            cx.clone(),
            id,
            Act::AskRelease,
            format!("document={document}"),
            move |connection, entry, _| {
                Box::pin(async move {
                    let asked = sqlx::query(
                        "INSERT INTO hold_release (hold, asker, asked_us, reason, document, entry)
                     SELECT id, ?2, ?3, ?4, ?5, ?6 FROM hold WHERE id = ?1 AND state IN ('placing', 'held')
                       AND NOT EXISTS (SELECT 1 FROM hold_release WHERE hold = ?1 AND answer IS NULL)",
                    )
                    .bind(blob(id.0))
                    .bind(blob(asker.0))
                    .bind(cx.now.0)
                    .bind(reason)
                    .bind(document)
                    .bind(int(entry.0)?)
                    .execute(connection)
                    .await
                    .doing("asking to lift a hold")?;
                    changed(asked.rows_affected(), "the hold is lifted already, or somebody has asked for it")
                })
            },
        )
        .await
    }

    /// Another person than the one who asked lifts the hold, with a reason.
    pub async fn approve_release(&self, cx: &Cx, id: HoldId) -> Result<()> {
        self.answer_release(cx, id, Act::ApproveRelease).await
    }

    /// Turns the request down; whoever asked takes it back with the same call.
    pub async fn decline_release(&self, cx: &Cx, id: HoldId) -> Result<()> {
        self.answer_release(cx, id, Act::DeclineRelease).await
    }

    async fn answer_release(&self, cx: &Cx, id: HoldId, act: Act) -> Result<()> {
        let Actor::Person(answerer) = cx.actor else {
            return Err(Error::invalid("actor", "only a person answers that"));
        };
        let (cx, reason) = (cx.clone(), cx.note.clone().unwrap_or_default());
        let approved = act == Act::ApproveRelease;
        self.on_hold(cx.clone(), id, act, String::new(), move |connection, entry, _| {
            Box::pin(async move {
                let answered = sqlx::query(
                    "UPDATE hold_release SET answer = ?2, answerer = ?3, answered_us = ?4, answer_reason = ?5,
                            answer_entry = ?6 WHERE hold = ?1 AND answer IS NULL
                       AND EXISTS (SELECT 1 FROM hold WHERE id = ?1 AND state IN ('placing', 'held'))",
                )
                .bind(blob(id.0))
                .bind(if approved { "approved" } else { "declined" })
                .bind(blob(answerer.0))
                .bind(cx.now.0)
                .bind(reason)
                .bind(int(entry.0)?)
                .execute(&mut *connection)
                .await
                .doing("answering a request")?;
                changed(
                    answered.rows_affected(),
                    "nobody has asked that this hold be lifted, or it has ended",
                )?;
                if !approved {
                    return Ok(());
                }
                sqlx::query("UPDATE hold SET state = 'releasing' WHERE id = ?")
                    .bind(blob(id.0))
                    .execute(&mut *connection)
                    .await
                    .doing("lifting a hold")?;
                let authority = authority(connection, entry).await?;
                outbox::put(
                    connection,
                    cx.now,
                    &outbox::Message::ReleaseHold { hold: id.to_string(), authority: authority.to_string() },
                )
                .await
            })
        })
        .await
    }

    /// Sets another review date, with a reason.
    pub async fn review_hold(&self, cx: &Cx, id: HoldId, until: WallTime) -> Result<()> {
        let until = review(cx.now, Some(until))?;
        let extra = format!("review={until}");
        self.on_hold(cx.clone(), id, Act::ReviewHold, extra, move |connection, _, _| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE hold SET review_us = ? WHERE id = ? AND state IN ('placing', 'held')",
                )
                .bind(until.0)
                .bind(blob(id.0))
                .execute(connection)
                .await
                .doing("setting a review date")?;
                changed(done.rows_affected(), "the hold is lifted already")
            })
        })
        .await
    }

    /// One act on a hold: its cameras are what a post must cover, and whether the open request is the actor's own is a
    /// fact of the decision, both read in the transaction that decides.
    async fn on_hold<F>(&self, cx: Cx, id: HoldId, act: Act, extra: String, work: F) -> Result<()>
    where
        F: for<'c> FnOnce(
                &'c mut SqliteConnection,
                EntryIndex,
                (),
            ) -> futures::future::BoxFuture<'c, Result<()>>
            + Send
            + 'static,
    {
        self.decided(move |connection| {
            Box::pin(async move {
                let (row, own, of) = target(connection, id, (cx.actor, act)).await?;
                let ask = Ask {
                    cameras: row.cameras,
                    span: Some(row.span),
                    own,
                    subject: Some(id.0),
                    refers_to: Some(of),
                    extra,
                    ..Ask::new(act)
                };
                match enter(connection, &cx, &ask).await? {
                    Ok(entered) => work(connection, entered.entry, ()).await.map(Ok),
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await
    }

    /// Holds on cameras that the actor's posts cover, newest first.
    pub async fn holds(&self, cx: &Cx, query: &HoldQuery) -> Result<HoldPage> {
        if matches!(cx.actor, Actor::Person(_)) {
            self.admit_reading(cx, Act::ReadHolds, Vec::new()).await?;
        }
        let covered = self.covered(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("listing holds")?;
        let mut holds = rows(&mut connection, None).await?;
        holds.retain(|hold| {
            query.active.is_none_or(|active| active == hold.is_active())
                && query.camera.is_none_or(|camera| hold.cameras.contains(&camera))
                && hold.cameras.iter().any(|camera| covered.contains_key(camera))
        });
        if let Some(cursor) = &query.cursor {
            let after: HoldId = cursor.parse()?;
            let start = holds.iter().position(|hold| hold.id == after).map_or(0, |at| at + 1);
            holds.drain(..start);
        }
        let limit = query.limit.clamp(1, PAGE_ROWS_MAX) as usize;
        let next_cursor = holds.get(limit).and_then(|_| holds.get(limit - 1)).map(|last| last.id.to_string());
        holds.truncate(limit);
        Ok(HoldPage { holds, next_cursor })
    }

    /// One hold, if any of its cameras is covered by a post of the actor.
    pub async fn hold(&self, cx: &Cx, id: HoldId) -> Result<HoldRow> {
        let covered = self.covered(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("reading a hold")?;
        let found = rows(&mut connection, Some(id)).await?.pop();
        found
            .filter(|hold| hold.cameras.iter().any(|camera| covered.contains_key(camera)))
            .ok_or(Error::NotFound("hold"))
    }

    /// Cameras and spans of holds that are decided and not lifted: what deletion keeps although `footage.db` may not
    /// know it yet.
    pub(crate) async fn held_spans(&self) -> Result<Vec<(Vec<CameraId>, Span)>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading holds")?;
        let holds = rows(&mut connection, None).await?;
        Ok(holds.into_iter().filter(HoldRow::is_active).map(|hold| (hold.cameras, hold.span)).collect())
    }

    /// The footage store has carried out what was decided.
    pub(crate) async fn note_hold(&self, id: HoldId, state: HoldState, leaf: u64) -> Result<()> {
        let leaf = int(leaf)?;
        self.write(move |connection| {
            Box::pin(async move {
                let sql = match state {
                    // Lifted meanwhile: that message follows.
                    HoldState::Held => {
                        "UPDATE hold SET placed_leaf = ?1, state = iif(state = 'placing', 'held', state) WHERE id = ?2"
                    }
                    _ => "UPDATE hold SET released_leaf = ?1, state = 'released' WHERE id = ?2",
                };
                sqlx::query(sql)
                    .bind(leaf)
                    .bind(blob(id.0))
                    .execute(connection)
                    .await
                    .doing("noting what became of a hold")
                    .map(|_| ())
            })
        })
        .await
    }
}

/// Footage that leaves the house for a case is held by itself (guangzhou-2007:28), in the transaction that notes the
/// export.
pub(super) async fn hold_export(
    connection: &mut SqliteConnection,
    cx: &Cx,
    export: ExportId,
    entry: EntryIndex,
    (requester, cameras, span): (PersonId, Vec<CameraId>, Span),
) -> Result<()> {
    let of = (Some(export), format!("export={export}"));
    hold_by_itself(connection, cx, of, entry, (requester, cameras, span)).await.map(|_| ())
}

/// So is footage of a suspicious matter that is reported to the public security organ (datong-2008:17, guangzhou-2007:21).
pub(super) async fn hold_report(
    connection: &mut SqliteConnection,
    cx: &Cx,
    report: Uuid,
    entry: EntryIndex,
    footage: (PersonId, Vec<CameraId>, Span),
) -> Result<HoldId> {
    hold_by_itself(connection, cx, (None, format!("report={report}")), entry, footage).await
}

/// For an export, or in words for what.
pub(super) async fn hold_by_itself(
    connection: &mut SqliteConnection,
    cx: &Cx,
    (export, for_what): (Option<ExportId>, String),
    entry: EntryIndex,
    (requester, cameras, span): (PersonId, Vec<CameraId>, Span),
) -> Result<HoldId> {
    let mut cameras = cameras;
    cameras.sort_unstable();
    cameras.dedup();
    let placing = Placing {
        id: HoldId(new_id()),
        cameras,
        span,
        requester,
        export,
        review: cx.now.plus_us(REVIEW_US),
        document: String::new(),
        approver: String::new(),
        approver_id: None,
    };
    let extra = format!("{for_what}\nreview={}", placing.review);
    place_itself(connection, cx, placing, (entry, extra)).await
}

/// Placed by the system: its own actor and purpose, the case and reason of the context. `entry` is the act's that it is placed for.
pub(super) async fn place_itself(
    connection: &mut SqliteConnection,
    cx: &Cx,
    placing: Placing,
    (entry, extra): (EntryIndex, String),
) -> Result<HoldId> {
    let system = Cx { case: cx.case, note: cx.note.clone(), ..system_cx("hold", cx.now) };
    let (id, ask) = (placing.id, Ask { refers_to: Some(entry), extra, ..placing.ask() });
    match enter(connection, &system, &ask).await? {
        Ok(entered) => insert_and_send(connection, cx, placing, entered.entry).await.map(|()| id),
        Err(refusal) => Err(Error::Refused(Box::new(refusal))),
    }
}

/// The row, and the message by which the footage store learns of it.
pub(super) async fn insert_and_send(
    connection: &mut SqliteConnection,
    cx: &Cx,
    placing: Placing,
    entry: EntryIndex,
) -> Result<()> {
    insert(connection, cx, &placing, entry).await?;
    let message = outbox::Message::PlaceHold {
        hold: placing.id.to_string(),
        start_us: placing.span.start.0,
        end_us: placing.span.end.0,
        cameras: placing.cameras.iter().map(CameraId::to_string).collect(),
        authority: authority(connection, entry).await?.to_string(),
    };
    outbox::put(connection, cx.now, &message).await
}

/// The row alone.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    cx: &Cx,
    placing: &Placing,
    entry: EntryIndex,
) -> Result<()> {
    let body = Body {
        purpose: cx.purpose.as_str().into(),
        legal_basis: cx.legal_basis.as_str().into(),
        case: cx.case.map(|case| case.to_string()),
        note: cx.note.clone(),
        document: placing.document.clone(),
        approver: placing.approver.clone(),
        approver_id: placing.approver_id.map(|person| person.to_string()),
    };
    let body = serde_json::to_string(&body).map_err(|error| Error::Internal(error.to_string()))?;
    sqlx::query(
        "INSERT INTO hold (id, start_us, end_us, requester, export, body, entry, placed_us, review_us, state)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'placing')",
    )
    .bind(blob(placing.id.0))
    .bind(placing.span.start.0)
    .bind(placing.span.end.0)
    .bind(blob(placing.requester.0))
    .bind(placing.export.map(|export| blob(export.0)))
    .bind(body)
    .bind(int(entry.0)?)
    .bind(cx.now.0)
    .bind(placing.review.0)
    .execute(&mut *connection)
    .await
    .doing("placing a hold")?;
    for camera in &placing.cameras {
        sqlx::query("INSERT INTO hold_camera (hold, camera) VALUES (?, ?)")
            .bind(blob(placing.id.0))
            .bind(blob(camera.0))
            .execute(&mut *connection)
            .await
            .doing("placing a hold")?;
    }
    Ok(())
}

/// Whether the registry has this camera, in use or not.
pub(super) async fn known(connection: &mut SqliteConnection, camera: CameraId) -> Result<bool> {
    let (known,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT 1 FROM camera WHERE id = ?)")
        .bind(blob(camera.0))
        .fetch_one(connection)
        .await
        .doing("looking for a hold's camera")?;
    Ok(known)
}

/// The published leaf of an entry: a salted hash, which ties the footage log's record to it and says nothing.
pub(super) async fn authority(connection: &mut SqliteConnection, entry: EntryIndex) -> Result<Hash> {
    let (hash,): (Vec<u8>,) = sqlx::query_as("SELECT hash FROM entry WHERE idx = ?")
        .bind(int(entry.0)?)
        .fetch_one(connection)
        .await
        .doing("reading an entry's leaf")?;
    hash_of(&hash)
}

/// The hold, whether the open request to lift it is the actor's own, and the entry that an act goes on from: an answer from the asking.
async fn target(
    connection: &mut SqliteConnection,
    id: HoldId,
    (actor, act): (Actor, Act),
) -> Result<(HoldRow, bool, EntryIndex)> {
    let row = rows(connection, Some(id)).await?.pop().ok_or(Error::NotFound("hold"))?;
    let open = row.releases.iter().find(|release| release.answer.is_none());
    let own = open.is_some_and(|release| Actor::Person(release.asker) == actor);
    let answers = matches!(act, Act::ApproveRelease | Act::DeclineRelease);
    let of = open.filter(|_| answers).map_or(row.entry, |release| release.entry);
    Ok((row, own, of))
}

fn changed(rows: u64, problem: &str) -> Result<()> {
    if rows == 0 { Err(Error::Conflict(problem.to_owned())) } else { Ok(()) }
}

pub(super) fn review(now: WallTime, asked: Option<WallTime>) -> Result<WallTime> {
    let review = asked.unwrap_or(now.plus_us(REVIEW_US));
    if review <= now || review > now.plus_us(REVIEW_US_MAX) {
        return Err(Error::invalid("review_ms", "is not within the next three years"));
    }
    Ok(review)
}

type Tuple = (
    Vec<u8>,
    i64,
    i64,
    Vec<u8>,
    String,
    Option<Vec<u8>>,
    String,
    i64,
    i64,
    i64,
    String,
    Option<i64>,
    Option<i64>,
);

/// All holds, or one. They are few: a hold is a decision of a person, or an export's.
pub(super) async fn rows(connection: &mut SqliteConnection, only: Option<HoldId>) -> Result<Vec<HoldRow>> {
    let only = only.map(|id| blob(id.0));
    let found: Vec<Tuple> = sqlx::query_as(
        "SELECT hold.id, start_us, end_us, requester, name, export, body, entry, placed_us, review_us, state,
                placed_leaf, released_leaf
         FROM hold JOIN person ON person.id = requester WHERE ?1 IS NULL OR hold.id = ?1
         ORDER BY placed_us DESC, hold.id DESC",
    )
    .bind(&only)
    .fetch_all(&mut *connection)
    .await
    .doing("reading holds")?;
    let mut cameras = cameras_of(connection, &only).await?;
    let mut releases = releases_of(connection, &only).await?;
    found
        .into_iter()
        .map(|row| {
            let id = HoldId(uuid_of(&row.0)?);
            let (cameras, releases) = (cameras.remove(&id), releases.remove(&id));
            hold_of(id, row, cameras.unwrap_or_default(), releases.unwrap_or_default())
        })
        .collect()
}

fn hold_of(id: HoldId, row: Tuple, cameras: Vec<CameraId>, releases: Vec<ReleaseRow>) -> Result<HoldRow> {
    let (
        _,
        start,
        end,
        requester,
        requester_name,
        export,
        body,
        entry,
        placed,
        review,
        state,
        leaf,
        released,
    ) = row;
    let body: Body =
        serde_json::from_str(&body).map_err(|_| Error::Corrupt("a stored hold cannot be read".into()))?;
    Ok(HoldRow {
        id,
        cameras,
        span: span_of(start, end)?,
        requester: PersonId(uuid_of(&requester)?),
        requester_name,
        export: export.map(|export| uuid_of(&export).map(ExportId)).transpose()?,
        purpose: body.purpose,
        legal_basis: body.legal_basis,
        case: body.case.as_deref().map(str::parse).transpose()?,
        note: body.note,
        document: body.document,
        approver: body.approver,
        approver_id: body.approver_id.as_deref().map(str::parse).transpose()?,
        entry: EntryIndex(uint(entry)?),
        placed: WallTime(placed),
        review: WallTime(review),
        state: HoldState::parse(&state)?,
        placed_leaf: leaf.map(uint).transpose()?,
        released_leaf: released.map(uint).transpose()?,
        releases,
    })
}

async fn cameras_of(
    connection: &mut SqliteConnection,
    only: &Option<Vec<u8>>,
) -> Result<HashMap<HoldId, Vec<CameraId>>> {
    let rows: Vec<(Vec<u8>, Vec<u8>)> =
        sqlx::query_as("SELECT hold, camera FROM hold_camera WHERE ?1 IS NULL OR hold = ?1 ORDER BY camera")
            .bind(only)
            .fetch_all(connection)
            .await
            .doing("reading holds")?;
    let mut found: HashMap<HoldId, Vec<CameraId>> = HashMap::new();
    for (hold, camera) in rows {
        found.entry(HoldId(uuid_of(&hold)?)).or_default().push(CameraId(uuid_of(&camera)?));
    }
    Ok(found)
}

type ReleaseTuple = (
    Vec<u8>,
    Vec<u8>,
    String,
    i64,
    String,
    String,
    i64,
    Option<String>,
    Option<Vec<u8>>,
    Option<String>,
    Option<i64>,
    Option<String>,
    Option<i64>,
);

async fn releases_of(
    connection: &mut SqliteConnection,
    only: &Option<Vec<u8>>,
) -> Result<HashMap<HoldId, Vec<ReleaseRow>>> {
    let rows: Vec<ReleaseTuple> = sqlx::query_as(
        "SELECT hold, asker, asking.name, asked_us, reason, document, entry, answer, answerer, answering.name,
                answered_us, answer_reason, answer_entry
         FROM hold_release JOIN person AS asking ON asking.id = asker
              LEFT JOIN person AS answering ON answering.id = answerer
         WHERE ?1 IS NULL OR hold = ?1 ORDER BY hold_release.id DESC",
    )
    .bind(only)
    .fetch_all(connection)
    .await
    .doing("reading requests to lift holds")?;
    let mut found: HashMap<HoldId, Vec<ReleaseRow>> = HashMap::new();
    for row in rows {
        let hold = HoldId(uuid_of(&row.0)?);
        found.entry(hold).or_default().push(release_of(row)?);
    }
    Ok(found)
}

fn release_of(row: ReleaseTuple) -> Result<ReleaseRow> {
    let (_, asker, asker_name, asked, reason, document, entry, answer, answerer, name, answered, why, by) =
        row;
    let answer = match (answer, answerer, answered, by) {
        (Some(word), Some(answerer), Some(answered), Some(entry)) => Some(ReleaseAnswer {
            approved: word == "approved",
            answerer: PersonId(uuid_of(&answerer)?),
            answerer_name: name.unwrap_or_default(),
            answered: WallTime(answered),
            reason: why.unwrap_or_default(),
            entry: EntryIndex(uint(entry)?),
        }),
        _ => None,
    };
    Ok(ReleaseRow {
        asker: PersonId(uuid_of(&asker)?),
        asker_name,
        asked: WallTime(asked),
        reason,
        document,
        entry: EntryIndex(uint(entry)?),
        answer,
    })
}

#[cfg(test)]
mod tests {
    use super::Body;

    #[test]
    fn what_somebody_wrote_before_accounts_were_named_stays_readable() {
        let check = |stored: &str, approver: &str, id: Option<&str>| {
            let body: Body = serde_json::from_str(stored).unwrap();
            assert_eq!((body.approver.as_str(), body.approver_id.as_deref()), (approver, id), "{stored}");
        };
        let of = |end: &str| {
            format!(
                r#"{{"purpose":"incident","legal_basis":"unit_duty","case":null,"note":"x","document":"",{end}}}"#
            )
        };
        check(&of(r#""approver":"值班长""#), "值班长", None);
        check(&of(r#""approver":"甲 (jia)","approver_id":"7""#), "甲 (jia)", Some("7"));
        check(&of(r#""approver":"","approver_id":null"#), "", None);
    }
}
