//! Tests of the relay: what passes as it came, what is changed, what closes.

use super::*;
use proptest::prelude::*;

const SETUP: &str = "SETUP rtsp://127.0.0.1:4000/cam/trackID=0 RTSP/1.0\r\nCSeq: 4\r\nAuthorization: Digest uri=\"rtsp://127.0.0.1:4000/cam/trackID=0\"\r\nTransport: RTP/AVP/TCP;unicast;interleaved=6-7\r\n\r\n";
const ANSWER: &str = "RTSP/1.0 200 OK\r\nCSeq: 4\r\nSession: 77;timeout=60\r\nTransport: RTP/AVP;unicast;client_port=5000-5001;server_port=6970-6971;ssrc=0A0B0C0D\r\n\r\n";

fn rtp(number: u16) -> Bytes {
    let mut bytes = vec![0x80, 96];
    bytes.extend(number.to_be_bytes());
    bytes.extend([0; 8]);
    bytes.into()
}

fn outputs(relay: &mut Relay) -> Vec<Output> {
    let mut all = Vec::new();
    loop {
        match relay.poll_output() {
            Output::Timeout(_) => return all,
            close @ Output::Close(_) => {
                all.push(close);
                return all;
            }
            output => all.push(output),
        }
    }
}

fn feed(relay: &mut Relay, input: Input<'_>) -> Vec<Output> {
    relay.handle_input(MonoTime(0), input);
    outputs(relay)
}

fn set_up() -> Relay {
    let mut relay = Relay::new(5_000);
    feed(&mut relay, Input::FromClient(SETUP.as_bytes()));
    feed(&mut relay, Input::FromCamera(ANSWER.as_bytes()));
    relay
}

#[test]
fn setup_asks_for_our_ports_and_answers_with_the_clients_channels() {
    let mut relay = Relay::new(5_000);
    let asked = SETUP.replace("RTP/AVP/TCP;unicast;interleaved=6-7", "RTP/AVP;unicast;client_port=5000-5001");
    assert_eq!(feed(&mut relay, Input::FromClient(SETUP.as_bytes())), [Output::ToCamera(asked.into())]);
    let answered = "RTSP/1.0 200 OK\r\nCSeq: 4\r\nSession: 77;timeout=60\r\nTransport: RTP/AVP/TCP;unicast;interleaved=6-7;ssrc=0A0B0C0D\r\n\r\n";
    let ports = Output::Ports { source: None, rtp: 6_970, rtcp: 6_971 };
    assert_eq!(
        feed(&mut relay, Input::FromCamera(ANSWER.as_bytes())),
        [ports, Output::ToClient(answered.into())]
    );
}

#[test]
fn everything_else_passes_as_it_came() {
    let check = |from_client: bool, text: &str| {
        let mut relay = Relay::new(5_000);
        // In pieces of one byte, as a bad network may bring it.
        let mut passed = Vec::new();
        for byte in text.as_bytes() {
            let piece = std::slice::from_ref(byte);
            let input = if from_client { Input::FromClient(piece) } else { Input::FromCamera(piece) };
            for output in feed(&mut relay, input) {
                match output {
                    Output::ToCamera(bytes) if from_client => passed.extend(bytes),
                    Output::ToClient(bytes) if !from_client => passed.extend(bytes),
                    other => panic!("{other:?}"),
                }
            }
        }
        assert_eq!(String::from_utf8_lossy(&passed), text);
    };
    check(
        true,
        "OPTIONS rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\n\r\nDESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: 2\r\n\r\n",
    );
    check(true, "\r\nGET_PARAMETER rtsp://h/a RTSP/1.0\nCSeq: 3\nContent-Length: 4\n\nping");
    check(false, "RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 5\r\n\r\nv=0\r\n");
    check(false, "RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm=\"a: b\"\r\n\r\n");
    // A SETUP that is refused (it must be asked again, with a login).
    check(true, "SETUP rtsp://h/a RTSP/1.0\r\nCSeq: 9\r\nTransport: RTP/AVP;multicast\r\n\r\n");
}

#[test]
fn a_refused_setup_is_asked_again() {
    let mut relay = Relay::new(5_000);
    feed(&mut relay, Input::FromClient(SETUP.as_bytes()));
    let refused = "RTSP/1.0 401 Unauthorized\r\nCSeq: 4\r\n\r\n";
    assert_eq!(feed(&mut relay, Input::FromCamera(refused.as_bytes())), [Output::ToClient(refused.into())]);
    feed(&mut relay, Input::FromClient(SETUP.replace("CSeq: 4", "CSeq: 5").as_bytes()));
    let answered = feed(&mut relay, Input::FromCamera(ANSWER.replace("CSeq: 4", "CSeq: 5").as_bytes()));
    assert!(matches!(answered[..], [Output::Ports { .. }, Output::ToClient(_)]), "{answered:?}");
}

#[test]
fn datagrams_become_interleaved_packets_in_order() {
    let mut relay = set_up();
    let framed = |channel: u8, packet: &[u8]| {
        Output::ToClient([&[b'$', channel, 0, packet.len() as u8], packet].concat().into())
    };
    assert_eq!(feed(&mut relay, Input::Rtp(rtp(9))), [framed(6, &rtp(9))]);
    assert_eq!(feed(&mut relay, Input::Rtp(rtp(11))), []);
    assert_eq!(feed(&mut relay, Input::Rtp(rtp(10))), [framed(6, &rtp(10)), framed(6, &rtp(11))]);
    assert_eq!(feed(&mut relay, Input::Rtcp(b"report"[..].into())), [framed(7, b"report")]);
    // A report of the client goes the other way; what it says on other channels goes nowhere.
    let report = [&b"$\x07\x00\x04abcd"[..], b"$\x06\x00\x02xy"].concat();
    assert_eq!(feed(&mut relay, Input::FromClient(&report)), [Output::Rtcp(b"abcd"[..].into())]);
}

#[test]
fn before_setup_is_answered_nothing_is_passed_on() {
    let mut relay = Relay::new(5_000);
    assert_eq!(feed(&mut relay, Input::Rtp(rtp(9))), []);
    assert_eq!(feed(&mut relay, Input::Rtcp(b"report"[..].into())), []);
    assert_eq!(feed(&mut relay, Input::FromClient(b"$\x07\x00\x01a")), []);
}

#[test]
fn what_is_not_rtsp_closes_with_a_reason() {
    let check = |from_client: bool, bytes: &[u8], expected: &'static str| {
        let mut relay = Relay::new(5_000);
        let input = if from_client { Input::FromClient(bytes) } else { Input::FromCamera(bytes) };
        assert_eq!(feed(&mut relay, input), [Output::Close(expected)], "{}", String::from_utf8_lossy(bytes));
    };
    check(false, b"HTTP/1.1 200 OK\r\n\r\n", "not RTSP/1.0");
    check(false, b"RTSP/1.0 200 OK\r\nA: \xff\r\n\r\n", "headers are not text");
    check(false, b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n", "Content-Length is no number");
    check(false, b"RTSP/1.0 200 OK\r\nContent-Length: 9999999\r\n\r\n", "a body is too long");
    check(true, &vec![b'A'; HEAD_BYTES_MAX + 1], "headers are too long");
    let mut relay = set_up();
    let second = feed(&mut relay, Input::FromClient(SETUP.as_bytes()));
    assert!(second.contains(&Output::Close("more than one medium is set up")), "{second:?}");
}

#[test]
fn the_cameras_transport_is_read() {
    let check = |transport: &str, expected: Option<(Option<&str>, u16, u16)>| {
        let read = Answered::read(transport);
        let read = read.as_ref().map(|ports| (ports.source.as_deref(), ports.rtp, ports.rtcp));
        assert_eq!(read, expected, "{transport}");
    };
    check("RTP/AVP;unicast;client_port=1-2;server_port=6970-6971", Some((None, 6_970, 6_971)));
    check("RTP/AVP/UDP; unicast; server_port = 6970", Some((None, 6_970, 6_971)));
    check("RTP/AVP;unicast;source=10.0.0.9;server_port=5-6", Some((Some("10.0.0.9"), 5, 6)));
    check("RTP/AVP/TCP;unicast;interleaved=0-1", None);
    check("RTP/AVP;unicast;client_port=1-2", None);
    check("RTP/AVP;unicast;server_port=0-1", None);
    check("RTP/AVP;unicast;server_port=65535", None);
    check("", None);
}

#[test]
fn a_continued_transport_header_is_replaced_whole() {
    let head = "SETUP a RTSP/1.0\r\nTransport: RTP/AVP/TCP;\r\n unicast;interleaved=0-1\r\nCSeq: 1\r\n\r\n";
    let changed = with_transport(head, "T", b"body");
    assert_eq!(&changed[..], b"SETUP a RTSP/1.0\r\nTransport: T\r\nCSeq: 1\r\n\r\nbody");
}

proptest! {
    #[test]
    fn nothing_panics_and_little_is_held(
        inputs in proptest::collection::vec((any::<bool>(), proptest::collection::vec(any::<u8>(), 0..200)), 0..40),
    ) {
        let mut relay = set_up();
        for (from_client, bytes) in &inputs {
            feed(&mut relay, if *from_client { Input::FromClient(bytes) } else { Input::FromCamera(bytes) });
            let bound = HEAD_BYTES_MAX + BODY_BYTES_MAX;
            prop_assert!(relay.client.len() <= bound && relay.camera.len() <= bound);
        }
    }
}
