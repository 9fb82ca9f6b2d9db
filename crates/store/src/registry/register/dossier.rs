//! The dossier of a filing: what a pack wants the public security organ to be told of a system, made from the register alone.
//!
//! The same register gives the same bytes, and so the same hash, which the filing's entry names. It holds basic data
//! (national-2016:6): whoever reads it leaves an entry of their own. What happened after acceptance is left out, or each later
//! step would make a filing outdated.

use super::life::{LifeStep, steps_of};
use super::{Book, Record, facts, flag, list::one, number, record_id, text, under::rules_of_system};
use crate::error::{Error, Result};
use crate::registry::facts::unit_name;
use law::Day;
use law::detect::Named;
use law::filing::FilingFacts;
use law::life_cycle::Step;
use law::packs::FilingFrom;
use ledger::tree::sha256;
use model::{Hash, RecordId};
use serde::Serialize;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Names the shape of a dossier; docs/design/filing.md says what each field is.
pub const DOSSIER_FORMAT: &str = "watchkeeper-filing-dossier/1";

#[derive(Serialize)]
struct Dossier {
    format: &'static str,
    pack: String,
    article: String,
    filed_by: &'static str,
    recipient: Option<Words>,
    unit: String,
    system: System,
    contractors: Vec<Contractor>,
    equipment: Vec<Equipment>,
    technical_parameters: BTreeMap<&'static str, serde_json::Value>,
    points: Vec<Point>,
    retention: Option<Retention>,
    papers: Vec<Paper>,
}

#[derive(Serialize)]
struct Words {
    zh: String,
    en: String,
}

#[derive(Serialize)]
struct System {
    name: String,
    division: Option<String>,
    builder: Option<String>,
    builder_kind: Option<String>,
    owner: Option<String>,
    manager: Option<String>,
    public_area: bool,
    voluntary: bool,
    completed_on: Option<String>,
    accepted_on: Option<String>,
    used_on: Option<String>,
}

#[derive(Serialize)]
struct Contractor {
    work: &'static str,
    name: String,
    credit_code: Option<String>,
    certificate: Option<String>,
    valid_until: Option<String>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Product {
    maker: Option<String>,
    model: Option<String>,
    certificate: Option<String>,
}

#[derive(Serialize)]
struct Equipment {
    #[serde(flatten)]
    product: Product,
    points: u32,
}

#[derive(Serialize)]
struct Point {
    name: String,
    gb28181_id: Option<String>,
    place: Option<String>,
    address: Option<String>,
    longitude: Option<f64>,
    latitude: Option<f64>,
    height_m: Option<f64>,
    direction_deg: Option<f64>,
    angle_deg: Option<f64>,
    range_m: Option<f64>,
    purpose: Option<String>,
    security_level: Option<f64>,
    outdoor: bool,
    product: Option<String>,
}

#[derive(Serialize)]
struct Retention {
    days: u16,
    article: String,
}

#[derive(Serialize)]
struct Paper {
    kind: String,
    title: String,
    number: Option<String>,
    dated: Option<String>,
    sha256: Option<String>,
}

/// A dossier as it is filed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FiledDossier {
    /// UTF-8 JSON, two spaces deep, with a line end.
    pub text: String,
    pub sha256: Hash,
}

/// Makes the dossier of a system under one pack; `None` when the pack asks for no filing.
pub(super) async fn dossier(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    system: &Record,
    pack: &str,
) -> Result<Option<FiledDossier>> {
    let rules = rules_of_system(connection, book, system).await?;
    let steps = steps_of(connection, system.id).await?;
    let facts = life_facts(system, &steps);
    let all = law::filing::filings(&rules, &facts, book.today);
    let Some(filing) = all.into_iter().find(|filing| filing.article.pack == pack) else { return Ok(None) };
    let (points, equipment) = points(connection, system.id).await?;
    let floor = rules.footage_floor_days();
    let dossier = Dossier {
        format: DOSSIER_FORMAT,
        pack: pack.to_owned(),
        article: filing.article.to_string(),
        filed_by: filing.by.as_str(),
        recipient: filing.recipient.map(|to| Words { zh: to.zh, en: to.en }),
        unit: match system.unit {
            Some(unit) => unit_name(connection, unit).await?,
            None => String::new(),
        },
        system: of_system(connection, system, &facts).await?,
        contractors: contractors(connection, system).await?,
        equipment,
        technical_parameters: technical(system),
        points,
        retention: floor.map(|floor| Retention { days: floor.value, article: floor.article.to_string() }),
        papers: papers(connection, &steps).await?,
    };
    let mut text =
        serde_json::to_string_pretty(&dossier).map_err(|error| Error::Internal(error.to_string()))?;
    text.push('\n');
    let sha256 = sha256(&[text.as_bytes()]);
    Ok(Some(FiledDossier { text, sha256 }))
}

/// The days that windows run from. Papers and what was filed are `filing`'s to add.
pub(super) fn life_facts(system: &Record, steps: &[LifeStep]) -> FilingFacts {
    let day = |wanted: Step| steps.iter().rev().find(|step| step.step == wanted).map(|step| Day::of(step.at));
    let older = text(&system.body, "in_use_since").and_then(Day::read);
    let commissioned = day(Step::Commission);
    // By its entry: a step is no record.
    let shown = |(from, wanted): (FilingFrom, Step)| {
        let step = steps.iter().rev().find(|step| step.step == wanted)?;
        Some((from, Named { id: step.entry.0.to_string(), name: Day::of(step.at).to_string() }))
    };
    let stepped = older.is_none_or(|older| commissioned.is_some_and(|day| day <= older));
    let own = [(FilingFrom::Completion, Step::Build), (FilingFrom::Acceptance, Step::Accept)];
    let used = stepped.then_some((FilingFrom::Use, Step::Commission));
    FilingFacts {
        steps: own.into_iter().chain(used).filter_map(shown).collect(),
        completed: day(Step::Build),
        accepted: day(Step::Accept),
        used: [older, commissioned].into_iter().flatten().min(),
        ended: day(Step::Decommission).is_some(),
        ..FilingFacts::default()
    }
}

async fn of_system(
    connection: &mut SqliteConnection,
    system: &Record,
    facts: &FilingFacts,
) -> Result<System> {
    let own = |field: &str| text(&system.body, field).map(str::to_owned);
    let division = match record_id(&system.body, "division") {
        Some(division) => Some(one(connection, division).await?),
        None => None,
    };
    let day = |day: Option<Day>| day.map(|day| day.to_string());
    Ok(System {
        name: system.name.clone(),
        division: division.map(|division| format!("{} {}", division.code.unwrap_or_default(), division.name)),
        builder: own("builder"),
        builder_kind: own("builder_kind"),
        owner: own("owner"),
        manager: own("manager"),
        public_area: flag(&system.body, "public_area"),
        voluntary: flag(&system.body, "voluntary"),
        completed_on: day(facts.completed),
        accepted_on: day(facts.accepted),
        // A step into use after the filing does not make it outdated; of older systems the day is part of what is filed.
        used_on: own("in_use_since"),
    })
}

async fn contractors(connection: &mut SqliteConnection, system: &Record) -> Result<Vec<Contractor>> {
    let mut found = Vec::new();
    for (work, field) in facts::WORKS {
        let Some(id) = record_id(&system.body, field) else { continue };
        let contractor = one(connection, id).await?;
        let own = |field: &str| text(&contractor.body, field).map(str::to_owned);
        found.push(Contractor {
            work,
            name: contractor.name.clone(),
            credit_code: own("credit_code"),
            certificate: own("certificate"),
            valid_until: own("valid_until"),
        });
    }
    Ok(found)
}

fn technical(system: &Record) -> BTreeMap<&'static str, serde_json::Value> {
    let fields = ["standards", "width_px_min", "height_px_min", "frame_rate_min", "codec", "clock_ms_max"];
    let given = fields.into_iter().filter_map(|field| Some((field, system.body.get(field)?.clone())));
    given.collect()
}

async fn points(connection: &mut SqliteConnection, system: RecordId) -> Result<(Vec<Point>, Vec<Equipment>)> {
    let mut points = Vec::new();
    let mut counts: BTreeMap<Product, u32> = BTreeMap::new();
    for point in facts::points_of(connection, system).await? {
        let place = match record_id(&point.body, "place") {
            Some(place) => Some(one(connection, place).await?),
            None => None,
        };
        let product = match record_id(&point.body, "product") {
            Some(product) => Some(one(connection, product).await?),
            None => None,
        };
        let own = |field: &str| text(&point.body, field).map(str::to_owned);
        let sized = |field: &str| number(&point.body, field);
        if let Some(product) = &product {
            let of = |field: &str| text(&product.body, field).map(str::to_owned);
            let key = Product { maker: of("maker"), model: of("model"), certificate: of("certificate") };
            *counts.entry(key).or_default() += 1;
        }
        points.push(Point {
            name: point.name.clone(),
            gb28181_id: own("gb28181_id"),
            address: place.as_ref().and_then(|place| text(&place.body, "address")).map(str::to_owned),
            place: place.map(|place| place.name),
            longitude: sized("longitude"),
            latitude: sized("latitude"),
            height_m: sized("height_m"),
            direction_deg: sized("direction_deg"),
            angle_deg: sized("angle_deg"),
            range_m: sized("range_m"),
            purpose: own("purpose"),
            security_level: sized("security_level"),
            outdoor: flag(&point.body, "outdoor"),
            product: product.map(|product| product.name),
        });
    }
    let equipment = counts.into_iter().map(|(product, points)| Equipment { product, points }).collect();
    Ok((points, equipment))
}

/// The papers of the steps up to acceptance, each once.
async fn papers(connection: &mut SqliteConnection, steps: &[LifeStep]) -> Result<Vec<Paper>> {
    let before = steps.iter().filter(|step| step.step <= Step::Accept);
    let ids: BTreeSet<RecordId> = before.flat_map(|step| step.documents.iter().copied()).collect();
    let mut papers = Vec::new();
    for id in ids {
        let document = one(connection, id).await?;
        let own = |field: &str| text(&document.body, field).map(str::to_owned);
        papers.push(Paper {
            kind: own("paper").unwrap_or_default(),
            title: document.name.clone(),
            number: own("number"),
            dated: own("dated"),
            sha256: own("sha256"),
        });
    }
    Ok(papers)
}
