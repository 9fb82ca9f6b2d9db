//! Who acts, on what, why: the words that every data access carries.
//!
//! Whether the act is allowed is not decided here but in `law`, from facts that `store` loads.

use crate::footage::coded;
use crate::{CaseId, PersonId, RequestId, WallTime};

/// The one who acts: a named person, or a named part of the system itself. There is no anonymous actor.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Actor {
    Person(PersonId),
    /// The system's own act, under the name of the procedure (`recorder`, `retention`, `demo`).
    System(&'static str),
}

/// The context that every data access takes first: who acts and why.
#[derive(Clone, Debug)]
pub struct Cx {
    pub actor: Actor,
    pub purpose: Purpose,
    pub legal_basis: LegalBasis,
    pub case: Option<CaseId>,
    /// What the actor wrote about the purpose, shown in the ledger; at most 500 characters.
    pub note: Option<String>,
    /// Where the actor sits: network address or `local`.
    pub place: String,
    pub request: RequestId,
    pub now: WallTime,
}

coded! {
    /// Why somebody looks at or takes footage: a closed list (guangzhou-2007:16, chongqing:12).
    Purpose {
        /// Watching under a duty shift.
        DutyWatch = 0 "duty_watch",
        /// Following up an alarm or incident.
        Incident = 1 "incident",
        /// A case of an authority.
        Case = 2 "case",
        /// Checking, aiming, repairing cameras.
        Maintenance = 3 "maintenance",
        /// Inspection by a supervising authority.
        Supervision = 4 "supervision",
        /// Running the system itself: accounts, settings, self-checks.
        Administration = 5 "administration",
        /// Training and the demonstration system.
        Training = 6 "training",
    }
}

coded! {
    /// The rule that entitles the act.
    LegalBasis {
        /// The unit's own duty to watch and keep (for example datong-2008:17).
        UnitDuty = 0 "unit_duty",
        /// A lawful request of an authority (for example guangzhou-2007:18).
        AuthorityRequest = 1 "authority_request",
        /// Maintenance duty (for example guangzhou-2007:20).
        MaintenanceDuty = 2 "maintenance_duty",
        /// Supervision (for example national-2016:23).
        SupervisionDuty = 3 "supervision_duty",
        /// Consent of the persons shown.
        Consent = 4 "consent",
        /// The system's own operation.
        Operation = 5 "operation",
    }
}

coded! {
    /// What a person may be entitled to. Roles are held for a unit, optionally for one camera group of it.
    Role {
        /// Watches live pictures.
        Viewer = 0 "viewer",
        /// Watches live and recorded pictures, saves stills, exports.
        Operator = 1 "operator",
        /// Manages cameras, people and settings. Has no pictures.
        Administrator = 2 "administrator",
        /// Reads the ledger and health. Has no pictures.
        Auditor = 3 "auditor",
    }
}

coded! {
    /// An act that needs a decision and leaves an entry. The number is the kind of the access log's entry.
    Act {
        Live = 1 "live",
        Playback = 2 "playback",
        Still = 3 "still",
        Export = 4 "export",
        /// Collecting a finished evidence package.
        Collect = 5 "collect",
        /// What was really served under an earlier entry.
        Use = 6 "use",
        SignIn = 10 "sign_in",
        SignOut = 11 "sign_out",
        SignInFailed = 12 "sign_in_failed",
        ReadRegistry = 20 "read_registry",
        ChangeCamera = 21 "change_camera",
        ProbeCamera = 22 "probe_camera",
        ChangePerson = 23 "change_person",
        ChangeUnit = 24 "change_unit",
        ChangeLayout = 25 "change_layout",
        ReadLedger = 30 "read_ledger",
        ReadHealth = 31 "read_health",
        ReadTimeline = 32 "read_timeline",
        Refused = 40 "refused",
        AnonymousRefused = 41 "anonymous_refused",
        Start = 50 "start",
        Stop = 51 "stop",
        Check = 52 "check",
        SystemRead = 53 "system_read",
        /// A package that nobody may collect any more is deleted.
        ExpirePackage = 54 "expire_package",
        /// Footage is put under an evidence hold.
        PlaceHold = 60 "place_hold",
        /// Somebody asks that a hold be lifted.
        AskRelease = 61 "ask_release",
        /// Another person lifts it.
        ApproveRelease = 62 "approve_release",
        /// The request to lift it is turned down, or taken back by who asked.
        DeclineRelease = 63 "decline_release",
        /// A hold gets another review date.
        ReviewHold = 64 "review_hold",
        ReadHolds = 65 "read_holds",
        /// The floor or the term changes.
        ChangeRetention = 66 "change_retention",
        /// A stream stops being recorded because the disk has no room that a rule would free.
        StopStream = 67 "stop_stream",
        /// It is recorded again.
        ResumeStream = 68 "resume_stream",
        /// Saying why footage is missing.
        ExplainGap = 70 "explain_gap",
        /// Approving or declining what somebody else said about a gap.
        DecideGap = 71 "decide_gap",
        /// Announcing maintenance beforehand.
        AnnounceMaintenance = 72 "announce_maintenance",
        /// Approving or declining maintenance that somebody else announced.
        DecideMaintenance = 73 "decide_maintenance",
        /// Sidecars are wrapped again under another store key.
        StoreKey = 90 "store_key",
        /// One stored file is copied out as plain MP4.
        Decrypt = 91 "decrypt",
        /// A backup is begun, or done.
        Backup = 95 "backup",
        ForgetBackup = 96 "forget_backup",
        /// A backup was restored here, or the restored store unlocked.
        Restore = 97 "restore",
        /// Schema steps were taken.
        Migrate = 98 "migrate",
        /// A stop was announced, with its reason.
        PlannedStop = 99 "planned_stop",
        /// Sound of a camera is switched on, with its legal basis, or off.
        SwitchSound = 100 "switch_sound",
        /// A media disk is added, retired or taken into use again.
        ChangeDisk = 105 "change_disk",
        /// A media disk went away while the system ran, or is there again.
        NoteDisk = 106 "note_disk",
        /// Footage is brought for a gap, from a camera's card or another recorder.
        BackFill = 107 "back_fill",
        /// A witness holds a log that ours does not continue, or takes that back.
        WitnessAlarm = 80 "witness_alarm",
        /// A mirror or witness of another party has read a log's tiles.
        MachineRead = 81 "machine_read",
        /// The list of gaps, of cameras for which one may explain or judge them.
        ReadGaps = 112 "read_gaps",
        /// Somebody asks for a proof that footage is still held.
        AskChallenge = 110 "ask_challenge",
        /// Their nonce is taken and the question answered.
        AnswerChallenge = 111 "answer_challenge",
        /// The system takes one frame of a camera and keeps it as a paper of its point.
        CommissioningStill = 113 "commissioning_still",
        /// A named person says what such a still shows.
        ConfirmStill = 114 "confirm_still",
        /// A unit sets a value beside a pack's, with a document.
        SetOverride = 117 "set_override",
        /// It takes it back.
        EndOverride = 118 "end_override",
        /// The law gives cameras another floor than before.
        NoteFloors = 119 "note_floors",
        /// A record of the registry is added, changed or removed.
        ChangeRecord = 120 "change_record",
        /// Records are taken in from a table.
        ImportRecords = 121 "import_records",
        /// Basic data is read in bulk (national-2016:6).
        ReadBasicData = 122 "read_basic_data",
        /// A system takes a step of its life.
        LifeStep = 123 "life_step",
        /// Somebody asks to change what may not change without authorisation.
        AskChange = 124 "ask_change",
        /// Another person authorises it or turns it down.
        DecideChange = 125 "decide_change",
        /// A unit makes a pack its own rule, with a document.
        AdoptPack = 126 "adopt_pack",
        /// A document's file is taken in.
        AddDocument = 127 "add_document",
        ReadDocument = 128 "read_document",
        /// Fields of many records or cameras are changed at once.
        ChangeMany = 129 "change_many",
        /// Many cameras get another user name and password.
        RotateCredentials = 130 "rotate_credentials",
        /// A person may see a unit's secret systems from now on, or no longer.
        ChangeClearance = 135 "change_clearance",
        /// Somebody reports that they were pressed to switch off, delete, hand out, buy or build.
        ReportPressure = 136 "report_pressure",
        /// Such reports are read: all of a unit by its auditors, one's own by whoever wrote them.
        ReadPressure = 137 "read_pressure",
        /// An auditor enters what came of one.
        ClosePressure = 138 "close_pressure",
        /// A system is filed with the public security organ, or the organ's receipt is entered.
        FileSystem = 140 "file_system",
        /// The dossier of a filing is read: basic data of a whole system.
        ReadDossier = 141 "read_dossier",
        /// A span of a camera's footage gets a higher level than the camera has.
        RaiseClipLevel = 142 "raise_clip_level",
        /// That is taken back.
        LowerClipLevel = 143 "lower_clip_level",
        /// Somebody asks where a found copy of footage comes from.
        TraceCopy = 150 "trace_copy",
    }
}

/// How pictures are shown under a pass.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Rendering {
    /// The stored bytes: exports.
    Original,
    /// The stored bytes, with the viewer's name and time drawn over them by the console.
    Marked,
}
