//! The description of the API that is checked in is the one that the program prints: clients are generated from it.

use server::http;

const CHECKED_IN: &str = include_str!("../../openapi.json");

#[test]
fn the_checked_in_description_is_fresh() {
    let fresh = http::description_text().unwrap();
    let differs = CHECKED_IN.lines().zip(fresh.lines()).find(|(checked_in, fresh)| checked_in != fresh);
    assert!(
        CHECKED_IN.trim_end() == fresh.trim_end(),
        "run: cargo run -p server -- openapi > crates/server/openapi.json (first difference: {differs:?})"
    );
}

/// Everything but the open routes says that it needs the session cookie.
#[test]
fn every_described_operation_names_its_answers() {
    let document: serde_json::Value = serde_json::from_str(CHECKED_IN).unwrap();
    let paths = document["paths"].as_object().unwrap();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            let answers = operation["responses"].as_object().unwrap();
            assert!(!answers.is_empty(), "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            assert!(operation["tags"].is_array(), "{method} {path} has no tag");
        }
    }
}
