//! Signing in through a provider, through the real router: linking, signing in, every way in which what comes back can be a lie, who is
//! refused all the same, an invitation. `real` does the same with a certified provider that is not ours.

mod real;

use crate::house::{Answer, Caller, HOST, House, PASSWORD, totp_code};
use crate::issuer::{
    self, CLIENT, Issuer, OWN, SIGN_IN, Sign, Token, linked, linking, now_s, sent, somebody,
};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use law::access::Post;
use model::{Act, Actor, Cx, LegalBasis, PersonId, Personal, Purpose, RequestId, Role, Secret};
use serde_json::{Value, json};
use server::app::Facts;
use store::{NewPerson, ProvenSubject, system_cx};

async fn house_with(issuer: &Issuer) -> House {
    let providers = vec![issuer.provider()];
    House::build_with(Facts { secure: true, host: Some(HOST.to_owned()), providers, ..Facts::default() })
        .await
}

async fn answered(house: &House, cookie: &str, back: Value) -> Answer {
    house.send(&house.router, Method::POST, SIGN_IN, Some(cookie), Some(back)).await
}

fn bureau() -> Value {
    json!({ "provider": "bureau" })
}

/// Goes to the provider and comes back with what it says, or with a lie.
async fn sign_in(house: &House, issuer: &Issuer, subject: &str, twist: impl FnOnce(&mut Token)) -> Answer {
    let (address, cookie) = sent(house, bureau()).await;
    answered(house, &cookie, issuer.back(&address, subject, now_s(house), twist)).await
}

fn said(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.code())
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// The reason of the one failed sign-in since then.
async fn failure_since(house: &House, before: u64, person: PersonId) -> String {
    let entries = house.entries_since(before).await;
    let failed: Vec<_> = entries.iter().filter(|entry| entry.act == Act::SignInFailed).collect();
    assert_eq!(failed.len(), 1, "{entries:?}");
    assert_eq!(failed[0].person, Some(person));
    format!("{:?}", failed[0].record.outcome)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_stands_for_password_and_second_factor() {
    let issuer = Issuer::start();
    let house = house_with(&issuer).await;
    let caller = house.caller(Role::Viewer, house.unit).await;
    let enrolment = house.send(&house.router, Method::POST, "/api/me/totp", Some(&caller.cookie), None).await;
    let secret = enrolment.json()["secret"].as_str().unwrap().to_owned();
    let code = |back_s: i64| totp_code(&secret, now_s(&house) - back_s);
    house.post("/api/me/totp/confirm", &caller.cookie, json!({ "code": code(30) })).await;
    let path = format!("{OWN}/begin");
    for (password, totp, field) in [
        ("wrong horse battery", None, "password"),
        (PASSWORD, None, "code"),
        (PASSWORD, Some("000000".to_owned()), "code"),
    ] {
        let proof = json!({ "provider": "bureau", "password": password, "totp": totp });
        let answer = house.post(&path, &caller.cookie, proof).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]["field"]), (400, &json!(field)));
    }
    let before = house.entry_count().await;
    let proof = json!({ "provider": "bureau", "password": PASSWORD, "totp": code(0) });
    let address =
        house.post(&path, &caller.cookie, proof).await.json()["address"].as_str().unwrap().to_owned();
    let subject = somebody();
    let back = issuer.back(&address, &subject, now_s(&house), |_| ());
    let made = house.post(OWN, &caller.cookie, back.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    assert_eq!(said(&house.post(OWN, &caller.cookie, back).await), is(400, "journey"), "used up");
    let entries = house.entries_since(before).await;
    let extras: Vec<_> = entries.iter().map(|entry| (entry.act, entry.record.extra.clone())).collect();
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let begun = format!("identity=begun\nissuer={}", issuer.issuer);
    let done = format!("identity={id}\nissuer={}\nsubject={subject}", issuer.issuer);
    assert_eq!(extras, [(Act::LinkIdentity, begun), (Act::LinkIdentity, done)]);

    let before = house.entry_count().await;
    let answer = sign_in(&house, &issuer, &subject, |_| ()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    assert_eq!(answer.json()["person"]["account"], json!(caller.account));
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let entries = house.entries_since(before).await;
    let entry = entries.iter().find(|entry| entry.act == Act::SignIn).unwrap();
    assert_eq!(entry.record.extra, format!("means=provider\nidentity={id}\nissuer={}", issuer.issuer));
    // The session says by what it was begun, as the person and their administrator see it.
    let sessions = house.get("/api/me/sessions", &cookie).await.json();
    let means: Vec<_> = sessions.as_array().unwrap().iter().map(|row| row["means"].clone()).collect();
    assert_eq!(means, [json!("provider"), json!("password")]);
    assert_eq!(sessions[0]["provider"]["en"], "City Bureau");
    let own = house.get(OWN, &cookie).await.json();
    assert!(own["identities"][0]["used_ms"].is_i64(), "{own}");
    // Unlinked: other sessions end, this one stays, and the subject opens nothing.
    let path = format!("{OWN}/{id}");
    let ended = house.send(&house.router, Method::DELETE, &path, Some(&cookie), None).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    assert_eq!(house.get("/api/me", &cookie).await.status, StatusCode::OK);
    assert_eq!(house.get("/api/me", &caller.cookie).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(said(&sign_in(&house, &issuer, &subject, |_| ()).await), is(403, "unlinked"));
}

type Twist = fn(&mut Token);

/// What a provider would never send, or somebody in its name: nobody is signed in, nothing is linked, and with the lie left out it works.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_was_asked_for_signs_nobody_in() {
    let lies: [(&str, Twist); 21] = [
        ("alg none", |token| {
            token.header["alg"] = json!("none");
            token.sign = Sign::Nothing;
        }),
        ("no signature", |token| token.sign = Sign::Nothing),
        ("the public key as a secret", |token| {
            token.header["alg"] = json!("HS256");
            token.sign = Sign::PublicKeyAsSecret;
        }),
        ("another algorithm", |token| token.header["alg"] = json!("RS256")),
        ("a stranger's key", |token| token.sign = Sign::Stranger),
        ("a key that never was", |token| token.header["kid"] = json!("never")),
        ("a key in the header", |token| {
            token.header["jwk"] = json!({ "kty": "oct", "k": "AAAA" });
            token.sign = Sign::Stranger;
        }),
        ("something critical", |token| token.header["crit"] = json!(["exp"])),
        ("another nonce", |token| token.claims["nonce"] = json!("another")),
        ("no nonce", |token| token.claims["nonce"] = json!(null)),
        ("another client's", |token| token.claims["aud"] = json!("another-client")),
        ("another client's beside ours", |token| token.claims["aud"] = json!([CLIENT, "another-client"])),
        ("asked for by another", |token| token.claims["azp"] = json!("another-client")),
        ("another issuer's", |token| token.claims["iss"] = json!("https://evil.example")),
        ("expired", |token| token.claims["exp"] = json!(token.claims["iat"].as_i64().unwrap() - 61)),
        ("of yesterday", |token| token.claims["iat"] = json!(token.claims["iat"].as_i64().unwrap() - 86_400)),
        ("without presence", |token| token.claims["auth_time"] = json!(null)),
        ("a session of this morning", |token| {
            token.claims["auth_time"] = json!(token.claims["iat"].as_i64().unwrap() - 3_600);
        }),
        ("another provider's answer", |token| token.back["iss"] = json!("https://evil.example")),
        ("an answer that names nobody", |token| token.back["iss"] = json!(null)),
        ("another state", |token| token.back["state"] = json!("another")),
    ];
    let issuer = Issuer::start();
    let house = house_with(&issuer).await;
    let caller = house.caller(Role::Viewer, house.unit).await;
    let subject = somebody();
    linked(&house, &issuer, &caller, &subject).await;
    let other = house.caller(Role::Viewer, house.unit).await;
    for (lie, twist) in lies {
        // Its own house would lock nobody out; here the source's failures are forgiven by the clock of none, so few are counted.
        let before = house.entry_count().await;
        let address = linking(&house, &other).await;
        let answer =
            house.post(OWN, &other.cookie, issuer.back(&address, &somebody(), now_s(&house), twist)).await;
        assert_eq!(said(&answer), is(403, "provider_answer"), "{lie}: {}", answer.json());
        let entries = house.entries_since(before).await;
        let refused: Vec<_> = entries.iter().filter(|entry| entry.is_refusal()).collect();
        assert_eq!((refused.len(), refused[0].act), (1, Act::LinkIdentity), "{lie}: {entries:?}");
        assert_eq!(house.get(OWN, &other.cookie).await.json()["identities"], json!([]), "{lie}");
    }
    for (lie, twist) in lies {
        let house = house_with(&issuer).await;
        let caller = house.caller(Role::Viewer, house.unit).await;
        let subject = somebody();
        linked(&house, &issuer, &caller, &subject).await;
        let before = house.entry_count().await;
        let answer = sign_in(&house, &issuer, &subject, twist).await;
        assert_eq!(said(&answer), is(403, "provider_answer"), "{lie}: {}", answer.json());
        assert!(answer.headers.get(header::SET_COOKIE).is_none(), "{lie}");
        assert_eq!(house.entry_count().await, before, "{lie}: a stranger leaves no entry of their own");
        assert_eq!(sign_in(&house, &issuer, &subject, |_| ()).await.status, StatusCode::OK, "{lie}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_counts_once_and_in_its_own_browser() {
    let issuer = Issuer::start();
    let house = house_with(&issuer).await;
    let caller = house.caller(Role::Viewer, house.unit).await;
    let subject = somebody();
    linked(&house, &issuer, &caller, &subject).await;
    let (address, cookie) = sent(&house, bureau()).await;
    let back = issuer.back(&address, &subject, now_s(&house), |_| ());
    // Another browser: none was begun there, or another one was. No code is exchanged for either.
    let exchanged = issuer.asked("/token");
    for cookie in ["", "__Host-wk_journey=", "__Host-wk_journey=abc", "wk_journey=abc", &caller.cookie] {
        assert_eq!(said(&answered(&house, cookie, back.clone()).await), is(400, "journey"));
    }
    let (_, elsewhere) = sent(&house, bureau()).await;
    assert_eq!(said(&answered(&house, &elsewhere, back.clone()).await), is(403, "provider_answer"));
    assert_eq!(issuer.asked("/token"), exchanged);
    assert_eq!(answered(&house, &cookie, back.clone()).await.status, StatusCode::OK);
    // Twice, and the code with a journey of its own.
    assert_eq!(said(&answered(&house, &cookie, back.clone()).await), is(400, "journey"));
    let (address, cookie) = sent(&house, bureau()).await;
    let mut replayed = issuer.back(&address, &subject, now_s(&house), |_| ());
    replayed["code"] = back["code"].clone();
    assert_eq!(said(&answered(&house, &cookie, replayed).await), is(403, "provider_answer"));
    // What a session began to link, no other session and no sign-in ends.
    let address = linking(&house, &caller).await;
    let back = issuer.back(&address, &somebody(), now_s(&house), |_| ());
    let another = house.caller(Role::Viewer, house.unit).await;
    assert_eq!(said(&house.post(OWN, &another.cookie, back.clone()).await), is(400, "journey"));
    linking(&house, &another).await;
    assert_eq!(said(&house.post(OWN, &another.cookie, back).await), is(403, "provider_answer"));
    assert_eq!(house.get(OWN, &another.cookie).await.json()["identities"], json!([]));
    // Somebody who turned back at the provider is told so, and nothing is counted.
    let before = house.entry_count().await;
    let left = sign_in(&house, &issuer, &subject, |token| {
        token.back["error"] = json!("access_denied");
        token.back["code"] = json!(null);
    });
    let left = left.await;
    assert_eq!(said(&left), is(400, "provider_left"));
    assert!(
        left.json()["error"]["reason"]["en"].as_str().unwrap().starts_with("City Bureau: "),
        "{}",
        left.json()
    );
    assert_eq!(house.entry_count().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_is_one_persons() {
    let issuer = Issuer::start();
    let house = house_with(&issuer).await;
    let [first, second] =
        [house.caller(Role::Viewer, house.unit).await, house.caller(Role::Viewer, house.unit).await];
    let administrator = house.caller(Role::Administrator, house.unit).await;
    let (subject, own) = (somebody(), somebody());
    let link = async |who: &Caller, subject: &str, twist: Twist| {
        let address = linking(&house, who).await;
        house.post(OWN, &who.cookie, issuer.back(&address, subject, now_s(&house), twist)).await
    };
    let id = linked(&house, &issuer, &first, &subject).await;
    let refused = async |who: &Caller, subject: &str, twist: Twist, code: &str, article: &str| {
        let before = house.entry_count().await;
        let answer = link(who, subject, twist).await;
        assert_eq!(said(&answer), is(403, code), "{}", answer.json());
        assert_eq!(answer.json()["error"]["article"], article);
        let entries = house.entries_since(before).await;
        let refusals: Vec<_> =
            entries.iter().filter(|entry| entry.is_refusal()).map(|entry| entry.act).collect();
        assert_eq!(refusals, [Act::LinkIdentity]);
        assert_eq!(house.get(OWN, &second.cookie).await.json()["identities"], json!([]));
    };
    refused(&second, &subject, |_| (), "subject_linked", "national-2016:18").await;
    refused(
        &second,
        &own,
        |token| token.claims["kind"] = json!("shared"),
        "shared_subject",
        "national-2016:18",
    )
    .await;
    refused(&second, CLIENT, |_| (), "shared_subject", "national-2016:18").await;
    refused(&first, &subject, |_| (), "linked_already", "unit:accounts").await;
    refused(&first, &own, |_| (), "another_subject", "unit:accounts").await;
    // A subject that the provider calls shared from some day on no longer signs in.
    let before = house.entry_count().await;
    let shared = sign_in(&house, &issuer, &subject, |token| token.claims["kind"] = json!(["shared"])).await;
    assert_eq!(said(&shared), is(403, "shared_subject"));
    failure_since(&house, before, first.person).await;
    // An administrator unlinks: it was another's, and is nobody else's but by name.
    let path = format!("/api/people/{}/identities/{id}", first.person);
    let ended = house.send(&house.router, Method::DELETE, &path, Some(&administrator.cookie), None).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    assert_eq!(house.get("/api/me", &first.cookie).await.status, StatusCode::UNAUTHORIZED);
    refused(&second, &subject, |_| (), "subject_was_anothers", "national-2016:18").await;
    let (_, invitation) = invited(&house, &administrator, &second, Some(&subject)).await;
    let taken = take(&house, &issuer, &invitation, &subject).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.json());
    assert_eq!(taken.json()["person"]["account"], json!(second.account));
    // Whoever invited could have taken it: until another keeper confirms the account it has no picture.
    let looked = house.post("/api/views", &second.cookie, house.live_view()).await;
    assert_eq!(said(&looked), is(403, "account_unconfirmed"), "{}", looked.json());
    let other = house.caller(Role::Administrator, house.unit).await;
    for (keeper, expected) in [(&administrator, "own_account_made"), (&other, "")] {
        let path = format!("/api/people/{}/confirm", second.person);
        let confirmed = house.post(&path, &keeper.cookie, json!({ "note": "本人已核实" })).await;
        assert_eq!(confirmed.code(), expected, "{}", confirmed.json());
    }
    let looked = house.post("/api/views", &second.cookie, house.live_view()).await;
    assert_eq!(looked.status, StatusCode::CREATED, "{}", looked.json());
    // A new one-time password takes links along: whoever had the account before has no way in.
    let path = format!("/api/people/{}/reset", second.person);
    house.send(&house.router, Method::POST, &path, Some(&administrator.cookie), None).await;
    assert_eq!(said(&sign_in(&house, &issuer, &subject, |_| ()).await), is(403, "unlinked"));
}

/// An invitation's address and its secret.
async fn invited(house: &House, by: &Caller, whom: &Caller, subject: Option<&str>) -> (String, String) {
    let path = format!("/api/people/{}/identities/invitation", whom.person);
    let answer = house.post(&path, &by.cookie, json!({ "provider": "bureau", "subject": subject })).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    let address = answer.json()["address"].as_str().unwrap().to_owned();
    let secret = address.split_once('#').unwrap().1.to_owned();
    (address, secret)
}

async fn take(house: &House, issuer: &Issuer, invitation: &str, subject: &str) -> Answer {
    let (address, cookie) = sent(house, json!({ "provider": "bureau", "invitation": invitation })).await;
    answered(house, &cookie, issuer.back(&address, subject, now_s(house), |_| ())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_links_once_and_only_whom_it_names() {
    let issuer = Issuer::start();
    let house = house_with(&issuer).await;
    let caller = house.caller(Role::Viewer, house.unit).await;
    let administrator = house.caller(Role::Administrator, house.unit).await;
    let (_, replaced) = invited(&house, &administrator, &caller, None).await;
    let subject = somebody();
    let (address, secret) = invited(&house, &administrator, &caller, Some(&subject)).await;
    assert!(address.starts_with(&format!("https://{HOST}/sign-in/invited/bureau#")), "{address}");
    let begin = async |invitation: &str| {
        let body = json!({ "provider": "bureau", "invitation": invitation });
        house.send(&house.router, Method::POST, issuer::BEGIN, None, Some(body)).await
    };
    for none in [replaced.as_str(), "", "abc", &"0".repeat(64)] {
        assert_eq!(said(&begin(none).await), is(403, "no_invitation"), "{none}");
    }
    let before = house.entry_count().await;
    assert_eq!(said(&take(&house, &issuer, &secret, &somebody()).await), is(401, "bad_credentials"));
    assert!(failure_since(&house, before, caller.person).await.contains("names another subject"));
    let before = house.entry_count().await;
    // Two at once: one of them has it.
    let (there, browser) = sent(&house, json!({ "provider": "bureau", "invitation": secret })).await;
    let taken = take(&house, &issuer, &secret, &subject).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.json());
    let second = answered(&house, &browser, issuer.back(&there, &subject, now_s(&house), |_| ())).await;
    assert_eq!(said(&second), is(403, "no_invitation"));
    assert_eq!(said(&begin(&secret).await), is(403, "no_invitation"));
    let entries = house.entries_since(before).await;
    let acts: Vec<_> = entries.iter().filter(|entry| entry.person == Some(caller.person)).collect();
    assert_eq!(acts.iter().map(|entry| entry.act).collect::<Vec<_>>(), [Act::SignIn, Act::LinkIdentity]);
    assert!(acts[1].record.extra.ends_with(&format!("invited_by={}", administrator.account)));
    // Nobody invites themselves, and nobody of another unit.
    let other = house.caller(Role::Administrator, house.other_unit).await;
    for (by, whom, code) in [(&administrator, &administrator, "own_invitation"), (&other, &caller, "")] {
        let path = format!("/api/people/{}/identities/invitation", whom.person);
        let answer = house.post(&path, &by.cookie, bureau()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(code.is_empty() || answer.code() == code, "{}", answer.json());
    }
    // A suspended person takes none.
    let another = house.caller(Role::Viewer, house.unit).await;
    let (_, secret) = invited(&house, &administrator, &another, None).await;
    suspend(&house, &administrator, another.person, true).await;
    assert_eq!(said(&take(&house, &issuer, &secret, &somebody()).await), is(401, "bad_credentials"));
    suspend(&house, &administrator, another.person, false).await;
    assert_eq!(
        house.get(OWN, &house.sign_in(another.person, &another.account).await.cookie).await.json()["identities"],
        json!([])
    );
}

async fn suspend(house: &House, by: &Caller, person: PersonId, suspended: bool) {
    let path = format!("/api/people/{person}");
    let body = Some(json!({ "suspended": suspended }));
    let answer = house.send(&house.router, Method::PATCH, &path, Some(&by.cookie), body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn locks_suspension_terms_and_rest_hold_for_providers_too() {
    let issuer = Issuer::start();
    let house = house_with(&issuer).await;
    let caller = house.caller(Role::Viewer, house.unit).await;
    let subject = somebody();
    linked(&house, &issuer, &caller, &subject).await;
    let administrator = house.caller(Role::Administrator, house.unit).await;
    for (suspended, status) in [(true, 401), (false, 200)] {
        suspend(&house, &administrator, caller.person, suspended).await;
        let before = house.entry_count().await;
        assert_eq!(sign_in(&house, &issuer, &subject, |_| ()).await.status.as_u16(), status);
        if suspended {
            assert!(failure_since(&house, before, caller.person).await.contains("suspended"));
        }
    }
    // Whoever has not signed in for a hundred days is told so, as with a password.
    let (person, resting) = sleeper(&house, &issuer).await;
    let before = house.entry_count().await;
    let rests = sign_in(&house, &issuer, &resting, |_| ()).await;
    assert_eq!(said(&rests), is(403, "dormant"));
    assert_eq!(rests.json()["error"]["article"], "unit:accounts");
    failure_since(&house, before, person).await;
    // Whoever has left is suspended with it.
    let leave = format!("/api/people/{}/leave", caller.person);
    let left = house.post(&leave, &administrator.cookie, json!({})).await;
    assert!(left.status.is_success(), "{} {}", left.status, left.json());
    assert_eq!(said(&sign_in(&house, &issuer, &subject, |_| ()).await), is(401, "bad_credentials"));
    // Guesses of the password lock the account for the provider too: its word opens nothing meanwhile.
    let house = house_with(&issuer).await;
    let caller = house.caller(Role::Viewer, house.unit).await;
    let subject = somebody();
    linked(&house, &issuer, &caller, &subject).await;
    for _ in 0..5 {
        let guess = json!({ "account": caller.account, "password": "wrong horse battery" });
        house.send(&house.router, Method::POST, "/api/sign-in", None, Some(guess)).await;
    }
    assert_eq!(said(&sign_in(&house, &issuer, &subject, |_| ()).await), is(429, "locked"));
    // So do subjects that nobody linked lock their source.
    let house = house_with(&issuer).await;
    let before = house.entry_count().await;
    for _ in 0..20 {
        assert_eq!(said(&sign_in(&house, &issuer, &somebody(), |_| ()).await), is(403, "unlinked"));
    }
    assert_eq!(said(&sign_in(&house, &issuer, &somebody(), |_| ()).await), is(429, "locked"));
    assert_eq!(house.entry_count().await, before, "strangers are counted, not entered");
}

/// Somebody whose account, with a link, has rested for a hundred days.
async fn sleeper(house: &House, issuer: &Issuer) -> (PersonId, String) {
    let then = house.app.now().plus_us(-100 * 86_400_000_000);
    let new = NewPerson {
        account: "sleeper".to_owned(),
        name: Personal::new("休眠者".to_owned()),
        language: "zh".to_owned(),
        posts: vec![Post { role: Role::Viewer, unit: house.unit, group: None }],
        password: Some(Secret::new(PASSWORD.to_owned())),
        password_stays: true,
    };
    let person = house.app.registry().create_person(&system_cx("demo", then), new).await.unwrap().0;
    let cx = Cx {
        actor: Actor::Person(person),
        purpose: Purpose::Administration,
        legal_basis: LegalBasis::Operation,
        case: None,
        note: None,
        place: "local".to_owned(),
        request: RequestId(uuid::Uuid::now_v7()),
        now: then,
    };
    let subject = somebody();
    let proven = ProvenSubject { issuer: issuer.issuer.clone(), subject: subject.clone(), is_shared: false };
    house.app.registry().link_identity(&cx, proven).await.unwrap();
    (person, subject)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_down_says_so_and_the_password_goes_on() {
    let bodies: [(&str, Option<&'static str>); 5] = [
        ("no HTTP", Some("SSH-2.0\r\n\r\n")),
        ("no answer", Some("")),
        ("an error", Some("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")),
        ("too much", Some("HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n")),
        ("no JSON", Some("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno")),
    ];
    for (what, broken) in bodies {
        let issuer = Issuer::start();
        let house = house_with(&issuer).await;
        issuer.break_with(broken);
        let answer = house.send(&house.router, Method::POST, issuer::BEGIN, None, Some(bureau())).await;
        assert_eq!(said(&answer), is(503, "provider_down"), "{what}");
        let reason = answer.json()["error"]["reason"].clone();
        assert!(
            reason["en"].as_str().unwrap().starts_with("City Bureau: ")
                && reason["zh"].as_str().unwrap().starts_with("市局统一认证：")
        );
        assert!(reason["en"].as_str().unwrap().contains("reading its description"), "{reason}");
        house.caller(Role::Viewer, house.unit).await;
        issuer.break_with(None);
        sent(&house, bureau()).await;
    }
    // It went away while somebody was there.
    let issuer = Issuer::start();
    let house = house_with(&issuer).await;
    let (address, cookie) = sent(&house, bureau()).await;
    let back = issuer.back(&address, &somebody(), now_s(&house), |_| ());
    issuer.break_with(Some("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"));
    let answer = answered(&house, &cookie, back).await;
    assert_eq!(said(&answer), is(503, "provider_down"));
    assert!(answer.json()["error"]["reason"]["en"].as_str().unwrap().contains("exchanging its code"));
    // Another key is asked for once a token names it.
    issuer.break_with(None);
    let caller = house.caller(Role::Viewer, house.unit).await;
    let subject = somebody();
    linked(&house, &issuer, &caller, &subject).await;
    issuer.rotate("second");
    assert_eq!(sign_in(&house, &issuer, &subject, |_| ()).await.status, StatusCode::OK);
    // Strangers make us ask it so many times a minute and no more.
    let issuer = Issuer::start();
    let house = house_with(&issuer).await;
    issuer.break_with(Some(""));
    for _ in 0..30 {
        house.send(&house.router, Method::POST, issuer::BEGIN, None, Some(bureau())).await;
    }
    assert_eq!(issuer.asked("/.well-known/openid-configuration"), 10);
    // What describes another issuer, or sends people to an unsafe address, is not believed.
    for (field, value) in [
        ("issuer", json!("https://evil.example")),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("token_endpoint", json!("http://192.0.2.1/token")),
        ("code_challenge_methods_supported", json!(["plain"])),
    ] {
        let issuer = Issuer::start();
        issuer.describe(field, value);
        let house = house_with(&issuer).await;
        let answer = house.send(&house.router, Method::POST, issuer::BEGIN, None, Some(bureau())).await;
        assert_eq!(said(&answer), is(503, "provider_down"), "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_go_to_the_providers_own_address_and_come_back_to_the_host_name_alone() {
    let issuer = Issuer::start();
    let house = house_with(&issuer).await;
    let (address, _) = sent(&house, bureau()).await;
    assert!(address.starts_with(&format!("{}/auth?", issuer.issuer)), "{address}");
    let unknown = json!({ "provider": "https://evil.example" });
    let answer = house.send(&house.router, Method::POST, issuer::BEGIN, None, Some(unknown)).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    for (host, expected) in
        [(HOST, 200), ("vms.example:8443", 200), ("evil.example", 403), ("192.0.2.1", 403)]
    {
        let request = Request::builder().method(Method::POST).uri(issuer::BEGIN).header("x-watchkeeper", "1");
        let request = request.header(header::HOST, host).header(header::CONTENT_TYPE, "application/json");
        let answer =
            house.send_raw(&house.router, request.body(Body::from(bureau().to_string())).unwrap()).await;
        assert_eq!(answer.status.as_u16(), expected, "{host}");
        assert!(expected == 200 || answer.code() == "provider_host");
    }
    // The page that a provider sends people back to is the console's own: no route takes what another site's page sends.
    let means = house.send(&house.router, Method::GET, "/api/sign-in", None, None).await.json();
    assert_eq!(
        means["providers"],
        json!([{ "id": "bureau", "name": { "zh": "市局统一认证", "en": "City Bureau" } }])
    );
    assert!(!means.to_string().contains(&issuer.issuer) && !means.to_string().contains(CLIENT));
}
