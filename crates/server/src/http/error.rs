//! From a failure's kind to a status code and a body: the only place that knows both.
//!
//! An internal failure is logged with its cause and answered without it.

use super::types::{Bilingual, FieldProblem, Problem, ProblemBody, ProblemKind};
use axum::{
    Json,
    extract::rejection::{JsonRejection, PathRejection, QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{Invalid, Kind};

/// A failure on its way to the client.
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    message: String,
    code: Option<&'static str>,
    field: Option<&'static str>,
    law: Option<Box<Law>>,
    retry_after_ms: Option<i64>,
    problems: Vec<FieldProblem>,
    /// The methods that a path takes, when it was asked by another.
    allow: Option<Box<HeaderValue>>,
}

/// What the law says about a refusal.
#[derive(Debug)]
pub struct Law {
    pub article: String,
    pub reason: Bilingual,
    pub remedy: Bilingual,
    /// The entry that the refusal left.
    pub entry: Option<u64>,
}

/// What every handler returns.
pub type Answer<T> = Result<T, Failure>;

impl Failure {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            code: None,
            field: None,
            law: None,
            retry_after_ms: None,
            problems: Vec::new(),
            allow: None,
        }
    }
    pub fn method_not_allowed(allow: &str) -> Self {
        let said = Self::new(Kind::Invalid, format!("this address takes {allow} only")).with_code("method");
        Self { allow: HeaderValue::from_str(allow).ok().map(Box::new), ..said }
    }
    pub fn invalid(field: &'static str, problem: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::new(Kind::Invalid, problem) }
    }
    /// Several fields of a record.
    pub fn problems(problems: Vec<FieldProblem>) -> Self {
        Self {
            problems,
            ..Self::new(Kind::Invalid, "some fields are not what they must be").with_code("fields")
        }
    }
    /// An uploaded file that is no table, in words for whoever sent it.
    pub fn no_table(words: ::law::Words) -> Self {
        let problem = FieldProblem {
            field: "file".to_owned(),
            problem: Bilingual { zh: words.zh, en: words.en.clone() },
        };
        Self { problems: vec![problem], ..Self::new(Kind::Invalid, words.en).with_code("no_table") }
    }
    pub fn not_found(what: &'static str) -> Self {
        Self::new(Kind::NotFound, format!("no such {what}"))
    }
    pub fn unauthenticated() -> Self {
        Self::new(Kind::Unauthenticated, "sign in first")
    }
    pub fn refused(message: impl Into<String>, law: Law) -> Self {
        Self { law: Some(Box::new(law)), ..Self::new(Kind::Refused, message) }
    }
    /// What no refusal decided and the law says all the same.
    pub fn with_law(self, law: Law) -> Self {
        Self { law: Some(Box::new(law)), ..self }
    }
    pub fn with_code(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }
    pub fn retry_after_ms(self, ms: i64) -> Self {
        Self { retry_after_ms: Some(ms), ..self }
    }
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

/// RFC 9110 §15.
fn status(kind: Kind) -> (StatusCode, ProblemKind) {
    match kind {
        Kind::Invalid => (StatusCode::BAD_REQUEST, ProblemKind::Invalid),
        Kind::Unauthenticated => (StatusCode::UNAUTHORIZED, ProblemKind::Unauthenticated),
        Kind::Refused => (StatusCode::FORBIDDEN, ProblemKind::Refused),
        Kind::NotFound => (StatusCode::NOT_FOUND, ProblemKind::NotFound),
        Kind::Conflict => (StatusCode::CONFLICT, ProblemKind::Conflict),
        Kind::Busy => (StatusCode::TOO_MANY_REQUESTS, ProblemKind::Busy),
        Kind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, ProblemKind::Unavailable),
        Kind::Corrupt | Kind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, ProblemKind::Internal),
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, kind) = match self.allow {
            // RFC 9110 §15.5.6: a request that no repetition makes right, and what would.
            Some(_) => (StatusCode::METHOD_NOT_ALLOWED, ProblemKind::Invalid),
            None => status(self.kind),
        };
        let message = if kind == ProblemKind::Internal {
            tracing::error!(kind = ?self.kind, message = %self.message, "request failed");
            "the server failed; its log says why".to_owned()
        } else {
            self.message
        };
        let (article, reason, remedy, entry) = match self.law {
            Some(law) => (Some(law.article), Some(law.reason), Some(law.remedy), law.entry),
            None => (None, None, None, None),
        };
        let error = ProblemBody {
            kind,
            message,
            code: self.code.map(str::to_owned),
            field: self.field.map(str::to_owned),
            article,
            reason,
            remedy,
            entry,
            retry_after_ms: self.retry_after_ms,
            problems: self.problems,
        };
        let mut response = (status, Json(Problem { error })).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(allow) = self.allow {
            response.headers_mut().insert(header::ALLOW, *allow);
        }
        if let Some(ms) = self.retry_after_ms {
            // RFC 9110 §10.2.3: whole seconds, rounded up.
            response.headers_mut().insert(
                header::RETRY_AFTER,
                HeaderValue::from(u64::try_from(ms).unwrap_or(0).div_ceil(1000)),
            );
        }
        response
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::invalid(invalid.field, invalid.problem)
    }
}

impl From<JsonRejection> for Failure {
    fn from(rejection: JsonRejection) -> Self {
        Self::new(Kind::Invalid, rejection.body_text()).with_code("body")
    }
}

impl From<QueryRejection> for Failure {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(Kind::Invalid, rejection.body_text()).with_code("query")
    }
}

impl From<PathRejection> for Failure {
    fn from(rejection: PathRejection) -> Self {
        Self::new(Kind::NotFound, rejection.body_text()).with_code("path")
    }
}
