//! One field of a record: its name, its type with limits, and how it is called in both languages.

use super::kinds::RecordKind;

/// One of a closed list, with its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice {
    pub id: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

/// Lists that the packs bring.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    PrivateKinds,
    Categories,
    Packs,
}

/// What a value may be.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum FieldType {
    Text {
        chars_max: usize,
    },
    /// Several lines.
    Lines {
        chars_max: usize,
    },
    /// Exactly so many digits, as the codes of GB/T 2260 and GB/T 28181.
    Digits {
        count: usize,
    },
    /// Capital letters and digits, as the unified social credit code (GB 32100).
    Letters {
        count: usize,
    },
    Number {
        min: f64,
        max: f64,
        unit: &'static str,
    },
    Whole {
        min: i64,
        max: i64,
        unit: &'static str,
    },
    /// `YYYY-MM-DD`.
    Date,
    Flag,
    One(&'static [Choice]),
    Some(&'static [Choice]),
    OneOf(Source),
    SomeOf(Source),
    /// The id of another record.
    Record(RecordKind),
    Records(RecordKind),
}

/// One field.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Field {
    pub name: &'static str,
    pub of: FieldType,
    pub zh: &'static str,
    pub en: &'static str,
    /// Without it the record is not taken.
    pub required: bool,
    /// Without it the record is taken, and is incomplete (guangzhou-2007:16).
    pub expected: bool,
    /// Basic data that is masked without the right to it (national-2016:6).
    pub confidential: bool,
}

impl Field {
    pub(crate) const fn new(name: &'static str, of: FieldType, zh: &'static str, en: &'static str) -> Self {
        Self { name, of, zh, en, required: false, expected: false, confidential: false }
    }
    pub(crate) const fn required(self) -> Self {
        Self { required: true, expected: true, ..self }
    }
    pub(crate) const fn expected(self) -> Self {
        Self { expected: true, ..self }
    }
    pub(crate) const fn confidential(self) -> Self {
        Self { confidential: true, ..self }
    }
}

pub(crate) const fn choice(id: &'static str, zh: &'static str, en: &'static str) -> Choice {
    Choice { id, zh, en }
}
