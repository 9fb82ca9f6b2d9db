//! Footage that is brought has two entries, or the next start says that the second could not be written.

use super::*;
use model::{Act, WallTime};
use uuid::Uuid;

fn at(seconds: i64) -> WallTime {
    NOW.plus_us(seconds * SECOND_US)
}

/// Entries of imports, oldest first: what each says, and whether it refers to another.
async fn imports(town: &Town) -> Vec<(String, bool)> {
    let mut found: Vec<_> = entries(&town.store)
        .await
        .into_iter()
        .filter(|record| record.kind == Act::BackFill)
        .map(|record| (record.extra, record.refers_to.is_some()))
        .collect();
    found.reverse();
    found
}

#[tokio::test]
async fn an_import_that_ended_with_its_process_is_said_to_be_broken_off_once() {
    let town = Town::build().await;
    let registry = &town.store.registry;
    let cx = system_cx("command", NOW);
    let text = |id: Uuid| format!("id={id}\nsource=card");
    let [whole, old, broken] = [1, 2, 3].map(Uuid::from_u128);
    let begun = registry.begin_back_fill(&cx, whole, &text(whole)).await.unwrap();
    registry.end_back_fill(&cx, (whole, begun), &text(whole)).await.unwrap();
    // As they were written before the second referred to the first.
    for _ in 0..2 {
        registry.note_system(&cx, Act::BackFill, &text(old)).await.unwrap();
    }
    registry.begin_run(at(10)).await.unwrap();
    assert_eq!(imports(&town).await.len(), 4, "nothing is open");
    let begun = registry.begin_back_fill(&cx, broken, &text(broken)).await.unwrap();
    for start in [20, 30] {
        registry.begin_run(at(start)).await.unwrap();
        let found = imports(&town).await;
        assert_eq!(found.len(), 6, "{found:?}");
        assert_eq!(found[5], (format!("id={broken}\nfailed=broken off with the process"), true));
    }
    let last = newest(&town.store).await;
    assert_eq!((last.refers_to, last.subject), (Some(begun.0), Some(broken)));
}
