//! The record of a loss: which segments the log has of a stream whose footage is not in this store and was not deleted either.
//!
//! It stands outside the streams' sequences: those segments keep their place in the chain, and time stays tiled by them. What it
//! says is that nobody can show their pictures here. Written when a store that was restored with a mirror's records goes on.

use super::{EVIDENCE_BYTES_MAX, VERSION};
use crate::Result;
use crate::layout::{Reader, Writer};
use model::{CameraId, Hash, Profile, Span, StoreId, StreamId, WallTime};

pub(super) const DOMAIN: &[u8] = b"watchkeeper/loss/v1\n";

/// Segments of one stream that follow one another, and whose footage is lost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LossRecord {
    pub store: StoreId,
    pub stream: StreamId,
    pub at: WallTime,
    /// From the start of the first to the end of the last of them.
    pub span: Span,
    /// `stream_seq` of the first and of the last.
    pub first_seq: u64,
    pub last_seq: u64,
    /// Record hash of the last: through it all of them are named, since each names the one before.
    pub last_record: Hash,
    /// What was lost with what, for engineers; at most [`EVIDENCE_BYTES_MAX`] bytes, no personal data.
    pub evidence: String,
    pub boot_counter: u64,
}

impl LossRecord {
    const WHAT: &'static str = "loss record";
    const DISORDER: &'static str = "the last is before the first";

    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::header(Self::WHAT, VERSION, DOMAIN);
        writer.uuid(self.store.0);
        writer.uuid(self.stream.camera.0);
        writer.u8(self.stream.profile as u8);
        writer.i64(self.at.0);
        super::bytes::write_span(&mut writer, self.span)?;
        if self.last_seq < self.first_seq {
            return Err(writer.bad("last_seq", Self::DISORDER));
        }
        writer.u64(self.first_seq);
        writer.u64(self.last_seq);
        writer.hash(self.last_record);
        writer.text("evidence", EVIDENCE_BYTES_MAX, &self.evidence)?;
        writer.u64(self.boot_counter);
        writer.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(Self::WHAT, bytes);
        reader.header(VERSION, DOMAIN)?;
        let store = StoreId(reader.uuid("store")?);
        let camera = CameraId(reader.uuid("camera")?);
        let profile = reader.code("profile", Profile::from_code)?;
        let at = WallTime(reader.i64("at")?);
        let span = super::bytes::read_span(&mut reader)?;
        let first_seq = reader.u64("first_seq")?;
        let last_seq = reader.u64("last_seq")?;
        if last_seq < first_seq {
            return Err(reader.bad("last_seq", 8, Self::DISORDER));
        }
        let last_record = reader.hash("last_record")?;
        let evidence = reader.text("evidence", EVIDENCE_BYTES_MAX)?;
        let boot_counter = reader.u64("boot_counter")?;
        reader.finish()?;
        let stream = StreamId { camera, profile };
        Ok(Self { store, stream, at, span, first_seq, last_seq, last_record, evidence, boot_counter })
    }
}
