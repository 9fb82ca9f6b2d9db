//! Handing out footage: asking for an evidence package, and collecting it. Both are acts of their own in the ledger;
//! the package's bytes leave only after the collecting entry is durable. So what asks for no bytes (`HEAD`) is refused before it; a range
//! past the end (416) is known only behind it, and counts as a collection.

use super::{
    auth::Signed,
    convert::{parse_all, span_of_ms},
    copies,
    error::{Answer, Failure},
    extract::{Json, Path},
    types::{
        CollectionRequest, EntryRef, Export, ExportCollection, ExportPackage, ExportRequest, ExportState,
        Named, Problem, Profile, Recipient,
    },
};
use crate::{
    app::App,
    export::{Collection, Package},
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use ledger::sealed::{PASSPHRASE_CHARS_MAX, PASSPHRASE_CHARS_MIN, SealFault, SealTo};
use model::{Act, CameraId, ExportId, Kind, Rendering, Secret, Span, StreamId};
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
    let sealed_to = sealed_to(body.seal_to.as_deref())?;
    let case = body.case.as_deref().map(str::parse).transpose()?;
    let cx = signed.cx_for(&app, body.purpose.into(), body.legal_basis.into(), case, body.note);
    let recipient = ledger::package::Recipient {
        name: body.recipient.name.trim().to_owned(),
        organisation: body.recipient.organisation.trim().to_owned(),
    };
    let asked = Request {
        text: entry_words(body.with_sound, sealed_to),
        ..asked(&signed, cameras.clone(), span, &recipient)
    };
    let pass = app.registry().admit(&cx, asked).await?;
    let profile = body.profile.unwrap_or(Profile::Main).into();
    let with_sound = body.with_sound;
    within_term(&app, pass.cameras(), (profile, with_sound), span).await?;
    let new = NewExport { profile, recipient: (&recipient).into(), cameras, sealed_to };
    let id = app.registry().create_export(&pass, new.clone()).await?;
    let spec = spec(&app, &signed, cx, pass, (&new, with_sound), recipient).await?;
    // With a case the footage is held by itself.
    app.settle_outbox().await;
    app.exports().start(&app, spec);
    let row = app.registry().export(&signed.cx(&app), id).await?;
    Ok((StatusCode::CREATED, axum::Json(shape(&app, row))))
}

/// No part of a span is past its term and in its file only for the sake of what a hold keeps. Asked before the export holds its own
/// footage, which would make all of it held.
pub(super) async fn within_term(
    app: &App,
    cameras: &[CameraId],
    (profile, with_sound): (model::Profile, bool),
    span: Span,
) -> Answer<()> {
    let cx = system_cx("export", app.now());
    let mut streams = Vec::with_capacity(2 * cameras.len());
    for camera in cameras {
        streams.push(StreamId { camera: *camera, profile });
        if with_sound {
            streams.push(StreamId { camera: *camera, profile: model::Profile::Sound });
        }
    }
    for stream in streams {
        let beyond = app.store().beyond_term(&cx, stream, span).await?;
        for part in beyond {
            if part.intersect(span).is_some_and(|part| part.duration_us() > 0) {
                return Err(Failure::invalid("from_ms", pipeline::BEYOND_TERM));
            }
        }
    }
    Ok(())
}

/// What is asked for at this console. Not bound to its session: the package is made in the background, also after signing out. Losing a
/// post or the account still ends it.
pub(super) fn asked(
    signed: &Signed,
    cameras: Vec<CameraId>,
    span: impl Into<Option<Span>>,
    recipient: &ledger::package::Recipient,
) -> Request {
    Request {
        span: span.into(),
        console: Some(signed.session),
        recipient: recipient.entry_text(),
        ..Request::new(Act::Export, cameras, Rendering::Original)
    }
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
    Ok(axum::Json(copies::shapes(&app, signed.person, rows).await?))
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
    copies::shape(&app, signed.person, row).await
}

/// Collect a finished package (zip).
///
/// Each collection is an entry before its first byte. A request for a later range within four hours goes on with the
/// collection that this session began.
#[utoipa::path(
    get, path = "/api/exports/{id}/package", tag = "exports", params(("id" = String, Path, description = "Export id")),
    responses(
        (status = 200, description = "The package, as `application/x-age` when it is sealed", content_type = "application/zip"),
        (status = 206, description = "A part of it", content_type = "application/zip"),
        (status = 403, body = Problem, description = "Refused"),
    )
)]
pub async fn package(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    if method == Method::HEAD {
        return Err(Failure::method_not_allowed("GET"));
    }
    let id = export_id(&id)?;
    let range = range_of(&headers);
    let Collecting { cx, file_name, recipient, sealed_to } = collecting(&app, &signed, id).await?;
    let goes_on = range.is_some_and(|(start, _)| start > 0);
    let kept = app.exports().collection((signed.session, id), goes_on, app.now());
    let begun = match (kept, sealed_to) {
        // It goes on, or its entry was made when the passphrase was typed.
        (Some(begun), _) => begun,
        (None, Some(SealTo::Passphrase)) if own(&app, &signed, id).await => {
            let words = "the package is sealed with a passphrase: begin its collection by typing one";
            return Err(Failure::new(Kind::Conflict, words).with_code("passphrase"));
        }
        _ => {
            let asked = collect(&signed, id, recipient, sealed_to);
            let pass = Arc::new(app.registry().admit(&cx, asked).await?);
            let sealing = match sealed_to {
                Some(to) => Some(app.exports().seal(to, None).await.map_err(unsealed)?),
                None => None,
            };
            let begun = Collection { pass, sealing, is_begun: true };
            app.exports().begin_collection(signed.session, id, begun.clone());
            begun
        }
    };
    let package = Package::open(&app, begun)?;
    answer(package, range, &file_name).await
}

/// Begin to collect a package that is sealed with a passphrase.
///
/// The entry is made here. The passphrase is worked into the keys of this collection and kept nowhere; within four hours this session
/// collects the package under it.
#[utoipa::path(
    post, path = "/api/exports/{id}/collection", tag = "exports", params(("id" = String, Path, description = "Export id")),
    request_body = CollectionRequest,
    responses((status = 201, body = ExportCollection, description = "The package can be collected by this session"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is not sealed with a passphrase"))
)]
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<CollectionRequest>,
) -> Answer<(StatusCode, axum::Json<ExportCollection>)> {
    let id = export_id(&id)?;
    let Collecting { cx, file_name, recipient, sealed_to } = collecting(&app, &signed, id).await?;
    if sealed_to != Some(SealTo::Passphrase) && own(&app, &signed, id).await {
        return Err(Failure::new(Kind::Conflict, "the package is not sealed with a passphrase"));
    }
    let passphrase = body.passphrase;
    let chars = passphrase.chars().count();
    if !(PASSPHRASE_CHARS_MIN..=PASSPHRASE_CHARS_MAX).contains(&chars) {
        return Err(unsealed(SealFault::Passphrase));
    }
    let pass = app.registry().admit(&cx, collect(&signed, id, recipient, sealed_to)).await?;
    let sealing =
        app.exports().seal(SealTo::Passphrase, Some(Secret::new(passphrase))).await.map_err(unsealed)?;
    let entry = EntryRef::access(pass.entry());
    let begun = Collection { pass: Arc::new(pass), sealing: Some(sealing), is_begun: false };
    let package = Package::open(&app, begun.clone())?;
    app.exports().begin_collection(signed.session, id, begun);
    Ok((StatusCode::CREATED, axum::Json(ExportCollection { file_name, bytes: package.bytes, entry })))
}

fn collect(signed: &Signed, id: ExportId, recipient: String, sealed_to: Option<SealTo>) -> Request {
    Request {
        session: Some(signed.session),
        export: Some(id),
        recipient,
        text: sealed_to.map(SealTo::entry_text).unwrap_or_default(),
        ..Request::new(Act::Collect, Vec::new(), Rendering::Original)
    }
}

async fn own(app: &App, signed: &Signed, id: ExportId) -> bool {
    // A requester's is what the portal has for them; another's is refused at the door.
    signed.requester || app.registry().export(&signed.cx(app), id).await.is_ok()
}

pub(super) fn sealed_to(text: Option<&str>) -> Answer<Option<SealTo>> {
    let read = |text| SealTo::parse(text).map_err(|fault| Failure::invalid("seal_to", fault.to_string()));
    text.map(read).transpose()
}

fn unsealed(fault: SealFault) -> Failure {
    match fault {
        SealFault::Passphrase => Failure::invalid("passphrase", fault.to_string()),
        SealFault::Recipient => Failure::invalid("seal_to", fault.to_string()),
        _ => Failure::new(Kind::Internal, "the package could not be sealed"),
    }
}

/// The words of an export's entry beyond its fields.
pub(super) fn entry_words(with_sound: bool, sealed_to: Option<SealTo>) -> String {
    let sound = with_sound.then(|| "sound=yes".to_owned());
    sound.into_iter().chain(sealed_to.map(SealTo::entry_text)).collect::<Vec<_>>().join("\n")
}

/// What a collection goes on with.
struct Collecting {
    cx: model::Cx,
    file_name: String,
    recipient: String,
    sealed_to: Option<SealTo>,
}

/// Collecting goes on with the purpose, basis, case and note that the export was asked under. Also what the package is called,
/// and for whom it is.
async fn collecting(app: &App, signed: &Signed, id: ExportId) -> Answer<Collecting> {
    let plain = signed.cx(app);
    match app.registry().export(&system_cx("export", app.now()), id).await {
        Ok(row) => {
            let (purpose, legal_basis) = (row.purpose.parse()?, row.legal_basis.parse()?);
            let file_name = match row.state {
                store::ExportState::Ready { file_name, .. } => sealed_name(file_name, row.sealed_to),
                _ => String::new(),
            };
            let recipient = ledger::package::Recipient {
                name: row.recipient.name,
                organisation: row.recipient.organisation,
            };
            let cx = model::Cx { purpose, legal_basis, case: row.case, note: row.note, ..plain };
            Ok(Collecting { cx, file_name, recipient: recipient.entry_text(), sealed_to: row.sealed_to })
        }
        // Admitting says that there is none, in its own way.
        Err(store::Error::NotFound(_)) => {
            let (file_name, recipient) = (String::new(), String::new());
            Ok(Collecting { cx: plain, file_name, recipient, sealed_to: None })
        }
        Err(error) => Err(error.into()),
    }
}

fn sealed_name(file_name: String, sealed_to: Option<SealTo>) -> String {
    if sealed_to.is_some() { format!("{file_name}.age") } else { file_name }
}

async fn answer(package: Package, range: Option<(u64, Option<u64>)>, file_name: &str) -> Answer<Response> {
    let bytes = package.bytes;
    let kind = if package.is_sealed() { "application/x-age" } else { "application/zip" };
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
    set(header::CONTENT_TYPE, kind.to_owned());
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

pub(super) fn shape(app: &App, row: store::ExportRow) -> Export {
    let (state, progress, package, error) = match row.state {
        store::ExportState::Preparing => {
            (ExportState::Preparing, app.exports().share(row.id).unwrap_or(0.0), None, None)
        }
        store::ExportState::Ready { file_name, bytes, manifest_sha256 } => {
            let file_name = sealed_name(file_name, row.sealed_to);
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
        sealed_to: row.sealed_to.map(|to| to.to_string()),
        package,
        hold_id: row.hold.map(|hold| hold.to_string()),
        collect_until_ms: row.requested.plus_us(store::COLLECT_US_MAX).as_ms(),
        entry: EntryRef::access(row.entry),
        error,
        copy: None,
    }
}

/// The same for others: what the package is, and to which key it goes, is for whoever asked for it.
pub(super) fn shape_for_others(app: &App, row: store::ExportRow) -> Export {
    Export { sealed_to: None, package: None, hold_id: None, error: None, ..shape(app, row) }
}

pub(super) fn export_id(text: &str) -> Answer<ExportId> {
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
