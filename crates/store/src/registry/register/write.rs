//! Adding, changing and removing records. A body is checked first; then, in one transaction, the law, the row, its version,
//! its references and the entry.

use super::documents::written_by_hand;
use super::{Book, Record, body_text, lawful, list, notices::Moved, secrecy};
use crate::convert::{blob, int};
use crate::error::{Doing, Error, Result};
use crate::registry::{EntryIndex, Registry, admit, admit::Ask, new_id};
use law::life_cycle::Stage;
use law::packs::Library;
use law::register::{Body, FILE_FIELDS, Problem, RecordKind, check, completeness, references, search_text};
use model::{Act, Cx, RecordId, UnitId, WallTime};
use sqlx::SqliteConnection;

/// Records of one installation: a city's hundred thousand points with what belongs to them.
const RECORDS_MAX: i64 = 1_000_000;

/// A body that passed the table of fields.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub kind: RecordKind,
    pub unit: Option<UnitId>,
    pub body: Body,
}

impl Registry {
    /// Adds a record. A system begins its life as planned.
    ///
    /// # Errors
    /// `Problems` with everything that is wrong in the body; `Refused` when the law forbids it.
    pub async fn add_record(
        &self,
        cx: &Cx,
        kind: RecordKind,
        unit: Option<UnitId>,
        body: Body,
    ) -> Result<RecordId> {
        let library = self.packs().library.clone();
        by_hand(kind, &body, None)?;
        let checked = checked(kind, unit, body, &library)?;
        let (id, cx) = (RecordId(new_id()), cx.clone());
        let secret = self.named_in_sight(&cx, &checked).await?;
        let ask = ask(&checked, id, "added", secret);
        let today = self.today(cx.now);
        self.decided(move |connection| {
            Box::pin(async move {
                let refusal = lawful::record(connection, Book::on(&library, today), &checked, None).await?;
                match admit::enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => {
                        insert(connection, id, &checked, entered.entry, cx.now).await?;
                        Ok(Ok(id))
                    }
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await
    }

    /// Changes a record as a whole. `version` is what the person saw; somebody else's change in between is not overwritten.
    pub async fn change_record(&self, cx: &Cx, id: RecordId, version: u32, body: Body) -> Result<()> {
        let before = self.stored_record(cx, id).await?;
        let library = self.packs().library.clone();
        let mut body = body;
        keep_file(&before, &mut body);
        by_hand(before.kind, &body, Some(&before.body))?;
        let checked = checked(before.kind, before.unit, body, &library)?;
        let moves = moves_cameras(&before, &checked);
        if moves {
            let floors = crate::registry::system_cx("retention", cx.now);
            self.note_floors_near(&floors, id, checked.kind).await?;
        }
        let secret = self.named_in_sight(cx, &checked).await? || before.secret;
        let (cx, mut ask) = (cx.clone(), ask(&checked, id, "changed", secret));
        // A point that goes to another system changes both.
        ask.systems.extend(changed_systems(before.kind, id, &before.body));
        let today = self.today(cx.now);
        self.decided(move |connection| {
            Box::pin(async move {
                let current = list::one(connection, id).await?;
                let refusal =
                    lawful::record(connection, Book::on(&library, today), &checked, Some(&current)).await?;
                match admit::enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => {
                        current.still(version)?;
                        update(connection, &current, &checked, entered.entry, cx.now).await?;
                        let moved =
                            Moved { book: Book::on(&library, today), entry: entered.entry, now: cx.now };
                        moved.record(connection, &current, &checked.body).await?;
                        Ok(Ok(()))
                    }
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await?;
        // Only what decides where a camera stands ends what is being watched.
        if moves {
            self.0.passes.revoke_all();
        }
        Ok(())
    }

    /// Takes a record out of the lists. It stays readable by its id, with all its versions; what others name stays.
    pub async fn remove_record(&self, cx: &Cx, id: RecordId, version: u32) -> Result<()> {
        let before = self.stored_record(cx, id).await?;
        let secret = before.secret;
        let checked = Checked { kind: before.kind, unit: before.unit, body: before.body };
        let (cx, ask) = (cx.clone(), ask(&checked, id, "removed", secret));
        self.decided(move |connection| {
            Box::pin(async move {
                let current = list::one(connection, id).await?;
                let refusal = lawful::removal(connection, &current).await?;
                match admit::enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(_) => {
                        current.still(version)?;
                        remove(connection, id, cx.now).await.map(Ok)
                    }
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await
    }
}

/// Whether a change can move where cameras stand in the law's eyes. All that counts of a division is its code.
fn moves_cameras(before: &Record, after: &Checked) -> bool {
    let recoded = || {
        let code = after.kind.code_field().and_then(|field| super::text(&after.body, field));
        before.code.as_deref() != code
    };
    after.kind.moves_cameras() && (after.kind != RecordKind::Division || recoded())
}

impl Record {
    pub(super) fn still(&self, version: u32) -> Result<()> {
        match self.removed {
            Some(_) => Err(Error::Conflict("the record was removed".into())),
            None if self.version != version => {
                Err(Error::Conflict(format!("the record is at version {} by now", self.version)))
            }
            None => Ok(()),
        }
    }
}

/// What the file of a document is, is set when it is taken in and never by a form.
fn keep_file(before: &Record, body: &mut Body) {
    if before.kind == RecordKind::Document {
        for field in FILE_FIELDS {
            match before.body.get(field) {
                Some(value) => body.insert(field.into(), value.clone()),
                None => body.remove(field),
            };
        }
    }
}

/// What only the system writes into a document.
pub(super) fn by_hand(kind: RecordKind, body: &Body, before: Option<&Body>) -> Result<()> {
    if kind != RecordKind::Document {
        return Ok(());
    }
    let problems = written_by_hand(body, before);
    if problems.is_empty() { Ok(()) } else { Err(Error::Problems(problems)) }
}

pub(super) fn checked(
    kind: RecordKind,
    unit: Option<UnitId>,
    mut body: Body,
    library: &Library,
) -> Result<Checked> {
    let mut problems = check(kind, &mut body, library);
    match unit {
        None if !kind.is_shared() => problems.push(Problem::new("unit", "is missing", "未指定单位")),
        Some(_) if kind.is_shared() => {
            problems.push(Problem::new("unit", "this kind belongs to no unit", "此类记录不属于单位"));
        }
        _ => {}
    }
    if problems.is_empty() { Ok(Checked { kind, unit, body }) } else { Err(Error::Problems(problems)) }
}

/// The entry of a secret record names it by its id alone: whoever reads the ledger need not be cleared.
fn ask(checked: &Checked, id: RecordId, what: &str, secret: bool) -> Ask {
    let name =
        if secret { secrecy::WITHHELD } else { super::text(&checked.body, "name").unwrap_or_default() };
    Ask {
        scopes: checked.unit.into_iter().map(|unit| (unit, None)).collect(),
        subject: Some(id.0),
        systems: changed_systems(checked.kind, id, &checked.body).collect(),
        extra: format!("kind={}\nname={name}\nrecord={what}", checked.kind.as_str()),
        ..Ask::new(Act::ChangeRecord)
    }
}

/// The system that changes with a record: itself, or the one that it names as its own.
pub(super) fn changed_systems(kind: RecordKind, id: RecordId, body: &Body) -> impl Iterator<Item = RecordId> {
    let own = (kind == RecordKind::System).then_some(id);
    own.into_iter().chain(super::record_id(body, "system"))
}

pub(super) async fn insert(
    connection: &mut SqliteConnection,
    id: RecordId,
    checked: &Checked,
    entry: EntryIndex,
    now: WallTime,
) -> Result<()> {
    room_for(connection, 1).await?;
    unique(connection, id, checked).await?;
    insert_row(connection, id, checked, entry, now).await
}

/// Whether so many more records fit.
pub(super) async fn room_for(connection: &mut SqliteConnection, records: i64) -> Result<()> {
    let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM record")
        .fetch_one(&mut *connection)
        .await
        .doing("counting records")?;
    if count + records > RECORDS_MAX {
        return Err(Error::Conflict(format!("the registry has room for {RECORDS_MAX} records")));
    }
    Ok(())
}

pub(super) async fn insert_row(
    connection: &mut SqliteConnection,
    id: RecordId,
    checked: &Checked,
    entry: EntryIndex,
    now: WallTime,
) -> Result<()> {
    let stage = (checked.kind == RecordKind::System).then(|| i64::from(Stage::Planned.code()));
    sqlx::query(
        "INSERT INTO record (id, kind, unit, name, code, parent, body, search, missing, version, created_us, changed_us, stage)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, ?10, ?11)",
    )
    .bind(blob(id.0))
    .bind(i64::from(checked.kind.code()))
    .bind(checked.unit.map(|unit| blob(unit.0)))
    .bind(super::text(&checked.body, "name").unwrap_or_default())
    .bind(checked.kind.code_field().and_then(|field| super::text(&checked.body, field)))
    .bind(parent(checked))
    .bind(body_text(&checked.body)?)
    .bind(search_text(checked.kind, &checked.body))
    .bind(missing(checked)?)
    .bind(now.0)
    .bind(stage)
    .execute(&mut *connection)
    .await
    .doing("adding a record")?;
    version(connection, id, 1, &checked.body, entry, now).await?;
    refer(connection, id, checked).await?;
    secrecy::settle(connection, id, checked, None).await
}

pub(super) async fn update(
    connection: &mut SqliteConnection,
    current: &Record,
    checked: &Checked,
    entry: EntryIndex,
    now: WallTime,
) -> Result<()> {
    let next = current.version.saturating_add(1);
    unique(connection, current.id, checked).await?;
    sqlx::query(
        "UPDATE record SET name = ?2, code = ?3, parent = ?4, body = ?5, search = ?6, missing = ?7, version = ?8,
                changed_us = ?9 WHERE id = ?1",
    )
    .bind(blob(current.id.0))
    .bind(super::text(&checked.body, "name").unwrap_or_default())
    .bind(checked.kind.code_field().and_then(|field| super::text(&checked.body, field)))
    .bind(parent(checked))
    .bind(body_text(&checked.body)?)
    .bind(search_text(checked.kind, &checked.body))
    .bind(missing(checked)?)
    .bind(i64::from(next))
    .bind(now.0)
    .execute(&mut *connection)
    .await
    .doing("changing a record")?;
    version(connection, current.id, next, &checked.body, entry, now).await?;
    sqlx::query("DELETE FROM record_reference WHERE source = ?")
        .bind(blob(current.id.0))
        .execute(&mut *connection)
        .await
        .doing("changing what a record names")?;
    refer(connection, current.id, checked).await?;
    secrecy::settle(connection, current.id, checked, Some(current)).await
}

async fn remove(connection: &mut SqliteConnection, id: RecordId, now: WallTime) -> Result<()> {
    sqlx::query("UPDATE record SET removed_us = ? WHERE id = ?")
        .bind(now.0)
        .bind(blob(id.0))
        .execute(connection)
        .await
        .doing("removing a record")
        .map(|_| ())
}

/// The code of a record is no other's of its kind; whose it is, is said by name.
async fn unique(connection: &mut SqliteConnection, id: RecordId, checked: &Checked) -> Result<()> {
    let Some(field) = checked.kind.code_field() else { return Ok(()) };
    let Some(code) = super::text(&checked.body, field) else { return Ok(()) };
    let other: Option<(String,)> = sqlx::query_as(
        "SELECT name FROM record WHERE kind = ? AND code = ? AND removed_us IS NULL AND id <> ?",
    )
    .bind(i64::from(checked.kind.code()))
    .bind(code)
    .bind(blob(id.0))
    .fetch_optional(connection)
    .await
    .doing("looking for a code")?;
    match other {
        None => Ok(()),
        Some((name,)) => Err(Error::Problems(vec![Problem::new(
            field,
            format!("is the code of '{name}' already"),
            format!("已是“{name}”的编码"),
        )])),
    }
}

pub(super) fn parent(checked: &Checked) -> Option<Vec<u8>> {
    let field = checked.kind.parent_field()?;
    super::record_id(&checked.body, field).map(|id| blob(id.0))
}

pub(super) fn missing(checked: &Checked) -> Result<i64> {
    int(completeness(checked.kind, &checked.body).len() as u64)
}

async fn version(
    connection: &mut SqliteConnection,
    id: RecordId,
    version: u32,
    body: &Body,
    entry: EntryIndex,
    now: WallTime,
) -> Result<()> {
    sqlx::query("INSERT INTO record_version (id, version, body, entry, at_us) VALUES (?, ?, ?, ?, ?)")
        .bind(blob(id.0))
        .bind(i64::from(version))
        .bind(body_text(body)?)
        .bind(int(entry.0)?)
        .bind(now.0)
        .execute(connection)
        .await
        .doing("keeping a record's version")
        .map(|_| ())
}

/// Notes what a record names. What is named must be there, of the right kind, not removed, and not another unit's.
async fn refer(connection: &mut SqliteConnection, source: RecordId, checked: &Checked) -> Result<()> {
    let mut problems = Vec::new();
    for (field, kind, id) in references(checked.kind, &checked.body) {
        let target: RecordId = id.parse()?;
        let found = match list::one(connection, target).await {
            Ok(found) => Some(found),
            Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        let fits = |found: &Record| {
            found.kind == kind
                && found.removed.is_none()
                && (found.unit.is_none() || checked.unit.is_none() || found.unit == checked.unit)
        };
        if !found.as_ref().is_some_and(fits) {
            problems.push(Problem::new(
                field,
                "names no record of this kind and unit",
                "所指记录不存在、种类不符或属于其他单位",
            ));
            continue;
        }
        sqlx::query("INSERT OR IGNORE INTO record_reference (source, field, target) VALUES (?, ?, ?)")
            .bind(blob(source.0))
            .bind(field)
            .bind(blob(target.0))
            .execute(&mut *connection)
            .await
            .doing("noting what a record names")?;
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Problems(problems)) }
}
