//! What a simulated camera sends, packet by packet: in order, on time, and wrong exactly as planned.

use crate::{clips::clip, support::PATIENCE, undisturbed::undisturbed};
use bytes::{Buf, BytesMut};
use media::sample_stream::{SampleStream, Settings};
use model::{Codec, MediaTime};
use pipeline::clip::{Clip, ClipUnit};
use pipeline::rtsp_server::{Farm, Fault, Mount, PlannedFault, serve, stamp::Stamp};
use std::{
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// A player that speaks just enough RTSP and keeps everything it is sent.
struct Viewer {
    socket: TcpStream,
    buffer: BytesMut,
}

/// An RTP packet.
#[derive(Clone)]
struct Packet {
    sequence: u16,
    timestamp: u32,
    marker: bool,
    payload: Vec<u8>,
}

/// One frame's packets, put together as far as a test needs it.
struct Frame {
    sequence: u16,
    timestamp: u32,
    stamp: Option<Stamp>,
    key: bool,
}

impl Viewer {
    async fn connect(farm: &Farm) -> Self {
        Self { socket: TcpStream::connect(farm.address()).await.unwrap(), buffer: BytesMut::new() }
    }

    /// Sets up and plays; the status of the first answer that is not 200, or 200.
    async fn play(&mut self, farm: &Farm, path: &str) -> u16 {
        let url = farm.url(path);
        let setup = self
            .ask(&format!("SETUP {url}/trackID=0 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP\r\n\r\n"))
            .await;
        let Some((_, session)) = setup.split_once("Session: ") else { return status(&setup) };
        let session = session.split(';').next().unwrap();
        status(&self.ask(&format!("PLAY {url} RTSP/1.0\r\nCSeq: 2\r\nSession: {session}\r\n\r\n")).await)
    }

    /// The head of the answer; empty when the connection was closed instead.
    async fn ask(&mut self, request: &str) -> String {
        if self.socket.write_all(request.as_bytes()).await.is_err() {
            return String::new();
        }
        loop {
            if let Some(end) = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                return String::from_utf8(self.buffer.split_to(end + 4).to_vec()).unwrap();
            }
            if !self.read().await {
                return String::new();
            }
        }
    }

    /// False when the connection is closed.
    async fn read(&mut self) -> bool {
        let read = tokio::time::timeout(PATIENCE, self.socket.read_buf(&mut self.buffer)).await;
        matches!(read.expect("the camera sends something"), Ok(count) if count > 0)
    }

    /// The next RTP packet; `None` when the connection is closed. Panics when the framing is broken.
    async fn packet(&mut self) -> Option<Packet> {
        loop {
            if let [mark, channel, high, low, rest @ ..] = &self.buffer[..] {
                assert_eq!(*mark, b'$', "interleaved framing");
                let (channel, size) = (*channel, usize::from(u16::from_be_bytes([*high, *low])));
                if rest.len() >= size {
                    self.buffer.advance(4);
                    let packet = self.buffer.split_to(size);
                    if channel == 0 {
                        return Some(Packet {
                            sequence: u16::from_be_bytes([packet[2], packet[3]]),
                            timestamp: u32::from_be_bytes(packet[4..8].try_into().unwrap()),
                            marker: packet[1] & 0x80 != 0,
                            payload: packet[12..].to_vec(),
                        });
                    }
                    continue;
                }
            }
            if !self.read().await {
                return None;
            }
        }
    }

    async fn frame(&mut self) -> Option<Frame> {
        let mut first: Option<Frame> = None;
        loop {
            let packet = self.packet().await?;
            let frame = first.get_or_insert(Frame {
                sequence: packet.sequence,
                timestamp: packet.timestamp,
                stamp: None,
                key: false,
            });
            frame.stamp = frame.stamp.or_else(|| Stamp::find(&packet.payload));
            let kind = packet.payload[0] & 0x1F;
            frame.key |= kind == 5 || kind == 28 && packet.payload[1] & 0x1F == 5;
            if packet.marker {
                return first;
            }
        }
    }

    async fn frames(&mut self, count: usize) -> Vec<Frame> {
        let mut frames = Vec::new();
        for _ in 0..count {
            frames.push(self.frame().await.expect("the camera goes on"));
        }
        frames
    }
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

fn camera(clip: &Arc<Clip>) -> Mount {
    Mount { stamp: Some(7), ..Mount::new("/camera", Arc::clone(clip)) }
}

async fn farm(mount: Mount) -> Farm {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    serve(listener, vec![mount], CancellationToken::new()).unwrap()
}

/// A farm with one camera `/camera`, and somebody who plays it.
async fn playing(mount: Mount) -> (Farm, Viewer) {
    let farm = farm(mount).await;
    let mut viewer = Viewer::connect(&farm).await;
    assert_eq!(viewer.play(&farm, "/camera").await, 200);
    (farm, viewer)
}

/// RTP ticks from frame to frame, as signed numbers.
fn steps(frames: &[Frame]) -> Vec<i32> {
    frames.windows(2).map(|pair| pair[1].timestamp.wrapping_sub(pair[0].timestamp).cast_signed()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_come_in_order_on_time_and_on_from_loop_to_loop() {
    undisturbed(in_order_on_time).await;
}

async fn in_order_on_time() {
    let clip = clip("libx264", "320x180");
    let phase = Duration::from_millis(1_950); // the next frame due is the first of the second pass
    let (farm, mut viewer) = playing(Mount { phase, ..camera(&clip) }).await;
    let frames = viewer.frames(45).await;
    assert!(frames[0].key);
    assert_eq!(frames.iter().filter(|frame| frame.key).count(), 5, "a key frame every second");
    assert!(steps(&frames).iter().all(|step| *step == 9_000), "{:?}", steps(&frames));
    let numbers: Vec<u64> = frames.iter().map(|frame| frame.stamp.unwrap().frame).collect();
    assert_eq!(numbers, (numbers[0]..numbers[0] + 45).collect::<Vec<_>>());
    // Sent when due: 100 ms apart. A busy machine sends some late, none early, and most of them on time.
    let sent = |frame: &Frame| frame.stamp.unwrap().sent;
    let after_us = |at: usize| sent(&frames[at]).since_us(sent(&frames[0])) - 100_000 * at as i64;
    let on_time = (0..45).map(after_us).min().unwrap();
    let mut late_us: Vec<i64> = (0..45).map(|at| after_us(at) - on_time).collect();
    late_us.sort_unstable();
    assert!(late_us[22] < 100_000, "{late_us:?} us");
    assert_eq!(frames[3].stamp.unwrap().camera, 7);
    let counters = farm.counters("/camera").unwrap();
    assert!((45..90).contains(&counters.frames_sent), "{counters:?}");
    assert_eq!((counters.viewers, counters.plays, counters.frames_dropped), (1, 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_camera_keeps_the_connection_and_goes_on_with_a_key_frame() {
    undisturbed(stalled).await;
}

async fn stalled() {
    let (farm, mut viewer) = playing(camera(&clip("libx264", "320x180"))).await;
    let mut last = viewer.frames(3).await.pop().unwrap();
    assert!(farm.inject("/camera", Fault::Stall { lasts: Duration::from_millis(500) }));
    let resumed = loop {
        let frame = viewer.frame().await.unwrap();
        if frame.timestamp.wrapping_sub(last.timestamp) > 9_000 {
            break frame;
        }
        last = frame;
    };
    assert!(resumed.key);
    let lost = resumed.timestamp.wrapping_sub(last.timestamp);
    assert!((45_000..=150_000).contains(&lost), "RTP time ran on: {lost}");
    assert_eq!(resumed.stamp.unwrap().frame - last.stamp.unwrap().frame, u64::from(lost / 9_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn planned_faults_happen_at_their_time() {
    undisturbed(planned).await;
}

async fn planned() {
    let faults = vec![
        PlannedFault { at: Duration::from_millis(4_500), fault: Fault::Close },
        PlannedFault { at: Duration::from_millis(3_500), fault: Fault::TimestampJump { ticks: -900_000 } },
    ];
    let (farm, mut viewer) = playing(Mount { faults, ..camera(&clip("libx264", "320x180")) }).await;
    let mut frames = Vec::new();
    while let Some(frame) = viewer.frame().await {
        frames.push(frame);
    }
    // On the camera's clock, which its frames of 100 ms count.
    let number = |at: usize| frames[at].stamp.unwrap().frame;
    let jumped = 1 + steps(&frames).iter().position(|step| *step != 9_000).unwrap();
    // On a busy machine a frame or two are late when the fault is due.
    assert!((33..=36).contains(&number(jumped)), "{}", number(jumped));
    assert!((42..=45).contains(&number(frames.len() - 1)), "{}", number(frames.len() - 1));
    let jumps: Vec<i32> = steps(&frames).into_iter().filter(|step| *step != 9_000).collect();
    assert_eq!(jumps, [-891_000]);
    let sequences: Vec<u16> = frames.windows(2).map(|p| p[1].sequence.wrapping_sub(p[0].sequence)).collect();
    assert!(sequences.iter().all(|step| (1..100).contains(step)), "no packet is missing");
    let mut again = Viewer::connect(&farm).await;
    assert_eq!(again.play(&farm, "/camera").await, 200);
    again.frames(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_third_packet_is_lost_for_a_while() {
    undisturbed(every_third).await;
}

async fn every_third() {
    let (farm, mut viewer) = playing(camera(&clip("libx264", "640x360"))).await;
    let every = NonZeroU32::new(3).unwrap();
    assert!(farm.inject("/camera", Fault::DropEveryNthPacket { every, lasts: Duration::from_secs(2) }));
    // Four seconds of the camera's clock, however late they are read.
    let first = viewer.packet().await.unwrap();
    let mut sequences = vec![first.sequence];
    loop {
        let packet = viewer.packet().await.unwrap();
        sequences.push(packet.sequence);
        if packet.timestamp.wrapping_sub(first.timestamp) > 4 * 90_000 {
            break;
        }
    }
    let steps: Vec<u16> = sequences.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    let lost = steps.iter().filter(|step| **step == 2).count();
    assert!(lost >= 3, "{steps:?}");
    assert!(steps.iter().all(|step| *step == 1 || *step == 2), "{steps:?}");
    assert!(steps[steps.len() - 3..].iter().all(|step| *step == 1), "and then no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_breaks_the_framing() {
    let (farm, mut viewer) = playing(camera(&clip("libx264", "320x180"))).await;
    viewer.frames(2).await;
    assert!(farm.inject("/camera", Fault::Garbage { bytes: 300 }));
    let broken = tokio::spawn(async move { while viewer.frame().await.is_some() {} });
    assert!(broken.await.is_err_and(|error| error.is_panic()), "the viewer sees that it is no packet");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_clip_brings_its_parameter_sets_in_band() {
    undisturbed(another_clip).await;
}

async fn another_clip() {
    let (small, large) = (clip("libx264", "320x180"), clip("libx264", "640x360"));
    let (farm, mut viewer) = playing(camera(&small)).await;
    viewer.frames(3).await;
    assert!(farm.inject("/camera", Fault::SwitchClip(Arc::clone(&large))));
    let sps = wire::parameter_sets(large.params()).unwrap()[0].to_vec();
    let mut waited = 0;
    loop {
        let packet = viewer.packet().await.unwrap();
        if packet.payload.windows(sps.len()).any(|window| window == sps) {
            break;
        }
        waited += 1;
        assert!(waited < 200);
    }
    let frames = viewer.frames(10).await;
    assert!(steps(&frames[1..]).iter().all(|step| *step == 9_000));
    let described = Viewer::connect(&farm).await.describe(&farm).await;
    assert_eq!(described, 200, "and new sessions are told");
    // A session cannot change its codec.
    let hevc = clip("libx265", "320x180");
    assert_eq!(hevc.params().codec, Codec::H265);
    assert!(farm.inject("/camera", Fault::SwitchClip(hevc)));
    while viewer.frame().await.is_some() {}
}

impl Viewer {
    async fn describe(&mut self, farm: &Farm) -> u16 {
        let url = farm.url("/camera");
        status(&self.ask(&format!("DESCRIBE {url} RTSP/1.0\r\nCSeq: 1\r\n\r\n")).await)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_may_be_locked_absent_or_unreachable_for_a_while() {
    let farm = farm(camera(&clip("libx264", "320x180"))).await;
    let ask = async || match TcpStream::connect(farm.address()).await {
        Ok(socket) => Viewer { socket, buffer: BytesMut::new() }.describe(&farm).await,
        Err(_) => 0,
    };
    let becomes = async |expected: u16| {
        let start = Instant::now();
        while ask().await != expected {
            assert!(start.elapsed() < PATIENCE, "never {expected}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let lasts = Duration::from_secs(2);
    for (fault, expected) in [(Fault::LockOut { lasts }, 401), (Fault::Absent { lasts }, 404)] {
        assert!(farm.inject("/camera", fault));
        becomes(expected).await;
        becomes(200).await;
    }
    let mut viewer = Viewer::connect(&farm).await;
    assert_eq!(viewer.play(&farm, "/camera").await, 200);
    farm.refuse_connections(lasts);
    becomes(0).await;
    while viewer.frame().await.is_some() {}
    becomes(200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_client_loses_whole_groups_and_nobody_else_does() {
    undisturbed(slow_client).await;
}

async fn slow_client() {
    // 40 Mbit/s: what the sockets buffer is full soon, and who is let run for a part of the time keeps up.
    let settings =
        Settings { fps: 10, gop: 5, key_bytes: 500_000, delta_bytes: 500_000, ..Settings::default() };
    let stream = SampleStream::new(settings).unwrap();
    let params = Arc::clone(stream.params());
    let units =
        stream.take(10).map(|u| ClipUnit { dts: u.dts, pts: u.pts, key: u.key, data: u.data }).collect();
    let clip = Arc::new(Clip::from_units(params, units, MediaTime::TICKS_PER_SECOND).unwrap());
    let (farm, mut quick) = playing(camera(&clip)).await;
    let mut slow = Viewer::connect(&farm).await;
    assert_eq!(slow.play(&farm, "/camera").await, 200);
    let start = Instant::now();
    let mut last = quick.frame().await.unwrap().stamp.unwrap().frame;
    while farm.counters("/camera").unwrap().frames_dropped < 15 {
        assert!(start.elapsed() < PATIENCE, "{:?}", farm.counters("/camera"));
        let next = quick.frame().await.unwrap().stamp.unwrap().frame;
        assert_eq!(next, last + 1, "who keeps up loses nothing");
        last = next;
    }
    let quick = tokio::spawn(async move { while quick.frame().await.is_some() {} });
    let mut before = slow.frame().await.unwrap();
    let resumed = loop {
        let frame = slow.frame().await.unwrap();
        if frame.stamp.unwrap().frame != before.stamp.unwrap().frame + 1 {
            break frame;
        }
        before = frame;
    };
    assert!(resumed.key, "it begins again with a key frame");
    let lost = resumed.stamp.unwrap().frame - before.stamp.unwrap().frame - 1;
    assert!(farm.counters("/camera").unwrap().frames_dropped >= lost);
    assert_eq!(resumed.timestamp.wrapping_sub(before.timestamp), u32::try_from(lost + 1).unwrap() * 9_000);
    quick.abort();
}
