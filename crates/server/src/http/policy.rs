//! Who may see a camera, and what a person may do, now and why not: for whoever answers for the unit or audits it. Each asking is an
//! entry; nothing is admitted by it.

use super::{
    auth::Signed,
    convert::words,
    error::{Answer, Failure},
    extract::{Path, Query},
    types::{
        ActMay, ActPolicy, CameraPolicy, CameraPolicyQuery, EntryRef, Named, PersonMay, PersonPolicy,
        PersonPolicyQuery, PolicyRefusal, Problem, RefusedCameras,
    },
};
use crate::app::App;
use axum::extract::State;
use law::access::Refusal;
use model::{Act, CameraId, PersonId};
use store::Stated;

/// Who may see this camera now, and why not.
#[utoipa::path(
    get, path = "/api/policy/cameras/{id}", tag = "people",
    params(("id" = String, Path, description = "Camera id"), CameraPolicyQuery),
    responses((status = 200, body = CameraPolicy, description = "As for an incident, about the last hour"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn camera(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<CameraPolicyQuery>,
) -> Answer<axum::Json<CameraPolicy>> {
    let camera: CameraId = id.parse().map_err(|_| Failure::not_found("camera"))?;
    let stated = Stated { note: query.note.unwrap_or(false), case: query.case.unwrap_or(false) };
    let found = app.registry().who_may(&signed.cx(&app), camera, stated).await?;
    let people = found.people.into_iter().map(|may| PersonMay {
        person: Named { id: may.person.to_string(), name: may.name },
        account: may.account,
        acts: may.acts.into_iter().map(act_may).collect(),
    });
    Ok(axum::Json(CameraPolicy {
        entry: EntryRef::access(found.entry),
        people: people.collect(),
        others: found.others,
    }))
}

/// What this person may do in a unit now, and why not.
#[utoipa::path(
    get, path = "/api/policy/people/{id}", tag = "people",
    params(("id" = String, Path, description = "Person id"), PersonPolicyQuery),
    responses((status = 200, body = PersonPolicy, description = "As for an incident, about the last hour"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn person(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<PersonPolicyQuery>,
) -> Answer<axum::Json<PersonPolicy>> {
    let person: PersonId = id.parse().map_err(|_| Failure::not_found("person"))?;
    let stated = Stated { note: query.note.unwrap_or(false), case: query.case.unwrap_or(false) };
    let found = app.registry().what_may(&signed.cx(&app), person, query.unit.parse()?, stated).await?;
    Ok(axum::Json(PersonPolicy {
        entry: EntryRef::access(found.entry),
        cameras: found.cameras,
        pictures: found.pictures.into_iter().map(act_policy).collect(),
        unit_acts: found.unit_acts.into_iter().map(act_may).collect(),
    }))
}

fn act_policy(policy: store::ActPolicy) -> ActPolicy {
    let refused = policy.refused.into_iter().map(|refused| RefusedCameras {
        refusal: refusal(&refused.refusal),
        cameras: refused.cameras,
        examples: refused
            .examples
            .into_iter()
            .map(|(camera, name)| Named { id: camera.to_string(), name })
            .collect(),
    });
    ActPolicy { act: policy.act.into(), permitted: policy.permitted, refused: refused.collect() }
}

fn act_may((act, refused): (Act, Option<Refusal>)) -> ActMay {
    ActMay { act: act.into(), refusal: refused.as_ref().map(refusal) }
}

fn refusal(refusal: &Refusal) -> PolicyRefusal {
    PolicyRefusal {
        article: refusal.article.to_string(),
        code: refusal.code.to_owned(),
        reason: words(&refusal.reason),
        remedy: words(&refusal.remedy),
    }
}
