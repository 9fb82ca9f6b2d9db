//! Requests of authorities over HTTP: cases as data (`retrievals/cases.toml`), each with its status, article, entry, an unchanged state,
//! and the success once the missing fact is supplied; then one from the letter to the receipt, and what is late.

mod beside;
mod form;
mod holding;
mod hours;
mod shown;
mod terms;

use crate::{
    cases::Who,
    house::{Answer, Caller, House},
    turned::Turned,
};
use axum::http::{Method, StatusCode};
use law::{access::Post, register::RecordKind};
use model::{Act, RecordId, Role};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{NewCamera, system_cx};

const CASES: &str = include_str!("retrievals/cases.toml");
const HOUR_US: i64 = 3_600_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    adopted: Vec<String>,
    /// What differs from the police that ask for a copy to enforce the law.
    #[serde(default)]
    asked: Map<String, Value>,
    #[serde(default)]
    officers: Vec<String>,
    /// `letter-of-introduction until -1`: expired yesterday; `from 1`: dated tomorrow; `bare`: without its scan; `undated`.
    #[serde(default)]
    papers: Vec<String>,
    #[serde(default)]
    unchecked: bool,
    #[serde(default)]
    closed: bool,
    #[serde(default)]
    camera: String,
    #[serde(default)]
    both_posts: bool,
    #[serde(default)]
    hours: i64,
    #[serde(default)]
    held: bool,
    act: String,
    then: Then,
    #[serde(default)]
    mend: Option<Mend>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Then {
    status: u16,
    #[serde(default)]
    article: String,
    #[serde(default)]
    code: String,
    entry: String,
}

/// What supplies the missing fact.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Mend {
    asked: Map<String, Value>,
    officers: Vec<String>,
    papers: Vec<String>,
    checked: bool,
    closed: bool,
    camera: String,
    hours: i64,
    invokes: String,
    act: String,
}

/// A document of the unit with its scan and the days that stand on it.
pub async fn paper(house: &House, kind: &str, from: i64, until: Option<i64>) -> RecordId {
    let id = bare_paper(house, kind, Some(from), until).await;
    scanned(house, id).await;
    id
}

/// The scan of a document.
pub async fn scanned(house: &House, id: RecordId) {
    let registry = house.app.registry();
    let mut incoming = registry.documents().begin("scan.txt").unwrap();
    incoming.write("扫描件".as_bytes()).unwrap();
    let cx = system_cx("demo", house.app.now());
    registry.add_file(&cx, id, 1, incoming.finish(None).unwrap()).await.unwrap();
}

/// A document that is a name so far.
pub async fn bare_paper(house: &House, kind: &str, from: Option<i64>, until: Option<i64>) -> RecordId {
    let day = |days: i64| {
        let zone = jiff::tz::Offset::constant(8).to_time_zone();
        let at = jiff::Timestamp::from_microsecond(house.app.now().0 + days * 24 * HOUR_US).unwrap();
        at.to_zoned(zone).strftime("%Y-%m-%d").to_string()
    };
    let mut body = json!({ "name": format!("{kind} 〔2026〕7号"), "paper": kind });
    if let Some(from) = from {
        body["dated"] = json!(day(from));
    }
    if let Some(until) = until {
        body["valid_until"] = json!(day(until));
    }
    let body = body.as_object().cloned().unwrap();
    let cx = system_cx("demo", house.app.now());
    house.app.registry().add_record(&cx, RecordKind::Document, Some(house.unit), body).await.unwrap()
}

/// The police ask for ten seconds of a camera.
pub fn asking(house: &House) -> Value {
    let now = house.app.now().as_ms();
    json!({
        "unit_id": house.unit.to_string(), "organ": "public_security", "ground": "law_enforcement",
        "organ_name": "海珠区公安分局", "case_number": "海公（刑）立字〔2026〕7号", "wanted": "footage", "way": "copy",
        "cameras": [house.cameras[0].to_string()], "from_ms": now - 10_000, "to_ms": now - 1_000,
    })
}

/// A copy that leaves the desk in plain, and why.
pub fn unsealed() -> Value {
    json!({ "unsealed_reason": "机关当场刻盘带走" })
}

/// Who is at the desk, who answers for the unit, and what was entered.
pub struct Desk<'h> {
    house: &'h House,
    pub operator: Caller,
    pub administrator: Caller,
    other: Caller,
    pub id: String,
}

impl<'h> Desk<'h> {
    pub async fn new(house: &'h House, adopted: &[String]) -> Self {
        let operator = Who::Operator.sign_in(house).await;
        let administrator = Who::Administrator.sign_in(house).await;
        let other = Who::Administrator.sign_in(house).await;
        for pack in adopted {
            let document = paper(house, "adoption", 0, None).await.to_string();
            let body = json!({ "pack": pack, "document_id": document });
            let path = format!("/api/units/{}/adoptions", house.unit);
            let answer = house.post(&path, &other.cookie, body).await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT, "{pack}: {}", answer.json());
        }
        Self { house, operator, administrator, other, id: String::new() }
    }

    pub async fn open(&mut self, caller: &Caller, body: Value) -> Answer {
        let answer = self.house.post("/api/retrievals", &caller.cookie, body).await;
        if answer.status == StatusCode::CREATED {
            self.id = answer.json()["id"].as_str().unwrap().to_owned();
        }
        answer
    }

    pub async fn act(&self, caller: &Caller, what: &str, body: Option<Value>) -> Answer {
        let path = format!("/api/retrievals/{}/{what}", self.id);
        self.house.send(&self.house.router, Method::POST, &path, Some(&caller.cookie), body).await
    }

    async fn must(&self, caller: &Caller, what: &str, body: Option<Value>) -> Value {
        let answer = self.act(caller, what, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.json());
        answer.json()
    }

    pub async fn supply(&self, officers: &[String], papers: &[String], more: Value) {
        let mut body = more;
        let officer = |at: usize, certificate: &String| json!({ "name": format!("张警官{at}"), "number": format!("0440{at}"), "certificate": certificate.replace('-', "_") });
        body["officers"] = officers.iter().enumerate().map(|(at, one)| officer(at, one)).collect();
        let mut named = Vec::new();
        for one in papers {
            let words: Vec<&str> = one.split_whitespace().collect();
            let days = |name: &str| {
                let at = words.iter().position(|word| *word == name)?;
                Some(words[at + 1].parse::<i64>().unwrap())
            };
            let from = (!words.contains(&"undated")).then(|| days("from").unwrap_or(-3));
            let document = bare_paper(self.house, words[0], from, days("until")).await;
            if !words.contains(&"bare") {
                scanned(self.house, document).await;
            }
            named.push(json!({ "paper": words[0].replace('-', "_"), "document_id": document.to_string() }));
        }
        body["papers"] = json!(named);
        self.must(&self.operator, "papers", Some(body)).await;
    }

    pub async fn check(&self) {
        self.must(&self.operator, "check", None).await;
    }

    /// As it is now, without what only a clock changes.
    async fn state(&self) -> Value {
        if self.id.is_empty() {
            let page = self.house.get("/api/retrievals", &self.other.cookie).await.json();
            return page["total"].clone();
        }
        self.house.get(&format!("/api/retrievals/{}", self.id), &self.other.cookie).await.json()
    }

    async fn complete(&self) {
        self.must(&self.operator, "complete", Some(json!({}))).await;
    }
}

struct Court<'h> {
    desk: Desk<'h>,
    /// Who enters it: the operator, or somebody with posts in both units, or the administrator.
    opener: Caller,
    neighbour: String,
}

impl<'h> Court<'h> {
    async fn new(house: &'h House, case: &Case) -> Self {
        let desk = Desk::new(house, &case.adopted).await;
        let opener = match (case.both_posts, case.act.as_str()) {
            (true, _) => {
                let posts = [house.unit, house.other_unit].map(|unit| Post {
                    role: Role::Operator,
                    unit,
                    group: None,
                });
                let person = house.person("both", posts.to_vec()).await;
                house.sign_in(person, "both").await
            }
            (false, "approve-own") => desk.administrator.clone(),
            _ => desk.operator.clone(),
        };
        let new = NewCamera {
            unit: house.other_unit,
            group: None,
            name: "邻居".to_owned(),
            place: "对面".to_owned(),
            main_url: "rtsp://192.0.2.1/main".to_owned(),
            sub_url: None,
            credentials: None,
            reach: store::Reach::default(),
            security_level: 1,
            floor_days: None,
        };
        let cx = system_cx("demo", house.app.now());
        let neighbour = house.app.registry().create_camera(&cx, new).await.unwrap().to_string();
        if case.held {
            let now = house.app.now().as_ms();
            let body = json!({
                "cameras": [house.cameras[0].to_string()], "from_ms": now - 60_000, "to_ms": now,
                "purpose": "incident", "legal_basis": "unit_duty", "note": "剐蹭",
            });
            let answer = house.post("/api/holds", &desk.operator.cookie, body).await;
            assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
        }
        Self { desk, opener, neighbour }
    }

    async fn open(&mut self, case: &Case, mend: &Mend) -> Answer {
        let mut body = asking(self.desk.house);
        for (field, value) in case.asked.iter().chain(&mend.asked) {
            body[field] = value.clone();
        }
        let camera = if mend.camera.is_empty() { &case.camera } else { &mend.camera };
        if camera == "neighbour" {
            body["cameras"] = json!([self.desk.house.cameras[0].to_string(), self.neighbour]);
        }
        let hours = if mend.hours == 0 { case.hours } else { mend.hours };
        if hours > 0 {
            body["from_ms"] = json!(body["to_ms"].as_i64().unwrap() - hours * 3_600_000);
        }
        let opener = self.opener.clone();
        self.desk.open(&opener, body).await
    }

    async fn act(&mut self, case: &Case, mend: &Mend, what: &str) -> Answer {
        let desk = &self.desk;
        match what {
            "open" => self.open(case, mend).await,
            "complete" => desk.act(&desk.operator, "complete", Some(json!({}))).await,
            "urgent" => {
                let body = json!({ "urgent_reason": "绑架，人在车上" });
                desk.act(&desk.operator, "complete", Some(body)).await
            }
            "refuse" => desk.act(&desk.operator, "refuse", Some(json!({ "reason": "手续不全" }))).await,
            "approve-own" | "approve-draft" => desk.act(&desk.administrator, "approve", None).await,
            "approve" => desk.act(&desk.other, "approve", None).await,
            "hand-over-unapproved" | "hand-over-closed" | "hand-over" => {
                desk.act(&desk.operator, "hand-over", Some(unsealed())).await
            }
            "hand-over-for-money" => desk.act(&desk.operator, "hand-over", Some(json!({ "fee": 20 }))).await,
            "hand-over-as-administrator" => desk.act(&desk.other, "hand-over", Some(unsealed())).await,
            other => panic!("no act {other}"),
        }
    }

    /// Takes the retrieval to where the act is tried.
    async fn reach(&mut self, case: &Case) {
        if case.act == "open" {
            return;
        }
        let opened = self.open(case, &Mend::default()).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{}: {}", case.name, opened.json());
        let desk = &self.desk;
        desk.supply(&case.officers, &case.papers, json!({ "inquiry_closed": case.closed })).await;
        if !case.unchecked {
            desk.check().await;
        }
        let far = case.act.starts_with("approve-own") || case.act.starts_with("hand-over");
        if far {
            desk.complete().await;
        }
        if ["hand-over-as-administrator", "hand-over-for-money", "hand-over-closed"]
            .contains(&case.act.as_str())
        {
            desk.must(&desk.other, "approve", None).await;
        }
        if case.act == "hand-over-closed" {
            desk.supply(&[], &[], json!({ "inquiry_closed": true })).await;
        }
    }

    async fn mend(&self, case: &Case, mend: &Mend) {
        let desk = &self.desk;
        if case.act == "open" {
            return;
        }
        let more = match mend.invokes.as_str() {
            "" => json!({ "inquiry_closed": mend.closed }),
            pack => json!({ "invokes": pack }),
        };
        let supplies = !mend.officers.is_empty() || !mend.papers.is_empty();
        if supplies || mend.closed || !mend.invokes.is_empty() {
            desk.supply(&mend.officers, &mend.papers, more).await;
        }
        if mend.checked || !mend.officers.is_empty() {
            desk.check().await;
        }
        if mend.act == "hand-over" && desk.state().await["state"] == "complete" {
            desk.must(&desk.other, "approve", None).await;
        }
    }
}

/// What is wrong with what came back and with the entry that it left.
async fn held(court: &Court<'_>, case: &Case, got: &Answer, since: u64) -> Vec<String> {
    let (then, error) = (&case.then, &got.json()["error"]);
    let mut wrong = Vec::new();
    if got.status.as_u16() != then.status {
        wrong.push(format!("answers {} instead of {}: {}", got.status, then.status, got.json()));
    }
    for (name, expected) in [("article", &then.article), ("code", &then.code)] {
        if !expected.is_empty() && error[name].as_str() != Some(expected) {
            wrong.push(format!("{name} {} instead of {expected}", error[name]));
        }
    }
    if then.status == 403 && (error["reason"]["zh"].is_null() || error["remedy"]["en"].is_null()) {
        wrong.push("a refusal without reason or remedy".into());
    }
    let entries = court.desk.house.entries_since(since).await;
    let own: Vec<_> = entries.iter().filter(|entry| entry.act != Act::ReadRetrievals).collect();
    let said: Vec<_> = own.iter().map(|entry| (entry.act.as_str(), entry.is_refusal())).collect();
    let expected = match then.entry.as_str() {
        "none" => Vec::new(),
        act => vec![(act, then.status == 403)],
    };
    if said != expected {
        wrong.push(format!("left {said:?}, not {expected:?}"));
    }
    if let Some(last) = own.last()
        && !format!("{:?}", last.record.outcome).contains(&then.article)
    {
        wrong.push(format!("the entry does not name {}: {:?}", then.article, last.record.outcome));
    }
    if entries.iter().any(|entry| format!("{:?}", entry.record).contains("张警官")) {
        wrong.push("an entry names an officer".into());
    }
    wrong
}

async fn run(case: &Case) -> Vec<String> {
    let house = House::build().await;
    let mut court = Court::new(&house, case).await;
    court.reach(case).await;
    let before = court.desk.state().await;
    let since = house.entry_count().await;
    let got = court.act(case, &Mend::default(), &case.act).await;
    let mut wrong = held(&court, case, &got, since).await;
    let after = court.desk.state().await;
    if after != before {
        wrong.push(format!("changed {before} to {after}"));
    }
    if let Some(mend) = &case.mend {
        court.mend(case, mend).await;
        let act = if mend.act.is_empty() { &case.act } else { &mend.act };
        let got = court.act(case, mend, act).await;
        if !got.status.is_success() {
            wrong.push(format!("mended, it answers {}: {}", got.status, got.json()));
        }
        if case.held {
            let holds = house.get("/api/holds", &court.desk.operator.cookie).await.json();
            let exported = |hold: &&Value| !hold["export_id"].is_null();
            let holds = holds["holds"].as_array().unwrap();
            if (holds.len(), holds.iter().filter(exported).count()) != (2, 1) {
                wrong.push(format!("is held by {holds:?}"));
            }
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_authorities() {
    let file: File = toml::from_str(CASES).unwrap();
    let mut flags = Vec::new();
    for case in &file.case {
        flags.extend(run(case).await.into_iter().map(|flag| format!("{}: {flag}", case.name)));
    }
    assert!(flags.is_empty(), "{}", flags.join("\n"));
}

/// The one way to refuse is a right that a text gives, named with its reason.
#[tokio::test(flavor = "multi_thread")]
async fn a_lawful_refusal_is_one_act_with_reason_and_article() {
    let house = House::build().await;
    let mut desk = Desk::new(&house, &["guangzhou-2007".to_owned()]).await;
    let operator = desk.operator.clone();
    assert_eq!(desk.open(&operator, asking(&house)).await.status, StatusCode::CREATED);
    let shown = desk.state().await;
    assert_eq!(shown["detail"]["verdict"]["word"], "may_refuse", "{shown}");
    assert_eq!(
        (&shown["detail"]["may_refuse"], &shown["detail"]["refusal_article"]),
        (&json!(true), &json!("guangzhou-2007:19"))
    );
    assert_eq!(desk.act(&operator, "refuse", Some(json!({ "reason": " " }))).await.status, 400);
    let since = house.entry_count().await;
    let refused = desk.must(&operator, "refuse", Some(json!({ "reason": "未出示介绍信" }))).await;
    assert_eq!(refused["state"], "refused");
    let last = refused["detail"]["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["what"], &last["holder"], &last["note"]),
        (&json!("refused"), &json!("guangzhou-2007:19"), &json!("未出示介绍信"))
    );
    let entry =
        house.entries_since(since).await.into_iter().find(|entry| entry.act == Act::RefuseRetrieval).unwrap();
    assert!(!entry.is_refusal() && entry.record.extra.contains("guangzhou-2007:19"), "{:?}", entry.record);
    assert_eq!(desk.act(&operator, "complete", Some(json!({}))).await.status, 409, "it is done");

    // With the letter there is no right to it.
    assert_eq!(desk.open(&operator, asking(&house)).await.status, StatusCode::CREATED);
    let letter = ["letter-of-introduction".to_owned()];
    desk.supply(&["law-enforcement-certificate".to_owned()], &letter, json!({})).await;
    let answer = desk.act(&operator, "refuse", Some(json!({ "reason": "太忙" }))).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "must_cooperate".to_owned()));
    assert_eq!(desk.state().await["state"], "draft");
}

/// From the letter to the receipt, and where the copy went: each step with its entry, officers' names in none.
#[tokio::test(flavor = "multi_thread")]
async fn from_the_letter_to_the_receipt() {
    let house = House::build().await;
    let mut desk = Desk::new(&house, &["guangzhou-2007".to_owned()]).await;
    let operator = desk.operator.clone();
    let since = house.entry_count().await;
    assert_eq!(desk.open(&operator, asking(&house)).await.status, StatusCode::CREATED);
    desk.supply(
        &["law-enforcement-certificate".to_owned()],
        &["letter-of-introduction".to_owned()],
        json!({}),
    )
    .await;
    desk.check().await;
    let complete = desk.must(&operator, "complete", Some(json!({}))).await;
    let waits_ms = complete["due_ms"].as_i64().unwrap() - house.app.now().as_ms();
    assert!((71 * 3_600_000..=72 * 3_600_000).contains(&waits_ms), "{complete}");
    assert_eq!(complete["detail"]["free_under"], "guangzhou-2007:18");
    desk.must(&desk.other, "approve", None).await;
    let handed = desk.must(&operator, "hand-over", Some(unsealed())).await;
    assert_eq!((&handed["state"], &handed["due_ms"]), (&json!("handed_over"), &Value::Null));
    let export = house
        .get(&format!("/api/exports/{}", handed["export_id"].as_str().unwrap()), &operator.cookie)
        .await
        .json();
    assert_eq!(export["recipient"]["organisation"], "海珠区公安分局", "{export}");
    assert!(!export["hold_id"].is_null(), "its footage is held: {export}");
    assert_eq!(desk.act(&operator, "hand-over", Some(unsealed())).await.status, 409, "once");
    let receipt = json!({ "received_by": "张警官", "note": "当面核对摘要" });
    assert_eq!(desk.must(&operator, "receipt", Some(receipt.clone())).await["state"], "closed");
    assert_eq!(desk.act(&operator, "receipt", Some(receipt)).await.status, 409);
    for (what, holder) in [("transferred", "检察院"), ("returned", "本单位"), ("destroyed", "公安分局档案室")]
    {
        desk.must(&operator, "whereabouts", Some(json!({ "what": what, "holder": holder }))).await;
    }
    let shown = desk.state().await;
    let events = shown["detail"]["events"].as_array().unwrap();
    let whats: Vec<&str> = events.iter().map(|event| event["what"].as_str().unwrap()).collect();
    assert_eq!(
        whats,
        [
            "opened",
            "amended",
            "checked",
            "completed",
            "approved",
            "handed-over",
            "receipt",
            "transferred",
            "returned",
            "destroyed",
        ]
    );
    assert_eq!(shown["detail"]["officers"][0]["name"], "张警官0", "whoever keeps the register sees who came");

    let entries = house.entries_since(since).await;
    let acts: Vec<Act> = entries.iter().map(|entry| entry.act).filter(|act| act.code() >= 170).collect();
    assert_eq!(
        acts,
        [
            Act::OpenRetrieval,
            Act::AmendRetrieval,
            Act::CheckCredentials,
            Act::CompleteRetrieval,
            Act::ApproveRetrieval,
            Act::HandOver,
            Act::AcknowledgeReceipt,
            Act::FollowCopy,
            Act::FollowCopy,
            Act::FollowCopy,
            Act::ReadRetrievals,
        ]
    );
    for entry in &entries {
        assert!(!format!("{:?}", entry.record).contains("张警官0"), "{:?}", entry.record);
    }
    let registry = std::fs::read(house.dir.path().join("registry.db")).unwrap();
    let wal = std::fs::read(house.dir.path().join("registry.db-wal")).unwrap_or_default();
    let plain = |bytes: &[u8]| bytes.windows("张警官0".len()).any(|window| window == "张警官0".as_bytes());
    assert!(!plain(&registry) && !plain(&wal), "officers are sealed in the database");

    // Nobody of another unit finds it; nobody without the post reads any.
    for (who, expected) in [(Who::OtherOperator, 404), (Who::OtherAdministrator, 404), (Who::Viewer, 403)] {
        let caller = who.sign_in(&house).await;
        let answer = house.get(&format!("/api/retrievals/{}", desk.id), &caller.cookie).await;
        assert_eq!(answer.status, expected, "{who:?}");
        let page = house.get("/api/retrievals", &caller.cookie).await;
        assert!(page.status == 403 || page.json()["total"] == 0, "{who:?}: {}", page.json());
    }
}

/// Findings about retrievals that an administrator is shown: the articles.
async fn found(house: &House) -> Vec<String> {
    let administrator = Who::Administrator.sign_in(house).await;
    let all = house.get("/api/findings", &administrator.cookie).await.json();
    let own = all.as_array().unwrap().iter().filter(|finding| finding["kind"] == "retrieval");
    own.map(|finding| finding["article"].as_str().unwrap().to_owned()).collect()
}

/// A complete request that lies, and papers that were promised: found until done.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_too_long_is_found() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let adopted = ["guangzhou-2007", "national-2016"].map(str::to_owned);
    let mut desk = Desk::new(&house, &adopted).await;
    let operator = desk.operator.clone();
    let certificate = ["law-enforcement-certificate".to_owned()];
    let letter = "letter-of-introduction".to_owned();
    let mut asked = asking(&house);
    asked["invokes"] = json!("guangzhou-2007");
    // One with everything, and one that goes out before its letter.
    assert_eq!(desk.open(&operator, asked.clone()).await.status, StatusCode::CREATED);
    desk.supply(&certificate, std::slice::from_ref(&letter), json!({})).await;
    desk.check().await;
    desk.complete().await;
    let first = desk.id.clone();
    assert_eq!(desk.open(&operator, asked).await.status, StatusCode::CREATED);
    desk.supply(&certificate, &[], json!({})).await;
    desk.check().await;
    let urgent = desk.must(&operator, "complete", Some(json!({ "urgent_reason": "人在车上" }))).await;
    assert!(!urgent["papers_due_ms"].is_null(), "{urgent}");
    desk.must(&desk.administrator, "approve", None).await;
    desk.must(&operator, "hand-over", Some(unsealed())).await;
    let second = desk.id.clone();
    assert_eq!(found(&house).await, Vec::<String>::new());

    clocks.on_us(25 * HOUR_US);
    assert_eq!(found(&house).await, ["guangzhou-2007:19"], "the papers are late");
    clocks.on_us(48 * HOUR_US);
    assert_eq!(found(&house).await, ["national-2016:21", "guangzhou-2007:19"], "and so is the other");

    // The letter follows; the other is handed over.
    let operator = Who::Operator.sign_in(&house).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let late = house.get("/api/retrievals?late=true", &administrator.cookie).await.json();
    assert_eq!(late["total"], 2, "{late}");
    desk = Desk { operator: operator.clone(), administrator: administrator.clone(), id: second, ..desk };
    desk.supply(&[], &[letter], json!({})).await;
    assert_eq!(found(&house).await, ["national-2016:21"]);
    desk.id = first;
    desk.must(&administrator, "approve", None).await;
    desk.must(&operator, "hand-over", Some(unsealed())).await;
    assert_eq!(found(&house).await, Vec::<String>::new());
}

/// A copy leaves the desk sealed to its recipient; one that does not says why, and its entry has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_leaves_the_desk_sealed_or_says_why_not() {
    let house = House::build().await;
    let mut adopted = vec!["guangzhou-2007".to_owned()];
    for (body, status, said) in [
        (json!({}), 400, ""),
        (json!({ "unsealed_reason": "  " }), 400, ""),
        (json!({ "unsealed_reason": "长".repeat(401) }), 400, ""),
        (json!({ "unsealed_reason": "机关当场\n刻盘带走" }), 200, "unsealed=机关当场 刻盘带走"),
        (json!({ "seal_to": "passphrase" }), 200, "sealed_to=passphrase"),
        (json!({ "seal_to": crate::sealing::PUBLIC, "unsealed_reason": "多余" }), 200, "sealed_to=key "),
    ] {
        let mut desk = Desk::new(&house, &std::mem::take(&mut adopted)).await;
        let operator = desk.operator.clone();
        assert_eq!(desk.open(&operator, asking(&house)).await.status, StatusCode::CREATED);
        let letter = ["letter-of-introduction".to_owned()];
        desk.supply(&["law-enforcement-certificate".to_owned()], &letter, json!({})).await;
        desk.check().await;
        desk.complete().await;
        desk.must(&desk.other, "approve", None).await;
        let (before, since) = (desk.state().await, house.entry_count().await);
        let answer = desk.act(&operator, "hand-over", Some(body.clone())).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.json());
        let entries = house.entries_since(since).await;
        let export = entries.iter().find(|entry| entry.act == Act::Export);
        let extra = export.map_or("", |entry| entry.record.extra.as_str());
        assert!(extra.contains(said) && extra.is_empty() == said.is_empty(), "{body}: {extra}");
        assert!(!extra.contains("多余"), "{extra}");
        if status == 400 {
            assert_eq!(desk.state().await, before, "{body}");
            desk.must(&operator, "hand-over", Some(unsealed())).await;
        }
    }
}

/// guangzhou-2007:18: no field of the interface names a sum, and none is taken.
#[tokio::test(flavor = "multi_thread")]
async fn no_part_of_a_retrieval_asks_for_money() {
    let house = House::build().await;
    let mut desk = Desk::new(&house, &["guangzhou-2007".to_owned()]).await;
    let operator = desk.operator.clone();
    let asked_with = |field: &str| {
        let mut body = asking(&house);
        body[field] = json!(20);
        body
    };
    for field in ["fee", "price", "charge"] {
        assert_eq!(desk.open(&operator, asked_with(field)).await.status, 400, "{field}");
    }
    assert_eq!(desk.open(&operator, asking(&house)).await.status, StatusCode::CREATED);
    let letter = ["letter-of-introduction".to_owned()];
    desk.supply(&["law-enforcement-certificate".to_owned()], &letter, json!({})).await;
    desk.check().await;
    desk.complete().await;
    desk.must(&desk.other, "approve", None).await;
    let before = desk.state().await;
    for (what, mut body) in [
        ("papers", json!({})),
        ("complete", json!({})),
        ("hand-over", unsealed()),
        ("receipt", json!({ "received_by": "张警官" })),
        ("whereabouts", json!({ "what": "returned", "holder": "本单位" })),
    ] {
        body["fee"] = json!(20);
        assert_eq!(desk.act(&operator, what, Some(body)).await.status, 400, "{what}");
    }
    assert_eq!(desk.state().await, before);
    let document = server::http::description_text().unwrap();
    let described: Value = serde_json::from_str(&document).unwrap();
    for (name, schema) in described["components"]["schemas"].as_object().unwrap() {
        let named = schema["properties"].as_object().into_iter().flatten().map(|(field, _)| field.as_str());
        let sums = ["fee", "price", "charge", "payment", "amount"];
        let found: Vec<&str> =
            named.filter(|field| sums.iter().any(|sum| field.split('_').any(|part| part == *sum))).collect();
        assert!(!name.contains("etriev") || found.is_empty(), "{name}: {found:?}");
    }
}

/// Answer, papers: what is set, and what comes of it.
const TERMS: &[(u16, u16, u16)] =
    &[(48, 12, 204), (1, 1, 204), (73, 24, 403), (72, 25, 403), (0, 24, 403), (72, 24, 204)];
