//! What happens for a stated reason only: letting footage go, closing cases, granting, waking accounts, shortening terms.
//!
//! It judges no reason; that one is there is what it asks. Whoever reads the entry judges.

use super::FactValues;
use super::rules::{Checked, refuse};
use model::Act;

/// Cases are closed, footage is asked for and granted, and what runs is changed, for a stated reason.
pub(super) fn between_two(facts: &FactValues) -> Checked {
    match facts.act {
        Act::AskGrant | Act::ApproveGrant | Act::DeclineGrant | Act::RevokeGrant | Act::SetFourEyes
            if !facts.has_note =>
        {
            refuse(
                "unit:four_eyes",
                "grant_reason",
                ("A request for footage and its answer need a reason.", "申请查看和批复均须说明理由。"),
                ("Write the reason.", "请填写理由。"),
            )
        }
        Act::ShareClip if !facts.has_note => refuse(
            "unit:clips",
            "clip_reason",
            ("A clip is handed to a colleague for a stated reason.", "向同事转交片段须说明理由。"),
            ("Write the reason.", "请填写理由。"),
        ),
        Act::CloseCase if !facts.has_note => refuse(
            "unit:cases",
            "case_reason",
            ("A case is closed for a stated reason.", "办结案件须说明理由。"),
            ("Write the reason in the note.", "请在备注中填写理由。"),
        ),
        Act::WithdrawFromFolder | Act::CloseFolder | Act::ReopenFolder if !facts.has_note => refuse(
            "unit:folders",
            "folder_reason",
            (
                "What is in a folder is withdrawn, and a folder closed or reopened, for a stated reason.",
                "撤回卷宗内容、关闭或重新启用卷宗均须说明理由。",
            ),
            ("Write the reason.", "请填写理由。"),
        ),
        Act::AnnounceSoftware | Act::ExplainSoftware if !facts.has_note => refuse(
            "unit:integrity",
            "reason",
            (
                "Program and settings are changed for a stated reason, and a change is explained by one.",
                "变更程序或设置须说明理由，对变更的说明亦同。",
            ),
            ("Write the reason.", "请填写理由。"),
        ),
        _ => Ok(()),
    }
}

/// What must not happen without a word why: keeping footage needs a case or a reason, letting it go always a reason.
pub(super) fn stated(facts: &FactValues) -> Checked {
    match facts.act {
        Act::PlaceHold | Act::HoldFolder if !facts.case.is_named() && !facts.has_note => refuse(
            "unit:holds",
            "hold_reason",
            ("A hold needs a case, or a reason in words.", "保全须有案件或书面理由。"),
            (
                "Name the case, or write in the note for what the footage is kept.",
                "请填写案件编号，或在备注中说明保全理由。",
            ),
        ),
        Act::AskRelease
        | Act::ApproveRelease
        | Act::DeclineRelease
        | Act::ReviewHold
        | Act::ChangeRetention
            if !facts.has_note =>
        {
            refuse(
                "national-2016:22",
                "reason",
                (
                    "Without a reason nothing changes what footage is kept.",
                    "未说明理由，不得变更录像的保存。",
                ),
                ("Write the reason in the note.", "请在备注中填写理由。"),
            )
        }
        Act::RaiseClipLevel | Act::LowerClipLevel if !facts.has_note => refuse(
            "datong-2008:5",
            "clip_level_reason",
            ("A level of footage changes for a stated reason only.", "变更片段密级须说明理由。"),
            ("Write the reason.", "请填写理由。"),
        ),
        Act::Reactivate if !facts.has_note => refuse(
            "unit:accounts",
            "reason",
            ("A dormant account is used again for a stated reason.", "恢复休眠账号须说明理由。"),
            ("Write the reason in the note.", "请在备注中填写理由。"),
        ),
        Act::ChangeRecordTerm if !facts.has_note => refuse(
            "unit:records",
            "reason",
            (
                "How long the record of who looked stays readable changes for a stated reason only.",
                "变更访问记录的保存期限须说明理由。",
            ),
            ("Write the reason.", "请填写理由。"),
        ),
        Act::ChangeWatching if !facts.has_note => refuse(
            "unit:watching",
            "reason",
            ("From when on is asked changes for a stated reason only.", "变更询问界限须说明理由。"),
            ("Write the reason.", "请填写理由。"),
        ),
        Act::ChangeDisk if !facts.has_note => refuse(
            "unit:disks",
            "reason",
            ("A media disk is added or retired for a stated reason.", "启用或停用录像磁盘须说明理由。"),
            ("Write the reason in the note.", "请在备注中填写理由。"),
        ),
        _ => Ok(()),
    }
}
