//! `decide` as a table: every act, every role, every relation between post and target; then each rule by itself.

use super::*;
use model::{GroupId, PersonId};
use uuid::Uuid;

pub(super) const NOW: WallTime = WallTime(1_790_000_000_000_000);
const HOUR_US: i64 = 3_600_000_000;

fn unit(number: u128) -> UnitId {
    UnitId(Uuid::from_u128(number))
}
fn group(number: u128) -> GroupId {
    GroupId(Uuid::from_u128(number))
}

/// Where a post lies from the point of view of the target, which is in unit 1, group 11 below group 10.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Relation {
    OwnUnit,
    OwnGroup,
    GroupAbove,
    GroupBeside,
    OtherUnit,
}

/// Pictures, and what leads to them: not for a supervisor whatever their posts (national-2016:4).
const KEPT_FROM_SUPERVISORS: [Act; 12] = [
    Act::ShareClip,
    Act::Live,
    Act::Playback,
    Act::Still,
    Act::CommissioningStill,
    Act::Export,
    Act::Collect,
    Act::Decrypt,
    Act::Ptz,
    Act::AskGrant,
    Act::BeginTakeover,
    Act::HandOver,
];
const RELATIONS: [Relation; 5] =
    [Relation::OwnUnit, Relation::OwnGroup, Relation::GroupAbove, Relation::GroupBeside, Relation::OtherUnit];

pub(super) fn post(role: Role, relation: Relation) -> Post {
    let (unit_number, group_number) = match relation {
        Relation::OwnUnit => (1, None),
        Relation::OwnGroup => (1, Some(11)),
        Relation::GroupAbove => (1, Some(10)),
        Relation::GroupBeside => (1, Some(12)),
        Relation::OtherUnit => (2, None),
    };
    Post { role, unit: unit(unit_number), group: group_number.map(group).map(Part::Group) }
}

fn scope() -> Scope {
    Scope { unit: unit(1), groups: vec![group(11), group(10)], system: None }
}

fn target() -> Target {
    Target { camera: CameraId(Uuid::from_u128(100)), scope: scope(), security_level: 1, of_clip: false }
}

/// Facts under which everything but the post is in order.
pub(super) fn facts(act: Act, posts: Vec<Post>) -> FactValues {
    let (purpose, legal_basis) = match act {
        Act::Live
        | Act::Playback
        | Act::Still
        | Act::Export
        | Act::Collect
        | Act::Decrypt
        | Act::AskGrant
        | Act::ShareClip
        | Act::ExportFolder
        | Act::Ptz => (Purpose::Incident, LegalBasis::UnitDuty),
        Act::CommissioningStill => (Purpose::Maintenance, LegalBasis::MaintenanceDuty),
        _ => (Purpose::Administration, LegalBasis::Operation),
    };
    let span_us = match act {
        Act::Still => 1_000_000,
        Act::ShareClip => CLIP_SPAN_US_MAX,
        _ => HOUR_US,
    };
    FactValues {
        act,
        now: NOW,
        subject: Subject::Person {
            person: PersonId(Uuid::from_u128(9)),
            suspended: false,
            must_change_password: false,
            posts,
            standing: Standing::in_order(NOW),
        },
        purpose,
        legal_basis,
        case: NamedCase::None,
        by_grant: ByGrant::None,
        for_authority: ForAuthority::default(),
        has_note: matches!(
            act,
            Act::PlaceHold
                | Act::AskRelease
                | Act::ApproveRelease
                | Act::DeclineRelease
                | Act::ReviewHold
                | Act::ChangeRetention
                | Act::ChangeDisk
                | Act::AnnounceSoftware
                | Act::ExplainSoftware
                | Act::CloseCase
                | Act::AskGrant
                | Act::ShareClip
                | Act::ApproveGrant
                | Act::DeclineGrant
                | Act::RevokeGrant
                | Act::SetFourEyes
                | Act::ChangeRecordTerm
                | Act::RaiseClipLevel
                | Act::LowerClipLevel
                | Act::Reactivate
                | Act::ChangeWatching
                | Act::HoldFolder
                | Act::CloseFolder
                | Act::ReopenFolder
                | Act::WithdrawFromFolder
        ),
        four_eyes: Vec::new(),
        persons_signed_in: 1,
        persons_present: 1,
        targets: vec![target()],
        scopes: Vec::new(),
        span: Span::new(NOW.plus_us(-span_us), NOW),
        own: matches!(act, Act::Collect | Act::ExplainQuestion),
        sensitive: false,
    }
}

/// A case of the target's unit that counts, or none.
pub(super) fn confirmed_case(named: bool) -> NamedCase {
    if !named {
        return NamedCase::None;
    }
    NamedCase::Registered(CaseFacts {
        unit: unit(1),
        own: false,
        confirmed: true,
        closed: false,
        cameras: Vec::new(),
        systems: Vec::new(),
    })
}

/// The code of the refusal, or `permit`.
pub(super) fn word(values: FactValues) -> &'static str {
    match decide(&Facts::loaded_in_admitting_transaction(values)) {
        Decision::Permit => "permit",
        Decision::Refuse(refusal) => {
            for text in [&refusal.reason.en, &refusal.reason.zh, &refusal.remedy.en, &refusal.remedy.zh] {
                assert!(!text.is_empty(), "{} lacks words", refusal.code);
            }
            let (pack, article) = refusal.article.split_once(':').expect("an article names its pack");
            assert!(!pack.is_empty() && !article.is_empty(), "{}", refusal.article);
            refusal.code
        }
    }
}

#[test]
fn every_act_by_every_role_in_every_relation() {
    use Role::{Administrator, Auditor, Manager, Operator, Requester, Supervisor, Viewer};
    // Written down once more, apart from the code: who may do what.
    let entitled = |act: Act| -> &'static [Role] {
        match act {
            Act::Live => &[Viewer, Operator],
            Act::Playback | Act::Still | Act::Export | Act::Decrypt | Act::CommissioningStill => &[Operator],
            Act::SignInBeside => &[Operator],
            Act::ChangeServiceHours => &[Administrator],
            Act::Collect => &[Operator, Requester],
            Act::ChangeCamera | Act::ProbeCamera | Act::SwitchSound | Act::ChangePerson | Act::ChangeUnit => {
                &[Administrator]
            }
            Act::ReportPressure | Act::ReadPressure => &[Viewer, Operator, Administrator, Auditor, Manager],
            Act::ReadRegistry => &[Viewer, Operator, Administrator, Auditor, Manager],
            Act::ChangeLayout => &[Viewer, Operator, Administrator, Auditor],
            Act::EnterTraining
            | Act::RevokeTraining
            | Act::VetPerson
            | Act::ChangeTerm
            | Act::Reactivate
            | Act::Leave
            | Act::ConfirmPosts
            | Act::ChangeAccountRules => &[Administrator, Manager],
            Act::OpenCase | Act::CloseCase => &[Operator, Administrator],
            Act::ConfirmCase
            | Act::ApproveGrant
            | Act::DeclineGrant
            | Act::RevokeGrant
            | Act::SetFourEyes
            | Act::ChangeRecordTerm => &[Administrator],
            Act::AskGrant => &[Viewer, Operator],
            Act::ShareClip | Act::ReadColleagues => &[Operator],
            Act::ReadGrants => &[Viewer, Operator, Administrator, Auditor],
            Act::ReadCases => &[Viewer, Operator, Administrator, Auditor],
            Act::ClosePressure | Act::ChangeWatching | Act::AnswerQuestion => &[Auditor],
            Act::ReadQuestions => &[Administrator, Auditor],
            Act::RemovePasskey | Act::UnlinkIdentity | Act::InviteIdentity => &[Administrator],
            Act::ExplorePolicy => &[Administrator, Auditor, Manager],
            Act::ReadDuty => &[Viewer, Operator, Administrator, Auditor],
            Act::AdoptRule
            | Act::RecordDrill
            | Act::KeepRound
            | Act::ChangeWorkOrder
            | Act::AcceptRepair
            | Act::DrawAssessment
            | Act::ChangeRoutines => &[Administrator, Manager],
            Act::SignAssessment => &[Manager],
            Act::ConfirmRule | Act::ReadRoutines => &[Viewer, Operator, Administrator, Auditor, Manager],
            Act::ChangeRoster => &[Administrator],
            Act::ChangeMailServer | Act::AnnounceSoftware | Act::ExplainSoftware => &[Administrator],
            Act::ChangeWebhook => &[Administrator, Manager],
            Act::ChangeAlarmSource | Act::ChangeAlarmTerm | Act::ReceiveEvent | Act::ChangeRetrievalTerms => {
                &[Administrator]
            }
            Act::AcknowledgeAlarm | Act::EscalateAlarm | Act::CloseAlarm => {
                &[Viewer, Operator, Administrator, Manager]
            }
            Act::ReadAlarms => &[Viewer, Operator, Administrator, Auditor, Manager],
            Act::TakeOverShift
            | Act::HandOverShift
            | Act::StayOnShift
            | Act::WriteWatchLog
            | Act::ReportSuspicion => &[Viewer, Operator],
            Act::AcknowledgeReport | Act::NoteVisitor => &[Viewer, Operator, Administrator],
            Act::ReadLedger | Act::AskChallenge | Act::AnswerChallenge | Act::TraceCopy => &[Auditor],
            Act::ReadHealth => &[Administrator, Auditor, Manager],
            Act::OpenRetrieval | Act::AmendRetrieval | Act::CheckCredentials | Act::CompleteRetrieval => {
                &[Operator, Administrator]
            }
            Act::RefuseRetrieval | Act::AcknowledgeReceipt | Act::FollowCopy => &[Operator, Administrator],
            Act::ApproveRetrieval => &[Administrator],
            Act::HandOver => &[Operator],
            Act::ReadRetrievals => &[Operator, Administrator, Auditor],
            Act::ReadCopies => &[Administrator, Auditor, Manager],
            Act::ReadGaps => &[Operator, Administrator, Auditor],
            Act::ReadTimeline | Act::ReadHolds => &[Operator, Administrator, Auditor],
            Act::PlaceHold | Act::AskRelease | Act::ReviewHold => &[Operator, Administrator],
            // Somebody who is no officer of it.
            Act::BeginTakeover | Act::EndTakeover => &[Administrator],
            Act::RaiseClipLevel => &[Operator, Administrator],
            Act::LowerClipLevel => &[Administrator],
            Act::ApproveRelease | Act::DeclineRelease | Act::ChangeRetention | Act::ChangeDisk => {
                &[Administrator]
            }
            Act::ExplainGap | Act::AnnounceMaintenance => &[Operator, Administrator],
            Act::DecideGap | Act::DecideMaintenance => &[Administrator],
            Act::ChangeRecord
            | Act::ImportRecords
            | Act::ChangeMany
            | Act::RotateCredentials
            | Act::ReadBasicData
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
            | Act::MakeSystemDossier
            | Act::CollectSystemDossier
            | Act::ReadDossier => &[Administrator],
            Act::ReadDocument => &[Administrator, Auditor],
            Act::Ptz => &[Operator],
            Act::ChangePtz | Act::BindLayout => &[Administrator],
            Act::OpenFolder | Act::AddToFolder | Act::WithdrawFromFolder | Act::ExportFolder => &[Operator],
            Act::HoldFolder | Act::CloseFolder | Act::ReopenFolder => &[Operator, Administrator],
            Act::ReadFolders => &[Operator, Administrator, Auditor],
            Act::ChangeAuthority => &[Administrator],
            Act::ReadSupervision => &[Supervisor, Administrator, Manager, Auditor],
            Act::HandleAccusation => &[Supervisor, Auditor],
            Act::Supervise
            | Act::DemandRetention
            | Act::SetAreaTarget
            | Act::TakeFigures
            | Act::ReadEvidence => &[Supervisor],
            Act::AnswerSupervision | Act::ProveRetention => &[Administrator, Manager],
            Act::LodgeClaim | Act::SettleClaim | Act::ChangeRequester => &[Administrator, Manager],
            Act::ReadClaims => &[Administrator, Manager, Auditor],
            Act::HandleRequest => &[Operator, Administrator],
            Act::ReadRequests => &[Operator, Administrator, Auditor],
            Act::FileRequest
            | Act::FollowRequests
            | Act::ReceivePackage
            | Act::SupplyRequest
            | Act::WithdrawRequest => &[Requester],
            _ => &[],
        }
    };
    // Whoever is asked may explain.
    let always =
        [Act::SignIn, Act::SignOut, Act::SignInFailed, Act::LeaveConsole, Act::Use, Act::ExplainQuestion];
    let unit_wide = [
        Act::ChangeAuthority,
        Act::ReadSupervision,
        Act::HandleAccusation,
        Act::AnswerSupervision,
        Act::ProveRetention,
        Act::MakeSystemDossier,
        Act::CollectSystemDossier,
        Act::ChangePerson,
        Act::RemovePasskey,
        Act::UnlinkIdentity,
        Act::InviteIdentity,
        Act::ChangeUnit,
        Act::ReadLedger,
        Act::ConfirmCase,
        Act::ApproveGrant,
        Act::DeclineGrant,
        Act::RevokeGrant,
        Act::SetFourEyes,
        Act::ChangeRecordTerm,
        Act::ClosePressure,
        Act::TraceCopy,
        Act::ChangeRetention,
        Act::ChangeRecord,
        Act::ImportRecords,
        Act::ReadBasicData,
        Act::ChangeMany,
        Act::RotateCredentials,
        Act::LifeStep,
        Act::AskChange,
        Act::DecideChange,
        Act::AdoptPack,
        Act::SetOverride,
        Act::EndOverride,
        Act::ChangeClearance,
        Act::AddDocument,
        Act::ConfirmStill,
        Act::FileSystem,
        Act::ReadDossier,
        Act::ReadQuestions,
        Act::AnswerQuestion,
        Act::ChangeWatching,
        Act::ExplorePolicy,
        Act::ChangeDisk,
        Act::EnterTraining,
        Act::RevokeTraining,
        Act::VetPerson,
        Act::ChangeTerm,
        Act::Reactivate,
        Act::Leave,
        Act::ConfirmPosts,
        Act::ChangeAccountRules,
        Act::ChangeAlarmSource,
        Act::ChangeMailServer,
        Act::AnnounceSoftware,
        Act::ExplainSoftware,
        Act::ChangeWebhook,
        Act::ChangeAlarmTerm,
        Act::ChangeRetrievalTerms,
        Act::ChangeServiceHours,
        Act::ReceiveEvent,
        Act::LodgeClaim,
        Act::SettleClaim,
        Act::ReadClaims,
        Act::ChangeRequester,
    ];
    let (mut permitted, mut refused) = (0, 0);
    for &act in Act::ALL {
        for &role in Role::ALL {
            for relation in RELATIONS {
                let expected = if always.contains(&act) {
                    "permit"
                } else if matches!(act, Act::Refused | Act::AnonymousRefused) {
                    // Not acts that anybody asks for; they are written, not decided.
                    continue;
                } else if role == Role::Requester && !crate::access::requesting::is_of_portal(act) {
                    "requester_only"
                } else if role == Role::Supervisor && KEPT_FROM_SUPERVISORS.contains(&act) {
                    "supervisor_picture"
                } else if role == Role::Supervisor
                    && matches!(
                        act,
                        Act::ReadBasicData
                            | Act::ReadDossier
                            | Act::MakeSystemDossier
                            | Act::CollectSystemDossier
                            | Act::ImportRecords
                            | Act::ChangeMany
                    )
                {
                    "supervisor_basic_data"
                } else if act == Act::AnswerQuestion && role != Role::Auditor {
                    "auditor_answers"
                } else if !entitled(act).contains(&role) {
                    "role"
                } else {
                    match relation {
                        Relation::OtherUnit => "other_unit",
                        Relation::GroupBeside if act == Act::Live => "grant_other_group",
                        Relation::GroupBeside if act == Act::AskGrant => "other_group_recorded",
                        Relation::GroupBeside => "other_group",
                        Relation::OwnGroup | Relation::GroupAbove if unit_wide.contains(&act) => {
                            "other_group"
                        }
                        _ => "permit",
                    }
                };
                let found = word(facts(act, vec![post(role, relation)]));
                assert_eq!(found, expected, "{act:?} by {role:?} in {relation:?}");
                if found == "permit" { permitted += 1 } else { refused += 1 }
            }
        }
    }
    assert!(permitted > 80 && refused > 250, "{permitted} permitted, {refused} refused");
}

#[test]
fn a_retrieval_is_approved_by_another_person() {
    let check = |change: fn(&mut FactValues), expected: &str| {
        let mut values = facts(Act::ApproveRetrieval, vec![post(Role::Administrator, Relation::OwnUnit)]);
        change(&mut values);
        assert_eq!(word(values), expected);
    };
    check(|_| {}, "permit");
    check(|facts| facts.own = true, "own_request");
    check(
        |facts| (facts.purpose, facts.legal_basis) = (Purpose::Case, LegalBasis::AuthorityRequest),
        "permit",
    );
    check(|facts| facts.purpose = Purpose::Training, "purpose");
}

#[test]
fn a_hold_is_placed_with_a_reason_and_lifted_by_two() {
    let check = |act: Act, role: Role, change: fn(&mut FactValues), expected: &str| {
        let mut values = facts(act, vec![post(role, Relation::OwnUnit)]);
        change(&mut values);
        assert_eq!(word(values), expected, "{act:?} by {role:?}");
    };
    check(Act::PlaceHold, Role::Operator, |facts| facts.has_note = false, "hold_reason");
    check(
        Act::PlaceHold,
        Role::Operator,
        |facts| (facts.has_note, facts.case) = (false, confirmed_case(true)),
        "permit",
    );
    check(Act::PlaceHold, Role::Operator, |facts| facts.targets.clear(), "no_camera");
    check(Act::PlaceHold, Role::Operator, |facts| facts.span = None, "no_span");
    check(Act::PlaceHold, Role::Operator, |facts| facts.purpose = Purpose::Training, "purpose");
    check(Act::ApproveRelease, Role::Administrator, |facts| facts.own = true, "own_release");
    check(Act::ApproveRelease, Role::Administrator, |facts| facts.has_note = false, "reason");
    check(Act::DeclineRelease, Role::Operator, |facts| facts.own = true, "permit");
    check(Act::ChangeRetention, Role::Administrator, |facts| facts.has_note = false, "reason");
    check(Act::ChangeDisk, Role::Administrator, |facts| facts.has_note = false, "reason");
    check(Act::AnnounceSoftware, Role::Administrator, |facts| facts.has_note = false, "reason");
    check(Act::ExplainSoftware, Role::Administrator, |facts| facts.has_note = false, "reason");
    let by_system = |act, name| word(FactValues { subject: Subject::System(name), ..facts(act, Vec::new()) });
    assert_eq!(by_system(Act::PlaceHold, "hold"), "permit");
    assert_eq!(by_system(Act::PlaceHold, "retention"), "system_actor");
    assert_eq!(by_system(Act::EndHold, "hold"), "permit");
    assert_eq!(by_system(Act::EndHold, "retention"), "system_actor");
    check(Act::EndHold, Role::Administrator, |_| {}, "role");
    assert_eq!(by_system(Act::SendReminders, "reminders"), "permit");
    assert_eq!(by_system(Act::SendReminders, "demo"), "system_actor");
    assert_eq!(by_system(Act::ApproveRelease, "hold"), "system_actor", "nothing lifts a hold by itself");
}

#[test]
fn an_administrator_has_no_pictures_but_may_hold_a_second_post() {
    let administrator = post(Role::Administrator, Relation::OwnUnit);
    for act in [Act::Live, Act::Ptz, Act::Playback, Act::Still, Act::Export, Act::Collect, Act::Decrypt] {
        assert_eq!(word(facts(act, vec![administrator])), "role", "{act:?}");
        let both = vec![administrator, post(Role::Operator, Relation::OwnGroup)];
        assert_eq!(word(facts(act, both)), "permit", "{act:?}");
    }
}

#[test]
fn every_target_must_be_covered() {
    let posts = vec![post(Role::Operator, Relation::OwnGroup)];
    let mut values = facts(Act::Live, posts);
    values.targets.push(Target { scope: Scope { unit: unit(1), groups: vec![], system: None }, ..target() });
    assert_eq!(word(values.clone()), "grant_other_group");
    values.targets[1].scope = Scope { unit: unit(2), groups: vec![], system: None };
    assert_eq!(word(values.clone()), "other_unit");
    let Subject::Person { posts, .. } = &mut values.subject else { panic!("a person") };
    posts.push(Post { role: Role::Viewer, unit: unit(2), group: None });
    assert_eq!(word(values), "permit", "two posts together cover both");
}

#[test]
fn accounts_that_are_not_in_order() {
    let operator = || vec![post(Role::Operator, Relation::OwnUnit)];
    let check = |act: Act, suspended_: bool, must: bool, own: bool, expected: &str| {
        let mut values = facts(act, operator());
        let Subject::Person { suspended, must_change_password, .. } = &mut values.subject else { panic!() };
        (*suspended, *must_change_password) = (suspended_, must);
        values.own = own;
        assert_eq!(word(values), expected, "{act:?} {suspended_} {must} {own}");
    };
    check(Act::Live, true, false, false, "suspended");
    check(Act::SignIn, true, false, false, "suspended");
    check(Act::SignOut, true, false, false, "permit");
    check(Act::Live, false, true, false, "must_change_password");
    check(Act::SignIn, false, true, false, "permit");
    check(Act::ChangePerson, false, true, true, "permit");
    check(Act::ChangePerson, true, false, true, "suspended");
    // One's own passkeys, with an account that is alive and a password of one's own; nobody makes one for somebody else.
    for act in [Act::RegisterPasskey, Act::RenamePasskey, Act::RemovePasskey, Act::SetReminders] {
        check(act, false, false, true, "permit");
        check(act, true, false, true, "suspended");
        check(act, false, true, true, "must_change_password");
        check(act, false, false, false, "role");
    }
    // One's own link with a provider likewise; an invitation is another's word.
    for act in [Act::LinkIdentity, Act::UnlinkIdentity] {
        check(act, false, false, true, "permit");
        check(act, true, false, true, "suspended");
        check(act, false, true, true, "must_change_password");
        check(act, false, false, false, "role");
    }
    let mut invited = facts(Act::InviteIdentity, vec![post(Role::Administrator, Relation::OwnUnit)]);
    assert_eq!(word(invited.clone()), "permit");
    invited.own = true;
    assert_eq!(word(invited), "own_invitation");
    check(Act::Collect, false, false, false, "not_own_export");
}

#[test]
fn nobody_changes_their_own_posts() {
    let mut values = facts(Act::ChangePerson, vec![post(Role::Administrator, Relation::OwnUnit)]);
    (values.own, values.sensitive) = (true, true);
    assert_eq!(word(values.clone()), "own_posts");
    values.own = false;
    assert_eq!(word(values), "permit");
}

#[test]
fn nobody_judges_their_own_words() {
    let check = |act: Act, own: bool, expected: &str| {
        let mut values = facts(act, vec![post(Role::Administrator, Relation::OwnUnit)]);
        values.own = own;
        assert_eq!(word(values), expected, "{act:?} own: {own}");
    };
    check(Act::DecideGap, true, "own_words");
    check(Act::DecideGap, false, "permit");
    check(Act::DecideMaintenance, true, "own_words");
    check(Act::DecideMaintenance, false, "permit");
}

#[test]
fn nobody_answers_a_question_about_themselves() {
    let check = |act: Act, role: Role, own: bool, of_auditor: bool, expected: &str| {
        let mut values = facts(act, vec![post(role, Relation::OwnUnit)]);
        (values.own, values.sensitive) = (own, of_auditor);
        assert_eq!(word(values), expected, "{act:?} by {role:?}, own: {own}, of an auditor: {of_auditor}");
    };
    check(Act::AnswerQuestion, Role::Auditor, false, false, "permit");
    check(Act::AnswerQuestion, Role::Auditor, false, true, "permit");
    check(Act::AnswerQuestion, Role::Auditor, true, true, "own_question");
    check(Act::AnswerQuestion, Role::Administrator, false, false, "auditor_answers");
    check(Act::AnswerQuestion, Role::Administrator, false, true, "permit");
    check(Act::AnswerQuestion, Role::Administrator, true, true, "own_question");
    check(Act::AnswerQuestion, Role::Operator, false, true, "role");
    check(Act::AnswerQuestion, Role::Operator, false, false, "auditor_answers");
    check(Act::ExplainQuestion, Role::Viewer, true, false, "permit");
    check(Act::ExplainQuestion, Role::Auditor, false, false, "not_own_question");
    check(Act::ReadLedger, Role::Viewer, true, false, "permit");
    check(Act::ReadLedger, Role::Viewer, false, false, "role");
    let mut without_reason = facts(Act::ChangeWatching, vec![post(Role::Auditor, Relation::OwnUnit)]);
    without_reason.has_note = false;
    assert_eq!(word(without_reason), "reason");
    let by_system = |act| word(FactValues { subject: Subject::System("watching"), ..facts(act, Vec::new()) });
    assert_eq!(by_system(Act::AskQuestion), "permit");
    assert_eq!(by_system(Act::AnswerQuestion), "system_actor", "no question answers itself");
}

#[test]
fn a_test_with_a_picture_is_a_viewing_too() {
    let check = |roles: &[Role], expected: &str| {
        let posts = roles.iter().map(|role| post(*role, Relation::OwnUnit)).collect();
        let mut values = facts(Act::ProbeCamera, posts);
        values.sensitive = true;
        assert_eq!(word(values), expected, "{roles:?}");
    };
    check(&[Role::Administrator], "role");
    check(&[Role::Operator], "role");
    check(&[Role::Administrator, Role::Viewer], "permit");
}

#[test]
fn purposes_and_bases() {
    let check = |act: Act, purpose: Purpose, basis: LegalBasis, expected: &str| {
        let mut values = facts(act, vec![post(Role::Operator, Relation::OwnUnit)]);
        (values.purpose, values.legal_basis) = (purpose, basis);
        assert_eq!(word(values), expected, "{act:?} {purpose:?} {basis:?}");
    };
    check(Act::Live, Purpose::DutyWatch, LegalBasis::UnitDuty, "permit");
    check(Act::Live, Purpose::DutyWatch, LegalBasis::AuthorityRequest, "legal_basis");
    check(Act::Live, Purpose::Administration, LegalBasis::Operation, "purpose");
    check(Act::Export, Purpose::DutyWatch, LegalBasis::UnitDuty, "purpose");
    check(Act::Export, Purpose::Training, LegalBasis::UnitDuty, "purpose");
    check(Act::Playback, Purpose::Case, LegalBasis::AuthorityRequest, "permit");
    check(Act::Export, Purpose::Case, LegalBasis::UnitDuty, "permit");
    check(Act::Collect, Purpose::Case, LegalBasis::AuthorityRequest, "permit");
    // What an authority asks for goes out by a retrieval alone.
    for act in [Act::Export, Act::Decrypt, Act::ExportFolder] {
        for purpose in [Purpose::Case, Purpose::Incident, Purpose::Supervision] {
            check(act, purpose, LegalBasis::AuthorityRequest, "retrieval_needed");
        }
    }
    check(Act::Playback, Purpose::Training, LegalBasis::Consent, "permit");
    // Every purpose has a basis, and every act a purpose.
    for &purpose in Purpose::ALL {
        assert!(!rules::bases_for(purpose).is_empty());
    }
    for &act in Act::ALL {
        assert!(!rules::purposes_for(act).is_empty());
    }
}

#[test]
fn sensitive_cameras_need_a_reason_and_secret_ones_a_case() {
    let check = |act: Act, level: u8, note: bool, case: bool, expected: &str| {
        let mut values = facts(act, vec![post(Role::Operator, Relation::OwnUnit)]);
        values.targets[0].security_level = level;
        (values.has_note, values.case) = (note, confirmed_case(case));
        assert_eq!(word(values), expected, "{act:?} level {level} note {note} case {case}");
    };
    for act in [Act::Live, Act::Ptz, Act::Playback, Act::Still, Act::Export, Act::Collect, Act::Decrypt] {
        check(act, 1, false, false, "permit");
        check(act, 2, false, false, "level_note");
        check(act, 2, true, false, "permit");
        check(act, 3, true, false, "level_case");
        check(act, 3, false, true, "permit");
    }
    check(Act::ReadTimeline, 3, false, false, "permit");
}

#[test]
fn clips_have_levels_beside_their_cameras() {
    let check = |act: Act, levels: &[(u8, bool)], note: bool, case: bool, expected: &str| {
        let mut values = facts(act, vec![post(Role::Operator, Relation::OwnUnit)]);
        values.targets = levels
            .iter()
            .map(|&(security_level, of_clip)| Target { security_level, of_clip, ..target() })
            .collect();
        (values.has_note, values.case) = (note, confirmed_case(case));
        assert_eq!(word(values), expected, "{act:?} {levels:?} note {note} case {case}");
    };
    for act in [Act::Live, Act::Playback, Act::Export, Act::Collect] {
        check(act, &[(2, true)], false, false, "clip_level_note");
        check(act, &[(2, true), (1, false)], true, false, "permit");
        check(act, &[(3, true), (2, false)], true, false, "clip_level_case");
        check(act, &[(3, true), (3, false)], true, false, "level_case");
        check(act, &[(3, true)], false, true, "permit");
    }
    check(Act::ReadTimeline, &[(3, true)], false, false, "permit");
    check(Act::RaiseClipLevel, &[(3, true)], false, false, "clip_level_reason");
    check(Act::RaiseClipLevel, &[(3, true)], true, false, "permit");
    assert_eq!(refuse_lowering(false).map(|refusal| refusal.code), Some("clip_level_document"));
    assert_eq!(refuse_lowering(true), None);
}

#[test]
fn spans_and_numbers() {
    let operator = || vec![post(Role::Operator, Relation::OwnUnit)];
    let check = |act: Act, from_us: i64, to_us: i64, expected: &str| {
        let mut values = facts(act, operator());
        values.span = Span::new(NOW.plus_us(from_us), NOW.plus_us(to_us));
        assert_eq!(word(values), expected, "{act:?} {from_us} {to_us}");
    };
    check(Act::Playback, -HOUR_US, 0, "permit");
    check(Act::Playback, -HOUR_US, CLOCK_TOLERANCE_US, "permit");
    check(Act::Playback, -HOUR_US, CLOCK_TOLERANCE_US + 1, "future");
    check(Act::Playback, 1, 2, "future");
    check(Act::Playback, -PLAYBACK_SPAN_US_MAX, 0, "permit");
    check(Act::Playback, -PLAYBACK_SPAN_US_MAX - 1, 0, "span_too_long");
    check(Act::Playback, 0, 0, "no_span");
    check(Act::Export, -EXPORT_SPAN_US_MAX, 0, "permit");
    check(Act::Export, -EXPORT_SPAN_US_MAX - 1, 0, "span_too_long");
    let check = |act: Act, cameras: usize, expected: &str| {
        let mut values = facts(act, operator());
        values.targets = vec![target(); cameras];
        assert_eq!(word(values), expected, "{act:?} {cameras}");
    };
    check(Act::Live, 0, "no_camera");
    check(Act::Live, LIVE_CAMERAS_MAX, "permit");
    check(Act::Live, LIVE_CAMERAS_MAX + 1, "too_many_cameras");
    check(Act::Playback, PLAYBACK_CAMERAS_MAX + 1, "too_many_cameras");
    check(Act::Export, EXPORT_CAMERAS_MAX + 1, "too_many_cameras");
    check(Act::Still, 2, "too_many_cameras");
}

#[test]
fn the_system_itself_sees_no_pictures() {
    let check = |name: &'static str, act: Act, expected: &str| {
        let values = FactValues { subject: Subject::System(name), ..facts(act, Vec::new()) };
        assert_eq!(word(values), expected, "{name} {act:?}");
    };
    for act in [Act::Live, Act::Playback, Act::Still, Act::Export, Act::Collect, Act::ReadLedger] {
        for name in ["init", "demo", "recorder", "retention"] {
            check(name, act, "system_actor");
        }
    }
    check("init", Act::ChangePerson, "permit");
    check("demo", Act::ChangeCamera, "permit");
    check("recorder", Act::ChangeCamera, "system_actor");
    check("recorder", Act::Start, "permit");
    check("check", Act::SystemRead, "permit");
}

#[test]
fn a_case_opens_only_when_it_is_registered_confirmed_and_open() {
    let case = |change: fn(&mut CaseFacts)| {
        let NamedCase::Registered(mut case) = confirmed_case(true) else { panic!("a case") };
        change(&mut case);
        NamedCase::Registered(case)
    };
    let elsewhere = CameraId(Uuid::from_u128(101));
    let cases: &[(&str, NamedCase, &str)] = &[
        ("none", NamedCase::None, "level_case"),
        ("an invented one", NamedCase::Unknown, "case_unknown"),
        ("a confirmed one", confirmed_case(true), "permit"),
        ("one's own, confirmed by another", case(|case| case.own = true), "permit"),
        ("one's own alone", case(|case| (case.own, case.confirmed) = (true, false)), "case_self_made"),
        ("another's alone", case(|case| case.confirmed = false), "case_unconfirmed"),
        ("closed", case(|case| case.closed = true), "case_closed"),
        ("of another unit", case(|case| case.unit = unit(2)), "case_other_unit"),
        ("of this camera", case(|case| case.cameras = vec![target().camera]), "permit"),
        (
            "of a system that it is not in",
            case(|case| case.systems = vec![RecordId(Uuid::from_u128(70))]),
            "case_other_camera",
        ),
    ];
    for (what, named, expected) in cases {
        for act in [Act::Live, Act::Ptz, Act::Playback, Act::Still, Act::Export, Act::Collect, Act::Decrypt] {
            let mut values = facts(act, vec![post(Role::Operator, Relation::OwnUnit)]);
            values.targets[0].security_level = 3;
            values.case = named.clone();
            assert_eq!(word(values), *expected, "{act:?}: {what}");
        }
    }
    // A case says something wrong of an ordinary camera too.
    let mut ordinary = facts(Act::Live, vec![post(Role::Viewer, Relation::OwnUnit)]);
    ordinary.case = NamedCase::Unknown;
    assert_eq!(word(ordinary.clone()), "case_unknown");
    ordinary.case = case(|case| case.cameras = vec![CameraId(Uuid::from_u128(100))]);
    ordinary.targets.push(Target { camera: elsewhere, ..target() });
    assert_eq!(word(ordinary), "case_other_camera");
}

#[test]
fn whoever_opened_a_case_does_not_confirm_it() {
    let check = |act: Act, role: Role, change: fn(&mut FactValues), expected: &str| {
        let mut values = facts(act, vec![post(role, Relation::OwnUnit)]);
        change(&mut values);
        assert_eq!(word(values), expected, "{act:?} by {role:?}");
    };
    check(Act::ConfirmCase, Role::Administrator, |facts| facts.own = true, "own_case");
    check(Act::ConfirmCase, Role::Administrator, |_| (), "permit");
    check(Act::ConfirmCase, Role::Operator, |_| (), "role");
    check(Act::CloseCase, Role::Operator, |facts| facts.has_note = false, "case_reason");
    check(Act::ApproveGrant, Role::Administrator, |facts| facts.own = true, "own_grant");
    check(Act::DeclineGrant, Role::Operator, |facts| facts.own = true, "permit");
    check(Act::RevokeGrant, Role::Viewer, |facts| facts.own = true, "permit");
    check(Act::AskGrant, Role::Operator, |facts| facts.has_note = false, "grant_reason");
    check(Act::AskGrant, Role::Operator, |facts| facts.targets.clear(), "no_camera");
    check(Act::ShareClip, Role::Operator, |facts| facts.has_note = false, "clip_reason");
    check(Act::ShareClip, Role::Operator, |facts| facts.targets.clear(), "no_camera");
    check(
        Act::ShareClip,
        Role::Operator,
        |facts| facts.span = Span::new(NOW.plus_us(-CLIP_SPAN_US_MAX - 1), NOW),
        "span_too_long",
    );
    check(Act::ShareClip, Role::Operator, |facts| facts.targets[0].security_level = 3, "level_case");
    for kind in CaseKind::ALL {
        assert_eq!(CaseKind::from_word(kind.as_str()), Some(kind));
    }
}
