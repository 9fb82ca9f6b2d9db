//! What the state of the system, gaps and findings must do.

use super::{Case, NO_HEALTH, NOT_ADMINISTRATORS, Who, case, gap_of, get, with};
use crate::house::House;
use law::integrity::Measured;
use model::{Act, GapCause, Hash};
use serde_json::{Value, json};
use store::system_cx;

pub fn health() -> Vec<Case> {
    const READ: &[Act] = &[Act::ReadHealth];
    vec![
        case("GET /api/state", Who::NoPost, 200, &[], |_, _| Box::pin(async { get("/api/state") })),
        case("GET /api/streams", Who::Auditor, 200, READ, |_, _| Box::pin(async { get("/api/streams") }))
            .refuses(NO_HEALTH),
        case("GET /api/gaps", Who::Operator, 200, &[Act::ReadGaps], |_, _| {
            Box::pin(async { get("/api/gaps") })
        })
        .refuses(&[Who::Viewer, Who::NoPost]),
        case("GET /api/disk", Who::Auditor, 200, READ, |_, _| Box::pin(async { get("/api/disk") }))
            .refuses(NO_HEALTH),
        case("GET /api/storage", Who::Auditor, 200, READ, |_, _| Box::pin(async { get("/api/storage") }))
            .refuses(NO_HEALTH),
        case("PATCH /api/storage/cameras/{id}", Who::Administrator, 200, &[Act::ChangeCamera], |house, _| {
            let path = format!("/api/storage/cameras/{}", house.cameras[0]);
            Box::pin(async { with(path, json!({ "planned_kbps": 4000, "priority": 3 })) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/storage/disks", Who::Administrator, 200, &[Act::ChangeDisk], |house, _| {
            let path = house.dir.path().join(format!("another-{}", uuid::Uuid::now_v7()));
            std::fs::create_dir(&path).unwrap();
            Box::pin(async move { with("/api/storage/disks", json!({ "path": path, "note": "more room" })) })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::NoPost]),
        case("PATCH /api/storage/disks/{id}", Who::Administrator, 200, &[Act::ChangeDisk], |house, _| {
            Box::pin(async move {
                let path = house.dir.path().join(format!("another-{}", uuid::Uuid::now_v7()));
                std::fs::create_dir(&path).unwrap();
                let cx = system_cx("demo", pipeline::system_wall());
                let id = house.app.store().add_disk(&cx, &path).await.unwrap();
                with(format!("/api/storage/disks/{id}"), json!({ "retired": true, "note": "it grows old" }))
            })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::NoPost]),
        case("GET /api/integrity", Who::Auditor, 200, READ, |_, _| Box::pin(async { get("/api/integrity") }))
            .refuses(NO_HEALTH),
        // What runs is the machine's: any unit's administrator answers for it.
        case(
            "POST /api/integrity/announcements",
            Who::Administrator,
            201,
            &[Act::AnnounceSoftware],
            |_, _| {
                let body = json!({ "what": "both", "reason": "an upgrade", "days": 3 });
                Box::pin(async { with("/api/integrity/announcements", body) })
            },
        )
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::Manager, Who::NoPost]),
        case(
            "POST /api/integrity/changes/{id}/explanation",
            Who::Administrator,
            200,
            &[Act::ExplainSoftware],
            |house, _| {
                Box::pin(async {
                    let id = changed(house).await;
                    let path = format!("/api/integrity/changes/{id}/explanation");
                    with(path, json!({ "reason": "somebody forgot to announce it" }))
                })
            },
        )
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::Manager, Who::NoPost]),
        case("GET /api/witnesses", Who::Auditor, 200, READ, |_, _| Box::pin(async { get("/api/witnesses") }))
            .refuses(NO_HEALTH),
        case("GET /api/witnesses/evidence/{entry}", Who::Auditor, 200, READ, |house, _| {
            Box::pin(async { get(crate::witnessing_evidence::kept(house).await) })
        })
        .refuses(NO_HEALTH),
        case("GET /metrics", Who::Auditor, 200, READ, |_, _| Box::pin(async { get("/metrics") }))
            .refuses(NO_HEALTH),
        case("GET /api/openapi.json", Who::NoPost, 200, &[], |_, _| {
            Box::pin(async { get("/api/openapi.json") })
        }),
        case("GET /api/law/packs", Who::NoPost, 200, &[], |_, _| Box::pin(async { get("/api/law/packs") })),
        case("GET /api/law/packs/{id}", Who::NoPost, 200, &[], |_, _| {
            Box::pin(async { get("/api/law/packs/guangzhou-2007") })
        }),
    ]
}

/// A start that nobody had announced.
async fn changed(house: &House) -> uuid::Uuid {
    let hash = || Hash(std::array::from_fn(|byte| uuid::Uuid::now_v7().as_bytes()[byte % 16]));
    let start = async || {
        let measured = Measured {
            program: hash(),
            version: "0.0.0".to_owned(),
            console: hash(),
            packs: hash(),
            own_packs: hash(),
            settings: [("listen".to_owned(), hash())].into(),
        };
        let cx = system_cx("integrity", house.app.now());
        house.app.registry().note_start(&cx, measured).await.unwrap().unwrap()
    };
    // The first of the house, or one that is announced: what comes after is neither.
    start().await;
    start().await;
    start().await
}

pub fn gaps() -> Vec<Case> {
    const READ: &[Act] = &[Act::ReadHealth];
    const NEITHER: &[Who] = &[Who::Viewer, Who::Auditor, Who::OtherOperator, Who::NoPost];
    vec![
        // Who may explain a gap reads what was said about it.
        case("GET /api/gaps/explanations", Who::Operator, 200, &[Act::ReadGaps], |_, _| {
            Box::pin(async { get("/api/gaps/explanations") })
        })
        .refuses(&[Who::Viewer, Who::NoPost]),
        case("POST /api/gaps/explanations", Who::Operator, 201, &[Act::ExplainGap], |house, _| {
            Box::pin(async { with("/api/gaps/explanations", explanation(house).await) })
        })
        .refuses(NEITHER),
        case(
            "POST /api/gaps/explanations/{id}/verdict",
            Who::Administrator,
            200,
            &[Act::DecideGap],
            |house, _| {
                Box::pin(async {
                    let author = Who::Operator.sign_in(house).await;
                    let body = explanation(house).await;
                    let answer = house.post("/api/gaps/explanations", &author.cookie, body).await.json();
                    let id = answer["id"].as_str().unwrap().to_owned();
                    with(format!("/api/gaps/explanations/{id}/verdict"), json!({ "approved": true }))
                })
            },
        )
        .refuses(NOT_ADMINISTRATORS),
        // Who may explain a gap reads what was said about it.
        case("GET /api/maintenance", Who::Operator, 200, &[Act::ReadGaps], |_, _| {
            Box::pin(async { get("/api/maintenance") })
        })
        .refuses(&[Who::Viewer, Who::NoPost]),
        case("POST /api/maintenance", Who::Administrator, 201, &[Act::AnnounceMaintenance], |house, _| {
            Box::pin(async { with("/api/maintenance", announcement(house)) })
        })
        .refuses(NEITHER),
        case(
            "POST /api/maintenance/{id}/verdict",
            Who::Administrator,
            200,
            &[Act::DecideMaintenance],
            |house, _| {
                Box::pin(async {
                    let author = Who::Administrator.sign_in(house).await;
                    let answer =
                        house.post("/api/maintenance", &author.cookie, announcement(house)).await.json();
                    let id = answer["id"].as_str().unwrap().to_owned();
                    with(
                        format!("/api/maintenance/{id}/verdict"),
                        json!({ "approved": false, "text": "not this week" }),
                    )
                })
            },
        )
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/availability", Who::Auditor, 200, READ, |house, _| {
            let path = format!("/api/availability?{}&by=unit", last_days(house));
            Box::pin(async { get(path) })
        })
        .refuses(NO_HEALTH),
        case("GET /api/availability.csv", Who::Auditor, 200, READ, |house, _| {
            let path = format!("/api/availability.csv?{}", last_days(house));
            Box::pin(async { get(path) })
        })
        .refuses(NO_HEALTH),
        case("GET /api/clocks", Who::Auditor, 200, READ, |_, _| Box::pin(async { get("/api/clocks") }))
            .refuses(NO_HEALTH),
        case("GET /api/outages", Who::Auditor, 200, READ, |_, _| Box::pin(async { get("/api/outages") }))
            .refuses(NO_HEALTH),
        case("GET /api/findings", Who::Auditor, 200, READ, |_, _| Box::pin(async { get("/api/findings") }))
            .refuses(NO_HEALTH),
        case("GET /api/findings/register", Who::Auditor, 200, READ, |_, _| {
            Box::pin(async { get("/api/findings/register") })
        })
        .refuses(NO_HEALTH),
        case("GET /api/board", Who::Auditor, 200, READ, |_, _| Box::pin(async { get("/api/board") }))
            .refuses(NO_HEALTH),
        case("GET /api/board/duties", Who::Auditor, 200, READ, |_, _| {
            Box::pin(async { get("/api/board/duties") })
        })
        .refuses(NO_HEALTH),
        case("GET /api/findings/history", Who::Auditor, 200, READ, |_, _| {
            Box::pin(async { get("/api/findings/history") })
        })
        .refuses(NO_HEALTH),
    ]
}

/// About a fresh gap.
async fn explanation(house: &House) -> Value {
    let gap = gap_of(house, GapCause::Camera).await;
    json!({ "gaps": [gap], "cause": "power", "text": "停电", "document": "停电通知 12 号" })
}

fn announcement(house: &House) -> Value {
    let now = house.app.now().as_ms();
    json!({
        "cameras": [house.cameras[0].to_string()], "from_ms": now + 60_000, "to_ms": now + 120_000, "reason": "更换镜头",
    })
}

fn last_days(house: &House) -> String {
    let now = house.app.now().as_ms();
    format!("from_ms={}&to_ms={now}", now - 40 * 86_400_000)
}
