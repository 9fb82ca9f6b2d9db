//! What is held against the outcome of a case: the answer, the entry, where system and camera stand, what is found. It changes
//! nothing.

use super::{Got, World, format::Then};
use crate::house::Entry;
use model::Act;
use serde_json::{Value, json};

/// Its row, and the article or else the heading.
fn problem_word(problem: &Value) -> String {
    let what = problem["article"].as_str().or(problem["heading"].as_str()).unwrap_or_default();
    format!("{} {what}", problem["row"])
}

pub(super) fn held(then: &Then, got: &Got) -> Vec<String> {
    let error = &got.body["error"];
    let mut wrong = Vec::new();
    if got.status != then.status {
        wrong.push(format!("answers {} instead of {}: {}", got.status, then.status, got.body));
    }
    for (name, expected) in [("article", &then.article), ("code", &then.code)] {
        let found = error[name].as_str().unwrap_or_default();
        if !expected.is_empty() && found != expected {
            wrong.push(format!("{name} '{found}' instead of '{expected}'"));
        }
    }
    let found: Vec<String> =
        got.body["problems"].as_array().into_iter().flatten().map(problem_word).collect();
    if !then.problem.is_empty() && !found.contains(&then.problem) {
        wrong.push(format!("finds {found:?} instead of '{}'", then.problem));
    }
    if got.status == 403 && (error["reason"]["zh"].is_null() || error["remedy"]["en"].is_null()) {
        wrong.push("a refusal without reason or remedy".into());
    }
    for (fields, shown) in [(&then.shows, true), (&then.hides, false)] {
        let other = fields.iter().filter(|field| got.body["body"][field.as_str()].is_null() == shown);
        wrong.extend(other.map(|field| format!("{field} is shown: {}", !shown)));
    }
    wrong
}

/// The last entry of the person is the act's; a refusal's names the article.
pub(super) async fn entered(world: &World, then: &Then, since: u64, refused: bool) -> Vec<String> {
    let entries = world.house.entries_since(since).await;
    let own: Vec<&Entry> = entries
        .iter()
        .filter(|entry| entry.person == Some(world.caller.person) && entry.act != Act::ReadRegistry)
        .filter(|entry| entry.act != Act::SignIn)
        .collect();
    let acts: Vec<&str> = own.iter().map(|entry| entry.act.as_str()).collect();
    let Some(last) = own.last() else {
        return if then.entry == "none" {
            Vec::new()
        } else {
            vec![format!("left no entry, not {}", then.entry)]
        };
    };
    let mut wrong = Vec::new();
    if last.act.as_str() != then.entry || last.is_refusal() != refused {
        wrong.push(format!("left {acts:?} (refusal: {}), not {}", last.is_refusal(), then.entry));
    }
    let named = format!("{:?}", last.record.outcome);
    if refused && !then.article.is_empty() && !named.contains(&then.article) {
        wrong.push(format!("the entry does not name {}: {named}", then.article));
    }
    wrong
}

pub(super) async fn standing(world: &World, then: &Then) -> Vec<String> {
    let mut wrong = Vec::new();
    if !then.stage.is_empty() || !then.warns.is_empty() {
        let path = format!("/api/systems/{}/life", world.ids["system"]);
        let life = world.house.get(&path, &world.other.cookie).await.json();
        if !then.stage.is_empty() && life["stage"] != json!(then.stage) {
            wrong.push(format!("the system is {}, not {}", life["stage"], then.stage));
        }
        let demands = life["demands"].as_array().cloned().unwrap_or_default();
        let warns = |demand: &Value| {
            let named =
                format!("{} {}", demand["article"].as_str().unwrap(), demand["code"].as_str().unwrap());
            demand["met"] == json!(false) && demand["refuses"] == json!(false) && named == then.warns
        };
        if !then.warns.is_empty() && !demands.iter().any(warns) {
            wrong.push(format!("does not warn of {}: {}", then.warns, json!(demands)));
        }
    }
    if !then.recording.is_empty() {
        let cameras = world.house.get("/api/cameras", &world.other.cookie).await.json();
        let camera = cameras["cameras"].as_array().into_iter().flatten();
        let mut own = camera.filter(|camera| camera["id"].as_str() == world.camera.as_deref());
        let recording = own.next().map(|camera| camera["recording"].clone());
        if recording != Some(json!(then.recording)) {
            wrong.push(format!("the camera is recorded as {recording:?}, not {}", then.recording));
        }
    }
    wrong
}

/// What `GET /api/findings` says afterwards.
pub(super) async fn findings(world: &World, then: &Then) -> Vec<String> {
    if then.finds.is_empty() && then.finds_not.is_empty() {
        return Vec::new();
    }
    let found = world.house.get("/api/findings", &world.other.cookie).await.json();
    let named: Vec<String> = found
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| Some(format!("{} {}", one["article"].as_str()?, one["code"].as_str()?)))
        .collect();
    let mut wrong = Vec::new();
    if !then.finds.is_empty() && !named.contains(&then.finds) {
        wrong.push(format!("does not find {}: {named:?}", then.finds));
    }
    if !then.finds_not.is_empty() && named.contains(&then.finds_not) {
        wrong.push(format!("finds {}", then.finds_not));
    }
    wrong
}
