//! What the law says of each planned row: tried on a copy of the register in temporary tables of a connection of its own, by the
//! very functions that judge and write one record, so that a file is judged as its rows one by one would be.
//!
//! The register itself is not touched, and its writer not waited for.

use super::super::{Book, Looked, Record, lawful, list, write, write::Checked};
use super::{footing::Footing, room::Admission};
use crate::convert::blob;
use crate::error::{Doing, Error, Result};
use crate::registry::{EntryIndex, cameras};
use law::Words;
use law::import::{CellProblem, Plan, PlannedCamera, Problems, Sheet};
use law::register::{Problem, references};
use model::{RecordId, WallTime};
use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};
use std::collections::HashSet;

/// Names in a temporary schema come before those of the file.
const COPY: &str = "
    CREATE TEMP TABLE record AS SELECT * FROM main.record;
    CREATE UNIQUE INDEX temp.copy_record ON record (id);
    CREATE UNIQUE INDEX temp.copy_code ON record (kind, code) WHERE code IS NOT NULL AND removed_us IS NULL;
    CREATE INDEX temp.copy_kind ON record (kind);
    CREATE INDEX temp.copy_parent ON record (parent, kind);
    CREATE TEMP TABLE record_version AS SELECT * FROM main.record_version LIMIT 0;
    CREATE TEMP TABLE record_reference AS SELECT * FROM main.record_reference;
    CREATE INDEX temp.copy_source ON record_reference (source, field);
    CREATE INDEX temp.copy_target ON record_reference (target, field);
    CREATE TEMP TABLE camera AS SELECT * FROM main.camera;
    CREATE UNIQUE INDEX temp.copy_camera ON camera (id);
    CREATE INDEX temp.copy_point ON camera (point);";

/// What was found, and what it stands on.
pub(super) struct Judged {
    pub problems: Problems,
    pub footing: Footing,
    pub cameras: Vec<super::stage::CameraRow>,
}

/// Judges a plan. `connection` is one aside.
pub(super) async fn judge(
    mut connection: SqliteConnection,
    book: Book<'_>,
    sheets: &[Sheet],
    plan: &Plan,
    room: Option<super::Room>,
    now: WallTime,
) -> Result<Judged> {
    sqlx::raw_sql("BEGIN").execute(&mut connection).await.doing("copying the register")?;
    sqlx::raw_sql(COPY).execute(&mut connection).await.doing("copying the register")?;
    let mut report = Report { sheets, problems: Problems::default() };
    let mut refused: HashSet<RecordId> = plan.failed.iter().copied().collect();
    let mut footing = Footing::of(&mut connection, plan).await?;
    let looked = Looked::default();
    let book = book.keeping(&looked);
    for planned in &plan.records {
        let checked = Checked { kind: planned.kind, unit: planned.unit, body: planned.body.clone() };
        // What stands on a row that is not taken is not judged: its problem is said there.
        let named = references(planned.kind, &planned.body);
        if named.iter().any(|(_, _, id)| id.parse().is_ok_and(|id| refused.contains(&id))) {
            refused.insert(planned.id);
            continue;
        }
        let before = match planned.before {
            Some(_) => Some(list::one(&mut connection, planned.id).await?),
            None => None,
        };
        let tried = row(&mut connection, book, planned.id, &checked, before.as_ref(), now).await?;
        if tried.is_empty() {
            let before = before.as_ref().map(|before| &before.body);
            looked.written(&mut connection, planned.kind, before, &planned.body).await?;
        } else {
            refused.insert(planned.id);
        }
        for wrong in tried {
            report.add(planned.sheet, planned.row, wrong);
        }
    }
    let mut rows = Vec::with_capacity(plan.cameras.len());
    let mut enabled = cameras::enabled(&mut connection).await?;
    let mut admission = Admission::new(room);
    for planned in &plan.cameras {
        if planned.point.is_some_and(|point| refused.contains(&point)) {
            continue;
        }
        match camera(&mut connection, book, planned, &mut enabled, &mut admission).await? {
            Ok(row) => rows.push(row),
            Err(wrong) => report.add(planned.sheet, planned.row, wrong),
        }
    }
    footing.close(&mut connection, &rows).await?;
    connection.close().await.doing("closing the copy")?;
    let mut problems = report.problems;
    problems.sort();
    Ok(Judged { problems, footing, cameras: rows })
}

/// A row's problem before it knows where its cell is.
pub(super) struct Wrong {
    pub article: Option<String>,
    pub field: Option<String>,
    pub words: Words,
    pub remedy: Words,
}

impl Wrong {
    fn of(problem: Problem) -> Self {
        let remedy = Words::new("Correct the cell.", "请更正该单元格。");
        Self { article: None, field: Some(problem.field), words: problem.words, remedy }
    }
    pub fn field(field: &str, words: Words, remedy: Words) -> Self {
        Self { article: None, field: Some(field.to_owned()), words, remedy }
    }
}

impl From<law::access::Refusal> for Wrong {
    fn from(refusal: law::access::Refusal) -> Self {
        let article = Some(refusal.article.into_owned());
        Self { article, field: None, words: refusal.reason, remedy: refusal.remedy }
    }
}

struct Report<'a> {
    sheets: &'a [Sheet],
    problems: Problems,
}

impl Report<'_> {
    fn add(&mut self, sheet: usize, row: u32, wrong: Wrong) {
        let Some(sheet) = self.sheets.get(sheet) else { return };
        let target = sheet.target.or_else(|| law::import::Target::from_name(&sheet.name));
        let field = wrong.field.as_deref().and_then(|name| {
            let all = target.map(law::import::headings).unwrap_or_default();
            all.into_iter().find(|column| column.field.name == name)
        });
        let called = |heading: &String| {
            let heading = heading.trim().trim_end_matches('*').trim();
            field.is_some_and(|column| {
                let field = column.field;
                heading == field.zh || heading.eq_ignore_ascii_case(field.en) || heading == field.name
            })
        };
        let place = sheet.header.iter().position(called);
        let cells = sheet.rows.iter().find(|source| source.number == row).map(|source| &source.cells);
        let secret = wrong.field.as_deref() == Some("password");
        let value = place.zip(cells).and_then(|(place, cells)| cells.get(place)).filter(|_| !secret);
        self.problems.add(CellProblem {
            sheet: sheet.name.clone(),
            row,
            column: place.and_then(|place| u32::try_from(place + 1).ok()),
            heading: place.and_then(|place| sheet.header.get(place)).cloned().unwrap_or_default(),
            value: value.cloned().unwrap_or_default(),
            article: wrong.article,
            words: wrong.words,
            remedy: wrong.remedy,
        });
    }
}

/// One record as `add_record` and `change_record` would take it.
async fn row(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    id: RecordId,
    checked: &Checked,
    before: Option<&Record>,
    now: WallTime,
) -> Result<Vec<Wrong>> {
    if let Err(error) = write::by_hand(checked.kind, &checked.body, before.map(|before| &before.body)) {
        return wrong_of(checked, error);
    }
    if let Some(refusal) = lawful::record(connection, book, checked, before).await? {
        return Ok(vec![refusal.into()]);
    }
    statement(connection, "SAVEPOINT tried").await?;
    let written = match before {
        Some(before) => write::update(connection, before, checked, EntryIndex(0), now).await,
        None => write::insert_row(connection, id, checked, EntryIndex(0), now).await,
    };
    let wrong = match written {
        Ok(()) => Vec::new(),
        Err(error) => {
            statement(connection, "ROLLBACK TO tried").await?;
            wrong_of(checked, error)?
        }
    };
    statement(connection, "RELEASE tried").await?;
    Ok(wrong)
}

async fn statement(connection: &mut SqliteConnection, sql: &'static str) -> Result<()> {
    sqlx::raw_sql(sql).execute(connection).await.doing("trying a row").map(|_| ())
}

fn wrong_of(checked: &Checked, error: Error) -> Result<Vec<Wrong>> {
    match error {
        Error::Problems(problems) => Ok(problems.into_iter().map(Wrong::of).collect()),
        error if error.kind() == model::Kind::Conflict => {
            let field = checked.kind.code_field().unwrap_or("name");
            let words = Words::new("is taken by another record", "已被其他记录使用");
            let remedy =
                Words::new("Give the record's id to change it.", "如需修改该记录，请填写其记录编号。");
            Ok(vec![Wrong::field(field, words, remedy)])
        }
        error => Err(error),
    }
}

/// One camera as `enroll_camera`, `place_camera` and `change_camera` would take it.
async fn camera(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    planned: &PlannedCamera,
    enabled: &mut i64,
    admission: &mut Admission,
) -> Result<std::result::Result<super::stage::CameraRow, Wrong>> {
    let current = match planned.id {
        Some(id) => Some(cameras::stored(connection, id).await?),
        None => None,
    };
    let before = current.as_ref().and_then(|(_, point)| *point);
    let moves = planned.point.filter(|point| Some(*point) != before);
    if let (Some(id), Some(_)) = (planned.id, moves)
        && let Some(refusal) = lawful::camera_leaves(connection, book, id, true).await?
    {
        return Ok(Err(refusal.into()));
    }
    if let Some(point) = moves
        && let Some(refusal) = lawful::camera_at(connection, book, planned.unit, point).await?
    {
        return Ok(Err(refusal.into()));
    }
    let seen = match planned.id {
        Some(id) => Some(super::stage::camera_print(connection, id).await?),
        None => None,
    };
    let mut row = match super::stage::CameraRow::of(planned, current.as_ref().map(|(camera, _)| camera)) {
        Ok(row) => super::stage::CameraRow { seen, ..row },
        Err(wrong) => return Ok(Err(*wrong)),
    };
    row.changes.extend(plan_change(connection, planned).await?);
    let was_on = current.as_ref().is_some_and(|(camera, _)| camera.enabled);
    if row.enabled && !was_on {
        *enabled += 1;
        if *enabled > cameras::ENABLED_MAX {
            return Ok(Err(too_many()));
        }
    }
    // guangzhou-2007:21: what is let send more is judged as what is begun, as `PATCH /api/storage/cameras/{id}` does.
    if row.enabled
        && (!was_on || admission.raises(&row))
        && let Some(refusal) = admission.take(connection, book, &row, planned.point.or(before)).await?
    {
        return Ok(Err(refusal.into()));
    }
    if let Some(point) = moves.filter(|_| planned.id.is_some()) {
        let update = sqlx::query("UPDATE camera SET point = ? WHERE id = ?");
        let id = planned.id.map(|id| blob(id.0));
        update.bind(blob(point.0)).bind(id).execute(connection).await.doing("trying a camera")?;
    }
    Ok(Ok(row))
}

/// What it is planned to send, before and after, where the row says another rate.
async fn plan_change(
    connection: &mut SqliteConnection,
    planned: &PlannedCamera,
) -> Result<Option<(&'static str, Value, Value)>> {
    let Some(kbps) = planned.values.planned_kbps else { return Ok(None) };
    let had: Option<(Option<i64>,)> = sqlx::query_as("SELECT planned_kbps FROM main.camera WHERE id = ?")
        .bind(planned.id.map(|id| blob(id.0)))
        .fetch_optional(connection)
        .await
        .doing("reading what a camera is planned with")?;
    let had = had.and_then(|(had,)| had);
    Ok((had != Some(i64::from(kbps))).then(|| ("planned_kbps", json!(had), json!(kbps))))
}

fn too_many() -> Wrong {
    let max = cameras::ENABLED_MAX;
    Wrong::field(
        "enabled",
        Words::new(
            format!("would be switched on beyond the {max} cameras that one server runs"),
            format!("超过单台服务器可运行的{max}台摄像机"),
        ),
        Words::new(
            "Import it switched off: write 'no' in the column 'Switched on'.",
            "请以停用状态导入：在“启用”列填“否”。",
        ),
    )
}
