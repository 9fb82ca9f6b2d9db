//! The only place that knows SQL and paths: recordings, the registry, and the two logs that say what happened.
//!
//! ```text
//! data/lock                     one process at a time
//! data/control                  the running server's socket for commands
//! data/footage.db               segments, gaps, deletions, the footage log
//! data/registry.db              units, people, cameras, sessions, the access log
//! data/keys/                    two log keys and the key that seals credentials
//! data/log/<name>/checkpoint    the newest checkpoint, outside the database on purpose
//! data/documents/               files of documents, by their SHA-256
//! data/exports/                 finished packages
//! data/before/                  the databases as they were before a migration
//! data/map/                     base layers of the map, where there are any
//! data/packs/                   the jurisdiction's own rule packs, where there are any
//! data/media/                   footage (`media_dir`); may be another disk
//! ```
//!
//! Invariants kept here: a state change and its entry commit in one transaction or not at all; a `Pass` exists only
//! after its entry is durable; no deletion but by a plan of `law::retention`, with an entry before and after.
//! It knows no HTTP and decodes no picture.

pub mod backup;
pub mod beside;
mod checkpoints;
mod completeness;
mod convert;
mod cosignatures;
mod database;
pub mod disk;
mod disks;
#[cfg(test)]
mod disks_tests;
mod documents;
mod error;
mod files;
#[cfg(test)]
mod fixture;
pub mod footage;
mod holds;
pub mod journal;
mod locked;
mod log;
mod log_pass;
mod log_watch;
mod map_layers;
pub mod media_dir;
pub mod media_disks;
mod media_walk;
mod migration;
mod mirror;
mod opening;
mod origins;
mod outage;
mod package;
mod packs;
mod passes;
mod publish;
pub mod registry;
mod retention;
mod seal;
mod storage;
mod store_key;
mod tails;
mod unlock;
mod wal;
pub mod witness;
mod writer;

pub use completeness::{GapChoice, GapStanding, Standings};
pub use cosignatures::{ForkEvidence, LastCosigned, WitnessAlarm, WitnessedThrough};
pub use documents::{
    DOCUMENT_BYTES_MAX, DocumentFiles, FileProblem, Incoming, MediaKind, NOT_TAKEN, StagedFile,
};
pub use error::{Error, Result};
pub use files::OPEN_ELSEWHERE;
pub use footage::{
    Adopted, BackFillRow, Boot, ClockCheck, CommittedGap, CommittedSegment, Coverage, DayFinding, Expired,
    ExpiryFile, ExpiryId, FileFinding, FileIs, FilesThere, Footage, GapRow, HeldFootage, HoldFinding,
    LeafIndex, LogFinding, NewBackFill, NewGap, NewSegment, NewTick, PendingExpiry, Recorded, RowFinding,
    SegmentRow, SegmentSpan, SegmentTables, StoredSegment, StreamBytes, StreamHead, Survey, TickHole,
};
pub use footage::{ScrubFinding, ScrubState, scrub_beside};
pub use law::Words;
pub use locked::{Known, Locked};
pub use log::{LogName, Proof, SignedCheckpoint};
pub use log_watch::{AlteredLog, LogWatch};
pub use map_layers::{LAYER_BYTES_MAX, LAYERS_MAX, MAP_DIR, MapLayer, MapLayers};
pub use media_dir::{
    DiskSpace, FoundFile, JournalFile, KeyCensus, MediaDir, Rewrapped, SegmentFile, SegmentPath, SegmentRead,
    SegmentReader, Sidecar,
};
pub use media_disks::{DISKS_MAX, MediaDisk, MediaDisks, OpenDisk};
pub use migration::{Migrated, back as migrate_back};
pub use mirror::{MirrorFolder, MirrorLog};
pub use outage::{PLANNED_US_MAX, UPGRADE_US_MAX};
pub use packs::{PACKS_DIR, Packs};
pub use passes::across;
pub use publish::FootageEntry;
pub use registry::RecordTerm;
pub use registry::retrievals;
pub use registry::{
    ALARM_ROWS_MAX, AlarmInput, AlarmPage, AlarmPlace, AlarmQuery, AlarmRow, AlarmSender, AlarmSource,
    AlarmStep, AlarmStepRow, NewAlarmEvent, NewAlarmSource, OverdueAlarms, OwnEvent, TakenEvent,
};
pub use registry::{
    AccessEntry, AccessPage, AccessProof, AccessQuery, AccountRules, ActPolicy, Adoption, Alone, Asked,
    AssessmentRow, Attempt, Authenticated, BASIC_DATA_ROWS, BackupMade, BackupRow, BatchProof, BrokenOff,
    BulkChange, CHALLENGES_HOUR_MAX, COLLECT_US_MAX, COMMISSIONING_POINTS_MAX, CONFIRM_DAYS_DEFAULT,
    CONTRACTOR_US_MAX, Camera, CameraChange, CameraCount, CameraPage, CameraPolicy, CameraQuery,
    CameraSource, CameraStorage, CasePage, CaseQuery, CaseRow, CaseState, CaseStep, ChallengeOutcome,
    ChallengeRow, ChangeRequest, ChangeState, Clearance, ClipLevel, Commissioning, CommissioningRow,
    Completeness, Confirmation, Credentials, DORMANT_DAYS_DEFAULT, DOSSIER_FORMAT, DocumentFinding,
    DocumentPass, DrillRow, DryRun, EXPORT_ROWS_MAX, Enrolment, EntryIndex, ExplainedGap, Explanation,
    ExportRow, ExportState, Exported, FiledDossier, FilingRow, GRACE_US, GrantEnd, GrantPage, GrantQuery,
    GrantRow, Group, GroupChange, HAND_OVERS_MAX, Hand, HandOver, HoldPage, HoldQuery, HoldRow, HoldState,
    ImportCounts, ImportFile, Judged, KnownCopy, Layout, LayoutBody, LeavingTable, LifeStep, LimitRow,
    LimitSet, LinkRow, LoweredClip, MAP_RECORDS_MAX, MainWorksDays, Maintenance, MapRecords, Mark, May,
    Misuse, Naming, NamingPage, NewBackup, NewCamera, NewCase, NewChallenge, NewChangeRequest, NewClipLevel,
    NewDrill, NewExplanation, NewExport, NewFiling, NewGrant, NewHold, NewLifeStep, NewLink, NewMaintenance,
    NewOverride, NewPerson, NewPressureReport, NewReceipt, NewRule, NewStill, NewSwitch, NewTraining,
    NewVetting, NewWorkOrder, Opening, OwnEntries, OwnQuery, OwnRule, OwnSession, PartQuery, Pass, PassEnd,
    PasswordCost, Person, PersonChange, PersonMay, PersonPolicy, PersonStanding, PlainCopy, PostRow,
    PressureOutcome, PressurePage, PressureQuery, PressureReport, ProfileChange, QuestionAnswer,
    QuestionExplanation, QuestionPage, QuestionQuery, QuestionRow, RECORD_ROWS_MAX, Reach, Receipt,
    Recipient, Record, RecordNames, RecordOrder, RecordPage, RecordQuery, RecordVersion, Refusal,
    RefusedCameras, Registry, ReleaseAnswer, ReleaseRow, Repair, Request, Resealed, Rights, Room, RoundLine,
    RoundRow, RuleRow, Selection, SessionRow, SetOverride, Settings, Shown, SignIn, SignInError, Signed,
    SoundSwitch, Standing, Stated, StillRow, Swept, SystemDossier, SystemFilings, SystemLife,
    TRAINING_US_MAX, TakenHolds, Term, TermsChange, TotpEnrolment, Tracing, TrainingRow, Unit, UnitRoutines,
    Use, Verdict, Vetting, WorkOrderRow, is_for_many, measured_claim, network, overrides_beside, system_cx,
};
pub use registry::{
    Accusation, AccusationFollowed, AccusationPage, AccusationQuery, AccusationReceipt, AccusationStep,
    AreaTargetRow, AuthorityChange, AuthorityVersion, AwardRow, ConcernedParties, DemandAnswer, DemandRow,
    DemandTerms, EndedAuthority, InspectedSystem, Inspection, InspectionComment, InspectionEnd,
    InspectionLine, InspectionRound, LateAuthority, LineVerdict, ListPart, NamedDocument, NewAccusation,
    NewAreaTarget, NewAuthority, NewAward, NewDemand, NewInspection, NewInspectionRound, NewOrder,
    OrderDecision, OrderRow, OrderStepRow, OverdueAccusation, ROUND_INSPECTIONS_MAX, RhythmRow,
    SupervisedSystem, SupervisorRow, SupervisorTerm, unproven_line,
};
pub use registry::{
    Acknowledgement, CopyEvent, DutyNeed, DutyNote, DutyReport, DutyRoom, DutyShift, DutyVisitor, ExportCopy,
    NewDutyNeed, NewDutyNote, NewDutyReport, NewDutyShift, NewDutyVisitor, NewTakeover, Takeover,
    TakeoverEnd,
};
pub use registry::{
    AskedPackage, Done, FolderHold, FolderItem, FolderPage, FolderQuery, FolderRow, FolderStep, NewFolder,
    NewFolderItem,
};
pub use registry::{
    Assertion, Expected, NewCredential, OwnProof, PASSKEY_ALGORITHMS, PASSKEYS_MAX, PasskeyAttempt,
    PasskeyOwner, PasskeyRow, Visit,
};
/// What a browser and a device say about a passkey, read alone: for whoever tries the reading.
pub mod passkey {
    pub use crate::registry::{PasskeyKey, asserted, registered};
}
pub use registry::DoneInTime;
pub use registry::{Claim, ClaimAnswer, ClaimItem, ClaimPayment, NewClaim};
pub use registry::{
    Closed, FindingGroup, FindingHistoryPage, FindingHistoryQuery, FindingRow, FindingThings, FindingsBy,
    SeenFinding, SweptFindings,
};
pub use registry::{Colleague, NewClip, ReportClip, SharedClip};
pub use registry::{
    IdentityRow, Invitation, NewInvitation, ProvenSubject, ProviderAttempt, SUBJECT_CHARS_MAX, is_subject,
};
pub use registry::{
    LayoutPost, LostControl, PostOf, PtzCamera, PtzDriver, PtzHolder, PtzState, TakenControl,
};
pub use registry::{
    MailDoor, MailServer, NewBatch, NewMailServer, NewWebhook, OwnReminders, Reader, ReaderId, ReminderRow,
    ReminderWish, SendTo, Sending, Sent, Webhook, WebhookDoor, item_key,
};
pub use registry::{NamedCamera, NamedCameras};
pub use registry::{NewSoftwareAnnouncement, SoftwareAnnouncement, SoftwareChange, measured_digest};
pub use registry::{OfRegister, OpenFindings, Part, SweepPlan, Touched, Untold, Written};
pub use retention::Overkept;
pub use storage::{DiskStorage, Rooms, Storage, StreamStorage, bytes_per_day, growth_of, rate_of};

pub use store_key::{StoreKey, StoreKeyId, StoreKeys};
pub use tails::{RestoredRun, Tail};

pub use unlock::{Unlock, Unlocked, Unlocking};

use crate::error::Doing;
use crate::log::LogKey;
use model::{Cx, StoreId, WallTime};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// The running server's socket for commands on the same machine, in the data folder.
pub const CONTROL_SOCKET: &str = "control";

/// The name under which a log of a store begins, unless its operator gives it another.
pub(crate) fn default_origin(store: StoreId, log: LogName) -> String {
    format!("watchkeeper.local/{store}/{}", log.as_str())
}

/// How to open a store.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    pub now: WallTime,
    /// Make databases, keys and media folder when they are not there. `serve` opens without.
    pub create: bool,
    /// Where footage lies, when not in `data/media`.
    pub media_dir: Option<PathBuf>,
    /// Names of the logs (footage, access), when not `watchkeeper.local/<store id>/footage|access`.
    pub origins: Option<(String, String)>,
    /// Work that one password check costs.
    pub password_cost: PasswordCost,
    /// Open although a log is not what was published: only to find out, and say, what is wrong with it.
    pub for_check: bool,
    /// The file system under the media folder and the published checkpoints.
    pub disk: Arc<dyn disk::Disk>,
    /// The identity that a new store gets, when it is known already.
    pub store_id: Option<StoreId>,
    /// Footage is encrypted under the current one of these; without one it is stored as it is.
    pub store_keys: StoreKeys,
    /// Let media folders share a file system: for demonstrations and tests.
    pub one_file_system: bool,
    /// Take the schema steps that are due, after a copy. Otherwise an older schema is refused.
    pub migrate: bool,
}

impl OpenOptions {
    pub fn new(now: WallTime) -> Self {
        Self {
            now,
            create: false,
            media_dir: None,
            origins: None,
            password_cost: PasswordCost::STANDARD,
            for_check: false,
            disk: Arc::new(disk::SystemDisk),
            store_id: None,
            store_keys: StoreKeys::default(),
            one_file_system: false,
            migrate: false,
        }
    }
}

impl OpenOptions {
    async fn database(
        &self,
        name: &'static str,
        data_dir: &Path,
        migrations: &[database::Migration],
    ) -> Result<(database::Database, JoinHandle<()>)> {
        let path = data_dir.join(format!("{name}.db"));
        database::Database::open(name, &path, migrations, Arc::clone(&self.disk)).await
    }
}

/// Handles to both databases; cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub footage: Footage,
    pub registry: Registry,
    inner: Arc<Inner>,
}

struct Inner {
    data_dir: PathBuf,
    writers: std::sync::Mutex<Vec<JoinHandle<()>>>,
    locked: Option<Locked>,
    migrated: Option<Migrated>,
    /// Held for as long as any handle lives.
    _lock: std::fs::File,
}

impl Store {
    /// Opens the data folder for this process, making it first when the options say so.
    ///
    /// # Errors
    /// `Conflict` when another process has it open; `NotFound` when it was never made; `Corrupt` when the media
    /// folder is absent or foreign, when the databases do not belong together, or when a log is shorter than what
    /// was published.
    pub async fn open(data_dir: &Path, options: OpenOptions) -> Result<Self> {
        if options.create {
            files::make_folder(data_dir)?;
        } else if !data_dir.join("footage.db").exists() {
            return Err(Error::NotFound("store"));
        }
        // Before anything is opened: an empty one in its place would hide that it is gone.
        if backup::is_registry_lost(data_dir) && backup::has_history(data_dir).await? {
            return Err(Error::Corrupt(backup::registry_lost(&data_dir.join("registry.db"))));
        }
        let lock = files::lock(data_dir)?;
        for folder in ["keys", "log/footage", "log/access", "exports"] {
            files::make_folder(&data_dir.join(folder))?;
        }
        let migrated = migration::prepare(data_dir, options.migrate, options.now).await?;
        let (footage_db, footage_task) = options.database("footage", data_dir, &database::FOOTAGE).await?;
        let (registry_db, registry_task) =
            options.database("registry", data_dir, &database::REGISTRY).await?;
        let locked = opening::locked(&footage_db, options.for_check).await?;
        let store_id = opening::store_id(&footage_db, &registry_db, options.create, options.store_id).await?;
        let media_root = options.media_dir.clone().unwrap_or_else(|| data_dir.join("media"));
        let media = opening::media(&options, &footage_db, &registry_db, &media_root, store_id).await?;
        let origins = options.origins.clone().unwrap_or_else(|| {
            (default_origin(store_id, LogName::Footage), default_origin(store_id, LogName::Access))
        });
        let key = async |database, log, origin: &str| {
            opening::log_key(database, data_dir, log, origin, locked.as_ref(), &options).await
        };
        let footage_key = key(&footage_db, LogName::Footage, &origins.0).await?;
        let access_key = key(&registry_db, LogName::Access, &origins.1).await?;
        let boot = opening::boot(&footage_db, &options).await?;
        let sealer = opening::sealer(&registry_db, data_dir, options.for_check).await?;
        let documents = DocumentFiles::new(
            data_dir,
            &media_root,
            Arc::clone(&options.disk),
            options.store_keys.clone(),
            store_id,
        );
        let registry = Registry::new(registry_db, access_key, sealer, data_dir, documents, &options)?;
        if let Some(migrated) = &migrated {
            migrated.note(&registry, options.now).await?;
        }
        registry.begin_run(options.now).await?;
        // A check changes no file; beside a running server the documents are that server's own.
        if !options.for_check {
            backup::sweep(data_dir)?;
            registry.sweep_documents().await?;
            registry.sweep_packages().await?;
            registry.seal_reasons().await?;
        }
        let footage = Footage(Arc::new(footage::Inner {
            database: footage_db,
            store_id,
            boot,
            media,
            key: footage_key,
            unlinking: tokio::sync::Mutex::default(),
        }));
        let writers = std::sync::Mutex::new(vec![footage_task, registry_task]);
        let inner = Inner { data_dir: data_dir.to_owned(), writers, locked, migrated, _lock: lock };
        Ok(Self { footage, registry, inner: Arc::new(inner) })
    }

    /// Where the socket of the running server goes; what an earlier process left of it is taken away.
    pub fn control_socket(&self) -> Result<PathBuf> {
        let path = self.inner.data_dir.join(CONTROL_SOCKET);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::file("removing", &path)(error))
            }
            _ => Ok(path),
        }
    }

    /// Wraps the keys of documents' files by the current store key. The caller has made the entry, and wraps footage after it.
    pub async fn rewrap_documents(&self, cx: &Cx) -> Result<Rewrapped> {
        footage::system_only(cx)?;
        let files = self.registry.documents().clone();
        let done = tokio::task::spawn_blocking(move || files.rewrap()).await;
        done.map_err(|error| Error::Internal(format!("wrapping documents' keys ended badly: {error}")))?
    }

    /// Footage forgets the keys that it no longer needs; what documents still need is noted again.
    pub fn note_keys_of_documents(&self, cx: &Cx, documents: &Rewrapped) -> Result<()> {
        footage::system_only(cx)?;
        self.registry.documents().note_needed(documents.absent.keys().copied())
    }

    /// The schema steps that this opening took.
    pub fn migrated(&self) -> Option<&Migrated> {
        self.inner.migrated.as_ref()
    }

    pub fn store_id(&self) -> StoreId {
        self.footage.store_id()
    }

    pub fn data_dir(&self) -> &Path {
        &self.inner.data_dir
    }

    /// Notes the orderly end of this run, finishes what is queued and closes both databases. Other handles then
    /// answer `Unavailable`.
    pub async fn close(self, now: WallTime) -> Result<()> {
        self.registry.end_run(now).await?;
        let counter = convert::int(self.footage.boot_counter())?;
        let noted = self
            .footage
            .0
            .database
            .write
            .run(move |connection| {
                Box::pin(async move {
                    sqlx::query("UPDATE boot SET closed_us = ? WHERE counter = ?")
                        .bind(now.0)
                        .bind(counter)
                        .execute(connection)
                        .await
                        .doing("noting the end of the run")
                        .map(|_| ())
                })
            })
            .await;
        for database in [&self.footage.0.database, self.registry.database()] {
            database.read.close().await;
            database.write.stop().await;
        }
        let tasks =
            self.inner.writers.lock().map(|mut tasks| std::mem::take(&mut *tasks)).unwrap_or_default();
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a writer ended badly");
            }
        }
        noted
    }

    fn database(&self, log: LogName) -> &database::Database {
        match log {
            LogName::Footage => &self.footage.0.database,
            LogName::Access => self.registry.database(),
        }
    }

    fn key(&self, log: LogName) -> &LogKey {
        match log {
            LogName::Footage => &self.footage.0.key,
            LogName::Access => self.registry.key(),
        }
    }
}
