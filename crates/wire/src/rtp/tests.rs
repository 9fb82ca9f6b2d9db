//! What the packetiser writes, seen through a small reader of the same formats: every unit comes back as it was.

use super::*;
use proptest::prelude::*;

fn unit(nals: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for nal in nals {
        out.extend(u32::try_from(nal.len()).unwrap().to_be_bytes());
        out.extend_from_slice(nal);
    }
    out
}

struct Packet {
    marker: bool,
    sequence: u16,
    timestamp: u32,
    payload: Vec<u8>,
}

fn packets(mut bytes: &[u8], channel: u8) -> Vec<Packet> {
    let mut out = Vec::new();
    while !bytes.is_empty() {
        assert_eq!((bytes[0], bytes[1]), (b'$', channel));
        let size = usize::from(u16::from_be_bytes([bytes[2], bytes[3]]));
        let packet = &bytes[4..4 + size];
        assert_eq!(packet[0], 0x80);
        assert_eq!(packet[1] & 0x7F, 96);
        assert_eq!(packet[8..12], [0, 0, 0, 77]);
        out.push(Packet {
            marker: packet[1] & 0x80 != 0,
            sequence: u16::from_be_bytes([packet[2], packet[3]]),
            timestamp: u32::from_be_bytes([packet[4], packet[5], packet[6], packet[7]]),
            payload: packet[12..].to_vec(),
        });
        bytes = &bytes[4 + size..];
    }
    out
}

/// Puts NAL units together again as RFC 6184 and RFC 7798 say a receiver does.
fn depacketise(codec: Codec, packets: &[Packet]) -> Vec<Vec<u8>> {
    let mut nals: Vec<Vec<u8>> = Vec::new();
    for Packet { payload, .. } in packets {
        let (kind, header_bytes) = match codec {
            Codec::H264 => (payload[0] & 0x1F, 1),
            Codec::H265 => (payload[0] >> 1 & 0x3F, 2),
            Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => panic!("no NAL units"),
        };
        match (codec, kind) {
            (Codec::H264, H264_STAP_A) | (Codec::H265, H265_AP) => {
                let mut rest = &payload[header_bytes..];
                while !rest.is_empty() {
                    let size = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
                    nals.push(rest[2..2 + size].to_vec());
                    rest = &rest[2 + size..];
                }
            }
            (Codec::H264, H264_FU_A) => {
                if payload[1] & FU_START != 0 {
                    nals.push(vec![payload[0] & 0xE0 | payload[1] & 0x1F]);
                }
                nals.last_mut().unwrap().extend(&payload[2..]);
            }
            (Codec::H265, H265_FU) => {
                if payload[2] & FU_START != 0 {
                    nals.push(vec![payload[0] & 0x81 | (payload[2] & 0x3F) << 1, payload[1]]);
                }
                nals.last_mut().unwrap().extend(&payload[3..]);
            }
            _ => nals.push(payload.clone()),
        }
    }
    nals
}

fn packetiser(codec: Codec, payload_bytes_max: usize) -> Packetiser {
    Packetiser::new(codec, 77, 65_534, 2, payload_bytes_max)
}

#[test]
fn small_units_are_aggregated_and_large_ones_fragmented() {
    // (codec, sizes of the NAL units, kinds of the payloads)
    let check = |codec, sizes: &[usize], expected: &[u8]| {
        let first = if codec == Codec::H264 { 0x65 } else { 0x26 };
        let nals: Vec<Vec<u8>> = sizes
            .iter()
            .map(|size| {
                let mut nal = vec![7; *size];
                (nal[0], nal[1]) = (first, 1);
                nal
            })
            .collect();
        let data = unit(&nals.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let mut out = BytesMut::new();
        packetiser(codec, 100).packetise(9, &data, &mut out);
        let packets = packets(&out, 2);
        let kinds: Vec<u8> = packets
            .iter()
            .map(|p| if codec == Codec::H264 { p.payload[0] & 0x1F } else { p.payload[0] >> 1 & 0x3F })
            .collect();
        assert_eq!(kinds, expected, "{codec} {sizes:?}");
        assert_eq!(depacketise(codec, &packets), nals);
    };
    check(Codec::H264, &[10], &[5]);
    check(Codec::H264, &[100], &[5]);
    check(Codec::H264, &[101], &[28, 28]);
    check(Codec::H264, &[10, 10, 10], &[24]);
    check(Codec::H264, &[10, 10, 250], &[24, 28, 28, 28]);
    check(Codec::H264, &[49, 48], &[5, 5]);
    check(Codec::H264, &[48, 47], &[24]);
    check(Codec::H265, &[100], &[19]);
    check(Codec::H265, &[20, 20, 20, 300], &[48, 49, 49, 49, 49]);
    check(Codec::H265, &[47, 47], &[48]);
    check(Codec::H265, &[48, 47], &[19, 19]);
}

#[test]
fn sequence_numbers_run_on_and_wrap() {
    let mut packetiser = packetiser(Codec::H264, 100);
    let mut out = BytesMut::new();
    let data = unit(&[&[0x65; 80]]);
    for timestamp in [1, 2, 3] {
        packetiser.packetise(timestamp, &data, &mut out);
    }
    let sent: Vec<(u16, u32)> = packets(&out, 2).iter().map(|p| (p.sequence, p.timestamp)).collect();
    assert_eq!(sent, [(65_534, 1), (65_535, 2), (0, 3)]);
    assert_eq!((packetiser.packets(), packetiser.octets(), packetiser.next_sequence()), (3, 240, 1));
}

#[test]
fn broken_lengths_end_the_unit() {
    let check = |data: &[u8], expected: usize| {
        assert_eq!(Nals::new(Codec::H265, data).count(), expected, "{data:?}");
    };
    check(&[], 0);
    check(&[0, 0, 0], 0);
    check(&[0, 0, 0, 0], 0);
    check(&[0, 0, 0, 1, 9], 0); // shorter than a header
    check(&[0, 0, 0, 2, 9, 9, 0, 0, 0, 9, 1], 1);
    check(&[255, 255, 255, 255, 1, 2, 3], 0);
}

proptest! {
    #[test]
    fn every_unit_comes_back(
        hevc: bool,
        payload_bytes_max in 0usize..300,
        nals in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 2..600), 0..8),
    ) {
        let codec = if hevc { Codec::H265 } else { Codec::H264 };
        let mut nals = nals;
        for nal in &mut nals {
            // Slice types: aggregation and fragmentation types (24.., 48..) are the packetiser's own.
            nal[0] = if hevc { nal[0] & 0x81 | (nal[0] >> 1 & 0x1F) << 1 } else { nal[0] & 0xE0 | 1 };
        }
        let mut out = BytesMut::new();
        packetiser(codec, payload_bytes_max)
            .packetise(1234, &unit(&nals.iter().map(Vec::as_slice).collect::<Vec<_>>()), &mut out);
        let packets = packets(&out, 2);
        prop_assert_eq!(depacketise(codec, &packets), nals);
        let limit = payload_bytes_max.max(PAYLOAD_BYTES_MIN);
        for (index, packet) in packets.iter().enumerate() {
            prop_assert!(packet.payload.len() <= limit);
            prop_assert_eq!(packet.marker, index + 1 == packets.len());
            prop_assert_eq!(packet.timestamp, 1234);
        }
    }

    #[test]
    fn no_unit_panics(hevc: bool, data in proptest::collection::vec(any::<u8>(), 0..400)) {
        let codec = if hevc { Codec::H265 } else { Codec::H264 };
        packetiser(codec, 64).packetise(0, &data, &mut BytesMut::new());
    }
}

/// A picture of 16 by 8 samples, `sampling` of its first component, with these bytes behind the scan header.
fn picture(sampling: u8, restart: Option<u16>, scan: &[u8]) -> Vec<u8> {
    let mut out = vec![0xff, 0xd8];
    for table in 0..2u8 {
        out.extend([0xff, 0xdb, 0, 67, table]);
        out.extend([table + 1; 64]);
    }
    if let Some([high, low]) = restart.map(u16::to_be_bytes) {
        out.extend([0xff, 0xdd, 0, 4, high, low]);
    }
    out.extend([0xff, 0xc0, 0, 17, 8, 0, 8, 0, 16, 3, 0, sampling, 0, 1, 0x11, 1, 2, 0x11, 1]);
    out.extend([0xff, 0xda, 0, 12, 3, 0, 0, 1, 0x11, 2, 0x11, 0, 63, 0]);
    out.extend(scan);
    out
}

#[test]
fn pictures_are_cut_with_tables_in_the_first_packet() {
    // (sampling, restart interval, bytes of the scan, (type, offset, bytes of the scan) of each packet)
    let check = |sampling, restart, scan_bytes: usize, expected: &[(u8, usize, usize)]| {
        let scan: Vec<u8> = (0..scan_bytes).map(|byte| byte as u8).collect();
        let mut out = BytesMut::new();
        packetiser(Codec::Jpeg, 240).packetise(9, &picture(sampling, restart, &scan), &mut out);
        let mut found = Vec::new();
        for (number, packet) in jpeg_packets(&out).iter().enumerate() {
            let offset = u32::from_be_bytes([0, packet[1], packet[2], packet[3]]) as usize;
            assert_eq!(packet[5..8], [255, 2, 1], "tables in band, two blocks by one");
            let mut head = 8;
            if let Some(interval) = restart {
                assert_eq!(packet[8..12], [interval.to_be_bytes(), [0xff, 0xff]].concat());
                head += 4;
            }
            if number == 0 {
                assert_eq!(packet[head..head + 4], [0, 0, 0, 128]);
                assert_eq!(packet[head + 4..head + 132], [[1; 64], [2; 64]].concat());
                head += 132;
            }
            assert_eq!(packet[head..], scan[offset..offset + packet.len() - head]);
            found.push((packet[4], offset, packet.len() - head));
        }
        assert_eq!(found, expected, "{sampling:#x} {restart:?} {scan_bytes}");
    };
    check(0x21, None, 100, &[(0, 0, 100)]);
    check(0x22, None, 100, &[(1, 0, 100)]);
    check(0x22, None, 101, &[(1, 0, 100), (1, 100, 1)]);
    check(0x22, Some(3), 200, &[(65, 0, 96), (65, 96, 104)]);
    check(0x11, None, 100, &[]);
}

/// The payloads of packets of the static payload type, the marker on the last.
fn jpeg_packets(mut sent: &[u8]) -> Vec<&[u8]> {
    let mut out = Vec::new();
    while let [b'$', 2, high, low, rest @ ..] = sent {
        let (packet, rest) = rest.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        assert_eq!((packet[1] & 0x7f, packet[1] & 0x80 != 0), (26, rest.is_empty()));
        out.push(&packet[12..]);
        sent = rest;
    }
    out
}

/// RFC 3640 §3.3.6: one header section of 16 bits, sizes of 13; long frames in several packets (§3.2.3.2).
#[test]
fn sound_is_sent_as_it_is() {
    // (payload bytes, frame bytes, (marker, bytes of the frame) of each packet)
    let check = |codec, payload: usize, bytes: usize, expected: &[(bool, usize)]| {
        let frame: Vec<u8> = (0..bytes).map(|byte| byte as u8).collect();
        let mut out = BytesMut::new();
        packetiser(codec, payload).packetise(9, &frame, &mut out);
        let (mut sent, mut found, mut whole) = (&out[..], Vec::new(), Vec::new());
        while let [b'$', 2, high, low, rest @ ..] = sent {
            let (packet, rest) = rest.split_at(usize::from(u16::from_be_bytes([*high, *low])));
            assert_eq!(packet[1] & 0x7f, payload_type(codec));
            let mut payload = &packet[12..];
            if codec == Codec::Aac {
                let size = (bytes as u16) << 3;
                assert_eq!(payload[..4], [&[0, 16][..], &size.to_be_bytes()].concat());
                payload = &payload[4..];
            }
            found.push((packet[1] & 0x80 != 0, payload.len()));
            whole.extend_from_slice(payload);
            sent = rest;
        }
        assert_eq!(found, expected, "{codec} {bytes}");
        assert!(found.is_empty() || whole == frame);
    };
    check(Codec::Aac, 240, 100, &[(true, 100)]);
    check(Codec::Aac, 104, 250, &[(false, 100), (false, 100), (true, 50)]);
    check(Codec::Aac, 1_400, 8_192, &[]);
    check(Codec::Pcmu, 240, 160, &[(false, 160)]);
    check(Codec::Pcma, 240, 240, &[(false, 240)]);
    check(Codec::Pcma, 240, 241, &[]);
}
