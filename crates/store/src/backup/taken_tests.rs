//! After the unlocking of a store whose logs end with a mirror's records: lost footage stands among the gaps, holds are ordinary
//! holds, and minutes without entries are said to be that.

use super::tail_tests::{lived, mirror_of};
use super::tests::{ask, open, open_locked, passphrase, plan, problems, publish, record, restore_plan};
use super::{MediaChoice, RestorePlan, restore, take};
use crate::fixture::{NOW, SECOND_US, Town, cx as fixture_cx, office, segment, span, stream};
use crate::{
    AccessQuery, GapRow, HoldState, LogName, NewGap, NewHold, Recorded, Store, TakenHolds, system_cx,
};
use ledger::record::{Entry, LossRecord, record_hash};
use model::{CameraId, Cx, GapCause, HoldId, PersonId, Span, StreamId, WallTime};

/// When holds are placed and lifted: behind the footage that they keep.
const PLACED: WallTime = WallTime(NOW.0 + 100 * SECOND_US);
const ALL: Span = Span { start: WallTime(i64::MIN), end: WallTime(i64::MAX) };

async fn gaps(store: &Store, stream: StreamId) -> Vec<GapRow> {
    store.footage.gaps(&system_cx("check", NOW), Some(stream), ALL).await.unwrap()
}

/// The losses among them, as the log has them.
async fn losses(store: &Store, stream: StreamId) -> Vec<LossRecord> {
    let lost = gaps(store, stream).await.into_iter().filter(|gap| gap.lost);
    lost.map(|gap| match Entry::decode(&gap.record).unwrap() {
        Entry::Loss(loss) => loss,
        other => panic!("{other:?}"),
    })
    .collect()
}

#[tokio::test]
async fn what_a_mirror_has_no_footage_of_is_a_gap_once_the_store_is_unlocked() {
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    let plan = lived(&town, &to).await;
    let (copied, new, gate) = (to.path().join("mirror"), to.path().join("new"), stream(town.gate));
    mirror_of(&town, &copied).await;
    let asked = RestorePlan { mirrors: vec![copied.clone()], ..restore_plan(&plan, &new) };
    restore(&asked, &|_| ()).await.unwrap();
    let store = open_locked(&new).await;
    assert_eq!(losses(&store, gate).await, [], "a locked store says nothing of its own");
    let cx = system_cx("command", NOW.plus_us(210 * SECOND_US));
    let unlocked = store.unlock(&cx, ask(false)).await.unwrap();
    assert_eq!(unlocked.losses, (1, 2), "one span of two segments");
    store.close(NOW).await.unwrap();

    let store = open(&new).await.unwrap();
    assert_eq!(store.footage.declare_losses("again", NOW).await.unwrap(), (0, 0));
    let (found, lost) = (gaps(&store, gate).await, losses(&store, gate).await);
    let late = 60 * 86_400;
    assert_eq!(lost.iter().map(|loss| loss.span).collect::<Vec<_>>(), [span(late, 2)]);
    let newest = store.footage.stream_head(gate).await.unwrap();
    assert_eq!((lost[0].last_seq + 1, lost[0].last_record), (newest.next_seq, newest.prev_record_hash));
    assert!(found.iter().all(|gap| !gap.lost || gap.cause == GapCause::Us));
    for said in
        [plan.id.to_string(), copied.display().to_string(), format!("records {} to", lost[0].first_seq)]
    {
        assert!(lost[0].evidence.contains(&said), "{said}: {}", lost[0].evidence);
    }
    assert!(found.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{found:?}");
    let coverage = store.footage.coverage(&cx, gate, span(late, 2), false).await.unwrap();
    assert_eq!((coverage.spans.len(), coverage.gaps.len()), (0, 1));
    // Where the log has a deletion, or a gap of its own, nothing is lost.
    for (at, expected) in [(0, "expired"), (7, "gap"), (late, "lost"), (late + 1, "lost")] {
        let said = match store.footage.recorded_at(&cx, gate, span(at, 1).start).await.unwrap() {
            Recorded::Expired { done: Some(_), .. } => "expired",
            Recorded::Gap(_) => "gap",
            Recorded::Lost => "lost",
            other => panic!("{other:?}"),
        };
        assert_eq!(said, expected, "at {at} s");
    }
    assert_eq!(problems(&store).await, [""; 0]);

    // Both logs can be read over the restore: the new origin, the loss, and minutes that have no entries here.
    let page = store.footage_entries(&cx, None, None, 500, false).await.unwrap();
    let kinds: Vec<&str> =
        page.iter().map(|entry| entry.kind().map_or("origin", |kind| kind.as_str())).collect();
    assert_eq!(kinds[..2], ["loss", "origin"]);
    let restored = store.restored_minutes().await.unwrap();
    let tail = store.tails(LogName::Access).await.unwrap();
    assert_eq!((restored.len(), restored[0].count), (1, tail[0].end - tail[0].first));
    assert!(restored[0].minutes.0 < restored[0].minutes.1, "{restored:?}");
    let query = AccessQuery { limit: 200, ..AccessQuery::default() };
    let audit = office(town.auditor, NOW.plus_us(400 * SECOND_US));
    assert!(!store.access_entries(&audit, &query).await.unwrap().entries.is_empty());
}

struct Lifting<'a> {
    store: &'a Store,
    asker: PersonId,
    answerer: PersonId,
}

impl Lifting<'_> {
    async fn lift(&self, hold: HoldId, at: WallTime) {
        let by = |person| Cx { note: Some("the case is closed".into()), ..office(person, at) };
        self.store.registry.ask_release(&by(self.asker), hold, "").await.unwrap();
        self.store.registry.approve_release(&by(self.answerer), hold).await.unwrap();
        self.store.settle_outbox(at).await.unwrap();
    }
}

async fn held(town: &Town, camera: CameraId, at_s: i64) -> HoldId {
    let new = NewHold {
        cameras: vec![camera],
        span: span(at_s, 1),
        review: None,
        document: "2026-17".into(),
        approver: None,
    };
    let by = Cx { note: Some("an accident".into()), ..fixture_cx(town.operator, PLACED) };
    let hold = town.store.registry.place_hold(&by, new).await.unwrap();
    town.store.settle_outbox(PLACED).await.unwrap();
    hold
}

#[tokio::test]
async fn holds_of_a_tail_are_lifted_by_two_persons_like_any_other() {
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    let (store, gate, yard) = (&town.store, stream(town.gate), stream(town.yard));
    let people = Lifting { store, asker: town.operator, answerer: town.administrator };
    record(&town, 0..3).await;
    let before = held(&town, town.gate, 0).await;
    publish(store, 60).await;
    let plan = plan(&town, &to, MediaChoice::All, passphrase());
    take(&plan, &|_| ()).await.unwrap();
    // After the backup: footage of two streams with a gap in one, a hold lifted, one placed, one on a camera of later.
    record(&town, 3..5).await;
    let gap =
        NewGap { stream: gate, span: span(5, 1), cause: GapCause::Network, evidence: "no packet".into() };
    store.footage.commit_gap(gap).await.unwrap();
    record(&town, 6..8).await;
    store.footage.commit_segment(segment(store, yard, span(6, 1), 2_000)).await.unwrap();
    people.lift(before, PLACED).await;
    let after = held(&town, town.gate, 1).await;
    let late = Town::camera(store, "late", town.unit).await;
    let unknown = held(&town, late, 1).await;
    publish(store, 180).await;

    let (copied, new) = (to.path().join("mirror"), to.path().join("new"));
    mirror_of(&town, &copied).await;
    let asked = RestorePlan { mirrors: vec![copied], ..restore_plan(&plan, &new) };
    restore(&asked, &|_| ()).await.unwrap();
    let restored = open_locked(&new).await;
    let now = NOW.plus_us(210 * SECOND_US);
    let cx = system_cx("command", now);
    restored.footage.rebuild_holds(&cx).await.unwrap();
    let unlocked = restored.unlock(&cx, ask(false)).await.unwrap();
    assert_eq!(unlocked.losses, (3, 5));
    let holds = TakenHolds { taken: 1, lifted: 1, without_camera: vec![unknown.to_string()] };
    assert_eq!(unlocked.holds, holds);
    restored.close(NOW).await.unwrap();

    let restored = open(&new).await.unwrap();
    let spans = losses(&restored, gate).await.iter().map(|loss| loss.span).collect::<Vec<_>>();
    assert_eq!(spans, [span(3, 2), span(6, 2)]);
    let yards = losses(&restored, yard).await;
    let record = store.footage.segments(&cx, yard, ALL).await.unwrap().remove(0).record;
    assert_eq!((yards[0].first_seq, yards[0].last_record), (0, record_hash(&record)));
    let state = async |hold: HoldId| restored.registry.hold(&cx, hold).await.unwrap();
    assert_eq!(state(before).await.state, HoldState::Released);
    let row = state(after).await;
    assert_eq!((row.state, row.approver.as_str(), row.span), (HoldState::Held, "as recorded", span(1, 1)));
    assert_eq!((row.requester, row.placed), (town.administrator, PLACED));
    assert!(row.note.unwrap().contains("who placed it"), "it says what is not known");
    // It keeps what is here until two persons lift it.
    let gates = async || {
        restored.holds_in_force().await.unwrap().iter().filter(|hold| hold.stream == Some(gate)).count()
    };
    assert_ne!(gates().await, 0);
    Lifting { store: &restored, ..people }.lift(after, now).await;
    assert_eq!(gates().await, 0);
    assert_eq!(state(after).await.state, HoldState::Released);
    assert_eq!(restored.footage.hold_findings(&cx).await.unwrap(), []);
    assert_eq!(problems(&restored).await, [""; 0]);
}
