//! Clips over HTTP: handing one to a colleague, and to whom. It is listed, approved and taken back as a grant, and played as a view.

use super::{
    auth::Signed,
    convert::{parse_all, span_of_ms},
    error::{Answer, Failure},
    extract::{Json, Query},
    grants::read,
    types::{ClipRequest, Colleague, ColleagueQuery, Colleagues, Grant, Problem, ViewRequest},
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::{Cx, GrantId, WallTime};
use store::NewClip;

/// Hand a clip to a colleague: they may play that span of those cameras.
///
/// No file leaves the system. The entry names both, the footage and the purpose before the clip can be played. Where the unit wants a
/// second person's word, or the footage is secret, it waits for that as a request for footage does.
#[utoipa::path(
    post, path = "/api/clips", tag = "cases", request_body = ClipRequest,
    responses((status = 201, body = Grant, description = "The colleague may play it, or it waits for another person"), (status = 403, body = Problem, description = "Refused: also where the colleague may not see it by themselves"))
)]
pub async fn share(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<ClipRequest>,
) -> Answer<(StatusCode, axum::Json<Grant>)> {
    let case = body.case.as_deref().map(str::parse).transpose()?;
    let cx = signed.cx_for(&app, body.purpose.into(), body.legal_basis.into(), case, Some(body.reason));
    let new = NewClip {
        colleague: body.colleague_id.parse().map_err(|_| Failure::not_found("person"))?,
        cameras: parse_all(&body.cameras)?,
        span: span_of_ms(body.from_ms, body.to_ms)?,
        uses_max: body.uses_max,
        expires: WallTime::from_ms(body.expires_ms),
    };
    let id = app.registry().share_clip(&cx, new).await?;
    Ok((StatusCode::CREATED, read(&app, &signed, id).await?))
}

/// To whom a clip of these cameras may be handed: who else has a post that plays all of them.
#[utoipa::path(
    get, path = "/api/clips/colleagues", tag = "cases", params(ColleagueQuery),
    responses((status = 200, body = Colleagues, description = "By name, at most 100"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn colleagues(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<ColleagueQuery>,
) -> Answer<axum::Json<Colleagues>> {
    let cameras: Vec<String> = query.cameras.split(',').map(str::to_owned).collect();
    let named = query.named.unwrap_or_default();
    let found = app.registry().colleagues(&signed.cx(&app), parse_all(&cameras)?, &named).await?;
    Ok(axum::Json(Colleagues { colleagues: found.into_iter().map(Colleague::from).collect() }))
}

/// The context of playing a clip: case and reason are those that its sender stated. Of another's clip nothing is taken over; the door
/// refuses it.
pub(super) async fn playing(app: &App, signed: &Signed, id: GrantId, body: &ViewRequest) -> Answer<Cx> {
    if body.case.is_some() || body.note.is_some() {
        return Err(Failure::invalid("clip", "has its own case and reason: name none"));
    }
    let row = app.registry().stored_grant(id, app.now()).await?;
    let own = row.shared.is_some() && row.asked.by.0 == signed.person;
    let (case, note) = if own { (row.case, Some(row.reason)) } else { (None, None) };
    Ok(signed.cx_for(app, body.purpose.into(), body.legal_basis.into(), case, note))
}
