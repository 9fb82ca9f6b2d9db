//! Saving a still: its own act, out of a view. The console draws the frame that it already shows, with the mark; no
//! picture leaves through here.

use super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::Json,
    types::{EntryRef, LogName, Problem, Still, StillRequest},
    views,
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::{Act, CameraId, Cx, Rendering, Span, WallTime};
use store::Request;

/// A still names the second that it was taken from.
const STILL_SPAN_US: i64 = 1_000_000;

/// Register a still of what a view shows.
#[utoipa::path(
    post, path = "/api/stills", tag = "watch", request_body = StillRequest,
    responses(
        (status = 201, body = Still, description = "In the ledger; the console may save its frame"),
        (status = 403, body = Problem, description = "Refused"),
    )
)]
pub async fn still(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<StillRequest>,
) -> Answer<(StatusCode, axum::Json<Still>)> {
    let camera: CameraId = body.camera_id.parse()?;
    let view = views::any_own_view(&app, &signed, &body.view_id).await?;
    views::covers(&app, &signed, &view, camera).await?;
    let at = WallTime::from_ms(body.at_ms);
    if view.pass.span().is_some_and(|span| !span.contains(at)) {
        return Err(Failure::invalid("at_ms", "lies outside the span of the view"));
    }
    let span = Span::new(at, at.plus_us(STILL_SPAN_US));
    let cx = Cx { request: signed.request, now: app.now(), ..view.cx.clone() };
    let request = Request {
        span,
        session: Some(signed.session),
        refers_to: Some(view.pass.entry()),
        ..Request::new(Act::Still, vec![camera], Rendering::Marked)
    };
    let pass = app.registry().admit(&cx, request).await?;
    let (mark, index) = (pass.mark(), pass.entry().0);
    let still = Still {
        entry: EntryRef { log: LogName::Access, index },
        file_name: format!("still-{}-{index}.png", compact(at)),
        mark_text: format!("{} ({}) · {} · {} · #{index}", mark.name, mark.account, mark.session, at),
    };
    Ok((StatusCode::CREATED, axum::Json(still)))
}

/// `20261122T100000Z`: a time that every file system takes.
fn compact(at: WallTime) -> String {
    let text = at.to_string();
    let seconds = text.split('.').next().unwrap_or_default();
    format!("{}Z", seconds.replace(['-', ':'], ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_hold_a_plain_time() {
        assert_eq!(compact(WallTime(1_795_341_600_123_456)), "20261122T100000Z");
    }
}
