//! Reminders over HTTP and to real receivers: the bell, mail with STARTTLS and AUTH in the reader's language, signed webhooks; a sink
//! that is down, a crash between sending and marking; what may not be set, by whom, and where nothing is sent to.

mod channels;
mod supervisors;

use crate::house::{Answer, Caller, House};
use crate::kept::Registered;
use crate::sinks::{Identity, Sink, header};
use crate::turned::Turned;
use axum::http::Method;
use model::{Act, Role, WallTime};
use serde_json::{Value, json};
use server::{
    app::Facts,
    reminders::{self, RemindersConfig},
};
use std::sync::Arc;
use store::system_cx;

pub const USER: &str = "vms";
pub const PASSWORD: &str = "mail server secret";
const HOUR_US: i64 = 3_600_000_000;
/// 2026-09-21 09:00 at the unit.
const NINE: i64 = 1_789_952_400_000_000;

/// A house that may send to this machine, with receivers beside it.
struct Reminding {
    house: House,
    clocks: Arc<Turned>,
    identity: Identity,
    /// Of the identity and the receivers.
    beside: tempfile::TempDir,
    administrator: Caller,
}

impl Reminding {
    async fn build() -> Self {
        let beside = tempfile::tempdir().unwrap();
        let identity = Identity::make(beside.path());
        let reminders =
            RemindersConfig { loopback: true, private_addresses: false, roots: Some(identity.cert.clone()) };
        let facts = Facts { secure: true, host: Some("vms.example".into()), reminders, ..Facts::default() };
        let clocks = Turned::at(WallTime(NINE));
        let house = House::build_at(facts, clocks.clone()).await;
        let administrator = house.caller(Role::Administrator, house.unit).await;
        Self { house, clocks, identity, beside, administrator }
    }

    fn mail(&self, port: u16) -> Sink {
        Sink::mail(&self.beside.path().join("mail"), port, Some((&self.identity, USER, PASSWORD)))
    }

    async fn later(&mut self, us: i64) {
        self.clocks.on_us(us);
        // The session has ended meanwhile.
        self.administrator =
            self.house.sign_in(self.administrator.person, &self.administrator.account.clone()).await;
    }

    async fn send(&self, who: &Caller, method: Method, path: &str, body: Value) -> Answer {
        let body = (!body.is_null()).then_some(body);
        self.house.send(&self.house.router, method, path, Some(&who.cookie), body).await
    }

    async fn set_mail(&self, port: u16) {
        let body = json!({
            "host": "localhost", "port": port, "security": "starttls", "sender": "vms@example.cn",
            "username": USER, "password": PASSWORD,
        });
        let answer = self.send(&self.administrator, Method::PUT, "/api/reminder-channels/mail", body).await;
        assert_eq!(answer.status, 204, "{}", answer.json());
    }

    async fn wish(&self, who: &Caller, hour: u8, address: &str) {
        let mail = !address.is_empty();
        let body = json!({ "hour": hour, "days": 30, "breaches": true, "mail": mail, "address": address });
        let answer = self.send(who, Method::PUT, "/api/me/reminders", body).await;
        assert_eq!(answer.status, 204, "{}", answer.json());
    }

    async fn own(&self, who: &Caller) -> Value {
        self.house.get("/api/me/reminders", &who.cookie).await.json()
    }

    async fn unread(&self, who: &Caller) -> Value {
        self.house.get("/api/state", &who.cookie).await.json()["unread_reminders"].clone()
    }

    async fn once(&self) {
        reminders::once(&self.house.app).await.unwrap();
    }

    /// Acts of the reminding procedure since an entry, with their words.
    async fn entered(&self, since: u64) -> Vec<String> {
        let all = self.house.entries_since(since).await.into_iter();
        all.filter(|entry| entry.act == Act::SendReminders).map(|entry| entry.record.extra).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_morning_comes_once_by_mail_in_the_readers_language_and_in_the_console() {
    let site = Reminding::build().await;
    let (sink, house) = (site.mail(0), &site.house);
    site.set_mail(sink.port).await;
    let manager = house.caller(Role::Manager, house.unit).await;
    let en = site.send(&manager, Method::PATCH, "/api/me", json!({ "language": "en" })).await;
    assert_eq!(en.status, 200);
    site.wish(&site.administrator, 9, "li.wei@example.cn").await;
    site.wish(&manager, 9, "manager@example.cn").await;
    let before = house.entry_count().await;
    site.once().await;
    let kept = sink.kept();
    assert_eq!(kept.len(), 2, "{kept:?}");
    for message in &kept {
        assert_eq!((&message["tls"], &message["authenticated"]), (&json!(true), &json!(true)));
        assert_eq!((&message["from"], &message["defects"]), (&json!("vms@example.cn"), &json!([])));
        assert_eq!(header(message, "Auto-Submitted"), ["auto-generated"]);
    }
    let to = |address: &str| {
        let of = |message: &&Value| message["to"] == json!([address]);
        kept.iter().find(of).unwrap_or_else(|| panic!("{kept:?}"))
    };
    let (zh, en) = (to("li.wei@example.cn"), to("manager@example.cn"));
    assert!(header(zh, "Subject")[0].starts_with("守望提醒："), "{zh}");
    assert!(header(en, "Subject")[0].starts_with("Watchkeeper: "), "{en}");
    assert!(en["body"].as_str().unwrap().contains("https://vms.example/findings"), "{en}");
    assert!(!en["body"].as_str().unwrap().contains("人员"), "nobody is named: {en}");
    // In the console the same, with the batch's entry, and unread until it is read.
    let own = site.own(&site.administrator).await;
    assert_eq!((&own["unread"], &site.unread(&site.administrator).await), (&json!(1), &json!(1)));
    let row = &own["reminders"][0];
    assert_eq!((&row["occasion"], &row["sending"]), (&json!("morning"), &json!("sent")));
    assert_eq!(row["answer"], "250 kept as 1".replace('1', if kept[0] == *zh { "1" } else { "2" }), "{row}");
    let entered = site.entered(before).await;
    assert_eq!(entered[1], "sent=2\nwaiting=0\ngiven_up=0");
    // Everybody with a board has it in the console: these two, and the auditor of both units.
    assert_eq!(entered[0], "reminders=3\nmails=2\nwebhooks=0");
    // Nothing comes twice.
    site.once().await;
    assert_eq!(sink.kept().len(), 2);
    let until = json!({ "until_ms": row["made_ms"] });
    let read = site.send(&site.administrator, Method::POST, "/api/me/reminders/read", until).await;
    assert_eq!(read.status, 204);
    assert_eq!(site.unread(&site.administrator).await, json!(0));
    assert_eq!(site.unread(&manager).await, json!(1), "the other's are the other's");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_unmarked_is_sent_once_more_under_the_same_id() {
    let site = Reminding::build().await;
    let (sink, app) = (site.mail(0), &site.house.app);
    site.set_mail(sink.port).await;
    site.wish(&site.administrator, 0, "a@example.cn").await;
    reminders::make(app).await.unwrap();
    let cx = system_cx("reminders", app.now());
    let waiting = app.registry().waiting_reminders(&cx).await.unwrap();
    assert_eq!(waiting.len(), 1);
    let door = app.registry().mail_door(&cx).await.unwrap();
    let came = reminders::deliver(app, door.as_ref(), &waiting[0]).await;
    assert!(came.taken, "{}", came.answer);
    // Here the machine loses power: nothing is marked. The next run sends it again, and the one after not.
    site.once().await;
    site.once().await;
    let ids: Vec<_> = sink.kept().iter().map(|kept| header(kept, "Message-ID")[0].to_owned()).collect();
    assert_eq!(ids, vec![format!("<{}@example.cn>", waiting[0].id); 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sink_that_is_down_loses_nothing_and_becomes_a_finding() {
    let mut site = Reminding::build().await;
    let port = site.mail(0).port;
    site.set_mail(port).await;
    site.wish(&site.administrator, 9, "a@example.cn").await;
    site.once().await;
    let row = async |site: &Reminding| site.own(&site.administrator).await["reminders"][0].clone();
    let waits = row(&site).await;
    assert_eq!(waits["sending"], "waiting", "{waits}");
    assert!(waits["answer"].as_str().unwrap().contains("refused"), "{waits}");
    let before = site.house.entry_count().await;
    site.once().await;
    assert_eq!(site.entered(before).await, Vec::<String>::new(), "it rests before it tries again");
    let failing = async |site: &Reminding| {
        let found = site.house.get("/api/findings", &site.administrator.cookie).await.json();
        let found = found.as_array().unwrap().iter().find(|one| one["kind"] == "reminder").cloned();
        found.map(|one| (one["article"].clone(), one["code"].clone()))
    };
    site.later(23 * HOUR_US).await;
    site.once().await;
    assert_eq!(failing(&site).await, None, "not a day yet");
    site.later(2 * HOUR_US).await;
    assert_eq!(failing(&site).await, Some((json!("unit:reminders"), json!("reminders_failing"))));
    // It is there again: what waited comes, oldest first, and the finding goes by itself.
    let sink = site.mail(port);
    site.once().await;
    assert!(!sink.kept().is_empty());
    assert_eq!(failing(&site).await, None);
    let own = site.own(&site.administrator).await;
    let rows = own["reminders"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["sending"] == "sent"), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusing_sink_is_quoted_and_given_up_after_three_days() {
    let mut site = Reminding::build().await;
    let sink = site.mail(0);
    site.set_mail(sink.port).await;
    site.wish(&site.administrator, 9, "a@example.cn").await;
    sink.put("refuse", "550 5.7.1 not from you");
    let tested = site.send(&site.administrator, Method::POST, "/api/me/reminders/test", Value::Null).await;
    assert_eq!((&tested.json()["taken"], tested.status.as_u16()), (&json!(false), 200));
    assert!(tested.json()["answer"].as_str().unwrap().contains("not from you"), "{}", tested.json());
    site.once().await;
    site.later(73 * HOUR_US).await;
    site.once().await;
    let rows = site.own(&site.administrator).await["reminders"].clone();
    let oldest = rows.as_array().unwrap().last().unwrap().clone();
    assert_eq!(oldest["sending"], "given_up", "{oldest}");
    assert!(oldest["answer"].as_str().unwrap().contains("not from you"), "{oldest}");
    std::fs::remove_file(sink.dir.join("refuse")).unwrap();
    let tested = site.send(&site.administrator, Method::POST, "/api/me/reminders/test", Value::Null).await;
    assert_eq!(tested.json(), json!({ "taken": true, "answer": "250 kept as 1" }));
}

/// Changing one's reminders and testing them causes messages: ten an hour by one person, twenty to one address, and an entry of each that is
/// refused.
#[tokio::test(flavor = "multi_thread")]
async fn messages_that_somebody_causes_are_bounded_by_person_and_by_address() {
    let mut site = Reminding::build().await;
    let sink = site.mail(0);
    site.set_mail(sink.port).await;
    let wish = |mail: bool| json!({ "hour": 9, "days": 30, "breaches": true, "mail": mail, "address": "duty@example.cn" });
    let test = async |site: &Reminding, who: &Caller| {
        site.send(who, Method::POST, "/api/me/reminders/test", Value::Null).await
    };
    let first = site.send(&site.administrator, Method::PUT, "/api/me/reminders", wish(true)).await;
    assert_eq!(first.status, 204);
    for number in 1..10 {
        assert_eq!(test(&site, &site.administrator).await.status, 200, "{number}");
    }
    let before = site.house.entry_count().await;
    let refused = test(&site, &site.administrator).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (429, "reminders_too_many"));
    let error = refused.json()["error"].clone();
    assert_eq!(error["article"], "unit:reminders");
    assert!(error["reason"]["en"].as_str().unwrap().starts_with("10 messages by one person"), "{error}");
    assert!(error["retry_after_ms"].as_i64().is_some_and(|ms| ms > 3_000_000), "{error}");
    let again = site.send(&site.administrator, Method::PUT, "/api/me/reminders", wish(true)).await;
    assert_eq!(again.status, 429, "changing it is no way round");
    let entries = site.house.entries_since(before).await;
    let kept: Vec<_> = entries.iter().filter(|entry| entry.act == Act::SetReminders).collect();
    assert_eq!(kept.len(), 2, "each refusal has its entry");
    assert!(kept.iter().all(|entry| matches!(entry.record.outcome, ledger::access::Outcome::Refused { .. })));
    assert_eq!(sink.kept().len(), 9, "nothing was sent because of them");
    // What sends nothing is not counted, and the mornings go on.
    let off = site.send(&site.administrator, Method::PUT, "/api/me/reminders", wish(false)).await;
    assert_eq!(off.status, 204);
    // A second person has their own ten; then the address is full, for a third too.
    let manager = site.house.caller(Role::Manager, site.house.unit).await;
    assert_eq!(site.send(&manager, Method::PUT, "/api/me/reminders", wish(true)).await.status, 204);
    for number in 1..10 {
        assert_eq!(test(&site, &manager).await.status, 200, "{number}");
    }
    let third = site.house.caller(Role::Auditor, site.house.unit).await;
    let full = site.send(&third, Method::PUT, "/api/me/reminders", wish(true)).await;
    assert_eq!(full.status, 429);
    let reason = full.json()["error"]["reason"]["en"].as_str().unwrap().to_owned();
    assert!(reason.starts_with("20 messages to one address"), "{reason}");
    let wish =
        json!({ "hour": 9, "days": 30, "breaches": true, "mail": true, "address": "third@example.cn" });
    assert_eq!(site.send(&third, Method::PUT, "/api/me/reminders", wish).await.status, 204, "their own");
    // After the hour all is open again.
    site.later(HOUR_US + 1).await;
    assert_eq!(test(&site, &site.administrator).await.status, 200);
}

/// Two certificates of one system that end on different days: each is told before it ends, though the system's finding stands by then.
#[tokio::test(flavor = "multi_thread")]
async fn each_of_two_certificates_of_a_system_is_told_before_it_ends() {
    let mut site = Reminding::build().await;
    let world = Registered { house: site.house, keeper: site.administrator };
    let (system, _) = world.system().await;
    let day = |days: i64| law::Day::of(world.house.app.now()).plus(days).to_string();
    for (field, name, role, days) in
        [("maintainer", "维护公司", "maintenance", 5), ("constructor", "施工公司", "construction", 40)]
    {
        let body =
            json!({ "name": name, "roles": [role], "certificate": "粤安 3 号", "valid_until": day(days) });
        let firm = world.add("contractor", body).await;
        let path = format!("/api/records/{system}");
        let shown = world.get(&world.keeper, &path).await;
        let mut body = shown["body"].clone();
        body[field] = json!(firm);
        let request = json!({ "version": shown["version"], "body": body });
        let cookie = Some(world.keeper.cookie.as_str());
        let set = world.house.send(&world.house.router, Method::PATCH, &path, cookie, Some(request)).await;
        assert_eq!(set.status, 200, "{}", set.json());
    }
    (site.house, site.administrator) = (world.house, world.keeper);
    let told = async |site: &Reminding| {
        site.once().await;
        let own = site.own(&site.administrator).await;
        let lines = own["reminders"][0]["lines"].as_array().unwrap().clone();
        let of = lines.into_iter().filter(|line| line["code"] == "qualification_expired");
        of.map(|line| (line["weight"].clone(), line["count"].clone())).collect::<Vec<_>>()
    };
    site.wish(&site.administrator, 9, "").await;
    assert_eq!(told(&site).await, [(json!("coming"), json!(1))], "the one within thirty days");
    site.later(15 * 24 * HOUR_US).await;
    let now = told(&site).await;
    assert!(now.contains(&(json!("coming"), json!(1))), "the second before it ends: {now:?}");
    assert_eq!(now.len(), 2, "and the first, which has: {now:?}");
}
