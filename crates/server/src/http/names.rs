//! Names of cameras beside their ids, for lists that the reader may see anyway.

use super::{error::Answer, types::Named};
use crate::app::App;
use model::{CameraId, Cx};
use std::collections::HashMap;
use store::{CameraQuery, system_cx};

/// Cameras of one page of the look-up.
const PAGE: u32 = 1_000;

/// All cameras' names, retired ones too.
pub struct CameraNames(HashMap<CameraId, String>);

impl CameraNames {
    pub async fn load(app: &App) -> Answer<Self> {
        Self::seen_by(app, &system_cx("names", app.now())).await
    }

    /// The cameras that any post of the actor covers: those of other units are none of theirs.
    pub async fn seen_by(app: &App, cx: &Cx) -> Answer<Self> {
        let mut query = CameraQuery { with_retired: true, limit: PAGE, ..CameraQuery::default() };
        let mut names = HashMap::new();
        loop {
            let page = app.registry().cameras(cx, &query).await?;
            names.extend(page.cameras.into_iter().map(|camera| (camera.id, camera.name)));
            match page.next_cursor {
                Some(cursor) => query.cursor = Some(cursor),
                None => return Ok(Self(names)),
            }
        }
    }

    pub fn has(&self, camera: CameraId) -> bool {
        self.0.contains_key(&camera)
    }

    pub fn of(&self, camera: CameraId) -> Named {
        Named { id: camera.to_string(), name: self.0.get(&camera).cloned().unwrap_or_default() }
    }
}
