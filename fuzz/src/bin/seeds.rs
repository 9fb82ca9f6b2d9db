//! Writes `fuzz/seeds`: real clips, real clients, the vectors of the tests. `scripts/fuzz seeds` runs it.
//!
//! Needs ffmpeg, ffprobe and GStreamer (`scripts/setup`). Not a fuzz target, and not run by any test: what it writes is
//! checked in, and is the same again as far as those tools are.

use libfuzzer_sys as _; // what the instrumented crates are linked with

#[path = "../../../crates/verify/tests/it/fixture.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod fixture;

use fixture::{Options, make};
use ledger::package::zip;
use media::sample_pictures::SamplePictures;
use media::sample_stream::Settings;
use media::segment::{End, Limits, SegmentBuilder};
use media::{fmp4, h264, h265, nal};
use model::{
    AccessUnit, Codec, Hash, MediaTime, MonoTime, Profile, SealReason, Secret, StreamId, VideoParams,
    WallTime,
};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use watchkeeper_fuzz::wire::{Mounts, USER, server};
use wire::rtsp::{Frame, Input, Output};

const START: WallTime = WallTime(1_795_341_600_000_000);

fn main() {
    let own = std::env::var("CARGO_MANIFEST_DIR").expect("run by cargo");
    let root = Path::new(&own);
    let seeds = Seeds(root.join("seeds"));
    packages(&seeds);
    ledger_vectors(&seeds, &root.join("../crates/ledger/testdata/vectors.txt"));
    texts(&seeds);
    store(&seeds);
    let file = std::fs::read(root.join("../crates/media/testdata/segment-v1.mp4")).expect("the media vector");
    seeds.segment("vector", &file);
    let file = std::fs::read(root.join("../crates/media/testdata/segment-jpeg-v1.mp4")).expect("the media vector");
    seeds.segment("vector-jpeg", &file);
    pictures(&seeds);
    let clips = clips();
    for clip in &clips {
        media(&seeds, clip);
    }
    dialogues(&seeds, &clips);
}

/// Pictures of our own, and of ffmpeg's with and without restart markers.
fn pictures(seeds: &Seeds) {
    let stream = SamplePictures::new(Settings { width: 64, height: 48, key_bytes: 700, ..Settings::default() });
    let own = stream.expect("settings are good").next().expect("has units").data;
    seeds.put("jpeg", "own", &[&own]);
    seeds.put("params", "jpeg-picture", &[&[6], &own]);
    seeds.put("params", "jpeg-config", &[&[4, 1, 2, 128, 1, 104]]);
    seeds.put("rtp_jpeg", "own", &[&[20, 0], &own]);
    seeds.put("rtp_jpeg", "own-lost", &[&[20, 2], &own]);
    for (name, format) in [("ffmpeg-420", "yuvj420p"), ("ffmpeg-422", "yuvj422p"), ("ffmpeg-444", "yuvj444p")] {
        let run = Command::new("ffmpeg")
            .args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=80x64:rate=1", "-frames:v", "1"])
            .args(["-c:v", "mjpeg", "-huffman", "default", "-pix_fmt", format, "-f", "mjpeg", "-"])
            .output()
            .expect("ffmpeg runs");
        seeds.put("jpeg", name, &[&run.stdout]);
        seeds.put("rtp_jpeg", name, &[&[255, 0], &run.stdout]);
    }
}

struct Seeds(PathBuf);

impl Seeds {
    fn put(&self, target: &str, name: &str, parts: &[&[u8]]) {
        let folder = self.0.join(target);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(name), parts.concat()).expect("a seed");
    }

    fn segment(&self, name: &str, file: &[u8]) {
        self.put("fmp4", name, &[file]);
        self.put("segment", name, &[&[255], file]);
        self.put("segment", &format!("{name}-torn"), &[&[2], &file[..file.len() - file.len() / 5]]);
        self.put("stored", name, &[&[0, 0, 9, 9], file]);
    }
}

fn packages(seeds: &Seeds) {
    // One camera and a short page, for speed: the page is only hashed.
    let mut made = make(&Options { cameras: 1, ..Options::default() });
    made.files.insert("verify.html".into(), b"<!doctype html>".to_vec());
    seeds.put("found", "video", &[&made.files["CAMERA-01-001.mp4"]]);
    watchkeeper_fuzz::verify::sign_again(&mut made.files);
    let files: Vec<_> = made.files.iter().map(|(name, bytes)| (name.clone(), bytes.clone())).collect();
    seeds.put("archive", "package.zip", &[&zip::archive(made.copy, &files)]);
    for (name, bytes) in &made.files {
        let flat = name.replace('/', "_");
        match name.as_str() {
            "manifest.sig" | "proof/footage-checkpoint.txt" | "proof/access-checkpoint.txt" => {
                seeds.put("note", &flat, &[bytes]);
            }
            _ if name.ends_with(".json") => seeds.put("package_json", &flat, &[bytes]),
            _ if name.ends_with(".mp4") => seeds.put("fmp4", &flat, &[bytes]),
            _ => {}
        }
    }
    let checkpoint = String::from_utf8_lossy(&made.files["proof/footage-checkpoint.txt"]).into_owned();
    seeds.put(
        "checkpoint",
        "footage",
        &[checkpoint.split("\n\n").next().unwrap_or_default().as_bytes(), b"\n"],
    );
    seeds.put(
        "checkpoint",
        "extended",
        &[b"example.com/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\n"],
    );
    seeds.put("note", "vkey", &[made.footage.to_string().as_bytes()]);
    seeds.put("package", "true", &[&[0]]);
    seeds.put("package", "no-policy", &[&[2]]);
    seeds.put("package", "signed-again", &[&[1]]);
    seeds.put("package", "long", &[&[1], &[0xff; 7 * 16]]);
    // One of each kind of change, as it is and signed again.
    for kind in 0..12u8 {
        for (flags, file) in [(0, kind), (1, kind), (1, kind.wrapping_mul(5))] {
            let name = format!("kind-{kind}-{flags}-{file}");
            seeds.put("package", &name, &[&[flags, file, kind, 0, kind, kind * 11, 130, 9]]);
        }
    }
}

fn ledger_vectors(seeds: &Seeds, path: &Path) {
    let text = std::fs::read_to_string(path).expect("the ledger's vectors");
    for (name, hex) in text.lines().filter_map(|line| line.split_once(": ")) {
        let digits = hex.len() % 2 == 0 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !digits || name.contains("hash") || name.contains("key") {
            continue;
        }
        let bytes: Vec<u8> = (0..hex.len() / 2)
            .filter_map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).ok())
            .collect();
        let target = if name.contains("access") || name.contains("batch") { "access" } else { "record" };
        seeds.put(target, &name.replace(' ', "-"), &[&bytes]);
    }
    // A count and hashes: of this table the vectors have the root alone.
    seeds.put("record", "piece-table", &[&[0, 0, 0, 3][..], &[1; 32], &[2; 32], &[3; 32]]);
}

fn texts(seeds: &Seeds) {
    for (number, path) in
        ["tile/0/x001/067.p/8", "tile/entries/x001/x234/067", "tile/7/000", "proof/CAMERA-01/00000042.json"]
            .iter()
            .enumerate()
    {
        seeds.put("tile_path", &number.to_string(), &[path.as_bytes()]);
    }
    seeds.put("tile_path", "grown", &[&[200, 100, 44]]);
    seeds.put("segment_path", "main", &[b"abcdef012345/main/20261122/100000-0badcafe.mp4"]);
    let log = ledger::note::Ed25519Signer::from_seed("example.com/log", &[1; 32]).expect("a key");
    let witness = |number: u8| {
        let signer = ledger::note::Ed25519Signer::from_seed("example.com/w", &[number; 32]).expect("a key");
        let public: [u8; 32] = signer.key().public().try_into().expect("32 bytes");
        let key = ledger::note::NoteKey::cosignature("example.com/w", &public).expect("a key");
        format!("witness W{number} {key} https://example.com/w{number}\n")
    };
    let log = log.key();
    seeds.put("policy", "none", &[format!("log {log}\nquorum none\n").as_bytes()]);
    let witnesses: String = (2..6).map(witness).collect();
    let groups = "group A 2 W2 W3\n# and\ngroup B any W4 W5\n\t group both all A B\nquorum both\n";
    seeds.put("policy", "groups", &[format!("log {log}\n{witnesses}{groups}").as_bytes()]);
    seeds.put("policy", "one", &[format!("log {log}\n{}quorum W2\n", witness(2)).as_bytes()]);
}

fn store(seeds: &Seeds) {
    use store::{SegmentPath, Sidecar, journal};
    let (mut chain, mut whole, mut bodies) = (journal::Chain::default(), Vec::new(), Vec::new());
    for number in 0..3u32 {
        let entry = journal::Entry {
            path: SegmentPath::parse("abcdef012345/main/20261122/100000-0badcafe.mp4")
                .expect("a name of ours"),
            fragment: number,
            offset: u64::from(number) * 1_000,
            length: 1_000,
            sha256: Hash([number as u8; 32]),
            span: model::Span { start: START, end: START.plus_us(500_000) },
            first_dts: MediaTime(i64::from(number) * 45_000),
            units: 12,
        };
        let from = whole.len();
        journal::encode(&journal::Record::Fragment(entry), &mut chain, &mut whole);
        let body = &whole[from + 6..whole.len() - 8];
        bodies.push(body.len() as u8);
        bodies.extend_from_slice(body);
    }
    seeds.put("journal", "whole", &[&whole]);
    seeds.put("journal", "torn", &[&whole[..whole.len() - 9]]);
    seeds.put("journal", "bodies", &[&bodies]);
    let camera = model::CameraId(uuid::Uuid::from_bytes([7; 16]));
    let sidecar = Sidecar {
        store: watchkeeper_fuzz::store::STORE,
        stream: StreamId { camera, profile: Profile::Sub },
        started: START,
        secret: Secret::new([9; 32]),
        config_hash: Hash([4; 32]),
    };
    seeds.put("sidecar", "whole", &[&sidecar.encode()]);
}

/// A clip: its parameters, the sets behind them, its access units in decode order.
struct Clip {
    name: String,
    stream: Vec<u8>,
    sps: Vec<u8>,
    params: VideoParams,
    units: Vec<bytes::Bytes>,
}

/// Clips that ffmpeg makes now, and the beginnings of the demonstration's material when that is there.
fn clips() -> Vec<Clip> {
    let made: [(&str, Codec, &[&str]); 9] = [
        ("h264-baseline", Codec::H264, &["-c:v", "libx264", "-profile:v", "baseline"]),
        ("h264-b-frames", Codec::H264, &["-c:v", "libx264", "-bf", "2"]),
        ("h264-interlaced", Codec::H264, &["-c:v", "libx264", "-flags", "+ildct+ilme"]),
        ("h264-high10", Codec::H264, &["-c:v", "libx264", "-pix_fmt", "yuv420p10le"]),
        (
            "h264-444",
            Codec::H264,
            &[
                "-c:v",
                "libx264",
                "-pix_fmt",
                "yuv444p",
                "-x264-params",
                "nal-hrd=vbr:vbv-maxrate=900:vbv-bufsize=900:cqm=jvt",
            ],
        ),
        (
            "h264-color",
            Codec::H264,
            &["-c:v", "libx264", "-colorspace", "bt709", "-aspect", "4:3", "-color_range", "pc"],
        ),
        ("h265", Codec::H265, &["-c:v", "libx265", "-x265-params", "log-level=error:bframes=2"]),
        (
            "h265-main10",
            Codec::H265,
            &["-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=error"],
        ),
        (
            "h265-444",
            Codec::H265,
            &["-c:v", "libx265", "-pix_fmt", "yuv444p", "-x265-params", "log-level=error:temporal-layers=3"],
        ),
    ];
    let mut clips = Vec::new();
    for (name, codec, args) in made {
        let source = [
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=98x68:rate=25",
            "-frames:v",
            "10",
            "-g",
            "4",
            "-pix_fmt",
            "yuv420p",
        ];
        clips.push(clip(name, codec, &[&source, args].concat()));
    }
    let cache = std::env::var("WATCHKEEPER_CACHE")
        .unwrap_or_else(|_| format!("{}/.cache/watchkeeper", std::env::var("HOME").unwrap_or_default()));
    for name in ["gate-main", "street-sub", "wide-main"] {
        let path = format!("{cache}/material/{name}.mp4");
        let probe = [
            "-v",
            "error",
            "-select_streams",
            "v",
            "-show_entries",
            "stream=codec_name",
            "-of",
            "csv=p=0",
            &path,
        ];
        let Ok(found) = Command::new("ffprobe").args(probe).output() else { continue };
        let codec = if found.stdout.starts_with(b"hevc") { Codec::H265 } else { Codec::H264 };
        if found.status.success() {
            clips.push(clip(name, codec, &["-i", &path, "-c:v", "copy", "-an", "-frames:v", "2"]));
        }
    }
    clips
}

fn clip(name: &str, codec: Codec, args: &[&str]) -> Clip {
    let (form, filter) = match codec {
        Codec::H264 => ("h264", "h264_metadata=aud=insert"),
        Codec::H265 => ("hevc", "hevc_metadata=aud=insert"),
        Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => panic!("no NAL stream"),
    };
    let to_stream =
        if args.contains(&"copy") { format!("{form}_mp4toannexb,{filter}") } else { filter.to_owned() };
    let run = Command::new("ffmpeg")
        .args(["-v", "error"])
        .args(args)
        .args(["-bsf:v", &to_stream, "-f", form, "-"])
        .output();
    let run = run.expect("ffmpeg runs");
    assert!(run.status.success(), "{name}: {}", String::from_utf8_lossy(&run.stderr));
    let stream = run.stdout;
    let (mut sets, mut units): ([Vec<Vec<u8>>; 3], Vec<Vec<&[u8]>>) = Default::default();
    for nal in nal::annex_b(&stream) {
        let set = match (codec, nal::unit_type(codec, nal).expect("not empty")) {
            (Codec::H264, 9) | (Codec::H265, 35) => {
                units.push(Vec::new());
                continue;
            }
            (Codec::H265, 32) => 0,
            (Codec::H264, 7) | (Codec::H265, 33) => 1,
            (Codec::H264, 8) | (Codec::H265, 34) => 2,
            _ => {
                units.last_mut().expect("a delimiter comes first").push(nal);
                continue;
            }
        };
        if !sets[set].iter().any(|have| have == nal) {
            sets[set].push(nal.to_vec());
        }
    }
    let refs = |set: usize| sets[set].iter().map(Vec::as_slice).collect::<Vec<_>>();
    let params = match codec {
        Codec::H264 => h264::params(&refs(1), &refs(2)),
        Codec::H265 => h265::params(&refs(0), &refs(1), &refs(2)),
        Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => panic!("no NAL stream"),
    };
    let units = units.into_iter().map(nal::join).collect();
    Clip {
        name: name.into(),
        sps: sets[1][0].clone(),
        params: params.expect("parameters"),
        units,
        stream: stream.clone(),
    }
}

fn media(seeds: &Seeds, clip: &Clip) {
    let Clip { name, stream, sps, params, units } = clip;
    let codec = u8::from(params.codec == Codec::H265);
    seeds.put("params", &format!("{name}-config"), &[&[codec], &params.config]);
    seeds.put("params", &format!("{name}-sps"), &[&[codec | 2], sps]);
    seeds.put("sdp", name, &[&[codec], &params.config]);
    if units.iter().map(bytes::Bytes::len).sum::<usize>() > 40_000 {
        return;
    }
    seeds.put("nal", &format!("{name}-stream"), &[&[codec], &stream[..stream.len().min(6_000)]]);
    seeds.put("nal", &format!("{name}-unit"), &[&[codec], units.last().expect("has units")]);
    let params = Arc::new(params.clone());
    let mut builder = SegmentBuilder::new(Arc::clone(&params), Secret::new([9; 32]), Limits::default());
    let mut file = builder.init().to_vec();
    for (number, data) in units.iter().enumerate() {
        let ticks = number as i64 * 3_600;
        let unit = AccessUnit {
            dts: MediaTime(ticks),
            pts: MediaTime(ticks + if name.contains("b-frames") { 7_200 - ticks % 5 * 3_600 } else { 0 }),
            wall: START.plus_us(number as i64 * 40_000),
            received: MonoTime(0),
            key: nal::is_key(params.codec, data),
            data: data.clone(),
            params: Arc::clone(&params),
        };
        file.extend(builder.push(&unit).expect("a unit").iter().flat_map(|fragment| fragment.to_bytes()));
        if number % 3 == 1 {
            file.extend(builder.flush().expect("flushes").iter().flat_map(|fragment| fragment.to_bytes()));
        }
        if number == 0 {
            let live = [fmp4::init(&params), fmp4::live_unit(1, &unit, 3_600).expect("a unit")];
            seeds.put("fmp4", &format!("{name}-live"), &[&live[0], &live[1]]);
        }
    }
    let end = End { wall: START.plus_us(units.len() as i64 * 40_000), dts: None };
    let sealed = builder.seal(SealReason::Length, end).expect("seals").expect("has units");
    file.extend(sealed.tail.iter().flat_map(|tail| tail.to_bytes()));
    seeds.segment(name, &file);
    seeds.put("index", name, &[&sealed.index]);
}

/// What ffprobe, ffmpeg and GStreamer say to our server, byte for byte.
fn dialogues(seeds: &Seeds, clips: &[Clip]) {
    for clip in clips.iter().filter(|clip| clip.name == "h264-baseline" || clip.name == "h265") {
        let head = [255, u8::from(clip.params.codec == Codec::H265)];
        for path in ["open", "bare", "locked"] {
            let user = format!("{}:{}@", USER.0, "a%3Ab%22c");
            let user = if path == "locked" { user.as_str() } else { "" };
            let ffprobe = |url: &str| {
                let args = [
                    "-v",
                    "quiet",
                    "-rtsp_transport",
                    "tcp",
                    "-count_packets",
                    "-read_intervals",
                    "%+#8",
                    "-show_streams",
                ];
                Command::new("ffprobe").args(args).arg(url).stdout(Stdio::null()).spawn()
            };
            seeds.put(
                "rtsp",
                &format!("ffprobe-{}-{path}", clip.name),
                &[&head, &converse(clip, user, path, &ffprobe)],
            );
        }
        let gstreamer = |url: &str| {
            let args = [
                "-q",
                "rtspsrc",
                "protocols=tcp",
                "do-rtcp=true",
                &format!("location={url}"),
                "!",
                "fakesink",
                "num-buffers=20",
            ];
            Command::new("gst-launch-1.0").args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
        };
        seeds.put(
            "rtsp",
            &format!("gstreamer-{}", clip.name),
            &[&head, &converse(clip, "", "open", &gstreamer)],
        );
        let gstreamer = |url: &str| {
            let user = ["user-id=viewer", "user-pw=a:b\"c"];
            let args = [
                "-q",
                "rtspsrc",
                "protocols=tcp",
                user[0],
                user[1],
                &format!("location={url}"),
                "!",
                "fakesink",
                "num-buffers=20",
            ];
            Command::new("gst-launch-1.0").args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
        };
        seeds.put(
            "rtsp",
            &format!("gstreamer-{}-locked", clip.name),
            &[&head, &converse(clip, "", "locked", &gstreamer)],
        );
    }
    let broken = "SETUP rtsp://h/open/trackID=0 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP;unicast;client_port=1-2,RTP/AVP/TCP;interleaved=4-5\r\n\r\n\
        $\x05\x00\x04abcd\r\nSET_PARAMETER rtsp://h/open RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 2\r\n\r\nab\
        PAUSE rtsp://h/open RTSP/1.0\r\nCSeq: 3\r\n\r\nDESCRIBE rtsp://h/other RTSP/1.0\r\nCSeq: 4\r\nRequire: x\r\n\r\nGET / HTTP/1.1\r\n\r\n";
    for (name, head) in
        [("mixed", [6, 0]), ("mixed-playing", [30, 2 | 8]), ("mixed-frames", [40, 1 | 2 | 4 | 16])]
    {
        seeds.put("rtsp", name, &[&head, broken.as_bytes()]);
    }
}

type Client<'a> = &'a dyn Fn(&str) -> std::io::Result<std::process::Child>;

/// Serves one connection with the entropy of the fuzz target and gives the client's bytes.
fn converse(clip: &Clip, user: &str, path: &str, client: Client<'_>) -> Vec<u8> {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let mut child = client(&format!("rtsp://{user}127.0.0.1:{port}/{path}")).expect("the client runs");
    let (socket, _) = listener.accept().expect("a client");
    let said = serve(clip, socket);
    let _ = child.kill();
    let _ = child.wait();
    eprintln!("{} {path}: {} bytes", clip.name, said.len());
    said
}

fn serve(clip: &Clip, mut socket: TcpStream) -> Vec<u8> {
    socket.set_read_timeout(Some(Duration::from_millis(10))).expect("a timeout");
    let mut server = server(Mounts(clip.params.codec, clip.params.config.clone()), 1_400);
    let (start, mut said, mut frame) = (Instant::now(), Vec::new(), 0usize);
    while start.elapsed() < Duration::from_secs(8) {
        let now = MonoTime(start.elapsed().as_micros() as i64);
        let mut buffer = [0; 4096];
        match socket.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                said.extend_from_slice(&buffer[..read]);
                server.handle_input(now, Input::Bytes(&buffer[..read]));
            }
            Err(error)
                if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
        let unit = &clip.units[frame % clip.units.len()];
        server.handle_input(now, Input::Frame(Frame { ticks: frame as i64 * 3_600, wall: START, unit }));
        frame += 1;
        loop {
            match server.poll_output() {
                Output::Transmit(bytes) => drop(socket.write_all(&bytes)),
                Output::Event(_) => {}
                Output::Timeout(_) | Output::Close => break,
            }
        }
    }
    said
}
