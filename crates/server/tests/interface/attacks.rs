//! Attacks on every operation of the API's description, as data: what a forger, a thief of ended sessions, another site, another
//! unit and a hostile or clumsy client send, and what must come of it.
//!
//! The walk takes its operations from the document, and its requests from `cases`: an operation without a case fails here too. Not
//! here: who may do what (`admits`), pictures that are running (`watch`), what happens at the same time (`races`).

use crate::{
    cases::{self, Case, Who},
    house::{Answer, Caller, House},
    turned::Turned,
};
use axum::{
    body::Body,
    http::{HeaderName, Method, Request, header},
};
use serde_json::{Value, json};
use server::http;
use std::collections::BTreeSet;
use store::{PersonChange, system_cx};

/// An operation of the document.
struct Operation {
    method: Method,
    /// With `{name}` where an id stands.
    template: String,
    /// Takes JSON, by its description.
    takes_json: bool,
}

impl Operation {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }
    fn is_open(&self) -> bool {
        http::OPEN_ROUTES.contains(&(self.method.as_str(), &self.template))
    }
    /// An address that leads to it, with ids of nothing.
    fn filled(&self) -> String {
        with_segments(&self.template, |_| Some("00000000-0000-0000-0000-000000000000".to_owned()))
    }
}

fn with_segments(template: &str, fill: impl Fn(usize) -> Option<String>) -> String {
    let part = |(at, part): (usize, &str)| match part.starts_with('{') {
        true => fill(at).unwrap_or_else(|| part.to_owned()),
        false => part.to_owned(),
    };
    template.split('/').enumerate().map(part).collect::<Vec<_>>().join("/")
}

fn operations() -> Vec<Operation> {
    let document = http::document();
    let described: Value = serde_json::from_str(&document.to_json().unwrap()).unwrap();
    let of = |(method, template): (Method, String)| {
        let operation = &described["paths"][&template][method.as_str().to_lowercase()];
        let takes_json = operation["requestBody"]["content"]["application/json"].is_object();
        Operation { method, template, takes_json }
    };
    let found: Vec<_> = http::operations(&document).into_iter().map(of).collect();
    assert!(found.len() > 100, "the document has {} operations", found.len());
    found
}

/// An operation with the request that succeeds, and who may send it.
struct Target {
    operation: Operation,
    path: String,
    body: Option<Value>,
    caller: Caller,
    status: u16,
    refused: &'static [Who],
}

async fn target(house: &House, operation: Operation) -> Result<Target, String> {
    let name = operation.name();
    let found: Option<Case> = cases::all().into_iter().find(|case| case.operation == name);
    let case = found.ok_or_else(|| format!("{name}: has no case, so no attack on it is tried"))?;
    let caller = case.allowed.sign_in(house).await;
    let ask = (case.ask)(house, &caller).await;
    let (status, refused) = (case.status, case.refused);
    Ok(Target { operation, path: ask.path, body: ask.body, caller, status, refused })
}

/// A request as our own page sends it; what an attack changes comes after.
fn ours(method: &Method, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("x-watchkeeper", "1")
        .header(header::HOST, "vms.example")
}

/// What no answer may show, and what every answer must say to a browser.
fn faults(answer: &Answer, house: &House) -> Vec<String> {
    let text = String::from_utf8_lossy(&answer.body);
    let folder = house.dir.path().display().to_string();
    // Who may see the disks is shown their folders; no refusal and no failure tells one.
    let folder = if answer.status.is_success() { None } else { Some(folder.as_str()) };
    let never = ["panicked", "sqlx", "SELECT ", ".rs:"].into_iter().chain(folder);
    let told = never.filter(|word| text.contains(word));
    let mut faults: Vec<String> = told.map(|word| format!("tells {word:?}")).collect();
    let headers = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, expected) in headers {
        if answer.headers.get(&name).is_none_or(|value| value != expected) {
            faults.push(format!("lacks {name}: {expected}"));
        }
    }
    let policy = answer.headers.get(header::CONTENT_SECURITY_POLICY).and_then(|value| value.to_str().ok());
    if policy.is_none_or(|policy| !policy.starts_with("default-src 'none'") || policy.contains("unsafe-eval"))
    {
        faults.push(format!("has the policy {policy:?}"));
    }
    if !answer.headers.contains_key(header::CACHE_CONTROL) {
        faults.push("may be kept".to_owned());
    }
    let is_json = answer.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    let disposition = answer.headers.get(header::CONTENT_DISPOSITION).and_then(|value| value.to_str().ok());
    if is_json && !disposition.is_some_and(|disposition| disposition.starts_with("attachment")) {
        faults.push(format!("is a page: {disposition:?}"));
    }
    if answer.headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        faults.push("lets other origins read".to_owned());
    }
    faults
}

/// Flags an answer that is none of `expected`, or says too much or too little.
fn judge(flags: &mut Vec<String>, what: &str, answer: &Answer, house: &House, expected: &[(u16, &str)]) {
    let got = (answer.status.as_u16(), answer.code());
    if !expected.iter().any(|(status, code)| *status == got.0 && (code.is_empty() || *code == got.1)) {
        flags.push(format!("{what}: {} {:?}, not {expected:?}", got.0, got.1));
    }
    flags.extend(faults(answer, house).into_iter().map(|fault| format!("{what}: {fault}")));
}

/// Not there, not allowed, not so, or not in this state.
const REFUSED: &[(u16, &str)] = &[(404, ""), (403, ""), (400, ""), (409, "")];

fn none_of(flags: &[String]) {
    assert!(flags.is_empty(), "{} faults\n{}", flags.len(), flags.join("\n"));
}

// ---------------------------------------------------------------- sessions

/// How a session is presented that is none: by name, the headers.
async fn forged(house: &House) -> Vec<(&'static str, Vec<(HeaderName, String)>)> {
    let (cookie, bearer) = (header::COOKIE, header::AUTHORIZATION);
    let good = house.caller_without_post().await;
    let token = good.cookie.split_once('=').unwrap().1.to_owned();
    let name = http::cookie_name(true);
    let one = |name, value: String| vec![(name, value)];
    let ended = house.caller_without_post().await;
    let out = house.post("/api/sign-out", &ended.cookie, json!({})).await;
    assert_eq!(out.status, 204);
    let suspended = house.caller_without_post().await;
    let change = PersonChange { suspended: Some(true), ..PersonChange::default() };
    let cx = system_cx("demo", house.app.now());
    house.app.registry().change_person(&cx, suspended.person, change).await.unwrap();
    let replaced = house.caller_without_post().await;
    let elsewhere = house.sign_in(replaced.person, &replaced.account).await;
    let body = json!({ "old": crate::house::PASSWORD, "new": "another horse battery" });
    assert_eq!(house.post("/api/me/password", &elsewhere.cookie, body).await.status, 204);
    let mut last = token.clone();
    last.replace_range(63.., if token.ends_with('0') { "1" } else { "0" });
    vec![
        ("nothing", Vec::new()),
        ("an empty cookie", one(cookie.clone(), format!("{name}="))),
        ("a made-up token", one(cookie.clone(), format!("{name}={}", "ab".repeat(32)))),
        ("a token with one digit changed", one(cookie.clone(), format!("{name}={last}"))),
        ("half a token", one(cookie.clone(), format!("{name}={}", &token[..32]))),
        ("a token and more", one(cookie.clone(), format!("{name}={token}00"))),
        ("a quoted token", one(cookie.clone(), format!("{name}=\"{token}\""))),
        ("a sentence of SQL", one(cookie.clone(), format!("{name}=' OR 1=1 --"))),
        ("a long cookie", one(cookie.clone(), format!("{name}={}", "a".repeat(16_000)))),
        ("the cookie that another service could plant", one(cookie.clone(), format!("wk_session={token}"))),
        ("the session's id", one(cookie.clone(), format!("{name}={}", good.session))),
        ("a planted one before the right one", one(cookie.clone(), format!("{name}=x; {name}={token}"))),
        ("the token as a bearer", one(bearer.clone(), format!("Bearer {token}"))),
        ("a password as basic", one(bearer, "Basic bGluOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==".to_owned())),
        ("a session that was signed out", one(cookie.clone(), ended.cookie)),
        ("a session of somebody suspended", one(cookie.clone(), suspended.cookie)),
        ("a session from before the password changed", one(cookie, replaced.cookie)),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_forged_or_ended_session_reaches_an_operation() {
    let house = House::build().await;
    let (mut flags, forged) = (Vec::new(), forged(&house).await);
    let before = house.entry_count().await;
    for operation in operations().iter().filter(|operation| !operation.is_open()) {
        for (what, headers) in &forged {
            let mut request = ours(&operation.method, &operation.filled());
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let answer = house.send_raw(&house.router, request.body(Body::from("{}")).unwrap()).await;
            judge(&mut flags, &format!("{} with {what}", operation.name()), &answer, &house, &[(401, "")]);
        }
        // In the address, where it would stand in logs.
        let path = format!("{}?{}={}", operation.filled(), http::cookie_name(true), "ab".repeat(32));
        let request = ours(&operation.method, &path).body(Body::empty()).unwrap();
        let answer = house.send_raw(&house.router, request).await;
        judge(&mut flags, &format!("{} with its address", operation.name()), &answer, &house, &[(401, "")]);
    }
    none_of(&flags);
    assert_eq!(house.entry_count().await, before, "strangers are counted, not registered one by one");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_expired_session_reaches_an_operation() {
    const MINUTE_US: i64 = 60_000_000;
    let clocks = Turned::at(model::WallTime(1_790_000_000_000_000));
    let house = House::build_by(clocks.clone()).await;
    let wait = |minutes: i64| clocks.on_us(minutes * MINUTE_US);
    let me = async |caller: &Caller| house.get("/api/me", &caller.cookie).await.status.as_u16();
    let (idle, busy) = (house.caller_without_post().await, house.caller_without_post().await);
    wait(29);
    assert_eq!((me(&idle).await, me(&busy).await), (200, 200));
    wait(29);
    assert_eq!(me(&busy).await, 200);
    wait(2);
    assert_eq!(me(&idle).await, 401, "nothing for half an hour");
    let mut minutes = 60;
    while minutes < 12 * 60 {
        assert_eq!(me(&busy).await, 200, "after {minutes} minutes");
        wait(20);
        minutes += 20;
    }
    let mut flags = Vec::new();
    // Whoever was idle may still go.
    let closed = |operation: &&Operation| !operation.is_open() && operation.name() != "POST /api/sign-out";
    for operation in operations().iter().filter(closed) {
        for caller in [&idle, &busy] {
            let request = ours(&operation.method, &operation.filled()).header(header::COOKIE, &caller.cookie);
            let answer = house.send_raw(&house.router, request.body(Body::from("{}")).unwrap()).await;
            judge(&mut flags, &operation.name(), &answer, &house, &[(401, "")]);
        }
    }
    none_of(&flags);
}

// ---------------------------------------------------------------- other sites

/// What a browser says of a page that is not ours, whatever the page does.
const ELSEWHERE: [(&str, &str); 7] = [
    ("origin", "https://evil.example"),
    ("origin", "https://vms.example.evil.example"),
    ("origin", "https://vms.example:8444"),
    ("origin", "null"),
    ("origin", "file://"),
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
];

/// Also with everything else right: a good session, and the header that other sites cannot send.
#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_another_site_reaches_an_operation() {
    let house = House::build().await;
    let callers = [Who::Administrator.sign_in(&house).await, Who::Operator.sign_in(&house).await];
    let (mut flags, before) = (Vec::new(), house.entry_count().await);
    for operation in operations() {
        let name = operation.name();
        for (caller, (said, value)) in callers.iter().flat_map(|caller| ELSEWHERE.map(|said| (caller, said)))
        {
            let request = ours(&operation.method, &operation.filled()).header(said, value);
            let request = request.header(header::COOKIE, &caller.cookie);
            let request = request.header(header::CONTENT_TYPE, "application/json").body(Body::from("{}"));
            let answer = house.send_raw(&house.router, request.unwrap()).await;
            judge(&mut flags, &format!("{name} with {said}: {value}"), &answer, &house, &[(403, "origin")]);
        }
        for mark in [None, Some("true"), Some("")] {
            if operation.method == Method::GET {
                continue;
            }
            let request = Request::builder().method(&operation.method).uri(operation.filled());
            let request = mark.iter().fold(request, |request, mark| request.header("x-watchkeeper", *mark));
            let request = request.header(header::COOKIE, &callers[0].cookie).body(Body::from("{}")).unwrap();
            let answer = house.send_raw(&house.router, request).await;
            judge(&mut flags, &format!("{name} marked {mark:?}"), &answer, &house, &[(400, "mark_header")]);
        }
    }
    none_of(&flags);
    assert_eq!(house.entry_count().await, before);
}

// ---------------------------------------------------------------- methods

#[tokio::test(flavor = "multi_thread")]
async fn an_address_takes_its_own_methods_only() {
    let house = House::build().await;
    let caller = Who::Administrator.sign_in(&house).await;
    let (mut flags, operations) = (Vec::new(), operations());
    let templates: BTreeSet<&str> = operations.iter().map(|operation| operation.template.as_str()).collect();
    let all = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"];
    for template in templates {
        let here: Vec<&Operation> =
            operations.iter().filter(|operation| operation.template == template).collect();
        let known = |method: &str| {
            let method = if method == "HEAD" { "GET" } else { method };
            here.iter().any(|operation| operation.method == method)
        };
        for method in all.into_iter().filter(|method| !known(method)) {
            let (name, path) = (format!("{method} {template}"), here[0].filled());
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let stranger = ours(&method, &path).body(Body::empty()).unwrap();
            let answer = house.send_raw(&house.router, stranger).await;
            judge(&mut flags, &format!("{name} of a stranger"), &answer, &house, &[(401, "")]);
            let signed =
                ours(&method, &path).header(header::COOKIE, &caller.cookie).body(Body::empty()).unwrap();
            let answer = house.send_raw(&house.router, signed).await;
            let expected = if method == Method::HEAD { "" } else { "method" };
            judge(&mut flags, &name, &answer, &house, &[(405, expected)]);
            let allow = answer.headers.get(header::ALLOW).and_then(|allow| allow.to_str().ok());
            let listed = |allow: &str| here.iter().all(|operation| allow.contains(operation.method.as_str()));
            if !allow.is_some_and(listed) {
                flags.push(format!("{name}: allows {allow:?}"));
            }
        }
    }
    none_of(&flags);
}

// ---------------------------------------------------------------- bodies

/// What it is, the headers that say something of it, and the bytes.
type BadBody = (&'static str, Vec<(&'static str, &'static str)>, Vec<u8>);

/// Bodies that nothing takes.
fn bad_bodies(good: &Value) -> Vec<BadBody> {
    let json = ("content-type", "application/json");
    let good = good.to_string().into_bytes();
    vec![
        ("a form's type", vec![("content-type", "text/plain")], good.clone()),
        ("a form", vec![("content-type", "application/x-www-form-urlencoded")], b"name=x".to_vec()),
        ("no type", Vec::new(), good.clone()),
        ("nothing", vec![json], Vec::new()),
        ("half of it", vec![json], good[..good.len() / 2].to_vec()),
        ("twice", vec![json], [&good[..], &good[..]].concat()),
        ("no JSON", vec![json], b"<xml/>".to_vec()),
        ("no text", vec![json], vec![b'"', 0xff, 0xfe, b'"']),
        ("a number", vec![json], b"1e400".to_vec()),
        ("deep arrays", vec![json], b"[".repeat(30_000)),
        ("deep objects", vec![json], b"{\"a\":".repeat(12_000)),
        ("too large", vec![json], [b"{\"a\":\"", &b"x".repeat(70_000)[..], b"\"}"].concat()),
        ("compressed", vec![json, ("content-encoding", "gzip")], vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_operation_takes_a_body_that_is_not_its_own() {
    let (house, mut flags) = (House::build().await, Vec::new());
    for operation in operations().into_iter().filter(|operation| operation.takes_json && !operation.is_open())
    {
        let target = match target(&house, operation).await {
            Ok(target) => target,
            Err(flag) => {
                flags.push(flag);
                continue;
            }
        };
        let (name, good) = (target.operation.name(), target.body.clone().unwrap_or(json!({})));
        let before = house.entry_count().await;
        for (what, headers, bytes) in bad_bodies(&good) {
            let request =
                ours(&target.operation.method, &target.path).header(header::COOKIE, &target.caller.cookie);
            let request =
                headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            let answer = house.send_raw(&house.router, request.body(Body::from(bytes)).unwrap()).await;
            judge(&mut flags, &format!("{name} with {what}"), &answer, &house, &[(400, "")]);
        }
        if house.entry_count().await != before {
            flags.push(format!("{name}: a body that was not taken left an entry"));
        }
    }
    none_of(&flags);
}

// ---------------------------------------------------------------- ids

/// What stands in an address where an id should.
const NO_IDS: [&str; 9] = [
    "0198d2f0-0000-7000-8000-000000000000",
    "00000000-0000-0000-0000-000000000000",
    "0",
    "-1",
    "18446744073709551616",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e",
    "x%00y",
    "'%20OR%201=1%20--",
];

/// As somebody who may do it to what there is.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_comes_of_an_id_that_never_was() {
    let (house, mut flags) = (House::build().await, Vec::new());
    for operation in operations().into_iter().filter(|operation| operation.template.contains('{')) {
        let target = match target(&house, operation).await {
            Ok(target) => target,
            Err(flag) => {
                flags.push(flag);
                continue;
            }
        };
        let name = target.operation.name();
        let (path, query) = target.path.split_once('?').unwrap_or((&target.path, ""));
        let real: Vec<&str> = path.split('/').collect();
        let long = "a".repeat(4_000);
        let numbered = target.operation.template.contains("{index}");
        // The first entry of a log is there.
        let not_there = |id: &&str| !(numbered && *id == "0");
        for id in NO_IDS.into_iter().chain([long.as_str()]).filter(not_there) {
            let forged = with_segments(&target.operation.template, |_| Some(id.to_owned()));
            // And with the first of several left as it is.
            let first = target.operation.template.split('/').position(|part| part.starts_with('{'));
            let half = with_segments(&target.operation.template, |at| {
                let kept = real.get(at).map(|part| (*part).to_owned());
                if Some(at) == first { kept } else { Some(id.to_owned()) }
            });
            let mut paths = vec![forged];
            paths.extend((half != path).then_some(half));
            for path in paths {
                let path = if query.is_empty() { path } else { format!("{path}?{query}") };
                let cookie = Some(target.caller.cookie.as_str());
                let method = target.operation.method.clone();
                let answer = house.send(&house.router, method, &path, cookie, target.body.clone()).await;
                let what = format!("{name} for {}", &path[..path.len().min(160)]);
                judge(&mut flags, &what, &answer, &house, REFUSED);
            }
        }
    }
    none_of(&flags);
}

// ---------------------------------------------------------------- numbers

/// Numbers at the ends of their types, and words where numbers belong.
const ENDS: [&str; 8] =
    ["-9223372036854775808", "9223372036854775807", "18446744073709551616", "-1", "0", "1e3", "NaN", "%20"];

/// Each parameter of each query, with numbers that no clock and no page has: refused or answered, never a fault of the server's own.
#[tokio::test(flavor = "multi_thread")]
async fn no_number_in_a_query_makes_the_server_fail() {
    let (house, mut flags) = (House::build().await, Vec::new());
    let described: Value = serde_json::from_str(&http::document().to_json().unwrap()).unwrap();
    for operation in operations().into_iter().filter(|operation| operation.method == Method::GET) {
        if operation.is_open() {
            continue;
        }
        let parameters = described["paths"][&operation.template]["get"]["parameters"].clone();
        let asked =
            parameters.as_array().into_iter().flatten().filter(|parameter| parameter["in"] == "query");
        let names: Vec<String> =
            asked.filter_map(|parameter| parameter["name"].as_str().map(str::to_owned)).collect();
        let target = match target(&house, operation).await {
            Ok(target) => target,
            Err(flag) => {
                flags.push(flag);
                continue;
            }
        };
        let (path, query) = target.path.split_once('?').unwrap_or((&target.path, ""));
        let kept = |name: &str| -> Vec<&str> {
            let of_name = |pair: &&str| pair.split('=').next() == Some(name);
            query.split('&').filter(|pair| !pair.is_empty() && !of_name(pair)).collect()
        };
        for name in &names {
            for end in ENDS {
                let changed = format!("{name}={end}");
                let pairs = [kept(name), vec![changed.as_str()]].concat().join("&");
                let path = format!("{path}?{pairs}");
                let answer = house.get(&path, &target.caller.cookie).await;
                // Where disks are mounted is what an administrator asks there.
                let own = |fault: &String| {
                    target.operation.template == "/api/storage" && fault.starts_with("tells")
                };
                let found = faults(&answer, &house).into_iter().filter(|fault| !own(fault));
                flags.extend(found.map(|fault| format!("{path}: {fault}")));
                if answer.status.is_server_error() {
                    flags.push(format!("{path}: {}", answer.status));
                }
            }
        }
    }
    none_of(&flags);
}

// ---------------------------------------------------------------- once

/// Operations that may come again without making something new, and why. Any other is taken for something that happens once.
const AGAIN: &[(&str, &str)] = &[
    ("POST /api/bulk", "sets values: the same again changes nothing"),
    ("POST /api/bulk/credentials", "sets values, each time tried at the cameras"),
    ("POST /api/cameras/probe", "a question"),
    ("POST /api/imports", "a dry run"),
    ("POST /api/trace", "a question"),
    ("POST /api/holds/{id}/review", "sets the day of the next review"),
    ("POST /api/me/passkeys/challenge", "a fresh challenge in the place of the one that was never answered"),
    ("POST /api/me/identities/begin", "a fresh way in the place of the one that nobody came back from"),
    ("POST /api/me/second-person", "whoever signs in beside takes the place of who did before"),
    (
        "POST /api/me/second-person/passkey/challenge",
        "a fresh challenge in the place of the one that was never answered",
    ),
    ("POST /api/me/totp", "a fresh secret in the place of the one that was never confirmed"),
    ("POST /api/me/reminders/read", "read is read"),
    ("POST /api/me/reminders/test", "a test may come again"),
    ("POST /api/webhooks/{id}/test", "a test may come again"),
    ("POST /api/webhooks/{id}/secret", "a fresh secret in the place of the last"),
    ("POST /api/people/{id}/reset", "a fresh one-time password in the place of the last"),
    ("POST /api/duty/rooms/{id}/needs", "sets how many a room needs"),
    ("POST /api/retrievals/{id}/papers", "more officers and papers, until it is checked"),
    ("POST /api/retrievals/{id}/whereabouts", "one more report of where the copy is"),
    ("POST /api/exports/{id}/whereabouts", "one more report of where the copy is"),
    ("POST /api/requests/{id}/ask", "one more question, until it is done"),
    ("POST /api/inspections/{id}/lines/{index}", "a person's word, until the inspection is over"),
    ("POST /api/retention-demands/{id}/answer", "tried again until the deadline"),
    ("POST /api/units/{id}/adoptions", "a pack is a unit's own rule or not"),
    ("POST /api/ptz/{id}/move", "a camera may be told the same again"),
    ("POST /api/views/{id}/renew", "made to come again"),
    ("POST /api/events", "the same of its sender is one event"),
    ("POST /api/alarm-sources/{id}/token", "a fresh token in the place of the last"),
    ("DELETE /api/alarm-sources/{id}/token", "revoked is revoked"),
    ("DELETE /api/cameras/{id}", "retired is retired"),
    ("DELETE /api/me/totp", "off is off"),
    ("DELETE /api/units/{id}/clearances/{person}", "not cleared is not cleared"),
];

/// What decides, confirms or ends something does so once: the same request again is refused. What makes something new, or sets
/// something to a value, may come again.
#[tokio::test(flavor = "multi_thread")]
async fn what_happens_once_does_not_happen_again() {
    let (house, mut flags) = (House::build().await, Vec::new());
    for operation in operations() {
        let once = matches!(operation.method.as_str(), "POST" | "DELETE");
        if !once || operation.is_open() {
            continue;
        }
        let target = match target(&house, operation).await {
            Ok(target) => target,
            Err(flag) => {
                flags.push(flag);
                continue;
            }
        };
        let name = target.operation.name();
        let send = async || {
            let (method, cookie) = (target.operation.method.clone(), Some(target.caller.cookie.as_str()));
            house.send(&house.router, method, &target.path, cookie, target.body.clone()).await
        };
        let (first, again) = (send().await, send().await);
        flags.extend(faults(&again, &house).into_iter().map(|fault| format!("{name} again: {fault}")));
        if first.status.as_u16() != target.status {
            flags.push(format!("{name}: {} the first time: {}", first.status, first.json()));
        }
        // Where there is no camera the first answer says that it is away, and so may the second.
        if again.status.is_server_error() && again.status != first.status {
            flags.push(format!("{name}: {} the second time", again.status));
        }
        let listed = AGAIN.iter().any(|(operation, _)| *operation == name);
        // 201: something new each time.
        let happened = again.status.is_success() && again.status != 201;
        if happened != listed {
            flags.push(format!(
                "{name}: {} again; in the list of what may come again: {listed}",
                again.status
            ));
        }
    }
    none_of(&flags);
}

// ---------------------------------------------------------------- others' things

/// Somebody of another unit who has an id is refused with an entry where the thing is, and told nothing of it: not its unit, its name,
/// or what hangs on it. That it is there the refusal does tell; ids are not guessed. What is secret is hidden altogether, by its own test.
#[tokio::test(flavor = "multi_thread")]
async fn another_units_thing_tells_nothing_of_itself() {
    let (house, mut flags) = (House::build().await, Vec::new());
    for operation in operations().into_iter().filter(|operation| operation.template.contains('{')) {
        let target = match target(&house, operation).await {
            Ok(target) => target,
            Err(flag) => {
                flags.push(flag);
                continue;
            }
        };
        let name = target.operation.name();
        let foreign = |who: &&Who| matches!(who, Who::OtherOperator | Who::OtherAdministrator | Who::NoPost);
        let unknown = with_segments(&target.operation.template, |_| Some(NO_IDS[0].to_owned()));
        let query = target.path.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
        for who in target.refused.iter().filter(foreign) {
            let caller = who.sign_in(&house).await;
            let send = async |path: &str| {
                let (method, cookie) = (target.operation.method.clone(), Some(caller.cookie.as_str()));
                house.send(&house.router, method, path, cookie, target.body.clone()).await
            };
            let (real, never) = (send(&target.path).await, send(&format!("{unknown}{query}")).await);
            for (what, answer) in [("what is there", &real), ("what never was", &never)] {
                let what = format!("{name} by {who:?} for {what}");
                judge(&mut flags, &what, answer, &house, REFUSED);
            }
            let told = String::from_utf8_lossy(&real.body).into_owned();
            let of_it = ["示范单位", "江边", "滨江路", "街口", "盗窃", "rtsp:"];
            for word in of_it.into_iter().filter(|word| told.contains(word)) {
                flags.push(format!("{name} tells {who:?} {word:?}: {told}"));
            }
        }
    }
    none_of(&flags);
}
