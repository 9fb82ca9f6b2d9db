//! The registration form: the approval's entry names what was on it, a form that changed does not match, its code leads to its entry,
//! and secrecy is undertaken where the text asks for that and nowhere else.

use super::{Desk, asking, unsealed};
use crate::{cases::Who, house::House};
use axum::http::StatusCode;
use model::Act;
use serde_json::{Value, json};

/// Under Datong: two persons of a government with work cards, a paper and the signed form, in an emergency.
async fn datong(house: &House) -> Desk<'_> {
    let mut desk = Desk::new(house, &["datong-2008".to_owned()]).await;
    let operator = desk.operator.clone();
    let mut body = asking(house);
    (body["organ"], body["ground"]) = (json!("government"), json!("emergency"));
    assert_eq!(desk.open(&operator, body).await.status, StatusCode::CREATED);
    let cards = ["work-certificate".to_owned(), "work-certificate".to_owned()];
    desk.supply(&cards, &["supporting-document".to_owned()], json!({})).await;
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_is_named_and_secrecy_is_undertaken() {
    let house = House::build().await;
    let desk = datong(&house).await;
    let printed = desk.state().await["detail"]["form"].clone();
    assert_eq!(printed["undertaking_article"], "datong-2008:21");
    assert_eq!(printed["approved_sha256"], Value::Null);
    // Signed and scanned it is a paper of its own, and does not change what was signed; nor does whoever looks at certificates.
    desk.supply(&[], &["registration-form".to_owned()], json!({})).await;
    desk.check().await;
    desk.complete().await;
    assert_eq!(desk.state().await["detail"]["form"]["sha256"], printed["sha256"]);
    let since = house.entry_count().await;
    let approved = desk.must(&desk.other, "approve", None).await;
    assert_eq!(approved["detail"]["form"]["approved_sha256"], printed["sha256"]);
    let entries = house.entries_since(since).await;
    let entry = entries.iter().find(|entry| entry.act == Act::ApproveRetrieval).unwrap();
    let line = format!("form_sha256={}", printed["sha256"].as_str().unwrap());
    assert!(entry.record.extra.lines().any(|one| one == line), "{}", entry.record.extra);

    desk.must(&desk.operator, "hand-over", Some(unsealed())).await;
    let mut receipt = json!({ "received_by": "李科长" });
    let refused = desk.act(&desk.operator, "receipt", Some(receipt.clone())).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "secrecy_undertaking"));
    assert_eq!(refused.json()["error"]["article"], "datong-2008:21");
    assert_eq!(desk.state().await["state"], "handed_over");
    let since = house.entry_count().await;
    receipt["undertakes"] = json!(true);
    let closed = desk.must(&desk.operator, "receipt", Some(receipt)).await;
    assert_eq!(closed["state"], "closed");
    let last = closed["detail"]["events"].as_array().unwrap().last().unwrap();
    assert_eq!(last["note"], "undertaking=datong-2008:21");
    let entries = house.entries_since(since).await;
    let entry = entries.iter().find(|entry| entry.act == Act::AcknowledgeReceipt).unwrap();
    assert!(entry.record.extra.contains("undertaking=datong-2008:21"), "{}", entry.record.extra);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_form_does_not_match_and_nobody_undertakes_what_no_text_asks() {
    let house = House::build().await;
    let mut desk = Desk::new(&house, &["guangzhou-2007".to_owned()]).await;
    let operator = desk.operator.clone();
    assert_eq!(desk.open(&operator, asking(&house)).await.status, StatusCode::CREATED);
    desk.supply(&["law-enforcement-certificate".to_owned()], &[], json!({})).await;
    desk.check().await;
    desk.must(&operator, "complete", Some(json!({ "urgent_reason": "绑架" }))).await;
    let approved = desk.must(&desk.other, "approve", None).await["detail"]["form"].clone();
    assert_eq!(approved["undertaking_article"], Value::Null);
    assert_eq!(approved["approved_sha256"], approved["sha256"]);
    // The letter follows: from then on another form would be printed than was approved.
    desk.supply(&[], &["letter-of-introduction".to_owned()], json!({})).await;
    let changed = desk.state().await["detail"]["form"].clone();
    assert_eq!(changed["approved_sha256"], approved["approved_sha256"]);
    assert_ne!(changed["sha256"], changed["approved_sha256"]);
    // And a receipt is a name, and nothing else.
    desk.must(&operator, "hand-over", Some(unsealed())).await;
    let paper = super::paper(&house, "other", 0, None).await.to_string();
    let receipt = json!({ "received_by": "张警官", "document_id": paper });
    let closed = desk.must(&operator, "receipt", Some(receipt)).await;
    let last = closed["detail"]["events"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["note"], &last["document_id"]), (&json!(""), &json!(paper)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_of_a_form_leads_to_its_entry() {
    let house = House::build().await;
    let desk = datong(&house).await;
    let one = desk.state().await;
    let index = one["entry"]["index"].as_u64().unwrap();
    let tail = desk.id[desk.id.len() - 6..].to_uppercase();
    let auditor = Who::Auditor.sign_in(&house).await;
    let search = async |who: &crate::house::Caller, code: String| -> Vec<u64> {
        let answer = house.get(&format!("/api/ledger/access?query={code}"), &who.cookie).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        let entries = answer.json()["entries"].as_array().unwrap().clone();
        entries.iter().map(|entry| entry["index"].as_u64().unwrap()).collect()
    };
    assert_eq!(search(&auditor, format!("{index}-{tail}")).await, [index]);
    assert_eq!(search(&auditor, format!("{index}-{}", tail.to_lowercase())).await, [index]);
    // Another number, or another end of the id, is no form.
    let other = if tail.starts_with('0') { "1" } else { "0" };
    assert_eq!(search(&auditor, format!("{index}-{other}{}", &tail[1..])).await, Vec::<u64>::new());
    assert_eq!(search(&auditor, format!("{}-{tail}", index - 1)).await, Vec::<u64>::new());
    let stranger = house.caller(model::Role::Auditor, house.other_unit).await;
    assert_eq!(search(&stranger, format!("{index}-{tail}")).await, Vec::<u64>::new());
}
