//! Between our types and SQLite's columns. A stored value that does not fit its type is corruption, said so.

use crate::error::{Error, Result};
use model::{DiskId, GapCause, Hash, Profile, Span, StreamId, WallTime};
use uuid::Uuid;

pub fn blob(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

pub fn uuid_of(bytes: &[u8]) -> Result<Uuid> {
    Uuid::from_slice(bytes).map_err(|_| Error::Corrupt("a stored id has not 16 bytes".into()))
}

pub fn hash_of(bytes: &[u8]) -> Result<Hash> {
    bytes.try_into().map(Hash).map_err(|_| Error::Corrupt("a stored hash has not 32 bytes".into()))
}

/// SQLite's integers are signed; ours count.
pub fn int(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| Error::invalid("number", "is too large to be stored"))
}

pub fn uint(value: i64) -> Result<u64> {
    u64::try_from(value).map_err(|_| Error::Corrupt("a stored count is negative".into()))
}

pub fn small<T: TryFrom<i64>>(value: i64) -> Result<T> {
    T::try_from(value).map_err(|_| Error::Corrupt("a stored number is out of range".into()))
}

pub fn span_of(start_us: i64, end_us: i64) -> Result<Span> {
    Span::new(WallTime(start_us), WallTime(end_us))
        .ok_or_else(|| Error::Corrupt("a stored span ends before it starts".into()))
}

pub fn stream_of(camera: &[u8], profile: i64) -> Result<StreamId> {
    let profile = small::<u8>(profile)?;
    let profile =
        Profile::from_code(profile).ok_or_else(|| Error::Corrupt("a stored profile is unknown".into()))?;
    Ok(StreamId { camera: model::CameraId(uuid_of(camera)?), profile })
}

pub fn cause_of(code: i64) -> Result<GapCause> {
    GapCause::from_code(small(code)?).ok_or_else(|| Error::Corrupt("a stored gap cause is unknown".into()))
}

/// The disk of a segment's row: the first has none.
pub fn disk_of(disk: Option<i64>) -> Result<DiskId> {
    disk.map_or(Ok(DiskId::FIRST), |disk| small(disk).map(DiskId))
}
