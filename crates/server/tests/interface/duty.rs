//! Duty watch: who takes a shift over, what it opens, what ends with it, what is found when nobody comes, and what is written and
//! reported meanwhile.

use crate::{
    cases::Who,
    house::{Caller, House},
    turned::{Ahead, MONDAY, Turned},
    watch::{Seen, Studio, next, to_the_end},
};
use model::{Act, Role};
use serde_json::{Value, json};

const MINUTE_MS: i64 = 60_000;

/// The unit's room, and who keeps its roster.
pub struct Duty<'h> {
    house: &'h House,
    pub keeper: Caller,
    room: String,
}

impl<'h> Duty<'h> {
    pub async fn begin(house: &'h House) -> Self {
        let keeper = Who::Administrator.sign_in(house).await;
        let body = json!({ "unit_id": house.unit.to_string(), "name": "值班室" });
        let made = house.post("/api/duty/rooms", &keeper.cookie, body).await;
        assert_eq!(made.status, 201, "{}", made.json());
        let room = made.json()["id"].as_str().unwrap().to_owned();
        Self { house, keeper, room }
    }

    async fn try_roster(&self, who: &Caller, from_min: i64, to_min: i64) -> (u16, Value) {
        let now = self.house.app.now().as_ms();
        let shift = json!({
            "person_id": who.person.to_string(),
            "from_ms": now + from_min * MINUTE_MS,
            "to_ms": now + to_min * MINUTE_MS,
        });
        let body = json!({ "room_id": self.room, "shifts": [shift] });
        let answer = self.house.post("/api/duty/shifts", &self.keeper.cookie, body).await;
        (answer.status.as_u16(), answer.json())
    }

    /// A shift from and to so many minutes from now.
    pub async fn rostered(&self, who: &Caller, from_min: i64, to_min: i64) -> String {
        let (status, answer) = self.try_roster(who, from_min, to_min).await;
        assert_eq!(status, 201, "{answer}");
        answer[0]["id"].as_str().unwrap().to_owned()
    }

    /// Status and code of an act on a shift.
    async fn act(&self, who: &Caller, shift: &str, act: &str, body: Value) -> (u16, String) {
        let answer = self.house.post(&format!("/api/duty/shifts/{shift}/{act}"), &who.cookie, body).await;
        (answer.status.as_u16(), answer.code())
    }

    pub async fn take_over(&self, who: &Caller, shift: &str) {
        let taken = self.act(who, shift, "take-over", json!({ "alone": "the first shift" })).await;
        assert_eq!(taken.0, 200, "{taken:?}");
    }

    async fn now(&self, who: &Caller) -> Value {
        let answer = self.house.get("/api/duty/rooms", &who.cookie).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        answer.json()["rooms"][0].clone()
    }

    async fn found(&self) -> Vec<String> {
        let keeper = self.house.sign_in(self.keeper.person, &self.keeper.account).await;
        let all = self.house.get("/api/findings", &keeper.cookie).await.json();
        let own = all.as_array().unwrap().iter().filter(|finding| finding["kind"] == "duty");
        own.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
    }
}

async fn opens(house: &House, who: &Caller, purpose: &str) -> (u16, String) {
    let mut body = house.live_view();
    body["purpose"] = json!(purpose);
    let answer = house.post("/api/views", &who.cookie, body).await;
    (answer.status.as_u16(), answer.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn watching_on_duty_needs_a_shift_that_its_own_person_took_over() {
    let house = House::build().await;
    let [viewer, colleague, early] = [
        house.caller(Role::Viewer, house.unit).await,
        house.caller(Role::Operator, house.unit).await,
        house.caller(Role::Viewer, house.unit).await,
    ];
    let stranger = house.caller(Role::Viewer, house.other_unit).await;
    let permitted = (201, String::new());
    let off = (403, "off_shift".to_owned());
    assert_eq!(opens(&house, &viewer, "duty_watch").await, permitted, "no roster, no shift");
    let duty = Duty::begin(&house).await;
    let refused = house.post("/api/views", &viewer.cookie, house.live_view()).await;
    assert_eq!((refused.status.as_u16(), refused.code()), off);
    let refused = refused.json();
    assert_eq!(refused["error"]["article"], "unit:shifts", "{refused}");
    assert!(refused["error"]["remedy"]["zh"].as_str().unwrap().contains("接班"), "{refused}");
    assert_eq!(opens(&house, &viewer, "incident").await, permitted, "for another reason than duty");

    let shift = duty.rostered(&viewer, -5, 60).await;
    let coming = duty.rostered(&early, 120, 180).await;
    // A person is on one shift at a time, and one who may not watch is on none.
    assert_eq!(duty.try_roster(&viewer, 30, 90).await.0, 409);
    assert_eq!(duty.try_roster(&duty.keeper, 200, 260).await.0, 400);
    assert_eq!(duty.try_roster(&stranger, 200, 260).await.0, 400);
    assert_eq!(duty.try_roster(&viewer, 200, 200 + 25 * 60).await.0, 400, "longer than a day");
    assert_eq!(opens(&house, &viewer, "duty_watch").await, off, "rostered is not on shift");

    let check = async |who: &Caller, shift: &str, act: &str, body: Value, expected: (u16, &str)| {
        let found = duty.act(who, shift, act, body.clone()).await;
        assert_eq!((found.0, found.1.as_str()), expected, "{act} with {body}");
    };
    let alone = json!({ "alone": "the first shift" });
    check(&colleague, &shift, "take-over", alone.clone(), (403, "not_your_shift")).await;
    check(&stranger, &shift, "take-over", alone.clone(), (403, "other_unit")).await;
    check(&duty.keeper, &shift, "take-over", alone.clone(), (403, "role")).await;
    check(&early, &coming, "take-over", alone.clone(), (403, "too_early")).await;
    check(&viewer, &shift, "take-over", json!({}), (403, "nobody_hands_over")).await;
    check(&viewer, &shift, "take-over", json!({ "before_id": coming }), (403, "nobody_hands_over")).await;
    check(&viewer, &shift, "hand-over", json!({ "words": "before it began" }), (409, "")).await;
    check(&viewer, &shift, "take-over", alone.clone(), (200, "")).await;
    // Replayed, it is not taken over once more; and what was taken over is not taken off the roster.
    check(&viewer, &shift, "take-over", alone.clone(), (409, "")).await;
    check(&duty.keeper, &shift, "withdraw", json!({ "reason": "ill" }), (409, "")).await;
    check(&duty.keeper, &coming, "withdraw", json!({ "reason": "ill" }), (200, "")).await;
    check(&early, &coming, "take-over", alone, (403, "too_early")).await;

    let opened = house.post("/api/views", &viewer.cookie, house.live_view()).await;
    assert_eq!(opened.status, 201, "{}", opened.json());
    let now = duty.now(&viewer).await;
    assert_eq!((&now["mine"], &now["needed"]), (&json!(shift), &json!(1)), "{now}");
    assert!(opened.json()["expires_ms"].as_i64().unwrap() <= now["on"][0]["to_ms"].as_i64().unwrap());
    assert_eq!(opens(&house, &colleague, "duty_watch").await, off, "somebody else's shift opens nothing");
    // The view of somebody who is not on shift any more is not prolonged, and their session is over.
    let view = opened.json()["id"].as_str().unwrap().to_owned();
    check(&colleague, &shift, "hand-over", json!({ "words": "for him" }), (403, "not_your_shift")).await;
    check(&viewer, &shift, "hand-over", json!({ "words": "nothing to report" }), (200, "")).await;
    assert_eq!(house.post(&format!("/api/views/{view}/renew"), &viewer.cookie, json!({})).await.status, 401);
    let again = house.sign_in(viewer.person, &viewer.account).await;
    assert_eq!(opens(&house, &again, "duty_watch").await, off);
    check(&again, &shift, "hand-over", json!({ "words": "once more" }), (409, "")).await;
    // A room of another unit is not there.
    let path = format!("/api/duty/shifts/{shift}");
    assert_eq!(house.get(&path, &stranger.cookie).await.status, 404);
    assert_eq!(house.get(&path, &colleague.cookie).await.json()["shift"]["words"], "nothing to report");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_stops_when_the_shift_is_handed_over() {
    let studio = Studio::start().await;
    let viewer = Who::Viewer.sign_in(&studio.house).await;
    let duty = Duty::begin(&studio.house).await;
    let shift = duty.rostered(&viewer, -1, 60).await;
    duty.take_over(&viewer, &shift).await;
    let (_, mut socket) = studio.live(&viewer).await;
    while !matches!(next(&mut socket).await, Seen::Media { .. }) {}
    let ended = duty.act(&viewer, &shift, "hand-over", json!({ "words": "nothing to report" })).await;
    assert_eq!(ended.0, 200, "{ended:?}");
    assert_eq!(to_the_end(&mut socket).await.reason.as_deref(), Some("revoked"));
}

/// Nobody hands over: by the clock alone the picture stops with the shift, and the session with it.
#[tokio::test(flavor = "multi_thread")]
async fn the_picture_stops_when_the_clock_reaches_the_shift_s_end() {
    let clocks = std::sync::Arc::new(Ahead::default());
    let studio = Studio::start_in(House::build_by(clocks.clone()).await).await;
    let viewer = Who::Viewer.sign_in(&studio.house).await;
    let duty = Duty::begin(&studio.house).await;
    let shift = duty.rostered(&viewer, -1, 12).await;
    duty.take_over(&viewer, &shift).await;
    let before = studio.house.entry_count().await;
    let (_, mut socket) = studio.live(&viewer).await;
    while !matches!(next(&mut socket).await, Seen::Media { .. }) {}
    clocks.on_us(12 * MINUTE_MS * 1_000);
    assert_eq!(to_the_end(&mut socket).await.reason.as_deref(), Some("expired"));
    assert_eq!(studio.house.get("/api/me", &viewer.cookie).await.status, 401, "and the console locks");
    let again = studio.house.sign_in(viewer.person, &viewer.account).await;
    assert_eq!(opens(&studio.house, &again, "duty_watch").await, (403, "off_shift".to_owned()));
    studio.house.app.views().stop().await;
    let acts: Vec<_> = studio.house.entries_since(before).await.iter().map(|entry| entry.act).collect();
    assert!(acts.contains(&Act::Use), "what was served is written: {acts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_come_and_go_and_a_session_locks_with_its_holder_s_shift() {
    let clocks = Turned::at(MONDAY);
    let house = House::build_by(clocks.clone()).await;
    let (viewer, colleague) =
        (house.caller(Role::Viewer, house.unit).await, house.caller(Role::Viewer, house.unit).await);
    let duty = Duty::begin(&house).await;
    let shift = duty.rostered(&viewer, 0, 20).await;
    duty.take_over(&viewer, &shift).await;
    let body = json!({ "room_id": duty.room, "name": "王工", "organisation": "空调公司", "purpose": "repairs", "host": "老李" });
    let before = house.entry_count().await;
    let came = house.post("/api/duty/visitors", &viewer.cookie, body.clone()).await;
    assert_eq!(came.status, 201, "{}", came.json());
    let entries = house.entries_since(before).await;
    assert_eq!(entries[0].act, Act::NoteVisitor);
    assert!(!format!("{:?}", entries[0].record).contains("王工"), "the entry says nothing of the visitor");
    for (field, value) in [("name", json!(" ")), ("purpose", json!("")), ("in_ms", json!(1))] {
        let mut bad = body.clone();
        bad[field] = value;
        assert_eq!(house.post("/api/duty/visitors", &viewer.cookie, bad).await.status, 400, "{field}");
    }
    let leave = format!("/api/duty/visitors/{}/leave", came.json()["id"].as_str().unwrap());
    clocks.on_us(5 * MINUTE_MS * 1_000);
    assert_eq!(
        house.post(&leave, &colleague.cookie, json!({})).await.json()["out_ms"],
        house.app.now().as_ms()
    );
    assert_eq!(house.post(&leave, &colleague.cookie, json!({})).await.status, 409);

    let until = house.app.now().as_ms() + 30 * MINUTE_MS;
    let stay = json!({ "until_ms": until, "reason": "nobody came" });
    let locked = async |who: &Caller| house.get("/api/me", &who.cookie).await.status.as_u16() == 401;
    // Twenty minutes after it began the shift is over: for whoever was on it the console locks, for nobody else.
    clocks.on_us(14 * MINUTE_MS * 1_000);
    assert!(!locked(&viewer).await);
    let (status, code) = duty.act(&colleague, &shift, "stay", stay.clone()).await;
    assert_eq!((status, code.as_str()), (403, "not_your_shift"));
    clocks.on_us(MINUTE_MS * 1_000);
    assert!(locked(&viewer).await);
    assert!(!locked(&colleague).await);
    let again = house.sign_in(viewer.person, &viewer.account).await;
    assert!(!locked(&again).await, "the password opens it again");
    assert_eq!(duty.act(&again, &shift, "stay", stay).await.0, 409, "what is over is not prolonged");
    assert_eq!(opens(&house, &again, "duty_watch").await.1, "off_shift");

    // Whoever stays before it is over is not locked out.
    let next = duty.rostered(&again, 0, 10).await;
    duty.take_over(&again, &next).await;
    let until = house.app.now().as_ms() + 25 * MINUTE_MS;
    let far = json!({ "until_ms": until + 240 * MINUTE_MS, "reason": "nobody came" });
    assert_eq!(duty.act(&again, &next, "stay", far).await.0, 400, "longer than four hours");
    let stay = json!({ "until_ms": until, "reason": "nobody came" });
    assert_eq!(duty.act(&again, &next, "stay", stay).await.0, 200);
    clocks.on_us(15 * MINUTE_MS * 1_000);
    assert!(!locked(&again).await);
    clocks.on_us(11 * MINUTE_MS * 1_000);
    assert!(locked(&again).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_nobody_keeps_is_found_until_somebody_does() {
    let clocks = Turned::at(MONDAY);
    let house = House::build_by(clocks.clone()).await;
    let viewer = house.caller(Role::Viewer, house.unit).await;
    let duty = Duty::begin(&house).await;
    // One person from 08:00 to 20:00, on weekdays; the clock is at 07:55 of a Monday.
    let need = json!({ "days": 0b001_1111, "from_min": 480, "length_min": 720, "persons": 1 });
    let path = format!("/api/duty/rooms/{}/needs", duty.room);
    for (field, value) in [("days", 0), ("from_min", 1_440), ("length_min", 1_441), ("persons", 0)] {
        let mut bad = need.clone();
        bad[field] = json!(value);
        let answer = house.post(&path, &duty.keeper.cookie, json!({ "needs": [bad] })).await;
        assert_eq!(answer.status, 400, "{field}");
    }
    let set = house.post(&path, &duty.keeper.cookie, json!({ "needs": [need] })).await;
    assert_eq!((set.status.as_u16(), &set.json()["needed"]), (200, &json!(0)), "not yet");
    let shift = duty.rostered(&viewer, 5, 60).await;
    assert_eq!(duty.found().await, [""; 0]);
    clocks.on_us(19 * MINUTE_MS * 1_000);
    let now = duty.now(&viewer).await;
    assert_eq!(
        (&now["needed"], &now["due"][0]["id"], &now["unmanned"]),
        (&json!(1), &json!(shift), &Value::Null)
    );
    assert_eq!(duty.found().await, [""; 0]);
    clocks.on_us(MINUTE_MS * 1_000);
    assert_eq!(duty.found().await, ["duty_unmanned"]);
    assert_eq!(duty.now(&viewer).await["unmanned"]["missing"], 1);
    duty.take_over(&viewer, &shift).await;
    assert_eq!(duty.found().await, [""; 0], "it closes by itself");
    // What was is still known.
    let to_ms = house.app.now().as_ms() + MINUTE_MS;
    let path =
        format!("/api/duty/shifts?room={}&from_ms={}&to_ms={to_ms}", duty.room, to_ms - 60 * MINUTE_MS);
    let roster = house.get(&path, &viewer.cookie).await.json();
    let missing = &roster["unmanned"][0];
    assert_eq!((&missing["open"], &missing["missing"]), (&json!(false), &json!(1)), "{roster}");
    assert_eq!(
        missing["to_ms"].as_i64().unwrap() - missing["from_ms"].as_i64().unwrap(),
        15 * MINUTE_MS,
        "{roster}"
    );
    assert_eq!(roster["shifts"][0]["state"], "running");
    let path = format!("/api/duty/shifts?room={}&from_ms=0&to_ms={to_ms}", duty.room);
    assert_eq!(house.get(&path, &viewer.cookie).await.status, 400, "more than a month");
}

/// Enough persons, and nobody who leads the shift: found until somebody takes over for that post.
#[tokio::test(flavor = "multi_thread")]
async fn a_required_post_that_nobody_fills_is_found_until_somebody_does() {
    let clocks = Turned::at(MONDAY);
    let house = House::build_by(clocks.clone()).await;
    let (viewer, leader) =
        (house.caller(Role::Viewer, house.unit).await, house.caller(Role::Viewer, house.unit).await);
    let duty = Duty::begin(&house).await;
    let need = |post: &str| json!({ "days": 0b001_1111, "from_min": 480, "length_min": 720, "persons": 1, "post": post });
    let path = format!("/api/duty/rooms/{}/needs", duty.room);
    let unknown = house.post(&path, &duty.keeper.cookie, json!({ "needs": [need("cook")] })).await;
    assert_eq!(unknown.status, 400);
    let both = json!({ "needs": [need("leader"), need("officer")] });
    let set = house.post(&path, &duty.keeper.cookie, both).await.json();
    assert_eq!((&set["needs"][0]["post"], &set["posts"]), (&json!("leader"), &json!([])), "not yet: {set}");
    let now = house.app.now().as_ms();
    let put = |who: &Caller, post: Option<&str>| {
        json!({
            "person_id": who.person.to_string(), "from_ms": now + 5 * MINUTE_MS, "to_ms": now + 90 * MINUTE_MS,
            "post": post,
        })
    };
    let shifts = json!([put(&viewer, Some("officer")), put(&leader, Some("leader"))]);
    let body = json!({ "room_id": duty.room, "shifts": shifts });
    let rostered = house.post("/api/duty/shifts", &duty.keeper.cookie, body).await;
    assert_eq!(rostered.status, 201, "{}", rostered.json());
    let shift = |at: usize| rostered.json()[at]["id"].as_str().unwrap().to_owned();
    assert_eq!(rostered.json()[1]["post"], "leader");
    clocks.on_us(6 * MINUTE_MS * 1_000);
    duty.take_over(&viewer, &shift(0)).await;
    let state = duty.now(&viewer).await;
    let posts = json!([
        { "post": "leader", "needed": 1, "there": 0 }, { "post": "officer", "needed": 1, "there": 1 },
    ]);
    assert_eq!((&state["posts"], &state["unfilled"]), (&posts, &json!([])), "{state}");
    clocks.on_us(15 * MINUTE_MS * 1_000);
    let mut found = duty.found().await;
    found.sort();
    assert_eq!(found, ["duty_post_empty", "duty_unmanned"]);
    let open = &duty.now(&viewer).await["unfilled"][0];
    assert_eq!((&open["post"], &open["missing"], &open["open"]), (&json!("leader"), &json!(1), &json!(true)));
    duty.take_over(&leader, &shift(1)).await;
    assert_eq!(duty.found().await, [""; 0], "it closes by itself");
    // The sheet of the shift that was there says it.
    let sheet = house.get(&format!("/api/duty/shifts/{}", shift(0)), &viewer.cookie).await.json();
    let line = &sheet["unfilled"][0];
    assert_eq!((&line["post"], &line["open"]), (&json!("leader"), &json!(false)), "{sheet}");
}

/// Where exactly a camera stands is confidential (national-2016:6, :22): for whoever watches it, and where the unit keeps a roster while they
/// do; and for whoever keeps basic data. Everybody else has its name.
#[tokio::test(flavor = "multi_thread")]
async fn the_exact_place_of_a_camera_is_for_whoever_watches_it() {
    let house = House::build().await;
    let viewer = house.caller(Role::Viewer, house.unit).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let path = format!("/api/cameras/{}", house.cameras[0]);
    let change = json!({ "place": "滨江路北门灯杆3号" });
    let since = house.entry_count().await;
    let changed = house
        .send(&house.router, axum::http::Method::PATCH, &path, Some(&administrator.cookie), Some(change))
        .await;
    assert_eq!(changed.status, 200, "{}", changed.json());
    let entries = house.entries_since(since).await;
    let entry = entries.iter().find(|entry| entry.act == Act::ChangeCamera).expect("its entry");
    assert!(
        !entry.record.extra.contains("灯杆"),
        "nor does the ledger tell auditors: {}",
        entry.record.extra
    );
    assert!(entry.record.extra.contains("place=changed"));
    let check = async |who: &Caller, expected: (&str, bool), found: usize| {
        let all = house.get("/api/cameras", &who.cookie).await.json();
        let own = all["cameras"].as_array().unwrap().iter();
        let own = own.clone().find(|row| row["id"] == house.cameras[0].to_string()).unwrap();
        assert_eq!((own["place"].as_str().unwrap(), own["place_withheld"].as_bool().unwrap()), expected);
        assert!(!own["name"].as_str().unwrap().is_empty());
        let text = "%E7%81%AF%E6%9D%86"; // 灯杆
        let searched = house.get(&format!("/api/cameras?query={text}"), &who.cookie).await.json();
        assert_eq!(searched["total"], found, "what is withheld is not searched: {searched}");
    };
    let exact = ("滨江路北门灯杆3号", false);
    check(&viewer, exact, 1).await;
    check(&administrator, exact, 1).await;
    for role in [Role::Auditor, Role::Manager] {
        check(&house.caller(role, house.unit).await, ("", true), 0).await;
    }
    let duty = Duty::begin(&house).await;
    check(&viewer, ("", true), 0).await;
    let shift = duty.rostered(&viewer, -5, 60).await;
    duty.take_over(&viewer, &shift).await;
    check(&viewer, exact, 1).await;
    check(&administrator, exact, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspicious_matter_is_written_down_reported_held_and_acknowledged() {
    let clocks = Turned::at(MONDAY);
    let house = House::build_by(clocks.clone()).await;
    let (viewer, other) =
        (house.caller(Role::Viewer, house.unit).await, house.caller(Role::Viewer, house.unit).await);
    let operator = house.caller(Role::Operator, house.unit).await;
    let duty = Duty::begin(&house).await;
    let shift = duty.rostered(&viewer, 0, 120).await;
    duty.take_over(&viewer, &shift).await;
    clocks.on_us(10 * MINUTE_MS * 1_000);
    let now = house.app.now().as_ms();
    let note = json!({
        "room_id": duty.room, "kind": "suspicious", "about_ms": now - MINUTE_MS, "cameras": [house.cameras[0].to_string()],
        "words": "three men at the fence",
    });
    let before = house.entry_count().await;
    let written = house.post("/api/duty/log", &viewer.cookie, note.clone()).await;
    assert_eq!(written.status, 201, "{}", written.json());
    let written = written.json();
    let entries = house.entries_since(before).await;
    assert!(entries[0].record.extra.contains("sha256="), "{:?}", entries[0].record);
    let check = async |who: &Caller, field: &str, value: Value, expected: u16| {
        let mut other = note.clone();
        other[field] = value;
        let answer = house.post("/api/duty/log", &who.cookie, other).await;
        assert_eq!(answer.status.as_u16(), expected, "{field}: {}", answer.json());
    };
    check(&other, "words", json!("not on shift"), 403).await;
    check(&viewer, "words", json!(" "), 400).await;
    check(&viewer, "about_ms", json!(now + 10 * MINUTE_MS), 400).await;
    check(&viewer, "kind", json!("gossip"), 400).await;
    // A correction is another row, and one row is corrected once.
    check(&viewer, "corrects_id", written["id"].clone(), 201).await;
    check(&viewer, "corrects_id", written["id"].clone(), 409).await;

    let mut report = json!({
        "room_id": duty.room, "note_id": written["id"], "cameras": [house.cameras[0].to_string()],
        "from_ms": now - 10 * MINUTE_MS, "to_ms": now, "words": "three men at the fence", "organ": "滨江派出所",
        "channel": "telephone", "sent_ms": now,
    });
    let sent = house.post("/api/duty/reports", &viewer.cookie, report.clone()).await;
    assert_eq!(sent.status, 201, "{}", sent.json());
    let sent = sent.json();
    let hold =
        house.get(&format!("/api/holds/{}", sent["hold_id"].as_str().unwrap()), &operator.cookie).await;
    assert_eq!(hold.status, 200, "a viewer may place no hold; the report does");
    assert_eq!(hold.json()["note"], "three men at the fence", "{}", hold.json());
    report["cameras"] = json!([]);
    assert_eq!(house.post("/api/duty/reports", &viewer.cookie, report).await.code(), "no_camera");

    assert_eq!(duty.found().await, [""; 0]);
    clocks.on_us(24 * 60 * MINUTE_MS * 1_000);
    assert!(duty.found().await.contains(&"report_unacknowledged".to_owned()));
    let keeper = house.sign_in(duty.keeper.person, &duty.keeper.account).await;
    let path = format!("/api/duty/reports/{}/acknowledgement", sent["id"].as_str().unwrap());
    let answer = json!({ "number": "2026-77", "on_ms": house.app.now().as_ms() });
    assert_eq!(
        house.post(&path, &keeper.cookie, answer.clone()).await.json()["acknowledged"]["number"],
        "2026-77"
    );
    assert_eq!(house.post(&path, &keeper.cookie, answer).await.status, 409);
    assert!(!duty.found().await.contains(&"report_unacknowledged".to_owned()));
    // All of it is on the sheet of the shift.
    let sheet = house.get(&format!("/api/duty/shifts/{shift}"), &keeper.cookie).await.json();
    let (notes, reports) = (sheet["notes"].as_array().unwrap(), sheet["reports"].as_array().unwrap());
    assert_eq!((notes.len(), reports.len()), (2, 1), "{sheet}");
    assert_eq!(notes[0]["corrected_by_id"], notes[1]["id"]);
    assert_eq!(sheet["shift"]["state"], "ran_out");
}
