//! Verifies a copy from its files alone: every entry leads to every tile and to the root that the log signed, and its entries continue
//! each other.

use super::{CHECKPOINT, VKEY, held, reading::Reading};
use crate::cmd::output::{Finding, Level};
use anyhow::{Context as _, Result};
use ledger::{
    mirror::Edge,
    note::NoteKey,
    tile::{TILE_WIDTH, Tile, parse_bundle},
    tree::leaf_hash,
};
use store::{LogName, MirrorFolder};

/// Findings on both logs of a copy; good ones say what was verified.
pub fn check(folder: &MirrorFolder) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for log in [LogName::Footage, LogName::Access] {
        let Some(pinned) = folder.read(log, VKEY)? else { continue };
        let subject = format!("{} log", log.as_str());
        match check_log(folder, log, &pinned) {
            Ok((good, read)) => {
                findings.push(Finding::new(Level::Good, subject, good));
                findings.extend(read.findings());
            }
            Err(error) => findings.push(Finding::new(Level::Wrong, subject, format!("{error:#}"))),
        }
    }
    for (name, _) in folder.forks().list()? {
        let message = "the log contradicted itself: see `watchkeeper witness forks`";
        findings.push(Finding::new(Level::Wrong, "forks", message).at(name));
    }
    if findings.is_empty() {
        findings.push(Finding::new(Level::Notice, "mirror", "nothing was copied yet"));
    }
    Ok(findings)
}

fn check_log(folder: &MirrorFolder, log: LogName, pinned: &[u8]) -> Result<(String, Reading)> {
    let mut reading = Reading::new(log);
    let key = NoteKey::parse(std::str::from_utf8(pinned)?.trim()).context(VKEY)?;
    let Some((checkpoint, _)) = held(folder, log, &key)? else {
        return Ok(("nothing was copied yet".to_owned(), reading));
    };
    let mut edge = Edge::default();
    while edge.size() < checkpoint.size {
        let bundle =
            Tile::of_size(0, edge.size() / u64::from(TILE_WIDTH), checkpoint.size).context("bundle")?;
        let path = bundle.entries_path();
        let bytes = folder.read(log, &path)?.with_context(|| format!("{path} is missing"))?;
        let entries = parse_bundle(&bytes).with_context(|| path.clone())?;
        anyhow::ensure!(
            entries.len() == usize::from(bundle.width),
            "{path}: not as many entries as its name says"
        );
        for entry in entries {
            reading.read(entry);
            for (tile, bytes) in edge.append(leaf_hash(entry)) {
                same(folder, log, tile, &bytes)?;
            }
        }
    }
    for (tile, bytes) in edge.partial() {
        same(folder, log, tile, &bytes)?;
    }
    anyhow::ensure!(
        edge.root()? == checkpoint.root,
        "{CHECKPOINT}: the {} entries do not lead to the root that the log signed",
        checkpoint.size
    );
    let good = format!("{} entries lead to the root that {} signed", checkpoint.size, checkpoint.origin);
    Ok((good, reading))
}

fn same(folder: &MirrorFolder, log: LogName, tile: Tile, bytes: &[u8]) -> Result<()> {
    let path = tile.path();
    let stored = folder.read(log, &path)?.with_context(|| format!("{path} is missing"))?;
    anyhow::ensure!(stored == bytes, "{path}: not what the entries lead to");
    Ok(())
}
