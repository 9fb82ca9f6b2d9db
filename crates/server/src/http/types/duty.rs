//! The duty room: rooms and what they need, the roster, shifts as they were kept, the watch log, reports, visitors.

use super::{Channel, DutyPost, EntryRef, Export, GapCause, Named, Observed};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// So many persons, when, by the room's clock.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyNeed {
    /// Bit 0 Monday to bit 6 Sunday: days on which it begins.
    pub days: u8,
    /// Minute of the day.
    pub from_min: u16,
    /// Up to 1440; beyond midnight it ends on the next day.
    pub length_min: u16,
    pub persons: u8,
    /// Which post they fill; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<DutyPost>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyRoomRequest {
    pub unit_id: String,
    /// At most 60 characters.
    pub name: String,
    /// IANA name of the zone whose clock hangs in the room; `Asia/Shanghai` when absent.
    pub zone: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyNeedsRequest {
    /// What the room needs from now on, at most 40; none: whoever is rostered.
    pub needs: Vec<DutyNeed>,
}

/// A room, and who is there now.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyRoom {
    pub id: String,
    pub unit: Named,
    pub name: String,
    pub zone: String,
    pub closed: bool,
    pub needs: Vec<DutyNeed>,
    /// How many persons it needs now.
    pub needed: u32,
    /// Posts that are needed or filled now.
    pub posts: Vec<DutyPostNow>,
    /// Shifts that run.
    pub on: Vec<DutyShift>,
    /// Shifts that should have been taken over by now.
    pub due: Vec<DutyShift>,
    /// Shifts that begin within a day.
    pub coming: Vec<DutyShift>,
    /// Shifts of the last half day that are over, the newest first: one is taken over from.
    pub gone: Vec<DutyShift>,
    /// Fewer persons than needed for 15 minutes or longer, and it goes on.
    pub unmanned: Option<DutyUnmanned>,
    /// Required posts that have been empty for as long, and still are.
    pub unfilled: Vec<DutyUnfilled>,
    /// The reader is on shift here.
    pub mine: Option<String>,
    /// The reader may change the roster.
    pub may_change: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DutyRooms {
    pub rooms: Vec<DutyRoom>,
    pub now_ms: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DutyUnmanned {
    pub from_ms: i64,
    pub to_ms: i64,
    /// The most persons that were missing at one time.
    pub missing: u32,
    /// It goes on.
    pub open: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DutyPostNow {
    pub post: DutyPost,
    pub needed: u32,
    /// Who took over a shift for it.
    pub there: u32,
}

/// When a required post was empty, or filled by fewer than it needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyUnfilled {
    pub post: DutyPost,
    pub from_ms: i64,
    pub to_ms: i64,
    /// The most persons that were missing at one time.
    pub missing: u32,
    /// It goes on.
    pub open: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DutyRoster {
    /// In order of their beginning, those taken off it too.
    pub shifts: Vec<DutyShift>,
    /// What was missing in that span, also what is over.
    pub unmanned: Vec<DutyUnmanned>,
    pub unfilled: Vec<DutyUnfilled>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DutyQuery {
    pub room: String,
    pub from_ms: i64,
    /// At most 35 days after it.
    pub to_ms: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyRosterRequest {
    pub room_id: String,
    /// At most 200 at once.
    pub shifts: Vec<DutyShiftRequest>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyShiftRequest {
    /// Somebody with a post in the unit that watches.
    pub person_id: String,
    pub from_ms: i64,
    /// At most a day after it.
    pub to_ms: i64,
    /// Which post they fill in it.
    pub post: Option<DutyPost>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyWithdrawal {
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyTakeOver {
    /// The shift of the same room that is taken over from.
    pub before_id: Option<String>,
    /// Why nobody hands over, at most 300 characters.
    #[serde(default)]
    pub alone: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyStay {
    /// At most four hours from now.
    pub until_ms: i64,
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyHandOver {
    /// For whoever comes next, at most 2000 characters.
    pub words: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DutyShiftState {
    /// It begins later.
    Coming,
    /// It has begun and nobody took it over.
    Due,
    Running,
    /// Handed over with words.
    HandedOver,
    /// Over, without a hand-over.
    RanOut,
    /// Nobody took it over before it was over.
    Missed,
    /// Taken off the roster.
    Withdrawn,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DutyShift {
    pub id: String,
    pub room_id: String,
    pub person: Named,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post: Option<DutyPost>,
    pub from_ms: i64,
    pub to_ms: i64,
    pub state: DutyShiftState,
    pub taken_ms: Option<i64>,
    pub ended_ms: Option<i64>,
    pub before_id: Option<String>,
    /// Why nobody handed over.
    pub alone: String,
    /// Why it was prolonged.
    pub stayed: String,
    /// For whoever comes next.
    pub words: String,
    pub withdrawn_why: Option<String>,
    /// Its entry on the roster, or where it was taken over.
    pub entry: EntryRef,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyNoteRequest {
    pub room_id: String,
    pub kind: Observed,
    /// Of when it is.
    pub about_ms: i64,
    /// At most 16.
    #[serde(default)]
    pub cameras: Vec<String>,
    /// At most 2000 characters.
    pub words: String,
    /// The observation of the same room that it puts right.
    pub corrects_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DutyNote {
    pub id: String,
    pub room_id: String,
    pub shift_id: String,
    pub author: Named,
    pub kind: Observed,
    pub about_ms: i64,
    pub at_ms: i64,
    /// Those that the reader's posts cover.
    pub cameras: Vec<Named>,
    pub words: String,
    pub corrects_id: Option<String>,
    /// The observation that puts this one right.
    pub corrected_by_id: Option<String>,
    pub entry: EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DutyNotes {
    /// In order of time.
    pub notes: Vec<DutyNote>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyReportRequest {
    pub room_id: String,
    /// The observation that it is about.
    pub note_id: Option<String>,
    /// Their footage of the span is held.
    pub cameras: Vec<String>,
    pub from_ms: i64,
    pub to_ms: i64,
    /// What was seen, at most 500 characters.
    pub words: String,
    pub organ: String,
    pub channel: Channel,
    pub sent_ms: i64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DutyReportQuery {
    /// Of one room; of all rooms of one's units when absent.
    pub room: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyAcknowledgementRequest {
    /// The organ's number.
    pub number: String,
    pub on_ms: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DutyAcknowledgement {
    pub number: String,
    pub on_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DutyReport {
    pub id: String,
    pub room_id: String,
    pub note_id: Option<String>,
    pub author: Named,
    /// Those that the reader's posts cover.
    pub cameras: Vec<Named>,
    pub from_ms: i64,
    pub to_ms: i64,
    pub words: String,
    pub organ: String,
    pub channel: Channel,
    pub sent_ms: i64,
    /// It keeps the footage.
    pub hold_id: String,
    pub entry: EntryRef,
    pub acknowledged: Option<DutyAcknowledgement>,
    /// No acknowledgement for 24 hours.
    pub overdue: bool,
    /// Copies of its footage for the organ, newest first: those of cameras that the reader's posts cover.
    pub clips: Vec<DutyReportClip>,
}

/// A copy of a report's footage.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyReportClip {
    /// Its id is the copy id.
    pub copy: Export,
    /// When it was first collected.
    pub collected_ms: Option<i64>,
    pub collected: Option<EntryRef>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyReportClipRequest {
    /// Cameras of the report; all of them when absent.
    pub cameras: Option<Vec<String>>,
    /// Within the report's span; all of it when absent.
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    /// Who receives the copy, of the organ that was told.
    pub recipient: String,
    /// Id of a registered case, where the footage needs one.
    pub case: Option<String>,
    /// `passphrase`, or the organ's age public key. Without one `unsealed_reason` says why it leaves in plain.
    pub seal_to: Option<String>,
    pub unsealed_reason: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DutyReports {
    /// Newest first.
    pub reports: Vec<DutyReport>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyVisitorRequest {
    pub room_id: String,
    pub name: String,
    /// Where they are from.
    pub organisation: String,
    pub purpose: String,
    /// With whom they are there.
    pub host: String,
    /// Now when absent; at most a day ago.
    pub in_ms: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DutyVisitor {
    pub id: String,
    pub room_id: String,
    pub name: String,
    pub organisation: String,
    pub purpose: String,
    pub host: String,
    pub in_ms: i64,
    pub out_ms: Option<i64>,
    pub entered_by: Named,
    pub entry: EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DutyVisitors {
    /// Newest first.
    pub visitors: Vec<DutyVisitor>,
}

/// An interruption of a camera during a shift.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyGap {
    pub camera: Named,
    pub from_ms: i64,
    pub to_ms: i64,
    pub cause: GapCause,
}

/// What a shift hands on, on one page.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutySheet {
    pub shift: DutyShift,
    pub room: Named,
    pub unit: Named,
    pub zone: String,
    /// The shift that it was taken over from.
    pub before: Option<DutyShift>,
    /// Others who were on in its time.
    pub with: Vec<DutyShift>,
    pub notes: Vec<DutyNote>,
    pub reports: Vec<DutyReport>,
    pub visitors: Vec<DutyVisitor>,
    /// Of cameras of the unit that the reader's posts cover, at most 200.
    pub gaps: Vec<DutyGap>,
    pub unmanned: Vec<DutyUnmanned>,
    /// Required posts that were empty in its time, from its beginning on.
    pub unfilled: Vec<DutyUnfilled>,
}
