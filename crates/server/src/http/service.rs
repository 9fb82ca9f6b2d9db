//! When a unit's reception is open. What that does to a term is `law::retrieval`'s; here it is read and written.

use super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::{Json, Path},
    types::{EntryRef, Problem, ServiceHours, ServiceHoursRequest, ServiceOpening},
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::{Day, retrieval::Opening};
use store::EntryIndex;

/// Say when a unit's reception is open: terms in working hours stand still outside of it, others do not.
#[utoipa::path(
    put, path = "/api/units/{id}/service-hours", tag = "retrievals", params(("id" = String, Path, description = "Unit id")), request_body = ServiceHoursRequest,
    responses((status = 204, description = "In the ledger; clocks that run keep the hours under which they began"), (status = 403, body = Problem, description = "Refused: open for too short a time, or without the post"))
)]
pub async fn set_hours(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<ServiceHoursRequest>,
) -> Answer<StatusCode> {
    let unit = id.parse().map_err(|_| Failure::not_found("unit"))?;
    let day = |text: &String| {
        Day::read(text).ok_or_else(|| Failure::invalid("closed_days", "are dates as 2026-10-01"))
    };
    let opening = |one: &ServiceOpening| Opening {
        weekday: one.weekday,
        from_min: one.from_min,
        length_min: one.length_min,
    };
    let hours = law::retrieval::ServiceHours {
        openings: body.openings.iter().map(opening).collect(),
        closed: body.closed_days.iter().map(day).collect::<Answer<_>>()?,
    };
    let cx = super::holds::because(&app, &signed, body.reason);
    app.registry().set_service_hours(&cx, unit, hours).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// As everybody at the desk reads them.
pub fn shape(hours: &law::retrieval::ServiceHours, entry: EntryIndex) -> ServiceHours {
    let opening = |one: &Opening| ServiceOpening {
        weekday: one.weekday,
        from_min: one.from_min,
        length_min: one.length_min,
    };
    ServiceHours {
        openings: hours.openings.iter().map(opening).collect(),
        closed_days: hours.closed.iter().map(ToString::to_string).collect(),
        entry: EntryRef::access(entry),
    }
}
