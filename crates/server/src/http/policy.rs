//! Who may see a camera, and what a person may do, now and why not: for whoever answers for the unit or audits it. Each asking is an
//! entry; nothing is admitted by it.

use super::{
    auth::Signed,
    convert::{span_of_ms, words},
    error::{Answer, Failure},
    extract::{Path, Query},
    types::{
        ActMay, ActPolicy, CameraPolicy, CameraPolicyQuery, EntryRef, Named, PersonMay, PersonPolicy,
        PersonPolicyQuery, PolicyGrant, PolicyRefusal, Problem, Purpose, RefusedCameras,
    },
};
use crate::app::App;
use axum::extract::State;
use law::access::Refusal;
use model::{Act, CameraId, PersonId};
use store::{May, Opening, Stated};

/// Who may see this camera now, and why not.
#[utoipa::path(
    get, path = "/api/policy/cameras/{id}", tag = "people",
    params(("id" = String, Path, description = "Camera id"), CameraPolicyQuery),
    responses((status = 200, body = CameraPolicy, description = "As the door would decide now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn camera(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<CameraPolicyQuery>,
) -> Answer<axum::Json<CameraPolicy>> {
    let camera: CameraId = id.parse().map_err(|_| Failure::not_found("camera"))?;
    let stated = stated((query.note, query.case), query.purpose, (query.from_ms, query.to_ms))?;
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
    responses((status = 200, body = PersonPolicy, description = "As the door would decide now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn person(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<PersonPolicyQuery>,
) -> Answer<axum::Json<PersonPolicy>> {
    let person: PersonId = id.parse().map_err(|_| Failure::not_found("person"))?;
    let stated = stated((query.note, query.case), query.purpose, (query.from_ms, query.to_ms))?;
    let found = app.registry().what_may(&signed.cx(&app), person, query.unit.parse()?, stated).await?;
    Ok(axum::Json(PersonPolicy {
        entry: EntryRef::access(found.entry),
        cameras: found.cameras,
        pictures: found.pictures.into_iter().map(act_policy).collect(),
        unit_acts: found
            .unit_acts
            .into_iter()
            .map(|(act, refusal)| act_may((act, May { refusal, ..May::default() })))
            .collect(),
    }))
}

fn stated(
    (note, case): (Option<bool>, Option<bool>),
    purpose: Option<Purpose>,
    span: (Option<i64>, Option<i64>),
) -> Answer<Stated> {
    Ok(Stated {
        note: note.unwrap_or(false),
        case: case.unwrap_or(false),
        purpose: purpose.map_or(model::Purpose::Incident, Into::into),
        span: match span {
            (Some(from_ms), Some(to_ms)) => Some(span_of_ms(from_ms, to_ms)?),
            (None, None) => None,
            _ => return Err(Failure::invalid("from_ms", "and to_ms go together")),
        },
    })
}

fn act_policy((act, policy): (Act, store::ActPolicy)) -> ActPolicy {
    let refused = policy.refused.into_iter().map(|refused| RefusedCameras {
        refusal: refusal(&refused.refusal),
        further: refused.further.iter().map(refusal).collect(),
        cameras: refused.cameras,
        examples: refused
            .examples
            .into_iter()
            .map(|(camera, name)| Named { id: camera.to_string(), name })
            .collect(),
    });
    ActPolicy {
        act: act.into(),
        permitted: policy.permitted,
        second_person: policy.second,
        grants: policy.grants.into_iter().map(grant).collect(),
        refused: refused.collect(),
    }
}

fn act_may((act, may): (Act, May)) -> ActMay {
    ActMay {
        act: act.into(),
        refusal: may.refusal.as_ref().map(refusal),
        further: may.further.iter().map(refusal).collect(),
        second_person: may.second,
        grants: may.grants.into_iter().map(grant).collect(),
    }
}

fn grant(opening: Opening) -> PolicyGrant {
    PolicyGrant {
        id: opening.grant.to_string(),
        approver: opening.approver,
        from_ms: opening.span.map(|span| span.start.as_ms()),
        to_ms: opening.span.map(|span| span.end.as_ms()),
        purpose: opening.purpose.into(),
        until_ms: opening.until.as_ms(),
        uses_left: opening.uses_left,
        opens: opening.used,
    }
}

fn refusal(refusal: &Refusal) -> PolicyRefusal {
    PolicyRefusal {
        article: refusal.article.to_string(),
        code: refusal.code.to_owned(),
        reason: words(&refusal.reason),
        remedy: words(&refusal.remedy),
    }
}
