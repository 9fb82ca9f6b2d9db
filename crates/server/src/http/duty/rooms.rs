//! Monitoring rooms: which there are, what they need, and who is there now.

use super::super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::{Json, Path},
    names::UnitNames,
    types::{DutyNeed, DutyNeedsRequest, DutyPostNow, DutyRoom, DutyRoomRequest, DutyRooms, Problem},
};
use super::{clock, id_of, shift, unfilled, unmanned};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::access::entitles;
use law::duty::{Shift, at_once, posts_at};
use model::{Act, Cx, Span, UnitId};
use store::NewDutyNeed;
use uuid::Uuid;

/// How far ahead the page shows who comes.
const COMING_US: i64 = 24 * 3_600_000_000;
/// How far back shifts are read for who is on: the longest shift with what may be put to it.
const BACK_US: i64 = 7 * 86_400_000_000;

/// The rooms of one's units, who is there, who is missing; closed ones too, for their logs.
#[utoipa::path(
    get, path = "/api/duty/rooms", tag = "duty",
    responses((status = 200, body = DutyRooms, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(State(app): State<App>, signed: Signed) -> Answer<axum::Json<DutyRooms>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadDuty, Vec::new()).await?;
    let reader = Reader::load(&app, &cx, &signed).await?;
    let mut rooms = Vec::new();
    for room in app.registry().duty_rooms(&cx).await? {
        rooms.push(reader.shape(&app, &cx, room).await?);
    }
    Ok(axum::Json(DutyRooms { rooms, now_ms: app.now().as_ms() }))
}

/// Add a room. From then on its unit keeps a roster: watching on duty needs a running shift.
#[utoipa::path(
    post, path = "/api/duty/rooms", tag = "duty", request_body = DutyRoomRequest,
    responses((status = 201, body = DutyRoom, description = "Added"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn add(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<DutyRoomRequest>,
) -> Answer<(StatusCode, axum::Json<DutyRoom>)> {
    let cx = signed.cx(&app);
    let zone = body.zone.unwrap_or_else(|| clock::ZONE.to_owned());
    if clock::zone(&zone).is_none() {
        return Err(Failure::invalid("zone", "is none that this machine knows"));
    }
    let unit: UnitId = body.unit_id.parse()?;
    let id = app.registry().add_duty_room(&cx, unit, &body.name, &zone).await?;
    Ok((StatusCode::CREATED, read(&app, &cx, &signed, id).await?))
}

/// Say how many persons a room needs, when, from now on.
#[utoipa::path(
    post, path = "/api/duty/rooms/{id}/needs", tag = "duty", params(("id" = String, Path, description = "Room id")), request_body = DutyNeedsRequest,
    responses((status = 200, body = DutyRoom, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn need(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<DutyNeedsRequest>,
) -> Answer<axum::Json<DutyRoom>> {
    let (id, cx) = (id_of(&id, "room")?, signed.cx(&app));
    let need = |one: DutyNeed| NewDutyNeed {
        days: one.days,
        from_min: one.from_min,
        length_min: one.length_min,
        persons: one.persons,
        post: one.post.map(Into::into),
    };
    app.registry().set_duty_needs(&cx, id, body.needs.into_iter().map(need).collect()).await?;
    read(&app, &cx, &signed, id).await
}

/// Close a room. Its logs stay.
#[utoipa::path(
    post, path = "/api/duty/rooms/{id}/close", tag = "duty", params(("id" = String, Path, description = "Room id")),
    responses((status = 204, description = "Closed"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is closed"))
)]
pub async fn close(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<StatusCode> {
    app.registry().close_duty_room(&signed.cx(&app), id_of(&id, "room")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn read(app: &App, cx: &Cx, signed: &Signed, id: Uuid) -> Answer<axum::Json<DutyRoom>> {
    let room = super::room_of(app, cx, id).await?;
    Ok(axum::Json(Reader::load(app, cx, signed).await?.shape(app, cx, room).await?))
}

/// Who reads, and the names of units.
struct Reader {
    units: UnitNames,
    /// Units whose roster the reader may change.
    keeps: Vec<UnitId>,
    person: model::PersonId,
}

impl Reader {
    async fn load(app: &App, cx: &Cx, signed: &Signed) -> Answer<Self> {
        let posts = app.registry().own_posts(cx).await?.into_iter();
        let keeps = posts.filter(|post| post.group.is_none() && entitles(post.role, Act::ChangeRoster));
        Ok(Self {
            units: UnitNames::load(app, cx).await?,
            keeps: keeps.map(|post| post.unit).collect(),
            person: signed.person,
        })
    }

    async fn shape(&self, app: &App, cx: &Cx, room: store::DutyRoom) -> Answer<DutyRoom> {
        let now = app.now();
        let span = Span { start: now.plus_us(-BACK_US), end: now.plus_us(COMING_US) };
        let rows = clock::shifts_of(app, cx, &room, span).await?;
        let laws: Vec<Shift> = rows.iter().map(|row| row.shift).collect();
        let needs = clock::needs_in(&room, &laws, span);
        let needed = at_once(&needs, &laws, now).0;
        let posts = posts_at(&needs, &laws, now).into_iter();
        let posts = posts.map(|(post, needed, there)| DutyPostNow { post: post.into(), needed, there });
        let (open, empty) = clock::lacking_in(&room, &rows, Span { end: now, ..span }, now);
        let empty = empty.into_iter().filter(|(_, one)| one.open).map(|(post, one)| unfilled(post, &one));
        let open = open.into_iter().filter(|one| one.open).map(|one| unmanned(&one)).next_back();
        let of = |wanted: &dyn Fn(&Shift) -> bool| {
            let those = rows.iter().filter(|row| wanted(&row.shift));
            those.map(|row| shift(row.clone(), now)).collect::<Vec<_>>()
        };
        let mut gone = of(&|one| !one.runs(now) && one.hands_over(now));
        gone.reverse();
        let mine = rows.iter().find(|row| row.shift.person == self.person && row.shift.runs(now));
        Ok(DutyRoom {
            id: room.id.to_string(),
            unit: self.units.of(room.unit),
            name: room.name,
            zone: room.zone,
            closed: room.closed.is_some(),
            needs: room.needs.iter().filter(|one| one.ended.is_none()).map(|one| shown(one.need)).collect(),
            needed,
            posts: posts.collect(),
            on: of(&|one| one.runs(now)),
            due: of(&|one| one.is_due(now)),
            coming: of(&|one| !one.withdrawn && one.taken.is_none() && one.rostered.start > now),
            gone,
            unmanned: open,
            unfilled: empty.collect(),
            mine: mine.map(|row| row.id.to_string()),
            may_change: self.keeps.contains(&room.unit),
        })
    }
}

fn shown(need: NewDutyNeed) -> DutyNeed {
    DutyNeed {
        days: need.days,
        from_min: need.from_min,
        length_min: need.length_min,
        persons: need.persons,
        post: need.post.map(Into::into),
    }
}
