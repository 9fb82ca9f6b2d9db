//! Files of documents as a network and a browser send and get them; and a commissioning still of a camera that really sends.

use crate::{
    cases::Who,
    house::{Answer, Caller, House},
    watch::Studio,
};
use axum::{
    body::{Body, Bytes},
    http::{Method, Request, StatusCode},
};
use law::register::RecordKind;
use model::{Act, RecordId};
use serde_json::{Value, json};
use std::io;
use store::system_cx;

async fn paper(house: &House) -> RecordId {
    let body = json!({ "name": "图纸", "paper": "design" }).as_object().cloned().unwrap();
    let cx = system_cx("demo", house.app.now());
    house.app.registry().add_record(&cx, RecordKind::Document, Some(house.unit), body).await.unwrap()
}

async fn send(house: &House, caller: &Caller, path: &str, length: Option<u64>, body: Body) -> Answer {
    let mut request = Request::builder().method(Method::POST).uri(path).header("x-watchkeeper", "1");
    request = request.header("cookie", &caller.cookie);
    if let Some(length) = length {
        request = request.header("content-length", length);
    }
    house.send_raw(&house.router, request.body(body).unwrap()).await
}

fn blocks(parts: Vec<io::Result<&'static [u8]>>) -> Body {
    Body::from_stream(futures::stream::iter(parts.into_iter().map(|part| part.map(Bytes::from_static))))
}

/// Files in the folder of documents, whatever they are.
fn stored(house: &House) -> usize {
    let (mut folders, mut count) = (vec![house.dir.path().join("documents")], 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() { folders.push(entry.path()) } else { count += 1 }
        }
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_come_whole_leaves_nothing() {
    let house = House::build().await;
    let keeper = Who::Administrator.sign_in(&house).await;
    let id = paper(&house).await;
    let path = |name: &str| format!("/api/records/{id}/file?version=1&name={name}");
    let check = async |name: &str, length: Option<u64>, body: Body, code: &str| {
        let answer = send(&house, &keeper, &path(name), length, body).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, code), "{name}");
        assert_eq!(stored(&house), 0, "{name}");
    };
    let cut = || Err(io::Error::other("the line went dead"));
    check("a.pdf", None, blocks(vec![Ok(b"%PDF-1.7"), cut()]), "file_cut").await;
    check("a.txt", None, blocks(vec![cut()]), "file_cut").await;
    check("a.txt", Some(1 << 40), Body::from("x"), "file_too_large").await;
    check("a.zip", None, Body::from("PK\u{3}\u{4}"), "file_ending").await;
    check("..%2F..%2Fkeys%2Fevil", None, Body::from("x"), "file_ending").await;
    check("a.xlsx", None, Body::from("PK\u{3}\u{4}".to_owned() + &"\0".repeat(90)), "file_kind").await;
    // A gigabyte of text: refused where it passes the limit, not when it has come.
    const BLOCK: &[u8] = &[b'x'; 1 << 20];
    check("a.txt", None, blocks((0..1_024).map(|_| Ok(BLOCK)).collect()), "file_too_large").await;
    // Nobody may: nothing of the body is read.
    let viewer = Who::Viewer.sign_in(&house).await;
    let answer = send(&house, &viewer, &path("a.txt"), None, blocks(vec![cut()])).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    // And what is whole is taken, under a name that is no path.
    let answer = send(&house, &keeper, &path("..%2F..%2Fkeys%2Fplan.txt"), None, Body::from("plan")).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    assert_eq!(answer.json()["body"]["file_name"], json!("plan.txt"));
    assert_eq!(stored(&house), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_runs_nothing_of_what_somebody_uploaded() {
    let house = House::build().await;
    let keeper = Who::Administrator.sign_in(&house).await;
    let check = async |name: &str, bytes: &'static [u8], query: &str, shown: bool, media_type: &str| {
        let id = paper(&house).await;
        let path = format!("/api/records/{id}/file?version=1&name={name}");
        let taken = send(&house, &keeper, &path, None, Body::from(bytes)).await;
        assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.json());
        let answer = house.get(&format!("/api/records/{id}/file?{query}"), &keeper.cookie).await;
        let header = |name: &str| answer.headers.get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(&answer.body[..], bytes);
        assert_eq!(header("content-type"), media_type);
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "no-store");
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && policy.contains("sandbox"), "{policy}");
        let disposition = header("content-disposition");
        assert_eq!(disposition.starts_with("inline"), shown, "{name}: {disposition}");
    };
    check("a.png", b"\x89PNG\r\n\x1a\n", "", true, "image/png").await;
    check("a.png", b"\x89PNG\r\n\x1a\n\0", "download=true", false, "image/png").await;
    check("a.pdf", b"%PDF-1.7", "", true, "application/pdf").await;
    check("a.txt", b"<script>alert(1)</script>", "", false, "text/plain; charset=utf-8").await;
    check("a.csv", b"=cmd()", "", false, "text/csv; charset=utf-8").await;
    // Two of them were pictures. They left under their own entries, which name them whole, and so owe no record of use.
    let balance = house.app.balance();
    assert_eq!((balance.sums(), balance.stray()), ([8 + 9; 3], None), "left, served, recorded");
    // Everything else of the server has the policy of pages.
    let page = house.get("/api/register", &keeper.cookie).await;
    let policy = page.headers.get("content-security-policy").unwrap().to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("sandbox"), "{policy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_still_is_a_frame_of_the_camera_under_two_entries_and_its_use() {
    let studio = Studio::start_in(House::build().await).await;
    let house = &studio.house;
    let (keeper, operator) = (Who::Administrator.sign_in(house).await, Who::Operator.sign_in(house).await);
    let (system, point) = place(house).await;
    let path = format!("/api/cameras/{}/point", house.cameras[0]);
    let placed = house
        .send(&house.router, Method::PUT, &path, Some(&keeper.cookie), Some(json!({ "point_id": point })))
        .await;
    assert!(placed.status.is_success(), "{}", placed.json());
    let (path, before) =
        (format!("/api/cameras/{}/commissioning-still", house.cameras[0]), house.entry_count().await);
    let order = json!({ "purpose": "maintenance", "legal_basis": "maintenance_duty" });
    let taken = house.post(&path, &operator.cookie, order.clone()).await;
    assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.json());
    let document = taken.json()["id"].as_str().unwrap().to_owned();
    let entries = house.entries_since(before).await;
    let acts: Vec<Act> = entries.iter().map(|entry| entry.act).collect();
    assert_eq!(acts, [Act::CommissioningStill, Act::Use, Act::CommissioningStill]);
    assert_eq!(entries[2].record.refers_to, Some(entries[0].index));
    // The entry's hash is that of what is read, and that is a frame that parses.
    let file = house.get(&format!("/api/records/{document}/file"), &keeper.cookie).await;
    let sha256 = model::Hash(<sha2::Sha256 as sha2::Digest>::digest(&file.body).into());
    assert!(entries[2].record.extra.contains(&format!("sha256={sha256}")), "{}", entries[2].record.extra);
    let items: Vec<_> = media::fmp4::items(&file.body).map(Result::unwrap).collect();
    assert_eq!(items.len(), 2, "what a player needs, and one fragment");
    // The table of the system shows it beside what the camera sends.
    let confirmed =
        house.post(&format!("/api/records/{document}/confirmation"), &keeper.cookie, json!({})).await;
    assert_eq!(confirmed.status, StatusCode::NO_CONTENT, "{}", confirmed.json());
    // The first second of a stream is not measured yet.
    let path = format!("/api/systems/{system}/commissioning");
    let mut table = house.get(&path, &keeper.cookie).await.json();
    for _ in 0..1_200 {
        if !table["points"][0]["measured"]["codec"].is_null() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        table = house.get(&path, &keeper.cookie).await.json();
    }
    let row = &table["points"][0];
    assert_eq!(row["measured"]["codec"], json!("H.264"), "{table}");
    assert_eq!((&row["still"]["document_id"], &row["still"]["is_current"]), (&json!(document), &json!(true)));
    assert!(row["still"]["confirmed"]["by"]["name"].is_string(), "{table}");
    // Nobody puts another picture in its place.
    let path = format!("/api/records/{document}/file?version=1&name=a.png");
    let other = send(house, &keeper, &path, None, Body::from("\u{89}PNG")).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "{}", other.json());
    // Who answers for the unit has no pictures: they cannot have one taken.
    let path = format!("/api/cameras/{}/commissioning-still", house.cameras[0]);
    let refused = house.post(&path, &keeper.cookie, order).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

/// A planned system with one point: its id and the point's.
async fn place(house: &House) -> (String, String) {
    let add = async |kind: RecordKind, body: Value| {
        let cx = system_cx("demo", house.app.now());
        let unit = (!kind.is_shared()).then_some(house.unit);
        let body = body.as_object().cloned().unwrap();
        house.app.registry().add_record(&cx, kind, unit, body).await.unwrap().to_string()
    };
    let division = add(RecordKind::Division, json!({ "code": "440106", "name": "天河区" })).await;
    let body = json!({
        "name": "系统", "packs": ["guangzhou-2007"], "division": division, "builder_kind": "enterprise",
    });
    let system = add(RecordKind::System, body).await;
    let hall = add(RecordKind::Place, json!({ "name": "大厅", "division": division })).await;
    let body = json!({ "name": "大门", "system": system, "place": hall, "purpose": "出入口" });
    let point = add(RecordKind::Point, body).await;
    (system, point)
}
