//! What comes of a camera's session: access units, sound and reports, whatever the codec.
//!
//! H.264 and H.265 are put together by `retina`; JPEG pictures by `wire::jpeg`, which does not give out a picture that
//! misses a packet. It neither waits nor decides; a call of `next` that is dropped loses nothing.

use bytes::Bytes;
use futures::StreamExt as _;
use model::MediaTime;
use retina::{
    client::{Demuxed, PacketItem, Playing, Session, Stream},
    codec::{AudioFrame, CodecItem, VideoFrame},
    rtcp::ReceivedCompoundPacket,
    rtp::ReceivedPacket,
};
use std::time::Instant;
use wire::jpeg::{Depacketiser, Packet, Received};

const TICKS_PER_SECOND: i64 = MediaTime::TICKS_PER_SECOND;

/// A session that plays.
pub(crate) enum Source {
    Units(Box<Demuxed>),
    Pictures { session: Box<Session<Playing>>, index: usize, depacketiser: Depacketiser, lost: u64 },
}

/// What came.
pub(crate) enum Item {
    Unit(VideoFrame),
    Sound(AudioFrame),
    Picture(Picture),
    /// A picture came that is not whole or cannot be used, and why.
    Torn(&'static str, Instant),
    Report(ReceivedCompoundPacket),
    Other,
}

/// One JPEG picture.
pub(crate) struct Picture {
    pub data: Bytes,
    /// RTP time since the session's beginning, unwrapped.
    pub ticks: i64,
    pub received: Instant,
    /// Packets lost since the last picture.
    pub lost: u64,
}

impl Source {
    /// The session's only stream that was set up is `index`, and is Motion JPEG if `pictures`.
    pub fn new(session: Session<Playing>, index: usize, pictures: bool) -> Result<Self, retina::Error> {
        if pictures {
            let (session, depacketiser) = (Box::new(session), Depacketiser::default());
            return Ok(Self::Pictures { session, index, depacketiser, lost: 0 });
        }
        Ok(Self::Units(Box::new(session.demuxed()?)))
    }

    pub fn streams(&self) -> &[Stream] {
        match self {
            Self::Units(session) => session.streams(),
            Self::Pictures { session, .. } => session.streams(),
        }
    }

    /// An RTP time of that stream, since the session's beginning, in ticks of 90 kHz: sound has its own clock (RFC 3551 §4.1).
    pub fn ticks(&self, index: usize, rtp: i64) -> i64 {
        let rate_hz =
            self.streams().get(index).map_or(TICKS_PER_SECOND, |stream| stream.clock_rate_hz().into());
        if rate_hz == TICKS_PER_SECOND || rate_hz == 0 {
            return rtp;
        }
        let ticks = i128::from(rtp) * i128::from(TICKS_PER_SECOND) / i128::from(rate_hz);
        i64::try_from(ticks).unwrap_or(i64::MAX)
    }

    /// `None`: the camera ended the stream.
    pub async fn next(&mut self) -> Option<Result<Item, retina::Error>> {
        match self {
            Self::Units(session) => {
                let item = session.next().await?;
                Some(item.map(|item| match item {
                    CodecItem::VideoFrame(frame) => Item::Unit(frame),
                    CodecItem::AudioFrame(frame) => Item::Sound(frame),
                    CodecItem::Rtcp(report) => Item::Report(report),
                    _ => Item::Other,
                }))
            }
            Self::Pictures { session, index, depacketiser, lost } => loop {
                match session.next().await? {
                    Err(error) => return Some(Err(error)),
                    Ok(PacketItem::Rtcp(report)) => return Some(Ok(Item::Report(report))),
                    Ok(PacketItem::Rtp(packet)) if packet.stream_id() == *index => {
                        *lost += u64::from(packet.loss());
                        if let Some(item) = picture(depacketiser, &packet, lost) {
                            return Some(Ok(item));
                        }
                    }
                    Ok(_) => {}
                }
            },
        }
    }
}

fn picture(depacketiser: &mut Depacketiser, packet: &ReceivedPacket, lost: &mut u64) -> Option<Item> {
    let received = packet.ctx().received();
    let part = Packet {
        timestamp: packet.header().timestamp(),
        marker: packet.mark(),
        after_loss: packet.loss() > 0,
        payload: packet.payload(),
    };
    match depacketiser.push(part) {
        Received::Part => None,
        Received::Dropped(why) => Some(Item::Torn(why, received)),
        Received::Picture(data) => {
            let ticks = packet.timestamp().elapsed();
            Some(Item::Picture(Picture { data, ticks, received, lost: std::mem::take(lost) }))
        }
    }
}
