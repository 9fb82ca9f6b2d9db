//! Settings of the whole system that the law's numbers depend on, and how they change: by an administrator, with a
//! reason and a paper, and never below the pack's floor that was given when the system was set up.
//!
//! Footage that exists keeps the floor it was promised when recorded; what is decided here is for what comes.

use super::admit::{Ask, enter_unless};
use super::{EntryIndex, Registry, at_most};
use crate::convert::{blob, int, small, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use law::retention::{FLOOR_DAYS_MIN, Terms, plausible, refuse_terms};
use model::{Act, Actor, CameraId, Cx, PersonId, WallTime};
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// Thirty days (guangzhou-2007:21, national-2016:20): the longest floor among the packs, so that it suits all.
pub const FLOOR_DAYS_DEFAULT: u16 = 30;
/// Changes in one list.
const CHANGES_MAX: i64 = 500;
/// Name or number of a paper.
const DOCUMENT_CHARS_MAX: usize = 96;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Days that all footage is kept at least.
    pub floor_days: u16,
    /// Days after which footage goes.
    pub term_days: u16,
}

/// A change of floor or term, as it was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TermsChange {
    /// `None`: of the whole system.
    pub camera: Option<CameraId>,
    pub terms: Terms,
    pub reason: String,
    pub document: String,
    /// `None`: when the system was set up.
    pub person: Option<(PersonId, String)>,
    pub entry: EntryIndex,
    pub at: WallTime,
}

impl Registry {
    pub async fn settings(&self, _cx: &Cx) -> Result<Settings> {
        let mut connection = self.0.database.read.acquire().await.doing("reading settings")?;
        Ok(read(&mut connection).await?.0)
    }

    /// The floor that the system was set up with: nothing goes below it.
    pub async fn pack_floor_days(&self, _cx: &Cx) -> Result<u16> {
        let mut connection = self.0.database.read.acquire().await.doing("reading settings")?;
        Ok(read(&mut connection).await?.1)
    }

    /// Changes floor and term of the system; the reason is the context's note.
    pub async fn change_settings(&self, cx: &Cx, settings: Settings, document: &str) -> Result<()> {
        let Settings { floor_days, term_days } = settings;
        let terms = Terms { floor_days: Some(floor_days), term_days: Some(term_days) };
        plausible(&terms)?;
        let document = at_most("document", document.trim(), DOCUMENT_CHARS_MAX)?;
        let cx = cx.clone();
        // Whoever sets the system up says which pack's floor binds it, once.
        let sets_up = matches!(cx.actor, Actor::System(_));
        let floors = self.floors(&cx).await?;
        let law = floors.law.into_values().max_by_key(|floor| floor.value);
        self.note_floors(&super::system_cx("retention", cx.now)).await?;
        self.decided(move |connection| {
            Box::pin(async move {
                let (_, pack_floor_days) = read(connection).await?;
                let refusal = refuse_terms(pack_floor_days, law.as_ref(), &terms);
                let ask = Ask { extra: words(&terms, &document), ..Ask::new(Act::ChangeRetention) };
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                set(connection, "floor_days", floor_days).await?;
                set(connection, "term_days", term_days).await?;
                if matches!(cx.actor, Actor::System("init")) {
                    sqlx::query("INSERT OR IGNORE INTO setting (key, value) VALUES ('admission', 'on')")
                        .execute(&mut *connection)
                        .await
                        .doing("switching admission control on")?;
                }
                if sets_up {
                    sqlx::query("INSERT OR IGNORE INTO setting (key, value) VALUES ('pack_floor_days', ?)")
                        .bind(floor_days.to_string())
                        .execute(&mut *connection)
                        .await
                        .doing("noting the pack's floor")?;
                }
                note(connection, &cx, (None, terms), &document, entry).await.map(Ok)
            })
        })
        .await
    }

    /// Changes a camera's own floor and term: both only lengthen the system's, and absent ones follow it.
    pub async fn change_camera_terms(
        &self,
        cx: &Cx,
        camera: CameraId,
        terms: Terms,
        document: &str,
    ) -> Result<()> {
        plausible(&terms)?;
        let document = at_most("document", document.trim(), DOCUMENT_CHARS_MAX)?;
        let cx = cx.clone();
        self.note_floors(&super::system_cx("retention", cx.now)).await?;
        self.decided(move |connection| {
            Box::pin(async move {
                let ask = Ask {
                    cameras: vec![camera],
                    subject: Some(camera.0),
                    extra: words(&terms, &document),
                    ..Ask::new(Act::ChangeRetention)
                };
                let entry = match enter_unless(connection, &cx, &ask, None).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                sqlx::query("UPDATE camera SET floor_days = ?, term_days = ? WHERE id = ?")
                    .bind(terms.floor_days)
                    .bind(terms.term_days)
                    .bind(blob(camera.0))
                    .execute(&mut *connection)
                    .await
                    .doing("changing a camera's terms")?;
                note(connection, &cx, (Some(camera), terms), &document, entry).await.map(Ok)
            })
        })
        .await
    }

    /// Changes of floor and term on cameras that the actor's posts cover and of the system, newest first.
    pub async fn terms_changes(&self, cx: &Cx) -> Result<Vec<TermsChange>> {
        type Row = (
            Option<Vec<u8>>,
            Option<i64>,
            Option<i64>,
            String,
            String,
            Option<Vec<u8>>,
            Option<String>,
            i64,
            i64,
        );
        let covered = self.covered(cx).await?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT camera, floor_days, term_days, reason, document, person, name, entry, at_us
             FROM retention_change LEFT JOIN person ON person.id = person ORDER BY retention_change.id DESC LIMIT ?",
        )
        .bind(CHANGES_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading changes of terms")?;
        let mut changes = Vec::with_capacity(rows.len());
        for (camera, floor, term, reason, document, person, name, entry, at) in rows {
            let camera = camera.map(|camera| uuid_of(&camera).map(CameraId)).transpose()?;
            if camera.is_some_and(|camera| !covered.contains_key(&camera)) {
                continue;
            }
            changes.push(TermsChange {
                camera,
                terms: Terms {
                    floor_days: floor.map(small).transpose()?,
                    term_days: term.map(small).transpose()?,
                },
                reason,
                document,
                person: person
                    .map(|person| Ok::<_, Error>((PersonId(uuid_of(&person)?), name.unwrap_or_default())))
                    .transpose()?,
                entry: EntryIndex(uint(entry)?),
                at: WallTime(at),
            });
        }
        Ok(changes)
    }

    /// Own floors and own terms of cameras, retired ones too: input for `law::retention::plan`.
    pub async fn camera_terms(&self, _cx: &Cx) -> Result<(HashMap<CameraId, u16>, HashMap<CameraId, u16>)> {
        let rows: Vec<(Vec<u8>, Option<i64>, Option<i64>)> =
            sqlx::query_as("SELECT id, floor_days, term_days FROM camera")
                .fetch_all(&self.0.database.read)
                .await
                .doing("reading terms of cameras")?;
        let (mut floors, mut terms) = (HashMap::new(), HashMap::new());
        for (camera, floor, term) in rows {
            let camera = CameraId(uuid_of(&camera)?);
            if let Some(days) = floor {
                floors.insert(camera, small(days)?);
            }
            if let Some(days) = term {
                terms.insert(camera, small(days)?);
            }
        }
        Ok((floors, terms))
    }
}

pub(super) async fn read(connection: &mut SqliteConnection) -> Result<(Settings, u16)> {
    let rows: Vec<(String, String)> = sqlx::query_as("SELECT key, value FROM setting")
        .fetch_all(connection)
        .await
        .doing("reading settings")?;
    let number = |key: &str, default: u16| match rows.iter().find(|(found, _)| found == key) {
        Some((_, value)) => {
            value.parse::<u16>().map_err(|_| Error::Corrupt(format!("the setting {key} is no number")))
        }
        None => Ok(default),
    };
    let floor_days = number("floor_days", FLOOR_DAYS_DEFAULT)?;
    let settings = Settings { floor_days, term_days: number("term_days", floor_days)?.max(floor_days) };
    Ok((settings, number("pack_floor_days", FLOOR_DAYS_MIN)?))
}

pub(super) async fn set(connection: &mut SqliteConnection, key: &'static str, days: u16) -> Result<()> {
    sqlx::query("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)")
        .bind(key)
        .bind(days.to_string())
        .execute(connection)
        .await
        .doing("changing a setting")
        .map(|_| ())
}

async fn note(
    connection: &mut SqliteConnection,
    cx: &Cx,
    (camera, terms): (Option<CameraId>, Terms),
    document: &str,
    entry: EntryIndex,
) -> Result<()> {
    let person = match cx.actor {
        Actor::Person(person) => Some(blob(person.0)),
        Actor::System(_) => None,
    };
    sqlx::query(
        "INSERT INTO retention_change (camera, floor_days, term_days, reason, document, person, entry, at_us)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(camera.map(|camera| blob(camera.0)))
    .bind(terms.floor_days)
    .bind(terms.term_days)
    .bind(cx.note.clone().unwrap_or_default())
    .bind(document)
    .bind(person)
    .bind(int(entry.0)?)
    .bind(cx.now.0)
    .execute(connection)
    .await
    .doing("noting a change of terms")
    .map(|_| ())
}

fn words(terms: &Terms, document: &str) -> String {
    let days = |days: Option<u16>| days.map_or("system".to_owned(), |days| days.to_string());
    format!("floor_days={}\nterm_days={}\ndocument={document}", days(terms.floor_days), days(terms.term_days))
}
