//! What whoever is on no shift may look at, where the unit keeps a roster (datong-2008:17, national-2016:18).
//!
//! Watching on duty is for the shift, always. Whether another purpose needs more than being stated is the unit's own rule. The invariant:
//! what a case, an approval, an authority's request or another duty asks for is not taken away by it.

use super::{RULE, refusal};
use crate::access::Refusal;
use model::{Act, Purpose};

/// What an act on pictures needs of somebody on no shift.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OffShift {
    /// Nothing: maintenance and supervision are duties of their own, and do not wait for a shift.
    Nothing,
    /// A shift.
    Shift,
    /// More than the person's own word, where the unit has said so.
    Word,
}

/// What an act for a purpose needs of somebody on no shift. `confirmed`: it names a case, which counts only if another confirmed it.
pub const fn off_shift(act: Act, purpose: Purpose, confirmed: bool) -> OffShift {
    match (act, purpose) {
        (Act::Live | Act::Playback | Act::Still | Act::Ptz, Purpose::DutyWatch) => OffShift::Shift,
        (
            Act::Live | Act::Playback | Act::Still | Act::Ptz | Act::Export | Act::Decrypt | Act::ShareClip,
            Purpose::Incident | Purpose::Case | Purpose::Training,
        ) if !confirmed => OffShift::Word,
        _ => OffShift::Nothing,
    }
}

/// Why somebody on no shift does not look for a purpose that they alone state.
pub fn refuse_off_shift_alone() -> Refusal {
    refusal(
        RULE,
        "grant_off_shift",
        (
            "You are not on shift, and in this unit a purpose that you alone state opens no pictures then.",
            "您当前不在班；本单位规定，不在班时不得仅凭本人填写的用途查看画面。",
        ),
        (
            "Start your shift, name a confirmed case, or ask for approval.",
            "请先接班，或填写已确认的案件，或申请批准。",
        ),
    )
}

/// What is left of a refusal off shift: an approval, or an authority's request in order, lifts the one for want of another's word.
pub fn off_shift_left(refused: Option<Refusal>, another_said: bool) -> Option<Refusal> {
    refused.filter(|refused| !(another_said && refused.code == refuse_off_shift_alone().code))
}

#[cfg(test)]
mod tests {
    use super::super::refuse_off_shift;
    use super::*;

    #[test]
    fn what_is_asked_off_shift_follows_from_act_and_purpose() {
        for purpose in Purpose::ALL {
            let watches = *purpose == Purpose::DutyWatch;
            let alone = matches!(purpose, Purpose::Incident | Purpose::Case | Purpose::Training);
            for act in
                [Act::Live, Act::Playback, Act::Still, Act::Ptz, Act::Export, Act::Decrypt, Act::ShareClip]
            {
                let copies = matches!(act, Act::Export | Act::Decrypt | Act::ShareClip);
                let expected = match (watches, alone) {
                    (true, _) if !copies => OffShift::Shift,
                    (_, true) => OffShift::Word,
                    _ => OffShift::Nothing,
                };
                assert_eq!(off_shift(act, *purpose, false), expected, "{act:?} {purpose:?}");
                let named = if expected == OffShift::Word { OffShift::Nothing } else { expected };
                assert_eq!(off_shift(act, *purpose, true), named, "{act:?} {purpose:?} under a case");
            }
            // Collecting what was asked for, and lists, are no watching.
            for act in [Act::Collect, Act::ReadTimeline, Act::CommissioningStill] {
                assert_eq!(off_shift(act, *purpose, false), OffShift::Nothing, "{act:?} {purpose:?}");
            }
        }
    }

    #[test]
    fn anothers_word_lifts_what_wants_one_and_replaces_no_shift() {
        let alone = || Some(refuse_off_shift_alone());
        let shift = || Some(refuse_off_shift(RULE));
        assert_eq!(off_shift_left(alone(), false), alone());
        assert_eq!(off_shift_left(alone(), true), None);
        assert_eq!(off_shift_left(shift(), true), shift());
        assert_eq!(off_shift_left(None, false), None);
    }
}
