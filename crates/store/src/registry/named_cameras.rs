//! Names and units of all cameras, kept between readings: what the system itself labels its lists and findings with.
//!
//! It is nobody's list: what a person may see is asked of their posts. The invariant: a camera that was written since is read anew.

use super::Registry;
use super::register::{Written, listed, newest_fact, written_facts};
use crate::convert::uuid_of;
use crate::error::{Doing, Result};
use model::{CameraId, Cx, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// What a camera is called, whose it is, and whether it is to be recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedCamera {
    pub name: String,
    pub unit: UnitId,
    pub created: WallTime,
    /// Switched on, and not retired.
    pub recorded: bool,
}

/// Cameras by their ids.
pub type NamedCameras = HashMap<CameraId, NamedCamera>;

/// As they were read last, with the version of the facts then.
#[derive(Default)]
pub(super) struct KeptCameras(Mutex<Option<(i64, Arc<NamedCameras>)>>);

impl Registry {
    /// All cameras, retired ones too, for the system itself. Leaves no entry: it is part of what does.
    pub async fn named_cameras(&self, cx: &Cx) -> Result<Arc<NamedCameras>> {
        crate::footage::system_only(cx)?;
        let mut connection = self.0.database.read.acquire().await.doing("listing cameras")?;
        let version = newest_fact(&mut connection).await?;
        let kept = self.0.named.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let named = match kept {
            Some((of, named)) if of == version => return Ok(named),
            Some((of, mut named)) => match written_facts(&mut connection, of, version).await? {
                Written::Of(touched) if touched.cameras.is_empty() => named,
                Written::Of(touched) => {
                    let written = read(&mut connection, Some(&touched.cameras)).await?;
                    let known = Arc::make_mut(&mut named);
                    known.retain(|id, _| !touched.cameras.contains(id));
                    known.extend(written);
                    named
                }
                Written::Everything => Arc::new(read(&mut connection, None).await?),
            },
            None => Arc::new(read(&mut connection, None).await?),
        };
        *self.0.named.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, Arc::clone(&named)));
        Ok(named)
    }
}

/// Id, name, unit, when it was added, whether it is to be recorded.
type Row = (Vec<u8>, String, Vec<u8>, i64, bool);

/// Of all cameras, or of some.
async fn read(connection: &mut SqliteConnection, only: Option<&BTreeSet<CameraId>>) -> Result<NamedCameras> {
    let all = "SELECT id, name, unit, created_us, enabled = 1 AND retired_us IS NULL FROM camera";
    let some = match only {
        Some(_) => "id IN (SELECT unhex(value) FROM json_each(?))",
        None => "? IS NULL",
    };
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{all} WHERE {some}")))
        .bind(only.map(|cameras| listed(cameras.iter().map(|id| id.0))))
        .fetch_all(connection)
        .await
        .doing("listing cameras")?;
    rows.into_iter()
        .map(|(id, name, unit, created, recorded)| {
            let (unit, created) = (UnitId(uuid_of(&unit)?), WallTime(created));
            Ok((CameraId(uuid_of(&id)?), NamedCamera { name, unit, created, recorded }))
        })
        .collect()
}
