//! Clips that one person hands to a colleague of the unit: a span of recorded footage that the colleague may play for a while, so often,
//! and for the sender's stated reason.
//!
//! It loads nothing and knows no files: none leaves the system by it. The invariants: a clip opens nothing to a colleague that their own
//! posts, training and clearance do not; it is played only while both are entitled; and where a second person's word is needed for the
//! footage, it is that of another than both.

use super::{GrantFacts, GrantState, Refusal, Wanted};

/// Longest span of a clip: what one looks at together, not a shift's review; longer ones are asked for as grants are.
pub const CLIP_SPAN_US_MAX: i64 = 30 * 60_000_000;
/// Cameras of one clip: what the timeline plays in step.
pub const CLIP_CAMERAS_MAX: usize = 9;
/// How long a clip may be played, from being handed on: a week of shifts.
pub const CLIP_US_MAX: i64 = 7 * 86_400_000_000;
/// How often: a colleague looks at it, and again with another.
pub const CLIP_USES_MAX: u32 = 20;

/// What is known of a clip that somebody hands on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handing {
    pub to_oneself: bool,
    /// The colleague may play it by themselves, but for a second person's word.
    pub entitled: bool,
}

/// Nobody hands a clip to themselves, nor to whoever may not see it without it.
pub fn refuse_handing(handing: Handing) -> Option<Refusal> {
    if handing.to_oneself {
        return Some(refusal(
            "clip_to_oneself",
            ("A clip is handed to another person.", "片段须转交给他人。"),
            ("Choose a colleague.", "请选择同事。"),
        ));
    }
    (!handing.entitled).then(|| {
        refusal(
            "clip_colleague",
            (
                "This person may not play these cameras by themselves, and a clip opens nothing to anybody.",
                "该人员本人无权回放这些摄像机，转交不能扩大任何人的权限。",
            ),
            (
                "Choose a colleague whose post, training and clearance cover the cameras, or ask an administrator of the unit.",
                "请选择岗位、培训和涉密权限均符合要求的同事，或联系本单位管理员。",
            ),
        )
    })
}

/// A clip as somebody wants to play it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClipFacts {
    /// It was handed to whoever wants to play it.
    pub own: bool,
    pub grant: GrantFacts,
    /// It was handed on under another legal basis.
    pub other_basis: bool,
    /// A second person gave their word.
    pub approved: bool,
    /// That is needed now: the unit wants it so, or the footage is secret.
    pub needs_word: bool,
    /// Whoever handed it on may still play it, and what they had approved for themselves still stands.
    pub sender_entitled: bool,
}

/// Why a clip is not played, if it is not. `going_on`: it is open already, and was counted then.
pub fn refuse_playing(clip: &ClipFacts, wanted: Wanted<'_>, going_on: bool) -> Option<Refusal> {
    if !clip.own {
        return Some(refusal(
            "clip_other_person",
            ("This clip was handed to another person.", "该片段是转交给他人的。"),
            ("Whoever has it can hand it to you.", "可由有权人员另行转交给您。"),
        ));
    }
    if let Some(over) = over(clip.grant.state, going_on) {
        return Some(over);
    }
    if clip.needs_word && !clip.approved {
        return Some(refusal(
            "clip_unapproved",
            (
                "A second person's word is needed for this footage now, and nobody approved this clip.",
                "查看该录像现须经另一人批准，而该片段未经批准。",
            ),
            SEND_AGAIN,
        ));
    }
    if clip.other_basis || !clip.grant.covers(wanted) {
        return Some(refusal(
            "clip_beyond",
            (
                "This goes beyond the clip: its cameras, its span, its purpose.",
                "超出了该片段的摄像机、时段或用途范围。",
            ),
            ("Play the clip as it was handed on.", "请按转交的范围播放。"),
        ));
    }
    (!clip.sender_entitled).then(|| {
        refusal(
            "clip_sender",
            ("Whoever handed this clip on may no longer play it themselves.", "转交人本人已无权回放该片段。"),
            SEND_AGAIN,
        )
    })
}

/// What helps almost always.
const SEND_AGAIN: (&str, &str) =
    ("Somebody who may play it can hand it to you anew.", "可由有权回放的人员重新转交。");

fn over(state: GrantState, going_on: bool) -> Option<Refusal> {
    let (code, reason, remedy) = match state {
        GrantState::Granted => return None,
        GrantState::UsedUp if going_on => return None,
        GrantState::Asked => (
            "clip_waiting",
            ("This clip waits for a second person's word.", "该片段尚待另一人批准。"),
            ("An administrator of the unit can approve it.", "可由本单位管理员批准。"),
        ),
        GrantState::Declined => {
            ("clip_declined", ("This clip was declined.", "该片段的转交已被驳回。"), SEND_AGAIN)
        }
        GrantState::UsedUp => (
            "clip_used_up",
            ("This clip was played as often as it may be.", "该片段的播放次数已用完。"),
            SEND_AGAIN,
        ),
        GrantState::Expired => {
            ("clip_expired", ("The time of this clip is over.", "该片段的期限已过。"), SEND_AGAIN)
        }
        GrantState::Revoked => {
            ("clip_revoked", ("This clip was taken back.", "该片段已被收回。"), SEND_AGAIN)
        }
    };
    Some(refusal(code, reason, remedy))
}

fn refusal(code: &'static str, reason: (&str, &str), remedy: (&str, &str)) -> Refusal {
    Refusal::new("unit:clips", code, reason, remedy)
}

#[cfg(test)]
mod tests {
    use super::super::{GrantAct, Looked};
    use super::*;
    use model::{CameraId, Purpose, Span, WallTime};
    use uuid::Uuid;

    fn clip(state: GrantState) -> ClipFacts {
        let grant = GrantFacts {
            state,
            acts: vec![GrantAct::Playback],
            cameras: vec![CameraId(Uuid::from_u128(1))],
            systems: Vec::new(),
            case: None,
            span: Span::new(WallTime(100), WallTime(200)),
            purpose: Purpose::Incident,
        };
        let (other_basis, approved, needs_word) = (false, false, false);
        ClipFacts { own: true, grant, other_basis, approved, needs_word, sender_entitled: true }
    }

    #[test]
    fn a_clip_is_played_as_it_was_handed_on_and_while_both_may() {
        use GrantState::{Asked, Declined, Expired, Granted, Revoked, UsedUp};
        let check = |facts: &ClipFacts, (camera, from, to): (u128, i64, i64), expected: [&str; 2]| {
            let cameras = [Looked { camera: CameraId(Uuid::from_u128(camera)), system: None }];
            let span = Span::new(WallTime(from), WallTime(to));
            let wanted =
                Wanted { act: GrantAct::Playback, cameras: &cameras, span, purpose: Purpose::Incident };
            for (going_on, expected) in [false, true].into_iter().zip(expected) {
                let found = refuse_playing(facts, wanted, going_on).map_or("plays", |refusal| refusal.code);
                assert_eq!(found, expected, "{facts:?} {wanted:?} going on: {going_on}");
            }
        };
        let all = (1, 100, 200);
        check(&clip(Granted), all, ["plays"; 2]);
        check(&clip(Granted), (1, 150, 160), ["plays"; 2]);
        check(&clip(Granted), (2, 100, 200), ["clip_beyond"; 2]);
        check(&clip(Granted), (1, 99, 200), ["clip_beyond"; 2]);
        check(&clip(Granted), (1, 100, 201), ["clip_beyond"; 2]);
        check(&ClipFacts { other_basis: true, ..clip(Granted) }, all, ["clip_beyond"; 2]);
        check(&ClipFacts { own: false, ..clip(Granted) }, all, ["clip_other_person"; 2]);
        check(&clip(Asked), all, ["clip_waiting"; 2]);
        check(&clip(Declined), all, ["clip_declined"; 2]);
        check(&clip(Expired), all, ["clip_expired"; 2]);
        check(&clip(Revoked), all, ["clip_revoked"; 2]);
        // What was opened with the last use goes on.
        check(&clip(UsedUp), all, ["clip_used_up", "plays"]);
        check(&ClipFacts { sender_entitled: false, ..clip(Granted) }, all, ["clip_sender"; 2]);
        check(&ClipFacts { needs_word: true, ..clip(Granted) }, all, ["clip_unapproved"; 2]);
        check(&ClipFacts { needs_word: true, approved: true, ..clip(Granted) }, all, ["plays"; 2]);
    }

    #[test]
    fn a_clip_goes_to_another_who_may_see_it_anyway() {
        let check = |to_oneself, entitled, expected: Option<&str>| {
            let found = refuse_handing(Handing { to_oneself, entitled }).map(|refusal| refusal.code);
            assert_eq!(found, expected);
        };
        check(false, true, None);
        check(false, false, Some("clip_colleague"));
        check(true, true, Some("clip_to_oneself"));
    }
}
