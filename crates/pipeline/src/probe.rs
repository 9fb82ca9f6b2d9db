//! Tries a camera's address live, for a few seconds, and says what it really sends.
//!
//! It keeps no picture and shows none; it measures. Adding a camera uses it before anything is saved.

use crate::{
    clock::ServerClock,
    line,
    open::{self, SessionEnd, Track},
    plan::Address,
    source::{Item, Source},
};
use model::{Codec, GapCause, Hash, VideoParams};
use std::time::Duration;

/// How long to watch: enough for two key frames of a usual camera.
const PROBE_DURATION: Duration = Duration::from_secs(5);
/// Key frames further apart than this make live view and recovery slow.
const KEY_INTERVAL_MS_WARN: i64 = 4_000;
/// A camera clock further off than this deserves a word.
const CLOCK_OFFSET_MS_WARN: i64 = 2_000;

/// What a camera sent.
#[derive(Clone, PartialEq, Debug)]
pub struct ProbeReport {
    pub params: VideoParams,
    pub fps: f32,
    pub kbps: u32,
    /// Between key frames; `None` when fewer than two came.
    pub key_interval_ms: Option<i64>,
    /// Camera clock minus server clock; `None` when the camera sends no sender reports.
    pub clock_offset_ms: Option<i64>,
    pub has_audio: bool,
    pub warnings: Vec<ProbeWarning>,
}

/// What is worth knowing before the camera is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProbeWarning {
    /// Chromium without a hardware decoder plays no H.265.
    BrowserCannotPlay,
    KeyFramesFarApart,
    ClockOff,
    PacketsLost,
    AudioNotRecorded,
}

impl ProbeWarning {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BrowserCannotPlay => "browser_cannot_play",
            Self::KeyFramesFarApart => "key_frames_far_apart",
            Self::ClockOff => "clock_off",
            Self::PacketsLost => "packets_lost",
            Self::AudioNotRecorded => "audio_not_recorded",
        }
    }
}

/// Why a probe gave no report.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}: {detail}", cause.as_str())]
pub struct ProbeError {
    pub cause: GapCause,
    pub detail: String,
    /// The certificate that the camera shows and nobody accepted yet, or that is another one than was accepted.
    pub certificate: Option<Hash>,
}

impl From<SessionEnd> for ProbeError {
    fn from(end: SessionEnd) -> Self {
        Self { cause: end.cause, detail: end.detail, certificate: end.certificate }
    }
}

#[derive(Default)]
struct Seen {
    units: u32,
    bytes: u64,
    lost: u64,
    first_key_us: Option<i64>,
    newest_key_us: Option<i64>,
    keys: i64,
    clock_offset_ms: Option<i64>,
    /// The parameters of the newest JPEG picture.
    picture: Option<VideoParams>,
}

/// Watches an address for [`PROBE_DURATION`].
///
/// # Errors
/// With the cause as it would stand on a gap: network, credentials, or the camera itself.
pub async fn probe(clock: &ServerClock, address: &Address) -> Result<ProbeReport, ProbeError> {
    let open::Opened { mut session, index, way: _way } = open::open(address, Track::Pictures).await?;
    let has_audio = session.streams().iter().any(|stream| stream.media() == "audio");
    let begun = clock.mono();
    let mut seen = Seen::default();
    let watching = async {
        while let Some(item) = session.next().await {
            let item = item.map_err(|error| SessionEnd::of_rtsp(&error, true))?;
            seen.item(item, &session, index, clock);
        }
        Err::<(), SessionEnd>(SessionEnd::new(GapCause::Camera, "the camera ended the stream"))
    };
    if let Ok(Err(end)) = tokio::time::timeout(PROBE_DURATION, watching).await
        && seen.units == 0
    {
        return Err::<ProbeReport, _>(end.into());
    }
    let seconds = (clock.mono().since_us(begun) as f32 / 1e6).max(0.1);
    let params = match seen.picture.take() {
        Some(params) => Some(params),
        None => open::video_params(&session, index)?,
    };
    let params = params
        .filter(|_| seen.units > 0)
        .ok_or_else(|| SessionEnd::new(GapCause::Camera, "connected, but no picture came within 5 s"))?;
    Ok(seen.report(params, seconds, has_audio))
}

/// Asked of the bytes: retina calls only IDR pictures of H.265 random access points.
fn is_key(session: &Source, index: usize, data: &[u8]) -> bool {
    let h265 = session.streams().get(index).is_some_and(|stream| stream.encoding_name() == "h265");
    media::nal::is_key(if h265 { Codec::H265 } else { Codec::H264 }, data)
}

impl Seen {
    fn item(&mut self, item: Item, session: &Source, index: usize, clock: &ServerClock) {
        match item {
            Item::Unit(frame) => {
                self.lost += u64::from(frame.loss());
                let key = is_key(session, index, frame.data());
                self.unit(frame.data().len(), frame.timestamp().elapsed(), key);
            }
            Item::Picture(picture) => {
                self.lost += picture.lost;
                if let Ok(params) = media::jpeg::params(&picture.data) {
                    self.picture = Some(params);
                    self.unit(picture.data.len(), picture.ticks, true);
                }
            }
            Item::Report(packet) => {
                if let Some(Ok(Some(report))) =
                    packet.pkts().next().map(retina::rtcp::PacketRef::as_sender_report)
                {
                    let camera_us = line::ntp_to_wall_us(report.ntp_timestamp().0);
                    self.clock_offset_ms = Some((camera_us - clock.wall().0) / 1_000);
                }
            }
            Item::Torn(..) | Item::Sound(_) | Item::Other => {}
        }
    }

    fn unit(&mut self, bytes: usize, ticks: i64, key: bool) {
        self.units += 1;
        self.bytes += bytes as u64;
        if key {
            let at_us = ticks.saturating_mul(100) / 9;
            self.first_key_us.get_or_insert(at_us);
            self.newest_key_us = Some(at_us);
            self.keys += 1;
        }
    }

    fn report(self, params: VideoParams, seconds: f32, has_audio: bool) -> ProbeReport {
        let key_interval_ms = match (self.first_key_us, self.newest_key_us) {
            (Some(first), Some(newest)) if self.keys > 1 => Some((newest - first) / 1_000 / (self.keys - 1)),
            _ => None,
        };
        let mut warnings = Vec::new();
        let mut warn = |condition: bool, warning| {
            if condition {
                warnings.push(warning);
            }
        };
        warn(params.codec == Codec::H265, ProbeWarning::BrowserCannotPlay);
        warn(key_interval_ms.is_none_or(|ms| ms > KEY_INTERVAL_MS_WARN), ProbeWarning::KeyFramesFarApart);
        warn(self.clock_offset_ms.is_some_and(|ms| ms.abs() > CLOCK_OFFSET_MS_WARN), ProbeWarning::ClockOff);
        warn(self.lost > 0, ProbeWarning::PacketsLost);
        warn(has_audio, ProbeWarning::AudioNotRecorded);
        ProbeReport {
            params,
            fps: self.units as f32 / seconds,
            kbps: (self.bytes as f32 * 8.0 / 1_000.0 / seconds) as u32,
            key_interval_ms,
            clock_offset_ms: self.clock_offset_ms,
            has_audio,
            warnings,
        }
    }
}
