//! Taking in a file of a request: block by block from the network to a thread that may block, and nothing of it kept unless all came.
//!
//! Who may send one, what is taken and how large it may be is decided by whoever asks. Invariant: only the end of the body is the end
//! of the file; a connection that breaks is none.

use super::error::{Answer, Failure};
use crate::app::App;
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use futures::StreamExt as _;
use model::Kind;
use std::time::Duration;
use tokio::sync::{SemaphorePermit, mpsc};

/// Blocks between the network and the disk: 64 KiB each at most.
const BLOCKS_MAX: usize = 8;
/// How long the next block may take.
const BLOCK_PATIENCE: Duration = Duration::from_secs(30);

/// Where a file goes. Dropped before its end, it keeps nothing.
pub trait Intake: Send + 'static {
    type Done: Send + 'static;
    fn block(&mut self, block: &[u8]) -> Answer<()>;
    fn end(self) -> Answer<Self::Done>;
}

/// A place among the files that are taken in at once.
pub fn place(app: &App) -> Answer<SemaphorePermit<'_>> {
    let busy = || Failure::new(Kind::Busy, "too many files are being taken in").with_code("uploads");
    app.uploads().try_acquire().map_err(|_| busy().retry_after_ms(2_000))
}

/// What a request says of its length.
pub fn announced_bytes(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// From the body to the disk.
pub async fn take_in<I: Intake>(mut intake: I, body: Body) -> Answer<I::Done> {
    let (sender, mut receiver) = mpsc::channel::<Option<Bytes>>(BLOCKS_MAX);
    let writing = tokio::task::spawn_blocking(move || {
        while let Some(block) = receiver.blocking_recv() {
            match block {
                Some(block) => intake.block(&block)?,
                // Only the end of the body is the end of the file; a channel that closes is not.
                None => return intake.end().map(Some),
            }
        }
        Ok(None)
    });
    let fed = feed(body, sender).await;
    let written = writing.await.map_err(|error| Failure::new(Kind::Internal, error.to_string()))?;
    // What is wrong with the file comes before the channel that it closed.
    let done = written?;
    fed?;
    done.ok_or_else(cut_off)
}

async fn feed(body: Body, sender: mpsc::Sender<Option<Bytes>>) -> Answer<()> {
    let mut blocks = body.into_data_stream();
    loop {
        match tokio::time::timeout(BLOCK_PATIENCE, blocks.next()).await {
            Err(_) => return Err(Failure::invalid("file", "stopped coming for 30 s")),
            Ok(Some(Err(_))) => return Err(cut_off()),
            Ok(next) => {
                let block = next.and_then(Result::ok);
                let last = block.is_none();
                if sender.send(block).await.is_err() || last {
                    return Ok(());
                }
            }
        }
    }
}

fn cut_off() -> Failure {
    Failure::invalid("file", "was cut off on its way").with_code("file_cut")
}
