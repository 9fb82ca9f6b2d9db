//! What is found of routines: rules missing or past their review, drills, rounds, repairs and assessments that are late, devices with
//! faults, lines below their contract. Each goes by the act that was due, or when the device works again.

use super::super::{
    error::Answer,
    findings::{EVIDENCE_MAX, finding, found_for},
    names::{CameraNames, UnitNames},
    types::{Finding, FindingKind, Named},
};
use super::{Rows, links::carried_by, measure};
use crate::app::App;
use law::Words;
use law::routines::{About, contract_words, fault_words, is_below, link_words};
use model::{Act, Cx, UnitId, WallTime};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// One on its way: the control that finds it, its word, what it is about.
struct Found {
    control: &'static str,
    code: &'static str,
    /// Which of several of that word.
    which: &'static str,
    camera: Option<Named>,
    record: Option<Named>,
    since: WallTime,
    count: u64,
    about: (Words, Words),
    evidence: Vec<Named>,
}

/// Of the units whose routines the reader sees. Cameras in `silent` are found as that already.
pub async fn found(app: &App, cx: &Cx, silent: &HashSet<String>) -> Answer<Vec<Finding>> {
    let units = app.registry().routine_units(cx).await?;
    let Some(first) = units.first().copied() else { return Ok(Vec::new()) };
    let (named, now) = (UnitNames::load(app, cx).await?, app.now());
    let mut all = Shaped { articles: HashMap::new(), findings: Vec::new() };
    let loaded = rows_of(app, cx, &units).await?;
    for (unit, rows) in units.iter().zip(loaded.iter()) {
        for one in rows.late(now) {
            let count = match one.about {
                About::Orders(count) | About::Unconfirmed(_, count) => count as u64,
                _ => 1,
            };
            let found = Found {
                record: Some(named.of(*unit)),
                count,
                evidence: rows.shown_by(one.about, now),
                which: one.about.which(),
                ..Found::of(one.about.control(), one.about.code(), one.since, one.about.words())
            };
            all.add(app, cx, *unit, found).await?;
        }
        for found in lines(app, cx, *unit).await? {
            all.add(app, cx, *unit, found).await?;
        }
    }
    let rows: HashMap<UnitId, &Rows> = units.iter().copied().zip(loaded.iter()).collect();
    let names = CameraNames::for_act(app, cx, Act::ReadHealth, None).await?;
    let mut incidents = None;
    for seen in measure::camera_faults(app, cx, &names).await? {
        let Some((camera, unit)) = seen.camera.and_then(|camera| Some((camera, names.unit(camera)?))) else {
            continue;
        };
        let Some(rows) = rows.get(&unit).filter(|_| !silent.contains(&camera.to_string())) else { continue };
        let found = Found { camera: Some(names.of(camera)), ..fault(rows, &seen) };
        all.add(app, cx, unit, found).await?;
        if incidents.is_none() {
            incidents = Some(app.registry().standing_incidents(cx).await?);
        }
        let known = incidents.as_ref().and_then(|all| all.get(&camera));
        if let (Some((id, name)), Some(finding)) = (known, all.findings.last_mut()) {
            let incident = Named { id: id.to_string(), name: name.clone() };
            finding.evidence.push(incident.clone());
            finding.incident = Some(incident);
        }
    }
    // The store is everybody's: its faults are said once, and whoever they are said to orders the repair.
    let Some(rows) = rows.get(&first) else { return Ok(all.findings) };
    for seen in measure::store_faults(app).await? {
        all.add(app, cx, first, Found { record: Some(named.of(first)), ..fault(rows, &seen) }).await?;
    }
    Ok(all.findings)
}

/// A fault that goes on, whether or not its repair is ordered: open orders of the unit show that it is.
fn fault(rows: &Rows, seen: &measure::Seen) -> Found {
    let orders = measure::orders_about(&rows.orders, seen.camera).take(EVIDENCE_MAX);
    let evidence: Vec<Named> = orders
        .map(|order| Named { id: order.id.to_string(), name: order.part.as_str().to_owned() })
        .collect();
    let about = fault_words(seen.fault, !evidence.is_empty());
    Found { evidence, ..Found::of("device-health", "device_fault", seen.since, about) }
}

/// What will be missing or late until then if nobody does anything: routines whose day comes, contracts that end.
pub async fn coming(app: &App, cx: &Cx, until: WallTime) -> Answer<Vec<Finding>> {
    let units = app.registry().routine_units(cx).await?;
    let (named, now) = (UnitNames::load(app, cx).await?, app.now());
    let mut all = Shaped { articles: HashMap::new(), findings: Vec::new() };
    let loaded = rows_of(app, cx, &units).await?;
    for (unit, rows) in units.iter().zip(loaded.iter()) {
        for one in rows.coming(now, until) {
            let mut of = Found::of(one.about.control(), one.about.code(), one.since, one.about.words());
            of.which = one.about.which();
            if let About::Orders(count) = one.about {
                (of.count, of.evidence) = (count as u64, rows.due_at(one.since));
            }
            all.add(app, cx, *unit, Found { record: Some(named.of(*unit)), ..of }).await?;
        }
        for link in app.registry().links(cx, *unit).await? {
            let Some(end) = link.until.filter(|end| link.ended.is_none() && *end > now && *end <= until)
            else {
                continue;
            };
            let of = Found::of("carrier-register", "contract_ended", end, contract_words(&link.carrier.1));
            let record = Some(Named { id: link.id.to_string(), name: link.name.clone() });
            all.add(app, cx, *unit, Found { record, ..of }).await?;
        }
    }
    Ok(all.findings)
}

/// Rules, rounds and orders of these units: as they were read for the reader, until somebody does something.
pub(super) async fn rows_of(app: &App, cx: &Cx, units: &[UnitId]) -> Answer<Arc<Vec<Rows>>> {
    let key = found_for(app, cx).await?;
    if let Some(rows) = app.routine_rows().get(&key) {
        return Ok(rows);
    }
    let mut rows = Vec::with_capacity(units.len());
    for unit in units {
        rows.push(Rows::load(app, cx, app.registry().unit_routines(cx, *unit).await?).await?);
    }
    Ok(app.routine_rows().keep(key, rows))
}

impl Found {
    fn of(control: &'static str, code: &'static str, since: WallTime, about: (Words, Words)) -> Self {
        let (camera, record, evidence) = (None, None, Vec::new());
        Self { control, code, which: "", camera, record, since, count: 1, about, evidence }
    }
}

/// Findings with their articles, each looked for once.
struct Shaped {
    articles: HashMap<(UnitId, &'static str), String>,
    findings: Vec<Finding>,
}

impl Shaped {
    async fn add(&mut self, app: &App, cx: &Cx, unit: UnitId, one: Found) -> Answer<()> {
        let article = match self.articles.entry((unit, one.control)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(app.registry().routine_article(cx, unit, one.control).await?),
        };
        let pack = article.split_once(':').map(|(pack, _)| pack.to_owned()).filter(|pack| pack != "unit");
        self.findings.push(Finding {
            record: one.record,
            code: Some(one.code.to_owned()),
            which: one.which.to_owned(),
            pack,
            control: Some(one.control.to_owned()),
            count: one.count,
            evidence: one.evidence,
            ..finding(FindingKind::Routine, article, one.camera, one.since, one.about)
        });
        Ok(())
    }
}

/// Lines below their contract, and contracts that are over while the line is in use.
async fn lines(app: &App, cx: &Cx, unit: UnitId) -> Answer<Vec<Found>> {
    let links = app.registry().links(cx, unit).await?;
    if links.iter().all(|link| link.ended.is_some()) {
        return Ok(Vec::new());
    }
    let (cameras, now, mut found) = (measure::cameras_of(app, unit).await?, app.now(), Vec::new());
    for link in links.iter().filter(|link| link.ended.is_none()) {
        let of = |control, code, since, about| Found {
            record: Some(Named { id: link.id.to_string(), name: link.name.clone() }),
            ..Found::of(control, code, since, about)
        };
        if let Some(until) = link.until.filter(|until| *until <= now) {
            found.push(of("carrier-register", "contract_ended", until, contract_words(&link.carrier.1)));
        }
        let (_, carried) = carried_by(app, link, &cameras).await?;
        if let Some(carried) = carried.filter(|_| is_below(carried, link.contract_ppm)) {
            let about = link_words(&link.carrier.1, carried, link.contract_ppm);
            found.push(of("link-measurement", "link_below", now, about));
        }
    }
    Ok(found)
}
