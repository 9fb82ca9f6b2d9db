//! Where open alarms are, for whoever watches: the exact places of their cameras alone, and of those that are the reader's to know.
//!
//! Places are confidential basic data (national-2016:6, :22). The invariant: nothing is told here that the camera itself would not tell the
//! same reader at the same moment.

use super::{ALARM_ROWS_MAX, AlarmQuery};
use crate::convert::uuid_of;
use crate::error::{Doing, Result};
use crate::registry::{Registry, register::listed};
use law::alarm::EventState;
use model::{CameraId, Cx};

/// A camera of an open alarm, and where it stands (WGS-84).
#[derive(Clone, PartialEq, Debug)]
pub struct AlarmPlace {
    pub camera: CameraId,
    pub name: String,
    pub longitude: f64,
    pub latitude: f64,
}

impl Registry {
    /// Where the cameras of the actor's open alarms stand, as far as their exact place is theirs to know. Leaves no entry: it is part of a
    /// reading that does.
    pub async fn alarm_places(&self, cx: &Cx) -> Result<Vec<AlarmPlace>> {
        let query =
            AlarmQuery { states: vec![EventState::Open], limit: ALARM_ROWS_MAX, ..AlarmQuery::default() };
        let open = self.alarms(cx, &query).await?;
        let mut cameras: Vec<CameraId> =
            open.alarms.iter().flat_map(|alarm| alarm.cameras.iter().copied()).collect();
        cameras.sort_unstable();
        cameras.dedup();
        let known = self.with_known_places(cx, &cameras).await?;
        let rows: Vec<(Vec<u8>, f64, f64)> = sqlx::query_as(
            "SELECT camera.id, CAST(json_extract(point.body, '$.longitude') AS REAL),
                CAST(json_extract(point.body, '$.latitude') AS REAL)
             FROM camera JOIN record AS point ON point.id = camera.point
             WHERE camera.id IN (SELECT unhex(value) FROM json_each(?)) AND point.removed_us IS NULL
               AND json_extract(point.body, '$.longitude') IS NOT NULL
               AND json_extract(point.body, '$.latitude') IS NOT NULL",
        )
        .bind(listed(known.iter().map(|camera| camera.id.0)))
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading where alarms are")?;
        let mut places = Vec::with_capacity(rows.len());
        for (id, longitude, latitude) in rows {
            let camera = CameraId(uuid_of(&id)?);
            let of = known.iter().find(|known| known.id == camera);
            places.extend(of.map(|of| AlarmPlace { camera, name: of.name.clone(), longitude, latitude }));
        }
        places.sort_by(|a, b| (&a.name, a.camera).cmp(&(&b.name, b.camera)));
        Ok(places)
    }
}
