//! In which order records are committed that come from several disks: each stream's own, whatever its disks' pace.
//!
//! A writer hands over what it has synced in the order in which its recorders sent it. When a stream changes disks, the old
//! writer's last word of it is `Leave`, the new one's first is `Come`, of the same turn. Invariant: of one stream nothing behind
//! a `Come` is given out before the `Leave` of its turn, unless the old disk has kept it waiting for too long; then the
//! records of the old disk come late, and what is covered by others by then is set aside. It does no I/O and knows no clock.

use super::CommitOp;
use model::{DiskId, StreamId};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    time::Duration,
};
use tokio::sync::oneshot;

/// Operations that may wait for another disk, or for their own to be read: at 200 streams and a segment a minute an hour.
const PARKED_MAX: usize = 16_384;
/// How long a disk that says nothing holds back what its streams have recorded elsewhere since. Longer than a controller's reset
/// takes, shorter than a viewer's patience with footage that is not there yet.
const PATIENCE: Duration = Duration::from_secs(60);

/// What waits of one stream.
#[derive(Default)]
struct Line {
    queues: BTreeMap<DiskId, VecDeque<CommitOp>>,
    /// Disks whose first operation is to be tried again later.
    stalled: BTreeSet<DiskId>,
    waited: Duration,
}

/// Everything that waits, and what can go now.
#[derive(Default)]
pub(crate) struct Order {
    ready: VecDeque<(DiskId, CommitOp)>,
    lines: HashMap<StreamId, Line>,
    /// The newest turn of each stream whose leave has come.
    left_off: HashMap<StreamId, u64>,
    /// Streams of which some records wait in a journal for the next start: all that follows does too.
    deferred: HashSet<StreamId>,
    barriers: Vec<(DiskId, oneshot::Sender<()>)>,
    parked: usize,
    newly_left: u64,
}

impl Order {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.ready.is_empty() && self.lines.is_empty()
    }

    pub fn take(&mut self, disk: DiskId, op: CommitOp) {
        let Some(stream) = op.stream() else {
            match op {
                CommitOp::Barrier(reply) if !self.lines.is_empty() => self.barriers.push((disk, reply)),
                op => self.ready.push_back((disk, op)),
            }
            return;
        };
        let waits = self.lines.get(&stream).is_some_and(|line| line.queues.contains_key(&disk));
        if !waits && !self.is_early(stream, &op) {
            return self.ready.push_back((disk, op));
        }
        if !matches!(op, CommitOp::Leave { .. } | CommitOp::Come { .. }) {
            if self.parked >= PARKED_MAX {
                self.deferred.insert(stream);
            }
            if self.deferred.contains(&stream) {
                self.newly_left += 1;
                return;
            }
        }
        self.parked += 1;
        self.lines.entry(stream).or_default().queues.entry(disk).or_default().push_back(op);
    }

    fn is_early(&self, stream: StreamId, op: &CommitOp) -> bool {
        matches!(op, CommitOp::Come { turn, .. } if self.left_off.get(&stream).is_none_or(|left| left < turn))
    }

    /// The next operation to be carried out.
    pub fn next(&mut self) -> Option<(DiskId, CommitOp)> {
        loop {
            let (disk, op) = self.ready.pop_front().or_else(|| self.unpark())?;
            if let CommitOp::Leave { stream, turn, deferred } = op {
                let left = self.left_off.entry(stream).or_default();
                *left = turn.max(*left);
                if deferred {
                    self.deferred.insert(stream);
                }
            }
            match op.stream() {
                Some(stream) if self.deferred.contains(&stream) && !matches!(op, CommitOp::Leave { .. }) => {
                    self.newly_left += u64::from(!matches!(op, CommitOp::Come { .. }));
                }
                _ => return Some((disk, op)),
            }
        }
    }

    fn unpark(&mut self) -> Option<(DiskId, CommitOp)> {
        let mut found = None;
        for (stream, line) in &self.lines {
            let front = line.queues.iter().find(|(disk, queue)| {
                let free = queue.front().is_some_and(|op| !self.is_early(*stream, op));
                free && !line.stalled.contains(disk)
            });
            if let Some((disk, _)) = front {
                found = Some((*stream, *disk));
                break;
            }
        }
        let Some((stream, disk)) = found else { return self.barrier() };
        let line = self.lines.get_mut(&stream)?;
        let queue = line.queues.get_mut(&disk)?;
        let op = queue.pop_front()?;
        self.parked = self.parked.saturating_sub(1);
        line.waited = Duration::ZERO;
        if queue.is_empty() {
            line.queues.remove(&disk);
        }
        if line.queues.is_empty() {
            self.lines.remove(&stream);
        }
        Some((disk, op))
    }

    /// Answered only when nothing waits.
    fn barrier(&mut self) -> Option<(DiskId, CommitOp)> {
        if !self.lines.is_empty() {
            return None;
        }
        self.barriers.pop().map(|(disk, reply)| (disk, CommitOp::Barrier(reply)))
    }

    /// An operation is to be tried again later; what follows of its stream from its disk waits behind it.
    pub fn again(&mut self, disk: DiskId, op: CommitOp) {
        let Some(stream) = op.stream() else { return };
        let mut behind: VecDeque<CommitOp> = VecDeque::from([op]);
        let mut others = VecDeque::with_capacity(self.ready.len());
        for (other, op) in std::mem::take(&mut self.ready) {
            if other == disk && op.stream() == Some(stream) {
                behind.push_back(op);
            } else {
                others.push_back((other, op));
            }
        }
        self.ready = others;
        self.parked += behind.len();
        let line = self.lines.entry(stream).or_default();
        behind.append(line.queues.entry(disk).or_default());
        line.queues.insert(disk, behind);
        line.stalled.insert(disk);
    }

    /// Time has passed: what was to be tried again is, and whoever has waited too long for another disk waits no longer.
    pub fn retry(&mut self, passed: Duration) {
        let mut forced = Vec::new();
        for (stream, line) in &mut self.lines {
            line.stalled.clear();
            line.waited += passed;
            if line.waited >= PATIENCE {
                forced.push(*stream);
            }
        }
        for stream in forced {
            tracing::error!(%stream, "a media disk does not answer: what was recorded on another since is committed before what it owes");
            self.force(stream);
        }
    }

    /// No more leaves will come.
    pub fn close(&mut self) {
        let streams: Vec<StreamId> = self.lines.keys().copied().collect();
        streams.into_iter().for_each(|stream| self.force(stream));
    }

    fn force(&mut self, stream: StreamId) {
        let Some(line) = self.lines.get_mut(&stream) else { return };
        line.waited = Duration::ZERO;
        let turns = line.queues.values().filter_map(|queue| match queue.front() {
            Some(CommitOp::Come { turn, .. }) => Some(*turn),
            _ => None,
        });
        if let Some(first) = turns.min() {
            let left = self.left_off.entry(stream).or_default();
            *left = first.max(*left);
        }
    }

    /// Records that were left to the next start since the last time.
    pub fn left(&mut self) -> u64 {
        std::mem::take(&mut self.newly_left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gap::Gap;
    use model::{CameraId, GapCause, Profile, Span, WallTime};
    use uuid::Uuid;

    fn stream(number: u128) -> StreamId {
        StreamId { camera: CameraId(Uuid::from_u128(number)), profile: Profile::Main }
    }

    fn gap(of: u128, at: i64) -> CommitOp {
        let span = Span { start: WallTime(at), end: WallTime(at + 1) };
        let tokens = std::sync::atomic::AtomicU64::default();
        let token = crate::writer::next_token(&tokens);
        CommitOp::Gap {
            token,
            stream: stream(of),
            gap: Gap { span, cause: GapCause::Disk, evidence: String::new() },
        }
    }

    fn leave(of: u128, turn: u64) -> CommitOp {
        CommitOp::Leave { stream: stream(of), turn, deferred: false }
    }

    fn come(of: u128, turn: u64) -> CommitOp {
        CommitOp::Come { stream: stream(of), turn }
    }

    /// The starts of the gaps that can go now.
    fn given(order: &mut Order) -> Vec<i64> {
        let mut given = Vec::new();
        while let Some((_, op)) = order.next() {
            if let CommitOp::Gap { gap, .. } = op {
                given.push(gap.span.start.0);
            }
        }
        given
    }

    #[test]
    fn each_stream_keeps_its_order_however_its_disks_answer() {
        let check = |ops: Vec<(u16, CommitOp)>, expected: &[i64]| {
            let mut order = Order::default();
            let mut found = Vec::new();
            for (disk, op) in ops {
                order.take(DiskId(disk), op);
                found.extend(given(&mut order));
            }
            assert_eq!(found, expected);
        };
        // The old disk is slower: the new one's records wait for its leave, and nobody else's do.
        check(
            vec![
                (2, come(7, 1)),
                (2, gap(7, 20)),
                (2, gap(8, 1)),
                (1, gap(7, 10)),
                (1, leave(7, 1)),
                (2, gap(7, 30)),
            ],
            &[1, 10, 20, 30],
        );
        // The new one is slower.
        check(vec![(1, gap(7, 10)), (1, leave(7, 1)), (2, come(7, 1)), (2, gap(7, 20))], &[10, 20]);
        // There and back again, heard of in the worst order.
        check(
            vec![
                (1, gap(7, 10)),
                (1, leave(7, 1)),
                (1, come(7, 2)),
                (1, gap(7, 30)),
                (2, come(7, 1)),
                (2, gap(7, 20)),
                (2, leave(7, 2)),
            ],
            &[10, 20, 30],
        );
    }

    #[test]
    fn what_must_be_tried_again_holds_back_its_own_stream_only() {
        let mut order = Order::default();
        for op in [gap(7, 10), gap(7, 11), gap(8, 1)] {
            order.take(DiskId(1), op);
        }
        let (disk, first) = order.next().unwrap();
        order.again(disk, first);
        assert_eq!(given(&mut order), [1]);
        order.take(DiskId(1), gap(7, 12));
        assert_eq!(given(&mut order), [0; 0]);
        order.retry(Duration::from_secs(1));
        assert_eq!(given(&mut order), [10, 11, 12]);
        assert!(order.is_empty());
    }

    #[test]
    fn a_disk_that_never_answers_is_not_waited_for_for_ever() {
        let (mut order, (reply, mut answered)) = (Order::default(), oneshot::channel());
        order.take(DiskId(2), come(7, 1));
        order.take(DiskId(2), gap(7, 20));
        order.take(DiskId(2), CommitOp::Barrier(reply));
        order.retry(PATIENCE - Duration::from_secs(1));
        assert_eq!(given(&mut order), [0; 0]);
        assert!(answered.try_recv().is_err());
        order.retry(Duration::from_secs(1));
        assert_eq!(order.next().map(|(disk, _)| disk), Some(DiskId(2)));
        assert_eq!(given(&mut order), [20]);
        assert!(order.is_empty());
        // Its records come late then; whether their time is free is the database's matter.
        order.take(DiskId(1), gap(7, 10));
        order.take(DiskId(1), leave(7, 1));
        assert_eq!(given(&mut order), [10]);
    }

    #[test]
    fn what_follows_a_record_that_waits_for_the_next_start_waits_too() {
        let mut order = Order::default();
        order.take(DiskId(1), CommitOp::Leave { stream: stream(7), turn: 1, deferred: true });
        order.take(DiskId(2), come(7, 1));
        order.take(DiskId(2), gap(7, 20));
        order.take(DiskId(2), gap(8, 1));
        assert_eq!(given(&mut order), [1]);
        assert_eq!((order.left(), order.left()), (1, 0));
    }
}
