//! What a copy's entries say, as findings: breaks and forks of streams, outages that the ticks bound, records that came late, the last
//! record of each stream. Judged by `ledger::follow`; here it only becomes words.
//!
//! It is told of copies alone whose entries lead to the signed root. The invariant kept: all breaks are counted, also those not listed.

use crate::cmd::output::{Finding, Level};
use ledger::access::BatchLeaf;
use ledger::follow::{Follower, Found, LATE_US};
use ledger::origin::OriginRecord;
use ledger::tick::Between;
use std::collections::VecDeque;
use store::LogName;

/// Wrong entries that are listed: the first ones say where to look.
const WRONG_MAX: usize = 100;
/// Outages that are listed, the newest: a year of weekly restarts, twice.
const OUTAGES_MAX: usize = 100;
/// Clock steps and restores that are listed, the first; all are counted.
const OTHERS_MAX: usize = 100;

/// A reader of one log's entries.
pub(super) struct Reading {
    log: LogName,
    number: u64,
    follower: Follower,
    minute: Option<i64>,
    wrong: Vec<Finding>,
    wrong_count: u64,
    outages: VecDeque<Finding>,
    earlier_count: u64,
    others: Vec<Finding>,
    others_count: u64,
}

impl Reading {
    pub fn new(log: LogName) -> Self {
        Self {
            log,
            number: 0,
            follower: Follower::default(),
            minute: None,
            wrong: Vec::new(),
            wrong_count: 0,
            outages: VecDeque::new(),
            earlier_count: 0,
            others: Vec::new(),
            others_count: 0,
        }
    }

    pub fn read(&mut self, bytes: &[u8]) {
        let number = self.number;
        self.number = number.saturating_add(1);
        match self.log {
            LogName::Footage => {
                for found in self.follower.read(bytes) {
                    self.tell(number, found);
                }
            }
            LogName::Access => self.minute(number, bytes),
        }
    }

    fn minute(&mut self, number: u64, bytes: &[u8]) {
        if OriginRecord::decode(bytes).is_ok() {
            return self.tell(number, Found::Restored { known: None });
        }
        match BatchLeaf::decode(bytes) {
            Ok(batch) => {
                if self.minute.is_some_and(|before| batch.minute <= before) {
                    self.wrong(number, "its minute is not after the one before".to_owned());
                }
                self.minute = Some(batch.minute);
            }
            Err(error) => self.tell(number, Found::Unreadable(error)),
        }
    }

    fn tell(&mut self, number: u64, found: Found) {
        match found {
            Found::Unreadable(error) => self.wrong(number, format!("no entry of this log: {error}")),
            Found::OtherStore(store) => {
                self.wrong(number, format!("it is of the store {store}, and the entries before it are not"));
            }
            Found::Broken(broken) => self.wrong(number, broken.to_string()),
            Found::Ticks(Between::Disorder) => {
                self.wrong(
                    number,
                    "this tick cannot follow the one before it: not the same recorder's log".to_owned(),
                );
            }
            // So short that nothing is sure.
            Found::Ticks(Between::Down { from, to }) if from >= to => {}
            Found::Ticks(Between::Down { from, to }) => {
                let message = format!("no recorder ran from {from} to {to}");
                self.outage(number, message);
            }
            Found::Ticks(Between::Unwritten { from, to }) => {
                let message = format!("no tick from {from} to {to}: the run went on, and could not write");
                self.outage(number, message);
            }
            Found::Ticks(Between::Stepped { at, by_us }) => {
                let message = format!("the system's clock was set by {} s at {at}", by_us / 1_000_000);
                self.other(number, "clock", message);
            }
            Found::Restored { known } => {
                let lost = known.map(|size| {
                    format!("; {size} entries of the time before were signed, and what lies between is not in this log")
                });
                let message =
                    format!("was restored here, and goes on under a new key{}", lost.unwrap_or_default());
                self.other(number, &format!("{} log", self.log.as_str()), message);
            }
        }
    }

    fn outage(&mut self, number: u64, message: String) {
        if self.outages.len() == OUTAGES_MAX {
            self.outages.pop_front();
            self.earlier_count = self.earlier_count.saturating_add(1);
        }
        self.outages.push_back(Finding::new(Level::Notice, "outage", message).at(entry(number)));
    }

    fn other(&mut self, number: u64, subject: &str, message: String) {
        self.others_count = self.others_count.saturating_add(1);
        if self.others.len() < OTHERS_MAX {
            self.others.push(Finding::new(Level::Notice, subject, message).at(entry(number)));
        }
    }

    fn wrong(&mut self, number: u64, message: String) {
        self.wrong_count = self.wrong_count.saturating_add(1);
        if self.wrong.len() < WRONG_MAX {
            let subject = format!("{} log", self.log.as_str());
            self.wrong.push(Finding::new(Level::Wrong, subject, message).at(entry(number)));
        }
    }

    /// Everything that was found, the worst first.
    pub fn findings(mut self) -> Vec<Finding> {
        let subject = format!("{} log", self.log.as_str());
        let mut findings = std::mem::take(&mut self.wrong);
        let more = self.wrong_count.saturating_sub(findings.len() as u64);
        if more > 0 {
            findings.push(Finding::new(Level::Wrong, subject.clone(), format!("{more} more such entries")));
        }
        if self.earlier_count > 0 {
            let message = format!("{} earlier ones", self.earlier_count);
            findings.push(Finding::new(Level::Notice, "outage", message));
        }
        findings.extend(self.outages.drain(..));
        let more = self.others_count.saturating_sub(self.others.len() as u64);
        findings.append(&mut self.others);
        if more > 0 {
            let message = format!("{more} more clock steps and restores");
            findings.push(Finding::new(Level::Notice, subject.clone(), message));
        }
        let (late, first) = self.follower.late();
        if let Some((number, link)) = first.first() {
            let message = format!(
                "{late} records came more than {} minutes after their end; the first is number {} of {}, ended {}",
                LATE_US / 60_000_000,
                link.seq,
                link.stream,
                link.span.end
            );
            findings.push(Finding::new(Level::Notice, subject, message).at(entry(*number)));
        }
        if let (ticks, Some(newest)) = self.follower.ticks() {
            let message = format!("{ticks}, the newest of {}", newest.wall);
            findings.push(Finding::new(Level::Good, "ticks", message));
        }
        findings.extend(self.follower.streams().map(|last| {
            let what =
                last.link.gap.map_or("a segment".to_owned(), |cause| format!("a gap ({})", cause.as_str()));
            let message = format!(
                "{} records, the last is {what}, number {}, which ends {}",
                last.records, last.link.seq, last.link.span.end
            );
            Finding::new(Level::Good, format!("stream {}", last.link.stream), message).at(entry(last.entry))
        }));
        findings
    }
}

fn entry(number: u64) -> String {
    format!("entry {number}")
}
