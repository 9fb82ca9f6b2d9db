//! Pressure on those who run a system: to switch off, to delete, to hand out, or to buy and build as somebody in office says. Which
//! article it is against, and what is found while a report waits. Who may read a report is `access`'s.

use crate::Words;

/// What somebody was pressed to do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Pressure {
    SwitchOff,
    Delete,
    HandOut,
    Brand,
    Contractor,
    ForcedBuilding,
    Other,
}

impl Pressure {
    pub const ALL: [Self; 7] = [
        Self::SwitchOff,
        Self::Delete,
        Self::HandOut,
        Self::Brand,
        Self::Contractor,
        Self::ForcedBuilding,
        Self::Other,
    ];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SwitchOff => "switch_off",
            Self::Delete => "delete",
            Self::HandOut => "hand_out",
            Self::Brand => "brand",
            Self::Contractor => "contractor",
            Self::ForcedBuilding => "forced_building",
            Self::Other => "other",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pressure| pressure.as_str() == word)
    }

    /// The article that it is against.
    pub const fn article(self) -> &'static str {
        match self {
            // Originals are not destroyed, and recording is not interrupted (national-2016:22); footage goes to those whom the law
            // names, by their procedure (national-2016:21).
            Self::SwitchOff | Self::Delete => "national-2016:22",
            Self::HandOut => "national-2016:21",
            // national-2016:24: no organ imposes a brand or a contractor, or forces building.
            Self::Brand | Self::Contractor | Self::ForcedBuilding => "national-2016:24",
            // national-2016:25: anybody may report unlawful acts.
            Self::Other => "national-2016:25",
        }
    }
}

/// The product's own rule, where no pack that binds asks that reports of pressure are dealt with.
pub const RULE: &str = "unit:pressure";
pub const CONTROL: &str = "pressure-reports";

/// Why an open report is a finding, and what helps. It says nothing of what was reported, nor by whom.
pub fn open_words() -> (Words, Words) {
    (
        Words::new("A report of pressure waits for its outcome.", "一份受压情况反映尚未办结。"),
        Words::new(
            "Look into it, pass it on to the competent organ, and enter what came of it.",
            "请核查情况，转交有权机关处理，并登记处理结果。",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_read_back_and_has_an_article() {
        for pressure in Pressure::ALL {
            assert_eq!(Pressure::from_word(pressure.as_str()), Some(pressure));
            assert!(pressure.article().starts_with("national-2016:"), "{pressure:?}");
        }
        assert_eq!(Pressure::from_word("everything"), None);
    }
}
