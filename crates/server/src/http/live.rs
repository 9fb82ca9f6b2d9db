//! Live pictures over a WebSocket, under a view that this session opened.

use super::{
    auth::Signed,
    error::Answer,
    extract::{Path, Query},
    socket::{Outgoing, Part, SendEnd},
    types::{EndReason, Problem, Profile, ServerMessage, StreamQuery, StreamState, ViewMode},
    views::{self, Upgrade},
};
use crate::{app::App, served::Count, views::OpenView};
use axum::{
    extract::{State, ws::WebSocket},
    response::Response,
};
use futures::StreamExt as _;
use model::{CameraId, StreamId};
use pipeline::{LiveEnd, LiveMessage};
use std::sync::Arc;
use store::PassEnd;

/// Live pictures of one camera of a view (WebSocket).
///
/// The server sends text messages (`ServerMessage`) and binary ones; see `ServerMessage` for their layout.
#[utoipa::path(
    get, path = "/api/views/{id}/live", tag = "watch",
    params(("id" = String, Path, description = "View id"), StreamQuery),
    responses(
        (status = 101, description = "Switching to WebSocket", body = ServerMessage),
        (status = 403, description = "Not your view, or not a camera of it", body = Problem),
    )
)]
pub async fn live(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<StreamQuery>,
    upgrade: Upgrade,
) -> Answer<Response> {
    let view = views::own_view(&app, &signed, &id, ViewMode::Live).await?;
    let camera: CameraId = query.camera.parse()?;
    let stream = StreamId { camera, profile: query.profile.unwrap_or(Profile::Main).into() };
    views::covers(&app, &signed, &view, camera).await?;
    let place = views::socket_of(&view)?;
    Ok(upgrade.accept()?.on_upgrade(move |socket| async move {
        run(app, view, stream, socket).await;
        drop(place);
    }))
}

async fn run(app: App, view: Arc<OpenView>, stream: StreamId, socket: WebSocket) {
    let (sink, mut incoming) = socket.split();
    let mut outgoing = Outgoing::new(sink, app.clone(), view.clone(), (stream.camera, stream.profile));
    let Some(mut reader) = app.pipeline().live(&view.pass, stream) else {
        return outgoing.close(SendEnd::View(EndReason::Failed)).await;
    };
    let clock = app.pipeline().clock().clone();
    let end = loop {
        let message = tokio::select! {
            biased;
            reason = view.ended() => break SendEnd::View(reason),
            message = incoming.next() => match message {
                // A live viewer has nothing to say; pings are answered below us.
                Some(Ok(message)) if !matches!(message, axum::extract::ws::Message::Close(_)) => continue,
                _ => break SendEnd::Gone,
            },
            message = reader.next(|| clock.wall()) => message,
        };
        let Some(message) = message else { break SendEnd::View(EndReason::Failed) };
        if let Err(end) = forward(&mut outgoing, stream, message).await {
            break end;
        }
    };
    outgoing.close(end).await;
}

async fn forward(outgoing: &mut Outgoing, stream: StreamId, message: LiveMessage) -> Result<(), SendEnd> {
    match message {
        LiveMessage::Init { params, init } => {
            let text = ServerMessage::Init {
                profile: stream.profile.into(),
                codec: params.rfc6381.clone(),
                width: params.width,
                height: params.height,
            };
            outgoing.tell(&text).await?;
            outgoing.init(&init).await
        }
        LiveMessage::Unit { sequence, key, wall, dts, bytes, .. } => {
            let count = Count { units: 1, bytes: bytes.len() as u64, from: wall, to: wall };
            outgoing.media(Part::Media { key, sequence, wall, dts }, &bytes, count).await
        }
        LiveMessage::State(state) => {
            outgoing.tell(&ServerMessage::State { state: StreamState::from(&*state) }).await
        }
        LiveMessage::Skipped { units } => outgoing.tell(&ServerMessage::Skipped { units }).await,
        LiveMessage::End(end) => Err(SendEnd::View(match end {
            LiveEnd::Pass(PassEnd::Revoked) => EndReason::Revoked,
            LiveEnd::Pass(PassEnd::Expired) => EndReason::Expired,
            LiveEnd::Dropped => EndReason::Dropped,
            LiveEnd::Shutdown => EndReason::Shutdown,
        })),
    }
}
