//! The static console, embedded in the binary. Open to everybody: it holds no data.
//!
//! Every path that no route claims is a page of the single-page application and gets `index.html`; a path below
//! `/assets` is a hashed file that never changes and either exists or is not found.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use model::Hash;
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

#[derive(RustEmbed)]
#[folder = "../../console/dist"]
struct Files;

/// Shown when the binary was built without a console.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Watchkeeper</title>\
<body><h1>守望 Watchkeeper</h1><p>此程序未包含控制台。 / This binary was built without the console: run <code>make</code>.</p></body></html>";

/// Hashed names never change their content (RFC 8246).
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// The fallback of the router.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if let Some(file) = find(path) {
        return answer(path, file, &headers);
    }
    // A missing file is not a page: answering it with HTML would hide a broken build.
    if path.starts_with("assets/") || path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match find("index.html") {
        Some(file) => answer("index.html", file, &headers),
        None => html(NOT_BUILT),
    }
}

/// Of all files with their names, in the order of these.
pub fn digest() -> Hash {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort_unstable();
    let mut sum = Sha256::new();
    for name in names {
        sum.update(name.as_bytes());
        sum.update(b"\n");
        sum.update(Files::get(&name).map(|file| file.metadata.sha256_hash()).unwrap_or_default());
    }
    Hash(sum.finalize().into())
}

/// True when the binary carries a console.
pub fn is_built() -> bool {
    Files::get("index.html").is_some()
}

fn find(path: &str) -> Option<EmbeddedFile> {
    // Pre-compressed files are served only in the place of the file they belong to.
    if path.is_empty() || path.ends_with(".br") { None } else { Files::get(path) }
}

fn html(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], text)
        .into_response()
}

fn answer(path: &str, file: EmbeddedFile, request: &HeaderMap) -> Response {
    let etag = etag(&file.metadata.sha256_hash());
    let cache = if path.starts_with("assets/") { IMMUTABLE } else { "no-cache" };
    let mut response = if matches_etag(request, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        with_body(path, file, request)
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

fn with_body(path: &str, file: EmbeddedFile, request: &HeaderMap) -> Response {
    let content_type = [(header::CONTENT_TYPE, content_type(path))];
    let accepts_brotli = request
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|coding| coding.trim().split(';').next() == Some("br")));
    let compressed = if accepts_brotli { Files::get(&format!("{path}.br")) } else { None };
    match compressed {
        Some(brotli) => {
            (content_type, [(header::CONTENT_ENCODING, "br")], Body::from(brotli.data.into_owned()))
                .into_response()
        }
        None => (content_type, Body::from(file.data.into_owned())).into_response(),
    }
}

/// A weak validator: the same file may travel in two encodings (RFC 9110 §8.8.1).
fn etag(hash: &[u8; 32]) -> String {
    let mut text = String::from("W/\"");
    for byte in &hash[..16] {
        // Writing to a String does not fail.
        let _infallible = write!(text, "{byte:02x}");
    }
    text.push('"');
    text
}

/// RFC 9110 §13.1.2, weak comparison.
fn matches_etag(request: &HeaderMap, etag: &str) -> bool {
    let Some(value) = request.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    value.split(',').any(|candidate| candidate.trim() == etag || candidate.trim() == "*")
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
