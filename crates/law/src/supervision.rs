//! Supervision: which authority supervises what, where an accusation goes, what is late, and how an order is carried to its end.
//!
//! It knows no accounts and reads nothing. The invariants kept: nobody supervises outside their area; an accusation never goes to
//! whom it concerns, nor to anybody of their area below them; an order follows the chain of its article and is ended once.

mod accusation;
mod area;
mod checklist;
mod figures;
mod late;
mod names;
mod order;
mod penalty;
mod retention;
mod rhythm;
#[cfg(test)]
mod tests;

/// The product's own rule over authorities and those whom they inspect, where no pack that binds speaks of it.
pub const RULE: &str = "unit:supervision";

pub use accusation::{
    ANSWER_DAYS_MAX, AccusationAct, AccusationStage, AccusedKind, CLOSE_DAYS_MAX, Concerned,
    TAKE_UP_DAYS_MAX, accused_organs, due, is_concerned, route, step,
};
pub use area::{Authority, AuthorityKind, is_division, may_dismiss, may_succeed, next_up, responsible};
pub use checklist::{
    CHECKLIST_LINES_MAX, ChecklistFinding, ChecklistLine, Shown, checklist, control_of, in_order,
};
pub use figures::{
    AreaIndicator, AreaSeen, AreaTable, Figures, TARGET_HUNDREDTHS_MAX, TARGET_YEARS_MAX, TargetState,
    area_table, may_set_target, target_state,
};
pub use late::{
    JUDGE_DAYS_MAX, LateWhat, LyingOrder, RECEIPT_DAYS_MAX, WITNESS_HOURS, auditors_late_words, in_decimals,
    is_late, late_order, late_words, left_open_words, overdue_words, refused_words, target_missed_words,
    unwitnessed_words,
};
pub use names::{names_it, organs_named};
pub use order::{
    Closing, Corrected, DEADLINE_DAYS_MAX, Ended, Issued, LegalBasisHeld, Order, OrderFacts, OrderState,
    StepChoice, UNHELD, by_issue, choices, falls_on, issue, may_take, step_of, word_of,
};
pub use penalty::{Fine, Fined, Follows, NO_PENALTY, Threat, chosen, fined_by, may_fall, threatened};
pub use retention::{DEMAND_DAYS_MAX, DEMAND_HOURS_MIN, DemandState, demand_state, may_demand, missed_words};
pub use rhythm::{
    Inspected, InspectionTerm, Overdue, RHYTHM_DAYS_MAX, Rhythm, Rota, RotaSystem, uninspected_words,
};
