//! Recorded pictures for one viewer and one stream: from an instant on, at a speed, across segments and gaps.
//!
//! Demands a `Pass` and asks it before every message (invariant 2). It reads sealed, committed segments only; to play what was
//! recorded a moment ago it asks the recorder to seal early. It moves decode times onto the viewer's clock and changes nothing else.
//! Footage that cannot be read is a gap that says so; what follows is played.

use crate::{clock::ServerClock, stream::StreamShared};
use bytes::{Bytes, BytesMut};
use law::retention::is_beyond;
use media::{
    fmp4::{self, ItemKind},
    index::{FragmentEntry, GopEntry, Index},
};
use model::{
    AccessUnit, Codec, Cx, GapCause, MediaTime, MonoTime, Profile, Span, StreamId, VideoParams, WallTime,
};
use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use store::{Footage, Pass, PassEnd, SegmentRead, SegmentReader, SegmentRow, Store};
use tokio::sync::Notify;

/// Media sent ahead of what the viewer has acknowledged, at normal speed: enough for a hiccup, little enough to seek quickly.
const AHEAD_US: i64 = 20_000_000;
/// Key frames alone are sent at least so far apart: every picture of Motion JPEG is one, and fast playing shows no more.
const KEYS_INTERVAL_US_MIN: i64 = 500_000;
/// How far one look-up of segments goes; a month is found in steps.
const LOOK_US: [i64; 3] = [600_000_000, 86_400_000_000, 40 * 86_400_000_000];
/// How long to wait for an early seal when the viewer asks for what is still open: the 10 s that must lie between two of a stream,
/// and a key frame's distance and a sync.
const SEAL_WAIT: Duration = Duration::from_secs(16);
/// How often to look whether the early seal is there.
const SEAL_POLL: Duration = Duration::from_millis(200);
/// Footage this close to now is live, not playback.
const LIVE_EDGE_US: i64 = 4_000_000;
/// How often a pass is asked while the viewer is paused or full.
const PASS_CHECK_INTERVAL: Duration = Duration::from_millis(500);
/// Shorter gaps are rounding between records, and not shown.
const GAP_SHOWN_US_MIN: i64 = 1_000;
/// Fastest playback.
pub const SPEED_MAX: f32 = 64.0;

/// What a viewer asks for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum PlaybackCommand {
    /// Begin at `at`. `base` is the wall time that is media time zero for this viewer, so that several cameras share one clock.
    Play {
        epoch: u32,
        at: WallTime,
        base: WallTime,
        until: Option<WallTime>,
        speed: f32,
        keys_only: bool,
    },
    Pause,
    /// The viewer has shown up to here.
    Ack {
        epoch: u32,
        wall: WallTime,
    },
}

/// What a viewer receives. `epoch` is the one of the last `Play`.
pub enum PlaybackMessage {
    /// The group that holds the asked instant begins at `at`.
    Position {
        epoch: u32,
        at: WallTime,
        base: WallTime,
    },
    Init {
        epoch: u32,
        codec: Codec,
        rfc6381: String,
        width: u16,
        height: u16,
        bytes: Bytes,
    },
    /// One fragment, its decode times moved so that zero is `base`.
    Media {
        epoch: u32,
        key: bool,
        sequence: u32,
        wall: WallTime,
        dts: MediaTime,
        units: u32,
        bytes: Bytes,
    },
    /// What follows, within the span, was brought later from elsewhere: it fills a gap of what was recorded.
    Brought {
        epoch: u32,
        span: Span,
        /// Where it came from, as a person said it.
        source: String,
        arrived: WallTime,
    },
    Gap {
        epoch: u32,
        span: Span,
        cause: GapCause,
        /// What the record says, or that stored footage could not be read. For engineers.
        evidence: String,
    },
    EndOfFootage {
        epoch: u32,
        at: WallTime,
    },
    End(PlaybackEnd),
}

/// Why a playback ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PlaybackEnd {
    Pass(PassEnd),
    /// The store could not be asked what it has; says why. A single file that cannot be read is a gap instead.
    Unreadable(String),
}

#[derive(Clone, Copy)]
struct Playing {
    epoch: u32,
    cursor: WallTime,
    base: WallTime,
    until: WallTime,
    acked: WallTime,
    ahead_us: i64,
    keys_only: bool,
    positioned: bool,
    /// An early seal was asked for at this cursor, and is waited for until then.
    seal_deadline: Option<tokio::time::Instant>,
}

struct Loaded {
    row: SegmentRow,
    index: Arc<Index>,
    gops: Vec<GopEntry>,
    file: Arc<SegmentReader>,
    init: Bytes,
    /// Of it, what is past its term and held by nothing: only the rest of the file is kept.
    beyond: Vec<Span>,
    /// It fills a gap.
    brought: Option<Brought>,
}

/// Footage of the stream `later`, as far as it stands in for what is missing.
struct Brought {
    source: String,
    arrived: WallTime,
    /// Where nothing recorded is any more; its first group may begin before that.
    from: WallTime,
    /// Where what was recorded goes on.
    until: WallTime,
    told: bool,
}

impl Loaded {
    /// Where it ends to be shown.
    fn end(&self) -> WallTime {
        let end = self.row.span.end;
        end.min(self.limit())
    }

    fn limit(&self) -> WallTime {
        self.brought.as_ref().map_or(WallTime(i64::MAX), |brought| brought.until)
    }

    /// What the viewer is told once, before its first picture.
    fn tell(&mut self, epoch: u32) -> Option<PlaybackMessage> {
        let (start, end) = (self.row.span.start, self.end());
        let brought = self.brought.as_mut().filter(|brought| !brought.told)?;
        let span = Span { start: start.max(brought.from), end };
        brought.told = true;
        let (source, arrived) = (brought.source.clone(), brought.arrived);
        Some(PlaybackMessage::Brought { epoch, span, source, arrived })
    }

    /// Where to go on behind a group: at the next one or, of key frames alone, at the next far enough away.
    fn behind(&self, gop: &GopEntry, keys_only: bool) -> WallTime {
        let least_us = if keys_only { KEYS_INTERVAL_US_MIN } else { 1 };
        let mut starts = self.gops.iter().map(|gop| gop.span.start);
        starts.find(|start| start.since_us(gop.span.start) >= least_us).unwrap_or(self.end()).min(self.end())
    }
}

/// What lies at the cursor.
enum Ahead {
    /// Footage: it is loaded.
    Segment,
    /// No footage before this.
    Gap(WallTime),
    Nothing,
}

/// Why a step made nothing.
enum Trouble {
    /// Nothing can be said about what follows.
    Store(String),
    /// This much cannot be read; what follows may be.
    Footage { until: WallTime, detail: String },
}

/// One viewer's reader of one stream's recordings.
pub struct PlaybackReader {
    footage: Footage,
    cx: Cx,
    pass: Arc<Pass>,
    stream: StreamId,
    /// Says what of old footage is held.
    store: Store,
    live: Option<Arc<StreamShared>>,
    clock: Arc<ServerClock>,
    playing: Option<Playing>,
    loaded: Option<Loaded>,
    sent_init: Option<Bytes>,
    pending: VecDeque<PlaybackMessage>,
    sequence: u32,
    changed: Notify,
    ended: bool,
    served: Arc<AtomicU64>,
}

impl PlaybackReader {
    pub(crate) fn new(
        store: Store,
        cx: Cx,
        pass: Arc<Pass>,
        stream: StreamId,
        live: Option<Arc<StreamShared>>,
        clock: Arc<ServerClock>,
    ) -> Self {
        Self {
            footage: store.footage.clone(),
            cx,
            pass,
            stream,
            store,
            live,
            clock,
            playing: None,
            loaded: None,
            sent_init: None,
            pending: VecDeque::new(),
            sequence: 0,
            changed: Notify::new(),
            ended: false,
            served: Arc::default(),
        }
    }

    /// Adds what this reader gives to a sum over all readers, which ticks state.
    pub(crate) fn counting(self, served: Arc<AtomicU64>) -> Self {
        Self { served, ..self }
    }

    /// Takes a viewer's command; what was pending of an older epoch is dropped.
    pub fn command(&mut self, command: PlaybackCommand) {
        match command {
            PlaybackCommand::Play { epoch, at, base, until, speed, keys_only } => {
                let allowed = self.pass.span();
                let start = allowed.map_or(at, |span| at.max(span.start));
                let end = allowed.map_or(WallTime(i64::MAX), |span| span.end);
                let until = until.map_or(end, |until| until.min(end));
                let factor = f64::from(speed.clamp(1.0, SPEED_MAX));
                self.pending.clear();
                self.sent_init = None;
                // Told again, since what was said belongs to the seek before.
                if let Some(brought) = self.loaded.as_mut().and_then(|loaded| loaded.brought.as_mut()) {
                    brought.told = false;
                }
                self.playing = Some(Playing {
                    epoch,
                    cursor: start,
                    base,
                    until,
                    acked: start,
                    ahead_us: (AHEAD_US as f64 * factor) as i64,
                    keys_only,
                    positioned: false,
                    seal_deadline: None,
                });
            }
            PlaybackCommand::Pause => self.playing = None,
            PlaybackCommand::Ack { epoch, wall } => {
                if let Some(playing) = self.playing.as_mut().filter(|playing| playing.epoch == epoch) {
                    playing.acked = playing.acked.max(wall);
                }
            }
        }
        self.changed.notify_one();
    }

    /// The next message; after `End`, `None`. Cancel safe: a message is taken out only when it is returned.
    pub async fn next(&mut self) -> Option<PlaybackMessage> {
        loop {
            if self.ended {
                return None;
            }
            if let Err(end) = self.pass.is_live(self.clock.wall()) {
                self.ended = true;
                return Some(PlaybackMessage::End(PlaybackEnd::Pass(end)));
            }
            if let Some(message) = self.pending.pop_front() {
                if let PlaybackMessage::Media { bytes, .. } = &message {
                    self.served.fetch_add(bytes.len() as u64, Relaxed);
                }
                return Some(message);
            }
            match self.playing {
                Some(playing) if playing.cursor.since_us(playing.acked) < playing.ahead_us => {
                    match self.step(playing).await {
                        Ok(()) => {}
                        Err(Trouble::Footage { until, detail }) => self.skip(playing, until, detail),
                        Err(Trouble::Store(reason)) => {
                            self.ended = true;
                            return Some(PlaybackMessage::End(PlaybackEnd::Unreadable(reason)));
                        }
                    }
                }
                _ => {
                    let _woken = tokio::time::timeout(PASS_CHECK_INTERVAL, self.changed.notified()).await;
                }
            }
        }
    }

    /// Makes the next messages from the cursor on and moves it.
    async fn step(&mut self, mut playing: Playing) -> Result<(), Trouble> {
        if playing.cursor >= playing.until {
            self.finish(playing, playing.until);
            return Ok(());
        }
        match self.load(playing).await? {
            Ahead::Segment => {}
            Ahead::Gap(until) => {
                let span = Span { start: playing.cursor, end: until.min(playing.until) };
                let gaps = self.gaps(playing.epoch, span).await?;
                self.pending.extend(gaps);
                self.jump(playing, span.end);
                return Ok(());
            }
            Ahead::Nothing => {
                self.no_more(playing).await;
                return Ok(());
            }
        }
        let Some(loaded) = &self.loaded else { return Ok(()) };
        let at = playing.cursor;
        let Some(gop) = loaded.gops.iter().find(|gop| gop.span.end > at).cloned() else {
            // Beyond the last group by rounding: go on behind the segment.
            playing.cursor = loaded.end();
            self.playing = Some(playing);
            return Ok(());
        };
        if self.pass.closes(self.stream.camera, gop.span) || is_beyond(&loaded.beyond, gop.span) {
            // Asked for is what lies beside a clip of a higher level, and a group of pictures is given whole. And of a file that a hold
            // keeps only what it holds is shown once the term is over.
            self.jump(playing, gop.span.end.max(at.plus_us(1)));
            return Ok(());
        }
        let read = self.read_gop(&playing, &gop).await;
        let until = gop.span.end;
        let (init, messages) = read.map_err(|detail| Trouble::Footage { until, detail })?;
        // No await below: a cancelled call leaves everything as it was, and the next one reads the group again.
        if !playing.positioned {
            playing.positioned = true;
            let at = gop.span.start;
            self.pending.push_back(PlaybackMessage::Position {
                epoch: playing.epoch,
                at,
                base: playing.base,
            });
        }
        self.pending.extend(self.loaded.as_mut().and_then(|loaded| loaded.tell(playing.epoch)));
        self.sent_init = Some(init);
        self.sequence = self.sequence.wrapping_add(u32::try_from(messages.len()).unwrap_or(0));
        self.pending.extend(messages);
        // The record's end, not the group's, closes the segment, so that the next segment follows without a hole.
        let next = self.loaded.as_ref().map_or(gop.span.end, |loaded| loaded.behind(&gop, playing.keys_only));
        playing.cursor = next.max(at.plus_us(1));
        playing.seal_deadline = None;
        self.playing = Some(playing);
        Ok(())
    }

    /// Goes on behind a span without pictures: the viewer need not acknowledge what was not sent.
    fn jump(&mut self, mut playing: Playing, to: WallTime) {
        playing.cursor = to;
        playing.acked = playing.acked.max(to.plus_us(-playing.ahead_us / 2));
        playing.seal_deadline = None;
        self.playing = Some(playing);
    }

    /// Stored footage cannot be read: the viewer is told, and what follows is played.
    fn skip(&mut self, playing: Playing, until: WallTime, detail: String) {
        if self.pass.is_live(self.clock.wall()).is_err() {
            return; // that is why it was not opened; the next look at the pass ends this reader
        }
        tracing::error!(stream = %self.stream, detail, "stored footage could not be read; playback goes on behind it");
        let end = until.min(playing.until).max(playing.cursor.plus_us(1));
        self.pending.push_back(PlaybackMessage::Gap {
            epoch: playing.epoch,
            span: Span { start: playing.cursor, end },
            cause: GapCause::Disk,
            evidence: format!("unreadable: {detail}"),
        });
        self.jump(playing, end);
    }

    fn finish(&mut self, playing: Playing, at: WallTime) {
        self.pending.push_back(PlaybackMessage::EndOfFootage { epoch: playing.epoch, at });
        self.playing = None;
    }

    /// Nothing on disk from the cursor on: the rest may still be open, so an early seal is asked for, as often as a stream allows.
    async fn no_more(&mut self, mut playing: Playing) {
        let newest = self.live.as_ref().and_then(|live| live.state().newest);
        let open = newest.is_some_and(|newest| newest.since_us(playing.cursor) > LIVE_EDGE_US);
        let now = tokio::time::Instant::now();
        match (&self.live, playing.seal_deadline) {
            (Some(live), None) if open => {
                live.request_viewer_seal(self.clock.mono());
                playing.seal_deadline = Some(now + SEAL_WAIT);
                self.playing = Some(playing);
            }
            (Some(live), Some(deadline)) if now < deadline => {
                if open {
                    live.request_viewer_seal(self.clock.mono());
                }
                tokio::time::sleep(SEAL_POLL).await;
            }
            _ => self.finish(playing, playing.cursor),
        }
    }

    /// Makes sure that `loaded` is the segment at the cursor, when there is one.
    async fn load(&mut self, playing: Playing) -> Result<Ahead, Trouble> {
        let covers =
            |loaded: &Loaded| loaded.row.span.start <= playing.cursor && playing.cursor < loaded.end();
        if self.loaded.as_ref().is_some_and(covers) {
            return Ok(Ahead::Segment);
        }
        self.loaded = None;
        let text = |error: store::Error| Trouble::Store(error.to_string());
        for look_us in LOOK_US {
            let span =
                Span { start: playing.cursor, end: playing.cursor.plus_us(look_us).min(playing.until) };
            let found = self.footage.segment_spans(&self.cx, self.stream, span).await.map_err(text)?;
            let next = found.iter().find(|found| found.span.end > playing.cursor);
            let missing = Span { start: span.start, end: next.map_or(span.end, |next| next.span.start) };
            if let Some(ahead) = self.load_brought(missing).await? {
                return Ok(ahead);
            }
            let Some(next) = next else { continue };
            if next.span.start > playing.cursor {
                return Ok(Ahead::Gap(next.span.start)); // whether it can be read is found out when it is its turn
            }
            let row = self.footage.segment(&self.cx, next.row).await.map_err(text)?;
            let Some(row) = row else { continue };
            let until = row.span.end;
            let opened = self.open(row).await.map_err(|detail| Trouble::Footage { until, detail })?;
            self.loaded = Some(opened);
            return Ok(Ahead::Segment);
        }
        Ok(Ahead::Nothing)
    }

    /// Of what is missing from the recorded stream, what was brought later: it is loaded if it begins it.
    async fn load_brought(&mut self, missing: Span) -> Result<Option<Ahead>, Trouble> {
        if self.stream.profile != Profile::Main || missing.start >= missing.end {
            return Ok(None);
        }
        let text = |error: store::Error| Trouble::Store(error.to_string());
        let later = StreamId { profile: Profile::Later, ..self.stream };
        let found = self.footage.segment_spans(&self.cx, later, missing).await.map_err(text)?;
        let Some(next) = found.iter().find(|found| found.span.end > missing.start) else { return Ok(None) };
        if next.span.start > missing.start {
            return Ok(Some(Ahead::Gap(next.span.start)));
        }
        let row = self.footage.segment(&self.cx, next.row).await.map_err(text)?;
        let Some(row) = row else { return Ok(None) };
        let import = self.footage.back_fill_at(&self.cx, self.stream.camera, row.span.start).await;
        let import = import.map_err(text)?;
        let (source, arrived) =
            import.map_or((String::new(), row.span.end), |import| (import.source, import.arrived));
        let until = missing.end;
        let mut opened = self
            .open(row)
            .await
            .map_err(|detail| Trouble::Footage { until: next.span.end.min(until), detail })?;
        opened.brought = Some(Brought { source, arrived, from: missing.start, until, told: false });
        self.loaded = Some(opened);
        Ok(Some(Ahead::Segment))
    }

    async fn open(&self, row: SegmentRow) -> Result<Loaded, String> {
        let describe =
            |error: &dyn std::fmt::Display| format!("segment {} of {}: {error}", row.seq, row.stream);
        let index = Index::decode(&row.frames).map_err(|error| describe(&error))?;
        let (footage, pass, now) = (self.footage.clone(), self.pass.clone(), self.clock.wall());
        let asked = row.clone();
        let opened = tokio::task::spawn_blocking(move || footage.open_segment(&pass, &asked, now)).await;
        let file = opened.map_err(|error| describe(&error))?.map_err(|error| describe(&error))?;
        let file = Arc::new(file);
        let init = read(file.clone(), index.init_range()).await.map_err(|error| describe(&error))?;
        let gops = index.gops(row.span.end);
        let beyond = self.store.beyond_term(&self.cx, row.stream, row.span).await;
        let beyond = beyond.map_err(|error| describe(&error))?;
        Ok(Loaded { index: Arc::new(index), gops, file, init, beyond, brought: None, row })
    }

    /// What the records say of a span without footage: each gap with its own cause.
    async fn gaps(&self, epoch: u32, span: Span) -> Result<Vec<PlaybackMessage>, Trouble> {
        let gaps = self.footage.gaps(&self.cx, Some(self.stream), span).await;
        let gaps = gaps.map_err(|error| Trouble::Store(error.to_string()))?;
        let recorded = gaps.into_iter().map(|gap| (gap.span, gap.cause, gap.evidence));
        Ok(causes(span, recorded)
            .into_iter()
            .map(|(span, cause, evidence)| PlaybackMessage::Gap { epoch, span, cause, evidence })
            .collect())
    }

    /// The messages of one group, and the init that they need; changes nothing.
    async fn read_gop(
        &self,
        playing: &Playing,
        gop: &GopEntry,
    ) -> Result<(Bytes, Vec<PlaybackMessage>), String> {
        let Some(loaded) = &self.loaded else { return Err("no segment is open".into()) };
        let describe = |error: &dyn std::fmt::Display| {
            format!("segment {} of {}: {error}", loaded.row.seq, loaded.row.stream)
        };
        // Brought footage ends where recorded footage goes on.
        let playing = &Playing { until: playing.until.min(loaded.limit()), ..*playing };
        let mut messages = Vec::new();
        let params = init_params(&loaded.init).ok_or_else(|| describe(&"ftyp and moov cannot be read"))?;
        if self.sent_init.as_ref() != Some(&loaded.init) {
            messages.push(PlaybackMessage::Init {
                epoch: playing.epoch,
                codec: params.codec,
                rfc6381: params.rfc6381.clone(),
                width: params.width,
                height: params.height,
                bytes: loaded.init.clone(),
            });
        }
        let range = if playing.keys_only { key_range(&loaded.index, gop) } else { gop.bytes.clone() };
        let bytes = read(loaded.file.clone(), range.clone()).await.map_err(|error| describe(&error))?;
        let shift = media_time(gop.span.start, playing.base).0 - gop.first_dts.0;
        let mut sequence = self.sequence;
        let made = if playing.keys_only {
            key_message(playing.epoch, &mut sequence, gop, &bytes, shift, Arc::new(params))
                .map(|message| vec![message])
        } else {
            fragment_messages(playing, &mut sequence, &loaded.index, gop, &bytes, shift)
        };
        messages.extend(made.map_err(|error| describe(&error))?);
        Ok((loaded.init.clone(), messages))
    }
}

/// The span in parts, each with one cause: neighbours of the same cause are one, what no record has is unknown (deleted
/// footage, or a record that is still to come). Parts of a millisecond are rounding.
fn causes(
    span: Span,
    recorded: impl Iterator<Item = (Span, GapCause, String)>,
) -> Vec<(Span, GapCause, String)> {
    let mut parts: Vec<(Span, GapCause, String)> = Vec::new();
    let mut at = span.start;
    let mut add = |part: Span, cause: GapCause, evidence: String| match parts.last_mut() {
        Some((last, known, _)) if *known == cause && last.end == part.start => last.end = part.end,
        _ => parts.push((part, cause, evidence)),
    };
    for (gap, cause, evidence) in recorded {
        let Some(part) = gap.intersect(Span { start: at, end: span.end }) else { continue };
        if at < part.start {
            add(Span { start: at, end: part.start }, GapCause::Unknown, String::new());
        }
        add(part, cause, evidence);
        at = part.end;
    }
    if at < span.end {
        add(Span { start: at, end: span.end }, GapCause::Unknown, String::new());
    }
    parts.retain(|(part, ..)| part.duration_us() > GAP_SHOWN_US_MIN);
    parts
}

/// Ticks from `base` to `at`. Media time must not be negative: a viewer's base lies before what it plays.
fn media_time(at: WallTime, base: WallTime) -> MediaTime {
    MediaTime(at.since_us(base).saturating_mul(9) / 100)
}

fn init_params(init: &[u8]) -> Option<VideoParams> {
    match fmp4::next_item(init, 0) {
        Ok(fmp4::Next::Item(fmp4::Item { kind: ItemKind::Init(found), .. })) => Some(found.params),
        _ => None,
    }
}

/// The bytes of a group's first sample.
fn key_range(index: &Index, gop: &GopEntry) -> std::ops::Range<u64> {
    let first = index.units().get(gop.units.start as usize);
    first.map_or(gop.bytes.start..gop.bytes.start, |sample| sample.range())
}

fn key_message(
    epoch: u32,
    sequence: &mut u32,
    gop: &GopEntry,
    sample: &Bytes,
    shift: i64,
    params: Arc<VideoParams>,
) -> Result<PlaybackMessage, media::Error> {
    *sequence = sequence.wrapping_add(1);
    let dts = MediaTime((gop.first_dts.0 + shift).max(0));
    let unit = AccessUnit {
        dts,
        pts: dts,
        wall: gop.span.start,
        received: MonoTime(0),
        key: true,
        data: sample.clone(),
        params,
    };
    let duration = u32::try_from(gop.end_dts - gop.first_dts).unwrap_or(3_600).max(1);
    let bytes = fmp4::live_unit(*sequence, &unit, duration)?;
    Ok(PlaybackMessage::Media {
        epoch,
        key: true,
        sequence: *sequence,
        wall: unit.wall,
        dts,
        units: 1,
        bytes,
    })
}

/// The fragments of a group; those at or beyond the end of what may be shown are left out.
fn fragment_messages(
    playing: &Playing,
    sequence: &mut u32,
    index: &Index,
    gop: &GopEntry,
    bytes: &Bytes,
    shift: i64,
) -> Result<Vec<PlaybackMessage>, media::Error> {
    let fragments = index.fragments();
    let range = gop.fragments.start as usize..gop.fragments.end as usize;
    let mut out = Vec::with_capacity(range.len());
    let shown = |entry: &&FragmentEntry| entry.first_wall < playing.until;
    for entry in fragments.get(range).unwrap_or_default().iter().take_while(shown) {
        let from = usize::try_from(entry.range().start - gop.bytes.start).unwrap_or(usize::MAX);
        let to = usize::try_from(entry.range().end - gop.bytes.start).unwrap_or(usize::MAX);
        let stored = bytes.get(from..to).unwrap_or_default();
        let samples = stored.get(entry.head_bytes as usize..).unwrap_or_default();
        let dts = MediaTime((entry.first_dts.0 + shift).max(0));
        let head = fmp4::rebase(stored, dts)?;
        let mut message = BytesMut::with_capacity(head.len() + samples.len());
        message.extend_from_slice(&head);
        message.extend_from_slice(samples);
        *sequence = sequence.wrapping_add(1);
        out.push(PlaybackMessage::Media {
            epoch: playing.epoch,
            key: entry.key_first,
            sequence: *sequence,
            wall: entry.first_wall,
            dts,
            units: entry.units,
            bytes: message.freeze(),
        });
    }
    Ok(out)
}

/// Reads a range off the async threads.
async fn read(file: Arc<SegmentReader>, range: std::ops::Range<u64>) -> Result<Bytes, String> {
    let len =
        usize::try_from(range.end.saturating_sub(range.start)).map_err(|_| "range too large".to_owned())?;
    let task = tokio::task::spawn_blocking(move || {
        let mut buffer = BytesMut::zeroed(len);
        file.read_at(range.start, &mut buffer).map(|()| buffer.freeze())
    });
    match task.await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_shows_each_of_its_causes() {
        let span = |start, end| Span { start: WallTime(start * 1_000_000), end: WallTime(end * 1_000_000) };
        let check = |recorded: &[(i64, i64, GapCause)], expected: &[(i64, i64, GapCause)]| {
            let recorded =
                recorded.iter().map(|(start, end, cause)| (span(*start, *end), *cause, String::new()));
            let found: Vec<_> =
                causes(span(10, 20), recorded).into_iter().map(|(part, cause, _)| (part, cause)).collect();
            let expected: Vec<_> =
                expected.iter().map(|(start, end, cause)| (span(*start, *end), *cause)).collect();
            assert_eq!(found, expected);
        };
        use GapCause::{Disk, Network, Unknown};
        check(&[], &[(10, 20, Unknown)]);
        check(&[(5, 30, Network)], &[(10, 20, Network)]);
        check(&[(10, 14, Network), (14, 20, Disk)], &[(10, 14, Network), (14, 20, Disk)]);
        check(&[(10, 14, Network), (14, 20, Network)], &[(10, 20, Network)]);
        check(&[(12, 14, Disk)], &[(10, 12, Unknown), (12, 14, Disk), (14, 20, Unknown)]);
    }
}
