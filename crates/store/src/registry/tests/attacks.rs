//! What somebody with an account could try against the registry itself, and what it leaves behind.

use super::*;
use law::access::Post;
use model::{Act, CameraId, GroupId, Kind, Profile, Rendering, Role, Secret, WallTime};

const DAY_US: i64 = 86_400_000_000;
const COLLECT_DAYS: i64 = COLLECT_US_MAX / DAY_US;

fn field(error: Error) -> &'static str {
    match error {
        Error::Invalid(invalid) => invalid.field,
        other => panic!("not about a field: {other}"),
    }
}

#[tokio::test]
async fn a_stored_login_does_not_go_to_another_host() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let administrator = office(town.administrator, NOW);
    let probe = async |url: &str| registry.probe_credentials(&administrator, town.gate, url).await;
    for url in ["rtsp://192.0.2.1/other", "rtsp://192.0.2.1:554/x", "RTSP://192.0.2.1"] {
        assert!(probe(url).await.unwrap().is_some(), "{url}");
    }
    for url in ["rtsp://192.0.2.66/main", "rtsp://192.0.2.1:8554/main", "rtsp://192.0.2.1.evil.example/main"]
    {
        assert_eq!(field(probe(url).await.unwrap_err()), "password", "{url}");
        let moved = CameraChange { main_url: Some(url.into()), ..CameraChange::default() };
        let error = registry.change_camera(&administrator, town.gate, moved).await.unwrap_err();
        assert_eq!(field(error), "password", "{url}");
        let sub = CameraChange { sub_url: Some(Some(url.into())), ..CameraChange::default() };
        let error = registry.change_camera(&administrator, town.gate, sub).await.unwrap_err();
        assert_eq!(field(error), "password", "{url}");
    }
    let login = Credentials { username: "admin".into(), password: Secret::new("of the new one".into()) };
    let moved = CameraChange {
        main_url: Some("rtsp://192.0.2.66/main".into()),
        credentials: Some(Some(login)),
        ..CameraChange::default()
    };
    registry.change_camera(&administrator, town.gate, moved).await.unwrap();
}

#[tokio::test]
async fn a_test_of_an_address_names_its_host_in_the_ledger() {
    let town = Town::build().await;
    let administrator = office(town.administrator, NOW);
    town.store.registry.admit_probe(&administrator, None, "rtsp://192.0.2.99/admin?secret=1").await.unwrap();
    let record = newest(&town.store).await;
    assert_eq!((record.kind, record.extra.as_str()), (Act::ProbeCamera, "target=192.0.2.99:554"));
}

#[tokio::test]
async fn a_new_unit_is_audited_by_those_who_audit_its_maker() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let hidden = registry.create_unit(&office(town.administrator, NOW), "Hidden").await.unwrap();
    let posts = registry.posts_of(town.auditor).await.unwrap();
    assert!(posts.contains(&Post { role: Role::Auditor, unit: hidden, group: None }), "{posts:?}");
    let posts = registry.posts_of(town.viewer).await.unwrap();
    assert!(posts.iter().all(|post| post.unit != hidden), "{posts:?}");
}

#[tokio::test]
async fn groups_are_not_moved_too_deep() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let administrator = office(town.administrator, NOW);
    let group = async |name: &str, parent: Option<GroupId>| {
        registry.create_group(&administrator, town.unit, name, parent).await.unwrap()
    };
    let mut deep = group("0", None).await;
    for level in 1..15 {
        deep = group(&level.to_string(), Some(deep)).await;
    }
    let upper = group("upper", None).await;
    group("lower", Some(upper)).await;
    let moved = GroupChange { parent: Some(Some(deep)), ..GroupChange::default() };
    let error = registry.change_group(&administrator, upper, moved).await.unwrap_err();
    assert_eq!(field(error), "group_id", "the group below would be the 17th");
    let all = CameraQuery { limit: 10, ..CameraQuery::default() };
    assert!(registry.cameras(&administrator, &all).await.is_ok(), "nobody's list breaks");
}

#[tokio::test]
async fn guessing_the_password_inside_a_session_is_an_entry_and_locks() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let operator = cx(town.operator, NOW);
    let guess = async || {
        registry
            .change_password(
                &operator,
                None,
                Secret::new("a guess".into()),
                Secret::new("another long one".into()),
            )
            .await
            .unwrap_err()
    };
    // At the same time: each is checked outside the writer, and counted inside.
    let errors = futures::future::join_all((0..12).map(|_| guess())).await;
    let locked = errors.iter().filter(|error| matches!(error, Error::Locked { .. })).count();
    assert_eq!(locked, 12 - 5, "{errors:?}");
    let entries = entries(&town.store).await;
    let failed = entries.iter().filter(|record| record.kind == Act::SignInFailed);
    assert_eq!(failed.filter(|record| record.acting.person == Some(town.operator)).count(), 5);
}

#[tokio::test]
async fn a_second_factor_is_not_replaced_from_an_open_session() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let operator = cx(town.operator, NOW);
    let enrolment = registry.begin_totp(&operator).await.unwrap();
    let secret = totp_rs::Secret::try_from_base32(enrolment.secret.expose()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    let code = totp.generate((NOW.0 / 1_000_000) as u64).to_string();
    registry.confirm_totp(&operator, &code).await.unwrap();
    assert_eq!(registry.begin_totp(&operator).await.unwrap_err().kind(), Kind::Conflict);
    registry.remove_totp(&operator, Secret::new(PASSWORD.into())).await.unwrap();
    assert!(registry.begin_totp(&operator).await.is_ok());
}

/// A finished export of the gate with a package of three bytes.
async fn package(town: &Town, now: WallTime) -> model::ExportId {
    let registry = &town.store.registry;
    let request = Request {
        act: Act::Export,
        span: Some(span(-60, 60)),
        recipient: "Li Wei".into(),
        ..Request::new(Act::Export, vec![town.gate], Rendering::Original)
    };
    let pass = registry.admit(&cx(town.operator, now), request).await.unwrap();
    let cameras: Vec<CameraId> = vec![town.gate];
    let recipient = Recipient { name: "Li Wei".into(), organisation: String::new() };
    let id = registry
        .create_export(&pass, NewExport { profile: Profile::Main, recipient, cameras, sealed_to: None })
        .await
        .unwrap();
    std::fs::create_dir_all(registry.exports_dir()).unwrap();
    std::fs::write(registry.export_path(id), b"zip").unwrap();
    registry.finish_export(id, "EX-1.zip", 3, model::Hash([1; 32])).await.unwrap();
    id
}

#[tokio::test]
async fn packages_go_when_nobody_may_collect_them_any_more() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let (old, young) = (package(&town, NOW).await, package(&town, NOW.plus_us(DAY_US)).await);
    let partial = registry.exports_dir().join(format!("{}.partial", uuid::Uuid::now_v7()));
    std::fs::write(&partial, b"left by a crash").unwrap();
    let at = |days: i64| system_cx("packages", NOW.plus_us(days * DAY_US + 1));
    assert_eq!(registry.expire_packages(&at(COLLECT_DAYS - 1)).await.unwrap(), 0);
    assert!(!partial.exists() && registry.export_path(old).exists());
    assert_eq!(registry.expire_packages(&at(COLLECT_DAYS)).await.unwrap(), 1);
    assert!(!registry.export_path(old).exists() && registry.export_path(young).exists());
    let record = newest(&town.store).await;
    assert_eq!((record.kind, record.subject), (Act::ExpirePackage, Some(old.0)));
    assert!(record.refers_to.is_some(), "the export's entry");
    let operator = cx(town.operator, NOW.plus_us(COLLECT_DAYS * DAY_US));
    assert_eq!(registry.export(&operator, old).await.unwrap().state, ExportState::Expired);
    let collect = Request { export: Some(old), ..Request::new(Act::Collect, vec![], Rendering::Original) };
    assert_eq!(registry.admit(&operator, collect).await.unwrap_err().kind(), Kind::NotFound);
    let person = cx(town.operator, NOW);
    assert!(registry.expire_packages(&person).await.is_err(), "no person deletes packages");
}

#[tokio::test]
async fn a_view_that_a_crash_ended_is_said_in_the_ledger() {
    let town = Town::build().await;
    let request = Request::new(Act::Live, vec![town.gate], Rendering::Marked);
    let pass = town.store.registry.admit(&cx(town.operator, NOW), request).await.unwrap();
    let (entry, view) = (pass.entry(), pass.view().unwrap());
    town.store.registry.begin_run(NOW.plus_us(SECOND_US)).await.unwrap();
    let record = newest(&town.store).await;
    assert_eq!((record.kind, record.refers_to, record.subject), (Act::Use, Some(entry.0), Some(view.0)));
    assert!(record.extra.contains("ended=with the process"), "{}", record.extra);
    town.store.registry.begin_run(NOW.plus_us(2 * SECOND_US)).await.unwrap();
    assert_eq!(newest(&town.store).await.time, NOW.plus_us(SECOND_US), "once");
}

#[tokio::test]
async fn refusals_of_every_act_are_found_together() {
    let town = Town::build().await;
    let live = || Request::new(Act::Live, vec![town.gate], Rendering::Marked);
    town.store.registry.admit(&cx(town.operator, NOW), live()).await.unwrap();
    town.store.registry.admit(&cx(town.administrator, NOW), live()).await.unwrap_err();
    let auditor = office(town.auditor, NOW);
    let query = AccessQuery { act: Some(Act::Refused), limit: 10, ..AccessQuery::default() };
    let page = town.store.access_entries(&auditor, &query).await.unwrap();
    let found: Vec<_> = page.entries.into_iter().filter_map(|entry| entry.record).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].kind, found[0].acting.person), (Act::Live, Some(town.administrator)));
}
