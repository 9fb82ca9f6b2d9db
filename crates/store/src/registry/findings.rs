//! The history of findings: when each was first seen, and when it was seen no longer.
//!
//! What is amiss is for others to find (`law::detect` and what looks at gaps, rooms, lines); here is only what a sweep saw come and go. The invariant: a finding opens and
//! closes with an entry of the system that counts them, and nobody closes one by hand.

use super::clearance::Cleared;
use super::facts::posts_at;
use super::finding_ends::{ended_by, written_by};
use super::finding_things::{FindingGroup, FindingThings, FindingsBy, SYSTEM, groups, things_of};
use super::supervision::AccusationReader;
use super::sweeping::{OpenFindings, SweepPlan};
use super::{EntryIndex, Registry, system_cx};
use crate::convert::{blob, int, uint, uuid_of};
use crate::documents::hex;
use crate::error::{Doing, Error, Result};
use law::Words;
use law::access::entitles;
use law::detect::{Detected, Severity};
use law::packs::Force;
use model::{Act, Actor, Cx, RecordId, Role, UnitId, WallTime};
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row as _, Sqlite, SqliteConnection};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Findings on one page.
const PAGE_ROWS_MAX: u32 = 200;
/// New findings whose whereabouts are looked up one by one; of more everything is read at once.
const LOOKED_UP_MAX: usize = 500;

pub(super) const REGISTER: &str = "register";
/// Kinds that only auditors read: who is pressed, asked or supervised is not for those who may be why (national-2016:23).
const OF_AUDITORS: &str = "'pressure', 'questions', 'supervision'";
/// What an authority is shown of systems in its area: what is measured and what is done, not who is pressed, asked or supervised.
const OF_AREAS: &str =
    "'gaps_unjustified', 'outage', 'camera_clock', 'server_clock', 'duty', 'alarm', 'retrieval', 'routine',
    'floor_shortfall', 'over_keeping', 'floor_forecast'";
/// Managers read no authority's requests.
const OF_RETRIEVALS: &str = "'retrieval'";

/// A finding as it was seen, from when to when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FindingRow {
    pub id: u64,
    /// As [`SeenFinding`] has it.
    pub kind: String,
    pub article: String,
    pub code: String,
    pub about: Uuid,
    /// As it was called when it was found.
    pub name: String,
    pub unit: Option<UnitId>,
    pub severity: Severity,
    pub binds: bool,
    pub reason: Words,
    pub opened: (WallTime, EntryIndex),
    pub closed: Option<(WallTime, EntryIndex, Closed)>,
    /// The act that ended it, where one is known.
    pub closed_by: Option<EntryIndex>,
}

/// What a sweep sees. The same kind, article, code and thing (and `which` of several) are the same finding, whatever its
/// words say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeenFinding {
    /// `register`, or which other part of the system finds it.
    pub kind: &'static str,
    pub article: String,
    pub code: String,
    /// What it is about; nil: the whole installation.
    pub about: Uuid,
    /// Which of several of that article and code about it; mostly there is one.
    pub which: String,
    pub name: String,
    pub severity: Severity,
    pub binds: bool,
    pub reason: Words,
    /// What shows it and may be named in its words: where one of these is secret or another unit's, so is the finding.
    pub evidence: Vec<Uuid>,
}

impl SeenFinding {
    /// Of the register; `None` when it is about nothing that has an id.
    pub fn of_register(found: &Detected) -> Option<Self> {
        Some(Self {
            kind: REGISTER,
            article: found.article.clone(),
            code: found.code.to_owned(),
            about: found.about.id.parse().ok()?,
            which: String::new(),
            name: found.about.name.clone(),
            severity: found.severity(),
            binds: found.force == Force::Binds,
            reason: found.reason.clone(),
            evidence: found.evidence.iter().filter_map(|one| one.id.parse().ok()).collect(),
        })
    }

    pub(super) fn key(&self) -> FindingKey {
        (self.kind.to_owned(), self.article.clone(), self.code.clone(), blob(self.about), self.which.clone())
    }
}

/// Why a finding is seen no longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Closed {
    /// The fact is another one.
    PutRight,
    /// What it was about was removed or retired.
    Gone,
}

impl Closed {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PutRight => "put_right",
            Self::Gone => "gone",
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct FindingHistoryQuery {
    /// Only those that still stand, or only those that do not.
    pub open: Option<bool>,
    pub about: Option<Uuid>,
    pub kind: Option<String>,
    /// `pack:article`
    pub article: Option<String>,
    /// Of this unit; `Some(None)`: of none.
    pub unit: Option<Option<UnitId>>,
    /// Of this system; `Some(None)`: of none.
    pub system: Option<Option<RecordId>>,
    /// By what they are counted as well.
    pub by: Option<FindingsBy>,
    /// Opened or closed at or after.
    pub since: Option<WallTime>,
    pub limit: u32,
    pub cursor: Option<String>,
}

#[derive(Clone, Debug)]
pub struct FindingHistoryPage {
    /// What moved last comes first.
    pub findings: Vec<FindingRow>,
    pub next_cursor: Option<String>,
    pub total: u64,
    /// What shows each, as far as it has a name, and which system it is of, by the row's id.
    pub things: FindingThings,
    /// How many there are of each, most first, whichever of them is asked for; empty unless they are counted by something.
    pub groups: Vec<FindingGroup>,
}

/// What one sweep saw.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SweptFindings {
    pub opened: u32,
    pub closed: u32,
}

/// Nothing that it is about or names is secret now (guangzhou-2007:11): triggers keep the column with each change of a thing.
const NOT_SECRET: &str = " AND secret = 0";
/// The history in its order, with everything that decides who reads a row.
const IN_ORDER: &str = " INDEXED BY finding_page";

const COLUMNS: &str =
    "SELECT id, kind, article, code, about, name, unit, severity, binds, reason_en, reason_zh, opened_us,
    opened_entry, closed_us, closed_entry, closed_how, closed_by FROM finding";

/// Kind, article, code, the id of what it is about, and which of several.
pub type FindingKey = (String, String, String, Vec<u8>, String);

/// Where something is that a finding can be about.
pub(super) struct Whereabouts {
    pub unit: Option<Vec<u8>>,
    pub secret: bool,
}

/// Where a finding is.
struct Place {
    unit: Option<Vec<u8>>,
    secret: bool,
    /// For those who are cleared alone, whatever its things become.
    withheld: bool,
}

impl Registry {
    /// The findings that stand. Only sweeps write them, so whoever sweeps may keep them until a sweep fails.
    pub async fn open_findings(&self) -> Result<OpenFindings> {
        let mut connection = self.0.database.read.acquire().await.doing("reading findings")?;
        Ok(OpenFindings::of(standing(&mut connection).await?))
    }

    /// Writes what came and went, with one entry. Nothing moved: nothing is written. What stands afterwards is noted.
    pub async fn write_findings(
        &self,
        now: WallTime,
        plan: SweepPlan,
        stand: &mut OpenFindings,
    ) -> Result<SweptFindings> {
        if plan.is_empty() {
            return Ok(SweptFindings::default());
        }
        let swept = SweptFindings { opened: plan.opened.len() as u32, closed: plan.closed.len() as u32 };
        let text = told(&plan.opened, &plan.closed);
        let (plan, rows) = (Arc::new(plan), Arc::new(Mutex::new(Vec::new())));
        let (planned, noted) = (Arc::clone(&plan), Arc::clone(&rows));
        self.note_system_with(
            &system_cx("findings", now),
            Act::NoteFindings,
            &text,
            move |connection, entry| {
                Box::pin(async move {
                    let opened = write(connection, &planned, (now, entry)).await?;
                    *noted.lock().unwrap_or_else(PoisonError::into_inner) = opened;
                    Ok(())
                })
            },
        )
        .await?;
        let rows = std::mem::take(&mut *rows.lock().unwrap_or_else(PoisonError::into_inner));
        stand.written(&plan, rows);
        Ok(swept)
    }

    /// What came and went, of the units whose health the actor reads; of what is secret only with clearance. Leaves no entry: it is
    /// part of a reading that does.
    pub async fn finding_history(&self, cx: &Cx, query: &FindingHistoryQuery) -> Result<FindingHistoryPage> {
        let mut connection = self.0.database.read.acquire().await.doing("reading findings")?;
        let from: u32 = match &query.cursor {
            Some(cursor) => cursor.parse().map_err(|_| Error::invalid("cursor", "is not one of ours"))?,
            None => 0,
        };
        // The rows about one thing are few, and have an index of their own.
        let by = if query.about.is_none() { IN_ORDER } else { "" };
        let mut counting = QueryBuilder::new("SELECT count(*) FROM finding");
        counting.push(by);
        narrowed(&mut connection, &mut counting, cx, query).await?;
        let (total,): (i64,) =
            counting.build_query_as().fetch_one(&mut *connection).await.doing("counting findings")?;
        let mut sql = QueryBuilder::new(COLUMNS);
        sql.push(by);
        narrowed(&mut connection, &mut sql, cx, query).await?;
        let limit = query.limit.clamp(1, PAGE_ROWS_MAX);
        sql.push(" ORDER BY moved_us DESC, id DESC LIMIT ").push_bind(i64::from(limit));
        sql.push(" OFFSET ").push_bind(i64::from(from));
        let rows: Vec<Row> =
            sql.build_query_as().fetch_all(&mut *connection).await.doing("reading findings")?;
        let findings = rows.into_iter().map(Row::read).collect::<Result<Vec<_>>>()?;
        let (next, total) = (u64::from(from) + findings.len() as u64, uint(total)?);
        let next_cursor = (next < total && !findings.is_empty()).then(|| next.to_string());
        let things = things_of(&mut connection, &findings).await?;
        let groups = match query.by {
            Some(by) => {
                let mut sql = QueryBuilder::new(by.counting());
                sql.push(if query.about.is_none() { IN_ORDER } else { "" });
                narrowed(&mut connection, &mut sql, cx, &query.but(by)).await?;
                groups(&mut connection, sql).await?
            }
            None => Vec::new(),
        };
        Ok(FindingHistoryPage { findings, next_cursor, total, things, groups })
    }
}

impl Registry {
    /// When the register's findings that stand were first seen, by article, code and what each is about. Leaves no entry: it is part of a
    /// reading that does.
    pub async fn register_opened(&self) -> Result<HashMap<(String, String, Uuid), WallTime>> {
        let rows: Vec<(String, String, Vec<u8>, i64)> = sqlx::query_as(
            "SELECT article, code, about, opened_us FROM finding WHERE closed_us IS NULL AND kind = 'register'",
        )
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading since when findings stand")?;
        rows.into_iter()
            .map(|(article, code, about, at)| Ok(((article, code, uuid_of(&about)?), WallTime(at))))
            .collect()
    }
}

/// Opens and closes rows; those that it opened.
async fn write(
    connection: &mut SqliteConnection,
    plan: &SweepPlan,
    (now, entry): (WallTime, EntryIndex),
) -> Result<Vec<(FindingKey, i64)>> {
    let places = match plan.opened.len() {
        ..=LOOKED_UP_MAX => None,
        _ => Some(whereabouts(connection, None).await?),
    };
    let mut opened = Vec::with_capacity(plan.opened.len());
    for (key, one) in &plan.opened {
        let looked_up = match &places {
            Some(_) => HashMap::new(),
            None => whereabouts_of(connection, one).await?,
        };
        let place = place_of(one, places.as_ref().unwrap_or(&looked_up));
        let id = open(connection, one, &place, (now, entry)).await?;
        name_evidence(connection, id, &one.evidence).await?;
        opened.push((key.clone(), id));
    }
    let written = match plan.span.filter(|_| !plan.closed.is_empty()) {
        Some(span) => written_by(connection, span).await?,
        None => HashMap::new(),
    };
    for (key, id) in &plan.closed {
        let gone = removed_or_retired(connection, &key.3).await?;
        let how = if gone { Closed::Gone } else { Closed::PutRight };
        let by = ended_by(connection, &written, (key, *id)).await?;
        close(connection, *id, (how, by), (now, entry)).await?;
    }
    Ok(opened)
}

impl Registry {
    /// Open rows of other kinds than the register's, as an authority may know them: nothing of people, nothing that is secret, and no
    /// number in which something secret may be counted. The area is the caller's to look at, and whether they may is decided before.
    pub async fn findings_of_areas(&self, _cx: &Cx) -> Result<Vec<FindingRow>> {
        let sql = format!(
            "{COLUMNS} WHERE closed_us IS NULL AND kind IN ({OF_AREAS}) {NOT_SECRET} AND about NOT IN (SELECT id FROM person)
               AND NOT (kind = 'alarm' AND EXISTS (SELECT 1 FROM record WHERE record.secret = 1 AND record.unit = finding.unit))
             ORDER BY opened_us, id"
        );
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .fetch_all(&self.0.database.read)
            .await
            .doing("reading findings of areas")?;
        rows.into_iter().map(Row::read).collect()
    }
}

/// What the entry says: how many, and a hash over which, so that the rows can be held against it.
fn told(opened: &BTreeMap<FindingKey, SeenFinding>, closed: &[(FindingKey, i64)]) -> String {
    let mut hash = Sha256::new();
    let mut line = |mark: &str, (kind, article, code, about, which): &FindingKey| {
        // As it was before other kinds had a history.
        let kind = if kind == REGISTER { String::new() } else { format!("{kind} ") };
        hash.update(format!("{mark} {kind}{article} {code} "));
        hash.update(about);
        if !which.is_empty() {
            hash.update(format!(" {which}"));
        }
        hash.update(b"\n");
    };
    opened.keys().for_each(|key| line("+", key));
    let mut gone: Vec<&FindingKey> = closed.iter().map(|(key, _)| key).collect();
    gone.sort_unstable();
    gone.into_iter().for_each(|key| line("-", key));
    format!("opened={}\nclosed={}\nsha256={}", opened.len(), closed.len(), hex(&hash.finalize()))
}

async fn standing(connection: &mut SqliteConnection) -> Result<HashMap<FindingKey, i64>> {
    let rows: Vec<(i64, String, String, String, Vec<u8>, String)> =
        sqlx::query_as("SELECT id, kind, article, code, about, which FROM finding WHERE closed_us IS NULL")
            .fetch_all(connection)
            .await
            .doing("reading findings")?;
    let keyed = |(id, kind, article, code, about, which)| ((kind, article, code, about, which), id);
    Ok(rows.into_iter().map(keyed).collect())
}

/// The unit of everything that a finding can be about, or of one thing: a person's is that of their first post. What is of no unit
/// in particular is in it too; what is not, nobody knows of any more.
pub(super) async fn whereabouts(
    connection: &mut SqliteConnection,
    only: Option<&[u8]>,
) -> Result<HashMap<Vec<u8>, Whereabouts>> {
    let mut sql = format!(
        "SELECT id, unit, secret FROM record WHERE ?1 IS NULL OR id = ?1
         UNION ALL SELECT id, unit, coalesce((SELECT secret FROM record WHERE record.id = camera.point), 0) FROM camera
             WHERE ?1 IS NULL OR id = ?1
         UNION ALL SELECT person, min(unit), 0 FROM post WHERE ?1 IS NULL OR person = ?1 GROUP BY person
         UNION ALL SELECT id, id, 0 FROM unit WHERE ?1 IS NULL OR id = ?1
         UNION ALL SELECT id, unit, 0 FROM duty_room WHERE ?1 IS NULL OR id = ?1
         UNION ALL SELECT id, unit, 0 FROM pressure_report WHERE ?1 IS NULL OR id = ?1
         UNION ALL SELECT id, unit, 0 FROM carrier_link WHERE ?1 IS NULL OR id = ?1
         UNION ALL SELECT id, unit, 0 FROM compensation_claim WHERE ?1 IS NULL OR id = ?1
         UNION ALL SELECT id, unit, 0 FROM webhook WHERE ?1 IS NULL OR id = ?1
         UNION ALL SELECT id, unit, ({}) FROM retrieval WHERE ?1 IS NULL OR id = ?1
         UNION ALL SELECT id, NULL, 0 FROM authority WHERE ?1 IS NULL OR id = ?1
         UNION ALL SELECT id, NULL, 0 FROM area_target WHERE ?1 IS NULL OR id = ?1
         UNION ALL SELECT zeroblob(16), NULL, 0",
        super::retrievals::SECRET
    );
    if only.is_some() {
        // So that one thing is found by its key.
        sql = sql.replace("?1 IS NULL OR ", "");
    }
    let rows: Vec<(Vec<u8>, Option<Vec<u8>>, bool)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(only)
        .fetch_all(connection)
        .await
        .doing("reading where findings are")?;
    Ok(rows.into_iter().map(|(id, unit, secret)| (id, Whereabouts { unit, secret })).collect())
}

/// Where the things are that one finding names.
async fn whereabouts_of(
    connection: &mut SqliteConnection,
    one: &SeenFinding,
) -> Result<HashMap<Vec<u8>, Whereabouts>> {
    let mut all = whereabouts(connection, Some(&blob(one.about))).await?;
    for id in &one.evidence {
        all.extend(whereabouts(connection, Some(&blob(*id))).await?);
    }
    Ok(all)
}

/// Where a finding is: with what it is about; secret where that is, or where its words may name what is secret or another unit's. What
/// is in no list is told to nobody who is not cleared.
fn place_of(one: &SeenFinding, all: &HashMap<Vec<u8>, Whereabouts>) -> Place {
    let Some(own) = all.get(&blob(one.about)) else {
        return Place { unit: None, secret: true, withheld: true };
    };
    let named = || one.evidence.iter().filter_map(|id| all.get(&blob(*id)));
    let withheld = named().any(|thing| thing.unit.is_some() && thing.unit != own.unit);
    let secret = withheld || own.secret || named().any(|thing| thing.secret);
    Place { unit: own.unit.clone(), secret, withheld }
}

/// Whether what it was about is there no longer: a record that was removed, a camera that was retired, an account that may not be used.
async fn removed_or_retired(connection: &mut SqliteConnection, about: &[u8]) -> Result<bool> {
    let (gone,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM record WHERE id = ?1 AND removed_us IS NOT NULL)
           OR EXISTS (SELECT 1 FROM camera WHERE id = ?1 AND retired_us IS NOT NULL)
           OR EXISTS (SELECT 1 FROM person WHERE id = ?1 AND suspended = 1)",
    )
    .bind(about)
    .fetch_one(connection)
    .await
    .doing("looking for what a finding was about")?;
    Ok(gone)
}

async fn open(
    connection: &mut SqliteConnection,
    one: &SeenFinding,
    place: &Place,
    (now, entry): (WallTime, EntryIndex),
) -> Result<i64> {
    let (id,): (i64,) = sqlx::query_as(
        "INSERT INTO finding (kind, article, code, about, which, name, unit, secret, withheld, severity, binds, reason_en, reason_zh,
            opened_us, opened_entry)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
    )
    .bind(one.kind)
    .bind(&one.article)
    .bind(&one.code)
    .bind(blob(one.about))
    .bind(&one.which)
    .bind(&one.name)
    .bind(place.unit.as_deref())
    .bind(place.secret)
    .bind(place.withheld)
    .bind(one.severity.as_str())
    .bind(one.binds)
    .bind(&one.reason.en)
    .bind(&one.reason.zh)
    .bind(now.0)
    .bind(int(entry.0)?)
    .fetch_one(connection)
    .await
    .doing("writing a finding")?;
    Ok(id)
}

/// What its words may name: it is as secret as these become.
async fn name_evidence(connection: &mut SqliteConnection, id: i64, evidence: &[Uuid]) -> Result<()> {
    for thing in evidence {
        sqlx::query("INSERT OR IGNORE INTO finding_evidence (finding, thing) VALUES (?, ?)")
            .bind(id)
            .bind(blob(*thing))
            .execute(&mut *connection)
            .await
            .doing("noting what a finding names")?;
    }
    Ok(())
}

async fn close(
    connection: &mut SqliteConnection,
    id: i64,
    (how, by): (Closed, Option<EntryIndex>),
    (now, entry): (WallTime, EntryIndex),
) -> Result<()> {
    sqlx::query(
        "UPDATE finding SET closed_us = ?, closed_entry = ?, closed_how = ?, closed_by = ? WHERE id = ? AND closed_us IS NULL",
    )
    .bind(now.0)
    .bind(int(entry.0)?)
    .bind(how.as_str())
    .bind(by.map(|by| int(by.0)).transpose()?)
    .bind(id)
    .execute(connection)
    .await
    .doing("closing a finding")?;
    Ok(())
}

async fn narrowed(
    connection: &mut SqliteConnection,
    sql: &mut QueryBuilder<Sqlite>,
    cx: &Cx,
    query: &FindingHistoryQuery,
) -> Result<()> {
    sql.push(" WHERE ");
    restrict(connection, sql, cx).await?;
    if let Some(open) = query.open {
        sql.push(if open { " AND closed_us IS NULL" } else { " AND closed_us IS NOT NULL" });
    }
    if let Some(about) = query.about {
        sql.push(" AND about = ").push_bind(blob(about));
    }
    if let Some(kind) = &query.kind {
        sql.push(" AND kind = ").push_bind(kind.clone());
    }
    if let Some(article) = &query.article {
        sql.push(" AND article = ").push_bind(article.clone());
    }
    match query.unit {
        Some(Some(unit)) => {
            sql.push(" AND unit = ").push_bind(blob(unit.0));
        }
        Some(None) => {
            sql.push(" AND unit IS NULL");
        }
        None => {}
    }
    match query.system {
        Some(Some(system)) => {
            sql.push(format_args!(" AND {SYSTEM} = ")).push_bind(blob(system.0));
        }
        Some(None) => {
            sql.push(format_args!(" AND {SYSTEM} IS NULL"));
        }
        None => {}
    }
    if let Some(since) = query.since {
        sql.push(" AND moved_us >= ").push_bind(since.0);
    }
    Ok(())
}

/// Of one unit, neither secret nor about people, nor known to some of the unit alone: what may be counted beyond the house.
pub(super) fn of_unit_openly(sql: &mut QueryBuilder<Sqlite>, unit: UnitId) {
    sql.push("(unit = ").push_bind(blob(unit.0)).push(NOT_SECRET);
    sql.push(" AND about NOT IN (SELECT id FROM person) AND kind NOT IN (").push(OF_AUDITORS);
    sql.push(", ").push(OF_RETRIEVALS).push("))");
}

/// Of the units whose health one reads as a whole, what is secret with clearance, and people where one keeps them.
pub(super) async fn restrict(
    connection: &mut SqliteConnection,
    sql: &mut QueryBuilder<Sqlite>,
    cx: &Cx,
) -> Result<()> {
    let Actor::Person(person) = cx.actor else {
        sql.push("1");
        return Ok(());
    };
    let cleared = Cleared::load(connection, cx.actor).await?;
    let posts = posts_at(connection, person, cx.now).await?;
    let whole = posts.iter().filter(|post| post.group.is_none() && entitles(post.role, Act::ReadHealth));
    let audits = posts.iter().any(|post| post.group.is_none() && post.role == Role::Auditor);
    let told = AccusationReader::load(connection, person, cx.now).await?;
    let told = told.is_told().then_some(told);
    let hidden = if audits { "'pressure', 'questions'" } else { OF_AUDITORS };
    // What is of no unit is told to whoever reads a unit's health, and not to an authority's people.
    let healthy = posts.iter().any(|post| entitles(post.role, Act::ReadHealth));
    sql.push(if healthy { "((unit IS NULL" } else { "((0" });
    sql.push(" AND secret = 0 AND kind NOT IN (").push(hidden).push("))");
    for post in whole {
        sql.push(" OR (unit = ").push_bind(blob(post.unit.0));
        if !cleared.covers(Some(post.unit)) {
            sql.push(NOT_SECRET);
        }
        if !matches!(post.role, Role::Administrator | Role::Manager) {
            sql.push(" AND about NOT IN (SELECT id FROM person)");
        }
        if post.role != Role::Auditor {
            sql.push(" AND kind NOT IN (").push(OF_AUDITORS).push(")");
        }
        if post.role == Role::Manager {
            sql.push(" AND kind NOT IN (").push(OF_RETRIEVALS).push(")");
        }
        // Nobody is told that somebody asks about them.
        sql.push(" AND NOT (kind = 'questions' AND EXISTS (SELECT 1 FROM question WHERE question.unit = finding.unit AND question.person = ");
        sql.push_bind(blob(person.0)).push(")))");
    }
    if let Some(reader) = &told {
        reader.with_authorities(sql);
    }
    // Nobody keeps their own account.
    sql.push(") AND about <> ").push_bind(blob(person.0));
    // national-2016:25: of an accusation that is late nothing is told to whom it concerns, nor to whoever does not deal with it.
    match told {
        Some(reader) => reader.narrow_past(sql),
        None => {
            sql.push(" AND NOT (kind = 'supervision' AND code = 'accusations_overdue')");
        }
    }
    Ok(())
}

struct Row {
    id: i64,
    kind: String,
    article: String,
    code: String,
    about: Vec<u8>,
    name: String,
    unit: Option<Vec<u8>>,
    severity: String,
    binds: bool,
    reason_en: String,
    reason_zh: String,
    opened_us: i64,
    opened_entry: i64,
    closed_us: Option<i64>,
    closed_entry: Option<i64>,
    closed_how: Option<String>,
    closed_by: Option<i64>,
}

impl FromRow<'_, SqliteRow> for Row {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            article: row.try_get("article")?,
            code: row.try_get("code")?,
            about: row.try_get("about")?,
            name: row.try_get("name")?,
            unit: row.try_get("unit")?,
            severity: row.try_get("severity")?,
            binds: row.try_get("binds")?,
            reason_en: row.try_get("reason_en")?,
            reason_zh: row.try_get("reason_zh")?,
            opened_us: row.try_get("opened_us")?,
            opened_entry: row.try_get("opened_entry")?,
            closed_us: row.try_get("closed_us")?,
            closed_entry: row.try_get("closed_entry")?,
            closed_how: row.try_get("closed_how")?,
            closed_by: row.try_get("closed_by")?,
        })
    }
}

impl Row {
    fn read(self) -> Result<FindingRow> {
        let corrupt = |what: &str| Error::Corrupt(format!("a finding's {what} is none of ours"));
        let closed = match (self.closed_us, self.closed_entry, self.closed_how.as_deref()) {
            (Some(at), Some(entry), Some(how)) => {
                let how = [Closed::PutRight, Closed::Gone].into_iter().find(|known| known.as_str() == how);
                Some((WallTime(at), EntryIndex(uint(entry)?), how.ok_or_else(|| corrupt("end"))?))
            }
            _ => None,
        };
        Ok(FindingRow {
            id: uint(self.id)?,
            kind: self.kind,
            article: self.article,
            code: self.code,
            about: uuid_of(&self.about)?,
            name: self.name,
            unit: self.unit.map(|unit| uuid_of(&unit).map(UnitId)).transpose()?,
            severity: Severity::from_word(&self.severity).ok_or_else(|| corrupt("weight"))?,
            binds: self.binds,
            reason: Words::new(self.reason_en, self.reason_zh),
            opened: (WallTime(self.opened_us), EntryIndex(uint(self.opened_entry)?)),
            closed,
            closed_by: self.closed_by.map(uint).transpose()?.map(EntryIndex),
        })
    }
}
