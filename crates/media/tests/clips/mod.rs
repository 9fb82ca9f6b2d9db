//! Real clips for tests: coded by ffmpeg in a temporary folder, taken apart into access units with their times.
//!
//! Not a parser to imitate: access units are told by the delimiters that ffmpeg is asked to insert.

use bytes::Bytes;
use media::{h264, h265, nal};
use model::{Codec, VideoParams};
use std::path::Path;
use std::process::Command;

/// What to encode.
#[derive(Clone, Copy, Debug)]
pub struct Coding {
    pub name: &'static str,
    pub codec: Codec,
    pub args: &'static [&'static str],
}

/// A clip in decode order.
pub struct Clip {
    pub params: VideoParams,
    /// Presentation time in ticks (as RTP would carry it), key, data.
    pub units: Vec<(i64, bool, Bytes)>,
}

/// One packet as ffprobe sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Packet {
    pub pts: i64,
    pub dts: i64,
    pub size: usize,
    pub key: bool,
}

pub const CODINGS: &[Coding] = &[
    Coding {
        name: "h264-baseline",
        codec: Codec::H264,
        args: &["-c:v", "libx264", "-profile:v", "baseline", "-g", "25"],
    },
    Coding { name: "h264-b-frames", codec: Codec::H264, args: &["-c:v", "libx264", "-bf", "1", "-g", "30"] },
    Coding {
        name: "h264-pyramid",
        codec: Codec::H264,
        args: &[
            "-c:v",
            "libx264",
            "-bf",
            "3",
            "-b_strategy",
            "0",
            "-g",
            "24",
            "-x264-params",
            "8x8dct=1:b-pyramid=normal",
        ],
    },
    Coding {
        name: "h264-slices",
        codec: Codec::H264,
        args: &["-c:v", "libx264", "-tune", "zerolatency", "-g", "12", "-x264-params", "slices=4"],
    },
    Coding {
        name: "h265",
        codec: Codec::H265,
        args: &["-c:v", "libx265", "-x265-params", "log-level=error:bframes=0:keyint=25"],
    },
    Coding {
        name: "h265-b-frames",
        codec: Codec::H265,
        args: &["-c:v", "libx265", "-x265-params", "log-level=error:bframes=4:keyint=30:open-gop=0"],
    },
    Coding {
        name: "h265-open-gop",
        codec: Codec::H265,
        args: &["-c:v", "libx265", "-x265-params", "log-level=error:bframes=3:keyint=20:open-gop=1"],
    },
];

/// Runs a tool of ffmpeg, which must say nothing on its error output; gives its output.
pub fn run(tool: &str, args: &[&str]) -> String {
    let run = Command::new(tool).args(["-v", "error"]).args(args).output();
    let run = run.unwrap_or_else(|error| panic!("{tool} cannot be run (scripts/setup installs it): {error}"));
    let complaint = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() && complaint.is_empty(), "{tool} {args:?}: {complaint}");
    String::from_utf8(run.stdout).expect("output is UTF-8")
}

fn path(path: &Path) -> &str {
    path.to_str().expect("temporary paths are UTF-8")
}

/// Codes 90 pictures of 322 by 242 (not whole blocks, so cropped) at 25 a second, into `dir/original.mp4` and apart.
pub fn code(dir: &Path, coding: &Coding) -> Clip {
    let mp4 = dir.join("original.mp4");
    let source = "testsrc2=size=322x242:rate=25";
    let mut args = vec!["-y", "-f", "lavfi", "-i", source, "-frames:v", "90", "-pix_fmt", "yuv420p"];
    args.extend(["-threads", "2", "-preset", "ultrafast"]);
    args.extend(coding.args);
    args.extend(["-video_track_timescale", "90000", path(&mp4)]);
    run("ffmpeg", &args);

    let (raw, filter) = match coding.codec {
        Codec::H264 => ("h264", "h264_mp4toannexb,h264_metadata=aud=insert"),
        Codec::H265 => ("hevc", "hevc_mp4toannexb,hevc_metadata=aud=insert"),
        Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => panic!("no NAL stream"),
    };
    let stream = dir.join("original.bin");
    run("ffmpeg", &["-y", "-i", path(&mp4), "-c", "copy", "-bsf:v", filter, "-f", raw, path(&stream)]);
    let stream = std::fs::read(stream).expect("stream was written");
    let (params, units) = take_apart(coding.codec, &stream);
    let packets = packets(&mp4);
    assert_eq!(packets.len(), units.len(), "{}: units and packets", coding.name);
    let units =
        packets.iter().zip(units).map(|(packet, data)| (packet.pts, nal::is_key(coding.codec, &data), data));
    Clip { params, units: units.collect() }
}

/// Parameters, and the NAL units between access unit delimiters. Parameter sets go to the parameters, as retina does it.
fn take_apart(codec: Codec, stream: &[u8]) -> (VideoParams, Vec<Bytes>) {
    let mut sets: [Vec<&[u8]>; 3] = Default::default();
    let mut units: Vec<Vec<&[u8]>> = Vec::new();
    for nal in nal::annex_b(stream) {
        let kind = nal::unit_type(codec, nal).expect("NAL units are not empty");
        let set = match (codec, kind) {
            (Codec::H264, 9) | (Codec::H265, 35) => {
                units.push(vec![nal]);
                continue;
            }
            (Codec::H264, 7) | (Codec::H265, 33) => 1,
            (Codec::H264, 8) | (Codec::H265, 34) => 2,
            (Codec::H265, 32) => 0,
            _ => {
                units.last_mut().expect("a delimiter comes first").push(nal);
                continue;
            }
        };
        if !sets[set].contains(&nal) {
            sets[set].push(nal);
        }
    }
    let [vps, sps, pps] = &sets;
    let params = match codec {
        Codec::H264 => h264::params(sps, pps),
        Codec::H265 => h265::params(vps, sps, pps),
        Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => panic!("no NAL stream"),
    };
    let units = units.iter().map(|unit| nal::join(unit.iter().copied())).collect();
    (params.expect("parameter sets are good"), units)
}

/// The packets of a file, in decode order.
pub fn packets(file: &Path) -> Vec<Packet> {
    let args = ["-show_entries", "packet=pts,dts,size,flags", "-of", "compact=p=0", path(file)];
    let lines = run("ffprobe", &args);
    let packet = |line: &str| {
        let field = |name: &str| {
            let value = line.split('|').find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
            value.unwrap_or_else(|| panic!("no {name} in {line}")).to_owned()
        };
        let number = |name: &str| field(name).parse::<i64>().expect("a number");
        let size = usize::try_from(number("size")).expect("a size");
        Packet { pts: number("pts"), dts: number("dts"), size, key: field("flags").starts_with('K') }
    };
    lines.lines().filter(|line| !line.is_empty()).map(packet).collect()
}

/// MD5 of each decoded picture, in the order shown.
pub fn pictures(file: &Path) -> Vec<String> {
    let args = ["-i", path(file), "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"];
    let lines = run("ffmpeg", &args);
    let hash = |line: &str| line.rsplit(", ").next().unwrap_or_default().to_owned();
    lines.lines().filter(|line| !line.starts_with('#')).map(hash).collect()
}
