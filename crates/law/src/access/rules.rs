//! The rules behind `decide`, one function each, tried in order; the first that objects answers.

use super::watching::{answering, is_ones_own};
use super::{
    CLOCK_TOLERANCE_US, EXPORT_CAMERAS_MAX, EXPORT_SPAN_US_MAX, FactValues, HOLD_CAMERAS_MAX,
    HOLD_SPAN_US_MAX, LIVE_CAMERAS_MAX, PLAYBACK_CAMERAS_MAX, PLAYBACK_SPAN_US_MAX, Post, Refusal, Scope,
    Subject, case, person, roles_for,
};
use crate::Words;
use model::{Act, LegalBasis, Purpose, Role};

pub(super) type Checked = Result<(), Box<Refusal>>;

/// Names under which the system itself may change the registry: setting up, and the demonstration.
const SYSTEM_EDITORS: [&str; 3] = ["init", "demo", "command"];

/// The procedure that holds footage by itself when it goes out for a case (guangzhou-2007:28).
const HOLDER: &str = "hold";
/// The procedure that makes reminders of the board and sends them.
const REMINDER: &str = "reminders";
/// Answers challenges, and what an authority drew.
const PROVER: &str = "challenge";
/// The procedure that lets the keys of records go whose term is over.
const FORGETTER: &str = "records";

pub(super) fn check(facts: &FactValues) -> Checked {
    match &facts.subject {
        Subject::System(name) => system(facts.act, name),
        Subject::Person { suspended, must_change_password, posts, standing, .. } => {
            // One's own name, language, password and second factor: everybody's, with any account that is alive.
            let own_account = facts.act == Act::ChangePerson && facts.own && !facts.sensitive;
            let own_passkey = facts.own
                && matches!(facts.act, Act::RegisterPasskey | Act::RenamePasskey | Act::RemovePasskey);
            let own_identity = facts.own && matches!(facts.act, Act::LinkIdentity | Act::UnlinkIdentity);
            let own_reminders = facts.own && facts.act == Act::SetReminders;
            account(facts.act, *suspended, *must_change_password && !own_account)?;
            person::current(facts, standing)?;
            if own_account
                || own_passkey
                || own_identity
                || own_reminders
                || is_ones_own(facts)
                || matches!(
                    facts.act,
                    Act::SignIn | Act::SignOut | Act::SignInFailed | Act::Use | Act::LeaveConsole
                )
            {
                return Ok(());
            }
            super::supervising::apart(facts, posts)?;
            super::requesting::apart(facts, posts)?;
            own(facts)?;
            person::of_others(facts)?;
            case::confirmed_by_another(facts)?;
            super::presence::another(facts)?;
            answered_by_another(facts)?;
            answering(facts, posts)?;
            posts_cover(facts, posts)?;
            person::of_two(facts, standing)?;
            person::fit(facts, standing)?;
            purpose(facts.act, facts.purpose)?;
            basis(facts.purpose, facts.legal_basis)?;
            super::retrieving::by_retrieval(facts)?;
            case::opens(facts, posts)?;
            level(facts)?;
            super::reasons::stated(facts)?;
            super::reasons::between_two(facts)?;
            super::presence::together(facts)?;
            extent(facts)
        }
    }
}

pub(super) fn refuse(
    article: &'static str,
    code: &'static str,
    reason: (&str, &str),
    remedy: (&str, &str),
) -> Checked {
    Err(Box::new(Refusal::new(article, code, reason, remedy)))
}

/// What one procedure does and no other.
fn of_one_procedure(act: Act, name: &str) -> bool {
    match act {
        Act::PlaceHold | Act::EndHold => name == HOLDER,
        Act::SendReminders => name == REMINDER,
        Act::ProveRetention => name == PROVER,
        Act::ForgetEntries => name == FORGETTER,
        _ => false,
    }
}

/// What a demonstration or the first start makes.
const fn is_edit(act: Act) -> bool {
    matches!(
        act,
        Act::ChangeCamera
            | Act::ChangePerson
            | Act::ChangeUnit
            | Act::ChangeLayout
            | Act::ChangeRetention
            | Act::ChangeRecord
            | Act::LifeStep
            | Act::AdoptPack
            | Act::SetOverride
            | Act::EndOverride
            | Act::AddDocument
            | Act::ChangeDisk
            | Act::SwitchSound
            | Act::ChangePtz
            | Act::ReadRegistry
            | Act::ChangeAlarmSource
            | Act::ChangeAuthority
    )
}

fn system(act: Act, name: &str) -> Checked {
    let own_work = matches!(
        act,
        Act::Start
            | Act::Stop
            | Act::Check
            | Act::SystemRead
            | Act::ExpirePackage
            | Act::BreakOffExport
            | Act::StoreKey
            | Act::CredentialsKey
            | Act::Backup
            | Act::ForgetBackup
            | Act::Restore
            | Act::Migrate
            | Act::PlannedStop
            | Act::WitnessAlarm
            | Act::MachineRead
            | Act::AskChallenge
            | Act::AnswerChallenge
            | Act::Use
            | Act::AnonymousRefused
            | Act::ReadHealth
            | Act::StopStream
            | Act::ResumeStream
            | Act::NoteDisk
            | Act::NoteSoftware
            | Act::NoteFloors
            | Act::NoteFindings
            | Act::BackFill
            | Act::TraceCopy
            | Act::AskQuestion
            | Act::EndTakeover
            | Act::ReceiveEvent
            | Act::EscalateAlarm
            | Act::GoHome
            | Act::Patrol
            | Act::ReceiveAccusation
    ) || of_one_procedure(act, name);
    if own_work || (is_edit(act) && SYSTEM_EDITORS.contains(&name)) {
        return Ok(());
    }
    refuse(
        "unit:accounts",
        "system_actor",
        (
            "The system itself does not do this; a named person must.",
            "系统自身不得执行此操作，须由具名人员执行。",
        ),
        ("Sign in with a personal account that holds the post.", "请使用具有相应岗位的个人账号登录。"),
    )
}

/// Registered users only, wherever a pack asks for it (national-2016:18, chongqing:11(1)) and wherever none does: the rule is ours.
fn account(act: Act, suspended: bool, must_change_password: bool) -> Checked {
    if suspended && act != Act::SignOut {
        return refuse(
            "unit:accounts",
            "suspended",
            ("This account is suspended.", "该账号已停用。"),
            ("An administrator of the unit can lift the suspension.", "可由本单位管理员恢复该账号。"),
        );
    }
    if must_change_password && !matches!(act, Act::SignIn | Act::SignOut | Act::SignInFailed) {
        return refuse(
            "unit:accounts",
            "must_change_password",
            ("The one-time password has not been changed yet.", "一次性密码尚未修改。"),
            ("Choose a password of your own first.", "请先设置自己的密码。"),
        );
    }
    Ok(())
}

/// Own exports only; nobody grants posts to oneself; nobody approves what they wrote.
fn own(facts: &FactValues) -> Checked {
    if facts.act == Act::Collect && !facts.own {
        return refuse(
            "guangzhou-2007:21",
            "not_own_export",
            ("This export was requested by someone else.", "该导出由他人申请。"),
            (
                "The person who requested it can collect it, or request the export yourself.",
                "请由申请人领取，或自行申请导出。",
            ),
        );
    }
    if facts.act == Act::ChangePerson && facts.own && facts.sensitive {
        return refuse(
            "unit:accounts",
            "own_posts",
            ("Nobody changes their own posts or suspension.", "任何人不得更改自己的岗位或停用状态。"),
            ("Another administrator of the unit can change them.", "可由本单位其他管理员更改。"),
        );
    }
    if facts.act == Act::InviteIdentity && facts.own {
        return refuse(
            "unit:accounts",
            "own_invitation",
            (
                "Nobody invites themselves: a link without one's own password is another's word.",
                "任何人不得邀请自己：不经本人密码的关联须由他人办理。",
            ),
            (
                "Link your account on your own account page, or ask another administrator of the unit.",
                "请在“我的账号”页面自行关联，或请本单位其他管理员办理。",
            ),
        );
    }
    if facts.act == Act::ChangeClearance && facts.own {
        return refuse(
            "guangzhou-2007:11",
            "own_clearance",
            ("Nobody clears themselves for secret systems.", "任何人不得自行授予涉密权限。"),
            ("Another administrator of the unit can do it.", "可由本单位其他管理员办理。"),
        );
    }
    own_judged(facts)
}

/// Nobody approves what they wrote, received or asked for.
fn own_judged(facts: &FactValues) -> Checked {
    if matches!(facts.act, Act::DecideGap | Act::DecideMaintenance | Act::DecideChange) && facts.own {
        return refuse(
            "unit:two_persons",
            "own_words",
            (
                "You wrote this yourself; a second person must judge it.",
                "该说明由您本人填写，须由另一人审核。",
            ),
            (
                "Another administrator of the unit can approve or decline it.",
                "可由本单位其他管理员批准或驳回。",
            ),
        );
    }
    // Whoever received the officers does not decide alone what they get.
    if facts.act == Act::ApproveRetrieval && facts.own {
        return refuse(
            "unit:two_persons",
            "own_request",
            (
                "You entered this retrieval yourself; a second person must approve it.",
                "该调取由您本人登记，须由另一人批准。",
            ),
            ("Another administrator of the unit can approve it.", "可由本单位其他管理员批准。"),
        );
    }
    if facts.act == Act::ApproveRelease && facts.own {
        return refuse(
            "unit:holds",
            "own_release",
            ("Whoever asks that a hold be lifted does not lift it.", "申请解除保全的人不得自行批准。"),
            (
                "Another administrator of the unit can approve or decline it.",
                "可由本单位其他管理员批准或驳回。",
            ),
        );
    }
    Ok(())
}

/// Whoever asks to see footage does not approve it, nor whoever repaired the repair.
fn answered_by_another(facts: &FactValues) -> Checked {
    if facts.act == Act::AcceptRepair && facts.own {
        return refuse(
            "unit:two_persons",
            "own_repair",
            (
                "You reported this repair yourself; a second person must accept it.",
                "该修复由您本人报完，须由另一人验收。",
            ),
            (
                "Another administrator or manager of the unit can accept it.",
                "可由本单位其他管理员或系统主管验收。",
            ),
        );
    }
    if facts.act != Act::ApproveGrant || !facts.own {
        return Ok(());
    }
    refuse(
        "unit:four_eyes",
        "own_grant",
        ("Whoever asks to see footage does not approve it.", "申请查看的人不得自行批准。"),
        ("Another administrator of the unit can approve or decline it.", "可由本单位其他管理员批准或驳回。"),
    )
}

/// How far a set of posts reaches towards something: used to say precisely what is missing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    NoRole,
    OtherUnit,
    OtherGroup,
    Covered,
}

/// A post for a group covers the group and all groups below it; a post for the unit covers everything in it.
fn reach(posts: &[Post], roles: &[Role], scope: &Scope) -> Reach {
    posts
        .iter()
        .filter(|post| roles.contains(&post.role))
        .map(|post| match scope.lies_in(post.unit, post.group) {
            true => Reach::Covered,
            false if post.unit != scope.unit => Reach::OtherUnit,
            false => Reach::OtherGroup,
        })
        .max()
        .unwrap_or(Reach::NoRole)
}

fn posts_cover(facts: &FactValues, posts: &[Post]) -> Checked {
    // One takes back one's own request to lift a hold; another's is turned down by whoever could approve it.
    let act = match facts.act {
        Act::DeclineRelease if !facts.own => Act::ApproveRelease,
        // The same of a request for footage, and of a grant that one gives back.
        Act::DeclineGrant | Act::RevokeGrant if !facts.own => Act::ApproveGrant,
        // Control is given back by its officers; else by whoever may enter that it passed.
        Act::EndTakeover if !facts.own => Act::BeginTakeover,
        act => act,
    };
    let roles = roles_for(act);
    if !posts.iter().any(|post| roles.contains(&post.role)) {
        return no_role(act);
    }
    let target_scopes = || facts.targets.iter().map(|target| &target.scope);
    for scope in target_scopes().chain(&facts.scopes) {
        let found = reach(posts, roles, scope);
        let by_grant = match found {
            Reach::OtherGroup => super::grant::elsewhere(facts, act, posts, scope),
            _ => None,
        };
        by_grant.unwrap_or_else(|| reached(act, found))?;
    }
    // A test that shows a picture is also a viewing: the administrator alone has none.
    if act == Act::ProbeCamera && facts.sensitive {
        for scope in target_scopes().chain(&facts.scopes) {
            reached(Act::Live, reach(posts, roles_for(Act::Live), scope))?;
        }
        if facts.targets.is_empty() && facts.scopes.is_empty() {
            return no_role(Act::Live);
        }
    }
    if is_unit_wide(act) && !posts.iter().any(|post| post.group.is_none() && roles.contains(&post.role)) {
        return reached(act, Reach::OtherGroup);
    }
    Ok(())
}

/// Accounts, units and whole-system settings need a post for a whole unit, not for one group.
fn is_unit_wide(act: Act) -> bool {
    matches!(
        act,
        Act::ChangePerson
            | Act::RemovePasskey
            | Act::UnlinkIdentity
            | Act::InviteIdentity
            | Act::ChangeUnit
            | Act::ReadLedger
            | Act::ConfirmCase
            | Act::ApproveGrant
            | Act::SetFourEyes
            | Act::ClosePressure
            | Act::TraceCopy
            | Act::ChangeRetention
            | Act::ChangeRecord
            | Act::ImportRecords
            | Act::ReadBasicData
            | Act::ChangeMany
            | Act::RotateCredentials
            | Act::LifeStep
            | Act::AskChange
            | Act::DecideChange
            | Act::AdoptPack
            | Act::SetOverride
            | Act::EndOverride
            | Act::ChangeClearance
            | Act::AddDocument
            | Act::ConfirmStill
            | Act::FileSystem
            | Act::ReadDossier
            | Act::ReadQuestions
            | Act::AnswerQuestion
            | Act::ChangeWatching
            | Act::ExplorePolicy
            | Act::ChangeDisk
            | Act::ChangeAlarmSource
            | Act::ChangeAlarmTerm
            | Act::ReceiveEvent
            | Act::ChangeAuthority
            | Act::ReadSupervision
            | Act::HandleAccusation
    ) || person::keeps_people(act)
        || super::requesting::is_unit_wide(act)
        || is_of_all(act)
}

/// Acts about everything that belongs to a system, about all accounts of a unit, or about all records.
const fn is_of_all(act: Act) -> bool {
    matches!(
        act,
        Act::MakeSystemDossier
            | Act::CollectSystemDossier
            | Act::ProveRetention
            | Act::ChangeAccountRules
            | Act::ChangeRecordTerm
            | Act::ChangeMailServer
            | Act::AnnounceSoftware
            | Act::ExplainSoftware
            | Act::ChangeWebhook
            | Act::ChangeRetrievalTerms
            | Act::ChangeServiceHours
    )
}

fn reached(act: Act, reach: Reach) -> Checked {
    match reach {
        Reach::Covered => Ok(()),
        Reach::NoRole => no_role(act),
        Reach::OtherUnit => refuse(
            "unit:roles",
            "other_unit",
            ("Your post is for another unit.", "您的岗位属于其他单位。"),
            ("An administrator of that unit can give you a post there.", "可由该单位管理员授予您岗位。"),
        ),
        Reach::OtherGroup => refuse(
            "unit:roles",
            "other_group",
            ("Your post is for another camera group of this unit.", "您的岗位属于本单位其他摄像机组。"),
            ("An administrator of the unit can widen your post.", "可由本单位管理员扩大您的岗位范围。"),
        ),
    }
}

fn no_role(act: Act) -> Checked {
    if roles_for(act).is_empty() {
        return refuse(
            "unit:roles",
            "role",
            ("Only the system itself does this.", "此操作仅由系统自身执行。"),
            ("No post makes it possible.", "任何岗位均不可执行。"),
        );
    }
    if act == Act::ReadBasicData {
        return refuse(
            "national-2016:6",
            "role",
            (
                "Where cameras stand is confidential basic data, and none of your posts entitles you to it.",
                "点位位置属于应当保密的基本资料，您的岗位无权查阅。",
            ),
            ("A post as administrator of the unit would make it possible.", "需要具有本单位管理员岗位。"),
        );
    }
    let needed: Vec<&str> = roles_for(act).iter().map(|role| role.as_str()).collect();
    let needed_zh: Vec<&str> = roles_for(act).iter().map(|role| role_zh(*role)).collect();
    Err(Box::new(Refusal {
        article: "unit:roles".into(),
        code: "role",
        reason: Words::new(
            format!("None of your posts entitles you to this act ({}).", act.as_str()),
            format!("您的岗位均无权执行此操作（{}）。", act.as_str()),
        ),
        remedy: Words::new(
            format!("A post as {} would make it possible.", needed.join(" or ")),
            format!("需要具有{}岗位。", needed_zh.join("或")),
        ),
    }))
}

const fn role_zh(role: Role) -> &'static str {
    match role {
        Role::Viewer => "监看员",
        Role::Operator => "操作员",
        Role::Administrator => "管理员",
        Role::Auditor => "审计员",
        Role::Manager => "系统主管",
        Role::Supervisor => "监督员",
        Role::Requester => "调取申请人",
    }
}

/// The purposes that an act allows, from the closed list (guangzhou-2007:16, chongqing:12).
pub(super) const fn purposes_for(act: Act) -> &'static [Purpose] {
    use Purpose::{Administration, Case, DutyWatch, Incident, Maintenance, Supervision, Training};
    match act {
        Act::Live | Act::Playback | Act::Still | Act::AskGrant | Act::ShareClip | Act::Ptz => {
            &[DutyWatch, Incident, Case, Maintenance, Supervision, Training]
        }
        Act::CommissioningStill => &[Maintenance, Supervision, Training],
        // A copy leaves the house only for an incident, a case or supervision (guangzhou-2007:18, :21).
        Act::Export | Act::Collect | Act::Decrypt | Act::ExportFolder => &[Incident, Case, Supervision],
        // Reading lists and one's own arrangement of them goes with every purpose of a person's work.
        // So does saying what one knows of an interruption.
        Act::ReadTimeline
        | Act::ReadRegistry
        | Act::ReadHealth
        | Act::ReadGaps
        | Act::ReadLedger
        | Act::ReadHolds
        | Act::ReadCases
        | Act::ReadGrants
        | Act::ReadColleagues
        | Act::ChangeLayout
        | Act::ReadDocument
        | Act::ReadDossier
        | Act::ReportPressure
        | Act::ReadPressure
        | Act::ReadRetrievals
        | Act::ReadCopies
        | Act::ReadFolders
        | Act::ExplainGap => Purpose::ALL,
        // Footage is kept for what it may prove, not for training.
        // A copy that got out is an incident, a case, or what supervision asks about.
        // What is reported to the organ may be an incident, and is kept.
        Act::PlaceHold
        | Act::HoldFolder
        | Act::AskRelease
        | Act::ApproveRelease
        | Act::DeclineRelease
        | Act::ReviewHold
        | Act::ReportSuspicion
        | Act::TraceCopy => &[Incident, Case, Supervision, Administration],
        // What an authority asks for is its case.
        Act::OpenRetrieval
        | Act::AmendRetrieval
        | Act::CheckCredentials
        | Act::CompleteRetrieval
        | Act::ApproveRetrieval
        | Act::RefuseRetrieval
        | Act::HandOver
        | Act::AcknowledgeReceipt
        | Act::FollowCopy
        | Act::HandleRequest => &[Case, Incident, Supervision, Administration],
        _ => &[Administration, Maintenance, Supervision, Training],
    }
}

fn purpose(act: Act, purpose: Purpose) -> Checked {
    if purposes_for(act).contains(&purpose) {
        return Ok(());
    }
    let allowed: Vec<&str> = purposes_for(act).iter().map(|purpose| purpose.as_str()).collect();
    Err(Box::new(Refusal {
        article: "guangzhou-2007:16".into(),
        code: "purpose",
        reason: Words::new(
            format!("The purpose {} does not cover this act ({}).", purpose.as_str(), act.as_str()),
            format!("用途（{}）不适用于此操作（{}）。", purpose.as_str(), act.as_str()),
        ),
        remedy: Words::new(
            format!("State the true purpose; this act allows: {}.", allowed.join(", ")),
            format!("请如实填写用途；此操作允许：{}。", allowed.join("、")),
        ),
    }))
}

/// The legal bases that fit a purpose.
pub const fn bases_for(purpose: Purpose) -> &'static [LegalBasis] {
    use LegalBasis::{AuthorityRequest, Consent, MaintenanceDuty, Operation, SupervisionDuty, UnitDuty};
    match purpose {
        Purpose::DutyWatch => &[UnitDuty],
        Purpose::Incident => &[UnitDuty, AuthorityRequest, Consent],
        Purpose::Case => &[AuthorityRequest, UnitDuty, Consent],
        Purpose::Maintenance => &[MaintenanceDuty, UnitDuty, Operation],
        Purpose::Supervision => &[SupervisionDuty, AuthorityRequest],
        Purpose::Administration => &[Operation, UnitDuty],
        Purpose::Training => &[UnitDuty, Consent, Operation],
    }
}

fn basis(purpose: Purpose, basis: LegalBasis) -> Checked {
    if bases_for(purpose).contains(&basis) {
        return Ok(());
    }
    let fitting: Vec<&str> = bases_for(purpose).iter().map(|basis| basis.as_str()).collect();
    Err(Box::new(Refusal {
        article: "guangzhou-2007:16".into(),
        code: "legal_basis",
        reason: Words::new(
            format!("The legal basis {} does not fit the purpose {}.", basis.as_str(), purpose.as_str()),
            format!("法律依据（{}）与用途（{}）不符。", basis.as_str(), purpose.as_str()),
        ),
        remedy: Words::new(
            format!("A fitting basis is: {}.", fitting.join(", ")),
            format!("可选择的依据：{}。", fitting.join("、")),
        ),
    }))
}

/// datong-2008:5, qingdao:5, guangzhou-2007:11: pictures of sensitive cameras need a stated reason, of secret ones a case.
fn level(facts: &FactValues) -> Checked {
    let pictures = shows_pictures(facts);
    let level = facts.targets.iter().map(|target| target.security_level).max().unwrap_or(1);
    if !pictures || level <= super::level_answered(facts.has_note, facts.case.is_named()) {
        return Ok(());
    }
    let mut highest = facts.targets.iter().filter(|target| target.security_level == level);
    if highest.all(|target| target.of_clip) {
        return clip_level(facts.act, level);
    }
    if level == 2 {
        return refuse(
            "datong-2008:5",
            "level_note",
            (
                "A sensitive camera is among them; its pictures need a stated reason.",
                "其中包含敏感摄像机，查看其画面须说明理由。",
            ),
            ("Write the reason in the note, or name the case.", "请在备注中填写理由，或填写案件编号。"),
        );
    }
    refuse(
        "datong-2008:5",
        "level_case",
        (
            "A secret camera is among them; its pictures need a case.",
            "其中包含涉密摄像机，查看其画面须有案件。",
        ),
        ("Name the case, or leave that camera out.", "请填写案件编号，或移除该摄像机。"),
    )
}

/// Whether pictures are what it is about: somebody sees some, gets some, or says which.
pub const fn is_of_pictures(act: Act) -> bool {
    use Act::{Collect, CommissioningStill, Decrypt, Export, Live, Playback, Ptz, Still};
    matches!(act, Live | Playback | Still | CommissioningStill | Export | Collect | Decrypt | Ptz)
}

/// Whether somebody sees a picture by it, or gets one.
pub(super) const fn shows_pictures(facts: &FactValues) -> bool {
    is_of_pictures(facts.act)
        // Who hands on what they see has to see it.
        || matches!(facts.act, Act::ShareClip)
        || (matches!(facts.act, Act::ProbeCamera | Act::ReadDocument | Act::ReadEvidence) && facts.sensitive)
}

/// The same of footage that somebody gave a higher level than its camera has (national-2016:6, chongqing:6).
fn clip_level(act: Act, level: u8) -> Checked {
    let (code, reason) = if level == 2 {
        (
            "clip_level_note",
            (
                "Footage that was made sensitive is among it; its pictures need a stated reason.",
                "其中包含定为敏感的片段，查看其画面须说明理由。",
            ),
        )
    } else {
        (
            "clip_level_case",
            (
                "Footage that was made secret is among it; its pictures need a case.",
                "其中包含定为涉密的片段，查看其画面须有案件。",
            ),
        )
    };
    let remedy = match act {
        // A package is collected for what it was asked for.
        Act::Collect if level == 2 => {
            ("Ask for the export again, with the reason.", "请写明理由，重新申请导出。")
        }
        Act::Collect => ("Ask for the export again, with the case.", "请填写案件编号，重新申请导出。"),
        _ if level == 2 => (
            "Write the reason in the note, name the case, or leave that span out: the timeline shows it.",
            "请在备注中填写理由，或填写案件编号，或避开该时段（时间轴上有标记）。",
        ),
        _ => (
            "Name the case, or leave that span out: the timeline shows it.",
            "请填写案件编号，或避开该时段（时间轴上有标记）。",
        ),
    };
    refuse("datong-2008:5", code, reason, remedy)
}

/// Numbers and spans: the product's own limits, so that one entry describes one comprehensible act.
fn extent(facts: &FactValues) -> Checked {
    let (cameras_max, span_us_max) = match facts.act {
        Act::Live => (LIVE_CAMERAS_MAX, None),
        Act::Playback => (PLAYBACK_CAMERAS_MAX, Some(PLAYBACK_SPAN_US_MAX)),
        Act::Still => (1, Some(CLOCK_TOLERANCE_US)),
        Act::Ptz => (1, None),
        Act::CommissioningStill => (1, None),
        Act::Decrypt => (1, Some(EXPORT_SPAN_US_MAX)),
        Act::Export => (EXPORT_CAMERAS_MAX, Some(EXPORT_SPAN_US_MAX)),
        Act::AskGrant => (super::GRANT_CAMERAS_MAX, None),
        Act::ShareClip => (super::CLIP_CAMERAS_MAX, Some(super::CLIP_SPAN_US_MAX)),
        Act::PlaceHold | Act::ReportSuspicion => (HOLD_CAMERAS_MAX, Some(HOLD_SPAN_US_MAX)),
        _ => return Ok(()),
    };
    // A request for footage may name systems instead.
    if facts.targets.is_empty() && (facts.act != Act::AskGrant || facts.scopes.is_empty()) {
        return refuse(
            "unit:limits",
            "no_camera",
            ("No camera was named.", "未指定摄像机。"),
            ("Name at least one camera.", "请至少指定一台摄像机。"),
        );
    }
    if facts.targets.len() > cameras_max {
        return Err(Box::new(Refusal {
            article: "unit:limits".into(),
            code: "too_many_cameras",
            reason: Words::new("Too many cameras in one act.", "一次操作的摄像机过多。"),
            remedy: Words::new(
                format!("Name at most {cameras_max} cameras."),
                format!("最多可指定{cameras_max}台摄像机。"),
            ),
        }));
    }
    span_us_max.map_or(Ok(()), |span_us_max| span(facts, span_us_max))
}

fn span(facts: &FactValues, span_us_max: i64) -> Checked {
    let Some(span) = facts.span.filter(|span| span.duration_us() > 0) else {
        return refuse(
            "unit:limits",
            "no_span",
            ("No time span was named.", "未指定时间范围。"),
            ("Name a start and a later end.", "请指定开始时间和较晚的结束时间。"),
        );
    };
    if span.start > facts.now || span.end > facts.now.plus_us(CLOCK_TOLERANCE_US) {
        return refuse(
            "unit:limits",
            "future",
            ("The time span lies in the future.", "时间范围在未来。"),
            ("End the span at the present.", "请将结束时间设为当前时间以内。"),
        );
    }
    if span.duration_us() > span_us_max {
        return Err(Box::new(Refusal {
            article: "unit:limits".into(),
            code: "span_too_long",
            reason: Words::new("The time span is too long for one act.", "一次操作的时间范围过长。"),
            remedy: longest(span_us_max),
        }));
    }
    Ok(())
}

/// Whole hours, or minutes where it is less.
fn longest(span_us_max: i64) -> Words {
    match span_us_max / 3_600_000_000 {
        0 => Words::new(
            format!("Name at most {} minutes at once.", span_us_max / 60_000_000),
            format!("一次最多{}分钟。", span_us_max / 60_000_000),
        ),
        hours => Words::new(format!("Name at most {hours} hours at once."), format!("一次最多{hours}小时。")),
    }
}
