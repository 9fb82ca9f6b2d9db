//! A file is brought for a gap. The package of the recorded stream says which part of the gap it fills, the package of what was
//! brought proves that footage; the program, the page and the Python verifier say the same of both.

use crate::{
    support::{main, world},
    verifiers::{all_agree, files},
};
use ledger::package::{Later, Manifest};
use model::{GapCause, Profile, Span, StreamId};
use pipeline::{Brought, Mp4File, system_wall};
use store::{NewGap, registry::system_cx};

const HOUR_US: i64 = 3_600_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_that_was_filled_names_what_fills_it() {
    let world = world(4).await;
    let camera = world.camera("江边步道 1", "rtsp://192.0.2.1/main").await;
    let start = system_wall().plus_us(-2 * HOUR_US);
    let gap = Span { start, end: start.plus_us(HOUR_US) };
    let (stream, evidence) = (main(camera), "the cable was pulled".to_owned());
    let new = NewGap { stream, span: gap, cause: GapCause::Network, evidence };
    world.store.footage.commit_gap(new).await.unwrap();
    let film = world.dir.path().join("card.mp4");
    std::fs::write(&film, include_bytes!("../../../media/testdata/segment-v1.mp4")).unwrap();
    let brought = Brought {
        id: uuid::Uuid::now_v7(),
        camera,
        start: start.plus_us(600_000_000),
        arrived: system_wall(),
        source: "the camera's card".to_owned(),
    };
    let done = world.pipeline.back_fill(brought, Box::new(Mp4File::open(&film).unwrap())).await.unwrap();
    let later = StreamId { profile: Profile::Later, ..stream };
    let cx = system_cx("check", system_wall());
    let segments = world.store.footage.segment_spans(&cx, later, gap).await.unwrap();
    // Both at once: each waits until its entry's minute is published.
    let half = Span { start: start.plus_us(60_000_000), end: gap.end };
    let (of_main, of_later) = tokio::join!(
        world.export(camera, Profile::Main, half),
        world.export(camera, Profile::Later, done.span)
    );
    let (of_main, of_later) = (of_main.unwrap().path, of_later.unwrap().path);

    let manifest = Manifest::parse(&files(&of_main)["manifest.json"]).unwrap();
    let expected: Vec<Later> = segments
        .iter()
        .map(|segment| Later {
            gap: 0,
            from_us: segment.span.start.0,
            to_us: segment.span.end.0,
            seq: segment.seq,
        })
        .collect();
    assert!(!expected.is_empty());
    assert_eq!(manifest.cameras[0].later, expected);
    let own = Manifest::parse(&files(&of_later)["manifest.json"]).unwrap();
    assert_eq!(
        (own.profile.as_str(), own.cameras[0].later.len(), own.cameras[0].videos.len()),
        ("later", 0, 1)
    );
    for package in [&of_main, &of_later] {
        let (report, page, python) = all_agree(&world, package);
        let says = package == &of_main;
        assert_eq!(format!("{report:?}").contains("was brought later"), says);
        assert_eq!(page.contains("brought_later"), says, "{page}");
        assert_eq!(python.contains("was brought later"), says, "{python}");
    }

    // Behind the last picture that was brought nothing tiles time: no such package is begun.
    let beyond = Span { start: done.span.start, end: done.span.end.plus_us(1_000_000) };
    let error = world.export(camera, Profile::Later, beyond).await.unwrap_err();
    assert!(error.to_string().contains("behind the last footage that was brought"), "{error}");
    world.stop().await;
}
