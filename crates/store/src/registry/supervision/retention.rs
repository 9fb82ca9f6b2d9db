//! Retention that an authority asks to be proven: what was fixed, what was drawn, how it was answered, until when.
//!
//! What is drawn and what proves it is not known here. The invariants kept: the terms are kept before they are sent, and the nonce must be
//! the one that was committed to; an answer counts until the deadline and not after; what an open inspection asked for and was not given
//! becomes a line of it.

use super::inspections::{insert_line, is_secret, stored as stored_inspection};
use super::orders::Sight;
use super::{at_col, authority_of, authority_row, col, entry_col, id_col, in_area, some_id};
use crate::convert::{blob, int};
use crate::error::{Doing, Error, Result};
use crate::registry::admit::{self, Ask};
use crate::registry::challenges::commit_once;
use crate::registry::clearance::Cleared;
use crate::registry::in_time::{DoneInTime, IN_TIME_MAX};
use crate::registry::part::{ListPart, PartQuery, part};
use crate::registry::{EntryIndex, Registry, person_of, words};
use law::Words;
use law::register::RecordKind;
use law::supervision::{ChecklistFinding, ChecklistLine, DemandState, demand_state, may_demand};
use model::{Act, AuthorityId, CameraId, Cx, Hash, PersonId, RecordId, Span, UnitId, WallTime};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

const REASON_CHARS_MAX: usize = 1_000;
/// Demands in an hour, of all authorities together: at 200 instants each they read 3.6 GB of an ordinary store, 1 MB/s.
pub const DEMANDS_HOUR_MAX: i64 = 60;
/// Answers to one demand: each reads the drawn footage again.
pub const ANSWERS_MAX: i64 = 50;
const HOUR_US: i64 = 3_600_000_000;

/// What an authority asks for. The terms may have failed: that is told only to whoever may ask.
#[derive(Debug)]
pub struct NewDemand {
    pub id: Uuid,
    pub system: RecordId,
    pub inspection: Option<Uuid>,
    pub reason: String,
    /// Under which article footage of this system is kept.
    pub article: String,
    pub deadline: WallTime,
    pub span: Span,
    pub terms: Result<DemandTerms>,
}

/// What was fixed before anything was drawn.
#[derive(Clone, Debug)]
pub struct DemandTerms {
    pub text: String,
    pub cameras: Vec<CameraId>,
    /// What the entry says of it, as `field=value` lines.
    pub extra: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DemandRow {
    pub id: Uuid,
    pub authority: (AuthorityId, String),
    pub unit: UnitId,
    pub system: (RecordId, String),
    pub inspection: Option<Uuid>,
    pub article: String,
    pub reason: String,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
    pub deadline: WallTime,
    pub terms: String,
    pub nonce: Option<Hash>,
    pub drawn_entry: Option<EntryIndex>,
    pub answer: Option<DemandAnswer>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DemandAnswer {
    pub at: WallTime,
    pub entry: EntryIndex,
    pub count: u32,
    pub proven: u32,
    pub failed: u32,
}

impl DemandRow {
    pub fn state(&self, now: WallTime) -> DemandState {
        demand_state(
            self.nonce.is_some(),
            self.answer.as_ref().map(|answer| answer.failed),
            self.deadline,
            now,
        )
    }
}

/// Asked after it was missed, by the same authority, of the same system: as many instants out of as long a span, and all proven.
pub(super) const ENDED_BY_LATER: &str =
    "EXISTS (SELECT 1 FROM retention_demand AS later WHERE later.authority = retention_demand.authority
       AND later.unit = retention_demand.unit AND later.system = retention_demand.system
       AND later.at_us >= retention_demand.deadline_us AND later.answered_us IS NOT NULL
       AND later.failed = 0 AND later.proven > 0
       AND json_extract(later.terms, '$.instants') >= json_extract(retention_demand.terms, '$.instants')
       AND json_extract(later.terms, '$.to_us') - json_extract(later.terms, '$.from_us')
           >= json_extract(retention_demand.terms, '$.to_us') - json_extract(retention_demand.terms, '$.from_us'))";

const COLUMNS: &str = "SELECT retention_demand.id, retention_demand.authority, authority.name AS authority_name, retention_demand.unit,
    retention_demand.system, record.name AS system_name, inspection, article, reason, retention_demand.person, person.name AS person_name,
    retention_demand.at_us, retention_demand.entry, deadline_us, terms, nonce, drawn_entry, answered_us, answer_entry,
    answers_count, proven, failed
    FROM retention_demand JOIN authority ON authority.id = retention_demand.authority JOIN record ON record.id = retention_demand.system
    JOIN person ON person.id = retention_demand.person";

fn row_of(row: &SqliteRow) -> Result<DemandRow> {
    let number = |name: &str| col::<i64>(row, name).map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    let answered: Option<i64> = col(row, "answered_us")?;
    let answer = |at: i64| -> Result<_> {
        Ok(DemandAnswer {
            at: WallTime(at),
            entry: entry_col(row, "answer_entry")?,
            count: number("answers_count")?,
            proven: number("proven")?,
            failed: number("failed")?,
        })
    };
    let nonce: Option<Vec<u8>> = col(row, "nonce")?;
    let drawn: Option<i64> = col(row, "drawn_entry")?;
    Ok(DemandRow {
        id: id_col(row, "id")?,
        authority: (AuthorityId(id_col(row, "authority")?), col(row, "authority_name")?),
        unit: UnitId(id_col(row, "unit")?),
        system: (RecordId(id_col(row, "system")?), col(row, "system_name")?),
        inspection: some_id(row, "inspection")?,
        article: col(row, "article")?,
        reason: col(row, "reason")?,
        by: (PersonId(id_col(row, "person")?), col(row, "person_name")?),
        at: at_col(row, "at_us")?,
        entry: entry_col(row, "entry")?,
        deadline: at_col(row, "deadline_us")?,
        terms: col(row, "terms")?,
        nonce: nonce.map(|nonce| crate::convert::hash_of(&nonce)).transpose()?,
        drawn_entry: drawn.map(|_| entry_col(row, "drawn_entry")).transpose()?,
        answer: answered.map(answer).transpose()?,
    })
}

async fn stored(connection: &mut SqliteConnection, id: Uuid) -> Result<DemandRow> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE retention_demand.id = ?")))
        .bind(blob(id))
        .fetch_optional(connection)
        .await
        .doing("reading a demand")?
        .ok_or(Error::NotFound("demand"))?;
    row_of(&row)
}

/// What the actor sees of demands.
struct Seen {
    sight: Sight,
    cleared: Cleared,
}

impl Seen {
    fn push(&self, sql: &mut QueryBuilder<Sqlite>) {
        self.sight.push(sql, &["retention_demand.authority"], "retention_demand.unit");
        sql.push(" AND ");
        self.cleared.push(sql, "record.secret", "retention_demand.unit");
    }
}

/// A demand, unless its system became secret and the actor is not cleared: then it is not there (guangzhou-2007:11).
async fn known(connection: &mut SqliteConnection, cx: &Cx, id: Uuid) -> Result<DemandRow> {
    let found = stored(connection, id).await?;
    let cleared = Cleared::load(connection, cx.actor).await?.covers(Some(found.unit));
    if !cleared && is_secret(connection, found.system.0).await? {
        return Err(Error::NotFound("demand"));
    }
    Ok(found)
}

impl Registry {
    /// The cameras that stand at a system's points. Whether the actor may know is decided after.
    pub async fn cameras_of_system(&self, _cx: &Cx, system: RecordId) -> Result<Vec<CameraId>> {
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
            "SELECT camera.id FROM camera JOIN record ON record.id = camera.point WHERE record.parent = ? ORDER BY camera.id",
        )
        .bind(blob(system.0))
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing a system's cameras")?;
        rows.iter().map(|(id,)| crate::convert::uuid_of(id).map(CameraId)).collect()
    }

    /// A part of the demands that the actor sees: their authority's and those below it; their own units'; of systems that are secret by
    /// now only with clearance. Newest first. Whether they may read is decided before.
    pub async fn retention_demands(&self, cx: &Cx, query: &PartQuery) -> Result<ListPart<DemandRow>> {
        let seen = self.demands_seen(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("listing demands")?;
        let order = "retention_demand.at_us DESC, retention_demand.id";
        let found = part(&mut connection, query, (COLUMNS, order), |sql| seen.push(sql)).await?;
        let rows = found.rows.iter().map(row_of).collect::<Result<_>>()?;
        Ok(ListPart { rows, next_cursor: found.next_cursor, total: found.total })
    }

    /// Those of them that were not proven by a deadline since then: all, however many came after. A later one of as much that was
    /// proven in full ends it.
    pub async fn missed_demands(&self, cx: &Cx, since: WallTime) -> Result<Vec<DemandRow>> {
        let seen = self.demands_seen(cx).await?;
        let mut sql = QueryBuilder::new(format!("{COLUMNS} WHERE "));
        seen.push(&mut sql);
        sql.push(" AND nonce IS NOT NULL AND coalesce(failed, 1) > 0 AND deadline_us > ").push_bind(since.0);
        sql.push(" AND deadline_us <= ").push_bind(cx.now.0);
        sql.push(" AND NOT ").push(ENDED_BY_LATER);
        sql.push(" ORDER BY retention_demand.at_us DESC");
        let rows =
            sql.build().fetch_all(&self.0.database.read).await.doing("listing demands that were missed")?;
        let mut found = rows.iter().map(row_of).collect::<Result<Vec<_>>>()?;
        found.retain(|one| one.state(cx.now) == DemandState::Missed);
        Ok(found)
    }

    /// Those of them whose proof was given in full and by the deadline since then.
    pub async fn demands_in_time(&self, cx: &Cx, since: WallTime) -> Result<Vec<DoneInTime>> {
        let seen = self.demands_seen(cx).await?;
        let mut sql = QueryBuilder::new(format!("{COLUMNS} WHERE "));
        seen.push(&mut sql);
        sql.push(" AND failed = 0 AND proven > 0 AND answered_us <= deadline_us AND answered_us > ");
        sql.push_bind(since.0).push(" ORDER BY retention_demand.at_us DESC LIMIT ").push_bind(IN_TIME_MAX);
        let rows =
            sql.build().fetch_all(&self.0.database.read).await.doing("listing demands that were met")?;
        let done = |one: DemandRow| DoneInTime {
            unit: Some(one.unit),
            article: Some(one.article),
            id: one.id,
            name: one.system.1,
        };
        rows.iter().map(|row| row_of(row).map(done)).collect()
    }

    async fn demands_seen(&self, cx: &Cx) -> Result<Seen> {
        let sight = self.supervision_sight(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("reading clearances")?;
        Ok(Seen { sight, cleared: Cleared::load(&mut connection, cx.actor).await? })
    }

    /// Question and newest answer of a demand that the actor was given, as the file has them.
    pub async fn retention_transcript(&self, _cx: &Cx, demand: &DemandRow) -> Result<Option<String>> {
        sqlx::query_scalar("SELECT transcript FROM retention_demand WHERE id = ?")
            .bind(blob(demand.id))
            .fetch_one(&self.0.database.read)
            .await
            .doing("reading an answer")
    }

    /// One of them; not there for whoever has nothing to do with it.
    pub async fn retention_demand(&self, cx: &Cx, id: Uuid) -> Result<DemandRow> {
        let sight = self.supervision_sight(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("reading a demand")?;
        let found = known(&mut connection, cx, id).await?;
        if sight.sees(found.authority.0, found.unit) { Ok(found) } else { Err(Error::NotFound("demand")) }
    }

    /// Asks a unit to prove that recordings of a system in the area are held.
    pub async fn demand_retention(&self, cx: &Cx, new: NewDemand) -> Result<Uuid> {
        let person = person_of(cx)?;
        let reason = words("reason", &new.reason, REASON_CHARS_MAX)?;
        let system = self.stored_record(&crate::registry::system_cx("registry", cx.now), new.system).await?;
        let unit = system.unit.filter(|_| system.kind == RecordKind::System && !system.secret);
        let unit = unit.ok_or(Error::NotFound("system"))?;
        let told = new.terms.as_ref().ok();
        let ask = Ask {
            scopes: vec![(unit, None)],
            cameras: Vec::new(),
            subject: Some(new.id),
            span: Some(new.span),
            extra: format!(
                "what=demand\nsystem={}\ndeadline={}\n{}",
                system.name,
                new.deadline,
                told.map(|terms| terms.extra.as_str()).unwrap_or_default()
            ),
            ..Ask::new(Act::DemandRetention)
        };
        let refusal = may_demand(new.deadline, cx.now).err().map(|refusal| *refusal);
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let entry = match admit::enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let authority =
                    authority_of(connection, person).await?.ok_or(Error::NotFound("authority"))?;
                let authority = authority_row(connection, authority).await?;
                let area = in_area(connection, &authority).await?;
                if !area.iter().any(|one| one.id == new.system) {
                    return Err(Error::NotFound("system"));
                }
                may_link(connection, &new, (authority.id, unit)).await?;
                few_enough(connection, cx.now).await?;
                let id = new.id;
                insert(connection, new, &reason, (authority.id, unit, person), (cx.now, entry)).await?;
                Ok(Ok(id))
            })
        })
        .await
    }

    /// The authority shows the nonce that it committed to: what is drawn stands from here on. Once.
    pub async fn draw_retention(&self, cx: &Cx, id: Uuid, nonce: Hash) -> Result<DemandRow> {
        let own = self.demand_of_actor(cx, id).await?;
        let ask = Ask {
            scopes: vec![(own.unit, None)],
            subject: Some(id),
            refers_to: Some(own.entry),
            extra: format!("what=draw\nnonce={nonce}"),
            ..Ask::new(Act::DemandRetention)
        };
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let found = stored(connection, id).await?;
                if found.state(now) != DemandState::Asked {
                    return Err(Error::Conflict("it is drawn, or its deadline has passed".into()));
                }
                // Whoever draws leaves the unit the time to answer; drawn too late, it lapses and nobody missed anything.
                if found.deadline.since_us(now) < law::supervision::DEMAND_HOURS_MIN * 3_600_000_000 {
                    return Err(Error::Conflict("less than an hour is left to answer: ask anew".into()));
                }
                let terms: ledger::challenge::Terms =
                    serde_json::from_str(&found.terms).map_err(|error| Error::Corrupt(error.to_string()))?;
                if ledger::challenge::commitment(&nonce) != terms.commitment {
                    return Err(Error::invalid("nonce", "is not the one that was committed to"));
                }
                sqlx::query(
                    "UPDATE retention_demand SET nonce = ?, drawn_entry = ? WHERE id = ? AND nonce IS NULL",
                )
                .bind(nonce.0.to_vec())
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(&mut *connection)
                .await
                .doing("drawing what is asked for")?;
                stored(connection, id).await
            })
        })
        .await
    }

    /// The unit has it tried once more, before the deadline, while something is not proven.
    pub async fn try_retention_again(&self, cx: &Cx, id: Uuid) -> Result<DemandRow> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a demand")?;
        let found = known(&mut connection, cx, id).await?;
        drop(connection);
        let ask = Ask {
            scopes: vec![(found.unit, None)],
            subject: Some(id),
            refers_to: Some(found.entry),
            extra: "what=again".to_owned(),
            ..Ask::new(Act::ProveRetention)
        };
        let now = cx.now;
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                let found = stored(connection, id).await?;
                let tried = found.answer.as_ref().map_or(0, |answer| i64::from(answer.count));
                if found.state(now) != DemandState::Open || tried >= ANSWERS_MAX {
                    return Err(Error::Conflict("nothing of it is open to be proven any more".into()));
                }
                Ok(found)
            })
        })
        .await
    }

    /// Keeps an answer, with the system's own entry. `extra` holds the answers' hash and the counts.
    pub async fn keep_retention_answer(
        &self,
        cx: &Cx,
        id: Uuid,
        transcript: String,
        (proven, failed): (u32, u32),
        extra: String,
    ) -> Result<EntryIndex> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a demand")?;
        let found = stored(&mut connection, id).await?;
        drop(connection);
        let ask = Ask {
            scopes: vec![(found.unit, None)],
            subject: Some(id),
            refers_to: found.drawn_entry,
            extra,
            ..Ask::new(Act::ProveRetention)
        };
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE retention_demand SET transcript = ?, answered_us = ?, answer_entry = ?, proven = ?, failed = ?,
                            answers_count = answers_count + 1
                     WHERE id = ? AND nonce IS NOT NULL AND deadline_us > ?",
                )
                .bind(transcript)
                .bind(now.0)
                .bind(int(entry.0)?)
                .bind(proven)
                .bind(failed)
                .bind(blob(id))
                .bind(now.0)
                .execute(&mut *connection)
                .await
                .doing("keeping an answer")?;
                if done.rows_affected() != 1 {
                    return Err(Error::Conflict("its deadline has passed".into()));
                }
                if failed > 0 {
                    into_inspection(connection, &found, failed).await?;
                }
                Ok(entry)
            })
        })
        .await
    }

    /// A demand of the actor's own authority; for whoever supervises for nobody it is judged by their posts.
    async fn demand_of_actor(&self, cx: &Cx, id: Uuid) -> Result<DemandRow> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a demand")?;
        let found = known(&mut connection, cx, id).await?;
        match authority_of(&mut connection, person_of(cx)?).await? {
            Some(own) if own != found.authority.0 => Err(Error::NotFound("demand")),
            _ => Ok(found),
        }
    }
}

/// An inspection that it is asked in is the authority's own, of this unit, and not over.
async fn may_link(
    connection: &mut SqliteConnection,
    new: &NewDemand,
    (authority, unit): (AuthorityId, UnitId),
) -> Result<()> {
    let Some(inspection) = new.inspection else { return Ok(()) };
    let found = stored_inspection(connection, inspection).await?;
    if found.authority.0 != authority || found.unit != unit {
        return Err(Error::NotFound("inspection"));
    }
    match found.end {
        None => Ok(()),
        Some(_) => Err(Error::Conflict("the inspection is over".into())),
    }
}

async fn few_enough(connection: &mut SqliteConnection, now: WallTime) -> Result<()> {
    let recent: i64 = sqlx::query_scalar("SELECT count(*) FROM retention_demand WHERE at_us > ?")
        .bind(now.0.saturating_sub(HOUR_US))
        .fetch_one(connection)
        .await
        .doing("counting demands")?;
    if recent >= DEMANDS_HOUR_MAX {
        return Err(Error::Conflict(format!("{DEMANDS_HOUR_MAX} demands were made in the last hour")));
    }
    Ok(())
}

async fn insert(
    connection: &mut SqliteConnection,
    new: NewDemand,
    reason: &str,
    (authority, unit, person): (AuthorityId, UnitId, PersonId),
    (now, entry): (WallTime, EntryIndex),
) -> Result<()> {
    let terms = new.terms?;
    commit_once(connection, &terms.text, entry).await?;
    sqlx::query(
        "INSERT INTO retention_demand (id, authority, unit, system, inspection, article, reason, person, at_us, entry, deadline_us,
             terms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(new.id))
    .bind(blob(authority.0))
    .bind(blob(unit.0))
    .bind(blob(new.system.0))
    .bind(new.inspection.map(blob))
    .bind(new.article)
    .bind(reason)
    .bind(blob(person.0))
    .bind(now.0)
    .bind(int(entry.0)?)
    .bind(new.deadline.0)
    .bind(terms.text)
    .execute(connection)
    .await
    .doing("keeping a demand")
    .map(|_| ())
}

/// The line of an inspection about instants that were not proven: once for each demand, while the inspection is open.
async fn into_inspection(connection: &mut SqliteConnection, demand: &DemandRow, failed: u32) -> Result<()> {
    let Some(inspection) = demand.inspection else { return Ok(()) };
    let first = demand.answer.as_ref().is_none_or(|answer| answer.failed == 0);
    if !first || stored_inspection(connection, inspection).await?.end.is_some() {
        return Ok(());
    }
    insert_line(connection, inspection, &unproven_line(demand, failed)).await
}

/// What an inspection has about a demand that was not met.
pub fn unproven_line(demand: &DemandRow, failed: u32) -> ChecklistLine {
    let (reason, _) = law::supervision::missed_words(&demand.authority.1, &demand.system.1, failed);
    ChecklistLine {
        article: demand.article.clone(),
        title: Words::new("Retention of recordings", "录像保存"),
        asks: Words::new(
            "Recordings are kept for their term; the authority drew instants and asked for proof.",
            "录像应保存至规定期限；主管机关随机抽取时点要求证明。",
        ),
        controls: vec!["retention-demanded".into()],
        found_by: vec!["retention-demanded".into()],
        binds: true,
        heading: None,
        findings: vec![ChecklistFinding {
            code: "retention_unproven".into(),
            about: demand.system.1.clone(),
            reason,
        }],
        findings_count: 1,
    }
}
