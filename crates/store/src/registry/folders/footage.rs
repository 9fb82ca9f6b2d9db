//! A folder's footage: one act that holds all its spans, and one that asks for packages of them, through the same doors as single
//! holds and exports.
//!
//! It makes no package and deletes nothing. The invariants: a hold of a folder and the span that it is for commit together; a camera
//! that the actor's posts do not cover refuses the whole act; what was withdrawn is neither held anew nor handed out.

use super::{FolderItem, FolderRow, person_of, reading};
use crate::convert::{blob, int};
use crate::error::{Doing, Error, Result};
use crate::registry::admit::{Ask, Entered, enter, enter_unless};
use crate::registry::exports::Admitted;
use crate::registry::holds::{self, HoldRow, HoldState, Placing};
use crate::registry::register::Book;
use crate::registry::retrievals::for_authority;
use crate::registry::{Decided, EntryIndex, NewExport, Pass, Registry, new_id};
use law::folder::{self, ItemKind, Wanted};
use model::{Act, CameraId, Cx, ExportId, HoldId, PersonId, Span, WallTime};
use sqlx::SqliteConnection;
use std::sync::Arc;
use uuid::Uuid;

/// A hold over some of a folder's spans.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FolderHold {
    pub id: HoldId,
    pub span: Span,
    pub cameras: Vec<CameraId>,
    pub state: HoldState,
    /// Nobody has lifted it.
    pub stands: bool,
    /// Who asks that it be lifted.
    pub asker: Option<PersonId>,
    pub review: WallTime,
}

impl FolderHold {
    pub(super) fn of(row: HoldRow) -> Self {
        let open = row.releases.iter().find(|release| release.answer.is_none());
        Self {
            id: row.id,
            span: row.span,
            stands: matches!(row.state, HoldState::Placing | HoldState::Held),
            asker: open.map(|release| release.asker),
            cameras: row.cameras,
            state: row.state,
            review: row.review,
        }
    }
}

/// One package that a folder asks for, and the entry of the act that asks for all of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AskedPackage {
    pub entry: EntryIndex,
    pub span: Span,
    pub cameras: Vec<CameraId>,
}

impl Registry {
    /// Holds every span of the folder that is not held yet. The folder's case is the hold's.
    pub async fn hold_folder(
        &self,
        cx: &Cx,
        id: Uuid,
        review: Option<WallTime>,
        document: &str,
    ) -> Result<()> {
        let (requester, review) = (person_of(cx)?, holds::review(cx.now, review)?);
        let document = crate::registry::at_most("document", document.trim(), holds::DOCUMENT_CHARS_MAX)?;
        let scope = self.folder_scope(requester, self.folder_unit(id).await?, Act::HoldFolder).await?;
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let row = reading::one(connection, id).await?;
                let cx = Cx { case: row.case, ..cx };
                let wanted = folder::unheld(&row.spans(), &row.held());
                let ask = of_folder(&row, Act::HoldFolder, &wanted, scope);
                let entry = match enter_unless(connection, &cx, &ask, folder::closed(row.is_closed())).await?
                {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                if wanted.is_empty() {
                    return Err(Error::Conflict("the folder has no span that is not held".into()));
                }
                for Wanted { span, cameras } in wanted {
                    let placing = Placing {
                        id: HoldId(new_id()),
                        cameras,
                        span,
                        requester,
                        export: None,
                        review,
                        document: document.clone(),
                        approver: String::new(),
                        approver_id: None,
                    };
                    let hold = placing.id;
                    let ask = Ask { refers_to: Some(entry), ..placing.ask() };
                    let placed = or_nothing(enter(connection, &cx, &ask).await?)?.entry;
                    holds::insert_and_send(connection, &cx, placing, placed).await?;
                    note_hold(connection, id, hold).await?;
                }
                Ok(Ok(()))
            })
        })
        .await
    }

    /// Asks that all holds of the folder be lifted, each by its own entry. How many.
    pub async fn ask_folder_release(&self, cx: &Cx, id: Uuid, document: &str) -> Result<usize> {
        let standing = self.folder(cx, id).await?.holds.into_iter();
        let open: Vec<_> = standing.filter(|hold| hold.stands && hold.asker.is_none()).collect();
        for hold in &open {
            self.ask_release(cx, hold.id, document).await?;
        }
        some(open.len(), "no hold of this folder stands without being asked about")
    }

    /// Lifts all holds of the folder that another person asked about.
    pub async fn approve_folder_release(&self, cx: &Cx, id: Uuid) -> Result<usize> {
        let standing = self.folder(cx, id).await?.holds.into_iter();
        let asked: Vec<_> = standing.filter(|hold| hold.stands && hold.asker.is_some()).collect();
        for hold in &asked {
            self.approve_release(cx, hold.id).await?;
        }
        some(asked.len(), "nobody has asked that the holds of this folder be lifted")
    }

    /// What the folder's spans ask for, all or the named ones. Each package is then admitted by itself, as every export is.
    pub async fn ask_folder_packages(
        &self,
        cx: &Cx,
        id: Uuid,
        items: Option<Vec<Uuid>>,
    ) -> Result<Vec<AskedPackage>> {
        let person = person_of(cx)?;
        let scope = self.folder_scope(person, self.folder_unit(id).await?, Act::ExportFolder).await?;
        let cx = cx.clone();
        let (library, today) = (Arc::clone(&self.0.packs.library), self.today(cx.now));
        self.decided(move |connection| {
            Box::pin(async move {
                let row = reading::one(connection, id).await?;
                let cx = Cx { case: row.case, ..cx };
                let chosen = chosen(&row, items.as_deref())?;
                let wanted = folder::wanted(&chosen.spans);
                let mut ask = of_folder(&row, Act::ExportFolder, &wanted, scope);
                let (book, copied) = (Book::on(&library, today), (ask.act, &ask.cameras[..], None, None));
                ask.for_authority = for_authority(connection, book, &cx, copied).await?;
                let refusal = folder::closed(row.is_closed()).or(folder::withdrawn(chosen.withdrawn));
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                match wanted.len() {
                    0 => Err(Error::Conflict("the folder has no span to hand out".into())),
                    1..=folder::PACKAGES_MAX => Ok(Ok(asked(wanted, entry))),
                    _ => {
                        Err(Error::invalid("items", "are of too many different spans for one act: name some"))
                    }
                }
            })
        })
        .await
    }

    /// Notes a package of the folder that a pass admits; with a case its footage is held by itself.
    pub async fn create_folder_export(
        &self,
        (folder, entry): (Uuid, EntryIndex),
        pass: &Pass,
        new: NewExport,
    ) -> Result<ExportId> {
        let admitted = Admitted::by(pass, new)?;
        let holds = admitted.is_for_case();
        self.write(move |connection| {
            Box::pin(async move {
                let export = admitted.insert(connection, holds).await?;
                sqlx::query("INSERT INTO folder_export (export, folder, entry) VALUES (?, ?, ?)")
                    .bind(blob(export.0))
                    .bind(blob(folder))
                    .bind(int(entry.0)?)
                    .execute(connection)
                    .await
                    .doing("noting a folder's package")?;
                Ok(export)
            })
        })
        .await
    }
}

/// Holds what was added, `item`, where the folder is held; and where it names a case, since footage is bound to that by it
/// (guangzhou-2007:28). What two persons lifted before is not held anew by another item.
pub(super) async fn hold_with(
    connection: &mut SqliteConnection,
    cx: &Cx,
    (row, item): (&FolderRow, Uuid),
    (person, entry): (PersonId, EntryIndex),
) -> Result<()> {
    let cx = Cx { case: row.case, note: Some(row.name.clone()), ..cx.clone() };
    let added = row.items.iter().find(|added| added.id == item);
    let wanted = match (row.case.is_some(), row.is_held()) {
        (true, _) => added.and_then(FolderItem::bound),
        (false, true) => added.and_then(FolderItem::wanted),
        (false, false) => None,
    };
    let spans: Vec<Wanted> = wanted.into_iter().collect();
    for Wanted { span, cameras } in folder::unheld(&spans, &row.held()) {
        let of = (None, format!("folder={}", row.id));
        let hold = holds::hold_by_itself(connection, &cx, of, entry, (person, cameras, span)).await?;
        note_hold(connection, row.id, hold).await?;
    }
    Ok(())
}

async fn note_hold(connection: &mut SqliteConnection, folder: Uuid, hold: HoldId) -> Result<()> {
    sqlx::query("INSERT INTO folder_hold (hold, folder) VALUES (?, ?)")
        .bind(blob(hold.0))
        .bind(blob(folder))
        .execute(connection)
        .await
        .doing("noting a folder's hold")
        .map(|_| ())
}

struct Chosen {
    spans: Vec<Wanted>,
    /// One of those that were named.
    withdrawn: bool,
}

fn chosen(row: &FolderRow, named: Option<&[Uuid]>) -> Result<Chosen> {
    let Some(named) = named else { return Ok(Chosen { spans: row.spans(), withdrawn: false }) };
    let mut chosen = Chosen { spans: Vec::new(), withdrawn: false };
    for id in named {
        let item = row.items.iter().find(|item| item.id == *id).ok_or(Error::NotFound("item"))?;
        if item.kind != ItemKind::Span {
            return Err(Error::invalid("items", "are not all spans"));
        }
        chosen.withdrawn |= item.withdrawn.is_some();
        chosen.spans.extend(item.wanted());
    }
    Ok(chosen)
}

fn of_folder(
    row: &FolderRow,
    act: Act,
    wanted: &[Wanted],
    scope: (model::UnitId, Option<law::access::Part>),
) -> Ask {
    let mut cameras: Vec<CameraId> = wanted.iter().flat_map(|wanted| wanted.cameras.clone()).collect();
    cameras.sort_unstable();
    cameras.dedup();
    Ask {
        cameras,
        scopes: vec![scope],
        subject: Some(row.id),
        refers_to: Some(row.opened.entry),
        extra: format!("spans={}", wanted.len()),
        ..Ask::new(act)
    }
}

fn asked(wanted: Vec<Wanted>, entry: EntryIndex) -> Vec<AskedPackage> {
    let one = |Wanted { span, cameras }| AskedPackage { entry, span, cameras };
    wanted.into_iter().map(one).collect()
}

/// A refusal of one undoes all: nothing of the folder is held by halves.
fn or_nothing(decided: Decided<Entered>) -> Result<Entered> {
    decided.map_err(|refusal| Error::Refused(Box::new(refusal)))
}

fn some(count: usize, otherwise: &str) -> Result<usize> {
    if count == 0 { Err(Error::Conflict(otherwise.to_owned())) } else { Ok(count) }
}
