//! Requests for footage as they are listed: what was asked, what was answered, what became of it.
//!
//! It decides nothing. A state is read from its row, its uses and the time, never stored.

use crate::convert::{blob, int, small, span_of, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::cases::CaseStep;
use crate::registry::{EntryIndex, Registry, facts, whole_systems};
use law::access::{GrantAct, GrantFacts, GrantState, NamedCase, entitles};
use model::{
    Act, Actor, CameraId, CaseId, Cx, GrantId, LegalBasis, PersonId, Purpose, RecordId, Span, UnitId,
    WallTime,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

/// Requests on one page.
const PAGE_ROWS_MAX: u32 = 200;

/// Who answered or took back, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrantEnd {
    pub step: CaseStep,
    pub reason: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrantRow {
    pub id: GrantId,
    pub unit: UnitId,
    pub state: GrantState,
    pub asked: CaseStep,
    pub cameras: Vec<CameraId>,
    /// It reaches the cameras that stand at their points, where its case covers them.
    pub systems: Vec<RecordId>,
    pub acts: Vec<GrantAct>,
    pub span: Option<Span>,
    pub purpose: Purpose,
    pub legal_basis: LegalBasis,
    pub case: Option<CaseId>,
    pub reason: String,
    pub uses_max: u64,
    pub uses: u64,
    pub expires: WallTime,
    /// Whether it was granted, and by whom.
    pub answer: Option<(bool, GrantEnd)>,
    pub revoked: Option<GrantEnd>,
    /// It is a clip: `asked.by` is whoever it was handed to.
    pub shared: Option<SharedClip>,
}

/// Who handed a clip on, and on what it rests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SharedClip {
    pub sender: (PersonId, String),
    /// The sender's own grant, where their unit wanted one.
    pub under: Option<GrantId>,
    /// It waits for another person's word before it is played.
    pub needs_word: bool,
}

impl GrantRow {
    /// `case`: its case as it stands now.
    pub(super) fn facts(&self, case: NamedCase) -> GrantFacts {
        let case = match case {
            NamedCase::Registered(case) => Some(case),
            NamedCase::None | NamedCase::Unknown => None,
        };
        GrantFacts {
            systems: self.systems.clone(),
            case,
            state: self.state,
            acts: self.acts.clone(),
            cameras: self.cameras.clone(),
            span: self.span,
            purpose: self.purpose,
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct GrantQuery {
    pub id: Option<GrantId>,
    /// Only what waits for an answer.
    pub waiting: bool,
    /// Only clips that were handed on, or only the rest.
    pub shared: Option<bool>,
    pub limit: u32,
    /// So many are skipped: what the previous page returned.
    pub cursor: Option<String>,
}

#[derive(Clone, Debug)]
pub struct GrantPage {
    /// Newest first.
    pub grants: Vec<GrantRow>,
    pub next_cursor: Option<String>,
    pub total: u64,
}

const COLUMNS: &str =
    "SELECT own.*, asking.name AS asker_name, answering.name AS answerer_name, revoking.name AS revoker_name,
    clip.sender AS sender, sending.name AS sender_name, clip.under_grant AS under_grant, clip.needs_word AS needs_word,
    (SELECT count(*) FROM access_grant_use WHERE access_grant = own.id) AS uses";
const FROM: &str = " FROM access_grant AS own JOIN person AS asking ON asking.id = asker
    LEFT JOIN person AS answering ON answering.id = answerer LEFT JOIN person AS revoking ON revoking.id = revoker
    LEFT JOIN clip_share AS clip ON clip.access_grant = own.id LEFT JOIN person AS sending ON sending.id = clip.sender WHERE ";

/// What was asked before then has expired.
pub(in crate::registry) fn oldest_request(now: WallTime) -> WallTime {
    now.plus_us(-2 * law::access::GRANT_US_MAX)
}

/// Somebody's own, newest first. A clip is none of them: it is played as that, and opens nothing else.
pub(super) async fn of_person(
    connection: &mut SqliteConnection,
    person: PersonId,
    now: WallTime,
) -> Result<Vec<GrantRow>> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push(FROM).push("clip.access_grant IS NULL AND asker = ").push_bind(blob(person.0));
    query.push(" AND asked_us > ").push_bind(oldest_request(now).0);
    query.push(" ORDER BY asked_us DESC LIMIT ").push_bind(i64::from(PAGE_ROWS_MAX));
    read(connection, query, now).await
}

pub(super) async fn one(connection: &mut SqliteConnection, id: GrantId, now: WallTime) -> Result<GrantRow> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push(FROM).push("own.id = ").push_bind(blob(id.0));
    read(connection, query, now).await?.pop().ok_or(Error::NotFound("request"))
}

async fn read(
    connection: &mut SqliteConnection,
    mut query: QueryBuilder<Sqlite>,
    now: WallTime,
) -> Result<Vec<GrantRow>> {
    let rows = query.build().fetch_all(&mut *connection).await.doing("reading requests for footage")?;
    let mut grants = Vec::with_capacity(rows.len());
    for row in &rows {
        grants.push(grant_of(connection, row, now).await?);
    }
    Ok(grants)
}

impl Registry {
    /// One's own requests, the clips that one handed on or was handed, and those of the units in which one answers or audits.
    pub async fn grants(&self, cx: &Cx, query: &GrantQuery) -> Result<GrantPage> {
        let cursor: u32 = query
            .cursor
            .as_deref()
            .map_or(Ok(0), str::parse)
            .map_err(|_| Error::invalid("cursor", "is not one that a page gave"))?;
        let limit = query.limit.clamp(1, PAGE_ROWS_MAX);
        let mut connection = self.0.database.read.acquire().await.doing("listing requests for footage")?;
        let seen = match cx.actor {
            Actor::Person(person) => {
                let mut posts = facts::posts(&mut connection, person).await?;
                posts.retain(|post| {
                    post.group.is_none()
                        && (entitles(post.role, Act::ApproveGrant) || entitles(post.role, Act::ReadLedger))
                });
                Some((person, posts))
            }
            Actor::System(_) => None,
        };
        let filter = |sql: &mut QueryBuilder<Sqlite>| {
            sql.push(FROM);
            match &seen {
                Some((person, posts)) => {
                    sql.push("(asker = ").push_bind(blob(person.0));
                    sql.push(" OR clip.sender = ").push_bind(blob(person.0));
                    for post in posts {
                        sql.push(" OR own.unit = ").push_bind(blob(post.unit.0));
                    }
                    sql.push(")");
                }
                None => {
                    sql.push("1");
                }
            }
            if let Some(id) = query.id {
                sql.push(" AND own.id = ").push_bind(blob(id.0));
            }
            if query.waiting {
                sql.push(" AND answer IS NULL AND coalesce(clip.needs_word, 1) AND expires_us > ")
                    .push_bind(cx.now.0);
            }
            match query.shared {
                Some(true) => sql.push(" AND clip.access_grant IS NOT NULL"),
                Some(false) => sql.push(" AND clip.access_grant IS NULL"),
                None => sql,
            };
        };
        let mut counting = QueryBuilder::new("SELECT count(*)");
        filter(&mut counting);
        let total: i64 = counting
            .build_query_scalar()
            .fetch_one(&mut *connection)
            .await
            .doing("counting requests for footage")?;
        let mut listing = QueryBuilder::new(COLUMNS);
        filter(&mut listing);
        listing.push(" ORDER BY asked_us DESC, own.id LIMIT ").push_bind(i64::from(limit));
        listing.push(" OFFSET ").push_bind(i64::from(cursor));
        let grants = read(&mut connection, listing, cx.now).await?;
        let (total, end) = (uint(total)?, u64::from(cursor) + grants.len() as u64);
        let next_cursor = (end < total && !grants.is_empty()).then(|| end.to_string());
        Ok(GrantPage { grants, next_cursor, total })
    }

    /// One request, whoever asks: the caller has decided.
    pub async fn stored_grant(&self, id: GrantId, now: WallTime) -> Result<GrantRow> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a request for footage")?;
        one(&mut connection, id, now).await
    }
}

const READING: &str = "reading a request for footage";

async fn grant_of(connection: &mut SqliteConnection, row: &SqliteRow, now: WallTime) -> Result<GrantRow> {
    let id = GrantId(uuid_of(row.try_get("id").doing(READING)?)?);
    let cameras: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT camera FROM access_grant_camera WHERE access_grant = ? ORDER BY camera")
            .bind(blob(id.0))
            .fetch_all(&mut *connection)
            .await
            .doing(READING)?;
    let systems = "SELECT system FROM access_grant_system WHERE access_grant = ? ORDER BY system";
    let systems = whole_systems::named_by(connection, systems, id.0).await?;
    let number = |column: &str| row.try_get::<Option<i64>, _>(column).doing(READING);
    let needed =
        |column: &str| number(column)?.ok_or_else(|| Error::Corrupt("a stored request is not whole".into()));
    let bits: u8 = small(needed("acts")?)?;
    let unknown = || Error::Corrupt("a stored request's purpose is unknown".into());
    let answer: Option<String> = row.try_get("answer").doing(READING)?;
    let answered = end(row, ["answerer", "answerer_name", "answered_us", "answer_entry", "answer_reason"])?;
    let revoked = end(row, ["revoker", "revoker_name", "revoked_us", "revoke_entry", "revoke_reason"])?;
    let (uses, uses_max) = (uint(needed("uses")?)?, uint(needed("uses_max")?)?);
    let expires = WallTime(needed("expires_us")?);
    let answer = answered.map(|end| (answer.as_deref() == Some("granted"), end));
    let shared = shared_of(row)?;
    let as_handed = shared.as_ref().filter(|clip| !clip.needs_word).map(|_| true);
    let granted = answer.as_ref().map(|(granted, _)| *granted).or(as_handed);
    let case: Option<Vec<u8>> = row.try_get("case_file").doing(READING)?;
    Ok(GrantRow {
        id,
        unit: UnitId(uuid_of(row.try_get("unit").doing(READING)?)?),
        state: state(granted, revoked.is_some(), uses >= uses_max, expires <= now),
        asked: step(row, ["asker", "asker_name", "asked_us", "entry"])?
            .ok_or_else(|| Error::Corrupt("a stored request is nobody's".into()))?,
        cameras: cameras.iter().map(|camera| uuid_of(camera).map(CameraId)).collect::<Result<_>>()?,
        systems,
        acts: GrantAct::ALL.into_iter().filter(|act| bits & act.bit() != 0).collect(),
        span: match (number("start_us")?, number("end_us")?) {
            (Some(start), Some(end)) => Some(span_of(start, end)?),
            _ => None,
        },
        purpose: Purpose::from_code(small(needed("purpose")?)?).ok_or_else(unknown)?,
        legal_basis: LegalBasis::from_code(small(needed("legal_basis")?)?).ok_or_else(unknown)?,
        case: case.map(|case| uuid_of(&case).map(CaseId)).transpose()?,
        reason: row.try_get("reason").doing(READING)?,
        uses_max,
        uses,
        expires,
        answer,
        revoked,
        shared,
    })
}

fn shared_of(row: &SqliteRow) -> Result<Option<SharedClip>> {
    let sender: Option<Vec<u8>> = row.try_get("sender").doing(READING)?;
    let Some(sender) = sender else { return Ok(None) };
    let under: Option<Vec<u8>> = row.try_get("under_grant").doing(READING)?;
    Ok(Some(SharedClip {
        sender: (PersonId(uuid_of(&sender)?), row.try_get("sender_name").doing(READING)?),
        under: under.map(|grant| uuid_of(&grant).map(GrantId)).transpose()?,
        needs_word: row.try_get("needs_word").doing(READING)?,
    }))
}

const fn state(granted: Option<bool>, revoked: bool, used_up: bool, expired: bool) -> GrantState {
    match granted {
        Some(false) => GrantState::Declined,
        _ if revoked => GrantState::Revoked,
        _ if expired => GrantState::Expired,
        None => GrantState::Asked,
        Some(true) if used_up => GrantState::UsedUp,
        Some(true) => GrantState::Granted,
    }
}

fn end(row: &SqliteRow, [person, name, at, entry, reason]: [&str; 5]) -> Result<Option<GrantEnd>> {
    let Some(step) = step(row, [person, name, at, entry])? else { return Ok(None) };
    let reason: Option<String> = row.try_get(reason).doing(READING)?;
    Ok(Some(GrantEnd { step, reason: reason.unwrap_or_default() }))
}

fn step(row: &SqliteRow, [person, name, at, entry]: [&str; 4]) -> Result<Option<CaseStep>> {
    let person: Option<Vec<u8>> = row.try_get(person).doing(READING)?;
    let Some(person) = person else { return Ok(None) };
    let entry: i64 = row.try_get(entry).doing(READING)?;
    Ok(Some(CaseStep {
        by: (PersonId(uuid_of(&person)?), row.try_get(name).doing(READING)?),
        at: WallTime(row.try_get(at).doing(READING)?),
        entry: EntryIndex(uint(entry)?),
    }))
}

/// The number of a use, for its row.
pub(super) fn use_of(entry: EntryIndex) -> Result<i64> {
    int(entry.0)
}
