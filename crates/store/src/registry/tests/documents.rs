//! Files of documents against their rows and entries: what a refusal, a conflict and a crash leave, and that what is named stays.

use super::*;
use law::register::RecordKind;
use model::{Act, Cx, Hash, RecordId};
use serde_json::json;

async fn paper(town: &Town, name: &str) -> RecordId {
    let body = json!({ "name": name, "paper": "design" }).as_object().cloned().unwrap();
    let cx = system_cx("demo", NOW);
    town.store.registry.add_record(&cx, RecordKind::Document, Some(town.unit), body).await.unwrap()
}

async fn add(store: &Store, cx: &Cx, id: RecordId, version: u32, text: &[u8]) -> Result<u32> {
    let mut incoming = store.registry.documents().begin("plan.txt")?;
    incoming.write(text)?;
    store.registry.add_file(cx, id, version, incoming.finish(None)?).await
}

async fn read(store: &Store, cx: &Cx, id: RecordId, version: Option<u32>) -> Result<Vec<u8>> {
    let pass = store.registry.read_document(cx, id, version).await?;
    let mut blocks = store.registry.document_bytes(pass).await?;
    let mut all = Vec::new();
    while let Some(block) = blocks.recv().await {
        all.extend_from_slice(&block?);
    }
    Ok(all)
}

fn sha256(text: &[u8]) -> Hash {
    use sha2::Digest as _;
    Hash(sha2::Sha256::digest(text).into())
}

#[tokio::test]
async fn a_new_file_is_a_new_version_and_the_old_one_stays() {
    let town = Town::build().await;
    let (store, cx) = (&town.store, office(town.administrator, NOW));
    let (id, other) = (paper(&town, "plan").await, paper(&town, "copy").await);
    assert_eq!(add(store, &cx, id, 1, b"first").await.unwrap(), 2);
    assert_eq!(add(store, &cx, id, 2, b"second").await.unwrap(), 3);
    assert_eq!(add(store, &cx, other, 1, b"first").await.unwrap(), 2);
    assert_eq!(store.registry.document_count().await.unwrap(), 2, "identical bytes are stored once");
    assert_eq!(read(store, &cx, id, None).await.unwrap(), b"second");
    assert_eq!(newest(store).await.kind, Act::ReadDocument);
    assert_eq!(read(store, &cx, id, Some(2)).await.unwrap(), b"first");
    let none = read(store, &cx, id, Some(1)).await.unwrap_err();
    assert!(matches!(none, Error::NotFound(_)), "{none}");
    // The entry names the file by its hash, and the version names the entry.
    add(store, &cx, id, 3, b"third").await.unwrap();
    let record = newest(store).await;
    assert_eq!((record.kind, record.subject), (Act::AddDocument, Some(id.0)));
    assert!(record.extra.contains(&format!("sha256={}", sha256(b"third"))), "{}", record.extra);
    // Removing the document hides it; its files stay and are read.
    let removed = store.registry.remove_record(&cx, other, 2).await;
    removed.unwrap();
    assert_eq!(read(store, &cx, other, None).await.unwrap(), b"first");
}

#[tokio::test]
async fn what_is_refused_or_late_leaves_no_file() {
    let town = Town::build().await;
    let (store, cx) = (&town.store, office(town.administrator, NOW));
    let id = paper(&town, "plan").await;
    let refused = add(store, &office(town.operator, NOW), id, 1, b"by an operator").await.unwrap_err();
    assert!(matches!(refused, Error::Refused(_)), "{refused}");
    let refused = store.registry.may_add_file(&office(town.viewer, NOW), id, 1).await.unwrap_err();
    assert!(matches!(refused, Error::Refused(_)), "{refused}");
    let late = add(store, &cx, id, 7, b"too late").await.unwrap_err();
    assert!(matches!(late, Error::Conflict(_)), "{late}");
    for text in [&b"by an operator"[..], b"too late"] {
        assert!(!store.registry.documents().is_there(sha256(text)));
    }
    // A refusal takes nothing away that another document names.
    add(store, &cx, id, 1, b"named").await.unwrap();
    add(store, &cx, id, 1, b"named").await.unwrap_err();
    assert_eq!(read(store, &cx, id, None).await.unwrap(), b"named");
}

#[tokio::test]
async fn a_changed_or_missing_file_is_found_and_never_handed_out() {
    let town = Town::build().await;
    let (store, cx) = (&town.store, office(town.administrator, NOW));
    let id = paper(&town, "plan").await;
    add(store, &cx, id, 1, b"as it was signed").await.unwrap();
    assert_eq!(store.registry.document_findings(true).await.unwrap(), []);
    let path = store.registry.documents().path(sha256(b"as it was signed"));
    std::fs::write(&path, b"as it was forged").unwrap();
    let found = store.registry.document_findings(true).await.unwrap();
    assert!(matches!(&found[0].problem, FileProblem::Altered(_)));
    assert_eq!(found[0].named_by, ["plan, version 2"]);
    let forged = read(store, &cx, id, None).await.unwrap_err();
    assert!(matches!(forged, Error::Corrupt(_)), "{forged}");
    std::fs::remove_file(&path).unwrap();
    let found = store.registry.document_findings(false).await.unwrap();
    assert_eq!(found[0].problem, FileProblem::Missing);
    // The same bytes, taken in again for another document, put it right.
    let other = paper(&town, "copy").await;
    add(store, &cx, other, 1, b"as it was signed").await.unwrap();
    assert_eq!(read(store, &cx, id, None).await.unwrap(), b"as it was signed");
}

#[tokio::test]
async fn what_a_crash_left_without_a_row_is_gone_after_the_next_start() {
    let town = Town::build().await;
    let id = paper(&town, "plan").await;
    let cx = office(town.administrator, NOW);
    add(&town.store, &cx, id, 1, b"named").await.unwrap();
    // As if the process had died between giving the file its name and committing.
    let files = town.store.registry.documents().clone();
    let mut staged = files.keep("x.txt".into(), crate::MediaKind::Text, b"unnamed").unwrap();
    files.place(&mut staged).unwrap();
    assert!(files.is_there(sha256(b"unnamed")));
    let Town { folder, store, .. } = town;
    store.close(NOW).await.unwrap();
    let store = open(&folder).await;
    assert!(!store.registry.documents().is_there(sha256(b"unnamed")));
    assert_eq!(read(&store, &cx, id, None).await.unwrap(), b"named");
    store.close(NOW).await.unwrap();
}
