//! Cameras that turn, over HTTP and against a simulated camera that really turns: who takes control from whom, where it may not
//! look, what it does by itself; and layouts that come with a shift.

use crate::{
    cases::Who,
    house::{Caller, House},
    levels::paper,
    turned::Ahead,
    watch,
};
use axum::http::{Method, StatusCode};
use law::ptz::{Forbidden, Preset, Range, Rules, Stop};
use model::{Act, CameraId, MonoTime, PtzPosition, Role};
use pipeline::rtsp_server::{self, Mount};
use serde_json::{Value, json};
use server::ptz::{Idling, look};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use store::{PtzDriver, system_cx};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use wire::ptz::{Head, SIMULATED};

const MINUTE_MS: i64 = 60_000;
/// Longer than a loaded machine takes for a turn of a second.
const PATIENCE: Duration = Duration::from_secs(60);

const fn at(pan_cdeg: i32, tilt_cdeg: i32, zoom_percent: i32) -> PtzPosition {
    PtzPosition { pan_cdeg, tilt_cdeg, zoom_percent }
}

pub fn rules() -> Rules {
    let preset = |name: &str, at| Preset { name: name.into(), at };
    Rules {
        home: at(0, 0, 100),
        away_s: 60,
        presets: vec![preset("东门", at(600, 0, 100)), preset("西门", at(-600, 0, 100))],
        forbidden: vec![Forbidden {
            what: "住宅窗户".into(),
            range: Range {
                pan_cdeg: (6_000, 12_000),
                tilt_cdeg: (-1_000, 1_000),
                zoom_percent: (100, 2_000),
            },
        }],
        patrol: Vec::new(),
    }
}

/// A camera of the house that turns. It runs until the test ends.
pub async fn turning(house: &House, rules: Rules) -> CameraId {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let head = Some(Head::new(SIMULATED, at(0, 0, 100), MonoTime(0)));
    let mount = Mount { head, ..Mount::new("/dome", watch::clip()) };
    let farm = rtsp_server::serve(listener, vec![mount], CancellationToken::new()).unwrap();
    let camera = house.camera("球机", &farm.url("/dome")).await;
    let cx = system_cx("demo", house.app.now());
    house.app.registry().set_ptz(&cx, camera, Some((PtzDriver::Simulated, rules, SIMULATED))).await.unwrap();
    camera
}

pub fn duty() -> Value {
    json!({ "purpose": "duty_watch", "legal_basis": "unit_duty" })
}

async fn takes(house: &House, who: &Caller, camera: CameraId, why: Value) -> (u16, Value) {
    let answer = house.post(&format!("/api/cameras/{camera}/ptz/control"), &who.cookie, why).await;
    (answer.status.as_u16(), answer.json())
}

pub async fn control(house: &House, who: &Caller, camera: CameraId) -> String {
    let (status, answer) = takes(house, who, camera, duty()).await;
    assert_eq!(status, 201, "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

async fn moves(house: &House, who: &Caller, control: &str, body: Value) -> (u16, Value) {
    let answer = house.post(&format!("/api/ptz/{control}/move"), &who.cookie, body).await;
    (answer.status.as_u16(), answer.json())
}

async fn seen(house: &House, who: &Caller, camera: CameraId) -> Value {
    house.get(&format!("/api/cameras/{camera}/ptz"), &who.cookie).await.json()
}

/// Asks until the camera stands there.
async fn stands(house: &House, who: &Caller, control: &str, pan_cdeg: i32) {
    let begun = Instant::now();
    loop {
        let (_, moved) = moves(house, who, control, json!({ "act": "stay" })).await;
        if moved["at"]["pan_cdeg"] == pan_cdeg && moved["moving"] == false {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "the camera stands at {moved}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn code(answer: &Value) -> &str {
    answer["error"]["code"].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_turns_a_camera_and_gives_it_back() {
    let house = House::build().await;
    let camera = turning(&house, rules()).await;
    let [operator, viewer, stranger] = [
        Who::Operator.sign_in(&house).await,
        Who::Viewer.sign_in(&house).await,
        Who::OtherOperator.sign_in(&house).await,
    ];
    // Who may: an operator of the unit; for a purpose that pictures are seen for.
    for (who, why, expected) in [
        (&viewer, duty(), "role"),
        (&stranger, duty(), "other_unit"),
        (&operator, json!({ "purpose": "administration", "legal_basis": "operation" }), "purpose"),
    ] {
        let before = house.entry_count().await;
        let (status, answer) = takes(&house, who, camera, why).await;
        assert_eq!((status, code(&answer)), (403, expected), "{answer}");
        let entries = house.entries_since(before).await;
        assert!(entries.len() == 1 && entries[0].is_refusal() && entries[0].act == Act::Ptz, "{entries:?}");
    }
    assert_eq!(takes(&house, &operator, house.cameras[0], duty()).await.0, 404, "it does not turn");
    assert_eq!(seen(&house, &operator, camera).await["holder"], Value::Null);

    let before = house.entry_count().await;
    let id = control(&house, &operator, camera).await;
    let entries = house.entries_since(before).await;
    assert_eq!(entries[0].act, Act::Ptz);
    assert!(entries[0].record.extra.contains("right=operator"));
    let (status, moved) = moves(&house, &operator, &id, json!({ "act": "preset", "preset": 0 })).await;
    assert_eq!(status, 200, "{moved}");
    stands(&house, &operator, &id, 600).await;
    // A continuous move ends by itself.
    let speed = json!({ "pan_percent": -50, "tilt_percent": 0, "zoom_percent": 0 });
    let (status, _) =
        moves(&house, &operator, &id, json!({ "act": "move", "speed": speed, "lasts_ms": 100 })).await;
    assert_eq!(status, 200);
    stands(&house, &operator, &id, 300).await;
    for bad in [
        json!({ "act": "preset", "preset": 2 }),
        json!({ "act": "to" }),
        json!({ "act": "move", "speed": speed }),
        json!({ "act": "move", "speed": speed, "lasts_ms": 2_001 }),
        json!({ "act": "move", "speed": { "pan_percent": 101, "tilt_percent": 0, "zoom_percent": 0 }, "lasts_ms": 9 }),
    ] {
        assert_eq!(moves(&house, &operator, &id, bad.clone()).await.0, 400, "{bad}");
    }
    // Another session has nothing of it, and looking at it is an entry.
    let before = house.entry_count().await;
    assert_eq!(moves(&house, &stranger, &id, json!({ "act": "stop" })).await.0, 404);
    assert!(house.entries_since(before).await.iter().all(|entry| entry.is_refusal()));
    assert_eq!(seen(&house, &viewer, camera).await["holder"]["own"], Value::Null);
    assert_eq!(seen(&house, &operator, camera).await["holder"]["own"], json!(id));

    let before = house.entry_count().await;
    let release = format!("/api/ptz/{id}/release");
    assert_eq!(house.post(&release, &operator.cookie, json!({})).await.status, 204);
    let ends = house.entries_since(before).await;
    assert_eq!((ends.len(), ends[0].act), (1, Act::EndPtz));
    assert_eq!(ends[0].record.extra, "ended=released\nmoves=2");
    let (status, answer) = moves(&house, &operator, &id, json!({ "act": "home" })).await;
    assert_eq!((status, code(&answer)), (403, "ptz_ended"), "{answer}");
    assert_eq!(house.post(&release, &operator.cookie, json!({})).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forbidden_range_is_not_swept() {
    let house = House::build().await;
    let camera = turning(&house, rules()).await;
    let operator = Who::Operator.sign_in(&house).await;
    let id = control(&house, &operator, camera).await;
    let to =
        |pan: i32| json!({ "act": "to", "to": { "pan_cdeg": pan, "tilt_cdeg": 0, "zoom_percent": 100 } });
    let speed = json!({ "pan_percent": 100, "tilt_percent": 0, "zoom_percent": 0 });
    let far = json!({ "act": "move", "speed": speed, "lasts_ms": 2_000 });
    for body in [to(7_000), to(13_000), far] {
        let before = house.entry_count().await;
        let (status, answer) = moves(&house, &operator, &id, body.clone()).await;
        assert_eq!((status, code(&answer)), (403, "ptz_forbidden"), "{body}: {answer}");
        assert!(answer["error"]["reason"]["zh"].as_str().unwrap().contains("住宅窗户"), "{answer}");
        let entries = house.entries_since(before).await;
        assert!(entries.len() == 1 && entries[0].is_refusal() && entries[0].act == Act::Ptz);
        assert_eq!(seen(&house, &operator, camera).await["at"]["pan_cdeg"], 0, "it did not move");
    }
    assert_eq!(moves(&house, &operator, &id, to(500)).await.0, 200);

    // The unit's administrator keeps the ranges; a preset in one is refused under the article that binds the unit.
    let administrator = Who::Administrator.sign_in(&house).await;
    let path = format!("/api/cameras/{camera}/ptz");
    let mut rules = seen(&house, &administrator, camera).await["rules"].clone();
    let put = async |who: &Caller, rules: &Value| {
        let body = Some(json!({ "rules": rules }));
        house.send(&house.router, Method::PUT, &path, Some(&who.cookie), body).await
    };
    for (pack, article) in [(None, "unit:ptz"), (Some("qingdao"), "qingdao:9")] {
        if let Some(pack) = pack {
            adopt(&house, &administrator, pack).await;
        }
        rules["presets"][0]["at"]["pan_cdeg"] = json!(7_000);
        let answer = put(&administrator, &rules).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "ptz_forbidden"));
        assert_eq!(answer.json()["error"]["article"], article, "{}", answer.json());
    }
    assert_eq!(seen(&house, &operator, camera).await["rules"]["presets"][0]["at"]["pan_cdeg"], 600);
    rules["presets"][0]["at"]["pan_cdeg"] = json!(5_000);
    assert_eq!(put(&operator, &rules).await.code(), "role");
    let before = house.entry_count().await;
    assert_eq!(put(&administrator, &rules).await.status, 200);
    let changed = house.entries_since(before).await;
    assert!(
        changed
            .iter()
            .any(|entry| entry.act == Act::ChangePtz && entry.record.extra.contains("东门@5000,0,100"))
    );
    // Whoever had control asks again: the ranges may be others.
    assert_eq!(moves(&house, &operator, &id, json!({ "act": "stay" })).await.0, 403);
    assert_eq!(seen(&house, &operator, camera).await["lost"]["how"], "settings");
}

/// The unit makes a pack its own rule.
pub async fn adopt(house: &House, administrator: &Caller, pack: &str) {
    let body = json!({ "pack": pack, "document_id": paper(house).await.to_string() });
    let path = format!("/api/units/{}/adoptions", house.unit);
    let answer = house.post(&path, &administrator.cookie, body).await;
    assert!(answer.status.is_success(), "{}", answer.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hands_on_a_camera_keep_it_and_a_takeover_takes_it() {
    let clocks = Arc::new(Ahead::default());
    let house = House::build_by(clocks.clone()).await;
    let camera = turning(&house, rules()).await;
    let [first, second, administrator] = [
        Who::Operator.sign_in(&house).await,
        Who::Operator.sign_in(&house).await,
        Who::Administrator.sign_in(&house).await,
    ];
    let id = control(&house, &first, camera).await;
    let (status, refused) = takes(&house, &second, camera, duty()).await;
    assert_eq!((status, code(&refused)), (403, "ptz_held"), "{refused}");
    assert!(refused["error"]["reason"]["zh"].as_str().unwrap().contains("人员 operator"), "{refused}");
    // Hands that rest give it away; a lock with a reason keeps it.
    clocks.on_us(15 * 1_000_000);
    assert_eq!(moves(&house, &first, &id, json!({ "act": "stop" })).await.0, 200);
    clocks.on_us(19 * 1_000_000);
    assert_eq!(takes(&house, &second, camera, duty()).await.0, 403);
    let lock = async |who: &Caller, minutes: i64, reason: &str| {
        let body = json!({ "until_ms": house.app.now().as_ms() + minutes * MINUTE_MS, "reason": reason });
        house.post(&format!("/api/ptz/{id}/lock"), &who.cookie, body).await.status.as_u16()
    };
    assert_eq!(lock(&first, 16, "跟踪").await, 400);
    assert_eq!(lock(&first, 10, " ").await, 400);
    assert_eq!(lock(&second, 10, "跟踪").await, 404);
    assert_eq!(lock(&first, 10, "跟踪可疑人员").await, 201);
    clocks.on_us(40 * 1_000_000);
    assert_eq!(moves(&house, &first, &id, json!({ "act": "stay" })).await.0, 200);
    let (_, refused) = takes(&house, &second, camera, duty()).await;
    assert!(refused["error"]["reason"]["zh"].as_str().unwrap().contains("跟踪可疑人员"), "{refused}");

    // For an authority's case another operator takes it, whatever the lock; a claim without a case does not.
    let claim = json!({ "purpose": "case", "legal_basis": "authority_request" });
    assert_eq!(code(&takes(&house, &second, camera, claim.clone()).await.1), "ptz_held");
    let mut named = claim;
    named["case"] = json!(house.case().await.to_string());
    let (status, taken) = takes(&house, &second, camera, named).await;
    assert_eq!(status, 201, "{taken}");
    assert!(taken["taken_from"].as_str().unwrap().contains("operator"));
    let (status, answer) = moves(&house, &first, &id, json!({ "act": "stop" })).await;
    assert_eq!((status, code(&answer)), (403, "ptz_ended"));
    assert!(
        answer["error"]["reason"]["zh"].as_str().unwrap().contains("人员 operator"),
        "told by whom: {answer}"
    );
    assert_eq!(seen(&house, &first, camera).await["lost"]["how"], "taken");
    assert_eq!(code(&takes(&house, &first, camera, duty()).await.1), "ptz_held", "and it is not taken back");

    // An officer of a takeover takes it from both; the unit has no control then.
    let officer = house.caller_without_post().await;
    let body = json!({
        "unit_id": house.unit.to_string(), "organ": "public_security", "organ_name": "市公安局",
        "order_document_id": crate::takeovers::decision(&house).await.to_string(), "reason": "围捕在逃人员",
        "officer_ids": [officer.person.to_string()], "until_ms": house.app.now().as_ms() + 60 * MINUTE_MS,
        "unit_keeps": { "live": true },
    });
    // What the unit keeps, it keeps with a lower right.
    let begun = house.post("/api/takeovers", &administrator.cookie, body).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.json());
    let again = control(&house, &first, camera).await;
    let why = json!({ "purpose": "incident", "legal_basis": "authority_request" });
    let (status, taken) = takes(&house, &officer, camera, why).await;
    assert_eq!(status, 201, "{taken}");
    assert_eq!(seen(&house, &first, camera).await["holder"]["right"], "officer");
    assert_eq!(moves(&house, &first, &again, json!({ "act": "stop" })).await.0, 403);
    assert_eq!(code(&takes(&house, &first, camera, duty()).await.1), "ptz_held");
    // Control that nobody renews ends with the minute, and the entry says so.
    clocks.on_us(61 * 1_000_000);
    let before = house.entry_count().await;
    look(&house.app, &mut Idling::default()).await.unwrap();
    let ends = house.entries_since(before).await;
    assert!(
        ends.iter().any(|end| end.act == Act::EndPtz && end.record.extra.contains("ended=expired")),
        "{ends:?}"
    );
    let late = moves(&house, &officer, taken["id"].as_str().unwrap(), json!({ "act": "home" })).await;
    assert_eq!((late.0, code(&late.1)), (403, "ptz_ended"), "{late:?}");
    assert_eq!(seen(&house, &officer, camera).await["lost"]["how"], "expired");
    control(&house, &first, camera).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_goes_home_and_patrols_while_a_shift_runs() {
    let clocks = Arc::new(Ahead::default());
    let house = House::build_by(clocks.clone()).await;
    let patrol = vec![Stop { preset: 0, dwell_s: 30 }, Stop { preset: 1, dwell_s: 30 }];
    let camera = turning(&house, Rules { patrol, ..rules() }).await;
    let operator = Who::Operator.sign_in(&house).await;
    let id = control(&house, &operator, camera).await;
    assert_eq!(moves(&house, &operator, &id, json!({ "act": "preset", "preset": 1 })).await.0, 200);
    stands(&house, &operator, &id, -600).await;
    house.post(&format!("/api/ptz/{id}/release"), &operator.cookie, json!({})).await;

    let mut idling = Idling::default();
    let before = house.entry_count().await;
    let acts = async |act: Act| {
        let entries = house.entries_since(before).await;
        entries
            .into_iter()
            .filter(|entry| entry.act == act)
            .map(|entry| entry.record.extra)
            .collect::<Vec<_>>()
    };
    let pan = async |idling: &mut Idling, expected: i32| {
        let begun = Instant::now();
        loop {
            look(&house.app, idling).await.unwrap();
            let now = seen(&house, &operator, camera).await;
            if now["at"]["pan_cdeg"] == expected {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "the camera stands at {now}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    look(&house.app, &mut idling).await.unwrap();
    clocks.on_us(40 * 1_000_000);
    look(&house.app, &mut idling).await.unwrap();
    assert_eq!(acts(Act::GoHome).await, Vec::<String>::new(), "within the unit's term it stays");
    clocks.on_us(21 * 1_000_000);
    pan(&mut idling, 0).await;
    assert_eq!(acts(Act::GoHome).await, ["from=-600,0,100\naway_s=60"], "one entry, before it moved");
    assert_eq!(acts(Act::Patrol).await, Vec::<String>::new(), "no shift, no patrol");

    let shift = on_shift(&house, &operator).await;
    pan(&mut idling, 600).await;
    clocks.on_us(31 * 1_000_000);
    pan(&mut idling, -600).await;
    assert_eq!(acts(Act::Patrol).await, ["patrol=began\nstops=2"]);
    // It yields to hands, and ends with the shift.
    let id = control(&house, &operator, camera).await;
    look(&house.app, &mut idling).await.unwrap();
    assert_eq!(acts(Act::Patrol).await.last().unwrap(), "patrol=ended\nby=hands");
    let path = format!("/api/duty/shifts/{shift}/hand-over");
    let answer = house.post(&path, &operator.cookie, json!({ "words": "无" })).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    // Replayed after the hand-over: the session is over, and with a new one the control is gone.
    assert_eq!(moves(&house, &operator, &id, json!({ "act": "home" })).await.0, 401);
    let again = house.sign_in(operator.person, &operator.account).await;
    assert_eq!(code(&moves(&house, &again, &id, json!({ "act": "home" })).await.1), "");
    assert_eq!(code(&takes(&house, &again, camera, duty()).await.1), "off_shift");
}

/// The unit keeps a roster from now on, and this person is on it. Returns the shift.
async fn on_shift(house: &House, who: &Caller) -> String {
    let keeper = Who::Administrator.sign_in(house).await;
    let body = json!({ "unit_id": house.unit.to_string(), "name": "值班室" });
    let room = house.post("/api/duty/rooms", &keeper.cookie, body).await.json();
    let now = house.app.now().as_ms();
    let shift = json!({ "person_id": who.person.to_string(), "from_ms": now - MINUTE_MS, "to_ms": now + 60 * MINUTE_MS });
    let body = json!({ "room_id": room["id"], "shifts": [shift] });
    let answer = house.post("/api/duty/shifts", &keeper.cookie, body).await;
    let shift = answer.json()[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/duty/shifts/{shift}/take-over");
    let taken = house.post(&path, &who.cookie, json!({ "alone": "首班" })).await;
    assert_eq!(taken.status, 200, "{}", taken.json());
    shift
}

#[tokio::test(flavor = "multi_thread")]
async fn a_layout_belongs_to_a_post_and_is_one_entry_for_a_shift() {
    let house = House::build().await;
    let [administrator, viewer, stranger] = [
        Who::Administrator.sign_in(&house).await,
        house.caller(Role::Viewer, house.unit).await,
        Who::OtherAdministrator.sign_in(&house).await,
    ];
    let shift = on_shift(&house, &viewer).await;
    let room = house.get("/api/duty/rooms", &viewer.cookie).await.json()["rooms"][0]["id"].clone();
    let tiles: Vec<String> = house.cameras.iter().map(ToString::to_string).collect();
    let body = json!({ "name": "值班墙", "grid": 4, "tiles": tiles, "shared": true });
    let layout = house.post("/api/layouts", &administrator.cookie, body.clone()).await.json();
    let id = layout["id"].as_str().unwrap().to_owned();
    let bind = async |who: &Caller, post: Value| {
        let path = format!("/api/layouts/{id}/post");
        house.send(&house.router, Method::PUT, &path, Some(&who.cookie), Some(json!({ "post": post }))).await
    };
    let of_room = json!({ "unit_id": house.unit.to_string(), "room_id": room });
    for who in [&viewer, &stranger] {
        assert_eq!(bind(who, of_room.clone()).await.status, 403);
    }
    for (post, expected) in [
        (json!({ "unit_id": house.other_unit.to_string(), "room_id": room }), 403),
        (json!({ "unit_id": house.unit.to_string() }), 400),
        (json!({ "unit_id": house.unit.to_string(), "role": "viewer", "room_id": room }), 400),
    ] {
        assert_eq!(bind(&administrator, post.clone()).await.status, expected, "{post}");
    }
    assert_eq!(bind(&administrator, of_room).await.status, 200);
    let own = async |who: &Caller| {
        let layouts = house.get("/api/layouts", &who.cookie).await.json();
        layouts.as_array().unwrap().iter().any(|one| one["id"] == json!(id) && one["on_duty"] == true)
    };
    assert!(own(&viewer).await && !own(&stranger).await && !own(&administrator).await);
    // It is the post's now: its owner does not change it behind the room's back.
    let path = format!("/api/layouts/{id}");
    let changed =
        house.send(&house.router, Method::PUT, &path, Some(&administrator.cookie), Some(body)).await;
    assert_eq!(changed.status, 409);

    let cameras = json!(tiles);
    let open = async |cameras: &Value, note: Option<&str>| {
        let body = json!({
            "mode": "live", "cameras": cameras, "purpose": "duty_watch", "legal_basis": "unit_duty",
            "layout": id, "note": note,
        });
        let answer = house.post("/api/views", &viewer.cookie, body).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        answer.json()
    };
    let before = house.entry_count().await;
    let (first, second) = (open(&cameras, None).await, open(&cameras, None).await);
    assert_eq!(first["entry"], second["entry"]);
    assert_ne!(first["id"], second["id"]);
    let entries = house.entries_since(before).await;
    assert_eq!(entries.iter().filter(|entry| entry.act == Act::Live).count(), 1, "{entries:?}");
    let said = &entries[0].record.extra;
    assert!(said.contains("layout_name=值班墙") && said.contains(&format!("shift={shift}")), "{said}");
    // Other cameras, or a reason of its own, are another entry.
    assert_ne!(open(&json!([tiles[0]]), None).await["entry"], first["entry"]);
    assert_ne!(open(&cameras, Some("可疑")).await["entry"], first["entry"]);
    // After the shift it opens nothing, entered or not.
    let path = format!("/api/duty/shifts/{shift}/hand-over");
    assert_eq!(house.post(&path, &viewer.cookie, json!({ "words": "无" })).await.status, 200);
    let again = house.sign_in(viewer.person, &viewer.account).await;
    let body = json!({
        "mode": "live", "cameras": cameras, "purpose": "duty_watch", "legal_basis": "unit_duty", "layout": id,
    });
    let refused = house.post("/api/views", &again.cookie, body).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "off_shift"));
    assert!(!own(&again).await);
}

/// The one entry of a layout and a shift is about what is live: what was recorded has an entry of its own each time, with its span.
#[tokio::test(flavor = "multi_thread")]
async fn a_layout_of_a_shift_opens_no_recordings_under_its_entry() {
    let house = House::build().await;
    let operator = Who::Operator.sign_in(&house).await;
    on_shift(&house, &operator).await;
    let tiles: Vec<String> = house.cameras.iter().map(ToString::to_string).collect();
    let body = json!({ "name": "回看墙", "grid": 4, "tiles": tiles, "shared": false });
    let layout = house.post("/api/layouts", &operator.cookie, body).await.json()["id"].clone();
    let now = house.app.now().as_ms();
    let open = async |mode: &str, span: Option<(i64, i64)>| {
        let body = json!({
            "mode": mode, "cameras": tiles, "purpose": "duty_watch", "legal_basis": "unit_duty", "layout": layout,
            "from_ms": span.map(|span| span.0), "to_ms": span.map(|span| span.1),
        });
        let answer = house.post("/api/views", &operator.cookie, body).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        answer.json()["entry"]["index"].as_u64().unwrap()
    };
    let live = open("live", None).await;
    assert_eq!(open("live", None).await, live);
    let before = house.entry_count().await;
    let spans = [(now - 120_000, now - 60_000), (now - 60_000, now - 1_000), (now - 60_000, now - 1_000)];
    let mut played = Vec::new();
    for span in spans {
        played.push(open("playback", Some(span)).await);
    }
    let entries = house.entries_since(before).await;
    let of: Vec<_> =
        entries.iter().filter(|entry| entry.act == Act::Playback).map(|entry| entry.index).collect();
    assert_eq!(played, of, "each its own");
    assert_eq!(of.len(), spans.len());
    assert!(entries.iter().all(|entry| entry.act != Act::Playback || entry.record.span.is_some()));
}
