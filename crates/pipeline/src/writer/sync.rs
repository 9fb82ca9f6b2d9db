//! The sync of one media file system, on a thread of its own: while one takes seconds the writer goes on writing, and what it
//! has written outlives a `kill -9`.
//!
//! It decides nothing and is asked by the writer alone. Invariants: one sync at a time; each is asked for once and answered
//! once; it covers what was written before it was asked for, and nothing that came later, whatever the disk did besides.

use super::{Files, Unsynced, journals::Covered};
use std::sync::{
    Arc,
    mpsc::{Receiver, Sender, SyncSender, TryRecvError, channel, sync_channel},
};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How one sync ended.
pub(super) struct Synced {
    pub result: store::Result<()>,
    pub took: Duration,
}

/// The thread's half.
pub(crate) struct Syncer {
    files: Arc<dyn Files>,
    asked: Receiver<()>,
    done: Sender<Synced>,
}

impl Syncer {
    /// Makes the sync that was asked for; false when none was. For who takes its turns himself.
    pub fn step(&self) -> bool {
        self.asked.try_recv().is_ok() && self.sync()
    }

    /// False when the writer is gone.
    fn sync(&self) -> bool {
        let begun = Instant::now();
        let result = self.files.sync();
        self.done.send(Synced { result, took: begun.elapsed() }).is_ok()
    }

    /// Gives it a thread. It ends with its writer.
    pub(super) fn spawn(self, name: String) -> std::io::Result<JoinHandle<()>> {
        let run = move || while self.asked.recv().is_ok() && self.sync() {};
        std::thread::Builder::new().name(name).spawn(run)
    }
}

/// What the sync that is under way will have made durable.
pub(super) struct Batch {
    pub since: Instant,
    pub ops: Vec<Unsynced>,
    pub journal: Covered,
}

/// The writer's half.
pub(super) struct Syncs {
    ask: SyncSender<()>,
    done: Receiver<Synced>,
    pub under_way: Option<Batch>,
    /// Asked for in this run.
    pub count: u64,
    /// Its thread has ended: an error of this program.
    pub is_gone: bool,
}

impl Syncs {
    pub fn new(files: Arc<dyn Files>) -> (Self, Syncer) {
        let ((ask, asked), (done_sender, done)) = (sync_channel(1), channel());
        let syncs = Self { ask, done, under_way: None, count: 0, is_gone: false };
        (syncs, Syncer { files, asked, done: done_sender })
    }

    pub fn begin(&mut self, batch: Batch) {
        self.count += 1;
        self.under_way = Some(batch);
        self.is_gone |= self.ask.send(()).is_err();
    }

    /// The one that was under way, when it has ended; `wait`: that is waited for.
    pub fn ended(&mut self, wait: bool) -> Option<(Synced, Batch)> {
        let batch = self.under_way.take()?;
        let synced = if wait {
            self.done.recv().map_err(|_| TryRecvError::Disconnected)
        } else {
            self.done.try_recv()
        };
        match synced {
            Ok(synced) => return Some((synced, batch)),
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => self.is_gone = true,
        }
        self.under_way = Some(batch);
        None
    }
}
