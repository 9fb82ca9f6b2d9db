//! The canonical bytes of footage records: field by field in the order of docs/design/ledger.md, and back.
//!
//! Encoding refuses what decoding would refuse, so that nothing enters the log that cannot be read out of it.

use super::{
    ClockOffset, EVIDENCE_BYTES_MAX, EXPIRY_DOMAIN, EXPIRY_SEGMENTS_MAX, EXPIRY_TEXT_BYTES_MAX, EntryKind,
    ExpiryRecord, ExpiryStep, GAP_DOMAIN, GapRecord, SEGMENT_DOMAIN, SegmentRecord, TAGGED_BYTES_MAX,
    TAGGED_COUNT_MAX, Tagged, VERSION, codec_code, codec_from_code,
};
use crate::Result;
use crate::layout::{Reader, Writer};
use model::{CameraId, GapCause, Hash, MediaTime, Profile, SealReason, Span, StoreId, StreamId, WallTime};

fn read_stream(reader: &mut Reader<'_>) -> Result<(StoreId, StreamId)> {
    let store = StoreId(reader.uuid("store")?);
    let camera = CameraId(reader.uuid("camera")?);
    let profile = reader.code("profile", Profile::from_code)?;
    Ok((store, StreamId { camera, profile }))
}

fn write_stream(writer: &mut Writer, store: StoreId, stream: StreamId) {
    writer.uuid(store.0);
    writer.uuid(stream.camera.0);
    writer.u8(stream.profile as u8);
}

pub(super) fn read_span(reader: &mut Reader<'_>) -> Result<Span> {
    let start = WallTime(reader.i64("start_wall")?);
    let end = WallTime(reader.i64("end_wall")?);
    if start >= end {
        return Err(reader.bad("end_wall", 8, "the end is not after the start"));
    }
    Ok(Span { start, end })
}

pub(super) fn write_span(writer: &mut Writer, span: Span) -> Result<()> {
    if span.start >= span.end {
        return Err(writer.bad("end_wall", "the end is not after the start"));
    }
    writer.i64(span.start.0);
    writer.i64(span.end.0);
    Ok(())
}

fn read_tagged(reader: &mut Reader<'_>, field: &'static str) -> Result<Vec<Tagged>> {
    let count = usize::from(reader.u8(field)?);
    if count > TAGGED_COUNT_MAX {
        return Err(reader.bad(field, 1, "too many"));
    }
    let mut list: Vec<Tagged> = Vec::with_capacity(count);
    for _ in 0..count {
        let algorithm = reader.u8(field)?;
        if algorithm <= list.last().map_or(0, |last| last.algorithm) {
            return Err(reader.bad(field, 1, "algorithm numbers do not ascend"));
        }
        list.push(Tagged { algorithm, bytes: reader.opaque(field, TAGGED_BYTES_MAX)?.to_vec() });
    }
    Ok(list)
}

fn write_tagged(writer: &mut Writer, field: &'static str, list: &[Tagged]) -> Result<()> {
    let count = u8::try_from(list.len()).ok().filter(|_| list.len() <= TAGGED_COUNT_MAX);
    writer.u8(count.ok_or_else(|| writer.bad(field, "too many"))?);
    let mut last = 0;
    for tagged in list {
        if tagged.algorithm <= last {
            return Err(writer.bad(field, "algorithm numbers do not ascend"));
        }
        last = tagged.algorithm;
        writer.u8(tagged.algorithm);
        writer.opaque(field, TAGGED_BYTES_MAX, &tagged.bytes)?;
    }
    Ok(())
}

impl ClockOffset {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let clock = Self {
            offset_us: reader.i64("clock_offset_us")?,
            uncertainty_us: reader.u64("clock_uncertainty_us")?,
            method: reader.u8("clock_method")?,
        };
        if clock.problem().is_some() {
            return Err(reader.bad("clock_method", 1, "numbers without a method, or an unknown method"));
        }
        Ok(clock)
    }
    const fn problem(&self) -> Option<&'static str> {
        match self.method {
            0 if self.offset_us == 0 && self.uncertainty_us == 0 => None,
            1 | 2 => None,
            _ => Some("numbers without a method, or an unknown method"),
        }
    }
}

impl SegmentRecord {
    const WHAT: &'static str = "segment record";

    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::header(Self::WHAT, VERSION, SEGMENT_DOMAIN);
        if let Some((field, problem)) = self.problem() {
            return Err(writer.bad(field, problem));
        }
        write_stream(&mut writer, self.store, self.stream);
        writer.u64(self.stream_seq);
        writer.hash(self.prev_record_hash);
        write_span(&mut writer, self.span)?;
        writer.i64(self.first_dts.0);
        writer.i64(self.end_dts.0);
        writer.u32(self.gop_count);
        writer.u32(self.au_count);
        writer.u64(self.media_bytes);
        writer.u8(codec_code(self.codec));
        writer.hash(self.config_hash);
        writer.u16(self.width);
        writer.u16(self.height);
        writer.hash(self.gops_root);
        writer.hash(self.boxes_root);
        writer.u64(self.file_bytes);
        writer.i64(self.clock.offset_us);
        writer.u64(self.clock.uncertainty_us);
        writer.u8(self.clock.method);
        writer.u64(self.boot_counter);
        writer.u8(self.seal_reason.code());
        writer.u16(self.floor_days);
        writer.hash(self.last_checkpoint);
        write_tagged(&mut writer, "digests", &self.digests)?;
        write_tagged(&mut writer, "signatures", &self.signatures)?;
        writer.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(Self::WHAT, bytes);
        reader.header(VERSION, SEGMENT_DOMAIN)?;
        let (store, stream) = read_stream(&mut reader)?;
        let record = Self {
            store,
            stream,
            stream_seq: reader.u64("stream_seq")?,
            prev_record_hash: reader.hash("prev_record_hash")?,
            span: read_span(&mut reader)?,
            first_dts: MediaTime(reader.i64("first_dts")?),
            end_dts: MediaTime(reader.i64("end_dts")?),
            gop_count: reader.u32("gop_count")?,
            au_count: reader.u32("au_count")?,
            media_bytes: reader.u64("media_bytes")?,
            codec: reader.code("codec", codec_from_code)?,
            config_hash: reader.hash("config_hash")?,
            width: reader.u16("width")?,
            height: reader.u16("height")?,
            gops_root: reader.hash("gops_root")?,
            boxes_root: reader.hash("boxes_root")?,
            file_bytes: reader.u64("file_bytes")?,
            clock: ClockOffset::read(&mut reader)?,
            boot_counter: reader.u64("boot_counter")?,
            seal_reason: reader.code("seal_reason", SealReason::from_code)?,
            floor_days: reader.u16("floor_days")?,
            last_checkpoint: reader.hash("last_checkpoint")?,
            digests: read_tagged(&mut reader, "digests")?,
            signatures: read_tagged(&mut reader, "signatures")?,
        };
        if let Some((field, problem)) = record.problem() {
            return Err(reader.bad(field, bytes.len(), problem));
        }
        reader.finish()?;
        Ok(record)
    }

    /// What no true segment can say.
    fn problem(&self) -> Option<(&'static str, &'static str)> {
        if self.first_dts >= self.end_dts {
            return Some(("end_dts", "the end is not after the start"));
        }
        if self.gop_count == 0 || self.gop_count > self.au_count {
            return Some(("gop_count", "is zero or more than the access units"));
        }
        if self.media_bytes >= self.file_bytes {
            return Some(("file_bytes", "not more than the media bytes"));
        }
        if (self.stream_seq == 0) != (self.prev_record_hash == Hash::default()) {
            return Some(("prev_record_hash", "must be zero for the first record and only there"));
        }
        self.clock.problem().map(|problem| ("clock_method", problem))
    }
}

impl GapRecord {
    const WHAT: &'static str = "gap record";

    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::header(Self::WHAT, VERSION, GAP_DOMAIN);
        if let Some((field, problem)) = self.problem() {
            return Err(writer.bad(field, problem));
        }
        write_stream(&mut writer, self.store, self.stream);
        writer.u64(self.stream_seq);
        writer.hash(self.prev_record_hash);
        write_span(&mut writer, self.span)?;
        writer.u8(self.cause.code());
        writer.text("evidence", EVIDENCE_BYTES_MAX, &self.evidence)?;
        writer.u64(self.boot_counter);
        writer.hash(self.last_checkpoint);
        writer.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(Self::WHAT, bytes);
        reader.header(VERSION, GAP_DOMAIN)?;
        let (store, stream) = read_stream(&mut reader)?;
        let record = Self {
            store,
            stream,
            stream_seq: reader.u64("stream_seq")?,
            prev_record_hash: reader.hash("prev_record_hash")?,
            span: read_span(&mut reader)?,
            cause: reader.code("cause", GapCause::from_code)?,
            evidence: reader.text("evidence", EVIDENCE_BYTES_MAX)?,
            boot_counter: reader.u64("boot_counter")?,
            last_checkpoint: reader.hash("last_checkpoint")?,
        };
        if let Some((field, problem)) = record.problem() {
            return Err(reader.bad(field, bytes.len(), problem));
        }
        reader.finish()?;
        Ok(record)
    }

    fn problem(&self) -> Option<(&'static str, &'static str)> {
        ((self.stream_seq == 0) != (self.prev_record_hash == Hash::default()))
            .then_some(("prev_record_hash", "must be zero for the first record and only there"))
    }
}

impl ExpiryRecord {
    const WHAT: &'static str = "expiry record";

    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::header(Self::WHAT, VERSION, EXPIRY_DOMAIN);
        let (kind, intent) = match self.step {
            ExpiryStep::Intent => (EntryKind::ExpiryIntent, Hash::default()),
            ExpiryStep::Done { intent } => (EntryKind::ExpiryDone, intent),
        };
        writer.u8(kind.code());
        writer.hash(intent);
        write_stream(&mut writer, self.store, self.stream);
        writer.i64(self.at.0);
        writer.u16(self.floor_days);
        writer.text("rule", EXPIRY_TEXT_BYTES_MAX, &self.rule)?;
        writer.text("executed_by", EXPIRY_TEXT_BYTES_MAX, &self.executed_by)?;
        writer.u64(self.file_bytes);
        let count = u8::try_from(self.segments.len()).ok();
        let count = count.filter(|count| (1..=EXPIRY_SEGMENTS_MAX).contains(&usize::from(*count)));
        writer.u8(count.ok_or_else(|| writer.bad("segments", "none or too many"))?);
        if !self.segments.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err(writer.bad("segments", "sequence numbers do not ascend"));
        }
        for &(seq, hash) in &self.segments {
            writer.u64(seq);
            writer.hash(hash);
        }
        writer.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(Self::WHAT, bytes);
        reader.header(VERSION, EXPIRY_DOMAIN)?;
        let kind = reader.code("kind", EntryKind::from_code)?;
        let intent = reader.hash("intent")?;
        let step = match (kind, intent == Hash::default()) {
            (EntryKind::ExpiryIntent, true) => ExpiryStep::Intent,
            (EntryKind::ExpiryDone, false) => ExpiryStep::Done { intent },
            _ => return Err(reader.bad("intent", 33, "an intent names none, a completion names one")),
        };
        let (store, stream) = read_stream(&mut reader)?;
        let at = WallTime(reader.i64("at")?);
        let floor_days = reader.u16("floor_days")?;
        let rule = reader.text("rule", EXPIRY_TEXT_BYTES_MAX)?;
        let executed_by = reader.text("executed_by", EXPIRY_TEXT_BYTES_MAX)?;
        let file_bytes = reader.u64("file_bytes")?;
        let count = usize::from(reader.u8("segments")?);
        if !(1..=EXPIRY_SEGMENTS_MAX).contains(&count) {
            return Err(reader.bad("segments", 1, "none or too many"));
        }
        let mut segments: Vec<(u64, Hash)> = Vec::with_capacity(count);
        for _ in 0..count {
            let seq = reader.u64("segments")?;
            if segments.last().is_some_and(|(last, _)| *last >= seq) {
                return Err(reader.bad("segments", 8, "sequence numbers do not ascend"));
            }
            segments.push((seq, reader.hash("segments")?));
        }
        reader.finish()?;
        Ok(Self { store, stream, step, at, floor_days, rule, executed_by, file_bytes, segments })
    }
}
