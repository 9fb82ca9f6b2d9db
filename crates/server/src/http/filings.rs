//! Filings of systems: what is owed and until when, the dossier and its point list, what was filed, the organ's receipt. It decides nothing:
//! windows are `law::filing`'s, dossiers and entries the store's.

use super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    register::record_id,
    tables::{file, is_chinese, unwritten},
    types::{
        Bilingual, DossierFileQuery, DossierQuery, EntryRef, FilingMade, FilingNew, FilingOwed,
        FilingReceipt, LogName, Made, Problem, ReceiptNew, SystemFilings,
    },
};
use crate::app::App;
use crate::tables::{Format, Table, write};
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use law::Day;
use law::filing::{COMING_DAYS, Filing, FilingState};
use law::packs::Force;
use model::{Act, FilingId, Kind};
use serde_json::Value;

/// What a system owes and what was filed.
#[utoipa::path(
    get, path = "/api/systems/{id}/filings", tag = "register", params(("id" = String, Path, description = "System")),
    responses((status = 200, body = SystemFilings, description = "Owed by pack, made oldest first"), (status = 404, body = Problem, description = "No such system"))
)]
pub async fn filings(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<SystemFilings>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadRegistry, Vec::new()).await?;
    let found = app.registry().filings(&cx, record_id(&id)?).await?;
    let today = app.registry().today(app.now());
    Ok(axum::Json(SystemFilings {
        owed: found.owed.into_iter().map(|filing| owed_shape(filing, today)).collect(),
        made: found.made.into_iter().map(made_shape).collect(),
    }))
}

/// The dossier as the register yields it now: a data file.
#[utoipa::path(
    get, path = "/api/systems/{id}/dossier", tag = "register", params(("id" = String, Path, description = "System"), DossierQuery),
    responses((status = 200, description = "The dossier, or its points; the dossier's SHA-256 is the ETag", content((String = "application/json"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), (status = 400, body = Problem, description = "No such format"), (status = 403, body = Problem, description = "Refused: it is basic data"))
)]
pub async fn dossier(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<DossierQuery>,
) -> Answer<Response> {
    let shape = Shape::read(query.format.as_deref(), query.language.as_deref())?;
    let made = app.registry().filing_dossier(&signed.cx(&app), record_id(&id)?, &query.pack).await?;
    shape.file(made)
}

/// A dossier as it was filed, byte for byte.
#[utoipa::path(
    get, path = "/api/filings/{id}/dossier", tag = "register", params(("id" = String, Path, description = "Filing"), DossierFileQuery),
    responses((status = 200, description = "The dossier, or its points; the dossier's SHA-256 is the ETag", content((String = "application/json"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), (status = 400, body = Problem, description = "No such format"), (status = 404, body = Problem, description = "No such filing"))
)]
pub async fn filed_dossier(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<DossierFileQuery>,
) -> Answer<Response> {
    let shape = Shape::read(query.format.as_deref(), query.language.as_deref())?;
    shape.file(app.registry().filed_dossier(&signed.cx(&app), filing_id(&id)?).await?)
}

/// As which file a dossier goes out.
#[derive(Clone, Copy)]
enum Shape {
    /// The bytes that are filed and hashed.
    Data,
    /// Its points as a workbook.
    PointList { zh: bool },
}

impl Shape {
    fn read(format: Option<&str>, language: Option<&str>) -> Answer<Self> {
        match format {
            None | Some("json") => Ok(Self::Data),
            Some("xlsx") => Ok(Self::PointList { zh: is_chinese(language) }),
            Some(_) => Err(Failure::invalid("format", "is not json or xlsx")),
        }
    }

    fn file(self, dossier: store::FiledDossier) -> Answer<Response> {
        let tag = HeaderValue::from_str(&format!("\"{}\"", dossier.sha256))
            .map_err(|_| Failure::new(Kind::Internal, "a dossier's hash cannot be sent"))?;
        let mut response = match self {
            Self::Data => data_file(dossier.text),
            Self::PointList { zh } => {
                let list = point_list(&dossier, zh)?;
                file(&write(&list, Format::Xlsx).map_err(unwritten)?, "filing-points", Format::Xlsx)?
            }
        };
        response.headers_mut().insert(header::ETAG, tag);
        Ok(response)
    }
}

fn data_file(text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"filing-dossier.json\""),
    ];
    (headers, text).into_response()
}

/// Columns of a point list: the dossier's field, and its heading.
const POINT_COLUMNS: [(&str, &str, &str); 14] = [
    ("name", "点位", "Point"),
    ("gb28181_id", "国标编码", "GB/T 28181 identity"),
    ("place", "所在场所", "Place"),
    ("address", "地址", "Address"),
    ("longitude", "经度（°）", "Longitude (°)"),
    ("latitude", "纬度（°）", "Latitude (°)"),
    ("height_m", "安装高度（m）", "Height (m)"),
    ("direction_deg", "朝向（°）", "Direction (°)"),
    ("angle_deg", "视场角（°）", "Angle of view (°)"),
    ("range_m", "可视距离（m）", "Range (m)"),
    ("purpose", "用途", "Purpose"),
    ("security_level", "安全等级", "Security level"),
    ("outdoor", "室外设施", "Outdoor structure"),
    ("product", "产品", "Product"),
];

/// The points of a dossier, read from its own bytes: nothing is listed that is not filed. A sheet beside them names the dossier.
fn point_list(dossier: &store::FiledDossier, zh: bool) -> Answer<Table> {
    let made: Value = serde_json::from_str(&dossier.text)
        .map_err(|_| Failure::new(Kind::Internal, "a dossier that was made cannot be read"))?;
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(yes) => match (yes, zh) {
            (true, true) => "是".to_owned(),
            (false, true) => "否".to_owned(),
            (yes, false) => if *yes { "yes" } else { "no" }.to_owned(),
        },
        other => other.to_string(),
    };
    let points = made["points"].as_array().map_or(&[][..], Vec::as_slice);
    let note = |zh_name: &str, en_name: &str, value: String| {
        vec![if zh { zh_name } else { en_name }.to_owned(), value]
    };
    Ok(Table {
        name: if zh { "点位分布" } else { "Points" }.to_owned(),
        header: POINT_COLUMNS
            .iter()
            .map(|(_, zh_name, en)| if zh { *zh_name } else { en }.to_string())
            .collect(),
        rows: points
            .iter()
            .map(|one| POINT_COLUMNS.iter().map(|(field, ..)| cell(&one[field])).collect())
            .collect(),
        notes: vec![
            note("系统", "System", cell(&made["system"]["name"])),
            note("使用单位", "Unit", cell(&made["unit"])),
            note("备案依据", "Filed under", cell(&made["article"])),
            note("备案材料摘要", "SHA-256 of the dossier", dossier.sha256.to_string()),
        ],
    })
}

/// Enter that the system was filed.
#[utoipa::path(
    post, path = "/api/systems/{id}/filings", tag = "register", request_body = FilingNew, params(("id" = String, Path, description = "System")),
    responses((status = 201, body = Made, description = "Entered"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "The register changed since the dossier was made"))
)]
pub async fn file_system(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<FilingNew>,
) -> Answer<(StatusCode, axum::Json<Made>)> {
    let new = store::NewFiling {
        system: record_id(&id)?,
        pack: body.pack,
        filed_on: day("filed_on", &body.filed_on)?,
        recipient: body.recipient,
        filer: body.filer,
        note: body.note,
        dossier: body
            .dossier_sha256
            .parse()
            .map_err(|_| Failure::invalid("dossier_sha256", "is no SHA-256"))?,
    };
    let id = app.registry().file_system(&signed.cx(&app), new).await?;
    app.ring_registry_changed();
    Ok((StatusCode::CREATED, axum::Json(Made { id: id.to_string() })))
}

/// Enter the organ's receipt of a filing, once.
#[utoipa::path(
    post, path = "/api/filings/{id}/receipt", tag = "register", request_body = ReceiptNew, params(("id" = String, Path, description = "Filing")),
    responses((status = 204, description = "Entered"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It has its receipt"))
)]
pub async fn receipt(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<ReceiptNew>,
) -> Answer<StatusCode> {
    let new = store::NewReceipt {
        filing: filing_id(&id)?,
        document: record_id(&body.document_id)?,
        number: body.number,
        on: day("received_on", &body.received_on)?,
    };
    app.registry().file_receipt(&signed.cx(&app), new).await?;
    app.ring_registry_changed();
    Ok(StatusCode::NO_CONTENT)
}

fn filing_id(text: &str) -> Answer<FilingId> {
    text.parse().map_err(|_| Failure::not_found("filing"))
}

fn day(field: &'static str, text: &str) -> Answer<Day> {
    Day::read(text).ok_or_else(|| Failure::invalid(field, "is no day of the calendar, like 2026-02-28"))
}

fn owed_shape(filing: Filing, today: Day) -> FilingOwed {
    let (state, due, filed_on) = match filing.state {
        FilingState::NotYet => ("not_yet", None, None),
        FilingState::Undated => ("undated", None, None),
        FilingState::Owed { due } if due.since(today) <= COMING_DAYS => ("soon", Some(due), None),
        FilingState::Owed { due } => ("owed", Some(due), None),
        FilingState::Late { due } => ("late", Some(due), None),
        FilingState::Filed { on, late_days: 0 } => ("filed", None, Some(on)),
        FilingState::Filed { on, .. } => ("filed_late", None, Some(on)),
        FilingState::Amend { filed } => ("outdated", None, Some(filed)),
    };
    FilingOwed {
        pack: filing.article.pack.clone(),
        article: filing.article.to_string(),
        binds: filing.force == Force::Binds,
        state: state.into(),
        due: due.map(|due| due.to_string()),
        days_left: due.map(|due| due.since(today)),
        filed_on: filed_on.map(|on| on.to_string()),
        window_days: filing.window_days,
        from: if filing.existing { "in-force" } else { filing.from.as_str() }.into(),
        by: filing.by.as_str().into(),
        recipient: filing.recipient.map(|to| Bilingual { zh: to.zh, en: to.en }),
        papers: filing.papers,
        missing: filing.missing,
        unverified: filing.unverified,
    }
}

fn made_shape(row: store::FilingRow) -> FilingMade {
    let entry = |index: u64| EntryRef { log: LogName::Access, index };
    FilingMade {
        id: row.id.to_string(),
        pack: row.pack,
        filed_on: row.filed_on.to_string(),
        recipient: row.recipient,
        filer: row.filer,
        note: row.note,
        dossier_sha256: row.sha256.to_string(),
        at_ms: row.at.as_ms(),
        entry: entry(row.entry.0),
        receipt: row.receipt.map(|receipt| FilingReceipt {
            document_id: receipt.document.to_string(),
            number: receipt.number,
            received_on: receipt.on.to_string(),
            entry: entry(receipt.entry.0),
        }),
    }
}
