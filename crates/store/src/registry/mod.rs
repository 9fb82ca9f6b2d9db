//! `registry.db`: who and what there is, who may do what, and the access log of what was done.
//!
//! Every call takes `&Cx`. What changes something, or hands something out, is decided by `law::access` from facts
//! loaded in the transaction that also writes the entry: nothing lies between decision and entry, and there is no
//! change without one. Pictures need a [`Pass`].

mod acting;
mod admit;
mod alarms;
mod anonymous;
mod back_fills;
mod backups;
mod batches;
mod beside;
mod camera_change;
mod cameras;
mod cases;
mod challenges;
mod clearance;
mod clip_levels;
mod compensation;
mod copies;
pub(crate) mod credentials_key;
pub(crate) mod disks;
mod duty;
pub(crate) mod entries;
mod explanations;
mod exports;
mod facts;
mod finding_ends;
mod finding_things;
mod findings;
mod folders;
mod full;
mod given_posts;
mod grants;
mod hand_overs;
mod hold_orders;
mod holds;
mod identity;
mod in_time;
mod integrity;
mod judged;
mod keepers;
mod layouts;
mod lockout;
mod maintenance;
mod misuse;
mod named_cameras;
mod outbox;
mod own;
mod pages;
mod part;
mod pass;
mod passkey;
mod password;
mod people;
mod policy;
mod pressure;
mod ptz;
mod reading;
mod record_term;
mod recorded_holds;
mod register;
mod reminders;
mod responsible;
pub mod retrievals;
mod routines;
mod sessions;
mod settings;
mod sign_in;
mod sound;
mod standing;
mod steady;
mod storage;
mod supervision;
mod sweeping;
mod takeovers;
#[cfg(test)]
mod tests;
mod totp;
mod units;
mod verify;
mod watching;
mod way_in;
mod whole_systems;

pub use admit::{Request, Use};
pub use alarms::{
    ALARM_ROWS_MAX, AlarmInput, AlarmPage, AlarmPlace, AlarmQuery, AlarmRow, AlarmSender, AlarmSource,
    AlarmStep, AlarmStepRow, NewAlarmEvent, NewAlarmSource, OverdueAlarms, OwnEvent, TakenEvent,
};
pub use backups::{BackupMade, BackupRow, NewBackup};
pub use camera_change::Enrolment;
pub use cameras::{
    Camera, CameraChange, CameraCount, CameraPage, CameraQuery, CameraSource, Credentials, NewCamera, Reach,
};
pub use cases::{CasePage, CaseQuery, CaseRow, CaseState, CaseStep, NewCase};
pub use challenges::{CHALLENGES_HOUR_MAX, ChallengeOutcome, ChallengeRow, NewChallenge};
pub use clearance::Clearance;
pub use clip_levels::{ClipLevel, LoweredClip, NewClipLevel};
pub use compensation::{Claim, ClaimAnswer, ClaimItem, ClaimPayment, NewClaim};
pub use copies::{CopyEvent, ExportCopy};
pub use credentials_key::Resealed;
pub use duty::{
    Acknowledgement, DutyNeed, DutyNote, DutyReport, DutyRoom, DutyShift, DutyVisitor, NewDutyNeed,
    NewDutyNote, NewDutyReport, NewDutyShift, NewDutyVisitor, ReportClip,
};
pub use explanations::{
    DOCUMENT_CHARS_MAX, EXPLAINED_GAPS_MAX, EXPLANATION_CHARS_MAX, Explained, ExplainedGap, Explanation,
    NewExplanation,
};
pub use exports::{BrokenOff, COLLECT_US_MAX, ExportRow, ExportState, NewExport, Recipient};
pub use finding_things::{FindingGroup, FindingThings, FindingsBy};
pub use findings::{Closed, FindingHistoryPage, FindingHistoryQuery, FindingRow, SeenFinding, SweptFindings};
pub use folders::{
    AskedPackage, Done, FolderHold, FolderItem, FolderPage, FolderQuery, FolderRow, FolderStep, NewFolder,
    NewFolderItem,
};
pub use grants::{Colleague, GrantEnd, GrantPage, GrantQuery, GrantRow, NewClip, NewGrant, SharedClip};
pub use hand_overs::{HAND_OVERS_MAX, HandOver, KnownCopy, PlainCopy, Tracing};
pub use holds::{HoldPage, HoldQuery, HoldRow, HoldState, NewHold, ReleaseAnswer, ReleaseRow};
pub use identity::enter::ProviderAttempt;
pub use identity::{IdentityRow, Invitation, NewInvitation, ProvenSubject, SUBJECT_CHARS_MAX, is_subject};
pub use in_time::DoneInTime;
pub use integrity::{NewSoftwareAnnouncement, SoftwareAnnouncement, SoftwareChange, measured_digest};
pub use judged::{Hand, Judged, Verdict};
pub use layouts::{Layout, LayoutBody, LayoutPost, PostOf};
pub use lockout::network;
pub use maintenance::{MAINTENANCE_CAMERAS_MAX, MAINTENANCE_US_MAX, Maintenance, NewMaintenance};
pub use misuse::Misuse;
pub use named_cameras::{NamedCamera, NamedCameras};
pub(crate) use outbox::Message;
pub use own::ProfileChange;
pub use pages::{AccessEntry, AccessPage, AccessProof, AccessQuery, BatchProof};
pub use part::{ListPart, PartQuery};
pub use pass::{Mark, Pass, PassEnd};
pub use passkey::ceremony::{Assertion, Expected, NewCredential, asserted, registered};
pub use passkey::cose::{ALGORITHMS as PASSKEY_ALGORITHMS, PublicKey as PasskeyKey};
pub use passkey::enter::PasskeyAttempt;
pub use passkey::{OwnProof, PASSKEYS_MAX, PasskeyOwner, PasskeyRow};
pub use password::PasswordCost;
pub use people::{NewPerson, Person, PersonChange, PostRow, Rights};
pub use policy::{ActPolicy, CameraPolicy, May, Opening, PersonMay, PersonPolicy, RefusedCameras, Stated};
pub use pressure::{NewPressureReport, PressureOutcome, PressurePage, PressureQuery, PressureReport};
pub use ptz::{LostControl, PtzCamera, PtzDriver, PtzHolder, PtzState, TakenControl};
pub use reading::BASIC_DATA_ROWS;
pub use record_term::RecordTerm;
pub use recorded_holds::TakenHolds;
pub use register::{
    Adoption, BulkChange, COMMISSIONING_POINTS_MAX, ChangeRequest, ChangeState, Commissioning,
    CommissioningRow, Completeness, DOSSIER_FORMAT, DocumentFinding, DocumentPass, DryRun, EXPORT_ROWS_MAX,
    Exported, FiledDossier, FilingRow, Floors, ImportCounts, ImportFile, LeavingTable, LifeStep,
    MAP_RECORDS_MAX, MainWorksDays, MapRecords, Naming, NamingPage, NewChangeRequest, NewFiling, NewLifeStep,
    NewOverride, NewReceipt, NewStill, Part, RECORD_ROWS_MAX, Receipt, Record, RecordNames, RecordOrder,
    RecordPage, RecordQuery, RecordVersion, Room, Selection, SetOverride, Shown, Standing, StillRow,
    SystemDossier, SystemFilings, SystemLife, Touched, Written, is_for_many, measured_claim,
    overrides_beside,
};
pub use reminders::{
    MailDoor, MailServer, NewBatch, NewMailServer, NewWebhook, OwnReminders, Reader, ReaderId, ReminderRow,
    ReminderWish, SendTo, Sending, Sent, Webhook, WebhookDoor, item_key,
};
pub use responsible::Responsible;
pub use routines::{
    AssessmentRow, DrillRow, LinkRow, NewDrill, NewLink, NewRule, NewWorkOrder, OwnRule, Repair, RoundLine,
    RoundRow, RuleRow, Signed, UnitRoutines, WorkOrderRow,
};
pub use sessions::{Alone, Asked, Authenticated, SessionRow};
pub use settings::{Settings, TermsChange};
pub use sign_in::{Attempt, SignIn, SignInError, Visit};
pub use sound::{NewSwitch, SoundSwitch};
pub use standing::{
    AccountRules, CONFIRM_DAYS_DEFAULT, CONTRACTOR_US_MAX, Confirmation, DORMANT_DAYS_DEFAULT, GRACE_US,
    NewTraining, NewVetting, PersonStanding, TRAINING_US_MAX, Term, TrainingRow, Vetting,
};
pub use storage::{CameraStorage, PRIORITY_DEFAULT};
pub use supervision::{
    Accusation, AccusationFollowed, AccusationPage, AccusationQuery, AccusationReceipt, AccusationStep,
    AreaTargetRow, AuthorityChange, AuthorityVersion, AwardRow, ConcernedParties, DemandAnswer, DemandRow,
    DemandTerms, EndedAuthority, InspectedSystem, Inspection, InspectionComment, InspectionEnd,
    InspectionLine, InspectionRound, LateAuthority, LineVerdict, NamedDocument, NewAccusation, NewAreaTarget,
    NewAuthority, NewAward, NewDemand, NewInspection, NewInspectionRound, NewOrder, OrderDecision, OrderRow,
    OrderStepRow, OverdueAccusation, ROUND_INSPECTIONS_MAX, RhythmRow, SupervisedSystem, SupervisorRow,
    SupervisorTerm, unproven_line,
};
pub use sweeping::{OfRegister, OpenFindings, SweepPlan, Untold};
pub use takeovers::{NewTakeover, Takeover, TakeoverEnd};
pub use totp::TotpEnrolment;
pub use units::{Group, GroupChange, Unit};
pub use watching::{
    LimitRow, LimitSet, OwnEntries, OwnQuery, OwnSession, QuestionAnswer, QuestionExplanation, QuestionPage,
    QuestionQuery, QuestionRow, Swept,
};

use crate::database::Database;
use crate::error::{Doing, Error, Result};
use crate::log::LogKey;
use crate::seal::Sealer;
use crate::{OpenOptions, files};
use futures::future::BoxFuture;
use law::access::{Decision, decide};
use law::{Day, Words};
use model::{Act, Actor, Cx, LegalBasis, PersonId, Purpose, RequestId, WallTime};
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Place of an entry in the access log, before batching.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EntryIndex(pub u64);

/// Why not, and what would make it possible; written down before it is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// `pack:article`, or `unit:rule` where the rule is the product's or the unit's own.
    pub article: String,
    /// Stable machine word.
    pub code: &'static str,
    pub reason: Words,
    pub remedy: Words,
    /// The refusal's own entry, if one was due.
    pub entry: Option<EntryIndex>,
}

/// Handle to the registry; cheap to clone.
#[derive(Clone)]
pub struct Registry(Arc<Inner>);

struct Inner {
    database: Database,
    key: LogKey,
    sealer: Sealer,
    exports_dir: PathBuf,
    passwords: password::Passwords,
    passes: pass::Passes,
    steady: Arc<steady::KeptSteady>,
    anonymous: anonymous::Counter,
    basic_data_shown: reading::BasicDataShown,
    packs: crate::Packs,
    documents: crate::DocumentFiles,
    /// Held while a document's file gets its name and its row.
    settling: tokio::sync::Mutex<()>,
    opened: WallTime,
    /// The time that is believed, in microseconds, as far as the footage's clock has told.
    believed_us: AtomicI64,
    register: register::KeptRegister,
    named: named_cameras::KeptCameras,
    noted_floors: register::NotedFloors,
    controls: ptz::Controls,
    rota: supervision::KeptRota,
}

/// What an operation answers after its entry, or instead of it.
type Decided<T> = std::result::Result<T, Refusal>;

impl Registry {
    pub(crate) fn new(
        database: Database,
        key: LogKey,
        sealer: Sealer,
        data_dir: &Path,
        documents: crate::DocumentFiles,
        options: &OpenOptions,
    ) -> Result<Self> {
        Ok(Self(Arc::new(Inner {
            database,
            key,
            sealer,
            exports_dir: data_dir.join("exports"),
            passwords: password::Passwords::new(options.password_cost),
            passes: pass::Passes::default(),
            anonymous: anonymous::Counter::default(),
            documents,
            settling: tokio::sync::Mutex::default(),
            basic_data_shown: reading::BasicDataShown::default(),
            steady: Arc::default(),
            packs: crate::Packs::load(&data_dir.join(crate::PACKS_DIR))?,
            opened: options.now,
            believed_us: AtomicI64::new(i64::MIN),
            register: register::KeptRegister::default(),
            named: named_cameras::KeptCameras::default(),
            noted_floors: register::NotedFloors::default(),
            controls: ptz::Controls::default(),
            rota: supervision::KeptRota::default(),
        })))
    }

    /// The day by which the law is asked.
    pub fn today(&self, wall: WallTime) -> Day {
        Day::today(wall, self.believed())
    }

    /// The packs on that day.
    pub(crate) fn book(&self, wall: WallTime) -> register::Book<'_> {
        register::Book::on(&self.0.packs.library, self.today(wall))
    }

    /// What the footage's clock has reached.
    fn believed(&self) -> WallTime {
        WallTime(self.0.believed_us.load(Ordering::Relaxed))
    }

    /// The footage's clock has reached this time.
    pub(crate) fn believe(&self, reached: WallTime) {
        self.0.believed_us.store(reached.0, Ordering::Relaxed);
    }

    /// The rule packs of this installation.
    pub fn packs(&self) -> &crate::Packs {
        &self.0.packs
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }
    pub(crate) fn key(&self) -> &LogKey {
        &self.0.key
    }

    /// No view outlives the process that served it. What was open when a process died is said in the ledger: its last use may
    /// not have been counted.
    pub(crate) async fn begin_run(&self, now: WallTime) -> Result<()> {
        self.write(move |connection| {
            Box::pin(async move {
                unclean_ends(connection, now).await?;
                back_fills::unclean_ends(connection, now).await?;
                sqlx::query("UPDATE view SET ended_us = ? WHERE ended_us IS NULL")
                    .bind(now.0)
                    .execute(&mut *connection)
                    .await
                    .doing("ending the views of the previous run")?;
                sqlx::query(
                    "UPDATE export SET state = 'failed', error = 'interrupted' WHERE state = 'preparing'",
                )
                .execute(connection)
                .await
                .doing("failing the exports of the previous run")
                .map(|_| ())
            })
        })
        .await?;
        self.end_cut_off_controls(now).await?;
        self.begin_grace(now).await
    }

    pub(crate) async fn end_run(&self, now: WallTime) -> Result<()> {
        self.0.passes.revoke_all();
        self.close_anonymous(now, true).await
    }

    /// Whether the first administrator has been made.
    pub async fn is_initialised(&self) -> Result<bool> {
        let (people,): (i64,) = sqlx::query_as("SELECT count(*) FROM person")
            .fetch_one(&self.0.database.read)
            .await
            .doing("counting people")?;
        Ok(people > 0)
    }

    /// One operation of the writer.
    async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        self.0.database.write.run(work).await
    }

    /// Decides, writes the entry and does the work, in one transaction. A refusal commits its own entry.
    async fn act<T, F>(&self, cx: &Cx, ask: admit::Ask, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection, EntryIndex) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let cx = cx.clone();
        let decided: Decided<T> = self
            .write(move |connection| {
                Box::pin(async move {
                    match admit::enter(connection, &cx, &ask).await? {
                        Ok(entered) => work(connection, entered.entry).await.map(Ok),
                        Err(refusal) => Ok(Err(refusal)),
                    }
                })
            })
            .await?;
        decided.map_err(|refusal| Error::Refused(Box::new(refusal)))
    }

    /// Whether somebody may do what is still to come, as before a byte of a file is taken in. A refusal is an entry; a permit is
    /// none, and the act itself is decided again.
    async fn may(&self, cx: &Cx, ask: admit::Ask) -> Result<()> {
        let mut connection = self.0.database.read.acquire().await.doing("asking before a file is taken")?;
        let loaded = facts::load(&mut connection, cx, &ask).await?;
        drop(connection);
        if let Decision::Refuse(_) = decide(&loaded.facts) {
            // Through the door, so that the refusal is written where it is decided.
            self.act(cx, ask, |_, _| Box::pin(async { Ok(()) })).await?;
            return Err(Error::Conflict("the facts changed while the file was announced".into()));
        }
        Ok(())
    }

    /// The same, with what the law says beyond posts and purposes, judged before.
    async fn act_unless<T, F>(
        &self,
        cx: &Cx,
        ask: admit::Ask,
        refusal: Option<law::access::Refusal>,
        work: F,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection, EntryIndex) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                match admit::enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => work(connection, entered.entry).await.map(Ok),
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await
    }

    /// Work that enters its own decision; a refusal commits its entry.
    async fn decided<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<Decided<T>>> + Send + 'static,
    {
        self.write(work).await?.map_err(|refusal| Error::Refused(Box::new(refusal)))
    }

    /// Notes an act of the system itself: start, stop, check, and reading by procedures.
    pub async fn note_system(&self, cx: &Cx, act: Act, text: &str) -> Result<EntryIndex> {
        let ask = admit::Ask { extra: text.into(), ..admit::Ask::new(act) };
        self.act(cx, ask, |_, entry| Box::pin(async move { Ok(entry) })).await
    }

    /// The same with a change that commits with the entry.
    pub(crate) async fn note_system_with<T, F>(&self, cx: &Cx, act: Act, text: &str, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection, EntryIndex) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        self.act(cx, admit::Ask { extra: text.into(), ..admit::Ask::new(act) }, work).await
    }

    /// Length of the access log with what is not batched yet: any act makes it longer.
    pub async fn entries_written(&self) -> Result<u64> {
        let (last,): (Option<i64>,) = sqlx::query_as("SELECT max(idx) FROM entry")
            .fetch_one(&self.0.database.read)
            .await
            .doing("looking at the access log's length")?;
        last.map_or(Ok(0), |last| crate::convert::uint(last).map(|last| last + 1))
    }

    /// Where finished packages lie.
    pub fn exports_dir(&self) -> &Path {
        &self.0.exports_dir
    }
}

/// A change that must find its row as it was: when it found none, somebody was faster, or it is done already.
fn once(done: &sqlx::sqlite::SqliteQueryResult, conflict: &'static str) -> Result<()> {
    if done.rows_affected() == 0 { Err(Error::Conflict(conflict.into())) } else { Ok(()) }
}

/// One entry for each view that the previous run left open.
async fn unclean_ends(connection: &mut SqliteConnection, now: WallTime) -> Result<()> {
    let open: Vec<(Vec<u8>, i64)> =
        sqlx::query_as("SELECT id, entry FROM view WHERE ended_us IS NULL ORDER BY entry")
            .fetch_all(&mut *connection)
            .await
            .doing("looking for views of the previous run")?;
    for (view, entry) in open {
        let begun = (crate::convert::uint(entry)?, Some(crate::convert::uuid_of(&view)?));
        let said = "ended=with the process\nuncounted_s_max=30".into();
        entries::write(connection, cut_off((Act::Use, now), begun, said)).await?;
    }
    Ok(())
}

/// What the next start says of something that ended with its process.
fn cut_off(
    (act, now): (Act, WallTime),
    (begun, subject): (u64, Option<uuid::Uuid>),
    said: String,
) -> ledger::access::AccessRecord {
    let acting = ledger::access::Acting {
        person: None,
        account: "recovery".into(),
        display_name: String::new(),
        post: "system".into(),
    };
    ledger::access::AccessRecord {
        refers_to: Some(begun),
        subject,
        extra: said,
        ..ledger::access::AccessRecord::new(act, now, acting, Purpose::Administration, LegalBasis::Operation)
    }
}

/// Writes an entry of the system's own into a registry that no store has open: where a copy is about to become the registry.
pub(crate) async fn note_beside(
    connection: &mut SqliteConnection,
    procedure: &'static str,
    act: Act,
    now: WallTime,
    text: String,
) -> Result<()> {
    let acting = ledger::access::Acting {
        person: None,
        account: procedure.into(),
        display_name: procedure.into(),
        post: "system".into(),
    };
    let record = ledger::access::AccessRecord {
        place: "local".into(),
        extra: text,
        ..ledger::access::AccessRecord::new(act, now, acting, Purpose::Administration, LegalBasis::Operation)
    };
    entries::write(connection, record).await.map(|_| ())
}

/// The context of a procedure of the system itself.
pub fn system_cx(name: &'static str, now: WallTime) -> Cx {
    Cx {
        actor: Actor::System(name),
        purpose: Purpose::Administration,
        legal_basis: LegalBasis::Operation,
        case: None,
        note: None,
        place: "local".into(),
        request: RequestId(uuid::Uuid::now_v7()),
        now,
    }
}

/// The person who acts: what procedures do has doors of its own.
fn person_of(cx: &Cx) -> Result<PersonId> {
    match cx.actor {
        Actor::Person(person) => Ok(person),
        Actor::System(_) => Err(Error::Unauthenticated),
    }
}

/// What ties words to their entry without being them: who reads the log sees no more than that they are unchanged.
fn words_digest(words: &str) -> String {
    model::Hash(Sha256::digest(words).into()).to_string()
}

/// A fresh id: version 7, so that rows lie in the order of their making.
fn new_id() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}

/// An unguessable one-time secret: 20 characters of 32, 100 bits, in groups that can be read out.
fn one_time_secret() -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes = files::random::<20>()?;
    let letters: Vec<char> = bytes
        .iter()
        .filter_map(|byte| LETTERS.get(usize::from(byte & 31)))
        .map(|letter| char::from(*letter))
        .collect();
    Ok(letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// A text that a person wrote: trimmed, not empty, at most `chars_max` characters.
pub(crate) fn words(field: &'static str, text: &str, chars_max: usize) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid(field, "is empty"));
    }
    at_most(field, text, chars_max)
}

fn at_most(field: &'static str, text: &str, chars_max: usize) -> Result<String> {
    if text.chars().count() > chars_max {
        return Err(Error::invalid(field, "is too long"));
    }
    if text.chars().any(|letter| letter.is_control() && letter != '\n') {
        return Err(Error::invalid(field, "has control characters"));
    }
    Ok(text.to_owned())
}
