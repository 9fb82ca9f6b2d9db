//! What the records of single duties say, as `law::detect` asks for it: choices, standards, agreements, budgets, connections,
//! notices, incidents, rounds, plans, targets, reports. From records that one person may see; it judges nothing.

use super::{
    Record, facts, flag, list, record_id,
    snapshot::{Records, division, named, wanted},
    text,
};
use law::detect::{
    AgreementFacts, Fact, IncidentFacts, Indicator, Kept, KeptPoint, PlanRecord, PressureFacts, Register,
    RoundFacts, TargetFacts, WorksFacts,
};
use law::register::RecordKind;
use model::RecordId;
use std::collections::HashMap;

/// The records by the system that they belong to, so that each is looked at once.
pub(super) struct Index<'r> {
    records: &'r Records,
    of_system: HashMap<RecordId, Vec<&'r Record>>,
}

impl<'r> Index<'r> {
    pub fn of(records: &'r Records) -> Self {
        let mut of_system: HashMap<RecordId, Vec<&Record>> = HashMap::new();
        for record in records.values() {
            if let Some(system) = record_id(&record.body, "system") {
                of_system.entry(system).or_default().push(record);
            }
        }
        Self { records, of_system }
    }

    fn own(&self, system: RecordId, kind: RecordKind) -> impl Iterator<Item = &'r Record> {
        let own = self.of_system.get(&system).map_or(&[][..], Vec::as_slice);
        own.iter().copied().filter(move |record| record.kind == kind)
    }

    /// Years for which there is money (national-2016:9).
    pub fn budget_years(&self, system: RecordId) -> Vec<i64> {
        let year = |record: &Record| record.body.get("year").and_then(serde_json::Value::as_i64);
        self.own(system, RecordKind::Budget).filter_map(year).collect()
    }

    pub fn of_system(&self, system: &Record) -> Kept {
        let body = &system.body;
        let get = |field: &str| self.records.get(&record_id(body, field)?);
        let standards: Vec<_> = list(body, "standard_records")
            .iter()
            .filter_map(|id| self.records.get(&id.parse().ok()?))
            .map(|standard| (named(standard), wanted(&standard.body)))
            .collect();
        Kept {
            voluntary: flag(body, "voluntary"),
            ordered_by: text(body, "ordered_by").map(str::to_owned),
            has_legal_basis: body.contains_key("legal_basis_to_build"),
            works: get("main_works").map(|works| WorksFacts {
                works: named(works),
                designed_on: text(&works.body, "designed_on").map(str::to_owned),
                completed_on: text(&works.body, "completed_on").map(str::to_owned),
            }),
            contractors: facts::WORKS
                .into_iter()
                .filter_map(|(work, field)| Some((work, named(get(field)?))))
                .collect(),
            chosen: self
                .own(system.id, RecordKind::Selection)
                .filter_map(|record| text(&record.body, "what").map(str::to_owned))
                .collect(),
            names_standard: body.contains_key("standards") || !standards.is_empty(),
            standards,
            points: self
                .own(system.id, RecordKind::Point)
                .map(|point| self.point(point, flag(body, "public_area")))
                .collect(),
            agreements: self.own(system.id, RecordKind::Agreement).map(agreement).collect(),
            unconsulted: self
                .own(system.id, RecordKind::Connection)
                .filter_map(|record| Some((named(record), unconsulted(record)?)))
                .collect(),
            unsent: self
                .own(system.id, RecordKind::Notice)
                .filter(|record| !record.body.contains_key("sent_on"))
                .map(|record| (named(record), text(&record.body, "made_on").unwrap_or_default().to_owned()))
                .collect(),
            incidents: self
                .own(system.id, RecordKind::Incident)
                .map(|record| self.incident(record))
                .collect(),
        }
    }

    fn point(&self, point: &Record, public: bool) -> KeptPoint {
        let place = record_id(&point.body, "place").and_then(|id| self.records.get(&id));
        let has = |field: &str| point.body.contains_key(field);
        let product = record_id(&point.body, "product").and_then(|id| self.records.get(&id));
        let certified = |product: &Record| match product.body.contains_key("certificate") {
            true => text(&product.body, "valid_until").unwrap_or_default().to_owned(),
            false => String::new(),
        };
        KeptPoint {
            point: named(point),
            place: place.map(named).unwrap_or_default(),
            public: public || place.is_some_and(|place| flag(&place.body, "public_area")),
            has_distance: has("dwelling_distance_m"),
            has_view: ["longitude", "latitude", "direction_deg", "angle_deg", "range_m"].into_iter().all(has),
            product: product.map(|product| (named(product), certified(product))),
        }
    }

    fn incident(&self, record: &Record) -> IncidentFacts {
        let point = record_id(&record.body, "point").and_then(|id| self.records.get(&id));
        IncidentFacts {
            incident: named(record),
            point: point.map(named).unwrap_or_default(),
            found_on: text(&record.body, "found_on").unwrap_or_default().to_owned(),
            is_offence: text(&record.body, "what") != Some("fault"),
            reported: record.body.contains_key("reported_on"),
            repaired: record.body.contains_key("repaired_on"),
        }
    }
}

fn agreement(record: &Record) -> AgreementFacts {
    AgreementFacts {
        agreement: named(record),
        valid_until: text(&record.body, "valid_until").map(str::to_owned),
        divides_maintenance: list(&record.body, "divides").iter().any(|what| what == "maintenance"),
    }
}

/// The day since which it is connected without a consultation before (chongqing:10).
fn unconsulted(record: &Record) -> Option<String> {
    let since = text(&record.body, "connected_on")?;
    let before = text(&record.body, "consulted_on").is_some_and(|day| day <= since)
        && record.body.contains_key("consulted_with");
    (!before).then(|| since.to_owned())
}

/// Of places and areas.
pub(super) fn records(records: &Records, into: &mut Register) {
    for record in records.values() {
        match record.kind {
            RecordKind::Round => into.put(Fact::Round(round(record, records))),
            RecordKind::Plan => into.put(Fact::Plan(plan(record, records))),
            RecordKind::AreaTarget => into.put(Fact::Target(target(record, records))),
            RecordKind::PressureReport => into.put(Fact::Pressure(pressure(record))),
            _ => {}
        }
    }
}

fn unit(record: &Record) -> String {
    record.unit.map(|unit| unit.to_string()).unwrap_or_default()
}

fn word(record: &Record, field: &str) -> String {
    text(&record.body, field).unwrap_or_default().to_owned()
}

fn round(round: &Record, records: &Records) -> RoundFacts {
    let place = record_id(&round.body, "place").and_then(|id| records.get(&id));
    RoundFacts {
        round: named(round),
        place: place.map(named).unwrap_or_default(),
        day: word(round, "day"),
        found: text(&round.body, "found") != Some("nothing"),
        reported: round.body.contains_key("reported_on"),
    }
}

fn plan(plan: &Record, records: &Records) -> PlanRecord {
    PlanRecord {
        plan: named(plan),
        unit: unit(plan),
        division: division(plan, records),
        approved: ["approved_by", "approved_on"].iter().all(|field| plan.body.contains_key(*field)),
    }
}

/// How far it is reached is worked out from everything else.
fn target(target: &Record, records: &Records) -> TargetFacts {
    TargetFacts {
        target: named(target),
        unit: unit(target),
        division: division(target, records),
        indicator: Indicator::from_word(text(&target.body, "indicator").unwrap_or_default()),
        value: super::number(&target.body, "value").unwrap_or_default(),
        due_on: word(target, "due_on"),
        reached: 0.0,
    }
}

fn pressure(report: &Record) -> PressureFacts {
    PressureFacts {
        report: named(report),
        authority: word(report, "authority"),
        received_on: word(report, "received_on"),
        closed: report.body.contains_key("outcome"),
    }
}
