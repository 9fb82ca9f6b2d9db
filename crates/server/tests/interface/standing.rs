//! Who is vetted, trained and current, over HTTP: what each lack refuses, with article and remedy, and that the remedy helps; a
//! view that ends when a training does; accounts that rest, end or are left.

use crate::{
    cases::Who,
    house::{Answer, Caller, House, PASSWORD},
    levels::paper,
    turned::Turned,
    watch::{Seen, Studio, next, to_the_end},
};
use axum::http::{Method, StatusCode};
use law::access::Post;
use law::register::RecordKind;
use model::{Act, PersonId, Personal, RecordId, Role, Secret};
use serde_json::{Value, json};
use store::{NewPerson, system_cx};

const DAY_MS: i64 = 86_400_000;

/// Somebody of the unit about whom nothing is on record, signed in.
/// Somebody untrained.
pub async fn newcomer(house: &House, account: &str, role: Role) -> Caller {
    created(house, account, role, house.app.now()).await;
    let person = person_of(house, account).await;
    house.sign_in(person, account).await
}

async fn created(house: &House, account: &str, role: Role, at: model::WallTime) {
    let new = NewPerson {
        account: account.to_owned(),
        name: Personal::new(format!("人员 {account}")),
        language: "zh".to_owned(),
        posts: vec![Post { role, unit: house.unit, group: None }],
        password: Some(Secret::new(PASSWORD.to_owned())),
        password_stays: true,
    };
    house.app.registry().create_person(&system_cx("init", at), new).await.unwrap();
}

async fn person_of(house: &House, account: &str) -> PersonId {
    let people = house.app.registry().people(&system_cx("demo", house.app.now())).await.unwrap();
    people.into_iter().find(|person| person.account == account).unwrap().id
}

async fn contractor(house: &House) -> RecordId {
    let body = json!({ "name": "某维保公司", "roles": ["maintenance"] }).as_object().cloned().unwrap();
    let cx = system_cx("demo", house.app.now());
    house.app.registry().add_record(&cx, RecordKind::Contractor, Some(house.unit), body).await.unwrap()
}

/// What a manager enters about a person.
pub async fn enter(house: &House, manager: &Caller, person: PersonId, what: &str) -> Answer {
    let now = house.app.now().as_ms();
    let training = |kind: &str, by_public_security: bool, from_days: i64, until_days: i64| {
        let body = json!({
            "kind": kind, "issuer": "培训机构", "number": "17", "by_public_security": by_public_security,
            "valid_from_ms": now + from_days * DAY_MS, "valid_until_ms": now + until_days * DAY_MS,
        });
        ("trainings", body)
    };
    let vetting =
        |passed: bool| ("vetting", json!({ "by_whom": "派出所", "at_ms": now - 1_000, "passed": passed }));
    let (path, body) = match what {
        "certificate" => training("certificate", false, -1, 300),
        "certificate of the police" => training("certificate", true, -1, 300),
        "past certificate" => training("certificate", true, -20, -1),
        "certificate to come" => training("certificate", true, 1, 300),
        "law" => training("law", false, -1, 300),
        "confidentiality" => training("confidentiality", false, -1, 300),
        "skills" => training("skills", false, -1, 300),
        "passed" => vetting(true),
        "passed until yesterday" => {
            let mut old = vetting(true);
            old.1["at_ms"] = json!(now - 2 * DAY_MS);
            old.1["valid_until_ms"] = json!(now - DAY_MS);
            old
        }
        "passed until tomorrow" => {
            let mut new = vetting(true);
            new.1["valid_until_ms"] = json!(now + DAY_MS);
            new
        }
        "failed" => vetting(false),
        "contractor" => {
            let firm = contractor(house).await.to_string();
            ("term", json!({ "contractor_id": firm, "valid_until_ms": now + DAY_MS }))
        }
        "ended" => ("term", json!({ "valid_until_ms": now - 1 })),
        "a day more" => ("term", json!({ "valid_until_ms": now + DAY_MS })),
        other => panic!("nothing is called {other}"),
    };
    house.post(&format!("/api/people/{person}/{path}"), &manager.cookie, body).await
}

/// What was entered, and what comes of looking: code and article of the refusal, empty when there is a picture.
type Case = (&'static [&'static str], &'static str, &'static str);

const CASES: &[Case] = &[
    (&[], "training", "unit:training"),
    (&["passed"], "training", "unit:training"),
    (&["certificate"], "vetting", "unit:vetting"),
    (&["certificate", "passed"], "", ""),
    (&["past certificate", "passed"], "training", "unit:training"),
    (&["certificate to come", "passed"], "training", "unit:training"),
    (&["law", "skills", "passed"], "training", "unit:training"),
    (&["law", "skills", "confidentiality", "passed"], "", ""),
    (&["certificate", "passed", "failed"], "vetting", "unit:vetting"),
    (&["certificate", "failed", "passed"], "", ""),
    (&["certificate", "passed until yesterday"], "vetting", "unit:vetting"),
    (&["certificate", "passed until yesterday", "passed until tomorrow"], "", ""),
    (&["certificate", "passed", "passed until yesterday"], "vetting", "unit:vetting"),
    (&["certificate", "passed", "contractor"], "contractor", "unit:accounts"),
    (&["certificate", "passed", "ended"], "account_ended", "unit:accounts"),
    (&["certificate", "passed", "ended", "a day more"], "", ""),
];

#[tokio::test(flavor = "multi_thread")]
async fn no_picture_for_who_is_not_vetted_trained_and_current() {
    let house = House::build().await;
    let manager = Who::Manager.sign_in(&house).await;
    for (number, (entered, code, article)) in CASES.iter().enumerate() {
        let caller = newcomer(&house, &format!("new{number}"), Role::Operator).await;
        for what in *entered {
            let answer = enter(&house, &manager, caller.person, what).await;
            assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.json());
        }
        for (act, path, body) in [
            (Act::Live, "/api/views", house.live_view()),
            (Act::Playback, "/api/views", house.playback_view()),
            (Act::Export, "/api/exports", house.export()),
        ] {
            let before = house.entry_count().await;
            let answer = house.post(path, &caller.cookie, body).await;
            let said = answer.json();
            let entries = house.entries_since(before).await;
            let entry = entries.iter().find(|entry| entry.person == Some(caller.person)).unwrap();
            assert_eq!((entry.act, entry.is_refusal()), (act, !code.is_empty()), "{entered:?}: {said}");
            if code.is_empty() {
                assert_eq!(answer.status, StatusCode::CREATED, "{entered:?}: {said}");
                continue;
            }
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (StatusCode::FORBIDDEN, *code),
                "{entered:?}"
            );
            assert_eq!(said["error"]["article"], json!(article), "{entered:?}");
            for words in [&said["error"]["reason"], &said["error"]["remedy"]] {
                assert!(words["zh"].as_str().is_some_and(|text| !text.is_empty()), "{said}");
            }
        }
    }
}

/// guangzhou-2007:23: the city's public security organ holds the training; other packs name no issuer.
#[tokio::test(flavor = "multi_thread")]
async fn the_pack_that_binds_says_who_must_have_held_the_training() {
    for (pack, article, by_others) in
        [("guangzhou-2007", "guangzhou-2007:23", false), ("datong-2008", "datong-2008:17", true)]
    {
        let house = House::build().await;
        let manager = Who::Manager.sign_in(&house).await;
        let document = paper(&house).await;
        let cx = system_cx("demo", house.app.now());
        house.app.registry().adopt_pack(&cx, house.unit, pack, document).await.unwrap();
        let caller = newcomer(&house, "newcomer", Role::Viewer).await;
        let refused = house.post("/api/views", &caller.cookie, house.live_view()).await;
        assert_eq!(refused.json()["error"]["article"], json!(article), "{}", refused.json());
        for what in ["passed", "certificate"] {
            assert_eq!(enter(&house, &manager, caller.person, what).await.status, StatusCode::OK);
        }
        let answer = house.post("/api/views", &caller.cookie, house.live_view()).await;
        assert_eq!(answer.status == StatusCode::CREATED, by_others, "{pack}: {}", answer.json());
        enter(&house, &manager, caller.person, "certificate of the police").await;
        house.view(&caller, house.live_view()).await;
    }
}

/// A training that ends so many milliseconds from now.
async fn trained_for(house: &House, manager: &Caller, person: PersonId, ms: i64) -> i64 {
    let now = house.app.now().as_ms();
    let body = json!({
        "kind": "certificate", "issuer": "市公安局", "valid_from_ms": now - DAY_MS, "valid_until_ms": now + ms,
    });
    let path = format!("/api/people/{person}/trainings");
    let answer = house.post(&path, &manager.cookie, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    now + ms
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_ends_when_the_training_does() {
    let studio = Studio::start().await;
    let house = &studio.house;
    let manager = Who::Manager.sign_in(house).await;
    let caller = newcomer(house, "newcomer", Role::Viewer).await;
    enter(house, &manager, caller.person, "passed").await;
    // On a busy machine a training may be over before the view is open: then one that lasts longer.
    let mut lasts_ms = 4_000;
    let (view, until_ms) = loop {
        let until_ms = trained_for(house, &manager, caller.person, lasts_ms).await;
        let answer = house.post("/api/views", &caller.cookie, house.live_view()).await;
        if answer.status == StatusCode::CREATED {
            let said = answer.json();
            assert_eq!(said["expires_ms"], json!(until_ms), "the view ends with the training: {said}");
            break (said["id"].as_str().unwrap().to_owned(), until_ms);
        }
        assert_eq!(answer.code(), "training");
        lasts_ms *= 2;
        assert!(lasts_ms < 100_000, "never opened in time");
    };
    let path = format!("/api/views/{view}/live?camera={}&profile=main", house.cameras[0]);
    if let Ok(mut socket) = studio.socket(&path, &caller, None).await {
        loop {
            match next(&mut socket).await {
                Seen::Media { wall_us, .. } => {
                    assert!(wall_us < (until_ms + 1_000) * 1_000, "a picture of after the training's end");
                }
                Seen::Text(text) if text["type"] == "end" => {
                    assert_eq!(text["reason"], json!("expired"));
                    break;
                }
                Seen::Closed => break,
                Seen::Text(_) | Seen::Init => {}
            }
        }
        to_the_end(&mut socket).await;
    }
    assert!(house.app.now().as_ms() >= until_ms);
    let again = house.post("/api/views", &caller.cookie, house.live_view()).await;
    assert_eq!(again.code(), "training", "{}", again.json());
}

/// What takes the standing away in the middle ends what is watched, and nothing is renewed.
#[tokio::test(flavor = "multi_thread")]
async fn what_takes_the_standing_away_ends_the_view() {
    let house = House::build().await;
    let manager = Who::Manager.sign_in(&house).await;
    for what in ["revoke", "failed", "contractor", "ended", "leave"] {
        let caller = house.caller(Role::Viewer, house.unit).await;
        let view = house.view(&caller, house.live_view()).await;
        let done = match what {
            "revoke" => {
                let cx = system_cx("demo", house.app.now());
                let training = house.app.registry().trainings(&cx, caller.person).await.unwrap()[0].id;
                let path = format!("/api/people/{}/trainings/{training}/revoke", caller.person);
                house.post(&path, &manager.cookie, json!({ "reason": "证书作废" })).await
            }
            "leave" => {
                house.post(&format!("/api/people/{}/leave", caller.person), &manager.cookie, json!({})).await
            }
            other => enter(&house, &manager, caller.person, other).await,
        };
        assert_eq!(done.status, StatusCode::OK, "{what}: {}", done.json());
        let renewed = house.post(&format!("/api/views/{view}/renew"), &caller.cookie, json!({})).await;
        assert!(!renewed.status.is_success(), "{what}: {}", renewed.json());
        let again = house.post("/api/views", &caller.cookie, house.live_view()).await;
        let expected = match what {
            "revoke" => (StatusCode::FORBIDDEN, "training"),
            "failed" => (StatusCode::FORBIDDEN, "vetting"),
            "contractor" => (StatusCode::FORBIDDEN, "contractor"),
            "ended" => (StatusCode::FORBIDDEN, "account_ended"),
            _ => (StatusCode::UNAUTHORIZED, ""),
        };
        assert_eq!((again.status, again.code().as_str()), expected, "{what}");
    }
}

async fn sign_in(house: &House, account: &str, password: &str) -> Answer {
    let body = json!({ "account": account, "password": password });
    house.send(&house.router, axum::http::Method::POST, "/api/sign-in", None, Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_rested_is_woken_by_a_manager_with_a_reason() {
    let house = House::build().await;
    let manager = Who::Manager.sign_in(&house).await;
    // Made a hundred days ago, and never used since.
    created(&house, "sleeper", Role::Viewer, house.app.now().plus_us(-100 * DAY_MS * 1_000)).await;
    let person = person_of(&house, "sleeper").await;
    let before = house.entry_count().await;
    let refused = sign_in(&house, "sleeper", PASSWORD).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::FORBIDDEN, "dormant"));
    let said = refused.json();
    let entries = house.entries_since(before).await;
    let entry = entries.iter().find(|entry| entry.person == Some(person)).unwrap();
    assert_eq!((entry.act, entry.is_refusal()), (Act::SignInFailed, true));
    assert_eq!(said["error"]["entry"], json!(entry.index), "{said}");
    // Whoever does not know the password learns nothing of it.
    let wrong = sign_in(&house, "sleeper", "wrong horse battery").await;
    assert_eq!((wrong.status, wrong.code().as_str()), (StatusCode::UNAUTHORIZED, "bad_credentials"));
    let path = format!("/api/people/{person}/reactivate");
    let silent = house.post(&path, &manager.cookie, json!({ "reason": " " })).await;
    assert_eq!(silent.code(), "reason", "{}", silent.json());
    let woken = house.post(&path, &manager.cookie, json!({ "reason": "长期病假后返岗" })).await;
    assert_eq!(woken.json()["standing"]["dormant"], json!(false), "{}", woken.json());
    assert_eq!(sign_in(&house, "sleeper", PASSWORD).await.status, StatusCode::OK);
    let again = house.post(&path, &manager.cookie, json!({ "reason": "再次" })).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_how_one_stands_and_managers_see_their_people() {
    let house = House::build().await;
    let manager = Who::Manager.sign_in(&house).await;
    let caller = newcomer(&house, "newcomer", Role::Viewer).await;
    let own = |said: Value| said["standing"].clone();
    assert_eq!(own(house.get("/api/me", &caller.cookie).await.json())["trained_until_ms"], Value::Null);
    for what in ["certificate", "passed"] {
        enter(&house, &manager, caller.person, what).await;
    }
    let mine = own(house.get("/api/me", &caller.cookie).await.json());
    assert!(mine["trained_until_ms"].as_i64().is_some(), "{mine}");
    assert_eq!(mine["vetting"]["by_whom"], json!("派出所"));
    let path = format!("/api/people/{}", caller.person);
    let confirmed =
        house.post(&format!("{path}/confirm"), &manager.cookie, json!({ "note": "仍在岗" })).await;
    assert_eq!(confirmed.json()["standing"]["confirmation"]["note"], json!("仍在岗"));
    let seen = house.get(&format!("{path}/standing"), &manager.cookie).await.json();
    assert_eq!(seen["trainings"][0]["issuer"], json!("培训机构"));
    // Another unit's administrator does not find this person.
    let other = Who::OtherAdministrator.sign_in(&house).await;
    assert_eq!(house.get(&format!("{path}/standing"), &other.cookie).await.status, StatusCode::NOT_FOUND);
    // Nobody enters anything about themselves.
    let self_made = enter(&house, &manager, manager.person, "certificate").await;
    assert_eq!(self_made.code(), "own_standing", "{}", self_made.json());
    // A manager has no pictures and changes no camera.
    let picture = house.post("/api/views", &manager.cookie, house.live_view()).await;
    assert_eq!(picture.code(), "role");
}

/// What the board holds open about somebody, by code.
async fn on_the_board(house: &House, who: &Caller, code: &str, person: PersonId) -> Vec<Value> {
    let path = "/api/findings/history?open=true&limit=200&kind=register";
    let page = house.get(path, &who.cookie).await.json();
    let rows = page["findings"].as_array().unwrap_or_else(|| panic!("{page}")).clone();
    let about = json!(person.to_string());
    rows.into_iter().filter(|row| row["code"] == code && row["about"]["id"] == about).collect()
}

/// Found and not refused: a unit's only administrator is not locked out.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_keeps_the_system_is_trained_too() {
    let house = House::build().await;
    let manager = Who::Manager.sign_in(&house).await;
    for role in [Role::Administrator, Role::Manager] {
        let keeper = newcomer(&house, role.as_str(), role).await;
        let found = on_the_board(&house, &manager, "untrained_post", keeper.person).await;
        assert_eq!(found.len(), 1, "{role:?}");
        let reason = found[0]["reason"]["en"].as_str().unwrap().to_owned();
        assert!(reason.contains("runs the system or answers for it"), "{reason}");
        assert_eq!(house.get("/api/people", &keeper.cookie).await.status, StatusCode::OK, "{role:?}");
        let answer = enter(&house, &manager, keeper.person, "certificate").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        assert_eq!(
            on_the_board(&house, &manager, "untrained_post", keeper.person).await.len(),
            0,
            "{role:?}"
        );
    }
    let auditor = newcomer(&house, "audits", Role::Auditor).await;
    assert_eq!(on_the_board(&house, &manager, "untrained_post", auditor.person).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_was_given_waits_for_another_than_its_giver() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let (giver, manager) = (Who::Administrator.sign_in(&house).await, Who::Manager.sign_in(&house).await);
    let mover = newcomer(&house, "mover", Role::Viewer).await;
    let path = format!("/api/people/{}", mover.person);
    let body = json!({ "posts": [{ "role": "auditor", "unit_id": house.unit.to_string() }] });
    let given = house.send(&house.router, Method::PATCH, &path, Some(&giver.cookie), Some(body)).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.json());
    let found = async |who: &Caller| on_the_board(&house, who, "posts_unconfirmed", mover.person).await;
    assert_eq!(found(&manager).await.len(), 0, "there is a month for it");
    clocks.on_us(31 * DAY_MS * 1_000);
    let giver = house.sign_in(giver.person, &giver.account).await;
    let manager = house.sign_in(manager.person, &manager.account).await;
    let rows = found(&manager).await;
    assert_eq!(rows.len(), 1);
    assert!(rows[0]["reason"]["en"].as_str().unwrap().contains("nobody but the giver"), "{rows:?}");
    let confirm = async |who: &Caller| {
        let answer = house.post(&format!("{path}/confirm"), &who.cookie, json!({ "note": "在岗" })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        answer.json()["standing"].clone()
    };
    assert!(confirm(&giver).await["given_ms"].is_i64(), "the giver's own word is not another's");
    assert_eq!(found(&manager).await.len(), 1);
    assert!(confirm(&manager).await["given_ms"].is_null());
    assert_eq!(found(&manager).await.len(), 0, "it closes by itself");
}

/// Who does what about a new operator's account, and the code that it comes to; then what a picture in its name comes to.
struct Way {
    steps: &'static [(&'static str, &'static str, &'static str)],
    picture: &'static str,
}

const MADE: (&str, &str, &str) = ("maker", "make", "");
const IN_ORDER: [(&str, &str, &str); 3] = [MADE, ("maker", "certificate", ""), ("maker", "passed", "")];

/// One keeper alone gets at no picture in another's name; two do (unit:two_persons).
const WAYS: &[Way] = &[
    Way { steps: &IN_ORDER, picture: "account_unconfirmed" },
    Way {
        steps: &[IN_ORDER[0], IN_ORDER[1], IN_ORDER[2], ("maker", "confirm", "own_account_made")],
        picture: "account_unconfirmed",
    },
    Way { steps: &[IN_ORDER[0], IN_ORDER[1], IN_ORDER[2], ("other", "confirm", "")], picture: "" },
    Way { steps: &[IN_ORDER[0], IN_ORDER[1], IN_ORDER[2], ("manager", "confirm", "")], picture: "" },
    // Confirmed before training and vetting: both are looked for all the same.
    Way { steps: &[MADE, ("other", "confirm", "")], picture: "training" },
    // Another's word about training does not say who uses the account.
    Way {
        steps: &[MADE, ("other", "certificate", ""), ("other", "passed", "")],
        picture: "account_unconfirmed",
    },
    // A new one-time password is in the hands of whoever gave it.
    Way {
        steps: &[
            IN_ORDER[0],
            IN_ORDER[1],
            IN_ORDER[2],
            ("other", "confirm", ""),
            ("maker", "reset", ""),
            ("maker", "confirm", "own_account_made"),
        ],
        picture: "account_unconfirmed",
    },
    Way {
        steps: &[
            IN_ORDER[0],
            IN_ORDER[1],
            IN_ORDER[2],
            ("other", "confirm", ""),
            ("other", "reset", ""),
            ("maker", "confirm", ""),
        ],
        picture: "",
    },
    // A keeper whom one keeper alone made is that keeper.
    Way {
        steps: &[
            IN_ORDER[0],
            IN_ORDER[1],
            IN_ORDER[2],
            ("maker", "make a keeper", ""),
            ("puppet", "confirm", "account_unconfirmed"),
        ],
        picture: "account_unconfirmed",
    },
    Way {
        steps: &[
            IN_ORDER[0],
            IN_ORDER[1],
            IN_ORDER[2],
            ("other", "confirm", ""),
            ("maker", "make a keeper", ""),
            ("puppet", "reset", ""),
            ("maker", "confirm", "own_account_made"),
        ],
        picture: "account_unconfirmed",
    },
    Way {
        steps: &[
            IN_ORDER[0],
            IN_ORDER[1],
            IN_ORDER[2],
            ("maker", "make a keeper", ""),
            ("other", "confirm the keeper", ""),
            ("puppet", "confirm", ""),
        ],
        picture: "",
    },
    // Where there is no other keeper, whoever has the machine is the second person.
    Way { steps: &[IN_ORDER[0], IN_ORDER[1], IN_ORDER[2], ("machine", "reset", "")], picture: "" },
    Way {
        steps: &[
            IN_ORDER[0],
            IN_ORDER[1],
            IN_ORDER[2],
            ("maker", "make a keeper", ""),
            ("machine", "reset the keeper", ""),
            ("puppet", "confirm", ""),
        ],
        picture: "",
    },
];

/// What a way has made so far: account and one-time password.
#[derive(Default)]
struct Made {
    operator: Option<(String, String, PersonId)>,
    keeper: Option<(String, String, PersonId)>,
    /// The second keeper, signed in.
    puppet: Option<Caller>,
}

/// Signs in with the one-time password, and takes one of their own.
async fn begins(house: &House, (account, once): (&str, &str)) -> String {
    let answer = sign_in(house, account, once).await;
    assert_eq!(answer.status, StatusCode::OK, "{account}: {}", answer.json());
    let cookie = answer.headers[axum::http::header::SET_COOKIE].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let body = json!({ "old": once, "new": PASSWORD });
    let changed = house.post("/api/me/password", &cookie, body).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{account}: {}", changed.json());
    cookie
}

async fn makes(house: &House, by: &str, account: String, role: &str) -> (String, String, PersonId) {
    let posts = json!([{ "role": role, "unit_id": house.unit.to_string() }]);
    let body = json!({ "account": account, "name": format!("人员 {account}"), "posts": posts });
    let answer = house.post("/api/people", by, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    let once = answer.json()["one_time_password"].as_str().unwrap().to_owned();
    let person = answer.json()["person"]["id"].as_str().unwrap().parse().unwrap();
    (account, once, person)
}

async fn does(
    house: &House,
    keepers: &[(&str, &Caller)],
    made: &mut Made,
    (number, who, what): (usize, &str, &str),
) -> String {
    let named = keepers.iter().find(|(name, _)| *name == who).map(|(_, caller)| (*caller).clone());
    if let (Some((account, once, person)), "puppet", None) = (&made.keeper, who, &made.puppet) {
        let (cookie, session) =
            (begins(house, (account.as_str(), once.as_str())).await, model::SessionId(uuid::Uuid::nil()));
        made.puppet = Some(Caller { person: *person, account: account.clone(), session, cookie });
    }
    let keeps_second = what.ends_with("the keeper");
    let account = if keeps_second { &mut made.keeper } else { &mut made.operator };
    if who == "machine" {
        let (_, once, person) = account.as_mut().unwrap();
        let cx = system_cx("command", house.app.now());
        *once = house.app.registry().reset_password(&cx, *person).await.unwrap().expose().clone();
        return String::new();
    }
    let by = named.or_else(|| made.puppet.clone()).unwrap();
    match what {
        "make" => made.operator = Some(makes(house, &by.cookie, format!("way{number}"), "operator").await),
        "make a keeper" => {
            made.keeper = Some(makes(house, &by.cookie, format!("keeper{number}"), "administrator").await);
        }
        "reset" => {
            let (_, once, person) = account.as_mut().unwrap();
            let answer = house.post(&format!("/api/people/{person}/reset"), &by.cookie, json!({})).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
            *once = answer.json()["one_time_password"].as_str().unwrap().to_owned();
        }
        "confirm" | "confirm the keeper" => {
            let person = account.as_ref().unwrap().2;
            let before = house.entry_count().await;
            let path = format!("/api/people/{person}/confirm");
            let answer = house.post(&path, &by.cookie, json!({ "note": "本人已核实" })).await;
            let entries = house.entries_since(before).await;
            let entry = entries.iter().find(|entry| entry.person == Some(by.person)).unwrap();
            assert_eq!((entry.act, entry.is_refusal()), (Act::ConfirmPosts, !answer.status.is_success()));
            return answer.code();
        }
        _ => {
            let answer = enter(house, &by, account.as_ref().unwrap().2, what).await;
            assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.json());
        }
    }
    String::new()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_keeper_alone_gets_at_no_picture_in_anothers_name() {
    let house = House::build().await;
    let [maker, other, manager] = [Who::Administrator, Who::Administrator, Who::Manager];
    let (maker, other, manager) =
        (maker.sign_in(&house).await, other.sign_in(&house).await, manager.sign_in(&house).await);
    let keepers = [("maker", &maker), ("other", &other), ("manager", &manager)];
    for (number, way) in WAYS.iter().enumerate() {
        let mut made = Made::default();
        for &(who, what, expected) in way.steps {
            let found = does(&house, &keepers, &mut made, (number, who, what)).await;
            assert_eq!(found, expected, "way {number}: {who} {what}");
        }
        let (account, once, person) = made.operator.unwrap();
        let cookie = begins(&house, (account.as_str(), once.as_str())).await;
        for body in [house.live_view(), house.playback_view()] {
            let answer = house.post("/api/views", &cookie, body).await;
            let said = answer.json();
            assert_eq!(answer.code(), way.picture, "way {number}: {said}");
            if way.picture == "account_unconfirmed" {
                assert_eq!(said["error"]["article"], json!("unit:two_persons"), "{said}");
                let remedy = said["error"]["remedy"]["en"].as_str().unwrap();
                assert!(remedy.contains("Another administrator or manager"), "{remedy}");
            }
        }
        // What shows no picture is there, and the page of people says who stands alone.
        assert_eq!(house.get("/api/cameras", &cookie).await.status, StatusCode::OK, "way {number}");
        let path = format!("/api/people/{person}/standing");
        let seen = house.get(&path, &other.cookie).await.json();
        let waits = way.picture == "account_unconfirmed";
        assert_eq!(seen["standing"]["unconfirmed_by"].is_string(), waits, "way {number}: {seen}");
    }
}

/// Found from its day on, with its beginning, and closed by the word of another keeper.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_nobody_else_confirms_is_found_after_a_fortnight() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let (maker, other) = (Who::Administrator.sign_in(&house).await, Who::Administrator.sign_in(&house).await);
    let (account, _, person) = makes(&house, &maker.cookie, "waits".into(), "operator").await;
    let found = async |who: &Caller| on_the_board(&house, who, "account_unconfirmed", person).await;
    assert_eq!(found(&other).await.len(), 0, "{account} has a fortnight");
    clocks.on_us(13 * DAY_MS * 1_000);
    let maker = house.sign_in(maker.person, &maker.account).await;
    // The same hand once more begins nothing anew.
    let reset = house.post(&format!("/api/people/{person}/reset"), &maker.cookie, json!({})).await;
    assert_eq!(reset.status, StatusCode::OK, "{}", reset.json());
    clocks.on_us(2 * DAY_MS * 1_000);
    let other = house.sign_in(other.person, &other.account).await;
    let rows = found(&other).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["article"], json!("unit:two_persons"), "{rows:?}");
    let path = format!("/api/people/{person}/confirm");
    let answer = house.post(&path, &other.cookie, json!({ "note": "本人已核实" })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    assert_eq!(found(&other).await.len(), 0, "it closes by itself");
    let closed =
        house.get("/api/findings/history?open=false&limit=200&kind=register", &other.cookie).await.json();
    let rows = closed["findings"].as_array().unwrap_or_else(|| panic!("{closed}"));
    assert!(
        rows.iter().any(|row| row["code"] == "account_unconfirmed"),
        "and stays in the history: {closed}"
    );
}
