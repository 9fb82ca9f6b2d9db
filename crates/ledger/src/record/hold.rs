//! The record of an evidence hold: which cameras' footage of which span must not go, and the end of that.
//!
//! It holds no personal data and no word about the case: who asked, why and by which paper is an entry of the access
//! log, and `authority` is that entry's published leaf, a salted hash that says nothing to those who lack its key.

use super::{EntryKind, VERSION, record_hash};
use crate::Result;
use crate::layout::{Reader, Writer};
use model::{CameraId, Hash, HoldId, Span, StoreId, WallTime};

pub(super) const DOMAIN: &[u8] = b"watchkeeper/hold/v1\n";

/// Cameras of one hold: as many as one access entry lists; more are several holds.
pub const HOLD_CAMERAS_MAX: usize = 64;

/// Which end of a hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HoldStep {
    Placed,
    /// Carries the record hash of its placing.
    Released {
        placed: Hash,
    },
}

/// A hold of every stream of its cameras over a span. The bytes of the placing are also the hold's sidecar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HoldRecord {
    pub store: StoreId,
    pub hold: HoldId,
    pub step: HoldStep,
    pub at: WallTime,
    pub span: Span,
    /// Leaf hash of the access log's entry that placed or lifted it.
    pub authority: Hash,
    /// Strictly ascending, 1 to [`HOLD_CAMERAS_MAX`].
    pub cameras: Vec<CameraId>,
}

impl HoldRecord {
    const WHAT: &'static str = "hold record";

    /// The record of its end.
    pub fn released(&self, at: WallTime, authority: Hash) -> Result<Self> {
        let placed = record_hash(&self.encode()?);
        Ok(Self { step: HoldStep::Released { placed }, at, authority, ..self.clone() })
    }

    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::header(Self::WHAT, VERSION, DOMAIN);
        let (kind, placed) = match self.step {
            HoldStep::Placed => (EntryKind::HoldPlaced, Hash::default()),
            HoldStep::Released { placed } => (EntryKind::HoldReleased, placed),
        };
        writer.u8(kind.code());
        writer.hash(placed);
        writer.uuid(self.store.0);
        writer.uuid(self.hold.0);
        writer.i64(self.at.0);
        super::bytes::write_span(&mut writer, self.span)?;
        writer.hash(self.authority);
        let count = u8::try_from(self.cameras.len()).ok();
        let count = count.filter(|count| (1..=HOLD_CAMERAS_MAX).contains(&usize::from(*count)));
        writer.u8(count.ok_or_else(|| writer.bad("cameras", "none or too many"))?);
        if !self.cameras.is_sorted_by(|a, b| a < b) {
            return Err(writer.bad("cameras", "ids do not ascend"));
        }
        for camera in &self.cameras {
            writer.uuid(camera.0);
        }
        writer.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(Self::WHAT, bytes);
        reader.header(VERSION, DOMAIN)?;
        let kind = reader.code("kind", EntryKind::from_code)?;
        let placed = reader.hash("placed")?;
        let step = match (kind, placed == Hash::default()) {
            (EntryKind::HoldPlaced, true) => HoldStep::Placed,
            (EntryKind::HoldReleased, false) => HoldStep::Released { placed },
            _ => return Err(reader.bad("placed", 33, "a placing names none, a release names one")),
        };
        let store = StoreId(reader.uuid("store")?);
        let hold = HoldId(reader.uuid("hold")?);
        let at = WallTime(reader.i64("at")?);
        let span = super::bytes::read_span(&mut reader)?;
        let authority = reader.hash("authority")?;
        let count = usize::from(reader.u8("cameras")?);
        if !(1..=HOLD_CAMERAS_MAX).contains(&count) {
            return Err(reader.bad("cameras", 1, "none or too many"));
        }
        let mut cameras: Vec<CameraId> = Vec::with_capacity(count);
        for _ in 0..count {
            let camera = CameraId(reader.uuid("cameras")?);
            if cameras.last().is_some_and(|last| *last >= camera) {
                return Err(reader.bad("cameras", 16, "ids do not ascend"));
            }
            cameras.push(camera);
        }
        reader.finish()?;
        Ok(Self { store, hold, step, at, span, authority, cameras })
    }
}
