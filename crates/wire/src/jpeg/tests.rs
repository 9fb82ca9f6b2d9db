//! What comes of packets: our own sender's, made-up ones, lost and torn ones.

use super::*;
use crate::rtp::Packetiser;
use bytes::BytesMut;
use model::Codec;
use proptest::prelude::*;

/// A packet with main header and body.
fn payload(offset: u32, kind: u8, q: u8, sides: (u8, u8), body: &[u8]) -> Vec<u8> {
    let mut out = offset.to_be_bytes().to_vec();
    out.extend([kind, q, sides.0, sides.1]);
    out.extend(body);
    out
}

fn packet(payload: &[u8], timestamp: u32, marker: bool) -> Packet<'_> {
    Packet { timestamp, marker, after_loss: false, payload }
}

/// The scan of a picture that was put together, and the tables of its first DQT.
fn scan(picture: &[u8]) -> (&[u8], &[u8]) {
    let at = picture.windows(2).position(|two| two == [0xff, 0xda]).unwrap();
    (&picture[7..71], &picture[at + 14..])
}

#[test]
fn what_was_cut_is_put_together() {
    let mut depacketiser = Depacketiser::default();
    let parts = [
        payload(0, 1, 50, (40, 30), b"abc"),
        payload(3, 1, 50, (40, 30), b"defg"),
        payload(7, 1, 50, (40, 30), b"h\xff\xd9"),
    ];
    assert_eq!(depacketiser.push(packet(&parts[0], 9, false)), Received::Part);
    assert_eq!(depacketiser.push(packet(&parts[1], 9, false)), Received::Part);
    let Received::Picture(picture) = depacketiser.push(packet(&parts[2], 9, true)) else {
        panic!("no picture")
    };
    assert_eq!(scan(&picture).1, b"abcdefgh\xff\xd9");
    assert_eq!(scan(&picture).0[..4], [16, 11, 12, 14], "table K.1 in zigzag order");
    assert_eq!(picture[..4], [0xff, 0xd8, 0xff, 0xdb]);
}

#[test]
fn a_picture_that_misses_a_part_is_dropped_and_the_next_one_is_whole() {
    let check = |parts: &[(u32, u32, bool, bool)], expected: &[&str]| {
        let mut depacketiser = Depacketiser::default();
        let mut found = Vec::new();
        for (timestamp, offset, marker, after_loss) in parts {
            let payload = payload(*offset, 0, 80, (1, 1), b"xx");
            let packet = Packet { after_loss: *after_loss, ..packet(&payload, *timestamp, *marker) };
            found.push(match depacketiser.push(packet) {
                Received::Part => "part",
                Received::Picture(_) => "picture",
                Received::Dropped(why) => why,
            });
        }
        assert_eq!(found, expected, "{parts:?}");
    };
    const LOST: &str = "packets were lost in the middle of a picture";
    const MISSING: &str = "a part of a picture is missing";
    check(&[(1, 0, false, false), (1, 2, true, false)], &["part", "picture"]);
    check(&[(1, 0, false, false), (1, 4, true, false), (2, 0, true, false)], &["part", MISSING, "picture"]);
    check(&[(1, 0, false, false), (1, 4, false, true), (1, 6, true, false)], &["part", LOST, "part"]);
    check(&[(1, 0, false, false), (2, 0, false, true), (2, 2, true, false)], &["part", LOST, "picture"]);
    check(&[(1, 0, false, false), (2, 0, true, true)], &["part", "picture"]);
    check(&[(1, 2, true, false), (2, 0, true, false)], &["part", "picture"]);
    check(&[(1, 0, false, false), (2, 2, true, false)], &["part", "a picture goes on as another"]);
    let ended = "a picture ended without its last packet";
    check(&[(1, 0, false, false), (2, 0, false, false), (2, 2, true, false)], &["part", ended, "picture"]);
}

#[test]
fn tables_are_kept_where_the_sender_sends_them_once() {
    let sent = |precision: u8, length: u16, table: &[u8]| {
        let [high, low] = length.to_be_bytes();
        [&[0, precision, high, low][..], table, b"s"].concat()
    };
    let mut depacketiser = Depacketiser::default();
    let mut check = |q: u8, body: &[u8], expected: Result<u8, &str>| {
        let payload = payload(0, 0, q, (2, 2), body);
        let found = match depacketiser.push(packet(&payload, 1, true)) {
            Received::Picture(picture) => Ok(scan(&picture).0[0]),
            Received::Dropped(why) => Err(why),
            Received::Part => panic!("has the marker"),
        };
        assert_eq!(found, expected, "{q} {body:?}");
    };
    check(200, &sent(0, 0, b""), Err("tables are meant that were not sent"));
    check(200, &sent(0, 128, &[7; 128]), Ok(7));
    check(200, &sent(0, 0, b""), Ok(7));
    check(255, &sent(0, 128, &[8; 128]), Ok(8));
    check(255, &sent(0, 0, b""), Err("tables are meant that were not sent"));
    check(129, &sent(0, 64, &[9; 64]), Ok(9));
    check(130, &sent(3, 256, &[1; 256]), Ok(1));
    check(130, &sent(3, 192, &[1; 192]), Err("tables are cut off"));
    check(131, &sent(0, 300, &[1; 300]), Err("tables are cut off"));
    check(0, b"s", Err("a value of Q that stands for no tables"));
    check(100, b"s", Err("a value of Q that stands for no tables"));
}

#[test]
fn what_cannot_be_said_is_named() {
    let check = |payload: &[u8], expected: &'static str| {
        assert_eq!(Depacketiser::default().push(packet(payload, 1, true)), Received::Dropped(expected));
    };
    check(b"1234567", "a payload is too short");
    let wide = "the picture is wider or higher than RFC 2435 can say, 2,040 samples";
    check(&payload(0, 1, 50, (0, 30), b"s"), wide);
    check(&payload(0, 2, 50, (1, 1), b"s"), "the picture is of a type that RFC 2435 does not define");
    check(&payload(0, 65, 50, (1, 1), b"s"), "a restart header is cut off");
}

proptest! {
    /// Whatever our own sender makes of a picture comes back with the same scan and tables.
    #[test]
    fn our_own_packets_come_back(data in proptest::collection::vec(any::<u8>(), 1..4_000), payload_bytes in 64usize..1_500) {
        let mut picture = vec![0xff, 0xd8];
        for table in 0..2u8 {
            picture.extend([0xff, 0xdb, 0, 67, table]);
            picture.extend([table + 3; 64]);
        }
        picture.extend([0xff, 0xc0, 0, 17, 8, 0, 16, 0, 24, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
        picture.extend([0xff, 0xda, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]);
        picture.extend(&data);
        picture.extend([0xff, 0xd9]);
        let mut out = BytesMut::new();
        Packetiser::new(Codec::Jpeg, 1, 0, 0, payload_bytes).packetise(7, &picture, &mut out);
        let (mut depacketiser, mut rest, mut pictures) = (Depacketiser::default(), &out[..], Vec::new());
        while let [b'$', 0, high, low, after @ ..] = rest {
            let (frame, after) = after.split_at(usize::from(u16::from_be_bytes([*high, *low])));
            match depacketiser.push(packet(&frame[12..], 7, frame[1] & 0x80 != 0)) {
                Received::Picture(picture) => pictures.push(picture),
                Received::Part => {}
                Received::Dropped(why) => prop_assert!(false, "{}", why),
            }
            rest = after;
        }
        prop_assert_eq!(pictures.len(), 1);
        let (table, found) = scan(&pictures[0]);
        prop_assert_eq!(table, &[3; 64]);
        prop_assert_eq!(found, [&data[..], &[0xff, 0xd9]].concat());
    }

    #[test]
    fn no_packets_panic(packets in proptest::collection::vec((any::<u8>(), any::<bool>(), any::<bool>(), proptest::collection::vec(any::<u8>(), 0..200)), 0..20)) {
        let mut depacketiser = Depacketiser::default();
        for (timestamp, marker, after_loss, payload) in &packets {
            let packet = Packet { timestamp: u32::from(timestamp & 1), marker: *marker, after_loss: *after_loss, payload };
            if let Received::Picture(picture) = depacketiser.push(packet) {
                prop_assert!(picture.starts_with(&[0xff, 0xd8]) && picture.ends_with(&[0xff, 0xd9]));
            }
        }
    }
}
