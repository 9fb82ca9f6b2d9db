//! Authorities and who supervises for them. Their names are public; their supervisors are shown to administrators.

use super::super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::{Json, Path},
    types::{self, Authorities, AuthorityRequest, Named, Problem},
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::access::entitles;
use model::{Act, AuthorityId, PersonId};
use store::NewAuthority;

pub(super) fn shape(authority: &law::supervision::Authority) -> types::Authority {
    types::Authority {
        id: authority.id.to_string(),
        name: authority.name.clone(),
        kind: authority.kind.into(),
        division: authority.division.clone(),
        level: authority.level().as_str().to_owned(),
        industry: authority.industry.clone(),
        supervisors: Vec::new(),
    }
}

/// Authorities that supervise systems here.
#[utoipa::path(
    get, path = "/api/authorities", tag = "supervision",
    responses((status = 200, body = Authorities, description = "By division and name"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Authorities>> {
    let cx = signed.cx(&app);
    super::admit_reading(&app, &cx).await?;
    let posts = app.registry().own_posts(&cx).await?;
    let names = posts.iter().any(|post| entitles(post.role, Act::ChangeAuthority));
    let supervisors = if names { app.registry().supervisors(&cx).await? } else { Vec::new() };
    let of = |authority: law::supervision::Authority| {
        let own = supervisors.iter().filter(|row| row.authority == authority.id);
        let supervisors = own.map(|row| super::person(row.person.clone())).collect::<Vec<Named>>();
        types::Authority { supervisors, ..shape(&authority) }
    };
    let authorities = app.registry().authorities(&cx).await?.into_iter().map(of).collect();
    Ok(axum::Json(Authorities { authorities }))
}

/// Enter an authority.
#[utoipa::path(
    post, path = "/api/authorities", tag = "supervision", request_body = AuthorityRequest,
    responses((status = 201, body = types::Authority, description = "Entered"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn add(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<AuthorityRequest>,
) -> Answer<(StatusCode, axum::Json<types::Authority>)> {
    let cx = signed.cx(&app);
    let new = NewAuthority {
        name: body.name,
        kind: body.kind.into(),
        division: body.division,
        industry: body.industry,
    };
    let id = app.registry().create_authority(&cx, new).await?;
    let all = app.registry().authorities(&cx).await?;
    let found = all.iter().find(|one| one.id == id).ok_or_else(|| Failure::not_found("authority"))?;
    Ok((StatusCode::CREATED, axum::Json(shape(found))))
}

/// Make an account a supervisor's of this authority. What they were watching ends: a supervisor has no pictures.
#[utoipa::path(
    put, path = "/api/authorities/{id}/supervisors/{person}", tag = "supervision",
    params(("id" = String, Path, description = "Authority id"), ("person" = String, Path, description = "Person id")),
    responses((status = 204, description = "Bound"), (status = 403, body = Problem, description = "Refused: not the account's administrator, or oneself"))
)]
pub async fn bind(
    State(app): State<App>,
    signed: Signed,
    Path((id, person)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let (authority, person) = ids(&id, &person)?;
    app.registry().bind_supervisor(&signed.cx(&app), authority, person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The account is no supervisor's any more.
#[utoipa::path(
    delete, path = "/api/authorities/{id}/supervisors/{person}", tag = "supervision",
    params(("id" = String, Path, description = "Authority id"), ("person" = String, Path, description = "Person id")),
    responses((status = 204, description = "Released"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn release(
    State(app): State<App>,
    signed: Signed,
    Path((id, person)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let (authority, person) = ids(&id, &person)?;
    app.registry().unbind_supervisor(&signed.cx(&app), authority, person).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn ids(authority: &str, person: &str) -> Answer<(AuthorityId, PersonId)> {
    let authority = authority.parse().map_err(|_| Failure::not_found("authority"))?;
    Ok((authority, person.parse().map_err(|_| Failure::not_found("person"))?))
}
