//! The floor of each camera: the strictest that binds its system, the installation's, or its own, and the article that it comes
//! from. And what stays promised: a floor that became shorter still holds for footage that was there while it was longer.
//!
//! It deletes nothing and knows no footage. The invariant kept: nothing that changes a floor (a pack, an adoption, an override
//! that ends, another division, another setting) shortens it for footage that exists; a longer one counts at once for what is
//! still there.

use super::under::{Book, rules_of_system};
use super::{
    list::one,
    near::{NEAR_MAX, Written, cameras_at, listed, newest, written},
    record_id,
    standing::{standings, standings_of},
};
use crate::convert::{blob, int, small, uuid_of};
use crate::error::{Doing, Result};
use crate::registry::{EntryIndex, Registry, settings};
use law::Day;
use law::packs::Ruling;
use law::register::RecordKind;
use law::retention::Promise;
use model::{Act, CameraId, Cx, RecordId, WallTime};
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

/// Changes in one entry; the rest is a count.
const NAMED_MAX: usize = 20;

/// Floors of cameras as the law gives them, and what was promised.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Floors {
    /// Of cameras in systems, with their articles.
    pub law: HashMap<CameraId, Ruling<u16>>,
    pub promises: HashMap<CameraId, Vec<Promise>>,
}

/// All floors are looked at after so long, even if nothing says that one moved.
const NOTED_US_MAX: i64 = 3_600_000_000;

/// Up to which facts floors were noted, for which day, under which floor of the installation (no fact tells of it), and when those of
/// all cameras were.
#[derive(Clone, Copy, Debug)]
struct Noted {
    version: i64,
    today: Day,
    floor_days: u16,
    whole: WallTime,
}

/// As they were noted last by this process.
#[derive(Debug, Default)]
pub(in crate::registry) struct NotedFloors(Mutex<Option<Noted>>);

/// A camera whose floor is another one than when it was last looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Moved {
    camera: CameraId,
    /// `None`: it was never looked at.
    before: Option<(u16, WallTime)>,
    now: u16,
}

impl Registry {
    /// The floors that packs give, and what stays promised. A floor that is shorter than when it was last noted counts as
    /// it was: until it is noted, nobody can rely on its being shorter.
    pub async fn floors(&self, cx: &Cx) -> Result<Floors> {
        let mut connection = self.0.database.read.acquire().await.doing("reading floors")?;
        let law = law_floors(&mut connection, self.book(cx.now), None).await?;
        let mut promises = promises(&mut connection).await?;
        for moved in moved(&mut connection, &law, None).await? {
            if let Some((days, since)) = moved.before.filter(|(days, _)| *days > moved.now) {
                let until = since.max(cx.now);
                promises.entry(moved.camera).or_default().push(Promise { days, until });
            }
        }
        Ok(Floors { law, promises })
    }

    /// The floors that packs give some cameras.
    pub async fn law_floors_of(
        &self,
        cx: &Cx,
        cameras: &[CameraId],
    ) -> Result<HashMap<CameraId, Ruling<u16>>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading floors")?;
        law_floors(&mut connection, self.book(cx.now), Some(cameras)).await
    }

    /// The floor that binds what stands at a point; nothing when there is no such point.
    pub async fn floor_at(&self, cx: &Cx, point: RecordId) -> Result<Option<Ruling<u16>>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a floor")?;
        let Ok(point) = one(&mut connection, point).await else { return Ok(None) };
        let (Some(system), Some(place)) = (record_id(&point.body, "system"), record_id(&point.body, "place"))
        else {
            return Ok(None);
        };
        floor_of(&mut connection, self.book(cx.now), system, place).await
    }

    /// Notes floors that changed. Where one became shorter, footage that is there keeps the longer one; that is an entry.
    pub async fn note_floors(&self, cx: &Cx) -> Result<()> {
        self.note_floors_of(cx, None).await
    }

    /// The same of what was written since this was asked last: the cameras that stand at it. Of all on another day, each hour, and when
    /// much was written, or something that binds many.
    pub async fn note_floors_since(&self, cx: &Cx) -> Result<()> {
        let mut connection = self.0.database.read.acquire().await.doing("reading floors")?;
        let (version, today) = (newest(&mut connection).await?, self.today(cx.now));
        let floor_days = settings::read(&mut connection).await?.0.floor_days;
        let noted = *self.0.noted_floors.0.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = noted.filter(|noted| {
            noted.today == today
                && noted.floor_days == floor_days
                && (0..NOTED_US_MAX).contains(&cx.now.since_us(noted.whole))
        });
        let only = match noted {
            Some(noted) => match written(&mut connection, noted.version, version).await? {
                Written::Of(touched) => {
                    let mut cameras = cameras_at(&mut connection, &touched.records).await?;
                    cameras.extend(&touched.cameras);
                    (cameras.len() <= NEAR_MAX).then(|| cameras.into_iter().collect::<Vec<_>>())
                }
                Written::Everything => None,
            },
            None => None,
        };
        drop(connection);
        let whole = noted.filter(|_| only.is_some()).map_or(cx.now, |noted| noted.whole);
        if only.as_ref().is_none_or(|cameras| !cameras.is_empty()) {
            self.note_floors_of(cx, only).await?;
        }
        let now = Noted { version, today, floor_days, whole };
        *self.0.noted_floors.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        Ok(())
    }

    /// The same of the cameras that stand where a change of this record can move a floor, before it does.
    pub(super) async fn note_floors_near(&self, cx: &Cx, record: RecordId, kind: RecordKind) -> Result<()> {
        // Nearly everything lies in a division.
        if kind == RecordKind::Division {
            return self.note_floors(cx).await;
        }
        let mut connection = self.0.database.read.acquire().await.doing("reading floors")?;
        let cameras = cameras_at(&mut connection, &BTreeSet::from([record])).await?;
        drop(connection);
        let few = (cameras.len() <= NEAR_MAX).then(|| cameras.into_iter().collect());
        self.note_floors_of(cx, few).await
    }

    async fn note_floors_of(&self, cx: &Cx, only: Option<Vec<CameraId>>) -> Result<()> {
        crate::footage::system_only(cx)?;
        let mut connection = self.0.database.read.acquire().await.doing("reading floors")?;
        let law = law_floors(&mut connection, self.book(cx.now), only.as_deref()).await?;
        let found = moved(&mut connection, &law, only.as_deref()).await?;
        drop(connection);
        if found.is_empty() {
            return Ok(());
        }
        let now = cx.now;
        if found.iter().all(|moved| moved.before.is_none()) {
            // What is seen for the first time changes nothing.
            return self.write(move |connection| Box::pin(keep(connection, found, None, now))).await;
        }
        let text = words(&found, &law);
        self.note_system_with(cx, Act::NoteFloors, &text, move |connection, entry| {
            Box::pin(keep(connection, found, Some(entry), now))
        })
        .await
    }
}

/// The floor that binds what a system has at a place.
pub(super) async fn floor_of(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    system: RecordId,
    place: RecordId,
) -> Result<Option<Ruling<u16>>> {
    let system = one(connection, system).await?;
    let rules = rules_of_system(connection, book, &system).await?;
    Ok(rules.at(&place.to_string()).footage_floor_days())
}

/// The strictest floor that binds each camera's system, its own and the installation's: of all, or of some.
async fn law_floors(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    only: Option<&[CameraId]>,
) -> Result<HashMap<CameraId, Ruling<u16>>> {
    let all = match only {
        None => standings(connection, book).await?,
        Some(cameras) => standings_of(connection, book, cameras).await?,
    };
    Ok(all.into_iter().filter_map(|(camera, standing)| Some((camera, standing.floor?))).collect())
}

/// Cameras whose whole floor differs from what was noted.
async fn moved(
    connection: &mut SqliteConnection,
    law: &HashMap<CameraId, Ruling<u16>>,
    only: Option<&[CameraId]>,
) -> Result<Vec<Moved>> {
    /// Camera, its own floor, the noted one, and since when.
    type Row = (Vec<u8>, Option<i64>, Option<i64>, Option<i64>);
    let installation = settings::read(connection).await?.0.floor_days;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, camera.floor_days, camera_floor.floor_days, since_us
         FROM camera LEFT JOIN camera_floor ON camera_floor.camera = camera.id
         WHERE ?1 IS NULL OR id IN (SELECT unhex(value) FROM json_each(?1)) ORDER BY id",
    )
    .bind(only.map(|cameras| listed(cameras.iter().map(|id| id.0))))
    .fetch_all(connection)
    .await
    .doing("reading noted floors")?;
    let mut moved = Vec::new();
    for (camera, own, noted, since) in rows {
        let camera = CameraId(uuid_of(&camera)?);
        let own: u16 = own.map(small).transpose()?.unwrap_or(0);
        let now = law.get(&camera).map_or(0, |floor| floor.value).max(own).max(installation);
        let before = match (noted, since) {
            (Some(days), Some(since)) => Some((small(days)?, WallTime(since))),
            _ => None,
        };
        if before.is_none_or(|(days, _)| days != now) {
            moved.push(Moved { camera, before, now });
        }
    }
    Ok(moved)
}

async fn promises(connection: &mut SqliteConnection) -> Result<HashMap<CameraId, Vec<Promise>>> {
    let rows: Vec<(Vec<u8>, i64, i64)> =
        sqlx::query_as("SELECT camera, floor_days, until_us FROM floor_promise")
            .fetch_all(connection)
            .await
            .doing("reading what was promised")?;
    let mut promises: HashMap<CameraId, Vec<Promise>> = HashMap::new();
    for (camera, days, until) in rows {
        let promise = Promise { days: small(days)?, until: WallTime(until) };
        promises.entry(CameraId(uuid_of(&camera)?)).or_default().push(promise);
    }
    Ok(promises)
}

async fn keep(
    connection: &mut SqliteConnection,
    found: Vec<Moved>,
    entry: Option<EntryIndex>,
    now: WallTime,
) -> Result<()> {
    for moved in found {
        if let (Some((days, since)), Some(entry)) =
            (moved.before.filter(|(days, _)| *days > moved.now), entry)
        {
            sqlx::query(
                "INSERT INTO floor_promise (camera, floor_days, until_us, entry) VALUES (?, ?, ?, ?)
                 ON CONFLICT (camera, floor_days) DO UPDATE SET until_us = max(until_us, excluded.until_us),
                    entry = excluded.entry",
            )
            .bind(blob(moved.camera.0))
            .bind(i64::from(days))
            .bind(since.max(now).0)
            .bind(int(entry.0)?)
            .execute(&mut *connection)
            .await
            .doing("keeping a floor for what is there")?;
        }
        sqlx::query("INSERT OR REPLACE INTO camera_floor (camera, floor_days, since_us) VALUES (?, ?, ?)")
            .bind(blob(moved.camera.0))
            .bind(i64::from(moved.now))
            .bind(now.0)
            .execute(&mut *connection)
            .await
            .doing("noting a floor")?;
    }
    Ok(())
}

fn words(found: &[Moved], law: &HashMap<CameraId, Ruling<u16>>) -> String {
    let changed = found.iter().filter_map(|moved| Some((moved, moved.before?.0)));
    let line = |(moved, before): (&Moved, u16)| {
        let article = law.get(&moved.camera).filter(|floor| floor.value == moved.now);
        let article = article.map_or_else(|| "unit:retention".to_owned(), |floor| floor.article.to_string());
        format!("camera={} floor_days={} before={before} article={article}", moved.camera, moved.now)
    };
    let mut lines: Vec<String> = changed.clone().take(NAMED_MAX).map(line).collect();
    let more = changed.count().saturating_sub(NAMED_MAX);
    if more > 0 {
        lines.push(format!("more={more}"));
    }
    lines.join("\n")
}
