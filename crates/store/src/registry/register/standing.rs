//! Where each camera stands in the law's eyes: its system's stage and its place, and so whether it is recorded as footage, in
//! test mode, or not at all; and whether it may be watched now.

use super::{body_of, list, stage_of, text};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use law::access::Refusal;
use law::life_cycle::{CameraStanding, Recording, Stage, recording, watchable};
use law::packs::{ArticleId, Library, Rules};
use model::{Act, CameraId, Cx, RecordId};
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// A camera's standing with what follows from it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    pub standing: CameraStanding,
    pub recording: Recording,
    /// The article that forbids recording it where it is.
    pub forbidden_by: Option<ArticleId>,
    /// The article that wants the acceptance.
    pub acceptance: Option<ArticleId>,
    pub point: Option<RecordId>,
    /// Under which its recordings before acceptance are kept apart.
    pub test_id: Option<CameraId>,
}

const SELECT: &str =
    "SELECT camera.id, camera.point, before_life_cycle, test_id, system.unit, system.stage, system.body,
        place.body
    FROM camera
    LEFT JOIN record AS point ON point.id = camera.point
    LEFT JOIN record AS system ON system.id = point.parent
    LEFT JOIN record_reference ON record_reference.source = point.id AND record_reference.field = 'place'
    LEFT JOIN record AS place ON place.id = record_reference.target";

type Row = (
    Vec<u8>,
    Option<Vec<u8>>,
    bool,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<i64>,
    Option<String>,
    Option<String>,
);

/// Reads one camera's standing in the caller's transaction.
pub(crate) async fn standing(
    connection: &mut SqliteConnection,
    library: &Library,
    camera: CameraId,
) -> Result<Option<Standing>> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE camera.id = ?")))
        .bind(blob(camera.0))
        .fetch_optional(&mut *connection)
        .await
        .doing("reading where a camera stands")?;
    let Some(row) = row else { return Ok(None) };
    let adopted = adoptions(connection).await?;
    standing_of(library, &adopted, row).map(|(_, standing)| Some(standing))
}

/// Every camera's standing.
pub(crate) async fn standings(
    connection: &mut SqliteConnection,
    library: &Library,
) -> Result<HashMap<CameraId, Standing>> {
    let rows: Vec<Row> =
        sqlx::query_as(SELECT).fetch_all(&mut *connection).await.doing("reading where cameras stand")?;
    let adopted = adoptions(connection).await?;
    rows.into_iter().map(|row| standing_of(library, &adopted, row)).collect()
}

type Adopted = HashMap<Vec<u8>, Vec<String>>;

async fn adoptions(connection: &mut SqliteConnection) -> Result<Adopted> {
    let rows: Vec<(Vec<u8>, String)> = sqlx::query_as("SELECT unit, pack FROM adoption")
        .fetch_all(connection)
        .await
        .doing("listing adopted packs")?;
    let mut adopted = Adopted::new();
    for (unit, pack) in rows {
        adopted.entry(unit).or_default().push(pack);
    }
    Ok(adopted)
}

fn standing_of(library: &Library, adopted: &Adopted, row: Row) -> Result<(CameraId, Standing)> {
    let (camera, point, before, test_id, unit, stage, system, place) = row;
    let private_kind = match place.as_deref().map(body_of).transpose()? {
        Some(place) => text(&place, "private_kind").map(str::to_owned),
        None => None,
    };
    let rules = match system.as_deref().map(body_of).transpose()? {
        Some(system) => {
            let own = unit.as_ref().and_then(|unit| adopted.get(unit)).map_or(&[][..], Vec::as_slice);
            Rules::of(library, &list(&system, "packs"), own)
        }
        None => Rules::none(),
    };
    let stage = stage.map(stage_of).transpose()?;
    let standing = match stage {
        Some(stage) if stage >= Stage::InUse || !before => CameraStanding::At { stage, private_kind },
        _ if before => CameraStanding::BeforeLifeCycle { private_kind },
        _ => CameraStanding::WithoutPoint,
    };
    let (recording, forbidden_by) = recording(&standing, &rules);
    let id = |bytes: Option<Vec<u8>>| bytes.map(|bytes| uuid_of(&bytes)).transpose();
    let acceptance = rules.acceptance();
    let (point, test_id) = (id(point)?.map(RecordId), id(test_id)?.map(CameraId));
    let standing = Standing { standing, recording, forbidden_by, acceptance, point, test_id };
    Ok((CameraId(uuid_of(&camera)?), standing))
}

/// What refuses watching a camera that is not in use yet, if anything does.
pub(crate) async fn watching(
    connection: &mut SqliteConnection,
    library: &Library,
    cx: &Cx,
    act: Act,
    cameras: &[CameraId],
) -> Result<Option<Refusal>> {
    if !matches!(act, Act::Live | Act::Still) {
        return Ok(None);
    }
    for camera in cameras {
        let Some(standing) = standing(connection, library, *camera).await? else { continue };
        if standing.recording == Recording::Use {
            continue;
        }
        let article = standing.forbidden_by.or(standing.acceptance);
        if let Some(refusal) = watchable(standing.recording, cx.purpose, article.as_ref()) {
            return Ok(Some(refusal));
        }
    }
    Ok(None)
}
