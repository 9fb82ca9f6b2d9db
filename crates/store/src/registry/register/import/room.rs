//! Room on the disks for the cameras that a table or a change of many switches on or lets send more, each under the floor that binds it
//! where it stands, as a single enrolment or raise is judged (guangzhou-2007:21, national-2016:20).
//!
//! It reads no disk: whoever asks brings what the disks hold. The invariant kept: what an earlier row takes is not there for a later
//! one, and no camera stands in its own way.

use super::super::{Book, floors, list::one, record_id};
use super::stage::CameraRow;
use crate::error::Result;
use crate::storage::StreamStorage;
use law::access::Refusal;
use law::forecast::{Disk, Growth};
use law::packs::Ruling;
use model::{CameraId, RecordId};
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// Room on the disks for cameras that are switched on or send more, one after another.
#[derive(Clone, Debug)]
pub struct Room {
    pub disk: Disk,
    /// The installation's own floor.
    pub floor_days: u16,
    /// What a camera is taken to send when nobody says.
    pub kbps: u32,
    /// What each camera in use weighs now; of those that are switched on `disk` has it too.
    pub cameras: HashMap<CameraId, StreamStorage>,
}

impl Room {
    /// Whether this plan for a camera is more than it has.
    fn raises(&self, camera: CameraId, planned_kbps: Option<u32>) -> bool {
        let had = self.cameras.get(&camera).and_then(|own| own.camera.planned_kbps);
        planned_kbps.is_some_and(|kbps| kbps > had.unwrap_or(self.kbps))
    }

    /// Takes room for what a camera will send, in the place of what it sends now, or says why there is none. `law` is the floor
    /// that binds what stands at its point.
    fn take(&mut self, row: &CameraRow, law: Option<&Ruling<u16>>) -> Option<Refusal> {
        let known = self.cameras.get(&row.id).copied();
        let law_days = law.map_or(0, |floor| floor.value);
        let own_days = row.floor_days.unwrap_or(0).max(known.map_or(0, |own| own.growth.floor_days));
        let floor_days = self.floor_days.max(own_days).max(law_days);
        let article = law.filter(|floor| floor.value >= floor_days).map(|floor| &floor.article);
        let kbps = row.planned_kbps.or(known.and_then(|own| own.camera.planned_kbps)).unwrap_or(self.kbps);
        let mut growth: Growth = crate::growth_of(kbps, floor_days, floor_days);
        // What it has really sent counts when that is more than its plan.
        if let Some(own) = known.filter(|own| own.growth.rate.mean > growth.rate.mean) {
            growth.rate = own.growth.rate;
        }
        let streams = &mut self.disk.streams;
        let weighs = known.filter(|own| own.camera.enabled).map(|own| own.growth);
        let at = weighs.and_then(|own| streams.iter().position(|one| *one == own));
        let before = at.map(|at| streams.swap_remove(at));
        let refusal = self.disk.refuse(&growth, article);
        self.disk.streams.extend(if refusal.is_some() { before } else { Some(growth) });
        refusal
    }
}

/// The room while a plan is judged, with the floors that were looked up: cameras of one system at one place share theirs.
pub(super) struct Admission {
    /// `None`: this system has no admission control.
    room: Option<Room>,
    floors: HashMap<(RecordId, RecordId), Option<Ruling<u16>>>,
}

impl Admission {
    pub fn new(room: Option<Room>) -> Self {
        Self { room, floors: HashMap::new() }
    }

    /// Whether a camera that is on already needs more room by this row.
    pub fn raises(&self, row: &CameraRow) -> bool {
        self.room.as_ref().is_some_and(|room| room.raises(row.id, row.planned_kbps))
    }

    /// Takes room for a camera that is switched on or sends more at this point, in the register as it is judged.
    pub async fn take(
        &mut self,
        connection: &mut SqliteConnection,
        book: Book<'_>,
        row: &CameraRow,
        point: Option<RecordId>,
    ) -> Result<Option<Refusal>> {
        let Some(room) = self.room.as_mut() else { return Ok(None) };
        let mut law = None;
        if let Some(point) = point {
            let point = one(connection, point).await?;
            if let (Some(system), Some(place)) =
                (record_id(&point.body, "system"), record_id(&point.body, "place"))
            {
                law = match self.floors.get(&(system, place)) {
                    Some(known) => known.clone(),
                    None => {
                        let floor = floors::floor_of(connection, book, system, place).await?;
                        self.floors.insert((system, place), floor.clone());
                        floor
                    }
                };
            }
        }
        Ok(room.take(row, law.as_ref()))
    }
}
