//! What was brought is footage of a stream of its own, with its own leaves; the gap stays, and says nothing else than before.

use super::{BackFillError, BackFillSource as _, BackFilled, Brought, Mp4File};
use crate::{
    Config, Pipeline,
    testing::{Desk, Feed, open, orphans, records},
};
use bytes::Bytes;
use law::retention::Hold;
use media::{
    sample_stream::{SampleStream, Settings},
    segment::{Limits, SegmentBuilder},
};
use model::{Cx, GapCause, Profile, Secret, Span, StreamId, WallTime};
use std::path::{Path, PathBuf};
use store::{
    Store,
    registry::{NewHold, system_cx},
};
use uuid::Uuid;

/// Twelve seconds as a recorder would export them: a key frame each second, in fragments.
fn film() -> Vec<u8> {
    let stream = SampleStream::new(Settings { fps: 10, gop: 10, ..Settings::default() }).unwrap();
    let secret = Secret::new([3; 32]);
    let mut builder = SegmentBuilder::new(stream.params().clone(), secret, Limits::default());
    let mut bytes = builder.init().to_vec();
    for unit in stream.take(120) {
        bytes.extend(builder.push(&unit).unwrap().into_iter().flat_map(|fragment| fragment.to_bytes()));
    }
    bytes.extend(builder.flush().unwrap().into_iter().flat_map(|fragment| fragment.to_bytes()));
    bytes
}

struct Bringing {
    _dir: tempfile::TempDir,
    store: Store,
    pipeline: Pipeline,
    desk: Desk,
    path: PathBuf,
    id: StreamId,
    began: WallTime,
}

/// A stream with footage for two seconds, an hour of silence, two more, and a stranger's file.
async fn bringing() -> Bringing {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir.path().join("data"), true).await;
    let desk = Desk::new(&store).await;
    let id = StreamId { camera: desk.camera, profile: Profile::Main };
    let pipeline = Pipeline::start(store.clone(), Config::default()).await.unwrap();
    let began = crate::system_wall().plus_us(-7_200_000_000);
    let mut feed = Feed::new(pipeline.hand_fed(id, began).await.unwrap().unwrap(), began);
    feed.seconds(0..2);
    feed.recorder.lost(GapCause::Network, "the cable was pulled");
    feed.seconds(3_600..3_602);
    feed.recorder.lost(GapCause::Planned, "the test ends");
    assert!(pipeline.settled().await);
    drop(feed);
    let path = dir.path().join("card.mp4");
    std::fs::write(&path, film()).unwrap();
    Bringing { _dir: dir, store, pipeline, desk, path, id, began }
}

impl Bringing {
    async fn bring(&self, path: &Path, second: i64) -> Result<BackFilled, BackFillError> {
        let start = self.began.plus_us(second * 1_000_000);
        let (camera, arrived, source) =
            (self.id.camera, crate::system_wall(), "the camera's card".to_owned());
        let brought = Brought { id: Uuid::now_v7(), camera, start, arrived, source };
        self.pipeline.back_fill(brought, Box::new(Mp4File::open(path).unwrap())).await
    }

    fn later(&self) -> StreamId {
        StreamId { profile: Profile::Later, ..self.id }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_brought_is_a_stream_of_its_own_and_the_gap_stays() {
    let bringing = bringing().await;
    let before = records(&bringing.store, bringing.id).await;
    let done = bringing.bring(&bringing.path, 60).await.unwrap();
    assert_eq!(done.left_out, 0);
    assert_eq!(done.span.start, bringing.began.plus_us(60_000_000));
    assert_eq!(records(&bringing.store, bringing.id).await, before, "what was recorded is as it was");
    let found = records(&bringing.store, bringing.later()).await;
    assert!(matches!(found[..], [(_, Some(GapCause::Planned)), (_, None), ..]), "{found:?}");
    let cx = system_cx("check", crate::system_wall());
    // The record that begins it says what, when and from where; the row leads to it.
    let all = Span { start: WallTime(0), end: WallTime(i64::MAX) };
    let gaps = bringing.store.footage.gaps(&cx, Some(bringing.later()), all).await.unwrap();
    let rows = bringing.store.footage.back_fills(&cx, bringing.id.camera).await.unwrap();
    assert_eq!((rows.len(), rows[0].leaf, rows[0].start), (1, gaps[0].leaf, done.span.start));
    assert!(
        gaps[0].evidence.contains("the camera's card") && gaps[0].evidence.contains(&rows[0].id.to_string())
    );
    assert!(rows[0].arrived > done.span.end, "it came later than it was taken");
    // Nobody answers for its gaps.
    let asked = bringing.store.footage.gaps(&cx, None, all).await.unwrap();
    assert!(asked.iter().all(|gap| gap.stream == bringing.id), "{asked:?}");
    bringing.pipeline.stop().await;
    assert_eq!(orphans(&bringing.store).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_meets_a_gap_is_kept_and_only_once() {
    let bringing = bringing().await;
    // It begins while the stream was recorded: that part is not kept twice.
    let edge = bringing.bring(&bringing.path, -1).await;
    assert!(edge.as_ref().is_ok_and(|done| done.left_out > 0 && done.units > 0), "{edge:?}");
    let again = bringing.bring(&bringing.path, -1).await;
    assert!(matches!(again, Err(BackFillError::Refused(_))), "{again:?}");
    let recorded = bringing.bring(&bringing.path, 7_000).await;
    assert!(matches!(recorded, Err(BackFillError::Refused(_))), "behind the last record: {recorded:?}");
    bringing.bring(&bringing.path, 600).await.unwrap();
    let older = bringing.bring(&bringing.path, 300).await;
    assert!(matches!(older, Err(BackFillError::Refused(_) | BackFillError::Store(_))), "{older:?}");
    records(&bringing.store, bringing.later()).await;
    bringing.pipeline.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_on_the_camera_keeps_what_was_brought() {
    let bringing = bringing().await;
    let done = bringing.bring(&bringing.path, 60).await.unwrap();
    let new = NewHold {
        cameras: vec![bringing.id.camera],
        span: done.span,
        review: None,
        document: "2026-17".into(),
        approver: None,
    };
    let cx = Cx { note: Some("a theft at the gate".into()), ..bringing.desk.cx() };
    bringing.store.registry.place_hold(&cx, new).await.unwrap();
    let held = bringing.store.holds_in_force().await.unwrap();
    let keeps = |hold: &Hold| hold.stream == Some(bringing.later()) && hold.span == done.span;
    assert!(held.iter().any(keeps), "{held:?}");
    bringing.pipeline.stop().await;
}

/// Times and bytes of all pictures.
fn units_of(path: &Path) -> Result<Vec<(i64, i64, bool, Bytes)>, String> {
    let (mut file, mut units) = (Mp4File::open(path)?, Vec::new());
    while let Some(unit) = file.next_unit()? {
        units.push((unit.dts.0, unit.pts.0, unit.key, unit.data));
    }
    Ok(units)
}

#[test]
fn a_file_that_was_cut_off_gives_what_it_has() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cut.mp4");
    let count = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        units_of(&path).map(|units| units.len())
    };
    let film = film();
    assert_eq!(count(&film), Ok(120));
    let half = count(&film[..film.len() / 2]).unwrap();
    assert!(40 < half && half < 80, "{half}");
    assert!(count(b"not a film").is_err());
}

/// Sample tables and fragments say the same.
#[test]
fn a_file_without_fragments_gives_the_same_pictures() {
    let dir = tempfile::tempdir().unwrap();
    let (fragments, tables) = (dir.path().join("fragments.mp4"), dir.path().join("tables.mp4"));
    std::fs::write(&fragments, film()).unwrap();
    let made = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-i", fragments.to_str().unwrap(), "-c", "copy", "-movflags", "+faststart"])
        .arg(&tables)
        .status()
        .unwrap();
    assert!(made.success());
    let bytes = std::fs::read(&tables).unwrap();
    assert!(!bytes.windows(4).any(|word| word == b"moof"), "it has no fragments");
    assert_eq!(units_of(&tables).unwrap(), units_of(&fragments).unwrap());
}
