//! A video that was found somewhere: which copy ids stand in it, and which of its groups of pictures are stored groups.
//!
//! It says nothing about who had it: `store` knows what was handed out. A copy id in a file is a claim, because whoever has the file
//! can write another one into it; a group is proven, because its units' hashes lead to the root in a record of the footage log.
//! Input is a stranger's: nothing panics, and every size has a limit. docs/design/trace.md says what follows from what.

mod material;
mod pictures;

pub use material::Material;
pub use pictures::{Frames, NoPictures, Pictures, StoredGroups, pictures};

use crate::read::ReadAt;
use media::fmp4;
use model::ExportId;
use std::io;
use uuid::Uuid;

/// Copy ids that are named of one file; a package's video has one.
pub const COPY_IDS_MAX: usize = 16;
/// Bytes looked through at once.
const WINDOW_BYTES: usize = 1 << 20;
/// The `uuid` box with the copy id (docs/design/package.md §4), and how many of its bytes are always the same.
const BOX_BYTES: usize = 41;
const MARK_BYTES: usize = 25;

/// The copy ids in a file, wherever they stand in it: before a cut, behind other boxes, inside an archive that stores without
/// compressing. Each once, at most [`COPY_IDS_MAX`].
pub fn copy_ids(file: &mut dyn ReadAt) -> io::Result<Vec<ExportId>> {
    let model = fmp4::copy_box(&[0; 16]);
    let mark = model.get(..MARK_BYTES).unwrap_or_default();
    let (bytes, mut at, mut found) = (file.bytes(), 0_u64, Vec::new());
    let mut window = Vec::new();
    while at < bytes && found.len() < COPY_IDS_MAX {
        let len = usize::try_from(bytes - at).unwrap_or(WINDOW_BYTES).min(WINDOW_BYTES);
        window.resize(len, 0);
        file.read_at(at, &mut window)?;
        for place in window.windows(BOX_BYTES).filter(|place| place.starts_with(mark)) {
            let Some(id) = place.last_chunk::<16>() else { continue };
            let id = ExportId(Uuid::from_bytes(*id));
            if !found.contains(&id) && found.len() < COPY_IDS_MAX {
                found.push(id);
            }
        }
        // A box may lie across two windows.
        let done = if len < WINDOW_BYTES { len } else { len - (BOX_BYTES - 1) };
        at += done as u64;
    }
    Ok(found)
}
