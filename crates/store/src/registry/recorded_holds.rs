//! Holds that the footage log has and this registry does not: a restore took their records from a mirror, and their entries, which
//! say who placed them and why, are in no mirror. And those that it has as active although the log says that they were lifted.
//!
//! Each becomes an ordinary hold, so that two persons can lift it by the usual way; what is not known is said to be "as recorded".
//! Nothing is lifted here that the log does not say is lifted.

use super::admit::enter;
use super::holds::{HoldState, Placing, insert, known};
use super::{Registry, system_cx};
use crate::convert::{blob, int};
use crate::error::{Doing, Error, Result};
use crate::footage::RecordedHold;
use model::{CameraId, Cx, PersonId, WallTime};
use sqlx::SqliteConnection;

/// A hold of which nobody here knows why is looked at within a month, not within half a year.
const REVIEW_US: i64 = 30 * 86_400_000_000;
/// Who ordered it: not known here.
const AS_RECORDED: &str = "as recorded";

/// What became of the holds of a log.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TakenHolds {
    /// Ordinary holds now.
    pub taken: u64,
    /// Noted as lifted, as the log says.
    pub lifted: u64,
    /// Of cameras that this registry does not have: nobody's post covers them, so nobody can lift them.
    pub without_camera: Vec<String>,
}

impl Registry {
    /// Makes registry and log agree about holds; `requester` answers for it. Done again it changes nothing.
    pub(crate) async fn take_holds(
        &self,
        cx: &Cx,
        requester: PersonId,
        holds: Vec<RecordedHold>,
    ) -> Result<TakenHolds> {
        let mut found = TakenHolds::default();
        for hold in holds {
            let (id, now) = (hold.record.hold, cx.now);
            let active = self.is_active(id).await?;
            match (active, hold.released) {
                (Some(true), Some(leaf)) => {
                    self.note_hold(id, HoldState::Released, leaf).await?;
                    found.lifted += 1;
                }
                (None, None) => {
                    let take = self.decided(move |connection| {
                        Box::pin(async move { take(connection, requester, hold, now).await.map(Ok) })
                    });
                    if take.await? {
                        found.taken += 1;
                    } else {
                        found.without_camera.push(id.to_string());
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }

    async fn is_active(&self, id: model::HoldId) -> Result<Option<bool>> {
        let row: Option<(bool,)> = sqlx::query_as("SELECT state <> 'released' FROM hold WHERE id = ?")
            .bind(blob(id.0))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("looking for a hold of the log")?;
        Ok(row.map(|(active,)| active))
    }
}

/// The row and its entry, in one transaction. `false`: none of its cameras is known here.
async fn take(
    connection: &mut SqliteConnection,
    requester: PersonId,
    hold: RecordedHold,
    now: WallTime,
) -> Result<bool> {
    let RecordedHold { record, placed, .. } = hold;
    let mut cameras: Vec<CameraId> = Vec::new();
    for camera in record.cameras {
        if known(connection, camera).await? {
            cameras.push(camera);
        }
    }
    if cameras.is_empty() {
        return Ok(false);
    }
    let note = format!(
        "taken over from entry {placed} of the footage log when the store was restored from a mirror; who placed it on {}, and why, is \
         not in this copy",
        record.at
    );
    let placing = Placing {
        id: record.hold,
        cameras,
        span: record.span,
        requester,
        export: None,
        review: now.plus_us(REVIEW_US),
        document: format!("footage log, entry {placed}"),
        approver: AS_RECORDED.to_owned(),
        approver_id: None,
    };
    let system = Cx { note: Some(note), ..system_cx("hold", now) };
    let ask = placing.ask();
    match enter(connection, &system, &ask).await? {
        Ok(entered) => {
            insert(connection, &Cx { now: record.at, ..system }, &placing, entered.entry).await?;
            held(connection, placing.id, placed).await.map(|()| true)
        }
        Err(refusal) => Err(Error::Refused(Box::new(refusal))),
    }
}

/// It is in the footage store already: nothing waits to be carried there.
async fn held(connection: &mut SqliteConnection, id: model::HoldId, placed: u64) -> Result<()> {
    sqlx::query("UPDATE hold SET state = 'held', placed_leaf = ? WHERE id = ?")
        .bind(int(placed)?)
        .bind(blob(id.0))
        .execute(connection)
        .await
        .doing("taking over a hold of the log")
        .map(|_| ())
}
