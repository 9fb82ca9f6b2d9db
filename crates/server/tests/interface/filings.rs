//! Filing as a unit's manager does it: what is owed is found, the dossier is made, the filing and the receipt are entered; what
//! others try is refused; what changes afterwards is found again.

use crate::house::{Answer, Caller, House};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use calamine::Reader as _;
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
        Self::build_in("440106", packs, in_use_since).await
    }

    /// The same in a division; where no pack's area is, only the named ones are heard.
    async fn build_in(division: &str, packs: &[&str], in_use_since: &str) -> Self {
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
        let division = add("division", true, json!({ "code": division, "name": "天河区" })).await;
        let product = add("product", true, json!({ "name": "枪机", "maker": "厂商", "model": "M1" })).await;
        let designer = json!({ "name": "设计院", "roles": ["design"], "certificate": "C-1" });
        let designer = add("contractor", false, designer).await;
        let system = json!({
            "name": "大厅系统", "packs": packs, "division": division, "builder_kind": "enterprise",
            "in_use_since": in_use_since, "standards": "GA/T 1127", "designer": designer,
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

    async fn add_paper(&self, paper: &str) -> String {
        let request = json!({
            "unit_id": self.house.unit.to_string(), "body": { "name": paper, "paper": paper },
        });
        let answer = self.house.post("/api/register/document", &self.manager.cookie, request).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    async fn take_step(&self, step: &str, papers: &[&str]) {
        let request = json!({ "step": step, "documents": papers, "passed": true });
        let path = format!("/api/systems/{}/steps", self.system);
        let answer = self.house.post(&path, &self.manager.cookie, request).await;
        assert_eq!(answer.status, 200, "{step}: {}", answer.json());
    }

    /// Files what the register says now.
    async fn file_now(&self, pack: &str) {
        let dossier = self.dossier(pack, &self.manager).await;
        let mut request = Self::request(pack, &dossier);
        request["filed_on"] = json!(self.house.app.registry().today(self.house.app.now()).to_string());
        let answer = self.file(request, &self.manager).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
    }

    async fn change_point(&self, field: &str, value: Value) {
        self.change(&self.point, field, value).await;
    }

    async fn change(&self, record: &str, field: &str, value: Value) {
        let path = format!("/api/records/{record}");
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

    /// Adds a file to a document, which is its next version.
    async fn upload(&self, document: &str, text: &str) {
        let record = self.house.get(&format!("/api/records/{document}"), &self.manager.cookie).await.json();
        let path = format!("/api/records/{document}/file?version={}&name=paper.txt", record["version"]);
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("x-watchkeeper", "1")
            .header(header::COOKIE, &self.manager.cookie)
            .body(Body::from(text.to_owned()));
        let answer = self.house.send_raw(&self.house.router, request.unwrap()).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
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

/// datong-2008:15: a day in time that is written down years later makes nothing timely; the organ's receipt of that time does.
#[tokio::test(flavor = "multi_thread")]
async fn a_filing_is_not_dated_back_into_its_window() {
    let filer = Filer::build(&["datong-2008"], "2019-12-01").await;
    let dossier = filer.dossier("datong-2008", &filer.manager).await;
    let on = |day: &str| {
        let mut request = Filer::request("datong-2008", &dossier);
        request["filed_on"] = json!(day);
        request
    };
    let before = filer.file(on("2019-11-30"), &filer.manager).await;
    assert_eq!(before.status, 400, "there was nothing to file: {}", before.json());
    let filed = filer.file(on("2019-12-15"), &filer.manager).await;
    assert_eq!(filed.status, 201, "{}", filed.json());
    assert_eq!(filer.owed("datong-2008").await.0, "filed_late", "nothing of that time shows it");
    let path = format!("/api/filings/{}/receipt", filed.json()["id"].as_str().unwrap());
    let receipt = async |day: &str| {
        let body = json!({ "document_id": filer.paper, "number": "备〔2019〕9 号", "received_on": day });
        filer.house.post(&path, &filer.manager.cookie, body).await.status.as_u16()
    };
    assert_eq!(receipt("2019-12-14").await, 400, "no organ receives what is not handed in");
    assert_eq!(receipt("2019-12-20").await, 204);
    assert_eq!(filer.owed("datong-2008").await.0, "filed");
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
    filer.file_now("national-2025").await;
    assert_eq!(filer.owed("national-2025").await.0, "filed");
    assert!(!outdated(&filer.found().await));
}

/// national-2025:14: the dossier names the papers of the steps, so another version of one is another dossier.
#[tokio::test(flavor = "multi_thread")]
async fn another_version_of_a_steps_paper_makes_what_was_filed_outdated() {
    const PACK: &str = "national-2025";
    let filer = Filer::build_in("900000", &[PACK], "2026-11-20").await;
    let design = filer.add_paper("design").await;
    let contract = filer.add_paper("contract").await;
    let construction = filer.add_paper("construction").await;
    filer.take_step("review", &[&design, &contract]).await;
    filer.take_step("build", &[&construction]).await;
    filer.file_now(PACK).await;
    let standing = async || {
        let outdated = filer.found().await.iter().any(|one| one.ends_with(" filing_outdated"));
        (filer.owed(PACK).await.0, outdated)
    };
    let filed = ("filed".to_owned(), false);
    let outdated = ("outdated".to_owned(), true);
    assert_eq!(standing().await, filed);
    // What no step took, and what the dossier does not say of a paper, is nobody's to hear of.
    filer.upload(&filer.paper, "receipt").await;
    filer.change(&design, "note", json!("已核对")).await;
    assert_eq!(standing().await, filed);
    for paper in [&design, &contract, &construction] {
        filer.upload(paper, paper).await;
        assert_eq!(standing().await, outdated, "another file");
        filer.file_now(PACK).await;
        assert_eq!(standing().await, filed);
        filer.change(paper, "number", json!("改-1")).await;
        assert_eq!(standing().await, outdated, "another number");
        filer.file_now(PACK).await;
        assert_eq!(standing().await, filed);
    }
}

/// A point that is taken out is a change like any other.
#[tokio::test(flavor = "multi_thread")]
async fn a_point_taken_out_makes_what_was_filed_outdated() {
    const PACK: &str = "national-2025";
    let filer = Filer::build(&[PACK], "2026-11-20").await;
    filer.file_now(PACK).await;
    assert_eq!(filer.owed(PACK).await.0, "filed");
    let path = format!("/api/records/{}?version=1", filer.point);
    let cookie = Some(filer.manager.cookie.as_str());
    let removed = filer.house.send(&filer.house.router, Method::DELETE, &path, cookie, None).await;
    assert_eq!(removed.status, 204, "{}", removed.json());
    assert_eq!(filer.owed(PACK).await.0, "outdated");
    assert!(filer.found().await.iter().any(|one| one.ends_with(" filing_outdated")));
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
    check("/contractors/0/work", json!("design"));
    check("/contractors/0/name", json!("设计院"));
    check("/contractors/0/certificate", json!("C-1"));
    check("/points/0/name", json!("大门"));
    check("/points/0/address", json!("路 1 号"));
    check("/points/0/longitude", json!(113.3));
    check("/equipment/0", json!({ "maker": "厂商", "model": "M1", "certificate": null, "points": 1 }));
    // The area's own floor, not that of the pack under which it is filed.
    check("/retention/days", json!(30));
}

/// What a value lacks that a schema asks for, of the words that ours uses: type, properties, items, enum, const, anyOf, pattern's presence.
fn unlike(schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(ways) = schema["anyOf"].as_array() {
        let all: Vec<Vec<String>> = ways.iter().map(|way| unlike(way, value, at)).collect();
        return if all.iter().any(Vec::is_empty) { Vec::new() } else { all.concat() };
    }
    let mut problems = Vec::new();
    let is = |kind: &str| match kind {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("{at}: {other} is no type"),
    };
    let wanted = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(some) => some.iter().map(|one| one.as_str().unwrap()).collect(),
        _ => Vec::new(),
    };
    if !wanted.is_empty() && !wanted.into_iter().any(is) {
        problems.push(format!("{at}: {value} is not of its type"));
    }
    if schema["enum"].as_array().is_some_and(|known| !known.contains(value)) {
        problems.push(format!("{at}: {value} is none of those"));
    }
    if schema.get("const").is_some_and(|one| one != value) {
        problems.push(format!("{at}: {value} is another"));
    }
    for item in value.as_array().into_iter().flatten() {
        problems.extend(unlike(&schema["items"], item, &format!("{at}[]")));
    }
    if let (Some(fields), Some(required)) = (value.as_object(), schema["required"].as_array()) {
        let missing = required.iter().filter(|name| !fields.contains_key(name.as_str().unwrap()));
        problems.extend(missing.map(|name| format!("{at}: {name} is missing")));
        for (name, field) in fields {
            match schema["properties"].get(name) {
                Some(schema) => problems.extend(unlike(schema, field, &format!("{at}/{name}"))),
                None => problems.push(format!("{at}: {name} is not in the schema")),
            }
        }
    }
    problems
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dossier_is_as_its_schema_says_and_its_points_are_a_workbook() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/spec/filing-dossier.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let filer = Filer::build(&["datong-2008"], "2019-12-01").await;
    let dossier = filer.dossier("datong-2008", &filer.manager).await;
    assert_eq!(unlike(&schema, &dossier.json(), ""), Vec::<String>::new());
    let mut other = dossier.json();
    other["points"][0]["longitude"] = json!("east");
    other["system"]["secret"] = json!(true);
    other.as_object_mut().unwrap().remove("papers");
    assert_eq!(unlike(&schema, &other, "").len(), 3, "the check finds what is otherwise");
    let before = filer.house.entry_count().await;
    let path = format!("/api/systems/{}/dossier?pack=datong-2008", filer.system);
    let list = filer.house.get(&format!("{path}&format=xlsx&language=en"), &filer.manager.cookie).await;
    assert_eq!((list.status.as_u16(), &list.headers["etag"]), (200, &dossier.headers["etag"]));
    let entries = filer.house.entries_since(before).await;
    assert!(entries.iter().any(|entry| entry.act == Act::ReadDossier), "an entry of its own");
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(list.body.to_vec())).unwrap();
    let points = book.worksheet_range("Points").unwrap();
    let cell =
        |row: u32, column: u32| points.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    assert_eq!((cell(0, 0), cell(1, 0), cell(1, 4)), ("Point".into(), "大门".into(), "113.3".into()));
    assert_eq!(points.height(), 2);
    let notes = book.worksheet_range("说明 Notes").unwrap();
    let hash = notes.get_value((3, 1)).unwrap().to_string();
    assert_eq!(format!("\"{hash}\""), dossier.headers["etag"].to_str().unwrap());
    let wrong = filer.house.get(&format!("{path}&format=docx"), &filer.manager.cookie).await;
    assert_eq!(wrong.status, 400);
    // Nobody else gets the points that way either.
    let viewer = filer.house.caller(Role::Viewer, filer.house.unit).await;
    let refused = filer.house.get(&format!("{path}&format=xlsx"), &viewer.cookie).await;
    assert_eq!(refused.status, 403);
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
