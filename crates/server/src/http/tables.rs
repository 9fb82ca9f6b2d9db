//! Lists as files: what is exported can be imported again, and a template is an export without rows. Basic data goes out with a
//! reason that stands in the entry, beside the hash of the file.

use super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::{Path, Query},
    names::UnitNames,
    types::{Problem, TableFileQuery, TableQuery},
};
use crate::{
    app::App,
    tables::{Format, Table, write},
};
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use law::import::{Column, Part, Target, cell_text, expectation, headings};
use law::packs::Library;
use model::{Act, Hash, Kind};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use store::LeavingTable;

pub fn target(word: &str) -> Answer<Target> {
    Target::from_word(word).ok_or_else(|| Failure::not_found("kind of record"))
}

pub fn format(word: Option<&str>) -> Answer<Format> {
    match word {
        None | Some("xlsx") => Ok(Format::Xlsx),
        Some("csv") => Ok(Format::Csv),
        Some(_) => Err(Failure::invalid("format", "is not csv or xlsx")),
    }
}

pub fn is_chinese(language: Option<&str>) -> bool {
    language != Some("en")
}

pub fn unwritten(error: anyhow::Error) -> Failure {
    Failure::new(Kind::Internal, format!("a table cannot be written: {error}"))
}

/// A file as an answer.
pub fn file(bytes: &[u8], name: &str, format: Format) -> Answer<Response> {
    let disposition = format!("attachment; filename=\"{name}.{}\"", format.extension());
    let disposition = HeaderValue::from_str(&disposition)
        .map_err(|_| Failure::new(Kind::Internal, "a file's name cannot be sent"))?;
    let mut response = bytes.to_vec().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

/// A filtered list as a table.
///
/// `x-watchkeeper-entry` and `x-watchkeeper-sha256` say the entry under which it leaves and the hash of the file. With basic data the
/// entry is its own and has the hash.
#[utoipa::path(
    get, path = "/api/tables/{kind}", tag = "register", params(("kind" = String, Path, description = "`camera` or a kind of record"), TableQuery),
    responses((status = 200, description = "CSV or XLSX", content((String = "text/csv"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), (status = 400, body = Problem, description = "No reason given"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn table(
    State(app): State<App>,
    signed: Signed,
    Path(kind): Path<String>,
    Query(query): Query<TableQuery>,
) -> Answer<Response> {
    let (target, format) = (target(&kind)?, format(query.format.as_deref())?);
    let zh = is_chinese(query.language.as_deref());
    let (rows, leaving) = match target {
        Target::Records(kind) => records(&app, &signed, kind, &query).await?,
        Target::Cameras => cameras(&app, &signed, &query).await?,
    };
    let library = app.registry().packs().library.clone();
    let written = tokio::task::spawn_blocking(move || write(&filled(target, zh, &library, &rows), format));
    let bytes = written.await.map_err(|_| Failure::new(Kind::Internal, "writing a table panicked"))?;
    let bytes = bytes.map_err(unwritten)?;
    let sha256 = Hash(Sha256::digest(&bytes).into());
    let entry = app.registry().admit_table(&signed.cx(&app), &leaving, sha256).await?;
    let said = [("x-watchkeeper-entry", entry.0.to_string()), ("x-watchkeeper-sha256", sha256.to_string())];
    Ok((said, file(&bytes, &kind, format)?).into_response())
}

/// An empty table with its headings; a workbook says beside them what each column takes.
#[utoipa::path(
    get, path = "/api/tables/{kind}/template", tag = "register", params(("kind" = String, Path, description = "`camera` or a kind of record"), TableFileQuery),
    responses((status = 200, description = "CSV or XLSX", content((String = "text/csv"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))))
)]
pub async fn template(
    State(app): State<App>,
    signed: Signed,
    Path(kind): Path<String>,
    Query(query): Query<TableFileQuery>,
) -> Answer<Response> {
    app.registry().admit_reading(&signed.cx(&app), Act::ReadRegistry, Vec::new()).await?;
    let (target, format) = (target(&kind)?, format(query.format.as_deref())?);
    let zh = is_chinese(query.language.as_deref());
    let library = app.registry().packs().library.clone();
    let by_hand = |column: &Column| !matches!(column.part, Part::Id | Part::PointId);
    let columns: Vec<Column> = headings(target).into_iter().filter(by_hand).collect();
    let mut table = named(target, zh);
    table.header = columns
        .iter()
        .map(|column| heading(column, zh) + if column.field.required { "*" } else { "" })
        .collect();
    let note = |column: &Column| {
        let words = expectation(column.field.of, &library);
        vec![heading(column, zh), if zh { words.zh } else { words.en }]
    };
    table.notes = columns.iter().map(note).collect();
    file(&write(&table, format).map_err(unwritten)?, &kind, format)
}

/// Values of rows by part and field, and what named records are called.
struct Rows {
    rows: Vec<HashMap<(u8, &'static str), Value>>,
    names: store::RecordNames,
    masked: bool,
}

const fn part(part: Part) -> u8 {
    match part {
        Part::Id => 0,
        Part::Unit => 1,
        Part::Own => 2,
        Part::PointId => 3,
        Part::Point => 4,
    }
}

async fn records(
    app: &App,
    signed: &Signed,
    kind: law::register::RecordKind,
    query: &TableQuery,
) -> Answer<(Rows, LeavingTable)> {
    let cx = signed.cx(app);
    let asked = store::RecordQuery {
        text: query.query.clone(),
        unit: query.unit.as_deref().map(str::parse).transpose()?,
        parent: query.parent.as_deref().map(str::parse).transpose()?,
        incomplete: query.incomplete,
        lacks: query.lacks.clone(),
        ..store::RecordQuery::of(kind)
    };
    let found = app.registry().export_records(&cx, &asked, &query.reason).await?;
    let units = UnitNames::load(app, &cx).await?;
    let row = |record: store::Record| {
        let mut cells = HashMap::new();
        cells.insert((part(Part::Id), "id"), json!(record.id.to_string()));
        cells.insert((part(Part::Unit), "unit"), json!(record.unit.and_then(|unit| units.get(unit))));
        for field in law::register::fields(kind) {
            if let Some(value) = record.body.get(field.name) {
                cells.insert((part(Part::Own), field.name), value.clone());
            }
        }
        cells
    };
    let rows = found.rows.into_iter().map(row).collect();
    Ok((Rows { rows, names: found.names, masked: found.masked }, found.leaving))
}

async fn cameras(app: &App, signed: &Signed, query: &TableQuery) -> Answer<(Rows, LeavingTable)> {
    let cx = signed.cx(app);
    let asked = store::CameraQuery {
        text: query.query.clone(),
        unit: query.unit.as_deref().map(str::parse).transpose()?,
        group: query.group.as_deref().map(str::parse).transpose()?,
        ..store::CameraQuery::default()
    };
    let found = app.registry().export_cameras(&cx, &asked, &query.reason).await?;
    let units = UnitNames::load(app, &cx).await?;
    let groups: HashMap<model::GroupId, String> =
        app.registry().groups(&cx).await?.into_iter().map(|group| (group.id, group.name)).collect();
    let row = |(camera, point): (store::Camera, Option<store::Record>)| {
        let mut cells = HashMap::new();
        let own = part(Part::Own);
        cells.insert((part(Part::Id), "id"), json!(camera.id.to_string()));
        cells.insert((part(Part::Unit), "unit"), json!(units.get(camera.unit)));
        cells.insert((own, "camera"), json!(camera.name));
        cells.insert((own, "camera_place"), json!(camera.place));
        cells.insert((own, "group"), json!(camera.group.and_then(|group| groups.get(&group))));
        cells.insert((own, "main_url"), json!(camera.main_url));
        cells.insert((own, "sub_url"), json!(camera.sub_url));
        cells.insert((own, "transport"), json!(camera.reach.transport.as_str()));
        cells.insert((own, "camera_level"), json!(camera.security_level));
        cells.insert((own, "floor_days"), json!(camera.floor_days));
        cells.insert((own, "enabled"), json!(camera.enabled));
        if let Some(point) = point {
            cells.insert((part(Part::PointId), "point_id"), json!(point.id.to_string()));
            cells.insert((part(Part::Point), "point"), json!(point.name));
            for field in law::register::fields(point.kind) {
                if let Some(value) = point.body.get(field.name) {
                    cells.insert((part(Part::Point), field.name), value.clone());
                }
            }
        }
        cells
    };
    let rows = found.rows.into_iter().map(row).collect();
    Ok((Rows { rows, names: found.names, masked: found.masked }, found.leaving))
}

fn named(target: Target, zh: bool) -> Table {
    let (chinese, english) = target.names();
    Table { name: if zh { chinese } else { english }.to_owned(), ..Table::default() }
}

fn heading(column: &Column, zh: bool) -> String {
    if zh { column.field.zh } else { column.field.en }.to_owned()
}

/// The table of an export: no passwords, and no confidential columns where all of it is masked, so that an import of what was given
/// out this way empties nothing.
fn filled(target: Target, zh: bool, library: &Library, rows: &Rows) -> Table {
    let hidden = |column: &Column| {
        matches!(column.field.name, "password" | "username" | "planned_kbps")
            || (rows.masked && column.field.confidential)
    };
    let columns: Vec<Column> = headings(target).into_iter().filter(|column| !hidden(column)).collect();
    let mut table = named(target, zh);
    table.header = columns.iter().map(|column| heading(column, zh)).collect();
    let called = |id: &str| rows.names.get(id).cloned().unwrap_or_else(|| id.to_owned());
    let cell = |row: &HashMap<(u8, &'static str), Value>, column: &Column| {
        let value = row.get(&(part(column.part), column.field.name)).unwrap_or(&Value::Null);
        cell_text(column.field.of, value, zh, library, &called)
    };
    table.rows =
        rows.rows.iter().map(|row| columns.iter().map(|column| cell(row, column)).collect()).collect();
    table
}
