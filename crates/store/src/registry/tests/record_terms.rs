//! Terms of the records of who looked: what is forgotten and when, what is not, and that a key which goes otherwise is found.

use super::*;
use model::{Act, CaseId, LegalBasis, Purpose, Rendering, WallTime};

const HOUR_US: i64 = 3_600 * SECOND_US;

fn day(days: i64) -> WallTime {
    NOW.plus_us(days * 86_400 * SECOND_US)
}

async fn watch(town: &Town, now: WallTime, case: Option<CaseId>) -> EntryIndex {
    let mut cx = cx(town.operator, now);
    if case.is_some() {
        cx = Cx { purpose: Purpose::Case, legal_basis: LegalBasis::UnitDuty, case, ..cx };
    }
    let request = Request::new(Act::Live, vec![town.gate], Rendering::Marked);
    town.store.registry.admit(&cx, request).await.unwrap().entry()
}

/// Everything of the first two hours is published: years of minutes would take as long to write.
async fn publish(town: &Town) {
    town.store.publish(LogName::Access, NOW.plus_us(2 * HOUR_US)).await.unwrap();
}

/// Real time bears out the wall clock until then, and what is over is forgotten.
async fn forget(town: &Town, now: WallTime) -> u64 {
    town.store.registry.believe(now);
    let mut forgotten = 0;
    loop {
        match town.store.registry.forget_entries(now).await.unwrap() {
            0 => return forgotten,
            some => forgotten += some,
        }
    }
}

async fn is_readable(town: &Town, entry: EntryIndex) -> bool {
    town.store.entry_proof(entry).await.unwrap().entry.record.is_some()
}

async fn problems(town: &Town) -> Vec<LogFinding> {
    town.store.registry.verify_log(&system_cx("check", NOW)).await.unwrap()
}

async fn set(town: &Town, days: u16, now: WallTime) {
    town.store.registry.believe(now);
    let cx = Cx { note: Some("保存期限评估".into()), ..office(town.administrator, now) };
    town.store.registry.change_record_term(&cx, days).await.unwrap();
}

async fn run(town: &Town, sql: &'static str, index: u64) {
    let index = i64::try_from(index).unwrap();
    town.store
        .registry
        .write(move |connection| {
            Box::pin(async move {
                sqlx::query(sql).bind(index).execute(connection).await.unwrap();
                Ok(())
            })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_record_is_forgotten_when_its_term_is_over_and_its_proof_stays() {
    let town = Town::build().await;
    let changed = town.store.registry.entry_count().await.unwrap() - 1;
    let (seen, later) = (watch(&town, NOW, None).await, watch(&town, NOW.plus_us(HOUR_US), None).await);
    publish(&town).await;
    let term = i64::from(law::record_term::TERM_DAYS_DEFAULT);
    assert_eq!(forget(&town, day(term).plus_us(-1)).await, 0);
    assert!(is_readable(&town, seen).await);
    assert!(forget(&town, day(term)).await > 0);
    assert!(!is_readable(&town, seen).await && is_readable(&town, later).await);
    assert!(is_readable(&town, EntryIndex(changed)).await, "what was changed has no term");
    // Nobody finds it any more, and everybody can still check that it was there.
    let query = AccessQuery { camera: Some(town.gate), limit: 200, ..AccessQuery::default() };
    let page = town.store.registry.page(&system_cx("check", day(term)), &query).await.unwrap();
    assert!(page.entries.iter().all(|entry| entry.index != seen));
    let proof = town.store.entry_proof(seen).await.unwrap();
    let (batch, leaf) = (proof.batch.unwrap(), proof.entry.leaf);
    batch.leaf.verify(leaf.hash(), batch.index, batch.width, &batch.hashes).unwrap();
    assert!(proof.opened.is_none(), "nothing to open it with");
    assert_eq!(problems(&town).await, []);
    let told = newest(&town.store).await;
    assert_eq!(told.kind, Act::ForgetEntries);
    assert!(told.extra.starts_with(&format!("term_days={term}\nentries=")), "{}", told.extra);
    let cx = system_cx("check", day(term));
    let said = town.store.registry.record_term(&cx).await.unwrap();
    assert!(said.forgotten > 0 && said.pending.is_none());
}

#[tokio::test]
async fn what_an_open_case_rests_on_waits_for_its_end() {
    let town = Town::build().await;
    let case = case(&town, "穗公 2026-17").await;
    let seen = watch(&town, NOW, Some(case)).await;
    publish(&town).await;
    let term = i64::from(law::record_term::TERM_DAYS_DEFAULT);
    forget(&town, day(term + 400)).await;
    assert!(is_readable(&town, seen).await);
    let cx = Cx { note: Some("办结".into()), ..office(town.administrator, day(term + 400)) };
    town.store.registry.close_case(&cx, case).await.unwrap();
    forget(&town, day(term + 401)).await;
    assert!(!is_readable(&town, seen).await);
    assert_eq!(problems(&town).await, []);
}

#[tokio::test]
async fn a_shorter_term_waits_and_a_clock_that_leaps_forgets_nothing() {
    let town = Town::build().await;
    let seen = watch(&town, NOW, None).await;
    publish(&town).await;
    set(&town, 366, day(1)).await;
    let said = town.store.registry.record_term(&system_cx("check", day(1))).await.unwrap();
    assert_eq!((said.days, said.pending), (law::record_term::TERM_DAYS_DEFAULT, Some((366, day(31)))));
    // The wall clock leaps by ten years: real time does not bear it out.
    assert_eq!(town.store.registry.forget_entries(day(3_653)).await.unwrap(), 0);
    assert_eq!(forget(&town, day(366).plus_us(-1)).await, 0);
    forget(&town, day(366)).await;
    assert!(!is_readable(&town, seen).await);
    let cx = Cx { note: Some("缩短".into()), ..office(town.administrator, day(366)) };
    for days in [0, 365, 3_654] {
        let wrong = town.store.registry.change_record_term(&cx, days).await;
        assert!(matches!(wrong, Err(Error::Invalid { .. })), "{days}: {wrong:?}");
    }
}

#[tokio::test]
async fn a_key_that_goes_otherwise_is_found() {
    let town = Town::build().await;
    let (early, late) = (watch(&town, NOW, None).await, watch(&town, day(300), None).await);
    publish(&town).await;
    let term = i64::from(law::record_term::TERM_DAYS_DEFAULT);
    forget(&town, day(term)).await;
    assert_eq!(problems(&town).await, []);
    let by = town.store.registry.entry_count().await.unwrap() - 1;
    // Somebody with the database takes the key of a younger one, and then says that it went with the others.
    run(&town, "DELETE FROM entry_key WHERE idx = ?", late.0).await;
    let gone = |problem: &LogFinding| matches!(problem, LogFinding::EntryUnreadable { index, .. } if *index == late.0);
    assert!(problems(&town).await.iter().any(gone));
    run(&town, "INSERT INTO entry_forgotten (idx, entry) SELECT ?, max(entry) FROM entry_forgotten", late.0)
        .await;
    let by_entry =
        |problem: &LogFinding| matches!(problem, LogFinding::EntryUnreadable { index, .. } if *index == by);
    assert!(problems(&town).await.iter().any(by_entry), "not one of those that the entry says");
    // And of one that did go, that it went by another entry.
    run(&town, "UPDATE entry_forgotten SET entry = 0 WHERE idx = ?", early.0).await;
    assert!(!problems(&town).await.is_empty());
    // Nor does a row that names itself excuse anything, or a term that no entry set.
    run(&town, "UPDATE entry_forgotten SET entry = idx WHERE idx = ?", early.0).await;
    let own = |problem: &LogFinding| matches!(problem, LogFinding::EntryUnreadable { index, .. } if *index == early.0);
    assert!(problems(&town).await.iter().any(own), "an entry whose own key is gone says nothing");
}

#[tokio::test]
async fn a_term_that_nobody_set_lets_nothing_go_and_is_found() {
    let town = Town::build().await;
    let seen = watch(&town, NOW, None).await;
    publish(&town).await;
    run(
        &town,
        "INSERT INTO record_term (entry, days, set_us, set_by, reason) SELECT ?, 1, 0, id, 'x' FROM person LIMIT 1",
        seen.0,
    )
    .await;
    assert_eq!(forget(&town, day(40)).await, 0);
    assert!(is_readable(&town, seen).await);
    let found = |problem: &LogFinding| matches!(problem, LogFinding::EntryUnreadable { index, .. } if *index == seen.0);
    assert!(problems(&town).await.iter().any(found));
}
