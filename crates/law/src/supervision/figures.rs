//! The figures of an authority's area, by the divisions of the next level and by categories of place, and the targets that are held against
//! them (national-2016:5, datong-2008:4, chongqing:3).
//!
//! Numbers only: no name of a person, no address, no picture. The invariants kept: what is secret is counted nowhere, since a secret system
//! is in nobody's area (guangzhou-2007:11); the whole is never more than its parts, and what is found once is counted once in each of them.

use super::area::{Authority, lies_in, next_level};
use crate::{
    Words,
    access::Refusal,
    availability::{Availability, share_bp},
    detect::{CameraFacts, PlaceFacts, Severity, Snapshot, SystemRecord, owes_system},
    filing::FilingState,
    life_cycle::Stage,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Years ahead that a target may be set for: a long-term development plan has twenty.
pub const TARGET_YEARS_MAX: i64 = 20;
/// The largest target, in hundredths: ten million of something.
pub const TARGET_HUNDREDTHS_MAX: u32 = 1_000_000_000;

/// What an area, a division of it, or a category of place has.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    /// Systems that are not out of service; of them accepted, and in use.
    pub systems: u32,
    pub systems_accepted: u32,
    pub systems_in_use: u32,
    /// Filings that are owed or made, and those made.
    pub filings: u32,
    pub filings_made: u32,
    pub places: u32,
    /// Places that must have a system, and those of them that have a point of one.
    pub places_owed: u32,
    pub places_covered: u32,
    pub points: u32,
    pub cameras: u32,
    /// Of the cameras: switched off; switched on and silent. The others send.
    pub cameras_off: u32,
    pub cameras_silent: u32,
    /// Of the cameras: those that turn.
    pub cameras_turning: u32,
    /// Cameras whose footage a binding text keeps for so many days, and those of them that have it.
    pub floors: u32,
    pub floors_kept: u32,
    /// Of the last thirty days.
    pub owed_us: i64,
    pub recorded_us: i64,
    pub breaches: u32,
    pub due: u32,
    pub notes: u32,
}

impl Figures {
    pub const fn cameras_sending(&self) -> u32 {
        self.cameras.saturating_sub(self.cameras_off).saturating_sub(self.cameras_silent)
    }
}

/// Which figure a target is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum AreaIndicator {
    Systems,
    SystemsInUse,
    Points,
    Cameras,
    PlacesCovered,
    Accepted,
    Filed,
    Available,
    FloorsKept,
}

impl AreaIndicator {
    pub const ALL: [Self; 9] = [
        Self::Systems,
        Self::SystemsInUse,
        Self::Points,
        Self::Cameras,
        Self::PlacesCovered,
        Self::Accepted,
        Self::Filed,
        Self::Available,
        Self::FloorsKept,
    ];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Systems => "systems",
            Self::SystemsInUse => "systems_in_use",
            Self::Points => "points",
            Self::Cameras => "cameras",
            Self::PlacesCovered => "places_covered",
            Self::Accepted => "accepted",
            Self::Filed => "filed",
            Self::Available => "available",
            Self::FloorsKept => "floors_kept",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// What it is called, in Chinese and English.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Systems => ("系统数", "Systems"),
            Self::SystemsInUse => ("在用系统数", "Systems in use"),
            Self::Points => ("点位数", "Points"),
            Self::Cameras => ("摄像机数", "Cameras"),
            Self::PlacesCovered => ("应建场所覆盖率", "Places covered"),
            Self::Accepted => ("验收率", "Accepted"),
            Self::Filed => ("备案率", "Filed"),
            Self::Available => ("录像率", "Available"),
            Self::FloorsKept => ("留存达标率", "Floors kept"),
        }
    }

    /// In percent; else a number.
    pub const fn is_share(self) -> bool {
        matches!(
            self,
            Self::PlacesCovered | Self::Accepted | Self::Filed | Self::Available | Self::FloorsKept
        )
    }

    /// In hundredths, of a percent where it is a share; `None`: there is nothing of which it would be one.
    pub fn of(self, figures: &Figures) -> Option<u32> {
        let number = |count: u32| Some(count.saturating_mul(100));
        let of = |part: u32, whole: u32| share_bp(i64::from(part), i64::from(whole));
        match self {
            Self::Systems => number(figures.systems),
            Self::SystemsInUse => number(figures.systems_in_use),
            Self::Points => number(figures.points),
            Self::Cameras => number(figures.cameras),
            Self::PlacesCovered => of(figures.places_covered, figures.places_owed),
            Self::Accepted => of(figures.systems_accepted, figures.systems),
            Self::Filed => of(figures.filings_made, figures.filings),
            Self::Available => share_bp(figures.recorded_us, figures.owed_us),
            Self::FloorsKept => of(figures.floors_kept, figures.floors),
        }
    }
}

/// How a target stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TargetState {
    /// Its year is not over.
    Open,
    Reached,
    Missed,
}

impl TargetState {
    pub const ALL: [Self; 3] = [Self::Open, Self::Reached, Self::Missed];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Reached => "reached",
            Self::Missed => "missed",
        }
    }
}

/// Until the end of its year it is open; a share of nothing is reached by nobody.
pub fn target_state(target_hundredths: u32, stands: Option<u32>, year: i64, this_year: i64) -> TargetState {
    match stands {
        Some(stands) if stands >= target_hundredths => TargetState::Reached,
        _ if year < this_year => TargetState::Missed,
        _ => TargetState::Open,
    }
}

/// Whether an authority may set a target for a division: it or one below.
///
/// # Errors
/// The division lies outside the area.
pub fn may_set_target(authority: &Authority, division: &str) -> Result<(), Box<Refusal>> {
    if lies_in(division, &authority.division) {
        return Ok(());
    }
    Err(Box::new(Refusal {
        article: "national-2016:4".into(),
        code: "target_area",
        reason: Words::new("That division is not in the authority's area.", "该区划不在本机关辖区内。"),
        remedy: Words::new(
            "Set it for a division of the area; for another the authority there does.",
            "请为辖区内的区划设定目标；其他区划由当地机关设定。",
        ),
    }))
}

/// What is measured and found of the systems beside the register. Systems are named by their place in [`Snapshot::systems`].
#[derive(Clone, Debug, Default)]
pub struct AreaSeen {
    /// Those in the area.
    pub systems: BTreeSet<usize>,
    pub available: HashMap<usize, Availability>,
    /// Cameras by id: switched off, turning, with less footage than their floor.
    pub off: HashSet<String>,
    pub turning: HashSet<String>,
    pub below_floor: HashSet<String>,
    /// What is found of each system: which finding, since one about a whole unit is of all its systems, and how grave.
    pub found: HashMap<usize, Vec<(usize, Severity)>>,
}

/// The figures of an area at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AreaTable {
    pub whole: Figures,
    /// By code: those of the next level below, and the area's own where something is in none of them.
    pub divisions: BTreeMap<String, Figures>,
    /// By category of place; what is nowhere in particular is in none. Of systems, filings and findings nothing is said here.
    pub categories: BTreeMap<String, Figures>,
}

/// The figures of an authority's area, or of one division in it.
pub fn area_table(area: &Authority, snapshot: &Snapshot<'_>, seen: &AreaSeen) -> AreaTable {
    let mut tally = Tally::of(area, snapshot, seen);
    for (at, system) in tally.systems.clone() {
        tally.system(at, system);
    }
    for place in &snapshot.places {
        tally.place(place);
    }
    for camera in &snapshot.cameras {
        tally.camera(camera);
    }
    tally.table
}

struct Tally<'a> {
    area: &'a Authority,
    snapshot: &'a Snapshot<'a>,
    seen: &'a AreaSeen,
    /// Of those that were seen, those in the area: one division of it has fewer.
    systems: BTreeMap<usize, &'a SystemRecord<'a>>,
    places: HashMap<&'a str, &'a PlaceFacts>,
    /// Places with a point of a living system of the area.
    covered: HashSet<&'a str>,
    counted: HashSet<(String, usize)>,
    table: AreaTable,
}

impl<'a> Tally<'a> {
    fn of(area: &'a Authority, snapshot: &'a Snapshot<'a>, seen: &'a AreaSeen) -> Self {
        let places = snapshot.places.iter().map(|place| (place.place.id.as_str(), place)).collect();
        let inside = |system: &SystemRecord<'_>| {
            system.divisions.iter().any(|division| lies_in(division, &area.division))
        };
        let known = seen.systems.iter().filter_map(|at| Some((*at, snapshot.systems.get(*at)?)));
        let systems: BTreeMap<usize, &SystemRecord<'_>> =
            known.filter(|(_, system)| inside(system)).collect();
        let living = systems.values().copied().filter(|one| lives(one));
        let covered = living.flat_map(|system| &system.kept.points).map(|point| point.place.id.as_str());
        let (covered, counted) = (covered.collect(), HashSet::new());
        Self { area, snapshot, seen, systems, places, covered, counted, table: AreaTable::default() }
    }

    /// Adds to the whole, to the division's row and to the category's.
    fn add(&mut self, division: &str, category: Option<&str>, add: impl Fn(&mut Figures)) {
        add(&mut self.table.whole);
        let row = next_level(division, &self.area.division);
        add(self.table.divisions.entry(row).or_default());
        if let Some(category) = category {
            add(self.table.categories.entry(category.to_owned()).or_default());
        }
    }

    /// Where it is counted: its own division, else the first of its places'.
    fn home(&self, system: &SystemRecord<'_>) -> String {
        let inside = |code: &&String| lies_in(code, &self.area.division);
        let own = Some(&system.division).filter(|code| !code.is_empty());
        let found = own.into_iter().chain(&system.divisions).find(inside);
        found.unwrap_or(&self.area.division).clone()
    }

    /// Division and category of what stands at a place; where nothing says which, it is counted with its system. `None`: outside.
    fn at(&self, place: &str, system: &SystemRecord<'_>) -> Option<(String, Option<String>)> {
        let known = self.places.get(place).filter(|place| !place.division.is_empty());
        let Some(place) = known else { return Some((self.home(system), None)) };
        let inside = lies_in(&place.division, &self.area.division);
        inside.then(|| (place.division.clone(), place.category.clone()))
    }

    fn system(&mut self, at: usize, system: &SystemRecord<'_>) {
        let (home, stage) = (self.home(system), system.stage);
        let made = system.filings.iter().filter(|one| matches!(one.state, FilingState::Filed { .. })).count();
        let (filings, made) = (count(system.filings.len()), count(made));
        let available = self.seen.available.get(&at).cloned().unwrap_or_default();
        let living = lives(system);
        self.add(&home, None, |into| {
            into.systems += u32::from(living);
            into.systems_accepted += u32::from(matches!(stage, Stage::Accepted | Stage::InUse));
            into.systems_in_use += u32::from(stage == Stage::InUse);
            into.filings += filings;
            into.filings_made += made;
            into.owed_us += available.owed_us;
            into.recorded_us += available.recorded_us;
        });
        for point in system.kept.points.iter().filter(|_| living) {
            let Some((division, category)) = self.at(&point.place.id, system) else { continue };
            self.add(&division, category.as_deref(), |into| into.points += 1);
        }
        let row = next_level(&home, &self.area.division);
        for (finding, severity) in self.seen.found.get(&at).into_iter().flatten() {
            // The whole goes by an empty name.
            if self.counted.insert((String::new(), *finding)) {
                weigh(&mut self.table.whole, *severity);
            }
            if self.counted.insert((row.clone(), *finding)) {
                weigh(self.table.divisions.entry(row.clone()).or_default(), *severity);
            }
        }
    }

    fn place(&mut self, place: &PlaceFacts) {
        let categories: Vec<String> = place.category.iter().cloned().collect();
        if !self.area.supervises(std::slice::from_ref(&place.division), &categories) {
            return;
        }
        let owed = owes_system(self.snapshot.library, place);
        let covered = owed && self.covered.contains(place.place.id.as_str());
        self.add(&place.division, place.category.as_deref(), |into| {
            into.places += 1;
            into.places_owed += u32::from(owed);
            into.places_covered += u32::from(covered);
        });
    }

    fn camera(&mut self, camera: &CameraFacts) {
        let system = camera.system.and_then(|at| self.systems.get(&at)).copied();
        let Some(system) = system.filter(|system| lives(system)) else { return };
        let Some((division, category)) = self.at(&camera.place, system) else { return };
        let is = |of: &HashSet<String>| of.contains(&camera.camera.id);
        let off = is(&self.seen.off);
        let silent = !off && camera.measured.silent_s.is_some();
        let turning = is(&self.seen.turning);
        let floor = system.rules.footage_floor_days().is_some() && !off;
        let kept = floor && !is(&self.seen.below_floor);
        self.add(&division, category.as_deref(), |into| {
            into.cameras += 1;
            into.cameras_off += u32::from(off);
            into.cameras_silent += u32::from(silent);
            into.cameras_turning += u32::from(turning);
            into.floors += u32::from(floor);
            into.floors_kept += u32::from(kept);
        });
    }
}

fn lives(system: &SystemRecord<'_>) -> bool {
    system.stage != Stage::Decommissioned
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

const fn weigh(into: &mut Figures, severity: Severity) {
    match severity {
        Severity::Breach => into.breaches += 1,
        Severity::Due => into.due += 1,
        Severity::Note => into.notes += 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        detect::{KeptPoint, KeptRecords, Measured, Named, PlanFacts, SystemKnown},
        life_cycle::CameraStanding,
        packs::{Library, Rules, Under},
        supervision::AuthorityKind,
    };
    use std::sync::Arc;

    fn named(id: &str) -> Named {
        Named { id: id.into(), name: format!("名 {id}") }
    }

    fn authority(division: &str, industry: Option<&str>) -> Authority {
        let kind = if industry.is_some() { AuthorityKind::Industry } else { AuthorityKind::PublicSecurity };
        Authority {
            id: model::AuthorityId(uuid::Uuid::nil()),
            name: "机关".into(),
            kind,
            division: division.into(),
            industry: industry.map(str::to_owned),
        }
    }

    fn system<'l>(
        library: &'l Library,
        id: &str,
        divisions: &[&str],
        stage: Stage,
        at: &[&str],
    ) -> SystemRecord<'l> {
        let mut known = SystemKnown::new(named(id), stage);
        known.division = divisions[0].into();
        known.divisions = divisions.iter().map(|&code| code.to_owned()).collect();
        let point = |place: &&str| KeptPoint { place: named(place), ..KeptPoint::default() };
        known.kept.points = at.iter().map(point).collect();
        let under = Under { divisions: &known.divisions, today: "2026-11-30", ..Under::default() };
        let rules = Rules::of(library, &under);
        SystemRecord {
            own: Arc::new(known),
            rules,
            has_agreement: false,
            has_budget: false,
            filings: Vec::new(),
        }
    }

    fn place(id: &str, division: &str, category: &str, designated: bool) -> PlaceFacts {
        PlaceFacts {
            place: named(id),
            division: division.into(),
            category: Some(category.into()),
            designated,
            ..PlaceFacts::default()
        }
    }

    fn camera(id: &str, place: &str, system: usize, silent_s: Option<i64>) -> CameraFacts {
        CameraFacts {
            camera: named(id),
            standing: CameraStanding::WithoutPoint,
            place: place.into(),
            system: Some(system),
            point: None,
            measured: Measured { silent_s, ..Measured::default() },
            silent_since: None,
        }
    }

    /// Two counties of Guangzhou and one system that stands in both; the fourth is secret, the fifth in another city.
    fn town(library: &Library) -> Snapshot<'_> {
        Snapshot {
            today: "2026-11-30".into(),
            yesterday: "2026-11-29".into(),
            library,
            adopted: Vec::new(),
            cameras: vec![
                camera("c0", "p0", 0, None),
                camera("c1", "p1", 1, Some(90)),
                camera("c2", "p0", 2, None),
                camera("c3", "p3", 3, None),
                camera("c4", "", 0, None),
                camera("c5", "p0", 5, None),
            ],
            places: vec![
                place("p0", "440106", "school", false),
                place("p1", "440105", "school", false),
                place("p2", "440105", "street", false),
                place("p3", "440105", "school", false),
                place("p4", "440305", "school", false),
            ],
            plan: PlanFacts::default(),
            systems: vec![
                system(library, "s0", &["440106"], Stage::InUse, &["p0"]),
                system(library, "s1", &["440105"], Stage::Accepted, &["p1"]),
                system(library, "s2", &["440105", "440106"], Stage::Built, &["p0", "p2"]),
                system(library, "s3", &["440105"], Stage::InUse, &["p3"]),
                system(library, "s4", &["440305"], Stage::InUse, &["p4"]),
                system(library, "s5", &["440106"], Stage::Decommissioned, &["p0"]),
            ],
            records: Vec::new(),
            kept: KeptRecords::default(),
        }
    }

    fn seen(systems: &[usize]) -> AreaSeen {
        let set = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect();
        let both = vec![(7, Severity::Breach), (8, Severity::Note)];
        AreaSeen {
            systems: systems.iter().copied().collect(),
            off: set(&["c4"]),
            turning: set(&["c1"]),
            below_floor: set(&["c0"]),
            found: HashMap::from([(0, both.clone()), (1, both), (2, vec![(9, Severity::Due)])]),
            ..AreaSeen::default()
        }
    }

    #[test]
    fn figures_are_of_the_area_and_its_parts_and_of_nothing_that_is_secret() {
        let library = Library::with_shipped(&[]).unwrap();
        let town = town(&library);
        let city = area_table(&authority("440100", None), &town, &seen(&[0, 1, 2, 5]));
        let whole = &city.whole;
        assert_eq!((whole.systems, whole.systems_accepted, whole.systems_in_use), (3, 2, 1));
        assert_eq!(
            (whole.cameras, whole.cameras_sending(), whole.cameras_silent, whole.cameras_off),
            (4, 2, 1, 1)
        );
        assert_eq!((whole.cameras_turning, whole.floors, whole.floors_kept), (1, 3, 2));
        // Points of a system out of service, and of the secret one, are none; the place of the secret one is not covered.
        assert_eq!((whole.points, whole.places), (4, 4));
        assert!(whole.places_covered < whole.places_owed, "{whole:?}");
        // One finding of two systems is one.
        assert_eq!((whole.breaches, whole.due, whole.notes), (1, 1, 1));
        let codes: Vec<&str> = city.divisions.keys().map(String::as_str).collect();
        assert_eq!(codes, ["440105", "440106"]);
        let (west, east) = (&city.divisions["440105"], &city.divisions["440106"]);
        assert_eq!((west.systems, east.systems, west.cameras, east.cameras), (2, 1, 1, 3));
        assert_eq!((west.breaches, east.breaches, west.due), (1, 1, 1));
        assert_eq!((west.points, east.points), (2, 2));
        assert_eq!(city.categories["school"].cameras, 3);
        assert_eq!(city.categories["street"].points, 1);
        // A county: what stands in the other is not its own, though a system of its own does.
        let county = area_table(&authority("440106", None), &town, &seen(&[0, 2, 5]));
        assert_eq!((county.whole.systems, county.whole.points, county.whole.cameras), (2, 2, 3));
        assert_eq!(county.divisions.len(), 1);
        // The country by provinces, an industry by its category.
        let country = area_table(&authority("000000", None), &town, &seen(&[0, 1, 2, 4, 5]));
        assert_eq!(country.divisions.keys().collect::<Vec<_>>(), ["440000"]);
        let industry = area_table(&authority("440100", Some("street")), &town, &seen(&[2]));
        assert_eq!((industry.whole.places, industry.whole.systems), (1, 1));
        // One division of the area, for a target there: what was seen of the others does not count.
        let within = area_table(&authority("440106", None), &town, &seen(&[0, 1, 2, 5]));
        assert_eq!(within, county);
    }

    #[test]
    fn a_target_is_open_until_its_year_is_over() {
        use TargetState::{Missed, Open, Reached};
        let check = |target: u32, stands: Option<u32>, year: i64, expected: TargetState| {
            assert_eq!(target_state(target, stands, year, 2026), expected, "{target} {stands:?} {year}");
        };
        check(9_000, Some(9_000), 2026, Reached);
        check(9_000, Some(8_999), 2026, Open);
        check(9_000, Some(8_999), 2025, Missed);
        check(9_000, Some(9_001), 2025, Reached);
        check(9_000, None, 2027, Open);
        check(9_000, None, 2025, Missed);
        // Shares of nothing are none; numbers of nothing are nothing.
        let none = Figures::default();
        for indicator in AreaIndicator::ALL {
            assert_eq!(AreaIndicator::from_word(indicator.as_str()), Some(indicator));
            assert_eq!(indicator.of(&none).is_none(), indicator.is_share(), "{indicator:?}");
        }
        let some = Figures { filings: 3, filings_made: 2, recorded_us: 1, owed_us: 3, ..Figures::default() };
        assert_eq!(
            (AreaIndicator::Filed.of(&some), AreaIndicator::Available.of(&some)),
            (Some(6_666), Some(3_333))
        );
        // Set for the area or below it, nowhere else.
        let city = authority("440100", None);
        for (division, may) in [("440100", true), ("440106", true), ("440000", false), ("440305", false)] {
            assert_eq!(may_set_target(&city, division).is_ok(), may, "{division}");
        }
    }
}
