//! One RTSP connection of a server (RFC 2326), with RTP interleaved in the same TCP connection.
//!
//! It serves one medium per connection, live pictures or their sound, and nothing else: no UDP, no pause, no seeking. Bytes,
//! frames and the time go in through [`Server::handle_input`]; [`Server::poll_output`] says what to do. The same
//! inputs give the same outputs: what must be unpredictable is drawn from the entropy given at the start.

mod answer;
pub(crate) mod digest;
mod request;
pub(crate) mod transport;

pub use digest::Credentials;

use crate::rtcp::{self, SenderReport};
use crate::rtp::Packetiser;
use crate::sdp;
use answer::Answer;
use bytes::{Buf, Bytes, BytesMut};
use model::{MonoTime, VideoParams, WallTime};
use request::{Method, Parsed, Request};
use sha2::{Digest as _, Sha256};
use std::{collections::VecDeque, fmt::Write as _, sync::Arc};
use transport::Channels;

/// How often a sender report goes out: RFC 3550 §6.2's minimum interval.
const REPORT_INTERVAL_US: i64 = 5_000_000;
/// What OPTIONS answers (RFC 2326 §10.1).
const PUBLIC: &str = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, SET_PARAMETER, TEARDOWN";

/// What a path shows.
#[derive(Clone, Debug)]
pub struct Presentation {
    pub params: Arc<VideoParams>,
    /// `None`: no microphone.
    pub sound: Option<Sound>,
    /// `None`: anybody may play it.
    pub credentials: Option<Credentials>,
    /// Whether the session description carries the parameter sets; some cameras leave them to the stream.
    pub parameter_sets_in_sdp: bool,
    /// RTP time of the first frame of each PLAY; `None`: drawn by chance (RFC 3550 §5.1). Tests let it wrap.
    pub first_rtp_time: Option<u32>,
}

/// The sound of a presentation: a medium of its own.
#[derive(Clone, Debug)]
pub struct Sound {
    pub params: Arc<VideoParams>,
    /// Samples a second: the clock of its RTP times (RFC 3551 §4.1).
    pub rate_hz: u32,
    pub channels: u8,
}

/// What a path has behind it when its sound was set up.
pub const SOUND_SUFFIX: &str = "/sound";

/// The paths a server knows. A path begins with `/`, has no trailing slash, and contains the query if there is one.
pub trait Catalogue: Send + Sync {
    fn find(&self, path: &str) -> Option<Presentation>;
    /// What a path answers to a parameter (RFC 2326 §10.8, §10.9); `None`: it is not understood.
    fn parameter(&self, _path: &str, _text: &str) -> Option<String> {
        None
    }
}

#[derive(Clone)]
pub struct Config {
    pub catalogue: Arc<dyn Catalogue>,
    /// Named in the digest challenge; no quotes or backslashes.
    pub realm: String,
    /// A session ends when nothing is heard from its client for so long (RFC 2326 §12.37).
    pub session_timeout_s: u32,
    /// Bytes of an RTP payload, see [`crate::rtp::PAYLOAD_BYTES_DEFAULT`].
    pub payload_bytes_max: usize,
}

/// One access unit to send.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// Presentation time in 90 kHz ticks on any line of the caller's. The first frame after PLAY meets the RTP time
    /// that the answer to PLAY announced; later ones keep their distance from it.
    pub ticks: i64,
    /// When the picture was taken, for the sender reports.
    pub wall: WallTime,
    /// NAL units with 4-byte lengths.
    pub unit: &'a [u8],
}

pub enum Input<'a> {
    /// From the client's socket.
    Bytes(&'a [u8]),
    /// Of the playing stream; ignored when none plays.
    Frame(Frame<'a>),
    /// The source has no more frames: says goodbye and closes.
    End,
    /// The time asked for by [`Output::Timeout`] has come.
    Timeout,
}

#[derive(Debug)]
pub enum Output {
    /// Write these bytes to the socket, in order.
    Transmit(Bytes),
    Event(Event),
    /// Nothing more to do; call again with [`Input::Timeout`] at this time at the latest.
    Timeout(MonoTime),
    /// Close the socket after what was transmitted before.
    Close,
}

/// What the shell may want to know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// Frames of this path are wanted from now on; of its sound when [`SOUND_SUFFIX`] stands behind it.
    Playing { path: String },
    /// Frames are no longer wanted.
    Stopped,
    /// A request was refused with this status.
    Refused { status: u16 },
    /// The client was silent for too long.
    Expired,
}

/// What a client has set up.
struct Session {
    id: String,
    path: String,
    /// As the client named the medium, for `RTP-Info`.
    url: String,
    channels: Channels,
    packetiser: Packetiser,
    /// `None`: pictures, whose clock is that of the ticks.
    sound: Option<Sound>,
    first_rtp_time: Option<u32>,
    playing: Option<Playing>,
}

struct Playing {
    /// The announced RTP time of the first frame.
    base: u32,
    /// The first frame's ticks, once it came.
    first_ticks: Option<i64>,
    /// The last frame's RTP and wall time, for the goodbye.
    last: Option<(u32, WallTime)>,
    next_report: MonoTime,
}

/// One connection.
pub struct Server {
    config: Config,
    entropy: [u8; 32],
    draws: u64,
    nonce: String,
    last_heard: MonoTime,
    input: BytesMut,
    output: VecDeque<Output>,
    session: Option<Session>,
    closed: bool,
}

impl Server {
    /// `entropy` must be fresh for every connection: nonce, session id, SSRC and first sequence number come of it.
    pub fn new(now: MonoTime, entropy: [u8; 32], config: Config) -> Self {
        let mut server = Self {
            config,
            entropy,
            draws: 0,
            nonce: String::new(),
            last_heard: now,
            input: BytesMut::new(),
            output: VecDeque::new(),
            session: None,
            closed: false,
        };
        server.nonce = hex(&server.draw()[..16]);
        server
    }

    pub fn handle_input(&mut self, now: MonoTime, input: Input<'_>) {
        if self.closed {
            return;
        }
        match input {
            Input::Bytes(bytes) => {
                self.last_heard = now;
                self.input.extend_from_slice(bytes);
                self.read_messages(now);
            }
            Input::Frame(frame) => self.send(now, frame),
            Input::End => self.end(),
            Input::Timeout => {
                if now >= self.deadline() {
                    self.output.push_back(Output::Event(Event::Expired));
                    self.close();
                }
            }
        }
    }

    /// What to do next. After `Timeout` or `Close` there is nothing more until the next input.
    pub fn poll_output(&mut self) -> Output {
        match self.output.pop_front() {
            Some(output) => output,
            None if self.closed => Output::Close,
            None => Output::Timeout(self.deadline()),
        }
    }

    fn deadline(&self) -> MonoTime {
        self.last_heard.plus_us(i64::from(self.config.session_timeout_s) * 1_000_000)
    }

    fn read_messages(&mut self, now: MonoTime) {
        while !self.closed {
            match request::parse(&self.input) {
                Parsed::Incomplete => return,
                Parsed::Passed { consumed } => self.input.advance(consumed),
                Parsed::Broken { status } => {
                    self.respond(None, &Answer::status(status));
                    self.close();
                }
                Parsed::Request { consumed, request } => {
                    self.input.advance(consumed);
                    let (answer, event) = self.answer(now, &request);
                    self.respond(request.header("CSeq"), &answer);
                    self.output.extend(event.map(Output::Event));
                }
            }
        }
    }

    fn answer(&mut self, now: MonoTime, request: &Request) -> (Answer, Option<Event>) {
        // RFC 2326 §12.17: every request has a CSeq.
        if !request
            .header("CSeq")
            .is_some_and(|value| !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()))
        {
            return (Answer::status(400), None);
        }
        // RFC 2326 §12.32: an option that is required and not known refuses the request.
        if let Some(option) = request.header("Require") {
            return (Answer::status(551).with("Unsupported", option), None);
        }
        match request.method {
            Method::Options => return (Answer::ok().with("Public", PUBLIC), None),
            Method::Other => return (Answer::status(405).with("Allow", PUBLIC), None),
            Method::Unknown => return (Answer::status(501).with("Public", PUBLIC), None),
            _ => {}
        }
        let path = transport::path(&request.uri).to_owned();
        let Some(presentation) = self.config.catalogue.find(&path) else {
            return (Answer::status(404), None);
        };
        if let Some(credentials) = &presentation.credentials
            && let Err(denial) = digest::check(request, &self.config.realm, &self.nonce, credentials)
        {
            let challenge = digest::challenge(&self.config.realm, &self.nonce, denial);
            return (Answer::status(401).with("WWW-Authenticate", &challenge), None);
        }
        if let Some(id) = request.header("Session")
            && self
                .session
                .as_ref()
                .is_none_or(|session| session.id != session_id(id) || session.path != path)
        {
            return (Answer::status(454), None);
        }
        match request.method {
            Method::Describe => (self.describe(request, &presentation), None),
            Method::Setup => (self.setup(request, path, &presentation), None),
            Method::Play => self.play(now, request),
            Method::Teardown => self.teardown(request),
            _ => (self.parameter(request, &path), None),
        }
    }

    /// GET_PARAMETER and SET_PARAMETER without a body keep the session alive (RFC 2326 §10.8); with one it is for the path.
    fn parameter(&self, request: &Request, path: &str) -> Answer {
        if request.body_bytes > 0 {
            let said = self.config.catalogue.parameter(path, &request.body);
            return said.map_or_else(
                || Answer::status(451),
                |text| Answer::ok().with("Content-Type", "text/parameters").with_body(text),
            );
        }
        match request.header("Session") {
            Some(id) => Answer::ok().with("Session", session_id(id)),
            None => Answer::ok(),
        }
    }

    fn describe(&mut self, request: &Request, presentation: &Presentation) -> Answer {
        let accepted = request.header("Accept").is_none_or(|accept| {
            accept
                .split([',', ';'])
                .any(|kind| matches!(kind.trim(), "application/sdp" | "application/*" | "*/*"))
        });
        if !accepted {
            return Answer::status(406);
        }
        let session = u32::from_be_bytes(self.draw_array());
        let Ok(body) = sdp::describe(
            &presentation.params,
            presentation.sound.as_ref(),
            presentation.parameter_sets_in_sdp,
            session,
        ) else {
            return Answer::status(500);
        };
        let base = format!("{}/", transport::presentation_url(&request.uri));
        Answer::ok().with("Content-Base", &base).with("Content-Type", "application/sdp").with_body(body)
    }

    fn setup(&mut self, request: &Request, path: String, presentation: &Presentation) -> Answer {
        let Some(channels) = request.header("Transport").and_then(Channels::choose) else {
            return Answer::status(461); // RFC 2326 §11.3.9: only RTP/AVP/TCP is offered
        };
        if self.session.is_some() && request.header("Session").is_none()
            || self.session.as_ref().is_some_and(|session| session.playing.is_some())
        {
            return Answer::status(455); // one medium, set up once, and not changed while it plays
        }
        let sound = if request.uri.ends_with(sdp::SOUND_TRACK) {
            let Some(sound) = &presentation.sound else { return Answer::status(404) };
            Some(sound.clone())
        } else {
            None
        };
        if self.session.as_ref().is_some_and(|session| session.sound.is_some() != sound.is_some()) {
            return Answer::status(459); // RFC 2326 §11.3.7: the other medium is to be had on a connection of its own
        }
        let id = self.session.take().map_or_else(|| hex(&self.draw()[..8]), |session| session.id);
        let ssrc = u32::from_be_bytes(self.draw_array());
        let sequence = u16::from_be_bytes(self.draw_array());
        let packetiser = Packetiser::new(
            sound.as_ref().map_or(presentation.params.codec, |sound| sound.params.codec),
            ssrc,
            sequence,
            channels.rtp,
            self.config.payload_bytes_max,
        );
        let Channels { rtp, rtcp } = channels;
        let answer = Answer::ok()
            .with("Transport", &format!("RTP/AVP/TCP;unicast;interleaved={rtp}-{rtcp};ssrc={ssrc:08X}"))
            .with("Session", &format!("{id};timeout={}", self.config.session_timeout_s));
        let url = request.uri.clone();
        let first_rtp_time = presentation.first_rtp_time;
        self.session =
            Some(Session { id, path, url, channels, packetiser, sound, first_rtp_time, playing: None });
        answer
    }

    fn play(&mut self, now: MonoTime, request: &Request) -> (Answer, Option<Event>) {
        let drawn = u32::from_be_bytes(self.draw_array());
        let Some(session) = self.session.as_mut().filter(|_| request.header("Session").is_some()) else {
            return (Answer::status(454), None);
        };
        let answer = Answer::ok().with("Session", &session.id).with("Range", "npt=now-");
        if session.playing.is_some() {
            return (answer, None); // RFC 2326 §10.5: PLAY while playing a live stream changes nothing
        }
        let base = session.first_rtp_time.unwrap_or(drawn);
        let sequence = session.packetiser.next_sequence();
        let answer = answer.with("RTP-Info", &format!("url={};seq={sequence};rtptime={base}", session.url));
        session.playing = Some(Playing { base, first_ticks: None, last: None, next_report: now });
        let suffix = session.sound.as_ref().map_or("", |_| SOUND_SUFFIX);
        (answer, Some(Event::Playing { path: format!("{}{suffix}", session.path) }))
    }

    fn teardown(&mut self, request: &Request) -> (Answer, Option<Event>) {
        match self.session.take_if(|_| request.header("Session").is_some()) {
            None => (Answer::status(454), None),
            Some(session) => {
                let event = session.playing.is_some().then_some(Event::Stopped);
                (Answer::ok().with("Session", &session.id), event)
            }
        }
    }

    /// Writes the packets of one frame, after a sender report when one is due, as one buffer.
    #[expect(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "RTP time is modulo 2^32")]
    fn send(&mut self, now: MonoTime, frame: Frame<'_>) {
        let Some(session) = &mut self.session else { return };
        let Some(playing) = &mut session.playing else { return };
        let first = *playing.first_ticks.get_or_insert(frame.ticks);
        let ticks = frame.ticks.wrapping_sub(first);
        let rtp = session.sound.as_ref().map_or(ticks, |sound| sound.rtp(ticks));
        let timestamp = playing.base.wrapping_add(rtp as u32);
        playing.last = Some((timestamp, frame.wall));
        let mut out = BytesMut::new();
        if now >= playing.next_report {
            playing.next_report = now.plus_us(REPORT_INTERVAL_US);
            session.report(timestamp, frame.wall, false, &mut out);
        }
        session.packetiser.packetise(timestamp, frame.unit, &mut out);
        if !out.is_empty() {
            self.output.push_back(Output::Transmit(out.freeze()));
        }
    }

    fn end(&mut self) {
        let last = self.session.as_ref().and_then(|session| session.playing.as_ref()).and_then(|p| p.last);
        if let (Some(session), Some((timestamp, wall))) = (&mut self.session, last) {
            let mut out = BytesMut::new();
            session.report(timestamp, wall, true, &mut out);
            self.output.push_back(Output::Transmit(out.freeze()));
        }
        self.close();
    }

    fn close(&mut self) {
        if self.session.take().is_some_and(|session| session.playing.is_some()) {
            self.output.push_back(Output::Event(Event::Stopped));
        }
        self.input = BytesMut::new();
        self.closed = true;
    }

    fn respond(&mut self, cseq: Option<&str>, answer: &Answer) {
        self.output.push_back(Output::Transmit(answer.write(cseq)));
        if answer.is_refusal() {
            self.output.push_back(Output::Event(Event::Refused { status: answer.status }));
        }
    }

    /// 32 unpredictable bytes, different at each call.
    fn draw(&mut self) -> [u8; 32] {
        self.draws += 1;
        Sha256::new().chain_update(self.entropy).chain_update(self.draws.to_be_bytes()).finalize().into()
    }

    fn draw_array<const N: usize>(&mut self) -> [u8; N] {
        let drawn = self.draw();
        std::array::from_fn(|index| drawn[index % drawn.len()])
    }
}

impl Sound {
    /// Ticks of 90 kHz in ticks of the sound's own clock, to the nearest.
    fn rtp(&self, ticks: i64) -> i64 {
        let whole = i128::from(ticks) * i128::from(self.rate_hz) + 45_000;
        i64::try_from(whole.div_euclid(90_000)).unwrap_or(i64::MAX)
    }
}

impl Session {
    fn report(&self, timestamp: u32, wall: WallTime, bye: bool, out: &mut BytesMut) {
        let packetiser = &self.packetiser;
        let report = SenderReport {
            ssrc: packetiser.ssrc(),
            wall,
            timestamp,
            packets: packetiser.packets(),
            octets: packetiser.octets(),
        };
        rtcp::report(report, bye, self.channels.rtcp, out);
    }
}

/// The id in a `Session` header, without parameters.
fn session_id(header: &str) -> &str {
    header.split(';').next().unwrap_or_default().trim()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a string cannot fail
        text
    })
}

#[cfg(test)]
mod tests;
