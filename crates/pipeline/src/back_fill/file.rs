//! The driver for files: an MP4, fragmented or not, with H.264 or H.265 pictures, as cards and NVRs export them.
//!
//! It reads boxes and samples; `media::foreign` says what they are. A file that ends too early gives its pictures up to there.

use super::{BackFillSource, BroughtUnit};
use bytes::Bytes;
use media::foreign::{BOX_BYTES_MAX, ForeignSample, ForeignTrack};
use model::VideoParams;
use std::{fs::File, os::unix::fs::FileExt as _, path::Path};

/// The largest picture that is stored (docs/design/footage.md §2).
const UNIT_BYTES_MAX: u32 = 64 << 20;

/// One file.
#[derive(Debug)]
pub struct Mp4File {
    file: File,
    params: VideoParams,
    samples: std::vec::IntoIter<ForeignSample>,
    length_us: i64,
}

impl Mp4File {
    /// Reads its tables.
    ///
    /// # Errors
    /// With what is wrong in it, or cannot be read.
    pub fn open(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let bytes = file.metadata().map_err(|error| error.to_string())?.len();
        let track = track_of(&file, bytes)?;
        let mut samples = track.samples().map_err(|error| error.to_string())?;
        // A card that was pulled leaves tables, or a fragment's head, of what is not there.
        samples.retain(|one| one.offset.checked_add(one.bytes.into()).is_some_and(|end| end <= bytes));
        let length_us = samples.last().map_or(0, |last| last.dts.0.saturating_mul(100) / 9);
        Ok(Self { file, params: track.params.clone(), samples: samples.into_iter(), length_us })
    }
}

fn track_of(file: &File, bytes: u64) -> Result<ForeignTrack, String> {
    let (mut at, mut track) = (0, None::<ForeignTrack>);
    while let Some((kind, head, size)) = box_at(file, at, bytes) {
        let body = || -> Result<Vec<u8>, String> {
            let long = size.checked_sub(head).filter(|long| *long <= BOX_BYTES_MAX);
            let long =
                long.and_then(|long| usize::try_from(long).ok()).ok_or("a box of tables is too large")?;
            let mut body = vec![0; long];
            file.read_exact_at(&mut body, at + head).map_err(|error| error.to_string())?;
            Ok(body)
        };
        match (&kind, &mut track) {
            (b"moov", None) => track = Some(ForeignTrack::new(&body()?).map_err(|error| error.to_string())?),
            (b"moof", Some(track)) if at + size <= bytes => {
                track.fragment(&body()?, at).map_err(|error| error.to_string())?;
            }
            _ => {}
        }
        let Some(next) = at.checked_add(size) else { break };
        at = next;
    }
    track.ok_or_else(|| "it is no MP4 file with a moov box".to_owned())
}

/// Kind, length of the header, and length of the box at that place (ISO/IEC 14496-12 §4.2); `None` behind the last.
fn box_at(file: &File, at: u64, bytes: u64) -> Option<([u8; 4], u64, u64)> {
    let mut head = [0; 8];
    file.read_exact_at(&mut head, at).ok()?;
    let [a, b, c, d, kind @ ..] = head;
    match u32::from_be_bytes([a, b, c, d]) {
        0 => Some((kind, 8, bytes.checked_sub(at)?)),
        1 => {
            let mut wide = [0; 8];
            file.read_exact_at(&mut wide, at + 8).ok()?;
            Some((kind, 16, u64::from_be_bytes(wide))).filter(|(_, _, size)| *size >= 16)
        }
        size => Some((kind, 8, size.into())).filter(|(_, _, size)| *size >= 8),
    }
}

impl BackFillSource for Mp4File {
    fn params(&self) -> &VideoParams {
        &self.params
    }

    fn length_us(&self) -> i64 {
        self.length_us
    }

    fn next_unit(&mut self) -> Result<Option<BroughtUnit>, String> {
        let Some(sample) = self.samples.next() else { return Ok(None) };
        if sample.bytes > UNIT_BYTES_MAX {
            return Err("a picture is larger than 64 MiB".into());
        }
        let mut data = vec![0; sample.bytes as usize];
        self.file.read_exact_at(&mut data, sample.offset).map_err(|error| error.to_string())?;
        media::nal::count(&data).map_err(|error| error.to_string())?;
        let (key, data) = (media::nal::is_key(self.params.codec, &data), Bytes::from(data));
        Ok(Some(BroughtUnit { dts: sample.dts, pts: sample.pts, key, data }))
    }
}
