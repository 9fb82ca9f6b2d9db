//! Temporary takeovers of control: who has which cameras until when, and how they come back.
//!
//! While one runs, its officers hold an operator's post over its cameras, and the unit keeps what the takeover leaves it. A system's
//! cameras are those at its points at each moment: one that joins is under control, one that leaves is not. The invariants: a takeover that is over by the clock gives nothing any more, whether or not its end has been written; and what was
//! open before it began, or under it, ends with its beginning or end.

use super::admit::{Ask, enter_unless};
use super::clearance::Cleared;
use super::facts::GroupTree;
use super::register::{Book, rules_of_cameras, rules_of_request};
use super::{EntryIndex, Registry, new_id, system_cx, whole_systems, words};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::person_of;
use law::access::{Part, Post, Scope};
use law::life_cycle::Stage;
use law::packs::Rules;
use law::register::RecordKind;
use law::retrieval::{Unfit, unfit};
use law::takeover::{
    Kept, OFFICERS_MAX, Organ, TakeoverFacts, changes_system, judge, of_whole_unit, taken_over,
};
use model::{Act, Actor, CameraId, Cx, GroupId, PersonId, RecordId, Role, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

const ORGAN_NAME_CHARS_MAX: usize = 100;
const REASON_CHARS_MAX: usize = 500;
/// Takeovers in one list, newest first: there are few in years.
const ROWS_MAX: i64 = 200;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewTakeover {
    pub unit: UnitId,
    /// `None`: all cameras of the unit.
    pub part: Option<Part>,
    pub organ: Organ,
    pub organ_name: String,
    /// The organ's order, a document of the unit's register.
    pub order: Option<RecordId>,
    pub reason: String,
    pub officers: Vec<PersonId>,
    pub until: WallTime,
    pub kept: Kept,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Takeover {
    pub id: Uuid,
    pub unit: UnitId,
    /// `None`: all cameras of the unit.
    pub part: Option<Part>,
    pub organ: Organ,
    pub organ_name: String,
    /// Under which control passed.
    pub article: String,
    pub order: RecordId,
    pub reason: String,
    pub kept: Kept,
    pub start: WallTime,
    pub until: WallTime,
    pub person: (PersonId, String),
    pub entry: EntryIndex,
    pub officers: Vec<(PersonId, String)>,
    /// When it ended, who ended it before its term and why; also once its term has passed.
    pub end: Option<TakeoverEnd>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TakeoverEnd {
    pub at: WallTime,
    pub entry: Option<EntryIndex>,
    /// `None`: by its term.
    pub by: Option<(PersonId, String)>,
    pub reason: String,
}

impl Takeover {
    pub fn is_running(&self, now: WallTime) -> bool {
        self.end.is_none() && self.until > now
    }
    pub fn has_officer(&self, person: PersonId) -> bool {
        self.officers.iter().any(|(officer, _)| *officer == person)
    }
}

/// One that runs, as far as an act is judged by it.
#[derive(Clone)]
struct Running {
    unit: UnitId,
    part: Option<Part>,
    start: WallTime,
    article: String,
    organ_name: String,
    kept: Kept,
    until: WallTime,
    by_actor: bool,
}

impl Running {
    fn covers(&self, scope: &Scope) -> bool {
        scope.lies_in(self.unit, self.part)
    }

    fn leaves(&self, act: Act) -> bool {
        match self.part {
            Some(Part::System(_)) => self.kept.leaves_of_system(act),
            _ => self.kept.leaves(act),
        }
    }

    /// Whether an act there, which changes these systems, touches what it has.
    fn meets(&self, (act, systems): (Act, &[RecordId]), scope: &Scope) -> bool {
        match self.part {
            Some(Part::System(system)) if changes_system(act) => systems.contains(&system),
            // A table for a unit may change cameras of any of its groups: groups have no say in that.
            _ => self.covers(scope) || (of_whole_unit(act) && self.unit == scope.unit),
        }
    }
}

type RunningRow =
    (Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>, i64, String, String, bool, bool, bool, i64, String);

/// Those that nobody ended, with their officers, whatever the time. Mostly there is none.
#[derive(Default)]
pub(super) struct Takeovers(Vec<(Running, Vec<PersonId>)>);

fn part_of(group: Option<Vec<u8>>, system: Option<Vec<u8>>) -> Result<Option<Part>> {
    let group = group.map(|group| uuid_of(&group).map(|id| Part::Group(GroupId(id)))).transpose()?;
    let system = system.map(|system| uuid_of(&system).map(|id| Part::System(RecordId(id)))).transpose()?;
    Ok(group.or(system))
}

impl Takeovers {
    pub(super) async fn load(connection: &mut SqliteConnection) -> Result<Self> {
        let rows: Vec<RunningRow> = sqlx::query_as(
            "SELECT unit, camera_group, system, start_us, article, organ_name, keeps_live, keeps_recorded, keeps_settings, until_us,
                (SELECT coalesce(group_concat(hex(person)), '') FROM takeover_officer WHERE takeover = takeover.id)
             FROM takeover WHERE ended_us IS NULL",
        )
        .fetch_all(connection)
        .await
        .doing("reading takeovers")?;
        rows.into_iter().map(running_of).collect::<Result<_>>().map(Self)
    }

    /// Those that run at that time, as they are for an actor.
    fn at(&self, actor: Actor, now: WallTime) -> Vec<Running> {
        let running = self.0.iter().filter(|(takeover, _)| takeover.until > now);
        let of_actor =
            |officers: &[PersonId]| officers.iter().any(|officer| Actor::Person(*officer) == actor);
        running
            .map(|(takeover, officers)| Running { by_actor: of_actor(officers), ..takeover.clone() })
            .collect()
    }
}

fn running_of(row: RunningRow) -> Result<(Running, Vec<PersonId>)> {
    let (unit, group, system, start, article, organ_name, live, recorded, settings, until, officers) = row;
    let running = Running {
        unit: UnitId(uuid_of(&unit)?),
        part: part_of(group, system)?,
        start: WallTime(start),
        article,
        organ_name,
        kept: Kept { live, recorded, settings },
        until: WallTime(until),
        by_actor: false,
    };
    let corrupt = |_| Error::Corrupt("a stored officer is no id".into());
    let officers = officers.split(',').filter(|officer| !officer.is_empty());
    let officers = officers.map(|officer| officer.parse().map(PersonId).map_err(corrupt));
    Ok((running, officers.collect::<Result<_>>()?))
}

/// What takeovers mean for one act of one actor.
#[derive(Default)]
pub(super) struct Control(Vec<Running>);

impl Control {
    /// Those that run now. Mostly there is none.
    pub(super) async fn load(connection: &mut SqliteConnection, actor: Actor, now: WallTime) -> Result<Self> {
        Ok(Self::among(&Takeovers::load(connection).await?, actor, now))
    }

    /// The same of those that were read already.
    pub(super) fn among(takeovers: &Takeovers, actor: Actor, now: WallTime) -> Self {
        Self(takeovers.at(actor, now))
    }

    /// The posts that the actor has by a takeover, for as long as it runs (guangzhou-2007:18).
    pub(super) fn posts(&self) -> impl Iterator<Item = Post> {
        let own = self.0.iter().filter(|running| running.by_actor);
        own.map(|running| Post { role: Role::Operator, unit: running.unit, group: running.part })
    }

    /// When the first takeover ends by which the actor has a post: pictures end with it.
    pub(super) fn until(&self) -> WallTime {
        let own = self.0.iter().filter(|running| running.by_actor);
        own.map(|running| running.until).min().unwrap_or(WallTime(i64::MAX))
    }

    /// Whether all of it is under the control of the actor, as an officer.
    pub(super) fn vouches<'s>(&self, scopes: impl Iterator<Item = &'s Scope>) -> bool {
        let mut scopes = scopes.peekable();
        let own = |scope: &Scope| self.0.iter().any(|running| running.by_actor && running.covers(scope));
        scopes.peek().is_some() && scopes.all(own)
    }

    /// Why the actor may not do this now: an organ has control of a part of it, and left the unit less. A camera that comes under
    /// two organs by changing its system stays with the one that has it longer.
    pub(super) fn closes<'s>(
        &self,
        (act, systems): (Act, &[RecordId]),
        mut scopes: impl Iterator<Item = &'s Scope>,
    ) -> Option<law::access::Refusal> {
        let others: Vec<&Running> =
            self.0.iter().filter(|running| !running.by_actor && !running.leaves(act)).collect();
        if others.is_empty() {
            return None;
        }
        let earlier = |other: &Running, scope: &Scope| {
            let mut own = self.0.iter().filter(|running| running.by_actor && running.covers(scope));
            own.any(|own| own.start < other.start)
        };
        let closes =
            |other: &Running, scope: &Scope| other.meets((act, systems), scope) && !earlier(other, scope);
        let closing = scopes.find_map(|scope| others.iter().find(|other| closes(other, scope)));
        closing.map(|closing| taken_over(&closing.article, &closing.organ_name, closing.until))
    }
}

/// Cameras of a unit, of one of its groups and those below, or at the points of one of its systems.
async fn cameras_in(
    connection: &mut SqliteConnection,
    groups: &GroupTree,
    (unit, part): (UnitId, Option<Part>),
) -> Result<HashSet<CameraId>> {
    let below: Option<HashSet<GroupId>> = match part {
        Some(Part::System(system)) => return whole_systems::cameras_in(connection, unit, system).await,
        Some(Part::Group(group)) => Some(groups.below(group).into_iter().collect()),
        None => None,
    };
    let rows: Vec<(Vec<u8>, Option<Vec<u8>>)> =
        sqlx::query_as("SELECT id, camera_group FROM camera WHERE unit = ? AND retired_us IS NULL")
            .bind(blob(unit.0))
            .fetch_all(connection)
            .await
            .doing("listing the cameras of a unit")?;
    let mut found = HashSet::new();
    for (camera, group) in rows {
        let group = group.map(|group| uuid_of(&group).map(GroupId)).transpose()?;
        let within = below.as_ref().is_none_or(|below| group.is_some_and(|group| below.contains(&group)));
        if within {
            found.insert(CameraId(uuid_of(&camera)?));
        }
    }
    Ok(found)
}

/// What a takeover is about, as it stands in the transaction that begins it.
struct Concerned<'l> {
    cameras: HashSet<CameraId>,
    rules: Vec<Rules<'l>>,
    overlaps: bool,
    system_over: bool,
    uncleared: bool,
}

impl<'l> Concerned<'l> {
    async fn load(
        connection: &mut SqliteConnection,
        book: Book<'l>,
        (actor, now): (Actor, WallTime),
        ((unit, part), officers): ((UnitId, Option<Part>), &HashSet<PersonId>),
    ) -> Result<Self> {
        let groups = GroupTree::load(connection).await?;
        let overlaps = overlaps(connection, &groups, (unit, part), now).await?;
        let Some(system) = system_of(part) else {
            let cameras = cameras_in(connection, &groups, (unit, part)).await?;
            let rules = rules_of_cameras(connection, book, &cameras).await?;
            return Ok(Self { cameras, rules, overlaps, system_over: false, uncleared: false });
        };
        let seen = whole_systems::in_sight(connection, actor, ("system_id", unit, system)).await?;
        let uncleared = seen.secret && !all_cleared(connection, unit, officers).await?;
        Ok(Self {
            cameras: whole_systems::cameras_in(connection, unit, system).await?,
            // A system has its rules also while no camera stands in it.
            rules: rules_of_request(connection, book, unit, &[], Some(system)).await?,
            overlaps,
            system_over: seen.stage == Stage::Decommissioned,
            uncleared,
        })
    }
}

impl Registry {
    /// What keeps the document that is named from being an order: a name in the register is none.
    async fn order_unfit(&self, cx: &Cx, new: &NewTakeover, today: &str) -> Result<Option<Unfit>> {
        let Some(order) = new.order else { return Ok(None) };
        let order = self.own(cx, "order_document_id", order, RecordKind::Document, new.unit).await?;
        let text = |field: &str| order.body.get(field).and_then(serde_json::Value::as_str);
        Ok(unfit(text("sha256").is_some(), text("dated"), text("valid_until"), today))
    }

    /// Enters that an organ takes over control. From then on its officers have the cameras, and the unit what it keeps; what was
    /// open ends, and the entry says how many.
    pub async fn begin_takeover(&self, cx: &Cx, new: NewTakeover) -> Result<Uuid> {
        let person = person_of(cx)?;
        let organ_name = words("organ_name", &new.organ_name, ORGAN_NAME_CHARS_MAX)?;
        let reason = words("reason", &new.reason, REASON_CHARS_MAX)?;
        if new.officers.len() > OFFICERS_MAX {
            return Err(Error::invalid("officer_ids", "are too many"));
        }
        let officers: HashSet<PersonId> = new.officers.iter().copied().collect();
        let system = system_cx("registry", cx.now);
        let today = self.today(cx.now);
        let order_unfit = self.order_unfit(&system, &new, &today.to_string()).await?;
        for officer in &officers {
            if self.person(&system, *officer).await.is_ok_and(|person| !person.suspended) {
                continue;
            }
            return Err(Error::invalid("officer_ids", "name an account that is not in order"));
        }
        let (id, passes) = (new_id(), self.0.passes.clone());
        let library = Arc::clone(&self.0.packs.library);
        let cx = Cx { note: Some(reason.clone()), ..cx.clone() };
        let (scope, actor) = ((new.unit, new.part), cx.actor);
        self.decided(move |connection| {
            Box::pin(async move {
                let book = Book::on(&library, today);
                let what = Concerned::load(connection, book, (actor, cx.now), (scope, &officers)).await?;
                let facts = TakeoverFacts {
                    organ: new.organ,
                    now: cx.now,
                    until: new.until,
                    has_order: new.order.is_some(),
                    order_unfit,
                    officers: officers.len(),
                    names_oneself: officers.contains(&person),
                    overlaps: what.overlaps,
                    system_over: what.system_over,
                    uncleared: what.uncleared,
                };
                let (article, refusal) = match judge(&facts, &what.rules) {
                    Ok(article) => {
                        (article.map_or_else(|| "unit:takeover".into(), |id| id.to_string()), None)
                    }
                    Err(refusal) => (String::new(), Some(*refusal)),
                };
                let ends = passes.count_cameras(&what.cameras, cx.now);
                let ask = Ask {
                    scopes: vec![(new.unit, new.part)],
                    subject: Some(id),
                    recipient: organ_name.clone(),
                    extra: described(&new, &article, ends),
                    ..Ask::new(Act::BeginTakeover)
                };
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                insert(connection, (id, person, entry, cx.now), &new, (&organ_name, &reason, &article))
                    .await?;
                for officer in &officers {
                    insert_officer(connection, id, *officer).await?;
                }
                // In the writer's order: whoever is admitted after this is admitted under the takeover.
                passes.revoke_cameras(&what.cameras);
                Ok(Ok(id))
            })
        })
        .await
    }

    /// Gives control back before the term: by the unit's administrator, or by an officer. Returns what it was.
    pub async fn end_takeover(&self, cx: &Cx, id: Uuid, reason: &str) -> Result<()> {
        let person = person_of(cx)?;
        let reason = words("reason", reason, REASON_CHARS_MAX)?;
        let found = self.takeover(id).await?;
        let passes = self.0.passes.clone();
        let cx = Cx { note: Some(reason.clone()), ..cx.clone() };
        self.decided(move |connection| {
            Box::pin(async move {
                let ask = Ask {
                    scopes: vec![(found.unit, found.part)],
                    subject: Some(id),
                    refers_to: Some(found.entry),
                    own: found.has_officer(person),
                    recipient: found.organ_name.clone(),
                    ..Ask::new(Act::EndTakeover)
                };
                let entry = match enter_unless(connection, &cx, &ask, None).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let ended = End { at: cx.now, entry, by: Some(person), reason: Some(&reason) };
                if !write_end(connection, id, ended).await? {
                    return Err(Error::Conflict("the takeover is over already".into()));
                }
                let groups = GroupTree::load(connection).await?;
                let cameras = cameras_in(connection, &groups, (found.unit, found.part)).await?;
                passes.revoke_cameras(&cameras);
                Ok(Ok(()))
            })
        })
        .await
    }

    /// Writes the ends of takeovers whose term has passed: control is back already, by the clock.
    pub async fn note_ended_takeovers(&self, cx: &Cx) -> Result<()> {
        crate::footage::system_only(cx)?;
        let over: Vec<(Vec<u8>, String, i64)> = sqlx::query_as(
            "SELECT id, organ_name, until_us FROM takeover WHERE ended_us IS NULL AND until_us <= ?",
        )
        .bind(cx.now.0)
        .fetch_all(&self.0.database.read)
        .await
        .doing("looking for takeovers that are over")?;
        for (id, organ, until) in over {
            let id = uuid_of(&id)?;
            let text = format!("takeover={id}\norgan={organ}\nby=term");
            self.note_system_with(cx, Act::EndTakeover, &text, move |connection, entry| {
                Box::pin(async move {
                    let ended = End { at: WallTime(until), entry, by: None, reason: None };
                    write_end(connection, id, ended).await.map(|_| ())
                })
            })
            .await?;
        }
        Ok(())
    }

    /// One takeover. Whether the actor may know is decided before.
    pub async fn takeover(&self, id: Uuid) -> Result<Takeover> {
        self.read_takeovers(Some(id), None).await?.pop().ok_or(Error::NotFound("takeover"))
    }

    /// All takeovers, newest first. Whether the actor may know is decided before.
    pub async fn takeovers(&self, _cx: &Cx) -> Result<Vec<Takeover>> {
        self.read_takeovers(None, None).await
    }

    /// Those that run now: everybody on the system sees them.
    pub async fn running_takeovers(&self, cx: &Cx) -> Result<Vec<Takeover>> {
        self.read_takeovers(None, Some(cx.now)).await
    }

    async fn read_takeovers(&self, only: Option<Uuid>, runs_at: Option<WallTime>) -> Result<Vec<Takeover>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading takeovers")?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT takeover.id, unit, camera_group, organ, organ_name, article, order_paper, reason,
                keeps_live, keeps_recorded, keeps_settings, start_us, until_us,
                takeover.person, beginner.name, takeover.entry
             FROM takeover JOIN person AS beginner ON beginner.id = takeover.person
             WHERE (?1 IS NULL OR takeover.id = ?1)
                AND (?3 IS NULL OR (ended_us IS NULL AND until_us > ?3))
             ORDER BY start_us DESC LIMIT ?2",
        )
        .bind(only.map(blob))
        .bind(ROWS_MAX)
        .bind(runs_at.map(|now| now.0))
        .fetch_all(&mut *connection)
        .await
        .doing("reading takeovers")?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let mut takeover = takeover_of(row)?;
            if takeover.part.is_none() {
                takeover.part = stored_system(&mut connection, takeover.id).await?.map(Part::System);
            }
            takeover.officers = officers_of(&mut connection, takeover.id).await?;
            takeover.end = end_of(&mut connection, takeover.id).await?;
            found.push(takeover);
        }
        Ok(found)
    }
}

fn described(new: &NewTakeover, article: &str, views_ended: u64) -> String {
    let order = new.order.map_or_else(|| "none".to_owned(), |order| order.to_string());
    let officers: Vec<String> = new.officers.iter().map(ToString::to_string).collect();
    let Kept { live, recorded, settings } = new.kept;
    // By its id alone: whoever reads the ledger need not be cleared for a secret one.
    let system = system_of(new.part).map_or_else(String::new, |system| format!("system={system}\n"));
    format!(
        "{system}organ={}\narticle={article}\norder={order}\nuntil={}\nofficers={}\nkeeps_live={live}\nkeeps_recorded={recorded}\nkeeps_settings={settings}\nviews_ended={views_ended}",
        new.organ.as_str(),
        new.until,
        officers.join(",")
    )
}

/// Whether something of this is under a takeover that runs: the same unit; and of its groups one above the other, or the same system,
/// or a camera of the one in the other.
async fn overlaps(
    connection: &mut SqliteConnection,
    groups: &GroupTree,
    (unit, part): (UnitId, Option<Part>),
    now: WallTime,
) -> Result<bool> {
    let own = groups.scope(unit, group_of(part))?;
    let running = Takeovers::load(connection).await?.at(Actor::System("registry"), now);
    for other in running.iter().filter(|other| other.unit == unit) {
        let meets = match (part, other.part) {
            (None, _) | (_, None) => true,
            (Some(Part::System(own)), Some(Part::System(other))) => own == other,
            (Some(Part::Group(group)), Some(Part::Group(above))) => {
                let other = groups.scope(unit, Some(above)).ok();
                own.groups.contains(&above) || other.is_some_and(|other| other.groups.contains(&group))
            }
            (part, other) => {
                let own = cameras_in(connection, groups, (unit, part)).await?;
                !own.is_disjoint(&cameras_in(connection, groups, (unit, other)).await?)
            }
        };
        if meets {
            return Ok(true);
        }
    }
    Ok(false)
}

const fn group_of(part: Option<Part>) -> Option<GroupId> {
    match part {
        Some(Part::Group(group)) => Some(group),
        _ => None,
    }
}

const fn system_of(part: Option<Part>) -> Option<RecordId> {
    match part {
        Some(Part::System(system)) => Some(system),
        _ => None,
    }
}

/// Whether each officer may see the unit's secret systems.
async fn all_cleared(
    connection: &mut SqliteConnection,
    unit: UnitId,
    officers: &HashSet<PersonId>,
) -> Result<bool> {
    for officer in officers {
        let cleared = Cleared::load(&mut *connection, Actor::Person(*officer)).await?;
        if !cleared.covers(Some(unit)) {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn insert(
    connection: &mut SqliteConnection,
    (id, person, entry, now): (Uuid, PersonId, EntryIndex, WallTime),
    new: &NewTakeover,
    (organ_name, reason, article): (&str, &str, &str),
) -> Result<()> {
    sqlx::query(
        "INSERT INTO takeover (id, unit, camera_group, system, organ, organ_name, article, order_paper, reason, keeps_live,
            keeps_recorded, keeps_settings, start_us, until_us, person, entry)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(id))
    .bind(blob(new.unit.0))
    .bind(group_of(new.part).map(|group| blob(group.0)))
    .bind(system_of(new.part).map(|system| blob(system.0)))
    .bind(new.organ.as_str())
    .bind(organ_name)
    .bind(article)
    .bind(new.order.map(|order| blob(order.0)))
    .bind(reason)
    .bind(new.kept.live)
    .bind(new.kept.recorded)
    .bind(new.kept.settings)
    .bind(now.0)
    .bind(new.until.0)
    .bind(blob(person.0))
    .bind(int(entry.0)?)
    .execute(connection)
    .await
    .doing("beginning a takeover")
    .map(|_| ())
}

async fn insert_officer(connection: &mut SqliteConnection, id: Uuid, officer: PersonId) -> Result<()> {
    sqlx::query("INSERT INTO takeover_officer (takeover, person) VALUES (?, ?)")
        .bind(blob(id))
        .bind(blob(officer.0))
        .execute(connection)
        .await
        .doing("naming the officer of a takeover")
        .map(|_| ())
}

struct End<'a> {
    at: WallTime,
    entry: EntryIndex,
    by: Option<PersonId>,
    reason: Option<&'a str>,
}

/// False: it has its end.
async fn write_end(connection: &mut SqliteConnection, id: Uuid, end: End<'_>) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE takeover SET ended_us = ?1, end_entry = ?2, ender = ?3, end_reason = ?4
         WHERE id = ?5 AND ended_us IS NULL AND (?3 IS NULL OR until_us > ?1)",
    )
    .bind(end.at.0)
    .bind(int(end.entry.0)?)
    .bind(end.by.map(|person| blob(person.0)))
    .bind(end.reason)
    .bind(blob(id))
    .execute(connection)
    .await
    .doing("ending a takeover")?;
    Ok(done.rows_affected() > 0)
}

type Row = (
    Vec<u8>,
    Vec<u8>,
    Option<Vec<u8>>,
    String,
    String,
    String,
    Vec<u8>,
    String,
    bool,
    bool,
    bool,
    i64,
    i64,
    Vec<u8>,
    String,
    i64,
);

fn takeover_of(row: Row) -> Result<Takeover> {
    let (id, unit, group, organ, organ_name, article, order, reason, live, recorded, settings, ..) = row;
    let (start, until, person, name, entry) = (row.11, row.12, row.13, row.14, row.15);
    Ok(Takeover {
        id: uuid_of(&id)?,
        unit: UnitId(uuid_of(&unit)?),
        part: part_of(group, None)?,
        organ: Organ::from_word(&organ).ok_or_else(|| Error::Corrupt("a stored organ is unknown".into()))?,
        organ_name,
        article,
        order: RecordId(uuid_of(&order)?),
        reason,
        kept: Kept { live, recorded, settings },
        start: WallTime(start),
        until: WallTime(until),
        person: (PersonId(uuid_of(&person)?), name),
        entry: EntryIndex(uint(entry)?),
        officers: Vec::new(),
        end: None,
    })
}

/// The system that was taken over, beside what fits in one row's tuple.
async fn stored_system(connection: &mut SqliteConnection, id: Uuid) -> Result<Option<RecordId>> {
    let row: Option<(Option<Vec<u8>>,)> = sqlx::query_as("SELECT system FROM takeover WHERE id = ?")
        .bind(blob(id))
        .fetch_optional(connection)
        .await
        .doing("reading which system was taken over")?;
    row.and_then(|(system,)| system).map(|system| uuid_of(&system).map(RecordId)).transpose()
}

async fn officers_of(connection: &mut SqliteConnection, id: Uuid) -> Result<Vec<(PersonId, String)>> {
    let rows: Vec<(Vec<u8>, String)> = sqlx::query_as(
        "SELECT person.id, name FROM takeover_officer JOIN person ON person.id = person WHERE takeover = ?
         ORDER BY name",
    )
    .bind(blob(id))
    .fetch_all(connection)
    .await
    .doing("reading the officers of a takeover")?;
    rows.into_iter().map(|(person, name)| Ok((PersonId(uuid_of(&person)?), name))).collect()
}

type EndRow = (i64, Option<i64>, Option<Vec<u8>>, Option<String>, Option<String>);

async fn end_of(connection: &mut SqliteConnection, id: Uuid) -> Result<Option<TakeoverEnd>> {
    let row: Option<EndRow> = sqlx::query_as(
        "SELECT ended_us, end_entry, ender, name, end_reason FROM takeover LEFT JOIN person ON person.id = ender
         WHERE takeover.id = ? AND ended_us IS NOT NULL",
    )
    .bind(blob(id))
    .fetch_optional(connection)
    .await
    .doing("reading the end of a takeover")?;
    row.map(|(at, entry, by, name, reason)| {
        let by =
            by.zip(name).map(|(by, name)| Ok::<_, Error>((PersonId(uuid_of(&by)?), name))).transpose()?;
        let entry = entry.map(uint).transpose()?.map(EntryIndex);
        Ok(TakeoverEnd { at: WallTime(at), entry, by, reason: reason.unwrap_or_default() })
    })
    .transpose()
}
