//! Which findings stand, and what a sweep must write of what it saw: a plan without I/O, so that a sweep costs what came and went and
//! not all that stands.
//!
//! Only sweeps open and close findings, one at a time, so what stands is kept between them. The invariant: what is neither found any
//! more nor untold is closed by the first sweep that can tell.

use super::findings::{FindingKey, REGISTER, SeenFinding};
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// Findings of one sweep: some for each of 20,000 cameras and their records. What is beyond waits for the next.
const SWEPT_MAX: usize = 200_000;

/// The findings that stand, by what makes them the same one, with their rows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OpenFindings {
    register: HashMap<FindingKey, i64>,
    /// Of the other kinds, which are looked at whole.
    others: HashMap<FindingKey, i64>,
    /// Found no longer, and not to be told yet.
    lingering: HashSet<FindingKey>,
}

/// What a sweep saw of the register.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OfRegister {
    /// All that is found.
    Whole(Vec<SeenFinding>),
    /// What came and went since the last sweep.
    Since { came: Vec<SeenFinding>, went: Vec<SeenFinding> },
}

/// What cannot be told yet, by code or kind of finding and what it is about.
pub type Untold = HashSet<(&'static str, Uuid)>;

/// What is to be written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SweepPlan {
    pub opened: BTreeMap<FindingKey, SeenFinding>,
    pub closed: Vec<(FindingKey, i64)>,
    /// After which number of the feed of facts and up to which what went was looked for; `None`: among everything.
    pub span: Option<(i64, i64)>,
}

impl SweepPlan {
    pub fn is_empty(&self) -> bool {
        self.opened.is_empty() && self.closed.is_empty()
    }
}

impl OpenFindings {
    pub(super) fn of(rows: HashMap<FindingKey, i64>) -> Self {
        let (register, others) = rows.into_iter().partition(|(key, _)| is_of_register(key));
        Self { register, others, lingering: HashSet::new() }
    }

    fn row(&self, key: &FindingKey) -> Option<i64> {
        let rows = if is_of_register(key) { &self.register } else { &self.others };
        rows.get(key).copied()
    }

    /// What must be written, now that this is found; `others` are all that are found beside the register's.
    pub fn plan(&mut self, register: OfRegister, others: Vec<SeenFinding>, untold: &Untold) -> SweepPlan {
        let (came, went) = match register {
            OfRegister::Whole(found) => {
                let found = keyed(found);
                let went = self.register.keys().filter(|key| !found.contains_key(*key));
                let went: HashSet<FindingKey> = went.cloned().collect();
                (found, went)
            }
            OfRegister::Since { came, went } => {
                let came = keyed(came);
                let mut gone: HashSet<FindingKey> = went.iter().map(SeenFinding::key).collect();
                gone.extend(self.lingering.drain());
                gone.retain(|key| !came.contains_key(key));
                (came, gone)
            }
        };
        let others = self.as_named(keyed(others));
        let ended = self.others.keys().filter(|key| !others.contains_key(*key));
        let went: Vec<FindingKey> = ended.cloned().chain(went).collect();
        let untold: &HashSet<(&str, Uuid)> = untold;
        let is_untold = |key: &FindingKey| {
            untold.contains(&(key.2.as_str(), Uuid::from_slice(&key.3).unwrap_or_default()))
        };
        let (lingering, went): (Vec<_>, Vec<_>) = went.into_iter().partition(is_untold);
        self.lingering = lingering.into_iter().filter(is_of_register).collect();
        let room = SWEPT_MAX.saturating_sub(self.register.len() + self.others.len());
        let new = came.into_iter().chain(others).filter(|(key, _)| self.row(key).is_none());
        SweepPlan {
            opened: new.take(room).collect(),
            closed: went.into_iter().filter_map(|key| self.row(&key).map(|row| (key, row))).collect(),
            span: None,
        }
    }

    /// A row that was opened before it was known which of several it is stands for the first of them that is found: an upgrade puts
    /// nothing right.
    fn as_named(&self, mut found: BTreeMap<FindingKey, SeenFinding>) -> BTreeMap<FindingKey, SeenFinding> {
        for old in self.others.keys().filter(|key| key.4.is_empty()) {
            let alike =
                |key: &&FindingKey| (&key.0, &key.1, &key.2, &key.3) == (&old.0, &old.1, &old.2, &old.3);
            let mut of_several = found.range(old.clone()..).map(|(key, _)| key).take_while(alike);
            let first = of_several.find(|key| *key == old || !self.others.contains_key(*key)).cloned();
            if let Some(mut one) = first.and_then(|first| found.remove(&first)) {
                one.which.clear();
                found.insert(old.clone(), one);
            }
        }
        found
    }

    #[cfg(test)]
    pub(super) const fn rows(&self) -> (&HashMap<FindingKey, i64>, &HashMap<FindingKey, i64>) {
        (&self.register, &self.others)
    }

    /// What was written stands, or no longer.
    pub(super) fn written(&mut self, plan: &SweepPlan, rows: Vec<(FindingKey, i64)>) {
        for (key, _) in &plan.closed {
            let of = if is_of_register(key) { &mut self.register } else { &mut self.others };
            of.remove(key);
        }
        let (register, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(key, _)| is_of_register(key));
        self.register.extend(register);
        self.others.extend(others);
    }
}

fn is_of_register(key: &FindingKey) -> bool {
    key.0 == REGISTER
}

/// The first of each: the same kind, article, code and thing are one finding.
fn keyed(found: Vec<SeenFinding>) -> BTreeMap<FindingKey, SeenFinding> {
    let mut keyed = BTreeMap::new();
    for one in found {
        keyed.entry(one.key()).or_insert(one);
    }
    keyed
}
