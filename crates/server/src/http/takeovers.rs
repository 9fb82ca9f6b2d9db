//! Temporary takeovers of control: all that were entered, entering one, and giving control back.
//!
//! It decides nothing: `law::takeover` says which organ may, for how long and on what; `store` takes the cameras over in the
//! transaction of the entry.

use super::{
    auth::Signed,
    convert::id_of,
    error::{Answer, Failure},
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
use law::access::Part;
use law::takeover::Kept;
use model::{Act, GroupId, PersonId, RecordId, Role, UnitId, WallTime};
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
        part: part_of(&body)?,
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

fn part_of(body: &TakeoverRequest) -> Answer<Option<Part>> {
    let named = |id: &Option<String>| id.clone().filter(|id| !id.is_empty());
    match (named(&body.group_id), named(&body.system_id)) {
        (None, None) => Ok(None),
        (Some(group), None) => Ok(Some(Part::Group(group.parse()?))),
        (None, Some(system)) => Ok(Some(Part::System(record_id(&system)?))),
        (Some(_), Some(_)) => Err(Failure::invalid("system_id", "name a group or a system, not both")),
    }
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
    let names = Names::load(app, signed).await?;
    let shape = |one: store::Takeover| RunningTakeover {
        own: one.has_officer(signed.person),
        id: one.id.to_string(),
        unit_name: names.units.name(one.unit),
        group_name: names.group(one.part).map(|group| group.name),
        of_system: Names::is_system(one.part),
        system_name: names.system(one.part).map(|system| system.name),
        organ_name: one.organ_name,
        until_ms: one.until.as_ms(),
    };
    Ok(running.into_iter().map(shape).collect())
}

struct Names {
    units: UnitNames,
    groups: HashMap<GroupId, String>,
    /// Those that the reader may know of.
    systems: HashMap<RecordId, String>,
}

impl Names {
    async fn load(app: &App, signed: &Signed) -> Answer<Self> {
        let cx = system_cx("state", app.now());
        let units = UnitNames::load(app, &cx).await?;
        let groups =
            app.registry().groups(&cx).await?.into_iter().map(|group| (group.id, group.name)).collect();
        let systems = app.registry().system_names(&signed.cx(app)).await?;
        Ok(Self { units, groups, systems })
    }

    fn group(&self, part: Option<Part>) -> Option<Named> {
        let Some(Part::Group(group)) = part else { return None };
        Some(Named { id: group.to_string(), name: self.groups.get(&group).cloned().unwrap_or_default() })
    }

    const fn is_system(part: Option<Part>) -> bool {
        matches!(part, Some(Part::System(_)))
    }

    /// guangzhou-2007:11: everybody sees that a system was taken over; which secret one, whoever is cleared.
    fn system(&self, part: Option<Part>) -> Option<Named> {
        let Some(Part::System(system)) = part else { return None };
        self.systems.get(&system).map(|name| Named { id: system.to_string(), name: name.clone() })
    }
}

/// Who reads, and the names of units and groups.
struct Reader {
    names: Names,
    person: PersonId,
    administers: HashSet<(UnitId, Option<Part>)>,
    now: WallTime,
}

impl Reader {
    async fn load(app: &App, signed: &Signed) -> Answer<Self> {
        let posts = app.registry().own_posts(&signed.cx(app)).await?.into_iter();
        let posts = posts.filter(|post| post.role == Role::Administrator);
        Ok(Self {
            names: Names::load(app, signed).await?,
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
            .any(|(unit, part)| *unit == one.unit && (part.is_none() || *part == one.part));
        let Kept { live, recorded, settings } = one.kept;
        Takeover {
            id: one.id.to_string(),
            may_end: running && (administers || one.has_officer(self.person)),
            unit: self.names.units.of(one.unit),
            group: self.names.group(one.part),
            of_system: Names::is_system(one.part),
            system: self.names.system(one.part),
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
