//! Incident folders: opened by whoever may look back, filled with bookmarks, spans, notes and links, closed and reopened with a reason.
//!
//! What an item must say is `law::folder`'s matter; holds and packages of its spans are in `footage`. The invariants: nothing in a
//! folder is overwritten (the schema refuses it), each step has its entry, and a folder opens no camera to anybody.

mod footage;
mod reading;

pub use footage::{AskedPackage, FolderHold};
pub use reading::{FolderPage, FolderQuery};

use super::admit::{Ask, enter_unless};
use super::{EntryIndex, Registry, at_most, facts, new_id, words};
use crate::convert::{blob, int, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::{person_of, words_digest};
use law::access::{Part, entitles};
use law::folder::{self, ItemKind, Wanted, Written};
use model::{Act, CameraId, CaseId, Cx, ExportId, PersonId, Span, UnitId, WallTime};
use sqlx::SqliteConnection;
use uuid::Uuid;

const NAME_CHARS_MAX: usize = 120;
const HAPPENED_CHARS_MAX: usize = 2_000;
const REASON_CHARS_MAX: usize = 500;

#[derive(Clone, Debug)]
pub struct NewFolder {
    pub unit: UnitId,
    pub name: String,
    pub happened: String,
    pub case: Option<CaseId>,
}

#[derive(Clone, Debug)]
pub struct NewFolderItem {
    pub kind: ItemKind,
    pub cameras: Vec<CameraId>,
    pub from: Option<WallTime>,
    pub to: Option<WallTime>,
    pub words: String,
    /// The observation, report or alarm that it leads to.
    pub about: Option<Uuid>,
}

/// Who did something, when, and its entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Done {
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FolderItem {
    pub id: Uuid,
    pub kind: ItemKind,
    pub from: Option<WallTime>,
    pub to: Option<WallTime>,
    pub cameras: Vec<CameraId>,
    pub words: String,
    pub about: Option<Uuid>,
    pub added: Done,
    /// With the reason.
    pub withdrawn: Option<(Done, String)>,
}

impl FolderItem {
    /// The footage that it ties to its folder's case: a span's own, and what lies around a bookmark.
    fn bound(&self) -> Option<Wanted> {
        match (self.kind, self.from, &self.withdrawn) {
            (ItemKind::Bookmark, Some(at), None) => {
                Some(Wanted { span: folder::around(at), cameras: self.cameras.clone() })
            }
            _ => self.wanted(),
        }
    }
    /// What it asks for, if it is a span that stands.
    fn wanted(&self) -> Option<Wanted> {
        let (Some(start), Some(end), ItemKind::Span, None) = (self.from, self.to, self.kind, &self.withdrawn)
        else {
            return None;
        };
        Some(Wanted { span: Span { start, end }, cameras: self.cameras.clone() })
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FolderStep {
    pub closes: bool,
    pub done: Done,
    pub reason: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FolderRow {
    pub id: Uuid,
    pub unit: UnitId,
    pub name: String,
    pub happened: String,
    pub case: Option<CaseId>,
    pub opened: Done,
    /// Oldest first.
    pub steps: Vec<FolderStep>,
    /// Oldest first.
    pub items: Vec<FolderItem>,
    pub holds: Vec<FolderHold>,
    pub exports: Vec<ExportId>,
}

impl FolderRow {
    pub fn is_closed(&self) -> bool {
        self.steps.last().is_some_and(|step| step.closes)
    }
    fn spans(&self) -> Vec<Wanted> {
        self.items.iter().filter_map(FolderItem::wanted).collect()
    }
    /// Adding a span holds it too: a hold of this folder stands.
    pub fn is_held(&self) -> bool {
        self.holds.iter().any(|hold| hold.stands)
    }
    fn held(&self) -> Vec<Wanted> {
        let standing = self.holds.iter().filter(|hold| hold.stands);
        standing.map(|hold| Wanted { span: hold.span, cameras: hold.cameras.clone() }).collect()
    }
}

impl Registry {
    /// Opens a folder. A case that it names must count, as for every act that names one.
    pub async fn open_folder(&self, cx: &Cx, new: NewFolder) -> Result<Uuid> {
        let (id, opener) = (new_id(), person_of(cx)?);
        let name = words("name", &new.name, NAME_CHARS_MAX)?;
        let happened = at_most("happened", new.happened.trim(), HAPPENED_CHARS_MAX)?;
        let cx = Cx { case: new.case, ..cx.clone() };
        let ask = Ask {
            scopes: vec![self.folder_scope(opener, new.unit, Act::OpenFolder).await?],
            subject: Some(id),
            extra: format!("name={name}\nsha256={}", words_digest(&happened)),
            ..Ask::new(Act::OpenFolder)
        };
        let case = new.case.map(|case| blob(case.0));
        self.act(&cx.clone(), ask, move |connection, entry| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO folder (id, unit, name, happened, case_file, opener, opened_us, entry)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(blob(new.unit.0))
                .bind(name)
                .bind(happened)
                .bind(case)
                .bind(blob(opener.0))
                .bind(cx.now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("opening a folder")
                .map(|_| ())
            })
        })
        .await?;
        Ok(id)
    }

    /// Puts an item into a folder. A span of a folder that is held is held with it, and so is what is added to one that names a case.
    pub async fn add_to_folder(&self, cx: &Cx, folder: Uuid, new: NewFolderItem) -> Result<Uuid> {
        let (id, author, cx) = (new_id(), person_of(cx)?, cx.clone());
        let new = checked(new, cx.now)?;
        let unit = self.folder_unit(folder).await?;
        let scope = self.folder_scope(author, unit, Act::AddToFolder).await?;
        self.decided(move |connection| {
            Box::pin(async move {
                let row = reading::one(connection, folder).await?;
                let ask = Ask {
                    cameras: new.cameras.clone(),
                    scopes: vec![scope],
                    span: new.from.zip(new.to).and_then(|(from, to)| Span::new(from, to)),
                    subject: Some(folder),
                    refers_to: Some(row.opened.entry),
                    extra: format!(
                        "item={id}\nkind={}\nsha256={}",
                        new.kind.as_str(),
                        words_digest(&new.words)
                    ),
                    ..Ask::new(Act::AddToFolder)
                };
                let refusal = folder::closed(row.is_closed());
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                if row.items.len() >= folder::ITEMS_MAX {
                    return Err(Error::Conflict("the folder is full: open another one".into()));
                }
                of_unit(connection, &new, unit).await?;
                insert(connection, (folder, id), &new, &Said { by: author, at: cx.now, entry }).await?;
                let row = reading::one(connection, folder).await?;
                footage::hold_with(connection, &cx, (&row, id), (author, entry)).await?;
                Ok(Ok(id))
            })
        })
        .await
    }

    /// An item no longer counts; the reason is the context's note. It stays to be read, and what is held for it stays held.
    pub async fn withdraw_from_folder(&self, cx: &Cx, folder: Uuid, item: Uuid) -> Result<()> {
        let (person, cx) = (person_of(cx)?, cx.clone());
        let reason = at_most("reason", cx.note.as_deref().unwrap_or_default().trim(), REASON_CHARS_MAX)?;
        let unit = self.folder_unit(folder).await?;
        let scope = self.folder_scope(person, unit, Act::WithdrawFromFolder).await?;
        self.decided(move |connection| {
            Box::pin(async move {
                let row = reading::one(connection, folder).await?;
                let found = row.items.iter().find(|found| found.id == item);
                let added = found.ok_or(Error::NotFound("item"))?;
                let ask = Ask {
                    cameras: added.cameras.clone(),
                    scopes: vec![scope],
                    subject: Some(folder),
                    refers_to: Some(added.added.entry),
                    extra: format!("item={item}"),
                    ..Ask::new(Act::WithdrawFromFolder)
                };
                let refusal = folder::closed(row.is_closed());
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                if added.withdrawn.is_some() {
                    return Err(Error::Conflict("the item is withdrawn already".into()));
                }
                sqlx::query(
                    "UPDATE folder_item SET withdrawer = ?, withdrawn_us = ?, withdraw_entry = ?, withdraw_reason = ?
                     WHERE id = ?",
                )
                .bind(blob(person.0))
                .bind(cx.now.0)
                .bind(int(entry.0)?)
                .bind(reason)
                .bind(blob(item))
                .execute(connection)
                .await
                .doing("withdrawing an item")?;
                Ok(Ok(()))
            })
        })
        .await
    }

    /// Closes a folder; the reason is the context's note. Its holds stay.
    pub async fn close_folder(&self, cx: &Cx, folder: Uuid) -> Result<()> {
        self.step_folder(cx, folder, Act::CloseFolder).await
    }

    pub async fn reopen_folder(&self, cx: &Cx, folder: Uuid) -> Result<()> {
        self.step_folder(cx, folder, Act::ReopenFolder).await
    }

    async fn step_folder(&self, cx: &Cx, folder: Uuid, act: Act) -> Result<()> {
        let (person, cx, closes) = (person_of(cx)?, cx.clone(), act == Act::CloseFolder);
        let reason = at_most("reason", cx.note.as_deref().unwrap_or_default().trim(), REASON_CHARS_MAX)?;
        let unit = self.folder_unit(folder).await?;
        let scope = self.folder_scope(person, unit, act).await?;
        self.decided(move |connection| {
            Box::pin(async move {
                let row = reading::one(connection, folder).await?;
                let ask = Ask {
                    scopes: vec![scope],
                    subject: Some(folder),
                    refers_to: Some(row.opened.entry),
                    ..Ask::new(act)
                };
                let entry = match enter_unless(connection, &cx, &ask, None).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                if row.is_closed() == closes {
                    let already = if closes { "the folder is closed already" } else { "the folder is open" };
                    return Err(Error::Conflict(already.into()));
                }
                sqlx::query(
                    "INSERT INTO folder_step (folder, number, closes, person, at_us, entry, reason)
                     VALUES (?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(folder))
                .bind(int(row.steps.len() as u64)?)
                .bind(closes)
                .bind(blob(person.0))
                .bind(cx.now.0)
                .bind(int(entry.0)?)
                .bind(reason)
                .execute(connection)
                .await
                .doing("closing or reopening a folder")?;
                Ok(Ok(()))
            })
        })
        .await
    }

    async fn folder_unit(&self, folder: Uuid) -> Result<UnitId> {
        let unit: Option<Vec<u8>> = sqlx::query_scalar("SELECT unit FROM folder WHERE id = ?")
            .bind(blob(folder))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("looking for a folder")?;
        unit.map(|unit| uuid_of(&unit).map(UnitId)).transpose()?.ok_or(Error::NotFound("folder"))
    }

    /// A post for one group of the unit is enough: which, if there is none for the whole.
    async fn folder_scope(&self, person: PersonId, unit: UnitId, act: Act) -> Result<(UnitId, Option<Part>)> {
        let mut connection = self.0.database.read.acquire().await.doing("loading posts")?;
        Ok((unit, facts::own_part(&mut connection, person, unit, |role| entitles(role, act)).await?))
    }
}

/// Words in their limits, each camera once, and what the kind needs.
fn checked(new: NewFolderItem, now: WallTime) -> Result<NewFolderItem> {
    let mut cameras = new.cameras;
    cameras.sort_unstable();
    cameras.dedup();
    let words = at_most("words", new.words.trim(), folder::WORDS_CHARS_MAX)?;
    let written = Written {
        kind: new.kind,
        cameras: cameras.len(),
        from: new.from,
        to: new.to,
        words: &words,
        links: new.about.is_some(),
    };
    match folder::fault(written, now) {
        Some((field, problem)) => Err(Error::invalid(field, problem)),
        None => Ok(NewFolderItem { cameras, words, ..new }),
    }
}

/// Cameras and what is linked to are the folder's unit's.
async fn of_unit(connection: &mut SqliteConnection, new: &NewFolderItem, unit: UnitId) -> Result<()> {
    for camera in &new.cameras {
        let own: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM camera WHERE id = ? AND unit = ?)")
            .bind(blob(camera.0))
            .bind(blob(unit.0))
            .fetch_one(&mut *connection)
            .await
            .doing("looking for a folder's camera")?;
        if !own {
            return Err(Error::invalid("cameras", "are not all of the folder's unit"));
        }
    }
    let sql = match new.kind {
        ItemKind::Observation => {
            "SELECT EXISTS (SELECT 1 FROM duty_note JOIN duty_room ON duty_room.id = room WHERE duty_note.id = ? AND unit = ?)"
        }
        ItemKind::Alarm => "SELECT EXISTS (SELECT 1 FROM alarm_event WHERE id = ? AND unit = ?)",
        _ => {
            "SELECT EXISTS (SELECT 1 FROM duty_report JOIN duty_room ON duty_room.id = room WHERE duty_report.id = ? AND unit = ?)"
        }
    };
    let Some(about) = new.about else { return Ok(()) };
    let own: bool = sqlx::query_scalar(sql)
        .bind(blob(about))
        .bind(blob(unit.0))
        .fetch_one(connection)
        .await
        .doing("looking for what an item leads to")?;
    if own {
        Ok(())
    } else {
        Err(Error::invalid("about_id", "is no such observation, report or alarm of the unit"))
    }
}

/// Who adds something, when, under which entry.
struct Said {
    by: PersonId,
    at: WallTime,
    entry: EntryIndex,
}

async fn insert(
    connection: &mut SqliteConnection,
    (folder, id): (Uuid, Uuid),
    new: &NewFolderItem,
    said: &Said,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO folder_item (id, folder, kind, start_us, end_us, words, about, author, at_us, entry)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(id))
    .bind(blob(folder))
    .bind(new.kind.as_str())
    .bind(new.from.map(|from| from.0))
    .bind(new.to.map(|to| to.0))
    .bind(&new.words)
    .bind(new.about.map(blob))
    .bind(blob(said.by.0))
    .bind(said.at.0)
    .bind(int(said.entry.0)?)
    .execute(&mut *connection)
    .await
    .doing("adding to a folder")?;
    for camera in &new.cameras {
        sqlx::query("INSERT INTO folder_item_camera (item, camera) VALUES (?, ?)")
            .bind(blob(id))
            .bind(blob(camera.0))
            .execute(&mut *connection)
            .await
            .doing("adding to a folder")?;
    }
    Ok(())
}
