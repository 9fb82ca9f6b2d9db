//! The whole path once for each codec: a camera is recorded, watched, played back, exported, the package's video plays elsewhere, and all
//! three verifiers find it whole.

use crate::{
    support::{clip, farm, gaps_within, until, world},
    undisturbed::undisturbed,
    verifiers::all_agree,
};
use ledger::note::NoteKey;
use model::{Act, ExportId, Profile, Span};
use pipeline::{
    ExportCamera, ExportProgress, ExportSpec, LiveMessage, PlaybackCommand, PlaybackMessage,
    rtsp_server::Mount,
};
use std::time::Duration;

/// How a camera encodes: ffmpeg's encoder, what players are told, and what ffprobe calls it.
struct Encoded {
    encoder: &'static str,
    told: &'static str,
    probed: &'static str,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_goes_from_the_wire_to_a_package() {
    let h264 = Encoded { encoder: "libx264", told: "avc1.", probed: "h264" };
    undisturbed(async || from_the_wire_to_a_package(&h264).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_of_h265_goes_from_the_wire_to_a_package() {
    let h265 = Encoded { encoder: "libx265", told: "hvc1.", probed: "hevc" };
    undisturbed(async || from_the_wire_to_a_package(&h265).await).await;
}

async fn from_the_wire_to_a_package(encoded: &Encoded) {
    let world = world(4).await;
    let clip = clip(world.dir.path(), "a.mp4", encoded.encoder, "320x240", 15, &[]);
    let (farm, _cancel) = farm(vec![Mount::new("/a", clip)]).await;
    let url = farm.url("/a");
    let camera = world.camera("江边步道 1", &url).await;
    let begun = world.pipeline.clock().wall();
    world.run(&[(camera, &url)]).await;

    // Live: the first picture is a key frame, the rest follows in order.
    until("the stream runs", async || world.pipeline.streams().iter().any(|s| s.state().newest.is_some()))
        .await;
    let pass = world.pass(Act::Live, &[camera], None).await;
    let mut live = world.pipeline.live(&pass, crate::support::main(camera)).unwrap();
    let (mut units, mut inits) = (0, 0);
    while units < 20 {
        match live.next(|| world.pipeline.clock().wall()).await.unwrap() {
            LiveMessage::Init { params, init } => {
                inits += 1;
                assert_eq!((params.width, params.height), (320, 240));
                assert!(init.windows(4).any(|w| w == b"moov"));
            }
            LiveMessage::Unit { key, bytes, .. } => {
                assert!(inits == 1 && (units > 0 || key) && bytes.windows(4).any(|w| w == b"moof"));
                units += 1;
            }
            LiveMessage::State(_) => {}
            LiveMessage::Skipped { .. } | LiveMessage::End(_) => panic!("nothing is skipped, nothing ends"),
        }
    }
    drop(live);

    // Recorded: segments tile the time from the first picture on, without a gap.
    until("two segments", async || {
        world.coverage(camera, begun).await.spans.iter().any(|s| s.duration_us() > 8_000_000)
    })
    .await;
    let coverage = world.coverage(camera, begun).await;
    assert_eq!((coverage.spans.len(), gaps_within(&coverage).len()), (1, 0), "{coverage:?}");

    // Playback from 3 s on: a position at or before it, an init, then media on the viewer's clock.
    let recorded = coverage.spans[0];
    let at = recorded.start.plus_us(3_000_000);
    let span = Span { start: recorded.start, end: world.pipeline.clock().wall() };
    let pass = world.pass(Act::Playback, &[camera], Some(span)).await;
    let mut playback = world.pipeline.playback(&world.cx(), &pass, crate::support::main(camera)).unwrap();
    let base = at.plus_us(-10_000_000);
    playback.command(PlaybackCommand::Play { epoch: 1, at, base, until: None, speed: 1.0, keys_only: false });
    let (mut last_dts, mut position) = (None, None);
    for _ in 0..12 {
        match playback.next().await.unwrap() {
            PlaybackMessage::Position { at: found, .. } => {
                assert!(found <= at && at.since_us(found) < 1_500_000);
                position = Some(found);
            }
            PlaybackMessage::Init { rfc6381, .. } => {
                assert!(rfc6381.starts_with(encoded.told), "{rfc6381}");
            }
            PlaybackMessage::Media { dts, wall, key, .. } => {
                assert!(last_dts.is_some() || key);
                assert!(last_dts.is_none_or(|last| last < dts));
                let shown_us = dts.0 * 100 / 9;
                assert!(
                    (shown_us - wall.since_us(base)).abs() < 50_000,
                    "media time is wall time from the base on"
                );
                last_dts = Some(dts);
            }
            PlaybackMessage::Brought { .. }
            | PlaybackMessage::Gap { .. }
            | PlaybackMessage::EndOfFootage { .. }
            | PlaybackMessage::End(_) => {
                panic!("footage goes on")
            }
        }
    }
    assert!(position.is_some() && last_dts.is_some());

    // Export of what was just recorded.
    let span = Span { start: recorded.start.plus_us(1_000_000), end: recorded.start.plus_us(6_000_000) };
    let pass = world.pass(Act::Export, &[camera], Some(span)).await;
    let spec = ExportSpec {
        witnesses: None,
        id: pass.export().unwrap_or(ExportId(uuid::Uuid::nil())),
        pass,
        cx: world.cx(),
        cameras: vec![ExportCamera {
            id: camera, name: "江边步道 1".into(), place: "滨江路 1 号".into()
        }],
        span,
        profile: Profile::Main,
        with_sound: false,
        unit_name: "示范单位".into(),
        requested_by: "王芳".into(),
        recipient: ledger::package::Recipient {
            name: "李警官".into(), organisation: "滨江分局".into()
        },
        purpose: "incident".into(),
        legal_basis: "unit_duty".into(),
        case: String::new(),
        note: String::new(),
    };
    let (progress, watch) = tokio::sync::watch::channel(ExportProgress { share: 0.0, stage: "waiting" });
    let made = tokio::time::timeout(Duration::from_secs(120), world.pipeline.export(spec, progress))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(watch.borrow().stage, "ready");

    let mut zip = zip::ZipArchive::new(std::fs::File::open(&made.path).unwrap()).unwrap();
    zip.extract(world.dir.path()).unwrap();
    let out = world.dir.path().join(zip.name_for_index(0).unwrap().unwrap().split('/').next().unwrap());
    let (codec, frames) = crate::support::probe_frames(&out.join("CAMERA-01-001.mp4"));
    assert_eq!(codec, encoded.probed);
    assert!((75..=105).contains(&frames), "5 s and up to two groups at 15 a second, not {frames}");
    for name in
        ["manifest.json", "manifest.sig", "README.txt", "form.html", "verify.html", "proof/hand-over.json"]
    {
        assert!(out.join(name).exists(), "{name}");
    }

    // A stranger with the pinned key finds nothing wrong; without it the origin cannot be told; one changed byte is found.
    let keys = [store::LogName::Footage, store::LogName::Access]
        .map(|log| NoteKey::parse(&world.store.vkey(log)).unwrap());
    let policy = verify::Policy::pinned(keys.to_vec());
    let report = check(&made.path, Some(&policy));
    let found: Vec<_> = report.findings().collect();
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(report.exit_code(), 0, "{report:#?}");
    assert_eq!(check(&made.path, None).exit_code(), 2);
    all_agree(&world, &made.path);
    let video = out.join("CAMERA-01-001.mp4");
    let mut bytes = std::fs::read(&video).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&video, bytes).unwrap();
    let report = check(&out, Some(&policy));
    assert_eq!(report.exit_code(), 1);
    assert!(
        report.findings().any(|(_, finding)| finding.fragment.is_some() && finding.from.is_some()),
        "located"
    );
    world.stop().await;
}

fn check(path: &std::path::Path, policy: Option<&verify::Policy>) -> verify::Report {
    verify::package(&mut *verify::open(path).unwrap(), policy, &mut |_, _| {}).unwrap()
}
