//! Tests of the footage database.
