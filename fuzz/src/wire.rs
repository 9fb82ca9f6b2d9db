//! Checks of `wire`: a whole RTSP connection, and the session description.
//!
//! An input of `rtsp` is two bytes (see [`Plan`]) and then what a client sends. Entropy is fixed, so that session ids and
//! nonces are the same in every run and real dialogues stay valid.

use bytes::{Bytes, BytesMut};
use model::{Codec, MonoTime, Secret, VideoParams, WallTime};
use std::sync::Arc;
use wire::jpeg::{Depacketiser, Packet, Received};
use wire::rtp::Packetiser;
use wire::rtsp::{Catalogue, Config, Credentials, Event, Frame, Input, Output, Presentation, Server};

/// Panics when the input breaks a rule.
pub type Check = fn(&[u8]);

/// The checks and the names of their fuzz targets.
pub const TARGETS: &[(&str, Check)] = &[("rtsp", rtsp), ("sdp", sdp), ("sntp", sntp), ("rtp_jpeg", rtp_jpeg)];

/// User and password of the path `/locked`.
pub const USER: (&str, &str) = ("viewer", "a:b\"c");
/// Bytes that an answer may have: a request's head comes back at most about twice.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Paths `/open`, `/bare` and `/locked` with one stream, `/broken` with parameters that nothing can be made from.
pub struct Mounts(pub Codec, pub Bytes);

impl Catalogue for Mounts {
    fn find(&self, path: &str) -> Option<Presentation> {
        let credentials = Credentials { user: USER.0.into(), password: Secret::new(USER.1.into()) };
        let (credentials, parameter_sets_in_sdp, config) = match path {
            "/open" => (None, true, self.1.clone()),
            "/bare" => (None, false, self.1.clone()),
            "/locked" => (Some(credentials), true, self.1.clone()),
            "/broken" => (None, true, Bytes::from_static(&[0])),
            _ => return None,
        };
        let rfc6381 = String::new();
        let params = VideoParams { codec: self.0, width: 16, height: 16, config, rfc6381 };
        Some(Presentation {
            params: Arc::new(params),
            sound: None,
            credentials,
            parameter_sets_in_sdp,
            first_rtp_time: None,
        })
    }
}

/// A connection of those mounts, the same in every run.
pub fn server(mounts: Mounts, payload_bytes_max: usize) -> Server {
    let catalogue = Arc::new(mounts);
    let config = Config { catalogue, realm: "cameras".into(), session_timeout_s: 60, payload_bytes_max };
    Server::new(MonoTime(0), [7; 32], config)
}

/// An SPS and a PPS are enough: `wire` decodes neither.
const AVC: &[u8] = &[1, 0x4D, 0x40, 0x1F, 0xFF, 0xE1, 0, 2, 0x67, 0x4D, 1, 0, 1, 0x68];
const HEVC: [u8; 23] =
    [1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93, 0xF0, 0, 0xFC, 0xFD, 0xF8, 0xF8, 0, 0, 0x0F, 0];

/// What the first two bytes of an input say.
#[derive(Clone, Copy)]
struct Plan {
    /// Bytes of each read.
    piece: usize,
    codec: Codec,
    /// The session plays before the input begins.
    playing: bool,
    /// Every piece is also sent as a frame.
    frames: bool,
    /// The clock goes on 7 s with each piece, and timeouts come.
    clock: bool,
    /// The source ends behind the input.
    end: bool,
}

impl Plan {
    fn of(head: [u8; 2]) -> Self {
        let flag = |bit: u8| head[1] & 1 << bit != 0;
        let codec = if flag(0) { Codec::H265 } else { Codec::H264 };
        let piece = usize::from(head[0]) + 1;
        Self { piece, codec, playing: flag(1), frames: flag(2), clock: flag(3), end: flag(4) }
    }

    fn talk(self) -> Talk {
        let config = match self.codec {
            Codec::H264 => Bytes::from_static(AVC),
            Codec::H265 => Bytes::copy_from_slice(&HEVC),
            Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => Bytes::new(),
        };
        let payload = if self.frames { self.piece.max(16) } else { 1400 };
        let server = server(Mounts(self.codec, config), payload);
        let mut talk = Talk { server, now: MonoTime(0), sent: Vec::new(), playing: false, closed: false };
        if self.playing {
            talk.input(Input::Bytes(
                b"SETUP rtsp://h/open RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP\r\n\r\n",
            ));
            let answer = String::from_utf8_lossy(&talk.sent).into_owned();
            let id =
                answer.split("Session: ").nth(1).and_then(|rest| rest.split(';').next()).expect("a session");
            let play = format!("PLAY rtsp://h/open RTSP/1.0\r\nCSeq: 2\r\nSession: {id}\r\n\r\n");
            talk.input(Input::Bytes(play.as_bytes()));
            assert!(talk.playing, "SETUP and PLAY start a session: {answer}");
        }
        talk
    }
}

struct Talk {
    server: Server,
    now: MonoTime,
    sent: Vec<u8>,
    playing: bool,
    closed: bool,
}

impl Talk {
    fn input(&mut self, input: Input<'_>) {
        let is_bytes = matches!(input, Input::Bytes(_));
        let was_closed = self.closed;
        self.server.handle_input(self.now, input);
        loop {
            match self.server.poll_output() {
                Output::Transmit(bytes) => {
                    assert!(
                        !was_closed && !bytes.is_empty(),
                        "nothing is sent after the end, and nothing empty"
                    );
                    assert!(
                        !is_bytes || bytes.len() <= ANSWER_BYTES_MAX,
                        "an answer of {} bytes",
                        bytes.len()
                    );
                    self.sent.extend(bytes);
                }
                Output::Event(event) => {
                    assert!(!was_closed, "{event:?} after the end");
                    match event {
                        Event::Playing { .. } => {
                            assert!(!self.playing, "plays twice");
                            self.playing = true;
                        }
                        Event::Stopped => {
                            assert!(self.playing, "stops without having played");
                            self.playing = false;
                        }
                        Event::Refused { status } => assert!(status >= 400),
                        Event::Expired => {}
                    }
                }
                Output::Timeout(at) => {
                    assert!(!was_closed && at >= MonoTime(0));
                    return;
                }
                Output::Close => {
                    assert!(!self.playing, "closes while frames are wanted");
                    self.closed = true;
                    return;
                }
            }
        }
    }
}

/// However a conversation goes: what is sent is framed, what is closed is silent, how it is cut changes nothing.
pub fn rtsp(bytes: &[u8]) {
    let Some((head, client)) = bytes.split_first_chunk::<2>() else { return };
    let plan = Plan::of(*head);
    let mut talk = plan.talk();
    for piece in client.chunks(plan.piece) {
        talk.input(Input::Bytes(piece));
        if plan.frames {
            let ticks = i64::from(piece[0]).wrapping_shl(u32::from(piece[0]) % 60);
            talk.input(Input::Frame(Frame { ticks, wall: WallTime(ticks), unit: piece }));
        }
        if plan.clock {
            talk.now = talk.now.plus_us(7_000_000 * i64::from(piece[0] & 3));
            talk.input(Input::Timeout);
        }
    }
    if plan.end {
        talk.input(Input::End);
        assert!(talk.closed);
    }
    framed(&talk.sent);
    if !plan.frames && !plan.clock && !plan.end {
        let mut whole = plan.talk();
        whole.input(Input::Bytes(client));
        assert!(
            whole.sent == talk.sent && whole.closed == talk.closed,
            "how the bytes were cut changed the answers"
        );
    }
}

/// What a server sends is responses (RFC 2326 §7) and interleaved packets (§10.12), each whole.
fn framed(mut sent: &[u8]) {
    while !sent.is_empty() {
        if let [b'$', _, high, low, rest @ ..] = sent {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            sent = rest.get(length..).expect("an interleaved packet is whole");
            continue;
        }
        let end = sent.windows(4).position(|four| four == b"\r\n\r\n").expect("a response has an end") + 4;
        let head = std::str::from_utf8(&sent[..end]).expect("a response is text");
        assert!(head.starts_with("RTSP/1.0 "), "{head:?}");
        let mut body = 0;
        for line in head.trim_end_matches("\r\n").split("\r\n").skip(1) {
            let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("no header: {line:?}"));
            assert!(
                !value.contains(['\r', '\n'])
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            );
            if name == "Content-Length" {
                body = value.parse().expect("a length");
            }
        }
        sent = sent.get(end + body..).expect("a body is whole");
    }
}

/// A decoder configuration (first byte: codec) becomes a description in lines, or an error.
pub fn sdp(bytes: &[u8]) {
    let Some((head, config)) = bytes.split_first() else { return };
    let codec = match head & 3 {
        0 | 2 => Codec::H264,
        1 => Codec::H265,
        _ => Codec::Jpeg,
    };
    let config = Bytes::copy_from_slice(config);
    let params = VideoParams { codec, width: 16, height: 16, config: config.clone(), rfc6381: String::new() };
    let sets = wire::parameter_sets(&params);
    for sets_wanted in [false, true] {
        let Ok(text) = wire::sdp::describe(&params, None, sets_wanted, 1) else { continue };
        assert!(text.ends_with("\r\n") && text.starts_with("v=0\r\n"), "{text:?}");
        assert!(
            text.split("\r\n").all(|line| line.is_empty() || line.as_bytes().get(1) == Some(&b'=')),
            "{text:?}"
        );
        assert!(!sets_wanted || sets.is_ok());
    }
    if let Ok(sets) = sets {
        assert!(sets.iter().map(|set| set.len() + 2).sum::<usize>() <= config.len(), "more sets than bytes");
    }
}

/// What a time source sends, whatever our clock says: an answer with possible times, or why not. Eight bytes of clock, then the
/// packet, asked for with the number that stands in it.
pub fn sntp(bytes: &[u8]) {
    let Some((clock, packet)) = bytes.split_first_chunk::<8>() else { return };
    let near = WallTime(i64::from_be_bytes(*clock));
    let number = packet
        .get(24..)
        .and_then(|rest| rest.first_chunk::<8>())
        .map_or(7, |bytes| u64::from_be_bytes(*bytes));
    assert!(wire::sntp::answer(packet, number ^ 1, near).is_err(), "an answer to another request");
    let Ok(answer) = wire::sntp::answer(packet, number, near) else { return };
    assert!((1..=15).contains(&answer.stratum) && answer.received <= answer.sent);
    for took_us in [0, 1, 1_000_000] {
        if let Ok(measured) = answer.measured(near, near.plus_us(took_us)) {
            assert!(measured.delay_us >= 0 && measured.delay_us <= took_us, "{measured:?}");
        }
    }
}

/// A JPEG picture in RTP packets (first two bytes: payload size, and which packet is lost): what our own sender makes of it
/// comes back whole or not at all. What is left is taken for one payload after another.
pub fn rtp_jpeg(bytes: &[u8]) {
    let Some(([size, lost], picture)) = bytes.split_first_chunk::<2>() else { return };
    let mut out = BytesMut::new();
    Packetiser::new(Codec::Jpeg, 1, 0, 0, usize::from(*size) * 8).packetise(7, picture, &mut out);
    let (mut rest, mut number, mut depacketiser) = (&out[..], 0u8, Depacketiser::default());
    let mut dropped = false;
    while let Some((frame, more)) = rest.split_first_chunk::<16>() {
        let (payload, more) = more.split_at(usize::from(u16::from_be_bytes([frame[2], frame[3]])) - 12);
        rest = more;
        number = number.wrapping_add(1);
        if number == *lost {
            dropped = true;
            continue;
        }
        let marker = frame[5] & 0x80 != 0;
        assert!(!marker || rest.is_empty(), "the marker stands in the last packet");
        match depacketiser.push(Packet { timestamp: 7, marker, after_loss: false, payload }) {
            Received::Picture(found) => {
                assert!(!dropped && rest.is_empty(), "a picture without all its packets");
                let scan = picture.windows(2).position(|two| two == [0xff, 0xda]).expect("was sent");
                assert!(found.len() > picture.len() - scan - 2, "less than was sent");
            }
            Received::Part => {}
            Received::Dropped(_) => assert!(dropped, "our own packets are taken"),
        }
    }
    let mut depacketiser = Depacketiser::default();
    for (number, payload) in picture.chunks(usize::from(*size).max(8)).enumerate() {
        let marker = payload.last().is_some_and(|last| last & 1 == 1);
        let packet = Packet {
            timestamp: number as u32 >> 2,
            marker,
            after_loss: number == usize::from(*lost),
            payload,
        };
        if let Received::Picture(found) = depacketiser.push(packet) {
            assert!(found.starts_with(&[0xff, 0xd8]) && found.ends_with(&[0xff, 0xd9]));
        }
    }
}
