//! The morning's page over HTTP: what will be found if nothing is done, what came and went with which entry, and who sees neither; that
//! the sweep, which is told what changed, sees what a look at everything sees; and that every kind of finding has a history.

use crate::house::{Answer, Caller, House};
use crate::kept::Registered;
use crate::turned::{MONDAY, Turned};
use axum::http::Method;
use law::Day;
use model::{Act, Role};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const DAY_US: i64 = 86_400_000_000;

/// A system whose maintainer has a certificate that ends after so many days.
struct Maintained {
    world: Registered,
    system: String,
    contractor: String,
}

impl Maintained {
    async fn build(days_left: i64) -> Self {
        let world = Registered::build().await;
        let (system, _) = world.system().await;
        let body = json!({
            "name": "维护公司", "roles": ["maintenance"], "certificate": "粤安 3 号", "valid_until": day(&world, days_left),
        });
        let contractor = world.add("contractor", body).await;
        let made = Self { world, system, contractor };
        made.set(&made.system, "maintainer", json!(made.contractor)).await;
        made
    }

    /// Changes one field of a record.
    async fn set(&self, id: &str, field: &str, value: Value) {
        let path = format!("/api/records/{id}");
        let shown = self.world.get(&self.world.keeper, &path).await;
        let mut body = shown["body"].clone();
        body[field] = value;
        let request = json!({ "version": shown["version"], "body": body });
        let answer = self.send(Method::PATCH, &path, Some(request)).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let house = &self.world.house;
        house.send(&house.router, method, path, Some(&self.world.keeper.cookie), body).await
    }

    async fn coming(&self, who: &Caller, days: i64) -> Vec<(i64, String)> {
        let board = self.world.get(who, &format!("/api/board?days={days}")).await;
        let rows = board["coming"].as_array().unwrap();
        assert_eq!(board["coming_total"], rows.len());
        let of = rows.iter().filter(|row| row["finding"]["record"]["id"] == json!(self.system));
        let expired = of.filter(|row| row["finding"]["code"] == "qualification_expired");
        expired
            .map(|row| (row["in_days"].as_i64().unwrap(), row["day"].as_str().unwrap().to_owned()))
            .collect()
    }

    /// The rows of the history about the system's expired certificate.
    async fn history(&self, who: &Caller) -> Vec<Value> {
        let path = format!("/api/findings/history?about={}&article=guangzhou-2007:13", self.system);
        self.world.get(who, &path).await["findings"].as_array().unwrap().clone()
    }
}

fn day(world: &Registered, on: i64) -> String {
    Day::of(world.house.app.now()).plus(on).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_will_be_missing_is_announced_to_the_day_until_it_is_put_right() {
    let site = Maintained::build(9).await;
    let keeper = &site.world.keeper;
    // Valid on its last day too.
    let tenth = vec![(10, day(&site.world, 10))];
    assert_eq!(site.coming(keeper, 30).await, tenth);
    assert_eq!(site.coming(keeper, 10).await, tenth);
    assert_eq!(site.coming(keeper, 9).await, []);
    assert_eq!(site.history(keeper).await, Vec::<Value>::new(), "nothing is amiss yet");
    let other = site.world.house.caller(Role::Administrator, site.world.house.other_unit).await;
    assert_eq!(site.coming(&other, 30).await, [], "another unit's");
    site.set(&site.contractor, "valid_until", json!(day(&site.world, 400))).await;
    assert_eq!(site.coming(keeper, 92).await, []);
    for days in ["0", "93", "many"] {
        let answer = site.send(Method::GET, &format!("/api/board?days={days}"), None).await;
        assert_eq!(answer.status, 400, "{days}");
    }
}

/// One duty through its states: met by the certificate that is valid, due before it ends, late after, met again; another unit's board has
/// no row of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_duty_is_met_by_a_record_due_before_it_ends_and_late_after() {
    let site = Maintained::build(40).await;
    let keeper = &site.world.keeper;
    let duty = async |who: &Caller, days: u32| {
        let board = site.world.get(who, &format!("/api/board/duties?days={days}")).await;
        let rows = board["duties"].as_array().unwrap();
        let states = ["breached", "late", "due", "met", "nothing_found"];
        let counted: u64 = states.iter().map(|state| board[*state].as_u64().unwrap()).sum();
        assert_eq!(counted, rows.len() as u64, "each in one state");
        let own = rows
            .iter()
            .find(|row| row["article"] == "guangzhou-2007:13" && row["control"] == "qualification-expired");
        own.cloned()
    };
    let said = |row: Option<Value>| {
        let row = row.expect("the duty binds");
        let shown: Vec<&str> =
            row["shown"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        let counts = (row["late"].as_u64().unwrap(), row["coming"].as_u64().unwrap());
        (row["state"].as_str().unwrap().to_owned(), counts, shown == [site.contractor.as_str()])
    };
    let state = |word: &str, late, coming, shown| (word.to_owned(), (late, coming), shown);
    let whole = duty(keeper, 30).await.unwrap();
    assert!(whole["title"]["zh"].as_str().is_some_and(|title| !title.is_empty()), "{whole}");
    assert_eq!(whole["systems"], 1);
    assert_eq!(said(Some(whole)), state("met", 0, 0, true));
    assert_eq!(said(duty(keeper, 60).await), state("due", 0, 1, true));
    site.set(&site.contractor, "valid_until", json!(day(&site.world, -1))).await;
    assert_eq!(said(duty(keeper, 30).await), state("late", 1, 0, false));
    site.set(&site.contractor, "valid_until", json!(day(&site.world, 400))).await;
    assert_eq!(said(duty(keeper, 92).await), state("met", 0, 0, true));
    let other = site.world.house.caller(Role::Administrator, site.world.house.other_unit).await;
    assert_eq!(duty(&other, 30).await, None);
    for days in ["0", "93", "many"] {
        let answer = site.send(Method::GET, &format!("/api/board/duties?days={days}"), None).await;
        assert_eq!(answer.status, 400, "{days}");
    }
}

/// What is found says whose it is; duties and the history are told by unit and by system; of others' systems nothing is told by asking for
/// them.
#[tokio::test(flavor = "multi_thread")]
async fn findings_duties_and_history_are_told_by_unit_and_system() {
    let site = Maintained::build(-1).await;
    let (world, keeper) = (&site.world, &site.world.keeper);
    let shown = world.get(keeper, &format!("/api/records/{}", site.system)).await;
    let body = json!({
        "name": "第二系统", "packs": ["guangzhou-2007"], "division": shown["body"]["division"],
        "builder_kind": "enterprise", "owner": "业主",
    });
    let second = world.add("system", body).await;
    let valid = json!({
        "name": "另一公司", "roles": ["maintenance"], "certificate": "粤安 4 号", "valid_until": day(world, 400),
    });
    let valid = world.add("contractor", valid).await;
    site.set(&second, "maintainer", json!(valid)).await;
    let unit = world.house.unit.to_string();

    let found = world.get(keeper, "/api/findings").await;
    let expired =
        found.as_array().unwrap().iter().find(|one| one["code"] == "qualification_expired").unwrap();
    assert_eq!((&expired["unit"]["id"], &expired["system"]["id"]), (&json!(unit), &json!(site.system)));
    let points: Vec<&Value> =
        found.as_array().unwrap().iter().filter(|one| one["record"]["name"] == "东门").collect();
    assert!(
        !points.is_empty() && points.iter().all(|one| one["system"]["id"] == json!(site.system)),
        "{points:?}"
    );

    let state = async |who: &Caller, query: &str| {
        let board = world.get(who, &format!("/api/board/duties?{query}")).await;
        let rows = board["duties"].as_array().unwrap();
        let is =
            |row: &&Value| row["article"] == "guangzhou-2007:13" && row["control"] == "qualification-expired";
        rows.iter()
            .find(is)
            .map(|row| (row["state"].as_str().unwrap().to_owned(), row["systems"].as_u64().unwrap()))
    };
    let is = |word: &str, systems| Some((word.to_owned(), systems));
    assert_eq!(state(keeper, "").await, is("late", 2));
    assert_eq!(state(keeper, &format!("system={}", site.system)).await, is("late", 1));
    assert_eq!(state(keeper, &format!("system={second}")).await, is("met", 1));
    assert_eq!(state(keeper, &format!("unit={unit}")).await, is("late", 2));
    assert_eq!(state(keeper, &format!("unit={}", world.house.other_unit)).await, None);
    let other = world.house.caller(Role::Administrator, world.house.other_unit).await;
    assert_eq!(state(&other, &format!("system={}", site.system)).await, None, "another unit's");

    let history = async |who: &Caller, query: &str| {
        world.get(who, &format!("/api/findings/history?article=guangzhou-2007:13&{query}")).await
    };
    let all = history(keeper, "by=system").await;
    assert_eq!(all["groups"], json!([{ "id": site.system, "name": "系统", "count": 1 }]));
    let row = &all["findings"][0];
    assert_eq!((&row["unit"]["id"], &row["system"]["name"]), (&json!(unit), &json!("系统")));
    let evidence = row["evidence"].as_array().unwrap();
    assert!(
        evidence.iter().any(|one| one["id"] == json!(site.contractor) && one["name"] == "维护公司"),
        "{row}"
    );
    for (query, total) in [
        (format!("system={}", site.system), 1),
        (format!("system={second}"), 0),
        ("system=-".to_owned(), 0),
        (format!("unit={unit}"), 1),
        (format!("unit={}", world.house.other_unit), 0),
    ] {
        assert_eq!(history(keeper, &query).await["total"], total, "{query}");
        assert_eq!(history(&other, &query).await["total"], 0, "another unit's: {query}");
    }
    assert_eq!(history(&other, "by=system").await["groups"], Value::Null);
    for query in ["system=none", "unit=1", "by=camera"] {
        let path = format!("/api/findings/history?{query}");
        assert_eq!(site.send(Method::GET, &path, None).await.status, 400, "{query}");
    }
}

/// Clocks beside the register are told ahead too: on the day of their instant, and no longer once it has come.
#[tokio::test(flavor = "multi_thread")]
async fn a_round_that_will_be_due_is_coming_and_then_is_found() {
    let clocks = Turned::at(MONDAY);
    let house = House::build_by(clocks.clone()).await;
    let unit = json!(house.unit.to_string());
    let coming = async |who: &Caller, days: u64| {
        let board = house.get(&format!("/api/board?days={days}"), &who.cookie).await.json();
        let rows =
            board["coming"].as_array().unwrap().iter().filter(|row| row["finding"]["record"]["id"] == unit);
        let rounds = rows.filter(|row| row["finding"]["code"] == "round_overdue");
        rounds.map(|row| row["in_days"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let found = async |who: &Caller| {
        let all = house.get("/api/findings", &who.cookie).await.json();
        let rows = all.as_array().unwrap().iter();
        rows.filter(|row| row["code"] == "round_overdue" && row["record"]["id"] == unit).count()
    };
    let keeper = house.caller(Role::Administrator, house.unit).await;
    let other = house.caller(Role::Administrator, house.other_unit).await;
    let ahead = coming(&keeper, 92).await;
    let soonest = ahead.iter().copied().min().unwrap();
    assert!(soonest > 1, "{ahead:?}");
    assert_eq!(coming(&other, 92).await, Vec::<u64>::new(), "another unit's");
    assert_eq!(coming(&keeper, soonest - 1).await, Vec::<u64>::new(), "not yet within these days");
    assert_eq!(found(&keeper).await, 0);
    clocks.on_us(soonest as i64 * DAY_US);
    let keeper = house.caller(Role::Administrator, house.unit).await;
    let due = ahead.iter().filter(|days| **days == soonest).count();
    assert_eq!(found(&keeper).await, due, "those whose day has come");
    let later = coming(&keeper, 92 - soonest).await;
    let expected: Vec<u64> =
        ahead.iter().filter(|days| **days > soonest).map(|days| days - soonest).collect();
    assert_eq!(later, expected, "the others, nearer by so many days");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_opens_and_closes_with_an_entry_of_the_system() {
    let site = Maintained::build(-1).await;
    let (keeper, house) = (&site.world.keeper, &site.world.house);
    let opened = site.history(keeper).await;
    assert_eq!(opened.len(), 1, "{opened:?}");
    assert_eq!((&opened[0]["about"]["id"], &opened[0]["severity"]), (&json!(site.system), &json!("due")));
    assert!(opened[0]["closed"].is_null());
    // A look in between changes nothing.
    assert_eq!(site.history(keeper).await, opened);
    let before = house.entry_count().await;
    site.set(&site.contractor, "valid_until", json!(day(&site.world, 400))).await;
    let closed = site.history(keeper).await;
    assert_eq!(closed.len(), 1);
    let changed = house.entries_since(before).await;
    let changed = changed.iter().find(|entered| entered.act == Act::ChangeRecord).unwrap();
    assert_eq!(closed[0]["closed"]["by"]["index"], changed.index, "the act that put it right");
    assert_eq!(closed[0]["closed"]["how"], "put_right");
    assert_eq!(closed[0]["opened_entry"], opened[0]["opened_entry"]);
    let entry = closed[0]["closed"]["entry"]["index"].as_u64().unwrap();
    let noted = house
        .entries_since(entry)
        .await
        .into_iter()
        .find(|entered| entered.act == Act::NoteFindings)
        .unwrap();
    assert_eq!(noted.person, None);
    assert!(noted.record.extra.starts_with("opened=0\nclosed=1\nsha256="), "{}", noted.record.extra);
    // Found again it is another one, and what it was about may go.
    site.set(&site.contractor, "valid_until", json!(day(&site.world, -2))).await;
    assert_eq!(site.history(keeper).await.len(), 2);
    let gone = site.send(Method::DELETE, &format!("/api/records/{}", site.system), None).await;
    if gone.status == 204 {
        assert_eq!(site.history(keeper).await[0]["closed"]["how"], "gone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_of_others_and_of_what_is_secret_is_not_shown() {
    let site = Maintained::build(-1).await;
    let house = &site.world.house;
    let auditor = house.caller(Role::Auditor, house.unit).await;
    let other = house.caller(Role::Administrator, house.other_unit).await;
    crate::standing::newcomer(house, "newcomer", Role::Viewer).await;
    assert_eq!(site.history(&auditor).await.len(), 1);
    assert_eq!(site.history(&other).await, Vec::<Value>::new());
    let people = site.world.get(&auditor, "/api/findings/history?limit=200").await;
    let keepers = site.world.get(&site.world.keeper, "/api/findings/history?limit=200").await;
    let of_people = |page: &Value| {
        let rows = page["findings"].as_array().unwrap();
        rows.iter()
            .filter(|row| matches!(row["code"].as_str(), Some("untrained_post" | "posts_unconfirmed")))
            .count()
    };
    assert_eq!(of_people(&people), 0, "who keeps people reads about them");
    assert!(of_people(&keepers) > 0, "{keepers}");
    // Once the system is secret, what was found before is not there either.
    let path = format!("/api/records/{}", site.system);
    let shown = site.world.get(&site.world.keeper, &path).await;
    let mut body = shown["body"].clone();
    body["secret"] = json!(true);
    let marked =
        site.send(Method::PATCH, &path, Some(json!({ "version": shown["version"], "body": body }))).await;
    assert!(matches!(marked.status.as_u16(), 200 | 404), "{}", marked.json());
    assert_eq!(site.history(&auditor).await, Vec::<Value>::new());
    assert_eq!(site.history(&site.world.keeper).await, Vec::<Value>::new());
}

/// A finding is as secret as what it is about and what its words name are now: raised later it is gone, with its history; lowered it is
/// there again. Whoever is cleared reads it all the time.
#[tokio::test(flavor = "multi_thread")]
async fn a_finding_is_as_secret_as_its_things_are_now() {
    let site = Maintained::build(-1).await;
    let (world, house) = (&site.world, &site.world.house);
    let auditor = house.caller(Role::Auditor, house.unit).await;
    let cleared = house.caller(Role::Administrator, house.unit).await;
    let paper = world.add("document", json!({ "name": "批准", "paper": "authorisation" })).await;
    let path = format!("/api/units/{}/clearances/{}", house.unit, cleared.person);
    let paper = Some(json!({ "document_id": paper }));
    assert_eq!(site.send(Method::PUT, &path, paper).await.status, 204);
    // A point of the system, and a planned one that would see the same: its finding names the point and is about neither.
    let place = world.get(&world.keeper, "/api/register/place").await["records"][0]["id"].clone();
    let at = |name: &str| json!({ "name": name, "longitude": 113.25, "latitude": 23.125 });
    let mut point = at("院门");
    for (field, value) in [("system", json!(site.system)), ("place", place), ("purpose", json!("出入口"))]
    {
        point[field] = value;
    }
    let point = world.add("point", point).await;
    let division = world.get(&world.keeper, "/api/register/division").await["records"][0]["id"].clone();
    let plan = world.add("plan", json!({ "name": "规划", "division": division })).await;
    let mut planned = at("规划点位");
    planned["plan"] = json!(plan);
    let planned = world.add("planned-point", planned).await;
    let rows = async |who: &Caller, about: &str| {
        let page = world.get(who, &format!("/api/findings/history?about={about}")).await;
        assert_eq!(page["total"], page["findings"].as_array().unwrap().len());
        page["total"].as_u64().unwrap()
    };
    let overlaps = async |who: &Caller| {
        let path = format!("/api/findings/history?about={planned}&article=guangzhou-2007:7");
        world.get(who, &path).await["total"].as_u64().unwrap()
    };
    let total = async |who: &Caller| world.get(who, "/api/findings/history?limit=1").await["total"].clone();
    let mark = async |field: &str, value: Value| {
        let path =
            format!("/api/records/{}", if field == "secret" { &site.system } else { &site.contractor });
        let shown = world.get(&cleared, &path).await;
        let mut body = shown["body"].clone();
        body[field] = value;
        let request = json!({ "version": shown["version"], "body": body });
        let answer =
            house.send(&house.router, Method::PATCH, &path, Some(&cleared.cookie), Some(request)).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
    };
    let (of_system, of_point) = (rows(&auditor, &site.system).await, rows(&auditor, &point).await);
    assert!(of_system > 0 && of_point > 0, "{of_system} {of_point}");
    assert_eq!(overlaps(&auditor).await, 1);
    let before = total(&auditor).await;

    mark("secret", json!(true)).await;
    for who in [&auditor, &world.keeper] {
        let seen = (rows(who, &site.system).await, rows(who, &point).await, overlaps(who).await);
        assert_eq!(seen, (0, 0, 0), "the system, what hangs on it, and what names that");
    }
    assert!(total(&auditor).await.as_u64() < before.as_u64());
    assert!(rows(&cleared, &site.system).await >= of_system && rows(&cleared, &point).await >= of_point);
    assert_eq!(overlaps(&cleared).await, 1);
    // What is put right meanwhile is history as secret as its beginning.
    mark("valid_until", json!(day(world, 400))).await;
    assert_eq!((site.history(&auditor).await.len(), site.history(&cleared).await.len()), (0, 1));

    mark("secret", json!(false)).await;
    for who in [&auditor, &world.keeper] {
        assert!(rows(who, &site.system).await >= of_system && rows(who, &point).await >= of_point);
        assert_eq!(overlaps(who).await, 1);
    }
    assert_eq!(site.history(&auditor).await[0]["closed"]["how"], "put_right");
    assert!(total(&auditor).await.as_u64() >= before.as_u64());
    // Nobody of another unit is any the wiser.
    let other = house.caller(Role::Administrator, house.other_unit).await;
    assert_eq!((rows(&other, &site.system).await, overlaps(&other).await), (0, 0));
}

/// Article, code and what it is about, of what `keep` lets through.
fn keys(rows: &Value, keep: impl Fn(&Value) -> bool) -> BTreeSet<(String, String, String)> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = rows.as_array().unwrap().iter().filter(|row| keep(row));
    rows.map(|row| {
        let about = [&row["about"]["id"], &row["camera"]["id"], &row["record"]["id"]];
        let about = about.into_iter().find(|id| id.is_string()).map(word);
        let code = if row["code"].is_string() { &row["code"] } else { &row["kind"] };
        let nil = || "00000000-0000-0000-0000-000000000000".to_owned();
        (word(&row["article"]), word(code), about.unwrap_or_else(nil))
    })
    .collect()
}

impl Maintained {
    async fn standing(&self, who: &Caller, kind: &str) -> BTreeSet<(String, String, String)> {
        let path = format!("/api/findings/history?open=true&limit=200&kind={kind}");
        keys(&self.world.get(who, &path).await["findings"], |_| true)
    }

    /// What the sweep holds open is what a look at the whole register finds.
    async fn agrees(&self, after: &str) {
        let whole = self.world.get(&self.world.keeper, "/api/findings/register?limit=500").await;
        let whole = keys(&whole["findings"], |_| true);
        assert_eq!(self.standing(&self.world.keeper, "register").await, whole, "{after}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_follows_each_change_as_a_look_at_everything_does() {
    let site = Maintained::build(-1).await;
    let house = &site.world.house;
    site.agrees("a contractor whose certificate ended").await;
    site.set(&site.contractor, "valid_until", json!(day(&site.world, 400))).await;
    site.agrees("renewed").await;
    let before = site.standing(&site.world.keeper, "register").await;
    let system = site.world.get(&site.world.keeper, &format!("/api/records/{}", site.system)).await;
    let division = system["body"]["division"].clone();
    let named = |name: &str| json!({ "name": name, "division": division });
    let mut hospital = named("医院");
    hospital["category"] = json!("hospital");
    let place = site.world.add("place", hospital).await;
    site.agrees("a place that must have a system").await;
    let mut toilet = named("卫生间");
    toilet["private_kind"] = json!("toilet");
    site.world.add("place", toilet).await;
    site.agrees("a private place that nobody looks through").await;
    site.world
        .add("point", json!({ "name": "院门", "system": site.system, "place": place, "purpose": "出入口" }))
        .await;
    site.agrees("a point at it").await;
    crate::standing::newcomer(house, "late", Role::Viewer).await;
    site.agrees("somebody who is not trained").await;
    assert_ne!(site.standing(&site.world.keeper, "register").await, before, "something came");
    site.set(&site.system, "owner", json!("产权单位")).await;
    site.agrees("an owner").await;
    let division = division.as_str().unwrap();
    site.set(division, "name", json!("天河新区")).await;
    site.agrees("a division that is called otherwise").await;
    // Two changes, and no sweep between them.
    site.set(&site.contractor, "valid_until", json!(day(&site.world, -3))).await;
    site.set(&site.contractor, "name", json!("另一公司")).await;
    site.agrees("a certificate that ended and another name").await;
    // Of another city: other texts bind everything in it.
    let here = site.standing(&site.world.keeper, "register").await;
    site.set(division, "code", json!("140213")).await;
    site.agrees("a division with another code").await;
    assert_ne!(site.standing(&site.world.keeper, "register").await, here, "other articles");
    let removed = site.send(Method::DELETE, &format!("/api/records/{}", site.contractor), None).await;
    site.agrees(&format!("a removal that was {}", removed.status)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_finding_has_a_history() {
    let site = Maintained::build(-1).await;
    let house = &site.world.house;
    let auditor = house.caller(Role::Auditor, house.unit).await;
    let reporter = house.caller(Role::Viewer, house.unit).await;
    let now = site.world.get(&auditor, "/api/findings").await;
    let kinds = now.as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap().to_owned());
    let kinds: BTreeSet<String> = kinds.filter(|kind| kind != "register").collect();
    for kind in kinds {
        let of_kind = |one: &Value| one["kind"] == json!(kind) && one["code"] != "device_fault";
        let stood = site.standing(&auditor, &kind).await;
        assert!(keys(&now, of_kind).is_subset(&stood), "{kind}: {stood:?}");
    }
    // Who is pressed is not for those who may be why.
    let body = json!({ "unit_id": house.unit.to_string(), "what": "delete", "by_whom": "a superior", "account": "…" });
    let made = house.post("/api/pressure", &reporter.cookie, body).await;
    assert_eq!(made.status, 201, "{}", made.json());
    let others = [
        site.world.keeper.clone(),
        house.caller(Role::Manager, house.unit).await,
        house.caller(Role::Auditor, house.other_unit).await,
    ];
    let standing = site.standing(&auditor, "pressure").await;
    assert_eq!(standing.len(), 1, "{standing:?}");
    for other in &others {
        let rows = site.world.get(other, "/api/findings/history?kind=pressure").await;
        assert_eq!(rows["total"], 0, "{rows}");
    }
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let outcome = json!({ "outcome": "passed on and answered", "passed_to": "discipline inspection" });
    let closed = house.post(&format!("/api/pressure/{id}/outcome"), &auditor.cookie, outcome).await;
    assert!(closed.status.is_success(), "{}", closed.json());
    let rows = site.world.get(&auditor, "/api/findings/history?kind=pressure").await;
    assert_eq!(
        (&rows["total"], &rows["findings"][0]["closed"]["how"]),
        (&json!(1), &json!("put_right")),
        "{rows}"
    );
}

/// What the rail counts: the same said of the same is one, whatever articles say it, and what is only heard of is none.
#[tokio::test(flavor = "multi_thread")]
async fn the_board_counts_what_is_owed_once() {
    let site = Maintained::build(9).await;
    site.set(&site.contractor, "valid_until", json!(day(&site.world, -1))).await;
    let all = site.world.get(&site.world.keeper, "/api/findings").await;
    let owed: BTreeSet<String> = all
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["severity"].as_str().map_or(one["binds"] == true, |weight| weight != "note"))
        .map(|one| {
            let about = one["camera"]["id"].as_str().or(one["record"]["id"].as_str()).unwrap_or_default();
            let word = one["code"].as_str().or(one["kind"].as_str()).unwrap();
            format!("{about} {word} {} {}", one["reason"]["en"], one["remedy"]["en"])
        })
        .collect();
    let board = site.world.get(&site.world.keeper, "/api/board").await;
    assert!(!owed.is_empty());
    assert_eq!(board["owed"], json!(owed.len()), "{board}");
}
