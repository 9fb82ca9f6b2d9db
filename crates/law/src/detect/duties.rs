//! The duties that the register shows, each with how it stands: breached, late, due soon, met by a record, or with nothing against it.
//!
//! From a snapshot and what was found in it; it looks for nothing itself. The invariant: a duty is met only by a record that can be
//! named. Where nothing is found and nothing on record shows the contrary of a breach either, that is what is said.

use super::{
    Severity,
    facts::{Named, Snapshot, SystemRecord},
    places::demands,
    systems::STALE_DAYS,
    weight::is_of_register,
};
use crate::filing::FilingState;
use crate::life_cycle::Stage;
use crate::packs::{ArticleId, Force, Pack};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Records named of one duty; their number goes on.
pub const DUTY_SHOWN_MAX: usize = 5;
/// Controls whose findings are made for each article by itself: another article's says nothing of this one's duty.
const OF_ONE_ARTICLE: [&str; 4] = [
    "filing-deadline",
    "qualification-expired",
    "main-works-without-system",
    "passwords-commissioning-still",
];
/// Controls over people: of whoever sees none, nothing is known of them.
const OF_PEOPLE: [&str; 2] = ["training-register", "account-register"];

/// Something that is found, today or on a day to come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Against<'a> {
    pub article: &'a str,
    pub control: &'a str,
    /// What it is about, and what else shows it: whose system these are, its duty is not kept.
    pub about: &'a str,
    pub evidence: &'a [Named],
    /// `None`: on a day to come.
    pub weight: Option<Severity>,
}

/// How a duty stands, the gravest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DutyState {
    /// What it forbids goes on.
    Breached,
    /// What it asks for is not there.
    Late,
    /// It will be late if nothing is done.
    Due,
    /// Nothing is found, and a record shows that it is kept.
    Met,
    /// Nothing is found; no record of it is held either.
    NothingFound,
}

impl DutyState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Breached => "breached",
            Self::Late => "late",
            Self::Due => "due",
            Self::Met => "met",
            Self::NothingFound => "nothing_found",
        }
    }
}

/// One control of one article that binds, and what is known of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DutyStanding {
    pub article: ArticleId,
    pub control: String,
    /// The systems that it binds here.
    pub systems: u32,
    pub breaches: u32,
    pub late: u32,
    pub notes: u32,
    pub coming: u32,
    /// Records that show that it is kept, at most [`DUTY_SHOWN_MAX`].
    pub shown: Vec<Named>,
    pub shown_count: u32,
}

impl DutyStanding {
    /// One of which nothing is known yet.
    pub fn of(article: ArticleId, control: &str) -> Self {
        Self {
            article,
            control: control.to_owned(),
            systems: 0,
            breaches: 0,
            late: 0,
            notes: 0,
            coming: 0,
            shown: Vec::new(),
            shown_count: 0,
        }
    }

    /// More that shows that it is kept: all are counted, and the first of them named.
    pub fn show(&mut self, more: impl IntoIterator<Item = Named>) {
        for one in more {
            self.shown_count = self.shown_count.saturating_add(1);
            if self.shown.len() < DUTY_SHOWN_MAX {
                self.shown.push(one);
            }
        }
    }

    pub const fn state(&self) -> DutyState {
        match (self.breaches, self.late, self.coming, self.shown_count) {
            (1.., ..) => DutyState::Breached,
            (_, 1.., ..) => DutyState::Late,
            (_, _, 1.., _) => DutyState::Due,
            (.., 1..) => DutyState::Met,
            _ => DutyState::NothingFound,
        }
    }
}

/// Every control that finds something in the register, of every article that binds a system here; in the packs' order.
pub fn duties(snapshot: &Snapshot<'_>, against: &[Against<'_>]) -> Vec<DutyStanding> {
    standings(snapshot, against, None)
}

/// The same of some systems alone, against what is found in these. What is on record of places, areas and people is of none of them: it
/// shows nothing here, and nothing is said of duties over people.
pub fn duties_of(
    snapshot: &Snapshot<'_>,
    against: &[Against<'_>],
    wanted: &dyn Fn(&SystemRecord<'_>) -> bool,
) -> Vec<DutyStanding> {
    standings(snapshot, against, Some(wanted))
}

type Wanted<'w> = Option<&'w dyn Fn(&SystemRecord<'_>) -> bool>;

fn standings(snapshot: &Snapshot<'_>, against: &[Against<'_>], wanted: Wanted<'_>) -> Vec<DutyStanding> {
    let mut bound: BTreeMap<(usize, usize, &str), Vec<&SystemRecord<'_>>> = BTreeMap::new();
    let own = |system: &&SystemRecord<'_>| wanted.is_none_or(|wanted| wanted(system));
    for system in snapshot.systems.iter().filter(own).filter(|system| system.stage != Stage::Decommissioned) {
        for (pack, _) in system.rules.packs().filter(|(_, force)| *force == Force::Binds) {
            let Some(at) = snapshot.library.packs.iter().position(|one| one.id == pack.id) else { continue };
            for (number, article) in pack.articles.iter().enumerate() {
                let controls = article.duties.iter().flat_map(|duty| &duty.controls);
                for control in controls.map(String::as_str).collect::<BTreeSet<_>>() {
                    bound.entry((at, number, control)).or_default().push(system);
                }
            }
        }
    }
    let of_system = systems_by_thing(snapshot);
    let known = |control: &str| {
        let people = OF_PEOPLE.contains(&control);
        is_of_register(control) && (!people || (wanted.is_none() && !snapshot.kept.people.is_empty()))
    };
    let mut by_control: HashMap<&str, Vec<&Against<'_>>> = HashMap::new();
    for one in against {
        by_control.entry(one.control).or_default().push(one);
    }
    let of = |((pack, article, control), systems): ((usize, usize, &str), Vec<&SystemRecord<'_>>)| {
        let pack = snapshot.library.packs.get(pack)?;
        let article = ArticleId::new(&pack.id, &pack.articles.get(article)?.number);
        let against = by_control.get(control).map_or(&[][..], Vec::as_slice);
        let bound: BTreeSet<&str> = systems.iter().map(|system| system.system.id.as_str()).collect();
        let own = against.iter().copied().filter(|one| one.is_of(&bound, &of_system));
        let own = own.collect::<Vec<_>>();
        Some(standing((snapshot, wanted.is_some()), (pack, article, control), &systems, &own))
    };
    bound.into_iter().filter(|((.., control), _)| known(control)).filter_map(of).collect()
}

/// The systems of everything that a finding can be about and that is of some; what is of none is not here.
fn systems_by_thing<'a>(snapshot: &'a Snapshot<'_>) -> HashMap<&'a str, Vec<&'a str>> {
    let mut all = HashMap::<&str, Vec<&str>>::new();
    let mut put = |thing: &'a str, system: &'a str| {
        let own = all.entry(thing).or_default();
        if !own.contains(&system) {
            own.push(system);
        }
    };
    for system in &snapshot.systems {
        let id = system.system.id.as_str();
        put(id, id);
        system.points.iter().for_each(|look| put(&look.point.id, id));
        system.signs.iter().for_each(|(sign, _)| put(&sign.id, id));
        system.contractors.iter().for_each(|one| put(&one.contractor.id, id));
        system.kept.agreements.iter().for_each(|one| put(&one.agreement.id, id));
    }
    for camera in &snapshot.cameras {
        let Some(system) = camera.system.and_then(|at| snapshot.systems.get(at)) else { continue };
        let things = std::iter::once(&camera.camera.id).chain(camera.point.as_ref().map(|point| &point.id));
        for thing in things.chain(Some(&camera.place).filter(|place| !place.is_empty())) {
            put(thing, &system.system.id);
        }
    }
    all
}

impl Against<'_> {
    /// Whether it is of one of these systems. What is of no system is everybody's.
    fn is_of(&self, bound: &BTreeSet<&str>, of_system: &HashMap<&str, Vec<&str>>) -> bool {
        let things = std::iter::once(self.about).chain(self.evidence.iter().map(|one| one.id.as_str()));
        let mut known = things.filter_map(|thing| of_system.get(thing)).flatten().peekable();
        known.peek().is_none() || known.any(|system| bound.contains(system))
    }
}

fn standing(
    (snapshot, of_some): (&Snapshot<'_>, bool),
    (pack, article, control): (&Pack, ArticleId, &str),
    systems: &[&SystemRecord<'_>],
    against: &[&Against<'_>],
) -> DutyStanding {
    let id = article.to_string();
    let of_one = OF_ONE_ARTICLE.contains(&control);
    // A clause is of its article.
    let own = |one: &&&Against<'_>| !of_one || one.article.split('(').next() == Some(&id);
    let count = |weight: Option<Severity>| {
        let found = against.iter().filter(own).filter(|one| one.weight == weight);
        u32::try_from(found.count()).unwrap_or(u32::MAX)
    };
    let mut shown = of_systems(control, &id, systems, &snapshot.today);
    // Cameras are of their systems; the rest on record beside these is everybody's.
    if !of_some || control == "measured-against-standard" {
        shown.extend(beside(snapshot, (pack, control), systems));
    }
    shown.sort_by(|a, b| a.id.cmp(&b.id));
    shown.dedup_by(|a, b| a.id == b.id);
    let shown_count = u32::try_from(shown.len()).unwrap_or(u32::MAX);
    shown.truncate(DUTY_SHOWN_MAX);
    DutyStanding {
        control: control.to_owned(),
        systems: u32::try_from(systems.len()).unwrap_or(u32::MAX),
        breaches: count(Some(Severity::Breach)),
        late: count(Some(Severity::Due)),
        notes: count(Some(Severity::Note)),
        coming: count(None),
        shown,
        shown_count,
        article,
    }
}

/// What the systems' own records show.
fn of_systems(control: &str, article: &str, systems: &[&SystemRecord<'_>], today: &str) -> Vec<Named> {
    let each = |pick: &dyn Fn(&SystemRecord<'_>) -> Vec<Named>| -> Vec<Named> {
        systems.iter().flat_map(|system| pick(system)).collect()
    };
    match control {
        "filing-deadline" => each(&|system| {
            let made = system.filings.iter().filter(|one| one.article.to_string() == article);
            let made = made.filter(|one| matches!(one.state, FilingState::Filed { .. }));
            made.filter_map(|one| one.shown_by.clone()).collect()
        }),
        "qualification-expired" => each(&|system| {
            let valid = system.contractors.iter().filter(|one| one.qualification.is_valid(today));
            valid.map(|one| one.contractor.clone()).collect()
        }),
        "responsibility-agreements" | "nobody-responsible" => each(&|system| {
            let own = system.kept.agreements.iter().filter(|one| one.holds(today));
            own.map(|one| one.agreement.clone()).collect()
        }),
        "standards-register" => each(&|system| {
            let products = system.kept.points.iter().filter_map(|point| point.product.as_ref());
            let valid =
                products.filter(|(_, until)| until.as_str() >= today).map(|(product, _)| product.clone());
            system.kept.standards.iter().map(|(standard, _)| standard.clone()).chain(valid).collect()
        }),
        "sign-register" => each(&|system| {
            let looked_at = system.signs.iter().filter(|(_, checked)| checked.is_some());
            looked_at.map(|(sign, _)| sign.clone()).collect()
        }),
        "passwords-commissioning-still" => each(&|system| {
            let shown = system.points.iter().filter(|look| look.has_mask_still);
            shown.map(|look| look.point.clone()).collect()
        }),
        "main-works-milestones" | "main-works-without-system" => {
            each(&|system| system.kept.works.iter().map(|works| works.works.clone()).collect())
        }
        "incident-repair" => each(&|system| {
            let own = system.kept.incidents.iter();
            let done = own.filter(|one| one.repaired && (one.reported || !one.is_offence));
            done.map(|one| one.incident.clone()).collect()
        }),
        _ => Vec::new(),
    }
}

/// What is on record of places, areas, people and cameras.
fn beside(
    snapshot: &Snapshot<'_>,
    (pack, control): (&Pack, &str),
    systems: &[&SystemRecord<'_>],
) -> Vec<Named> {
    let kept = &snapshot.kept;
    let today = snapshot.today.as_str();
    match control {
        "measured-against-standard" => {
            let bound: BTreeSet<&str> = systems.iter().map(|system| system.system.id.as_str()).collect();
            let of = |at: usize| {
                snapshot.systems.get(at).is_some_and(|one| bound.contains(one.system.id.as_str()))
            };
            let measured = snapshot.cameras.iter().filter(|camera| camera.measured.width_px.is_some());
            measured.filter(|camera| camera.system.is_some_and(of)).map(|one| one.camera.clone()).collect()
        }
        "place-without-system" => {
            let built = snapshot.places.iter().filter(|place| place.points > 0);
            built.filter(|place| demands(pack, place).is_some()).map(|place| place.place.clone()).collect()
        }
        "plan-register" => {
            let approved = kept.plans.iter().filter(|plan| plan.approved && pack.holds(&plan.division));
            approved.map(|plan| plan.plan.clone()).collect()
        }
        "area-targets" => {
            let own = kept.targets.iter().filter(|target| pack.holds(&target.division));
            own.filter(|target| target.reached >= target.value).map(|target| target.target.clone()).collect()
        }
        "private-place-rounds" => {
            let lately = kept.rounds.iter().filter(|round| round.day >= snapshot.yesterday);
            lately.map(|round| round.round.clone()).collect()
        }
        "training-register" => {
            let own = kept.people.iter().filter(|one| one.fit && (one.watches || one.keeps));
            own.map(|one| one.person.clone()).collect()
        }
        "account-register" => {
            let own = kept.people.iter().filter(|one| one.confirm_by.as_str() > today);
            own.map(|one| one.person.clone()).collect()
        }
        "record-age" => {
            let fresh = snapshot.records.iter().filter(|one| one.missing == 0 && one.age_days <= STALE_DAYS);
            fresh.map(|one| one.record.clone()).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{TODAY, library, named, snapshot, system};
    use super::super::{AgreementFacts, PersonFacts, detect};
    use super::*;
    use crate::packs::Library;

    /// State, what shows it and how many systems it binds, of one duty after one change.
    fn check(
        duty: (&str, &str),
        change: impl FnOnce(&mut Snapshot<'_>),
        coming: &[(&str, &str)],
        expected: Option<(DutyState, &[&str], u32)>,
    ) {
        let library: Library = library();
        let mut world = snapshot(&library, system(&library, &["guangzhou-2007", "datong-2008"]));
        change(&mut world);
        let found = detect(&world);
        let now = found.iter().filter_map(|one| {
            Some(Against {
                article: &one.article,
                control: one.control()?,
                about: &one.about.id,
                evidence: &one.evidence,
                weight: Some(one.severity()),
            })
        });
        let coming = coming.iter().map(|(article, control)| Against {
            article,
            control,
            about: "s",
            evidence: &[],
            weight: None,
        });
        let against: Vec<Against<'_>> = now.chain(coming).collect();
        let all = duties(&world, &against);
        let one = all.iter().find(|one| (one.article.to_string().as_str(), one.control.as_str()) == duty);
        let said = one.map(|one| {
            let shown: Vec<&str> = one.shown.iter().map(|one| one.id.as_str()).collect();
            (one.state(), shown, one.systems)
        });
        assert_eq!(
            said.as_ref().map(|(state, shown, systems)| (*state, &shown[..], *systems)),
            expected,
            "{duty:?}"
        );
    }

    const EXPIRED: (&str, &str) = ("guangzhou-2007:13", "qualification-expired");

    #[test]
    fn a_duty_is_met_by_what_shows_it_and_by_nothing_else() {
        use DutyState::{Due, Late, Met, NothingFound};
        check(EXPIRED, |_| {}, &[], Some((Met, &["c"], 1)));
        check(EXPIRED, |_| {}, &[EXPIRED], Some((Due, &["c"], 1)));
        // What another article finds by itself is not this one's.
        check(EXPIRED, |_| {}, &[("datong-2008:13", EXPIRED.1)], Some((Met, &["c"], 1)));
        let ended = |world: &mut Snapshot<'_>| {
            world.systems[0].contractors[0].qualification.valid_until = Some("2026-11-27".into());
        };
        check(EXPIRED, ended, &[], Some((Late, &[], 1)));
        check(EXPIRED, |world| world.systems[0].contractors.clear(), &[], Some((NothingFound, &[], 1)));
        // Neither a pack that does not bind nor a system that is taken down gives a duty.
        check(("qingdao:11", EXPIRED.1), |_| {}, &[], None);
        check(EXPIRED, |world| world.systems[0].stage = Stage::Decommissioned, &[], None);
        // What is refused and never found is no duty of the register.
        check(("guangzhou-2007:12", "sign-before-acceptance"), |_| {}, &[], None);
    }

    /// A control of two packs: what is lacking in one city makes no other city's duty late.
    #[test]
    fn a_system_is_late_with_its_own_duties_alone() {
        let library: Library = library();
        let mut world = snapshot(&library, system(&library, &["guangzhou-2007"]));
        let mut other = system(&library, &["datong-2008"]);
        other.system = named("T");
        other.contractors[0].contractor = named("D");
        world.systems.push(other);
        let check = |about: &str, evidence: &[&str], expected: [u32; 2]| {
            let evidence: Vec<Named> = evidence.iter().map(|id| named(id)).collect();
            let one = Against {
                article: "datong-2008:3",
                control: "standards-register",
                about,
                evidence: &evidence,
                weight: Some(Severity::Due),
            };
            let all = duties(&world, &[one]);
            let late = ["guangzhou-2007:4", "datong-2008:3"].map(|article| {
                let is = |one: &&DutyStanding| one.article.to_string() == article;
                let mut own = all.iter().filter(is).filter(|one| one.control == "standards-register");
                own.next().unwrap_or_else(|| panic!("{article}: {all:?}")).late
            });
            assert_eq!(late, expected, "{about} {evidence:?}");
        };
        check("t", &[], [0, 1]);
        check("s", &[], [1, 0]);
        check("d", &[], [0, 1]);
        check("nobody's", &["t"], [0, 1]);
        check("nobody's", &[], [1, 1]);
    }

    #[test]
    fn of_one_system_only_its_own_records_show_anything() {
        let library: Library = library();
        let mut world = snapshot(&library, system(&library, &["guangzhou-2007"]));
        world.kept.people.push(PersonFacts {
            person: named("Zhang"),
            watches: true,
            fit: true,
            confirm_by: "2027-01-01".into(),
            ..PersonFacts::default()
        });
        let said = |all: Vec<DutyStanding>, control: &str| {
            all.iter().find(|one| one.control == control).map(|one| (one.state(), one.systems))
        };
        let id = world.systems[0].system.id.clone();
        let of = |wanted: &str| duties_of(&world, &[], &|system| system.system.id == wanted);
        assert_eq!(said(duties(&world, &[]), "training-register"), Some((DutyState::Met, 1)));
        assert_eq!(said(of(&id), "training-register"), None, "people are of no system");
        assert_eq!(said(of(&id), EXPIRED.1), Some((DutyState::Met, 1)));
        assert_eq!(of("none"), Vec::new());
    }

    #[test]
    fn what_the_reader_does_not_see_is_not_said_to_be_met() {
        let training = ("guangzhou-2007:23", "training-register");
        check(training, |_| {}, &[], None);
        let person = |fit| {
            move |world: &mut Snapshot<'_>| {
                world.kept.people.push(PersonFacts {
                    person: named("Zhang"),
                    watches: true,
                    fit,
                    confirm_by: "2027-01-01".into(),
                    ..PersonFacts::default()
                });
            }
        };
        check(training, person(true), &[], Some((DutyState::Met, &["zhang"], 1)));
        check(training, person(false), &[], Some((DutyState::Late, &[], 1)));
        let agreed = ("guangzhou-2007:7", "responsibility-agreements");
        let agreement = |world: &mut Snapshot<'_>| {
            world.systems[0].kept.agreements.push(AgreementFacts {
                agreement: named("A"),
                valid_until: Some(TODAY.into()),
                ..AgreementFacts::default()
            });
        };
        check(agreed, |_| {}, &[], Some((DutyState::NothingFound, &[], 1)));
        check(agreed, agreement, &[], Some((DutyState::Met, &["a"], 1)));
    }
}
