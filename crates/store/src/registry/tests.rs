//! The registry's tests, by what they are about.

mod accounts;
mod admission;
mod attacks;
mod back_fills;
mod documents;
mod findings;
mod floors;
mod gaps;
mod log;
mod near;
mod record_terms;
mod retiring;
mod rows;
mod sequences;
mod standing;
mod watching;

use crate::fixture::*;
use crate::*;
use ledger::access::{AccessRecord, Outcome};

/// The newest entry, opened.
async fn newest(store: &Store) -> AccessRecord {
    entries(store).await.remove(0)
}

/// The newest entries, opened, newest first.
async fn entries(store: &Store) -> Vec<AccessRecord> {
    let cx = system_cx("check", NOW);
    let mut records = Vec::new();
    let count = store.registry.entry_count().await.unwrap();
    for index in (count.saturating_sub(50)..count).rev() {
        let query = AccessQuery { before: Some(EntryIndex(index + 1)), limit: 1, ..AccessQuery::default() };
        let page = store.registry.page(&cx, &query).await.unwrap();
        records.extend(page.entries.into_iter().filter_map(|entry| entry.record));
    }
    records
}

fn refused(error: Error) -> Refusal {
    match error {
        Error::Refused(refusal) => *refusal,
        other => panic!("not a refusal: {other}"),
    }
}

fn is_permitted(record: &AccessRecord) -> bool {
    record.outcome == Outcome::Permitted
}
