//! Compliance of the systems in an area, from the register and from what is measured and done; and the checklist of an inspection, from
//! the same.
//!
//! Names and findings only: no address, no picture, nothing of people. Secret systems are in nobody's area.

use super::super::{
    auth::Signed,
    availability,
    convert::words,
    error::{Answer, Failure},
    findings::sent,
    names::UnitNames,
    sweep::sweep,
    types::{self, Named, Problem, Supervision, SystemFinding},
};
use crate::app::App;
use axum::extract::State;
use law::availability::Availability;
use law::detect::{Detected, Severity, Snapshot, detect};
use law::filing::{Filing, FilingState};
use law::packs::Force;
use law::supervision::{Authority, ChecklistLine, LateWhat, Shown, checklist, control_of, in_order};
use ledger::dossier::{Section, Words};
use model::{Cx, RecordId, Span, WallTime};
use std::collections::{HashMap, HashSet};
use store::{FindingRow, SupervisedSystem, measured_claim, system_cx, unproven_line};

/// Availability is shown for so long back.
const LOOK_BACK_US: i64 = 30 * 86_400_000_000;
/// Findings listed for one system; the counts go on.
const FINDINGS_MAX: usize = 50;
/// Words of findings about a camera where they are about no unit: one that is in no system here is no area's.
const OF_CAMERAS: [&str; 6] =
    ["gaps_unjustified", "outage", "camera_clock", "device_fault", "floor_shortfall", "over_keeping"];

/// Compliance of the systems in one's area.
#[utoipa::path(
    get, path = "/api/supervision", tag = "supervision",
    responses((status = 200, body = Supervision, description = "Systems by name"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "The reader supervises for no authority"))
)]
pub async fn show(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Supervision>> {
    let cx = signed.cx(&app);
    super::admit_reading(&app, &cx).await?;
    let authority = own_authority(&app, &cx).await?;
    let systems = app.registry().supervised_systems(&cx, &authority).await?;
    let looked = Looked::at(&app).await?;
    let of_area: HashSet<usize> = systems.iter().filter_map(|system| looked.index(system.id)).collect();
    let available = available(&app, &looked, |at| of_area.contains(&at)).await?;
    let names = UnitNames::load(&app, &cx).await?;
    let inspected = app.registry().inspected_systems(&cx, &authority, &systems).await?;
    let shape = |system: &SupervisedSystem| {
        let inspected = inspected.get(&system.id);
        let ms = |at: Option<WallTime>| at.map(WallTime::as_ms);
        types::SupervisedSystem {
            inspected_ms: ms(inspected.and_then(|one| one.last)),
            inspection_due_ms: ms(inspected.and_then(|one| one.due)),
            inspection_id: inspected.and_then(|one| one.open).map(|id| id.to_string()),
            ..looked.shape(system, &names, &available)
        }
    };
    let late = app.registry().late_authorities(&cx, cx.now).await?.into_iter();
    let late =
        late.map(|late| ((late.authority.id, late.authority.name), late.what, (late.count, late.since)));
    let missed = super::unmet::by_authority(&app, &cx).await?.into_iter();
    let missed = missed.map(|(authority, missed)| (authority, LateWhat::Target, missed));
    let uninspected = super::rhythm::by_authority(&app, &cx).await?.into_iter();
    let uninspected = uninspected.map(|(authority, count)| (authority, LateWhat::Inspection, count));
    let late = late.chain(missed).chain(uninspected).map(|((id, name), what, (count, since))| {
        types::LateAuthority {
            reason: words(&law::supervision::late_words(&name, what, count).0),
            authority: Named { id: id.to_string(), name },
            what: what.as_str().to_owned(),
            count,
            since_ms: since.as_ms(),
        }
    });
    Ok(axum::Json(Supervision {
        systems: systems.iter().map(shape).collect(),
        late: late.collect(),
        rhythm: super::rhythm::of(&app, &cx, &authority).await?,
        authority: super::authorities::shape(&authority),
    }))
}

pub(super) async fn own_authority(app: &App, cx: &Cx) -> Answer<Authority> {
    app.registry().own_authority(cx).await?.ok_or_else(|| Failure::not_found("authority of yours"))
}

/// The lines of an inspection of these systems: each article once, with the findings of all.
pub(super) async fn lines(app: &App, systems: &[RecordId]) -> Answer<Vec<ChecklistLine>> {
    Ok(lines_of(app, &[systems.to_vec()]).await?.pop().unwrap_or_default())
}

/// The same of several inspections, from one look.
pub(super) async fn lines_of(app: &App, all: &[Vec<RecordId>]) -> Answer<Vec<Vec<ChecklistLine>>> {
    if all.iter().all(Vec::is_empty) {
        return Ok(vec![Vec::new(); all.len()]);
    }
    let looked = Looked::at(app).await?;
    let cx = system_cx("supervision", app.now());
    let missed = app.registry().missed_demands(&cx, WallTime(0)).await?;
    Ok(all.iter().map(|systems| checked(&looked, systems, &missed)).collect())
}

fn checked(looked: &Looked<'_>, systems: &[RecordId], missed: &[store::DemandRow]) -> Vec<ChecklistLine> {
    let mut all: Vec<ChecklistLine> = Vec::new();
    for id in systems {
        let Some(at) = looked.index(*id) else { continue };
        let Some(system) = looked.snapshot.systems.get(at) else { continue };
        for line in checklist(&system.rules, &looked.of(at)) {
            match all.iter_mut().find(|known| known.article == line.article) {
                Some(known) => {
                    known.findings_count = known.findings_count.saturating_add(line.findings_count);
                    known.findings.extend(line.findings);
                    known.found_by.extend(line.found_by);
                    known.binds |= line.binds;
                }
                None => all.push(line),
            }
        }
    }
    for missed in missed.iter().filter(|missed| systems.contains(&missed.system.0)) {
        let failed = missed.answer.as_ref().map_or(0, |answer| answer.failed);
        all.push(unproven_line(missed, failed));
    }
    in_order(&mut all);
    all
}

/// Under which article footage of a system is kept; where no text says it, the article on inspections.
pub(super) async fn floor_article(app: &App, system: RecordId) -> Answer<String> {
    let looked = Looked::at(app).await?;
    let record = looked.index(system).and_then(|at| looked.snapshot.systems.get(at));
    let floor = record.and_then(|record| record.rules.footage_floor_days());
    Ok(floor.map_or_else(|| "national-2016:23".to_owned(), |floor| floor.article.to_string()))
}

/// What is measured of one system now, for its dossier: no entry says it.
pub(in super::super) async fn measured_of(app: &App, system: RecordId) -> Answer<Option<Section>> {
    let looked = Looked::at(app).await?;
    let Some(at) = looked.index(system) else { return Ok(None) };
    let Some(record) = looked.snapshot.systems.get(at) else { return Ok(None) };
    let found = looked.of(at);
    let count = |severity| found.iter().filter(|one| one.severity == severity).count();
    let (breaches, due) = (count(Severity::Breach), count(Severity::Due));
    let cameras = looked.snapshot.cameras.iter().filter(|camera| camera.system == Some(at)).count();
    let mut claims = vec![
        measured_claim(format!("登记的摄像机 {cameras} 台"), format!("Cameras of the system: {cameras}")),
        measured_claim(
            format!("现有违规 {breaches} 项，到期未办 {due} 项"),
            format!("Open now: {breaches} breaches, {due} due"),
        ),
    ];
    claims.extend(record.rules.footage_floor_days().map(|floor| {
        measured_claim(
            format!("录像最低保存期限 {} 天（{}）", floor.value, floor.article),
            format!("Floor of footage: {} days ({})", floor.value, floor.article),
        )
    }));
    let available = available(app, &looked, |one| one == at).await?;
    claims.extend(available.get(&at).and_then(Availability::share_bp).map(|share_bp| {
        let percent = format!("{}.{:02}", share_bp / 100, share_bp % 100);
        measured_claim(
            format!("近 30 天应录时段的录像率 {percent}%"),
            format!("Recorded of what was owed in the last 30 days: {percent} %"),
        )
    }));
    let title = Words::new("制作时测得", "Measured at the making");
    Ok(Some(Section { id: "measured".to_owned(), title, claims, left_out: 0 }))
}

/// The whole register at one moment, what is found in it by system, and what else is found: measured, done, or not.
pub(super) struct Looked<'l> {
    pub(super) snapshot: Snapshot<'l>,
    found: Vec<Detected>,
    /// The history's open rows, as an authority may know them.
    beside: Vec<FindingRow>,
    /// The system of everything that a finding may be about.
    system_of: HashMap<String, usize>,
}

impl<'l> Looked<'l> {
    pub(super) async fn at(app: &'l App) -> Answer<Self> {
        sweep(app).await?;
        Self::as_swept(app).await
    }

    /// The same with the rows of the last sweep: for what a sweep itself asks.
    pub(super) async fn as_swept(app: &'l App) -> Answer<Self> {
        let cx = system_cx("supervision", app.now());
        let library = &app.registry().packs().library;
        let snapshot = app.registry().register_snapshot(&cx, cx.now, library, &sent(app)).await?;
        let found = detect(&snapshot);
        let beside = app.registry().findings_of_areas(&cx).await?;
        let mut system_of = HashMap::new();
        for (at, system) in snapshot.systems.iter().enumerate() {
            system_of.insert(system.system.id.clone(), at);
            system_of.extend(system.points.iter().map(|look| (look.point.id.clone(), at)));
            system_of.extend(system.signs.iter().map(|(sign, _)| (sign.id.clone(), at)));
        }
        for camera in &snapshot.cameras {
            let Some(at) = camera.system else { continue };
            system_of.insert(camera.camera.id.clone(), at);
            system_of.extend(camera.point.iter().map(|point| (point.id.clone(), at)));
            // A place of several systems is the first one's.
            if !camera.place.is_empty() {
                system_of.entry(camera.place.clone()).or_insert(at);
            }
        }
        Ok(Self { snapshot, found, beside, system_of })
    }

    pub(super) fn index(&self, system: RecordId) -> Option<usize> {
        self.system_of.get(&system.to_string()).copied()
    }

    fn of(&self, system: usize) -> Vec<Shown> {
        self.numbered(system).map(|(_, shown)| shown).collect()
    }

    /// The same, each with its number among all findings: one about a whole unit is of each of its systems.
    pub(super) fn numbered(&self, system: usize) -> impl Iterator<Item = (usize, Shown)> + '_ {
        let about = move |one: &Detected| {
            let named = std::iter::once(&one.about).chain(&one.evidence);
            named.filter_map(|named| self.system_of.get(&named.id)).next() == Some(&system)
        };
        let found = self.found.iter().enumerate();
        let registered = found.filter(move |(_, one)| about(one)).map(|(at, one)| (at, Shown::from(one)));
        let beside = (self.found.len()..).zip(&self.beside);
        registered.chain(beside.filter_map(move |(at, row)| Some((at, self.shown(system, row)?))))
    }

    /// Cameras with less footage than their floor, by id.
    pub(super) fn below_floor(&self) -> HashSet<String> {
        let short = self.beside.iter().filter(|row| row.code == "floor_shortfall");
        short.map(|row| row.about.to_string()).collect()
    }

    /// A row of the history, where it is about the system, its unit, or what all units share. What is no record of the system is not
    /// named: who asked for footage is not the area's to know.
    fn shown(&self, system: usize, row: &FindingRow) -> Option<Shown> {
        let record = self.snapshot.systems.get(system)?;
        let name = match (self.system_of.get(&row.about.to_string()), row.unit) {
            (Some(of), _) => (*of == system).then(|| row.name.clone())?,
            // A camera of no system, or of a secret one.
            (None, Some(unit)) if row.about != unit.0 && OF_CAMERAS.contains(&row.code.as_str()) => {
                return None;
            }
            (None, Some(unit)) => (unit.to_string() == record.unit).then(|| record.system.name.clone())?,
            (None, None) => record.system.name.clone(),
        };
        Some(Shown {
            article: row.article.clone(),
            code: row.code.clone(),
            about: name,
            severity: row.severity,
            control: control_of(&row.code).map(str::to_owned),
            reason: row.reason.clone(),
        })
    }

    fn shape(
        &self,
        system: &SupervisedSystem,
        names: &UnitNames,
        available: &HashMap<usize, Availability>,
    ) -> types::SupervisedSystem {
        let at = self.index(system.id);
        let record = at.and_then(|at| self.snapshot.systems.get(at));
        let found = at.map(|at| self.of(at)).unwrap_or_default();
        let count = |severity| found.iter().filter(|one| one.severity == severity).count() as u32;
        let filings = record.map(|record| record.filings.as_slice()).unwrap_or_default();
        let filed = |one: &&Filing| matches!(one.state, FilingState::Filed { .. });
        let open = filings.iter().filter(|one| !filed(one)).count() as u32;
        let mut listed = found.clone();
        listed.sort_by_key(|one| std::cmp::Reverse(one.severity));
        let stage = system.stage.and_then(law::life_cycle::Stage::from_code);
        types::SupervisedSystem {
            id: system.id.to_string(),
            name: system.name.clone(),
            unit: names.of(system.unit),
            stage: stage.map(|stage| stage.as_str().to_owned()).unwrap_or_default(),
            divisions: system.divisions.clone(),
            packs: record
                .map(|record| {
                    let binding = record.rules.packs().filter(|(_, force)| *force == Force::Binds);
                    binding.map(|(pack, _)| pack.id.clone()).collect()
                })
                .unwrap_or_default(),
            cameras: self.snapshot.cameras.iter().filter(|camera| at.is_some() && camera.system == at).count()
                as u32,
            floor_days: record
                .and_then(|record| record.rules.footage_floor_days())
                .map(|ruling| ruling.value),
            filings_owed: open,
            filings_made: filings.len() as u32 - open,
            breaches: count(Severity::Breach),
            due: count(Severity::Due),
            notes: count(Severity::Note),
            available_bp: at.and_then(|at| available.get(&at)).and_then(Availability::share_bp),
            inspected_ms: None,
            inspection_due_ms: None,
            inspection_id: None,
            findings: listed.into_iter().take(FINDINGS_MAX).map(finding).collect(),
        }
    }
}

fn finding(found: Shown) -> SystemFinding {
    SystemFinding {
        article: found.article,
        code: found.code,
        about: found.about,
        severity: found.severity.as_str().to_owned(),
        reason: words(&found.reason),
    }
}

/// Recorded of owed time by system, of those that are wanted: each camera of one is measured.
pub(super) async fn available(
    app: &App,
    looked: &Looked<'_>,
    wanted: impl Fn(usize) -> bool,
) -> Answer<HashMap<usize, Availability>> {
    let cx = system_cx("supervision", app.now());
    let asked = Span { start: app.now().plus_us(-LOOK_BACK_US), end: app.now() };
    let standings = app.store().standings(&cx, asked).await?;
    let histories = app.store().footage.histories().await?;
    let of: HashMap<&str, usize> = looked
        .snapshot
        .cameras
        .iter()
        .filter_map(|one| Some((one.camera.id.as_str(), one.system.filter(|at| wanted(*at))?)))
        .collect();
    let mut sums = HashMap::<usize, Availability>::new();
    for camera in app.registry().covered_cameras(&cx).await? {
        let Some(system) = of.get(camera.id.to_string().as_str()) else { continue };
        let facts = availability::facts(app, &cx, &camera, asked, &standings, &histories).await?;
        if let Some(facts) = facts {
            sums.entry(*system).or_default().add(&law::availability::of_stream(&facts, asked));
        }
    }
    Ok(sums)
}
