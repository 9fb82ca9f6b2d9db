//! What the operations of the portal and of its desk must do.

use super::{Case, NOT_ADMINISTRATORS, Who, case, get, with};
use crate::{
    house::House,
    portal::{
        accrediting, filed, filing, letter, ready, requester, requester_of, taken, taking, with_letter,
    },
};
use model::Act;
use serde_json::json;

const NO_REQUESTERS: &[Who] = &[Who::Viewer, Who::Operator, Who::Administrator, Who::Auditor, Who::NoPost];
const NOT_AT_THE_DESK: &[Who] =
    &[Who::Viewer, Who::Auditor, Who::OtherOperator, Who::OtherAdministrator, Who::NoPost];

/// A request that somebody else filed.
async fn came(house: &House) -> String {
    let officer = requester(house).await;
    format!("/api/requests/{}", with_letter(house, &officer).await)
}

pub fn all() -> Vec<Case> {
    [accounts(), asking(), desk()].into_iter().flatten().collect()
}

fn accounts() -> Vec<Case> {
    const CHANGE: &[Act] = &[Act::ChangeRequester];
    vec![
        case("GET /api/requesters", Who::Manager, 200, CHANGE, |_, _| {
            Box::pin(async { get("/api/requesters") })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::NoPost]),
        case("POST /api/requesters", Who::Administrator, 201, CHANGE, |house, _| {
            Box::pin(async {
                let person = house.caller_without_post().await;
                with("/api/requesters", accrediting(house, &person).await)
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("DELETE /api/requesters/{person}", Who::Manager, 204, CHANGE, |house, _| {
            Box::pin(async { get(format!("/api/requesters/{}", requester(house).await.person)) })
        })
        .refuses(NOT_ADMINISTRATORS),
    ]
}

fn asking() -> Vec<Case> {
    const FOLLOW: &[Act] = &[Act::FollowRequests];
    vec![
        case("GET /api/portal/requests", Who::Requester, 200, FOLLOW, |_, _| {
            Box::pin(async { get("/api/portal/requests") })
        })
        .refuses(NO_REQUESTERS),
        case("POST /api/portal/requests", Who::Requester, 201, &[Act::FileRequest], |house, _| {
            Box::pin(async { with("/api/portal/requests", filing(house)) })
        })
        .refuses(NO_REQUESTERS),
        case("GET /api/portal/requests/{id}", Who::Requester, 200, FOLLOW, |house, caller| {
            Box::pin(async { get(format!("/api/portal/requests/{}", filed(house, caller).await)) })
        })
        .refuses(NO_REQUESTERS),
        case(
            "POST /api/portal/requests/{id}/papers",
            Who::Requester,
            201,
            &[Act::SupplyRequest],
            |house, caller| Box::pin(async { with(letter(&filed(house, caller).await), json!("介绍信")) }),
        )
        .refuses(NO_REQUESTERS),
        case(
            "POST /api/portal/requests/{id}/withdraw",
            Who::Requester,
            200,
            &[Act::WithdrawRequest],
            |house, caller| {
                Box::pin(async {
                    let path = format!("/api/portal/requests/{}/withdraw", filed(house, caller).await);
                    with(path, json!({ "reason": "已破案" }))
                })
            },
        )
        .refuses(NO_REQUESTERS),
        case(
            "POST /api/portal/requests/{id}/receipt",
            Who::Requester,
            200,
            &[Act::ReceivePackage],
            |house, caller| {
                Box::pin(async {
                    let path = format!("/api/portal/requests/{}/receipt", ready(house, caller).await.0);
                    with(path, json!({ "received_by": "张警官" }))
                })
            },
        )
        .refuses(NO_REQUESTERS),
    ]
}

fn desk() -> Vec<Case> {
    const READ: &[Act] = &[Act::ReadRequests];
    vec![
        case("GET /api/requests", Who::Auditor, 200, READ, |_, _| Box::pin(async { get("/api/requests") }))
            .refuses(&[Who::Viewer, Who::NoPost]),
        case("GET /api/requests/{id}", Who::Operator, 200, READ, |house, _| {
            Box::pin(async { get(came(house).await) })
        })
        .refuses(&[Who::Viewer, Who::NoPost]),
        case("POST /api/requests/{id}/take", Who::Operator, 200, &[Act::OpenRetrieval], |house, _| {
            Box::pin(async { with(format!("{}/take", came(house).await), taking(house)) })
        })
        .refuses(NOT_AT_THE_DESK),
        case("POST /api/requests/{id}/papers", Who::Operator, 200, &[Act::AmendRetrieval], |house, _| {
            Box::pin(async {
                let officer = requester(house).await;
                let id = taken(house, &officer).await.0;
                let sent = house.post(&letter(&id), &officer.cookie, json!("另一份介绍信")).await;
                assert_eq!(sent.status, 201, "{}", sent.json());
                get(format!("/api/requests/{id}/papers"))
            })
        })
        .refuses(NOT_AT_THE_DESK),
        case("POST /api/requests/{id}/ask", Who::Operator, 200, &[Act::HandleRequest], |house, _| {
            Box::pin(async {
                with(format!("{}/ask", came(house).await), json!({ "text": "请补充时间" }))
            })
        })
        .refuses(NOT_AT_THE_DESK),
        case("POST /api/requests/{id}/refuse", Who::Administrator, 200, &[Act::HandleRequest], |house, _| {
            Box::pin(async {
                // No rule names a firm.
                let officer = requester_of(house, "other").await;
                let path = format!("/api/requests/{}/refuse", filed(house, &officer).await);
                with(path, json!({ "text": "手续不全" }))
            })
        })
        .refuses(NOT_AT_THE_DESK),
    ]
}
