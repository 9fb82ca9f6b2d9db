//! Tracing a found copy over HTTP: the file is taken in as a stream and kept without a name, the answer says who had it.
//!
//! Invariants: no byte is taken from somebody who may not trace; what was taken in is gone with the answer; nothing of the store is
//! looked at before the entry.

use super::{
    auth::Signed,
    convert::span_of_ms,
    error::{Answer, Failure},
    extract::Query,
    intake::{Intake, announced_bytes, place, take_in},
    types::{Problem, Trace, TraceQuery},
};
use crate::{
    app::App,
    trace::{self, Question},
};
use axum::{Json, body::Body, extract::State, http::HeaderMap};
use model::{Cx, Kind, LegalBasis, Purpose};
use std::{fs::File, io::Write as _, time::Duration};
use store::system_cx;
use verify::Material;

/// A found file: 2 GiB, as much as two hours at 2 Mbit/s. Larger ones are traced on the machine, where nothing is copied.
pub const TRACE_BYTES_MAX: u64 = 2 << 30;
/// Left free beside it: recording comes first.
const ROOM_BYTES: u64 = 1 << 30;
/// How long a whole file may take.
const FILE_PATIENCE: Duration = Duration::from_secs(3_600);

/// Find out which copy a found video is, and to whom it was handed.
///
/// The body is the file as it is: an MP4, whole or cut, or a package as an archive.
#[utoipa::path(
    post, path = "/api/trace", tag = "exports", params(TraceQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file, at most 2 GiB"),
    responses(
        (status = 200, body = Trace, description = "What can be said, also when that is nothing"),
        (status = 400, body = Problem, description = "Too large or cut off, or a field is wrong"),
        (status = 403, body = Problem, description = "Refused"),
        (status = 409, body = Problem, description = "Another copy is being traced"),
        (status = 429, body = Problem, description = "Too many files are being taken in"),
    )
)]
pub async fn trace(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<TraceQuery>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Json<Trace>> {
    let (cx, question) = question(&app, &signed, query)?;
    app.registry().may_trace(&cx).await?;
    let announced = announced_bytes(&headers);
    if announced.is_some_and(|bytes| bytes > TRACE_BYTES_MAX) {
        return Err(too_large());
    }
    let _place = place(&app)?;
    let file = app.registry().scratch_file()?;
    let needed = announced.unwrap_or(TRACE_BYTES_MAX).saturating_add(ROOM_BYTES);
    if app.registry().exports_space()?.free_bytes < needed {
        return Err(Failure::new(Kind::Unavailable, "the disk has no room to take the file in"));
    }
    let file = match tokio::time::timeout(FILE_PATIENCE, take_in(Found { file, bytes: 0 }, body)).await {
        Ok(file) => file?,
        Err(_) => return Err(Failure::invalid("file", "did not come within an hour")),
    };
    let traced = trace::trace(app.store(), &cx, &question, move || Ok(Material::of_file(file)?)).await;
    let traced = traced.map_err(trace::store_error)?;
    // Only cameras that the reader may know of are in it, so any name may be looked up.
    let names = app.registry().covered(&system_cx("names", app.now())).await?;
    Ok(Json(Trace::of(traced, |camera| names.get(&camera).cloned().unwrap_or_default())))
}

fn question(app: &App, signed: &Signed, query: TraceQuery) -> Answer<(Cx, Question)> {
    let purpose = query.purpose.map_or(Purpose::Supervision, Into::into);
    let basis = query.legal_basis.map_or(LegalBasis::SupervisionDuty, Into::into);
    let case = query.case.as_deref().map(str::parse).transpose()?;
    let cx = signed.cx_for(app, purpose, basis, case, None);
    let within = match (query.from_ms, query.to_ms) {
        (None, None) => None,
        (from, to) => Some(span_of_ms(from.unwrap_or(0), to.unwrap_or_else(|| cx.now.as_ms()))?),
    };
    let camera = query.camera.as_deref().map(str::parse).transpose()?;
    Ok((cx, Question { name: query.name, reason: query.reason, by: None, camera, within }))
}

fn too_large() -> Failure {
    Failure::invalid("file", "is larger than 2 GiB: trace it on the server with `watchkeeper trace`")
        .with_code("trace_too_large")
}

/// What came so far of a found file.
struct Found {
    file: File,
    bytes: u64,
}

impl Intake for Found {
    type Done = File;
    fn block(&mut self, block: &[u8]) -> Answer<()> {
        self.bytes = self.bytes.saturating_add(block.len() as u64);
        if self.bytes > TRACE_BYTES_MAX {
            return Err(too_large());
        }
        self.file.write_all(block).map_err(|error| {
            Failure::new(Kind::Unavailable, format!("the file could not be taken in: {error}"))
        })
    }
    fn end(self) -> Answer<File> {
        Ok(self.file)
    }
}
