//! Cameras: points, addresses, sealed credentials. Addresses are basic data that is shown to administrators only (O15).

use super::clearance::Cleared;
use super::facts::{GroupTree, posts_at};
use super::{Registry, admit::Ask, whole_systems};
use crate::convert::{blob, hash_of, small, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::seal::Kind;
use law::access::{Part, Post, Scope, entitles};
use law::life_cycle::Recording;
use law::packs::ArticleId;
use model::{
    Act, Actor, CameraId, Cx, GroupId, Hash, PersonId, RecordId, Secret, Transport, UnitId, WallTime,
};
use serde::{Deserialize, Serialize};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::HashMap;

/// Cameras on one page.
pub const PAGE_ROWS_MAX: u32 = 1_000;

/// Words of one search: a person types two or three, and each looks at every camera.
const QUERY_WORDS_MAX: usize = 8;

/// Cameras of one registry: a district's 20,000 with room to grow. A camera costs about 2 KB in the registry with its point, and a
/// list reads a page of them, not all; what reads all of them (standings, names) takes some 0.1 s for so many.
pub(super) const CAMERAS_MAX: i64 = 50_000;
/// Cameras that are switched on: two streams each are what one process runs.
pub(super) const ENABLED_MAX: i64 = 1_000;

const COLUMNS: &str =
    "SELECT id, unit, camera_group, name, place, main_url, sub_url, credentials IS NOT NULL, security_level,
    floor_days, enabled, created_us, retired_us, transport, certificate,
    coalesce((SELECT secret FROM record WHERE record.id = camera.point), 0)";

/// A camera's row in one text: two that are alike are the same row. Credentials are sealed, and so a digest of them.
pub(super) const PRINT: &str = "hex(camera.unit) || '/' || coalesce(hex(camera.camera_group), '') || '/' || camera.name || '/' ||
    camera.place || '/' || camera.main_url || '/' || coalesce(camera.sub_url, '') || '/' || camera.security_level || '/' ||
    coalesce(camera.floor_days, '') || '/' || camera.enabled || '/' || coalesce(hex(camera.point), '') || '/' ||
    coalesce(camera.retired_us, '') || '/' || camera.transport || '/' || coalesce(hex(camera.certificate), '') || '/' ||
    coalesce(hex(substr(camera.credentials, 1, 24)), '') || '/' || coalesce(camera.planned_kbps, '')";

/// How a camera is reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Reach {
    pub transport: Transport,
    /// SHA-256 of the certificate that a person accepted; for `rtsps://` only.
    pub certificate: Option<Hash>,
}

/// A camera as the actor may see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Camera {
    pub id: CameraId,
    pub unit: UnitId,
    pub group: Option<GroupId>,
    pub name: String,
    /// Empty, and withheld, for whom it is confidential basic data (national-2016:6, :22).
    pub place: String,
    pub place_withheld: bool,
    /// `None` when the actor is no administrator of it.
    pub main_url: Option<String>,
    /// `None` when there is no sub stream, or as above; `has_sub` tells which.
    pub sub_url: Option<String>,
    pub has_sub: bool,
    pub has_credentials: bool,
    pub reach: Reach,
    pub security_level: u8,
    /// The camera's own floor; the system's holds too.
    pub floor_days: Option<u16>,
    pub enabled: bool,
    pub retired: Option<WallTime>,
    pub created: WallTime,
    /// At a point of a secret system.
    pub secret: bool,
}

impl Camera {
    /// Whether an address leads to the host and port of one of the stored ones.
    pub(super) fn is_at(&self, url: &str) -> bool {
        let stored = [&self.main_url, &self.sub_url];
        stored.into_iter().flatten().any(|known| authority(known) == authority(url))
    }
}

/// Why stored credentials are not used for a new address.
pub(super) const OTHER_HOST: &str = "belongs to the stored host: give user name and password for this one";

/// Host and port of an RTSP address, as they are compared.
pub(super) fn authority(url: &str) -> String {
    let rest = url.trim().split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default().to_lowercase();
    let has_port =
        authority.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let secured = url.trim_start().get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("rtsps:"));
    match (has_port, secured) {
        (true, _) => authority,
        (false, false) => format!("{authority}:554"),
        (false, true) => format!("{authority}:322"),
    }
}

/// User name and password for a camera.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credentials {
    pub username: String,
    pub password: Secret<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PlainCredentials {
    pub username: String,
    pub password: String,
}

/// What the recorder needs to know of a camera.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CameraSource {
    pub id: CameraId,
    pub name: String,
    pub main_url: String,
    pub sub_url: Option<String>,
    pub credentials: Option<Credentials>,
    pub reach: Reach,
    /// As footage, in test mode, or not at all.
    pub recording: Recording,
    /// The article that forbids recording it where it is.
    pub forbidden_by: Option<ArticleId>,
    /// Under which recordings in test mode are kept apart.
    pub test_id: Option<CameraId>,
    /// The floor that new footage of it is promised.
    pub floor_days: u16,
    /// Sound is switched on, with its legal basis: without it the camera is not asked for any.
    pub sound: bool,
}

#[derive(Clone, Debug)]
pub struct NewCamera {
    pub unit: UnitId,
    pub group: Option<GroupId>,
    pub name: String,
    pub place: String,
    /// `rtsp://` or `rtsps://`, without credentials.
    pub main_url: String,
    pub sub_url: Option<String>,
    pub credentials: Option<Credentials>,
    pub reach: Reach,
    pub security_level: u8,
    pub floor_days: Option<u16>,
}

#[derive(Clone, Debug, Default)]
pub struct CameraChange {
    pub unit: Option<UnitId>,
    /// `Some(None)` takes the camera out of its group.
    pub group: Option<Option<GroupId>>,
    pub name: Option<String>,
    pub place: Option<String>,
    pub main_url: Option<String>,
    pub sub_url: Option<Option<String>>,
    pub credentials: Option<Option<Credentials>>,
    pub transport: Option<Transport>,
    /// `Some(None)` accepts none any more.
    pub certificate: Option<Option<Hash>>,
    pub security_level: Option<u8>,
    pub floor_days: Option<Option<u16>>,
    pub enabled: Option<bool>,
}

#[derive(Clone, Debug, Default)]
pub struct CameraQuery {
    /// Words, each in the name, the place, or the name of the unit or of a group that the camera is in.
    pub text: Option<String>,
    /// Cameras of this group and the groups below.
    pub group: Option<GroupId>,
    pub unit: Option<UnitId>,
    /// Those of the group itself, or of no group: what hangs in one branch of a tree.
    pub direct: bool,
    /// These, as far as the actor sees them.
    pub ids: Option<Vec<CameraId>>,
    /// Those at this point, or at the points of this system.
    pub record: Option<RecordId>,
    /// Those that are switched on, or off.
    pub enabled: Option<bool>,
    pub with_retired: bool,
    pub limit: u32,
    /// What the previous page returned.
    pub cursor: Option<String>,
}

#[derive(Clone, Debug)]
pub struct CameraPage {
    pub cameras: Vec<Camera>,
    pub next_cursor: Option<String>,
    pub total: u64,
}

/// How many cameras hang in a group, or in a unit beside its groups.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CameraCount {
    pub unit: UnitId,
    pub group: Option<GroupId>,
    pub cameras: u64,
}

type Row = (
    Vec<u8>,
    Vec<u8>,
    Option<Vec<u8>>,
    String,
    String,
    String,
    Option<String>,
    bool,
    i64,
    Option<i64>,
    bool,
    i64,
    Option<i64>,
    i64,
    Option<Vec<u8>>,
    bool,
);

impl Registry {
    /// Where these cameras stand in the law's eyes; they come from a list of what the actor sees.
    pub async fn camera_standings(
        &self,
        cx: &Cx,
        cameras: &[CameraId],
    ) -> Result<HashMap<CameraId, super::register::Standing>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading where cameras stand")?;
        super::register::standings_of(&mut connection, self.book(cx.now), cameras).await
    }

    /// Where a camera stands in the law's eyes, for whoever sees it.
    pub async fn camera_standing(&self, cx: &Cx, camera: CameraId) -> Result<super::register::Standing> {
        self.camera(cx, camera).await?;
        let mut connection = self.0.database.read.acquire().await.doing("reading where a camera stands")?;
        let found = super::register::standing(&mut connection, self.book(cx.now), camera).await?;
        found.ok_or(Error::NotFound("camera"))
    }

    /// The ids under which recordings before acceptance are kept.
    pub async fn test_ids(&self, cx: &Cx) -> Result<Vec<CameraId>> {
        crate::footage::system_only(cx)?;
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT test_id FROM camera WHERE test_id IS NOT NULL")
            .fetch_all(&self.0.database.read)
            .await
            .doing("listing cameras in test")?;
        rows.iter().map(|(id,)| uuid_of(id).map(CameraId)).collect()
    }

    /// The cameras that any post of the actor covers, by name; of those that are named also what a live view was approved of.
    pub async fn cameras(&self, cx: &Cx, query: &CameraQuery) -> Result<CameraPage> {
        if matches!(cx.actor, Actor::Person(_)) {
            self.admit_reading(cx, Act::ReadRegistry, Vec::new()).await?;
        }
        let page = self.camera_page(cx, query, query.limit.clamp(1, PAGE_ROWS_MAX)).await?;
        // Addresses are basic data; whoever sees none, or those of one group that they look after, reads none in bulk.
        let mut connection = self.0.database.read.acquire().await.doing("listing cameras")?;
        let keeps = Viewer::load(&mut connection, cx).await?.keeps_a_unit();
        drop(connection);
        let shown = page.cameras.iter().filter(|camera| keeps && camera.main_url.is_some());
        self.note_cameras(cx, shown.map(|camera| camera.id).collect()).await?;
        self.with_granted(cx, query, page).await
    }

    /// How many cameras hang where, of those that any post of the actor covers: a tree of twenty thousand opens branch by branch.
    pub async fn camera_counts(&self, cx: &Cx, query: &CameraQuery) -> Result<Vec<CameraCount>> {
        if matches!(cx.actor, Actor::Person(_)) {
            self.admit_reading(cx, Act::ReadRegistry, Vec::new()).await?;
        }
        let mut connection = self.0.database.read.acquire().await.doing("counting cameras")?;
        let groups = GroupTree::load(&mut connection).await?;
        let viewer = Viewer::load(&mut connection, cx).await?;
        let mut rows =
            select("SELECT camera.unit, camera.camera_group, count(*)", query, &viewer, &groups, None)?;
        rows.push(" GROUP BY camera.unit, camera.camera_group");
        let rows: Vec<(Vec<u8>, Option<Vec<u8>>, i64)> =
            rows.build_query_as().fetch_all(&mut *connection).await.doing("counting cameras")?;
        let count = |(unit, group, cameras): (Vec<u8>, Option<Vec<u8>>, i64)| {
            Ok(CameraCount {
                unit: UnitId(uuid_of(&unit)?),
                group: group.map(|group| uuid_of(&group).map(GroupId)).transpose()?,
                cameras: crate::convert::uint(cameras)?,
            })
        };
        rows.into_iter().map(count).collect()
    }

    /// All cameras that a query finds, at most so many: for an act that has its own entry.
    pub(super) async fn all_cameras(&self, cx: &Cx, query: &CameraQuery, max: usize) -> Result<Vec<Camera>> {
        let limit = u32::try_from(max).unwrap_or(u32::MAX);
        Ok(self.camera_page(cx, query, limit).await?.cameras)
    }

    async fn camera_page(&self, cx: &Cx, query: &CameraQuery, limit: u32) -> Result<CameraPage> {
        let mut connection = self.0.database.read.acquire().await.doing("listing cameras")?;
        let groups = GroupTree::load(&mut connection).await?;
        let viewer = Viewer::load(&mut connection, cx).await?;
        let total: i64 = select("SELECT count(*)", query, &viewer, &groups, None)?
            .build_query_scalar()
            .fetch_one(&mut *connection)
            .await
            .doing("counting cameras")?;
        let after = query.cursor.as_deref().map(str::parse).transpose()?;
        let mut rows = select(COLUMNS, query, &viewer, &groups, after)?;
        rows.push(" ORDER BY camera.name, camera.id LIMIT ").push_bind(i64::from(limit) + 1);
        let rows: Vec<Row> =
            rows.build_query_as().fetch_all(&mut *connection).await.doing("listing cameras")?;
        let more = rows.len() > limit as usize;
        let mut cameras = Vec::with_capacity(rows.len());
        for row in rows.into_iter().take(limit as usize) {
            let camera = camera_of(row)?;
            let scope = groups.scope(camera.unit, camera.group)?;
            cameras.extend(viewer.view(camera, &scope));
        }
        let next_cursor = cameras.last().filter(|_| more).map(|last| last.id.to_string());
        Ok(CameraPage { cameras, next_cursor, total: crate::convert::uint(total)? })
    }

    /// Ids of the cameras that a query finds of those that any post of the actor covers, by name: to restrict a reading that has been
    /// admitted already, and is paged by itself. Leaves no entry of its own; limit and cursor of the query count nothing here.
    pub async fn camera_ids(&self, cx: &Cx, query: &CameraQuery) -> Result<Vec<CameraId>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing cameras")?;
        let groups = GroupTree::load(&mut connection).await?;
        let viewer = Viewer::load(&mut connection, cx).await?;
        let mut rows = select("SELECT camera.id", query, &viewer, &groups, None)?;
        rows.push(" ORDER BY camera.name, camera.id");
        let rows: Vec<(Vec<u8>,)> =
            rows.build_query_as().fetch_all(&mut *connection).await.doing("listing cameras")?;
        rows.into_iter().map(|(id,)| Ok(CameraId(uuid_of(&id)?))).collect()
    }

    /// Names of the cameras, retired ones too, that any post of the actor covers: to restrict and to label a reading that has
    /// been admitted already. Leaves no entry of its own.
    pub async fn covered(&self, cx: &Cx) -> Result<HashMap<CameraId, String>> {
        Ok(self.covered_cameras(cx).await?.into_iter().map(|camera| (camera.id, camera.name)).collect())
    }

    /// The same cameras with what else the actor may see of them.
    pub async fn covered_cameras(&self, cx: &Cx) -> Result<Vec<Camera>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing cameras")?;
        let groups = GroupTree::load(&mut connection).await?;
        let viewer = Viewer::load(&mut connection, cx).await?;
        let mut covered = Vec::new();
        for camera in all(&mut connection).await? {
            let scope = groups.scope(camera.unit, camera.group)?;
            covered.extend(viewer.view(camera, &scope));
        }
        Ok(covered)
    }

    /// Cameras, retired ones too, that a post of the actor covers which entitles to that act; all for the system.
    pub async fn covered_for(&self, cx: &Cx, act: Act) -> Result<Vec<Camera>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing cameras")?;
        let groups = GroupTree::load(&mut connection).await?;
        let viewer = match Viewer::load(&mut connection, cx).await? {
            Viewer::Posts(mut posts, cleared, of_systems, places) => {
                posts.retain(|post| entitles(post.role, act));
                Viewer::Posts(posts, cleared, of_systems, places)
            }
            system @ Viewer::System => system,
        };
        let mut covered = Vec::new();
        for camera in all(&mut connection).await? {
            let scope = groups.scope(camera.unit, camera.group)?;
            covered.extend(viewer.view(camera, &scope));
        }
        Ok(covered)
    }

    /// Those of these cameras whose exact place is the actor's to know (national-2016:6).
    pub(super) async fn with_known_places(&self, cx: &Cx, cameras: &[CameraId]) -> Result<Vec<Camera>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing cameras")?;
        let groups = GroupTree::load(&mut connection).await?;
        let viewer = match Viewer::load(&mut connection, cx).await? {
            Viewer::Posts(_, cleared, of_systems, places) => {
                Viewer::Posts(places.clone(), cleared, of_systems, places)
            }
            system @ Viewer::System => system,
        };
        let mut known = Vec::new();
        for camera in cameras {
            let (found, _) = stored(&mut connection, *camera).await?;
            let scope = groups.scope(found.unit, found.group)?;
            known.extend(viewer.view(found, &scope));
        }
        Ok(known)
    }

    /// One camera, if any post of the actor covers it.
    pub async fn camera(&self, cx: &Cx, camera: CameraId) -> Result<Camera> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a camera")?;
        let groups = GroupTree::load(&mut connection).await?;
        let viewer = Viewer::load(&mut connection, cx).await?;
        let (found, _) = stored(&mut connection, camera).await?;
        let scope = groups.scope(found.unit, found.group)?;
        viewer.view(found, &scope).ok_or(Error::NotFound("camera"))
    }

    /// Admits testing an address: one's own camera's, or a new one's. No picture is shown by it; the entry names the host.
    pub async fn admit_probe(
        &self,
        cx: &Cx,
        camera: Option<CameraId>,
        target: &str,
    ) -> Result<super::EntryIndex> {
        let ask = Ask {
            cameras: camera.into_iter().collect(),
            extra: format!("target={}", authority(target)),
            ..Ask::new(Act::ProbeCamera)
        };
        self.act(cx, ask, |_, entry| Box::pin(async move { Ok(entry) })).await
    }

    /// The stored credentials of a camera that is being tested again at `target`; the entry is [`Registry::admit_probe`]'s.
    /// They are never sent to another host than the stored one: whoever asks for a test could own that host.
    pub async fn probe_credentials(
        &self,
        cx: &Cx,
        camera: CameraId,
        target: &str,
    ) -> Result<Option<Credentials>> {
        let stored = self.camera(cx, camera).await?;
        // Only an administrator sees the address, and so may have it tried.
        if stored.main_url.is_none() {
            return Err(Error::NotFound("camera"));
        }
        if stored.has_credentials && !stored.is_at(target) {
            return Err(Error::invalid("password", OTHER_HOST));
        }
        self.open_credentials(&super::system_cx("probe", cx.now), camera).await
    }

    /// All cameras in use, with opened credentials: for the recorder only.
    pub async fn camera_sources(&self, cx: &Cx) -> Result<Vec<CameraSource>> {
        crate::footage::system_only(cx)?;
        let floor = self.settings(cx).await?.floor_days;
        let mut connection = self.0.database.read.acquire().await.doing("listing cameras")?;
        let cameras = switched_on(&mut connection).await?;
        let ids: Vec<CameraId> = cameras.iter().map(|camera| camera.id).collect();
        let standings = super::register::standings_of(&mut connection, self.book(cx.now), &ids).await?;
        let sounds = super::sound::newest(&mut connection).await?;
        drop(connection);
        let mut sources = Vec::with_capacity(cameras.len());
        for camera in cameras {
            let standing = standings.get(&camera.id);
            let law = standing.and_then(|standing| standing.floor.as_ref()).map_or(0, |floor| floor.value);
            sources.push(CameraSource {
                id: camera.id,
                name: camera.name,
                main_url: camera.main_url.unwrap_or_default(),
                sub_url: camera.sub_url,
                credentials: self.open_credentials(cx, camera.id).await?,
                reach: camera.reach,
                recording: standing.map_or(Recording::No, |standing| standing.recording),
                forbidden_by: standing.and_then(|standing| standing.forbidden_by.clone()),
                test_id: standing.and_then(|standing| standing.test_id),
                floor_days: camera.floor_days.unwrap_or(0).max(floor).max(law),
                sound: sounds.get(&camera.id).is_some_and(super::SoundSwitch::is_recorded),
            });
        }
        Ok(sources)
    }

    /// A camera's credentials in plain: for the recorder only, never shown to a person.
    pub async fn open_credentials(&self, cx: &Cx, camera: CameraId) -> Result<Option<Credentials>> {
        crate::footage::system_only(cx)?;
        let row: Option<(Option<Vec<u8>>,)> = sqlx::query_as("SELECT credentials FROM camera WHERE id = ?")
            .bind(blob(camera.0))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("reading credentials")?;
        let Some(sealed) = row.and_then(|(sealed,)| sealed) else { return Ok(None) };
        let plain = self.0.sealer.open(Kind::CameraCredentials, camera.0, &sealed)?;
        let plain: PlainCredentials = serde_json::from_slice(plain.expose())
            .map_err(|_| Error::Corrupt("sealed credentials cannot be read".into()))?;
        Ok(Some(Credentials { username: plain.username, password: Secret::new(plain.password) }))
    }
}

/// What the actor may see of a camera.
enum Viewer {
    System,
    /// With the systems, as far as a post is for one, at whose points cameras stand.
    /// And the posts among them by which exact places are theirs to know.
    Posts(Vec<Post>, Cleared, HashMap<CameraId, RecordId>, Vec<Post>),
}

impl Viewer {
    async fn load(connection: &mut SqliteConnection, cx: &Cx) -> Result<Self> {
        match cx.actor {
            Actor::System(_) => Ok(Self::System),
            Actor::Person(person) => {
                let cleared = Cleared::load(connection, cx.actor).await?;
                let posts = posts_at(connection, person, cx.now).await?;
                let places = places_of(connection, (person, &posts), cx.now).await?;
                let mut of_systems = HashMap::new();
                for post in &posts {
                    if let Some(Part::System(system)) = post.group {
                        let cameras = whole_systems::cameras_in(connection, post.unit, system).await?;
                        of_systems.extend(cameras.into_iter().map(|camera| (camera, system)));
                    }
                }
                Ok(Self::Posts(posts, cleared, of_systems, places))
            }
        }
    }

    /// Whether some unit's basic data is the actor's to keep.
    fn keeps_a_unit(&self) -> bool {
        let Self::Posts(posts, ..) = self else { return true };
        posts.iter().any(|post| post.group.is_none() && entitles(post.role, Act::ReadBasicData))
    }

    /// Whether the place of every camera that is seen is theirs to know.
    fn knows_places(&self) -> bool {
        let Self::Posts(posts, .., places) = self else { return true };
        posts.len() == places.len()
    }

    /// `None` when no post covers it; without its exact place when no post that keeps basic data or watches does; without addresses when no administrator's post does.
    fn view(&self, camera: Camera, scope: &Scope) -> Option<Camera> {
        let Self::Posts(posts, cleared, of_systems, places) = self else { return Some(camera) };
        // guangzhou-2007:11: not there for whoever is not cleared.
        if camera.secret && !cleared.covers(Some(camera.unit)) {
            return None;
        }
        let system = of_systems.get(&camera.id).map(|system| Part::System(*system));
        let covers = |post: &&Post| {
            scope.lies_in(post.unit, post.group)
                || (post.unit == scope.unit && system.is_some() && post.group == system)
        };
        let mut covering = posts.iter().filter(covers).peekable();
        covering.peek()?;
        let camera = match places.iter().any(|post| covers(&post)) {
            true => camera,
            false => Camera { place: String::new(), place_withheld: !camera.place.is_empty(), ..camera },
        };
        if covering.any(|post| entitles(post.role, Act::ChangeCamera)) {
            return Some(camera);
        }
        Some(Camera { main_url: None, sub_url: None, ..camera })
    }
}

/// The posts by which exact places are somebody's to know: those that keep basic data, and those that watch; where the unit keeps a roster,
/// while they are on shift. For officers under a takeover the order stands.
async fn places_of(
    connection: &mut SqliteConnection,
    (person, all): (PersonId, &[Post]),
    now: WallTime,
) -> Result<Vec<Post>> {
    let (own, off) = (
        super::facts::posts(connection, person).await?,
        super::duty::units_off_shift(connection, person, now).await?,
    );
    let watches = |post: &Post| {
        let rostered = own.contains(post) && off.contains(&post.unit);
        entitles(post.role, Act::Live) && !rostered
    };
    let known = all.iter().filter(|post| entitles(post.role, Act::ReadBasicData) || watches(post));
    Ok(known.copied().collect())
}

async fn all(connection: &mut SqliteConnection) -> Result<Vec<Camera>> {
    let sql = format!("{COLUMNS} FROM camera ORDER BY name, id");
    let rows: Vec<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(connection).await.doing("listing cameras")?;
    rows.into_iter().map(camera_of).collect()
}

/// Thousands may be registered and switched off: nothing will connect to them.
async fn switched_on(connection: &mut SqliteConnection) -> Result<Vec<Camera>> {
    let sql = format!("{COLUMNS} FROM camera WHERE enabled = 1 AND retired_us IS NULL ORDER BY name, id");
    let rows: Vec<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(connection).await.doing("listing cameras")?;
    rows.into_iter().map(camera_of).collect()
}

/// The unit of a camera, also of a retired one.
pub(super) async fn unit_of(connection: &mut SqliteConnection, camera: CameraId) -> Result<UnitId> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT unit FROM camera WHERE id = ?")
        .bind(blob(camera.0))
        .fetch_optional(connection)
        .await
        .doing("looking for a camera's unit")?;
    row.map(|(unit,)| uuid_of(&unit).map(UnitId)).transpose()?.ok_or(Error::NotFound("camera"))
}

/// One camera whoever asks, with the point at which it stands.
pub(super) async fn stored(
    connection: &mut SqliteConnection,
    camera: CameraId,
) -> Result<(Camera, Option<RecordId>)> {
    let sql = format!("{COLUMNS} FROM camera WHERE id = ?");
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(blob(camera.0))
        .fetch_optional(&mut *connection)
        .await
        .doing("reading a camera")?;
    let found = camera_of(row.ok_or(Error::NotFound("camera"))?)?;
    let (point,): (Option<Vec<u8>>,) = sqlx::query_as("SELECT point FROM camera WHERE id = ?")
        .bind(blob(camera.0))
        .fetch_one(connection)
        .await
        .doing("reading a camera")?;
    Ok((found, point.map(|point| uuid_of(&point).map(RecordId)).transpose()?))
}

fn select(
    columns: &str,
    query: &CameraQuery,
    viewer: &Viewer,
    groups: &GroupTree,
    after: Option<CameraId>,
) -> Result<QueryBuilder<Sqlite>> {
    let mut sql = QueryBuilder::new(columns);
    sql.push(" FROM camera WHERE 1");
    if !query.with_retired {
        sql.push(" AND camera.retired_us IS NULL");
    }
    seen_by(&mut sql, viewer, groups);
    if let Some(unit) = query.unit {
        sql.push(" AND camera.unit = ").push_bind(blob(unit.0));
    }
    match query.group {
        Some(group) if query.direct => {
            sql.push(" AND camera.camera_group = ").push_bind(blob(group.0));
        }
        Some(group) => in_group(sql.push(" AND "), groups, group),
        None if query.direct => {
            sql.push(" AND camera.camera_group IS NULL");
        }
        None => {}
    }
    if let Some(ids) = &query.ids {
        one_of(sql.push(" AND camera.id"), ids.iter().map(|id| id.0));
    }
    if let Some(record) = query.record {
        sql.push(" AND camera.point IN (SELECT record.id FROM record WHERE record.id = ");
        sql.push_bind(blob(record.0)).push(" OR record.parent = ").push_bind(blob(record.0)).push(")");
    }
    if let Some(enabled) = query.enabled {
        sql.push(" AND camera.enabled = ").push_bind(enabled);
    }
    let words: Vec<&str> = query.text.as_deref().unwrap_or_default().split_whitespace().collect();
    if words.len() > QUERY_WORDS_MAX {
        return Err(Error::invalid("query", "has more than 8 words"));
    }
    for word in words {
        with_word(&mut sql, groups, (word, viewer.knows_places()));
    }
    if let Some(after) = after {
        sql.push(" AND (camera.name, camera.id) > (SELECT name, id FROM camera WHERE id = ");
        sql.push_bind(blob(after.0)).push(")");
    }
    Ok(sql)
}

/// Only what a post covers and the clearance allows.
fn seen_by(sql: &mut QueryBuilder<Sqlite>, viewer: &Viewer, groups: &GroupTree) {
    let Viewer::Posts(posts, cleared, ..) = viewer else { return };
    sql.push(" AND (0");
    for post in posts {
        match post.group {
            None => {
                sql.push(" OR camera.unit = ").push_bind(blob(post.unit.0));
            }
            Some(Part::Group(group)) => in_group(sql.push(" OR "), groups, group),
            Some(Part::System(system)) => {
                sql.push(" OR (camera.unit = ").push_bind(blob(post.unit.0));
                sql.push(" AND camera.point IN (SELECT record.id FROM record WHERE record.parent = ");
                sql.push_bind(blob(system.0)).push("))");
            }
        }
    }
    // guangzhou-2007:11: neither listed nor counted for whoever is not cleared.
    sql.push(") AND (NOT coalesce((SELECT secret FROM record WHERE record.id = camera.point), 0)");
    for unit in posts.iter().map(|post| post.unit).filter(|unit| cleared.covers(Some(*unit))) {
        sql.push(" OR camera.unit = ").push_bind(blob(unit.0));
    }
    sql.push(")");
}

/// A word in the camera's own words, or in the name of what it hangs in.
fn with_word(sql: &mut QueryBuilder<Sqlite>, groups: &GroupTree, (word, places): (&str, bool)) {
    // What is withheld is not searched either: a word that is found would tell it.
    let own = if places { "camera.name || ' ' || camera.place" } else { "camera.name" };
    // SQLite lowers ASCII only; what else has two cases is found as it is written.
    for (part, word) in [
        (format!(" AND (instr(lower({own}), "), word.to_lowercase()),
        (format!(") > 0 OR instr({own}, "), word.to_owned()),
        (
            ") > 0 OR camera.unit IN (SELECT unit.id FROM unit WHERE instr(lower(unit.name), ".to_owned(),
            word.to_lowercase(),
        ),
        (") > 0 OR instr(unit.name, ".to_owned(), word.to_owned()),
    ] {
        sql.push(part).push_bind(word);
    }
    sql.push(") > 0) OR camera.camera_group");
    one_of(sql, groups.named(word).into_iter().map(|group| group.0));
    sql.push(")");
}

fn one_of(sql: &mut QueryBuilder<Sqlite>, ids: impl Iterator<Item = uuid::Uuid>) {
    sql.push(" IN (");
    let mut listed = sql.separated(", ");
    for id in ids {
        listed.push_bind(blob(id));
    }
    sql.push(")");
}

/// Cameras of a group and the groups below.
fn in_group(sql: &mut QueryBuilder<Sqlite>, groups: &GroupTree, group: GroupId) {
    one_of(sql.push("camera.camera_group"), groups.below(group).into_iter().map(|below| below.0));
}

/// Cameras that are switched on.
pub(super) async fn enabled(connection: &mut SqliteConnection) -> Result<i64> {
    let sql = "SELECT count(*) FROM camera WHERE retired_us IS NULL AND enabled";
    let (count,): (i64,) =
        sqlx::query_as(sql).fetch_one(connection).await.doing("counting cameras that are switched on")?;
    Ok(count)
}

/// Whether the registry holds no more cameras than it may, and no more of them are switched on.
pub(super) async fn within_limits(connection: &mut SqliteConnection) -> Result<()> {
    let (registered,): (i64,) = sqlx::query_as("SELECT count(*) FROM camera WHERE retired_us IS NULL")
        .fetch_one(&mut *connection)
        .await
        .doing("counting cameras")?;
    if registered > CAMERAS_MAX {
        return Err(Error::Conflict(format!("one registry holds at most {CAMERAS_MAX} cameras")));
    }
    if enabled(connection).await? > ENABLED_MAX {
        return Err(Error::Conflict(format!("one server runs at most {ENABLED_MAX} cameras")));
    }
    Ok(())
}

fn camera_of(row: Row) -> Result<Camera> {
    let (
        id,
        unit,
        group,
        name,
        place,
        main_url,
        sub_url,
        has_credentials,
        level,
        floor,
        enabled,
        created,
        retired,
        transport,
        certificate,
        secret,
    ) = row;
    Ok(Camera {
        id: CameraId(uuid_of(&id)?),
        unit: UnitId(uuid_of(&unit)?),
        group: group.map(|group| uuid_of(&group).map(GroupId)).transpose()?,
        name,
        place,
        place_withheld: false,
        has_sub: sub_url.is_some(),
        main_url: Some(main_url),
        sub_url,
        has_credentials,
        reach: Reach {
            transport: Transport::from_code(small(transport)?)
                .ok_or_else(|| Error::Corrupt("a camera's transport is unknown".into()))?,
            certificate: certificate.as_deref().map(hash_of).transpose()?,
        },
        security_level: small(level)?,
        floor_days: floor.map(small).transpose()?,
        enabled,
        retired: retired.map(WallTime),
        created: WallTime(created),
        secret,
    })
}
