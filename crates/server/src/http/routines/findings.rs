//! What is found of routines: rules missing or past their review, drills, rounds, repairs and assessments that are late, devices with
//! faults, lines below their contract. Each goes by the act that was due, or when the device works again.

use super::super::{
    error::Answer,
    findings::finding,
    names::{CameraNames, UnitNames},
    types::{Finding, FindingKind, Named},
};
use super::{Rows, links::carried_by, measure};
use crate::app::App;
use law::Words;
use law::routines::{About, contract_words, fault_words, is_below, link_words};
use model::{Act, Cx, UnitId, WallTime};
use std::collections::HashSet;
use store::OrderRow;

/// One on its way: the control that finds it, its word, what it is about.
struct Found {
    control: &'static str,
    code: &'static str,
    camera: Option<Named>,
    record: Option<Named>,
    since: WallTime,
    count: u64,
    about: (Words, Words),
}

/// Of the units whose routines the reader sees. Cameras in `silent` are found as that already.
pub async fn found(app: &App, cx: &Cx, silent: &HashSet<String>) -> Answer<Vec<Finding>> {
    let (units, now, mut all) = (app.registry().routine_units(cx).await?, app.now(), Vec::new());
    let named = UnitNames::load(app, cx).await?;
    let mut store_ordered = false;
    for unit in &units {
        let rows = Rows::load(app, cx, app.registry().unit_routines(cx, *unit).await?).await?;
        let mut found = Vec::new();
        for one in rows.late(now) {
            let count = match one.about {
                About::Orders(count) | About::Unconfirmed(_, count) => count as u64,
                _ => 1,
            };
            found.push(Found {
                control: one.about.control(),
                code: one.about.code(),
                camera: None,
                record: Some(named.of(*unit)),
                since: one.since,
                count,
                about: one.about.words(),
            });
        }
        found.extend(faulty(app, cx, *unit, &rows.orders, silent).await?);
        found.extend(lines(app, cx, *unit).await?);
        let storage = |order: &OrderRow| order.part == law::routines::Part::Storage && !order.accepted;
        store_ordered |= rows.orders.iter().any(storage);
        shaped(app, cx, *unit, found, &mut all).await?;
    }
    // The store is everybody's: its faults are said once.
    if let Some(unit) = units.first().filter(|_| !store_ordered) {
        let faults = measure::store_faults(app).await?.into_iter();
        let fault = |seen: measure::Seen| Found {
            control: "device-health",
            code: "device_fault",
            camera: None,
            record: Some(named.of(*unit)),
            since: seen.since,
            count: 1,
            about: fault_words(seen.fault),
        };
        shaped(app, cx, *unit, faults.map(fault).collect(), &mut all).await?;
    }
    Ok(all)
}

async fn shaped(app: &App, cx: &Cx, unit: UnitId, found: Vec<Found>, all: &mut Vec<Finding>) -> Answer<()> {
    for one in found {
        let article = app.registry().routine_article(cx, unit, one.control).await?;
        let pack = article.split_once(':').map(|(pack, _)| pack.to_owned()).filter(|pack| pack != "unit");
        all.push(Finding {
            record: one.record,
            code: Some(one.code.to_owned()),
            pack,
            control: Some(one.control.to_owned()),
            count: one.count,
            ..finding(FindingKind::Routine, &article, one.camera, one.since, one.about)
        });
    }
    Ok(())
}

/// Cameras with a fault that no open work order is about.
async fn faulty(
    app: &App,
    cx: &Cx,
    unit: UnitId,
    orders: &[OrderRow],
    silent: &HashSet<String>,
) -> Answer<Vec<Found>> {
    let names = CameraNames::for_act(app, cx, Act::ReadHealth, Some(unit)).await?;
    let seen = measure::open_faults(app, cx, &names, orders).await?.into_iter();
    let of_camera = seen.filter_map(|seen| Some((seen.camera?, seen)));
    let new = of_camera.filter(|(camera, _)| !silent.contains(&camera.to_string()));
    Ok(new
        .map(|(camera, seen)| Found {
            control: "device-health",
            code: "device_fault",
            camera: Some(names.of(camera)),
            record: None,
            since: seen.since,
            count: 1,
            about: fault_words(seen.fault),
        })
        .collect())
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
            control,
            code,
            camera: None,
            record: Some(Named { id: link.id.to_string(), name: link.name.clone() }),
            since,
            count: 1,
            about,
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
