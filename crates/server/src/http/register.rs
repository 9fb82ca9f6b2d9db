//! The registry's records over HTTP: kinds with their fields, lists, one record, its versions. The bodies' rules are
//! `law::register`'s.

use super::{
    auth::Signed,
    convert::words,
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    types::{
        Bilingual, CompletenessReport, CompletenessRow, EntryRef, FieldChoice, LackingField, Made, NamedBy,
        NamedByQuery, Naming, Problem, Record, RecordChange, RecordField, RecordKindInfo, RecordKinds,
        RecordListQuery, RecordOrder, RecordRemoval, RecordRequest, RecordVersion, RecordVersions, Records,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::packs::Library;
use law::register::{Choice, Field, FieldType, RecordKind, Source, fields};
use model::RecordId;

/// Rows of a page when nobody says.
const ROWS_DEFAULT: u32 = 100;

/// The kinds of record and their fields.
#[utoipa::path(
    get, path = "/api/register", tag = "register",
    responses((status = 200, body = RecordKinds, description = "What forms are made of"), (status = 401, body = Problem, description = "Not signed in"))
)]
pub async fn kinds(State(app): State<App>, _signed: Signed) -> Answer<axum::Json<RecordKinds>> {
    let library = &app.registry().packs().library;
    let kinds = RecordKind::ALL.into_iter().map(|kind| kind_shape(kind, library)).collect();
    Ok(axum::Json(RecordKinds { kinds }))
}

/// A page of records, by name.
#[utoipa::path(
    get, path = "/api/register/{kind}", tag = "register", params(("kind" = String, Path, description = "Kind"), RecordListQuery),
    responses((status = 200, body = Records, description = "One page"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path(kind): Path<String>,
    Query(query): Query<RecordListQuery>,
) -> Answer<axum::Json<Records>> {
    let query = store::RecordQuery {
        text: query.query,
        unit: query.unit.as_deref().map(str::parse).transpose()?,
        parent: query.parent.as_deref().map(str::parse).transpose()?,
        incomplete: query.incomplete,
        lacks: query.lacks,
        order: match query.order {
            RecordOrder::Name => store::RecordOrder::Name,
            RecordOrder::Lacking => store::RecordOrder::Lacking,
            RecordOrder::Oldest => store::RecordOrder::Oldest,
        },
        limit: query.limit.unwrap_or(ROWS_DEFAULT),
        cursor: query.cursor,
        ..store::RecordQuery::of(kind_of(&kind)?)
    };
    let page = app.registry().records(&signed.cx(&app), &query).await?;
    Ok(axum::Json(Records {
        records: page.records.into_iter().map(record_shape).collect(),
        next_cursor: page.next_cursor,
        total: page.total,
    }))
}

/// How complete and how old the records are that one may see, by kind and unit: what lacks most first.
#[utoipa::path(
    get, path = "/api/register/completeness", tag = "register",
    responses((status = 200, body = CompletenessReport, description = "No record's values"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn completeness(State(app): State<App>, signed: Signed) -> Answer<axum::Json<CompletenessReport>> {
    let found = app.registry().completeness(&signed.cx(&app)).await?;
    let mut rows: Vec<CompletenessRow> = found.into_iter().map(completeness_shape).collect();
    // Of all values that are expected, the share that is missing; of equals what has the most records.
    let share = |row: &CompletenessRow| (row.values_missing * 1_000_000).checked_div(row.values_expected);
    rows.sort_by_key(|row| std::cmp::Reverse((share(row), row.records)));
    Ok(axum::Json(CompletenessReport { stale_days: law::detect::STALE_DAYS, rows }))
}

fn completeness_shape(found: store::Completeness) -> CompletenessRow {
    let expected = fields(found.kind).iter().filter(|field| field.expected && field.of != FieldType::Flag);
    CompletenessRow {
        kind: found.kind.as_str().into(),
        unit_id: found.unit.map(|unit| unit.to_string()),
        records: found.records,
        incomplete: found.incomplete,
        stale: found.stale,
        oldest_ms: found.oldest.as_ms(),
        values_expected: expected.count() as u64 * found.records,
        values_missing: found.lacking.iter().map(|(_, records)| records).sum(),
        lacking: found
            .lacking
            .into_iter()
            .map(|(field, records)| LackingField { field: field.into(), records })
            .collect(),
    }
}

/// Add a record.
#[utoipa::path(
    post, path = "/api/register/{kind}", tag = "register", request_body = RecordRequest, params(("kind" = String, Path, description = "Kind")),
    responses((status = 201, body = Made, description = "Added"), (status = 400, body = Problem, description = "Every field that is wrong"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn add(
    State(app): State<App>,
    signed: Signed,
    Path(kind): Path<String>,
    Json(body): Json<RecordRequest>,
) -> Answer<(StatusCode, axum::Json<Made>)> {
    let unit = body.unit_id.as_deref().map(str::parse).transpose()?;
    let id = app.registry().add_record(&signed.cx(&app), kind_of(&kind)?, unit, body.body).await?;
    Ok((StatusCode::CREATED, axum::Json(Made { id: id.to_string() })))
}

/// One record.
#[utoipa::path(
    get, path = "/api/records/{id}", tag = "register", params(("id" = String, Path, description = "Record")),
    responses((status = 200, body = Record, description = "As one may see it"), (status = 404, body = Problem, description = "No such record"))
)]
pub async fn one(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<Record>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, model::Act::ReadRegistry, Vec::new()).await?;
    Ok(axum::Json(record_shape(app.registry().record(&cx, record_id(&id)?).await?)))
}

/// Change a record as a whole.
#[utoipa::path(
    patch, path = "/api/records/{id}", tag = "register", request_body = RecordChange, params(("id" = String, Path, description = "Record")),
    responses((status = 200, body = Record, description = "As it is now"), (status = 400, body = Problem, description = "Every field that is wrong"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Changed meanwhile"))
)]
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<RecordChange>,
) -> Answer<axum::Json<Record>> {
    let (cx, id) = (signed.cx(&app), record_id(&id)?);
    app.registry().change_record(&cx, id, body.version, body.body).await?;
    // A place that became private stops its cameras.
    app.ring_registry_changed();
    Ok(axum::Json(record_shape(app.registry().record(&cx, id).await?)))
}

/// Take a record out of the lists; its versions stay.
#[utoipa::path(
    delete, path = "/api/records/{id}", tag = "register", params(("id" = String, Path, description = "Record"), RecordRemoval),
    responses((status = 204, description = "Removed"), (status = 403, body = Problem, description = "Refused: named by others, or in use"))
)]
pub async fn remove(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Query(removal): Query<RecordRemoval>,
) -> Answer<StatusCode> {
    app.registry().remove_record(&signed.cx(&app), record_id(&id)?, removal.version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Every version of a record, newest first.
#[utoipa::path(
    get, path = "/api/records/{id}/versions", tag = "register", params(("id" = String, Path, description = "Record")),
    responses((status = 200, body = RecordVersions, description = "With their entries"), (status = 404, body = Problem, description = "No such record"))
)]
pub async fn versions(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<RecordVersions>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, model::Act::ReadRegistry, Vec::new()).await?;
    let versions = app.registry().record_versions(&cx, record_id(&id)?).await?;
    let shape = |version: store::RecordVersion| RecordVersion {
        version: version.version,
        body: version.body,
        at_ms: version.at.as_ms(),
        entry: EntryRef::access(version.entry),
    };
    Ok(axum::Json(RecordVersions { versions: versions.into_iter().map(shape).collect() }))
}

/// The records that name this one: those that one may see.
#[utoipa::path(
    get, path = "/api/records/{id}/named-by", tag = "register", params(("id" = String, Path, description = "Record"), NamedByQuery),
    responses((status = 200, body = NamedBy, description = "One page, by kind and name"), (status = 404, body = Problem, description = "No such record"))
)]
pub async fn named_by(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<NamedByQuery>,
) -> Answer<axum::Json<NamedBy>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, model::Act::ReadRegistry, Vec::new()).await?;
    let limit = query.limit.unwrap_or(ROWS_DEFAULT);
    let page = app.registry().named_by(&cx, record_id(&id)?, limit, query.cursor.as_deref()).await?;
    let shape = |naming: store::Naming| Naming { field: naming.field, record: record_shape(naming.record) };
    Ok(axum::Json(NamedBy {
        naming: page.naming.into_iter().map(shape).collect(),
        next_cursor: page.next_cursor,
        total: page.total,
    }))
}

pub fn record_id(text: &str) -> Answer<RecordId> {
    text.parse().map_err(|_| Failure::not_found("record"))
}

fn kind_of(word: &str) -> Answer<RecordKind> {
    RecordKind::from_word(word).ok_or_else(|| Failure::not_found("kind of record"))
}

pub fn record_shape(record: store::Record) -> Record {
    Record {
        id: record.id.to_string(),
        kind: record.kind.as_str().into(),
        unit_id: record.unit.map(|unit| unit.to_string()),
        name: record.name,
        code: record.code,
        parent_id: record.parent.map(|parent| parent.to_string()),
        body: record.body,
        masked: record.masked,
        missing: record.missing,
        version: record.version,
        created_ms: record.created.as_ms(),
        changed_ms: record.changed.as_ms(),
        removed_ms: record.removed.map(|at| at.as_ms()),
        stage: record.stage.map(|stage| stage.as_str().into()),
    }
}

fn kind_shape(kind: RecordKind, library: &Library) -> RecordKindInfo {
    let (zh, en) = kind.names();
    RecordKindInfo {
        kind: kind.as_str().into(),
        name: Bilingual { zh: zh.into(), en: en.into() },
        shared: kind.is_shared(),
        code_field: kind.code_field().map(Into::into),
        parent_field: kind.parent_field().map(Into::into),
        fields: fields(kind).iter().map(|field| field_shape(field, library)).collect(),
    }
}

fn field_shape(field: &Field, library: &Library) -> RecordField {
    let mut shape = RecordField {
        name: field.name.into(),
        label: Bilingual { zh: field.zh.into(), en: field.en.into() },
        required: field.required,
        expected: field.expected,
        confidential: field.confidential,
        of: String::new(),
        chars_max: None,
        min: None,
        max: None,
        unit: None,
        record: None,
        choices: Vec::new(),
    };
    let of = match field.of {
        FieldType::Text { chars_max } => sized(&mut shape, chars_max, "text"),
        FieldType::Lines { chars_max } => sized(&mut shape, chars_max, "lines"),
        FieldType::Digits { count } => sized(&mut shape, count, "digits"),
        FieldType::Letters { count } => sized(&mut shape, count, "letters"),
        FieldType::Number { min, max, unit } => {
            (shape.min, shape.max, shape.unit) = (Some(min), Some(max), Some(unit.into()));
            "number"
        }
        FieldType::Whole { min, max, unit } => {
            (shape.min, shape.max, shape.unit) = (Some(min as f64), Some(max as f64), Some(unit.into()));
            "whole"
        }
        FieldType::Date => "date",
        FieldType::Flag => "flag",
        FieldType::One(choices) => chosen(&mut shape, choices, "one"),
        FieldType::Some(choices) => chosen(&mut shape, choices, "some"),
        FieldType::OneOf(source) => sourced(&mut shape, source, library, "one"),
        FieldType::SomeOf(source) => sourced(&mut shape, source, library, "some"),
        FieldType::Record(kind) => named(&mut shape, kind, "record"),
        FieldType::Records(kind) => named(&mut shape, kind, "records"),
    };
    shape.of = of.into();
    shape
}

fn sized<'w>(shape: &mut RecordField, chars_max: usize, word: &'w str) -> &'w str {
    shape.chars_max = Some(chars_max);
    word
}

fn named<'w>(shape: &mut RecordField, kind: RecordKind, word: &'w str) -> &'w str {
    shape.record = Some(kind.as_str().into());
    word
}

fn chosen<'w>(shape: &mut RecordField, choices: &[Choice], word: &'w str) -> &'w str {
    let name = |choice: &Choice| Bilingual { zh: choice.zh.into(), en: choice.en.into() };
    shape.choices =
        choices.iter().map(|choice| FieldChoice { id: choice.id.into(), name: name(choice) }).collect();
    word
}

fn sourced<'w>(shape: &mut RecordField, source: Source, library: &Library, word: &'w str) -> &'w str {
    let choice = |id: &str, name: &law::Words| FieldChoice { id: id.to_owned(), name: words(name) };
    shape.choices = match source {
        Source::PrivateKinds => {
            library.private_kinds.iter().map(|kind| choice(&kind.id, &kind.name)).collect()
        }
        Source::Categories => library.categories.iter().map(|known| choice(&known.id, &known.name)).collect(),
        Source::Packs => library.packs.iter().map(|pack| choice(&pack.id, &pack.title)).collect(),
    };
    word
}
