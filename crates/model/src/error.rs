//! The shared kind of every error, and the error of a value that cannot be.
//!
//! Each crate has its own error type; all of them answer `kind()`. Only `server/http` turns a kind into a status code.

use std::fmt;

/// What sort of failure: enough to choose an exit code or an HTTP status.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// The input is wrong; the message names the field or byte.
    Invalid,
    /// Nobody is signed in.
    Unauthenticated,
    /// The law or the roles say no; carries article and remedy.
    Refused,
    NotFound,
    /// The state has changed meanwhile, or the thing exists already.
    Conflict,
    /// A limit was reached; try later.
    Busy,
    /// A peer, a disk or a database cannot be reached.
    Unavailable,
    /// Stored bytes are not what was written.
    Corrupt,
    /// A bug.
    Internal,
}

/// A value that its type cannot hold: names the field and what is wrong with it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct Invalid {
    pub field: &'static str,
    pub problem: &'static str,
}

impl Invalid {
    pub const fn new(field: &'static str, problem: &'static str) -> Self {
        Self { field, problem }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.problem)
    }
}
