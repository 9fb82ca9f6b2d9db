//! What the operations of supervision must do.

use super::{Ask, Case, NOT_ADMINISTRATORS, Who, case, get, routines::paper as with_file, with};
use crate::{
    house::{Caller, House},
    levels::paper,
    supervision::{Area, accusation, lacking, order, supervisor},
};
use axum::http::Method;
use model::Act;
use serde_json::{Value, json};

const NOT_SUPERVISORS: &[Who] = &[
    Who::Viewer,
    Who::Operator,
    Who::Administrator,
    Who::Auditor,
    Who::Manager,
    Who::OtherAdministrator,
    Who::NoPost,
];
const NO_SIDE: &[Who] = &[Who::Viewer, Who::Operator, Who::OtherOperator, Who::NoPost];
const NOT_OF_THE_UNIT: &[Who] =
    &[Who::Viewer, Who::Operator, Who::Auditor, Who::OtherAdministrator, Who::Supervisor, Who::NoPost];

/// The area of somebody who supervises already.
async fn area_of(house: &House, caller: &Caller) -> Area {
    Area::of(house, caller).await
}

/// Reading a document with a file that the unit named there.
async fn named(house: &House, path: String, how: &str) -> Ask {
    let (administrator, evidence) = (Who::Administrator.sign_in(house).await, with_file(house).await);
    let body = json!({ "text": "见附件", "document_ids": [evidence.to_string()] });
    let said = house.post(&format!("{path}/{how}"), &administrator.cookie, body).await;
    assert!(said.status.is_success(), "{path}: {}", said.json());
    get(format!("{path}/evidence/{evidence}"))
}

/// A target for the area of somebody who supervises.
async fn area_target(house: &House, caller: &Caller) -> serde_json::Value {
    let year = law::Day::of(house.app.now()).year();
    json!({
        "division": area_of(house, caller).await.division, "indicator": "cameras", "target_hundredths": 500,
        "year": year + 1, "plan": "三年规划",
    })
}

pub fn all() -> Vec<Case> {
    [accusations(), authorities(), inspections(), orders(), awards(), retention()]
        .into_iter()
        .flatten()
        .collect()
}

fn retention() -> Vec<Case> {
    use crate::retention::{body, demanded, drawn, nonce_of};
    vec![
        case("GET /api/retention-demands", Who::Supervisor, 200, &[Act::ReadSupervision], |_, _| {
            Box::pin(async { get("/api/retention-demands") })
        })
        .refuses(NO_SIDE),
        case("POST /api/retention-demands", Who::Supervisor, 201, &[Act::DemandRetention], |house, own| {
            Box::pin(async { with("/api/retention-demands", body(house, &area_of(house, own).await).await) })
        })
        .refuses(NOT_SUPERVISORS),
        case(
            "GET /api/retention-demands/{id}",
            Who::Administrator,
            200,
            &[Act::ReadSupervision],
            |house, _| {
                Box::pin(async {
                    let officer = supervisor(house).await.0;
                    get(format!("/api/retention-demands/{}", demanded(house, &officer).await))
                })
            },
        )
        .refuses(NO_SIDE),
        case(
            "POST /api/retention-demands/{id}/draw",
            Who::Supervisor,
            200,
            &[Act::DemandRetention],
            |house, caller| {
                Box::pin(async {
                    let id = demanded(house, caller).await;
                    with(
                        format!("/api/retention-demands/{id}/draw"),
                        json!({ "nonce": nonce_of(&id).to_string() }),
                    )
                })
            },
        )
        .refuses(NOT_SUPERVISORS),
        case(
            "POST /api/retention-demands/{id}/answer",
            Who::Administrator,
            200,
            &[Act::ProveRetention],
            |house, _| {
                Box::pin(async {
                    let (officer, _) = supervisor(house).await;
                    with(format!("/api/retention-demands/{}/answer", drawn(house, &officer).await), json!({}))
                })
            },
        )
        .refuses(NOT_OF_THE_UNIT),
        case(
            "GET /api/retention-demands/{id}/transcript",
            Who::Administrator,
            200,
            &[Act::ReadSupervision],
            |house, _| {
                Box::pin(async {
                    let officer = supervisor(house).await.0;
                    get(format!("/api/retention-demands/{}/transcript", drawn(house, &officer).await))
                })
            },
        )
        .refuses(NO_SIDE),
    ]
}

fn accusations() -> Vec<Case> {
    vec![
        case("POST /api/accusations", Who::NoPost, 201, &[], |_, _| {
            let body = json!({ "kind": "public_security", "who": "某派出所", "what": "检查时索要好处" });
            Box::pin(async { with("/api/accusations", body) })
        })
        .open(),
        case("POST /api/accusations/follow", Who::NoPost, 200, &[], |house, _| {
            Box::pin(async {
                let receipt =
                    accusation(house, json!({ "kind": "person", "who": "某某", "what": "违法" })).await;
                let body = json!({ "number": receipt["number"], "code": receipt["code"] });
                with("/api/accusations/follow", body)
            })
        })
        .open(),
        case("GET /api/accusations", Who::Supervisor, 200, &[Act::HandleAccusation], |_, _| {
            Box::pin(async { get("/api/accusations") })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::Administrator, Who::NoPost]),
        case(
            "POST /api/accusations/{id}/step",
            Who::Supervisor,
            200,
            &[Act::HandleAccusation],
            |house, caller| {
                Box::pin(async {
                    let area = area_of(house, caller).await;
                    let body =
                        json!({ "kind": "person", "who": "某某", "what": "违法", "division": area.division });
                    accusation(house, body).await;
                    let all = house.get("/api/accusations", &caller.cookie).await.json();
                    let id = all["accusations"][0]["id"].as_str().unwrap().to_owned();
                    with(
                        format!("/api/accusations/{id}/step"),
                        json!({ "stage": "taken_up", "text": "受理" }),
                    )
                })
            },
        )
        .refuses(&[
            Who::Viewer,
            Who::Operator,
            Who::Administrator,
            Who::Auditor,
            Who::Supervisor,
            Who::NoPost,
        ]),
    ]
}

fn authorities() -> Vec<Case> {
    vec![
        case("GET /api/authorities", Who::Administrator, 200, &[Act::ReadSupervision], |_, _| {
            Box::pin(async { get("/api/authorities") })
        })
        .refuses(NO_SIDE),
        case("POST /api/authorities", Who::Administrator, 201, &[Act::ChangeAuthority], |house, _| {
            Box::pin(async {
                let name = format!("公安局 {}", house.entry_count().await);
                with(
                    "/api/authorities",
                    json!({ "name": name, "kind": "public_security", "division": "350000" }),
                )
            })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::Supervisor, Who::NoPost]),
        case("PATCH /api/authorities/{id}", Who::Administrator, 200, &[Act::ChangeAuthority], |house, _| {
            Box::pin(async {
                let (_, area) = supervisor(house).await;
                with(
                    format!("/api/authorities/{}", area.authority),
                    json!({ "name": format!("公安分局 {}", area.authority), "reason": "更名" }),
                )
            })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::Supervisor, Who::NoPost]),
        case(
            "POST /api/authorities/{id}/end",
            Who::Administrator,
            204,
            &[Act::ChangeAuthority],
            |house, _| {
                Box::pin(async {
                    let (_, area) = supervisor(house).await;
                    with(format!("/api/authorities/{}/end", area.authority), json!({ "reason": "机构撤并" }))
                })
            },
        )
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::Supervisor, Who::NoPost]),
        case("GET /api/supervision", Who::Supervisor, 200, &[Act::ReadSupervision], |_, _| {
            Box::pin(async { get("/api/supervision") })
        })
        .refuses(NO_SIDE),
        case("GET /api/supervision/figures", Who::Supervisor, 200, &[Act::ReadSupervision], |_, _| {
            Box::pin(async { get("/api/supervision/figures") })
        })
        .refuses(NO_SIDE),
        case("GET /api/supervision/figures/table", Who::Supervisor, 200, &[Act::TakeFigures], |_, _| {
            Box::pin(async { get("/api/supervision/figures/table?reason=annual") })
        })
        .refuses(NOT_SUPERVISORS),
        case("POST /api/supervision/targets", Who::Supervisor, 201, &[Act::SetAreaTarget], |house, own| {
            Box::pin(async { with("/api/supervision/targets", area_target(house, own).await) })
        })
        .refuses(NOT_SUPERVISORS),
        case("POST /api/supervision/rhythm", Who::Supervisor, 204, &[Act::SetAreaTarget], |_, _| {
            Box::pin(async {
                with("/api/supervision/rhythm", json!({ "days": 180, "reason": "年度计划" }))
            })
        })
        .refuses(NOT_SUPERVISORS),
        case(
            "POST /api/supervision/targets/{id}/end",
            Who::Supervisor,
            204,
            &[Act::SetAreaTarget],
            |house, own| {
                Box::pin(async {
                    let body = area_target(house, own).await;
                    let made = house.post("/api/supervision/targets", &own.cookie, body).await.json();
                    let path = format!("/api/supervision/targets/{}/end", made["id"].as_str().unwrap());
                    with(path, json!({ "reason": "规划调整" }))
                })
            },
        )
        .refuses(NOT_SUPERVISORS),
        case(
            "PUT /api/authorities/{id}/supervisors/{person}",
            Who::Administrator,
            204,
            &[Act::ChangeAuthority],
            |house, _| {
                Box::pin(async {
                    let (_, area) = supervisor(house).await;
                    let fresh = house.caller_without_post().await;
                    get(format!("/api/authorities/{}/supervisors/{}", area.authority, fresh.person))
                })
            },
        )
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::Supervisor, Who::NoPost]),
        case(
            "DELETE /api/authorities/{id}/supervisors/{person}",
            Who::Administrator,
            204,
            &[Act::ChangeAuthority],
            |house, _| {
                Box::pin(async {
                    // An account that the administrator's own unit bound: only they let it go.
                    let (area, bound) = (supervisor(house).await.1, house.caller_without_post().await);
                    let path = format!("/api/authorities/{}/supervisors/{}", area.authority, bound.person);
                    let keeper = Who::Administrator.sign_in(house).await;
                    let done =
                        house.send(&house.router, Method::PUT, &path, Some(&keeper.cookie), None).await;
                    assert_eq!(done.status, 204, "{}", done.json());
                    get(path)
                })
            },
        )
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::Supervisor, Who::NoPost]),
    ]
}

/// A round over the unit.
fn round(house: &House) -> Value {
    let inspections = [json!({ "unit_id": house.unit.to_string() })];
    json!({ "reason": "年度检查", "plan": "三月内查完", "inspections": inspections })
}

fn inspections() -> Vec<Case> {
    vec![
        case("GET /api/inspections", Who::Supervisor, 200, &[Act::ReadSupervision], |_, _| {
            Box::pin(async { get("/api/inspections") })
        })
        .refuses(NO_SIDE),
        case("POST /api/inspections", Who::Supervisor, 201, &[Act::Supervise], |house, _| {
            let body = json!({ "unit_id": house.unit.to_string(), "reason": "年度检查" });
            Box::pin(async { with("/api/inspections", body) })
        })
        .refuses(NOT_SUPERVISORS),
        case("GET /api/inspection-rounds", Who::Supervisor, 200, &[Act::ReadSupervision], |_, _| {
            Box::pin(async { get("/api/inspection-rounds") })
        })
        .refuses(NO_SIDE),
        // The round's entry, and its inspection's.
        case(
            "POST /api/inspection-rounds",
            Who::Supervisor,
            201,
            &[Act::Supervise, Act::Supervise],
            |house, _| {
                let body = round(house);
                Box::pin(async { with("/api/inspection-rounds", body) })
            },
        )
        .refuses(NOT_SUPERVISORS),
        case(
            "GET /api/inspection-rounds/{id}",
            Who::Supervisor,
            200,
            &[Act::ReadSupervision],
            |house, caller| {
                Box::pin(async {
                    let begun =
                        house.post("/api/inspection-rounds", &caller.cookie, round(house)).await.json();
                    get(format!("/api/inspection-rounds/{}", begun["round"]["id"].as_str().unwrap()))
                })
            },
        )
        .refuses(NO_SIDE),
        // By somebody whose one entry of the hour is not there yet.
        case("GET /api/inspections/{id}", Who::Administrator, 200, &[Act::ReadSupervision], |house, _| {
            Box::pin(async {
                let (caller, area) = supervisor(house).await;
                get(format!("/api/inspections/{}", area.inspect(house, &caller).await))
            })
        })
        .refuses(NO_SIDE),
        case(
            "POST /api/inspections/{id}/lines/{index}",
            Who::Supervisor,
            200,
            &[Act::Supervise],
            |house, caller| {
                Box::pin(async {
                    let id = area_of(house, caller).await.inspect(house, caller).await;
                    with(
                        format!("/api/inspections/{id}/lines/0"),
                        json!({ "verdict": "lacking", "note": "缺档案" }),
                    )
                })
            },
        )
        .refuses(NOT_SUPERVISORS),
        case(
            "POST /api/inspections/{id}/comments",
            Who::Administrator,
            201,
            &[Act::AnswerSupervision],
            |house, _| {
                Box::pin(async {
                    let (caller, area) = supervisor(house).await;
                    let id = area.inspect(house, &caller).await;
                    with(format!("/api/inspections/{id}/comments"), json!({ "text": "材料另附" }))
                })
            },
        )
        .refuses(NOT_OF_THE_UNIT),
        case(
            "GET /api/inspections/{id}/evidence/{document}",
            Who::Supervisor,
            200,
            &[Act::ReadEvidence],
            |house, caller| {
                Box::pin(async {
                    let id = area_of(house, caller).await.inspect(house, caller).await;
                    named(house, format!("/api/inspections/{id}"), "comments").await
                })
            },
        )
        .refuses(NOT_SUPERVISORS),
        case("POST /api/inspections/{id}/end", Who::Supervisor, 200, &[Act::Supervise], |house, caller| {
            Box::pin(async {
                let id = area_of(house, caller).await.inspect(house, caller).await;
                with(format!("/api/inspections/{id}/end"), json!({}))
            })
        })
        .refuses(NOT_SUPERVISORS),
    ]
}

fn orders() -> Vec<Case> {
    vec![
        case("GET /api/orders", Who::Supervisor, 200, &[Act::ReadSupervision], |_, _| {
            Box::pin(async { get("/api/orders") })
        })
        .refuses(NO_SIDE),
        case("GET /api/orders/{id}", Who::Administrator, 200, &[Act::ReadSupervision], |house, _| {
            Box::pin(async {
                let (officer, area) = supervisor(house).await;
                get(format!("/api/orders/{}", order(house, &officer, &area).await))
            })
        })
        .refuses(NO_SIDE),
        case("POST /api/orders", Who::Supervisor, 201, &[Act::Supervise], |house, caller| {
            Box::pin(async {
                let area = area_of(house, caller).await;
                let (inspection, line) = lacking(house, caller, &area, "national-2025:").await;
                let deadline = house.app.now().as_ms() + 86_400_000;
                let body = json!({ "inspection_id": inspection, "line": line, "demand": "限期补齐", "deadline_ms": deadline });
                with("/api/orders", body)
            })
        })
        .refuses(NOT_SUPERVISORS),
        case("POST /api/orders/{id}/correction", Who::Administrator, 200, &[Act::AnswerSupervision], |house, _| {
            Box::pin(async {
                let (caller, area) = supervisor(house).await;
                let id = order(house, &caller, &area).await;
                let evidence = paper(house).await.to_string();
                with(format!("/api/orders/{id}/correction"), json!({ "text": "已补齐", "document_ids": [evidence] }))
            })
        })
        .refuses(NOT_OF_THE_UNIT),
        case(
            "GET /api/orders/{id}/evidence/{document}",
            Who::Supervisor,
            200,
            &[Act::ReadEvidence],
            |house, caller| {
                Box::pin(async {
                    let area = area_of(house, caller).await;
                    let id = order(house, caller, &area).await;
                    named(house, format!("/api/orders/{id}"), "correction").await
                })
            },
        )
        .refuses(NOT_SUPERVISORS),
        case("POST /api/orders/{id}/decision", Who::Supervisor, 200, &[Act::Supervise], |house, caller| {
            Box::pin(async {
                let area = area_of(house, caller).await;
                let id = order(house, caller, &area).await;
                with(format!("/api/orders/{id}/decision"), json!({ "what": "referred", "text": "移送" }))
            })
        })
        .refuses(NOT_SUPERVISORS),
    ]
}

fn awards() -> Vec<Case> {
    vec![
        case("GET /api/awards", Who::Administrator, 200, &[Act::ReadSupervision], |_, _| {
            Box::pin(async { get("/api/awards") })
        })
        .refuses(NO_SIDE),
        case("POST /api/awards", Who::Administrator, 201, &[Act::AnswerSupervision], |house, _| {
            Box::pin(async {
                let case = house.case().await;
                let body = json!({
                    "unit_id": house.unit.to_string(), "case_id": case.to_string(), "whom": "值班员", "merit": "及时发现",
                });
                with("/api/awards", body)
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/awards/{id}/decision", Who::Supervisor, 200, &[Act::Supervise], |house, _| {
            Box::pin(async {
                let case = house.case().await;
                let administrator = Who::Administrator.sign_in(house).await;
                let body = json!({
                    "unit_id": house.unit.to_string(), "case_id": case.to_string(), "whom": "值班员", "merit": "及时发现",
                });
                let made = house.post("/api/awards", &administrator.cookie, body).await.json();
                let id = made["id"].as_str().unwrap();
                with(format!("/api/awards/{id}/decision"), json!({ "granted": true, "text": "同意" }))
            })
        })
        .refuses(NOT_SUPERVISORS),
    ]
}
