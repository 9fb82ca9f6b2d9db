//! The floor of each camera: which law it comes from, that a longer one counts at once, and that a shorter one takes nothing back.

use super::*;
use law::register::{Body, RecordKind};
use law::retention::{DAY_US, SegmentFacts};
use model::{Act, CameraId, Cx, RecordId, Span, WallTime};
use serde_json::{Value, json};

pub(super) struct Site {
    pub town: Town,
    paper: RecordId,
    place: RecordId,
    pub point: RecordId,
    pub camera: CameraId,
}

pub(super) async fn add(town: &Town, kind: RecordKind, value: Value) -> RecordId {
    let unit = (!kind.is_shared()).then_some(town.unit);
    let body: Body = value.as_object().cloned().unwrap();
    town.store.registry.add_record(&system_cx("demo", NOW), kind, unit, body).await.unwrap()
}

/// A camera at a point of a system in a division, in an installation with a floor of fifteen days.
pub(super) async fn site(code: &str, packs: &[&str]) -> Site {
    let town = Town::build().await;
    let demo = system_cx("demo", NOW);
    let settings = Settings { floor_days: 15, term_days: 15 };
    town.store.registry.change_settings(&demo, settings, "").await.unwrap();
    let division = add(&town, RecordKind::Division, json!({ "code": code, "name": code })).await;
    let paper = add(&town, RecordKind::Document, json!({ "name": "paper", "paper": "adoption" })).await;
    let division = division.to_string();
    let place = add(&town, RecordKind::Place, json!({ "name": "hall", "division": division })).await;
    let value = json!({
        "name": "system", "division": division, "builder_kind": "government", "packs": packs,
    });
    let system = add(&town, RecordKind::System, value).await;
    let value = json!({
        "name": "gate", "system": system.to_string(), "place": place.to_string(), "purpose": "gate",
    });
    let point = add(&town, RecordKind::Point, value).await;
    town.store.registry.place_camera(&demo, town.gate, point).await.unwrap();
    let camera = town.gate;
    Site { town, paper, place, point, camera }
}

impl Site {
    /// Floor of new footage with its article, and of what was recorded at `start` under fifteen days.
    async fn floor(&self, start: WallTime, now: WallTime) -> (u16, Option<String>, u16) {
        let policy = self.town.store.retention_policy(&system_cx("retention", now)).await.unwrap();
        let span = Span { start, end: start.plus_us(60_000_000) };
        let segment = SegmentFacts { segment: 1, stream: stream(self.camera), span, recorded_floor_days: 15 };
        let article = policy.article_of(self.camera).map(ToString::to_string);
        (policy.floor_of(self.camera), article, policy.floor_days(&segment))
    }

    async fn set(&self, article: &str, days: u16, place: Option<RecordId>) -> model::OverrideId {
        let new = NewOverride {
            unit: self.town.unit,
            system: None,
            place,
            article: article.parse().unwrap(),
            parameter: "footage_floor_days".into(),
            value: json!(days),
            document: self.paper,
            reason: "otherwise provided".into(),
            from: self.town.store.registry.today(NOW).to_string(),
            until: None,
        };
        self.town.store.registry.set_override(&office(self.town.administrator, NOW), new).await.unwrap()
    }

    async fn note(&self, now: WallTime) {
        self.town.store.registry.note_floors(&system_cx("retention", now)).await.unwrap();
    }
}

#[tokio::test]
async fn a_cameras_floor_is_the_strictest_that_binds_its_system() {
    let check =
        async |code: &str, packs: &[&str], adopted: Option<&str>, days: u16, article: Option<&str>| {
            let site = site(code, packs).await;
            if let Some(pack) = adopted {
                let administrator = office(site.town.administrator, NOW);
                let registry = &site.town.store.registry;
                registry.adopt_pack(&administrator, site.town.unit, pack, site.paper).await.unwrap();
            }
            let (found, by, _) = site.floor(NOW, NOW).await;
            assert_eq!((found, by.as_deref()), (days, article), "{code} {packs:?} {adopted:?}");
            // What is recorded promises it, and what stands in no system has the installation's.
            let cx = system_cx("reconciler", NOW);
            let sources = site.town.store.registry.camera_sources(&cx).await.unwrap();
            let of = |camera: CameraId| sources.iter().find(|source| source.id == camera).unwrap().floor_days;
            assert_eq!((of(site.camera), of(site.town.yard)), (days, 15), "{code}");
        };
    check("990100", &[], None, 15, None).await;
    check("440106", &[], None, 30, Some("guangzhou-2007:21")).await;
    check("140213", &[], None, 30, Some("national-2025:17")).await;
    check("500103", &[], None, 30, Some("national-2025:17")).await;
    check("990100", &["datong-2008"], None, 15, Some("datong-2008:17")).await;
    check("990100", &["qingdao"], None, 15, None).await;
    check("990100", &["qingdao"], Some("qingdao"), 30, Some("qingdao:default")).await;
    check("990100", &[], Some("national-2016"), 30, Some("national-2016:20")).await;
}

#[tokio::test]
async fn a_longer_floor_counts_at_once_and_a_shorter_one_takes_nothing_back() {
    let site = site("440106", &[]).await;
    let old = NOW.plus_us(-20 * DAY_US);
    site.note(NOW).await;
    assert_eq!(site.floor(old, NOW).await.2, 30);
    let set = site.set("guangzhou-2007:21", 90, None).await;
    assert_eq!(site.floor(old, NOW).await, (90, Some("guangzhou-2007:21".into()), 90));
    let later = NOW.plus_us(DAY_US);
    let administrator = office(site.town.administrator, later);
    site.town.store.registry.end_override(&administrator, set).await.unwrap();
    // For what comes it is thirty days again; what was there stays under ninety, noted or not.
    let check = async |noted: &str| {
        assert_eq!(site.floor(old, later).await, (30, Some("guangzhou-2007:21".into()), 90), "{noted}");
        assert_eq!(site.floor(later.plus_us(1), later).await.2, 30, "{noted}");
    };
    check("before it is noted").await;
    site.note(later).await;
    check("after").await;
    site.note(later.plus_us(40 * DAY_US)).await;
    check("and later").await;
    let noted = entries(&site.town.store).await.into_iter().filter(|entry| entry.kind == Act::NoteFloors);
    let own = format!("camera={}", site.camera);
    let noted: Vec<String> = noted.map(|entry| entry.extra).filter(|text| text.contains(&own)).collect();
    assert_eq!(noted.len(), 2, "{noted:?}");
    assert!(noted[0].contains("floor_days=30 before=90 article=guangzhou-2007:21"), "{noted:?}");
    assert!(noted[1].contains("floor_days=90 before=30 article=guangzhou-2007:21"), "{noted:?}");
}

#[tokio::test]
async fn a_floor_set_for_a_place_is_of_the_cameras_there() {
    let site = site("440106", &[]).await;
    let demo = system_cx("demo", NOW);
    let record = site.town.store.registry.record(&demo, site.place).await.unwrap();
    let elsewhere = json!({ "name": "yard", "division": record.body["division"] });
    let elsewhere = add(&site.town, RecordKind::Place, elsewhere).await;
    site.set("guangzhou-2007:21", 90, Some(elsewhere)).await;
    assert_eq!(site.floor(NOW, NOW).await.0, 30);
    site.set("guangzhou-2007:21", 60, Some(site.place)).await;
    assert_eq!(site.floor(NOW, NOW).await.0, 60);
}

#[tokio::test]
async fn a_setting_that_is_shortened_takes_nothing_back() {
    let site = site("990100", &[]).await;
    let administrator = Cx { note: Some("order 7".into()), ..office(site.town.administrator, NOW) };
    let registry = &site.town.store.registry;
    let set = async |days: u16| {
        let settings = Settings { floor_days: days, term_days: days };
        registry.change_settings(&administrator, settings, "7").await
    };
    site.note(NOW).await;
    set(45).await.unwrap();
    assert_eq!(site.floor(NOW, NOW).await, (45, None, 45));
    set(15).await.unwrap();
    assert_eq!(site.floor(NOW.plus_us(-1), NOW).await, (15, None, 45));
    // Below what it was set up with nothing goes; no law asks for as much here, so the rule is ours.
    assert_eq!(refused(set(14).await.unwrap_err()).article, "unit:retention");
}

/// What is noted of what was written is what noting everything would have.
#[tokio::test]
async fn floors_noted_of_what_was_written_are_those_of_all() {
    let site = site("440106", &[]).await;
    let (registry, demo) = (&site.town.store.registry, system_cx("demo", NOW));
    let agrees = async |what: &str, moved: usize| {
        let count = async || {
            let all = entries(&site.town.store).await;
            all.iter().filter(|entry| entry.kind == Act::NoteFloors).count()
        };
        let (before, cx) = (count().await, system_cx("retention", NOW));
        registry.note_floors_since(&cx).await.unwrap();
        let noted = count().await;
        registry.note_floors(&cx).await.unwrap();
        assert_eq!((noted - before, count().await - noted), (moved, 0), "{what}");
    };
    let put = async |place: RecordId| {
        let point = registry.record(&demo, site.point).await.unwrap();
        let mut body = point.body.clone();
        body.insert("place".into(), json!(place.to_string()));
        registry.change_record(&demo, site.point, point.version, body).await.unwrap();
    };
    site.note(NOW).await;
    agrees("what was noted", 0).await;
    let division = registry.record(&demo, site.place).await.unwrap().body["division"].clone();
    let elsewhere = add(&site.town, RecordKind::Place, json!({ "name": "yard", "division": division })).await;
    agrees("another place", 0).await;
    site.set("guangzhou-2007:21", 60, Some(site.place)).await;
    agrees("a value of the place", 1).await;
    put(elsewhere).await;
    agrees("its point elsewhere", 1).await;
    put(site.place).await;
    agrees("and back", 1).await;
    for floor_days in [90, 80] {
        let settings = Settings { floor_days, term_days: 90 };
        registry.change_settings(&demo, settings, "").await.unwrap();
        agrees("another floor of the installation", 1).await;
    }
}
