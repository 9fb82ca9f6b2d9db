//! Writes fragments, live units and the copy box. Not the `moov` (see `init`), and never a sample twice:
//! a fragment's head is separate bytes, the samples stay in the buffers they arrived in.

use super::{
    COPY_BOX_TYPE, FLAGS_DELTA, FLAGS_KEY, MDAT_BYTES_MAX, MDAT_HEADER_LEN, MOOF_LEN, NTP_UNIX_SECONDS,
    PRFT_FLAGS, PRFT_LEN, TFHD_FLAGS, TRACK_ID, TRUN_ENTRY_LEN, TRUN_FLAGS, read,
};
use crate::{Error, Result};
use bytes::{BufMut, Bytes, BytesMut};
use model::{AccessUnit, MediaTime, WallTime};

/// What a `trun` says of one sample.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewSample {
    /// Bytes.
    pub size: u32,
    /// Ticks until the next sample's decode time.
    pub duration: u32,
    /// Presentation minus decode time, in ticks.
    pub composition: i32,
    pub key: bool,
}

/// What comes before the samples of one fragment.
#[derive(Clone, Copy, Debug)]
pub struct FragmentHead<'a> {
    /// `mfhd` sequence number.
    pub sequence: u32,
    /// Decode time of the first sample; not negative.
    pub dts: MediaTime,
    /// Wall time of the first sample, written as `prft`; `None` leaves that box out.
    pub wall: Option<WallTime>,
    pub samples: &'a [NewSample],
}

/// `[prft] moof` and the header of `mdat`; the samples' bytes follow it immediately.
/// Fails when the decode time is negative, there is no sample, or together they exceed [`MDAT_BYTES_MAX`].
pub fn fragment_head(head: &FragmentHead<'_>) -> Result<Bytes> {
    let mut out = BytesMut::with_capacity(head_len(head.wall.is_some(), head.samples.len()));
    append_head(&mut out, head)?;
    Ok(out.freeze())
}

fn head_len(wall: bool, samples: usize) -> usize {
    usize::from(wall) * PRFT_LEN + MOOF_LEN + samples * TRUN_ENTRY_LEN + MDAT_HEADER_LEN
}

fn append_head(out: &mut BytesMut, head: &FragmentHead<'_>) -> Result<()> {
    let dts = u64::try_from(head.dts.0).map_err(|_| Error::Unit("decode time is negative"))?;
    let payload = head.samples.iter().map(|sample| u64::from(sample.size)).sum::<u64>();
    if head.samples.is_empty() || payload > MDAT_BYTES_MAX {
        return Err(Error::Unit("a fragment has no sample or too many bytes"));
    }
    let entries = head.samples.len() * TRUN_ENTRY_LEN;
    // No entry is smaller than its sample's share of MDAT_BYTES_MAX and 4 GiB of entries are not in memory.
    let size =
        |bytes: usize| u32::try_from(bytes).map_err(|_| Error::Unit("a fragment has too many samples"));
    if let Some(wall) = head.wall {
        append_prft(out, dts, wall);
    }
    let moof = size(MOOF_LEN + entries)?;
    // MovieFragmentBox, MovieFragmentHeaderBox (ISO/IEC 14496-12 §8.8.4, §8.8.5)
    out.put_u32(moof);
    out.put_slice(b"moof");
    out.put_u32(16);
    out.put_slice(b"mfhd");
    out.put_u32(0);
    out.put_u32(head.sequence);
    // TrackFragmentBox (§8.8.6)
    out.put_u32(moof - 24);
    out.put_slice(b"traf");
    // TrackFragmentHeaderBox (§8.8.7)
    out.put_u32(16);
    out.put_slice(b"tfhd");
    out.put_u32(TFHD_FLAGS);
    out.put_u32(TRACK_ID);
    // TrackFragmentBaseMediaDecodeTimeBox, version 1 (§8.8.12)
    out.put_u32(20);
    out.put_slice(b"tfdt");
    out.put_u32(1 << 24);
    out.put_u64(dts);
    // TrackRunBox, version 1: signed composition offsets (§8.8.8)
    out.put_u32(size(20 + entries)?);
    out.put_slice(b"trun");
    out.put_u32(1 << 24 | TRUN_FLAGS);
    out.put_u32(size(head.samples.len())?);
    out.put_u32(moof + MDAT_HEADER_LEN as u32); // data offset from the start of moof
    for sample in head.samples {
        out.put_u32(sample.duration);
        out.put_u32(sample.size);
        out.put_u32(if sample.key { FLAGS_KEY } else { FLAGS_DELTA });
        out.put_i32(sample.composition);
    }
    // MediaDataBox (§8.1.1); MDAT_BYTES_MAX keeps the size in 32 bits
    out.put_u32((payload + MDAT_HEADER_LEN as u64) as u32);
    out.put_slice(b"mdat");
    Ok(())
}

/// ProducerReferenceTimeBox, version 1 (ISO/IEC 14496-12 §8.16.5): at media time `dts` it was `wall`.
fn append_prft(out: &mut BytesMut, dts: u64, wall: WallTime) {
    out.put_u32(PRFT_LEN as u32);
    out.put_slice(b"prft");
    out.put_u32(1 << 24 | PRFT_FLAGS);
    out.put_u32(TRACK_ID);
    out.put_u64(ntp_from_wall(wall));
    out.put_u64(dts);
}

/// The 64-bit NTP timestamp (RFC 5905 §6): whole seconds and 2^-32 s, rounded up so that [`wall_from_ntp`] gives
/// back the microsecond exactly. Seconds beyond 32 bits wrap (era 1 begins in 2036) as NTP has it.
fn ntp_from_wall(wall: WallTime) -> u64 {
    let seconds = wall.0.div_euclid(1_000_000).wrapping_add(NTP_UNIX_SECONDS) as u64 & 0xffff_ffff;
    let fraction = ((wall.0.rem_euclid(1_000_000) as u64) << 32).div_ceil(1_000_000);
    seconds << 32 | fraction
}

/// The wall time of an NTP timestamp; seconds before 2000-01-01 belong to era 1.
pub(super) fn wall_from_ntp(ntp: u64) -> WallTime {
    const SECONDS_2000: i64 = 3_155_673_600;
    let mut seconds = (ntp >> 32) as i64;
    if seconds < SECONDS_2000 {
        seconds += 1 << 32;
    }
    let us = ((ntp & 0xffff_ffff) * 1_000_000) >> 32;
    WallTime((seconds - NTP_UNIX_SECONDS) * 1_000_000 + us as i64)
}

/// One access unit as one `moof` and `mdat`, for Media Source Extensions: no wall time, `sequence` counts units.
/// `duration` in ticks; the next unit's decode time governs when it differs.
pub fn live_unit(sequence: u32, unit: &AccessUnit, duration: u32) -> Result<Bytes> {
    let mut out = BytesMut::with_capacity(live_unit_len(unit));
    live_unit_append(&mut out, sequence, unit, duration)?;
    Ok(out.freeze())
}

/// Bytes of a live unit, for reserving room.
pub fn live_unit_len(unit: &AccessUnit) -> usize {
    head_len(false, 1) + unit.data.len()
}

/// Appends what [`live_unit`] gives to a message that has its own header.
pub fn live_unit_append(out: &mut BytesMut, sequence: u32, unit: &AccessUnit, duration: u32) -> Result<()> {
    let sample = sample_of(unit, duration)?;
    append_head(out, &FragmentHead { sequence, dts: unit.dts, wall: None, samples: &[sample] })?;
    out.put_slice(&unit.data);
    Ok(())
}

/// The `trun` entry of a unit. Fails when its presentation is 6 hours or more from its decoding (32 bits of ticks).
pub(crate) fn sample_of(unit: &AccessUnit, duration: u32) -> Result<NewSample> {
    Ok(NewSample {
        size: u32::try_from(unit.data.len()).map_err(|_| Error::Unit("more than 4 GiB"))?,
        duration,
        composition: i32::try_from(unit.pts - unit.dts)
            .map_err(|_| Error::Unit("presentation too far from decoding"))?,
        key: unit.key,
    })
}

/// The head of a fragment with its decode time moved to `dts` (and without `prft`, whose pairing would be untrue).
/// `head` must hold at least the bytes before the first sample; bytes after them are ignored. The samples of the
/// stored fragment may follow the result unchanged.
pub fn rebase(head: &[u8], dts: MediaTime) -> Result<Bytes> {
    let fragment =
        read::fragment_at(head, 0)?.ok_or(Error::stored("fragment head is cut off", head.len() as u64))?;
    let samples: Vec<NewSample> = fragment.samples.iter().map(read::Sample::as_new).collect();
    fragment_head(&FragmentHead { sequence: fragment.sequence, dts, wall: None, samples: &samples })
}

/// The `uuid` box that names a copy: version 1, then the id (ISO/IEC 14496-12 §4.2).
pub fn copy_box(copy_id: &[u8; 16]) -> Bytes {
    let mut out = BytesMut::with_capacity(41);
    out.put_u32(41);
    out.put_slice(b"uuid");
    out.put_slice(&COPY_BOX_TYPE);
    out.put_u8(1);
    out.put_slice(copy_id);
    out.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_time_survives_ntp() {
        for us in [951_782_400_000_000, 1_795_341_600_123_456, 1_795_341_600_999_999, 2_085_978_496_000_001] {
            assert_eq!(wall_from_ntp(ntp_from_wall(WallTime(us))), WallTime(us));
        }
    }
}
