//! What the product notices of itself between two looks: cameras that fell silent or came back, streams that stopped, clocks, disks.
//!
//! It looks at nothing itself. The invariant kept: what goes on is said once, and what is no longer watched is not said to be back.

use super::EventKind;
use model::{CameraId, DiskId, WallTime};
use std::collections::{BTreeMap, BTreeSet};

/// What is so at one look.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Watched {
    /// Cameras that should be recorded.
    pub cameras: BTreeSet<CameraId>,
    /// Those that send nothing, and since when: perhaps for a moment.
    pub silent: BTreeMap<CameraId, WallTime>,
    /// Those of them that have sent nothing for long.
    pub lost: BTreeMap<CameraId, WallTime>,
    /// Those that are not recorded, for want of room.
    pub stopped: BTreeSet<CameraId>,
    /// Those whose clock is off.
    pub off: BTreeSet<CameraId>,
    pub disks_away: BTreeSet<DiskId>,
}

/// One thing that changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    pub kind: EventKind,
    pub camera: Option<CameraId>,
    pub disk: Option<DiskId>,
    pub since: WallTime,
}

/// What changed from one look to the next.
pub fn changes(before: &Watched, after: &Watched, now: WallTime) -> Vec<Change> {
    let of = |kind, camera: &CameraId, since| Change { kind, camera: Some(*camera), disk: None, since };
    let watched = |camera: &&CameraId| after.cameras.contains(*camera);
    let lost = after.lost.iter().filter(|(camera, _)| !before.lost.contains_key(camera));
    let back = before.lost.keys().filter(watched).filter(|camera| !after.lost.contains_key(camera));
    let resumed = before.stopped.difference(&after.stopped).filter(watched);
    let of_disk = |kind, disk: &DiskId| Change { kind, camera: None, disk: Some(*disk), since: now };
    let mut found: Vec<Change> =
        lost.map(|(camera, since)| of(EventKind::CameraLost, camera, *since)).collect();
    found.extend(back.map(|camera| of(EventKind::CameraBack, camera, now)));
    found.extend(
        after.stopped.difference(&before.stopped).map(|camera| of(EventKind::RecordingStopped, camera, now)),
    );
    found.extend(resumed.map(|camera| of(EventKind::RecordingResumed, camera, now)));
    found.extend(after.off.difference(&before.off).map(|camera| of(EventKind::ClockOff, camera, now)));
    let (away, there) = (&after.disks_away, &before.disks_away);
    found.extend(away.difference(there).map(|disk| of_disk(EventKind::DiskLost, disk)));
    found.extend(there.difference(away).map(|disk| of_disk(EventKind::DiskBack, disk)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_goes_on_is_said_once() {
        let camera = |n: u128| CameraId(Uuid::from_u128(n));
        let at = |lost: &[u128], stopped: &[u128], cameras: &[u128]| Watched {
            cameras: cameras.iter().copied().map(camera).collect(),
            lost: lost.iter().copied().map(|n| (camera(n), WallTime(7))).collect(),
            stopped: stopped.iter().copied().map(camera).collect(),
            ..Watched::default()
        };
        let check = |before: &Watched, after: &Watched, expected: &[(EventKind, u128)]| {
            let found: Vec<_> = changes(before, after, WallTime(9))
                .into_iter()
                .map(|change| (change.kind, change.camera.map_or(0, |camera| camera.0.as_u128())))
                .collect();
            assert_eq!(found, expected);
        };
        let (none, lost) = (at(&[], &[], &[1, 2]), at(&[1], &[], &[1, 2]));
        check(&none, &lost, &[(EventKind::CameraLost, 1)]);
        check(&lost, &lost, &[]);
        check(&lost, &none, &[(EventKind::CameraBack, 1)]);
        // Switched off meanwhile: it is not back.
        check(&lost, &at(&[], &[], &[2]), &[]);
        check(&none, &at(&[], &[2], &[1, 2]), &[(EventKind::RecordingStopped, 2)]);
        check(&at(&[], &[2], &[1, 2]), &none, &[(EventKind::RecordingResumed, 2)]);
        let away = Watched { disks_away: [DiskId(1)].into(), ..none.clone() };
        check(&none, &away, &[(EventKind::DiskLost, 0)]);
        check(&away, &none, &[(EventKind::DiskBack, 0)]);
    }
}
