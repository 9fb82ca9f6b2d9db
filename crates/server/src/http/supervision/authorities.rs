//! Authorities and who supervises for them. Their names are public; their supervisors are shown to administrators.

use super::super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::{Json, Path},
    types::{
        self, Authorities, AuthorityChangeRequest, AuthorityEndRequest, AuthorityRequest, Named, Problem,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::access::entitles;
use model::{Act, AuthorityId, PersonId};
use store::{AuthorityChange, NewAuthority};

pub(super) fn shape(authority: &law::supervision::Authority) -> types::Authority {
    types::Authority {
        id: authority.id.to_string(),
        name: authority.name.clone(),
        kind: authority.kind.into(),
        division: authority.division.clone(),
        level: authority.level().as_str().to_owned(),
        industry: authority.industry.clone(),
        supervisors: Vec::new(),
        versions: Vec::new(),
        ended: None,
    }
}

fn version(one: store::AuthorityVersion) -> types::AuthorityVersion {
    types::AuthorityVersion {
        version: one.version,
        name: one.name,
        division: one.division,
        industry: one.industry,
        reason: one.reason,
        at_ms: one.at.as_ms(),
        entry: super::entry(one.entry),
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
    let all = app.registry().authority_versions(&cx).await?;
    let of = |authority: &law::supervision::Authority| {
        let own = supervisors.iter().filter(|row| row.authority == authority.id);
        let supervisors = own.map(|row| super::person(row.person.clone())).collect::<Vec<Named>>();
        let own = all.iter().filter(|one| one.authority == authority.id);
        types::Authority { supervisors, versions: own.cloned().map(version).collect(), ..shape(authority) }
    };
    let live = app.registry().authorities(&cx).await?;
    let mut authorities: Vec<types::Authority> = live.iter().map(of).collect();
    if names {
        let named = |id: AuthorityId| live.iter().find(|one| one.id == id);
        authorities.extend(app.registry().ended_authorities(&cx).await?.into_iter().map(|one| {
            let successor = one.successor.and_then(named);
            let ended = types::AuthorityEnd {
                at_ms: one.at.as_ms(),
                entry: super::entry(one.entry),
                reason: one.reason,
                successor: successor.map(|next| Named { id: next.id.to_string(), name: next.name.clone() }),
                open_count: one.open_count,
            };
            types::Authority { ended: Some(ended), ..of(&one.authority) }
        }));
    }
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

/// Give an authority another name, area or industry, with the reason.
#[utoipa::path(
    patch, path = "/api/authorities/{id}", tag = "supervision", request_body = AuthorityChangeRequest, params(("id" = String, Path, description = "Authority id")),
    responses((status = 200, body = types::Authority, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No such authority, or it has ended"), (status = 409, body = Problem, description = "The name is another's"))
)]
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<AuthorityChangeRequest>,
) -> Answer<axum::Json<types::Authority>> {
    let (cx, id) = (signed.cx(&app), id.parse().map_err(|_| Failure::not_found("authority"))?);
    let change = AuthorityChange {
        name: body.name,
        division: body.division,
        industry: body.industry,
        reason: body.reason,
    };
    app.registry().change_authority(&cx, id, change).await?;
    let all = app.registry().authorities(&cx).await?;
    let found = all.iter().find(|one| one.id == id).ok_or_else(|| Failure::not_found("authority"))?;
    Ok(axum::Json(shape(found)))
}

/// End an authority: its supervisors see nothing from now on, and what it had open is the successor's. One that ended without a successor
/// is given one in the same way.
#[utoipa::path(
    post, path = "/api/authorities/{id}/end", tag = "supervision", request_body = AuthorityEndRequest, params(("id" = String, Path, description = "Authority id")),
    responses((status = 204, description = "Ended"), (status = 403, body = Problem, description = "Refused: not an administrator, or the successor's area does not hold it"), (status = 404, body = Problem, description = "No such authority"), (status = 409, body = Problem, description = "It has ended"))
)]
pub async fn end(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<AuthorityEndRequest>,
) -> Answer<StatusCode> {
    let id: AuthorityId = id.parse().map_err(|_| Failure::not_found("authority"))?;
    let successor = body.successor_id.as_deref().map(str::parse).transpose();
    let successor = successor.map_err(|_| Failure::not_found("successor"))?;
    app.registry().end_authority(&signed.cx(&app), id, &body.reason, successor).await?;
    Ok(StatusCode::NO_CONTENT)
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
