//! Everything that detection looks at, as one person may see it: records, cameras' standings, adopted packs.

use super::{
    Record,
    design::{all_that_differ, compared},
    facts,
    filed::{OfSystem, filed},
    filing::filing_facts,
    flag, kept,
    life::{LifeStep, all_steps, documents},
    list::Viewer,
    near::{self, Near, Touched, Written},
    number, record_id,
    standing::{standings, standings_under},
    stills::Confirmed,
    text,
    under::{Book, Local},
};
use crate::error::{Doing, Result};
use crate::registry::Registry;
use law::detect::{
    CameraKnown, Contracted, Fact, Kind, Measured, Moment, Named, PlaceFacts, Placed, PlanFacts, PointLook,
    RecordKnown, Register, Sent, Snapshot, SystemKnown,
};
use law::life_cycle::{Compared, Stage, deviations};
use law::packs::Library;
use law::register::{Body, RecordKind};
use model::{CameraId, Cx, RecordId, WallTime};
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

impl Registry {
    /// What detection looks at, as it would be at `at`: today, or a day to come if nothing changes; `sent` says what cameras really
    /// send. Leaves no entry: it is part of a reading that does.
    pub async fn register_snapshot<'l>(
        &self,
        cx: &Cx,
        at: WallTime,
        library: &'l Library,
        sent: &HashMap<CameraId, Sent>,
    ) -> Result<Snapshot<'l>> {
        Ok(self.register_facts(cx, library, sent).await?.snapshot(library, self.moment(at)))
    }

    /// A time with the day that the law is asked by then.
    pub fn moment(&self, at: WallTime) -> Moment {
        Moment { today: self.today(at), at }
    }

    /// Moves with every change of what [`Self::register_facts`] and `people_facts` read. Read it before them: what changes meanwhile
    /// is read once more.
    pub async fn fact_version(&self) -> Result<i64> {
        let mut connection = self.0.database.read.acquire().await.doing("reading whether facts changed")?;
        near::newest(&mut connection).await
    }

    /// What was written between two versions of the facts.
    pub async fn facts_written(&self, after: i64, to: i64) -> Result<Written> {
        let mut connection = self.0.database.read.acquire().await.doing("reading which facts changed")?;
        near::written(&mut connection, after, to).await
    }

    /// What detection looks at, of what the actor may see, for whatever day. Leaves no entry: it is part of a reading that does.
    pub async fn register_facts(
        &self,
        cx: &Cx,
        library: &Library,
        sent: &HashMap<CameraId, Sent>,
    ) -> Result<Register> {
        let cameras = self.covered_cameras(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("reading the register")?;
        let viewer = Viewer::load(&mut connection, cx.actor).await?;
        let all = self.0.register.read(&mut connection).await?;
        let records: Records = viewed(&all, &viewer);
        let book = Book::on(library, self.today(cx.now));
        let local = Local::load(&mut connection, None).await?;
        let mut facts = Register::default();
        for (unit, packs) in local.adopted() {
            facts.put(Fact::Unit { unit: unit.to_string(), adopted: packs.clone() });
        }
        let told = Told::load(&mut connection, &all).await?;
        let of: Vec<&Record> = records.values().filter(|record| record.kind == RecordKind::System).collect();
        for system in systems(&mut connection, (book, &local), (&records, told), &of).await? {
            facts.put(Fact::System(Arc::new(system)));
        }
        let standings = standings(&mut connection, book).await?;
        for camera in cameras.into_iter().filter(|camera| camera.retired.is_none()) {
            let Some(standing) = standings.get(&camera.id) else { continue };
            let camera = (camera.id, camera.name);
            facts.put(Fact::Camera(camera_known(camera, standing, &records, sent)));
        }
        of_records(&records, &mut facts);
        Ok(facts)
    }

    /// The same of what was written and of what is near it, for the system itself; `None`: too much is near it, and everything is read.
    pub async fn register_near(
        &self,
        now: WallTime,
        library: &Library,
        sent: &HashMap<CameraId, Sent>,
        touched: &Touched,
    ) -> Result<Option<Part>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading what changed")?;
        let Some(near) = near::near(&mut connection, touched).await? else { return Ok(None) };
        let book = Book::on(library, self.today(now));
        let local = Local::load(&mut connection, None).await?;
        let records = &near.records;
        let mut facts = Register::default();
        let told = Told::of(&mut connection, &near).await?;
        let of: Vec<&Record> = near.systems.iter().filter_map(|system| records.get(system)).collect();
        for system in systems(&mut connection, (book, &local), (records, told), &of).await? {
            facts.put(Fact::System(Arc::new(system)));
        }
        let cameras: Vec<CameraId> = near.cameras.iter().copied().collect();
        let standings = standings_under(&mut connection, (book, &local), &cameras).await?;
        for camera in near::living(&mut connection, &near.cameras).await? {
            let Some(standing) = standings.get(&camera.0) else { continue };
            facts.put(Fact::Camera(camera_known(camera, standing, records, sent)));
        }
        of_records(records, &mut facts);
        drop(connection);
        for person in &touched.people {
            let fact = self.person_fact(*person, now).await?;
            fact.into_iter().for_each(|person| facts.put(Fact::Person(person)));
        }
        let looked = near.subjects.iter().flat_map(|id| OF_RECORDS.map(|kind| (kind, id.to_string())));
        let looked = looked
            .chain(near.cameras.iter().map(|id| (Kind::Camera, id.to_string())))
            .chain(touched.people.iter().map(|id| (Kind::Person, id.to_string())));
        Ok(Some(Part { looked: looked.collect(), facts }))
    }
}

/// Some of the facts, as they are now.
#[derive(Clone, Debug)]
pub struct Part {
    /// Which were looked at. Those that are not in `facts` are there no longer.
    pub looked: Vec<(Kind, String)>,
    /// May hold others, which are not whole.
    pub facts: Register,
}

/// What a record can be a fact as.
const OF_RECORDS: [Kind; 9] = [
    Kind::Record,
    Kind::Place,
    Kind::Planned,
    Kind::Existing,
    Kind::System,
    Kind::Round,
    Kind::Plan,
    Kind::Target,
    Kind::Pressure,
];

fn camera_known(
    (id, name): (CameraId, String),
    standing: &super::Standing,
    records: &Records,
    sent: &HashMap<CameraId, Sent>,
) -> CameraKnown {
    let point = standing.point.and_then(|point| records.get(&point));
    let system = point.and_then(|point| record_id(&point.body, "system"));
    CameraKnown {
        camera: Named { id: id.to_string(), name },
        standing: standing.standing.clone(),
        place: standing.place.clone(),
        system: system.filter(|system| records.contains_key(system)).map(|system| system.to_string()),
        point: point.map(named),
        sent: sent.get(&id).copied().unwrap_or_default(),
    }
}

/// What the records say, but for systems and cameras.
fn of_records(records: &Records, facts: &mut Register) {
    for place in places(records) {
        facts.put(Fact::Place(place));
    }
    let PlanFacts { planned, existing } = plan(records);
    planned.into_iter().for_each(|point| facts.put(Fact::Planned(point)));
    existing.into_iter().for_each(|point| facts.put(Fact::Existing(point)));
    records.values().for_each(|record| facts.put(Fact::Record(record_known(record))));
    kept::records(records, facts);
}

/// Some systems of the records.
async fn systems(
    connection: &mut SqliteConnection,
    (book, local): (Book<'_>, &Local),
    (records, mut told): (&Records, Told),
    of: &[&Record],
) -> Result<Vec<SystemKnown>> {
    let divisions = divisions(records);
    let (kept, standing) = (kept::Index::of(records), Standing::of(records));
    let financial = financial(book.library, local);
    let mut systems = Vec::new();
    for record in of.iter().copied() {
        let mut system = SystemKnown {
            divisions: divisions.get(&record.id).cloned().unwrap_or_default(),
            overrides: local.set_for(record.unit, record.id),
            ..system_known(record, records, &kept)
        };
        built(&mut told, record, (records, &standing, &financial), &mut system);
        let of = (record, told.steps_of(record.id), told.filed.get(&record.id));
        system.filing = filing_facts(connection, book, of, BTreeSet::new()).await?;
        systems.push(system);
    }
    Ok(systems)
}

/// Categories of places of which some pack, or a value that was set locally, says that passwords are entered there.
fn financial(library: &Library, local: &Local) -> HashSet<String> {
    let packs = library.packs.iter().flat_map(|pack| &pack.articles).flat_map(|article| &article.duties);
    let listed = packs.filter_map(|duty| duty.parameters.passwords_place_categories.as_ref());
    let set = local.set().filter(|set| set.parameter == "passwords_place_categories");
    let set = set.filter_map(|set| set.value.as_array()).flatten().filter_map(|word| word.as_str());
    listed.flat_map(|marked| marked.value.iter().cloned()).chain(set.map(str::to_owned)).collect()
}

fn record_known(record: &Record) -> RecordKnown {
    RecordKnown {
        record: named(record),
        kind: record.kind.names(),
        missing: record.missing,
        changed: record.changed,
    }
}

/// The records that one person may see.
fn viewed(all: &[Record], viewer: &Viewer) -> Records {
    let seen = all.iter().filter(|record| viewer.sees(record));
    seen.map(|record| (record.id, record.clone())).collect()
}

/// Points by system and signs by point: looked up for each system.
struct Standing<'r> {
    points: HashMap<RecordId, Vec<&'r Record>>,
    signs: HashMap<String, Vec<&'r Record>>,
}

impl<'r> Standing<'r> {
    fn of(records: &'r Records) -> Self {
        let mut all = Self { points: HashMap::new(), signs: HashMap::new() };
        for record in records.values() {
            match (record.kind, record_id(&record.body, "system")) {
                (RecordKind::Point, Some(system)) => all.points.entry(system).or_default().push(record),
                (RecordKind::Sign, _) => {
                    for point in super::list(&record.body, "points") {
                        all.signs.entry(point).or_default().push(record);
                    }
                }
                _ => {}
            }
        }
        all
    }
}

/// What is not in the records themselves, of all systems at once: their steps, filings, designs as reviewed, confirmed stills.
struct Told {
    steps: HashMap<RecordId, Vec<LifeStep>>,
    filed: HashMap<RecordId, OfSystem>,
    differing: HashMap<RecordId, Vec<Compared>>,
    stills: Confirmed,
    /// Papers that say that a design was changed.
    design_changes: HashSet<RecordId>,
}

impl Told {
    async fn load(connection: &mut SqliteConnection, all: &[Record]) -> Result<Self> {
        let of_kind = |record: &&Record| {
            record.kind == RecordKind::Document && text(&record.body, "paper") == Some("design-change")
        };
        Ok(Self {
            steps: all_steps(connection, None).await?,
            filed: filed(connection, None).await?,
            differing: all_that_differ(connection).await?,
            stills: Confirmed::load(connection, None).await?,
            design_changes: all.iter().filter(of_kind).map(|record| record.id).collect(),
        })
    }

    /// The same of systems that were touched.
    async fn of(connection: &mut SqliteConnection, near: &Near) -> Result<Self> {
        let mut told = Self {
            steps: HashMap::new(),
            filed: HashMap::new(),
            differing: HashMap::new(),
            stills: Confirmed::load(connection, Some(&near.records)).await?,
            design_changes: HashSet::new(),
        };
        for system in near.systems.iter().filter_map(|system| near.records.get(system)) {
            told.steps.extend(all_steps(connection, Some(system.id)).await?);
            told.filed.extend(filed(connection, Some(system.id)).await?);
            told.differing.insert(system.id, compared(connection, system).await?);
        }
        let papers: HashSet<RecordId> = told.steps.values().flat_map(|steps| documents(steps)).collect();
        told.design_changes = near::design_changes(connection, &papers).await?;
        Ok(told)
    }

    fn steps_of(&self, system: RecordId) -> &[LifeStep] {
        self.steps.get(&system).map_or(&[][..], Vec::as_slice)
    }
}

/// What stands at a system's points beside what was reviewed, and its signs.
fn built(
    told: &mut Told,
    system: &Record,
    (records, standing, financial): (&Records, &Standing<'_>, &HashSet<String>),
    into: &mut SystemKnown,
) {
    if !matches!(into.stage, Stage::Built | Stage::Tested | Stage::Accepted | Stage::InUse) {
        return;
    }
    into.deviations = deviations(&told.differing.remove(&system.id).unwrap_or_default());
    let papers = documents(told.steps_of(system.id));
    into.design_change = papers.iter().any(|paper| told.design_changes.contains(paper));
    let mut signs = std::collections::BTreeMap::new();
    for point in standing.points.get(&system.id).into_iter().flatten() {
        let place = record_id(&point.body, "place").and_then(|place| records.get(&place));
        let mut look = PointLook {
            point: named(point),
            category: place.and_then(|place| text(&place.body, "category")).map(str::to_owned),
            passwords_in_view: flag(&point.body, "passwords_in_view"),
            has_mask_still: false,
        };
        // Most points need no still.
        if look.passwords_in_view
            || look.category.as_ref().is_some_and(|category| financial.contains(category))
        {
            look.has_mask_still = told.stills.show_present(point.id, &point.body);
            into.points.push(look);
        }
        for sign in standing.signs.get(&point.id.to_string()).into_iter().flatten() {
            signs.insert(sign.id, (named(sign), text(&sign.body, "checked_on").map(str::to_owned)));
        }
    }
    into.signs = signs.into_values().collect();
}

pub(super) type Records = std::collections::BTreeMap<RecordId, Record>;

/// Records that are kept read: a large unit's register. A larger one is read each time.
const KEPT_MAX: usize = 50_000;

/// All records as they were read last, with the register's version then.
#[derive(Default)]
pub struct KeptRegister(Mutex<Option<(i64, Arc<Vec<Record>>)>>);

impl KeptRegister {
    /// The records that are not removed. They are read anew when any record changed.
    pub(super) async fn read(&self, connection: &mut SqliteConnection) -> Result<Arc<Vec<Record>>> {
        // First: what changes while the records are read is seen the next time.
        let (version,): (i64,) = sqlx::query_as("SELECT version FROM register_version")
            .fetch_one(&mut *connection)
            .await
            .doing("reading the register's version")?;
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, records)) = kept.filter(|(of, _)| *of == version) {
            return Ok(records);
        }
        let records = Arc::new(all(connection).await?);
        if records.len() <= KEPT_MAX {
            let next = Some((version, Arc::clone(&records)));
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = next;
        }
        Ok(records)
    }
}

async fn all(connection: &mut SqliteConnection) -> Result<Vec<Record>> {
    let rows: Vec<super::RecordRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {} FROM record WHERE removed_us IS NULL",
        super::COLUMNS
    )))
    .fetch_all(connection)
    .await
    .doing("reading the register")?;
    rows.into_iter().map(super::record_of).collect()
}

/// Codes of the divisions in which each system is: its own and those of the places of its points.
fn divisions(records: &Records) -> HashMap<RecordId, Vec<String>> {
    let code = |body: &Body| records.get(&record_id(body, "division")?)?.code.clone();
    let mut found: HashMap<RecordId, Vec<String>> = HashMap::new();
    for record in records.values() {
        let (system, code) = match record.kind {
            RecordKind::System => (Some(record.id), code(&record.body)),
            RecordKind::Point => {
                let place = record_id(&record.body, "place").and_then(|place| records.get(&place));
                (record_id(&record.body, "system"), place.and_then(|place| code(&place.body)))
            }
            _ => continue,
        };
        if let (Some(system), Some(code)) = (system, code) {
            let own = found.entry(system).or_default();
            if !own.contains(&code) {
                own.push(code);
            }
        }
    }
    found
}

pub(super) fn named(record: &Record) -> Named {
    Named { id: record.id.to_string(), name: record.name.clone() }
}

fn system_known(record: &Record, records: &Records, kept: &kept::Index<'_>) -> SystemKnown {
    let body = &record.body;
    let contractors = facts::WORKS.into_iter().filter_map(|(work, field)| {
        let contractor = records.get(&record_id(body, field)?)?;
        let qualification = facts::qualification(contractor, work);
        Some(Contracted { work, contractor: named(contractor), qualification })
    });
    let main_works = record_id(body, "main_works").and_then(|id| records.get(&id));
    SystemKnown {
        unit: record.unit.map(|unit| unit.to_string()).unwrap_or_default(),
        packs: super::list(body, "packs"),
        public_area: flag(body, "public_area"),
        has_owner: body.contains_key("owner"),
        has_manager: body.contains_key("manager"),
        has_budget_line: body.contains_key("budget_line"),
        budget_years: kept.budget_years(record.id),
        contractors: contractors.collect(),
        works_in_use_on: main_works.and_then(|works| text(&works.body, "in_use_on")).map(str::to_owned),
        wanted: wanted(body),
        division: division(record, records),
        kept: kept.of_system(record),
        ..SystemKnown::new(named(record), record.stage.unwrap_or(Stage::Planned))
    }
}

/// What a system or a standard asks of a stream.
pub(super) fn wanted(body: &law::register::Body) -> Measured {
    Measured {
        width_px: number(body, "width_px_min").map(|px| px as u32),
        height_px: number(body, "height_px_min").map(|px| px as u32),
        frame_rate: number(body, "frame_rate_min"),
        codec: text(body, "codec").and_then(codec_word),
        clock_ms: number(body, "clock_ms_max").map(|ms| ms as u32),
        silent_s: None,
    }
}

/// GB/T 2260 code of the division that a record names.
pub(super) fn division(record: &Record, records: &Records) -> String {
    let division = record_id(&record.body, "division").and_then(|division| records.get(&division));
    division.and_then(|division| division.code.clone()).unwrap_or_default()
}

pub(super) fn codec_word(word: &str) -> Option<&'static str> {
    ["h264", "h265", "mjpeg"].into_iter().find(|known| *known == word)
}

fn places(records: &Records) -> Vec<PlaceFacts> {
    let mut points: HashMap<RecordId, u32> = HashMap::new();
    for point in records.values().filter(|record| record.kind == RecordKind::Point) {
        let system = record_id(&point.body, "system").and_then(|system| records.get(&system));
        let lives = system.is_some_and(|system| system.stage != Some(Stage::Decommissioned));
        if let Some(place) = record_id(&point.body, "place").filter(|_| lives) {
            *points.entry(place).or_default() += 1;
        }
    }
    let place = |record: &Record| PlaceFacts {
        place: named(record),
        unit: record.unit.map(|unit| unit.to_string()).unwrap_or_default(),
        division: division(record, records),
        category: text(&record.body, "category").map(str::to_owned),
        designated: flag(&record.body, "designated"),
        other_prevention: record.body.contains_key("other_prevention"),
        points: points.get(&record.id).copied().unwrap_or(0),
        private_kind: text(&record.body, "private_kind").map(str::to_owned),
    };
    records.values().filter(|record| record.kind == RecordKind::Place).map(place).collect()
}

pub(super) fn plan(records: &Records) -> PlanFacts {
    let placed = |record: &Record| {
        Some(Placed {
            point: named(record),
            longitude: number(&record.body, "longitude")?,
            latitude: number(&record.body, "latitude")?,
            view_deg: number(&record.body, "direction_deg").zip(number(&record.body, "angle_deg")),
        })
    };
    let of = |kind: RecordKind| records.values().filter(move |record| record.kind == kind);
    let unbuilt = of(RecordKind::PlannedPoint).filter(|record| !record.body.contains_key("built_as"));
    PlanFacts {
        planned: unbuilt.filter_map(placed).collect(),
        existing: of(RecordKind::Point).filter_map(placed).collect(),
    }
}
