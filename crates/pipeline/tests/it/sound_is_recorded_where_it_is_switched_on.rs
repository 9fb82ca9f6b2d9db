//! Sound from our own RTSP server and from GStreamer's: recorded as a stream of its own, heard live and played back, and nothing
//! of it anywhere while it is not planned.

use crate::{
    support::{World, clip, farm, gaps_within, main, until, world, world_with},
    undisturbed::undisturbed,
};
use bytes::Bytes;
use model::{Act, CameraId, Codec, Profile, Span, StreamId, WallTime};
use pipeline::{
    Address, LiveMessage, Plan, PlaybackCommand, PlaybackMessage, StreamPlan, clip::Clip, rtsp_server::Mount,
};
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};
use store::{StoreKey, StoreKeys};

/// Bytes that are in the sound and in nothing else.
const MARK: [u8; 16] = *b"HEARD-AND-KEPT!!";

/// Eight seconds of A-law, with the mark in every packet.
fn g711() -> Arc<Clip> {
    let unit: Vec<u8> = (0..160).map(|n| if n / 8 % 2 == 0 { 0x90 } else { 0x10 }).collect();
    let unit = [&MARK[..], &unit[16..]].concat();
    Arc::new(Clip::of_g711(Codec::Pcma, &Bytes::from(unit.repeat(400))).unwrap())
}

/// Eight seconds of real AAC at 16 kHz.
fn aac(dir: &Path) -> Arc<Clip> {
    let path = dir.join("tone.mp4");
    let tone = "sine=frequency=440:sample_rate=16000:duration=8";
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y", "-f", "lavfi", "-i", tone, "-c:a", "aac", "-b:a", "32k"]).arg(&path);
    assert!(command.status().unwrap().success(), "ffmpeg makes sound");
    Arc::new(Clip::parse_sound(&std::fs::read(&path).unwrap().into()).unwrap())
}

const fn sound(camera: CameraId) -> StreamId {
    StreamId { camera, profile: Profile::Sound }
}

fn plan(camera: CameraId, url: &str, with_sound: bool) -> Plan {
    let stream =
        || StreamPlan { address: Address::plain(url.parse().unwrap()), recorded: true, floor_days: 30 };
    let plan = Plan::default().with(camera, Profile::Main, stream());
    if with_sound { plan.with(camera, Profile::Sound, stream()) } else { plan }
}

fn media_files(world: &World) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![world.dir.path().join("media")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}

async fn covered(world: &World, id: StreamId, us: i64) -> Span {
    let cx = store::registry::system_cx("demo", pipeline::system_wall());
    let all = Span { start: WallTime(0), end: WallTime(i64::MAX) };
    until(&format!("{id} is recorded"), async || {
        let coverage = world.store.footage.coverage(&cx, id, all, false).await.unwrap();
        coverage.spans.iter().any(|span| span.duration_us() > us)
    })
    .await;
    world.store.footage.coverage(&cx, id, all, false).await.unwrap().spans[0]
}

/// Records pictures and sound of one camera, hears them live and from the disk.
async fn check(url: &str, rfc6381: &str, codec: &str) {
    let world = world(4).await;
    let camera = world.camera("江边步道 1", url).await;
    world.pipeline.apply(plan(camera, url, true)).await.unwrap();
    until(&format!("{url} is heard"), async || {
        world.pipeline.stream(sound(camera)).is_some_and(|stream| stream.state().newest.is_some())
    })
    .await;

    let pass = world.pass(Act::Live, &[camera], None).await;
    let mut live = world.pipeline.live(&pass, sound(camera)).unwrap();
    let (mut described, mut units) = (false, 0);
    while units < 8 {
        match live.next(|| world.pipeline.clock().wall()).await.unwrap() {
            LiveMessage::Init { params, .. } => {
                assert_eq!((params.width, params.height, params.rfc6381.as_str()), (0, 0, rfc6381));
                described = true;
            }
            LiveMessage::Unit { key, .. } => {
                assert!(key && described, "every unit can be heard by itself, once described");
                units += 1;
            }
            LiveMessage::State(_) => {}
            LiveMessage::Skipped { .. } | LiveMessage::End(_) => panic!("nothing is skipped, nothing ends"),
        }
    }
    drop(live);

    let (heard, seen) =
        (covered(&world, sound(camera), 8_000_000).await, covered(&world, main(camera), 8_000_000).await);
    assert!((heard.start.0 - seen.start.0).abs() < 5_000_000, "{heard:?} beside {seen:?}");

    let span = Span { start: heard.start, end: world.pipeline.clock().wall() };
    let pass = world.pass(Act::Playback, &[camera], Some(span)).await;
    let mut playback = world.pipeline.playback(&world.cx(), &pass, sound(camera)).unwrap();
    let (base, at) = (heard.start.plus_us(-10_000_000), heard.start.plus_us(100_000));
    playback.command(PlaybackCommand::Play { epoch: 1, at, base, until: None, speed: 1.0, keys_only: false });
    let mut played = 0;
    while played < 20 {
        if let PlaybackMessage::Media { units, .. } = playback.next().await.unwrap() {
            played += units;
        }
    }
    drop(playback);

    // Handed out with its pictures, or without: both are checked by a stranger.
    let until = heard.start.max(seen.start).plus_us(5_000_000);
    let span = Span { start: heard.start.max(seen.start).plus_us(1_000_000), end: until };
    for with_sound in [true, false] {
        let made = world.export_with(camera, Profile::Main, span, with_sound).await.unwrap();
        let report = world.verify(&made.path);
        assert_eq!(report.exit_code(), 0, "{report:#?}");
        let zip = zip::ZipArchive::new(std::fs::File::open(&made.path).unwrap()).unwrap();
        let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names.iter().any(|name| name.contains("SOUND")), with_sound, "{names:?}");
    }

    let dir = world.stop().await;
    // What lies on the disk plays by itself.
    let folder = dir.path().join("media");
    let mut files = Command::new("find");
    let files = files.arg(&folder).args(["-path", "*/sound/*", "-name", "*.mp4"]).output().unwrap();
    let files = String::from_utf8(files.stdout).unwrap();
    let first = files.lines().next().expect("a file of sound");
    let entries = "stream=codec_name,codec_type";
    let probed = Command::new("ffprobe")
        .args(["-v", "error", "-show_entries", entries, "-of", "csv=p=0", first])
        .output()
        .unwrap();
    assert!(probed.stderr.is_empty(), "{}", String::from_utf8_lossy(&probed.stderr));
    assert_eq!(String::from_utf8(probed.stdout).unwrap().trim(), format!("{codec},audio"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_is_recorded_where_it_is_switched_on() {
    undisturbed(recorded).await;
}

async fn recorded() {
    let dir = tempfile::tempdir().unwrap();
    let pictures = clip(dir.path(), "pictures.mp4", "libx264", "320x240", 15, &[]);
    let mount = |path: &str, sound| Mount { sound: Some(sound), ..Mount::new(path, pictures.clone()) };
    let (farm, _cancel) = farm(vec![mount("/g711", g711()), mount("/aac", aac(dir.path()))]).await;
    let (g711, aac) = (farm.url("/g711"), farm.url("/aac"));
    tokio::join!(check(&g711, "alaw", "pcm_alaw"), check(&aac, "mp4a.40.2", "aac"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_sound_is_kept_or_shown_while_it_is_off() {
    undisturbed(nothing_is_kept).await;
}

async fn nothing_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let pictures = clip(dir.path(), "pictures.mp4", "libx264", "320x240", 15, &[]);
    let mount = Mount { sound: Some(g711()), ..Mount::new("/gate", pictures) };
    let (farm, _cancel) = farm(vec![mount]).await;
    let url = farm.url("/gate");
    let world = world(4).await;
    let camera = world.camera("江边步道 1", &url).await;
    let heard = |bytes: &[u8]| bytes.windows(MARK.len()).any(|window| window == MARK);
    let plays = || farm.counters(&format!("/gate{}", wire::rtsp::SOUND_SUFFIX)).unwrap().plays;

    world.pipeline.apply(plan(camera, &url, false)).await.unwrap();
    covered(&world, main(camera), 5_000_000).await;
    let pass = world.pass(Act::Live, &[camera], None).await;
    assert!(world.pipeline.live(&pass, sound(camera)).is_none(), "there is nothing to hear");
    let mut live = world.pipeline.live(&pass, main(camera)).unwrap();
    let mut units = 0;
    while units < 30 {
        if let LiveMessage::Unit { bytes, .. } = live.next(|| world.pipeline.clock().wall()).await.unwrap() {
            assert!(!heard(&bytes), "sound in live pictures");
            units += 1;
        }
    }
    drop(live);
    assert_eq!(plays(), 0, "the camera was not asked for its sound");
    for file in media_files(&world) {
        assert!(!heard(&std::fs::read(&file).unwrap()), "sound in {}", file.display());
    }

    // Switched on and off again: what is kept stops where it was switched off, and the pictures went on untouched.
    world.pipeline.apply(plan(camera, &url, true)).await.unwrap();
    covered(&world, sound(camera), 3_000_000).await;
    world.pipeline.apply(plan(camera, &url, false)).await.unwrap();
    assert!(world.pipeline.stream(sound(camera)).is_none());
    let kept = |world: &World| -> Vec<u64> {
        let files = media_files(world).into_iter().filter(|file| heard(&std::fs::read(file).unwrap()));
        files.map(|file| file.metadata().unwrap().len()).collect()
    };
    let before = kept(&world);
    assert!(!before.is_empty(), "while it was on, it was kept");
    covered(&world, main(camera), 14_000_000).await;
    assert_eq!(kept(&world), before, "nothing since");
    assert_eq!(plays(), 1);
    let cx = store::registry::system_cx("demo", pipeline::system_wall());
    let all = Span { start: WallTime(0), end: WallTime(i64::MAX) };
    let pictures = world.store.footage.coverage(&cx, main(camera), all, false).await.unwrap();
    assert!(gaps_within(&pictures).is_empty(), "{:?}", pictures.gaps);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_store_encrypts_sound_too() {
    let dir = tempfile::tempdir().unwrap();
    let pictures = clip(dir.path(), "pictures.mp4", "libx264", "320x240", 15, &[]);
    let (farm, _cancel) = farm(vec![Mount { sound: Some(g711()), ..Mount::new("/gate", pictures) }]).await;
    let url = farm.url("/gate");
    let key = StoreKey::new([0x5a; 32]);
    let world = world_with(4, StoreKeys::new(Some(key), Vec::new())).await;
    let camera = world.camera("江边步道 1", &url).await;
    let heard = |bytes: &[u8]| bytes.windows(MARK.len()).any(|window| window == MARK);
    world.pipeline.apply(plan(camera, &url, true)).await.unwrap();
    let span = covered(&world, sound(camera), 5_000_000).await;
    let files = media_files(&world);
    assert!(files.iter().any(|file| file.components().any(|part| part.as_os_str() == "sound")), "{files:?}");
    for file in files {
        assert!(!heard(&std::fs::read(&file).unwrap()), "plain sound in {}", file.display());
    }
    // Whoever may hear it does.
    let asked = Span { start: span.start, end: world.pipeline.clock().wall() };
    let pass = world.pass(Act::Playback, &[camera], Some(asked)).await;
    let mut playback = world.pipeline.playback(&world.cx(), &pass, sound(camera)).unwrap();
    let (base, at) = (span.start.plus_us(-10_000_000), span.start.plus_us(100_000));
    playback.command(PlaybackCommand::Play { epoch: 1, at, base, until: None, speed: 1.0, keys_only: false });
    loop {
        if let PlaybackMessage::Media { bytes, .. } = playback.next().await.unwrap() {
            assert!(heard(&bytes));
            break;
        }
    }
    drop(playback);
    world.stop().await;
}
