//! Alarm and door systems over HTTP: their register, what they send, and what is done about alarms.
//!
//! What an event becomes and who acts on it is `law::alarm`'s; here words become values and rows become shapes.

mod events;
mod findings;
mod sources;
mod steps;

pub use findings::found;

use super::{
    auth::Signed,
    convert::id_of,
    error::Answer,
    names::{CameraNames, UnitNames},
    types::{Alarm, EntryRef, Named, OpenAlarms},
};
use crate::app::App;
use model::{CameraId, Cx, WallTime};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of alarms.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sources::list, sources::add))
        .routes(routes!(sources::inputs))
        .routes(routes!(sources::issue, sources::revoke))
        .routes(routes!(sources::retire))
        .routes(routes!(sources::term))
        .routes(routes!(events::take))
        .routes(routes!(events::list))
        .routes(routes!(events::one))
        .routes(routes!(steps::acknowledge))
        .routes(routes!(steps::escalate))
        .routes(routes!(steps::close))
}

/// How many alarms of one's units are open: numbers for the state line.
pub(super) async fn open(app: &App, signed: &Signed) -> Answer<OpenAlarms> {
    let (open, high) = app.registry().open_alarms(&signed.cx(app)).await?;
    Ok(OpenAlarms { open, high })
}

/// Names as the reader may see them.
struct Names {
    cameras: CameraNames,
    units: UnitNames,
}

impl Names {
    async fn load(app: &App, cx: &Cx) -> Answer<Self> {
        Ok(Self { cameras: CameraNames::seen_by(app, cx).await?, units: UnitNames::load(app, cx).await? })
    }

    fn cameras(&self, cameras: &[CameraId]) -> Vec<Named> {
        let known = cameras.iter().filter(|camera| self.cameras.has(**camera));
        known.map(|camera| self.cameras.of(*camera)).collect()
    }

    fn alarm(&self, row: store::AlarmRow) -> Alarm {
        let (input, input_name) = row.input;
        Alarm {
            id: row.id.to_string(),
            unit: row.unit.map(|unit| self.units.of(unit)),
            source: row.source.map(|(id, name)| Named { id: id.to_string(), name }),
            kind: row.kind.into(),
            input,
            input_name,
            words: row.words,
            priority: row.priority.map(Into::into),
            state: row.state.into(),
            at_ms: row.at.as_ms(),
            happened_ms: row.happened.as_ms(),
            received_ms: row.received.as_ms(),
            cameras: self.cameras(&row.cameras),
            escalated_to: row.escalated_to.map(Into::into),
            overdue_ms: row.overdue.map(WallTime::as_ms),
            outcome: row.outcome.map(Into::into),
            entry: EntryRef::access(row.entry),
        }
    }
}
