//! Files of documents over HTTP: taken in as a stream, handed out after their entry. What may be taken in is `store::documents`'
//! word; who may add or read is the law's.
//!
//! Invariants: no byte is taken from somebody who may not add it, none is given before its entry; a browser never runs what
//! somebody uploaded: only pictures and PDF are shown, in a sandbox, everything else is saved.

use super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::{Path, Query},
    intake::{Intake, announced_bytes, place, take_in},
    register::{record_id, record_shape},
    types::{DocumentQuery, FileQuery, Problem, Record},
};
use crate::{app::App, balance::Watched};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use futures::TryStreamExt as _;
use model::{Hash, Kind, LegalBasis, Purpose};
use std::time::Duration;
use store::{DOCUMENT_BYTES_MAX, DocumentPass, Incoming, NOT_TAKEN, StagedFile};

/// How long a whole file may take: a slow line takes 64 MiB in ten minutes.
const FILE_PATIENCE: Duration = Duration::from_secs(900);

/// Nothing of a document loads, runs, opens or submits anything (CSP level 3).
const DOCUMENT_POLICY: &str = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; \
    sandbox; frame-ancestors 'self'";

/// Take in a file: the newest version of a document.
///
/// The body is the file as it is. Its kind is told by its first bytes and must be that of its name's ending.
#[utoipa::path(
    post, path = "/api/records/{id}/file", tag = "register",
    params(("id" = String, Path, description = "Document"), FileQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file, at most 64 MiB"),
    responses(
        (status = 201, body = Record, description = "The document with its new version"),
        (status = 400, body = Problem, description = "Too large, cut off, or of a kind that is not taken"),
        (status = 403, body = Problem, description = "Refused"),
        (status = 409, body = Problem, description = "Changed meanwhile"),
    )
)]
pub async fn take(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<FileQuery>,
    headers: HeaderMap,
    body: Body,
) -> Answer<(StatusCode, axum::Json<Record>)> {
    let (cx, id) = (signed.cx(&app), record_id(&id)?);
    app.registry().may_add_file(&cx, id, query.version).await?;
    let sha256: Option<Hash> = query.sha256.as_deref().map(str::parse).transpose()?;
    if announced_bytes(&headers).is_some_and(|bytes| bytes > DOCUMENT_BYTES_MAX) {
        return Err(too_large("is larger than 64 MiB"));
    }
    let staged = take_file(&app, (&query.name, sha256), DOCUMENT_BYTES_MAX, body).await?;
    app.registry().add_file(&cx, id, query.version, staged).await?;
    let record = app.registry().record(&cx, id).await?;
    Ok((StatusCode::CREATED, axum::Json(record_shape(record))))
}

/// Takes a file in, up to so many bytes; nothing is kept of one that is cut off, too large or of a kind that is not taken.
pub(super) async fn take_file(
    app: &App,
    (name, sha256): (&str, Option<Hash>),
    bytes_max: u64,
    body: Body,
) -> Answer<StagedFile> {
    let _place = place(app)?;
    let (files, name) = (app.registry().documents().clone(), name.to_owned());
    let incoming = blocking(move || files.begin(&name)).await?.map_err(not_taken)?;
    let declared = Declared { incoming, sha256, bytes_left: bytes_max };
    match tokio::time::timeout(FILE_PATIENCE, take_in(declared, body)).await {
        Ok(staged) => staged,
        Err(_) => Err(Failure::invalid("file", "did not come within 15 minutes")),
    }
}

pub(super) fn too_large(words: &'static str) -> Failure {
    Failure::invalid("file", words).with_code("file_too_large")
}

/// A file on its way, with the hash that was declared.
struct Declared {
    incoming: Incoming,
    sha256: Option<Hash>,
    bytes_left: u64,
}

impl Intake for Declared {
    type Done = StagedFile;
    fn block(&mut self, block: &[u8]) -> Answer<()> {
        let left = self.bytes_left.checked_sub(block.len() as u64);
        self.bytes_left = left.ok_or_else(|| too_large("is larger than what is taken here"))?;
        self.incoming.write(block).map_err(not_taken)
    }
    fn end(self) -> Answer<StagedFile> {
        self.incoming.finish(self.sha256).map_err(not_taken)
    }
}

/// With the word by which the console knows why.
fn not_taken(error: store::Error) -> Failure {
    let code = match &error {
        store::Error::Invalid(invalid) => {
            NOT_TAKEN.into_iter().find(|(_, problem)| *problem == invalid.problem)
        }
        _ => None,
    };
    let failure = Failure::from(error);
    match code {
        Some((code, _)) => failure.with_code(code),
        None => failure,
    }
}

/// The file of a document, or of an earlier version of it. Each reading is an entry with its purpose.
#[utoipa::path(
    get, path = "/api/records/{id}/file", tag = "register",
    params(("id" = String, Path, description = "Document"), DocumentQuery),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream"),
        (status = 403, body = Problem, description = "Refused"),
        (status = 404, body = Problem, description = "No such document, version or file"),
    )
)]
pub async fn read(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<DocumentQuery>,
) -> Answer<Response> {
    let purpose = query.purpose.map_or(Purpose::Administration, Into::into);
    let basis = query.legal_basis.map_or(LegalBasis::Operation, Into::into);
    let case = query.case.as_deref().map(str::parse).transpose()?;
    let cx = signed.cx_for(&app, purpose, basis, case, query.note);
    let pass = app.registry().read_document(&cx, record_id(&id)?, query.version).await?;
    served(&app, pass, query.download).await
}

/// The bytes of a file whose reading is entered.
pub async fn served(app: &App, pass: DocumentPass, download: bool) -> Answer<Response> {
    let headers = serving_headers(&pass, download);
    let mut watched = Watched::of(Some(pass.kind().media_type()));
    let mut bytes = app.registry().document_bytes(pass).await?;
    let blocks = futures::stream::poll_fn(move |context| bytes.poll_recv(context));
    // A paper may be a picture: it goes out under its own entry.
    let app = app.clone();
    let blocks = blocks.inspect_ok(move |block| {
        let pictures = watched.as_mut().map_or(0, |watched| watched.pictures_in(block));
        app.balance().served_by_entry(pictures as u64);
    });
    let mut response = Response::new(Body::from_stream(blocks));
    *response.headers_mut() = headers;
    Ok(response)
}

/// A browser shows pictures and PDF in a sandbox and saves everything else.
fn serving_headers(pass: &DocumentPass, download: bool) -> HeaderMap {
    let shown = pass.kind().is_shown() && !download;
    let disposition = format!(
        "{}; filename=\"document\"; filename*=UTF-8''{}",
        if shown { "inline" } else { "attachment" },
        percent_encoded(pass.file_name()),
    );
    let fixed: [(HeaderName, String); 5] = [
        (header::CONTENT_TYPE, pass.kind().media_type().to_owned()),
        (header::CONTENT_LENGTH, pass.bytes().to_string()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CONTENT_SECURITY_POLICY, DOCUMENT_POLICY.to_owned()),
        (HeaderName::from_static("x-watchkeeper-entry"), pass.entry().0.to_string()),
    ];
    let mut headers = HeaderMap::new();
    for (name, text) in fixed {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    }
    headers
}

/// RFC 8187 §3.2.1: everything but letters, digits and a few marks.
fn percent_encoded(name: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let encoded = |byte: u8| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    name.bytes().map(encoded).collect()
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Failure::new(Kind::Internal, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_headers_are_letters_and_percents() {
        let check = |name: &str, expected: &str| assert_eq!(percent_encoded(name), expected);
        check("plan-1.pdf", "plan-1.pdf");
        check("a\"\r\nSet-Cookie: x.pdf", "a%22%0D%0ASet-Cookie%3A%20x.pdf");
        check("图.png", "%E5%9B%BE.png");
    }
}
