//! The data plane's only source of randomness: the operating system.
//!
//! Cores take randomness as a parameter; this is where the shell gets it.

/// 32 random bytes for a segment's secret. A system without randomness cannot record, and says so by stopping.
pub(crate) fn secret() -> [u8; 32] {
    let mut out = [0u8; 32];
    fill(&mut out);
    out
}

/// A random number for jitter.
pub(crate) fn chance() -> u32 {
    let mut out = [0u8; 4];
    fill(&mut out);
    u32::from_le_bytes(out)
}

#[expect(
    clippy::panic,
    reason = "without the system's randomness no secret can be made; recording with a guessable one would be worse"
)]
fn fill(out: &mut [u8]) {
    if let Err(error) = getrandom::fill(out) {
        panic!("the operating system gives no randomness: {error}");
    }
}
