//! Recomputing a log: leaves, subtrees and checkpoints against each other, the same for both logs.
//!
//! It reads and reports; it repairs nothing. Leaves are read in pages, so that no reader holds the write-ahead log back for long.

use crate::convert::{hash_of, int, uint};
use crate::error::{Doing, Result};
use crate::passes;
use ledger::tile::TILE_WIDTH;
use ledger::tree::{self, Tree};
use model::Hash;
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::HashMap;
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
    const DOING: &str = "reading leaves";
    let mut walk = Walk::begin(pass)?;
    let sql = "SELECT idx, hash, entry FROM leaf WHERE idx >= ? ORDER BY idx LIMIT ?";
    let mut statement = pass.prepare(sql).doing(DOING)?;
    loop {
        let mut rows = statement.query([int(walk.next)?, LEAVES_STEP]).doing(DOING)?;
        let first = walk.next;
        while let Some(row) = rows.next().doing(DOING)? {
            let blob = |at| row.get_ref(at).and_then(|value| Ok(value.as_blob()?)).doing(DOING);
            let (index, entry) = (uint(row.get(0).doing(DOING)?)?, blob(2)?);
            walk.leaf(index, blob(1)?, entry, readable(entry).err())?;
        }
        if walk.next == first {
            break;
        }
    }
    walk.end(pass)
}

/// How far one log was recomputed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct LogPlace {
    pub next: u64,
    pub frontier: Vec<Hash>,
}

/// The next leaves of a log against the checkpoints among them, up to the newest. `true`: that is reached. Subtrees are `check`'s: they are
/// derived, and served proofs are checked by whoever gets them.
pub(crate) fn step_log(
    pass: &Connection,
    from: LogPlace,
    leaves_max: u32,
    readable: impl Fn(&[u8]) -> std::result::Result<(), String>,
) -> Result<(Vec<LogFinding>, LogPlace, bool)> {
    const DOING: &str = "reading leaves";
    let newest: Option<i64> =
        pass.query_row("SELECT max(size) FROM checkpoint", [], |row| row.get(0)).doing(DOING)?;
    let size = uint(newest.unwrap_or(0))?;
    // A place that is none begins anew: what it says is held against what was signed all the same.
    let (tree, next) = match Tree::from_frontier(from.next, from.frontier) {
        Ok(tree) if from.next <= size => (tree, from.next),
        _ => (Tree::new(), 0),
    };
    let to = size.min(next.saturating_add(u64::from(leaves_max)));
    let above = if next == 0 { -1 } else { int(next)? };
    let mut walk = Walk { tree, next, ..Walk::among(pass, above, int(to)?)? };
    let sql = "SELECT idx, hash, entry FROM leaf WHERE idx >= ? AND idx < ? ORDER BY idx";
    let mut statement = pass.prepare(sql).doing(DOING)?;
    let mut rows = statement.query([int(walk.next)?, int(to)?]).doing(DOING)?;
    while let Some(row) = rows.next().doing(DOING)? {
        let blob = |at| row.get_ref(at).and_then(|value| Ok(value.as_blob()?)).doing(DOING);
        let (index, entry) = (uint(row.get(0).doing(DOING)?)?, blob(2)?);
        walk.leaf(index, blob(1)?, entry, readable(entry).err())?;
    }
    if walk.next < to {
        // The last of them are not there: the next step does not ask for them again.
        walk.findings.push(LogFinding::CheckpointBeyond { size, leaves: walk.next });
        return Ok((walk.findings, LogPlace { next: to, frontier: Vec::new() }, true));
    }
    let place = LogPlace { next: walk.next, frontier: walk.tree.frontier().to_vec() };
    // Behind a leaf that is missing no root can be right: it is said, and the round is over.
    let broken = walk.tree.size() != walk.next;
    Ok((walk.findings, place, broken || to == size))
}

/// A log being recomputed, leaf by leaf in order of number.
pub(crate) struct Walk {
    /// Size and root of those that are still ahead.
    checkpoints: Peekable<std::vec::IntoIter<(i64, Vec<u8>)>>,
    findings: Vec<LogFinding>,
    tree: Tree,
    next: u64,
    /// Stored hashes of the leaves of the subtree that has been begun, its number, and the roots of those of which every leaf is
    /// there.
    begun: Vec<Hash>,
    begun_of: u64,
    full: Vec<(u64, Hash)>,
}

impl Walk {
    pub fn begin(pass: &Connection) -> Result<Self> {
        Self::among(pass, -1, i64::MAX)
    }

    /// The same with the checkpoints above one size, up to another.
    fn among(pass: &Connection, above: i64, to: i64) -> Result<Self> {
        let sql =
            format!("SELECT size, root FROM checkpoint WHERE size > {above} AND size <= {to} ORDER BY size");
        let checkpoints =
            passes::rows(pass, "reading checkpoints", &sql, |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut walk = Self {
            checkpoints: checkpoints.into_iter().peekable(),
            findings: Vec::new(),
            tree: Tree::new(),
            next: 0,
            begun: Vec::new(),
            begun_of: 0,
            full: Vec::new(),
        };
        // A log is signed from its first minute on, when it may still be empty.
        if let Some((_, root)) = walk.checkpoints.next_if(|(size, _)| *size <= 0)
            && hash_of(&root).ok() != Some(walk.tree.root())
        {
            walk.findings.push(LogFinding::CheckpointRoot { size: 0 });
        }
        Ok(walk)
    }

    /// The next leaf; `unreadable`: what is wrong with its entry.
    pub fn leaf(
        &mut self,
        index: u64,
        stored: &[u8],
        entry: &[u8],
        unreadable: Option<String>,
    ) -> Result<()> {
        if index != self.next {
            self.findings.push(LogFinding::LeafMissing { index: self.next });
        }
        let hash = tree::leaf_hash(entry);
        let stored = hash_of(stored).ok();
        if stored != Some(hash) {
            self.findings.push(LogFinding::LeafHash { index });
        }
        if let Some(problem) = unreadable {
            self.findings.push(LogFinding::EntryUnreadable { index, problem });
        }
        self.subtree(index, stored);
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

    fn subtree(&mut self, index: u64, stored: Option<Hash>) {
        let width = u64::from(TILE_WIDTH);
        let (number, at) = (index / width, index % width);
        if number != self.begun_of {
            self.begun.clear();
            self.begun_of = number;
        }
        self.begun.extend(stored);
        if at + 1 == width {
            if self.begun.len() as u64 == width {
                self.full.push((number, tree::mth(&self.begun)));
            }
            self.begun.clear();
        }
    }

    /// What no leaf has answered: checkpoints beyond the log, and the stored subtrees.
    pub fn end(self, pass: &Connection) -> Result<Vec<LogFinding>> {
        let Self { checkpoints, mut findings, next, full, .. } = self;
        for (size, _) in checkpoints {
            findings.push(LogFinding::CheckpointBeyond { size: uint(size)?, leaves: next });
        }
        verify_nodes(pass, next, &full, &mut findings)?;
        Ok(findings)
    }
}

/// Each stored subtree root against the level below it, and that there are no others.
fn verify_nodes(
    pass: &Connection,
    leaves: u64,
    full: &[(u64, Hash)],
    findings: &mut Vec<LogFinding>,
) -> Result<()> {
    let width = u64::from(TILE_WIDTH);
    let (mut level, mut count) = (1_u8, leaves / width);
    while count > 0 {
        match level {
            1 => verify_first(pass, count, full, findings)?,
            _ => verify_level(pass, level, count, findings)?,
        }
        strays(pass, level, count, findings)?;
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

/// The subtrees of leaves against the roots that the walk gave.
fn verify_first(
    pass: &Connection,
    count: u64,
    full: &[(u64, Hash)],
    findings: &mut Vec<LogFinding>,
) -> Result<()> {
    const DOING: &str = "reading subtrees";
    let sql = "SELECT idx, hash FROM node WHERE level = 1 AND idx >= 0 AND idx < ? ORDER BY idx";
    let mut statement = pass.prepare(sql).doing(DOING)?;
    let mut rows = statement.query([int(count)?]).doing(DOING)?;
    let mut stored = HashMap::new();
    while let Some(row) = rows.next().doing(DOING)? {
        let hash = row.get_ref(1).doing(DOING)?.as_blob().ok().and_then(|hash| hash_of(hash).ok());
        stored.insert(uint(row.get(0).doing(DOING)?)?, hash);
    }
    let right: HashMap<u64, Hash> = full.iter().copied().collect();
    for index in 0..count {
        let right = right.get(&index).copied();
        if right.is_none() || stored.get(&index).copied().flatten() != right {
            findings.push(LogFinding::Node { level: 1, index });
        }
    }
    Ok(())
}

/// A level above the first against the level below it.
fn verify_level(pass: &Connection, level: u8, count: u64, findings: &mut Vec<LogFinding>) -> Result<()> {
    const DOING: &str = "reading subtrees";
    let below = "SELECT hash FROM node WHERE level = ? AND idx BETWEEN ? AND ? ORDER BY idx";
    let mut below = pass.prepare(below).doing(DOING)?;
    let mut stored = pass.prepare("SELECT hash FROM node WHERE level = ? AND idx = ?").doing(DOING)?;
    let width = u64::from(TILE_WIDTH);
    for index in 0..count {
        let first = index.saturating_mul(width);
        let span = [i64::from(level) - 1, int(first)?, int(first.saturating_add(width - 1))?];
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
    Ok(())
}

/// Stored subtrees of a level that are of no leaves.
fn strays(pass: &Connection, level: u8, count: u64, findings: &mut Vec<LogFinding>) -> Result<()> {
    const DOING: &str = "looking for subtrees of nothing";
    let sql = "SELECT idx FROM node WHERE level = ? AND (idx < 0 OR idx >= ?)";
    let mut strays = pass.prepare(sql).doing(DOING)?;
    let strays =
        strays.query_map([i64::from(level), int(count)?], |row| row.get::<_, i64>(0)).doing(DOING)?;
    for stray in strays {
        let index = stray.doing(DOING)?.max(0) as u64;
        findings.push(LogFinding::Node { level, index });
    }
    Ok(())
}
