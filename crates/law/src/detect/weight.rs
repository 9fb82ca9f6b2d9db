//! How much a finding of the register weighs, and which control of ours finds it. The one table of codes.
//!
//! It finds nothing. A finding of a pack that does not bind weighs no more than a note.

use super::Detected;
use crate::packs::Force;

/// What a finding asks of whoever answers for the unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Something to complete or to look at.
    Note,
    /// Something that is owed and not there.
    Due,
    /// Something that is forbidden and goes on.
    Breach,
}

impl Severity {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Due => "due",
            Self::Breach => "breach",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Note, Self::Due, Self::Breach].into_iter().find(|severity| severity.as_str() == word)
    }
}

impl Detected {
    pub fn severity(&self) -> Severity {
        match self.force {
            Force::Findings => Severity::Note,
            Force::Binds => row(self.code).map_or(Severity::Due, |(.., severity)| *severity),
        }
    }
    /// The control that finds it, as `packs/controls.toml` has it.
    pub fn control(&self) -> Option<&'static str> {
        control_of(self.code)
    }
}

/// The control that finds this code.
pub fn control_of(code: &str) -> Option<&'static str> {
    row(code).map(|(_, control, _)| *control)
}

/// Whether something in the register is found by this control.
pub(super) fn is_of_register(control: &str) -> bool {
    CODES.iter().any(|(_, known, _)| *known == control)
}

fn row(code: &str) -> Option<&'static (&'static str, &'static str, Severity)> {
    CODES.iter().find(|(known, ..)| *known == code)
}

/// Every word that the register's findings have.
#[cfg(test)]
pub(super) fn codes() -> impl Iterator<Item = &'static str> {
    CODES.iter().map(|(code, ..)| *code)
}

const CODES: &[(&str, &str, Severity)] = &[
    ("private_place", "private-place-found", Severity::Breach),
    ("rounds_missing", "private-place-rounds", Severity::Due),
    ("found_unreported", "private-place-rounds", Severity::Breach),
    ("unfiled", "no-use-before-acceptance", Severity::Due),
    ("without_point", "no-use-before-acceptance", Severity::Note),
    ("place_without_system", "place-without-system", Severity::Due),
    ("voluntary_but_owed", "voluntary-system", Severity::Note),
    ("plan_overlap", "plan-overlap", Severity::Note),
    ("plan_unapproved", "plan-register", Severity::Due),
    ("target_missed", "area-targets", Severity::Due),
    ("qualification_expired", "qualification-expired", Severity::Due),
    ("choice_unrecorded", "choice-register", Severity::Due),
    ("order_without_basis", "choice-register", Severity::Due),
    ("pressure_open", "pressure-reports", Severity::Due),
    ("nobody_responsible", "nobody-responsible", Severity::Due),
    ("agreement_ended", "responsibility-agreements", Severity::Due),
    ("maintenance_without_contract", "responsibility-agreements", Severity::Due),
    ("public_area_without_maintainer", "public-area-without-maintainer", Severity::Due),
    ("main_works_without_system", "main-works-without-system", Severity::Breach),
    ("behind_main_works", "main-works-milestones", Severity::Due),
    ("below_standard", "measured-against-standard", Severity::Due),
    ("standard_unnamed", "standards-register", Severity::Note),
    ("product_uncertified", "standards-register", Severity::Due),
    ("unconsulted", "connection-consultation", Severity::Breach),
    ("distance_unrecorded", "dwelling-distance", Severity::Due),
    ("view_unrecorded", "field-of-view-record", Severity::Note),
    ("move_not_notified", "move-notice", Severity::Breach),
    ("camera_silent", "tamper-incident", Severity::Due),
    ("incident_unreported", "incident-repair", Severity::Due),
    ("incident_unrepaired", "incident-repair", Severity::Due),
    ("mask_needed", "mask-before-use", Severity::Breach),
    ("no_binding_pack", "no-use-before-acceptance", Severity::Note),
    ("built_as_designed", "built-as-designed", Severity::Due),
    ("customers_passwords", "passwords-commissioning-still", Severity::Breach),
    ("untrained_post", "training-register", Severity::Due),
    ("posts_unconfirmed", "account-register", Severity::Due),
    ("account_unconfirmed", "account-register", Severity::Due),
    ("sign_unchecked", "sign-register", Severity::Note),
    ("not_filed", "filing-deadline", Severity::Due),
    ("filing_outdated", "filing-deadline", Severity::Due),
    ("incomplete", "record-age", Severity::Note),
    ("stale", "record-age", Severity::Note),
];
