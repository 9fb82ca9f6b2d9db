//! Availability: of the seconds that a camera owed, how many were recorded, and what became of the others.
//!
//! Records of a stream tile time, so what was recorded is what its history spans without its gaps: no segment is looked at.
//! Nothing here reads rows or a clock; adding up streams gives cameras, units and the whole system.

use model::{GapCause, Span, WallTime};

/// A gap of a stream, and whether it is accounted for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Missing {
    pub span: Span,
    pub cause: GapCause,
    pub justified: bool,
}

/// What is known of one stream.
#[derive(Clone, Debug)]
pub struct StreamFacts {
    /// Since it was to be recorded, up to now or to the end of that.
    pub owed: Span,
    /// From the start of the first record to the end of the newest; `None` when there is none.
    pub history: Option<Span>,
    /// The gaps of the history.
    pub gaps: Vec<Missing>,
    /// After the history's end: the segment that is being written has no record yet.
    pub being_recorded: Option<Span>,
    /// After that: the gap that is still open, or the time since it was switched off.
    pub open: Option<Missing>,
}

/// Microseconds and numbers, of one stream or of many.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Availability {
    pub owed_us: i64,
    pub recorded_us: i64,
    /// Missing time and gaps by cause, in the order of [`GapCause::ALL`].
    pub missing_us: [i64; GapCause::ALL.len()],
    pub gaps: [u64; GapCause::ALL.len()],
    /// Of the missing time, what is accounted for.
    pub justified_us: i64,
    /// Owed, and neither recorded nor a gap: before the first record, or not yet known.
    pub unaccounted_us: i64,
}

/// Hundredths of a percent; nothing of nothing is no share.
pub(crate) fn share_bp(part: i64, whole: i64) -> Option<u32> {
    (whole > 0).then(|| u32::try_from(i128::from(part) * 10_000 / i128::from(whole)).unwrap_or(0))
}

impl Availability {
    pub fn add(&mut self, other: &Self) {
        self.owed_us += other.owed_us;
        self.recorded_us += other.recorded_us;
        self.justified_us += other.justified_us;
        self.unaccounted_us += other.unaccounted_us;
        for (sum, us) in self.missing_us.iter_mut().zip(other.missing_us) {
            *sum += us;
        }
        for (sum, count) in self.gaps.iter_mut().zip(other.gaps) {
            *sum += count;
        }
    }

    pub fn missing_sum_us(&self) -> i64 {
        self.missing_us.iter().sum()
    }

    /// Recorded of owed in hundredths of a percent; `None` when nothing was owed.
    pub fn share_bp(&self) -> Option<u32> {
        share_bp(self.recorded_us, self.owed_us)
    }

    /// Recorded of owed; `None` when nothing was owed.
    pub fn share(&self) -> Option<f64> {
        (self.owed_us > 0).then(|| self.recorded_us as f64 / self.owed_us as f64)
    }

    /// Justified of missing; `None` when nothing is missing.
    pub fn justified_share(&self) -> Option<f64> {
        let missing_us = self.missing_sum_us();
        (missing_us > 0).then(|| self.justified_us as f64 / missing_us as f64)
    }

    fn gap(&mut self, gap: Missing, owed: Span) -> i64 {
        let Some(part) = gap.span.intersect(owed) else { return 0 };
        let (us, place) = (part.duration_us(), usize::from(gap.cause.code()));
        if let (Some(sum), Some(count)) = (self.missing_us.get_mut(place), self.gaps.get_mut(place)) {
            *sum += us;
            *count += 1;
        }
        self.justified_us += if gap.justified { us } else { 0 };
        us
    }
}

/// One stream over a span.
pub fn of_stream(facts: &StreamFacts, asked: Span) -> Availability {
    let mut found = Availability::default();
    let Some(owed) = facts.owed.intersect(asked) else { return found };
    found.owed_us = owed.duration_us();
    let inside = |span: Option<Span>| span.and_then(|span| span.intersect(owed)).map_or(0, Span::duration_us);
    let missing: i64 = facts.gaps.iter().map(|gap| found.gap(*gap, owed)).sum();
    found.recorded_us = (inside(facts.history) - missing).max(0) + inside(facts.being_recorded);
    let open = facts.open.map_or(0, |gap| found.gap(gap, owed));
    found.unaccounted_us = (found.owed_us - found.recorded_us - missing - open).max(0);
    found
}

/// Since when a camera owes: since it was registered, up to now or to its retirement. What it was switched off for in
/// between is a gap with that cause, and justified as any other.
pub fn owed(created: WallTime, retired: Option<WallTime>, now: WallTime) -> Option<Span> {
    Span::new(created, retired.unwrap_or(now).min(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: i64, end: i64) -> Span {
        Span::new(WallTime(start), WallTime(end)).unwrap()
    }

    fn missing(start: i64, end: i64, cause: GapCause, justified: bool) -> Missing {
        Missing { span: span(start, end), cause, justified }
    }

    fn facts() -> StreamFacts {
        StreamFacts {
            owed: span(0, 1_000),
            history: Some(span(10, 800)),
            gaps: vec![
                missing(100, 200, GapCause::Network, true),
                missing(300, 310, GapCause::Power, false),
                missing(310, 320, GapCause::Network, false),
            ],
            being_recorded: Some(span(800, 900)),
            open: Some(missing(900, 950, GapCause::Camera, false)),
        }
    }

    /// (owed, recorded, missing, justified, unaccounted)
    fn numbers(found: &Availability) -> [i64; 5] {
        [found.owed_us, found.recorded_us, found.missing_sum_us(), found.justified_us, found.unaccounted_us]
    }

    #[test]
    fn every_owed_microsecond_is_recorded_missing_or_unaccounted() {
        let check = |asked: Span, expected: [i64; 5]| {
            let found = of_stream(&facts(), asked);
            assert_eq!(numbers(&found), expected, "{asked:?}");
            assert_eq!(found.owed_us, found.recorded_us + found.missing_sum_us() + found.unaccounted_us);
        };
        check(span(0, 1_000), [1_000, 670 + 100, 120 + 50, 100, 10 + 50]);
        check(span(-500, 5_000), [1_000, 770, 170, 100, 60]);
        check(span(150, 305), [155, 100, 55, 50, 0]);
        check(span(305, 315), [10, 0, 10, 0, 0]);
        check(span(850, 920), [70, 50, 20, 0, 0]);
        check(span(1_000, 2_000), [0; 5]);
        // Two halves make the whole.
        let mut halves = of_stream(&facts(), span(0, 305));
        halves.add(&of_stream(&facts(), span(305, 1_000)));
        assert_eq!(numbers(&halves), numbers(&of_stream(&facts(), span(0, 1_000))));
    }

    #[test]
    fn causes_and_shares() {
        let found = of_stream(&facts(), span(0, 1_000));
        let of = |cause: GapCause| (found.missing_us[cause as usize], found.gaps[cause as usize]);
        assert_eq!(of(GapCause::Network), (110, 2));
        assert_eq!(of(GapCause::Power), (10, 1));
        assert_eq!(of(GapCause::Camera), (50, 1));
        assert_eq!(of(GapCause::Unknown), (0, 0));
        assert_eq!(found.share(), Some(0.77));
        assert_eq!(found.justified_share(), Some(100.0 / 170.0));
        assert_eq!(Availability::default().share(), None);
        assert_eq!(Availability::default().justified_share(), None);
    }

    #[test]
    fn a_stream_without_a_record_owes_all_the_same() {
        let silent = StreamFacts {
            owed: span(0, 100),
            history: None,
            gaps: Vec::new(),
            being_recorded: None,
            open: None,
        };
        assert_eq!(numbers(&of_stream(&silent, span(0, 1_000))), [100, 0, 0, 0, 100]);
        assert_eq!(owed(WallTime(5), None, WallTime(9)), Some(span(5, 9)));
        assert_eq!(owed(WallTime(5), Some(WallTime(7)), WallTime(9)), Some(span(5, 7)));
        assert_eq!(owed(WallTime(5), Some(WallTime(3)), WallTime(9)), None);
    }
}
