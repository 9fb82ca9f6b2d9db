//! What the operations of the register must do: records, systems' lives, changes, adoptions.

use super::{Case, NOT_ADMINISTRATORS, Who, case, get, with};
use crate::house::House;
use law::register::RecordKind;
use model::{Act, RecordId, Role};
use serde_json::{Value, json};
use store::system_cx;

/// Adds a record of the house's unit as the demonstration does.
async fn record(house: &House, kind: RecordKind, body: Value) -> RecordId {
    let Value::Object(body) = body else { panic!("no object") };
    let unit = (!kind.is_shared()).then_some(house.unit);
    let cx = system_cx("demo", house.app.now());
    house.app.registry().add_record(&cx, kind, unit, body).await.unwrap()
}

/// A place, a system under a draft that binds nobody, a point and a paper.
async fn system(house: &House) -> (RecordId, RecordId, RecordId) {
    let code = format!("{:06}", 100_000 + house.entry_count().await % 900_000);
    let division = record(house, RecordKind::Division, json!({ "code": code, "name": "区" })).await;
    let body = json!({
        "name": "系统", "packs": ["national-2016"], "division": division.to_string(), "builder_kind": "enterprise",
    });
    let system = record(house, RecordKind::System, body).await;
    let body = json!({ "name": "大厅", "division": division.to_string() });
    let place = record(house, RecordKind::Place, body).await;
    let body = json!({
        "name": "大门", "system": system.to_string(), "place": place.to_string(), "purpose": "出入口",
    });
    let point = record(house, RecordKind::Point, body).await;
    let paper = record(house, RecordKind::Document, json!({ "name": "设计", "paper": "design" })).await;
    (system, point, paper)
}

/// The point with another purpose, at the version that it has.
fn moved(point: &store::Record) -> Value {
    let mut body = point.body.clone();
    body.insert("purpose".into(), json!("门厅"));
    json!({ "record_id": point.id.to_string(), "version": point.version, "body": body, "reason": "改造" })
}

async fn shown(house: &House, id: RecordId) -> store::Record {
    house.app.registry().record(&system_cx("demo", house.app.now()), id).await.unwrap()
}

/// Every operation of the register.
pub fn all() -> Vec<Case> {
    const READ: &[Act] = &[Act::ReadRegistry];
    const NOBODY: &[Who] = &[Who::NoPost];
    let mut cases = vec![
        case("GET /api/register", Who::NoPost, 200, &[], |_, _| Box::pin(async { get("/api/register") })),
        case("GET /api/register/{kind}", Who::Viewer, 200, READ, |_, _| {
            Box::pin(async { get("/api/register/point") })
        })
        .refuses(NOBODY),
        case("GET /api/register/completeness", Who::Viewer, 200, READ, |_, _| {
            Box::pin(async { get("/api/register/completeness") })
        })
        .refuses(NOBODY),
        case("POST /api/register/{kind}", Who::Administrator, 201, &[Act::ChangeRecord], |house, _| {
            let body = json!({ "name": "设计", "paper": "design" });
            let request = json!({ "unit_id": house.unit.to_string(), "body": body });
            Box::pin(async { with("/api/register/document", request) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/records/{id}", Who::Auditor, 200, READ, |house, _| {
            Box::pin(async { get(format!("/api/records/{}", system(house).await.0)) })
        })
        .refuses(NOBODY),
        case("PATCH /api/records/{id}", Who::Administrator, 200, &[Act::ChangeRecord], |house, _| {
            Box::pin(async {
                let point = shown(house, system(house).await.1).await;
                let body = json!({ "version": point.version, "body": moved(&point)["body"] });
                with(format!("/api/records/{}", point.id), body)
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("DELETE /api/records/{id}", Who::Administrator, 204, &[Act::ChangeRecord], |house, _| {
            Box::pin(async { get(format!("/api/records/{}?version=1", system(house).await.2)) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/records/{id}/versions", Who::Auditor, 200, READ, |house, _| {
            Box::pin(async { get(format!("/api/records/{}/versions", system(house).await.0)) })
        })
        .refuses(NOBODY),
        case("GET /api/records/{id}/named-by", Who::Auditor, 200, READ, |house, _| {
            Box::pin(async { get(format!("/api/records/{}/named-by", system(house).await.0)) })
        })
        .refuses(NOBODY),
    ];
    cases.extend(lives());
    cases.extend(maps());
    cases
}

fn maps() -> Vec<Case> {
    const READ: &[Act] = &[Act::ReadRegistry];
    const NOBODY: &[Who] = &[Who::NoPost];
    const NO_BASIC_DATA: &[Who] = &[Who::Viewer, Who::Operator, Who::Auditor, Who::NoPost];
    vec![
        case("GET /api/map", Who::Administrator, 200, &[Act::ReadBasicData], |_, _| {
            Box::pin(async { get("/api/map") })
        })
        .refuses(NO_BASIC_DATA),
        case("GET /api/map/layers", Who::Viewer, 200, READ, |_, _| {
            Box::pin(async { get("/api/map/layers") })
        })
        .refuses(NOBODY),
        case("GET /api/map/layers/{name}", Who::Viewer, 200, READ, |house, _| {
            Box::pin(async {
                let folder = house.app.store().data_dir().join(store::MAP_DIR);
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(folder.join("water.geojson"), "{}").unwrap();
                get("/api/map/layers/water")
            })
        })
        .refuses(NOBODY),
    ]
}

fn lives() -> Vec<Case> {
    const CLEARS: &[Act] = &[Act::ChangeClearance];
    const READ: &[Act] = &[Act::ReadRegistry];
    const NOBODY: &[Who] = &[Who::NoPost];
    vec![
        case("GET /api/systems/{id}/life", Who::Auditor, 200, READ, |house, _| {
            Box::pin(async { get(format!("/api/systems/{}/life", system(house).await.0)) })
        })
        .refuses(NOBODY),
        case("POST /api/systems/{id}/steps", Who::Administrator, 200, &[Act::LifeStep], |house, _| {
            Box::pin(async {
                let (system, _, paper) = system(house).await;
                let body = json!({ "step": "review", "documents": [paper.to_string()], "passed": true });
                with(format!("/api/systems/{system}/steps"), body)
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/changes", Who::Auditor, 200, READ, |_, _| Box::pin(async { get("/api/changes") }))
            .refuses(NOBODY),
        case("POST /api/changes", Who::Administrator, 201, &[Act::AskChange], |house, _| {
            Box::pin(async { with("/api/changes", moved(&shown(house, system(house).await.1).await)) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/changes/{id}/decision", Who::Administrator, 204, &[Act::DecideChange], |house, _| {
            Box::pin(async {
                let asker = house.caller(Role::Administrator, house.unit).await;
                let body = moved(&shown(house, system(house).await.1).await);
                let asked = house.post("/api/changes", &asker.cookie, body).await.json();
                let path = format!("/api/changes/{}/decision", asked["id"].as_str().unwrap());
                with(path, json!({ "authorise": true }))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/units/{id}/adoptions", Who::Auditor, 200, READ, |house, _| {
            Box::pin(async { get(format!("/api/units/{}/adoptions", house.unit)) })
        })
        .refuses(NOBODY),
        case("POST /api/units/{id}/adoptions", Who::Administrator, 204, &[Act::AdoptPack], |house, _| {
            Box::pin(async {
                let body = json!({ "pack": "uk-scc-2013", "document_id": system(house).await.2.to_string() });
                with(format!("/api/units/{}/adoptions", house.unit), body)
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/units/{id}/clearances", Who::Auditor, 200, READ, |house, _| {
            Box::pin(async { get(format!("/api/units/{}/clearances", house.unit)) })
        })
        .refuses(NOBODY),
        case("PUT /api/units/{id}/clearances/{person}", Who::Administrator, 204, CLEARS, |house, _| {
            Box::pin(async {
                let body = json!({ "document_id": system(house).await.2.to_string() });
                with(format!("/api/units/{}/clearances/{}", house.unit, house.clerk), body)
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("DELETE /api/units/{id}/clearances/{person}", Who::Administrator, 204, CLEARS, |house, _| {
            Box::pin(async { get(format!("/api/units/{}/clearances/{}", house.unit, house.clerk)) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("PUT /api/cameras/{id}/point", Who::Administrator, 200, &[Act::ChangeCamera], |house, _| {
            Box::pin(async {
                let camera = house.camera("spare", "rtsp://192.0.2.1/main").await;
                let body = json!({ "point_id": system(house).await.1.to_string() });
                with(format!("/api/cameras/{camera}/point"), body)
            })
        })
        .refuses(NOT_ADMINISTRATORS),
    ]
}
