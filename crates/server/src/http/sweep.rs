//! The sweep of findings: what is found of everything, whoever asks, compared with what stood, so that each finding has a history.
//!
//! What the register shows comes from an engine that is told what changed; the other kinds are looked at whole. It keeps no rule and
//! closes nothing that is still found. The invariant: a version that moves with every change of what detection reads says whether the
//! register is read anew, and every hour it is read all the same.

use super::{
    error::Answer,
    findings::{SILENT, beside, facts, sent},
    types::{Finding, FindingKind, StreamState},
};
use crate::app::App;
use law::Words;
use law::detect::{CameraKnown, Change, Detected, Engine, Fact, Register, Severity};
use model::{CameraId, Cx, Profile, WallTime};
use std::collections::HashSet;
use store::{SeenFinding, system_cx};

const DAY_MS: i64 = 86_400_000;
/// The register is read anew after so long even if nothing says that it changed.
const READ_US_MAX: i64 = 3_600_000_000;

/// What the last sweep knew.
#[derive(Debug, Default)]
pub struct Sweeper {
    /// The length of the access log and the minute after it.
    last: Option<(u64, i64)>,
    engine: Option<Following>,
}

/// An engine, the version of the facts that it was told last, and when they were read.
#[derive(Debug)]
struct Following {
    engine: Engine,
    version: i64,
    read: WallTime,
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
    let registered = sweeper.registered(app, &cx).await?;
    let silent = registered.iter().filter(|one| one.code == SILENT).map(|one| one.about.id.clone()).collect();
    let mut found: Vec<SeenFinding> = registered.iter().filter_map(SeenFinding::of_register).collect();
    found.extend(beside(app, &cx, &silent).await?.into_iter().filter_map(seen));
    let swept = app.registry().sweep_findings(cx.now, found, &untold(app, cx.now)).await?;
    sweeper.last = Some((app.registry().entries_written().await?, minute));
    if swept != store::SweptFindings::default() {
        tracing::info!(opened = swept.opened, closed = swept.closed, "findings came or went");
    }
    Ok(())
}

/// What was found of cameras before this run, and cannot be told yet: that a camera was silent, until it sends again or has been silent
/// for a day of this run; that its clock was off, until it is measured. A restart puts nothing right.
fn untold(app: &App, now: WallTime) -> HashSet<(&'static str, uuid::Uuid)> {
    let mut untold = HashSet::new();
    let streams = app.pipeline().streams();
    for stream in streams.iter().filter(|stream| stream.id.profile == Profile::Main) {
        let (state, camera) = (StreamState::from(&stream.state()), stream.id.camera.0);
        if state.newest_unit_ms.is_none() && now.as_ms() - state.since_ms <= DAY_MS {
            untold.insert((SILENT, camera));
        }
        if stream.camera_clock().is_none() {
            untold.insert((FindingKind::CameraClock.as_str(), camera));
        }
    }
    untold
}

impl Sweeper {
    /// What the register shows now.
    async fn registered(&mut self, app: &App, cx: &Cx) -> Answer<Vec<Detected>> {
        let (registry, now) = (app.registry(), cx.now);
        let library = &registry.packs().library;
        let version = registry.fact_version().await?;
        let mut following = match self.engine.take() {
            Some(following) => following,
            None => Following { engine: Engine::new(registry.moment(now)), version: -1, read: WallTime(0) },
        };
        let since_us = now.since_us(following.read);
        let changes = if following.version == version && (0..READ_US_MAX).contains(&since_us) {
            sent_otherwise(app, following.engine.register())
        } else {
            let new = facts(app, cx).await?;
            (following.version, following.read) = (version, now);
            following.engine.register().differences(&new)
        };
        for change in changes {
            following.engine.change(library, change);
        }
        following.engine.look(library, registry.moment(now));
        let found = following.engine.found().cloned().collect();
        self.engine = Some(following);
        Ok(found)
    }
}

/// Cameras that send something else than is known, or nothing any more.
fn sent_otherwise(app: &App, known: &Register) -> Vec<Change> {
    let sent = sent(app);
    let now = |camera: &CameraKnown| {
        let id: CameraId = camera.camera.id.parse().ok()?;
        Some(sent.get(&id).copied().unwrap_or_default())
    };
    let other = known.cameras.values().filter_map(|camera| {
        let sent = now(camera).filter(|sent| *sent != camera.sent)?;
        Some(Change::Is(Fact::Camera(CameraKnown { sent, ..camera.clone() })))
    });
    other.collect()
}

/// A finding of another kind than the register's, as its history has it.
fn seen(found: Finding) -> Option<SeenFinding> {
    let kind = found.kind;
    // The store is everybody's: its faults stand with the first unit on the page Now, and with none in the history.
    let of_all = kind == FindingKind::Routine && found.code.as_deref() == Some("device_fault");
    let about = found.camera.or(found.record.filter(|_| !of_all));
    let weight = match kind {
        FindingKind::CameraClock | FindingKind::ServerClock => Severity::Note,
        _ => Severity::Due,
    };
    Some(SeenFinding {
        kind: kind.as_str(),
        article: found.article,
        code: found.code.unwrap_or_else(|| kind.as_str().to_owned()),
        about: match &about {
            Some(about) => about.id.parse().ok()?,
            None => uuid::Uuid::nil(),
        },
        name: about.map(|about| about.name).unwrap_or_default(),
        severity: found.severity.as_deref().and_then(Severity::from_word).unwrap_or(weight),
        binds: found.binds,
        reason: Words::new(found.reason.en, found.reason.zh),
        evidence: found.evidence.iter().filter_map(|one| one.id.parse().ok()).collect(),
    })
}
