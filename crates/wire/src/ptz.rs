//! Turning a camera: what it can be told, the simulated camera's side of it, and our side of the conversation.
//!
//! [`Command`] is what every driver takes; the first driver is that of the simulated cameras, [`Client`]: RTSP `SET_PARAMETER`
//! on the camera's own stream address, with the digest that its pictures ask for (RFC 2326 §10.9). The invariant kept: a
//! continuous move ends by itself at the time that came with it, whether or not anybody is heard of again.
//!
//! ```text
//! ptz: where                                  ptz: at PAN TILT ZOOM moving|still
//! ptz: stop
//! ptz: move PAN% TILT% ZOOM% MILLISECONDS     (percent of the greatest speed)
//! ptz: to PAN TILT ZOOM                       (hundredths of a degree, percent)
//! ```

use crate::rtsp::{Credentials, digest};
use bytes::{Bytes, BytesMut};
use model::{MonoTime, PtzLimits, PtzPosition, PtzVelocity};

/// Longest continuous move without another word: a hand on a key says it again long before.
pub const MOVE_MS_MAX: i64 = 2_000;
/// Longest answer of a camera that is read: a head and one line.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// What the simulated camera can do: like a common dome.
pub const SIMULATED: PtzLimits = PtzLimits {
    least: PtzPosition { pan_cdeg: -17_000, tilt_cdeg: -9_000, zoom_percent: 100 },
    most: PtzPosition { pan_cdeg: 17_000, tilt_cdeg: 2_000, zoom_percent: 2_000 },
    speed: PtzPosition { pan_cdeg: 6_000, tilt_cdeg: 3_000, zoom_percent: 400 },
};

/// What a camera is told. Presets and patrols are none of its words: they are kept where ranges are known, as positions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {
    /// Only to say where it is.
    Where,
    Stop,
    /// Until the time has passed or another word comes.
    Move {
        velocity: PtzVelocity,
        lasts_ms: i64,
    },
    To(PtzPosition),
}

impl Command {
    pub fn text(self) -> String {
        match self {
            Self::Where => "ptz: where\r\n".to_owned(),
            Self::Stop => "ptz: stop\r\n".to_owned(),
            Self::Move { velocity: PtzVelocity { pan_percent, tilt_percent, zoom_percent }, lasts_ms } => {
                format!("ptz: move {pan_percent} {tilt_percent} {zoom_percent} {lasts_ms}\r\n")
            }
            Self::To(PtzPosition { pan_cdeg, tilt_cdeg, zoom_percent }) => {
                format!("ptz: to {pan_cdeg} {tilt_cdeg} {zoom_percent}\r\n")
            }
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.trim().strip_prefix("ptz:")?.split_whitespace();
        let word = words.next()?;
        let numbers = words.map(str::parse).collect::<Result<Vec<i32>, _>>().ok()?;
        let percent = |value: i32| (-100..=100).contains(&value);
        match (word, numbers.as_slice()) {
            ("where", []) => Some(Self::Where),
            ("stop", []) => Some(Self::Stop),
            ("move", [pan, tilt, zoom, lasts])
                if percent(*pan)
                    && percent(*tilt)
                    && percent(*zoom)
                    && (1..=MOVE_MS_MAX).contains(&i64::from(*lasts)) =>
            {
                let velocity = PtzVelocity { pan_percent: *pan, tilt_percent: *tilt, zoom_percent: *zoom };
                Some(Self::Move { velocity, lasts_ms: i64::from(*lasts) })
            }
            ("to", [pan, tilt, zoom]) => {
                Some(Self::To(PtzPosition { pan_cdeg: *pan, tilt_cdeg: *tilt, zoom_percent: *zoom }))
            }
            _ => None,
        }
    }
}

/// Where a camera says that it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Report {
    pub position: PtzPosition,
    pub moving: bool,
}

impl Report {
    pub fn text(self) -> String {
        let PtzPosition { pan_cdeg, tilt_cdeg, zoom_percent } = self.position;
        let moving = if self.moving { "moving" } else { "still" };
        format!("ptz: at {pan_cdeg} {tilt_cdeg} {zoom_percent} {moving}\r\n")
    }

    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.trim().strip_prefix("ptz:")?.split_whitespace();
        if words.next()? != "at" {
            return None;
        }
        let mut number = || words.next()?.parse().ok();
        let position = PtzPosition { pan_cdeg: number()?, tilt_cdeg: number()?, zoom_percent: number()? };
        let moving = match words.next()? {
            "moving" => true,
            "still" => false,
            _ => return None,
        };
        words.next().is_none().then_some(Self { position, moving })
    }
}

/// The head of a simulated camera: where it was when it was last told something, and what it was told.
#[derive(Clone, Debug)]
pub struct Head {
    limits: PtzLimits,
    from: PtzPosition,
    since: MonoTime,
    doing: Command,
}

impl Head {
    pub const fn new(limits: PtzLimits, at: PtzPosition, now: MonoTime) -> Self {
        Self { limits, from: at, since: now, doing: Command::Where }
    }

    pub fn report(&self, now: MonoTime) -> Report {
        let passed_ms = (now.0.saturating_sub(self.since.0) / 1_000).max(0);
        match self.doing {
            Command::Where | Command::Stop => Report { position: self.from, moving: false },
            Command::Move { velocity, lasts_ms } => Report {
                position: self.limits.after(self.from, velocity, passed_ms.min(lasts_ms)),
                moving: passed_ms < lasts_ms,
            },
            Command::To(to) => {
                let position = self.towards(to, passed_ms);
                Report { position, moving: position != to }
            }
        }
    }

    /// Each axis by itself at its greatest speed.
    fn towards(&self, to: PtzPosition, passed_ms: i64) -> PtzPosition {
        let axis = |from: i32, to: i32, speed: i32| {
            let way = i32::try_from(i64::from(speed) * passed_ms.min(60_000) / 1_000).unwrap_or(i32::MAX);
            from.saturating_add((to.saturating_sub(from)).clamp(-way, way))
        };
        PtzPosition {
            pan_cdeg: axis(self.from.pan_cdeg, to.pan_cdeg, self.limits.speed.pan_cdeg),
            tilt_cdeg: axis(self.from.tilt_cdeg, to.tilt_cdeg, self.limits.speed.tilt_cdeg),
            zoom_percent: axis(self.from.zoom_percent, to.zoom_percent, self.limits.speed.zoom_percent),
        }
    }

    /// Takes a word and says where the camera is.
    pub fn obey(&mut self, now: MonoTime, command: Command) -> Report {
        if command != Command::Where {
            self.from = self.report(now).position;
            self.since = now;
            self.doing = match command {
                Command::To(to) => Command::To(self.limits.nearest(to)),
                other => other,
            };
        }
        self.report(now)
    }
}

/// What came of a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    Reported(Report),
    /// The camera refused, with this RTSP status; 451: it does not turn.
    Refused(u16),
    /// What came is no answer.
    Broken,
}

/// One command to one camera: bytes in, bytes out. The digest challenge costs a second request on the same connection.
pub struct Client {
    url: String,
    credentials: Option<Credentials>,
    command: Command,
    cseq: u32,
    authorization: Option<String>,
    input: BytesMut,
}

impl Client {
    /// `url` without credentials in it.
    pub fn new(url: String, credentials: Option<Credentials>, command: Command) -> Self {
        Self { url, credentials, command, cseq: 0, authorization: None, input: BytesMut::new() }
    }

    /// What to write to the camera next.
    pub fn request(&mut self) -> Bytes {
        self.cseq += 1;
        let body = self.command.text();
        let authorization = self
            .authorization
            .as_ref()
            .map(|value| format!("Authorization: {value}\r\n"))
            .unwrap_or_default();
        Bytes::from(format!(
            "SET_PARAMETER {} RTSP/1.0\r\nCSeq: {}\r\n{authorization}Content-Type: text/parameters\r\nContent-Length: {}\r\n\r\n{body}",
            self.url,
            self.cseq,
            body.len(),
        ))
    }

    /// Takes what came; `None`: more has to come, or after a challenge, [`Client::request`] is to be written again.
    pub fn handle_input(&mut self, bytes: &[u8]) -> Step {
        if self.input.len() + bytes.len() > ANSWER_BYTES_MAX {
            return Step::Done(Outcome::Broken);
        }
        self.input.extend_from_slice(bytes);
        let Some(answer) = Answer::read(&self.input) else { return Step::More };
        let Some(answer) = answer else { return Step::Done(Outcome::Broken) };
        self.input.clear();
        if answer.status == 401 && self.authorization.is_none() {
            let challenge = answer.challenge.as_deref().zip(self.credentials.as_ref());
            self.authorization = challenge.and_then(|(challenge, credentials)| {
                digest::answer(challenge, "SET_PARAMETER", &self.url, credentials)
            });
            return if self.authorization.is_some() {
                Step::Again
            } else {
                Step::Done(Outcome::Refused(401))
            };
        }
        Step::Done(match answer.status {
            200 => Report::parse(&answer.body).map_or(Outcome::Broken, Outcome::Reported),
            status => Outcome::Refused(status),
        })
    }
}

/// What to do next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Read on.
    More,
    /// Write [`Client::request`] once more: it carries the answer to the challenge now.
    Again,
    Done(Outcome),
}

struct Answer {
    status: u16,
    challenge: Option<String>,
    body: String,
}

impl Answer {
    /// `None`: not whole yet. `Some(None)`: no answer of RTSP.
    fn read(input: &[u8]) -> Option<Option<Self>> {
        let head_bytes = input.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        let Ok(head) = std::str::from_utf8(input.get(..head_bytes)?) else { return Some(None) };
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.strip_prefix("RTSP/1.0 "))
            .and_then(|rest| rest.get(..3))
            .and_then(|status| status.parse().ok());
        let Some(status) = status else { return Some(None) };
        let (mut challenge, mut length) = (None, 0_usize);
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            if name.eq_ignore_ascii_case("WWW-Authenticate") {
                challenge = Some(value.trim().to_owned());
            } else if name.eq_ignore_ascii_case("Content-Length") {
                match value.trim().parse() {
                    Ok(bytes) if bytes <= ANSWER_BYTES_MAX => length = bytes,
                    _ => return Some(None),
                }
            }
        }
        let body = input.get(head_bytes..head_bytes + length)?;
        Some(std::str::from_utf8(body).ok().map(|body| Self { status, challenge, body: body.to_owned() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtsp::{Catalogue, Config, Input, Output, Presentation, Server};
    use model::{Codec, Secret, VideoParams};
    use proptest::prelude::*;
    use std::sync::{Arc, Mutex};

    const fn at(pan_cdeg: i32, tilt_cdeg: i32, zoom_percent: i32) -> PtzPosition {
        PtzPosition { pan_cdeg, tilt_cdeg, zoom_percent }
    }
    const fn after_ms(ms: i64) -> MonoTime {
        MonoTime(ms * 1_000)
    }

    #[test]
    fn words_are_told_apart() {
        let check =
            |text: &str, expected: Option<Command>| assert_eq!(Command::parse(text), expected, "{text}");
        let velocity = PtzVelocity { pan_percent: -50, tilt_percent: 0, zoom_percent: 100 };
        check("ptz: where", Some(Command::Where));
        check("ptz: stop\r\n", Some(Command::Stop));
        check("ptz: move -50 0 100 800", Some(Command::Move { velocity, lasts_ms: 800 }));
        check("ptz: to 1 -2 300", Some(Command::To(at(1, -2, 300))));
        for text in [
            "",
            "ptz:",
            "ptz: jump",
            "ptz: stop now",
            "ptz: move 101 0 0 800",
            "ptz: move 1 0 0 2001",
            "ptz: move 1 0 0 0",
        ] {
            check(text, None);
        }
        for command in [Command::Where, Command::Move { velocity, lasts_ms: 5 }, Command::To(at(-3, 2, 100))]
        {
            check(&command.text(), Some(command));
        }
        let report = Report { position: at(5, 6, 700), moving: true };
        assert_eq!(Report::parse(&report.text()), Some(report));
        assert_eq!(Report::parse("ptz: at 1 2 3 still 4"), None);
    }

    #[test]
    fn a_move_ends_by_itself_and_stays_within_reach() {
        let mut head = Head::new(SIMULATED, at(0, 0, 100), after_ms(0));
        let velocity = PtzVelocity { pan_percent: 50, tilt_percent: -100, zoom_percent: 0 };
        head.obey(after_ms(0), Command::Move { velocity, lasts_ms: 1_000 });
        let check = |head: &Head, ms: i64, position: PtzPosition, moving: bool| {
            assert_eq!(head.report(after_ms(ms)), Report { position, moving }, "after {ms} ms");
        };
        check(&head, 500, at(1_500, -1_500, 100), true);
        check(&head, 1_000, at(3_000, -3_000, 100), false);
        check(&head, 9_000, at(3_000, -3_000, 100), false);
        // Another word begins where the camera is.
        head.obey(after_ms(9_000), Command::To(at(99_999, 0, 900)));
        check(&head, 10_000, at(9_000, 0, 500), true);
        head.obey(after_ms(10_000), Command::Stop);
        check(&head, 20_000, at(9_000, 0, 500), false);
        head.obey(after_ms(20_000), Command::To(at(99_999, 0, 900)));
        check(&head, 30_000, at(17_000, 0, 900), false);
    }

    struct Camera(Mutex<Head>);
    impl Catalogue for Camera {
        fn find(&self, path: &str) -> Option<Presentation> {
            let params = VideoParams {
                codec: Codec::H264,
                width: 16,
                height: 16,
                rfc6381: String::new(),
                config: Bytes::new(),
            };
            (path == "/gate/main").then(|| Presentation {
                params: Arc::new(params),
                sound: None,
                credentials: Some(Credentials {
                    user: "camera".into(),
                    password: Secret::new("secret".into()),
                }),
                parameter_sets_in_sdp: true,
                first_rtp_time: None,
            })
        }
        fn parameter(&self, _path: &str, text: &str) -> Option<String> {
            Command::parse(text).map(|command| self.0.lock().unwrap().obey(after_ms(0), command).text())
        }
    }

    /// The answer of a simulated camera to one command, by so many bytes at a time.
    fn talk(path: &str, password: &str, command: Command, piece: usize) -> Outcome {
        let camera = Camera(Mutex::new(Head::new(SIMULATED, at(0, 0, 100), after_ms(0))));
        let config = Config {
            catalogue: Arc::new(camera),
            realm: "camera".into(),
            session_timeout_s: 60,
            payload_bytes_max: crate::rtp::PAYLOAD_BYTES_DEFAULT,
        };
        let mut server = Server::new(after_ms(0), [7; 32], config);
        let credentials = Credentials { user: "camera".into(), password: Secret::new(password.into()) };
        let mut client = Client::new(format!("rtsp://h{path}"), Some(credentials), command);
        loop {
            server.handle_input(after_ms(0), Input::Bytes(&client.request()));
            let mut answer = Vec::new();
            loop {
                match server.poll_output() {
                    Output::Transmit(bytes) => answer.extend_from_slice(&bytes),
                    Output::Event(_) => {}
                    Output::Timeout(_) | Output::Close => break,
                }
            }
            let mut step = Step::More;
            for piece in answer.chunks(piece) {
                assert_eq!(step, Step::More);
                step = client.handle_input(piece);
            }
            match step {
                Step::Again => {}
                Step::Done(outcome) => return outcome,
                Step::More => panic!("the answer has no end"),
            }
        }
    }

    #[test]
    fn a_camera_is_asked_with_its_password() {
        let check = |path, password, command, expected: Outcome| {
            for piece in [1, 7, 4096] {
                assert_eq!(talk(path, password, command, piece), expected, "{path} {password} {command:?}");
            }
        };
        let still = Report { position: at(0, 0, 100), moving: false };
        check("/gate/main", "secret", Command::Where, Outcome::Reported(still));
        let moving = Outcome::Reported(Report { moving: true, ..still });
        check("/gate/main", "secret", Command::To(at(100, 0, 100)), moving);
        check("/gate/main", "guessed", Command::Stop, Outcome::Refused(401));
        check("/elsewhere", "secret", Command::Stop, Outcome::Refused(404));
    }

    proptest! {
        #[test]
        fn nothing_that_comes_back_panics(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..400), 0..6)) {
            let mut client = Client::new("rtsp://h/a".into(), None, Command::Where);
            for piece in pieces {
                let _ = client.handle_input(&piece);
            }
        }
        #[test]
        fn no_text_panics(text in "(ptz: )?(move|to|at)? ?[ -~守]{0,40}") {
            let (_, _) = (Command::parse(&text), Report::parse(&text));
        }
    }
}
