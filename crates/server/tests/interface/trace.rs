//! Found copies over HTTP: a copy of a package in every state in which one is found, and what may be said of it to whom.

use crate::{
    cases::Who,
    house::{Caller, House},
    watch::Studio,
};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use media::fmp4::{ItemKind, items};
use model::{Act, Role};
use serde_json::{Value, json};
use std::io::Cursor;
use verify::{Archive, PackageReader as _};

async fn trace(house: &House, caller: &Caller, more: &str, file: &[u8]) -> (StatusCode, Value) {
    let path = format!("/api/trace?name=found.mp4&reason=seen+on+a+forum{more}");
    let request = Request::builder().method(Method::POST).uri(path).header("x-watchkeeper", "1");
    let request = request.header("cookie", &caller.cookie).body(Body::from(file.to_vec())).unwrap();
    let answer = house.send_raw(&house.router, request).await;
    (answer.status, answer.json())
}

/// Two packages of one span, the first of them collected; and a third of another span.
struct HandedOut {
    studio: Studio,
    auditor: Caller,
    copies: Vec<String>,
    package: Vec<u8>,
    video: Vec<u8>,
}

async fn handed_out() -> HandedOut {
    let studio = Studio::start_stamped(House::build().await).await;
    let footage = &studio.house.app.store().footage;
    let stream = studio.stream();
    studio.recorded(8).await;
    let operator = Who::Operator.sign_in(&studio.house).await;
    let to_ms = footage.stream_head(stream).await.unwrap().end.unwrap().as_ms() - 500;
    let mut copies = Vec::new();
    for (from_ms, to_ms) in [(to_ms - 3_000, to_ms), (to_ms - 3_000, to_ms), (to_ms - 6_000, to_ms - 5_500)] {
        let export = studio.exported_span(&operator, from_ms, to_ms).await;
        assert_eq!(export["state"], "ready", "{export}");
        copies.push(export["id"].as_str().unwrap().to_owned());
    }
    let path = format!("/api/exports/{}/package", copies[0]);
    let package = studio.house.get(&path, &operator.cookie).await.body.to_vec();
    let mut archive = Archive::open(Cursor::new(&package), "package").unwrap();
    let listed = archive.files().iter().find(|file| file.name == "CAMERA-01-001.mp4").unwrap().clone();
    let mut video = vec![0; listed.bytes as usize];
    archive.read_at(&listed.name, 0, &mut video).unwrap();
    let auditor = Who::Auditor.sign_in(&studio.house).await;
    HandedOut { studio, auditor, copies, package, video }
}

fn copy_box_at(video: &[u8]) -> usize {
    video.windows(4).position(|four| four == b"uuid").unwrap() - 4
}

/// Without the box that names the copy.
fn stripped(video: &[u8]) -> Vec<u8> {
    let at = copy_box_at(video);
    [&video[..at], &video[at + 41..]].concat()
}

/// Other pictures in the same boxes, as after encoding again.
fn encoded_again(video: &[u8]) -> Vec<u8> {
    let mut again = video.to_vec();
    for item in items(video) {
        let ItemKind::Fragment(fragment) = item.unwrap().kind else { continue };
        for sample in fragment.samples {
            again[sample.range().end as usize - 1] ^= 0x2a;
        }
    }
    again
}

fn copies_of(answer: &Value) -> Vec<&str> {
    answer["copies"].as_array().unwrap().iter().map(|copy| copy["copy_id"].as_str().unwrap()).collect()
}

/// What was found, its bytes, the verdict, the copies that are told of, the reasons.
type Found<'a> = (&'a str, Vec<u8>, &'a str, &'a [&'a str], Value);

/// guangzhou-2007:28(4): a leaked copy leads back to its entry.
#[tokio::test(flavor = "multi_thread")]
async fn a_leaked_copy_leads_back_to_its_entry() {
    let HandedOut { studio, auditor, copies, package, video } = handed_out().await;
    let house = &studio.house;
    let by_id = [copies[0].as_str()];
    let same_span = [copies[1].as_str(), copies[0].as_str()];
    let other = uuid::Uuid::now_v7();
    let mut foreign = encoded_again(&video);
    let id_at = copy_box_at(&foreign) + 25;
    foreign[id_at..id_at + 16].copy_from_slice(other.as_bytes());
    let mut foreign_id = video.clone();
    foreign_id[id_at..id_at + 16].copy_from_slice(other.as_bytes());
    let mut blind = video.clone();
    blind[40..copy_box_at(&video)].fill(0);
    let none: [&str; 0] = [];
    let cases: [Found<'_>; 10] = [
        ("the package", package.clone(), "copy", &by_id, json!([])),
        ("its video", video.clone(), "copy", &by_id, json!([])),
        ("half of it", video[..video.len() / 2].to_vec(), "copy", &by_id, json!([])),
        ("with a broken moov", blind, "copy", &by_id, json!(["unreadable"])),
        ("without its copy id", stripped(&video), "footage", &same_span, json!([])),
        ("with another store's copy id", foreign_id, "footage", &same_span, json!(["unknown_copy"])),
        ("with its id in other pictures", encoded_again(&video), "contradicted", &by_id, json!([])),
        ("another store's", foreign, "cannot_tell", &none, json!(["unknown_copy", "none_stored"])),
        ("encoded again", stripped(&encoded_again(&video)), "cannot_tell", &none, json!(["none_stored"])),
        ("no video", b"only words".to_vec(), "cannot_tell", &none, json!(["no_video"])),
    ];
    for (what, file, verdict, expected, reasons) in cases {
        let before = house.entry_count().await;
        let (status, answer) = trace(house, &auditor, "", &file).await;
        assert_eq!(status, StatusCode::OK, "{what}: {answer}");
        assert_eq!((&answer["verdict"], &answer["reasons"]), (&json!(verdict), &reasons), "{what}: {answer}");
        assert_eq!(copies_of(&answer), expected, "{what}: {answer}");
        let entries = house.entries_since(before).await;
        let own: Vec<_> = entries.iter().filter(|entry| entry.person == Some(auditor.person)).collect();
        assert_eq!(own.iter().map(|entry| entry.act).collect::<Vec<_>>(), [Act::TraceCopy; 2], "{what}");
        assert!(answer["entry"].as_u64().unwrap() >= before, "{what}: the answer names its own entry");
    }
    // The whole of what is told of one.
    let (_, answer) = trace(house, &auditor, "", &package).await;
    let copy = &answer["copies"][0];
    let export = house.export();
    assert_eq!(copy["recipient"], export["recipient"]);
    assert_eq!(copy["cameras"][0]["name"], "街口");
    assert_eq!(
        (&copy["by_id"], &copy["held_all"], &copy["state"]),
        (&json!(true), &json!(true), &json!("ready"))
    );
    assert_eq!(copy["collected"].as_array().unwrap().len(), 1, "{copy}");
    assert_eq!(answer["manifest_is_ours"], true);
    assert!(answer["matched_groups"].as_u64().unwrap() >= 2, "{answer}");
    assert_eq!(answer["matched_groups"], answer["groups"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_is_told_to_the_units_auditor_only() {
    let HandedOut { studio, auditor, video, .. } = handed_out().await;
    let house = &studio.house;
    let elsewhere = house.caller(Role::Auditor, house.other_unit).await;
    for file in [video.clone(), stripped(&video)] {
        let (_, answer) = trace(house, &elsewhere, "", &file).await;
        assert_eq!(answer["verdict"], "cannot_tell", "{answer}");
        assert_eq!((copies_of(&answer).len(), answer["spans"].as_array().unwrap().len()), (0, 0), "{answer}");
        assert!(answer["reasons"].as_array().unwrap().contains(&json!("elsewhere")), "{answer}");
    }
    // Nothing is taken from whoever may not ask, and the refusal is an entry.
    for who in [Who::Operator, Who::Administrator, Who::Viewer] {
        let caller = who.sign_in(house).await;
        let before = house.entry_count().await;
        let (status, answer) = trace(house, &caller, "", &video).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{answer}");
        let entries = house.entries_since(before).await;
        assert!(entries.iter().any(|entry| entry.person == Some(caller.person) && entry.is_refusal()));
    }
    let check = async |more: &str, field: &str| {
        let (status, answer) = trace(house, &auditor, more, b"").await;
        assert_eq!((status.as_u16(), &answer["error"]["field"]), (400, &json!(field)), "{answer}");
    };
    check("&camera=7", "CameraId").await;
    check("&from_ms=5&to_ms=4", "to_ms").await;
    // A camera and a time narrow what is compared; of another time it is not found.
    let camera = studio.stream().camera;
    let (_, answer) = trace(house, &auditor, &format!("&camera={camera}"), &stripped(&video)).await;
    assert_eq!(answer["verdict"], "footage", "{answer}");
    let (_, answer) = trace(house, &auditor, "&from_ms=1&to_ms=1000", &stripped(&video)).await;
    assert_eq!(answer["verdict"], "cannot_tell", "{answer}");
}
