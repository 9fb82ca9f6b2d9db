//! How often an authority inspects each system of its area: which are due, and since when (national-2016:23, datong-2008:22, guangzhou-2007:17,
//! chongqing:4, :7).
//!
//! No text gives a figure, so there is none until the authority sets one. It reads nothing: it is told what changed. The invariant kept:
//! what it holds after any changes is what the same facts give when told at once, and asking what is overdue costs what is overdue.

use super::area::Authority;
use crate::Words;
use model::{AuthorityId, RecordId, UnitId, WallTime};
use std::collections::{BTreeMap, BTreeSet, HashMap};

const DAY_US: i64 = 86_400_000_000;
/// The longest rhythm: five years, after which nobody would call it regular.
pub const RHYTHM_DAYS_MAX: i64 = 1_830;

/// What an authority set for itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rhythm {
    pub authority: Authority,
    pub days: i64,
    /// When it first set one: a change does not begin the days of a system anew.
    pub first: WallTime,
}

/// A system as far as its inspections go. One that was decommissioned is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RotaSystem {
    pub unit: UnitId,
    pub registered: WallTime,
    pub divisions: Vec<String>,
    pub categories: Vec<String>,
}

/// An inspection that was received to its end. A refused one is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Inspected {
    pub authority: AuthorityId,
    pub unit: UnitId,
    /// `None`: all systems of the unit that there were when it began.
    pub system: Option<RecordId>,
    pub begun: WallTime,
    pub ended: WallTime,
}

/// How one system stands with one authority.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InspectionTerm {
    pub last: Option<WallTime>,
    /// Absent without a rhythm, and outside the area.
    pub due: Option<WallTime>,
}

/// Systems that an authority has not inspected in time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overdue {
    pub authority: Authority,
    pub days: i64,
    pub count: u64,
    /// When the first of them was due.
    pub since: WallTime,
}

/// Who inspects what when, kept between two looks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rota {
    systems: BTreeMap<RecordId, RotaSystem>,
    of_unit: HashMap<UnitId, BTreeSet<RecordId>>,
    single: HashMap<(AuthorityId, RecordId), WallTime>,
    /// The newest of a whole unit: begun, ended.
    whole: HashMap<(AuthorityId, UnitId), (WallTime, WallTime)>,
    books: BTreeMap<AuthorityId, Book>,
}

/// The systems of one authority's area in the order in which their days began.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Book {
    rhythm: Rhythm,
    order: BTreeSet<(WallTime, RecordId)>,
    since: HashMap<RecordId, WallTime>,
}

impl Rota {
    /// These stand now, and no others. Only one that is new, or whose area is another, looks at every system.
    pub fn set_rhythms(&mut self, rhythms: Vec<Rhythm>) {
        let mut books = BTreeMap::new();
        for rhythm in rhythms {
            let id = rhythm.authority.id;
            let book = match self.books.remove(&id) {
                Some(book)
                    if book.rhythm.authority == rhythm.authority && book.rhythm.first == rhythm.first =>
                {
                    Book { rhythm, ..book }
                }
                _ => self.book(rhythm),
            };
            books.insert(id, book);
        }
        self.books = books;
    }

    /// What a system is now; `None`: it is gone, secret, or decommissioned.
    pub fn set_system(&mut self, id: RecordId, system: Option<RotaSystem>) {
        if self.systems.get(&id) == system.as_ref() {
            return;
        }
        if let Some(before) = self.systems.remove(&id)
            && let Some(others) = self.of_unit.get_mut(&before.unit)
        {
            others.remove(&id);
            if others.is_empty() {
                self.of_unit.remove(&before.unit);
            }
        }
        if let Some(system) = system {
            self.of_unit.entry(system.unit).or_default().insert(id);
            self.systems.insert(id, system);
        }
        self.place(id);
    }

    /// One that was received; in any order, and the same twice is once.
    pub fn inspected(&mut self, one: Inspected) {
        match one.system {
            Some(system) => {
                let last = self.single.entry((one.authority, system)).or_insert(one.ended);
                *last = (*last).max(one.ended);
                self.place(system);
            }
            None => {
                let new = (one.begun, one.ended);
                let last = self.whole.entry((one.authority, one.unit)).or_insert(new);
                *last = (*last).max(new);
                for system in self.of_unit.get(&one.unit).cloned().unwrap_or_default() {
                    self.place(system);
                }
            }
        }
    }

    /// The systems that are known.
    pub fn systems(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.systems.keys().copied()
    }

    pub fn term(&self, authority: AuthorityId, system: RecordId) -> InspectionTerm {
        let last = self.systems.get(&system).and_then(|known| self.last(authority, system, known));
        let book = self.books.get(&authority);
        let due = book.and_then(|book| Some(book.since.get(&system)?.plus_us(book.rhythm.days * DAY_US)));
        InspectionTerm { last, due }
    }

    /// Authorities with systems whose days are over.
    pub fn overdue(&self, now: WallTime) -> Vec<Overdue> {
        self.books.values().filter_map(|book| self.overdue_of(book, now)).collect()
    }

    /// The systems of one authority's area that are due before then, with when; the first due first.
    pub fn due_by(
        &self,
        authority: AuthorityId,
        until: WallTime,
    ) -> impl Iterator<Item = (RecordId, WallTime)> + '_ {
        let books = self.books.get(&authority).into_iter();
        let due = books.flat_map(|book| {
            let length = book.rhythm.days * DAY_US;
            book.order.iter().map(move |(at, id)| (*id, at.plus_us(length)))
        });
        due.take_while(move |(_, due)| *due < until)
    }

    fn overdue_of(&self, book: &Book, now: WallTime) -> Option<Overdue> {
        let (authority, days) = (book.rhythm.authority.clone(), book.rhythm.days);
        let mut due = self.due_by(authority.id, now);
        let (_, since) = due.next()?;
        let count = due.fold(1, |count, _| count + 1);
        Some(Overdue { authority, days, count, since })
    }

    fn last(&self, authority: AuthorityId, id: RecordId, system: &RotaSystem) -> Option<WallTime> {
        let single = self.single.get(&(authority, id)).copied();
        let whole =
            self.whole.get(&(authority, system.unit)).filter(|(begun, _)| *begun >= system.registered);
        single.max(whole.map(|(_, ended)| *ended))
    }

    /// Since when the days of a system run: its last inspection, else when it and the rhythm were both there.
    fn since(&self, rhythm: &Rhythm, id: RecordId) -> Option<WallTime> {
        let system = self.systems.get(&id)?;
        let is_in = rhythm.authority.supervises(&system.divisions, &system.categories);
        let last = || self.last(rhythm.authority.id, id, system);
        is_in.then(|| last().unwrap_or(rhythm.first.max(system.registered)))
    }

    fn place(&mut self, id: RecordId) {
        let mut books = std::mem::take(&mut self.books);
        for book in books.values_mut() {
            let since = self.since(&book.rhythm, id);
            book.put(id, since);
        }
        self.books = books;
    }

    fn book(&self, rhythm: Rhythm) -> Book {
        let mut book = Book { order: BTreeSet::new(), since: HashMap::new(), rhythm };
        for id in self.systems.keys() {
            let since = self.since(&book.rhythm, *id);
            book.put(*id, since);
        }
        book
    }
}

impl Book {
    fn put(&mut self, id: RecordId, since: Option<WallTime>) {
        let before = match since {
            Some(since) => self.since.insert(id, since),
            None => self.since.remove(&id),
        };
        if let Some(before) = before {
            self.order.remove(&(before, id));
        }
        self.order.extend(since.map(|since| (since, id)));
    }
}

/// What is found about an authority that has not inspected in time, and what helps.
pub fn uninspected_words(authority: &str, count: u64, days: i64) -> (Words, Words) {
    (
        Words::new(
            format!(
                "{authority} has not inspected {count} systems within the {days} days that it set for itself. No text has a figure."
            ),
            format!("{authority}有 {count} 个系统超过自定的 {days} 天检查周期未检查（条款未规定周期）。"),
        ),
        Words::new(
            "Inspect them, or change the rhythm with a reason.",
            "请实施检查；确需调整周期的，说明理由后变更。",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::AuthorityKind;
    use super::*;
    use uuid::Uuid;

    fn id(number: u64) -> Uuid {
        Uuid::from_u64_pair(7, number)
    }
    fn day(days: i64) -> WallTime {
        WallTime(days * DAY_US)
    }
    fn authority(number: u64, division: &str) -> Authority {
        Authority {
            id: AuthorityId(id(number)),
            name: format!("分局 {number}"),
            kind: AuthorityKind::PublicSecurity,
            division: division.into(),
            industry: None,
        }
    }
    fn system(unit: u64, division: &str, registered: i64) -> RotaSystem {
        RotaSystem {
            unit: UnitId(id(unit)),
            registered: day(registered),
            divisions: vec![division.into()],
            categories: Vec::new(),
        }
    }
    fn counts(rota: &Rota, at: i64) -> Vec<(u64, i64)> {
        rota.overdue(day(at)).iter().map(|one| (one.count, one.since.0 / DAY_US)).collect()
    }

    #[test]
    fn days_run_from_the_last_inspection_and_nothing_is_due_without_a_rhythm() {
        let mut rota = Rota::default();
        let (own, sys) = (authority(1, "440106"), RecordId(id(10)));
        rota.set_system(sys, Some(system(2, "440106", 5)));
        rota.set_system(RecordId(id(11)), Some(system(2, "440111", 5)));
        assert_eq!(counts(&rota, 10_000), [], "no text gives a figure");
        let rhythm = |days| vec![Rhythm { authority: own.clone(), days, first: day(10) }];
        rota.set_rhythms(rhythm(30));
        let check = |rota: &Rota, at: i64, expected: &[(u64, i64)]| assert_eq!(counts(rota, at), expected);
        check(&rota, 40, &[]);
        check(&rota, 41, &[(1, 40)]);
        let inspected = |system, begun, ended| Inspected {
            authority: own.id,
            unit: UnitId(id(2)),
            system,
            begun: day(begun),
            ended: day(ended),
        };
        rota.inspected(inspected(Some(sys), 41, 42));
        check(&rota, 72, &[]);
        check(&rota, 73, &[(1, 72)]);
        // A change does not begin anew.
        rota.set_rhythms(rhythm(10));
        check(&rota, 53, &[(1, 52)]);
        // Of the whole unit: not of what came after it began.
        rota.set_system(RecordId(id(12)), Some(system(2, "440106", 60)));
        rota.inspected(inspected(None, 55, 61));
        assert_eq!(rota.term(own.id, sys), InspectionTerm { last: Some(day(61)), due: Some(day(71)) });
        assert_eq!(rota.term(own.id, RecordId(id(12))), InspectionTerm { last: None, due: Some(day(70)) });
        assert_eq!(rota.term(own.id, RecordId(id(11))).due, None, "of another area");
        rota.set_system(sys, None);
        check(&rota, 100, &[(1, 70)]);
        rota.set_rhythms(Vec::new());
        check(&rota, 100, &[]);
    }

    /// Any order of changes gives what the same facts give at once.
    #[test]
    fn following_changes_is_the_same_as_being_told_at_once() {
        let mut state = 7_u64;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let divisions = ["440106", "440111", "440300"];
        let areas = ["440106", "440100", "440000"];
        for _ in 0..50 {
            let mut followed = Rota::default();
            let mut systems = BTreeMap::<RecordId, RotaSystem>::new();
            let mut rhythms = BTreeMap::<u64, Rhythm>::new();
            let mut inspected = Vec::new();
            for step in 0..60 {
                match draw(4) {
                    0 => {
                        let number = draw(3);
                        if draw(4) == 0 {
                            rhythms.remove(&number);
                        } else {
                            let area = areas[draw(3) as usize];
                            let days = 1 + draw(40) as i64;
                            rhythms.insert(
                                number,
                                Rhythm {
                                    authority: authority(number, area),
                                    days,
                                    first: day(draw(9) as i64),
                                },
                            );
                        }
                        followed.set_rhythms(rhythms.values().cloned().collect());
                    }
                    1 => {
                        let one = Inspected {
                            authority: AuthorityId(id(draw(3))),
                            unit: UnitId(id(100 + draw(2))),
                            system: (draw(2) == 0).then(|| RecordId(id(200 + draw(8)))),
                            begun: day(step),
                            ended: day(step + draw(3) as i64),
                        };
                        inspected.push(one);
                        followed.inspected(one);
                    }
                    _ => {
                        let key = RecordId(id(200 + draw(8)));
                        let new = (draw(4) != 0)
                            .then(|| system(100 + draw(2), divisions[draw(3) as usize], draw(30) as i64));
                        match &new {
                            Some(new) => drop(systems.insert(key, new.clone())),
                            None => drop(systems.remove(&key)),
                        }
                        followed.set_system(key, new);
                    }
                }
                let mut whole = Rota::default();
                whole.set_rhythms(rhythms.values().cloned().collect());
                for (key, one) in &systems {
                    whole.set_system(*key, Some(one.clone()));
                }
                inspected.iter().for_each(|one| whole.inspected(*one));
                for at in [0, 20, 70, 200] {
                    assert_eq!(followed.overdue(day(at)), whole.overdue(day(at)), "step {step}");
                }
            }
        }
    }
}
