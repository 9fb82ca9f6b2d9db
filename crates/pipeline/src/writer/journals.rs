//! The writer's journals: one is written on, older ones stay until everything that they name is committed.
//!
//! The records' bytes are `store::journal`'s. Invariant: a journal goes only when each segment and gap in it has its record.

use super::{Files, SegmentToken, files::Append};
use bytes::Bytes;
use ledger::tick::JournalHead;
use std::{collections::HashSet, path::PathBuf};
use store::journal::{self, Record};

/// A journal is closed and a new one begun after so many bytes, so that old ones can go.
const JOURNAL_BYTES_MAX: u64 = 4 * 1024 * 1024;

struct Journal {
    file: Box<dyn Append>,
    path: PathBuf,
    bytes: u64,
    /// Noted in it.
    count: u32,
    chain: journal::Chain,
    /// Segments and gaps named in it that are not committed yet.
    tokens: HashSet<SegmentToken>,
}

/// So much of which journal a sync covers.
#[derive(Clone, Copy, Default)]
pub(super) struct Covered {
    pub head: JournalHead,
    records: u32,
}

/// All journals of this run.
pub(super) struct Journals {
    boot_counter: u64,
    number: u32,
    current: Option<Journal>,
    old: Vec<Journal>,
    records: Vec<u8>,
}

impl Journals {
    pub fn new(boot_counter: u64) -> Self {
        Self { boot_counter, number: 0, current: None, old: Vec::new(), records: Vec::new() }
    }

    /// Adds a record to the buffer, beginning a journal when there is none.
    pub fn note(&mut self, files: &dyn Files, token: SegmentToken, record: &Record) -> store::Result<()> {
        let journal = match &mut self.current {
            Some(journal) => journal,
            None => {
                self.number += 1;
                let (path, file) = files.create_journal(self.boot_counter, self.number)?;
                let (chain, tokens) = Default::default();
                self.current.insert(Journal { file, path, bytes: 0, count: 0, chain, tokens })
            }
        };
        journal::encode(record, &mut journal.chain, &mut self.records);
        journal.count = journal.count.saturating_add(1);
        journal.tokens.insert(token);
        Ok(())
    }

    /// What was covered is synced: the journal says so with its next records, when it is still written on. That need not be synced
    /// itself, since what it is for is a kill, and whatever was written survives that.
    pub fn note_synced(&mut self, covered: Covered) {
        if let Some(journal) = self.current.as_mut().filter(|_| covered.head.number == self.number) {
            let records = covered.records;
            journal::encode(&Record::Synced { records }, &mut journal.chain, &mut self.records);
            journal.count = journal.count.saturating_add(1);
        }
    }

    /// Appends what was noted. After an error the journal is torn, and what was noted is not in it.
    pub fn write(&mut self) -> store::Result<()> {
        let Some(journal) = &mut self.current else { return Ok(()) };
        if !self.records.is_empty() {
            journal.bytes += self.records.len() as u64;
            let records = Bytes::from(std::mem::take(&mut self.records));
            journal.file.append(&[records])?;
        }
        if journal.bytes >= JOURNAL_BYTES_MAX {
            self.close();
        }
        Ok(())
    }

    /// What is in the journal that is written on: what a sync covers that is asked for now, and what the next tick names then.
    pub fn covered(&self) -> Covered {
        self.current.as_ref().map_or(Covered::default(), |journal| Covered {
            head: JournalHead { number: self.number, bytes: journal.bytes, chain: journal.chain.value() },
            records: journal.count,
        })
    }

    /// Open segments go on in the next journal; this one stays until all that it names is committed.
    pub fn close(&mut self) {
        self.records.clear();
        self.old.extend(self.current.take());
    }

    pub fn committed(&mut self, token: SegmentToken) {
        for journal in self.old.iter_mut().chain(self.current.as_mut()) {
            journal.tokens.remove(&token);
        }
    }

    /// Removes closed journals that nothing needs.
    pub fn remove_settled(&mut self, files: &dyn Files) {
        for journal in self.old.extract_if(.., |journal| journal.tokens.is_empty()) {
            if let Err(error) = files.remove_journal(&journal.path) {
                tracing::warn!(%error, "an old journal could not be removed");
            }
        }
    }
}
