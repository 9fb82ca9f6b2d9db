//! The balance of bytes: pictures that left, counted at the HTTP layer, against pictures that were served under an admitted entry,
//! counted by whoever serves them, and against those that use records name. Counters in different modules: a way out that asks
//! nobody moves one of them only.
//!
//! It stops nothing and decides nothing: a difference is a finding and an entry. Invariants: what is served is counted before it
//! goes, so that more has left than was served at no moment of an honest run; and of what is served and not recorded yet somebody
//! still owes the record.

use law::Words;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// Counters of this process, from its start.
#[derive(Debug, Default)]
pub struct Balance {
    left: AtomicU64,
    served: AtomicU64,
    recorded: AtomicU64,
    /// Of what was served, that whose use record is still to come: an open view's, a collection's that goes on.
    owed: AtomicU64,
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
    /// Served, but no use record names it and nobody owes one any more.
    pub unrecorded: u64,
}

impl Balance {
    /// Pictures went out at the HTTP layer.
    pub fn left(&self, bytes: usize) {
        self.left.fetch_add(bytes as u64, SeqCst);
    }

    /// Pictures are about to be sent.
    pub fn served(&self, bytes: u64) {
        self.served.fetch_add(bytes, SeqCst);
    }

    /// Pictures are about to be sent under a pass, and their use record will follow.
    pub fn served_for_record(&self, bytes: u64) {
        self.owed.fetch_add(bytes, SeqCst);
        self.served(bytes);
    }

    /// What looks like pictures is about to be sent under an entry of its own that names it whole: a paper, a dossier. No use record
    /// follows; that entry is its record.
    pub fn served_by_entry(&self, bytes: u64) {
        self.recorded.fetch_add(bytes, SeqCst);
        self.served(bytes);
    }

    /// A use record that names so many bytes is durable.
    pub fn recorded(&self, bytes: u64) {
        self.recorded.fetch_add(bytes, SeqCst);
        self.owed.fetch_sub(bytes, SeqCst);
    }

    /// The use record of so many bytes was tried to the last, and will not be written.
    pub fn given_up(&self, bytes: u64) {
        self.owed.fetch_sub(bytes, SeqCst);
    }

    /// A socket was opened where none is counted.
    pub fn uncounted_socket(&self) {
        self.sockets.fetch_add(1, SeqCst);
    }

    /// What left, what was served, what is recorded.
    pub fn sums(&self) -> [u64; 3] {
        // What left is read first: what is served meanwhile is counted before it leaves.
        let left = self.left.load(SeqCst);
        [left, self.served.load(SeqCst), self.recorded.load(SeqCst)]
    }

    pub fn stray(&self) -> Option<Stray> {
        let (left, served) = (self.left.load(SeqCst), self.served.load(SeqCst));
        // In this order: what was served by now is owed by then, or recorded before it is owed no more.
        let owed = self.owed.load(SeqCst);
        let recorded = self.recorded.load(SeqCst);
        let unrecorded = served.saturating_sub(owed).saturating_sub(recorded);
        let (bytes, sockets) = (left.saturating_sub(served), self.sockets.load(SeqCst));
        (bytes > 0 || sockets > 0 || unrecorded > 0).then_some(Stray { bytes, sockets, unrecorded })
    }

    /// What does not add up and was not told yet.
    pub fn untold(&self) -> Option<Stray> {
        let stray = self.stray()?;
        let sum = stray.bytes.saturating_add(stray.sockets).saturating_add(stray.unrecorded);
        (self.told.fetch_max(sum, SeqCst) < sum).then_some(stray)
    }
}

/// Who sees, copies and hands on is registered; what left without that is against it.
pub const ARTICLE: &str = "guangzhou-2007:21";

/// Why it is a finding, and what helps.
pub fn words(stray: Stray) -> (Words, Words) {
    (
        Words::new(
            format!(
                "Pictures left this server that no entry accounts for: {} bytes, {} sockets; served without a record of use: {} bytes.",
                stray.bytes, stray.sockets, stray.unrecorded
            ),
            format!(
                "有画面数据流出而无登记对应：{}字节，{}个连接；已提供而无使用记录：{}字节。",
                stray.bytes, stray.sockets, stray.unrecorded
            ),
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
            // Drawn from text, such as a diagram: no camera makes it.
            (_, "image/svg+xml") => None,
            ("video" | "audio" | "image", _) | (_, "application/zip" | "application/x-age") => {
                Some(Self(Kind::Pictures))
            }
            // Pictures in parts, one pushed after another.
            ("multipart", _) => Some(Self(Kind::Pictures)),
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

/// A box of an MP4 (ISO/IEC 14496-12 §4), a JPEG, a PNG, a WebP, NAL units with start codes, or a sealed package.
fn begins_as_pictures(bytes: &[u8]) -> bool {
    const BOXES: [&[u8]; 6] = [b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx"];
    bytes.get(4..8).is_some_and(|name| BOXES.contains(&name))
        || bytes.starts_with(&[0xff, 0xd8, 0xff])
        || bytes.starts_with(b"\x89PNG\r\n\x1a\n")
        || bytes.starts_with(b"RIFF") && bytes.get(8..12).is_some_and(|name| name == b"WEBP")
        || bytes.starts_with(&[0, 0, 0, 1])
        || bytes.starts_with(b"age-encryption.org/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_left_than_was_served_is_stray_and_told_once() {
        let balance = Balance::default();
        balance.served_for_record(100);
        balance.left(100);
        assert_eq!((balance.stray(), balance.untold()), (None, None));
        balance.served_for_record(50);
        assert_eq!(balance.stray(), None, "what is on its way is not stray");
        balance.left(57);
        let stray = Some(Stray { bytes: 7, sockets: 0, unrecorded: 0 });
        assert_eq!((balance.stray(), balance.untold(), balance.untold()), (stray, stray, None));
        balance.uncounted_socket();
        assert_eq!(balance.untold(), Some(Stray { bytes: 7, sockets: 1, unrecorded: 0 }));
    }

    #[test]
    fn what_is_served_is_recorded_or_somebody_owes_the_record() {
        let balance = Balance::default();
        let unrecorded = || balance.stray().map_or(0, |stray| stray.unrecorded);
        balance.served_by_entry(9);
        balance.served_for_record(100);
        assert_eq!((balance.stray(), balance.sums()), (None, [0, 109, 9]));
        balance.recorded(60);
        assert_eq!(balance.stray(), None, "the rest is still owed");
        balance.given_up(40);
        assert_eq!(unrecorded(), 40);
        // Whoever serves and owes nothing is seen at once, however much is owed by others.
        balance.served_for_record(1_000);
        balance.served(5);
        assert_eq!((unrecorded(), balance.untold().is_some(), balance.untold()), (45, true, None));
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
        check(Some("image/png"), &[b"abc"], Some(3));
        check(Some("image/webp"), &[b"ab"], Some(2));
        check(Some("multipart/x-mixed-replace; boundary=x"), &[b"--x"], Some(3));
        check(Some("video/mp4"), &[b"ab", b"c"], Some(3));
        check(Some("application/zip"), &[b"PK"], Some(2));
        check(Some("application/x-age"), &[b"\x01\x02"], Some(2));
        check(Some("application/octet-stream"), &[b"age-encryption.org/v1\n"], Some(22));
        check(None, &[b"\0\0\0\x18ftypiso6", b"more"], Some(16));
        check(Some("application/octet-stream"), &[b"", b"\0\0\0\x10moof", b"x"], Some(9));
        check(Some("application/octet-stream"), &[&[7; 64], b"\0\0\0\x10moof"], Some(0));
        check(None, &[&[0xff, 0xd8, 0xff, 0xe0]], Some(4));
        check(None, &[b"\x89PNG\r\n\x1a\n"], Some(8));
        check(None, &[b"RIFF\0\0\0\0WEBP"], Some(12));
        check(None, &[b"{}"], Some(0));
    }
}
