//! Signing in, lock-outs, second factors, passwords, posts.

use super::*;
use crate::registry::people::ONE_TIME_US;
use crate::registry::sessions::{Alone, Asked, SESSION_IDLE_US, SESSION_US_MAX};
use law::access::Post;
use model::{Act, Kind, Personal, RequestId, Role, Secret, WallTime};
use totp_rs::{Builder, Secret as TotpBytes};

fn attempt(account: &str, password: &str, now: WallTime) -> Attempt {
    Attempt {
        account: account.into(),
        password: Secret::new(password.into()),
        totp: None,
        source: "192.0.2.7".into(),
        agent: "test".into(),
        request: RequestId(uuid::Uuid::now_v7()),
        now,
    }
}

fn word(result: std::result::Result<SignIn, SignInError>) -> &'static str {
    match result {
        Ok(_) => "in",
        Err(SignInError::BadCredentials) => "bad",
        Err(SignInError::TotpRequired) => "totp",
        Err(SignInError::Locked { .. }) => "locked",
        Err(SignInError::Refused(refusal)) => refusal.code,
        Err(SignInError::Unlinked | SignInError::NoInvitation) => "unlinked",
        Err(SignInError::Store(error)) => panic!("{error}"),
    }
}

const MINUTE_US: i64 = 60 * SECOND_US;

#[tokio::test]
async fn signing_in_and_out() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let signed_in = registry.sign_in(attempt(" Operator ", PASSWORD, NOW)).await.unwrap();
    assert_eq!((signed_in.person, signed_in.expires), (town.operator, NOW.plus_us(SESSION_US_MAX)));
    assert_eq!(newest(&town.store).await.kind, Act::SignIn);
    let token = signed_in.token.expose().clone();
    let who = registry.authenticate(&token, Asked::ByHand, NOW).await.unwrap();
    assert_eq!((who.person, who.account.as_str()), (town.operator, "operator"));
    for wrong in ["", "x", &"0".repeat(64), &token[..63]] {
        assert_eq!(
            registry.authenticate(wrong, Asked::ByHand, NOW).await.unwrap_err().kind(),
            Kind::Unauthenticated
        );
    }
    assert_eq!(registry.sessions(&cx(town.operator, NOW)).await.unwrap().len(), 1);
    let stranger = registry.end_session(&cx(town.viewer, NOW), signed_in.session).await;
    assert_eq!(stranger.unwrap_err().kind(), Kind::NotFound, "nobody ends another's session");
    registry.end_session(&cx(town.operator, NOW), signed_in.session).await.unwrap();
    assert_eq!(newest(&town.store).await.kind, Act::SignOut);
    assert!(registry.authenticate(&token, Asked::ByHand, NOW).await.is_err());
}

#[tokio::test]
async fn sessions_idle_out_and_end_for_good() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let token = registry.sign_in(attempt("operator", PASSWORD, NOW)).await.unwrap().token;
    let alone = async |asked: Asked, us: i64| {
        registry.authenticate(token.expose(), asked, NOW.plus_us(us)).await.map(|who| who.alone).ok()
    };
    use Asked::{ByHand, ByItself};
    assert_eq!(alone(ByHand, SESSION_IDLE_US - 1).await, Some(Alone::No));
    assert_eq!(alone(ByHand, 2 * SESSION_IDLE_US - 2).await, Some(Alone::No), "a hand prolongs it");
    assert_eq!(alone(ByItself, 3 * SESSION_IDLE_US - 3).await, Some(Alone::No));
    assert_eq!(alone(ByItself, 3 * SESSION_IDLE_US - 2).await, Some(Alone::Yes), "asking by itself does not");
    assert_eq!(alone(ByHand, 3 * SESSION_IDLE_US).await, Some(Alone::Yes), "and no hand opens it again");
    assert_eq!(alone(ByHand, SESSION_US_MAX).await, None, "not beyond the absolute end");
    let token = registry.sign_in(attempt("operator", PASSWORD, NOW)).await.unwrap().token;
    let mut seen = 0;
    while seen < SESSION_US_MAX {
        let who = registry.authenticate(token.expose(), ByHand, NOW.plus_us(seen)).await.unwrap();
        assert_eq!(who.alone, Alone::No, "{seen}");
        seen += SESSION_IDLE_US / 2;
    }
    assert!(registry.authenticate(token.expose(), ByHand, NOW.plus_us(SESSION_US_MAX)).await.is_err());
}

#[tokio::test]
async fn five_failures_lock_an_account_and_doubling_follows() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let mut now = NOW;
    for lock_minutes in [15, 30, 60] {
        for _ in 0..5 {
            assert_eq!(word(registry.sign_in(attempt("operator", "wrong", now)).await), "bad");
        }
        assert_eq!(word(registry.sign_in(attempt("operator", PASSWORD, now)).await), "locked");
        let almost = now.plus_us(lock_minutes * MINUTE_US - 1);
        assert_eq!(word(registry.sign_in(attempt("operator", PASSWORD, almost)).await), "locked");
        now = now.plus_us(lock_minutes * MINUTE_US);
    }
    assert_eq!(word(registry.sign_in(attempt("operator", PASSWORD, now)).await), "in");
    let failed = entries(&town.store).await.iter().filter(|record| record.kind == Act::SignInFailed).count();
    assert_eq!(failed, 15, "each failure of a known account is an entry");
}

#[tokio::test]
async fn tries_at_the_same_time_do_not_slip_past_the_lock() {
    let town = Town::build().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let registry = town.store.registry.clone();
        tasks.spawn(async move { word(registry.sign_in(attempt("operator", "wrong", NOW)).await) });
    }
    let mut bad = 0;
    while let Some(result) = tasks.join_next().await {
        bad += usize::from(result.unwrap() == "bad");
    }
    assert_eq!(bad, 5);
}

#[tokio::test]
async fn a_source_that_tries_many_accounts_is_locked() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let before = registry.entry_count().await.unwrap();
    for number in 0..20 {
        let unknown = format!("nobody{number}");
        assert_eq!(word(registry.sign_in(attempt(&unknown, "wrong", NOW)).await), "bad");
    }
    assert_eq!(word(registry.sign_in(attempt("operator", PASSWORD, NOW)).await), "locked");
    let elsewhere = Attempt { source: "192.0.2.8".into(), ..attempt("operator", PASSWORD, NOW) };
    assert_eq!(word(registry.sign_in(elsewhere).await), "in", "from elsewhere it works");
    assert_eq!(registry.entry_count().await.unwrap(), before + 1, "unknown accounts are only counted");
    registry.close_anonymous(NOW.plus_us(60 * MINUTE_US), false).await.unwrap();
    let record = newest(&town.store).await;
    assert_eq!((record.kind, record.place.as_str()), (Act::AnonymousRefused, "192.0.2.7"));
    assert!(record.extra.contains("count=21"), "{}", record.extra);
}

#[tokio::test]
async fn the_second_factor_counts_once() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let operator = cx(town.operator, NOW);
    let enrolment = registry.begin_totp(&operator).await.unwrap();
    assert!(enrolment.otpauth_url.expose().starts_with("otpauth://totp/"));
    let secret = TotpBytes::try_from_base32(enrolment.secret.expose()).unwrap();
    let totp = Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    let code = |now: WallTime| totp.generate((now.0 / 1_000_000) as u64).to_string();
    assert!(registry.confirm_totp(&operator, "000000").await.is_err());
    assert_eq!(word(registry.sign_in(attempt("operator", PASSWORD, NOW)).await), "in", "not yet confirmed");
    registry.confirm_totp(&operator, &code(NOW)).await.unwrap();
    let with =
        |code: String, now: WallTime| Attempt { totp: Some(code), ..attempt("operator", PASSWORD, now) };
    let try_in = async |attempt: Attempt| word(registry.sign_in(attempt).await);
    assert_eq!(try_in(attempt("operator", PASSWORD, NOW)).await, "totp");
    assert_eq!(try_in(with(code(NOW), NOW)).await, "bad", "the confirming code is used up");
    let next = NOW.plus_us(30 * SECOND_US);
    assert_eq!(try_in(with(code(next), next)).await, "in");
    assert_eq!(try_in(with(code(next), next)).await, "bad", "replayed");
    let third = NOW.plus_us(60 * SECOND_US);
    assert_eq!(try_in(with(code(next), third)).await, "bad", "replayed within the tolerance");
    assert_eq!(try_in(with(code(third), third)).await, "in");
    assert!(registry.remove_totp(&operator, Secret::new("wrong".into())).await.is_err());
    registry.remove_totp(&operator, Secret::new(PASSWORD.into())).await.unwrap();
    assert_eq!(try_in(attempt("operator", PASSWORD, third)).await, "in");
}

#[tokio::test]
async fn the_first_administrator_changes_the_one_time_secret() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let registry = &store.registry;
    assert!(!registry.is_initialised().await.unwrap());
    let init = system_cx("init", NOW);
    let name = Personal::new("Zhang San".to_owned());
    let (person, one_time) = registry.init(&init, "East Station", "zhang", name.clone()).await.unwrap();
    assert_eq!(one_time.expose().len(), 23);
    assert!(registry.init(&init, "Second", "li", name).await.is_err(), "only once");
    let signed_in = registry.sign_in(attempt("zhang", one_time.expose(), NOW)).await.unwrap();
    assert!(signed_in.must_change_password);
    let administrator = office(person, NOW);
    let refusal = refused(registry.create_unit(&administrator, "West").await.unwrap_err());
    assert_eq!(refusal.code, "must_change_password");
    let change = async |new: &str| {
        let new = Secret::new(new.to_owned());
        registry.change_password(&administrator, Some(signed_in.session), one_time.clone(), new).await
    };
    for bad in ["short", one_time.expose(), "password of zhang", &"x".repeat(300)] {
        assert_eq!(change(bad).await.unwrap_err().kind(), Kind::Invalid, "{bad}");
    }
    change("a much better one").await.unwrap();
    registry.create_unit(&administrator, "West").await.unwrap();
    assert!(
        registry.authenticate(signed_in.token.expose(), Asked::ByHand, NOW).await.is_ok(),
        "this session stays"
    );
    assert_eq!(word(registry.sign_in(attempt("zhang", one_time.expose(), NOW)).await), "bad");
    assert_eq!(word(registry.sign_in(attempt("zhang", "a much better one", NOW)).await), "in");
}

#[tokio::test]
async fn one_time_passwords_run_out_and_are_reset() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let administrator = office(town.administrator, NOW);
    let session = registry.sign_in(attempt("viewer", PASSWORD, NOW)).await.unwrap();
    let one_time = registry.reset_password(&administrator, town.viewer).await.unwrap();
    assert!(registry.authenticate(session.token.expose(), Asked::ByHand, NOW).await.is_err(), "sessions end");
    assert_eq!(word(registry.sign_in(attempt("viewer", PASSWORD, NOW)).await), "bad");
    let late = NOW.plus_us(ONE_TIME_US);
    assert_eq!(word(registry.sign_in(attempt("viewer", one_time.expose(), late)).await), "bad");
    assert_eq!(word(registry.sign_in(attempt("viewer", one_time.expose(), NOW)).await), "in");
    let refusal =
        refused(registry.reset_password(&office(town.operator, NOW), town.viewer).await.unwrap_err());
    assert_eq!(refusal.code, "role");
}

#[tokio::test]
async fn administrators_stay_in_their_unit_and_off_their_own_posts() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let administrator = office(town.administrator, NOW);
    let person = |unit, account: &str| NewPerson {
        account: account.into(),
        name: Personal::new("Someone".into()),
        language: "en".into(),
        posts: vec![Post { role: Role::Viewer, unit, group: None }],
        password: None,
        password_stays: true,
    };
    let (made, one_time) = registry.create_person(&administrator, person(town.unit, "fresh")).await.unwrap();
    let one_time = one_time.unwrap();
    let signed_in = registry.sign_in(attempt("fresh", one_time.expose(), NOW)).await.unwrap();
    assert!(signed_in.must_change_password, "only the system's own set-up may skip that");
    let error = registry.create_person(&administrator, person(town.unit, "Fresh")).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict, "accounts are unique: {error}");
    let error = registry.create_person(&administrator, person(town.other_unit, "other")).await.unwrap_err();
    assert_eq!(refused(error).code, "other_unit");
    let posts = vec![Post { role: Role::Operator, unit: town.unit, group: None }];
    let change = PersonChange { posts: Some(posts), ..PersonChange::default() };
    let error = registry.change_person(&administrator, town.administrator, change.clone()).await.unwrap_err();
    assert_eq!(refused(error).code, "own_posts");
    registry.change_person(&administrator, made, change).await.unwrap();
    let people = registry.people(&administrator).await.unwrap();
    assert_eq!(people.len(), 5);
    let fresh = people.iter().find(|person| person.id == made).unwrap();
    assert!(fresh.rights().playback && !fresh.rights().people);
    assert_eq!(registry.people(&office(town.viewer, NOW)).await.unwrap().len(), 1, "others see themselves");
    for bad in ["", "x", "with space", &"y".repeat(40)] {
        let error = registry.create_person(&administrator, person(town.unit, bad)).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid, "{bad}");
    }
}
