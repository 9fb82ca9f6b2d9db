//! Which devices have a fault now, by what the system sees of them: front end, lines, storage (guangzhou-2007:22, national-2016:17).
//!
//! A camera that has sent nothing for a day is already found as silent (`detect`), so whoever lists findings leaves it out here.

use super::{DAY_US, Part};
use crate::Words;
use model::{CameraId, WallTime};

/// So many gaps of one cause within a day are a fault, short as each may be: one every two hours.
pub const UNSTABLE_GAPS: u32 = 12;
/// Down for so long is a fault; shorter is a camera that starts again.
const DOWN_US_MIN: i64 = 10 * 60_000_000;

/// What is seen of a camera.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CameraHealth {
    /// It cannot be reached, since then.
    pub unreached: Option<WallTime>,
    /// It is reached and sends nothing that can be recorded, or refuses the password, since then.
    pub failing: Option<WallTime>,
    /// Gaps within the last day that the network caused, and that the camera caused.
    pub line_gaps: u32,
    pub camera_gaps: u32,
}

/// What is seen of a media disk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiskHealth {
    Good,
    Failing,
    Full,
    Away,
}

/// A device with a fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The camera cannot be reached.
    Unreached,
    /// It is reached and gives no picture.
    NoPicture,
    /// The line breaks again and again.
    UnstableLine(u32),
    UnstableCamera(u32),
    Disk(DiskHealth),
    /// Stored footage that does not read as it was written, in so many places.
    Damaged(u32),
    /// Not all stored footage was read again within the floor's period; so many days since the last time.
    Unread(u32),
}

impl Fault {
    pub const fn part(self) -> Part {
        match self {
            Self::Unreached | Self::UnstableLine(_) => Part::Lines,
            Self::NoPicture | Self::UnstableCamera(_) => Part::FrontEnd,
            Self::Disk(_) | Self::Damaged(_) | Self::Unread(_) => Part::Storage,
        }
    }
}

/// A camera's fault and since when, the gravest first.
pub fn camera_fault(health: &CameraHealth, now: WallTime) -> Option<(Fault, WallTime)> {
    let down = |since: Option<WallTime>| since.filter(|since| now.since_us(*since) >= DOWN_US_MIN);
    let day = now.plus_us(-DAY_US);
    if let Some(since) = down(health.unreached) {
        return Some((Fault::Unreached, since));
    }
    if let Some(since) = down(health.failing) {
        return Some((Fault::NoPicture, since));
    }
    if health.line_gaps >= UNSTABLE_GAPS {
        return Some((Fault::UnstableLine(health.line_gaps), day));
    }
    (health.camera_gaps >= UNSTABLE_GAPS).then_some((Fault::UnstableCamera(health.camera_gaps), day))
}

pub fn disk_fault(health: DiskHealth) -> Option<Fault> {
    (health != DiskHealth::Good).then_some(Fault::Disk(health))
}

/// Whether the reading of all stored footage is late: a round must end within the floor's period. `since`: the end of the last one,
/// or the beginning of the first.
pub fn unread(since: WallTime, floor_days: u16, now: WallTime) -> Option<(Fault, WallTime)> {
    let due = since.plus_us(i64::from(floor_days.max(1)).saturating_mul(DAY_US));
    let days = u32::try_from(now.since_us(since).max(0) / DAY_US).unwrap_or(u32::MAX);
    (due < now).then_some((Fault::Unread(days), due))
}

/// Whether an open work order, of the unit under which the fault is said, is about it: of a camera, the order names that camera; of the
/// store, it is about storage and names no camera, whose own card is another store.
pub fn is_about(order: (Part, Option<CameraId>), fault: Option<CameraId>) -> bool {
    match (fault, order) {
        (Some(camera), (_, named)) => named == Some(camera),
        (None, (part, named)) => part == Part::Storage && named.is_none(),
    }
}

/// Reason and remedy; `ordered`: an open work order is about it.
pub fn fault_words(fault: Fault, ordered: bool) -> (Words, Words) {
    let (en, zh) = match fault {
        Fault::Unreached => ("It cannot be reached.".into(), "无法连接。".into()),
        Fault::NoPicture => ("It is reached and gives no picture.".into(), "可连接，但没有可用画面。".into()),
        Fault::UnstableLine(gaps) => {
            (format!("Its line broke {gaps} times within a day."), format!("一天内线路中断 {gaps} 次。"))
        }
        Fault::UnstableCamera(gaps) => {
            (format!("It stopped {gaps} times within a day."), format!("一天内自身中断 {gaps} 次。"))
        }
        Fault::Disk(DiskHealth::Full) => ("The media disk is full.".into(), "介质盘已满。".into()),
        Fault::Disk(DiskHealth::Away) => ("The media disk is away.".into(), "介质盘不在位。".into()),
        Fault::Disk(_) => ("The media disk is failing.".into(), "介质盘故障。".into()),
        Fault::Damaged(places) => (
            format!("Stored footage does not read as it was written, in {places} places."),
            format!("有 {places} 处存储资料复读不一致。"),
        ),
        Fault::Unread(days) => (
            format!("Stored footage was not all read again for {days} days, longer than the shortest term."),
            format!("存储资料已 {days} 天未完整复读一轮，超过最低保存期限。"),
        ),
    };
    let remedy = if ordered {
        Words::new(
            "A repair is ordered; it goes when the device works again.",
            "已开立维修工单；设备恢复后本项自动消失。",
        )
    } else {
        Words::new(
            "Open a work order; it goes when the device works again.",
            "请开立工单；设备恢复后本项自动消失。",
        )
    };
    (Words::new(en, zh), remedy)
}
