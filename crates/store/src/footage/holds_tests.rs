//! Holds from the decision to the deletion that does not happen: what they keep, that either of record, row and sidecar
//! is enough, that it takes two persons, and that a stop between any two steps leaves the footage.

use super::holds::HoldFinding;
use crate::fixture::{NOW, SECOND_US, Town, case, cx, office, options, segment, span, stream};
use crate::{HoldQuery, HoldState, NewExport, NewHold, NewPerson, Recipient, Request, Store, system_cx};
use law::access::Post;
use law::retention::{DAY_US, Deletion};
use model::{
    Act, Cx, HoldId, LegalBasis, PersonId, Personal, Profile, Purpose, Rendering, Role, Span, WallTime,
};
use std::{collections::HashMap, time::Duration};

/// Seconds before the tests' day at which the held footage begins.
const DAYS_5: i64 = 5 * 86_400;
/// When everything has passed its term.
const LATER: WallTime = WallTime(NOW.0 + 60 * DAY_US);

/// Ten minutes of footage of the gate, five days old, in segments of a minute.
async fn town_with_footage() -> Town {
    let town = Town::build().await;
    for minute in 0..10 {
        let span = span(minute * 60 - DAYS_5, 60);
        town.store.footage.commit_segment(segment(&town.store, stream(town.gate), span, 100)).await.unwrap();
    }
    town
}

fn reason(cx: Cx) -> Cx {
    Cx { note: Some("a theft at the gate".into()), ..cx }
}

async fn hold(town: &Town, span: Span) -> HoldId {
    let new =
        NewHold { cameras: vec![town.gate], span, review: None, document: "2026-17".into(), approver: None };
    town.store.registry.place_hold(&reason(cx(town.operator, NOW)), new).await.unwrap()
}

async fn another_administrator(town: &Town) -> PersonId {
    let new = NewPerson {
        account: "second".into(),
        name: Personal::new("Second".into()),
        language: "en".into(),
        posts: vec![Post { role: Role::Administrator, unit: town.unit, group: None }],
        password: Some(model::Secret::new(crate::fixture::PASSWORD.into())),
        password_stays: true,
    };
    town.store.registry.create_person(&system_cx("demo", NOW), new).await.unwrap().0
}

/// What the rule would delete two months later, by a clock that was looked at.
async fn plan(store: &Store) -> Vec<Deletion> {
    store.confirm_clock(&system_cx("check", LATER)).await.unwrap();
    let time = store.advance_trust(Duration::ZERO, LATER).await.unwrap().time(LATER);
    store.plan_expiry(&system_cx("retention", LATER), time).await.unwrap()
}

/// Minutes that would go.
async fn going(town: &Town) -> Vec<i64> {
    let start = span(-DAYS_5, 1).start;
    plan(&town.store)
        .await
        .iter()
        .map(|deletion| deletion.span().start.since_us(start) / (60 * SECOND_US))
        .collect()
}

fn problems(findings: &[HoldFinding]) -> Vec<&str> {
    findings.iter().map(|found| found.finding.problem.as_str()).collect()
}

async fn sql(town: &Town, statement: &'static str) {
    let write = &town.store.footage.0.database.write;
    write
        .run(move |connection| {
            Box::pin(async move {
                sqlx::raw_sql(statement)
                    .execute(connection)
                    .await
                    .map(|_| ())
                    .map_err(|source| crate::Error::Database { doing: "tampering", source })
            })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_hold_keeps_the_segments_that_it_touches_and_no_other() {
    let check = async |from_s: i64, seconds: i64, kept: &[i64]| {
        let town = town_with_footage().await;
        let held = hold(&town, span(from_s - DAYS_5, seconds)).await;
        assert_eq!(town.store.settle_outbox(NOW).await.unwrap(), 1);
        let expected: Vec<i64> = (0..10).filter(|minute| !kept.contains(minute)).collect();
        assert_eq!(going(&town).await, expected, "{from_s} {seconds}");
        let row = town.store.registry.hold(&system_cx("check", NOW), held).await.unwrap();
        assert_eq!((row.state, row.placed_leaf), (HoldState::Held, Some(10)));
        let footage = town.store.footage.held_footage(&row.cameras, row.span).await.unwrap();
        assert_eq!(
            (footage.segments, footage.bytes, footage.gone),
            (kept.len() as u64, 100 * kept.len() as u64, 0)
        );
    };
    check(61, 10, &[1]).await;
    check(119, 2, &[1, 2]).await;
    // Touching is keeping: at the edge, keeping is the safe error.
    check(120, 30, &[1, 2]).await;
    check(0, 600, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).await;
    check(660, 60, &[]).await;
}

/// More rows of the gate than one plan looks at, a minute each, from nine days before the tests' day.
const OLD_ROWS: &str = "
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2099)
    INSERT INTO leaf (idx, hash, entry, kind) SELECT 1000 + i, zeroblob(32), x'00', 1 FROM n;
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2099)
    INSERT INTO segment (stream, seq, start_us, end_us, path, bytes, floor_days, leaf)
    SELECT (SELECT min(stream) FROM segment), 1000 + i, 1789222400000000 + i * 60000000, 1789222460000000 + i * 60000000,
           'old' || i, 100, 30, 1000 + i FROM n;";

/// What is held past its term may be days of footage: it uses up no plan, and is no room that comes.
#[tokio::test]
async fn days_of_held_footage_keep_nothing_younger() {
    let town = town_with_footage().await;
    let nine_days = span(-9 * 86_400, 2_100 * 60);
    hold(&town, nine_days).await;
    assert_eq!(town.store.settle_outbox(NOW).await.unwrap(), 1);
    sql(&town, OLD_ROWS).await;
    assert_eq!(going(&town).await, (0..10).collect::<Vec<i64>>());
    let cx = system_cx("retention", LATER);
    let overkept = town.store.overkept(&cx).await.unwrap();
    let seen: Vec<(u64, WallTime)> = overkept.iter().map(|one| (one.segments, one.oldest)).collect();
    assert_eq!(seen, [(10, span(-DAYS_5, 1).start)]);
    let time = town.store.trusted_clock(LATER).await.unwrap().time(LATER);
    let due = town.store.due_bytes(&cx, time, LATER.plus_us(DAY_US)).await.unwrap();
    assert_eq!(due.into_values().collect::<Vec<u64>>(), [1_000]);
}

#[tokio::test]
async fn the_oldest_of_many_holds_is_counted_too() {
    let town = town_with_footage().await;
    hold(&town, span(61 - DAYS_5, 10)).await;
    for _ in 0..200 {
        hold(&town, span(-10, 5)).await;
    }
    town.store.settle_outbox(NOW).await.unwrap();
    let rooms = crate::Rooms::default();
    let storage = town.store.storage(&system_cx("storage", NOW), &rooms, &HashMap::default()).await.unwrap();
    assert_eq!(storage.disks[0].disk.held_bytes, 100);
}

#[tokio::test]
async fn record_row_or_sidecar_alone_keeps_the_footage_and_the_difference_is_found() {
    let cx = system_cx("check", NOW);
    let town = town_with_footage().await;
    let held = hold(&town, span(61 - DAYS_5, 10)).await;
    town.store.settle_outbox(NOW).await.unwrap();
    // The registry alone would keep it as well: as if it were lost.
    let registry = &town.store.registry.database().write;
    registry
        .run(|connection| {
            Box::pin(async move {
                sqlx::raw_sql("UPDATE hold SET state = 'released'").execute(connection).await.unwrap();
                Ok(())
            })
        })
        .await
        .unwrap();
    let kept: Vec<i64> = (0..10).filter(|minute| *minute != 1).collect();
    assert_eq!(town.store.footage.hold_findings(&cx).await.unwrap(), []);
    let sidecar = town.folder.path().join(format!("media/holds/{held}.hold"));
    let whole = std::fs::read(&sidecar).unwrap();

    std::fs::remove_file(&sidecar).unwrap();
    assert_eq!(going(&town).await, kept, "row and record keep it");
    sql(&town, "DELETE FROM hold_camera; DELETE FROM hold;").await;
    assert_eq!(going(&town).await, kept, "the record alone keeps it");
    let found = town.store.footage.hold_findings(&cx).await.unwrap();
    assert_eq!(
        problems(&found),
        [
            "its row is missing; the record keeps its footage",
            "its sidecar is missing; record and row keep its footage"
        ]
    );
    town.store.footage.rebuild_holds(&cx).await.unwrap();
    assert_eq!(town.store.footage.hold_findings(&cx).await.unwrap(), [], "both are made again");
    assert_eq!(std::fs::read(&sidecar).unwrap(), whole);

    std::fs::write(&sidecar, b"torn").unwrap();
    let found = town.store.footage.hold_findings(&cx).await.unwrap();
    assert_eq!(problems(&found), ["its sidecar is not its record; what either holds is kept"]);
    town.store.footage.rebuild_holds(&cx).await.unwrap();

    // The database is put back to a time before the hold: the sidecar keeps what it says.
    sql(&town, "DELETE FROM hold_camera; DELETE FROM hold; DELETE FROM leaf WHERE kind = 5;").await;
    assert_eq!(going(&town).await, kept, "the sidecar alone keeps it");
    let found = town.store.footage.hold_findings(&cx).await.unwrap();
    assert_eq!(problems(&found), ["a sidecar of a hold that the log does not know; its footage is kept"]);
    // Nobody knows what a sidecar says that cannot be read: it keeps everything.
    std::fs::write(&sidecar, b"torn").unwrap();
    assert_eq!(going(&town).await, [0_i64; 0]);
}

#[tokio::test]
async fn two_persons_lift_a_hold() {
    let town = town_with_footage().await;
    let (registry, second) = (&town.store.registry, another_administrator(&town).await);
    let held = hold(&town, span(61 - DAYS_5, 10)).await;
    town.store.settle_outbox(NOW).await.unwrap();
    let by = |person| reason(office(person, NOW));
    let refused = |answer: crate::Result<()>| match answer {
        Err(crate::Error::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    };

    assert!(registry.approve_release(&by(second), held).await.is_err(), "nobody has asked");
    assert_eq!(refused(registry.ask_release(&by(town.viewer), held, "").await), "role");
    assert_eq!(refused(registry.ask_release(&office(town.administrator, NOW), held, "").await), "reason");
    registry.ask_release(&by(town.administrator), held, "2026-18").await.unwrap();
    assert!(registry.ask_release(&by(second), held, "").await.is_err(), "asked once");
    assert_eq!(refused(registry.approve_release(&by(town.administrator), held).await), "own_release");
    assert_eq!(refused(registry.approve_release(&by(town.operator), held).await), "role");
    assert_eq!(refused(registry.decline_release(&by(town.operator), held).await), "role");
    registry.decline_release(&by(second), held).await.unwrap();
    assert_eq!(going(&town).await.len(), 9, "declined: it stays");

    // Taken back by who asked, and asked again.
    registry.ask_release(&by(town.operator), held, "").await.unwrap();
    registry.decline_release(&by(town.operator), held).await.unwrap();
    registry.ask_release(&by(town.operator), held, "").await.unwrap();
    registry.approve_release(&by(second), held).await.unwrap();
    assert_eq!(going(&town).await.len(), 9, "until the footage store has let go");
    town.store.settle_outbox(NOW).await.unwrap();
    let row = registry.hold(&system_cx("check", NOW), held).await.unwrap();
    assert_eq!((row.state, row.releases.len()), (HoldState::Released, 3));
    assert_eq!(town.store.footage.hold_findings(&system_cx("check", NOW)).await.unwrap(), []);
    let deletions = plan(&town.store).await;
    assert_eq!(deletions.len(), 10);
    let expired = town.store.footage.expire(&system_cx("retention", LATER), deletions).await.unwrap();
    assert_eq!((expired.segments, expired.failed), (10, 0));
}

#[tokio::test]
async fn a_hold_that_comes_between_the_steps_of_a_deletion_stops_it() {
    let retention = system_cx("retention", LATER);
    // After the plan: the intent is refused.
    let town = town_with_footage().await;
    let planned = plan(&town.store).await;
    hold(&town, span(61 - DAYS_5, 10)).await;
    town.store.settle_outbox(NOW).await.unwrap();
    let expired = town.store.footage.expire(&retention, planned).await.unwrap();
    assert_eq!((expired.segments, expired.failed), (0, 1), "the whole entry; the next plan has the others");
    assert!(expired.first_error.unwrap().to_string().contains("under a hold"));
    let again = plan(&town.store).await;
    let expired = town.store.footage.expire(&retention, again).await.unwrap();
    assert_eq!((expired.segments, expired.failed), (9, 0));

    // After the intent: nothing is unlinked, and the deletion stays unfinished until the hold is lifted.
    let town = town_with_footage().await;
    let planned = plan(&town.store).await;
    town.store.footage.begin_expiry(&retention, planned).await.unwrap();
    let held = hold(&town, span(61 - DAYS_5, 10)).await;
    town.store.settle_outbox(NOW).await.unwrap();
    let resumed = town.store.footage.resume_expiries(&retention).await.unwrap();
    assert_eq!((resumed.segments, resumed.failed), (0, 1));
    let files = town.store.footage.media().list().unwrap();
    assert_eq!(files.len(), 20, "ten segments with their sidecars");
    let second = another_administrator(&town).await;
    let by = |person| reason(office(person, NOW));
    town.store.registry.ask_release(&by(town.administrator), held, "").await.unwrap();
    town.store.registry.approve_release(&by(second), held).await.unwrap();
    town.store.settle_outbox(NOW).await.unwrap();
    let resumed = town.store.footage.resume_expiries(&retention).await.unwrap();
    assert_eq!((resumed.segments, resumed.failed), (10, 0));
}

#[tokio::test]
async fn a_decision_counts_before_it_arrives_and_arrives_once() {
    let town = town_with_footage().await;
    let held = hold(&town, span(61 - DAYS_5, 10)).await;
    assert_eq!(going(&town).await.len(), 9, "kept before the footage store knows");

    // The folder is away: row and record are written, the sidecar is not; it goes on where it stopped.
    let identity = town.folder.path().join("media/IDENTITY");
    let away = town.folder.path().join("away");
    std::fs::rename(&identity, &away).unwrap();
    assert!(town.store.settle_outbox(NOW).await.is_err());
    std::fs::rename(&away, &identity).unwrap();
    let Town { folder, store, .. } = town;
    store.close(NOW).await.unwrap();
    let store = Store::open(folder.path(), options(NOW)).await.unwrap();
    assert_eq!(store.settle_outbox(NOW).await.unwrap(), 1);
    assert_eq!(store.settle_outbox(NOW).await.unwrap(), 0);
    let cx = system_cx("check", NOW);
    assert_eq!(store.footage.hold_findings(&cx).await.unwrap(), []);
    assert_eq!(store.log_size(crate::LogName::Footage).await.unwrap(), 11, "one record of the hold");
    assert_eq!(store.registry.hold(&cx, held).await.unwrap().state, HoldState::Held);
    assert_eq!(store.footage.audit(&cx).await.unwrap(), [], "a record without a stream is nobody's gap");
}

#[tokio::test]
async fn what_goes_out_for_a_case_is_held_by_itself() {
    let check = async |for_case: bool, purpose: Purpose, holds: usize| {
        let town = town_with_footage().await;
        let case = if for_case { Some(case(&town, "2026-9").await) } else { None };
        let registry = &town.store.registry;
        let asking = Cx { case, purpose, legal_basis: LegalBasis::UnitDuty, ..cx(town.operator, NOW) };
        let request = Request {
            span: Some(span(61 - DAYS_5, 10)),
            ..Request::new(Act::Export, vec![town.gate], Rendering::Original)
        };
        let pass = registry.admit(&asking, request).await.unwrap();
        let recipient = Recipient { name: "Zhao Lei".into(), organisation: "Police".into() };
        let new = NewExport { profile: Profile::Main, recipient, cameras: vec![town.gate], sealed_to: None };
        let export = registry.create_export(&pass, new).await.unwrap();
        assert_eq!(going(&town).await.len(), 10 - holds);
        assert_eq!(town.store.settle_outbox(NOW).await.unwrap(), holds);
        let query = HoldQuery { limit: 10, ..HoldQuery::default() };
        let page = registry.holds(&cx(town.operator, NOW), &query).await.unwrap();
        assert_eq!(page.holds.len(), holds);
        for hold in page.holds {
            assert_eq!((hold.export, hold.case, hold.requester), (Some(export), case, town.operator));
            assert!(!hold.is_overdue(NOW) && hold.is_overdue(NOW.plus_us(200 * DAY_US)));
            let later = system_cx("check", NOW.plus_us(200 * DAY_US));
            assert_eq!(town.store.hold_reviews(&later).await.unwrap().len(), 1, "shown, not lifted");
            assert_eq!(registry.export(&asking, export).await.unwrap().hold, Some(hold.id));
        }
    };
    check(true, Purpose::Case, 1).await;
    check(false, Purpose::Incident, 0).await;
}

#[tokio::test]
async fn a_hold_without_a_reason_or_by_the_wrong_person_is_refused() {
    let town = town_with_footage().await;
    let check = async |cx: Cx, cameras: Vec<model::CameraId>, code: &str| {
        let new = NewHold {
            cameras,
            span: span(-DAYS_5, 60),
            review: None,
            document: String::new(),
            approver: None,
        };
        match town.store.registry.place_hold(&cx, new).await {
            Err(crate::Error::Refused(refusal)) => assert_eq!(refusal.code, code),
            other => panic!("{code}: {other:?}"),
        }
    };
    check(cx(town.operator, NOW), vec![town.gate], "hold_reason").await;
    check(reason(cx(town.viewer, NOW)), vec![town.gate], "role").await;
    check(reason(cx(town.auditor, NOW)), vec![town.gate], "role").await;
    check(reason(cx(town.operator, NOW)), vec![town.gate, town.yard], "other_unit").await;
    check(reason(cx(town.operator, NOW)), vec![], "no_camera").await;
    assert_eq!(town.store.registry.outbox().await.unwrap(), []);
}

#[tokio::test]
async fn of_a_file_that_a_hold_keeps_only_what_it_holds_is_for_use_past_the_term() {
    let town = town_with_footage().await;
    let gate = stream(town.gate);
    let all = span(-DAYS_5, 600);
    // Ten seconds in the second minute; eight at the edge of the fifth and the sixth.
    for (from_s, seconds) in [(75, 10), (296, 8)] {
        hold(&town, span(from_s - DAYS_5, seconds)).await;
    }
    town.store.settle_outbox(NOW).await.unwrap();
    let beyond =
        async |at: WallTime| town.store.beyond_term(&system_cx("check", at), gate, all).await.unwrap();
    let of = |from_s: i64, seconds: i64| span(from_s - DAYS_5, seconds);
    assert_eq!(beyond(NOW).await, [], "within its term");
    // A clock that leapt, and that nobody looked at, hides nothing.
    assert_eq!(beyond(LATER).await, []);
    let deletions = plan(&town.store).await;
    assert_eq!(deletions.len(), 7);
    let outside = [of(60, 15), of(85, 35), of(240, 56), of(304, 56)];
    assert_eq!(beyond(LATER).await, outside, "what no hold keeps goes by itself");
    town.store.footage.expire(&system_cx("retention", LATER), deletions).await.unwrap();
    assert_eq!(beyond(LATER).await, outside);
    // Of a group of pictures that reaches into a hold, all is held.
    let check = |from_s: i64, seconds: i64, expected: bool| {
        assert_eq!(law::retention::is_beyond(&outside, of(from_s, seconds)), expected, "{from_s} {seconds}");
    };
    check(73, 2, true);
    check(74, 2, false);
    check(85, 2, true);
    check(84, 2, false);
    check(302, 2, false);
    check(304, 2, true);
}
