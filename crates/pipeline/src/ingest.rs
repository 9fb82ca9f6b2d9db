//! One supervised task per stream: connect, receive, place on the time line, hand to recorder and hub, try again.
//!
//! It speaks RTSP through `retina` and knows no HTTP, no database and no file. Whatever a camera does ends in footage or in a
//! gap with its cause; a panic inside is caught by the supervisor in [`crate::supervise`], never silent.

use crate::{
    backoff::{Backoff, Ended},
    http_date,
    line::{FLUSH_INTERVAL_US, Line, ntp_to_wall_us},
    open::{self, NO_ANSWER, Opened, Track, knock, open, sound_params, video_params},
    plan::Address,
    recorder::Recorder,
    run::Shared,
    source::{Item, Picture, Source},
    stream::StreamShared,
};
use bytes::Bytes;
use model::{AccessUnit, GapCause, MonoTime};
use retina::codec::{AudioFrame, VideoFrame};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A camera that has no parameter sets in its description sends them with a key frame: the longest key frame distance in use.
const PARAMETERS_US_MAX: i64 = 30_000_000;
/// When nobody watches, a camera is read at most this often: wake-ups are most of a recorder's cost. At 8 Mbit/s 100 kB wait in
/// the socket meanwhile, which its buffer holds; a key frame's burst waits in the camera's.
const IDLE_READ_INTERVAL: Duration = Duration::from_millis(96);
/// A gap that lasts is recorded in parts of this length: one hour.
pub(crate) const GAP_PART_US: i64 = 3_600_000_000;

pub use open::CameraCredentials;
pub(crate) use open::SessionEnd;

/// The task of one stream, from start to cancellation.
pub(crate) struct StreamTask {
    pub shared: Arc<Shared>,
    pub stream: Arc<StreamShared>,
    pub address: Address,
    pub recorder: Option<Recorder>,
    pub cancel: CancellationToken,
    /// The last attempt had no answer at all: the next one knocks first.
    pub unanswered: bool,
    /// When this session's first picture came: what came before is no success.
    pub pictures_since: Option<MonoTime>,
}

impl StreamTask {
    /// Runs until cancelled, then seals and records the open gap under `Planned` or `Us`.
    pub async fn run(&mut self) {
        let mut backoff = Backoff::default();
        while !self.cancel.is_cancelled() {
            self.pictures_since = None;
            let end = self.session().await;
            if self.cancel.is_cancelled() {
                break;
            }
            let now = self.shared.clock.mono();
            let lasted_us = self.pictures_since.map_or(0, |since| now.since_us(since));
            self.stream.session_ended(&self.shared.clock, &end);
            if let Some(recorder) = &mut self.recorder {
                recorder.no_longer_planned(self.shared.clock.wall(), end.cause, &end.detail);
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
            Ok(opened) => {
                self.unanswered = false;
                let _way = opened.way;
                // Asked once a camera: by the task of its pictures.
                let _date = (self.track() == Track::Pictures).then(|| {
                    http_date::watch(&self.address.url, self.shared.clock.clone(), self.stream.clone())
                });
                self.receive(opened.session, opened.index).await
            }
            Err(end) => {
                self.unanswered = end.detail == NO_ANSWER;
                end
            }
        }
    }

    /// What this stream takes of the camera; the other track is not even set up.
    fn track(&self) -> Track {
        Track::of(self.stream.id.profile)
    }

    /// Opens the camera, one of few at a time.
    async fn opened(&self) -> Result<Opened, SessionEnd> {
        if self.unanswered {
            knock(&self.address.url).await?;
        }
        let _permit = self.shared.opening.acquire().await;
        let (now, refusals) = (self.shared.clock.mono(), &self.shared.refusals);
        let (url, login) = (&self.address.url, self.address.credentials.as_ref());
        if login.is_some_and(|login| refusals.wait_us(url, login, now) > 0) {
            let detail = "not tried: this device refused the same user name and password a moment ago";
            return Err(SessionEnd::new(GapCause::Credentials, detail));
        }
        let opened = open(&self.address, self.track()).await;
        if let (Err(end), Some(login)) = (&opened, login)
            && end.cause == GapCause::Credentials
            && end.certificate.is_none()
        {
            refusals.note(url, login, self.shared.clock.mono());
        }
        opened
    }

    async fn receive(&mut self, mut session: Source, index: usize) -> SessionEnd {
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
        let what = self.track().silence();
        let silence = line.silence(now, what, self.recorder.as_mut());
        if silence.is_gap {
            self.stream.stalled(&self.shared.clock, what);
        }
        silence.is_end.then(|| SessionEnd::new(GapCause::Camera, format!("stalled: {what}")))
    }

    fn tick(&mut self, now: MonoTime, line: &mut Line) {
        if line.flush_due(now)
            && let Some(recorder) = &mut self.recorder
        {
            if self.stream.take_seal_request() {
                recorder.seal_for_export();
            }
            recorder.flush();
        }
        if let (Some(recorder), Some(dated)) = (&mut self.recorder, self.stream.take_dated()) {
            recorder.dated_clock(dated.offset_us, dated.uncertainty_us);
        }
        self.stream.refresh(now);
        if self.stream.open_gap().is_some() || self.recorder.as_ref().is_some_and(|r| r.deadline().is_none())
        {
            self.show_gap();
        }
    }

    fn item(
        &mut self,
        item: Item,
        session: &Source,
        index: usize,
        line: &mut Line,
    ) -> Result<(), SessionEnd> {
        match item {
            Item::Unit(frame) => self.frame(frame, session, index, line),
            Item::Picture(picture) => self.picture(picture, line),
            Item::Sound(frame) => self.sound(&frame, session, index, line),
            Item::Torn(why, received) => {
                line.heard = self.shared.clock.mono_of(received);
                no_use(line, why)
            }
            Item::Report(packet) => {
                if let (Some(rtp), Some(Ok(Some(report)))) = (
                    packet.rtp_timestamp(),
                    packet.pkts().next().map(retina::rtcp::PacketRef::as_sender_report),
                ) {
                    let ntp_us = ntp_to_wall_us(report.ntp_timestamp().0);
                    if let Some(wall) = line.wall_at(session.ticks(index, rtp.elapsed())) {
                        let offset_us = ntp_us.saturating_sub(wall.0);
                        self.stream.measured_clock(offset_us, self.shared.clock.wall());
                        if let Some(recorder) = &mut self.recorder {
                            recorder.measured_clock(offset_us);
                        }
                    }
                }
                Ok(())
            }
            Item::Other => Ok(()),
        }
    }

    fn frame(
        &mut self,
        frame: VideoFrame,
        session: &Source,
        index: usize,
        line: &mut Line,
    ) -> Result<(), SessionEnd> {
        line.heard = self.shared.clock.mono_of(frame.end_ctx().received());
        if frame.has_new_parameters() || line.params.is_none() {
            match video_params(session, index)? {
                Some(params) if line.params.as_deref() != Some(&params) => {
                    line.timeline.set_params(&params);
                    line.params = Some(Arc::new(params));
                }
                Some(_) => {}
                // No parameter sets yet: nothing can be decoded.
                None if line.heard.since_us(line.newest) < PARAMETERS_US_MAX => return Ok(()),
                None => {
                    let detail = "pictures come, but no parameter sets to decode them";
                    return Err(SessionEnd::new(GapCause::Camera, detail));
                }
            }
        }
        let Some(codec) = line.params.as_ref().map(|params| params.codec) else { return Ok(()) };
        // Asked of the bytes themselves: retina calls a unit without any slice a key.
        let key = media::nal::is_key(codec, frame.data());
        self.stream.count(frame.data().len(), frame.loss().into(), line.heard, key);
        let ticks = frame.timestamp().elapsed();
        self.unit(ticks, key, || frame.into_data().into(), line);
        Ok(())
    }

    /// Each unit of sound can be played by itself. What a camera says of its sound never changes in a session.
    fn sound(
        &mut self,
        frame: &AudioFrame,
        session: &Source,
        index: usize,
        line: &mut Line,
    ) -> Result<(), SessionEnd> {
        line.heard = self.shared.clock.mono_of(frame.ctx().received());
        if line.params.is_none() {
            let params = sound_params(session, index)?;
            line.timeline.set_params(&params);
            line.params = Some(Arc::new(params));
        }
        self.stream.count(frame.data().len(), frame.loss().into(), line.heard, true);
        let ticks = session.ticks(index, frame.timestamp().elapsed());
        self.unit(ticks, true, || Bytes::copy_from_slice(frame.data()), line);
        Ok(())
    }

    /// A JPEG picture says its own size.
    fn picture(&mut self, picture: Picture, line: &mut Line) -> Result<(), SessionEnd> {
        line.heard = self.shared.clock.mono_of(picture.received);
        self.stream.count(picture.data.len(), picture.lost, line.heard, true);
        match media::jpeg::params(&picture.data) {
            Ok(params) if line.params.as_deref() != Some(&params) => {
                line.timeline.set_params(&params);
                line.params = Some(Arc::new(params));
            }
            Ok(_) => {}
            Err(error) => return no_use(line, &error.to_string()),
        }
        self.unit(picture.ticks, true, || picture.data, line);
        Ok(())
    }

    /// Places what was heard last on the line, and hands it on.
    fn unit(&mut self, ticks: i64, key: bool, data: impl FnOnce() -> Bytes, line: &mut Line) {
        let received = line.heard;
        let (wall_mono, wall_now) = self.shared.clock.now();
        let arrival = wall_now.plus_us(received.since_us(wall_mono));
        self.pictures_since.get_or_insert(received);
        let Some((unit, jump)) = line.unit(ticks, (received, arrival), key, data) else { return };
        if let Some(jump) = jump {
            if let Some(recorder) = &mut self.recorder {
                recorder.discontinue(jump);
            }
            self.stream.hub.forget_group();
        }
        self.deliver(unit, line);
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

/// A picture is passed over; the session ends when for long no other has come.
fn no_use(line: &Line, why: &str) -> Result<(), SessionEnd> {
    if line.heard.since_us(line.newest) < PARAMETERS_US_MAX {
        return Ok(());
    }
    Err(SessionEnd::new(GapCause::Camera, format!("pictures come, but none that can be used: {why}")))
}
