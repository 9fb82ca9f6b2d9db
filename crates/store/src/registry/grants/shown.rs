//! Cameras beside the group of somebody's post that an approved live view lets them look at: by name alone, while it holds.
//!
//! The invariant: neither addresses nor exact places are shown by it (national-2016:6), and nothing of a secret system to whoever is not
//! cleared (guangzhou-2007:11).

use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use crate::registry::cameras::{Camera, stored};
use crate::registry::clearance::Cleared;
use crate::registry::{CameraPage, CameraQuery, Registry};
use law::access::GrantAct;
use model::{Actor, CameraId, Cx};

/// Cameras that are looked through: those of a handful of grants.
const CAMERAS_MAX: i64 = 256;

impl Registry {
    /// The cameras of one's own approved live views that hold, used up or not, in units where one still has a post: elsewhere they open
    /// nothing.
    pub async fn cameras_granted(&self, cx: &Cx) -> Result<Vec<Camera>> {
        let Actor::Person(person) = cx.actor else { return Ok(Vec::new()) };
        let mut connection = self.0.database.read.acquire().await.doing("looking for granted cameras")?;
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
            "SELECT DISTINCT named.camera FROM access_grant AS own
             JOIN access_grant_camera AS named ON named.access_grant = own.id
             JOIN camera ON camera.id = named.camera AND camera.unit IN (SELECT unit FROM post WHERE person = ?1)
             WHERE own.asker = ?1 AND own.acts = ?2 AND own.answer = 'granted' AND own.revoker IS NULL
               AND own.expires_us > ?3 LIMIT ?4",
        )
        .bind(blob(person.0))
        .bind(i64::from(GrantAct::Live.bit()))
        .bind(cx.now.0)
        .bind(CAMERAS_MAX)
        .fetch_all(&mut *connection)
        .await
        .doing("looking for granted cameras")?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let cleared = Cleared::load(&mut connection, cx.actor).await?;
        let mut cameras = Vec::with_capacity(rows.len());
        for (id,) in rows {
            let (camera, _) = stored(&mut connection, CameraId(uuid_of(&id)?)).await?;
            if camera.secret && !cleared.covers(Some(camera.unit)) {
                continue;
            }
            let place_withheld = !camera.place.is_empty();
            cameras.push(Camera {
                place: String::new(),
                place_withheld,
                main_url: None,
                sub_url: None,
                ..camera
            });
        }
        Ok(cameras)
    }

    /// What is asked for by id is found also where a live view of it was approved; lists and counts are those of posts.
    pub(in crate::registry) async fn with_granted(
        &self,
        cx: &Cx,
        query: &CameraQuery,
        page: CameraPage,
    ) -> Result<CameraPage> {
        let Some(ids) = query.ids.as_ref().filter(|_| query.cursor.is_none()) else { return Ok(page) };
        let lacking: Vec<CameraId> =
            ids.iter().copied().filter(|id| page.cameras.iter().all(|camera| camera.id != *id)).collect();
        if lacking.is_empty() {
            return Ok(page);
        }
        let mut page = page;
        for camera in self.cameras_granted(cx).await? {
            if lacking.contains(&camera.id) && camera.retired.is_none() {
                page.cameras.push(camera);
                page.total += 1;
            }
        }
        Ok(page)
    }
}
