//! One frame of a live stream, as the camera sent it: what a commissioning still is made of. It decodes nothing.
//!
//! Demands a `Pass` through the live reader (invariant 2), and takes a key unit of now, not what a hub has kept of a camera that
//! stopped.

use crate::live::{LiveMessage, LiveReader};
use bytes::Bytes;
use media::fmp4::{ItemKind, Next, next_item};
use model::{Codec, VideoParams, WallTime};
use std::sync::Arc;

/// The file that a frame is kept as.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FrameFile {
    /// Motion JPEG: the picture itself.
    Jpeg(Bytes),
    /// An MP4 of one sample, which any player shows.
    Mp4(Bytes),
}

/// One key unit with what a player needs before it.
#[derive(Clone, Debug)]
pub struct Frame {
    pub params: Arc<VideoParams>,
    /// Capture time.
    pub at: WallTime,
    init: Bytes,
    unit: Bytes,
}

impl Frame {
    /// The first key unit that was captured after `since`; `None` when the stream or the pass ends before. Cancel safe.
    pub async fn next(
        reader: &mut LiveReader,
        since: WallTime,
        now: impl Fn() -> WallTime + Copy,
    ) -> Option<Self> {
        let mut head = None;
        loop {
            match reader.next(now).await? {
                LiveMessage::Init { params, init } => head = Some((params, init)),
                LiveMessage::Unit { key: true, wall, bytes, .. } if wall >= since => {
                    let (params, init) = head?;
                    return Some(Self { params, at: wall, init, unit: bytes });
                }
                LiveMessage::End(_) => return None,
                _ => {}
            }
        }
    }

    /// Bytes of the picture, as use records count them.
    pub fn bytes(&self) -> u64 {
        self.unit.len() as u64
    }

    pub fn file(&self) -> FrameFile {
        match (self.params.codec, self.sample()) {
            (Codec::Jpeg, Some(picture)) => FrameFile::Jpeg(picture),
            _ => FrameFile::Mp4([&self.init[..], &self.unit].concat().into()),
        }
    }

    /// The only sample of the unit.
    fn sample(&self) -> Option<Bytes> {
        let Next::Item(item) = next_item(&self.unit, 0).ok()? else { return None };
        let ItemKind::Fragment(fragment) = item.kind else { return None };
        let range = fragment.samples.first()?.range();
        let (start, end) = (usize::try_from(range.start).ok()?, usize::try_from(range.end).ok()?);
        (end <= self.unit.len() && start <= end).then(|| self.unit.slice(start..end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::StreamShared;
    use crate::testing::{Desk, open, params, stream, unit};
    use model::Act;

    const NOW: WallTime = WallTime(1_790_000_000_000_000);

    #[tokio::test]
    async fn a_frame_is_a_key_unit_of_now_and_a_file_that_parses() {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path(), true).await;
        let pass = Desk::new(&store).await.pass(Act::Live, None).await;
        let shared = Arc::new(StreamShared::new(stream(1), true, NOW));
        let params = params();
        for frame in 0..30 {
            shared.hub.publish(unit(NOW, frame, 500, &params), 3_600);
        }
        let mut reader = LiveReader::new(pass.clone(), shared.clone()).unwrap();
        let frame = Frame::next(&mut reader, NOW, crate::system_wall).await.unwrap();
        let FrameFile::Mp4(file) = frame.file() else { panic!("no MP4") };
        let kinds: Vec<bool> = media::fmp4::items(&file)
            .map(|item| matches!(item.unwrap().kind, ItemKind::Fragment(fragment) if fragment.samples.len() == 1))
            .collect();
        assert_eq!(kinds, [false, true], "an init and one fragment of one sample");
        // What is older than was asked for is not a frame of now.
        let mut reader = LiveReader::new(pass, shared.clone()).unwrap();
        shared.hub.close();
        assert!(Frame::next(&mut reader, NOW.plus_us(3_600_000_000), crate::system_wall).await.is_none());
    }
}
