//! Where copies are that left as ordinary exports: who received one or that it stays in the unit, and where it went after
//! (datong-2008:17(v), guangzhou-2007:21). A copy of a retrieval is followed there.
//!
//! It decides nothing. The invariants kept: a copy is followed only after its package was collected; a word is a row with its entry, in one
//! transaction, and no row is written over.

use super::admit::{Ask, enter_unless};
use super::clearance::Cleared;
use super::exports::{ExportRow, Row, SELECT, export_of};
use super::part::{ListPart, PartQuery, of_units, part};
use super::retrievals::{Followed, NewReceiptOfCopy};
use super::{EntryIndex, Registry, at_most, cameras, person_of, words};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use law::access::refuse_others_copy;
use law::register::RecordKind;
use model::{Act, Cx, ExportId, PersonId, RecordId, WallTime};
use sqlx::{FromRow as _, QueryBuilder, Sqlite, SqliteConnection};
use std::collections::HashMap;

/// Who holds it, in words, and a note: as those of a retrieval's copy.
const HOLDER_CHARS_MAX: usize = 200;
const NOTE_CHARS_MAX: usize = 500;

/// One word about a copy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CopyEvent {
    /// `receipt`, `kept`, `transferred`, `returned`, `destroyed`.
    pub what: String,
    pub holder: String,
    pub note: String,
    pub document: Option<RecordId>,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
}

/// What is known of an export's copy.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ExportCopy {
    /// For the first time.
    pub collected: Option<(WallTime, EntryIndex)>,
    /// It went out under a retrieval, which says where it is.
    pub of_retrieval: bool,
    pub events: Vec<CopyEvent>,
}

/// What is said of it.
struct Said {
    act: Act,
    what: &'static str,
    holder: String,
    note: String,
    document: Option<RecordId>,
}

impl Registry {
    /// Somebody received the copy; or it stays in the unit, with whoever keeps it.
    pub async fn acknowledge_export(
        &self,
        cx: &Cx,
        id: ExportId,
        (new, stays): (NewReceiptOfCopy, bool),
    ) -> Result<()> {
        let holder = words("received_by", &new.received_by, HOLDER_CHARS_MAX)?;
        let (act, what) = (Act::AcknowledgeReceipt, if stays { "kept" } else { "receipt" });
        let note = at_most("note", new.note.trim(), NOTE_CHARS_MAX)?;
        self.say_of_copy(cx, id, Said { act, what, holder, note, document: new.document }).await
    }

    /// Where the copy went after that.
    pub async fn follow_export(&self, cx: &Cx, id: ExportId, new: Followed) -> Result<()> {
        let holder = words("holder", &new.holder, HOLDER_CHARS_MAX)?;
        let (act, what) = (Act::FollowCopy, new.what.as_str());
        let note = at_most("note", new.note.trim(), NOTE_CHARS_MAX)?;
        self.say_of_copy(cx, id, Said { act, what, holder, note, document: new.document }).await
    }

    async fn say_of_copy(&self, cx: &Cx, id: ExportId, said: Said) -> Result<()> {
        let (row, knows) = self.copy_of(cx, id).await?;
        // Whoever may not speak of it is refused first, with an entry.
        if let (true, Some(document), Some(camera)) = (knows, said.document, row.cameras.first()) {
            let mut connection = self.0.database.read.acquire().await.doing("looking for a copy's unit")?;
            let unit = cameras::unit_of(&mut connection, *camera).await?;
            drop(connection);
            self.own(cx, "document_id", document, RecordKind::Document, unit).await?;
        }
        let ask = Ask {
            cameras: row.cameras.clone(),
            span: Some(row.span),
            subject: Some(id.0),
            refers_to: Some(row.entry),
            recipient: said.holder.clone(),
            extra: format!("what={}\nof=export", said.what),
            ..Ask::new(said.act)
        };
        let (person, now) = (person_of(cx)?, cx.now);
        let (moved, refusal) = (cx.clone(), refuse_others_copy(knows));
        self.decided(move |connection| {
            Box::pin(async move {
                let entry = match enter_unless(connection, &moved, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let known = copies(connection, &[id]).await?.remove(&id).unwrap_or_default();
                refuse_untimely(&known, said.act)?;
                sqlx::query(
                    "INSERT INTO export_event (entry, export, what, person, at_us, holder, note, document)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(int(entry.0)?)
                .bind(blob(id.0))
                .bind(said.what)
                .bind(blob(person.0))
                .bind(now.0)
                .bind(said.holder)
                .bind(said.note)
                .bind(said.document.map(|id| blob(id.0)))
                .execute(connection)
                .await
                .doing("entering where a copy is")?;
                Ok(Ok(()))
            })
        })
        .await
    }

    /// One that the actor took themselves, or of a unit whose copies they read; another's is not there.
    pub async fn known_copy(&self, cx: &Cx, id: ExportId) -> Result<ExportRow> {
        match self.copy_of(cx, id).await? {
            (row, true) => Ok(row),
            (_, false) => Err(Error::NotFound("export")),
        }
    }

    /// The export, and whether the actor took it or reads the copies of the units of all its cameras.
    async fn copy_of(&self, cx: &Cx, id: ExportId) -> Result<(ExportRow, bool)> {
        let person = person_of(cx)?;
        let row = self.export(&super::system_cx("export", cx.now), id).await?;
        if row.person == person {
            return Ok((row, true));
        }
        let units = self.units_by(cx, Act::ReadCopies).await?.unwrap_or_default();
        let mut connection = self.0.database.read.acquire().await.doing("looking for a copy's unit")?;
        for camera in &row.cameras {
            if !units.contains(&cameras::unit_of(&mut connection, *camera).await?) {
                return Ok((row, false));
            }
        }
        Ok((row, true))
    }

    /// What is known of the copies of some exports. Whether the actor may know is decided before.
    pub async fn copies(&self, exports: &[ExportId]) -> Result<HashMap<ExportId, ExportCopy>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading where copies are")?;
        copies(&mut connection, exports).await
    }

    /// Packages of the units whose copies the actor reads, once they were collected: the newest collection first. Those of retrievals stand
    /// in their own register.
    pub async fn copies_out(&self, cx: &Cx, query: &PartQuery) -> Result<ListPart<ExportRow>> {
        let units = self.units_by(cx, Act::ReadCopies).await?;
        let mut connection = self.0.database.read.acquire().await.doing("listing copies")?;
        let cleared = Cleared::load(&mut connection, cx.actor).await?;
        let of_cameras = |sql: &mut QueryBuilder<Sqlite>, which: &dyn Fn(&mut QueryBuilder<Sqlite>)| {
            // All of its cameras, since a package is one file of them all.
            sql.push(
                " AND NOT EXISTS (SELECT 1 FROM export_camera JOIN camera ON camera.id = export_camera.camera
                   LEFT JOIN record AS point ON point.id = camera.point WHERE export_camera.export = export.id AND NOT (",
            );
            which(sql);
            sql.push("))");
        };
        let seen = |sql: &mut QueryBuilder<Sqlite>| {
            sql.push(
                "collected_us IS NOT NULL AND NOT EXISTS (SELECT 1 FROM retrieval WHERE retrieval.export = export.id)",
            );
            of_cameras(sql, &|sql| of_units(sql, "camera.unit", units.as_ref()));
            of_cameras(sql, &|sql| cleared.push(sql, "point.secret", "camera.unit"));
        };
        let found = part(&mut connection, query, (SELECT, "collected_us DESC, export.id"), seen).await?;
        let row = |row| export_of(Row::from_row(row).doing("reading a copy")?);
        let rows = found.rows.iter().map(row).collect::<Result<_>>()?;
        Ok(ListPart { rows, next_cursor: found.next_cursor, total: found.total })
    }
}

/// Nothing is said of a copy that nobody has; its receipt is entered once.
fn refuse_untimely(known: &ExportCopy, act: Act) -> Result<()> {
    let conflict = |why: &str| Err(Error::Conflict(why.into()));
    if known.of_retrieval {
        return conflict("its retrieval says where this copy is");
    }
    if known.collected.is_none() {
        return conflict("nobody has collected this package");
    }
    let received = known.events.iter().any(|event| ["receipt", "kept"].contains(&event.what.as_str()));
    if act == Act::AcknowledgeReceipt && received {
        return conflict("it was entered who received this copy");
    }
    Ok(())
}

async fn copies(
    connection: &mut SqliteConnection,
    exports: &[ExportId],
) -> Result<HashMap<ExportId, ExportCopy>> {
    let ids = super::register::listed(exports.iter().map(|id| id.0));
    type Collected = (Vec<u8>, Option<i64>, Option<i64>, bool);
    let rows: Vec<Collected> = sqlx::query_as(
        "SELECT id, collected_us, collected_entry, EXISTS (SELECT 1 FROM retrieval WHERE retrieval.export = export.id)
         FROM export WHERE id IN (SELECT unhex(value) FROM json_each(?))",
    )
    .bind(&ids)
    .fetch_all(&mut *connection)
    .await
    .doing("reading which copies were collected")?;
    let mut found = HashMap::with_capacity(rows.len());
    for (id, at, entry, of_retrieval) in rows {
        let collected = at.map(WallTime).zip(entry.map(uint).transpose()?.map(EntryIndex));
        found.insert(ExportId(uuid_of(&id)?), ExportCopy { collected, of_retrieval, events: Vec::new() });
    }
    type Event = (Vec<u8>, i64, String, String, String, Option<Vec<u8>>, Vec<u8>, String, i64);
    let rows: Vec<Event> = sqlx::query_as(
        "SELECT export, entry, what, holder, note, document, person, person.name, at_us
         FROM export_event JOIN person ON person.id = person
         WHERE export IN (SELECT unhex(value) FROM json_each(?)) ORDER BY entry",
    )
    .bind(ids)
    .fetch_all(connection)
    .await
    .doing("reading where copies are")?;
    for (export, entry, what, holder, note, document, person, name, at) in rows {
        let event = CopyEvent {
            what,
            holder,
            note,
            document: document.map(|id| uuid_of(&id).map(RecordId)).transpose()?,
            by: (PersonId(uuid_of(&person)?), name),
            at: WallTime(at),
            entry: EntryIndex(uint(entry)?),
        };
        if let Some(copy) = found.get_mut(&ExportId(uuid_of(&export)?)) {
            copy.events.push(event);
        }
    }
    Ok(found)
}

/// A package was collected for the first time.
pub(super) async fn note_collected(
    connection: &mut SqliteConnection,
    (act, export): (Act, Option<ExportId>),
    (now, entry): (WallTime, EntryIndex),
) -> Result<()> {
    let (Act::Collect, Some(export)) = (act, export) else { return Ok(()) };
    sqlx::query(
        "UPDATE export SET collected_us = ?, collected_entry = ? WHERE id = ? AND collected_us IS NULL",
    )
    .bind(now.0)
    .bind(int(entry.0)?)
    .bind(blob(export.0))
    .execute(&mut *connection)
    .await
    .doing("noting that a package was collected")?;
    super::duty::note_collected(connection, (act, Some(export)), (now, entry)).await
}
