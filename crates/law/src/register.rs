//! The registry's records: which kinds there are, which fields each has, what a value may be, and what is missing.
//!
//! One table of fields drives checking, forms, import and export, masking and completeness, so that they cannot disagree.
//! It stores nothing and decides about no person. The invariant kept: a body that passes [`check`] holds only fields of its
//! kind, each of its type and within its limits.

mod check;
mod field;
mod kept;
mod kinds;
#[cfg(test)]
mod tests;

pub use check::{Problem, check, completeness, masked, references, search_text};
pub(crate) use check::{is_date, of_type};
pub(crate) use field::choice;
pub use field::{Choice, Field, FieldType, Source};
pub use kinds::{RecordKind, fields, paper_words};

/// A record's values by the names of its fields.
pub type Body = serde_json::Map<String, serde_json::Value>;

/// Fields of a document that say what its file is: set when it is taken in, never by hand and by no table.
pub const FILE_FIELDS: [&str; 4] = ["sha256", "bytes", "media_type", "file_name"];

/// Longest search text of a record, in characters: a name, a code and the words of a few fields.
pub const SEARCH_CHARS_MAX: usize = 500;
