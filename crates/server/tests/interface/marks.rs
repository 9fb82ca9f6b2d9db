//! The viewer's mark over HTTP: whatever leads to a picture on a screen says who is looking, in which session, and since when.
//!
//! That the console draws it over each picture is the console's test (`player/marks.test.ts`). The invariant: an answer that opens
//! pictures and is not in this list fails here.

use crate::{
    cases::Who,
    clips::clip,
    house::{Caller, House},
};
use serde_json::{Value, json};
use server::http;

/// The operations that answer with a view or a still.
const SHOWING: &[&str] = &["POST /api/stills", "POST /api/views", "POST /api/views/{id}/renew"];

#[test]
fn nothing_else_opens_pictures_to_a_screen() {
    let document = serde_json::to_value(http::routes().into_openapi()).unwrap();
    let mut found = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let text = operation["responses"].to_string();
            let answers = |name: &str| text.contains(&format!("\"#/components/schemas/{name}\""));
            if answers("View") || answers("Still") {
                found.push(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    found.sort();
    assert_eq!(found, SHOWING);
    // And neither can do without one.
    for (schema, field) in [("View", "mark"), ("Still", "mark_text")] {
        let required = &document["components"]["schemas"][schema]["required"];
        assert!(required.as_array().unwrap().contains(&json!(field)), "{schema}: {required}");
    }
    let required = document["components"]["schemas"]["Mark"]["required"].as_array().unwrap();
    assert_eq!(required.len(), 4, "name, account, session and begin: {required:?}");
}

fn is_marked(what: &str, answer: &Value, caller: &Caller) {
    let id = caller.session.0.simple().to_string().to_uppercase();
    let mark = &answer["mark"];
    assert_eq!(mark["account"], json!(caller.account), "{what}: {answer}");
    assert_eq!(mark["session"], json!(&id[id.len() - 8..]), "{what}: {answer}");
    assert!(mark["name"].as_str().unwrap().contains(&caller.account), "{what}: {answer}");
    assert!(mark["started_ms"].is_i64(), "{what}: {answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_picture_says_who_looks() {
    let house = House::build().await;
    let (sender, operator) = (Who::Operator.sign_in(&house).await, Who::Operator.sign_in(&house).await);
    let handed = house.post("/api/clips", &sender.cookie, clip(&house, &operator)).await.json();
    let of_clip = json!({
        "mode": "playback", "cameras": [house.cameras[0].to_string()], "from_ms": handed["from_ms"],
        "to_ms": handed["to_ms"], "purpose": "incident", "legal_basis": "unit_duty", "clip": handed["id"],
    });
    for (what, body) in
        [("live", house.live_view()), ("recorded", house.playback_view()), ("a clip", of_clip)]
    {
        let opened = house.post("/api/views", &operator.cookie, body).await;
        assert_eq!(opened.status, 201, "{what}: {}", opened.json());
        is_marked(what, &opened.json(), &operator);
        let path = format!("/api/views/{}/renew", opened.json()["id"].as_str().unwrap());
        let renewed = house.post(&path, &operator.cookie, json!(null)).await;
        is_marked(what, &renewed.json(), &operator);
    }
    let view = house.view(&operator, house.playback_view()).await;
    let at_ms = house.app.now().as_ms() - 30_000;
    let still = json!({ "view_id": view, "camera_id": house.cameras[0].to_string(), "at_ms": at_ms });
    let still = house.post("/api/stills", &operator.cookie, still).await.json();
    let id = operator.session.0.simple().to_string().to_uppercase();
    for word in [operator.account.as_str(), &id[id.len() - 8..]] {
        assert!(still["mark_text"].as_str().unwrap().contains(word), "{still}");
    }
}
