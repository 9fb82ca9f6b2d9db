//! A system's points as commissioning shows them: which camera stands there, which still shows it, what the design wanted. What
//! cameras really send is measured elsewhere and put beside it.

use super::snapshot::wanted;
use super::{
    Book, Record, StillRow, design, facts, flag, list::one, record_id, text, under::rules_of_system,
};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::Registry;
use law::detect::Measured;
use law::life_cycle::{Compared, Stage};
use law::packs::{ArticleId, Rules};
use law::register::RecordKind;
use model::{CameraId, Cx, RecordId};
use sqlx::SqliteConnection;

/// Points in one table: more than a person compares line by line; a larger system shows its first ones and their count.
pub const COMMISSIONING_POINTS_MAX: usize = 200;

/// One camera at a point, or a point without one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommissioningRow {
    pub point: (RecordId, String),
    pub camera: Option<(CameraId, String)>,
    /// The article that asks for a confirmed still of it.
    pub still_asked_by: Option<ArticleId>,
    /// The newest of this camera here.
    pub still: Option<StillRow>,
}

/// What a system's commissioning looks at.
#[derive(Clone, PartialEq, Debug)]
pub struct Commissioning {
    pub wanted: Measured,
    pub compared: Vec<Compared>,
    pub rows: Vec<CommissioningRow>,
    /// Of the whole system.
    pub points: usize,
}

impl Registry {
    /// Part of a reading that has its entry.
    pub async fn commissioning(&self, cx: &Cx, system: RecordId) -> Result<Commissioning> {
        let shown = self.record(cx, system).await?;
        if shown.kind != RecordKind::System {
            return Err(Error::NotFound("system"));
        }
        let library = self.packs().library.clone();
        let mut connection = self.0.database.read.acquire().await.doing("reading a system's points")?;
        let record = one(&mut connection, system).await?;
        let rules = rules_of_system(&mut connection, Book::on(&library, self.today(cx.now)), &record).await?;
        let compared = design::compared(&mut connection, &record).await?;
        let points = facts::points_of(&mut connection, system).await?;
        let mut rows = Vec::new();
        for point in points.iter().take(COMMISSIONING_POINTS_MAX) {
            let asked = asked_by(&mut connection, &rules, point).await?;
            let cameras = cameras_of(&mut connection, point.id).await?;
            let row = |camera: Option<(CameraId, String)>| CommissioningRow {
                point: (point.id, point.name.clone()),
                camera,
                still_asked_by: asked.clone(),
                still: None,
            };
            match cameras.is_empty() {
                true => rows.push(row(None)),
                false => rows.extend(cameras.into_iter().map(|camera| row(Some(camera)))),
            }
        }
        drop(connection);
        for row in &mut rows {
            let stills = self.stills(row.point.0).await?;
            let camera = row.camera.as_ref().map(|(camera, _)| *camera);
            // A confirmed still of what is there counts before a newer one that nobody confirmed.
            let own = || stills.iter().filter(|still| Some(still.camera) == camera);
            let counts = own().find(|still| still.is_current && still.confirmed.is_some());
            row.still = counts.or_else(|| own().next()).cloned();
        }
        let wanted = match record.stage {
            Some(Stage::Decommissioned) => Measured::default(),
            _ => wanted(&record.body),
        };
        Ok(Commissioning { wanted, compared, rows, points: points.len() })
    }
}

/// guangzhou-2007:6
async fn asked_by(
    connection: &mut SqliteConnection,
    rules: &Rules<'_>,
    point: &Record,
) -> Result<Option<ArticleId>> {
    let category = match record_id(&point.body, "place") {
        Some(place) => text(&one(connection, place).await?.body, "category").map(str::to_owned),
        None => None,
    };
    let sees = rules.sees_passwords(category.as_deref(), flag(&point.body, "passwords_in_view"));
    let rulings = rules.each(|values| values.customers_passwords_excluded.as_ref());
    Ok(rulings.into_iter().find(|(ruling, _)| sees && ruling.value).map(|(ruling, _)| ruling.article))
}

async fn cameras_of(connection: &mut SqliteConnection, point: RecordId) -> Result<Vec<(CameraId, String)>> {
    let rows: Vec<(Vec<u8>, String)> = sqlx::query_as(
        "SELECT id, name FROM camera WHERE point = ? AND retired_us IS NULL ORDER BY name, id",
    )
    .bind(blob(point.0))
    .fetch_all(connection)
    .await
    .doing("listing a point's cameras")?;
    rows.into_iter().map(|(id, name)| Ok((CameraId(uuid_of(&id)?), name))).collect()
}
