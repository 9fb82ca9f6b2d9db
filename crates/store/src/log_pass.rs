//! Recomputing a log: leaves, subtrees and checkpoints against each other, the same for both logs.
//!
//! It reads and reports; it repairs nothing. Leaves are read in pages, so that no reader holds the write-ahead log back for long.

use crate::convert::{hash_of, int, uint};
use crate::error::{Doing, Result};
use crate::passes;
use ledger::tile::TILE_WIDTH;
use ledger::tree::{self, Tree};
use model::Hash;
use rusqlite::{Connection, OptionalExtension as _, Statement};
use std::iter::Peekable;

/// Leaves of one page.
const LEAVES_STEP: i64 = 1_024;

/// Something wrong with a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LogFinding {
    /// A leaf's stored hash is not the hash of its entry.
    LeafHash { index: u64 },
    /// Leaf numbers are not consecutive.
    LeafMissing { index: u64 },
    /// An entry of the footage log cannot be read.
    EntryUnreadable { index: u64, problem: String },
    /// A signed checkpoint's root is not the root of its leaves.
    CheckpointRoot { size: u64 },
    /// A checkpoint is larger than the log.
    CheckpointBeyond { size: u64, leaves: u64 },
    /// A derived subtree root is wrong or missing; it can be rebuilt.
    Node { level: u8, index: u64 },
}

/// Walks a log from its first leaf on. `readable` judges an entry's bytes.
pub fn verify_log(
    pass: &Connection,
    readable: impl Fn(&[u8]) -> std::result::Result<(), String>,
) -> Result<Vec<LogFinding>> {
    let checkpoints = passes::rows(
        pass,
        "reading checkpoints",
        "SELECT size, root FROM checkpoint ORDER BY size",
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let mut walk = Walk {
        checkpoints: checkpoints.into_iter().peekable(),
        findings: Vec::new(),
        tree: Tree::new(),
        next: 0,
    };
    // A log is signed from its first minute on, when it may still be empty.
    if let Some((_, root)) = walk.checkpoints.next_if(|(size, _)| *size <= 0)
        && hash_of(&root).ok() != Some(walk.tree.root())
    {
        walk.findings.push(LogFinding::CheckpointRoot { size: 0 });
    }
    let sql = "SELECT idx, hash, entry FROM leaf WHERE idx >= ? ORDER BY idx LIMIT ?";
    let mut statement = pass.prepare(sql).doing("reading leaves")?;
    while walk.page(&mut statement, &readable)? {}
    let Walk { checkpoints, mut findings, next, .. } = walk;
    for (size, _) in checkpoints {
        findings.push(LogFinding::CheckpointBeyond { size: uint(size)?, leaves: next });
    }
    verify_nodes(pass, next, &mut findings)?;
    Ok(findings)
}

struct Walk {
    /// Size and root of those that are still ahead.
    checkpoints: Peekable<std::vec::IntoIter<(i64, Vec<u8>)>>,
    findings: Vec<LogFinding>,
    tree: Tree,
    next: u64,
}

impl Walk {
    /// One page of leaves; false when there is none left.
    fn page(
        &mut self,
        statement: &mut Statement<'_>,
        readable: impl Fn(&[u8]) -> std::result::Result<(), String>,
    ) -> Result<bool> {
        const DOING: &str = "reading leaves";
        let mut rows = statement.query([int(self.next)?, LEAVES_STEP]).doing(DOING)?;
        let mut any = false;
        while let Some(row) = rows.next().doing(DOING)? {
            any = true;
            let index = row.get(0).doing(DOING)?;
            let blob = |at| row.get_ref(at).and_then(|value| Ok(value.as_blob()?)).doing(DOING);
            self.leaf(uint(index)?, blob(1)?, blob(2)?, &readable)?;
        }
        Ok(any)
    }

    fn leaf(
        &mut self,
        index: u64,
        stored: &[u8],
        entry: &[u8],
        readable: impl Fn(&[u8]) -> std::result::Result<(), String>,
    ) -> Result<()> {
        if index != self.next {
            self.findings.push(LogFinding::LeafMissing { index: self.next });
        }
        let hash = tree::leaf_hash(entry);
        if hash_of(stored).ok() != Some(hash) {
            self.findings.push(LogFinding::LeafHash { index });
        }
        if let Err(problem) = readable(entry) {
            self.findings.push(LogFinding::EntryUnreadable { index, problem });
        }
        self.tree.append(hash);
        self.next = index.saturating_add(1);
        let next = self.next;
        while let Some((size, root)) =
            self.checkpoints.next_if(|(size, _)| uint(*size).is_ok_and(|size| size <= next))
        {
            let size = uint(size)?;
            if size == self.tree.size() && hash_of(&root).ok() != Some(self.tree.root()) {
                self.findings.push(LogFinding::CheckpointRoot { size });
            }
        }
        Ok(())
    }
}

/// Each stored subtree root against the level below it, and that there are no others.
fn verify_nodes(pass: &Connection, leaves: u64, findings: &mut Vec<LogFinding>) -> Result<()> {
    let width = u64::from(TILE_WIDTH);
    let (mut level, mut count) = (1_u8, leaves / width);
    while count > 0 {
        verify_level(pass, level, count, findings)?;
        (level, count) = (level + 1, count / width);
    }
    let higher: i64 = pass
        .query_row("SELECT count(*) FROM node WHERE level >= ? OR level < 1", [level], |row| row.get(0))
        .doing("looking for subtrees of nothing")?;
    if higher > 0 {
        findings.push(LogFinding::Node { level, index: 0 });
    }
    Ok(())
}

fn verify_level(pass: &Connection, level: u8, count: u64, findings: &mut Vec<LogFinding>) -> Result<()> {
    const DOING: &str = "reading subtrees";
    let below = match level {
        1 => "SELECT hash FROM leaf WHERE idx BETWEEN ? AND ? ORDER BY idx".to_owned(),
        _ => {
            format!("SELECT hash FROM node WHERE level = {} AND idx BETWEEN ? AND ? ORDER BY idx", level - 1)
        }
    };
    let mut below = pass.prepare(&below).doing(DOING)?;
    let mut stored = pass.prepare("SELECT hash FROM node WHERE level = ? AND idx = ?").doing(DOING)?;
    let width = u64::from(TILE_WIDTH);
    for index in 0..count {
        let first = index.saturating_mul(width);
        let span = [int(first)?, int(first.saturating_add(width - 1))?];
        let hashes = below.query_map(span, |row| row.get::<_, Vec<u8>>(0)).doing(DOING)?;
        let hashes = hashes.collect::<rusqlite::Result<Vec<_>>>().doing(DOING)?;
        let hashes: Vec<Hash> = hashes.iter().filter_map(|hash| hash_of(hash).ok()).collect();
        let here: Option<Vec<u8>> =
            stored.query_row([i64::from(level), int(index)?], |row| row.get(0)).optional().doing(DOING)?;
        let is_right = hashes.len() as u64 == width
            && here.is_some_and(|here| hash_of(&here).ok() == Some(tree::mth(&hashes)));
        if !is_right {
            findings.push(LogFinding::Node { level, index });
        }
    }
    let mut strays = pass
        .prepare("SELECT idx FROM node WHERE level = ? AND (idx < 0 OR idx >= ?)")
        .doing("looking for subtrees of nothing")?;
    let strays = strays
        .query_map([i64::from(level), int(count)?], |row| row.get::<_, i64>(0))
        .doing("looking for subtrees of nothing")?;
    for stray in strays {
        let index = stray.doing("looking for subtrees of nothing")?.max(0) as u64;
        findings.push(LogFinding::Node { level, index });
    }
    Ok(())
}
