//! Maintenance announced beforehand: cameras, span and reason, written by one person and approved by another.
//!
//! It stops no recording. A gap that lies in it, and began after the approval, is justified by it
//! (`law::completeness`); what is written down afterwards is an explanation.

use super::explanations::{DOCUMENT_CHARS_MAX, EXPLANATION_CHARS_MAX, with_distinct_cameras};
use super::judged::{self, COLUMNS, Judged, JudgedTuple, Judging, PEOPLE, Table};
use super::{Registry, admit::Ask, at_most, new_id, words};
use crate::convert::{blob, int, span_of, uuid_of};
use crate::error::{Doing, Error, Result};
use model::{Act, Actor, CameraId, Cx, MaintenanceId, Span};
use sqlx::SqliteConnection;

/// Cameras in one announcement: a whole site.
pub const MAINTENANCE_CAMERAS_MAX: usize = 1_000;
/// Longest window: works that take longer are announced week by week.
pub const MAINTENANCE_US_MAX: i64 = 14 * law::retention::DAY_US;
/// Windows in one list.
const ROWS_MAX: i64 = 500;

#[derive(Clone, Debug)]
pub struct NewMaintenance {
    pub cameras: Vec<CameraId>,
    pub span: Span,
    pub reason: String,
    /// Number or title of the order. May be empty.
    pub document: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Maintenance {
    pub id: MaintenanceId,
    pub cameras: Vec<CameraId>,
    pub span: Span,
    pub reason: String,
    pub document: String,
    pub judged: Judged,
}

impl Registry {
    /// Announces maintenance that has not begun yet.
    pub async fn announce_maintenance(&self, cx: &Cx, new: NewMaintenance) -> Result<MaintenanceId> {
        let reason = words("reason", &new.reason, EXPLANATION_CHARS_MAX)?;
        let document = at_most("document", new.document.trim(), DOCUMENT_CHARS_MAX)?;
        let span = new.span;
        if span.start <= cx.now {
            return Err(Error::invalid(
                "from",
                "is not in the future: what has begun is explained, not announced",
            ));
        }
        if span.duration_us() <= 0 || span.duration_us() > MAINTENANCE_US_MAX {
            return Err(Error::invalid("to", "is not after the start, or more than two weeks after it"));
        }
        if new.cameras.is_empty() || new.cameras.len() > MAINTENANCE_CAMERAS_MAX {
            return Err(Error::invalid("cameras", "are none, or more than one announcement may name"));
        }
        let id = MaintenanceId(new_id());
        let ask = with_distinct_cameras(Ask {
            cameras: new.cameras,
            span: Some(span),
            subject: Some(id.0),
            extra: format!("document={document}"),
            ..Ask::new(Act::AnnounceMaintenance)
        });
        let (cameras, cx) = (ask.cameras.clone(), Cx { note: Some(reason.clone()), ..cx.clone() });
        let (actor, now) = (cx.actor, cx.now);
        self.act(&cx, ask, move |connection, entry| {
            Box::pin(async move {
                let Actor::Person(author) = actor else { return Err(Error::Unauthenticated) };
                sqlx::query(
                    "INSERT INTO maintenance (id, start_us, end_us, body, document, author, written_us, entry)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id.0))
                .bind(span.start.0)
                .bind(span.end.0)
                .bind(reason)
                .bind(document)
                .bind(blob(author.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(&mut *connection)
                .await
                .doing("keeping an announcement")?;
                for camera in cameras {
                    sqlx::query("INSERT INTO maintenance_camera (maintenance, camera) VALUES (?, ?)")
                        .bind(blob(id.0))
                        .bind(blob(camera.0))
                        .execute(&mut *connection)
                        .await
                        .doing("keeping an announcement's cameras")?;
                }
                Ok(id)
            })
        })
        .await
    }

    /// Approves or declines announced maintenance; not one's own.
    pub async fn judge_maintenance(
        &self,
        cx: &Cx,
        id: MaintenanceId,
        approved: bool,
        text: &str,
    ) -> Result<()> {
        let text = if approved {
            at_most("text", text.trim(), EXPLANATION_CHARS_MAX)?
        } else {
            words("text", text, EXPLANATION_CHARS_MAX)?
        };
        let mut connection = self.0.database.read.acquire().await.doing("reading an announcement")?;
        let found = one(&mut connection, id).await?.ok_or(Error::NotFound("maintenance"))?;
        drop(connection);
        let ask = Ask {
            cameras: found.cameras,
            span: Some(found.span),
            own: Actor::Person(found.judged.author.person) == cx.actor,
            subject: Some(id.0),
            refers_to: Some(found.judged.author.entry),
            extra: format!("approved={approved}"),
            ..Ask::new(Act::DecideMaintenance)
        };
        let note = Some(text.clone()).filter(|text| !text.is_empty());
        let cx = Cx { note, ..cx.clone() };
        let (actor, at) = (cx.actor, cx.now);
        self.act(&cx, ask, move |connection, entry| {
            Box::pin(async move {
                let Actor::Person(judge) = actor else { return Err(Error::Unauthenticated) };
                let judging = Judging { id: id.0, judge, at, approved, text, entry };
                judged::judge(connection, Table::Maintenance, judging).await
            })
        })
        .await
    }

    /// Announced maintenance that meets the span, approved or not, in order of time.
    pub async fn maintenance(&self, _cx: &Cx, span: Span) -> Result<Vec<Maintenance>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing maintenance")?;
        let ids: Vec<(Vec<u8>,)> = sqlx::query_as(
            "SELECT id FROM maintenance WHERE end_us > ? AND start_us < ? ORDER BY start_us, id LIMIT ?",
        )
        .bind(span.start.0)
        .bind(span.end.0)
        .bind(ROWS_MAX + 1)
        .fetch_all(&mut *connection)
        .await
        .doing("listing maintenance")?;
        if ids.len() as i64 > ROWS_MAX {
            return Err(Error::invalid(
                "span",
                "has more announcements than one answer holds; ask for parts of it",
            ));
        }
        let mut found = Vec::with_capacity(ids.len());
        for (id,) in ids {
            found.extend(one(&mut connection, MaintenanceId(uuid_of(&id)?)).await?);
        }
        Ok(found)
    }

    /// One announcement.
    pub async fn one_maintenance(&self, _cx: &Cx, id: MaintenanceId) -> Result<Maintenance> {
        let mut connection = self.0.database.read.acquire().await.doing("reading an announcement")?;
        one(&mut connection, id).await?.ok_or(Error::NotFound("maintenance"))
    }
}

async fn one(connection: &mut SqliteConnection, id: MaintenanceId) -> Result<Option<Maintenance>> {
    let own: Option<(i64, i64, String, String)> =
        sqlx::query_as("SELECT start_us, end_us, body, document FROM maintenance WHERE id = ?")
            .bind(blob(id.0))
            .fetch_optional(&mut *connection)
            .await
            .doing("reading an announcement")?;
    let Some((start, end, reason, document)) = own else { return Ok(None) };
    let sql = format!("SELECT {COLUMNS} FROM maintenance AS t {PEOPLE} WHERE t.id = ?");
    let row: JudgedTuple = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(blob(id.0))
        .fetch_one(&mut *connection)
        .await
        .doing("reading an announcement")?;
    let cameras: Vec<(Vec<u8>,)> =
        sqlx::query_as("SELECT camera FROM maintenance_camera WHERE maintenance = ? ORDER BY camera")
            .bind(blob(id.0))
            .fetch_all(connection)
            .await
            .doing("reading an announcement's cameras")?;
    let cameras = cameras.iter().map(|(camera,)| uuid_of(camera).map(CameraId)).collect::<Result<_>>()?;
    let judged = judged::judged(row)?;
    Ok(Some(Maintenance { id, cameras, span: span_of(start, end)?, reason, document, judged }))
}
