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
    let mut numbers = BTreeMap::new();
    for path in files(dir)? {
        let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
        note(&bytes, &mut numbers);
    }
    Ok(counted(numbers))
}

/// Looks through every committed segment of an encrypted store of ours.
pub fn recorded_by_us(dir: &Path, key_file: PathBuf) -> Result<Frames> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let store = super::recorder::open_with(dir, Some(key_file)).await?;
        let (mut numbers, mut after) = (BTreeMap::new(), 0);
        let cx = store::system_cx("bench", pipeline::system_wall());
        loop {
            let step = store.footage.stored_segments(&cx, after, 100).await?;
            let Some(last) = step.last() else { break };
            after = last.row;
            for path in step.iter().filter_map(|segment| segment.path.as_ref()) {
                let (bytes, lost) = store.footage.open_for_system(&cx, path)?.salvage()?;
                anyhow::ensure!(lost == 0, "{path}: {lost} chunks do not open");
                note(&bytes, &mut numbers);
            }
        }
        store.close(pipeline::system_wall()).await?;
        Ok(counted(numbers))
    })
}

fn note(bytes: &[u8], numbers: &mut BTreeMap<u32, Vec<u64>>) {
    let mut rest = bytes;
    while let Some((stamp, end)) = Stamp::next_in(rest) {
        numbers.entry(stamp.camera).or_default().push(stamp.frame);
        rest = rest.get(end..).unwrap_or_default();
    }
}

fn counted(mut numbers: BTreeMap<u32, Vec<u64>>) -> Frames {
    let mut frames = Frames::default();
    for list in numbers.values_mut() {
        list.sort_unstable();
        list.dedup();
        let span = list.first().zip(list.last()).map_or(0, |(first, last)| last - first + 1);
        frames.found += list.len() as u64;
        frames.missing += span - list.len() as u64;
    }
    frames
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
