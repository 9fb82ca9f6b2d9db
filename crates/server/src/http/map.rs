//! The map over HTTP: positions of the registry's records, and the base layers that lie in the data folder. What one may see
//! of positions is the store's; what a layer holds nobody here reads.

use super::{
    auth::Signed,
    error::Answer,
    extract::{Path, Query},
    types::{
        AlarmPlace, AlarmPlaces, MapFileLeftOut, MapLayer, MapLayers, MapOverlap, MapPlace, MapPoint,
        MapQuery, MapSystem, Named, Problem, RegistryMap,
    },
};
use crate::app::App;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use law::register::RecordKind;
use model::Act;
use store::Record;

/// Where points, planned points and places are, with fields of view: basic data, for whoever keeps the registry.
#[utoipa::path(
    get, path = "/api/map", tag = "register", params(MapQuery),
    responses((status = 200, body = RegistryMap, description = "Of the units whose registry one keeps"), (status = 403, body = Problem, description = "Refused: positions are confidential"))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<MapQuery>,
) -> Answer<axum::Json<RegistryMap>> {
    let unit = query.unit.as_deref().map(str::parse).transpose()?;
    let found = app.registry().map_records(&signed.cx(&app), unit).await?;
    let overlap = |(planned_id, existing_id)| MapOverlap { planned_id, existing_id };
    let mut map = RegistryMap {
        overlaps: found.overlaps.into_iter().map(overlap).collect(),
        withheld: found.withheld,
        ..RegistryMap::default()
    };
    for record in &found.records {
        match record.kind {
            RecordKind::System => map.systems.push(system(record)),
            RecordKind::Point => map.points.push(point(record)),
            RecordKind::PlannedPoint => map.planned.push(point(record)),
            RecordKind::Place => map.places.push(place(record)),
            _ => {}
        }
    }
    Ok(axum::Json(map))
}

fn system(record: &Record) -> MapSystem {
    MapSystem {
        id: record.id.to_string(),
        name: record.name.clone(),
        unit_id: record.unit.map(|unit| unit.to_string()),
        stage: record.stage.map_or("planned", |stage| stage.as_str()).into(),
    }
}

fn point(record: &Record) -> MapPoint {
    MapPoint {
        id: record.id.to_string(),
        name: record.name.clone(),
        unit_id: record.unit.map(|unit| unit.to_string()),
        parent_id: record.parent.map(|parent| parent.to_string()),
        place_id: record.named("place").map(|place| place.to_string()),
        longitude: record.number("longitude"),
        latitude: record.number("latitude"),
        direction_deg: record.number("direction_deg"),
        angle_deg: record.number("angle_deg"),
        range_m: record.number("range_m"),
    }
}

fn place(record: &Record) -> MapPlace {
    MapPlace {
        id: record.id.to_string(),
        name: record.name.clone(),
        unit_id: record.unit.map(|unit| unit.to_string()),
        category: record.word("category").map(Into::into),
        private_kind: record.word("private_kind").map(Into::into),
        longitude: record.number("longitude"),
        latitude: record.number("latitude"),
    }
}

/// Where the cameras of open alarms stand, for whoever watches them: of those whose exact place is theirs to know, on shift where the unit
/// keeps a roster.
#[utoipa::path(
    get, path = "/api/map/alarms", tag = "alarms",
    responses((status = 200, body = AlarmPlaces, description = "By the cameras' names"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn alarms(State(app): State<App>, signed: Signed) -> Answer<axum::Json<AlarmPlaces>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadAlarms, Vec::new()).await?;
    let found = app.registry().alarm_places(&cx).await?;
    let place = |place: store::AlarmPlace| AlarmPlace {
        camera: Named { id: place.camera.to_string(), name: place.name },
        longitude: place.longitude,
        latitude: place.latitude,
    };
    Ok(axum::Json(AlarmPlaces { places: found.into_iter().map(place).collect() }))
}

/// The base layers of the map: files that the operator lays into the data folder.
#[utoipa::path(
    get, path = "/api/map/layers", tag = "register",
    responses((status = 200, body = MapLayers, description = "In the order in which they are drawn"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn layers(State(app): State<App>, signed: Signed) -> Answer<axum::Json<MapLayers>> {
    app.registry().admit_reading(&signed.cx(&app), Act::ReadRegistry, Vec::new()).await?;
    let found = app.store().map_layers().await?;
    let layer = |layer: store::MapLayer| MapLayer {
        name: layer.name,
        bytes: layer.bytes,
        changed_ms: layer.changed.as_ms(),
    };
    let left_out = |(file, problem): (String, &str)| MapFileLeftOut { file, problem: problem.into() };
    Ok(axum::Json(MapLayers {
        layers: found.layers.into_iter().map(layer).collect(),
        left_out: found.left_out.into_iter().map(left_out).collect(),
    }))
}

/// One base layer (RFC 7946), as it lies in the data folder.
#[utoipa::path(
    get, path = "/api/map/layers/{name}", tag = "register", params(("name" = String, Path, description = "Its name in the list")),
    responses((status = 200, description = "GeoJSON", content_type = "application/geo+json"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No such layer"))
)]
pub async fn layer(State(app): State<App>, signed: Signed, Path(name): Path<String>) -> Answer<Response> {
    app.registry().admit_reading(&signed.cx(&app), Act::ReadRegistry, Vec::new()).await?;
    let bytes = app.store().map_layer(name).await?;
    Ok(([(header::CONTENT_TYPE, "application/geo+json")], bytes).into_response())
}
