//! Small clips for tests, made by ffmpeg: 320x180, 10 frames/s, a key frame every second.

use pipeline::clip::Clip;
use std::{process::Command, sync::Arc};

/// Two seconds (20 frames) of the test pattern; `encoder` is `libx264` or `libx265`, `size` the picture's.
pub fn clip(encoder: &str, size: &str) -> Arc<Clip> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("clip.mp4");
    let (tag, options) = match encoder {
        "libx265" => (
            "hvc1",
            ["-x265-params", "keyint=10:min-keyint=10:scenecut=0:bframes=0:open-gop=0:log-level=error"],
        ),
        _ => ("avc1", ["-x264-params", "keyint=10:min-keyint=10:scenecut=0:bframes=0"]),
    };
    let source = format!("testsrc2=size={size}:rate=10:duration=2");
    let status = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", &source, "-pix_fmt", "yuv420p"])
        .args(["-c:v", encoder, "-preset", "ultrafast", "-tag:v", tag])
        .args(options)
        .arg(&path)
        .status()
        .expect("ffmpeg runs (scripts/setup test installs it)");
    assert!(status.success(), "ffmpeg made no clip");
    let clip = Clip::load(&path).expect("what ffmpeg writes is a clip");
    assert_eq!(clip.units().len(), 20);
    assert_eq!(clip.length_ticks(), 180_000);
    Arc::new(clip)
}
