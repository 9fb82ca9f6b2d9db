//! Incidents that stand: what was stolen, damaged or moved at a camera's point and is not repaired yet (guangzhou-2007:15, datong-2008:19,
//! chongqing:12, national-2016:22). It judges none: whether one is reported and repaired `law::detect` finds.

use crate::convert::uuid_of;
use crate::error::{Doing, Result};
use crate::registry::Registry;
use law::register::RecordKind;
use model::{CameraId, Cx, RecordId};
use std::collections::HashMap;

impl Registry {
    /// The newest that stands at the point of each camera. Whether the actor may know is decided before.
    pub async fn standing_incidents(&self, _cx: &Cx) -> Result<HashMap<CameraId, (RecordId, String)>> {
        let rows: Vec<(Vec<u8>, Vec<u8>, String)> = sqlx::query_as(
            "SELECT camera.id, incident.id, incident.name FROM record AS incident
             JOIN record_reference ON source = incident.id AND field = 'point' JOIN camera ON camera.point = target
             WHERE incident.kind = ? AND incident.removed_us IS NULL
                AND json_extract(incident.body, '$.repaired_on') IS NULL ORDER BY incident.created_us",
        )
        .bind(i64::from(RecordKind::Incident.code()))
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading incidents that stand")?;
        let incident = |(camera, id, name): (Vec<u8>, Vec<u8>, String)| {
            Ok((CameraId(uuid_of(&camera)?), (RecordId(uuid_of(&id)?), name)))
        };
        rows.into_iter().map(incident).collect()
    }
}
