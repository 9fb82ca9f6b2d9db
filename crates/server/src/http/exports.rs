//! Handing out footage: asking for an evidence package, and collecting it. Both are acts of their own in the ledger;
//! the package's bytes leave only after the collecting entry is durable.

use super::{
    auth::Signed,
    convert::{parse_all, span_of_ms},
    error::{Answer, Failure},
    extract::{Json, Path},
    types::{
        EntryRef, Export, ExportPackage, ExportRequest, ExportState, Named, Problem, Profile, Recipient,
    },
};
use crate::{app::App, export::Package};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use model::{Act, CameraId, ExportId, Kind, Rendering};
use pipeline::{ExportCamera, ExportSpec, WitnessWait};
use std::sync::Arc;
use store::{NewExport, Pass, Request, system_cx};

/// Ask for an evidence package.
#[utoipa::path(
    post, path = "/api/exports", tag = "exports", request_body = ExportRequest,
    responses((status = 201, body = Export, description = "In the ledger and being made"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn request(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<ExportRequest>,
) -> Answer<(StatusCode, axum::Json<Export>)> {
    let cameras: Vec<CameraId> = parse_all(&body.cameras)?;
    let span = span_of_ms(body.from_ms, body.to_ms)?;
    if body.recipient.name.trim().is_empty() {
        return Err(Failure::invalid("recipient", "name the person who receives the copy"));
    }
    if app.exports().is_full() {
        return Err(Failure::new(Kind::Busy, "too many exports are waiting").with_code("exports"));
    }
    let case = body.case.as_deref().map(str::parse).transpose()?;
    let cx = signed.cx_for(&app, body.purpose.into(), body.legal_basis.into(), case, body.note);
    let recipient = ledger::package::Recipient {
        name: body.recipient.name.trim().to_owned(),
        organisation: body.recipient.organisation.trim().to_owned(),
    };
    // Not bound to the session: the package is made in the background, also after signing out. Losing a post or the
    // account still ends it.
    let asked = Request {
        span: Some(span),
        recipient: recipient.entry_text(),
        text: if body.with_sound { "sound=yes".to_owned() } else { String::new() },
        ..Request::new(Act::Export, cameras.clone(), Rendering::Original)
    };
    let pass = app.registry().admit(&cx, asked).await?;
    let profile = body.profile.unwrap_or(Profile::Main).into();
    let with_sound = body.with_sound;
    let new = NewExport {
        profile,
        recipient: store::Recipient {
            name: recipient.name.clone(),
            organisation: recipient.organisation.clone(),
        },
        cameras,
    };
    let id = app.registry().create_export(&pass, new.clone()).await?;
    let spec = spec(&app, &signed, cx, pass, (&new, with_sound), recipient).await?;
    // With a case the footage is held by itself.
    app.settle_outbox().await;
    app.exports().start(&app, spec);
    let row = app.registry().export(&signed.cx(&app), id).await?;
    Ok((StatusCode::CREATED, axum::Json(shape(&app, row))))
}

pub(super) async fn spec(
    app: &App,
    signed: &Signed,
    cx: model::Cx,
    pass: Pass,
    (new, with_sound): (&NewExport, bool),
    recipient: ledger::package::Recipient,
) -> Answer<ExportSpec> {
    let (Some(id), Some(span)) = (pass.export(), pass.span()) else {
        return Err(Failure::new(Kind::Internal, "an export was admitted without id or span"));
    };
    let system = system_cx("export", app.now());
    let mut cameras = Vec::with_capacity(new.cameras.len());
    let mut unit = None;
    for id in &new.cameras {
        let camera = app.registry().camera(&system, *id).await?;
        unit.get_or_insert(camera.unit);
        cameras.push(ExportCamera { id: camera.id, name: camera.name, place: camera.place });
    }
    let units = app.registry().units(&system).await?;
    let unit_name =
        units.into_iter().find(|found| Some(found.id) == unit).map(|found| found.name).unwrap_or_default();
    Ok(ExportSpec {
        id,
        pass: Arc::new(pass),
        cameras,
        span,
        profile: new.profile,
        with_sound,
        unit_name,
        requested_by: format!("{} ({})", signed.name, signed.account),
        recipient,
        purpose: cx.purpose.as_str().to_owned(),
        legal_basis: cx.legal_basis.as_str().to_owned(),
        case: case_words(app, cx.case).await?,
        note: cx.note.clone().unwrap_or_default(),
        witnesses: witness_wait(app),
        cx,
    })
}

/// The case as its authority writes it; for the form, and for whoever receives the package.
async fn case_words(app: &App, case: Option<model::CaseId>) -> Answer<String> {
    let Some(case) = case else { return Ok(String::new()) };
    let row = app.registry().stored_case(case).await?;
    Ok(format!("{} {}", row.number, row.title))
}

/// Whose cosignatures packages need here.
fn witness_wait(app: &App) -> Option<WitnessWait> {
    let (asked, witnesses) = (app.clone(), app.witnesses());
    witnesses.asks_for_quorum().then(|| WitnessWait {
        is_quorum: Arc::new(move |note| asked.witnesses().is_quorum(note)),
        patience: witnesses.handover_wait().unwrap_or_else(|| witnesses.courtesy()),
        required: witnesses.handover_wait().is_some(),
    })
}

/// One's own exports.
#[utoipa::path(get, path = "/api/exports", tag = "exports", responses((status = 200, body = Vec<Export>, description = "Newest first")))]
pub async fn list(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Vec<Export>>> {
    let rows = app.registry().exports(&signed.cx(&app)).await?;
    Ok(axum::Json(rows.into_iter().map(|row| shape(&app, row)).collect()))
}

/// One of one's own exports.
#[utoipa::path(
    get, path = "/api/exports/{id}", tag = "exports", params(("id" = String, Path, description = "Export id")),
    responses((status = 200, body = Export, description = "As it is now"), (status = 404, body = Problem, description = "Not one's own"))
)]
pub async fn one(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<Export>> {
    let row = app.registry().export(&signed.cx(&app), export_id(&id)?).await?;
    Ok(axum::Json(shape(&app, row)))
}

/// Collect a finished package (zip).
///
/// Each collection is an entry before its first byte. A request for a later range within four hours goes on with the
/// collection that this session began.
#[utoipa::path(
    get, path = "/api/exports/{id}/package", tag = "exports", params(("id" = String, Path, description = "Export id")),
    responses(
        (status = 200, description = "The package", content_type = "application/zip"),
        (status = 206, description = "A part of it", content_type = "application/zip"),
        (status = 403, body = Problem, description = "Refused"),
    )
)]
pub async fn package(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    let id = export_id(&id)?;
    let range = range_of(&headers);
    let continued = match range {
        Some((start, _)) if start > 0 => app.exports().collection(signed.session, id, app.now()),
        _ => None,
    };
    let (cx, file_name, recipient) = collecting(&app, &signed, id).await?;
    let pass = match continued {
        Some(pass) => pass,
        None => {
            let asked = Request {
                session: Some(signed.session),
                export: Some(id),
                recipient,
                ..Request::new(Act::Collect, Vec::new(), Rendering::Original)
            };
            let pass = Arc::new(app.registry().admit(&cx, asked).await?);
            app.exports().begin_collection(signed.session, id, pass.clone());
            pass
        }
    };
    let package = Package::open(&app, pass)?;
    answer(package, range, &file_name).await
}

/// Collecting goes on with the purpose, basis, case and note that the export was asked under. Also what the package is called,
/// and for whom it is.
async fn collecting(app: &App, signed: &Signed, id: ExportId) -> Answer<(model::Cx, String, String)> {
    let plain = signed.cx(app);
    match app.registry().export(&system_cx("export", app.now()), id).await {
        Ok(row) => {
            let (purpose, legal_basis) = (row.purpose.parse()?, row.legal_basis.parse()?);
            let file_name = match row.state {
                store::ExportState::Ready { file_name, .. } => file_name,
                _ => String::new(),
            };
            let recipient = ledger::package::Recipient {
                name: row.recipient.name,
                organisation: row.recipient.organisation,
            };
            let cx = model::Cx { purpose, legal_basis, case: row.case, note: row.note, ..plain };
            Ok((cx, file_name, recipient.entry_text()))
        }
        // Admitting says that there is none, in its own way.
        Err(store::Error::NotFound(_)) => Ok((plain, String::new(), String::new())),
        Err(error) => Err(error.into()),
    }
}

async fn answer(package: Package, range: Option<(u64, Option<u64>)>, file_name: &str) -> Answer<Response> {
    let bytes = package.bytes;
    let (start, end) = match range {
        Some((start, end)) if start < bytes => {
            (start, end.map_or(bytes, |last| last.saturating_add(1).min(bytes)))
        }
        Some(_) => {
            // RFC 9110 §15.5.17
            let unsatisfied = [(header::CONTENT_RANGE, format!("bytes */{bytes}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, unsatisfied).into_response());
        }
        None => (0, bytes),
    };
    let body = Body::from_stream(package.read(start, end).await?);
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    let mut set = |name, text: String| {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, "application/zip".to_owned());
    set(header::ACCEPT_RANGES, "bytes".to_owned());
    set(header::CONTENT_LENGTH, end.saturating_sub(start).to_string());
    set(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file_name}\""));
    if range.is_some() {
        set(header::CONTENT_RANGE, format!("bytes {start}-{}/{bytes}", end.saturating_sub(1)));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

/// A single byte range (RFC 9110 §14.1.2). Several ranges, or a suffix, are answered with the whole: that is allowed.
fn range_of(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let text = headers.get(header::RANGE)?.to_str().ok()?.strip_prefix("bytes=")?;
    let (start, end) = text.split_once('-')?;
    let start: u64 = start.trim().parse().ok()?;
    let end = match end.trim() {
        "" => None,
        end => Some(end.parse().ok()?),
    };
    (end.is_none_or(|end| end >= start)).then_some((start, end))
}

fn shape(app: &App, row: store::ExportRow) -> Export {
    let (state, progress, package, error) = match row.state {
        store::ExportState::Preparing => {
            (ExportState::Preparing, app.exports().share(row.id).unwrap_or(0.0), None, None)
        }
        store::ExportState::Ready { file_name, bytes, manifest_sha256 } => {
            let package = ExportPackage { bytes, manifest_sha256: manifest_sha256.to_string(), file_name };
            (ExportState::Ready, 1.0, Some(package), None)
        }
        store::ExportState::Expired => (ExportState::Expired, 1.0, None, None),
        store::ExportState::Failed { error } => (ExportState::Failed, 0.0, None, Some(error)),
    };
    Export {
        id: row.id.to_string(),
        state,
        progress,
        stage: app.exports().stage(row.id).map(str::to_owned),
        requested_by: Named { id: row.person.to_string(), name: row.person_name },
        requested_ms: row.requested.as_ms(),
        from_ms: row.span.start.as_ms(),
        to_ms: row.span.end.as_ms(),
        cameras: row.cameras.iter().map(ToString::to_string).collect(),
        recipient: Recipient { name: row.recipient.name, organisation: row.recipient.organisation },
        package,
        hold_id: row.hold.map(|hold| hold.to_string()),
        collect_until_ms: row.requested.plus_us(store::COLLECT_US_MAX).as_ms(),
        entry: EntryRef::access(row.entry),
        error,
    }
}

fn export_id(text: &str) -> Answer<ExportId> {
    text.parse().map_err(|_| Failure::not_found("export"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_ranges_are_understood() {
        let check = |text: &'static str, expected: Option<(u64, Option<u64>)>| {
            let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static(text))]);
            assert_eq!(range_of(&headers), expected, "{text}");
        };
        check("bytes=0-", Some((0, None)));
        check("bytes=5-9", Some((5, Some(9))));
        check("bytes=9-5", None);
        check("bytes=-5", None);
        check("bytes=0-1,5-6", None);
        check("lines=1-2", None);
    }
}
