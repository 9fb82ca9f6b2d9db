//! Request parts whose rejections speak the API's own error shape, and the size of a request's body.

use super::error::Failure;
use axum::extract::{FromRequest, FromRequestParts, Request};
use model::Kind;
use std::time::Duration;

/// Largest request body: the API takes small JSON only.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// How long a body may take altogether: it is small, and a client that dawdles over it keeps a connection.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

/// A JSON body.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: serde::de::DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Failure;
    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        match tokio::time::timeout(BODY_PATIENCE, axum::Json::from_request(request, state)).await {
            Ok(Ok(axum::Json(value))) => Ok(Self(value)),
            Ok(Err(rejection)) => Err(rejection.into()),
            Err(_) => {
                Err(Failure::new(Kind::Invalid, "the body did not come within 10 s").with_code("slow_body"))
            }
        }
    }
}

/// How long an uploaded file may take: 32 MB over a line of 4 Mbit/s.
const FILE_PATIENCE: Duration = Duration::from_secs(70);

/// An uploaded file. The route sets its own limit of size.
pub struct FileBytes(pub bytes::Bytes);

impl<S: Send + Sync> FromRequest<S> for FileBytes {
    type Rejection = Failure;
    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        match tokio::time::timeout(FILE_PATIENCE, bytes::Bytes::from_request(request, state)).await {
            Ok(Ok(bytes)) => Ok(Self(bytes)),
            Ok(Err(rejection)) => {
                Err(Failure::new(Kind::Invalid, rejection.body_text()).with_code("too_large"))
            }
            Err(_) => {
                Err(Failure::new(Kind::Invalid, "the file did not come within 70 s").with_code("slow_body"))
            }
        }
    }
}

/// The query string.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Failure))]
pub struct Query<T>(pub T);

/// Parameters of the path.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Failure))]
pub struct Path<T>(pub T);
