//! Fuzz target: `verify::sealed` of this package says what is read and what must hold.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| watchkeeper_fuzz::verify::sealed(bytes));
