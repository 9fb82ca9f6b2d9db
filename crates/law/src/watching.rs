//! Questions that the access log raises: what somebody did out of the ordinary, with its measure, why it is asked, and the entries
//! that show it. Each rule is a function of one person's entries in one unit, and of the unit's own limits.
//!
//! They are questions, not verdicts: nothing here blames, blocks or ends anything, and nobody answers one about themselves
//! (`access`). The invariant kept: a question names the entries that it was asked from.

mod limits;
mod rules;
#[cfg(test)]
mod tests;
mod words;

pub use limits::{Limit, Limits};
pub use words::open_words;

use crate::Day;
use model::{Act, CameraId, CaseId, ExportId, PersonId, WallTime};

/// The product's own rule, where no pack that binds asks that the log is looked at.
pub const RULE: &str = "unit:watching";
pub const CONTROL: &str = "access-anomaly";
/// How far back the rules look: what is usual for somebody is told from four weeks, and the week under question is a fifth.
pub const LOOK_BACK_DAYS: i64 = 35;
/// Days back for which questions are still asked: who supervises comes back from a leave of two weeks.
pub const ASKED_BACK_DAYS: i64 = 14;
/// How long one use record of one camera stands for, at most: so often one is written while pictures flow.
pub const USE_US: i64 = 20_000_000;
/// Entries that one question names. The ledger has the others.
pub const EVIDENCE_MAX: usize = 50;

/// What is asked about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Rule {
    /// Pictures of sensitive cameras or footage, for a stated reason but without a case.
    SensitiveWithoutCase,
    /// One camera's recordings looked at again and again without a case.
    SameCameraAgain,
    /// Pictures at hours at which this person does not usually see any.
    UnusualHours,
    ManyCamerasTaken,
    LongSpansTaken,
    /// A package was made and nobody fetched it.
    ExportNotCollected,
    BasicDataInBulk,
    /// The same act refused again and again, and never permitted in between.
    RefusedInARow,
    SignInsFailed,
    /// One person's requests judged by the same other person again and again.
    ApproverPair,
    /// Pictures without a case by whoever keeps a roster, outside every shift of theirs.
    OffDuty,
    /// A copy was handed over and its receipt was never entered.
    ReceiptMissing,
    /// Recorded footage asked for beyond the cameras, the span or the acts of a grant.
    GrantAttempts,
    /// Recordings looked at or copied without a case, of whichever cameras and at whichever level.
    RecordedWithoutCase,
    /// One and the same case named for pictures of many cameras.
    OneCaseManyCameras,
    /// One and the same case named for pictures on many days.
    OneCaseManyDays,
    /// Refused many times in a day, of whatever acts and with permitted ones in between.
    RefusedOften,
    /// Hours of recordings played, with a case or without.
    MuchPlayed,
    /// Live pictures of many cameras outside of a shift, with a case or without.
    ManyCamerasLive,
}

impl Rule {
    pub const ALL: [Self; 19] = [
        Self::SensitiveWithoutCase,
        Self::SameCameraAgain,
        Self::UnusualHours,
        Self::ManyCamerasTaken,
        Self::LongSpansTaken,
        Self::ExportNotCollected,
        Self::BasicDataInBulk,
        Self::RefusedInARow,
        Self::SignInsFailed,
        Self::ApproverPair,
        Self::OffDuty,
        Self::ReceiptMissing,
        Self::GrantAttempts,
        Self::RecordedWithoutCase,
        Self::OneCaseManyCameras,
        Self::OneCaseManyDays,
        Self::RefusedOften,
        Self::MuchPlayed,
        Self::ManyCamerasLive,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SensitiveWithoutCase => "sensitive_without_case",
            Self::SameCameraAgain => "same_camera_again",
            Self::UnusualHours => "unusual_hours",
            Self::ManyCamerasTaken => "many_cameras_taken",
            Self::LongSpansTaken => "long_spans_taken",
            Self::ExportNotCollected => "export_not_collected",
            Self::BasicDataInBulk => "basic_data_in_bulk",
            Self::RefusedInARow => "refused_in_a_row",
            Self::SignInsFailed => "sign_ins_failed",
            Self::ApproverPair => "approver_pair",
            Self::OffDuty => "off_duty",
            Self::ReceiptMissing => "receipt_missing",
            Self::GrantAttempts => "grant_attempts",
            Self::RecordedWithoutCase => "recorded_without_case",
            Self::OneCaseManyCameras => "one_case_many_cameras",
            Self::OneCaseManyDays => "one_case_many_days",
            Self::RefusedOften => "refused_often",
            Self::MuchPlayed => "much_played",
            Self::ManyCamerasLive => "many_cameras_live",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == word)
    }

    /// The article whose keeping is asked about.
    pub const fn article(self) -> &'static str {
        match self {
            // Secrets and privacy are protected (datong-2008:5).
            Self::SensitiveWithoutCase => "datong-2008:5",
            // Footage is for the purposes of the rules alone (guangzhou-2007:16).
            Self::SameCameraAgain
            | Self::UnusualHours
            | Self::RecordedWithoutCase
            | Self::OneCaseManyCameras
            | Self::OneCaseManyDays
            | Self::MuchPlayed
            | Self::ManyCamerasLive => "guangzhou-2007:16",
            // Watch is kept by those who have it (datong-2008:17).
            Self::OffDuty => "datong-2008:17",
            // Who takes and hands out, and what for, is registered (guangzhou-2007:21).
            Self::ManyCamerasTaken
            | Self::LongSpansTaken
            | Self::ExportNotCollected
            | Self::ReceiptMissing => "guangzhou-2007:21",
            // Basic data is confidential (national-2016:6).
            Self::BasicDataInBulk => "national-2016:6",
            // Secure and controllable (national-2016:7).
            Self::RefusedInARow | Self::RefusedOften | Self::SignInsFailed | Self::GrantAttempts => {
                "national-2016:7"
            }
            // Two persons are two when they judge (datong-2008:17, guangzhou-2007:21).
            Self::ApproverPair => "guangzhou-2007:21",
        }
    }

    /// The control that it belongs to: how footage is looked at, or how the system is reached for.
    pub const fn control(self) -> &'static str {
        match self {
            Self::SensitiveWithoutCase
            | Self::SameCameraAgain
            | Self::UnusualHours
            | Self::OffDuty
            | Self::RecordedWithoutCase
            | Self::OneCaseManyCameras
            | Self::OneCaseManyDays
            | Self::MuchPlayed
            | Self::ManyCamerasLive => "unusual-viewing",
            _ => "access-anomaly",
        }
    }

    /// Days of the calendar that are looked at together: a week from Monday, or a day.
    pub const fn days(self) -> i64 {
        match self {
            Self::SensitiveWithoutCase
            | Self::SameCameraAgain
            | Self::ApproverPair
            | Self::RecordedWithoutCase
            | Self::OneCaseManyCameras
            | Self::OneCaseManyDays => 7,
            _ => 1,
        }
    }
}

/// One entry of a person, as far as the rules look at it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    pub entry: u64,
    pub at: WallTime,
    pub act: Act,
    pub permitted: bool,
    pub has_case: bool,
    /// The case that was named, as far as it is known.
    pub case: Option<CaseId>,
    pub cameras: Vec<CameraId>,
    /// The highest level of these cameras.
    pub level: u8,
    /// Length of the recorded span, if it names one.
    pub span_us: i64,
    /// Of a playback: how long pictures were played, each camera's time counted, as the records of its use say.
    pub played_us: i64,
    /// The export that is asked for or collected.
    pub export: Option<ExportId>,
    /// Of an export: there is a package, or was one.
    pub made: bool,
    /// While a rostered shift of this person ran.
    pub on_shift: bool,
    /// Of a judgement: whose request was judged.
    pub requester: Option<PersonId>,
    /// This person has shifts of the unit's rooms about that time.
    pub rostered: bool,
    /// Of a hand-over: no receipt of the copy was entered to this day.
    pub unacknowledged: bool,
    /// Of a refusal: a grant held, and was about other cameras, another span or another act.
    pub beyond_grant: bool,
}

/// Something to be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    pub rule: Rule,
    /// The day, or the first of the week.
    pub from: Day,
    pub camera: Option<CameraId>,
    /// How much there was, against the limit that it reached.
    pub count: u32,
    pub limit: u32,
    /// The hours at which this person usually sees pictures, `08-18`; of the other rules empty.
    pub usual: String,
    /// In the order of the log, at most [`EVIDENCE_MAX`].
    pub entries: Vec<u64>,
}

/// What one person's entries in one unit raise, with the entries in the order of the log.
pub fn ask(seen: &[Seen], limits: &Limits, now: WallTime) -> Vec<Question> {
    let mut asked = Vec::new();
    for rule in Rule::ALL {
        rules::look(rule, seen, limits.of(rule), now, &mut asked);
    }
    let oldest = Day::of(now).plus(-ASKED_BACK_DAYS);
    asked.retain(|question| question.from >= oldest && !question.entries.is_empty());
    for question in &mut asked {
        question.entries.truncate(EVIDENCE_MAX);
    }
    asked
}

/// What came of a question, as who answers it enters it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Conclusion {
    /// There was a reason for it.
    InOrder,
    /// It was talked over: it is to be done otherwise.
    Instructed,
    /// It goes to those who look into breaches.
    PassedOn,
}

impl Conclusion {
    pub const ALL: [Self; 3] = [Self::InOrder, Self::Instructed, Self::PassedOn];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InOrder => "in_order",
            Self::Instructed => "instructed",
            Self::PassedOn => "passed_on",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|conclusion| conclusion.as_str() == word)
    }
}
