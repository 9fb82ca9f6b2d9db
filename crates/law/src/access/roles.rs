//! Which roles entitle to which acts. It knows nothing of units, purposes or time.

use model::{Act, Role};

/// The roles that entitle to an act; empty for acts that only the system itself does.
pub const fn roles_for(act: Act) -> &'static [Role] {
    use Role::{Administrator, Auditor, Manager, Operator, Viewer};
    match act {
        Act::Live => &[Viewer, Operator],
        // guangzhou-2007:21, datong-2008:17(v): looking back, copying and handing out are for few.
        // A commissioning still is a picture like any other (guangzhou-2007:6).
        Act::Playback | Act::Still | Act::Export | Act::Decrypt | Act::CommissioningStill => &[Operator],
        // Who looks along must be one who may look.
        Act::SignInBeside => &[Operator],
        // A requester collects what was handed over to them in the portal, and nothing else: see `requesting`.
        Act::Collect => &[Operator, Role::Requester],
        Act::ChangeCamera | Act::ProbeCamera | Act::SwitchSound | Act::ChangePerson | Act::ChangeUnit => {
            &[Administrator]
        }
        // Who watches or maintains knows what happened; who answers for the unit judges it (datong-2008:17, guangzhou-2007:20).
        Act::ExplainGap | Act::AnnounceMaintenance => &[Operator, Administrator],
        Act::DecideGap | Act::DecideMaintenance => &[Administrator],
        // Whoever answers for the unit keeps its registry and takes the steps; basic data is theirs (national-2016:6).
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
        | Act::BeginTakeover
        | Act::FileSystem
        | Act::MakeSystemDossier
        | Act::CollectSystemDossier
        | Act::ReadDossier => &[Administrator],
        Act::ReadDocument => &[Administrator, Auditor],
        // Whoever is pressed says so, whatever their post; the report is for those who supervise, not for those who run the unit.
        Act::ReportPressure | Act::ReadPressure => &[Viewer, Operator, Administrator, Auditor, Manager],
        Act::ClosePressure => &[Auditor],
        Act::ChangeLayout | Act::ReadDuty => &[Viewer, Operator, Administrator, Auditor],
        Act::ReadRegistry => &[Viewer, Operator, Administrator, Auditor, Manager],
        // Whoever supervises asks for the proof (national-2016:23); it shows no picture.
        // So does whoever follows a copy back: hand-overs of everybody are read (guangzhou-2007:21), and who gave out or answers
        // for the copy may be the leak.
        Act::ReadLedger | Act::AskChallenge | Act::AnswerChallenge | Act::TraceCopy => &[Auditor],
        Act::ReadHealth => &[Administrator, Auditor, Manager],
        // Whoever may explain a gap must be able to find it (datong-2008:17).
        Act::ReadGaps => &[Operator, Administrator, Auditor],
        Act::ReadTimeline | Act::ReadHolds => &[Operator, Administrator, Auditor],
        // Keeping is the safe error, and an incident does not wait: whoever may look back, or runs the store, places a
        // hold at once. To lift it takes two; the second answers for the unit (national-2016:22).
        Act::PlaceHold | Act::AskRelease | Act::DeclineRelease | Act::ReviewHold => {
            &[Operator, Administrator]
        }
        Act::ApproveRelease | Act::ChangeRetention | Act::ChangeDisk => &[Administrator],
        // To protect more is the safe error too, and whoever looks back sees first that a span needs it. To protect less is the
        // act of whoever sets the levels of cameras (datong-2008:5, national-2016:6).
        Act::RaiseClipLevel => &[Operator, Administrator],
        Act::LowerClipLevel => &[Administrator],
        // Anybody with an account may come and go; use records follow from an entry that was permitted.
        Act::SignIn
        | Act::SignOut
        | Act::SignInFailed
        | Act::LeaveConsole
        | Act::Use
        | Act::Refused
        | Act::AnonymousRefused => &[Viewer, Operator, Administrator, Auditor, Manager],
        _ => entrusted(act),
    }
}

/// Those who keep watch, answer for each other, or receive an authority. What is in neither list only the system itself does.
const fn entrusted(act: Act) -> &'static [Role] {
    use Role::{Administrator, Auditor, Manager, Operator, Viewer};
    match act {
        // Administrators run, managers answer: both keep the register of who is trained, vetted and current (national-2016:17).
        Act::EnterTraining
        | Act::RevokeTraining
        | Act::VetPerson
        | Act::ChangeTerm
        | Act::Reactivate
        | Act::Leave
        | Act::ConfirmPosts
        | Act::ChangeAccountRules => &[Administrator, Manager],
        // Whoever looks back hears of a case first; who answers for the unit confirms it, and whoever may see a picture chooses one.
        Act::OpenCase | Act::CloseCase => &[Operator, Administrator],
        Act::ReadCases | Act::ReadGrants => &[Viewer, Operator, Administrator, Auditor],
        // Who sees pictures asks; who has none approves, and says whether the unit wants it so.
        Act::AskGrant => &[Viewer, Operator],
        // Whoever may look back hands on what they found, to whoever may look back.
        Act::ShareClip | Act::ReadColleagues => &[Operator],
        Act::DeclineGrant | Act::RevokeGrant => &[Viewer, Operator, Administrator],
        Act::ConfirmCase | Act::ApproveGrant | Act::SetFourEyes | Act::ChangeRecordTerm => &[Administrator],
        // Of somebody whose device is lost. One's own are one's own: see `rules`; nobody makes one for somebody else.
        Act::RemovePasskey => &[Administrator],
        // Nobody links for somebody else: an administrator invites, and the person goes through the provider.
        Act::UnlinkIdentity | Act::InviteIdentity => &[Administrator],
        // Those who are asked about do not say from when on is asked. Administrators answer about auditors only (national-2016:32).
        Act::ChangeWatching => &[Auditor],
        Act::ReadQuestions | Act::AnswerQuestion => &[Administrator, Auditor],
        // Who may see what is for whoever answers for the unit's people.
        Act::ExplorePolicy => &[Administrator, Auditor, Manager],
        // Whoever is asked may explain, whatever their post: see `watching`.
        Act::ExplainQuestion => &[Viewer, Operator, Administrator, Auditor],
        // Whoever answers for the unit says who keeps watch; whoever watches keeps it and writes its log (datong-2008:17).
        Act::ChangeRoster => &[Administrator],
        Act::TakeOverShift
        | Act::HandOverShift
        | Act::StayOnShift
        | Act::WriteWatchLog
        | Act::ReportSuspicion => &[Viewer, Operator],
        Act::AcknowledgeReport | Act::NoteVisitor => &[Viewer, Operator, Administrator],
        // Whoever is at the desk receives the officers and hands over; another, who answers for the unit, approves
        // (datong-2008:21, guangzhou-2007:19).
        Act::OpenRetrieval
        | Act::AmendRetrieval
        | Act::CheckCredentials
        | Act::CompleteRetrieval
        | Act::RefuseRetrieval
        | Act::AcknowledgeReceipt
        | Act::FollowCopy => &[Operator, Administrator],
        Act::ApproveRetrieval => &[Administrator],
        Act::HandOver => &[Operator],
        Act::ReadRetrievals => &[Operator, Administrator, Auditor],
        // Whoever answers for the unit, and whoever watches over it (guangzhou-2007:21).
        Act::ReadCopies => &[Administrator, Auditor, Manager],
        // Whoever answers for the unit keeps its alarm and door systems, and tries them (national-2016:34).
        // The mail server is the machine's; where a unit's reminders go is for whoever answers for the unit.
        // What runs is the machine's too.
        Act::ChangeMailServer | Act::AnnounceSoftware | Act::ExplainSoftware => &[Administrator],
        Act::ChangeWebhook => &[Administrator, Manager],
        Act::ChangeAlarmSource
        | Act::ChangeAlarmTerm
        | Act::ReceiveEvent
        | Act::ChangeRetrievalTerms
        | Act::ChangeServiceHours => &[Administrator],
        // Whoever watches takes an alarm; whom it is escalated to, too: see `alarm`.
        Act::AcknowledgeAlarm | Act::EscalateAlarm | Act::CloseAlarm => {
            &[Viewer, Operator, Administrator, Manager]
        }
        Act::ReadAlarms => &[Viewer, Operator, Administrator, Auditor, Manager],
        // Whoever may look back gathers what belongs to an incident; what is held or closed is also the business of who runs the unit.
        Act::OpenFolder | Act::AddToFolder | Act::WithdrawFromFolder | Act::ExportFolder => &[Operator],
        Act::HoldFolder | Act::CloseFolder | Act::ReopenFolder => &[Operator, Administrator],
        Act::ReadFolders => &[Operator, Administrator, Auditor],
        // Whoever has control gives it back; so does the unit, by whoever entered that it passed (guangzhou-2007:18).
        Act::EndTakeover => &[Operator, Administrator],
        // Whoever may look back may turn; what a camera may see the unit's administrator says (guangzhou-2007:21).
        Act::Ptz => &[Operator],
        Act::ChangePtz | Act::BindLayout => &[Administrator],
        _ => supervised(act),
    }
}

/// Between authorities and the units that they supervise (national-2016:4, national-2016:23).
const fn supervised(act: Act) -> &'static [Role] {
    use Role::{Administrator, Auditor, Manager, Operator, Requester, Supervisor, Viewer};
    match act {
        // Whoever answers for the installation enters who supervises it; supervisors bind nobody themselves.
        Act::ChangeAuthority => &[Administrator],
        Act::ReadSupervision => &[Supervisor, Administrator, Manager, Auditor],
        // Auditors deal with what no authority can (national-2016:25).
        Act::HandleAccusation => &[Supervisor, Auditor],
        Act::Supervise | Act::DemandRetention | Act::SetAreaTarget | Act::TakeFigures | Act::ReadEvidence => {
            &[Supervisor]
        }
        Act::AnswerSupervision | Act::ProveRetention => &[Administrator, Manager],
        // Administrators run the system and managers answer for it: both keep its rules, rounds and repairs; whoever answers signs what
        // was assessed, and whoever follows a rule reads and confirms it (national-2016:17, guangzhou-2007:20).
        Act::AdoptRule
        | Act::RecordDrill
        | Act::KeepRound
        | Act::ChangeWorkOrder
        | Act::AcceptRepair
        | Act::DrawAssessment
        | Act::ChangeRoutines => &[Administrator, Manager],
        Act::SignAssessment => &[Manager],
        Act::ConfirmRule | Act::ReadRoutines => &[Viewer, Operator, Administrator, Auditor, Manager],
        // Whoever answers for the unit claims what an authority's act cost it (guangzhou-2007:18).
        Act::LodgeClaim | Act::SettleClaim => &[Administrator, Manager],
        Act::ReadClaims => &[Administrator, Manager, Auditor],
        // Whoever answers for the unit looks at an authority's credentials; the desk receives what comes.
        Act::ChangeRequester => &[Administrator, Manager],
        Act::HandleRequest => &[Operator, Administrator],
        Act::ReadRequests => &[Operator, Administrator, Auditor],
        Act::FileRequest
        | Act::FollowRequests
        | Act::ReceivePackage
        | Act::SupplyRequest
        | Act::WithdrawRequest => &[Requester],
        _ => &[],
    }
}

/// Whether any post with `role` entitles to `act`: what a person's menu may show. Not a decision.
pub fn entitles(role: Role, act: Act) -> bool {
    roles_for(act).contains(&role)
}

/// Whether an act is one of office: of those who run, answer for, audit or supervise, and of nobody who only watches. Officials answer for
/// these (national-2016:32), so another party witnesses them.
pub fn is_of_office(act: Act) -> bool {
    let roles = roles_for(act);
    let runs = |role: &Role| matches!(role, Role::Administrator | Role::Manager);
    roles.contains(&Role::Supervisor) || (!roles.is_empty() && roles.iter().all(runs))
}
