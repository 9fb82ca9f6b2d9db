//! What the operations on incident folders, and beginning a sealed collection, must do.

use super::{Case, NOT_OPERATORS, Who, case, get, with};
use crate::{
    folders::{add, opened, span},
    house::{Caller, House},
};
use model::{Act, ExportId, Hash, Profile, Rendering, Role, Span};
use serde_json::json;
use store::{NewExport, Recipient, Request};

const NOT_KEEPING: &[Who] = &[Who::Viewer, Who::Auditor, Who::OtherOperator, Who::NoPost];

/// A folder that somebody else opened, with a span; its path.
async fn filled(house: &House) -> String {
    let operator = house.caller(Role::Operator, house.unit).await;
    let path = opened(house, &operator, json!({})).await;
    add(house, &operator, &path, span(house, &[0], 60)).await;
    path
}

async fn held(house: &House) -> String {
    let (path, operator) = (filled(house).await, house.caller(Role::Operator, house.unit).await);
    let wanted = json!({ "purpose": "incident", "legal_basis": "unit_duty", "note": "争执" });
    assert_eq!(house.post(&format!("{path}/hold"), &operator.cookie, wanted).await.status, 200);
    path
}

/// A finished export of this person, sealed with a passphrase.
async fn sealed_export(house: &House, caller: &Caller) -> ExportId {
    let (registry, now) = (house.app.registry(), house.app.now());
    let asked = Request {
        span: Span::new(now.plus_us(-60_000_000), now.plus_us(-1_000_000)),
        ..Request::new(Act::Export, vec![house.cameras[0]], Rendering::Original)
    };
    let pass = registry.admit(&house.incident_cx(caller.person), asked).await.unwrap();
    let recipient = Recipient { name: "李警官".to_owned(), organisation: "公安".to_owned() };
    let sealed_to = Some(ledger::sealed::SealTo::Passphrase);
    let new = NewExport { profile: Profile::Main, recipient, cameras: vec![house.cameras[0]], sealed_to };
    let id = registry.create_export(&pass, new).await.unwrap();
    std::fs::write(registry.export_path(id), b"PK\x05\x06").unwrap();
    registry.finish_export(id, "package.zip", 4, Hash([7; 32])).await.unwrap();
    id
}

pub fn all() -> Vec<Case> {
    const READ: &[Act] = &[Act::ReadFolders];
    vec![
        case("GET /api/folders", Who::Auditor, 200, READ, |_, _| {
            Box::pin(async { get("/api/folders?words=x") })
        })
        .refuses(&[Who::Viewer, Who::NoPost]),
        case("POST /api/folders", Who::Operator, 201, &[Act::OpenFolder], |house, _| {
            Box::pin(async {
                with("/api/folders", json!({ "unit_id": house.unit.to_string(), "name": "江边争执" }))
            })
        })
        .refuses(NOT_OPERATORS),
        case("GET /api/folders/{id}", Who::Operator, 200, READ, |house, _| {
            Box::pin(async { get(filled(house).await) })
        })
        .refuses(&[Who::Viewer, Who::NoPost]),
        case("POST /api/folders/{id}/items", Who::Operator, 201, &[Act::AddToFolder], |house, _| {
            Box::pin(async { with(format!("{}/items", filled(house).await), span(house, &[1], 60)) })
        })
        .refuses(NOT_OPERATORS),
        case(
            "POST /api/folders/{id}/items/{item}/withdraw",
            Who::Operator,
            200,
            &[Act::WithdrawFromFolder],
            |house, caller| {
                Box::pin(async {
                    let path = filled(house).await;
                    let reader = house.caller(Role::Operator, house.unit).await;
                    let item = house.get(&path, &reader.cookie).await.json()["items"][0]["id"].clone();
                    let _ = caller;
                    let path = format!("{path}/items/{}/withdraw", item.as_str().unwrap());
                    with(path, json!({ "reason": "误加" }))
                })
            },
        )
        .refuses(NOT_OPERATORS),
        case("POST /api/folders/{id}/close", Who::Operator, 200, &[Act::CloseFolder], |house, _| {
            Box::pin(async {
                with(format!("{}/close", filled(house).await), json!({ "reason": "已了结" }))
            })
        })
        .refuses(NOT_KEEPING),
        case("POST /api/folders/{id}/reopen", Who::Administrator, 200, &[Act::ReopenFolder], |house, _| {
            Box::pin(async {
                let (path, operator) = (filled(house).await, house.caller(Role::Operator, house.unit).await);
                let closed = house
                    .post(&format!("{path}/close"), &operator.cookie, json!({ "reason": "已了结" }))
                    .await;
                assert_eq!(closed.status, 200);
                with(format!("{path}/reopen"), json!({ "reason": "新线索" }))
            })
        })
        .refuses(NOT_KEEPING),
        case(
            "POST /api/folders/{id}/hold",
            Who::Operator,
            200,
            &[Act::HoldFolder, Act::PlaceHold],
            |house, _| {
                Box::pin(async {
                    let body = json!({ "purpose": "incident", "legal_basis": "unit_duty", "note": "争执" });
                    with(format!("{}/hold", filled(house).await), body)
                })
            },
        )
        .refuses(NOT_KEEPING),
        case(
            "POST /api/folders/{id}/hold/release",
            Who::Operator,
            200,
            &[Act::ReadFolders, Act::AskRelease],
            |house, _| {
                Box::pin(async {
                    with(format!("{}/hold/release", held(house).await), json!({ "reason": "已了结" }))
                })
            },
        )
        .refuses(&[Who::Viewer, Who::NoPost]),
        case(
            "POST /api/folders/{id}/hold/release/approve",
            Who::Administrator,
            200,
            &[Act::ReadFolders, Act::ApproveRelease],
            |house, _| {
                Box::pin(async {
                    let (path, operator) =
                        (held(house).await, house.caller(Role::Operator, house.unit).await);
                    let body = json!({ "reason": "已了结" });
                    let asked =
                        house.post(&format!("{path}/hold/release"), &operator.cookie, body.clone()).await;
                    assert_eq!(asked.status, 200);
                    with(format!("{path}/hold/release/approve"), body)
                })
            },
        )
        .refuses(&[Who::Viewer, Who::NoPost]),
        case(
            "POST /api/folders/{id}/packages",
            Who::Operator,
            201,
            &[Act::ExportFolder, Act::Export],
            |house, _| {
                Box::pin(async {
                    let body = json!({
                        "purpose": "incident", "legal_basis": "unit_duty",
                        "recipient": { "name": "李警官", "organisation": "公安" },
                    });
                    with(format!("{}/packages", filled(house).await), body)
                })
            },
        )
        .refuses(NOT_OPERATORS),
        case("POST /api/exports/{id}/collection", Who::Operator, 201, &[Act::Collect], |house, caller| {
            Box::pin(async {
                let path = format!("/api/exports/{}/collection", sealed_export(house, caller).await);
                with(path, json!({ "passphrase": "correct horse battery" }))
            })
        })
        .refuses(&[
            Who::Operator,
            Who::Viewer,
            Who::Administrator,
            Who::Auditor,
            Who::OtherOperator,
            Who::NoPost,
        ]),
    ]
}
