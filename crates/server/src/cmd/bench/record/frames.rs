//! Which frames of the bench's cameras are in a recorder's files: their stamps, counted.
//!
//! It reads bytes and knows no container, so that it serves every recorder alike.

use anyhow::{Context, Result};
use pipeline::rtsp_server::stamp::Stamp;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// Frames found, and those missing between the first and the last one found of each camera.
#[derive(Clone, Copy, Default, Debug)]
pub struct Frames {
    pub found: u64,
    pub missing: u64,
}

/// Looks through every file below a folder.
pub fn recorded(dir: &Path) -> Result<Frames> {
    let mut numbers: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
    for path in files(dir)? {
        let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
        let mut rest = &bytes[..];
        while let Some((stamp, end)) = Stamp::next_in(rest) {
            numbers.entry(stamp.camera).or_default().push(stamp.frame);
            rest = rest.get(end..).unwrap_or_default();
        }
    }
    let mut frames = Frames::default();
    for list in numbers.values_mut() {
        list.sort_unstable();
        list.dedup();
        let span = list.first().zip(list.last()).map_or(0, |(first, last)| last - first + 1);
        frames.found += list.len() as u64;
        frames.missing += span - list.len() as u64;
    }
    Ok(frames)
}

fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "mp4") {
            found.push(path);
        }
    }
    Ok(found)
}
