//! Questions as people see them: the auditors of the unit, its administrators those about auditors, and each person those about
//! themselves. Explained by whom they are about, answered by somebody else, both once.

use super::{day_of, entry_of, is_auditor, rule_of};
use crate::convert::{blob, int, small, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::person_of;
use crate::registry::{EntryIndex, Registry, admit::Ask, once, words};
use law::Day;
use law::watching::{Conclusion, Rule};
use model::{Act, Actor, CameraId, Cx, PersonId, Role, UnitId, WallTime};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row as _, Sqlite};
use uuid::Uuid;

const WORDS_CHARS_MAX: usize = 500;
/// Questions on one page.
const PAGE_ROWS_MAX: u32 = 200;

/// What the person concerned said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuestionExplanation {
    pub text: String,
    pub at: WallTime,
    pub entry: EntryIndex,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuestionAnswer {
    pub conclusion: Conclusion,
    pub text: String,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuestionRow {
    pub id: Uuid,
    pub rule: Rule,
    pub unit: UnitId,
    pub person: (PersonId, String),
    pub from: Day,
    pub camera: Option<CameraId>,
    pub count: u32,
    pub limit: u32,
    pub usual: String,
    pub asked: WallTime,
    pub entry: EntryIndex,
    /// What it was asked from.
    pub evidence: Vec<EntryIndex>,
    pub explanation: Option<QuestionExplanation>,
    pub answer: Option<QuestionAnswer>,
    /// Whom it is about audits the unit.
    pub of_auditor: bool,
}

#[derive(Clone, Debug, Default)]
pub struct QuestionQuery {
    /// Only those that wait for their answer, or that have one.
    pub open: Option<bool>,
    pub person: Option<PersonId>,
    pub rule: Option<Rule>,
    pub limit: u32,
    /// So many are skipped: what the previous page returned.
    pub cursor: Option<String>,
}

#[derive(Clone, Debug)]
pub struct QuestionPage {
    /// Newest first.
    pub questions: Vec<QuestionRow>,
    pub next_cursor: Option<String>,
    pub total: u64,
}

struct Row {
    id: Vec<u8>,
    rule: String,
    unit: Vec<u8>,
    person: Vec<u8>,
    name: String,
    from_day: i64,
    camera: Vec<u8>,
    count: i64,
    threshold: i64,
    usual: String,
    asked_us: i64,
    entry: i64,
    explanation: Option<String>,
    explained_us: Option<i64>,
    explained_entry: Option<i64>,
    conclusion: Option<String>,
    answer: Option<String>,
    answered_by: Option<Vec<u8>>,
    answered_name: Option<String>,
    answered_us: Option<i64>,
    answered_entry: Option<i64>,
    of_auditor: bool,
    evidence: Option<String>,
}

impl FromRow<'_, SqliteRow> for Row {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            rule: row.try_get("rule")?,
            unit: row.try_get("unit")?,
            person: row.try_get("person")?,
            name: row.try_get("name")?,
            from_day: row.try_get("from_day")?,
            camera: row.try_get("camera")?,
            count: row.try_get("count")?,
            threshold: row.try_get("threshold")?,
            usual: row.try_get("usual")?,
            asked_us: row.try_get("asked_us")?,
            entry: row.try_get("entry")?,
            explanation: row.try_get("explanation")?,
            explained_us: row.try_get("explained_us")?,
            explained_entry: row.try_get("explained_entry")?,
            conclusion: row.try_get("conclusion")?,
            answer: row.try_get("answer")?,
            answered_by: row.try_get("answered_by")?,
            answered_name: row.try_get("answered_name")?,
            answered_us: row.try_get("answered_us")?,
            answered_entry: row.try_get("answered_entry")?,
            of_auditor: row.try_get("of_auditor")?,
            evidence: row.try_get("evidence")?,
        })
    }
}

/// 3 is the role of an auditor (`model::Role`), whose number is frozen.
const OF_AUDITOR: &str = "EXISTS (SELECT 1 FROM post WHERE post.person = question.person AND post.unit = question.unit AND role = 3)";

fn columns() -> String {
    debug_assert_eq!(Role::Auditor.code(), 3);
    format!(
        "SELECT question.id, rule, question.unit, question.person, concerned.name AS name, from_day, question.camera, question.count, threshold,
           usual, asked_us, question.entry, explanation, explained_us, explained_entry, conclusion, answer, answered_by,
           answering.name AS answered_name, answered_us, answered_entry, {OF_AUDITOR} AS of_auditor,
           (SELECT group_concat(idx, ' ') FROM (SELECT idx FROM question_evidence WHERE question = question.id ORDER BY idx)) AS evidence"
    )
}

const FROM: &str = " FROM question JOIN person AS concerned ON concerned.id = question.person
    LEFT JOIN person AS answering ON answering.id = answered_by WHERE ";

/// The units whose questions somebody reads.
struct Sight {
    audits: Vec<UnitId>,
    administers: Vec<UnitId>,
}

impl Sight {
    fn push(&self, sql: &mut QueryBuilder<Sqlite>) {
        let list = |sql: &mut QueryBuilder<Sqlite>, units: &[UnitId]| {
            sql.push("question.unit IN (");
            let mut separated = sql.separated(", ");
            for unit in units {
                separated.push_bind(blob(unit.0));
            }
            sql.push(")");
        };
        sql.push("(");
        list(sql, &self.audits);
        sql.push(" OR (");
        list(sql, &self.administers);
        sql.push(" AND ").push(OF_AUDITOR).push("))");
    }
}

impl Registry {
    async fn sight(&self, cx: &Cx) -> Result<Sight> {
        let person = person_of(cx)?;
        let posts = self.posts_of(person).await?;
        let units = |role: Role| {
            let whole = posts.iter().filter(|post| post.role == role && post.group.is_none());
            whole.map(|post| post.unit).collect()
        };
        Ok(Sight { audits: units(Role::Auditor), administers: units(Role::Administrator) })
    }

    /// Whether somebody reads any questions of a unit.
    pub(super) async fn reads_questions_of(&self, cx: &Cx, unit: UnitId) -> Result<bool> {
        let Sight { audits, administers } = self.sight(cx).await?;
        Ok(audits.contains(&unit) || administers.contains(&unit))
    }

    /// Questions of the units that one audits, and those about auditors of the units that one administers. The newest entries are
    /// looked at first.
    pub async fn questions(&self, cx: &Cx, query: &QuestionQuery) -> Result<QuestionPage> {
        self.admit_reading(cx, Act::ReadQuestions, Vec::new()).await?;
        self.sweep_watching(cx.now).await?;
        let sight = self.sight(cx).await?;
        self.question_page(query, |sql| sight.push(sql)).await
    }

    /// How many wait for an answer, by unit: for findings. Leaves no entry.
    pub async fn open_questions(&self, cx: &Cx) -> Result<Vec<(UnitId, u64, WallTime)>> {
        let mut sql = QueryBuilder::new(
            "SELECT question.unit, count(*), min(asked_us) FROM question WHERE conclusion IS NULL AND ",
        );
        match cx.actor {
            Actor::Person(_) => self.sight(cx).await?.push(&mut sql),
            Actor::System(_) => drop(sql.push("1")),
        }
        sql.push(" GROUP BY question.unit");
        let rows: Vec<(Vec<u8>, i64, i64)> =
            sql.build_query_as().fetch_all(&self.0.database.read).await.doing("counting questions")?;
        rows.into_iter()
            .map(|(unit, count, since)| Ok((UnitId(uuid_of(&unit)?), uint(count)?, WallTime(since))))
            .collect()
    }

    /// Questions about oneself; what lets one read them is decided before.
    pub(super) async fn own_questions(&self, person: PersonId) -> Result<Vec<QuestionRow>> {
        let query = QuestionQuery { limit: PAGE_ROWS_MAX, ..QuestionQuery::default() };
        let own = |sql: &mut QueryBuilder<Sqlite>| {
            sql.push("question.person = ").push_bind(blob(person.0));
        };
        Ok(self.question_page(&query, own).await?.questions)
    }

    async fn question_page(
        &self,
        query: &QuestionQuery,
        seen: impl Fn(&mut QueryBuilder<Sqlite>),
    ) -> Result<QuestionPage> {
        let cursor: u32 = query
            .cursor
            .as_deref()
            .map_or(Ok(0), str::parse)
            .map_err(|_| Error::invalid("cursor", "is not one that a page gave"))?;
        let wanted = |sql: &mut QueryBuilder<Sqlite>| {
            seen(sql);
            match query.open {
                Some(true) => sql.push(" AND conclusion IS NULL"),
                Some(false) => sql.push(" AND conclusion IS NOT NULL"),
                None => sql,
            };
            if let Some(person) = query.person {
                sql.push(" AND question.person = ").push_bind(blob(person.0));
            }
            if let Some(rule) = query.rule {
                sql.push(" AND rule = ").push_bind(rule.as_str());
            }
        };
        let mut counting = QueryBuilder::new("SELECT count(*)");
        counting.push(FROM);
        wanted(&mut counting);
        let total: i64 = counting
            .build_query_scalar()
            .fetch_one(&self.0.database.read)
            .await
            .doing("counting questions")?;
        let mut listing = QueryBuilder::new(columns());
        listing.push(FROM);
        wanted(&mut listing);
        listing.push(" ORDER BY asked_us DESC, question.id LIMIT ");
        listing.push_bind(i64::from(query.limit.clamp(1, PAGE_ROWS_MAX)));
        listing.push(" OFFSET ").push_bind(i64::from(cursor));
        let rows: Vec<Row> =
            listing.build_query_as().fetch_all(&self.0.database.read).await.doing("listing questions")?;
        let (total, end) = (uint(total)?, u64::from(cursor) + rows.len() as u64);
        let next_cursor = (end < total && !rows.is_empty()).then(|| end.to_string());
        let questions = rows.into_iter().map(question_of).collect::<Result<_>>()?;
        Ok(QuestionPage { questions, next_cursor, total })
    }

    /// One question, whoever asks: the caller has decided, or decides next.
    async fn question(&self, id: Uuid) -> Result<QuestionRow> {
        let query = QuestionQuery { limit: 1, ..QuestionQuery::default() };
        let this = |sql: &mut QueryBuilder<Sqlite>| {
            sql.push("question.id = ").push_bind(blob(id));
        };
        self.question_page(&query, this).await?.questions.pop().ok_or(Error::NotFound("question"))
    }

    /// Whom it is about says what there is to say, once, as long as it is open.
    pub async fn explain_question(&self, cx: &Cx, id: Uuid, text: &str) -> Result<QuestionRow> {
        let text = words("explanation", text, WORDS_CHARS_MAX)?;
        let question = self.question(id).await?;
        let cx = Cx { note: Some(text.clone()), ..cx.clone() };
        let now = cx.now;
        let ask = Ask {
            scopes: vec![(question.unit, None)],
            subject: Some(question.person.0.0),
            own: cx.actor == Actor::Person(question.person.0),
            refers_to: Some(question.entry),
            extra: format!("question={id}"),
            ..Ask::new(Act::ExplainQuestion)
        };
        self.act(&cx, ask, move |connection, entry| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE question SET explanation = ?, explained_us = ?, explained_entry = ?
                     WHERE id = ? AND explanation IS NULL AND conclusion IS NULL",
                )
                .bind(text)
                .bind(now.0)
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("explaining a question")?;
                once(&done, "it is explained or answered already")?;
                Ok(())
            })
        })
        .await?;
        self.question(id).await
    }

    /// Somebody else enters what came of it, once.
    pub async fn answer_question(
        &self,
        cx: &Cx,
        id: Uuid,
        (conclusion, text): (Conclusion, &str),
    ) -> Result<QuestionRow> {
        let by = person_of(cx)?;
        let text = words("answer", text, WORDS_CHARS_MAX)?;
        let question = self.question(id).await?;
        let mut connection = self.0.database.read.acquire().await.doing("answering a question")?;
        let of_auditor = is_auditor(&mut connection, question.person.0, question.unit).await?;
        drop(connection);
        let cx = Cx { note: Some(text.clone()), ..cx.clone() };
        let now = cx.now;
        let ask = Ask {
            scopes: vec![(question.unit, None)],
            subject: Some(question.person.0.0),
            own: question.person.0 == by,
            sensitive: of_auditor,
            refers_to: Some(question.entry),
            extra: format!("question={id}\nconclusion={}", conclusion.as_str()),
            ..Ask::new(Act::AnswerQuestion)
        };
        self.act(&cx, ask, move |connection, entry| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE question SET conclusion = ?, answer = ?, answered_by = ?, answered_us = ?, answered_entry = ?
                     WHERE id = ? AND conclusion IS NULL",
                )
                .bind(conclusion.as_str())
                .bind(text)
                .bind(blob(by.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("answering a question")?;
                once(&done, "it has its answer already")?;
                Ok(())
            })
        })
        .await?;
        self.question(id).await
    }
}

fn question_of(row: Row) -> Result<QuestionRow> {
    let explanation = match (row.explanation, row.explained_us, row.explained_entry) {
        (Some(text), Some(at), Some(entry)) => {
            Some(QuestionExplanation { text, at: WallTime(at), entry: entry_of(entry)? })
        }
        _ => None,
    };
    let answer = match (row.conclusion, row.answer, row.answered_by, row.answered_us, row.answered_entry) {
        (Some(conclusion), Some(text), Some(by), Some(at), Some(entry)) => Some(QuestionAnswer {
            conclusion: Conclusion::from_word(&conclusion)
                .ok_or_else(|| Error::Corrupt("a stored conclusion is unknown".into()))?,
            text,
            by: (PersonId(uuid_of(&by)?), row.answered_name.unwrap_or_default()),
            at: WallTime(at),
            entry: entry_of(entry)?,
        }),
        _ => None,
    };
    let entries = row.evidence.unwrap_or_default();
    let evidence = entries
        .split_whitespace()
        .map(|number| number.parse().map(EntryIndex))
        .collect::<std::result::Result<_, _>>()
        .map_err(|_| Error::Corrupt("a question's evidence is no number".into()))?;
    let camera = (!row.camera.is_empty()).then(|| uuid_of(&row.camera).map(CameraId)).transpose()?;
    Ok(QuestionRow {
        id: uuid_of(&row.id)?,
        rule: rule_of(&row.rule)?,
        unit: UnitId(uuid_of(&row.unit)?),
        person: (PersonId(uuid_of(&row.person)?), row.name),
        from: day_of(row.from_day),
        camera,
        count: small(row.count)?,
        limit: small(row.threshold)?,
        usual: row.usual,
        asked: WallTime(row.asked_us),
        entry: entry_of(row.entry)?,
        evidence,
        explanation,
        answer,
        of_auditor: row.of_auditor,
    })
}
