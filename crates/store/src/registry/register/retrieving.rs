//! Under which rules an authority asks for footage or basic data: those of each system that it touches. It judges nothing.

use super::list::one;
use super::under::{Book, Local, rules_of_system};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use law::packs::Rules;
use law::register::Body;
use model::{CameraId, RecordId, UnitId};
use sqlx::SqliteConnection;
use std::collections::BTreeSet;

/// Where a camera stands that is in no system: somewhere in the country (GB/T 2260).
const COUNTRY: &str = "000000";

/// The rules of the cameras' systems and of a system whose basic data is asked for, each once. A camera of no system is under the
/// country's and what its unit adopted.
pub(in crate::registry) async fn rules_of_request<'l>(
    connection: &mut SqliteConnection,
    book: Book<'l>,
    unit: UnitId,
    cameras: &[CameraId],
    system: Option<RecordId>,
) -> Result<Vec<Rules<'l>>> {
    let mut systems: BTreeSet<RecordId> = system.into_iter().collect();
    let mut standing_alone = cameras.is_empty() && systems.is_empty();
    for camera in cameras {
        let row: Option<(Option<Vec<u8>>,)> = sqlx::query_as(
            "SELECT point.parent FROM camera LEFT JOIN record AS point ON point.id = camera.point WHERE camera.id = ?",
        )
        .bind(blob(camera.0))
        .fetch_optional(&mut *connection)
        .await
        .doing("reading a camera's system")?;
        match row.and_then(|(system,)| system) {
            Some(system) => {
                systems.insert(RecordId(uuid_of(&system)?));
            }
            None => standing_alone = true,
        }
    }
    let mut rules = Vec::with_capacity(systems.len() + 1);
    for system in systems {
        let system = one(connection, system).await?;
        rules.push(rules_of_system(connection, book, &system).await?);
    }
    if standing_alone {
        let local = Local::load(connection, Some(unit)).await?;
        let nothing = (RecordId(uuid::Uuid::nil()), &Body::new());
        rules.push(local.rules(book, Some(unit), nothing, &[COUNTRY.to_owned()]));
    }
    Ok(rules)
}
