//! Importing tables over HTTP: tried first, then applied by the dry run's id and hash. What is wrong goes out page by page, or whole
//! as a file.

use super::{
    auth::Signed,
    convert::words,
    error::{Answer, Failure},
    extract::{FileBytes, Json, Path, Query},
    storage, tables,
    types::{
        Applied, ApplyRequest, CellProblem, DryRun, DryRunQuery, EntryRef, ImportQuery, PlannedChange,
        PlannedField, Problem, TableFileQuery,
    },
};
use crate::{
    app::App,
    tables::{Table, read, write},
};
use axum::{extract::State, response::Response};
use law::import::Target;
use model::{Act, Cx, Kind};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// Rows of one page.
const PAGE_ROWS: usize = 100;
const PAGE_ROWS_MAX: usize = 500;
/// How long a dry run can be applied, as `store` has it.
const DRY_RUN_MS_MAX: i64 = 3_600_000;

/// Try a table: every problem by row and column, or what would change. Nothing changes.
#[utoipa::path(
    post, path = "/api/imports", tag = "register", params(ImportQuery), request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "CSV or XLSX"),
    responses((status = 200, body = DryRun, description = "What would happen"), (status = 400, body = Problem, description = "No table"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn upload(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<ImportQuery>,
    FileBytes(bytes): FileBytes,
) -> Answer<axum::Json<DryRun>> {
    let cx = signed.cx(&app);
    let target = query.kind.as_deref().map(tables::target).transpose()?;
    let unit = query.unit.as_deref().map(str::parse).transpose()?;
    let Ok(_turn) = app.dry_runs().turns().try_acquire() else {
        return Err(Failure::new(Kind::Busy, "another table is being read; try again in some seconds")
            .with_code("imports"));
    };
    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let name = query.name.unwrap_or_default();
    let called = name.clone();
    let sheets = tokio::task::spawn_blocking(move || read(&bytes, &called, target))
        .await
        .map_err(|_| Failure::new(Kind::Internal, "reading a table panicked"))?
        .map_err(|no| Failure::no_table(no.0))?;
    let file = store::ImportFile { name, hash, sheets, unit };
    let run = app.registry().try_import(&cx, file, room(&app).await?).await?;
    Ok(axum::Json(shape(&app.dry_runs().keep(run), 0, PAGE_ROWS)))
}

/// Room on the disks, where this system has admission control.
pub async fn room(app: &App) -> Answer<Option<store::Room>> {
    let cx = store::system_cx("storage", app.now());
    if !app.registry().admission_control(&cx).await? {
        return Ok(None);
    }
    let store::Storage { disk, streams, .. } = storage::facts(app).await?;
    let floor_days = app.store().retention_policy(&cx).await?.floor_days;
    let cameras = streams.into_iter().map(|own| (own.camera.camera, own)).collect();
    Ok(Some(store::Room { disk, floor_days, kbps: storage::UNKNOWN_KBPS, cameras }))
}

/// A dry run of one's own, from some problem and change on.
#[utoipa::path(
    get, path = "/api/imports/{id}", tag = "register", params(("id" = String, Path, description = "Dry run"), DryRunQuery),
    responses((status = 200, body = DryRun, description = "As it was found"), (status = 404, body = Problem, description = "None of one's own, or too old"))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<DryRunQuery>,
) -> Answer<axum::Json<DryRun>> {
    let run = own(&app, &signed, &id).await?;
    let limit = query.limit.unwrap_or(PAGE_ROWS).min(PAGE_ROWS_MAX);
    Ok(axum::Json(shape(&run, query.offset, limit)))
}

/// Every problem as a file.
#[utoipa::path(
    get, path = "/api/imports/{id}/report", tag = "register", params(("id" = String, Path, description = "Dry run"), TableFileQuery),
    responses((status = 200, description = "CSV or XLSX", content_type = "application/octet-stream"), (status = 404, body = Problem, description = "None of one's own, or too old"))
)]
pub async fn report(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<TableFileQuery>,
) -> Answer<Response> {
    let run = own(&app, &signed, &id).await?;
    let (format, zh) =
        (tables::format(query.format.as_deref())?, tables::is_chinese(query.language.as_deref()));
    let head = |zh_word: &str, en: &str| if zh { zh_word.to_owned() } else { en.to_owned() };
    let mut table = Table {
        name: head("问题", "Problems"),
        header: vec![
            head("工作表", "Sheet"),
            head("行", "Row"),
            head("列", "Column"),
            head("列名", "Heading"),
            head("值", "Value"),
            head("条款", "Article"),
            head("问题", "Problem"),
            head("更正", "Remedy"),
        ],
        ..Table::default()
    };
    table.rows = run
        .problems
        .kept
        .iter()
        .map(|one| {
            let said = |words: &law::Words| if zh { words.zh.clone() } else { words.en.clone() };
            vec![
                one.sheet.clone(),
                one.row.to_string(),
                one.column.map(|column| column.to_string()).unwrap_or_default(),
                one.heading.clone(),
                one.value.clone(),
                one.article.clone().unwrap_or_default(),
                said(&one.words),
                said(&one.remedy),
            ]
        })
        .collect();
    tables::file(&write(&table, format).map_err(tables::unwritten)?, "problems", format)
}

/// Apply a dry run: all of it, or nothing.
#[utoipa::path(
    post, path = "/api/imports/{id}/apply", tag = "register", request_body = ApplyRequest, params(("id" = String, Path, description = "Dry run")),
    responses((status = 200, body = Applied, description = "Applied"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It has problems, is older than an hour, or the register changed under it"))
)]
pub async fn apply(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<ApplyRequest>,
) -> Answer<axum::Json<Applied>> {
    let id = id.parse().map_err(|_| Failure::not_found("dry run"))?;
    let run = app.dry_runs().get(id).ok_or_else(|| Failure::not_found("dry run"))?;
    if run.hash != body.hash {
        return Err(Failure::invalid("hash", "is another table's"));
    }
    let cx = Cx { note: body.reason.filter(|reason| !reason.trim().is_empty()), ..signed.cx(&app) };
    let entry = app.registry().apply_import(&cx, run).await?;
    app.dry_runs().forget(id);
    app.ring_registry_changed();
    Ok(axum::Json(Applied { entry: EntryRef::access(entry) }))
}

async fn own(app: &App, signed: &Signed, id: &str) -> Answer<Arc<store::DryRun>> {
    let cx = signed.cx(app);
    app.registry().admit_reading(&cx, Act::ReadRegistry, Vec::new()).await?;
    let run = id.parse().ok().and_then(|id| app.dry_runs().get(id));
    run.filter(|run| run.actor == cx.actor).ok_or_else(|| Failure::not_found("dry run"))
}

pub fn shape(run: &store::DryRun, offset: usize, limit: usize) -> DryRun {
    let problem = |one: &law::import::CellProblem| CellProblem {
        sheet: one.sheet.clone(),
        row: one.row,
        column: one.column,
        heading: one.heading.clone(),
        value: one.value.clone(),
        article: one.article.clone(),
        problem: words(&one.words),
        remedy: words(&one.remedy),
    };
    let field = |(field, before, after)| PlannedField { field, before, after };
    let change = |one: store::Shown| PlannedChange {
        row: one.row,
        kind: Target::as_str(one.target).into(),
        id: one.id.to_string(),
        name: one.name,
        is_new: one.is_new,
        fields: one.changes.into_iter().map(field).collect(),
    };
    let counts = run.counts;
    DryRun {
        id: run.id.to_string(),
        hash: run.hash.clone(),
        name: run.file.clone(),
        rows: counts.rows,
        added: counts.added,
        changed: counts.changed,
        unchanged: counts.unchanged,
        cameras_added: counts.cameras_added,
        cameras_changed: counts.cameras_changed,
        switched_off: run.switched_off() as u64,
        problem_count: run.problems.count,
        problems: run.problems.kept.iter().skip(offset).take(limit).map(problem).collect(),
        changes: run.shown(offset, limit).into_iter().map(change).collect(),
        can_be_applied: run.can_be_applied(),
        until_ms: run.made.as_ms() + DRY_RUN_MS_MAX,
        entry: EntryRef::access(run.entry),
    }
}
