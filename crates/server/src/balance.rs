//! The balance of bytes: pictures that left, counted at the HTTP layer, against pictures that were served under an admitted entry,
//! counted by whoever serves them. Two counters in different modules: a way out that asks nobody moves one of them only.
//!
//! It stops nothing and decides nothing: a difference is a finding and an entry. Invariant: what is served is counted before it goes,
//! so that more has left than was served at no moment of an honest run.

use law::Words;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counters of this process, from its start.
#[derive(Debug, Default)]
pub struct Balance {
    left: AtomicU64,
    served: AtomicU64,
    recorded: AtomicU64,
    /// Sockets that were opened by routes whose sending is not counted.
    sockets: AtomicU64,
    /// What was already told.
    told: AtomicU64,
}

/// What does not add up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stray {
    pub bytes: u64,
    pub sockets: u64,
}

impl Balance {
    /// Pictures went out at the HTTP layer.
    pub fn left(&self, bytes: usize) {
        self.left.fetch_add(bytes as u64, Relaxed);
    }

    /// Pictures are about to be sent under a pass.
    pub fn served(&self, bytes: u64) {
        self.served.fetch_add(bytes, Relaxed);
    }

    /// A use record that names so many bytes is durable.
    pub fn recorded(&self, bytes: u64) {
        self.recorded.fetch_add(bytes, Relaxed);
    }

    /// A socket was opened where none is counted.
    pub fn uncounted_socket(&self) {
        self.sockets.fetch_add(1, Relaxed);
    }

    /// What left, what was served, what is recorded.
    pub fn sums(&self) -> [u64; 3] {
        // What left is read first: what is served meanwhile is counted before it leaves.
        let left = self.left.load(Relaxed);
        [left, self.served.load(Relaxed), self.recorded.load(Relaxed)]
    }

    pub fn stray(&self) -> Option<Stray> {
        let [left, served, _] = self.sums();
        let (bytes, sockets) = (left.saturating_sub(served), self.sockets.load(Relaxed));
        (bytes > 0 || sockets > 0).then_some(Stray { bytes, sockets })
    }

    /// What does not add up and was not told yet.
    pub fn untold(&self) -> Option<Stray> {
        let stray = self.stray()?;
        let sum = stray.bytes.saturating_add(stray.sockets);
        (self.told.swap(sum, Relaxed) < sum).then_some(stray)
    }
}

/// Who sees, copies and hands on is registered; what left without that is against it.
pub const ARTICLE: &str = "guangzhou-2007:21";

/// Why it is a finding, and what helps.
pub fn words(stray: Stray) -> (Words, Words) {
    (
        Words::new(
            format!(
                "Pictures left this server that no entry accounts for: {} bytes, {} sockets.",
                stray.bytes, stray.sockets
            ),
            format!("有画面数据流出而无登记对应：{}字节，{}个连接。", stray.bytes, stray.sockets),
        ),
        Words::new(
            "Stop the server, keep its files as they are, and have the program compared with its release.",
            "请停止服务、保全现场，并将程序与正式发布版本核对。",
        ),
    )
}

/// How many bytes of a chunk are pictures: told from the kind that the answer names, and of what names none from its first bytes.
#[derive(Debug)]
pub struct Watched(Kind);

#[derive(Debug)]
enum Kind {
    Pictures,
    Other,
    Unknown,
}

impl Watched {
    /// `None`: such an answer carries no pictures.
    pub fn of(content_type: Option<&str>) -> Option<Self> {
        let kind = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let main = kind.split('/').next().unwrap_or_default();
        match (main, kind) {
            ("video" | "audio", _) | (_, "application/zip" | "application/x-age" | "image/jpeg") => {
                Some(Self(Kind::Pictures))
            }
            (_, "" | "application/octet-stream" | "application/mp4") => Some(Self(Kind::Unknown)),
            _ => None,
        }
    }

    pub fn pictures_in(&mut self, chunk: &[u8]) -> usize {
        if matches!(self.0, Kind::Unknown) && !chunk.is_empty() {
            self.0 = if begins_as_pictures(chunk) { Kind::Pictures } else { Kind::Other };
        }
        if matches!(self.0, Kind::Pictures) { chunk.len() } else { 0 }
    }
}

/// A box of an MP4 (ISO/IEC 14496-12 §4), a JPEG, NAL units with start codes, or a sealed package.
fn begins_as_pictures(bytes: &[u8]) -> bool {
    const BOXES: [&[u8]; 6] = [b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx"];
    bytes.get(4..8).is_some_and(|name| BOXES.contains(&name))
        || bytes.starts_with(&[0xff, 0xd8, 0xff])
        || bytes.starts_with(&[0, 0, 0, 1])
        || bytes.starts_with(b"age-encryption.org/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_left_than_was_served_is_stray_and_told_once() {
        let balance = Balance::default();
        balance.served(100);
        balance.left(100);
        assert_eq!((balance.stray(), balance.untold()), (None, None));
        balance.served(50);
        assert_eq!(balance.stray(), None, "what is on its way is not stray");
        balance.left(57);
        let stray = Some(Stray { bytes: 7, sockets: 0 });
        assert_eq!((balance.stray(), balance.untold(), balance.untold()), (stray, stray, None));
        balance.uncounted_socket();
        assert_eq!(balance.untold(), Some(Stray { bytes: 7, sockets: 1 }));
    }

    #[test]
    fn pictures_are_told_by_kind_or_first_bytes() {
        let check = |kind: Option<&str>, chunks: &[&[u8]], expected: Option<usize>| {
            let found = Watched::of(kind)
                .map(|mut watched| chunks.iter().map(|chunk| watched.pictures_in(chunk)).sum::<usize>());
            assert_eq!(found, expected, "{kind:?} {chunks:?}");
        };
        check(Some("application/json"), &[], None);
        check(Some("text/html; charset=utf-8"), &[], None);
        check(Some("image/svg+xml"), &[], None);
        check(Some("video/mp4"), &[b"ab", b"c"], Some(3));
        check(Some("application/zip"), &[b"PK"], Some(2));
        check(Some("application/x-age"), &[b"\x01\x02"], Some(2));
        check(Some("application/octet-stream"), &[b"age-encryption.org/v1\n"], Some(22));
        check(None, &[b"\0\0\0\x18ftypiso6", b"more"], Some(16));
        check(Some("application/octet-stream"), &[b"", b"\0\0\0\x10moof", b"x"], Some(9));
        check(Some("application/octet-stream"), &[&[7; 64], b"\0\0\0\x10moof"], Some(0));
        check(None, &[&[0xff, 0xd8, 0xff, 0xe0]], Some(4));
        check(None, &[b"{}"], Some(0));
    }
}
