//! An export that ends while a camera is down, or after it was switched off, is complete: the time without pictures is a gap
//! record in it, and the gap goes on. What is shown and not recorded cannot be exported, and says so at once.

use crate::support::{PATIENCE, World, clip, farm, main, until, world};
use model::{Act, CameraId, GapCause, Profile, Span, StreamId, WallTime};
use pipeline::{ExportError, LiveEnd, LiveMessage, SealError, rtsp_server::Mount};
use std::time::Duration;

/// Exports up to `end` and gives the gaps that the package's span has.
async fn complete(world: &World, camera: CameraId, span: Span) -> Vec<store::GapRow> {
    let made = world.export(camera, Profile::Main, span).await.unwrap();
    let report = world.verify(&made.path);
    let found: Vec<_> = report.findings().collect();
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(report.exit_code(), 0, "{report:#?}");
    let gaps = world.coverage(camera, span.start).await.gaps;
    assert!(gaps.iter().all(|gap| gap.cause != GapCause::Unknown), "{gaps:?}");
    gaps
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_may_end_in_an_outage() {
    let world = world(4).await;
    let clip = clip(world.dir.path(), "a.mp4", "libx264", "320x240", 15, &[]);
    let (farm, cancel) = farm(vec![Mount::new("/a", clip)]).await;
    let url = farm.url("/a");
    let camera = world.camera("江边步道 1", &url).await;
    let begun = world.pipeline.clock().wall();
    let mut plan = crate::support::plan(&[(camera, &url)]);
    let sub = StreamId { camera, profile: Profile::Sub };
    let shown = pipeline::StreamPlan { recorded: false, ..plan.streams[&main(camera)].clone() };
    plan.streams.insert(sub, shown);
    world.pipeline.apply(plan).await.unwrap();
    until("a segment", async || !world.coverage(camera, begun).await.spans.is_empty()).await;

    // What is not recorded is refused at once, not after the patience for key frames, which is 25 s.
    let span = Span { start: begun, end: begun.plus_us(1_000_000) };
    let refused =
        tokio::time::timeout(Duration::from_secs(20), world.export(camera, Profile::Sub, span)).await;
    let error = refused.unwrap().unwrap_err();
    assert!(matches!(error, ExportError::Seal(SealError::NotRecorded(id)) if id == sub), "{error}");
    assert_eq!(error.kind(), model::Kind::Invalid);

    // The camera goes down: its viewers stay, its outage is exported while it lasts.
    cancel.cancel();
    drop(farm);
    let down = world.pipeline.clock().wall();
    let gone = async || {
        world.pipeline.open_gaps().iter().any(|(id, gap)| *id == main(camera) && gap.span.end > down)
    };
    until("the outage is seen", gone).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let end = world.pipeline.clock().wall();
    let start = world.coverage(camera, begun).await.spans[0].start;
    let gaps = complete(&world, camera, Span { start, end }).await;
    assert_eq!(gaps.last().unwrap().span.end, end, "recorded so far: {gaps:?}");
    let open = || world.pipeline.open_gaps().into_iter().find(|(id, _)| *id == main(camera));
    until("what goes on is shown", async || open().is_some_and(|(_, gap)| gap.span.start >= end)).await;
    let open = open().unwrap().1;
    assert_eq!(
        (open.span.start, open.cause),
        (end, gaps.last().unwrap().cause),
        "and goes on, with its cause"
    );

    // Switched off in the registry: viewers are told, and what follows is a planned gap.
    let pass = world.pass(Act::Live, &[camera], None).await;
    let mut live = world.pipeline.live(&pass, main(camera)).unwrap();
    world.pipeline.apply(pipeline::Plan::default()).await.unwrap();
    let ended = async {
        loop {
            match live.next(|| world.pipeline.clock().wall()).await {
                Some(LiveMessage::End(end)) => return end,
                Some(_) => {}
                None => panic!("a reason"),
            }
        }
    };
    assert_eq!(tokio::time::timeout(PATIENCE, ended).await.unwrap(), LiveEnd::Shutdown);
    let end: WallTime = world.pipeline.clock().wall();
    world.pipeline.seal_open(&[main(camera)], end, PATIENCE).await.unwrap();
    let gaps = world.coverage(camera, start).await.gaps;
    assert_eq!(gaps.last().map(|gap| (gap.span.end, gap.cause)), Some((end, GapCause::Planned)), "{gaps:?}");

    // Its place turned private: what follows says so, while it lasts and when it runs again.
    let private = [(camera, "guangzhou-2007:6".to_owned())].into_iter().collect();
    world.pipeline.apply(pipeline::Plan { private, ..pipeline::Plan::default() }).await.unwrap();
    let until_now: WallTime = world.pipeline.clock().wall();
    world.pipeline.seal_open(&[main(camera)], until_now, PATIENCE).await.unwrap();
    world.pipeline.apply(crate::support::plan(&[(camera, &url)])).await.unwrap();
    let back: WallTime = world.pipeline.clock().wall();
    world.pipeline.seal_open(&[main(camera)], back, PATIENCE).await.unwrap();
    let gaps = world.coverage(camera, end).await.gaps;
    // Until the place turned private it was switched off, and nothing else: what came later justifies nothing before.
    let causes: Vec<_> = gaps.iter().filter(|gap| gap.span.start >= end).take(3).collect();
    assert_eq!(causes.len(), 3, "{gaps:?}");
    assert_eq!(causes[0].cause, GapCause::Planned, "{gaps:?}");
    assert!(
        causes[1..]
            .iter()
            .all(|gap| gap.cause == GapCause::Privacy && gap.evidence.contains("guangzhou-2007:6")),
        "{gaps:?}"
    );
    world.stop().await;
}
