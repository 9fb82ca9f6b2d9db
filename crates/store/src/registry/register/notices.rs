//! Notices of moves: where a pack wants the public security organ told at once (chongqing:11), each move of equipment in use
//! makes the notice in its own transaction. It sends nothing; an unsent notice is a finding.

use super::{
    Record,
    lawful::rules_of_system,
    list::one,
    record_id,
    write::{Checked, insert},
};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use crate::registry::{EntryIndex, new_id};
use law::life_cycle::Stage;
use law::packs::Library;
use law::register::{Body, RecordKind, day_at_units};
use model::{RecordId, WallTime};
use serde_json::json;
use sqlx::SqliteConnection;

/// What a point or place was moved by.
#[derive(Clone, Copy)]
pub(super) struct Moved<'a> {
    pub library: &'a Library,
    pub entry: EntryIndex,
    pub now: WallTime,
}

impl Moved<'_> {
    /// After a record was changed: the points that it moved.
    pub async fn record(
        &self,
        connection: &mut SqliteConnection,
        before: &Record,
        after: &Body,
    ) -> Result<()> {
        let differs =
            |fields: &[&str]| fields.iter().any(|field| before.body.get(*field) != after.get(*field));
        match before.kind {
            RecordKind::Point if differs(&["place", "longitude", "latitude", "height_m"]) => {
                self.point(connection, before.id).await
            }
            RecordKind::Place if differs(&["longitude", "latitude"]) => {
                for point in points_at(connection, before.id).await? {
                    self.point(connection, point).await?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The notice of one point, if its system is in use and a pack of it wants one.
    pub async fn point(&self, connection: &mut SqliteConnection, point: RecordId) -> Result<()> {
        let point = one(connection, point).await?;
        let Some(system) = record_id(&point.body, "system") else { return Ok(()) };
        let system = one(connection, system).await?;
        if system.stage != Some(Stage::InUse) {
            return Ok(());
        }
        let rules = rules_of_system(connection, self.library, system.unit, &system.body).await?;
        let Some(article) = rules.move_notice() else { return Ok(()) };
        let day = day_at_units(self.now);
        let place = place_name(connection, &point).await?;
        let body = json!({
            "name": format!("移动通知 {day} {}", point.name).chars().take(100).collect::<String>(),
            "system": system.id.to_string(),
            "point": point.id.to_string(),
            "what": format!("{article}: {}（{}） → {place}", point.name, system.name),
            "made_on": day,
        });
        let serde_json::Value::Object(body) = body else { return Ok(()) };
        let notice = Checked { kind: RecordKind::Notice, unit: system.unit, body };
        insert(connection, RecordId(new_id()), &notice, self.entry, self.now).await
    }
}

async fn points_at(connection: &mut SqliteConnection, place: RecordId) -> Result<Vec<RecordId>> {
    let rows: Vec<(Vec<u8>,)> =
        sqlx::query_as("SELECT source FROM record_reference WHERE target = ? AND field = 'place'")
            .bind(blob(place.0))
            .fetch_all(connection)
            .await
            .doing("listing a place's points")?;
    rows.iter().map(|(point,)| uuid_of(point).map(RecordId)).collect()
}

async fn place_name(connection: &mut SqliteConnection, point: &Record) -> Result<String> {
    match record_id(&point.body, "place") {
        Some(place) => Ok(one(connection, place).await?.name),
        None => Ok(String::new()),
    }
}

/// After a camera was put at another point: both points changed what stands there.
pub(crate) async fn camera_moved(
    connection: &mut SqliteConnection,
    library: &Library,
    from: Option<RecordId>,
    (entry, now): (EntryIndex, WallTime),
) -> Result<()> {
    match from {
        Some(from) => Moved { library, entry, now }.point(connection, from).await,
        None => Ok(()),
    }
}
