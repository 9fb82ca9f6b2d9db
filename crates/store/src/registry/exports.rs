//! Exports: what was asked for, how far it is, and the finished package. The pass and entry come from `admit`.

use super::{EntryIndex, Pass, Registry};
use crate::convert::{blob, hash_of, int, small, span_of, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use model::{Act, Actor, CameraId, Cx, ExportId, Hash, PersonId, Profile, Span, WallTime};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Exports in one list.
const ROWS_MAX: i64 = 200;

/// To whom footage is handed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recipient {
    pub name: String,
    pub organisation: String,
}

#[derive(Clone, Debug)]
pub struct NewExport {
    pub profile: Profile,
    pub recipient: Recipient,
    /// In the order in which the package shows them; each must be in the pass.
    pub cameras: Vec<CameraId>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExportState {
    Preparing,
    Ready { file_name: String, bytes: u64, manifest_sha256: Hash },
    Failed { error: String },
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
    pub state: ExportState,
}

#[derive(Serialize, Deserialize)]
struct Body {
    recipient: Recipient,
    cameras: Vec<String>,
    purpose: String,
    legal_basis: String,
}

impl Registry {
    /// Notes an export that a pass admits; the id is the pass's.
    pub async fn create_export(&self, pass: &Pass, new: NewExport) -> Result<ExportId> {
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
        };
        let body = serde_json::to_string(&body).map_err(|error| Error::Internal(error.to_string()))?;
        let (entry, now) = (int(pass.entry().0)?, pass.mark().started);
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO export (id, person, entry, requested_us, start_us, end_us, profile, body, state)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'preparing')",
                )
                .bind(blob(id.0))
                .bind(blob(person.0))
                .bind(entry)
                .bind(now.0)
                .bind(span.start.0)
                .bind(span.end.0)
                .bind(new.profile as i64)
                .bind(body)
                .execute(&mut *connection)
                .await
                .doing("noting an export")?;
                for camera in new.cameras {
                    sqlx::query("INSERT OR IGNORE INTO export_camera (export, camera) VALUES (?, ?)")
                        .bind(blob(id.0))
                        .bind(blob(camera.0))
                        .execute(&mut *connection)
                        .await
                        .doing("noting an export")?;
                }
                Ok(id)
            })
        })
        .await
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

    pub async fn fail_export(&self, id: ExportId, error: &str) -> Result<()> {
        let error: String = error.chars().take(500).collect();
        self.write(move |connection| {
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

    /// The actor's own exports, newest first; all of them for the system.
    pub async fn exports(&self, cx: &Cx) -> Result<Vec<ExportRow>> {
        let person = match cx.actor {
            Actor::Person(person) => Some(blob(person.0)),
            Actor::System(_) => None,
        };
        type Row = (
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
        );
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT export.id, person, name, entry, requested_us, start_us, end_us, profile, body, state, file_name,
                    bytes, manifest_sha256, error
             FROM export JOIN person ON person.id = export.person
             WHERE ?1 IS NULL OR person = ?1 ORDER BY requested_us DESC LIMIT ?2",
        )
        .bind(person)
        .bind(ROWS_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing exports")?;
        rows.into_iter()
            .map(|row| {
                let (id, person, person_name, entry, requested, start, end, profile, body, ..) = row;
                let state = state_of(&row.9, row.10, row.11, row.12, row.13)?;
                let body: Body = serde_json::from_str(&body)
                    .map_err(|_| Error::Corrupt("a stored export cannot be read".into()))?;
                Ok(ExportRow {
                    id: ExportId(uuid_of(&id)?),
                    person: PersonId(uuid_of(&person)?),
                    person_name,
                    entry: EntryIndex(uint(entry)?),
                    requested: WallTime(requested),
                    span: span_of(start, end)?,
                    profile: Profile::from_code(small(profile)?)
                        .ok_or_else(|| Error::Corrupt("a stored profile is unknown".into()))?,
                    cameras: body
                        .cameras
                        .iter()
                        .map(|camera| camera.parse())
                        .collect::<std::result::Result<_, _>>()?,
                    recipient: body.recipient,
                    purpose: body.purpose,
                    legal_basis: body.legal_basis,
                    state,
                })
            })
            .collect()
    }

    /// One of the actor's own exports.
    pub async fn export(&self, cx: &Cx, id: ExportId) -> Result<ExportRow> {
        let found = self.exports(cx).await?.into_iter().find(|export| export.id == id);
        found.ok_or(Error::NotFound("export"))
    }
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
        ("failed", ..) => Ok(ExportState::Failed { error: error.unwrap_or_default() }),
        _ => Err(Error::Corrupt("a stored export's state is unknown".into())),
    }
}
