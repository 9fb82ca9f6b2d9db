//! Exports: what was asked for, how far it is, and the finished package. The pass and entry come from `admit`.

use super::{
    EntryIndex, Pass, PassEnd, Registry,
    admit::{Ask, used},
    entries,
};
use crate::DiskSpace;
use crate::convert::{blob, hash_of, int, small, span_of, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use ledger::access::{AccessRecord, Cameras};
use ledger::sealed::SealTo;
use model::{Act, Actor, CameraId, CaseId, Cx, ExportId, Hash, HoldId, PersonId, Profile, Span, WallTime};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use std::path::PathBuf;

/// Exports in one list.
const ROWS_MAX: i64 = 200;
/// How long a package can be collected: long enough for a holiday, so short that copies do not become a second store. The
/// request and its entries stay; the footage can be exported again as long as it is kept.
const COLLECT_DAYS: i64 = 7;
/// The same in microseconds, from the request on.
pub const COLLECT_US_MAX: i64 = COLLECT_DAYS * 86_400_000_000;
/// Packages deleted in one operation.
const EXPIRED_STEP: i64 = 64;

/// To whom footage is handed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recipient {
    pub name: String,
    pub organisation: String,
}

impl From<&ledger::package::Recipient> for Recipient {
    fn from(of: &ledger::package::Recipient) -> Self {
        Self { name: of.name.clone(), organisation: of.organisation.clone() }
    }
}

#[derive(Clone, Debug)]
pub struct NewExport {
    pub profile: Profile,
    pub recipient: Recipient,
    /// In the order in which the package shows them; each must be in the pass.
    pub cameras: Vec<CameraId>,
    /// The package leaves sealed to this.
    pub sealed_to: Option<SealTo>,
}

/// Why a hand-out ended before its end, where its pass did not, and how far it was.
#[derive(Clone, Debug)]
pub struct BrokenOff {
    /// `failed` or `stopped`; a pass that ended is the reason before any other.
    pub why: &'static str,
    /// `share=0.42` of a package that was made, `bytes=1024` of one that was collected.
    pub far: String,
}

impl BrokenOff {
    fn ask(&self, id: ExportId, pass: &Pass, now: WallTime) -> Ask {
        let why = match pass.is_live(now) {
            Err(PassEnd::Revoked) => "revoked",
            Err(PassEnd::Expired) => "expired",
            Ok(()) => self.why,
        };
        Ask {
            subject: Some(id.0),
            refers_to: Some(pass.entry()),
            cameras: pass.cameras().to_vec(),
            extra: format!("broken_off={why}\n{}", self.far),
            ..Ask::new(Act::BreakOffExport)
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExportState {
    Preparing,
    Ready {
        file_name: String,
        bytes: u64,
        manifest_sha256: Hash,
    },
    Failed {
        error: String,
    },
    /// Not collected in time, or collected and gone: only the request is left.
    Expired,
}

#[derive(Clone, Debug)]
pub struct ExportRow {
    pub id: ExportId,
    pub person: PersonId,
    pub person_name: String,
    pub entry: EntryIndex,
    pub requested: WallTime,
    pub span: Span,
    pub profile: Profile,
    pub cameras: Vec<CameraId>,
    pub recipient: Recipient,
    pub purpose: String,
    pub legal_basis: String,
    pub case: Option<CaseId>,
    pub note: Option<String>,
    /// What it holds by itself.
    pub hold: Option<HoldId>,
    pub sealed_to: Option<SealTo>,
    pub state: ExportState,
}

#[derive(Serialize, Deserialize)]
struct Body {
    recipient: Recipient,
    cameras: Vec<String>,
    purpose: String,
    legal_basis: String,
    case: Option<String>,
    note: Option<String>,
    #[serde(default)]
    sealed_to: Option<String>,
}

impl Registry {
    /// Notes an export that a pass admits; the id is the pass's. With a case its footage is held by itself.
    pub async fn create_export(&self, pass: &Pass, new: NewExport) -> Result<ExportId> {
        let admitted = Admitted::by(pass, new)?;
        let holds = admitted.is_for_case();
        self.write(move |connection| Box::pin(admitted.insert(connection, holds))).await
    }

    /// Where the package of an export is written and read. The file's name is the id's, nobody's text.
    pub fn export_path(&self, id: ExportId) -> PathBuf {
        self.exports_dir().join(format!("{id}.zip"))
    }

    /// Opens the package that a collecting pass admits.
    pub fn open_package(&self, pass: &Pass, now: WallTime) -> Result<std::fs::File> {
        let (Some(id), Act::Collect) = (pass.export(), pass.act()) else {
            return Err(Error::invalid("pass", "is not for collecting"));
        };
        for camera in pass.cameras() {
            pass.check(*camera, now)?;
        }
        let path = self.export_path(id);
        std::fs::File::open(&path).map_err(Error::file("opening", &path))
    }

    /// The package is complete and synced.
    pub async fn finish_export(
        &self,
        id: ExportId,
        file_name: &str,
        bytes: u64,
        manifest_sha256: Hash,
    ) -> Result<()> {
        let (file_name, bytes) = (file_name.to_owned(), int(bytes)?);
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE export SET state = 'ready', file_name = ?, bytes = ?, manifest_sha256 = ?
                     WHERE id = ? AND state = 'preparing'",
                )
                .bind(file_name)
                .bind(bytes)
                .bind(&manifest_sha256.0[..])
                .bind(blob(id.0))
                .execute(connection)
                .await
                .doing("finishing an export")
                .map(|_| ())
            })
        })
        .await
    }

    /// Making the package ended before it was complete: an entry that refers to the export's own, with what was done by then.
    pub async fn fail_export(&self, cx: &Cx, pass: &Pass, broken: BrokenOff, error: &str) -> Result<()> {
        let Some(id) = pass.export() else { return Err(Error::invalid("pass", "is not for an export")) };
        let error: String = error.chars().take(500).collect();
        self.act(cx, broken.ask(id, pass, cx.now), move |connection, _| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE export SET state = 'failed', error = ? WHERE id = ? AND state = 'preparing'",
                )
                .bind(error)
                .bind(blob(id.0))
                .execute(connection)
                .await
                .doing("failing an export")
                .map(|_| ())
            })
        })
        .await
    }

    /// A package's bytes stopped on their way out, since what permitted them ended.
    pub async fn break_off_collection(&self, cx: &Cx, pass: &Pass, bytes: u64) -> Result<()> {
        let Some(id) = pass.export() else { return Err(Error::invalid("pass", "is not for collecting")) };
        let broken = BrokenOff { why: "failed", far: format!("bytes={bytes}") };
        self.act(cx, broken.ask(id, pass, cx.now), |_, _| Box::pin(async { Ok(()) })).await
    }

    /// Writes how much of a package left under a collecting pass, at the end of each answer or where it broke off. Whose pictures the
    /// bytes are is not told apart: a package is one file of all its cameras.
    pub async fn record_collected(&self, pass: &Pass, bytes: u64, now: WallTime) -> Result<()> {
        if pass.act() != Act::Collect {
            return Err(Error::invalid("pass", "is not for collecting"));
        }
        let cameras = Cameras::of(pass.cameras());
        let (span, extra) = (pass.span(), format!("bytes={bytes}"));
        let used = AccessRecord { cameras, span, extra, ..used(pass, now) };
        self.0.database.write.append(vec![entries::prepare(used)?]).await.map(|_| ())
    }

    /// The actor's own exports, newest first; all of them for the system.
    pub async fn exports(&self, cx: &Cx) -> Result<Vec<ExportRow>> {
        self.read_exports(cx, None).await
    }

    /// One of the actor's own exports.
    pub async fn export(&self, cx: &Cx, id: ExportId) -> Result<ExportRow> {
        self.read_exports(cx, Some(id)).await?.pop().ok_or(Error::NotFound("export"))
    }

    async fn read_exports(&self, cx: &Cx, only: Option<ExportId>) -> Result<Vec<ExportRow>> {
        let person = match cx.actor {
            Actor::Person(person) => Some(blob(person.0)),
            Actor::System(_) => None,
        };
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE (?1 IS NULL OR person = ?1) AND (?2 IS NULL OR export.id = ?2)
             ORDER BY requested_us DESC LIMIT ?3"
        )))
        .bind(person)
        .bind(only.map(|id| blob(id.0)))
        .bind(ROWS_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing exports")?;
        rows.into_iter().map(export_of).collect()
    }

    /// Room on the disk of the packages.
    pub fn exports_space(&self) -> Result<DiskSpace> {
        crate::files::space(self.exports_dir())
    }

    /// Deletes packages that can no longer be collected, each after its entry, and files that no export of now owns.
    pub async fn expire_packages(&self, cx: &Cx) -> Result<u64> {
        crate::footage::system_only(cx)?;
        let before = cx.now.plus_us(-COLLECT_US_MAX);
        let due: Vec<(Vec<u8>, i64)> = sqlx::query_as(
            "SELECT id, entry FROM export WHERE state = 'ready' AND requested_us < ? ORDER BY requested_us LIMIT ?",
        )
        .bind(before.0)
        .bind(EXPIRED_STEP)
        .fetch_all(&self.0.database.read)
        .await
        .doing("looking for old packages")?;
        let mut expired = 0;
        for (id, entry) in due {
            self.expire_package(cx, ExportId(uuid_of(&id)?), EntryIndex(uint(entry)?)).await?;
            expired += 1;
        }
        self.sweep_packages().await?;
        Ok(expired)
    }

    async fn expire_package(&self, cx: &Cx, id: ExportId, entry: EntryIndex) -> Result<()> {
        let ask = Ask {
            subject: Some(id.0),
            refers_to: Some(entry),
            extra: format!("kept_days={COLLECT_DAYS}"),
            ..Ask::new(Act::ExpirePackage)
        };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                sqlx::query("UPDATE export SET state = 'expired' WHERE id = ? AND state = 'ready'")
                    .bind(blob(id.0))
                    .execute(connection)
                    .await
                    .doing("expiring a package")
                    .map(|_| ())
            })
        })
        .await
    }

    /// Removes files of packages that are neither ready nor being made: what a crash or an expiry has left.
    pub(crate) async fn sweep_packages(&self) -> Result<()> {
        let kept: Vec<(Vec<u8>,)> =
            sqlx::query_as("SELECT id FROM export WHERE state IN ('ready', 'preparing')")
                .fetch_all(&self.0.database.read)
                .await
                .doing("listing packages")?;
        let mut names = std::collections::HashSet::new();
        for (id,) in kept {
            names.insert(uuid_of(&id)?.to_string());
        }
        let folder = self.exports_dir();
        let Ok(files) = std::fs::read_dir(folder) else { return Ok(()) }; // none was ever made
        for file in files {
            let path = file.map_err(Error::file("listing", folder))?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            if !names.contains(stem) {
                std::fs::remove_file(&path).map_err(Error::file("removing", &path))?;
            }
        }
        Ok(())
    }
}

/// An export that a pass admits, not yet noted.
pub(super) struct Admitted {
    id: ExportId,
    person: PersonId,
    entry: EntryIndex,
    span: Span,
    profile: Profile,
    cameras: Vec<CameraId>,
    body: String,
    cx: Cx,
}

impl Admitted {
    pub fn by(pass: &Pass, new: NewExport) -> Result<Self> {
        let (Some(id), Some(span), Actor::Person(person), Act::Export) =
            (pass.export(), pass.span(), pass.actor(), pass.act())
        else {
            return Err(Error::invalid("pass", "is not for an export"));
        };
        if new.cameras.is_empty() || !new.cameras.iter().all(|camera| pass.allows(*camera)) {
            return Err(Error::invalid("cameras", "are not those of the pass"));
        }
        let body = Body {
            recipient: new.recipient,
            cameras: new.cameras.iter().map(CameraId::to_string).collect(),
            purpose: pass.cx.purpose.as_str().into(),
            legal_basis: pass.cx.legal_basis.as_str().into(),
            case: pass.cx.case.map(|case| case.to_string()),
            note: pass.cx.note.clone(),
            sealed_to: new.sealed_to.map(|to| to.to_string()),
        };
        let body = serde_json::to_string(&body).map_err(|error| Error::Internal(error.to_string()))?;
        let cx = Cx { now: pass.mark().started, ..pass.cx.clone() };
        let entry = pass.entry();
        Ok(Admitted { id, person, entry, span, profile: new.profile, cameras: new.cameras, body, cx })
    }

    /// Footage that goes out for a case is held by itself.
    pub fn is_for_case(&self) -> bool {
        self.cx.case.is_some()
    }

    /// Its rows, and the hold on its footage, in the caller's transaction.
    pub async fn insert(self, connection: &mut SqliteConnection, holds: bool) -> Result<ExportId> {
        let Self { id, person, entry, span, profile, cameras, body, cx } = self;
        sqlx::query(
            "INSERT INTO export (id, person, entry, requested_us, start_us, end_us, profile, body, state)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'preparing')",
        )
        .bind(blob(id.0))
        .bind(blob(person.0))
        .bind(int(entry.0)?)
        .bind(cx.now.0)
        .bind(span.start.0)
        .bind(span.end.0)
        .bind(profile as i64)
        .bind(body)
        .execute(&mut *connection)
        .await
        .doing("noting an export")?;
        if holds {
            let held = (person, cameras.clone(), span);
            super::holds::hold_export(connection, &cx, id, entry, held).await?;
        }
        for camera in cameras {
            sqlx::query("INSERT OR IGNORE INTO export_camera (export, camera) VALUES (?, ?)")
                .bind(blob(id.0))
                .bind(blob(camera.0))
                .execute(&mut *connection)
                .await
                .doing("noting an export")?;
        }
        Ok(id)
    }
}

/// The columns of a [`Row`].
pub(super) const SELECT: &str =
    "SELECT export.id, person, name, entry, requested_us, start_us, end_us, profile, body, state, file_name,
        bytes, manifest_sha256, error, (SELECT hold.id FROM hold WHERE hold.export = export.id)
     FROM export JOIN person ON person.id = export.person";

pub(super) type Row = (
    Vec<u8>,
    Vec<u8>,
    String,
    i64,
    i64,
    i64,
    i64,
    i64,
    String,
    String,
    Option<String>,
    Option<i64>,
    Option<Vec<u8>>,
    Option<String>,
    Option<Vec<u8>>,
);

pub(super) fn export_of(row: Row) -> Result<ExportRow> {
    let (id, person, person_name, entry, requested, start, end, profile, body, ..) = row;
    let (state, hold) = (state_of(&row.9, row.10, row.11, row.12, row.13)?, row.14);
    let body: Body =
        serde_json::from_str(&body).map_err(|_| Error::Corrupt("a stored export cannot be read".into()))?;
    let cameras = body.cameras.iter().map(|camera| camera.parse());
    Ok(ExportRow {
        id: ExportId(uuid_of(&id)?),
        person: PersonId(uuid_of(&person)?),
        person_name,
        entry: EntryIndex(uint(entry)?),
        requested: WallTime(requested),
        span: span_of(start, end)?,
        profile: Profile::from_code(small(profile)?)
            .ok_or_else(|| Error::Corrupt("a stored profile is unknown".into()))?,
        cameras: cameras.collect::<std::result::Result<_, _>>()?,
        recipient: body.recipient,
        purpose: body.purpose,
        legal_basis: body.legal_basis,
        case: body.case.as_deref().map(str::parse).transpose()?,
        note: body.note,
        sealed_to: sealed_to(body.sealed_to.as_deref())?,
        hold: hold.map(|hold| uuid_of(&hold).map(HoldId)).transpose()?,
        state,
    })
}

/// What cannot be read must not let a package out in plain.
fn sealed_to(stored: Option<&str>) -> Result<Option<SealTo>> {
    let read =
        |text| SealTo::parse(text).map_err(|_| Error::Corrupt("a stored recipient's key is none".into()));
    stored.map(read).transpose()
}

fn state_of(
    word: &str,
    file_name: Option<String>,
    bytes: Option<i64>,
    manifest_sha256: Option<Vec<u8>>,
    error: Option<String>,
) -> Result<ExportState> {
    match (word, file_name, bytes, manifest_sha256) {
        ("preparing", ..) => Ok(ExportState::Preparing),
        ("ready", Some(file_name), Some(bytes), Some(manifest_sha256)) => Ok(ExportState::Ready {
            file_name,
            bytes: uint(bytes)?,
            manifest_sha256: hash_of(&manifest_sha256)?,
        }),
        ("expired", ..) => Ok(ExportState::Expired),
        ("failed", ..) => Ok(ExportState::Failed { error: error.unwrap_or_default() }),
        _ => Err(Error::Corrupt("a stored export's state is unknown".into())),
    }
}
