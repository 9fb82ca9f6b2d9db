//! What an authority may do in the portal: file so many requests, receive a package by name, collect it so often and so long.
//!
//! It does not say which request is lawful: that is `crate::retrieval`, asked by the unit's desk as for anybody who comes in person.
//! The invariant kept: filing grants nothing, and a package is collected only by its requester, after its receipt was confirmed.

use crate::{Words, access::Refusal};
use model::WallTime;

/// An account of a requester lasts at most so long: half a year, then its credentials are looked at again. No text gives days.
pub const REQUESTER_US_MAX: i64 = 183 * 86_400_000_000;
/// Requests of one account that are not done: a team's week.
pub const OPEN_REQUESTS_MAX: usize = 20;
/// Requests of one account within a day: more is a flood, whoever sends it.
pub const REQUESTS_DAY_MAX: usize = 20;
/// The first time, and two more for a line that broke or a disk that failed.
pub const COLLECTIONS_MAX: u32 = 3;
/// How long a package is there after its receipt was confirmed.
pub const COLLECT_US: i64 = 7 * 86_400_000_000;
/// Papers of one request.
pub const PORTAL_PAPERS_MAX: usize = 8;
/// One paper: some scanned pages.
pub const PORTAL_PAPER_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Persons named in one request.
pub const PERSONS_MAX: usize = crate::retrieval::OFFICERS_MAX;

/// A requester who files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FilingFacts {
    /// Not done yet.
    pub open: usize,
    /// Filed within the last day.
    pub today: usize,
}

/// Why no further request is taken now.
pub fn may_file(facts: FilingFacts) -> Option<Refusal> {
    if facts.open >= OPEN_REQUESTS_MAX {
        return Some(refusal(
            "portal_open",
            ("Too many requests of this account are open.", "该账号未办结的申请过多。"),
            ("Wait until some are done, or take one back.", "请待部分申请办结，或撤回申请。"),
        ));
    }
    (facts.today >= REQUESTS_DAY_MAX).then(|| {
        refusal(
            "portal_rate",
            ("This account has filed too many requests within a day.", "该账号一天内提交的申请过多。"),
            ("Go on tomorrow, or come to the unit's desk.", "请明日再提交，或到使用单位现场办理。"),
        )
    })
}

/// A package that its requester wants to collect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CollectFacts {
    pub withdrawn: bool,
    /// When the receipt was confirmed by name.
    pub received: Option<WallTime>,
    pub collections: u32,
    pub now: WallTime,
}

/// Why it is not handed out now.
pub fn may_collect(facts: CollectFacts) -> Option<Refusal> {
    if facts.withdrawn {
        return Some(refusal(
            "request_withdrawn",
            ("This request was taken back.", "该申请已撤回。"),
            ("File a new request.", "请重新提出申请。"),
        ));
    }
    let Some(received) = facts.received else {
        return Some(refusal(
            "receipt_first",
            ("A package is handed out against a receipt by name.", "领取材料须先具名签收。"),
            ("Confirm its receipt with the name of whoever receives it.", "请先填写领取人姓名并签收。"),
        ));
    };
    if facts.now > received.plus_us(COLLECT_US) {
        return Some(refusal(
            "collect_term",
            ("The time for collecting this package has passed.", "该材料的领取期限已过。"),
            ("Ask the unit for it again.", "请向使用单位重新申请。"),
        ));
    }
    (facts.collections >= COLLECTIONS_MAX).then(|| {
        refusal(
            "collected_out",
            ("This package was collected as often as it may be.", "该材料的领取次数已用完。"),
            ("Ask the unit for it again.", "请向使用单位重新申请。"),
        )
    })
}

/// Why an account cannot become a requester's: it has posts, which would be worth nothing from then on and something afterwards.
pub fn may_be_requester(has_posts: bool) -> Option<Refusal> {
    has_posts.then(|| {
        refusal(
            "requester_posts",
            ("An account with posts does not become a requester's.", "有岗位的账号不得作为调取申请人账号。"),
            ("Make an account of its own for it, without posts.", "请另设一个没有岗位的账号。"),
        )
    })
}

fn refusal(
    code: &'static str,
    reason: (&'static str, &'static str),
    remedy: (&'static str, &'static str),
) -> Refusal {
    Refusal {
        article: "unit:portal".into(),
        code,
        reason: Words::new(reason.0, reason.1),
        remedy: Words::new(remedy.0, remedy.1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_much_is_filed_and_how_often_it_is_collected() {
        let file = |open, today| may_file(FilingFacts { open, today }).map(|refusal| refusal.code);
        assert_eq!(file(0, 0), None);
        assert_eq!(file(OPEN_REQUESTS_MAX - 1, REQUESTS_DAY_MAX - 1), None);
        assert_eq!(file(OPEN_REQUESTS_MAX, 0), Some("portal_open"));
        assert_eq!(file(0, REQUESTS_DAY_MAX), Some("portal_rate"));
        let now = WallTime(1_800_000_000_000_000);
        let whole = CollectFacts { withdrawn: false, received: Some(now), collections: 0, now };
        let check = |facts: CollectFacts, expected: Option<&str>| {
            assert_eq!(may_collect(facts).map(|refusal| refusal.code), expected, "{facts:?}");
        };
        check(whole, None);
        check(CollectFacts { collections: COLLECTIONS_MAX - 1, now: now.plus_us(COLLECT_US), ..whole }, None);
        check(CollectFacts { collections: COLLECTIONS_MAX, ..whole }, Some("collected_out"));
        check(CollectFacts { now: now.plus_us(COLLECT_US + 1), ..whole }, Some("collect_term"));
        check(CollectFacts { received: None, ..whole }, Some("receipt_first"));
        check(CollectFacts { withdrawn: true, ..whole }, Some("request_withdrawn"));
        assert_eq!(may_be_requester(true).map(|refusal| refusal.code), Some("requester_posts"));
        assert_eq!(may_be_requester(false), None);
    }
}
