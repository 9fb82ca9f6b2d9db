//! What may be recorded of a camera, by the stage of its system and the kind of its place, and for what its recordings are shown.

use super::step::Stage;
use crate::{
    Words,
    access::Refusal,
    packs::{ArticleId, Rules},
};
use model::Purpose;

/// How a camera may be recorded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Recording {
    /// Neither streamed nor recorded.
    No,
    /// Short, separate, marked, deleting itself; no evidence.
    Test,
    /// As footage.
    Use,
}

/// Where a camera belongs in the law's eyes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CameraStanding {
    /// Older than the life cycle of this software: in use, unfiled, and a finding.
    BeforeLifeCycle { private_kind: Option<String> },
    /// Registered without a point: nothing is known of its place.
    WithoutPoint,
    At {
        stage: Stage,
        private_kind: Option<String>,
        /// Its point is said to face dwellings; nothing masks it in this version.
        faces_dwellings: bool,
    },
}

/// How a camera may be recorded, and the article when it may not be because of its place.
pub fn recording(standing: &CameraStanding, rules: &Rules<'_>) -> (Recording, Option<ArticleId>) {
    match standing {
        CameraStanding::At { private_kind: Some(kind), .. }
        | CameraStanding::BeforeLifeCycle { private_kind: Some(kind) }
            if rules.forbids_private(kind).is_some() =>
        {
            (Recording::No, rules.forbids_private(kind))
        }
        // qingdao:9, national-2016:11: what turns out to face dwellings stops until it does so no more; what it recorded in use stays
        // what it is when its system ends.
        CameraStanding::At { stage: Stage::InUse | Stage::Decommissioned, faces_dwellings: true, .. }
            if rules.faces_private().is_some() =>
        {
            (Recording::No, rules.faces_private())
        }
        CameraStanding::BeforeLifeCycle { .. } => (Recording::Use, None),
        CameraStanding::WithoutPoint => (Recording::Test, None),
        CameraStanding::At { stage, .. } => match stage {
            Stage::Planned | Stage::Designed | Stage::Decommissioned => (Recording::No, None),
            Stage::Built | Stage::Tested | Stage::Accepted => (Recording::Test, None),
            Stage::InUse => (Recording::Use, None),
        },
    }
}

/// Why a camera that is not in use may not be watched now; `None` when it may. Before acceptance its picture is for whoever
/// aims and tests it (datong-2008:14, guangzhou-2007:8, national-2016:12).
pub fn watchable(recording: Recording, purpose: Purpose, article: Option<&ArticleId>) -> Option<Refusal> {
    let article = article.map_or_else(|| "unit:life-cycle".to_owned(), ToString::to_string).into();
    match recording {
        Recording::Use => None,
        Recording::Test if matches!(purpose, Purpose::Maintenance | Purpose::Training) => None,
        Recording::Test => Some(Refusal {
            article,
            code: "not_accepted",
            reason: Words::new(
                "A camera is not used before its system is accepted.",
                "系统验收合格之前，摄像机不得投入使用。",
            ),
            remedy: Words::new(
                "For aiming and testing, watch it for maintenance; for use, let the system be accepted first.",
                "调试请以维护用途查看；投入使用须先办理验收。",
            ),
        }),
        Recording::No => Some(Refusal {
            article,
            code: "not_recorded",
            reason: Words::new(
                "This camera is neither streamed nor recorded where and as it stands.",
                "该摄像机按其所处位置或阶段，不得传输和录像。",
            ),
            remedy: Words::new(
                "Look at its point and its system: a private place, dwellings in view, or a system not built yet or decommissioned.",
                "请查看其点位与系统：私密场所、朝向住宅、尚未建成或已停用。",
            ),
        }),
    }
}

/// Why what was recorded where an article forbids it is neither shown nor handed out; `None` when it may be. It is evidence of what
/// was done there and of whoever did it, and so stays for a case or for supervision, and for nothing else (national-2016:6, :11,
/// datong-2008:5, :9, qingdao:5, :9, guangzhou-2007:6, :11). Whether the case that is named counts is decided before. A
/// purpose is what whoever looks says of themselves: supervision counts only while an authority looks into that system. It is judged by where
/// the camera stands now, not by where it stood when it recorded.
pub fn replayable(
    (purpose, names_case, looked_into): (Purpose, bool, bool),
    forbidden_by: Option<&ArticleId>,
) -> Option<Refusal> {
    let article = forbidden_by?;
    if names_case || (purpose == Purpose::Supervision && looked_into) {
        return None;
    }
    Some(Refusal {
        article: article.to_string().into(),
        code: "private_recording",
        reason: Words::new(
            "What was recorded where no camera may be is neither shown nor handed out.",
            "在不得设置摄像机之处录下的内容，不得查看、复制或提供。",
        ),
        remedy: Words::new(
            "Name a case that another person confirmed, or leave that camera out. For supervision it opens while an inspection, an order or a demand of an authority about its system is open.",
            "请填写经他人确认的案件，或移除该摄像机。以监督检查用途查看，须有主管机关对该系统正在进行的检查、未办结的整改或存储证明要求。",
        ),
    })
}
