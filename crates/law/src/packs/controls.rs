//! The register of our controls: what the software does about a duty, where in the code, and which test shows it.
//!
//! It claims nothing that a test does not show: `done` needs a file and a test, `planned` has neither.

use crate::Words;
use serde::Deserialize;

/// How a control keeps a duty.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ControlKind {
    /// The breach is impossible through the software.
    Refuse,
    /// The software finds the breach.
    Detect,
    /// The software keeps the record that is asked for.
    Record,
    /// The software offers the interface that is asked for.
    Connect,
}

impl ControlKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Detect => "detect",
            Self::Record => "record",
            Self::Connect => "connect",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ControlStatus {
    Done,
    /// Not kept yet.
    Planned,
}

impl ControlStatus {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Planned => "planned",
        }
    }
}

/// One mechanism.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    pub id: String,
    pub obligations: Vec<String>,
    pub kind: ControlKind,
    pub name: Words,
    pub what: Words,
    pub status: ControlStatus,
    /// Path of the file that serves it, from the project's root.
    #[serde(default)]
    pub code: Option<String>,
    /// `path::name` of the test that shows it.
    #[serde(default)]
    pub test: Option<String>,
}

impl Control {
    /// Path and function of its test.
    pub fn test_parts(&self) -> Option<(&str, &str)> {
        self.test.as_deref().and_then(|test| test.split_once("::"))
    }
}
