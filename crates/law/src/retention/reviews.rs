//! Words about holds that somebody must look at: whose review is due, and whose decision does not arrive.
//!
//! Neither lifts a hold: a hold ends by two persons, never by time.

use super::DAY_US;
use crate::Words;

/// Our own rule that a hold is looked at again.
pub const REVIEW_ARTICLE: &str = "unit:holds";
/// A decision that has not reached the footage store for so long is stuck: it is tried every few seconds.
pub const STUCK_US_MAX: i64 = DAY_US / 144;

/// Why holds whose review is due are a finding, and what helps.
pub fn review_words(holds: u64) -> (Words, Words) {
    (
        Words::new(
            format!("{holds} holds on this camera's footage have passed their review date."),
            format!("该摄像机录像有 {holds} 项保全已过复核日期。"),
        ),
        Words::new(
            "Set a new review date with a reason, or ask that the hold be lifted.",
            "请说明理由并设定新的复核日期，或申请解除保全。",
        ),
    )
}

/// Why decisions about holds that do not arrive are a finding, and what helps.
pub fn stuck_words(decisions: u64) -> (Words, Words) {
    (
        Words::new(
            format!("{decisions} decisions about holds have not been carried out for more than ten minutes."),
            format!("有 {decisions} 项保全决定超过十分钟仍未执行。"),
        ),
        Words::new(
            "What they hold is kept all the same. Look at the disks, then run `watchkeeper check`.",
            "相关录像仍受保全。请检查磁盘，然后运行 `watchkeeper check`。",
        ),
    )
}
