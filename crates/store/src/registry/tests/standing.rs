//! Trainings, vettings and terms as they are kept; accounts that rest; what an upgrade leaves alone for a while.

use super::*;
use crate::registry::standing::{DORMANT_DAYS_DEFAULT, GRACE_US, NewTraining, NewVetting, TRAINING_US_MAX};
use law::access::{Post, TrainingKind};
use model::{Act, CameraId, PersonId, Personal, Rendering, RequestId, Role, Secret, WallTime};

const DAY_US: i64 = 86_400 * SECOND_US;

fn training(kind: TrainingKind, until: WallTime) -> NewTraining {
    NewTraining {
        kind,
        by_public_security: false,
        issuer: "a school".into(),
        number: "17".into(),
        from: NOW,
        until,
        document: None,
    }
}

/// Somebody about whom nothing is on record.
async fn newcomer(town: &Town, account: &str) -> PersonId {
    let new = NewPerson {
        account: account.into(),
        name: Personal::new(format!("Name of {account}")),
        language: "en".into(),
        posts: vec![Post { role: Role::Viewer, unit: town.unit, group: None }],
        password: Some(Secret::new(PASSWORD.into())),
        password_stays: true,
    };
    town.store.registry.create_person(&system_cx("init", NOW), new).await.unwrap().0
}

async fn vetted(town: &Town, person: PersonId) {
    let new = NewVetting { by_whom: "the police".into(), at: NOW, until: None, passed: true, document: None };
    town.store.registry.vet(&office(town.administrator, NOW), person, new).await.unwrap();
}

async fn watch(town: &Town, person: PersonId, camera: CameraId, now: WallTime) -> Result<Pass> {
    let request = Request::new(Act::Live, vec![camera], Rendering::Marked);
    town.store.registry.admit(&cx(person, now), request).await
}

/// Why there is no picture; empty when there is one.
async fn word(town: &Town, person: PersonId, now: WallTime) -> &'static str {
    match watch(town, person, town.gate, now).await {
        Ok(_) => "",
        Err(error) => refused(error).code,
    }
}

async fn sign_in(town: &Town, account: &str, now: WallTime) -> &'static str {
    let attempt = Attempt {
        account: account.into(),
        password: Secret::new(PASSWORD.into()),
        totp: None,
        source: "192.0.2.7".into(),
        agent: "test".into(),
        request: RequestId(uuid::Uuid::now_v7()),
        now,
    };
    match town.store.registry.sign_in(attempt).await {
        Ok(_) => "in",
        Err(SignInError::Refused(refusal)) => refusal.code,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_training_counts_from_its_entry_to_its_end_or_its_revocation() {
    let town = Town::build().await;
    let (registry, keeper) = (&town.store.registry, office(town.administrator, NOW));
    let person = newcomer(&town, "newcomer").await;
    vetted(&town, person).await;
    assert_eq!(word(&town, person, NOW).await, "training");
    let until = NOW.plus_us(10 * DAY_US);
    let one = training(TrainingKind::Certificate, until);
    let id = registry.enter_training(&keeper, person, one.clone()).await.unwrap();
    let record = newest(&town.store).await;
    assert_eq!((record.kind, record.subject), (Act::EnterTraining, Some(person.0)));
    assert!(record.extra.contains("issuer=a school"), "{}", record.extra);
    for (at, expected) in
        [(NOW, ""), (until.plus_us(-1), ""), (until, "training"), (NOW.plus_us(-1), "training")]
    {
        assert_eq!(word(&town, person, at).await, expected, "{at:?}");
    }
    let again = registry.enter_training(&keeper, person, one.clone()).await.unwrap_err();
    assert_eq!(again.kind(), model::Kind::Conflict, "a second click enters nothing");
    let pass = watch(&town, person, town.gate, NOW).await.unwrap();
    registry.revoke_training(&keeper, person, id, "forged").await.unwrap();
    assert_eq!(pass.is_live(NOW), Err(PassEnd::Revoked), "what is watched ends with it");
    assert_eq!(word(&town, person, NOW).await, "training");
    let twice = registry.revoke_training(&keeper, person, id, "forged").await.unwrap_err();
    assert_eq!(twice.kind(), model::Kind::Conflict);
    let rows = registry.trainings(&keeper, person).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0].new, &rows[0].revoked), (&one, &Some(("forged".to_owned(), NOW))), "the row stays");
}

#[tokio::test]
async fn a_vetting_holds_until_its_end() {
    let town = Town::build().await;
    let (registry, keeper) = (&town.store.registry, office(town.administrator, NOW));
    let person = newcomer(&town, "newcomer").await;
    let trained = training(TrainingKind::Certificate, NOW.plus_us(300 * DAY_US));
    registry.enter_training(&keeper, person, trained).await.unwrap();
    let end = NOW.plus_us(60 * SECOND_US);
    let until = |until: Option<WallTime>| NewVetting {
        by_whom: "the police".into(),
        at: NOW,
        until,
        passed: true,
        document: None,
    };
    for (wrong, field) in [(NOW, "valid_until_ms"), (NOW.plus_us(TRAINING_US_MAX + 1), "valid_until_ms")] {
        match registry.vet(&keeper, person, until(Some(wrong))).await {
            Err(Error::Invalid(invalid)) => assert_eq!(invalid.field, field),
            other => panic!("{other:?}"),
        }
    }
    registry.vet(&keeper, person, until(Some(end))).await.unwrap();
    assert!(newest(&town.store).await.extra.contains(&format!("until_ms={}", end.as_ms())));
    let pass = watch(&town, person, town.gate, NOW).await.unwrap();
    assert_eq!(pass.expires(), end, "a view is not open for longer");
    for (at, expected) in [(end.plus_us(-1), ""), (end, "vetting")] {
        assert_eq!(word(&town, person, at).await, expected, "{at:?}");
    }
    let shown = async |at: WallTime| registry.person_fact(person, at).await.unwrap().unwrap();
    assert!(shown(NOW).await.fit && shown(NOW).await.fit_until == Some(end));
    assert!(!shown(end).await.fit, "it is found from then on");
    // One without an end, as those from before.
    registry.vet(&keeper, person, until(None)).await.unwrap();
    assert_eq!(word(&town, person, end).await, "");
}

#[tokio::test]
async fn what_cannot_be_a_training_is_not_taken() {
    let town = Town::build().await;
    let before = town.store.registry.entry_count().await.unwrap();
    let check = async |change: fn(&mut NewTraining), field: &str| {
        let mut new = training(TrainingKind::Law, NOW.plus_us(DAY_US));
        change(&mut new);
        let cx = office(town.administrator, NOW);
        match town.store.registry.enter_training(&cx, town.viewer, new).await {
            Err(Error::Invalid(invalid)) => assert_eq!(invalid.field, field),
            other => panic!("{field}: {other:?}"),
        }
    };
    check(|new| new.issuer = " ".into(), "issuer").await;
    check(|new| new.until = new.from, "valid_until_ms").await;
    check(|new| new.until = new.from.plus_us(TRAINING_US_MAX + 1), "valid_until_ms").await;
    check(|new| new.document = Some(model::RecordId(uuid::Uuid::nil())), "document_id").await;
    assert_eq!(town.store.registry.entry_count().await.unwrap(), before);
}

#[tokio::test]
async fn a_view_is_not_open_for_longer_than_the_training() {
    let town = Town::build().await;
    let (registry, keeper) = (&town.store.registry, office(town.administrator, NOW));
    let person = newcomer(&town, "newcomer").await;
    vetted(&town, person).await;
    let until = NOW.plus_us(60 * SECOND_US);
    registry.enter_training(&keeper, person, training(TrainingKind::Certificate, until)).await.unwrap();
    let pass = watch(&town, person, town.gate, NOW).await.unwrap();
    assert_eq!(pass.expires(), until);
    // Renewing does not get beyond it, but another training does.
    let soon = NOW.plus_us(30 * SECOND_US);
    assert_eq!(registry.renew(&cx(person, soon), &pass).await.unwrap(), until);
    let next = training(TrainingKind::Certificate, NOW.plus_us(120 * SECOND_US));
    registry.enter_training(&keeper, person, next).await.unwrap();
    assert_eq!(registry.renew(&cx(person, soon), &pass).await.unwrap(), NOW.plus_us(120 * SECOND_US));
    assert_eq!(pass.is_live(NOW.plus_us(120 * SECOND_US)), Err(PassEnd::Expired));
}

#[tokio::test]
async fn an_account_rests_after_a_quarter_and_is_woken_with_a_reason() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let quarter_us = i64::from(DORMANT_DAYS_DEFAULT) * DAY_US;
    assert_eq!(sign_in(&town, "viewer", NOW.plus_us(quarter_us)).await, "in");
    let late = NOW.plus_us(2 * quarter_us + 1);
    assert_eq!(sign_in(&town, "viewer", late).await, "dormant");
    let record = newest(&town.store).await;
    assert_eq!((record.kind, is_permitted(&record)), (Act::SignInFailed, false));
    let keeper = model::Cx { note: Some("back from leave".into()), ..office(town.administrator, late) };
    let silent = registry.reactivate(&office(town.administrator, late), town.viewer).await.unwrap_err();
    assert_eq!(refused(silent).code, "reason");
    registry.reactivate(&keeper, town.viewer).await.unwrap();
    assert_eq!(newest(&town.store).await.kind, Act::Reactivate);
    assert_eq!(sign_in(&town, "viewer", late).await, "in");
    // Where nobody else is left, the machine's own command helps.
    assert_eq!(sign_in(&town, "administrator", late).await, "dormant");
    registry.reset_password(&system_cx("command", late), town.administrator).await.unwrap();
    let people = registry.people(&system_cx("command", late)).await.unwrap();
    let administrator = people.iter().find(|person| person.id == town.administrator).unwrap();
    assert!(!administrator.standing.dormant);
}

#[tokio::test]
async fn the_register_of_users_shows_how_each_stands() {
    let town = Town::build().await;
    let (registry, keeper) = (&town.store.registry, office(town.administrator, NOW));
    let person = newcomer(&town, "newcomer").await;
    vetted(&town, person).await;
    for (kind, days) in
        [(TrainingKind::Law, 9), (TrainingKind::Confidentiality, 8), (TrainingKind::Skills, 7)]
    {
        let new = training(kind, NOW.plus_us(days * DAY_US));
        registry.enter_training(&keeper, person, new).await.unwrap();
    }
    registry.confirm_posts(&keeper, person).await.unwrap();
    let people = registry.people(&keeper).await.unwrap();
    let seen = people.iter().find(|seen| seen.id == person).unwrap();
    let standing = &seen.standing;
    assert_eq!((seen.name.reveal().as_str(), seen.posts.len()), ("Name of newcomer", 1));
    assert_eq!(standing.trained_until, Some(NOW.plus_us(7 * DAY_US)), "the first that ends ends it");
    assert_eq!(standing.trained_by_public_security_until, None);
    assert_eq!(standing.vetting.as_ref().map(|last| last.passed), Some(true));
    assert_eq!(standing.confirmation.as_ref().map(|last| last.by.as_str()), Some("Name of administrator"));
    assert_eq!(standing.confirm_by, NOW.plus_us(365 * DAY_US));
    assert_eq!(standing.signed_in, None);
}

#[tokio::test]
async fn a_post_that_was_given_is_confirmed_by_another_within_a_month() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let day = |days: i64| NOW.plus_us(days * DAY_US);
    let (giver, mover) = (town.administrator, newcomer(&town, "mover").await);
    let other = newcomer(&town, "other").await;
    let posts = |roles: &[Role]| PersonChange {
        posts: Some(roles.iter().map(|role| Post { role: *role, unit: town.unit, group: None }).collect()),
        ..PersonChange::default()
    };
    let change = async |person, at, roles: &[Role]| {
        registry.change_person(&office(giver, at), person, posts(roles)).await.unwrap();
    };
    let check = async |at, given: Option<i64>, confirm_by: i64| {
        let people = registry.people(&office(giver, at)).await.unwrap();
        let standing = people.into_iter().find(|seen| seen.id == mover).unwrap().standing;
        assert_eq!((standing.given, standing.confirm_by), (given.map(day), day(confirm_by)), "{at:?}");
    };
    change(other, NOW, &[Role::Manager]).await;
    // With the account's own posts nothing waits but the year.
    registry.confirm_posts(&office(giver, NOW), mover).await.unwrap();
    check(NOW, None, 365).await;
    change(mover, day(1), &[Role::Viewer, Role::Operator]).await;
    check(day(1), Some(1), 31).await;
    // The same again gives nothing, and fewer posts are not given.
    change(mover, day(2), &[Role::Operator, Role::Viewer]).await;
    check(day(2), Some(1), 31).await;
    // The giver's own word is the year's, and not another's; another's word on the same day is.
    registry.confirm_posts(&office(giver, day(3)), mover).await.unwrap();
    check(day(3), Some(1), 31).await;
    let twice = registry.confirm_posts(&office(giver, day(3)), mover).await.unwrap_err();
    assert_eq!(twice.kind(), model::Kind::Conflict);
    let found = async |at| {
        let facts = registry.people_facts(&office(giver, at), at).await.unwrap();
        let facts = facts.into_iter().find(|facts| facts.person.id == mover.to_string()).unwrap();
        (facts.given, facts.confirm_by)
    };
    assert!(found(day(3)).await.0);
    registry.confirm_posts(&office(other, day(3)), mover).await.unwrap();
    check(day(3), None, 3 + 365).await;
    assert!(!found(day(3)).await.0);
    let third = registry.confirm_posts(&office(other, day(3)), mover).await.unwrap_err();
    assert_eq!(third.kind(), model::Kind::Conflict);
    // What is taken away again waits for nobody; given anew it waits from then on.
    change(mover, day(10), &[Role::Operator]).await;
    check(day(10), None, 3 + 365).await;
    change(mover, day(20), &[Role::Operator, Role::Viewer]).await;
    check(day(20), Some(20), 50).await;
    change(mover, day(21), &[Role::Operator]).await;
    check(day(21), None, 3 + 365).await;
}

#[tokio::test]
async fn an_upgrade_puts_no_duty_room_in_the_dark() {
    let town = Town::build().await;
    let person = newcomer(&town, "guard").await;
    assert_eq!(word(&town, person, NOW).await, "training", "a new account has no grace");
    // As the schema step leaves accounts that are older than it.
    let path = town.folder.path().join("registry.db");
    town.store.close(NOW).await.unwrap();
    let mut connection =
        sqlx::ConnectOptions::connect(&sqlx::sqlite::SqliteConnectOptions::new().filename(path))
            .await
            .unwrap();
    sqlx::query("UPDATE person SET grace_until_us = 0, active_us = 0")
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    let later = NOW.plus_us(300 * DAY_US);
    let store = Store::open(town.folder.path(), options(later)).await.unwrap();
    let town = Town { store, ..town };
    let end = later.plus_us(GRACE_US);
    assert_eq!(word(&town, person, later).await, "");
    assert_eq!(watch(&town, person, town.gate, end.plus_us(-SECOND_US)).await.unwrap().expires(), end);
    assert_eq!(word(&town, person, end).await, "training");
    assert_eq!(
        sign_in(&town, "guard", later.plus_us(DAY_US)).await,
        "in",
        "its rest is counted from the upgrade on"
    );
    // A second start gives no second grace.
    let shown = async |town: &Town| {
        let people = town.store.registry.people(&system_cx("command", later)).await.unwrap();
        people.into_iter().find(|seen| seen.id == person).unwrap().standing.grace_until
    };
    assert_eq!(shown(&town).await, Some(end));
    town.store.registry.begin_run(later.plus_us(DAY_US)).await.unwrap();
    assert_eq!(shown(&town).await, Some(end));
}
