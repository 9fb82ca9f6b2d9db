//! Cameras, groups, layouts, settings: what is kept, who sees it, what is refused.

use super::*;
use crate::{RecordOrder, RecordQuery};
use law::access::Post;
use law::register::RecordKind;
use model::{CameraId, Cx, GroupId, Kind, Role, Secret};
use serde_json::{Value, json};

fn new_camera(town: &Town, group: Option<GroupId>, name: &str) -> NewCamera {
    NewCamera {
        unit: town.unit,
        group,
        name: name.into(),
        place: "North road".into(),
        main_url: "rtsp://192.0.2.9:554/1".into(),
        sub_url: Some("rtsp://192.0.2.9:554/2".into()),
        credentials: None,
        reach: crate::Reach::default(),
        security_level: 1,
        floor_days: Some(60),
    }
}

#[tokio::test]
async fn credentials_are_sealed_and_never_shown() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let credentials =
        registry.open_credentials(&system_cx("recorder", NOW), town.gate).await.unwrap().unwrap();
    assert_eq!(
        (credentials.username.as_str(), credentials.password.expose().as_str()),
        ("admin", "camera secret")
    );
    let error = registry.open_credentials(&office(town.administrator, NOW), town.gate).await;
    assert!(error.is_err(), "not for a person");
    for file in ["registry.db", "registry.db-wal"] {
        let bytes = std::fs::read(town.folder.path().join(file)).unwrap();
        for secret in ["camera secret", PASSWORD] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} lies open in {file}");
        }
    }
    let gone = CameraChange { credentials: Some(None), ..CameraChange::default() };
    registry.change_camera(&office(town.administrator, NOW), town.gate, gone).await.unwrap();
    assert_eq!(registry.open_credentials(&system_cx("recorder", NOW), town.gate).await.unwrap(), None);
}

#[tokio::test]
async fn a_key_file_that_is_gone_is_not_replaced() {
    let town = Town::build().await;
    let folder = town.folder;
    town.store.publish(LogName::Footage, NOW).await.unwrap();
    town.store.close(NOW).await.unwrap();
    for key in ["credentials.key", "footage-log.ed25519"] {
        let path = folder.path().join("keys").join(key);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(Store::open(folder.path(), options(NOW)).await.is_err(), "{key}");
        assert!(!path.exists(), "{key} was made anew");
        std::fs::write(&path, bytes).unwrap();
    }
    open(&folder).await;
}

#[tokio::test]
async fn addresses_are_for_administrators() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let query = CameraQuery { limit: 10, ..CameraQuery::default() };
    let check = async |person, shown: bool| {
        let page = registry.cameras(&office(person, NOW), &query).await.unwrap();
        assert_eq!(page.total, 1, "the other unit's camera is not seen");
        assert_eq!(page.cameras[0].main_url.is_some(), shown);
        assert!(registry.camera(&office(person, NOW), town.yard).await.is_err());
    };
    check(town.administrator, true).await;
    check(town.operator, false).await;
    check(town.viewer, false).await;
    check(town.auditor, false).await;
}

#[tokio::test]
async fn bad_cameras_are_refused_with_their_field() {
    let town = Town::build().await;
    let administrator = office(town.administrator, NOW);
    let check = async |change: &dyn Fn(&mut NewCamera), field: &str| {
        let mut new = new_camera(&town, None, "north");
        change(&mut new);
        let error = town.store.registry.create_camera(&administrator, new).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid, "{field}");
        assert!(error.to_string().starts_with(field), "{error}");
    };
    check(&|new| new.name = " ".into(), "name").await;
    check(&|new| new.name = "n".repeat(49), "name").await;
    check(&|new| new.name = "a\u{7}b".into(), "name").await;
    check(&|new| new.main_url = "http://192.0.2.1/".into(), "main_url").await;
    check(&|new| new.main_url = "rtsp://".into(), "main_url").await;
    check(&|new| new.main_url = "rtsp://admin:secret@192.0.2.1/".into(), "main_url").await;
    check(&|new| new.sub_url = Some("rtsp://a b/".into()), "sub_url").await;
    check(&|new| new.security_level = 4, "security_level").await;
    check(&|new| new.floor_days = Some(5_000), "floor_days").await;
}

#[tokio::test]
async fn groups_nest_and_posts_reach_down() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let administrator = office(town.administrator, NOW);
    let hall = registry.create_group(&administrator, town.unit, "Hall", None).await.unwrap();
    let stairs = registry.create_group(&administrator, town.unit, "Stairs", Some(hall)).await.unwrap();
    let yard = registry.create_group(&administrator, town.unit, "Yard", None).await.unwrap();
    let error = registry.create_group(&administrator, town.other_unit, "X", None).await.unwrap_err();
    assert_eq!(refused(error).code, "other_unit");
    let error = registry.create_group(&administrator, town.unit, "X", Some(GroupId(uuid::Uuid::nil()))).await;
    assert_eq!(error.unwrap_err().kind(), Kind::NotFound);
    let camera =
        registry.create_camera(&administrator, new_camera(&town, Some(stairs), "stairs")).await.unwrap();
    let cx_viewer = office(town.viewer, NOW);
    let sees = async |group: GroupId| {
        let posts =
            vec![Post { role: Role::Viewer, unit: town.unit, group: Some(law::access::Part::Group(group)) }];
        let change = PersonChange { posts: Some(posts), ..PersonChange::default() };
        registry.change_person(&administrator, town.viewer, change).await.unwrap();
        let query = CameraQuery { limit: 10, ..CameraQuery::default() };
        let page = registry.cameras(&cx_viewer, &query).await.unwrap();
        page.cameras.iter().map(|camera| camera.id).collect::<Vec<CameraId>>()
    };
    assert_eq!(sees(hall).await, [camera]);
    assert_eq!(sees(stairs).await, [camera]);
    assert_eq!(sees(yard).await, []);
    let below_itself = GroupChange { parent: Some(Some(stairs)), ..GroupChange::default() };
    assert!(registry.change_group(&administrator, hall, below_itself).await.is_err());
    let moved = GroupChange { parent: Some(Some(yard)), ..GroupChange::default() };
    registry.change_group(&administrator, stairs, moved).await.unwrap();
    assert_eq!(sees(yard).await, [camera]);
    let error = registry.remove_group(&administrator, stairs).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict, "a camera is in it: {error}");
    registry.remove_group(&administrator, hall).await.unwrap();
    let filtered = CameraQuery { group: Some(yard), limit: 10, ..CameraQuery::default() };
    assert_eq!(registry.cameras(&administrator, &filtered).await.unwrap().total, 1);
}

#[tokio::test]
async fn cameras_page_by_name_and_retire() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let administrator = office(town.administrator, NOW);
    for number in 0..7 {
        let new = new_camera(&town, None, &format!("Platform {number}"));
        registry.create_camera(&administrator, new).await.unwrap();
    }
    let mut names = Vec::new();
    let mut query = CameraQuery { text: Some("PLATFORM".into()), limit: 3, ..CameraQuery::default() };
    loop {
        let page = registry.cameras(&administrator, &query).await.unwrap();
        assert_eq!(page.total, 7);
        names.extend(page.cameras.iter().map(|camera| camera.name.clone()));
        let Some(cursor) = page.next_cursor else { break };
        query.cursor = Some(cursor);
    }
    assert_eq!(names, (0..7).map(|number| format!("Platform {number}")).collect::<Vec<_>>());
    registry.retire_camera(&administrator, town.gate).await.unwrap();
    let all = CameraQuery { limit: 100, ..CameraQuery::default() };
    assert_eq!(registry.cameras(&administrator, &all).await.unwrap().total, 7);
    let sources = registry.camera_sources(&system_cx("recorder", NOW)).await.unwrap();
    assert_eq!(sources.len(), 8, "seven here, one in the other unit");
    assert_eq!(sources.iter().map(|source| source.floor_days).max(), Some(60));
    assert_eq!(sources.iter().map(|source| source.floor_days).min(), Some(30));
    assert!(registry.change_camera(&administrator, town.gate, CameraChange::default()).await.is_err());
}

#[tokio::test]
async fn probing_is_for_administrators_and_shows_no_secret() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let administrator = office(town.administrator, NOW);
    registry.admit_probe(&administrator, None, "rtsp://192.0.2.9/x").await.unwrap();
    registry.admit_probe(&administrator, Some(town.gate), "rtsp://192.0.2.9/x").await.unwrap();
    let stored = registry.camera(&administrator, town.gate).await.unwrap().main_url.unwrap();
    let credentials = registry.probe_credentials(&administrator, town.gate, &stored).await.unwrap().unwrap();
    assert_eq!(credentials.password, Secret::new("camera secret".into()));
    let refusal = refused(
        registry.admit_probe(&administrator, Some(town.yard), "rtsp://192.0.2.9/x").await.unwrap_err(),
    );
    assert_eq!(refusal.code, "other_unit");
    let refusal = refused(
        registry.admit_probe(&office(town.operator, NOW), None, "rtsp://192.0.2.9/x").await.unwrap_err(),
    );
    assert_eq!(refusal.code, "role");
    assert!(registry.probe_credentials(&office(town.operator, NOW), town.gate, &stored).await.is_err());
}

#[tokio::test]
async fn layouts_are_ones_own_or_shared() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let (operator, viewer) = (office(town.operator, NOW), office(town.viewer, NOW));
    let body =
        |grid: u8, tiles: usize| LayoutBody { grid, tiles: vec![Some(town.gate); tiles], tour_seconds: None };
    let own = registry.save_layout(&operator, None, "Mine", false, body(4, 4)).await.unwrap();
    let shared = registry.save_layout(&operator, None, "Ours", true, body(1, 1)).await.unwrap();
    assert_eq!(registry.layouts(&operator).await.unwrap().len(), 2);
    let seen = registry.layouts(&viewer).await.unwrap();
    assert_eq!((seen.len(), seen[0].id, seen[0].body.clone()), (1, shared, body(1, 1)));
    assert!(registry.save_layout(&viewer, Some(shared), "Mine now", false, body(1, 1)).await.is_err());
    assert!(registry.remove_layout(&viewer, shared).await.is_err());
    registry.save_layout(&operator, Some(own), "Renamed", false, body(9, 2)).await.unwrap();
    registry.remove_layout(&operator, shared).await.unwrap();
    let left = registry.layouts(&operator).await.unwrap();
    assert_eq!((left.len(), left[0].name.as_str(), left[0].body.grid), (1, "Renamed", 9));
    for bad in [body(5, 1), body(4, 5)] {
        assert!(registry.save_layout(&operator, None, "Bad", false, bad).await.is_err());
    }
}

#[tokio::test]
async fn the_floor_is_never_below_every_pack() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let administrator = office(town.administrator, NOW);
    assert_eq!(registry.settings(&administrator).await.unwrap(), Settings { floor_days: 30, term_days: 30 });
    let settings = |floor_days, term_days| Settings { floor_days, term_days };
    // Set up with a pack of 20 days; the setting that comes later does not move what was set up.
    let init = system_cx("init", NOW);
    registry.change_settings(&init, settings(20, 20), "").await.unwrap();
    registry.change_settings(&init, settings(30, 30), "").await.unwrap();
    let why = |cx: Cx| Cx { note: Some("new disks".into()), ..cx };
    let check = async |cx: &Cx, settings: Settings, expected: &str| {
        let found = match registry.change_settings(cx, settings, "2026-3").await {
            Ok(()) => "permit",
            Err(crate::Error::Refused(refusal)) => refusal.code,
            Err(crate::Error::Invalid(invalid)) => invalid.field,
            Err(error) => panic!("{error}"),
        };
        assert_eq!(found, expected, "{settings:?}");
    };
    check(&why(administrator.clone()), settings(19, 30), "below_floor").await;
    check(&why(administrator.clone()), settings(30, 29), "term_days").await;
    check(&why(administrator.clone()), settings(4_000, 4_000), "floor_days").await;
    check(&why(office(town.operator, NOW)), settings(30, 90), "role").await;
    check(&administrator, settings(30, 90), "reason").await;
    check(&why(administrator.clone()), settings(20, 90), "permit").await;
    assert_eq!(registry.settings(&administrator).await.unwrap(), settings(20, 90));
    assert_eq!(registry.pack_floor_days(&administrator).await.unwrap(), 20);
    let changes = registry.terms_changes(&administrator).await.unwrap();
    let words: Vec<_> =
        changes.iter().map(|change| (change.document.as_str(), change.person.is_some())).collect();
    assert_eq!(words, [("2026-3", true), ("", false), ("", false)]);
}

#[tokio::test]
async fn a_cameras_own_terms_lengthen_and_shorten_without_touching_what_was_promised() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let administrator = Cx { note: Some("court order".into()), ..office(town.administrator, NOW) };
    let terms = |floor_days, term_days| law::retention::Terms { floor_days, term_days };
    registry.change_camera_terms(&administrator, town.gate, terms(Some(60), Some(90)), "7").await.unwrap();
    let refusal = registry.change_camera_terms(&administrator, town.yard, terms(Some(60), None), "").await;
    assert_eq!(refused(refusal.unwrap_err()).code, "other_unit");
    let policy = town.store.retention_policy(&administrator).await.unwrap();
    assert_eq!((policy.term_of(town.gate), policy.term_of(town.yard)), (90, 30));
    assert_eq!(policy.camera_floor_days.get(&town.gate), Some(&60));
    let lower = CameraChange { floor_days: Some(Some(45)), ..CameraChange::default() };
    let error = registry.change_camera(&administrator, town.gate, lower).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Invalid, "lowered in one place only, with a reason");
    registry.change_camera_terms(&administrator, town.gate, terms(None, None), "8").await.unwrap();
    assert_eq!(town.store.retention_policy(&administrator).await.unwrap().term_of(town.gate), 30);
}

#[tokio::test]
async fn records_come_in_each_order_page_by_page_and_by_what_they_lack() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    // Later ones are changed later; names run the other way; each lacks one value more than the one before.
    let papers = [
        ("c", json!({ "number": "1", "issuer": "x", "dated": "2026-01-01" })),
        ("b", json!({ "number": "2", "issuer": "x" })),
        ("a", json!({ "number": "3" })),
    ];
    for (at, (name, rest)) in (0..).zip(papers) {
        let Value::Object(mut body) = rest else { panic!("no object") };
        body.insert("name".into(), json!(name));
        body.insert("paper".into(), json!("other"));
        let cx = office(town.administrator, NOW.plus_us(at * 1_000_000));
        registry.add_record(&cx, RecordKind::Document, Some(town.unit), body).await.unwrap();
    }
    let cx = office(town.administrator, NOW.plus_us(9_000_000));
    let check = async |order: RecordOrder, lacks: Option<&str>, expected: &str| {
        let mut query = RecordQuery {
            order,
            lacks: lacks.map(str::to_owned),
            limit: 1,
            ..RecordQuery::of(RecordKind::Document)
        };
        let mut names = String::new();
        loop {
            let page = registry.records(&cx, &query).await.unwrap();
            names.extend(page.records.iter().map(|record| record.name.as_str()));
            query.cursor = page.next_cursor;
            if query.cursor.is_none() {
                break;
            }
        }
        assert_eq!(names, expected, "{order:?} {lacks:?}");
    };
    check(RecordOrder::Name, None, "abc").await;
    check(RecordOrder::Lacking, None, "abc").await;
    check(RecordOrder::Oldest, None, "cba").await;
    check(RecordOrder::Name, Some("dated"), "ab").await;
    check(RecordOrder::Oldest, Some("issuer"), "a").await;
    let unknown = RecordQuery { lacks: Some("note".into()), ..RecordQuery::of(RecordKind::Document) };
    assert!(registry.records(&cx, &unknown).await.is_err(), "no expected field");

    let found = registry.completeness(&cx).await.unwrap();
    let papers = found.iter().find(|sum| sum.kind == RecordKind::Document).unwrap();
    // None has its file.
    assert_eq!((papers.records, papers.incomplete, papers.unit), (3, 3, Some(town.unit)));
    assert_eq!(papers.lacking, [("issuer", 1), ("dated", 2), ("sha256", 3)]);
}
