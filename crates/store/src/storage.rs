//! The disk as `law::forecast` and the order of sacrifice need it: what streams have really written, what the rule will
//! free, and what each stream is promised. It decides nothing and frees nothing.

use crate::convert::{disk_of, small, stream_of, uint};
use crate::error::{Doing, Result};
use crate::retention::Era;
use crate::{CameraStorage, HoldQuery, Store};
use law::forecast::{Disk, Growth, HISTORY_DAYS, Rate};
use law::retention::{DAY_US, Hold, TrustedTime, unheld};
use model::{CameraId, Cx, DiskId, Profile, StreamId, WallTime};
use std::collections::{BTreeMap, HashMap};

/// One camera's recorded stream, as it weighs on the disk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StreamStorage {
    pub camera: CameraStorage,
    /// With its sound, where that is switched on.
    pub growth: Growth,
    /// Of its pictures alone: what it was planned with.
    pub pictures: Rate,
    pub stored_bytes: u64,
}

/// Where the recorder stands: which streams go to which disk, and how much each disk takes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rooms {
    /// What recordings may still write, of the disks that are there. Folders that share a file system share its room.
    pub room_bytes: BTreeMap<DiskId, u64>,
    pub placed: BTreeMap<StreamId, DiskId>,
}

/// One media disk with what it carries.
#[derive(Clone, Debug)]
pub struct DiskStorage {
    pub id: DiskId,
    pub disk: Disk,
}

/// The media disks with everything that they carry.
#[derive(Clone, Debug)]
pub struct Storage {
    /// All disks in use together: what admission is judged by.
    pub disk: Disk,
    /// Each of them; retired ones too.
    pub disks: Vec<DiskStorage>,
    /// Of every camera in use, by name; those that are switched off do not grow.
    pub streams: Vec<StreamStorage>,
}

impl Storage {
    /// The same without one camera: what another rate of it, or switching it on, is judged against.
    pub fn without(&self, camera: CameraId) -> Disk {
        let others =
            self.streams.iter().filter(|stream| stream.camera.enabled && stream.camera.camera != camera);
        Disk { streams: others.map(|stream| stream.growth).collect(), ..self.disk.clone() }
    }
}

/// Bytes and recorded time of one stream on one UTC day.
struct Day {
    stream: StreamId,
    day: i64,
    bytes: u64,
    media_us: i64,
}

/// What a camera's sound sends before it was measured: G.711, the most of what is recorded, in its container.
const SOUND_KBPS: u32 = 72;

/// Kilobits a second, all day long.
pub fn bytes_per_day(kbps: u32) -> u64 {
    u64::from(kbps) * 1_000 / 8 * 86_400
}

impl Store {
    /// `live_kbps` is what streams send at this moment.
    pub async fn storage(
        &self,
        cx: &Cx,
        rooms: &Rooms,
        live_kbps: &HashMap<StreamId, u32>,
    ) -> Result<Storage> {
        let (policy, days) = (self.retention_policy(cx).await?, self.days().await?);
        let sound = self.registry.sounding().await?;
        let today = cx.now.0.div_euclid(DAY_US);
        let mut streams = Vec::new();
        for camera in self.registry.camera_storage(cx).await? {
            let stream = StreamId { camera: camera.camera, profile: Profile::Main };
            let own: Vec<&Day> = days.iter().filter(|day| day.stream == stream).collect();
            let rate = |stream: StreamId, planned: Option<u32>| {
                let live = live_kbps.get(&stream).copied();
                rate_from(&days, stream, today, (live, planned))
            };
            let pictures = rate(stream, camera.planned_kbps);
            let mut grows = pictures;
            // Sound grows where it is switched on, whatever was recorded of it before.
            if sound.contains(&camera.camera) {
                grows = grows.plus(rate(StreamId { profile: Profile::Sound, ..stream }, Some(SOUND_KBPS)));
            }
            let growth = Growth {
                rate: grows,
                floor_days: policy.floor_of(camera.camera),
                term_days: policy.term_of(camera.camera),
            };
            streams.push(StreamStorage {
                camera,
                growth,
                pictures,
                stored_bytes: own.iter().map(|day| day.bytes).sum(),
            });
        }
        let due_in = |day: &Day| {
            let end = (day.day + 1).saturating_add(i64::from(policy.term_of(day.stream.camera)));
            u32::try_from(end.saturating_sub(today).max(0)).unwrap_or(u32::MAX)
        };
        let mut by_disk = self.by_disk(days).await?;
        let held = self.held_bytes(cx).await?;
        let (mut disks, mut all) = (Vec::new(), Disk::default());
        for row in self.registry.media_disks().await? {
            let own = by_disk.remove(&row.id).unwrap_or_default();
            let stored_bytes: u64 = own.iter().map(|day| day.bytes).sum();
            let in_use = row.retired.is_none();
            let room = rooms.room_bytes.get(&row.id).copied().filter(|_| in_use).unwrap_or(0);
            let placed = |stream: &&StreamStorage| {
                let id = StreamId { camera: stream.camera.camera, profile: Profile::Main };
                stream.camera.enabled && rooms.placed.get(&id).copied().unwrap_or(DiskId::FIRST) == row.id
            };
            let disk = Disk {
                capacity_bytes: stored_bytes.saturating_add(room),
                stored_bytes,
                held_bytes: held.get(&row.id).copied().unwrap_or(0).min(stored_bytes),
                due: own.iter().map(|day| (due_in(day), day.bytes)).collect(),
                streams: streams.iter().filter(placed).map(|stream| stream.growth).collect(),
            };
            // A disk that is away or retired takes nothing: what is on it is room for nobody.
            if in_use && rooms.room_bytes.contains_key(&row.id) {
                all.capacity_bytes = all.capacity_bytes.saturating_add(disk.capacity_bytes);
                all.stored_bytes = all.stored_bytes.saturating_add(disk.stored_bytes);
                all.held_bytes = all.held_bytes.saturating_add(disk.held_bytes);
                all.due.extend(&disk.due);
            }
            disks.push(DiskStorage { id: row.id, disk });
        }
        all.streams =
            streams.iter().filter(|stream| stream.camera.enabled).map(|stream| stream.growth).collect();
        Ok(Storage { disk: all, disks, streams })
    }

    /// What lies on which disk: the first has what the others have not.
    async fn by_disk(&self, days: Vec<Day>) -> Result<BTreeMap<DiskId, Vec<Day>>> {
        let rows: Vec<(i64, Vec<u8>, i64, i64, i64)> = sqlx::query_as(
            "SELECT disk, camera, profile, day, bytes FROM disk_day JOIN stream ON stream.id = disk_day.stream
             WHERE bytes > 0",
        )
        .fetch_all(&self.footage.0.database.read)
        .await
        .doing("reading days of disks")?;
        let mut by_disk: BTreeMap<DiskId, Vec<Day>> = BTreeMap::new();
        let mut elsewhere: HashMap<(StreamId, i64), u64> = HashMap::new();
        for (disk, camera, profile, day, bytes) in rows {
            let (stream, bytes) = (stream_of(&camera, profile)?, uint(bytes)?);
            *elsewhere.entry((stream, day)).or_default() += bytes;
            let own = by_disk.entry(DiskId(small(disk)?)).or_default();
            own.push(Day { stream, day, bytes, media_us: 0 });
        }
        let first = days.into_iter().map(|day| {
            let gone = elsewhere.get(&(day.stream, day.day)).copied().unwrap_or(0);
            Day { bytes: day.bytes.saturating_sub(gone), ..day }
        });
        by_disk.insert(DiskId::FIRST, first.collect());
        Ok(by_disk)
    }

    /// What expires by the rule until `at`, holds left out: room that comes without anybody's doing.
    pub async fn due_bytes(&self, cx: &Cx, now: TrustedTime, at: WallTime) -> Result<BTreeMap<DiskId, u64>> {
        let (policy, holds) = (self.retention_policy(cx).await?, self.holds_in_force().await?);
        let ahead_us = at.since_us(now.wall()).max(0);
        let mut due_bytes: BTreeMap<DiskId, u64> = BTreeMap::new();
        for era in self.eras(&policy).await? {
            let before = now.wall().plus_us(ahead_us.saturating_sub(era.term_us()));
            for (disk, bytes) in self.due_in(&era, before, at, &holds).await? {
                let sum = due_bytes.entry(disk).or_default();
                *sum = sum.saturating_add(bytes);
            }
        }
        Ok(due_bytes)
    }

    /// Of one era, at most what one round deletes.
    async fn due_in(
        &self,
        era: &Era,
        before: WallTime,
        at: WallTime,
        holds: &[Hold],
    ) -> Result<Vec<(DiskId, u64)>> {
        let mut due = Vec::new();
        for (after, until) in unheld(holds, era.stream) {
            let left = crate::footage::CANDIDATES_MAX.saturating_sub(due.len() as i64);
            if left <= 0 || after >= before {
                break;
            }
            let rows: Vec<(i64, Option<i64>)> = sqlx::query_as(
                "SELECT bytes, disk FROM segment
                 WHERE stream = (SELECT id FROM stream WHERE camera = ?1 AND profile = ?2) AND state < 2
                   AND start_us >= ?3 AND start_us < ?4 AND start_us > ?5 AND end_us <= ?6 AND end_us < ?7
                   AND end_us + floor_days * ?8 <= ?9 ORDER BY start_us LIMIT ?10",
            )
            .bind(crate::convert::blob(era.stream.camera.0))
            .bind(era.stream.profile as i64)
            .bind(era.from.0)
            .bind(era.until.0)
            .bind(after.0)
            .bind(before.0)
            .bind(until.0)
            .bind(DAY_US)
            .bind(at.0)
            .bind(left)
            .fetch_all(&self.footage.0.database.read)
            .await
            .doing("adding up what is due")?;
            for (bytes, disk) in rows {
                due.push((disk_of(disk)?, uint(bytes)?));
            }
        }
        Ok(due)
    }

    /// What holds keep; footage under two of them counts twice, which errs on the side of room.
    async fn held_bytes(&self, cx: &Cx) -> Result<BTreeMap<DiskId, u64>> {
        let query = HoldQuery { active: Some(true), limit: 200, ..HoldQuery::default() };
        let (cx, mut cursor) = (crate::system_cx("storage", cx.now), None);
        let mut held: BTreeMap<DiskId, u64> = BTreeMap::new();
        loop {
            let page = self.registry.holds(&cx, &HoldQuery { cursor, ..query.clone() }).await?;
            for hold in page.holds {
                for (disk, bytes) in self.footage.held_by_disk(&hold.cameras, hold.span).await? {
                    let sum = held.entry(disk).or_default();
                    *sum = sum.saturating_add(bytes);
                }
            }
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok(held);
            }
        }
    }

    async fn days(&self) -> Result<Vec<Day>> {
        let rows: Vec<(Vec<u8>, i64, i64, i64, i64)> = sqlx::query_as(
            "SELECT camera, profile, day, bytes, media_us FROM stream_day JOIN stream ON stream.id = stream_day.stream
             WHERE bytes > 0",
        )
        .fetch_all(&self.footage.0.database.read)
        .await
        .doing("reading days")?;
        rows.into_iter()
            .map(|(camera, profile, day, bytes, media_us)| {
                Ok(Day { stream: stream_of(&camera, profile)?, day, bytes: uint(bytes)?, media_us })
            })
            .collect()
    }
}

/// What a stream writes, from its days before today; else from what it sends, else from what is planned, in kilobits a second.
fn rate_from(
    days: &[Day],
    stream: StreamId,
    today: i64,
    (live_kbps, planned_kbps): (Option<u32>, Option<u32>),
) -> Rate {
    // Today is not over, and what has expired in part is no full day either.
    let full: Vec<(u64, i64)> = days
        .iter()
        .filter(|day| day.stream == stream && (today - HISTORY_DAYS..today).contains(&day.day))
        .map(|day| (day.bytes, day.media_us))
        .collect();
    let live = live_kbps.map(bytes_per_day).filter(|bytes| *bytes > 0);
    Rate::of(&full, live, planned_kbps.map(bytes_per_day))
}

/// A camera that is not enrolled yet, or another rate of one that is.
pub fn growth_of(kbps: u32, floor_days: u16, term_days: u16) -> Growth {
    Growth { rate: Rate::of(&[], None, Some(bytes_per_day(kbps))), floor_days, term_days }
}

/// A stream's rate, for the order of sacrifice: what it sends now, else what it has written.
pub fn rate_of(camera: CameraId, storage: &Storage) -> u64 {
    let found = storage.streams.iter().find(|stream| stream.camera.camera == camera);
    found.map_or(0, |stream| stream.growth.rate.mean)
}
