//! Loading the facts that `law::access::decide` decides on. The only place outside tests where `Facts` are made.

use super::acting;
use super::admit::Ask;
use super::beside::Beside;
use super::cases;
use super::clearance::Cleared;
use super::clip_levels::seen;
use super::keepers;
use super::register::listed;
use super::retrievals;
use super::supervision;
use super::takeovers::Control;
use crate::convert::{blob, small, uuid_of};
use crate::error::{Doing, Error, Result};
use futures::future::BoxFuture;
use law::access::{
    Decision, FactValues, Facts, ForAuthority, NamedCase, Part, Post, Refusal, Scope, Subject, Target,
    decide, roles_for,
};
use ledger::access::Acting;
use model::{Act, Actor, CameraId, Cx, GroupId, PersonId, RecordId, Role, Span, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Deepest nesting of camera groups: a city's order has five levels; a chain longer than this is a loop.
pub const GROUP_DEPTH_MAX: usize = 16;

/// Facts, and the words of the entry that come from the same rows.
pub struct Loaded {
    pub facts: Facts,
    pub acting: Acting,
    pub unit: Option<UnitId>,
    pub unit_name: String,
    /// What takes the act away from whoever is permitted otherwise: another has control.
    pub closed: Option<Refusal>,
    /// When what permits pictures to the actor ends by itself: training, the account's term, control by a takeover.
    pub pictures_end: WallTime,
    /// Whether any clip of its cameras has a level of its own, whenever it is.
    pub has_clip_levels: bool,
}

pub async fn load(connection: &mut SqliteConnection, cx: &Cx, ask: &Ask) -> Result<Loaded> {
    let groups = GroupTree::load(connection).await?;
    let control = Control::load(connection, cx.actor, cx.now).await?;
    load_among(connection, cx, ask, (&groups, control)).await
}

/// The same, among groups and takeovers that this transaction read already.
pub async fn load_among(
    connection: &mut SqliteConnection,
    cx: &Cx,
    ask: &Ask,
    (groups, control): (&GroupTree, Control),
) -> Result<Loaded> {
    let touched = seen(ask.span, cx.now);
    let Found { targets, named, has_clip_levels } =
        targets(connection, groups, cx.actor, (&ask.cameras, touched)).await?;
    let mut scopes = Vec::with_capacity(ask.scopes.len());
    for (unit, part) in &ask.scopes {
        scopes.push(groups.scope_of(*unit, *part)?);
    }
    if let Some(person) = ask.posts_of {
        // An authority's account has no posts of a unit: it is kept by the one that made it, and by no other.
        let units = keepers::kept_by(connection, person).await?;
        scopes.extend(units.into_iter().map(|unit| Scope { unit, groups: Vec::new(), system: None }));
    }
    let asker = Asker::among(connection, cx, ask, control).await?;
    let unit = common_unit(&targets, &scopes);
    let unit_name = match (unit, named) {
        // The unit of all is that of the first.
        (Some(_), Some(name)) => name,
        (Some(unit), None) => unit_name(connection, unit).await?,
        (None, _) => String::new(),
    };
    let first = targets.first().map(|target| &target.scope).or(scopes.first());
    let post = post_words(&asker.subject, ask.act, first);
    let person = match cx.actor {
        Actor::Person(person) => Some(person),
        Actor::System(_) => None,
    };
    let second = match &ask.beside {
        Some(beside) => second(connection, cx, ask, beside).await?,
        None => None,
    };
    let acting =
        Acting { person, account: asker.account.clone(), display_name: asker.display_name.clone(), post };
    let Asked { facts, closed, pictures_end } = asker.asks(cx, ask, (targets, scopes), second);
    Ok(Loaded { facts, acting, unit, unit_name, closed, pictures_end, has_clip_levels })
}

/// Somebody who acts, as they are known at this moment: loaded once, for as many cameras as are asked about.
pub struct Asker {
    subject: Subject,
    account: String,
    display_name: String,
    /// Other than by control and by a second person.
    pictures_end: WallTime,
    /// Collects for an authority, in the portal.
    requests: bool,
    control: Control,
    case: NamedCase,
}

/// One act of theirs, with what the law decides on.
pub struct Asked {
    pub facts: Facts,
    pub closed: Option<Refusal>,
    pub pictures_end: WallTime,
}

impl Asked {
    /// Why not: what the law says first, then that another has control.
    pub fn refusal(self) -> Option<Refusal> {
        refused(&self.facts, self.closed)
    }

    /// Until when it may be done; `None`: it may not.
    pub fn until(self) -> Option<WallTime> {
        let end = self.pictures_end;
        self.refusal().is_none().then_some(end)
    }
}

/// Why not, if so: who has no control is told that before what lies beyond the table of roles, and after what the law says.
pub fn refused(facts: &Facts, closed: Option<Refusal>) -> Option<Refusal> {
    match decide(facts) {
        Decision::Permit => closed,
        Decision::Refuse(refusal) => Some(refusal),
    }
}

impl Asker {
    pub async fn load(connection: &mut SqliteConnection, cx: &Cx, ask: &Ask) -> Result<Self> {
        let control = Control::load(connection, cx.actor, cx.now).await?;
        Self::among(connection, cx, ask, control).await
    }

    async fn among(connection: &mut SqliteConnection, cx: &Cx, ask: &Ask, control: Control) -> Result<Self> {
        let Who { subject, account, display_name, pictures_end, requests } =
            subject(connection, cx, ask, &control).await?;
        let case = cases::named(connection, cx).await?;
        Ok(Self { subject, account, display_name, pictures_end, requests, control, case })
    }

    /// As if they named this case.
    pub fn under(self, case: NamedCase) -> Self {
        Self { case, ..self }
    }

    /// What they ask of these cameras and parts of the registry. `second`: until when somebody beside them counts.
    pub fn asks(
        &self,
        cx: &Cx,
        ask: &Ask,
        (targets, scopes): (Vec<Target>, Vec<Scope>),
        second: Option<WallTime>,
    ) -> Asked {
        let concerned = || targets.iter().map(|target| &target.scope).chain(&scopes);
        let closed = match cx.actor {
            Actor::Person(_) => self.control.closes((ask.act, &ask.systems), concerned()),
            Actor::System(_) => None,
        };
        let mut subject = self.subject.clone();
        let mut pictures_end = self.pictures_end;
        let vouched = self.control.vouches(concerned());
        // Officers who have control make their copies themselves: what passed to them needs no retrieval.
        let in_order = ask.for_authority.in_order || vouched;
        let for_authority = ForAuthority { in_order, ..ask.for_authority.clone() };
        if let Subject::Person { standing, .. } = &mut subject
            && (self.requests || vouched)
        {
            // The training and vetting that a unit owes are those of its own people: for its officers and those who collect for
            // it the organ answers.
            (standing.trained_until, standing.vetted, standing.vetted_until) =
                (Some(self.control.until()), Some(true), None);
            pictures_end = standing.pictures_until(cx.now).unwrap_or(pictures_end);
        }
        let facts = Facts::loaded_in_admitting_transaction(FactValues {
            act: ask.act,
            now: cx.now,
            subject,
            purpose: cx.purpose,
            legal_basis: cx.legal_basis,
            case: self.case.clone(),
            by_grant: ask.by_grant.clone(),
            for_authority,
            has_note: has_note(cx),
            four_eyes: ask.four_eyes.clone(),
            persons_signed_in: 1 + u8::from(ask.beside.is_some()),
            persons_present: 1 + u8::from(second.is_some()),
            targets,
            scopes,
            span: ask.span,
            own: ask.own,
            sensitive: ask.sensitive,
        });
        let second = second.unwrap_or(WallTime(i64::MAX));
        Asked { facts, closed, pictures_end: pictures_end.min(self.control.until()).min(second) }
    }
}

/// Until when somebody may do this by themselves, by the same rules; `None`: they may not.
pub async fn permitted(connection: &mut SqliteConnection, cx: &Cx, ask: &Ask) -> Result<Option<WallTime>> {
    match load(connection, cx, ask).await {
        Ok(loaded) => Ok(refused(&loaded.facts, loaded.closed).is_none().then_some(loaded.pictures_end)),
        // A camera of a secret system is not there for whoever is not cleared (guangzhou-2007:11).
        Err(Error::NotFound(_) | Error::Unauthenticated) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The highest level among the cameras of an act, with that of the footage it touches.
pub async fn level(connection: &mut SqliteConnection, cx: &Cx, ask: &Ask) -> Result<u8> {
    let groups = GroupTree::load(connection).await?;
    let found = targets(connection, &groups, cx.actor, (&ask.cameras, seen(ask.span, cx.now))).await?;
    Ok(found.targets.iter().map(|target| target.security_level).max().unwrap_or(1))
}

/// Until when a second person counts: they might do the same themselves, by the same rules; `None`: they do not count.
fn second<'c>(
    connection: &'c mut SqliteConnection,
    cx: &Cx,
    ask: &Ask,
    beside: &Beside,
) -> BoxFuture<'c, Result<Option<WallTime>>> {
    let cx = Cx { actor: Actor::Person(beside.person), ..cx.clone() };
    let (ask, until) = (Ask { beside: None, four_eyes: Vec::new(), ..ask.clone() }, beside.until);
    Box::pin(async move { Ok(permitted(connection, &cx, &ask).await?.map(|theirs| theirs.min(until))) })
}

/// Whether a reason was stated.
pub fn has_note(cx: &Cx) -> bool {
    cx.note.as_deref().is_some_and(|note| !note.trim().is_empty())
}

/// Who acts, and the words of the entry about them.
struct Who {
    subject: Subject,
    account: String,
    display_name: String,
    pictures_end: WallTime,
    requests: bool,
}

async fn subject(connection: &mut SqliteConnection, cx: &Cx, ask: &Ask, control: &Control) -> Result<Who> {
    let never = WallTime(i64::MAX);
    let person = match cx.actor {
        Actor::System(name) => {
            let (account, display_name, subject) = (name.to_owned(), name.to_owned(), Subject::System(name));
            return Ok(Who { subject, account, display_name, pictures_end: never, requests: false });
        }
        Actor::Person(person) => person,
    };
    let found = acting::of_actor(connection, person, ask, cx.now).await;
    let acting::Known { account: known, mut posts, standing } = found.map_err(|error| match error {
        Error::NotFound("person") => Error::Unauthenticated,
        other => other,
    })?;
    posts.extend(control.posts());
    // Few are an authority's: their registers are asked only for those who stand in them.
    if known.supervises {
        posts.extend(supervision::posts(connection, person).await?);
    }
    let requester = match known.requests {
        true => retrievals::portal::posts(connection, person).await?,
        false => None,
    };
    let requests = requester.is_some();
    posts.extend(requester);
    let pictures_end = standing.pictures_until(cx.now).unwrap_or(never);
    let acting::Account { account, name, suspended, must_change_password, .. } = known;
    let subject = Subject::Person { person, suspended, must_change_password, posts, standing };
    Ok(Who { subject, account, display_name: name, pictures_end, requests })
}

/// The posts that somebody holds now: their own, and those by a takeover that runs.
pub async fn posts_at(
    connection: &mut SqliteConnection,
    person: PersonId,
    now: WallTime,
) -> Result<Vec<Post>> {
    let mut held = posts(connection, person).await?;
    held.extend(Control::load(connection, Actor::Person(person), now).await?.posts());
    Ok(held)
}

/// Where in a unit somebody's own posts of some roles reach furthest: all of it (`None`) before one part.
pub async fn own_part(
    connection: &mut SqliteConnection,
    person: PersonId,
    unit: UnitId,
    fits: impl Fn(Role) -> bool,
) -> Result<Option<Part>> {
    let posts = posts(connection, person).await?;
    let own = posts.iter().filter(|post| post.unit == unit && fits(post.role)).map(|post| post.group);
    Ok(own.min_by_key(Option::is_some).flatten())
}

/// The posts that somebody was given.
pub async fn posts(connection: &mut SqliteConnection, person: PersonId) -> Result<Vec<Post>> {
    let rows: Vec<(i64, Vec<u8>, Option<Vec<u8>>)> =
        sqlx::query_as("SELECT role, unit, camera_group FROM post WHERE person = ? ORDER BY rowid")
            .bind(blob(person.0))
            .fetch_all(connection)
            .await
            .doing("loading posts")?;
    rows.into_iter()
        .map(|(role, unit, group)| {
            post(role, uuid_of(&unit)?, group.map(|group| uuid_of(&group)).transpose()?)
        })
        .collect()
}

/// The same as a column of one person's row; [`posts_of`] reads it.
pub const POSTS: &str = "(SELECT coalesce(group_concat(role || ' ' || hex(unit) || ' ' || hex(coalesce(camera_group, '')), ',' ORDER BY rowid), '')
    FROM post WHERE post.person = person.id)";

pub fn posts_of(column: &str) -> Result<Vec<Post>> {
    let corrupt = || Error::Corrupt("a stored post cannot be read".into());
    let rows = column.split(',').filter(|row| !row.is_empty());
    rows.map(|row| {
        let mut parts = row.split(' ');
        let role = parts.next().and_then(|role| role.parse().ok()).ok_or_else(corrupt)?;
        let unit = parts.next().and_then(|unit| unit.parse().ok()).ok_or_else(corrupt)?;
        let group = parts.next().filter(|group| !group.is_empty());
        post(role, unit, group.map(|group| group.parse().map_err(|_| corrupt())).transpose()?)
    })
    .collect()
}

fn post(role: i64, unit: Uuid, group: Option<Uuid>) -> Result<Post> {
    let role =
        Role::from_code(small(role)?).ok_or_else(|| Error::Corrupt("a stored role is unknown".into()))?;
    Ok(Post { role, unit: UnitId(unit), group: group.map(|group| Part::Group(GroupId(group))) })
}

/// Cameras as decisions look at them, by a condition on them: with the highest level of those of its clips that meet `?2` to `?3`.
macro_rules! looked_at {
    ($condition:literal) => {
        concat!(
            "SELECT camera.id, camera.name, camera.unit, camera_group, security_level, coalesce(record.secret, 0), record.parent, unit.name,
               EXISTS (SELECT 1 FROM clip_level WHERE clip_level.camera = camera.id),
               (SELECT coalesce(max(level), 0) FROM clip_level WHERE clip_level.camera = camera.id
                AND NOT EXISTS (SELECT 1 FROM clip_level_end WHERE raised = clip_level.entry)
                AND start_us < ?3 AND (end_us IS NULL OR end_us > ?2))
             FROM camera JOIN unit ON unit.id = camera.unit LEFT JOIN record ON record.id = camera.point WHERE ",
            $condition
        )
    };
}

type LookedAt = (Vec<u8>, String, Vec<u8>, Option<Vec<u8>>, i64, bool, Option<Vec<u8>>, String, bool, i64);

/// A camera that somebody may ask for.
pub struct CameraFacts {
    pub name: String,
    unit_name: String,
    /// Of a secret system: not there for whoever is not cleared.
    pub secret: bool,
    has_clip_levels: bool,
    pub target: Target,
}

fn camera_facts(groups: &GroupTree, row: LookedAt) -> Result<CameraFacts> {
    let (id, name, unit, group, level, secret, system, unit_name, has_clip_levels, clip) = row;
    let group = group.map(|group| uuid_of(&group).map(GroupId)).transpose()?;
    let system = system.map(|system| uuid_of(&system).map(RecordId)).transpose()?;
    let scope = Scope { system, ..groups.scope(UnitId(uuid_of(&unit)?), group)? };
    let (own, clip): (u8, u8) = (small(level)?, small(clip)?);
    let camera = CameraId(uuid_of(&id)?);
    let target = Target { camera, scope, security_level: clip.max(own), of_clip: clip > own };
    Ok(CameraFacts { name, unit_name, secret, has_clip_levels, target })
}

/// The cameras of an act in their order.
#[derive(Default)]
struct Found {
    targets: Vec<Target>,
    /// The name of the first one's unit.
    named: Option<String>,
    has_clip_levels: bool,
}

async fn targets(
    connection: &mut SqliteConnection,
    groups: &GroupTree,
    actor: Actor,
    (cameras, touched): (&[CameraId], Span),
) -> Result<Found> {
    if cameras.is_empty() {
        return Ok(Found::default());
    }
    let found = named(connection, groups, (cameras, touched)).await?;
    // Only where something is secret it matters who is cleared.
    let cleared = match found.values().any(|found| found.secret) {
        true => Cleared::load(connection, actor).await?,
        false => Cleared::All,
    };
    let mut targets = Vec::with_capacity(cameras.len());
    for camera in cameras {
        let found = found.get(camera).ok_or(Error::NotFound("camera"))?;
        // guangzhou-2007:11: a secret system's camera is not there for whoever is not cleared.
        if found.secret && !cleared.covers(Some(found.target.scope.unit)) {
            return Err(Error::NotFound("camera"));
        }
        targets.push(found.target.clone());
    }
    let named = cameras.first().and_then(|camera| found.get(camera)).map(|found| found.unit_name.clone());
    let has_clip_levels = found.values().any(|found| found.has_clip_levels);
    Ok(Found { targets, named, has_clip_levels })
}

async fn named(
    connection: &mut SqliteConnection,
    groups: &GroupTree,
    (cameras, touched): (&[CameraId], Span),
) -> Result<HashMap<CameraId, CameraFacts>> {
    let rows: Vec<LookedAt> =
        sqlx::query_as(looked_at!("camera.id IN (SELECT unhex(value) FROM json_each(?1))"))
            .bind(listed(cameras.iter().map(|camera| camera.0)))
            .bind(touched.start.0)
            .bind(touched.end.0)
            .fetch_all(connection)
            .await
            .doing("loading cameras")?;
    let found = rows.into_iter().map(|row| camera_facts(groups, row));
    found.map(|found| found.map(|found| (found.target.camera, found))).collect()
}

/// One camera, as decisions about a span look at it.
pub async fn camera(
    connection: &mut SqliteConnection,
    camera: CameraId,
    (span, now): (Option<Span>, WallTime),
) -> Result<CameraFacts> {
    let groups = GroupTree::load(connection).await?;
    let found = named(connection, &groups, (&[camera], seen(span, now))).await?.remove(&camera);
    found.ok_or(Error::NotFound("camera"))
}

/// The unit's cameras that are not retired, as whoever asks may know of them, by name.
pub async fn cameras_of_unit(
    connection: &mut SqliteConnection,
    cx: &Cx,
    (unit, (span, now)): (UnitId, (Option<Span>, WallTime)),
) -> Result<Vec<CameraFacts>> {
    let (groups, touched) = (GroupTree::load(connection).await?, seen(span, now));
    let knows = Cleared::load(connection, cx.actor).await?.covers(Some(unit));
    let condition = looked_at!("camera.unit = ?1 AND retired_us IS NULL ORDER BY camera.name, camera.id");
    let rows: Vec<LookedAt> = sqlx::query_as(condition)
        .bind(blob(unit.0))
        .bind(touched.start.0)
        .bind(touched.end.0)
        .fetch_all(connection)
        .await
        .doing("listing the cameras of a unit")?;
    let known = rows.into_iter().filter(|(.., secret, _, _, _, _)| knows || !*secret);
    known.map(|row| camera_facts(&groups, row)).collect()
}

pub async fn unit_name(connection: &mut SqliteConnection, unit: UnitId) -> Result<String> {
    let row: Option<(String,)> = sqlx::query_as("SELECT name FROM unit WHERE id = ?")
        .bind(blob(unit.0))
        .fetch_optional(connection)
        .await
        .doing("loading a unit")?;
    row.map(|(name,)| name).ok_or(Error::NotFound("unit"))
}

/// The unit, when everything that the act concerns lies in one.
fn common_unit(targets: &[Target], scopes: &[Scope]) -> Option<UnitId> {
    let mut units =
        targets.iter().map(|target| target.scope.unit).chain(scopes.iter().map(|scope| scope.unit));
    let first = units.next()?;
    (units.all(|unit| unit == first) && first != keepers::NOBODY).then_some(first)
}

/// The post under which the act falls, as the ledger shows it: `operator`, or `operator/group` for a group's post.
fn post_words(subject: &Subject, act: Act, scope: Option<&Scope>) -> String {
    let Subject::Person { posts, .. } = subject else { return "system".into() };
    let covers = |post: &&Post| {
        roles_for(act).contains(&post.role) && scope.is_none_or(|scope| scope.lies_in(post.unit, post.group))
    };
    match posts.iter().find(covers) {
        Some(Post { role, group: None, .. }) => role.as_str().into(),
        Some(Post { role, group: Some(Part::Group(group)), .. }) => {
            format!("{}/group {group}", role.as_str())
        }
        Some(Post { role, group: Some(Part::System(system)), .. }) => {
            format!("{}/system {system}", role.as_str())
        }
        None => String::new(),
    }
}

/// All camera groups: small enough to be read whole, a few hundred even in a city.
pub struct GroupTree(HashMap<GroupId, Node>);

struct Node {
    unit: UnitId,
    parent: Option<GroupId>,
    name: String,
}

impl GroupTree {
    pub async fn load(connection: &mut SqliteConnection) -> Result<Self> {
        type Row = (Vec<u8>, Vec<u8>, Option<Vec<u8>>, String);
        let rows: Vec<Row> = sqlx::query_as("SELECT id, unit, parent, name FROM camera_group")
            .fetch_all(connection)
            .await
            .doing("loading camera groups")?;
        let mut groups = HashMap::with_capacity(rows.len());
        for (id, unit, parent, name) in rows {
            let parent = parent.map(|parent| uuid_of(&parent).map(GroupId)).transpose()?;
            groups.insert(GroupId(uuid_of(&id)?), Node { unit: UnitId(uuid_of(&unit)?), parent, name });
        }
        Ok(Self(groups))
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The unit and the chain of groups from `group` upwards. The group must be the unit's own.
    pub fn scope(&self, unit: UnitId, group: Option<GroupId>) -> Result<Scope> {
        let (mut chain, mut next) = (Vec::new(), group);
        while let Some(group) = next {
            let node = self.0.get(&group).ok_or(Error::NotFound("camera group"))?;
            if node.unit != unit {
                return Err(Error::invalid("group_id", "belongs to another unit"));
            }
            if chain.len() == GROUP_DEPTH_MAX || chain.contains(&group) {
                return Err(Error::invalid("group_id", "is nested too deeply"));
            }
            chain.push(group);
            next = node.parent;
        }
        Ok(Scope { unit, groups: chain, system: None })
    }

    /// The same of a part of the unit: a group, or a system.
    pub fn scope_of(&self, unit: UnitId, part: Option<Part>) -> Result<Scope> {
        match part {
            Some(Part::System(system)) => Ok(Scope { system: Some(system), ..self.scope(unit, None)? }),
            Some(Part::Group(group)) => self.scope(unit, Some(group)),
            None => self.scope(unit, None),
        }
    }

    /// Every group of the unit hangs in it, not too deep.
    pub fn check(&self, unit: UnitId) -> Result<()> {
        let own = self.0.iter().filter(|(_, node)| node.unit == unit);
        own.map(|(group, _)| *group).try_for_each(|group| self.scope(unit, Some(group)).map(|_| ()))
    }

    /// A group and every group below it.
    pub fn below(&self, group: GroupId) -> Vec<GroupId> {
        let mut found = vec![group];
        let mut next = 0;
        while let Some(above) = found.get(next).copied() {
            next += 1;
            let children = self.0.iter().filter(|(_, node)| node.parent == Some(above)).map(|(id, _)| *id);
            let fresh: Vec<GroupId> = children.filter(|id| !found.contains(id)).collect();
            found.extend(fresh);
        }
        found
    }

    /// Groups with a word in their name, and every group below them.
    pub fn named(&self, word: &str) -> Vec<GroupId> {
        let word = word.to_lowercase();
        let named = self.0.iter().filter(|(_, node)| node.name.to_lowercase().contains(&word));
        let mut found: Vec<GroupId> = named.flat_map(|(id, _)| self.below(*id)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Unit of a group.
    pub fn unit_of(&self, group: GroupId) -> Option<UnitId> {
        self.0.get(&group).map(|node| node.unit)
    }
}
