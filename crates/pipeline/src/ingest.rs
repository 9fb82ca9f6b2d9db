//! One supervised task per stream: connect, receive, place on the time line, hand to recorder and hub, try again.
//!
//! It speaks RTSP through `retina` and knows no HTTP, no database and no file. Whatever a camera does ends in footage or in a
//! gap with its cause; a panic inside is caught by the supervisor in [`crate::supervise`], never silent.

use crate::{
    backoff::{Backoff, Ended},
    recorder::Recorder,
    run::Shared,
    stream::StreamShared,
};
use futures::StreamExt;
use media::timeline::Timeline;
use model::{AccessUnit, GapCause, MediaTime, MonoTime, Secret, VideoParams, WallTime};
use retina::{
    client::{self, Credentials, Demuxed, PlayOptions, Session, SessionOptions, SetupOptions},
    codec::{CodecItem, FrameFormat, ParametersRef, VideoFrame, VideoParametersCodec},
};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

/// From TCP connect to the answer of PLAY: longer than any camera needs, shorter than a person's patience.
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);
/// RTSP's own (RFC 2326 §3.2).
const RTSP_PORT: u16 = 554;
/// Until a host accepts a connection, when the last attempt to open it had no answer.
const KNOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// A connected stream that sends nothing for this long, or for four frame intervals, is torn down and opened again.
const STALL_US_MIN: i64 = 5_000_000;
/// When nobody watches, a camera is read at most this often: wake-ups are most of a recorder's cost. At 8 Mbit/s 100 kB wait in
/// the socket meanwhile, which its buffer holds; a key frame's burst waits in the camera's.
const IDLE_READ_INTERVAL: Duration = Duration::from_millis(96);
/// Buffered units become a fragment at least this often, so that they are written.
const FLUSH_INTERVAL_US: i64 = 500_000;

/// A gap that lasts is recorded in parts of this length: one hour.
const GAP_PART_US: i64 = 3_600_000_000;

/// A unit's duration before two have come: 1/25 s. Above 20 s it is a pause, not a rate.
const DURATION_90K_FIRST: u32 = 3_600;
const DURATION_90K_MAX: u32 = 20 * 90_000;

/// Name and password of a camera.
pub type CameraCredentials = (String, Secret<String>);

/// Why a session ended.
#[derive(Debug)]
pub(crate) struct SessionEnd {
    pub cause: GapCause,
    pub detail: String,
}

impl SessionEnd {
    pub(crate) fn new(cause: GapCause, detail: impl Into<String>) -> Self {
        Self { cause, detail: detail.into() }
    }

    /// What an RTSP error says about whose fault it is.
    pub(crate) fn of_rtsp(error: &client_error::Error, connected: bool) -> Self {
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

use retina as client_error;

/// Retina's messages go on for lines with packet dumps; the first line says what happened.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(300).collect()
}

/// Connects and starts playing the first video stream. Also used to probe a camera.
pub(crate) async fn open(
    url: &Url,
    credentials: Option<&CameraCredentials>,
) -> Result<(Demuxed, usize), SessionEnd> {
    let attempt = async {
        let creds = credentials.map(|(username, password)| Credentials {
            username: username.clone(),
            password: password.expose().clone(),
        });
        let options = SessionOptions::default()
            .creds(creds)
            .user_agent(concat!("Watchkeeper/", env!("CARGO_PKG_VERSION")).to_owned())
            .unassigned_channel_data(client::UnassignedChannelDataPolicy::Ignore);
        let rtsp = |error: retina::Error| SessionEnd::of_rtsp(&error, false);
        let mut session = Session::describe(url.clone(), options).await.map_err(rtsp)?;
        let index = session
            .streams()
            .iter()
            .position(|s| s.media() == "video" && matches!(s.encoding_name(), "h264" | "h265"))
            .ok_or_else(|| SessionEnd::new(GapCause::Camera, "the camera offers no H.264 or H.265 video"))?;
        let setup = SetupOptions::default().frame_format(FrameFormat::MP4);
        session.setup(index, setup).await.map_err(rtsp)?;
        let playing = session.play(PlayOptions::default()).await.map_err(rtsp)?;
        Ok((playing.demuxed().map_err(rtsp)?, index))
    };
    match tokio::time::timeout(OPEN_TIMEOUT, attempt).await {
        Ok(result) => result,
        Err(_) => Err(SessionEnd::new(GapCause::Network, NO_ANSWER)),
    }
}

/// What a host that swallows packets is told apart by.
const NO_ANSWER: &str = "no answer within 10 s";

/// Waits until the camera's host accepts a connection. A host that is switched off swallows packets for the whole time-out;
/// it must not hold one of the few permits to open meanwhile, or 200 dead cameras would keep one that returns waiting.
async fn knock(url: &Url) -> Result<(), SessionEnd> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let connecting = tokio::net::TcpStream::connect((host, url.port().unwrap_or(RTSP_PORT)));
    match tokio::time::timeout(KNOCK_TIMEOUT, connecting).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(SessionEnd::new(GapCause::Network, format!("Unable to connect: {error}"))),
        Err(_) => Err(SessionEnd::new(GapCause::Network, NO_ANSWER)),
    }
}

/// The parameters that a session announces now, as the store wants them.
pub(crate) fn video_params(session: &Demuxed, index: usize) -> Result<Option<VideoParams>, SessionEnd> {
    let Some(ParametersRef::Video(video)) = session.streams().get(index).and_then(client::Stream::parameters)
    else {
        return Ok(None);
    };
    let built = match video.codec_params() {
        VideoParametersCodec::H264 { sps, pps, .. } => media::h264::params(&[&sps[..]], &[&pps[..]]),
        VideoParametersCodec::H265 { vps, sps, pps, .. } => {
            media::h265::params(&[&vps[..]], &[&sps[..]], &[&pps[..]])
        }
        _ => return Err(SessionEnd::new(GapCause::Camera, "neither H.264 nor H.265")),
    };
    built
        .map(Some)
        .map_err(|error| SessionEnd::new(GapCause::Camera, format!("parameter sets cannot be used: {error}")))
}

/// The task of one stream, from start to cancellation.
pub(crate) struct StreamTask {
    pub shared: Arc<Shared>,
    pub stream: Arc<StreamShared>,
    pub url: Url,
    pub credentials: Option<CameraCredentials>,
    pub recorder: Option<Recorder>,
    pub cancel: CancellationToken,
    /// The last attempt had no answer at all: the next one knocks first.
    pub unanswered: bool,
}

impl StreamTask {
    /// Runs until cancelled, then seals and records the open gap under `Planned` or `Us`.
    pub async fn run(&mut self) {
        let mut backoff = Backoff::default();
        while !self.cancel.is_cancelled() {
            let begun = self.shared.clock.mono();
            let end = self.session().await;
            if self.cancel.is_cancelled() {
                break;
            }
            let lasted_us = self.shared.clock.mono().since_us(begun);
            self.stream.session_ended(&self.shared.clock, &end);
            if let Some(recorder) = &mut self.recorder {
                recorder.lost(end.cause, &end.detail);
            }
            tracing::info!(stream = %self.stream.id, cause = end.cause.as_str(), detail = %end.detail, "stream ended");
            let ended = match end.cause {
                GapCause::Credentials => Ended::CredentialsRefused,
                _ => Ended::Failed { lasted_us },
            };
            self.show_gap();
            let wait_us = backoff.next_us(ended, crate::entropy::chance());
            let wait = Duration::from_micros(u64::try_from(wait_us).unwrap_or(0));
            self.pause(wait).await;
        }
    }

    /// Waits; an export that wants the open gap recorded is answered meanwhile.
    async fn pause(&mut self, wait: Duration) {
        let end = Instant::now() + wait;
        loop {
            tokio::select! {
                () = self.cancel.cancelled() => return,
                () = tokio::time::sleep_until(end) => return,
                () = self.stream.asked() => {}
            }
            self.show_gap();
        }
    }

    /// Shows the open gap, and records long ones in parts.
    fn show_gap(&mut self) {
        let now = self.shared.clock.wall();
        let cut_at = self.stream.take_cut_request();
        if let Some(recorder) = &mut self.recorder {
            if let Some(at) = cut_at {
                recorder.cut_gap(at.min(now));
            }
            recorder.cut_long_gap(now, GAP_PART_US);
            self.stream.set_open_gap(recorder.open_gap(now));
        }
    }

    /// Seals what is open; the stop of the stream is the cause of the gap that begins now.
    pub fn finish(&mut self, cause: GapCause, evidence: &str) {
        if let Some(recorder) = &mut self.recorder {
            recorder.lost(cause, evidence);
        }
        self.stream.hub.forget_group();
    }

    async fn session(&mut self) -> SessionEnd {
        self.stream.connecting(&self.shared.clock);
        let opened = tokio::select! {
            opened = self.opened() => opened,
            () = self.cancel.cancelled() => return SessionEnd::new(GapCause::Planned, "stopped"),
        };
        match opened {
            Ok((session, index)) => {
                self.unanswered = false;
                self.receive(session, index).await
            }
            Err(end) => {
                self.unanswered = end.detail == NO_ANSWER;
                end
            }
        }
    }

    /// Opens the camera, one of few at a time.
    async fn opened(&self) -> Result<(Demuxed, usize), SessionEnd> {
        if self.unanswered {
            knock(&self.url).await?;
        }
        let _permit = self.shared.opening.acquire().await;
        open(&self.url, self.credentials.as_ref()).await
    }

    async fn receive(&mut self, mut session: Demuxed, index: usize) -> SessionEnd {
        let mut line = Line::new(self.shared.clock.mono());
        loop {
            let item = tokio::select! {
                biased;
                () = self.cancel.cancelled() => return SessionEnd::new(GapCause::Planned, "stopped"),
                item = session.next() => Some(item),
                () = tokio::time::sleep_until(self.wake(&line)) => None,
            };
            let now = self.shared.clock.mono();
            match item {
                Some(Some(Ok(item))) => {
                    if let Err(end) = self.item(item, &session, index, &mut line) {
                        return end;
                    }
                    // Take all that is there before sleeping: one wake-up serves many packets.
                    while let Some(ready) = futures::FutureExt::now_or_never(session.next()) {
                        match ready {
                            Some(Ok(item)) => {
                                if let Err(end) = self.item(item, &session, index, &mut line) {
                                    return end;
                                }
                            }
                            Some(Err(error)) => return SessionEnd::of_rtsp(&error, true),
                            None => return SessionEnd::new(GapCause::Camera, "the camera ended the stream"),
                        }
                    }
                    self.tick(now, &mut line);
                    if !self.stream.hub.has_viewers() {
                        self.idle().await;
                    }
                }
                Some(Some(Err(error))) => return SessionEnd::of_rtsp(&error, true),
                Some(None) => return SessionEnd::new(GapCause::Camera, "the camera ended the stream"),
                None => {
                    if let Some(end) = self.silence(now, &line) {
                        return end;
                    }
                    self.tick(now, &mut line);
                }
            }
        }
    }

    /// Sleeps to the next common reading tick, so that many cameras share one wake-up.
    async fn idle(&self) {
        let interval_us = i64::try_from(IDLE_READ_INTERVAL.as_micros()).unwrap_or(1);
        let phase_us = self.shared.clock.mono().0.rem_euclid(interval_us);
        let wait = Duration::from_micros(u64::try_from(interval_us - phase_us).unwrap_or(0));
        tokio::select! {
            () = self.cancel.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }

    /// When to look even if nothing arrives: the flush, the begin of a gap, the stall limit.
    fn wake(&self, line: &Line) -> Instant {
        let now = self.shared.clock.mono();
        let mut at = line.flushed.plus_us(FLUSH_INTERVAL_US);
        if let Some(deadline) = self.recorder.as_ref().and_then(Recorder::deadline) {
            at = at.min(deadline);
        }
        let wait_us = at.since_us(now).max(1_000);
        Instant::now() + Duration::from_micros(u64::try_from(wait_us).unwrap_or(0))
    }

    /// What silence means now: nothing yet, the begin of a gap, or the end of the session.
    fn silence(&mut self, now: MonoTime, line: &Line) -> Option<SessionEnd> {
        let silent_us = now.since_us(line.newest);
        if let Some(recorder) = &mut self.recorder
            && recorder.deadline().is_some_and(|deadline| now >= deadline)
        {
            recorder.lost(GapCause::Camera, "connected, but no picture arrives");
            self.stream.stalled(&self.shared.clock);
        }
        let limit_us = STALL_US_MIN.max(4 * line.interval_us);
        (silent_us >= limit_us)
            .then(|| SessionEnd::new(GapCause::Camera, "stalled: connected, but no picture arrives"))
    }

    fn tick(&mut self, now: MonoTime, line: &mut Line) {
        if now.since_us(line.flushed) >= FLUSH_INTERVAL_US {
            line.flushed = now;
            if let Some(recorder) = &mut self.recorder {
                if self.stream.take_seal_request() {
                    recorder.seal_for_export();
                }
                recorder.flush();
            }
        }
        self.stream.refresh(now);
        if self.stream.open_gap().is_some() || self.recorder.as_ref().is_some_and(|r| r.deadline().is_none())
        {
            self.show_gap();
        }
    }

    fn item(
        &mut self,
        item: CodecItem,
        session: &Demuxed,
        index: usize,
        line: &mut Line,
    ) -> Result<(), SessionEnd> {
        match item {
            CodecItem::VideoFrame(frame) => self.frame(frame, session, index, line),
            CodecItem::Rtcp(packet) => {
                if let (Some(rtp), Some(Ok(Some(report)))) = (
                    packet.rtp_timestamp(),
                    packet.pkts().next().map(retina::rtcp::PacketRef::as_sender_report),
                ) {
                    let ntp_us = ntp_to_wall_us(report.ntp_timestamp().0);
                    if let Some(wall) = line.wall_at(rtp.elapsed()) {
                        let offset_us = ntp_us.saturating_sub(wall.0);
                        self.stream.measured_clock(offset_us);
                        if let Some(recorder) = &mut self.recorder {
                            recorder.measured_clock(offset_us);
                        }
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn frame(
        &mut self,
        frame: VideoFrame,
        session: &Demuxed,
        index: usize,
        line: &mut Line,
    ) -> Result<(), SessionEnd> {
        if frame.has_new_parameters() || line.params.is_none() {
            match video_params(session, index)? {
                Some(params) if line.params.as_deref() != Some(&params) => {
                    line.timeline.set_params(&params);
                    line.params = Some(Arc::new(params));
                }
                Some(_) => {}
                None => return Ok(()), // no parameter sets yet: nothing can be decoded
            }
        }
        let Some(params) = line.params.clone() else { return Ok(()) };
        let (wall_mono, wall_now) = self.shared.clock.now();
        let received = self.shared.clock.mono_of(frame.end_ctx().received());
        let arrival = wall_now.plus_us(received.since_us(wall_mono));
        // Asked of the bytes themselves: retina calls a unit without any slice a key.
        let key = media::nal::is_key(params.codec, frame.data());
        let placed = line.timeline.place(frame.timestamp().elapsed(), received, arrival);
        line.note(received, frame.timestamp().elapsed(), placed.wall);
        self.stream.count(&frame, received, key);
        if let Some(jump) = placed.jump {
            if let Some(recorder) = &mut self.recorder {
                recorder.discontinue(jump);
            }
            self.stream.hub.forget_group();
        }
        let unit = AccessUnit {
            dts: placed.dts,
            pts: placed.pts,
            wall: placed.wall,
            received,
            key,
            data: frame.into_data().into(),
            params,
        };
        self.deliver(unit, line);
        Ok(())
    }

    fn deliver(&mut self, unit: AccessUnit, line: &mut Line) {
        let (now, wall) = (unit.received, unit.wall);
        let duration_90k = line.duration_90k(unit.dts);
        let recorded = match &mut self.recorder {
            Some(recorder) => recorder.unit(now, unit.clone()),
            None => true,
        };
        self.stream.published(wall, recorded);
        let skipped = self.stream.hub.publish(unit, duration_90k);
        if skipped > 0 {
            crate::state::StreamCounters::add(&self.stream.counters.skipped_units, skipped);
        }
    }
}

/// The time line and marks of one RTSP session.
struct Line {
    timeline: Timeline,
    params: Option<Arc<VideoParams>>,
    newest: MonoTime,
    interval_us: i64,
    flushed: MonoTime,
    last_rtp: Option<(i64, WallTime)>,
    last_dts: Option<MediaTime>,
    duration_90k: u32,
}

impl Line {
    fn new(now: MonoTime) -> Self {
        Self {
            timeline: Timeline::new(),
            params: None,
            newest: now,
            interval_us: 0,
            flushed: now,
            last_rtp: None,
            last_dts: None,
            duration_90k: DURATION_90K_FIRST,
        }
    }

    /// The duration to expect of a unit: the distance of the last two.
    fn duration_90k(&mut self, dts: MediaTime) -> u32 {
        if let Some(last) = self.last_dts.replace(dts)
            && let Ok(interval @ 1..=DURATION_90K_MAX) = u32::try_from(dts - last)
        {
            self.duration_90k = interval;
        }
        self.duration_90k
    }

    fn note(&mut self, received: MonoTime, rtp_ticks: i64, wall: WallTime) {
        self.interval_us = received.since_us(self.newest).clamp(0, 20_000_000);
        self.newest = received;
        self.last_rtp = Some((rtp_ticks, wall));
    }

    /// Our wall time of an RTP time near the newest frame.
    fn wall_at(&self, rtp_ticks: i64) -> Option<WallTime> {
        self.last_rtp.map(|(rtp, wall)| wall.plus_us(rtp_ticks.saturating_sub(rtp).saturating_mul(100) / 9))
    }
}

/// Microseconds since 1970 of an NTP timestamp (RFC 3550 §4: seconds since 1900 in 32.32 fixed point).
pub(crate) fn ntp_to_wall_us(ntp: u64) -> i64 {
    const SECONDS_1900_TO_1970: i64 = 2_208_988_800;
    let seconds = i64::from((ntp >> 32) as u32) - SECONDS_1900_TO_1970;
    let fraction_us = ((ntp & 0xffff_ffff) * 1_000_000) >> 32;
    seconds * 1_000_000 + i64::try_from(fraction_us).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ntp_time_counts_from_1900() {
        let check = |ntp: u64, expected_us: i64| assert_eq!(ntp_to_wall_us(ntp), expected_us);
        check(2_208_988_800 << 32, 0);
        check((2_208_988_801 << 32) | 0x8000_0000, 1_500_000);
    }
}
