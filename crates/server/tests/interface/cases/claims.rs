//! What the operations on claims for compensation must do.

use super::{Case, NOT_ADMINISTRATORS, Who, case, get, with};
use crate::claims::{awarded, claiming, lodged};
use model::Act;
use serde_json::json;

pub fn all() -> Vec<Case> {
    vec![
        case("GET /api/claims", Who::Auditor, 200, &[Act::ReadClaims], |_, _| {
            Box::pin(async { get("/api/claims") })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::NoPost]),
        case("POST /api/claims", Who::Administrator, 201, &[Act::LodgeClaim], |house, _| {
            Box::pin(async { with("/api/claims", claiming(house).await) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/claims/{id}/answer", Who::Manager, 200, &[Act::SettleClaim], |house, _| {
            Box::pin(async {
                let body = json!({ "awarded_fen": 60_000, "text": "部分同意" });
                with(format!("{}/answer", lodged(house).await), body)
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/claims/{id}/payments", Who::Manager, 200, &[Act::SettleClaim], |house, _| {
            Box::pin(async {
                with(format!("{}/payments", awarded(house).await), json!({ "amount_fen": 120_000 }))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
    ]
}
