//! Copies that left as ordinary exports: who says where they are, once and in which order, who reads it of a unit, and who is asked when nobody
//! says it.

use crate::{
    cases::{Who, collected_export, ready_export},
    house::{Answer, Caller, House},
    turned::{MONDAY, Turned},
};
use model::{Act, ExportId, Role};
use serde_json::{Value, json};

const DAY_US: i64 = 86_400_000_000;

async fn says(house: &House, who: &Caller, (id, what): (ExportId, &str), body: Value) -> Answer {
    house.post(&format!("/api/exports/{id}/{what}"), &who.cookie, body).await
}

/// What the register of the unit has, as somebody reads it.
async fn out(house: &House, who: &Caller) -> Value {
    let answer = house.get("/api/copies", &who.cookie).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_a_copy_says_where_it_is() {
    let house = House::build().await;
    let operator = house.caller(Role::Operator, house.unit).await;
    let colleague = house.caller(Role::Operator, house.unit).await;
    let auditor = Who::Auditor.sign_in(&house).await;
    let waiting = ready_export(&house, &operator).await;
    let received = json!({ "received_by": "李警官", "note": "签字在案" });
    // Nothing is said of what nobody has.
    let early = says(&house, &operator, (waiting, "receipt"), received.clone()).await;
    assert_eq!(early.status, 409, "{}", early.json());
    assert_eq!(out(&house, &auditor).await["total"], 0);

    let id = collected_export(&house, &operator).await;
    let shown = out(&house, &auditor).await;
    let copy = &shown["copies"][0]["copy"];
    assert_eq!((&shown["total"], &copy["events"]), (&json!(1), &json!([])), "{shown}");
    assert!(copy["collected_ms"].is_i64(), "{shown}");
    // What the package is, and under which hold its footage is, is for whoever asked for it.
    let own = house.get(&format!("/api/exports/{id}"), &operator.cookie).await.json();
    assert!(own["package"].is_object(), "{own}");
    assert!(["package", "sealed_to", "hold_id", "error"].iter().all(|of| shown["copies"][0][of].is_null()));

    let before = house.entry_count().await;
    let refused = says(&house, &colleague, (id, "receipt"), received.clone()).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "others_copy"));
    assert_eq!(refused.json()["error"]["article"], "guangzhou-2007:21");
    let entries = house.entries_since(before).await;
    assert!(entries.iter().all(|entry| entry.act == Act::AcknowledgeReceipt && entry.is_refusal()));
    let nobodys = uuid::Uuid::now_v7().to_string();
    let body = json!({ "received_by": "李警官", "document_id": nobodys });
    let refused = says(&house, &colleague, (id, "receipt"), body).await;
    assert_eq!(refused.code(), "others_copy", "nor is a stranger told of documents");
    assert_eq!(out(&house, &auditor).await["copies"][0]["copy"]["events"], json!([]), "nothing changed");

    let before = house.entry_count().await;
    let answer = says(&house, &operator, (id, "receipt"), received.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    let entries = house.entries_since(before).await;
    let said: Vec<_> = entries.iter().map(|entry| (entry.act, entry.record.extra.as_str())).collect();
    assert_eq!(said, [(Act::AcknowledgeReceipt, "what=receipt\nof=export")]);
    assert_eq!((entries[0].record.recipient.as_str(), entries[0].record.subject), ("李警官", Some(id.0)));
    assert_eq!(says(&house, &operator, (id, "receipt"), received).await.status, 409, "once");
    for (what, holder) in [("transferred", "检察院"), ("returned", "本单位")] {
        let body = json!({ "what": what, "holder": holder });
        assert_eq!(says(&house, &operator, (id, "whereabouts"), body).await.status, 200, "{what}");
    }
    // Whoever answers for the unit says it too, when the one who took it is gone.
    let administrator = Who::Administrator.sign_in(&house).await;
    let body = json!({ "what": "destroyed", "holder": "档案室" });
    let answer = says(&house, &administrator, (id, "whereabouts"), body).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    let shown = out(&house, &auditor).await;
    let events = shown["copies"][0]["copy"]["events"].as_array().unwrap();
    let whats: Vec<_> = events.iter().map(|event| event["what"].as_str().unwrap()).collect();
    assert_eq!(whats, ["receipt", "transferred", "returned", "destroyed"]);

    let kept = collected_export(&house, &operator).await;
    let body = json!({ "received_by": "值班室", "stays_in_unit": true });
    let answer = says(&house, &operator, (kept, "receipt"), body).await.json();
    assert_eq!(answer["copy"]["events"][0]["what"], "kept", "{answer}");
    // Another unit's are not in one's register.
    let stranger = house.caller(Role::Auditor, house.other_unit).await;
    assert_eq!(out(&house, &stranger).await["total"], 0);
    let own = house.get("/api/exports", &operator.cookie).await.json();
    let with_events = own.as_array().unwrap().iter().filter(|row| row["copy"]["events"] != json!([]));
    assert_eq!(with_events.count(), 2, "{own}");
}

/// A copy of which nobody says where it is, is asked about after the unit's days; one that stays in the unit, or was received, is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_which_nobody_says_where_it_is_is_asked_about() {
    let clocks = Turned::at(MONDAY);
    let house = House::build_by(clocks.clone()).await;
    let (silent, says_so) =
        (house.caller(Role::Operator, house.unit).await, house.caller(Role::Operator, house.unit).await);
    collected_export(&house, &silent).await;
    let id = collected_export(&house, &says_so).await;
    let body = json!({ "received_by": "值班室", "stays_in_unit": true });
    assert_eq!(says(&house, &says_so, (id, "receipt"), body).await.status, 200);
    let asked = async || {
        let auditor = house.caller(Role::Auditor, house.unit).await;
        let all = house.get("/api/questions", &auditor.cookie).await.json();
        let receipts = all["questions"].as_array().unwrap().iter();
        let receipts = receipts.filter(|one| one["rule"] == "receipt_missing");
        receipts.map(|one| one["person"]["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(asked().await, [""; 0]);
    clocks.on_us(3 * DAY_US + 60_000_000);
    assert_eq!(asked().await, [silent.person.to_string()]);
}
