//! Opening a camera's stream over RTSP, and what a failure says about whose fault it is.
//!
//! It uses `retina` and gives what comes out of it; it neither records nor retries. Also the way in which a camera is probed.

use crate::{
    plan::Address,
    relay::{self, Relay},
    source::Source,
};
use model::{Codec, GapCause, Hash, Profile, Secret, VideoParams};
use retina::{
    client::{self, Credentials, PlayOptions, Session, SessionOptions, SetupOptions},
    codec::{FrameFormat, ParametersRef, VideoParametersCodec},
};
use std::time::Duration;
use url::Url;

/// From TCP connect to the answer of PLAY: longer than any camera needs, shorter than a person's patience.
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);
/// The port of an rtsp:// address that names none.
pub(crate) const RTSP_PORT: u16 = 554;
/// Until a host accepts a connection, when the last attempt to open it had no answer.
const KNOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// Name and password of a camera.
pub type CameraCredentials = (String, Secret<String>);

/// Why a session ended.
#[derive(Debug)]
pub(crate) struct SessionEnd {
    pub cause: GapCause,
    pub detail: String,
    /// The certificate that the camera showed, when it was the reason.
    pub certificate: Option<Hash>,
}

impl SessionEnd {
    pub(crate) fn new(cause: GapCause, detail: impl Into<String>) -> Self {
        Self { cause, detail: detail.into(), certificate: None }
    }

    /// What an RTSP error says about whose fault it is.
    pub(crate) fn of_rtsp(error: &retina::Error, connected: bool) -> Self {
        let text = first_line(&error.to_string());
        let cause = match error.status_code() {
            Some(401 | 403) => GapCause::Credentials,
            Some(_) => GapCause::Camera,
            None if connected => {
                if text.contains("reading from RTSP peer") {
                    GapCause::Network
                } else {
                    GapCause::Camera
                }
            }
            None if text.starts_with("Unable to connect") => GapCause::Network,
            None => GapCause::Camera,
        };
        Self::new(cause, text)
    }
}

/// Retina's messages go on for lines with packet dumps; the first line says what happened.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(300).collect()
}

/// What is taken of a camera's session: one track, and nothing else is set up, so that the camera does not send it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Track {
    Pictures,
    Sound,
}

impl Track {
    pub const fn of(profile: Profile) -> Self {
        match profile {
            Profile::Main | Profile::Sub | Profile::Later => Self::Pictures,
            Profile::Sound => Self::Sound,
        }
    }

    fn is(self, stream: &client::Stream) -> bool {
        match self {
            Self::Pictures => {
                stream.media() == "video" && matches!(stream.encoding_name(), "h264" | "h265" | "jpeg")
            }
            Self::Sound => {
                stream.media() == "audio"
                    && matches!(stream.encoding_name(), "mpeg4-generic" | "pcmu" | "pcma")
            }
        }
    }

    const fn is_missing(self) -> &'static str {
        match self {
            Self::Pictures => "the camera offers no H.264, H.265 or MJPEG video",
            Self::Sound => "the camera offers no AAC (RFC 3640) or G.711 sound",
        }
    }

    /// What does not arrive when nothing does.
    pub const fn silence(self) -> &'static str {
        match self {
            Self::Pictures => "connected, but no picture arrives",
            Self::Sound => "connected, but no sound arrives",
        }
    }
}

/// A session that plays.
pub(crate) struct Opened {
    pub session: Source,
    /// Of the track among its streams.
    pub index: usize,
    /// Through TLS or with datagrams: must live as long as the session.
    pub way: Option<Relay>,
}

/// Connects and starts playing the first track of this kind, alone. Also used to probe a camera.
pub(crate) async fn open(address: &Address, track: Track) -> Result<Opened, SessionEnd> {
    let attempt = async {
        let way = if relay::is_needed(address) { Some(relay::start(address).await?) } else { None };
        let url = way.as_ref().map_or(&address.url, |way| &way.url);
        let rtsp = |error: retina::Error| SessionEnd::of_rtsp(&error, false);
        let mut session = Session::describe(url.clone(), options(address)).await.map_err(rtsp)?;
        let index = session
            .streams()
            .iter()
            .position(|stream| track.is(stream))
            .ok_or_else(|| SessionEnd::new(GapCause::Camera, track.is_missing()))?;
        let pictures = session.streams().get(index).is_some_and(|stream| stream.encoding_name() == "jpeg");
        let setup = SetupOptions::default().frame_format(FrameFormat::MP4);
        session.setup(index, setup).await.map_err(rtsp)?;
        let playing = session.play(PlayOptions::default()).await.map_err(rtsp)?;
        Ok(Opened { session: Source::new(playing, index, pictures).map_err(rtsp)?, index, way })
    };
    match tokio::time::timeout(OPEN_TIMEOUT, attempt).await {
        Ok(result) => result,
        Err(_) => Err(SessionEnd::new(GapCause::Network, NO_ANSWER)),
    }
}

fn options(address: &Address) -> SessionOptions {
    let creds = address.credentials.as_ref().map(|(username, password)| Credentials {
        username: username.clone(),
        password: password.expose().clone(),
    });
    SessionOptions::default()
        .creds(creds)
        .user_agent(concat!("Watchkeeper/", env!("CARGO_PKG_VERSION")).to_owned())
        .unassigned_channel_data(client::UnassignedChannelDataPolicy::Ignore)
}

/// Asks a camera what it offers (RFC 2326 §10.2) and goes away: whether it answers to these credentials. No stream is set up.
pub(crate) async fn describe(address: &Address) -> Result<(), SessionEnd> {
    let attempt = async {
        let way = if relay::is_needed(address) { Some(relay::start(address).await?) } else { None };
        let url = way.as_ref().map_or(&address.url, |way| &way.url);
        let described = Session::describe(url.clone(), options(address)).await;
        described.map(|_| ()).map_err(|error| SessionEnd::of_rtsp(&error, false))
    };
    match tokio::time::timeout(OPEN_TIMEOUT, attempt).await {
        Ok(result) => result,
        Err(_) => Err(SessionEnd::new(GapCause::Network, NO_ANSWER)),
    }
}

/// What a host that swallows packets is told apart by.
pub(crate) const NO_ANSWER: &str = "no answer within 10 s";

/// Waits until the camera's host accepts a connection. A host that is switched off swallows packets for the whole time-out;
/// it must not hold one of the few permits to open meanwhile, or 200 dead cameras would keep one that returns waiting.
pub(crate) async fn knock(url: &Url) -> Result<(), SessionEnd> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let connecting = tokio::net::TcpStream::connect((host, port_of(url)));
    match tokio::time::timeout(KNOCK_TIMEOUT, connecting).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(SessionEnd::new(GapCause::Network, format!("Unable to connect: {error}"))),
        Err(_) => Err(SessionEnd::new(GapCause::Network, NO_ANSWER)),
    }
}

/// The port that an address leads to.
pub(crate) fn port_of(url: &Url) -> u16 {
    url.port().unwrap_or(if url.scheme() == "rtsps" { relay::RTSPS_PORT } else { RTSP_PORT })
}

/// The parameters that a session announces now, as the store wants them.
pub(crate) fn video_params(session: &Source, index: usize) -> Result<Option<VideoParams>, SessionEnd> {
    let Some(ParametersRef::Video(video)) = session.streams().get(index).and_then(client::Stream::parameters)
    else {
        return Ok(None);
    };
    let built = match video.codec_params() {
        VideoParametersCodec::H264 { sps, pps, .. } => media::h264::params(&[&sps[..]], &[&pps[..]]),
        VideoParametersCodec::H265 { vps, sps, pps, .. } => {
            media::h265::params(&[&vps[..]], &[&sps[..]], &[&pps[..]])
        }
        _ => return Err(SessionEnd::new(GapCause::Camera, "none of H.264, H.265 and MJPEG")),
    };
    built
        .map(Some)
        .map_err(|error| SessionEnd::new(GapCause::Camera, format!("parameter sets cannot be used: {error}")))
}

/// The parameters of the sound that a session announces: always there, or never.
pub(crate) fn sound_params(session: &Source, index: usize) -> Result<VideoParams, SessionEnd> {
    let refused = |detail: String| SessionEnd::new(GapCause::Camera, detail);
    let stream = session.streams().get(index);
    let Some((stream, ParametersRef::Audio(audio))) =
        stream.and_then(|stream| Some((stream, stream.parameters()?)))
    else {
        return Err(refused("sound without a description of it".to_owned()));
    };
    let plain = |codec| {
        let channels = u8::try_from(audio.channels().get()).unwrap_or(u8::MAX);
        media::sound::g711(codec, media::sound::Format { rate_hz: audio.clock_rate(), channels })
    };
    let made = match stream.encoding_name() {
        "pcmu" => plain(Codec::Pcmu),
        "pcma" => plain(Codec::Pcma),
        _ => media::sound::aac(audio.extra_data()),
    };
    made.map_err(|error| refused(format!("the sound cannot be used: {error}")))
}
