//! What the operations of the register must do: records, systems' lives, changes, adoptions.

use super::{Case, NOT_ADMINISTRATORS, NOT_OPERATORS, Who, case, get, with};
use crate::house::House;
use axum::http::Method;
use law::register::RecordKind;
use model::{Act, CameraId, RecordId, Role};
use serde_json::{Value, json};
use store::system_cx;

/// Adds a record of the house's unit as the demonstration does.
async fn record(house: &House, kind: RecordKind, body: Value) -> RecordId {
    let Value::Object(body) = body else { panic!("no object") };
    let unit = (!kind.is_shared()).then_some(house.unit);
    let cx = system_cx("demo", house.app.now());
    house.app.registry().add_record(&cx, kind, unit, body).await.unwrap()
}

/// A place abroad, a system under a draft that binds nobody, a point and a paper.
async fn system(house: &House) -> (RecordId, RecordId, RecordId) {
    let code = format!("{:06}", 900_000 + house.entry_count().await % 100_000);
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

fn longer_floor(house: &House, paper: RecordId) -> Value {
    json!({
        "unit_id": house.unit.to_string(), "article": "national-2025:17", "parameter": "footage_floor_days",
        "value": 45, "document_id": paper.to_string(), "reason": "上级另有规定", "from": "2026-01-01",
    })
}

/// A document with its file.
async fn filed(house: &House) -> RecordId {
    let (paper, cx) = (system(house).await.2, system_cx("demo", house.app.now()));
    let mut incoming = house.app.registry().documents().begin("plan.txt").unwrap();
    incoming.write(b"plan").unwrap();
    house.app.registry().add_file(&cx, paper, 1, incoming.finish(None).unwrap()).await.unwrap();
    paper
}

/// A camera in use at a point.
pub async fn standing(house: &House) -> (CameraId, RecordId) {
    let (point, camera) = (system(house).await.1, house.camera("03", "rtsp://192.0.2.1/main").await);
    let keeper = house.caller(Role::Administrator, house.unit).await;
    let body = json!({ "point_id": point.to_string() });
    let path = format!("/api/cameras/{camera}/point");
    let placed = house.send(&house.router, Method::PUT, &path, Some(&keeper.cookie), Some(body)).await;
    assert!(placed.status.is_success(), "{}", placed.json());
    (camera, point)
}

/// Its commissioning still, as the live path would have given it.
async fn still(house: &House) -> RecordId {
    let camera = standing(house).await.0;
    let operator = house.caller(Role::Operator, house.unit).await;
    house.still(operator.person, camera).await
}

async fn shown(house: &House, id: RecordId) -> store::Record {
    house.app.registry().record(&system_cx("demo", house.app.now()), id).await.unwrap()
}

/// A system, and what enters its filing.
async fn filing(house: &House) -> (RecordId, Value) {
    let system = system(house).await.0;
    let reader = house.caller(Role::Administrator, house.unit).await;
    let path = format!("/api/systems/{system}/dossier?pack=national-2016");
    let dossier = house.get(&path, &reader.cookie).await;
    let body = json!({
        "pack": "national-2016", "filed_on": "2020-01-01", "recipient": "天河区公安分局", "filer": "业主",
        "dossier_sha256": ledger::tree::sha256(&[&dossier.body]).to_string(),
    });
    (system, body)
}

/// A filing that was made, and a paper of the unit.
async fn handed_in(house: &House) -> (String, String) {
    let (system, body) = filing(house).await;
    let filer = house.caller(Role::Administrator, house.unit).await;
    let made = house.post(&format!("/api/systems/{system}/filings"), &filer.cookie, body).await.json();
    let paper = record(house, RecordKind::Document, json!({ "name": "回执", "paper": "other" })).await;
    (made["id"].as_str().unwrap().to_owned(), paper.to_string())
}

/// Every operation of the register.
pub fn all() -> Vec<Case> {
    const READ: &[Act] = &[Act::ReadRegistry];
    const STILL: &[Act] = &[Act::CommissioningStill];
    const CONFIRM: &[Act] = &[Act::ConfirmStill];
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
        case("POST /api/records/{id}/file", Who::Administrator, 201, &[Act::AddDocument], |house, _| {
            Box::pin(async {
                let paper = system(house).await.2;
                with(format!("/api/records/{paper}/file?version=1&name=plan.txt"), json!("plan"))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/records/{id}/file", Who::Auditor, 200, &[Act::ReadDocument], |house, _| {
            Box::pin(async { get(format!("/api/records/{}/file", filed(house).await)) })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::OtherAdministrator, Who::NoPost]),
        case("GET /api/systems/{id}/commissioning", Who::Auditor, 200, READ, |house, _| {
            Box::pin(async { get(format!("/api/systems/{}/commissioning", system(house).await.0)) })
        })
        .refuses(NOBODY),
        // No camera sends pictures here: admitted, and then there is none.
        case("POST /api/cameras/{id}/commissioning-still", Who::Operator, 503, STILL, |house, _| {
            Box::pin(async {
                let body = json!({ "purpose": "maintenance", "legal_basis": "maintenance_duty" });
                with(format!("/api/cameras/{}/commissioning-still", standing(house).await.0), body)
            })
        })
        .refuses(NOT_OPERATORS),
        case("POST /api/records/{id}/confirmation", Who::Administrator, 204, CONFIRM, |house, _| {
            Box::pin(async { with(format!("/api/records/{}/confirmation", still(house).await), json!({})) })
        })
        .refuses(NOT_ADMINISTRATORS),
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
        case("GET /api/map/alarms", Who::Viewer, 200, &[Act::ReadAlarms], |_, _| {
            Box::pin(async { get("/api/map/alarms") })
        })
        .refuses(NOBODY),
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
        case("GET /api/systems/{id}/filings", Who::Auditor, 200, READ, |house, _| {
            Box::pin(async { get(format!("/api/systems/{}/filings", system(house).await.0)) })
        })
        .refuses(NOBODY),
        case("GET /api/systems/{id}/dossier", Who::Administrator, 200, &[Act::ReadDossier], |house, _| {
            Box::pin(async {
                get(format!("/api/systems/{}/dossier?pack=national-2016", system(house).await.0))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/systems/{id}/dossiers", Who::Auditor, 200, READ, |house, _| {
            Box::pin(async { get(format!("/api/systems/{}/dossiers", system(house).await.0)) })
        })
        .refuses(NOBODY),
        case("POST /api/systems/{id}/dossiers", Who::Administrator, 201, &[Act::MakeSystemDossier], |house, _| {
            Box::pin(async { with(format!("/api/systems/{}/dossiers", system(house).await.0), json!({})) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/dossiers/{id}", Who::Administrator, 200, &[Act::CollectSystemDossier], |house, _| {
            Box::pin(async {
                let maker = house.caller(Role::Administrator, house.unit).await;
                let made = crate::dossiers::make(house, &maker, system(house).await.0, false).await;
                crate::dossiers::publish(house).await;
                get(format!("/api/dossiers/{}", made["id"].as_str().unwrap()))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/systems/{id}/filings", Who::Administrator, 201, &[Act::FileSystem], |house, _| {
            Box::pin(async {
                let (system, body) = filing(house).await;
                with(format!("/api/systems/{system}/filings"), body)
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/filings/{id}/dossier", Who::Administrator, 200, &[Act::ReadDossier], |house, _| {
            Box::pin(async { get(format!("/api/filings/{}/dossier", handed_in(house).await.0)) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/filings/{id}/receipt", Who::Administrator, 204, &[Act::FileSystem], |house, _| {
            Box::pin(async {
                let (filing, paper) = handed_in(house).await;
                let body = json!({ "document_id": paper, "number": "2026-17", "received_on": "2020-01-01" });
                with(format!("/api/filings/{filing}/receipt"), body)
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
        case("GET /api/overrides", Who::Auditor, 200, READ, |_, _| Box::pin(async { get("/api/overrides") }))
            .refuses(NOBODY),
        case("POST /api/overrides", Who::Administrator, 201, &[Act::SetOverride], |house, _| {
            Box::pin(async { with("/api/overrides", longer_floor(house, system(house).await.2)) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/overrides/{id}/end", Who::Administrator, 204, &[Act::EndOverride], |house, _| {
            Box::pin(async {
                let setter = house.caller(Role::Administrator, house.unit).await;
                let body = longer_floor(house, system(house).await.2);
                let set = house.post("/api/overrides", &setter.cookie, body).await.json();
                with(format!("/api/overrides/{}/end", set["id"].as_str().unwrap()), json!({}))
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
        case("GET /api/cameras/counts", Who::Viewer, 200, READ, |_, _| {
            Box::pin(async { get("/api/cameras/counts") })
        })
        .refuses(NOBODY),
        case("GET /api/cameras/{id}/sound", Who::Viewer, 200, READ, |house, _| {
            Box::pin(async { get(format!("/api/cameras/{}/sound", house.cameras[0])) })
        })
        .refuses(NOBODY),
        case("PUT /api/cameras/{id}/sound", Who::Administrator, 200, &[Act::SwitchSound], |house, _| {
            Box::pin(async {
                let camera = house.camera("counter", "rtsp://192.0.2.1/main").await;
                let body = json!({ "on": true, "basis": "consent", "ground": "窗口对话双方同意", "document": "告知书 7 号" });
                with(format!("/api/cameras/{camera}/sound"), body)
            })
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
