//! Events of alarm and door systems, and what an alarm asks of a room: kinds, priorities, its life, who acts on it, when it waited too
//! long.
//!
//! It reads no clock and knows no cameras. The invariants: an event of a system that is not in use raises no alarm (national-2016:34);
//! an alarm is acknowledged before it is closed, and each step of its life is one of [`Alarm`]'s methods.

pub mod own;

use crate::{Words, access::Refusal, duty::refuse_off_shift, life_cycle::Stage};
use model::{Role, WallTime};
use std::marker::PhantomData;

/// Where no text that binds says it.
pub const RULE: &str = "unit:alarms";
/// The control that takes events in, and finds alarms that wait.
pub const EVENTS_CONTROL: &str = "alarm-door-events";
/// How long a high alarm waits when the unit says nothing: the time to look, and to pick up a telephone.
pub const TERM_S_DEFAULT: u32 = 120;
/// Shorter than this nobody could read it.
pub const TERM_S_MIN: u32 = 30;
/// Longer than this it is not high.
pub const TERM_S_MAX: u32 = 3_600;
/// How old an event may say it is: panels keep a day of them while their line is down.
pub const HAPPENED_BACK_US_MAX: i64 = 24 * 3_600_000_000;
/// How far ahead of ours a sender's clock may be and still be believed.
pub const HAPPENED_AHEAD_US_MAX: i64 = 10_000_000;
/// A camera that is silent for less than this has a network that blinks.
pub const LOST_US_MIN: i64 = 30_000_000;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$row:meta])* $variant:ident $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum $name { $($(#[$row])* $variant,)+ }
        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

words! {
    /// What a compatible system is (national-2016:34).
    SourceKind {
        Intrusion "intrusion",
        Entrance "entrance",
        Fire "fire",
        HelpButton "help_button",
        Other "other",
    }
}

words! {
    /// What happened. Those of the product's own are said by no sender.
    EventKind {
        Intrusion "intrusion",
        DoorForced "door_forced",
        DoorHeldOpen "door_held_open",
        DoorOpened "door_opened",
        AccessDenied "access_denied",
        Fire "fire",
        Help "help",
        Tamper "tamper",
        Fault "fault",
        Restored "restored",
        Other "other",
        /// Own: a camera that is recorded sends nothing.
        CameraLost "camera_lost",
        CameraBack "camera_back",
        /// Own: a stream is not recorded, for want of room.
        RecordingStopped "recording_stopped",
        RecordingResumed "recording_resumed",
        /// Own: a camera's clock is off.
        ClockOff "clock_off",
        /// Own: a media disk went away.
        DiskLost "disk_lost",
        DiskBack "disk_back",
    }
}

impl EventKind {
    /// Whether only the product itself says so.
    pub const fn is_own(self) -> bool {
        matches!(
            self,
            Self::CameraLost
                | Self::CameraBack
                | Self::RecordingStopped
                | Self::RecordingResumed
                | Self::ClockOff
                | Self::DiskLost
                | Self::DiskBack
        )
    }

    /// How urgent the product's own events are; `None` for good news.
    pub const fn own_priority(self) -> Option<Priority> {
        match self {
            Self::RecordingStopped | Self::DiskLost => Some(Priority::High),
            Self::CameraLost => Some(Priority::Medium),
            Self::ClockOff => Some(Priority::Low),
            _ => None,
        }
    }
}

words! {
    /// How urgent an alarm is.
    Priority {
        Low "low",
        Medium "medium",
        /// Waits no longer than the unit's term.
        High "high",
    }
}

words! {
    /// Where an event is in its life. Only the last three are alarms.
    EventState {
        /// Kept, and nobody is called.
        Noted "noted",
        /// Its system is not in use: no alarm, whatever happened.
        Test "test",
        Open "open",
        Acknowledged "acknowledged",
        Closed "closed",
    }
}

words! {
    /// What an alarm turned out to be.
    Outcome {
        /// It was so, and was dealt with.
        Handled "handled",
        /// It was so, and was handed to the public security organ.
        PassedOn "passed_on",
        False "false",
        /// Nobody could tell.
        Unclear "unclear",
    }
}

/// What becomes of an event: of a system that is not in use a test event; without a priority, or when something is in order again,
/// a note; else an alarm.
pub const fn taken_in(stage: Option<Stage>, kind: EventKind, priority: Option<Priority>) -> EventState {
    match (stage, kind, priority) {
        (Some(Stage::InUse), EventKind::Restored, _) | (Some(Stage::InUse), _, None) => EventState::Noted,
        (Some(Stage::InUse), _, Some(_)) => EventState::Open,
        _ => EventState::Test,
    }
}

/// When an event counts as having happened: by its sender, unless that clock cannot be right.
pub fn counts_at(happened: WallTime, received: WallTime) -> WallTime {
    let behind_us = received.since_us(happened);
    if (-HAPPENED_AHEAD_US_MAX..=HAPPENED_BACK_US_MAX).contains(&behind_us) { happened } else { received }
}

/// An alarm at a place of its life. Only [`Alarm::raised`] makes one from nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Alarm<S>(PhantomData<S>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Open {}
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Acknowledged {}
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Closed {}

impl Alarm<Open> {
    pub const fn raised() -> Self {
        Self(PhantomData)
    }
    pub const fn acknowledge(self) -> Alarm<Acknowledged> {
        Alarm(PhantomData)
    }
    pub const fn escalate(self) -> Self {
        self
    }
    pub const fn state(self) -> EventState {
        EventState::Open
    }
}

impl Alarm<Acknowledged> {
    /// Another post is asked, and answers for itself.
    pub const fn escalate(self) -> Alarm<Open> {
        Alarm(PhantomData)
    }
    pub const fn close(self) -> Alarm<Closed> {
        Alarm(PhantomData)
    }
    pub const fn state(self) -> EventState {
        EventState::Acknowledged
    }
}

impl Alarm<Closed> {
    pub const fn state(self) -> EventState {
        EventState::Closed
    }
}

/// What somebody does with an alarm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    Acknowledge,
    Escalate,
    Close,
}

impl Step {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Escalate => "escalate",
            Self::Close => "close",
        }
    }
}

/// Takes a stored state through a step; `None` where its life has no such step.
pub const fn take(state: EventState, step: Step) -> Option<EventState> {
    match (state, step) {
        (EventState::Open, Step::Acknowledge) => Some(Alarm::raised().acknowledge().state()),
        (EventState::Open, Step::Escalate) => Some(Alarm::raised().escalate().state()),
        (EventState::Acknowledged, Step::Escalate) => Some(Alarm::raised().acknowledge().escalate().state()),
        (EventState::Acknowledged, Step::Close) => Some(Alarm::raised().acknowledge().close().state()),
        _ => None,
    }
}

/// Who acts on an alarm.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Acting {
    /// A post of theirs in the unit watches.
    pub watches: bool,
    /// The unit keeps a roster.
    pub roster: bool,
    /// They are on a shift of it that runs.
    pub on_shift: bool,
    /// The post that the alarm was escalated to is one of theirs.
    pub is_asked: bool,
}

/// Why somebody may not acknowledge or close an alarm. To escalate is the safe error: any post that may, may at any time.
pub fn refuse(acting: Acting, roster_article: &str) -> Option<Refusal> {
    if acting.is_asked || (acting.watches && (acting.on_shift || !acting.roster)) {
        return None;
    }
    if acting.watches {
        return Some(refuse_off_shift(roster_article));
    }
    Some(Refusal {
        article: RULE.into(),
        code: "not_your_alarm",
        reason: Words::new(
            "An alarm is acknowledged and closed by those who keep watch, or by the post that it was escalated to.",
            "警情由值班监看人员，或上报到的岗位确认和办结。",
        ),
        remedy: Words::new(
            "Whoever is on shift can do it; or escalate it to your post with a reason.",
            "可由当班人员办理；或说明理由，上报到您的岗位。",
        ),
    })
}

/// The posts that an alarm can be escalated to: those that act on alarms.
pub const fn is_escalated_to(role: Role) -> bool {
    matches!(role, Role::Operator | Role::Administrator | Role::Manager)
}

/// To whom an alarm goes by itself when nobody acknowledges it: whoever answers for the room.
pub const OVERDUE_TO: Role = Role::Administrator;

/// Whether an alarm should have been acknowledged by now.
pub fn is_overdue(priority: Priority, waits_since: WallTime, term_s: u32, now: WallTime) -> bool {
    matches!(priority, Priority::High) && now.since_us(waits_since) >= i64::from(term_s) * 1_000_000
}

/// Why alarms that wait are a finding, and what helps.
pub fn overdue_words(count: u64) -> (Words, Words) {
    (
        Words::new(
            format!(
                "Alarms of high priority that nobody has acknowledged within the unit's term: {count}. They were escalated."
            ),
            format!("高级警情超过本单位时限无人确认：{count}起，已自动上报。"),
        ),
        Words::new(
            "Whoever is on shift, or an administrator, acknowledges them on the page Alarms.",
            "请当班人员或管理员在“警情”页面确认。",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_system_in_use_raises_alarms() {
        let check = |stage: Option<Stage>, kind, priority, expected| {
            assert_eq!(taken_in(stage, kind, priority), expected, "{stage:?} {kind:?} {priority:?}");
        };
        let high = Some(Priority::High);
        for stage in Stage::ALL.into_iter().filter(|stage| *stage != Stage::InUse) {
            check(Some(stage), EventKind::Help, high, EventState::Test);
        }
        check(None, EventKind::Help, high, EventState::Test);
        check(Some(Stage::InUse), EventKind::Help, high, EventState::Open);
        check(Some(Stage::InUse), EventKind::DoorOpened, None, EventState::Noted);
        check(Some(Stage::InUse), EventKind::Restored, high, EventState::Noted);
    }

    #[test]
    fn an_alarm_is_acknowledged_before_it_is_closed() {
        use EventState::{Acknowledged, Closed, Noted, Open, Test};
        let check = |state, step, expected| assert_eq!(take(state, step), expected, "{state:?} {step:?}");
        check(Open, Step::Acknowledge, Some(Acknowledged));
        check(Open, Step::Escalate, Some(Open));
        check(Open, Step::Close, None);
        check(Acknowledged, Step::Acknowledge, None);
        check(Acknowledged, Step::Escalate, Some(Open));
        check(Acknowledged, Step::Close, Some(Closed));
        for step in [Step::Acknowledge, Step::Escalate, Step::Close] {
            for state in [Noted, Test, Closed] {
                check(state, step, None);
            }
        }
    }

    #[test]
    fn a_clock_that_cannot_be_right_does_not_place_an_event() {
        let now = WallTime(1_800_000_000_000_000);
        let check = |behind_us: i64, believed: bool| {
            let happened = now.plus_us(-behind_us);
            assert_eq!(counts_at(happened, now), if believed { happened } else { now }, "{behind_us}");
        };
        check(0, true);
        check(HAPPENED_BACK_US_MAX, true);
        check(HAPPENED_BACK_US_MAX + 1, false);
        check(-HAPPENED_AHEAD_US_MAX, true);
        check(-HAPPENED_AHEAD_US_MAX - 1, false);
        assert_eq!(counts_at(WallTime(i64::MIN), now), now);
        assert_eq!(counts_at(WallTime(i64::MAX), now), now);
    }

    #[test]
    fn whoever_keeps_watch_acts_and_whoever_is_asked() {
        let check = |acting: Acting, code: Option<&str>| {
            assert_eq!(refuse(acting, "datong-2008:17").map(|refusal| refusal.code), code, "{acting:?}");
        };
        let watcher = Acting { watches: true, ..Acting::default() };
        check(watcher, None);
        check(Acting { roster: true, ..watcher }, Some("off_shift"));
        check(Acting { roster: true, on_shift: true, ..watcher }, None);
        check(Acting::default(), Some("not_your_alarm"));
        check(Acting { is_asked: true, roster: true, ..Acting::default() }, None);
    }

    #[test]
    fn only_high_alarms_have_a_term() {
        let since = WallTime(0);
        let check = |priority, after_s: i64, expected| {
            let now = since.plus_us(after_s * 1_000_000);
            assert_eq!(is_overdue(priority, since, TERM_S_DEFAULT, now), expected, "{priority:?} {after_s}");
        };
        check(Priority::High, 119, false);
        check(Priority::High, 120, true);
        check(Priority::Medium, 86_400, false);
        check(Priority::Low, 86_400, false);
    }

    #[test]
    fn words_are_told_apart() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::from_word(kind.as_str()), Some(*kind));
            assert!(kind.own_priority().is_none() || kind.is_own(), "{kind:?}");
        }
    }
}
