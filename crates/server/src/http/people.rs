//! People and their posts: personal accounts only, with a real name (chongqing:11, national-2016:18).

use super::{
    auth::Signed,
    convert,
    error::{Answer, Failure},
    extract::{Json, Path},
    types::{
        AccountRules, OneTimePassword, People, Person, PersonChange, PersonCreated, PersonRequest,
        PostRequest, Problem,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::{PersonId, Personal};
use store::NewPerson;

/// The people of the units that one administers.
#[utoipa::path(get, path = "/api/people", tag = "people", responses((status = 200, body = People, description = "By account")))]
pub async fn list(State(app): State<App>, signed: Signed) -> Answer<axum::Json<People>> {
    let people = app.registry().people(&signed.cx(&app)).await?;
    let rules = app.registry().account_rules().await?;
    let rules = AccountRules { dormant_days: rules.dormant_days, confirm_days: rules.confirm_days };
    Ok(axum::Json(People { people: people.iter().map(convert::person).collect(), rules }))
}

/// Add a person. The one-time password is shown once.
#[utoipa::path(
    post, path = "/api/people", tag = "people", request_body = PersonRequest,
    responses((status = 201, body = PersonCreated, description = "Added"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn add(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<PersonRequest>,
) -> Answer<(StatusCode, axum::Json<PersonCreated>)> {
    let new = NewPerson {
        account: body.account,
        name: Personal::new(body.name),
        language: "zh".to_owned(),
        posts: posts(&body.posts)?,
        password: None,
        password_stays: false,
    };
    let cx = signed.cx(&app);
    let (id, password) = app.registry().create_person(&cx, new).await?;
    let person = one(&app, &signed, id).await?;
    let one_time_password = password.map(|password| password.expose().clone()).unwrap_or_default();
    Ok((StatusCode::CREATED, axum::Json(PersonCreated { person, one_time_password })))
}

/// Change a person's name, posts or suspension. What they are watching ends at once.
#[utoipa::path(
    patch, path = "/api/people/{id}", tag = "people", request_body = PersonChange,
    params(("id" = String, Path, description = "Person id")),
    responses((status = 200, body = Person, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<PersonChange>,
) -> Answer<axum::Json<Person>> {
    let id = person_id(&id)?;
    let change = store::PersonChange {
        name: body.name.map(Personal::new),
        suspended: body.suspended,
        posts: body.posts.as_deref().map(posts).transpose()?,
    };
    app.registry().change_person(&signed.cx(&app), id, change).await?;
    Ok(axum::Json(one(&app, &signed, id).await?))
}

/// Give a person a new one-time password; ends their sessions and removes the second factor.
#[utoipa::path(
    post, path = "/api/people/{id}/reset", tag = "people", params(("id" = String, Path, description = "Person id")),
    responses((status = 200, body = OneTimePassword, description = "Shown once"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn reset(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<OneTimePassword>> {
    let password = app.registry().reset_password(&signed.cx(&app), person_id(&id)?).await?;
    Ok(axum::Json(OneTimePassword { one_time_password: password.expose().clone() }))
}

async fn one(app: &App, signed: &Signed, id: PersonId) -> Answer<Person> {
    let people = app.registry().people(&signed.cx(app)).await?;
    people
        .iter()
        .find(|person| person.id == id)
        .map(convert::person)
        .ok_or_else(|| Failure::not_found("person"))
}

fn person_id(text: &str) -> Answer<PersonId> {
    text.parse().map_err(|_| Failure::not_found("person"))
}

fn posts(requests: &[PostRequest]) -> Answer<Vec<law::access::Post>> {
    requests
        .iter()
        .map(|post| {
            Ok(law::access::Post {
                role: post.role.into(),
                unit: post.unit_id.parse()?,
                group: post.group_id.as_deref().map(str::parse).transpose()?.map(law::access::Part::Group),
            })
        })
        .collect()
}
