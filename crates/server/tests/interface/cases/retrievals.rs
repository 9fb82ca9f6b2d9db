//! What the operations on authorities' requests must do.

use super::{Case, NOT_ADMINISTRATORS, NOT_OPERATORS, Who, case, get, with};
use crate::{
    house::{Caller, House},
    retrievals::{Desk, asking, unsealed},
};
use axum::http::Method;
use law::register::RecordKind;
use model::Act;
use serde_json::{Value, json};
use store::system_cx;

/// Has the post in another unit, or none that receives officers.
const NOT_AT_THE_DESK: &[Who] =
    &[Who::Viewer, Who::Auditor, Who::OtherOperator, Who::OtherAdministrator, Who::NoPost];
const NOT_APPROVING: &[Who] =
    &[Who::Viewer, Who::Operator, Who::Auditor, Who::OtherAdministrator, Who::NoPost];

/// One of somebody else, taken this far: `draft`, `ready` to be completed, `complete`, `approved`, `out`.
async fn standing(house: &House, _: &Caller, far: &str) -> String {
    let mut desk = Desk::new(house, &[]).await;
    let operator = desk.operator.clone();
    let opened = desk.open(&operator, asking(house)).await;
    assert_eq!(opened.status, 201, "{}", opened.json());
    let letter = ["letter-of-introduction".to_owned()];
    desk.supply(&["law-enforcement-certificate".to_owned()], &letter, json!({})).await;
    let steps = ["draft", "ready", "complete", "approved", "out"];
    let reached = steps.iter().position(|step| *step == far).unwrap();
    if reached >= 1 {
        desk.check().await;
    }
    for (at, who, step) in
        [(2, &operator, "complete"), (3, &desk.administrator, "approve"), (4, &operator, "hand-over")]
    {
        let body = match step {
            "approve" => None,
            "hand-over" => Some(unsealed()),
            _ => Some(json!({})),
        };
        if reached >= at {
            let answer = desk.act(who, step, body).await;
            assert_eq!(answer.status, 200, "{step}: {}", answer.json());
        }
    }
    format!("/api/retrievals/{}", desk.id)
}

/// The police without anything, for a camera of a system under Guangzhou's rules.
async fn without_letter(house: &House) -> String {
    let cx = system_cx("demo", house.app.now());
    let record = async |kind: RecordKind, body: Value| {
        let unit = (!kind.is_shared()).then_some(house.unit);
        let body = body.as_object().cloned().unwrap();
        house.app.registry().add_record(&cx, kind, unit, body).await.unwrap().to_string()
    };
    let division = record(RecordKind::Division, json!({ "code": "990105", "name": "区" })).await;
    let system = json!({
        "name": "系统", "packs": ["guangzhou-2007"], "division": division, "builder_kind": "enterprise",
    });
    let system = record(RecordKind::System, system).await;
    let place = record(RecordKind::Place, json!({ "name": "大厅", "division": division })).await;
    let point = json!({ "name": "大门", "system": system, "place": place, "purpose": "出入口" });
    let point = record(RecordKind::Point, point).await;
    let camera = house.camera("调取", "rtsp://192.0.2.1/main").await;
    let mut desk = Desk::new(house, &[]).await;
    let path = format!("/api/cameras/{camera}/point");
    let keeper = desk.administrator.cookie.clone();
    let body = json!({ "point_id": point });
    let placed = house.send(&house.router, Method::PUT, &path, Some(&keeper), Some(body)).await;
    assert!(placed.status.is_success(), "{}", placed.json());
    let (operator, mut asked) = (desk.operator.clone(), asking(house));
    asked["cameras"] = json!([camera.to_string()]);
    let opened = desk.open(&operator, asked).await;
    assert_eq!(opened.status, 201, "{}", opened.json());
    format!("/api/retrievals/{}", desk.id)
}

pub fn all() -> Vec<Case> {
    const READ: &[Act] = &[Act::ReadRetrievals];
    vec![
        case("GET /api/retrieval-terms", Who::Auditor, 200, READ, |_, _| {
            Box::pin(async { get("/api/retrieval-terms") })
        })
        .refuses(&[Who::Viewer, Who::NoPost]),
        case(
            "PUT /api/units/{id}/retrieval-terms",
            Who::Administrator,
            204,
            &[Act::ChangeRetrievalTerms],
            |house, _| {
                Box::pin(async {
                    let body = json!({ "answer_hours": 48, "papers_hours": 12, "reason": "本单位承诺" });
                    with(format!("/api/units/{}/retrieval-terms", house.unit), body)
                })
            },
        )
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/retrievals", Who::Auditor, 200, READ, |_, _| {
            Box::pin(async { get("/api/retrievals") })
        })
        .refuses(&[Who::Viewer, Who::NoPost]),
        case("GET /api/retrievals/{id}", Who::Auditor, 200, READ, |house, caller| {
            Box::pin(async { get(standing(house, caller, "draft").await) })
        })
        .refuses(&[Who::Viewer, Who::NoPost]),
        case("POST /api/retrievals", Who::Operator, 201, &[Act::OpenRetrieval], |house, _| {
            Box::pin(async { with("/api/retrievals", asking(house)) })
        })
        .refuses(NOT_AT_THE_DESK),
        case(
            "POST /api/retrievals/{id}/papers",
            Who::Operator,
            200,
            &[Act::AmendRetrieval],
            |house, caller| {
                Box::pin(async {
                    let officer = json!({ "name": "李", "number": "2", "certificate": "work_certificate" });
                    let path = standing(house, caller, "draft").await;
                    with(format!("{path}/papers"), json!({ "officers": [officer] }))
                })
            },
        )
        .refuses(NOT_AT_THE_DESK),
        case(
            "POST /api/retrievals/{id}/check",
            Who::Operator,
            200,
            &[Act::CheckCredentials],
            |house, caller| {
                Box::pin(async { get(format!("{}/check", standing(house, caller, "draft").await)) })
            },
        )
        .refuses(NOT_AT_THE_DESK),
        case(
            "POST /api/retrievals/{id}/complete",
            Who::Administrator,
            200,
            &[Act::CompleteRetrieval],
            |house, caller| {
                Box::pin(async {
                    with(format!("{}/complete", standing(house, caller, "ready").await), json!({}))
                })
            },
        )
        .refuses(NOT_AT_THE_DESK),
        case(
            "POST /api/retrievals/{id}/approve",
            Who::Administrator,
            200,
            &[Act::ApproveRetrieval],
            |house, caller| {
                Box::pin(async { get(format!("{}/approve", standing(house, caller, "complete").await)) })
            },
        )
        .refuses(NOT_APPROVING),
        case(
            "POST /api/retrievals/{id}/refuse",
            Who::Administrator,
            200,
            &[Act::RefuseRetrieval],
            |house, _| {
                Box::pin(async {
                    let path = without_letter(house).await;
                    with(format!("{path}/refuse"), json!({ "reason": "手续不全" }))
                })
            },
        )
        .refuses(NOT_AT_THE_DESK),
        case(
            "POST /api/retrievals/{id}/hand-over",
            Who::Operator,
            200,
            &[Act::Export, Act::HandOver],
            |house, caller| {
                Box::pin(async {
                    with(format!("{}/hand-over", standing(house, caller, "approved").await), unsealed())
                })
            },
        )
        .refuses(NOT_OPERATORS),
        case(
            "POST /api/retrievals/{id}/receipt",
            Who::Operator,
            200,
            &[Act::AcknowledgeReceipt],
            |house, caller| {
                Box::pin(async {
                    let path = standing(house, caller, "out").await;
                    with(format!("{path}/receipt"), json!({ "received_by": "张警官" }))
                })
            },
        )
        .refuses(NOT_AT_THE_DESK),
        case(
            "POST /api/retrievals/{id}/whereabouts",
            Who::Operator,
            200,
            &[Act::FollowCopy],
            |house, caller| {
                Box::pin(async {
                    let path = standing(house, caller, "out").await;
                    with(format!("{path}/whereabouts"), json!({ "what": "transferred", "holder": "检察院" }))
                })
            },
        )
        .refuses(NOT_AT_THE_DESK),
    ]
}
