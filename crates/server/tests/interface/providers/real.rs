//! With a real provider: `oidc-provider`, a certified OpenID Connect provider that is not ours, as a process beside the test. Its pages
//! are gone through as a browser would. `scripts/setup` installs it with the console's packages.

use super::{answered, is, said};
use crate::house::{Answer, Caller, HOST, House, PASSWORD};
use crate::issuer::{BEGIN, OWN};
use axum::http::{Method, StatusCode, header};
use model::{Act, Role, Secret};
use serde_json::{Value, json};
use server::app::Facts;
use server::oidc::{Provider, ProviderName};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use url::Url;

const CLIENT: &str = "watchkeeper";
/// With what has to be encoded in a header (RFC 6749 §2.3.1).
const SECRET: &str = "a secret: with+signs%";

struct Real {
    child: Child,
    port: u16,
}

impl Real {
    /// `port` 0 is any; its keys are made at the start.
    fn start(port: u16) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../console/e2e/provider.mjs");
        let redirect = format!("https://{HOST}/sign-in/with/real");
        let mut command = Command::new("node");
        command.arg(script).args([&port.to_string(), CLIENT, SECRET, &redirect]);
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = piped.spawn().expect("scripts/setup asks for Node.js");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port =
            line.trim().parse().expect("the provider says its port; scripts/setup installs oidc-provider");
        Self { child, port }
    }

    fn provider(&self) -> Provider {
        Provider {
            id: "real".to_owned(),
            name: ProviderName { zh: "真实服务".to_owned(), en: "A real one".to_owned() },
            issuer: format!("http://localhost:{}", self.port),
            client_id: CLIENT.to_owned(),
            client_secret: Some(Secret::new(SECRET.to_owned())),
            ca: None,
            shared: None,
        }
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _ended_already = self.child.wait();
    }
}

/// A browser, as far as the provider's pages need one: cookies, redirects, one form.
#[derive(Default)]
struct Browser {
    cookies: BTreeMap<String, String>,
}

struct Page {
    location: Option<String>,
    text: String,
}

impl Browser {
    fn ask(&mut self, url: &Url, form: Option<&str>) -> Page {
        let mut stream = TcpStream::connect(("127.0.0.1", url.port().unwrap())).unwrap();
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let method = if form.is_some() { "POST" } else { "GET" };
        let body = form.unwrap_or_default();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: localhost:{}\r\ncookie: {}\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            url.port().unwrap(),
            cookies.join("; "),
            body.len()
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut location = None;
        for line in head.lines().skip(1) {
            let Some((name, value)) = line.split_once(": ") else { continue };
            if name.eq_ignore_ascii_case("location") {
                location = Some(value.to_owned());
            }
            if name.eq_ignore_ascii_case("set-cookie") {
                let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Page { location, text: body.to_owned() }
    }

    /// Signs in at the provider and agrees; what the browser comes back with.
    fn sign_in(&mut self, address: &str, login: &str) -> Value {
        let mut url = Url::parse(address).unwrap();
        let mut page = self.ask(&url, None);
        for _ in 0..10 {
            if let Some(location) = &page.location {
                url = url.join(location).unwrap();
                if url.host_str() == Some(HOST) {
                    return returned(&url);
                }
                page = self.ask(&url, None);
                continue;
            }
            let action = page
                .text
                .split("action=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next())
                .unwrap_or_else(|| panic!("no form: {}", page.text));
            let mut form = hidden(&page.text);
            if page.text.contains("value=\"login\"") {
                form.push_str(&format!("&login={login}&password=x"));
            }
            url = url.join(action).unwrap();
            page = self.ask(&url, Some(&form));
        }
        panic!("the provider never sent the browser back");
    }
}

/// What a form sends by itself: its hidden fields. When another account signs in, the provider's page ends the session before by such a form.
fn hidden(page: &str) -> String {
    let value = |field: &str, name: &str| {
        let rest = field.split(&format!("{name}=\"")).nth(1)?;
        rest.split('"').next().map(str::to_owned)
    };
    let fields = page.split("<input").skip(1).filter_map(|field| field.split('>').next());
    let fields = fields.filter(|field| field.contains("type=\"hidden\""));
    let pairs = fields.filter_map(|field| Some((value(field, "name")?, value(field, "value")?)));
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn returned(url: &Url) -> Value {
    assert_eq!(url.path(), "/sign-in/with/real");
    let mut back = json!({ "provider": "real" });
    for (name, value) in url.query_pairs() {
        back[name.as_ref()] = json!(value);
    }
    back
}

async fn house(real: &Real) -> House {
    let providers = vec![real.provider()];
    House::build_with(Facts { secure: true, host: Some(HOST.to_owned()), providers, ..Facts::default() })
        .await
}

async fn sign_in(house: &House, browser: &mut Browser, login: &str) -> (Answer, Value, String) {
    let body = Some(json!({ "provider": "real" }));
    let begun = house.send(&house.router, Method::POST, BEGIN, None, body).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.json());
    let cookie = begun.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let back = browser.sign_in(begun.json()["address"].as_str().unwrap(), login);
    (answered(house, &cookie, back.clone()).await, back, cookie)
}

async fn link(house: &House, caller: &Caller, browser: &mut Browser, login: &str) -> Answer {
    let proof = json!({ "provider": "real", "password": PASSWORD });
    let begun = house.post(&format!("{OWN}/begin"), &caller.cookie, proof).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.json());
    let back = browser.sign_in(begun.json()["address"].as_str().unwrap(), login);
    house.post(OWN, &caller.cookie, back).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_provider_links_signs_in_and_changes_its_keys() {
    let real = Real::start(0);
    let house = house(&real).await;
    let caller = house.caller(Role::Viewer, house.unit).await;
    let mut browser = Browser::default();
    let made = link(&house, &caller, &mut browser, "zhang.wei").await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    assert_eq!(made.json()["subject"], "zhang.wei");
    let (signed_in, back, cookie) = sign_in(&house, &mut browser, "zhang.wei").await;
    assert_eq!(signed_in.status, StatusCode::OK, "{}", signed_in.json());
    assert_eq!(signed_in.json()["person"]["account"], json!(caller.account));
    // It names itself (RFC 9207), and its code counts once.
    assert_eq!(back["iss"], json!(format!("http://localhost:{}", real.port)));
    assert_eq!(said(&answered(&house, &cookie, back).await), is(400, "journey"));
    // Somebody else at the same provider is nobody here, though they are signed in there in the same browser.
    let (stranger, ..) = sign_in(&house, &mut browser, "wang.fang").await;
    assert_eq!(said(&stranger), is(403, "unlinked"));
    // Nobody else takes it.
    let second = house.caller(Role::Viewer, house.unit).await;
    assert_eq!(said(&link(&house, &second, &mut browser, "zhang.wei").await), is(403, "subject_linked"));
    // Started again it has other keys: a token under them holds, since the keys are asked for again.
    let port = real.port;
    drop(real);
    let down =
        house.send(&house.router, Method::POST, BEGIN, None, Some(json!({ "provider": "real" }))).await;
    assert_eq!(down.status, StatusCode::OK, "what it said of itself is known for an hour");
    let _again = Real::start(port);
    let (signed_in, ..) = sign_in(&house, &mut Browser::default(), "zhang.wei").await;
    assert_eq!(signed_in.status, StatusCode::OK, "{}", signed_in.json());
}

/// At a console that its holder locked: the provider's word unlocks it, as often as that happens, the session that was left is over, and
/// another person's word opens nothing of it. A console that was left alone answers the same; it is not turned to here, since the
/// provider's own clock would not turn with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_real_provider_unlocks_a_console() {
    let real = Real::start(0);
    let facts = Facts {
        secure: true,
        host: Some(HOST.to_owned()),
        providers: vec![real.provider()],
        ..Facts::default()
    };
    let house = House::build_with(facts).await;
    let [caller, other] =
        [house.caller(Role::Viewer, house.unit).await, house.caller(Role::Viewer, house.unit).await];
    let mut browser = Browser::default();
    assert_eq!(link(&house, &caller, &mut browser, "zhang.wei").await.status, StatusCode::CREATED);
    assert_eq!(link(&house, &other, &mut Browser::default(), "li.na").await.status, StatusCode::CREATED);
    let mut locked = caller.cookie.clone();
    for _ in 0..2 {
        let answer = house.send(&house.router, Method::POST, "/api/me/lock", Some(&locked), None).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        assert_eq!(said(&house.get("/api/me", &locked).await), is(401, "left_alone"));
        let before = house.entry_count().await;
        // The same browser: the locked session's cookie comes along with what the provider sent back.
        let body = Some(json!({ "provider": "real" }));
        let begun = house.send(&house.router, Method::POST, BEGIN, Some(&locked), body).await;
        assert_eq!(begun.status, StatusCode::OK, "{}", begun.json());
        let journey =
            begun.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let back = browser.sign_in(begun.json()["address"].as_str().unwrap(), "zhang.wei");
        let unlocked = answered(&house, &format!("{journey}; {locked}"), back).await;
        assert_eq!(unlocked.status, StatusCode::OK, "{}", unlocked.json());
        assert_eq!(unlocked.json()["person"]["account"], json!(caller.account));
        let acts: Vec<_> = house.entries_since(before).await.iter().map(|entry| entry.act).collect();
        assert_eq!(acts, [Act::SignIn, Act::SignOut], "the session that was left is over");
        assert_eq!(said(&house.get("/api/me", &locked).await), is(401, ""));
        locked = session_of(&unlocked);
        assert_eq!(house.get("/api/me", &locked).await.status, StatusCode::OK);
    }
    // Somebody else at the same console is themselves, and the one who locked stays locked.
    let answer = house.send(&house.router, Method::POST, "/api/me/lock", Some(&locked), None).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let (theirs, ..) = sign_in(&house, &mut Browser::default(), "li.na").await;
    assert_eq!(theirs.json()["person"]["account"], json!(other.account));
    assert_eq!(said(&house.get("/api/me", &locked).await), is(401, "left_alone"));
}

/// The session's cookie among those that an answer sets: the journey's is taken back by it.
fn session_of(answer: &Answer) -> String {
    let all = answer.headers.get_all(header::SET_COOKIE).iter();
    let own = all.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
    own.map(str::to_owned).find(|cookie| !cookie.ends_with('=')).unwrap()
}
