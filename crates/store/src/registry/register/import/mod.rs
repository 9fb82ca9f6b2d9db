//! Import, and changes of many records or cameras at once: tried first, with every problem; applied whole or not at all.
//!
//! 1. A table (or a selection with new values) is planned by `law::import`, from what the register holds.
//! 2. The plan is judged on a copy, row by row, by what judges a single call. Nothing has changed; an entry says that it was tried.
//! 3. To apply it, its rows are laid ready in small transactions; one of a few statements takes them over, with the entry.
//!
//! The invariant kept: a dry run with a problem cannot be applied, nor one that is older than an hour, nor one whose footing moved.

mod apply;
mod bulk;
mod footing;
mod judge;
mod known;
mod room;
mod stage;

pub use bulk::{BulkChange, Selection, is_for_many};
pub use room::Room;

use super::Book;
use crate::error::{Error, Result};
use crate::registry::{EntryIndex, Registry, new_id};
use law::import::{Plan, Problems, Sheet, Target, plan};
use model::{Act, Actor, Cx, RecordId, UnitId, WallTime};
use serde_json::Value;
use uuid::Uuid;

/// How long a dry run can be applied: what it stood on is compared, the room on the disks and people's minds are not.
pub const DRY_RUN_US_MAX: i64 = 3_600_000_000;

/// A table that was read.
#[derive(Clone, Debug)]
pub struct ImportFile {
    /// As the person calls it.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub hash: String,
    pub sheets: Vec<Sheet>,
    /// For rows that name no unit.
    pub unit: Option<UnitId>,
}

/// How much of what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ImportCounts {
    pub rows: u64,
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub cameras_added: u64,
    pub cameras_changed: u64,
}

/// What would happen, and every reason why it does not. It lives in the memory of whoever asked for it: passwords of a table are
/// written nowhere.
#[derive(Debug)]
pub struct DryRun {
    pub id: Uuid,
    pub act: Act,
    pub actor: Actor,
    pub made: WallTime,
    pub entry: EntryIndex,
    pub file: String,
    pub hash: String,
    pub unit: Option<UnitId>,
    pub counts: ImportCounts,
    pub problems: Problems,
    ready: Option<Ready>,
}

/// A plan without a problem.
#[derive(Debug)]
struct Ready {
    plan: Plan,
    footing: footing::Footing,
    cameras: Vec<stage::CameraRow>,
}

impl Ready {
    fn units(&self) -> Vec<UnitId> {
        let of_records = self.plan.records.iter().filter_map(|record| record.unit);
        of_records.chain(self.cameras.iter().map(|camera| camera.unit)).collect()
    }

    /// Cameras that record now and would not.
    fn switched_off(&self) -> usize {
        self.cameras.iter().filter(|camera| camera.goes_off()).count()
    }
}

/// One record or camera with what would differ.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    pub row: u32,
    pub target: Target,
    pub id: Uuid,
    pub name: String,
    pub is_new: bool,
    /// Field, before, after.
    pub changes: Vec<(String, Value, Value)>,
}

impl DryRun {
    pub fn can_be_applied(&self) -> bool {
        self.ready.is_some()
    }

    /// How many cameras it switches off: that is done for a stated reason only.
    pub fn switched_off(&self) -> usize {
        self.ready.as_ref().map_or(0, Ready::switched_off)
    }

    /// What would differ, so many from `offset` on.
    pub fn shown(&self, offset: usize, limit: usize) -> Vec<Shown> {
        let Some(ready) = &self.ready else { return Vec::new() };
        let records = ready.plan.records.iter().map(record_shown);
        let cameras = ready.cameras.iter().zip(&ready.plan.cameras).map(|(row, planned)| Shown {
            row: planned.row,
            target: Target::Cameras,
            id: row.id.0,
            name: row.name.clone(),
            is_new: row.is_new,
            changes: row
                .changes
                .iter()
                .map(|(field, a, b)| ((*field).to_owned(), a.clone(), b.clone()))
                .collect(),
        });
        records.chain(cameras).skip(offset).take(limit).collect()
    }
}

fn record_shown(planned: &law::import::PlannedRecord) -> Shown {
    let value = |body: &law::register::Body, field: &str| body.get(field).cloned().unwrap_or(Value::Null);
    let before = planned.before.as_ref().map(|(_, body)| body.clone()).unwrap_or_default();
    let changes = law::register::fields(planned.kind).iter().filter_map(|field| {
        let (old, new) = (value(&before, field.name), value(&planned.body, field.name));
        (old != new).then(|| (field.name.to_owned(), old, new))
    });
    Shown {
        row: planned.row,
        target: Target::Records(planned.kind),
        id: planned.id.0,
        name: super::text(&planned.body, "name").unwrap_or_default().to_owned(),
        is_new: planned.before.is_none(),
        changes: changes.collect(),
    }
}

impl Registry {
    /// Tries a table. Nothing changes; the entry says who tried what, with counts.
    ///
    /// # Errors
    /// `Refused` when the actor may not import for the unit; problems of the table are no error.
    pub async fn try_import(&self, cx: &Cx, file: ImportFile, room: Option<Room>) -> Result<DryRun> {
        let mut connection = self.0.database.aside().await?;
        let targets: Vec<Target> = file
            .sheets
            .iter()
            .filter_map(|sheet| sheet.target.or_else(|| Target::from_name(&sheet.name)))
            .collect();
        let known = known::known(&mut connection, cx, &targets).await?;
        let may = file.unit.is_none_or(|unit| known.units.iter().any(|(own, _)| *own == unit));
        let mut run = DryRun::new(cx, Act::ImportRecords, &file.name, &file.hash, file.unit);
        if known.units.is_empty() || !may {
            return self.tried(cx, run).await;
        }
        let library = self.packs().library.clone();
        // Twenty thousand rows are half a second of work that no other task should wait for.
        let planning = tokio::task::spawn_blocking(move || {
            let planned = plan(&file.sheets, &known, file.unit, &library, &mut || RecordId(new_id()));
            (file.sheets, planned)
        });
        let (sheets, planned) =
            planning.await.map_err(|_| Error::Internal("planning an import panicked".into()))?;
        let (plan, problems) = planned;
        self.judged(cx, &mut run, connection, &sheets, (plan, problems), room).await?;
        run.counts.rows = sheets.iter().map(|sheet| sheet.rows.len() as u64).sum();
        self.tried(cx, run).await
    }

    /// Judges a plan into a run.
    async fn judged(
        &self,
        cx: &Cx,
        run: &mut DryRun,
        connection: sqlx::SqliteConnection,
        sheets: &[Sheet],
        (plan, planned): (Plan, Problems),
        room: Option<Room>,
    ) -> Result<()> {
        let library = self.packs().library.clone();
        let judged =
            judge::judge(connection, Book::on(&library, self.today(cx.now)), sheets, &plan, room, cx.now)
                .await?;
        let of = |is_new: bool| {
            plan.records.iter().filter(|record| record.before.is_none() == is_new).count() as u64
        };
        let cameras_of =
            |is_new: bool| judged.cameras.iter().filter(|camera| camera.is_new == is_new).count() as u64;
        run.counts = ImportCounts {
            rows: plan.rows,
            added: of(true),
            changed: of(false),
            unchanged: plan.unchanged,
            cameras_added: cameras_of(true),
            cameras_changed: cameras_of(false),
        };
        run.problems = planned;
        run.problems.count += judged.problems.count;
        let room = law::import::PROBLEMS_MAX.saturating_sub(run.problems.kept.len());
        run.problems.kept.extend(judged.problems.kept.into_iter().take(room));
        run.problems.sort();
        if run.problems.is_empty() {
            run.ready = Some(Ready { plan, footing: judged.footing, cameras: judged.cameras });
        }
        Ok(())
    }

    /// Writes the entry of a dry run.
    async fn tried(&self, cx: &Cx, run: DryRun) -> Result<DryRun> {
        let ask = apply::ask(&run, run.ready.as_ref(), false);
        let entry = self.act(cx, ask, |_, entry| Box::pin(async move { Ok(entry) })).await?;
        Ok(DryRun { entry, ..run })
    }

    /// Applies a dry run: all of it, or nothing.
    ///
    /// # Errors
    /// `Conflict` when it has problems, is older than an hour, or the register moved under it; `Refused` when the actor may not.
    pub async fn apply_import(&self, cx: &Cx, run: std::sync::Arc<DryRun>) -> Result<EntryIndex> {
        let conflict = |what: &str| Err(Error::Conflict(what.into()));
        let Some(ready) = &run.ready else { return conflict("the table has problems; nothing is applied") };
        if cx.now.since_us(run.made) > DRY_RUN_US_MAX {
            return conflict("the dry run is older than an hour: try the table again");
        }
        let import = new_id();
        let taken = async {
            self.lay_ready(import, ready).await?;
            let (cx, run) = (cx.clone(), run.clone());
            self.decided(move |connection| {
                Box::pin(async move {
                    let ready = run.ready.as_ref().ok_or(Error::Internal("a plan is gone".into()))?;
                    let ask = apply::ask(&run, Some(ready), true);
                    apply::take_over(connection, &cx, &ask, import, ready).await
                })
            })
            .await
        };
        let taken = taken.await;
        if let Err(error) = self.clear(import).await {
            tracing::warn!(%error, "what an import laid ready stays until the next start");
        }
        let changes_something = run.counts.changed > 0 || run.counts.cameras_changed > 0;
        if taken.is_ok() && changes_something {
            self.0.passes.revoke_all();
        }
        taken
    }
}

impl DryRun {
    fn new(cx: &Cx, act: Act, file: &str, hash: &str, unit: Option<UnitId>) -> Self {
        debug_assert!(apply::ACTS.contains(&act));
        Self {
            id: new_id(),
            act,
            actor: cx.actor,
            made: cx.now,
            entry: EntryIndex(0),
            file: file.chars().filter(|letter| !letter.is_control()).take(120).collect(),
            hash: hash.to_owned(),
            unit,
            counts: ImportCounts::default(),
            problems: Problems::default(),
            ready: None,
        }
    }
}
