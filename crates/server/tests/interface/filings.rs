//! Filing as a unit's manager does it: what is owed is found, the dossier is made, the filing and the receipt are entered; what
//! others try is refused; what changes afterwards is found again.

use crate::house::{Answer, Caller, House};
use axum::http::Method;
use model::{Act, Role};
use serde_json::{Value, json};

struct Filer {
    house: House,
    manager: Caller,
    system: String,
    point: String,
    paper: String,
}

impl Filer {
    /// A system that was in use before anybody wrote it down, with a point, under these packs.
    async fn build(packs: &[&str], in_use_since: &str) -> Self {
        let house = House::build().await;
        let manager = house.caller(Role::Administrator, house.unit).await;
        let unit = house.unit.to_string();
        let add = async |kind: &str, shared: bool, body: Value| {
            let request =
                if shared { json!({ "body": body }) } else { json!({ "unit_id": unit, "body": body }) };
            let answer = house.post(&format!("/api/register/{kind}"), &manager.cookie, request).await;
            assert_eq!(answer.status, 201, "{kind}: {}", answer.json());
            answer.json()["id"].as_str().unwrap().to_owned()
        };
        let division = add("division", true, json!({ "code": "440106", "name": "天河区" })).await;
        let product = add("product", true, json!({ "name": "枪机", "maker": "厂商", "model": "M1" })).await;
        let system = json!({
            "name": "大厅系统", "packs": packs, "division": division, "builder_kind": "enterprise",
            "in_use_since": in_use_since, "standards": "GA/T 1127",
        });
        let system = add("system", false, system).await;
        let place =
            add("place", false, json!({ "name": "大厅", "division": division, "address": "路 1 号" })).await;
        let point = json!({
            "name": "大门", "system": system, "place": place, "purpose": "出入口", "product": product,
            "longitude": 113.3, "latitude": 23.1,
        });
        let point = add("point", false, point).await;
        let paper = add("document", false, json!({ "name": "回执", "paper": "other" })).await;
        Self { house, manager, system, point, paper }
    }

    async fn dossier(&self, pack: &str, caller: &Caller) -> Answer {
        let path = format!("/api/systems/{}/dossier?pack={pack}", self.system);
        self.house.get(&path, &caller.cookie).await
    }

    fn request(pack: &str, dossier: &Answer) -> Value {
        let etag = dossier.headers["etag"].to_str().unwrap().trim_matches('"').to_owned();
        assert_eq!(
            etag,
            ledger::tree::sha256(&[&dossier.body]).to_string(),
            "the tag is the hash of the bytes"
        );
        json!({
            "pack": pack, "filed_on": "2020-01-15", "recipient": "公安分局", "filer": "业主单位",
            "dossier_sha256": etag,
        })
    }

    async fn file(&self, request: Value, caller: &Caller) -> Answer {
        self.house.post(&format!("/api/systems/{}/filings", self.system), &caller.cookie, request).await
    }

    /// What is owed under a pack: state and last day.
    async fn owed(&self, pack: &str) -> (String, Value) {
        let path = format!("/api/systems/{}/filings", self.system);
        let all = self.house.get(&path, &self.manager.cookie).await.json();
        let owed = all["owed"].as_array().unwrap().iter().find(|one| one["pack"] == pack).unwrap().clone();
        (owed["state"].as_str().unwrap().to_owned(), owed["due"].clone())
    }

    async fn found(&self) -> Vec<String> {
        let found = self.house.get("/api/findings", &self.manager.cookie).await.json();
        let codes = found.as_array().unwrap().iter().filter(|one| one["record"]["id"] == json!(self.system));
        codes
            .map(|one| format!("{} {}", one["article"].as_str().unwrap(), one["code"].as_str().unwrap()))
            .collect()
    }

    async fn change_point(&self, field: &str, value: Value) {
        let path = format!("/api/records/{}", self.point);
        let record = self.house.get(&path, &self.manager.cookie).await.json();
        let mut body = record["body"].clone();
        body[field] = value;
        let request = json!({ "version": record["version"], "body": body });
        let answer = self
            .house
            .send(&self.house.router, Method::PATCH, &path, Some(&self.manager.cookie), Some(request))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.json());
    }
}

/// datong-2008:15, national-2016:12, chongqing:9
#[tokio::test(flavor = "multi_thread")]
async fn a_late_filing_is_found_until_it_is_entered_and_is_late_for_ever() {
    let filer = Filer::build(&["datong-2008"], "2019-12-01").await;
    let late = "datong-2008:15 not_filed".to_owned();
    assert_eq!(filer.owed("datong-2008").await, ("late".into(), json!("2019-12-31")));
    assert!(filer.found().await.contains(&late));
    let dossier = filer.dossier("datong-2008", &filer.manager).await;
    let before = filer.house.entry_count().await;
    let answer = filer.file(Filer::request("datong-2008", &dossier), &filer.manager).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    let entries = filer.house.entries_since(before).await;
    let entry = entries.iter().find(|entry| entry.act == Act::FileSystem).unwrap();
    let said = format!("{:?}", entry.record);
    assert!(said.contains(&ledger::tree::sha256(&[&dossier.body]).to_string()), "{said}");
    assert_eq!(filer.owed("datong-2008").await.0, "filed_late");
    assert!(!filer.found().await.contains(&late));
}

/// national-2025:14 wants to hear of changes; what was filed stays readable as it was.
#[tokio::test(flavor = "multi_thread")]
async fn what_changes_after_a_filing_is_found_and_the_filed_dossier_stays_as_it_was() {
    let filer = Filer::build(&["national-2025"], "2026-11-20").await;
    let dossier = filer.dossier("national-2025", &filer.manager).await;
    let mut request = Filer::request("national-2025", &dossier);
    request["filed_on"] = json!("2026-11-21");
    let filed = filer.file(request.clone(), &filer.manager).await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(filer.owed("national-2025").await.0, "filed");
    // Saved again as still true: nothing that was filed has changed.
    filer.change_point("note", json!("已核对")).await;
    assert_eq!(filer.owed("national-2025").await.0, "filed");
    filer.change_point("range_m", json!(35.0)).await;
    assert_eq!(filer.owed("national-2025").await.0, "outdated");
    let outdated = |found: &[String]| found.iter().any(|one| one.ends_with(" filing_outdated"));
    assert!(outdated(&filer.found().await));
    let path = format!("/api/filings/{filed}/dossier");
    assert_eq!(filer.house.get(&path, &filer.manager.cookie).await.body, dossier.body);
    // The old dossier is no longer what the register says: it cannot be entered as filed again.
    assert_eq!(filer.file(request, &filer.manager).await.status, 409);
    let now = filer.dossier("national-2025", &filer.manager).await;
    assert_eq!(filer.file(Filer::request("national-2025", &now), &filer.manager).await.status, 201);
    assert_eq!(filer.owed("national-2025").await.0, "filed");
    assert!(!outdated(&filer.found().await));
}

/// national-2016:12: what the dossier holds.
#[tokio::test(flavor = "multi_thread")]
async fn the_dossier_is_made_from_the_register_and_says_the_same_each_time() {
    let filer = Filer::build(&["datong-2008"], "2019-12-01").await;
    let first = filer.dossier("datong-2008", &filer.manager).await;
    assert_eq!(first.body, filer.dossier("datong-2008", &filer.manager).await.body);
    let dossier = first.json();
    let check =
        |pointer: &str, expected: Value| assert_eq!(dossier.pointer(pointer), Some(&expected), "{pointer}");
    check("/format", json!(store::DOSSIER_FORMAT));
    check("/article", json!("datong-2008:15"));
    check("/system/name", json!("大厅系统"));
    check("/system/division", json!("440106 天河区"));
    check("/technical_parameters/standards", json!("GA/T 1127"));
    check("/points/0/name", json!("大门"));
    check("/points/0/address", json!("路 1 号"));
    check("/points/0/longitude", json!(113.3));
    check("/equipment/0", json!({ "maker": "厂商", "model": "M1", "certificate": null, "points": 1 }));
    // The area's own floor, not that of the pack under which it is filed.
    check("/retention/days", json!(30));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_reads_no_dossier_and_enters_no_filing() {
    let filer = Filer::build(&["datong-2008"], "2019-12-01").await;
    let request = Filer::request("datong-2008", &filer.dossier("datong-2008", &filer.manager).await);
    let elsewhere = filer.house.caller(Role::Administrator, filer.house.other_unit).await;
    for (caller, expected) in [
        (filer.house.caller(Role::Viewer, filer.house.unit).await, 403),
        (filer.house.caller(Role::Operator, filer.house.unit).await, 403),
        (filer.house.caller(Role::Auditor, filer.house.unit).await, 403),
        (elsewhere, 403),
    ] {
        let before = filer.house.entry_count().await;
        let answer = filer.dossier("datong-2008", &caller).await;
        assert_eq!(answer.status.as_u16(), expected, "{}", answer.json());
        assert!(!String::from_utf8_lossy(&answer.body).contains("大门"), "nothing of it comes out");
        assert_eq!(filer.file(request.clone(), &caller).await.status.as_u16(), expected);
        let refused =
            filer.house.entries_since(before).await.iter().filter(|entry| entry.is_refusal()).count();
        assert_eq!(refused, 2, "a refusal is an entry");
    }
    assert_eq!(filer.owed("datong-2008").await.0, "late", "nothing was entered");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_words_are_named_and_change_nothing() {
    let filer = Filer::build(&["datong-2008", "guangzhou-2007"], "2019-12-01").await;
    let request = Filer::request("datong-2008", &filer.dossier("datong-2008", &filer.manager).await);
    for (field, value, status) in [
        ("filed_on", json!("2199-01-01"), 400),
        ("filed_on", json!("2026-02-29"), 400),
        ("pack", json!("guangzhou-2007"), 400),
        ("pack", json!("no-such"), 400),
        ("recipient", json!(" "), 400),
        ("filer", json!("x".repeat(201)), 400),
        ("dossier_sha256", json!("00"), 400),
        ("dossier_sha256", json!("0".repeat(64)), 409),
    ] {
        let mut wrong = request.clone();
        wrong[field] = value.clone();
        let answer = filer.file(wrong, &filer.manager).await;
        assert_eq!(answer.status.as_u16(), status, "{field} = {value}: {}", answer.json());
    }
    assert_eq!(filer.owed("datong-2008").await.0, "late");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_entered_once_and_with_a_document_of_the_unit() {
    let filer = Filer::build(&["datong-2008"], "2019-12-01").await;
    let request = Filer::request("datong-2008", &filer.dossier("datong-2008", &filer.manager).await);
    let filed = filer.file(request, &filer.manager).await.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/filings/{filed}/receipt");
    let receipt =
        |document: &str| json!({ "document_id": document, "number": "备字 17", "received_on": "2020-01-20" });
    let send = async |body: Value| filer.house.post(&path, &filer.manager.cookie, body).await.status.as_u16();
    assert_eq!(send(receipt(&filer.point)).await, 400, "a point is no document");
    assert_eq!(send(receipt(&filer.paper)).await, 204);
    assert_eq!(send(receipt(&filer.paper)).await, 409);
    let path = format!("/api/systems/{}/filings", filer.system);
    let made = filer.house.get(&path, &filer.manager.cookie).await.json();
    assert_eq!(made["made"][0]["receipt"]["number"], "备字 17");
}
