//! The facts of a system as `law::life_cycle` asks for them, read in the transaction that decides.

use super::{Record, flag, list, list::one, record_id, text};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Error, Result};
use law::life_cycle::{PointFacts, Qualification, SystemFacts, deviations};
use law::register::{Body, RecordKind};
use model::{RecordId, UnitId};
use sqlx::SqliteConnection;
use std::collections::BTreeSet;

/// Points of one system that are looked at: more are a city's system, which is divided.
const POINTS_MAX: i64 = 20_000;

/// The system with its points, contractors and the count of the unit's cameras.
pub(super) async fn system_facts(
    connection: &mut SqliteConnection,
    system: &Record,
    today: &str,
) -> Result<SystemFacts> {
    let mut points = Vec::new();
    for point in points_of(connection, system.id).await? {
        points.push(point_facts(connection, &point, today).await?);
    }
    let body = &system.body;
    let cameras_now = cameras_in_use(connection, system, false).await?;
    let cameras_of_this = cameras_in_use(connection, system, true).await?;
    Ok(SystemFacts {
        public_area: flag(body, "public_area") || points.iter().any(|point| point.public_area),
        government_builder: text(body, "builder_kind") == Some("government"),
        operator_builder: text(body, "builder_kind").is_some_and(|kind| kind != "individual"),
        has_authorisation: paper_is(connection, body, "authorisation", "authorisation", today).await?,
        government_funded: flag(body, "government_funded"),
        designer: contractor(connection, body, "designer", "design").await?,
        constructor: contractor(connection, body, "constructor", "construction").await?,
        maintainer: contractor(connection, body, "maintainer", "maintenance").await?,
        points,
        has_alarm_sources: has_alarm_sources(connection, system.id).await?,
        cameras_now,
        cameras_after: cameras_now.saturating_sub(cameras_of_this),
        deviations: deviations(&super::design::compared(connection, system).await?),
    })
}

async fn has_alarm_sources(connection: &mut SqliteConnection, system: RecordId) -> Result<bool> {
    let (has,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT 1 FROM alarm_source WHERE system = ? AND retired_us IS NULL)")
            .bind(blob(system.0))
            .fetch_one(connection)
            .await
            .doing("looking for a system's alarm sources")?;
    Ok(has)
}

/// Works on a system, and the field of its record that says who does each.
pub(super) const WORKS: [(&str, &str); 3] =
    [("design", "designer"), ("construction", "constructor"), ("maintenance", "maintainer")];

pub(super) async fn points_of(connection: &mut SqliteConnection, system: RecordId) -> Result<Vec<Record>> {
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
        "SELECT id FROM record WHERE parent = ? AND kind = ? AND removed_us IS NULL ORDER BY name, id LIMIT ?",
    )
    .bind(blob(system.0))
    .bind(i64::from(RecordKind::Point.code()))
    .bind(POINTS_MAX)
    .fetch_all(&mut *connection)
    .await
    .doing("listing a system's points")?;
    let mut points = Vec::with_capacity(rows.len());
    for (id,) in rows {
        points.push(one(connection, RecordId(uuid_of(&id)?)).await?);
    }
    Ok(points)
}

pub(super) async fn point_facts(
    connection: &mut SqliteConnection,
    point: &Record,
    today: &str,
) -> Result<PointFacts> {
    let place = match record_id(&point.body, "place") {
        Some(place) => Some(one(connection, place).await?),
        None => None,
    };
    let of_place = |field: &str| place.as_ref().and_then(|place| text(&place.body, field)).map(str::to_owned);
    let signs = signs_shown(connection, point.id).await?;
    let (cameras,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM camera WHERE point = ? AND retired_us IS NULL")
            .bind(blob(point.id.0))
            .fetch_one(&mut *connection)
            .await
            .doing("looking for a point's camera")?;
    let body = &point.body;
    Ok(PointFacts {
        name: point.name.clone(),
        place: place.as_ref().map(|place| place.id.to_string()).unwrap_or_default(),
        private_kind: of_place("private_kind"),
        category: of_place("category"),
        public_area: place.as_ref().is_some_and(|place| flag(&place.body, "public_area")),
        fixed: flag(body, "fixed"),
        has_sign: signs > 0,
        faces_dwellings: flag(body, "faces_dwellings"),
        passwords_in_view: flag(body, "passwords_in_view"),
        masked_in_camera: flag(body, "masked_in_camera"),
        has_mask_still: super::stills::shows_present(connection, point.id, body).await?,
        outdoor: flag(body, "outdoor"),
        has_planning_permit: paper_is(connection, body, "planning_permit", "planning", today).await?,
        near_secret_site: flag(body, "near_secret_site"),
        has_consent: paper_is(connection, body, "consent", "consent", today).await?,
        has_camera: cameras > 0,
    })
}

/// Whether a field names a document of this kind that has not ended.
async fn paper_is(
    connection: &mut SqliteConnection,
    body: &Body,
    field: &str,
    paper: &str,
    today: &str,
) -> Result<bool> {
    let Some(id) = record_id(body, field) else { return Ok(false) };
    let document = one(connection, id).await?;
    let ended = text(&document.body, "valid_until").is_some_and(|until| until < today);
    Ok(document.removed.is_none() && text(&document.body, "paper") == Some(paper) && !ended)
}

/// How many signs of a point have a stored picture (national-2016:10, guangzhou-2007:12): a name without it shows no sign.
async fn signs_shown(connection: &mut SqliteConnection, point: RecordId) -> Result<i64> {
    let (count,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM record_reference AS named
         JOIN record AS sign ON sign.id = named.source AND sign.kind = ?2 AND sign.removed_us IS NULL
         JOIN record_reference AS photo ON photo.source = sign.id AND photo.field = 'photo'
         JOIN document_version ON document_version.document = photo.target
         JOIN document_file ON document_file.sha256 = document_version.sha256
         WHERE named.target = ?1 AND named.field = 'points' AND media_type LIKE 'image/%'
           AND document_version.version =
               (SELECT max(version) FROM document_version WHERE document = photo.target)",
    )
    .bind(blob(point.0))
    .bind(i64::from(RecordKind::Sign.code()))
    .fetch_one(connection)
    .await
    .doing("counting a point's signs")?;
    Ok(count)
}

/// A contractor's standing for the work that its record says it does.
pub(super) fn qualification(contractor: &Record, work: &str) -> Qualification {
    let does = list(&contractor.body, "roles").iter().any(|role| role == work);
    Qualification {
        name: contractor.name.clone(),
        has_certificate: does && contractor.body.contains_key("certificate"),
        valid_until: text(&contractor.body, "valid_until").map(str::to_owned),
    }
}

/// A contractor counts for the work that its record says it does.
async fn contractor(
    connection: &mut SqliteConnection,
    system: &Body,
    field: &str,
    work: &str,
) -> Result<Option<Qualification>> {
    let Some(id) = record_id(system, field) else { return Ok(None) };
    let contractor = match one(connection, id).await {
        Ok(contractor) => contractor,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(qualification(&contractor, work)))
}

/// Cameras of systems in use: of the unit, or of this system alone.
async fn cameras_in_use(connection: &mut SqliteConnection, system: &Record, of_this: bool) -> Result<u32> {
    let (count,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM camera JOIN record AS point ON point.id = camera.point
         JOIN record AS system ON system.id = point.parent
         WHERE camera.retired_us IS NULL AND system.stage = ?1
           AND CASE WHEN ?2 THEN system.id = ?3 ELSE system.unit = ?4 END",
    )
    .bind(i64::from(law::life_cycle::Stage::InUse.code()))
    .bind(of_this)
    .bind(blob(system.id.0))
    .bind(system.unit.map(|unit| blob(unit.0)))
    .fetch_one(connection)
    .await
    .doing("counting cameras in use")?;
    crate::convert::small(count)
}

/// Kinds of the papers that these documents are.
pub(super) async fn papers(
    connection: &mut SqliteConnection,
    unit: Option<UnitId>,
    documents: &[RecordId],
) -> Result<BTreeSet<String>> {
    let mut papers = BTreeSet::new();
    for id in documents {
        let document = one(connection, *id).await?;
        if document.kind != RecordKind::Document || document.removed.is_some() || document.unit != unit {
            return Err(Error::invalid("documents", "names a record that is no document of this unit"));
        }
        papers.extend(text(&document.body, "paper").map(str::to_owned));
    }
    Ok(papers)
}
