//! How a case is written: what is given, what somebody does, what must come of it, what mends it. It runs nothing.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Values of records, by their names in the world.
pub type Facts = BTreeMap<String, Map<String, Value>>;

/// A file of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    #[serde(default)]
    pub case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    /// The article that it is taken from.
    pub article: String,
    pub packs: Vec<String>,
    /// Packs that the unit adopted before anything else.
    #[serde(default)]
    pub adopted: Vec<String>,
    /// Values that the unit set beside the packs' before the system took its steps.
    #[serde(default)]
    pub overrides: Vec<Set>,
    /// Values that differ from the lawful world from the beginning, by record.
    #[serde(default)]
    pub given: Facts,
    /// The stage to which the system is taken first, without the papers that the step to be tried leaves out; `planned` when
    /// absent.
    #[serde(default)]
    pub stage: String,
    /// The point has its camera, whatever the stage.
    #[serde(default)]
    pub camera: bool,
    /// The commissioning still of the point's camera: `taken`, or `confirmed` by a named person; none when absent.
    #[serde(default)]
    pub still: String,
    /// Another device answers for the camera after the stage was reached.
    #[serde(default)]
    pub then_replaced: bool,
    /// Records beside the lawful world's, by the names of `MORE`; `neighbour` is another unit's document.
    #[serde(default)]
    pub more: Vec<String>,
    /// Values that change after the stage was reached.
    #[serde(default)]
    pub then_given: Facts,
    pub when: When,
    pub then: Then,
    /// What supplies the missing fact: values, and another way to act.
    #[serde(default)]
    pub mend: Option<Mend>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "act")]
pub enum When {
    /// Takes a step of the system, with everything right but what is left out.
    Step {
        step: String,
        #[serde(default)]
        without_papers: Vec<String>,
        #[serde(default)]
        without: Vec<String>,
        #[serde(default)]
        failed: bool,
    },
    /// Registers a record of the world that `given` left out, or another one like it.
    Add { record: String },
    /// Changes values of a record; `stale` as somebody who read it before the last change.
    Change {
        record: String,
        set: Map<String, Value>,
        #[serde(default)]
        stale: bool,
    },
    /// Takes a record out.
    Remove { record: String },
    /// Adds a camera at the point.
    Enrol,
    /// Puts a camera without a point at the point.
    Place,
    /// Opens a live view of the point's camera.
    Watch { purpose: String },
    /// Asks for a change; with `by_other`, another administrator authorises it, with `declined` declines it; with `by_self`, the
    /// same person tries to authorise it.
    AskChange {
        record: String,
        set: Map<String, Value>,
        #[serde(default)]
        decide: String,
    },
    /// Somebody without the post does it; `elsewhere` has the post in another unit.
    As {
        role: String,
        step: String,
        #[serde(default)]
        elsewhere: bool,
    },
    /// The same with values of a record.
    ChangeAs {
        role: String,
        record: String,
        set: Map<String, Value>,
        #[serde(default)]
        elsewhere: bool,
    },
    /// Somebody reads a record.
    Read {
        role: String,
        record: String,
        #[serde(default)]
        elsewhere: bool,
    },
    /// Somebody adds a file to a document of the world; `text` is what it holds, `hex` in another writing.
    Upload {
        record: String,
        name: String,
        #[serde(default)]
        text: String,
        #[serde(default)]
        hex: String,
        /// The SHA-256 that is declared.
        #[serde(default)]
        sha256: String,
        #[serde(default)]
        stale: bool,
        #[serde(default)]
        role: String,
        #[serde(default)]
        elsewhere: bool,
    },
    /// Somebody reads the file of a document.
    Download {
        record: String,
        #[serde(default)]
        role: String,
        #[serde(default)]
        elsewhere: bool,
    },
    /// Somebody says what the still shows.
    Confirm {
        #[serde(default)]
        role: String,
        #[serde(default)]
        elsewhere: bool,
    },
    /// Tries a table, and applies it all the same: what has a problem answers 409.
    Import {
        kind: String,
        table: String,
        #[serde(default)]
        role: String,
    },
    /// The same with values of a record among many.
    Bulk { record: String, set: Map<String, Value> },
    /// Takes a list away as a table.
    Export { kind: String, role: String, reason: String },
    /// The unit makes a pack its own rule, with a record as the document.
    Adopt { pack: String, document: String },
    /// The unit sets a value beside a pack's; `role` is who tries, an administrator when empty.
    SetOverride {
        #[serde(flatten)]
        set: Set,
        #[serde(default)]
        role: String,
        #[serde(default)]
        elsewhere: bool,
    },
    /// It takes back what it set first.
    EndOverride,
}

/// A value that a unit sets beside a pack's.
#[derive(Clone, Deserialize)]
pub struct Set {
    pub article: String,
    pub parameter: String,
    pub value: Value,
    /// Records of the world.
    #[serde(default)]
    pub system: String,
    #[serde(default)]
    pub place: String,
    #[serde(default)]
    pub document: String,
    /// `@day:-1` is yesterday; today when empty.
    #[serde(default)]
    pub from: String,
    #[serde(default)]
    pub until: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Then {
    pub status: u16,
    #[serde(default)]
    pub article: String,
    #[serde(default)]
    pub code: String,
    /// The act of the one entry that it leaves, as `life_step`.
    pub entry: String,
    /// Where the system stands afterwards.
    #[serde(default)]
    pub stage: String,
    /// How the point's camera is recorded afterwards: `no`, `test`, `use`.
    #[serde(default)]
    pub recording: String,
    /// A demand that is shown and not met, without refusing: `pack:article code`.
    #[serde(default)]
    pub warns: String,
    /// Fields of a record that is read: these are shown, those are not.
    #[serde(default)]
    pub shows: Vec<String>,
    #[serde(default)]
    pub hides: Vec<String>,
    /// A problem of a table: its row, and the article or else the heading.
    #[serde(default)]
    pub problem: String,
    /// A finding that stands afterwards: `pack:article code`.
    #[serde(default)]
    pub finds: String,
    /// One that does not.
    #[serde(default)]
    pub finds_not: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mend {
    pub given: Facts,
    pub adopted: Vec<String>,
    /// Instead of the case's own.
    pub overrides: Option<Vec<Set>>,
    /// The stage that was not reached.
    pub stage: String,
    pub camera: bool,
    pub still: String,
    pub when: Option<When>,
}

pub fn unhex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks_exact(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

pub fn set(body: &mut Map<String, Value>, field: &str, value: Value) {
    if value == json!("") {
        body.remove(field);
    } else {
        body.insert(field.into(), value);
    }
}
