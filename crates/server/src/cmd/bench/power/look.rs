//! The oracles after power cuts: what was durable is there and hashes, records tile time, the logs did not shrink or change,
//! what the server answered is in them, and `check` finds nothing.
//!
//! Loss is measured by the stamps in the frames themselves, not by our own records.

use super::{machine::Cut, site::Run};
use crate::{
    cmd::{
        check::{self, Depth},
        output::Level,
    },
    store_keys::{self, Encryption},
};
use anyhow::{Context, Result, bail, ensure};
use ledger::tree::verify_consistency;
use model::{
    Act, Actor, CameraId, Cx, LegalBasis, PersonId, Profile, Purpose, RequestId, Span, StreamId, WallTime,
};
use pipeline::{rtsp_server::stamp::Stamp, system_wall};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};
use store::{AccessQuery, LogName, OpenOptions, Store, registry::system_cx};

/// What may be missing before a cut, beside the longest sync that was measured: a second until the next sync is due, half a
/// second of fragment, and half a second for the way from the camera to the recorder on a busy machine.
const LOST_US_MAX: i64 = 2_000_000;

/// Figures of all cuts.
#[derive(Default)]
pub struct Found {
    pub cuts: u32,
    pub early_cuts: u32,
    tears: BTreeMap<String, u32>,
    unsynced_writes: u64,
    kept_sectors: u64,
    flushes: u64,
    frames: u64,
    entries: usize,
    checkpoints: usize,
    losses_us: Vec<i64>,
    sync_max_us: i64,
    /// The last segment whose frames are counted; rows begin anew with each store.
    after: BTreeMap<String, i64>,
}

pub struct Look<'a> {
    pub data: &'a Path,
    pub cameras: &'a [CameraId],
    pub auditor: PersonId,
}

/// Frames of one camera: their numbers, by the time at which they were sent.
type Frames = BTreeMap<WallTime, u64>;

impl Look<'_> {
    pub async fn at(&self, runs: &[Run], found: &mut Found) -> Result<()> {
        let store_keys = store_keys::load(&Encryption::default(), self.data)?;
        let options = OpenOptions { store_keys, ..OpenOptions::new(system_wall()) };
        let store = Store::open(self.data, options).await.context("opening what the cut left")?;
        let pipeline = pipeline::Pipeline::start(store.clone(), pipeline::Config::default()).await?;
        let recovered = pipeline.recovered();
        ensure!(recovered.failed == 0, "a segment could not be rebuilt: {recovered:?}");
        pipeline.stop().await;
        drop(pipeline);
        self.frames(&store, runs, found).await?;
        self.tiled(&store, runs).await?;
        self.logs(&store, runs, found).await?;
        self.entries(&store, runs, found).await?;
        let findings = check::examine(&store, Depth::Whole, &indicatif::ProgressBar::hidden()).await?;
        let wrong: Vec<String> = findings
            .iter()
            .filter(|finding| finding.level == Level::Wrong)
            .map(ToString::to_string)
            .collect();
        ensure!(wrong.is_empty(), "check: {}", wrong.join("\n"));
        store.close(system_wall()).await?;
        for run in runs {
            found.count(run)?;
        }
        Ok(())
    }

    /// Every frame that was durable is there, and between the first and the last of a run none is missing.
    async fn frames(&self, store: &Store, runs: &[Run], found: &mut Found) -> Result<()> {
        let mut frames: BTreeMap<u32, Frames> = BTreeMap::new();
        let cx = system_cx("bench", system_wall());
        let after = found.after.entry(store.store_id().to_string()).or_default();
        loop {
            let step = store.footage.stored_segments(&cx, *after, 100).await?;
            let Some(last) = step.last() else { break };
            *after = last.row;
            for path in step.iter().filter_map(|segment| segment.path.as_ref()) {
                let (bytes, lost) = store.footage.open_for_system(&cx, path)?.salvage()?;
                ensure!(lost == 0, "{path}: {lost} chunks do not open");
                let mut rest = &bytes[..];
                while let Some((stamp, end)) = Stamp::next_in(rest) {
                    frames.entry(stamp.camera).or_default().insert(stamp.sent, stamp.frame);
                    rest = rest.get(end..).unwrap_or_default();
                    found.frames += 1;
                }
            }
        }
        for run in runs.iter().filter(|run| run.playing.is_some()) {
            let Cut { at: cut, since_flush_us, .. } = *run.cut.as_ref().context("a run without a cut")?;
            // A sync that was going on when the power went is not among those measured: the disk knows how long it had waited.
            let sync_us = run.told.sync_max_us.unwrap_or(0).max(since_flush_us);
            for number in 0..self.cameras.len() as u32 {
                let of_run: Vec<(WallTime, u64)> = frames
                    .get(&number)
                    .map(|frames| frames.range(run.begun..cut).map(|(at, frame)| (*at, *frame)).collect())
                    .unwrap_or_default();
                let Some((last, _)) = of_run.last() else {
                    bail!("camera {number}: nothing is left of the run of {} to {cut}", run.begun)
                };
                let lost_us = cut.since_us(*last);
                let lost_us_max = LOST_US_MAX + sync_us;
                ensure!(
                    lost_us <= lost_us_max,
                    "camera {number}: {lost_us} us lost at {cut}, {lost_us_max} allowed"
                );
                let missing = of_run.windows(2).filter(|pair| pair[1].1 != pair[0].1 + 1).count();
                ensure!(
                    missing == 0,
                    "camera {number}: {missing} holes in the run of {} to {cut}",
                    run.begun
                );
                found.losses_us.push(lost_us);
            }
        }
        Ok(())
    }

    /// Segments and gaps of every camera follow each other without overlap or hole.
    async fn tiled(&self, store: &Store, runs: &[Run]) -> Result<()> {
        let cx = system_cx("bench", system_wall());
        let first = runs.first().context("no run")?.begun;
        let span = Span { start: first.plus_us(-60_000_000), end: WallTime(i64::MAX) };
        for camera in self.cameras {
            let stream = StreamId { camera: *camera, profile: Profile::Main };
            let coverage = store.footage.coverage(&cx, stream, span, false).await?;
            let mut ends: Vec<(WallTime, WallTime)> =
                coverage.spans.iter().map(|span| (span.start, span.end)).collect();
            ends.extend(coverage.gaps.iter().map(|gap| (gap.span.start, gap.span.end)));
            ends.sort();
            ensure!(!ends.is_empty(), "{stream}: no records");
            if let Some(pair) = ends.windows(2).find(|pair| pair[0].1 != pair[1].0) {
                bail!("{stream}: {} is not followed by {}", pair[0].1, pair[1].0);
            }
        }
        Ok(())
    }

    /// Each log still begins with every tree that it was published as.
    async fn logs(&self, store: &Store, runs: &[Run], found: &mut Found) -> Result<()> {
        for log in [LogName::Footage, LogName::Access] {
            let newest = store.publish(log, system_wall()).await?;
            let mut seen = BTreeSet::new();
            for (_, of, checkpoint) in runs.iter().flat_map(|run| &run.told.checkpoints) {
                if *of != log || !seen.insert(checkpoint.size) {
                    continue;
                }
                ensure!(
                    checkpoint.size <= newest.size,
                    "the {} log shrank: {} leaves were published, {} are left",
                    log.as_str(),
                    checkpoint.size,
                    newest.size
                );
                let proof = store.consistency(log, checkpoint.size).await?;
                let (size, root) = (proof.checkpoint.size, proof.checkpoint.root);
                verify_consistency(checkpoint.size, size, &proof.hashes, checkpoint.root, root)
                    .with_context(|| format!("the {} log of {} leaves", log.as_str(), checkpoint.size))?;
                found.checkpoints += 1;
            }
        }
        Ok(())
    }

    /// Every admission that was answered has its entry, of that person and act.
    async fn entries(&self, store: &Store, runs: &[Run], found: &mut Found) -> Result<()> {
        let told: BTreeSet<u64> =
            runs.iter().flat_map(|run| &run.told.entries).map(|(_, entry)| *entry).collect();
        let (Some(first), cx) = (told.first(), self.auditor()) else { return Ok(()) };
        let mut query = AccessQuery { act: Some(Act::Live), limit: 200, ..AccessQuery::default() };
        let mut there = BTreeSet::new();
        loop {
            let page = store.access_entries(&cx, &query).await?;
            let of_observer = page.entries.iter().filter(|entry| {
                entry.record.as_ref().is_some_and(|record| record.acting.person == Some(self.auditor))
            });
            there.extend(of_observer.map(|entry| entry.index.0));
            match page.next {
                Some(next) if next.0 > *first => query.before = Some(next),
                _ => break,
            }
        }
        let lost: Vec<&u64> = told.difference(&there).collect();
        ensure!(lost.is_empty(), "admissions that were answered have no entry: {lost:?}");
        found.entries += told.len();
        Ok(())
    }

    fn auditor(&self) -> Cx {
        Cx {
            actor: Actor::Person(self.auditor),
            purpose: Purpose::Supervision,
            legal_basis: LegalBasis::SupervisionDuty,
            case: None,
            note: None,
            place: "local".into(),
            request: RequestId(uuid::Uuid::now_v7()),
            now: system_wall(),
        }
    }
}

impl Found {
    fn count(&mut self, run: &Run) -> Result<()> {
        let cut = run.cut.as_ref().context("a run without a cut")?;
        self.cuts += 1;
        self.early_cuts += u32::from(run.playing.is_none());
        *self.tears.entry(cut.tear.clone()).or_default() += 1;
        self.unsynced_writes += cut.unsynced_writes;
        self.kept_sectors += cut.kept_sectors;
        self.flushes += cut.flushes;
        self.sync_max_us = self.sync_max_us.max(run.told.sync_max_us.unwrap_or(0));
        Ok(())
    }

    fn lost_seconds(&self) -> (f64, f64) {
        let mut sorted = self.losses_us.clone();
        sorted.sort_unstable();
        let seconds = |us: Option<&i64>| us.map_or(0.0, |us| *us as f64 / 1e6);
        (seconds(sorted.get(sorted.len() / 2)), seconds(sorted.last()))
    }

    /// So far, in a line.
    pub fn line(&self) -> String {
        let (median, most) = self.lost_seconds();
        format!(
            "lost per camera median {median:.2} s, most {most:.2} s; longest sync {:.2} s; {} frames, {} entries, {} checkpoints held",
            self.sync_max_us as f64 / 1e6,
            self.frames,
            self.entries,
            self.checkpoints
        )
    }

    pub fn print(&self, streams: u32) {
        println!(
            "{} power cuts ({} of them while starting), {streams} cameras: {}",
            self.cuts,
            self.early_cuts,
            self.line()
        );
        println!(
            "cuts by what became of unsynced writes: {:?}; {} unsynced writes met, {} of their sectors kept; {} flushes",
            self.tears, self.unsynced_writes, self.kept_sectors, self.flushes
        );
        println!(
            "nothing else was lost: every frame, entry and checkpoint was there, `check` was clean after each look"
        );
    }
}
