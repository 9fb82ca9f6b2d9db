//! Request parts whose rejections speak the API's own error shape, and the size of a request's body.

use super::error::Failure;
use axum::extract::{FromRequest, FromRequestParts};

/// Largest request body: the API takes small JSON only.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// A JSON body.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Failure))]
pub struct Json<T>(pub T);

/// The query string.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Failure))]
pub struct Query<T>(pub T);

/// Parameters of the path.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Failure))]
pub struct Path<T>(pub T);
