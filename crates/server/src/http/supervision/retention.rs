//! Proof of retention over HTTP: an authority fixes what it asks, shows its nonce, and the server answers at once; the unit may try again
//! until the deadline. Both sides see each instant's verdict, and nobody a picture.
//!
//! What is drawn and proven is `crate::challenge`'s, how a demand stands `law::supervision`'s; each verdict is that of `verify`, which
//! anybody can run on the file.

use super::super::{
    auth::Signed,
    convert::{id_of, span_of_ms},
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    names::CameraNames,
    register::record_id,
    types::{
        self, Bilingual, ChallengeNonce, Named, Problem, RetentionDemandRequest, RetentionDemandWhole,
        RetentionDemands, RetentionInstant,
    },
};
use super::Reader;
use crate::{
    app::App,
    challenge::{self, Question},
};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use law::supervision::DemandState;
use ledger::{
    challenge::{Answer as Shown, Reason, Terms, Transcript, answers_hash},
    note::NoteKey,
};
use model::{Act, Cx, Hash, Kind, WallTime};
use store::{DemandRow, DemandTerms, LogName, NewDemand, system_cx};
use uuid::Uuid;
use verify::{Expected, Policy};

/// What is younger may not be published yet: a segment, its sealing and a checkpoint.
const SETTLED_MS: i64 = 10 * 60_000;

/// Proofs of retention that were asked for.
#[utoipa::path(
    get, path = "/api/retention-demands", tag = "supervision", params(types::PartQuery),
    responses((status = 200, body = RetentionDemands, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<types::PartQuery>,
) -> Answer<axum::Json<RetentionDemands>> {
    let cx = signed.cx(&app);
    super::admit_reading(&app, &cx).await?;
    let reader = Reader::load(&app, &cx, Act::ProveRetention).await?;
    let part = app.registry().retention_demands(&cx, &query.into()).await?;
    let part = part.map(|row| shape(&reader, row));
    Ok(axum::Json(RetentionDemands { demands: part.rows, next_cursor: part.next_cursor, total: part.total }))
}

/// Ask a unit to prove that recordings of a system in one's area are held: fixes what will be drawn from.
#[utoipa::path(
    post, path = "/api/retention-demands", tag = "supervision", request_body = RetentionDemandRequest,
    responses((status = 201, body = RetentionDemandWhole, description = "Asked; show the nonce next"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No such system in the area"))
)]
pub async fn demand(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<RetentionDemandRequest>,
) -> Answer<(StatusCode, axum::Json<RetentionDemandWhole>)> {
    let (cx, system) = (signed.cx(&app), record_id(&body.system_id)?);
    let to_ms = body.to_ms.unwrap_or_else(|| cx.now.as_ms() - SETTLED_MS);
    let span = span_of_ms(body.from_ms, to_ms)?;
    let inspection = body.inspection_id.as_deref().map(|id| id_of(id, "inspection")).transpose()?;
    let cameras = app.registry().cameras_of_system(&cx, system).await?;
    let question = Question {
        asker: "supervision".to_owned(),
        commitment: body.commitment.parse::<Hash>()?,
        cameras: Some(cameras.clone()),
        named: false,
        span,
        instants: body.instants,
        seen_size: None,
    };
    // The checkpoint covers all that is committed: what is not in it could never be proven, however often it is tried.
    app.store().publish(LogName::Footage, app.now()).await?;
    // Whoever may not ask is told so, and nothing of what there is.
    let fixed = challenge::fix(&app, &cx, question).await;
    let terms = fixed.and_then(|(_, terms, extra)| {
        let text =
            serde_json::to_string(&terms).map_err(|error| store::Error::Internal(error.to_string()))?;
        Ok(DemandTerms { text, cameras, extra })
    });
    let new = NewDemand {
        id: Uuid::now_v7(),
        system,
        inspection,
        reason: body.reason,
        article: match app.registry().own_authority(&cx).await? {
            Some(_) => super::compliance::floor_article(&app, system).await?,
            // Refused below.
            None => String::new(),
        },
        deadline: WallTime::from_ms(body.deadline_ms),
        span,
        terms,
    };
    let id = app.registry().demand_retention(&cx, new).await?;
    Ok((StatusCode::CREATED, whole(&app, &cx, id).await?))
}

/// Show the nonce: the instants are drawn and answered, once. What cannot be proven may be tried again until the deadline.
#[utoipa::path(
    post, path = "/api/retention-demands/{id}/draw", tag = "supervision", request_body = ChallengeNonce,
    params(("id" = String, Path, description = "Demand id")),
    responses((status = 200, body = RetentionDemandWhole, description = "Answered"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Drawn already, or too late"), (status = 429, body = Problem, description = "Another answer is being made"))
)]
pub async fn draw(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<ChallengeNonce>,
) -> Answer<axum::Json<RetentionDemandWhole>> {
    let (id, cx) = (id_of(&id, "demand")?, signed.cx(&app));
    let _one_at_a_time = app.challenges().try_acquire().map_err(|_| busy())?;
    let row = app.registry().draw_retention(&cx, id, body.nonce.parse::<Hash>()?).await?;
    answer(&app, &row).await?;
    whole(&app, &cx, id).await
}

/// Have what is not proven tried again: after a disk or a key was brought back.
#[utoipa::path(
    post, path = "/api/retention-demands/{id}/answer", tag = "supervision",
    params(("id" = String, Path, description = "Demand id")),
    responses((status = 200, body = RetentionDemandWhole, description = "Answered"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Nothing of it is open"), (status = 429, body = Problem, description = "Another answer is being made"))
)]
pub async fn again(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<RetentionDemandWhole>> {
    let (id, cx) = (id_of(&id, "demand")?, signed.cx(&app));
    let _one_at_a_time = app.challenges().try_acquire().map_err(|_| busy())?;
    let row = app.registry().try_retention_again(&cx, id).await?;
    answer(&app, &row).await?;
    whole(&app, &cx, id).await
}

/// One with the verdict on each instant.
#[utoipa::path(
    get, path = "/api/retention-demands/{id}", tag = "supervision", params(("id" = String, Path, description = "Demand id")),
    responses((status = 200, body = RetentionDemandWhole, description = "As it is now"), (status = 404, body = Problem, description = "Not one of yours"))
)]
pub async fn one(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<RetentionDemandWhole>> {
    let cx = signed.cx(&app);
    super::admit_reading(&app, &cx).await?;
    whole(&app, &cx, id_of(&id, "demand")?).await
}

/// Question and newest answer as a file: what `watchkeeper challenge judge` reads.
#[utoipa::path(
    get, path = "/api/retention-demands/{id}/transcript", tag = "supervision", params(("id" = String, Path, description = "Demand id")),
    responses((status = 200, content_type = "application/json", description = "As docs/design/challenge.md has it"), (status = 404, body = Problem, description = "Not one of yours, or not answered"))
)]
pub async fn transcript(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<Response> {
    let cx = signed.cx(&app);
    super::admit_reading(&app, &cx).await?;
    let row = app.registry().retention_demand(&cx, id_of(&id, "demand")?).await?;
    let file = file_of(&app, &cx, &row).await?.ok_or_else(|| Failure::not_found("answer"))?;
    let text =
        serde_json::to_string(&file).map_err(|error| Failure::new(Kind::Internal, error.to_string()))?;
    let name = format!("attachment; filename=\"retention-{}.json\"", row.id);
    Ok(([(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, name)], text)
        .into_response())
}

fn busy() -> Failure {
    Failure::new(Kind::Busy, "another challenge is being answered").retry_after_ms(5_000)
}

/// Answers what was drawn, has it judged, and keeps both with the system's own entry.
async fn answer(app: &App, row: &DemandRow) -> Answer<()> {
    let cx = system_cx("challenge", app.now());
    let internal = |error: String| Failure::new(Kind::Internal, error);
    let terms: Terms = serde_json::from_str(&row.terms).map_err(|error| internal(error.to_string()))?;
    let nonce = row.nonce.ok_or_else(|| Failure::not_found("draw"))?;
    let (transcript, _) =
        challenge::proofs(app, &cx, terms, nonce).await.map_err(|error| internal(format!("{error:#}")))?;
    let judged = judge(app, &transcript).await?;
    let failed = judged.iter().filter(|one| one.problem.is_some()).count() as u32;
    let proven = judged.len() as u32 - failed;
    let hash = answers_hash(&transcript.answers).map_err(store::Error::from)?;
    let extra = format!("what=answer\nanswers={hash}\nproven={proven}\nfailed={failed}");
    let text = serde_json::to_string(&transcript).map_err(|error| internal(error.to_string()))?;
    let cx = system_cx("challenge", app.now());
    app.registry().keep_retention_answer(&cx, row.id, text, (proven, failed), extra).await?;
    Ok(())
}

/// The verdicts of the judge that anybody can run, under this log's own key.
async fn judge(app: &App, transcript: &Transcript) -> Answer<Vec<verify::JudgedDraw>> {
    let key = NoteKey::parse(&app.store().vkey(LogName::Footage)).map_err(store::Error::from)?;
    let (policy, file) = (Policy::pinned(vec![key]), transcript.clone());
    let judged = tokio::task::spawn_blocking(move || {
        let expected = Expected { policy: Some(&policy), ..Expected::default() };
        verify::challenge_instants(&file, &expected)
    });
    let judged = judged.await.map_err(|error| Failure::new(Kind::Internal, error.to_string()))?;
    judged.ok_or_else(|| Failure::new(Kind::Internal, "the answer cannot be judged"))
}

async fn file_of(app: &App, cx: &Cx, row: &DemandRow) -> Answer<Option<Transcript>> {
    let text = app.registry().retention_transcript(cx, row).await?;
    let (Some(answer), Some(text)) = (&row.answer, text) else { return Ok(None) };
    let file: Transcript =
        serde_json::from_str(&text).map_err(|error| Failure::new(Kind::Internal, error.to_string()))?;
    Ok(Some(Transcript { entry: Some(answer.entry.0), ..file }))
}

async fn whole(app: &App, cx: &Cx, id: Uuid) -> Answer<axum::Json<RetentionDemandWhole>> {
    let row = app.registry().retention_demand(cx, id).await?;
    let mut instants = Vec::new();
    if let Some(file) = file_of(app, cx, &row).await? {
        let names = CameraNames::load(app).await?;
        let judged = judge(app, &file).await?;
        instants.extend(judged.into_iter().zip(&file.answers).map(|(instant, shown)| RetentionInstant {
            number: instant.draw.number,
            camera: names.of(instant.draw.stream.camera),
            at_ms: instant.draw.at.as_ms(),
            kind: kind(shown).to_owned(),
            proven: instant.problem.is_none(),
            reason: reason(shown, instant.problem),
        }));
    }
    let demand = shape(&Reader::load(app, cx, Act::ProveRetention).await?, row);
    Ok(axum::Json(RetentionDemandWhole { demand, instants }))
}

const fn kind(shown: &Shown) -> &'static str {
    match shown {
        Shown::Footage { .. } => "footage",
        Shown::Gap { .. } => "gap",
        Shown::Expired { .. } => "expired",
        Shown::NotYet { .. } => "not_yet",
        Shown::Cannot { .. } => "cannot",
    }
}

fn reason(shown: &Shown, problem: Option<String>) -> Bilingual {
    let both = |zh: &str, en: &str| Bilingual { zh: zh.to_owned(), en: en.to_owned() };
    let cannot = match shown {
        Shown::Cannot { reason, .. } => Some(reason),
        _ => None,
    };
    match (shown, problem) {
        (Shown::Footage { .. }, None) => {
            both("已证明仍存有该时点的录像。", "Footage of this instant is proven to be held.")
        }
        (Shown::Gap { standing, .. }, None) => Bilingual {
            zh: format!("该时点未录像，缺口已登记（{standing}）。"),
            en: format!("Nothing was recorded; the gap is in the log ({standing})."),
        },
        (Shown::Expired { .. }, None) => both(
            "已依规定到期删除，删除已登记。",
            "Deleted under its rule after its term; the deletion is in the log.",
        ),
        (Shown::NotYet { .. }, None) => both("该时点早于首次录像。", "Before the first recording."),
        (_, problem) => match cannot {
            Some(Reason::Missing) => both("录像文件不在。", "The file is not there."),
            Some(Reason::Damaged) => {
                both("录像损坏或与登记不符。", "It cannot be read, or is not what was recorded.")
            }
            Some(Reason::KeyAbsent) => {
                both("解密密钥不在。", "It is encrypted under a key that is not here.")
            }
            Some(Reason::BeingDeleted) => {
                both("正在删除，尚未登记。", "It is being deleted, and that is not in the log yet.")
            }
            Some(Reason::NotPublished) => {
                both("记录晚于检查点，尚未公布。", "Its record is younger than the checkpoint.")
            }
            Some(Reason::NoRecord) => both("没有任何记录。", "No record covers it."),
            None => Bilingual {
                zh: "证明不成立。".to_owned(),
                en: format!("The proof does not hold: {}.", problem.unwrap_or_default()),
            },
        },
    }
}

fn shape(reader: &Reader, row: DemandRow) -> types::RetentionDemand {
    let (state, terms) = (row.state(reader.now), serde_json::from_str::<Terms>(&row.terms).ok());
    let answer = row.answer.as_ref();
    types::RetentionDemand {
        id: row.id.to_string(),
        authority: Named { id: row.authority.0.to_string(), name: row.authority.1 },
        unit: reader.units.of(row.unit),
        system: Named { id: row.system.0.to_string(), name: row.system.1 },
        inspection_id: row.inspection.map(|id| id.to_string()),
        article: row.article,
        reason: row.reason,
        by: super::person(row.by),
        at_ms: row.at.as_ms(),
        entry: super::entry(row.entry),
        deadline_ms: row.deadline.as_ms(),
        state: state.as_str().to_owned(),
        instants: terms.as_ref().map_or(0, |terms| terms.instants),
        streams: terms.as_ref().map_or(0, |terms| terms.streams.len() as u64),
        from_ms: terms.as_ref().map_or(0, |terms| terms.from_us / 1_000),
        to_ms: terms.as_ref().map_or(0, |terms| terms.to_us / 1_000),
        commitment: terms.map(|terms| terms.commitment.to_string()).unwrap_or_default(),
        nonce: row.nonce.map(|nonce| nonce.to_string()),
        answered_ms: answer.map(|answer| answer.at.as_ms()),
        answer_entry: answer.map(|answer| super::entry(answer.entry)),
        answers: answer.map_or(0, |answer| answer.count),
        proven: answer.map_or(0, |answer| answer.proven),
        failed: answer.map_or(0, |answer| answer.failed),
        may_draw: state == DemandState::Asked && reader.authority == Some(row.authority.0),
        may_try: state == DemandState::Open && reader.answers.contains(&row.unit),
    }
}
