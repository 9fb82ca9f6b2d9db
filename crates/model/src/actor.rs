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
        /// Answers for the unit's system: confirms who holds which post, sees people and compliance. Has no pictures and changes
        /// no camera.
        Manager = 4 "manager",
        /// Supervises systems for an authority: sees compliance, inspects, orders. Has no pictures, and comes from being bound to
        /// that authority, not from a unit.
        Supervisor = 5 "supervisor",
        /// Files requests for an authority in the portal and collects what was handed over. Sees nothing else, and comes from being
        /// registered for that authority.
        Requester = 6 "requester",
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
        /// An account is linked with a person's subject at a sign-in provider.
        LinkIdentity = 7 "link_identity",
        /// That ends: by the person, or by an administrator.
        UnlinkIdentity = 8 "unlink_identity",
        /// An administrator invites a person to link their account once, without their password.
        InviteIdentity = 9 "invite_identity",
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
        /// A person hands a clip to a colleague of the unit, who may play it for a while.
        ShareClip = 33 "share_clip",
        /// Somebody looks to whom they may hand one.
        ReadColleagues = 34 "read_colleagues",
        /// A case is put into the register.
        OpenCase = 160 "open_case",
        /// Another person confirms it; before that it opens nothing.
        ConfirmCase = 161 "confirm_case",
        CloseCase = 162 "close_case",
        ReadCases = 163 "read_cases",
        /// Somebody asks to see footage; another approves, declines, takes it back.
        AskGrant = 164 "ask_grant",
        ApproveGrant = 165 "approve_grant",
        DeclineGrant = 166 "decline_grant",
        RevokeGrant = 167 "revoke_grant",
        ReadGrants = 168 "read_grants",
        /// A unit begins or ceases to ask for a grant before recorded footage is looked at.
        SetFourEyes = 169 "set_four_eyes",
        /// What was held by itself for a request that came to nothing is let go, by rule.
        EndHold = 45 "end_hold",
        Refused = 40 "refused",
        AnonymousRefused = 41 "anonymous_refused",
        Start = 50 "start",
        Stop = 51 "stop",
        Check = 52 "check",
        SystemRead = 53 "system_read",
        /// A package that nobody may collect any more is deleted.
        ExpirePackage = 54 "expire_package",
        /// An export or a collection of one was broken off before its end: why, and how far it was.
        BreakOffExport = 108 "break_off_export",
        /// A dossier of a system is made: what the register says, each with the entry that proves it.
        MakeSystemDossier = 55 "make_system_dossier",
        CollectSystemDossier = 56 "collect_system_dossier",
        /// An authority asks a unit to prove that recordings are held, and shows its nonce.
        DemandRetention = 57 "demand_retention",
        /// It is proven, or tried again.
        ProveRetention = 58 "prove_retention",
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
        /// The installation's mail server for reminders is set or given up.
        ChangeMailServer = 74 "change_mail_server",
        /// A unit's webhook is added or ended, gets another secret, is tried.
        ChangeWebhook = 75 "change_webhook",
        /// A person says how they want to be reminded, tries it, or marks reminders as read.
        SetReminders = 76 "set_reminders",
        /// The system made batches of reminders, or tried to send them: how many, and what came of it.
        SendReminders = 77 "send_reminders",
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
        /// Camera passwords and second factors are sealed again under another key.
        CredentialsKey = 196 "credentials_key",
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
        /// The system saw findings come or go.
        NoteFindings = 139 "note_findings",
        /// How long the record of who looked stays readable.
        ChangeRecordTerm = 101 "change_record_term",
        /// The keys of records whose term is over are gone.
        ForgetEntries = 102 "forget_entries",
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
        /// Where copies are that left as exports is read.
        ReadCopies = 131 "read_copies",
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
        /// A person registers a passkey of their own, names it otherwise, or it is removed.
        RegisterPasskey = 13 "register_passkey",
        RenamePasskey = 14 "rename_passkey",
        RemovePasskey = 15 "remove_passkey",
        /// A passkey's count of signatures went back: there may be a copy, and it ends.
        PasskeyCopied = 16 "passkey_copied",
        /// An administrator says that program or settings will be changed.
        AnnounceSoftware = 17 "announce_software",
        /// An administrator says why they changed.
        ExplainSoftware = 18 "explain_software",
        /// Program or settings are other ones than before.
        NoteSoftware = 19 "note_software",
        /// An organ takes over control of cameras for a time.
        BeginTakeover = 200 "begin_takeover",
        /// Control comes back: by the term, or earlier.
        EndTakeover = 201 "end_takeover",
        /// A compatible alarm or door system is registered or changed, its token made or revoked.
        ChangeAlarmSource = 210 "change_alarm_source",
        /// An event is taken in: from such a system, from the product itself, or by hand to try one.
        ReceiveEvent = 211 "receive_event",
        AcknowledgeAlarm = 212 "acknowledge_alarm",
        /// An alarm is passed to another post: by a person, or because its term has passed.
        EscalateAlarm = 213 "escalate_alarm",
        CloseAlarm = 214 "close_alarm",
        ReadAlarms = 215 "read_alarms",
        /// A unit says how long a high alarm may wait.
        ChangeAlarmTerm = 216 "change_alarm_term",
        /// A person takes control of a camera that turns; beyond the handle, what is refused to them.
        Ptz = 220 "ptz",
        /// That control ends: given back, run out, taken by another; with how often the camera was moved.
        EndPtz = 221 "end_ptz",
        /// What a camera that turns may do changes: home, presets, forbidden ranges, patrol.
        ChangePtz = 222 "change_ptz",
        /// A camera that was left away from its home goes there by itself.
        GoHome = 223 "go_home",
        /// A patrol begins or ends.
        Patrol = 224 "patrol",
        /// A layout is given to a post, or taken from it.
        BindLayout = 226 "bind_layout",
        /// Somebody asks where a found copy of footage comes from.
        TraceCopy = 150 "trace_copy",
        /// A person's training is entered.
        EnterTraining = 151 "enter_training",
        /// A training no longer counts.
        RevokeTraining = 152 "revoke_training",
        /// What came of vetting a person is entered.
        VetPerson = 153 "vet_person",
        /// An account gets an end, or another; or becomes a contractor's.
        ChangeTerm = 154 "change_term",
        /// A dormant account may be used again.
        Reactivate = 155 "reactivate",
        /// A person leaves: sessions and views end, the account is suspended.
        Leave = 156 "leave",
        /// Whoever answers for the unit says that a person still needs their posts.
        ConfirmPosts = 157 "confirm_posts",
        /// How long an account may rest, and how often posts are confirmed.
        ChangeAccountRules = 158 "change_account_rules",
        /// The access log raises a question about how somebody watched or took footage.
        AskQuestion = 190 "ask_question",
        /// Whom it is about explains.
        ExplainQuestion = 191 "explain_question",
        /// Somebody else enters what came of it.
        AnswerQuestion = 192 "answer_question",
        ReadQuestions = 193 "read_questions",
        /// A unit says from how much on is asked.
        ChangeWatching = 194 "change_watching",
        /// Somebody asks who may see what, and why.
        ExplorePolicy = 195 "explore_policy",
        /// An authority's request is entered.
        OpenRetrieval = 170 "open_retrieval",
        /// Officers, papers or the end of the inquiry are added to it.
        AmendRetrieval = 171 "amend_retrieval",
        /// A named person has looked at the officers' certificates.
        CheckCredentials = 172 "check_credentials",
        /// Nothing is lacking, or it is urgent: its clock starts.
        CompleteRetrieval = 173 "complete_retrieval",
        /// Another person approves it.
        ApproveRetrieval = 174 "approve_retrieval",
        /// The unit refuses it by a right that a text gives.
        RefuseRetrieval = 175 "refuse_retrieval",
        /// A copy is handed over, or it was looked at on the spot.
        HandOver = 176 "hand_over",
        /// The organ's receipt is entered.
        AcknowledgeReceipt = 177 "acknowledge_receipt",
        /// Where a copy went, that it came back, or that it was destroyed.
        FollowCopy = 178 "follow_copy",
        ReadRetrievals = 179 "read_retrievals",
        /// A monitoring room, the persons that it needs, or who is on its roster changes.
        ChangeRoster = 180 "change_roster",
        /// A person takes over their own shift.
        TakeOverShift = 181 "take_over_shift",
        /// They end it, with words for whoever comes next.
        HandOverShift = 182 "hand_over_shift",
        /// They stay longer, since nobody relieves them.
        StayOnShift = 183 "stay_on_shift",
        /// An observation is written into the watch log, or put right.
        WriteWatchLog = 184 "write_watch_log",
        /// A suspicious matter is reported to the public security organ; its footage is held.
        ReportSuspicion = 185 "report_suspicion",
        /// The organ's acknowledgement of a report is entered.
        AcknowledgeReport = 186 "acknowledge_report",
        /// Somebody enters or leaves a monitoring room without belonging there.
        NoteVisitor = 187 "note_visitor",
        /// Rosters, watch logs, reports and visitors of one's units are read.
        ReadDuty = 188 "read_duty",
        /// An authority is entered, or an account becomes a supervisor's of one, or is one no longer.
        ChangeAuthority = 250 "change_authority",
        /// Compliance in one's area, inspections and orders are read.
        ReadSupervision = 251 "read_supervision",
        /// An authority sets a target for its area, or takes it back.
        SetAreaTarget = 27 "set_area_target",
        /// The figures of an area go out as a file.
        TakeFigures = 28 "take_figures",
        /// An authority reads the file of a document that a unit named to it.
        ReadEvidence = 29 "read_evidence",
        /// An accusation came in from the public.
        ReceiveAccusation = 252 "receive_accusation",
        /// Accusations are read, taken up, answered, closed.
        HandleAccusation = 253 "handle_accusation",
        /// A supervisor inspects, judges a line, issues an order, judges a correction, decides on an award.
        Supervise = 254 "supervise",
        /// The supervised unit comments, says how it corrected, proposes an award.
        AnswerSupervision = 255 "answer_supervision",
        /// A version of a unit's written rules is put in force.
        AdoptRule = 240 "adopt_rule",
        /// A person confirms for themselves that they have read it.
        ConfirmRule = 241 "confirm_rule",
        /// An emergency drill is entered.
        RecordDrill = 242 "record_drill",
        /// A maintenance round is begun, answered or signed off.
        KeepRound = 243 "keep_round",
        /// A work order is opened, or its repair reported.
        ChangeWorkOrder = 244 "change_work_order",
        /// Another person accepts a repair, or sends it back.
        AcceptRepair = 245 "accept_repair",
        /// An assessment is drawn up from what was measured.
        DrawAssessment = 246 "draw_assessment",
        /// Whoever answers for the unit signs it off.
        SignAssessment = 247 "sign_assessment",
        /// Written rules are read by those who are to follow them.
        ReadRoutines = 248 "read_routines",
        /// A unit's own terms change, or a carrier's link is entered or ended.
        ChangeRoutines = 249 "change_routines",
        /// An incident folder is opened.
        OpenFolder = 230 "open_folder",
        /// A bookmark, a span, a note or a link is put into one.
        AddToFolder = 231 "add_to_folder",
        /// Such an item no longer counts; it stays to be read.
        WithdrawFromFolder = 232 "withdraw_from_folder",
        CloseFolder = 233 "close_folder",
        ReopenFolder = 234 "reopen_folder",
        ReadFolders = 235 "read_folders",
        /// All spans of a folder are held; each hold has its own entry.
        HoldFolder = 236 "hold_folder",
        /// All spans of a folder are asked for as evidence packages; each has its own entry.
        ExportFolder = 237 "export_folder",
        /// Compensation is claimed for what an authority's act cost the unit.
        LodgeClaim = 82 "lodge_claim",
        /// The authority's answer to a claim, or a payment, is entered.
        SettleClaim = 83 "settle_claim",
        ReadClaims = 84 "read_claims",
        /// An account becomes a requesting authority's, or is one no longer.
        ChangeRequester = 85 "change_requester",
        /// A requester files a request in the portal.
        FileRequest = 86 "file_request",
        /// A requester follows their own requests.
        FollowRequests = 87 "follow_requests",
        /// A requester confirms by name that they receive the package.
        ReceivePackage = 88 "receive_package",
        /// A requester adds a paper to a request.
        SupplyRequest = 89 "supply_request",
        /// The unit's reception takes a request in, asks for what is missing, or says that it is refused.
        HandleRequest = 92 "handle_request",
        /// Requests that came through the portal are read by the unit.
        ReadRequests = 93 "read_requests",
        /// A requester takes a request back.
        WithdrawRequest = 94 "withdraw_request",
        /// A unit says within which time it answers authorities.
        ChangeRetrievalTerms = 26 "change_retrieval_terms",
        /// A second person signs in at the console of another, to look along.
        SignInBeside = 42 "sign_in_beside",
        /// The second person leaves that console.
        LeaveConsole = 43 "leave_console",
        /// A unit says when its reception is open: working hours run then.
        ChangeServiceHours = 44 "change_service_hours",
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
