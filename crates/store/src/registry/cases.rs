//! The register of cases: who opened one, who confirmed it, which cameras it concerns, and when it was closed.
//!
//! Whether a case opens anything is `law::access`' matter; [`named`] loads what it decides on in the admitting transaction. The
//! invariants: nobody confirms a case that they opened (the table refuses it too), and closing one ends what is being looked at
//! under it.

use super::admit::{Ask, enter};
use super::{EntryIndex, Registry, at_most, facts, new_id, whole_systems, words};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::once;
use law::access::{CaseFacts, CaseKind, NamedCase};
use law::register::RecordKind;
use model::{Act, Actor, CameraId, CaseId, Cx, PersonId, RecordId, UnitId, WallTime};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

/// A number as an authority writes it: a document's reference fits.
const NUMBER_CHARS_MAX: usize = 80;
const TITLE_CHARS_MAX: usize = 120;
const AUTHORITY_CHARS_MAX: usize = 100;
const REASON_CHARS_MAX: usize = 500;
/// Cameras that a case names: a scene and its surroundings; what concerns more names none, and concerns the whole unit.
const CAMERAS_MAX: usize = 64;
/// Systems that a case names: as many as one operation reaches over; what concerns more concerns the whole unit.
const SYSTEMS_MAX: usize = 16;
/// Longest time that a case stays open by itself: three years, as a hold's review; then it is registered anew.
const OPEN_US_MAX: i64 = 3 * 365 * 86_400_000_000;
/// Cases on one page.
const PAGE_ROWS_MAX: u32 = 200;

/// A case that somebody puts into the register.
#[derive(Clone, Debug)]
pub struct NewCase {
    pub unit: UnitId,
    pub kind: CaseKind,
    pub number: String,
    pub title: String,
    /// Whose case it is; empty for an incident of the unit's own.
    pub authority: String,
    pub document: Option<RecordId>,
    /// With no system either: it concerns the whole unit.
    pub cameras: Vec<CameraId>,
    /// It concerns whatever camera stands at their points.
    pub systems: Vec<RecordId>,
    pub closes: Option<WallTime>,
}

/// A step of a case: who, when, and its entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseStep {
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CaseState {
    /// Nobody else has confirmed it.
    Waiting,
    Open,
    Closed,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseRow {
    pub id: CaseId,
    pub unit: UnitId,
    pub kind: CaseKind,
    pub number: String,
    pub title: String,
    pub authority: String,
    pub document: Option<RecordId>,
    pub cameras: Vec<CameraId>,
    pub systems: Vec<RecordId>,
    pub closes: Option<WallTime>,
    pub opened: CaseStep,
    pub confirmed: Option<CaseStep>,
    /// With the reason.
    pub closed: Option<(CaseStep, String)>,
}

impl CaseRow {
    pub fn state(&self, now: WallTime) -> CaseState {
        if self.closed.is_some() || self.closes.is_some_and(|closes| closes <= now) {
            CaseState::Closed
        } else if self.confirmed.is_none() {
            CaseState::Waiting
        } else {
            CaseState::Open
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct CaseQuery {
    pub state: Option<CaseState>,
    /// Only this one.
    pub id: Option<CaseId>,
    pub limit: u32,
    /// So many are skipped: what the previous page returned.
    pub cursor: Option<String>,
}

#[derive(Clone, Debug)]
pub struct CasePage {
    /// Newest first.
    pub cases: Vec<CaseRow>,
    pub next_cursor: Option<String>,
    pub total: u64,
}

const COLUMNS: &str = "SELECT file.*, opening.name AS opener_name, confirming.name AS confirmer_name, closing.name AS closer_name";
const FROM: &str = " FROM case_file AS file JOIN person AS opening ON opening.id = opener
    LEFT JOIN person AS confirming ON confirming.id = confirmer LEFT JOIN person AS closing ON closing.id = closer WHERE ";

/// What the law asks about the case that a context names.
pub(super) async fn named(connection: &mut SqliteConnection, cx: &Cx) -> Result<NamedCase> {
    match cx.case {
        Some(case) => at(connection, case, (cx.actor, cx.now)).await,
        None => Ok(NamedCase::None),
    }
}

/// What the law asks about a case, as somebody names it at that moment.
pub(super) async fn at(
    connection: &mut SqliteConnection,
    case: CaseId,
    (actor, now): (Actor, WallTime),
) -> Result<NamedCase> {
    type Facts = (Vec<u8>, Vec<u8>, bool, bool);
    let row: Option<Facts> = sqlx::query_as(
        "SELECT unit, opener, confirmer IS NOT NULL, closed_us IS NOT NULL OR coalesce(closes_us <= ?2, 0)
         FROM case_file WHERE id = ?1",
    )
    .bind(blob(case.0))
    .bind(now.0)
    .fetch_optional(&mut *connection)
    .await
    .doing("loading a case")?;
    let Some((unit, opener, confirmed, closed)) = row else { return Ok(NamedCase::Unknown) };
    let cameras = cameras_of(connection, case).await?;
    let systems = systems_of(connection, case).await?;
    Ok(NamedCase::Registered(CaseFacts {
        unit: UnitId(uuid_of(&unit)?),
        own: actor == Actor::Person(PersonId(uuid_of(&opener)?)),
        confirmed,
        closed,
        cameras,
        systems,
    }))
}

/// When the case that a context names ends by itself: nothing under it lasts longer.
pub(super) async fn end_of(connection: &mut SqliteConnection, case: Option<CaseId>) -> Result<WallTime> {
    let Some(case) = case else { return Ok(WallTime(i64::MAX)) };
    let closes: Option<i64> = sqlx::query_scalar("SELECT closes_us FROM case_file WHERE id = ?")
        .bind(blob(case.0))
        .fetch_optional(connection)
        .await
        .doing("loading a case")?
        .flatten();
    Ok(WallTime(closes.unwrap_or(i64::MAX)))
}

async fn cameras_of(connection: &mut SqliteConnection, case: CaseId) -> Result<Vec<CameraId>> {
    let cameras: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT camera FROM case_camera WHERE case_file = ? ORDER BY camera")
            .bind(blob(case.0))
            .fetch_all(connection)
            .await
            .doing("loading the cameras of a case")?;
    cameras.iter().map(|camera| uuid_of(camera).map(CameraId)).collect()
}

async fn systems_of(connection: &mut SqliteConnection, case: CaseId) -> Result<Vec<RecordId>> {
    let sql = "SELECT system FROM case_system WHERE case_file = ? ORDER BY system";
    whole_systems::named_by(connection, sql, case.0).await
}

impl Registry {
    /// Puts a case into the register. It opens nothing before another person has confirmed it.
    pub async fn open_case(&self, cx: &Cx, new: NewCase) -> Result<CaseId> {
        let Actor::Person(opener) = cx.actor else {
            return Err(Error::invalid("actor", "a case is a person's"));
        };
        let new = self.checked(cx, new).await?;
        let group = self.own_group(opener, new.unit).await?;
        let id = CaseId(new_id());
        let (ask, cx) = (asked(&new, id, group), cx.clone());
        self.act(&cx.clone(), ask, move |connection, entry| {
            Box::pin(async move { insert(connection, &cx, id, new, opener, entry).await })
        })
        .await?;
        Ok(id)
    }

    /// Another person than the one who opened it confirms a case.
    pub async fn confirm_case(&self, cx: &Cx, id: CaseId) -> Result<()> {
        self.on_case(cx, id, Act::ConfirmCase, String::new()).await
    }

    /// Closes a case; the reason is the context's note. Views and exports under it end; the entry says how many.
    pub async fn close_case(&self, cx: &Cx, id: CaseId) -> Result<()> {
        let reason = at_most("reason", cx.note.as_deref().unwrap_or_default().trim(), REASON_CHARS_MAX)?;
        self.on_case(cx, id, Act::CloseCase, reason).await?;
        self.0.passes.revoke_case(id);
        Ok(())
    }

    async fn on_case(&self, cx: &Cx, id: CaseId, act: Act, reason: String) -> Result<()> {
        let Actor::Person(person) = cx.actor else {
            return Err(Error::invalid("actor", "a case is a person's"));
        };
        let (cx, passes) = (cx.clone(), self.0.passes.clone());
        let unit = self.stored_case(id).await?.unit;
        // Confirming needs a post for the whole unit.
        let group = if act == Act::ConfirmCase { None } else { self.own_group(person, unit).await? };
        self.decided(move |connection| {
            Box::pin(async move {
                let row = one(connection, id).await?;
                let mut ask = Ask {
                    scopes: vec![(row.unit, group)],
                    own: row.opened.by.0 == person,
                    subject: Some(id.0),
                    refers_to: Some(row.opened.entry),
                    extra: format!("number={}", row.number),
                    ..Ask::new(act)
                };
                if act == Act::CloseCase {
                    // In the writer's order: no pass is added between the count and the change.
                    let ends = passes.count_case(id, cx.now);
                    ask.extra = format!("{}\nviews_ended={ends}", ask.extra);
                }
                let entry = match enter(connection, &cx, &ask).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                match act {
                    Act::ConfirmCase => confirm(connection, &cx, &row, person, entry).await.map(Ok),
                    _ => close(connection, &cx, id, (person, reason), entry).await.map(Ok),
                }
            })
        })
        .await
    }

    /// Cases of the units in which the actor has a post. Whether cases may be read at all is decided before.
    pub async fn cases(&self, cx: &Cx, query: &CaseQuery) -> Result<CasePage> {
        let cursor: u32 = query
            .cursor
            .as_deref()
            .map_or(Ok(0), str::parse)
            .map_err(|_| Error::invalid("cursor", "is not one that a page gave"))?;
        let limit = query.limit.clamp(1, PAGE_ROWS_MAX);
        let mut connection = self.0.database.read.acquire().await.doing("listing cases")?;
        let units = match cx.actor {
            Actor::Person(person) => Some(facts::posts(&mut connection, person).await?),
            Actor::System(_) => None,
        };
        let filter = |sql: &mut QueryBuilder<Sqlite>| {
            sql.push(FROM);
            sql.push("1");
            if let Some(posts) = &units {
                sql.push(" AND file.unit IN (");
                let mut list = sql.separated(", ");
                for post in posts {
                    list.push_bind(blob(post.unit.0));
                }
                sql.push(")");
            }
            if let Some(id) = query.id {
                sql.push(" AND file.id = ").push_bind(blob(id.0));
            }
            if let Some(state) = query.state {
                sql.push(match state {
                    CaseState::Closed => " AND (closed_us IS NOT NULL OR coalesce(closes_us <= ",
                    _ => " AND NOT (closed_us IS NOT NULL OR coalesce(closes_us <= ",
                });
                sql.push_bind(cx.now.0).push(", 0))");
                sql.push(match state {
                    CaseState::Closed => "",
                    CaseState::Waiting => " AND confirmer IS NULL",
                    CaseState::Open => " AND confirmer IS NOT NULL",
                });
            }
        };
        let mut counting = QueryBuilder::new("SELECT count(*)");
        filter(&mut counting);
        let total: i64 =
            counting.build_query_scalar().fetch_one(&mut *connection).await.doing("counting cases")?;
        let mut listing = QueryBuilder::new(COLUMNS);
        filter(&mut listing);
        listing.push(" ORDER BY opened_us DESC, file.id LIMIT ").push_bind(i64::from(limit));
        listing.push(" OFFSET ").push_bind(i64::from(cursor));
        let rows = listing.build().fetch_all(&mut *connection).await.doing("listing cases")?;
        let mut cases = Vec::with_capacity(rows.len());
        for row in &rows {
            cases.push(case_of(&mut connection, row).await?);
        }
        let (total, end) = (uint(total)?, u64::from(cursor) + cases.len() as u64);
        let next_cursor = (end < total && !cases.is_empty()).then(|| end.to_string());
        Ok(CasePage { cases, next_cursor, total })
    }

    /// One case, whoever asks: the caller has decided. Its number is what hand-overs and forms show.
    pub async fn stored_case(&self, id: CaseId) -> Result<CaseRow> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a case")?;
        one(&mut connection, id).await
    }

    /// The open case of that number, if there is one alone.
    pub async fn open_case_of_number(&self, number: &str) -> Result<Option<CaseId>> {
        let found: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT id FROM case_file WHERE number = ? AND closed_us IS NULL LIMIT 2")
                .bind(number.trim())
                .fetch_all(&self.0.database.read)
                .await
                .doing("looking for a case")?;
        match &found[..] {
            [one] => uuid_of(one).map(|id| Some(CaseId(id))),
            _ => Ok(None),
        }
    }

    /// A post for one group of the unit is enough: which, if there is none for the whole.
    pub(super) async fn own_group(
        &self,
        person: PersonId,
        unit: UnitId,
    ) -> Result<Option<law::access::Part>> {
        let mut connection = self.0.database.read.acquire().await.doing("loading posts")?;
        let opens = |role| law::access::entitles(role, Act::OpenCase);
        facts::own_part(&mut connection, person, unit, opens).await
    }

    /// Words in their limits, papers and cameras of the unit.
    async fn checked(&self, cx: &Cx, new: NewCase) -> Result<NewCase> {
        let authority = at_most("authority", new.authority.trim(), AUTHORITY_CHARS_MAX)?;
        if authority.is_empty() && new.kind != CaseKind::Incident {
            return Err(Error::invalid("authority", "is missing: whose case it is"));
        }
        let closes = match new.closes {
            Some(closes) if closes <= cx.now => {
                return Err(Error::invalid("closes_ms", "is not in the future"));
            }
            Some(closes) if closes > cx.now.plus_us(OPEN_US_MAX) => {
                return Err(Error::invalid("closes_ms", "is more than three years away"));
            }
            closes => closes,
        };
        let mut cameras = new.cameras;
        cameras.sort_unstable();
        cameras.dedup();
        if cameras.len() > CAMERAS_MAX {
            return Err(Error::invalid("cameras", "are too many: name none for the whole unit"));
        }
        let system = super::system_cx("registry", cx.now);
        for camera in &cameras {
            if self.camera(&system, *camera).await?.unit != new.unit {
                return Err(Error::invalid("cameras", "are not all of this unit"));
            }
        }
        if new.systems.len() > SYSTEMS_MAX {
            return Err(Error::invalid("systems", "are too many: name none for the whole unit"));
        }
        let mut connection = self.0.database.read.acquire().await.doing("looking for systems")?;
        let systems = whole_systems::all_in_sight(&mut connection, cx.actor, (new.unit, new.systems)).await?;
        drop(connection);
        if let Some(document) = new.document {
            self.own(&system, "document_id", document, RecordKind::Document, new.unit).await?;
        }
        Ok(NewCase {
            number: words("number", &new.number, NUMBER_CHARS_MAX)?,
            title: words("title", &new.title, TITLE_CHARS_MAX)?,
            authority,
            closes,
            cameras,
            systems,
            ..new
        })
    }
}

fn asked(new: &NewCase, id: CaseId, group: Option<law::access::Part>) -> Ask {
    let closes = new.closes.map_or_else(|| "open".to_owned(), |closes| closes.to_string());
    let document = new.document.map_or_else(|| "none".to_owned(), |document| document.to_string());
    // By their ids alone: whoever reads the ledger need not be cleared for a secret one.
    let systems: String = new.systems.iter().map(|system| format!("\nsystem={system}")).collect();
    Ask {
        cameras: new.cameras.clone(),
        scopes: vec![(new.unit, group)],
        subject: Some(id.0),
        extra: format!(
            "kind={}\nnumber={}\nauthority={}\ncloses={closes}\ndocument={document}{systems}",
            new.kind.as_str(),
            new.number,
            new.authority
        ),
        ..Ask::new(Act::OpenCase)
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    cx: &Cx,
    id: CaseId,
    new: NewCase,
    opener: PersonId,
    entry: EntryIndex,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO case_file (id, unit, kind, number, title, authority, document, closes_us, opener, opened_us, entry)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(id.0))
    .bind(blob(new.unit.0))
    .bind(new.kind.as_str())
    .bind(new.number)
    .bind(new.title)
    .bind(new.authority)
    .bind(new.document.map(|document| blob(document.0)))
    .bind(new.closes.map(|closes| closes.0))
    .bind(blob(opener.0))
    .bind(cx.now.0)
    .bind(int(entry.0)?)
    .execute(&mut *connection)
    .await
    .doing("opening a case")?;
    for camera in new.cameras {
        sqlx::query("INSERT INTO case_camera (case_file, camera) VALUES (?, ?)")
            .bind(blob(id.0))
            .bind(blob(camera.0))
            .execute(&mut *connection)
            .await
            .doing("opening a case")?;
    }
    let sql = "INSERT INTO case_system (case_file, system) VALUES (?, ?)";
    whole_systems::name(connection, sql, (id.0, &new.systems)).await
}

async fn confirm(
    connection: &mut SqliteConnection,
    cx: &Cx,
    row: &CaseRow,
    person: PersonId,
    entry: EntryIndex,
) -> Result<()> {
    if row.state(cx.now) != CaseState::Waiting {
        return Err(Error::Conflict("the case is confirmed or closed already".into()));
    }
    sqlx::query(
        "UPDATE case_file SET confirmer = ?, confirmed_us = ?, confirm_entry = ? WHERE id = ? AND confirmer IS NULL",
    )
    .bind(blob(person.0))
    .bind(cx.now.0)
    .bind(int(entry.0)?)
    .bind(blob(row.id.0))
    .execute(connection)
    .await
    .doing("confirming a case")
    .map(|_| ())
}

async fn close(
    connection: &mut SqliteConnection,
    cx: &Cx,
    id: CaseId,
    (person, reason): (PersonId, String),
    entry: EntryIndex,
) -> Result<()> {
    let done = sqlx::query(
        "UPDATE case_file SET closer = ?, closed_us = ?, close_entry = ?, close_reason = ?
         WHERE id = ? AND closed_us IS NULL",
    )
    .bind(blob(person.0))
    .bind(cx.now.0)
    .bind(int(entry.0)?)
    .bind(reason)
    .bind(blob(id.0))
    .execute(connection)
    .await
    .doing("closing a case")?;
    once(&done, "the case is closed already")?;
    Ok(())
}

async fn one(connection: &mut SqliteConnection, id: CaseId) -> Result<CaseRow> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS}{FROM} file.id = ?")))
        .bind(blob(id.0))
        .fetch_optional(&mut *connection)
        .await
        .doing("reading a case")?
        .ok_or(Error::NotFound("case"))?;
    case_of(connection, &row).await
}

async fn case_of(connection: &mut SqliteConnection, row: &SqliteRow) -> Result<CaseRow> {
    let id = CaseId(uuid_of(row.try_get("id").doing("reading a case")?)?);
    let cameras = cameras_of(connection, id).await?;
    let systems = systems_of(connection, id).await?;
    let text = |column: &str| row.try_get::<String, _>(column).doing("reading a case");
    let time = |column: &str| {
        row.try_get::<Option<i64>, _>(column).map(|us| us.map(WallTime)).doing("reading a case")
    };
    let kind = CaseKind::from_word(&text("kind")?)
        .ok_or_else(|| Error::Corrupt("a stored case's kind is unknown".into()))?;
    let document: Option<Vec<u8>> = row.try_get("document").doing("reading a case")?;
    let closed = step(row, ["closer", "closer_name", "closed_us", "close_entry"])?;
    Ok(CaseRow {
        id,
        unit: UnitId(uuid_of(row.try_get("unit").doing("reading a case")?)?),
        kind,
        number: text("number")?,
        title: text("title")?,
        authority: text("authority")?,
        document: document.map(|document| uuid_of(&document).map(RecordId)).transpose()?,
        cameras,
        systems,
        closes: time("closes_us")?,
        opened: step(row, ["opener", "opener_name", "opened_us", "entry"])?
            .ok_or_else(|| Error::Corrupt("a stored case was opened by nobody".into()))?,
        confirmed: step(row, ["confirmer", "confirmer_name", "confirmed_us", "confirm_entry"])?,
        closed: closed.map(|step| text("close_reason").map(|reason| (step, reason))).transpose()?,
    })
}

fn step(row: &SqliteRow, [person, name, at, entry]: [&str; 4]) -> Result<Option<CaseStep>> {
    let person: Option<Vec<u8>> = row.try_get(person).doing("reading a case")?;
    let Some(person) = person else { return Ok(None) };
    let entry: i64 = row.try_get(entry).doing("reading a case")?;
    Ok(Some(CaseStep {
        by: (PersonId(uuid_of(&person)?), row.try_get(name).doing("reading a case")?),
        at: WallTime(row.try_get(at).doing("reading a case")?),
        entry: EntryIndex(uint(entry)?),
    }))
}
