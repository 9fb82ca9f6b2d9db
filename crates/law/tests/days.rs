//! Years of days in virtual time: packs that come into force, certificates that end, overrides from a day until another, adoption,
//! recordings that go, and a clock that is set back or leaps. The cases are data (`testdata/days.toml`).
//!
//! Every day is of Asia/Shanghai civil time; the walk asks at its first and its last instant, in which nothing may differ.

use law::Day;
use law::detect::{
    Contracted, Kept, KeptRecords, Named, PlanFacts, Snapshot, SystemKnown, SystemRecord, detect,
};
use law::life_cycle::{PointFacts, Qualification, Stage, Step, StepFacts, SystemFacts, take};
use law::packs::{ArticleId, Force, Library, Mark, Override, Rules, Under};
use law::retention::{DAY_US, Policy, SegmentFacts, TrustedClock, plan};
use model::{CameraId, Profile, Span, StreamId, WallTime};
use serde::Deserialize;
use std::collections::HashSet;
use uuid::Uuid;

const CASES: &str = include_str!("../testdata/days.toml");
const HOUR_US: i64 = DAY_US / 24;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    watch: Vec<Watch>,
    recording: Vec<Recording>,
    clock: Vec<Clock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Watch {
    name: String,
    ask: Ask,
    under: Where,
    #[serde(default, rename = "override")]
    set: Option<Set>,
    #[serde(default)]
    certificate_until: Option<String>,
    #[serde(default)]
    works_in_use_on: Option<String>,
    changes: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase", tag = "of")]
enum Ask {
    Force { pack: String },
    Floor,
    Step { step: String },
    Finding { code: String },
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Where {
    division: String,
    named: Vec<String>,
    adopted: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    pack: String,
    number: String,
    days: u16,
    from: String,
    #[serde(default)]
    until: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recording {
    name: String,
    ended: String,
    floor_days: u16,
    #[serde(default)]
    test: bool,
    goes: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    name: String,
    /// From a real day on, the wall clock is so many days off.
    steps: Vec<Off>,
    ended_on: Vec<String>,
    valid_again_on: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Off {
    on: String,
    days: i64,
}

fn cases() -> Cases {
    toml::from_str(CASES).expect("the cases are read")
}

fn library() -> Library {
    Library::with_shipped(&[
        ("harbour-2028.toml", include_str!("../testdata/harbour-2028.toml")),
        ("harbour-2030.toml", include_str!("../testdata/harbour-2030.toml")),
    ])
    .expect("the packs are read")
}

fn day(text: &str) -> Day {
    Day::read(text).expect("a day of the calendar")
}

/// `2028-02-29T12:00:00+08:00`
fn instant(text: &str) -> WallTime {
    let (date, time) = text.strip_suffix("+08:00").and_then(|text| text.split_once('T')).expect("an instant");
    let parts: Vec<i64> = time.split(':').map(|part| part.parse().expect("a number")).collect();
    day(date).begins().plus_us((parts[0] * 3_600 + parts[1] * 60 + parts[2]) * 1_000_000)
}

fn qualified(until: Option<&str>) -> Qualification {
    Qualification { name: "C".into(), has_certificate: true, valid_until: until.map(str::to_owned) }
}

fn answer(library: &Library, watch: &Watch, today: &str) -> String {
    let divisions = [watch.under.division.clone()];
    let overrides: Vec<Override> = watch.set.iter().map(set).collect();
    let under = Under {
        divisions: &divisions,
        named: &watch.under.named,
        adopted: &watch.under.adopted,
        overrides: &overrides,
        today,
    };
    let rules = Rules::of(library, &under);
    let until = watch.certificate_until.as_deref();
    match &watch.ask {
        Ask::Force { pack } => match rules.packs().find(|(known, _)| known.id == *pack) {
            Some((_, Force::Binds)) => "binds".into(),
            Some((_, Force::Findings)) => "heard".into(),
            None => "absent".into(),
        },
        Ask::Floor => rules.footage_floor_days().map_or(0, |floor| floor.value).to_string(),
        Ask::Step { step } => stepped(&rules, Step::from_word(step).expect("a step"), until, today),
        Ask::Finding { code } => {
            let system = record(rules, until, watch.works_in_use_on.as_deref());
            if finds(library, system, code, today) { "yes".into() } else { "no".into() }
        }
    }
}

fn set(set: &Set) -> Override {
    Override {
        article: ArticleId::new(&set.pack, &set.number),
        parameter: "footage_floor_days".into(),
        value: set.days.into(),
        from: set.from.clone(),
        until: set.until.clone(),
        place: None,
    }
}

fn stepped(rules: &Rules<'_>, step: Step, until: Option<&str>, today: &str) -> String {
    let point = PointFacts { name: "Gate".into(), has_sign: true, has_camera: true, ..PointFacts::default() };
    let contractor = || Some(qualified(until));
    let system = SystemFacts {
        designer: contractor(),
        constructor: contractor(),
        maintainer: contractor(),
        points: vec![point],
        ..SystemFacts::default()
    };
    let words = |all: &[&str]| all.iter().map(|&word| word.to_owned()).collect();
    let facts = StepFacts {
        today: today.into(),
        papers: words(&["design", "construction", "test", "acceptance"]),
        with: words(&["public-security", "experts", "builder", "designer", "constructor"]),
        passed: true,
    };
    match take(step.from(), step, rules, &system, &facts) {
        Ok(_) => "taken".into(),
        Err(refusal) => format!("{} {}", refusal.article, refusal.code),
    }
}

fn record<'l>(rules: Rules<'l>, until: Option<&str>, works: Option<&str>) -> SystemRecord<'l> {
    let own = SystemKnown {
        has_owner: true,
        has_manager: true,
        contractors: vec![Contracted {
            work: "maintenance",
            contractor: Named { id: "c".into(), name: "C".into() },
            qualification: qualified(until),
        }],
        works_in_use_on: works.map(str::to_owned),
        division: "440106".into(),
        kept: Kept { names_standard: true, ..Kept::default() },
        ..SystemKnown::new(Named { id: "s".into(), name: "S".into() }, Stage::Accepted)
    };
    SystemRecord { own: own.into(), rules, has_agreement: true, has_budget: true, filings: Vec::new() }
}

fn finds(library: &Library, system: SystemRecord<'_>, code: &str, today: &str) -> bool {
    let snapshot = Snapshot {
        today: today.into(),
        yesterday: day(today).plus(-1).to_string(),
        library,
        adopted: Vec::new(),
        cameras: Vec::new(),
        places: Vec::new(),
        plan: PlanFacts::default(),
        systems: vec![system],
        records: Vec::new(),
        kept: KeptRecords::default(),
    };
    detect(&snapshot).iter().any(|found| found.code == code)
}

#[test]
fn eleven_years_of_days() {
    let (library, cases) = (library(), cases());
    for watch in &cases.watch {
        let mut changes: Vec<(String, String)> = Vec::new();
        let mut at = day("2026-01-01");
        while at < day("2037-01-01") {
            let (first, last) = (at.begins(), at.plus(1).begins().plus_us(-1));
            assert_eq!((Day::of(first), Day::of(last)), (at, at));
            let found = answer(&library, watch, &Day::of(first).to_string());
            assert_eq!(answer(&library, watch, &Day::of(last).to_string()), found, "{} {at}", watch.name);
            if changes.last().is_none_or(|(_, before)| *before != found) {
                changes.push((at.to_string(), found));
            }
            at = at.plus(1);
        }
        assert_eq!(changes, watch.changes, "{}", watch.name);
    }
}

#[test]
fn recordings_go_to_the_microsecond_whatever_the_calendar_does() {
    for case in cases().recording {
        let (ended, goes) = (instant(&case.ended), instant(&case.goes));
        let camera = CameraId(Uuid::from_u128(1));
        let mut policy =
            Policy { floor_days: case.floor_days, term_days: case.floor_days, ..Policy::default() };
        if case.test {
            policy.tests = HashSet::from([camera]);
        }
        let segment = SegmentFacts {
            segment: 1,
            stream: StreamId { camera, profile: Profile::Main },
            span: Span { start: ended.plus_us(-60_000_000), end: ended },
            recorded_floor_days: case.floor_days,
        };
        let check = |at: WallTime, expected: usize| {
            let time = TrustedClock::resume(at).time(at);
            assert_eq!(plan(&policy, &[], &[segment], time).len(), expected, "{} {at}", case.name);
        };
        // Hour by hour from its end on, and at the instant itself.
        let mut at = ended;
        while at < goes {
            check(at, 0);
            at = at.plus_us(HOUR_US);
        }
        check(goes.plus_us(-1), 0);
        check(goes, 1);
        check(goes.plus_us(400 * DAY_US), 1);
    }
}

/// A certificate until 2028-02-29 under a wall clock that is wrong now and then. The day of the law is the later of the wall
/// clock's and of the time that is believed: a clock set back opens nothing again, and skips nothing.
#[test]
fn a_clock_set_back_reopens_nothing_and_skips_nothing() {
    let library = library();
    let divisions = ["440106".to_owned()];
    let valid = |today: Day| {
        let today = today.to_string();
        let under = Under { divisions: &divisions, today: &today, ..Under::default() };
        stepped(&Rules::of(&library, &under), Step::Review, Some("2028-02-29"), &today) == "taken"
    };
    for case in cases().clock {
        let mut real = day("2028-02-01").begins();
        let mut trusted = TrustedClock::begin(real, None);
        let (mut ended, mut again, mut before) = (Vec::new(), Vec::new(), true);
        let (mut newest, mut law_days) = (real, Vec::new());
        while real < day("2028-04-15").begins() {
            let off =
                case.steps.iter().rfind(|step| day(&step.on).begins() <= real).map_or(0, |step| step.days);
            let wall = real.plus_us(off * DAY_US);
            // Records never run back; while the clock is behind they crawl on.
            newest = newest.plus_us(1).max(if off <= 0 { wall } else { newest });
            trusted = trusted.advance(HOUR_US, wall).settle(wall, Some(newest));
            let today = Day::today(wall, trusted.reached());
            law_days.push(today);
            let now = valid(today);
            if before != now {
                if now {
                    again.push(Day::of(real).to_string())
                } else {
                    ended.push(Day::of(real).to_string())
                }
            }
            before = now;
            real = real.plus_us(HOUR_US);
        }
        let name = &case.name;
        assert_eq!((&ended, &again), (&case.ended_on, &case.valid_again_on), "{name}");
        let ahead = case.steps.iter().any(|step| step.days > 0);
        assert!(ahead || law_days.is_sorted(), "{name}: the day of the law ran back");
    }
}

/// An override's mark is nobody's to write in a file.
#[test]
fn no_pack_claims_to_be_an_override() {
    assert!(serde_json::from_str::<Mark>("\"override\"").is_err());
}
