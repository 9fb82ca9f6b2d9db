//! The door: what comes out of it, what is written about it, and when it stays shut.

use super::*;
use crate::registry::admit::{VIEW_US, VIEW_US_MAX};
use law::access::Post;
use model::{Act, Kind, PersonId, Profile, Rendering, Role, Secret, SessionId, WallTime};

fn live(town: &Town) -> Request {
    Request::new(Act::Live, vec![town.gate], Rendering::Marked)
}

fn playback(town: &Town) -> Request {
    Request { span: Some(span(-600, 600)), ..Request::new(Act::Playback, vec![town.gate], Rendering::Marked) }
}

async fn sign_in(town: &Town, account: &str, now: WallTime) -> SignIn {
    let attempt = Attempt {
        account: account.into(),
        password: Secret::new(PASSWORD.into()),
        totp: None,
        source: "192.0.2.7".into(),
        agent: "test".into(),
        request: model::RequestId(uuid::Uuid::now_v7()),
        now,
    };
    town.store.registry.sign_in(attempt).await.unwrap()
}

fn later(seconds: i64) -> WallTime {
    NOW.plus_us(seconds * SECOND_US)
}

#[tokio::test]
async fn a_pass_comes_after_its_entry() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let pass = registry.admit(&cx(town.operator, NOW), live(&town)).await.unwrap();
    assert!(pass.allows(town.gate) && !pass.allows(town.yard));
    assert_eq!((pass.is_live(NOW), pass.expires()), (Ok(()), NOW.plus_us(VIEW_US)));
    assert_eq!(pass.is_live(NOW.plus_us(VIEW_US)), Err(PassEnd::Expired));
    assert_eq!(pass.mark().name, "Name of operator");
    let record = newest(&town.store).await;
    assert_eq!((record.kind, record.acting.person), (Act::Live, Some(town.operator)));
    assert_eq!((record.acting.post.as_str(), record.unit), ("operator", Some(town.unit)));
    assert_eq!(record.subject, pass.view().map(|view| view.0));
    assert!(is_permitted(&record) && record.cameras.is_of(&[town.gate]));
    assert_eq!(pass.entry().0 + 1, registry.entry_count().await.unwrap());
}

#[tokio::test]
async fn every_refusal_leaves_its_entry() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let check = async |person: PersonId, request: Request, code: &str| {
        let before = registry.entry_count().await.unwrap();
        let refusal = refused(registry.admit(&cx(person, NOW), request).await.unwrap_err());
        assert_eq!(refusal.code, code);
        let record = newest(&town.store).await;
        let Outcome::Refused { article, .. } = &record.outcome else { panic!("{code} is not written") };
        assert_eq!((article, record.acting.person), (&refusal.article, Some(person)));
        assert_eq!(refusal.entry, Some(EntryIndex(before)));
        assert_eq!(registry.entry_count().await.unwrap(), before + 1);
    };
    check(town.viewer, playback(&town), "role").await;
    check(town.administrator, live(&town), "role").await;
    check(town.auditor, live(&town), "role").await;
    check(town.operator, Request { cameras: vec![town.gate, town.yard], ..live(&town) }, "other_unit").await;
    check(town.operator, Request { span: Some(span(10, 10)), ..playback(&town) }, "future").await;
    check(town.operator, Request { span: None, ..playback(&town) }, "no_span").await;
    check(town.operator, Request { cameras: vec![], ..live(&town) }, "no_camera").await;
    let suspend = PersonChange { suspended: Some(true), ..PersonChange::default() };
    let office = office(town.administrator, NOW);
    registry.change_person(&office, town.operator, suspend).await.unwrap();
    check(town.operator, live(&town), "suspended").await;
}

#[tokio::test]
async fn no_entry_no_pass() {
    let town = Town::build().await;
    let registry = town.store.registry.clone();
    // The entry's table refuses: the decision was a permit, and still there is no pass.
    registry
        .write(|connection| {
            Box::pin(async move {
                sqlx::query(
                    "CREATE TRIGGER no BEFORE INSERT ON entry BEGIN SELECT raise(ABORT, 'disk full'); END",
                )
                .execute(connection)
                .await
                .unwrap();
                Ok(())
            })
        })
        .await
        .unwrap();
    let error = registry.admit(&cx(town.operator, NOW), live(&town)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unavailable, "{error}");
    let error = registry.create_unit(&system_cx("demo", NOW), "third").await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unavailable, "no change without its entry: {error}");
    assert_eq!(registry.units(&cx(town.operator, NOW)).await.unwrap().len(), 2);
    town.store.close(NOW).await.ok();
    let request = Request::new(Act::Live, vec![], Rendering::Marked);
    let error = registry.admit(&cx(town.operator, NOW), request).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unavailable);
}

#[tokio::test]
async fn passes_end_with_what_permitted_them() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let office = office(town.administrator, NOW);
    let operator = cx(town.operator, NOW);
    let fresh = async || registry.admit(&operator, live(&town)).await.unwrap();
    let check =
        |pass: &Pass, end: Option<PassEnd>, what: &str| assert_eq!(pass.is_live(NOW).err(), end, "{what}");

    let pass = fresh().await;
    registry.end_view(&pass, NOW).await.unwrap();
    check(&pass, Some(PassEnd::Revoked), "ended");

    let (pass, other) = (fresh().await, registry.admit(&cx(town.viewer, NOW), live(&town)).await.unwrap());
    let posts = vec![Post { role: Role::Operator, unit: town.unit, group: None }];
    let change = PersonChange { posts: Some(posts), ..PersonChange::default() };
    registry.change_person(&office, town.operator, change).await.unwrap();
    check(&pass, Some(PassEnd::Revoked), "posts changed");
    check(&other, None, "another person's");

    let pass = fresh().await;
    let change = CameraChange { security_level: Some(2), ..CameraChange::default() };
    registry.change_camera(&office, town.gate, change).await.unwrap();
    check(&pass, Some(PassEnd::Revoked), "camera's level changed");
    let error = registry.admit(&operator, live(&town)).await.unwrap_err();
    assert_eq!(refused(error).code, "level_note");
    let noted = model::Cx { note: Some("a fight at the gate".into()), ..operator.clone() };
    let pass = registry.admit(&noted, live(&town)).await.unwrap();
    let suspend = PersonChange { suspended: Some(true), ..PersonChange::default() };
    registry.change_person(&office, town.operator, suspend).await.unwrap();
    check(&pass, Some(PassEnd::Revoked), "suspended");
    assert!(pass.check(town.gate, NOW).is_err());
}

#[tokio::test]
async fn passes_end_with_their_session() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let (first, second) = (sign_in(&town, "operator", NOW).await, sign_in(&town, "operator", NOW).await);
    let operator = cx(town.operator, NOW);
    let of = |session: SessionId| Request { session: Some(session), ..live(&town) };
    let pass = registry.admit(&operator, of(first.session)).await.unwrap();
    let other = registry.admit(&operator, of(second.session)).await.unwrap();
    registry.end_session(&operator, first.session).await.unwrap();
    assert_eq!(pass.is_live(NOW), Err(PassEnd::Revoked));
    assert_eq!(other.is_live(NOW), Ok(()));
    let error = registry.admit(&operator, of(first.session)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unauthenticated, "a session that was ended");
    let error = registry.admit(&cx(town.viewer, NOW), of(second.session)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unauthenticated, "another person's session");
    let last_minute = second.expires.plus_us(-60 * SECOND_US);
    // Its holder's hand is at the console all the time.
    registry
        .write(move |connection| {
            Box::pin(async move {
                sqlx::query("UPDATE session SET seen_us = ?")
                    .bind(last_minute.0)
                    .execute(connection)
                    .await
                    .unwrap();
                Ok(())
            })
        })
        .await
        .unwrap();
    let pass = registry.admit(&cx(town.operator, last_minute), of(second.session)).await.unwrap();
    assert_eq!(pass.expires(), second.expires, "no longer than the session");
    let error = registry.admit(&cx(town.operator, second.expires), of(second.session)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unauthenticated, "an expired session");
}

#[tokio::test]
async fn renewing_asks_again() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let pass = registry.admit(&cx(town.operator, NOW), live(&town)).await.unwrap();
    let entries_before = registry.entry_count().await.unwrap();
    let expires = registry.renew(&cx(town.operator, later(600)), &pass).await.unwrap();
    assert_eq!((expires, pass.expires()), (later(600).plus_us(VIEW_US), expires));
    assert_eq!(registry.entry_count().await.unwrap(), entries_before, "one entry per view");
    assert!(registry.renew(&cx(town.viewer, later(700)), &pass).await.is_err(), "only by its holder");
    let mut now = later(600);
    while now < NOW.plus_us(VIEW_US_MAX) {
        now = registry.renew(&cx(town.operator, now), &pass).await.unwrap().plus_us(-SECOND_US);
        if pass.expires() == NOW.plus_us(VIEW_US_MAX) {
            break;
        }
    }
    assert_eq!(pass.expires(), NOW.plus_us(VIEW_US_MAX), "no longer than a shift");
    assert!(registry.renew(&cx(town.operator, NOW.plus_us(VIEW_US_MAX)), &pass).await.is_err());
    let pass = registry.admit(&cx(town.operator, NOW), live(&town)).await.unwrap();
    registry
        .write(|connection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM post").execute(connection).await.unwrap();
                Ok(())
            })
        })
        .await
        .unwrap();
    let refusal = refused(registry.renew(&cx(town.operator, later(60)), &pass).await.unwrap_err());
    assert_eq!((refusal.code, pass.is_live(later(60))), ("role", Err(PassEnd::Revoked)));
    assert!(!is_permitted(&newest(&town.store).await), "and the refusal is written");
}

#[tokio::test]
async fn many_are_admitted_at_once() {
    let town = Town::build().await;
    let before = town.store.registry.entry_count().await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..200 {
        let (store, operator, viewer, gate) = (town.store.clone(), town.operator, town.viewer, town.gate);
        tasks.spawn(async move {
            let person = if number % 2 == 0 { operator } else { viewer };
            let act = if number % 4 == 3 { Act::Playback } else { Act::Live };
            let request =
                Request { span: Some(span(-60, 60)), ..Request::new(act, vec![gate], Rendering::Marked) };
            store.registry.admit(&cx(person, NOW), request).await.map(|pass| pass.entry())
        });
    }
    let (mut permitted, mut refusals) = (Vec::new(), Vec::new());
    while let Some(result) = tasks.join_next().await {
        match result.unwrap() {
            Ok(entry) => permitted.push(entry),
            Err(error) => refusals.push(refused(error).entry.unwrap()),
        }
    }
    assert_eq!((permitted.len(), refusals.len()), (150, 50), "viewers have no playback");
    let mut all: Vec<u64> = permitted.iter().chain(&refusals).map(|entry| entry.0).collect();
    all.sort_unstable();
    assert_eq!(all, (before..before + 200).collect::<Vec<_>>(), "one entry each, without a hole");
}

#[tokio::test]
async fn what_was_served_is_written() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let pass = registry.admit(&cx(town.operator, NOW), live(&town)).await.unwrap();
    let served = Use {
        camera: town.gate,
        profile: Profile::Sub,
        units: 750,
        bytes: 1_000_000,
        from: NOW,
        to: later(30),
    };
    registry.record_use(&pass, served, later(30)).await.unwrap();
    registry.end_view(&pass, later(31)).await.unwrap();
    registry.record_uses(&pass, vec![served, served], later(31)).await.unwrap();
    let query = AccessQuery { refers_to: Some(pass.entry()), limit: 10, ..AccessQuery::default() };
    let page = registry.page(&system_cx("check", NOW), &query).await.unwrap();
    assert_eq!(page.entries.len(), 3);
    let record = page.entries[2].record.as_ref().unwrap();
    assert_eq!((record.kind, record.served, record.time), (Act::Use, Some(served), later(30)));
    assert_eq!((record.unit, record.acting.account.as_str()), (Some(town.unit), "operator"));
}

#[tokio::test]
async fn the_system_reads_with_one_entry_per_camera_and_day() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let request = || Request::new(Act::SystemRead, vec![town.gate], Rendering::Original);
    let before = registry.entry_count().await.unwrap();
    let first = registry.admit(&system_cx("check", NOW), request()).await.unwrap();
    let second = registry.admit(&system_cx("check", later(60)), request()).await.unwrap();
    assert_eq!(first.entry(), second.entry());
    let tomorrow = registry.admit(&system_cx("check", later(86_400)), request()).await.unwrap();
    assert_ne!(first.entry(), tomorrow.entry());
    assert_eq!(registry.entry_count().await.unwrap(), before + 2);
    let error = registry.admit(&cx(town.operator, NOW), request()).await.unwrap_err();
    assert_eq!(refused(error).code, "role", "no person passes as the system");
}

#[tokio::test]
async fn reading_lists_leaves_one_entry_an_hour() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let auditor = |seconds: i64| office(town.auditor, later(seconds));
    let first = registry.admit_reading(&auditor(0), Act::ReadLedger, vec![]).await.unwrap();
    assert_eq!(registry.admit_reading(&auditor(5), Act::ReadLedger, vec![]).await.unwrap(), first);
    assert_ne!(registry.admit_reading(&auditor(5), Act::ReadHealth, vec![]).await.unwrap(), first);
    assert_ne!(registry.admit_reading(&auditor(3_600), Act::ReadLedger, vec![]).await.unwrap(), first);
    for person in [town.operator, town.viewer, town.administrator] {
        let error = registry.admit_reading(&office(person, NOW), Act::ReadLedger, vec![]).await.unwrap_err();
        assert_eq!(refused(error).code, "role");
        assert!(!is_permitted(&newest(&town.store).await));
    }
}

#[tokio::test]
async fn exports_are_collected_by_who_asked_for_them() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let request = Request { act: Act::Export, recipient: "Li Wei, court 3".into(), ..playback(&town) };
    let operator = cx(town.operator, NOW);
    let pass = registry.admit(&operator, request).await.unwrap();
    let recipient = Recipient { name: "Li Wei".into(), organisation: "court 3".into() };
    let new = NewExport { profile: Profile::Main, recipient, cameras: vec![town.gate], sealed_to: None };
    let id = registry.create_export(&pass, new).await.unwrap();
    let collect = || Request { export: Some(id), ..Request::new(Act::Collect, vec![], Rendering::Original) };
    let error = registry.admit(&operator, collect()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound, "not before it is finished");
    std::fs::write(registry.export_path(id), b"zip").unwrap();
    registry.finish_export(id, "EX-1.zip", 3, model::Hash([1; 32])).await.unwrap();
    let collecting = registry.admit(&operator, collect()).await.unwrap();
    assert!(registry.open_package(&collecting, NOW).is_ok());
    assert!(registry.open_package(&pass, NOW).is_err(), "the export's own pass does not hand out");
    let record = newest(&town.store).await;
    assert_eq!((record.kind, record.subject), (Act::Collect, Some(id.0)));
    assert!(record.cameras.is_of(&[town.gate]));
    let posts = vec![Post { role: Role::Operator, unit: town.unit, group: None }];
    let change = PersonChange { posts: Some(posts), ..PersonChange::default() };
    registry.change_person(&office(town.administrator, NOW), town.viewer, change).await.unwrap();
    let error = registry.admit(&cx(town.viewer, NOW), collect()).await.unwrap_err();
    assert_eq!(refused(error).code, "not_own_export");
    assert_eq!(registry.exports(&operator).await.unwrap().len(), 1);
    assert_eq!(registry.exports(&cx(town.viewer, NOW)).await.unwrap().len(), 0);
}

#[tokio::test]
async fn pictures_open_only_with_a_pass_that_covers_them() {
    let town = Town::build().await;
    let (store, stream) = (&town.store, stream(town.gate));
    let new = segment(store, stream, span(-600, 60), 100);
    store.footage.commit_segment(new).await.unwrap();
    let operator = cx(town.operator, NOW);
    let row = store.footage.segments(&operator, stream, span(-600, 600)).await.unwrap().remove(0);
    let pass = store.registry.admit(&operator, playback(&town)).await.unwrap();
    assert_eq!(store.footage.open_segment(&pass, &row, NOW).unwrap().len().unwrap(), 100);
    assert!(store.footage.open_segment(&pass, &row, pass.expires()).is_err(), "expired");
    let elsewhen = Request { span: Some(span(-60, 60)), ..playback(&town) };
    let elsewhen = store.registry.admit(&operator, elsewhen).await.unwrap();
    assert!(store.footage.open_segment(&elsewhen, &row, NOW).is_err(), "another span");
    let mut strange = row.clone();
    strange.stream.camera = town.yard;
    assert!(store.footage.open_segment(&pass, &strange, NOW).is_err(), "another camera");
    store.registry.end_view(&pass, NOW).await.unwrap();
    assert!(store.footage.open_segment(&pass, &row, NOW).is_err(), "ended");
    assert!(store.footage.open_for_system(&operator, &row.path).is_err(), "a person is not the system");
}

#[tokio::test]
async fn reaching_beyond_a_view_is_written_down() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let pass = registry.admit(&cx(town.operator, NOW), live(&town)).await.unwrap();
    for (misuse, code) in
        [(Misuse::ForeignView, "foreign_view"), (Misuse::OtherCamera(town.yard), "other_camera")]
    {
        let refusal = registry.refuse_misuse(&cx(town.viewer, NOW), &pass, misuse).await.unwrap();
        let record = newest(&town.store).await;
        assert_eq!((refusal.code, is_permitted(&record)), (code, false));
        assert_eq!((record.acting.person, record.refers_to), (Some(town.viewer), Some(pass.entry().0)));
    }
}
