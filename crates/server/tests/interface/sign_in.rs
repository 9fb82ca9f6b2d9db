//! Sign-in through the real router: cookie, CSRF, lock-out, second factor, one-time password, rate limit, headers.

use crate::house::{Answer, House, PASSWORD, totp_code};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use law::access::Post;
use model::{Act, Role};
use serde_json::json;
use server::app::Facts;
use store::{NewPerson, system_cx};

async fn try_sign_in(house: &House, account: &str, password: &str, totp: Option<&str>) -> Answer {
    let body = json!({ "account": account, "password": password, "totp": totp });
    house.send(&house.router, Method::POST, "/api/sign-in", None, Some(body)).await
}

fn cookie_of(answer: &Answer) -> String {
    answer.headers[header::SET_COOKIE].to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_is_closed_to_scripts_sites_and_plain_connections() {
    for secure in [true, false] {
        let house = House::build_with(Facts { secure, ..Facts::default() }).await;
        house.person("lin", vec![Post { role: Role::Viewer, unit: house.unit, group: None }]).await;
        let answer = try_sign_in(&house, "lin", PASSWORD, None).await;
        assert_eq!(answer.status, StatusCode::OK);
        let cookie = cookie_of(&answer);
        for part in ["wk_session=", "HttpOnly", "SameSite=Strict", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert_eq!(cookie.contains("Secure"), secure, "{cookie}");
        // Under TLS nobody but this host itself can have set it.
        assert_eq!(cookie.starts_with("__Host-"), secure, "{cookie}");
        let me = answer.json();
        assert_eq!(me["rights"]["live"], true);
        assert_eq!(me["rights"]["playback"], false);
        let token = cookie.split(';').next().unwrap().to_owned();
        assert_eq!(house.get("/api/me", &token).await.status, StatusCode::OK);
        let out = house.send(&house.router, Method::POST, "/api/sign-out", Some(&token), None).await;
        assert_eq!(out.status, StatusCode::NO_CONTENT);
        assert!(cookie_of(&out).contains("Max-Age=0"));
        assert_eq!(house.get("/api/me", &token).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_another_site_could_send_changes_nothing() {
    let house = House::build().await;
    let caller = house.caller(Role::Administrator, house.unit).await;
    let before = house.entry_count().await;
    let requests = [
        // A form of another site: no header of ours.
        Request::builder().header(header::CONTENT_TYPE, "application/json"),
        Request::builder().header("x-watchkeeper", "yes").header(header::CONTENT_TYPE, "application/json"),
    ];
    for request in requests {
        let request = request.method(Method::POST).uri("/api/units").header(header::COOKIE, &caller.cookie);
        let request = request.body(Body::from(r#"{"name":"别处"}"#)).unwrap();
        let answer = house.send_raw(&house.router, request).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "mark_header"));
    }
    // The header, but a body that a form can send.
    let request = Request::builder().method(Method::POST).uri("/api/units").header("x-watchkeeper", "1");
    let request = request.header(header::COOKIE, &caller.cookie).header(header::CONTENT_TYPE, "text/plain");
    let answer = house.send_raw(&house.router, request.body(Body::from(r#"{"name":"别处"}"#)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(house.entry_count().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_lock_the_account_and_are_entries() {
    let house = House::build().await;
    let person = house.person("lin", vec![]).await;
    let before = house.entry_count().await;
    let mut failures = 0;
    let locked = loop {
        let answer = try_sign_in(&house, "lin", "wrong horse battery", None).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            break answer;
        }
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "bad_credentials"));
        failures += 1;
        assert!(failures < 10, "never locked");
    };
    assert_eq!(failures, 5);
    assert_eq!(locked.code(), "locked");
    assert!(locked.json()["error"]["retry_after_ms"].as_i64().unwrap() > 60_000);
    assert!(locked.headers.contains_key(header::RETRY_AFTER));
    // The right password does not help while it is locked.
    assert_eq!(try_sign_in(&house, "lin", PASSWORD, None).await.status, StatusCode::TOO_MANY_REQUESTS);
    let entries = house.entries_since(before).await;
    let failed: Vec<_> = entries.iter().filter(|entry| entry.act == Act::SignInFailed).collect();
    assert_eq!(failed.len(), 5);
    assert!(failed.iter().all(|entry| entry.person == Some(person) && entry.is_refusal()));
    // Unknown accounts are answered alike.
    let unknown = House::build().await;
    let answer = try_sign_in(&unknown, "nobody", "wrong horse battery", None).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "bad_credentials"));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_accounts_from_one_source_are_slowed_down() {
    let house = House::build().await;
    let mut busy = 0;
    for n in 0..40 {
        let answer = try_sign_in(&house, &format!("guess{n}"), "wrong horse battery", None).await;
        busy += u32::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(busy >= 10, "{busy} of 40 were slowed down");
    // The other open route has a limit too, far above what a load balancer needs.
    let mut answers = Vec::new();
    for _ in 0..700 {
        answers.push(house.send(&house.router, Method::GET, "/api/health", None, None).await.status);
    }
    assert_eq!(answers[..500], [StatusCode::OK; 500]);
    assert_eq!(answers.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_factor_is_asked_for_and_counts_once() {
    let house = House::build().await;
    let caller = house.caller(Role::Viewer, house.unit).await;
    let enrolment = house.send(&house.router, Method::POST, "/api/me/totp", Some(&caller.cookie), None).await;
    let secret = enrolment.json()["secret"].as_str().unwrap().to_owned();
    let url = enrolment.json()["otpauth_url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("otpauth://totp/") && url.contains(&secret), "{url}");
    let seconds = || house.app.now().as_ms() / 1_000;
    let confirm = |code: String| {
        let body = json!({ "code": code });
        house.post("/api/me/totp/confirm", &caller.cookie, body)
    };
    assert_eq!(confirm("000000".to_owned()).await.status, StatusCode::BAD_REQUEST);
    // The step before this one is still good, and leaves this one for signing in.
    assert_eq!(confirm(totp_code(&secret, seconds() - 30)).await.status, StatusCode::NO_CONTENT);
    let answer = try_sign_in(&house, &caller.account, PASSWORD, None).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "totp_required"));
    let code = totp_code(&secret, seconds());
    let answer = try_sign_in(&house, &caller.account, PASSWORD, Some(&code)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    assert_eq!(answer.json()["totp"], true);
    let again = try_sign_in(&house, &caller.account, PASSWORD, Some(&code)).await;
    assert_eq!((again.status, again.code().as_str()), (StatusCode::UNAUTHORIZED, "bad_credentials"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_time_password_opens_nothing_but_its_own_replacement() {
    let house = House::build().await;
    let new = NewPerson {
        account: "new".to_owned(),
        name: model::Personal::new("新人".to_owned()),
        language: "zh".to_owned(),
        posts: vec![Post { role: Role::Administrator, unit: house.unit, group: None }],
        password: None,
        password_stays: false,
    };
    let cx = system_cx("demo", house.app.now());
    let (person, secret) = house.app.registry().create_person(&cx, new).await.unwrap();
    let secret = secret.unwrap();
    let answer = try_sign_in(&house, "new", secret.expose(), None).await;
    assert_eq!(answer.json()["must_change_password"], true);
    let cookie = cookie_of(&answer).split(';').next().unwrap().to_owned();
    let before = house.entry_count().await;
    let refused = house.get("/api/cameras", &cookie).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::FORBIDDEN, "must_change_password"));
    let entries = house.entries_since(before).await;
    assert!(entries.iter().any(|entry| entry.person == Some(person) && entry.is_refusal()));
    assert_eq!(house.get("/api/me", &cookie).await.status, StatusCode::OK);
    let weak =
        house.post("/api/me/password", &cookie, json!({ "old": secret.expose(), "new": "short" })).await;
    assert_eq!(weak.status, StatusCode::BAD_REQUEST);
    let body = json!({ "old": secret.expose(), "new": "a horse of my own" });
    let changed = house.post("/api/me/password", &cookie, body).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.json());
    assert_eq!(house.get("/api/cameras", &cookie).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers_that_keep_a_browser_safe() {
    let house = House::build().await;
    for path in ["/", "/some/page", "/api/health", "/api/me", "/assets/missing.js"] {
        let answer = house.send(&house.router, Method::GET, path, None, None).await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert!(answer.headers.contains_key(header::CACHE_CONTROL), "{path}");
    }
    let page = house.send(&house.router, Method::GET, "/some/page", None, None).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
    let missing = house.send(&house.router, Method::GET, "/assets/missing.js", None, None).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    for outside in ["/../Cargo.toml", "/%2e%2e/Cargo.toml", "/assets/../../Cargo.toml"] {
        let answer = house.send(&house.router, Method::GET, outside, None, None).await;
        assert!(!answer.body.windows(9).any(|window| window == b"[package]"), "{outside}");
    }
}
