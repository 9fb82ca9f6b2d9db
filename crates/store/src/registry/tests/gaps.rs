//! What people say about gaps: one writes, another judges, the record stays, and announced maintenance counts beforehand.

use super::*;
use law::completeness::GapState;
use model::{Act, CameraId, GapCause, PersonId, Profile, Role, StreamId, UnitId, WallTime};

/// A gap of the camera, after what is there already.
async fn gap(town: &Town, camera: CameraId, span: model::Span) -> GapRow {
    let stream = StreamId { camera, profile: Profile::Main };
    let new = NewGap { stream, span, cause: GapCause::Camera, evidence: "no packet for 3 s".into() };
    let leaf = town.store.footage.commit_gap(new).await.unwrap().leaf;
    town.store.footage.gap(&system_cx("check", NOW), leaf).await.unwrap().unwrap()
}

async fn second_administrator(town: &Town, unit: UnitId) -> PersonId {
    let new = NewPerson {
        account: format!("second{unit}").chars().take(20).collect(),
        name: model::Personal::new("Second".into()),
        language: "en".into(),
        posts: vec![law::access::Post { role: Role::Administrator, unit, group: None }],
        password: Some(model::Secret::new(PASSWORD.into())),
        password_stays: true,
    };
    town.store.registry.create_person(&system_cx("demo", NOW), new).await.unwrap().0
}

fn words() -> NewExplanation {
    NewExplanation {
        cause: GapCause::Power,
        text: "the street's power was cut".into(),
        document: "notice 12/2026".into(),
    }
}

async fn state(town: &Town, gap: &GapRow) -> GapState {
    town.store.gap_standings(&system_cx("check", NOW), std::slice::from_ref(gap)).await.unwrap()[0].state
}

#[tokio::test]
async fn one_person_explains_and_another_judges_while_the_record_stays() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let found = gap(&town, town.gate, span(0, 60)).await;
    assert_eq!(state(&town, &found).await, GapState::Open);
    let operator = cx(town.operator, NOW);
    let choice = GapChoice::Leaves(vec![found.leaf]);
    let (id, count) = town.store.explain_gaps(&operator, choice.clone(), words()).await.unwrap();
    assert_eq!((count, state(&town, &found).await), (1, GapState::Explained));
    let written = newest(&town.store).await;
    assert_eq!((written.kind, written.subject), (Act::ExplainGap, Some(id.0)));
    assert_eq!(written.note, "the street's power was cut");
    assert!(
        written.extra.contains("cause=power") && written.extra.contains("notice 12/2026"),
        "{}",
        written.extra
    );
    assert!(written.cameras.is_of(&[town.gate]) && is_permitted(&written));
    // A second explanation of the same gap waits for the verdict on the first.
    let error = town.store.explain_gaps(&operator, choice.clone(), words()).await.unwrap_err();
    assert_eq!(error.kind(), model::Kind::Conflict, "{error}");

    let office = office(town.administrator, NOW);
    registry.judge_explanation(&office, id, false, "which street?").await.unwrap();
    assert_eq!(state(&town, &found).await, GapState::Declined);
    let error = registry.judge_explanation(&office, id, true, "").await.unwrap_err();
    assert_eq!(error.kind(), model::Kind::Conflict, "{error}");
    let (again, _) = town.store.explain_gaps(&operator, choice, words()).await.unwrap();
    assert_eq!(state(&town, &found).await, GapState::Explained);
    registry.judge_explanation(&office, again, true, "").await.unwrap();
    assert_eq!(state(&town, &found).await, GapState::Justified);
    let verdict = newest(&town.store).await;
    assert_eq!((verdict.kind, verdict.subject), (Act::DecideGap, Some(again.0)));
    let standing = town.store.gap_standings(&operator, std::slice::from_ref(&found)).await.unwrap().remove(0);
    let explanation = standing.explanation.unwrap();
    assert_eq!(verdict.refers_to, Some(explanation.judged.author.entry.0));
    assert_eq!(explanation.judged.author.person, town.operator);
    assert_eq!(explanation.judged.verdict.unwrap().by.person, town.administrator);

    let after = town.store.footage.gap(&operator, found.leaf).await.unwrap().unwrap();
    assert_eq!(after, found);
    assert_eq!(town.store.footage.audit(&system_cx("check", NOW)).await.unwrap(), []);
}

#[tokio::test]
async fn nobody_judges_what_they_wrote_and_only_for_their_own_cameras() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let found = gap(&town, town.gate, span(0, 60)).await;
    let other = gap(&town, town.yard, span(0, 60)).await;
    let office = office(town.administrator, NOW);
    let choice = GapChoice::Leaves(vec![found.leaf]);
    let (id, _) = town.store.explain_gaps(&office, choice, words()).await.unwrap();
    let check = async |person: PersonId, code: &str| {
        let judge = crate::fixture::office(person, NOW);
        let refusal = refused(registry.judge_explanation(&judge, id, true, "").await.unwrap_err());
        assert_eq!(refusal.code, code);
        assert_eq!(newest(&town.store).await.kind, Act::DecideGap);
        assert_eq!(state(&town, &found).await, GapState::Explained);
    };
    check(town.administrator, "own_words").await;
    check(town.operator, "role").await;
    check(second_administrator(&town, town.other_unit).await, "other_unit").await;
    let both = GapChoice::Leaves(vec![found.leaf, other.leaf]);
    let refusal = refused(town.store.explain_gaps(&cx(town.operator, NOW), both, words()).await.unwrap_err());
    assert_eq!(refusal.code, "other_unit");
    let second = second_administrator(&town, town.unit).await;
    registry.judge_explanation(&crate::fixture::office(second, NOW), id, true, "").await.unwrap();
    assert_eq!(state(&town, &found).await, GapState::Justified);
}

#[tokio::test]
async fn a_span_of_cameras_is_explained_at_once_but_what_stands_already_is_left_alone() {
    let town = Town::build().await;
    let operator = cx(town.operator, NOW);
    let gaps = [
        gap(&town, town.gate, span(0, 60)).await,
        gap(&town, town.gate, span(60, 60)).await,
        gap(&town, town.gate, span(120, 60)).await,
    ];
    town.store.explain_gaps(&operator, GapChoice::Leaves(vec![gaps[1].leaf]), words()).await.unwrap();
    let choice = || GapChoice::Of { cameras: vec![town.gate], span: span(30, 120) };
    let (_, count) = town.store.explain_gaps(&operator, choice(), words()).await.unwrap();
    assert_eq!(count, 2);
    let error = town.store.explain_gaps(&operator, choice(), words()).await.unwrap_err();
    assert_eq!(error.kind(), model::Kind::Conflict, "none is left: {error}");
    let error =
        town.store.explain_gaps(&operator, GapChoice::Leaves(vec![LeafIndex(9)]), words()).await.unwrap_err();
    assert_eq!(error.kind(), model::Kind::NotFound, "{error}");
}

#[tokio::test]
async fn maintenance_counts_once_somebody_else_has_approved_it() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let announce = async |start_s: i64, seconds: i64| {
        let new = NewMaintenance {
            cameras: vec![town.gate],
            span: span(start_s, seconds),
            reason: "new lens".into(),
            document: String::new(),
        };
        registry.announce_maintenance(&cx_maintenance(town.operator, NOW), new).await
    };
    let error = announce(0, 60).await.unwrap_err();
    assert_eq!(error.kind(), model::Kind::Invalid, "it has begun already: {error}");
    let id = announce(60, 600).await.unwrap();
    let record = newest(&town.store).await;
    assert_eq!((record.kind, record.subject), (Act::AnnounceMaintenance, Some(id.0)));
    let inside = gap(&town, town.gate, span(100, 60)).await;
    let over = gap(&town, town.gate, span(600, 120)).await;
    assert_eq!(state(&town, &inside).await, GapState::Open, "nobody has approved it");
    let refusal = refused(
        registry.judge_maintenance(&cx_maintenance(town.operator, NOW), id, true, "").await.unwrap_err(),
    );
    assert_eq!(refusal.code, "own_words");
    registry.judge_maintenance(&office(town.administrator, NOW), id, true, "").await.unwrap();
    assert_eq!(state(&town, &inside).await, GapState::Justified);
    assert_eq!(state(&town, &over).await, GapState::Open, "it ends after the window");
    let gaps = [inside, over];
    let standings = town.store.gap_standings(&cx(town.operator, NOW), &gaps).await.unwrap();
    assert_eq!((standings[0].maintenance, standings[1].maintenance), (Some(id), None));
}

fn cx_maintenance(person: PersonId, now: WallTime) -> model::Cx {
    model::Cx {
        purpose: model::Purpose::Maintenance,
        legal_basis: model::LegalBasis::MaintenanceDuty,
        ..cx(person, now)
    }
}
