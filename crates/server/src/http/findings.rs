//! Findings: what is not as it must be, with its article and what helps. From rows and measured state, at the time of asking.

use super::{
    auth::Signed,
    belonging::Belonging,
    convert::words,
    error::{Answer, Failure},
    extract::Query,
    names::{CameraNames, UnitNames},
    types::{
        Finding, FindingKind, Named, Problem, RegisterFindingQuery, RegisterFindings, StateWord, StreamState,
    },
};
use crate::app::{App, FoundFor};
use crate::balance;
use axum::extract::State;
use law::Words;
use law::clocks::{SERVER_BACK_MS_MAX, camera_deviation, camera_off, server_back, server_leapt, server_off};
use law::completeness::{
    OUTAGE_CONTROL, OVERDUE_CONTROL, RULE, UNJUSTIFIED_US_MAX, is_overdue, outage_words, overdue_words,
};
use law::detect::{Detected, Measured, Register, Sent, Severity, Snapshot, detect};
use law::packs::Force;
use law::retention::LEAD_SHOWN_US;
use ledger::tick::Between;
use model::{Act, CameraId, Cx, Profile, Span, UnitId, WallTime};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use store::PressureQuery;

/// Rows of a page when nobody says, and at most.
const ROWS_DEFAULT: u32 = 100;
const ROWS_MAX: u32 = 500;
/// Things named beside one finding that show it; the count goes on.
pub(super) const EVIDENCE_MAX: usize = 20;
const DAY_MS: i64 = 86_400_000;
/// A camera in use that sends nothing.
pub(super) const SILENT: &str = "camera_silent";
/// How far back findings look: a quarter, three times the usual floor. Older gaps are in the list of gaps.
const LOOK_BACK_US: i64 = 92 * 86_400_000_000;

/// What is not as it must be.
#[utoipa::path(
    get, path = "/api/findings", tag = "health",
    responses((status = 200, body = Vec<Finding>, description = "Of one's own cameras and of the system"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn findings(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Vec<Finding>>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadHealth, Vec::new()).await?;
    Ok(axum::Json(all(&app, &cx).await?))
}

/// Everything that one person may see.
pub async fn all(app: &App, cx: &Cx) -> Answer<Vec<Finding>> {
    let registered = registered(app, cx).await?;
    let silent = registered.found.iter().filter(|one| one.code.as_deref() == Some(SILENT));
    let silent = silent.filter_map(|one| Some(one.camera.as_ref()?.id.clone())).collect();
    let mut found = beside(app, cx, &silent).await?;
    registered.of.put(app, cx, &mut found).await?;
    found.extend(registered.found.iter().cloned());
    Ok(found)
}

/// Everything but the register's. Cameras in `silent` are found there already.
pub(super) async fn beside(app: &App, cx: &Cx, silent: &HashSet<String>) -> Answer<Vec<Finding>> {
    let names = CameraNames::seen_by(app, cx).await?;
    let mut found = server_clock(app).await?;
    found.extend(camera_clocks(app, &names));
    found.extend(outages(app, cx, &names).await?);
    found.extend(unjustified(app, cx, &names).await?);
    found.extend(super::floors::found(app, &names).await?);
    let held = CameraNames::for_act(app, cx, Act::ReadHolds, None).await?;
    found.extend(super::holds::found(app, &held).await?);
    found.extend(pressed(app, cx).await?);
    found.extend(asked(app, cx).await?);
    found.extend(stray(app));
    found.extend(super::integrity::found(app).await?);
    found.extend(super::integrity::altered(app).await?);
    found.extend(waiting(app, cx).await?);
    found.extend(super::duty::found(app, cx).await?);
    found.extend(super::alarms::found(app, cx).await?);
    found.extend(super::supervision::found(app, cx).await?);
    found.extend(super::reminders::found(app, cx).await?);
    found.extend(super::claims::found(app, cx).await?);
    found.extend(super::routines::found(app, cx, silent).await?);
    hear(app, cx, &mut found).await?;
    Ok(found)
}

/// What stands under a text that neither binds today nor was adopted is heard, and owed by nobody.
pub(super) async fn hear(app: &App, cx: &Cx, found: &mut [Finding]) -> Answer<()> {
    let binding = app.registry().packs_that_bind(cx).await?;
    for one in found {
        let pack = one.article.split_once(':').map_or("unit", |(pack, _)| pack);
        one.binds &= pack == "unit" || binding.contains(pack);
    }
    Ok(())
}

/// What the register shows to be missing, late or forbidden, the gravest first.
#[utoipa::path(
    get, path = "/api/findings/register", tag = "health", params(RegisterFindingQuery),
    responses((status = 200, body = RegisterFindings, description = "One page"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn register(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<RegisterFindingQuery>,
) -> Answer<axum::Json<RegisterFindings>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadHealth, Vec::new()).await?;
    if query.severity.as_deref().is_some_and(|word| Severity::from_word(word).is_none()) {
        return Err(Failure::invalid("severity", "is none of breach, due, note"));
    }
    let from: usize = match &query.cursor {
        Some(cursor) => cursor.parse().map_err(|_| Failure::invalid("cursor", "is not one of ours"))?,
        None => 0,
    };
    let all = registered(&app, &cx).await?;
    let found: Vec<&Finding> = all.found.iter().filter(|finding| wanted(finding, &query)).collect();
    let weighs = |severity: Severity| {
        let is = |finding: &&&Finding| finding.severity.as_deref() == Some(severity.as_str());
        found.iter().filter(is).count() as u64
    };
    let (breaches, due, notes) = (weighs(Severity::Breach), weighs(Severity::Due), weighs(Severity::Note));
    let (total, limit) = (found.len(), query.limit.unwrap_or(ROWS_DEFAULT).clamp(1, ROWS_MAX) as usize);
    let page: Vec<Finding> = found.into_iter().skip(from).take(limit).cloned().collect();
    let next = from.saturating_add(page.len());
    let next_cursor = (next < total && !page.is_empty()).then(|| next.to_string());
    Ok(axum::Json(RegisterFindings {
        findings: page,
        next_cursor,
        total: total as u64,
        breaches,
        due,
        notes,
    }))
}

fn wanted(finding: &Finding, query: &RegisterFindingQuery) -> bool {
    let is = |wanted: &Option<String>, has: Option<&str>| wanted.is_none() || wanted.as_deref() == has;
    let about = |id: &str| {
        let named = finding.camera.iter().chain(&finding.record).chain(&finding.evidence);
        named.into_iter().any(|named| named.id == id)
    };
    is(&query.pack, finding.pack.as_deref())
        && is(&query.article, Some(&finding.article))
        && is(&query.control, finding.control.as_deref())
        && is(&query.code, finding.code.as_deref())
        && is(&query.severity, finding.severity.as_deref())
        && query.binds.is_none_or(|binds| binds == finding.binds)
        && query.about.as_deref().is_none_or(about)
}

/// What the register shows to be missing or forbidden, and what belongs to which system, as one person may see it.
#[derive(Debug)]
pub struct Registered {
    found: Vec<Finding>,
    of: Belonging,
}

/// It is looked at anew after any act, and every minute, since what cameras send changes by itself.
async fn registered(app: &App, cx: &Cx) -> Answer<Arc<Registered>> {
    let key = found_for(app, cx).await?;
    match app.register_findings().get(&key) {
        Some(found) => Ok(found),
        None => Ok(app.register_findings().keep(key, looked_for(app, cx).await?)),
    }
}

/// What an answer about findings holds for.
pub(super) async fn found_for(app: &App, cx: &Cx) -> Result<FoundFor, store::Error> {
    let (entries, minute) = (app.registry().entries_written().await?, app.now().0.div_euclid(60_000_000));
    Ok(FoundFor { actor: cx.actor, entries, minute })
}

/// What detection finds at a time, today or later, in what one person may see.
pub(super) struct Look {
    /// The gravest first.
    pub found: Vec<Detected>,
    cameras: HashSet<String>,
    changed: HashMap<String, WallTime>,
    /// When what stands in the history was first seen.
    opened: HashMap<(String, String, uuid::Uuid), WallTime>,
}

/// Everything that detection looks at, for whatever day, as one person may see it.
pub(super) async fn facts(app: &App, cx: &Cx) -> Result<Register, store::Error> {
    facts_sent(app, cx, &sent(app)).await
}

/// The same, where it is known what cameras send.
pub(super) async fn facts_sent(
    app: &App,
    cx: &Cx,
    sent: &HashMap<CameraId, Sent>,
) -> Result<Register, store::Error> {
    let library = &app.registry().packs().library;
    let mut facts = app.registry().register_facts(cx, library, sent).await?;
    let people = app.registry().people_facts(cx, cx.now).await?;
    facts.people = people.into_iter().map(|person| (person.person.id.clone(), person)).collect();
    Ok(facts)
}

/// What is found at `at` if nothing changes until then.
pub(super) fn look(app: &App, facts: &Register, at: WallTime) -> Look {
    let registry = app.registry();
    look_in(facts, &facts.snapshot(&registry.packs().library, registry.moment(at)))
}

/// The same, where there is a snapshot of the moment.
pub(super) fn look_in(facts: &Register, snapshot: &Snapshot<'_>) -> Look {
    let mut found = detect(snapshot);
    gravest_first(&mut found);
    Look {
        found,
        cameras: facts.cameras.keys().cloned().collect(),
        changed: facts.records.iter().map(|(id, record)| (id.clone(), record.changed)).collect(),
        opened: HashMap::new(),
    }
}

pub(super) fn gravest_first(found: &mut [Detected]) {
    found.sort_by(|a, b| {
        let weight = |found: &Detected| (Reverse(found.severity()), found.article.clone());
        weight(a).cmp(&weight(b)).then_with(|| (a.code, &a.about.id).cmp(&(b.code, &b.about.id)))
    });
}

impl Look {
    /// As the API says it; `since` where it is said for it. A finding that does not know its beginning itself has stood since it was first
    /// seen, or since a record that shows it was saved last, whichever was sooner: saving it again makes nothing younger.
    pub fn shape(&self, app: &App, found: Detected, since: Option<WallTime>) -> Finding {
        let of_camera = self.cameras.contains(found.about.id.as_str());
        let evidence = found.evidence.first().map(|first| first.id.as_str());
        let changed = || {
            let ids = [Some(found.about.id.as_str()), evidence];
            ids.into_iter().flatten().find_map(|id| self.changed.get(id).copied())
        };
        let seen = || {
            let about = found.about.id.parse().ok()?;
            self.opened.get(&(found.article.clone(), found.code.to_owned(), about)).copied()
        };
        let first_known = || seen().into_iter().chain(changed()).min();
        let since = since.or_else(|| found.since.as_deref().and_then(start_of)).or_else(first_known);
        let pack = found.article.split(':').next();
        let pack = pack.filter(|pack| app.registry().packs().library.pack(pack).is_some()).map(str::to_owned);
        let severity = found.severity().as_str().to_owned();
        let control = found.control().map(str::to_owned);
        let about = named(found.about);
        let (camera, record) = if of_camera { (Some(about), None) } else { (None, Some(about)) };
        Finding {
            kind: FindingKind::Register,
            article: found.article,
            camera,
            which: String::new(),
            record,
            unit: None,
            system: None,
            code: Some(found.code.into()),
            pack,
            control,
            severity: Some(severity),
            evidence: found.evidence.into_iter().map(named).collect(),
            incident: None,
            binds: found.force == Force::Binds,
            count: 1,
            since_ms: since.unwrap_or(app.now()).as_ms(),
            reason: words(&found.reason),
            remedy: words(&found.remedy),
        }
    }
}

async fn looked_for(app: &App, cx: &Cx) -> Answer<Registered> {
    let facts = facts(app, cx).await?;
    let mut look = look(app, &facts, app.now());
    look.opened = app.registry().register_opened().await?;
    let found = std::mem::take(&mut look.found);
    let mut found: Vec<Finding> = found.into_iter().map(|found| look.shape(app, found, None)).collect();
    let of = Belonging::of(&facts);
    of.put(app, cx, &mut found).await?;
    Ok(Registered { found, of })
}

fn named(named: law::detect::Named) -> Named {
    Named { id: named.id, name: named.name }
}

/// When a day began at the units.
pub(super) fn start_of(day: &str) -> Option<WallTime> {
    let day: jiff::civil::Date = day.parse().ok()?;
    let zone = jiff::tz::Offset::constant(8).to_time_zone();
    Some(WallTime(day.to_zoned(zone).ok()?.timestamp().as_microsecond()))
}

/// What the cameras' main streams really are.
pub(super) fn sent(app: &App) -> HashMap<CameraId, Sent> {
    let (streams, now) = (app.pipeline().streams(), app.now());
    let main = streams.iter().filter(|stream| stream.id.profile == Profile::Main);
    main.map(|stream| {
        let state = StreamState::from(&stream.state());
        let codec = match state.codec.as_deref() {
            Some("H.264") => Some("h264"),
            Some("H.265") => Some("h265"),
            _ => None,
        };
        let measured = Measured {
            width_px: state.width.map(u32::from),
            height_px: state.height.map(u32::from),
            frame_rate: state.fps.map(f64::from),
            codec,
            clock_ms: camera_deviation(stream.camera_clock(), stream.camera_clock_uncertain_ms(), now),
            silent_s: None,
        };
        let since_ms = state.newest_unit_ms.unwrap_or(state.since_ms);
        let silent_since = silent(state.word).then(|| WallTime::from_ms(since_ms));
        (stream.id.camera, Sent { measured, silent_since })
    })
    .collect()
}

/// How much a finding weighs. What does not bind is a note; what binds and names no weight of its own is due, a clock too.
pub(super) fn weight_of(found: &Finding) -> Severity {
    let own = found.severity.as_deref().and_then(Severity::from_word);
    own.unwrap_or(if found.binds { Severity::Due } else { Severity::Note })
}

/// Nothing comes, and it is not by our own will.
const fn silent(word: StateWord) -> bool {
    matches!(word, StateWord::NoSignal | StateWord::Stalled | StateWord::Connecting)
}

pub fn finding(
    kind: FindingKind,
    article: &str,
    camera: Option<Named>,
    since: WallTime,
    (reason, remedy): (Words, Words),
) -> Finding {
    Finding {
        kind,
        article: article.to_owned(),
        camera,
        which: String::new(),
        record: None,
        unit: None,
        system: None,
        code: None,
        pack: None,
        control: None,
        severity: None,
        evidence: Vec::new(),
        incident: None,
        binds: true,
        count: 1,
        since_ms: since.as_ms(),
        reason: words(&reason),
        remedy: words(&remedy),
    }
}

/// The same, under the control that finds it.
pub(super) fn by_control(control: &str, one: Finding) -> Finding {
    let pack = one.article.split_once(':').map(|(pack, _)| pack.to_owned()).filter(|pack| pack != "unit");
    Finding { pack, control: Some(control.to_owned()), ..one }
}

/// Which article asks units for what one control does, each looked for once.
struct Asking<'a> {
    app: &'a App,
    cx: &'a Cx,
    control: &'static str,
    own: &'static str,
    known: HashMap<UnitId, String>,
}

impl<'a> Asking<'a> {
    fn of((app, cx): (&'a App, &'a Cx), control: &'static str, own: &'static str) -> Self {
        Self { app, cx, control, own, known: HashMap::new() }
    }

    async fn article(&mut self, unit: Option<UnitId>) -> Answer<String> {
        let Some(unit) = unit else { return Ok(self.own.to_owned()) };
        if let Some(known) = self.known.get(&unit) {
            return Ok(known.clone());
        }
        let article = self.app.registry().article_for(self.cx, unit, self.control, self.own).await?;
        self.known.insert(unit, article.clone());
        Ok(article)
    }
}

async fn server_clock(app: &App) -> Answer<Vec<Finding>> {
    let (clock, now) = (super::clocks::server(app).await?, app.now());
    let mut found = Vec::new();
    let mut add = |about| found.push(finding(FindingKind::ServerClock, "unit:clock", None, now, about));
    if clock.line_ahead_ms > SERVER_BACK_MS_MAX {
        add(server_back(clock.line_ahead_ms));
    }
    if clock.trusted_lead_ms.saturating_mul(1_000) > LEAD_SHOWN_US {
        add(server_leapt(clock.trusted_lead_ms / DAY_MS));
    }
    if let Some(say) = app.time_sources().last().map(|last| last.say).filter(|say| say.is_suspicious()) {
        add(server_off(say));
    }
    Ok(found)
}

fn camera_clocks(app: &App, names: &CameraNames) -> Vec<Finding> {
    let now = app.now();
    let own = super::clocks::measured(app).into_iter().filter(|(camera, _)| names.has(*camera));
    let off = own.filter(|(_, clock)| super::clocks::is_off(*clock, now));
    off.filter_map(|(camera, clock)| {
        let (offset_ms, at) = clock?;
        let about = camera_off(offset_ms);
        Some(finding(FindingKind::CameraClock, "unit:clock", Some(names.of(camera)), at, about))
    })
    .collect()
}

/// Outages that the streams' records contradict.
async fn outages(app: &App, cx: &Cx, names: &CameraNames) -> Answer<Vec<Finding>> {
    let now = app.now();
    let mut found = Vec::new();
    let mut asking = Asking::of((app, cx), OUTAGE_CONTROL, RULE);
    for hole in app.tick_holes(cx, LOOK_BACK_US).await?.iter() {
        let since = match hole.between {
            Between::Down { from, .. } | Between::Unwritten { from, .. } => from,
            Between::Stepped { at, .. } => at,
            Between::Disorder => now,
        };
        let streams = hole.uncovered.iter().chain(&hole.impossible).filter(|stream| names.has(stream.camera));
        let own = streams.map(|stream| Some(stream.camera));
        let system = (hole.between == Between::Disorder).then_some(None);
        for camera in own.chain(system) {
            let article = asking.article(camera.and_then(|camera| names.unit(camera))).await?;
            let camera = camera.map(|camera| names.of(camera));
            let one = finding(FindingKind::Outage, &article, camera, since, outage_words());
            found.push(by_control(OUTAGE_CONTROL, one));
        }
    }
    Ok(found)
}

/// Open reports of pressure, for those who audit their unit: nobody else is to know that there is one.
async fn pressed(app: &App, cx: &Cx) -> Answer<Vec<Finding>> {
    // The system's own sweep hears of all.
    let units = app.registry().audited_units(cx).await?;
    if units.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let query = PressureQuery { open: Some(true), limit: ROWS_MAX, cursor: None };
    let open = app.registry().pressure_reports(cx, &query).await?.reports.into_iter();
    let names = UnitNames::load(app, cx).await?;
    let own = open.filter(|report| units.as_ref().is_none_or(|units| units.contains(&report.unit)));
    let mut asking = Asking::of((app, cx), law::pressure::CONTROL, law::pressure::RULE);
    let mut found = Vec::new();
    for report in own {
        let (article, about) = (asking.article(Some(report.unit)).await?, law::pressure::open_words());
        let record = Some(Named { id: report.id.to_string(), name: names.name(report.unit) });
        found.push(Finding { record, ..finding(FindingKind::Pressure, &article, None, report.at, about) });
    }
    Ok(found)
}

/// Questions from the access log that wait, for those who answer them: one finding for each unit.
async fn asked(app: &App, cx: &Cx) -> Answer<Vec<Finding>> {
    let open = app.registry().open_questions(cx).await?;
    let names = UnitNames::load(app, cx).await?;
    let mut asking = Asking::of((app, cx), law::watching::CONTROL, law::watching::RULE);
    let mut found = Vec::new();
    for (unit, count, since) in open {
        let (article, about) = (asking.article(Some(unit)).await?, law::watching::open_words(count));
        let one = finding(FindingKind::Questions, &article, None, since, about);
        found.push(Finding { record: Some(names.of(unit)), count, ..one });
    }
    Ok(found)
}

/// Pictures that left and that nobody served under an entry.
fn stray(app: &App) -> Option<Finding> {
    let stray = app.balance().stray()?;
    let breach = Some(Severity::Breach.as_str().to_owned());
    let about = balance::words(stray);
    Some(Finding {
        severity: breach,
        ..finding(FindingKind::Balance, balance::ARTICLE, None, app.now(), about)
    })
}

/// Authorities' requests, and papers of what went out without them, that wait too long.
pub(super) async fn waiting(app: &App, cx: &Cx) -> Answer<Vec<Finding>> {
    let late = app.registry().late_retrievals(cx).await?.into_iter();
    Ok(late
        .map(|late| {
            let (article, about) = (late.article.to_string(), law::retrieval::late_words(late.late));
            let record = Some(Named { id: late.row.id.to_string(), name: late.row.asked.organ_name });
            Finding { record, ..finding(FindingKind::Retrieval, &article, None, late.since, about) }
        })
        .collect())
}

/// One finding for each camera with gaps that should have been justified by now.
async fn unjustified(app: &App, cx: &Cx, names: &CameraNames) -> Answer<Vec<Finding>> {
    let now = app.now();
    let span = Span { start: now.plus_us(-LOOK_BACK_US), end: now.plus_us(-UNJUSTIFIED_US_MAX) };
    let mut gaps = app.store().footage.gaps(cx, None, span).await?;
    gaps.retain(|gap| names.has(gap.stream.camera));
    let standings = app.store().gap_standings(cx, &gaps).await?;
    let mut by_camera = BTreeMap::<CameraId, (u64, WallTime, Vec<Named>)>::new();
    for (gap, standing) in gaps.iter().zip(standings) {
        if is_overdue(standing.state, gap.span.end, now) {
            let own = by_camera.entry(gap.stream.camera).or_insert((0, gap.span.start, Vec::new()));
            let (count, since, evidence) = own;
            *count += 1;
            *since = gap.span.start.min(*since);
            if evidence.len() < EVIDENCE_MAX {
                evidence.push(Named { id: gap.leaf.0.to_string(), name: gap.span.start.to_string() });
            }
        }
    }
    let mut asking = Asking::of((app, cx), OVERDUE_CONTROL, RULE);
    let mut found = Vec::with_capacity(by_camera.len());
    for (camera, (count, since, evidence)) in by_camera {
        let article = asking.article(names.unit(camera)).await?;
        let about = overdue_words(count);
        let one = finding(FindingKind::GapsUnjustified, &article, Some(names.of(camera)), since, about);
        found.push(by_control(OVERDUE_CONTROL, Finding { evidence, count, ..one }));
    }
    Ok(found)
}
