//! What the register holds already, as far as a table may name it: loaded by `store`, looked up here by name, code or id.

use crate::register::RecordKind;
use model::{CameraId, GroupId, RecordId, UnitId};
use std::collections::HashMap;

/// A record that a table may name or change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownRecord {
    pub id: RecordId,
    pub kind: RecordKind,
    pub unit: Option<UnitId>,
    pub name: String,
    pub code: Option<String>,
    pub version: u32,
    /// Its body as JSON; of the kinds that the table has rows of.
    pub body: Option<String>,
}

/// A camera that a table may change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownCamera {
    pub id: CameraId,
    pub unit: UnitId,
    pub group: Option<GroupId>,
    pub name: String,
    pub point: Option<RecordId>,
}

/// Everything that a table may name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Known {
    /// Units for which the person may import.
    pub units: Vec<(UnitId, String)>,
    pub groups: Vec<(GroupId, UnitId, String)>,
    pub records: Vec<KnownRecord>,
    pub cameras: Vec<KnownCamera>,
}

/// What a name can stand for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Named {
    pub id: RecordId,
    pub unit: Option<UnitId>,
    /// Place in [`Known::records`]; `None`: a row of this file.
    pub known: Option<usize>,
}

/// Records by kind and name, and by kind and code.
#[derive(Default)]
pub struct NameIndex {
    names: HashMap<(RecordKind, String), Vec<Named>>,
    codes: HashMap<(RecordKind, String), Vec<Named>>,
    ids: HashMap<RecordId, (RecordKind, Named)>,
}

/// What a text names.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Found {
    Nothing,
    One(Named),
    Several,
}

impl NameIndex {
    pub fn of(known: &Known) -> Self {
        let mut index = Self::default();
        for (place, record) in known.records.iter().enumerate() {
            let named = Named { id: record.id, unit: record.unit, known: Some(place) };
            index.add(record.kind, &record.name, record.code.as_deref(), named);
        }
        index
    }

    pub(super) fn add(&mut self, kind: RecordKind, name: &str, code: Option<&str>, named: Named) {
        let fresh = |list: &mut Vec<Named>| {
            if !list.iter().any(|other| other.id == named.id) {
                list.push(named);
            }
        };
        fresh(self.names.entry((kind, name.to_owned())).or_default());
        if let Some(code) = code {
            fresh(self.codes.entry((kind, code.to_owned())).or_default());
        }
        self.ids.insert(named.id, (kind, named));
    }

    /// By id, else by code, else by name; within a unit, and what belongs to no unit.
    pub(super) fn find(&self, kind: RecordKind, unit: Option<UnitId>, text: &str) -> Found {
        if let Some((found, named)) = text.parse::<RecordId>().ok().and_then(|id| self.ids.get(&id)) {
            return if *found == kind { Found::One(*named) } else { Found::Nothing };
        }
        match self.by_code(kind, text) {
            Some(named) if reaches(unit, &named) => Found::One(named),
            _ => self.by_name(kind, unit, text),
        }
    }

    pub(super) fn by_code(&self, kind: RecordKind, code: &str) -> Option<Named> {
        self.codes.get(&(kind, code.to_owned())).and_then(|found| found.first()).copied()
    }

    pub(super) fn by_name(&self, kind: RecordKind, unit: Option<UnitId>, name: &str) -> Found {
        let all = self.names.get(&(kind, name.to_owned()));
        let mut fitting = all.into_iter().flatten().filter(|named| reaches(unit, named));
        match (fitting.next(), fitting.next()) {
            (None, _) => Found::Nothing,
            (Some(named), None) => Found::One(*named),
            _ => Found::Several,
        }
    }
}

fn reaches(unit: Option<UnitId>, named: &Named) -> bool {
    named.unit.is_none() || unit.is_none() || named.unit == unit
}
