//! Packages that leave sealed: to a key, or with a passphrase that is typed at collection and kept nowhere; opened they are the package.

use crate::{
    cases::Who,
    house::{Answer, Caller, House},
    watch::Studio,
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use model::Act;
use serde_json::{Value, json};
use verify::sealed::{HEADER_BYTES_MAX, Opener, Opening, SEALED_CHUNK_BYTES};

const IDENTITY: &str = include_str!("../../../ledger/testdata/age/identity.txt");
pub const PUBLIC: &str = "age18tdt0f5zf7vgelrfqny3ks3yd4wgwwudxghuwm039mslh2lg0aeq3krpnp";
const PASSPHRASE: &str = "四月二十日的江风吹过长桥北口";

fn opened(file: &[u8], opener: &Opener) -> Vec<u8> {
    let opening = Opening::of(&file[..HEADER_BYTES_MAX.min(file.len())], opener).unwrap();
    let chunks: Vec<_> = file[opening.payload_at as usize..].chunks(SEALED_CHUNK_BYTES as usize).collect();
    let open =
        |(at, chunk): (usize, &&[u8])| opening.chunk(at as u64, chunk, at + 1 == chunks.len()).unwrap();
    chunks.iter().enumerate().flat_map(open).collect()
}

async fn part(house: &House, path: &str, who: &Caller, range: &str) -> Answer {
    let request = Request::get(path)
        .header("x-watchkeeper", "1")
        .header(header::COOKIE, &who.cookie)
        .header(header::RANGE, format!("bytes={range}"));
    house.send_raw(&house.router, request.body(Body::empty()).unwrap()).await
}

/// Two seconds as a package that is sealed to this.
async fn exported(studio: &Studio, operator: &Caller, seal_to: &str) -> Value {
    let head = studio.house.app.store().footage.stream_head(studio.stream()).await.unwrap();
    let to_ms = head.end.unwrap().as_ms() - 500;
    let made = studio.exported_as(operator, to_ms - 2_000, to_ms, json!({ "seal_to": seal_to })).await;
    assert_eq!(made["state"], "ready", "{made}");
    assert_eq!(made["sealed_to"], seal_to);
    assert!(made["package"]["file_name"].as_str().unwrap().ends_with(".zip.age"), "{made}");
    made
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_leaves_sealed_to_its_recipients_key() {
    let studio = Studio::start().await;
    studio.recorded(5).await;
    let operator = Who::Operator.sign_in(&studio.house).await;
    let mut body = studio.house.export();
    body["seal_to"] = json!("age1nobody");
    let refused = studio.house.post("/api/exports", &operator.cookie, body).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.json());

    let made = exported(&studio, &operator, PUBLIC).await;
    let path = format!("/api/exports/{}/package", made["id"].as_str().unwrap());
    let before = studio.house.entry_count().await;
    let package = studio.house.get(&path, &operator.cookie).await;
    assert_eq!(package.status, StatusCode::OK);
    assert_eq!(package.headers[header::CONTENT_TYPE], "application/x-age");
    let length: usize = package.headers[header::CONTENT_LENGTH].to_str().unwrap().parse().unwrap();
    assert_eq!(length, package.body.len());
    let zip = opened(&package.body, &Opener::parse_key(IDENTITY).unwrap());
    let stored =
        std::fs::read(studio.house.app.registry().export_path(made["id"].as_str().unwrap().parse().unwrap()))
            .unwrap();
    assert!(zip == stored, "opened, it is the package");
    let entries = studio.house.entries_since(before).await;
    let collected = entries.iter().find(|entry| entry.act == Act::Collect).unwrap();
    assert!(collected.record.extra.starts_with("sealed_to=key "), "{}", collected.record.extra);
    assert!(!collected.record.extra.contains(PUBLIC), "a fingerprint, not the key");

    // What was broken off goes on under its entry with the same keys; what leaves is what was served.
    let before = studio.house.entry_count().await;
    for start in [1, 100, 65_700, length - 1] {
        let rest = part(&studio.house, &path, &operator, &format!("{start}-")).await;
        assert_eq!(rest.status, StatusCode::PARTIAL_CONTENT);
        assert!(rest.body[..] == package.body[start..], "from {start}");
    }
    let some = part(&studio.house, &path, &operator, "50-70000").await;
    assert!(some.body[..] == package.body[50..70_001.min(length)]);
    assert_eq!(beside_uses(&studio, before).await, 0);
    let [left, served, _] = studio.house.app.balance().sums();
    assert_eq!(left, served);
    assert_eq!(studio.house.app.balance().stray(), None);
    // Another collection has other keys, and its own entry.
    let second = studio.house.get(&path, &operator.cookie).await;
    assert!(second.body != package.body);
    assert_eq!(beside_uses(&studio, before).await, 1);
}

/// Entries since then, but for what left of packages: each answer writes its own when it ends.
async fn beside_uses(studio: &Studio, before: u64) -> usize {
    studio.house.entries_since(before).await.iter().filter(|entry| entry.act != Act::Use).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_is_typed_at_collection_and_kept_nowhere() {
    let studio = Studio::start().await;
    studio.recorded(5).await;
    let operator = Who::Operator.sign_in(&studio.house).await;
    let made = exported(&studio, &operator, "passphrase").await;
    let id = made["id"].as_str().unwrap();
    let (path, begin) = (format!("/api/exports/{id}/package"), format!("/api/exports/{id}/collection"));
    let before = studio.house.entry_count().await;
    let plain = studio.house.get(&path, &operator.cookie).await;
    assert_eq!((plain.status, plain.code().as_str()), (StatusCode::CONFLICT, "passphrase"));
    let short = studio.house.post(&begin, &operator.cookie, json!({ "passphrase": "short" })).await;
    assert_eq!(short.status, StatusCode::BAD_REQUEST);
    assert_eq!(studio.house.entry_count().await, before, "nothing was collected");

    let begun = studio.house.post(&begin, &operator.cookie, json!({ "passphrase": PASSPHRASE })).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.json());
    // Nobody else's session collects under it.
    let again = studio.house.sign_in(operator.person, &operator.account).await;
    assert_eq!(studio.house.get(&path, &again.cookie).await.code(), "passphrase");
    let package = studio.house.get(&path, &operator.cookie).await;
    assert_eq!(package.status, StatusCode::OK);
    assert_eq!(begun.json()["bytes"], json!(package.body.len()));
    let zip = opened(&package.body, &Opener::Passphrase(PASSPHRASE.to_owned()));
    let stored = std::fs::read(studio.house.app.registry().export_path(id.parse().unwrap())).unwrap();
    assert!(zip == stored, "opened, it is the package");
    let rest = part(&studio.house, &path, &operator, "70-").await;
    assert!(rest.body[..] == package.body[70..]);
    let entries = studio.house.entries_since(before).await;
    assert_eq!(entries.iter().filter(|entry| entry.act == Act::Collect).count(), 1);
    // One entry, one copy.
    assert_eq!(studio.house.get(&path, &operator.cookie).await.code(), "passphrase");

    // It is nowhere on the disk.
    let mut folders = vec![studio.house.dir.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let needle = PASSPHRASE.as_bytes();
            assert!(!bytes.windows(needle.len()).any(|window| window == needle), "{}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_package_takes_no_passphrase() {
    let studio = Studio::start().await;
    studio.recorded(5).await;
    let operator = Who::Operator.sign_in(&studio.house).await;
    let made = studio.exported(&operator).await;
    let begin = format!("/api/exports/{}/collection", made["id"].as_str().unwrap());
    let answer = studio.house.post(&begin, &operator.cookie, json!({ "passphrase": PASSPHRASE })).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.json());
}
