//! The channels: what may be set and by whom, webhooks to a receiver that checks signatures by itself, and where nothing is sent to.

use super::{PASSWORD, Reminding, USER};
use crate::house::House;
use crate::sinks::Sink;
use axum::http::Method;
use model::{Act, Role};
use serde_json::{Value, json};

fn hook(unit: model::UnitId, url: &str) -> Value {
    json!({ "unit_id": unit.to_string(), "name": "值班平台", "url": url, "hour": 9, "days": 30, "breaches": true })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_signed_and_names_nothing() {
    let site = Reminding::build().await;
    let sink = Sink::webhook(&site.beside.path().join("hook"), &site.identity);
    let manager = site.house.caller(Role::Manager, site.house.unit).await;
    let url = format!("https://localhost:{}/in?token=abc", sink.port);
    let added = site.send(&manager, Method::POST, "/api/webhooks", hook(site.house.unit, &url)).await;
    assert_eq!(added.status, 201, "{}", added.json());
    let (id, first) = (added.json()["id"].clone(), added.json()["secret"].as_str().unwrap().to_owned());
    let path = |what: &str| format!("/api/webhooks/{}{what}", id.as_str().unwrap());
    sink.put("secrets", &first);
    sink.put("answer", "200 thank you");
    let tested = site.send(&manager, Method::POST, &path("/test"), Value::Null).await;
    assert_eq!(tested.json(), json!({ "taken": true, "answer": "200 thank you" }));
    site.once().await;
    site.once().await;
    let kept = sink.kept();
    assert_eq!(kept.len(), 2, "the test and one morning: {kept:?}");
    for one in &kept {
        assert_eq!((&one["signed"], &one["signatures"]), (&json!([0]), &json!(1)));
        assert_eq!((&one["path"], &one["type"]), (&json!("/in?token=abc"), &json!("application/json")));
    }
    assert_eq!(kept[0]["body"]["type"], "reminder.test");
    let data = &kept[1]["body"]["data"];
    assert_eq!(kept[1]["body"]["type"], "reminder.morning");
    assert!(data["due"].as_u64().unwrap() + data["late"].as_u64().unwrap() > 0, "{data}");
    assert!(!kept[1].to_string().contains("示范单位"), "no name leaves: {}", kept[1]);
    // With another secret both sign for a day.
    let renewed = site.send(&manager, Method::POST, &path("/secret"), Value::Null).await;
    let second = renewed.json()["secret"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    sink.put("secrets", &format!("{first}\n{second}"));
    site.send(&manager, Method::POST, &path("/test"), Value::Null).await;
    assert_eq!(sink.kept()[2]["signed"], json!([0, 1]));
    // The list shows where it goes and no more.
    let shown = site.house.get("/api/reminder-channels", &manager.cookie).await.json();
    assert_eq!(shown["webhooks"][0]["origin"], format!("https://localhost:{}", sink.port));
    assert!(!shown.to_string().contains("token=abc") && !shown.to_string().contains(&second), "{shown}");
    // Ended, it gets nothing and is there no longer.
    assert_eq!(site.send(&manager, Method::DELETE, &path(""), Value::Null).await.status, 204);
    assert_eq!(site.send(&manager, Method::POST, &path("/test"), Value::Null).await.status, 404);
    assert_eq!(sink.kept().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_an_answer_and_nobody_follows_it() {
    let site = Reminding::build().await;
    let sink = Sink::webhook(&site.beside.path().join("hook"), &site.identity);
    let url = format!("https://localhost:{}/in", sink.port);
    let who = &site.administrator;
    let added = site.send(who, Method::POST, "/api/webhooks", hook(site.house.unit, &url)).await;
    sink.put("answer", &format!("302 https://localhost:{}/elsewhere", sink.port));
    let path = format!("/api/webhooks/{}/test", added.json()["id"].as_str().unwrap());
    let tested = site.send(who, Method::POST, &path, Value::Null).await.json();
    assert_eq!(tested["taken"], false);
    assert!(tested["answer"].as_str().unwrap().starts_with("302"), "{tested}");
    assert_eq!(sink.kept().len(), 1);
    // An answer without end is cut, not read.
    sink.put("answer", &format!("200 {}", "x".repeat(100_000)));
    let tested = site.send(who, Method::POST, &path, Value::Null).await.json();
    assert_eq!(tested["taken"], false);
    assert!(tested["answer"].as_str().unwrap().contains("longer than it may be"), "{tested}");
}

/// As the boot file is by default: nothing is sent to this machine or to private networks, by whatever name.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_to_what_is_not_elsewhere() {
    let house = House::build().await;
    let administrator = house.caller(Role::Administrator, house.unit).await;
    let before = house.entry_count().await;
    for url in [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://0/",
        "https://10.0.0.5/hook",
        "https://192.168.1.1:8443/",
        "https://169.254.169.254/latest/meta-data",
        "http://hooks.example.cn/",
        "file:///etc/passwd",
        "https://user:password@hooks.example.cn/",
    ] {
        let answer = house.post("/api/webhooks", &administrator.cookie, hook(house.unit, url)).await;
        assert_eq!(answer.status, 400, "{url}: {}", answer.json());
    }
    assert_eq!(house.entry_count().await, before, "nothing was done");
    // A name is judged when it is resolved.
    let answer =
        house.post("/api/webhooks", &administrator.cookie, hook(house.unit, "https://localhost/")).await;
    assert_eq!(answer.status, 201);
    let path = format!("/api/webhooks/{}/test", answer.json()["id"].as_str().unwrap());
    let tested = house.send(&house.router, Method::POST, &path, Some(&administrator.cookie), None).await;
    assert_eq!(tested.json()["taken"], false);
    assert!(tested.json()["answer"].as_str().unwrap().contains("own"), "{}", tested.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_typed_becomes_a_header_or_a_log_line() {
    let site = Reminding::build().await;
    let who = &site.administrator;
    let before = site.house.entry_count().await;
    for address in
        ["a@b.cn\r\nBcc: x@y.cn", "a@b.cn, x@y.cn", "A <a@b.cn>", "a@b.cn\u{0}", "nobody", "a\u{2028}@b.cn"]
    {
        let wish = json!({ "hour": 8, "days": 30, "breaches": true, "mail": true, "address": address });
        let answer = site.send(who, Method::PUT, "/api/me/reminders", wish).await;
        assert_eq!(answer.status, 400, "{address:?}");
    }
    let server = |field: &str, value: Value| {
        let mut body = json!({
            "host": "mail.example.cn", "port": 587, "security": "starttls", "sender": "vms@example.cn",
            "username": USER, "password": PASSWORD,
        });
        body[field] = value;
        body
    };
    for (field, value) in [
        ("sender", json!("vms@example.cn\r\nBcc: x@y.cn")),
        ("host", json!("mail.example.cn\r\nQUIT")),
        ("username", json!("a\r\nQUIT")),
        ("password", json!("a\r\nQUIT")),
        ("security", json!("none")),
        ("security", json!("maybe")),
        ("port", json!(0)),
        ("username", json!("")),
    ] {
        let answer =
            site.send(who, Method::PUT, "/api/reminder-channels/mail", server(field, value.clone())).await;
        assert_eq!(answer.status, 400, "{field} {value}: {}", answer.json());
    }
    for (field, value) in [("hour", json!(24)), ("days", json!(0)), ("days", json!(93)), ("name", json!(" "))]
    {
        let mut body = hook(site.house.unit, "https://hooks.example.cn/");
        body[field] = value;
        assert_eq!(site.send(who, Method::POST, "/api/webhooks", body).await.status, 400, "{field}");
    }
    assert_eq!(site.house.entry_count().await, before, "nothing was done");
}

/// A password goes to the server that it was given for, and no answer has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_does_not_follow_to_another_server() {
    let site = Reminding::build().await;
    let who = &site.administrator;
    let set = async |host: &str, password: Value| {
        let body = json!({
            "host": host, "port": 587, "security": "starttls", "sender": "vms@example.cn", "username": USER,
            "password": password,
        });
        site.send(who, Method::PUT, "/api/reminder-channels/mail", body).await.status.as_u16()
    };
    assert_eq!(set("mail.example.cn", json!(PASSWORD)).await, 204);
    assert_eq!(set("mail.example.cn", Value::Null).await, 204, "the same server keeps it");
    assert_eq!(set("elsewhere.example.cn", Value::Null).await, 400, "another one asks for it");
    let shown = site.house.get("/api/reminder-channels", &who.cookie).await.json();
    assert_eq!(
        (&shown["mail"]["host"], &shown["mail"]["has_password"]),
        (&json!("mail.example.cn"), &json!(true))
    );
    assert!(!shown.to_string().contains(PASSWORD));
    // The entry says which server, and neither password nor anybody's address.
    site.wish(who, 8, "secret.person@example.cn").await;
    let all = site.house.entries_since(0).await;
    let own = all.iter().filter(|entry| matches!(entry.act, Act::ChangeMailServer | Act::SetReminders));
    let words: Vec<&str> = own.map(|entry| entry.record.extra.as_str()).collect();
    assert!(words[0].starts_with("mail_server=mail.example.cn:587\nsecurity=starttls"), "{words:?}");
    assert!(
        words.iter().all(|words| !words.contains(PASSWORD) && !words.contains("secret.person")),
        "{words:?}"
    );
    // In the database they are sealed.
    for file in ["registry.db", "registry.db-wal"] {
        let bytes = std::fs::read(site.house.dir.path().join(file)).unwrap_or_default();
        for secret in [PASSWORD, "secret.person"] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{file}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_those_of_ones_own_units() {
    let site = Reminding::build().await;
    let url = "https://hooks.example.cn/";
    let who = &site.administrator;
    let added = site.send(who, Method::POST, "/api/webhooks", hook(site.house.unit, url)).await;
    let id = added.json()["id"].as_str().unwrap().to_owned();
    let other = site.house.caller(Role::Manager, site.house.other_unit).await;
    let shown = site.house.get("/api/reminder-channels", &other.cookie).await.json();
    assert_eq!(shown["webhooks"], json!([]));
    for (method, what) in [(Method::DELETE, ""), (Method::POST, "/secret"), (Method::POST, "/test")] {
        let answer = site.send(&other, method, &format!("/api/webhooks/{id}{what}"), Value::Null).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (403, "other_unit".to_owned()), "{what}");
    }
    let added = site.send(&other, Method::POST, "/api/webhooks", hook(site.house.unit, url)).await;
    assert_eq!(added.status, 403);
    let still = site.house.get("/api/reminder-channels", &who.cookie).await.json();
    assert_eq!(still["webhooks"][0]["before_until_ms"], Value::Null, "nothing was changed");
}

/// A finding about a system is counted beyond the house while the system is open, and not once it is secret (guangzhou-2007:11).
#[tokio::test(flavor = "multi_thread")]
async fn what_is_secret_is_not_counted_beyond_the_house() {
    let site = Reminding::build().await;
    let who = &site.administrator;
    let add = async |kind: &str, unit: Option<model::UnitId>, body: Value| {
        let request = json!({ "unit_id": unit.map(|unit| unit.to_string()), "body": body });
        let answer = site.send(who, Method::POST, &format!("/api/register/{kind}"), request).await;
        assert_eq!(answer.status, 201, "{kind}: {}", answer.json());
        answer.json()["id"].clone()
    };
    let unit = Some(site.house.unit);
    let division = add("division", None, json!({ "code": "440106", "name": "天河区" })).await;
    let expired = json!({ "name": "维护公司", "roles": ["maintenance"], "certificate": "粤安 3 号", "valid_until": "2026-01-01" });
    let maintainer = add("contractor", unit, expired).await;
    let body = json!({
        "name": "系统", "packs": ["guangzhou-2007"], "division": division, "builder_kind": "enterprise", "owner": "业主",
        "maintainer": maintainer,
    });
    let system = add("system", unit, body).await;
    let sink = Sink::webhook(&site.beside.path().join("hook"), &site.identity);
    let url = format!("https://localhost:{}/", sink.port);
    let counted = async || {
        let added = site.send(who, Method::POST, "/api/webhooks", hook(site.house.unit, &url)).await;
        assert_eq!(added.status, 201, "{}", added.json());
        let before = sink.kept().len();
        site.once().await;
        let kept = sink.kept();
        let lines =
            kept[before..].iter().flat_map(|one| one["body"]["data"]["lines"].as_array().unwrap().clone());
        lines.filter(|line| line["code"] == "qualification_expired").count()
    };
    assert_eq!(counted().await, 1);
    let path = format!("/api/records/{}", system.as_str().unwrap());
    let shown = site.house.get(&path, &who.cookie).await.json();
    let mut body = shown["body"].clone();
    body["secret"] = json!(true);
    site.send(who, Method::PATCH, &path, json!({ "version": shown["version"], "body": body })).await;
    assert_eq!(counted().await, 0, "a webhook that is asked for later hears nothing of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_nobody_vouches_for_gets_neither_password_nor_message() {
    let site = Reminding::build().await;
    let elsewhere = site.beside.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let other = crate::sinks::Identity::make(&elsewhere);
    let sink = Sink::mail(&site.beside.path().join("mail"), 0, Some((&other, USER, PASSWORD)));
    site.set_mail(sink.port).await;
    site.wish(&site.administrator, 9, "a@example.cn").await;
    let who = &site.administrator;
    let tested = site.send(who, Method::POST, "/api/me/reminders/test", Value::Null).await.json();
    assert_eq!(tested["taken"], false);
    assert!(tested["answer"].as_str().unwrap().contains("certificate"), "{tested}");
    assert!(!tested.to_string().contains(PASSWORD));
    assert_eq!(sink.kept(), Vec::<Value>::new());
    // Nor does one that offers no STARTTLS.
    drop(sink);
    let plain = Sink::mail(&site.beside.path().join("plain"), 0, None);
    site.set_mail(plain.port).await;
    let tested = site.send(who, Method::POST, "/api/me/reminders/test", Value::Null).await.json();
    assert_eq!(tested["taken"], false, "{tested}");
    assert_eq!(plain.kept(), Vec::<Value>::new());
}
