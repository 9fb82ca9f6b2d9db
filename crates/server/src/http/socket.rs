//! The sending half of a viewer's WebSocket: the only way by which pictures leave this process live.
//!
//! Every picture message is counted here, where its bytes are handed to the socket, and only while the view lasts: an
//! ended view interrupts even a send that waits for a slow client.

use super::types::{EndReason, ServerMessage};
use crate::{
    app::App,
    served::{Count, Stream},
    views::OpenView,
};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use bytes::{BufMut as _, Bytes, BytesMut};
use futures::{SinkExt as _, stream::SplitSink};
use model::{MediaTime, WallTime};
use std::{sync::Arc, time::Duration};

/// A client that takes nothing for this long is gone.
const SEND_PATIENCE: Duration = Duration::from_secs(15);
/// How long the closing message may take.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);
/// Bytes before the fMP4 bytes of a binary message.
const HEADER_BYTES: usize = 24;
/// The first byte of a message that has parameters and no pictures.
const PART_INIT: u8 = 1;
/// Close codes of RFC 6455 §7.4.1.
const CLOSE_NORMAL: u16 = 1000;
const CLOSE_GOING_AWAY: u16 = 1001;
const CLOSE_POLICY: u16 = 1008;

/// What a binary message carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    Init,
    Media { key: bool, sequence: u32, wall: WallTime, dts: MediaTime },
}

/// Why sending ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SendEnd {
    /// The client went away; nobody is left to be told.
    Gone,
    View(EndReason),
}

pub struct Outgoing {
    sink: SplitSink<WebSocket, Message>,
    app: App,
    view: Arc<OpenView>,
    stream: Stream,
}

impl Outgoing {
    pub fn new(sink: SplitSink<WebSocket, Message>, app: App, view: Arc<OpenView>, stream: Stream) -> Self {
        Self { sink, app, view, stream }
    }

    /// Sends a text message.
    pub async fn tell(&mut self, message: &ServerMessage) -> Result<(), SendEnd> {
        let text = serde_json::to_string(message).map_err(|_| SendEnd::View(EndReason::Failed))?;
        self.send(Message::Text(text.into())).await
    }

    /// Sends an initialisation segment: parameters, no picture.
    pub async fn init(&mut self, bytes: &[u8]) -> Result<(), SendEnd> {
        self.send(Message::Binary(binary(Part::Init, bytes))).await
    }

    /// Sends pictures and counts them.
    pub async fn media(&mut self, part: Part, bytes: &[u8], count: Count) -> Result<(), SendEnd> {
        // Counted before: a send that breaks off may have shown something.
        self.view.sent(self.stream, count, self.app.pipeline().clock());
        self.send(Message::Binary(binary(part, bytes))).await
    }

    async fn send(&mut self, message: Message) -> Result<(), SendEnd> {
        self.app.balance().left(pictures_in(&message));
        tokio::select! {
            biased;
            reason = self.view.ended() => Err(SendEnd::View(reason)),
            sent = tokio::time::timeout(SEND_PATIENCE, self.sink.send(message)) => match sent {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) => Err(SendEnd::Gone),
                Err(_) => Err(SendEnd::View(EndReason::Dropped)),
            },
        }
    }

    /// Says why and closes.
    pub async fn close(mut self, end: SendEnd) {
        let SendEnd::View(reason) = end else { return };
        let code = match reason {
            EndReason::Revoked | EndReason::Ledger => CLOSE_POLICY,
            EndReason::Shutdown => CLOSE_GOING_AWAY,
            _ => CLOSE_NORMAL,
        };
        let Ok(text) = serde_json::to_string(&ServerMessage::End { reason }) else { return };
        let closing = async {
            self.sink.send(Message::Text(text.into())).await?;
            self.sink.send(Message::Close(Some(CloseFrame { code, reason: "".into() }))).await
        };
        // A client that does not take the goodbye loses it: the connection is dropped either way.
        let _goodbye = tokio::time::timeout(CLOSE_PATIENCE, closing).await;
    }
}

/// Bytes of pictures in a message, told from the message itself.
fn pictures_in(message: &Message) -> usize {
    match message {
        Message::Binary(bytes) if bytes.first() != Some(&PART_INIT) => {
            bytes.len().saturating_sub(HEADER_BYTES)
        }
        _ => 0,
    }
}

/// The 24-byte header (big endian), then fMP4 bytes.
fn binary(part: Part, bytes: &[u8]) -> Bytes {
    let mut message = BytesMut::with_capacity(HEADER_BYTES + bytes.len());
    let (kind, key, sequence, wall_us, dts) = match part {
        Part::Init => (PART_INIT, false, 0, 0, 0),
        Part::Media { key, sequence, wall, dts } => (2, key, sequence, wall.0, dts.0),
    };
    message.put_u8(kind);
    message.put_u8(u8::from(key));
    message.put_u16(0);
    message.put_u32(sequence);
    message.put_i64(wall_us);
    message.put_i64(dts);
    message.put_slice(bytes);
    message.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_24_bytes_big_endian() {
        let part = Part::Media { key: true, sequence: 0x0102_0304, wall: WallTime(5), dts: MediaTime(-1) };
        let bytes = binary(part, b"moof");
        let expected =
            [&[2, 1, 0, 0, 1, 2, 3, 4][..], &5i64.to_be_bytes(), &(-1i64).to_be_bytes(), b"moof"].concat();
        assert_eq!(bytes, expected);
        assert_eq!(binary(Part::Init, b"ftyp").len(), HEADER_BYTES + 4);
    }
}
