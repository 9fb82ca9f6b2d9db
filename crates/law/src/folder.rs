//! Incident folders: what an item must say, what a closed folder refuses, and which footage the spans of a folder ask for.
//!
//! It keeps no folder and opens no picture: who may see a camera is `access`' matter, each time footage is held or goes out. The
//! invariants: what was withdrawn asks for nothing, and no more footage is asked for than the spans that stand say.

use crate::Words;
use crate::access::{CLOCK_TOLERANCE_US, EXPORT_CAMERAS_MAX, EXPORT_SPAN_US_MAX, Refusal};
use model::{CameraId, Span, WallTime};
use std::collections::{BTreeMap, BTreeSet};

/// Under which folders are kept: a rule of the unit's own.
pub const ARTICLE: &str = "unit:folders";
/// Items of one folder, withdrawn ones too: a long inquiry; more is another incident.
pub const ITEMS_MAX: usize = 500;
/// Packages that one folder asks for at once: half of what may wait for being made.
pub const PACKAGES_MAX: usize = 8;
/// What one writes on an item.
pub const WORDS_CHARS_MAX: usize = 2_000;

/// Footage on either side of a bookmark that is held with it where its folder names a case: what led to it, and what came of it.
pub const BOOKMARK_US: i64 = 60_000_000;

/// What an item is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ItemKind {
    /// One camera at one instant.
    Bookmark,
    /// A span of one or several cameras: what is held and handed out.
    Span,
    /// Words alone.
    Note,
    /// An observation of a watch log.
    Observation,
    /// A report to the public security organ.
    Report,
    /// An event or alarm of the unit.
    Alarm,
    /// Footage that is missing.
    Gap,
}

impl ItemKind {
    pub const ALL: [Self; 7] =
        [Self::Bookmark, Self::Span, Self::Note, Self::Observation, Self::Report, Self::Alarm, Self::Gap];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bookmark => "bookmark",
            Self::Span => "span",
            Self::Note => "note",
            Self::Observation => "observation",
            Self::Report => "report",
            Self::Alarm => "alarm",
            Self::Gap => "gap",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
    /// Whether it leads to a row of the duty room, or to an alarm.
    pub const fn is_link(self) -> bool {
        matches!(self, Self::Observation | Self::Report | Self::Alarm)
    }
}

/// An item as somebody writes it.
#[derive(Clone, Copy, Debug)]
pub struct Written<'w> {
    pub kind: ItemKind,
    pub cameras: usize,
    pub from: Option<WallTime>,
    pub to: Option<WallTime>,
    pub words: &'w str,
    pub links: bool,
}

/// What is wrong with an item: the field, and the problem.
pub fn fault(item: Written<'_>, now: WallTime) -> Option<(&'static str, &'static str)> {
    let Written { kind, cameras, from, to, words, links } = item;
    let timed = matches!(kind, ItemKind::Bookmark | ItemKind::Span | ItemKind::Gap);
    let spans = matches!(kind, ItemKind::Span | ItemKind::Gap);
    let length_us = from.zip(to).map(|(from, to)| to.0.saturating_sub(from.0));
    let latest = to.or(from);
    if links != kind.is_link() {
        return Some(("about_id", "goes with an observation, a report or an alarm, and with nothing else"));
    }
    if timed != (cameras > 0) {
        return Some(("cameras", "go with bookmarks, spans and gaps, and with nothing else"));
    }
    if timed != from.is_some() || spans != to.is_some() {
        return Some((
            "from_ms",
            "a bookmark has an instant, a span or gap a start and an end, the rest neither",
        ));
    }
    if (matches!(kind, ItemKind::Bookmark | ItemKind::Gap) && cameras != 1) || cameras > EXPORT_CAMERAS_MAX {
        return Some(("cameras", "are too many for one item"));
    }
    if latest.is_some_and(|latest| latest > now.plus_us(CLOCK_TOLERANCE_US)) {
        return Some(("to_ms", "lies in the future"));
    }
    if length_us.is_some_and(|length_us| length_us <= 0) {
        return Some(("to_ms", "is not after from_ms"));
    }
    if kind == ItemKind::Span && length_us.is_some_and(|length_us| length_us > EXPORT_SPAN_US_MAX) {
        return Some(("to_ms", "is more than a day after from_ms: add it in pieces"));
    }
    (matches!(kind, ItemKind::Bookmark | ItemKind::Note) && words.trim().is_empty())
        .then_some(("words", "are missing"))
}

/// Footage that one act asks for: some cameras, one span.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    pub span: Span,
    pub cameras: Vec<CameraId>,
}

/// What a folder's spans ask for: cameras with the same span go together. In order of time.
pub fn wanted(spans: &[Wanted]) -> Vec<Wanted> {
    let mut by_span: BTreeMap<(WallTime, WallTime), (Span, BTreeSet<CameraId>)> = BTreeMap::new();
    for Wanted { span, cameras } in spans {
        let (_, known) = by_span.entry((span.start, span.end)).or_insert((*span, BTreeSet::new()));
        known.extend(cameras);
    }
    let mut found = Vec::new();
    for (span, cameras) in by_span.into_values() {
        let cameras: Vec<CameraId> = cameras.into_iter().collect();
        let parts = cameras.chunks(EXPORT_CAMERAS_MAX);
        found.extend(parts.map(|part| Wanted { span, cameras: part.to_vec() }));
    }
    found
}

/// The footage that a bookmark marks.
pub fn around(at: WallTime) -> Span {
    Span { start: at.plus_us(-BOOKMARK_US), end: at.plus_us(BOOKMARK_US) }
}

/// The same without what is held already.
pub fn unheld(spans: &[Wanted], held: &[Wanted]) -> Vec<Wanted> {
    let is_held = |span: Span, camera: CameraId| {
        held.iter().any(|hold| {
            hold.span.start <= span.start && span.end <= hold.span.end && hold.cameras.contains(&camera)
        })
    };
    let mut found = wanted(spans);
    for Wanted { span, cameras } in &mut found {
        cameras.retain(|camera| !is_held(*span, *camera));
    }
    found.retain(|wanted| !wanted.cameras.is_empty());
    found
}

/// A closed folder is read and nothing else.
pub fn closed(is_closed: bool) -> Option<Refusal> {
    is_closed.then(|| Refusal {
        article: ARTICLE.into(),
        code: "folder_closed",
        reason: Words::new("The folder is closed.", "卷宗已关闭。"),
        remedy: Words::new("Reopen it with a reason.", "请先说明理由，重新启用卷宗。"),
    })
}

/// What was withdrawn goes out no more.
pub fn withdrawn(is_withdrawn: bool) -> Option<Refusal> {
    is_withdrawn.then(|| Refusal {
        article: ARTICLE.into(),
        code: "folder_item_withdrawn",
        reason: Words::new("The item was withdrawn from the folder.", "该内容已从卷宗撤回。"),
        remedy: Words::new(
            "Add the span anew, with the reason in its words, or leave it out.",
            "请重新添加该时段并说明理由，或不予导出。",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: WallTime = WallTime(1_000_000_000_000);

    fn camera(number: u8) -> CameraId {
        CameraId(uuid::Uuid::from_bytes([number; 16]))
    }

    fn of(start_s: i64, end_s: i64, cameras: &[u8]) -> Wanted {
        let span = Span { start: WallTime(start_s * 1_000_000), end: WallTime(end_s * 1_000_000) };
        Wanted { span, cameras: cameras.iter().copied().map(camera).collect() }
    }

    #[test]
    fn an_item_says_what_its_kind_needs() {
        let check = |kind: ItemKind, cameras: usize, times: [Option<i64>; 2], words: &str, field: &str| {
            let [from, to] = times.map(|seconds| seconds.map(|seconds| NOW.plus_us(seconds * 1_000_000)));
            let item = Written { kind, cameras, from, to, words, links: kind.is_link() };
            assert_eq!(fault(item, NOW).map_or("", |(field, _)| field), field, "{item:?}");
        };
        use ItemKind::{Alarm, Bookmark, Gap, Note, Observation, Span};
        check(Bookmark, 1, [Some(-5), None], "red car", "");
        check(Bookmark, 1, [Some(-5), None], " ", "words");
        check(Bookmark, 2, [Some(-5), None], "red car", "cameras");
        check(Bookmark, 0, [Some(-5), None], "red car", "cameras");
        check(Bookmark, 1, [Some(-5), Some(-1)], "red car", "from_ms");
        check(Bookmark, 1, [Some(3_600), None], "red car", "to_ms");
        check(Span, 16, [Some(-86_400), Some(0)], "", "");
        check(Span, 17, [Some(-60), Some(0)], "", "cameras");
        check(Span, 1, [Some(-86_401), Some(0)], "", "to_ms");
        check(Span, 1, [Some(-5), Some(-5)], "", "to_ms");
        check(Span, 1, [Some(-5), None], "", "from_ms");
        check(Gap, 1, [Some(-200_000), Some(0)], "", "");
        check(Gap, 2, [Some(-5), Some(0)], "", "cameras");
        check(Note, 0, [None, None], "he came back", "");
        check(Note, 0, [None, None], "", "words");
        check(Note, 1, [None, None], "he came back", "cameras");
        check(Observation, 0, [None, None], "", "");
        check(Alarm, 0, [None, None], "", "");
        check(Alarm, 1, [None, None], "", "cameras");
        check(Alarm, 0, [Some(-5), None], "", "from_ms");
        let unlinked =
            Written { kind: Observation, cameras: 0, from: None, to: None, words: "", links: false };
        assert_eq!(fault(unlinked, NOW).unwrap().0, "about_id");
    }

    #[test]
    fn cameras_with_the_same_span_go_together_and_nothing_is_added() {
        let check = |spans: &[Wanted], expected: &[Wanted]| assert_eq!(wanted(spans), expected);
        check(&[], &[]);
        check(&[of(0, 10, &[2]), of(0, 10, &[1, 2])], &[of(0, 10, &[1, 2])]);
        check(&[of(5, 10, &[1]), of(0, 10, &[2])], &[of(0, 10, &[2]), of(5, 10, &[1])]);
        let many: Vec<u8> = (0..20).collect();
        check(&[of(0, 10, &many)], &[of(0, 10, &many[..16]), of(0, 10, &many[16..])]);
    }

    #[test]
    fn what_is_held_is_not_held_again() {
        let check = |spans: &[Wanted], held: &[Wanted], expected: &[Wanted]| {
            assert_eq!(unheld(spans, held), expected);
        };
        check(&[of(0, 10, &[1, 2])], &[], &[of(0, 10, &[1, 2])]);
        check(&[of(0, 10, &[1, 2])], &[of(0, 10, &[1])], &[of(0, 10, &[2])]);
        check(&[of(2, 8, &[1])], &[of(0, 10, &[1])], &[]);
        check(&[of(0, 10, &[1])], &[of(2, 8, &[1])], &[of(0, 10, &[1])]);
    }

    #[test]
    fn a_closed_folder_and_a_withdrawn_item_refuse() {
        assert_eq!(closed(true).unwrap().code, "folder_closed");
        assert_eq!(withdrawn(true).unwrap().code, "folder_item_withdrawn");
        assert!(closed(false).is_none() && withdrawn(false).is_none());
    }
}
