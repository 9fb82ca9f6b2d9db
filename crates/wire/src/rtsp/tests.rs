//! Conversations with the server, as text in and text out.

use super::*;
use crate::rtp;
use model::{Codec, Secret};
use proptest::prelude::*;

/// An SPS and a PPS are enough: nothing here decodes them.
const AVC: &[u8] = &[1, 0x4D, 0x40, 0x1F, 0xFF, 0xE1, 0, 2, 0x67, 0x4D, 1, 0, 1, 0x68];

struct Mounts;

impl Catalogue for Mounts {
    fn find(&self, path: &str) -> Option<Presentation> {
        let credentials = Credentials { user: "viewer".into(), password: Secret::new("a:b\"c".into()) };
        let (credentials, parameter_sets_in_sdp, config) = match path {
            "/open" | "/heard" => (None, true, AVC),
            "/bare" => (None, false, AVC),
            "/locked" => (Some(credentials), true, AVC),
            "/broken" => (None, true, &[0u8][..]),
            _ => return None,
        };
        let params = VideoParams {
            codec: Codec::H264,
            width: 16,
            height: 16,
            config: Bytes::from_static(config),
            rfc6381: String::new(),
        };
        let heard = VideoParams {
            codec: Codec::Pcma,
            width: 0,
            height: 0,
            config: Bytes::new(),
            rfc6381: String::new(),
        };
        let sound = Sound { params: Arc::new(heard), rate_hz: 8_000, channels: 1 };
        Some(Presentation {
            params: Arc::new(params),
            sound: (path == "/heard").then_some(sound),
            credentials,
            parameter_sets_in_sdp,
            first_rtp_time: None,
        })
    }
}

struct Talk {
    server: Server,
    now: MonoTime,
    events: Vec<Event>,
    closed: bool,
}

impl Talk {
    fn new() -> Self {
        let config = Config {
            catalogue: Arc::new(Mounts),
            realm: "cameras".into(),
            session_timeout_s: 60,
            payload_bytes_max: rtp::PAYLOAD_BYTES_DEFAULT,
        };
        let server = Server::new(MonoTime(0), [7; 32], config);
        Self { server, now: MonoTime(0), events: Vec::new(), closed: false }
    }

    fn input(&mut self, input: Input<'_>) -> Vec<u8> {
        self.server.handle_input(self.now, input);
        let mut out = Vec::new();
        loop {
            match self.server.poll_output() {
                Output::Transmit(bytes) => out.extend(bytes),
                Output::Event(event) => self.events.push(event),
                Output::Timeout(_) => return out,
                Output::Close => {
                    self.closed = true;
                    return out;
                }
            }
        }
    }

    /// Sends lines joined by CRLF and an empty line; returns the answer as text.
    fn say(&mut self, lines: &str) -> String {
        let text = format!("{}\r\n\r\n", lines.replace('\n', "\r\n"));
        String::from_utf8(self.input(Input::Bytes(text.as_bytes()))).unwrap()
    }

    fn status(&mut self, lines: &str) -> u16 {
        let answer = self.say(lines);
        answer
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or_else(|| panic!("{answer:?}"))
    }

    /// Describes nothing, sets up and plays; returns the session id and the answer to PLAY.
    fn start(&mut self) -> (String, String) {
        let setup = self
            .say("SETUP rtsp://h/open/trackID=0 RTSP/1.0\nCSeq: 1\nTransport: RTP/AVP/TCP;interleaved=4-5");
        let id = header(&setup, "Session").split(';').next().unwrap().to_owned();
        let play = self.say(&format!("PLAY rtsp://h/open/ RTSP/1.0\nCSeq: 2\nSession: {id}"));
        (id, play)
    }

    fn frame(&mut self, ticks: i64, size: usize) -> Vec<u8> {
        let mut unit = u32::try_from(size).unwrap().to_be_bytes().to_vec();
        unit.resize(4 + size, 0x65);
        self.input(Input::Frame(Frame { ticks, wall: WallTime(0), unit: &unit }))
    }
}

fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let line = answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("no {name} in {answer}"))
}

#[test]
fn options_names_the_methods_without_asking_who() {
    let answer = Talk::new().say("OPTIONS rtsp://h/locked RTSP/1.0\nCSeq: 2\nUser-Agent: anything");
    let expected = "RTSP/1.0 200 OK\r\nCSeq: 2\r\nServer: Watchkeeper\r\n\
         Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, SET_PARAMETER, TEARDOWN\r\n\r\n";
    assert_eq!(answer, expected);
}

#[test]
fn describe_tells_the_stream() {
    let mut talk = Talk::new();
    let answer = talk.say("DESCRIBE rtsp://h:1554/open RTSP/1.0\nCSeq: 3\nAccept: application/sdp");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("RTSP/1.0 200 OK\r\nCSeq: 3\r\n"), "{head}");
    assert_eq!(header(head, "Content-Base"), "rtsp://h:1554/open/");
    assert_eq!(header(head, "Content-Type"), "application/sdp");
    assert_eq!(header(head, "Content-Length"), body.len().to_string());
    assert!(body.contains("m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"), "{body}");
    assert!(body.contains(";sprop-parameter-sets=Z00=,aA==\r\na=control:trackID=0\r\n"), "{body}");
    let bare = talk.say("DESCRIBE rtsp://h:1554/bare RTSP/1.0\nCSeq: 4");
    assert!(!bare.contains("sprop"), "{bare}");
}

#[test]
fn what_cannot_be_is_refused() {
    let check = |lines: &str, expected: u16| {
        let mut talk = Talk::new();
        assert_eq!(talk.status(lines), expected, "{lines}");
        assert_eq!(talk.events, [Event::Refused { status: expected }], "{lines}");
    };
    check("DESCRIBE rtsp://h/other RTSP/1.0\nCSeq: 1", 404);
    check("DESCRIBE rtsp://h/open RTSP/1.0", 400);
    check("DESCRIBE rtsp://h/open RTSP/1.0\nCSeq: x", 400);
    check("DESCRIBE rtsp://h/open RTSP/1.0\nCSeq: 1\nAccept: text/html", 406);
    check("DESCRIBE rtsp://h/open RTSP/1.0\nCSeq: 1\nRequire: funky-feature", 551);
    check("DESCRIBE rtsp://h/broken RTSP/1.0\nCSeq: 1", 500);
    check("DESCRIBE rtsp://h/locked RTSP/1.0\nCSeq: 1", 401);
    check("SETUP rtsp://h/open RTSP/1.0\nCSeq: 1\nTransport: RTP/AVP;unicast;client_port=4588-4589", 461);
    check("SETUP rtsp://h/open RTSP/1.0\nCSeq: 1", 461);
    check("PLAY rtsp://h/open RTSP/1.0\nCSeq: 1", 454);
    check("PLAY rtsp://h/open RTSP/1.0\nCSeq: 1\nSession: 12345678", 454);
    check("TEARDOWN rtsp://h/open RTSP/1.0\nCSeq: 1", 454);
    check("PAUSE rtsp://h/open RTSP/1.0\nCSeq: 1", 405);
    check("RECORD rtsp://h/open RTSP/1.0\nCSeq: 1", 405);
    check("EXPLODE rtsp://h/open RTSP/1.0\nCSeq: 1", 501);
    check("SET_PARAMETER rtsp://h/open RTSP/1.0\nCSeq: 1\nContent-Length: 2\n\nab", 451);
}

#[test]
fn lost_framing_closes() {
    let check = |lines: &str, expected: u16| {
        let mut talk = Talk::new();
        assert_eq!(talk.status(lines), expected, "{lines}");
        assert!(talk.closed, "{lines}");
        assert_eq!(talk.say("OPTIONS * RTSP/1.0\nCSeq: 1"), "");
    };
    check("GET / HTTP/1.1\nHost: h", 400);
    check("OPTIONS * RTSP/1.1\nCSeq: 1", 505);
    check("SET_PARAMETER * RTSP/1.0\nCSeq: 1\nContent-Length: 99999", 413);
}

#[test]
fn a_session_plays_and_ends() {
    let mut talk = Talk::new();
    let setup = talk.say(
        "SETUP rtsp://h/open/trackID=0 RTSP/1.0\nCSeq: 1\n\
         Transport: RTP/AVP;unicast;client_port=1-2,RTP/AVP/TCP;unicast;interleaved=4-5",
    );
    let transport = header(&setup, "Transport");
    assert!(transport.starts_with("RTP/AVP/TCP;unicast;interleaved=4-5;ssrc="), "{transport}");
    let (id, timeout) = header(&setup, "Session").split_once(';').unwrap();
    assert_eq!(timeout, "timeout=60");
    assert_eq!(talk.frame(0, 10), b"", "nothing is sent before PLAY");

    let play = talk.say(&format!("PLAY rtsp://h/open/ RTSP/1.0\nCSeq: 2\nSession: {id}\nRange: npt=0-"));
    assert_eq!(talk.events, [Event::Playing { path: "/open".into() }]);
    let info = header(&play, "RTP-Info");
    let announced = info.strip_prefix("url=rtsp://h/open/trackID=0;seq=").unwrap();
    let (sequence, time) = announced.split_once(";rtptime=").unwrap();
    let (sequence, time): (u16, u32) = (sequence.parse().unwrap(), time.parse().unwrap());

    let first = talk.frame(1_000_000, 10);
    assert_eq!(first[..4], [b'$', 5, 0, 52], "a sender report comes first, on the second channel");
    let packet = &first[56..];
    assert_eq!(packet[..4], [b'$', 4, 0, 22]);
    assert_eq!(packet[6..8], sequence.to_be_bytes(), "as RTP-Info said");
    assert_eq!(packet[8..12], time.to_be_bytes(), "as RTP-Info said");
    let second = talk.frame(1_006_000, 10);
    assert_eq!(second[8..12], time.wrapping_add(6_000).to_be_bytes());
    assert_eq!(second.len(), 26, "no report with every frame");
    talk.now = MonoTime(REPORT_INTERVAL_US);
    assert_eq!(talk.frame(1_450_000, 10)[1], 5, "but one every five seconds");

    let down = talk.say(&format!("TEARDOWN rtsp://h/open RTSP/1.0\nCSeq: 3\nSession: {id}"));
    assert!(down.starts_with("RTSP/1.0 200 OK\r\n"));
    assert_eq!(talk.events.last(), Some(&Event::Stopped));
    assert_eq!(talk.frame(2_000_000, 10), b"");
    assert_eq!(talk.status(&format!("PLAY rtsp://h/open RTSP/1.0\nCSeq: 4\nSession: {id}")), 454);
}

#[test]
fn a_playing_session_is_not_set_up_again() {
    let mut talk = Talk::new();
    let (id, _) = talk.start();
    let again = format!("SETUP rtsp://h/open RTSP/1.0\nCSeq: 3\nSession: {id}\nTransport: RTP/AVP/TCP");
    assert_eq!(talk.status(&again), 455);
    assert_eq!(talk.status(&format!("PLAY rtsp://h/open RTSP/1.0\nCSeq: 4\nSession: {id};timeout=60")), 200);
    assert_eq!(talk.status(&format!("PLAY rtsp://h/bare RTSP/1.0\nCSeq: 5\nSession: {id}")), 454);
}

#[test]
fn reports_and_requests_keep_the_session() {
    let mut talk = Talk::new();
    let (id, _) = talk.start();
    for (at_s, input) in [(50, "request"), (100, "packet"), (150, "request")] {
        talk.now = MonoTime(at_s * 1_000_000);
        talk.input(Input::Timeout);
        assert!(!talk.closed, "at {at_s} s");
        if input == "request" {
            let keep = format!("GET_PARAMETER rtsp://h/open RTSP/1.0\nCSeq: {at_s}\nSession: {id}");
            assert_eq!(talk.status(&keep), 200);
        } else {
            talk.input(Input::Bytes(b"$\x05\x00\x04\x80\xc9\x00\x00"));
        }
    }
    talk.now = MonoTime(210_000_000);
    talk.input(Input::Timeout);
    assert!(talk.closed);
    assert_eq!(talk.events[1..], [Event::Expired, Event::Stopped]);
}

#[test]
fn the_end_of_the_source_says_goodbye() {
    let mut talk = Talk::new();
    talk.start();
    talk.frame(0, 10);
    let bye = talk.input(Input::End);
    assert_eq!(bye[bye.len() - 8..bye.len() - 4], [0x81, 203, 0, 1]);
    assert!(talk.closed);
    assert_eq!(talk.events.last(), Some(&Event::Stopped));
}

#[test]
fn a_locked_mount_wants_its_digest() {
    use md5::{Digest as _, Md5};
    let md5 = |text: String| hex(&Md5::digest(text));
    let mut talk = Talk::new();
    let refused = talk.say("DESCRIBE rtsp://h/locked RTSP/1.0\nCSeq: 1");
    let challenge = header(&refused, "WWW-Authenticate");
    let nonce = challenge.strip_prefix("Digest realm=\"cameras\", nonce=\"").unwrap();
    let nonce = nonce.strip_suffix("\", algorithm=\"MD5\"").unwrap();
    let mut ask = |method: &str, password: &str, nonce: &str, more: &str| {
        let uri = "rtsp://h/locked";
        let secret = md5(format!("viewer:cameras:{password}"));
        let response = md5(format!("{secret}:{nonce}:{}", md5(format!("{method}:{uri}"))));
        talk.say(&format!(
            "{method} {uri} RTSP/1.0\nCSeq: 2\nAuthorization: Digest username=\"viewer\", realm=\"cameras\", \
             nonce=\"{nonce}\", uri=\"{uri}\", response=\"{response}\"{more}"
        ))
    };
    assert!(ask("DESCRIBE", "a:b\"c", nonce, "").starts_with("RTSP/1.0 200 "));
    assert!(ask("DESCRIBE", "wrong", nonce, "").starts_with("RTSP/1.0 401 "));
    assert!(ask("DESCRIBE", "a:b\"c", "0000", "").contains(", stale=\"true\"\r\n"));
    let setup = ask("SETUP", "a:b\"c", nonce, "\nTransport: RTP/AVP/TCP");
    let id = header(&setup, "Session").split(';').next().unwrap();
    assert!(ask("PLAY", "wrong", nonce, &format!("\nSession: {id}")).starts_with("RTSP/1.0 401 "));
    assert!(ask("PLAY", "a:b\"c", nonce, &format!("\nSession: {id}")).starts_with("RTSP/1.0 200 "));
}

#[test]
fn connections_differ_by_their_entropy() {
    let config = Talk::new().server.config;
    let nonce = |entropy| Server::new(MonoTime(0), entropy, config.clone()).nonce;
    assert_eq!(nonce([1; 32]), nonce([1; 32]));
    assert_ne!(nonce([1; 32]), nonce([2; 32]));
}

proptest! {
    /// However a conversation is cut into reads, the answers are the same.
    #[test]
    fn cuts_do_not_matter(cuts in proptest::collection::vec(1usize..60, 1..20)) {
        let text = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n$\x01\x00\x03abc\r\n\
            DESCRIBE rtsp://h/open RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 4\r\n\r\nbody\
            SETUP rtsp://h/open/trackID=0 RTSP/1.0\r\nCSeq: 3\r\nTransport: RTP/AVP/TCP\r\n\r\n\
            GARBAGE\r\n\r\n".as_bytes();
        let mut whole = Talk::new();
        let expected = whole.input(Input::Bytes(text));
        prop_assert!(whole.closed);
        let mut cut = Talk::new();
        let (mut rest, mut answers) = (text, Vec::new());
        for size in cuts.iter().cycle() {
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            answers.extend(cut.input(Input::Bytes(piece)));
            rest = after;
            if rest.is_empty() { break; }
        }
        prop_assert_eq!(answers, expected);
    }

    /// Anything may be sent, at any time, also while playing.
    #[test]
    fn nothing_panics_and_the_buffer_is_bounded(
        pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 0..40),
        playing: bool,
        like_text: bool,
    ) {
        let mut talk = Talk::new();
        if playing { talk.start(); }
        for mut piece in pieces {
            if like_text {
                let letters = b"OPTIONSDESCRIBE rtsp://open RTSP/1.0\r\n\r\nCSeq: 1$";
                for byte in &mut piece { *byte = letters[usize::from(*byte) % letters.len()]; }
            }
            talk.input(Input::Bytes(&piece));
            talk.frame(0, 5);
            prop_assert!(talk.server.input.len() <= 4 + 65_535);
        }
    }
}

/// RFC 3551 §4.1: sound has a clock of its own samples.
#[test]
fn sound_is_set_up_alone_and_keeps_its_own_time() {
    let mut talk = Talk::new();
    let described = talk.say("DESCRIBE rtsp://h/heard RTSP/1.0\nCSeq: 1");
    assert!(described.contains("m=audio 0 RTP/AVP 8\r\n"), "{described}");
    assert!(!talk.say("DESCRIBE rtsp://h/open RTSP/1.0\nCSeq: 1").contains("m=audio"));
    let setup = |path: &str, session: &str| {
        format!("SETUP rtsp://h/{path} RTSP/1.0\nCSeq: 2\nTransport: RTP/AVP/TCP;interleaved=2-3{session}")
    };
    assert_eq!(talk.status(&setup("open/trackID=1", "")), 404, "no microphone there");
    let answer = talk.say(&setup("heard/trackID=1", ""));
    let id = header(&answer, "Session").split(';').next().unwrap().to_owned();
    let session = format!("\nSession: {id}");
    assert_eq!(talk.status(&setup("heard/trackID=0", &session)), 459, "pictures on another connection");
    let play = talk.say(&format!("PLAY rtsp://h/heard/ RTSP/1.0\nCSeq: 3{session}"));
    assert_eq!(talk.events.last(), Some(&Event::Playing { path: format!("/heard{SOUND_SUFFIX}") }));
    let base: u32 = header(&play, "RTP-Info").rsplit_once("rtptime=").unwrap().1.parse().unwrap();
    for (ticks, expected) in [(0, 0), (1_800, 160), (3_600, 320), (90_000, 8_000)] {
        let sent = talk.input(Input::Frame(Frame { ticks, wall: WallTime(0), unit: &[0x55; 160] }));
        // The last packet; a sender report may stand before it.
        let packet = &sent[sent.len() - 172..];
        assert_eq!(packet[1] & 0x7f, 8, "PCMA");
        let time = u32::from_be_bytes([packet[4], packet[5], packet[6], packet[7]]);
        assert_eq!(time.wrapping_sub(base), expected, "{ticks}");
        assert_eq!(packet[12..], [0x55; 160]);
    }
}
