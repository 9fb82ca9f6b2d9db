//! Inspections: a supervisor's round over a unit's systems, line by line; what the unit says to it; its end, or that it was refused.
//!
//! The lines are made before, from the packs and the system's own findings; here they are kept as they were made. The invariant kept:
//! only the authority that began an inspection judges its lines, and none is judged once it is over.

use super::papers::{NamedDocument, documents_json, documents_told};
use super::{at_col, authority_of, authority_row, col, corrupt, entry_col, id_col, in_area, some_id};
use crate::convert::{blob, int};
use crate::error::{Doing, Error, Result};
use crate::registry::clearance::Cleared;
use crate::registry::in_time::{DoneInTime, IN_TIME_MAX};
use crate::registry::part::{ListPart, PartQuery, part};
use crate::registry::person_of;
use crate::registry::{EntryIndex, Registry, admit::Ask, at_most, new_id, words, words_digest};
use law::supervision::{CHECKLIST_LINES_MAX, ChecklistFinding, ChecklistLine};
use model::{Act, AuthorityId, Cx, PersonId, RecordId, UnitId, WallTime};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

pub(super) const TEXT_CHARS_MAX: usize = 1_000;
/// Documents beside one comment or correction.
pub(super) const DOCUMENTS_MAX: usize = 10;
const COMMENTS_MAX: i64 = 200;

#[derive(Clone, Debug)]
pub struct NewInspection {
    pub unit: UnitId,
    pub system: Option<RecordId>,
    pub reason: String,
    pub lines: Vec<ChecklistLine>,
}

/// What a person says of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineVerdict {
    Kept,
    Lacking,
    NotApplicable,
}

impl LineVerdict {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Lacking => "lacking",
            Self::NotApplicable => "not_applicable",
        }
    }
    fn from_word(word: &str) -> Option<Self> {
        [Self::Kept, Self::Lacking, Self::NotApplicable].into_iter().find(|one| one.as_str() == word)
    }
}

/// How an inspection is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InspectionEnd {
    Ended,
    Refused,
}

impl InspectionEnd {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Refused => "refused",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InspectionLine {
    pub number: u32,
    pub line: ChecklistLine,
    pub verdict: Option<(LineVerdict, String, WallTime, EntryIndex)>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InspectionComment {
    pub text: String,
    pub documents: Vec<NamedDocument>,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inspection {
    pub id: Uuid,
    pub authority: (AuthorityId, String),
    pub unit: UnitId,
    pub system: Option<(RecordId, String)>,
    pub reason: String,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
    /// How it is over, with the note, the time and the entry.
    pub end: Option<(InspectionEnd, String, WallTime, EntryIndex)>,
    pub lines_count: u32,
    pub judged_count: u32,
    pub lacking_count: u32,
    /// Orders that came of it, and those of them that are not over.
    pub orders_count: u32,
    pub orders_open_count: u32,
    /// The round that it is of.
    pub round: Option<Uuid>,
}

fn body_of(line: &ChecklistLine) -> String {
    let finding = |one: &ChecklistFinding| json!({ "code": one.code, "about": one.about, "zh": one.reason.zh, "en": one.reason.en });
    json!({
        "title_zh": line.title.zh, "title_en": line.title.en, "asks_zh": line.asks.zh, "asks_en": line.asks.en,
        "controls": line.controls, "found_by": line.found_by, "binds": line.binds, "heading": line.heading, "findings_count": line.findings_count,
        "findings": line.findings.iter().map(finding).collect::<Vec<_>>(),
    })
    .to_string()
}

fn line_of(article: String, body: &str) -> Result<ChecklistLine> {
    let body: Value = serde_json::from_str(body).map_err(|_| corrupt("an inspection's line"))?;
    let text = |from: &Value, name: &str| from[name].as_str().unwrap_or_default().to_owned();
    let pair = |from: &Value, name: &str| {
        law::Words::new(text(from, &format!("{name}_en")), text(from, &format!("{name}_zh")))
    };
    let list = |name: &str| body[name].as_array().cloned().unwrap_or_default();
    let words = |name: &str| -> Vec<String> {
        list(name).iter().filter_map(|word| word.as_str().map(str::to_owned)).collect()
    };
    let finding = |one: Value| ChecklistFinding {
        code: text(&one, "code"),
        about: text(&one, "about"),
        reason: law::Words::new(text(&one, "en"), text(&one, "zh")),
    };
    Ok(ChecklistLine {
        article,
        title: pair(&body, "title"),
        asks: pair(&body, "asks"),
        controls: words("controls"),
        // Lines from before it was kept have none.
        found_by: words("found_by"),
        binds: body["binds"] == true,
        heading: body["heading"].as_str().map(str::to_owned),
        findings: list("findings").into_iter().map(finding).collect(),
        findings_count: body["findings_count"]
            .as_u64()
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or(0),
    })
}

const COLUMNS: &str = "SELECT inspection.id, inspection.authority, authority.name AS authority_name, inspection.unit, inspection.system,
    (SELECT name FROM record WHERE record.id = inspection.system) AS system_name, reason, inspection.person,
    person.name AS person_name, inspection.at_us, inspection.entry, state, end_note, inspection.ended_us, inspection.end_entry,
    (SELECT count(*) FROM inspection_line WHERE inspection = inspection.id) AS lines_count,
    (SELECT count(verdict) FROM inspection_line WHERE inspection = inspection.id) AS judged_count,
    (SELECT count(*) FROM inspection_line WHERE inspection = inspection.id AND verdict = 'lacking') AS lacking_count,
    (SELECT count(*) FROM correction_order WHERE correction_order.inspection = inspection.id) AS orders_count,
    (SELECT count(*) FROM correction_order WHERE correction_order.inspection = inspection.id
       AND correction_order.state IN ('issued', 'corrected')) AS orders_open_count, inspection.round
    FROM inspection JOIN authority ON authority.id = inspection.authority JOIN person ON person.id = inspection.person";

/// Of the system that is inspected: it may have become secret since.
const SECRET: &str = "(SELECT secret FROM record WHERE record.id = inspection.system)";

/// Whether a system is secret now (guangzhou-2007:11).
pub(super) async fn is_secret(connection: &mut SqliteConnection, system: RecordId) -> Result<bool> {
    let row: Option<bool> = sqlx::query_scalar("SELECT secret FROM record WHERE id = ?")
        .bind(blob(system.0))
        .fetch_optional(connection)
        .await
        .doing("looking whether a system is secret")?;
    Ok(row.unwrap_or(false))
}

fn inspection_of(row: &SqliteRow) -> Result<Inspection> {
    let state: String = col(row, "state")?;
    let end = match state.as_str() {
        "ended" => Some(InspectionEnd::Ended),
        "refused" => Some(InspectionEnd::Refused),
        _ => None,
    };
    let ended = |end| -> Result<_> {
        let note: Option<String> = col(row, "end_note")?;
        Ok((end, note.unwrap_or_default(), at_col(row, "ended_us")?, entry_col(row, "end_entry")?))
    };
    let system_name: Option<String> = col(row, "system_name")?;
    let count = |name: &str| col::<i64>(row, name).map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    Ok(Inspection {
        id: id_col(row, "id")?,
        authority: (AuthorityId(id_col(row, "authority")?), col(row, "authority_name")?),
        unit: UnitId(id_col(row, "unit")?),
        system: some_id(row, "system")?.map(|id| (RecordId(id), system_name.unwrap_or_default())),
        reason: col(row, "reason")?,
        by: (PersonId(id_col(row, "person")?), col(row, "person_name")?),
        at: at_col(row, "at_us")?,
        entry: entry_col(row, "entry")?,
        end: end.map(ended).transpose()?,
        lines_count: count("lines_count")?,
        judged_count: count("judged_count")?,
        lacking_count: count("lacking_count")?,
        orders_count: count("orders_count")?,
        orders_open_count: count("orders_open_count")?,
        round: some_id(row, "round")?,
    })
}

pub(super) async fn stored(connection: &mut SqliteConnection, id: Uuid) -> Result<Inspection> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE inspection.id = ?")))
        .bind(blob(id))
        .fetch_optional(connection)
        .await
        .doing("reading an inspection")?
        .ok_or(Error::NotFound("inspection"))?;
    inspection_of(&row)
}

/// The next number of the rows that hang on something.
pub(super) async fn next_number(
    connection: &mut SqliteConnection,
    sql: &'static str,
    id: Uuid,
) -> Result<i64> {
    let number: i64 =
        sqlx::query_scalar(sql).bind(blob(id)).fetch_one(connection).await.doing("numbering a row")?;
    Ok(number)
}

impl Registry {
    /// What the actor sees as the other side of their authority: inspections it began, and those of authorities below.
    /// Units see their own. A part, newest first. Whether they may read is decided before.
    pub async fn inspections(&self, cx: &Cx, query: &PartQuery) -> Result<ListPart<Inspection>> {
        let sight = self.supervision_sight(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("listing inspections")?;
        let cleared = Cleared::load(&mut connection, cx.actor).await?;
        let order = "inspection.at_us DESC, inspection.id";
        let seen = |sql: &mut QueryBuilder<Sqlite>| {
            sight.push(sql, &["inspection.authority"], "inspection.unit");
            sql.push(" AND ");
            cleared.push(sql, SECRET, "inspection.unit");
        };
        let found = part(&mut connection, query, (COLUMNS, order), seen).await?;
        let rows = found.rows.iter().map(inspection_of).collect::<Result<_>>()?;
        Ok(ListPart { rows, next_cursor: found.next_cursor, total: found.total })
    }

    /// Those of them that were refused since then: all, however many came after.
    pub async fn refused_inspections(&self, cx: &Cx, since: WallTime) -> Result<Vec<Inspection>> {
        self.seen_inspections(cx, |sql| {
            sql.push(" AND state = 'refused' AND inspection.ended_us > ").push_bind(since.0);
            // Received later, by the same authority and of as much: then it is put right.
            sql.push(
                " AND NOT EXISTS (SELECT 1 FROM inspection AS received WHERE received.state = 'ended'
                   AND received.authority = inspection.authority AND received.unit = inspection.unit
                   AND (received.system IS NULL OR received.system = inspection.system)
                   AND received.at_us >= inspection.ended_us)",
            );
            sql.push(" ORDER BY inspection.ended_us DESC");
        })
        .await
    }

    /// Those of them that were received and ended since then.
    pub async fn received_inspections(&self, cx: &Cx, since: WallTime) -> Result<Vec<DoneInTime>> {
        let found = self.seen_inspections(cx, |sql| {
            sql.push(" AND state = 'ended' AND inspection.ended_us > ").push_bind(since.0);
            sql.push(" ORDER BY inspection.ended_us DESC LIMIT ").push_bind(IN_TIME_MAX);
        });
        let done = |one: Inspection| DoneInTime {
            unit: Some(one.unit),
            article: None,
            id: one.id,
            name: one.authority.1,
        };
        Ok(found.await?.into_iter().map(done).collect())
    }

    async fn seen_inspections(
        &self,
        cx: &Cx,
        rest: impl FnOnce(&mut QueryBuilder<Sqlite>) + Send,
    ) -> Result<Vec<Inspection>> {
        let sight = self.supervision_sight(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("listing inspections")?;
        let cleared = Cleared::load(&mut connection, cx.actor).await?;
        let mut sql = QueryBuilder::new(format!("{COLUMNS} WHERE "));
        sight.push(&mut sql, &["inspection.authority"], "inspection.unit");
        sql.push(" AND ");
        cleared.push(&mut sql, SECRET, "inspection.unit");
        rest(&mut sql);
        let rows = sql.build().fetch_all(&mut *connection).await.doing("listing inspections")?;
        rows.iter().map(inspection_of).collect()
    }

    /// One with its lines and comments; not there for whoever has nothing to do with it.
    pub async fn inspection(
        &self,
        cx: &Cx,
        id: Uuid,
    ) -> Result<(Inspection, Vec<InspectionLine>, Vec<InspectionComment>)> {
        let sight = self.supervision_sight(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("reading an inspection")?;
        let found = stored(&mut connection, id).await?;
        let cleared = Cleared::load(&mut connection, cx.actor).await?.covers(Some(found.unit));
        let secret = match found.system.as_ref() {
            Some((system, _)) => is_secret(&mut connection, *system).await?,
            None => false,
        };
        if !sight.sees(found.authority.0, found.unit) || secret && !cleared {
            return Err(Error::NotFound("inspection"));
        }
        Ok((found, lines(&mut connection, id).await?, comments(&mut connection, id).await?))
    }

    /// Begins an inspection of a unit's systems in the area.
    pub async fn open_inspection(&self, cx: &Cx, new: NewInspection) -> Result<Uuid> {
        let person = person_of(cx)?;
        let reason = words("reason", &new.reason, TEXT_CHARS_MAX)?;
        if new.lines.len() > CHECKLIST_LINES_MAX {
            return Err(Error::invalid("lines", "are too many"));
        }
        let id = new_id();
        let ask = Ask {
            scopes: vec![(new.unit, None)],
            subject: Some(id),
            extra: format!("what=inspection\ninspection={id}\nlines={}", new.lines.len()),
            ..Ask::new(Act::Supervise)
        };
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let authority =
                    authority_of(connection, person).await?.ok_or(Error::NotFound("authority"))?;
                let authority = authority_row(connection, authority).await?;
                let systems = in_area(connection, &authority).await?;
                let own = |system| systems.iter().any(|one| one.id == system && one.unit == new.unit);
                if new.system.is_some_and(|system| !own(system)) {
                    return Err(Error::NotFound("system"));
                }
                let begun = Begun { id, authority: authority.id, round: None, person, at: now, entry };
                insert(connection, &begun, (&new, &reason)).await
            })
        })
        .await?;
        Ok(id)
    }

    /// A person's word on a line; until the inspection is over it may be another.
    pub async fn judge_line(
        &self,
        cx: &Cx,
        (id, number): (Uuid, u32),
        verdict: LineVerdict,
        note: &str,
    ) -> Result<()> {
        let person = person_of(cx)?;
        let note = at_most("note", note.trim(), TEXT_CHARS_MAX)?;
        if verdict == LineVerdict::Lacking && note.is_empty() {
            return Err(Error::invalid("note", "says what is lacking"));
        }
        let found = self.inspection_of_actor(cx, id).await?;
        let ask = Ask {
            scopes: vec![(found.unit, None)],
            subject: Some(id),
            refers_to: Some(found.entry),
            extra: format!("what=line\nline={number}\nverdict={}", verdict.as_str()),
            ..Ask::new(Act::Supervise)
        };
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                still_open(connection, id).await?;
                let done = sqlx::query(
                    "UPDATE inspection_line SET verdict = ?, note = ?, person = ?, at_us = ?, entry = ? WHERE inspection = ? AND number = ?",
                )
                .bind(verdict.as_str())
                .bind(note)
                .bind(blob(person.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .bind(blob(id))
                .bind(i64::from(number))
                .execute(connection)
                .await
                .doing("judging a line")?;
                if done.rows_affected() == 0 { Err(Error::NotFound("line")) } else { Ok(()) }
            })
        })
        .await
    }

    /// What the unit says, with documents of its register.
    pub async fn comment_inspection(
        &self,
        cx: &Cx,
        id: Uuid,
        text: &str,
        documents: Vec<RecordId>,
    ) -> Result<()> {
        let person = person_of(cx)?;
        let text = words("text", text, TEXT_CHARS_MAX)?;
        let mut connection = self.0.database.read.acquire().await.doing("reading an inspection")?;
        let found = stored(&mut connection, id).await?;
        drop(connection);
        let named = self.own_documents(cx, found.unit, &documents).await;
        let papers = words_digest(&named.as_deref().map(documents_json).unwrap_or_default());
        let ask = Ask {
            scopes: vec![(found.unit, None)],
            subject: Some(id),
            refers_to: Some(found.entry),
            extra: format!("what=comment\ndocuments={}\npapers={papers}", documents.len()),
            ..Ask::new(Act::AnswerSupervision)
        };
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let documents = named?;
                still_open(connection, id).await?;
                let number =
                    next_number(connection, "SELECT count(*) FROM inspection_comment WHERE inspection = ?", id).await?;
                if number >= COMMENTS_MAX {
                    return Err(Error::Conflict("the inspection has too many comments".into()));
                }
                sqlx::query(
                    "INSERT INTO inspection_comment (inspection, number, text, documents, person, at_us, entry) VALUES (?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(number)
                .bind(text)
                .bind(documents_json(&documents))
                .bind(blob(person.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("keeping a comment")
                .map(|_| ())
            })
        })
        .await
    }

    /// Ends an inspection, or enters that it was refused.
    pub async fn end_inspection(&self, cx: &Cx, id: Uuid, end: InspectionEnd, note: &str) -> Result<()> {
        let note = at_most("note", note.trim(), TEXT_CHARS_MAX)?;
        if end == InspectionEnd::Refused && note.is_empty() {
            return Err(Error::invalid("note", "says who refused, and what was said"));
        }
        let found = self.inspection_of_actor(cx, id).await?;
        let ask = Ask {
            scopes: vec![(found.unit, None)],
            subject: Some(id),
            refers_to: Some(found.entry),
            extra: format!("what=inspection_{}", end.as_str()),
            ..Ask::new(Act::Supervise)
        };
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                still_open(connection, id).await?;
                sqlx::query(
                    "UPDATE inspection SET state = ?, end_note = ?, ended_us = ?, end_entry = ? WHERE id = ?",
                )
                .bind(end.as_str())
                .bind(note)
                .bind(now.0)
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("ending an inspection")
                .map(|_| ())
            })
        })
        .await
    }

    /// An inspection of the actor's own authority; for whoever supervises for nobody it is judged by their posts.
    async fn inspection_of_actor(&self, cx: &Cx, id: Uuid) -> Result<Inspection> {
        let mut connection = self.0.database.read.acquire().await.doing("reading an inspection")?;
        let found = stored(&mut connection, id).await?;
        match authority_of(&mut connection, person_of(cx)?).await? {
            Some(own) if own != found.authority.0 => Err(Error::NotFound("inspection")),
            _ => Ok(found),
        }
    }
}

/// Who begins which, and when.
pub(super) struct Begun {
    pub id: Uuid,
    pub authority: AuthorityId,
    pub round: Option<Uuid>,
    pub person: PersonId,
    pub at: WallTime,
    pub entry: EntryIndex,
}

/// Writes one with its lines; the reason was looked at.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    begun: &Begun,
    (new, reason): (&NewInspection, &str),
) -> Result<()> {
    sqlx::query(
        "INSERT INTO inspection (id, authority, unit, system, reason, person, at_us, entry, state, round)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', ?)",
    )
    .bind(blob(begun.id))
    .bind(blob(begun.authority.0))
    .bind(blob(new.unit.0))
    .bind(new.system.map(|system| blob(system.0)))
    .bind(reason)
    .bind(blob(begun.person.0))
    .bind(begun.at.0)
    .bind(int(begun.entry.0)?)
    .bind(begun.round.map(blob))
    .execute(&mut *connection)
    .await
    .doing("beginning an inspection")?;
    insert_lines(connection, begun.id, &new.lines).await
}

/// Those of a round, by unit and system; what is secret by now for the cleared alone.
pub(super) async fn of_round(
    connection: &mut SqliteConnection,
    cleared: &Cleared,
    round: Uuid,
) -> Result<Vec<Inspection>> {
    let mut sql = QueryBuilder::new(format!("{COLUMNS} WHERE inspection.round = "));
    sql.push_bind(blob(round)).push(" AND ");
    cleared.push(&mut sql, SECRET, "inspection.unit");
    sql.push(" ORDER BY (SELECT name FROM unit WHERE unit.id = inspection.unit), system_name, inspection.id");
    let rows = sql.build().fetch_all(connection).await.doing("reading a round's inspections")?;
    rows.iter().map(inspection_of).collect()
}

async fn still_open(connection: &mut SqliteConnection, id: Uuid) -> Result<()> {
    match stored(connection, id).await?.end {
        None => Ok(()),
        Some(_) => Err(Error::Conflict("the inspection is over".into())),
    }
}

async fn insert_lines(connection: &mut SqliteConnection, id: Uuid, lines: &[ChecklistLine]) -> Result<()> {
    for line in lines {
        insert_line(connection, id, line).await?;
    }
    Ok(())
}

/// One line more, behind the others.
pub(super) async fn insert_line(
    connection: &mut SqliteConnection,
    id: Uuid,
    line: &ChecklistLine,
) -> Result<()> {
    let number =
        next_number(connection, "SELECT count(*) FROM inspection_line WHERE inspection = ?", id).await?;
    sqlx::query("INSERT INTO inspection_line (inspection, number, article, body) VALUES (?, ?, ?, ?)")
        .bind(blob(id))
        .bind(number)
        .bind(&line.article)
        .bind(body_of(line))
        .execute(connection)
        .await
        .doing("keeping an inspection's lines")
        .map(|_| ())
}

pub(super) async fn lines(connection: &mut SqliteConnection, id: Uuid) -> Result<Vec<InspectionLine>> {
    let rows = sqlx::query(
        "SELECT number, article, body, verdict, note, at_us, entry FROM inspection_line WHERE inspection = ? ORDER BY number",
    )
    .bind(blob(id))
    .fetch_all(connection)
    .await
    .doing("reading an inspection's lines")?;
    rows.iter()
        .map(|row| {
            let (number, verdict): (i64, Option<String>) = (col(row, "number")?, col(row, "verdict")?);
            let judged = |word: String| -> Result<_> {
                let verdict = LineVerdict::from_word(&word).ok_or_else(|| corrupt(&word))?;
                let note: Option<String> = col(row, "note")?;
                Ok((verdict, note.unwrap_or_default(), at_col(row, "at_us")?, entry_col(row, "entry")?))
            };
            Ok(InspectionLine {
                number: u32::try_from(number).unwrap_or(u32::MAX),
                line: line_of(col(row, "article")?, &col::<String>(row, "body")?)?,
                verdict: verdict.map(judged).transpose()?,
            })
        })
        .collect()
}

async fn comments(connection: &mut SqliteConnection, id: Uuid) -> Result<Vec<InspectionComment>> {
    let rows = sqlx::query(
        "SELECT text, documents, person, name, at_us, entry FROM inspection_comment JOIN person ON person.id = person
         WHERE inspection = ? ORDER BY number",
    )
    .bind(blob(id))
    .fetch_all(&mut *connection)
    .await
    .doing("reading an inspection's comments")?;
    let mut comments = Vec::with_capacity(rows.len());
    for row in &rows {
        comments.push(InspectionComment {
            text: col(row, "text")?,
            documents: documents_told(connection, &col::<String>(row, "documents")?).await?,
            by: (PersonId(id_col(row, "person")?), col(row, "name")?),
            at: at_col(row, "at_us")?,
            entry: entry_col(row, "entry")?,
        });
    }
    Ok(comments)
}
