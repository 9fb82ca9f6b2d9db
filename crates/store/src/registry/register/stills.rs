//! Commissioning stills: a frame that the system itself took of a point's camera, kept as a document, confirmed by a named person
//! (guangzhou-2007:6). And what it was taken of, so that another camera or another aim asks for another still.
//!
//! Invariant: only the frame of a live [`Pass`] for this act becomes one; no call makes one of an uploaded file.

use super::documents::{STILL_PAPER, Stored, with_file};
use super::{Record, list, near::listed, secrecy, snapshot::Records, write};
use crate::convert::{blob, hash_of, int, uint, uuid_of};
use crate::documents::StagedFile;
use crate::error::{Doing, Error, Result};
use crate::registry::{EntryIndex, Pass, Registry, admit, admit::Ask, new_id};
use law::register::{Body, RecordKind};
use model::{Act, Actor, CameraId, Cx, Hash, PersonId, RecordId, WallTime};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;
use std::collections::{HashMap, HashSet};

/// What a person may write beside a confirmation.
const NOTE_CHARS_MAX: usize = 500;

/// What of a point says where its camera looks and what it leaves out.
const AIM: [&str; 11] = [
    "place",
    "longitude",
    "latitude",
    "height_m",
    "direction_deg",
    "angle_deg",
    "range_m",
    "passwords_in_view",
    "masked_in_camera",
    "product",
    "serial",
];

/// A frame that was taken.
#[derive(Debug)]
pub struct NewStill {
    pub camera: CameraId,
    /// When the frame came.
    pub at: WallTime,
    /// The day at the unit, `YYYY-MM-DD`.
    pub today: String,
    /// Size and codec, in words.
    pub format: String,
    pub file: StagedFile,
}

/// A still of a point.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StillRow {
    pub document: RecordId,
    pub camera: CameraId,
    pub point: RecordId,
    pub at: WallTime,
    pub entry: EntryIndex,
    /// The camera stands there still and looks where it did.
    pub is_current: bool,
    /// Who confirmed what it shows, when, and in which entry.
    pub confirmed: Option<(PersonId, String, WallTime, EntryIndex)>,
}

impl Registry {
    /// Where a camera stands, for whoever is about to take its still.
    ///
    /// # Errors
    /// `NotFound` without such a camera; `Invalid` when it has no point.
    pub async fn point_of_camera(&self, camera: CameraId) -> Result<RecordId> {
        let mut connection = self.0.database.read.acquire().await.doing("looking where a camera stands")?;
        standing_at(&mut connection, camera).await
    }

    /// Keeps a frame as a document of the camera's point. The entry refers to that under which the frame was taken.
    pub async fn keep_still(&self, cx: &Cx, pass: &Pass, new: NewStill) -> Result<RecordId> {
        if pass.act() != Act::CommissioningStill || pass.actor() != cx.actor {
            return Err(Error::Conflict("this frame was taken for something else".into()));
        }
        pass.check(new.camera, cx.now)?;
        let (id, taken_under) = (RecordId(new_id()), pass.entry());
        let point = self.stored_record(cx, self.point_of_camera(new.camera).await?).await?;
        let library = self.packs().library.clone();
        let body = with_file(&still_body(&point, &new), &new.file);
        let checked = write::checked(RecordKind::Document, point.unit, body, &library)?;
        let extra = format!(
            "still=kept\npoint={}\ndocument={id}\nsha256={}\nbytes={}\nformat={}",
            secrecy::name(&point),
            new.file.sha256,
            new.file.bytes,
            new.format
        );
        let ask = Ask {
            cameras: vec![new.camera],
            subject: Some(id.0),
            refers_to: Some(taken_under),
            extra,
            ..Ask::new(Act::CommissioningStill)
        };
        let NewStill { camera, at, file, .. } = new;
        let (stored, cx) = (Stored::of(&file), cx.clone());
        self.settle(file, move |connection| {
            Box::pin(async move {
                let shows = shows(connection, camera, &point.body).await?;
                match admit::enter(connection, &cx, &ask).await? {
                    Ok(entered) => {
                        write::insert(connection, id, &checked, entered.entry, cx.now).await?;
                        stored.note(connection, id, 1, entered.entry, cx.now).await?;
                        note(connection, id, (camera, point.id), at, shows, entered.entry).await?;
                        Ok(Ok(id))
                    }
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await
    }

    /// A named person says that a still shows what it must: nothing of what customers enter, where that is asked.
    ///
    /// # Errors
    /// `Conflict` when it was confirmed already, or shows what was: another camera, another aim.
    pub async fn confirm_still(&self, cx: &Cx, document: RecordId, note: &str) -> Result<()> {
        let Actor::Person(person) = cx.actor else {
            return Err(Error::invalid("actor", "is no person"));
        };
        let note = crate::registry::at_most("note", note.trim(), NOTE_CHARS_MAX)?;
        let record = self.stored_record(cx, document).await?;
        let ask = Ask {
            scopes: record.unit.into_iter().map(|unit| (unit, None)).collect(),
            subject: Some(document.0),
            extra: format!("document={}\nnote={note}", secrecy::name(&record)),
            ..Ask::new(Act::ConfirmStill)
        };
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let entered = match admit::enter(connection, &cx, &ask).await? {
                    Ok(entered) => entered,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let still = one(connection, document).await?.ok_or(Error::NotFound("still"))?;
                if still.confirmed {
                    return Err(Error::Conflict("this still was confirmed already".into()));
                }
                if !still.is_current(connection).await? {
                    return Err(Error::Conflict(
                        "the camera or its aim has changed since this still was taken; take another one".into(),
                    ));
                }
                sqlx::query(
                    "UPDATE commissioning_still SET confirmed_by = ?, confirmed_us = ?, confirmation = ?, note = ?
                     WHERE document = ?",
                )
                .bind(blob(person.0))
                .bind(cx.now.0)
                .bind(int(entered.entry.0)?)
                .bind(note)
                .bind(blob(document.0))
                .execute(connection)
                .await
                .doing("confirming a still")?;
                Ok(Ok(()))
            })
        })
        .await
    }

    /// The stills of a point, newest first. Part of a reading that has its entry.
    pub async fn stills(&self, point: RecordId) -> Result<Vec<StillRow>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing stills")?;
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE commissioning_still.point = ? ORDER BY at_us DESC"
        )))
        .bind(blob(point.0))
        .fetch_all(&mut *connection)
        .await
        .doing("listing stills")?;
        let mut stills = Vec::with_capacity(rows.len());
        for row in rows {
            let (document, camera, point, at, _, entry, by, confirmed, confirmation, name) = row.clone();
            let is_current = still_of(row)?.is_current(&mut connection).await?;
            let confirmed = match (by, confirmed, confirmation) {
                (Some(by), Some(at), Some(entry)) => Some((
                    PersonId(uuid_of(&by)?),
                    name.unwrap_or_default(),
                    WallTime(at),
                    EntryIndex(uint(entry)?),
                )),
                _ => None,
            };
            stills.push(StillRow {
                document: RecordId(uuid_of(&document)?),
                camera: CameraId(uuid_of(&camera)?),
                point: RecordId(uuid_of(&point)?),
                at: WallTime(at),
                entry: EntryIndex(uint(entry)?),
                is_current,
                confirmed,
            });
        }
        Ok(stills)
    }

    /// The camera that a document is a still of, and the instant that it shows.
    pub(super) async fn still_of(&self, document: RecordId) -> Result<Option<(CameraId, WallTime)>> {
        let row: Option<(Vec<u8>, i64)> =
            sqlx::query_as("SELECT camera, at_us FROM commissioning_still WHERE document = ?")
                .bind(blob(document.0))
                .fetch_optional(&self.0.database.read)
                .await
                .doing("looking whether a document is a still")?;
        row.map(|(camera, at)| Ok((CameraId(uuid_of(&camera)?), WallTime(at)))).transpose()
    }
}

const SELECT: &str = "SELECT document, camera, point, at_us, shows, entry, confirmed_by, confirmed_us,
        confirmation, person.name
    FROM commissioning_still LEFT JOIN person ON person.id = confirmed_by";

type Row =
    (Vec<u8>, Vec<u8>, Vec<u8>, i64, Vec<u8>, i64, Option<Vec<u8>>, Option<i64>, Option<i64>, Option<String>);

/// A still as its row says it.
struct Still {
    camera: CameraId,
    point: RecordId,
    shows: Hash,
    confirmed: bool,
}

impl Still {
    /// Whether the camera stands there still and looks where it did.
    async fn is_current(&self, connection: &mut SqliteConnection) -> Result<bool> {
        let point = list::one(connection, self.point).await?;
        let row: Option<(Option<Vec<u8>>,)> =
            sqlx::query_as("SELECT point FROM camera WHERE id = ? AND retired_us IS NULL")
                .bind(blob(self.camera.0))
                .fetch_optional(&mut *connection)
                .await
                .doing("looking where a camera stands")?;
        let stands = row.and_then(|(point,)| point).is_some_and(|stands| stands == blob(self.point.0));
        Ok(stands && shows(connection, self.camera, &point.body).await? == self.shows)
    }
}

fn still_of(row: Row) -> Result<Still> {
    Ok(Still {
        camera: CameraId(uuid_of(&row.1)?),
        point: RecordId(uuid_of(&row.2)?),
        shows: crate::convert::hash_of(&row.4)?,
        confirmed: row.6.is_some(),
    })
}

async fn one(connection: &mut SqliteConnection, document: RecordId) -> Result<Option<Still>> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE document = ?")))
        .bind(blob(document.0))
        .fetch_optional(connection)
        .await
        .doing("reading a still")?;
    row.map(still_of).transpose()
}

/// Whether a confirmed still shows every camera of a point as the point's record has it (guangzhou-2007:6). `body` may be one that
/// is about to be written.
pub(super) async fn shows_present(
    connection: &mut SqliteConnection,
    point: RecordId,
    body: &Body,
) -> Result<bool> {
    // Most points have none, and a system may have many points.
    let (confirmed,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM commissioning_still WHERE point = ? AND confirmed_by IS NOT NULL",
    )
    .bind(blob(point.0))
    .fetch_one(&mut *connection)
    .await
    .doing("looking for a point's stills")?;
    if confirmed == 0 {
        return Ok(false);
    }
    let cameras: Vec<(Vec<u8>,)> =
        sqlx::query_as("SELECT id FROM camera WHERE point = ? AND retired_us IS NULL")
            .bind(blob(point.0))
            .fetch_all(&mut *connection)
            .await
            .doing("listing a point's cameras")?;
    for (camera,) in &cameras {
        let shows = shows(connection, CameraId(uuid_of(camera)?), body).await?;
        let (found,): (i64,) = sqlx::query_as(
            "SELECT count(*) FROM commissioning_still
             WHERE camera = ? AND point = ? AND shows = ? AND confirmed_by IS NOT NULL",
        )
        .bind(camera)
        .bind(blob(point.0))
        .bind(shows.0.to_vec())
        .fetch_one(&mut *connection)
        .await
        .doing("looking for a point's still")?;
        if found == 0 {
            return Ok(false);
        }
    }
    Ok(!cameras.is_empty())
}

/// What a still is taken of: the device behind the camera, and where the point's record says that it looks.
async fn shows(connection: &mut SqliteConnection, camera: CameraId, point: &Body) -> Result<Hash> {
    let (main_url, sub_url): (String, Option<String>) =
        sqlx::query_as("SELECT main_url, sub_url FROM camera WHERE id = ?")
            .bind(blob(camera.0))
            .fetch_optional(connection)
            .await
            .doing("reading a camera")?
            .ok_or(Error::NotFound("camera"))?;
    Ok(look(camera, &main_url, sub_url.as_deref(), point))
}

/// What a still of a camera shows, as it is aimed, in one number.
fn look(camera: CameraId, main_url: &str, sub_url: Option<&str>, point: &Body) -> Hash {
    let aim = AIM.map(|field| (field, point.get(field)));
    let text = json!({ "camera": camera.to_string(), "main": main_url, "sub": sub_url, "aim": aim });
    Hash(Sha256::digest(text.to_string()).into())
}

/// Confirmed stills of all points, with the cameras that stand there now.
pub(super) struct Confirmed {
    stills: HashSet<(RecordId, CameraId, Hash)>,
    cameras: HashMap<RecordId, Vec<(CameraId, String, Option<String>)>>,
}

impl Confirmed {
    /// Of all points, or of some.
    pub async fn load(connection: &mut SqliteConnection, only: Option<&Records>) -> Result<Self> {
        let only = only.map(|records| listed(records.keys().map(|id| id.0)));
        let stills: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)> = sqlx::query_as(
            "SELECT point, camera, shows FROM commissioning_still WHERE confirmed_by IS NOT NULL
             AND (?1 IS NULL OR point IN (SELECT unhex(value) FROM json_each(?1)))",
        )
        .bind(only.as_deref())
        .fetch_all(&mut *connection)
        .await
        .doing("listing confirmed stills")?;
        type Row = (Vec<u8>, Vec<u8>, String, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT point, id, main_url, sub_url FROM camera WHERE retired_us IS NULL
             AND point IN (SELECT point FROM commissioning_still WHERE confirmed_by IS NOT NULL
                AND (?1 IS NULL OR point IN (SELECT unhex(value) FROM json_each(?1))))",
        )
        .bind(only.as_deref())
        .fetch_all(connection)
        .await
        .doing("listing the cameras of points with stills")?;
        let mut cameras: HashMap<RecordId, Vec<(CameraId, String, Option<String>)>> = HashMap::new();
        for (point, camera, main_url, sub_url) in rows {
            let camera = (CameraId(uuid_of(&camera)?), main_url, sub_url);
            cameras.entry(RecordId(uuid_of(&point)?)).or_default().push(camera);
        }
        let still = |(point, camera, shows): (Vec<u8>, Vec<u8>, Vec<u8>)| {
            Ok((RecordId(uuid_of(&point)?), CameraId(uuid_of(&camera)?), hash_of(&shows)?))
        };
        Ok(Self { stills: stills.into_iter().map(still).collect::<Result<_>>()?, cameras })
    }

    /// As [`shows_present`] has it.
    pub fn show_present(&self, point: RecordId, body: &Body) -> bool {
        let Some(cameras) = self.cameras.get(&point) else { return false };
        cameras.iter().all(|(camera, main_url, sub_url)| {
            self.stills.contains(&(point, *camera, look(*camera, main_url, sub_url.as_deref(), body)))
        })
    }
}

async fn standing_at(connection: &mut SqliteConnection, camera: CameraId) -> Result<RecordId> {
    let row: Option<(Option<Vec<u8>>,)> =
        sqlx::query_as("SELECT point FROM camera WHERE id = ? AND retired_us IS NULL")
            .bind(blob(camera.0))
            .fetch_optional(connection)
            .await
            .doing("looking where a camera stands")?;
    let (point,) = row.ok_or(Error::NotFound("camera"))?;
    let point = point.ok_or(Error::invalid("camera", "stands at no point"))?;
    Ok(RecordId(uuid_of(&point)?))
}

fn still_body(point: &Record, new: &NewStill) -> Body {
    let mut body = Body::new();
    let words = [
        ("name", format!("{} · {}", point.name, new.today)),
        ("paper", STILL_PAPER.to_owned()),
        ("dated", new.today.clone()),
        ("issuer", "Watchkeeper 守望".to_owned()),
        ("number", new.at.to_string()),
        ("note", new.format.clone()),
    ];
    body.extend(words.map(|(field, text)| (field.to_owned(), json!(text))));
    body
}

async fn note(
    connection: &mut SqliteConnection,
    document: RecordId,
    (camera, point): (CameraId, RecordId),
    at: WallTime,
    shows: Hash,
    entry: EntryIndex,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO commissioning_still (document, camera, point, at_us, shows, entry) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(document.0))
    .bind(blob(camera.0))
    .bind(blob(point.0))
    .bind(at.0)
    .bind(shows.0.to_vec())
    .bind(int(entry.0)?)
    .execute(&mut *connection)
    .await
    .doing("noting a still")?;
    secrecy::shared(connection, document, point).await
}

/// What else keeps a document: it is a still.
pub(super) async fn is_still(connection: &mut SqliteConnection, document: RecordId) -> Result<bool> {
    Ok(one(connection, document).await?.is_some())
}
