//! What cameras are expected to send and in which order they stop when the disk is full; entries about such stops; and
//! whether enrolling waits for room.

use super::admit::Ask;
use super::{EntryIndex, Registry};
use crate::convert::{blob, small, uuid_of};
use crate::error::{Doing, Error, Result};
use law::access::Refusal;
use model::{Act, CameraId, Cx, DiskId, GroupId, WallTime};

/// Priority of a camera of which nobody has said anything: before those that matter more, after those that matter less.
pub const PRIORITY_DEFAULT: u8 = 2;
/// The most that a camera may be planned with: far above what any sends today.
pub(super) const PLANNED_KBPS_MAX: u32 = 1_000_000;

/// A camera in use, as the disk's forecast needs it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CameraStorage {
    pub camera: CameraId,
    pub group: Option<GroupId>,
    pub enabled: bool,
    /// What it was planned with, of its recorded stream.
    pub planned_kbps: Option<u32>,
    /// 1 stops first, 3 last.
    pub priority: u8,
    pub enrolled: WallTime,
    /// The disk that it is tied to.
    pub disk: Option<DiskId>,
}

impl Registry {
    pub async fn camera_storage(&self, _cx: &Cx) -> Result<Vec<CameraStorage>> {
        type Row = (Vec<u8>, Option<Vec<u8>>, bool, Option<i64>, i64, i64, Option<i64>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, camera_group, enabled, planned_kbps, priority, created_us, disk FROM camera WHERE retired_us IS NULL
             ORDER BY name, id",
        )
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading what cameras are planned with")?;
        rows.into_iter()
            .map(|(camera, group, enabled, planned, priority, created, disk)| {
                Ok(CameraStorage {
                    camera: CameraId(uuid_of(&camera)?),
                    group: group.map(|group| uuid_of(&group).map(GroupId)).transpose()?,
                    enabled,
                    planned_kbps: planned.map(small).transpose()?,
                    priority: small(priority)?,
                    enrolled: WallTime(created),
                    disk: disk.map(small).transpose()?.map(DiskId),
                })
            })
            .collect()
    }

    /// Whether a camera that would not reach its floor is refused: so for every system that `init` has set up.
    pub async fn admission_control(&self, _cx: &Cx) -> Result<bool> {
        let row: Option<(String,)> = sqlx::query_as("SELECT value FROM setting WHERE key = 'admission'")
            .fetch_optional(&self.0.database.read)
            .await
            .doing("reading a setting")?;
        Ok(row.is_some_and(|(value,)| value == "on"))
    }

    /// Sets what a camera is planned with and its place in the order of sacrifice. `refusal` is what the law says about
    /// the room that it needs.
    pub async fn plan_camera(
        &self,
        cx: &Cx,
        camera: CameraId,
        planned_kbps: Option<u32>,
        priority: u8,
        refusal: Option<Refusal>,
    ) -> Result<()> {
        if planned_kbps.is_some_and(|kbps| kbps == 0 || kbps > PLANNED_KBPS_MAX) {
            return Err(Error::invalid("planned_kbps", "is not between 1 kbit/s and 1 Gbit/s"));
        }
        if !(1..=3).contains(&priority) {
            return Err(Error::invalid("priority", "is not 1, 2 or 3"));
        }
        let kbps = planned_kbps.map_or("unknown".to_owned(), |kbps| kbps.to_string());
        let ask = Ask {
            cameras: vec![camera],
            subject: Some(camera.0),
            extra: format!("planned_kbps={kbps}\npriority={priority}"),
            ..Ask::new(Act::ChangeCamera)
        };
        self.act_unless(cx, ask, refusal, move |connection, _| {
            Box::pin(async move {
                sqlx::query("UPDATE camera SET planned_kbps = ?, priority = ? WHERE id = ?")
                    .bind(planned_kbps)
                    .bind(priority)
                    .bind(blob(camera.0))
                    .execute(connection)
                    .await
                    .doing("planning a camera")
                    .map(|_| ())
            })
        })
        .await
    }

    /// Notes that the recorder stopped or resumed a camera's stream for lack of room.
    pub async fn note_stream(&self, cx: &Cx, act: Act, camera: CameraId, text: &str) -> Result<EntryIndex> {
        let ask = Ask { cameras: vec![camera], subject: Some(camera.0), extra: text.into(), ..Ask::new(act) };
        self.act(cx, ask, |_, entry| Box::pin(async move { Ok(entry) })).await
    }
}
