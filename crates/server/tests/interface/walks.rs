//! What the walks through virtual years share (`years.rs`, `duties.rs`): instants as their data write them, a system's steps, a filing.

use crate::house::{Answer, House};
use axum::http::Method;
use law::Day;
use model::WallTime;
use serde_json::{Value, json};

/// Kinds of papers that lie with every step, so that none is refused for one.
pub const PAPERS: [&str; 9] = [
    "design",
    "design-review",
    "project-review",
    "contract",
    "construction",
    "test",
    "acceptance",
    "planning",
    "authorisation",
];
const PARTIES: [&str; 6] = ["public-security", "experts", "builder", "designer", "constructor", "user-unit"];
/// The steps by which a system comes into use.
pub const STEPS: [&str; 5] = ["review", "build", "test", "accept", "commission"];

/// A day's first instant, or the instant: `2028-02-29T12:00:00.000001`, the fraction in microseconds.
pub fn instant(text: &str) -> WallTime {
    let (date, time) = text.split_once('T').unwrap_or((text, "00:00:00"));
    let (time, us) = time.split_once('.').unwrap_or((time, "0"));
    let parts: Vec<i64> = time.split(':').map(|part| part.parse().expect("a number")).collect();
    let day = Day::read(date).unwrap_or_else(|| panic!("{date} is no day"));
    let us: i64 = us.parse().expect("microseconds");
    day.begins().plus_us((parts[0] * 3_600 + parts[1] * 60 + parts[2]) * 1_000_000 + us)
}

/// Status, and the code of a refusal.
pub fn said(answer: &Answer) -> String {
    match answer.status.as_u16() {
        403 => format!("403 {}", answer.code()),
        status => status.to_string(),
    }
}

/// Takes a step of a system; its test is of a camera at its point.
pub async fn step(
    house: &House,
    cookie: &str,
    (system, point): (&str, &str),
    papers: &[String],
    step: &str,
) -> Answer {
    let post = async |path: &str, body: Value| {
        house.send(&house.router, Method::POST, path, Some(cookie), Some(body)).await
    };
    if step == "test" {
        let camera = json!({
            "unit_id": house.unit.to_string(), "name": "03", "main_url": "rtsp://192.0.2.1/main", "point_id": point,
        });
        let answer = post("/api/cameras", camera).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
    }
    let body = json!({ "step": step, "documents": papers, "with": PARTIES, "passed": true });
    post(&format!("/api/systems/{system}/steps"), body).await
}

/// Makes the dossier of a system, and enters today that it was filed.
pub async fn file(house: &House, cookie: &str, system: &str, pack: &str) -> Answer {
    let path = format!("/api/systems/{system}");
    let dossier = house.get(&format!("{path}/dossier?pack={pack}"), cookie).await;
    let today = house.app.registry().today(house.app.now());
    let request = json!({
        "pack": pack, "filed_on": today.to_string(), "recipient": "公安分局", "filer": "业主单位",
        "dossier_sha256": ledger::tree::sha256(&[&dossier.body]).to_string(),
    });
    house.post(&format!("{path}/filings"), cookie, request).await
}
