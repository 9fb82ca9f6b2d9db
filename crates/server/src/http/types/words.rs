//! The closed lists of the API, one to one with the vocabulary in `model` and the words of the pipeline.

use pipeline::StateWord as PipelineWord;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An API enum with the same variants as one of `model`, so that a word added there does not compile here until
/// somebody has decided how it is shown.
macro_rules! word {
    ($(#[$doc:meta])* $name:ident = $model:path { $($variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),+ }

        impl From<$model> for $name {
            fn from(value: $model) -> Self {
                use $model as Other;
                match value { $(Other::$variant => Self::$variant),+ }
            }
        }

        impl From<$name> for $model {
            fn from(value: $name) -> Self {
                use $model as Other;
                match value { $($name::$variant => Other::$variant),+ }
            }
        }
    };
}

word! {
    /// Why somebody looks at or takes footage.
    Purpose = model::Purpose { DutyWatch, Incident, Case, Maintenance, Supervision, Administration, Training }
}

word! {
    /// The rule that entitles the act.
    LegalBasis = model::LegalBasis {
        UnitDuty, AuthorityRequest, MaintenanceDuty, SupervisionDuty, Consent, Operation,
    }
}

word! {
    /// What a person may be entitled to in a unit or a camera group.
    Role = model::Role { Viewer, Operator, Administrator, Auditor, Manager, Supervisor, Requester }
}

word! {
    /// Why a second of a stream has no footage.
    GapCause = model::GapCause { Unknown, Camera, Network, Credentials, Disk, Us, Power, Privacy, Planned }
}

word! {
    /// One of a camera's streams: two encodings of its pictures, its sound, and what was brought later for its gaps.
    Profile = model::Profile { Main, Sub, Sound, Later }
}

word! {
    /// By what right the sound of a camera is recorded.
    SoundBasis = model::SoundBasis { Law, AuthorityOrder, Consent }
}

word! {
    /// The act that an entry of the access log registers.
    Act = model::Act {
        Live, Playback, Still, Export, Collect, Use, SignIn, SignOut, SignInFailed, ReadRegistry, ChangeCamera,
        RegisterPasskey, RenamePasskey, RemovePasskey, PasskeyCopied, LinkIdentity, UnlinkIdentity, InviteIdentity,
        ProbeCamera, ChangePerson, ChangeUnit, ChangeLayout, ReadLedger, ReadHealth, ReadTimeline,
        OpenCase, ConfirmCase, CloseCase, ReadCases,
    AskGrant, ApproveGrant, DeclineGrant, RevokeGrant, ReadGrants, SetFourEyes, ShareClip, ReadColleagues, Refused, AnonymousRefused, Start, Stop, Check, SystemRead, ExpirePackage, BreakOffExport, PlaceHold, AskRelease, ApproveRelease, DeclineRelease, EndHold,
        ReviewHold, ReadHolds, ChangeRetention, StopStream, ResumeStream,
        ExplainGap, DecideGap, AnnounceMaintenance, DecideMaintenance,
        SwitchSound,
        StoreKey, CredentialsKey, Decrypt, Backup, ForgetBackup, Restore, Migrate, PlannedStop, ChangeDisk, NoteDisk, BackFill,
        WitnessAlarm, MachineRead, ReadGaps, AskChallenge, AnswerChallenge,
        ChangeRecord, ImportRecords, ReadBasicData, ChangeMany, RotateCredentials, LifeStep, AskChange, DecideChange, AdoptPack, SetOverride,
    EndOverride, NoteFloors, NoteFindings, ChangeRecordTerm, ForgetEntries, AddDocument, ReadDocument, ChangeClearance, CommissioningStill, ConfirmStill, FileSystem, ReadDossier, ReportPressure, ReadPressure, ClosePressure, MakeSystemDossier, CollectSystemDossier, DemandRetention, ProveRetention, RaiseClipLevel, LowerClipLevel, TraceCopy, BeginTakeover, EndTakeover, EnterTraining, RevokeTraining, VetPerson, ChangeTerm, Reactivate, Leave, ConfirmPosts, ChangeAccountRules, AskQuestion, ExplainQuestion, AnswerQuestion, ReadQuestions, ChangeWatching, ExplorePolicy, OpenRetrieval, AmendRetrieval, CheckCredentials, CompleteRetrieval, ApproveRetrieval, RefuseRetrieval, HandOver, AcknowledgeReceipt, FollowCopy, ReadRetrievals, ReadCopies, ChangeRoster, TakeOverShift, HandOverShift, StayOnShift, WriteWatchLog, ReportSuspicion, AcknowledgeReport, NoteVisitor, ReadDuty, ChangeAlarmSource, ReceiveEvent, AcknowledgeAlarm, EscalateAlarm, CloseAlarm, ReadAlarms, ChangeAlarmTerm, Ptz, EndPtz, ChangePtz, GoHome, Patrol, BindLayout, ChangeAuthority, ReadSupervision, ReceiveAccusation, HandleAccusation, SetAreaTarget, TakeFigures, ReadEvidence, Supervise, AnswerSupervision, AdoptRule, ConfirmRule, RecordDrill, KeepRound, ChangeWorkOrder, AcceptRepair, DrawAssessment, SignAssessment, ReadRoutines, ChangeRoutines, OpenFolder, AddToFolder, WithdrawFromFolder, CloseFolder, ReopenFolder, ReadFolders, HoldFolder, ExportFolder, ChangeMailServer, ChangeWebhook, SetReminders, SendReminders, LodgeClaim, SettleClaim, ReadClaims, ChangeRequester, FileRequest, FollowRequests, ReceivePackage, SupplyRequest, HandleRequest, ReadRequests, WithdrawRequest, ChangeRetrievalTerms, SignInBeside, LeaveConsole, ChangeServiceHours, AnnounceSoftware, ExplainSoftware, NoteSoftware,
    }
}

word! {
    /// Whose case it is: an authority's, the unit's own incident, an inspection.
    CaseKind = law::access::CaseKind { Authority, Incident, Supervision }
}

word! {
    /// What an item of an incident folder is.
    FolderItemKind = law::folder::ItemKind { Bookmark, Span, Note, Observation, Report, Alarm, Gap }
}

word! {
    /// What may be done under a grant.
    GrantAct = law::access::GrantAct { Live, Playback, Still, Export }
}

word! {
    /// What became of a request for footage.
    GrantState = law::access::GrantState { Asked, Granted, Declined, UsedUp, Expired, Revoked }
}

word! {
    /// Who takes over control.
    TakeoverOrgan = law::takeover::Organ { PublicSecurity, NationalSecurity, LawEnforcement }
}

word! {
    /// Which act caused a loss: a takeover, a written order, a change that was authorised here.
    ClaimCause = law::compensation::ClaimCause { Takeover, Order, Change }
}

word! {
    /// How far a claim for compensation is.
    ClaimState = law::compensation::ClaimState { Lodged, Accepted, Partly, Refused, Paid }
}

word! {
    /// What somebody was pressed to do.
    Pressure = law::pressure::Pressure { SwitchOff, Delete, HandOut, Brand, Contractor, ForcedBuilding, Other }
}

word! {
    /// What a question from the access log asks about.
    WatchingRule = law::watching::Rule {
        SensitiveWithoutCase, SameCameraAgain, UnusualHours, ManyCamerasTaken, LongSpansTaken, ExportNotCollected,
        BasicDataInBulk, RefusedInARow, SignInsFailed, ApproverPair, OffDuty, ReceiptMissing, GrantAttempts,
        RecordedWithoutCase, OneCaseManyCameras, OneCaseManyDays, RefusedOften, MuchPlayed, ManyCamerasLive,
    }
}

word! {
    /// What kind of organ asks for footage.
    Organ = law::packs::Organ {
        PublicSecurity, NationalSecurity, Procuratorate, Court, Government, GovernmentDepartment, EmergencyManagement, Other,
    }
}

word! {
    /// What came of a question.
    Conclusion = law::watching::Conclusion { InOrder, Instructed, PassedOn }
}

word! {
    /// For what it asks.
    Ground = law::packs::Ground { Investigation, Prosecution, Trial, LawEnforcement, Emergency, MajorEmergency }
}

word! {
    /// The level of an organ.
    OrganLevel = law::packs::OrganLevel { Township, County, City, Province, National }
}

word! {
    /// What an authority asks for.
    Wanted = law::packs::Wanted { Footage, BasicData }
}

word! {
    /// By looking at it here, or by taking a copy.
    Way = law::packs::Way { View, Copy }
}

word! {
    /// What an officer shows or leaves.
    RetrievalPaperKind = law::packs::Paper {
        LetterOfIntroduction, LawEnforcementCertificate, WorkCertificate, SupportingDocument, RegistrationForm,
    }
}

word! {
    /// What an observation in a watch log is about.
    Observed = law::duty::Observed { Routine, Suspicious, Incident, Equipment, Order, Other }
}

word! {
    /// A post that a room may need filled; it entitles to nothing.
    DutyPost = law::duty::DutyPost { Leader, Officer, Technician }
}

word! {
    /// By which way a report reached the public security organ.
    Channel = law::duty::Channel { Telephone, InPerson, Letter, Platform, Other }
}

word! {
    /// What a compatible alarm or door system is.
    AlarmSourceKind = law::alarm::SourceKind { Intrusion, Entrance, Fire, HelpButton, Other }
}

word! {
    /// What happened. Those from `camera_lost` on only the server itself says.
    EventKind = law::alarm::EventKind {
        Intrusion, DoorForced, DoorHeldOpen, DoorOpened, AccessDenied, Fire, Help, Tamper, Fault, Restored, Other,
        CameraLost, CameraBack, RecordingStopped, RecordingResumed, ClockOff, DiskLost, DiskBack,
    }
}

word! {
    /// How urgent an alarm is.
    AlarmPriority = law::alarm::Priority { Low, Medium, High }
}

word! {
    /// Where an event is in its life; noted and test events are no alarms.
    AlarmState = law::alarm::EventState { Noted, Test, Open, Acknowledged, Closed }
}

word! {
    /// What an alarm turned out to be.
    AlarmOutcome = law::alarm::Outcome { Handled, PassedOn, False, Unclear }
}

word! {
    /// What a written rule of a unit is about.
    RuleKind = law::routines::RuleKind { Watch, Operation, Footage, Confidentiality, Security, Maintenance, Training, Emergency }
}

word! {
    /// A part of a system: cameras and what stands with them, the lines, the store.
    SystemPart = law::routines::Part { FrontEnd, Lines, Storage }
}

word! {
    /// What a line of a maintenance round came to.
    RoundAnswer = law::routines::Answer { Good, Fault, NotApplicable }
}

word! {
    /// What kind of authority supervises.
    AuthorityKind = law::supervision::AuthorityKind { PublicSecurity, Industry, Information }
}

word! {
    /// What an accusation is about, as the reporter says.
    AccusedKind = law::supervision::AccusedKind { Unit, PublicSecurity, Authority, Person }
}

word! {
    /// How far an accusation is.
    AccusationStage = law::supervision::AccusationStage { Received, TakenUp, Answered, Closed }
}

word! {
    /// What a person says of a line of an inspection.
    LineVerdict = store::LineVerdict { Kept, Lacking, NotApplicable }
}

word! {
    /// How an order stands.
    OrderState = law::supervision::OrderState { Issued, Corrected, Closed, Escalated, Referred }
}

word! {
    /// On whom a fine falls: the unit, whoever of it is directly responsible, or somebody who acted for themselves.
    Fined = law::supervision::Fined { Unit, Person, Individual }
}

word! {
    /// A figure of an area for which a target may be set.
    AreaIndicator = law::supervision::AreaIndicator {
        Systems, SystemsInUse, Points, Cameras, PlacesCovered, Accepted, Filed, Available, FloorsKept,
    }
}

word! {
    /// How a target of an area stands.
    AreaTargetState = law::supervision::TargetState { Open, Reached, Missed }
}

word! {
    /// What a stream is doing now.
    StateWord = PipelineWord {
        Connecting, Recording, Live, NoSignal, Stalled, Credentials, Error, Disk, Disabled,
    }
}

/// The class of an access entry: all that its published leaf says about its content.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryClass {
    Viewing,
    HandingOut,
    Registry,
    SignIn,
    Refusal,
    System,
}

/// A language of the console.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    Zh,
    En,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    Dark,
    Light,
    /// As the device is set.
    Auto,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ViewMode {
    Live,
    Playback,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportState {
    Preparing,
    Ready,
    Failed,
    /// Not to be collected any more; only the request is left.
    Expired,
}

/// How an inspection stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InspectionState {
    Open,
    Ended,
    Refused,
}

/// One of the two logs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogName {
    Footage,
    Access,
}
