//! Room on the disks for the cameras that a table or a change of many switches on, each under the floor that binds it where it
//! stands, as a single enrolment is judged (guangzhou-2007:21, national-2016:20).
//!
//! It reads no disk: whoever asks brings what the disks hold. The invariant kept: what an earlier row takes is not there for a later
//! one.

use super::super::{Book, floors, list::one, record_id};
use super::stage::CameraRow;
use crate::error::Result;
use law::access::Refusal;
use law::forecast::{Disk, Growth};
use law::packs::Ruling;
use model::RecordId;
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// Room on the disks for cameras that are switched on, one after another.
#[derive(Clone, Debug)]
pub struct Room {
    pub disk: Disk,
    /// The installation's own floor.
    pub floor_days: u16,
    /// What a camera is taken to send when nobody says.
    pub kbps: u32,
}

impl Room {
    /// Takes room for one more camera, or says why there is none. `law` is the floor that binds what stands at its point.
    fn take(&mut self, kbps: Option<u32>, own: Option<u16>, law: Option<&Ruling<u16>>) -> Option<Refusal> {
        let law_days = law.map_or(0, |floor| floor.value);
        let floor_days = self.floor_days.max(own.unwrap_or(0)).max(law_days);
        let article = law.filter(|floor| floor.value >= floor_days).map(|floor| &floor.article);
        let growth: Growth = crate::growth_of(kbps.unwrap_or(self.kbps), floor_days, floor_days);
        let refusal = self.disk.refuse(&growth, article);
        if refusal.is_none() {
            self.disk.streams.push(growth);
        }
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

    /// Takes room for a camera that is switched on at this point, in the register as it is judged.
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
        Ok(room.take(row.planned_kbps, row.floor_days, law.as_ref()))
    }
}
