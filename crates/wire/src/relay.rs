//! Between an RTSP client that knows only interleaved packets and a camera that sends them over UDP: SETUP is changed on its
//! way, packets are put into order and framed (RFC 2326 §10.12, §12.39).
//!
//! It understands framing, `CSeq` and `Transport`, and passes everything else on as it came, so that authentication stays
//! between client and camera (a digest covers method and address, not `Transport`: RFC 2617 §3.2.2). One medium for a
//! connection. Invariants: no input panics or is held beyond [`HEAD_BYTES_MAX`] and [`BODY_BYTES_MAX`]; without a SETUP
//! that the camera answered, no packet is passed on.

use crate::reorder::{Dropped, Reorder};
use crate::rtsp::transport::Channels;
use bytes::{BufMut as _, Bytes, BytesMut};
use model::MonoTime;
use std::collections::VecDeque;
use std::fmt::Write as _;

/// Bytes of a message's first line and headers: many times what is sent.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Bytes of a body: session descriptions have a few kilobytes.
pub const BODY_BYTES_MAX: usize = 128 * 1024;
/// SETUP requests without an answer yet; clients wait for each.
const SETUPS_MAX: usize = 4;

/// From where something comes.
pub enum Input<'a> {
    FromClient(&'a [u8]),
    FromCamera(&'a [u8]),
    /// A datagram on the first of our two ports.
    Rtp(Bytes),
    /// A datagram on the second.
    Rtcp(Bytes),
    /// The time asked for by [`Output::Timeout`] has come.
    Timeout,
}

/// What to do.
#[derive(PartialEq, Eq, Debug)]
pub enum Output {
    ToClient(Bytes),
    ToCamera(Bytes),
    /// The camera sends from these ports of this address (`None`: its own); datagrams from elsewhere are not to be taken.
    Ports {
        source: Option<String>,
        rtp: u16,
        rtcp: u16,
    },
    /// A report of the client, to the camera's second port.
    Rtcp(Bytes),
    /// Nothing more to do; call again with [`Input::Timeout`] at this time at the latest, if there is one.
    Timeout(Option<MonoTime>),
    /// Close both sides: this is not RTSP, or not what was asked for.
    Close(&'static str),
}

/// One connection.
#[derive(Debug)]
pub struct Relay {
    /// Our ports: the first for RTP, the next for RTCP.
    port: u16,
    client: BytesMut,
    camera: BytesMut,
    setups: VecDeque<(String, Channels)>,
    channels: Option<Channels>,
    reorder: Reorder,
    output: VecDeque<Output>,
    closed: Option<&'static str>,
}

impl Relay {
    /// `port` and the one after it are bound already.
    pub fn new(port: u16) -> Self {
        Self {
            port,
            client: BytesMut::new(),
            camera: BytesMut::new(),
            setups: VecDeque::new(),
            channels: None,
            reorder: Reorder::default(),
            output: VecDeque::new(),
            closed: None,
        }
    }

    pub fn handle_input(&mut self, now: MonoTime, input: Input<'_>) {
        if self.closed.is_some() {
            return;
        }
        match input {
            Input::FromClient(bytes) => {
                self.client.extend_from_slice(bytes);
                self.read_client();
            }
            Input::FromCamera(bytes) => {
                self.camera.extend_from_slice(bytes);
                self.read_camera();
            }
            Input::Rtp(packet) => self.reorder.push(now, packet),
            Input::Rtcp(packet) => self.frame(|channels| channels.rtcp, &packet),
            Input::Timeout => {}
        }
        while let Some(packet) = self.reorder.pop(now) {
            self.frame(|channels| channels.rtp, &packet);
        }
    }

    /// What to do next. After `Timeout` or `Close` there is nothing more until the next input.
    pub fn poll_output(&mut self) -> Output {
        match (self.output.pop_front(), self.closed) {
            (Some(output), _) => output,
            (None, Some(why)) => Output::Close(why),
            (None, None) => Output::Timeout(self.reorder.deadline()),
        }
    }

    pub const fn dropped(&self) -> Dropped {
        self.reorder.dropped()
    }

    fn close(&mut self, why: &'static str) {
        self.closed.get_or_insert(why);
    }

    fn frame(&mut self, channel: impl Fn(&Channels) -> u8, packet: &[u8]) {
        let (Some(channels), Ok(length)) = (&self.channels, u16::try_from(packet.len())) else { return };
        let mut framed = BytesMut::with_capacity(4 + packet.len());
        framed.put_slice(&[b'$', channel(channels)]);
        framed.put_u16(length);
        framed.put_slice(packet);
        self.output.push_back(Output::ToClient(framed.freeze()));
    }

    fn read_client(&mut self) {
        while self.closed.is_none() {
            match front(&self.client) {
                Front::Incomplete => return,
                Front::Broken(why) => self.close(why),
                Front::Packet { channel, bytes } => {
                    let packet = self.client.split_to(bytes).freeze();
                    if self.channels.is_some_and(|channels| channels.rtcp == channel) {
                        self.output.push_back(Output::Rtcp(packet.slice(4..)));
                    }
                }
                Front::Message { head, bytes } => {
                    let message = self.client.split_to(bytes).freeze();
                    let changed = self.request(&message, head);
                    self.output.push_back(Output::ToCamera(changed.unwrap_or(message)));
                }
            }
        }
    }

    /// A SETUP asks for our ports instead of channels; everything else stays (`None`).
    fn request(&mut self, message: &Bytes, head: usize) -> Option<Bytes> {
        let text = std::str::from_utf8(message.get(..head)?).ok()?;
        if !text.starts_with("SETUP ") {
            return None;
        }
        let channels = Channels::choose(header(text, "Transport")?)?;
        let number = header(text, "CSeq")?.to_owned();
        if self.channels.is_some() || self.setups.len() == SETUPS_MAX {
            self.close("more than one medium is set up");
            return None;
        }
        self.setups.push_back((number, channels));
        let transport = format!("RTP/AVP;unicast;client_port={}-{}", self.port, self.port.wrapping_add(1));
        Some(with_transport(text, &transport, message.get(head..)?))
    }

    fn read_camera(&mut self) {
        while self.closed.is_none() {
            match front(&self.camera) {
                Front::Incomplete => return,
                Front::Broken(why) => self.close(why),
                // Nothing was asked for on this connection.
                Front::Packet { bytes, .. } => drop(self.camera.split_to(bytes)),
                Front::Message { head, bytes } => {
                    let message = self.camera.split_to(bytes).freeze();
                    let changed = self.response(&message, head);
                    self.output.push_back(Output::ToClient(changed.unwrap_or(message)));
                }
            }
        }
    }

    /// The answer to a SETUP names the channels that the client asked for; everything else stays (`None`).
    fn response(&mut self, message: &Bytes, head: usize) -> Option<Bytes> {
        let text = std::str::from_utf8(message.get(..head)?).ok()?;
        let number = header(text, "CSeq")?;
        let asked = self.setups.iter().position(|(asked, _)| asked == number)?;
        let (_, channels) = self.setups.remove(asked)?;
        if text.split(' ').nth(1) != Some("200") {
            return None;
        }
        let answered = header(text, "Transport").unwrap_or_default();
        let Some(ports) = Answered::read(answered) else {
            self.close("the camera does not say from which UDP ports it sends");
            return None;
        };
        self.channels = Some(channels);
        self.output.push_back(Output::Ports { source: ports.source, rtp: ports.rtp, rtcp: ports.rtcp });
        let mut transport = format!("RTP/AVP/TCP;unicast;interleaved={}-{}", channels.rtp, channels.rtcp);
        if let Some(ssrc) = ports.ssrc {
            let _ = write!(transport, ";ssrc={ssrc}");
        }
        Some(with_transport(text, &transport, message.get(head..)?))
    }
}

/// What a camera says of its side of a UDP transport.
struct Answered {
    source: Option<String>,
    rtp: u16,
    rtcp: u16,
    ssrc: Option<String>,
}

impl Answered {
    fn read(transport: &str) -> Option<Self> {
        let mut parameters = transport.split(';').map(str::trim);
        let profile = parameters.next()?;
        if !profile.eq_ignore_ascii_case("RTP/AVP") && !profile.eq_ignore_ascii_case("RTP/AVP/UDP") {
            return None;
        }
        let value = |wanted: &str| {
            transport.split(';').filter_map(|parameter| parameter.trim().split_once('=')).find_map(
                |(name, value)| {
                    name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().trim_matches('"'))
                },
            )
        };
        let (rtp, rtcp) = value("server_port")?.split_once('-').unwrap_or((value("server_port")?, ""));
        let rtp: u16 = rtp.trim().parse().ok().filter(|port| *port != 0)?;
        let rtcp = if rtcp.is_empty() { rtp.checked_add(1)? } else { rtcp.trim().parse().ok()? };
        let is_ssrc =
            |text: &&str| !text.is_empty() && text.len() <= 8 && text.bytes().all(|b| b.is_ascii_hexdigit());
        Some(Self {
            source: value("source").filter(|source| !source.is_empty()).map(str::to_owned),
            rtp,
            rtcp,
            ssrc: value("ssrc").filter(is_ssrc).map(str::to_owned),
        })
    }
}

/// The first header of this name (case does not matter, RFC 2326 §4), trimmed.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.split('\n').skip(1).filter_map(|line| line.split_once(':'));
    lines.find_map(|(have, value)| have.trim().eq_ignore_ascii_case(name).then(|| value.trim()))
}

/// The message with another `Transport` header; continued lines of the old one go with it.
fn with_transport(head: &str, transport: &str, body: &[u8]) -> Bytes {
    let mut text = String::with_capacity(head.len() + transport.len());
    let mut inside = false;
    for line in head.split_inclusive('\n') {
        let continued = line.starts_with([' ', '\t']);
        inside = inside && continued;
        let name = line.split_once(':').map_or("", |(name, _)| name.trim());
        if name.eq_ignore_ascii_case("Transport") && !continued {
            inside = true;
            let _ = write!(text, "Transport: {transport}\r\n");
        } else if !inside {
            text.push_str(line);
        }
    }
    let mut bytes = BytesMut::from(text.as_bytes());
    bytes.extend_from_slice(body);
    bytes.freeze()
}

/// What stands at the front of a buffer.
#[derive(PartialEq, Eq, Debug)]
enum Front {
    Incomplete,
    /// An interleaved packet of so many bytes, its four of framing included.
    Packet {
        channel: u8,
        bytes: usize,
    },
    /// A request or an answer: bytes up to and with the empty line, and all with the body.
    Message {
        head: usize,
        bytes: usize,
    },
    Broken(&'static str),
}

fn front(buffer: &[u8]) -> Front {
    match buffer {
        [] | [b'$'] | [b'$', _] | [b'$', _, _] => Front::Incomplete,
        [b'$', channel, high, low, ..] => {
            let bytes = 4 + usize::from(u16::from_be_bytes([*high, *low]));
            if buffer.len() < bytes { Front::Incomplete } else { Front::Packet { channel: *channel, bytes } }
        }
        _ => message(buffer),
    }
}

fn message(buffer: &[u8]) -> Front {
    // Empty lines between messages (RFC 2326 §4.1 with RFC 2068 §4.1) are passed on with the next message.
    let blank = buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let window = &buffer[..buffer.len().min(HEAD_BYTES_MAX)];
    let ends = |at: &usize| match window.get(at + 1..) {
        Some([b'\n', ..]) => Some(at + 2),
        Some([b'\r', b'\n', ..]) => Some(at + 3),
        _ => None,
    };
    let breaks = (blank..window.len()).filter(|at| window[*at] == b'\n');
    let Some(head) = breaks.into_iter().find_map(|at| ends(&at)) else {
        return if buffer.len() > HEAD_BYTES_MAX {
            Front::Broken("headers are too long")
        } else {
            Front::Incomplete
        };
    };
    let Ok(text) = std::str::from_utf8(&buffer[blank..head]) else {
        return Front::Broken("headers are not text");
    };
    let first = text.split('\n').next().unwrap_or_default();
    if !first.contains("RTSP/1.0") {
        return Front::Broken("not RTSP/1.0");
    }
    match header(text, "Content-Length").map(str::parse::<usize>) {
        None => Front::Message { head, bytes: head },
        Some(Ok(body)) if body <= BODY_BYTES_MAX && buffer.len() < head + body => Front::Incomplete,
        Some(Ok(body)) if body <= BODY_BYTES_MAX => Front::Message { head, bytes: head + body },
        Some(Ok(_)) => Front::Broken("a body is too long"),
        Some(Err(_)) => Front::Broken("Content-Length is no number"),
    }
}

#[cfg(test)]
mod tests;
