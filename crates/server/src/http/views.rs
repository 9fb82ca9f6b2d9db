//! Opening, renewing and ending viewing sessions: the act of watching, admitted and in the ledger before the first
//! picture. The pictures themselves go over the sockets of `live` and `playback`.

use super::{
    auth::Signed,
    convert::{parse_all, span_of_ms},
    error::{Answer, Failure},
    extract::{Json, Path},
    types::{EndReason, EntryRef, Mark, Problem, View, ViewMode, ViewRequest},
};
use crate::{app::App, views::OpenView};
use axum::{
    extract::{
        FromRequestParts, State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{StatusCode, request::Parts},
};
use model::{Act, CameraId, GrantId, Kind, LayoutId, Purpose, Rendering, ViewId};
use std::sync::Arc;
use store::{Misuse, Request};
use tokio::sync::OwnedSemaphorePermit;

/// Largest message that a viewer's socket may send us: commands are small.
const CLIENT_MESSAGE_BYTES_MAX: usize = 4 * 1024;

/// Open a viewing session.
///
/// Decided and entered in the access log before this answers; the sockets of the view work from then on.
#[utoipa::path(
    post, path = "/api/views", tag = "watch", request_body = ViewRequest,
    responses(
        (status = 201, description = "Admitted and in the ledger", body = View),
        (status = 403, description = "Refused, with article and remedy; also in the ledger", body = Problem),
    )
)]
pub async fn open(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<ViewRequest>,
) -> Answer<(StatusCode, axum::Json<View>)> {
    let cameras: Vec<CameraId> = parse_all(&body.cameras)?;
    let span = match (body.mode, body.from_ms, body.to_ms) {
        (ViewMode::Live, None, None) => None,
        (ViewMode::Playback, Some(from_ms), Some(to_ms)) => Some(span_of_ms(from_ms, to_ms)?),
        (ViewMode::Live, ..) => return Err(Failure::invalid("from_ms", "a live view has no span")),
        (ViewMode::Playback, ..) => {
            return Err(Failure::invalid("from_ms", "playback needs from_ms and to_ms"));
        }
    };
    if app.views().is_full(signed.session, signed.person) {
        return Err(Failure::new(Kind::Busy, "too many open views: end one first").with_code("views"));
    }
    let clip: Option<GrantId> =
        body.clip.as_deref().map(str::parse).transpose().map_err(|_| Failure::not_found("clip"))?;
    let act = match body.mode {
        ViewMode::Live if clip.is_some() => return Err(Failure::invalid("clip", "is played, not live")),
        ViewMode::Live => Act::Live,
        ViewMode::Playback => Act::Playback,
    };
    let layout: Option<LayoutId> = body.layout.as_deref().map(str::parse).transpose()?;
    let cx = match clip {
        Some(clip) => super::clips::playing(&app, &signed, clip, &body).await?,
        None => {
            let case = body.case.as_deref().map(str::parse).transpose()?;
            signed.cx_for(&app, body.purpose.into(), body.legal_basis.into(), case, body.note)
        }
    };
    let said = [layout.map(|layout| format!("layout={layout}")), clip.map(|clip| format!("clip={clip}"))];
    let request = Request {
        span,
        session: Some(signed.session),
        layout,
        clip,
        text: said.into_iter().flatten().collect::<Vec<_>>().join("\n"),
        ..Request::new(act, cameras, Rendering::Marked)
    };
    let pass = app.registry().admit(&cx, request).await?;
    let id = pass.view().ok_or_else(|| Failure::new(Kind::Internal, "a view was admitted without an id"))?;
    let view = app.views().open(id, body.mode, signed.session, cx, pass);
    Ok((StatusCode::CREATED, axum::Json(shape(&view))))
}

/// End a viewing session; its sockets close.
#[utoipa::path(
    post, path = "/api/views/{id}/end", tag = "watch", params(("id" = String, Path, description = "View id")),
    responses((status = 204, description = "Ended"), (status = 404, body = Problem, description = "No such view"))
)]
pub async fn end(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<StatusCode> {
    let view = find_own(&app, &signed, &id).await?;
    view.end(EndReason::Ended);
    app.registry().end_view(&view.pass, app.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Prolong a viewing session, if everything that permitted it still holds.
#[utoipa::path(
    post, path = "/api/views/{id}/renew", tag = "watch", params(("id" = String, Path, description = "View id")),
    responses((status = 200, body = View, description = "Prolonged"), (status = 404, body = Problem, description = "No such view"))
)]
pub async fn renew(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<View>> {
    let view = find_own(&app, &signed, &id).await?;
    app.registry().renew(&signed.cx(&app), &view.pass).await?;
    Ok(axum::Json(shape(&view)))
}

/// An open view of this very session, of the given kind.
pub async fn own_view(app: &App, signed: &Signed, id: &str, mode: ViewMode) -> Answer<Arc<OpenView>> {
    let view = find_own(app, signed, id).await?;
    if view.mode == mode {
        Ok(view)
    } else {
        Err(Failure::new(Kind::Conflict, "the view is of the other kind"))
    }
}

/// An open view of this very session, of either kind.
pub async fn any_own_view(app: &App, signed: &Signed, id: &str) -> Answer<Arc<OpenView>> {
    find_own(app, signed, id).await
}

/// An open view of this very session. Somebody else's is refused with an entry, and looks like none.
async fn find_own(app: &App, signed: &Signed, id: &str) -> Answer<Arc<OpenView>> {
    let id: ViewId = id.parse().map_err(|_| Failure::not_found("view"))?;
    let view = app.views().find(id).ok_or_else(|| Failure::not_found("view"))?;
    // What ended with the session before this one is no try at somebody's view.
    if view.session != signed.session && view.pass.is_live(app.now()).is_err() {
        return Err(Failure::not_found("view"));
    }
    if view.session != signed.session {
        app.registry().refuse_misuse(&signed.cx(app), &view.pass, Misuse::ForeignView).await?;
        return Err(Failure::not_found("view"));
    }
    let keeps_watch = view.mode == ViewMode::Live && view.cx.purpose == Purpose::DutyWatch;
    if !signed.attended && !keeps_watch {
        let locked = Failure::new(Kind::Unauthenticated, "the console is locked: its holder signs in anew");
        return Err(locked.with_code("left_alone_on_shift"));
    }
    Ok(view)
}

/// A place for one more socket of a view.
pub fn socket_of(view: &OpenView) -> Answer<OwnedSemaphorePermit> {
    view.socket()
        .ok_or_else(|| Failure::new(Kind::Busy, "too many sockets of this view").with_code("sockets"))
}

/// The camera must be one that the view was admitted for; asking for another is refused with an entry.
pub async fn covers(app: &App, signed: &Signed, view: &OpenView, camera: CameraId) -> Answer<()> {
    if view.pass.allows(camera) {
        return Ok(());
    }
    let misuse = Misuse::OtherCamera(camera);
    let refusal = app.registry().refuse_misuse(&signed.cx(app), &view.pass, misuse).await?;
    Err(Failure::from(refusal))
}

fn shape(view: &OpenView) -> View {
    let pass = &view.pass;
    let mark = pass.mark();
    View {
        id: view.id.to_string(),
        entry: EntryRef::access(pass.entry()),
        mode: view.mode,
        cameras: pass.cameras().iter().map(ToString::to_string).collect(),
        from_ms: pass.span().map(|span| span.start.as_ms()),
        to_ms: pass.span().map(|span| span.end.as_ms()),
        expires_ms: pass.expires().as_ms(),
        mark: Mark {
            name: mark.name.clone(),
            account: mark.account.clone(),
            session: mark.session.clone(),
            started_ms: mark.started.as_ms(),
        },
    }
}

/// A request to become a WebSocket; that it is from a page of our own the guard has seen. What is wrong with it is told only after it was decided
/// whether the asker may have one.
pub struct Upgrade(Answer<WebSocketUpgrade>);

impl Upgrade {
    pub fn accept(self) -> Answer<WebSocketUpgrade> {
        self.0.map(|upgrade| {
            upgrade.max_message_size(CLIENT_MESSAGE_BYTES_MAX).max_frame_size(CLIENT_MESSAGE_BYTES_MAX)
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Upgrade {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let upgrade = WebSocketUpgrade::from_request_parts(parts, state).await.map_err(not_a_socket);
        Ok(Self(upgrade))
    }
}

fn not_a_socket(rejection: WebSocketUpgradeRejection) -> Failure {
    Failure::new(Kind::Invalid, rejection.body_text()).with_code("websocket")
}
