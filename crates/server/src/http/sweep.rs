//! The sweep of findings: what is found of everything, whoever asks, compared with what stood, so that each finding has a history.
//!
//! What the register shows comes from an engine that is told what changed, of which only the neighbourhood is read; the other kinds are
//! looked at whole. It keeps no rule and closes nothing that is still found. The invariant: every change of what detection reads is in
//! the feed by which it is followed, and every hour everything is read all the same.

use super::{
    error::Answer,
    findings::{SILENT, beside, facts_sent, sent, weight_of},
    types::{Finding, FindingKind, StreamState},
};
use crate::app::App;
use law::Words;
use law::detect::{CameraKnown, Change, Detected, Engine, Fact, Kind, Moved, Register, Sent};
use model::{CameraId, Cx, Profile, WallTime};
use std::collections::{HashMap, HashSet};
use store::{OfRegister, OpenFindings, SeenFinding, SweepPlan, Untold, Written, system_cx};

const DAY_MS: i64 = 86_400_000;
/// A camera that sends less than is asked of it.
const BELOW: &str = "below_standard";
/// The register is read anew after so long even if nothing says that it changed.
const READ_US_MAX: i64 = 3_600_000_000;

/// What the last sweep knew.
#[derive(Debug, Default)]
pub struct Sweeper {
    /// The length of the access log and the minute after it.
    last: Option<(u64, i64)>,
    /// Absent after a sweep that failed: nothing is known of what it did.
    known: Option<Known>,
}

/// An engine, the version of the facts that it was told last and when all of them were read; what cameras sent then, of which all others
/// send nothing; and what stands in the history.
#[derive(Debug)]
struct Known {
    engine: Engine,
    version: i64,
    read: WallTime,
    sent: HashMap<CameraId, Sent>,
    stand: OpenFindings,
    /// Of the feed, what the last look followed; `None`: everything was read.
    span: Option<(i64, i64)>,
}

/// Writes what came and went since the last sweep: of everything, whoever asks. Nothing is looked at when nobody did anything and
/// the minute is the same.
pub async fn sweep(app: &App) -> Answer<()> {
    let mut sweeper = app.finding_sweep().lock().await;
    let cx = system_cx("findings", app.now());
    let minute = cx.now.0.div_euclid(60_000_000);
    if sweeper.last == Some((app.registry().entries_written().await?, minute)) {
        return Ok(());
    }
    let (mut known, of_register) = match sweeper.known.take() {
        Some(known) => known.followed(app, &cx).await?,
        None => Known::read(app, &cx).await?,
    };
    let others = beside(app, &cx, &known.silent()).await?.into_iter().filter_map(seen).collect();
    let plan = known.stand.plan(of_register, others, &untold(app, cx.now));
    let plan = SweepPlan { span: known.span, ..plan };
    let swept = app.registry().write_findings(cx.now, plan, &mut known.stand).await?;
    sweeper.known = Some(known);
    sweeper.last = Some((app.registry().entries_written().await?, minute));
    if swept != store::SweptFindings::default() {
        tracing::info!(opened = swept.opened, closed = swept.closed, "findings came or went");
    }
    Ok(())
}

/// What was found of cameras before this run, and cannot be told yet: that a camera was silent, or sent less than is asked of it, until it
/// sends again or has been silent for a day of this run; that its clock was off, until it is measured. A restart puts nothing right.
fn untold(app: &App, now: WallTime) -> Untold {
    let mut untold = Untold::new();
    let streams = app.pipeline().streams();
    for stream in streams.iter().filter(|stream| stream.id.profile == Profile::Main) {
        let (state, camera) = (StreamState::from(&stream.state()), stream.id.camera.0);
        if state.newest_unit_ms.is_none() && now.as_ms() - state.since_ms <= DAY_MS {
            untold.insert((SILENT, camera));
            untold.insert((BELOW, camera));
        }
        if stream.camera_clock().is_none() {
            untold.insert((FindingKind::CameraClock.as_str(), camera));
        }
    }
    untold
}

impl Known {
    /// Everything, read and looked at for the first time.
    async fn read(app: &App, cx: &Cx) -> Answer<(Self, OfRegister)> {
        let registry = app.registry();
        let mut known = Self {
            engine: Engine::new(registry.moment(cx.now)),
            version: registry.fact_version().await?,
            read: cx.now,
            sent: sent(app),
            stand: registry.open_findings().await?,
            span: None,
        };
        let facts = facts_sent(app, cx, &known.sent).await?;
        known.look(app, cx.now, facts.facts().map(Change::Is).collect());
        let of_register = known.whole();
        Ok((known, of_register))
    }

    /// What came and went since: of what was written, of what cameras send, of what the day brings. Every hour everything is read all
    /// the same.
    async fn followed(mut self, app: &App, cx: &Cx) -> Answer<(Self, OfRegister)> {
        let registry = app.registry();
        let version = registry.fact_version().await?;
        let before = std::mem::replace(&mut self.sent, sent(app));
        let near = match (0..READ_US_MAX).contains(&cx.now.since_us(self.read)) {
            true => self.written(app, cx, version).await?,
            false => None,
        };
        self.span = near.is_some().then_some((self.version, version));
        self.version = version;
        let Some(changes) = near else {
            self.read = cx.now;
            let changes = self.engine.register().differences(&facts_sent(app, cx, &self.sent).await?);
            self.look(app, cx.now, changes);
            let of_register = self.whole();
            return Ok((self, of_register));
        };
        self.take(app, changes);
        // After what was written: a camera that sends otherwise may be another one by now.
        let changes = sent_otherwise(&before, &self.sent, self.engine.register());
        let moved = self.look(app, cx.now, changes);
        let seen = |found: Vec<Detected>| found.iter().filter_map(SeenFinding::of_register).collect();
        let of_register = OfRegister::Since { came: seen(moved.opened), went: seen(moved.closed) };
        Ok((self, of_register))
    }

    /// What was written since, as changes; `None`: everything is to be read.
    async fn written(&self, app: &App, cx: &Cx, version: i64) -> Answer<Option<Vec<Change>>> {
        let registry = app.registry();
        if version == self.version {
            return Ok(Some(Vec::new()));
        }
        let Written::Of(touched) = registry.facts_written(self.version, version).await? else {
            return Ok(None);
        };
        let library = &registry.packs().library;
        let near = registry.register_near(cx.now, library, &self.sent, &touched).await?;
        Ok(near.map(|part| self.engine.register().differences_in(&part.looked, &part.facts)))
    }

    fn take(&mut self, app: &App, changes: Vec<Change>) {
        for change in changes {
            self.engine.change(&app.registry().packs().library, change);
        }
    }

    fn look(&mut self, app: &App, now: WallTime, changes: Vec<Change>) -> Moved {
        self.take(app, changes);
        self.engine.look(&app.registry().packs().library, app.registry().moment(now))
    }

    /// Cameras that are found silent: of those alone that should send.
    fn silent(&self) -> HashSet<String> {
        let is_silent =
            |id: &String| self.engine.found_in(Kind::Camera, id).iter().any(|one| one.code == SILENT);
        self.sent.keys().map(CameraId::to_string).filter(is_silent).collect()
    }

    fn whole(&self) -> OfRegister {
        OfRegister::Whole(self.engine.found().filter_map(SeenFinding::of_register).collect())
    }
}

/// Cameras that send something else than is known, or nothing any more. Of the others nothing is known to be sent.
fn sent_otherwise(
    before: &HashMap<CameraId, Sent>,
    sent: &HashMap<CameraId, Sent>,
    known: &Register,
) -> Vec<Change> {
    let those: HashSet<CameraId> = before.keys().chain(sent.keys()).copied().collect();
    let other = those.into_iter().filter_map(|id| {
        let camera = known.cameras.get(&id.to_string())?;
        let sent = sent.get(&id).copied().unwrap_or_default();
        (camera.sent != sent).then(|| Change::Is(Fact::Camera(CameraKnown { sent, ..camera.clone() })))
    });
    other.collect()
}

/// A finding of another kind than the register's, as its history has it.
fn seen(found: Finding) -> Option<SeenFinding> {
    let (kind, severity) = (found.kind, weight_of(&found));
    // The store is everybody's: its faults stand with the first unit on the page Now, and with none in the history.
    let of_all = kind == FindingKind::Routine && found.code.as_deref() == Some("device_fault");
    let about = found.camera.or(found.record.filter(|_| !of_all));
    Some(SeenFinding {
        kind: kind.as_str(),
        article: found.article,
        code: found.code.unwrap_or_else(|| kind.as_str().to_owned()),
        about: match &about {
            Some(about) => about.id.parse().ok()?,
            None => uuid::Uuid::nil(),
        },
        which: found.which,
        name: about.map(|about| about.name).unwrap_or_default(),
        severity,
        binds: found.binds,
        reason: Words::new(found.reason.en, found.reason.zh),
        evidence: found.evidence.iter().filter_map(|one| one.id.parse().ok()).collect(),
    })
}
