//! Files of documents that a unit named to an authority, for whoever judges by them.
//!
//! Each reading is an entry before the first byte; what may be read is `store`'s and the law's word. It gives no picture of a camera.

use super::super::{
    auth::Signed, convert::id_of, documents::served, error::Answer, extract::Path, register::record_id,
    types::Problem,
};
use crate::app::App;
use axum::{extract::State, response::Response};

/// The file of a document that a correction names, in the version that was named.
#[utoipa::path(
    get, path = "/api/orders/{id}/evidence/{document}", tag = "supervision",
    params(("id" = String, Path, description = "Order id"), ("document" = String, Path, description = "Document")),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream"),
        (status = 403, body = Problem, description = "Refused: not of the authority that judges it or of one above, or a picture of a camera"),
        (status = 404, body = Problem, description = "None that one sees, not named there with a file, or secret")
    )
)]
pub async fn of_order(
    State(app): State<App>,
    signed: Signed,
    Path((id, document)): Path<(String, String)>,
) -> Answer<Response> {
    let (cx, id) = (signed.cx(&app), id_of(&id, "order")?);
    let pass = app.registry().read_order_evidence(&cx, id, record_id(&document)?).await?;
    served(&app, pass, false).await
}

/// The file of a document that a unit named beside an inspection, in the version that was named.
#[utoipa::path(
    get, path = "/api/inspections/{id}/evidence/{document}", tag = "supervision",
    params(("id" = String, Path, description = "Inspection id"), ("document" = String, Path, description = "Document")),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream"),
        (status = 403, body = Problem, description = "Refused: not of the authority that inspects or of one above, or a picture of a camera"),
        (status = 404, body = Problem, description = "None that one sees, not named there with a file, or secret")
    )
)]
pub async fn of_inspection(
    State(app): State<App>,
    signed: Signed,
    Path((id, document)): Path<(String, String)>,
) -> Answer<Response> {
    let (cx, id) = (signed.cx(&app), id_of(&id, "inspection")?);
    let pass = app.registry().read_inspection_evidence(&cx, id, record_id(&document)?).await?;
    served(&app, pass, false).await
}
