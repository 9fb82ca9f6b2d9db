//! Temporary takeovers of control: all that were entered, entering one, and giving control back.
//!
//! It decides nothing: `law::takeover` says which organ may, for how long and on what; `store` takes the cameras over in the
//! transaction of the entry.

use super::{
    auth::Signed,
    convert::id_of,
    error::Answer,
    extract::{Json, Path},
    names::UnitNames,
    register::record_id,
    types::{
        EntryRef, Named, Problem, RunningTakeover, Takeover, TakeoverEnd, TakeoverRequest, TakeoverReturn,
        Takeovers, UnitKeeps,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::takeover::Kept;
use model::{Act, GroupId, PersonId, Role, UnitId, WallTime};
use std::collections::{HashMap, HashSet};
use store::{NewTakeover, system_cx};
use uuid::Uuid;

/// Takeovers of control.
#[utoipa::path(
    get, path = "/api/takeovers", tag = "takeovers",
    responses((status = 200, body = Takeovers, description = "Of all units, newest first: they are visible to everyone on the system"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Takeovers>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadRegistry, Vec::new()).await?;
    let takeovers = app.registry().takeovers(&cx).await?;
    let reader = Reader::load(&app, &signed).await?;
    Ok(axum::Json(Takeovers { takeovers: takeovers.into_iter().map(|one| reader.shape(one)).collect() }))
}

/// Enter that an organ takes over control of cameras, for a limited time.
///
/// Its officers have them at once, with an operator's post; the unit keeps what is said. What was open ends.
#[utoipa::path(
    post, path = "/api/takeovers", tag = "takeovers", request_body = TakeoverRequest,
    responses((status = 201, body = Takeover, description = "In the ledger, and in force"), (status = 403, body = Problem, description = "Refused: the organ, its order, the officers, the term, or the post"))
)]
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<TakeoverRequest>,
) -> Answer<(StatusCode, axum::Json<Takeover>)> {
    let UnitKeeps { live, recorded, settings } = body.unit_keeps;
    let new = NewTakeover {
        unit: body.unit_id.parse()?,
        group: body.group_id.as_deref().filter(|id| !id.is_empty()).map(str::parse).transpose()?,
        organ: body.organ.into(),
        organ_name: body.organ_name,
        order: body.order_document_id.as_deref().filter(|id| !id.is_empty()).map(record_id).transpose()?,
        reason: body.reason,
        officers: body.officer_ids.iter().map(|id| id.parse()).collect::<Result<_, _>>()?,
        until: WallTime::from_ms(body.until_ms),
        kept: Kept { live, recorded, settings },
    };
    let id = app.registry().begin_takeover(&signed.cx(&app), new).await?;
    Ok((StatusCode::CREATED, one(&app, &signed, id).await?))
}

/// Give control back before the term.
#[utoipa::path(
    post, path = "/api/takeovers/{id}/end", tag = "takeovers", request_body = TakeoverReturn,
    params(("id" = String, Path, description = "Takeover id")),
    responses((status = 200, body = Takeover, description = "In the ledger; the unit has its cameras again"), (status = 403, body = Problem, description = "Refused: neither an officer of it nor the unit's administrator"), (status = 409, body = Problem, description = "It is over already"))
)]
pub async fn end(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<TakeoverReturn>,
) -> Answer<axum::Json<Takeover>> {
    let id = id_of(&id, "takeover")?;
    app.registry().end_takeover(&signed.cx(&app), id, &body.reason).await?;
    one(&app, &signed, id).await
}

async fn one(app: &App, signed: &Signed, id: Uuid) -> Answer<axum::Json<Takeover>> {
    let takeover = app.registry().takeover(id).await?;
    Ok(axum::Json(Reader::load(app, signed).await?.shape(takeover)))
}

/// Those that run now, for the state line.
pub(super) async fn running(app: &App, signed: &Signed) -> Answer<Vec<RunningTakeover>> {
    let running = app.registry().running_takeovers(&system_cx("state", app.now())).await?;
    if running.is_empty() {
        return Ok(Vec::new());
    }
    let names = Names::load(app).await?;
    let shape = |one: store::Takeover| RunningTakeover {
        own: one.has_officer(signed.person),
        id: one.id.to_string(),
        unit_name: names.units.name(one.unit),
        group_name: one.group.and_then(|group| names.groups.get(&group).cloned()),
        organ_name: one.organ_name,
        until_ms: one.until.as_ms(),
    };
    Ok(running.into_iter().map(shape).collect())
}

struct Names {
    units: UnitNames,
    groups: HashMap<GroupId, String>,
}

impl Names {
    async fn load(app: &App) -> Answer<Self> {
        let cx = system_cx("state", app.now());
        let units = UnitNames::load(app, &cx).await?;
        let groups =
            app.registry().groups(&cx).await?.into_iter().map(|group| (group.id, group.name)).collect();
        Ok(Self { units, groups })
    }
}

/// Who reads, and the names of units and groups.
struct Reader {
    names: Names,
    person: PersonId,
    administers: HashSet<(UnitId, Option<GroupId>)>,
    now: WallTime,
}

impl Reader {
    async fn load(app: &App, signed: &Signed) -> Answer<Self> {
        let posts = app.registry().own_posts(&signed.cx(app)).await?.into_iter();
        let posts = posts.filter(|post| post.role == Role::Administrator);
        Ok(Self {
            names: Names::load(app).await?,
            person: signed.person,
            administers: posts.map(|post| (post.unit, post.group)).collect(),
            now: app.now(),
        })
    }

    fn shape(&self, one: store::Takeover) -> Takeover {
        let named = |(id, name): (PersonId, String)| Named { id: id.to_string(), name };
        let running = one.is_running(self.now);
        // A group's administrator asks in vain for another group's; the answer says so.
        let administers = self
            .administers
            .iter()
            .any(|(unit, group)| *unit == one.unit && (group.is_none() || *group == one.group));
        let Kept { live, recorded, settings } = one.kept;
        Takeover {
            id: one.id.to_string(),
            may_end: running && (administers || one.has_officer(self.person)),
            unit: self.names.units.of(one.unit),
            group: one.group.map(|group| Named {
                id: group.to_string(),
                name: self.names.groups.get(&group).cloned().unwrap_or_default(),
            }),
            organ: one.organ.into(),
            organ_name: one.organ_name,
            article: one.article,
            order_document_id: one.order.to_string(),
            reason: one.reason,
            unit_keeps: UnitKeeps { live, recorded, settings },
            officers: one.officers.into_iter().map(named).collect(),
            from_ms: one.start.as_ms(),
            until_ms: one.until.as_ms(),
            running,
            entered_by: named(one.person),
            entry: EntryRef::access(one.entry),
            end: one.end.map(|end| TakeoverEnd {
                at_ms: end.at.as_ms(),
                by: end.by.map(named),
                reason: end.reason,
                entry: end.entry.map(EntryRef::access),
            }),
        }
    }
}
