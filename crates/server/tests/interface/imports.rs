//! Tables and changes of many through the real router: a problem mended and applied, nothing applied over a change of somebody else,
//! basic data masked and its reading in bulk an entry, credentials that are tried before they are set.

use crate::house::{Answer, Caller, House};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use model::{Act, LegalBasis, Purpose, Role};
use serde_json::{Value, json};

/// Uploads a table.
pub async fn upload(house: &House, caller: &Caller, kind: &str, table: &str) -> Answer {
    let path = format!("/api/imports?kind={kind}&unit={}&name=table.csv", house.unit);
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("x-watchkeeper", "1")
        .header(header::COOKIE, &caller.cookie)
        .body(Body::from(table.to_owned()));
    house.send_raw(&house.router, request.unwrap()).await
}

/// The same with a reason.
async fn apply_because(house: &House, caller: &Caller, run: &Value, reason: &str) -> Answer {
    let path = format!("/api/imports/{}/apply", run["id"].as_str().unwrap());
    house.post(&path, &caller.cookie, json!({ "hash": run["hash"], "reason": reason })).await
}

pub async fn apply(house: &House, caller: &Caller, run: &Value) -> Answer {
    let path = format!("/api/imports/{}/apply", run["id"].as_str().unwrap());
    house.post(&path, &caller.cookie, json!({ "hash": run["hash"] })).await
}

async fn imported(house: &House, caller: &Caller, kind: &str, table: &str) {
    let run = upload(house, caller, kind, table).await.json();
    assert_eq!(run["problem_count"], json!(0), "{run}");
    let applied = apply(house, caller, &run).await;
    assert_eq!(applied.status, StatusCode::OK, "{}", applied.json());
}

/// A division, a place and a system under a draft that binds nobody.
async fn ground(house: &House, caller: &Caller) {
    imported(house, caller, "division", "区划代码,名称\n440000,广东省\n440100,广州市\n440106,天河区\n").await;
    imported(house, caller, "place", "名称,行政区划\n大厅,440106\n").await;
    let system = "名称,另行适用的规则,行政区划,建设主体\n一期,national-2016,440106,企业\n";
    imported(house, caller, "system", system).await;
}

async fn acts(house: &House, caller: &Caller, since: u64) -> Vec<Act> {
    let entries = house.entries_since(since).await;
    let own = entries.into_iter().filter(|entry| entry.person == Some(caller.person));
    own.map(|entry| entry.act).filter(|act| *act != Act::ReadRegistry).collect()
}

const CAMERAS: &str = "摄像机名称,主码流地址,用户名,密码,启用,所属系统,所在场所,用途,经度\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_mended_and_applied_as_a_whole() {
    let house = House::build().await;
    let caller = house.caller(Role::Administrator, house.unit).await;
    ground(&house, &caller).await;
    let before = house.entry_count().await;
    let wrong = format!(
        "{CAMERAS}东门,rtsp://192.0.2.9/1,admin,geheim,否,一期,大厅,出入口,113.3\n西门,rtsp://192.0.2.9/2,,,否,二期,大厅,出入口,200\n"
    );
    let run = upload(&house, &caller, "camera", &wrong).await.json();
    let at: Vec<(u64, u64)> = run["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["row"].as_u64().unwrap(), one["column"].as_u64().unwrap()))
        .collect();
    assert_eq!(at, [(3, 6), (3, 9)], "{run}");
    assert_eq!(apply(&house, &caller, &run).await.status, StatusCode::CONFLICT);
    let report = format!("/api/imports/{}/report?format=csv", run["id"].as_str().unwrap());
    let report = String::from_utf8(house.get(&report, &caller.cookie).await.body.to_vec()).unwrap();
    assert!(report.contains("二期") && !report.contains("geheim"), "{report}");
    let right = wrong.replace("二期", "一期").replace(",200", ",113.4");
    let run = upload(&house, &caller, "camera", &right).await.json();
    assert_eq!((&run["added"], &run["cameras_added"]), (&json!(2), &json!(2)), "{run}");
    assert_eq!(apply(&house, &caller, &run).await.status, StatusCode::OK);
    assert_eq!(apply(&house, &caller, &run).await.status, StatusCode::NOT_FOUND, "not a second time");
    assert_eq!(acts(&house, &caller, before).await, [Act::ImportRecords; 3]);
    let cameras = house.get("/api/cameras?query=门", &caller.cookie).await.json();
    assert_eq!(cameras["total"], json!(2), "{cameras}");
    assert!(
        cameras["cameras"][0]["point_id"].is_string()
            && cameras["cameras"][0]["has_credentials"] == json!(true)
    );
    let points = house.get("/api/register/point?query=东门", &caller.cookie).await.json();
    let path = format!("/api/records/{}/versions", points["records"][0]["id"].as_str().unwrap());
    let versions = house.get(&path, &caller.cookie).await.json();
    assert_eq!(versions["versions"].as_array().map(Vec::len), Some(1));
    // The same table again changes nothing.
    let run = upload(&house, &caller, "camera", &right.replace("admin,geheim", ",")).await.json();
    assert_eq!((&run["unchanged"], &run["added"]), (&json!(2), &json!(0)), "{run}");
}

/// What only the system writes into a document comes neither by a table nor by a change of many.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_system_writes_comes_by_no_table() {
    let house = House::build().await;
    let caller = house.caller(Role::Administrator, house.unit).await;
    let request = json!({ "unit_id": house.unit.to_string(), "body": { "name": "合同", "paper": "other" } });
    let added = house.post("/api/register/document", &caller.cookie, request).await.json();
    let column = async |table: &str| {
        let run = upload(&house, &caller, "document", table).await.json();
        let problems = run["problems"].as_array().unwrap_or_else(|| panic!("{run}"));
        problems.iter().map(|one| one["column"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(column("标题,种类\n合同二,other\n").await, [0; 0]);
    assert_eq!(column("标题,种类\n画面,commissioning-still\n").await, [2]);
    assert!(!column("标题,种类,sha256\n合同三,other,00\n").await.is_empty());
    let hash = "0".repeat(64);
    for set in [json!({ "sha256": hash }), json!({ "paper": "commissioning-still" })] {
        let change = json!({ "kind": "document", "selection": { "ids": [added["id"]] }, "set": set });
        let run = house.post("/api/bulk", &caller.cookie, change).await;
        let lays_ready = run.status == 201 && run.json()["problem_count"] == json!(0);
        assert!(!lays_ready, "{set}: {}", run.json());
    }
}

/// What was looked at must still be so.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_applied_over_what_changed_meanwhile() {
    let house = House::build().await;
    let caller = house.caller(Role::Administrator, house.unit).await;
    ground(&house, &caller).await;
    let run =
        upload(&house, &caller, "point", "名称,所属系统,所在场所,用途\n大门,一期,大厅,出入口\n").await.json();
    let places = house.get("/api/register/place", &caller.cookie).await.json();
    let place = &places["records"][0];
    let mut body = place["body"].clone();
    body["note"] = json!("改了");
    let change = json!({ "version": place["version"], "body": body });
    let path = format!("/api/records/{}", place["id"].as_str().unwrap());
    let cookie = Some(caller.cookie.as_str());
    let changed = house.send(&house.router, Method::PATCH, &path, cookie, Some(change)).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_eq!(apply(&house, &caller, &run).await.status, StatusCode::CONFLICT);
    let points = house.get("/api/register/point", &caller.cookie).await.json();
    assert_eq!(points["total"], json!(0));
}

/// national-2016:6: without the right the columns are not there; with it a reason stands in the entry, also page by page.
#[tokio::test(flavor = "multi_thread")]
async fn basic_data_is_masked_and_its_reading_in_bulk_is_an_entry() {
    let house = House::build().await;
    let keeper = house.caller(Role::Administrator, house.unit).await;
    let operator = house.caller(Role::Operator, house.unit).await;
    ground(&house, &keeper).await;
    let rows: String = (0..600).map(|row| format!("点{row},一期,大厅,出入口,113.3\n")).collect();
    imported(&house, &keeper, "point", &format!("名称,所属系统,所在场所,用途,经度\n{rows}")).await;
    let table = async |caller: &Caller| {
        let path = "/api/tables/point?format=csv&reason=audit";
        let answer = house.get(path, &caller.cookie).await;
        assert_eq!(answer.status, StatusCode::OK);
        String::from_utf8(answer.body.to_vec()).unwrap()
    };
    let before = house.entry_count().await;
    let masked = table(&operator).await;
    assert!(!masked.contains("经度") && masked.contains("点599"));
    assert!(table(&keeper).await.contains("113.3"));
    assert_eq!(acts(&house, &keeper, before).await, [Act::ReadBasicData]);
    let fresh = house.caller(Role::Administrator, house.unit).await;
    let before = house.entry_count().await;
    let page = async |cursor: &str| {
        let path = format!("/api/register/point?limit=300{cursor}");
        house.get(&path, &fresh.cookie).await.json()
    };
    let first = page("").await;
    assert_eq!(acts(&house, &fresh, before).await, [], "looking something up");
    let cursor = first["next_cursor"].as_str().unwrap().replace('\n', "%0A");
    page(&format!("&cursor={cursor}")).await;
    assert_eq!(acts(&house, &fresh, before).await, [Act::ReadBasicData], "reading all of it");
}

/// An export comes back as what it was, and a changed cell as one change.
#[tokio::test(flavor = "multi_thread")]
async fn what_goes_out_comes_in_again() {
    let house = House::build().await;
    let caller = house.caller(Role::Administrator, house.unit).await;
    ground(&house, &caller).await;
    imported(
        &house,
        &caller,
        "camera",
        &format!("{CAMERAS}=东门,rtsp://192.0.2.9/1,,,否,一期,大厅,出入口,113.3\n"),
    )
    .await;
    for kind in ["division", "place", "system", "point", "camera"] {
        let path = format!("/api/tables/{kind}?format=csv&reason=audit");
        let table = house.get(&path, &caller.cookie).await;
        let table = String::from_utf8(table.body.to_vec()).unwrap();
        let run = upload(&house, &caller, kind, &table).await.json();
        let differs: u64 =
            ["added", "changed", "cameras_added"].iter().map(|name| run[*name].as_u64().unwrap()).sum();
        assert_eq!((run["problem_count"].as_u64(), differs), (Some(0), 0), "{kind}: {run}\n{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_credentials_are_tried_before_they_are_set() {
    let studio = crate::watch::Studio::start_in(House::build().await).await;
    let house = &studio.house;
    let caller = house.caller(Role::Administrator, house.unit).await;
    let before = house.entry_count().await;
    // The first answers to anybody; 192.0.2.1 is nobody's address.
    let ids = json!([house.cameras[0].to_string()]);
    let request = json!({ "selection": { "ids": ids }, "username": "admin", "password": "geheim-neu" });
    let run = house.post("/api/bulk/credentials", &caller.cookie, request.clone()).await;
    assert!(!String::from_utf8_lossy(&run.body).contains("geheim"));
    let run = run.json();
    assert_eq!((&run["problem_count"], &run["cameras_changed"]), (&json!(0), &json!(1)), "{run}");
    assert_eq!(apply(house, &caller, &run).await.status, StatusCode::OK);
    assert_eq!(acts(house, &caller, before).await, [Act::RotateCredentials; 2]);
    let entries = house.entries_since(before).await;
    assert!(entries.iter().all(|entry| !format!("{:?}", entry.record).contains("geheim")));
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("rtsp://{}/one", closed.local_addr().unwrap());
    drop(closed);
    let away = house.camera("无人", &url).await;
    let request =
        json!({ "selection": { "ids": [away.to_string()] }, "username": "admin", "password": "geheim-neu" });
    let run = house.post("/api/bulk/credentials", &caller.cookie, request).await.json();
    assert_eq!(run["problems"][0]["problem"]["en"], json!("cannot be reached"), "{run}");
    assert_eq!(apply(house, &caller, &run).await.status, StatusCode::CONFLICT);
}

/// guangzhou-2007:21: each camera is admitted under the floor that binds it where it stands, as a single one is.
#[tokio::test(flavor = "multi_thread")]
async fn an_imported_camera_takes_room_for_the_floor_of_its_own_law() {
    const KBPS: u32 = 1_000;
    let house = House::build().await;
    let caller = house.caller(Role::Administrator, house.unit).await;
    ground(&house, &caller).await;
    let made = async |kind: &str, body: Value| {
        let request = json!({ "unit_id": house.unit.to_string(), "body": body });
        let made = house.post(&format!("/api/register/{kind}"), &caller.cookie, request).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
        made.json()["id"].as_str().unwrap().to_owned()
    };
    let division = house.get("/api/register/division?query=天河区", &caller.cookie).await.json();
    let vault = made("place", json!({ "name": "金库", "division": division["records"][0]["id"] })).await;
    let paper = made("document", json!({ "name": "通知", "paper": "other" })).await;
    // Ninety days in the vault, thirty elsewhere.
    let set = json!({
        "unit_id": house.unit.to_string(), "place_id": vault, "article": "guangzhou-2007:21",
        "parameter": "footage_floor_days", "value": 90, "document_id": paper, "reason": "行业要求",
        "from": "2026-01-01",
    });
    let set = house.post("/api/overrides", &caller.cookie, set).await;
    assert_eq!(set.status, StatusCode::CREATED, "{}", set.json());

    let heading = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
    // Rows of point and place; what is told of each row that finds no room.
    let check = async |room_days: u64, rows: &[(&str, &str)], expected: &[(u32, &str, &str)]| {
        let row = |(at, (name, place)): (usize, &(&str, &str))| law::import::SheetRow {
            number: u32::try_from(at).unwrap() + 2,
            cells: heading(&format!("{name},rtsp://192.0.2.9/{at},是,{KBPS},一期,{place},出入口")),
        };
        let sheet = law::import::Sheet {
            name: "摄像机".to_owned(),
            target: Some(law::import::Target::Cameras),
            header: heading("摄像机名称,主码流地址,启用,计划码率,所属系统,所在场所,用途"),
            rows: rows.iter().enumerate().map(row).collect(),
        };
        let (name, hash, unit) = ("t.csv".to_owned(), "00".to_owned(), Some(house.unit));
        let file = store::ImportFile { name, hash, sheets: vec![sheet], unit };
        let capacity_bytes = u64::from(KBPS) * 125 * 86_400 * room_days;
        let disk = law::forecast::Disk { capacity_bytes, ..law::forecast::Disk::default() };
        let cameras = std::collections::HashMap::new();
        let room = store::Room { disk, floor_days: 15, kbps: 4_000, cameras };
        let cx = model::Cx {
            purpose: Purpose::Administration,
            legal_basis: LegalBasis::Operation,
            ..house.incident_cx(caller.person)
        };
        let run = house.app.registry().try_import(&cx, file, Some(room)).await.unwrap();
        let told = run.problems.kept.iter().map(|one| {
            let article = one.article.clone().unwrap_or_default();
            (one.row, article, one.words.en.contains("90 days"))
        });
        let expected =
            expected.iter().map(|(row, article, days)| (*row, (*article).to_owned(), *days == "90"));
        assert_eq!(told.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{rows:?} {:?}", run.problems);
    };
    const LAW: &str = "guangzhou-2007:21";
    check(30, &[("东门", "大厅")], &[]).await;
    check(29, &[("东门", "大厅")], &[(2, LAW, "30")]).await;
    check(90, &[("库门", "金库")], &[]).await;
    check(89, &[("库门", "金库")], &[(2, LAW, "90")]).await;
    // What an earlier row took is gone, and one that found no room took none.
    check(119, &[("库门", "金库"), ("东门", "大厅")], &[(3, LAW, "30")]).await;
    check(119, &[("库门", "金库"), ("库内", "金库"), ("东门", "大厅")], &[(3, LAW, "90"), (4, LAW, "30")])
        .await;
    check(120, &[("库门", "金库"), ("库内", "金库"), ("东门", "大厅")], &[(3, LAW, "90")]).await;
}

/// Each row is judged as if those before it had been written one by one: a point in China brings its system under its law, and
/// with it the points that follow.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_stands_under_the_law_that_the_rows_before_it_brought() {
    let house = House::build().await;
    let caller = house.caller(Role::Administrator, house.unit).await;
    let divisions = "区划代码,名称\n440000,广东省\n440100,广州市\n440106,天河区\n900000,别处\n";
    imported(&house, &caller, "division", divisions).await;
    let places = "名称,行政区划,私密场所类型\n大厅,440106,\n街口,900000,\n公厕,900000,toilet\n";
    imported(&house, &caller, "place", places).await;
    let system = "名称,另行适用的规则,行政区划,建设主体\n一期,national-2016,900000,企业\n";
    imported(&house, &caller, "system", system).await;
    let check = async |rows: &[&str], refused: &[(u64, &str)]| {
        let table = format!("名称,所属系统,所在场所,用途\n{}\n", rows.join("\n"));
        let run = upload(&house, &caller, "point", &table).await.json();
        let problems = run["problems"].as_array().unwrap_or_else(|| panic!("{run}"));
        let found: Vec<(u64, &str)> = problems
            .iter()
            .map(|one| (one["row"].as_u64().unwrap(), one["article"].as_str().unwrap_or_default()))
            .collect();
        assert_eq!(found, refused, "{table}: {run}");
        run
    };
    let (hall, corner, toilet) = ("一号,一期,大厅,出入口", "二号,一期,街口,出入口", "三号,一期,公厕,出入口");
    check(&[toilet], &[]).await;
    check(&[corner, toilet], &[]).await;
    check(&[toilet, hall], &[]).await;
    check(&[hall, toilet], &[(3, "national-2025:8")]).await;
    check(&[corner, hall, toilet], &[(4, "national-2025:8")]).await;
    // Once a row moves the point away, that law binds the system no longer.
    let run = check(&[hall, corner], &[]).await;
    assert_eq!(apply(&house, &caller, &run).await.status, StatusCode::OK);
    check(&[toilet], &[(2, "national-2025:8")]).await;
    let points = house.get("/api/register/point?query=一号", &caller.cookie).await.json();
    let id = points["records"][0]["id"].as_str().unwrap();
    let moved =
        format!("记录编号,名称,所属系统,所在场所,用途\n{id},一号,一期,街口,出入口\n,三号,一期,公厕,出入口\n");
    let run = upload(&house, &caller, "point", &moved).await.json();
    assert_eq!(run["problem_count"], json!(0), "{run}");
}

/// A house that sets up as `init` does, so that a camera without room is refused.
async fn admitting() -> (House, Caller) {
    let house = House::build().await;
    let settings = store::Settings { floor_days: 30, term_days: 30 };
    let cx = store::system_cx("init", house.app.now());
    house.app.registry().change_settings(&cx, settings, "").await.unwrap();
    let caller = house.caller(Role::Administrator, house.unit).await;
    (house, caller)
}

/// What each camera of the house is planned to send.
async fn planned(house: &House) -> Vec<(String, Option<u32>)> {
    let cx = store::system_cx("test", house.app.now());
    let cameras = house.app.registry().camera_storage(&cx).await.unwrap();
    cameras.iter().map(|one| (one.camera.to_string(), one.planned_kbps)).collect()
}

/// guangzhou-2007:21: no camera is enrolled, and none let send more, beyond what the disks keep to its floor.
#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_neither_enrolled_nor_raised_beyond_the_room() {
    let (house, caller) = admitting().await;
    let enrol = async |kbps: u32| {
        let request = json!({
            "unit_id": house.unit.to_string(), "name": format!("门{kbps}"), "main_url": "rtsp://192.0.2.9/1", "planned_kbps": kbps,
        });
        house.post("/api/cameras", &caller.cookie, request).await
    };
    let raise = async |kbps: u32| {
        let path = format!("/api/storage/cameras/{}", house.cameras[0]);
        let body = Some(json!({ "planned_kbps": kbps }));
        house.send(&house.router, Method::PATCH, &path, Some(&caller.cookie), body).await
    };
    let before = (planned(&house).await, house.entry_count().await);
    let refused = [enrol(1_000_000).await, raise(1_000_000).await];
    for answer in &refused {
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::FORBIDDEN, "no_room"),
            "{}",
            answer.json()
        );
        assert!(answer.json()["error"]["article"].is_string(), "{}", answer.json());
    }
    assert_eq!(planned(&house).await, before.0);
    assert_eq!(acts(&house, &caller, before.1).await, [Act::ChangeCamera; 2]);
    let entries = house.entries_since(before.1).await;
    let own: Vec<_> = entries.iter().filter(|entry| entry.act == Act::ChangeCamera).collect();
    assert!(own.iter().all(|entry| entry.is_refusal()), "{own:?}");
    // With less it fits.
    assert_eq!(enrol(1).await.status, StatusCode::CREATED);
    assert_eq!(raise(2).await.status, StatusCode::OK);
}

/// The same by a change of many and by a table, and no camera stands in its own way.
#[tokio::test(flavor = "multi_thread")]
async fn nor_by_a_table_or_with_many() {
    let (house, caller) = admitting().await;
    let bulk = async |kbps: u32| {
        let ids: Vec<String> = house.cameras.iter().map(ToString::to_string).collect();
        let change =
            json!({ "kind": "camera", "selection": { "ids": ids }, "set": { "planned_kbps": kbps } });
        house.post("/api/bulk", &caller.cookie, change).await
    };
    let refused = async |run: &Value, rows: usize| {
        assert_eq!(run["problem_count"], json!(rows), "{run}");
        for one in run["problems"].as_array().unwrap() {
            assert!(one["problem"]["en"].as_str().unwrap().starts_with("The disk would be full"), "{run}");
            assert!(one["article"].is_string() && one["remedy"]["en"].is_string(), "{run}");
        }
        assert_eq!(apply(&house, &caller, run).await.status, StatusCode::CONFLICT);
    };
    let before = planned(&house).await;
    refused(&bulk(1_000_000).await.json(), 2).await;
    for none in [0, 1_000_001] {
        assert_eq!(bulk(none).await.status, StatusCode::BAD_REQUEST, "{none}");
    }
    // 200 Mbit/s are a table's most: eight times 65 TB for a month.
    ground(&house, &caller).await;
    let table = |kbps: u32| {
        let row = |at: u32| format!("门{at},rtsp://192.0.2.9/{at},是,{kbps},一期,大厅,出入口\n");
        let rows: String = (0..8).map(row).collect();
        format!("摄像机名称,主码流地址,启用,计划码率,所属系统,所在场所,用途\n{rows}")
    };
    let run = upload(&house, &caller, "camera", &table(1)).await.json();
    assert_eq!(run["problem_count"], json!(0), "{run}");
    assert_eq!(apply(&house, &caller, &run).await.status, StatusCode::OK);
    let run = upload(&house, &caller, "camera", &table(200_000)).await.json();
    refused(&run, 8).await;
    let taken = planned(&house).await;
    assert!(before.iter().all(|one| taken.contains(one)), "{taken:?}");
    assert_eq!(taken.iter().filter(|(_, kbps)| *kbps == Some(1)).count(), 8, "{taken:?}");
    // With less it fits, and is written.
    let run = bulk(5).await.json();
    assert_eq!(run["problem_count"], json!(0), "{run}");
    assert!(run.to_string().contains("planned_kbps"), "before and after are shown: {run}");
    assert_eq!(apply(&house, &caller, &run).await.status, StatusCode::OK);
    assert_eq!(planned(&house).await.iter().filter(|(_, kbps)| *kbps == Some(5)).count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_cameras_are_switched_off_for_a_stated_reason_only() {
    let house = House::build().await;
    let administrator = house.caller(Role::Administrator, house.unit).await;
    let cameras: Vec<String> = house.cameras.iter().take(2).map(ToString::to_string).collect();
    let many =
        |on: bool| json!({ "kind": "camera", "selection": { "ids": cameras }, "set": { "enabled": on } });
    let tried = house.post("/api/bulk", &administrator.cookie, many(false)).await.json();
    assert_eq!((&tried["problem_count"], &tried["switched_off"]), (&json!(0), &json!(2)), "{tried}");
    for refused in [
        apply(&house, &administrator, &tried).await,
        apply_because(&house, &administrator, &tried, " ").await,
    ] {
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.json());
        let error = &refused.json()["error"];
        assert_eq!((&error["article"], &error["code"]), (&json!("datong-2008:17"), &json!("reason")));
    }
    let on = async || {
        let listed = house.get("/api/cameras?limit=100", &administrator.cookie).await.json();
        let cameras: Vec<String> = cameras.clone();
        let own = listed["cameras"].as_array().unwrap().iter();
        own.filter(|one| cameras.iter().any(|id| one["id"] == *id) && one["enabled"] == true).count()
    };
    assert_eq!(on().await, 2, "nothing happened");
    let before = house.entry_count().await;
    let applied = apply_because(&house, &administrator, &tried, "杆塔迁移").await;
    assert_eq!(applied.status, StatusCode::OK, "{}", applied.json());
    assert_eq!(on().await, 0);
    let entries = house.entries_since(before).await;
    let entry = entries.iter().find(|entry| entry.act == Act::ChangeMany).unwrap();
    assert_eq!(entry.record.note, "杆塔迁移");
    assert!(entry.record.extra.contains("switched_off=2"), "{}", entry.record.extra);
    // Switching on needs none.
    let tried = house.post("/api/bulk", &administrator.cookie, many(true)).await.json();
    assert_eq!(tried["switched_off"], json!(0));
    assert_eq!(apply(&house, &administrator, &tried).await.status, StatusCode::OK);
    assert_eq!(on().await, 2);
}
