//! The one error of this crate, with the shared kind. It carries no SQL text to the outside and no secret anywhere.

use crate::{Refusal, StoreKeyId};
use model::{DiskId, Invalid, Kind};

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// A record whose fields are not what they must be: every one of them.
    #[error("{}", problems_text(.0))]
    Problems(Vec<law::register::Problem>),
    /// A decision against the act; its entry is already durable.
    #[error("refused ({code}, {article})", code = .0.code, article = .0.article)]
    Refused(Box<Refusal>),
    #[error("nobody is signed in")]
    Unauthenticated,
    #[error("{0} does not exist")]
    NotFound(&'static str),
    #[error("{0}")]
    Conflict(String),
    /// The writer's queue has been full for too long.
    #[error("the {0} writer is overloaded")]
    Busy(&'static str),
    /// Too many failures; counted in `registry`'s lock-outs.
    #[error("locked after too many failures, for {} s", retry_after_us / 1_000_000)]
    Locked { retry_after_us: i64 },
    #[error("database, while {doing}: {source}")]
    Database { doing: &'static str, source: sqlx::Error },
    /// The same in a whole pass ([`crate::passes`]).
    #[error("database, while {doing}: {source}")]
    Pass { doing: &'static str, source: rusqlite::Error },
    #[error("{doing} {path}: {source}")]
    File { doing: &'static str, path: String, source: std::io::Error },
    /// Stored bytes are not what was written, or a folder is not ours.
    #[error("{0}")]
    Corrupt(String),
    /// Nothing is wrong with what it wraps; it cannot be read without it.
    #[error("store key {0} is not here")]
    StoreKeyAbsent(StoreKeyId),
    /// Its files are not taken for gone: it may come back.
    #[error("media disk {0} is away, and what was asked for is on none of the disks that are there")]
    DiskAway(DiskId),
    #[error("{0}")]
    Unavailable(String),
    #[error("internal: {0}")]
    Internal(String),
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
}

impl Error {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Invalid(_) | Self::Problems(_) => Kind::Invalid,
            Self::Refused(_) => Kind::Refused,
            Self::Unauthenticated => Kind::Unauthenticated,
            Self::NotFound(_) => Kind::NotFound,
            Self::Conflict(_) => Kind::Conflict,
            Self::Busy(_) | Self::Locked { .. } => Kind::Busy,
            Self::Database { source, .. } => database_kind(source),
            Self::Pass { .. }
            | Self::File { .. }
            | Self::StoreKeyAbsent(_)
            | Self::DiskAway(_)
            | Self::Unavailable(_) => Kind::Unavailable,
            Self::Corrupt(_) => Kind::Corrupt,
            Self::Internal(_) => Kind::Internal,
            Self::Ledger(source) => source.kind(),
        }
    }

    /// A database found no room to write (SQLite's result code 13, and its I/O error for a write that no room was for).
    pub fn is_disk_full(&self) -> bool {
        let Self::Database { source, .. } = self else { return false };
        source.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "13")
    }

    pub(crate) fn file(doing: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::File { doing, path, source }
    }

    pub(crate) fn invalid(field: &'static str, problem: &'static str) -> Self {
        Self::Invalid(Invalid::new(field, problem))
    }
}

fn problems_text(problems: &[law::register::Problem]) -> String {
    let each = problems.iter().map(|problem| format!("{} {}", problem.field, problem.words.en));
    each.collect::<Vec<_>>().join("; ")
}

/// SQLite's codes for a row that it will never take: too big, of a wrong type, a bind out of range, and a table's check, absent
/// value or column type.
const NEVER_TAKEN: [&str; 6] = ["18", "20", "25", "275", "1299", "3091"];

/// A broken uniqueness rule is a conflict of the caller's, any other broken rule is our own error, which no second try makes
/// right; all else is the database being away.
fn database_kind(error: &sqlx::Error) -> Kind {
    match error.as_database_error() {
        Some(error) if error.is_unique_violation() => Kind::Conflict,
        Some(error) if error.is_foreign_key_violation() => Kind::Conflict,
        Some(error) if error.code().is_some_and(|code| NEVER_TAKEN.contains(&&*code)) => Kind::Internal,
        _ => Kind::Unavailable,
    }
}

/// Names what was being done when a database call failed.
pub(crate) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T>;
}

impl<T> Doing<T> for std::result::Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T> {
        self.map_err(|source| Error::Database { doing, source })
    }
}

impl<T> Doing<T> for std::result::Result<T, rusqlite::Error> {
    fn doing(self, doing: &'static str) -> Result<T> {
        self.map_err(|source| Error::Pass { doing, source })
    }
}
