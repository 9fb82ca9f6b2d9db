//! Which media disk a stream's next segment goes to: a plan for all streams, made now and then, and the choice at the
//! moment at which a file begins, when a disk may just have failed.
//!
//! It moves nothing: footage stays where it was recorded until its term. A system with several disks keeps every stream for
//! its floor (guangzhou-2007:21) when each disk lasts, so the measure is the day on which a disk will be full. Invariants: no
//! stream is placed on a disk that takes nothing, and none is left without a disk while one takes footage.

use crate::forecast::{Disk, Growth};
use model::{DiskId, StreamId, WallTime};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A disk that may be recorded to, as the plan needs it: what its streams are is what is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pub id: DiskId,
    /// It is there, in use, not failing and not full.
    pub takes: bool,
    pub disk: Disk,
}

/// A stream to be placed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Placed {
    pub stream: StreamId,
    /// 3 chooses first.
    pub priority: u8,
    /// Of one priority the oldest chooses first.
    pub enrolled: WallTime,
    pub growth: Growth,
    /// The disk that an administrator has tied it to.
    pub tied: Option<DiskId>,
    /// Where it is recorded now.
    pub now: Option<DiskId>,
}

/// How long a disk lasts with some streams; larger is better. Never full before full late; then the emptier one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Lasting {
    days: u32,
    /// What is left when every stream has its term, in parts of a thousand of the disk.
    left: i64,
}

/// Says for each stream on which disk its next segment goes. Streams of higher priority choose first, those tied to a disk
/// before all others. A stream stays where it is unless its disk takes nothing, will be full, and lasts less than half as long as another.
pub fn place(places: &[Place], streams: &[Placed]) -> BTreeMap<StreamId, DiskId> {
    let mut order: Vec<&Placed> = streams.iter().collect();
    order.sort_by_key(|one| (one.tied.is_none(), Reverse(one.priority), one.enrolled, one.stream));
    let mut growing: BTreeMap<DiskId, Vec<Growth>> = BTreeMap::new();
    let mut placed = BTreeMap::new();
    for one in order {
        let with = |place: &Place| {
            let mut streams = growing.get(&place.id).cloned().unwrap_or_default();
            streams.push(one.growth);
            lasting(&place.disk, &streams)
        };
        let taking = || places.iter().filter(|place| place.takes);
        let tied = one.tied.filter(|tied| taking().any(|place| place.id == *tied));
        let best = taking().map(|place| (with(place), Reverse(place.id))).max();
        let Some((best, Reverse(best_id))) = best else { continue };
        let stays = one.now.filter(|now| {
            let own = taking().find(|place| place.id == *now).map(with);
            own.is_some_and(|own| own.days == u32::MAX || own.days > best.days / 2)
        });
        let id = tied.or(stays).unwrap_or(best_id);
        growing.entry(id).or_default().push(one.growth);
        placed.insert(one.stream, id);
    }
    placed
}

fn lasting(disk: &Disk, streams: &[Growth]) -> Lasting {
    let full: u128 = streams.iter().map(|one| u128::from(one.rate.mean) * u128::from(one.term_days)).sum();
    let capacity = u128::from(disk.capacity_bytes.max(1));
    let used = i64::try_from(full.saturating_mul(1_000) / capacity).unwrap_or(i64::MAX);
    Lasting { days: disk.lasts_days(streams).unwrap_or(u32::MAX), left: 1_000_i64.saturating_sub(used) }
}

/// A disk at the moment at which a file is to begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Candidate {
    pub id: DiskId,
    pub fitness: Fitness,
    pub free_bytes: u64,
}

/// What can be expected of a disk now.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fitness {
    /// Away, full, or it takes nothing: no file is begun there.
    None,
    /// It failed a moment ago: better than nothing.
    Failing,
    Good,
}

/// The disk for a stream's next file: where the plan says, if that is good; else the best there is, and of equal ones the
/// emptiest. `None`: no disk takes anything.
pub fn choose(planned: Option<DiskId>, candidates: &[Candidate]) -> Option<DiskId> {
    let able = candidates.iter().filter(|one| one.fitness > Fitness::None);
    able.max_by_key(|one| (one.fitness, Some(one.id) == planned, one.free_bytes, Reverse(one.id)))
        .map(|one| one.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::Rate;
    use model::{CameraId, Profile};
    use proptest::prelude::*;
    use uuid::Uuid;

    const GIB: u64 = 1 << 30;

    fn disk(id: u16, takes: bool, capacity_gib: u64) -> Place {
        let disk = Disk { capacity_bytes: capacity_gib * GIB, ..Disk::default() };
        Place { id: DiskId(id), takes, disk }
    }

    fn stream(number: u128, priority: u8, gib_per_day: u64, tied: Option<u16>, now: Option<u16>) -> Placed {
        let rate = gib_per_day * GIB;
        Placed {
            stream: StreamId { camera: CameraId(Uuid::from_u128(number)), profile: Profile::Main },
            priority,
            enrolled: WallTime(0),
            growth: Growth {
                rate: Rate { low: rate, mean: rate, high: rate },
                floor_days: 30,
                term_days: 30,
            },
            tied: tied.map(DiskId),
            now: now.map(DiskId),
        }
    }

    fn numbers(placed: &BTreeMap<StreamId, DiskId>) -> Vec<u16> {
        placed.values().map(|disk| disk.0).collect()
    }

    #[test]
    fn streams_go_where_disks_last_longest() {
        let check = |places: &[Place], streams: &[Placed], expected: &[u16]| {
            assert_eq!(numbers(&place(places, streams)), expected, "{streams:?}");
        };
        let free = |number| stream(number, 2, 10, None, None);
        // Equal disks share, a larger one takes more.
        check(
            &[disk(1, true, 1_000), disk(2, true, 1_000)],
            &[free(1), free(2), free(3), free(4)],
            &[1, 2, 1, 2],
        );
        check(
            &[disk(1, true, 600), disk(2, true, 2_000)],
            &[free(1), free(2), free(3), free(4)],
            &[2, 2, 2, 1],
        );
        // What takes nothing gets nothing; with no disk there is no place.
        check(&[disk(1, false, 9_000), disk(2, true, 10)], &[free(1), free(2)], &[2, 2]);
        check(&[disk(1, false, 9_000)], &[free(1)], &[]);
        // A tie holds while its disk takes footage, and no longer.
        let tied = |number| stream(number, 1, 10, Some(2), None);
        check(&[disk(1, true, 9_000), disk(2, true, 50)], &[tied(1), free(2)], &[2, 1]);
        check(&[disk(1, true, 9_000), disk(2, false, 50)], &[tied(1), free(2)], &[1, 1]);
        // Nobody moves for a better place, only away from a disk that will be full much earlier.
        let on_first = |number| stream(number, 2, 10, None, Some(1));
        check(&[disk(1, true, 700), disk(2, true, 9_000)], &[on_first(1), on_first(2)], &[1, 1]);
        check(&[disk(1, true, 400), disk(2, true, 9_000)], &[on_first(1), on_first(2)], &[1, 2]);
        check(&[disk(1, true, 400), disk(2, true, 500)], &[on_first(1), on_first(2)], &[1, 2]);
        check(&[disk(1, true, 300), disk(2, true, 299)], &[on_first(1), on_first(2)], &[1, 1]);
        // Whoever matters more chooses first.
        let high = stream(9, 3, 10, None, None);
        check(&[disk(1, true, 310), disk(2, true, 200)], &[free(1), high], &[2, 1]);
    }

    #[test]
    fn a_file_begins_where_the_plan_says_or_on_the_best_disk_there_is() {
        let check = |planned: Option<u16>, states: &[(Fitness, u64)], expected: Option<u16>| {
            let candidates: Vec<Candidate> = (1..)
                .zip(states)
                .map(|(id, (fitness, free))| Candidate {
                    id: DiskId(id),
                    fitness: *fitness,
                    free_bytes: *free,
                })
                .collect();
            assert_eq!(
                choose(planned.map(DiskId), &candidates).map(|id| id.0),
                expected,
                "{planned:?} {states:?}"
            );
        };
        use Fitness::{Failing, Good, None as Away};
        check(Some(2), &[(Good, 9), (Good, 1)], Some(2));
        check(Some(2), &[(Good, 9), (Failing, 1)], Some(1));
        check(Some(2), &[(Good, 1), (Away, 9), (Good, 2)], Some(3));
        check(None, &[(Good, 1), (Good, 1)], Some(1));
        check(Some(2), &[(Failing, 9), (Failing, 1)], Some(2));
        check(Some(2), &[(Away, 9), (Failing, 1)], Some(2));
        check(Some(1), &[(Away, 9), (Away, 1)], None);
        check(Some(7), &[], None);
    }

    proptest! {
        #[test]
        fn every_stream_has_a_place_while_a_disk_takes_footage(
            disks in prop::collection::vec((any::<bool>(), 0..2_000_u64), 0..5),
            streams in prop::collection::vec((1..4_u8, 0..40_u64, prop::option::of(1..6_u16), prop::option::of(1..6_u16)), 0..20),
        ) {
            let places: Vec<Place> = (1..).zip(&disks).map(|(id, (takes, gib))| disk(id, *takes, *gib)).collect();
            let streams: Vec<Placed> = (0..).zip(&streams)
                .map(|(number, (priority, rate, tied, now))| stream(number, *priority, *rate, *tied, *now))
                .collect();
            let placed = place(&places, &streams);
            let takes = |id: DiskId| places.iter().any(|place| place.id == id && place.takes);
            prop_assert!(placed.values().all(|id| takes(*id)));
            prop_assert_eq!(placed.len(), if places.iter().any(|place| place.takes) { streams.len() } else { 0 });
            for one in &streams {
                if let Some(tied) = one.tied.filter(|tied| takes(*tied)) {
                    prop_assert_eq!(placed[&one.stream], tied);
                }
            }
            // Said again with what came of it, nothing moves that lasts.
            let again: Vec<Placed> =
                streams.iter().map(|one| Placed { now: placed.get(&one.stream).copied(), ..*one }).collect();
            let lasting_disks = places.iter().all(|place| place.disk.capacity_bytes > 40 * 20 * 30 * GIB);
            prop_assert!(!lasting_disks || place(&places, &again) == placed);
        }
    }
}
