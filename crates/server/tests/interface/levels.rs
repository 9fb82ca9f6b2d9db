//! Levels of clips over HTTP: what a raised span asks for on every way out, who may raise and lower it, and that what was open
//! before shows no more of it.

use crate::{
    cases::Who,
    house::{Answer, Caller, House},
    watch::{Seen, Studio, next, to_the_end},
};
use axum::http::StatusCode;
use futures::SinkExt as _;
use law::register::RecordKind;
use model::{Act, CameraId, CaseId, RecordId};
use serde_json::{Value, json};
use store::system_cx;
use tokio_tungstenite::tungstenite::Message;

/// A document of the unit.
pub async fn paper(house: &House) -> RecordId {
    let body = json!({ "name": "降低密级的批准", "paper": "other" }).as_object().cloned().unwrap();
    let cx = system_cx("demo", house.app.now());
    house.app.registry().add_record(&cx, RecordKind::Document, Some(house.unit), body).await.unwrap()
}

/// Raises a span of a camera, given in seconds from now; the entry that names it.
async fn raise(house: &House, camera: CameraId, (level, from_s, to_s): (u8, i64, Option<i64>)) -> u64 {
    let operator = Who::Operator.sign_in(house).await;
    let now = house.app.now().as_ms();
    let to_ms = to_s.map(|seconds| now + seconds * 1_000);
    raise_ms(house, &operator, camera, (level, now + from_s * 1_000, to_ms)).await
}

pub async fn raise_ms(
    house: &House,
    caller: &Caller,
    camera: CameraId,
    (level, from_ms, to_ms): (u8, i64, Option<i64>),
) -> u64 {
    let body = json!({ "level": level, "from_ms": from_ms, "to_ms": to_ms, "reason": "画面涉及他人隐私" });
    let answer = house.post(&format!("/api/cameras/{camera}/levels"), &caller.cookie, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer.json()["levels"][0]["entry"]["index"].as_u64().unwrap()
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Live,
    Playback,
    Export,
}

/// What was raised, which way somebody wants which seconds, with what, and the code of the refusal; empty: it is allowed.
type Case = (&'static str, &'static [(u8, i64, Option<i64>)], Way, (i64, i64), &'static str, &'static str);

const MINUTE: (u8, i64, Option<i64>) = (2, -600, Some(-540));
const SECRET: (u8, i64, Option<i64>) = (3, -600, Some(-540));

const CASES: &[Case] = &[
    ("nothing is raised", &[], Way::Playback, (-600, -540), "", ""),
    ("sensitive, without a word", &[MINUTE], Way::Playback, (-570, -560), "", "clip_level_note"),
    ("sensitive, with a reason", &[MINUTE], Way::Playback, (-570, -560), "note", ""),
    ("sensitive, with a case", &[MINUTE], Way::Playback, (-570, -560), "case", ""),
    ("sensitive, copied without a word", &[MINUTE], Way::Export, (-570, -560), "", "clip_level_note"),
    ("sensitive, copied with a reason", &[MINUTE], Way::Export, (-570, -560), "note", ""),
    ("an hour that runs on into it", &[MINUTE], Way::Playback, (-3_600, -590), "", "clip_level_note"),
    ("an hour that begins in it", &[MINUTE], Way::Playback, (-550, 0), "", "clip_level_note"),
    ("before it", &[MINUTE], Way::Playback, (-900, -605), "", ""),
    ("up to it", &[MINUTE], Way::Playback, (-900, -601), "", ""),
    ("behind it", &[MINUTE], Way::Export, (-530, -500), "", ""),
    ("now", &[MINUTE], Way::Live, (0, 0), "", ""),
    ("secret, with a reason alone", &[SECRET], Way::Playback, (-570, -560), "note", "clip_level_case"),
    ("secret, with a case", &[SECRET], Way::Playback, (-570, -560), "case", ""),
    ("secret, copied with a reason", &[SECRET], Way::Export, (-570, -560), "note", "clip_level_case"),
    ("secret, copied with a case", &[SECRET], Way::Export, (-570, -560), "case", ""),
    ("the higher of two", &[MINUTE, SECRET], Way::Playback, (-570, -560), "note", "clip_level_case"),
    ("open, live", &[(2, -5, None)], Way::Live, (0, 0), "", "clip_level_note"),
    ("open, live with a reason", &[(2, -5, None)], Way::Live, (0, 0), "note", ""),
    ("open, what was before", &[(2, -5, None)], Way::Playback, (-60, -10), "", ""),
    ("its end is still to come", &[(3, -5, Some(900))], Way::Live, (0, 0), "note", "clip_level_case"),
];

async fn ask(
    house: &House,
    caller: &Caller,
    camera: CameraId,
    way: Way,
    span: (i64, i64),
    with: (&str, CaseId),
) -> Answer {
    let now = house.app.now().as_ms();
    let mut body =
        json!({ "cameras": [camera.to_string()], "purpose": "incident", "legal_basis": "unit_duty" });
    match with.0 {
        "note" => body["note"] = json!("核查车辆剐蹭"),
        "case" => body["case"] = json!(with.1.to_string()),
        _ => {}
    }
    if way != Way::Live {
        (body["from_ms"], body["to_ms"]) = (json!(now + span.0 * 1_000), json!(now + span.1 * 1_000));
    }
    match way {
        Way::Export => {
            body["recipient"] = json!({ "name": "李警官", "organisation": "公安" });
            house.post("/api/exports", &caller.cookie, body).await
        }
        Way::Live | Way::Playback => {
            body["mode"] = json!(if way == Way::Live { "live" } else { "playback" });
            house.post("/api/views", &caller.cookie, body).await
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clip_has_a_level_on_every_way_out() {
    let house = House::build().await;
    let case = house.case().await;
    for &(what, raised, way, span, with, code) in CASES {
        let camera = house.camera("密级", "rtsp://192.0.2.1/main").await;
        for &one in raised {
            raise(&house, camera, one).await;
        }
        let operator = Who::Operator.sign_in(&house).await;
        let before = house.entry_count().await;
        let answer = ask(&house, &operator, camera, way, span, (with, case)).await;
        let (said, entries) = (answer.json(), house.entries_since(before).await);
        let act = match way {
            Way::Live => Act::Live,
            Way::Playback => Act::Playback,
            Way::Export => Act::Export,
        };
        let entry = entries.iter().find(|entry| entry.act == act).unwrap();
        assert_eq!(entry.person, Some(operator.person), "{what}");
        assert_eq!(entry.is_refusal(), !code.is_empty(), "{what}: {said}");
        if code.is_empty() {
            assert_eq!(answer.status, StatusCode::CREATED, "{what}: {said}");
            continue;
        }
        let error = &said["error"];
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, code), "{what}: {said}");
        assert_eq!(
            (&error["article"], &error["entry"]),
            (&json!("datong-2008:5"), &json!(entry.index)),
            "{what}"
        );
        for words in [&error["reason"], &error["remedy"]] {
            let all = [&words["zh"], &words["en"]];
            assert!(
                all.iter().all(|text| text.as_str().is_some_and(|text| !text.is_empty())),
                "{what}: {error}"
            );
        }
    }
}

/// What is wanted of a raised clip, by whom, and the answer: status and code.
type Change = (&'static str, Who, &'static str, Value, u16, &'static str);

fn changes(now_ms: i64, paper: RecordId) -> Vec<Change> {
    let span = |level: u8, reason: &str| json!({ "level": level, "from_ms": now_ms - 60_000, "to_ms": now_ms, "reason": reason });
    let down = |reason: &str, paper: Option<RecordId>| json!({ "reason": reason, "document_id": paper.map(|id| id.to_string()) });
    let far = json!({ "level": 2, "from_ms": now_ms + 3_600_000, "reason": "r" });
    let backwards = json!({ "level": 2, "from_ms": now_ms, "to_ms": now_ms, "reason": "r" });
    vec![
        ("a viewer raises", Who::Viewer, "", span(2, "隐私"), 403, "role"),
        ("another unit's operator raises", Who::OtherOperator, "", span(2, "隐私"), 403, "other_unit"),
        ("without a word", Who::Operator, "", span(2, " "), 403, "clip_level_reason"),
        ("no such level", Who::Operator, "", span(4, "隐私"), 400, ""),
        ("not above the camera's", Who::Operator, "", span(1, "隐私"), 400, ""),
        ("a span of nothing", Who::Operator, "", backwards, 400, ""),
        ("a span to come", Who::Operator, "", far, 400, ""),
        ("an operator raises", Who::Operator, "", span(2, "隐私"), 201, ""),
        ("an administrator raises", Who::Administrator, "", span(3, "涉密"), 201, ""),
        ("an operator lowers", Who::Operator, "lower", down("误标", Some(paper)), 403, "role"),
        (
            "another unit's administrator lowers",
            Who::OtherAdministrator,
            "lower",
            down("误标", None),
            403,
            "other_unit",
        ),
        (
            "lowered without a paper",
            Who::Administrator,
            "lower",
            down("误标", None),
            403,
            "clip_level_document",
        ),
        (
            "lowered without a word",
            Who::Administrator,
            "lower",
            down("", Some(paper)),
            403,
            "clip_level_reason",
        ),
        ("lowered with both", Who::Administrator, "lower", down("误标", Some(paper)), 200, ""),
        ("lowered again", Who::Administrator, "lower", down("误标", Some(paper)), 409, ""),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_is_raised_by_whoever_looks_back_and_lowered_with_a_paper() {
    let house = House::build().await;
    let camera = house.camera("密级", "rtsp://192.0.2.1/main").await;
    let paper = paper(&house).await;
    let raised = raise(&house, camera, (2, -600, Some(-540))).await;
    let operator = Who::Operator.sign_in(&house).await;
    let nobodys = CaseId(uuid::Uuid::nil());
    let seen = async || {
        ask(&house, &operator, camera, Way::Playback, (-570, -560), ("", nobodys)).await.status.as_u16()
    };
    assert_eq!(seen().await, 403);
    for (what, who, how, body, status, code) in changes(house.app.now().as_ms(), paper) {
        let caller = who.sign_in(&house).await;
        let path = match how {
            "lower" => format!("/api/cameras/{camera}/levels/{raised}/lower"),
            _ => format!("/api/cameras/{camera}/levels"),
        };
        let before = house.entry_count().await;
        let answer = house.post(&path, &caller.cookie, body).await;
        assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.json());
        if status == 403 {
            assert_eq!(answer.code(), code, "{what}: {}", answer.json());
        }
        let entries = house.entries_since(before).await;
        let decided = !matches!(status, 400 | 409);
        assert_eq!(entries.len(), usize::from(decided), "{what}");
        if decided {
            let act = if how == "lower" { Act::LowerClipLevel } else { Act::RaiseClipLevel };
            assert_eq!((entries[0].act, entries[0].person), (act, Some(caller.person)), "{what}");
            assert_eq!(entries[0].is_refusal(), status == 403, "{what}");
        }
    }
    assert_eq!(seen().await, 201, "the camera's own level holds again");
    let auditor = Who::Auditor.sign_in(&house).await;
    let levels = house.get(&format!("/api/cameras/{camera}/levels"), &auditor.cookie).await.json();
    let all = levels["levels"].as_array().unwrap();
    assert_eq!(all.len(), 3, "rows stay: {levels}");
    let oldest = &all[2];
    assert_eq!(oldest["entry"]["index"], json!(raised));
    assert_eq!(oldest["lowered"]["document_id"], json!(paper.to_string()), "{oldest}");
    let now = house.app.now().as_ms();
    let path = format!("/api/timeline?cameras={camera}&from_ms={}&to_ms={now}&bucket_ms=1000", now - 900_000);
    let timeline = house.get(&path, &auditor.cookie).await.json();
    let shown: Vec<_> = timeline["rows"][0]["levels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|level| level["level"].clone())
        .collect();
    assert_eq!(shown, [json!(3), json!(2)], "what was taken back is not on it: {timeline}");
}

/// A playback of a span, playing.
pub async fn playing(studio: &Studio, caller: &Caller, body: Value) -> (String, crate::watch::Socket) {
    let view = studio.house.view(caller, body.clone()).await;
    let path = format!("/api/views/{view}/playback?camera={}", studio.house.cameras[0]);
    let mut socket = studio.socket(&path, caller, None).await.unwrap();
    let play = json!({ "type": "play", "at_ms": body["from_ms"], "epoch": 1 });
    socket.send(Message::Text(play.to_string().into())).await.unwrap();
    (view, socket)
}

pub async fn picture_after(socket: &mut crate::watch::Socket, at_us: i64) {
    loop {
        match next(socket).await {
            Seen::Media { wall_us, .. } if wall_us > at_us => return,
            Seen::Closed => panic!("closed"),
            _ => {}
        }
    }
}

/// A camera with some seconds of footage on disk, from and to in milliseconds.
pub async fn recorded() -> (Studio, (i64, i64)) {
    let studio = Studio::start().await;
    let head = async || studio.house.app.store().footage.stream_head(studio.stream()).await.unwrap().end;
    studio.until_async("a first segment", async || head().await.is_some()).await;
    let from_ms = head().await.unwrap().as_ms();
    studio
        .until_async("some seconds are on disk", async || {
            head().await.is_some_and(|end| end.as_ms() > from_ms + 5_000)
        })
        .await;
    let to_ms = head().await.unwrap().as_ms();
    (studio, (from_ms, to_ms))
}

pub fn playback(studio: &Studio, (from_ms, to_ms): (i64, i64), note: Option<&str>) -> Value {
    let mut body = studio.house.playback_view();
    (body["from_ms"], body["to_ms"], body["note"]) = (json!(from_ms), json!(to_ms), json!(note));
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_shows_no_more_of_a_clip_that_is_raised() {
    let (studio, (from_ms, to_ms)) = recorded().await;
    let (house, camera) = (&studio.house, studio.house.cameras[0]);
    let (operator, guard) = (Who::Operator.sign_in(house).await, Who::Operator.sign_in(house).await);
    let (_, mut without) = playing(&studio, &operator, playback(&studio, (from_ms, to_ms), None)).await;
    let (_, mut with) = playing(&studio, &operator, playback(&studio, (from_ms, to_ms), Some("核查"))).await;
    let (_, mut live) = studio.live(&operator).await;
    for socket in [&mut without, &mut with, &mut live] {
        picture_after(socket, 0).await;
    }
    let entry = raise_ms(house, &guard, camera, (2, from_ms + 1_000, Some(to_ms))).await;
    let reason = to_the_end(&mut without).await.reason;
    assert_eq!(reason.as_deref(), Some("revoked"));
    let record = &house.entries_since(entry).await[0].record;
    assert!(record.extra.lines().any(|line| line == "views_ended=1"), "{}", record.extra);
    assert_eq!(record.note, "画面涉及他人隐私");
    // Who stated a reason, and who sees what is now, goes on.
    picture_after(&mut live, house.app.now().0).await;
    let again = json!({ "type": "play", "at_ms": from_ms + 1_000, "epoch": 2 });
    with.send(Message::Text(again.to_string().into())).await.unwrap();
    loop {
        match next(&mut with).await {
            Seen::Text(text) if text["type"] == "position" && text["epoch"] == 2 => break,
            Seen::Closed => panic!("a viewing with a reason was ended"),
            _ => {}
        }
    }
    // From now on, secret, and open: nobody of them has a case.
    raise_ms(house, &guard, camera, (3, from_ms, None)).await;
    for socket in [&mut with, &mut live] {
        let reason = to_the_end(socket).await.reason;
        assert_eq!(reason.as_deref(), Some("revoked"));
    }
    let refused = house.post("/api/views", &operator.cookie, house.live_view()).await;
    assert_eq!(refused.code(), "clip_level_case");
}

/// A group of pictures is given whole: the one that reaches into a raised clip is not given at all.
#[tokio::test(flavor = "multi_thread")]
async fn what_lies_beside_a_raised_clip_shows_nothing_of_it() {
    let (studio, (from_ms, to_ms)) = recorded().await;
    let (house, camera) = (&studio.house, studio.house.cameras[0]);
    let operator = Who::Operator.sign_in(house).await;
    let (_, mut socket) = playing(&studio, &operator, playback(&studio, (from_ms, to_ms), None)).await;
    // In the middle of the group that begins two seconds later.
    let clip_ms = loop {
        match next(&mut socket).await {
            Seen::Media { key: true, wall_us, .. } if wall_us >= (from_ms + 2_000) * 1_000 => {
                break wall_us / 1_000 + 300;
            }
            Seen::Closed => panic!("closed"),
            _ => {}
        }
    };
    raise_ms(house, &operator, camera, (2, clip_ms, Some(to_ms + 1_000))).await;
    let (_, mut socket) = playing(&studio, &operator, playback(&studio, (from_ms, clip_ms), None)).await;
    let mut newest_us = 0;
    loop {
        match next(&mut socket).await {
            Seen::Media { wall_us, .. } => newest_us = newest_us.max(wall_us),
            Seen::Text(text) if text["type"] == "end_of_footage" => break,
            Seen::Closed => panic!("closed"),
            Seen::Text(_) | Seen::Init => {}
        }
    }
    assert!(newest_us > from_ms * 1_000, "what lies before is shown");
    assert!(newest_us < (clip_ms - 300) * 1_000, "{newest_us} is of the group that reaches into the clip");
    // Nor does a package take it along.
    let mut body = house.export();
    (body["from_ms"], body["to_ms"]) = (json!(from_ms), json!(clip_ms));
    let asked = house.post("/api/exports", &operator.cookie, body).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.json());
    let path = format!("/api/exports/{}", asked.json()["id"].as_str().unwrap());
    let mut said = Value::Null;
    studio
        .until_async("the export ends", async || {
            said = house.get(&path, &operator.cookie).await.json();
            said["state"] != "preparing"
        })
        .await;
    assert_eq!(said["state"], "failed", "{said}");
    assert!(said["error"].as_str().is_some_and(|text| text.contains("higher level")), "{said}");
}
