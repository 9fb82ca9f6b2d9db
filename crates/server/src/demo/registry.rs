//! The example unit in the registry: groups, people, cameras. Filling an already filled registry changes only what
//! differs, so that a demonstration can be continued on other ports.

use super::{DemoState, Farms, register};
use anyhow::Context as _;
use law::access::Post;
use model::{Cx, GroupId, Personal, Role, Secret, UnitId};
use std::path::Path;
use store::{
    CameraChange, CameraQuery, Credentials, NewCamera, NewPerson, OpenOptions, Store, StoreKeys, system_cx,
};

/// The first has everything in order; the others have faults as they are found.
const UNITS: [&str; 3] = [
    "滨江街道示范单位 · Riverside example unit",
    "平城商场示范单位 · Datong example unit",
    "渝中影院示范单位 · Chongqing example unit",
];
const GROUPS: [&str; 3] =
    ["江边步道 · Riverside walk", "中心广场 · Central square", "学校周边 · School surroundings"];

/// A camera of the example unit.
struct Example {
    clip: &'static str,
    /// Index into [`GROUPS`].
    group: usize,
    name: &'static str,
    place: &'static str,
}

const fn example(clip: &'static str, group: usize, name: &'static str, place: &'static str) -> Example {
    Example { clip, group, name, place }
}

const EXAMPLES: [Example; 8] = [
    example("crossing", 0, "01 步道路口 · Path crossing", "滨江路 12 号旁 · beside 12 Binjiang Road"),
    example("footpath", 0, "02 江边人行道 · Riverside footpath", "滨江路，3 号码头南侧 · south of Pier 3"),
    example("dusk", 0, "03 码头入口 · Pier entrance", "3 号码头 · Pier 3"),
    example("wide", 1, "04 广场全景 · Square overview", "中心广场北侧灯杆 · lamp post, north side"),
    example("street", 1, "05 广场东街 · East street", "东街 40 号对面 · opposite 40 East Street"),
    example("car-park", 1, "06 停车场 · Car park", "广场地面停车场 · surface car park"),
    example("gate", 2, "07 学校东门 · School east gate", "第二小学东门外 · outside the east gate"),
    example("bicycles", 2, "08 自行车道 · Cycle lane", "校前路 · Xiaoqian Road"),
];

/// The clips that the example unit's cameras show.
pub fn clips() -> Vec<&'static str> {
    EXAMPLES.iter().map(|example| example.clip).collect()
}

/// Names of those that turn.
fn turning() -> Vec<&'static str> {
    let turns = |example: &&Example| super::cameras::TURNING_CLIPS.contains(&example.clip);
    EXAMPLES.iter().filter(turns).map(|example| example.name).collect()
}

/// Cameras of all example units.
pub fn camera_count() -> usize {
    EXAMPLES.len() + register::BESIDE.len()
}

/// Opens the folder's store, made when there is none.
pub async fn open(dir: &Path) -> anyhow::Result<Store> {
    open_with_keys(dir, StoreKeys::default()).await
}

/// The same, encrypting under these store keys.
pub async fn open_with_keys(dir: &Path, store_keys: StoreKeys) -> anyhow::Result<Store> {
    let options = OpenOptions {
        create: true,
        migrate: true,
        one_file_system: true,
        store_keys,
        ..OpenOptions::new(pipeline::system_wall())
    };
    Store::open(dir, options).await.with_context(|| format!("opening {}", dir.display()))
}

/// Makes the registry hold the example unit with cameras at the farms' addresses.
pub async fn fill(store: &Store, state: &DemoState, farms: &Farms) -> anyhow::Result<()> {
    fill_from(store, state, &|clip, profile| farms.url(clip, profile)).await
}

/// The same with cameras at any addresses.
pub async fn fill_from(store: &Store, state: &DemoState, url: Address<'_>) -> anyhow::Result<()> {
    let sources = &Sources { state, url };
    let cx = system_cx("demo", pipeline::system_wall());
    let units = units(store, &cx).await?;
    let Some(first) = units.first().copied() else { return Ok(()) };
    let groups = groups(store, &cx, first).await?;
    people(store, &cx, state, &units).await?;
    second_disk(store, &cx).await?;
    super::ground::lay(store)?;
    cameras(store, &cx, sources, first, &groups).await?;
    super::turning::fill(store, &cx, &turning()).await?;
    register::fill(store, &cx, &units, sources).await
}

/// The address of a clip's profile.
type Address<'a> = &'a (dyn Fn(&str, &str) -> String + Sync);

/// Where the simulated cameras are.
pub struct Sources<'a> {
    pub state: &'a DemoState,
    pub url: Address<'a>,
}

impl Sources<'_> {
    pub fn credentials(&self) -> Credentials {
        Credentials {
            username: self.state.camera_user.clone(),
            password: Secret::new(self.state.camera_password.clone()),
        }
    }
}

/// A second folder, so that it is seen how streams are placed; on the same disk it protects nothing and adds no room.
async fn second_disk(store: &Store, cx: &Cx) -> anyhow::Result<()> {
    if store.registry.media_disks().await?.len() == 1 {
        let folder = std::path::absolute(store.data_dir())?.join("media-2");
        std::fs::create_dir_all(&folder)?;
        store.add_disk(cx, &folder).await?;
    }
    Ok(())
}

async fn units(store: &Store, cx: &Cx) -> anyhow::Result<Vec<UnitId>> {
    let present = store.registry.units(cx).await?;
    let mut units = Vec::with_capacity(UNITS.len());
    for name in UNITS {
        units.push(match present.iter().find(|unit| unit.name == name) {
            Some(unit) => unit.id,
            None => store.registry.create_unit(cx, name).await?,
        });
    }
    Ok(units)
}

async fn groups(store: &Store, cx: &Cx, unit: UnitId) -> anyhow::Result<Vec<GroupId>> {
    let present = store.registry.groups(cx).await?;
    let mut groups = Vec::with_capacity(GROUPS.len());
    for name in GROUPS {
        let found = present.iter().find(|group| group.unit == unit && group.name == name);
        groups.push(match found {
            Some(group) => group.id,
            None => store.registry.create_group(cx, unit, name, None).await?,
        });
    }
    Ok(groups)
}

async fn people(store: &Store, cx: &Cx, state: &DemoState, units: &[UnitId]) -> anyhow::Result<()> {
    let present = store.registry.people(cx).await?;
    for account in &state.accounts {
        if present.iter().any(|person| person.account == account.account) {
            continue;
        }
        let role: Role = account.role.parse()?;
        let Some(unit) = units.get(account.unit).copied() else { continue };
        let new = NewPerson {
            account: account.account.clone(),
            name: Personal::new(account.name.clone()),
            language: "zh".to_owned(),
            posts: vec![Post { role, unit, group: None }],
            password: Some(Secret::new(account.password.clone())),
            password_stays: true,
        };
        store.registry.create_person(cx, new).await?;
    }
    Ok(())
}

async fn cameras(
    store: &Store,
    cx: &Cx,
    sources: &Sources<'_>,
    unit: UnitId,
    groups: &[GroupId],
) -> anyhow::Result<()> {
    let query = CameraQuery { limit: 1_000, ..CameraQuery::default() };
    let present = store.registry.cameras(cx, &query).await?.cameras;
    let credentials = || sources.credentials();
    for example in &EXAMPLES {
        let (main_url, sub_url) = ((sources.url)(example.clip, "main"), (sources.url)(example.clip, "sub"));
        let Some(found) = present.iter().find(|camera| camera.name == example.name) else {
            let new = NewCamera {
                unit,
                group: groups.get(example.group).copied(),
                name: example.name.to_owned(),
                place: example.place.to_owned(),
                main_url,
                sub_url: Some(sub_url),
                credentials: Some(credentials()),
                reach: store::Reach::default(),
                security_level: 1,
                floor_days: None,
            };
            store.registry.create_camera(cx, new).await?;
            continue;
        };
        if found.main_url.as_deref() != Some(&main_url) || found.sub_url.as_deref() != Some(&sub_url) {
            let change = CameraChange {
                main_url: Some(main_url),
                sub_url: Some(Some(sub_url)),
                // After a demonstration that was killed the simulated cameras have other ports, which are other hosts.
                credentials: Some(Some(credentials())),
                ..CameraChange::default()
            };
            store.registry.change_camera(cx, found.id, change).await?;
        }
    }
    Ok(())
}
