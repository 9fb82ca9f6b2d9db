//! Everything that is recorded about the person who asks, for everybody with an account. It shows nobody else's entries.

use super::{
    auth::Signed,
    convert,
    error::{Answer, Failure},
    extract::Query,
    ledger::access_shape,
    names::CameraNames,
    questions::Reader,
    types::{OwnEntry, OwnRecord, OwnRecordQuery, OwnSession},
};
use crate::app::App;
use axum::extract::State;
use model::WallTime;
use store::EntryIndex;

/// Entries on a page when the request does not say.
const LIMIT: u32 = 100;

/// One's own record: account, posts, sessions, entries by oneself and about oneself, questions.
#[utoipa::path(
    get, path = "/api/me/record", tag = "session", params(OwnRecordQuery),
    responses((status = 200, body = OwnRecord, description = "One page of entries, and the rest whole"))
)]
pub async fn own(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<OwnRecordQuery>,
) -> Answer<axum::Json<OwnRecord>> {
    let cx = signed.cx(&app);
    let before = query.cursor.as_deref().map(|cursor| cursor.parse().map(EntryIndex)).transpose();
    let asked = store::OwnQuery {
        act: query.kind.map(Into::into),
        from: query.from_ms.map(WallTime::from_ms),
        to: query.to_ms.map(WallTime::from_ms),
        without_use: query.without_use.unwrap_or(false),
        before: before.map_err(|_| Failure::invalid("cursor", "is not one that a page gave"))?,
        limit: query.limit.unwrap_or(LIMIT),
    };
    let page = app.registry().own_record(&cx, &asked).await?;
    let reader = Reader::load(&app, &cx).await?;
    let questions = app.registry().questions_about_me(&cx).await?.into_iter();
    let names = CameraNames::load(&app).await?;
    let entry = |(entry, own): &(store::AccessEntry, bool)| OwnEntry {
        own: *own,
        entry: access_shape(entry, &names),
    };
    let session = |row: store::OwnSession| OwnSession {
        id: row.id.to_string(),
        created_ms: row.created.as_ms(),
        last_seen_ms: row.seen.as_ms(),
        ended_ms: row.ended.map(WallTime::as_ms),
        expires_ms: row.expires.as_ms(),
        place: row.place,
        agent: row.agent,
    };
    Ok(axum::Json(OwnRecord {
        person: convert::person(&app.registry().person(&cx, signed.person).await?),
        sessions: app.registry().own_sessions(&cx).await?.into_iter().map(session).collect(),
        questions: questions.map(|question| reader.shape(question)).collect(),
        entries: page.entries.iter().map(entry).collect(),
        next_cursor: page.next.map(|index| index.0.to_string()),
    }))
}
