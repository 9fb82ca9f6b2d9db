//! The example units: the first has nothing to put right, the others have the faults that they are there to show.

use super::{DemoState, registry};
use law::detect::{Snapshot, detect};
use law::life_cycle::Stage;
use law::register::RecordKind;
use model::WallTime;
use std::collections::{BTreeSet, HashMap};
use store::{CameraQuery, RecordQuery, Store, system_cx};

/// Article and code of what is found about records whose names begin so, or that stand for them.
fn found(snapshot: &Snapshot<'_>, of: &BTreeSet<String>) -> BTreeSet<String> {
    let all = detect(snapshot);
    let own = all.iter().filter(|found| of.contains(&found.about.id));
    own.filter(|found| !matches!(found.code, "incomplete" | "stale"))
        .map(|found| format!("{} {}", found.article, found.code))
        .collect()
}

/// Ids of the records and cameras of one unit.
async fn ids(store: &Store, unit: model::UnitId, now: WallTime) -> BTreeSet<String> {
    let cx = system_cx("demo", now);
    let mut ids = BTreeSet::new();
    for kind in RecordKind::ALL {
        let query = RecordQuery { unit: Some(unit), ..RecordQuery::of(kind) };
        ids.extend(
            store.registry.records(&cx, &query).await.unwrap().records.iter().map(|one| one.id.to_string()),
        );
    }
    let query = CameraQuery { unit: Some(unit), limit: 1_000, ..CameraQuery::default() };
    ids.extend(
        store.registry.cameras(&cx, &query).await.unwrap().cameras.iter().map(|one| one.id.to_string()),
    );
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn one_unit_is_in_order_and_two_have_their_faults() {
    let dir = tempfile::tempdir().unwrap();
    let store = super::open(dir.path()).await.unwrap();
    let state = DemoState::load_or_make(dir.path()).unwrap();
    let now = pipeline::system_wall();
    let cx = system_cx("demo", now);
    let url = |clip: &str, profile: &str| format!("rtsp://127.0.0.1:9/{clip}/{profile}");
    // Twice: what is there already is left as it is.
    registry::fill_from(&store, &state, &url).await.unwrap();
    let count = |kind: RecordKind| {
        let (store, cx) = (&store, &cx);
        async move { store.registry.records(cx, &RecordQuery::of(kind)).await.unwrap().total }
    };
    let points = count(RecordKind::Point).await;
    registry::fill_from(&store, &state, &url).await.unwrap();
    assert_eq!(count(RecordKind::Point).await, points);
    assert_eq!(points, 8 + 3 + 2);

    let stages: Vec<(String, Option<Stage>)> = store
        .registry
        .records(&cx, &RecordQuery::of(RecordKind::System))
        .await
        .unwrap()
        .records
        .into_iter()
        .map(|system| (system.name, system.stage))
        .collect();
    let stage =
        |name: &str| stages.iter().find(|(system, _)| system.starts_with(name)).and_then(|(_, stage)| *stage);
    assert_eq!(stage("滨江"), Some(Stage::InUse));
    assert_eq!(stage("商场"), Some(Stage::InUse));
    assert_eq!(stage("城墙"), Some(Stage::Tested));
    assert_eq!(stage("影院视频"), Some(Stage::InUse));
    assert_eq!(stage("影院扩建"), Some(Stage::Accepted));

    let library = store.registry.packs().library.clone();
    let snapshot = store.registry.register_snapshot(&cx, cx.now, &library, &HashMap::new()).await.unwrap();
    let units = store.registry.units(&cx).await.unwrap();
    let mut of = Vec::new();
    for name in ["滨江", "平城", "渝中"] {
        let unit = units.iter().find(|unit| unit.name.starts_with(name)).unwrap();
        of.push(ids(&store, unit.id, now).await);
    }
    assert_eq!(found(&snapshot, &of[0]), BTreeSet::new(), "the first unit");
    let holds = |at: usize, wanted: &[&str]| {
        let found = found(&snapshot, &of[at]);
        for wanted in wanted {
            assert!(found.contains(*wanted), "{wanted}: {found:?}");
        }
    };
    holds(1, &["datong-2008:13 qualification_expired", "guangzhou-2007:7 plan_overlap"]);
    holds(2, &["national-2016:11 private_place", "national-2016:13 main_works_without_system"]);
    let waiting = store.registry.change_requests(&cx, None).await.unwrap();
    assert_eq!(waiting.len(), 1);
    // Nothing is incomplete where everything is in order.
    let missing: Vec<&str> = snapshot
        .records
        .iter()
        .filter(|one| of[0].contains(&one.record.id) && one.missing > 0)
        .map(|one| one.record.name.as_str())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
