//! Incident folders over HTTP: what is added, withdrawn, found; one hold that grows; packages that open nothing which a single export
//! would not.

use crate::{
    cases::Who,
    house::{Answer, Caller, Entry, House},
};
use axum::http::StatusCode;
use law::access::Post;
use model::{Act, Actor, CameraId, Role};
use serde_json::{Value, json};
use store::{NewCamera, PersonChange, Reach, system_cx};

/// The path of a folder that somebody opens.
pub async fn opened(house: &House, caller: &Caller, more: Value) -> String {
    let mut body =
        json!({ "unit_id": house.unit.to_string(), "name": "江边争执", "happened": "两人争执后离开" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = house.post("/api/folders", &caller.cookie, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    format!("/api/folders/{}", answer.json()["id"].as_str().unwrap())
}

/// The last so many seconds of these cameras but one.
pub fn span(house: &House, cameras: &[usize], seconds: i64) -> Value {
    let now = house.app.now().as_ms() / 60_000 * 60_000;
    let cameras: Vec<_> = cameras.iter().map(|at| house.cameras[*at].to_string()).collect();
    json!({ "kind": "span", "cameras": cameras, "from_ms": now - seconds * 1_000, "to_ms": now, "words": "" })
}

pub async fn add(house: &House, caller: &Caller, folder: &str, item: Value) -> Value {
    let answer = house.post(&format!("{folder}/items"), &caller.cookie, item).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer.json()
}

async fn hold(house: &House, caller: &Caller, folder: &str) -> Answer {
    let body = json!({ "purpose": "incident", "legal_basis": "unit_duty", "note": "争执" });
    house.post(&format!("{folder}/hold"), &caller.cookie, body).await
}

async fn export(house: &House, caller: &Caller, folder: &str, more: Value) -> Answer {
    let mut body = json!({
        "purpose": "incident", "legal_basis": "unit_duty",
        "recipient": { "name": "李警官", "organisation": "公安" },
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    house.post(&format!("{folder}/packages"), &caller.cookie, body).await
}

fn of(entries: &[Entry], act: Act) -> Vec<&Entry> {
    entries.iter().filter(|entry| entry.act == act).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn items_are_added_and_withdrawn_and_never_overwritten() {
    let house = House::build().await;
    let operator = Who::Operator.sign_in(&house).await;
    let folder = opened(&house, &operator, json!({})).await;
    let (now, camera) = (house.app.now().as_ms(), house.cameras[0].to_string());
    let check = async |item: Value, status: u16| {
        let before = house.entry_count().await;
        let answer = house.post(&format!("{folder}/items"), &operator.cookie, item.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{item}: {}", answer.json());
        let entries = house.entries_since(before).await;
        assert_eq!(of(&entries, Act::AddToFolder).len(), usize::from(status == 201), "{item}");
    };
    check(
        json!({ "kind": "bookmark", "cameras": [camera], "from_ms": now - 5_000, "words": "红色轿车" }),
        201,
    )
    .await;
    check(json!({ "kind": "bookmark", "cameras": [camera], "from_ms": now - 5_000 }), 400).await;
    check(json!({ "kind": "bookmark", "cameras": [], "from_ms": now - 5_000, "words": "x" }), 400).await;
    check(json!({ "kind": "span", "cameras": [camera], "from_ms": now - 5_000, "to_ms": now - 6_000 }), 400)
        .await;
    check(json!({ "kind": "note", "words": "他又回来了" }), 201).await;
    check(json!({ "kind": "note", "words": " " }), 400).await;
    check(json!({ "kind": "gap", "cameras": [camera], "from_ms": now - 5_000, "to_ms": now }), 400).await;
    // What an item leads to is of the unit's own duty room; nothing is kept of the attempt but no entry either.
    let link = json!({ "kind": "observation", "about_id": uuid::Uuid::now_v7().to_string() });
    let answer = house.post(&format!("{folder}/items"), &operator.cookie, link).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.json());

    let read = house.get(&folder, &operator.cookie).await.json();
    let item = read["items"][0].clone();
    assert_eq!((&item["words"], &item["cameras"][0]["id"]), (&json!("红色轿车"), &json!(camera)));
    let path = format!("{folder}/items/{}/withdraw", item["id"].as_str().unwrap());
    let silent = house.post(&path, &operator.cookie, json!({ "reason": " " })).await;
    assert_eq!((silent.status.as_u16(), silent.code().as_str()), (403, "folder_reason"));
    let withdrawn = house.post(&path, &operator.cookie, json!({ "reason": "另一辆车" })).await.json();
    let kept = &withdrawn["items"][0];
    assert_eq!((&kept["words"], &kept["withdraw_reason"]), (&json!("红色轿车"), &json!("另一辆车")));
    assert_eq!(withdrawn["items_count"], json!(1));
    let again = house.post(&path, &operator.cookie, json!({ "reason": "x" })).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "once");

    // Closed: read and nothing else, until somebody reopens it with a reason.
    let reason = json!({ "reason": "已了结" });
    assert_eq!(house.post(&format!("{folder}/close"), &operator.cookie, reason.clone()).await.status, 200);
    let note = json!({ "kind": "note", "words": "再加一条" });
    let refused = house.post(&format!("{folder}/items"), &operator.cookie, note.clone()).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "folder_closed"));
    assert_eq!(refused.json()["error"]["article"], json!("unit:folders"));
    assert_eq!(export(&house, &operator, &folder, json!({})).await.code(), "folder_closed");
    assert_eq!(hold(&house, &operator, &folder).await.code(), "folder_closed");
    assert_eq!(house.post(&format!("{folder}/reopen"), &operator.cookie, reason).await.status, 200);
    add(&house, &operator, &folder, note).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_are_found_by_words_camera_and_time() {
    let house = House::build().await;
    let operator = Who::Operator.sign_in(&house).await;
    let folder = opened(&house, &operator, json!({ "name": "Quarrel at the river" })).await;
    opened(&house, &operator, json!({ "name": "别的事", "happened": "" })).await;
    let (now, camera) = (house.app.now().as_ms(), house.cameras[0].to_string());
    let item =
        json!({ "kind": "bookmark", "cameras": [camera], "from_ms": now - 60_000, "words": "Red van 100%" });
    add(&house, &operator, &folder, item).await;
    let check = async |who: &Caller, query: &str, expected: u64| {
        let answer = house.get(&format!("/api/folders?{query}"), &who.cookie).await.json();
        assert_eq!(answer["total"], json!(expected), "{query}: {answer}");
    };
    check(&operator, "", 2).await;
    check(&operator, "words=quarrel", 1).await;
    check(&operator, "words=red%20van", 1).await;
    check(&operator, "words=100%25", 1).await;
    check(&operator, "words=%25", 1).await;
    check(&operator, "words=nothing", 0).await;
    check(&operator, &format!("camera={camera}"), 1).await;
    check(&operator, &format!("camera={}", house.cameras[1]), 0).await;
    check(&operator, &format!("from_ms={}&to_ms={}", now - 61_000, now - 59_000), 1).await;
    check(&operator, &format!("from_ms={}&to_ms={}", now - 59_000, now), 0).await;
    check(&operator, "closed=true", 0).await;
    check(&operator, &format!("unit_id={}", house.other_unit), 0).await;
    check(&Who::OtherOperator.sign_in(&house).await, "", 0).await;
    // An operator of one group without that camera: the folder is there, the item is not told, and no search finds by it.
    let lone = lone_operator(&house).await;
    check(&lone, "words=quarrel", 1).await;
    check(&lone, "words=red%20van", 0).await;
    check(&lone, &format!("camera={camera}"), 0).await;
    check(&lone, &format!("from_ms={}&to_ms={}", now - 61_000, now - 59_000), 0).await;
    let read = house.get(&folder, &lone.cookie).await.json();
    let item = &read["items"][0];
    assert_eq!((&item["withheld"], &item["words"], &item["cameras"]), (&json!(true), &json!(""), &json!([])));
    assert_eq!(item["from_ms"], Value::Null);
}

/// An operator of a group of the unit that has no camera.
async fn lone_operator(house: &House) -> Caller {
    let cx = system_cx("demo", house.app.now());
    let group = house.app.registry().create_group(&cx, house.unit, "空组", None).await.unwrap();
    let post = Post { role: Role::Operator, unit: house.unit, group: Some(law::access::Part::Group(group)) };
    let account = format!("lone-{}", uuid::Uuid::now_v7().as_fields().2);
    let person = house.person(&account, vec![post]).await;
    house.sign_in(person, &account).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_hold_grows_with_the_folder_and_takes_two_to_lift() {
    let house = House::build().await;
    let (operator, administrator) =
        (Who::Operator.sign_in(&house).await, Who::Administrator.sign_in(&house).await);
    let folder = opened(&house, &operator, json!({})).await;
    assert_eq!(hold(&house, &operator, &folder).await.status, StatusCode::CONFLICT, "nothing to hold");
    add(&house, &operator, &folder, span(&house, &[0], 60)).await;
    add(&house, &operator, &folder, span(&house, &[1], 60)).await;
    let silent = json!({ "purpose": "incident", "legal_basis": "unit_duty" });
    let refused = house.post(&format!("{folder}/hold"), &operator.cookie, silent).await;
    assert_eq!(refused.code(), "hold_reason");
    let before = house.entry_count().await;
    let held = hold(&house, &operator, &folder).await.json();
    assert_eq!((held["holds"].as_array().unwrap().len(), &held["held"]), (1, &json!(true)), "{held}");
    assert_eq!(held["holds"][0]["cameras"].as_array().unwrap().len(), 2);
    let entries = house.entries_since(before).await;
    let (asked, placed) = (of(&entries, Act::HoldFolder), of(&entries, Act::PlaceHold));
    assert_eq!(placed[0].record.refers_to, Some(asked[0].index));
    assert_eq!(hold(&house, &operator, &folder).await.status, StatusCode::CONFLICT, "held already");

    // What is added is held with it, by an entry of its own.
    let before = house.entry_count().await;
    let grown = add(&house, &operator, &folder, span(&house, &[0], 120)).await;
    assert_eq!(grown["holds"].as_array().unwrap().len(), 2);
    let entries = house.entries_since(before).await;
    let (added, placed) = (of(&entries, Act::AddToFolder), of(&entries, Act::PlaceHold));
    assert_eq!((placed.len(), placed[0].record.refers_to), (1, Some(added[0].index)));
    assert!(placed[0].record.extra.contains("folder="), "{}", placed[0].record.extra);
    add(&house, &operator, &folder, json!({ "kind": "note", "words": "无录像" })).await;

    // Withdrawing lets nothing go.
    let item = grown["items"][2]["id"].as_str().unwrap().to_owned();
    let reason = json!({ "reason": "已了结" });
    let path = format!("{folder}/items/{item}/withdraw");
    let withdrawn = house.post(&path, &operator.cookie, reason.clone()).await.json();
    assert_eq!(withdrawn["holds"].as_array().unwrap().len(), 2);

    let (release, approve) = (format!("{folder}/hold/release"), format!("{folder}/hold/release/approve"));
    assert_eq!(
        house.post(&approve, &administrator.cookie, reason.clone()).await.status,
        StatusCode::CONFLICT
    );
    let asked = house.post(&release, &administrator.cookie, reason.clone()).await.json();
    assert_eq!(asked["holds"][1]["release_asked"], json!(true), "{asked}");
    let own = house.post(&approve, &administrator.cookie, reason.clone()).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "nobody lifts what they asked to be lifted");
    assert_eq!(house.post(&approve, &operator.cookie, reason.clone()).await.status, StatusCode::FORBIDDEN);
    let second = Who::Administrator.sign_in(&house).await;
    let lifted = house.post(&approve, &second.cookie, reason).await.json();
    assert_eq!(lifted["held"], json!(false), "{lifted}");
    let after = add(&house, &operator, &folder, span(&house, &[1], 180)).await;
    assert_eq!(after["holds"].as_array().unwrap().len(), 2, "a folder that is not held holds nothing more");
}

#[tokio::test(flavor = "multi_thread")]
async fn packages_of_a_folder_ask_for_no_more_than_its_spans() {
    let house = House::build().await;
    let operator = Who::Operator.sign_in(&house).await;
    let folder = opened(&house, &operator, json!({})).await;
    assert_eq!(export(&house, &operator, &folder, json!({})).await.status, StatusCode::CONFLICT, "no span");
    add(&house, &operator, &folder, span(&house, &[0], 60)).await;
    add(&house, &operator, &folder, span(&house, &[1], 60)).await;
    let read = add(&house, &operator, &folder, span(&house, &[1], 120)).await;
    let items: Vec<&str> = (0..3).map(|at| read["items"][at]["id"].as_str().unwrap()).collect();

    // Two cameras with one span go into one package, the other span into another.
    let before = house.entry_count().await;
    let made = export(&house, &operator, &folder, json!({})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    let made = made.json();
    let cameras: Vec<usize> = made["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["cameras"].as_array().unwrap().len())
        .collect();
    assert_eq!(cameras.iter().sum::<usize>(), 3, "{made}");
    assert_eq!(cameras.len(), 2);
    let entries = house.entries_since(before).await;
    let (asked, exported) = (of(&entries, Act::ExportFolder), of(&entries, Act::Export));
    assert_eq!((asked.len(), exported.len()), (1, 2));
    for entry in exported {
        assert_eq!(entry.record.refers_to, Some(asked[0].index));
        assert!(entry.record.extra.starts_with("folder="), "{}", entry.record.extra);
    }

    // A withdrawn item goes out no more: by itself not at all, and of the whole it is left out.
    let path = format!("{folder}/items/{}/withdraw", items[2]);
    house.post(&path, &operator.cookie, json!({ "reason": "误加" })).await;
    let before = house.entry_count().await;
    let refused = export(&house, &operator, &folder, json!({ "items": [items[0], items[2]] })).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "folder_item_withdrawn"));
    let entries = house.entries_since(before).await;
    assert!(of(&entries, Act::Export).is_empty() && of(&entries, Act::ExportFolder)[0].is_refusal());
    let one = export(&house, &operator, &folder, json!({ "items": [items[0]] })).await;
    assert_eq!(one.json()["packages"].as_array().unwrap().len(), 3);
    let unknown =
        export(&house, &operator, &folder, json!({ "items": [uuid::Uuid::now_v7().to_string()] })).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let administrator = Who::Administrator.sign_in(&house).await;
    assert_eq!(export(&house, &administrator, &folder, json!({})).await.status, StatusCode::FORBIDDEN);
}

/// A camera of another level, in the house's group.
async fn camera(house: &House, security_level: u8) -> CameraId {
    let new = NewCamera {
        unit: house.unit,
        group: Some(house.group),
        name: "涉密".to_owned(),
        place: "滨江路 1 号".to_owned(),
        main_url: "rtsp://192.0.2.1/main".to_owned(),
        sub_url: None,
        credentials: None,
        reach: Reach::default(),
        security_level,
        floor_days: None,
    };
    house.app.registry().create_camera(&system_cx("demo", house.app.now()), new).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_opens_no_camera() {
    let house = House::build().await;
    let operator = Who::Operator.sign_in(&house).await;
    let folder = opened(&house, &operator, json!({})).await;
    // Another unit's people: neither read it nor put anything into it, and their cameras do not come in.
    let other = Who::OtherOperator.sign_in(&house).await;
    assert_eq!(house.get(&folder, &other.cookie).await.status, StatusCode::NOT_FOUND);
    let note = json!({ "kind": "note", "words": "x" });
    assert_eq!(
        house.post(&format!("{folder}/items"), &other.cookie, note).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(export(&house, &other, &folder, json!({})).await.status, StatusCode::FORBIDDEN);
    // A camera that one's posts do not cover is not put into a folder, held with it or handed out with it.
    let lone = lone_operator(&house).await;
    let item = span(&house, &[0], 60);
    let refused = house.post(&format!("{folder}/items"), &lone.cookie, item.clone()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.json());
    add(&house, &operator, &folder, item).await;
    for answer in [export(&house, &lone, &folder, json!({})).await, hold(&house, &lone, &folder).await] {
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.json());
    }
    let read = house.get(&folder, &operator.cookie).await.json();
    assert_eq!((&read["packages"], &read["holds"]), (&json!([]), &json!([])), "nothing came of it");
    // Nor is one that was lost since.
    let cx = system_cx("demo", house.app.now());
    let group = house.app.registry().create_group(&cx, house.unit, "别处", None).await.unwrap();
    let posts =
        vec![Post { role: Role::Operator, unit: house.unit, group: Some(law::access::Part::Group(group)) }];
    let change = PersonChange { posts: Some(posts), ..PersonChange::default() };
    house.app.registry().change_person(&cx, operator.person, change).await.unwrap();
    let again = house.sign_in(operator.person, &operator.account).await;
    let lost = export(&house, &again, &folder, json!({})).await;
    assert_eq!(lost.status, StatusCode::FORBIDDEN, "{}", lost.json());
    let read = house.get(&folder, &again.cookie).await.json();
    assert_eq!(read["items"][0]["withheld"], json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_footage_in_a_folder_needs_its_case() {
    let house = House::build().await;
    let operator = Who::Operator.sign_in(&house).await;
    let secret = camera(&house, 3).await;
    let mut item = span(&house, &[0], 60);
    item["cameras"] = json!([secret.to_string()]);
    let plain = opened(&house, &operator, json!({})).await;
    add(&house, &operator, &plain, item.clone()).await;
    let before = house.entry_count().await;
    let refused = export(&house, &operator, &plain, json!({ "note": "核查" })).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "level_case"));
    let entries = house.entries_since(before).await;
    assert!(of(&entries, Act::Export)[0].is_refusal());
    assert_eq!(house.get(&plain, &operator.cookie).await.json()["packages"], json!([]));
    // A case that does not count opens no folder; one that does is the case of what goes out, which is held by itself.
    let invented = json!({ "unit_id": house.unit.to_string(), "name": "x", "case_id": uuid::Uuid::now_v7().to_string() });
    assert_eq!(house.post("/api/folders", &operator.cookie, invented).await.code(), "case_unknown");
    let case = house.case().await.to_string();
    let with_case = opened(&house, &operator, json!({ "case_id": case })).await;
    add(&house, &operator, &with_case, item).await;
    let made = export(&house, &operator, &with_case, json!({ "purpose": "case" })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    assert!(made.json()["packages"][0]["hold_id"].is_string());
    let cx = house.incident_cx(operator.person);
    assert!(matches!(cx.actor, Actor::Person(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_into_a_folder_of_a_case_is_held_with_it() {
    let house = House::build().await;
    let (operator, administrator) =
        (Who::Operator.sign_in(&house).await, Who::Administrator.sign_in(&house).await);
    let case = house.case().await.to_string();
    let folder = opened(&house, &operator, json!({ "case_id": case })).await;
    let at = house.app.now().as_ms() / 60_000 * 60_000 - 600_000;
    let bookmark = json!({
        "kind": "bookmark", "cameras": [house.cameras[0].to_string()], "from_ms": at, "words": "红色轿车",
    });
    let before = house.entry_count().await;
    let marked = add(&house, &operator, &folder, bookmark.clone()).await;
    let hold = &marked["holds"][0];
    assert_eq!((&hold["from_ms"], &hold["to_ms"]), (&json!(at - 60_000), &json!(at + 60_000)), "{marked}");
    let entries = house.entries_since(before).await;
    let (added, placed) = (of(&entries, Act::AddToFolder), of(&entries, Act::PlaceHold));
    assert_eq!((placed.len(), placed[0].record.refers_to), (1, Some(added[0].index)));
    let read = house.get(&format!("/api/holds/{}", hold["id"].as_str().unwrap()), &operator.cookie).await;
    assert_eq!(read.json()["case"], json!(case));
    let grown = add(&house, &operator, &folder, span(&house, &[1], 60)).await;
    assert_eq!(grown["holds"].as_array().unwrap().len(), 2, "{grown}");
    let noted = add(&house, &operator, &folder, json!({ "kind": "note", "words": "无录像" })).await;
    assert_eq!(noted["holds"].as_array().unwrap().len(), 2, "words are no footage");
    assert_eq!(noted["packages"], json!([]), "nothing leaves by it");

    // Lifted by two, it is not held again by what somebody adds of another time.
    let reason = json!({ "reason": "结案" });
    let (release, approve) = (format!("{folder}/hold/release"), format!("{folder}/hold/release/approve"));
    assert_eq!(house.post(&release, &operator.cookie, reason.clone()).await.status, StatusCode::OK);
    assert_eq!(house.post(&approve, &administrator.cookie, reason).await.status, StatusCode::OK);
    let after = add(&house, &operator, &folder, span(&house, &[1], 180)).await;
    assert_eq!(after["holds"].as_array().unwrap().len(), 3, "{after}");
    let after = add(&house, &operator, &folder, span(&house, &[1], 240)).await;
    assert_eq!(after["holds"].as_array().unwrap().len(), 4, "nor by what comes after that: {after}");
    // Without a case a bookmark binds nothing.
    let plain = opened(&house, &operator, json!({})).await;
    assert_eq!(add(&house, &operator, &plain, bookmark).await["holds"], json!([]));
}
