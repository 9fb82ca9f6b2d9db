//! Counts the pictures of every answer, whatever route it comes from, and sockets that open where none is counted. It changes no
//! answer. What is served under an entry is counted elsewhere, by whoever serves it: see `balance`.

use crate::{app::App, balance::Watched};
use axum::{
    body::{Body, HttpBody as _},
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use futures::TryStreamExt as _;

/// The routes of sockets whose sending is counted, in `socket`.
const SOCKETS: [&str; 2] = ["/api/views/{id}/live", "/api/views/{id}/playback"];

pub async fn weigh(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        if !path.is_some_and(|path| SOCKETS.contains(&path.as_str())) {
            app.balance().uncounted_socket();
        }
        return response;
    }
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let Some(mut watched) = Watched::of(kind) else { return response };
    let (mut parts, body) = response.into_parts();
    // A stream does not know its length; what was known before is still said (RFC 9110 §8.6).
    if let Some(bytes) = body.size_hint().exact().filter(|bytes| *bytes > 0) {
        parts.headers.entry(header::CONTENT_LENGTH).or_insert(HeaderValue::from(bytes));
    }
    let counted = body.into_data_stream().inspect_ok(move |chunk| {
        app.balance().left(watched.pictures_in(chunk));
    });
    Response::from_parts(parts, Body::from_stream(counted))
}
