//! Chance from a seed: the same seed gives the same numbers on every machine, for ever.
//!
//! SplitMix64; not for secrets. Each part of a run draws from a branch of its own, so that a new question in one part does
//! not change the answers in another.

/// A sequence of numbers that its seed decides.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed ^ 0x5851_f42d_4c95_7f2d)
    }

    /// A sequence of its own for one part of the run.
    pub fn branch(&self, name: &str) -> Self {
        let mixed = name.bytes().fold(self.0, |sum, byte| mix(sum ^ u64::from(byte)));
        Self(mixed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number below `end`; 0 when that is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.next() % end }
    }

    /// A number from `low` up to and without `high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low.saturating_add(self.below(high.saturating_sub(low).max(0).unsigned_abs()) as i64)
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub fn coin(&mut self) -> bool {
        self.one_in(2)
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        from.get(usize::try_from(self.below(from.len() as u64)).ok()?).copied()
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        for part in out.chunks_mut(8) {
            part.copy_from_slice(&self.next().to_le_bytes()[..part.len()]);
        }
        out
    }
}

fn mix(mut number: u64) -> u64 {
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_sequence_for_ever() {
        let draw = |mut chance: Chance| [chance.next(), chance.next(), chance.below(10)];
        assert_eq!(draw(Chance::new(1)), draw(Chance::new(1)));
        assert_ne!(draw(Chance::new(1)), draw(Chance::new(2)));
        assert_ne!(draw(Chance::new(1).branch("disk")), draw(Chance::new(1).branch("clock")));
        assert_eq!(Chance::new(7).next(), Chance::new(7).clone().next());
        assert_eq!(Chance::new(0).below(0), 0);
    }
}
