//! How many connections there may be, in all and from one source, and that frames go out on them as they come.
//!
//! It stands before TLS and HTTP and knows neither. Invariant: a connection counts from its acceptance until it is dropped, so
//! that strangers who open many and say nothing cannot use up the descriptors that recording needs.

use axum_server::accept::Accept;
use std::{
    collections::HashMap,
    future::{Ready, ready},
    io::{self, IoSlice},
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};
use store::network;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// Connections in all: a control room of twenty walls with sixteen pictures each, three times.
const CONNECTIONS_MAX: usize = 1_024;
/// Connections from one source: an office behind one address, with half of them left for others.
const CONNECTIONS_PER_SOURCE_MAX: usize = 512;

/// Accepts connections up to the limits; the others are closed at once.
#[derive(Clone, Debug, Default)]
pub struct Limited {
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Limited {
    fn enter(&self, source: IpAddr) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let of_source = open.get(&source).copied().unwrap_or(0);
        if of_source >= CONNECTIONS_PER_SOURCE_MAX || open.values().sum::<usize>() >= CONNECTIONS_MAX {
            return None;
        }
        open.insert(source, of_source + 1);
        Some(Place { limited: self.clone(), source })
    }
}

impl<S> Accept<TcpStream, S> for Limited {
    type Stream = Counted;
    type Service = S;
    type Future = Ready<io::Result<(Counted, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let accepted = stream.peer_addr().and_then(|peer| {
            // A picture must not wait until the viewer has acknowledged the last one.
            stream.set_nodelay(true)?;
            let place = self.enter(network(peer.ip()));
            let place = place.ok_or_else(|| io::Error::other("too many connections"))?;
            Ok((Counted { stream, _place: place }, service))
        });
        ready(accepted)
    }
}

/// One place among those that there are; free again when dropped.
#[derive(Debug)]
struct Place {
    limited: Limited,
    source: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.limited.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.source) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.source);
            }
        }
    }
}

/// A connection that counts.
#[derive(Debug)]
pub struct Counted {
    stream: TcpStream,
    _place: Place,
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Counted {
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

    #[test]
    fn a_source_has_its_share_and_places_come_back() {
        let limited = Limited::default();
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let mut places: Vec<Place> =
            (0..CONNECTIONS_PER_SOURCE_MAX).map_while(|_| limited.enter(one)).collect();
        assert_eq!(places.len(), CONNECTIONS_PER_SOURCE_MAX);
        assert!(limited.enter(one).is_none() && limited.enter(other).is_some());
        places.pop();
        assert!(limited.enter(one).is_some());
        drop(places);
        assert!(limited.open.lock().is_ok_and(|open| open.is_empty()));
    }
}
