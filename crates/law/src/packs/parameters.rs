//! The values that a duty may carry: a closed list, each with the mark of where we have it from. What they mean where
//! several packs meet is `combine`'s.

use super::retrievals::Retrieval;
use crate::{Words, access::FourEyesRecorded};
use serde::{Deserialize, Serialize};

/// How sure a value is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Read in the text held.
    Text,
    /// From a source about the text.
    Secondary,
    /// Garbled by translation, or unsure: shown as such, never relied on to refuse.
    Unverified,
    /// Not in the text: the product's own default.
    Product,
    /// Set beside the pack's value by a unit, with a document. No file of a pack has it.
    #[serde(skip_deserializing)]
    Override,
}

impl Mark {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Secondary => "secondary",
            Self::Unverified => "unverified",
            Self::Product => "product",
            Self::Override => "override",
        }
    }
}

/// A value with its mark.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Marked<T> {
    pub value: T,
    pub mark: Mark,
}

/// Whom a duty is owed to.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// The party's word.
    #[serde(default)]
    pub role: String,
    pub zh: String,
    pub en: String,
}

/// From which day a filing window runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FilingFrom {
    Acceptance,
    Completion,
    Use,
}

impl FilingFrom {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Acceptance => "acceptance",
            Self::Completion => "completion",
            Self::Use => "use",
        }
    }
}

/// Who files.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FilingBy {
    Builder,
    UserUnit,
}

impl FilingBy {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Builder => "builder",
            Self::UserUnit => "user-unit",
        }
    }
}

/// Which points need a sign.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignScope {
    PublicAreas,
    FixedMonitoredPlaces,
    AllPoints,
}

/// What of a camera may not change without authorisation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Changes {
    Place,
    Purpose,
    Coverage,
}

/// A step of a chain of penalties; the order is the article's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PenaltyStep {
    Warn,
    OrderCorrect,
    Fine,
    Confiscate,
    Delete,
    Remove,
    Close,
    Court,
    Refer,
}

/// What an article threatens. Sums are yuan; a person decides, the software shows.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Penalty {
    /// The articles whose breach it answers; empty is any.
    #[serde(default, rename = "for")]
    pub articles: Vec<String>,
    /// Of those articles the duties that it answers, by their clause; an article of which none is named is answered whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<String>,
    #[serde(default)]
    pub paragraph: Option<u8>,
    #[serde(default)]
    pub duty: String,
    pub chain: Vec<PenaltyStep>,
    /// `overdue`, `serious`; empty is at once.
    #[serde(default)]
    pub fine_when: String,
    #[serde(default)]
    pub unit_min_cny: Option<u32>,
    #[serde(default)]
    pub unit_max_cny: Option<u32>,
    #[serde(default)]
    pub person_min_cny: Option<u32>,
    #[serde(default)]
    pub person_max_cny: Option<u32>,
    #[serde(default)]
    pub individual_min_cny: Option<u32>,
    #[serde(default)]
    pub individual_max_cny: Option<u32>,
    /// A warning may stand instead of the fine of a person.
    #[serde(default)]
    pub person_warn: bool,
    /// "Less than".
    #[serde(default)]
    pub max_excluded: bool,
    /// A number that stands in the copy, without a word on whether it is a least, a most or an amount.
    #[serde(default)]
    pub unit_figure_cny: Option<u32>,
    #[serde(default)]
    pub person_figure_cny: Option<u32>,
    #[serde(default)]
    pub operating_unit_figure_cny: Option<u32>,
    #[serde(default)]
    pub refer_to: Option<Words>,
    pub mark: Mark,
    /// How the fine is known, where that is otherwise than the steps before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fine_mark: Option<Mark>,
}

impl Penalty {
    /// How the fine with its numbers is known.
    pub fn fine_mark(&self) -> Mark {
        self.fine_mark.unwrap_or(self.mark)
    }
}

/// A value that is none of its name's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no such value")]
pub struct ValueError;

macro_rules! parameters {
    ($($(#[$doc:meta])* $name:ident: $kind:ty,)+) => {
        /// The closed list. A name that is not here is an error of the file.
        #[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Parameters {
            $($(#[$doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $name: Option<Marked<$kind>>,)+
        }

        impl Parameters {
            /// Names of the values that are given, with their marks.
            pub fn given(&self) -> Vec<(&'static str, Mark)> {
                let all = [$((stringify!($name), self.$name.as_ref().map(|marked| marked.mark)),)+];
                all.into_iter().filter_map(|(name, mark)| mark.map(|mark| (name, mark))).collect()
            }

            /// A value as the file would hold it, with its mark.
            pub fn get(&self, name: &str) -> Option<(serde_json::Value, Mark)> {
                match name {
                    $(stringify!($name) => {
                        let marked = self.$name.as_ref()?;
                        Some((serde_json::to_value(&marked.value).ok()?, marked.mark))
                    })+
                    _ => None,
                }
            }

            /// # Errors
            /// No such name, or no such value.
            pub fn set(&mut self, name: &str, value: serde_json::Value, mark: Mark) -> Result<(), ValueError> {
                match name {
                    $(stringify!($name) => {
                        let value = serde_json::from_value(value).map_err(|_| ValueError)?;
                        self.$name = Some(Marked { value, mark });
                        Ok(())
                    })+
                    _ => Err(ValueError),
                }
            }
        }
    };
}

parameters! {
    /// Days for which footage must be kept.
    footage_floor_days: u16,
    /// When it must go.
    footage_ceiling: String,
    filing_window_days: u16,
    /// For systems that were there before the rule.
    filing_window_existing_days: u16,
    filing_from: FilingFrom,
    filing_recipient: Recipient,
    filing_by: FilingBy,
    private_place_kinds: Vec<String>,
    must_have_place_categories: Vec<String>,
    /// Government may designate further places.
    designated_places: bool,
    /// Who alone builds in public areas.
    public_area_builder: String,
    /// Others may, with an authorisation.
    public_area_authorisation: bool,
    public_area_managed_by: String,
    design_review_by: Vec<String>,
    system_test_by: Vec<String>,
    acceptance_with: Vec<String>,
    sign_required: SignScope,
    qualification_required: bool,
    filing_papers: Vec<String>,
    filing_existing_from: String,
    filing_change_notice: String,
    net_reduction_refused: bool,
    change_needs_authorisation: Vec<Changes>,
    move_notice: String,
    retrieval: Vec<Retrieval>,
    /// Hours within which a complete request of an authority is answered.
    retrieval_answer_hours: u16,
    /// The same in hours of service, where the unit states them.
    retrieval_answer_working_hours: u16,
    /// A second pair of eyes on recorded footage.
    four_eyes_recorded: FourEyesRecorded,
    customers_passwords_excluded: bool,
    passwords_place_categories: Vec<String>,
    takeover_by: Vec<String>,
    compensation: bool,
    free_of_charge: bool,
    training_issuer: Recipient,
    shift_watch: bool,
    /// Kinds of written rules that a unit must have.
    written_rules: Vec<String>,
    ledger_fields: Vec<String>,
    publish_masked: Vec<String>,
    level_grants: bool,
    level_grants_scope: String,
    main_works_together: bool,
    separate_acceptance: bool,
    planning_permit: bool,
    public_project_papers: Vec<String>,
    inspection_checklist: Vec<String>,
    must_have_only_if_designated: bool,
    other_prevention_counts: bool,
    voluntary_allowed: bool,
    /// Categories of public place to which the builder's rule applies.
    public_place_categories: Vec<String>,
    public_area_operator_may_build: bool,
    private_place_rounds: String,
    /// Whoever runs or maintains a system for others is bound by contract.
    operation_contract: bool,
    /// Milliseconds by which a camera's clock may be off.
    camera_clock_ms_max: u32,
    exempt_articles: Vec<String>,
    penalty: Vec<Penalty>,
}
