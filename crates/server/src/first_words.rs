//! How long a connection may say nothing. Below HTTP, and above TLS where there is TLS.
//!
//! hyper waits without end for the first bytes, by which it tells HTTP/2 from HTTP/1.1; its own limits begin after them. Invariant: a
//! connection that has not shown within ten seconds which of the two it speaks is closed, and its place free again.

use axum_server::accept::Accept;
use std::{
    future::Future,
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// The same patience as for a request's head.
const SILENCE: Duration = Duration::from_secs(10);
/// How a client of HTTP/2 begins (RFC 9113 §3.4). What begins otherwise is HTTP/1.1 from the first other byte on.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Accepts as the inner one does, and begins to count.
#[derive(Clone, Debug)]
pub struct Hurried<A>(pub A);

impl<A, I, S> Accept<I, S> for Hurried<A>
where
    A: Accept<I, S>,
    A::Future: Send + 'static,
{
    type Stream = Speaking<A::Stream>;
    type Service = A::Service;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let accepting = self.0.accept(stream, service);
        Box::pin(async move {
            let (stream, service) = accepting.await?;
            Ok((
                Speaking { stream, waiting: Some(Waiting { said: 0, until: Box::pin(sleep(SILENCE)) }) },
                service,
            ))
        })
    }
}

/// A connection, and while it has not begun to speak, until when.
#[derive(Debug)]
pub struct Speaking<T> {
    stream: T,
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    /// Bytes of the preface that came.
    said: usize,
    until: Pin<Box<Sleep>>,
}

impl Waiting {
    /// Whether what came on top leaves open which protocol it is.
    fn goes_on(&mut self, came: &[u8]) -> bool {
        let expected = PREFACE.get(self.said..).unwrap_or_default();
        self.said += came.len();
        came.len() < expected.len() && expected.starts_with(came)
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Speaking<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let Some(waiting) = &mut self.waiting else { return read };
        match read {
            Poll::Ready(Ok(())) => {
                let came = buffer.filled().get(before..).unwrap_or_default();
                if !waiting.goes_on(came) {
                    self.waiting = None;
                }
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => match waiting.until.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                Poll::Pending => Poll::Pending,
            },
        }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Speaking<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    fn waiting(patience: Duration) -> Option<Waiting> {
        Some(Waiting { said: 0, until: Box::pin(sleep(patience)) })
    }

    #[tokio::test]
    async fn one_byte_that_differs_tells_the_protocol() {
        let check = |said: &[&[u8]], open: bool| {
            let mut waiting = waiting(SILENCE).unwrap();
            let goes_on: Vec<bool> = said.iter().map(|part| waiting.goes_on(part)).collect();
            assert_eq!(goes_on.last(), Some(&open), "{said:?}");
        };
        check(&[b"P"], true);
        check(&[b"PRI * HTTP/2", b".0\r\n\r\nSM\r\n\r"], true);
        check(&[PREFACE], false);
        check(&[&PREFACE[..20], &PREFACE[20..]], false);
        check(&[b"G"], false);
        check(&[b"PRI * HTTP/1"], false);
        check(&[b"P", b"OST"], false);
        // The client's end: nobody is waited for.
        check(&[b""], true);
    }

    #[tokio::test]
    async fn whoever_does_not_begin_to_speak_is_given_up() {
        for said in [&b""[..], b"PRI"] {
            let (mut client, server) = tokio::io::duplex(64);
            let mut server = Speaking { stream: server, waiting: waiting(Duration::from_millis(1)) };
            client.write_all(said).await.unwrap();
            let mut buffer = [0; 64];
            let error = loop {
                match server.read(&mut buffer).await {
                    Ok(read) => assert_ne!(read, 0, "the client is still there"),
                    Err(error) => break error,
                }
            };
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        }
    }
}
