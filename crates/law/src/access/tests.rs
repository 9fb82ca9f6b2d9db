//! Placeholder for the table tests of `decide`.
