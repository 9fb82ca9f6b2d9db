//! What the sweep keeps of the log for the rules: the case that was named, and how long recordings were played.

use super::*;
use crate::registry::entries::prepare;
use law::watching::Rule;
use model::{Act, CaseId, Profile, Rendering, WallTime};

const DAY_US: i64 = 86_400 * SECOND_US;

/// Questions of one rule, as their counts.
async fn counts(town: &Town, rule: Rule, now: WallTime) -> Vec<u32> {
    let query = QuestionQuery { rule: Some(rule), limit: 10, ..QuestionQuery::default() };
    let page = town.store.registry.questions(&office(town.auditor, now), &query).await.unwrap();
    page.questions.into_iter().map(|question| question.count).collect()
}

#[tokio::test]
async fn one_case_for_week_after_week_is_asked_about() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    registry.admit(&cx(town.operator, NOW), request(&town)).await.unwrap();
    let seen = newest(&town.store).await;
    let case = CaseId(uuid::Uuid::from_u128(7));
    let named = async |days: std::ops::Range<i64>, case: Option<CaseId>| {
        let on = |day: i64| {
            let time = NOW.plus_us(-day * DAY_US);
            prepare(AccessRecord { kind: Act::Playback, time, case, ..seen.clone() }).unwrap()
        };
        registry.0.database.write.append(days.map(on).collect()).await.unwrap();
    };
    let limit = Rule::OneCaseManyDays.limit().usual;
    assert_eq!(limit, 10);
    named(1..10, Some(case)).await;
    named(11..20, Some(CaseId(uuid::Uuid::from_u128(8)))).await;
    named(1..20, None).await;
    assert_eq!(counts(&town, Rule::OneCaseManyDays, NOW).await, Vec::<u32>::new());
    named(0..1, Some(case)).await;
    assert_eq!(counts(&town, Rule::OneCaseManyDays, NOW).await, [10]);
}

fn request(town: &Town) -> Request {
    Request { span: Some(span(-600, 600)), ..Request::new(Act::Playback, vec![town.gate], Rendering::Marked) }
}

#[tokio::test]
async fn hours_that_were_played_are_told_from_use_records_also_of_a_view_that_went_on() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let least = Rule::MuchPlayed.limit().least;
    let auditor = office(town.auditor, NOW);
    registry.set_watching_limit(&auditor, town.unit, (Rule::MuchPlayed, least), "tests").await.unwrap();
    let pass = registry.admit(&cx(town.operator, NOW), request(&town)).await.unwrap();
    let used = |units| Use {
        camera: town.gate,
        profile: Profile::Main,
        units,
        bytes: 1_000,
        from: NOW,
        to: NOW.plus_us(20 * SECOND_US),
    };
    let many = |seconds: u64| (0..seconds / 20).map(used).collect::<Vec<_>>();
    registry.record_uses(&pass, many(7_180), NOW).await.unwrap();
    assert_eq!(counts(&town, Rule::MuchPlayed, NOW).await, Vec::<u32>::new());
    // Nothing else is new of this person: the view goes on, and that is enough.
    registry.record_uses(&pass, many(20), NOW).await.unwrap();
    assert_eq!(counts(&town, Rule::MuchPlayed, NOW).await, [2]);
}
