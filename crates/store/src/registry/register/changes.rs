//! Requests to change what may not change without authorisation: place, purpose and coverage of a point in use. One person
//! asks, another authorises; only then the record changes (datong-2008:19, guangzhou-2007:22, chongqing:12).

use super::{Book, Record, body_of, body_text, lawful, list, notices::Moved, secrecy, text, write};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::{EntryIndex, Registry, admit, admit::Ask, new_id, once};
use law::Words;
use law::access::Refusal;
use law::register::Body;
use model::{Act, Actor, ChangeRequestId, Cx, PersonId, RecordId, WallTime};
use sqlx::SqliteConnection;

const REASON_CHARS_MAX: usize = 500;

/// How far a request is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeState {
    Asked,
    Authorised,
    Declined,
}

impl ChangeState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Authorised => "authorised",
            Self::Declined => "declined",
        }
    }
    fn from_word(word: &str) -> Result<Self> {
        let all = [Self::Asked, Self::Authorised, Self::Declined];
        let found = all.into_iter().find(|state| state.as_str() == word);
        found.ok_or_else(|| Error::Corrupt("a stored request's state is unknown".into()))
    }
}

/// A change that somebody asks for.
#[derive(Clone, Debug)]
pub struct NewChangeRequest {
    pub record: RecordId,
    /// The version that the person saw.
    pub version: u32,
    pub body: Body,
    pub reason: String,
    pub document: Option<RecordId>,
}

/// A request and what came of it.
#[derive(Clone, PartialEq, Debug)]
pub struct ChangeRequest {
    pub id: ChangeRequestId,
    pub record: RecordId,
    pub record_name: String,
    pub version: u32,
    pub body: Body,
    /// `place`, `purpose`, `coverage`.
    pub changes: Vec<String>,
    pub reason: String,
    pub document: Option<RecordId>,
    pub person: PersonId,
    pub person_name: String,
    pub asked: WallTime,
    pub entry: EntryIndex,
    pub state: ChangeState,
    pub decided: Option<(PersonId, WallTime)>,
}

type Row = (
    Vec<u8>,
    Vec<u8>,
    String,
    i64,
    String,
    String,
    String,
    Option<Vec<u8>>,
    Vec<u8>,
    String,
    i64,
    i64,
    String,
    Option<Vec<u8>>,
    Option<i64>,
);

const SELECT: &str = "SELECT change_request.id, change_request.record, record.name AS record_name,
    change_request.version, change_request.body, changes, reason, document, person, person.name AS person_name,
    asked_us, entry, state, decided_by, decided_us
    FROM change_request JOIN record ON record.id = change_request.record JOIN person ON person.id = change_request.person";

impl Registry {
    /// Asks for a change. Nothing changes yet.
    pub async fn ask_change(&self, cx: &Cx, new: NewChangeRequest) -> Result<ChangeRequestId> {
        let reason = crate::registry::words("reason", &new.reason, REASON_CHARS_MAX)?;
        let Actor::Person(person) = cx.actor else {
            return Err(Error::invalid("actor", "is no person"));
        };
        let current = self.stored_record(cx, new.record).await?;
        if let Some(document) = new.document {
            self.stored_record(cx, document).await?;
        }
        let library = self.packs().library.clone();
        let checked = write::checked(current.kind, current.unit, new.body.clone(), &library)?;
        let changes = lawful::changed(&current.body, &checked.body);
        if changes.is_empty() {
            return Err(Error::invalid("body", "changes neither place nor purpose nor coverage"));
        }
        let (id, cx_now, changes) = (ChangeRequestId(new_id()), cx.now, changes.join(","));
        let ask = Ask {
            scopes: current.unit.into_iter().map(|unit| (unit, None)).collect(),
            subject: Some(new.record.0),
            systems: write::changed_systems(current.kind, current.id, &current.body)
                .chain(write::changed_systems(current.kind, current.id, &checked.body))
                .collect(),
            extra: format!(
                "request={id}\npoint={}\nchanges={changes}\nreason={reason}",
                secrecy::name(&current)
            ),
            ..Ask::new(Act::AskChange)
        };
        let body = body_text(&checked.body)?;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO change_request (id, record, version, body, changes, reason, document, person, asked_us,
                                                 entry, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'asked')",
                )
                .bind(blob(id.0))
                .bind(blob(new.record.0))
                .bind(i64::from(new.version))
                .bind(body)
                .bind(changes)
                .bind(reason)
                .bind(new.document.map(|document| blob(document.0)))
                .bind(blob(person.0))
                .bind(cx_now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("asking for a change")?;
                Ok(id)
            })
        })
        .await
    }

    /// Authorises or declines a request that another person made; authorising makes the change.
    pub async fn decide_change(&self, cx: &Cx, id: ChangeRequestId, authorise: bool) -> Result<()> {
        let Actor::Person(person) = cx.actor else {
            return Err(Error::invalid("actor", "is no person"));
        };
        let asked = self.change_request(id).await?;
        let record = self.stored_record(cx, asked.record).await?;
        let library = self.packs().library.clone();
        let checked = write::checked(record.kind, record.unit, asked.body.clone(), &library)?;
        let ask = Ask {
            scopes: record.unit.into_iter().map(|unit| (unit, None)).collect(),
            subject: Some(asked.record.0),
            systems: write::changed_systems(record.kind, record.id, &record.body)
                .chain(write::changed_systems(record.kind, record.id, &checked.body))
                .collect(),
            refers_to: Some(asked.entry),
            own: asked.person == person,
            extra: format!(
                "request={id}\npoint={}\ndecision={}",
                secrecy::name(&record),
                if authorise { "authorised" } else { "declined" }
            ),
            ..Ask::new(Act::DecideChange)
        };
        let cx = cx.clone();
        let today = self.today(cx.now);
        self.decided(move |connection| {
            Box::pin(async move {
                let current = list::one(connection, asked.record).await?;
                if authorise && current.version != asked.version {
                    return Err(Error::Conflict("the record has changed since the request was made".into()));
                }
                let book = Book::on(&library, today);
                let refusal = match authorise {
                    true => refuses(connection, book, &asked, &checked, &current).await?,
                    false => None,
                };
                match admit::enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => {
                        decide(connection, id, authorise, person, entered.entry, cx.now).await?;
                        if authorise {
                            write::update(connection, &current, &checked, entered.entry, cx.now).await?;
                            let moved = Moved { book, entry: entered.entry, now: cx.now };
                            moved.record(connection, &current, &checked.body).await?;
                        }
                        Ok(Ok(()))
                    }
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await?;
        self.0.passes.revoke_all();
        Ok(())
    }

    async fn change_request(&self, id: ChangeRequestId) -> Result<ChangeRequest> {
        let row: Option<Row> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE change_request.id = ?")))
                .bind(blob(id.0))
                .fetch_optional(&self.0.database.read)
                .await
                .doing("reading a request")?;
        request_of(row.ok_or(Error::NotFound("request"))?)
    }

    /// Requests about one record, or about all that the actor sees, newest first.
    pub async fn change_requests(&self, cx: &Cx, record: Option<RecordId>) -> Result<Vec<ChangeRequest>> {
        /// One page: what a unit asks for in years.
        const ROWS_MAX: i64 = 500;
        let mut connection = self.0.database.read.acquire().await.doing("listing requests")?;
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE ?1 IS NULL OR change_request.record = ?1 ORDER BY asked_us DESC LIMIT ?2"
        )))
        .bind(record.map(|record| blob(record.0)))
        .bind(ROWS_MAX)
        .fetch_all(&mut *connection)
        .await
        .doing("listing requests")?;
        let viewer = list::Viewer::load(&mut connection, cx.actor).await?;
        let records = list::sights(&mut connection, "SELECT record FROM change_request").await?;
        let seen = |request: &ChangeRequest| {
            records.get(&request.record).is_some_and(|(unit, secret)| viewer.sees_in(*unit, *secret))
        };
        let all = rows.into_iter().map(request_of);
        all.filter(|request| request.as_ref().map_or(true, seen)).collect()
    }
}

/// What refuses authorising a change today, if anything does. Authorisation lifts the duty to ask, no other rule: a private place
/// stays one. A request may wait as long as it will, but no longer than the document that it rests on.
async fn refuses(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    asked: &ChangeRequest,
    new: &write::Checked,
    current: &Record,
) -> Result<Option<Refusal>> {
    let asks = match lawful::record(connection, book, new, Some(current)).await? {
        Some(refusal) if refusal.code != "change_unauthorised" => return Ok(Some(refusal)),
        asks => asks.map_or_else(|| "unit:registry".into(), |refusal| refusal.article),
    };
    // That it was decided already is for whoever enters the decision to say.
    let Some(document) = asked.document.filter(|_| asked.state == ChangeState::Asked) else {
        return Ok(None);
    };
    let document = list::one(connection, document).await?;
    let ended = text(&document.body, "valid_until").filter(|until| *until < book.today.to_string().as_str());
    Ok(ended.map(|until| Refusal {
        article: asks,
        code: "document_ended",
        reason: Words::new(
            format!("The document that the request rests on, '{}', ended on {until}.", document.name),
            format!("申请所依据的“{}”已于 {until} 到期。", document.name),
        ),
        remedy: Words::new(
            "Decline the request, and ask again with a document that holds.",
            "请不予批准，凭有效文件重新提出申请。",
        ),
    }))
}

async fn decide(
    connection: &mut SqliteConnection,
    id: ChangeRequestId,
    authorise: bool,
    person: PersonId,
    entry: EntryIndex,
    now: WallTime,
) -> Result<()> {
    let state = if authorise { ChangeState::Authorised } else { ChangeState::Declined };
    let done = sqlx::query(
        "UPDATE change_request SET state = ?, decided_by = ?, decided_us = ?, decision = ?
         WHERE id = ? AND state = 'asked'",
    )
    .bind(state.as_str())
    .bind(blob(person.0))
    .bind(now.0)
    .bind(int(entry.0)?)
    .bind(blob(id.0))
    .execute(connection)
    .await
    .doing("deciding a request")?;
    once(&done, "the request was decided already")?;
    Ok(())
}

fn request_of(row: Row) -> Result<ChangeRequest> {
    let (
        id,
        record,
        record_name,
        version,
        body,
        changes,
        reason,
        document,
        person,
        person_name,
        asked,
        entry,
        state,
        by,
        at,
    ) = row;
    let decided = match (by, at) {
        (Some(by), Some(at)) => Some((PersonId(uuid_of(&by)?), WallTime(at))),
        _ => None,
    };
    Ok(ChangeRequest {
        id: ChangeRequestId(uuid_of(&id)?),
        record: RecordId(uuid_of(&record)?),
        record_name,
        version: crate::convert::small(version)?,
        body: body_of(&body)?,
        changes: changes.split(',').map(str::to_owned).collect(),
        reason,
        document: document.map(|id| uuid_of(&id).map(RecordId)).transpose()?,
        person: PersonId(uuid_of(&person)?),
        person_name,
        asked: WallTime(asked),
        entry: EntryIndex(uint(entry)?),
        state: ChangeState::from_word(&state)?,
        decided,
    })
}
