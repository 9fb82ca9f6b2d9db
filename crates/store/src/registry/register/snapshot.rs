//! Everything that detection looks at, as one person may see it: records, cameras' standings, adopted packs.

use super::{
    Record, facts, flag, kept, lawful::rules_of_system, list::Viewer, number, record_id, standing::standings,
    text,
};
use crate::convert::uuid_of;
use crate::error::{Doing, Result};
use crate::registry::Registry;
use law::detect::{
    CameraFacts, Measured, Named, PlaceFacts, Placed, PlanFacts, RecordFacts, Snapshot, SystemRecord,
};
use law::life_cycle::Stage;
use law::packs::Library;
use law::register::RecordKind;
use model::{CameraId, Cx, RecordId};
use sqlx::SqliteConnection;
use std::collections::HashMap;

const DAY_US: i64 = 86_400_000_000;

impl Registry {
    /// What detection looks at; `measured` says what cameras really send. Leaves no entry: it is part of a reading that does.
    pub async fn register_snapshot<'l>(
        &self,
        cx: &Cx,
        library: &'l Library,
        (yesterday, today): (&str, &str),
        measured: &HashMap<CameraId, Measured>,
    ) -> Result<Snapshot<'l>> {
        let cameras = self.covered_cameras(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("reading the register")?;
        let viewer = Viewer::load(&mut connection, cx.actor).await?;
        let records: Records = all(&mut connection)
            .await?
            .into_iter()
            .filter(|record| viewer.sees(record))
            .map(|record| (record.id, record))
            .collect();
        let kept = kept::Index::of(&records, today);
        let mut systems = Vec::new();
        let mut places_of_systems = HashMap::new();
        for record in records.values().filter(|record| record.kind == RecordKind::System) {
            places_of_systems.insert(record.id, systems.len());
            let rules = rules_of_system(&mut connection, library, record.unit, &record.body).await?;
            systems.push(system_record(record, rules, &records, &kept));
        }
        let standings = standings(&mut connection, library).await?;
        let cameras = cameras
            .into_iter()
            .filter(|camera| camera.retired.is_none())
            .filter_map(|camera| {
                let standing = standings.get(&camera.id)?;
                let point = standing.point.and_then(|point| records.get(&point));
                let system = point.and_then(|point| record_id(&point.body, "system"));
                Some(CameraFacts {
                    camera: Named { id: camera.id.to_string(), name: camera.name },
                    standing: standing.standing.clone(),
                    system: system.and_then(|system| places_of_systems.get(&system).copied()),
                    point: point.map(named),
                    measured: measured.get(&camera.id).copied().unwrap_or_default(),
                })
            })
            .collect();
        let record_facts = |record: &Record| RecordFacts {
            record: named(record),
            kind: record.kind.names(),
            missing: record.missing,
            age_days: cx.now.since_us(record.changed) / DAY_US,
            changed: record.changed,
        };
        let mut snapshot = Snapshot {
            today: today.to_owned(),
            yesterday: yesterday.to_owned(),
            library,
            adopted: adopted(&mut connection).await?,
            cameras,
            places: places(&records),
            plan: plan(&records),
            records: records.values().map(record_facts).collect(),
            systems,
            kept: kept::records(&records),
        };
        kept::reach(&mut snapshot, &records);
        Ok(snapshot)
    }
}

pub(super) type Records = std::collections::BTreeMap<RecordId, Record>;

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

async fn adopted(connection: &mut SqliteConnection) -> Result<Vec<(String, Vec<String>)>> {
    let rows: Vec<(Vec<u8>, String)> = sqlx::query_as("SELECT unit, pack FROM adoption ORDER BY unit, pack")
        .fetch_all(connection)
        .await
        .doing("listing adopted packs")?;
    let mut adopted: Vec<(String, Vec<String>)> = Vec::new();
    for (unit, pack) in rows {
        let unit = uuid_of(&unit)?.to_string();
        match adopted.last_mut().filter(|(last, _)| *last == unit) {
            Some((_, packs)) => packs.push(pack),
            None => adopted.push((unit, vec![pack])),
        }
    }
    Ok(adopted)
}

pub(super) fn named(record: &Record) -> Named {
    Named { id: record.id.to_string(), name: record.name.clone() }
}

fn system_record<'l>(
    record: &Record,
    rules: law::packs::Rules<'l>,
    records: &Records,
    kept: &kept::Index<'_>,
) -> SystemRecord<'l> {
    let body = &record.body;
    let works = [("design", "designer"), ("construction", "constructor"), ("maintenance", "maintainer")];
    let contractors = works.into_iter().filter_map(|(work, field)| {
        let contractor = records.get(&record_id(body, field)?)?;
        Some((work, facts::qualification(contractor, work)))
    });
    let main_works = record_id(body, "main_works").and_then(|id| records.get(&id));
    SystemRecord {
        system: named(record),
        stage: record.stage.unwrap_or(Stage::Planned),
        rules,
        public_area: flag(body, "public_area"),
        has_owner: body.contains_key("owner"),
        has_manager: body.contains_key("manager"),
        has_agreement: kept.has_agreement(record.id),
        has_budget: body.contains_key("budget_line") || kept.has_budget(record.id),
        contractors: contractors.collect(),
        works_in_use_on: main_works.and_then(|works| text(&works.body, "in_use_on")).map(str::to_owned),
        wanted: wanted(body),
        division: division(record, records),
        kept: kept.of_system(record),
    }
}

/// What a system or a standard asks of a stream.
pub(super) fn wanted(body: &law::register::Body) -> Measured {
    Measured {
        width_px: number(body, "width_px_min").map(|px| px as u32),
        height_px: number(body, "height_px_min").map(|px| px as u32),
        frame_rate: number(body, "frame_rate_min"),
        codec: text(body, "codec").and_then(codec_word),
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
