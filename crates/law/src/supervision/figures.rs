//! The figures of an authority's area, by the divisions of the next level and by categories of place, and the targets that are held against
//! them (national-2016:5, datong-2008:4, chongqing:3).
//!
//! Numbers only: no name of a person, no address, no picture. The invariants kept: what is secret is counted nowhere, since a secret system
//! is in nobody's area (guangzhou-2007:11); the whole is never more than its parts, and what is found once is counted once in each of them.

use super::area::{Authority, lies_in, next_level};
use crate::{
    Words,
    access::Refusal,
    availability::Availability,
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

/// Hundredths of a share; nothing of nothing is no share.
fn share(part: i64, whole: i64) -> Option<u32> {
    (whole > 0).then(|| u32::try_from(i128::from(part) * 10_000 / i128::from(whole)).unwrap_or(0))
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
        let of = |part: u32, whole: u32| share(i64::from(part), i64::from(whole));
        match self {
            Self::Systems => number(figures.systems),
            Self::SystemsInUse => number(figures.systems_in_use),
            Self::Points => number(figures.points),
            Self::Cameras => number(figures.cameras),
            Self::PlacesCovered => of(figures.places_covered, figures.places_owed),
            Self::Accepted => of(figures.systems_accepted, figures.systems),
            Self::Filed => of(figures.filings_made, figures.filings),
            Self::Available => share(figures.recorded_us, figures.owed_us),
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

impl AreaSeen {
    /// The same of one division of the area.
    #[must_use]
    pub fn within(&self, snapshot: &Snapshot<'_>, division: &str) -> Self {
        let inside = |at: &&usize| {
            let system = snapshot.systems.get(**at);
            system.is_some_and(|system| system.divisions.iter().any(|code| lies_in(code, division)))
        };
        Self { systems: self.systems.iter().filter(inside).copied().collect(), ..self.clone() }
    }
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
    for at in &seen.systems {
        if let Some(system) = snapshot.systems.get(*at) {
            tally.system(*at, system);
        }
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
    places: HashMap<&'a str, &'a PlaceFacts>,
    /// Places with a point of a living system of the area.
    covered: HashSet<&'a str>,
    counted: HashSet<(String, usize)>,
    table: AreaTable,
}

impl<'a> Tally<'a> {
    fn of(area: &'a Authority, snapshot: &'a Snapshot<'a>, seen: &'a AreaSeen) -> Self {
        let places = snapshot.places.iter().map(|place| (place.place.id.as_str(), place)).collect();
        let living = seen.systems.iter().filter_map(|at| snapshot.systems.get(*at)).filter(|one| lives(one));
        let covered = living.flat_map(|system| &system.kept.points).map(|point| point.place.id.as_str());
        let (covered, counted) = (covered.collect(), HashSet::new());
        Self { area, snapshot, seen, places, covered, counted, table: AreaTable::default() }
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
        let Some(at) = camera.system.filter(|at| self.seen.systems.contains(at)) else { return };
        let Some(system) = self.snapshot.systems.get(at) else { return };
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
