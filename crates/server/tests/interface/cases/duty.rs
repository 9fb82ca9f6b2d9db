//! What the routes of the duty room must do. Rooms are those of the other unit: where a unit keeps a roster, watching on duty needs
//! a shift, and the house's own unit watches without one.

use super::{Case, Who, case, get, with};
use crate::house::{Caller, House};
use model::Act;
use serde_json::{Value, json};

const MINUTE_MS: i64 = 60_000;
const OTHERS: &[Who] = &[Who::Viewer, Who::Operator, Who::Administrator, Who::NoPost];

async fn made(house: &House, path: &str, caller: &Caller, body: Value) -> String {
    let answer = house.post(path, &caller.cookie, body).await;
    assert!(answer.status.is_success(), "{path}: {}", answer.json());
    let answer = answer.json();
    answer["id"].as_str().or(answer[0]["id"].as_str()).unwrap().to_owned()
}

fn room_body(house: &House) -> Value {
    json!({ "unit_id": house.other_unit.to_string(), "name": "值班室" })
}

async fn room(house: &House) -> String {
    let keeper = Who::OtherAdministrator.sign_in(house).await;
    made(house, "/api/duty/rooms", &keeper, room_body(house)).await
}

fn roster_body(house: &House, room: &str, caller: &Caller) -> Value {
    let now = house.app.now().as_ms();
    let shift = json!({ "person_id": caller.person.to_string(), "from_ms": now - MINUTE_MS, "to_ms": now + 60 * MINUTE_MS });
    json!({ "room_id": room, "shifts": [shift] })
}

/// A room, and a shift of the caller in it.
async fn shift(house: &House, caller: &Caller) -> (String, String) {
    let (room, keeper) = (room(house).await, Who::OtherAdministrator.sign_in(house).await);
    let shift = made(house, "/api/duty/shifts", &keeper, roster_body(house, &room, caller)).await;
    (room, shift)
}

/// The same, taken over.
async fn running(house: &House, caller: &Caller) -> (String, String) {
    let (room, shift) = shift(house, caller).await;
    let path = format!("/api/duty/shifts/{shift}/take-over");
    made(house, &path, caller, json!({ "alone": "the first shift" })).await;
    (room, shift)
}

/// A room of the house's own unit where nobody keeps watch any more: its reports go on.
async fn closed_room(house: &House) -> String {
    let keeper = Who::Administrator.sign_in(house).await;
    let body = json!({ "unit_id": house.unit.to_string(), "name": "旧值班室" });
    let room = made(house, "/api/duty/rooms", &keeper, body).await;
    let closed = house.post(&format!("/api/duty/rooms/{room}/close"), &keeper.cookie, json!({})).await;
    assert_eq!(closed.status, 204);
    room
}

fn report_body(house: &House, room: &str) -> Value {
    let now = house.app.now().as_ms();
    json!({
        "room_id": room, "cameras": [house.cameras[0].to_string()], "from_ms": now - 10 * MINUTE_MS, "to_ms": now - MINUTE_MS,
        "words": "three men at the fence", "organ": "派出所", "channel": "telephone", "sent_ms": now - MINUTE_MS,
    })
}

fn asked(house: &House, path: &str, room: &str) -> super::Ask {
    let now = house.app.now().as_ms();
    get(format!("{path}?room={room}&from_ms={}&to_ms={now}", now - 60 * MINUTE_MS))
}

pub fn all() -> Vec<Case> {
    [rooms(), shifts(), logs()].into_iter().flatten().collect()
}

fn rooms() -> Vec<Case> {
    use Act::{ChangeRoster, ReadDuty};
    vec![
        case("GET /api/duty/rooms", Who::OtherOperator, 200, &[ReadDuty], |_, _| {
            Box::pin(async { get("/api/duty/rooms") })
        })
        .refuses(&[Who::NoPost]),
        case("POST /api/duty/rooms", Who::OtherAdministrator, 201, &[ChangeRoster], |house, _| {
            Box::pin(async { with("/api/duty/rooms", room_body(house)) })
        })
        .refuses(OTHERS),
        case("POST /api/duty/rooms/{id}/needs", Who::OtherAdministrator, 200, &[ChangeRoster], |house, _| {
            Box::pin(async {
                let need = json!({ "days": 127, "from_min": 480, "length_min": 480, "persons": 1 });
                with(format!("/api/duty/rooms/{}/needs", room(house).await), json!({ "needs": [need] }))
            })
        })
        .refuses(OTHERS),
        case("POST /api/duty/rooms/{id}/close", Who::OtherAdministrator, 204, &[ChangeRoster], |house, _| {
            Box::pin(async { with(format!("/api/duty/rooms/{}/close", room(house).await), json!({})) })
        })
        .refuses(OTHERS),
    ]
}

fn shifts() -> Vec<Case> {
    use Act::{ChangeRoster, HandOverShift, ReadDuty, StayOnShift, TakeOverShift};
    vec![
        case("GET /api/duty/shifts", Who::OtherOperator, 200, &[ReadDuty], |house, _| {
            Box::pin(async { asked(house, "/api/duty/shifts", &room(house).await) })
        })
        .refuses(&[Who::NoPost]),
        case("POST /api/duty/shifts", Who::OtherAdministrator, 201, &[ChangeRoster], |house, _| {
            Box::pin(async {
                let (room, watcher) = (room(house).await, Who::OtherOperator.sign_in(house).await);
                with("/api/duty/shifts", roster_body(house, &room, &watcher))
            })
        })
        .refuses(OTHERS),
        case("GET /api/duty/shifts/{id}", Who::OtherOperator, 200, &[ReadDuty], |house, caller| {
            Box::pin(async { get(format!("/api/duty/shifts/{}", shift(house, caller).await.1)) })
        })
        .refuses(&[Who::NoPost]),
        case(
            "POST /api/duty/shifts/{id}/withdraw",
            Who::OtherAdministrator,
            200,
            &[ChangeRoster],
            |house, _| {
                Box::pin(async {
                    let watcher = Who::OtherOperator.sign_in(house).await;
                    let path = format!("/api/duty/shifts/{}/withdraw", shift(house, &watcher).await.1);
                    with(path, json!({ "reason": "ill" }))
                })
            },
        )
        .refuses(OTHERS),
        case(
            "POST /api/duty/shifts/{id}/take-over",
            Who::OtherOperator,
            200,
            &[TakeOverShift],
            |house, caller| {
                Box::pin(async {
                    let path = format!("/api/duty/shifts/{}/take-over", shift(house, caller).await.1);
                    with(path, json!({ "alone": "the first shift" }))
                })
            },
        )
        .refuses(OTHERS),
        case("POST /api/duty/shifts/{id}/stay", Who::OtherOperator, 200, &[StayOnShift], |house, caller| {
            Box::pin(async {
                let path = format!("/api/duty/shifts/{}/stay", running(house, caller).await.1);
                let until = house.app.now().as_ms() + 90 * MINUTE_MS;
                with(path, json!({ "until_ms": until, "reason": "nobody came" }))
            })
        })
        .refuses(OTHERS),
        case(
            "POST /api/duty/shifts/{id}/hand-over",
            Who::OtherOperator,
            200,
            &[HandOverShift],
            |house, caller| {
                Box::pin(async {
                    let path = format!("/api/duty/shifts/{}/hand-over", running(house, caller).await.1);
                    with(path, json!({ "words": "nothing to report" }))
                })
            },
        )
        .refuses(OTHERS),
    ]
}

fn logs() -> Vec<Case> {
    use Act::{AcknowledgeReport, Export, NoteVisitor, ReadDuty, ReportSuspicion, WriteWatchLog};
    vec![
        case("GET /api/duty/log", Who::OtherOperator, 200, &[ReadDuty], |house, _| {
            Box::pin(async { asked(house, "/api/duty/log", &room(house).await) })
        })
        .refuses(&[Who::NoPost]),
        case("POST /api/duty/log", Who::OtherOperator, 201, &[WriteWatchLog], |house, caller| {
            Box::pin(async {
                let (room, about) = (running(house, caller).await.0, house.app.now().as_ms());
                let body =
                    json!({ "room_id": room, "kind": "routine", "about_ms": about, "words": "all quiet" });
                with("/api/duty/log", body)
            })
        })
        .refuses(OTHERS),
        case("GET /api/duty/reports", Who::Operator, 200, &[ReadDuty], |_, _| {
            Box::pin(async { get("/api/duty/reports") })
        })
        .refuses(&[Who::NoPost]),
        case("POST /api/duty/reports", Who::Operator, 201, &[ReportSuspicion], |house, _| {
            Box::pin(async { with("/api/duty/reports", report_body(house, &closed_room(house).await)) })
        })
        .refuses(&[Who::Administrator, Who::Auditor, Who::OtherOperator, Who::NoPost]),
        case(
            "POST /api/duty/reports/{id}/acknowledgement",
            Who::Administrator,
            200,
            &[AcknowledgeReport],
            |house, _| {
                Box::pin(async {
                    let operator = Who::Operator.sign_in(house).await;
                    let body = report_body(house, &closed_room(house).await);
                    let report = made(house, "/api/duty/reports", &operator, body).await;
                    let on = house.app.now().as_ms();
                    with(
                        format!("/api/duty/reports/{report}/acknowledgement"),
                        json!({ "number": "2026-77", "on_ms": on }),
                    )
                })
            },
        )
        .refuses(&[Who::Auditor, Who::OtherOperator, Who::OtherAdministrator, Who::NoPost]),
        case("POST /api/duty/reports/{id}/clips", Who::Operator, 201, &[Export], |house, _| {
            Box::pin(async {
                let operator = Who::Operator.sign_in(house).await;
                let body = report_body(house, &closed_room(house).await);
                let report = made(house, "/api/duty/reports", &operator, body).await;
                let body = json!({ "recipient": "李警官", "unsealed_reason": "对方无密钥" });
                with(format!("/api/duty/reports/{report}/clips"), body)
            })
        })
        .refuses(&[
            Who::Viewer,
            Who::Administrator,
            Who::Auditor,
            Who::OtherOperator,
            Who::OtherAdministrator,
            Who::NoPost,
        ]),
        case("GET /api/duty/visitors", Who::OtherOperator, 200, &[ReadDuty], |house, _| {
            Box::pin(async { asked(house, "/api/duty/visitors", &room(house).await) })
        })
        .refuses(&[Who::NoPost]),
        case("POST /api/duty/visitors", Who::OtherOperator, 201, &[NoteVisitor], |house, _| {
            Box::pin(async { with("/api/duty/visitors", visitor_body(&room(house).await)) })
        })
        .refuses(&[Who::Viewer, Who::Auditor, Who::Administrator, Who::NoPost]),
        case("POST /api/duty/visitors/{id}/leave", Who::OtherOperator, 200, &[NoteVisitor], |house, _| {
            Box::pin(async {
                let host = Who::OtherOperator.sign_in(house).await;
                let body = visitor_body(&room(house).await);
                let visitor = made(house, "/api/duty/visitors", &host, body).await;
                with(format!("/api/duty/visitors/{visitor}/leave"), json!({}))
            })
        })
        .refuses(&[Who::Viewer, Who::Auditor, Who::Administrator, Who::NoPost]),
    ]
}

fn visitor_body(room: &str) -> Value {
    json!({ "room_id": room, "name": "王工", "organisation": "空调公司", "purpose": "repairs", "host": "老李" })
}
