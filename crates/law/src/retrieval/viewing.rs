//! What counts as a viewing that an organ was given on the spot, and as the file of basic data that it got: only what stands in the
//! ledger as done by this unit for this request.
//!
//! It loads nothing. The invariant kept: a retrieval is closed as looked at only over a playback that was begun after the approval, of
//! nothing but the cameras that were approved, in their time, on an authority's request, and of which pictures went out.

use crate::{Words, access::Refusal, packs::ArticleId};
use model::{CameraId, LegalBasis, Span};

/// Viewings that one outcome names: an organ comes back some times.
pub const VIEWINGS_MAX: usize = 16;

/// What was approved.
#[derive(Clone, Copy, Debug)]
pub struct Approved<'a> {
    pub cameras: &'a [CameraId],
    pub span: Option<Span>,
}

/// A playback, as its entry has it.
#[derive(Clone, Copy, Debug)]
pub struct Playback<'a> {
    /// Whoever began it holds a post of the unit.
    pub of_unit: bool,
    /// Its entry stands behind that of the approval: times may be set back, entries not.
    pub after_approval: bool,
    pub legal_basis: LegalBasis,
    pub cameras: &'a [CameraId],
    pub span: Option<Span>,
    /// A use record names pictures that went out under it.
    pub served: bool,
}

/// Why something in the ledger is not what was handed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotShown {
    /// There is none, it is no playback, or not of this unit's people: not told apart.
    Unknown,
    BeforeApproval,
    Basis,
    Cameras,
    Span,
    /// No picture of it went out, or that is not recorded yet.
    Nothing,
    /// No table of this unit's basic data alone, or none with a hash.
    Table,
}

/// Whether a playback showed what was approved.
///
/// # Errors
/// Why not.
pub fn shows(approved: Approved<'_>, playback: Playback<'_>) -> Result<(), NotShown> {
    let overlaps =
        approved.span.zip(playback.span).is_some_and(|(asked, seen)| asked.intersect(seen).is_some());
    let within = playback.cameras.iter().all(|camera| approved.cameras.contains(camera));
    if !playback.of_unit {
        Err(NotShown::Unknown)
    } else if !playback.after_approval {
        Err(NotShown::BeforeApproval)
    } else if playback.legal_basis != LegalBasis::AuthorityRequest {
        Err(NotShown::Basis)
    } else if playback.cameras.is_empty() || !within {
        Err(NotShown::Cameras)
    } else if !overlaps {
        Err(NotShown::Span)
    } else if !playback.served {
        Err(NotShown::Nothing)
    } else {
        Ok(())
    }
}

/// The refusal to enter as handed over what is not (datong-2008:17(v), guangzhou-2007:21). `article`: the one under which it was approved.
pub fn refuse_outcome(article: &ArticleId, why: NotShown) -> Refusal {
    let (code, reason) = match why {
        NotShown::Unknown => (
            "viewing_unknown",
            Words::new("That is no playback of a person of this unit.", "这不是本单位人员的录像回放。"),
        ),
        NotShown::BeforeApproval => (
            "viewing_early",
            Words::new("It was begun before the request was approved.", "其开始时间早于此项调取的批准时间。"),
        ),
        NotShown::Basis => (
            "viewing_basis",
            Words::new(
                "The playback was not begun on an authority's request.",
                "该次回放的法律依据不是机关的调取要求。",
            ),
        ),
        NotShown::Cameras => (
            "viewing_cameras",
            Words::new("It showed other cameras than were approved.", "其中包含未获批准的摄像机。"),
        ),
        NotShown::Span => (
            "viewing_span",
            Words::new("It does not touch the time that was approved.", "其时段与获准的时段不重合。"),
        ),
        NotShown::Nothing => (
            "viewing_nothing",
            Words::new(
                "No use record says that a picture of it was shown.",
                "没有使用记录表明该次回放曾显示画面。",
            ),
        ),
        NotShown::Table => (
            "table_not_exported",
            Words::new(
                "That entry is no table of this unit's basic data that was exported after the approval.",
                "该登记不是批准之后导出的、仅含本单位基础数据的表格。",
            ),
        ),
    };
    let remedy = match why {
        NotShown::Table => Words::new(
            "Export the table from the register after the approval, with the reason, and name its entry.",
            "请在批准之后从登记册导出表格并写明理由，再填写其登记号。",
        ),
        NotShown::Nothing => Words::new(
            "End the playback and try again in a few seconds, or enter why nothing was shown.",
            "请结束回放，数秒后重试；如未显示任何画面，请填写原因。",
        ),
        _ => Words::new(
            "Play what was approved from this retrieval and name that playback, or enter why nothing was shown.",
            "请从此项调取打开获准的摄像机与时段进行回放，并选择该次回放；如未显示任何画面，请填写原因。",
        ),
    };
    Refusal { article: article.to_string().into(), code, reason, remedy }
}
