//! Recorded pictures over a WebSocket, under a view that this session opened.

use super::{
    auth::Signed,
    error::Answer,
    extract::{Path, Query},
    socket::{Outgoing, Part, SendEnd},
    types::{ClientMessage, EndReason, Problem, Profile, ServerMessage, StreamQuery, ViewMode},
    views::{self, Upgrade},
};
use crate::{app::App, served::Count, views::OpenView};
use axum::{
    extract::{
        State,
        ws::{Message, WebSocket},
    },
    response::Response,
};
use futures::StreamExt as _;
use model::{CameraId, Cx, StreamId, WallTime};
use pipeline::{PlaybackCommand, PlaybackEnd, PlaybackMessage, SPEED_MAX};
use std::sync::Arc;
use store::PassEnd;

/// Slowest playback.
const SPEED_MIN: f32 = 1.0 / 16.0;

/// Recorded pictures of one camera of a view (WebSocket).
///
/// The client sends `ClientMessage`, the server `ServerMessage` and binary messages.
#[utoipa::path(
    get, path = "/api/views/{id}/playback", tag = "watch",
    params(("id" = String, Path, description = "View id"), StreamQuery),
    responses(
        (status = 101, description = "Switching to WebSocket", body = ClientMessage),
        (status = 403, description = "Not your view, or not a camera of it", body = Problem),
    )
)]
pub async fn playback(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<StreamQuery>,
    upgrade: Upgrade,
) -> Answer<Response> {
    let view = views::own_view(&app, &signed, &id, ViewMode::Playback).await?;
    let camera: CameraId = query.camera.parse()?;
    let stream = StreamId { camera, profile: query.profile.unwrap_or(Profile::Main).into() };
    views::covers(&app, &signed, &view, camera).await?;
    let place = views::socket_of(&view)?;
    let cx = signed.cx(&app);
    Ok(upgrade.accept()?.on_upgrade(move |socket| async move {
        run(app, cx, view, stream, socket).await;
        drop(place);
    }))
}

async fn run(app: App, cx: Cx, view: Arc<OpenView>, stream: StreamId, socket: WebSocket) {
    let (sink, mut incoming) = socket.split();
    let mut outgoing = Outgoing::new(sink, app.clone(), view.clone(), (stream.camera, stream.profile));
    let Some(mut reader) = app.pipeline().playback(&cx, &view.pass, stream) else {
        return outgoing.close(SendEnd::View(EndReason::Failed)).await;
    };
    let end = loop {
        let sent = tokio::select! {
            biased;
            reason = view.ended() => break SendEnd::View(reason),
            message = incoming.next() => match message {
                Some(Ok(Message::Text(text))) => match command(&text) {
                    Ok(command) => {
                        reader.command(command);
                        Ok(())
                    }
                    Err(message) => outgoing.tell(&ServerMessage::Error { message }).await,
                },
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => Ok(()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => break SendEnd::Gone,
            },
            message = reader.next() => match message {
                Some(message) => forward(&mut outgoing, stream, message).await,
                None => break SendEnd::View(EndReason::Failed),
            },
        };
        if let Err(end) = sent {
            break end;
        }
    };
    outgoing.close(end).await;
}

/// A client's message as a command, or what is wrong with it.
fn command(text: &str) -> Result<PlaybackCommand, String> {
    let message: ClientMessage = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match message {
        ClientMessage::Play { at_ms, speed, keys_only, until_ms, base_ms, epoch } => {
            if !(SPEED_MIN..=SPEED_MAX).contains(&speed) {
                return Err(format!("speed: between {SPEED_MIN} and {SPEED_MAX}"));
            }
            let at = WallTime::from_ms(at_ms);
            let base = base_ms.map_or(at, WallTime::from_ms);
            let until = until_ms.map(WallTime::from_ms);
            Ok(PlaybackCommand::Play { epoch, at, base, until, speed, keys_only })
        }
        ClientMessage::Pause => Ok(PlaybackCommand::Pause),
        ClientMessage::Ack { epoch, wall_ms } => {
            Ok(PlaybackCommand::Ack { epoch, wall: WallTime::from_ms(wall_ms) })
        }
    }
}

async fn forward(outgoing: &mut Outgoing, stream: StreamId, message: PlaybackMessage) -> Result<(), SendEnd> {
    match message {
        PlaybackMessage::Position { epoch, at, base } => {
            let message = ServerMessage::Position { epoch, at_ms: at.as_ms(), base_ms: base.as_ms() };
            outgoing.tell(&message).await
        }
        PlaybackMessage::Init { rfc6381, width, height, bytes, .. } => {
            let profile = stream.profile.into();
            outgoing.tell(&ServerMessage::Init { profile, codec: rfc6381, width, height }).await?;
            outgoing.init(&bytes).await
        }
        PlaybackMessage::Media { key, sequence, wall, dts, units, bytes, .. } => {
            let count = Count { units: units.into(), bytes: bytes.len() as u64, from: wall, to: wall };
            outgoing.media(Part::Media { key, sequence, wall, dts }, &bytes, count).await
        }
        PlaybackMessage::Brought { epoch, span, source, arrived } => {
            let (from_ms, to_ms, arrived_ms) = (span.start.as_ms(), span.end.as_ms(), arrived.as_ms());
            outgoing.tell(&ServerMessage::Brought { epoch, from_ms, to_ms, source, arrived_ms }).await
        }
        PlaybackMessage::Gap { epoch, span, cause, .. } => {
            let (from_ms, to_ms) = (span.start.as_ms(), span.end.as_ms());
            outgoing.tell(&ServerMessage::Gap { epoch, from_ms, to_ms, cause: cause.into() }).await
        }
        PlaybackMessage::EndOfFootage { epoch, at } => {
            outgoing.tell(&ServerMessage::EndOfFootage { epoch, at_ms: at.as_ms() }).await
        }
        PlaybackMessage::End(end) => Err(SendEnd::View(match end {
            PlaybackEnd::Pass(PassEnd::Revoked) => EndReason::Revoked,
            PlaybackEnd::Pass(PassEnd::Expired) => EndReason::Expired,
            PlaybackEnd::Unreadable(detail) => {
                tracing::error!(%stream, detail, "stored footage could not be read");
                EndReason::Failed
            }
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_parsed_strictly() {
        let check = |text: &str, expected: Option<PlaybackCommand>| {
            assert_eq!(command(text).ok(), expected, "{text}")
        };
        let play = |speed, keys_only| PlaybackCommand::Play {
            epoch: 7,
            at: WallTime(5_000),
            base: WallTime(5_000),
            until: None,
            speed,
            keys_only,
        };
        check(r#"{"type":"play","at_ms":5,"epoch":7}"#, Some(play(1.0, false)));
        check(r#"{"type":"play","at_ms":5,"epoch":7,"speed":16,"keys_only":true}"#, Some(play(16.0, true)));
        check(r#"{"type":"play","at_ms":5,"epoch":7,"speed":0}"#, None);
        check(r#"{"type":"play","at_ms":5,"epoch":7,"speed":1e9}"#, None);
        check(r#"{"type":"play","at_ms":5,"epoch":7,"camera":"other"}"#, None);
        check(r#"{"type":"pause"}"#, Some(PlaybackCommand::Pause));
        check(
            r#"{"type":"ack","epoch":1,"wall_ms":2}"#,
            Some(PlaybackCommand::Ack { epoch: 1, wall: WallTime(2_000) }),
        );
        check("", None);
    }
}
