//! Questions from the access log: read by those who supervise, explained by whom they are about, answered by somebody else; and from
//! how much on is asked.

use super::{
    auth::Signed,
    convert::{id_of, words},
    error::Answer,
    extract::{Json, Path, Query},
    names::{CameraNames, UnitNames},
    types::{
        EntryRef, Named, Problem, Question, QuestionAnswer, QuestionAnswerRequest, QuestionExplanation,
        QuestionExplanationRequest, QuestionQuery, Questions, WatchingLimit, WatchingLimitRequest,
        WatchingLimitSet, WatchingLimits, WatchingQuery,
    },
};
use crate::app::App;
use axum::extract::State;
use law::watching::Rule;
use model::{Actor, CameraId, Cx, PersonId, Role, UnitId};
use std::collections::HashSet;
use store::QuestionRow;
use uuid::Uuid;

/// Questions on a page when the request does not say.
const LIMIT: u32 = 100;

/// Questions of the units that one audits, and about auditors of those that one administers. What is new in the log is looked at
/// first.
#[utoipa::path(
    get, path = "/api/questions", tag = "ledger", params(QuestionQuery),
    responses((status = 200, body = Questions, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<QuestionQuery>,
) -> Answer<axum::Json<Questions>> {
    let cx = signed.cx(&app);
    let asked = store::QuestionQuery {
        open: query.open,
        person: query.person.as_deref().map(str::parse).transpose()?,
        rule: query.rule.map(Rule::from),
        limit: query.limit.unwrap_or(LIMIT),
        cursor: query.cursor,
    };
    let page = app.registry().questions(&cx, &asked).await?;
    let reader = Reader::load(&app, &cx).await?;
    let questions = page.questions.into_iter().map(|question| reader.shape(question)).collect();
    Ok(axum::Json(Questions { questions, next_cursor: page.next_cursor, total: page.total }))
}

/// Explain a question about oneself, once.
#[utoipa::path(
    post, path = "/api/questions/{id}/explanation", tag = "ledger", params(("id" = String, Path, description = "Question id")),
    request_body = QuestionExplanationRequest,
    responses((status = 200, body = Question, description = "As it is now"), (status = 403, body = Problem, description = "It is about somebody else"), (status = 409, body = Problem, description = "It is explained or answered"))
)]
pub async fn explain(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<QuestionExplanationRequest>,
) -> Answer<axum::Json<Question>> {
    let cx = signed.cx(&app);
    let question = app.registry().explain_question(&cx, question_id(&id)?, &body.explanation).await?;
    Ok(axum::Json(Reader::load(&app, &cx).await?.shape(question)))
}

/// Answer a question about somebody else, once.
#[utoipa::path(
    post, path = "/api/questions/{id}/answer", tag = "ledger", params(("id" = String, Path, description = "Question id")),
    request_body = QuestionAnswerRequest,
    responses((status = 200, body = Question, description = "As it is now"), (status = 403, body = Problem, description = "Refused: it is about oneself, or not one's to answer"), (status = 409, body = Problem, description = "It has its answer"))
)]
pub async fn answer(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<QuestionAnswerRequest>,
) -> Answer<axum::Json<Question>> {
    let cx = signed.cx(&app);
    let said = (body.conclusion.into(), body.answer.as_str());
    let question = app.registry().answer_question(&cx, question_id(&id)?, said).await?;
    Ok(axum::Json(Reader::load(&app, &cx).await?.shape(question)))
}

/// From how much on is asked in a unit.
#[utoipa::path(
    get, path = "/api/questions/limits", tag = "ledger", params(WatchingQuery),
    responses((status = 200, body = WatchingLimits, description = "Every rule"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn limits(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<WatchingQuery>,
) -> Answer<axum::Json<WatchingLimits>> {
    shown_limits(&app, &signed.cx(&app), query.unit.parse()?).await
}

/// Set a rule's limit in a unit, with a reason.
#[utoipa::path(
    put, path = "/api/questions/limits", tag = "ledger", request_body = WatchingLimitRequest,
    responses((status = 200, body = WatchingLimits, description = "As they are now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn set_limit(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<WatchingLimitRequest>,
) -> Answer<axum::Json<WatchingLimits>> {
    let (cx, unit) = (signed.cx(&app), body.unit_id.parse()?);
    app.registry().set_watching_limit(&cx, unit, (body.rule.into(), body.value), &body.reason).await?;
    shown_limits(&app, &cx, unit).await
}

async fn shown_limits(app: &App, cx: &Cx, unit: UnitId) -> Answer<axum::Json<WatchingLimits>> {
    let rows = app.registry().watching_limits(cx, unit).await?;
    let reader = Reader::load(app, cx).await?;
    let rules = rows.into_iter().map(|row| {
        let bounds = row.rule.limit();
        WatchingLimit {
            rule: row.rule.into(),
            name: words(&row.rule.name()),
            reason: words(&row.rule.reason()),
            measure: words(&row.rule.measure()),
            article: row.rule.article().to_owned(),
            value: row.value,
            least: bounds.least,
            usual: bounds.usual,
            most: bounds.most,
            set: row.set.map(|set| WatchingLimitSet {
                reason: set.reason,
                by: person(set.by),
                at_ms: set.at.as_ms(),
                entry: EntryRef::access(set.entry),
            }),
        }
    });
    let rules = rules.collect();
    Ok(axum::Json(WatchingLimits {
        may_change: reader.audits.contains(&unit),
        unit: reader.unit(unit),
        rules,
    }))
}

fn question_id(text: &str) -> Answer<Uuid> {
    id_of(text, "question")
}

fn person((id, name): (PersonId, String)) -> Named {
    Named { id: id.to_string(), name }
}

/// Who reads, and the names of units and cameras.
pub(super) struct Reader {
    me: Option<PersonId>,
    units: UnitNames,
    cameras: CameraNames,
    audits: HashSet<UnitId>,
    administers: HashSet<UnitId>,
}

impl Reader {
    pub async fn load(app: &App, cx: &Cx) -> Answer<Self> {
        let units = UnitNames::load(app, cx).await?;
        let (mut audits, mut administers, mut me) = (HashSet::new(), HashSet::new(), None);
        if let Actor::Person(person) = cx.actor {
            me = Some(person);
            let posts = app.registry().own_posts(cx).await?.into_iter();
            for post in posts.filter(|post| post.group.is_none()) {
                match post.role {
                    Role::Auditor => audits.insert(post.unit),
                    Role::Administrator => administers.insert(post.unit),
                    _ => false,
                };
            }
        }
        // Whoever reads a question reads the names of the cameras that it is about.
        let cameras = CameraNames::load(app).await?;
        Ok(Self { me, units, cameras, audits, administers })
    }

    fn unit(&self, unit: UnitId) -> Named {
        self.units.of(unit)
    }

    pub fn shape(&self, row: QuestionRow) -> Question {
        let (open, own) = (row.answer.is_none(), self.me == Some(row.person.0));
        let answers =
            self.audits.contains(&row.unit) || (row.of_auditor && self.administers.contains(&row.unit));
        let camera = |camera: CameraId| self.cameras.of(camera);
        Question {
            id: row.id.to_string(),
            rule: row.rule.into(),
            name: words(&row.rule.name()),
            question: words(&row.rule.question(row.count, &row.usual)),
            reason: words(&row.rule.reason()),
            article: row.rule.article().to_owned(),
            unit: self.unit(row.unit),
            person: person(row.person),
            from_day: row.from.to_string(),
            days: u32::try_from(row.rule.days()).unwrap_or(1),
            camera: row.camera.map(camera),
            count: row.count,
            limit: row.limit,
            measure: words(&row.rule.measure()),
            asked_ms: row.asked.as_ms(),
            entry: EntryRef::access(row.entry),
            evidence: row.evidence.iter().map(|entry| entry.0).collect(),
            may_answer: open && !own && answers,
            may_explain: open && own && row.explanation.is_none(),
            explanation: row.explanation.map(|explanation| QuestionExplanation {
                text: explanation.text,
                at_ms: explanation.at.as_ms(),
                entry: EntryRef::access(explanation.entry),
            }),
            answer: row.answer.map(|answer| QuestionAnswer {
                conclusion: answer.conclusion.into(),
                text: answer.text,
                by: person(answer.by),
                at_ms: answer.at.as_ms(),
                entry: EntryRef::access(answer.entry),
            }),
        }
    }
}
