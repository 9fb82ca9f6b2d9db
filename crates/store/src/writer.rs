//! The single writer of one database: a bounded queue of operations, committed in groups.
//!
//! Each batch is one transaction and one `fsync` (`synchronous=FULL`); each operation has its own savepoint, so that
//! one failure does not touch its neighbours. The invariant kept: an operation is answered only **after** the commit
//! of the batch it was in; when the commit fails every operation of the batch fails.
//!
//! It holds no state of the database in memory: what an operation needs it reads inside the transaction.

use crate::disk::Disk;
use crate::error::{Doing, Error, Result};
use crate::registry::EntryIndex;
use crate::registry::entries::{self, Prepared};
use crate::wal::Wal;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use sqlx::{Connection, SqliteConnection};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, LazyLock};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Operations that may wait. 200 cameras sealing at the same instant and as many viewers fit five times over.
pub const QUEUE_MAX: usize = 2_048;
/// Operations in one commit: beyond a few hundred the shared `fsync` no longer dominates and latency only grows.
pub const BATCH_MAX: usize = 256;
/// How long a caller waits for room in the queue before it is told that the writer is overloaded.
const QUEUE_WAIT_MAX: std::time::Duration = std::time::Duration::from_secs(5);

/// What an operation does inside its savepoint. `Err` rolls the savepoint back; a refusal that must leave its entry
/// is therefore `Ok(Err(refusal))`.
type Work<T> = Box<dyn for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send>;

trait Operation: Send {
    /// Executes `begin`, which opens its savepoint, and works in it. False: it is to be taken back.
    ///
    /// # Errors
    /// When there is no savepoint: then the batch has failed.
    fn run<'c>(
        &'c mut self,
        connection: &'c mut SqliteConnection,
        begin: &'static str,
    ) -> BoxFuture<'c, Result<bool>>;
    /// `failure`: why the batch was not committed.
    fn answer(self: Box<Self>, failure: Option<&str>);
    /// Entries that it appends, if it does nothing else: neighbours of a batch are then written together.
    fn appends(&self) -> Option<Arc<[Prepared]>> {
        None
    }
    /// They were written, and these begin with its own.
    fn appended(&mut self, _written: &mut std::vec::IntoIter<EntryIndex>) {}
}

/// Who waits for an operation, and what became of it so far.
struct Caller<T> {
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T> Caller<T> {
    /// Notes what the work in the savepoint came to; whether it is kept.
    fn note(&mut self, outcome: Result<T>) -> bool {
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn answer(self, failure: Option<&str>) {
        let outcome = match (failure, self.outcome) {
            (Some(failure), Some(Ok(_)) | None) => {
                Err(Error::Unavailable(format!("not committed: {failure}")))
            }
            (_, Some(outcome)) => outcome,
            (None, None) => Err(Error::Internal("an operation was committed without having run".into())),
        };
        // A caller that went away has its result in the database all the same.
        let _gone = self.reply.send(outcome);
    }
}

struct Pending<T> {
    work: Option<Work<T>>,
    caller: Caller<T>,
}

impl<T: Send + 'static> Operation for Pending<T> {
    fn run<'c>(
        &'c mut self,
        connection: &'c mut SqliteConnection,
        begin: &'static str,
    ) -> BoxFuture<'c, Result<bool>> {
        Box::pin(async move {
            statement(connection, begin).await?;
            let Some(work) = self.work.take() else { return Ok(false) };
            Ok(self.caller.note(caught(work(connection)).await))
        })
    }

    fn answer(self: Box<Self>, failure: Option<&str>) {
        self.caller.answer(failure);
    }
}

/// Entries of the access log that change nothing else.
struct Appending {
    entries: Arc<[Prepared]>,
    caller: Caller<Vec<EntryIndex>>,
}

/// The one entry of an idle writer: its batch is this text and the commit.
static BEGIN_WITH_ENTRY: LazyLock<String> = LazyLock::new(|| entries::text_behind(BEGIN));

impl Operation for Appending {
    fn run<'c>(
        &'c mut self,
        connection: &'c mut SqliteConnection,
        begin: &'static str,
    ) -> BoxFuture<'c, Result<bool>> {
        Box::pin(async move {
            let outcome = match (begin, &self.entries[..]) {
                // If it is the beginning that fails, there is no savepoint, and what ends the batch fails.
                (BEGIN, [entry]) => caught(entries::execute_one(connection, &BEGIN_WITH_ENTRY, entry)).await,
                (begin, entries) => {
                    statement(connection, begin).await?;
                    let entries: Vec<&Prepared> = entries.iter().collect();
                    caught(entries::write_all(connection, &entries)).await
                }
            };
            Ok(self.caller.note(outcome))
        })
    }

    fn answer(self: Box<Self>, failure: Option<&str>) {
        self.caller.answer(failure);
    }

    fn appends(&self) -> Option<Arc<[Prepared]>> {
        Some(Arc::clone(&self.entries))
    }

    fn appended(&mut self, written: &mut std::vec::IntoIter<EntryIndex>) {
        self.caller.note(Ok(written.take(self.entries.len()).collect()));
    }
}

/// A bug in one operation must not end the writer: recording depends on it.
async fn caught<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let caught = AssertUnwindSafe(work).catch_unwind().await;
    caught.unwrap_or_else(|_| Err(Error::Internal("an operation panicked".into())))
}

/// Handle to the writer task; cheap to clone.
#[derive(Clone)]
pub struct Writer {
    name: &'static str,
    queue: mpsc::Sender<Queued>,
}

enum Queued {
    Run(Box<dyn Operation>),
    /// What was queued before is still done, nothing after.
    Stop,
}

impl Writer {
    /// Takes over the only writing connection. The task ends when the last handle is gone and the queue is empty.
    pub fn start(
        name: &'static str,
        connection: SqliteConnection,
        wal: Wal,
        disk: Arc<dyn Disk>,
    ) -> (Self, JoinHandle<()>) {
        let (queue, receiver) = mpsc::channel(QUEUE_MAX);
        let task = tokio::spawn(work_off(name, (connection, wal), receiver, disk));
        (Self { name, queue }, task)
    }

    /// Runs `work` in a savepoint of the next batch and answers after the commit.
    pub async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.queue(Box::new(Pending { work: Some(Box::new(work)), caller: Caller { outcome: None, reply } }))
            .await?;
        answer.await.unwrap_or_else(|_| Err(self.closed()))
    }

    /// Appends entries of the access log that change nothing else, in their order, and answers after the commit. Those of
    /// neighbours in the batch are written together.
    pub async fn append(&self, entries: Vec<Prepared>) -> Result<Vec<EntryIndex>> {
        let (reply, answer) = oneshot::channel();
        self.queue(Box::new(Appending { entries: entries.into(), caller: Caller { outcome: None, reply } }))
            .await?;
        answer.await.unwrap_or_else(|_| Err(self.closed()))
    }

    async fn queue(&self, operation: Box<dyn Operation>) -> Result<()> {
        let queued = self.queue.send_timeout(Queued::Run(operation), QUEUE_WAIT_MAX).await;
        queued.map_err(|error| match error {
            mpsc::error::SendTimeoutError::Timeout(_) => Error::Busy(self.name),
            mpsc::error::SendTimeoutError::Closed(_) => self.closed(),
        })
    }

    /// Finishes what is queued and closes the connection.
    pub async fn stop(&self) {
        // An error means that the task has ended already.
        let _ended = self.queue.send(Queued::Stop).await;
    }

    fn closed(&self) -> Error {
        Error::Unavailable(format!("the {} database is closed", self.name))
    }
}

async fn work_off(
    name: &'static str,
    (mut connection, mut wal): (SqliteConnection, Wal),
    mut queue: mpsc::Receiver<Queued>,
    disk: Arc<dyn Disk>,
) {
    let mut received = Vec::with_capacity(BATCH_MAX);
    // An idle writer starts at once with what is there; while it commits, the next batch gathers by itself.
    while queue.recv_many(&mut received, BATCH_MAX).await > 0 {
        let mut batch = Vec::with_capacity(received.len());
        for queued in received.drain(..) {
            match queued {
                Queued::Run(operation) => batch.push(operation),
                Queued::Stop => queue.close(),
            }
        }
        let done = run_batch(&mut connection, &mut batch, || disk.committing(name)).await;
        let done = done.and_then(|()| disk.committed(name).map_err(refused));
        let failure = done.err().map(|error| error.to_string());
        if let Some(failure) = &failure {
            tracing::error!(database = name, operations = batch.len(), failure, "a batch was not committed");
        }
        let operations = batch.len();
        for operation in batch {
            operation.answer(failure.as_deref());
        }
        wal.committed(operations).await;
    }
    // First, so that the connection that wrote is the last one and leaves no log behind.
    wal.close().await;
    if let Err(error) = connection.close().await {
        tracing::warn!(database = name, %error, "the database did not close cleanly");
    }
}

fn refused(error: std::io::Error) -> Error {
    Error::Unavailable(error.to_string())
}

/// Each text is one way to the thread that has the connection and back, however many statements it has; those ways cost more
/// than the statements.
const BEGIN: &str = "BEGIN IMMEDIATE; SAVEPOINT operation";

/// How an operation's savepoint ends: before another operation, and as the batch's last. A commit releases what is open.
struct End {
    next: &'static str,
    last: &'static str,
}
const KEPT: End = End { next: "RELEASE operation; SAVEPOINT operation", last: "COMMIT" };
/// A savepoint that was rolled back to is still there for the next operation.
const TAKEN_BACK: End = End { next: "ROLLBACK TO operation", last: "ROLLBACK TO operation; COMMIT" };

async fn run_batch(
    connection: &mut SqliteConnection,
    batch: &mut [Box<dyn Operation>],
    committing: impl Fn() -> std::io::Result<()>,
) -> Result<()> {
    if batch.is_empty() {
        return Ok(());
    }
    let done = match run_savepoints(connection, batch).await {
        Ok(end) => match committing().map_err(refused) {
            Ok(()) => statement(connection, end.last).await,
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    if done.is_err()
        && let Err(error) = statement(connection, "ROLLBACK").await
    {
        tracing::warn!(%error, "nothing to roll back");
    }
    done
}

/// A text of constant statements; it ends at the first that fails.
async fn statement(connection: &mut SqliteConnection, sql: &'static str) -> Result<()> {
    sqlx::query(sql).execute(connection).await.doing(sql).map(|_| ())
}

/// Begins, and runs all; how the last one's savepoint is to end.
async fn run_savepoints(
    connection: &mut SqliteConnection,
    batch: &mut [Box<dyn Operation>],
) -> Result<&'static End> {
    let (mut begin, mut end) = (BEGIN, &KEPT);
    for neighbours in batch.chunk_by_mut(|one, next| one.appends().is_some() && next.appends().is_some()) {
        if neighbours.len() > 1 {
            statement(connection, begin).await?;
            let written = append_together(connection, neighbours).await;
            end = if written { &KEPT } else { &TAKEN_BACK };
            begin = end.next;
            if written {
                continue;
            }
        }
        for operation in neighbours {
            end = if operation.run(connection, begin).await? { &KEPT } else { &TAKEN_BACK };
            begin = end.next;
        }
    }
    Ok(end)
}

/// Writes what neighbours append; false when it has to be taken back: then each is to be run by itself, so that an entry that
/// cannot be written fails alone.
async fn append_together(connection: &mut SqliteConnection, neighbours: &mut [Box<dyn Operation>]) -> bool {
    let groups: Vec<_> = neighbours.iter().filter_map(|operation| operation.appends()).collect();
    let all: Vec<&Prepared> = groups.iter().flat_map(|entries| entries.iter()).collect();
    let Ok(written) = caught(entries::write_all(connection, &all)).await else { return false };
    let mut written = written.into_iter();
    for operation in neighbours {
        operation.appended(&mut written);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::sqlite::SqliteConnectOptions;
    use sqlx::{ConnectOptions as _, Row as _};

    async fn writer(folder: &tempfile::TempDir) -> (Writer, JoinHandle<()>) {
        let options =
            SqliteConnectOptions::new().filename(folder.path().join("t.db")).create_if_missing(true);
        let mut connection = options.connect().await.unwrap();
        sqlx::query("CREATE TABLE t (n INTEGER PRIMARY KEY)").execute(&mut connection).await.unwrap();
        Writer::start("test", connection, Wal::new(None), Arc::new(crate::disk::SystemDisk))
    }

    async fn insert(writer: &Writer, number: i64, end: &'static str) -> Result<i64> {
        writer
            .run(move |connection| {
                Box::pin(async move {
                    let query = sqlx::query("INSERT INTO t VALUES (?)").bind(number);
                    query.execute(&mut *connection).await.doing("t")?;
                    match end {
                        "fail" => Err(Error::NotFound("reason")),
                        "panic" => panic!("a bug"),
                        _ => Ok(number),
                    }
                })
            })
            .await
    }

    async fn count(writer: &Writer) -> i64 {
        let counted = writer.run(|connection| {
            Box::pin(async move {
                let row = sqlx::query("SELECT count(*) FROM t").fetch_one(connection).await.doing("t")?;
                Ok(row.get::<i64, _>(0))
            })
        });
        counted.await.unwrap()
    }

    #[tokio::test]
    async fn one_failure_touches_no_neighbour() {
        let folder = tempfile::tempdir().unwrap();
        let (writer, _task) = writer(&folder).await;
        let operations = (0..300).map(|number| {
            let end = match (number, number % 3) {
                (2, _) => "panic",
                (_, 0) => "well",
                _ => "fail",
            };
            insert(&writer, number, end)
        });
        let results = futures::future::join_all(operations).await;
        for (number, result) in results.iter().enumerate() {
            assert_eq!(result.is_ok(), number % 3 == 0, "{number}: {result:?}");
        }
        assert_eq!(count(&writer).await, 100);
    }

    #[tokio::test]
    async fn a_batch_that_cannot_commit_fails_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (writer, _task) = writer(&folder).await;
        // A deferred foreign key is checked at the commit only.
        let broken = writer.run(|connection| {
            Box::pin(async move {
                for sql in [
                    "PRAGMA foreign_keys = ON",
                    "CREATE TABLE u (n INTEGER REFERENCES t (n) DEFERRABLE INITIALLY DEFERRED)",
                    "INSERT INTO u VALUES (99)",
                ] {
                    sqlx::query(sql).execute(&mut *connection).await.doing("t")?;
                }
                Ok(())
            })
        });
        let (broken, beside) = tokio::join!(broken, insert(&writer, 1, "well"));
        if broken.is_err() {
            assert!(beside.is_err(), "answered as committed although it was not");
            assert_eq!(count(&writer).await, 0);
        }
        assert_eq!(insert(&writer, 2, "well").await.unwrap(), 2, "and the writer goes on");
    }

    #[tokio::test]
    async fn stopping_finishes_what_is_queued() {
        let folder = tempfile::tempdir().unwrap();
        let (writer, task) = writer(&folder).await;
        let queued: Vec<_> = (0..50)
            .map(|number| {
                let writer = writer.clone();
                tokio::spawn(async move { insert(&writer, number, "well").await })
            })
            .collect();
        tokio::task::yield_now().await;
        writer.stop().await;
        task.await.unwrap();
        for result in futures::future::join_all(queued).await {
            assert!(result.unwrap().is_ok());
        }
        assert_eq!(insert(&writer, 100, "well").await.unwrap_err().kind(), model::Kind::Unavailable);
    }
}
