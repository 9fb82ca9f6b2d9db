//! Which packs something is under: those whose area holds it, those that its record adds and those that its unit adopted; and
//! which of them bind on a day. A record can only add: no unit leaves the law of its place by not naming it.

use super::{Library, Override, Pack, Status};

/// Area of the whole country (GB/T 2260).
const COUNTRY: &str = "000000";

/// What decides which packs hold for a system, a point or a camera.
#[derive(Clone, Copy, Debug, Default)]
pub struct Under<'a> {
    /// GB/T 2260 codes of the divisions in which it is: a system's own and those of the places of its points.
    pub divisions: &'a [String],
    /// Packs that its record adds.
    pub named: &'a [String],
    /// Packs that its unit made its own rule with a document.
    pub adopted: &'a [String],
    /// What its unit set beside the packs' values, with documents.
    pub overrides: &'a [Override],
    /// `YYYY-MM-DD` at the unit.
    pub today: &'a str,
}

impl Under<'_> {
    /// Whether the pack has anything to say here, be it as a finding only.
    pub(super) fn has(&self, pack: &Pack) -> bool {
        self.named.contains(&pack.id)
            || self.adopted.contains(&pack.id)
            || self.divisions.iter().any(|code| pack.holds(code))
    }
}

impl Pack {
    /// Whether its area holds a division: GB/T 2260 codes are pairs of digits for province, city and county. The country's
    /// provinces are 11 to 82; a code from 90 is abroad, where no area of a pack is.
    pub fn holds(&self, code: &str) -> bool {
        let Some(area) = self.division.as_deref() else { return false };
        if area == COUNTRY {
            return code.starts_with(|first: char| ('1'..='8').contains(&first)) || code == COUNTRY;
        }
        let mut prefix = area;
        while let Some(shorter) = prefix.strip_suffix("00") {
            prefix = shorter;
        }
        code.starts_with(prefix)
    }

    /// Whether it is in force on a day, as far as its own text says.
    fn in_force_on(&self, today: &str) -> bool {
        self.status == Status::InForce && self.in_force.as_deref().is_none_or(|since| since <= today)
    }
}

impl Library {
    /// Whether a pack binds on a day by itself, without a unit having adopted it: in force, held whole, and not superseded by
    /// one that is in force.
    pub fn binds(&self, pack: &Pack, today: &str) -> bool {
        let successor = pack.superseded_by.as_deref().and_then(|id| self.pack(id));
        pack.in_force_on(today) && !successor.is_some_and(|successor| successor.in_force_on(today))
    }
}
