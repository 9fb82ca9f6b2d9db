//! The portal: accounts of requesting authorities, what they file, what the unit's desk makes of it, and who collects the package.
//!
//! A request that is taken in becomes a retrieval and goes on by its rules; nothing here grants anything. The invariants kept: a
//! requester reads and collects their own and nothing else, and place, reason and persons of a request are sealed.

pub(in crate::registry) mod collecting;
mod desk;
mod requesters;
mod requests;

pub use requesters::{NewRequester, Requester};
pub(in crate::registry) use requesters::{is_requester, kept_by, posts, term_of};
pub use requests::{NewPaper, NewRequest};

use super::{Retrieval, RetrievalState};
use crate::convert::{blob, int, span_of, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::register::{Book, rules_of_request};
use crate::registry::{EntryIndex, Registry, once, person_of};
use crate::seal::{Kind, Sealer};
use law::packs::{ArticleId, Ground, Organ, OrganLevel, Paper, Rules, Wanted, Way};
use law::register::RecordKind;
use law::retrieval::{OfficerFacts, RetrievalFacts, Verdict, judge, unfit};
use ledger::sealed::SealTo;
use model::{Cx, ExportId, PersonId, Personal, RecordId, Span, UnitId, WallTime};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use uuid::Uuid;

/// Whether a retrieval came through the portal: then its requester confirms the receipt, and nobody for them.
pub(super) async fn is_asked_by_portal(connection: &mut SqliteConnection, retrieval: Uuid) -> Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM portal_request WHERE retrieval = ?)")
        .bind(blob(retrieval))
        .fetch_one(connection)
        .await
        .doing("looking where a retrieval came from")
}

/// How far a request is before it is a retrieval, or instead of becoming one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RequestState {
    Filed,
    /// The unit has asked for something.
    Asked,
    /// It is a retrieval now.
    Taken,
    Refused,
    Withdrawn,
}

impl RequestState {
    pub const ALL: [Self; 5] = [Self::Filed, Self::Asked, Self::Taken, Self::Refused, Self::Withdrawn];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Filed => "filed",
            Self::Asked => "asked",
            Self::Taken => "taken",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What a request says openly, as its row keeps it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Filed {
    pub organ: Organ,
    pub level: Option<OrganLevel>,
    pub organ_name: String,
    pub ground: Ground,
    pub way: Way,
    /// The authority's own number of its case or request.
    pub case_number: String,
    pub invokes: Option<String>,
    /// An age public key, or `passphrase`.
    pub seal_to: String,
}

/// What of a request is sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// Where, in the authority's own words: cameras are named by the unit.
    pub place: Personal<String>,
    pub reason: Personal<String>,
    pub persons: Vec<super::NewOfficer>,
}

#[derive(Serialize, Deserialize)]
struct SealedTold {
    place: String,
    reason: String,
    persons: Vec<(String, String, Option<Paper>)>,
}

impl Told {
    fn seal(&self, sealer: &Sealer, id: Uuid) -> Result<Vec<u8>> {
        let person = |one: &super::NewOfficer| {
            (one.name.reveal().clone(), one.number.reveal().clone(), one.certificate)
        };
        let plain = SealedTold {
            place: self.place.reveal().clone(),
            reason: self.reason.reveal().clone(),
            persons: self.persons.iter().map(person).collect(),
        };
        let plain = serde_json::to_vec(&plain).map_err(|error| Error::Internal(error.to_string()))?;
        sealer.seal(Kind::Officer, id, &plain)
    }

    fn open(sealer: &Sealer, id: Uuid, sealed: &[u8]) -> Result<Self> {
        let plain = sealer.open(Kind::Officer, id, sealed)?;
        let corrupt = |_| Error::Corrupt("a stored request cannot be read".into());
        let plain: SealedTold = serde_json::from_slice(plain.expose()).map_err(corrupt)?;
        let person = |(name, number, certificate)| super::NewOfficer {
            name: Personal::new(name),
            number: Personal::new(number),
            certificate,
        };
        Ok(Self {
            place: Personal::new(plain.place),
            reason: Personal::new(plain.reason),
            persons: plain.persons.into_iter().map(person).collect(),
        })
    }
}

/// A request as its row says it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestRow {
    pub id: Uuid,
    pub person: (PersonId, String),
    pub unit: UnitId,
    pub filed: Filed,
    pub span: Span,
    pub at: WallTime,
    pub entry: EntryIndex,
    pub state: RequestState,
    pub retrieval: Option<Uuid>,
    pub received: Option<(WallTime, String)>,
    pub collections: u32,
    /// Of the retrieval that it became.
    pub step: Option<(RetrievalState, Option<WallTime>, Option<ExportId>)>,
}

/// A paper that was sent with it, which is a document of the unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SentPaper {
    pub paper: Paper,
    pub document: RecordId,
    pub name: String,
    /// The days that stand on it.
    pub dated: Option<String>,
    pub valid_until: Option<String>,
    /// The retrieval has it.
    pub taken: bool,
}

/// What one side said to the other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestStep {
    pub what: String,
    pub text: String,
    pub article: String,
    pub by: PersonId,
    pub at: WallTime,
    pub entry: EntryIndex,
}

/// One request, whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PortalRequest {
    pub row: RequestRow,
    pub told: Told,
    pub papers: Vec<SentPaper>,
    /// Oldest first.
    pub steps: Vec<RequestStep>,
    /// What the law says of it today; of one that is not taken in yet by the unit's rules alone, since no camera is named.
    pub verdict: Verdict,
    /// Why and under which article the unit refused what it had taken in.
    pub refused: Option<(String, String)>,
    /// The article that asks whoever receives it to keep to use and secrecy.
    pub undertaking: Option<ArticleId>,
}

/// A column of a row of these tables.
fn col<'r, T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>>(
    row: &'r SqliteRow,
    name: &str,
) -> Result<T> {
    row.try_get(name).doing("reading a request")
}

fn id_col(row: &SqliteRow, name: &str) -> Result<Uuid> {
    uuid_of(col::<&[u8]>(row, name)?)
}

fn some_id(row: &SqliteRow, name: &str) -> Result<Option<Uuid>> {
    col::<Option<&[u8]>>(row, name)?.map(uuid_of).transpose()
}

const SELECT: &str = "SELECT request.*, person.name AS person_name, retrieval.state AS step, retrieval.due_us, retrieval.export
    FROM portal_request AS request JOIN person ON person.id = request.person
    LEFT JOIN retrieval ON retrieval.id = request.retrieval";

fn row_of(row: &SqliteRow) -> Result<RequestRow> {
    let filed: Filed = serde_json::from_str(col(row, "body")?)
        .map_err(|_| Error::Corrupt("a stored request cannot be read".into()))?;
    let state: String = col(row, "state")?;
    let step = match col::<Option<String>>(row, "step")? {
        Some(word) => {
            let state = RetrievalState::from_word(&word)
                .ok_or_else(|| Error::Corrupt("a stored retrieval's state is unknown".into()))?;
            let due = col::<Option<i64>>(row, "due_us")?.map(WallTime);
            Some((state, due, some_id(row, "export")?.map(ExportId)))
        }
        None => None,
    };
    let received: Option<i64> = col(row, "received_us")?;
    let by: Option<String> = col(row, "received_by")?;
    Ok(RequestRow {
        id: id_col(row, "id")?,
        person: (PersonId(id_col(row, "person")?), col(row, "person_name")?),
        unit: UnitId(id_col(row, "unit")?),
        filed,
        span: span_of(col(row, "start_us")?, col(row, "end_us")?)?,
        at: WallTime(col(row, "at_us")?),
        entry: EntryIndex(uint(col(row, "entry")?)?),
        state: RequestState::from_word(&state)
            .ok_or_else(|| Error::Corrupt("a stored request's state is unknown".into()))?,
        retrieval: some_id(row, "retrieval")?,
        received: received.zip(by).map(|(at, by)| (WallTime(at), by)),
        collections: u32::try_from(col::<i64>(row, "collections")?).unwrap_or(u32::MAX),
        step,
    })
}

/// One row with what is sealed of it, whoever asks: the caller decides.
async fn stored(connection: &mut SqliteConnection, sealer: &Sealer, id: Uuid) -> Result<(RequestRow, Told)> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE request.id = ?")))
        .bind(blob(id))
        .fetch_optional(connection)
        .await
        .doing("reading a request")?
        .ok_or(Error::NotFound("request"))?;
    let told = Told::open(sealer, id, col(&row, "sealed")?)?;
    Ok((row_of(&row)?, told))
}

async fn stored_row(connection: &mut SqliteConnection, id: Uuid) -> Result<RequestRow> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE request.id = ?")))
        .bind(blob(id))
        .fetch_optional(connection)
        .await
        .doing("reading a request")?;
    row_of(&row.ok_or(Error::NotFound("request"))?)
}

async fn papers(connection: &mut SqliteConnection, id: Uuid) -> Result<Vec<SentPaper>> {
    let rows = sqlx::query(
        "SELECT portal_paper.paper, portal_paper.document, record.name,
            json_extract(record.body, '$.dated') AS dated, json_extract(record.body, '$.valid_until') AS valid_until,
            EXISTS (SELECT 1 FROM retrieval_paper WHERE retrieval_paper.retrieval = request.retrieval
                AND retrieval_paper.document = portal_paper.document) AS taken
         FROM portal_paper JOIN record ON record.id = portal_paper.document
         JOIN portal_request AS request ON request.id = portal_paper.request
         WHERE portal_paper.request = ? ORDER BY portal_paper.entry",
    )
    .bind(blob(id))
    .fetch_all(connection)
    .await
    .doing("reading a request's papers")?;
    let paper = |row: &SqliteRow| {
        let word: String = col(row, "paper")?;
        Ok(SentPaper {
            paper: Paper::from_word(&word)
                .ok_or_else(|| Error::Corrupt("a stored paper's kind is unknown".into()))?,
            document: RecordId(id_col(row, "document")?),
            name: col(row, "name")?,
            dated: col(row, "dated")?,
            valid_until: col(row, "valid_until")?,
            taken: col(row, "taken")?,
        })
    };
    rows.iter().map(paper).collect()
}

async fn steps(connection: &mut SqliteConnection, id: Uuid) -> Result<Vec<RequestStep>> {
    let rows = sqlx::query("SELECT * FROM portal_step WHERE request = ? ORDER BY entry")
        .bind(blob(id))
        .fetch_all(connection)
        .await
        .doing("reading a request's steps")?;
    let step = |row: &SqliteRow| {
        Ok(RequestStep {
            what: col(row, "what")?,
            text: col(row, "text")?,
            article: col(row, "article")?,
            by: PersonId(id_col(row, "person")?),
            at: WallTime(col(row, "at_us")?),
            entry: EntryIndex(uint(col(row, "entry")?)?),
        })
    };
    rows.iter().map(step).collect()
}

/// Writes a step beside the entry of its act.
async fn happened(
    connection: &mut SqliteConnection,
    cx: &Cx,
    (id, what, entry): (Uuid, &str, EntryIndex),
    (text, article): (&str, &str),
) -> Result<()> {
    let person = person_of(cx)?;
    sqlx::query(
        "INSERT INTO portal_step (entry, request, what, text, article, person, at_us) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(int(entry.0)?)
    .bind(blob(id))
    .bind(what)
    .bind(text)
    .bind(article)
    .bind(blob(person.0))
    .bind(cx.now.0)
    .execute(connection)
    .await
    .doing("noting a step of a request")
    .map(|_| ())
}

/// Systems of a unit whose rules a request that names no camera is held against: the largest units have dozens.
const SYSTEMS_MAX: i64 = 50;

/// A request that is no retrieval yet, for the law: no camera is named, so the rules of all the unit's systems count, and nobody was
/// looked at.
async fn judged<'l>(
    connection: &mut SqliteConnection,
    book: Book<'l>,
    (row, told): (&RequestRow, &Told),
) -> Result<(RetrievalFacts, Vec<Rules<'l>>)> {
    let systems: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT id FROM record WHERE kind = ? AND unit = ? AND removed_us IS NULL AND secret = 0 ORDER BY id LIMIT ?",
    )
    .bind(RecordKind::System as i64)
    .bind(blob(row.unit.0))
    .bind(SYSTEMS_MAX)
    .fetch_all(&mut *connection)
    .await
    .doing("listing the systems of a unit")?;
    let mut rules = Vec::new();
    for system in &systems {
        let system = Some(RecordId(uuid_of(system)?));
        rules.extend(rules_of_request(connection, book, row.unit, &[], system).await?);
    }
    if systems.is_empty() {
        rules = rules_of_request(connection, book, row.unit, &[], None).await?;
    }
    let papers = papers(connection, row.id).await?;
    let today = book.today.to_string();
    // Each came with its file.
    let unfit = |paper: &SentPaper| unfit(true, paper.dated.as_deref(), paper.valid_until.as_deref(), &today);
    let fit = papers.iter().filter(|paper| unfit(paper).is_none());
    let officer = |one: &super::NewOfficer| OfficerFacts { certificate: one.certificate, checked: false };
    let facts = RetrievalFacts {
        organ: row.filed.organ,
        ground: row.filed.ground,
        level: row.filed.level,
        wanted: Wanted::Footage,
        way: row.filed.way,
        inquiry_closed: false,
        officers: told.persons.iter().map(officer).collect(),
        papers: fit.map(|paper| paper.paper).collect(),
        unfit: papers.iter().filter_map(|paper| Some((paper.paper, unfit(paper)?))).collect(),
        invokes: row.filed.invokes.clone(),
    };
    Ok((facts, rules))
}

impl Registry {
    /// One request with all about it. Who may read it is decided before.
    async fn whole_request(&self, cx: &Cx, id: Uuid) -> Result<PortalRequest> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a request")?;
        let (row, told) = stored(&mut connection, &self.0.sealer, id).await?;
        let (papers, steps) = (papers(&mut connection, id).await?, steps(&mut connection, id).await?);
        let (facts, rules) = judged(&mut connection, self.book(cx.now), (&row, &told)).await?;
        let verdict = judge(&facts, &rules);
        drop(connection);
        let taken: Option<Retrieval> = match row.retrieval {
            Some(retrieval) => Some(self.read_retrieval(cx, retrieval).await?),
            None => None,
        };
        let refused = taken.as_ref().and_then(|taken| {
            let refused = taken.events.iter().rfind(|event| event.what == "refused")?;
            Some((refused.note.clone(), refused.holder.clone()))
        });
        let undertaking = taken.as_ref().and_then(|taken| taken.form.undertaking.clone());
        let verdict = taken.map_or(verdict, |taken| taken.verdict);
        Ok(PortalRequest { row, told, papers, steps, verdict, refused, undertaking })
    }
}

/// The request became this retrieval: in the transaction that enters it.
pub(super) async fn take(
    connection: &mut SqliteConnection,
    cx: &Cx,
    request: Uuid,
    (retrieval, unit, entry): (Uuid, UnitId, EntryIndex),
) -> Result<()> {
    let done = sqlx::query(
        "UPDATE portal_request SET state = 'taken', retrieval = ? WHERE id = ? AND unit = ? AND state IN ('filed', 'asked')",
    )
    .bind(blob(retrieval))
    .bind(blob(request))
    .bind(blob(unit.0))
    .execute(&mut *connection)
    .await
    .doing("taking a request in")?;
    once(&done, "the request was taken in, refused or taken back")?;
    happened(connection, cx, (request, "taken", entry), ("", "")).await
}

/// The article that a verdict speaks under, for what the unit asks.
fn first_article(verdict: &Verdict) -> &ArticleId {
    verdict.missing().first().map_or_else(|| verdict.article(), |lack| &lack.article)
}

/// To whom a request's package is sealed.
///
/// # Errors
/// Neither a key nor the word for a passphrase.
pub fn seal_to(filed: &Filed) -> Result<SealTo> {
    SealTo::parse(&filed.seal_to).map_err(|_| Error::Corrupt("a stored recipient cannot be read".into()))
}
